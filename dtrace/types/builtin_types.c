/*
 * builtin_types.c - the type names that D knows without being told
 *
 * In: nothing. Out: the basic types, with every C spelling of them, and the typedefs that D
 * programs take for granted, with the meanings they have in a 64-bit illumos process. These shadow
 * typedefs of the kernel with the same name. Typedefs are made when first asked for.
 */
#include "dtrace/types/universe.h"

#include <ctype.h>
#include <string.h>

struct basic_row {
	const char *name;
	enum type_kind kind;
	uint8_t size, align;
	bool is_signed, is_char, is_bool;
};

static const struct basic_row basic_rows[NBASIC] = {
    [BASIC_VOID] = {"void", TYPE_VOID, 0, 1},
    [BASIC_CHAR] = {"char", TYPE_INT, 1, 1, true, true},
    [BASIC_SCHAR] = {"signed char", TYPE_INT, 1, 1, true, true},
    [BASIC_UCHAR] = {"unsigned char", TYPE_INT, 1, 1, false, true},
    [BASIC_SHORT] = {"short", TYPE_INT, 2, 2, true},
    [BASIC_USHORT] = {"unsigned short", TYPE_INT, 2, 2},
    [BASIC_INT] = {"int", TYPE_INT, 4, 4, true},
    [BASIC_UINT] = {"unsigned int", TYPE_INT, 4, 4},
    [BASIC_LONG] = {"long", TYPE_INT, 8, 8, true},
    [BASIC_ULONG] = {"unsigned long", TYPE_INT, 8, 8},
    [BASIC_LLONG] = {"long long", TYPE_INT, 8, 8, true},
    [BASIC_ULLONG] = {"unsigned long long", TYPE_INT, 8, 8},
    [BASIC_INT128] = {"__int128", TYPE_INT, 16, 16, true},
    [BASIC_UINT128] = {"unsigned __int128", TYPE_INT, 16, 16},
    [BASIC_BOOL] = {"_Bool", TYPE_INT, 1, 1, false, false, true},
    [BASIC_FLOAT] = {"float", TYPE_FLOAT, 4, 4, true},
    [BASIC_DOUBLE] = {"double", TYPE_FLOAT, 8, 8, true},
    [BASIC_LDOUBLE] = {"long double", TYPE_FLOAT, 16, 16, true},
    [BASIC_STRING] = {"string", TYPE_STRING, 0, 1},
    [BASIC_DYN] = {"<DYN>", TYPE_DYN, 0, 1},
    [BASIC_STACK] = {"stack", TYPE_STACK, 0, 8},
    [BASIC_SYMADDR] = {"_symaddr", TYPE_SYMADDR, 8, 8},
    [BASIC_USYMADDR] = {"_usymaddr", TYPE_USYMADDR, 16, 8},
};

/*
 * The typedefs. fixed: the names that belong to the language and cannot be declared again; the
 * others are those of the system's headers, which a program may declare for itself. stars: pointers
 * to the basic type. wide: 64 bits in either data model.
 */
