/*
 * drops.c - what was lost: differences of the kernel's drop counters, in libdtrace's words
 *
 * In: counters in GLOB (struct image_state), in each CPU's BUF and AGG. Out: one callback for each
 * counter that moved.
 */
#include "dtrace/consume/internal.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

struct drop_kind {
	enum consume_drop_kind kind;
	size_t offset; /* in struct image_state */
	const char *tag, *remedy, *what, *tail;
};

static const struct drop_kind state_drops[] = {
    {DROP_DYNAMIC, offsetof(struct image_state, dyn_drops), "dynamic", "dynvarsize",
     "dynamic variable drop", ""},
    {DROP_DYNRINSE, offsetof(struct image_state, dyn_rinse), "rinse", "cleanrate",
     "dynamic variable drop", " with non-empty rinsing list"},
    {DROP_DYNDIRTY, offsetof(struct image_state, dyn_dirty), "dirty", "cleanrate",
     "dynamic variable drop", " with non-empty dirty list"},
    {DROP_SPEC, offsetof(struct image_state, spec_drops), "spec", "specsize", "speculative drop",
     ""},
    {DROP_SPECBUSY, offsetof(struct image_state, spec_busy), "spec_busy", "nspec",
     "failed speculation", " (available buffer(s) still busy)"},
    {DROP_SPECUNAVAIL, offsetof(struct image_state, spec_unavail), "spec_unavail", "nspec",
     "failed speculation", " (no speculative buffer available)"},
    {DROP_STKSTROVERFLOW, offsetof(struct image_state, stk_overflow), "stack str overflow",
     "jstackstrsize", "jstack()/ustack() string table overflow", ""},
    {DROP_DBLERROR, offsetof(struct image_state, dbl_errors), "error", NULL, "error",
     " in ERROR probe enabling"},
};

static bool moved(uint64_t now, uint64_t *last, struct consume_drop *d)
{
	if (now <= *last)
		return false;
	d->count = now - *last;
	d->total = now;
	*last = now;
	return true;
}

static void cpu_drop(struct consume *c, uint32_t cpu, enum consume_drop_kind kind, uint64_t now,
		     uint64_t *last)
{
	bool agg = kind == DROP_AGGREGATION;
	struct consume_drop d = {.kind = kind,
				 .cpu = (int)cpu,
				 .tag = agg ? "aggregation" : "principal",
				 .remedy = agg ? "aggsize" : "bufsize"};
	if (!moved(now, last, &d))
		return;
	snprintf(d.text, sizeof(d.text), "%" PRIu64 " %sdrop%s on CPU %d", d.count,
		 agg ? "aggregation " : "", d.count > 1 ? "s" : "", d.cpu);
	if (c->ops.drop)
		c->ops.drop(c->ops.arg, &d);
}

void consume_drops(struct consume *c)
{
	for (uint32_t cpu = 0; cpu < c->ncpu; cpu++) {
		struct ccpu *k = &c->cpu[cpu];
		if (k->mem)
			cpu_drop(c, cpu, DROP_PRINCIPAL, load64(k->mem + IMAGE_BUF_DROPS) + k->lost,
				 &k->drops);
		if (c->agg)
			cpu_drop(c, cpu, DROP_AGGREGATION,
				 load64(c->agg + cpu * c->agg_stride + IMAGE_AGG_DROPS),
				 &k->agg_drops);
	}
	for (size_t i = 0; i < sizeof(state_drops) / sizeof(state_drops[0]); i++) {
		const struct drop_kind *dk = &state_drops[i];
		struct consume_drop d = {
		    .kind = dk->kind, .cpu = -1, .tag = dk->tag, .remedy = dk->remedy};
		if (!moved(load64((uint8_t *)c->glob + dk->offset), &c->state_drops[dk->kind], &d))
			continue;
		snprintf(d.text, sizeof(d.text), "%" PRIu64 " %s%s%s", d.count, dk->what,
			 d.count > 1 ? "s" : "", dk->tail);
		if (c->ops.drop)
			c->ops.drop(c->ops.arg, &d);
	}
}
