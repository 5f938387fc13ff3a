/*
 * type.h - the types of D: C types, D's own, and those of the kernel (BTF)
 *
 * A `struct types` is the type universe of one compilation. It owns every struct type; types are
 * compared with type_same()/type_compat(), not by pointer, but the basic ones are unique. Three
 * sources, looked up in this order: D (declared in the program or a library, and the built-in
 * names), then the kernel (BTF, imported lazily: a struct's members are read when first asked for).
 *
 * The data model is LP64, or with types_set_ilp32() ILP32 for what D itself declares: long, pointers
 * and the typedefs made of them have 4 bytes. What comes from the kernel keeps its layout, pointers to
 * its types among it.
 */
#ifndef TYPES_TYPE_H
#define TYPES_TYPE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

#include <stdbool.h>
#include <stdint.h>

enum type_kind {
	TYPE_VOID,
	TYPE_INT,   /* char .. long long, _Bool: size, is_signed, is_char, is_bool */
	TYPE_FLOAT, /* float, double, long double: declared, traced and printed only */
	TYPE_PTR,   /* ref */
	TYPE_ARRAY, /* ref, nelems; nelems 0 = incomplete or flexible */
	TYPE_STRUCT,
	TYPE_UNION,
	TYPE_ENUM,    /* enumerators; behaves as int */
	TYPE_FUNC,    /* ref = return type, params */
	TYPE_TYPEDEF, /* ref; see type_resolve() */
	TYPE_FWD,     /* struct/union/enum known by name alone */
	/* D's own */
	TYPE_STRING,   /* the D string; size = strsize in memory */
	TYPE_STACK,    /* result of stack()/ustack()/jstack() as an aggregation key */
	TYPE_SYMADDR,  /* result of sym(), func(), mod() */
	TYPE_USYMADDR, /* result of usym(), ufunc(), umod(), uaddr() */
	TYPE_DYN,      /* associative array, aggregation, translated input: <DYN> */
};

enum {
	TYPE_CONST = 1,
	TYPE_VOLATILE = 2,
	TYPE_RESTRICT = 4
}; /* qualifiers, kept for printing only */

struct type;

struct type_member {
	const char *name; /* NULL or "" for an anonymous struct/union */
	struct type *type;
	uint32_t offset_bits;	/* from the start of the struct */
	uint32_t bitfield_bits; /* width of a bit-field, 0 = none */
};

struct type_enumerator {
	const char *name;
	int64_t value;
};

struct type {
	enum type_kind kind;
	const char *name; /* tag, typedef or basic name; NULL if anonymous */
	uint64_t size;	  /* bytes; 0 for incomplete, void, func */
	uint32_t align;	  /* bytes */
	bool is_signed, is_char, is_bool, is_bitfield /* int made for a bit-field access */;
	bool variadic; /* func */
	bool is_user;  /* pointer into user space (userland keyword) */
	uint8_t quals; /* TYPE_CONST.. */
	uint8_t bits;  /* is_bitfield: width */
	struct type *ref;
	uint64_t nelems;
	struct type_member *members; /* use type_members() */
	uint32_t nmembers;
	struct type_enumerator *enumerators;
	uint32_t nenumerators;
	struct type **params;
	const char **param_names; /* entries may be NULL */
	uint32_t nparams;
	uint32_t btf_id; /* 0 = not from the kernel */
	struct types *owner;

	/* private to types/ */
	struct btf *btf;	 /* blob that btf_id belongs to */
	enum type_kind fwd_kind; /* FWD: what the tag was declared as */
	bool members_read; /* STRUCT, UNION, ENUM from BTF: members or enumerators are in place */
	bool resolving;	   /* FWD: its definition is being looked for */
	bool redeclarable; /* TYPEDEF built in that a program may declare anew */
	uint64_t layout_bits; /* FWD being defined: end of the last member */
	struct type *ptr_to;  /* the pointer to this type, once asked for */
};
/*
 * A qualified type (types_qualified) is a TYPEDEF without a name: quals say which, ref is the type;
 * type_resolve() strips it with the typedefs. A declared tag is FWD until types_finish_sou() or its
 * first enumerator.
 */

struct types;
struct btf; /* types/btf.h: a mapped BTF blob */

/* A universe with the basic C types and D's names (string, int8_t.., uint_t, size_t, pid_t, ...).
 * kernel may be NULL (no BTF, or golden tests). Lives in the arena. strsize in bytes. */
struct types *types_new(struct arena *a, struct btf *kernel, uint32_t strsize);

/* To be called before anything is looked up. */
void types_set_ilp32(struct types *ts);
unsigned types_ptr_bytes(const struct types *ts); /* size of a pointer that D declares */

/* Kernel modules, for "module`type" and the types of module probes. A module's BTF can be given, or
 * is asked for by the hook the first time its name is met; the hook returns NULL when there is no
 * such module, and may return the kernel's own blob for one that is built in. Blobs stay the
 * caller's. */
void types_add_module(struct types *ts, const char *name, struct btf *btf);
typedef struct btf *types_module_hook(void *ctx, const char *name);
void types_set_module_hook(struct types *ts, types_module_hook *hook, void *ctx);
struct btf *types_kernel_btf(struct types *ts); /* as given to types_new() */
/* The type of a BTF id (0 = void). Anything malformed becomes void. A FUNC gives its prototype, a
 * VAR its type. */
struct type *types_from_btf(struct types *ts, struct btf *b, uint32_t id);

/* Basic types, unique in the universe. */
struct type *types_void(struct types *ts);
struct type *types_int(struct types *ts, unsigned bytes,
		       bool is_signed); /* int8_t.. as char, short, int, long */
