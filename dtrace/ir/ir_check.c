/*
 * ir_check.c - the invariants of ir.h, checked
 *
 * In: a unit as lower/ made it. Out: NULL, or one sentence about the first thing wrong. Registers
 * assigned before they are read is a forward data-flow problem over basic blocks: the set of
 * assigned registers at a block's start is the intersection over its predecessors. Blocks that
 * nothing reaches are not looked at.
 */
#include "dtrace/ir/ir.h"

#include <string.h>

struct check {
	const struct ir_func *f;
	struct arena *a;
	int *label_at; /* instruction, -1 = not placed */
	const char *wrong;
	/* blocks */
	int *starts, nblocks, *block_of_label;
	size_t words;
	uint64_t *in; /* by block: registers assigned at its start; ~0 = not reached yet */
	uint8_t *reached, *pending; /* by block; pending = to be walked again */
};

static bool complain(struct check *c, size_t at, const char *what)
{
	if (!c->wrong)
		c->wrong =
		    arena_printf(c->a, "%s: instruction %zu (%s, line %u): %s", c->f->name, at,
				 ir_op_name(c->f->insns.at[at].op), c->f->insns.at[at].line, what);
	return false;
}

static bool jumps(enum ir_op op)
{
	return op == IR_JMP || op == IR_BR || op == IR_BR32 || op == IR_MAY_GOTO;
}

static bool ends_flow(enum ir_op op)
{
	return op == IR_JMP || op == IR_RET;
}

static bool has_a(enum ir_op op)
{
	return (op >= IR_MOV && op <= IR_BR32) || (op >= IR_RET && op <= IR_CMPXCHG);
}

static bool has_b(enum ir_op op)
{
	return (op >= IR_ADD && op <= IR_SAR) || (op >= IR_SET && op <= IR_BR32) ||
	       (op >= IR_ST && op <= IR_CMPXCHG);
}

static bool has_dst(enum ir_op op)
{
	return (op >= IR_CONST && op <= IR_SET) || op == IR_LD || op == IR_LDS ||
	       op == IR_FETCH_ADD || op == IR_XCHG || op == IR_CMPXCHG ||
	       (op >= IR_MAP && op <= IR_FUNCADDR);
}

static bool is_memory(enum ir_op op)
{
	return op >= IR_LD && op <= IR_CMPXCHG;
}

static bool is_atomic(enum ir_op op)
{
	return op >= IR_ATOMIC_ADD && op <= IR_CMPXCHG;
}

/* ---- each instruction alone ---- */

static bool reg_ok(const struct check *c, struct ir_val v)
{
	return v.is_imm || (v.reg >= 0 && v.reg < c->f->nregs);
}

static bool imm_ok(struct ir_val v)
{
	return !v.is_imm || (v.imm >= INT32_MIN && v.imm <= INT32_MAX);
}

static bool size_ok(const struct ir_insn *i)
{
	int s = i->size;

	if (is_atomic(i->op))
		return s == 4 || s == 8;
	if (i->op == IR_SEXT || i->op == IR_ZEXT || i->op == IR_LDS)
		return s == 1 || s == 2 || s == 4;
	if (i->op == IR_BSWAP)
		return s == 2 || s == 4 || s == 8;
	return !is_memory(i->op) || s == 1 || s == 2 || s == 4 || s == 8;
}

static bool check_operands(struct check *c, size_t at)
{
	const struct ir_insn *i = &c->f->insns.at[at];

	if (has_dst(i->op) && i->dst < 0)
		return complain(c, at, "has no result register");
	if (i->dst >= c->f->nregs)
		return complain(c, at, "no such result register");
	if (has_a(i->op) && !reg_ok(c, i->a))
		return complain(c, at, "no such register (a)");
	if (has_a(i->op) && i->op != IR_MOV && i->op != IR_RET && i->a.is_imm)
		return complain(c, at, "operand a is no register");
	if (has_b(i->op) && !reg_ok(c, i->b))
		return complain(c, at, "no such register (b)");
	if (has_b(i->op) && !imm_ok(i->b))
		return complain(c, at, "immediate does not fit 32 bits");
	if (is_atomic(i->op) && i->b.is_imm)
		return complain(c, at, "operand b is no register");
	for (unsigned k = 0; k < i->nargs; k++)
		if (!reg_ok(c, i->args[k]))
			return complain(c, at, "no such register (argument)");
	return size_ok(i) || complain(c, at, "size out of range");
}

static bool check_refs(struct check *c, size_t at)
{
	const struct ir_insn *i = &c->f->insns.at[at];
	const struct ir_unit *u = c->f->unit;

	if (jumps(i->op) &&
	    (i->label < 0 || i->label >= c->f->nlabels || c->label_at[i->label] < 0))
		return complain(c, at, "label was never placed");
	if (i->op == IR_FRAME && (i->imm < 0 || (size_t)i->imm >= c->f->frame.n))
		return complain(c, at, "no such frame object");
	if (i->op == IR_CALLFN || i->op == IR_FUNCADDR) {
		if (i->imm < 0 || (size_t)i->imm >= u->funcs.n)
			return complain(c, at, "no such function");
		if (i->op == IR_CALLFN && u->funcs.at[i->imm]->nparams != i->nargs)
			return complain(c, at, "wrong number of arguments");
	}
	if (i->op == IR_KFUNC && !i->sym)
		return complain(c, at, "kernel function without a name");
	if (i->op == IR_KSYM && (!i->sym || i->imm <= 0 || i->imm > INT32_MAX))
		return complain(c, at, "kernel symbol without a name or number");
	return true;
}

