/*
 * unusual.c - how often thresholds of measure `unusual` cry for nothing, and how soon for something
 *
 * usage: unusual CATALOGUE FOLDER LAW HISTORY_DAYS JUDGED_DAYS SEED
 *
 * Fills a dataset of a store in FOLDER with HISTORY_DAYS of seconds, then lives through JUDGED_DAYS more: each second is
 * stored, and judged by the watcher of the daemon, with what hub_usual() learned from the store. Beside them two peers
 * are judged by the same watcher, with what they learned from the seconds of the same history: a fixed limit at the
 * 99.9th percentile, and three standard deviations to either side of the mean. Each waits 1 s and 10 s before it posts.
 *
 * The seconds: the law's mean, times 0.5 .. 1.5 by hour of the day, 0.5 at weekends, 0.5 % more each day, 2 for the first
 * ten minutes after two in the night; times noise that is remembered for some 20 s (log-normal); times 2 to 3 for 1 to 5 s at
 * random, every ten minutes or so; then Poisson. While days are judged, something is wrong every second slot of two hours,
 * 40 minutes into it, of each kind and size in turn (kinds[], sizes[]).
 *
 * Prints lines "clean JUDGE DWELL ALARMS DAYS" (alarms while nothing was wrong, or had been in the last ten minutes),
 * and "wrong JUDGE DWELL KIND SIZE DELAY" for each incident, DELAY in seconds or "-" when it was not noticed before it
 * was over. bench/analytics-unusual makes tables of them.
 */
#include "analytics/alert/watcher.h"
#include "analytics/query/hub_state.h"
#include "analytics/query/usual.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, SLOT_S = 7200, WRONG_AT = 2400, AFTER_S = 600, MAX_CELLS = 64 };
#define START ((int64_t)1789948800 / (7 * DAY_S) * (7 * DAY_S) + 4 * DAY_S) /* a Monday */

/* ---- what happens ---- */

static const struct law {
	const char *name, *dataset, *key; /* key: that is watched */
	double mean, noise, bursts;	  /* noise: its standard deviation; bursts: in a second */
	unsigned nkeys, nbuckets;
} laws[] = {
    {"level", "cpu.utilization", "", 40, 0.08, 0, 0, 0},
    {"rate", "syscall.ops", "", 2000, 0.10, 1 / 600.0, 0, 0},
    {"sum-of-keys", "syscall.ops[zone]", "", 600, 0.10, 1 / 600.0, 3, 0},
    {"key", "syscall.ops[zone]", "web", 600, 0.10, 1 / 600.0, 3, 0},
    {"distribution", "syscall.ops[latency]", "", 300, 0.10, 1 / 600.0, 0, 12},
    {"key-of-distribution", "syscall.ops[zone][latency]", "web", 300, 0.10, 1 / 600.0, 3, 12},
};
static const char *const key_names[] = {"web", "db", "mail"};
static const double key_shares[] = {0.6, 0.3, 0.1};

enum { STEP, SPIKE, FALL, RAMP, KINDS };
static const struct kind {
	const char *name;
	int64_t lasts_s;
} kinds[KINDS] = {{"step", 600}, {"spike", 30}, {"fall", 600}, {"ramp", 1800}};
static const double sizes[] = {1.5, 2, 4};
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

struct random {
	uint64_t state;
};
static double uniform(struct random *r)
{
	r->state = r->state * 6364136223846793005ull + 1442695040888963407ull;
	return ((double)(r->state >> 11) + 0.5) / 9007199254740992.0;
}
static double normal(struct random *r)
{
	return sqrt(-2 * log(uniform(r))) * cos(2 * M_PI * uniform(r));
}
static int64_t poisson(struct random *r, double mean)
{
	if (mean > 30)
		return (int64_t)fmax(0, mean + sqrt(mean) * normal(r) + 0.5);
	int64_t k = -1;
	for (double p = 1, least = exp(-mean); p > least; k++)
		p *= uniform(r);
	return k;
}

struct world {
	const struct law *law;
	struct random random;
	double noise, burst; /* now */
	int burst_s;	     /* left */
};

