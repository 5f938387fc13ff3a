/*
 * types/: the type universe, layout against the C compiler's own, conversions against the C
 * compiler's own, names, a BTF blob built by hand, and the running kernel's where there is one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "dtrace/types/btf.h"
#include "dtrace/types/type.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

struct fixture {
	struct arena *a;
	struct types *ts;
};

static int setup(void **state)
{
	static struct fixture f;
	f.a = arena_new();
	f.ts = types_new(f.a, NULL, 256);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static void assert_named(const struct type *t, const char *expected)
{
	BUF_AUTO b = {0};
	assert_non_null(t);
	assert_string_equal(type_name(t, &b), expected);
}

/* --- names --- */

static void spellings(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
	static const struct {
		const char *spelling, *canonical;
		unsigned size;
		bool is_signed;
	} rows[] = {
	    {"char", "char", 1, true},
	    {"signed char", "signed char", 1, true},
	    {"char unsigned", "unsigned char", 1, false},
	    {"short int", "short", 2, true},
	    {"int short unsigned", "unsigned short", 2, false},
	    {"signed", "int", 4, true},
	    {"unsigned", "unsigned int", 4, false},
	    {"int unsigned", "unsigned int", 4, false},
	    {"long unsigned int", "unsigned long", 8, false},
	    {"long int", "long", 8, true},
	    {"long long int", "long long", 8, true},
	    {"long  unsigned long", "unsigned long long", 8, false},
	    {"_Bool", "_Bool", 1, false},
	    {"unsigned __int128", "unsigned __int128", 16, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct type *t = types_find(ts, rows[i].spelling);
		assert_named(t, rows[i].canonical);
		assert_int_equal(type_size(t), rows[i].size);
		assert_int_equal(type_is_signed(t), rows[i].is_signed);
		assert_ptr_equal(t, types_named_int(ts, rows[i].canonical));
		assert_string_equal(types_canonical(rows[i].spelling), rows[i].canonical);
	}
	static const char *const wrong[] = {
	    "long long long", "unsigned signed", "short long", "char int",    "unsigned double",
	    "void int",	      "nothing",	 "",	       "unsigned foo"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_null(types_find(ts, wrong[i]));
	assert_named(types_find(ts, "long double"), "long double");
	assert_int_equal(type_size(types_find(ts, "long double")), 16);
}

static void builtin_names(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
	static const struct {
		const char *name, *base;
	} rows[] = {
	    {"int8_t", "char"},
	    {"uint8_t", "unsigned char"},
	    {"int16_t", "short"},
	    {"uint16_t", "unsigned short"},
	    {"int32_t", "int"},
	    {"uint32_t", "unsigned int"},
	    {"int64_t", "long"},
	    {"uint64_t", "unsigned long"},
	    {"size_t", "unsigned long"},
	    {"ssize_t", "long"},
	    {"pid_t", "int"},
	    {"uid_t", "unsigned int"},
	    {"uintptr_t", "unsigned long"},
	    {"u_longlong_t", "unsigned long long"},
	    {"hrtime_t", "long long"},
	    {"zoneid_t", "int"},
	    {"u_char", "unsigned char"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct type *t = types_find(ts, rows[i].name);
		assert_named(t, rows[i].name);
		assert_named(type_resolve(t), rows[i].base);
		assert_true(types_is_typename(ts, rows[i].name));
		assert_ptr_equal(t, types_find(ts, rows[i].name));
	}
	assert_false(types_is_typename(ts, "x"));
	assert_named(types_find(ts, "caddr_t"), "caddr_t");
	assert_true(type_is_stringish(types_find(ts, "caddr_t")));
	assert_int_equal(type_size(types_find(ts, "string")), 256);

	int64_t v;
	struct type *en;
	assert_true(types_enumerator(ts, "B_TRUE", &v, &en));
	assert_int_equal(v, 1);
	assert_true(type_same(en, types_find(ts, "boolean_t")));
	assert_false(types_enumerator(ts, "B_MAYBE", &v, &en));
}

static void derived_names(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
	struct type *i = types_find(ts, "int"), *c = types_find(ts, "char");
	struct type *params[] = {i, c};
	struct type *f = types_func(ts, i, params, 2, false);
	assert_named(types_ptr(ts, f), "int (*)(int, char)");
	assert_named(f, "int (int, char)");
	assert_named(types_ptr(ts, types_func(ts, types_ptr(ts, c), params, 1, true)),
		     "char *(*)(int, ...)");
	assert_named(types_ptr(ts, types_func(ts, types_void(ts), NULL, 0, false)), "void (*)()");
	assert_named(types_array(ts, c, 8), "char [8]");
	assert_named(types_array(ts, types_array(ts, i, 3), 2), "int [2][3]");
	assert_named(types_array(ts, types_ptr(ts, c), 4), "char *[4]");
	assert_named(types_ptr(ts, types_array(ts, i, 4)), "int (*)[4]");
	assert_named(types_array(ts, types_ptr(ts, f), 4), "int (*[4])(int, char)");
	assert_named(types_ptr(ts, types_ptr(ts, types_void(ts))), "void **");
	assert_named(types_ptr(ts, types_qualified(ts, c, TYPE_CONST)), "const char *");
	assert_named(types_qualified(ts, types_ptr(ts, c), TYPE_CONST), "char *const");
	assert_named(types_ptr(ts, types_qualified(ts, types_ptr(ts, c), TYPE_CONST)),
		     "char *const *");
	assert_named(types_qualified(ts, i, TYPE_CONST | TYPE_VOLATILE), "const volatile int");
	assert_named(types_userland(ts, types_ptr(ts, c)), "userland char *");
	assert_named(types_dyn(ts), "<DYN>");
	assert_named(types_declare_tag(ts, TYPE_STRUCT, "foo"), "struct foo");
	assert_named(types_ptr(ts, types_find_tag(ts, TYPE_STRUCT, "foo")), "struct foo *");

	assert_named(types_find(ts, "struct foo **"), "struct foo **");
	assert_named(types_find(ts, "const char*"), "const char *");
	assert_named(types_find(ts, "char const *const"), "const char *const");
	assert_named(types_find(ts, "userland const char *"), "userland const char *");
	assert_true(type_resolve(types_find(ts, "userland const char *"))->is_user);
	assert_named(types_find(ts, "int [2][3]"), "int [2][3]");
	assert_int_equal(type_size(types_find(ts, "int [2][3]")), 24);
	assert_named(types_find(ts, "D`uint_t"), "uint_t");
	assert_named(types_find(ts, "D`struct foo"), "struct foo");
	assert_null(types_find(ts, "vmlinux`struct foo"));
	assert_null(types_find(ts, "nomodule`struct foo"));
	assert_null(types_find(ts, "union foo"));
	assert_null(types_find(ts, "int )"));
}

/* --- declaring --- */

static void declaring(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
	struct type *i = types_find(ts, "int");
	uint32_t off;

	struct type *node = types_declare_tag(ts, TYPE_STRUCT, "node");
	assert_int_equal(node->kind, TYPE_FWD);
	assert_false(type_is_complete(node));
	assert_false(types_add_member(ts, node, "self", node, 0));
	assert_true(types_add_member(ts, node, "next", types_ptr(ts, node), 0));
	assert_true(types_add_member(ts, node, "v", i, 0));
	assert_false(types_add_member(ts, node, "v", i, 0));
	assert_false(types_add_member(ts, node, "f", types_func(ts, i, NULL, 0, false), 0));
	assert_false(types_add_member(ts, node, "b", i, 33));
	assert_false(types_add_member(ts, node, "p", types_ptr(ts, i), 3));
	types_finish_sou(ts, node);
	assert_int_equal(node->kind, TYPE_STRUCT);
	assert_int_equal(type_size(node), 16);
	assert_ptr_equal(types_declare_tag(ts, TYPE_STRUCT, "node"), node);
	assert_null(types_declare_tag(ts, TYPE_UNION, "node"));
	assert_ptr_equal(types_find(ts, "struct node"), node);
	const struct type_member *m = type_member(node, "next", &off);
	assert_non_null(m);
	assert_non_null(type_member(type_resolve(type_resolve(m->type)->ref), "v", &off));
	assert_int_equal(off, 64);
	assert_null(type_member(node, "nope", &off));

	assert_non_null(types_declare_typedef(ts, "node_t", node));
	assert_null(types_declare_typedef(ts, "node_t", i));
	assert_null(types_declare_typedef(ts, "uint32_t", i));
	assert_null(types_declare_typedef(ts, "int", i));
	assert_non_null(types_declare_typedef(ts, "off_t", i));
	assert_int_equal(type_size(types_find(ts, "off_t")), 4);
	assert_null(types_declare_typedef(ts, "off_t", i));
	assert_ptr_equal(type_resolve(types_find(ts, "node_t")), node);

	struct type *en = types_declare_tag(ts, TYPE_ENUM, "colour");
	assert_true(types_add_enumerator(ts, en, "RED", 0));
	assert_true(types_add_enumerator(ts, en, "BLUE", -7));
	assert_false(types_add_enumerator(ts, en, "RED", 1));
	assert_int_equal(type_size(en), 4);
	assert_true(type_is_int(en));
	assert_string_equal(type_enumerator_name(en, -7), "BLUE");
	assert_null(type_enumerator_name(en, 3));
	int64_t v;
	struct type *home;
	assert_true(types_enumerator(ts, "BLUE", &v, &home));
	assert_int_equal(v, -7);
	assert_ptr_equal(home, en);
}

static void anonymous_members(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
	struct type *i = types_find(ts, "int"), *l = types_find(ts, "long");
	struct c {
		int a;
		union {
			struct {
				int x, y;
			};
			long z;
		};
		int b;
	};
	struct type *inner = types_declare_tag(ts, TYPE_STRUCT, NULL);
	types_add_member(ts, inner, "x", i, 0);
	types_add_member(ts, inner, "y", i, 0);
	types_finish_sou(ts, inner);
	struct type *u = types_declare_tag(ts, TYPE_UNION, NULL);
	types_add_member(ts, u, NULL, inner, 0);
	types_add_member(ts, u, "z", l, 0);
	types_finish_sou(ts, u);
	struct type *s = types_declare_tag(ts, TYPE_STRUCT, "c");
	assert_true(types_add_member(ts, s, "a", i, 0));
	assert_true(types_add_member(ts, s, NULL, u, 0));
	assert_false(types_add_member(ts, s, "y", i, 0));
	assert_false(types_add_member(ts, s, NULL, inner, 0));
	assert_true(types_add_member(ts, s, "b", i, 0));
	types_finish_sou(ts, s);
	assert_int_equal(type_size(s), sizeof(struct c));
	uint32_t off;
	assert_non_null(type_member(s, "y", &off));
	assert_int_equal(off, 8 * offsetof(struct c, y));
	assert_non_null(type_member(s, "z", &off));
	assert_int_equal(off, 8 * offsetof(struct c, z));
	assert_non_null(type_member(s, "b", &off));
	assert_int_equal(off, 8 * offsetof(struct c, b));
}

/* --- layout against the compiler ---
 *
 * Each list below is expanded four times: as a C struct, as calls that declare it in the universe,
 * as checks of plain members by offsetof, and of bit-fields by setting them and looking where the
 * bits went. P plain, A array, B bit-field, U unnamed bit-field.
 */
#define S_PLAIN(P, A, B, U)                                                                        \
	P(char, a)                                                                                 \
	P(short, b)                                                                                \
	P(char, c)                                                                                 \
	P(int, d)                                                                                  \
	P(char, e)                                                                                 \
	P(long, f)                                                                                 \
	P(_Bool, g) P(unsigned long long, h) P(double, i) P(float, j) P(long double, k) P(char, l)
#define S_ARRAYS(P, A, B, U) A(char, a, 3) A(short, b, 5) P(char, c) A(long, d, 2) A(int, tail, 0)
#define S_BITS(P, A, B, U)                                                                         \
	B(unsigned int, a, 1)                                                                      \
	B(unsigned int, b, 31)                                                                     \
	B(unsigned int, c, 1)                                                                      \
	P(char, d)                                                                                 \
	B(int, e, 5)                                                                               \
	B(char, f, 3)                                                                              \
	B(unsigned short, g, 9) B(unsigned long, h, 40) B(unsigned int, i, 20) P(short, j)
#define S_BITS_MIXED(P, A, B, U)                                                                   \
	P(char, a)                                                                                 \
	B(int, b, 24)                                                                              \
	B(long, c, 33)                                                                             \
	B(char, d, 7)                                                                              \
	B(char, e, 2) B(_Bool, f, 1) P(char, g) B(unsigned long long, h, 63) B(int, i, 1)
#define S_BITS_UNNAMED(P, A, B, U)                                                                 \
	P(char, a)                                                                                 \
	U(int, 3) B(char, b, 2) U(int, 0) B(char, c, 4) U(long, 0) P(char, d) U(long, 17) P(char, e)
#define S_ONLY_UNNAMED(P, A, B, U) P(char, a) U(long, 9) P(char, b)
#define S_NESTED(P, A, B, U)                                                                       \
	P(char, a) P(struct plain, b) P(char, c) P(struct bits, d) A(struct bits, e, 2)
#define U_PLAIN(P, A, B, U) P(char, a) P(int, b) A(short, c, 5) B(long, d, 17) B(char, e, 3)

#define C_P(T, n)    T n;
#define C_A(T, n, k) T n[k];
#define C_B(T, n, w) T n : w;
#define C_U(T, w)                                                                                  \
	T:                                                                                         \
	w;
struct plain {
	S_PLAIN(C_P, C_A, C_B, C_U)
};
struct arrays {
	S_ARRAYS(C_P, C_A, C_B, C_U)
};
struct bits {
	S_BITS(C_P, C_A, C_B, C_U)
};
struct bits_mixed {
	S_BITS_MIXED(C_P, C_A, C_B, C_U)
};
struct bits_unnamed {
	S_BITS_UNNAMED(C_P, C_A, C_B, C_U)
};
struct only_unnamed {
	S_ONLY_UNNAMED(C_P, C_A, C_B, C_U)
};
struct nested {
	S_NESTED(C_P, C_A, C_B, C_U)
};
union uplain {
	U_PLAIN(C_P, C_A, C_B, C_U)
};

static uint32_t first_bit(const void *p, size_t n)
{
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++)
		if (b[i])
			return (uint32_t)(8 * i) + (uint32_t)__builtin_ctz(b[i]);
	fail_msg("the bit-field set no bit");
	return 0;
}

static void add_member(struct types *ts, struct type *t, const char *type, const char *name,
		       int64_t n, unsigned bits)
{
	struct type *m = types_find(ts, type);
	assert_non_null(m);
	if (n >= 0)
		m = types_array(ts, m, (uint64_t)n);
	assert_true(types_add_member(ts, t, name, m, bits));
}

static void check_member(struct type *t, const char *name, uint64_t offset_bits, uint32_t bits)
{
	uint32_t off;
	const struct type_member *m = type_member(t, name, &off);
	assert_non_null(m);
	if (off != offset_bits)
		fail_msg("%s.%s at bit %u, the compiler has it at %lu", t->name, name, off,
			 offset_bits);
	assert_int_equal(m->bitfield_bits, bits);
}

#define ADD_P(T, n)	 add_member(ts, t, #T, #n, -1, 0);
#define ADD_A(T, n, k)	 add_member(ts, t, #T, #n, k, 0);
#define ADD_B(T, n, w)	 add_member(ts, t, #T, #n, -1, w);
#define ADD_U(T, w)	 add_member(ts, t, #T, NULL, -1, w);
#define CHECK_P(T, n)	 check_member(t, #n, 8 * offsetof(cur, n), 0);
#define CHECK_A(T, n, k) CHECK_P(T, n)
#define CHECK_B(T, n, w)                                                                           \
	memset(&v, 0, sizeof(v));                                                                  \
	v.n = (T)ones;                                                                             \
	check_member(t, #n, first_bit(&v, sizeof(v)), w);
#define CHECK_U(T, w)
#define LAYOUT(sou, tag, list)                                                                     \
	do {                                                                                       \
		typedef sou tag cur;                                                               \
		struct type *t = types_declare_tag(ts, types_kind(#sou), #tag);                    \
		list(ADD_P, ADD_A, ADD_B, ADD_U) types_finish_sou(ts, t);                          \
		cur v;                                                                             \
		memset(&v, 0, sizeof(v));                                                          \
		assert_int_equal(type_size(t), sizeof(v));                                         \
		assert_int_equal(t->align, _Alignof(cur));                                         \
		list(CHECK_P, CHECK_A, CHECK_B, CHECK_U)                                           \
	} while (0)

static enum type_kind types_kind(const char *word)
{
	return strcmp(word, "union") == 0 ? TYPE_UNION : TYPE_STRUCT;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion" /* all ones into narrow bit-fields is the point */
static void layout_is_the_compilers(void **state)
{
	volatile int64_t ones = -1;
	struct types *ts = ((struct fixture *)*state)->ts;
	LAYOUT(struct, plain, S_PLAIN);
	LAYOUT(struct, arrays, S_ARRAYS);
	LAYOUT(struct, bits, S_BITS);
	LAYOUT(struct, bits_mixed, S_BITS_MIXED);
	LAYOUT(struct, bits_unnamed, S_BITS_UNNAMED);
	LAYOUT(struct, only_unnamed, S_ONLY_UNNAMED);
	LAYOUT(struct, nested, S_NESTED);
	LAYOUT(union, uplain, U_PLAIN);
}
#pragma GCC diagnostic pop

/* --- conversions against the compiler --- */

#define INT_TYPES(X)                                                                               \
	X(char)                                                                                    \
	X(signed char)                                                                             \
	X(unsigned char)                                                                           \
	X(short)                                                                                   \
	X(unsigned short)                                                                          \
	X(int) X(unsigned int) X(long) X(unsigned long) X(long long) X(unsigned long long) X(_Bool)

static const char *name_of_int(int which)
{
	static const char *const names[] = {"int",	     "unsigned int", "long",
					    "unsigned long", "long long",    "unsigned long long"};
	return names[which];
}
#define WHICH(e)                                                                                   \
	_Generic((e), int : 0, unsigned int : 1, long : 2, unsigned long : 3, long long : 4,       \
		 unsigned long long : 5)

static void usual(struct types *ts, const char *a, const char *b, int expected)
{
	assert_named(type_usual(ts, types_find(ts, a), types_find(ts, b)), name_of_int(expected));
}

static void usual_conversions(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
#define PROMOTE(T) assert_named(type_promote(ts, types_find(ts, #T)), name_of_int(WHICH(+(T)0)));
	INT_TYPES(PROMOTE)
#define AGAINST(T)                                                                                 \
	usual(ts, #T, "int", WHICH((T)0 + 0));                                                     \
	usual(ts, "int", #T, WHICH((T)0 + 0));                                                     \
	usual(ts, #T, "unsigned int", WHICH((T)0 + 0u));                                           \
	usual(ts, "unsigned int", #T, WHICH((T)0 + 0u));                                           \
	usual(ts, #T, "long", WHICH((T)0 + 0l));                                                   \
	usual(ts, #T, "unsigned long", WHICH((T)0 + 0ul));                                         \
	usual(ts, #T, "long long", WHICH((T)0 + 0ll));                                             \
	usual(ts, "long long", #T, WHICH((T)0 + 0ll));                                             \
	usual(ts, #T, "unsigned long long", WHICH((T)0 + 0ull));                                   \
	usual(ts, #T, "char", WHICH((T)0 + (char)0));                                              \
	usual(ts, #T, "unsigned short", WHICH((T)0 + (unsigned short)0));
	INT_TYPES(AGAINST)
	struct type *u = types_find(ts, "uint32_t");
	assert_named(type_usual(ts, u, types_find(ts, "int8_t")), "unsigned int");
	assert_named(type_promote(ts, types_bitfield(ts, u, 31)), "int");
	assert_named(type_promote(ts, types_bitfield(ts, u, 32)), "unsigned int");
	assert_named(type_promote(ts, types_bitfield(ts, types_find(ts, "long"), 40)), "long");
	assert_named(type_usual(ts, types_find(ts, "double"), types_find(ts, "int")), "double");
}

static void constants(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
	static const uint64_t values[] = {0,	      1,	   127,	   128,
					  255,	      256,	   0xffff, 0x80000000,
					  0xffffffff, 0x123456789, ~0ull,  1ull << 63};
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		uint64_t v = values[i];
#define CONVERT(T) assert_int_equal(type_convert_const(types_find(ts, #T), v), (int64_t)(T)v);
		INT_TYPES(CONVERT)
	}
	struct type *i = types_find(ts, "int");
	assert_int_equal(type_convert_const(types_bitfield(ts, i, 3), 7), -1);
	assert_int_equal(type_convert_const(types_bitfield(ts, types_find(ts, "uint_t"), 3), 15),
			 7);
	assert_int_equal(type_convert_const(types_ptr(ts, i), ~0ull), -1);
}

static void compatibility(void **state)
{
	struct types *ts = ((struct fixture *)*state)->ts;
#define T(name) types_find(ts, name)
	types_declare_tag(ts, TYPE_STRUCT, "p");
	types_declare_tag(ts, TYPE_STRUCT, "q");
	assert_true(type_compat(T("int"), T("uint64_t")));
	assert_true(type_compat(T("string"), T("char *")));
	assert_true(type_compat(T("string"), T("const char [8]")));
	assert_true(type_compat(T("char *"), T("string")));
	assert_false(type_compat(T("string"), T("int")));
	assert_false(type_compat(T("string"), T("unsigned char *")));
	assert_true(type_compat(T("int *"), T("int32_t *")));
	assert_true(type_compat(T("int *"), T("int [4]")));
	assert_true(type_compat(T("void *"), T("struct p *")));
	assert_false(type_compat(T("struct q *"), T("struct p *")));
	assert_true(type_compat(T("struct p *"), T("struct p *")));
	assert_false(type_compat(T("int *"), T("unsigned int *")));
	assert_false(type_compat(T("int *"), T("int")));
	assert_false(type_compat(T("struct p"), T("struct q")));
	assert_false(type_same(T("long"), T("long long")));
	assert_true(type_same(T("const long"), T("int64_t")));
	assert_true(type_same(T("int [2][3]"), T("int32_t [2][3]")));
	assert_false(type_same(T("int [2][3]"), T("int [3][2]")));
	assert_true(type_is_stringish(T("const char *")));
	assert_true(type_is_stringish(T("char [3]")));
	assert_false(type_is_stringish(T("uint8_t *")));
	assert_true(type_is_scalar(T("void *")));
	assert_false(type_is_ptr(T("int [3]")));
#undef T
}

/* --- BTF by hand --- */

struct blob {
	struct btf_header h;
	uint32_t types[512];
	uint32_t ntypes; /* words */
	char strings[1024];
	uint32_t nstrings;
	uint32_t first_string;
	uint32_t data[1024];
	size_t size;
};

static uint32_t str(struct blob *b, const char *s)
{
	uint32_t off = b->nstrings;
	if (!*s)
		return 0;
	for (uint32_t i = 0; i < b->nstrings; i += (uint32_t)strlen(b->strings + i) + 1)
		if (i + b->first_string && strcmp(b->strings + i, s) == 0)
			return i + b->first_string;
	strcpy(b->strings + off, s);
	b->nstrings += (uint32_t)strlen(s) + 1;
	return off + b->first_string;
}

static void word(struct blob *b, uint32_t w)
{
	assert_true(b->ntypes < 512);
	b->types[b->ntypes++] = w;
}

static void record(struct blob *b, const char *name, uint32_t kind, uint32_t vlen, bool kflag,
		   uint32_t size_or_type)
{
	word(b, str(b, name));
	word(b, kind << 24 | vlen | (uint32_t)kflag << 31);
	word(b, size_or_type);
}

static void triple(struct blob *b, const char *name, uint32_t x, uint32_t y)
{
	word(b, str(b, name));
	word(b, x);
	word(b, y);
}

static void blob_close(struct blob *b)
{
	b->h = (struct btf_header){
	    .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(b->h)};
	b->h.type_len = b->ntypes * 4;
	b->h.str_off = b->h.type_len;
	b->h.str_len = b->nstrings;
	memcpy(b->data, &b->h, sizeof(b->h));
	memcpy((char *)b->data + sizeof(b->h), b->types, b->ntypes * 4);
	memcpy((char *)b->data + sizeof(b->h) + b->ntypes * 4, b->strings, b->nstrings);
	b->size = sizeof(b->h) + b->ntypes * 4 + b->nstrings;
}

enum {
	ID_INT = 1,
	ID_CHAR,
	ID_NODE,
	ID_PNODE,
	ID_ARRAY,
	ID_ANON,
	ID_ENUM,
	ID_ENUM64,
	ID_TYPEDEF,
	ID_PROTO,
	ID_FUNC,
	ID_PPROTO,
	ID_TRACE,
	ID_VOID_PTR,
	ID_CONST,
	ID_FWD,
	ID_PFWD,
	ID_TAG,
	ID_PUSER,
	ID_FLOAT,
	ID_VAR,
	ID_DATASEC,
	ID_DECL_TAG,
	ID_ULONG,
	ID_UNION,
	ID_CYCLE,
	ID_LAST
};

/*
 * struct node { struct node *next; int f1:3; unsigned f2:7; struct { char name[8]; }; const char c;
 * struct ghost *g; char __user *u; enum colour e; };
 */
static void blob_fill(struct blob *b)
{
	*b = (struct blob){.nstrings = 1};
	record(b, "int", BTF_KIND_INT, 0, false, 4);
	word(b, BTF_INT_SIGNED << 24 | 32);
	record(b, "char", BTF_KIND_INT, 0, false, 1);
	word(b, 8);
	record(b, "node", BTF_KIND_STRUCT, 8, true, 56);
	triple(b, "next", ID_PNODE, 0);
	triple(b, "f1", ID_INT, 3u << 24 | 64);
	triple(b, "f2", ID_INT, 7u << 24 | 67);
	triple(b, "", ID_ANON, 128);
	triple(b, "c", ID_CONST, 192);
	triple(b, "g", ID_PFWD, 256);
	triple(b, "u", ID_PUSER, 320);
	triple(b, "e", ID_ENUM, 384);
	record(b, "", BTF_KIND_PTR, 0, false, ID_NODE);
	record(b, "", BTF_KIND_ARRAY, 0, false, 0);
	triple(b, "", ID_INT, 8); /* replaced below: element, index, n */
	b->types[b->ntypes - 3] = ID_CHAR;
	record(b, "", BTF_KIND_STRUCT, 1, false, 8);
	triple(b, "name", ID_ARRAY, 0);
	record(b, "colour", BTF_KIND_ENUM, 2, true, 4);
	word(b, str(b, "RED"));
	word(b, 3);
	word(b, str(b, "BLUE"));
	word(b, (uint32_t)-1);
	record(b, "big", BTF_KIND_ENUM64, 1, false, 8);
	triple(b, "HUGE", 5, 1);
	record(b, "node_t", BTF_KIND_TYPEDEF, 0, false, ID_NODE);
	record(b, "", BTF_KIND_FUNC_PROTO, 3, false, ID_INT);
	word(b, str(b, "__data"));
	word(b, ID_VOID_PTR);
	word(b, str(b, "n"));
	word(b, ID_PNODE);
	word(b, 0);
	word(b, 0);
	record(b, "node_walk", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, false, ID_PROTO);
	record(b, "", BTF_KIND_PTR, 0, false, ID_PROTO);
	record(b, "btf_trace_node_walk", BTF_KIND_TYPEDEF, 0, false, ID_PPROTO);
	record(b, "", BTF_KIND_PTR, 0, false, 0);
	record(b, "", BTF_KIND_CONST, 0, false, ID_CHAR);
	record(b, "ghost", BTF_KIND_FWD, 0, false, 0);
	record(b, "", BTF_KIND_PTR, 0, false, ID_FWD);
	record(b, "user", BTF_KIND_TYPE_TAG, 0, false, ID_CHAR);
	record(b, "", BTF_KIND_PTR, 0, false, ID_TAG);
	record(b, "double", BTF_KIND_FLOAT, 0, false, 8);
	record(b, "nodes", BTF_KIND_VAR, 0, false, ID_ARRAY);
	word(b, BTF_VAR_GLOBAL_ALLOCATED);
	record(b, ".data", BTF_KIND_DATASEC, 1, false, 16);
	word(b, ID_VAR);
	word(b, 0);
	word(b, 8);
	record(b, "tag", BTF_KIND_DECL_TAG, 0, false, ID_NODE);
	word(b, (uint32_t)-1);
	record(b, "long unsigned int", BTF_KIND_INT, 0, false, 8);
	word(b, 64);
	record(b, "both", BTF_KIND_UNION, 2, false, 8);
	triple(b, "l", ID_ULONG, 0);
	triple(b, "i", ID_INT, 0);
	record(b, "cycle", BTF_KIND_TYPEDEF, 0, false, ID_CYCLE);
	blob_close(b);
}

static void btf_by_hand(void **state)
{
	(void)state;
	static struct blob blob;
	struct err e = {0};
	blob_fill(&blob);
	struct btf *b = btf_from_memory(blob.data, blob.size, &e);
	assert_non_null(b);
	assert_int_equal(btf_find(b, "node", BTF_KIND_STRUCT), ID_NODE);
	assert_int_equal(btf_find(b, "node", BTF_KIND_TYPEDEF), 0);
	assert_int_equal(btf_find(b, "ode", BTF_KIND_STRUCT), 0);
	assert_int_equal(btf_find(b, "", BTF_KIND_STRUCT), 0);
	assert_int_equal(btf_find(b, "cycle", BTF_KIND_TYPEDEF), ID_CYCLE);
	assert_int_equal(btf_ntypes(b), ID_LAST - 1);
	assert_null(btf_type(b, 0));
	assert_null(btf_type(b, ID_LAST));
	assert_string_equal(btf_str(b, btf_type(b, ID_UNION)->name_off), "both");
	assert_string_equal(btf_str(b, 1u << 30), "");
	assert_int_equal(btf_find_func(b, "node_walk"), ID_PROTO);
	assert_int_equal(btf_find_trace(b, "node_walk"), ID_PROTO);
	assert_int_equal(btf_find_trace(b, "nope"), 0);
	uint32_t n, off, size, bits;
	const struct btf_param *p = btf_proto_params(b, ID_PROTO, &n);
	assert_int_equal(n, 3);
	assert_string_equal(btf_str(b, p[1].name_off), "n");
	assert_null(btf_proto_params(b, ID_INT, &n));
	assert_true(btf_member(b, "node", "name", &off, &size, &bits));
	assert_int_equal(off, 128);
	assert_int_equal(size, 8);
	assert_int_equal(bits, 0);
	assert_true(btf_member(b, "node", "f2", &off, &size, &bits));
	assert_int_equal(off, 67);
	assert_int_equal(size, 4);
	assert_int_equal(bits, 7);
	assert_false(btf_member(b, "node", "next.next", &off, &size, NULL));
	assert_false(btf_member(b, "node", "nam", &off, &size, NULL));
	assert_false(btf_member(b, "node", "", &off, &size, NULL));
	assert_int_equal(btf_size(b, ID_VAR), 8);
	assert_int_equal(btf_size(b, ID_CYCLE), 0);
	assert_int_equal(btf_size(b, ID_TAG), 1);
	assert_int_equal(btf_size(b, ID_PUSER), 8);
	assert_int_equal(btf_skip(b, ID_TAG), ID_CHAR);
	int64_t v;
	assert_int_equal(btf_find_enumerator(b, "BLUE", &v), ID_ENUM);
	assert_int_equal(v, -1);
	assert_int_equal(btf_find_enumerator(b, "HUGE", &v), ID_ENUM64);
	assert_int_equal(v, (1ll << 32) + 5);
	/* The index of names, which repeated searches bring about, finds the same. */
	for (int i = 0; i < 20; i++) {
		assert_int_equal(btf_find(b, "not there", BTF_KIND_STRUCT), 0);
		assert_int_equal(btf_find(b, "node", BTF_KIND_STRUCT), ID_NODE);
		assert_int_equal(btf_find(b, "node", BTF_KIND_UNION), 0);
		assert_int_equal(btf_find(b, "both", BTF_KIND_UNION), ID_UNION);
		assert_int_equal(btf_find(b, "node_walk", BTF_KIND_FUNC), ID_FUNC);
		assert_int_equal(btf_find(b, "big", BTF_KIND_ENUM64), ID_ENUM64);
	}
	uint32_t count = 0;
	for (struct btf_iter it = btf_iter(b); btf_next(&it); count++)
		assert_int_equal(it.id, count + 1);
	assert_int_equal(count, ID_LAST - 1);
	btf_close(b);
}

/* More types than stand between marks, each looked for by a reader that has walked over all of them
 * before. */
static void btf_names_behind_marks(void **state)
{
	(void)state;
	static struct blob blob;
	struct err e = {0};
	char name[16] = "int";
	str(&blob, "");
	blob.nstrings = 1;
	record(&blob, name, BTF_KIND_INT, 0, false, 4);
	word(&blob, BTF_INT_SIGNED << 24 | 32);
	for (uint32_t id = 2; id < 160; id++) {
		snprintf(name, sizeof(name), "t%u",
			 id / 2); /* a typedef and a struct of each name */
		record(&blob, name, id % 2 ? BTF_KIND_STRUCT : BTF_KIND_TYPEDEF, 0, false,
		       id % 2 ? 0 : 1);
	}
	str(&blob, "unused");
	blob_close(&blob);
	for (uint32_t id = 2; id < 160; id++) {
		struct btf *b = btf_from_memory(blob.data, blob.size, &e);
		assert_non_null(b);
		assert_int_equal(btf_ntypes(b), 159);
		snprintf(name, sizeof(name), "t%u", id / 2);
		assert_int_equal(btf_find(b, name, id % 2 ? BTF_KIND_STRUCT : BTF_KIND_TYPEDEF),
				 id);
		assert_int_equal(btf_find(b, name, BTF_KIND_UNION), 0);
		assert_int_equal(btf_find(b, "unused", BTF_KIND_STRUCT), 0);
		btf_close(b);
	}
}

static void btf_import(void **state)
{
	static struct blob blob;
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	blob_fill(&blob);
	struct btf *b = btf_from_memory(blob.data, blob.size, &e);
	struct types *ts = types_new(a, b, 256);
	struct type *node = types_find(ts, "struct node");
	uint32_t off, n;
	assert_named(node, "struct node");
	assert_ptr_equal(types_find(ts, "vmlinux`struct node"), node);
	assert_ptr_equal(type_resolve(types_find(ts, "node_t")), node);
	assert_null(types_find(ts, "D`struct node"));
	struct type *later = types_tag_later(ts, TYPE_STRUCT, "node");
	assert_named(later, "struct node");
	assert_int_equal(later->kind, TYPE_FWD);
	assert_ptr_equal(type_resolve(later), node);
	assert_true(type_same(types_ptr(ts, later), types_ptr(ts, node)));
	later = types_tag_later(ts, TYPE_STRUCT, "of D");
	assert_int_equal(type_resolve(later)->kind, TYPE_FWD);
	struct type *of_d = types_declare_tag(ts, TYPE_STRUCT, "of D");
	types_finish_sou(ts, of_d);
	assert_ptr_equal(type_resolve(later), of_d);
	assert_ptr_equal(types_tag_later(ts, TYPE_STRUCT, "of D"), of_d);
	assert_null(types_tag_later(ts, TYPE_UNION, "of D"));
	assert_int_equal(type_size(node), 56);
	assert_named(type_member(node, "next", &off)->type, "struct node *");
	assert_named(type_member(node, "name", &off)->type, "char [8]");
	assert_int_equal(off, 128);
	assert_int_equal(type_member(node, "f1", &off)->bitfield_bits, 3);
	assert_named(type_member(node, "c", &off)->type, "const char");
	assert_true(type_is_signed(type_member(node, "c", &off)->type));
	assert_named(type_member(node, "g", &off)->type, "struct ghost *");
	assert_named(type_member(node, "u", &off)->type, "userland char *");
	const struct type_member *m = type_members(node, &n);
	assert_int_equal(n, 8);
	assert_null(m[3].name);
	assert_int_equal(m[2].offset_bits, 67);
	assert_non_null(type_member(node, "name", &off)); /* again, now from the full list */
	assert_int_equal(off, 128);
	struct type *next = type_resolve(type_resolve(m[0].type)->ref);
	assert_ptr_equal(next, node);

	assert_named(types_find(ts, "union both"), "union both");
	assert_ptr_equal(type_member(types_find(ts, "union both"), "l", &off)->type,
			 types_find(ts, "unsigned long"));
	assert_string_equal(type_enumerator_name(types_find(ts, "enum colour"), -1), "BLUE");
	int64_t v;
	struct type *en;
	assert_true(types_enumerator(ts, "HUGE", &v, &en));
	assert_named(en, "enum big");
	assert_int_equal(type_size(en), 8);
	assert_named(types_from_btf(ts, b, ID_FUNC), "int (void *, struct node *, ...)");
	assert_string_equal(types_from_btf(ts, b, ID_FUNC)->param_names[1], "n");
	assert_true(type_is_void(types_from_btf(ts, b, ID_CYCLE)));
	assert_true(type_is_void(types_from_btf(ts, b, 0)));
	assert_true(type_is_void(types_from_btf(ts, b, 12345)));

	/* Kernel types inside D's are aligned by their members: char name[8] by 1, the others by 8.
	 */
	struct type *outer = types_declare_tag(ts, TYPE_STRUCT, "outer");
	assert_true(types_add_member(ts, outer, "c", types_find(ts, "char"), 0));
	assert_true(types_add_member(ts, outer, "anon", types_from_btf(ts, b, ID_ANON), 0));
	assert_true(types_add_member(ts, outer, "node", node, 0));
	types_finish_sou(ts, outer);
	assert_non_null(type_member(outer, "anon", &off));
	assert_int_equal(off, 8);
	assert_non_null(type_member(outer, "node", &off));
	assert_int_equal(off, 128);
	assert_int_equal(type_size(outer), 72);

	/* D shadows the kernel, and a forward declared in D finds the kernel's definition. */
	struct type *fwd = types_declare_tag(ts, TYPE_UNION, "both");
	assert_ptr_equal(type_resolve(fwd)->btf, b);
	struct type *mine = types_declare_tag(ts, TYPE_STRUCT, "node");
	types_add_member(ts, mine, "x", types_find(ts, "int"), 0);
	types_finish_sou(ts, mine);
	assert_ptr_equal(types_find(ts, "struct node"), mine);
	assert_ptr_equal(types_find(ts, "vmlinux`struct node"), node);
	assert_false(type_same(mine, node));
	btf_close(b);
}

static struct btf *hook(void *ctx, const char *name)
{
	return strcmp(name, "mod") == 0 ? ctx : NULL;
}

static void btf_split(void **state)
{
	static struct blob base, mod;
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	blob_fill(&base);
	mod = (struct blob){.first_string = base.nstrings};
	record(&mod, "extra", BTF_KIND_STRUCT, 1, false, 8);
	triple(&mod, "owner", ID_PNODE, 0);
	record(&mod, "extra_t", BTF_KIND_TYPEDEF, 0, false, ID_LAST);
	blob_close(&mod);
	struct btf *b = btf_from_memory(base.data, base.size, &e);
	struct btf *m = btf_from_memory_split(mod.data, mod.size, b, &e);
	assert_non_null(m);
	assert_int_equal(btf_ntypes(m), ID_LAST + 1);
	assert_int_equal(btf_find(m, "extra", BTF_KIND_STRUCT), ID_LAST);
	assert_int_equal(btf_find(m, "node", BTF_KIND_STRUCT), ID_NODE);
	assert_int_equal(btf_find(b, "extra", BTF_KIND_STRUCT), 0);
	assert_string_equal(btf_str(m, btf_type(m, ID_LAST + 1)->name_off), "extra_t");
	assert_string_equal(btf_str(m, btf_type(m, ID_UNION)->name_off), "both");

	struct types *ts = types_new(a, b, 256);
	uint32_t off;
	types_set_module_hook(ts, hook, m);
	assert_null(types_find(ts, "struct extra"));
	assert_null(types_find(ts, "other`struct extra"));
	struct type *extra = types_find(ts, "mod`struct extra");
	assert_named(extra, "struct extra");
	struct type *owner = type_member(extra, "owner", &off)->type;
	assert_named(owner, "struct node *");
	assert_ptr_equal(type_resolve(owner)->ref, types_find(ts, "struct node"));
	assert_named(types_find(ts, "mod`extra_t *"), "extra_t *");
	btf_close(m);
	btf_close(b);
}

/* struct node { struct node; union { struct node; }; struct node, by name alone and by a variable;
 * int x; } */
static void btf_nests_without_end(void **state)
{
	static struct blob blob;
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	enum { OUTER = 1, INNER, SELF, VAR };
	blob = (struct blob){.nstrings = 1};
	record(&blob, "node", BTF_KIND_STRUCT, 5, false, 8);
	triple(&blob, "", OUTER, 0);
	triple(&blob, "", INNER, 0);
	triple(&blob, "", SELF, 0);
	triple(&blob, "", VAR, 0);
	triple(&blob, "x", 0, 0);
	record(&blob, "", BTF_KIND_UNION, 2, false, 8);
	triple(&blob, "", OUTER, 0);
	triple(&blob, "", SELF, 0);
	record(&blob, "node", BTF_KIND_FWD, 0, false, 0);
	record(&blob, "v", BTF_KIND_VAR, 0, false, OUTER);
	word(&blob, 0);
	blob_close(&blob);
	struct btf *b = btf_from_memory(blob.data, blob.size, &e);
	struct types *ts = types_new(a, b, 256);
	struct type *node = types_find(ts, "struct node");
	uint32_t n, off;
	assert_null(type_member(node, "y", &off));
	assert_non_null(type_members(node, &n));
	assert_int_equal(n, 1);
	assert_non_null(type_member(node, "x", &off));
	assert_null(type_member(node, "y", &off));
	assert_false(btf_member(b, "node", "y", &off, NULL, NULL));
	btf_close(b);
}

/* Every truncation, and every single word of the blob overwritten, must leave the reader standing.
 */
static void btf_damaged(void **state)
{
	static struct blob blob;
	(void)state;
	for (size_t cut = 0; cut < 400; cut++) {
		struct err e = {0};
		blob_fill(&blob);
		struct btf *b = btf_from_memory(blob.data, cut, &e);
		assert_null(b);
		assert_int_not_equal(e.code, 0);
	}
	size_t words = blob.size / 4;
	for (size_t i = 0; i < words * 3; i++) {
		static const uint32_t bad[] = {0xffffffff, 0x04ffffff, 0};
		struct err e = {0};
		uint32_t off;
		blob_fill(&blob);
		blob.data[i / 3] = bad[i % 3];
		struct btf *b = btf_from_memory(blob.data, blob.size, &e);
		if (!b)
			continue;
		struct arena *a = arena_new();
		struct types *ts = types_new(a, b, 256);
		struct type *t = types_find(ts, "struct node");
		if (t) {
			type_member(t, "nothing", &off);
			type_members(t, &off);
		}
		for (uint32_t id = 0; id <= btf_ntypes(b); id++) {
			BUF_AUTO text = {0};
			type_name(types_from_btf(ts, b, id), &text);
		}
		arena_free(a);
		btf_close(b);
	}
}

/* --- the running kernel --- */

static void kernel_btf(void **state)
{
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	if (access(KERNEL_BTF, R_OK) != 0)
		skip();
	struct btf *b = btf_open(KERNEL_BTF, &e);
	assert_non_null(b);
	struct types *ts = types_new(a, b, 256);
	struct type *list = types_find(ts, "struct list_head"),
		    *task = types_find(ts, "vmlinux`struct task_struct");
	uint32_t off, size, bits, n;
	assert_int_equal(type_size(list), 16);
	assert_non_null(type_member(list, "prev", &off));
	assert_int_equal(off, 64);
	assert_non_null(task);
	assert_named(type_member(task, "comm", &off)->type, "char [16]");
	assert_non_null(type_member(task, "pid", &off));
	assert_true(btf_member(b, "task_struct", "pid", &n, &size, &bits));
	assert_int_equal(off, n);
	assert_int_equal(size, 4);
	assert_named(type_member(task, "parent", &off)->type, "struct task_struct *");
	/* A nested path is the sum of its steps. */
	uint32_t se, sum;
	const struct type_member *m = type_member(task, "se", &se);
	assert_non_null(type_member(m->type, "sum_exec_runtime", &sum));
	assert_true(btf_member(b, "task_struct", "se.sum_exec_runtime", &off, &size, &bits));
	assert_int_equal(off, se + sum);
	assert_int_equal(size, 8);
	/* Members in order, inside the struct, those of a struct apart from each other. */
	const struct type_member *all = type_members(task, &n);
	assert_true(n > 100);
	for (uint32_t i = 1; i < n; i++) {
		uint64_t last = all[i - 1].bitfield_bits ? all[i - 1].bitfield_bits
							 : 8 * type_size(all[i - 1].type);
		assert_true(all[i].offset_bits >= all[i - 1].offset_bits + last);
		assert_true(all[i].offset_bits <= 8 * type_size(task));
	}
	assert_named(types_find(ts, "u8"), "u8");
	assert_named(type_resolve(types_find(ts, "u8")), "unsigned char");
	int64_t v;
	struct type *en;
	assert_true(types_enumerator(ts, "PIDTYPE_PID", &v, &en));
	assert_int_equal(v, 0);
	uint32_t proto = btf_find_trace(b, "sched_process_fork");
	const struct btf_param *p = btf_proto_params(b, proto, &n);
	assert_non_null(p);
	assert_int_equal(n, 3);
	assert_named(types_from_btf(ts, b, p[1].type), "struct task_struct *");
	assert_int_equal(btf_find(b, "no_such_struct_anywhere", BTF_KIND_STRUCT), 0);
	btf_close(b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(spellings),
	    TEST(builtin_names),
	    TEST(derived_names),
	    TEST(declaring),
	    TEST(anonymous_members),
	    TEST(layout_is_the_compilers),
	    TEST(usual_conversions),
	    TEST(constants),
	    TEST(compatibility),
	    TEST(btf_by_hand),
	    TEST(btf_names_behind_marks),
	    TEST(btf_import),
	    TEST(btf_split),
	    TEST(btf_nests_without_end),
	    TEST(btf_damaged),
	    TEST(kernel_btf),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
