/*
 * speculation.c - records that wait for commit() or discard()
 *
 * In: records in order. Records of a speculation are copied and held; a commit delivers the copies
 * there and then, in their order, a discard forgets them. The kernel side has freed the slot already;
 * a record's state, of which the generation is part, says which use of the slot it belongs to.
 */
#include "dtrace/consume/internal.h"

#include <stdlib.h>
#include <string.h>

static struct spec *slot(struct consume *c, const struct plan_action *a,
			 const struct consume_rec *r, uint32_t *state)
{
	if (a->recs.n == 0)
		return NULL;
	uint64_t v = (uint64_t)plan_int(r->data + a->recs.at[0].offset, a->recs.at[0].size, false);
	uint32_t id = (uint32_t)v;
	*state = (uint32_t)(v >> 32);
	return id >= 1 && id <= c->nspec ? &c->specs[id - 1] : NULL;
}

static void forget(struct spec *s, uint32_t state)
{
	s->n = s->used = 0;
	s->state = state;
}

static bool grow(void **p, size_t *cap, size_t need, size_t unit)
{
	if (need <= *cap)
		return true;
	size_t n = *cap ? *cap : 64;
	while (n < need)
		n *= 2;
	void *q = realloc(*p, n * unit);
	if (!q)
		return false;
	*p = q;
	*cap = n;
	return true;
}

/* Out of memory loses the record: counted as damaged, never silently. */
static void hold(struct consume *c, struct spec *s, uint32_t state, const struct consume_rec *r)
{
	uint32_t bytes = r->seg->bytes;
	if ((int32_t)(state - s->state) < 0)
		return; /* too late: it was settled while this record was being made */
	if (state != s->state)
		forget(s, state);
	if (!grow((void **)&s->recs, &s->cap, s->n + 1, sizeof(*s->recs)) ||
	    !grow((void **)&s->mem, &s->room, s->used + bytes, 1)) {
		c->damaged++;
		return;
	}
	memcpy(s->mem + s->used, r->data, bytes);
	s->recs[s->n++] =
	    (struct held){.stamp = r->stamp, .cpu = r->cpu, .bytes = bytes, .offset = s->used};
	s->used += bytes;
}

static int commit(struct consume *c, struct spec *s)
{
	int rc = 0;
	for (size_t i = 0; i < s->n && rc == 0; i++) {
		const uint8_t *p = s->mem + s->recs[i].offset;
		uint32_t seg, probe;
		memcpy(&seg, p + IMAGE_REC_SEG, 4);
		memcpy(&probe, p + IMAGE_REC_PROBE, 4);
		if (seg >= c->plan->segs.n || c->plan->segs.at[seg].bytes > s->recs[i].bytes)
			continue; /* changed under our eyes between check and copy */
		struct consume_rec r = {.seg = &c->plan->segs.at[seg],
					.probe = consume_probe(c, probe, 0),
					.cpu = s->recs[i].cpu,
					.stamp = s->recs[i].stamp,
					.data = p};
		rc = consume_deliver(c, &r);
	}
	return rc;
}

int spec_record(struct consume *c, const struct consume_rec *r, bool *taken)
{
	const struct plan_seg *seg = r->seg;
	uint32_t state;
	int rc = 0;
	if (seg->actions.at[0].act == PACT_SPECULATE) {
		struct spec *s = slot(c, &seg->actions.at[0], r, &state);
		if (s)
			hold(c, s, state, r);
		*taken = true; /* a speculation that does not exist swallows its records */
		return 0;
	}
	for (size_t i = 0; i < seg->actions.n && rc == 0; i++) {
		const struct plan_action *a = &seg->actions.at[i];
		if (a->act != PACT_COMMIT && a->act != PACT_DISCARD)
			continue;
		struct spec *s = slot(c, a, r, &state);
		if (!s || (int32_t)(state - s->state) < 0)
			continue;
		if (a->act == PACT_COMMIT && state == s->state)
			rc = commit(c, s);
		forget(s, state + 1);
	}
	return rc;
}

void spec_fini(struct consume *c)
{
	for (uint32_t i = 0; c->specs && i < c->nspec; i++) {
		free(c->specs[i].recs);
		free(c->specs[i].mem);
		c->specs[i] = (struct spec){0};
	}
}
