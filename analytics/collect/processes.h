/*
 * processes.h - the processes there are, read at most once a second for all collectors that ask
 *
 * In: /proc, nothing of which needs a privilege. Out: a table in the order of their numbers. What hardly ever changes
 * (owner, zone) is read when a process is new, and then now and again.
 */
#ifndef COLLECT_PROCESSES_H
#define COLLECT_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROCESS_NAME = 64, PROCESS_ZONE = 72 };
struct process {
	uint32_t pid;
	uint64_t start; /* when it began, in ticks: tells it from another with its number */
	unsigned age;	/* readings since it was seen first */
	char name[PROCESS_NAME]; /* as the kernel calls it */
	char zone[PROCESS_ZONE]; /* by its control groups; "global" where they are nobody's */
	uint32_t uid;
	char state; /* as /proc/PID/stat has it */
	int64_t threads, rss_pages;
};

struct processes;
struct processes *processes_new(void);	  /* NULL: no memory */
void processes_free(struct processes *p); /* NULL is fine */
/* What was read is no longer how it is. */
void processes_outdate(struct processes *p);
/* How they are, n of them, until the next call behind processes_outdate(). */
const struct process *processes_now(struct processes *p, size_t *n);

#endif
