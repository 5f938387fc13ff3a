/*
 * aggregate.c - snapshots of the kernel's aggregation tables
 *
 * In: mapped AGG, being written by running programs. Out: flat tables of keys and cells
 * (agg_internal.h). A slot's key does not change once its tag is set, until its generation is emptied
 * (agg_turn.c), so (CPU, generation, slot) -> entry is remembered and later snapshots only add.
 */
#include "dtrace/consume/agg_internal.h"
#include "base/map.h"
#include "dtrace/sym/symbols.h"

#include <errno.h>

unsigned agg_lquantize_levels(const struct plan_agg *a)
{
	return a->step ? (unsigned)(((int64_t)a->limit - a->base) / a->step) : 0;
}

/* Each order of magnitude from low to high has nsteps buckets (or one a value where it has fewer
 * values), less those that the order below covers; one bucket below, one at or above. */
unsigned agg_llquantize_buckets(const struct plan_agg *a)
{
	uint64_t bound = 1;
	unsigned n = 2;
	if (a->factor < 2 || a->nsteps < a->factor || a->low > a->high)
		return 0;
	for (unsigned order = 0; order <= a->high; order++) {
		if (__builtin_mul_overflow(bound, (uint64_t)a->factor, &bound))
			return 0;
		unsigned steps = bound > a->nsteps ? a->nsteps : (unsigned)bound;
		n += order < a->low ? 0 : steps - steps / a->factor;
	}
	return n;
}

static void ll_scale(struct agg_ll *w)
{
	if (__builtin_mul_overflow(w->value, (uint64_t)w->agg->factor, &w->next))
		w->next = UINT64_MAX;
	w->step = w->next > w->agg->nsteps ? w->next / w->agg->nsteps : 1;
}

struct agg_ll agg_ll_start(const struct plan_agg *a)
{
	struct agg_ll w = {.agg = a, .value = 1};
	for (unsigned order = 0; order < a->low; order++)
		w.value *= a->factor;
	ll_scale(&w);
	return w;
}

void agg_ll_step(struct agg_ll *w)
{
	if ((w->value += w->step) >= w->next)
		ll_scale(w);
}

int64_t agg_quantize_bucket(unsigned i)
{
	if (i < AGG_QUANTIZE_ZERO)
		return -(1LL << (AGG_QUANTIZE_ZERO - 1 - i));
	return i == AGG_QUANTIZE_ZERO ? 0 : 1LL << (i - AGG_QUANTIZE_ZERO - 1);
}

/* Words the function itself needs; a cell may have one more, counting updates. */
static uint32_t natural_words(const struct plan_agg *a)
{
	switch (a->func) {
	case AGG_COUNT:
	case AGG_SUM:
		return 1;
	case AGG_AVG:
	case AGG_MIN:
	case AGG_MAX:
		return 2;
	case AGG_STDDEV:
		return 4;
	case AGG_QUANTIZE:
		return AGG_QUANTIZE_BUCKETS;
	case AGG_LQUANTIZE:
		return agg_lquantize_levels(a) + 2;
	case AGG_LLQUANTIZE:
		return agg_llquantize_buckets(a);
	}
	return UINT32_MAX;
}

static int check_agg(const struct plan_agg *a, uint64_t stride, struct err *e)
{
	uint64_t end =
	    a->keyed ? a->offset + plan_agg_table_bytes(a) : a->offset + (uint64_t)a->ncells * 8;
	bool ok = end <= stride && a->offset % 8 == 0 && a->ncells >= natural_words(a) &&
		  (a->func != AGG_LQUANTIZE || (a->step && a->limit > a->base));
	if (a->keyed) {
		ok = ok && a->key_bytes && a->key_bytes % 8 == 0 &&
		     a->entry_bytes >= 8 + a->key_bytes + a->ncells * 8 && a->entry_bytes % 8 == 0;
		for (size_t i = 0; ok && i < a->keys.n; i++)
			ok = (uint64_t)a->keys.at[i].offset + a->keys.at[i].size <= a->key_bytes;
	}
	if (!ok)
		return err_set(e, EINVAL, "aggregation @%s does not fit its map", a->name);
	return 0;
}

