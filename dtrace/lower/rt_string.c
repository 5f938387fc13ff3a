/*
 * rt_string.c - run-time routines that compare, copy, measure and change whole strings, and words
 *
 * In: pointers as rt.h promises them. Out: results in registers, text in the destination.
 */
#include "dtrace/lower/rt_int.h"

/* Two words that differ or end: -1, 0, 1 by their bytes in memory order, up to the first's NUL. */
static void compare_words(struct rt_gen *g, int wa, int wb)
{
	struct ir_func *f = g->f;
	int t = rt_zero_marks(g, wa), mask, a, b;

	/* mask of the bytes up to the NUL: all of them when there is none */
	mask = ir_alu(f, IR_AND, t, R(ir_unary(f, IR_NEG, t, 8)));
	ir_alu_to(f, mask, IR_SHL, mask, I(1));
	ir_alu_to(f, mask, IR_SUB, mask, I(1));
	a = ir_unary(f, IR_BSWAP, ir_alu(f, IR_AND, wa, R(mask)), 8);
	b = ir_unary(f, IR_BSWAP, ir_alu(f, IR_AND, wb, R(mask)), 8);
	rt_ret_unless(g, IR_NE, a, R(b), I(0));
	rt_ret_unless(g, IR_UGT, a, R(b), I(-1));
	ir_ret(f, I(1));
}

void rt_gen_strcmp(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	uint32_t whole = (g->size - 1) / 8 * 8, rest = (g->size - 1) % 8;
	int top = ir_label(f), out = ir_label(f), differ = ir_label(f);
	int wa = ir_reg(f), wb = ir_reg(f), i, end;

	rt_unknowns(g, f->params[0]);
	rt_word_consts(g);
	if (whole) {
		i = rt_unknown(g, I(0));
		ir_place(f, top);
		ir_may_goto(f, out, g->size / 8 + 2);
		ir_br(f, IR_UGE, i, I(whole), out);
		ir_mov(f, wa, R(rt_word(g, f->params[0], i)));
		ir_mov(f, wb, R(rt_word(g, f->params[1], i)));
		end = rt_zero_marks(g, wa);
		ir_alu_to(f, end, IR_OR, end, R(ir_alu(f, IR_XOR, wa, R(wb))));
		ir_br(f, IR_NE, end, I(0), differ);
		ir_alu_to(f, i, IR_ADD, i, I(8));
		ir_jmp(f, top);
		ir_place(f, out);
	}
	if (rest) { /* what is left of strsize - 1 bytes */
		int keep = ir_imm(f, (int64_t)((1ULL << 8 * rest) - 1));

		ir_alu_to(f, wa, IR_AND, ir_load(f, f->params[0], (int32_t)whole, 8), R(keep));
		ir_alu_to(f, wb, IR_AND, ir_load(f, f->params[1], (int32_t)whole, 8), R(keep));
	} else {
		ir_ret(f, I(0));
	}
	ir_place(f, differ);
	compare_words(g, wa, wb);
}

void rt_gen_strlen(struct rt_gen *g)
{
	int len;

	rt_unknowns(g, g->f->params[0]);
	rt_word_consts(g);
	len = rt_emit_len(g, g->f->params[0]);
	rt_cap(g, len, I(g->size - 1));
	ir_ret(g->f, R(len));
}

static void copy_whole(struct rt_gen *g, int (*xform)(struct rt_gen *g, int word))
{
	struct ir_func *f = g->f;
	int end;

	rt_unknowns(g, f->params[1]);
	rt_word_consts(g);
	end = rt_emit_copy(g, f->params[0], -1, f->params[1], xform);
	rt_cap(g, end, I(g->size - 1));
	ir_ret(f, R(rt_unknown(g, R(end))));
}

void rt_gen_strcpy(struct rt_gen *g)
{
	copy_whole(g, NULL);
}

