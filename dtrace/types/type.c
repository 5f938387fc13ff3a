/*
 * type.c - the type universe: making, finding and asking about types
 *
 * In: names and derivations. Out: `struct type`s that live as long as the arena. What is in the
 * kernel is left to import.c, layout of D's own structs to layout.c, conversions and comparison to
 * convert.c.
 *
 * Invariants: basic types are unique; there is one pointer to each type (and, where D's have 4 bytes,
 * the kernel's of 8 beside it); a chain of TYPEDEF always
 * ends (import.c sees to that for hostile BTF).
 */
#include "dtrace/types/universe.h"

#include <ctype.h>
#include <string.h>

struct types *types_new(struct arena *a, struct btf *kernel, uint32_t strsize)
{
	struct types *ts = arena_new_of(a, struct types);
	ts->arena = a;
	ts->kernel = kernel;
	ts->typedefs.arena = ts->tags.arena = ts->enumerators.arena = a;
	ts->imported.arena = ts->kernel_misses.arena = a;
	basic_init(ts, strsize);
	return ts;
}

void types_set_ilp32(struct types *ts)
{
	ts->ilp32 = true;
	for (int b = BASIC_LONG; b <= BASIC_ULONG; b++)
		ts->basic[b]->size = ts->basic[b]->align = 4;
}

unsigned types_ptr_bytes(const struct types *ts)
{
	return ts->ilp32 ? 4 : 8;
}

struct btf *types_kernel_btf(struct types *ts)
{
	return ts->kernel;
}

struct type *type_make(struct types *ts, enum type_kind kind)
{
	struct type *t = arena_new_of(ts->arena, struct type);
	t->kind = kind;
	t->owner = ts;
	t->align = 1;
	return t;
}

/* --- modules --- */

void types_add_module(struct types *ts, const char *name, struct btf *btf)
{
	struct types_module *m = arena_new_of(ts->arena, struct types_module);
	m->name = arena_strdup(ts->arena, name);
	m->btf = btf;
	m->next = ts->modules;
	ts->modules = m;
}

void types_set_module_hook(struct types *ts, types_module_hook *hook, void *ctx)
{
	ts->hook = hook;
	ts->hook_ctx = ctx;
}

