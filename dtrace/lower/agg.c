/*
 * agg.c - aggregations
 *
 * Without keys: a cell at a fixed place of this CPU's element. With keys: an open-addressing table
 * there, of one generation or two (image.h). Updates are atomic where another program may interrupt
 * this one in the middle of it.
 */
#include "dtrace/lower/lower_int.h"

enum { QUANTIZE_BUCKETS = 127, QUANTIZE_ZERO = 63 };
enum { INTERRUPTS = 8 }; /* programs that run within each other on a CPU: task, softirq, irq, nmi */

/* Orders of magnitude low..high, each divided into nsteps: how many buckets llquantize has. Powers up
 * to high + 1 fit 64 bits, unsigned; beyond nothing is computed. */
static uint32_t llquantize_buckets(const struct agg *a)
{
	uint64_t this = 1;
	uint32_t n = 2;
	for (uint32_t i = 0; i <= a->low; i++)
		this *= a->factor;
	for (uint32_t order = a->low; order <= a->high; order++) {
		uint64_t steps = this > a->nsteps ? a->nsteps : this;
		n += (uint32_t)(steps - steps / a->factor);
		this *= a->factor;
	}
	return n;
}

/* Without a key, a count of updates tells what adds up to nothing from nothing at all. */
static bool has_count(const struct agg *a)
{
	return !a->nkeys && (a->func == BF_SUM || a->weighted);
}

static uint32_t own_words(const struct agg *a)
{
	switch (a->func) {
	case BF_COUNT:
	case BF_SUM:
		return 1;
	case BF_STDDEV:
		return 4;
	case BF_QUANTIZE:
		return QUANTIZE_BUCKETS;
	case BF_LQUANTIZE:
		return (uint32_t)((a->limit - a->base) / a->step) + 2;
	case BF_LLQUANTIZE:
		return llquantize_buckets(a);
	default:
		return 2;
	}
}

static uint32_t cell_words(const struct agg *a)
{
	return own_words(a) + has_count(a);
}

static void plan_keys(struct lower *L, struct agg *agg, struct plan_agg *p)
{
	struct agg_place *ap = &L->aggs[agg->id];
	uint32_t off = 0;
	for (uint32_t i = 0; i < agg->nkeys; i++) {
		const struct rep *r = &ap->keys[i];
		struct plan_rec *rec = vec_push(&p->keys, L->a);
		static const enum plan_enc enc[] = {
		    [REP_INT] = ENC_INT,     [REP_ID] = ENC_STRID,	[REP_STR] = ENC_STR,
		    [REP_BYTES] = ENC_BYTES, [REP_KSTACK] = ENC_KSTACK, [REP_USTACK] = ENC_USTACK,
		    [REP_KADDR] = ENC_KADDR, [REP_UADDR] = ENC_UADDR};
		*rec = (struct plan_rec){.enc = enc[r->kind],
					 .offset = off,
					 .size = r->bytes,
					 .d_bytes = r->d_bytes,
					 .action = r->act,
					 .type = r->type,
					 .arg = r->frames | (uint64_t)r->strsize << 32};
		if (r->kind == REP_INT) {
			rec->size = r->d_bytes ? r->d_bytes : 8;
			rec->is_signed = type_is_int(r->type) && type_is_signed(r->type);
		} else if (r->kind == REP_ID) {
			rec->size = 4;
		} else if (r->kind == REP_BYTES) {
			rec->size = r->d_bytes;
		}
		off += r->bytes;
	}
	ap->key_bytes = p->key_bytes = off;
}

enum {
	DEFAULT_BYTES = 2 << 20, /* aggsize when it is not set, so that two generations have the
				    classic buffer */
	DEFAULT_MOST = 1 << 14,	 /* then none has more slots: making one takes time at start-up,
				    reading it at each snapshot */
	DEFAULT_LEAST = 512, /* nor has one less for there being many, within aggsize for each */
	MOST_SLOTS = 1 << 24,
	MOST_BYTES = 1 << 29, /* of a generation of all of them on a CPU: offsets have 31 bits */
};

