/*
 * remote.c - streams of other hosts, from the first request to the frame; see remote.h
 *
 * A source has a feed for each host: it asks for the dataset, then reads the live stream. When that ends it waits, longer
 * each time, and asks again. Seconds are gathered in slots (remote_slot.c), which know by bits who has told; a feed
 * keeps its bit for as long as its host is asked, however the file of hosts changes, and what a host told of a second
 * counts when it is asked no more at its end.
 */
#include "analytics/collect/remote.h"

#include "analytics/collect/remote_slot.h"
#include "base/buf.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLOTS = 4, LEAST_WAIT_S = 1, MOST_WAIT_S = 30 };

struct feed {
	struct remote *of;
	unsigned number; /* its bit, and its place in the source's feeds */
	const struct host *host;
	struct transfer *transfer;
	struct loop_timer *retry;
	unsigned wait_s;
	bool streaming, second_comes; /* the next data are a second's */
	bool aligned;
	int64_t skew; /* how far its clock is ahead of ours, in seconds */
	char error[200];
};
struct remote {
	struct source *source;
	struct arena *arena;
	const char *name; /* as the hosts call the dataset */
	struct remote_slot *slots[SLOTS];
	uint64_t told_by; /* of the newest frame, bits of feeds */
	unsigned n;
	struct feed *feeds[HOSTS_MAX]; /* NULL: none of that number */
};

static void feed_ask(struct feed *f);

/* ---- what is told of the whole ---- */

/* "web2: it does not answer; db: its clock is 37 s ahead" */
static unsigned troubles(const struct remote *r, char *out, size_t size)
{
	unsigned streaming = 0;
	size_t n = 0;
	out[0] = '\0';
	for (unsigned i = 0; i < HOSTS_MAX; i++) {
		const struct feed *f = r->feeds[i];
		if (!f)
			continue;
		streaming += f->streaming;
		if (n < size && f->error[0])
			n += (size_t)snprintf(out + n, size - n, "%s%s: %s", n ? "; " : "",
					      f->host->name, f->error);
		else if (n < size && f->skew)
			n += (size_t)snprintf(out + n, size - n, "%s%s: its clock is %lld s %s",
					      n ? "; " : "", f->host->name,
					      (long long)llabs(f->skew),
					      f->skew > 0 ? "ahead" : "behind");
	}
	return streaming;
}

static void tell_state(struct remote *r)
{
	struct source *s = r->source;
	char why[512];
	s->active = troubles(r, why, sizeof(why)) > 0;
	s->ops->state(s->arg, s->active, false, why);
}

/* ---- one host ---- */

static void feed_again(void *arg)
{
	struct feed *f = arg;
	f->retry = NULL;
	feed_ask(f);
}

static void feed_failed(struct feed *f, const char *why)
{
	struct err e = {0};
	f->streaming = f->second_comes = f->aligned = false;
	f->skew = 0;
	snprintf(f->error, sizeof(f->error), "%s", why);
	f->wait_s = f->wait_s ? f->wait_s * 2 : LEAST_WAIT_S;
	if (f->wait_s > MOST_WAIT_S)
		f->wait_s = MOST_WAIT_S;
	f->retry = loop_timer(f->of->source->collect->loop, f->wait_s * 1000000000ull, 0,
			      feed_again, f, &e);
	tell_state(f->of);
}

/* The other side's own words, where it has any. */
static void feed_refused(struct feed *f, long status, const struct buf *body, const char *why)
{
	char text[160];
	json_t *j = body->n ? json_loadb(body->p, body->n, 0, NULL) : NULL;
	const char *message =
	    json_string_value(json_object_get(json_object_get(j, "error"), "message"));
	if (*why)
		snprintf(text, sizeof(text), "%s", why);
	else if (status == 401)
		snprintf(text, sizeof(text), "it does not know the token");
	else if (message)
		snprintf(text, sizeof(text), "it says: %s", message);
	else
		snprintf(text, sizeof(text),
			 status == 200 ? "the stream has ended" : "it answers %ld", status);
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	json_decref(j);
	feed_failed(f, text);
}

static void stream_over(void *arg, long status, const struct buf *body, const char *why)
{
	struct feed *f = arg;
	f->transfer = NULL;
	feed_refused(f, status, body, why);
}

/* The second of ours that it tells of. */
static int64_t second_of(struct feed *f, int64_t t)
{
	int64_t now = f->of->source->collect->second, off;
	if (!now)
		now = (int64_t)time(NULL);
	off = t - f->skew - now;
	if (!f->aligned || off > 2 || off < -2) {
		int64_t skew = t - now;
		bool told = f->aligned && !f->skew;
		f->skew = skew >= -1 && skew <= 1 ? 0 : skew;
		f->aligned = true;
		if (told || f->skew)
			tell_state(f->of);
	}
	return t - f->skew;
}

