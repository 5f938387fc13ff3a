/*
 * serve.c - sessions on behalf of others; see serve.h
 *
 * Limits are held to where the thing that they limit is made: probes in the registry, what a tenant may name
 * in sema, options where they are set, sizes between lowering and loading.
 */
#include "dtrace/api/session_int.h"

#include "dtrace/kern/kern.h"

#include <errno.h>
#include <string.h>

void session_set_sink(struct session *s, const struct session_sink *sink)
{
	s->sink = *sink;
}

void session_set_asker(struct session *s, const struct session_asker *asker)
{
	s->asker = *asker;
	s->asked = true;
	s->opts.of_other = true;
}

int session_add_library(struct session *s, const char *path, const char *text, struct err *e)
{
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	int r = session_prepare(s, e);
	if (r == 0)
		libraries_add_text(s->libraries, path, text);
	s->arena->guarded = 0;
	return r;
}

void session_set_limit(struct session *s, const struct session_limit *limit)
{
	s->limit = *limit;
	s->limited = true;
	s->opts.slots_most = limit->slots;
}

void session_set_watch(struct session *s, struct watch *w)
{
	s->watch = w;
}

static bool permits(void *arg, const struct probe *p)
{
	const struct session *s = arg;
	return !s->limit.probe ||
	       s->limit.probe(s->limit.arg, p->provider, p->module, p->function, p->name);
}

void serve_prepare(struct session *s)
{
	if (!s->limited)
		return;
	s->sema.zone = s->limit.zone;
	if (s->limit.probe)
		registry_set_filter(s->registry, permits, s);
}

static uint64_t probes_enabled(const struct session *s)
{
	uint64_t n = 0;
	for (size_t i = 0; i < s->enabled.n; i++)
		n += s->enabled.at[i]->nmatched;
	return n;
}

static uint64_t memory_of(const struct image *image)
{
	uint64_t n = 0;
	for (size_t i = 0; i < image->maps.n; i++) {
		const struct image_map *m = &image->maps.at[i];
		n += (uint64_t)(m->key_bytes + m->value_bytes) * m->entries;
	}
	return n;
}

static int over(struct err *e, const char *what, uint64_t is, uint64_t most)
{
	return err_set(e, EDQUOT, "quota exceeded: %llu %s, where dtraced permits %llu",
		       (unsigned long long)is, what, (unsigned long long)most);
}

int serve_check(const struct session *s, struct err *e)
{
	const struct session_limit *l = &s->limit;
	if (!s->limited)
		return 0;
	if (s->image.destructive && !l->destructive)
		return err_set(e, EACCES, "Destructive actions not allowed by dtraced's policy");
	if (l->probes && probes_enabled(s) > l->probes)
		return over(e, "probes", probes_enabled(s), l->probes);
	if (l->maps && s->image.maps.n > l->maps)
		return over(e, "maps", s->image.maps.n, l->maps);
	if (l->bytes && memory_of(&s->image) > l->bytes)
		return over(e, "bytes", memory_of(&s->image), l->bytes);
	return 0;
}

int session_count_cost(struct err *e)
{
	return kern_cost_enable(e);
}

void session_cost(const struct session *s, uint64_t *runs, uint64_t *ns)
{
	load_cost(s->loaded, runs, ns);
}

enum session_status session_round(struct session *s, struct err *e)
{
	s->next_agg = 0;
	return session_work(s, e);
}

const char *session_preprocess(struct session *s, const struct session_source *src, size_t *len,
			       struct err *e)
{
	const char *text = NULL;
	if (arena_guard(s->arena))
		err_set(e, ENOMEM, "out of memory");
	else
		text = session_cpp(s, src, len, e);
	s->arena->guarded = 0;
	return text;
}

int session_continue(struct session *s, struct err *e)
{
	return targets_continue(s, e);
}

uint32_t session_agg_epoch(const struct session *s, uint32_t agg)
{
	return s->aggs ? aggs_epoch(s->aggs, agg) : 0;
}
