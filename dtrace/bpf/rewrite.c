/*
 * rewrite.c - takes chosen virtual registers out of their machine registers
 *
 * In: vregs marked in_home, each with a home (a spill slot, or something made out of nothing). Out:
 * the same function in which every use of one of them reads the home directly where the instruction
 * allows, and otherwise a short-lived copy loaded just before. A copy of a LEVEL_WHOLE register
 * serves all uses up to the next call or join of control flow (calls would clobber it); when even
 * such a copy finds no register it comes back here and is loaded for each instruction alone
 * (LEVEL_INSN), which always fits. Memory operations keep their order.
 */
#include "dtrace/bpf/regalloc.h"
#include "dtrace/ir/ir_pass.h"

struct copy {
	int reg;	/* virtual register that holds the value */
	uint32_t epoch; /* valid while this is the current one */
};

struct mapcopy { /* an address in a map's value that is in a register */
	int reg;
	int64_t off;
	uint32_t epoch;
};

struct rewrite {
	struct lfunc *f;
	VEC(struct lir) out;
	struct copy *copies; /* by virtual register at the start */
	int nold;
	VEC(struct mapcopy) maps;
	uint32_t epoch;
};

static struct lir *emit(struct rewrite *w, const struct lir *i)
{
	struct lir *l = vec_push(&w->out, w->f->cg->arena);

	*l = *i;
	return l;
}

static bool taken(struct rewrite *w, const struct opnd *o)
{
	return o->kind == O_REG && o->n < w->nold && w->f->vregs.at[o->n].in_home;
}

/* ---- which operand may read which home directly ---- */

enum place { PLACE_A, PLACE_B, PLACE_ARG };

static bool fits32(const struct opnd *o)
{
	return o->kind == O_IMM && o->v == (int32_t)o->v;
}

static bool a_is_moved(int op)
{
	return op == IR_MOV || op == IR_RET || lir_is_alu(op) || (op >= IR_NEG && op <= IR_BSWAP);
}

static bool is_address(const struct lir *i, enum place p)
{
	return p == PLACE_A && ((i->op >= IR_LD && i->op <= IR_CMPXCHG));
}

static bool may_stand(const struct lir *i, enum place p, const struct opnd *home)
{
	switch (p) {
	case PLACE_ARG:
		return true;
	case PLACE_A:
		if (i->op == IR_MOV && i->dst.kind == O_SLOT)
			return fits32(home);
		return a_is_moved(i->op) || (home->kind == O_FRAME && is_address(i, p));
	default:
		if (i->op == IR_FETCH_ADD || i->op == IR_XCHG)
			return true;
		return fits32(home) && i->op != IR_CMPXCHG && i->op != IR_ATOMIC_ADD &&
		       i->op != IR_ATOMIC_OR && i->op != IR_ATOMIC_AND;
	}
}

/* Is a home read here rather than copied to a register for the uses that follow? */
static bool reads_home(const struct lir *i, enum place p, const struct vreg *v)
{
	if (!may_stand(i, p, &v->home))
		return false;
	if (v->home.kind != O_SLOT || v->level != LEVEL_WHOLE)
		return true;
	return p == PLACE_ARG || i->op == IR_RET || i->op == IR_MOV;
}

/* ---- copies ---- */

static int load_copy(struct rewrite *w, const struct lir *i, const struct opnd *home, int level)
{
	int t = lir_new_vreg(w->f, level, *home);
	struct lir mov = {.op = IR_MOV, .label = -1, .line = i->line};

	mov.dst = (struct opnd){O_REG, t, 0};
	mov.a = *home;
	emit(w, &mov);
	return t;
}

static struct mapcopy *mapcopy(struct rewrite *w, int map)
{
	while ((int)w->maps.n <= map)
		vec_push(&w->maps, w->f->cg->arena)->epoch = 0;
	return &w->maps.at[map];
}

/* The base of an access to a map's value: any address in the same value that is at hand will do. */
static void map_base(struct rewrite *w, struct lir *i, const struct vreg *v)
{
	struct opnd home = v->home;
	int64_t at = home.v + i->off;
	struct mapcopy *m = mapcopy(w, home.n);
	bool keep = v->level == LEVEL_WHOLE;

	if (!keep || m->epoch != w->epoch || at - m->off < INT16_MIN || at - m->off > INT16_MAX) {
		struct mapcopy n;

		if (i->off < INT16_MIN || i->off > INT16_MAX)
			home.v = at;
		n = (struct mapcopy){load_copy(w, i, &home, keep ? LEVEL_REGION : LEVEL_INSN),
				     home.v, w->epoch};
		if (!keep) {
			i->off = (int32_t)(at - n.off);
			i->a = (struct opnd){O_REG, n.reg, 0};
			return;
		}
		*m = n;
	}
	i->off = (int32_t)(at - m->off);
	i->a = (struct opnd){O_REG, m->reg, 0};
}

