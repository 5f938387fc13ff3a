/*
 * call.c - subroutines
 *
 * String work goes to the run-time routines (rt.h); what the kernel has a helper for is called
 * directly.
 */
#include "dtrace/lower/lower_int.h"

#include <string.h>

static struct place dst_string(struct lw *c)
{
	return lw_temp_place(c, 2 * RT_SLACK(c->L->strsize));
}

static int str_arg(struct lw *c, struct node *n)
{
	struct val v = lw_str(c, n);
	str_need(c, v);
	return lw_addr_of(c, str_mem(c, v));
}

static struct ir_val int_arg(struct lw *c, struct node *n)
{
	return val_op(c, lw_expr(c, n));
}

static struct val rt_string(struct lw *c, enum rt_id id, unsigned nargs, const struct ir_val *rest)
{
	struct place dst = dst_string(c);
	struct ir_val args[5] = {IRV_REG(lw_addr_of(c, dst))};
	for (unsigned i = 0; i < nargs; i++)
		args[i + 1] = rest[i];
	ir_callfn(c->f, rt_get(&c->rt, id), nargs + 1, args);
	return val_str_mem(c, dst, c->L->strsize);
}

static struct val rt_value(struct lw *c, struct type *t, enum rt_id id, unsigned nargs,
			   const struct ir_val *args)
{
	return val_of(t, ir_callfn(c->f, rt_get(&c->rt, id), nargs, args));
}

static struct val one_string(struct lw *c, struct node *n, enum rt_id id)
{
	struct ir_val s = IRV_REG(str_arg(c, n->kids[0]));
	return rt_string(c, id, 1, &s);
}

static struct val strlen_of(struct lw *c, struct node *n)
{
	int s = str_arg(c, n->kids[0]);
	return rt_value(c, n->type, RT_STRLEN, IR_CALL_ARGS(IRV_REG(s)));
}

static void store_null(struct lw *c, struct place dst)
{
	str_store(c, dst, val_null_string(c));
}

static struct val nullable(struct lw *c, struct place p)
{
	struct val v = val_str_mem(c, p, c->L->strsize);
	v.maybe_null = true;
	return v;
}

/* The tail of s from offset `at`; NULL when at is -1. */
static struct val tail(struct lw *c, int s, int at)
{
	struct ir_func *f = c->f;
	struct place dst = dst_string(c);
	int none = ir_label(f);
	store_null(c, dst);
	ir_br(f, IR_UGE, at, IRV_IMM(c->L->strsize), none);
	int src = ir_alu(f, IR_ADD, s, IRV_REG(at));
	ir_call(f, H_PROBE_READ_KERNEL_STR,
		IR_CALL_ARGS(IRV_REG(lw_addr_of(c, dst)), IRV_IMM(c->L->strsize), IRV_REG(src)));
	ir_br(f, IR_NE, ir_load(f, dst.reg, dst.off, 1), IRV_IMM(0), none);
	str_store(c, dst, val_lit(c, "", 0));
	ir_place(f, none);
	return nullable(c, dst);
}

static struct val find_char(struct lw *c, struct node *n, enum rt_id id)
{
	int s = str_arg(c, n->kids[0]);
	struct ir_val ch = int_arg(c, n->kids[1]);
	if (!ch.is_imm)
		ch = IRV_REG(ir_alu(c->f, IR_AND, ch.reg, IRV_IMM(255)));
	int at = ir_callfn(c->f, rt_get(&c->rt, id), IR_CALL_ARGS(IRV_REG(s), ch));
	return tail(c, s, at);
}

static struct val find_string(struct lw *c, struct node *n)
{
	int s = str_arg(c, n->kids[0]), sub = str_arg(c, n->kids[1]);
	int at = ir_callfn(c->f, rt_get(&c->rt, RT_INDEX),
			   IR_CALL_ARGS(IRV_REG(s), IRV_REG(sub), IRV_IMM(0)));
	return tail(c, s, at);
}

