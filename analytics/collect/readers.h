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

/* Of other files: which of a table's columns, or which files, they read. */
proc_read_fn read_nic, read_protocols, read_sockets, read_processes, read_zones;
struct nic_column {
	unsigned column; /* of /proc/net/dev, behind the name */
	const char *direction, *kind;
};
extern const struct nic_column nic_bytes[], nic_packets[],
    nic_errors[]; /* end with column UINT_MAX */
extern const char process_one[], process_threads[], process_rss[];
struct zone_files { /* below a zone's control group: version 1 and its controller, version 2 */
	const char *controller, *v1, *v2;
	int64_t v2_scale;
};
extern const struct zone_files zone_memory[], zone_memory_limit[], zone_cpu[], zone_pids[];

#endif
