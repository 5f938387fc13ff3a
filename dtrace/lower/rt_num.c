/*
 * rt_num.c - run-time routines between numbers and text: lltostr, strtoll
 *
 * In: registers, pointers as rt.h promises them. Out: text in the destination, or a number.
 */
#include "dtrace/lower/rt_int.h"

/* Bases 2..36; 0 stands for 10, as when none is given. */
static int base_given(struct rt_gen *g, int base)
{
	int b = ir_copy(g->f, base), ok = ir_label(g->f);

	ir_br(g->f, IR_NE, b, I(0), ok);
	ir_mov(g->f, b, I(10));
	ir_place(g->f, ok);
	return b;
}

static int count_digits(struct rt_gen *g, int value, int base)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), out = ir_label(f), n = rt_unknown(g, I(0));
	int v = rt_unknown(g, R(value));

	ir_place(f, top);
	ir_may_goto(f, out, 66);
	ir_alu_to(f, n, IR_ADD, n, I(1));
	ir_alu_to(f, v, IR_UDIV, v, R(base));
	ir_br(f, IR_NE, v, I(0), top);
	ir_place(f, out);
	return rt_unknown(g, R(n));
}

/* Writes the digits of value so that the last comes at dst + end - 1; those beyond strsize are left
 * out. */
static void put_digits(struct rt_gen *g, int dst, int end, int value, int base)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int v = rt_unknown(g, R(value)), at = rt_unknown(g, R(end));
	int small = ir_label(f), beyond = ir_label(f), q, d;

	rt_loop_open(g, &l, 66);
	q = ir_alu(f, IR_UDIV, v, R(base));
	d = ir_alu(f, IR_SUB, v, R(ir_alu(f, IR_MUL, q, R(base))));
	ir_mov(f, v, R(q));
	ir_br(f, IR_ULE, d, I(9), small);
	ir_alu_to(f, d, IR_ADD, d, I('a' - '0' - 10));
	ir_place(f, small);
	ir_alu_to(f, d, IR_ADD, d, I('0'));
	ir_alu_to(f, at, IR_SUB, at, I(1));
	ir_br(f, IR_UGE, at, I(g->size), beyond);
	rt_put(g, dst, at, 0, 1, R(d));
	ir_place(f, beyond);
	/* Without what the comparison told: a verifier that keeps it takes every round for another. */
	ir_alu_to(f, at, IR_XOR, at, R(rt_unknown(g, I(0))));
	ir_br(f, IR_NE, v, I(0), l.top);
	ir_place(f, l.out);
}

void rt_gen_lltostr(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	int dst = f->params[0], hex = ir_label(f), digits = ir_label(f), oct = ir_label(f);
	int v = ir_copy(f, f->params[1]), prefix = ir_imm(f, 0), base, end;

	rt_unknowns(g, dst);
	base = base_given(g, f->params[2]);
	ir_br(f, IR_ULT, base, I(2), oct);
	ir_br(f, IR_UGT, base, I(36), oct);
	ir_br(f, IR_EQ, base, I(16), hex);
	ir_br(f, IR_EQ, v, I(0), digits);
	ir_br(f, IR_EQ, base, I(8), oct);
	ir_br(f, IR_NE, base, I(10), digits);
	ir_br(f, IR_SGE, v, I(0), digits);
	ir_alu_to(f, v, IR_SUB, ir_imm(f, 0), R(v));
	ir_store(f, dst, 0, 1, I('-'));
	ir_mov(f, prefix, I(1));
	ir_jmp(f, digits);
	ir_place(f, oct); /* also where bases come that there are not */
	ir_store(f, dst, 0, 2, I(0));
	rt_ret_unless(g, IR_EQ, base, I(8), I(-1));
	ir_store(f, dst, 0, 1, I('0'));
	ir_mov(f, prefix, I(1));
	ir_jmp(f, digits);
	ir_place(f, hex);
	ir_store(f, dst, 0, 2, I('0' | 'x' << 8));
	ir_mov(f, prefix, I(2));

	ir_place(f, digits);
	prefix = rt_unknown(g, R(prefix));
	end = count_digits(g, v, base);
	ir_alu_to(f, end, IR_ADD, end, R(prefix));
	put_digits(g, dst, end, v, base);
	rt_cap(g, end, I(g->size - 1));
	rt_put(g, dst, end, 0, 1, I(0));
	ir_ret(f, R(rt_unknown(g, R(end))));
}

