/*
 * ir_opt.c - the passes over IR, in order, and those that are about control flow and dead code
 *
 *	clean (jumps, unreachable code) -> ir_propagate -> clean -> drop dead code
 *
 * All are linear in the length of the function. Memory operations, calls and their order are never
 * changed.
 */
#include "dtrace/ir/ir_pass.h"

#include <string.h>

struct opt {
	struct ir_func *f;
	int *label_at;	      /* instruction that places the label */
	uint32_t *label_refs; /* jumps to it */
	uint8_t *reached;     /* by instruction */
	int *stack;
};

static bool is_quiet(enum ir_op op) /* makes no instruction */
{
	return op == IR_NOP || op == IR_COMMENT || op == IR_LABEL;
}

static void drop(struct ir_insn *i)
{
	uint32_t line = i->line;

	*i = (struct ir_insn){.op = IR_NOP, .dst = -1, .label = -1, .line = line};
	i->a = i->b = IRV_IMM(0);
}

static void compact(struct ir_func *f)
{
	size_t n = 0;

	for (size_t k = 0; k < f->insns.n; k++) {
		if (f->insns.at[k].op == IR_NOP)
			continue;
		if (n != k)
			f->insns.at[n] = f->insns.at[k];
		n++;
	}
	f->insns.n = n;
}

static void find_labels(struct opt *o)
{
	struct ir_func *f = o->f;

	memset(o->label_refs, 0, sizeof(*o->label_refs) * (size_t)(f->nlabels + 1));
	for (size_t k = 0; k < f->insns.n; k++) {
		if (f->insns.at[k].op == IR_LABEL)
			o->label_at[f->insns.at[k].label] = (int)k;
		else if (ir_is_jump(f->insns.at[k].op))
			o->label_refs[f->insns.at[k].label]++;
	}
}

static size_t first_real(const struct ir_func *f, size_t k)
{
	while (k < f->insns.n && is_quiet(f->insns.at[k].op))
		k++;
	return k;
}

/* Where a jump to label ends up: past labels and jumps that lead on. */
static int final_target(const struct opt *o, int label)
{
	for (int hops = 0; hops < 16; hops++) {
		size_t k = first_real(o->f, (size_t)o->label_at[label]);

		if (k == o->f->insns.n || o->f->insns.at[k].op != IR_JMP ||
		    o->f->insns.at[k].label == label)
			return label;
		label = o->f->insns.at[k].label;
	}
	return label;
}

static void thread_jumps(struct opt *o)
{
	struct ir_func *f = o->f;

	for (size_t k = 0; k < f->insns.n; k++) {
		struct ir_insn *i = &f->insns.at[k];
		size_t to;

		if (!ir_is_jump(i->op))
			continue;
		i->label = final_target(o, i->label);
		to = first_real(f, (size_t)o->label_at[i->label]);
		if (i->op == IR_JMP && to < f->insns.n && f->insns.at[to].op == IR_RET) {
			uint32_t line = i->line;

			*i = f->insns.at[to];
			i->line = line;
		}
	}
}

/* ---- unreachable code ---- */

static void reach(struct opt *o, int *depth, size_t k)
{
	if (k < o->f->insns.n && !o->reached[k]) {
		o->reached[k] = 1;
		o->stack[(*depth)++] = (int)k;
	}
}

static void drop_unreachable(struct opt *o)
{
	struct ir_func *f = o->f;
	int depth = 0;

	memset(o->reached, 0, f->insns.n);
	reach(o, &depth, 0);
	while (depth) {
		for (size_t k = (size_t)o->stack[--depth];; k++) {
			const struct ir_insn *i = &f->insns.at[k];

			if (ir_is_jump(i->op))
				reach(o, &depth, (size_t)o->label_at[i->label]);
			if (ir_ends_flow(i->op) || k + 1 >= f->insns.n || o->reached[k + 1])
				break;
			o->reached[k + 1] = 1;
		}
	}
	for (size_t k = 0; k < f->insns.n; k++)
		if (!o->reached[k])
			drop(&f->insns.at[k]);
}

