/*
 * unwind.h - keeps the tables that programs walk user stacks by (bpf/image.h: PROCS and ROWS)
 *
 * In: which processes map what, from /proc when tracing begins and from the news of mappings after
 * that. Out: rows of every file met, once, and for each process its mappings. Room that runs out is
 * told; processes without tables are walked by frame pointers.
 */
#ifndef API_UNWIND_H
#define API_UNWIND_H

#include "dtrace/kern/load.h"

#include <sys/types.h>

struct unwind;
/* NULL when no program walks stacks (or there is no memory). Free with unwind_free(). */
struct unwind *unwind_new(const struct image *image, struct loaded *l);
void unwind_free(struct unwind *u); /* NULL is fine */

/* Reads what the process maps now; what every process maps. */
void unwind_learn(struct unwind *u, pid_t pid);
void unwind_learn_all(struct unwind *u);
/* Its mappings have changed: read at the next unwind_settle(), once however often it is told. */
void unwind_changed(struct unwind *u, pid_t pid);
void unwind_settle(struct unwind *u);
/* Files whose rows found no room so far. */
unsigned unwind_dropped(const struct unwind *u);

#endif
