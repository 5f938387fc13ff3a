/*
 * import.c - turns BTF into types, one at a time
 *
 * In: a blob and an id or name. Out: `struct type`s, cached by blob and id. Structs, unions and
 * enums come without their members, which are read when asked for: so a struct may refer to itself,
 * and looking at one member of task_struct does not bring half the kernel in. Everything else is
 * imported with what it refers to.
 *
 * Hostile BTF: a reference chain that meets itself or is deeper than MAX_DEPTH ends in void, so
 * that no walk over types needs a guard of its own; an anonymous member that contains itself is
 * dropped.
 */
#include "dtrace/types/universe.h"

#include <string.h>

enum { MAX_DEPTH = 128, MAX_NESTING = 16 };

struct import_key {
	struct btf *btf;
	uint64_t id;
};

static struct type *import_id(struct types *ts, struct btf *b, uint32_t id, int depth);

/* --- leaves --- */

static struct type *import_number(struct types *ts, struct btf *b, const struct btf_type *bt)
{
	const char *name = btf_str(b, bt->name_off);
	int basic = basic_parse(name, strlen(name));
	if (ts->ilp32 && (basic == BASIC_LONG || basic == BASIC_ULONG))
		basic += BASIC_LLONG - BASIC_LONG; /* the kernel's has 8 bytes */
	enum type_kind kind = btf_kind_of(bt) == BTF_KIND_INT ? TYPE_INT : TYPE_FLOAT;
	if (basic >= 0 && ts->basic[basic]->kind == kind && ts->basic[basic]->size == bt->size)
		return ts->basic[basic];
	struct type *t = type_make(ts, kind);
	t->name = *name ? name : NULL;
	t->size = bt->size;
	t->align = bt->size == 2 || bt->size == 4 || bt->size == 8 || bt->size == 16 ? bt->size : 1;
	t->is_signed = kind == TYPE_FLOAT;
	if (kind == TYPE_INT) {
		uint32_t info = *(const uint32_t *)btf_extra(bt);
		t->is_signed = BTF_INT_ENCODING(info) & BTF_INT_SIGNED;
		t->is_char = BTF_INT_ENCODING(info) & BTF_INT_CHAR;
		t->is_bool = BTF_INT_ENCODING(info) & BTF_INT_BOOL;
	}
	return t;
}

/* Alignment is not in BTF: that of the first power of two that divides the size, up to 8, serves
 * for nested use. */
static uint32_t guess_align(uint64_t size)
{
	uint32_t a = 8;
	while (a > 1 && size % a)
		a /= 2;
	return a;
}

/* An enumeration is int in D, unless a value does not fit, or it is of another size: then as BTF
 * says. */
static bool enum_is_signed(const struct btf_type *bt)
{
	uint32_t name_off;
	if (btf_kflag_of(bt) || bt->size != 4)
		return btf_kflag_of(bt);
	for (uint32_t i = 0; i < btf_vlen_of(bt); i++)
		if (btf_enumerator(bt, i, &name_off) > INT32_MAX)
			return false;
	return true;
}

static struct type *import_tagged(struct types *ts, struct btf *b, const struct btf_type *bt,
				  uint32_t id)
{
	static const enum type_kind kinds[32] = {
	    [BTF_KIND_STRUCT] = TYPE_STRUCT,
	    [BTF_KIND_UNION] = TYPE_UNION,
	    [BTF_KIND_ENUM] = TYPE_ENUM,
	    [BTF_KIND_ENUM64] = TYPE_ENUM,
	};
	const char *name = btf_str(b, bt->name_off);
	struct type *t = type_make(ts, kinds[btf_kind_of(bt)]);
	t->name = *name ? name : NULL;
	t->size = bt->size;
	t->align = guess_align(bt->size);
	t->btf = b;
	t->btf_id = id;
	if (t->kind == TYPE_ENUM)
		t->is_signed = enum_is_signed(bt);
	return t;
}

static struct type *import_fwd(struct types *ts, struct btf *b, const struct btf_type *bt,
			       uint32_t id)
{
	const char *name = btf_str(b, bt->name_off);
	struct type *t = type_make(ts, TYPE_FWD);
	t->fwd_kind = btf_kflag_of(bt) ? TYPE_UNION : TYPE_STRUCT;
	t->name = *name ? name : NULL;
	t->btf = b;
	t->btf_id = id;
	return t;
}

/* --- references --- */

