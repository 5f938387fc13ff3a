/*
 * zonestat.c - the command zonestat(1): what zones use, an interval at a time
 *
 * A reading at the end of each interval is compared with the one before. A row is a zone, [total], [system] or global;
 * for reports over several intervals rows are added up by the zone's id.
 */
#include "zone/usage.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };
enum { REPORT_INTERVAL, REPORT_TOTAL, REPORT_AVERAGE, REPORT_HIGH, REPORTS };
enum { LINE_HEADER = 1, LINE_RESOURCE = 2, LINE_TOTAL = 4, LINE_SYSTEM = 8, LINE_ZONES = 16 };
enum { SUMMARY = USAGE_KINDS, TOTAL_ID = -3, SYSTEM_ID = -2, GLOBAL_ID = 0 };
#define FOREVER UINT64_MAX

static const char *const report_names[REPORTS] = {"interval", "total", "average", "high"};

struct resource {
	const char *name, *alias;
	unsigned what; /* enum usage_what, or SUMMARY */
	const char *title, *of, *system;
	bool bytes;
};
static const struct resource resources[] = {
    {"summary", "sum", SUMMARY, NULL, NULL, NULL, false},
    {"processor-set", "psets", USAGE_CPU, NULL, "pset_default", NULL, false},
    {"physical-memory", "memory", USAGE_PHYSICAL, "PHYSICAL-MEMORY", "mem_default", "SYSTEM MEMORY",
     true},
    {"virtual-memory", "memory", USAGE_VIRTUAL, "VIRTUAL-MEMORY", "vm_default", "SYSTEM MEMORY",
     true},
    {"locked-memory", "memory", USAGE_LOCKED, "LOCKED-MEMORY", "mem_default", "SYSTEM MEMORY",
     true},
    {"processes", "limits", USAGE_PROCESSES, "PROCESSES", "system-limit", "SYSTEM LIMIT", false},
    {"lwps", "limits", USAGE_LWPS, "LWPS", "system-limit", "SYSTEM LIMIT", false},
    {"shm-memory", "limits", USAGE_SHM_MEMORY, "SHM-MEMORY", "system-limit", "SYSTEM LIMIT", true},
    {"shm-ids", "limits", USAGE_SHM_IDS, "SHM-IDS", "system-limit", "SYSTEM LIMIT", false},
    {"sem-ids", "limits", USAGE_SEM_IDS, "SEM-IDS", "system-limit", "SYSTEM LIMIT", false},
    {"msg-ids", "limits", USAGE_MSG_IDS, "MSG-IDS", "system-limit", "SYSTEM LIMIT", false},
};
enum { NRESOURCES = sizeof(resources) / sizeof(resources[0]) };

