/*
 * policy.c - the buffer policies fill and ring: records that are kept until tracing ends
 *
 * In: records in the order in which they would be shown. Out: nothing until consume_release(), then
 * what dtrace's buffers of that size would hold: with fill the first records of each CPU up to the
 * one that did not fit, with ring the last. Sizes are those of dtrace (plan_seg_dtrace_bytes), so a
 * buffer of N bytes holds the same records here; a ring is overwritten at the same places.
 */
#include "dtrace/consume/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t seg_align(const struct plan_seg *s)
{
	for (size_t i = 0; i < s->actions.n; i++)
		for (size_t k = 0; k < s->actions.at[i].recs.n; k++)
			if (s->actions.at[i].recs.at[k].d_bytes == 8)
				return 8;
	return 4;
}

int consume_set_policy(struct consume *c, enum consume_policy policy, uint64_t bytes, struct err *e)
{
	c->policy = policy;
	c->keep_bytes = bytes & ~7ull;
	c->end_bytes = 0;
	for (size_t i = 0; i < c->plan->segs.n; i++) {
		const struct plan_seg *s = &c->plan->segs.at[i];
		uint32_t n = plan_seg_dtrace_bytes(s);
		if (s->is_end && n && policy == CONSUME_FILL)
			c->end_bytes += n + seg_align(s);
	}
	if (c->end_bytes > c->keep_bytes)
		return err_set(e, E2BIG, "END enablings exceed size of principal buffer");
	if (!(c->kept = calloc(c->ncpu + 1u, sizeof(*c->kept))))
		return err_set(e, ENOMEM, "out of memory");
	return 0;
}

bool consume_filled(const struct consume *c)
{
	return c->filled;
}

static struct kept_rec *oldest(struct kept *k)
{
	return k->n ? &k->recs[k->first] : NULL;
}

static void forget_oldest(struct kept *k)
{
	free(k->recs[k->first].data);
	k->first = (k->first + 1) & (k->cap - 1);
	k->n--;
}

static bool room_for_one(struct kept *k)
{
	if (k->n < k->cap)
		return true;
	size_t cap = k->cap ? k->cap * 2 : 64;
	struct kept_rec *recs = malloc(cap * sizeof(*recs));
	if (!recs)
		return false;
	for (size_t i = 0; i < k->n; i++)
		recs[i] = k->recs[(k->first + i) & (k->cap - 1)];
	free(k->recs);
	k->recs = recs;
	k->first = 0;
	k->cap = cap;
	return true;
}

/* Where a record of n bytes goes in the ring; what it overwrites is forgotten. */
static uint64_t ring_place(const struct consume *c, struct kept *k, uint64_t at, uint32_t n)
{
	if (at + n > c->keep_bytes) {
		while (k->n && oldest(k)->at >= at)
			forget_oldest(k);
		at = 0;
	}
	while (k->n && oldest(k)->at < at + n && oldest(k)->at + oldest(k)->bytes > at)
		forget_oldest(k);
	return at;
}

void keep_record(struct consume *c, const struct consume_rec *r)
{
	struct kept *k = &c->kept[r->cpu < c->ncpu ? r->cpu : 0];
	uint32_t n = plan_seg_dtrace_bytes(r->seg), align = seg_align(r->seg);
	uint64_t at = (k->next + align - 1) / align * align;
	if (n == 0 || k->full)
		return;
	if (c->policy == CONSUME_FILL && at + n + c->end_bytes > c->keep_bytes) {
		k->full = c->filled = true;
		return;
	}
	if (n > c->keep_bytes)
		return;
	if (c->policy == CONSUME_RING)
		at = ring_place(c, k, at, n);
	uint8_t *copy = malloc(r->seg->bytes);
	if (!copy || !room_for_one(k)) {
		free(copy);
		c->damaged++;
		return;
	}
	memcpy(copy, r->data, r->seg->bytes);
	k->recs[(k->first + k->n++) & (k->cap - 1)] = (struct kept_rec){.stamp = r->stamp,
									.seg = r->seg,
									.probe = r->probe,
									.at = at,
									.bytes = n,
									.data = copy};
	k->next = at + n;
}

static struct consume_rec record_of(const struct kept *k, uint32_t cpu, size_t i)
{
	const struct kept_rec *kr = &k->recs[(k->first + i) & (k->cap - 1)];
	return (struct consume_rec){
	    .seg = kr->seg, .probe = kr->probe, .cpu = cpu, .stamp = kr->stamp, .data = kr->data};
}

/* The CPU whose oldest record is next: by time, or else the first that has one. */
static int64_t next_cpu(struct consume *c)
{
	int64_t best = -1;
	for (uint32_t i = 0; i < c->ncpu; i++) {
		if (!c->kept[i].n)
			continue;
		if (best < 0 ||
		    (c->temporal && oldest(&c->kept[i])->stamp < oldest(&c->kept[best])->stamp))
			best = i;
	}
	return best;
}

int consume_release(struct consume *c)
{
	int rc = 0;
	c->policy = CONSUME_SWITCH;
	for (int64_t cpu; rc == 0 && c->kept && (cpu = next_cpu(c)) >= 0;) {
		struct kept *k = &c->kept[cpu];
		struct consume_rec r = record_of(k, (uint32_t)cpu, 0), after;
		if (k->n > 1) {
			after = record_of(k, (uint32_t)cpu, 1);
			r.next = &after;
		}
		rc = consume_deliver(c, &r);
		forget_oldest(k);
	}
	return rc;
}

void keep_fini(struct consume *c)
{
	for (uint32_t i = 0; c->kept && i < c->ncpu; i++) {
		while (c->kept[i].n)
			forget_oldest(&c->kept[i]);
		free(c->kept[i].recs);
	}
	free(c->kept);
	c->kept = NULL;
}
