/* map.c - string hash table; see map.h. */
#include "base/map.h"

#include <string.h>

uint32_t map_hash(const void *p, size_t n)
{
	const unsigned char *s = p;
	uint64_t h = n;
	for (size_t left = n; left; left -= left < 8 ? left : 8, s += 8) {
		uint64_t word = 0;
		memcpy(&word, s, left < 8 ? left : 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15ull;
		h ^= h >> 32;
	}
	/* The lower bits of a product do not depend on the last characters of a word. */
	return (uint32_t)(h * 0xff51afd7ed558ccdull >> 32);
}

static uint32_t *find_slot(const struct map *m, const void *key, size_t len, uint32_t hash)
{
	for (size_t i = hash & (m->nslots - 1);; i = (i + 1) & (m->nslots - 1)) {
		uint32_t at = m->slots[i];
		if (!at)
			return &m->slots[i];
		const struct map_entry *e = &m->entries[at - 1];
		if (e->hash == hash && e->len == len && memcmp(e->key, key, len) == 0)
			return &m->slots[i];
	}
}

static void grow(struct map *m)
{
	size_t cap = m->cap ? m->cap * 2 : 16;
	m->entries =
	    arena_grow(m->arena, m->entries, m->n * sizeof(*m->entries), cap * sizeof(*m->entries));
	m->cap = cap;
	m->nslots = cap * 2;
	m->slots = arena_array(m->arena, uint32_t, m->nslots);
	for (size_t i = 0; i < m->n; i++) {
		const struct map_entry *e = &m->entries[i];
		*find_slot(m, e->key, e->len, e->hash) = (uint32_t)i + 1;
	}
}

void *map_getn(const struct map *m, const void *key, size_t len)
{
	if (!m->n)
		return NULL;
	uint32_t at = *find_slot(m, key, len, map_hash(key, len));
	return at ? m->entries[at - 1].value : NULL;
}

void **map_atn(struct map *m, const void *key, size_t len)
{
	uint32_t hash = map_hash(key, len);
	if (m->n == m->cap)
		grow(m);
	uint32_t *slot = find_slot(m, key, len, hash);
	if (!*slot) {
		m->entries[m->n] = (struct map_entry){
		    .key = arena_strndup(m->arena, key, len), .len = len, .hash = hash};
		*slot = (uint32_t)++m->n;
	}
	return &m->entries[*slot - 1].value;
}

void *map_get(const struct map *m, const char *key)
{
	return map_getn(m, key, strlen(key));
}

void **map_at(struct map *m, const char *key)
{
	return map_atn(m, key, strlen(key));
}
