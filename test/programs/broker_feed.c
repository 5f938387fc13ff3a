/*
 * broker_feed.c - a client of dtraced for the tests: opens sessions, prints what they tell
 *
 *	broker_feed SOCKET SECONDS [-r] [-c] [-k KEYS] [-s MS] [-x NAME=VALUE].. TEXT..
 *
 * -s reads nothing for so long after the sessions are open: a slow client. Each TEXT is a session, numbered from 1.
 * Ends after so many SECOND events of the first session, or when all have ended.
 */
#include "broker/client.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_OPTIONS = 16 };
struct args {
	const char *socket;
	int seconds, slow_ms;
	struct broker_open open;
	struct broker_option options[MAX_OPTIONS + 1];
	char **texts;
	int ntexts;
};
struct state {
	int left, alive, opened;
	const struct broker_agg *aggs[300];
};

static void print_entry(const struct broker_agg *a, const struct broker_entry *en)
{
	printf("  %s key=%u value=%" PRId64 " count=%" PRIu64 " sum=%" PRId64, a->name, en->key,
	       en->value, en->count, en->sum);
	for (uint32_t i = 0; i < en->nbuckets; i++)
		printf(" %" PRId64 ":%" PRIu64, a->least[en->buckets[i].bucket],
		       en->buckets[i].count);
	putchar('\n');
}

static void print_keys(const struct broker_event *ev)
{
	for (uint32_t i = 0; i < ev->keys.n; i++) {
		const char *part = ev->keys.keys[i].text;
		printf("%d key agg=%u %u", ev->session, ev->keys.agg, ev->keys.keys[i].id);
		for (uint32_t k = 0; k < ev->keys.keys[i].nparts; k++, part += strlen(part) + 1)
			printf(" [%s]", part);
		putchar('\n');
	}
}

static void print_record(const struct broker_event *ev)
{
	printf("%d record %s", ev->session, ev->record.probe);
	for (uint32_t i = 0; i < ev->record.n; i++)
		if (ev->record.values[i].is_text)
			printf(" %s", ev->record.values[i].text);
		else
			printf(" %" PRId64, ev->record.values[i].number);
	putchar('\n');
}

static void print_event(struct state *st, const struct broker_event *ev)
{
	int id = ev->session;
	switch (ev->kind) {
	case BROKER_READY:
		printf("ready %s zone=%s sessions=%u\n", ev->ready.server, ev->ready.zone,
		       ev->ready.sessions);
		break;
	case BROKER_OPENED:
		printf("%d opened probes=%u aggs=%u\n", id, ev->opened.probes, ev->opened.naggs);
		st->aggs[id] = ev->opened.aggs;
		st->opened++;
		break;
	case BROKER_FAILED:
		printf("%d failed: %s\n%s", id, ev->failed.text, ev->failed.diagnostics);
		st->alive--;
		break;
	case BROKER_STATE:
		printf("%d %s\n", id, ev->active ? "active" : "suspended");
		break;
	case BROKER_KEYS:
		print_keys(ev);
		break;
	case BROKER_FORGET:
		printf("%d forget agg=%u\n", id, ev->agg);
		break;
	case BROKER_FRAME:
		printf("%d frame %" PRId64 "\n", id, ev->frame.second);
		for (uint32_t i = 0; i < ev->frame.n; i++)
			print_entry(&st->aggs[id][ev->frame.agg], &ev->frame.entries[i]);
		break;
	case BROKER_SECOND:
		printf("%d second %" PRId64 " flags=%u lost=%" PRIu64 " skipped=%" PRIu64
		       " runs=%" PRIu64 " ns=%" PRIu64 " others=%" PRIu64 "\n",
		       id, ev->second.second, ev->second.flags, ev->second.lost, ev->second.skipped,
		       ev->second.run_cnt, ev->second.run_ns, ev->second.others);
		st->left -= id == 1;
		break;
	case BROKER_RECORD:
		print_record(ev);
		break;
	case BROKER_NOTE:
		printf("%d note %d %s\n", id, (int)ev->note.kind, ev->note.text);
		break;
	case BROKER_CLOSED:
		printf("%d closed %d %s\n", id, ev->closed.status, ev->closed.text);
		st->alive--;
		break;
	}
}

static int read_args(int argc, char **argv, struct args *a)
{
	int n = 0;
	for (int ch; (ch = getopt(argc, argv, "rck:s:x:")) != -1;) {
		char *equals;
		switch (ch) {
		case 'r':
			a->open.records = true;
			break;
		case 'c':
			a->open.cost = true;
			break;
		case 'k':
			a->open.keys = (unsigned)atoi(optarg);
			break;
		case 's':
			a->slow_ms = atoi(optarg);
			break;
		case 'x':
			if ((equals = strchr(optarg, '=')))
				*equals++ = '\0';
			if (n < MAX_OPTIONS)
				a->options[n++] = (struct broker_option){optarg, equals};
			break;
		default:
			return -1;
		}
	}
	a->open.options = a->options;
	if (argc - optind < 3)
		return -1;
	a->socket = argv[optind];
	a->seconds = atoi(argv[optind + 1]);
	a->texts = argv + optind + 2;
	a->ntexts = argc - optind - 2;
	return 0;
}

static int run(struct broker *b, struct args *a, struct err *e)
{
	struct state st = {.left = a->seconds, .alive = a->ntexts};
	struct broker_event ev;
	for (int i = 0; i < a->ntexts; i++) {
		a->open.text = a->texts[i];
		if (broker_open(b, &a->open, e) < 0)
			return -1;
	}
	while (st.left > 0 && st.alive > 0) {
		struct pollfd p = {.fd = broker_fd(b), .events = broker_events(b)};
		int r = 0;
		poll(&p, 1, -1);
		while (st.left > 0 && (r = broker_read(b, &ev, e)) > 0)
			print_event(&st, &ev);
		fflush(stdout);
		if (r < 0)
			return -1;
		if (a->slow_ms && st.opened == a->ntexts) {
			poll(NULL, 0, a->slow_ms);
			a->slow_ms = 0;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct args a = {0};
	struct err e = {0};
	if (read_args(argc, argv, &a) < 0) {
		fputs("usage: broker_feed [options] SOCKET SECONDS TEXT..\n", stderr);
		return 2;
	}
	struct broker *b = broker_connect(a.socket, &e);
	int r = b ? run(b, &a, &e) : -1;
	if (r < 0)
		printf("error: %s\n", e.text);
	broker_free(b);
	return r < 0;
}