static struct val index_of(struct lw *c, struct node *n, enum rt_id id, int64_t no_start)
{
	int s = str_arg(c, n->kids[0]), sub = str_arg(c, n->kids[1]);
	struct ir_val start =
	    n->nkids > 2 ? int_arg(c, n->kids[2]) : IRV_REG(ir_imm(c->f, no_start));
	return rt_value(c, n->type, id, IR_CALL_ARGS(IRV_REG(s), IRV_REG(sub), start));
}

static struct val substring(struct lw *c, struct node *n)
{
	struct ir_val a[3] = {IRV_REG(str_arg(c, n->kids[0])), int_arg(c, n->kids[1]), IRV_REG(-1)};
	a[2] = n->nkids > 2 ? int_arg(c, n->kids[2]) : IRV_REG(ir_imm(c->f, INT64_MAX));
	return rt_string(c, RT_SUBSTR, 3, a);
}

/* strtok() keeps a copy of its string, as an implicit clause-local variable. */
static struct val string_token(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	struct node *first = n->kids[0];
	int scratch = lw_scratch(c);
	struct place area = {.kind = P_DIRECT, .reg = scratch, .off = (int32_t)c->L->strtok_area};
	if (!(first->is_const && first->ival == 0)) {
		str_copy(c, area, c->L->strsize, lw_str(c, first));
		ir_mov(f, c->strtok_off, IRV_IMM(0));
	}
	int delims = str_arg(c, n->kids[1]);
	struct place dst = dst_string(c);
	int done = ir_label(f);
	store_null(c, dst);
	ir_br(f, IR_SLT, c->strtok_off, IRV_IMM(0), done);
	int next = ir_callfn(f, rt_get(&c->rt, RT_STRTOK),
			     IR_CALL_ARGS(IRV_REG(lw_addr_of(c, dst)), IRV_REG(lw_addr_of(c, area)),
					  IRV_REG(delims), IRV_REG(c->strtok_off)));
	ir_mov(f, c->strtok_off, IRV_REG(next));
	ir_br(f, IR_SGE, next, IRV_IMM(0), done);
	store_null(c, dst);
	ir_place(f, done);
	return nullable(c, dst);
}

static struct val join(struct lw *c, struct node *n)
{
	struct ir_val a[2] = {IRV_REG(str_arg(c, n->kids[0])), IRV_REG(str_arg(c, n->kids[1]))};
	return rt_string(c, RT_STRJOIN, 2, a);
}

/* The base of a conversion: 2 to 36. */
static struct ir_val base_arg(struct lw *c, struct node *n)
{
	if (n->nkids < 2)
		return IRV_IMM(10);
	struct val v = lw_expr(c, n->kids[1]);
	if (v.is_const && v.cval >= 2 && v.cval <= 36)
		return IRV_IMM(v.cval);
	int base = val_reg(c, v);
	lw_fault_if(c, IR_UGT, ir_alu(c->f, IR_SUB, base, IRV_IMM(2)), IRV_IMM(34), FLT_ILLOP,
		    IRV_IMM(0));
	return IRV_REG(base);
}

static struct val number_text(struct lw *c, struct node *n)
{
	struct ir_val a[2] = {int_arg(c, n->kids[0]), IRV_IMM(10)};
	a[1] = base_arg(c, n);
	return rt_string(c, RT_LLTOSTR, 2, a);
}

static struct val text_number(struct lw *c, struct node *n)
{
	struct ir_val s = IRV_REG(str_arg(c, n->kids[0]));
	struct ir_val base = base_arg(c, n);
	return rt_value(c, n->type, RT_STRTOLL, IR_CALL_ARGS(s, base));
}

static struct val json_element(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	int text = str_arg(c, n->kids[0]), path = str_arg(c, n->kids[1]);
	struct place dst = dst_string(c);
	int found =
	    ir_callfn(f, rt_get(&c->rt, RT_JSON),
		      IR_CALL_ARGS(IRV_REG(lw_addr_of(c, dst)), IRV_REG(text), IRV_REG(path)));
	int done = ir_label(f), none = ir_label(f);
	ir_br(f, IR_EQ, found, IRV_IMM(0), none);
	ir_br(f, IR_NE, ir_load(f, dst.reg, dst.off, 1), IRV_IMM(0), done);
	str_store(c, dst, val_lit(c, "", 0));
	ir_jmp(f, done);
	ir_place(f, none);
	store_null(c, dst);
	ir_place(f, done);
	return nullable(c, dst);
}

