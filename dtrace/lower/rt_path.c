/*
 * rt_path.c - run-time routines over path names: basename, dirname, cleanpath
 *
 * In: pointers as rt.h promises them. Out: text in the destination, its length returned.
 */
#include "dtrace/lower/rt_int.h"

/* Where the last component of a path is. All are registers that hold an offset + 1; 0 = none. */
struct split {
	int len; /* of the path; not + 1 */
	int base_first, base_last;
	int dir_last; /* last byte that is no slash before the slashes before the last component */
};

static void split_path(struct rt_gen *g, int s, struct split *p)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	int slash = ir_label(f), same = ir_label(f), c, after_slash;

	p->len = rt_unknown(g, I(0));
	p->base_first = rt_unknown(g, I(0));
	p->base_last = rt_unknown(g, I(0));
	p->dir_last = rt_unknown(g, I(0));
	after_slash = rt_unknown(g, I(1));
	rt_loop_open(g, &l, g->size + 1);
	ir_br(f, IR_UGE, p->len, I(g->size), l.out);
	c = rt_byte(g, s, p->len);
	ir_br(f, IR_EQ, c, I(0), l.out);
	ir_alu_to(f, p->len, IR_ADD, p->len, I(1));
	ir_br(f, IR_EQ, c, I('/'), slash);
	ir_br(f, IR_EQ, after_slash, I(0), same);
	ir_mov(f, p->dir_last, R(p->base_last));
	ir_mov(f, p->base_first, R(p->len));
	ir_place(f, same);
	ir_mov(f, p->base_last, R(p->len));
	ir_mov(f, after_slash, I(0));
	ir_jmp(f, l.top);
	ir_place(f, slash);
	ir_mov(f, after_slash, I(1));
	rt_loop_close(g, &l);
}

/* The result is the one character c. */
static void result_char(struct rt_gen *g, char c)
{
	ir_store(g->f, g->f->params[0], 0, 2, I(c));
	ir_ret(g->f, I(1));
}

static void gen_split(struct rt_gen *g, bool dir)
{
	struct ir_func *f = g->f;
	struct split p;
	int dot = ir_label(f), root = ir_label(f), from, n;

	rt_unknowns(g, f->params[1]);
	split_path(g, f->params[1], &p);
	ir_br(f, IR_EQ, p.len, I(0), dot);
	ir_br(f, IR_EQ, p.base_first, I(0), root);
	if (dir) {
		ir_br(f, IR_EQ, p.base_first, I(1), dot);
		ir_br(f, IR_EQ, p.dir_last, I(0), root);
		n = p.dir_last;
		from = -1;
	} else {
		from = ir_alu(f, IR_SUB, p.base_first, I(1));
		n = ir_alu(f, IR_SUB, p.base_last, R(from));
	}
	rt_emit_copy_n(g, f->params[0], f->params[1], from, n);
	ir_ret(f, R(rt_unknown(g, R(n))));
	ir_place(f, dot);
	result_char(g, '.');
	ir_place(f, root);
	result_char(g, '/');
}

void rt_gen_basename(struct rt_gen *g)
{
	gen_split(g, false);
}

void rt_gen_dirname(struct rt_gen *g)
{
	gen_split(g, true);
}

/*
 * cleanpath keeps back a slash and up to two dots until it knows what follows: state is how many
 * bytes it keeps back, or BACK while it goes back in the output to the last slash. Empty and
 * "." components vanish, a ".." takes the component before it along.
 *
 * The output is made in the upper half of the destination, eight readable bytes before it, and
 * copied down at the end. At most strsize - 5 bytes are kept, plus one put-back group.
 */
#define BACK 4

struct clean {
	int next; /* label: end of a round */
	int out;  /* pointer to the output */
	int i, j; /* bytes read, written */
	int state;
	int last; /* 1: the text ended in "/.." */
};

/* Writes what was kept back and c. */
static void clean_emit(struct rt_gen *g, struct rt_loop *l, struct clean *p, int c, int finish)
{
	struct ir_func *f = g->f;
	int shift = ir_alu(f, IR_SHL, p->state, I(3)), mask, w;

	mask = ir_alu(f, IR_SHL, ir_imm(f, 1), R(shift));
	ir_alu_to(f, mask, IR_SUB, mask, I(1));
	w = ir_alu(f, IR_AND, mask, I('/' | '.' << 8 | '.' << 16));
	ir_alu_to(f, w, IR_OR, w, R(ir_alu(f, IR_SHL, c, R(shift))));
	ir_br(f, IR_UGE, p->j, I(g->size), l->out);
	rt_put(g, p->out, p->j, 0, 4, R(w));
	ir_alu_to(f, p->j, IR_ADD, p->j, R(p->state));
	ir_br(f, IR_EQ, c, I(0), finish);
	ir_alu_to(f, p->j, IR_ADD, p->j, I(1));
	ir_mov(f, p->state, I(0));
	ir_br(f, IR_UGE, p->j, I(g->size > 5 ? g->size - 5 : 0), finish);
	ir_jmp(f, p->next);
}

