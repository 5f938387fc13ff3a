/*
 * agg_clear.c - clear(), trunc(), normalize(): what has been taken away from aggregations
 *
 * The kernel's counters only grow: what is taken away becomes a baseline (agg_internal.h). Those of a
 * min or max are emptied.
 */
#include "dtrace/consume/agg_internal.h"

static void empty_extreme(uint64_t *cell)
{
	__atomic_store_n(&cell[0], 0, __ATOMIC_RELAXED);
	__atomic_store_n(&cell[1], 0, __ATOMIC_RELAXED);
}

static int reset_slot(struct aggs *as, struct agg_table *t, uint32_t cpu, struct gen_seen *seen,
		      uint32_t slot, uint8_t *p)
{
	uint32_t entry = seen->slotmap[slot];
	(void)as;
	(void)cpu;
	if (entry && t->flags[entry - 1] & ENTRY_RESET)
		empty_extreme((uint64_t *)(p + 8 + t->agg->key_bytes));
	return 0;
}

/* Empties the cells of a min or max wherever its entries with ENTRY_RESET have one. */
static void reset_extremes(struct aggs *as, struct agg_table *t)
{
	const struct plan_agg *a = t->agg;
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++) {
		uint8_t *p = a->keyed ? NULL : agg_show(as, cpu, a->offset, 16);
		if (p)
			empty_extreme((uint64_t *)p);
		for (uint32_t gen = 0; t->gens && gen < plan_agg_ngens(a); gen++)
			agg_each_slot(as, t, cpu, gen, reset_slot);
	}
	for (uint32_t i = 0; i < t->n; i++)
		t->flags[i] = (uint8_t)(t->flags[i] & ~ENTRY_RESET);
	t->was_reset = true;
	agg_hide(as);
}

/* n cells become zero from here on. */
static void rebase_some(const struct agg_table *t, uint64_t *cell, uint64_t *base, size_t n)
{
	uint32_t nc = t->agg->ncells;
	for (size_t i = 0; i < n; i++, cell += nc, base += nc) {
		if (t->words && t->agg->func == AGG_STDDEV)
			agg_add_stddev(base, cell);
		else
			for (uint32_t k = 0; k < t->words; k++)
				base[k] += cell[k];
		if (t->words == 0)
			memset(base, 0, nc * 8ull);
		memset(cell, 0, nc * 8ull);
	}
}

static void rebase(struct agg_table *t, uint32_t i)
{
	size_t at = (size_t)i * t->agg->ncells;
	rebase_some(t, t->cells + at, t->base + at, 1);
	if (t->ncpus)
		rebase_some(t, t->cpu_cells + at * t->ncpus, t->cpu_base + at * t->ncpus, t->ncpus);
	if (t->words == 0)
		t->flags[i] |= ENTRY_RESET;
}

void aggs_clear(struct aggs *as, uint32_t agg_id)
{
	if (agg_id >= as->ntables || as->tables[agg_id].n == 0)
		return;
	struct agg_table *t = &as->tables[agg_id];
	if (!agg_need_base(t))
		return;
	for (uint32_t i = 0; i < t->n; i++)
		rebase(t, i);
	if (t->words == 0)
		reset_extremes(as, t);
}

static void trunc_entry(struct agg_table *t, uint32_t i)
{
	rebase(t, i);
	t->flags[i] = (uint8_t)(t->flags[i] & ~ENTRY_LIVE);
}

static void trunc_most(struct aggs *as, struct agg_table *t, int64_t n)
{
	size_t total;
	struct agg_sort order = {.reverse = n > 0};
	uint64_t keep = n > 0 ? (uint64_t)n : -(uint64_t)n;
	const struct agg_entry *e = aggs_sorted(as, t->agg->id, &order, &total);
	for (size_t i = keep; i < total; i++)
		trunc_entry(t, e[i].index);
}

void aggs_trunc(struct aggs *as, uint32_t agg_id, int64_t n)
{
	if (agg_id >= as->ntables || as->tables[agg_id].n == 0)
		return;
	struct agg_table *t = &as->tables[agg_id];
	if (!agg_need_base(t))
		return;
	if (n)
		trunc_most(as, t, n);
	for (uint32_t i = 0; n == 0 && i < t->n; i++)
		trunc_entry(t, i);
	if (t->words == 0)
		reset_extremes(as, t);
}

void aggs_reset_entry(struct aggs *as, const struct agg_entry *e, bool remove)
{
	if (e->agg->id >= as->ntables || e->index >= as->tables[e->agg->id].n)
		return;
	struct agg_table *t = &as->tables[e->agg->id];
	if (!agg_need_base(t))
		return;
	rebase(t, e->index);
	if (remove)
		t->flags[e->index] = (uint8_t)(t->flags[e->index] & ~ENTRY_LIVE);
}

void aggs_reset_done(struct aggs *as)
{
	for (uint32_t i = 0; i < as->ntables; i++) {
		struct agg_table *t = &as->tables[i];
		uint32_t k = 0;
		while (k < t->n && !(t->flags[k] & ENTRY_RESET))
			k++;
		if (k < t->n)
			reset_extremes(as, t);
	}
}

bool aggs_entry(const struct aggs *as, uint32_t agg_id, uint32_t index, struct agg_entry *out)
{
	if (agg_id >= as->ntables || index >= as->tables[agg_id].n)
		return false;
	*out = table_entry(&as->tables[agg_id], index);
	return true;
}

void aggs_normalize(struct aggs *as, uint32_t agg_id, uint64_t factor)
{
	if (agg_id < as->ntables)
		as->tables[agg_id].normal = factor ? factor : 1;
}

bool aggs_printed(const struct aggs *as, uint32_t agg_id)
{
	return agg_id < as->ntables && as->tables[agg_id].printed;
}

void aggs_set_printed(struct aggs *as, uint32_t agg_id)
{
	if (agg_id < as->ntables)
		as->tables[agg_id].printed = true;
}
