/*
 * printf_args.c - the arguments of printf() and its like against their formats
 *
 * In: a typed call whose first argument should be a string constant. Out: errors: a conversion
 * without an argument, of the wrong type, arguments left over. It reads a format only as far as it
 * says what arguments are wanted; how a conversion prints is the consumer's.
 */
#include "dtrace/sema/sema_internal.h"

#include <ctype.h>
#include <netinet/in.h>
#include <string.h>

/* What an argument must be for a conversion. */
enum want {
	WANT_NOTHING, /* %% */
	WANT_INT,
	WANT_CHAR,
	WANT_FLOAT,
	WANT_STRING,
	WANT_ESCAPED, /* %C: a character, or text, with escapes */
	WANT_WSTRING,
	WANT_TIME,
	WANT_ADDR,
	WANT_KSYM,
	WANT_USYM,
	WANT_STACK,
	WANT_INET,
	WANT_BAD
};

static const char *const want_text[] = {
    [WANT_NOTHING] = "void",
    [WANT_INT] = "integer",
    [WANT_CHAR] = "char",
    [WANT_FLOAT] = "float, double, or long double",
    [WANT_STRING] = "char [] or string (or use stringof)",
    [WANT_ESCAPED] = "char, short, int, char [] or string",
    [WANT_WSTRING] = "wchar_t []",
    [WANT_TIME] = "int64_t",
    [WANT_ADDR] = "pointer or integer",
    [WANT_KSYM] = "pointer, integer, or _symaddr",
    [WANT_USYM] = "pointer, integer, or _usymaddr",
    [WANT_STACK] = "stack",
    [WANT_INET] = "ipaddr_t, in_addr, in6_addr or string",
};

struct conversion {
	const char *name; /* after the %: size prefix and letter */
	int name_len;
	enum want want;
	bool star_width, star_prec, is_agg;
};

static enum want letter_want(char letter)
{
	switch (letter) {
	case '%':
		return WANT_NOTHING;
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
	case 'P':
		return WANT_INT;
	case 'c':
		return WANT_CHAR;
	case 'e':
	case 'E':
	case 'f':
	case 'g':
	case 'G':
		return WANT_FLOAT;
	case 's':
	case 'S':
		return WANT_STRING;
	case 'C':
		return WANT_ESCAPED;
	case 'Y':
	case 'T':
		return WANT_TIME;
	case 'p':
		return WANT_ADDR;
	case 'a':
		return WANT_KSYM;
	case 'A':
		return WANT_USYM;
	case 'I':
		return WANT_INET;
	case 'k':
		return WANT_STACK;
	default:
		return WANT_BAD;
	}
}

static bool prefix_fits(const char *prefix, size_t n, char letter)
{
	if (n == 0)
		return true;
	if (*prefix == 'w')
		return n == 1 && (letter == 'c' || letter == 's');
	if (*prefix == 'L')
		return n == 1 && letter && strchr("eEfgG", letter);
	if (n == 1 && *prefix == 'l' && (letter == 'c' || letter == 's'))
		return true;
	return (n == 1 || (n == 2 && prefix[0] == prefix[1])) && letter && strchr("diouxX", letter);
}

/* Flags, width and precision after the %, in any order as libdtrace has it; returns what follows, or
 * NULL when one of them is there twice. */
static const char *read_modifiers(const char *p, struct conversion *cv)
{
	bool dot = false;
	for (;; p++) {
		bool *star = dot ? &cv->star_prec : &cv->star_width;
		if ((*p == '.' && dot) || (*p == '*' && *star))
			return NULL;
		if (*p == '.')
			dot = true;
		else if (*p == '*')
			*star = true;
		else if (*p == '@')
			cv->is_agg = true;
		else if (!*p || !strchr("-+ #'?0123456789", *p))
			return p;
	}
}

/* Reads the conversion after the % at p; the place after it, or NULL when it is none. */
static const char *read_conversion(const char *p, struct conversion *cv)
{
	memset(cv, 0, sizeof(*cv));
	const char *start = p;
	p = read_modifiers(p, cv);
	if (!p || (*p == '%' && p > start))
		return NULL;
	cv->name = p;
	p += strspn(p, "hlLw");
	size_t prefix = (size_t)(p - cv->name);
	cv->want = letter_want(*p);
	if (cv->want == WANT_BAD || !prefix_fits(cv->name, prefix, *p))
		return NULL;
	if (cv->want == WANT_STRING && prefix > 0)
		cv->want = WANT_WSTRING;
	cv->name_len = (int)prefix + 1;
	return p + 1;
}

