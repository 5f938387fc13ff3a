/*
 * column.c - the coding of column.h, both ways
 */
#include "analytics/store/column.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEAN, DELTA, TREND, PREDICTORS };
enum { ESCAPE = 255 };

static uint64_t zigzag(uint64_t v)
{
	return v << 1 ^ (uint64_t)((int64_t)v >> 63);
}
static uint64_t unzigzag(uint64_t u)
{
	return u >> 1 ^ -(u & 1);
}

void buf_put_u(struct buf *out, uint64_t v)
{
	char b[10];
	size_t n = 0;
	for (; v >= 128; v >>= 7)
		b[n++] = (char)(v | 128);
	b[n++] = (char)v;
	buf_add(out, b, n);
}
void buf_put_i(struct buf *out, int64_t v)
{
	buf_put_u(out, zigzag((uint64_t)v));
}
uint64_t bytes_u(struct bytes *b)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64 && b->p < b->end; shift += 7) {
		uint8_t c = *b->p++;
		v |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			return v;
	}
	b->bad = true;
	return 0;
}
int64_t bytes_i(struct bytes *b)
{
	return (int64_t)unzigzag(bytes_u(b));
}

/* ---- writing ---- */

static void residuals(unsigned predictor, int64_t base, const int64_t *v, uint32_t n, uint64_t *r)
{
	uint64_t a = (uint64_t)base;
	switch (predictor) {
	case MEAN:
		for (uint32_t i = 0; i < n; i++)
			r[i] = zigzag((uint64_t)v[i] - a);
		break;
	case DELTA:
		for (uint32_t i = 0; i < n; a = (uint64_t)v[i++])
			r[i] = zigzag((uint64_t)v[i] - a);
		break;
	default:
		a <<= 4;
		for (uint32_t i = 0; i < n; i++) {
			uint64_t p = (uint64_t)((int64_t)a >> 4);
			r[i] = zigzag((uint64_t)v[i] - p);
			a += (uint64_t)v[i] - p;
		}
	}
}

/* How many low bits to take off: symbols keep some four bits of what is usual. */
static unsigned low_bits(const uint64_t *r, uint32_t n)
{
	double sum = 0;
	for (uint32_t i = 0; i < n; i++)
		sum += (double)r[i];
	double mean = sum / n;
	int k = mean < 32 ? 0 : ilogb(mean) - 4;
	return k > 58 ? 58 : (unsigned)k;
}

/* log2 of a count to a thousandth: its exponent, and a parabola through the ends and middle of the mantissa's part. */
static double count_log2(uint32_t n)
{
	int k = 31 - __builtin_clz(n);
	double f = (double)n / (double)(1u << k) - 1;
	return k + f * (1.3398 - 0.3398 * f);
}

/* Bits that the column takes, by the entropy of its symbols. */
static double estimate(const uint64_t *r, uint32_t n, unsigned k)
{
	uint32_t count[256] = {0};
	double bits = (double)n * k, all = count_log2(n);
	for (uint32_t i = 0; i < n; i++) {
		uint64_t high = r[i] >> k;
		count[high < ESCAPE ? high : ESCAPE]++;
		if (high >= ESCAPE)
			bits += 16;
	}
	for (unsigned i = 0; i < 256; i++)
		if (count[i])
			bits += count[i] * (all - count_log2(count[i]));
	return bits;
}

static void put_bits(struct section_out *s, uint64_t v, unsigned k)
{
	/* At most 7 bits wait from before, and k is at most 58: 65. */
	if (s->nbits + k > 64) {
		unsigned room = 64 - s->nbits;
		put_bits(s, v & ((1ull << room) - 1), room);
		put_bits(s, v >> room, k - room);
		return;
	}
	s->word |= v << s->nbits;
	s->nbits += k;
	for (; s->nbits >= 8; s->nbits -= 8, s->word >>= 8)
		buf_putc(&s->bits, (char)s->word);
}

static void put_residuals(struct section_out *s, const uint64_t *r, uint32_t n, unsigned k)
{
	uint64_t mask = (1ull << k) - 1;
	char some[512];
	for (uint32_t i = 0; i < n; i++) {
		uint64_t high = r[i] >> k;
		some[i % sizeof(some)] = (char)(high < ESCAPE ? high : ESCAPE);
		if ((i + 1) % sizeof(some) == 0 || i + 1 == n)
			buf_add(&s->symbols, some, i % sizeof(some) + 1);
		if (high >= ESCAPE)
			buf_put_u(&s->escapes, high - ESCAPE);
		if (k)
			put_bits(s, r[i] & mask, k);
	}
}

