/*
 * sema_internal.h - what the files of sema/ share
 *
 * Errors: a function that finds one reports it with sema_error() and leaves node->type NULL. A NULL
 * type means "already reported": whoever meets one stops quietly (and leaves its own type NULL), so
 * that one mistake gives one message. Nodes are typed in place; where sugar is replaced the new
 * node is returned, hence always `n = sema_expr(c, n)`.
 */
#ifndef SEMA_SEMA_INTERNAL_H
#define SEMA_SEMA_INTERNAL_H

#include "dtrace/sema/sema.h"

struct scope; /* inline.c: parameters of the inline or translator that is being expanded */

/* One run of sema_program() or sema_library(). */
struct sema_ctx {
	struct sema *s;
	struct arena *arena;
	struct types *types;
	struct diags *diags;
	struct sema_program *prog;  /* NULL in a library */
	struct sema_clause *clause; /* being typed; NULL outside clauses */
	struct probe_spec *spec;    /* first description of the clause, for messages */
	bool in_predicate;
	bool in_library;
	bool in_agg_key;       /* calls.c sets it while it types the keys of an aggregation */
	struct map this_names; /* clause-local variables of the program: struct ident * */
	struct scope *scope;   /* innermost first; NULL = none */
	unsigned expand_depth; /* of inlines and translators */
	struct stability attr; /* minimum over what the clause names so far */
	bool attr_set;
	VEC(void **) undo; /* places in name maps that a failed program must clear again */
};

/* ---- expr.c, ops.c ---- */
/* Types an expression and all below it; returns the node to use in its place (never NULL; type NULL
 * = error reported). */
struct node *sema_expr(struct sema_ctx *c, struct node *n);
/* The same for a value that must be an integer constant; false (with D_tag msg) when it is none. */
bool sema_const_expr(struct sema_ctx *c, struct node **n, const char *tag, const char *what,
		     int64_t *value);
/* Can a typed value be passed or assigned to something of type `to` without a cast? Knows 0 for
 * pointers. */
bool sema_assignable(struct sema_ctx *c, struct type *to, struct node *from);
/* Makes n an integer constant in place. */
struct node *sema_make_int(struct node *n, struct type *t, uint64_t value);

/* ---- diagnostics and types (sema.c) ---- */
void sema_error(struct sema_ctx *c, const char *tag, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void sema_error_at(struct sema_ctx *c, const char *tag, struct src at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* A type's spelling, in the arena; NULL gives "<error>". */
const char *sema_type_text(struct sema_ctx *c, const struct type *t);
/* How messages call a type-carrying node: its type, and for translated or dynamic ones what they
 * are. */
const char *sema_node_type_text(struct sema_ctx *c, const struct node *n);
/* The type of a built-in's row; kernel structures that are unknown here become void (their pointers
 * void *). Never NULL. */
struct type *sema_row_type(struct sema_ctx *c, const char *text);

/* ---- names (ident.c) ---- */
/* A name visible to D: variables, inlines, built-in variables (made on first use); NULL = unknown.
 * Loads a library when one defines it. */
struct ident *sema_lookup(struct sema_ctx *c, const char *name);
/* Puts an ident under key into one of the name maps; taken back when the program fails. */
void sema_bind(struct sema_ctx *c, struct map *m, const char *key, struct ident *id);
struct ident *sema_new_ident(struct sema_ctx *c, enum ident_kind kind, const char *name,
			     struct type *t);
/* Notes that the clause uses something of this stability; D_ATTR_MIN when it is below -xamin. */
void sema_use_attr(struct sema_ctx *c, const struct node *at, const char *name,
		   struct stability attr);

/* ---- declarations (decl.c) ---- */
/* The type a declaration names (bodies are declared on the way); NULL with an error reported. Sets
 * d->type. */
struct type *sema_decl_type(struct sema_ctx *c, struct decl *d);
void sema_decl(struct sema_ctx *c, struct decl *d); /* at top level: typedefs, tags, variables */
void sema_provider(struct sema_ctx *c, struct provider_def *p);

/* ---- inlines and translators (inline.c, xlate.c) ---- */
void sema_inline(struct sema_ctx *c, struct inline_def *d);
struct node *sema_inline_use(struct sema_ctx *c, struct node *use,
			     struct ident *id); /* IDENT, or INDEX with arguments */
void sema_translator(struct sema_ctx *c, struct translator_def *d);
struct node *sema_xlate(struct sema_ctx *c, struct node *n);

/*
 * ---- calls.c ----
 * Types a CALL: looks the function up in the tables, types its arguments with sema_expr() (AGG
 * arguments it binds itself), checks them, sets ident, type, is_user. as_statement: actions are
 * allowed (a value function as well); otherwise an action is D_ACT_SPEC / D_PROC... Returns the
 * node to use.
 */
struct node *sema_call(struct sema_ctx *c, struct node *call, bool as_statement);
/* BINARY OP_ASSIGN whose left side is AGG: keys, function, parameters; creates the aggregation;
 * sets all types. */
void sema_agg_assign(struct sema_ctx *c, struct node *assign);
/* Rules over a whole typed clause: speculate, commit and data-recording actions, exit. */
void sema_clause_rules(struct sema_ctx *c, struct sema_clause *clause);

/* ---- pragma.c ---- */
void sema_pragma(struct sema_ctx *c, struct pragma *p);

#endif
