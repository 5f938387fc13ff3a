/*
 * rt_inet.c - run-time routines that write network addresses
 *
 * In: addresses as they lie in memory. Out: text in the destination, its length returned.
 *
 * IPv6 addresses are written as the DTrace guide has it (RFC 1884, convention 2, lower case): the
 * longest run of zero groups becomes "::", even a run of one; IPv4-mapped and IPv4-compatible
 * addresses show the IPv4 address, alone for inet_ntoa6(), behind the IPv6 part for inet_ntop(). A
 * destination has at least 48 bytes, so that no address needs a check of its own; it is cut at the
 * end.
 */
#include "dtrace/lower/rt_int.h"

/* 1 when v > limit, else 0; both small. */
static int above(struct rt_gen *g, int v, int limit)
{
	int t = ir_alu(g->f, IR_SUB, ir_imm(g->f, limit), R(v));

	ir_alu_to(g->f, t, IR_SHR, t, I(63));
	return t;
}

/* Stores the last n of the 4 characters in w (first at the low end) at dst + pos, and moves pos by
 * n. */
static void put_tail(struct rt_gen *g, int dst, int pos, int w, int n)
{
	struct ir_func *f = g->f;
	int drop = ir_alu(f, IR_SUB, ir_imm(f, 4), R(n));

	ir_alu_to(f, drop, IR_SHL, drop, I(3));
	ir_alu_to(f, w, IR_SHR, w, R(drop));
	rt_put(g, dst, pos, 0, 4, R(w));
	ir_alu_to(f, pos, IR_ADD, pos, R(n));
}

/* Writes 0..255 in decimal and a dot. */
static void put_octet(struct rt_gen *g, int dst, int pos, int v)
{
	struct ir_func *f = g->f;
	int hundreds = ir_alu(f, IR_UDIV, v, I(100)), tens = ir_alu(f, IR_UDIV, v, I(10));
	int w = ir_alu(f, IR_SUB, v, R(ir_alu(f, IR_MUL, tens, I(10)))), n, t;

	ir_alu_to(f, w, IR_SHL, w, I(8));
	t = ir_alu(f, IR_SUB, tens, R(ir_alu(f, IR_MUL, hundreds, I(10))));
	ir_alu_to(f, w, IR_OR, w, R(t));
	ir_alu_to(f, w, IR_SHL, w, I(8));
	ir_alu_to(f, w, IR_OR, w, R(hundreds));
	ir_alu_to(f, w, IR_OR, w, I('.' << 24 | '0' << 16 | '0' << 8 | '0'));
	n = ir_alu(f, IR_ADD, above(g, v, 9), R(above(g, v, 99)));
	ir_alu_to(f, n, IR_ADD, n, I(2));
	put_tail(g, dst, pos, w, n);
}

/* Writes the text of an IPv4 address, at most 16 bytes with the NUL, at dst + pos, and returns where it
 * ends. Octets are 0..255. pos: a bounded register, or -1 = 0. */
static int emit_ipv4(struct rt_gen *g, int dst, int pos, const int octets[4])
{
	struct ir_func *f = g->f;
	int at = pos < 0 ? ir_imm(f, 0) : ir_copy(f, pos);

	for (int i = 0; i < 4; i++)
		put_octet(g, dst, at, octets[i]);
	ir_alu_to(f, at, IR_SUB, at, I(1)); /* the last dot */
	return at;
}

/* Cuts the text of n bytes in the destination, and returns from the routine. */
static void finish(struct rt_gen *g, int n)
{
	rt_cap(g, n, I(g->size < 48 ? g->size - 1 : 47));
	rt_put(g, g->f->params[0], n, 0, 1, I(0));
	ir_ret(g->f, R(n));
}

void rt_gen_inet_ntoa(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	int octets[4];

	for (int i = 0; i < 4; i++) {
		int t = ir_alu(f, IR_SHR, f->params[1], I(8 * i));

		octets[i] = ir_alu(f, IR_AND, t, I(0xff));
	}
	finish(g, emit_ipv4(g, f->params[0], -1, octets));
}

/* The run of zero bytes that "::" stands for: registers; first is -1 and bytes 1 when there is
 * none. */
struct zero_run {
	int first, bytes;
};

