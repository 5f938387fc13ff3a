/*
 * readers.h - the collectors that there are, and how they read
 */
#ifndef COLLECT_READERS_H
#define COLLECT_READERS_H

#include "analytics/collect/proc.h"

/* Ends with a NULL name. */
extern const struct proc_collector proc_collectors[];

/* The text of a file of /proc or /sys in the rows' arena; NULL, and out->e tells which, when it cannot be read. */
char *reader_file(struct proc_rows *out, const char *path);
/* Cuts the next line off *at; NULL at the end. */
char *reader_line(char **at);
/* Cuts a line into words at blanks, `most` at most; how many. */
unsigned reader_words(char *line, char **words, unsigned most);
/* A row with fields from texts that live in the arena or for ever. */
void reader_row(struct proc_rows *out, uint32_t entity, int64_t value, int64_t of, const char *f0,
		const char *f1, const char *f2);

#endif
