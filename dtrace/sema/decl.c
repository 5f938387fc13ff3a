/*
 * decl.c - C declarations: types, struct, union and enum bodies, typedefs, D variables
 *
 * In: struct decl as parsed. Out: types in the universe, variables in the name maps. A body is
 * declared once, by the first name that carries it (decl->shared_body for the others).
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

/* As classic DTrace has it for a variable of fixed size. */
enum { VARIABLE_SIZE_MAX = 16384 };

static const char *name_of(const struct decl *d)
{
	return d->name ? d->name : "(anonymous)";
}

/* ---- struct and union bodies ---- */

static const char *sou_word(const struct decl *d)
{
	return d->base == BASE_STRUCT ? "struct" : d->base == BASE_UNION ? "union" : "enum";
}

/* A member's type must have a size; arrays without one may stand last. */
static bool member_type_ok(struct sema_ctx *c, const struct type *sou, const struct decl *m,
			   struct type *t)
{
	struct type *e = t;
	/* A tag that is being defined must not be taken for one of the kernel's with its name. */
	while (e != sou && (e->kind == TYPE_ARRAY || e->kind == TYPE_TYPEDEF))
		e = e->ref;
	e = e == sou ? e : type_resolve(e);
	while (e != sou && e->kind == TYPE_ARRAY)
		e = type_resolve(e->ref);
	if (type_is_void(e))
		sema_error_at(c, "D_DECL_VOIDOBJ", m->src, "cannot have void member: %s",
			      name_of(m));
	else if (e->kind == TYPE_DYN)
		sema_error_at(c, "D_DECL_DYNOBJ", m->src, "cannot have dynamic member: %s",
			      name_of(m));
	else if (e == sou || e->kind == TYPE_FWD || e->kind == TYPE_FUNC)
		sema_error_at(c, "D_DECL_INCOMPLETE", m->src,
			      "cannot use incomplete type as a member: %s %s", sema_type_text(c, e),
			      name_of(m));
	else
		return true;
	return false;
}

/* Width of a bit-field; false = reported. */
static bool bitfield_width(struct sema_ctx *c, struct decl *m, struct type *t, unsigned *bits)
{
	static const char text[] =
	    "positive integral constant expression expected as bit-field size";
	struct type *r = type_resolve(t);
	int64_t width;
	if (r->kind != TYPE_INT && r->kind != TYPE_ENUM) {
		sema_error_at(c, "D_DECL_BFTYPE", m->src, "invalid type for bit-field member: %s",
			      name_of(m));
		return false;
	}
	if (!sema_const_expr(c, &m->bit_width, "D_DECL_BFCONST", text, &width))
		return false;
	if ((type_is_signed(m->bit_width->type) && width < 0) || (width == 0 && m->name)) {
		sema_error_at(c, "D_DECL_BFCONST", m->src, "%s", text);
		return false;
	}
	if ((uint64_t)width > type_size(r) * 8) {
		sema_error_at(c, "D_DECL_BFSIZE", m->src, "bit-field too big for type: %s",
			      name_of(m));
		return false;
	}
	*bits = (unsigned)width;
	return true;
}

static void add_member(struct sema_ctx *c, struct type *sou, struct decl *m)
{
	if (m->storage != STORAGE_AUTO) {
		sema_error_at(c, "D_DECL_BADCLASS", m->src,
			      "storage class not permitted in struct or union member: %s",
			      name_of(m));
		return;
	}
	if (m->declarator && m->declarator->kind == DECL_ASSOC) {
		sema_error_at(c, "D_DECL_DYNOBJ", m->src, "cannot have dynamic member: %s",
			      name_of(m));
		return;
	}
	struct type *t = sema_decl_type(c, m);
	unsigned bits = 0;
	if (!t)
		return;
	if (m->bit_width) {
		if (!bitfield_width(c, m, t, &bits))
			return;
	} else if (!m->name && !type_is_sou(type_resolve(t))) {
		sema_error_at(c, "D_DECL_MNAME", m->src, "member declaration requires a name");
		return;
	} else if (!member_type_ok(c, sou, m, t)) {
		return;
	}
	if (!types_add_member(c->types, sou, m->name, t, bits))
		sema_error_at(c, "D_UNKNOWN", m->src,
			      "failed to define member '%s': Duplicate member name", name_of(m));
}

static void redeclared(struct sema_ctx *c, const struct decl *d, const char *tag)
{
	sema_error_at(c, tag, d->src, "type redeclared: %s %s", sou_word(d),
		      d->base_name ? d->base_name : "");
}

