/*
 * rt_search.c - run-time routines that look for something in a string, and strtok
 *
 * In: pointers as rt.h promises them. Out: offsets; no pointer ever leaves a routine.
 *
 * index and rindex compare a rolling hash of a window with that of the text looked for, and the
 * bytes only where the hashes agree: one round per byte of text, however often the beginning of the
 * text repeats.
 */
#include "dtrace/lower/rt_int.h"

#define HASH_BASE 0x100000001b3

void rt_gen_strchr(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	int s = f->params[0], top = ir_label(f), hit = ir_label(f), out = ir_label(f);
	int i, c, w, t, at, want;

	rt_unknowns(g, s);
	rt_word_consts(g);
	c = ir_alu(f, IR_AND, f->params[1], I(0xff));
	want = rt_spread(g, c);
	i = rt_unknown(g, I(0));
	ir_place(f, top);
	ir_may_goto(f, out, g->size / 8 + 2);
	ir_br(f, IR_UGE, i, I(g->size), out);
	w = rt_word(g, s, i);
	t = rt_zero_marks(g, w);
	ir_alu_to(f, t, IR_OR, t, R(rt_zero_marks(g, ir_alu(f, IR_XOR, w, R(want)))));
	ir_br(f, IR_NE, t, I(0), hit);
	ir_alu_to(f, i, IR_ADD, i, I(8));
	ir_jmp(f, top);

	ir_place(f, hit);
	at = ir_alu(f, IR_ADD, i, R(rt_first_mark(g, t)));
	ir_br(f, IR_UGE, at, I(g->size - 1), out);
	rt_ret_unless(g, IR_EQ, rt_byte(g, s, at), R(c), I(-1));
	ir_ret(f, R(rt_unknown(g, R(at))));
	ir_place(f, out); /* byte strsize - 1 counts as NUL */
	rt_ret_unless(g, IR_EQ, c, I(0), I(-1));
	ir_ret(f, I(g->size - 1));
}

void rt_gen_strrchr(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int s = f->params[0], other = ir_label(f), c, i, last, want;

	rt_unknowns(g, s);
	want = ir_alu(f, IR_AND, f->params[1], I(0xff));
	i = rt_unknown(g, I(0));
	last = rt_unknown(g, I(-1));
	rt_loop_open(g, &l, g->size + 1);
	ir_br(f, IR_UGE, i, I(g->size), l.out);
	c = rt_byte(g, s, i);
	ir_br(f, IR_NE, c, R(want), other);
	ir_mov(f, last, R(i));
	ir_place(f, other);
	ir_alu_to(f, i, IR_ADD, i, I(1));
	ir_br(f, IR_NE, c, I(0), l.top);
	ir_place(f, l.out);
	ir_ret(f, R(rt_unknown(g, R(last))));
}

/* What the search for a text needs to know of it. */
struct needle {
	int len, hash, power; /* registers; power = HASH_BASE to the len */
};

/* Hashes sub so that a window moving forwards (backwards) over text can be hashed alike. Returns -1
 * from the routine when there is no NUL. */
static void hash_needle(struct rt_gen *g, int sub, bool backwards, struct needle *n)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), out = ir_label(f), c;
	int k = rt_unknown(g, I(0)), h = rt_unknown(g, I(0)), p = rt_unknown(g, I(1));
	int base = ir_imm(f, HASH_BASE);

	n->hash = ir_imm(f, 0);
	n->power = ir_imm(f, 1);
	ir_place(f, top);
	ir_may_goto(f, out, g->size + 1);
	rt_ret_unless(g, IR_ULT, k, I(g->size), I(-1));
	ir_mov(f, n->hash, R(h));
	ir_mov(f, n->power, R(p));
	c = rt_byte(g, sub, k);
	if (backwards) {
		ir_alu_to(f, h, IR_ADD, h, R(ir_alu(f, IR_MUL, c, R(p))));
	} else {
		ir_alu_to(f, h, IR_MUL, h, R(base));
		ir_alu_to(f, h, IR_ADD, h, R(c));
	}
	ir_alu_to(f, p, IR_MUL, p, R(base));
	ir_alu_to(f, k, IR_ADD, k, I(1));
	ir_br(f, IR_NE, c, I(0), top);
	ir_place(f, out);
	n->len = rt_unknown(g, R(ir_alu(f, IR_SUB, k, I(1))));
}

