/*
 * ast.h - the syntax tree of D
 *
 * The parser makes it from text; sema (sema/sema.h) fills the fields under "set by sema" in place and replaces sugar
 * (inline uses, translations) by plain nodes; lower reads the result. Nodes live in the compilation's arena and are
 * never shared between two parents: clone with node_clone().
 */
#ifndef DLANG_AST_H
#define DLANG_AST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct type;
struct ident; /* sema/sema.h */

/* A place in the source: file name (as given; "<command line>" style names for -n), 1-based line and column. */
struct src {
	const char *file;
	uint32_t line, col;
	uint32_t len; /* bytes of the offending text, 0 unknown */
};

enum node_kind {
	/* expressions */
	NODE_INT,    /* ival; suffix flags in int_flags */
	NODE_STRING, /* sval, slen (bytes without the NUL, escapes decoded) */
	NODE_IDENT, /* name; scope NULL, "this", "self", or `module` for module`name ("" for `name) */
	NODE_INDEX,    /* kids[0] = base, kids[1..] = subscripts (several = tuple) */
	NODE_AGG,      /* @name[kids...]; name "_" for plain @ ; has_keys */
	NODE_CALL,     /* name, kids = arguments; kids of a call through an expression are not D */
	NODE_UNARY,    /* op, kids[0] */
	NODE_BINARY,   /* op, kids[0], kids[1]; assignments too */
	NODE_COND,     /* kids[0] ? kids[1] : kids[2] */
	NODE_MEMBER,   /* kids[0] . name, or -> when op == OP_ARROW */
	NODE_CAST,     /* (decl) kids[0] */
	NODE_SIZEOF,   /* decl, or kids[0] */
	NODE_OFFSETOF, /* offsetof(decl, name); name may be a.b.c */
	NODE_XLATE,    /* xlate <decl> (kids[0]) */
	NODE_STRINGOF, /* stringof kids[0] */
	NODE_TYPE,     /* a type name used as an argument: print-like forms, sizeof in args; decl */
	NODE_COMMA_LIST, /* kids; expression list where D allows one */
	/* statements */
	NODE_EXPR_STMT, /* kids[0] */
	NODE_IF, /* kids[0] condition, then_body, else_body (NULL or first statement of a list through next) */
	NODE_NULL_STMT, /* the parser makes none: an empty statement leaves no trace */
	/* sema-made */
	NODE_SYM,      /* kernel symbol address: ival = address, type = pointer to / object type */
	NODE_CONST_DYN /* placeholder removed before lower */
};

enum op {
	OP_NONE,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_SHL,
	OP_SHR,
	OP_AND,
	OP_OR,
	OP_XOR,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_LAND,
	OP_LOR,
	OP_LXOR, /* && || ^^ */
	OP_COMMA,
	OP_ASSIGN, /* = */
	OP_ADD_ASSIGN,
	OP_SUB_ASSIGN,
	OP_MUL_ASSIGN,
	OP_DIV_ASSIGN,
	OP_MOD_ASSIGN,
	OP_SHL_ASSIGN,
	OP_SHR_ASSIGN,
	OP_AND_ASSIGN,
	OP_OR_ASSIGN,
	OP_XOR_ASSIGN,
	OP_NEG,
	OP_PLUS,
	OP_NOT /* ! */,
	OP_BITNOT,
	OP_DEREF,
	OP_ADDR,
	OP_PREINC,
	OP_PREDEC,
	OP_POSTINC,
	OP_POSTDEC,
	OP_DOT,
	OP_ARROW,
};
const char *op_name(enum op op); /* C spelling */

/* A declaration: the C declarator as the parser saw it, resolved to a type by sema (decl_type()). */
enum storage {
	STORAGE_AUTO,
	STORAGE_EXTERN,
	STORAGE_STATIC,
	STORAGE_TYPEDEF,
	STORAGE_SELF,
	STORAGE_THIS,
	STORAGE_REGISTER
};
enum {
	QUAL_CONST = 1,
	QUAL_VOLATILE = 2,
	QUAL_RESTRICT = 4
}; /* the same values as TYPE_CONST.. of types/type.h */
enum declarator_kind { DECL_PTR, DECL_ARRAY, DECL_ASSOC, DECL_FUNC };

struct decl;
struct
    declarator { /* outermost derivation last: int *a[3] is ARRAY(3) then PTR: read name outwards */
	enum declarator_kind kind;
	uint8_t quals;	      /* PTR: TYPE_CONST.. */
	struct node *size;    /* ARRAY: NULL for [] */
	struct decl **params; /* ASSOC: key types; FUNC: parameters */
	uint32_t nparams;
	bool variadic;
	struct declarator *next;
};

struct enumerator_decl {
	const char *name;
	struct node *value; /* NULL = previous + 1 */
	struct src src;
};

