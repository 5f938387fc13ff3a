/*
 * ir.c - builders of the intermediate representation
 *
 * In: calls of lower/ and provider/. Out: instructions appended to a function. An immediate that
 * the instruction set cannot hold in 32 signed bits is put into a register here, so that every
 * later stage may rely on it (the operands of IR_MOV, IR_RET and of calls hold 64 bits: the code
 * generator loads those where they are wanted). No optimization is done here.
 */
#include "dtrace/ir/ir.h"

#include <string.h>

struct ir_unit *ir_unit_new(struct arena *a, const char *name)
{
	struct ir_unit *u = arena_new_of(a, struct ir_unit);

	u->arena = a;
	u->name = arena_strdup(a, name);
	return u;
}

struct ir_func *ir_func_new(struct ir_unit *u, const char *name, unsigned nparams)
{
	struct ir_func *f = arena_new_of(u->arena, struct ir_func);

	f->unit = u;
	f->name = arena_strdup(u->arena, name);
	f->id = (uint32_t)u->funcs.n;
	f->nparams = (uint8_t)(nparams > 5 ? 5 : nparams);
	for (unsigned i = 0; i < f->nparams; i++)
		f->params[i] = ir_reg(f);
	*vec_push(&u->funcs, u->arena) = f;
	return f;
}

static struct ir_insn *add(struct ir_func *f, enum ir_op op, int dst)
{
	struct ir_insn *i = vec_push(&f->insns, f->unit->arena);

	i->op = op;
	i->dst = dst;
	i->line = f->line;
	i->a = i->b = IRV_IMM(0);
	i->label = -1;
	return i;
}

/* v, or a register that holds it when it does not fit an instruction's 32 bits. */
static struct ir_val narrow(struct ir_func *f, struct ir_val v)
{
	if (!v.is_imm || (v.imm >= INT32_MIN && v.imm <= INT32_MAX))
		return v;
	return IRV_REG(ir_imm(f, v.imm));
}

static struct ir_val in_reg(struct ir_func *f, struct ir_val v)
{
	return v.is_imm ? IRV_REG(ir_imm(f, v.imm)) : v;
}

int ir_reg(struct ir_func *f)
{
	return f->nregs++;
}

int ir_label(struct ir_func *f)
{
	return f->nlabels++;
}

void ir_place(struct ir_func *f, int label)
{
	add(f, IR_LABEL, -1)->label = label;
}

int ir_imm(struct ir_func *f, int64_t v)
{
	int dst = ir_reg(f);

	add(f, IR_CONST, dst)->imm = v;
	return dst;
}

int ir_copy(struct ir_func *f, int reg)
{
	int dst = ir_reg(f);

	add(f, IR_MOV, dst)->a = IRV_REG(reg);
	return dst;
}

void ir_mov(struct ir_func *f, int dst, struct ir_val v)
{
	if (v.is_imm)
		add(f, IR_CONST, dst)->imm = v.imm;
	else
		add(f, IR_MOV, dst)->a = v;
}

int ir_alu(struct ir_func *f, enum ir_op op, int a, struct ir_val b)
{
	int dst = ir_reg(f);

	ir_alu_to(f, dst, op, a, b);
	return dst;
}

void ir_alu_to(struct ir_func *f, int dst, enum ir_op op, int a, struct ir_val b)
{
	struct ir_val nb = narrow(f, b);
	struct ir_insn *i = add(f, op, dst);

	i->a = IRV_REG(a);
	i->b = nb;
}

int ir_unary(struct ir_func *f, enum ir_op op, int a, unsigned size)
{
	int dst = ir_reg(f);
	struct ir_insn *i = add(f, op, dst);

	i->a = IRV_REG(a);
	i->size = (uint8_t)size;
	return dst;
}

int ir_set(struct ir_func *f, enum ir_cond c, int a, struct ir_val b)
{
	struct ir_val nb = narrow(f, b);
	int dst = ir_reg(f);
	struct ir_insn *i = add(f, IR_SET, dst);

	i->cond = c;
	i->a = IRV_REG(a);
	i->b = nb;
	return dst;
}

static void branch(struct ir_func *f, enum ir_op op, enum ir_cond c, int a, struct ir_val b, int to)
{
	struct ir_val nb = narrow(f, b);
	struct ir_insn *i = add(f, op, -1);

	i->cond = c;
	i->a = IRV_REG(a);
	i->b = nb;
	i->label = to;
}

void ir_br(struct ir_func *f, enum ir_cond c, int a, struct ir_val b, int label)
{
	branch(f, IR_BR, c, a, b, label);
}

void ir_br32(struct ir_func *f, enum ir_cond c, int a, struct ir_val b, int label)
{
	if (b.is_imm)
		b.imm = (int32_t)b.imm;
	branch(f, IR_BR32, c, a, b, label);
}

void ir_jmp(struct ir_func *f, int label)
{
	add(f, IR_JMP, -1)->label = label;
}

void ir_ret(struct ir_func *f, struct ir_val v)
{
	add(f, IR_RET, -1)->a = v;
}

static struct ir_insn *access(struct ir_func *f, enum ir_op op, int dst, int base, int32_t off,
			      unsigned size)
{
	struct ir_insn *i = add(f, op, dst);

	i->a = IRV_REG(base);
	i->off = off;
	i->size = (uint8_t)size;
	return i;
}

