/*
 * index.h - a hash table of numbers for things that hold their own keys, in an arena
 *
 * Where map.h copies a key and keeps a pointer for it, this keeps 8 bytes: the hash of the key and a number, by which the owner
 * finds the thing and its key. Open addressing, power-of-two size. No removal.
 */
#ifndef BASE_INDEX_H
#define BASE_INDEX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct index_slot {
	uint32_t hash, number; /* number 0: free */
};
struct index {
	struct arena *arena; /* set by the owner before the first use */
	struct index_slot *slots;
	size_t n, nslots;
};

/* Place of the number of the thing whose key hashes to `hash` and is the one that is(arg, number) is true for; 0 when it is
 * new, and the caller is to set it. Valid until the next index_at(). */
uint32_t *index_at(struct index *x, uint32_t hash, bool (*is)(const void *arg, uint32_t number),
		   const void *arg);

#endif