static uint32_t slots_within(uint64_t bytes, uint32_t entry, uint32_t most)
{
	uint32_t n = 2;
	while (n < most && (uint64_t)n * 2 * entry <= bytes)
		n *= 2;
	return n;
}

/* How many keys a generation has room for: its share of aggsize. */
static uint32_t table_slots(struct lower *L, uint32_t entry)
{
	uint64_t size = L->s->opts->value[OPT_AGGSIZE];
	uint32_t keyed = 0;
	for (size_t i = 0; i < L->s->aggs.n; i++)
		keyed += L->s->aggs.at[i]->nkeys != 0;
	keyed = keyed ? keyed : 1;
	if (size == OPTION_UNSET) {
		uint32_t most = L->s->opts->slots_most ? L->s->opts->slots_most : DEFAULT_MOST;
		uint32_t n = slots_within(DEFAULT_BYTES / keyed, entry, most);
		uint32_t least = slots_within(DEFAULT_BYTES, entry, DEFAULT_LEAST);
		return n > least ? n : least;
	}
	if (size > MOST_BYTES)
		size = MOST_BYTES;
	return slots_within(size / keyed, entry, MOST_SLOTS);
}

/* The aggregation's entry in the plan, made (with its memory) on first use. */
uint32_t agg_plan(struct lower *L, struct agg *agg)
{
	struct agg_place *ap = &L->aggs[agg->id];
	if (ap->plan != UINT32_MAX)
		return ap->plan;
	ap->plan = (uint32_t)L->plan->aggs.n;
	struct plan_agg *p = vec_push(&L->plan->aggs, L->a);
	*p = (struct plan_agg){.id = ap->plan,
			       .name = agg->name,
			       .func = agg->func == BF_NONE ? AGG_COUNT
							    : (enum agg_func)(agg->func - BF_COUNT),
			       .is_signed = agg->value_signed,
			       .base = (int32_t)agg->base,
			       .limit = (int32_t)agg->limit,
			       .step = (uint16_t)agg->step,
			       .factor = (uint16_t)agg->factor,
			       .low = (uint16_t)agg->low,
			       .high = (uint16_t)agg->high,
			       .nsteps = (uint16_t)agg->nsteps,
			       .ncells = cell_words(agg),
			       .keyed = agg->nkeys != 0,
			       .line = agg->src.line};
	L->agg_bytes = (L->agg_bytes + 63) & ~63u;
	p->offset = L->agg_bytes;
	if (!p->keyed) {
		L->agg_bytes += p->ncells * 8;
		return ap->plan;
	}
	plan_keys(L, agg, p);
	p->entry_bytes = 8 + p->key_bytes + p->ncells * 8;
	p->nslots = table_slots(L, p->entry_bytes);
	/* As many keys as probes, for each place where one is made: half of the slots stay empty. */
	uint64_t most = (uint64_t)ap->uses * (L->plan->probes.n + L->error_clauses.n);
	p->turns = ap->open || L->o->open || p->nslots / 2 < most;
	while (!p->turns && p->nslots > 64 && p->nslots / 4 >= most)
		p->nslots /= 2;
	L->agg_bytes += (uint32_t)plan_agg_table_bytes(p);
	return ap->plan;
}

/* ---- which bucket ---- */

enum { LOG_BITS = 6, LOG_SIZE = 1 << LOG_BITS };
#define LOG_MULT 0x03f79d71b4cb0a89ull /* its windows of six bits are all different */

/*
 * The buckets of the positive values by the place of their highest bit, as a table in GLOB. With all
 * bits below the highest set too, a value is one of 64, and the top six bits of its product with
 * LOG_MULT tell which one. No step branches: how long things take is what no CPU predicts.
 */
