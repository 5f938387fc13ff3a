/*
 * internal.h - what the files of consume/ share: the consumer's state
 *
 * One struct ccpu for each CPU: its ring, how far it has been read in this round, and its counters
 * at the last look.
 */
#ifndef CONSUME_INTERNAL_H
#define CONSUME_INTERNAL_H

#include "dtrace/consume/consume.h"

struct ccpu {
	uint8_t *mem;	   /* BUF element */
	uint64_t tail;	   /* next byte to read */
	uint64_t posted;   /* tail as last told to the kernel */
	uint64_t head;	   /* as read at the beginning of the round */
	bool has;	   /* rec describes the record at tail */
	bool stuck;	   /* the record at tail is not complete */
	unsigned patience; /* rounds it has been stuck at this tail */
	uint64_t stuck_at;
	uint64_t drops, agg_drops; /* as last reported */
	uint64_t lost;		   /* bytes resynchronised away count as one drop each time */
	struct consume_rec rec, next;
};

/* A record held back for a speculation: a copy. */
struct held {
	uint64_t stamp;
	uint32_t cpu, bytes;
	size_t offset; /* into spec.mem, 8-aligned */
};
struct spec {
	struct held *recs;
	size_t n, cap;
	uint8_t *mem;
	size_t used, room;
	uint32_t state; /* of the use of the slot whose records these are */
};

/* policy.c: what a CPU's buffer of policy fill or ring holds: a queue, cap is a power of two */
struct kept_rec {
	uint64_t stamp, at; /* at: offset in dtrace's buffer */
	const struct plan_seg *seg;
	const struct plan_probe *probe;
	uint32_t bytes; /* in dtrace's buffer */
	uint8_t *data;
};
struct kept {
	struct kept_rec *recs;
	size_t first, n, cap;
	uint64_t next; /* offset behind the newest */
	bool full;     /* fill: closed */
};

struct consume {
	const struct image *image;
	const struct plan *plan;
	struct image_state *glob;
	uint64_t host_kept; /* when its values of the host were looked up, ns */
	uint8_t *agg;
	uint64_t buf_stride, agg_stride, ring; /* ring = N */
	uint32_t ncpu;
	bool temporal;
	const struct consume_window *window; /* NULL: all is accessible */
	struct consume_ops ops;
	struct ccpu *cpu;
	struct spec *specs; /* [nspec], id - 1 */
	uint32_t nspec;
	uint8_t *seg_spec; /* per segment: first action is PACT_SPECULATE (1), has COMMIT or DISCARD
			      (2) */
	struct plan_probe unknown[2]; /* for ids the plan does not have: record and its successor */
	uint64_t state_drops[DROP_NKINDS];
	uint64_t delivered, damaged;
	enum consume_policy policy;
	uint64_t keep_bytes, end_bytes; /* of each CPU; of those, set aside for END */
	struct kept *kept;		/* [ncpu] */
	bool filled;
};

static inline uint64_t load64(const void *p)
{
	return __atomic_load_n((const uint64_t *)p, __ATOMIC_ACQUIRE);
}

/* speculation.c: takes a record that belongs to a speculation, or that ends one. *taken: nothing
 * more to do with it. */
int spec_record(struct consume *c, const struct consume_rec *r, bool *taken);
void spec_fini(struct consume *c);
void keep_record(struct consume *c, const struct consume_rec *r);
void keep_fini(struct consume *c);
int consume_deliver(struct consume *c, const struct consume_rec *r);
const struct plan_probe *consume_probe(struct consume *c, uint32_t id, unsigned which);

#endif
