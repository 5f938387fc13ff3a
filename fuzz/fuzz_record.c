/*
 * fuzz_record.c - any bytes as the memory of the rings and of the aggregations
 *
 * Input: 1 byte of options, 2 bytes of head, then the ring (and the aggregation tables) from their first byte; or, by the
 * top bit of the options, well-formed records with any values. The plan is a fixed one with every action. Nothing is checked but that it ends, and that memory stays whole.
 */
#include "dtrace/output/output.h"
#include "test/unit/plan_fixture.h"

static int swallow(void *arg, const char *p, size_t n, const struct output_origin *origin)
{
	(void)origin;
	for (size_t i = 0; i < n; i++)
		*(unsigned char *)arg ^= (unsigned char)p[i];
	return 0;
}

static void add(struct fx *f, struct plan_seg *s, enum plan_act act, enum plan_enc enc,
		uint32_t size)
{
	fx_val(f, s, fx_act(f, s, act), enc, size, true)->arg = size / 8;
}

static void add_actions(struct fx *f)
{
	struct plan_seg *s = fx_seg(f);
	add(f, s, PACT_TRACE, ENC_INT, 4);
	add(f, s, PACT_TRACE, ENC_STR, 16);
	add(f, s, PACT_TRACE, ENC_STRID, 4);
	s = fx_seg(f);
	add(f, s, PACT_TRACEMEM, ENC_BYTES, 24);
	add(f, s, PACT_STACK, ENC_KSTACK, 24);
	add(f, s, PACT_USTACK, ENC_USTACK, 24);
	s = fx_seg(f);
	add(f, s, PACT_SPECULATE, ENC_INT, 8);
	add(f, s, PACT_TRACE, ENC_BYTES, 9);
	add(f, fx_seg(f), PACT_COMMIT, ENC_INT, 8);
	add(f, fx_seg(f), PACT_DISCARD, ENC_INT, 4);
	s = fx_seg(f);
	struct plan_action *a = fx_act(f, s, PACT_ERROR);
	for (int i = 0; i < 5; i++)
		fx_val(f, s, a, ENC_INT, 8, false);
	s = fx_seg(f);
	a = fx_act(f, s, PACT_TRUNC);
	fx_val(f, s, a, ENC_INT, 8, true);
	*vec_push(&a->aggs, f->im.arena) = 0;
	s = fx_seg(f);
	a = fx_act(f, s, PACT_PRINTA);
	for (uint32_t i = 0; i < 4; i++)
		*vec_push(&a->aggs, f->im.arena) = i;
	s = fx_seg(f);
	a = fx_act(f, s, PACT_CLEAR);
	*vec_push(&a->aggs, f->im.arena) = 1;
	a = fx_act(f, s, PACT_NORMALIZE);
	fx_val(f, s, a, ENC_INT, 8, true);
	*vec_push(&a->aggs, f->im.arena) = 0;
}

static void add_aggs(struct fx *f)
{
	static const enum agg_func func[] = {AGG_SUM, AGG_MIN, AGG_STDDEV, AGG_QUANTIZE};
	static const uint32_t cells[] = {1, 2, 4, AGG_QUANTIZE_BUCKETS};
	uint32_t at = IMAGE_AGG_CELLS;
	for (unsigned i = 0; i < 4; i++) {
		struct plan_agg *a = fx_agg(f, "a", func[i], cells[i], at);
		fx_key(f, a, ENC_STRID, 4, false);
		fx_key(f, a, ENC_KADDR, 8, false)->action = PACT_SYM;
		fx_table(a, 4);
		a->turns = i & 1;
		at += (uint32_t)plan_agg_table_bytes(a);
	}
}

/* Records whose frame is right: a byte chooses the segment, the rest are its values. */
static void whole_records(struct fx *f, const uint8_t *p, size_t n)
{
	while (n > 1 && *(uint64_t *)f->buf < FX_RING - FX_SLACK) {
		uint64_t pos;
		uint32_t seg = *p % (uint32_t)f->im.plan.segs.n;
		uint8_t *rec = fx_reserve(f, 0, seg, 11 + *p / 64, &pos);
		size_t want = f->im.plan.segs.at[seg].bytes - IMAGE_REC_DATA;
		size_t have = n - 1 < want ? n - 1 : want;
		memcpy(rec + IMAGE_REC_DATA, p + 1, have);
		fx_commit(rec, pos, *p > 250);
		p += 1 + have;
		n -= 1 + have;
	}
}

static int show(void *arg, uint32_t map, size_t off, size_t bytes)
{
	(void)arg, (void)map, (void)off, (void)bytes;
	return 0;
}

static void hide(void *arg, uint32_t map)
{
	(void)arg, (void)map;
}

static int grace(void *arg)
{
	(void)arg;
	return 0;
}

static bool grace_over(void *arg)
{
	(void)arg;
	return true;
}

/* Tables that are full turn at the first snapshot and are emptied at the second. */
static const struct consume_window all_there = {show, hide, grace, grace_over, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char sum = 0;
	if (size < 3)
		return 0;
	struct fx *f = fx_new(1);
	*vec_push(&f->im.plan.strings, f->im.arena) = "id";
	f->im.plan.nspec = 2;
	add_actions(f);
	add_aggs(f);
	struct output_opts opts = {.quiet = data[0] & 1,
				   .flowindent = data[0] & 2,
				   .rawbytes = data[0] & 4,
				   .agghist = data[0] & 8,
				   .aggpack = data[0] & 16,
				   .format = (data[0] >> 5) % 3};
	size_t n = size - 3, ring = n < FX_RING ? n : FX_RING;
	*(uint64_t *)f->buf = (data[1] | (uint64_t)data[2] << 8) & ~(data[2] & 1 ? 7ull : 0ull);
	memcpy(f->buf + IMAGE_BUF_DATA, data + 3, ring);
	if (data[0] & 128) {
		memset(f->buf, 0, consume_buf_stride(&f->im));
		whole_records(f, data + 3, n);
	}
	memcpy(f->agg, data + 3, n < FX_AGG ? n : FX_AGG);
	struct output_ops ops = {.write = swallow, .arg = &sum};
	struct err e = {0};
	struct aggs *as = aggs_new(&f->im, f->agg, NULL, &e);
	if (data[0] & 64)
		aggs_set_window(as, &all_there);
	struct output *o = output_new(&f->im, as, NULL, &opts, &ops, &e);
	struct consume_ops cops = {output_record, output_drop, o};
	struct consume *c = consume_new(&f->in, &cops, &e);
	for (int round = 0; round < 3; round++) {
		aggs_snapshot(as, &e);
		consume_drain(c, round == 2);
		consume_drops(c);
	}
	output_finish(o, 0);
	consume_free(c);
	output_free(o);
	aggs_free(as);
	fx_free(f);
	return 0;
}
