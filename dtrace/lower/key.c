/*
 * key.c - how values are stored in keys
 *
 * A key is a sequence of fields, each padded to 8 bytes with zeroes so that equal keys are equal
 * bytes. Integers are stored as extended 64-bit words. A string takes the least room that all uses
 * of that position in the program need: an id when only probe names and literals occur, 16 bytes
 * for execname, else strsize.
 */
#include "dtrace/lower/lower_int.h"

static uint32_t pad8(uint32_t n)
{
	return (n + 7u) & ~7u;
}

static bool is_probe_name(const struct node *n)
{
	if (n->kind != NODE_IDENT || !n->ident || n->ident->kind != IDENT_BUILTIN)
		return false;
	enum builtin_var v = n->ident->bvar->id;
	return v == BV_PROBEFUNC || v == BV_PROBEMOD || v == BV_PROBENAME || v == BV_PROBEPROV;
}

static struct rep rep_call(struct lower *L, const struct node *n)
{
	struct rep r = {.type = n->type, .used = true};
	int64_t frames = n->nkids && n->kids[0]->is_const ? (int64_t)n->kids[0]->ival : 0;
	switch (n->ident->func->id) {
	case BF_STACK:
		r.kind = REP_KSTACK;
		r.frames = frames ? (uint32_t)frames : L->nframes;
		r.act = PACT_STACK;
		break;
	case BF_USTACK:
	case BF_JSTACK:
		r.kind = REP_USTACK;
		r.frames = frames ? (uint32_t)frames
			   : n->ident->func->id == BF_USTACK
			       ? L->nuframes
			       : (uint32_t)L->s->opts->value[OPT_JSTACKFRAMES];
		r.act = n->ident->func->id == BF_USTACK ? PACT_USTACK : PACT_JSTACK;
		r.strsize = n->nkids > 1 && n->kids[1]->is_const ? (uint32_t)n->kids[1]->ival : 0;
		break;
#define SYMBOL(bf, k, a)                                                                           \
	case bf:                                                                                   \
		r.kind = k;                                                                        \
		r.act = a;                                                                         \
		break
		SYMBOL(BF_SYM, REP_KADDR, PACT_SYM);
		SYMBOL(BF_MOD, REP_KADDR, PACT_MOD);
		SYMBOL(BF_FUNC, REP_KADDR, PACT_FUNC);
		SYMBOL(BF_USYM, REP_UADDR, PACT_USYM);
		SYMBOL(BF_UMOD, REP_UADDR, PACT_UMOD);
		SYMBOL(BF_UFUNC, REP_UADDR, PACT_UFUNC);
		SYMBOL(BF_UADDR, REP_UADDR, PACT_UADDR);
#undef SYMBOL
	default:
		r.used = false;
		return r;
	}
	r.frames = r.frames < L->maxframes ? r.frames : L->maxframes;
	r.bytes = r.kind == REP_KSTACK	 ? 8 * r.frames
		  : r.kind == REP_USTACK ? 8 + 8 * r.frames
		  : r.kind == REP_KADDR	 ? 8
					 : 16;
	r.d_bytes = r.bytes;
	return r;
}

struct rep rep_of(struct lower *L, const struct node *n)
{
	if (n->kind == NODE_CALL && n->ident) {
		struct rep r = rep_call(L, n);
		if (r.used)
			return r;
	}
	if ((is_probe_name(n) && !(L->names_made_up && n->ident->bvar->id == BV_PROBEPROV)) ||
	    (n->kind == NODE_STRING && n->slen + 1 <= L->strsize))
		return (struct rep){.kind = REP_ID,
				    .bytes = 8,
				    .d_bytes = L->strsize,
				    .type = n->type,
				    .used = true,
				    .frames = n->kind == NODE_STRING ? n->slen + 1 : 0};
	if (type_is_stringish(n->type) && !type_is_ptr(n->type))
		return (struct rep){.kind = REP_STR,
				    .bytes = pad8(str_cap(L, n)),
				    .d_bytes = L->strsize,
				    .type = n->type,
				    .used = true};
	if (type_is_scalar(n->type))
		return (struct rep){.kind = REP_INT,
				    .bytes = 8,
				    .d_bytes = (uint32_t)type_size(n->type),
				    .type = n->type,
				    .used = true};
	uint32_t size = (uint32_t)type_size(n->type);
	return (struct rep){
	    .kind = REP_BYTES, .bytes = pad8(size), .d_bytes = size, .type = n->type, .used = true};
}

/* Widens r so that it holds every value that either could. REP_ID keeps in `frames` the length of
 * the longest literal, 0 once a probe name was seen (those are up to strsize long). */
void rep_merge(struct rep *r, struct rep o)
{
	if (!r->used) {
		*r = o;
		return;
	}
	if (r->kind == REP_ID && o.kind == REP_ID) {
		r->frames =
		    r->frames && o.frames ? (r->frames > o.frames ? r->frames : o.frames) : 0;
		return;
	}
	if (r->kind == REP_ID || o.kind == REP_ID) {
		const struct rep *id = r->kind == REP_ID ? r : &o,
				 *other = r->kind == REP_ID ? &o : r;
		uint32_t need = id->frames ? pad8(id->frames) : pad8(id->d_bytes);
		struct rep m = *other;
		if (need > m.bytes)
			m.bytes = need;
		*r = m;
		return;
	}
	if (o.bytes > r->bytes)
		r->bytes = o.bytes;
	if (o.frames > r->frames)
		r->frames = o.frames;
	if (r->kind == REP_INT && o.d_bytes > r->d_bytes) {
		r->d_bytes = o.d_bytes;
		r->type = o.type;
	}
}