static uint32_t log_table(struct lower *L)
{
	char table[LOG_SIZE];
	for (unsigned bit = 0; bit < LOG_SIZE; bit++) {
		uint64_t smeared = ~0ull >> (63 - bit);
		table[smeared * LOG_MULT >> (64 - LOG_BITS)] = (char)(QUANTIZE_ZERO + 1 + bit);
	}
	/* The magnitude of INT64_MIN: its bucket is the lowest, as if it were one less. */
	table[~0ull * LOG_MULT >> (64 - LOG_BITS)] = (char)(2 * QUANTIZE_ZERO);
	return glob_literal(L, table, sizeof(table));
}

static int quantize_bucket(struct lw *c, struct val v)
{
	struct ir_func *f = c->f;
	int value = val_reg(c, v), out = ir_imm(f, QUANTIZE_ZERO), done = ir_label(f);
	int positive = ir_label(f), mag = ir_copy(f, value);
	ir_br(f, IR_EQ, value, IRV_IMM(0), done);
	ir_br(f, IR_SGT, value, IRV_IMM(0), positive);
	ir_mov(f, mag, IRV_REG(ir_unary(f, IR_NEG, value, 8)));
	ir_place(f, positive);
	for (int by = 1; by < 64; by *= 2)
		ir_alu_to(f, mag, IR_OR, mag, IRV_REG(ir_alu(f, IR_SHR, mag, IRV_IMM(by))));
	int mult = ir_imm(f, (int64_t)LOG_MULT);
	int at = ir_alu(f, IR_SHR, ir_alu(f, IR_MUL, mag, IRV_REG(mult)), IRV_IMM(64 - LOG_BITS));
	int table = ir_mapval(f, IMAGE_MAP_GLOB, log_table(c->L));
	ir_mov(f, out, IRV_REG(ir_load(f, ir_alu(f, IR_ADD, table, IRV_REG(at)), 0, 1)));
	ir_br(f, IR_SGT, value, IRV_IMM(0), done);
	int mirror = ir_imm(f, 2 * QUANTIZE_ZERO);
	ir_mov(f, out, IRV_REG(ir_alu(f, IR_SUB, mirror, IRV_REG(out))));
	ir_place(f, done);
	return out;
}

static int lquantize_bucket(struct lw *c, const struct agg *a, struct val v)
{
	struct ir_func *f = c->f;
	int64_t levels = (a->limit - a->base) / a->step;
	int value = val_reg(c, v), out = ir_imm(f, 0), done = ir_label(f), inside = ir_label(f);
	ir_br(f, IR_SLT, value, IRV_IMM(a->base), done);
	ir_br(f, IR_SLT, value, IRV_IMM(a->limit), inside);
	ir_mov(f, out, IRV_IMM(levels + 1));
	ir_jmp(f, done);
	ir_place(f, inside);
	int rel = ir_alu(f, IR_SUB, value, IRV_IMM(a->base));
	if (a->step > 1)
		rel = ir_alu(f, IR_UDIV, rel, IRV_IMM(a->step));
	ir_alu_to(f, rel, IR_ADD, rel, IRV_IMM(1));
	ir_mov(f, out, IRV_REG(rel));
	ir_place(f, done);
	return out;
}

static int llquantize_bucket(struct lw *c, const struct agg *a, struct val v)
{
	struct ir_func *f = c->f;
	int value = val_reg(c, v), out = ir_imm(f, 0), done = ir_label(f);
	uint64_t last = 1, this;
	uint32_t base = 1;
	for (uint32_t i = 0; i < a->low; i++)
		last *= a->factor;
	ir_br(f, IR_SLT, value, IRV_REG(ir_imm(f, (int64_t)last)), done);
	this = last * a->factor;
	for (uint32_t order = a->low; order <= a->high; order++) {
		uint64_t steps = this > a->nsteps ? a->nsteps : this;
		int above = ir_label(f);
		ir_br(f, IR_UGE, value, IRV_REG(ir_imm(f, (int64_t)this)), above);
		int rel = ir_alu(f, IR_SUB, value, IRV_REG(ir_imm(f, (int64_t)last)));
		if (this / steps > 1)
			rel = ir_alu(f, IR_UDIV, rel, IRV_REG(ir_imm(f, (int64_t)(this / steps))));
		ir_mov(f, out, IRV_REG(ir_alu(f, IR_ADD, rel, IRV_IMM(base))));
		ir_jmp(f, done);
		ir_place(f, above);
		base += (uint32_t)(steps - steps / a->factor);
		last = this;
		this *= a->factor;
	}
	ir_mov(f, out, IRV_IMM(base));
	ir_place(f, done);
	return out;
}

