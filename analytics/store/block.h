/*
 * block.h - a run of entries as it lies on disk
 *
 * Numbers of the header are little-endian; u and i are varints as in column.h. Sections follow each other, a
 * column of n values is one of column.h.
 *
 *	offset	bytes	what
 *	0	2	"GB"
 *	2	1	version: 1
 *	3	1	flags: 1 distribution, 2 ranged, 4 dense, 8 keyed, 16 rate, 32 whole
 *	4	4	CRC-32C of everything behind it
 *	8		u entries n, u cells c
 *			section ENTRIES: columns second, seconds, flags, lost, sum (of n); if whole: least, most
 *			(entries of several seconds, of keys or buckets; what was written before has it not)
 *			section KEYS, section BUCKETS, section VALUES, section RANGES
 *
 * Sparse (not dense): cells lie entry by entry.
 *	KEYS		cells of each entry (n); if keyed: key less that of the cell before in this entry (c)
 *	BUCKETS		if distribution: bucket, less that of the cell before when it has the same key (c)
 *	VALUES		value (c)
 *	RANGES		if ranged: min, max, n (c each)
 *
 * Dense (most columns have something in most entries): column by column, one for each key, or for each bucket of
 * a distribution without keys. Not more than four values for each cell.
 *	KEYS		number k of columns (1 value), key or bucket less the one before (k); of levels: 1 where the entry
 *			has the cell, else 0, for each column (n each)
 *	BUCKETS		nothing
 *	VALUES		value (n) for each column; 0 where there is no cell. With rate, and in distributions, a value of
 *			0 is no cell
 *	RANGES		if ranged: min, max, n (n each) for each column
 */
#ifndef STORE_BLOCK_H
#define STORE_BLOCK_H

#include "analytics/store/chunk.h"
#include "analytics/store/codec.h"
#include "base/buf.h"

enum { BLOCK_MAX_ENTRIES = 4096, BLOCK_MAX_CELLS = 1 << 20, BLOCK_MAX_KEYS = 1 << 16 };

/* Appends the block of entries from .. to - 1 of the chunk. -1: no memory. */
int block_encode(const struct chunk *c, uint32_t from, uint32_t to, bool distribution, bool rate,
		 struct codec_state *state, struct codec codec, struct buf *out);
/* Into a chunk that is empty and ranged as the block is (see block_is_ranged). -1 and *e: it is damaged, or written by a
 * newer release. */
int block_decode(const void *p, size_t n, struct codec_state *state, struct chunk *out,
		 struct err *e);

#endif