static struct type *declare_sou(struct sema_ctx *c, struct decl *d)
{
	enum type_kind kind = d->base == BASE_STRUCT ? TYPE_STRUCT : TYPE_UNION;
	struct type *t = types_declare_tag(c->types, kind, d->base_name);
	if (t && t->kind == kind && (c->in_library || d->system))
		return t; /* what the program says for itself holds */
	if (!t || t->kind != TYPE_FWD) {
		redeclared(c, d, "D_DECL_TYPERED");
		return NULL;
	}
	size_t errors = diag_count(c->diags);
	for (uint32_t i = 0; i < d->nmembers; i++)
		add_member(c, t, d->members[i]);
	if (diag_count(c->diags) != errors)
		return NULL;
	types_finish_sou(c->types, t);
	return t;
}

/* ---- enum bodies ---- */

static bool enumerator_value(struct sema_ctx *c, struct enumerator_decl *e, bool is_system,
			     int64_t *next)
{
	if (!e->value) {
		if (*next <= INT32_MAX || is_system)
			return true;
		sema_error_at(c, "D_DECL_ENOFLOW", e->src,
			      "enumerator '%s' value overflows INT_MAX (%d)", e->name, INT32_MAX);
		return false;
	}
	if (!sema_const_expr(c, &e->value, "D_DECL_ENCONST",
			     "enumerator must be assigned to an integral constant expression",
			     next))
		return false;
	bool is_signed = type_is_signed(e->value->type);
	if (is_system) /* GNU C has larger ones */
		return true;
	if (is_signed ? *next > INT32_MAX || *next < INT32_MIN : (uint64_t)*next > INT32_MAX) {
		sema_error_at(c, "D_DECL_ENOFLOW", e->src,
			      "enumerator '%s' value overflows INT_MAX (%d)", e->name, INT32_MAX);
		return false;
	}
	return true;
}

static bool has_enumerator(struct type *en, const char *name)
{
	uint32_t n;
	const struct type_enumerator *have = type_enumerators(en, &n);
	for (uint32_t i = 0; have && i < n; i++)
		if (strcmp(have[i].name, name) == 0)
			return true;
	return false;
}

/* Every enumerator of an enum is bound as a name, unless the name was taken before. */
static void add_enumerator(struct sema_ctx *c, struct type *en, struct enumerator_decl *e,
			   bool is_system, int64_t *next)
{
	bool taken = map_get(&c->s->names, e->name) || builtin_var_find(e->name);
	if (taken && !is_system && has_enumerator(en, e->name)) {
		sema_error_at(c, "D_UNKNOWN", e->src,
			      "failed to define enumerator '%s': Duplicate enumerator name",
			      e->name);
		return;
	}
	if (taken && !is_system) {
		sema_error_at(c, "D_DECL_IDRED", e->src, "identifier redeclared: %s", e->name);
		return;
	}
	if (!enumerator_value(c, e, is_system, next))
		return;
	if (taken) { /* the constant is known already */
		(*next)++;
		return;
	}
	if (!types_add_enumerator(c->types, en, e->name, *next)) {
		sema_error_at(c, "D_DECL_IDRED", e->src, "identifier redeclared: %s", e->name);
		return;
	}
	sema_bind_enumerator(c, e->name, *next, en);
	(*next)++;
}

static struct type *declare_enum(struct sema_ctx *c, struct decl *d)
{
	struct type *t = types_declare_tag(c->types, TYPE_ENUM, d->base_name);
	if (!t || t->kind != TYPE_FWD) {
		if (t && t->kind == TYPE_ENUM && d->system)
			return t;
		bool same_names =
		    d->nenumerators > 0 && map_get(&c->s->names, d->enumerators[0].name) != NULL;
		redeclared(c, d, same_names ? "D_DECL_IDRED" : "D_DECL_TYPERED");
		return NULL;
	}
	size_t errors = diag_count(c->diags);
	int64_t next = 0;
	for (uint32_t i = 0; i < d->nenumerators; i++)
		add_enumerator(c, t, &d->enumerators[i], d->system, &next);
	return diag_count(c->diags) == errors ? t : NULL;
}

/* ---- base types ---- */

static bool load_for(struct sema_ctx *c, const char *name)
{
	return c->s->load_library_for && c->s->load_library_for(c->s->lib_ctx, name);
}

