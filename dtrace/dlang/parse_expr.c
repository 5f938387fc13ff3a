/*
 * parse_expr.c - expressions
 *
 * Precedence climbing over one table for the binary operators, recursive descent for the rest.
 * Left-associative chains are parsed in loops but make deep trees, so the height of every node is
 * bounded as well as the recursion.
 */
#include "dtrace/dlang/parse_int.h"

#include <string.h>

typedef VEC(struct node *) node_vec;

static struct node *finish(struct parser *p, struct node *n)
{
	for (uint32_t i = 0; i < n->nkids; i++)
		if (n->kids[i]->height >= n->height)
			n->height = n->kids[i]->height + 1;
	if (n->height > NODE_HEIGHT_MAX)
		parse_fail(p, "D_SYNTAX", "expression is nested too deeply");
	return n;
}

static struct node *with_kids(struct parser *p, struct node *n, node_vec *kids)
{
	n->kids = kids->at;
	n->nkids = (uint32_t)kids->n;
	return finish(p, n);
}

static struct node *new_node(struct parser *p, enum node_kind kind, struct src src, struct node *a,
			     struct node *b, struct node *c)
{
	struct node *n = node_new(p->a, kind, src), *all[] = {a, b, c};
	n->nkids = c ? 3 : b ? 2 : a ? 1 : 0;
	if (n->nkids) {
		n->kids = arena_array(p->a, struct node *, n->nkids);
		memcpy(n->kids, all, n->nkids * sizeof(all[0]));
	}
	return finish(p, n);
}

static struct node *new_op(struct parser *p, enum node_kind kind, struct src src, enum op op,
			   struct node *a, struct node *b)
{
	struct node *n = new_node(p, kind, src, a, b, NULL);
	n->op = op;
	return n;
}

/* Something to return in panic. */
static struct node *no_node(struct parser *p)
{
	return node_new(p->a, NODE_INT, p->tok.src);
}

/* mod`name is split at the last `; `name has the empty scope. */
static struct node *new_ident(struct parser *p, struct src src, const char *text)
{
	struct node *n = node_new(p->a, NODE_IDENT, src);
	const char *tick = strrchr(text, '`');
	n->name = tick ? tick + 1 : text;
	if (tick)
		n->scope = arena_strndup(p->a, text, (size_t)(tick - text));
	return n;
}

/* Behind ( or [: expressions up to the closing bracket, which is consumed. */
static void parse_args(struct parser *p, node_vec *args, int close, bool may_be_empty)
{
	if (may_be_empty && parse_accept(p, close))
		return;
	do
		*vec_push(args, p->a) = parse_assign_expr(p);
	while (parse_accept(p, ','));
	parse_expect(p, close);
}

static struct node *parse_agg(struct parser *p)
{
	struct node *n = node_new(p->a, NODE_AGG, p->tok.src);
	n->name = p->tok.str;
	parse_advance(p);
	node_vec keys = {0};
	if (parse_accept(p, '[')) {
		n->has_keys = true;
		parse_args(p, &keys, ']', false);
	}
	return with_kids(p, n, &keys);
}

/* The name behind . or ->; keywords are names there. */
static const char *member_name(struct parser *p)
{
	const char *name = p->tok.str;
	if (p->tok.kind != TOK_IDENT && p->tok.kind != TOK_KEYWORD) {
		parse_syntax_error(p);
		return "";
	}
	parse_advance(p);
	return name;
}

/* self->x and this->x are names of their own; self and this alone are nothing. */
static struct node *parse_scoped(struct parser *p)
{
	struct node *n = new_ident(p, p->tok.src, p->tok.str);
	parse_advance(p);
	if (p->tok.kind != TOK_ARROW) {
		if (!p->panic)
			p->tok.src = n->src;
		parse_fail(p, "D_SYNTAX",
			   arena_printf(p->a, "%s is a variable only with a name: %s->name",
					n->name, n->name));
		return n;
	}
	parse_advance(p);
	n->scope = n->name;
	n->src.len = n->src.line == p->tok.src.line && p->tok.src.col > n->src.col
			 ? p->tok.src.col + p->tok.src.len - n->src.col
			 : n->src.len;
	n->name = member_name(p);
	return n;
}

