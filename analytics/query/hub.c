/*
 * hub.c - the hub: datasets come and go, seconds are closed, subscribers told
 *
 * A second is closed when every active source has told it, or CLOSE_MS after it has ended; what comes later is
 * stored all the same and told with the next. The mutex guards datasets, catalogue and store; sources belong to
 * the main thread alone.
 */
#include "analytics/query/hub_state.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CLOSE_MS = 400, MAX_DATASETS = 1000, IDLE_S = 3600 };

const uint32_t hub_level_s[HUB_LEVELS] = {1, 10, 60, 3600};

const char *hub_state_text(enum hub_state s)
{
	static const char *const texts[] = {"enabling", "active", "suspended", "failed"};
	return texts[s];
}

/* ---- sources, in the main thread ---- */

static uint32_t source_key(void *arg, const char *text)
{
	struct dataset *d = arg;
	pthread_mutex_lock(&d->hub->lock);
	uint32_t id = store_key(d->set, text);
	pthread_mutex_unlock(&d->hub->lock);
	return id;
}

/* A copy for subscribers and hub_latest(). */
static void keep_frame(struct dataset *d, const struct frame *f)
{
	struct frame_cell *cells = d->frame.cells;
	if (f->ncells > d->frame_cap) {
		cells = realloc(cells, f->ncells * sizeof(*cells));
		if (!cells)
			return;
		d->frame_cap = f->ncells;
	}
	if (f->ncells)
		memcpy(cells, f->cells, f->ncells * sizeof(*cells));
	d->frame = *f;
	d->frame.cells = cells;
	d->fresh = true;
}

static void hub_maybe_close(struct hub *h);

static void source_frame(void *arg, struct frame *f)
{
	struct dataset *d = arg;
	struct hub *h = d->hub;
	frame_sort(f);
	frame_top(f, FRAME_MAX_KEYS);
	pthread_mutex_lock(&h->lock);
	if (!d->doomed) {
		store_append(d->set, f);
		d->lost += f->lost;
		h->lost += f->lost;
		keep_frame(d, f);
	}
	pthread_mutex_unlock(&h->lock);
	hub_maybe_close(h);
}

static void source_state(void *arg, bool active, bool final, const char *why)
{
	struct dataset *d = arg;
	pthread_mutex_lock(&d->hub->lock);
	if (d->wanted) {
		d->state = active ? HUB_ACTIVE : final ? HUB_FAILED : HUB_ENABLING;
		snprintf(d->error, sizeof(d->error), "%s", why);
		/* What failed for good is not started again by itself. */
		d->wanted = d->state != HUB_FAILED;
		d->stale = !d->wanted;
		if (d->stale)
			hub_post(d->hub);
	}
	pthread_mutex_unlock(&d->hub->lock);
}

static const struct source_ops source_ops = {source_key, source_frame, source_state};

/* One dataset whose source is not as it should be, taken out of the list when it is doomed. */
static struct dataset *next_to_do(struct hub *h, bool *start, bool *gone)
{
	for (struct dataset **at = &h->datasets; *at; at = &(*at)->next) {
		struct dataset *d = *at;
		*gone = d->doomed;
		*start = d->wanted && !d->doomed && !d->source;
		if (!*gone && !*start && (!d->source || (d->wanted && !d->stale)))
			continue;
		if (*gone)
			*at = d->next;
		return d;
	}
	return NULL;
}

static void hub_work(void *arg)
{
	struct hub *h = arg;
	bool start, gone;
	for (;;) {
		pthread_mutex_lock(&h->lock);
		struct dataset *d = next_to_do(h, &start, &gone);
		pthread_mutex_unlock(&h->lock);
		if (!d)
			return;
		if (start) {
			d->source = source_start(h->collect, &d->metric, &source_ops, d);
			if (d->source)
				continue;
			source_state(d, false, true, "out of memory");
			continue;
		}
		source_stop(d->source);
		d->source = NULL;
		d->stale = false;
		if (!gone)
			continue;
		struct err e = {0};
		pthread_mutex_lock(&h->lock);
		store_set_destroy(d->set, &e);
		d->set = NULL;
		hub_dataset_unmake(d);
		pthread_mutex_unlock(&h->lock);
	}
}

void hub_post(struct hub *h)
{
	loop_post(h->loop, hub_work, h);
}

/* ---- seconds ---- */

/* Datasets that nobody saved and nobody looked at. */
static void reap(struct hub *h)
{
	struct err e = {0};
	bool any = false;
	for (struct dataset *d = h->datasets; d; d = d->next)
		if (!d->saved && !d->doomed && clock_ns() - d->touched > h->idle_s * 1000000000ll) {
			d->doomed = any = true;
			h->ndatasets--;
			hub_dataset_forget(h, d->id, &e);
		}
	if (any)
		hub_post(h);
}