struct type *types_named_int(struct types *ts,
			     const char *name); /* "unsigned int", "long long", "char" */
struct type *types_string(struct types *ts);
struct type *types_dyn(struct types *ts);
struct type *types_stack(struct types *ts);
struct type *types_symaddr(struct types *ts);
struct type *types_usymaddr(struct types *ts);

/* Derived types. */
struct type *types_ptr(struct types *ts, struct type *to);
struct type *types_array(struct types *ts, struct type *of, uint64_t n);
struct type *types_func(struct types *ts, struct type *ret, struct type **params, uint32_t n,
			bool variadic);
struct type *types_qualified(struct types *ts, struct type *t, uint8_t quals);
struct type *types_bitfield(struct types *ts, struct type *base, unsigned bits);
struct type *types_userland(struct types *ts,
			    struct type *ptr); /* the same pointer, into user space */

/* Name look-up: "int", "unsigned long", "struct task_struct", "vmlinux`struct foo", "foo_t",
 * "struct foo *" (trailing stars and [n] allowed; const, volatile and userland too). Of modules,
 * "vmlinux" and "" are the kernel, "D" and "C" what is not the kernel's. NULL when there is none.
 */
struct type *types_find(struct types *ts, const char *name);
/* Tag name space: kind STRUCT, UNION or ENUM. */
struct type *types_find_tag(struct types *ts, enum type_kind kind, const char *tag);
/* For what is pointed to: when D has no such tag, a FWD that type_resolve() looks for, in D and in the kernel. NULL
 * when D has the tag with another kind. */
struct type *types_tag_later(struct types *ts, enum type_kind kind, const char *tag);
bool types_is_typename(struct types *ts,
		       const char *ident); /* for the parser: typedef or basic name */

/* The one spelling of a basic type's name ("long unsigned int" -> "unsigned long"), NULL when it is
 * none. */
const char *types_canonical(const char *spelling);

/* Declaring. A tag declared forward and then defined is the same object: of kind FWD until it is
 * defined, so a caller sees a redefinition by the kind. Each returns NULL when the name is taken by
 * something else in D (a kernel name may be shadowed); a typedef name can be declared once,
 * whatever it stands for. */
struct type *types_declare_tag(struct types *ts, enum type_kind kind,
			       const char *tag); /* forward; tag NULL = anonymous */
struct type *types_declare_typedef(struct types *ts, const char *name, struct type *of);
/* Lays out members by the C rules of x86-64/aarch64 Linux (bit-fields included). bits 0 = plain
 * member; an unnamed integer of 0 bits is C's `int : 0`. False: the name is there already, the type
 * is incomplete, or the width is wrong. */
bool types_add_member(struct types *ts, struct type *sou, const char *name, struct type *t,
		      unsigned bits);
void types_finish_sou(struct types *ts, struct type *sou);
/* False when the name is an enumerator in D already. */
bool types_add_enumerator(struct types *ts, struct type *en, const char *name, int64_t value);
/* Value of an enumerator by name in D types, then kernel; false when unknown. */
bool types_enumerator(struct types *ts, const char *name, int64_t *value, struct type **en);

/* Queries. */
struct type *
type_resolve(struct type *t); /* strips typedefs (and forwards that have since been defined) */
bool type_is_int(const struct type *t);	  /* int, enum, bool, after typedefs */
bool type_is_arith(const struct type *t); /* int or float */
bool type_is_ptr(const struct type *t);	  /* pointer (an array is not) */
bool type_is_string(const struct type *t);
bool type_is_stringish(const struct type *t); /* string, char *, char[] */
bool type_is_sou(const struct type *t);
bool type_is_scalar(const struct type *t); /* int, enum, pointer */
bool type_is_signed(const struct type *t);
uint64_t type_size(const struct type *t);
/* Finds a member by name, through anonymous members; *offset_bits from the start of t. NULL = none.
 */
const struct type_member *type_member(struct type *t, const char *name, uint32_t *offset_bits);
const struct type_member *type_members(struct type *t,
				       uint32_t *n); /* imports from BTF on demand */
const struct type_enumerator *type_enumerators(struct type *t,
					       uint32_t *n); /* likewise; NULL and 0 if no enum */
const char *type_enumerator_name(struct type *t,
				 int64_t value); /* NULL when no enumerator has the value */
/* Integer constant v as a value of type t: truncated, then sign- or zero-extended (_Bool: 0 or 1).
 */
int64_t type_convert_const(const struct type *t, uint64_t v);
bool type_is_complete(const struct type *t); /* has a size: false for void, functions, forwards */
bool type_is_void(const struct type *t);
/* ISO C integer promotion and the usual arithmetic conversions. */
struct type *type_promote(struct types *ts, struct type *t);
struct type *type_usual(struct types *ts, struct type *a, struct type *b);
bool type_same(struct type *a,
	       struct type *b); /* structurally, qualifiers ignored; long is not long long */
/* Assignable without a cast, as D has it: integers among each other; strings, char * and char[];
 * pointers to the same or when one is void * (arrays as pointers); the same struct. (An integer 0
 * for a pointer is the caller's to allow.) */
bool type_compat(struct type *a, struct type *b);
/* C spelling, e.g. "struct foo *", "int [4]", "int (*)(char)"; added to b; returns
 * buf_str(b). Qualifiers are kept, a typedef stays a name, an anonymous struct is "struct (anon)".
 */
const char *type_name(const struct type *t, struct buf *b);

#endif
