/*
 * agg_value.c - what the cells of an aggregation's entry come to
 *
 * In: the words of a cell (bpf/image.h tells which function has which). Out: the number that is printed and sorted
 * by, divided as normalize() asks.
 */
#include "dtrace/consume/aggregate.h"

static uint64_t sqrt128(unsigned __int128 v)
{
	uint64_t r = 0;
	for (int bit = 63; bit >= 0; bit--) {
		uint64_t t = r | 1ull << bit;
		if ((unsigned __int128)t * t <= v)
			r = t;
	}
	return r;
}

/* sqrt(mean of squares - square of mean); squares are normalised twice. */
static uint64_t stddev(const uint64_t *c, uint64_t normal)
{
	if (c[0] == 0)
		return 0;
	unsigned __int128 squares = ((unsigned __int128)c[3] << 64) | c[2];
	squares = squares / normal / normal / c[0];
	int64_t mean = (int64_t)c[1] / (int64_t)normal / (int64_t)c[0];
	uint64_t m = mean < 0 ? -(uint64_t)mean : (uint64_t)mean;
	unsigned __int128 square = (unsigned __int128)m * m;
	return squares > square ? sqrt128(squares - square) : 0;
}

/* INT64_MIN / -1 must not trap. */
static int64_t divide(int64_t a, int64_t b)
{
	if (b == 0)
		return 0;
	return b == -1 ? (int64_t) - (uint64_t)a : a / b;
}

int64_t agg_value(const struct agg_entry *e, uint64_t normal)
{
	const uint64_t *c = e->cell;
	normal = normal ? normal : 1;
	switch (e->agg->func) {
	case AGG_COUNT:
	case AGG_SUM:
		return divide((int64_t)c[0], (int64_t)normal);
	case AGG_MIN:
	case AGG_MAX:
		return c[0] ? divide((int64_t)c[1], (int64_t)normal) : 0;
	case AGG_AVG:
		return divide(divide((int64_t)c[1], (int64_t)normal), (int64_t)c[0]);
	case AGG_STDDEV:
		return (int64_t)stddev(c, normal);
	default:
		return 0;
	}
}
