/*
 * column.h - numbers into few bytes: prediction, then a symbol and some bits for each
 *
 * A section is columns one after the other. Each column has a predictor, which leaves of each value v a residual
 * r = zigzag(v - prediction); the lowest k bits of r are noise, and stand as they are in the section's bits; what is
 * above them is one byte, the symbol, which a general compressor takes well. 255 says that r >> k is at least 255:
 * r >> k less 255 follows as a varint among the escapes.
 *
 *	predictor	prediction of v[i]
 *	0 MEAN		the base
 *	1 DELTA		v[i - 1]; the base for the first
 *	2 TREND		a / 16, where a begins as 16 * base and then is a + v[i-1] - a / 16: a running average
 *
 * All arithmetic is modulo 2^64 (a / 16 is an arithmetic shift). A section is three byte strings, heads, symbols
 * and escapes, which are compressed as one, and the bits:
 *
 *	head of a column:	1 byte predictor << 6 | k (0 .. 62), base as a zigzag varint
 *	bits:			k of each value, least significant first, columns without a gap between them
 *
 * A section as stored (u: LEB128): u bytes of heads, u of symbols, u of escapes; these one after the other, in pieces
 * of SECTION_PIECE bytes that are compressed each by itself (so that columns that lie far apart need not share a table of
 * codes), each piece as u codec (enum codec_type), u bytes, the bytes; then u bytes of bits, these bytes. The number
 * of values in a column is the reader's to know.
 */
#ifndef STORE_COLUMN_H
#define STORE_COLUMN_H

#include "analytics/store/codec.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { SECTION_PIECE = 32 << 10 };

struct section_out {
	struct buf heads, symbols, escapes, bits;
	uint64_t word; /* bits not in `bits` yet */
	unsigned nbits;
	uint64_t *work; /* residuals of a column being tried, and the best of them: 2 * work_cap */
	uint32_t work_cap;
};
void section_column(struct section_out *s, const int64_t *v, uint32_t n);
/* Appends the section as stored, and empties it. */
void section_store(struct section_out *s, struct codec_state *state, struct codec codec,
		   struct buf *out);
void section_out_fini(struct section_out *s);

struct section_in {
	uint8_t *raw; /* ours */
	const uint8_t *head, *head_end, *symbol, *symbol_end, *escape, *escape_end;
	const uint8_t *bits, *bits_end;
	uint64_t bit; /* position */
};
/* A cursor over bytes that are not trusted. */
struct bytes {
	const uint8_t *p, *end;
	bool bad;
};
uint64_t bytes_u(struct bytes *b);
int64_t bytes_i(struct bytes *b);
void buf_put_u(struct buf *out, uint64_t v);
void buf_put_i(struct buf *out, int64_t v);

/* Reads a section as stored. most_bytes: what it may be at most when it is not compressed. -1: it is damaged. Free with
 * section_in_fini(), then too. */
int section_load(struct section_in *s, struct codec_state *state, struct bytes *from,
		 size_t most_bytes);
/* The next column, of n values. -1: it is damaged. */
int section_read(struct section_in *s, int64_t *v, uint32_t n);
void section_in_fini(struct section_in *s);

#endif
