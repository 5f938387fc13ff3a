/*
 * collect.c - sources: those that read, here; those of dtraced, in sessions.c, of other hosts, in remote.c
 */
#include "analytics/collect/processes.h"
#include "analytics/collect/remote.h"
#include "analytics/collect/source.h"

#include "base/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct collect *collect_new(struct loop *l, const char *broker_path, struct err *e)
{
	struct collect *c = calloc(1, sizeof(*c));
	if (!c || !(c->processes = processes_new()) || !(c->hosts = calloc(1, sizeof(*c->hosts))) ||
	    (broker_path && !(c->broker_path = strdup(broker_path)))) {
		if (c) {
			processes_free(c->processes);
			free(c->hosts);
		}
		free(c);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	c->loop = l;
	return c;
}

void collect_free(struct collect *c)
{
	if (!c)
		return;
	sessions_disconnect(c);
	while (c->samplers) {
		struct shared_sampler *s = c->samplers;
		c->samplers = s->next;
		proc_sampler_free(s->sampler);
		free(s);
	}
	processes_free(c->processes);
	transfers_free(c->transfers);
	hosts_free(c->hosts);
	free(c->hosts);
	free(c->broker_path);
	free(c);
}

int collect_hosts(struct collect *c, const char *path, struct err *e)
{
	struct hosts *was = c->hosts, *now = calloc(1, sizeof(*now));
	if (!now)
		return err_set(e, ENOMEM, "out of memory");
	int status = hosts_read(now, path, e);
	if (status == 0) {
		c->hosts = now;
		for (struct source *s = c->sources; s; s = s->next)
			remote_hosts(s);
	}
	struct hosts *useless = status == 0 ? was : now;
	hosts_free(useless);
	free(useless);
	return status;
}

unsigned collect_host_count(const struct collect *c)
{
	return c->hosts->n;
}

void collect_read_hosts(struct proc_rows *out, void *arg)
{
	remote_read_hosts(out, arg);
}

void collect_provide(struct collect *c, const struct proc_collector *more)
{
	c->more = more;
}

/* ---- collectors ---- */

static struct shared_sampler *sampler_get(struct collect *c, const struct proc_collector *of)
{
	struct shared_sampler *s;
	for (s = c->samplers; s; s = s->next)
		if (s->of == of) {
			s->users++;
			return s;
		}
	s = calloc(1, sizeof(*s));
	if (!s || !(s->sampler = proc_sampler_new(of, c->processes))) {
		free(s);
		return NULL;
	}
	*s = (struct shared_sampler){
	    .next = c->samplers, .of = of, .sampler = s->sampler, .users = 1};
	/* What is counted up to now is not this second's alone. */
	processes_outdate(c->processes);
	proc_sample(s->sampler, false);
	c->samplers = s;
	return s;
}

static void sampler_put(struct collect *c, struct shared_sampler *s)
{
	if (--s->users)
		return;
	struct shared_sampler **at = &c->samplers;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	proc_sampler_free(s->sampler);
	free(s);
}

static void proc_start(struct source *s)
{
	struct err e = {0};
	const struct proc_collector *of = proc_find(s->collect->more, s->metric->stat->collector);
	if (!of) {
		err_set(&e, EINVAL, "%s: there is no collector \"%s\"", s->metric->stat->file,
			s->metric->stat->collector);
	} else if (proc_check(of, s->metric, &e) == 0) {
		s->sampler = sampler_get(s->collect, of);
		if (!s->sampler)
			err_set(&e, ENOMEM, "out of memory");
	}
	s->active = !e.code;
	s->partial = true;
	s->ops->state(s->arg, s->active, true, e.text);
}

struct proc_frame {
	struct source *source;
	struct frame frame;
	uint32_t cap;
};

static void proc_cell(void *arg, const char *key, int64_t value)
{
	struct proc_frame *p = arg;
	struct source *s = p->source;
	struct frame *f = &p->frame;
	/* Rates of 0 are what is not there; a level of 0 is a value. */
	if (value == 0 && s->metric->stat->mode == METRIC_RATE && !s->metric->numeric)
		return;
	if (f->ncells == p->cap) {
		uint32_t cap = p->cap ? p->cap * 2 : 64;
		struct frame_cell *cells = realloc(f->cells, cap * sizeof(*cells));
		if (!cells) {
			f->flags |= FRAME_DROPS;
			return;
		}
		f->cells = cells;
		p->cap = cap;
	}
	struct frame_cell cell = {.key = key ? s->ops->key(s->arg, key) : FRAME_NO_KEY,
				  .bucket = FRAME_SCALAR,
				  .value = value};
	if (s->metric->numeric) {
		cell.bucket = (int32_t)scheme_bucket(&s->metric->scheme, value);
		cell.value = 1;
		f->count++;
		f->sum += value;
	}
	f->cells[f->ncells++] = cell;
}

static void proc_second(struct source *s, int64_t second)
{
	struct proc_frame p = {.source = s,
			       .frame = {.second = second, .flags = FRAME_COST_UNKNOWN}};
	if (s->sampler->valid)
		proc_walk(s->sampler->sampler, s->metric, proc_cell, &p);
	if (!s->sampler->valid || s->partial)
		p.frame.flags |= FRAME_PARTIAL;
	s->partial = false;
	s->told = second;
	s->ops->frame(s->arg, &p.frame);
	free(p.frame.cells);
}

void collect_second(struct collect *c, int64_t second, bool stepped)
{
	processes_outdate(c->processes);
	c->second = second;
	for (struct shared_sampler *s = c->samplers; s; s = s->next)
		s->valid = proc_sample(s->sampler, stepped);
	for (struct source *s = c->sources; s; s = s->next)
		if (s->remote)
			remote_second(s, second);
		else if (s->active && s->sampler)
			proc_second(s, second);
}

bool collect_complete(const struct collect *c, int64_t second)
{
	for (const struct source *s = c->sources; s; s = s->next)
		if (s->active && s->how != SOURCE_REMOTE && s->told < second)
			return false;
	return true;
}

/* ---- sources ---- */

struct source *source_start(struct collect *c, const struct metric *m, const struct source_ops *ops,
			    void *arg)
{
	struct source *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	*s = (struct source){.collect = c, .metric = m, .ops = ops, .arg = arg};
	s->next = c->sources;
	if (s->next)
		s->next->prev = &s->next;
	s->prev = &c->sources;
	c->sources = s;
	s->how = metric_remote(m)		  ? SOURCE_REMOTE
		 : m->stat->source == METRIC_PROC ? SOURCE_PROC
						  : SOURCE_SESSION;
	if (s->how == SOURCE_REMOTE)
		remote_start(s);
	else if (s->how == SOURCE_PROC)
		proc_start(s);
	else
		session_start(s);
	return s;
}

void source_stop(struct source *s)
{
	if (!s)
		return;
	remote_end(s);
	if (s->sampler)
		sampler_put(s->collect, s->sampler);
	else if (s->how == SOURCE_SESSION)
		session_end(s);
	*s->prev = s->next;
	if (s->next)
		s->next->prev = s->prev;
	free(s);
}
