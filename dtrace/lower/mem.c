/*
 * mem.c - variables, memory, assignment
 *
 * An lvalue is resolved once (struct lval) and then read and written, so that `a[f(x)]++` evaluates
 * its key once.
 */
#include "dtrace/lower/lower_int.h"

#include <stddef.h>

/* A write of this many bytes or more is a bound: the real size is smaller, and known to the run only. */
enum { RUN_TIME_SIZES = 4096 };

/* ---- raw memory ---- */

/* Reads `bytes` at src into verified memory; faults when it cannot. */
static void read_into(struct lw *c, struct place dst, struct place src, uint32_t bytes)
{
	int d = lw_addr_of(c, dst), s = lw_addr_of(c, src);
	int r = src.kind == P_USER ? lw_user_read(c, d, IRV_IMM(bytes), s)
				   : ir_call(c->f, H_PROBE_READ_KERNEL,
					     IR_CALL_ARGS(IRV_REG(d), IRV_IMM(bytes), IRV_REG(s)));
	if (src.kind != P_DIRECT)
		lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(s));
}

void lw_copy(struct lw *c, struct place dst, struct place src, uint32_t bytes)
{
	if (src.kind != P_DIRECT || src.foreign || bytes > 64) {
		read_into(c, dst, src, bytes);
		return;
	}
	for (uint32_t at = 0; at < bytes;) {
		unsigned n = bytes - at >= 8 ? 8 : bytes - at >= 4 ? 4 : bytes - at >= 2 ? 2 : 1;
		int v = ir_load(c->f, src.reg, src.off + (int32_t)at, n);
		ir_store(c->f, dst.reg, dst.off + (int32_t)at, n, IRV_REG(v));
		at += n;
	}
}

static int load_scalar(struct lw *c, struct place p, unsigned size, bool is_signed)
{
	if (p.kind == P_DIRECT)
		return is_signed ? ir_load_signed(c->f, p.reg, p.off, size)
				 : ir_load(c->f, p.reg, p.off, size);
	struct place tmp = lw_frame_place(c, 8);
	read_into(c, tmp, p, size);
	int v = is_signed ? ir_load_signed(c->f, tmp.reg, tmp.off, size)
			  : ir_load(c->f, tmp.reg, tmp.off, size);
	lw_frame_free(c, tmp);
	return v;
}

struct val lw_load(struct lw *c, struct place p, struct type *t)
{
	struct type *r = type_resolve(t);
	if (r->kind == TYPE_STRING) {
		if (p.kind == P_DIRECT && !p.foreign) {
			struct val s = val_str_mem(c, p, c->L->strsize);
			s.maybe_null = true;
			return s;
		}
		struct val v = {.kind = V_MEM, .type = t, .reg = -1, .place = p};
		return str_from(c, v);
	}
	uint64_t size = type_size(r);
	bool scalar = type_is_scalar(r) || (r->kind == TYPE_FLOAT && size <= 8);
	if (!scalar || (size != 1 && size != 2 && size != 4 && size != 8))
		return (struct val){.kind = V_MEM, .type = t, .reg = -1, .place = p};
	return val_of(t, load_scalar(c, p, (unsigned)size, type_is_int(r) && type_is_signed(r)));
}

static void store_value(struct lw *c, struct place p, struct type *t, struct val v)
{
	if (type_is_string(t)) {
		str_store(c, p, v.kind == V_STR ? v : str_from(c, v));
		return;
	}
	uint32_t size = (uint32_t)type_size(t);
	if (v.kind == V_MEM) {
		lw_copy(c, p, v.place, size);
		return;
	}
	if (type_is_sou(t) || type_resolve(t)->kind == TYPE_ARRAY) { /* = 0 */
		for (uint32_t i = 0; i < size; i++)
			ir_store(c->f, p.reg, p.off + (int32_t)i, 1, IRV_IMM(0));
		return;
	}
	ir_store(c->f, p.reg, p.off, size ? size : 8, val_op(c, v));
}

static struct place direct(int reg, uint32_t off)
{
	return (struct place){.kind = P_DIRECT, .reg = reg, .off = (int32_t)off};
}

