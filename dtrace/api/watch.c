/*
 * watch.c - see watch.h
 *
 * There are two ways to be told: at once (wake), or when somebody asks. Each has rings of its own, open as long as somebody
 * listens: a ring whose news nobody takes at once must not wake anybody.
 */
#include "dtrace/api/watch.h"

#include <errno.h>
#include <stdlib.h>

struct way {
	struct kern_mappings *mappings; /* NULL: nobody listens */
	struct listener *listeners;
};
struct listener {
	struct way *way;
	kern_mapping_fn *fn;
	void *arg;
	struct listener *next;
};
struct watch {
	struct zones *zones;
	struct way ways[2]; /* by wake */
};

struct watch *watch_new(void)
{
	return calloc(1, sizeof(struct watch));
}

void watch_free(struct watch *w)
{
	if (w)
		zones_free(w->zones);
	free(w);
}

struct zones *watch_zones(struct watch *w)
{
	if (!w->zones)
		w->zones = zones_new();
	return w->zones;
}

struct listener *watch_listen(struct watch *w, bool wake, kern_mapping_fn *fn, void *arg,
			      struct err *e)
{
	struct way *way = &w->ways[wake];
	struct listener *l = calloc(1, sizeof(*l));
	if (!l)
		return err_set(e, ENOMEM, "out of memory"), NULL;
	if (!way->mappings && !(way->mappings = kern_mappings_open(wake, e))) {
		free(l);
		return NULL;
	}
	*l = (struct listener){.way = way, .fn = fn, .arg = arg, .next = way->listeners};
	way->listeners = l;
	return l;
}

void watch_leave(struct listener *l)
{
	if (!l)
		return;
	struct way *way = l->way;
	struct listener **at = &way->listeners;
	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	free(l);
	if (!way->listeners) {
		kern_mappings_close(way->mappings);
		way->mappings = NULL;
	}
}

int watch_fds(const struct listener *l, int *fds, int max)
{
	return l ? kern_mappings_fds(l->way->mappings, fds, max) : 0;
}

static void tell(void *arg, const struct kern_mapping *m)
{
	const struct way *way = arg;
	for (const struct listener *l = way->listeners; l; l = l->next)
		l->fn(l->arg, m);
}

void watch_catch_up(struct listener *l)
{
	kern_mappings_read(l->way->mappings, tell, l->way);
}