static const struct typedef_row {
	const char *name;
	enum basic base;
	bool fixed;
	uint8_t stars;
	bool wide;
} typedef_rows[] = {
    {"int8_t", BASIC_CHAR, true},
    {"int16_t", BASIC_SHORT, true},
    {"int32_t", BASIC_INT, true},
    {"int64_t", BASIC_LONG, true, .wide = true},
    {"intptr_t", BASIC_LONG, true},
    {"uint8_t", BASIC_UCHAR, true},
    {"uint16_t", BASIC_USHORT, true},
    {"uint32_t", BASIC_UINT, true},
    {"uint64_t", BASIC_ULONG, true, .wide = true},
    {"uintptr_t", BASIC_ULONG, true},
    {"ptrdiff_t", BASIC_LONG, true},
    {"uchar_t", BASIC_UCHAR, true},
    {"ushort_t", BASIC_USHORT, true},
    {"uint_t", BASIC_UINT, true},
    {"ulong_t", BASIC_ULONG, true},
    {"u_longlong_t", BASIC_ULLONG, true},
    {"size_t", BASIC_ULONG, true},
    {"ssize_t", BASIC_LONG, true},
    {"id_t", BASIC_INT, true},
    {"pid_t", BASIC_INT, true},

    {"longlong_t", BASIC_LLONG},
    {"u_char", BASIC_UCHAR},
    {"u_short", BASIC_USHORT},
    {"u_int", BASIC_UINT},
    {"u_long", BASIC_ULONG},
    {"unchar", BASIC_UCHAR},
    {"ushort", BASIC_USHORT},
    {"uint", BASIC_UINT},
    {"ulong", BASIC_ULONG},
    {"intmax_t", BASIC_LONG, .wide = true},
    {"uintmax_t", BASIC_ULONG, .wide = true},
    {"bool", BASIC_BOOL},
    {"wchar_t", BASIC_INT},
    {"caddr_t", BASIC_CHAR, false, 1},
    {"daddr_t", BASIC_LONG},
    {"cnt_t", BASIC_SHORT},
    {"index_t", BASIC_SHORT},
    {"pgcnt_t", BASIC_ULONG},
    {"spgcnt_t", BASIC_LONG},
    {"pfn_t", BASIC_ULONG},
    {"off_t", BASIC_LONG},
    {"off64_t", BASIC_LONG, .wide = true},
    {"offset_t", BASIC_LLONG},
    {"u_offset_t", BASIC_ULLONG},
    {"len_t", BASIC_ULLONG},
    {"diskaddr_t", BASIC_ULLONG},
    {"uid_t", BASIC_UINT},
    {"gid_t", BASIC_UINT},
    {"zoneid_t", BASIC_INT},
    {"projid_t", BASIC_INT},
    {"taskid_t", BASIC_INT},
    {"poolid_t", BASIC_INT},
    {"ctid_t", BASIC_INT},
    {"psetid_t", BASIC_INT},
    {"processorid_t", BASIC_INT},
    {"chipid_t", BASIC_INT},
    {"lgrp_id_t", BASIC_INT},
    {"lwpid_t", BASIC_UINT},
    {"key_t", BASIC_INT},
    {"kid_t", BASIC_INT},
    {"pri_t", BASIC_SHORT},
    {"dev_t", BASIC_ULONG},
    {"major_t", BASIC_UINT},
    {"minor_t", BASIC_UINT},
    {"ino_t", BASIC_ULONG},
    {"ino64_t", BASIC_ULONG, .wide = true},
    {"mode_t", BASIC_UINT},
    {"nlink_t", BASIC_UINT},
    {"blkcnt_t", BASIC_LONG},
    {"blksize_t", BASIC_INT},
    {"hrtime_t", BASIC_LLONG},
    {"time_t", BASIC_LONG},
    {"clock_t", BASIC_LONG},
    {"clockid_t", BASIC_INT},
    {"timer_t", BASIC_INT},
    {"useconds_t", BASIC_UINT},
    {"suseconds_t", BASIC_LONG},
    {"socklen_t", BASIC_UINT},
    {"sa_family_t", BASIC_USHORT},
    {"in_addr_t", BASIC_UINT},
    {"in_port_t", BASIC_USHORT},
    {"ipaddr_t", BASIC_UINT},
};

void basic_init(struct types *ts, uint32_t strsize)
{
	for (int i = 0; i < NBASIC; i++) {
		const struct basic_row *row = &basic_rows[i];
		struct type *t = type_make(ts, row->kind);
		t->name = row->name;
		t->size = row->size;
		t->align = row->align;
		t->is_signed = row->is_signed;
		t->is_char = row->is_char;
		t->is_bool = row->is_bool;
		ts->basic[i] = t;
	}
	ts->basic[BASIC_STRING]->size = strsize;
}

/* How often each specifier of a basic type was read. */
struct specifiers {
	unsigned longs, shorts, ints, chars, signeds, unsigneds, int128s, others, words;
	enum basic other;
};

static bool specifier_add(struct specifiers *sp, const char *w, size_t n)
{
	static const struct {
		const char *name;
		enum basic base;
	} others[] = {{"void", BASIC_VOID},
		      {"_Bool", BASIC_BOOL},
		      {"float", BASIC_FLOAT},
		      {"double", BASIC_DOUBLE},
		      {"string", BASIC_STRING}};
#define IS(text) (n == sizeof(text) - 1 && memcmp(w, text, n) == 0)
	sp->words++;
	if (IS("long"))
		return ++sp->longs <= 2;
	if (IS("short"))
		return ++sp->shorts == 1;
	if (IS("int"))
		return ++sp->ints == 1;
	if (IS("char"))
		return ++sp->chars == 1;
	if (IS("signed"))
		return ++sp->signeds == 1;
	if (IS("unsigned"))
		return ++sp->unsigneds == 1;
	if (IS("__int128"))
		return ++sp->int128s == 1;
#undef IS
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strlen(others[i].name) == n && memcmp(w, others[i].name, n) == 0) {
			sp->other = others[i].base;
			return ++sp->others == 1;
		}
	return false;
}

