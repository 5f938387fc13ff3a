/*
 * proto.h - the prototype of a function row, taken apart
 *
 * In: the text of builtin_func_row.proto. Out: the texts of its types, in one caller-owned struct
 * without pointers to free. Nothing is looked up here: the types are sema's.
 */
#ifndef BUILTIN_PROTO_H
#define BUILTIN_PROTO_H

#include <stdbool.h>

enum { PROTO_ARGS_MAX = 6, PROTO_TEXT_MAX = 192 };

struct proto {
	const char *ret;
	const char *args[PROTO_ARGS_MAX]; /* "@": any value; optional ones without their brackets */
	unsigned nargs;			  /* named ones, optional included */
	unsigned nrequired;
	bool varargs;		   /* ends in "..." */
	char text[PROTO_TEXT_MAX]; /* what the pointers point into */
};

/* False when the text is no prototype (no row of the table is such). Do not copy the struct. */
bool proto_parse(const char *text, struct proto *out);

#endif
