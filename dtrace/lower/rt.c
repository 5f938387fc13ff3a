/*
 * rt.c - run-time routines: the table of them, and the pieces of code that they share
 *
 * In: calls of lower/ for a routine by its id. Out: a function of the unit, made on first use. The
 * routines themselves are in rt_string.c, rt_search.c, rt_path.c, rt_num.c, rt_json.c, rt_inet.c.
 */
#include "dtrace/lower/rt_int.h"

#include <stddef.h>

#define ONES 0x0101010101010101ULL
#define HIGH 0x8080808080808080ULL

/* params, where the routine can be looked at by itself: d a destination, s a text, n a number. */
static const struct {
	const char *name;
	unsigned nparams;
	void (*gen)(struct rt_gen *g);
	const char *params;
} routines[RT_NCOUNT] = {
    [RT_STRCMP] = {"strcmp", 2, rt_gen_strcmp, "ss"},
    [RT_STRLEN] = {"strlen", 1, rt_gen_strlen},
    [RT_STRCPY] = {"strcpy", 2, rt_gen_strcpy, "ds"},
    [RT_STRCHR] = {"strchr", 2, rt_gen_strchr, "sn"},
    [RT_STRRCHR] = {"strrchr", 2, rt_gen_strrchr, "sn"},
    [RT_INDEX] = {"index", 3, rt_gen_index, "ssn"},
    [RT_RINDEX] = {"rindex", 3, rt_gen_rindex, "ssn"},
    [RT_STRTOK] = {"strtok", 4, rt_gen_strtok, "dssn"},
    [RT_SUBSTR] = {"substr", 4, rt_gen_substr, "dsnn"},
    [RT_STRJOIN] = {"strjoin", 3, rt_gen_strjoin, "dss"},
    [RT_BASENAME] = {"basename", 2, rt_gen_basename, "ds"},
    [RT_DIRNAME] = {"dirname", 2, rt_gen_dirname, "ds"},
    [RT_CLEANPATH] = {"cleanpath", 2, rt_gen_cleanpath, "ds"},
    [RT_LLTOSTR] = {"lltostr", 3, rt_gen_lltostr, "dnn"},
    [RT_STRTOLL] = {"strtoll", 2, rt_gen_strtoll, "sn"},
    [RT_TOUPPER] = {"toupper", 2, rt_gen_toupper, "ds"},
    [RT_TOLOWER] = {"tolower", 2, rt_gen_tolower, "ds"},
    [RT_JSON] = {"json", 3, rt_gen_json, "dss"},
    [RT_INET_NTOA] = {"inet_ntoa", 2, rt_gen_inet_ntoa},
    [RT_INET_NTOA6] = {"inet_ntoa6", 2, rt_gen_inet_ntoa6},
    [RT_INET_NTOP6] = {"inet_ntop6", 2, rt_gen_inet_ntop6},
    [RT_LINK_NTOP] = {"link_ntop", 3, rt_gen_link_ntop},
    [RT_HASH] = {"hash", 2, rt_gen_hash},
    [RT_HASH_TEXT] = {"hash_text", 3, rt_gen_hash_text},
    [RT_MEMEQ] = {"memeq", 3, rt_gen_memeq},
    [RT_TEXTEQ] = {"texteq", 3, rt_gen_texteq},
    [RT_WINDOW] = {"window", 4, rt_gen_window, "ssnn"},
    [RT_UNSPLIT] = {"unsplit", 2, rt_gen_unsplit},
};

const char *rt_name(enum rt_id id)
{
	return routines[id].name;
}

int rt_open_global(struct ir_func *f, const uint32_t *pointee)
{
	int none = ir_label(f);
	f->is_global = true;
	for (unsigned i = 0; i < f->nparams; i++) {
		f->pointee[i] = pointee[i];
		if (pointee[i])
			ir_br(f, IR_EQ, f->params[i], I(0), none);
	}
	return none;
}

static int open_global(struct ir_func *f, const char *params, uint32_t strsize)
{
	uint32_t pointee[5] = {0};
	for (unsigned i = 0; i < f->nparams; i++)
		if (params[i] != 'n')
			pointee[i] = (params[i] == 'd' ? 2 : 1) * RT_SLACK(strsize);
	return rt_open_global(f, pointee);
}

const struct ir_func *rt_get(struct rt *rt, enum rt_id id)
{
	struct rt_gen g = {.rt = rt, .size = rt->strsize, .x = -1};

	if (rt->made[id])
		return rt->made[id];
	g.f = ir_func_new(rt->unit, routines[id].name, routines[id].nparams);
	rt->made[id] = g.f;
	bool once = routines[id].params && rt->once;
	int none = once ? open_global(g.f, routines[id].params, rt->strsize) : -1;
	routines[id].gen(&g);
	if (once) {
		ir_place(g.f, none);
		ir_ret(g.f, I(0));
	}
	return g.f;
}