/* The same number, but the verifier knows nothing of it any more. Each way through the choice of a
 * bucket leaves another constant, and it would follow all that comes behind once for every one of
 * them. */
static int forget_value(struct lw *c, int reg)
{
	int unknown = ir_load(c->f, lw_aggp(c), IMAGE_AGG_DROPS, 8);
	int mixed = ir_alu(c->f, IR_XOR, reg, IRV_REG(unknown));
	return ir_alu(c->f, IR_XOR, mixed, IRV_REG(unknown));
}

/* ---- the update ---- */

struct update {
	struct agg *agg;
	struct val value, incr;
	int bucket; /* register, -1 */
	bool atomic;
	uint32_t ncells;
};

static void add_to(struct lw *c, const struct update *u, int base, int32_t off, struct ir_val v)
{
	if (u->atomic) {
		ir_atomic_add(c->f, base, off, 8, v);
		return;
	}
	int old = ir_load(c->f, base, off, 8);
	ir_store(c->f, base, off, 8, IRV_REG(ir_alu(c->f, IR_ADD, old, v)));
}

static void min_max(struct lw *c, const struct update *u, int cell, int32_t off)
{
	struct ir_func *f = c->f;
	enum agg_func func = u->agg->func == BF_MIN ? AGG_MIN : AGG_MAX;
	int mask = ir_imm(f, (int64_t)plan_agg_extreme_mask(func, u->agg->value_signed));
	int value = ir_alu(f, IR_XOR, val_reg(c, u->value), IRV_REG(mask));
	int done = ir_label(f), again = ir_label(f);
	ir_place(f, again);
	int old = ir_load(f, cell, off + 8, 8);
	ir_br(f, IR_ULE, value, IRV_REG(old), done);
	if (u->atomic) {
		int found = ir_cmpxchg(f, cell, off + 8, 8, IRV_REG(old), IRV_REG(value));
		ir_br(f, IR_EQ, found, IRV_REG(old), done);
		ir_may_goto(f, done, INTERRUPTS);
		ir_jmp(f, again);
	} else {
		ir_store(f, cell, off + 8, 8, IRV_REG(value));
	}
	ir_place(f, done);
	add_to(c, u, cell, off, IRV_IMM(1));
}

/* Adds value squared, 128 bits, to the words at off and off + 8. */
static void add_square(struct lw *c, const struct update *u, int cell, int32_t off)
{
	struct ir_func *f = c->f;
	int v = ir_copy(f, val_reg(c, u->value)), positive = ir_label(f);
	ir_br(f, IR_SGE, v, IRV_IMM(0), positive);
	ir_mov(f, v, IRV_REG(ir_unary(f, IR_NEG, v, 8)));
	ir_place(f, positive);
	int lo = ir_unary(f, IR_ZEXT, v, 4), hi = ir_alu(f, IR_SHR, v, IRV_IMM(32));
	int ll = ir_alu(f, IR_MUL, lo, IRV_REG(lo)), hl = ir_alu(f, IR_MUL, hi, IRV_REG(lo));
	int hh = ir_alu(f, IR_MUL, hi, IRV_REG(hi));
	/* v*v = hh << 64 + 2 hl << 32 + ll */
	int carry = ir_label(f), carry2 = ir_label(f);
	int sum = ir_alu(f, IR_ADD, ll, IRV_REG(ir_alu(f, IR_SHL, hl, IRV_IMM(33))));
	int top = ir_alu(f, IR_ADD, hh, IRV_REG(ir_alu(f, IR_SHR, hl, IRV_IMM(31))));
	ir_br(f, IR_UGE, sum, IRV_REG(ll), carry);
	ir_alu_to(f, top, IR_ADD, top, IRV_IMM(1));
	ir_place(f, carry);
	int old =
	    u->atomic ? ir_fetch_add(f, cell, off, 8, IRV_REG(sum)) : ir_load(f, cell, off, 8);
	int new = ir_alu(f, IR_ADD, old, IRV_REG(sum));
	if (!u->atomic)
		ir_store(f, cell, off, 8, IRV_REG(new));
	ir_br(f, IR_UGE, new, IRV_REG(old), carry2);
	ir_alu_to(f, top, IR_ADD, top, IRV_IMM(1));
	ir_place(f, carry2);
	add_to(c, u, cell, off + 8, IRV_REG(top));
}

