/*
 * own.c - what Analytics itself costs, as collectors with a row for each dataset
 *
 * The rows of a second are those of the frames before it: its own frames are still on their way.
 */
#include "analytics/query/hub_state.h"

enum { OWN_TIME, OWN_EVENTS, OWN_LOST, OWN_MEMORY, OWN_DISK };

static int64_t own_value(const struct dataset *d, unsigned what)
{
	struct store_size size;
	bool known = d->state == HUB_ACTIVE && !(d->frame.flags & FRAME_COST_UNKNOWN);
	store_set_size(d->set, &size);
	switch (what) {
	case OWN_TIME:
		return known ? (int64_t)d->frame.run_ns : 0;
	case OWN_EVENTS:
		return known ? (int64_t)d->frame.run_cnt : 0;
	case OWN_LOST:
		return (int64_t)d->frame.lost;
	case OWN_MEMORY:
		return (int64_t)size.memory_bytes;
	default:
		return (int64_t)size.disk_bytes;
	}
}

static void read_own(struct proc_rows *out, void *arg)
{
	const struct hub_own *own = arg;
	pthread_mutex_lock(&own->hub->lock);
	for (const struct dataset *d = own->hub->datasets; d; d = d->next)
		if (!d->doomed)
			*vec_push(&out->rows, out->arena) = (struct proc_row){
			    .fields = {arena_strdup(out->arena, d->metric.canonical)},
			    .entity = d->id,
			    .value = own_value(d, own->what)};
	pthread_mutex_unlock(&own->hub->lock);
}

void hub_own_init(struct hub *h)
{
	static const char *const names[HUB_OWN] = {"self.time", "self.events", "self.lost",
						   "self.memory", "self.disk"};
	for (unsigned i = 0; i < HUB_OWN; i++) {
		h->own[i] = (struct hub_own){h, i};
		h->own_collectors[i] = (struct proc_collector){.name = names[i],
							       .sort = PROC_LEVEL,
							       .fields = {"dataset"},
							       .read = read_own,
							       .arg = &h->own[i]};
	}
	h->own_collectors[HUB_OWN] = (struct proc_collector){.name = "hosts",
							     .sort = PROC_LEVEL,
							     .fields = {"peer"},
							     .read = collect_read_hosts,
							     .arg = h->collect};
}
