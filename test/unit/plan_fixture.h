/*
 * plan_fixture.h - images and map memory made by hand, for tests of the consumer and the printer
 *
 * fx_new() gives an image with three probes, ncpu buffers and an aggregation area; fx_rec() writes
 * a record into a ring as a program would (reserve, stamp, data, commit).
 */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include "base/arena.h"
#include "dtrace/bpf/image.h"
#include "dtrace/consume/consume.h"

#include <stdlib.h>
#include <string.h>

enum { FX_RING = 4096, FX_SLACK = 1024, FX_AGG = 1 << 16, FX_GLOB = 4096 };

struct fx {
	struct image im;
	struct image_state *glob;
	uint8_t *buf, *agg;
	struct consume_input in;
};

static inline struct fx *fx_new(uint32_t ncpu)
{
	struct fx *f = calloc(1, sizeof(*f));
	struct arena *a = arena_new();
	if (!f || !a)
		abort();
	f->im.arena = a;
	for (int i = 0; i < IMAGE_MAP_FIRST; i++)
		vec_push(&f->im.maps, a);
	f->im.maps.at[IMAGE_MAP_BUF].value_bytes = IMAGE_BUF_DATA + FX_RING + FX_SLACK;
	f->im.maps.at[IMAGE_MAP_AGG].value_bytes = FX_AGG;
	f->im.ncpu = ncpu;
	f->im.glob_bytes = FX_GLOB;
	f->im.buf_bytes = FX_RING;
	f->im.slack_bytes = FX_SLACK;
	*vec_push(&f->im.plan.probes, a) = (struct plan_probe){1, "dtrace", "", "", "BEGIN"};
	*vec_push(&f->im.plan.probes, a) =
	    (struct plan_probe){12, "syscall", "vmlinux", "read", "entry"};
	*vec_push(&f->im.plan.probes, a) =
	    (struct plan_probe){13, "syscall", "vmlinux", "read", "return"};
	f->im.plan.strsize = 256;
	f->glob = calloc(1, FX_GLOB);
	f->buf = calloc(ncpu, consume_buf_stride(&f->im));
	f->agg = calloc(ncpu, consume_agg_stride(&f->im));
	f->in = (struct consume_input){&f->im, f->glob, f->buf, f->agg};
	return f;
}

static inline void fx_free(struct fx *f)
{
	arena_free(f->im.arena);
	free(f->glob);
	free(f->buf);
	free(f->agg);
	free(f);
}

static inline struct plan_seg *fx_seg(struct fx *f)
{
	struct plan_seg *s = vec_push(&f->im.plan.segs, f->im.arena);
	s->id = (uint32_t)f->im.plan.segs.n - 1;
	s->epid = s->id + 1;
	s->bytes = IMAGE_REC_DATA;
	return s;
}

static inline struct plan_action *fx_act(struct fx *f, struct plan_seg *s, enum plan_act act)
{
	struct plan_action *a = vec_push(&s->actions, f->im.arena);
	a->act = act;
	return a;
}

/* Appends a value to the record's layout. */
static inline struct plan_rec *fx_val(struct fx *f, struct plan_seg *s, struct plan_action *a,
				      enum plan_enc enc, uint32_t size, bool is_signed)
{
	struct plan_rec *r = vec_push(&a->recs, f->im.arena);
	*r = (struct plan_rec){
	    .enc = enc, .size = size, .d_bytes = size, .is_signed = is_signed, .offset = s->bytes};
	s->bytes += (size + 7) & ~7u;
	return r;
}

static inline uint8_t *fx_cpu(struct fx *f, uint32_t cpu)
{
	return f->buf + cpu * consume_buf_stride(&f->im);
}

/* Reserves a record; returns its bytes. The caller fills the data and calls fx_commit(). */
static inline uint8_t *fx_reserve(struct fx *f, uint32_t cpu, uint32_t seg, uint32_t probe,
				  uint64_t *pos)
{
	uint8_t *b = fx_cpu(f, cpu);
	uint64_t *head = (uint64_t *)b;
	*pos = *head;
	*head += f->im.plan.segs.at[seg].bytes;
	uint8_t *p = b + IMAGE_BUF_DATA + (*pos & (FX_RING - 1));
	uint64_t stamp = f->glob->seq++;
	memcpy(p + IMAGE_REC_STAMP, &stamp, 8);
	memcpy(p + IMAGE_REC_SEG, &seg, 4);
	memcpy(p + IMAGE_REC_PROBE, &probe, 4);
	return p;
}

static inline void fx_commit(uint8_t *p, uint64_t pos, bool abort_it)
{
	uint64_t word = (pos + 1) | (abort_it ? 1ull << 63 : 0);
	memcpy(p + IMAGE_REC_COMMIT, &word, 8);
}

/* A whole record whose values are v[0..n), each in its own 8 bytes. */
static inline void fx_rec(struct fx *f, uint32_t cpu, uint32_t seg, uint32_t probe,
			  const uint64_t *v, size_t n)
{
	uint64_t pos;
	uint8_t *p = fx_reserve(f, cpu, seg, probe, &pos);
	if (n)
		memcpy(p + IMAGE_REC_DATA, v, n * 8);
	fx_commit(p, pos, false);
}

/* An aggregation at offset; keyed ones get their keys by fx_key() and then fx_table(). */
static inline struct plan_agg *fx_agg(struct fx *f, const char *name, enum agg_func func,
				      uint32_t ncells, uint32_t offset)
{
	struct plan_agg *a = vec_push(&f->im.plan.aggs, f->im.arena);
	*a = (struct plan_agg){.id = (uint32_t)f->im.plan.aggs.n - 1,
			       .name = name,
			       .func = func,
			       .is_signed = true,
			       .ncells = ncells,
			       .offset = offset};
	return a;
}

static inline struct plan_rec *fx_key(struct fx *f, struct plan_agg *a, enum plan_enc enc,
				      uint32_t size, bool is_signed)
{
	struct plan_rec *r = vec_push(&a->keys, f->im.arena);
	*r = (struct plan_rec){.enc = enc,
			       .size = size,
			       .d_bytes = size,
			       .is_signed = is_signed,
			       .offset = a->key_bytes};
	a->key_bytes += (size + 7) & ~7u;
	return r;
}

static inline void fx_table(struct plan_agg *a, uint32_t nslots)
{
	a->keyed = true;
	a->nslots = nslots;
	a->entry_bytes = 8 + a->key_bytes + a->ncells * 8;
}

/* The cell of slot (or the only cell) on a CPU; key copied and tag set when keyed. */
static inline uint64_t *fx_cell(struct fx *f, uint32_t cpu, uint32_t agg, uint32_t slot,
				const void *key)
{
	const struct plan_agg *a = &f->im.plan.aggs.at[agg];
	uint8_t *p = f->agg + cpu * consume_agg_stride(&f->im) + a->offset;
	if (!a->keyed)
		return (uint64_t *)p;
	uint8_t *taken = p + plan_agg_taken(a);
	p += slot * a->entry_bytes;
	uint64_t tag = 2 | (slot + 1) << 8;
	if (memcmp(p, &tag, 8) != 0)
		((uint32_t *)(taken + 8))[(*(uint64_t *)taken)++] = slot + 1;
	memcpy(p, &tag, 8);
	if (key)
		memcpy(p + 8, key, a->key_bytes);
	return (uint64_t *)(p + 8 + a->key_bytes);
}

#endif