/* ---- jumps around jumps ---- */

static bool leads_to(const struct ir_func *f, size_t k, int label)
{
	for (k++; k < f->insns.n && is_quiet(f->insns.at[k].op); k++)
		if (f->insns.at[k].op == IR_LABEL && f->insns.at[k].label == label)
			return true;
	return false;
}

/* br c L1; jmp L2; L1:  ->  br !c L2; L1: */
static void invert(struct ir_func *f, size_t k)
{
	struct ir_insn *i = &f->insns.at[k], *j;
	size_t n = k + 1;

	while (n < f->insns.n && (f->insns.at[n].op == IR_NOP || f->insns.at[n].op == IR_COMMENT))
		n++;
	if (n == f->insns.n || f->insns.at[n].op != IR_JMP || i->cond == IR_SETBITS)
		return;
	j = &f->insns.at[n];
	if (!leads_to(f, n, i->label))
		return;
	i->cond = ir_cond_negate(i->cond);
	i->label = j->label;
	drop(j);
}

static void straighten(struct ir_func *f)
{
	for (size_t k = 0; k < f->insns.n; k++) {
		struct ir_insn *i = &f->insns.at[k];

		if (i->op == IR_BR || i->op == IR_BR32)
			invert(f, k);
		if (ir_is_jump(i->op) && i->op != IR_MAY_GOTO && leads_to(f, k, i->label))
			drop(i);
	}
}

static void drop_labels(struct opt *o)
{
	struct ir_func *f = o->f;

	find_labels(o);
	for (size_t k = 0; k < f->insns.n; k++)
		if (f->insns.at[k].op == IR_LABEL && !o->label_refs[f->insns.at[k].label])
			drop(&f->insns.at[k]);
}

static void clean(struct opt *o)
{
	find_labels(o);
	thread_jumps(o);
	drop_unreachable(o);
	straighten(o->f);
	drop_labels(o);
	compact(o->f);
}

/* ---- dead code ---- */

static void count(uint32_t *uses, const struct ir_insn *i, int by)
{
	if (ir_reads_a(i->op) && !i->a.is_imm)
		uses[i->a.reg] += by;
	if (ir_reads_b(i->op) && !i->b.is_imm)
		uses[i->b.reg] += by;
	for (unsigned k = 0; k < i->nargs; k++)
		if (!i->args[k].is_imm)
			uses[i->args[k].reg] += by;
}

/* Backwards, so that what only dead code read is dead in turn. */
static void drop_dead(struct ir_func *f)
{
	uint32_t *uses = arena_array(f->unit->arena, uint32_t, f->nregs + 1);

	for (size_t k = 0; k < f->insns.n; k++)
		count(uses, &f->insns.at[k], 1);
	for (size_t k = f->insns.n; k-- > 0;) {
		struct ir_insn *i = &f->insns.at[k];

		if (i->dst < 0 || uses[i->dst])
			continue;
		if (ir_is_pure(i->op)) {
			count(uses, i, -1);
			drop(i);
		} else if (i->op == IR_CALL || i->op == IR_KFUNC || i->op == IR_CALLFN) {
			i->dst = -1;
		} else if (i->op == IR_FETCH_ADD) {
			i->op = IR_ATOMIC_ADD;
			i->dst = -1;
		}
	}
	compact(f);
}

static void optimize(struct ir_func *f)
{
	struct arena *a = f->unit->arena;
	struct opt o = {.f = f};

	o.label_at = arena_array(a, int, f->nlabels + 1);
	o.label_refs = arena_array(a, uint32_t, f->nlabels + 1);
	o.reached = arena_array(a, uint8_t, f->insns.n + 1);
	o.stack = arena_array(a, int, f->insns.n + 1);
	clean(&o);
	ir_propagate(f);
	clean(&o);
	drop_dead(f);
}

void ir_optimize(struct ir_unit *u)
{
	for (size_t k = 0; k < u->funcs.n; k++)
		optimize(u->funcs.at[k]);
}
