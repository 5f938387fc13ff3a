/*
 * watch.c - datasets while a command runs: what test/analytics.py compares with other counters
 *
 * usage: watch CATALOGUE SOCKET COMMAND NAME...
 * Opens a hub in memory with these datasets, waits until all are active or have failed, runs the command,
 * waits for two seconds more, and prints JSON: for each name its state, error, cost, and the total of each key
 * (sum over seconds; of levels the average; of distributions the counts by least value of the bucket) and the greatest second of each.
 * While the command runs, the file that $WATCH_SECONDS names says how many seconds have been looked at.
 */
#include "analytics/query/hub.h"
#include "base/buf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct watch {
	struct loop *loop;
	struct hub *hub;
	const char *command;
	char **names;
	uint32_t *ids;
	int n;
	unsigned seconds, quiet; /* since all were active; since the command has ended */
	pid_t child;
	int64_t from, to;
	int told; /* $WATCH_SECONDS, or -1 */
	unsigned ntold;
};

static void print_text(const char *s)
{
	putchar('"');
	for (; s && *s; s++)
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < ' ')
			printf("\\u%04x", *s);
		else
			putchar(*s);
	putchar('"');
}

static double greatest(const struct hub_values *v, const struct hub_series *series)
{
	double most = 0;
	for (uint32_t i = 0; i < v->npoints; i++)
		if (series->value[i] > most)
			most = series->value[i];
	return most;
}

static void print_series(struct watch *w, uint32_t id, const struct hub_dataset *d)
{
	struct err e = {0};
	struct hub_query q = {.dataset = id, .t0 = w->from, .t1 = w->to, .step_s = 1, .top = 1000};
	struct hub_values *v = hub_values(w->hub, &q, &e);
	printf(", \"series\": {");
	for (uint32_t i = 0; v && i < v->nseries; i++) {
		printf("%s", i ? ", " : "");
		print_text(v->series[i].key ? v->series[i].key : "(other)");
		printf(": %.17g", v->series[i].total);
	}
	printf("}, \"greatest\": {");
	for (uint32_t i = 0; v && i < v->nseries; i++) {
		printf("%s", i ? ", " : "");
		print_text(v->series[i].key ? v->series[i].key : "(other)");
		printf(": %.17g", greatest(v, &v->series[i]));
	}
	printf("}");
	hub_values_free(v);
	if (!d->scheme.type)
		return;
	struct hub_heatmap_query hq = {.q = q};
	struct hub_heatmap *m = hub_heatmap(w->hub, &hq, &e);
	int64_t *counts = m ? calloc(m->nbuckets + 1, sizeof(*counts)) : NULL;
	printf(", \"buckets\": [");
	for (uint32_t i = 0; m && i < m->ncells; i++)
		counts[m->cells[i].bucket] += m->cells[i].count;
	for (uint32_t i = 0; m && i < m->nbuckets; i++)
		printf("%s[%.17g, %lld]", i ? ", " : "",
		       m->bounds[i][0] < -1e300 ? -1e300 : m->bounds[i][0], (long long)counts[i]);
	printf("]");
	free(counts);
	hub_heatmap_free(m);
}

static void print_all(struct watch *w)
{
	struct err e = {0};
	printf("{");
	for (int i = 0; i < w->n; i++) {
		struct hub_datasets *d = hub_dataset_find(w->hub, w->ids[i], NULL, NULL, &e);
		printf("%s\n", i ? "," : "");
		print_text(w->names[i]);
		printf(": {\"state\": \"%s\", \"error\": ",
		       d ? hub_state_text(d->at->state) : "none");
		print_text(d ? d->at->error : e.text);
		if (d) {
			printf(", \"lost\": %llu, \"ns_per_event\": %g, \"events_per_s\": %g, "
			       "\"from\": %lld, \"to\": %lld",
			       (unsigned long long)d->at->lost, d->at->ns_per_event,
			       d->at->events_per_s, (long long)w->from, (long long)w->to);
			print_series(w, w->ids[i], d->at);
		}
		printf("}");
		hub_datasets_free(d);
	}
	printf("\n}\n");
}

static bool all_settled(struct watch *w)
{
	struct err e = {0};
	bool settled = true;
	for (int i = 0; i < w->n && settled; i++) {
		struct hub_datasets *d = hub_dataset_find(w->hub, w->ids[i], NULL, NULL, &e);
		settled = !d || *d->at->error || d->at->state == HUB_FAILED ||
			  (d->at->state == HUB_ACTIVE && d->at->last_s);
		hub_datasets_free(d);
	}
	return settled;
}

/* What waits for seconds to pass waits for ours, however late they are. */
static void tell_second(struct watch *w)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%08u\n", ++w->ntold);
	if (w->told >= 0 && pwrite(w->told, text, (size_t)n, 0) != n)
		w->told = -1;
}

static void second(void *arg, int64_t now, const struct hub_second *at, uint32_t n)
{
	struct watch *w = arg;
	int status;
	(void)at;
	(void)n;
	w->to = now;
	tell_second(w);
	if (!w->child) {
		if (!all_settled(w) && w->seconds++ < 40)
			return;
		w->from = now;
		w->child = fork();
		if (w->child == 0) {
			dup2(2, 1);
			execl("/bin/sh", "sh", "-c", w->command, (char *)NULL);
			_exit(127);
		}
	} else if (w->quiet == 0 && waitpid(w->child, &status, WNOHANG) == w->child) {
		w->quiet = 1;
	} else if (w->quiet && w->quiet++ == 3) {
		loop_stop(w->loop);
	}
}

int main(int argc, char **argv)
{
	struct err e = {0};
	struct watch w = {0};
	if (argc < 5) {
		fprintf(stderr, "usage: watch CATALOGUE SOCKET COMMAND NAME...\n");
		return 2;
	}
	struct hub_options o = {.catalogue_dir = argv[1], .broker_path = argv[2]};
	w.command = argv[3];
	w.names = argv + 4;
	w.n = argc - 4;
	w.ids = calloc((size_t)w.n, sizeof(*w.ids));
	const char *told = getenv("WATCH_SECONDS");
	w.told = told ? open(told, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	w.loop = loop_new(&e);
	w.hub = w.loop ? hub_new(&o, w.loop, &e) : NULL;
	if (!w.hub) {
		fprintf(stderr, "watch: %s\n", e.text);
		return 1;
	}
	for (int i = 0; i < w.n; i++)
		if (!(w.ids[i] = hub_dataset_create(w.hub, w.names[i], NULL, "test", true, &e))) {
			fprintf(stderr, "watch: %s\n", e.text);
			return 1;
		}
	hub_subscribe(w.hub, second, &w, &e);
	if (loop_run(w.loop, &e) < 0)
		fprintf(stderr, "watch: %s\n", e.text);
	print_all(&w);
	hub_free(w.hub);
	loop_free(w.loop);
	free(w.ids);
	return 0;
}
