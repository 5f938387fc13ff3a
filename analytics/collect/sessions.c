/*
 * sessions.c - one session of dtraced for each source whose statistic is a D program
 *
 * One connection serves them all. When it is lost every source says why and waits; a timer connects
 * anew, and then all of them are opened again. What dtraced counts in a second arrives as frames by
 * aggregation and a closing message; the texts of keys are kept as long as dtraced's ids are.
 */
#include "analytics/collect/source.h"

#include "base/buf.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { RETRY_MS = 2000, AGAIN_MS = 5000, MAX_KEY_ID = 1 << 20 };

static void sessions_lost(struct collect *c, const char *why);

static void keys_forget(struct source *s)
{
	arena_free(s->keys.arena);
	free(s->keys.texts);
	s->keys = (struct key_table){0};
}

static void source_reset(struct source *s)
{
	if (s->session > 0)
		s->collect->by_session[s->session] = NULL;
	s->session = 0;
	s->active = false;
	keys_forget(s);
	free(s->frame.cells);
	s->frame = (struct frame){0};
	s->cap = 0;
}

/* ---- keys ---- */

static void keys_told(struct source *s, const struct broker_key *keys, uint32_t n)
{
	if (!s->keys.arena && !(s->keys.arena = arena_new()))
		return;
	for (uint32_t i = 0; i < n; i++) {
		BUF_AUTO text = {0};
		const char *part = keys[i].text;
		if (keys[i].id >= MAX_KEY_ID)
			continue; /* it is counted as other */
		if (keys[i].id >= s->keys.n) {
			uint32_t want = keys[i].id * 2 + 64;
			const char **texts = realloc(s->keys.texts, want * sizeof(*texts));
			if (!texts)
				continue;
			memset(texts + s->keys.n, 0, (want - s->keys.n) * sizeof(*texts));
			s->keys.texts = texts;
			s->keys.n = want;
		}
		for (uint32_t k = 0; k < keys[i].nparts; k++, part += strlen(part) + 1)
			buf_printf(&text, "%s%s", k ? ", " : "", part);
		s->keys.texts[keys[i].id] = arena_strdup(s->keys.arena, buf_str(&text));
	}
}

static uint32_t key_of(const struct source *s, uint32_t id)
{
	if (id == BROKER_KEY_NONE)
		return FRAME_NO_KEY;
	if (id == BROKER_KEY_OTHER || id >= s->keys.n || !s->keys.texts[id])
		return FRAME_OTHER;
	return s->ops->key(s->arg, s->keys.texts[id]);
}

/* ---- a second ---- */

static void add_cell(struct source *s, uint32_t key, int32_t bucket, int64_t value)
{
	struct frame *f = &s->frame;
	if (f->ncells == s->cap) {
		uint32_t cap = s->cap ? s->cap * 2 : 64;
		struct frame_cell *cells = realloc(f->cells, cap * sizeof(*cells));
		if (!cells) {
			f->flags |= FRAME_DROPS;
			return;
		}
		f->cells = cells;
		s->cap = cap;
	}
	f->cells[f->ncells++] = (struct frame_cell){key, bucket, value};
}

static void add_entries(struct source *s, const struct broker_entry *at, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t key = key_of(s, at[i].key);
		if (!s->distribution) {
			add_cell(s, key, FRAME_SCALAR, at[i].value);
			continue;
		}
		for (uint32_t k = 0; k < at[i].nbuckets; k++)
			add_cell(s, key, (int32_t)at[i].buckets[k].bucket,
				 (int64_t)at[i].buckets[k].count);
		s->frame.count += (int64_t)at[i].count;
		s->frame.sum += at[i].sum;
	}
}

