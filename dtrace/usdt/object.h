/*
 * object.h - the object file of a program's own probes (dtrace -G)
 *
 * A relocatable ELF file with, in section .probes, the semaphore of every probe (a 16-bit counter
 * that a tracer raises while it looks; hidden, so that each program and library has its own) and, in
 * the section of note.h, the types of the arguments. It is linked into the program or library whose
 * code has the probes.
 */
#ifndef USDT_OBJECT_H
#define USDT_OBJECT_H

#include "base/err.h"
#include "dtrace/usdt/define.h"

/* The ELF machine that a file is for: EM_X86_64, EM_AARCH64, ...; -1 and *e when it is no 64-bit
 * ELF file. */
int usdt_object_machine(const char *path, struct err *e);

/* Appends the bytes of the object for an ELF machine; machine 0 is that of this program. */
void usdt_object(const usdt_defs *ps, int machine, struct buf *out);

#endif