static struct type *named_type(struct sema_ctx *c, struct decl *d)
{
	struct type *t = NULL;
	/* What a library defines goes before the kernel's type of that name. */
	if (!strchr(d->base_name, '`') && !types_canonical(d->base_name))
		load_for(c, d->base_name);
	t = types_find(c->types, d->base_name);
	if (!t)
		sema_error_at(c, "D_UNKNOWN", d->src,
			      "failed to resolve type %s: Unknown type name", d->base_name);
	return t;
}

/* Pointers of libraries to types of the kernel, which a search for each would make dear: most are never followed. */
static bool is_pointed_to(const struct decl *d)
{
	const struct declarator *dr = d->declarator;
	while (dr && dr->next)
		dr = dr->next;
	return dr && dr->kind == DECL_PTR;
}

static struct type *tagged_type(struct sema_ctx *c, struct decl *d)
{
	static const enum type_kind kinds[] = {
	    [BASE_STRUCT] = TYPE_STRUCT, [BASE_UNION] = TYPE_UNION, [BASE_ENUM] = TYPE_ENUM};
	const char *mark = strchr(d->base_name, '`');
	if (mark) {
		const char *text = arena_printf(c->arena, "%.*s`%s %s", (int)(mark - d->base_name),
						d->base_name, sou_word(d), mark + 1);
		struct type *t = types_find(c->types, text);
		if (!t)
			sema_error_at(c, "D_UNKNOWN", d->src,
				      "failed to resolve type %s: Unknown type name", text);
		return t;
	}
	load_for(c, d->base_name);
	bool later = c->in_library && is_pointed_to(d);
	struct type *t = later ? types_tag_later(c->types, kinds[d->base], d->base_name)
			       : types_find_tag(c->types, kinds[d->base], d->base_name);
	if (!t && !(t = types_declare_tag(c->types, kinds[d->base], d->base_name)))
		redeclared(c, d, "D_DECL_TYPERED");
	return t;
}

static struct type *base_type(struct sema_ctx *c, struct decl *d)
{
	struct decl *body = d->shared_body ? d->shared_body : d;
	if (body->has_body && body->base != BASE_NAME) {
		struct type *made = map_getn(&c->bodies, &body, sizeof(body));
		if (!made) {
			made =
			    body->base == BASE_ENUM ? declare_enum(c, body) : declare_sou(c, body);
			*map_atn(&c->bodies, &body, sizeof(body)) = made;
		}
		return made;
	}
	return d->base == BASE_NAME ? named_type(c, d) : tagged_type(c, d);
}

/* ---- declarators ---- */

static bool array_size(struct sema_ctx *c, const struct decl *d, struct declarator *dr, uint64_t *n)
{
	int64_t v = 0;
	*n = 0;
	if (!dr->size)
		return true;
	static const char text[] =
	    "positive integral constant expression or tuple signature expected as "
	    "array declaration subscript";
	if (!sema_const_expr(c, &dr->size, "D_DECL_ARRSUB", text, &v))
		return false;
	if (type_is_signed(dr->size->type) && v < 0) {
		sema_error_at(c, "D_DECL_ARRSUB", d->src, "%s", text);
		return false;
	}
	if ((uint64_t)v > INT32_MAX) {
		sema_error_at(c, "D_DECL_ARRBIG", d->src, "array dimension too big");
		return false;
	}
	*n = (uint64_t)v;
	return true;
}

/* Parameters of a function or inline, or keys of an array. what: for messages. */
static bool param_types(struct sema_ctx *c, struct declarator *dr, const char *what,
			struct type **types, uint32_t *n)
{
	*n = 0;
	for (uint32_t i = 0; i < dr->nparams; i++) {
		struct decl *p = dr->params[i];
		struct type *t = sema_decl_type(c, p);
		if (!t)
			return false;
		if (type_is_void(type_resolve(t))) {
			if (dr->kind == DECL_FUNC && dr->nparams == 1 && !p->name)
				return true;
			sema_error_at(c, p->name ? "D_DECL_PROTO_NAME" : "D_DECL_PROTO_VOID",
				      p->src, "%s prototype may not use a void parameter%s%s", what,
				      p->name ? ": " : "", p->name ? p->name : "");
			return false;
		}
		types[(*n)++] = dr->kind == DECL_FUNC ? sema_decay(c, t) : t;
	}
	return true;
}

