/*
 * names.c - the dictionary of a set: which key an id stands for, and since when
 *
 * Ids are given one after the other. A name that no second has had for long is dropped, and its id is given to another
 * one later, so a set that has new keys all the time stays bounded. What is stored goes on carrying ids: an entry older than
 * the second since which its id has its present name is not of that name, so reading takes it for FRAME_OTHER. Nothing is
 * ever told under a wrong name, and no sum changes.
 *
 *	dropped		above STORE_KEEP_KEYS, what was not seen for as long as seconds are kept, the oldest first;
 *			when there are STORE_MAX_KEYS, what was not seen for STORE_KEY_REST_S
 *	STORE_KEY_REST_S is more than the longest period of a level, so no period has an id under two names.
 *
 * Who adds a second asks for the id of each key in it, every second anew: that is how a name is seen, and why no name that
 * is part of a second which is still being put together is dropped.
 *
 * On disk a row says when its name was seen to the day; a name that was loaded counts as seen until the end of it.
 */
#include "analytics/store/set.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, TRY_AGAIN_S = 60, MAKE_ROOM = STORE_MAX_KEYS / 4, LEAST_GARBAGE = 1024 };

int names_init(struct names *n)
{
	*n = (struct names){.arena = arena_new()};
	n->by_text.arena = n->arena;
	return n->arena ? 0 : -1;
}

void names_fini(struct names *n)
{
	arena_free(n->arena);
}

/* Room for an id; those before it that are not there are free. */
static struct name_entry *name_at(struct names *n, uint32_t id)
{
	while (n->at.n < id - FRAME_FIRST_KEY) {
		n->reused = true;
		*vec_push(&n->free, n->arena) = (uint32_t)n->at.n + FRAME_FIRST_KEY;
		*vec_push(&n->at, n->arena) = (struct name_entry){0};
	}
	if (n->at.n == id - FRAME_FIRST_KEY)
		*vec_push(&n->at, n->arena) = (struct name_entry){0};
	return &n->at.at[id - FRAME_FIRST_KEY];
}

/* The id stands for nothing any more, and may be given away. */
static void name_drop(struct names *n, uint32_t id)
{
	struct name_entry *x = &n->at.at[id - FRAME_FIRST_KEY];
	*map_at(&n->by_text, x->text) = NULL;
	x->text = NULL;
	n->live--;
	n->garbage++;
	n->reused = true;
	*vec_push(&n->free, n->arena) = id;
	*vec_push(&n->changed, n->arena) = id;
}

void names_put(struct names *n, uint32_t id, const char *text, int64_t since, int64_t seen)
{
	struct name_entry *x = name_at(n, id);
	if (x->text && strcmp(x->text, text) == 0) {
		x->since = since > x->since ? since : x->since;
		return;
	}
	if (x->text)
		name_drop(n, id);
	uint32_t other = (uint32_t)(uintptr_t)map_get(&n->by_text, text);
	if (other)
		name_drop(n, other);
	*x =
	    (struct name_entry){.text = arena_strdup(n->arena, text), .since = since, .seen = seen};
	*map_at(&n->by_text, text) = (void *)(uintptr_t)id;
	n->live++;
	n->reused |= since > 0;
}

/* ---- dropping ---- */