static int find_same_texts(struct aggs *as)
{
	size_t n = as->plan->strings.n;
	struct arena *arena = arena_new();
	as->same_text = calloc(n + 1, sizeof(uint32_t));
	if (!arena || !as->same_text || arena_guard(arena)) {
		arena_free(arena);
		return -1;
	}
	struct map m = {.arena = arena};
	for (size_t i = 0; i < n; i++) {
		const char *s = as->plan->strings.at[i] ? as->plan->strings.at[i] : "";
		void **at = map_at(&m, s);
		if (!*at)
			*at = (void *)(uintptr_t)(i + 1);
		as->same_text[i] = (uint32_t)((uintptr_t)*at - 1);
	}
	arena_free(arena);
	return 0;
}

int aggs_extend(struct aggs *as)
{
	uint32_t *old = as->same_text;
	if (find_same_texts(as) < 0) {
		free(as->same_text);
		as->same_text = old;
		return -1;
	}
	free(old);
	return 0;
}

static void table_init(struct aggs *as, struct agg_table *t, const struct plan_agg *a)
{
	t->agg = a;
	t->normal = 1;
	t->words = agg_is_extreme(a) ? 0 : a->ncells;
	for (size_t i = 0; i < a->keys.n; i++) {
		const struct plan_rec *k = &a->keys.at[i];
		bool by_symbol = k->enc == ENC_KADDR || k->enc == ENC_UADDR;
		t->fold |= k->enc == ENC_STRID || (by_symbol && as->syms);
		t->touches |= k->enc == ENC_USTACK && as->syms;
	}
}

struct aggs *aggs_new(const struct image *im, void *agg_mem, struct symbols *syms, struct err *e)
{
	struct aggs *as = calloc(1, sizeof(*as));
	uint32_t widest = 1;
	if (!as)
		goto oom;
	as->image = im;
	as->plan = &im->plan;
	as->mem = agg_mem;
	as->stride = consume_agg_stride(im);
	as->ncpu = im->ncpu;
	as->syms = syms;
	as->ntables = (uint32_t)im->plan.aggs.n;
	as->tables = calloc(as->ntables + 1, sizeof(*as->tables));
	if (!as->tables || find_same_texts(as))
		goto oom;
	for (uint32_t i = 0; i < as->ntables; i++) {
		const struct plan_agg *a = &im->plan.aggs.at[i];
		if (check_agg(a, as->stride, e)) {
			aggs_free(as);
			return NULL;
		}
		table_init(as, &as->tables[i], a);
		widest = a->ncells > widest ? a->ncells : widest;
	}
	as->zero = calloc(widest, 8);
	if (as->zero)
		return as;
oom:
	aggs_free(as);
	err_set(e, ENOMEM, "out of memory");
	return NULL;
}

static void free_gens(const struct aggs *as, struct agg_table *t)
{
	for (uint32_t i = 0; t->gens && i < as->ncpu * plan_agg_ngens(t->agg); i++) {
		free(t->gens[i].slotmap);
		free(t->gens[i].taken);
	}
	free(t->gens);
}

void aggs_free(struct aggs *as)
{
	if (!as)
		return;
	for (uint32_t i = 0; as->tables && i < as->ntables; i++) {
		struct agg_table *t = &as->tables[i];
		if (!t->agg)
			break;
		free_gens(as, t);
		free(t->keys);
		free(t->cells);
		free(t->base);
		free(t->cpu_cells);
		free(t->cpu_base);
		free(t->hashes);
		free(t->flags);
		free(t->index);
	}
	free(as->tables);
	free(as->same_text);
	free(as->zero);
	free(as->out);
	free(as->rows);
	free(as->items);
	free(as);
}

int aggs_keep_cpus(struct aggs *as, struct err *e)
{
	for (uint32_t i = 0; i < as->ntables; i++) {
		struct agg_table *t = &as->tables[i];
		size_t cells = (size_t)as->ncpu * (t->cap ? t->cap : 1) * t->agg->ncells;
		t->ncpus = as->ncpu;
		t->cpu_cells = calloc(cells, 8);
		t->cpu_base = calloc(cells, 8);
		if (!t->cpu_cells || !t->cpu_base)
			return err_set(e, ENOMEM, "out of memory");
	}
	return 0;
}