struct row {
	const struct zone_usage *zone; /* its levels and caps; of the last reading it was in */
	int32_t id;
	double now[USAGE_KINDS], sum[USAGE_KINDS], most[USAGE_KINDS];
	unsigned intervals;
};
struct asked {
	const char *root, *zones, *sort,
	    *names; /* names: of resources, those of a kind that are meant */
	bool wanted[NRESOURCES], reports[REPORTS], quiet, parsable;
	unsigned lines;
	char stamp;			       /* u, d, i; 0 = none */
	uint64_t interval_s, duration, report; /* in intervals; FOREVER */
};
struct state {
	const struct asked *a;
	struct arena *arenas[2]; /* of the readings, in turn */
	struct usage_reading readings[2];
	struct arena *rows_arena;
	VEC(struct row) rows;
	unsigned interval;
	double seconds; /* of the report that is printed */
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int usage(FILE *to)
{
	fputs("usage: zonestat [-R reports] [-r resources] [-n names] [-z zones] [-S column]\n"
	      "                [-T u|d|i] [-q] [-p [-P lines]] [-A root]\n"
	      "                interval [duration [report]]\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

static int fail(const char *text, const char *what)
{
	fprintf(stderr, "zonestat: %s%s%s\n", text, what ? ": " : "", what ? what : "");
	return E_ERROR;
}

/* ---- values ---- */

/* Five columns: 7140M, 33.3M, 512K, 0. */
static const char *scaled(double v, char text[16])
{
	static const char units[] = "KMGTPE";
	int unit = -1;
	while (v >= 10000 && unit < 5) {
		v /= 1024;
		unit++;
	}
	if (unit < 0)
		snprintf(text, 16, "%.0f", v);
	else
		snprintf(text, 16, v < 100 ? "%.1f%c" : "%.0f%c", v, units[unit]);
	return text;
}

static const char *percent(double part, double of, char text[16])
{
	double v = of > 0 ? 100 * part / of : 0;
	if (of <= 0)
		snprintf(text, 16, "-");
	else
		snprintf(text, 16, v < 9.995 ? "%.2f%%" : v < 99.95 ? "%.1f%%" : "%.0f%%", v);
	return text;
}

static double value(const struct row *r, unsigned what, int report)
{
	if (report == REPORT_TOTAL && (what == USAGE_CPU || what == USAGE_NET))
		return r->sum[what];
	if (report == REPORT_AVERAGE)
		return r->intervals ? r->sum[what] / r->intervals : 0;
	return report == REPORT_HIGH ? r->most[what] : r->now[what];
}

/* How much of it there is on this machine; 0 = no limit that is known. */
static double capacity(const struct state *s, unsigned what)
{
	const struct usage_reading *r = &s->readings[s->interval % 2];
	switch (what) {
	case USAGE_CPU:
		return r->online;
	case USAGE_PHYSICAL:
	case USAGE_LOCKED:
		return (double)r->physical_bytes;
	case USAGE_VIRTUAL:
		return (double)r->virtual_bytes;
	default:
		return 0;
	}
}

/* ---- rows ---- */

static struct row *row_of(struct state *s, int32_t id)
{
	for (size_t i = 0; i < s->rows.n; i++)
		if (s->rows.at[i].id == id)
			return &s->rows.at[i];
	struct row *r = vec_push(&s->rows, s->rows_arena);
	*r = (struct row){.id = id};
	return r;
}

static void add(struct state *s, int32_t id, const struct zone_usage *before,
		const struct zone_usage *now)
{
	const struct usage_reading *to = &s->readings[s->interval % 2],
				   *from = &s->readings[(s->interval + 1) % 2];
	struct row *r = row_of(s, id);
	struct zone_usage *copy = r->zone ? (struct zone_usage *)(uintptr_t)r->zone
					  : arena_new_of(s->rows_arena, struct zone_usage);
	*copy = *now;
	r->zone = copy;
	r->intervals++;
	for (unsigned k = 0; k < USAGE_KINDS; k++) {
		r->now[k] = zone_usage_rate(from, before, to, now, k);
		r->sum[k] +=
		    r->now[k] * (k == USAGE_CPU || k == USAGE_NET ? (double)s->a->interval_s : 1);
		if (r->now[k] > r->most[k])
			r->most[k] = r->now[k];
	}
}

static void take_interval(struct state *s)
{
	const struct usage_reading *to = &s->readings[s->interval % 2],
				   *from = &s->readings[(s->interval + 1) % 2];
	for (size_t i = 0; i < s->rows.n; i++) /* of zones that are gone */
		memset(s->rows.at[i].now, 0, sizeof(s->rows.at[i].now));
	add(s, TOTAL_ID, &from->total, &to->total);
	add(s, SYSTEM_ID, &from->system, &to->system);
	add(s, GLOBAL_ID, &from->global, &to->global);
	for (size_t i = 0; i < to->zones.n; i++)
		add(s, to->zones.at[i].id, zone_usage_find(from, to->zones.at[i].id),
		    &to->zones.at[i]);
}

/* Is the name one of a list with commas? */
static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	return false;
}

/* Rows to print, the first ones first; the zones in the order that was asked for. */
struct order {
	const struct row *row;
	double key;
	const char *name;
};

static int in_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? 1 : -1;
	return strcmp(x->name, y->name);
}

static double sort_key(const struct asked *a, const struct row *r, unsigned what, int report)
{
	const struct usage_level *l = &r->zone->of[what];
	if (!a->sort || strcmp(a->sort, "used") == 0 || strcmp(a->sort, "pused") == 0)
		return value(r, what, report);
	if (strcmp(a->sort, "cap") == 0)
		return l->capped ? (double)l->cap : 0;
	if (strcmp(a->sort, "pcap") == 0)
		return l->capped && l->cap ? value(r, what, report) / (double)l->cap : 0;
	if (strcmp(a->sort, "shr") == 0)
		return (double)r->zone->shares;
	return 0; /* zone: by name */
}

static size_t ordered(const struct state *s, unsigned what, int report, struct order *out)
{
	size_t n = 0, zones;
	for (int32_t id = TOTAL_ID; id <= SYSTEM_ID; id++)
		for (size_t i = 0; i < s->rows.n; i++)
			if (s->rows.at[i].id == id &&
			    s->a->lines & (id == TOTAL_ID ? LINE_TOTAL : LINE_SYSTEM))
				out[n++].row = &s->rows.at[i];
	zones = n;
	for (size_t i = 0; i < s->rows.n; i++) {
		const struct row *r = &s->rows.at[i];
		if (r->id < 0 || !(s->a->lines & LINE_ZONES) ||
		    (s->a->zones && !listed(s->a->zones, r->zone->name)))
			continue;
		out[n++] = (struct order){
		    .row = r, .key = sort_key(s->a, r, what, report), .name = r->zone->name};
	}
	qsort(out + zones, n - zones, sizeof(*out), in_order);
	return n;
}

/* ---- printing ---- */

/* A value, or "-" where nothing is known of it. */
static const char *used(const struct row *r, unsigned what, bool bytes, int report, char text[16])
{
	double v = value(r, what, report);
	if (!r->zone->of[what].known)
		snprintf(text, 16, "-");
	else if (what == USAGE_CPU)
		snprintf(text, 16, v < 99.995 ? "%.2f" : "%.0f", v);
	else if (bytes)
		scaled(v, text);
	else
		snprintf(text, 16, "%.0f", v);
	return text;
}

static const char *part(const struct state *s, const struct row *r, unsigned what, int report,
			char text[16])
{
	double seconds = report == REPORT_TOTAL && what == USAGE_CPU ? s->seconds : 1;
	if (!r->zone->of[what].known)
		snprintf(text, 16, "-");
	else
		percent(value(r, what, report), capacity(s, what) * seconds, text);
	return text;
}

static void summary_row(const struct state *s, const struct row *r, int report)
{
	char t[8][16];
	used(r, USAGE_CPU, false, report, t[0]);
	part(s, r, USAGE_CPU, report, t[1]);
	used(r, USAGE_PHYSICAL, true, report, t[2]);
	part(s, r, USAGE_PHYSICAL, report, t[3]);
	used(r, USAGE_VIRTUAL, true, report, t[4]);
	part(s, r, USAGE_VIRTUAL, report, t[5]);
	used(r, USAGE_NET, true, report, t[6]);
	if (s->a->parsable)
		printf("%s:summary:%s:%s:%s:%.0f:%s:%.0f:%s:%.0f\n", report_names[report],
		       r->zone->name, t[0], t[1], value(r, USAGE_PHYSICAL, report), t[3],
		       value(r, USAGE_VIRTUAL, report), t[5], value(r, USAGE_NET, report));
	else
		printf("%19s %5s %5s %5s %5s %5s %5s %5s %5s\n", r->zone->name, t[0], t[1], t[2],
		       t[3], t[4], t[5], t[6], "-");
}

/* Shares count among those zones that have any. */
static double all_shares(const struct state *s)
{
	double sum = 0;
	for (size_t i = 0; i < s->rows.n; i++)
		if (s->rows.at[i].id > 0)
			sum += (double)s->rows.at[i].zone->shares;
	return sum;
}

static void resource_row(const struct state *s, const struct resource *of, const struct row *r,
			 int report)
{
	const struct usage_level *l = &r->zone->of[of->what];
	char u[16], p[16], cap[16] = "-", pcap[16] = "-", shares[16] = "-", pshares[16] = "-";
	double most = (double)l->cap / (of->what == USAGE_CPU ? 100 : 1);
	double seconds = report == REPORT_TOTAL && of->what == USAGE_CPU ? s->seconds : 1;
	used(r, of->what, of->bytes, report, u);
	part(s, r, of->what, report, p);
	if (l->capped) {
		if (of->what == USAGE_CPU)
			snprintf(cap, sizeof(cap), "%.2f", most);
		else if (of->bytes)
			scaled(most, cap);
		else
			snprintf(cap, sizeof(cap), "%.0f", most);
		percent(value(r, of->what, report), most * seconds, pcap);
	}
	if (r->zone->shares) {
		snprintf(shares, sizeof(shares), "%llu", (unsigned long long)r->zone->shares);
		percent((double)r->zone->shares, all_shares(s), pshares);
	}
	if (s->a->parsable) {
		printf("%s:%s:%s:", report_names[report], of->name, r->zone->name);
		if (!l->known)
			printf("-:%s:%s:%s", p, cap, pcap);
		else if (of->what == USAGE_CPU)
			printf("%s:%s:%s:%s:%s:%s", u, p, cap, pcap, shares, pshares);
		else if (l->capped)
			printf("%.0f:%s:%.0f:%s", value(r, of->what, report), p, most, pcap);
		else
			printf("%.0f:%s:-:-", value(r, of->what, report), p);
		putchar('\n');
	} else if (of->what == USAGE_CPU) {
		printf("%36s %5s %5s %5s %5s %6s %5s\n", r->zone->name, u, p, cap, pcap, shares,
		       pshares);
	} else {
		printf("%36s %5s %5s %5s %5s\n", r->zone->name, u, p, cap, pcap);
	}
}

static void headers(const struct state *s, const struct resource *of)
{
	const struct usage_reading *r = &s->readings[s->interval % 2];
	char a[16], b[16];
	if (s->a->parsable)
		return;
	if (of->what == SUMMARY) {
		printf("SUMMARY                   Cpus/Online: %u/%u   PhysMem: %5s  VirtMem: %5s\n"
		       "                    ---CPU----  --PhysMem-- --VirtMem-- --PhysNet--\n"
		       "               ZONE  USED %%PART  USED %%USED  USED %%USED PBYTE %%PUSE\n",
		       r->ncpus, r->online, scaled((double)r->physical_bytes, a),
		       scaled((double)r->virtual_bytes, b));
	} else if (of->what == USAGE_CPU) {
		printf("PROCESSOR_SET                   TYPE  ONLINE/CPUS\n"
		       "pset_default            default-pset %12u/%u\n"
		       "                                ZONE  USED %%USED   CAP  %%CAP   SHRS  "
		       "%%SHR\n",
		       r->online, r->ncpus);
	} else {
		double all = capacity(s, of->what);
		printf("%-28s %13s\n%-28s %13s\n"
		       "                                ZONE  USED %%USED   CAP  %%CAP\n",
		       of->title, of->system, of->of, all > 0 ? scaled(all, a) : "-");
	}
}

static void stamp(char how)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];
	if (how == 'u') {
		printf("%lld\n", (long long)now);
		return;
	}
	localtime_r(&now, &tm);
	strftime(text, sizeof(text), how == 'd' ? "%a %b %e %H:%M:%S %Z %Y" : "%Y%m%dT%H%M%SZ",
		 how == 'd' ? &tm : gmtime_r(&now, &tm));
	puts(text);
}