int ir_load(struct ir_func *f, int base, int32_t off, unsigned size)
{
	int dst = ir_reg(f);

	access(f, IR_LD, dst, base, off, size);
	return dst;
}

int ir_load_signed(struct ir_func *f, int base, int32_t off, unsigned size)
{
	int dst = ir_reg(f);

	access(f, size == 8 ? IR_LD : IR_LDS, dst, base, off, size);
	return dst;
}

void ir_store(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v)
{
	struct ir_val b;

	if (v.is_imm && size < 8) /* the bytes stored are what counts */
		v.imm = size == 4 ? (int32_t)v.imm : size == 2 ? (int16_t)v.imm : (int8_t)v.imm;
	b = narrow(f, v);
	access(f, IR_ST, -1, base, off, size)->b = b;
}

void ir_atomic(struct ir_func *f, enum ir_op op, int base, int32_t off, unsigned size,
	       struct ir_val v)
{
	struct ir_val b = in_reg(f, v);

	access(f, op, -1, base, off, size)->b = b;
}

void ir_atomic_add(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v)
{
	ir_atomic(f, IR_ATOMIC_ADD, base, off, size, v);
}

static int fetching(struct ir_func *f, enum ir_op op, int base, int32_t off, unsigned size,
		    struct ir_val v)
{
	struct ir_val b = in_reg(f, v);
	int dst = ir_reg(f);

	access(f, op, dst, base, off, size)->b = b;
	return dst;
}

int ir_fetch_add(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v)
{
	return fetching(f, IR_FETCH_ADD, base, off, size, v);
}

int ir_xchg(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val v)
{
	return fetching(f, IR_XCHG, base, off, size, v);
}

int ir_cmpxchg(struct ir_func *f, int base, int32_t off, unsigned size, struct ir_val expect,
	       struct ir_val v)
{
	struct ir_val b = in_reg(f, v);
	int dst = ir_reg(f);
	struct ir_insn *i = access(f, IR_CMPXCHG, dst, base, off, size);

	i->b = b;
	i->args[0] = expect;
	i->nargs = 1;
	return dst;
}

static struct ir_insn *call(struct ir_func *f, enum ir_op op, int dst, int64_t what, unsigned nargs,
			    const struct ir_val *args)
{
	struct ir_insn *i = add(f, op, dst);

	i->imm = what;
	i->nargs = (uint8_t)(nargs > 5 ? 5 : nargs);
	if (i->nargs)
		memcpy(i->args, args, i->nargs * sizeof(*args));
	return i;
}

int ir_call(struct ir_func *f, int helper, unsigned nargs, const struct ir_val *args)
{
	int dst = ir_reg(f);

	call(f, IR_CALL, dst, helper, nargs, args);
	return dst;
}

int ir_kfunc(struct ir_func *f, const char *name, uint32_t btf_id, unsigned nargs,
	     const struct ir_val *args)
{
	int dst = ir_reg(f);

	call(f, IR_KFUNC, dst, btf_id, nargs, args)->sym = arena_strdup(f->unit->arena, name);
	return dst;
}

int ir_callfn(struct ir_func *f, const struct ir_func *callee, unsigned nargs,
	      const struct ir_val *args)
{
	int dst = ir_reg(f);

	call(f, IR_CALLFN, dst, callee->id, nargs, args);
	return dst;
}

int ir_map(struct ir_func *f, unsigned map)
{
	int dst = ir_reg(f);

	add(f, IR_MAP, dst)->imm = map;
	return dst;
}

int ir_mapval(struct ir_func *f, unsigned map, uint32_t off)
{
	int dst = ir_reg(f);
	struct ir_insn *i = add(f, IR_MAPVAL, dst);

	i->imm = map;
	i->off = (int32_t)off;
	return dst;
}

int ir_ksym(struct ir_func *f, const char *name, uint32_t btf_id)
{
	int dst = ir_reg(f);
	struct ir_insn *i = add(f, IR_KSYM, dst);

	i->imm = btf_id;
	i->sym = arena_strdup(f->unit->arena, name);
	return dst;
}

int ir_frame(struct ir_func *f, uint32_t size, uint32_t align)
{
	struct ir_frame_obj *o = vec_push(&f->frame, f->unit->arena);

	o->size = size;
	o->align = align > 8 ? 8 : align ? align : 1;
	return (int)f->frame.n - 1;
}

int ir_frame_addr(struct ir_func *f, int obj, int32_t off)
{
	int dst = ir_reg(f);
	struct ir_insn *i = add(f, IR_FRAME, dst);

	i->imm = obj;
	i->off = off;
	return dst;
}

int ir_funcaddr(struct ir_func *f, const struct ir_func *callback)
{
	int dst = ir_reg(f);

	add(f, IR_FUNCADDR, dst)->imm = callback->id;
	return dst;
}

void ir_may_goto(struct ir_func *f, int label, uint32_t max_iterations)
{
	struct ir_insn *i = add(f, IR_MAY_GOTO, -1);

	i->label = label;
	i->imm = max_iterations;
}

void ir_comment(struct ir_func *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = arena_vprintf(f->unit->arena, fmt, ap);
	va_end(ap);
	add(f, IR_COMMENT, -1)->sym = text;
}