static void operand(struct rewrite *w, struct lir *i, enum place p, struct opnd *o)
{
	struct vreg v;
	struct copy *c;
	bool at_hand;

	if (!taken(w, o))
		return;
	v = w->f->vregs.at[o->n];
	c = &w->copies[o->n];
	at_hand = c->epoch == w->epoch;
	if (reads_home(i, p, &v) && !(at_hand && v.home.kind == O_SLOT)) {
		*o = v.home;
		return;
	}
	if (v.home.kind == O_MAPVAL && is_address(i, p)) {
		map_base(w, i, &v);
		return;
	}
	if (at_hand) {
		o->n = c->reg;
		return;
	}
	if (v.level == LEVEL_WHOLE) {
		c->reg = load_copy(w, i, &v.home, LEVEL_REGION);
		c->epoch = w->epoch;
		o->n = c->reg;
	} else {
		o->n = load_copy(w, i, &v.home, LEVEL_INSN);
	}
}

/* Both operands may be the same register: loaded once. */
static void operands(struct rewrite *w, struct lir *i)
{
	bool same = i->a.kind == O_REG && i->b.kind == O_REG && i->a.n == i->b.n;
	struct opnd *args = NULL;

	if (i->nargs && i->op != LIR_ENTRY) {
		args = arena_array(w->f->cg->arena, struct opnd, i->nargs);
		for (int k = 0; k < i->nargs; k++) {
			args[k] = i->args[k];
			operand(w, i, PLACE_ARG, &args[k]);
		}
		i->args = args;
	}
	if (same && taken(w, &i->a)) {
		struct vreg v = w->f->vregs.at[i->a.n];

		if (!may_stand(i, PLACE_B, &v.home)) {
			operand(w, i, PLACE_B, &i->b);
			i->a = i->b;
			return;
		}
	}
	operand(w, i, PLACE_A, &i->a);
	operand(w, i, PLACE_B, &i->b);
}

/* ---- results ---- */

static void store_home(struct rewrite *w, const struct opnd *home, int t, uint32_t line)
{
	struct lir st = {.op = IR_MOV, .label = -1, .line = line};

	st.dst = *home;
	st.a = (struct opnd){O_REG, t, 0};
	emit(w, &st);
}

/* Is the instruction after k the store that brings register r to its home? */
static bool is_home_store(const struct lir *i, int r)
{
	return i->op == IR_MOV && i->dst.kind == O_SLOT && i->a.kind == O_REG && i->a.n == r;
}

/* Emits i, whose result d is taken. Returns how many of the following instructions are done with.
 */
static size_t result(struct rewrite *w, struct lir *i, size_t k)
{
	int v = i->dst.n;
	struct vreg *vr = &w->f->vregs.at[v];
	struct opnd home = vr->home;
	const struct lir *next = k + 1 < w->f->ins.n ? &w->f->ins.at[k + 1] : NULL;
	int t;

	if (vr->level != LEVEL_WHOLE) {
		if (i->op == IR_MOV && i->a.kind == home.kind && i->a.n == home.n &&
		    i->a.v == home.v)
			return 0; /* the load of the copy: loaded again at each use */
		t = lir_new_vreg(w->f, LEVEL_INSN, home);
		i->dst.n = t;
		emit(w, i);
		if (next && is_home_store(next, v)) {
			store_home(w, &home, t, i->line);
			return 1;
		}
		return 0;
	}
	if (home.kind != O_SLOT)
		return 0;
	if (i->op == IR_MOV && (fits32(&i->a) || i->a.kind == O_REG)) {
		i->dst = home;
		emit(w, i);
		w->copies[v].epoch = 0;
		return 0;
	}
	t = lir_new_vreg(w->f, LEVEL_REGION, home);
	i->dst.n = t;
	emit(w, i);
	store_home(w, &home, t, i->line);
	w->copies[v] = (struct copy){t, w->epoch};
	return 0;
}