/* ---- memory ---- */

static void count_block(struct lower *L, struct node *n)
{
	if (n->kind != NODE_CALL || !n->ident || n->ident->kind != IDENT_FUNC)
		return;
	enum builtin_func id = n->ident->func->id;
	unsigned size = id == BF_ALLOCA ? 0 : id == BF_COPYOUT ? 2 : 1;
	if ((id == BF_ALLOCA || id == BF_COPYIN || id == BF_COPYOUT) && size < n->nkids &&
	    !n->kids[size]->is_const)
		L->nblocks++;
}

/* Large enough for what programs read and write at once, as long as the region of all that the
 * kernel limits to 4 MB has room for it. */
uint32_t call_block_room(struct lower *L)
{
	enum { LEAST = 4096, MOST = 256 * 1024, TOGETHER = 2 * 1024 * 1024 };
	lower_visit(L, count_block);
	uint64_t uses = (uint64_t)L->nblocks * L->sites.n;
	uint64_t room = uses ? TOGETHER / uses : LEAST;
	return room < LEAST ? LEAST : room > MOST ? MOST : (uint32_t)(room & ~4095u);
}

/* A block in the scratch region for alloca() and the like: its place, and the number of bytes as an
 * operand. A size that only the run tells is bounded by option scratchsize,
 * and call_block_room(). */
static struct place block(struct lw *c, struct val size, uint32_t *room, struct ir_val *bytes)
{
	if (size.is_const && size.cval >= 0 && size.cval <= 1 << 20) {
		*room = (uint32_t)size.cval;
		*bytes = IRV_IMM(size.cval);
	} else {
		int n = val_reg(c, size);
		*room = c->L->scratch_dyn;
		lw_fault_if(c, IR_UGT, n, IRV_IMM(*room), FLT_NOSCRATCH, IRV_IMM(0));
		*bytes = IRV_REG(n);
	}
	c->keep_temps = true; /* the program gets its address */
	return lw_temp_place(c, *room ? *room : 8);
}

static struct val pointer_to(struct lw *c, struct type *t, struct place p)
{
	struct val v = val_of(t, lw_as_integer(c, lw_addr_of(c, p)));
	v.place = p;
	return v;
}

static struct val alloca_block(struct lw *c, struct node *n)
{
	uint32_t room;
	struct ir_val bytes;
	struct place p = block(c, lw_expr(c, n->kids[0]), &room, &bytes);
	for (uint32_t i = 0; i < room && i < 512; i += 8)
		ir_store(c->f, p.reg, p.off + (int32_t)i, 8, IRV_IMM(0));
	return pointer_to(c, n->type, p);
}

/* Only the memory of the running process is there to be read. */
static void must_run(struct lw *c, int addr)
{
	if (c->env.subject < 0)
		return;
	int running = ir_call(c->f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	lw_fault_if(c, IR_NE, running, IRV_REG(lw_task(c)), FLT_BADADDR, IRV_REG(addr));
}

static void user_read(struct lw *c, struct place dst, struct ir_val bytes, int addr)
{
	must_run(c, addr);
	int r = lw_user_read(c, lw_addr_of(c, dst), bytes, addr);
	lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(addr));
}

static struct val copyin(struct lw *c, struct node *n)
{
	int addr = lw_int(c, n->kids[0]);
	uint32_t room;
	struct ir_val bytes;
	struct place p = block(c, lw_expr(c, n->kids[1]), &room, &bytes);
	if (room)
		user_read(c, p, bytes, addr);
	return pointer_to(c, n->type, p);
}

static int read_user_text(struct lw *c, struct place dst, struct ir_val bytes, int addr)
{
	must_run(c, addr);
	int r = lw_user_read_text(c, lw_addr_of(c, dst), bytes, addr);
	lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(addr));
	return r;
}

