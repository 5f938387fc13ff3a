/*
 * plockstat.c - the command plockstat(8): which locks of a program are held long, and which are waited for
 *
 * In: a command, or a process. It writes a D program over the provider plockstat, lets it run, and makes tables of its
 * aggregations. Each table is one aggregation by lock and stack, of average times (so: with number and sum), and with -s
 * another one with their distribution. Everything goes through the installed interface.
 */
#include <glasshouse/dtrace.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };
enum { HOLD = 1, CONTENTION = 2 };
enum { FRAMES_MAX = 50, NAME_BYTES = 512, BUCKETS_MAX = 127, BAR = 24 };

static const struct table {
	const char *title,
	    *name; /* name: of the aggregation; that of the distribution ends in _d */
	int event;
	/* The probe that ends it, and its condition. */
	const char *probe, *condition, *since;
} tables[] = {
    {"Mutex hold", "mutex_hold", HOLD, "mutex-release", "arg1 == 0", "self->mutex_held"},
    {"Mutex block", "mutex_block", CONTENTION, "mutex-blocked", "arg1 != 0", "self->mutex_waits"},
    {"Mutex unsuccessful block", "mutex_block_failed", CONTENTION, "mutex-blocked", "arg1 == 0",
     "self->mutex_waits"},
    {"R/W reader hold", "rw_reader_hold", HOLD, "rw-release", "arg1 == 0", "self->rw_held"},
    {"R/W writer hold", "rw_writer_hold", HOLD, "rw-release", "arg1 != 0", "self->rw_held"},
    {"R/W reader block", "rw_reader_block", CONTENTION, "rw-blocked", "arg1 == 0 && arg2 != 0",
     "self->rw_waits"},
    {"R/W writer block", "rw_writer_block", CONTENTION, "rw-blocked", "arg1 != 0 && arg2 != 0",
     "self->rw_waits"},
    {"R/W reader unsuccessful block", "rw_reader_block_failed", CONTENTION, "rw-blocked",
     "arg1 == 0 && arg2 == 0", "self->rw_waits"},
    {"R/W writer unsuccessful block", "rw_writer_block_failed", CONTENTION, "rw-blocked",
     "arg1 != 0 && arg2 == 0", "self->rw_waits"},
};
enum { NTABLES = sizeof(tables) / sizeof(tables[0]) };

struct cmd {
	struct session *s;
	int events, depth; /* depth: frames shown; 0: only the caller */
	bool verbose, print_program;
	unsigned long rows;
	double seconds; /* 0: as long as the program runs */
	pid_t pid;
	char *const *argv;
};

/* A row of a table. */
struct row {
	uint64_t count, sum;
	char lock[NAME_BYTES];
	char *frames[FRAMES_MAX];
	unsigned nframes;
	uint64_t buckets[BUCKETS_MAX];
};
struct rows {
	struct cmd *c;
	struct row *at;
	size_t n, cap;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fflush(stdout);
	fputs("plockstat: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

static int usage(void)
{
	fputs(
	    "Usage:\n"
	    "\tplockstat [-vACHV] [-n count] [-s depth] [-e secs] [-x opt[=val]] command [arg...]\n"
	    "\tplockstat [-vACHV] [-n count] [-s depth] [-e secs] [-x opt[=val]] -p pid\n",
	    stderr);
	return E_USAGE;
}

/* ---- the program ---- */

static const char begins[] =
    "plockstat$target:::mutex-acquire /arg1 == 0/ { self->mutex_held[arg0] = timestamp; }\n"
    "plockstat$target:::rw-acquire { self->rw_held[arg0] = timestamp; }\n";
static const char waits[] =
    "plockstat$target:::mutex-block { self->mutex_waits[arg0] = timestamp; }\n"
    "plockstat$target:::rw-block { self->rw_waits[arg0] = timestamp; }\n";

static void write_table(FILE *f, const struct cmd *c, const struct table *t)
{
	int frames = c->depth ? c->depth : 1;

	fprintf(f, "plockstat$target:::%s /%s[arg0] && %s/\n{\n", t->probe, t->since, t->condition);
	fprintf(f, "\t@%s[uaddr(arg0), ustack(%d)] = avg(timestamp - %s[arg0]);\n", t->name, frames,
		t->since);
	if (c->depth)
		fprintf(f, "\t@%s_d[uaddr(arg0), ustack(%d)] = quantize(timestamp - %s[arg0]);\n",
			t->name, frames, t->since);
	fprintf(f, "\t%s[arg0] = 0;\n}\n", t->since);
}

static char *write_program(const struct cmd *c, size_t *bytes)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, bytes);