static int64_t mean_of(const int64_t *v, uint32_t n)
{
	double sum = 0;
	for (uint32_t i = 0; i < n; i++)
		sum += (double)v[i];
	double mean = nearbyint(sum / n);
	return mean > 9e18 ? INT64_MAX : mean < -9e18 ? INT64_MIN : (int64_t)mean;
}

void section_column(struct section_out *s, const int64_t *v, uint32_t n)
{
	if (n == 0)
		return;
	if (s->work_cap < n) {
		uint64_t *work = realloc(s->work, (size_t)n * 2 * sizeof(*work));
		if (!work) {
			s->symbols.oom = true;
			return;
		}
		s->work = work;
		s->work_cap = n;
	}
	uint64_t *best = s->work, *r = best + n;
	int64_t bases[PREDICTORS] = {mean_of(v, n), v[0], v[0]};
	unsigned chosen = 0, chosen_k = 0;
	double least = INFINITY;
	for (unsigned p = 0; p < PREDICTORS; p++) {
		residuals(p, bases[p], v, n, r);
		unsigned k = low_bits(r, n);
		double bits = estimate(r, n, k);
		/* Long runs are what the compressor finds by itself: differences show them. */
		if (bits < least * (p == DELTA ? 1.0 : 0.999)) {
			uint64_t *swap = best;
			best = r;
			r = swap;
			least = bits;
			chosen = p;
			chosen_k = k;
		}
	}
	buf_putc(&s->heads, (char)(chosen << 6 | chosen_k));
	buf_put_i(&s->heads, bases[chosen]);
	put_residuals(s, best, n, chosen_k);
}

/* One piece, compressed where that gains. */
static void store_piece(struct codec_state *state, struct codec codec, const char *p, size_t n,
			char *packed, struct buf *out)
{
	size_t stored = packed ? codec_encode(state, codec, p, n, packed) : 0;
	buf_put_u(out, stored ? codec.type : CODEC_NONE);
	buf_put_u(out, stored ? stored : n);
	buf_add(out, stored ? packed : p, stored ? stored : n);
}

void section_store(struct section_out *s, struct codec_state *state, struct codec codec,
		   struct buf *out)
{
	size_t heads = s->heads.n, symbols = s->symbols.n, escapes = s->escapes.n;
	if (s->nbits)
		buf_putc(&s->bits, (char)s->word);
	buf_add(&s->heads, s->symbols.p, symbols);
	buf_add(&s->heads, s->escapes.p, escapes);
	buf_put_u(out, heads);
	buf_put_u(out, symbols);
	buf_put_u(out, escapes);
	char *packed = s->heads.n ? malloc(codec_bound(SECTION_PIECE)) : NULL;
	for (size_t at = 0; at < s->heads.n; at += SECTION_PIECE)
		store_piece(state, codec, s->heads.p + at,
			    s->heads.n - at < SECTION_PIECE ? s->heads.n - at : SECTION_PIECE,
			    packed, out);
	buf_put_u(out, s->bits.n);
	buf_add(out, s->bits.p, s->bits.n);
	out->oom = out->oom || s->heads.oom || s->symbols.oom || s->escapes.oom || s->bits.oom;
	free(packed);
	buf_clear(&s->heads);
	buf_clear(&s->symbols);
	buf_clear(&s->escapes);
	buf_clear(&s->bits);
	s->word = s->nbits = 0;
}

void section_out_fini(struct section_out *s)
{
	buf_fini(&s->heads);
	buf_fini(&s->symbols);
	buf_fini(&s->escapes);
	buf_fini(&s->bits);
	free(s->work);
	s->work = NULL;
	s->work_cap = 0;
}

/* ---- reading ---- */

/* The next piece, of n bytes, to `to`. */
static int load_piece(struct codec_state *state, struct bytes *from, uint8_t *to, size_t n)
{
	uint64_t codec = bytes_u(from), stored = bytes_u(from);
	if (from->bad || codec > CODEC_ZSTD || stored > (uint64_t)(from->end - from->p) ||
	    codec_decode(state, codec, from->p, stored, to, n) < 0)
		return -1;
	from->p += stored;
	return 0;
}

