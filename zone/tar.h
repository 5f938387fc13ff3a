/*
 * tar.h - reads tar archives: ustar, pax (POSIX.1-2001) and the GNU extensions for long names and
 * large numbers
 *
 * An archive is blocks of 512 bytes: for each file a header and its contents, filled up to a block;
 * two blocks of zeros at the end.
 *
 *	offset  size  of a header
 *	0       100   path
 *	100     8     mode	numbers in octal, or (first bit set) in base 256
 *	108     8     uid
 *	116     8     gid
 *	124     12    size of the contents, bytes
 *	136     12    time of the last change, seconds since 1970
 *	148     8     sum of all bytes of the header, these eight being blanks
 *	156     1     type: 0 or NUL file, 1 hard link, 2 symbolic link, 3 character device, 4 block
 *		      device, 5 directory, 6 fifo, 7 file; x g pax records, L K a long path or link
 *	157     100   what a link leads to
 *	257     6     "ustar"
 *	329     8     major number of a device
 *	337     8     minor number
 *	345     155   path's beginning, to be put before it with a slash (not where GNU wrote it)
 *
 * Pax records are "LENGTH KEY=VALUE\n" and stand for the next file (x) or for all from there on (g).
 *
 * Nothing of an archive is trusted. What is not known is an error, not a guess: sparse files.
 */
#ifndef ZONE_TAR_H
#define ZONE_TAR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TAR_PATH_MAX = 4096, TAR_ATTRS_MAX = 16, TAR_RECORDS_MAX = 1 << 17 };

/* Up to n bytes of the archive; 0 at its end, -1 and errno. */
typedef ssize_t tar_source(void *of, void *to, size_t n);

struct tar_entry {
	char type; /* '0' to '6' as above */
	char path[TAR_PATH_MAX], link[TAR_PATH_MAX];
	mode_t mode; /* of permissions */
	uint64_t uid, gid, size_bytes;
	int64_t mtime;
	uint32_t mtime_ns;
	unsigned nattrs; /* extended attributes */
	struct {
		const char *name; /* in the reader's memory, until the next entry */
		const void *value;
		size_t n;
	} attrs[TAR_ATTRS_MAX];
};
struct tar {
	tar_source *source;
	void *of;
	uint64_t left, fill; /* of the entry's contents; to the next header */
	uint64_t nentries;
	char records[TAR_RECORDS_MAX + 1]; /* pax, of the entry */
	char global[4096 + 1];
};

void tar_init(struct tar *t, tar_source *source, void *of);
/* The next entry: 1; 0 at the end; -1 and *e. */
int tar_next(struct tar *t, struct tar_entry *f, struct err *e);
/* Contents of the entry: up to n bytes, 0 at their end, -1 and *e. */
ssize_t tar_read(struct tar *t, void *to, size_t n, struct err *e);

#endif