bool lw_is_copyinstr(const struct node *n)
{
	return n->kind == NODE_CALL && n->ident && n->ident->func->id == BF_COPYINSTR &&
	       n->nkids == 1;
}

int lw_copyinstr_into(struct lw *c, struct node *n, struct place dst, uint32_t bytes)
{
	return read_user_text(c, dst, IRV_IMM(bytes), lw_int(c, n->kids[0]));
}

static struct val copyinstr(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	int addr = lw_int(c, n->kids[0]);
	uint32_t limit = c->L->strsize;
	struct place dst = dst_string(c);
	struct ir_val bytes = IRV_IMM(limit);
	if (n->nkids > 1) {
		struct val size = lw_expr(c, n->kids[1]);
		if (size.is_const) {
			if (size.cval >= 0 && size.cval < limit)
				bytes = IRV_IMM(size.cval + 1);
		} else {
			int want = ir_copy(f, val_reg(c, size)), ok = ir_label(f);
			ir_br(f, IR_ULT, want, IRV_IMM(limit - 1), ok);
			ir_mov(f, want, IRV_IMM(limit - 1));
			ir_place(f, ok);
			bytes = IRV_REG(ir_alu(f, IR_ADD, want, IRV_IMM(1)));
		}
	}
	read_user_text(c, dst, bytes, addr);
	return val_str_mem(c, dst, limit);
}

/* Destination of bcopy() and copyinto(), checked; the size as an operand the verifier accepts. */
static struct place target(struct lw *c, struct node *dst, struct val size, struct ir_val *bytes)
{
	struct val d = lw_expr(c, dst);
	uint32_t room = size.is_const && size.cval >= 0 && size.cval <= 16384 ? (uint32_t)size.cval
									      : c->L->scratch_dyn;
	*bytes = IRV_IMM(room);
	if (!size.is_const || (uint64_t)size.cval > 16384) {
		int n = val_reg(c, size);
		lw_fault_if(c, IR_UGT, n, IRV_IMM(room), FLT_BADADDR, IRV_REG(val_reg(c, d)));
		*bytes = IRV_REG(n);
	}
	return lw_writable(c, (struct place){.kind = P_KERN, .reg = val_reg(c, d)},
			   room ? room : 8);
}

static struct val copy_bytes(struct lw *c, struct node *n)
{
	struct val s = lw_expr(c, n->kids[0]), size = lw_expr(c, n->kids[2]);
	int src = s.place.kind == P_DIRECT ? lw_addr_of(c, s.place) : val_reg(c, s);
	struct ir_val bytes;
	struct place dst = target(c, n->kids[1], size, &bytes);
	int r = ir_call(c->f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(IRV_REG(lw_addr_of(c, dst)), bytes, IRV_REG(src)));
	if (s.place.kind != P_DIRECT)
		lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(src));
	return val_const(n->type, 0);
}

static struct val copyinto(struct lw *c, struct node *n)
{
	int addr = lw_int(c, n->kids[0]);
	struct val size = lw_expr(c, n->kids[1]);
	struct ir_val bytes;
	struct place dst = target(c, n->kids[2], size, &bytes);
	user_read(c, dst, bytes, addr);
	return val_const(n->type, 0);
}

static struct val copyout(struct lw *c, struct node *n, bool is_string)
{
	if (!feature_has(c->L->o->features, FEAT_WRITE_USER)) {
		lw_fail(c, n->src, "D_ACT_SPEC", "%s( ) cannot be enabled: %s", n->name,
			feature_remedy(FEAT_WRITE_USER));
		return val_const(n->type, 0);
	}
	struct ir_func *f = c->f;
	int addr = lw_int(c, n->kids[1]);
	struct ir_val bytes;
	int src;
	if (is_string) {
		src = str_arg(c, n->kids[0]);
		int len = ir_callfn(f, rt_get(&c->rt, RT_STRLEN), IR_CALL_ARGS(IRV_REG(src)));
		int size = ir_alu(f, IR_ADD, len, IRV_IMM(1));
		lw_fault_if(c, IR_UGT, size, IRV_IMM(c->L->strsize), FLT_BADADDR, IRV_REG(addr));
		bytes = IRV_REG(size);
	} else {
		struct val size = lw_expr(c, n->kids[2]);
		uint32_t room;
		struct val s = lw_expr(c, n->kids[0]);
		struct place p = block(c, size, &room, &bytes);
		int from = s.place.kind == P_DIRECT ? lw_addr_of(c, s.place) : val_reg(c, s);
		ir_call(f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(IRV_REG(lw_addr_of(c, p)), bytes, IRV_REG(from)));
		src = lw_addr_of(c, p);
	}
	int r = ir_call(f, H_PROBE_WRITE_USER, IR_CALL_ARGS(IRV_REG(addr), IRV_REG(src), bytes));
	lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(addr));
	return val_const(n->type, 0);
}

