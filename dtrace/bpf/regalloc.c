/*
 * regalloc.c - machine registers for virtual ones
 *
 * In: an lfunc with any number of virtual registers. Out: each has a machine register (r0-r9) that
 * no other one alive at the same time has; what did not fit was moved to spill slots, and slots
 * whose lives do not overlap share a place in the frame.
 *
 * Registers are handed out in order of weight (uses, ten times more for each loop around them, by
 * length), each to the virtual register whose ranges are free in it: a table holds, for each lane
 * of each instruction, the set of machine registers that are taken, so a question is an OR over a
 * few words. Calls take r0-r5 in their lane 1. Moves, call arguments and results give hints. When
 * some find none, they are taken out (rewrite.c) and the hand-out starts over: twice for most
 * functions that spill at all.
 */
#include "dtrace/bpf/regalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	NREGS = 10,
	CALLER_SAVED = 0x3f,
	ALL_REGS = 0x3ff,
	MAX_ROUNDS = 12,
	MAX_PLACES = 64,
	MAX_HINTS = 24
};

struct hint {	   /* v would like the register of another one, or a machine register */
	int other; /* virtual register; below 0: machine register -1 - other */
	float weight;
	int next;
};

struct order {
	float weight;
	int v;
};

struct alloc {
	struct lfunc *f;
	int *first;	/* by vreg: first range */
	float *freq;	/* by instruction */
	float *weights; /* by vreg */
	int *first_hint;
	VEC(struct hint) hints;
	uint64_t *taken; /* by instruction: four lanes of 16 bits */
};

static uint64_t lanes(int from, int to) /* mask of lanes [from, to) */
{
	uint64_t m = ~0ull << (16 * from);

	return to >= 4 ? m : m & ~(~0ull << (16 * to));
}

static uint16_t fold(uint64_t w)
{
	w |= w >> 32;
	return (uint16_t)(w | w >> 16);
}

static uint16_t taken_in(const struct alloc *a, const struct range *r)
{
	int i = r->start >> 2, last = (r->end - 1) >> 2;
	uint64_t w = 0;

	if (i == last)
		return fold(a->taken[i] & lanes(r->start & 3, ((r->end - 1) & 3) + 1));
	w = a->taken[i] & lanes(r->start & 3, 4);
	for (i++; i < last; i++)
		w |= a->taken[i];
	return fold(w | (a->taken[last] & lanes(0, ((r->end - 1) & 3) + 1)));
}

static void take(struct alloc *a, const struct range *r, int reg)
{
	int i = r->start >> 2, last = (r->end - 1) >> 2;
	uint64_t bit = 0x0001000100010001ull << reg;

	if (i == last) {
		a->taken[i] |= bit & lanes(r->start & 3, ((r->end - 1) & 3) + 1);
		return;
	}
	a->taken[i] |= bit & lanes(r->start & 3, 4);
	for (i++; i < last; i++)
		a->taken[i] |= bit;
	a->taken[last] |= bit & lanes(0, ((r->end - 1) & 3) + 1);
}

/* ---- weights and hints ---- */

static void hint1(struct alloc *a, int v, int other, float weight)
{
	*vec_push(&a->hints, a->f->cg->arena) = (struct hint){other, weight, a->first_hint[v]};
	a->first_hint[v] = (int)a->hints.n - 1;
}

static void hint_pair(struct alloc *a, const struct opnd *x, const struct opnd *y, float weight)
{
	if (x->kind != O_REG || y->kind != O_REG || x->n == y->n)
		return;
	hint1(a, x->n, y->n, weight);
	hint1(a, y->n, x->n, weight);
}

static void hint_reg(struct alloc *a, const struct opnd *x, int reg, float weight)
{
	if (x->kind == O_REG)
		hint1(a, x->n, -1 - reg, weight);
}

