/*
 * emit.c - instructions
 *
 * In: functions with registers and frame assigned. Out: struct bpf_insn, relocations and line table
 * appended to the program. Addresses that only the loader knows (maps, kernel functions) become
 * relocations; calls between functions of the unit are patched by emit_link() when all are placed.
 * A jump that does not reach in 16 bits is written again in a long form (gotol); where the kernel has
 * none it goes by relays: jumps to the same label that stand at intervals along its way.
 */
#include "dtrace/bpf/emit.h"

#include <errno.h>
#include <string.h>

struct fixup { /* a jump whose distance is not known yet */
	uint32_t insn;
	int label;
	bool wide;     /* distance in imm (gotol) */
	bool has_via;  /* it goes to a relay */
	uint32_t via;  /* which stands here */
	uint32_t jump; /* its number in order of emission; NO_JUMP: a relay's own */
};
enum { NO_JUMP = UINT32_MAX };

struct emit {
	struct lfunc *f;
	struct cg *cg;
	struct emit_code *code;
	uint32_t start; /* first instruction of the function */
	VEC(struct fixup) fixups;
	uint32_t *label_at;
	uint8_t *is_far; /* by number of the jump; NULL = none is */
	uint32_t njumps;
	VEC(uint32_t)
	waiting; /* fixups of far jumps and relays that need the next relay; without gotol */
	uint32_t relays_end; /* the last relays ended here */
	uint32_t line;
	const char *comment;
};

static int put(struct emit *e, int code, int dst, int src, int off, int64_t imm)
{
	struct bpf_insn *i = vec_push(&e->code->insns, e->cg->arena);

	i->code = (uint8_t)code;
	i->dst_reg = (uint8_t)(dst & 15);
	i->src_reg = (uint8_t)(src & 15);
	i->off = (int16_t)off;
	i->imm = (int32_t)imm;
	return (int)e->code->insns.n - 1;
}

static uint32_t here(const struct emit *e)
{
	return (uint32_t)e->code->insns.n;
}

static int reg(const struct emit *e, const struct opnd *o)
{
	return e->f->vregs.at[o->n].reg;
}

static int slot_off(const struct emit *e, const struct opnd *o)
{
	return -8 * (e->f->slot_place[o->n] + 1);
}

static void reloc(struct emit *e, enum image_reloc_kind kind, int index, const char *sym)
{
	struct image_reloc *r = vec_push(&e->code->relocs, e->cg->arena);

	*r = (struct image_reloc){here(e), kind, (uint32_t)index, sym};
}

/* ---- values ---- */

static void put_imm64(struct emit *e, int dst, int src, int32_t lo, int32_t hi)
{
	put(e, BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, lo);
	put(e, 0, 0, 0, 0, hi);
}

static void load_imm(struct emit *e, int dst, int64_t v)
{
	if (v == (int32_t)v)
		put(e, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, v);
	else if (v == (int64_t)(uint32_t)v)
		put(e, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, v);
	else
		put_imm64(e, dst, 0, (int32_t)v, (int32_t)(v >> 32));
}