void rt_unknowns(struct rt_gen *g, int base)
{
	g->x = ir_load(g->f, base, 0, 8);
	g->nx = ir_unary(g->f, IR_NOT, g->x, 8);
}

int rt_unknown(struct rt_gen *g, struct ir_val v)
{
	int zero = ir_alu(g->f, IR_AND, g->x, R(g->nx));

	return v.is_imm && v.imm == 0 ? zero : ir_alu(g->f, IR_XOR, zero, v);
}

void rt_loop_open(struct rt_gen *g, struct rt_loop *l, uint32_t max)
{
	int body = ir_label(g->f), zero;

	l->top = ir_label(g->f);
	l->out = ir_label(g->f);
	ir_place(g->f, l->top);
	ir_may_goto(g->f, l->out, max);
	zero = ir_alu(g->f, IR_AND, g->x, R(g->nx));
	ir_br(g->f, IR_EQ, zero, I(0), body);
	/* never run; it keeps this the edge that the verifier takes first */
	ir_alu_to(g->f, g->x, IR_XOR, g->x, R(zero));
	ir_jmp(g->f, l->top);
	ir_place(g->f, body);
}

uint32_t rt_rounds(uint32_t wanted, uint32_t cost)
{
	uint32_t most = 750000 / cost;

	return wanted < most ? wanted : most;
}

void rt_loop_close(struct rt_gen *g, struct rt_loop *l)
{
	ir_jmp(g->f, l->top);
	ir_place(g->f, l->out);
}

void rt_loop_close_blurred(struct rt_gen *g, struct rt_loop *l, int next, const int *regs, int n)
{
	int zero;

	ir_place(g->f, next);
	zero = ir_alu(g->f, IR_AND, g->x, R(g->nx));
	for (int i = 0; i < n; i++)
		ir_alu_to(g->f, regs[i], IR_XOR, regs[i], R(zero));
	rt_loop_close(g, l);
}

void rt_ret_unless(struct rt_gen *g, enum ir_cond c, int a, struct ir_val b, struct ir_val v)
{
	int ok = ir_label(g->f);

	ir_br(g->f, c, a, b, ok);
	ir_ret(g->f, v);
	ir_place(g->f, ok);
}

int rt_byte(struct rt_gen *g, int base, int index)
{
	return ir_load(g->f, ir_alu(g->f, IR_ADD, base, R(index)), 0, 1);
}

int rt_word(struct rt_gen *g, int base, int index)
{
	return ir_load(g->f, ir_alu(g->f, IR_ADD, base, R(index)), 0, 8);
}

void rt_put(struct rt_gen *g, int base, int index, int32_t off, unsigned size, struct ir_val v)
{
	ir_store(g->f, ir_alu(g->f, IR_ADD, base, R(index)), off, size, v);
}

/* The mask changes nothing: it is for verifiers (before Linux 6.8) that forget what a comparison told
 * them of a register when that is kept on the stack, or that follow paths which cannot be, with bounds that
 * no number has. */
void rt_cap(struct rt_gen *g, int dst, struct ir_val limit)
{
	int ok = ir_label(g->f);

	ir_br(g->f, IR_ULE, dst, limit, ok);
	ir_mov(g->f, dst, limit);
	ir_place(g->f, ok);
	if (limit.is_imm && limit.imm > 0)
		ir_alu_to(g->f, dst, IR_AND, dst,
			  I((int64_t)(~0ull >> __builtin_clzll((uint64_t)limit.imm))));
}

void rt_word_consts(struct rt_gen *g)
{
	g->ones = ir_imm(g->f, (int64_t)ONES);
	g->high = ir_imm(g->f, (int64_t)HIGH);
}

int rt_zero_marks(struct rt_gen *g, int word)
{
	int t = ir_alu(g->f, IR_SUB, word, R(g->ones));

	ir_alu_to(g->f, t, IR_AND, t, R(ir_unary(g->f, IR_NOT, word, 8)));
	ir_alu_to(g->f, t, IR_AND, t, R(g->high));
	return t;
}

int rt_zero_marks_exact(struct rt_gen *g, int word)
{
	int low = ir_unary(g->f, IR_NOT, g->high, 8);
	int t = ir_alu(g->f, IR_AND, word, R(low));

	ir_alu_to(g->f, t, IR_ADD, t, R(low));
	ir_alu_to(g->f, t, IR_OR, t, R(word));
	ir_alu_to(g->f, t, IR_OR, t, R(low));
	return ir_unary(g->f, IR_NOT, t, 8);
}

