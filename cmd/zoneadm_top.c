/*
 * zoneadm_top.c - zoneadm top: all zones, again and again, those that use most first
 *
 * On a terminal it takes the screen, follows its size, and ends at a 'q'; its screen is as before afterwards, however it ends.
 * Elsewhere each table follows the one before.
 */
#include "cmd/zoneadm.h"

#include "zone/usage.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS_MAX = 512, ROWS_NONE = 0 };

struct top {
	const struct zoneadm *z;
	struct arena *arenas[2];
	struct usage_reading readings[2];
	unsigned count; /* of readings */
	bool screen;
	struct termios before;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* ---- the table ---- */

struct line {
	const struct zone_usage *zone;
	double cpu, net;
};

static int by_cpu(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? 1 : -1;
	uint64_t m = x->zone->of[USAGE_PHYSICAL].used, n = y->zone->of[USAGE_PHYSICAL].used;
	return m != n ? (m < n ? 1 : -1) : strcmp(x->zone->name, y->zone->name);
}

static const char *bytes(const struct usage_level *l, uint64_t v, char text[16])
{
	static const char units[] = "BKMGTPE";
	double d = (double)v;
	int unit = 0;
	for (; d >= 10000 && unit < 6; unit++)
		d /= 1024;
	if (l->known)
		snprintf(text, 16, d < 100 && unit ? "%.1f%c" : "%.0f%c", d, units[unit]);
	else
		snprintf(text, 16, "-");
	return text;
}

/* Prints at most so wide, and clears what a longer line left. */
static void put(const struct top *t, unsigned width, const char *text)
{
	printf("%.*s%s\n", (int)width, text, t->screen ? "\033[K" : "");
}

static void put_line(const struct top *t, unsigned width, const struct line *l)
{
	const struct zone_usage *u = l->zone;
	const struct usage_level *memory = &u->of[USAGE_PHYSICAL], *cpu = &u->of[USAGE_CPU];
	char text[COLUMNS_MAX], used[16], cap[16] = "-", net[16], lwps[16] = "-", most[16] = "-",
					  id[16];
	snprintf(id, sizeof(id), "%d", u->id);
	bytes(memory, memory->used, used);
	if (memory->capped)
		bytes(&(struct usage_level){.known = true}, memory->cap, cap);
	bytes(&u->of[USAGE_NET], (uint64_t)l->net, net);
	if (u->of[USAGE_LWPS].known)
		snprintf(lwps, sizeof(lwps), "%llu", (unsigned long long)u->of[USAGE_LWPS].used);
	if (cpu->capped)
		snprintf(most, sizeof(most), "%.2f", (double)cpu->cap / 100);
	snprintf(text, sizeof(text), "%-24.24s %10s %-10s %6.2f %6s %7s %7s %6s %8s", u->name, id,
		 u->brand, l->cpu, most, used, cap, lwps, net);
	put(t, width, text);
}

static void head(const struct top *t, unsigned width, const struct usage_reading *now, double busy)
{
	char text[COLUMNS_MAX], used[16], all[16], clock[16];
	time_t at = time(NULL);
	struct tm tm;
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&at, &tm));
	const struct usage_level *memory = &now->total.of[USAGE_PHYSICAL];
	snprintf(text, sizeof(text),
		 "%s  %zu zone%s  CPUs %.2f of %u  memory %s of %s  threads %llu", clock,
		 now->zones.n + 1, now->zones.n ? "s" : "", busy, now->online,
		 bytes(memory, memory->used, used), bytes(memory, now->physical_bytes, all),
		 (unsigned long long)now->total.of[USAGE_LWPS].used);
	put(t, width, text);
	put(t, width, "");
	snprintf(text, sizeof(text), "%-24s %10s %-10s %6s %6s %7s %7s %6s %8s", "ZONE", "ID",
		 "BRAND", "CPUS", "CAP", "MEMORY", "CAP", "LWPS", "NET/s");
	put(t, width, text);
}