static void second_over(struct source *s, const struct broker_event *ev)
{
	struct frame *f = &s->frame;
	unsigned flags = ev->second.flags;
	f->second = s->told = ev->second.second;
	f->flags |= (flags & BROKER_PARTIAL ? FRAME_PARTIAL : 0) |
		    (flags & BROKER_DROPS ? FRAME_DROPS : 0) |
		    (flags & BROKER_COST_UNKNOWN ? FRAME_COST_UNKNOWN : 0) |
		    (ev->second.others ? FRAME_KEYS_CUT : 0) |
		    (ev->second.skipped ? FRAME_DROPS : 0);
	f->lost = ev->second.lost;
	f->run_cnt = ev->second.run_cnt;
	f->run_ns = ev->second.run_ns;
	s->ops->frame(s->arg, f);
	*f = (struct frame){.cells = f->cells};
}

/* ---- answers ---- */

/* Buckets must be those that the scheme says, or what is stored would mean something else. */
static bool scheme_agrees(const struct source *s, const struct broker_agg *g)
{
	int64_t lo, hi;
	if (g->nbuckets != scheme_nbuckets(&s->metric->scheme))
		return false;
	for (uint32_t i = 1; i < g->nbuckets; i++) {
		scheme_bounds(&s->metric->scheme, i, &lo, &hi);
		if (g->least[i] != lo)
			return false;
	}
	return true;
}

static void session_opened(struct source *s, const struct broker_event *ev)
{
	struct err e = {0};
	const struct broker_agg *g = ev->opened.aggs;
	bool wanted = s->metric->kind == METRIC_DIST || s->metric->kind == METRIC_KEYED_DIST;
	s->distribution = ev->opened.naggs && g->nbuckets;
	if (!ev->opened.naggs || s->distribution != wanted || (wanted && !scheme_agrees(s, g))) {
		broker_close(s->collect->broker, s->session, &e);
		source_reset(s);
		s->ops->state(
		    s->arg, false, true,
		    "the program's aggregation is not of the kind that its text promises");
		return;
	}
	s->active = true;
	s->told = 0;
	s->ops->state(s->arg, true, false, "");
}

static void open_waiting(void *arg);

/* What needs a program that is not running now is tried again by itself. */
static void session_failed(struct source *s, const char *text)
{
	char why[512];
	struct err e = {0};
	struct collect *c = s->collect;
	const char *needs = s->metric->stat->requires;
	snprintf(why, sizeof(why), "%s%s%s%s", *needs ? "it needs " : "", needs, *needs ? ": " : "",
		 text);
	source_reset(s);
	s->waiting = *needs;
	if (s->waiting && !c->again)
		c->again = loop_timer(c->loop, AGAIN_MS * 1000000ull, 0, open_waiting, c, &e);
	s->ops->state(s->arg, false, !s->waiting, why);
}

static void session_event(struct collect *c, const struct broker_event *ev)
{
	struct source *s =
	    ev->session > 0 && ev->session <= 256 ? c->by_session[ev->session] : NULL;
	if (!s)
		return; /* stopped meanwhile */
	switch (ev->kind) {
	case BROKER_OPENED:
		session_opened(s, ev);
		break;
	case BROKER_FAILED:
		session_failed(s,
			       *ev->failed.diagnostics ? ev->failed.diagnostics : ev->failed.text);
		break;
	case BROKER_CLOSED:
		session_failed(s, *ev->closed.text ? ev->closed.text
						   : "the program has ended by itself");
		break;
	case BROKER_KEYS:
		if (ev->keys.agg == 0)
			keys_told(s, ev->keys.keys, ev->keys.n);
		break;
	case BROKER_FORGET:
		keys_forget(s);
		break;
	case BROKER_FRAME:
		if (ev->frame.agg == 0)
			add_entries(s, ev->frame.entries, ev->frame.n);
		break;
	case BROKER_SECOND:
		second_over(s, ev);
		break;
	default: /* records are not asked for; notes are counted as lost events */
		break;
	}
}

/* ---- the connection ---- */

