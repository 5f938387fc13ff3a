/*
 * disasm.c - instructions as text, in the kernel's notation (-S, -xdump=bpf)
 *
 * disasm_insn() shows one instruction by itself: map and function operands are numbers.
 * disasm_prog() knows the program's relocations, functions, jump targets, D lines and comments and
 * shows them in the margin.
 */
#include "dtrace/bpf/emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The kernel's own list, so that names and numbers cannot disagree. */
#define HELPER_NAME(x) #x
static const char *const helpers[] = {__BPF_FUNC_MAPPER(HELPER_NAME)};

static const char *helper_name(int32_t n)
{
	return n >= 0 && (size_t)n < sizeof(helpers) / sizeof(*helpers) ? helpers[n] : "helper";
}

static const char *const sizes[] = {
    [BPF_W >> 3] = "u32", [BPF_H >> 3] = "u16", [BPF_B >> 3] = "u8", [BPF_DW >> 3] = "u64"};

static const char *size_name(const struct bpf_insn *i)
{
	return sizes[BPF_SIZE(i->code) >> 3];
}

static void source(const struct bpf_insn *i, char w, struct buf *out)
{
	if (BPF_SRC(i->code) == BPF_X)
		buf_printf(out, "%c%d", w, i->src_reg);
	else
		buf_printf(out, "%d", i->imm);
}

static void disasm_end(const struct bpf_insn *i, struct buf *out)
{
	const char *how = BPF_CLASS(i->code) == BPF_ALU64 ? "bswap"
			  : BPF_SRC(i->code) == BPF_TO_BE ? "be"
							  : "le";

	buf_printf(out, "r%d = %s%d r%d", i->dst_reg, how, i->imm, i->dst_reg);
}

static void disasm_alu(const struct bpf_insn *i, struct buf *out)
{
	static const char *const ops[] = {"+",	"-", "*", "/", "|", "&",  "<<",
					  ">>", "",  "%", "^", "",  "s>>"};
	char w = BPF_CLASS(i->code) == BPF_ALU64 ? 'r' : 'w';
	int op = BPF_OP(i->code);

	if (op == BPF_END) {
		disasm_end(i, out);
		return;
	}
	buf_printf(out, "%c%d ", w, i->dst_reg);
	if (op == BPF_NEG) {
		buf_printf(out, "= -%c%d", w, i->dst_reg);
		return;
	}
	if (op == BPF_MOV && i->off) {
		buf_printf(out, "= (s%d)", i->off);
	} else if (op == BPF_MOV) {
		buf_puts(out, "= ");
	} else {
		bool is_signed = i->off == 1 && (op == BPF_DIV || op == BPF_MOD);

		buf_printf(out, "%s%s= ", is_signed ? "s" : "", op >> 4 <= 12 ? ops[op >> 4] : "?");
	}
	source(i, w, out);
}

static void disasm_call(const struct bpf_insn *i, struct buf *out)
{
	if (i->src_reg == BPF_PSEUDO_CALL)
		buf_printf(out, "call pc%+d", i->imm);
	else if (i->src_reg == BPF_PSEUDO_KFUNC_CALL)
		buf_printf(out, "call kernel-function#%d", i->imm);
	else
		buf_printf(out, "call %s#%d", helper_name(i->imm), i->imm);
}

static void disasm_jump(const struct bpf_insn *i, struct buf *out)
{
	static const char *const ops[] = {"",	 "==", ">", ">=", "&",	"!=", "s>",
					  "s>=", "",   "",  "<",  "<=", "s<", "s<="};
	char w = BPF_CLASS(i->code) == BPF_JMP ? 'r' : 'w';
	int op = BPF_OP(i->code);

	switch (op) {
	case BPF_CALL:
		disasm_call(i, out);
		return;
	case BPF_EXIT:
		buf_puts(out, "exit");
		return;
	case BPF_JA:
		buf_printf(out, w == 'r' ? "goto %+d" : "gotol %+d", w == 'r' ? i->off : i->imm);
		return;
	case BPF_JCOND_OP:
		buf_printf(out, "may_goto %+d", i->off);
		return;
	}
	buf_printf(out, "if %c%d %s ", w, i->dst_reg, op >> 4 <= 13 ? ops[op >> 4] : "?");
	source(i, w, out);
	buf_printf(out, " goto %+d", i->off);
}