static bool is_pointer_or_int(const struct type *t)
{
	return type_is_int(t) || type_is_ptr(t);
}

static bool is_char_array(struct type *t)
{
	if (t->kind != TYPE_ARRAY)
		return false;
	struct type *of = type_resolve(t->ref);
	return of->kind == TYPE_INT && of->size == 1;
}

static bool type_fits(struct type *t, enum want want)
{
	t = type_resolve(t);
	switch (want) {
	case WANT_INT:
	case WANT_CHAR:
		return type_is_int(t);
	case WANT_FLOAT:
		return t->kind == TYPE_FLOAT;
	case WANT_ESCAPED:
		return t->kind == TYPE_STRING || is_char_array(t) || type_is_int(t);
	case WANT_STRING:
		return t->kind == TYPE_STRING || is_char_array(t);
	case WANT_WSTRING:
		return t->kind == TYPE_ARRAY && type_is_int(t->ref);
	case WANT_TIME:
		return type_is_int(t) && t->size == 8;
	case WANT_ADDR:
		return is_pointer_or_int(t);
	case WANT_KSYM:
		return is_pointer_or_int(t) || t->kind == TYPE_SYMADDR;
	case WANT_USYM:
		return is_pointer_or_int(t) || t->kind == TYPE_USYMADDR;
	case WANT_INET:
		return t->kind == TYPE_STRING || t->size == sizeof(struct in_addr) ||
		       t->size == sizeof(struct in6_addr);
	case WANT_STACK:
		return t->kind == TYPE_STACK;
	default:
		return false;
	}
}

/* An array stands for the address of its first element there. */
static bool is_address(enum want want)
{
	return want == WANT_ADDR || want == WANT_KSYM || want == WANT_USYM;
}

/* Where the arguments come from: those of the call, or the keys of an aggregation. */
struct args {
	struct sema_ctx *c;
	struct node *call;
	const struct agg *agg; /* printa */
	uint32_t next;
	unsigned conv; /* number of the conversion, from 1 */
};

static uint32_t args_count(const struct args *a)
{
	return a->agg ? a->agg->nkeys : a->call->nkids;
}

static struct type *args_type(const struct args *a, uint32_t i)
{
	return a->agg ? a->agg->keys[i] : a->call->kids[i]->type;
}

static const char *args_type_text(const struct args *a, uint32_t i)
{
	return a->agg ? sema_type_text(a->c, a->agg->keys[i])
		      : sema_node_type_text(a->c, a->call->kids[i]);
}

/* The width or precision that a star takes from the arguments. */
static bool take_star(struct args *a, const struct conversion *cv, const char *what)
{
	const char *name = a->call->name;
	if (a->next >= args_count(a)) {
		sema_error(a->c, "D_PRINTF_DYN_PROTO", a->call,
			   "%s( ) prototype mismatch: conversion #%u (%%%.*s) is missing a "
			   "corresponding \"%s\" argument",
			   name, a->conv, cv->name_len, cv->name, what);
		return false;
	}
	uint32_t i = a->next++;
	if (type_is_int(args_type(a, i)))
		return true;
	sema_error(a->c, "D_PRINTF_DYN_TYPE", a->call,
		   "%s( ) argument #%u is incompatible with conversion #%u prototype:\n"
		   "\tconversion: %%*%.*s\n\t prototype: int\n\t  argument: %s",
		   name, i + 1, a->conv, cv->name_len, cv->name, args_type_text(a, i));
	return false;
}

static bool take_value(struct args *a, const struct conversion *cv)
{
	const char *name = a->call->name;
	if (a->next >= args_count(a)) {
		sema_error(a->c, "D_PRINTF_ARG_PROTO", a->call,
			   "%s( ) prototype mismatch: conversion #%u (%%%.*s) is missing a "
			   "corresponding value argument",
			   name, a->conv, cv->name_len, cv->name);
		return false;
	}
	uint32_t i = a->next++;
	if (is_address(cv->want) && !a->agg)
		a->call->kids[i] = sema_decayed(a->c, a->call->kids[i]);
	if (type_fits(args_type(a, i), cv->want))
		return true;
	sema_error(a->c, "D_PRINTF_ARG_TYPE", a->agg ? a->call : a->call->kids[i],
		   "%s( ) %s #%u is incompatible with conversion #%u prototype:\n"
		   "\tconversion: %%%.*s\n\t prototype: %s\n\t  argument: %s",
		   name, a->agg ? "key" : "argument", i + 1, a->conv, cv->name_len, cv->name,
		   want_text[cv->want], args_type_text(a, i));
	return false;
}