/* (text, sub, at, len): 1 when the len bytes of text at `at` are those of sub, else 0. */
void rt_gen_window(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	struct rt_loop l;

	rt_unknowns(g, f->params[0]);
	int at = rt_unknown(g, R(f->params[2])), v = rt_unknown(g, I(0));
	rt_loop_open(g, &l, g->size / 8 + 2);
	int from = ir_alu(f, IR_ADD, at, R(v));
	ir_br(f, IR_UGE, from, I(g->size), l.out);
	ir_br(f, IR_UGE, v, I(g->size), l.out);
	int d = rt_word(g, f->params[0], from);
	ir_alu_to(f, d, IR_XOR, d, R(rt_word(g, f->params[1], v)));
	int rest = ir_alu(f, IR_SUB, f->params[3], R(v));
	int whole =
	    ir_alu(f, IR_SHR, ir_alu(f, IR_SUB, ir_imm(f, 7), R(rest)), I(63)); /* 8 or more */
	int shift = ir_alu(f, IR_SHL, ir_alu(f, IR_SUB, ir_imm(f, 8), R(rest)), I(3));
	ir_alu_to(f, shift, IR_AND, shift, R(ir_alu(f, IR_SUB, whole, I(1))));
	ir_alu_to(f, shift, IR_AND, shift, I(63));
	ir_alu_to(f, d, IR_SHL, d, R(shift));
	ir_br(f, IR_NE, d, I(0), l.out);
	ir_alu_to(f, v, IR_ADD, v, I(8));
	ir_br(f, IR_ULT, v, R(f->params[3]), l.top);
	ir_ret(f, I(1));
	ir_place(f, l.out);
	ir_ret(f, I(0));
}

/* The window's far end e moves by one byte a round; -1 when it leaves the text. */
static void search(struct rt_gen *g, int first, bool backwards, struct needle *n)
{
	struct ir_func *f = g->f;
	const struct ir_func *window = rt_get(g->rt, RT_WINDOW);
	struct rt_loop l;
	int next = ir_label(f), c, over, gone, differs;
	int e = rt_unknown(g, R(first)), h = rt_unknown(g, I(0)), count = rt_unknown(g, I(0));
	int base = ir_imm(f, HASH_BASE);

	rt_loop_open(g, &l, rt_rounds(g->size + 1, 90));
	ir_br(f, IR_UGE, e, I(g->size), l.out);
	c = rt_byte(g, f->params[0], e);
	if (!backwards)
		ir_br(f, IR_EQ, c, I(0), l.out);
	ir_alu_to(f, h, IR_MUL, h, R(base));
	ir_alu_to(f, h, IR_ADD, h, R(c));
	ir_alu_to(f, count, IR_ADD, count, I(1));
	/* without branches: what has left the window counts only once the window is full */
	over = ir_alu(f, IR_SHR, ir_alu(f, IR_SUB, n->len, R(count)), I(63));
	gone = ir_alu(f, backwards ? IR_ADD : IR_SUB, e, R(n->len));
	ir_alu_to(f, gone, IR_MUL, gone, R(over));
	ir_br(f, IR_UGE, gone, I(g->size), l.out);
	c = rt_byte(g, f->params[0], gone);
	ir_alu_to(f, over, IR_MUL, over, R(n->power));
	ir_alu_to(f, h, IR_SUB, h, R(ir_alu(f, IR_MUL, c, R(over))));
	ir_alu_to(f, e, IR_ADD, e, I(backwards ? -1 : 1));
	differs = ir_alu(f, IR_SHR, ir_alu(f, IR_SUB, count, R(n->len)), I(63));
	ir_alu_to(f, differs, IR_OR, differs, R(ir_alu(f, IR_XOR, h, R(n->hash))));
	ir_br(f, IR_NE, differs, I(0), next);
	int at = backwards ? ir_alu(f, IR_ADD, e, I(1)) : ir_alu(f, IR_SUB, e, R(n->len));
	int same =
	    ir_callfn(f, window, IR_CALL_ARGS(R(f->params[0]), R(f->params[1]), R(at), R(n->len)));
	ir_br(f, IR_EQ, same, I(0), next);
	ir_ret(f, R(rt_unknown(g, R(at))));
	rt_loop_close_blurred(g, &l, next, (int[]){e, n->len}, 2);
	ir_ret(f, I(-1));
}