static void move(struct emit *e, int dst, int src)
{
	if (dst != src)
		put(e, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

/* dst = whatever o stands for. */
static void load(struct emit *e, int dst, const struct opnd *o)
{
	int64_t off;

	switch (o->kind) {
	case O_NONE:
		break;
	case O_REG:
		move(e, dst, reg(e, o));
		break;
	case O_IMM:
		load_imm(e, dst, o->v);
		break;
	case O_FRAME:
		off = e->f->frame_off[o->n] + o->v;
		move(e, dst, BPF_REG_10);
		if (off)
			put(e, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, off);
		break;
	case O_MAP:
		reloc(e, RELOC_MAP, o->n, NULL);
		put_imm64(e, dst, BPF_PSEUDO_MAP_FD, 0, 0);
		break;
	case O_MAPVAL:
		reloc(e, RELOC_MAPVAL, o->n, NULL);
		put_imm64(e, dst, BPF_PSEUDO_MAP_VALUE, 0, (int32_t)o->v);
		break;
	case O_KSYM:
		put_imm64(e, dst, BPF_PSEUDO_BTF_ID, o->n, 0);
		break;
	case O_FUNC:
		put_imm64(e, dst, BPF_PSEUDO_FUNC, o->n, 0);
		break;
	case O_SLOT:
		put(e, BPF_LDX | BPF_MEM | BPF_DW, dst, BPF_REG_10, slot_off(e, o), 0);
		break;
	}
}

/* ---- moves that happen at once ---- */

struct moves {
	int n;
	int8_t dst[5], src[5];
};

static bool is_source(const struct moves *m, int r)
{
	for (int k = 0; k < m->n; k++)
		if (m->src[k] == r)
			return true;
	return false;
}

static void drop_move(struct moves *m, int k)
{
	m->n--;
	m->dst[k] = m->dst[m->n];
	m->src[k] = m->src[m->n];
}

/* A register that is neither read nor written by the moves that remain. kept are not to be touched.
 */
static int spare(const struct moves *m, unsigned kept)
{
	for (int k = 0; k < m->n; k++)
		kept |= 1u << m->dst[k] | 1u << m->src[k];
	return __builtin_ctz(~kept);
}

/* All moves as if at once. A register that no other move reads may be written; when there is none,
 * only cycles are left, and one register of a cycle is put aside. kept: registers that hold
 * something else of worth. */
static void parallel_moves(struct emit *e, struct moves *m, unsigned kept)
{
	while (m->n) {
		bool moved = false;

		for (int k = 0; k < m->n; k++) {
			if (m->dst[k] != m->src[k] && is_source(m, m->dst[k]))
				continue;
			move(e, m->dst[k], m->src[k]);
			kept |= 1u << m->dst[k];
			drop_move(m, k--);
			moved = true;
		}
		if (!moved) {
			int aside = spare(m, kept), from = m->src[0];

			move(e, aside, from);
			for (int k = 0; k < m->n; k++)
				if (m->src[k] == from)
					m->src[k] = (int8_t)aside;
		}
	}
}

static void entry(struct emit *e, const struct lir *i)
{
	struct moves m = {0};

	for (int k = 0; k < i->nargs; k++) {
		if (i->args[k].kind != O_REG)
			continue;
		m.src[m.n] = (int8_t)(k + 1);
		m.dst[m.n++] = (int8_t)reg(e, &i->args[k]);
	}
	parallel_moves(e, &m, 0);
}

/* Registers first: what is made out of nothing needs none. r6-r9 may hold values that live on. */
static void arguments(struct emit *e, const struct lir *i)
{
	struct moves m = {0};

	for (int k = 0; k < i->nargs; k++) {
		if (i->args[k].kind != O_REG)
			continue;
		m.src[m.n] = (int8_t)reg(e, &i->args[k]);
		m.dst[m.n++] = (int8_t)(k + 1);
	}
	parallel_moves(e, &m, 0x3c0);
	for (int k = 0; k < i->nargs; k++)
		if (i->args[k].kind != O_REG)
			load(e, k + 1, &i->args[k]);
}

static void call(struct emit *e, const struct lir *i)
{
	arguments(e, i);
	if (i->op == IR_KFUNC)
		reloc(e, RELOC_KFUNC, 0, i->sym);
	put(e, BPF_JMP | BPF_CALL, 0,
	    i->op == IR_CALL	? 0
	    : i->op == IR_KFUNC ? BPF_PSEUDO_KFUNC_CALL
				: BPF_PSEUDO_CALL,
	    0, i->imm);
	if (i->dst.kind == O_REG)
		move(e, reg(e, &i->dst), BPF_REG_0);
}

/* ---- arithmetic ---- */

static void alu_op(struct emit *e, int op, int off, int dst, const struct opnd *b)
{
	if (b->kind == O_IMM)
		put(e, BPF_ALU64 | op | BPF_K, dst, 0, off, b->v);
	else
		put(e, BPF_ALU64 | op | BPF_X, dst, reg(e, b), off, 0);
}

static void alu(struct emit *e, const struct lir *i)
{
	static const uint8_t codes[] = {
	    [IR_ADD] = BPF_ADD,	 [IR_SUB] = BPF_SUB,  [IR_MUL] = BPF_MUL,  [IR_UDIV] = BPF_DIV,
	    [IR_SDIV] = BPF_DIV, [IR_UMOD] = BPF_MOD, [IR_SMOD] = BPF_MOD, [IR_AND] = BPF_AND,
	    [IR_OR] = BPF_OR,	 [IR_XOR] = BPF_XOR,  [IR_SHL] = BPF_LSH,  [IR_SHR] = BPF_RSH,
	    [IR_SAR] = BPF_ARSH,
	};
	int dst = reg(e, &i->dst), off = i->op == IR_SDIV || i->op == IR_SMOD;
	const struct opnd *a = &i->a, *b = &i->b;

	if (b->kind == O_REG && reg(e, b) == dst && (a->kind != O_REG || reg(e, a) != dst)) {
		const struct opnd *t = a; /* only commutative ones may share b's register */

		a = b, b = t;
	}
	load(e, dst, a);
	alu_op(e, codes[i->op], off, dst, b);
}

static void sext(struct emit *e, int dst, const struct lir *i)
{
	int src = dst;

	if (i->a.kind == O_REG)
		src = reg(e, &i->a);
	else
		load(e, dst, &i->a);
	put(e, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, i->size * 8, 0);
}

static void zext(struct emit *e, int dst, const struct lir *i)
{
	int src = dst;

	if (i->size == 4) {
		if (i->a.kind == O_REG)
			src = reg(e, &i->a);
		else
			load(e, dst, &i->a);
		put(e, BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0);
		return;
	}
	load(e, dst, &i->a);
	put(e, BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, i->size == 1 ? 0xff : 0xffff);
}

static void unary(struct emit *e, const struct lir *i)
{
	int dst = reg(e, &i->dst);

	switch (i->op) {
	case IR_SEXT:
		sext(e, dst, i);
		return;
	case IR_ZEXT:
		zext(e, dst, i);
		return;
	case IR_NEG:
		load(e, dst, &i->a);
		put(e, BPF_ALU64 | BPF_NEG, dst, 0, 0, 0);
		return;
	case IR_NOT:
		load(e, dst, &i->a);
		put(e, BPF_ALU64 | BPF_XOR | BPF_K, dst, 0, 0, -1);
		return;
	default: /* to the other byte order, which zero-extends */
		load(e, dst, &i->a);
		put(e,
		    BPF_ALU | BPF_END |
			(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? BPF_TO_BE : BPF_TO_LE),
		    dst, 0, 0, i->size * 8);
	}
}

static int jump_code(int cond)
{
	static const uint8_t codes[] = {
	    [IR_EQ] = BPF_JEQ,	 [IR_NE] = BPF_JNE,   [IR_ULT] = BPF_JLT,      [IR_ULE] = BPF_JLE,
	    [IR_UGT] = BPF_JGT,	 [IR_UGE] = BPF_JGE,  [IR_SLT] = BPF_JSLT,     [IR_SLE] = BPF_JSLE,
	    [IR_SGT] = BPF_JSGT, [IR_SGE] = BPF_JSGE, [IR_SETBITS] = BPF_JSET,
	};
	return codes[cond];
}

static void put_compare(struct emit *e, const struct lir *i, int klass, int off)
{
	int code = klass | jump_code(i->cond);

	if (i->b.kind == O_IMM)
		put(e, code | BPF_K, reg(e, &i->a), 0, off, i->b.v);
	else
		put(e, code | BPF_X, reg(e, &i->a), reg(e, &i->b), off, 0);
}

static void set(struct emit *e, const struct lir *i)
{
	int dst = reg(e, &i->dst);

	if (lir_is_sign(i)) { /* the sign bit itself */
		move(e, dst, reg(e, &i->a));
		if (i->cond == IR_SGE)
			put(e, BPF_ALU64 | BPF_XOR | BPF_K, dst, 0, 0, -1);
		put(e, BPF_ALU64 | BPF_RSH | BPF_K, dst, 0, 0, 63);
		return;
	}
	load_imm(e, dst, 1);
	put_compare(e, i, BPF_JMP, 1);
	load_imm(e, dst, 0);
}

/* ---- jumps ---- */

static void fixup(struct emit *e, uint32_t insn, int label, bool wide)
{
	*vec_push(&e->fixups, e->cg->arena) =
	    (struct fixup){.insn = insn, .label = label, .wide = wide, .jump = e->njumps - 1};
}

/* Is this jump, counted in order of emission, known not to reach? */
static bool next_is_far(struct emit *e)
{
	uint32_t k = e->njumps++;

	return e->is_far && e->is_far[k];
}

static void wait_for_relay(struct emit *e)
{
	*vec_push(&e->waiting, e->cg->arena) = (uint32_t)e->fixups.n - 1;
}

static void put_gotol(struct emit *e, int label)
{
	fixup(e, here(e), label, true);
	put(e, BPF_JMP32 | BPF_JA, 0, 0, 0, 0);
}

static void jump(struct emit *e, int label)
{
	bool far = next_is_far(e);

	if (far && e->cg->target->cpu_v4) {
		put_gotol(e, label);
		return;
	}
	fixup(e, here(e), label, false);
	if (far)
		wait_for_relay(e);
	put(e, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

/* A conditional jump (or may_goto) to a far label: around a long one. */
static void branch(struct emit *e, const struct lir *i)
{
	bool is_far = next_is_far(e), far = is_far && e->cg->target->cpu_v4;

	if (!far)
		fixup(e, here(e), i->label, false);
	if (is_far && !far)
		wait_for_relay(e);
	if (i->op == IR_MAY_GOTO)
		put(e, BPF_JMP | BPF_JCOND_OP, 0, BPF_MAY_GOTO_SRC, far ? 1 : 0, 0);
	else
		put_compare(e, i, i->op == IR_BR32 ? BPF_JMP32 : BPF_JMP, far ? 1 : 0);
	if (far) {
		put(e, BPF_JMP | BPF_JA, 0, 0, 1, 0);
		put_gotol(e, i->label);
	}
}

/* Short jumps leave room: the kernel writes sequences in place of some calls, and refuses the program when
 * a jump then reaches no more. Relays stand so close that one is in reach of another. */
enum { REACH = INT16_MAX / 4, RELAY_EVERY = REACH / 2 };

/* One relay for each label that far jumps wait for; what comes here by itself goes around them. */
static void put_relays(struct emit *e)
{
	uint32_t skip = here(e), nwaiting = (uint32_t)e->waiting.n, first = 0;
	bool falls = true;

	if (e->code->insns.n > e->start) {
		int last = e->code->insns.at[e->code->insns.n - 1].code;
		falls = last != (BPF_JMP | BPF_JA) && last != (BPF_JMP | BPF_EXIT);
	}
	if (falls)
		put(e, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	for (uint32_t k = 0; k < nwaiting; k++) {
		struct fixup *x = &e->fixups.at[e->waiting.at[k]];
		if (x->has_via)
			continue;
		int label = x->label;
		for (uint32_t j = k; j < nwaiting; j++) {
			struct fixup *y = &e->fixups.at[e->waiting.at[j]];
			if (y->label == label) {
				y->has_via = true;
				y->via = here(e);
			}
		}
		*vec_push(&e->fixups, e->cg->arena) =
		    (struct fixup){.insn = here(e), .label = label, .jump = NO_JUMP};
		e->waiting.at[first++] = (uint32_t)e->fixups.n - 1;
		put(e, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	}
	e->waiting.n = first;
	if (falls)
		e->code->insns.at[skip].off = (int16_t)(here(e) - skip - 1);
	e->relays_end = here(e);
}

/* The label is here: what waits reaches it. */
static void stop_waiting(struct emit *e, int label)
{
	uint32_t kept = 0;

	for (uint32_t k = 0; k < e->waiting.n; k++)
		if (e->fixups.at[e->waiting.at[k]].label != label)
			e->waiting.at[kept++] = e->waiting.at[k];
	e->waiting.n = kept;
}

/* ---- memory ---- */

static int size_code(int size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : size == 4 ? BPF_W : BPF_DW;
}

static int base(const struct emit *e, const struct lir *i, int *off)
{
	*off = i->off;
	if (i->a.kind == O_REG)
		return reg(e, &i->a);
	*off += (int)(e->f->frame_off[i->a.n] + i->a.v);
	return BPF_REG_10;
}

static void memory(struct emit *e, const struct lir *i)
{
	int off, a = base(e, i, &off), size = size_code(i->size);
	int dst = i->dst.kind == O_REG ? reg(e, &i->dst) : BPF_REG_0;

	switch (i->op) {
	case IR_LD:
		put(e, BPF_LDX | BPF_MEM | size, dst, a, off, 0);
		return;
	case IR_LDS:
		put(e, BPF_LDX | BPF_MEMSX_MODE | size, dst, a, off, 0);
		return;
	case IR_ST:
		if (i->b.kind == O_IMM)
			put(e, BPF_ST | BPF_MEM | size, a, 0, off, i->b.v);
		else
			put(e, BPF_STX | BPF_MEM | size, a, reg(e, &i->b), off, 0);
		return;
	case IR_ATOMIC_ADD:
	case IR_ATOMIC_OR:
	case IR_ATOMIC_AND:
		put(e, BPF_STX | BPF_ATOMIC | size, a, reg(e, &i->b), off,
		    i->op == IR_ATOMIC_ADD  ? BPF_ADD
		    : i->op == IR_ATOMIC_OR ? BPF_OR
					    : BPF_AND);
		return;
	case IR_FETCH_ADD:
	case IR_XCHG:
		load(e, dst, &i->b);
		put(e, BPF_STX | BPF_ATOMIC | size, a, dst, off,
		    i->op == IR_XCHG ? BPF_XCHG : BPF_ADD | BPF_FETCH);
		return;
	default: /* IR_CMPXCHG */
		load(e, BPF_REG_0, &i->args[0]);
		put(e, BPF_STX | BPF_ATOMIC | size, a, reg(e, &i->b), off, BPF_CMPXCHG);
		move(e, dst, BPF_REG_0);
	}
}

static void mov(struct emit *e, const struct lir *i)
{
	if (i->dst.kind == O_REG)
		load(e, reg(e, &i->dst), &i->a);
	else if (i->a.kind == O_IMM)
		put(e, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, slot_off(e, &i->dst), i->a.v);
	else
		put(e, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, reg(e, &i->a), slot_off(e, &i->dst),
		    0);
}

/* ---- the function ---- */

static bool label_follows(const struct emit *e, size_t k, int label)
{
	const struct lfunc *f = e->f;

	for (k++; k < f->ins.n; k++) {
		int op = f->ins.at[k].op;

		if (op == IR_LABEL && f->ins.at[k].label == label)
			return true;
		if (op != IR_LABEL && op != IR_NOP && op != IR_COMMENT)
			return false;
	}
	return false;
}

static void one(struct emit *e, size_t k)
{
	const struct lir *i = &e->f->ins.at[k];

	switch (i->op) {
	case LIR_ENTRY:
		entry(e, i);
		break;
	case IR_LABEL:
		e->label_at[i->label] = here(e);
		stop_waiting(e, i->label);
		break;
	case IR_MOV:
		mov(e, i);
		break;
	case IR_NEG:
	case IR_NOT:
	case IR_SEXT:
	case IR_ZEXT:
	case IR_BSWAP:
		unary(e, i);
		break;
	case IR_SET:
		set(e, i);
		break;
	case IR_BR:
	case IR_BR32:
	case IR_MAY_GOTO:
		branch(e, i);
		break;
	case IR_JMP:
		if (!label_follows(e, k, i->label))
			jump(e, i->label);
		break;
	case IR_RET:
		load(e, BPF_REG_0, &i->a);
		put(e, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		break;
	case IR_CALL:
	case IR_KFUNC:
	case IR_CALLFN:
		call(e, i);
		break;
	default:
		if (lir_is_alu(i->op))
			alu(e, i);
		else
			memory(e, i);
	}
}

static void note_line(struct emit *e, const struct lir *i, uint32_t at)
{
	struct image_line *l;
	uint32_t line = i->line ? i->line : e->line;

	if (here(e) == at || (line == e->line && !e->comment && at != e->start))
		return;
	l = vec_push(&e->code->lines, e->cg->arena);
	*l = (struct image_line){at, line, e->comment};
	e->line = line;
	e->comment = NULL;
}

static void all(struct emit *e)
{
	const struct lfunc *f = e->f;

	e->line = 0;
	e->comment = NULL;
	for (size_t k = 0; k < f->ins.n; k++) {
		const struct lir *i = &f->ins.at[k];
		uint32_t at = here(e);

		if (i->op == IR_NOP)
			continue;
		if (i->op == IR_COMMENT) {
			e->comment = i->sym;
			continue;
		}
		if (e->waiting.n && here(e) - e->relays_end > RELAY_EVERY)
			put_relays(e);
		at = here(e);
		one(e, k);
		note_line(e, i, at);
	}
}

/* Writes the distances. Returns how many jumps turned out not to reach; SIZE_MAX when nothing helps. */
static size_t resolve(struct emit *e, uint8_t *far)
{
	size_t missed = 0;

	for (size_t k = 0; k < e->fixups.n; k++) {
		const struct fixup *x = &e->fixups.at[k];
		struct bpf_insn *i = &e->code->insns.at[x->insn];
		int64_t to = x->has_via ? x->via : e->label_at[x->label];
		int64_t d = to - (int64_t)x->insn - 1;

		if (x->wide) {
			i->imm = (int32_t)d;
		} else if (d < -REACH || d > REACH) {
			if (x->jump == NO_JUMP || far[x->jump])
				return SIZE_MAX;
			far[x->jump] = 1;
			missed++;
		} else {
			i->off = (int16_t)d;
		}
	}
	return missed;
}

int emit_func(struct lfunc *f, struct emit_code *code)
{
	struct emit e = {.f = f, .cg = f->cg, .code = code};
	struct emit_code before = *code;
	size_t missed;

	e.start = here(&e);
	e.label_at = arena_array(f->cg->arena, uint32_t, f->nlabels + 1);
	e.is_far = NULL;
	for (;;) {
		e.fixups.n = e.waiting.n = 0;
		e.njumps = 0;
		e.relays_end = e.start;
		all(&e);
		if (!e.is_far)
			e.is_far = arena_array(f->cg->arena, uint8_t, e.njumps + 1);
		missed = resolve(&e, e.is_far);
		if (!missed)
			return 0;
		if (missed == SIZE_MAX) /* backwards, or a function of its own kind */
			return err_set(
			    f->cg->err, E2BIG,
			    "%s: too long for this kernel: a jump over more than %d instructions",
			    f->ir->name, REACH);
		code->insns.n = before.insns.n;
		code->relocs.n = before.relocs.n;
		code->lines.n = before.lines.n;
	}
}

static uint32_t start_of(struct cg *cg, int id)
{
	return cg->prog->funcs.at[cg->func_index[id]];
}

void emit_link(struct cg *cg, struct emit_code *code)
{
	for (size_t k = 0; k < code->insns.n; k++) {
		struct bpf_insn *i = &code->insns.at[k];
		bool is_call = i->code == (BPF_JMP | BPF_CALL) && i->src_reg == BPF_PSEUDO_CALL;
		bool is_ld64 = i->code == (BPF_LD | BPF_IMM | BPF_DW);

		if (is_call || (is_ld64 && i->src_reg == BPF_PSEUDO_FUNC))
			i->imm = (int32_t)((int64_t)start_of(cg, i->imm) - (int64_t)k - 1);
		if (is_ld64)
			k++;
	}
}