static void hints_of(struct alloc *a, struct lir *i, float w)
{
	bool a_moves = i->op == IR_MOV || lir_is_alu(i->op) || lir_is_sign(i) ||
		       (i->op >= IR_NEG && i->op <= IR_BSWAP);

	if (a_moves && i->a_dies)
		hint_pair(a, &i->dst, &i->a, w);
	else if (lir_is_commutative(i->op) && i->b_dies)
		hint_pair(a, &i->dst, &i->b, w);
	if ((i->op == IR_FETCH_ADD || i->op == IR_XCHG) && i->b_dies)
		hint_pair(a, &i->dst, &i->b, w);
	if (i->op == IR_RET)
		hint_reg(a, &i->a, 0, w);
	if (i->op == IR_CMPXCHG) {
		hint_reg(a, &i->args[0], 0, w);
		hint_reg(a, &i->dst, 0, w);
	}
	if (lir_is_call(i->op) || i->op == LIR_ENTRY) {
		for (int k = 0; k < i->nargs; k++)
			hint_reg(a, &i->args[k], k + 1, w);
		hint_reg(a, &i->dst, 0, w);
	}
}

/* Clobbers, uses and hints of all instructions. */
static void scan(struct alloc *a)
{
	struct lfunc *f = a->f;

	for (size_t k = 0; k < f->ins.n; k++) {
		struct lir *i = &f->ins.at[k];
		float w = a->freq[k];
		struct use u[8];
		struct opnd *d[5];
		int n = lir_uses(i, O_REG, u);

		for (int j = 0; j < n; j++)
			a->weights[u[j].var] += w;
		n = lir_defs(i, O_REG, d);
		for (int j = 0; j < n; j++)
			a->weights[d[j]->n] += w;
		hints_of(a, i, w);
		if (lir_is_call(i->op))
			a->taken[k] |= (uint64_t)CALLER_SAVED << 16;
		else if (i->op == IR_CMPXCHG)
			a->taken[k] |= (uint64_t)1 << 16;
	}
}

static float weight_of(const struct alloc *a, int v)
{
	const struct vreg *vr = &a->f->vregs.at[v];
	int length = 0;

	if (vr->level == LEVEL_INSN)
		return 1e30f;
	for (int r = a->first[v]; r >= 0; r = a->f->ranges.at[r].next)
		length += a->f->ranges.at[r].end - a->f->ranges.at[r].start;
	if (length == 1) /* a result nobody reads: whatever register suits the instruction */
		return 0;
	return a->weights[v] * (vr->home.kind > O_REG && vr->home.kind < O_SLOT ? 0.5f : 1) /
	       ((float)length / 4 + 4);
}

static int by_weight(const void *x, const void *y)
{
	const struct order *a = x, *b = y;

	if (a->weight != b->weight)
		return a->weight < b->weight ? 1 : -1;
	return a->v - b->v;
}

/* ---- handing out ---- */

/* Are the two alive at the same time somewhere? Looks at a bounded number of ranges: a wrong answer
 * only costs a move. */
static bool overlap(const struct alloc *a, int x, int y)
{
	const struct range *r = a->f->ranges.at;
	int i = a->first[x], j = a->first[y];

	for (int k = 0; k < 64 && i >= 0 && j >= 0; k++) {
		if (r[i].start < r[j].end && r[j].start < r[i].end)
			return true;
		if (r[i].end <= r[j].start)
			i = r[i].next;
		else
			j = r[j].next;
	}
	return false;
}

/* What v would gain from each register: from its hints, and at half from what those without a
 * register yet hope for. */
static void score(const struct alloc *a, int v, float gain[NREGS], float factor, bool further)
{
	int h = a->first_hint[v];

	for (int k = 0; k < MAX_HINTS && h >= 0; k++, h = a->hints.at[h].next) {
		const struct hint *p = &a->hints.at[h];

		if (p->other < 0)
			gain[-1 - p->other] += p->weight * factor;
		else if (a->f->vregs.at[p->other].reg >= 0)
			gain[a->f->vregs.at[p->other].reg] += p->weight * factor;
		else if (further && !overlap(a, v, p->other))
			score(a, p->other, gain, factor / 2, false);
	}
}

