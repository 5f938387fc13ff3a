/*
 * agg_turn.c - the generations of aggregation tables: turning programs to the other one, emptying the
 * one they leave
 *
 * In: tables as just snapshot. Out: turns written to the kernel's memory; what emptied slots had in
 * the baselines of their entries; entries that nothing refers to any more are forgotten.
 *
 *	filling up -> turn -> grace period, no sleeper at work -> snapshot -> taken over and emptied
 *
 * From the turn on both generations are read, so that no snapshot misses anything; and a program that
 * was at work during the turn may still fill the former one. That is why a whole grace period is
 * waited for, and the last snapshot taken behind it.
 */
#include "dtrace/consume/agg_internal.h"

static const uint8_t *turn_head(struct aggs *as, const struct agg_table *t, uint32_t cpu)
{
	return agg_show(as, cpu, t->agg->offset, IMAGE_TURN_BYTES);
}

/* Is a program that may sleep at work on what the table has turned away from? Also when nobody can
 * tell. */
static bool has_sleepers(struct aggs *as, const struct agg_table *t)
{
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++) {
		const uint8_t *head = turn_head(as, t, cpu);
		const uint64_t *n = (const uint64_t *)(const void *)(head + IMAGE_TURN_SLEEPERS);
		if (!head || __atomic_load_n(&n[!t->filling], __ATOMIC_ACQUIRE))
			return true;
	}
	return false;
}

static bool is_settled(struct aggs *as)
{
	if (!as->in_grace || !as->window->grace_over(as->window->arg))
		return false;
	for (uint32_t i = 0; i < as->ntables; i++)
		if (as->tables[i].turned && has_sleepers(as, &as->tables[i]))
			return false;
	return true;
}

static uint64_t *crowded(const struct aggs *as, uint32_t cpu)
{
	return (uint64_t *)(void *)(as->mem + cpu * as->stride + IMAGE_AGG_CROWDED);
}

bool aggs_crowded(const struct aggs *as)
{
	if (!as->mem || !as->window)
		return false;
	if (as->in_grace)
		return as->window->grace_over(as->window->arg);
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++)
		if (agg_word(crowded(as, cpu)))
			return true;
	return false;
}

uint32_t aggs_epoch(const struct aggs *as, uint32_t agg_id)
{
	return agg_id < as->ntables ? as->tables[agg_id].epoch : 0;
}

/* ---- emptying ---- */

static void take_over(const struct agg_table *t, uint64_t *base, const uint64_t *from)
{
	if (t->words == 0)
		agg_add_extreme(t, base, from);
	else if (t->agg->func == AGG_STDDEV)
		agg_sub_stddev(base, from);
	else
		for (uint32_t i = 0; i < t->words; i++)
			base[i] -= agg_word(&from[i]);
}

static int empty_slot(struct aggs *as, struct agg_table *t, uint32_t cpu, struct gen_seen *seen,
		      uint32_t slot, uint8_t *p)
{
	uint32_t nc = t->agg->ncells, i = seen->slotmap[slot] - 1;
	const uint64_t *from = (const uint64_t *)(void *)(p + 8 + t->agg->key_bytes);
	(void)as;
	take_over(t, t->base + (size_t)i * nc, from);
	if (t->ncpus)
		take_over(t, t->cpu_base + ((size_t)i * t->ncpus + cpu) * nc, from);
	memset(p, 0, t->agg->entry_bytes);
	seen->slotmap[slot] = 0;
	seen->taken[slot / 64] &= ~(1ull << slot % 64);
	return 0;
}

/* All slots of the former generation on a CPU; then its list, so that a failure in the middle is made
 * good the next time. */
static int empty_gen(struct aggs *as, struct agg_table *t, uint32_t cpu, uint32_t gen)
{
	const struct plan_agg *a = t->agg;
	struct gen_seen *seen = gen_seen(t, cpu, gen);
	if (agg_each_slot(as, t, cpu, gen, empty_slot))
		return -1;
	uint64_t at = a->offset + plan_agg_gen(a, gen) + plan_agg_taken(a);
	uint8_t *list = agg_show(as, cpu, at, 8 + seen->ntaken * 4ull);
	if (!list)
		return -1;
	memset(list, 0, 8 + seen->ntaken * 4ull);
	seen->ntaken = 0;
	agg_hide(as);
	return 0;
}

/* ---- forgetting ---- */

