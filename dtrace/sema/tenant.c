/*
 * tenant.c - programs of a zone's tenant: what is put in front of each clause, and what they may not use
 *
 * In: clauses, when struct sema names a zone. Out: a predicate that no program can leave out, because it is
 * part of the tree and not of the text (the name zonename cannot be given another meaning), and
 * diagnostics D_TENANT. A tenant may look at what its own processes do, never at the kernel's memory: so no
 * expression may have the type of a pointer into it, whatever it is made from. That forbids more than
 * would be needed; what is wanted of it goes through variables that are marked as safe.
 *
 * BEGIN, END and ERROR fire in no zone, and have nothing to tell of any.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

/* Ticks are of no thread: they would show a tenant nothing, but end a program that anybody else wants ended. */
static bool only_own_probes(const struct sema_clause *sc, bool ticks)
{
	for (uint32_t i = 0; i < sc->nprobes; i++)
		if (strcmp(sc->probes[i]->provider, "dtrace") != 0 &&
		    !(ticks && strncmp(sc->probes[i]->name, "tick-", 5) == 0))
			return false;
	return sc->nprobes > 0;
}

static struct node *kids(struct sema_ctx *c, struct node *n, struct node *a, struct node *b)
{
	n->kids = arena_array(c->arena, struct node *, 2);
	n->kids[0] = a;
	n->kids[1] = b;
	n->nkids = 2;
	n->height = 1 + (a->height > b->height ? a->height : b->height);
	return n;
}

struct node *sema_zone_predicate(struct sema_ctx *c, const struct sema_clause *sc, const char *of)
{
	struct node *own = sc->predicate;
	struct src at = sc->ast->src;
	if (only_own_probes(sc, !c->s->zone))
		return own;
	struct node *name = node_new(c->arena, NODE_IDENT, at);
	struct node *zone = node_new(c->arena, NODE_STRING, at);
	struct node *is = node_new(c->arena, NODE_BINARY, at);
	name->name = "zonename";
	zone->sval = of;
	zone->slen = (uint32_t)strlen(of);
	is->op = OP_EQ;
	kids(c, is, name, zone);
	if (!own)
		return is;
	struct node *both = node_new(c->arena, NODE_BINARY, at);
	both->op = OP_LAND;
	return kids(c, both, is, own);
}

/* ---- what is refused ---- */

/* Memory of the program's own: what these return, however it is cast. */
static bool is_own_memory(const struct node *n)
{
	while (n->kind == NODE_CAST && n->nkids)
		n = n->kids[0];
	if (n->kind == NODE_STRING)
		return true;
	if (n->kind != NODE_CALL || !n->ident || n->ident->kind != IDENT_FUNC)
		return false;
	enum builtin_func f = n->ident->func->id;
	return f == BF_ALLOCA || f == BF_COPYIN;
}

static bool is_pointer(const struct node *n)
{
	const struct type *t = n->type ? type_resolve(n->type) : NULL;
	return t && t->kind == TYPE_PTR && !n->is_user && !is_own_memory(n);
}

/* NULL is something to compare with. */
static bool is_kernel_pointer(const struct node *n)
{
	return is_pointer(n) && !(n->is_const && n->ival == 0);
}

/* What lies behind NULL is a pointer, too. */
static bool reads_through(const struct node *n)
{
	bool through = (n->kind == NODE_MEMBER && n->op == OP_ARROW) ||
		       (n->kind == NODE_UNARY && n->op == OP_DEREF) || n->kind == NODE_INDEX;
	return through && n->nkids && n->kids[0] && is_pointer(n->kids[0]);
}

/* An array of the program's own. */
static bool is_own_array(const struct node *n)
{
	return n->kind == NODE_IDENT && n->type && type_resolve(n->type)->kind == TYPE_ARRAY;
}

/* A number, or bytes that lie somewhere, taken for text. */
static bool makes_text(const struct node *n)
{
	const struct node *k = n->kind == NODE_CAST && n->nkids ? n->kids[0] : NULL;
	return k && n->type && type_is_string(n->type) && k->type && !type_is_string(k->type) &&
	       !k->is_user && !is_own_memory(k) && !is_own_array(k);
}

static const char *refused(const struct node *n)
{
	if (n->kind == NODE_SYM)
		return "symbols of the kernel";
	if (n->ident && n->ident->kind == IDENT_BUILTIN && n->ident->bvar &&
	    !(n->ident->bvar->flags & BUILTIN_TENANT_SAFE))
		return n->ident->bvar->name;
	if (n->kind == NODE_CALL && n->ident && n->ident->kind == IDENT_FUNC &&
	    !(n->ident->func->flags & (BUILTIN_TENANT_SAFE | BUILTIN_AGGFUNC)))
		return n->ident->func->name;
	return is_kernel_pointer(n) || reads_through(n) || makes_text(n) ? "memory of the kernel"
									 : NULL;
}

static void check(struct sema_ctx *c, const struct node *n)
{
	for (; n; n = n->next) {
		const char *what = refused(n);
		if (what) {
			sema_error(c, "D_TENANT", n, "%s is not for the tenant of a zone", what);
			continue;
		}
		for (uint32_t i = 0; i < n->nkids; i++)
			if (n->kids[i])
				check(c, n->kids[i]);
		if (n->kind == NODE_IF) {
			check(c, n->then_body);
			check(c, n->else_body);
		}
	}
}

void sema_tenant_check(struct sema_ctx *c, const struct sema_clause *sc)
{
	if (sc->predicate)
		check(c, sc->predicate);
	check(c, sc->body);
}
