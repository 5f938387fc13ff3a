/*
 * ast.c - making, cloning and printing the syntax tree; see ast.h
 *
 * Two printers: the indented tree of -xdump=ast (print_tree and its callees here), and D source
 * text, which ast_d.c writes. Recursion is bounded by the parser (NODE_HEIGHT_MAX).
 */
#include "dtrace/dlang/ast.h"

#include <inttypes.h>
#include <string.h>

struct node *node_new(struct arena *a, enum node_kind kind, struct src src)
{
	struct node *n = arena_new_of(a, struct node);
	n->kind = kind;
	n->src = src;
	n->height = 1;
	return n;
}

static struct node *clone_list(struct arena *a, const struct node *n)
{
	struct node *first = NULL, **tail = &first;
	for (; n; n = n->next) {
		*tail = node_clone(a, n);
		tail = &(*tail)->next;
	}
	return first;
}

/* Deep, but declarations (which do not change) stay shared; the copy is in no list. */
struct node *node_clone(struct arena *a, const struct node *n)
{
	struct node *copy = arena_new_of(a, struct node);
	*copy = *n;
	copy->next = NULL;
	if (n->nkids)
		copy->kids = arena_array(a, struct node *, n->nkids);
	for (uint32_t i = 0; i < n->nkids; i++)
		copy->kids[i] = node_clone(a, n->kids[i]);
	copy->then_body = clone_list(a, n->then_body);
	copy->else_body = clone_list(a, n->else_body);
	return copy;
}

const char *op_name(enum op op)
{
	static const char *const names[] = {
	    [OP_NONE] = "",	     [OP_ADD] = "+",	      [OP_SUB] = "-",
	    [OP_MUL] = "*",	     [OP_DIV] = "/",	      [OP_MOD] = "%",
	    [OP_SHL] = "<<",	     [OP_SHR] = ">>",	      [OP_AND] = "&",
	    [OP_OR] = "|",	     [OP_XOR] = "^",	      [OP_EQ] = "==",
	    [OP_NE] = "!=",	     [OP_LT] = "<",	      [OP_LE] = "<=",
	    [OP_GT] = ">",	     [OP_GE] = ">=",	      [OP_LAND] = "&&",
	    [OP_LOR] = "||",	     [OP_LXOR] = "^^",	      [OP_COMMA] = ",",
	    [OP_ASSIGN] = "=",	     [OP_ADD_ASSIGN] = "+=",  [OP_SUB_ASSIGN] = "-=",
	    [OP_MUL_ASSIGN] = "*=",  [OP_DIV_ASSIGN] = "/=",  [OP_MOD_ASSIGN] = "%=",
	    [OP_SHL_ASSIGN] = "<<=", [OP_SHR_ASSIGN] = ">>=", [OP_AND_ASSIGN] = "&=",
	    [OP_OR_ASSIGN] = "|=",   [OP_XOR_ASSIGN] = "^=",  [OP_NEG] = "-",
	    [OP_PLUS] = "+",	     [OP_NOT] = "!",	      [OP_BITNOT] = "~",
	    [OP_DEREF] = "*",	     [OP_ADDR] = "&",	      [OP_PREINC] = "++",
	    [OP_PREDEC] = "--",	     [OP_POSTINC] = "++",     [OP_POSTDEC] = "--",
	    [OP_DOT] = ".",	     [OP_ARROW] = "->",
	};
	return (size_t)op < sizeof(names) / sizeof(names[0]) ? names[op] : "?";
}

/* --- the tree --- */

struct tree { /* one printing */
	struct buf *out;
	type_name_fn name_fn;
};