uint32_t aggs_cpus(const struct aggs *as)
{
	return as->ntables ? as->tables[0].ncpus : 0;
}

static bool all_zero(const uint64_t *cell, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (cell[i])
			return false;
	return true;
}

bool aggs_of_cpu(const struct aggs *as, const struct agg_entry *e, uint32_t cpu,
		 struct agg_entry *out)
{
	const struct agg_table *t = &as->tables[e->agg->id];
	if (cpu >= t->ncpus || e->index >= t->n)
		return false;
	*out = *e;
	out->cell = t->cpu_cells + ((size_t)e->index * t->ncpus + cpu) * t->agg->ncells;
	return !all_zero(out->cell, t->agg->ncells);
}

/* ---- entries ---- */

static uint64_t hash_key(const uint8_t *key, uint32_t bytes)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ bytes;
	for (uint32_t i = 0; i < bytes; i += 8) {
		uint64_t w;
		memcpy(&w, key + i, 8);
		h = (h ^ h >> 32 ^ w) * 0xff51afd7ed558ccdu;
	}
	return h;
}

static int grow(void *pp, size_t n, size_t unit)
{
	void **p = pp;
	void *q = realloc(*p, n * unit);
	if (!q)
		return -1;
	*p = q;
	return 0;
}

static int table_room(struct agg_table *t)
{
	if (t->n < t->cap)
		return 0;
	uint32_t cap = t->cap ? t->cap * 2 : (t->agg->keyed ? 64 : 1);
	size_t cell = t->agg->ncells * 8ull;
	if ((t->agg->keyed && grow(&t->keys, cap, t->agg->key_bytes)) ||
	    grow(&t->cells, cap, cell) || grow(&t->hashes, cap, 8) || grow(&t->flags, cap, 1) ||
	    (t->base && grow(&t->base, cap, cell)) ||
	    (t->ncpus && (grow(&t->cpu_cells, (size_t)cap * t->ncpus, cell) ||
			  grow(&t->cpu_base, (size_t)cap * t->ncpus, cell))))
		return -1;
	t->cap = cap;
	return 0;
}

bool agg_need_base(struct agg_table *t)
{
	if (!t->base)
		t->base = calloc(t->cap ? t->cap : 1, t->agg->ncells * 8ull);
	return t->base != NULL;
}

/* Where an entry's place is looked for first: the upper bits of a product depend on all of the word. */
static uint32_t index_start(const struct agg_table *t, uint64_t hash)
{
	return (uint32_t)(hash >> 32) >> (__builtin_clz(t->nindex) + 1);
}

void agg_reindex(struct agg_table *t)
{
	memset(t->index, 0, t->nindex * sizeof(*t->index));
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t at = index_start(t, t->hashes[i]);
		while (t->index[at])
			at = (at + 1) & (t->nindex - 1);
		t->index[at] = i + 1;
	}
}

static int index_room(struct agg_table *t)
{
	if (t->n * 2 < t->nindex)
		return 0;
	uint32_t n = t->nindex ? t->nindex * 2 : 256;
	if (grow(&t->index, n, sizeof(*t->index)))
		return -1;
	t->nindex = n;
	agg_reindex(t);
	return 0;
}

/* A new entry of all zeros. */
static int64_t table_add(struct agg_table *t, const uint8_t *key, uint64_t hash)
{
	if (table_room(t))
		return -1;
	uint32_t i = t->n++;
	if (key)
		memcpy(t->keys + (size_t)i * t->agg->key_bytes, key, t->agg->key_bytes);
	memset(t->cells + (size_t)i * t->agg->ncells, 0, t->agg->ncells * 8ull);
	if (t->base)
		memset(t->base + (size_t)i * t->agg->ncells, 0, t->agg->ncells * 8ull);
	if (t->ncpus) {
		size_t cells = (size_t)t->ncpus * t->agg->ncells;
		memset(t->cpu_cells + i * cells, 0, cells * 8);
		memset(t->cpu_base + i * cells, 0, cells * 8);
	}
	t->hashes[i] = hash;
	t->flags[i] = ENTRY_LIVE;
	return i;
}