	if (!f)
		return NULL;
	if (c->events & HOLD)
		fputs(begins, f);
	if (c->events & CONTENTION)
		fputs(waits, f);
	for (int i = 0; i < NTABLES; i++)
		if (c->events & tables[i].event)
			write_table(f, c, &tables[i]);
	return fclose(f) == 0 ? text : NULL;
}

/* ---- tables ---- */

static int by_sum(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->sum != y->sum)
		return x->sum > y->sum ? -1 : 1;
	return strcmp(x->lock, y->lock);
}

static void take_frames(struct row *r, struct session *s, const struct session_value *v)
{
	const char *at = v->data;
	uint64_t pid, addr;
	char text[NAME_BYTES];

	memcpy(&pid, at, sizeof(pid));
	for (size_t i = 1; i < v->size / 8 && r->nframes < FRAMES_MAX; i++) {
		memcpy(&addr, at + 8 * i, sizeof(addr));
		if (!addr)
			break;
		session_address_text(s, (pid_t)pid, addr, text, sizeof(text));
		r->frames[r->nframes] = strdup(text);
		r->nframes += r->frames[r->nframes] != NULL;
	}
}

static int take_row(void *arg, const struct session_entry *e, uint32_t n)
{
	struct rows *t = arg;

	if (!e[0].nwords || !e[0].words[0])
		return 0;
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 64;
		struct row *at = realloc(t->at, cap * sizeof(*at));
		if (!at)
			return 1;
		t->at = at;
		t->cap = cap;
	}
	struct row *r = &t->at[t->n++];
	*r = (struct row){.count = e[0].words[0], .sum = e[0].words[1]};
	session_value_text(t->c->s, &e[0].keys[0], r->lock, sizeof(r->lock));
	take_frames(r, t->c->s, &e[0].keys[1]);
	for (uint32_t i = 0; n > 1 && i < e[1].nwords && i < BUCKETS_MAX; i++)
		r->buckets[i] = e[1].words[i];
	return 0;
}

static int agg_named(struct session *s, const char *name, const char *end)
{
	char full[64];

	snprintf(full, sizeof(full), "%s%s", name, end);
	for (uint32_t i = 0; i < session_naggs(s); i++)
		if (!strcmp(session_agg(s, i)->name, full))
			return (int)i;
	return -1;
}

static void print_rule(void)
{
	puts("-------------------------------------------------------------------------------");
}

static void print_heading(void)
{
	printf("%5s %8s %-28s %s\n", "Count", "nsec", "Lock", "Caller");
}

/* A line of the distribution, and beside it one of the stack. */
static void print_bucket(const struct row *r, const struct session_agg *a, int bucket,
			 unsigned frame)
{
	int64_t least, greatest;
	unsigned bar = 0;
	char cells[BAR + 1];

	if (bucket >= 0) {
		session_bucket(a, (uint32_t)bucket, &least, &greatest);
		bar = (unsigned)((r->buckets[bucket] * BAR + r->count / 2) / r->count);
		bar = bar > BAR ? BAR : bar;
		memset(cells, '@', bar);
		cells[bar] = 0;
		printf("%10" PRId64 " |%-*s| %5" PRIu64 " ", least, BAR, cells, r->buckets[bucket]);
	} else {
		printf("%10s %-*s %5s ", "", BAR + 2, "", "");
	}
	puts(frame < r->nframes ? r->frames[frame] : "");
}

