/*
 * define.c - a syntax tree to provider definitions
 *
 * In: the tree of a provider file; typedefs and pragmas of the same file count, clauses are not its
 * business. Out: struct usdt_def. Only the size and sign of what is passed is worked out here;
 * names of types are kept as text.
 */
#include "dtrace/usdt/define.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 63, TYPEDEF_DEPTH_MAX = 32 };

const char *const usdt_attr_words[USDT_ATTRS] = {"provider", "module", "function", "name", "args"};

struct definer {
	struct arena *a;
	struct types *ts;
	const struct program_ast *ast;
	struct diags *d;
};

/* ---- sizes ---- */

static const struct decl *find_typedef(const struct definer *c, const char *name)
{
	for (const struct item *it = c->ast->items; it; it = it->next)
		if (it->kind == ITEM_DECL && it->decl->storage == STORAGE_TYPEDEF &&
		    it->decl->name && strcmp(it->decl->name, name) == 0)
			return it->decl;
	return NULL;
}

static int passed_size(const struct type *t)
{
	if (t->kind == TYPE_PTR || t->kind == TYPE_STRING || t->kind == TYPE_ARRAY)
		return 8;
	if (t->kind == TYPE_ENUM)
		return -4;
	if (t->kind != TYPE_INT || t->size > 8)
		return 0;
	return t->is_signed ? -(int)t->size : (int)t->size;
}

/* Bytes that are passed, negative for a signed number; 0 = not known. */
static int decl_size(const struct definer *c, const struct decl *d, int depth)
{
	if (d->declarator) /* pointers; arrays and functions decay to them */
		return 8;
	if (d->base == BASE_ENUM)
		return -4;
	if (d->base != BASE_NAME || depth > TYPEDEF_DEPTH_MAX)
		return 0;
	const struct decl *td = find_typedef(c, d->base_name);
	if (td)
		return decl_size(c, td, depth + 1);
	struct type *t = types_find(c->ts, d->base_name);
	return t ? passed_size(type_resolve(t)) : 0;
}

static bool is_void(const struct decl *d)
{
	return !d->declarator && d->base == BASE_NAME && strcmp(d->base_name, "void") == 0;
}

static const char *type_text(const struct definer *c, const struct decl *d)
{
	struct decl bare = *d;
	BUF_AUTO b = {0};
	bare.name = NULL;
	decl_print_d(&bare, &b);
	return arena_strdup(c->a, buf_str(&b));
}

/* ---- arguments ---- */

static bool native_args(const struct definer *c, const struct provider_probe *pr,
			struct usdt_def_probe *out)
{
	if (pr->nargs == 1 && is_void(pr->args[0]) && !pr->args[0]->name)
		return true;
	if (pr->nargs > USDT_ARGS_MAX) {
		diag_error(c->d, "D_PROV_PRARGLEN", pr->src,
			   "probe %s argument list may not exceed %d arguments", pr->name,
			   USDT_ARGS_MAX);
		return false;
	}
	out->args = arena_array(c->a, struct usdt_def_arg, pr->nargs + 1);
	for (uint32_t i = 0; i < pr->nargs; i++) {
		const struct decl *d = pr->args[i];
		int size = decl_size(c, d, 0);
		if (!size) {
			diag_error(c->d, "D_TYPE_ERR", d->src,
				   "probe %s, argument %u: the size of a %s is not known here",
				   pr->name, i + 1, type_text(c, d));
			diag_hint(c->d, "pass a pointer, or define the type in this file "
					"(typedef), or have it defined by -C and #include");
			return false;
		}
		out->args[out->nargs++] =
		    (struct usdt_def_arg){type_text(c, d), size, i, size == 8 && d->declarator};
	}
	return true;
}

/* The native argument of the same name; where none has a name, the one at the same place. */
static int native_of(const struct provider_probe *pr, uint32_t i)
{
	const char *want = pr->xargs[i]->name;
	for (uint32_t k = 0; want && k < pr->nargs; k++)
		if (pr->args[k]->name && strcmp(pr->args[k]->name, want) == 0)
			return (int)k;
	return !want && i < pr->nargs ? (int)i : -1;
}

static bool translated_args(const struct definer *c, const struct provider_probe *pr,
			    struct usdt_def_probe *out)
{
	out->has_xargs = pr->has_xargs;
	if (!pr->has_xargs || (pr->nxargs == 1 && is_void(pr->xargs[0])))
		return true;
	if (pr->nxargs > USDT_ARGS_MAX) {
		diag_error(c->d, "D_PROV_PRARGLEN", pr->src,
			   "probe %s translated argument list may not exceed %d arguments",
			   pr->name, USDT_ARGS_MAX);
		return false;
	}
	out->xargs = arena_array(c->a, struct usdt_def_arg, pr->nxargs + 1);
	for (uint32_t i = 0; i < pr->nxargs; i++) {
		const struct decl *d = pr->xargs[i];
		int k = native_of(pr, i);
		if (k < 0) {
			diag_error(c->d, "D_PROV_PRXLATOR", d->src,
				   "probe %s: translated argument %s comes from no native argument",
				   pr->name, d->name ? d->name : type_text(c, d));
			return false;
		}
		out->xargs[out->nxargs++] =
		    (struct usdt_def_arg){type_text(c, d), decl_size(c, d, 0), (uint32_t)k, false};
	}
	return true;
}