static void update_cell(struct lw *c, const struct update *u, int cell, int32_t off)
{
	struct ir_func *f = c->f;
	switch (u->agg->func) {
	case BF_COUNT:
		add_to(c, u, cell, off, IRV_IMM(1));
		return;
	case BF_SUM:
		add_to(c, u, cell, off, val_op(c, u->value));
		break;
	case BF_AVG:
		add_to(c, u, cell, off, IRV_IMM(1));
		add_to(c, u, cell, off + 8, val_op(c, u->value));
		return;
	case BF_MIN:
	case BF_MAX:
		min_max(c, u, cell, off);
		return;
	case BF_STDDEV:
		add_to(c, u, cell, off, IRV_IMM(1));
		add_to(c, u, cell, off + 8, val_op(c, u->value));
		add_square(c, u, cell, off + 16);
		return;
	default: {
		ir_br(f, IR_UGE, u->bucket, IRV_IMM(u->ncells),
		      c->bail); /* cannot be; tells the verifier the range */
		int at = ir_alu(f, IR_ADD, cell, IRV_REG(ir_alu(f, IR_SHL, u->bucket, IRV_IMM(3))));
		add_to(c, u, at, off, u->incr.type ? val_op(c, u->incr) : IRV_IMM(1));
	}
	}
	if (has_count(u->agg))
		add_to(c, u, cell, off + 8 * (int32_t)own_words(u->agg), IRV_IMM(1));
}

/* ---- the table ---- */

/* The words of a key, and the words that a long text which it ends with has room for: what is
 * behind the text is neither written nor looked at. */
struct key {
	struct place mem;
	unsigned nwords, text;
};

static void build_key(struct lw *c, struct node *n, struct agg *a, struct key *k)
{
	struct agg_place *ap = &c->L->aggs[a->id];
	const struct rep *last = &ap->keys[a->nkeys - 1];
	bool inlined = ap->key_bytes <= 64;
	k->text = last->kind == REP_STR && last->bytes > 64 ? last->bytes / 8 : 0;
	k->nwords = ap->key_bytes / 8 - k->text;
	k->mem = inlined ? lw_frame_place(c, ap->key_bytes)
			 : lw_temp_place(c, ap->key_bytes + (k->text ? KEY_TEXT_SLACK : 0));
	struct place at = k->mem;
	for (uint32_t i = 0; i < a->nkeys; i++) {
		const struct rep *r = &ap->keys[i];
		if (k->text && r == last)
			lw_key_text(c, r, n->kids[i], at);
		else
			lw_key_store(c, r, n->kids[i], at);
		at.off += (int32_t)r->bytes;
	}
}

static struct place key_text(const struct key *k, struct place words)
{
	words.off += (int32_t)(8 * k->nwords);
	return words;
}

static int hash_step(struct lw *c, int h, int word, int mult)
{
	struct ir_func *f = c->f;
	h = h < 0 ? word : ir_alu(f, IR_XOR, h, IRV_REG(word));
	h = ir_alu(f, IR_MUL, h, IRV_REG(mult));
	return ir_alu(f, IR_XOR, h, IRV_REG(ir_alu(f, IR_SHR, h, IRV_IMM(32))));
}

