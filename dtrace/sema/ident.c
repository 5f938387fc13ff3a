/*
 * ident.c - what a name means: variables (made at their first assignment), built-in variables,
 * inlines, enumerators, arrays
 *
 * D has three name spaces of variables: global, self-> and this->. A variable that was never
 * declared takes the type of what is first assigned to it; until then var->type is NULL. An
 * associative array takes its key types from its first use: integers are kept in 64 bits, so that
 * later keys of other widths stay distinct.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

struct enumerator_ident { /* IDENT_INLINE without a definition */
	struct ident id;
	int64_t value;
};

struct ident *sema_new_ident(struct sema_ctx *c, enum ident_kind kind, const char *name,
			     struct type *t)
{
	struct ident *id = arena_new_of(c->arena, struct ident);
	id->kind = kind;
	id->name = name;
	id->type = t;
	id->attr = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	return id;
}

void sema_bind(struct sema_ctx *c, struct map *m, const char *key, struct ident *id)
{
	void **at = map_at(m, key);
	*vec_push(&c->undo, c->arena) = (struct bound){m, key, *at};
	*at = id;
	if (c->pragma_uses.n)
		sema_pragma_apply(c, id);
}

void sema_bind_enumerator(struct sema_ctx *c, const char *name, int64_t value, struct type *en)
{
	struct enumerator_ident *e = arena_new_of(c->arena, struct enumerator_ident);
	e->id.kind = IDENT_INLINE;
	e->id.name = name;
	e->id.type = en;
	e->id.attr = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	e->value = value;
	sema_bind(c, &c->s->names, name, &e->id);
}

static struct ident *bind_builtin(struct sema_ctx *c, const struct builtin_var_row *row)
{
	struct ident *id = sema_new_ident(c, IDENT_BUILTIN, row->name, sema_row_type(c, row->type));
	id->bvar = row;
	id->version = strcmp(row->version, "1.0") == 0 ? 0 : sema_version(c, row->version);
	if (row->stability)
		stability_parse(row->stability, &id->attr);
	/* Not sema_bind(): it holds for every program, failed or not. */
	*map_at(&c->s->names, row->name) = id;
	return id;
}

static struct ident *lookup_any(struct sema_ctx *c, const char *name)
{
	struct ident *id = map_get(&c->s->names, name);
	if (id)
		return id;
	if (c->s->load_library_for && c->s->load_library_for(c->s->lib_ctx, name) &&
	    (id = map_get(&c->s->names, name)))
		return id;
	const struct builtin_var_row *row = builtin_var_find(name);
	return row ? bind_builtin(c, row) : NULL;
}

/* Libraries may use what the program's language does not have yet. */
struct ident *sema_lookup(struct sema_ctx *c, const char *name)
{
	struct ident *id = lookup_any(c, name);
	bool too_new = id && id->version && c->s->opts && !c->in_library &&
		       id->version > c->s->opts->value[OPT_VERSION];
	return too_new ? NULL : id;
}

void sema_use_attr(struct sema_ctx *c, const struct node *at, const char *name,
		   struct stability attr)
{
	c->attr = c->attr_set ? stability_min(c->attr, attr) : attr;
	c->attr_set = true;
	struct options *o = c->s->opts;
	if (!o || o->value[OPT_AMIN] == OPTION_UNSET || o->value[OPT_AMIN] == 0 || c->in_library)
		return;
	uint64_t packed = o->value[OPT_AMIN]; /* name, data, class: a byte each */
	struct stability min = {(uint8_t)(packed >> 16), (uint8_t)(packed >> 8), (uint8_t)packed};
	if (attr.name < min.name || attr.data < min.data || attr.dclass < min.dclass)
		sema_error(c, "D_ATTR_MIN", at,
			   "attributes for %s (%s/%s/%s) are less than predefined minimum", name,
			   stability_name(attr.name), stability_name(attr.data),
			   stability_class_name(attr.dclass));
}

