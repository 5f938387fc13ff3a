/*
 * note.h - what .note.stapsdt does not tell: types of arguments, translations, stability
 *
 * The object that dtrace -G makes carries one ELF note for each provider (section USDT_NOTE_SECTION,
 * owner USDT_NOTE_OWNER, type USDT_NOTE_TYPES), and so does what a program builds at run time. Its
 * text is lines of words:
 *
 *	provider http
 *	attr args Evolving/Evolving/ISA		provider, module, function, name or args
 *	probe request-done
 *	arg 8 httpproto_t *			bytes, negative when signed; the type
 *	xarg 0 conninfo_t *			native argument it is translated from; the type
 *	xnone					translated to no arguments at all
 *
 * A probe without xarg and xnone shows its arguments as they are.
 */
#ifndef USDT_NOTE_H
#define USDT_NOTE_H

#include "base/err.h"
#include "dtrace/usdt/define.h"

#define USDT_NOTE_SECTION ".note.glasshouse.usdt"
#define USDT_NOTE_OWNER	  "Glasshouse"
enum { USDT_NOTE_TYPES = 1 };

void usdt_note_encode(const struct usdt_def *p, struct buf *out);

/* Reads the text of one note, which comes from a file that may be anybody's: what is malformed or
 * beyond the bounds of define.h is an error that names the line. Strings are copied into the arena.
 * 0, or -1 and *e. */
int usdt_note_decode(struct arena *a, const char *text, size_t len, struct usdt_def *out,
		     struct err *e);

#endif