static void place(const struct bpf_insn *i, int base, struct buf *out)
{
	buf_printf(out, "*(%s *)(r%d %+d)", size_name(i), base, i->off);
}

static void disasm_atomic(const struct bpf_insn *i, struct buf *out)
{
	int op = i->imm & ~BPF_FETCH;
	const char *what = op == BPF_ADD ? "+=" : op == BPF_OR ? "|=" : op == BPF_AND ? "&=" : "^=";
	const char *name = op == BPF_ADD   ? "add"
			   : op == BPF_OR  ? "or"
			   : op == BPF_AND ? "and"
					   : "xor";
	const char *bits = BPF_SIZE(i->code) == BPF_DW ? "64" : "";

	if (i->imm == BPF_CMPXCHG) {
		buf_printf(out, "r0 = atomic%s_cmpxchg((%s *)(r%d %+d), r0, r%d)", bits,
			   size_name(i), i->dst_reg, i->off, i->src_reg);
	} else if (i->imm == BPF_XCHG) {
		buf_printf(out, "r%d = atomic%s_xchg((%s *)(r%d %+d), r%d)", i->src_reg, bits,
			   size_name(i), i->dst_reg, i->off, i->src_reg);
	} else if (i->imm & BPF_FETCH) {
		buf_printf(out, "r%d = atomic%s_fetch_%s((%s *)(r%d %+d), r%d)", i->src_reg, bits,
			   name, size_name(i), i->dst_reg, i->off, i->src_reg);
	} else {
		buf_puts(out, "lock ");
		place(i, i->dst_reg, out);
		buf_printf(out, " %s r%d", what, i->src_reg);
	}
}

static void disasm_load(const struct bpf_insn *i, struct buf *out)
{
	buf_printf(out, "r%d = ", i->dst_reg);
	if (BPF_MODE(i->code) == BPF_MEMSX_MODE)
		buf_printf(out, "*(s%s *)(r%d %+d)", size_name(i) + 1, i->src_reg, i->off);
	else
		place(i, i->src_reg, out);
}

static unsigned disasm_ld64(const struct bpf_insn *i, struct buf *out)
{
	uint64_t v = (uint32_t)i[0].imm | (uint64_t)(uint32_t)i[1].imm << 32;

	switch (i->src_reg) {
	case 0:
		buf_printf(out, "r%d = %#" PRIx64 " ll", i->dst_reg, v);
		break;
	case BPF_PSEUDO_MAP_FD:
		buf_printf(out, "r%d = map[%d]", i->dst_reg, i->imm);
		break;
	case BPF_PSEUDO_MAP_VALUE:
		buf_printf(out, "r%d = map[%d] value %+d", i->dst_reg, i->imm, i[1].imm);
		break;
	case BPF_PSEUDO_BTF_ID:
		buf_printf(out, "r%d = kernel symbol, btf id %d", i->dst_reg, i->imm);
		break;
	default:
		buf_printf(out, "r%d = function pc%+d", i->dst_reg, i->imm);
	}
	return 2;
}