static struct type *import_func(struct types *ts, struct btf *b, const struct btf_type *bt,
				int depth)
{
	uint32_t n = btf_vlen_of(bt);
	const struct btf_param *p = btf_extra(bt);
	bool variadic = n && p[n - 1].type == 0 && p[n - 1].name_off == 0;
	struct type **params = arena_array(ts->arena, struct type *, n);
	n -= variadic;
	for (uint32_t i = 0; i < n; i++)
		params[i] = import_id(ts, b, p[i].type, depth);
	struct type *t = types_func(ts, import_id(ts, b, bt->type, depth), params, n, variadic);
	for (uint32_t i = 0; i < n; i++) {
		const char *name = btf_str(b, p[i].name_off);
		t->param_names[i] = *name ? name : NULL;
	}
	return t;
}

static struct type *import_ptr(struct types *ts, struct btf *b, const struct btf_type *bt,
			       int depth)
{
	const struct btf_type *to = btf_type(b, bt->type);
	struct type *t = types_kernel_ptr(ts, import_id(ts, b, bt->type, depth));
	if (to && btf_kind_of(to) == BTF_KIND_TYPE_TAG && !strcmp(btf_str(b, to->name_off), "user"))
		return types_userland(ts, t);
	return t;
}

static struct type *import_typedef_record(struct types *ts, struct btf *b,
					  const struct btf_type *bt, int depth)
{
	struct type *t = type_make(ts, TYPE_TYPEDEF);
	const char *name = btf_str(b, bt->name_off);
	t->ref = import_id(ts, b, bt->type, depth);
	t->name = *name ? name : "(anon)"; /* a typedef without a name would be a qualifier */
	t->size = t->ref->size;
	t->align = t->ref->align;
	return t;
}

static struct type *import_array(struct types *ts, struct btf *b, const struct btf_type *bt,
				 int depth)
{
	const struct btf_array *a = btf_extra(bt);
	return types_array(ts, import_id(ts, b, a->type, depth), a->nelems);
}

static struct type *import_record(struct types *ts, struct btf *b, const struct btf_type *bt,
				  uint32_t id, int depth)
{
	switch (btf_kind_of(bt)) {
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
		return import_number(ts, b, bt);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return import_tagged(ts, b, bt, id);
	case BTF_KIND_FWD:
		return import_fwd(ts, b, bt, id);
	case BTF_KIND_PTR:
		return import_ptr(ts, b, bt, depth);
	case BTF_KIND_ARRAY:
		return import_array(ts, b, bt, depth);
	case BTF_KIND_TYPEDEF:
		return import_typedef_record(ts, b, bt, depth);
	case BTF_KIND_CONST:
		return types_qualified(ts, import_id(ts, b, bt->type, depth), TYPE_CONST);
	case BTF_KIND_VOLATILE:
		return types_qualified(ts, import_id(ts, b, bt->type, depth), TYPE_VOLATILE);
	case BTF_KIND_RESTRICT:
		return types_qualified(ts, import_id(ts, b, bt->type, depth), TYPE_RESTRICT);
	case BTF_KIND_FUNC_PROTO:
		return import_func(ts, b, bt, depth);
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_FUNC:
	case BTF_KIND_VAR:
		return import_id(ts, b, bt->type, depth);
	default: /* DATASEC, DECL_TAG: no types */
		return types_void(ts);
	}
}

/* While a type is being imported its place in the cache is void, which is what a chain that meets
 * itself gets. */
static struct type *import_id(struct types *ts, struct btf *b, uint32_t id, int depth)
{
	const struct btf_type *bt = btf_type(b, id);
	if (!bt || depth > MAX_DEPTH)
		return types_void(ts);
	b = btf_home(b, id);
	struct import_key key = {b, id};
	struct type *t = map_getn(&ts->imported, &key, sizeof(key));
	if (t)
		return t;
	*map_atn(&ts->imported, &key, sizeof(key)) = types_void(ts);
	t = import_record(ts, b, bt, id, depth + 1);
	*map_atn(&ts->imported, &key, sizeof(key)) = t;
	return t;
}

struct type *types_from_btf(struct types *ts, struct btf *b, uint32_t id)
{
	return b ? import_id(ts, b, id, 0) : types_void(ts);
}

/* --- by name --- */

/* btf_find() that remembers what is not there. */
static uint32_t find_cached(struct types *ts, struct btf *b, const char *name, uint32_t kind)
{
	const char *key = arena_printf(ts->arena, "%p %u %s", (void *)b, kind, name);
	if (map_get(&ts->kernel_misses, key))
		return 0;
	uint32_t id = btf_find(b, name, kind);
	if (!id)
		*map_at(&ts->kernel_misses, key) = ts;
	return id;
}

static struct type *import_named(struct types *ts, struct btf *b, const char *name, uint32_t kind)
{
	b = b ? b : ts->kernel;
	uint32_t id = b && *name ? find_cached(ts, b, name, kind) : 0;
	return id ? import_id(ts, b, id, 0) : NULL;
}