struct place lw_writable(struct lw *c, struct place p, uint32_t bytes)
{
	struct ir_func *f = c->f;
	if (p.kind == P_DIRECT && !p.foreign)
		return p;
	int addr = p.foreign ? lw_as_integer(c, lw_addr_of(c, p)) : lw_addr_of(c, p);
	int out = ir_reg(f), other = ir_label(f), bad = ir_label(f), done = ir_label(f);
	int base = lw_scratch_addr(c), scratch = lw_scratch(c);
	/* Every address that the clause has got so far lies below temp_off; what it writes behind that is written
	 * behind all that alloca() gave it. */
	uint32_t limit = c->temp_off;
	if (bytes >= RUN_TIME_SIZES)
		limit += bytes;
	if (c->temp_max < limit)
		c->temp_max = limit;
	if (bytes <= limit) {
		int off = ir_alu(f, IR_SUB, addr, IRV_REG(base));
		ir_br(f, IR_UGT, off, IRV_IMM(limit - bytes), other);
		ir_mov(f, out, IRV_REG(ir_alu(f, IR_ADD, scratch, IRV_REG(off))));
		ir_jmp(f, done);
	}
	ir_place(f, other);
	if (c->L->vars_end > c->L->vars_start + bytes) {
		int g = ir_mapval(f, IMAGE_MAP_GLOB, c->L->vars_start);
		int goff = ir_alu(f, IR_SUB, addr, IRV_REG(lw_as_integer(c, g)));
		ir_br(f, IR_UGT, goff, IRV_IMM(c->L->vars_end - c->L->vars_start - bytes), bad);
		int g2 = ir_mapval(f, IMAGE_MAP_GLOB, c->L->vars_start);
		ir_mov(f, out, IRV_REG(ir_alu(f, IR_ADD, g2, IRV_REG(goff))));
		ir_jmp(f, done);
	}
	ir_place(f, bad);
	lw_fault(c, FLT_BADADDR, IRV_REG(addr));
	ir_place(f, done);
	return direct(out, 0);
}

/* ---- where things lie ---- */

static struct place pointee(struct lw *c, struct node *ptr, bool is_user)
{
	if (ptr->kind == NODE_IDENT && ptr->ident && ptr->ident->kind == IDENT_BUILTIN &&
	    ptr->ident->bvar->id == BV_CURTHREAD)
		return (struct place){.kind = P_DIRECT, .foreign = true, .reg = lw_task(c)};
	struct val v = lw_expr(c, ptr);
	if (v.kind == V_INT && v.place.kind == P_DIRECT)
		return v.place;
	if (v.kind == V_MEM)
		return v.place;
	return (struct place){.kind = is_user || ptr->is_user ? P_USER : P_KERN,
			      .reg = val_reg(c, v)};
}

static struct place index_place(struct lw *c, struct node *n)
{
	struct node *base = n->kids[0];
	struct type *bt = type_resolve(base->type);
	struct place p = bt->kind == TYPE_ARRAY ? lw_place(c, base) : pointee(c, base, n->is_user);
	struct val i = lw_expr(c, n->kids[1]);
	uint64_t size = type_is_string(n->type) ? RT_SLACK(c->L->strsize) : type_size(n->type);
	if (i.is_const && i.cval >= 0 && (uint64_t)i.cval * size < 1 << 20) {
		bool within = bt->kind == TYPE_ARRAY && (uint64_t)i.cval < bt->nelems;
		if (p.foreign ? within || !i.cval
			      : p.kind != P_DIRECT || bt->kind != TYPE_ARRAY || within) {
			p.off += (int32_t)((uint64_t)i.cval * size);
			return p;
		}
	}
	int index = val_reg(c, i);
	if (p.kind == P_DIRECT && !p.foreign) {
		uint64_t nelems = bt->kind == TYPE_ARRAY && bt->nelems ? bt->nelems : 1;
		lw_fault_if(c, IR_UGE, index, IRV_IMM(nelems), FLT_BADADDR, IRV_REG(index));
	}
	int off = ir_alu(c->f, IR_MUL, index, IRV_IMM(size));
	if (p.foreign) { /* typed pointers take no variable offsets */
		p.foreign = false;
		p.kind = P_KERN;
		p.reg = lw_as_integer(c, p.reg);
	}
	p.reg = ir_alu(c->f, IR_ADD, p.reg, IRV_REG(off));
	return p;
}

