/*
 * convert.c - integer promotion, the usual arithmetic conversions, constants, sameness and
 * compatibility
 *
 * In: types. Out: the type of an operation's result by ISO C 6.3.1, or a yes or no.
 * Enumerations behave as int (a 64-bit or unsigned one from the kernel as an integer of its size
 * and sign).
 */
#include "dtrace/types/universe.h"

#include <string.h>

/* The plain integer behind an int, enum or bit-field. */
static struct type *plain_int(struct types *ts, struct type *r)
{
	if (r->kind == TYPE_ENUM)
		return types_int(ts, r->size ? (unsigned)r->size : 4, r->is_signed);
	if (r->is_bitfield)
		return type_resolve(r->ref);
	return r;
}

struct type *type_promote(struct types *ts, struct type *t)
{
	struct type *r = type_resolve(t);
	if (r->kind != TYPE_INT && r->kind != TYPE_ENUM)
		return t;
	struct type *p = plain_int(ts, r);
	uint64_t bits = r->is_bitfield ? r->bits : p->size * 8;
	if (bits < 32 || (bits == 32 && r->is_signed))
		return ts->basic[BASIC_INT];
	if (bits == 32)
		return ts->basic[BASIC_UINT];
	return p->kind == TYPE_ENUM ? plain_int(ts, p) : p;
}

/* Conversion rank of a promoted integer: the basic types stand in that order, in signed-unsigned
 * pairs. */
static int int_rank(struct types *ts, const struct type *t)
{
	for (int b = BASIC_INT; b <= BASIC_UINT128; b += 2)
		if (t == ts->basic[b] || t == ts->basic[b + 1])
			return b;
	return ts->ilp32 ? BASIC_LLONG : BASIC_LONG;
}

struct type *type_usual(struct types *ts, struct type *a, struct type *b)
{
	struct type *x = type_promote(ts, a), *y = type_promote(ts, b);
	struct type *rx = type_resolve(x), *ry = type_resolve(y);
	if (rx->kind == TYPE_FLOAT || ry->kind == TYPE_FLOAT)
		return rx->kind != TYPE_FLOAT	? y
		       : ry->kind != TYPE_FLOAT ? x
		       : rx->size >= ry->size	? x
						: y;
	if (rx->kind != TYPE_INT || ry->kind != TYPE_INT)
		return x;
	int rank_x = int_rank(ts, rx), rank_y = int_rank(ts, ry);
	if (rx->is_signed == ry->is_signed)
		return rank_x >= rank_y ? rx : ry;
	struct type *u = rx->is_signed ? ry : rx, *s = rx->is_signed ? rx : ry;
	int rank_u = rx->is_signed ? rank_y : rank_x, rank_s = rx->is_signed ? rank_x : rank_y;
	if (rank_u >= rank_s)
		return u;
	if (s->size > u->size)
		return s;
	return ts->basic[rank_s + 1]; /* the unsigned partner of the signed one */
}

int64_t type_convert_const(const struct type *t, uint64_t v)
{
	struct type *r = type_resolve((struct type *)t);
	if (r->kind != TYPE_INT && r->kind != TYPE_ENUM)
		return (int64_t)v;
	if (r->is_bool)
		return v != 0;
	uint64_t bits = r->is_bitfield ? r->bits : r->size * 8;
	if (bits == 0 || bits >= 64)
		return (int64_t)v;
	unsigned drop = 64 - (unsigned)bits;
	return r->is_signed ? (int64_t)(v << drop) >> drop : (int64_t)(v << drop >> drop);
}

static bool names_equal(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool same_to(struct type *a, struct type *b, int depth);

static bool same_func(struct type *a, struct type *b, int depth)
{
	if (a->nparams != b->nparams || a->variadic != b->variadic ||
	    !same_to(a->ref, b->ref, depth))
		return false;
	for (uint32_t i = 0; i < a->nparams; i++)
		if (!same_to(a->params[i], b->params[i], depth))
			return false;
	return true;
}

/* Tagged types are the same when the tag is; of anonymous ones only the object itself, or the same
 * BTF id. */
static bool same_tagged(const struct type *a, const struct type *b)
{
	enum type_kind ka = a->kind == TYPE_FWD ? a->fwd_kind : a->kind;
	enum type_kind kb = b->kind == TYPE_FWD ? b->fwd_kind : b->kind;
	if (ka != kb)
		return false;
	if (a->btf_id && a->btf == b->btf && a->btf_id == b->btf_id)
		return true;
	return names_equal(a->name, b->name) &&
	       (a->kind == TYPE_FWD || b->kind == TYPE_FWD || a->size == b->size);
}

static bool is_tagged(const struct type *t)
{
	return t->kind == TYPE_STRUCT || t->kind == TYPE_UNION || t->kind == TYPE_ENUM ||
	       t->kind == TYPE_FWD;
}

static bool same_to(struct type *a, struct type *b, int depth)
{
	a = type_resolve(a);
	b = type_resolve(b);
	if (a == b)
		return true;
	if (depth > 32)
		return false;
	if (is_tagged(a) && is_tagged(b))
		return same_tagged(a, b);
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case TYPE_INT:
	case TYPE_FLOAT:
		return a->size == b->size && a->is_signed == b->is_signed && a->bits == b->bits &&
		       names_equal(a->name, b->name);
	case TYPE_PTR:
		return same_to(a->ref, b->ref, depth + 1);
	case TYPE_ARRAY:
		return a->nelems == b->nelems && same_to(a->ref, b->ref, depth + 1);
	case TYPE_FUNC:
		return same_func(a, b, depth + 1);
	default: /* void, string, stack, ...: the kind says it all */
		return true;
	}
}

bool type_same(struct type *a, struct type *b)
{
	return same_to(a, b, 0);
}

static struct type *pointee(struct type *t)
{
	return t->kind == TYPE_PTR || t->kind == TYPE_ARRAY ? type_resolve(t->ref) : NULL;
}

bool type_compat(struct type *a, struct type *b)
{
	a = type_resolve(a);
	b = type_resolve(b);
	if (type_is_int(a) && type_is_int(b))
		return true;
	if (type_is_arith(a) && type_is_arith(b))
		return true;
	if (a->kind == TYPE_STRING || b->kind == TYPE_STRING)
		return type_is_stringish(a) && type_is_stringish(b);
	struct type *pa = pointee(a), *pb = pointee(b);
	if (pa && pb)
		return pa->kind == TYPE_VOID || pb->kind == TYPE_VOID || type_same(pa, pb);
	/* The name of a function is its address. */
	if (pa && pa->kind == TYPE_FUNC && b->kind == TYPE_FUNC)
		return type_same(pa, b);
	return type_same(a, b);
}