/* ---- numbers ---- */

static struct val swap(struct lw *c, struct node *n, unsigned size)
{
	struct val v = lw_expr(c, n->kids[0]);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return val_of(n->type, ir_unary(c->f, IR_BSWAP, val_reg(c, v), size));
#else
	return val_convert(c, v, n->type);
#endif
}

/* Linux packs dev_t of the kernel as 12 bits major, 20 bits minor. */
static struct val dev_part(struct lw *c, struct node *n, bool major)
{
	int v = lw_int(c, n->kids[0]);
	return val_of(n->type, major ? ir_alu(c->f, IR_SHR, v, IRV_IMM(20))
				     : ir_alu(c->f, IR_AND, v, IRV_IMM(0xfffff)));
}

static struct val address_string(struct lw *c, struct node *src, unsigned bytes, enum rt_id id)
{
	struct ir_func *f = c->f;
	struct val v = lw_expr(c, src);
	struct place tmp = lw_temp_place(c, 24);
	if (v.place.kind == P_DIRECT) {
		lw_copy(c, tmp, v.place, bytes);
	} else {
		struct place from = {.kind = src->is_user ? P_USER : P_KERN, .reg = val_reg(c, v)};
		lw_copy(c, tmp, from, bytes);
	}
	struct ir_val a =
	    bytes == 4 ? IRV_REG(ir_load(f, tmp.reg, tmp.off, 4)) : IRV_REG(lw_addr_of(c, tmp));
	return rt_string(c, id, 1, &a);
}

static struct val inet_ntop_call(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	struct val af = lw_expr(c, n->kids[0]);
	enum { INET = 2, INET6 = 10 };
	if (af.is_const && (af.cval == INET || af.cval == INET6))
		return address_string(c, n->kids[1], af.cval == INET ? 4 : 16,
				      af.cval == INET ? RT_INET_NTOA : RT_INET_NTOP6);
	int family = val_reg(c, af), v6 = ir_label(f), done = ir_label(f);
	struct place out = dst_string(c);
	struct cache saved = lw_cond_enter(c);
	ir_br(f, IR_EQ, family, IRV_IMM(INET6), v6);
	lw_fault_if(c, IR_NE, family, IRV_IMM(INET), FLT_ILLOP, IRV_REG(family));
	str_copy(c, out, c->L->strsize, address_string(c, n->kids[1], 4, RT_INET_NTOA));
	ir_jmp(f, done);
	lw_cache_set(c, saved);
	ir_place(f, v6);
	str_copy(c, out, c->L->strsize, address_string(c, n->kids[1], 16, RT_INET_NTOP6));
	lw_cond_leave(c, saved);
	ir_place(f, done);
	return val_str_mem(c, out, c->L->strsize);
}

static struct val link_ntop_call(struct lw *c, struct node *n)
{
	struct val v = lw_expr(c, n->kids[1]);
	struct place tmp = lw_temp_place(c, 24);
	struct place from = v.place.kind == P_DIRECT
				? v.place
				: (struct place){.kind = P_KERN, .reg = val_reg(c, v)};
	/* ARPHRD_INFINIBAND is 32 and has 20 bytes; everything else is Ethernet-like. */
	struct val type = lw_expr(c, n->kids[0]);
	bool ib = type.is_const && type.cval == 32;
	lw_copy(c, tmp, from, ib ? 20 : 6);
	struct ir_val a[2] = {IRV_REG(lw_addr_of(c, tmp)), IRV_IMM(ib ? 20 : 6)};
	return rt_string(c, RT_LINK_NTOP, 2, a);
}

