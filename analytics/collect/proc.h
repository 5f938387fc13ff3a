/*
 * proc.h - counters that are read in user space: /proc, /sys, control groups, our own
 *
 * A collector reads its files once a second, however many datasets use it, and makes rows: a value for each
 * combination of its fields. Datasets choose and add up rows by what their names say. A statistic of
 * source "proc NAME" names its collector; the fields of its file are the collector's, plus one that is numeric
 * and whose values are the statistic's own (for heat maps: utilization of CPUs, sizes of processes).
 *
 * Sorts of collectors:
 *
 *	PROC_COUNTER	values only grow; what is told is how much since the last second. Rows that were not
 *			there before, and counters that fell, count from 0
 *	PROC_LEVEL	values as they are
 *	PROC_RATIO	value and `of` only grow; what is told is 100000 * value / of (scale 0.001: percent), added up
 *			over the rows, where `of` counts once for each entity: rows of one entity follow each other
 */
#ifndef COLLECT_PROC_H
#define COLLECT_PROC_H

#include "analytics/metric/catalogue.h"
#include "base/arena.h"

enum proc_sort { PROC_COUNTER, PROC_LEVEL, PROC_RATIO };
enum { PROC_MAX_FIELDS = 8 };

struct proc_row {
	const char *fields[PROC_MAX_FIELDS]; /* text of each, as proc_collector.fields has them */
	uint32_t entity;
	int64_t value, of;
};
struct proc_rows {
	struct arena *arena; /* for the rows and their texts */
	VEC(struct proc_row) rows;
	struct err e; /* what could not be read; rows are those that could */
	/* for those that tell of processes; rows may use its texts, which live until it is read anew */
	struct processes *processes;
};
/* Appends rows as they are now. */
typedef void proc_read_fn(struct proc_rows *out, void *arg);

struct proc_collector {
	const char *name;
	enum proc_sort sort;
	const char *fields[PROC_MAX_FIELDS]; /* ends with NULL when there are fewer */
	proc_read_fn *read;
	void *arg;
};
/* A row of the table of readers.c, or of another one; NULL when there is none of that name. */
const struct proc_collector *proc_find(const struct proc_collector *more, const char *name);

/* A collector at work: the rows of the last second and the one before. */
struct proc_sampler;
struct processes; /* processes.h; shared by all samplers, and outlives them */
struct proc_sampler *proc_sampler_new(const struct proc_collector *c, struct processes *processes);
void proc_sampler_free(struct proc_sampler *s);
/* Reads anew. false after the first time, and when a clock step makes differences meaningless (`stepped`). */
bool proc_sample(struct proc_sampler *s, bool stepped);
/* Why nothing could be read, "" when all could. */
const char *proc_sampler_error(const struct proc_sampler *s);

/* What a dataset makes of the newest rows: for each key its value; distributions get an event for each
 * entity and key. -1 and *e when the statistic's fields are not the collector's. */
typedef void proc_cell_fn(void *arg, const char *key, int64_t value); /* key NULL: scalars */
int proc_check(const struct proc_collector *c, const struct metric *m, struct err *e);
void proc_walk(const struct proc_sampler *s, const struct metric *m, proc_cell_fn *fn, void *arg);

#endif