/* Flips bit 5 of the bytes first..last of a word, ASCII letters; other bytes stay. */
static int flip_case(struct rt_gen *g, int word, int first, int last)
{
	struct ir_func *f = g->f;
	int low7 = ir_unary(f, IR_NOT, g->high, 8);
	int seven = ir_alu(f, IR_AND, word, R(low7));
	int above = ir_alu(f, IR_ADD, seven,
			   R(ir_imm(f, (int64_t)(0x0101010101010101ULL * (0x7f - last)))));
	int from = ir_alu(f, IR_ADD, seven,
			  R(ir_imm(f, (int64_t)(0x0101010101010101ULL * (0x80 - first)))));
	int hits = ir_alu(f, IR_XOR, above, R(from));

	ir_alu_to(f, hits, IR_AND, hits, R(g->high));
	ir_alu_to(f, hits, IR_AND, hits, R(ir_unary(f, IR_NOT, word, 8)));
	ir_alu_to(f, hits, IR_SHR, hits, I(2));
	return ir_alu(f, IR_XOR, word, R(hits));
}

static int upper(struct rt_gen *g, int word)
{
	return flip_case(g, word, 'a', 'z');
}

static int lower(struct rt_gen *g, int word)
{
	return flip_case(g, word, 'A', 'Z');
}

void rt_gen_toupper(struct rt_gen *g)
{
	copy_whole(g, upper);
}

void rt_gen_tolower(struct rt_gen *g)
{
	copy_whole(g, lower);
}

void rt_gen_strjoin(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	int end;

	rt_unknowns(g, f->params[1]);
	rt_word_consts(g);
	end = rt_emit_copy(g, f->params[0], -1, f->params[1], NULL);
	rt_cap(g, end, I(g->size - 1));
	end = rt_emit_copy(g, f->params[0], end, f->params[2], NULL);
	ir_ret(f, R(end));
}

void rt_gen_substr(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	int dst = f->params[0], s = f->params[1], empty = ir_label(f), from = ir_label(f);
	int given = ir_label(f), positive = ir_label(f), len, index, n, t;

	rt_unknowns(g, s);
	rt_word_consts(g);
	len = rt_emit_len(g, s);
	index = ir_copy(f, f->params[2]);
	n = ir_copy(f, f->params[3]);
	ir_br(f, IR_NE, n, I(INT64_MAX), given);
	ir_mov(f, n, I(g->size));
	ir_place(f, given);

	/* A negative index counts from the end; what of it lies before the start costs length. */
	ir_br(f, IR_SGE, index, I(0), from);
	ir_alu_to(f, index, IR_ADD, index, R(len));
	ir_br(f, IR_SGE, index, I(0), from);
	t = ir_alu(f, IR_ADD, index, R(n));
	ir_br(f, IR_SLE, t, I(0), empty);
	ir_mov(f, n, R(t));
	ir_mov(f, index, I(0));
	ir_place(f, from);
	ir_br(f, IR_UGE, index, R(len), empty);

	/* A negative length stops that far before the end. */
	t = ir_alu(f, IR_SUB, len, R(index));
	ir_br(f, IR_SGE, n, I(0), positive);
	ir_alu_to(f, n, IR_ADD, n, R(t));
	ir_br(f, IR_SLE, n, I(0), empty);
	ir_place(f, positive);
	rt_cap(g, n, R(t));
	rt_emit_copy_n(g, dst, s, index, n);
	ir_ret(f, R(rt_unknown(g, R(n))));
	ir_place(f, empty);
	ir_store(f, dst, 0, 1, I(0));
	ir_ret(f, I(0));
}

/*
 * Those below run over words whose number is constant at the call: the verifier counts along. They
 * take four words a round, what is left one by one. Many words of many keys are zero, the rest of
 * what something has room for: a round of zeros changes no hash, and where a word stands does. A text ends
 * with the round whose last byte is zero.
 */
struct words {
	int i, left; /* words done; the last i with which a round begins */
	int top, each, out;
};

static void words_open(struct rt_gen *g, struct words *w, int n)
{
	struct ir_func *f = g->f;

	*w = (struct words){.top = ir_label(f), .each = ir_label(f), .out = ir_label(f)};
	w->i = ir_imm(f, 0);
	w->left = ir_alu(f, IR_SUB, n, I(4));
	ir_place(f, w->top);
	ir_br(f, IR_SGT, w->i, R(w->left), w->each);
}