static struct place var_place_of(struct lw *c, struct var *v)
{
	struct var_place *p = &c->L->vars[v->id];
	switch (p->at) {
	case AT_GLOB:
		return direct(ir_mapval(c->f, IMAGE_MAP_GLOB, p->off), 0);
	case AT_THIS_MEM:
		return direct(lw_scratch(c), p->off);
	case AT_SELF: {
		int s = lw_self(c, true);
		int ok = ir_label(c->f);
		ir_br(c->f, IR_NE, s, IRV_IMM(0), ok);
		lw_count(c, offsetof(struct image_state, dyn_drops));
		ir_jmp(c->f, c->bail);
		ir_place(c->f, ok);
		return direct(s, p->off);
	}
	default:
		return direct(lw_scratch(c), lw_temp(c, 8));
	}
}

/* In GLOB, where the consumer keeps it. */
static struct place host_place(struct lw *c, enum host_var var)
{
	static const uint32_t offsets[] = {
	    [HOST_AVENRUN] = offsetof(struct image_state, avenrun),
	    [HOST_MPID] = offsetof(struct image_state, mpid),
	    [HOST_FREEMEM] = offsetof(struct image_state, freemem),
	    [HOST_PHYSMEM] = offsetof(struct image_state, physmem),
	    [HOST_PAGESIZE] = offsetof(struct image_state, pagesize),
	    [HOST_NCPUS] = offsetof(struct image_state, ncpus),
	    [HOST_NCPUS_ONLINE] = offsetof(struct image_state, ncpus_online),
	};
	c->L->img->reads_host = true;
	return direct(ir_mapval(c->f, IMAGE_MAP_GLOB, offsets[var]), 0);
}

/* A kernel variable, which may be the CPU's own. */
static struct place symbol_place(struct lw *c, struct node *n)
{
	if (n->id == SYMBOL_HOST)
		return host_place(c, (enum host_var)n->ival);
	int at =
	    n->id == SYMBOL_PERCPU ? lw_percpu_address(c, n->name) : ir_imm(c->f, (int64_t)n->ival);
	if (n->id == SYMBOL_ABSENT)
		lw_fail(c, n->src, "D_ASRELO", "relocation remains against kernel symbol %s`%s",
			n->scope, n->name);
	if (at < 0) {
		lw_fail(c, n->src, "D_SYM_BADREF",
			"cannot reference per-CPU variable `%s: the kernel's type information does "
			"not tell where a CPU keeps its own",
			n->name);
		at = ir_imm(c->f, 0);
	}
	return (struct place){.kind = P_KERN, .reg = at};
}

static struct place struct_place(struct lw *c, struct node *n);

/* m[k] of an associative array. */
static bool is_element(const struct node *n)
{
	const struct node *base = n->kind == NODE_INDEX ? n->kids[0] : NULL;
	return base && base->kind == NODE_IDENT && base->ident && base->ident->kind == IDENT_VAR &&
	       base->ident->var->is_assoc;
}

/* s[i] of a string. */
static bool is_character(const struct node *n)
{
	return n->kind == NODE_INDEX && n->kids[0]->type && type_is_string(n->kids[0]->type) &&
	       !is_element(n);
}

/* args[n], uregs[n]. */
static bool is_builtin(const struct node *n)
{
	return n->ident && n->ident->kind == IDENT_BUILTIN;
}

struct place lw_place(struct lw *c, struct node *n)
{
	if (n == c->elem_node)
		return c->elem_place;
	switch (n->kind) {
	case NODE_IDENT:
		if (n->ident && n->ident->kind == IDENT_VAR && !n->ident->var->is_assoc &&
		    c->L->vars[n->ident->var->id].at != AT_THIS_REG)
			return var_place_of(c, n->ident->var);
		break;
	case NODE_SYM:
		if (n->id == SYMBOL_JIFFIES)
			break;
		return symbol_place(c, n);
	case NODE_MEMBER: {
		struct place p = struct_place(c, n);
		p.off += (int32_t)(n->offset_bits / 8);
		return p;
	}
	case NODE_UNARY:
		if (n->op == OP_DEREF)
			return pointee(c, n->kids[0], n->is_user);
		break;
	case NODE_INDEX:
		if (!is_character(n) && !is_element(n) && !is_builtin(n))
			return index_place(c, n);
		break;
	default:
		break;
	}
	struct val v = lw_expr(c, n);
	if (v.kind == V_MEM)
		return v.place;
	if (v.kind == V_STR)
		return str_mem(c, v);
	/* A scalar that has no address: give it one. */
	struct place t = lw_temp_place(c, 8);
	ir_store(c->f, t.reg, t.off, 8, val_op(c, v));
	return t;
}