static int choose(const struct alloc *a, int v, unsigned free)
{
	/* From the top: r1, r2 ... are where parameters are and arguments go. */
	static const int8_t preferred[NREGS] = {5, 4, 3, 2, 1, 0, 6, 7, 8, 9};
	float gain[NREGS] = {0}, best = -1;
	int reg = -1;

	score(a, v, gain, 1, true);
	for (int k = 0; k < NREGS; k++) {
		int r = preferred[k];

		if ((free & 1u << r) && gain[r] > best) {
			best = gain[r];
			reg = r;
		}
	}
	return reg;
}

static bool assign(struct alloc *a, int v)
{
	struct lfunc *f = a->f;
	unsigned busy = 0;

	for (int r = a->first[v]; r >= 0; r = f->ranges.at[r].next)
		busy |= taken_in(a, &f->ranges.at[r]);
	if (!(ALL_REGS & ~busy))
		return false;
	f->vregs.at[v].reg = (int8_t)choose(a, v, ALL_REGS & ~busy);
	for (int r = a->first[v]; r >= 0; r = f->ranges.at[r].next)
		take(a, &f->ranges.at[r], f->vregs.at[v].reg);
	return true;
}

static void prepare(struct alloc *a)
{
	struct lfunc *f = a->f;
	struct cg *cg = f->cg;
	size_t nv = f->vregs.n;

	a->first = scratch_get(cg, &cg->s_alloc[0], sizeof(int) * (nv + 1), false);
	a->freq = scratch_get(cg, &cg->s_alloc[1], sizeof(float) * (f->ins.n + 1), false);
	live_ranges(f, O_REG, (int)nv, a->first, a->freq);
	a->weights = scratch_get(cg, &cg->s_alloc[2], sizeof(float) * (nv + 1), true);
	a->taken = scratch_get(cg, &cg->s_alloc[3], sizeof(uint64_t) * (f->ins.n + 1), true);
	a->first_hint = scratch_get(cg, &cg->s_alloc[4], sizeof(int) * (nv + 1), false);
	memset(a->first_hint, 0xff, sizeof(int) * (nv + 1));
	a->hints.n = 0;
	scan(a);
}

static int spill(struct lfunc *f, int v)
{
	struct vreg *vr = &f->vregs.at[v];

	if (vr->level == LEVEL_INSN)
		return err_set(f->cg->err, EINVAL, "internal error: %s: no register left",
			       f->ir->name);
	vr->in_home = true;
	if (vr->home.kind == O_NONE)
		vr->home = (struct opnd){O_SLOT, f->nslots++, 0};
	return 0;
}

/* One hand-out. Returns how many found no register, -1 on error. */
static int round_of(struct alloc *a)
{
	struct lfunc *f = a->f;
	struct cg *cg = f->cg;
	struct order *todo;
	int n = 0, spills = 0;

	prepare(a);
	todo = scratch_get(cg, &cg->s_alloc[5], sizeof(*todo) * (f->vregs.n + 1), false);
	for (int v = 0; v < (int)f->vregs.n; v++) {
		f->vregs.at[v].reg = -1;
		if (a->first[v] >= 0)
			todo[n++] = (struct order){weight_of(a, v), v};
	}
	qsort(todo, (size_t)n, sizeof(*todo), by_weight);
	for (int k = 0; k < n; k++) {
		if (assign(a, todo[k].v))
			continue;
		if (spill(f, todo[k].v) < 0)
			return -1;
		spills++;
	}
	return spills;
}

/* ---- places of spill slots ---- */

static uint64_t places_in(const uint64_t *taken, const struct range *r)
{
	uint64_t w = 0;

	for (int i = r->start >> 2; i <= (r->end - 1) >> 2; i++)
		w |= taken[i];
	return w;
}