/* A run begins with a zero byte at an even offset. It is measured to the first byte that is not
 * zero (a group 00xx thus counts for one), or to the last byte of the address. */
static void find_zero_run(struct rt_gen *g, int src, struct zero_run *z)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int i = rt_unknown(g, I(0)), begin = rt_unknown(g, I(-1));
	int next = ir_label(f), ends = ir_label(f), close = ir_label(f), inside = ir_label(f), c, n,
	    t;

	z->first = rt_unknown(g, I(-1));
	z->bytes = rt_unknown(g, I(1));
	rt_loop_open(g, &l, 18);
	ir_br(f, IR_UGT, i, I(15), l.out);
	c = rt_byte(g, src, i);
	ir_br(f, IR_SGE, begin, I(0), inside);
	ir_br(f, IR_NE, c, I(0), next);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, i, I(1)), I(0), next);
	ir_mov(f, begin, R(i));
	ir_jmp(f, next);

	ir_place(f, inside);
	ir_br(f, IR_NE, c, I(0), ends);
	ir_br(f, IR_NE, i, I(15), next);
	ir_place(f, ends);
	n = ir_alu(f, IR_SUB, i, R(begin));
	ir_br(f, IR_ULE, n, R(z->bytes), close);
	ir_mov(f, z->first, R(begin));
	t = ir_alu(f, IR_AND, i, I(~1)); /* whole groups; to the end when all bytes are zero */
	ir_alu_to(f, t, IR_SUB, t, R(begin));
	ir_mov(f, z->bytes, R(t));
	ir_br(f, IR_NE, c, I(0), close);
	ir_alu_to(f, z->bytes, IR_ADD, z->bytes, I(2));
	ir_place(f, close);
	ir_mov(f, begin, I(-1));
	ir_place(f, next);
	ir_alu_to(f, i, IR_ADD, i, I(1));
	rt_loop_close(g, &l);
}

/* Writes the low 16 bits of v as hexadecimal digits. */
static void put_group(struct rt_gen *g, int dst, int pos, int v)
{
	struct ir_func *f = g->f;
	int w = ir_imm(f, 0), n;

	for (int shift = 0; shift < 16; shift += 4) {
		int d = ir_alu(f, IR_AND, ir_alu(f, IR_SHR, v, I(shift)), I(15));
		int letter = ir_alu(f, IR_MUL, above(g, d, 9), I('a' - '0' - 10));

		ir_alu_to(f, d, IR_ADD, d, R(letter));
		ir_alu_to(f, d, IR_ADD, d, I('0'));
		ir_alu_to(f, w, IR_SHL, w, I(8));
		ir_alu_to(f, w, IR_OR, w, R(d));
	}
	n = ir_alu(f, IR_ADD, above(g, v, 0xf), R(above(g, v, 0xff)));
	ir_alu_to(f, n, IR_ADD, n, R(above(g, v, 0xfff)));
	ir_alu_to(f, n, IR_ADD, n, I(1));
	put_tail(g, dst, pos, w, n);
}

/* Writes the groups at byte offsets below end; returns where the text ends. */
static int put_groups(struct rt_gen *g, int src, int end, const struct zero_run *z)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int dst = f->params[0], pos = rt_unknown(g, I(0)), i = rt_unknown(g, I(0));
	int limit = rt_unknown(g, R(end)), group = ir_label(f), skip = ir_label(f), t;

	rt_loop_open(g, &l, 10);
	ir_br(f, IR_UGE, i, R(limit), l.out);
	ir_br(f, IR_UGT, i, I(14), l.out);
	ir_br(f, IR_UGT, pos, I(40), l.out);
	ir_br(f, IR_NE, i, R(z->first), group);
	t = ir_alu(f, IR_ADD, i, R(z->bytes)); /* the run must lie within what is written */
	ir_br(f, IR_ULE, t, R(limit), skip);
	ir_place(f, group);
	t = ir_unary(f, IR_BSWAP, ir_load(f, ir_alu(f, IR_ADD, src, R(i)), 0, 2), 2);
	put_group(g, dst, pos, t);
	ir_alu_to(f, i, IR_ADD, i, I(2));
	/* a colon follows unless this was the last group, or the run comes, which brings two */
	ir_br(f, IR_EQ, i, I(16), l.top);
	ir_br(f, IR_EQ, i, R(z->first), l.top);
	ir_br(f, IR_UGT, pos, I(40), l.out);
	rt_put(g, dst, pos, 0, 1, I(':'));
	ir_alu_to(f, pos, IR_ADD, pos, I(1));
	ir_jmp(f, l.top);
	ir_place(f, skip);
	rt_put(g, dst, pos, 0, 2, I(':' | ':' << 8));
	ir_alu_to(f, pos, IR_ADD, pos, I(2));
	ir_alu_to(f, i, IR_ADD, i, R(z->bytes));
	rt_loop_close(g, &l);
	return pos;
}

