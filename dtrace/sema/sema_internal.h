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

struct scope;

struct bound {
	struct map *map;
	const char *key;
	void *was; /* a library's, or NULL */
};

struct pragma_use { /* #pragma D attributes, binding: for a name that is defined after it */
	const char *name, *pragma;
	struct src src;
	struct stability attr;
	uint64_t version;
	bool is_attributes, used;
};

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
	bool
	    clause_lost; /* one has no probes, which was reported: what it would have declared is not missed */
	bool in_library;
	bool in_agg_key;       /* calls.c sets it while it types the keys of an aggregation */
	struct map this_names; /* clause-local variables of the program: struct ident * */
	struct map bodies;     /* struct decl * with a body -> its type */
	struct scope *scope;   /* innermost first; NULL = none */
	unsigned expand_depth; /* of inlines and translators */
	unsigned nexpanded;    /* expansions so far, bounded */
	unsigned depth;	       /* of the expression being typed, expansions counted */
	unsigned ntemps;       /* hidden clause-local variables made */
	struct stability attr; /* minimum over what the clause names so far */
	bool attr_set;
	VEC(struct var *) made_vars;
	VEC(struct bound) undo;		      /* what a failed program must take back */
	struct map births;		      /* births.c: of each variable that is assigned to */
	VEC(struct provider_def *) providers; /* declared so far */
	VEC(struct node *) late_calls;	      /* calls.c: checks that need every clause typed */
	VEC(struct node *) misplaced;	      /* calls.c: actions where a value is wanted */
	VEC(struct pragma_use) pragma_uses;   /* pragma.c: those that wait for their identifier */
};

/* A version of the language as the option holds it, 0 when there is none such. */
uint64_t sema_version(struct sema_ctx *c, const char *text);

/* ---- expr.c, ops.c ---- */
/* Types an expression and all below it; returns the node to use in its place (never NULL; type NULL
 * = error reported). */
struct node *sema_expr(struct sema_ctx *c, struct node *n);
/* The same for a value that must be an integer constant; false (with D_tag msg) when it is none. */
bool sema_const_expr(struct sema_ctx *c, struct node **n, const char *tag, const char *what,
		     int64_t *value);
/* expr.c: as sema_expr(), but translations stay NODE_XLATE for their consumer. */
struct node *expr_any(struct sema_ctx *c, struct node *n);
/* ops.c: operands untyped; each types the whole node. */
struct node *ops_unary(struct sema_ctx *c, struct node *n);
struct node *ops_binary(struct sema_ctx *c, struct node *n);
struct node *ops_cond(struct sema_ctx *c, struct node *n);
/* Casts a typed node; at = what to blame. Folds constants. */
struct node *ops_cast_to(struct sema_ctx *c, struct node *value, struct type *to,
			 const struct node *at);
/* Arrays and functions as the pointers they turn into; other types as they are. */
struct type *sema_decay(struct sema_ctx *c, struct type *t);
/* A typed array as the node &array[0]; others as they are. */
struct node *sema_decayed(struct sema_ctx *c, struct node *n);
struct node *sema_node(struct sema_ctx *c, enum node_kind kind, struct src at, unsigned nkids);
struct node *sema_binary(struct sema_ctx *c, enum op op, struct node *l, struct node *r);
/* Can a typed value be passed or assigned to something of type `to` without a cast? Knows 0 for
 * pointers. */
bool sema_assignable(struct sema_ctx *c, struct type *to, struct node *from);
/* births.c: looks through the program before it is typed; whether an undeclared variable that has the
 * constant 0 for its first value is to be a 64-bit integer all the same. */
void sema_note_births(struct sema_ctx *c, const struct program_ast *ast);
bool sema_born_wide(struct sema_ctx *c, const struct var *v);
/* The type of an associative array's elements that are first read and assigned to later, where that is
 * plainly an integer; NULL: nothing says so. */
struct type *sema_born_later(struct sema_ctx *c, enum var_scope scope, const char *name);
/* ident.c: types s[i], the character of a string, whose parts are typed. */
struct node *sema_character(struct sema_ctx *c, struct node *n);
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

/* ---- tenant.c ---- */
/* The clause's predicate, not typed yet, behind "it is in the zone". */
struct node *sema_zone_predicate(struct sema_ctx *c, const struct sema_clause *sc, const char *of);
/* Reports what a tenant may not use. */
void sema_tenant_check(struct sema_ctx *c, const struct sema_clause *sc);

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

struct var *sema_new_var(struct sema_ctx *c, const char *name, enum var_scope scope, struct src at);
/* An enumerator that D declared: binds its name. */
void sema_bind_enumerator(struct sema_ctx *c, const char *name, int64_t value, struct type *en);
struct node *ident_expr(struct sema_ctx *c, struct node *n);
struct node *index_expr(struct sema_ctx *c, struct node *n);
/* Left side of an assignment or operand of ++: an unknown variable is made, its type left NULL for
 * the caller to give. false: an error was reported. A node whose var has no type yet has type NULL
 * and *fresh set. */
bool ident_lvalue(struct sema_ctx *c, struct node **n, struct var **fresh);
/* Type of kernel symbol or args[n] and their nodes. */
struct node *symbol_expr(struct sema_ctx *c, struct node *n); /* args.c */
bool symbol_address(struct sema_ctx *c, struct node *n);      /* args.c: a unary & */
struct node *args_expr(struct sema_ctx *c, struct node *n);   /* args.c */