static int64_t table_find(struct agg_table *t, const uint8_t *key)
{
	uint32_t bytes = t->agg->key_bytes;
	uint64_t hash = hash_key(key, bytes);
	if (index_room(t))
		return -1;
	uint32_t at = index_start(t, hash);
	for (; t->index[at]; at = (at + 1) & (t->nindex - 1)) {
		uint32_t i = t->index[at] - 1;
		if (t->hashes[i] == hash && !memcmp(t->keys + (size_t)i * bytes, key, bytes))
			return i;
	}
	int64_t i = table_add(t, key, hash);
	if (i >= 0)
		t->index[at] = (uint32_t)i + 1;
	return i;
}

/* Symbols as keys mean the symbol, not the address: as libdtrace does, the address becomes the
 * symbol's (or object's) start. */
static void fold_address(struct aggs *as, const struct plan_rec *k, uint8_t *key)
{
	uint64_t v[2] = {0};
	struct symbol s;
	bool user = k->enc == ENC_UADDR, known;
	memcpy(v, key + k->offset, user ? 16 : 8);
	if (!as->syms || k->size < (user ? 16u : 8u) || k->action == PACT_UADDR)
		return;
	known = user ? symbols_user(as->syms, v[0], v[1], &s) : symbols_kernel(as->syms, v[0], &s);
	if (!known)
		return;
	bool object = k->action == PACT_MOD || k->action == PACT_UMOD;
	if (!s.name && !object)
		return;
	if (object)
		s.start = user ? symbols_user_object(as->syms, v[0], v[1])
			       : symbols_kernel_object(as->syms, v[0]);
	memcpy(key + k->offset + (user ? 8 : 0), &s.start, 8);
}

static void fold_key(struct aggs *as, const struct agg_table *t, uint8_t *key)
{
	for (size_t i = 0; i < t->agg->keys.n; i++) {
		const struct plan_rec *k = &t->agg->keys.at[i];
		if (k->enc == ENC_STRID && k->size >= 4) {
			uint32_t id;
			memcpy(&id, key + k->offset, 4);
			if (id < as->plan->strings.n)
				memcpy(key + k->offset, &as->same_text[id], 4);
		} else if (k->enc == ENC_KADDR || k->enc == ENC_UADDR) {
			fold_address(as, k, key);
		}
	}
}

/* Learns a process's mappings while it is still there. */
static void touch_processes(struct aggs *as, const struct agg_table *t, const uint8_t *key)
{
	for (size_t i = 0; i < t->agg->keys.n; i++) {
		const struct plan_rec *k = &t->agg->keys.at[i];
		uint64_t v[2];
		struct symbol s;
		if (k->enc != ENC_USTACK || k->size < 16)
			continue;
		memcpy(v, key + k->offset, 16);
		symbols_user(as->syms, v[0], v[1], &s);
	}
}

static int64_t new_slot(struct aggs *as, struct agg_table *t, const uint8_t *key)
{
	if (!t->fold && !t->touches)
		return table_find(t, key);
	uint8_t *copy = malloc(t->agg->key_bytes);
	if (!copy)
		return -1;
	memcpy(copy, key, t->agg->key_bytes);
	fold_key(as, t, copy);
	uint32_t before = t->n;
	int64_t i = table_find(t, copy);
	if (t->touches && t->n > before)
		touch_processes(as, t, copy);
	free(copy);
	return i;
}

/* ---- cells ---- */

/* A cell that was emptied between the kernel's look at the value and its count has only the count.
 */
void agg_add_extreme(const struct agg_table *t, uint64_t *cell, const uint64_t *from)
{
	uint64_t n = agg_word(&from[0]), v = agg_word(&from[1]);
	uint64_t mask = plan_agg_extreme_mask(t->agg->func, t->agg->is_signed);
	if (n == 0 || (v == 0 && t->was_reset))
		return;
	if (cell[0] == 0 || v > (cell[1] ^ mask))
		cell[1] = v ^ mask;
	cell[0] += n;
}