/* The struct that a MEMBER node picks from. */
static struct place struct_place(struct lw *c, struct node *n)
{
	return n->op == OP_ARROW ? pointee(c, n->kids[0], n->is_user) : lw_place(c, n->kids[0]);
}

static struct val load_bits(struct lw *c, struct place p, const struct node *n)
{
	uint32_t first = n->offset_bits / 8, last = (n->offset_bits + n->bitfield_bits - 1) / 8;
	uint32_t bytes = last - first + 1;
	struct place tmp = lw_frame_place(c, 8);
	ir_store(c->f, tmp.reg, tmp.off, 8, IRV_IMM(0));
	p.off += (int32_t)first;
	lw_copy(c, tmp, p, bytes > 8 ? 8 : bytes);
	int v = ir_load(c->f, tmp.reg, tmp.off, 8);
	unsigned shift = n->offset_bits % 8, up = 64 - n->bitfield_bits - shift;
	if (up)
		v = ir_alu(c->f, IR_SHL, v, IRV_IMM(up));
	v = ir_alu(c->f, type_is_signed(n->type) ? IR_SAR : IR_SHR, v, IRV_IMM(up + shift));
	return val_of(n->type, v);
}

struct val lw_bitfield(struct lw *c, struct node *n)
{
	return load_bits(c, struct_place(c, n), n);
}

/* ---- lvalues ---- */

struct lval {
	enum { LV_REG, LV_PLACE, LV_SELF, LV_ASSOC, LV_BITS, LV_CHAR } kind;
	struct type *type;
	int reg;	    /* LV_REG; LV_CHAR: the index */
	struct place place; /* LV_PLACE, LV_BITS; LV_ASSOC: the key */
	struct var_place *vp;
	struct node *node;
};

static struct place assoc_key(struct lw *c, struct node *n, struct var_place *vp)
{
	struct place key = vp->key_bytes <= 64 ? lw_frame_place(c, vp->key_bytes)
					       : lw_temp_place(c, vp->key_bytes);
	const struct var *v = n->kids[0]->ident->var;
	struct place at = key;
	if (vp->number) {
		ir_store(c->f, at.reg, at.off, 8, IRV_IMM(vp->number));
		at.off += 8;
	}
	if (vp->tls) {
		ir_store(c->f, at.reg, at.off, 8, IRV_REG(lw_thread_number(c)));
		at.off += 8;
	}
	for (uint32_t i = 0; i < vp->nkeys; i++) {
		struct node *key_node = n->kids[i + 1];
		struct type *declared = v->nkeys > i ? v->keys[i] : NULL;
		if (vp->keys[i].kind == REP_INT && declared && type_is_int(declared)) {
			struct val k = val_convert(c, lw_expr(c, key_node), declared);
			ir_store(c->f, at.reg, at.off, 8, val_op(c, k));
		} else {
			lw_key_store(c, &vp->keys[i], key_node, at);
		}
		at.off += (int32_t)vp->keys[i].bytes;
	}
	for (uint32_t i = 0; i < vp->pad_bytes; i += 8)
		ir_store(c->f, at.reg, at.off + (int32_t)i, 8, IRV_IMM(0));
	return key;
}

static int assoc_lookup(struct lw *c, const struct lval *lv)
{
	int m = ir_map(c->f, lv->vp->map);
	int k = lw_addr_of(c, lv->place);
	return ir_call(c->f, H_MAP_LOOKUP, IR_CALL_ARGS(IRV_REG(m), IRV_REG(k)));
}

static void insert_elem(struct lw *c, const struct lval *lv, const struct val *v);

/* The element of an associative array that n is a part of (m[k].a.b[2]), or NULL. */
static struct node *element_of(struct node *n)
{
	for (;;) {
		struct node *base =
		    n->kind == NODE_INDEX || n->kind == NODE_MEMBER ? n->kids[0] : NULL;
		if (!base)
			return NULL;
		if (is_element(n))
			return n;
		if (n->kind == NODE_MEMBER ? n->op == OP_ARROW
					   : type_resolve(base->type)->kind != TYPE_ARRAY)
			return NULL;
		n = base;
	}
}