/* The mean of a second, of a world in which nothing is wrong. */
static double expected(struct world *w, int64_t second)
{
	double day = (double)((second - START) % DAY_S) / DAY_S,
	       days = (double)(second - START) / DAY_S;
	double v = w->law->mean * (1 + 0.5 * sin(2 * M_PI * (day - 0.375))) *
		   ((int64_t)days % 7 >= 5 ? 0.5 : 1) * pow(1.005, days);
	if (day >= 2 / 24.0 && day < 2 / 24.0 + 600.0 / DAY_S)
		v *= 2;
	w->noise = 0.95 * w->noise + sqrt(1 - 0.95 * 0.95) * w->law->noise * normal(&w->random);
	if (w->burst_s > 0)
		w->burst_s--;
	else if (uniform(&w->random) < w->law->bursts) {
		w->burst_s = 1 + (int)(5 * uniform(&w->random));
		w->burst = 2 + uniform(&w->random);
	}
	return v * exp(w->noise) * (w->burst_s ? w->burst : 1);
}

struct wrong {
	const struct kind *kind;
	double size;
	int64_t began; /* the second before the first; 0: nothing was wrong yet */
};

/* The last thing that was or is wrong; by how much of it the second is more. */
static double wrong_at(int64_t since, int64_t second, struct wrong *out)
{
	int64_t slot = (second - since - 1) / SLOT_S, at = (second - since - 1) % SLOT_S - WRONG_AT;
	int64_t nth = slot / 2;
	if (slot % 2 == 0 || at < 0)
		return 1;
	*out = (struct wrong){&kinds[nth % KINDS], sizes[nth / KINDS % SIZES], second - at - 1};
	if (at >= out->kind->lasts_s)
		return 1;
	if (out->kind == &kinds[FALL])
		return 1 / out->size;
	double part = out->kind == &kinds[RAMP] ? (double)at / (double)out->kind->lasts_s : 1;
	return 1 + (out->size - 1) * part;
}

/* ---- as frames ---- */

struct second {
	struct frame frame;
	struct frame_cell cells[MAX_CELLS];
	const char *keys[MAX_CELLS];
	double watched; /* what a threshold of the law's key sees, in the dataset's unit */
};

static void add_cell(struct second *s, uint32_t key, const char *text, int32_t bucket, int64_t v)
{
	if (!v)
		return;
	s->keys[s->frame.ncells] = text;
	s->cells[s->frame.ncells++] = (struct frame_cell){key, bucket, v};
}

static void make_second(struct world *w, struct dataset *d, int64_t at, double mean,
			struct second *s)
{
	const struct law *law = w->law;
	double scale = d->metric.kind == METRIC_SCALAR ? d->metric.stat->scale : 1;
	s->frame = (struct frame){.second = at, .cells = s->cells};
	s->watched = 0;
	if (!law->nkeys && !law->nbuckets && d->metric.stat->mode == METRIC_LEVEL)
		add_cell(s, FRAME_NO_KEY, "", FRAME_SCALAR, llround(fmin(mean, 100) / scale));
	else if (!law->nkeys && !law->nbuckets)
		add_cell(s, FRAME_NO_KEY, "", FRAME_SCALAR, poisson(&w->random, mean));
	for (unsigned k = 0; k < (law->nkeys ? law->nkeys : law->nbuckets ? 1 : 0); k++) {
		uint32_t key = law->nkeys ? store_key(d->set, key_names[k]) : FRAME_NO_KEY;
		const char *text = law->nkeys ? key_names[k] : "";
		double share = law->nkeys ? key_shares[k] : 1, left = 1;
		if (!law->nbuckets)
			add_cell(s, key, text, FRAME_SCALAR, poisson(&w->random, mean * share));
		for (unsigned b = 0; b < law->nbuckets; b++, left /= 1.5)
			add_cell(s, key, text, (int32_t)(100 + b),
				 poisson(&w->random, mean * share * left / 3));
	}
	for (uint32_t i = 0; i < s->frame.ncells; i++)
		if (!law->key[0] || strcmp(s->keys[i], law->key) == 0)
			s->watched += (double)s->cells[i].value * scale;
}

/* ---- who judges ---- */

