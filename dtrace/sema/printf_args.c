/*
 * printf_args.c - the arguments of printf() and its like against their formats
 *
 * In: a typed call whose first argument should be a string constant. Out: errors: a format that is
 * none, a conversion without an argument or of the wrong type, arguments left over. What a format says
 * is format.h's to read, how a conversion prints the consumer's.
 */
#include "dtrace/builtin/format.h"
#include "dtrace/sema/sema_internal.h"

#include <netinet/in.h>
#include <string.h>

/* What an argument must be for a conversion, in words. */
static const char *const class_text[FORMAT_CLASSES] = {
    [FORMAT_NONE] = "void",
    [FORMAT_INT] = "integer",
    [FORMAT_CHAR] = "char",
    [FORMAT_FLOAT] = "float, double, or long double",
    [FORMAT_STR] = "char [] or string (or use stringof)",
    [FORMAT_ECHAR] = "char, short, int, char [] or string",
    [FORMAT_WSTR] = "wchar_t []",
    [FORMAT_TIME] = "int64_t",
    [FORMAT_ADDR] = "pointer or integer",
    [FORMAT_KADDR] = "pointer, integer, or _symaddr",
    [FORMAT_UADDR] = "pointer, integer, or _usymaddr",
    [FORMAT_STACK] = "stack",
    [FORMAT_INET] = "ipaddr_t, in_addr, in6_addr or string",
};

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

static bool type_fits(struct type *t, enum format_class class)
{
	t = type_resolve(t);
	switch (class) {
	case FORMAT_INT:
	case FORMAT_CHAR:
		return type_is_int(t);
	case FORMAT_FLOAT:
		return t->kind == TYPE_FLOAT;
	case FORMAT_ECHAR:
		return t->kind == TYPE_STRING || is_char_array(t) || type_is_int(t);
	case FORMAT_STR:
		return t->kind == TYPE_STRING || is_char_array(t);
	case FORMAT_WSTR:
		return t->kind == TYPE_ARRAY && type_is_int(t->ref);
	case FORMAT_TIME:
		return type_is_int(t) && t->size == 8;
	case FORMAT_ADDR:
		return is_pointer_or_int(t);
	case FORMAT_KADDR:
		return is_pointer_or_int(t) || t->kind == TYPE_SYMADDR;
	case FORMAT_UADDR:
		return is_pointer_or_int(t) || t->kind == TYPE_USYMADDR;
	case FORMAT_INET:
		return t->kind == TYPE_STRING || t->size == sizeof(struct in_addr) ||
		       t->size == sizeof(struct in6_addr);
	case FORMAT_STACK:
		return t->kind == TYPE_STACK;
	default:
		return false;
	}
}

/* An array stands for the address of its first element there. */
static bool is_address(enum format_class class)
{
	return class == FORMAT_ADDR || class == FORMAT_KADDR || class == FORMAT_UADDR;
}

/* Where the arguments come from: those of the call, or the keys of an aggregation. */
struct args {
	struct sema_ctx *c;
	struct node *call;
	const struct agg *agg; /* printa */
	uint32_t next;
	unsigned conv; /* number of the conversion, from 1; %% counts */
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
static bool take_star(struct args *a, const struct format_conv *cv, const char *what)
{
	const char *name = a->call->name;
	if (a->next >= args_count(a)) {
		sema_error(a->c, "D_PRINTF_DYN_PROTO", a->call,
			   "%s( ) prototype mismatch: conversion #%u (%%%s) is missing a "
			   "corresponding \"%s\" argument",
			   name, a->conv, cv->name, what);
		return false;
	}
	uint32_t i = a->next++;
	if (type_is_int(args_type(a, i)))
		return true;
	sema_error(a->c, "D_PRINTF_DYN_TYPE", a->call,
		   "%s( ) argument #%u is incompatible with conversion #%u prototype:\n"
		   "\tconversion: %%*%s\n\t prototype: int\n\t  argument: %s",
		   name, i + 1, a->conv, cv->name, args_type_text(a, i));
	return false;
}

static bool take_value(struct args *a, const struct format_conv *cv)
{
	const char *name = a->call->name;
	if (a->next >= args_count(a)) {
		sema_error(a->c, "D_PRINTF_ARG_PROTO", a->call,
			   "%s( ) prototype mismatch: conversion #%u (%%%s) is missing a "
			   "corresponding value argument",
			   name, a->conv, cv->name);
		return false;
	}
	uint32_t i = a->next++;
	if (is_address(cv->class) && !a->agg)
		a->call->kids[i] = sema_decayed(a->c, a->call->kids[i]);
	if (type_fits(args_type(a, i), cv->class))
		return true;
	sema_error(a->c, "D_PRINTF_ARG_TYPE", a->agg ? a->call : a->call->kids[i],
		   "%s( ) %s #%u is incompatible with conversion #%u prototype:\n"
		   "\tconversion: %%%s\n\t prototype: %s\n\t  argument: %s",
		   name, a->agg ? "key" : "argument", i + 1, a->conv, cv->name,
		   class_text[cv->class], args_type_text(a, i));
	return false;
}

/* %@d: the value of the aggregation, an integer as far as types go. */
static bool take_agg_value(struct args *a, const struct format_conv *cv)
{
	if (!a->agg) {
		sema_error(a->c, "D_PRINTF_AGG_CONV", a->call,
			   "%%@ conversion requires an aggregation and is not for use with %s( )",
			   a->call->name);
		return false;
	}
	if (type_fits(types_int(a->c->types, 8, true), cv->class))
		return true;
	sema_error(a->c, "D_PRINTF_ARG_TYPE", a->call,
		   "%s( ) aggregation is incompatible with conversion #%u prototype:\n"
		   "\tconversion: %%@%s\n\t prototype: %s\n\t  argument: int",
		   a->call->name, a->conv, cv->name, class_text[cv->class]);
	return false;
}

static bool take_conversion(struct args *a, const struct format_conv *cv)
{
	if (cv->flags & FORMAT_DYNWIDTH && !take_star(a, cv, "width"))
		return false;
	if (cv->flags & FORMAT_DYNPREC && !take_star(a, cv, "prec"))
		return false;
	return cv->flags & FORMAT_AGG ? take_agg_value(a, cv) : take_value(a, cv);
}

/* The arguments of each conversion; %% and the text behind the last take none. */
static bool walk_format(struct args *a, const char *text)
{
	struct format format;
	struct format_error wrong;
	if (!format_parse(a->c->arena, text, &format, &wrong)) {
		sema_error(a->c, "D_SYNTAX", a->call->kids[0], "%s( ) %s", a->call->name,
			   wrong.text);
		return false;
	}
	for (uint32_t i = 0; i < format.nconvs; i++) {
		a->conv = i + 1;
		if (format.convs[i].class != FORMAT_NONE && !take_conversion(a, &format.convs[i]))
			return false;
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
