/*
 * map.h - a hash table from strings (any bytes) to pointers, in an arena
 *
 * Open addressing, power-of-two size. Keys are copied into the arena. No removal: set the
 * value to NULL. Iteration is in insertion order.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

#include <stdint.h>

struct map_entry {
	const char *key;
	size_t len;
	uint32_t hash;
	void *value;
};

struct map {
	struct arena *arena;	   /* set by the owner before the first use */
	struct map_entry *entries; /* insertion order */
	uint32_t *slots;	   /* index + 1 into entries, 0 = free */
	size_t n, cap, nslots;
};

void *map_get(const struct map *m, const char *key);
void *map_getn(const struct map *m, const void *key, size_t len);
/* The value's place, made with NULL when the key is new. Valid until the next map_at(). */
void **map_at(struct map *m, const char *key);
void **map_atn(struct map *m, const void *key, size_t len);
uint32_t map_hash(const void *p, size_t n);

#endif
