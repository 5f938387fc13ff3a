/*
 * layout.c - puts the members of D's own structs and unions in their places
 *
 * In: members in order, with bit-field widths. Out: offsets, size and alignment, the same as gcc
 * and clang give on x86-64 and aarch64 Linux: a member goes to the next multiple of its alignment;
 * a bit-field goes right behind the last member unless it would then span two units of its declared
 * type, and a named one lends the struct that type's alignment; `int : 0` closes the unit. A union
 * puts everything at 0.
 *
 * A struct being defined is FWD, so that it cannot contain itself, until types_finish_sou().
 */
#include "dtrace/types/universe.h"

#include <string.h>

static uint64_t round_up(uint64_t v, uint64_t to)
{
	return to ? (v + to - 1) / to * to : v;
}

/* Whether one of the new member's names (those of its own members, if it is anonymous) is taken. */
static bool member_clashes(struct type *sou, const char *name, struct type *t)
{
	struct type view = *sou;
	uint32_t n, offset;
	view.kind = TYPE_STRUCT;
	if (name && *name)
		return type_member(&view, name, &offset) != NULL;
	const struct type_member *m = type_members(t, &n);
	for (uint32_t i = 0; i < n; i++)
		if (member_clashes(sou, m[i].name, m[i].type))
			return true;
	return false;
}

static void member_append(struct types *ts, struct type *sou, struct type_member m)
{
	uint32_t n = sou->nmembers;
	if ((n & (n - 1)) == 0) /* room doubles at each power of two */
		sou->members =
		    arena_grow(ts->arena, sou->members, n * sizeof(m), (n ? 2 * n : 1) * sizeof(m));
	sou->members[sou->nmembers++] = m;
}

static void grow_to(struct type *sou, uint64_t end_bits, uint32_t align)
{
	if (end_bits > sou->layout_bits)
		sou->layout_bits = end_bits;
	if (align > sou->align)
		sou->align = align;
}

static bool add_bitfield(struct types *ts, struct type *sou, const char *name, struct type *t,
			 unsigned bits)
{
	struct type *r = type_resolve(t);
	uint64_t unit = r->size * 8, width = r->is_bool ? 1 : unit;
	bool named = name && *name;
	if (!type_is_int(r) || bits > width || unit > 64 || (bits == 0 && named))
		return false;
	uint64_t at = sou->fwd_kind == TYPE_UNION ? 0 : sou->layout_bits;
	if (bits == 0) {
		grow_to(sou, round_up(at, unit), 1);
		return true;
	}
	if (at / unit != (at + bits - 1) / unit)
		at = round_up(at, unit);
	if (at + bits > UINT32_MAX)
		return false;
	grow_to(sou, at + bits, named ? r->align : 1);
	if (named)
		member_append(ts, sou, (struct type_member){name, t, (uint32_t)at, bits});
	return true;
}

/* BTF does not tell alignments: that of a kernel struct is the greatest of its members', as far as
 * size and places agree (a packed one has none). */
static uint32_t true_align(struct type *t, int depth)
{
	t = type_resolve(t);
	while (t->kind == TYPE_ARRAY)
		t = type_resolve(t->ref);
	if (!t->btf || !type_is_sou(t) || depth > 16)
		return t->align ? t->align : 1;
	uint32_t n, align = 1;
	const struct type_member *m = type_members(t, &n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t a = true_align(m[i].type, depth + 1);
		bool placed = m[i].bitfield_bits || m[i].offset_bits % (8 * a) == 0;
		if (placed && a > align && t->size % a == 0)
			align = a;
	}
	return align;
}

static bool add_plain(struct types *ts, struct type *sou, const char *name, struct type *t)
{
	struct type *r = type_resolve(t), *base = r;
	while (base->kind == TYPE_ARRAY)
		base = type_resolve(base->ref);
	if (!type_is_complete(base))
		return false;
	uint32_t align = true_align(base, 0);
	uint64_t size = type_size(r), align_bits = 8ull * align;
	uint64_t at = sou->fwd_kind == TYPE_UNION ? 0 : round_up(sou->layout_bits, align_bits);
	if (size > UINT32_MAX / 8 || at + size * 8 > UINT32_MAX)
		return false;
	grow_to(sou, at + size * 8, align);
	member_append(ts, sou, (struct type_member){name, t, (uint32_t)at, 0});
	return true;
}

bool types_add_member(struct types *ts, struct type *sou, const char *name, struct type *t,
		      unsigned bits)
{
	if (sou->kind != TYPE_FWD || member_clashes(sou, name, t))
		return false;
	if (name)
		name = arena_strdup(ts->arena, name);
	if (bits || ((!name || !*name) && type_is_int(t)))
		return add_bitfield(ts, sou, name, t, bits);
	return add_plain(ts, sou, name, t);
}

void types_finish_sou(struct types *ts, struct type *sou)
{
	(void)ts;
	if (sou->kind != TYPE_FWD)
		return;
	sou->kind = sou->fwd_kind;
	sou->ref = NULL; /* a kernel struct of that tag is shadowed from here on */
	sou->members_read = true;
	if (sou->kind == TYPE_ENUM) {
		sou->size = sou->align = 4;
		sou->is_signed = true;
		return;
	}
	sou->size = round_up((sou->layout_bits + 7) / 8, sou->align);
}

bool types_add_enumerator(struct types *ts, struct type *en, const char *name, int64_t value)
{
	struct enumerator_home *old = map_get(&ts->enumerators, name);
	uint32_t n = en->nenumerators;
	if (old && !old->is_kernel)
		return false;
	if (en->kind == TYPE_FWD)
		types_finish_sou(ts, en);
	if ((n & (n - 1)) == 0)
		en->enumerators =
		    arena_grow(ts->arena, en->enumerators, n * sizeof(*en->enumerators),
			       (n ? 2 * n : 1) * sizeof(*en->enumerators));
	struct enumerator_home *h = arena_new_of(ts->arena, struct enumerator_home);
	*h = (struct enumerator_home){en, value, false};
	*map_at(&ts->enumerators, name) = h;
	en->enumerators[en->nenumerators++] =
	    (struct type_enumerator){arena_strdup(ts->arena, name), value};
	return true;
}