static int place_slots(struct lfunc *f)
{
	struct cg *cg = f->cg;
	int *first = scratch_get(cg, &cg->s_alloc[0], sizeof(int) * (size_t)(f->nslots + 1), false);
	uint64_t *taken;

	if (!f->nslots)
		return 0;
	live_ranges(f, O_SLOT, f->nslots, first, NULL);
	taken = scratch_get(cg, &cg->s_alloc[3], sizeof(uint64_t) * (f->ins.n + 1), true);
	f->slot_place = arena_array(cg->arena, uint8_t, f->nslots);
	for (int s = 0; s < f->nslots; s++) {
		uint64_t busy = 0;
		int p;

		for (int r = first[s]; r >= 0; r = f->ranges.at[r].next)
			busy |= places_in(taken, &f->ranges.at[r]);
		if (busy == ~0ull)
			return err_set(cg->err, E2BIG,
				       "%s: too many values at once: over %d bytes of stack",
				       f->ir->name, MAX_PLACES * 8);
		p = __builtin_ctzll(~busy);
		f->slot_place[s] = (uint8_t)p;
		f->nplaces = p + 1 > f->nplaces && first[s] >= 0 ? p + 1 : f->nplaces;
		for (int r = first[s]; r >= 0; r = f->ranges.at[r].next)
			for (int i = f->ranges.at[r].start >> 2;
			     i <= (f->ranges.at[r].end - 1) >> 2; i++)
				taken[i] |= 1ull << p;
	}
	return 0;
}

/* ---- values that can be made out of nothing ---- */

/* Loop depth of every instruction, by jumps back in the order of the list. False when there are no
 * loops. */
static bool loop_depths(struct lfunc *f, int *depth)
{
	int *label_at =
	    scratch_get(f->cg, &f->cg->s_alloc[0], sizeof(int) * (size_t)(f->nlabels + 1), true);
	int now = 0;
	bool any = false;

	for (size_t k = 0; k < f->ins.n; k++) {
		const struct lir *i = &f->ins.at[k];

		if (i->op == IR_LABEL) {
			label_at[i->label] = (int)k + 1;
		} else if (i->label >= 0 && label_at[i->label]) {
			depth[label_at[i->label] - 1]++;
			depth[k + 1]--;
			any = true;
		}
	}
	for (size_t k = 0; k < f->ins.n; k++)
		depth[k] = now += depth[k];
	return any;
}

/* Is it worth a register inside a loop? What an instruction can hold by itself is not. */
static bool worth_keeping(const struct lir *i, const struct opnd *o, const struct opnd *home)
{
	if (home->kind == O_MAPVAL)
		return o == &i->a && i->op >= IR_LD && i->op <= IR_CMPXCHG;
	return home->kind == O_IMM && home->v != (int32_t)home->v;
}

/* Marks the values that are made again at each use: all but those made before a loop and costly to
 * make inside. */
static void choose_homes(struct lfunc *f)
{
	int *depth = scratch_get(f->cg, &f->cg->s_alloc[1], sizeof(int) * (f->ins.n + 1), true);
	int *made = scratch_get(f->cg, &f->cg->s_alloc[2], sizeof(int) * (f->vregs.n + 1), true);

	for (size_t v = 0; v < f->vregs.n; v++)
		f->vregs.at[v].in_home = f->vregs.at[v].home.kind != O_NONE;
	if (!loop_depths(f, depth))
		return;
	for (size_t k = 0; k < f->ins.n; k++) {
		const struct lir *i = &f->ins.at[k];

		if (i->dst.kind == O_REG)
			made[i->dst.n] = depth[k];
		for (int j = 0; j < 2; j++) {
			const struct opnd *o = j ? &i->b : &i->a;
			struct vreg *v = o->kind == O_REG ? &f->vregs.at[o->n] : NULL;

			if (v && v->in_home && depth[k] > made[o->n] &&
			    worth_keeping(i, o, &v->home))
				v->in_home = false;
		}
	}
}

int regalloc_func(struct lfunc *f)
{
	struct alloc a = {.f = f};
	int spills = 1;

	choose_homes(f);
	rewrite_func(f);
	for (int k = 0; k < MAX_ROUNDS && spills > 0; k++) {
		spills = round_of(&a);
		if (spills < 0)
			return -1;
		if (spills)
			rewrite_func(f);
	}
	if (spills)
		return err_set(f->cg->err, EINVAL, "internal error: %s: registers do not settle",
			       f->ir->name);
	if (f->cg->target->forgets_slots)
		rewrite_restate_bounds(f);
	return place_slots(f);
}