static int hash_words(struct lw *c, const struct key *k, int h)
{
	struct ir_func *f = c->f;
	int mult = ir_imm(f, (int64_t)0x9e3779b97f4a7c15ull);
	if (k->nwords > 8) {
		int words =
		    ir_callfn(f, rt_get(&c->rt, RT_HASH),
			      IR_CALL_ARGS(IRV_REG(lw_addr_of(c, k->mem)), IRV_IMM(k->nwords)));
		return hash_step(c, h, words, mult);
	}
	for (unsigned i = 0; i < k->nwords; i++)
		h = hash_step(c, h, ir_load(f, k->mem.reg, k->mem.off + (int32_t)(8 * i), 8), mult);
	return h;
}

static int hash_key(struct lw *c, const struct key *k)
{
	int h = -1;
	if (k->text)
		h = rt_hash_text(&c->rt, c->f, lw_addr_of(c, key_text(k, k->mem)), k->text);
	return k->nwords ? hash_words(c, k, h) : h;
}

static void compare_key(struct lw *c, const struct key *k, struct place have, int differs)
{
	struct ir_func *f = c->f;
	if (k->nwords > 8) {
		int same =
		    ir_callfn(f, rt_get(&c->rt, RT_MEMEQ),
			      IR_CALL_ARGS(IRV_REG(lw_addr_of(c, have)),
					   IRV_REG(lw_addr_of(c, k->mem)), IRV_IMM(k->nwords)));
		ir_br(f, IR_EQ, same, IRV_IMM(0), differs);
	}
	for (int32_t i = 0; k->nwords <= 8 && i < (int32_t)k->nwords; i++) {
		int x = ir_load(f, have.reg, have.off + 8 * i, 8);
		int y = ir_load(f, k->mem.reg, k->mem.off + 8 * i, 8);
		ir_br(f, IR_NE, x, IRV_REG(y), differs);
	}
	if (k->text) {
		int p[2] = {lw_addr_of(c, key_text(k, have)), lw_addr_of(c, key_text(k, k->mem))};
		rt_text_equal(&c->rt, f, p, k->text, differs);
	}
}

/* To where all is zero. */
static void copy_key(struct lw *c, const struct key *k, struct place to)
{
	if (k->nwords)
		lw_copy(c, to, k->mem, 8 * k->nwords);
	if (k->text) {
		int dst = lw_addr_of(c, key_text(k, to)), src = lw_addr_of(c, key_text(k, k->mem));
		ir_call(c->f, H_PROBE_READ_KERNEL_STR,
			IR_CALL_ARGS(IRV_REG(dst), IRV_IMM(8 * k->text), IRV_REG(src)));
	}
}

/* A kernel that counts loops follows every step of the search: there it is a short one. */
static unsigned search_steps(const struct lw *c)
{
	return feature_has(c->L->o->features, FEAT_MAY_GOTO) ? IMAGE_AGG_PROBES : 32;
}

/* The slot has a key from now on. The consumer is told when half of them have, and of each eighth
 * more. */
static void note_taken(struct lw *c, const struct plan_agg *p, int gen, int index, int done)
{
	struct ir_func *f = c->f;
	int list = ir_alu(f, IR_ADD, gen, IRV_IMM((int64_t)plan_agg_taken(p)));
	int n = ir_fetch_add(f, list, 0, 8, IRV_IMM(1));
	ir_br(f, IR_UGE, n, IRV_IMM(p->nslots), done); /* cannot be; tells the verifier the range */
	int at = ir_alu(f, IR_ADD, list, IRV_REG(ir_alu(f, IR_SHL, n, IRV_IMM(2))));
	ir_store(f, at, 8, 4, IRV_REG(ir_alu(f, IR_ADD, index, IRV_IMM(1))));
	if (!p->turns)
		return;
	ir_br(f, IR_ULT, n, IRV_IMM(p->nslots / 2), done);
	if (p->nslots >= 16)
		ir_br(f, IR_NE, ir_alu(f, IR_AND, n, IRV_IMM(p->nslots / 8 - 1)), IRV_IMM(0), done);
	ir_store(f, lw_aggp(c), IMAGE_AGG_CROWDED, 8, IRV_IMM(1));
}

/* A table as an update uses it: the generation to fill and, where the program may sleep, what tells
 * that it is at it. */
