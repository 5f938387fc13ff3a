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
/* NULL: no memory. Free with unwind_free(). At first files are only read, so that it can be told how
 * much room they want; unwind_attach() hands them over to the loaded programs. */
struct unwind *unwind_new(void);
void unwind_free(struct unwind *u);	      /* NULL is fine */
uint32_t unwind_rows(const struct unwind *u); /* of all files read so far */
int unwind_attach(struct unwind *u, const struct image *image, struct loaded *l, struct err *e);

/* Reads what the process maps now; what every process maps. */
void unwind_learn(struct unwind *u, pid_t pid);
void unwind_learn_all(struct unwind *u);
/* Has the process been learnt, or is about to be? */
bool unwind_knows(const struct unwind *u, pid_t pid);
/* Its mappings have changed: read at the next unwind_settle(), once however often it is told. */
void unwind_changed(struct unwind *u, pid_t pid);
void unwind_settle(struct unwind *u);
/* For symbols_set_codes(): "function (file:line)". */
bool unwind_code_text(void *u, uint64_t pid, uint64_t code, char *text, size_t size);
/* Files whose rows found no room so far. */
unsigned unwind_dropped(const struct unwind *u);

#endif