static inline void add_cell(const struct agg_table *t, uint64_t *cell, const uint64_t *from)
{
	if (t->words == 0) {
		agg_add_extreme(t, cell, from);
	} else if (t->agg->func == AGG_STDDEV) {
		agg_add_stddev(cell, from);
	} else {
		for (uint32_t i = 0; i < t->words; i++)
			cell[i] += agg_word(&from[i]);
	}
}

/* What a CPU has of an entry goes to the sum, and to that CPU's own where they are kept. */
static void add_entry(const struct agg_table *t, uint32_t i, uint32_t cpu, const uint64_t *from)
{
	uint32_t nc = t->agg->ncells;
	add_cell(t, t->cells + (size_t)i * nc, from);
	if (t->ncpus)
		add_cell(t, t->cpu_cells + ((size_t)i * t->ncpus + cpu) * nc, from);
}

/* n cells start a snapshot at minus their baseline; those of a min or max at it. */
static void start_some(const struct agg_table *t, uint64_t *cells, const uint64_t *base, size_t n)
{
	uint32_t nc = t->agg->ncells;
	if (n == 0)
		return;
	if (base && t->words == 0)
		memcpy(cells, base, n * nc * 8);
	else
		memset(cells, 0, n * nc * 8);
	if (base && t->agg->func == AGG_STDDEV)
		for (size_t i = 0; i < n; i++)
			agg_sub_stddev(cells + i * nc, base + i * nc);
	else if (base && t->words)
		for (size_t i = 0; i < n * nc; i++)
			cells[i] = -base[i];
}

static void start_cells(struct agg_table *t)
{
	start_some(t, t->cells, t->base, t->n);
	start_some(t, t->cpu_cells, t->cpu_base, (size_t)t->n * t->ncpus);
}

static void revive(struct agg_table *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (!(t->flags[i] & ENTRY_LIVE) &&
		    !all_zero(t->cells + (size_t)i * t->agg->ncells, t->agg->ncells))
			t->flags[i] |= ENTRY_LIVE;
}

/* ---- the kernel's memory ---- */

enum { PART_BYTES = 256 << 10 }; /* of a table, made accessible at a time */

void aggs_set_window(struct aggs *as, const struct consume_window *w)
{
	as->window = w;
}

uint8_t *agg_show(struct aggs *as, uint32_t cpu, uint64_t off, uint64_t bytes)
{
	const struct consume_window *w = as->window;
	uint64_t at = cpu * as->stride + off;
	return !w || w->show(w->arg, IMAGE_MAP_AGG, at, bytes) == 0 ? as->mem + at : NULL;
}

void agg_hide(struct aggs *as)
{
	if (as->window)
		as->window->hide(as->window->arg, IMAGE_MAP_AGG);
}

/* How many entries of a table are looked at at a time. */
static uint32_t part_slots(const struct aggs *as, const struct plan_agg *a)
{
	uint32_t n = as->window ? PART_BYTES / a->entry_bytes : a->nslots;
	return n ? n : 1;
}

static int snap_plain(struct aggs *as, struct agg_table *t)
{
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++) {
		const uint64_t *from =
		    (const uint64_t *)agg_show(as, cpu, t->agg->offset, t->agg->ncells * 8ull);
		if (!from)
			return -1;
		if (t->n == 0 && all_zero(from, t->agg->ncells))
			continue;
		if (t->n == 0 && table_add(t, NULL, 0) < 0)
			return -1;
		add_entry(t, 0, cpu, from);
	}
	return 0;
}

static size_t taken_words(const struct plan_agg *a)
{
	return (a->nslots + 63) / 64;
}

/* What a generation's list says since the last time. */
static int read_taken(struct aggs *as, struct agg_table *t, uint32_t cpu, uint32_t gen)
{
	const struct plan_agg *a = t->agg;
	struct gen_seen *seen = gen_seen(t, cpu, gen);
	uint64_t at = a->offset + plan_agg_gen(a, gen) + plan_agg_taken(a);
	const uint8_t *p = agg_show(as, cpu, at, 8);
	uint64_t n = p ? __atomic_load_n((const uint64_t *)p, __ATOMIC_ACQUIRE) : 0;
	n = n < a->nslots ? n : a->nslots;
	if (p && seen->ntaken < n)
		p = agg_show(as, cpu, at + 8 + seen->ntaken * 4ull, (n - seen->ntaken) * 4);
	if (!p)
		return -1;
	for (; seen->ntaken < n; seen->ntaken++, p += 4) {
		uint32_t s = __atomic_load_n((const uint32_t *)p, __ATOMIC_ACQUIRE);
		if (!s || s > a->nslots)
			break;
		seen->taken[(s - 1) / 64] |= 1ull << (s - 1) % 64;
	}
	return 0;
}