/* ---- variables ---- */

static bool scope_of(const struct node *n, enum var_scope *scope)
{
	if (!n->scope)
		*scope = VAR_GLOBAL;
	else if (strcmp(n->scope, "self") == 0)
		*scope = VAR_SELF;
	else if (strcmp(n->scope, "this") == 0)
		*scope = VAR_THIS;
	else
		return false;
	return true;
}

static struct map *scope_map(struct sema_ctx *c, enum var_scope scope)
{
	return scope == VAR_SELF   ? &c->s->self_names
	       : scope == VAR_THIS ? &c->this_names
				   : &c->s->names;
}

static const char *scope_prefix(enum var_scope scope)
{
	return scope == VAR_SELF ? "self->" : scope == VAR_THIS ? "this->" : "";
}

struct var *sema_new_var(struct sema_ctx *c, const char *name, enum var_scope scope, struct src at)
{
	struct var *v = arena_new_of(c->arena, struct var);
	v->name = name;
	v->scope = scope;
	v->id = (uint32_t)c->s->vars.n;
	v->src = at;
	*vec_push(&c->s->vars, c->arena) = v;
	*vec_push(&c->made_vars, c->arena) = v;
	struct ident *id = sema_new_ident(c, IDENT_VAR, name, NULL);
	id->var = v;
	sema_bind(c, scope_map(c, scope), name, id);
	return v;
}

static struct ident *find_ident(struct sema_ctx *c, const struct node *n, enum var_scope scope)
{
	return scope == VAR_GLOBAL ? sema_lookup(c, n->name)
				   : map_get(scope_map(c, scope), n->name);
}

static void undeclared(struct sema_ctx *c, struct node *n, enum var_scope scope, const char *array)
{
	if (c->clause_lost)
		return;
	sema_error(c, "D_VAR_UNDEF", n, "%s%s%s has not yet been declared or assigned",
		   scope_prefix(scope), n->name, array);
	if (scope != VAR_GLOBAL && map_get(&c->s->names, n->name))
		diag_hint(c->diags, "there is a global variable %s", n->name);
}

static struct node *var_node(struct node *n, struct ident *id)
{
	n->ident = id;
	n->type = id->kind == IDENT_VAR ? id->var->type : id->type;
	n->is_lvalue = true;
	n->is_writable = id->kind == IDENT_VAR;
	n->is_user = n->type && type_is_ptr(n->type) && type_resolve(n->type)->is_user;
	return n;
}

static const char *ident_kind_text(const struct ident *id)
{
	switch (id->kind) {
	case IDENT_VAR:
		return id->var->is_assoc ? "associative array" : "scalar";
	case IDENT_AGG:
		return "aggregation";
	case IDENT_BUILTIN:
		return id->bvar->flags & BUILTIN_ARRAY ? "associative array" : "scalar";
	case IDENT_FUNC:
		return "function";
	case IDENT_INLINE:
		return id->inl && id->inl->decl->declarator &&
			       id->inl->decl->declarator->kind == DECL_ASSOC
			   ? "associative array"
			   : "scalar";
	case IDENT_PARAM:
	case IDENT_XLATED:
		break;
	}
	return "scalar";
}

static struct node *bad_reference(struct sema_ctx *c, struct node *n, const struct ident *id,
				  const char *as)
{
	sema_error(c, "D_IDENT_BADREF", n, "%s '%s' may not be referenced as %s",
		   ident_kind_text(id), n->name, as);
	return n;
}

static bool is_array_ident(const struct ident *id)
{
	return strcmp(ident_kind_text(id), "associative array") == 0;
}