int rt_first_mark(struct rt_gen *g, int marks)
{
	int t = ir_alu(g->f, IR_AND, marks, R(ir_unary(g->f, IR_NEG, marks, 8)));

	/* 1 << 8k moves byte 7 - k of the constant, which is k, to the top */
	ir_alu_to(g->f, t, IR_SHR, t, I(7));
	ir_alu_to(g->f, t, IR_MUL, t, I(0x0001020304050607));
	ir_alu_to(g->f, t, IR_SHR, t, I(56));
	return t;
}

int rt_spread(struct rt_gen *g, int c)
{
	return ir_alu(g->f, IR_MUL, c, R(g->ones));
}

int rt_emit_len(struct rt_gen *g, int s)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), hit = ir_label(f), out = ir_label(f), done = ir_label(f);
	int len = ir_reg(f), i = rt_unknown(g, I(0)), t;

	ir_place(f, top);
	ir_may_goto(f, out, g->size / 8 + 2);
	ir_br(f, IR_UGE, i, I(g->size), out);
	t = rt_zero_marks(g, rt_word(g, s, i));
	ir_br(f, IR_NE, t, I(0), hit);
	ir_alu_to(f, i, IR_ADD, i, I(8));
	ir_jmp(f, top);

	ir_place(f, hit);
	ir_alu_to(f, len, IR_ADD, i, R(rt_first_mark(g, t)));
	ir_br(f, IR_ULT, len, I(g->size), done);
	ir_place(f, out);
	ir_mov(f, len, I(g->size - 1));
	ir_place(f, done);
	return rt_unknown(g, R(len));
}

/* at = offset (-1: none) + j, the offset first: on a path where it is a constant, verifiers from 6.10 on would take it for one that is added
 * to j, and some then conclude of j, from a limit of the sum, what makes it no index. */
static void sum_of(struct ir_func *f, int at, int offset, int j)
{
	if (offset < 0) {
		ir_mov(f, at, R(j));
		return;
	}
	ir_mov(f, at, R(offset));
	ir_alu_to(f, at, IR_ADD, at, R(j));
}

int rt_emit_copy(struct rt_gen *g, int dst, int doff, int src,
		 int (*xform)(struct rt_gen *g, int word))
{
	struct ir_func *f = g->f;
	int top = ir_label(f), hit = ir_label(f), out = ir_label(f), done = ir_label(f);
	int end = ir_reg(f), at = ir_reg(f), j = rt_unknown(g, I(0)), w, t, low;

	ir_place(f, top);
	ir_may_goto(f, out, g->size / 8 + 2);
	ir_br(f, IR_UGE, j, I(g->size), out);
	sum_of(f, at, doff, j);
	if (doff >= 0)
		ir_br(f, IR_UGE, at, I(g->size), out);
	w = rt_word(g, src, j);
	t = rt_zero_marks(g, w);
	if (xform)
		w = xform(g, w);
	ir_br(f, IR_NE, t, I(0), hit);
	rt_put(g, dst, at, 0, 8, R(w));
	ir_alu_to(f, j, IR_ADD, j, I(8));
	ir_jmp(f, top);

	ir_place(f, hit); /* the rest of the word becomes zero */
	low = ir_alu(f, IR_AND, t, R(ir_unary(f, IR_NEG, t, 8)));
	ir_alu_to(f, low, IR_SHR, low, I(7));
	ir_alu_to(f, low, IR_SUB, low, I(1));
	rt_put(g, dst, at, 0, 8, R(ir_alu(f, IR_AND, w, R(low))));
	ir_alu_to(f, end, IR_ADD, at, R(rt_first_mark(g, t)));
	ir_jmp(f, done);
	ir_place(f, out);
	ir_mov(f, end, I(g->size));
	ir_place(f, done);
	ir_store(f, dst, (int32_t)g->size - 1, 1, I(0));
	return rt_unknown(g, R(end));
}

void rt_emit_copy_n(struct rt_gen *g, int dst, int src, int soff, int n)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), out = ir_label(f), at = ir_reg(f), j = rt_unknown(g, I(0));

	rt_cap(g, n, I(g->size - 1));
	ir_place(f, top);
	ir_may_goto(f, out, g->size / 8 + 2);
	ir_br(f, IR_UGE, j, R(n), out);
	ir_br(f, IR_UGE, j, I(g->size), out);
	sum_of(f, at, soff, j);
	if (soff >= 0)
		ir_br(f, IR_UGE, at, I(g->size), out);
	rt_put(g, dst, j, 0, 8, R(rt_word(g, src, at)));
	ir_alu_to(f, j, IR_ADD, j, I(8));
	ir_jmp(f, top);
	ir_place(f, out);
	rt_cap(g, n, I(g->size - 1)); /* known already, but not to every verifier */
	rt_put(g, dst, n, 0, 1, I(0));
}