/* Where the element lies, for writing a part of it: made, all zero, when it is not there. Without
 * room for it the write goes to scratch memory and is counted as dropped. */
static struct place element_place(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	struct var_place *vp = &c->L->vars[n->kids[0]->ident->var->id];
	struct lval lv = {.kind = LV_ASSOC, .type = n->type, .vp = vp, .node = n};
	lv.place = assoc_key(c, n, vp);
	struct place spare = lw_temp_place(c, vp->bytes);
	int have = ir_label(f);
	int p = ir_copy(f, assoc_lookup(c, &lv));
	ir_br(f, IR_NE, p, IRV_IMM(0), have);
	insert_elem(c, &lv, NULL);
	ir_mov(f, p, IRV_REG(assoc_lookup(c, &lv)));
	ir_br(f, IR_NE, p, IRV_IMM(0), have);
	ir_mov(f, p, IRV_REG(lw_addr_of(c, spare)));
	ir_place(f, have);
	return direct(p, 0);
}

static struct lval resolve_place(struct lw *c, struct node *n)
{
	bool bits = n->kind == NODE_MEMBER && n->bitfield_bits;
	return (struct lval){.kind = bits ? LV_BITS : LV_PLACE,
			     .type = n->type,
			     .node = n,
			     .place = bits ? struct_place(c, n) : lw_place(c, n)};
}

/* A part of an associative array's element. */
static struct lval resolve_part(struct lw *c, struct node *n, struct node *elem)
{
	struct node *outer = c->elem_node;
	struct place outer_place = c->elem_place, p = element_place(c, elem);
	c->elem_node = elem;
	c->elem_place = p;
	struct lval lv = resolve_place(c, n);
	c->elem_node = outer;
	c->elem_place = outer_place;
	return lv;
}

static struct lval resolve(struct lw *c, struct node *n)
{
	struct lval lv = {.type = n->type, .node = n};
	struct node *base = n->kind == NODE_INDEX ? n->kids[0] : n;
	struct var *v = base->kind == NODE_IDENT && base->ident && base->ident->kind == IDENT_VAR
			    ? base->ident->var
			    : NULL;
	if (v && v->is_assoc && n->kind == NODE_INDEX) {
		lv.kind = LV_ASSOC;
		lv.vp = &c->L->vars[v->id];
		lv.place = assoc_key(c, n, lv.vp);
		return lv;
	}
	if (v && n->kind == NODE_IDENT) {
		lv.vp = &c->L->vars[v->id];
		if (lv.vp->at == AT_THIS_REG) {
			lv.kind = LV_REG;
			lv.reg = c->this_regs[v->id];
			return lv;
		}
		if (lv.vp->at == AT_SELF) {
			lv.kind = LV_SELF;
			return lv;
		}
	}
	if (is_character(n)) {
		lv.kind = LV_CHAR;
		lv.reg = val_reg(c, lw_expr(c, n->kids[1]));
		return lv;
	}
	struct node *elem = element_of(n);
	return elem ? resolve_part(c, n, elem) : resolve_place(c, n);
}

/* A string variable of which p (0 = absent) points to the words; absent, or never written, is NULL. */
static struct val read_optional_string(struct lw *c, int p, uint32_t off)
{
	struct ir_func *f = c->f;
	int done = ir_label(f);
	struct place tmp = lw_temp_place(c, RT_SLACK(c->L->strsize)), src = direct(p, off);
	ir_store(f, tmp.reg, tmp.off, 8, IRV_REG(ir_imm(f, STR_NULL_WORD)));
	ir_br(f, IR_EQ, p, IRV_IMM(0), done);
	int word = ir_load(f, p, (int32_t)off, 8);
	ir_br(f, IR_EQ, word, IRV_IMM(0), done);
	ir_store(f, tmp.reg, tmp.off, 8, IRV_REG(word));
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, word, IRV_IMM(255)), IRV_IMM(0), done);
	int d = lw_addr_of(c, tmp), s = lw_addr_of(c, src);
	ir_call(f, H_PROBE_READ_KERNEL_STR,
		IR_CALL_ARGS(IRV_REG(d), IRV_IMM(c->L->strsize), IRV_REG(s)));
	ir_place(f, done);
	struct val v = val_str_mem(c, tmp, c->L->strsize);
	v.maybe_null = true;
	return v;
}