static struct node *unknown_name(struct sema_ctx *c, struct node *n)
{
	int64_t value;
	struct type *en;
	/* A macro in the kernel: to look for it there costs, and finds nothing. */
	if (strcmp(n->name, "NULL") == 0)
		return sema_make_int(n, types_ptr(c->types, types_void(c->types)), 0);
	if (types_enumerator(c->types, n->name, &value, &en))
		return sema_make_int(n, en, (uint64_t)value);
	if (builtin_func_find(n->name)) {
		sema_error(c, "D_IDENT_BADREF", n, "function '%s' may not be referenced as scalar",
			   n->name);
		return n;
	}
	if (c->clause_lost)
		return n;
	sema_error(c, "D_IDENT_UNDEF", n, "failed to resolve %s: Unknown variable name", n->name);
	if (map_get(&c->s->self_names, n->name))
		diag_hint(c->diags, "did you mean self->%s?", n->name);
	else if (map_get(&c->this_names, n->name))
		diag_hint(c->diags, "did you mean this->%s?", n->name);
	return n;
}

/* Types of the kernel are those that it tells. */
static bool type_is_known(struct sema_ctx *c, const struct node *n,
			  const struct builtin_var_row *row)
{
	if (strncmp(row->type, "struct ", 7) != 0 || types_kernel_btf(c->types))
		return true;
	sema_error(c, "D_TYPE_ERR", n, "failed to resolve type %s for identifier %s", row->type,
		   row->name);
	diag_hint(c->diags, "the kernel's types are not available: needs CONFIG_DEBUG_INFO_BTF "
			    "(/sys/kernel/btf/vmlinux)");
	return false;
}

static struct node *use_ident(struct sema_ctx *c, struct node *n, struct ident *id,
			      enum var_scope scope)
{
	if (is_array_ident(id))
		return bad_reference(c, n, id, "scalar");
	if (id->kind == IDENT_BUILTIN && !type_is_known(c, n, id->bvar))
		return n;
	sema_use_attr(c, n, n->name, id->attr);
	if (id->kind == IDENT_INLINE && !id->inl)
		return sema_make_int(n, id->type, (uint64_t)((struct enumerator_ident *)id)->value);
	if (id->kind == IDENT_INLINE)
		return sema_inline_use(c, n, id);
	if (id->kind == IDENT_VAR) {
		id->var->read = true;
		if (!id->var->type) {
			undeclared(c, n, scope, "");
			return n;
		}
	}
	return var_node(n, id);
}

static bool scope_index(const struct sema_ctx *c, const struct node *n, uint32_t *i)
{
	if (!c->scope || n->kind != NODE_IDENT || n->scope)
		return false;
	for (*i = 0; *i < c->scope->n; (*i)++)
		if (c->scope->names[*i] && strcmp(c->scope->names[*i], n->name) == 0)
			return true;
	return false;
}

struct node *ident_expr(struct sema_ctx *c, struct node *n)
{
	enum var_scope scope;
	uint32_t i;
	if (!scope_of(n, &scope))
		return symbol_expr(c, n);
	if (scope_index(c, n, &i))
		return scope_expr(c, n, i);
	struct ident *id = find_ident(c, n, scope);
	if (id)
		return use_ident(c, n, id, scope);
	if (scope == VAR_GLOBAL)
		return unknown_name(c, n);
	undeclared(c, n, scope, "");
	return n;
}

/* ---- associative arrays ---- */

static bool key_type_ok(struct type *t)
{
	t = type_resolve(t);
	return type_is_scalar(t) || type_is_stringish(t);
}

static struct type *key_type_of(struct sema_ctx *c, struct type *t)
{
	if (type_is_stringish(t) && !type_is_ptr(t))
		return types_string(c->types);
	if (type_is_int(t) && type_size(t) <= 8)
		return types_int(c->types, 8, type_is_signed(t));
	return t;
}

static bool type_keys(struct sema_ctx *c, struct node *n, const char *what)
{
	bool ok = true;
	for (uint32_t i = 1; i < n->nkids; i++) {
		struct node *k = n->kids[i] = sema_expr(c, n->kids[i]);
		if (k->type && !key_type_ok(k->type)) {
			sema_error(c, "D_KEY_TYPE", k,
				   "%s expression may not be used as %s index: key #%u",
				   sema_node_type_text(c, k), what, i);
			ok = false;
		}
		ok = ok && k->type;
	}
	return ok;
}

