/*
 * births.c - variables whose first value says too little of their type
 *
 * In: the untyped program. Out: which undeclared variables are to be 64-bit integers though their first
 * value is the constant 0, an int.
 *
 * An undeclared variable has the type of its first value. Programs often clear one before they give it a
 * value worth the name (`self->start = 0; ... self->start = timestamp;`), and DTrace kept 64 bits of any
 * integer, so such programs worked. Here an int holds what an int can hold; so the variable is made what it needs to be: one
 * that is born as 0 and is assigned what is plainly of 64 bits elsewhere. What cannot be told without
 * types, a member say, is no reason.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

enum birth { UNBORN, BORN_ZERO, BORN_NARROW, BORN_WIDE };

static void **birth_of(struct sema_ctx *c, const char *scope, const char *name, bool element)
{
	return map_at(&c->births, arena_printf(c->arena, "%s>%s%s", scope ? scope : "", name,
					       element ? "[]" : ""));
}

static enum birth birth_now(struct sema_ctx *c, const struct node *n, bool element)
{
	return (enum birth)(uintptr_t)*birth_of(c, n->scope, n->name, element);
}

static bool is_wide_name(const char *type)
{
	static const char *const names[] = {"int64_t", "uint64_t",	"uintptr_t",
					    "size_t",  "hrtime_t",	"ssize_t",
					    "long",    "unsigned long", "long long"};
	size_t len = strcspn(type, "(");

	if (type[len]) { /* a prototype: its type stands before the name */
		while (len && type[len - 1] != ' ')
			len--;
		while (len && type[len - 1] == ' ')
			len--;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && strncmp(type, names[i], len) == 0)
			return true;
	return false;
}

static bool is_wide(struct sema_ctx *c, const struct node *n);

static bool is_wide_operation(struct sema_ctx *c, const struct node *n)
{
	switch (n->op) {
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
	case OP_AND:
	case OP_OR:
	case OP_XOR:
		return is_wide(c, n->kids[0]) || is_wide(c, n->kids[1]);
	case OP_SHL:
	case OP_SHR:
		return is_wide(c, n->kids[0]);
	case OP_ASSIGN:
	case OP_COMMA:
		return is_wide(c, n->kids[1]);
	default:
		return false;
	}
}

static bool is_wide(struct sema_ctx *c, const struct node *n)
{
	const struct builtin_var_row *v;
	const struct builtin_func_row *f;

	switch (n->kind) {
	case NODE_INT:
		return n->ival > INT32_MAX;
	case NODE_IDENT:
		v = n->scope ? NULL : builtin_var_find(n->name);
		return v ? is_wide_name(v->type) : birth_now(c, n, false) == BORN_WIDE;
	case NODE_INDEX:
		return n->kids[0]->kind == NODE_IDENT &&
		       birth_now(c, n->kids[0], true) == BORN_WIDE;
	case NODE_CALL:
		f = n->name ? builtin_func_find(n->name) : NULL;
		return f && is_wide_name(f->proto);
	case NODE_CAST:
		return !n->decl->declarator && n->decl->base == BASE_NAME &&
		       is_wide_name(n->decl->base_name);
	case NODE_UNARY:
		return (n->op == OP_NEG || n->op == OP_PLUS || n->op == OP_BITNOT) &&
		       is_wide(c, n->kids[0]);
	case NODE_BINARY:
		return is_wide_operation(c, n);
	case NODE_COND:
		return is_wide(c, n->kids[1]) || is_wide(c, n->kids[2]);
	default:
		return false;
	}
}

static enum birth birth_by(struct sema_ctx *c, enum birth before, const struct node *value)
{
	if (before != UNBORN)
		return before == BORN_ZERO && is_wide(c, value) ? BORN_WIDE : before;
	return value->kind == NODE_INT && !value->ival ? BORN_ZERO
	       : is_wide(c, value)		       ? BORN_WIDE
						       : BORN_NARROW;
}

/* l = value; without one, l is counted up or down, or added to: what has no type then is of 64 bits. */
static void note_assignment(struct sema_ctx *c, const struct node *l, const struct node *value)
{
	bool element = l->kind == NODE_INDEX;
	const struct node *name = element ? l->kids[0] : l;

	if (name->kind != NODE_IDENT)
		return;
	void **at = birth_of(c, name->scope, name->name, element);
	enum birth b = (enum birth)(uintptr_t)*at;
	if (value)
		b = birth_by(c, b, value);
	else if (b == UNBORN)
		b = BORN_WIDE;
	*at = (void *)(uintptr_t)b;
}

static void note_compound(struct sema_ctx *c, const struct node *l, const struct node *value)
{
	note_assignment(c, l, NULL);
	note_assignment(c, l, value);
}

static void note_node(struct sema_ctx *c, const struct node *n)
{
	for (; n; n = n->next) {
		for (uint32_t i = 0; i < n->nkids; i++)
			note_node(c, n->kids[i]);
		if (n->kind == NODE_IF) {
			note_node(c, n->then_body);
			note_node(c, n->else_body);
		}
		if (n->kind == NODE_BINARY && n->op == OP_ASSIGN)
			note_assignment(c, n->kids[0], n->kids[1]);
		else if (n->kind == NODE_BINARY && n->op > OP_ASSIGN && n->op <= OP_XOR_ASSIGN)
			note_compound(c, n->kids[0], n->kids[1]);
		else if (n->kind == NODE_UNARY && n->op >= OP_PREINC && n->op <= OP_POSTDEC)
			note_assignment(c, n->kids[0], NULL);
	}
}

void sema_note_births(struct sema_ctx *c, const struct program_ast *ast)
{
	for (const struct item *it = ast->items; it; it = it->next)
		if (it->kind == ITEM_CLAUSE) {
			note_node(c, it->clause->predicate);
			note_node(c, it->clause->body);
		}
}

static enum birth birth_of_var(struct sema_ctx *c, enum var_scope scope, const char *name,
			       bool element)
{
	const char *text = scope == VAR_SELF ? "self" : scope == VAR_THIS ? "this" : NULL;

	return (enum birth)(uintptr_t)*birth_of(c, text, name, element);
}

bool sema_born_wide(struct sema_ctx *c, const struct var *v)
{
	return birth_of_var(c, v->scope, v->name, v->is_assoc) == BORN_WIDE;
}

struct type *sema_born_later(struct sema_ctx *c, enum var_scope scope, const char *name)
{
	switch (birth_of_var(c, scope, name, true)) {
	case BORN_WIDE:
		return types_int(c->types, 8, true);
	case BORN_ZERO:
		return types_int(c->types, 4, true);
	default:
		return NULL;
	}
}
