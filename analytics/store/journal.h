/*
 * journal.h - what is not in a block yet, so that a crash does not lose it
 *
 * Segments are files "journal-NNNNNNNN" in ascending order, one of them being written. A segment is 8 bytes "GHJRNL\0" and
 * the version 1, then records:
 *
 *	bytes	what
 *	4	length of the payload, little-endian
 *	4	CRC-32C of the payload
 *	..	payload: 1 byte type, then varints (column.h: u, i):
 *		1 frame		u dataset, i second, u flags, u lost, i sum, u cells, for each: u key less that of the cell
 *				before, i bucket less that before, i value
 *		2 key		u dataset, u id, the rest is its text (written by older releases)
 *		3 cut		u dataset, i second: seconds from this one on are void (the clock was set back)
 *		4 name		u dataset, u id, i second since which it stands for this text, the text
 *
 * The first record that is incomplete or has a wrong checksum ends a segment: it was being written.
 * Records of one second are written by one write(2). A thread of its own brings them to the disk.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "analytics/metric/frame.h"
#include "base/err.h"

#include <stddef.h>

struct journal;

/* Begins a new segment behind those that are in dir. */
struct journal *journal_open(const char *dir, struct err *e);
void journal_close(struct journal *j); /* all of it is on the disk then */

void journal_frame(struct journal *j, uint32_t dataset, const struct frame *f);
void journal_key(struct journal *j, uint32_t dataset, uint32_t id, int64_t since, const char *text);
void journal_cut(struct journal *j, uint32_t dataset, int64_t second);
/* Writes what was added; begins a new segment when this one is large or old. What cannot be written is tried again
 * the next time, then given up. -1 and *e. */
int journal_write(struct journal *j, struct err *e);
/* Has the written part brought to the disk, in the background. */
void journal_sync(struct journal *j);
/* Number of the segment being written. */
uint32_t journal_segment(const struct journal *j);
/* Removes the segments before this one. */
void journal_drop(struct journal *j, uint32_t before);

struct journal_ops {
	void (*frame)(void *arg, uint32_t dataset, struct frame *f);
	void (*key)(void *arg, uint32_t dataset, uint32_t id, int64_t since, const char *text);
	void (*cut)(void *arg, uint32_t dataset, int64_t second);
};
/* Calls ops for every whole record of the segments before the one being written, in order. -1 and *e when a file cannot
 * be read. */
int journal_replay(struct journal *j, const struct journal_ops *ops, void *arg, struct err *e);
/* The records of one segment's bytes. Returns how many bytes were whole. */
size_t journal_parse(const void *p, size_t n, const struct journal_ops *ops, void *arg);

#endif