static void feed_second(struct feed *f, const char *text)
{
	struct remote *r = f->of;
	int64_t t = remote_time(text);
	if (t <= 0)
		return;
	int64_t second = second_of(f, t);
	struct remote_slot **at = &r->slots[(uint64_t)second % SLOTS];
	if (second <= r->source->told || second > r->source->told + SLOTS)
		if (r->source->told)
			return; /* too late, or of another time */
	if (!*at)
		*at = remote_slot_new();
	if (!*at)
		return;
	if ((*at)->second && (*at)->second != second)
		remote_slot_clear(*at);
	(*at)->second = second;
	if (remote_take(*at, r->source->metric, f->host->name, text) == 0)
		(*at)->told_by |= 1ull << f->number;
}

static void stream_line(void *arg, char *line)
{
	struct feed *f = arg;
	if (!f->streaming) {
		f->streaming = true;
		f->error[0] = '\0';
		tell_state(f->of);
	}
	if (strncmp(line, "event: ", 7) == 0)
		f->second_comes = strcmp(line + 7, "second") == 0;
	else if (strncmp(line, "data: ", 6) == 0 && f->second_comes) {
		f->wait_s = 0;
		feed_second(f, line + 6);
	}
}

static void asked(void *arg, long status, const struct buf *body, const char *why)
{
	static const struct transfer_ops ops = {stream_line, stream_over};
	struct feed *f = arg;
	struct err e = {0};
	f->transfer = NULL;
	json_t *j = status == 200 ? json_loadb(body->p ? body->p : "", body->n, 0, NULL) : NULL;
	json_int_t id = json_integer_value(json_object_get(j, "id"));
	json_decref(j);
	if (id <= 0) {
		feed_refused(f, status, body, status == 200 ? "it is no analyticsd" : why);
		return;
	}
	BUF_AUTO url = {0};
	buf_printf(&url, "%s/api/v1/live?dataset=%lld", f->host->url, (long long)id);
	f->transfer = transfer_start(f->of->source->collect->transfers,
				     &(struct transfer_request){.url = buf_str(&url),
								.token = f->host->token,
								.ca = f->host->ca,
								.pin = f->host->pin,
								.stream = true},
				     &ops, f, &e);
	if (!f->transfer)
		feed_failed(f, e.text);
}

static void feed_ask(struct feed *f)
{
	static const struct transfer_ops ops = {NULL, asked};
	struct err e = {0};
	json_t *j = json_pack("{s:s}", "name", f->of->name);
	char *body = j ? json_dumps(j, JSON_COMPACT) : NULL;
	json_decref(j);
	BUF_AUTO url = {0};
	buf_printf(&url, "%s/api/v1/datasets", f->host->url);
	f->transfer = body ? transfer_start(f->of->source->collect->transfers,
					    &(struct transfer_request){.url = buf_str(&url),
								       .token = f->host->token,
								       .ca = f->host->ca,
								       .pin = f->host->pin,
								       .body = body},
					    &ops, f, &e)
			   : NULL;
	free(body);
	if (!f->transfer)
		feed_failed(f, body ? e.text : "the name of the dataset is no UTF-8");
}

/* ---- seconds ---- */

static void give(struct remote *r, struct remote_slot *slot)
{
	struct source *s = r->source;
	struct frame f = {0};
	for (unsigned i = 0; i < HOSTS_MAX; i++)
		if (r->feeds[i] && !(slot->told_by >> i & 1))
			slot->flags |= FRAME_PARTIAL;
	r->told_by = slot->told_by;
	if (remote_frame(slot, s->metric, s->ops, s->arg, &f) == 0)
		s->ops->frame(s->arg, &f);
	free(f.cells);
}

void remote_second(struct source *s, int64_t second)
{
	struct remote *r = s->remote;
	if (!r)
		return;
	int64_t from = s->told && second - s->told <= SLOTS ? s->told + 1 : second - SLOTS;
	r->told_by = 0;
	for (int64_t at = from; at < second; at++) {
		struct remote_slot **slot = &r->slots[(uint64_t)at % SLOTS];
		if (!*slot || (*slot)->second != at || !((*slot)->told_by || (*slot)->others))
			continue;
		give(r, *slot);
		remote_slot_clear(*slot);
	}
	/* A clock that was set makes all of it another time. */
	s->told = second - 1;
}

/* ---- feeds come and go ---- */

static void feed_stop(struct feed *f)
{
	transfer_stop(f->transfer);
	loop_timer_free(f->retry);
	*f = (struct feed){.of = f->of, .number = f->number, .host = f->host};
}

static void feed_drop(struct feed *f)
{
	struct remote *r = f->of;
	feed_stop(f);
	r->feeds[f->number] = NULL;
	r->n--;
	free(f);
}