static bool check_keys(struct sema_ctx *c, struct node *n, const struct var *v)
{
	const char *prefix = scope_prefix(v->scope);
	if (n->nkids - 1 != v->nkeys) {
		sema_error(c, "D_PROTO_LEN", n,
			   "%s%s[ ] prototype mismatch: %u key%s passed, %u expected", prefix,
			   v->name, n->nkids - 1, n->nkids == 2 ? "" : "s", v->nkeys);
		return false;
	}
	for (uint32_t i = 0; i < v->nkeys; i++) {
		if (sema_assignable(c, v->keys[i], n->kids[i + 1]))
			continue;
		sema_error(c, "D_PROTO_ARG", n->kids[i + 1],
			   "%s%s[ ] key #%u is incompatible with prototype:\n\tprototype: %s\n\t "
			   "argument: %s",
			   prefix, v->name, i + 1, sema_type_text(c, v->keys[i]),
			   sema_node_type_text(c, n->kids[i + 1]));
		return false;
	}
	return true;
}

static struct node *assoc_use(struct sema_ctx *c, struct node *n, struct ident *id)
{
	struct node *base = n->kids[0];
	if (!type_keys(c, n, "associative array") || !check_keys(c, n, id->var))
		return n;
	sema_use_attr(c, n, base->name, id->attr);
	base->ident = id;
	base->type = types_dyn(c->types);
	var_node(n, id);
	return n;
}

static struct ident *new_assoc(struct sema_ctx *c, struct node *n, enum var_scope scope)
{
	struct node *base = n->kids[0];
	if (scope == VAR_THIS) {
		sema_error(c, "D_ARR_LOCAL", base,
			   "local variables may not be used as associative arrays: %s", base->name);
		return NULL;
	}
	if (!type_keys(c, n, "associative array"))
		return NULL;
	struct var *v = sema_new_var(c, base->name, scope, base->src);
	v->is_assoc = true;
	v->nkeys = n->nkids - 1;
	v->keys = arena_array(c->arena, struct type *, v->nkeys + 1);
	for (uint32_t i = 0; i < v->nkeys; i++)
		v->keys[i] = key_type_of(c, n->kids[i + 1]->type);
	return map_get(scope_map(c, scope), base->name);
}

/* ---- indexing ---- */

static bool array_bounds_ok(struct sema_ctx *c, const struct node *n, const struct type *array)
{
	const struct node *i = n->kids[1];
	/* [0] and [1] at the end of kernel structures stand for arrays of any length. */
	if (i->kind != NODE_INT || array->nelems <= 1)
		return true;
	int64_t v = (int64_t)i->ival;
	if ((type_is_signed(i->type) && v < 0) || i->ival >= array->nelems) {
		sema_error(c, "D_ARR_BOUNDS", i, "index outside array bounds: %lld, max is %llu",
			   (long long)v, (unsigned long long)array->nelems - 1);
		return false;
	}
	return true;
}

/* s[i] of a string, both typed: writable in a variable, and without an address. */
struct node *sema_character(struct sema_ctx *c, struct node *n)
{
	const struct node *s = n->kids[0];
	n->type = types_named_int(c->types, "char");
	n->is_lvalue = s->is_lvalue;
	n->is_writable = s->is_writable;
	return n;
}