/* `step` words were done at the pointers; once more from `top`. */
static void words_next(struct rt_gen *g, struct words *w, int step, int top, const int *p, int np)
{
	for (int k = 0; k < np; k++)
		ir_alu_to(g->f, p[k], IR_ADD, p[k], I(8 * step));
	ir_alu_to(g->f, w->i, IR_ADD, w->i, I(step));
	ir_jmp(g->f, top);
}

static void words_each(struct rt_gen *g, struct words *w, int n)
{
	ir_place(g->f, w->each);
	ir_br(g->f, IR_UGE, w->i, R(n), w->out);
}

/* h = (h ^ w) * k, its upper half mixed into the lower */
static void hash_word(struct rt_gen *g, int h, int w, int k)
{
	ir_alu_to(g->f, h, IR_XOR, h, R(w));
	ir_alu_to(g->f, h, IR_MUL, h, R(k));
	ir_alu_to(g->f, h, IR_XOR, h, R(ir_alu(g->f, IR_SHR, h, I(32))));
}

#define HASH_BEGIN ((int64_t)0x9e3779b97f4a7c15ULL)
#define HASH_MULT  ((int64_t)0xff51afd7ed558ccdULL)

/* Four words, the number of the first of them at i. Two chains: a processor works on both at once. */
static void hash_round(struct rt_gen *g, int h, const int *w, struct ir_val i, int k)
{
	struct ir_func *f = g->f;
	int t = ir_alu(f, IR_ADD, k, i);

	hash_word(g, h, w[0], k);
	hash_word(g, t, w[2], k);
	hash_word(g, h, w[1], k);
	hash_word(g, t, w[3], k);
	ir_alu_to(f, h, IR_ADD, h, R(ir_alu(f, IR_SHL, t, I(1))));
}

static int hash_end(struct rt_gen *g, int h, int k)
{
	int mixed = ir_alu(g->f, IR_MUL, h, R(k));

	return ir_alu(g->f, IR_XOR, mixed, R(ir_alu(g->f, IR_SHR, mixed, I(29))));
}

static void four_words(struct rt_gen *g, int p, int w[4])
{
	for (int j = 0; j < 4; j++)
		w[j] = ir_load(g->f, p, 8 * j, 8);
}

static void out_behind_text(struct rt_gen *g, int last, int out)
{
	ir_br(g->f, IR_EQ, ir_alu(g->f, IR_SHR, last, I(56)), I(0), out);
}

static void gen_hash(struct rt_gen *g, bool text)
{
	struct ir_func *f = g->f;
	int p = ir_copy(f, f->params[0]), n = f->params[1], zeros = ir_label(f), w[4], t;
	int h = text ? ir_copy(f, f->params[2]) : ir_imm(f, HASH_BEGIN), k = ir_imm(f, HASH_MULT);
	struct words l;

	words_open(g, &l, n);
	four_words(g, p, w);
	if (!text) {
		t = ir_alu(f, IR_OR, ir_alu(f, IR_OR, w[0], R(w[1])),
			   R(ir_alu(f, IR_OR, w[2], R(w[3]))));
		ir_br(f, IR_EQ, t, I(0), zeros);
	}
	hash_round(g, h, w, R(l.i), k);
	if (text)
		out_behind_text(g, w[3], l.out);
	ir_place(f, zeros);
	words_next(g, &l, 4, l.top, &p, 1);
	words_each(g, &l, n);
	hash_word(g, h, ir_load(f, p, 0, 8), k);
	words_next(g, &l, 1, l.each, &p, 1);
	ir_place(f, l.out);
	ir_ret(f, R(text ? h : hash_end(g, h, k)));
}

void rt_gen_hash(struct rt_gen *g)
{
	gen_hash(g, false);
}

void rt_gen_hash_text(struct rt_gen *g)
{
	gen_hash(g, true);
}