/* %@d: the value of the aggregation, an integer as far as types go. */
static bool take_agg_value(struct args *a, const struct conversion *cv)
{
	if (!a->agg) {
		sema_error(a->c, "D_PRINTF_AGG_CONV", a->call,
			   "%%@ conversion requires an aggregation and is not for use with %s( )",
			   a->call->name);
		return false;
	}
	if (type_fits(types_int(a->c->types, 8, true), cv->want))
		return true;
	sema_error(a->c, "D_PRINTF_ARG_TYPE", a->call,
		   "%s( ) aggregation is incompatible with conversion #%u prototype:\n"
		   "\tconversion: %%@%.*s\n\t prototype: %s\n\t  argument: int",
		   a->call->name, a->conv, cv->name_len, cv->name, want_text[cv->want]);
	return false;
}

static bool take_conversion(struct args *a, const struct conversion *cv)
{
	if (cv->want == WANT_NOTHING)
		return true;
	a->conv++;
	if (cv->star_width && !take_star(a, cv, "width"))
		return false;
	if (cv->star_prec && !take_star(a, cv, "prec"))
		return false;
	return cv->is_agg ? take_agg_value(a, cv) : take_value(a, cv);
}

static bool walk_format(struct args *a, const char *format)
{
	struct conversion cv;
	for (const char *p = strchr(format, '%'); p; p = strchr(p, '%')) {
		const char *next = read_conversion(p + 1, &cv);
		if (!next) {
			size_t n = strspn(p + 1, "-+ #0'@?*.123456789hlLw") + 2;
			sema_error(a->c, "D_SYNTAX", a->call->kids[0],
				   "%.*s is not a valid %s( ) conversion", (int)strnlen(p, n), p,
				   a->call->name);
			return false;
		}
		if (!take_conversion(a, &cv))
			return false;
		p = next;
	}
	return true;
}

/* freopen("") gives back the standard output, which is passed on as a name that no file can have.
 */
static const char restore_name[] = ".";

static bool check_format_text(struct sema_ctx *c, struct node *call, const struct node *format)
{
	if (format->kind != NODE_STRING) {
		sema_error(c, "D_PRINTF_ARG_FMT", format,
			   "%s( ) argument #1 is incompatible with prototype:\n"
			   "\tprototype: string constant\n\t argument: %s",
			   call->name, sema_node_type_text(c, format));
		return false;
	}
	bool is_freopen = call->ident->func->id == BF_FREOPEN;
	if (format->sval[0] == '\0' && !is_freopen) {
		sema_error(c, "D_PRINTF_FMT_EMPTY", format, "%s( ) format string is empty",
			   call->name);
		return false;
	}
	if (is_freopen && strcmp(format->sval, restore_name) == 0) {
		sema_error(c, "D_FREOPEN_INVALID", format, "%s( ) argument #1 cannot be \"%s\"",
			   call->name, restore_name);
		return false;
	}
	return true;
}

void printf_check(struct sema_ctx *c, struct node *call)
{
	const struct node *format = call->kids[0];
	struct args a = {.c = c, .call = call, .next = 1};
	if (!check_format_text(c, call, format) || !walk_format(&a, format->sval))
		return;
	if (a.next < call->nkids)
		sema_error(
		    c, "D_PRINTF_ARG_EXTRA", call->kids[a.next],
		    "%s( ) prototype mismatch: only %u argument%s required by this format string",
		    call->name, a.next - 1, a.next == 2 ? "" : "s");
}

void printa_check_format(struct sema_ctx *c, struct node *call, const struct agg *agg)
{
	struct args a = {.c = c, .call = call, .agg = agg};
	if (check_format_text(c, call, call->kids[0]))
		walk_format(&a, call->kids[0]->sval);
}