static void print_report(struct state *s, int report)
{
	unsigned long long seconds = s->interval * s->a->interval_s;
	/* With the last reading: another takes its place. */
	struct order *order = arena_array(s->arenas[s->interval % 2], struct order, s->rows.n + 1);
	s->seconds = (double)seconds;
	if (s->a->lines & LINE_HEADER) {
		if (s->a->parsable)
			printf("%s:header:%u:%llu\n", report_names[report], s->interval, seconds);
		else
			printf("%s%c%s: %u, Duration: %llu:%02llu:%02llu\n",
			       report == REPORT_INTERVAL ? "" : "Report: ",
			       report_names[report][0] - 'a' + 'A', report_names[report] + 1,
			       s->interval, seconds / 3600, seconds / 60 % 60, seconds % 60);
	}
	for (size_t i = 0; i < NRESOURCES; i++) {
		const struct resource *of = &resources[i];
		if (!s->a->wanted[i] || (s->a->names && of->of && !listed(s->a->names, of->of)))
			continue;
		if (s->a->lines & LINE_RESOURCE)
			headers(s, of);
		unsigned what = of->what == SUMMARY ? USAGE_CPU : of->what;
		size_t n = ordered(s, what, report, order);
		for (size_t k = 0; k < n; k++) {
			if (of->what == SUMMARY)
				summary_row(s, order[k].row, report);
			else
				resource_row(s, of, order[k].row, report);
		}
		if (!s->a->parsable)
			putchar('\n');
	}
}

