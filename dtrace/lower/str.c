/*
 * str.c - strings
 *
 * A string value stays in its cheapest form (literal, id, command name, memory) until bytes are
 * needed. A NULL string equals the empty one in comparisons; whatever needs its text faults.
 */
#include "dtrace/lower/lower_int.h"

#include <string.h>

struct val val_str_mem(struct lw *c, struct place p, uint32_t cap)
{
	return (struct val){.kind = V_STR,
			    .type = types_string(c->L->ts),
			    .str = S_MEM,
			    .place = p,
			    .cap = cap,
			    .reg = -1};
}

struct val val_lit(struct lw *c, const char *s, uint32_t len)
{
	if (len >= c->L->strsize)
		len = c->L->strsize - 1;
	return (struct val){.kind = V_STR,
			    .type = types_string(c->L->ts),
			    .str = S_LIT,
			    .lit = arena_strndup(c->L->a, s, len),
			    .cap = len + 1,
			    .reg = -1};
}

struct val val_null_string(struct lw *c)
{
	struct val v = val_lit(c, "", 0);
	v.str = S_NULL;
	return v;
}

static struct place scratch_string(struct lw *c)
{
	return lw_temp_place(c, RT_SLACK(c->L->strsize));
}

/* Text at a kernel or user address, or in a char array. */
static struct val read_string(struct lw *c, struct place src, uint32_t limit)
{
	struct place dst = scratch_string(c);
	uint32_t n = limit < c->L->strsize ? limit : c->L->strsize;
	int d = lw_addr_of(c, dst), s = lw_addr_of(c, src);
	int r = src.kind == P_USER ? lw_user_read_text(c, d, IRV_IMM(n), s)
				   : ir_call(c->f, H_PROBE_READ_KERNEL_STR,
					     IR_CALL_ARGS(IRV_REG(d), IRV_IMM(n), IRV_REG(s)));
	if (src.kind != P_DIRECT)
		lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(s));
	return val_str_mem(c, dst, n);
}

/* The string that a value is taken for where D wants one. */
struct val str_from(struct lw *c, struct val v)
{
	if (v.kind == V_STR)
		return v;
	if (v.kind == V_MEM) {
		struct type *t = type_resolve(v.type);
		/* An array that is full has no NUL: one more byte is allowed for it. */
		uint32_t limit =
		    t->kind == TYPE_ARRAY && t->nelems ? (uint32_t)type_size(t) + 1 : c->L->strsize;
		return read_string(c, v.place, limit);
	}
	if (v.is_const && v.cval == 0)
		return val_null_string(c);
	if (v.place.kind == P_DIRECT)
		return read_string(c, v.place, c->L->strsize);
	return read_string(c, (struct place){.kind = P_KERN, .reg = val_reg(c, v)}, c->L->strsize);
}

struct val lw_str(struct lw *c, struct node *n)
{
	struct val v = lw_expr(c, n);
	if (v.kind == V_INT && !v.is_const && n->is_user && v.place.kind != P_DIRECT)
		return read_string(c, (struct place){.kind = P_USER, .reg = v.reg}, c->L->strsize);
	return str_from(c, v);
}

static void load_comm(struct lw *c, int word[2])
{
	uint32_t off;
	if (!kernel_offset(c->L, "task_struct", "comm", &off)) {
		word[0] = word[1] = ir_imm(c->f, 0);
		return;
	}
	int task = lw_task(c);
	word[0] = ir_load(c->f, task, (int32_t)off, 8);
	word[1] = ir_load(c->f, task, (int32_t)off + 8, 8);
}

/* Address of the text of a string id: table in GLOB. */
static int id_text(struct lw *c, int id)
{
	struct ir_func *f = c->f;
	uint32_t n = (uint32_t)c->L->plan->strings.n;
	ir_br(f, IR_UGE, id, IRV_IMM(n), c->bail); /* cannot be; tells the verifier the range */
	int tab = ir_mapval(f, IMAGE_MAP_GLOB, c->L->strtab_off);
	int at = ir_alu(f, IR_ADD, tab, IRV_REG(ir_alu(f, IR_MUL, id, IRV_IMM(4))));
	int off = ir_load(f, at, 0, 4);
	return ir_alu(f, IR_ADD, ir_mapval(f, IMAGE_MAP_GLOB, 0), IRV_REG(off));
}

static uint64_t lit_word(const char *s, uint32_t len, uint32_t at)
{
	uint64_t w = 0;
	if (at < len)
		memcpy(&w, s + at, len - at < 8 ? len - at : 8);
	return w;
}

