/*
 * live.c - where each variable is alive
 *
 * A variable is a virtual register or a spill slot. Basic blocks are cut at labels and after jumps;
 * each variable is followed backwards from the blocks that read it before they write it, until
 * blocks that write it, so the cost is the size of the answer (no bit sets of blocks by variables).
 * One backward walk over the instructions then makes the ranges, with holes.
 */
#include "dtrace/bpf/lir.h"

#include <string.h>

struct block {
	int first, last; /* instructions */
	int succ[2];	 /* block or -1 */
	int pred;	 /* first edge into it, -1 = none */
	int live_out;	 /* first pair, -1 = none */
};

/* List cells: an edge to a block, or a variable alive at a block's end, or an event of a variable.
 */
struct cell {
	int value, next;
};

struct live {
	struct lfunc *f;
	enum opnd_kind kind;
	struct block *blocks;
	int nblocks, nvars;
	int *label_block;
	struct cell *edges;
	VEC(struct cell)
	pairs, reads, writes;	       /* variables alive at block ends; blocks by variable */
	int *first_read, *first_write; /* by variable: list of blocks */
	int *seen_read, *seen_write;   /* by variable: last block noted, + 1 */
	int *end; /* by variable, walking back: where the open range ends, 0 = dead */
};

static bool ends_block(int op)
{
	return op == IR_JMP || op == IR_RET || op == IR_BR || op == IR_BR32 || op == IR_MAY_GOTO;
}

static void cut_blocks(struct live *l)
{
	struct lfunc *f = l->f;
	int n = (int)f->ins.n, nb = 0;
	struct cg *cg = f->cg;

	l->blocks = scratch_get(cg, &cg->s_live[0], sizeof(*l->blocks) * (size_t)(n + 1), false);
	l->label_block =
	    scratch_get(cg, &cg->s_live[1], sizeof(int) * (size_t)(f->nlabels + 1), true);
	for (int i = 0; i < n; i++) {
		if (i == 0 || f->ins.at[i].op == IR_LABEL || ends_block(f->ins.at[i - 1].op)) {
			struct block *b = &l->blocks[nb++];

			b->first = i;
			b->pred = b->live_out = -1;
		}
		l->blocks[nb - 1].last = i;
		if (f->ins.at[i].op == IR_LABEL)
			l->label_block[f->ins.at[i].label] = nb - 1;
	}
	l->nblocks = nb;
}

static void link_blocks(struct live *l)
{
	struct cg *cg = l->f->cg;
	int n = 0;

	l->edges = scratch_get(cg, &cg->s_live[2], sizeof(struct cell) * (size_t)l->nblocks * 2 + 1,
			       false);
	for (int k = 0; k < l->nblocks; k++) {
		struct block *b = &l->blocks[k];
		const struct lir *i = &l->f->ins.at[b->last];
		bool falls = i->op != IR_JMP && i->op != IR_RET && k + 1 < l->nblocks;

		b->succ[0] = falls ? k + 1 : -1;
		b->succ[1] = ends_block(i->op) && i->op != IR_RET ? l->label_block[i->label] : -1;
		for (int s = 0; s < 2; s++) {
			if (b->succ[s] < 0)
				continue;
			l->edges[n] = (struct cell){k, l->blocks[b->succ[s]].pred};
			l->blocks[b->succ[s]].pred = n++;
		}
	}
}

#define push_cell(l, list, head, val)                                                              \
	do {                                                                                       \
		*vec_push(&(l)->list, (l)->f->cg->arena) = (struct cell){(val), (head)};           \
		(head) = (int)(l)->list.n - 1;                                                     \
	} while (0)

/* For each variable: the blocks that read it before writing it, and those that write it. */
static void note_block(struct live *l, int k)
{
	struct block *b = &l->blocks[k];

	for (int i = b->first; i <= b->last; i++) {
		struct lir *ins = &l->f->ins.at[i];
		struct use u[8];
		struct opnd *d[5];
		int n = lir_uses(ins, l->kind, u);

		for (int j = 0; j < n; j++) {
			int v = u[j].var;

			if (l->seen_write[v] == k + 1 || l->seen_read[v] == k + 1)
				continue;
			l->seen_read[v] = k + 1;
			push_cell(l, reads, l->first_read[v], k);
		}
		n = lir_defs(ins, l->kind, d);
		for (int j = 0; j < n; j++) {
			int v = d[j]->n;

			if (l->seen_write[v] == k + 1)
				continue;
			l->seen_write[v] = k + 1;
			push_cell(l, writes, l->first_write[v], k);
		}
	}
}

/* Walks back from the blocks that read v; notes v in live_out of every block on the way. */
static void follow(struct live *l, int v, int *alive_in, int *alive_out, int *writes, int *stack)
{
	int depth = 0, tag = v + 1;

	for (int c = l->first_write[v]; c >= 0; c = l->writes.at[c].next)
		writes[l->writes.at[c].value] = tag;
	for (int c = l->first_read[v]; c >= 0; c = l->reads.at[c].next) {
		alive_in[l->reads.at[c].value] = tag;
		stack[depth++] = l->reads.at[c].value;
	}
	while (depth) {
		struct block *b = &l->blocks[stack[--depth]];

		for (int e = b->pred; e >= 0; e = l->edges[e].next) {
			int p = l->edges[e].value;

			if (alive_out[p] == tag)
				continue;
			alive_out[p] = tag;
			push_cell(l, pairs, l->blocks[p].live_out, v);
			if (writes[p] == tag || alive_in[p] == tag)
				continue;
			alive_in[p] = tag;
			stack[depth++] = p;
		}
	}
}