/* Reads what p (0 = absent) points to; absent reads as zero. */
static struct val read_optional(struct lw *c, int p, uint32_t off, struct type *t)
{
	struct ir_func *f = c->f;
	int done = ir_label(f);
	if (type_is_string(t))
		return read_optional_string(c, p, off);
	uint64_t size = type_size(t);
	if (!type_is_scalar(t) || size > 8 || !size) {
		struct place tmp = lw_temp_place(c, (uint32_t)size);
		for (uint32_t i = 0; i < size; i += 8)
			ir_store(f, tmp.reg, tmp.off + (int32_t)i, 8, IRV_IMM(0));
		ir_br(f, IR_EQ, p, IRV_IMM(0), done);
		lw_copy(c, tmp, direct(p, off), (uint32_t)size);
		ir_place(f, done);
		return (struct val){.kind = V_MEM, .type = t, .reg = -1, .place = tmp};
	}
	int r = ir_imm(f, 0);
	ir_br(f, IR_EQ, p, IRV_IMM(0), done);
	int v = type_is_int(t) && type_is_signed(t)
		    ? ir_load_signed(f, p, (int32_t)off, (unsigned)size)
		    : ir_load(f, p, (int32_t)off, (unsigned)size);
	ir_mov(f, r, IRV_REG(v));
	ir_place(f, done);
	return val_of(t, r);
}

/* A copy of the string that the character is in, zero behind its end; *at: where the character lies. */
static struct place copy_of_text(struct lw *c, const struct lval *lv, struct place *at)
{
	struct val text = lw_str(c, lv->node->kids[0]);
	struct place copy = lw_temp_place(c, RT_SLACK(c->L->strsize));

	str_need(c, text);
	str_copy_padded(c, copy, c->L->strsize, text);
	lw_fault_if(c, IR_UGE, lv->reg, IRV_IMM(c->L->strsize), FLT_BADADDR, IRV_REG(lv->reg));
	*at = copy;
	at->reg = ir_alu(c->f, IR_ADD, copy.reg, IRV_REG(lv->reg));
	return copy;
}

static struct val character_read(struct lw *c, const struct lval *lv)
{
	const struct node *i = lv->node->kids[1];
	struct place at;

	if (i->kind == NODE_INT && !i->ival) { /* there in any string: no copy needed */
		struct val text = lw_str(c, lv->node->kids[0]);
		str_need(c, text);
		at = str_mem(c, text);
	} else {
		copy_of_text(c, lv, &at);
	}
	return lw_load(c, at, lv->type);
}

static struct val lv_read(struct lw *c, const struct lval *lv)
{
	switch (lv->kind) {
	case LV_REG:
		return val_of(lv->type, ir_copy(c->f, lv->reg));
	case LV_SELF:
		return read_optional(c, lw_self(c, false), lv->vp->off, lv->type);
	case LV_ASSOC:
		return read_optional(c, assoc_lookup(c, lv), 0, lv->type);
	case LV_BITS:
		return load_bits(c, lv->place, lv->node);
	case LV_CHAR:
		return character_read(c, lv);
	default:
		return lw_load(c, lv->place, lv->type);
	}
}

static void delete_elem(struct lw *c, const struct lval *lv)
{
	int m = ir_map(c->f, lv->vp->map);
	ir_call(c->f, H_MAP_DELETE, IR_CALL_ARGS(IRV_REG(m), IRV_REG(lw_addr_of(c, lv->place))));
}

/* v NULL: all zero. */
static void insert_elem(struct lw *c, const struct lval *lv, const struct val *v)
{
	struct ir_func *f = c->f;
	struct place tmp = lv->vp->bytes <= 16 ? lw_frame_place(c, lv->vp->bytes)
					       : lw_temp_place(c, lv->vp->bytes);
	for (uint32_t i = 0; i < lv->vp->bytes; i += 8)
		ir_store(f, tmp.reg, tmp.off + (int32_t)i, 8, IRV_IMM(0));
	if (v)
		store_value(c, tmp, lv->type, *v);
	int m = ir_map(f, lv->vp->map);
	int r = ir_call(f, H_MAP_UPDATE,
			IR_CALL_ARGS(IRV_REG(m), IRV_REG(lw_addr_of(c, lv->place)),
				     IRV_REG(lw_addr_of(c, tmp)), IRV_IMM(0)));
	int ok = ir_label(f);
	ir_br(f, IR_EQ, r, IRV_IMM(0), ok);
	lw_count(c, offsetof(struct image_state, dyn_drops));
	ir_place(f, ok);
}