int rt_hash_text(struct rt *rt, struct ir_func *f, int p, unsigned nwords)
{
	struct rt_gen g = {.f = f};
	int h = ir_imm(f, HASH_BEGIN), k = ir_imm(f, HASH_MULT), done = ir_label(f), w[4];

	four_words(&g, p, w);
	hash_round(&g, h, w, I(0), k);
	out_behind_text(&g, w[3], done);
	int rest = ir_alu(f, IR_ADD, p, I(32));
	ir_mov(
	    f, h,
	    R(ir_callfn(f, rt_get(rt, RT_HASH_TEXT), IR_CALL_ARGS(R(rest), I(nwords - 4), R(h)))));
	ir_place(f, done);
	return hash_end(&g, h, ir_imm(f, HASH_MULT));
}

/* Not 0 when one of four words differs. */
static int differing(struct rt_gen *g, const int *p)
{
	int t = -1;

	for (int j = 0; j < 4; j++) {
		int w = ir_alu(g->f, IR_XOR, ir_load(g->f, p[0], 8 * j, 8),
			       R(ir_load(g->f, p[1], 8 * j, 8)));
		if (t < 0)
			t = w;
		else
			ir_alu_to(g->f, t, IR_OR, t, R(w));
	}
	return t;
}

static void gen_memeq(struct rt_gen *g, bool text)
{
	struct ir_func *f = g->f;
	int p[2] = {ir_copy(f, f->params[0]), ir_copy(f, f->params[1])}, n = f->params[2], t;
	struct words l;

	words_open(g, &l, n);
	rt_ret_unless(g, IR_EQ, differing(g, p), I(0), I(0));
	if (text)
		out_behind_text(g, ir_load(f, p[0], 24, 8), l.out);
	words_next(g, &l, 4, l.top, p, 2);
	words_each(g, &l, n);
	t = ir_alu(f, IR_XOR, ir_load(f, p[0], 0, 8), R(ir_load(f, p[1], 0, 8)));
	rt_ret_unless(g, IR_EQ, t, I(0), I(0));
	words_next(g, &l, 1, l.each, p, 2);
	ir_place(f, l.out);
	ir_ret(f, I(1));
}

void rt_gen_memeq(struct rt_gen *g)
{
	gen_memeq(g, false);
}

void rt_gen_texteq(struct rt_gen *g)
{
	gen_memeq(g, true);
}

void rt_text_equal(struct rt *rt, struct ir_func *f, const int p[2], unsigned nwords, int differs)
{
	struct rt_gen g = {.f = f};
	int same = ir_label(f);

	ir_br(f, IR_NE, differing(&g, p), I(0), differs);
	out_behind_text(&g, ir_load(f, p[1], 24, 8), same);
	int x = ir_alu(f, IR_ADD, p[0], I(32)), y = ir_alu(f, IR_ADD, p[1], I(32));
	int equal = ir_callfn(f, rt_get(rt, RT_TEXTEQ), IR_CALL_ARGS(R(x), R(y), I(nwords - 4)));
	ir_br(f, IR_EQ, equal, I(0), differs);
	ir_place(f, same);
}

/* For argument vectors: a NUL behind each word. */
void rt_gen_unsplit(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	int s = f->params[0], n = f->params[1];
	struct rt_loop l;

	rt_unknowns(g, s);
	rt_word_consts(g);
	int off = rt_unknown(g, I(0));
	rt_loop_open(g, &l, (uint32_t)RT_ROUND(g) / 8 + 1);
	ir_br(f, IR_UGE, off, R(n), l.out);
	ir_br(f, IR_UGE, off, I(RT_ROUND(g)), l.out);
	int word = rt_word(g, s, off);
	int blanks = ir_alu(f, IR_SHR, rt_zero_marks_exact(g, word), I(2));
	rt_put(g, s, off, 0, 8, R(ir_alu(f, IR_OR, word, R(blanks))));
	ir_alu_to(f, off, IR_ADD, off, I(8));
	rt_loop_close(g, &l);
	int last = ir_alu(f, IR_SUB, n, I(1));
	rt_cap(g, last, I(g->size - 1));
	rt_put(g, s, last, 0, 1, I(0));
	ir_ret(f, I(0));
}