/* The fresh frames with the texts of their keys, in the arena. With the mutex. */
static uint32_t gather(struct hub *h, struct arena *a, struct hub_second **out)
{
	uint32_t n = 0;
	*out = arena_array(a, struct hub_second, h->ndatasets + 1);
	for (struct dataset *d = h->datasets; d; d = d->next) {
		if (!d->fresh || d->doomed)
			continue;
		d->fresh = false;
		struct frame *f = arena_new_of(a, struct frame);
		*f = d->frame;
		f->cells = arena_array(a, struct frame_cell, f->ncells + 1);
		const char **keys = arena_array(a, const char *, f->ncells + 1);
		for (uint32_t i = 0; i < f->ncells; i++) {
			f->cells[i] = d->frame.cells[i];
			keys[i] = store_key_text(d->set, f->cells[i].key);
		}
		(*out)[n++] = (struct hub_second){
		    .dataset = d->id,
		    .name = d->metric.canonical,
		    .zone = d->zone,
		    .kind = d->metric.kind,
		    .mode = d->metric.stat->mode,
		    .scale = d->metric.numeric ? 1 : d->metric.stat->scale,
		    .value_scale = d->metric.numeric ? d->metric.numeric->scale : 1,
		    .sums = d->metric.scheme.type && !d->metric.stat->user,
		    .scheme = &d->metric.scheme,
		    .frame = f,
		    .keys = keys,
		};
	}
	return n;
}

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void hub_close_second(struct hub *h)
{
	struct hub_second *frames;
	struct arena *a = arena_new();
	int64_t second = h->second;
	loop_timer_free(h->closing);
	h->closing = NULL;
	h->second = 0;
	if (!a)
		return;
	pthread_mutex_lock(&h->lock);
	store_second(h->store, second);
	reap(h);
	uint32_t n = gather(h, a, &frames);
	h->seconds++;
	pthread_mutex_unlock(&h->lock);
	for (struct subscriber *s = h->subscribers, *next; s; s = next) {
		next = s->next;
		s->fn(s->arg, second, frames, n);
	}
	arena_free(a);
	uint64_t now = now_ns();
	pthread_mutex_lock(&h->lock);
	h->late_ns = now > (uint64_t)second * 1000000000 ? now - (uint64_t)second * 1000000000 : 0;
	pthread_mutex_unlock(&h->lock);
}

static void hub_close_late(void *arg)
{
	struct hub *h = arg;
	h->closing = NULL;
	hub_close_second(h);
}

static void hub_maybe_close(struct hub *h)
{
	if (h->second && h->closing && collect_complete(h->collect, h->second))
		hub_close_second(h);
}

static void hub_second_ended(void *arg, int64_t second, bool stepped)
{
	struct hub *h = arg;
	struct err e = {0};
	if (h->second)
		hub_close_second(h);
	h->second = second;
	collect_second(h->collect, second, stepped);
	h->closing = loop_timer(h->loop, CLOSE_MS * 1000000ull, 0, hub_close_late, h, &e);
	if (!h->closing)
		hub_close_second(h);
	else
		hub_maybe_close(h);
}

int hub_subscribe(struct hub *h, hub_second_fn *fn, void *arg, struct err *e)
{
	struct subscriber **at = &h->subscribers, *s = malloc(sizeof(*s));
	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	*s = (struct subscriber){NULL, fn, arg};
	while (*at)
		at = &(*at)->next;
	*at = s;
	return 0;
}

void hub_unsubscribe(struct hub *h, hub_second_fn *fn, void *arg)
{
	for (struct subscriber **at = &h->subscribers; *at; at = &(*at)->next)
		if ((*at)->fn == fn && (*at)->arg == arg) {
			struct subscriber *s = *at;
			*at = s->next;
			free(s);
			return;
		}
}

/* ---- the hub itself ---- */