/* ---- the kernel's locks and files ---- */

/* What a lock's pointer points to: the name of its struct, "" when the type does not say. */
static const char *lock_type(const struct node *n)
{
	struct type *t = type_resolve(n->kids[0]->type);
	t = t->kind == TYPE_PTR ? type_resolve(t->ref) : t;
	return type_is_sou(t) && t->name ? t->name : "";
}

static int kernel_word(struct lw *c, int addr, uint32_t off, unsigned size, bool is_signed)
{
	struct place p = {.kind = P_KERN, .reg = addr, .off = (int32_t)off};
	return val_reg(c, lw_load(c, p, types_int(c->L->ts, size, is_signed)));
}

static struct val no_such_lock(struct lw *c, struct node *n, const char *takes)
{
	lw_fail(c, n->src, "D_PROTO_ARG",
		"%s( ) takes a pointer to %s: the kernel keeps no owner of a %s", n->name, takes,
		lock_type(n));
	return val_const(n->type, 0);
}

static bool is_spin_lock(const char *type)
{
	return strstr(type, "spinlock") != NULL;
}

/* A mutex keeps its owner with flags in the low bits, a semaphore for writers as well. */
static struct val mutex_state(struct lw *c, struct node *n, enum builtin_func id)
{
	struct ir_func *f = c->f;
	const char *type = lock_type(n);
	bool sem = strcmp(type, "rw_semaphore") == 0;
	uint32_t off;
	if (id == BF_MUTEX_TYPE_ADAPTIVE || id == BF_MUTEX_TYPE_SPIN)
		return val_const(n->type, is_spin_lock(type) == (id == BF_MUTEX_TYPE_SPIN));
	if (is_spin_lock(type) ||
	    !kernel_offset(c->L, sem ? "rw_semaphore" : "mutex", "owner", &off))
		return no_such_lock(c, n, "struct mutex");
	int owner = kernel_word(c, lw_int(c, n->kids[0]), off, 8, false);
	owner = ir_alu(f, IR_AND, owner, IRV_IMM(~7LL));
	if (id == BF_MUTEX_OWNER)
		return val_of(n->type, owner);
	int me = lw_as_integer(c, lw_task(c));
	return val_of(n->type, ir_set(f, IR_EQ, owner, IRV_REG(me)));
}

/* rwlock_t counts readers from bit 9 on, below are the writer's; rw_semaphore has readers from bit
 * 8 on and the writer in bit 0, bit 1 for those who wait. */
static struct val rw_state(struct lw *c, struct node *n, enum builtin_func id)
{
	struct ir_func *f = c->f;
	bool sem = strcmp(lock_type(n), "rw_semaphore") == 0;
	int64_t writer = sem ? 1 : 0xff, waiting = sem ? 3 : 0x1ff;
	int word = kernel_word(c, lw_int(c, n->kids[0]), 0, sem ? 8 : 4, false);
	if (id == BF_RW_READ_HELD)
		word = ir_alu(f, IR_SHR, word, IRV_IMM(sem ? 8 : 9));
	else
		word = ir_alu(f, IR_AND, word, IRV_IMM(id == BF_RW_ISWRITER ? waiting : writer));
	return val_of(n->type, ir_set(f, IR_NE, word, IRV_IMM(0)));
}

