/*
 * execs.h - which of some processes have become another program, told by the kernel
 *
 * In: processes to follow. Out: how often each has called exec() since; those of which it is asked stop there by SIGSTOP, before the
 * first instruction of the new program, and stay so until somebody sends SIGCONT. Only children that have asked to be killed with
 * their parent (PR_SET_PDEATHSIG) do: whatever becomes of us, nothing stays stopped. A process loses that when it becomes another
 * user's, and the kernel is asked about it at each exec.
 *
 * A program on sched_process_exec, which ends with the process that made it. It costs nothing between execs, and a
 * look-up at those of others.
 */
#ifndef KERN_EXECS_H
#define KERN_EXECS_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { KERN_EXECS_MAX = 4096 }; /* processes */

struct btf;
struct kern_execs;

/* NULL and *e: the kernel does not permit it. btf may be NULL: then nothing is ever stopped. */
struct kern_execs *kern_execs_open(struct btf *btf, struct err *e);
/* From now on; counts from 0. stop: at each exec, where that is safe. -1 and *e: there is no room. */
int kern_execs_follow(struct kern_execs *x, uint32_t pid, bool stop, struct err *e);
/* Execs of all that are followed; costs a load from memory. NULL: 0. */
uint64_t kern_execs_total(const struct kern_execs *x);
/* Execs of one; -1: it is not followed. */
int64_t kern_execs_of(const struct kern_execs *x, uint32_t pid);
/* Is it stopped since the last of them? */
bool kern_execs_stopped(const struct kern_execs *x, uint32_t pid);
void kern_execs_close(struct kern_execs *x); /* NULL is fine */

#endif