/* Its bit may have been another's, who told of the seconds that are being gathered. */
static void bit_clear(struct remote *r, unsigned number)
{
	uint64_t bit = 1ull << number;
	r->told_by &= ~bit;
	for (unsigned i = 0; i < SLOTS; i++) {
		struct remote_slot *slot = r->slots[i];
		if (!slot || !(slot->told_by & bit))
			continue;
		slot->told_by &= ~bit;
		slot->others = true;
	}
}

static void feed_add(struct remote *r, const struct host *host)
{
	struct feed *f = calloc(1, sizeof(*f));
	unsigned number = 0;
	while (number < HOSTS_MAX && r->feeds[number])
		number++;
	if (!f || number == HOSTS_MAX) {
		free(f); /* there are no more hosts than numbers */
		return;
	}
	*f = (struct feed){.of = r, .number = number, .host = host};
	bit_clear(r, number);
	r->feeds[number] = f;
	r->n++;
	feed_ask(f);
}

static struct feed *feed_of(const struct remote *r, const char *host)
{
	for (unsigned i = 0; i < HOSTS_MAX; i++)
		if (r->feeds[i] && strcmp(r->feeds[i]->host->name, host) == 0)
			return r->feeds[i];
	return NULL;
}

static const struct host *host_of(const struct hosts *h, const char *name)
{
	for (unsigned i = 0; i < h->n; i++)
		if (strcmp(h->at[i].name, name) == 0)
			return &h->at[i];
	return NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_host(const struct host *a, const struct host *b)
{
	return same_text(a->url, b->url) && same_text(a->token, b->token) &&
	       same_text(a->ca, b->ca) && same_text(a->pin, b->pin);
}

/* ---- the source ---- */

static const char *host_list(const struct hosts *h, struct arena *a)
{
	const char *list = "";
	for (unsigned i = 0; i < h->n; i++)
		list = arena_printf(a, "%s%s%s", list, i ? ", " : "", h->at[i].name);
	return *list ? list : "none";
}

/* Feeds for the hosts that have none yet. A source without any has failed. */
static void feeds_fill(struct remote *r)
{
	struct source *s = r->source;
	const struct hosts *h = s->collect->hosts;
	for (unsigned i = 0; i < h->n; i++)
		if (metric_hostname_allowed(s->metric, h->at[i].name) && !feed_of(r, h->at[i].name))
			feed_add(r, &h->at[i]);
	if (!r->n) {
		s->active = false;
		s->ops->state(s->arg, false, true,
			      arena_printf(r->arena, "no such host is asked; there are: %s",
					   host_list(h, r->arena)));
	}
}

void remote_start(struct source *s)
{
	struct collect *c = s->collect;
	struct err e = {0};
	struct remote *r = calloc(1, sizeof(*r));
	if (!c->transfers)
		c->transfers = transfers_new(c->loop, &e);
	if (!r || !c->transfers || !(r->arena = arena_new())) {
		free(r);
		s->ops->state(s->arg, false, true, "out of memory");
		return;
	}
	s->remote = r;
	r->source = s;
	r->name = metric_without_hostname(s->metric, r->arena);
	feeds_fill(r);
}

void remote_hosts(struct source *s)
{
	struct remote *r = s->remote;
	for (unsigned i = 0; r && i < HOSTS_MAX; i++) {
		struct feed *f = r->feeds[i];
		const struct host *now = f ? host_of(s->collect->hosts, f->host->name) : NULL;
		if (!f)
			continue;
		if (!now) {
			feed_drop(f);
			continue;
		}
		bool same = same_host(f->host, now);
		f->host = now;
		if (!same) {
			feed_stop(f);
			feed_ask(f);
		}
	}
	if (!r)
		return;
	feeds_fill(r);
	if (r->n)
		tell_state(r);
}

void remote_end(struct source *s)
{
	struct remote *r = s->remote;
	if (!r)
		return;
	for (unsigned i = 0; i < HOSTS_MAX; i++)
		if (r->feeds[i])
			feed_drop(r->feeds[i]);
	for (unsigned i = 0; i < SLOTS; i++)
		remote_slot_free(r->slots[i]);
	arena_free(r->arena);
	free(r);
	s->remote = NULL;
}

void remote_read_hosts(struct proc_rows *out, void *arg)
{
	const struct collect *c = arg;
	for (unsigned i = 0; i < c->hosts->n; i++) {
		const char *name = c->hosts->at[i].name;
		bool used = false, told = true;
		for (const struct source *s = c->sources; s; s = s->next) {
			const struct feed *f = s->remote ? feed_of(s->remote, name) : NULL;
			used = used || f;
			told = told && (!f || s->remote->told_by >> f->number & 1);
		}
		/* The rows may outlive the hosts. */
		if (used)
			*vec_push(&out->rows, out->arena) = (struct proc_row){
			    .fields = {arena_strdup(out->arena, name)}, .entity = i, .value = told};
	}
}