static void print_distribution(const struct row *r, const struct session_agg *a)
{
	int first = 0, last = (int)a->nbuckets - 1;
	unsigned frame = 0;

	while (first < last && !r->buckets[first])
		first++;
	while (last > first && !r->buckets[last])
		last--;
	printf("\n%10s ---- Time Distribution --- count Stack\n", "nsec");
	for (int b = first; b <= last; b++)
		print_bucket(r, a, b, frame++);
	while (frame < r->nframes)
		print_bucket(r, a, -1, frame++);
}

static void print_table(const struct cmd *c, const struct table *t, const struct rows *rows)
{
	const struct session_agg *d =
	    c->depth ? session_agg(c->s, (uint32_t)agg_named(c->s, t->name, "_d")) : NULL;

	printf("\n%s\n\n", t->title);
	if (!d) {
		print_heading();
		print_rule();
	}
	for (size_t i = 0; i < rows->n && (!c->rows || i < c->rows); i++) {
		const struct row *r = &rows->at[i];
		if (d) {
			print_rule();
			print_heading();
		}
		printf("%5" PRIu64 " %8" PRIu64 " %-28s %s\n", r->count, r->sum / r->count, r->lock,
		       r->nframes ? r->frames[0] : "");
		if (d)
			print_distribution(r, d);
	}
}

static void free_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		for (unsigned k = 0; k < rows->at[i].nframes; k++)
			free(rows->at[i].frames[k]);
	free(rows->at);
}

/* Tables without a row are left out. */
static int print_tables(struct cmd *c)
{
	struct err e = {0};

	for (int i = 0; i < NTABLES; i++) {
		struct rows rows = {.c = c};
		int plain = agg_named(c->s, tables[i].name, "");
		int dist = agg_named(c->s, tables[i].name, "_d");
		if (plain < 0)
			continue;
		int r = session_walk_joined(c->s, (uint32_t[]){(uint32_t)plain, (uint32_t)dist},
					    dist < 0 ? 1 : 2, take_row, &rows, &e);
		if (r < 0) {
			warn("cannot read what was traced: %s", e.text);
			free_rows(&rows);
			return E_ERROR;
		}
		if (rows.n)
			qsort(rows.at, rows.n, sizeof(*rows.at), by_sum);
		if (rows.n)
			print_table(c, &tables[i], &rows);
		free_rows(&rows);
	}
	return fflush(stdout) == 0 ? E_OK : E_ERROR;
}

/* ---- run ---- */

static int print_warning(void *arg, const char *text)
{
	(void)arg;
	warn("%s", text);
	return 0;
}

static int print_error(void *arg, const struct session_error *error)
{
	return print_warning(arg, error->text);
}

static int print_drop(void *arg, const struct session_drop *drop)
{
	return print_warning(arg, drop->text);
}

static int start(struct cmd *c, pid_t *pid)
{
	struct err e = {0};

	*pid = c->pid;
	if (!c->pid)
		*pid = session_spawn(c->s, c->argv[0], c->argv, &e);
	if (*pid < 0 || (c->pid && session_grab(c->s, c->pid, &e) < 0)) {
		warn("%s", e.text);
		return -1;
	}
	return 0;
}

