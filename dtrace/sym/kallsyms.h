/*
 * kallsyms.h - the lines of /proc/kallsyms
 *
 * The kernel writes the file anew for each reader, which takes it some 50 ms: read it once and keep the
 * text, in which the names lie.
 */
#ifndef SYM_KALLSYMS_H
#define SYM_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kallsym {
	uint64_t addr;
	char type;	    /* as nm(1) has it: t, T: text */
	const char *name;   /* in the text */
	const char *object; /* module; "vmlinux" for the kernel itself */
};

/* The whole file, NUL-terminated, *n bytes; NULL when it cannot be read. path: NULL for the normal one. Free with free(). */
char *kallsyms_read(const char *path, size_t *n);
/* The next symbol, taken out of the text at *at, which is cut into strings on the way. Skips lines that
 * make no sense and addresses that are hidden. False at the end. */
bool kallsyms_next(char **at, struct kallsym *out);

#endif
