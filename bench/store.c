/*
 * store.c - what the store of Analytics takes in, holds in how few bytes, and answers how fast
 *
 * usage: store FOLDER WHAT, with WHAT one of
 *	bytes	bytes a sample on disk for four laws of 200 series over an hour, and of a distribution
 *	codecs	every level of compression: bytes a sample, ns to encode and decode one
 *	ingest	samples a second, to memory and disk
 *	heat	ms for an hour's heat map
 *	dump-LAW	the same samples as lines that VictoriaMetrics imports
 * Prints lines "name value"; bench/analytics makes tables of them. The laws are those of the notes that the bars
 * come from: values of 1 in a hundred seconds; Poisson of 20; Poisson of some 5000 that drifts; 50 million +- 30 %;
 * a distribution of 5000 log-normal events a second in buckets of a ninetieth of a decade.
 */
#include "analytics/query/hub.h"
#include "analytics/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { SERIES = 200, HOUR = 3600, START = 1700000000 };

static uint64_t seed = 42;
static double uniform(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
}
static double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
}
static int64_t poisson(double mean)
{
	if (mean > 500)
		return (int64_t)fmax(0, mean + sqrt(mean) * normal() + 0.5);
	int64_t k = -1;
	for (double p = 1, least = exp(-mean); p > least; k++)
		p *= uniform();
	return k;
}

static double cpu_seconds(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what)
{
	fprintf(stderr, "store: %s\n", what);
	exit(1);
}

static const char *const laws[] = {"ones", "poisson", "drifting", "noisy", "distribution"};

static int64_t sample(unsigned law, double *state)
{
	switch (law) {
	case 0:
		return uniform() < 0.01;
	case 1:
		return poisson(20);
	case 2:
		*state = fmin(8000, fmax(2000, (*state ? *state : 5000) + 2 * normal()));
		return poisson(*state);
	default:
		return (int64_t)fmax(0, 50e6 * (1 + 0.3 * normal()));
	}
}

static const struct scheme buckets = {SCHEME_LLINEAR, 3, 10, 0, 10, 100};

/* Cells of one second, 200 series or one distribution. */
static void make_frame(unsigned law, double *states, struct frame *f)
{
	f->ncells = 0;
	if (law < 4) {
		for (uint32_t k = 0; k < SERIES; k++) {
			int64_t v = sample(law, &states[k]);
			if (v)
				f->cells[f->ncells++] =
				    (struct frame_cell){FRAME_FIRST_KEY + k, FRAME_SCALAR, v};
		}
		return;
	}
	static uint32_t count[1000];
	memset(count, 0, sizeof(count));
	for (int64_t n = poisson(5000); n > 0; n--)
		count[scheme_bucket(&buckets, (int64_t)exp(log(200000) + 0.87 * normal()))]++;
	for (int32_t b = 0; b < 1000; b++)
		if (count[b])
			f->cells[f->ncells++] = (struct frame_cell){FRAME_NO_KEY, b, count[b]};
}

/* An hour of a law, made before anything is measured. */
static struct frame *make_hour(unsigned law)
{
	static double states[SERIES];
	struct frame *hour = calloc(HOUR, sizeof(*hour));
	memset(states, 0, sizeof(states));
	for (int i = 0; hour && i < HOUR; i++) {
		hour[i] = (struct frame){.second = START + 1 + i,
					 .cells = malloc(1000 * sizeof(struct frame_cell))};
		if (!hour[i].cells)
			die("out of memory");
		make_frame(law, states, &hour[i]);
	}
	return hour;
}
static void free_hour(struct frame *hour)
{
	for (int i = 0; i < HOUR; i++)
		free(hour[i].cells);
	free(hour);
}

/* The only set of the store of a law and codec; *s is to be closed. */
static struct store_set *open_set(const char *dir, unsigned law, const char *codec,
				  struct store **s)
{
	struct store_shape shape = {.rate = true, .distribution = law == 4};
	struct err e = {0};
	char path[512];
	snprintf(path, sizeof(path), "%s/%s-%s", dir, laws[law], codec);
	*s = store_open(path, 256 << 20, &e);
	struct store_set *set = *s ? store_set_open(*s, 1, shape, &e) : NULL;
	if (!set)
		die(e.text);
	return set;
}