void str_need(struct lw *c, struct val v)
{
	struct ir_func *f = c->f;
	if (v.str == S_NULL)
		lw_fault_if(c, IR_EQ, ir_imm(f, 0), IRV_IMM(0), FLT_BADADDR, IRV_IMM(0));
	if (!v.maybe_null)
		return;
	int word = ir_load(f, v.place.reg, v.place.off, 8);
	lw_fault_if(c, IR_EQ, word, IRV_REG(ir_imm(f, STR_NULL_WORD)), FLT_BADADDR, IRV_IMM(0));
}

/* Copies with the NUL, at most `bytes`; what lies behind the NUL up to the next multiple of 8 is
 * undefined. Returns as str_copy() does. */
static int copy_text(struct lw *c, struct place dst, uint32_t bytes, struct val v)
{
	struct ir_func *f = c->f;
	if (v.str == S_LIT && v.cap <= 64 && v.cap <= bytes) {
		for (uint32_t i = 0; i < v.cap; i += 8) {
			uint64_t w = lit_word(v.lit, v.cap - 1, i);
			ir_store(f, dst.reg, dst.off + (int32_t)i, 8,
				 IRV_REG(ir_imm(f, (int64_t)w)));
		}
		return -1;
	}
	if (v.str == S_COMM && bytes >= 16) {
		int w[2];
		load_comm(c, w);
		ir_store(f, dst.reg, dst.off, 8, IRV_REG(w[0]));
		ir_store(f, dst.reg, dst.off + 8, 8, IRV_REG(w[1]));
		return -1;
	}
	int src = -1;
	if (v.str == S_LIT || v.str == S_NULL)
		src = ir_mapval(f, IMAGE_MAP_GLOB, glob_literal(c->L, v.lit, v.cap - 1));
	else if (v.str == S_ID)
		src = id_text(c, v.reg);
	else if (v.str == S_COMM)
		src = lw_addr_of(c, str_mem(c, v));
	else
		src = lw_addr_of(c, v.place);
	int d = lw_addr_of(c, dst);
	return ir_call(f, H_PROBE_READ_KERNEL_STR,
		       IR_CALL_ARGS(IRV_REG(d), IRV_IMM(bytes), IRV_REG(src)));
}

int str_copy(struct lw *c, struct place dst, uint32_t bytes, struct val v)
{
	str_need(c, v);
	return copy_text(c, dst, bytes, v);
}

static void store_word(struct lw *c, struct place dst, int64_t word)
{
	ir_store(c->f, dst.reg, dst.off, 8, IRV_REG(ir_imm(c->f, word)));
}

void str_mark_empty(struct lw *c, struct place dst)
{
	int done = ir_label(c->f);
	ir_br(c->f, IR_NE, ir_load(c->f, dst.reg, dst.off, 1), IRV_IMM(0), done);
	store_word(c, dst, STR_EMPTY_WORD);
	ir_place(c->f, done);
}

/* The first word tells NULL, empty and other strings apart. */
void str_store(struct lw *c, struct place dst, struct val v)
{
	struct ir_func *f = c->f;
	if (v.str == S_NULL || (v.str == S_LIT && v.cap == 1)) {
		store_word(c, dst, v.str == S_NULL ? STR_NULL_WORD : STR_EMPTY_WORD);
		return;
	}
	int done = ir_label(f);
	if (v.maybe_null) {
		int word = ir_load(f, v.place.reg, v.place.off, 8), text = ir_label(f);
		ir_br(f, IR_NE, word, IRV_REG(ir_imm(f, STR_NULL_WORD)), text);
		store_word(c, dst, STR_NULL_WORD);
		ir_jmp(f, done);
		ir_place(f, text);
	}
	copy_text(c, dst, c->L->strsize, v);
	if (v.str != S_LIT)
		str_mark_empty(c, dst);
	ir_place(f, done);
}

/* For keys: everything behind the NUL is zero. `bytes` is a multiple of 8. */
void str_copy_padded(struct lw *c, struct place dst, uint32_t bytes, struct val v)
{
	uint32_t covered = 0;
	if (v.str == S_LIT && v.cap <= 64)
		covered = (v.cap + 7) & ~7u;
	else if (v.str == S_COMM)
		covered = 16;
	for (uint32_t i = covered; i < bytes; i += 8)
		ir_store(c->f, dst.reg, dst.off + (int32_t)i, 8, IRV_IMM(0));
	str_copy(c, dst, bytes, v);
}

