/*
 * ast_d.c - the syntax tree as D source text on one line
 *
 * Every binary and conditional expression inside another one stands in parentheses, so that the
 * text reads back as the same tree whatever the precedences.
 */
#include "dtrace/dlang/ast.h"

#include <inttypes.h>
#include <string.h>

static void print_expr(const struct node *n, struct buf *out);

/* --- declarations --- */

static const char *storage_name(enum storage s)
{
	switch (s) {
	case STORAGE_EXTERN:
		return "extern ";
	case STORAGE_STATIC:
		return "static ";
	case STORAGE_TYPEDEF:
		return "typedef ";
	case STORAGE_SELF:
		return "self ";
	case STORAGE_THIS:
		return "this ";
	case STORAGE_REGISTER:
		return "register ";
	default:
		return "";
	}
}

static void print_quals(uint8_t quals, struct buf *out)
{
	if (quals & QUAL_CONST)
		buf_puts(out, "const ");
	if (quals & QUAL_VOLATILE)
		buf_puts(out, "volatile ");
	if (quals & QUAL_RESTRICT)
		buf_puts(out, "restrict ");
}

static void print_body(const struct decl *d, struct buf *out)
{
	buf_puts(out, " {");
	for (uint32_t i = 0; i < d->nmembers; i++) {
		buf_putc(out, ' ');
		decl_print_d(d->members[i], out);
		buf_putc(out, ';');
	}
	for (uint32_t i = 0; i < d->nenumerators; i++) {
		const struct enumerator_decl *e = &d->enumerators[i];
		buf_printf(out, "%s %s", i ? "," : "", e->name);
		if (e->value) {
			buf_puts(out, " = ");
			print_expr(e->value, out);
		}
	}
	buf_puts(out, " }");
}

static void print_base(const struct decl *d, struct buf *out)
{
	static const char *const kinds[] = {"", "struct", "union", "enum"};
	buf_puts(out, kinds[d->base]);
	if (d->base != BASE_NAME && d->base_name)
		buf_putc(out, ' ');
	if (d->base_name)
		buf_puts(out, d->base_name);
	if (d->has_body)
		print_body(d, out);
}

static void print_suffix(const struct declarator *dr, struct buf *out)
{
	buf_putc(out, dr->kind == DECL_FUNC ? '(' : '[');
	if (dr->size)
		print_expr(dr->size, out);
	for (uint32_t i = 0; i < dr->nparams; i++) {
		buf_puts(out, i ? ", " : "");
		decl_print_d(dr->params[i], out);
	}
	if (dr->variadic)
		buf_puts(out, dr->nparams ? ", ..." : "...");
	buf_putc(out, dr->kind == DECL_FUNC ? ')' : ']');
}

/*
 * The declarator is printed from the name outwards into `text`: pointers go in front, the rest
 * behind, with parentheses where a pointer comes before a suffix.
 */
static void print_declarator(const struct decl *d, struct buf *text)
{
	if (d->name)
		buf_puts(text, d->name);
	for (const struct declarator *dr = d->declarator; dr; dr = dr->next) {
		if (dr->kind != DECL_PTR) {
			print_suffix(dr, text);
			continue;
		}
		BUF_AUTO outer = {0};
		bool parens = dr->next && dr->next->kind != DECL_PTR;
		buf_puts(&outer, parens ? "(*" : "*");
		print_quals(dr->quals, &outer);
		buf_puts(&outer, buf_str(text));
		buf_puts(&outer, parens ? ")" : "");
		buf_clear(text);
		buf_puts(text, buf_str(&outer));
	}
}

void decl_print_d(const struct decl *d, struct buf *out)
{
	BUF_AUTO text = {0};
	buf_puts(out, storage_name(d->storage));
	print_quals(d->quals, out);
	if (d->userland)
		buf_puts(out, "userland ");
	print_base(d, out);
	print_declarator(d, &text);
	if (text.n > 0)
		buf_printf(out, " %s", buf_str(&text));
	if (d->bit_width) {
		buf_puts(out, " : ");
		print_expr(d->bit_width, out);
	}
}

