/*
 * remote_slot.h - a second of other hosts while it is gathered; remote.c and its tests only
 *
 * Keys are texts, because ids are a frame's own. A slot is used again and again.
 */
#ifndef COLLECT_REMOTE_SLOT_H
#define COLLECT_REMOTE_SLOT_H

#include "analytics/collect/collect.h"
#include "base/map.h"
#include "base/vec.h"

struct remote_cell {
	uint32_t text; /* index into texts; REMOTE_NO_KEY, REMOTE_OTHER */
	int32_t bucket;
	int64_t value;
};
enum { REMOTE_NO_KEY = 0, REMOTE_OTHER = 1, REMOTE_FIRST = 2 };
/* More of one host in a second are not taken: a host has 257 keys, and a scheme at most some thousand buckets. */
enum { REMOTE_MAX_CELLS = 1 << 18 };

struct remote_slot {
	int64_t second;	  /* 0: not used */
	uint64_t told_by; /* bits of feeds */
	bool others;	  /* somebody who is asked no more told of it, too */
	struct arena *arena;
	struct map by_text;	 /* -> struct remote_text */
	VEC(const char *) texts; /* from REMOTE_FIRST on */
	VEC(struct remote_cell) cells;
	uint32_t flags;
	uint64_t lost, run_cnt, run_ns;
	int64_t count, sum;
};

/* The "t" of an event; 0: it has none. */
int64_t remote_time(const char *text);
void remote_slot_clear(struct remote_slot *slot);
/* What it has come to; cells are to be freed. -1: no memory, or numbers that there cannot be. */
int remote_frame(struct remote_slot *slot, const struct metric *m, const struct source_ops *ops,
		 void *arg, struct frame *out);

#endif