struct turn {
	int gen;     /* register with its address */
	int sleeper; /* register, -1: the grace period waits for the program */
};

static int turn_of(struct lw *c, const struct plan_agg *p)
{
	return ir_load(c->f, lw_aggp(c), (int32_t)p->offset + IMAGE_TURN, 8);
}

/* Where the count of sleepers of this turn's generation is. */
static int sleepers(struct lw *c, const struct plan_agg *p, int turn)
{
	struct ir_func *f = c->f;
	int off = ir_alu(f, IR_AND, turn, IRV_IMM(8));
	int at = ir_alu(f, IR_ADD, lw_aggp(c), IRV_IMM(p->offset + IMAGE_TURN_SLEEPERS));
	return ir_alu(f, IR_ADD, at, IRV_REG(off));
}

/* A program that may sleep says that it is at work on a generation, and looks again: either it still
 * is the one to fill, then the consumer sees that somebody is; or it is not any more. */
static struct turn enter_asleep(struct lw *c, const struct plan_agg *p, int *turn, int full)
{
	struct ir_func *f = c->f;
	int again = ir_label(f), in = ir_label(f);
	struct turn t = {.sleeper = ir_reg(f)};
	ir_mov(f, *turn, IRV_REG(turn_of(c, p)));
	ir_place(f, again);
	ir_mov(f, t.sleeper, IRV_REG(sleepers(c, p, *turn)));
	ir_fetch_add(f, t.sleeper, 0, 8, IRV_IMM(1)); /* with its barrier */
	int now = turn_of(c, p);
	ir_br(f, IR_EQ, now, IRV_REG(*turn), in);
	ir_atomic_add(f, t.sleeper, 0, 8, IRV_IMM(-1));
	ir_mov(f, *turn, IRV_REG(now));
	ir_may_goto(f, full, INTERRUPTS);
	ir_jmp(f, again);
	ir_place(f, in);
	return t;
}

static struct turn enter_turn(struct lw *c, const struct plan_agg *p, int full)
{
	struct ir_func *f = c->f;
	struct turn t = {.sleeper = -1};
	int table = ir_alu(f, IR_ADD, lw_aggp(c), IRV_IMM(p->offset + plan_agg_gen(p, 0)));
	if (!p->turns) {
		t.gen = table;
		return t;
	}
	int turn = ir_reg(f);
	if (lw_can_wait(c))
		t = enter_asleep(c, p, &turn, full);
	else
		ir_mov(f, turn, IRV_REG(turn_of(c, p)));
	int off = ir_alu(f, IR_AND, turn, IRV_IMM((int64_t)plan_agg_gen_bytes(p)));
	t.gen = ir_alu(f, IR_ADD, table, IRV_REG(off));
	return t;
}

static void leave_turn(struct lw *c, const struct turn *t)
{
	if (t->sleeper >= 0)
		ir_atomic_add(c->f, t->sleeper, 0, 8, IRV_IMM(-1));
}

/* Finds or makes the entry of a key in a generation; jumps to `full` when there is no room. Returns
 * a register with the entry. */