/* ---- declarations (decl.c) ---- */
/* The type a declaration names (bodies are declared on the way); NULL with an error reported. Sets
 * d->type. */
struct type *sema_decl_type(struct sema_ctx *c, struct decl *d);
void sema_decl(struct sema_ctx *c, struct decl *d); /* at top level: typedefs, tags, variables */
void sema_provider(struct sema_ctx *c, struct provider_def *p);

/* ---- inlines and translators (inline.c, xlate.c) ---- */
void sema_inline(struct sema_ctx *c, struct inline_def *d);
/* Room for one more copy of a definition; else an error was reported. */
bool sema_may_expand(struct sema_ctx *c, const struct node *at);
struct node *sema_inline_use(struct sema_ctx *c, struct node *use,
			     struct ident *id); /* IDENT, or INDEX with arguments */
void sema_translator(struct sema_ctx *c, struct translator_def *d);
struct node *sema_xlate(struct sema_ctx *c, struct node *n);
struct node *sema_xlate_member(struct sema_ctx *c,
			       struct node *member); /* kids[0] is a typed NODE_XLATE */
struct node *sema_xlate_value(struct sema_ctx *c,
			      struct node *n); /* a translation as a whole: into a temporary */
/* The same where a pointer is looked at but not through: the native pointer. */
struct node *sema_xlate_pointer(struct sema_ctx *c, struct node *n);
void sema_undo_translators(struct sema_ctx *c);
/* A typed NODE_XLATE from the untyped expression `arg` (of type `from`) to type `to`; NULL when
 * there is no translator. */
struct node *sema_xlate_make(struct sema_ctx *c, struct node *arg, struct type *from,
			     struct type *to);

/* Parameters by name while the body of an inline or translator is typed. Bodies see only their own
 * parameters. */
struct scope {
	uint32_t n;
	const char **names;
	struct type **types;
	struct node **args;  /* untyped, to be typed in `from`; NULL: checking the definition */
	struct scope **from; /* where each argument is written */
};
struct node *scope_expr(struct sema_ctx *c, struct node *n,
			uint32_t i); /* use of parameter i of c->scope */

/*
 * ---- calls.c, actions.c, printf_args.c, aggs.c ----
 * Types a CALL: looks the function up in the tables, types its arguments with sema_expr() (AGG
 * arguments it binds itself), checks them, sets ident, type, is_user. as_statement: actions are
 * allowed (a value function as well); otherwise an action is D_CG_EXPR once the clause is right, except for
 * the stack and symbol functions as keys of aggregations. Returns the node to use.
 */
struct node *sema_call(struct sema_ctx *c, struct node *call, bool as_statement);
/* True for a CALL of an action that has no value: operands of , and ?: that are such get D_OP_ACT.
 */
bool sema_is_action_call(const struct node *n);
/* True for a CALL of what classic D calls a tracing function: no value outside aggregation keys. */
bool sema_is_tracing_call(const struct node *n);
/* D_CG_EXPR of a tracing function where a value is wanted. */
void sema_error_misplaced(struct sema_ctx *c, const struct node *call);
/* The same of all that were met so far, if what they stand in is right otherwise; forgets them. */
void sema_misplaced_calls(struct sema_ctx *c, bool right);
/* BINARY OP_ASSIGN whose left side is AGG: keys, function, parameters; creates the aggregation;
 * sets all types. */
void sema_agg_assign(struct sema_ctx *c, struct node *assign);
/* AGG anywhere else in an expression: bound, its type is <DYN>. */
struct node *sema_agg_ref(struct sema_ctx *c, struct node *n);
/* After all clauses: what printa(), clear() and so on say about aggregations that may be defined
 * further down; pragmas that found no identifier. */
void sema_calls_finish(struct sema_ctx *c);
/* Rules over a whole typed clause: speculate, commit and data-recording actions, exit. */
void sema_clause_rules(struct sema_ctx *c, struct sema_clause *clause);

/* between these files */
bool call_aggregating(struct sema_ctx *c, struct node *call); /* right of @x = ; false = reported */
bool call_is_posconst(const struct node *n);		      /* a constant above zero */
/* The checks of one action or subroutine beyond its prototype. */
void action_check(struct sema_ctx *c, struct node *call);
/* Those that wait for all clauses. */
void action_check_late(struct sema_ctx *c, struct node *call);
bool action_is_late(const struct node *call); /* takes aggregations */
/* printf(), system(), freopen(): the arguments against the format. */
void printf_check(struct sema_ctx *c, struct node *call);
/* printa() with a format: the keys of its aggregations against the format. */
void printa_check_format(struct sema_ctx *c, struct node *call, const struct agg *agg);

/*
 * ---- pragma.c ----
 * The last two: an identifier has been defined in this text, so a pragma that named it before
 * applies to it; at the end, what named nothing is D_PRAGMA_UNUSED.
 */
void sema_pragma(struct sema_ctx *c, struct pragma *p);
void sema_pragma_apply(struct sema_ctx *c, struct ident *id);
void sema_pragma_translator(struct sema_ctx *c);
void sema_pragma_finish(struct sema_ctx *c);

#endif