/* The open file of a descriptor of this process; NULL when it is not open. */
static struct val file_of(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	int fd = lw_int(c, n->kids[0]), r = ir_imm(f, 0), none = ir_label(f);
	uint32_t table, max, array;
	if (!kernel_offset(c->L, "files_struct", "fdt", &table) ||
	    !kernel_offset(c->L, "fdtable", "max_fds", &max) ||
	    !kernel_offset(c->L, "fdtable", "fd", &array)) {
		lw_fail(c, n->src, "D_FUNC_UNDEF", "getf( ) needs the kernel's type information");
		return val_const(n->type, 0);
	}
	int files = lw_as_integer(c, lw_task_field(c, "files", 8, false));
	struct cache saved = lw_cond_enter(c);
	ir_br(f, IR_EQ, files, IRV_IMM(0), none);
	int fdt = kernel_word(c, files, table, 8, false);
	ir_br(f, IR_UGE, fd, IRV_REG(kernel_word(c, fdt, max, 4, false)), none);
	int slot = ir_alu(f, IR_ADD, kernel_word(c, fdt, array, 8, false),
			  IRV_REG(ir_alu(f, IR_SHL, fd, IRV_IMM(3))));
	ir_mov(f, r, IRV_REG(kernel_word(c, slot, 0, 8, false)));
	lw_cond_leave(c, saved);
	ir_place(f, none);
	return val_of(n->type, r);
}

/* ---- processes, speculation ---- */

/* Walks up at most 32 generations: bounded by the language. */
static struct val progeny_of(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	int want = lw_int(c, n->kids[0]);
	uint32_t tgid_off, parent_off;
	if (!kernel_offset(c->L, "task_struct", "tgid", &tgid_off) ||
	    !kernel_offset(c->L, "task_struct", "real_parent", &parent_off))
		return val_const(n->type, 0);
	int r = ir_imm(f, 0), yes = ir_label(f), done = ir_label(f);
	int task = lw_task(c);
	for (int i = 0; i < 32; i++) {
		int tgid = ir_load_signed(f, task, (int32_t)tgid_off, 4);
		ir_br(f, IR_EQ, tgid, IRV_REG(want), yes);
		ir_br(f, IR_EQ, tgid, IRV_IMM(0), done);
		task = ir_load(f, task, (int32_t)parent_off, 8);
	}
	ir_jmp(f, done);
	ir_place(f, yes);
	ir_mov(f, r, IRV_IMM(1));
	ir_place(f, done);
	return val_of(n->type, r);
}

/* First free speculation, marked active; 0 when there is none. */
static struct val speculation_call(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	int r = ir_imm(f, 0), i = ir_imm(f, 0);
	int top = ir_label(f), next = ir_label(f), none = ir_label(f), done = ir_label(f);
	ir_place(f, top);
	ir_br(f, IR_UGE, i, IRV_IMM(c->L->nspec), none);
	int slot = ir_alu(
	    f, IR_ADD, ir_mapval(f, IMAGE_MAP_GLOB, (uint32_t)offsetof(struct image_state, spec)),
	    IRV_REG(ir_alu(f, IR_MUL, i, IRV_IMM(8))));
	int state = ir_load(f, slot, 0, 4);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, state, IRV_IMM(1)), IRV_IMM(0), next);
	int started = ir_alu(f, IR_OR, state, IRV_IMM(1));
	int old =
	    ir_unary(f, IR_ZEXT, ir_cmpxchg(f, slot, 0, 4, IRV_REG(state), IRV_REG(started)), 4);
	ir_br(f, IR_NE, old, IRV_REG(state), next);
	ir_store(f, slot, 4, 4, IRV_IMM(0));
	ir_mov(f, r, IRV_REG(ir_alu(f, IR_ADD, i, IRV_IMM(1))));
	ir_jmp(f, done);
	ir_place(f, next);
	ir_mov(f, i, IRV_REG(ir_alu(f, IR_ADD, i, IRV_IMM(1))));
	ir_may_goto(f, none, IMAGE_MAX_SPECULATIONS);
	ir_jmp(f, top);
	ir_place(f, none);
	lw_count(c, offsetof(struct image_state, spec_unavail));
	ir_place(f, done);
	return val_of(n->type, r);
}

static struct val random_number(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	int hi = ir_call(f, H_PRANDOM, 0, NULL);
	int up = ir_alu(f, IR_SHL, hi, IRV_IMM(32));
	int lo = ir_unary(f, IR_ZEXT, ir_call(f, H_PRANDOM, 0, NULL), 4);
	return val_of(n->type, lw_norm(c, ir_alu(f, IR_OR, up, IRV_REG(lo)), n->type));
}