static struct node *parse_literal(struct parser *p)
{
	bool is_int = p->tok.kind == TOK_INT;
	struct node *n = node_new(p->a, is_int ? NODE_INT : NODE_STRING, p->tok.src);
	n->ival = p->tok.ival;
	n->int_flags = p->tok.int_flags;
	n->sval = p->tok.str;
	n->slen = p->tok.slen;
	parse_advance(p);
	return n;
}

/* offsetof(type, member.path) */
static struct node *parse_offsetof(struct parser *p)
{
	struct node *n = node_new(p->a, NODE_OFFSETOF, p->tok.src);
	parse_advance(p);
	parse_expect(p, '(');
	n->decl = parse_type_name(p);
	parse_expect(p, ',');
	n->name = member_name(p);
	while (parse_accept(p, '.'))
		n->name = arena_printf(p->a, "%s.%s", n->name, member_name(p));
	parse_expect(p, ')');
	return n;
}

/* xlate <type> (expr) */
static struct node *parse_xlate(struct parser *p)
{
	struct src src = p->tok.src;
	parse_advance(p);
	parse_expect(p, '<');
	struct decl *to = parse_type_name(p);
	parse_expect(p, '>');
	parse_expect(p, '(');
	struct node *n = new_node(p, NODE_XLATE, src, parse_expr(p), NULL, NULL);
	n->decl = to;
	parse_expect(p, ')');
	return n;
}

static struct node *parse_parens(struct parser *p)
{
	parse_advance(p);
	struct node *n = parse_expr(p);
	parse_expect(p, ')');
	return n;
}

static struct node *parse_keyword_primary(struct parser *p)
{
	switch (p->tok.kw) {
	case KW_SELF:
	case KW_THIS:
		return parse_scoped(p);
	case KW_OFFSETOF:
		return parse_offsetof(p);
	case KW_XLATE:
		return parse_xlate(p);
	default:
		parse_syntax_error(p);
		return no_node(p);
	}
}

static struct node *parse_primary(struct parser *p)
{
	struct node *n;
	switch (p->tok.kind) {
	case TOK_INT:
	case TOK_STRING:
		return parse_literal(p);
	case TOK_IDENT:
		n = new_ident(p, p->tok.src, p->tok.str);
		parse_advance(p);
		return n;
	case TOK_AGG:
		return parse_agg(p);
	case TOK_KEYWORD:
		return parse_keyword_primary(p);
	case '(':
		return parse_parens(p);
	default:
		parse_syntax_error(p);
		return no_node(p);
	}
}

static bool is_local_scope(const char *scope)
{
	return scope && (strcmp(scope, "self") == 0 || strcmp(scope, "this") == 0);
}

static struct node *parse_call(struct parser *p, struct node *base)
{
	node_vec args = {0};
	struct node *n = node_new(p->a, NODE_CALL, base->src);
	n->name = base->kind == NODE_IDENT ? base->name : "";
	n->scope = base->scope;
	n->has_keys = true;
	if (!p->panic && (base->kind != NODE_IDENT || is_local_scope(base->scope)))
		diag_error(p->d, "D_FUNC_IDENT", base->src,
			   "function designator is not of function type");
	parse_advance(p);
	parse_args(p, &args, ')', true);
	return with_kids(p, n, &args);
}

static struct node *parse_index(struct parser *p, struct node *base)
{
	node_vec kids = {0};
	struct node *n = node_new(p->a, NODE_INDEX, base->src);
	*vec_push(&kids, p->a) = base;
	parse_advance(p);
	parse_args(p, &kids, ']', false);
	return with_kids(p, n, &kids);
}

static struct node *parse_member(struct parser *p, struct node *base)
{
	enum op op = p->tok.kind == TOK_ARROW ? OP_ARROW : OP_DOT;
	parse_advance(p);
	struct node *n = new_op(p, NODE_MEMBER, p->tok.src, op, base, NULL);
	n->name = member_name(p);
	return n;
}

static struct node *parse_postfix(struct parser *p)
{
	struct node *n = parse_primary(p);
	for (;;) {
		struct src src = p->tok.src;
		switch (p->tok.kind) {
		case '[':
			n = parse_index(p, n);
			break;
		case '(':
			n = parse_call(p, n);
			break;
		case '.':
		case TOK_ARROW:
			n = parse_member(p, n);
			break;
		case TOK_INC:
		case TOK_DEC:
			n = new_op(p, NODE_UNARY, src,
				   p->tok.kind == TOK_INC ? OP_POSTINC : OP_POSTDEC, n, NULL);
			parse_advance(p);
			break;
		default:
			return n;
		}
	}
}