static void print_reports(struct state *s)
{
	for (int r = REPORT_TOTAL; r < REPORTS; r++)
		if (s->a->reports[r])
			print_report(s, r);
}

/* ---- running ---- */

static int read_now(struct state *s)
{
	struct err e = {0};
	unsigned at = s->interval % 2;
	arena_free(s->arenas[at]);
	s->arenas[at] = arena_new();
	if (!s->arenas[at] || arena_guard(s->arenas[at]))
		return fail("out of memory", NULL);
	return zone_usage_read(&s->readings[at], s->arenas[at], s->a->root, &e) < 0
		   ? fail(e.text, NULL)
		   : E_OK;
}

static void sleep_until(uint64_t at_ns)
{
	const struct timespec t = {.tv_sec = (time_t)(at_ns / 1000000000u),
				   .tv_nsec = (long)(at_ns % 1000000000u)};
	while (!stopped && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static int run(struct state *s)
{
	const struct asked *a = s->a;
	if (read_now(s) != E_OK)
		return E_ERROR;
	uint64_t began = s->readings[0].at_ns, since = 0;
	if (!a->quiet && !a->parsable)
		puts("Collecting data for first interval...");
	while (!stopped && s->interval < a->duration) {
		fflush(stdout);
		sleep_until(began + (s->interval + 1) * a->interval_s * 1000000000u);
		if (stopped)
			break;
		s->interval++;
		if (read_now(s) != E_OK)
			return E_ERROR;
		take_interval(s);
		if (a->stamp && !a->quiet)
			stamp(a->stamp);
		if (!a->quiet)
			print_report(s, REPORT_INTERVAL);
		if (ferror(stdout))
			return fail("cannot write", strerror(errno));
		if (++since == a->report) {
			print_reports(s);
			since = 0;
		}
	}
	if (since && s->interval)
		print_reports(s);
	return fflush(stdout) == 0 ? E_OK : fail("cannot write", strerror(errno));
}

/* ---- arguments ---- */

/* "5", "90s", "2m", "1h"; 0 = not one. */
static uint64_t read_seconds(const char *text, char **end)
{
	unsigned long long n = strtoull(text, end, 10);
	if (*end == text || text[0] == '-' || n > 1u << 30)
		return 0;
	uint64_t unit = **end == 'h' ? 3600 : **end == 'm' ? 60 : 1;
	if (**end == 'h' || **end == 'm' || **end == 's')
		++*end;
	return n * unit;
}

/* A number of intervals: "inf", "5x", or a time. */
static uint64_t read_intervals(const char *text, uint64_t interval_s)
{
	char *end;
	if (strcmp(text, "inf") == 0)
		return FOREVER;
	uint64_t n = read_seconds(text, &end);
	if (n && end[0] == 'x' && !end[1])
		return n;
	return n && !*end ? (n + interval_s - 1) / interval_s : 0;
}

static bool choose_resources(struct asked *a, char *list)
{
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
		bool known = false;
		for (size_t i = 0; i < NRESOURCES; i++)
			if (strcmp(word, "all") == 0 || strcmp(word, resources[i].name) == 0 ||
			    strcmp(word, resources[i].alias) == 0)
				a->wanted[i] = known = true;
		if (!known) {
			fail("no such resource", word);
			return false;
		}
	}
	return true;
}

static bool choose_words(char *list, const char *const *words, int n, const char *what,
			 unsigned *chosen)
{
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
		int i = 0;
		while (i < n && strcmp(word, words[i]) != 0)
			i++;
		if (i == n) {
			fail(what, word);
			return false;
		}
		*chosen |= 1u << i;
	}
	return true;
}