/* Goes back to the last slash written, at most eight bytes a round. */
static void clean_back(struct rt_gen *g, struct rt_loop *l, struct clean *p, int slashes,
		       int finish)
{
	struct ir_func *f = g->f;
	int none = ir_label(f), start = ir_label(f), there = ir_label(f), w, marks;

	ir_br(f, IR_EQ, p->j, I(0), there);
	ir_br(f, IR_UGE, p->j, I(g->size), l->out);
	w = ir_load(f, ir_alu(f, IR_ADD, p->out, R(p->j)), -8, 8);
	marks = rt_zero_marks_exact(g, ir_alu(f, IR_XOR, w, R(slashes)));
	ir_br(f, IR_EQ, marks, I(0), none);
	ir_alu_to(f, p->j, IR_SUB, p->j, R(rt_first_mark(g, ir_unary(f, IR_BSWAP, marks, 8))));
	ir_alu_to(f, p->j, IR_SUB, p->j, I(1));
	ir_br(f, IR_SGE, p->j, I(0), there);
	ir_place(f, start);
	ir_mov(f, p->j, I(0));
	ir_jmp(f, there);
	ir_place(f, none);
	ir_alu_to(f, p->j, IR_SUB, p->j, I(8));
	ir_br(f, IR_SLE, p->j, I(0), start);
	ir_jmp(f, p->next);

	ir_place(f, there);
	ir_mov(f, p->state, I(1));
	ir_br(f, IR_EQ, p->last, I(0), p->next);
	ir_alu_to(f, p->j, IR_ADD, p->j, I(1)); /* the slash itself stays */
	ir_jmp(f, finish);
}

/* Reads one byte and decides. */
static void clean_read(struct rt_gen *g, struct rt_loop *l, struct clean *p, int finish)
{
	struct ir_func *f = g->f;
	int slash = ir_label(f), dot = ir_label(f), emit = ir_label(f), back = ir_label(f), c;

	ir_br(f, IR_UGE, p->i, I(g->size), l->out);
	c = rt_byte(g, f->params[1], p->i);
	ir_alu_to(f, p->i, IR_ADD, p->i, I(1));
	ir_br(f, IR_EQ, c, I('/'), slash);
	ir_br(f, IR_EQ, c, I('.'), dot);
	ir_br(f, IR_NE, c, I(0), emit);
	ir_br(f, IR_NE, p->state, I(3), emit);
	ir_mov(f, p->last, I(1));
	ir_jmp(f, back);

	ir_place(f, slash);
	ir_br(f, IR_EQ, p->state, I(3), back);
	ir_mov(f, p->state, I(1));
	ir_jmp(f, p->next);
	ir_place(f, dot);
	ir_br(f, IR_EQ, p->state, I(0), emit);
	ir_br(f, IR_EQ, p->state, I(3), emit);
	ir_alu_to(f, p->state, IR_ADD, p->state, I(1));
	ir_jmp(f, p->next);
	ir_place(f, back);
	ir_mov(f, p->state, I(BACK));
	ir_jmp(f, p->next);
	ir_place(f, emit);
	clean_emit(g, l, p, c, finish);
}

void rt_gen_cleanpath(struct rt_gen *g)
{
	struct ir_func *f = g->f;
	struct rt_loop l;
	struct clean p;
	int finish = ir_label(f), back = ir_label(f), slashes, n;

	rt_unknowns(g, f->params[1]);
	rt_word_consts(g);
	slashes = rt_spread(g, ir_imm(f, '/'));
	p.out = ir_alu(f, IR_ADD, f->params[0], I(RT_ROUND(g) + 8));
	/* "/.." goes back to a slash that was never written */
	ir_store(f, p.out, 0, 1, R(ir_load(f, f->params[1], 0, 1)));
	p.next = ir_label(f);
	p.i = rt_unknown(g, I(0));
	p.j = rt_unknown(g, I(0));
	p.state = rt_unknown(g, I(0));
	p.last = rt_unknown(g, I(0));
	if (g->size <= 5) {
		ir_store(f, f->params[0], 0, 1, I(0));
		ir_ret(f, I(0));
		return;
	}
	rt_loop_open(g, &l, rt_rounds(g->size + g->size / 2 + 8, 250));
	ir_br(f, IR_EQ, p.state, I(BACK), back);
	clean_read(g, &l, &p, finish);
	ir_place(f, back);
	clean_back(g, &l, &p, slashes, finish);
	rt_loop_close_blurred(g, &l, p.next, (int[]){p.i, p.j, p.state, p.last}, 4);
	ir_place(f, finish);
	n = ir_copy(f, p.j);
	rt_emit_copy_n(g, f->params[0], p.out, -1, n);
	ir_ret(f, R(rt_unknown(g, R(n))));
}
