/*
 * ir_print.c - IR as text (-xdump=ir)
 *
 * One instruction a line: registers are v0, v1, ...; labels L0, ...; memory accesses show their
 * size in bits.
 */
#include "dtrace/ir/ir.h"

#include <inttypes.h>

static const char *const op_names[] = {
    [IR_NOP] = "nop",
    [IR_LABEL] = "label",
    [IR_CONST] = "const",
    [IR_MOV] = "mov",
    [IR_ADD] = "add",
    [IR_SUB] = "sub",
    [IR_MUL] = "mul",
    [IR_UDIV] = "udiv",
    [IR_SDIV] = "sdiv",
    [IR_UMOD] = "umod",
    [IR_SMOD] = "smod",
    [IR_AND] = "and",
    [IR_OR] = "or",
    [IR_XOR] = "xor",
    [IR_SHL] = "shl",
    [IR_SHR] = "shr",
    [IR_SAR] = "sar",
    [IR_NEG] = "neg",
    [IR_NOT] = "not",
    [IR_SEXT] = "sext",
    [IR_ZEXT] = "zext",
    [IR_BSWAP] = "bswap",
    [IR_SET] = "set",
    [IR_BR] = "br",
    [IR_BR32] = "br32",
    [IR_JMP] = "jmp",
    [IR_RET] = "ret",
    [IR_LD] = "ld",
    [IR_LDS] = "lds",
    [IR_ST] = "st",
    [IR_ATOMIC_ADD] = "atomic_add",
    [IR_FETCH_ADD] = "fetch_add",
    [IR_ATOMIC_OR] = "atomic_or",
    [IR_ATOMIC_AND] = "atomic_and",
    [IR_XCHG] = "xchg",
    [IR_CMPXCHG] = "cmpxchg",
    [IR_CALL] = "call",
    [IR_KFUNC] = "kfunc",
    [IR_CALLFN] = "callfn",
    [IR_MAP] = "map",
    [IR_MAPVAL] = "mapval",
    [IR_KSYM] = "ksym",
    [IR_FRAME] = "frame",
    [IR_FUNCADDR] = "funcaddr",
    [IR_MAY_GOTO] = "may_goto",
    [IR_COMMENT] = "comment",
};

static const char *const cond_names[] = {
    [IR_EQ] = "==",  [IR_NE] = "!=",   [IR_ULT] = "u<",	   [IR_ULE] = "u<=",
    [IR_UGT] = "u>", [IR_UGE] = "u>=", [IR_SLT] = "s<",	   [IR_SLE] = "s<=",
    [IR_SGT] = "s>", [IR_SGE] = "s>=", [IR_SETBITS] = "&",
};

const char *ir_op_name(enum ir_op op)
{
	return (unsigned)op <= IR_COMMENT ? op_names[op] : "?";
}

static const char *cond_name(enum ir_cond c)
{
	return (unsigned)c <= IR_SETBITS ? cond_names[c] : "?";
}

static void print_val(struct buf *out, struct ir_val v)
{
	if (v.is_imm)
		buf_printf(out, "%" PRId64, v.imm);
	else
		buf_printf(out, "v%d", v.reg);
}

static void print_place(struct buf *out, const struct ir_insn *i)
{
	buf_printf(out, " u%d [", i->size * 8);
	print_val(out, i->a);
	buf_printf(out, "%+d]", i->off);
}

static void print_args(struct buf *out, const struct ir_insn *i)
{
	buf_putc(out, '(');
	for (unsigned k = 0; k < i->nargs; k++) {
		if (k)
			buf_puts(out, ", ");
		print_val(out, i->args[k]);
	}
	buf_putc(out, ')');
}

static void print_cond(struct buf *out, const struct ir_insn *i)
{
	buf_putc(out, ' ');
	print_val(out, i->a);
	buf_printf(out, " %s ", cond_name(i->cond));
	print_val(out, i->b);
}

