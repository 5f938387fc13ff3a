/*
 * diag.h - what is wrong with a D program
 *
 * A diagnostic is a published tag ("D_SYNTAX"), a place, a sentence and perhaps a hint. They are
 * collected, several per run; the first is the one that classic DTrace would have reported. Texts
 * live in the compilation's arena. System errors are base/err.h.
 */
#ifndef DLANG_DIAG_H
#define DLANG_DIAG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "dtrace/dlang/ast.h"

#include <stdbool.h>
#include <stddef.h>

struct diag {
	const char *tag;  /* "D_..." */
	struct src at;	  /* at.line 0: no place */
	const char *text; /* one sentence, no newline */
	const char *hint; /* NULL = none */
	bool other_file;  /* at.file is not the program itself: a library, a header seen by cpp */
	/* Of a program on the command line, which has no lines worth telling: the part of the clause
	 * ("predicate", "action list", "" = elsewhere); NULL for a file. */
	const char *region;
};

enum { DIAGS_MAX = 64 }; /* more are counted, not kept */

struct diags {
	struct arena *arena;
	const char *filename; /* of the program itself; NULL = unknown */
	bool command_line;    /* the program is the text of an option such as -n */
	const char *region;   /* set by sema while it types a part of a clause; NULL = none */
	VEC(struct diag) list;
	size_t total;	/* errors reported, kept or not */
	bool last_kept; /* whether a hint for the last error has a place to go */
};

/* filename may be NULL; it is compared with each src.file to see whether the message must name the
 * file. */
void diags_init(struct diags *d, struct arena *a, const char *filename);

/* Adds an error. The tag is kept by pointer (a literal); the text is copied, newlines at its end
 * are dropped. */
void diag_error(struct diags *d, const char *tag, struct src at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_verror(struct diags *d, const char *tag, struct src at, const char *fmt, va_list ap);

/* Attaches a hint to the last error (replaces an earlier one). */
void diag_hint(struct diags *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Number of errors so far; take it before and after a stage to see whether the stage failed. */
size_t diag_count(const struct diags *d);

/*
 * The classic line, without a newline at its end:
 *	line 3: syntax error near "x"			[D_SYNTAX] line 3: ... with errtags
 *	"file.h", line 3: ...				when the place is in another file
 *	in action list: failed to resolve x: ...	in a program on the command line
 * The caller puts "dtrace: failed to compile script FILE: " in front.
 */
void diag_render_line(const struct diag *diag, bool errtags, struct buf *out);

/*
 * The classic line, then indented lines with the column, the offending source line and a caret, and
 * the hint. Every line ends in a newline. source_text is the program's own text, NULL when there is
 * none to quote from.
 */
void diag_render(const struct diag *diag, bool errtags, const char *source_text, struct buf *out);

#endif