struct dataset *hub_dataset_make(struct hub *h, uint32_t id, const char *name, const char *owner,
				 struct err *e)
{
	struct dataset *d = calloc(1, sizeof(*d));
	if (!d || !(d->arena = arena_new())) {
		free(d);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	d->hub = h;
	d->id = id;
	d->owner = arena_strdup(d->arena, owner ? owner : "");
	d->codec = (struct codec){CODEC_ZSTD, 3};
	d->created = (int64_t)time(NULL);
	d->touched = clock_ns();
	memcpy(d->keep_s, store_retention_s, sizeof(d->keep_s));
	if (catalogue_resolve(&h->catalogue, name, d->arena, &d->metric, e) < 0) {
		hub_dataset_unmake(d);
		return NULL;
	}
	d->zone = metric_zones(&d->metric, d->arena);
	struct store_shape shape = {.rate = d->metric.stat->mode == METRIC_RATE,
				    .distribution = d->metric.kind == METRIC_DIST ||
						    d->metric.kind == METRIC_KEYED_DIST};
	d->set = store_set_open(h->store, id, shape, e);
	if (!d->set) {
		hub_dataset_unmake(d);
		return NULL;
	}
	struct dataset **at = &h->datasets;
	while (*at && (*at)->id < id)
		at = &(*at)->next;
	d->next = *at;
	*at = d;
	h->ndatasets++;
	return d;
}

void hub_dataset_unmake(struct dataset *d)
{
	free(d->frame.cells);
	arena_free(d->arena);
	free(d);
}

static int hub_init(struct hub *h, const struct hub_options *o, struct err *e)
{
	if (!(h->arena = arena_new()))
		return err_set(e, ENOMEM, "out of memory");
	if (catalogue_load(&h->catalogue, h->arena, o->catalogue_dir, e) < 0 ||
	    !(h->store = store_open(o->data_dir, h->memory_bytes, e)) ||
	    hub_tables_open(h, o->data_dir ? store_db_path(h->store) : ":memory:", e) < 0 ||
	    !(h->collect = collect_new(h->loop, o->broker_path, e)) ||
	    collect_hosts(h->collect, o->hosts_path, e) < 0)
		return -1;
	h->hosts_path = o->hosts_path ? arena_strdup(h->arena, o->hosts_path) : NULL;
	h->hosts = collect_host_count(h->collect);
	catalogue_add_hostname(&h->catalogue);
	hub_own_init(h);
	collect_provide(h->collect, h->own_collectors);
	if (hub_user_stats_load(h, e) < 0 || hub_datasets_load(h, e) < 0 ||
	    store_recover(h->store, e) < 0 || loop_seconds(h->loop, hub_second_ended, h, e) < 0)
		return -1;
	hub_post(h);
	return 0;
}

struct hub *hub_new(const struct hub_options *o, struct loop *l, struct err *e)
{
	struct hub *h = calloc(1, sizeof(*h));
	if (!h) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	pthread_mutex_init(&h->lock, NULL);
	h->loop = l;
	h->max_datasets = o->max_datasets ? o->max_datasets : MAX_DATASETS;
	h->idle_s = o->idle_s ? o->idle_s : IDLE_S;
	h->memory_bytes = o->memory_bytes ? o->memory_bytes : 256ull << 20;
	h->started = (int64_t)time(NULL);
	if (hub_init(h, o, e) == 0)
		return h;
	hub_free(h);
	return NULL;
}

void hub_free(struct hub *h)
{
	if (!h)
		return;
	loop_timer_free(h->closing);
	for (struct dataset *d = h->datasets; d; d = d->next)
		source_stop(d->source);
	while (h->datasets) {
		struct dataset *d = h->datasets;
		h->datasets = d->next;
		hub_dataset_unmake(d);
	}
	while (h->subscribers)
		hub_unsubscribe(h, h->subscribers->fn, h->subscribers->arg);
	collect_free(h->collect);
	store_close(h->store);
	sqlite3_close(h->db);
	arena_free(h->arena);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

int hub_hosts_reload(struct hub *h, struct err *e)
{
	if (collect_hosts(h->collect, h->hosts_path, e) < 0)
		return -1;
	pthread_mutex_lock(&h->lock);
	h->hosts = collect_host_count(h->collect);
	/* Those that found no host may find one now. */
	for (struct dataset *d = h->datasets; d; d = d->next)
		if (!d->doomed && d->state == HUB_FAILED && metric_remote(&d->metric)) {
			d->state = HUB_ENABLING;
			d->error[0] = '\0';
			d->wanted = true;
		}
	pthread_mutex_unlock(&h->lock);
	hub_post(h);
	return 0;
}

unsigned hub_hosts(struct hub *h)
{
	pthread_mutex_lock(&h->lock);
	unsigned n = h->hosts;
	pthread_mutex_unlock(&h->lock);
	return n;
}

const char *hub_db_path(const struct hub *h)
{
	return store_db_path(h->store);
}

void hub_status(struct hub *h, struct hub_status *out)
{
	pthread_mutex_lock(&h->lock);
	*out = (struct hub_status){.started = h->started,
				   .memory_bound_bytes = h->memory_bytes,
				   .lost = h->lost,
				   .seconds = h->seconds,
				   .late_ns = h->late_ns,
				   .broker = collect_connected(h->collect)};
	for (const struct dataset *d = h->datasets; d; d = d->next) {
		struct store_size size;
		if (d->doomed)
			continue;
		store_set_size(d->set, &size);
		out->datasets++;
		out->active += d->state == HUB_ACTIVE;
		out->memory_bytes += size.memory_bytes;
		out->disk_bytes += size.disk_bytes;
	}
	snprintf(out->error, sizeof(out->error), "%s", store_error(h->store));
	out->store_error = out->error;
	pthread_mutex_unlock(&h->lock);
}
