/*
 * define.h - dtrace -h and dtrace -G: what a program with probes of its own is built with
 */
#ifndef CMD_DEFINE_H
#define CMD_DEFINE_H

#include <glasshouse/dtrace.h>

/* Writes the output of everything defined in s so far. script is the last definition's path, which
 * names the output where -o (ofile) does not: dir/foo.d gives foo.h or foo.o. objects are the
 * operands of -G: the first says what machine to write for; the notes that they carry need no change.
 * A file that could not be written whole is removed. 0, or -1 and *e. */
int define_write(struct session *s, bool header, const char *script, const char *ofile,
		 const char *const *objects, int nobjects, struct err *e);

#endif