/* The first slot from `from` on that is taken; nslots: none is. */
static uint32_t next_taken(const struct plan_agg *a, const uint64_t *taken, uint32_t from)
{
	size_t n = taken_words(a), w = from / 64;
	if (w >= n)
		return a->nslots;
	uint64_t bits = taken[w] & (~0ull << from % 64);
	while (!bits && ++w < n)
		bits = taken[w];
	return bits ? (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits) : a->nslots;
}

int agg_each_slot(struct aggs *as, struct agg_table *t, uint32_t cpu, uint32_t gen, agg_slot_fn *fn)
{
	const struct plan_agg *a = t->agg;
	struct gen_seen *seen = gen_seen(t, cpu, gen);
	uint32_t part = part_slots(as, a);
	uint64_t start = a->offset + plan_agg_gen(a, gen);
	for (uint32_t s = next_taken(a, seen->taken, 0); s < a->nslots;) {
		uint32_t first = s - s % part,
			 end = a->nslots - first < part ? a->nslots : first + part;
		uint8_t *p = agg_show(as, cpu, start + (uint64_t)first * a->entry_bytes,
				      (uint64_t)(end - first) * a->entry_bytes);
		if (!p)
			return -1;
		for (; s < end; s = next_taken(a, seen->taken, s + 1))
			if (fn(as, t, cpu, seen, s, p + (uint64_t)(s - first) * a->entry_bytes))
				return -1;
		agg_hide(as);
	}
	return 0;
}

static int snap_slot(struct aggs *as, struct agg_table *t, uint32_t cpu, struct gen_seen *seen,
		     uint32_t slot, uint8_t *p)
{
	uint32_t *entry = &seen->slotmap[slot];
	if (!*entry) {
		int64_t i = new_slot(as, t, p + 8);
		if (i < 0)
			return -1;
		*entry = (uint32_t)i + 1;
	}
	add_entry(t, *entry - 1, cpu, (const uint64_t *)(p + 8 + t->agg->key_bytes));
	return 0;
}

static int make_gens(const struct aggs *as, struct agg_table *t)
{
	uint32_t n = as->ncpu * plan_agg_ngens(t->agg);
	if (!(t->gens = calloc(n + 1u, sizeof(*t->gens))))
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		struct gen_seen *seen = &t->gens[i];
		seen->slotmap = calloc(t->agg->nslots, sizeof(*seen->slotmap));
		seen->taken = calloc(taken_words(t->agg), sizeof(*seen->taken));
		if (!seen->slotmap || !seen->taken)
			return -1;
	}
	return 0;
}

static int snap_keyed(struct aggs *as, struct agg_table *t)
{
	if (!t->gens && make_gens(as, t))
		return -1;
	for (uint32_t cpu = 0; cpu < as->ncpu; cpu++)
		for (uint32_t gen = 0; gen < plan_agg_ngens(t->agg); gen++)
			if (read_taken(as, t, cpu, gen) ||
			    agg_each_slot(as, t, cpu, gen, snap_slot))
				return -1;
	return 0;
}

static int snap_table(struct aggs *as, struct agg_table *t)
{
	start_cells(t);
	if (t->agg->keyed ? snap_keyed(as, t) : snap_plain(as, t))
		return -1;
	revive(t);
	return 0;
}

int aggs_snapshot(struct aggs *as, struct err *e)
{
	bool settled = agg_turn_begin(as);
	for (uint32_t i = 0; as->mem && i < as->ntables; i++)
		if (snap_table(as, &as->tables[i]))
			return err_set(e, ENOMEM, "out of memory for aggregations");
	agg_turn_end(as, settled);
	agg_hide(as);
	return 0;
}
