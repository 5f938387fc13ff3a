/*
 * usual_fill - gives a dataset a past: usual-fill DATA CATALOGUE DATASET FROM HOURS VALUE
 *
 * Makes the dataset in the data folder of an analyticsd that does not run, and appends HOURS of seconds after unix
 * time FROM, in a saw around VALUE (in the dataset's unit).
 */
#include "analytics/query/hub_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int fill(struct hub *h, const char *name, int64_t from, int64_t hours, double value,
		struct err *e)
{
	uint32_t id = hub_dataset_create(h, name, NULL, "local", true, e);
	struct dataset *d = id ? hub_get(h, id, NULL, e) : NULL;
	if (!d)
		return -1;
	for (int64_t s = 1; s <= hours * 3600; s++) {
		double v = (value + (double)(s % 5) - 2) / d->metric.stat->scale;
		struct frame_cell c = {FRAME_NO_KEY, FRAME_SCALAR, llround(v)};
		struct frame at = {.second = from + s, .ncells = 1, .cells = &c};
		if (store_append(d->set, &at) != STORE_KEPT)
			return err_set(e, 1, "second %lld is not kept", (long long)at.second);
		if (s % 600 == 0)
			store_second(h->store, at.second);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct err e = {0};
	if (argc != 7) {
		fprintf(stderr, "usage: usual-fill DATA CATALOGUE DATASET FROM HOURS VALUE\n");
		return 2;
	}
	struct hub_options o = {.data_dir = argv[1], .catalogue_dir = argv[2], .idle_s = 3600};
	struct loop *loop = loop_new(&e);
	struct hub *h = loop ? hub_new(&o, loop, &e) : NULL;
	int status =
	    h ? fill(h, argv[3], atoll(argv[4]), atoll(argv[5]), strtod(argv[6], NULL), &e) : -1;
	if (status < 0)
		fprintf(stderr, "usual-fill: %s\n", e.text);
	if (h)
		hub_free(h);
	if (loop)
		loop_free(loop);
	return status < 0;
}
