/*
 * snapshot.c - how long a snapshot of 100,000 keys takes to read and to sort
 *
 * In: nothing; makes the tables of two CPUs as programs would leave them: keys of 8 bytes, counted on
 * both. Out: one line: median ms of a first snapshot (every key is new) with its sort, and of a later
 * one. In processor time: what else the machine does is no part of it.
 */
#include "dtrace/consume/aggregate.h"
#include "dtrace/consume/consume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS = 100000, NSLOTS = 1 << 18, ENTRY = 24, NCPU = 2, ROUNDS = 15 };

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void fill(uint8_t *table, uint8_t *taken, uint64_t seed)
{
	for (uint64_t k = 1; k <= KEYS; k++) {
		uint64_t h = k * 0x9e3779b97f4a7c15u, v[3] = {h | 2, k, 1 + (k * seed) % 1000};
		uint64_t s = h >> 40;

		while (memcmp(table + (s % NSLOTS) * ENTRY, "\0\0\0\0\0\0\0", 8))
			s++;
		memcpy(table + (s % NSLOTS) * ENTRY, v, ENTRY);
		((uint32_t *)(taken + 8))[(*(uint64_t *)taken)++] = (uint32_t)(s % NSLOTS) + 1;
	}
}

int main(void)
{
	struct err e = {0};
	struct arena *a = arena_new();
	struct image im = {.arena = a, .ncpu = NCPU};
	struct plan_agg *agg;
	double first[ROUNDS], later[ROUNDS];

	for (int i = 0; i <= IMAGE_MAP_FIRST; i++)
		*vec_push(&im.maps, a) = (struct image_map){.entries = NCPU};
	agg = vec_push(&im.plan.aggs, a);
	*agg = (struct plan_agg){.name = "_",
				 .func = AGG_COUNT,
				 .ncells = 1,
				 .offset = IMAGE_AGG_CELLS,
				 .keyed = true,
				 .nslots = NSLOTS,
				 .entry_bytes = ENTRY,
				 .key_bytes = 8};
	*vec_push(&agg->keys, a) = (struct plan_rec){.enc = ENC_INT, .size = 8, .d_bytes = 8};
	im.maps.at[IMAGE_MAP_AGG].value_bytes =
	    IMAGE_AGG_CELLS + (uint32_t)plan_agg_table_bytes(agg);
	uint64_t stride = consume_agg_stride(&im);
	uint8_t *mem = calloc(NCPU, stride);
	for (uint64_t cpu = 0; mem && cpu < NCPU; cpu++)
		fill(mem + cpu * stride + IMAGE_AGG_CELLS,
		     mem + cpu * stride + IMAGE_AGG_CELLS + plan_agg_taken(agg), cpu + 7);
	for (int r = 0; mem && r < ROUNDS; r++) {
		struct aggs *as = aggs_new(&im, mem, NULL, &e);
		double *out[2] = {first, later};

		if (!as)
			return 1;
		for (int k = 0; k < 2; k++) {
			struct agg_sort order = {0};
			double start = now_ms();
			size_t n = 0;

			if (aggs_snapshot(as, &e) < 0)
				return 1;
			aggs_sorted(as, 0, &order, &n);
			out[k][r] = now_ms() - start;
			if (n != KEYS)
				return 1;
		}
		aggs_free(as);
	}
	qsort(first, ROUNDS, sizeof(*first), by_value);
	qsort(later, ROUNDS, sizeof(*later), by_value);
	printf("%.2f %.2f\n", first[ROUNDS / 2], later[ROUNDS / 2]);
	free(mem);
	arena_free(a);
	return 0;
}
