/*
 * assoc.c - where the elements of associative arrays lie
 *
 * In: an array, and how its keys are represented. Out: its hash in the image, and the form of its keys.
 *
 * The kernel lets a program use 64 maps altogether, so the first ASSOC_ALONE arrays have a hash each
 * and the others share: those whose keys and values take about as much room have one, in which the
 * first word of a key is the number of the array, and what a key or a value is shorter is zeroes.
 *
 *	key: array number (shared hashes only), thread (self->), the fields as key.c has them, zeroes
 */
#include "dtrace/lower/lower_int.h"

enum { ASSOC_ALONE = 32 };
/* Sizes up to the greatest of these are rounded up to powers of two where a hash is shared. */
enum { CLASS_KEY_MIN = 32, CLASS_VALUE_MIN = 16, CLASS_MAX = 4096 };

/* How many elements `dynvarsize` has room for. What DTrace charges for one: the key, the value and a header. */
static uint32_t elements(const struct lower *L, const struct var_place *p)
{
	uint64_t dyn = L->s->opts->value[OPT_DYNVARSIZE];
	if (dyn == OPTION_UNSET)
		dyn = 1 << 20;
	uint64_t n = dyn / (p->key_bytes + p->bytes + 32);
	return n < 1 ? 1 : n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static uint32_t size_class(uint32_t bytes, uint32_t least)
{
	if (bytes > CLASS_MAX)
		return bytes;
	while (least < bytes)
		least *= 2;
	return least;
}

static uint32_t new_hash(struct lower *L, const char *name, const struct var_place *p,
			 uint32_t entries)
{
	uint64_t dyn = L->s->opts->value[OPT_DYNVARSIZE];
	*vec_push(&L->img->maps, L->a) =
	    (struct image_map){.kind = MAP_KIND_HASH,
			       .name = arena_strdup(L->a, name),
			       .key_bytes = p->key_bytes,
			       .value_bytes = p->bytes,
			       .entries = entries,
			       .prealloc = dyn == OPTION_UNSET || dyn <= PREALLOC_MAX_BYTES};
	return (uint32_t)L->img->maps.n - 1;
}

/* A hash that others of this size have, or the first of them. It has room for as many elements as the
 * smallest of theirs could have of it. */
static void share(struct lower *L, struct var_place *p)
{
	uint32_t entries = elements(L, p);
	p->number = L->nassocs;
	p->key_bytes += 8;
	uint32_t fields = p->key_bytes;
	p->key_bytes = size_class(p->key_bytes, CLASS_KEY_MIN);
	p->pad_bytes = p->key_bytes - fields;
	p->bytes = size_class(p->bytes, CLASS_VALUE_MIN);
	for (uint32_t i = L->shared_assocs; i && i < L->img->maps.n; i++) {
		struct image_map *m = &L->img->maps.at[i];
		if (m->key_bytes == p->key_bytes && m->value_bytes == p->bytes) {
			m->entries = m->entries > entries ? m->entries : entries;
			p->map = i;
			return;
		}
	}
	p->map = new_hash(L, "assocs", p, entries);
	if (!L->shared_assocs)
		L->shared_assocs = p->map;
}

void assoc_layout(struct lower *L, const struct var *v, struct var_place *p)
{
	p->at = AT_MAP;
	p->tls = v->scope == VAR_SELF;
	p->key_bytes = p->tls ? 8 : 0;
	for (uint32_t i = 0; i < p->nkeys; i++)
		p->key_bytes += p->keys[i].bytes;
	if (!p->key_bytes)
		p->key_bytes = 8;
	if (++L->nassocs > ASSOC_ALONE)
		share(L, p);
	else
		p->map = new_hash(L, v->name, p, elements(L, p));
}