/* Stores an hour in a folder that must be new. -> samples. */
static uint64_t store_hour(const char *dir, unsigned law, const struct frame *hour,
			   const char *codec, struct store_size *size, double *seconds)
{
	struct err e = {0};
	struct codec c;
	uint64_t samples = 0;
	struct store *s;
	struct store_set *set = open_set(dir, law, codec, &s);
	if (codec_parse(codec, &c, &e) < 0)
		die(e.text);
	store_set_codec(set, c);
	for (uint32_t k = 0; k < SERIES && law < 4; k++) {
		char key[16];
		snprintf(key, sizeof(key), "series %u", k);
		store_key(set, key);
	}
	double began = cpu_seconds();
	for (int i = 0; i < HOUR; i++) {
		store_append(set, &hour[i]);
		store_second(s, hour[i].second);
		samples += law < 4 ? SERIES : hour[i].ncells;
	}
	store_second(s, START + HOUR + STORE_BLOCK_ENTRIES);
	*seconds = cpu_seconds() - began;
	store_set_size(set, size);
	store_close(s);
	return samples;
}

static void bytes(const char *dir)
{
	for (unsigned law = 0; law < 5; law++) {
		struct frame *hour = make_hour(law);
		struct store_size size;
		double seconds;
		uint64_t samples = store_hour(dir, law, hour, "zstd3", &size, &seconds);
		printf("%s %.4f %.1f\n", laws[law], (double)size.disk_bytes_0 / (double)samples,
		       (double)size.disk_bytes_0 / HOUR);
		free_hour(hour);
	}
}

static int nothing(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	(void)from;
	(void)to;
	*(uint64_t *)arg += c->ncells;
	return 0;
}

static double time_reading(const char *dir, unsigned law, const char *codec)
{
	struct err e = {0};
	uint64_t cells = 0;
	struct store *s;
	struct store_set *set = open_set(dir, law, codec, &s);
	double began = cpu_seconds();
	for (int i = 0; i < 5; i++)
		store_read(set, 0, START, START + HOUR, nothing, &cells, &e);
	double seconds = cpu_seconds() - began;
	store_close(s);
	return seconds * 1e9 / (double)cells;
}

static void codecs(const char *dir)
{
	static const unsigned measured[] = {1, 2, 4};
	for (unsigned i = 0; i < 3; i++) {
		unsigned law = measured[i];
		struct frame *hour = make_hour(law);
		for (int level = -1; level <= 19; level++) {
			char codec[CODEC_TEXT];
			struct store_size size;
			double seconds;
			snprintf(codec, sizeof(codec),
				 level < 0    ? "none"
				 : level == 0 ? "lz4"
					      : "zstd%d",
				 level);
			uint64_t samples = store_hour(dir, law, hour, codec, &size, &seconds);
			printf("%s.%s %.4f %.2f %.1f %.1f\n", laws[law], codec,
			       (double)size.disk_bytes_0 / (double)samples,
			       (double)samples * 16 / (double)size.disk_bytes_0,
			       seconds * 1e9 / (double)samples, time_reading(dir, law, codec));
		}
		free_hour(hour);
	}
}

static void ingest(const char *dir)
{
	for (unsigned law = 1; law < 5; law++) {
		struct frame *hour = make_hour(law);
		struct store_size size;
		double seconds;
		uint64_t samples = store_hour(dir, law, hour, "zstd3", &size, &seconds);
		printf("%s %.2f\n", laws[law], (double)samples / seconds / 1e6);
		free_hour(hour);
	}
}