static void store_stack(struct lw *c, const struct rep *r, struct place at)
{
	struct ir_func *f = c->f;
	uint32_t head = r->kind == REP_USTACK ? 8 : 0;
	if (head) {
		int id = lw_pid_tgid(c);
		int tgid = ir_alu(f, IR_SHR, id, IRV_IMM(32));
		ir_store(f, at.reg, at.off, 8, IRV_REG(tgid));
	}
	at.off += (int32_t)head;
	lw_stack_store(c, at, (r->bytes - head) / 8, head != 0);
}

static void store_bytes(struct lw *c, const struct rep *r, struct node *n, struct place at)
{
	struct val v = lw_expr(c, n);
	for (uint32_t i = r->d_bytes & ~7u; i < r->bytes; i += 8)
		ir_store(c->f, at.reg, at.off + (int32_t)i, 8, IRV_IMM(0));
	lw_copy(c, at, v.place, r->d_bytes);
}

static void zero(struct lw *c, struct place at, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i += 8)
		ir_store(c->f, at.reg, at.off + (int32_t)i, 8, IRV_IMM(0));
}

/* Zeroes what is behind a text of `len` bytes in its last word, and three words more. */
static void end_text(struct lw *c, struct place at, uint32_t bytes, int len)
{
	struct ir_func *f = c->f;
	int ok = ir_label(f), done = ir_label(f);
	ir_br(f, IR_ULE, len, IRV_IMM(32), done);
	int last = ir_alu(f, IR_SUB, len, IRV_IMM(1));
	ir_alu_to(f, last, IR_AND, last, IRV_IMM(-8));
	ir_br(f, IR_ULE, last, IRV_IMM(bytes - 8), ok);
	ir_mov(f, last, IRV_IMM(0)); /* not read: all is zero */
	ir_place(f, ok);
	int spare = ir_alu(f, IR_AND, ir_unary(f, IR_NEG, len, 8), IRV_IMM(7));
	int mask = ir_alu(f, IR_SHR, ir_imm(f, -1), IRV_REG(ir_alu(f, IR_SHL, spare, IRV_IMM(3))));
	int p = ir_alu(f, IR_ADD, at.reg, IRV_REG(last));
	int word = ir_alu(f, IR_AND, ir_load(f, p, at.off, 8), IRV_REG(mask));
	ir_store(f, p, at.off, 8, IRV_REG(word));
	for (int i = 8; i <= KEY_TEXT_SLACK; i += 8)
		ir_store(f, p, at.off + i, 8, IRV_IMM(0));
	ir_place(f, done);
}

void lw_key_text(struct lw *c, const struct rep *r, struct node *n, struct place at)
{
	zero(c, at, 32);
	if (lw_is_copyinstr(n)) {
		uint32_t most = r->bytes < c->L->strsize ? r->bytes : c->L->strsize;
		end_text(c, at, r->bytes, lw_copyinstr_into(c, n, at, most));
		return;
	}
	struct val v = lw_str(c, n);
	if (v.str == S_LIT || v.str == S_COMM) {
		str_copy_padded(c, at, r->bytes, v);
		return;
	}
	end_text(c, at, r->bytes, str_copy(c, at, r->bytes, v));
}

/* Evaluates n and stores it at `at` (r->bytes long, verified memory). */
void lw_key_store(struct lw *c, const struct rep *r, struct node *n, struct place at)
{
	struct ir_func *f = c->f;
	switch (r->kind) {
	case REP_INT: {
		struct val v = lw_expr(c, n);
		ir_store(f, at.reg, at.off, 8, val_op(c, v));
		return;
	}
	case REP_ID: {
		struct val v = lw_str(c, n);
		if (v.str == S_LIT)
			ir_store(f, at.reg, at.off, 8, IRV_IMM(string_id(c->L, v.lit)));
		else
			ir_store(f, at.reg, at.off, 8, IRV_REG(v.reg));
		return;
	}
	case REP_STR:
		if (lw_is_copyinstr(n)) {
			for (uint32_t i = 0; i < r->bytes; i += 8)
				ir_store(f, at.reg, at.off + (int32_t)i, 8, IRV_IMM(0));
			lw_copyinstr_into(c, n, at,
					  r->bytes < c->L->strsize ? r->bytes : c->L->strsize);
			return;
		}
		str_copy_padded(c, at, r->bytes, lw_str(c, n));
		return;
	case REP_BYTES:
		store_bytes(c, r, n, at);
		return;
	case REP_KSTACK:
	case REP_USTACK:
		store_stack(c, r, at);
		return;
	case REP_KADDR:
		ir_store(f, at.reg, at.off, 8, val_op(c, lw_expr(c, n->kids[0])));
		return;
	case REP_UADDR: {
		struct val v = n->nkids ? lw_expr(c, n->kids[0]) : val_const(n->type, 0);
		int id = lw_pid_tgid(c);
		ir_store(f, at.reg, at.off, 8, IRV_REG(ir_alu(f, IR_SHR, id, IRV_IMM(32))));
		ir_store(f, at.reg, at.off + 8, 8, val_op(c, v));
		return;
	}
	}
}