/* ---- names ---- */

static bool name_ok(const struct definer *c, const char *what, const char *name, struct src src)
{
	if (strlen(name) <= NAME_MAX_LEN)
		return true;
	diag_error(c->d, "D_PROV_BADNAME", src, "%s name may not exceed %d characters: %s", what,
		   NAME_MAX_LEN, name);
	return false;
}

/* A process id is added to it when it is traced, so it cannot end with a digit itself. */
static bool provider_name_ok(const struct definer *c, const struct provider_def *def)
{
	if (!name_ok(c, "provider", def->name, def->src))
		return false;
	if (!isdigit((unsigned char)def->name[strlen(def->name) - 1]))
		return true;
	diag_error(c->d, "D_PROV_BADNAME", def->src, "provider name may not end with a digit: %s",
		   def->name);
	return false;
}

/* Two underscores are a hyphen in D. */
static const char *d_name(struct arena *a, const char *id)
{
	char *out = arena_strdup(a, id), *to = out;
	for (const char *p = id; *p; p++) {
		bool pair = p[0] == '_' && p[1] == '_';
		*to++ = pair ? '-' : *p;
		p += pair;
	}
	*to = '\0';
	return out;
}

static struct usdt_def *provider_named(struct definer *c, usdt_defs *out, const char *name)
{
	for (size_t i = 0; i < out->n; i++)
		if (strcmp(out->at[i].name, name) == 0)
			return &out->at[i];
	struct usdt_def *p = vec_push(out, c->a);
	*p = (struct usdt_def){.name = name};
	return p;
}

static bool add_probe(const struct definer *c, struct usdt_def *p, const struct provider_probe *pr)
{
	if (!name_ok(c, "probe", pr->name, pr->src))
		return false;
	for (size_t i = 0; i < p->probes.n; i++)
		if (strcmp(p->probes.at[i].id, pr->name) == 0) {
			diag_error(c->d, "D_PROV_PRDUP", pr->src, "probe redeclared: %s:::%s",
				   p->name, pr->name);
			return false;
		}
	struct usdt_def_probe q = {.id = pr->name, .name = d_name(c->a, pr->name)};
	if (!native_args(c, pr, &q) || !translated_args(c, pr, &q))
		return false;
	*vec_push(&p->probes, c->a) = q;
	return true;
}

/* ---- #pragma D attributes A/B/C provider NAME COMPONENT ---- */

static void take_attributes(const struct definer *c, const struct pragma *p, usdt_defs *out)
{
	char text[256], *save = NULL, *w[6];
	int n = 0;
	snprintf(text, sizeof(text), "%s", p->text);
	for (char *s = strtok_r(text, " \t", &save); s && n < 6; s = strtok_r(NULL, " \t", &save))
		w[n++] = s;
	if (n != 6 || strcmp(w[0], "D") != 0 || strcmp(w[1], "attributes") != 0 ||
	    strcmp(w[3], "provider") != 0)
		return;
	for (size_t i = 0; i < out->n; i++)
		for (int k = 0; k < USDT_ATTRS; k++)
			if (strcmp(out->at[i].name, w[4]) == 0 &&
			    strcmp(usdt_attr_words[k], w[5]) == 0)
				out->at[i].attrs[k] = arena_strdup(c->a, w[2]);
}

int usdt_define(struct arena *a, struct types *ts, const struct program_ast *ast, struct diags *d,
		usdt_defs *out)
{
	struct definer c = {a, ts, ast, d};
	bool ok = true;
	for (const struct item *it = ast->items; it; it = it->next) {
		if (it->kind != ITEM_PROVIDER)
			continue;
		const struct provider_def *def = it->provider;
		if (!provider_name_ok(&c, def)) {
			ok = false;
			continue;
		}
		struct usdt_def *p = provider_named(&c, out, def->name);
		for (const struct provider_probe *pr = def->probes; pr; pr = pr->next)
			ok = add_probe(&c, p, pr) && ok;
	}
	/* Pragmas may stand before the provider they are about. */
	for (const struct item *it = ast->items; it; it = it->next)
		if (it->kind == ITEM_PRAGMA)
			take_attributes(&c, it->pragma, out);
	if (ok && out->n == 0) {
		diag_error(d, "D_EMPTY", (struct src){0}, "no provider is defined here");
		ok = false;
	}
	return ok ? 0 : -1;
}