static struct btf *module_btf(struct types *ts, const char *name)
{
	for (struct types_module *m = ts->modules; m; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m->btf;
	struct btf *b = ts->hook ? ts->hook(ts->hook_ctx, name) : NULL;
	types_add_module(ts, name, b);
	return b;
}

/* --- basic and derived --- */

struct type *types_void(struct types *ts)
{
	return ts->basic[BASIC_VOID];
}

struct type *types_int(struct types *ts, unsigned bytes, bool is_signed)
{
	enum basic b = bytes == 1   ? BASIC_CHAR
		       : bytes == 2 ? BASIC_SHORT
		       : bytes == 4 ? BASIC_INT
		       : bytes == 8 ? (ts->ilp32 ? BASIC_LLONG : BASIC_LONG)
				    : BASIC_INT128;
	if (!is_signed)
		b = b == BASIC_CHAR ? BASIC_UCHAR : b + 1;
	return ts->basic[b];
}

struct type *types_named_int(struct types *ts, const char *name)
{
	int b = basic_parse(name, strlen(name));
	return b < 0 || ts->basic[b]->kind != TYPE_INT ? NULL : ts->basic[b];
}

struct type *types_string(struct types *ts)
{
	return ts->basic[BASIC_STRING];
}

struct type *types_dyn(struct types *ts)
{
	return ts->basic[BASIC_DYN];
}

struct type *types_stack(struct types *ts)
{
	return ts->basic[BASIC_STACK];
}

struct type *types_symaddr(struct types *ts)
{
	return ts->basic[BASIC_SYMADDR];
}

struct type *types_usymaddr(struct types *ts)
{
	return ts->basic[BASIC_USYMADDR];
}

static struct type *make_ptr(struct types *ts, struct type *to, unsigned bytes)
{
	struct type *t = type_make(ts, TYPE_PTR);
	t->ref = to;
	t->size = t->align = bytes;
	return t;
}

/* Whether only the kernel can have such a thing: what is pointed to comes from it. */
static bool is_kernels(const struct type *t)
{
	while (t->kind == TYPE_PTR || t->kind == TYPE_ARRAY || t->kind == TYPE_TYPEDEF)
		t = t->ref;
	return t->btf != NULL;
}

struct type *types_ptr(struct types *ts, struct type *to)
{
	if (!to->ptr_to)
		to->ptr_to = make_ptr(ts, to, is_kernels(to) ? 8 : types_ptr_bytes(ts));
	return to->ptr_to;
}

struct type *types_kernel_ptr(struct types *ts, struct type *to)
{
	return ts->ilp32 && !is_kernels(to) ? make_ptr(ts, to, 8) : types_ptr(ts, to);
}

struct type *types_userland(struct types *ts, struct type *ptr)
{
	struct type *p = type_resolve(ptr);
	if (p->kind != TYPE_PTR || p->is_user)
		return ptr;
	struct type *t = make_ptr(ts, p->ref, (unsigned)p->size);
	t->is_user = true;
	return t;
}

struct type *types_array(struct types *ts, struct type *of, uint64_t n)
{
	struct type *t = type_make(ts, TYPE_ARRAY);
	struct type *r = type_resolve(of);
	t->ref = of;
	t->nelems = n;
	t->align = r->align;
	if (__builtin_mul_overflow(r->size, n, &t->size))
		t->size = 0;
	return t;
}

struct type *types_func(struct types *ts, struct type *ret, struct type **params, uint32_t n,
			bool variadic)
{
	struct type *t = type_make(ts, TYPE_FUNC);
	t->ref = ret;
	t->params = arena_array(ts->arena, struct type *, n);
	t->param_names = arena_array(ts->arena, const char *, n);
	t->nparams = n;
	t->variadic = variadic;
	for (uint32_t i = 0; i < n; i++)
		t->params[i] = params[i];
	return t;
}

struct type *types_qualified(struct types *ts, struct type *t, uint8_t quals)
{
	if (t->kind == TYPE_TYPEDEF && !t->name) {
		if ((t->quals | quals) == t->quals)
			return t;
		quals |= t->quals;
		t = t->ref;
	}
	if (!quals)
		return t;
	struct type *q = type_make(ts, TYPE_TYPEDEF);
	q->ref = t;
	q->quals = quals;
	q->size = t->size;
	q->align = t->align;
	return q;
}

struct type *types_bitfield(struct types *ts, struct type *base, unsigned bits)
{
	struct type *r = type_resolve(base);
	struct type *t = type_make(ts, TYPE_INT);
	t->name = base->name;
	t->size = r->size;
	t->align = r->align;
	t->is_signed = type_is_signed(r);
	t->is_bool = r->is_bool;
	t->is_bitfield = true;
	t->bits = (uint8_t)bits;
	t->ref = base;
	return t;
}

/* --- finding --- */

struct type *types_find_tag(struct types *ts, enum type_kind kind, const char *tag)
{
	struct type *t = map_get(&ts->tags, tag);
	if (!t)
		return import_tag(ts, NULL, kind, tag);
	return t->kind == kind || (t->kind == TYPE_FWD && t->fwd_kind == kind) ? t : NULL;
}

struct type *types_tag_later(struct types *ts, enum type_kind kind, const char *tag)
{
	if (map_get(&ts->tags, tag))
		return types_find_tag(ts, kind, tag);
	struct type *t = type_make(ts, TYPE_FWD);
	t->fwd_kind = kind;
	t->name = arena_strdup(ts->arena, tag);
	return t;
}

static struct type *find_d_typedef(struct types *ts, const char *name)
{
	struct type *t = map_get(&ts->typedefs, name);
	return t ? t : builtin_typedef(ts, name);
}

static struct type *find_typedef(struct types *ts, const char *name)
{
	struct type *t = find_d_typedef(ts, name);
	return t ? t : import_typedef(ts, NULL, name);
}

bool types_is_typename(struct types *ts, const char *ident)
{
	if (strchr(ident, '`'))
		return types_find(ts, ident) != NULL;
	return basic_parse(ident, strlen(ident)) >= 0 || find_typedef(ts, ident) != NULL;
}

/* Where a name is to be looked for: its "module`" part, taken off. */
struct scope {
	bool d, kernel, user; /* user: the word "userland" was met */
	struct btf *btf;      /* a module's; NULL = vmlinux */
};

static bool scope_parse(struct types *ts, const char **name, struct scope *sc)
{
	const char *tick = strchr(*name, '`');
	*sc = (struct scope){.d = true, .kernel = true};
	if (!tick)
		return true;
	const char *mod = arena_strndup(ts->arena, *name, (size_t)(tick - *name));
	*name = tick + 1;
	sc->d = !strcmp(mod, "D") || !strcmp(mod, "C");
	sc->kernel = !sc->d;
	if (sc->d || !*mod || !strcmp(mod, "vmlinux"))
		return true;
	sc->btf = module_btf(ts, mod);
	return sc->btf != NULL;
}

static struct type *find_tag_in(struct types *ts, const struct scope *sc, enum type_kind kind,
				const char *tag)
{
	if (sc->d && sc->kernel)
		return types_find_tag(ts, kind, tag);
	if (sc->kernel)
		return import_tag(ts, sc->btf, kind, tag);
	struct type *t = map_get(&ts->tags, tag);
	return t && (t->kind == kind || t->fwd_kind == kind) ? t : NULL;
}

static struct type *find_name_in(struct types *ts, const struct scope *sc, const char *name)
{
	struct type *t = sc->d ? find_d_typedef(ts, name) : NULL;
	return t || !sc->kernel ? t : import_typedef(ts, sc->btf, name);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static uint8_t qualifier(const char *w)
{
	return !strcmp(w, "const")	? TYPE_CONST
	       : !strcmp(w, "volatile") ? TYPE_VOLATILE
	       : !strcmp(w, "restrict") ? TYPE_RESTRICT
					: 0;
}

/* The next word at *s, "" when there is none. */
static const char *next_word(struct types *ts, const char **s)
{
	while (isspace((unsigned char)**s))
		++*s;
	const char *w = *s;
	while (is_word(**s))
		++*s;
	return arena_strndup(ts->arena, w, (size_t)(*s - w));
}

/* The words before the first * or [: qualifiers and a basic type, a tag or a typedef. Moves *s
 * behind them. */
static struct type *find_base(struct types *ts, struct scope *sc, const char **s)
{
	uint8_t quals = 0;
	enum type_kind tag_kind = TYPE_VOID;
	const char *words = "", *w;
	while (*(w = next_word(ts, s))) {
		if (qualifier(w))
			quals |= qualifier(w);
		else if (!strcmp(w, "userland"))
			sc->user = true;
		else if (!strcmp(w, "struct"))
			tag_kind = TYPE_STRUCT;
		else if (!strcmp(w, "union"))
			tag_kind = TYPE_UNION;
		else if (!strcmp(w, "enum"))
			tag_kind = TYPE_ENUM;
		else
			words = *words ? arena_printf(ts->arena, "%s %s", words, w) : w;
	}
	int b = basic_parse(words, strlen(words));
	struct type *t = tag_kind != TYPE_VOID ? find_tag_in(ts, sc, tag_kind, words)
			 : b >= 0	       ? ts->basic[b]
					       : find_name_in(ts, sc, words);
	return t && quals ? types_qualified(ts, t, quals) : t;
}

/* [n][m]... : the last dimension is the innermost. */
static struct type *find_dims(struct types *ts, const char *s, struct type *t)
{
	uint64_t n = 0;
	while (isspace((unsigned char)*s))
		s++;
	if (!*s)
		return t;
	if (*s++ != '[')
		return NULL;
	for (; isdigit((unsigned char)*s); s++)
		n = n * 10 + (uint64_t)(*s - '0');
	if (*s++ != ']')
		return NULL;
	t = find_dims(ts, s, t);
	return t ? types_array(ts, t, n) : NULL;
}

struct type *types_find(struct types *ts, const char *name)
{
	struct scope sc;
	const char *s = name;
	uint8_t quals;
	if (!scope_parse(ts, &s, &sc))
		return NULL;
	struct type *t = find_base(ts, &sc, &s);
	while (t) {
		while (isspace((unsigned char)*s))
			s++;
		if (*s == '*') {
			t = types_ptr(ts, t);
			s++;
		} else if (is_word(*s)) {
			if (!(quals = qualifier(next_word(ts, &s))))
				return NULL;
			t = types_qualified(ts, t, quals);
		} else {
			t = find_dims(ts, s, t);
			return t && sc.user ? types_userland(ts, t) : t;
		}
	}
	return NULL;
}

/* --- declaring names --- */

struct type *types_declare_tag(struct types *ts, enum type_kind kind, const char *tag)
{
	struct type *t = tag ? map_get(&ts->tags, tag) : NULL;
	if (t)
		return (t->kind == TYPE_FWD ? t->fwd_kind : t->kind) == kind ? t : NULL;
	t = type_make(ts, TYPE_FWD);
	t->fwd_kind = kind;
	if (tag) {
		t->name = arena_strdup(ts->arena, tag);
		*map_at(&ts->tags, tag) = t;
	}
	return t;
}

struct type *typedef_put(struct types *ts, const char *name, struct type *of)
{
	struct type *t = type_make(ts, TYPE_TYPEDEF);
	t->name = arena_strdup(ts->arena, name);
	t->ref = of;
	t->size = of->size;
	t->align = of->align;
	*map_at(&ts->typedefs, name) = t;
	return t;
}

struct type *types_declare_typedef(struct types *ts, const char *name, struct type *of)
{
	struct type *old = map_get(&ts->typedefs, name);
	if (old ? !old->redeclarable : builtin_is_fixed(name))
		return NULL;
	return typedef_put(ts, name, of);
}

bool types_enumerator(struct types *ts, const char *name, int64_t *value, struct type **en)
{
	if (!strncmp(name, "B_", 2))
		find_d_typedef(ts, "boolean_t"); /* the home of B_TRUE and B_FALSE */
	struct enumerator_home *h = map_get(&ts->enumerators, name), found;
	if (!h) {
		if (!import_enumerator(ts, name, &found))
			return false;
		h = arena_new_of(ts->arena, struct enumerator_home);
		*h = found;
		*map_at(&ts->enumerators, name) = h;
	}
	if (value)
		*value = h->value;
	if (en)
		*en = h->en;
	return true;
}

/* --- queries --- */

/* A forward that is defined in the kernel, or in D under another object, stands for that
 * definition. */
static struct type *fwd_resolve(struct type *t)
{
	if (t->ref || !t->name || t->resolving)
		return t->ref ? t->ref : t;
	struct type *d = map_get(&t->owner->tags, t->name);
	t->resolving = true;
	if (d && d != t && d->kind == t->fwd_kind)
		t->ref = d;
	else if (t->fwd_kind != TYPE_FWD)
		t->ref = import_tag(t->owner, t->btf, t->fwd_kind, t->name);
	t->resolving = false;
	return t->ref ? t->ref : t;
}

struct type *type_resolve(struct type *t)
{
	while (t->kind == TYPE_TYPEDEF)
		t = t->ref;
	if (t->kind == TYPE_FWD)
		return fwd_resolve(t);
	return t;
}

/* Queries take const for the caller's sake; resolving only fills caches. */
static struct type *resolved(const struct type *t)
{
	return type_resolve((struct type *)t);
}

bool type_is_int(const struct type *t)
{
	enum type_kind k = resolved(t)->kind;
	return k == TYPE_INT || k == TYPE_ENUM;
}

bool type_is_arith(const struct type *t)
{
	return type_is_int(t) || resolved(t)->kind == TYPE_FLOAT;
}

bool type_is_ptr(const struct type *t)
{
	return resolved(t)->kind == TYPE_PTR;
}

bool type_is_void(const struct type *t)
{
	return resolved(t)->kind == TYPE_VOID;
}

bool type_is_string(const struct type *t)
{
	return resolved(t)->kind == TYPE_STRING;
}

bool type_is_stringish(const struct type *t)
{
	struct type *r = resolved(t);
	if (r->kind == TYPE_STRING)
		return true;
	if (r->kind != TYPE_PTR && r->kind != TYPE_ARRAY)
		return false;
	r = type_resolve(r->ref);
	return r->kind == TYPE_INT && r->is_char && r->is_signed && r->size == 1;
}

bool type_is_sou(const struct type *t)
{
	enum type_kind k = resolved(t)->kind;
	return k == TYPE_STRUCT || k == TYPE_UNION;
}

bool type_is_scalar(const struct type *t)
{
	return type_is_int(t) || type_is_ptr(t);
}

bool type_is_signed(const struct type *t)
{
	struct type *r = resolved(t);
	return (r->kind == TYPE_INT || r->kind == TYPE_ENUM || r->kind == TYPE_FLOAT) &&
	       r->is_signed;
}

bool type_is_complete(const struct type *t)
{
	struct type *r = resolved(t);
	if (r->kind == TYPE_ARRAY)
		return r->nelems != 0 && type_is_complete(r->ref);
	return r->kind != TYPE_VOID && r->kind != TYPE_FUNC && r->kind != TYPE_FWD;
}

uint64_t type_size(const struct type *t)
{
	struct type *r = resolved(t);
	uint64_t size;
	/* The element may have been completed since the array was made. */
	if (r->kind == TYPE_ARRAY && !r->size && r->nelems &&
	    !__builtin_mul_overflow(type_size(r->ref), r->nelems, &size))
		return size;
	return r->size;
}

const struct type_member *type_members(struct type *t, uint32_t *n)
{
	t = type_resolve(t);
	*n = 0;
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return NULL;
	if (t->btf && !t->members_read)
		import_body(t);
	*n = t->nmembers;
	return t->members;
}

static const struct type_member *member_in(struct type *t, const char *name, uint32_t *offset_bits,
					   int depth)
{
	for (uint32_t i = 0; i < t->nmembers; i++) {
		const struct type_member *m = &t->members[i], *found;
		if (m->name && *m->name) {
			if (strcmp(m->name, name) != 0)
				continue;
			*offset_bits = m->offset_bits;
			return m;
		}
		struct type *inner = type_resolve(m->type);
		if (!type_is_sou(inner) || depth > 32)
			continue;
		if (inner->btf && !inner->members_read)
			found = import_member(inner, name, offset_bits);
		else
			found = member_in(inner, name, offset_bits, depth + 1);
		if (found) {
			*offset_bits += m->offset_bits;
			return found;
		}
	}
	return NULL;
}

const struct type_member *type_member(struct type *t, const char *name, uint32_t *offset_bits)
{
	uint32_t none;
	if (!offset_bits)
		offset_bits = &none;
	t = type_resolve(t);
	if ((t->kind != TYPE_STRUCT && t->kind != TYPE_UNION) || !*name)
		return NULL;
	if (t->btf && !t->members_read)
		return import_member(t, name, offset_bits);
	return member_in(t, name, offset_bits, 0);
}

const struct type_enumerator *type_enumerators(struct type *t, uint32_t *n)
{
	t = type_resolve(t);
	*n = 0;
	if (t->kind != TYPE_ENUM)
		return NULL;
	if (t->btf && !t->members_read)
		import_body(t);
	*n = t->nenumerators;
	return t->enumerators;
}

const char *type_enumerator_name(struct type *t, int64_t value)
{
	uint32_t n;
	const struct type_enumerator *e = type_enumerators(t, &n);
	for (uint32_t i = 0; i < n; i++)
		if (e[i].value == value)
			return e[i].name;
	return NULL;
}