static enum op unary_op(int kind)
{
	switch (kind) {
	case '&':
		return OP_ADDR;
	case '*':
		return OP_DEREF;
	case '+':
		return OP_PLUS;
	case '-':
		return OP_NEG;
	case '~':
		return OP_BITNOT;
	case '!':
		return OP_NOT;
	case TOK_INC:
		return OP_PREINC;
	case TOK_DEC:
		return OP_PREDEC;
	default:
		return OP_NONE;
	}
}

static struct node *parse_cast(struct parser *p, bool *is_cast);
static struct node *parse_unary(struct parser *p);

/*
 * May (name begin a type in parentheses when name is a type? The kernel has types of many names, so
 * a program's own variable may be called like one: what follows has to look like the rest of a
 * type.
 */
static bool rest_of_type_follows(struct lexer *ahead)
{
	struct token t = lex_next(ahead);
	while (t.kind == '*')
		t = lex_next(ahead);
	return t.kind == ')' || t.kind == '(' || t.kind == '[' || t.kind == TOK_KEYWORD;
}

static bool at_parenthesised_type(struct parser *p)
{
	if (p->tok.kind != '(')
		return false;
	struct lexer ahead = p->lx;
	ahead.diags = NULL;
	struct token next = lex_next(&ahead);
	return parse_starts_type(p, &next) &&
	       (next.kind == TOK_KEYWORD || rest_of_type_follows(&ahead));
}

static struct decl *parse_parenthesised_type(struct parser *p)
{
	parse_advance(p);
	struct decl *d = parse_type_name(p);
	parse_expect(p, ')');
	return d;
}

static struct node *parse_sizeof(struct parser *p)
{
	struct src src = p->tok.src;
	parse_advance(p);
	if (!at_parenthesised_type(p))
		return new_node(p, NODE_SIZEOF, src, parse_unary(p), NULL, NULL);
	struct node *n = node_new(p->a, NODE_SIZEOF, src);
	n->decl = parse_parenthesised_type(p);
	return n;
}

static struct node *parse_unary_here(struct parser *p)
{
	struct src src = p->tok.src;
	enum op op = unary_op(p->tok.kind);
	bool ignored;
	if (op != OP_NONE) {
		parse_advance(p);
		struct node *operand =
		    op == OP_PREINC || op == OP_PREDEC ? parse_unary(p) : parse_cast(p, &ignored);
		return new_op(p, NODE_UNARY, src, op, operand, NULL);
	}
	if (parse_is_kw(p, KW_SIZEOF))
		return parse_sizeof(p);
	if (parse_is_kw(p, KW_STRINGOF)) {
		parse_advance(p);
		return new_node(p, NODE_STRINGOF, src, parse_unary(p), NULL, NULL);
	}
	return parse_postfix(p);
}

static struct node *parse_unary(struct parser *p)
{
	struct node *n = parse_enter(p) ? parse_unary_here(p) : no_node(p);
	parse_leave(p);
	return n;
}

/* A cast or a unary expression; *is_cast tells which, since only the latter may stand left of an
 * assignment. */
static struct node *parse_cast(struct parser *p, bool *is_cast)
{
	bool ignored;
	*is_cast = at_parenthesised_type(p);
	if (!*is_cast)
		return parse_unary(p);
	if (!parse_enter(p)) {
		parse_leave(p);
		return no_node(p);
	}
	struct src src = p->tok.src;
	struct decl *d = parse_parenthesised_type(p);
	struct node *n = new_node(p, NODE_CAST, src, parse_cast(p, &ignored), NULL, NULL);
	n->decl = d;
	parse_leave(p);
	return n;
}

static const struct binary_op {
	int kind, precedence;
	enum op op;
} binary_ops[] = {
    {TOK_LOR, 1, OP_LOR}, {TOK_LXOR, 2, OP_LXOR}, {TOK_LAND, 3, OP_LAND}, {'|', 4, OP_OR},
    {'^', 5, OP_XOR},	  {'&', 6, OP_AND},	  {TOK_EQ, 7, OP_EQ},	  {TOK_NE, 7, OP_NE},
    {'<', 8, OP_LT},	  {TOK_LE, 8, OP_LE},	  {'>', 8, OP_GT},	  {TOK_GE, 8, OP_GE},
    {TOK_SHL, 9, OP_SHL}, {TOK_SHR, 9, OP_SHR},	  {'+', 10, OP_ADD},	  {'-', 10, OP_SUB},
    {'*', 11, OP_MUL},	  {'/', 11, OP_DIV},	  {'%', 11, OP_MOD},
};