/* --- expressions --- */

static void print_list(struct node *const *kids, uint32_t n, struct buf *out)
{
	for (uint32_t i = 0; i < n; i++) {
		bool parens = kids[i]->kind == NODE_BINARY && kids[i]->op == OP_COMMA;
		buf_puts(out, i ? ", " : "");
		buf_puts(out, parens ? "(" : "");
		print_expr(kids[i], out);
		buf_puts(out, parens ? ")" : "");
	}
}

static void print_string(const struct node *n, struct buf *out)
{
	static const char plain[] = "\a\b\f\n\r\t\v\"\\", letters[] = "abfnrtv\"\\";
	buf_putc(out, '"');
	for (uint32_t i = 0; i < n->slen; i++) {
		char c = n->sval[i];
		const char *special = c ? strchr(plain, c) : NULL;
		if (special)
			buf_printf(out, "\\%c", letters[special - plain]);
		else if ((unsigned char)c < ' ' || c == 0x7f)
			buf_printf(out, "\\%03o", (unsigned char)c);
		else
			buf_putc(out, c);
	}
	buf_putc(out, '"');
}

static void print_int(const struct node *n, struct buf *out)
{
	buf_printf(out, "%" PRIu64, n->ival);
	if (n->int_flags & INT_SUFFIX_U)
		buf_putc(out, 'u');
	if (n->int_flags & INT_SUFFIX_LL)
		buf_puts(out, "ll");
	else if (n->int_flags & INT_SUFFIX_L)
		buf_putc(out, 'l');
}

static void print_name(const struct node *n, struct buf *out)
{
	if (n->scope && (strcmp(n->scope, "self") == 0 || strcmp(n->scope, "this") == 0))
		buf_printf(out, "%s->", n->scope);
	else if (n->scope)
		buf_printf(out, "%s`", n->scope);
	buf_puts(out, n->name ? n->name : "");
}

static void print_operand(const struct node *n, struct buf *out)
{
	bool parens = n->kind == NODE_BINARY || n->kind == NODE_COND || n->kind == NODE_CAST;
	buf_puts(out, parens ? "(" : "");
	print_expr(n, out);
	buf_puts(out, parens ? ")" : "");
}

/* An operand of . -> [] and postfix operators, where unary operators need parentheses too. */
static void print_base_operand(const struct node *n, struct buf *out)
{
	bool parens = n->kind == NODE_UNARY || n->kind == NODE_SIZEOF || n->kind == NODE_STRINGOF;
	buf_puts(out, parens ? "(" : "");
	print_operand(n, out);
	buf_puts(out, parens ? ")" : "");
}

static void print_unary(const struct node *n, struct buf *out)
{
	if (n->op == OP_POSTINC || n->op == OP_POSTDEC) {
		print_base_operand(n->kids[0], out);
		buf_puts(out, op_name(n->op));
		return;
	}
	const struct node *kid = n->kids[0];
	bool nested = kid->kind == NODE_UNARY && kid->op != OP_POSTINC &&
		      kid->op != OP_POSTDEC; /* - -x is not --x */
	buf_printf(out, "%s%s", op_name(n->op), nested ? "(" : "");
	print_operand(n->kids[0], out);
	buf_puts(out, nested ? ")" : "");
}

static void print_decl_in(const char *before, const struct decl *d, const char *after,
			  struct buf *out)
{
	buf_puts(out, before);
	if (d)
		decl_print_d(d, out);
	buf_puts(out, after);
}

static void print_agg_or_call(const struct node *n, struct buf *out)
{
	bool agg = n->kind == NODE_AGG;
	buf_puts(out, agg ? "@" : "");
	if (!agg || strcmp(n->name, "_") != 0)
		print_name(n, out);
	if (agg && !n->nkids)
		return;
	buf_putc(out, agg ? '[' : '(');
	print_list(n->kids, n->nkids, out);
	buf_putc(out, agg ? ']' : ')');
}