/* Assigning zero frees the element, as D documents. */
static void assoc_write(struct lw *c, const struct lval *lv, struct val v)
{
	struct ir_func *f = c->f;
	if (v.kind == V_INT && v.is_const && v.cval == 0) {
		delete_elem(c, lv);
		return;
	}
	int done = ir_label(f);
	if (v.kind == V_INT && !v.is_const) {
		int nonzero = ir_label(f);
		ir_br(f, IR_NE, v.reg, IRV_IMM(0), nonzero);
		delete_elem(c, lv);
		ir_jmp(f, done);
		ir_place(f, nonzero);
	}
	if (v.kind == V_INT) {
		int missing = ir_label(f);
		int p = assoc_lookup(c, lv);
		ir_br(f, IR_EQ, p, IRV_IMM(0), missing);
		store_value(c, direct(p, 0), lv->type, v);
		ir_jmp(f, done);
		ir_place(f, missing);
	}
	insert_elem(c, lv, &v);
	ir_place(f, done);
}

static void self_write(struct lw *c, const struct lval *lv, struct val v)
{
	struct ir_func *f = c->f;
	bool zero = v.kind == V_INT && v.is_const && v.cval == 0;
	int s = lw_self(c, !zero); /* zero into what is not there: nothing to do */
	int missing = ir_label(f), done = ir_label(f);
	ir_br(f, IR_EQ, s, IRV_IMM(0), zero ? done : missing);
	if (zero && type_is_string(lv->type))
		ir_store(f, s, (int32_t)lv->vp->off, 8, IRV_IMM(0));
	else
		store_value(c, direct(s, lv->vp->off), lv->type, v);
	if (zero) {
		ir_place(f, done);
		return;
	}
	ir_jmp(f, done);
	ir_place(f, missing);
	lw_count(c, offsetof(struct image_state, dyn_drops));
	ir_place(f, done);
}

static void bits_write(struct lw *c, const struct lval *lv, struct val v)
{
	struct ir_func *f = c->f;
	const struct node *n = lv->node;
	struct place w = lv->place;
	uint32_t first = n->offset_bits / 8,
		 bytes = (n->offset_bits + n->bitfield_bits - 1) / 8 - first + 1;
	w.off += (int32_t)first;
	w = lw_writable(c, w, bytes);
	unsigned shift = n->offset_bits % 8;
	uint64_t mask = (n->bitfield_bits >= 64 ? UINT64_MAX : (1ull << n->bitfield_bits) - 1)
			<< shift;
	int value = ir_alu(f, IR_SHL, val_reg(c, v), IRV_IMM(shift));
	for (uint32_t i = 0; i < bytes && i < 8; i++) {
		uint8_t m = (uint8_t)(mask >> (8 * i));
		int old = ir_load(f, w.reg, w.off + (int32_t)i, 1);
		int keep = ir_alu(f, IR_AND, old, IRV_IMM((uint8_t)~m));
		int part = i ? ir_alu(f, IR_SHR, value, IRV_IMM(8 * i)) : value;
		part = ir_alu(f, IR_AND, part, IRV_IMM(m));
		ir_store(f, w.reg, w.off + (int32_t)i, 1,
			 IRV_REG(ir_alu(f, IR_OR, keep, IRV_REG(part))));
	}
}

static void lv_write(struct lw *c, const struct lval *lv, struct val v);

/* The variable gets its string anew, with that character. */
static void character_write(struct lw *c, const struct lval *lv, struct val v)
{
	struct place at, text = copy_of_text(c, lv, &at);
	struct lval whole = resolve(c, lv->node->kids[0]);

	ir_store(c->f, at.reg, at.off, 1, val_op(c, v));
	lv_write(c, &whole, val_str_mem(c, text, c->L->strsize));
}

