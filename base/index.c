/* index.c - hash table of numbers; see index.h. */
#include "base/index.h"

static struct index_slot *free_slot(struct index *x, uint32_t hash)
{
	size_t i = hash & (x->nslots - 1);
	while (x->slots[i].number)
		i = (i + 1) & (x->nslots - 1);
	return &x->slots[i];
}

static void grow(struct index *x)
{
	const struct index_slot *old = x->slots;
	size_t nold = x->nslots;

	x->nslots = nold ? nold * 4 : 64;
	x->slots = arena_array(x->arena, struct index_slot, x->nslots);
	for (size_t i = 0; i < nold; i++)
		if (old[i].number)
			*free_slot(x, old[i].hash) = old[i];
}

uint32_t *index_at(struct index *x, uint32_t hash, bool (*is)(const void *arg, uint32_t number),
		   const void *arg)
{
	if (x->n * 4 >= x->nslots * 3)
		grow(x);
	for (size_t i = hash & (x->nslots - 1); x->slots[i].number; i = (i + 1) & (x->nslots - 1))
		if (x->slots[i].hash == hash && is(arg, x->slots[i].number))
			return &x->slots[i].number;
	struct index_slot *s = free_slot(x, hash);
	s->hash = hash;
	x->n++;
	return &s->number;
}