static void gen_inet6(struct rt_gen *g, bool v4_alone)
{
	struct ir_func *f = g->f;
	int src = f->params[1], v4 = ir_label(f), compat = ir_label(f), v6 = ir_label(f);
	int octets[4], pos = ir_imm(f, 0), t;
	struct zero_run z;

	rt_unknowns(g, src);
	find_zero_run(g, src, &z);
	ir_br(f, IR_NE, ir_load(f, src, 0, 8), I(0), v6);
	t = ir_load(f, src, 8, 4);
	ir_br(f, IR_EQ, t, I(0), compat);
	ir_br(f, IR_EQ, t, R(ir_imm(f, 0xffff0000)), v4);
	ir_jmp(f, v6);
	ir_place(f, compat); /* but :: and ::1 are no IPv4 addresses */
	t = ir_load(f, src, 12, 4);
	ir_br(f, IR_EQ, t, I(0), v6);
	ir_br(f, IR_NE, t, I(0x01000000), v4);

	ir_place(f, v6);
	finish(g, put_groups(g, src, ir_imm(f, 16), &z));

	ir_place(f, v4);
	if (!v4_alone) {
		ir_mov(f, pos, R(put_groups(g, src, ir_imm(f, 12), &z)));
		rt_cap(g, pos, I(30));
	}
	for (int i = 0; i < 4; i++)
		octets[i] = ir_load(f, src, 12 + i, 1);
	finish(g, emit_ipv4(g, f->params[0], pos, octets));
}

void rt_gen_inet_ntoa6(struct rt_gen *g)
{
	gen_inet6(g, true);
}

void rt_gen_inet_ntop6(struct rt_gen *g)
{
	gen_inet6(g, false);
}

void rt_gen_link_ntop(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	uint32_t fit = (uint32_t)(2 * RT_ROUND(g) + 32 - 4) / 3, most = fit < 20 ? fit : 20;
	int dst = f->params[0], some = ir_label(f), i, at, v, w, d;

	rt_unknowns(g, f->params[1]);
	i = rt_unknown(g, I(0));
	rt_loop_open(g, &l, 22);
	ir_br(f, IR_UGE, i, R(f->params[2]), l.out);
	ir_br(f, IR_UGE, i, I(most), l.out);
	v = rt_byte(g, f->params[1], i);
	w = ir_imm(f, 0);
	for (int shift = 0; shift < 8; shift += 4) {
		d = ir_alu(f, IR_AND, ir_alu(f, IR_SHR, v, I(shift)), I(15));
		ir_alu_to(f, d, IR_ADD, d, R(ir_alu(f, IR_MUL, above(g, d, 9), I('a' - '0' - 10))));
		ir_alu_to(f, d, IR_ADD, d, I('0'));
		ir_alu_to(f, w, IR_SHL, w, I(8));
		ir_alu_to(f, w, IR_OR, w, R(d));
	}
	ir_alu_to(f, w, IR_OR, w, I(':' << 16));
	at = ir_alu(f, IR_MUL, i, I(3));
	rt_put(g, dst, at, 0, 4, R(w));
	ir_alu_to(f, i, IR_ADD, i, I(1));
	rt_loop_close(g, &l);

	at = ir_alu(f, IR_MUL, i, I(3)); /* without the last colon */
	ir_br(f, IR_EQ, at, I(0), some);
	ir_alu_to(f, at, IR_SUB, at, I(1));
	ir_place(f, some);
	rt_cap(g, at, I(g->size - 1));
	rt_put(g, dst, at, 0, 1, I(0));
	ir_ret(f, R(at));
}