static void print_operands(struct buf *out, const struct ir_func *f, const struct ir_insn *i)
{
	switch (i->op) {
	case IR_NOP:
		break;
	case IR_CONST:
		buf_printf(out, " %" PRId64, i->imm);
		break;
	case IR_JMP:
		buf_printf(out, " L%d", i->label);
		break;
	case IR_MAY_GOTO:
		buf_printf(out, " L%d, %" PRId64, i->label, i->imm);
		break;
	case IR_SET:
		print_cond(out, i);
		break;
	case IR_BR:
	case IR_BR32:
		print_cond(out, i);
		buf_printf(out, ", L%d", i->label);
		break;
	case IR_CALL:
		buf_printf(out, " #%" PRId64, i->imm);
		print_args(out, i);
		break;
	case IR_KFUNC:
		buf_printf(out, " %s", i->sym);
		print_args(out, i);
		break;
	case IR_CALLFN:
		buf_printf(out, " %s", f->unit->funcs.at[i->imm]->name);
		print_args(out, i);
		break;
	case IR_FUNCADDR:
		buf_printf(out, " %s", f->unit->funcs.at[i->imm]->name);
		break;
	case IR_KSYM:
		buf_printf(out, " %s", i->sym);
		break;
	case IR_MAP:
		buf_printf(out, " %" PRId64, i->imm);
		break;
	case IR_MAPVAL:
	case IR_FRAME:
		buf_printf(out, " %" PRId64 "%+d", i->imm, i->off);
		break;
	case IR_LD:
	case IR_LDS:
		print_place(out, i);
		break;
	case IR_ST:
	case IR_ATOMIC_ADD:
	case IR_FETCH_ADD:
	case IR_ATOMIC_OR:
	case IR_ATOMIC_AND:
	case IR_XCHG:
	case IR_CMPXCHG:
		print_place(out, i);
		buf_puts(out, ", ");
		print_val(out, i->b);
		if (i->nargs) {
			buf_puts(out, " if ");
			print_val(out, i->args[0]);
		}
		break;
	case IR_SEXT:
	case IR_ZEXT:
	case IR_BSWAP:
		buf_printf(out, "%d ", i->size * 8);
		print_val(out, i->a);
		break;
	default:
		buf_putc(out, ' ');
		print_val(out, i->a);
		if (i->op >= IR_ADD && i->op <= IR_SAR) {
			buf_puts(out, ", ");
			print_val(out, i->b);
		}
	}
}

static void print_insn(struct buf *out, const struct ir_func *f, const struct ir_insn *i)
{
	if (i->op == IR_LABEL) {
		buf_printf(out, "L%d:\n", i->label);
		return;
	}
	if (i->op == IR_COMMENT) {
		buf_printf(out, "\t; %s\n", i->sym);
		return;
	}
	buf_putc(out, '\t');
	if (i->dst >= 0)
		buf_printf(out, "v%d = ", i->dst);
	buf_puts(out, ir_op_name(i->op));
	print_operands(out, f, i);
	buf_putc(out, '\n');
}

static void print_func(struct buf *out, const struct ir_func *f)
{
	uint32_t line = 0;

	buf_printf(out, "%s(", f->name);
	for (unsigned k = 0; k < f->nparams; k++)
		buf_printf(out, "%sv%d", k ? ", " : "", f->params[k]);
	buf_puts(out, ")\n");
	for (size_t k = 0; k < f->frame.n; k++)
		buf_printf(out, "\t; frame %zu: %u bytes, align %u\n", k, f->frame.at[k].size,
			   f->frame.at[k].align);
	for (size_t k = 0; k < f->insns.n; k++) {
		const struct ir_insn *i = &f->insns.at[k];

		if (i->op == IR_NOP)
			continue;
		if (i->line && i->line != line)
			buf_printf(out, "\t; line %u\n", i->line);
		line = i->line ? i->line : line;
		print_insn(out, f, i);
	}
}

void ir_print(const struct ir_unit *u, struct buf *out)
{
	for (size_t k = 0; k < u->funcs.n; k++)
		print_func(out, u->funcs.at[k]);
}