struct decl { /* one declared name with its type */
	struct src src;
	const char *name; /* NULL for an abstract declarator (casts, sizeof) */
	enum storage storage;
	uint8_t quals;
	bool userland;
	bool
	    system; /* in a header of the system, which may say again what is known, and other than it is */
	/* base type: one of */
	enum { BASE_NAME, BASE_STRUCT, BASE_UNION, BASE_ENUM } base;
	const char *
	    base_name; /* BASE_NAME: canonical ("unsigned long", "foo_t", "string", module`foo_t); tag otherwise */
	bool has_body;	       /* struct {...} / enum {...} given here */
	struct decl **members; /* struct/union body; bit_width below */
	uint32_t nmembers;
	struct enumerator_decl *enumerators;
	uint32_t nenumerators;
	struct declarator *declarator; /* derivations from the name outwards; NULL = none */
	struct node *bit_width;	       /* member bit-field */
	struct decl *
	    shared_body; /* second and later names of `struct {..} a, b`: the decl that holds the body */
	struct type *type; /* set by sema */
};

enum { NODE_HEIGHT_MAX = 2048 }; /* so that passes over the tree may recurse */

enum { INT_SUFFIX_U = 1, INT_SUFFIX_L = 2, INT_SUFFIX_LL = 4, INT_NOT_DECIMAL = 8, INT_CHAR = 16 };

struct node {
	enum node_kind kind;
	enum op op;
	struct src src;
	const char *name, *scope;
	uint64_t ival;
	uint8_t int_flags;
	bool has_keys; /* AGG, and CALL with parentheses */
	const char *sval;
	uint32_t slen;
	struct node **kids;
	uint32_t nkids;
	struct decl *decl;
	struct node *then_body, *else_body; /* IF: first statement */
	uint32_t height;   /* of the tree below, set by the parser, bounded by NODE_HEIGHT_MAX */
	struct node *next; /* next statement of a body */

	/* set by sema */
	struct type *type; /* type of the value */
	struct ident
	    *ident; /* IDENT, INDEX on an array variable, AGG, CALL: what the name is bound to */
	bool is_lvalue, is_writable;
	bool is_const;	      /* an integer constant: ival */
	bool is_user;	      /* value is, or is reached through, a user-space address */
	uint32_t offset_bits; /* MEMBER: within the struct */
	uint32_t bitfield_bits;
	int32_t id;  /* sema's scratch number for lower (argument index of args[], agg id, ...) */
	void *extra; /* sema's detail by kind: see sema/sema.h */
};

/* One probe description as written; fields may be NULL (omitted). id != 0: given by number. */
struct probe_spec {
	const char *provider, *module, *function, *name;
	uint32_t id;
	struct src src;
	struct probe_spec *next;
};

struct clause {
	struct src src;
	struct probe_spec *specs;
	struct node *predicate; /* NULL = none */
	struct node *body;	/* first statement, NULL = empty */
	bool has_body; /* braces were given (an empty body gets the default action either way) */
	struct clause *next;
};

struct attr_spec { /* name/data/class stability as written, e.g. "Evolving/Private/Common" */
	const char *name, *data, *dclass;
};

struct inline_def { /* inline int x = expr;  inline int f[int a, string b] = expr; */
	struct src src;
	struct decl *decl; /* ASSOC declarator when it has parameters */
	struct node *value;
	struct attr_spec *attr;
};

struct xlator_member {
	const char *name;
	struct node
	    *value; /* NULL: there is nothing to fill it from, for the reason in `missing` */
	const char *missing; /* no a, b: "reason"; */
	struct src src;
	struct xlator_member *next;
};
struct translator_def { /* translator T < S *p > { member = expr; ... }; */
	struct src src;
	struct decl *to;   /* abstract */
	struct decl *from; /* with the parameter's name */
	struct xlator_member *members;
	struct attr_spec *attr;
};

struct provider_probe {
	const char *name; /* as written; __ is - */
	struct decl **args, **xargs;
	uint32_t nargs, nxargs;
	bool has_xargs;
	struct src src;
	struct provider_probe *next;
};
struct provider_def {
	struct src src;
	const char *name;
	struct provider_probe *probes;
};

struct pragma { /* #pragma D words..., and #pragma ident/error text */
	struct src src;
	const char *
	    text; /* after "#pragma", trimmed, comments removed: "D option quiet"; #error x is "error x" */
	bool in_clause; /* stood inside an item; it then comes before that item */
};

enum item_kind { ITEM_CLAUSE, ITEM_DECL, ITEM_INLINE, ITEM_TRANSLATOR, ITEM_PROVIDER, ITEM_PRAGMA };
struct item { /* top level, in source order */
	enum item_kind kind;
	union {
		struct clause *clause;
		struct decl *decl;
		struct inline_def *inl;
		struct translator_def *xlator;
		struct provider_def *provider;
		struct pragma *pragma;
	};
	struct item *next;
};

struct program_ast {
	struct item *items;
};

struct node *node_new(struct arena *a, enum node_kind kind, struct src src);
struct node *node_clone(struct arena *a, const struct node *n);
void ast_print(const struct program_ast *p,
	       struct buf *out); /* -xdump=ast: one node a line, indented, no addresses */
void node_print(const struct node *n, int depth, struct buf *out);
/* The same with types: name_fn appends a type's name (types/type.h is not visible here); NULL = no types. */
typedef void (*type_name_fn)(const struct type *t, struct buf *out);
void ast_print_typed(const struct program_ast *p, type_name_fn name_fn, struct buf *out);
void node_print_typed(const struct node *n, int depth, type_name_fn name_fn, struct buf *out);
void decl_print_d(const struct decl *d,
		  struct buf *out); /* a declaration as D source text, no semicolon */
void node_print_d(const struct node *n, struct buf *out); /* as D source text on one line */

#endif