/* The basic type of a valid set of specifiers, by the table of ISO C 6.7.2. */
static int specifiers_basic(const struct specifiers *sp)
{
	bool u = sp->unsigneds != 0;
	if (sp->words == 0 || (u && sp->signeds))
		return -1;
	if (sp->others) {
		if (sp->other == BASIC_DOUBLE && sp->longs == 1 && sp->words == 2)
			return BASIC_LDOUBLE;
		return sp->words == 1 ? (int)sp->other : -1;
	}
	if (sp->chars) {
		if (sp->longs || sp->shorts || sp->ints || sp->int128s)
			return -1;
		return u ? BASIC_UCHAR : sp->signeds ? BASIC_SCHAR : BASIC_CHAR;
	}
	if (sp->int128s)
		return sp->longs || sp->shorts || sp->ints ? -1 : u ? BASIC_UINT128 : BASIC_INT128;
	if (sp->shorts)
		return sp->longs ? -1 : u ? BASIC_USHORT : BASIC_SHORT;
	if (sp->longs == 2)
		return u ? BASIC_ULLONG : BASIC_LLONG;
	if (sp->longs == 1)
		return u ? BASIC_ULONG : BASIC_LONG;
	return u ? BASIC_UINT : BASIC_INT;
}

int basic_parse(const char *s, size_t n)
{
	struct specifiers sp = {0};
	const char *end = s + n;
	for (;;) {
		while (s < end && isspace((unsigned char)*s))
			s++;
		if (s == end)
			return specifiers_basic(&sp);
		const char *w = s;
		while (s < end && !isspace((unsigned char)*s))
			s++;
		if (!specifier_add(&sp, w, (size_t)(s - w)))
			return -1;
	}
}

const char *types_canonical(const char *spelling)
{
	int b = basic_parse(spelling, strlen(spelling));
	return b < 0 ? NULL : basic_rows[b].name;
}

static struct type *typedef_make(struct types *ts, const char *name, struct type *of, bool fixed)
{
	struct type *t = typedef_put(ts, name, of);
	t->redeclarable = !fixed;
	return t;
}

/* boolean_t and its two values. */
static struct type *boolean_make(struct types *ts)
{
	struct type *en = types_declare_tag(ts, TYPE_ENUM, NULL);
	types_add_enumerator(ts, en, "B_FALSE", 0);
	types_add_enumerator(ts, en, "B_TRUE", 1);
	return typedef_make(ts, "boolean_t", en, false);
}

struct type *builtin_typedef(struct types *ts, const char *name)
{
	for (size_t i = 0; i < sizeof(typedef_rows) / sizeof(typedef_rows[0]); i++) {
		const struct typedef_row *row = &typedef_rows[i];
		if (strcmp(row->name, name) != 0)
			continue;
		bool longer = row->wide && ts->ilp32;
		struct type *of = ts->basic[row->base + (longer ? BASIC_LLONG - BASIC_LONG : 0)];
		for (int n = row->stars; n > 0; n--)
			of = types_ptr(ts, of);
		return typedef_make(ts, row->name, of, row->fixed);
	}
	if (strcmp(name, "boolean_t") == 0)
		return boolean_make(ts);
	if (strcmp(name, "in6_addr_t") == 0) {
		struct type *s = types_declare_tag(ts, TYPE_STRUCT, "in6_addr");
		return s ? typedef_make(ts, name, s, false) : NULL;
	}
	return NULL;
}

bool builtin_is_fixed(const char *name)
{
	for (size_t i = 0; i < sizeof(typedef_rows) / sizeof(typedef_rows[0]); i++)
		if (typedef_rows[i].fixed && strcmp(typedef_rows[i].name, name) == 0)
			return true;
	return basic_parse(name, strlen(name)) >= 0;
}