static void gen_index(struct rt_gen *g, bool backwards)
{
	struct ir_func *f = g->f;
	struct needle n;
	int start = ir_copy(f, f->params[2]), text = ir_label(f), low = ir_label(f);
	int high = ir_label(f), len;

	rt_unknowns(g, f->params[0]);
	rt_word_consts(g);
	len = rt_emit_len(g, f->params[0]);
	hash_needle(g, f->params[1], backwards, &n);
	ir_br(f, IR_NE, n.len, I(0), text);

	/* The empty text is found at start, or the end of the string that is nearer to it. */
	rt_ret_unless(g, IR_SGT, start, I(0), I(0));
	rt_cap(g, start, R(len));
	ir_ret(f, R(start));

	ir_place(f, text);
	if (backwards) {
		rt_ret_unless(g, IR_SGE, start, I(0), I(-1));
		rt_cap(g, start, R(len));
		ir_alu_to(f, start, IR_ADD, start, R(n.len));
		rt_cap(g, start, R(len));
		ir_alu_to(f, start, IR_SUB, start, I(1));
	} else {
		ir_br(f, IR_SGE, start, I(0), low);
		ir_mov(f, start, I(0));
		ir_place(f, low);
		ir_br(f, IR_ULT, start, R(len), high);
		ir_ret(f, I(-1));
		ir_place(f, high);
	}
	search(g, start, backwards, &n);
}

void rt_gen_index(struct rt_gen *g)
{
	gen_index(g, false);
}

void rt_gen_rindex(struct rt_gen *g)
{
	gen_index(g, true);
}

/* Address of the byte of the 256-bit map at dst + map in which bit c is. */
static int map_byte(struct rt_gen *g, int dst, int c)
{
	return ir_alu(g->f, IR_ADD, dst, R(ir_alu(g->f, IR_SHR, c, I(3))));
}

/* 1 when c is in the map, else 0. */
static int map_has(struct rt_gen *g, int dst, int32_t map, int c)
{
	int bits = ir_load(g->f, map_byte(g, dst, c), map, 1);

	ir_alu_to(g->f, bits, IR_SHR, bits, R(ir_alu(g->f, IR_AND, c, I(7))));
	return ir_alu(g->f, IR_AND, bits, I(1));
}

/* Sets the bits of all bytes of delims, NUL included, in the map at dst + map. */
static void fill_map(struct rt_gen *g, int dst, int32_t map, int delims)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), out = ir_label(f), k = rt_unknown(g, I(0)), c, bit, p, v;

	for (int32_t i = 0; i < 32; i += 8)
		ir_store(f, dst, map + i, 8, I(0));
	ir_place(f, top);
	ir_may_goto(f, out, g->size + 1);
	rt_ret_unless(g, IR_ULT, k, I(g->size), I(-1));
	c = rt_byte(g, delims, k);
	bit = ir_alu(f, IR_SHL, ir_imm(f, 1), R(ir_alu(f, IR_AND, c, I(7))));
	p = map_byte(g, dst, c);
	v = ir_load(f, p, map, 1);
	ir_store(f, p, map, 1, R(ir_alu(f, IR_OR, v, R(bit))));
	ir_alu_to(f, k, IR_ADD, k, I(1));
	ir_br(f, IR_NE, c, I(0), top);
	ir_place(f, out);
}

void rt_gen_strtok(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int dst = f->params[0], s = f->params[1], top = ir_label(f), out = ir_label(f);
	int c = ir_imm(f, 0), i, j, t, at;
	int32_t map = 2 * RT_ROUND(g);

	rt_unknowns(g, s);
	fill_map(g, dst, map, f->params[2]);

	/* Skip delimiters. */
	i = rt_unknown(g, R(f->params[3]));
	ir_place(f, top);
	ir_may_goto(f, out, g->size + 1);
	rt_ret_unless(g, IR_ULT, i, I(g->size), I(-1));
	ir_mov(f, c, R(rt_byte(g, s, i)));
	t = ir_alu(f, IR_SHR, ir_unary(f, IR_NEG, c, 8), I(63)); /* not NUL */
	ir_alu_to(f, t, IR_AND, t, R(map_has(g, dst, map, c)));
	ir_alu_to(f, i, IR_ADD, i, I(1));
	ir_br(f, IR_NE, t, I(0), top);
	ir_place(f, out);
	rt_ret_unless(g, IR_NE, c, I(0), I(-1));
	ir_alu_to(f, i, IR_SUB, i, I(1));

	/* Copy up to the next. */
	j = rt_unknown(g, I(0));
	i = rt_unknown(g, R(i));
	rt_loop_open(g, &l, g->size + 1);
	at = ir_alu(f, IR_ADD, i, R(j));
	ir_br(f, IR_UGE, at, I(g->size), l.out);
	ir_br(f, IR_UGE, j, I(g->size - 1), l.out);
	c = rt_byte(g, s, at);
	ir_br(f, IR_NE, map_has(g, dst, map, c), I(0), l.out);
	rt_put(g, dst, j, 0, 1, R(c));
	ir_alu_to(f, j, IR_ADD, j, I(1));
	rt_loop_close(g, &l);
	rt_cap(g, j, I(g->size - 1));
	rt_put(g, dst, j, 0, 1, I(0));
	ir_ret(f, R(rt_unknown(g, R(ir_alu(f, IR_ADD, i, R(j))))));
}
