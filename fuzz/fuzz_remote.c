/* Events of another host's live stream: whatever they are, they end as a frame of buckets and sums that there can be, or as nothing.
 * The first line names a dataset; every other is an event of one second. */
#include "analytics/collect/remote.h"
#include "analytics/collect/remote_slot.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char statistic[] =
    "name: x\ntitle: x\ngroup: x\nunit: percent\nmode: level\nsource: proc x\nstability: Stable\n"
    "description: x\nscale: 0.001\nfield: k\n title: k\n type: discrete\n text: yes\n"
    "field: n\n title: n\n type: numeric\n unit: ns\n scheme: llquantize(10,3,11,20)\n scale: "
    "0.001\n";

static uint32_t key(void *arg, const char *text)
{
	(void)arg;
	assert(*text);
	return FRAME_FIRST_KEY + (uint32_t)strlen(text);
}

static void check(struct remote_slot *slot, const struct metric *m)
{
	static const struct source_ops ops = {.key = key};
	struct frame f;
	int64_t least, most;
	if (remote_frame(slot, m, &ops, NULL, &f) < 0)
		return;
	frame_sort(&f);
	frame_top(&f, FRAME_MAX_KEYS);
	for (uint32_t i = 0; i < f.ncells; i++) {
		assert(m->numeric ? f.cells[i].value >= 0 : f.cells[i].bucket == FRAME_SCALAR);
		if (m->numeric)
			scheme_bounds(&m->scheme, (uint32_t)f.cells[i].bucket, &least, &most);
	}
	free(f.cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct catalogue c = {.arena = a};
	struct metric m;
	struct err e = {0};
	char *at = arena_strndup(a, (const char *)data, size), *name = strsep(&at, "\n");
	assert(catalogue_parse(a, statistic, "x.stat", NULL, vec_push(&c.stats, a), &e) == 0);
	catalogue_add_hostname(&c);
	if (catalogue_resolve(&c, name, a, &m, &e) == 0) {
		(void)metric_without_hostname(&m, a);
		(void)metric_hostname_allowed(&m, "b");
		struct remote_slot *slot = remote_slot_new();
		for (unsigned i = 0; at && i < 64; i++) {
			char *event = strsep(&at, "\n");
			(void)remote_time(event);
			(void)remote_take(slot, &m, i & 1 ? "a" : "b", event);
		}
		check(slot, &m);
		remote_slot_clear(slot);
		check(slot, &m);
		remote_slot_free(slot);
	}
	arena_free(a);
	return 0;
}