int section_load(struct section_in *s, struct codec_state *state, struct bytes *from,
		 size_t most_bytes)
{
	*s = (struct section_in){0};
	uint64_t heads = bytes_u(from), symbols = bytes_u(from), escapes = bytes_u(from);
	if (from->bad || heads > most_bytes || symbols > most_bytes || escapes > most_bytes)
		return -1;
	size_t raw = heads + symbols + escapes;
	if (raw > most_bytes || !(s->raw = malloc(raw + 1)))
		return -1;
	for (size_t at = 0; at < raw; at += SECTION_PIECE)
		if (load_piece(state, from, s->raw + at,
			       raw - at < SECTION_PIECE ? raw - at : SECTION_PIECE) < 0)
			return -1;
	s->head = s->raw;
	s->head_end = s->symbol = s->head + heads;
	s->symbol_end = s->escape = s->symbol + symbols;
	s->escape_end = s->escape + escapes;
	uint64_t bits = bytes_u(from);
	if (from->bad || bits > (uint64_t)(from->end - from->p))
		return -1;
	s->bits = from->p;
	s->bits_end = from->p += bits;
	return 0;
}

static uint64_t take_bits(struct section_in *s, unsigned k)
{
	const uint8_t *p = s->bits + (s->bit >> 3);
	unsigned shift = s->bit & 7;
	uint64_t w = 0;
	s->bit += k;
	if (s->bits_end - p >= 8) {
		memcpy(&w, p, 8);
		w >>= shift;
		if (shift + k > 64)
			w |= (uint64_t)p[8] << (64 - shift);
	} else {
		for (unsigned i = 0; p + i < s->bits_end && i < 8; i++)
			w |= (uint64_t)p[i] << (8 * i);
		w >>= shift;
	}
	return w & ((1ull << k) - 1);
}

/* Residuals into v. */
static int read_residuals(struct section_in *s, uint64_t *v, uint32_t n, unsigned k)
{
	struct bytes escapes = {s->escape, s->escape_end, false};
	const uint8_t *symbol = s->symbol;
	if ((uint64_t)(s->symbol_end - symbol) < n ||
	    (uint64_t)(s->bits_end - s->bits) * 8 < s->bit + (uint64_t)n * k)
		return -1;
	if (k == 0 && escapes.p == escapes.end) { /* the usual, and quick */
		for (uint32_t i = 0; i < n; i++)
			v[i] = symbol[i];
		s->symbol += n;
		return memchr(symbol, ESCAPE, n) ? -1 : 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		uint64_t high = symbol[i];
		if (high == ESCAPE)
			high += bytes_u(&escapes);
		v[i] = k ? high << k | take_bits(s, k) : high;
	}
	s->symbol += n;
	s->escape = escapes.p;
	return escapes.bad ? -1 : 0;
}

int section_read(struct section_in *s, int64_t *values, uint32_t n)
{
	struct bytes head = {s->head, s->head_end, false};
	uint64_t *v = (uint64_t *)values;
	if (n == 0)
		return 0;
	if (head.p == head.end)
		return -1;
	unsigned predictor = *head.p >> 6, k = *head.p & 63;
	head.p++;
	uint64_t a = (uint64_t)bytes_i(&head);
	if (head.bad || predictor >= PREDICTORS || k > 58 || read_residuals(s, v, n, k) < 0)
		return -1;
	s->head = head.p;
	switch (predictor) {
	case MEAN:
		for (uint32_t i = 0; i < n; i++)
			v[i] = unzigzag(v[i]) + a;
		break;
	case DELTA:
		for (uint32_t i = 0; i < n; i++)
			a = v[i] = unzigzag(v[i]) + a;
		break;
	default:
		a <<= 4;
		for (uint32_t i = 0; i < n; i++) {
			uint64_t p = (uint64_t)((int64_t)a >> 4);
			v[i] = unzigzag(v[i]) + p;
			a += v[i] - p;
		}
	}
	return 0;
}

void section_in_fini(struct section_in *s)
{
	free(s->raw);
	s->raw = NULL;
}
