/*
 * hour.c - an hour of a distribution in a store, as if it had been measured: hour CATALOGUE DATA NAME EVENTS
 *
 * EVENTS a second of three kinds of latency around 200 us, 5 ms and 80 ms, the second of which wanders. The last
 * second is that before now. bench/http asks analyticsd for it.
 */
#include "analytics/query/hub.h"
#include "analytics/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOUR_S = 3600 };

static uint64_t state = 88172645463325252ull;

static double uniform(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static double latency_ns(int second)
{
	double kind = uniform(),
	       spread = exp(0.35 * (uniform() + uniform() + uniform() + uniform() - 2) * 1.7);
	return (kind < 0.7 ? 2e5 : kind < 0.99 ? 5e6 * (1.5 + sin(second / 200.0)) : 8e7) * spread;
}

static void one_second(struct store_set *set, const struct scheme *scheme, int64_t t, int second,
		       int events, int64_t *counts)
{
	uint32_t n = scheme_nbuckets(scheme);
	struct frame f = {.second = t, .flags = FRAME_COST_UNKNOWN, .count = events};
	memset(counts, 0, n * sizeof *counts);
	for (int i = 0; i < events; i++) {
		int64_t v = (int64_t)latency_ns(second);
		counts[scheme_bucket(scheme, v)]++;
		f.sum += v;
	}
	f.cells = calloc(n, sizeof *f.cells);
	for (uint32_t b = 0; b < n; b++)
		if (counts[b])
			f.cells[f.ncells++] =
			    (struct frame_cell){FRAME_NO_KEY, (int32_t)b, counts[b]};
	store_append(set, &f);
	free(f.cells);
}

static int fill(const char *data, uint32_t id, const struct scheme *scheme, int events,
		struct err *e)
{
	struct store *s = store_open(data, 64 << 20, e);
	struct store_set *set =
	    s ? store_set_open(s, id, (struct store_shape){.rate = true, .distribution = true}, e)
	      : NULL;
	if (!set || store_recover(s, e) < 0)
		return -1;
	int64_t now = time(NULL) - 1, *counts = calloc(scheme_nbuckets(scheme), sizeof *counts);
	for (int i = 0; i < HOUR_S; i++) {
		one_second(set, scheme, now - HOUR_S + 1 + i, i, events, counts);
		store_second(s, now - HOUR_S + 1 + i);
	}
	free(counts);
	store_close(s);
	return 0;
}

int main(int argc, char **argv)
{
	struct err e = {0};
	if (argc != 5)
		return 2;
	struct hub_options o = {.data_dir = argv[2], .catalogue_dir = argv[1]};
	struct loop *l = loop_new(&e);
	struct hub *h = l ? hub_new(&o, l, &e) : NULL;
	uint32_t id = h ? hub_dataset_create(h, argv[3], NULL, "bench", true, &e) : 0;
	struct hub_datasets *d = id ? hub_dataset_find(h, id, NULL, NULL, &e) : NULL;
	if (!d) {
		fprintf(stderr, "hour: %s\n", e.text);
		return 1;
	}
	struct scheme scheme = d->at[0].scheme;
	hub_datasets_free(d);
	hub_free(h);
	loop_free(l);
	if (fill(argv[2], id, &scheme, atoi(argv[4]), &e) < 0) {
		fprintf(stderr, "hour: %s\n", e.text);
		return 1;
	}
	printf("%u\n", id);
	return 0;
}