static struct node *plain_index(struct sema_ctx *c, struct node *n)
{
	struct node *base = n->kids[0];
	if (n->nkids > 2) {
		sema_error(c, "D_ARR_BADREF", n, "cannot access %s as an associative array",
			   base->name ? base->name : "expression");
		return n;
	}
	struct node *sub = n->kids[1] = sema_expr(c, n->kids[1]);
	if (!sub->type)
		return n;
	struct type *t = type_resolve(base->type);
	bool text = type_is_string(base->type);
	if (t->kind != TYPE_ARRAY && t->kind != TYPE_PTR && !text) {
		sema_error(c, "D_OP_INCOMPAT", n,
			   "operands have incompatible types: \"%s\" [ \"%s\"",
			   sema_node_type_text(c, base), sema_node_type_text(c, sub));
		return n;
	}
	if (!type_is_int(sub->type)) {
		sema_error(c, "D_OP_INCOMPAT", n,
			   "operands have incompatible types: \"%s\" + \"%s\"",
			   sema_node_type_text(c, base), sema_node_type_text(c, sub));
		return n;
	}
	if (text)
		return sema_character(c, n);
	struct type *elem = type_resolve(t->ref);
	if (type_is_void(elem)) {
		sema_error(c, "D_DEREF_VOID", n, "cannot dereference pointer to void");
		return n;
	}
	if (elem->kind == TYPE_FUNC) {
		sema_error(c, "D_DEREF_FUNC", n, "cannot dereference pointer to function");
		return n;
	}
	if (t->kind == TYPE_ARRAY && !array_bounds_ok(c, n, t))
		return n;
	n->type = t->ref;
	n->is_lvalue = true;
	n->is_writable = t->kind == TYPE_PTR || base->is_writable;
	n->is_user = base->is_user || t->is_user;
	return n;
}

static struct node *regs_index(struct sema_ctx *c, struct node *n, struct ident *id)
{
	if (n->nkids != 2) {
		sema_error(c, "D_PROTO_LEN", n,
			   "%s[ ] prototype mismatch: %u args passed, 1 expected", id->name,
			   n->nkids - 1);
		return n;
	}
	struct node *i = n->kids[1] = sema_expr(c, n->kids[1]);
	if (!i->type)
		return n;
	if (i->kind != NODE_INT) {
		sema_error(
		    c, "D_PROTO_ARG", i,
		    "%s[ ] argument #1 is incompatible with prototype:\n\tprototype: integer "
		    "constant\n\t argument: %s",
		    id->name, sema_node_type_text(c, i));
		return n;
	}
	if (i->ival >= 64) {
		sema_error(c, "D_REGS_IDX", i, "index %lld is out of range for array %s",
			   (long long)i->ival, id->name);
		return n;
	}
	sema_use_attr(c, n, id->name, id->attr);
	n->kids[0]->ident = id;
	n->kids[0]->type = types_dyn(c->types);
	n->ident = id;
	n->type = id->type;
	n->id = (int32_t)i->ival;
	return n;
}

static struct node *named_index(struct sema_ctx *c, struct node *n, struct ident *id,
				enum var_scope scope)
{
	if (id->kind == IDENT_VAR && id->var->is_assoc) {
		id->var->read = true;
		if (!id->var->type) {
			undeclared(c, n->kids[0], scope, "[ ]");
			return n;
		}
		return assoc_use(c, n, id);
	}
	if (id->kind == IDENT_INLINE && is_array_ident(id))
		return sema_inline_use(c, n, id);
	if (id->kind == IDENT_BUILTIN && is_array_ident(id)) {
		n->kids[0]->ident = id;
		return id->bvar->id == BV_ARGS ? args_expr(c, n) : regs_index(c, n, id);
	}
	n->kids[0] = use_ident(c, n->kids[0], id, scope);
	if (!n->kids[0]->type)
		return n;
	enum type_kind k = type_resolve(n->kids[0]->type)->kind;
	if (n->kids[0]->kind == NODE_IDENT && k != TYPE_ARRAY && k != TYPE_PTR &&
	    !type_is_string(n->kids[0]->type))
		return bad_reference(c, n->kids[0], id, "associative array"), n;
	return plain_index(c, n);
}