static size_t entry(struct rewrite *w, struct lir *i, size_t k)
{
	size_t done = 0;
	struct lir *l;
	struct opnd old[5];
	size_t at = w->out.n;

	emit(w, i);
	for (int j = 0; j < i->nargs; j++) {
		old[j] = i->args[j];
		if (!taken(w, &old[j]))
			continue;
		struct vreg v = w->f->vregs.at[old[j].n];
		bool whole = v.level == LEVEL_WHOLE;
		int t = lir_new_vreg(w->f, whole ? LEVEL_REGION : LEVEL_INSN, v.home);

		l = &w->out.at[at];
		l->args[j].n = t;
		store_home(w, &v.home, t, i->line);
		if (whole)
			w->copies[old[j].n] = (struct copy){t, w->epoch};
	}
	/* Stores of copies that are now loaded for each instruction were just made again. */
	for (bool more = true; more;) {
		more = false;
		for (int j = 0; j < i->nargs && k + 1 + done < w->f->ins.n; j++)
			if (taken(w, &old[j]) && w->f->vregs.at[old[j].n].level != LEVEL_WHOLE &&
			    is_home_store(&w->f->ins.at[k + 1 + done], old[j].n)) {
				done++;
				more = true;
			}
		if (!more && k + 1 + done < w->f->ins.n) {
			const struct lir *n = &w->f->ins.at[k + 1 + done];

			if (n->op == IR_MOV && n->dst.kind == O_SLOT && n->a.kind == O_REG) {
				bool ours = false;

				for (int j = 0; j < i->nargs; j++)
					ours |= old[j].kind == O_REG && old[j].n == n->a.n;
				if (ours) { /* the store of a parameter that keeps its register */
					emit(w, n);
					done++;
					more = true;
				}
			}
		}
	}
	return done;
}

static size_t insn(struct rewrite *w, size_t k)
{
	struct lir i = w->f->ins.at[k];
	size_t done = 0;

	if (i.op == IR_NOP)
		return 0;
	if (i.op == LIR_ENTRY)
		return entry(w, &i, k);
	if (i.op == IR_LABEL && w->f->label_refs[i.label])
		w->epoch++;
	operands(w, &i);
	if (lir_is_call(i.op))
		w->epoch++;
	if (taken(w, &i.dst))
		done = result(w, &i, k);
	else
		emit(w, &i);
	return done;
}

void rewrite_func(struct lfunc *f)
{
	struct rewrite w = {.f = f, .epoch = 1, .nold = (int)f->vregs.n};

	w.copies =
	    scratch_get(f->cg, &f->cg->s_rewrite[0], sizeof(struct copy) * f->vregs.n + 1, true);
	w.out.at = arena_array(f->cg->arena, struct lir, f->ins.n + f->ins.n / 4 + 8);
	w.out.cap = f->ins.n + f->ins.n / 4 + 8;
	for (size_t k = 0; k < f->ins.n; k++)
		k += insn(&w, k);
	f->ins.at = w.out.at;
	f->ins.n = w.out.n;
	f->ins.cap = w.out.cap;
	for (int v = 0; v < w.nold; v++)
		f->vregs.at[v].in_home = false;
}

/* ---- for verifiers that forget ---- */

/* A comparison of the copy of a slot's value with a constant, which tells bounds of both. */
static bool bounds_slot(const struct lfunc *f, const struct lir *i)
{
	return i->op == IR_BR && i->cond != IR_EQ && i->cond != IR_NE && i->cond != IR_SETBITS &&
	       i->a.kind == O_REG && i->b.kind == O_IMM && f->vregs.at[i->a.n].home.kind == O_SLOT;
}

/* if a COND b goto L	->	if a !COND b goto N; slot = a; goto L; N: slot = a */
static void restate(struct rewrite *w, const struct lir *i)
{
	const struct opnd *home = &w->f->vregs.at[i->a.n].home;
	struct lir br = *i, jmp = {.op = IR_JMP, .label = i->label, .line = i->line};
	struct lir label = {.op = IR_LABEL, .label = w->f->nlabels++, .line = i->line};

	br.cond = (uint8_t)ir_cond_negate((enum ir_cond)i->cond);
	br.label = label.label;
	emit(w, &br);
	store_home(w, home, i->a.n, i->line);
	emit(w, &jmp);
	emit(w, &label);
	store_home(w, home, i->a.n, i->line);
}

void rewrite_restate_bounds(struct lfunc *f)
{
	struct rewrite w = {.f = f};

	for (size_t k = 0; k < f->ins.n; k++)
		if (bounds_slot(f, &f->ins.at[k]))
			restate(&w, &f->ins.at[k]);
		else
			emit(&w, &f->ins.at[k]);
	f->ins.at = w.out.at;
	f->ins.n = w.out.n;
	f->ins.cap = w.out.cap;
}