static void lv_write(struct lw *c, const struct lval *lv, struct val v)
{
	struct cache saved;
	switch (lv->kind) {
	case LV_REG:
		ir_mov(c->f, lv->reg, val_op(c, v));
		return;
	case LV_SELF:
		saved = lw_cond_enter(c);
		if (saved.selfp < 0 ||
		    saved.task < 0) { /* fetched here, unconditionally: keep it */
			c->cond_depth--;
			lw_self(c, !(v.kind == V_INT && v.is_const && v.cval == 0));
			saved = lw_cond_enter(c);
		}
		self_write(c, lv, v);
		lw_cond_leave(c, saved);
		return;
	case LV_ASSOC:
		saved = lw_cond_enter(c);
		assoc_write(c, lv, v);
		lw_cond_leave(c, saved);
		return;
	case LV_BITS:
		bits_write(c, lv, v);
		return;
	case LV_CHAR:
		character_write(c, lv, v);
		return;
	default: {
		uint32_t bytes = type_is_string(lv->type) ? RT_SLACK(c->L->strsize)
							  : (uint32_t)type_size(lv->type);
		store_value(c, lw_writable(c, lv->place, bytes ? bytes : 8), lv->type, v);
	}
	}
}

/* ---- the operators ---- */

static bool is_null_string(struct type *t, const struct val *v)
{
	return type_is_string(t) && v->kind == V_INT;
}

/* A clause-local string that nothing else sets: before this it is unset, so a fault that wipes it
 * loses nothing. */
static bool is_only_assignment(struct lw *c, const struct node *l)
{
	if (l->kind != NODE_IDENT || !l->ident || l->ident->kind != IDENT_VAR)
		return false;
	const struct var_place *p = &c->L->vars[l->ident->var->id];
	return type_is_string(l->type) && p->at == AT_THIS_MEM && p->assignments == 1 &&
	       !p->address_taken;
}

static struct val read_into_variable(struct lw *c, struct node *l, struct node *copyinstr)
{
	struct lval lv = resolve(c, l);
	lw_copyinstr_into(c, copyinstr, lv.place, c->L->strsize);
	str_mark_empty(c, lv.place);
	return val_str_mem(c, lv.place, c->L->strsize);
}

struct val lw_assign(struct lw *c, struct node *n)
{
	struct node *l = n->kids[0], *r = n->kids[1];
	if (l->kind == NODE_AGG) {
		lw_aggregate(c, n);
		return val_const(n->type, 0);
	}
	struct lval lv;
	struct val v;
	if (n->op == OP_ASSIGN && lw_is_copyinstr(r) && is_only_assignment(c, l))
		return read_into_variable(c, l, r);
	if (n->op == OP_ASSIGN) {
		v = type_is_string(l->type) && !(r->is_const) ? lw_str(c, r) : lw_expr(c, r);
		v = is_null_string(l->type, &v) ? v : val_convert(c, v, l->type);
		lv = resolve(c, l);
		if (is_null_string(l->type, &v) && lv.kind != LV_ASSOC && lv.kind != LV_SELF)
			v = val_null_string(c);
	} else {
		lv = resolve(c, l);
		v = lw_compound(c, n, lv_read(c, &lv));
	}
	/* A pointer's known target does not survive being stored. */
	lv_write(c, &lv, v);
	v.type = l->type;
	return v;
}

struct val lw_incdec(struct lw *c, struct node *n)
{
	struct node *k = n->kids[0];
	struct lval lv = resolve(c, k);
	struct val old = lv_read(c, &lv);
	bool inc = n->op == OP_PREINC || n->op == OP_POSTINC;
	int64_t step = 1;
	struct type *t = type_resolve(k->type);
	if (t->kind == TYPE_PTR && type_size(t->ref) > 1)
		step = (int64_t)type_size(t->ref);
	int r = ir_alu(c->f, IR_ADD, val_reg(c, old), IRV_IMM(inc ? step : -step));
	struct val new = val_of(k->type, lw_norm(c, r, k->type));
	lv_write(c, &lv, new);
	return n->op == OP_PREINC || n->op == OP_PREDEC ? new : old;
}

struct val lw_var_read(struct lw *c, struct node *n)
{
	struct lval lv = resolve(c, n);
	return lv_read(c, &lv);
}