static void flow(struct live *l)
{
	struct cg *cg = l->f->cg;
	size_t nb = (size_t)l->nblocks;
	int *marks = scratch_get(cg, &cg->s_live[3], sizeof(int) * nb * 4, true);

	for (int v = 0; v < l->nvars; v++)
		if (l->first_read[v] >= 0)
			follow(l, v, marks, marks + nb, marks + 2 * nb, marks + 3 * nb);
}

/* ---- ranges ---- */

static void add_range(struct live *l, int *first, int v, int start)
{
	struct lfunc *f = l->f;
	int end = l->end[v];

	l->end[v] = 0;
	if (first[v] >= 0 && f->ranges.at[first[v]].start <= end) { /* goes on in the next block */
		struct range *r = &f->ranges.at[first[v]];

		r->start = start;
		r->end = end > r->end ? end : r->end;
		return;
	}
	*vec_push(&f->ranges, f->cg->arena) = (struct range){start, end, first[v]};
	first[v] = (int)f->ranges.n - 1;
}

/* The result is never read: drops the instruction if that was all it did, or its result. True when
 * it is gone. */
static bool drop_dead(struct lir *i, struct opnd *d)
{
	if (lir_is_pure(i->op)) {
		*i = (struct lir){.op = IR_NOP, .label = -1};
		return true;
	}
	if (lir_is_call(i->op) || i->op == LIR_ENTRY || i->op == IR_CMPXCHG)
		d->kind = O_NONE;
	if (i->op == IR_FETCH_ADD && i->b.kind == O_REG) {
		i->op = IR_ATOMIC_ADD;
		d->kind = O_NONE;
	}
	return false;
}

static void walk_insn(struct live *l, int *first, int k)
{
	struct lir *i = &l->f->ins.at[k];
	struct opnd *d[5];
	struct use u[8];
	int n = lir_defs(i, l->kind, d);

	for (int j = 0; j < n; j++) {
		if (!l->end[d[j]->n]) {
			int v = d[j]->n;

			if (drop_dead(i, d[j]))
				return;
			if (d[j]->kind == O_NONE)
				continue;
			l->end[v] = 4 * k + 3;
		}
		add_range(l, first, d[j]->n, 4 * k + 2);
	}
	n = lir_uses(i, l->kind, u);
	i->a_dies = i->a.kind == l->kind && !l->end[i->a.n];
	i->b_dies = i->b.kind == l->kind && !l->end[i->b.n];
	for (int j = 0; j < n; j++)
		if (l->end[u[j].var] < 4 * k + u[j].end)
			l->end[u[j].var] = 4 * k + u[j].end;
}

static void walk_block(struct live *l, int *first, struct block *b)
{
	struct use u[8];

	for (int c = b->live_out; c >= 0; c = l->pairs.at[c].next)
		l->end[l->pairs.at[c].value] = 4 * (b->last + 1);
	for (int k = b->last; k >= b->first; k--)
		walk_insn(l, first, k);
	/* What is still open was alive at the start: all of it is read in the block or alive at its
	 * end. */
	for (int c = b->live_out; c >= 0; c = l->pairs.at[c].next)
		if (l->end[l->pairs.at[c].value])
			add_range(l, first, l->pairs.at[c].value, 4 * b->first);
	for (int k = b->first; k <= b->last; k++) {
		int n = lir_uses(&l->f->ins.at[k], l->kind, u);

		for (int j = 0; j < n; j++)
			if (l->end[u[j].var])
				add_range(l, first, u[j].var, 4 * b->first);
	}
}

static void loop_freq(struct live *l, float *freq)
{
	struct cg *cg = l->f->cg;
	int *delta = scratch_get(cg, &cg->s_live[4], sizeof(int) * (size_t)(l->nblocks + 1), true);
	int depth = 0;

	for (int k = 0; k < l->nblocks; k++)
		for (int s = 0; s < 2; s++)
			if (l->blocks[k].succ[s] >= 0 && l->blocks[k].succ[s] <= k) {
				delta[l->blocks[k].succ[s]]++;
				delta[k + 1]--;
			}
	for (int k = 0; k < l->nblocks; k++) {
		float w = 1;

		depth += delta[k];
		for (int d = 0; d < depth && d < 4; d++)
			w *= 10;
		for (int i = l->blocks[k].first; i <= l->blocks[k].last; i++)
			freq[i] = w;
	}
}

void live_ranges(struct lfunc *f, enum opnd_kind kind, int nvars, int *first, float *freq)
{
	struct cg *cg = f->cg;
	struct live l = {.f = f, .kind = kind, .nvars = nvars};
	size_t bytes = sizeof(int) * (size_t)(nvars + 1);

	cut_blocks(&l);
	link_blocks(&l);
	l.first_read = scratch_get(cg, &cg->s_live[5], bytes, false);
	l.first_write = scratch_get(cg, &cg->s_live[6], bytes, false);
	l.seen_read = scratch_get(cg, &cg->s_live[7], bytes, true);
	l.seen_write = scratch_get(cg, &cg->s_live[8], bytes, true);
	l.end = scratch_get(cg, &cg->s_live[9], bytes, true);
	memset(l.first_read, 0xff, bytes);
	memset(l.first_write, 0xff, bytes);
	memset(first, 0xff, bytes);
	f->ranges.n = 0;
	for (int k = 0; k < l.nblocks; k++)
		note_block(&l, k);
	flow(&l);
	for (int k = l.nblocks - 1; k >= 0; k--)
		walk_block(&l, first, &l.blocks[k]);
	if (freq)
		loop_freq(&l, freq);
}
