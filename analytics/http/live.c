/*
 * live.c - see live.h
 */
#include "analytics/http/live.h"

#include "analytics/http/put.h"
#include "analytics/query/hub.h"
#include "base/buf.h"

#include <errno.h>
#include <math.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct message {
	uint32_t dataset; /* 0: for everybody */
	bool operator_only;
	size_t n;
	char *
	    text; /* n bytes; behind them the zones that it is of, as a scope is written: tenants who cover them may
		     * read it. "" with dataset 0: everybody, else the operator alone */
};

struct live {
	pthread_mutex_t lock;
	struct message ring[LIVE_RING_MESSAGES];
	uint64_t first,
	    next; /* numbers of the oldest message and of the one to come; place is number % size */
	size_t bytes;
	struct live_client *clients;
	unsigned nclients;
	uint32_t *wanted; /* sorted: datasets that somebody reads, with repetitions */
	unsigned nwanted, cap;
	bool stale; /* `wanted` is to be made anew */
	uint64_t dropped;
	bool stopping;
};

struct live_client {
	struct live *live;
	struct live_client *prev, *next;
	struct MHD_Connection *connection;
	bool suspended, hello, ended;
	struct who who;
	uint64_t at;   /* number of the message it reads */
	size_t offset; /* bytes of it that were read */
	unsigned n;
	uint32_t dataset[]; /* sorted */
};

struct live *live_new(struct err *e)
{
	struct live *l = calloc(1, sizeof *l);
	if (!l)
		err_set(e, ENOMEM, "out of memory");
	else
		pthread_mutex_init(&l->lock, NULL);
	return l;
}

static void wake(struct live *l)
{
	for (struct live_client *c = l->clients; c; c = c->next) {
		if (c->suspended) {
			c->suspended = false;
			MHD_resume_connection(c->connection);
		}
	}
}

void live_stop(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	wake(l);
	pthread_mutex_unlock(&l->lock);
}