struct aged {
	int64_t seen;
	uint32_t at;
};
static int by_age(const void *a, const void *b)
{
	const struct aged *x = a, *y = b;
	if (x->seen != y->seen)
		return x->seen < y->seen ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Live names, texts and all, in an arena without what was dropped. */
static void names_compact(struct names *n)
{
	struct names to;
	if (n->garbage < LEAST_GARBAGE || n->garbage < n->live || names_init(&to) < 0)
		return;
	for (size_t i = 0; i < n->at.n; i++) {
		struct name_entry *x = vec_push(&to.at, to.arena);
		*x = n->at.at[i];
		if (!x->text) {
			*vec_push(&to.free, to.arena) = (uint32_t)i + FRAME_FIRST_KEY;
			continue;
		}
		x->text = arena_strdup(to.arena, x->text);
		*map_at(&to.by_text, x->text) = (void *)(uintptr_t)(i + FRAME_FIRST_KEY);
	}
	for (size_t i = 0; i < n->changed.n; i++)
		*vec_push(&to.changed, to.arena) = n->changed.at[i];
	to.live = n->live;
	to.reused = n->reused;
	to.fresh = n->fresh;
	to.unnamed = n->unnamed;
	to.tried = n->tried;
	names_fini(n);
	*n = to;
}

/* Drops at most `most` names that were seen last before a second, the oldest first. */
static void names_drop(struct names *n, int64_t before, uint32_t most)
{
	struct aged *old = malloc((n->at.n + 1) * sizeof(*old));
	uint32_t found = 0;
	for (uint32_t i = 0; old && i < n->at.n; i++)
		if (n->at.at[i].text && n->at.at[i].seen < before)
			old[found++] = (struct aged){n->at.at[i].seen, i};
	if (found > most)
		qsort(old, found, sizeof(*old), by_age);
	for (uint32_t i = 0; i < found && i < most; i++)
		name_drop(n, old[i].at + FRAME_FIRST_KEY);
	free(old);
}

void names_expire(struct names *n, int64_t before)
{
	if (n->live > STORE_KEEP_KEYS)
		names_drop(n, before, n->live - STORE_KEEP_KEYS);
	names_compact(n);
}

static uint32_t pop_free(struct names *n)
{
	while (n->free.n) {
		uint32_t id = n->free.at[--n->free.n];
		if (!n->at.at[id - FRAME_FIRST_KEY].text)
			return id;
	}
	return 0;
}

/* An id that stands for nothing, or 0. `second`: the newest that there is. */
static uint32_t free_id(struct names *n, int64_t second)
{
	uint32_t id = pop_free(n);
	if (!id && n->at.n < STORE_MAX_KEYS)
		return (uint32_t)n->at.n + FRAME_FIRST_KEY;
	if (!id && second - n->tried >= TRY_AGAIN_S) {
		n->tried = second;
		names_drop(n, second - STORE_KEY_REST_S, MAKE_ROOM);
		id = pop_free(n);
	}
	return id;
}

void names_seen(struct names *n, const struct frame *f)
{
	for (uint32_t i = 0; i < f->ncells; i++) {
		uint32_t key = f->cells[i].key;
		if (key >= FRAME_FIRST_KEY && key - FRAME_FIRST_KEY < n->at.n)
			n->at.at[key - FRAME_FIRST_KEY].seen = f->second;
	}
}

void names_cut(struct names *n, int64_t second)
{
	for (size_t i = 0; i < n->at.n; i++) {
		struct name_entry *x = &n->at.at[i];
		x->since = x->since < second ? x->since : second;
		x->seen = x->seen < second ? x->seen : second;
	}
	n->tried = 0;
}

/* ---- as the rest of the daemon sees it ---- */

uint32_t store_key(struct store_set *set, const char *text)
{
	struct names *n = &set->names;
	/* Seconds only ascend: what has the id from now on is newer than all that there is. */
	int64_t now = set->last + 1, since = now;
	uint32_t id = (uint32_t)(uintptr_t)map_get(&n->by_text, text);
	if (id) {
		n->at.at[id - FRAME_FIRST_KEY].seen = now;
		return id;
	}
	if (!(id = free_id(n, set->last))) {
		n->unnamed++;
		return FRAME_OTHER;
	}
	if (n->fresh && id - FRAME_FIRST_KEY == n->at.n)
		since =
		    0; /* nothing older has it; of what was loaded one cannot know: the last may have been dropped */
	names_put(n, id, text, since, now);
	*vec_push(&n->changed, n->arena) = id;
	if (set->store->journal)
		journal_key(set->store->journal, set->dataset, id, since, text);
	return id;
}

const char *store_key_text(const struct store_set *set, uint32_t id)
{
	if (id == FRAME_NO_KEY)
		return "";
	return id >= FRAME_FIRST_KEY && id - FRAME_FIRST_KEY < set->names.at.n
		   ? set->names.at.at[id - FRAME_FIRST_KEY].text
		   : NULL;
}

uint32_t store_key_find(const struct store_set *set, const char *text)
{
	uint32_t id = (uint32_t)(uintptr_t)map_get(&set->names.by_text, text);
	return id ? id : FRAME_OTHER;
}

uint32_t store_key_ids(const struct store_set *set)
{
	return (uint32_t)set->names.at.n + FRAME_FIRST_KEY;
}

uint32_t store_keys(const struct store_set *set)
{
	return set->names.live;
}

uint64_t store_unnamed(const struct store_set *set)
{
	return set->names.unnamed;
}

/* ---- reading ---- */

/* Had the id another name in that second, or none? */
static bool name_void(const struct names *n, uint32_t id, int64_t second)
{
	if (id < FRAME_FIRST_KEY || id - FRAME_FIRST_KEY >= n->at.n)
		return false;
	const struct name_entry *x = &n->at.at[id - FRAME_FIRST_KEY];
	return !x->text || second < x->since;
}

static bool chunk_has_void(const struct names *n, const struct chunk *c, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		for (uint32_t k = 0; k < c->entries[i].ncells; k++)
			if (name_void(n, c->cells[c->entries[i].first + k].key,
				      c->entries[i].second))
				return true;
	return false;
}

int names_read(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	const struct names_reader *r = arg;
	struct chunk own = {.ranged = c->ranged};
	int status = 0;
	if (!r->names->reused || !chunk_has_void(r->names, c, from, to))
		return r->fn(r->arg, c, from, to);
	for (uint32_t i = from; i < to && status == 0; i++) {
		const struct chunk_entry *e = &c->entries[i];
		status = chunk_append(&own, e, c->cells + e->first,
				      c->ranged ? c->ranges + e->first : NULL);
		for (uint32_t k = 0; status == 0 && k < e->ncells; k++) {
			struct frame_cell *cell = &own.cells[own.entries[own.n - 1].first + k];
			if (name_void(r->names, cell->key, e->second))
				cell->key = FRAME_OTHER;
		}
	}
	status = status < 0 ? -1 : r->fn(r->arg, &own, 0, own.n);
	chunk_fini(&own);
	return status;
}

/* ---- on disk ---- */

int archive_keys(struct store_set *set, struct err *e)
{
	struct names *n = &set->names;
	for (size_t i = 0; i < n->changed.n; i++) {
		uint32_t id = n->changed.at[i];
		if (archive_put_key(set, id, &n->at.at[id - FRAME_FIRST_KEY], e) < 0)
			return -1;
	}
	for (uint32_t i = 0; i < n->at.n; i++) {
		const struct name_entry *x = &n->at.at[i];
		if (x->text && x->seen / DAY_S > x->saved_day &&
		    archive_put_key(set, i + FRAME_FIRST_KEY, x, e) < 0)
			return -1;
	}
	return 0;
}

void names_saved(struct names *n)
{
	n->changed.n = 0;
	for (size_t i = 0; i < n->at.n; i++)
		n->at.at[i].saved_day = n->at.at[i].seen / DAY_S;
}

void names_loaded(struct names *n, uint32_t id, const char *text, int64_t since, int64_t seen)
{
	names_put(n, id, text, since, seen / DAY_S * DAY_S + DAY_S - 1);
	name_at(n, id)->saved_day = seen / DAY_S;
}