enum { UNUSUAL_3, UNUSUAL_6, FIXED, SIGMA_ABOVE, SIGMA_BELOW, JUDGES };
static const char *const judge_names[JUDGES] = {"unusual-3", "unusual-6", "fixed", "sigma",
						"sigma"};
static const int dwells_s[] = {1, 10};
enum { DWELLS = 2 };

struct judged {
	int64_t clean_s;
	unsigned alarms[SIGMA_ABOVE + 1][DWELLS];
	int64_t noticed[SIGMA_ABOVE + 1][DWELLS]; /* delay of what is wrong now; 0: not yet */
	struct wrong wrong;
};

static int learn_of_hub(void *ctx, uint32_t dataset, const char *key, int64_t second,
			struct usual *out)
{
	struct err e = {0};
	return hub_usual(ctx, dataset, NULL, key, second - 1, out, &e);
}

static int add_judges(struct watcher *w, const struct law *law, const struct dataset *d,
		      double fixed, double mean, double sigma, struct err *e)
{
	double limits[JUDGES] = {3, 6, fixed, mean + 3 * sigma, mean - 3 * sigma};
	struct alerts_dataset ds = {0};
	snprintf(ds.name, sizeof(ds.name), "%s", d->metric.canonical);
	for (int i = 0; i < JUDGES * DWELLS; i++) {
		struct threshold t;
		threshold_init(&t);
		t.id = i + 1;
		t.enabled = t.has_limit = true;
		t.measure = i / DWELLS <= UNUSUAL_6 ? MEASURE_UNUSUAL : MEASURE_VALUE;
		t.type = i / DWELLS == SIGMA_BELOW ? TYPE_BELOW : TYPE_EXCEEDS;
		t.limit = limits[i / DWELLS];
		t.minpost_s = dwells_s[i % DWELLS];
		t.minclear_s = 60;
		snprintf(t.dataset, sizeof(t.dataset), "%s", d->metric.canonical);
		snprintf(t.key, sizeof(t.key), "%s", law->key);
		if (watcher_set(w, &t, &ds, e) < 0)
			return -1;
	}
	return 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void learn_peers(double *seen, int64_t n, double *fixed, double *mean, double *sigma)
{
	double sum = 0, squares = 0;
	for (int64_t i = 0; i < n; i++)
		sum += seen[i];
	*mean = sum / (double)n;
	for (int64_t i = 0; i < n; i++)
		squares += (seen[i] - *mean) * (seen[i] - *mean);
	*sigma = sqrt(squares / (double)n);
	qsort(seen, (size_t)n, sizeof(*seen), by_value);
	*fixed = seen[(int64_t)(0.999 * (double)n)];
}

/* Who was posted in this second, and whether that was right. */
static void count_alarms(struct judged *j, const struct book_event *ev, size_t n, int64_t second)
{
	int64_t into = j->wrong.began ? second - j->wrong.began : 0;
	bool wrong = into > 0 && into <= j->wrong.kind->lasts_s;
	bool after = into > 0 && !wrong && into <= j->wrong.kind->lasts_s + AFTER_S;
	j->clean_s += !wrong && !after;
	for (size_t i = 0; i < n; i++) {
		int judge = (int)(ev[i].threshold - 1) / DWELLS,
		    dwell = (int)(ev[i].threshold - 1) % DWELLS;
		judge = judge == SIGMA_BELOW ? SIGMA_ABOVE : judge;
		if (ev[i].event != EVENT_POST || after)
			continue;
		if (!wrong)
			j->alarms[judge][dwell]++;
		else if (!j->noticed[judge][dwell])
			j->noticed[judge][dwell] = into;
	}
}

static void tell_wrong(struct judged *j)
{
	for (int i = 0; i < (SIGMA_ABOVE + 1) * DWELLS && j->wrong.began; i++) {
		int64_t *delay = &j->noticed[i / DWELLS][i % DWELLS];
		printf("wrong %s %d %s %g ", judge_names[i / DWELLS], dwells_s[i % DWELLS],
		       j->wrong.kind->name, j->wrong.size);
		printf(*delay ? "%lld\n" : "-\n", (long long)*delay);
		*delay = 0;
	}
}

/* ---- history, then the days that are judged ---- */

struct run {
	struct hub *hub;
	struct dataset *d;
	struct world world;
	struct second second;
	int64_t history_s, judged_s;
};

static int keep(struct run *r, int64_t at, double times, struct err *e)
{
	make_second(&r->world, r->d, at, expected(&r->world, at) * times, &r->second);
	if (store_append(r->d->set, &r->second.frame) != STORE_KEPT)
		return err_set(e, 1, "second %lld is not kept", (long long)at);
	if (at % 600 == 0)
		store_second(r->hub->store, at);
	return 0;
}

static int judge(struct run *r, struct watcher *w, struct err *e)
{
	const struct metric *m = &r->d->metric;
	int64_t since = START + r->history_s;
	struct judged j = {0};
	struct hub_second s = {.dataset = r->d->id,
			       .name = m->canonical,
			       .kind = m->kind,
			       .mode = m->stat->mode,
			       .scale = m->stat->scale,
			       .scheme = &m->scheme,
			       .frame = &r->second.frame,
			       .keys = r->second.keys};
	for (int64_t at = since + 1; at <= since + r->judged_s; at++) {
		struct wrong now = j.wrong;
		size_t n = 0;
		double times = wrong_at(since, at, &now);
		if (now.began != j.wrong.began)
			tell_wrong(&j);
		j.wrong = now;
		if (keep(r, at, times, e) < 0)
			return -1;
		watcher_second(w, at, &s, 1);
		struct book_event *ev = watcher_take(w, &n);
		count_alarms(&j, ev, n, at);
		free(ev);
	}
	tell_wrong(&j);
	for (int i = 0; i < (SIGMA_ABOVE + 1) * DWELLS; i++)
		printf("clean %s %d %u %.4f\n", judge_names[i / DWELLS], dwells_s[i % DWELLS],
		       j.alarms[i / DWELLS][i % DWELLS], (double)j.clean_s / DAY_S);
	return 0;
}

static int live(struct run *r, struct err *e)
{
	double fixed, mean, sigma, *seen = malloc((size_t)r->history_s * sizeof(*seen));
	struct alerts_env env = {.ctx = r->hub, .usual = learn_of_hub};
	struct watcher *w = watcher_new(&env, e);
	int status = seen && w ? 0 : -1;
	for (int64_t i = 0; i < r->history_s && status == 0; i++) {
		status = keep(r, START + 1 + i, 1, e);
		seen[i] = r->second.watched;
	}
	if (status == 0) {
		learn_peers(seen, r->history_s, &fixed, &mean, &sigma);
		status = add_judges(w, r->world.law, r->d, fixed, mean, sigma, e);
	}
	if (status == 0)
		status = judge(r, w, e);
	free(seen);
	watcher_free(w);
	return status;
}

static const struct law *find_law(const char *name)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++)
		if (strcmp(laws[i].name, name) == 0)
			return &laws[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct err e = {0};
	const struct law *law = argc == 7 ? find_law(argv[3]) : NULL;
	if (!law) {
		fprintf(stderr,
			"usage: unusual CATALOGUE FOLDER LAW HISTORY_DAYS JUDGED_DAYS SEED\n");
		return 2;
	}
	struct run r = {.world = {.law = law, .random = {strtoull(argv[6], NULL, 10)}},
			.history_s = atoll(argv[4]) * DAY_S,
			.judged_s = atoll(argv[5]) * DAY_S};
	struct hub_options o = {.data_dir = argv[2], .catalogue_dir = argv[1]};
	struct loop *loop = loop_new(&e);
	r.hub = loop ? hub_new(&o, loop, &e) : NULL;
	uint32_t id = r.hub ? hub_dataset_create(r.hub, law->dataset, NULL, "bench", true, &e) : 0;
	r.d = id ? hub_get(r.hub, id, NULL, &e) : NULL;
	int status = r.d && r.history_s > 0 ? live(&r, &e) : -1;
	if (status < 0)
		fprintf(stderr, "unusual: %s\n", e.text);
	if (r.hub)
		hub_free(r.hub);
	if (loop)
		loop_free(loop);
	return status < 0;
}
