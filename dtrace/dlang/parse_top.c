/*
 * parse_top.c - inline, translator and provider definitions
 *
 * Each starts on its keyword, makes one item and consumes the ; at its end.
 */
#include "dtrace/dlang/parse_int.h"

#include <string.h>

/* inline T name = expr;  inline T name[T a, T b] = expr; */
void parse_inline(struct parser *p)
{
	struct inline_def *in = arena_new_of(p->a, struct inline_def);
	in->src = p->tok.src;
	parse_advance(p);
	in->decl = parse_named_decl(p);
	const struct declarator *dr = in->decl->declarator;
	for (uint32_t i = 0; dr && dr->kind == DECL_ASSOC && i < dr->nparams; i++)
		if (dr->params[i]->name)
			parse_declare_var(p, dr->params[i]->name);
	parse_expect(p, '=');
	in->value = parse_assign_expr(p);
	if (!p->panic) {
		parse_declare_var(p, in->decl->name);
		parse_new_item(p, ITEM_INLINE)->inl = in;
	}
	parse_end_item(p, ';');
}

static struct xlator_member *parse_member_name(struct parser *p)
{
	struct xlator_member *m = arena_new_of(p->a, struct xlator_member);
	m->src = p->tok.src;
	m->name = p->tok.str;
	if (p->tok.kind == TOK_KEYWORD)
		parse_advance(p);
	else
		parse_expect(p, TOK_IDENT);
	return m;
}

/* no a, b: "reason"; `no` is a word only here and only before a name, so that a member may have it. */
static bool starts_missing(struct parser *p)
{
	if (p->tok.kind != TOK_IDENT || strcmp(p->tok.str, "no") != 0)
		return false;
	struct token t = parse_peek(p);
	return t.kind == TOK_IDENT || t.kind == TOK_KEYWORD;
}

static struct xlator_member *parse_missing(struct parser *p)
{
	struct xlator_member *all = NULL, **tail = &all;
	parse_advance(p);
	do {
		*tail = parse_member_name(p);
		tail = &(*tail)->next;
	} while (!p->panic && parse_accept(p, ','));
	parse_expect(p, ':');
	for (struct xlator_member *m = all; m; m = m->next)
		m->missing = p->tok.str;
	parse_expect(p, TOK_STRING);
	parse_expect(p, ';');
	return all;
}

/* member = expr; or members that there is no way to fill. */
static struct xlator_member *parse_xlator_member(struct parser *p)
{
	if (starts_missing(p))
		return parse_missing(p);
	struct xlator_member *m = parse_member_name(p);
	parse_expect(p, '=');
	m->value = parse_assign_expr(p);
	parse_expect(p, ';');
	return m;
}

/* translator T < S *p > { member = expr; no member: "reason"; ... }; */
void parse_translator(struct parser *p)
{
	struct translator_def *x = arena_new_of(p->a, struct translator_def);
	struct xlator_member **tail = &x->members;
	x->src = p->tok.src;
	parse_advance(p);
	x->to = parse_type_name(p);
	parse_expect(p, '<');
	x->from = parse_named_decl(p);
	if (x->from && x->from->name) /* else `(p->x)` has it looked up among the kernel's types */
		parse_declare_var(p, x->from->name);
	parse_expect(p, '>');
	parse_expect(p, '{');
	while (!p->panic && p->tok.kind != '}') {
		*tail = parse_xlator_member(p);
		while (*tail)
			tail = &(*tail)->next;
	}
	parse_expect(p, '}');
	if (!p->panic)
		parse_new_item(p, ITEM_TRANSLATOR)->xlator = x;
	parse_end_item(p, ';');
}

/* probe name(args) : (xargs); */
static struct provider_probe *parse_provider_probe(struct parser *p)
{
	struct provider_probe *pr = arena_new_of(p->a, struct provider_probe);
	if (!parse_is_kw(p, KW_PROBE))
		parse_syntax_error(p);
	parse_advance(p);
	pr->src = p->tok.src;
	pr->name = p->tok.str;
	if (p->tok.kind == TOK_KEYWORD)
		parse_advance(p);
	else
		parse_expect(p, TOK_IDENT);
	p->any_type = true;
	parse_expect(p, '(');
	struct declarator *args = parse_params(p, DECL_FUNC, ')');
	pr->args = args->params;
	pr->nargs = args->nparams;
	if (parse_accept(p, ':')) {
		parse_expect(p, '(');
		struct declarator *xargs = parse_params(p, DECL_FUNC, ')');
		pr->has_xargs = true;
		pr->xargs = xargs->params;
		pr->nxargs = xargs->nparams;
	}
	p->any_type = false;
	parse_expect(p, ';');
	return pr;
}

/* provider name { probe ...; ... }; */
void parse_provider(struct parser *p)
{
	struct provider_def *pv = arena_new_of(p->a, struct provider_def);
	struct provider_probe **tail = &pv->probes;
	parse_advance(p);
	pv->src = p->tok.src;
	pv->name = p->tok.str;
	parse_expect(p, TOK_IDENT);
	parse_expect(p, '{');
	while (!p->panic && p->tok.kind != '}') {
		*tail = parse_provider_probe(p);
		tail = &(*tail)->next;
	}
	parse_expect(p, '}');
	if (!p->panic)
		parse_new_item(p, ITEM_PROVIDER)->provider = pv;
	parse_end_item(p, ';');
}