void live_free(struct live *l)
{
	if (!l)
		return;
	for (uint64_t i = l->first; i < l->next; i++)
		free(l->ring[i % LIVE_RING_MESSAGES].text);
	free(l->wanted);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* ---- what is wanted ---- */

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static bool has(const uint32_t *ids, unsigned n, uint32_t id)
{
	return n && bsearch(&id, ids, n, sizeof *ids, by_id) != NULL;
}

/* Made anew at the first second after clients came or went. */
static void rebuild_wanted(struct live *l)
{
	unsigned n = 0;
	if (!l->stale)
		return;
	for (struct live_client *c = l->clients; c; c = c->next)
		n += c->n;
	if (n > l->cap) {
		uint32_t *more = realloc(l->wanted, n * 2 * sizeof *more);
		if (!more)
			return;
		l->wanted = more;
		l->cap = n * 2;
	}
	l->nwanted = 0;
	for (struct live_client *c = l->clients; c; c = c->next)
		for (unsigned i = 0; i < c->n; i++)
			l->wanted[l->nwanted++] = c->dataset[i];
	if (l->nwanted)
		qsort(l->wanted, l->nwanted, sizeof *l->wanted, by_id);
	l->stale = false;
}

/* ---- publishing ---- */

static void drop_oldest(struct live *l)
{
	struct message *m = &l->ring[l->first++ % LIVE_RING_MESSAGES];
	l->bytes -= m->n;
	free(m->text);
	m->text = NULL;
}

/* Takes the text. Under the lock. */
static void publish(struct live *l, uint32_t dataset, const char *zone, bool operator_only,
		    struct buf *text)
{
	size_t n = text->n;
	buf_puts(text, zone ? zone : "");
	if (text->oom || !n) {
		buf_fini(text);
		return;
	}
	while (l->next > l->first &&
	       (l->next - l->first >= LIVE_RING_MESSAGES || l->bytes + n > LIVE_RING_BYTES))
		drop_oldest(l);
	struct message *m = &l->ring[l->next++ % LIVE_RING_MESSAGES];
	*m = (struct message){
	    .dataset = dataset, .operator_only = operator_only, .n = n, .text = text->p};
	l->bytes += m->n;
}

static const char *key_name(const char *key)
{
	return key ? key : "other";
}

static void put_values(struct put *j, const struct hub_second *s)
{
	put_key(j, "values"), put_open(j, '{');
	for (uint32_t i = 0; i < s->frame->ncells; i++)
		put_knum(j, key_name(s->keys[i]), (double)s->frame->cells[i].value * s->scale);
	put_close(j, '}');
}

/* The bounds of a bucket in the numeric field's unit; one without end is null. */
static void put_bounds(struct put *j, const struct hub_second *s, int32_t bucket)
{
	int64_t lo, hi;
	scheme_bounds(s->scheme, (uint32_t)bucket, &lo, &hi);
	put_num(j, lo == INT64_MIN ? NAN : (double)lo * s->value_scale);
	put_num(j, hi == INT64_MAX ? NAN : (double)hi * s->value_scale);
}

static int by_bucket(const void *a, const void *b)
{
	const struct frame_cell *x = a, *y = b;
	return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

/* cells: [from, to, count, ...] of all keys together; keys: {"key": [index of the cell, count, ...]} */
static void put_cells(struct put *j, const struct hub_second *s)
{
	const struct frame *f = s->frame;
	struct frame_cell *sum = malloc((f->ncells + 1) * sizeof *sum);
	uint32_t n = 0;
	if (!sum)
		return;
	memcpy(sum, f->cells, f->ncells * sizeof *sum);
	qsort(sum, f->ncells, sizeof *sum, by_bucket);
	for (uint32_t i = 0; i < f->ncells; i++) {
		if (n && sum[n - 1].bucket == sum[i].bucket)
			sum[n - 1].value += sum[i].value;
		else
			sum[n++] = sum[i];
	}
	int64_t count = 0;
	put_key(j, "cells"), put_open(j, '[');
	for (uint32_t i = 0; i < n; i++) {
		put_bounds(j, s, sum[i].bucket);
		put_int(j, sum[i].value);
		count += sum[i].value;
	}
	put_close(j, ']');
	if (s->sums && count)
		put_knum(j, "average", (double)f->sum * s->value_scale / (double)count);
	if (s->kind == METRIC_KEYED_DIST) {
		put_key(j, "keys"), put_open(j, '{');
		for (uint32_t i = 0; i < f->ncells; i++) {
			const struct frame_cell *cell = &f->cells[i];
			if (i == 0 || cell->key != f->cells[i - 1].key)
				put_key(j, key_name(s->keys[i])), put_open(j, '[');
			const struct frame_cell *found =
			    bsearch(cell, sum, n, sizeof *sum, by_bucket);
			put_int(j, found - sum), put_int(j, cell->value);
			if (i + 1 == f->ncells || f->cells[i + 1].key != cell->key)
				put_close(j, ']');
		}
		put_close(j, '}');
	}
	free(sum);
}

static void put_cost(struct put *j, const struct frame *f)
{
	bool known = !(f->flags & FRAME_COST_UNKNOWN);
	put_key(j, "cost"), put_open(j, '{');
	put_knum(j, "events_per_s", known ? (double)f->run_cnt : NAN);
	put_knum(j, "ns_per_event",
		 known && f->run_cnt ? (double)f->run_ns / (double)f->run_cnt : NAN);
	put_knum(j, "cpu_percent", known ? (double)f->run_ns / 1e7 : NAN);
	put_close(j, '}');
}

static void encode_second(struct buf *out, const struct hub_second *s)
{
	struct put j = {.out = out};
	buf_puts(out, "event: second\ndata: ");
	put_open(&j, '{');
	put_kint(&j, "t", s->frame->second);
	put_kint(&j, "dataset", s->dataset);
	put_kint(&j, "lost", (int64_t)s->frame->lost);
	put_kbool(&j, "partial", s->frame->flags & FRAME_PARTIAL);
	s->kind == METRIC_SCALAR || s->kind == METRIC_KEYED ? put_values(&j, s) : put_cells(&j, s);
	put_cost(&j, s->frame);
	put_close(&j, '}');
	buf_puts(out, "\n\n");
}

/* Ends the streams of tokens and sessions whose time is over. */
static void expire(struct live *l, int64_t second)
{
	for (struct live_client *c = l->clients; c; c = c->next)
		c->ended |= c->who.expires && c->who.expires <= second;
}

void live_second(void *arg, int64_t second, const struct hub_second *at, uint32_t n)
{
	struct live *l = arg;
	pthread_mutex_lock(&l->lock);
	expire(l, second);
	if (l->clients && !l->stopping) {
		struct buf tick = {0};
		rebuild_wanted(l);
		buf_printf(&tick, "event: tick\ndata: {\"t\":%lld}\n\n", (long long)second);
		publish(l, 0, NULL, false, &tick);
		for (uint32_t i = 0; i < n; i++) {
			struct buf text = {0};
			if (!has(l->wanted, l->nwanted, at[i].dataset))
				continue;
			encode_second(&text, &at[i]);
			publish(l, at[i].dataset, at[i].zone, false, &text);
		}
		wake(l);
	}
	pthread_mutex_unlock(&l->lock);
}

void live_event(struct live *l, const char *event, const char *data, const char *zone)
{
	pthread_mutex_lock(&l->lock);
	if (l->clients && !l->stopping) {
		struct buf text = {0};
		buf_printf(&text, "event: %s\ndata: %s\n\n", event, data);
		publish(l, 0, zone, !zone, &text);
		wake(l);
	}
	pthread_mutex_unlock(&l->lock);
}

/* ---- reading ---- */

static bool for_client(const struct live_client *c, const struct message *m)
{
	if (m->dataset && !has(c->dataset, c->n, m->dataset))
		return false;
	if (!c->who.scope[0])
		return true;
	/* A tenant: what is for everybody, and what is of his zones. */
	if (m->operator_only)
		return false;
	const char *zones = m->text + m->n;
	return m->dataset || *zones ? scope_covers(c->who.scope, zones) : true;
}

static ssize_t read_stream(void *arg, uint64_t pos, char *out, size_t max)
{
	static const char hello[] = "retry: 2000\nevent: hello\ndata: {\"version\":1}\n\n";
	struct live_client *c = arg;
	struct live *l = c->live;
	size_t n = 0;
	(void)pos;
	if (!c->hello && max >= sizeof hello - 1) {
		c->hello = true;
		memcpy(out, hello, sizeof hello - 1);
		return (ssize_t)(sizeof hello - 1);
	}
	pthread_mutex_lock(&l->lock);
	if (l->stopping || c->ended) {
		pthread_mutex_unlock(&l->lock);
		return MHD_CONTENT_READER_END_OF_STREAM;
	}
	if (c->at < l->first) {
		l->dropped++;
		pthread_mutex_unlock(&l->lock);
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	while (n < max && c->at < l->next) {
		const struct message *m = &l->ring[c->at % LIVE_RING_MESSAGES];
		if (!for_client(c, m)) {
			c->at++;
			continue;
		}
		size_t part = m->n - c->offset < max - n ? m->n - c->offset : max - n;
		memcpy(out + n, m->text + c->offset, part);
		n += part;
		c->offset += part;
		if (c->offset == m->n)
			c->at++, c->offset = 0;
	}
	if (n == 0) {
		c->suspended = true;
		MHD_suspend_connection(c->connection);
	}
	pthread_mutex_unlock(&l->lock);
	return (ssize_t)n;
}

static void client_free(void *arg)
{
	struct live_client *c = arg;
	struct live *l = c->live;
	pthread_mutex_lock(&l->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		l->clients = c->next;
	if (c->next)
		c->next->prev = c->prev;
	l->nclients--;
	l->stale = true;
	pthread_mutex_unlock(&l->lock);
	free(c);
}

/* False: the tenant has as many as he may. */
static bool client_add(struct live *l, struct live_client *c)
{
	unsigned own = 0;
	pthread_mutex_lock(&l->lock);
	for (const struct live_client *o = l->clients; c->who.scope[0] && o; o = o->next)
		own += strcmp(o->who.name, c->who.name) == 0;
	bool may = own < LIVE_TENANT_MAX;
	if (may) {
		c->at = l->next;
		c->next = l->clients;
		if (c->next)
			c->next->prev = c;
		l->clients = c;
		l->nclients++;
		l->stale = true;
	}
	pthread_mutex_unlock(&l->lock);
	return may;
}

struct MHD_Response *live_response(struct live *l, struct MHD_Connection *connection,
				   const struct who *who, const uint32_t *datasets, unsigned n,
				   struct err *e)
{
	struct live_client *c = calloc(1, sizeof *c + n * sizeof *datasets);
	if (!c) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	c->live = l;
	c->connection = connection;
	c->who = *who;
	c->n = n;
	memcpy(c->dataset, datasets, n * sizeof *datasets);
	if (n)
		qsort(c->dataset, n, sizeof *datasets, by_id);
	if (!client_add(l, c)) {
		free(c);
		err_set(e, EAGAIN, "%s has %d live streams, which is all a tenant may have",
			who->name, LIVE_TENANT_MAX);
		return NULL;
	}
	struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32 * 1024,
								   read_stream, c, client_free);
	if (!r) {
		client_free(c);
		err_set(e, ENOMEM, "out of memory");
	}
	return r;
}

void live_end(struct live *l, const char *account, int64_t token)
{
	pthread_mutex_lock(&l->lock);
	for (struct live_client *c = l->clients; c; c = c->next)
		c->ended |= account ? strcmp(c->who.name, account) == 0 : c->who.token == token;
	wake(l);
	pthread_mutex_unlock(&l->lock);
}

unsigned live_clients(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	unsigned n = l->nclients;
	pthread_mutex_unlock(&l->lock);
	return n;
}

uint64_t live_dropped(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	uint64_t n = l->dropped;
	pthread_mutex_unlock(&l->lock);
	return n;
}
