/*
 * unwind.h - how to step from frame to frame in code that keeps no frame pointers
 *
 * What compilers write into .eh_frame for exceptions (DWARF call frame information) is boiled down to
 * rows that a program in the kernel can search (bpf/image.h): for every address from which a new rule holds, how
 * the caller's stack pointer (CFA) is found, and where the caller's rbp lies. x86-64.
 *
 * Sources: DWARF 5, section 6.4; the Linux Standard Base on .eh_frame; the System V ABI for x86-64
 * (register numbers: rbp 6, rsp 7, return address 16).
 */
#ifndef SYM_UNWIND_H
#define SYM_UNWIND_H

#include "dtrace/bpf/image.h"
#include "dtrace/sym/elf_file.h"

struct unwind_table {
	struct image_unwind_row *at; /* by pc, no two alike in sequence */
	size_t n, cap;
};

/*
 * The table of a file; empty when it has no .eh_frame or is not for x86-64. Where rules cannot be
 * told by a row (rare expressions) the row says UNWIND_NONE. Malformed sections are an error, but
 * what was understood before stays in *out. At most UNWIND_ROWS_MAX rows. Free with
 * unwind_table_free(), also after an error.
 */
enum { UNWIND_ROWS_MAX = 4 << 20 };
int unwind_table_read(const struct elf_file *f, struct unwind_table *out, struct err *e);
void unwind_table_free(struct unwind_table *t);

#endif