static const char *kind_name(enum node_kind kind)
{
	static const char *const names[] = {
	    [NODE_INT] = "INT",
	    [NODE_STRING] = "STRING",
	    [NODE_IDENT] = "IDENT",
	    [NODE_INDEX] = "INDEX",
	    [NODE_AGG] = "AGG",
	    [NODE_CALL] = "CALL",
	    [NODE_UNARY] = "UNARY",
	    [NODE_BINARY] = "BINARY",
	    [NODE_COND] = "COND",
	    [NODE_MEMBER] = "MEMBER",
	    [NODE_CAST] = "CAST",
	    [NODE_SIZEOF] = "SIZEOF",
	    [NODE_OFFSETOF] = "OFFSETOF",
	    [NODE_XLATE] = "XLATE",
	    [NODE_STRINGOF] = "STRINGOF",
	    [NODE_TYPE] = "TYPE",
	    [NODE_COMMA_LIST] = "COMMA_LIST",
	    [NODE_EXPR_STMT] = "EXPR_STMT",
	    [NODE_IF] = "IF",
	    [NODE_NULL_STMT] = "NULL_STMT",
	    [NODE_SYM] = "SYM",
	    [NODE_CONST_DYN] = "CONST_DYN",
	};
	return (size_t)kind < sizeof(names) / sizeof(names[0]) && names[kind] ? names[kind] : "?";
}

static void indent(struct buf *out, int depth)
{
	for (int i = 0; i < depth; i++)
		buf_puts(out, "  ");
}

static void print_heading(struct tree *t, int depth, const char *what)
{
	indent(t->out, depth);
	buf_printf(t->out, "%s\n", what);
}

static void print_scoped(struct buf *out, const struct node *n)
{
	if (!n->scope)
		buf_puts(out, n->name);
	else if (strcmp(n->scope, "self") == 0 || strcmp(n->scope, "this") == 0)
		buf_printf(out, "%s->%s", n->scope, n->name);
	else
		buf_printf(out, "%s`%s", n->scope, n->name);
}

/* What distinguishes this node from others of its kind. */
static void print_detail(struct buf *out, const struct node *n)
{
	switch (n->kind) {
	case NODE_INT:
		buf_printf(out, " %" PRIu64, n->ival);
		break;
	case NODE_SYM:
		buf_printf(out, " %s", n->name ? n->name : "");
		break;
	case NODE_STRING:
		buf_putc(out, ' ');
		node_print_d(n, out);
		break;
	case NODE_IDENT:
	case NODE_CALL:
		buf_putc(out, ' ');
		print_scoped(out, n);
		break;
	case NODE_AGG:
		buf_printf(out, " @%s", n->name);
		break;
	case NODE_MEMBER:
	case NODE_OFFSETOF:
		buf_printf(out, " %s%s", op_name(n->op), n->name);
		break;
	case NODE_UNARY:
		if (n->op == OP_POSTINC || n->op == OP_POSTDEC)
			buf_puts(out, " post");
		buf_printf(out, " %s", op_name(n->op));
		break;
	case NODE_BINARY:
		buf_printf(out, " %s", op_name(n->op));
		break;
	default:
		break;
	}
	if (n->decl) {
		buf_puts(out, " (");
		decl_print_d(n->decl, out);
		buf_putc(out, ')');
	}
}

static void print_node(struct tree *t, const struct node *n, int depth)
{
	indent(t->out, depth);
	buf_puts(t->out, kind_name(n->kind));
	print_detail(t->out, n);
	if (t->name_fn && n->type) {
		buf_puts(t->out, " : ");
		t->name_fn(n->type, t->out);
	}
	buf_putc(t->out, '\n');
	for (uint32_t i = 0; i < n->nkids; i++)
		print_node(t, n->kids[i], depth + 1);
	if (n->kind != NODE_IF)
		return;
	print_heading(t, depth, "THEN");
	for (const struct node *s = n->then_body; s; s = s->next)
		print_node(t, s, depth + 1);
	if (n->else_body)
		print_heading(t, depth, "ELSE");
	for (const struct node *s = n->else_body; s; s = s->next)
		print_node(t, s, depth + 1);
}

static const char *text_or_empty(const char *s)
{
	return s ? s : "";
}