static int find_entry(struct lw *c, const struct plan_agg *p, const struct key *k, int hash,
		      int gen, int full)
{
	struct ir_func *f = c->f;
	int tag = ir_alu(f, IR_OR, hash, IRV_IMM(2));
	/* The search begins where the upper bits say, which depend on all bits of the last word: the
	 * lower ones of keys in a row, or of addresses, fall into heaps. What the verifier knew of
	 * where it begins (keys are constants, flags, CPUs) it would follow through every step. */
	int log = __builtin_ctz(p->nslots);
	int step = forget_value(c, ir_alu(f, IR_SHR, hash, IRV_IMM(64 - log)));
	int end = ir_alu(f, IR_ADD, step, IRV_IMM(search_steps(c)));
	int entry = ir_reg(f);
	int top = ir_label(f), other = ir_label(f), next = ir_label(f), found = ir_label(f);
	ir_place(f, top);
	int index = ir_alu(f, IR_AND, step, IRV_IMM(p->nslots - 1));
	ir_mov(f, entry,
	       IRV_REG(ir_alu(f, IR_ADD, gen,
			      IRV_REG(ir_alu(f, IR_MUL, index, IRV_IMM(p->entry_bytes))))));
	int have = ir_load(f, entry, 0, 8);
	ir_br(f, IR_NE, have, IRV_REG(tag), other);
	struct place words = {.kind = P_DIRECT, .reg = entry, .off = 8};
	compare_key(c, k, words, next);
	ir_jmp(f, found);
	ir_place(f, other);
	ir_br(f, IR_NE, have, IRV_IMM(0), next);
	/* A free slot: take it, unless somebody interrupted us and took it first. */
	int old = ir_cmpxchg(f, entry, 0, 8, IRV_IMM(0), IRV_IMM(1));
	ir_br(f, IR_NE, old, IRV_IMM(0), next);
	copy_key(c, k, words);
	ir_xchg(f, entry, 0, 8, IRV_REG(tag));
	note_taken(c, p, gen, index, found);
	ir_jmp(f, found);
	ir_place(f, next);
	ir_alu_to(f, step, IR_ADD, step, IRV_IMM(1));
	ir_br(f, IR_EQ, step, IRV_REG(end), full);
	ir_may_goto(f, full, search_steps(c));
	ir_jmp(f, top);
	ir_place(f, found);
	return entry;
}

static void evaluate(struct lw *c, struct update *u, struct node *call)
{
	struct type *i64 = types_int(c->L->ts, 8, true);
	if (call->nkids)
		u->value = lw_expr(c, call->kids[0]);
	lw_aggp(c);
	unsigned at = 0;
	switch (u->agg->func) {
	case BF_QUANTIZE:
		at = 1;
		u->bucket = quantize_bucket(c, u->value);
		break;
	case BF_LQUANTIZE:
		at = 4;
		u->bucket = lquantize_bucket(c, u->agg, u->value);
		break;
	case BF_LLQUANTIZE:
		at = 5;
		u->bucket = llquantize_bucket(c, u->agg, u->value);
		break;
	default:
		return;
	}
	u->bucket = forget_value(c, u->bucket);
	if (call->nkids > at)
		u->incr = val_convert(c, lw_expr(c, call->kids[at]), i64);
}

static void update_table(struct lw *c, const struct update *u, const struct plan_agg *p,
			 const struct key *key)
{
	struct ir_func *f = c->f;
	int full = ir_label(f), drop = ir_label(f), done = ir_label(f);
	lw_aggp(c);
	struct cache saved = lw_cond_enter(c);
	int hash = hash_key(c, key);
	struct turn t = enter_turn(c, p, drop);
	int entry = find_entry(c, p, key, hash, t.gen, full);
	update_cell(c, u, entry, (int32_t)(8 + p->key_bytes));
	leave_turn(c, &t);
	ir_jmp(f, done);
	ir_place(f, full);
	leave_turn(c, &t);
	ir_place(f, drop);
	ir_atomic_add(f, lw_aggp(c), IMAGE_AGG_DROPS, 8, IRV_IMM(1));
	lw_cond_leave(c, saved);
	ir_place(f, done);
}

void lw_aggregate(struct lw *c, struct node *assign)
{
	struct node *left = assign->kids[0], *call = assign->kids[1];
	struct update u = {.agg = left->ident->agg,
			   .bucket = -1,
			   .atomic = c->L->aggs[left->ident->agg->id].shared};
	uint32_t plan = agg_plan(c->L, u.agg);
	u.ncells = c->L->plan->aggs.at[plan].ncells;
	struct key key = {0};
	if (u.agg->nkeys)
		build_key(c, left, u.agg, &key);
	evaluate(c, &u, call);
	struct plan_agg p = c->L->plan->aggs.at[plan];
	if (!u.agg->nkeys) {
		update_cell(c, &u, lw_aggp(c), (int32_t)p.offset);
		return;
	}
	update_table(c, &u, &p, &key);
}