/* Names of resources, of the kinds that are shown: each one's is in the table. */
static bool choose_names(struct asked *a, const char *names)
{
	for (const char *p = names; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		bool found = false;
		for (size_t i = 0; i < NRESOURCES; i++)
			found |= resources[i].of && strlen(resources[i].of) == strcspn(p, ",") &&
				 strncmp(resources[i].of, p, strcspn(p, ",")) == 0;
		if (!found) {
			fail("no such resource name", p);
			return false;
		}
	}
	a->names = names;
	return true;
}

static int read_options(struct asked *a, int argc, char **argv)
{
	static const char *const lines[] = {"header", "resource", "total", "system", "zones"};
	unsigned reports = 0, chosen = 0;
	bool any = false;
	int ch;
	while ((ch = getopt(argc, argv, "R:r:n:z:S:T:P:A:pq")) != -1) {
		if (ch == 'R' &&
		    !choose_words(optarg, report_names, REPORTS, "no such report", &reports))
			return E_ERROR;
		if (ch == 'P' && !choose_words(optarg, lines, 5, "no such line", &chosen))
			return E_ERROR;
		if (ch == 'r' && !choose_resources(a, optarg))
			return E_ERROR;
		if (ch == 'n' && !choose_names(a, optarg))
			return E_ERROR;
		a->zones = ch == 'z' ? optarg : a->zones;
		a->sort = ch == 'S' ? optarg : a->sort;
		a->root = ch == 'A' ? optarg : a->root;
		a->stamp = ch == 'T' ? optarg[0] : a->stamp;
		a->parsable |= ch == 'p';
		a->quiet |= ch == 'q';
		if (ch == '?' || (ch == 'T' && (strlen(optarg) != 1 || !strchr("udi", optarg[0]))))
			return usage(stderr);
	}
	if (a->sort && !listed("used,pused,cap,pcap,shr,zone", a->sort))
		return fail("no such column", a->sort);
	if (chosen && !a->parsable)
		return usage(stderr);
	for (int i = 0; i < REPORTS; i++)
		a->reports[i] = reports >> i & 1;
	for (size_t i = 0; i < NRESOURCES; i++)
		any |= a->wanted[i];
	a->wanted[0] |= !any;
	a->lines = chosen ? chosen : 31;
	return E_OK;
}