unsigned disasm_insn(const struct bpf_insn *i, struct buf *out)
{
	switch (BPF_CLASS(i->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		disasm_alu(i, out);
		return 1;
	case BPF_JMP:
	case BPF_JMP32:
		disasm_jump(i, out);
		return 1;
	case BPF_LDX:
		disasm_load(i, out);
		return 1;
	case BPF_ST:
		place(i, i->dst_reg, out);
		buf_printf(out, " = %d", i->imm);
		return 1;
	case BPF_STX:
		if (BPF_MODE(i->code) == BPF_ATOMIC) {
			disasm_atomic(i, out);
		} else {
			place(i, i->dst_reg, out);
			buf_printf(out, " = r%d", i->src_reg);
		}
		return 1;
	default:
		if (i->code == (BPF_LD | BPF_IMM | BPF_DW))
			return disasm_ld64(i, out);
		buf_printf(out, "(%02x)", i->code);
		return 1;
	}
}

/* ---- a whole program ---- */

struct listing {
	const struct image_prog *p;
	const struct image *image;
	size_t reloc, line, func; /* next of each */
};

static const char *map_name(const struct listing *l, uint32_t map)
{
	if (l->image && map < l->image->maps.n && l->image->maps.at[map].name)
		return l->image->maps.at[map].name;
	return NULL;
}

static const char *func_at(const struct listing *l, int64_t insn)
{
	for (size_t k = 0; k < l->p->funcs.n; k++)
		if (l->p->funcs.at[k] == insn)
			return l->p->func_names.at[k];
	return NULL;
}

static void with_map(const struct listing *l, const struct image_reloc *r, struct buf *out)
{
	const struct bpf_insn *i = &l->p->insns[r->insn];
	const char *name = map_name(l, r->index);

	if (name)
		buf_printf(out, "r%d = map[%s]", i->dst_reg, name);
	else
		buf_printf(out, "r%d = map[%u]", i->dst_reg, r->index);
	if (r->kind == RELOC_MAPVAL)
		buf_printf(out, " value %+d", i[1].imm);
}

static bool is_jump(const struct bpf_insn *i)
{
	int class = BPF_CLASS(i->code), op = BPF_OP(i->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT;
}

static int64_t jump_target(const struct bpf_insn *i, uint32_t at)
{
	bool wide = i->code == (BPF_JMP32 | BPF_JA);

	return (int64_t)at + 1 + (wide ? i->imm : i->off);
}

/* The instruction with the names that the program knows. */
static unsigned named(struct listing *l, uint32_t at, struct buf *out)
{
	const struct image_prog *p = l->p;
	const struct bpf_insn *i = &p->insns[at];
	bool is_ld64 = i->code == (BPF_LD | BPF_IMM | BPF_DW);
	const char *func = NULL;

	if (l->reloc < p->relocs.n && p->relocs.at[l->reloc].insn == at) {
		const struct image_reloc *r = &p->relocs.at[l->reloc++];

		if (r->kind == RELOC_KFUNC)
			buf_printf(out, "call %s", r->sym);
		else
			with_map(l, r, out);
		return is_ld64 ? 2 : 1;
	}
	if ((is_ld64 && i->src_reg == BPF_PSEUDO_FUNC) ||
	    (i->code == (BPF_JMP | BPF_CALL) && i->src_reg == BPF_PSEUDO_CALL))
		func = func_at(l, (int64_t)at + 1 + i->imm);
	if (func && is_ld64)
		buf_printf(out, "r%d = &%s", i->dst_reg, func);
	else if (func)
		buf_printf(out, "call %s", func);
	else
		disasm_insn(i, out);
	if (is_jump(i))
		buf_printf(out, " <%" PRId64 ">", jump_target(i, at));
	return is_ld64 ? 2 : 1;
}

static void margin(struct listing *l, uint32_t at, size_t width, struct buf *out)
{
	const struct image_prog *p = l->p;

	while (l->line < p->lines.n && p->lines.at[l->line].insn < at)
		l->line++;
	if (l->line == p->lines.n || p->lines.at[l->line].insn != at)
		return;
	if (!p->lines.at[l->line].line && !p->lines.at[l->line].comment)
		return;
	buf_printf(out, "%*s ;", (int)(width < 44 ? 44 - width : 0), "");
	if (p->lines.at[l->line].line)
		buf_printf(out, " line %u", p->lines.at[l->line].line);
	if (p->lines.at[l->line].comment)
		buf_printf(out, "%s%s", p->lines.at[l->line].line ? ": " : " ",
			   p->lines.at[l->line].comment);
}

void disasm_prog(const struct image_prog *p, const struct image *image, struct buf *out)
{
	struct listing l = {.p = p, .image = image};
	uint32_t at = 0;

	while (at < p->ninsns) {
		size_t before;
		uint32_t start = at;

		if (l.func < p->funcs.n && p->funcs.at[l.func] == at)
			buf_printf(out, "%s:\n", p->func_names.at[l.func++]);
		buf_printf(out, "%5u: (%02x) ", at, p->insns[at].code);
		before = out->n;
		at += named(&l, at, out);
		margin(&l, start, out->n - before, out);
		buf_putc(out, '\n');
	}
}