struct type *import_typedef(struct types *ts, struct btf *b, const char *name)
{
	return import_named(ts, b, name, BTF_KIND_TYPEDEF);
}

struct type *import_tag(struct types *ts, struct btf *b, enum type_kind kind, const char *tag)
{
	if (kind == TYPE_STRUCT)
		return import_named(ts, b, tag, BTF_KIND_STRUCT);
	if (kind == TYPE_UNION)
		return import_named(ts, b, tag, BTF_KIND_UNION);
	struct type *t = import_named(ts, b, tag, BTF_KIND_ENUM);
	return t ? t : import_named(ts, b, tag, BTF_KIND_ENUM64);
}

bool import_enumerator(struct types *ts, const char *name, struct enumerator_home *out)
{
	if (!ts->kernel || map_get(&ts->kernel_misses, name))
		return false;
	uint32_t id = btf_find_enumerator(ts->kernel, name, &out->value);
	if (!id) {
		*map_at(&ts->kernel_misses, name) = ts;
		return false;
	}
	out->en = import_id(ts, ts->kernel, id, 0);
	out->is_kernel = true;
	return true;
}

/* --- members --- */

static struct type_member import_place(struct type *sou, struct btf_place at)
{
	const char *name = btf_str(sou->btf, at.name_off);
	btf_old_bitfield(sou->btf, &at);
	return (struct type_member){*name ? name : NULL,
				    import_id(sou->owner, sou->btf, at.type, 0), at.offset_bits,
				    at.bitfield_bits};
}

/* Whether the anonymous members of id nest without end: only malformed BTF does. (One that is known
 * by name alone, which type_resolve() would follow to its definition, counts as such.) */
static bool nests_too_deep(struct btf *b, uint32_t id, int depth, uint32_t *budget)
{
	const struct btf_type *t = btf_type(b, btf_skip(b, id));
	if (!btf_is_sou(t))
		return t && btf_kind_of(t) == BTF_KIND_FWD;
	const struct btf_member *m = btf_extra(t);
	for (uint32_t i = 0; i < btf_vlen_of(t); i++) {
		if (*btf_str(b, m[i].name_off))
			continue;
		if (depth >= MAX_NESTING || *budget == 0 ||
		    nests_too_deep(b, m[i].type, depth + 1, budget))
			return true;
		--*budget;
	}
	return false;
}

static void import_members(struct type *t, const struct btf_type *bt)
{
	const struct btf_member *m = btf_extra(bt);
	uint32_t n = btf_vlen_of(bt), budget = 4096;
	t->members = arena_array(t->owner->arena, struct type_member, n);
	for (uint32_t i = 0; i < n; i++) {
		struct btf_place at = {m[i].name_off, m[i].type, btf_member_offset_bits(bt, &m[i]),
				       btf_kflag_of(bt) ? BTF_MEMBER_BITFIELD_SIZE(m[i].offset)
							: 0};
		bool anonymous = !*btf_str(t->btf, at.name_off);
		if (anonymous && nests_too_deep(t->btf, at.type, 0, &budget))
			continue;
		struct type_member imported = import_place(t, at);
		/* What is a struct by a detour (through a VAR, say) was not seen above. */
		if (anonymous && type_is_sou(imported.type) &&
		    !btf_is_sou(btf_type(t->btf, btf_skip(t->btf, at.type))))
			continue;
		t->members[t->nmembers++] = imported;
	}
}

static void import_enumerators(struct type *t, const struct btf_type *bt)
{
	uint32_t n = btf_vlen_of(bt), name_off;
	t->enumerators = arena_array(t->owner->arena, struct type_enumerator, n);
	t->nenumerators = n;
	for (uint32_t i = 0; i < n; i++) {
		t->enumerators[i].value = btf_enumerator(bt, i, &name_off);
		t->enumerators[i].name = btf_str(t->btf, name_off);
	}
}

void import_body(struct type *t)
{
	const struct btf_type *bt = btf_type(t->btf, t->btf_id);
	t->members_read = true;
	if (!bt)
		return;
	if (btf_is_sou(bt))
		import_members(t, bt);
	else
		import_enumerators(t, bt);
}

const struct type_member *import_member(struct type *t, const char *name, uint32_t *offset_bits)
{
	struct btf_place at;
	if (strchr(name, '.') || !btf_member_in(t->btf, t->btf_id, name, &at))
		return NULL;
	struct type_member *m = arena_new_of(t->owner->arena, struct type_member);
	*m = import_place(t, at);
	*offset_bits = m->offset_bits;
	return m;
}
