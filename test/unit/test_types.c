/*
 * types/: the type universe, layout and conversions against the C compiler's own, names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "types_fixture.h"

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

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(spellings),	     TEST(builtin_names),     TEST(derived_names),
	    TEST(declaring),	     TEST(anonymous_members), TEST(layout_is_the_compilers),
	    TEST(usual_conversions), TEST(constants),	      TEST(compatibility),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
