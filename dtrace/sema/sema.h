/*
 * sema.h - names, types, translators, every diagnostic: AST in, typed program out
 *
 * sema_program() binds every identifier, types every expression in place, expands inlines, translations and enumerators into plain
 * nodes, matches probes, checks calls against the tables of builtin/ and collects what the program declares. What lower
 * may rely on afterwards:
 *
 *  - expression kinds left: INT, STRING, IDENT, INDEX, AGG (left of an aggregation, or as argument of printa and the like), CALL, UNARY,
 *    BINARY, COND, MEMBER, CAST, SYM; statements EXPR_STMT, IF, NULL_STMT. No SIZEOF, OFFSETOF, XLATE, STRINGOF (becomes CAST to
 *    string), TYPE, enumerators or inlines: replaced by constants or by their expansion.
 *  - every expression has type; comparisons and logic have int. Implicit conversions are NOT nodes: lower converts operands to the
 *    usual-conversion type of the two, assignments to the left side's type.
 *  - IDENT: ident->kind is IDENT_VAR or IDENT_BUILTIN. INDEX: base is an associative array variable (ident->var.is_assoc), the
 *    built-in arrays (args[], uregs[]: ident IDENT_BUILTIN; id = native argument number for args[]), an array or a pointer.
 *  - AGG: ident IDENT_AGG. CALL: ident IDENT_FUNC; aggregating calls stand only as right side of BINARY OP_ASSIGN with an AGG left.
 *  - MEMBER: offset_bits, bitfield_bits, type set; OP_ARROW has a pointer left, OP_DOT a struct lvalue or value left.
 *  - is_const nodes are INT nodes. Pointer arithmetic is typed; lower scales.
 *  - a constant 0 of pointer type (NULL) may be assigned to a string and stand beside one in ?:, and a constant 0 may be
 *    compared with one: it is the null string, what strtok() returns at the end.
 *  - structs are assigned, and returned by ?: and comma, as wholes. Arrays never are, except that a translation fills
 *    array members of its temporary (below) from strings.
 *  - xlate<T>(e) as a whole becomes (this->tmp.a = .., this->tmp.b = .., this->tmp), commas, with a hidden variable;
 *    xlate<T *>(e) that is kept gets its memory from alloca().
 *  - keys of associative arrays that were never declared are 64-bit integers, strings or pointers (var->keys).
 *  - SYM: the kernel object at ival (an lvalue that cannot be written); functions and arrays decay to that address.
 *  - is_user marks values that are user-space addresses and what is reached through them (copyin is then done by lower's loads).
 */
#ifndef SEMA_SEMA_H
#define SEMA_SEMA_H

#include "base/map.h"
#include "base/vec.h"
#include "dtrace/builtin/builtin.h"
#include "dtrace/builtin/options.h"
#include "dtrace/dlang/ast.h"
#include "dtrace/dlang/diag.h"
#include "dtrace/probe/probe.h"
#include "dtrace/types/type.h"

enum ident_kind {
	IDENT_VAR,
	IDENT_AGG,
	IDENT_BUILTIN,
	IDENT_FUNC,
	IDENT_INLINE,
	IDENT_PARAM,
	IDENT_XLATED
};
enum var_scope { VAR_GLOBAL, VAR_SELF, VAR_THIS };

struct var { /* a D variable */
	const char *name;
	enum var_scope scope;
	uint32_t id;	   /* index in sema_program.vars */
	struct type *type; /* of the variable, or of an element when is_assoc */
	bool is_assoc;
	struct type **keys; /* is_assoc */
	uint32_t nkeys;
	bool written, read;
	struct src src; /* first use or declaration */
};

struct agg { /* an aggregation */
	const char *name;
	uint32_t id;
	/* BF_COUNT .. BF_LLQUANTIZE; BF_NONE: only ever named by printa and the like */
	enum builtin_func func;
	struct type **keys;
	uint32_t nkeys;
	/* of the defining use: tells stack(), usym() and so on with their arguments */
	struct node **key_nodes;
	/* checked constant parameters */
	int64_t base, limit, step;	    /* lquantize */
	uint32_t factor, low, high, nsteps; /* llquantize */
	bool value_signed;
	bool lost;     /* its definition has an error, which was reported */
	bool weighted; /* some update brings an increment: counts may come to nothing */
	struct src src;
};