static int read_arguments(struct asked *a, int argc, char **argv)
{
	char *end = "";
	int status = read_options(a, argc, argv);
	if (status != E_OK)
		return status;
	int left = argc - optind;
	if (left < 1 || left > 3)
		return usage(stderr);
	a->interval_s = read_seconds(argv[optind], &end);
	if (!a->interval_s || *end)
		return fail("not an interval", argv[optind]);
	a->duration = a->report = FOREVER;
	if (left > 1 && !(a->duration = read_intervals(argv[optind + 1], a->interval_s)))
		return fail("not a duration", argv[optind + 1]);
	if (left > 2 && !(a->report = read_intervals(argv[optind + 2], a->interval_s)))
		return fail("not a duration", argv[optind + 2]);
	return E_OK;
}

int main(int argc, char **argv)
{
	struct asked a = {0};
	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	int status = read_arguments(&a, argc, argv);
	if (status != E_OK)
		return status;
	struct sigaction act = {.sa_handler = stop};
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	struct state s = {.a = &a, .arenas = {arena_new(), arena_new()}, .rows_arena = arena_new()};
	if (!s.rows_arena || arena_guard(s.rows_arena))
		return fail("out of memory", NULL);
	status = run(&s);
	arena_free(s.arenas[0]);
	arena_free(s.arenas[1]);
	arena_free(s.rows_arena);
	return status;
}