static struct type *derive(struct sema_ctx *c, struct decl *d, struct declarator *dr,
			   struct type *base)
{
	if (!dr)
		return base;
	struct type *t = derive(c, d, dr->next, base);
	uint64_t n;
	if (!t)
		return NULL;
	switch (dr->kind) {
	case DECL_PTR:
		t = types_ptr(c->types, t);
		if (d->userland)
			t = types_userland(c->types, t);
		return dr->quals ? types_qualified(c->types, t, dr->quals) : t;
	case DECL_ARRAY:
		if (!array_size(c, d, dr, &n))
			return NULL;
		if (type_is_void(type_resolve(t))) {
			sema_error_at(c, "D_DECL_VOIDOBJ", d->src, "cannot declare array of void");
			return NULL;
		}
		return types_array(c->types, t, n);
	case DECL_FUNC: {
		struct type **params = arena_array(c->arena, struct type *, dr->nparams + 1);
		uint32_t np;
		if (!param_types(c, dr, "function", params, &np))
			return NULL;
		return types_func(c->types, t, params, np, dr->variadic);
	}
	case DECL_ASSOC:
		sema_error_at(c, "D_DECL_ARRSUB", d->src,
			      "an associative array may not be part of another type");
		return NULL;
	}
	return NULL;
}

struct type *sema_decl_type(struct sema_ctx *c, struct decl *d)
{
	struct type *base = base_type(c, d);
	if (!base)
		return NULL;
	if (d->quals)
		base = types_qualified(c->types, base, d->quals);
	struct declarator *dr = d->declarator;
	if (dr && dr->kind == DECL_ASSOC && d->name)
		dr = dr->next; /* the element's type; the keys are the caller's */
	return d->type = derive(c, d, dr, base);
}

/* ---- variables ---- */

static bool var_type_ok(struct sema_ctx *c, const struct decl *d, struct type *t)
{
	struct type *r = type_resolve(t);
	if (type_is_void(r)) {
		sema_error_at(c, "D_DECL_VOIDOBJ", d->src, "cannot declare void variable: %s",
			      name_of(d));
		return false;
	}
	if (r->kind == TYPE_DYN) {
		sema_error_at(c, "D_DECL_DYNOBJ", d->src, "cannot declare dynamic variable: %s",
			      name_of(d));
		return false;
	}
	if (r->kind == TYPE_FWD || (r->kind == TYPE_ARRAY && r->nelems && !type_is_complete(r))) {
		sema_error_at(c, "D_DECL_INCOMPLETE", d->src, "incomplete struct/union/enum %s: %s",
			      sema_type_text(c, r), name_of(d));
		return false;
	}
	if (r->kind != TYPE_STRING && type_size(r) > VARIABLE_SIZE_MAX) {
		sema_error_at(c, "D_UNKNOWN", d->src,
			      "variable is too big: %s has %llu bytes, at most %u are possible",
			      name_of(d), (unsigned long long)type_size(r), VARIABLE_SIZE_MAX);
		return false;
	}
	if (r->kind == TYPE_ARRAY && r->nelems == 0 && d->storage != STORAGE_EXTERN) {
		bool empty = d->declarator && d->declarator->size;
		sema_error_at(c, empty ? "D_DECL_ARRSUB" : "D_DECL_ARRNULL", d->src,
			      "array declaration requires array dimension or tuple signature: %s",
			      name_of(d));
		return false;
	}
	return true;
}

static bool key_types(struct sema_ctx *c, struct decl *d, struct var *v)
{
	struct declarator *dr = d->declarator;
	v->is_assoc = true;
	v->keys = arena_array(c->arena, struct type *, dr->nparams + 1);
	if (dr->variadic) {
		sema_error_at(c, "D_DECL_PROTO_VARARGS", d->src,
			      "array prototype may not use a variable-length argument list");
		return false;
	}
	if (!param_types(c, dr, "array", v->keys, &v->nkeys))
		return false;
	for (uint32_t i = 0; i < v->nkeys; i++) {
		struct type *r = type_resolve(v->keys[i]);
		if (!type_is_scalar(r) && !type_is_stringish(r)) {
			sema_error_at(c, "D_DECL_PROTO_TYPE", d->src,
				      "array prototype may not use parameter of type %s: %s, "
				      "parameter #%u",
				      sema_type_text(c, v->keys[i]), name_of(d), i + 1);
			return false;
		}
	}
	return true;
}

static bool same_var(const struct var *a, const struct var *b)
{
	if (a->is_assoc != b->is_assoc || a->nkeys != b->nkeys || !a->type ||
	    !type_same(a->type, b->type))
		return false;
	for (uint32_t i = 0; i < a->nkeys; i++)
		if (!type_same(a->keys[i], b->keys[i]))
			return false;
	return true;
}

static struct map *var_map(struct sema_ctx *c, enum var_scope scope)
{
	return scope == VAR_SELF   ? &c->s->self_names
	       : scope == VAR_THIS ? &c->this_names
				   : &c->s->names;
}