static int session_open(struct source *s, struct err *e)
{
	struct collect *c = s->collect;
	struct arena *a = arena_new();
	if (!a)
		return err_set(e, ENOMEM, "out of memory");
	const char *text = metric_program(s->metric, a, e);
	struct broker_open o = {
	    .name = s->metric->canonical, .text = text, .keys = FRAME_MAX_KEYS, .cost = true};
	int id = text ? broker_open(c->broker, &o, e) : -1;
	arena_free(a);
	if (id < 0)
		return -1;
	if (id > 256) {
		broker_close(c->broker, id, e);
		return err_set(e, ENOSPC, "too many sessions of dtraced");
	}
	s->session = id;
	c->by_session[id] = s;
	return 0;
}

static void watch_events(struct collect *c);

static void open_waiting(void *arg)
{
	struct collect *c = arg;
	struct err e = {0};
	c->again = NULL;
	for (struct source *s = c->sources; s && c->broker; s = s->next)
		if (s->waiting && !s->session) {
			s->waiting = false;
			if (session_open(s, &e) < 0)
				session_failed(s, e.text);
		}
	watch_events(c);
}

static void watch_events(struct collect *c)
{
	struct err e = {0};
	if (c->watch) /* the bits of poll(2) and epoll(7) are the same */
		loop_watch_events(c->watch, (uint32_t)broker_events(c->broker), &e);
}

static void connection_ready(void *arg, uint32_t ready)
{
	struct collect *c = arg;
	struct broker_event ev;
	struct err e = {0};
	int got;
	(void)ready;
	while (c->broker && (got = broker_read(c->broker, &ev, &e)) > 0) {
		if (ev.kind == BROKER_READY)
			c->welcome = true;
		session_event(c, &ev);
	}
	if (c->broker && got < 0)
		sessions_lost(c, e.text);
	else
		watch_events(c);
}

static void connect_again(void *arg)
{
	struct collect *c = arg;
	struct err e = {0};
	bool needed = false;
	c->retry = NULL;
	for (struct source *s = c->sources; s; s = s->next)
		needed = needed || s->how == SOURCE_SESSION;
	if (!needed)
		return;
	c->broker = broker_connect(c->broker_path, &e);
	if (!c->broker) {
		sessions_lost(c, e.text);
		return;
	}
	c->watch = loop_watch(c->loop, broker_fd(c->broker), EPOLLIN, connection_ready, c, &e);
	if (!c->watch) {
		sessions_lost(c, e.text);
		return;
	}
	for (struct source *s = c->sources; s; s = s->next)
		if (s->how == SOURCE_SESSION && !s->session && session_open(s, &e) < 0)
			session_failed(s, e.text);
	watch_events(c);
}

void sessions_disconnect(struct collect *c)
{
	loop_unwatch(c->watch);
	c->watch = NULL;
	broker_free(c->broker);
	c->broker = NULL;
	c->welcome = false;
	loop_timer_free(c->retry);
	c->retry = NULL;
	loop_timer_free(c->again);
	c->again = NULL;
}

static void sessions_lost(struct collect *c, const char *why)
{
	struct err e = {0};
	char text[512];
	snprintf(text, sizeof(text), "%s", why);
	sessions_disconnect(c);
	c->retry = loop_timer(c->loop, RETRY_MS * 1000000ull, 0, connect_again, c, &e);
	for (struct source *s = c->sources; s; s = s->next)
		if (s->how == SOURCE_SESSION) {
			source_reset(s);
			s->ops->state(s->arg, false, false, text);
		}
}

bool collect_connected(const struct collect *c)
{
	return c->welcome;
}

void session_start(struct source *s)
{
	struct collect *c = s->collect;
	struct err e = {0};
	if (!c->broker_path) {
		s->ops->state(s->arg, false, true,
			      "no dtraced was named (--broker), and this statistic needs it");
		return;
	}
	if (c->retry)
		return; /* it will be opened with the others */
	if (!c->broker) {
		connect_again(c);
		return;
	}
	if (session_open(s, &e) < 0)
		session_failed(s, e.text);
	else
		watch_events(c);
}

void session_end(struct source *s)
{
	struct err e = {0};
	if (s->session > 0 && s->collect->broker) {
		broker_close(s->collect->broker, s->session, &e);
		watch_events(s->collect);
	}
	source_reset(s);
}