static int compile(struct cmd *c)
{
	struct err e = {0};
	struct session_source src = {.filename = "plockstat"};
	char *text = write_program(c, &src.len);

	if (!text) {
		warn("out of memory");
		return -1;
	}
	if (c->print_program)
		fputs(text, stderr);
	src.text = text;
	struct session_program *p = session_compile(c->s, &src, &e);
	if (p)
		session_enable(c->s, p);
	else
		warn("cannot trace locks: %s", e.text);
	free(text);
	return p ? 0 : -1;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int trace(struct cmd *c, pid_t pid)
{
	struct err e = {0};
	struct sigaction sa = {.sa_handler = on_signal};
	enum session_status st = SESSION_OKAY;

	session_set_ops(c->s, &(struct session_ops){.error = print_error,
						    .drop = print_drop,
						    .warning = print_warning});
	if (session_go(c->s, &e) < 0) {
		warn("could not enable tracing: %s", e.text);
		return -1;
	}
	double until = now() + c->seconds;
	if (c->verbose)
		warn("tracing enabled for pid %d", (int)pid);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	while (st == SESSION_OKAY) {
		pid_t gone;
		if (!interrupted)
			session_sleep(c->s);
		bool over = session_targets(c->s, &gone) == 0;
		if (gone && c->verbose)
			warn("pid %d has exited", (int)gone);
		over |= interrupted || (c->seconds > 0 && now() >= until);
		if ((over && session_stop(c->s, &e) < 0) ||
		    (st = session_work(c->s, &e)) == SESSION_ERROR) {
			warn("processing aborted: %s", e.text);
			return -1;
		}
	}
	return 0;
}

static int run(struct cmd *c)
{
	pid_t pid;

	if (start(c, &pid) < 0 || compile(c) < 0 || trace(c, pid) < 0)
		return E_ERROR;
	int status = print_tables(c);
	session_release(c->s, pid);
	return status;
}

/* ---- arguments ---- */

static bool number(const char *text, double least, double *out)
{
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	return !*end && end != text && !errno && *out >= least;
}

static int set_option(struct cmd *c, char *text)
{
	struct err e = {0};
	char *value = strchr(text, '=');

	if (value)
		*value++ = 0;
	if (session_setopt(c->s, text, value, &e) == 0)
		return 0;
	warn("failed to set option %s: %s", text, e.text);
	return -1;
}

/* 0; or -1, when a message has been printed. */
static int take_option(struct cmd *c, int letter, char *value)
{
	double n = 0;
	static const char *const what[] = {
	    ['n'] = "count", ['s'] = "depth", ['e'] = "number of seconds", ['p'] = "process id"};

	switch (letter) {
	case 'v':
		c->verbose = true;
		return 0;
	case 'V':
		c->print_program = true;
		return 0;
	case 'A':
		c->events |= HOLD | CONTENTION;
		return 0;
	case 'C':
		c->events |= CONTENTION;
		return 0;
	case 'H':
		c->events |= HOLD;
		return 0;
	case 'x':
		return set_option(c, value);
	}
	if (!number(value, letter == 'e' ? 1e-3 : 1, &n) || (letter != 'e' && n > INT32_MAX)) {
		warn("invalid %s: %s", what[letter], value);
		return -1;
	}
	if (letter == 's' && n > FRAMES_MAX) {
		warn("at most %d frames can be shown", FRAMES_MAX);
		return -1;
	}
	switch (letter) {
	case 'n':
		c->rows = (unsigned long)n;
		break;
	case 's':
		c->depth = (int)n;
		break;
	case 'e':
		c->seconds = n;
		break;
	case 'p':
		c->pid = (pid_t)n;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct err e = {0};
	struct cmd c = {.s = session_new(&e)};
	int letter, status = E_OK;

	if (!c.s) {
		warn("%s", e.text);
		return E_ERROR;
	}
	while (status == E_OK && (letter = getopt(argc, argv, "+ACHVn:s:e:x:p:v")) != -1)
		status = letter == '?'			       ? usage()
			 : take_option(&c, letter, optarg) < 0 ? E_USAGE
							       : E_OK;
	c.argv = argv + optind;
	if (status == E_OK && !c.pid == !*c.argv)
		status = usage();
	if (!c.events)
		c.events = CONTENTION;
	if (status == E_OK)
		status = run(&c);
	session_free(c.s);
	return status;
}
