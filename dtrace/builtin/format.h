/*
 * format.h - the format language of printf(), printa(), system() and freopen()
 *
 * A pure function from text to a list of conversions: the type checker asks it how many arguments there
 * must be and of which class, the printer how each is shown. It knows nothing of types, records or
 * files.
 *
 *	% flags width .precision size name
 *	flags	- + space # 0 ' ? @	(? = wide enough for a pointer, @ = the aggregation's value)
 *	width, precision	digits or *
 *	size	h hh l ll L w		(accepted and ignored: the argument's type decides)
 *
 * As in libdtrace flags, width, precision and size may come in any order; of two widths the last
 * counts, and of - and 0 too.
 */
#ifndef BUILTIN_FORMAT_H
#define BUILTIN_FORMAT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the argument of a conversion must be. */
enum format_class {
	FORMAT_NONE,  /* %% : no argument */
	FORMAT_INT,   /* any integer (or enum) */
	FORMAT_CHAR,  /* the same, named differently in messages: %c %wc %lc */
	FORMAT_ECHAR, /* an integer or a string: %C */
	FORMAT_ADDR,  /* pointer or integer: %p */
	FORMAT_KADDR, /* pointer, integer, or result of sym(), func(), mod(): %a */
	FORMAT_UADDR, /* pointer, integer, or result of usym(), ufunc(), umod(), uaddr(): %A */
	FORMAT_FLOAT, /* float, double, long double */
	FORMAT_STR,   /* string, char [] */
	FORMAT_WSTR,  /* wchar_t [] */
	FORMAT_STACK, /* result of stack(), ustack(), jstack(): %k */
	FORMAT_TIME,  /* integer of 64 bits, ns since 1970: %Y %T */
	FORMAT_INET,  /* 4 or 16 bytes in network order, or text: %I */
	FORMAT_CLASSES
};

/* How it is printed. */
enum format_kind {
	FK_TEXT, /* literal text only: after the last conversion */
	FK_PERCENT,
	FK_SINT,  /* as signed: %hd %ld %lld */
	FK_DINT,  /* %d %i: signed when the argument is */
	FK_UINT,  /* %u %x %X %o and %p (as x) */
	FK_CHAR,  /* %c */
	FK_ECHAR, /* %C */
	FK_WCHAR, /* %wc %lc */
	FK_FLOAT,
	FK_STR,	 /* %s */
	FK_ESTR, /* %S: escapes */
	FK_WSTR, /* %ws %ls */
	FK_KADDR,
	FK_UADDR,
	FK_STACK,
	FK_TIME,    /* %Y */
	FK_TIME822, /* %T */
	FK_INET,    /* %I */
	FK_PORT,    /* %P: its name in services(5), unless # */
};

enum {
	FORMAT_LEFT = 1,
	FORMAT_PLUS = 2,
	FORMAT_SPACE = 4,
	FORMAT_ALT = 8,
	FORMAT_ZERO = 16,
	FORMAT_GROUP = 32,
	FORMAT_AGG = 64,       /* %@ */
	FORMAT_DYNWIDTH = 128, /* '*': an integer argument before the value */
	FORMAT_DYNPREC = 256,  /* '.*': the same, after the width's */
};

struct format_conv {
	enum format_kind kind;
	enum format_class class;
	uint16_t flags;
	char letter;  /* conversion letter that decides the shape: d i u x X o c s e E f g G .. */
	char name[8]; /* as written, sizes included: "d", "lld", "ws" */
	int width, prec;  /* -1 = not given */
	const char *text; /* literal text before the conversion */
	uint32_t text_bytes;
	uint32_t offset; /* of the '%' in the format */
};

struct format {
	struct format_conv *convs; /* those of kind FK_TEXT and FK_PERCENT take no argument */
	uint32_t nconvs;
	uint32_t nargs; /* arguments consumed, '*' included, %@ not */
	bool has_agg;	/* some %@ */
};

struct format_error {
	uint32_t offset; /* in text */
	unsigned conv;	 /* number of the conversion, from 1; %% counts */
	char text[160];	 /* e.g. "format conversion #1 is undefined: %q" */
};

/* False and *err when text is malformed. Everything lies in the arena, text is copied. An empty
 * text has no conversions and is no error here. */
bool format_parse(struct arena *a, const char *text, struct format *out, struct format_error *err);

#endif