static bool place_labels(struct check *c)
{
	const struct ir_func *f = c->f;

	c->label_at = arena_array(c->a, int, f->nlabels + 1);
	memset(c->label_at, 0xff, sizeof(int) * (size_t)(f->nlabels + 1));
	for (size_t k = 0; k < f->insns.n; k++) {
		const struct ir_insn *i = &f->insns.at[k];

		if (i->op != IR_LABEL)
			continue;
		if (i->label < 0 || i->label >= f->nlabels)
			return complain(c, k, "no such label");
		if (c->label_at[i->label] >= 0)
			return complain(c, k, "label is placed twice");
		c->label_at[i->label] = (int)k;
	}
	return true;
}

/* ---- assigned before read ---- */

static void cut_blocks(struct check *c)
{
	const struct ir_func *f = c->f;

	c->starts = arena_array(c->a, int, f->insns.n + 2);
	c->block_of_label = arena_array(c->a, int, f->nlabels + 1);
	for (size_t k = 0; k < f->insns.n; k++) {
		enum ir_op before = k ? f->insns.at[k - 1].op : IR_JMP;

		if (k == 0 || f->insns.at[k].op == IR_LABEL || jumps(before) || ends_flow(before))
			c->starts[c->nblocks++] = (int)k;
		if (f->insns.at[k].op == IR_LABEL)
			c->block_of_label[f->insns.at[k].label] = c->nblocks - 1;
	}
	c->starts[c->nblocks] = (int)f->insns.n;
}

static bool is_set(const uint64_t *set, int r)
{
	return set[r / 64] >> (r % 64) & 1;
}

static bool check_read(struct check *c, size_t at, const uint64_t *set, struct ir_val v)
{
	return v.is_imm || is_set(set, v.reg) ||
	       complain(c, at, arena_printf(c->a, "v%d is read before it is assigned", v.reg));
}

static bool check_reads(struct check *c, size_t at, uint64_t *set)
{
	const struct ir_insn *i = &c->f->insns.at[at];

	if (has_a(i->op) && !check_read(c, at, set, i->a))
		return false;
	if (has_b(i->op) && !check_read(c, at, set, i->b))
		return false;
	for (unsigned k = 0; k < i->nargs; k++)
		if (!check_read(c, at, set, i->args[k]))
			return false;
	return true;
}

/* What flows into block b, met with what is known there; it is to be walked when that changed. */
static void flow_into(struct check *c, int b, const uint64_t *set)
{
	uint64_t *in = c->in + (size_t)b * c->words;
	bool changed = !c->reached[b];

	for (size_t w = 0; w < c->words; w++) {
		uint64_t met = c->reached[b] ? in[w] & set[w] : set[w];

		changed |= met != in[w];
		in[w] = met;
	}
	c->reached[b] = 1;
	c->pending[b] |= changed;
}

static bool walk_block(struct check *c, int b, uint64_t *set, bool complaining)
{
	const struct ir_func *f = c->f;

	memcpy(set, c->in + (size_t)b * c->words, c->words * sizeof(*set));
	for (int k = c->starts[b]; k < c->starts[b + 1]; k++) {
		const struct ir_insn *i = &f->insns.at[k];

		if (complaining && !check_reads(c, (size_t)k, set))
			return false;
		if (!complaining && jumps(i->op))
			flow_into(c, c->block_of_label[i->label], set);
		if (i->dst >= 0)
			set[i->dst / 64] |= 1ull << (i->dst % 64);
	}
	if (ends_flow(f->insns.at[c->starts[b + 1] - 1].op))
		return true;
	if (b + 1 == c->nblocks)
		return complain(c, f->insns.n - 1, "control runs off the end of the function");
	if (!complaining)
		flow_into(c, b + 1, set);
	return true;
}

static bool check_flow(struct check *c)
{
	const struct ir_func *f = c->f;
	uint64_t *set;

	cut_blocks(c);
	c->words = (size_t)f->nregs / 64 + 1;
	c->in = arena_array(c->a, uint64_t, c->words * (size_t)c->nblocks);
	c->reached = arena_array(c->a, uint8_t, c->nblocks);
	c->pending = arena_array(c->a, uint8_t, c->nblocks);
	set = arena_array(c->a, uint64_t, c->words);
	for (unsigned k = 0; k < f->nparams; k++)
		set[f->params[k] / 64] |= 1ull << (f->params[k] % 64);
	flow_into(c, 0, set);
	/* In the order of the code, in which nearly all of it flows: once each, loops aside. */
	for (bool more = true; more;) {
		more = false;
		for (int b = 0; b < c->nblocks; b++) {
			if (!c->pending[b])
				continue;
			c->pending[b] = 0;
			more = true;
			if (!walk_block(c, b, set, false))
				return false;
		}
	}
	for (int b = 0; b < c->nblocks; b++)
		if (c->reached[b] && !walk_block(c, b, set, true))
			return false;
	return true;
}

static const char *check_func(const struct ir_func *f, struct arena *a)
{
	struct check c = {.f = f, .a = a};

	if (!f->insns.n)
		return arena_printf(a, "%s: empty function", f->name);
	if (!place_labels(&c))
		return c.wrong;
	for (size_t k = 0; k < f->insns.n; k++)
		if (!check_operands(&c, k) || !check_refs(&c, k))
			return c.wrong;
	check_flow(&c);
	return c.wrong;
}

const char *ir_check(const struct ir_unit *u, struct arena *a)
{
	if (!u->funcs.n)
		return "unit without functions";
	for (size_t k = 0; k < u->funcs.n; k++) {
		const char *wrong = check_func(u->funcs.at[k], a);

		if (wrong)
			return wrong;
	}
	return NULL;
}