/* i += 1 while the byte at s + i is a blank; the byte that is none in c. */
static void skip_blanks(struct rt_gen *g, int s, int i, int c)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), out = ir_label(f), t, u;

	ir_place(f, top);
	ir_may_goto(f, out, g->size + 1);
	rt_ret_unless(g, IR_ULT, i, I(g->size), I(0));
	ir_mov(f, c, R(rt_byte(g, s, i)));
	ir_alu_to(f, i, IR_ADD, i, I(1));
	/* no branch: (x ^ k) - 1 is negative only for x = k */
	t = ir_alu(f, IR_XOR, c, I(' '));
	ir_alu_to(f, t, IR_SUB, t, I(1));
	u = ir_alu(f, IR_XOR, c, I('\t'));
	ir_alu_to(f, u, IR_SUB, u, I(1));
	ir_alu_to(f, t, IR_OR, t, R(u));
	ir_alu_to(f, t, IR_SHR, t, I(63));
	ir_br(f, IR_NE, t, I(0), top);
	ir_place(f, out);
	ir_alu_to(f, i, IR_SUB, i, I(1));
}

/* The value of the digit c, or something >= 36; c is used up. */
static void digit_value(struct rt_gen *g, int c)
{
	struct ir_func *f = g->f;
	int done = ir_label(f), letter = ir_label(f);

	ir_alu_to(f, c, IR_SUB, c, I('0'));
	ir_br(f, IR_ULE, c, I(9), done);
	ir_alu_to(f, c, IR_ADD, c, I('0'));
	ir_alu_to(f, c, IR_OR, c, I(0x20));
	ir_alu_to(f, c, IR_SUB, c, I('a'));
	ir_br(f, IR_ULE, c, I(25), letter);
	ir_mov(f, c, I(36));
	ir_jmp(f, done);
	ir_place(f, letter);
	ir_alu_to(f, c, IR_ADD, c, I(10));
	ir_place(f, done);
}

/* Skips 0x before a hexadecimal digit when the base is 16. Readable: the slack behind every string.
 */
static void skip_hex_prefix(struct rt_gen *g, int s, int i, int base)
{
	struct ir_func *f = g->f;
	int none = ir_label(f), p, c;

	ir_br(f, IR_NE, base, I(16), none);
	ir_br(f, IR_UGE, i, I(g->size), none);
	p = ir_alu(f, IR_ADD, s, R(i));
	ir_br(f, IR_NE, ir_load(f, p, 0, 1), I('0'), none);
	ir_br(f, IR_NE, ir_alu(f, IR_OR, ir_load(f, p, 1, 1), I(0x20)), I('x'), none);
	c = ir_load(f, p, 2, 1);
	digit_value(g, c);
	ir_br(f, IR_UGT, c, I(15), none);
	ir_alu_to(f, i, IR_ADD, i, I(2));
	ir_place(f, none);
}

void rt_gen_strtoll(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int s = f->params[0], unsigned_ = ir_label(f), sign = ir_label(f), positive = ir_label(f);
	int i, c = ir_imm(f, 0), negative = ir_imm(f, 0), base, v;

	rt_unknowns(g, s);
	base = base_given(g, f->params[1]);
	i = rt_unknown(g, I(0));
	skip_blanks(g, s, i, c);
	negative = rt_unknown(g, R(negative));
	ir_br(f, IR_EQ, c, I('+'), sign);
	ir_br(f, IR_NE, c, I('-'), unsigned_);
	ir_mov(f, negative, I(1));
	ir_place(f, sign);
	ir_alu_to(f, i, IR_ADD, i, I(1));
	ir_place(f, unsigned_);
	skip_hex_prefix(g, s, i, base);

	v = rt_unknown(g, I(0));
	i = rt_unknown(g, R(i));
	rt_loop_open(g, &l, g->size < 512 ? g->size + 1 : 512); /* more are zeros */
	ir_br(f, IR_UGE, i, I(g->size), l.out);
	c = rt_byte(g, s, i);
	digit_value(g, c);
	ir_br(f, IR_UGE, c, R(base), l.out);
	ir_alu_to(f, v, IR_MUL, v, R(base));
	ir_alu_to(f, v, IR_ADD, v, R(c));
	ir_alu_to(f, i, IR_ADD, i, I(1));
	rt_loop_close(g, &l);
	ir_br(f, IR_EQ, negative, I(0), positive);
	ir_alu_to(f, v, IR_SUB, ir_imm(f, 0), R(v));
	ir_place(f, positive);
	ir_ret(f, R(v));
}