static void show(struct top *t, const struct usage_reading *was, const struct usage_reading *now)
{
	struct winsize w = {0};
	unsigned width = COLUMNS_MAX - 1, rows = ROWS_NONE;
	if (t->screen && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col) {
		width = w.ws_col;
		rows = w.ws_row;
	}
	struct arena *a = t->arenas[(t->count - 1) % 2];
	struct line *lines = arena_array(a, struct line, now->zones.n + 1);
	for (size_t i = 0; i <= now->zones.n; i++) {
		const struct zone_usage *u = i ? &now->zones.at[i - 1] : &now->global;
		const struct zone_usage *before = i ? zone_usage_find(was, u->id) : &was->global;
		lines[i] = (struct line){u, zone_usage_rate(was, before, now, u, USAGE_CPU),
					 zone_usage_rate(was, before, now, u, USAGE_NET)};
	}
	qsort(lines, now->zones.n + 1, sizeof(*lines), by_cpu);
	if (t->screen)
		fputs("\033[H", stdout);
	head(t, width, now, zone_usage_rate(was, &was->total, now, &now->total, USAGE_CPU));
	for (size_t i = 0; i <= now->zones.n && (!rows || i + 4 < rows); i++)
		put_line(t, width, &lines[i]);
	fputs(t->screen ? "\033[J" : "\n", stdout);
	fflush(stdout);
}

/* ---- the terminal ---- */

static void take_screen(struct top *t)
{
	struct termios raw;
	t->screen = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
		    tcgetattr(STDIN_FILENO, &t->before) == 0;
	if (!t->screen)
		return;
	raw = t->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	fputs("\033[?1049h\033[?25l\033[2J", stdout); /* another screen, no cursor */
}

static void give_screen(const struct top *t)
{
	if (!t->screen)
		return;
	fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &t->before);
}

static void wait_for(const struct top *t, double seconds)
{
	struct pollfd p = {.fd = t->screen ? STDIN_FILENO : -1, .events = POLLIN};
	char key;
	if (poll(&p, 1, (int)(seconds * 1000)) > 0 &&
	    (read(STDIN_FILENO, &key, 1) != 1 || key == 'q' || key == 'Q'))
		stopped = 1;
}

/* ---- rounds ---- */

static int read_now(struct top *t)
{
	struct err e = {0};
	unsigned at = t->count++ % 2;
	arena_free(t->arenas[at]);
	t->arenas[at] = arena_new();
	if (!t->arenas[at] || arena_guard(t->arenas[at]))
		return zoneadm_fail(t->z, "out of memory");
	if (zone_usage_read(&t->readings[at], t->arenas[at], t->z->root, &e) < 0)
		return zoneadm_fail(t->z, "%s", e.text);
	return E_OK;
}

static int rounds(struct top *t, unsigned long times, double seconds)
{
	int status = read_now(t);
	for (unsigned long i = 0; status == E_OK && !stopped && (!times || i < times); i++) {
		wait_for(t, seconds);
		if (stopped)
			break;
		status = read_now(t);
		if (status == E_OK)
			show(t, &t->readings[t->count % 2], &t->readings[(t->count + 1) % 2]);
		if (ferror(stdout))
			break;
	}
	return status;
}

int zoneadm_top(struct zoneadm *z, int argc, char **argv)
{
	struct top t = {.z = z, .arenas = {arena_new(), arena_new()}};
	unsigned long times = 0;
	double seconds = 1;
	char *end = "";
	int ch;
	optind = 1;
	while ((ch = getopt(argc, argv, "d:n:")) != -1) {
		if (ch == '?')
			return E_USAGE;
		if (ch == 'n')
			times = strtoul(optarg, &end, 10);
		else
			seconds = strtod(optarg, &end);
		if (*end || end == optarg || *optarg == '-' || seconds < 0.1 || seconds > 86400 ||
		    (ch == 'n' && !times))
			return zoneadm_fail(z, "top: '%s' is not a number that will do", optarg);
	}
	if (optind < argc || z->zone)
		return E_USAGE;
	const struct sigaction act = {.sa_handler = stop};
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	take_screen(&t);
	int status = rounds(&t, times, seconds);
	give_screen(&t);
	arena_free(t.arenas[0]);
	arena_free(t.arenas[1]);
	return status;
}