static void print_sizeof(const struct node *n, struct buf *out)
{
	if (n->decl) {
		print_decl_in("sizeof (", n->decl, ")", out);
		return;
	}
	buf_puts(out, "sizeof (");
	print_expr(n->kids[0], out);
	buf_putc(out, ')');
}

static void print_infix(const struct node *n, struct buf *out)
{
	print_operand(n->kids[0], out);
	buf_printf(out, n->op == OP_COMMA ? "%s " : " %s ", op_name(n->op));
	print_operand(n->kids[1], out);
}

static void print_cond(const struct node *n, struct buf *out)
{
	print_operand(n->kids[0], out);
	buf_puts(out, " ? ");
	print_operand(n->kids[1], out);
	buf_puts(out, " : ");
	print_operand(n->kids[2], out);
}

static void print_wrapped(const char *before, const struct node *n, struct buf *out)
{
	buf_puts(out, before);
	print_expr(n, out);
	buf_putc(out, ')');
}

static void print_branch(const struct node *first, struct buf *out)
{
	buf_puts(out, "{");
	for (const struct node *s = first; s; s = s->next) {
		buf_putc(out, ' ');
		print_expr(s, out);
	}
	buf_puts(out, " }");
}

static void print_if(const struct node *n, struct buf *out)
{
	print_wrapped("if (", n->kids[0], out);
	buf_putc(out, ' ');
	print_branch(n->then_body, out);
	if (n->else_body) {
		buf_puts(out, " else ");
		print_branch(n->else_body, out);
	}
}

static void print_expr(const struct node *n, struct buf *out)
{
	switch (n->kind) {
	case NODE_INT:
		print_int(n, out);
		break;
	case NODE_STRING:
		print_string(n, out);
		break;
	case NODE_IDENT:
	case NODE_SYM:
	case NODE_CONST_DYN:
		print_name(n, out);
		break;
	case NODE_INDEX:
		print_base_operand(n->kids[0], out);
		buf_putc(out, '[');
		print_list(n->kids + 1, n->nkids - 1, out);
		buf_putc(out, ']');
		break;
	case NODE_AGG:
	case NODE_CALL:
		print_agg_or_call(n, out);
		break;
	case NODE_UNARY:
		print_unary(n, out);
		break;
	case NODE_BINARY:
		print_infix(n, out);
		break;
	case NODE_COND:
		print_cond(n, out);
		break;
	case NODE_MEMBER:
		print_base_operand(n->kids[0], out);
		buf_printf(out, "%s%s", op_name(n->op), n->name);
		break;
	case NODE_CAST:
		print_decl_in("(", n->decl, ")", out);
		print_operand(n->kids[0], out);
		break;
	case NODE_SIZEOF:
		print_sizeof(n, out);
		break;
	case NODE_OFFSETOF:
		print_decl_in("offsetof(", n->decl, ", ", out);
		buf_printf(out, "%s)", n->name);
		break;
	case NODE_XLATE:
		print_decl_in("xlate <", n->decl, "> ", out);
		print_wrapped("(", n->kids[0], out);
		break;
	case NODE_STRINGOF:
		print_wrapped("stringof (", n->kids[0], out);
		break;
	case NODE_TYPE:
		print_decl_in("", n->decl, "", out);
		break;
	case NODE_COMMA_LIST:
		print_list(n->kids, n->nkids, out);
		break;
	case NODE_EXPR_STMT:
		print_expr(n->kids[0], out);
		buf_putc(out, ';');
		break;
	case NODE_IF:
		print_if(n, out);
		break;
	case NODE_NULL_STMT:
		buf_putc(out, ';');
		break;
	}
}

void node_print_d(const struct node *n, struct buf *out)
{
	print_expr(n, out);
}