static void heat(const char *dir)
{
	struct frame *hour = make_hour(4);
	struct store_size size;
	double seconds, best[2] = {1e9, 1e9};
	char path[512], data[560];
	struct err e = {0};
	snprintf(path, sizeof(path), "%s/stat", dir);
	mkdir(path, 0700);
	snprintf(data, sizeof(data), "%s/bench.latency.stat", path);
	FILE *f = fopen(data, "w");
	if (!f)
		die(data);
	fputs("name: bench.latency\ntitle: B\ngroup: B\nunit: ops/s\nmode: rate\nsource: proc "
	      "cpu\nstability: Private\n"
	      "description: B.\nfield: latency\n  title: latency\n  type: numeric\n  unit: ns\n"
	      "  scheme: llquantize(10,3,10,100)\n",
	      f);
	fclose(f);
	store_hour(dir, 4, hour, "zstd3", &size, &seconds);
	snprintf(data, sizeof(data), "%s/distribution-zstd3", dir);
	struct loop *l = loop_new(&e);
	struct hub_options o = {.data_dir = data, .catalogue_dir = path};
	struct hub *h = l ? hub_new(&o, l, &e) : NULL;
	/* The first dataset's number is 1: that of the hour. */
	uint32_t id =
	    h ? hub_dataset_create(h, "bench.latency[latency]", NULL, "bench", true, &e) : 0;
	if (id != 1)
		die(e.text);
	for (int step = 0; step < 2; step++)
		for (int i = 0; i < 20; i++) {
			struct hub_heatmap_query q = {.q = {.dataset = id,
							    .t0 = START,
							    .t1 = START + HOUR,
							    .step_s = step ? 6 : 10},
						      .max_buckets = 100,
						      .percentiles = (double[]){50, 90, 99},
						      .npercentiles = 3};
			double began = cpu_seconds();
			struct hub_heatmap *m = hub_heatmap(h, &q, &e);
			double ms = (cpu_seconds() - began) * 1e3;
			if (!m || !m->ncells)
				die(e.text);
			best[step] = ms < best[step] ? ms : best[step];
			hub_heatmap_free(m);
		}
	printf("10s %.2f\n6s %.2f\n", best[0], best[1]);
	hub_free(h);
	loop_free(l);
	free_hour(hour);
}

/* A line of JSON for each series; of the distribution a series for each bucket, as VictoriaMetrics has them. */
static void dump_series(const struct frame *hour, uint32_t key, int32_t bucket, const char *label)
{
	bool first = true;
	printf("{\"metric\":{\"__name__\":\"m\",%s},\"values\":[", label);
	for (int what = 0; what < 2; what++, first = true) {
		for (int i = 0; i < HOUR; i++) {
			int64_t v = 0;
			for (uint32_t k = 0; k < hour[i].ncells; k++)
				if (hour[i].cells[k].key == key &&
				    hour[i].cells[k].bucket == bucket)
					v = hour[i].cells[k].value;
			if (bucket != FRAME_SCALAR && !v)
				continue;
			printf("%s%lld", first ? "" : ",",
			       what ? (long long)hour[i].second * 1000 : (long long)v);
			first = false;
		}
		printf(what ? "]}\n" : "],\"timestamps\":[");
	}
}

static void dump(unsigned law)
{
	struct frame *hour = make_hour(law);
	char label[120];
	int64_t lo, hi;
	for (uint32_t k = 0; k < SERIES && law < 4; k++) {
		snprintf(label, sizeof(label), "\"series\":\"%u\"", k);
		dump_series(hour, FRAME_FIRST_KEY + k, FRAME_SCALAR, label);
	}
	for (uint32_t b = 0; b < scheme_nbuckets(&buckets) && law == 4; b++) {
		bool used = false;
		for (int i = 0; i < HOUR && !used; i++)
			for (uint32_t k = 0; k < hour[i].ncells; k++)
				used = used || hour[i].cells[k].bucket == (int32_t)b;
		scheme_bounds(&buckets, b, &lo, &hi);
		snprintf(label, sizeof(label), "\"vmrange\":\"%.5e...%.5e\"",
			 lo < 0 ? 0.0 : (double)lo, (double)hi);
		if (used)
			dump_series(hour, FRAME_NO_KEY, (int32_t)b, label);
	}
	free_hour(hour);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const char *dir);
	} all[] = {{"bytes", bytes}, {"codecs", codecs}, {"ingest", ingest}, {"heat", heat}};
	for (size_t i = 0; argc == 3 && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(argv[2], all[i].name) == 0) {
			all[i].run(argv[1]);
			return 0;
		}
	for (unsigned law = 0; argc == 3 && law < 5; law++)
		if (strncmp(argv[2], "dump-", 5) == 0 && strcmp(argv[2] + 5, laws[law]) == 0) {
			dump(law);
			return 0;
		}
	fputs("usage: store FOLDER bytes|codecs|ingest|heat|dump-LAW\n", stderr);
	return 2;
}
