/*
 * define.h - providers that a program defines for itself (USDT), as its build needs them
 *
 * From the text of a provider definition come two things: a header whose macros fire the probes
 * (header.h) and an object that holds what all places of a probe share (object.h). Unlike a D
 * program, a definition need not know the types it names: a pointer is a pointer, and what it points
 * to is the business of the D library that translates it.
 */
#ifndef USDT_DEFINE_H
#define USDT_DEFINE_H

#include "base/arena.h"
#include "base/vec.h"
#include "dtrace/dlang/ast.h"
#include "dtrace/dlang/diag.h"
#include "dtrace/types/type.h"

struct usdt_def_arg {
	const char *type; /* as D text, without the name: "httpproto_t *" */
	int size;	  /* bytes when it is passed: 1, 2, 4, 8; negative when it is signed */
	uint32_t native;  /* of a translated argument: the native one it comes from */
	bool pointer;	  /* a native one: what it points to must be in memory when it is passed */
};

struct usdt_def_probe {
	const char *id;	  /* as written: request__done */
	const char *name; /* as D has it: request-done */
	struct usdt_def_arg *args, *xargs;
	uint32_t nargs, nxargs;
	bool has_xargs; /* else the arguments are seen as they are */
};

enum { USDT_ATTRS = 5 }; /* provider, module, function, name, args */
enum { USDT_ARGS_MAX = 12 };

struct usdt_def {
	const char *name;
	VEC(struct usdt_def_probe) probes;
	/* name/data/class as written in #pragma D attributes; NULL where there is none */
	const char *attrs[USDT_ATTRS];
};
typedef VEC(struct usdt_def) usdt_defs;

/* Collects the provider definitions of a parsed text. ts knows the basic types. Returns 0, or -1
 * with diagnostics in d: a type passed by value whose size nothing tells, too many arguments, a
 * translated argument that comes from no native one, a bad or repeated name, no definition at all. */
int usdt_define(struct arena *a, struct types *ts, const struct program_ast *ast, struct diags *d,
		usdt_defs *out);

/* The #pragma D attributes word for each of the five: "provider", "module", ... */
extern const char *const usdt_attr_words[USDT_ATTRS];

#endif