/* An element that is read before the program says what it is, but that plainly is an integer. */
static bool unborn_element(struct sema_ctx *c, struct node *n, enum var_scope scope)
{
	struct type *t = sema_born_later(c, scope, n->kids[0]->name);
	struct ident *id = t && scope != VAR_THIS ? new_assoc(c, n, scope) : NULL;
	if (!id)
		return false;
	id->var->type = t;
	id->var->read = true;
	n->kids[0]->ident = id;
	n->kids[0]->type = types_dyn(c->types);
	var_node(n, id);
	return true;
}

struct node *index_expr(struct sema_ctx *c, struct node *n)
{
	struct node *base = n->kids[0];
	enum var_scope scope;
	uint32_t i;
	if (base->kind == NODE_IDENT && scope_of(base, &scope) && !scope_index(c, base, &i)) {
		struct ident *id = find_ident(c, base, scope);
		if (id)
			return named_index(c, n, id, scope);
		if (unborn_element(c, n, scope))
			return n;
		if (scope != VAR_GLOBAL || !builtin_func_find(base->name)) {
			undeclared(c, base, scope, "[ ]");
			return n;
		}
	}
	if (base->kind == NODE_AGG) {
		sema_error(c, "D_AGG_MDIM", n,
			   "aggregation @%s has one list of keys: write @%s[a, b]", base->name,
			   base->name);
		return n;
	}
	n->kids[0] = sema_expr(c, base);
	return n->kids[0]->type ? plain_index(c, n) : n;
}

/* ---- left sides ---- */

static bool lvalue_scalar(struct sema_ctx *c, struct node **np, enum var_scope scope,
			  struct var **fresh)
{
	struct node *n = *np;
	struct ident *id = find_ident(c, n, scope);
	if (!id && scope == VAR_GLOBAL && builtin_func_find(n->name)) {
		sema_error(c, "D_IDENT_BADREF", n, "function '%s' may not be referenced as scalar",
			   n->name);
		return false;
	}
	if (!id)
		sema_new_var(c, n->name, scope, n->src);
	id = id ? id : map_get(scope_map(c, scope), n->name);
	if (id->kind != IDENT_VAR || id->var->is_assoc) {
		*np = use_ident(c, n, id, scope);
		return (*np)->type != NULL;
	}
	id->var->written = true;
	sema_use_attr(c, n, n->name, id->attr);
	var_node(n, id);
	*fresh = n->type ? NULL : id->var;
	return true;
}

static bool lvalue_element(struct sema_ctx *c, struct node *n, enum var_scope scope,
			   struct var **fresh)
{
	struct ident *id = find_ident(c, n->kids[0], scope);
	if (!id && !(id = new_assoc(c, n, scope)))
		return false;
	if (id->kind != IDENT_VAR || !id->var->is_assoc) {
		if (id->kind == IDENT_VAR)
			id->var->written = true;
		return named_index(c, n, id, scope)->type != NULL;
	}
	id->var->written = true;
	bool typed = n->kids[1]->type != NULL; /* new_assoc() has typed the keys */
	if (typed) {
		n->kids[0]->ident = id;
		n->kids[0]->type = types_dyn(c->types);
		var_node(n, id);
	} else {
		assoc_use(c, n, id);
		if (!n->ident)
			return false;
	}
	*fresh = n->type ? NULL : id->var;
	return true;
}

bool ident_lvalue(struct sema_ctx *c, struct node **np, struct var **fresh)
{
	struct node *n = *np;
	enum var_scope scope;
	uint32_t i;
	*fresh = NULL;
	if (n->kind == NODE_IDENT && scope_of(n, &scope) && !scope_index(c, n, &i))
		return lvalue_scalar(c, np, scope, fresh);
	if (n->kind == NODE_INDEX && n->kids[0]->kind == NODE_IDENT &&
	    scope_of(n->kids[0], &scope) && !scope_index(c, n->kids[0], &i))
		return lvalue_element(c, n, scope, fresh);
	*np = sema_expr(c, n);
	return (*np)->type != NULL;
}
