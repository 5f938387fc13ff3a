/*
 * slow.h - who takes too long to ask: connections on which a request does not arrive in time are ended
 *
 * The library's own time-out begins anew with every byte, so a few bytes now and then would hold a connection for
 * days. Here each connection has a time by which its request is to be there; what waits for nothing (a request
 * that is being answered, a live stream) has none. Connections lie in a list; all of it is safe between threads.
 */
#ifndef HTTP_SLOW_H
#define HTTP_SLOW_H

#include <pthread.h>
#include <stdint.h>

/* Part of what is kept of a connection. */
struct slow_connection {
	struct slow_connection *prev, *next;
	int fd;
	int64_t due_ns; /* monotonic; 0: nothing is awaited */
};
struct slow {
	pthread_mutex_t lock;
	struct slow_connection *first;
	uint64_t cut; /* connections that were ended */
};

void slow_init(struct slow *s);
void slow_fini(struct slow *s);
/* A connection comes, with nothing awaited; fd stays open until it has left. */
void slow_enter(struct slow *s, struct slow_connection *c, int fd);
void slow_leave(struct slow *s, struct slow_connection *c);
/* Something is awaited until then; 0: nothing any more. */
void slow_await(struct slow *s, struct slow_connection *c, int64_t due_ns);
/* Shuts down those that are over their time: their threads see the end, and close them. Once a second. */
void slow_cut(struct slow *s, int64_t now_ns);
/* How many were. */
uint64_t slow_cut_count(struct slow *s);

#endif