static void print_clause(struct tree *t, const struct clause *c)
{
	for (const struct probe_spec *s = c->specs; s; s = s->next) {
		indent(t->out, 1);
		if (s->id)
			buf_printf(t->out, "PROBE %u\n", s->id);
		else
			buf_printf(t->out, "PROBE %s:%s:%s:%s\n", text_or_empty(s->provider),
				   text_or_empty(s->module), text_or_empty(s->function),
				   text_or_empty(s->name));
	}
	if (c->predicate) {
		print_heading(t, 1, "PREDICATE");
		print_node(t, c->predicate, 2);
	}
	if (c->has_body)
		print_heading(t, 1, "BODY");
	for (const struct node *n = c->body; n; n = n->next)
		print_node(t, n, 2);
}

static void print_decl_line(struct tree *t, int depth, const char *what, const struct decl *d)
{
	indent(t->out, depth);
	buf_printf(t->out, "%s ", what);
	decl_print_d(d, t->out);
	buf_putc(t->out, '\n');
}

static void print_translator(struct tree *t, const struct translator_def *x)
{
	print_decl_line(t, 1, "TO", x->to);
	print_decl_line(t, 1, "FROM", x->from);
	for (const struct xlator_member *m = x->members; m; m = m->next) {
		indent(t->out, 1);
		if (!m->value) {
			buf_printf(t->out, "NO %s: %s\n", m->name, m->missing);
			continue;
		}
		buf_printf(t->out, "MEMBER %s\n", m->name);
		print_node(t, m->value, 2);
	}
}

static void print_provider(struct tree *t, const struct provider_def *pv)
{
	for (const struct provider_probe *p = pv->probes; p; p = p->next) {
		indent(t->out, 1);
		buf_printf(t->out, "PROBE %s\n", p->name);
		for (uint32_t i = 0; i < p->nargs; i++)
			print_decl_line(t, 2, "ARG", p->args[i]);
		for (uint32_t i = 0; i < p->nxargs; i++)
			print_decl_line(t, 2, "XARG", p->xargs[i]);
	}
}

static void item_heading(struct tree *t, const char *what, struct src src)
{
	buf_printf(t->out, "%s %u:%u", what, src.line, src.col);
}

static void print_decl_item(struct tree *t, const char *what, const struct decl *d)
{
	item_heading(t, what, d->src);
	buf_putc(t->out, ' ');
	decl_print_d(d, t->out);
	buf_putc(t->out, '\n');
}

static void print_item(struct tree *t, const struct item *it)
{
	switch (it->kind) {
	case ITEM_CLAUSE:
		item_heading(t, "CLAUSE", it->clause->src);
		buf_putc(t->out, '\n');
		print_clause(t, it->clause);
		break;
	case ITEM_DECL:
		print_decl_item(t, "DECL", it->decl);
		break;
	case ITEM_INLINE:
		print_decl_item(t, "INLINE", it->inl->decl);
		print_node(t, it->inl->value, 1);
		break;
	case ITEM_TRANSLATOR:
		item_heading(t, "TRANSLATOR", it->xlator->src);
		buf_putc(t->out, '\n');
		print_translator(t, it->xlator);
		break;
	case ITEM_PROVIDER:
		item_heading(t, "PROVIDER", it->provider->src);
		buf_printf(t->out, " %s\n", it->provider->name);
		print_provider(t, it->provider);
		break;
	case ITEM_PRAGMA:
		item_heading(t, "PRAGMA", it->pragma->src);
		buf_printf(t->out, " %s%s\n", it->pragma->text,
			   it->pragma->in_clause ? " (inside the next item)" : "");
		break;
	}
}

void ast_print_typed(const struct program_ast *p, type_name_fn name_fn, struct buf *out)
{
	struct tree t = {out, name_fn};
	for (const struct item *it = p->items; it; it = it->next)
		print_item(&t, it);
}

void ast_print(const struct program_ast *p, struct buf *out)
{
	ast_print_typed(p, NULL, out);
}

void node_print_typed(const struct node *n, int depth, type_name_fn name_fn, struct buf *out)
{
	struct tree t = {out, name_fn};
	print_node(&t, n, depth);
}

void node_print(const struct node *n, int depth, struct buf *out)
{
	node_print_typed(n, depth, NULL, out);
}
