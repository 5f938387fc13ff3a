/*
 * universe.h - what the files of types/ share: the inside of `struct types`
 *
 * The tables hold what D itself declared or has been asked for; the kernel's types enter one at a
 * time, cached by blob and id, when a look-up meets them. Misses in the kernel are cached too: the
 * parser asks for the same identifiers over and over.
 */
#ifndef TYPES_UNIVERSE_H
#define TYPES_UNIVERSE_H

#include "dtrace/types/btf.h"
#include "dtrace/types/type.h"

/* The basic types: one row each in basic_rows[] (builtin_types.c), in this order. */
enum basic {
	BASIC_VOID,
	BASIC_CHAR,
	BASIC_SCHAR,
	BASIC_UCHAR,
	BASIC_SHORT,
	BASIC_USHORT,
	BASIC_INT,
	BASIC_UINT,
	BASIC_LONG,
	BASIC_ULONG,
	BASIC_LLONG,
	BASIC_ULLONG,
	BASIC_INT128,
	BASIC_UINT128,
	BASIC_BOOL,
	BASIC_FLOAT,
	BASIC_DOUBLE,
	BASIC_LDOUBLE,
	BASIC_STRING,
	BASIC_DYN,
	BASIC_STACK,
	BASIC_SYMADDR,
	BASIC_USYMADDR,
	NBASIC
};

struct types_module {
	const char *name;
	struct btf *btf; /* NULL = asked for, there is none */
	struct types_module *next;
};

struct types {
	struct arena *arena;
	struct btf *kernel;
	bool ilp32; /* D's own long and pointers have 4 bytes */
	struct types_module *modules;
	types_module_hook *hook;
	void *hook_ctx;
	struct type *basic[NBASIC];
	struct map typedefs; /* name -> typedef, D's */
	struct map tags;     /* tag -> struct, union, enum or FWD, D's: one name space, as in C */
	struct map
	    enumerators;     /* name -> struct enumerator_home, D's and the kernel's once found */
	struct map imported; /* struct import_key -> type */
	struct map kernel_misses; /* "kind name" asked of the kernel in vain -> anything */
};

struct enumerator_home {
	struct type *en;
	int64_t value;
	bool is_kernel;
};

/* A pointer of the kernel's own, which has 8 bytes in either data model. */
struct type *types_kernel_ptr(struct types *ts, struct type *to);
/* An empty type of this kind that belongs to ts. */
struct type *type_make(struct types *ts, enum type_kind kind);
/* types_find(): which basic type a spelling means; -1 when it is none. n = length of the text. */
int basic_parse(const char *s, size_t n);
void basic_init(struct types *ts, uint32_t strsize);
/* The built-in typedef of this name, made now; NULL when there is none. */
struct type *builtin_typedef(struct types *ts, const char *name);
bool builtin_is_fixed(const char *name); /* a basic or built-in name that no program may declare */
/* Enters a typedef over whatever had the name. */
struct type *typedef_put(struct types *ts, const char *name, struct type *of);

/* From the kernel (b NULL = vmlinux) by name; NULL when it has none. tag kinds: STRUCT, UNION,
 * ENUM. */
struct type *import_typedef(struct types *ts, struct btf *b, const char *name);
struct type *import_tag(struct types *ts, struct btf *b, enum type_kind kind, const char *tag);
bool import_enumerator(struct types *ts, const char *name, struct enumerator_home *out);
/* Fills members or enumerators of a type that came from BTF. */
void import_body(struct type *t);
/* One member of such a struct without reading the others; NULL = none. */
const struct type_member *import_member(struct type *t, const char *name, uint32_t *offset_bits);

#endif