struct ident {
	enum ident_kind kind;
	const char *name;
	struct type *type;
	struct stability attr;
	bool of_library; /* defined by one: a program may have its own */
	uint64_t
	    version; /* of the language that has it first; 0 = any. In older ones it is not there */
	union {
		struct var *var;
		struct agg *agg;
		const struct builtin_var_row *bvar;
		const struct builtin_func_row *func;
		struct inline_def *inl;
	};
};

struct sema_clause {
	struct clause *ast;
	struct probe **probes; /* matched, sorted by id, no duplicates */
	uint32_t nprobes;
	struct node *predicate; /* typed; NULL = none */
	struct node *body;
	bool default_action; /* empty body */
	struct stability attr;
	const char *description; /* the probe descriptions as text, for "matched N probes" */
};

struct sema_program {
	VEC(struct sema_clause *) clauses;
	VEC(struct var *) vars;
	VEC(struct agg *) aggs;
	bool destructive;  /* uses an action that needs -w */
	uint32_t nmatched; /* probes, as "matched N probes" counts them */
	struct stability attr;
};

/* How a kernel variable is reached: NODE_SYM's id. */
enum symbol_at {
	SYMBOL_ADDRESS, /* ival = its address */
	SYMBOL_PERCPU, /* name = the variable of which every CPU has one; the running CPU's is meant */
	SYMBOL_ABSENT,	/* there is none, which knodefs lets pass until the program is enabled */
	SYMBOL_JIFFIES, /* a value that the kernel tells, but not where it lies */
	SYMBOL_HOST, /* ival = enum host_var: of the kernel that published programs were written for; Linux has another, or tells programs nothing of it */
};

enum host_var {
	HOST_AVENRUN,
	HOST_MPID,
	HOST_FREEMEM,
	HOST_PHYSMEM,
	HOST_PAGESIZE,
	HOST_NCPUS,
	HOST_NCPUS_ONLINE
};

/* The type of a variable or function of the kernel; NULL when it is not known. */
struct type *sema_symbol_type(struct types *ts, const char *name);

struct xlator;
/* One compilation context: names shared by several programs of one dtrace (several -n and -s see the same variables). */
struct sema {
	struct arena *arena;
	struct types *types;
	struct registry *registry; /* NULL: no probes are matched (golden tests of expressions) */
	struct options *opts;
	struct diags *diags;
	/* Programs of this zone's tenant: every clause gets zonename == "..." in front of its predicate, and what
	 * could show anything of others is refused (tenant.c). NULL: anybody may see everything. */
	const char *zone;
	const char *only_zone; /* option zone: clauses fire in this one alone; NULL: in all */
	struct map names;      /* D globals, inlines: struct ident * */
	struct map self_names, agg_names;
	VEC(struct var *) vars; /* all, by id */
	VEC(struct agg *) aggs; /* all, by id */
	VEC(struct xlator *) xlators;
	/* Address of kernel symbol `module`name`; 0 = unknown. May be NULL. */
	uint64_t (*ksym)(void *ctx, const char *module, const char *name);
	void *ksym_ctx;
	/* Loads the D library that defines a name (lazily); true when something was added. May be NULL. */
	bool (*load_library_for)(void *ctx, const char *name);
	/* Is there a D library of this file name, for depends_on? May be NULL (everything is there). */
	bool (*have_library)(void *ctx, const char *file);
	void *lib_ctx;
};

void sema_init(struct sema *s, struct arena *a, struct types *ts, struct registry *r,
	       struct options *o, struct diags *d);
/* Library text: declarations, inlines, translators, pragmas only. 0, or -1 with diagnostics. */
int sema_library(struct sema *s, const struct program_ast *ast);
/* A program: its clauses in source order. 0, or -1 with diagnostics; nothing of a failed program stays. */
int sema_program(struct sema *s, const struct program_ast *ast, struct sema_program *out);
/* Least stability of a program's probe descriptions; prog->attr is that of its statements. */
struct stability sema_description_attr(const struct sema_program *prog);
/* As the parser needs it. */
bool sema_is_typename(void *sema, const char *name);

#endif
