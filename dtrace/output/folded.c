/*
 * folded.c - folded stacks: "outer;inner count", one line each, as flame graph tools read them
 *
 * In: aggregation entries with a stack among their keys, or stack() records. Out: lines. Keys that
 * are not stacks become frames in front; what holds no stack at all is left out.
 */
#include "dtrace/output/internal.h"

#include <string.h>

enum { MAX_FRAMES = 1024 };

struct folding {
	struct buf text;	/* frames one after another */
	size_t end[MAX_FRAMES]; /* of each frame */
	unsigned n;
};

/* Length without "+0x12": a function is one frame wherever in it the call stands. */
static size_t without_offset(const char *s, size_t n)
{
	const char *plus = memrchr(s, '+', n);
	return plus && plus > s && n - (size_t)(plus - s) > 3 && memcmp(plus, "+0x", 3) == 0
		   ? (size_t)(plus - s)
		   : n;
}

/* Length without "`0x12": where in a stripped file something was tells nobody anything. */
static size_t without_number(const char *s, size_t n)
{
	const char *tick = memrchr(s, '`', n);
	return tick && n - (size_t)(tick - s) > 3 && memcmp(tick, "`0x", 3) == 0
		   ? (size_t)(tick - s)
		   : n;
}

static void gather(void *arg, const char *s, size_t n)
{
	struct folding *f = arg;
	if (f->n == MAX_FRAMES)
		return;
	n = without_offset(s, n);
	n = without_number(s, n);
	/* Several frames of a stripped file are one. */
	size_t last = f->n > 1 ? f->end[f->n - 2] : 0;
	if (f->n && !memchr(s, '`', n) && f->text.n - last == n &&
	    memcmp(f->text.p + last, s, n) == 0)
		return;
	for (size_t i = 0; i < n; i++)
		buf_putc(&f->text, s[i] == ';' || s[i] == '\n' ? '_' : s[i]);
	f->end[f->n++] = f->text.n;
}

/* Outermost first. */
static void put_stack(struct output *o, const struct plan_rec *rec, const uint8_t *base)
{
	struct folding f = {0};
	stack_each(o, rec, base, gather, &f);
	for (unsigned i = f.n; i-- > 0;) {
		size_t from = i ? f.end[i - 1] : 0;
		buf_add(&o->text, buf_str(&f.text) + from, f.end[i] - from);
		if (i)
			buf_putc(&o->text, ';');
	}
	buf_fini(&f.text);
}

static bool is_stack(const struct plan_rec *r)
{
	return r->enc == ENC_KSTACK || r->enc == ENC_USTACK;
}

static void put_count(struct output *o, int64_t v)
{
	buf_putc(&o->text, ' ');
	text_dec(&o->text, v, 0);
	buf_putc(&o->text, '\n');
}

void folded_stack(struct output *o, const struct consume_rec *r, const struct plan_rec *rec)
{
	if (!is_stack(rec))
		return;
	put_stack(o, rec, r->data);
	put_count(o, 1);
}

static void put_key(struct output *o, const struct plan_rec *rec, const uint8_t *key)
{
	size_t n;
	char s[512];
	const char *t = s;
	if (is_sym_act(rec->action)) {
		n = sym_text(o, rec->action, rec, key, s, sizeof(s));
	} else if (rec->enc == ENC_STR || rec->enc == ENC_STRID) {
		t = plan_text(o->plan, rec, key, &n);
	} else {
		text_dec(&o->text, plan_int(key + rec->offset, rec->size, rec->is_signed), 0);
		return;
	}
	for (size_t i = 0; i < n; i++)
		buf_putc(&o->text, t[i] == ';' || t[i] == '\n' ? '_' : t[i]);
}

void folded_aggs(struct output *o, const struct agg_entry *e, size_t n)
{
	if (n != 1 || !e->key || e->agg->func >= AGG_QUANTIZE)
		return;
	const struct plan_agg *a = e->agg;
	size_t stacks = 0, shown = 0;
	/* What was called from where: plain keys, the user's stack, the kernel's. */
	for (size_t i = 0; i < a->keys.n; i++)
		stacks += is_stack(&a->keys.at[i]);
	if (stacks == 0)
		return;
	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < a->keys.n; i++) {
			const struct plan_rec *k = &a->keys.at[i];
			if ((k->enc == ENC_KSTACK ? 2 : k->enc == ENC_USTACK ? 1 : 0) != pass)
				continue;
			if (shown++)
				buf_putc(&o->text, ';');
			if (pass)
				put_stack(o, k, e->key);
			else
				put_key(o, k, e->key);
		}
	put_count(o, agg_value(e, e->normal));
}
