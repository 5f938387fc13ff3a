/*
 * provider_def.c - provider blocks: names, argument lists, translated arguments
 *
 * The probes a program declares for itself are checked here; making them is the work of whoever
 * builds the program that has them.
 */
#include "dtrace/sema/sema_internal.h"

#include <ctype.h>
#include <string.h>

enum { PROVIDER_NAME_MAX = 63, PROBE_NAME_MAX = 63, PROBE_ARGS_MAX = 32 };

static bool provider_name_ok(struct sema_ctx *c, const struct provider_def *p)
{
	size_t n = strlen(p->name);
	if (n > PROVIDER_NAME_MAX) {
		sema_error_at(c, "D_PROV_BADNAME", p->src,
			      "provider name may not exceed %d characters: %s", PROVIDER_NAME_MAX,
			      p->name);
		return false;
	}
	if (n > 0 && isdigit((unsigned char)p->name[n - 1])) {
		sema_error_at(c, "D_PROV_BADNAME", p->src,
			      "provider name may not end with a digit: %s", p->name);
		return false;
	}
	return true;
}

static bool arg_list(struct sema_ctx *c, const struct provider_probe *pr, struct decl **args,
		     uint32_t n, struct type **types)
{
	if (n > PROBE_ARGS_MAX) {
		sema_error_at(c, "D_PROV_PRARGLEN", pr->src,
			      "probe %s argument list may not exceed %d arguments", pr->name,
			      PROBE_ARGS_MAX);
		return false;
	}
	for (uint32_t i = 0; i < n; i++) {
		types[i] = sema_decl_type(c, args[i]);
		if (!types[i])
			return false;
		if (type_is_void(type_resolve(types[i])) && (n > 1 || args[i]->name)) {
			sema_error_at(c, "D_DECL_PROTO_VOID", args[i]->src,
				      "probe prototype may not use a void parameter");
			return false;
		}
	}
	return true;
}

/* A translated argument either has the type of a native one, or a translator from it. */
static void check_translated(struct sema_ctx *c, const struct provider_probe *pr, struct decl *d,
			     struct type *xt, struct type **natives)
{
	for (uint32_t i = 0; i < pr->nargs; i++) {
		const char *nn = pr->args[i]->name;
		if (d->name && (!nn || strcmp(nn, d->name) != 0))
			continue;
		struct node *arg = sema_node(c, NODE_INT, d->src, 0);
		if (type_compat(xt, natives[i]) || sema_xlate_make(c, arg, natives[i], xt))
			return;
		if (!d->name)
			continue;
		sema_error_at(
		    c, "D_PROV_PRXLATOR", d->src,
		    "translator from %s to %s is not defined, as probe %s needs it for its "
		    "argument %s",
		    sema_type_text(c, natives[i]), sema_type_text(c, xt), pr->name, d->name);
		return;
	}
	sema_error_at(c, "D_PROV_PRXLATOR", d->src,
		      "probe %s: translated argument %s comes from no native argument", pr->name,
		      d->name ? d->name : sema_type_text(c, xt));
}

static void check_probe(struct sema_ctx *c, struct provider_probe *pr)
{
	struct type *natives[PROBE_ARGS_MAX], *translated[PROBE_ARGS_MAX];
	if (strlen(pr->name) > PROBE_NAME_MAX)
		sema_error_at(c, "D_PROV_BADNAME", pr->src,
			      "probe name may not exceed %d characters: %s", PROBE_NAME_MAX,
			      pr->name);
	if (!arg_list(c, pr, pr->args, pr->nargs, natives) || !pr->has_xargs ||
	    !arg_list(c, pr, pr->xargs, pr->nxargs, translated))
		return;
	for (uint32_t i = 0; i < pr->nxargs; i++)
		if (!type_is_void(type_resolve(translated[i])))
			check_translated(c, pr, pr->xargs[i], translated[i], natives);
}

/* A provider may be declared again, for more probes, but not for the same ones. */
static bool interface_ok(struct sema_ctx *c, const struct provider_def *p)
{
	for (size_t i = 0; i < c->providers.n; i++) {
		const struct provider_def *old = c->providers.at[i];
		if (strcmp(old->name, p->name) != 0)
			continue;
		for (const struct provider_probe *a = old->probes; a; a = a->next)
			for (const struct provider_probe *b = p->probes; b; b = b->next)
				if (strcmp(a->name, b->name) == 0) {
					sema_error_at(c, "D_PROV_INCOMPAT", b->src,
						      "provider interface mismatch: probe %s:::%s "
						      "has been declared before",
						      p->name, b->name);
					return false;
				}
	}
	return true;
}

void sema_provider(struct sema_ctx *c, struct provider_def *p)
{
	if (!provider_name_ok(c, p) || !interface_ok(c, p))
		return;
	*vec_push(&c->providers, c->arena) = p;
	for (struct provider_probe *pr = p->probes; pr; pr = pr->next) {
		for (struct provider_probe *q = p->probes; q != pr; q = q->next)
			if (strcmp(q->name, pr->name) == 0)
				sema_error_at(c, "D_PROV_PRDUP", pr->src,
					      "probe redeclared: %s:::%s", p->name, pr->name);
		check_probe(c, pr);
	}
}