static void bind_var(struct sema_ctx *c, struct decl *d, enum var_scope scope, struct var *v)
{
	struct ident *old =
	    scope == VAR_GLOBAL ? sema_lookup(c, d->name) : map_get(var_map(c, scope), d->name);
	if (old) {
		bool same = old->kind == IDENT_VAR ? same_var(old->var, v)
						   : d->storage == STORAGE_EXTERN && old->type &&
							 type_same(old->type, v->type);
		if (!same)
			sema_error_at(c, "D_DECL_IDRED", d->src,
				      "identifier redeclared: %s\n\t current: %s\n\tprevious: %s",
				      d->name, sema_type_text(c, v->type),
				      old->kind == IDENT_VAR ? sema_type_text(c, old->var->type)
							     : sema_type_text(c, old->type));
		return;
	}
	if (scope == VAR_GLOBAL && builtin_func_find(d->name)) {
		sema_error_at(c, "D_DECL_IDRED", d->src, "identifier redeclared: %s", d->name);
		return;
	}
	struct var *nv = sema_new_var(c, d->name, scope, d->src);
	nv->type = v->type;
	nv->is_assoc = v->is_assoc;
	nv->keys = v->keys;
	nv->nkeys = v->nkeys;
}

static void declare_var(struct sema_ctx *c, struct decl *d, struct type *t)
{
	enum var_scope scope = d->storage == STORAGE_SELF   ? VAR_SELF
			       : d->storage == STORAGE_THIS ? VAR_THIS
							    : VAR_GLOBAL;
	struct var v = {.type = t};
	bool assoc = d->declarator && d->declarator->kind == DECL_ASSOC;
	if (strchr(d->name, '`')) {
		sema_error_at(c, "D_DECL_SCOPE", d->src,
			      "D variables may not be declared with a scope: %s", d->name);
		return;
	}
	if (assoc && scope == VAR_THIS) {
		sema_error_at(
		    c, "D_DECL_LOCASSC", d->src,
		    "clause-local variables may not be declared as associative arrays: %s",
		    d->name);
		return;
	}
	if (!var_type_ok(c, d, t) || (assoc && !key_types(c, d, &v)))
		return;
	bind_var(c, d, scope, &v);
}

static void declare_typedef(struct sema_ctx *c, struct decl *d, struct type *t)
{
	if (!d->name) {
		sema_error_at(c, "D_DECL_IDENT", d->src, "typedef declaration requires a name");
		return;
	}
	struct ident *old = map_get(&c->s->names, d->name);
	if (d->system && (old || builtin_var_find(d->name)))
		return;
	if ((old && old->kind != IDENT_BUILTIN) || builtin_var_find(d->name)) {
		sema_error_at(c, "D_DECL_TYPERED", d->src, "identifier redeclared as type: %s",
			      d->name);
		return;
	}
	if (d->declarator && d->declarator->kind == DECL_ASSOC) {
		sema_error_at(c, "D_DECL_ARRSUB", d->src,
			      "an associative array may not be part of another type");
		return;
	}
	if (!types_declare_typedef(c->types, d->name, t) && !c->in_library && !d->system)
		sema_error_at(c, "D_DECL_IDRED", d->src, "type redeclared: %s", d->name);
}

void sema_decl(struct sema_ctx *c, struct decl *d)
{
	/* Variables and functions of programs are nothing that D could reach by name. */
	if (d->system && d->name && d->storage != STORAGE_TYPEDEF) {
		sema_decl_type(c, d);
		return;
	}
	if (d->storage == STORAGE_STATIC || d->storage == STORAGE_REGISTER) {
		sema_error_at(c, "D_DECL_BADCLASS", d->src,
			      "specified storage class not appropriate in D");
		return;
	}
	if (!d->name && d->storage != STORAGE_TYPEDEF) {
		bool useful = d->base == BASE_ENUM ? d->has_body || d->base_name
						   : d->base != BASE_NAME && d->base_name;
		if (!useful || d->storage != STORAGE_AUTO) {
			sema_error_at(c, "D_DECL_USELESS", d->src,
				      "declaration is useless: it declares no name");
			return;
		}
	}
	struct type *t = sema_decl_type(c, d);
	if (!t)
		return;
	if (d->storage == STORAGE_TYPEDEF)
		declare_typedef(c, d, t);
	else if (d->name && type_resolve(t)->kind != TYPE_FUNC)
		declare_var(c, d, t);
}
