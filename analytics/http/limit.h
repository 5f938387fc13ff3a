/*
 * limit.h - how often one address may ask: token buckets, a fixed number of them
 *
 * An address has `burst` tokens and gains `per_s` each second. The table has LIMIT_SLOTS places; a new
 * address takes, of four places its hash leads to, the one that was used longest ago: nobody can make it grow. Not
 * safe between threads by itself.
 */
#ifndef HTTP_LIMIT_H
#define HTTP_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { LIMIT_SLOTS = 4096 };

struct limit_slot {
	uint64_t key; /* of the address; 0 = free */
	int64_t last_ns;
	double tokens;
};
struct limit {
	double per_s, burst;
	uint64_t salt; /* so that nobody can choose addresses that meet */
	struct limit_slot slot[LIMIT_SLOTS];
};

void limit_init(struct limit *l, double per_s, double burst, uint64_t salt);
/* Of an address; IPv6 by its /64. */
uint64_t limit_key(const struct sockaddr *a);
/* Takes `cost` tokens when they are there. now_ns: monotonic. */
bool limit_take(struct limit *l, uint64_t key, double cost, int64_t now_ns);
/* Gives back what was taken for something that proved harmless. */
void limit_give(struct limit *l, uint64_t key, double cost);
/* Whole seconds until that would succeed, at least 1. */
unsigned limit_wait_s(const struct limit *l, uint64_t key, double cost);

#endif