/* Those that are not about text. */
static struct val other_call(struct lw *c, struct node *n, enum builtin_func id)
{
	switch (id) {
	case BF_HTONS:
	case BF_NTOHS:
		return swap(c, n, 2);
	case BF_HTONL:
	case BF_NTOHL:
		return swap(c, n, 4);
	case BF_HTONLL:
	case BF_NTOHLL:
		return swap(c, n, 8);
	case BF_GETMAJOR:
		return dev_part(c, n, true);
	case BF_GETMINOR:
		return dev_part(c, n, false);
	case BF_ALLOCA:
		return alloca_block(c, n);
	case BF_BCOPY:
		return copy_bytes(c, n);
	case BF_COPYIN:
		return copyin(c, n);
	case BF_COPYINSTR:
		return copyinstr(c, n);
	case BF_COPYINTO:
		return copyinto(c, n);
	case BF_COPYOUT:
		return copyout(c, n, false);
	case BF_COPYOUTSTR:
		return copyout(c, n, true);
	case BF_RAND:
		return random_number(c, n);
	case BF_PROGENYOF:
		return progeny_of(c, n);
	case BF_SPECULATION:
		return speculation_call(c, n);
	case BF_MUTEX_OWNED:
	case BF_MUTEX_OWNER:
	case BF_MUTEX_TYPE_ADAPTIVE:
	case BF_MUTEX_TYPE_SPIN:
		return mutex_state(c, n, id);
	case BF_RW_READ_HELD:
	case BF_RW_WRITE_HELD:
	case BF_RW_ISWRITER:
		return rw_state(c, n, id);
	case BF_D_PATH:
	case BF_DENTRY_PATH:
	case BF_MOUNT_PATH:
		return lw_d_path(c, n);
	case BF_GETF:
		return file_of(c, n);
	case BF_SOCK_PID:
		return lw_socket_pid(c, n);
	case BF_TASK_ZONEID:
	case BF_TASK_ZONENAME:
	case BF_SOCK_ZONEID:
	case BF_SOCK_ZONENAME:
		return lw_zone_call(c, n);
	default:
		lw_fail(c, n->src, "D_FUNC_UNDEF",
			"%s( ) cannot be enabled: the kernel has no way to run it here", n->name);
		return val_const(n->type, 0);
	}
}

struct val lw_call(struct lw *c, struct node *n)
{
	switch (n->ident->func->id) {
	case BF_STRLEN:
		return strlen_of(c, n);
	case BF_STRJOIN:
		return join(c, n);
	case BF_SUBSTR:
		return substring(c, n);
	case BF_INDEX:
		return index_of(c, n, RT_INDEX, 0);
	case BF_RINDEX:
		return index_of(c, n, RT_RINDEX, INT64_MAX);
	case BF_STRCHR:
		return find_char(c, n, RT_STRCHR);
	case BF_STRRCHR:
		return find_char(c, n, RT_STRRCHR);
	case BF_STRSTR:
		return find_string(c, n);
	case BF_STRTOK:
		return string_token(c, n);
	case BF_BASENAME:
		return one_string(c, n, RT_BASENAME);
	case BF_DIRNAME:
		return one_string(c, n, RT_DIRNAME);
	case BF_CLEANPATH:
		return one_string(c, n, RT_CLEANPATH);
	case BF_TOUPPER:
		return one_string(c, n, RT_TOUPPER);
	case BF_TOLOWER:
		return one_string(c, n, RT_TOLOWER);
	case BF_LLTOSTR:
		return number_text(c, n);
	case BF_STRTOLL:
		return text_number(c, n);
	case BF_JSON:
		return json_element(c, n);
	case BF_INET_NTOA:
		return address_string(c, n->kids[0], 4, RT_INET_NTOA);
	case BF_INET_NTOA6:
		return address_string(c, n->kids[0], 16, RT_INET_NTOA6);
	case BF_INET_NTOP:
		return inet_ntop_call(c, n);
	case BF_LINK_NTOP:
		return link_ntop_call(c, n);
	default:
		return other_call(c, n, n->ident->func->id);
	}
}
