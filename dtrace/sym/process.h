/*
 * process.h - what a process runs: the files it maps to execute
 *
 * Read from /proc/PID/maps at the time of asking. Files are opened by their mapping, so a file that
 * has been deleted or replaced, or that lies in another mount namespace, is the one that runs.
 */
#ifndef SYM_PROCESS_H
#define SYM_PROCESS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process_object {
	char *path;		     /* within the process's own root */
	const char *name;	     /* its last part */
	uint64_t start, end, offset; /* of its first executable mapping */
	dev_t dev;
	ino_t ino;
	bool is_exe;
};
struct process_objects {
	struct process_object *at;
	size_t n, cap;
};

/* Each file once, the program itself first. One that has just been executed is waited for: for a moment it has a program, but
 * nothing of it in memory. -1 and *e: no such process, or no permission to look. Free
 * with process_objects_free(), also after an error. */
int process_objects(pid_t pid, struct process_objects *out, struct err *e);
void process_objects_free(struct process_objects *o);
/* Where the kernel's own code lies in the process; false: nowhere, or the process is gone. */
bool process_vdso(pid_t pid, uint64_t *start, uint64_t *end);
/* Descriptor of the object's file; -1 and errno. */
int process_object_open(pid_t pid, const struct process_object *o);

/* n bytes of its memory, a word of it; false: it cannot be read. */
bool process_read(pid_t pid, uint64_t addr, void *to, size_t n);
bool process_word(pid_t pid, uint64_t addr, uint64_t *word);
/* Calls fn for every process there is, until it returns non-zero; returns that, or 0. */
int process_each(int (*fn)(void *arg, pid_t pid), void *arg);
/* Is it a process (or was it, and nobody has waited for it yet)? */
bool process_exists(pid_t pid);

#endif
