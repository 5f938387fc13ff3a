/*
 * header.h - the C header of a program's own probes (dtrace -h)
 *
 * For probe request__done of provider http:
 *
 *	HTTP_REQUEST_DONE(arg0)		fires it; a program that is not traced runs one nop there
 *	HTTP_REQUEST_DONE_ENABLED()	is anybody looking? for arguments that are dear to make
 *
 * Each place is described by a note in section .note.stapsdt, the format that SystemTap set and that
 * perf, gdb and bpftrace read too: address, address of .stapsdt.base, address of the semaphore, then
 * provider, probe and "size@operand" for each argument. The semaphores stand in the object that
 * dtrace -G makes. The header is C and C++, needs no other header, and says nothing where the
 * compiler is not GCC's kind or NO_USDT is defined.
 */
#ifndef USDT_HEADER_H
#define USDT_HEADER_H

#include "dtrace/usdt/define.h"

/* Appends the header. source is the name of the definition's file, for the first comment; may be
 * NULL. */
void usdt_header(const usdt_defs *ps, const char *source, struct buf *out);

/* The symbol of a probe's semaphore, a 16-bit counter of who is looking. */
void usdt_semaphore_name(const struct usdt_def *p, const struct usdt_def_probe *probe,
			 struct buf *out);

#endif