static void move_entry(struct agg_table *t, uint32_t from, uint32_t to)
{
	uint32_t key = t->agg->key_bytes, nc = t->agg->ncells;
	size_t of_cpus = (size_t)t->ncpus * nc;
	if (from == to)
		return;
	memcpy(t->keys + (size_t)to * key, t->keys + (size_t)from * key, key);
	memcpy(t->cells + (size_t)to * nc, t->cells + (size_t)from * nc, nc * 8ull);
	memcpy(t->base + (size_t)to * nc, t->base + (size_t)from * nc, nc * 8ull);
	if (of_cpus) {
		memcpy(t->cpu_cells + to * of_cpus, t->cpu_cells + from * of_cpus, of_cpus * 8);
		memcpy(t->cpu_base + to * of_cpus, t->cpu_base + from * of_cpus, of_cpus * 8);
	}
	t->hashes[to] = t->hashes[from];
	t->flags[to] = t->flags[from];
}

/* Of each entry: whether a slot refers to it; then its new number + 1, 0: it goes. */
static void find_used(const struct aggs *as, const struct agg_table *t, uint32_t *used)
{
	for (uint32_t k = 0; k < as->ncpu * plan_agg_ngens(t->agg); k++)
		for (uint32_t s = 0; s < t->agg->nslots; s++)
			if (t->gens[k].slotmap[s])
				used[t->gens[k].slotmap[s] - 1] = 1;
}

static void renumber(const struct aggs *as, struct agg_table *t, const uint32_t *number)
{
	for (uint32_t k = 0; k < as->ncpu * plan_agg_ngens(t->agg); k++)
		for (uint32_t s = 0; s < t->agg->nslots; s++) {
			uint32_t *entry = &t->gens[k].slotmap[s];
			*entry = *entry ? number[*entry - 1] : 0;
		}
}

/* Entries that were truncated and that no slot has any more. Without memory for it they stay. */
static void forget(const struct aggs *as, struct agg_table *t)
{
	uint32_t *number = calloc(t->n + 1ull, sizeof(*number)), n = 0;
	if (!number)
		return;
	find_used(as, t, number);
	for (uint32_t i = 0; i < t->n; i++)
		number[i] = number[i] || t->flags[i] & ENTRY_LIVE ? ++n : 0;
	if (n < t->n) {
		for (uint32_t i = 0; i < t->n; i++)
			if (number[i])
				move_entry(t, i, number[i] - 1);
		t->n = n;
		t->epoch++;
		renumber(as, t, number);
		agg_reindex(t);
	}
	free(number);
}

/* ---- turning ---- */

/* A table turns that is so full that searching takes long; one that is half full if it will be so
 * before long, as keys come that were never seen before. (Which slots are taken is no sign of it:
 * behind each turn keys come back that are known.) */
static bool fills_up(const struct aggs *as, const struct agg_table *t)
{
	uint32_t slots = t->agg->nslots, most = slots - slots / 4;
	uint32_t news = t->n - t->known, n = 0;
	if (!t->agg->turns)
		return false;
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++) {
		const struct gen_seen *seen = gen_seen(t, cpu, t->filling);
		n = seen->ntaken > n ? seen->ntaken : n;
	}
	return n >= most || (n >= slots / 2 && news > most - n);
}

/* On all CPUs, or (no memory to show them) on none. */
static bool turn_table(struct aggs *as, struct agg_table *t)
{
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++)
		if (!turn_head(as, t, cpu))
			return false;
	t->filling = !t->filling;
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++) {
		uint64_t *turn = (uint64_t *)(void *)(turn_head(as, t, cpu) + IMAGE_TURN);
		__atomic_store_n(turn, t->filling ? ~0ull : 0, __ATOMIC_SEQ_CST);
	}
	agg_hide(as);
	return true;
}

static bool empty_table(struct aggs *as, struct agg_table *t)
{
	if (!agg_need_base(t))
		return false;
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++)
		if (empty_gen(as, t, cpu, !t->filling))
			return false;
	forget(as, t);
	return true;
}

bool agg_turn_begin(struct aggs *as)
{
	for (uint32_t cpu = 0; as->mem && as->window && cpu < as->ncpu; cpu++)
		__atomic_store_n(crowded(as, cpu), 0, __ATOMIC_RELAXED);
	return is_settled(as);
}

void agg_turn_end(struct aggs *as, bool settled)
{
	bool waits = false;
	for (uint32_t i = 0; as->mem && as->window && i < as->ntables; i++) {
		struct agg_table *t = &as->tables[i];
		if (t->turned && settled)
			t->turned = !empty_table(as, t);
		else if (!t->turned && !as->in_grace && fills_up(as, t))
			t->turned = turn_table(as, t);
		t->known = t->n;
		waits |= t->turned;
	}
	if (!waits || settled)
		as->in_grace = false;
	if (waits && !as->in_grace)
		as->in_grace = as->window->grace(as->window->arg) == 0;
}