static const struct binary_op *binary_op(int kind)
{
	for (size_t i = 0; i < sizeof(binary_ops) / sizeof(binary_ops[0]); i++)
		if (binary_ops[i].kind == kind)
			return &binary_ops[i];
	return NULL;
}

/* Behind lhs: every operator that binds at least as tightly as `least`. */
static struct node *parse_binary_rest(struct parser *p, struct node *lhs, int least)
{
	const struct binary_op *op, *next;
	bool ignored;
	while ((op = binary_op(p->tok.kind)) && op->precedence >= least) {
		struct src src = p->tok.src;
		parse_advance(p);
		struct node *rhs = parse_cast(p, &ignored);
		while ((next = binary_op(p->tok.kind)) && next->precedence > op->precedence)
			rhs = parse_binary_rest(p, rhs, next->precedence);
		lhs = new_op(p, NODE_BINARY, src, op->op, lhs, rhs);
	}
	return lhs;
}

/* Behind the first operand of what may be binary operators and ?: */
static struct node *parse_cond_rest(struct parser *p, struct node *n)
{
	n = parse_binary_rest(p, n, 1);
	if (p->tok.kind != '?')
		return n;
	struct src src = p->tok.src;
	parse_advance(p);
	struct node *yes = parse_expr(p);
	parse_expect(p, ':');
	return new_node(p, NODE_COND, src, n, yes, parse_cond_expr(p));
}

struct node *parse_cond_expr(struct parser *p)
{
	bool ignored;
	struct node *n = parse_enter(p) ? parse_cond_rest(p, parse_cast(p, &ignored)) : no_node(p);
	parse_leave(p);
	return n;
}

static enum op assign_op(int kind)
{
	switch (kind) {
	case '=':
		return OP_ASSIGN;
	case TOK_ADD_ASSIGN:
		return OP_ADD_ASSIGN;
	case TOK_SUB_ASSIGN:
		return OP_SUB_ASSIGN;
	case TOK_MUL_ASSIGN:
		return OP_MUL_ASSIGN;
	case TOK_DIV_ASSIGN:
		return OP_DIV_ASSIGN;
	case TOK_MOD_ASSIGN:
		return OP_MOD_ASSIGN;
	case TOK_SHL_ASSIGN:
		return OP_SHL_ASSIGN;
	case TOK_SHR_ASSIGN:
		return OP_SHR_ASSIGN;
	case TOK_AND_ASSIGN:
		return OP_AND_ASSIGN;
	case TOK_OR_ASSIGN:
		return OP_OR_ASSIGN;
	case TOK_XOR_ASSIGN:
		return OP_XOR_ASSIGN;
	default:
		return OP_NONE;
	}
}

/* An assignment to a plain name may declare it: from then on (name) is no cast. */
static void note_assigned(struct parser *p, const struct node *lhs)
{
	if (lhs->kind == NODE_INDEX)
		lhs = lhs->kids[0];
	if (lhs->kind == NODE_IDENT && !lhs->scope)
		parse_declare_var(p, lhs->name);
}

static struct node *parse_assign_here(struct parser *p)
{
	bool is_cast;
	struct node *n = parse_cast(p, &is_cast);
	enum op op = assign_op(p->tok.kind);
	if (op == OP_NONE || is_cast)
		return parse_cond_rest(p, n);
	struct src src = p->tok.src;
	note_assigned(p, n);
	parse_advance(p);
	return new_op(p, NODE_BINARY, src, op, n, parse_assign_expr(p));
}

struct node *parse_assign_expr(struct parser *p)
{
	struct node *n = parse_enter(p) ? parse_assign_here(p) : no_node(p);
	parse_leave(p);
	return n;
}

struct node *parse_expr(struct parser *p)
{
	struct node *n = parse_assign_expr(p);
	while (p->tok.kind == ',') {
		struct src src = p->tok.src;
		parse_advance(p);
		n = new_op(p, NODE_BINARY, src, OP_COMMA, n, parse_assign_expr(p));
	}
	return n;
}