/* Bytes that run-time routines may read: in GLOB or SCRATCH, RT_SLACK long. */
struct place str_mem(struct lw *c, struct val v)
{
	if (v.str == S_MEM && !v.place.foreign)
		return v.place;
	if (v.str == S_LIT || v.str == S_NULL) {
		int p = ir_mapval(c->f, IMAGE_MAP_GLOB, glob_literal(c->L, v.lit, v.cap - 1));
		return (struct place){.kind = P_DIRECT, .reg = p};
	}
	struct place dst = scratch_string(c);
	if (v.str == S_COMM) {
		int w[2];
		load_comm(c, w);
		ir_store(c->f, dst.reg, dst.off, 8, IRV_REG(w[0]));
		ir_store(c->f, dst.reg, dst.off + 8, 8, IRV_REG(w[1]));
	} else {
		copy_text(c, dst, c->L->strsize, v);
	}
	return dst;
}

/* ---- comparison ---- */

/* Equality with a literal: whole words, the last one masked. Returns 0/1. */
static int equals_literal(struct lw *c, struct val v, const struct val *lit)
{
	struct ir_func *f = c->f;
	uint32_t len = lit->cap - 1;
	int w[2] = {-1, -1};
	struct place p = {0};
	if (v.str == S_COMM) {
		if (len > 15)
			return ir_imm(f, 0);
		load_comm(c, w);
	} else {
		p = str_mem(c, v);
	}
	int r = ir_imm(f, 0), out = ir_label(f);
	for (uint32_t at = 0; at < len + 1; at += 8) {
		uint32_t n = len + 1 - at < 8 ? len + 1 - at : 8;
		int word = v.str == S_COMM ? w[at / 8] : ir_load(f, p.reg, p.off + (int32_t)at, 8);
		uint64_t want = lit_word(lit->lit, len, at);
		if (n < 8) {
			uint64_t mask = (1ull << (8 * n)) - 1;
			word = ir_alu(f, IR_AND, word, IRV_REG(ir_imm(f, (int64_t)mask)));
		}
		ir_br(f, IR_NE, word, IRV_REG(ir_imm(f, (int64_t)want)), out);
	}
	ir_mov(f, r, IRV_IMM(1));
	ir_place(f, out);
	return r;
}

static bool literal_view(struct lw *c, struct val v, struct val *lit)
{
	(void)c;
	*lit = v;
	return v.str == S_LIT && v.cap <= 72;
}

int str_compare(struct lw *c, enum op op, struct node *a, struct node *b)
{
	struct ir_func *f = c->f;
	struct val l = lw_str(c, a), r = lw_str(c, b), lit;
	if (l.str == S_NULL)
		l.str = S_LIT;
	if (r.str == S_NULL)
		r.str = S_LIT;
	if (op == OP_EQ || op == OP_NE) {
		int eq = -1;
		if (l.str == S_ID && r.str == S_ID)
			eq = ir_set(f, IR_EQ, l.reg, IRV_REG(r.reg));
		else if (l.str == S_ID && r.str == S_LIT)
			eq = ir_set(f, IR_EQ, l.reg, IRV_IMM(string_id(c->L, r.lit)));
		else if (r.str == S_ID && l.str == S_LIT)
			eq = ir_set(f, IR_EQ, r.reg, IRV_IMM(string_id(c->L, l.lit)));
		else if (literal_view(c, r, &lit))
			eq = equals_literal(c, l, &lit);
		else if (literal_view(c, l, &lit))
			eq = equals_literal(c, r, &lit);
		if (eq >= 0)
			return op == OP_EQ ? eq : ir_set(f, IR_EQ, eq, IRV_IMM(0));
	}
	struct place pl = str_mem(c, l), pr = str_mem(c, r);
	int x = lw_addr_of(c, pl), y = lw_addr_of(c, pr);
	int cmp = ir_callfn(f, rt_get(&c->rt, RT_STRCMP), IR_CALL_ARGS(IRV_REG(x), IRV_REG(y)));
	static const enum ir_cond cond[] = {[OP_EQ] = IR_EQ,  [OP_NE] = IR_NE,	[OP_LT] = IR_SLT,
					    [OP_LE] = IR_SLE, [OP_GT] = IR_SGT, [OP_GE] = IR_SGE};
	return ir_set(f, cond[op], cmp, IRV_IMM(0));
}
