/*
 * attr.c - how stable the probe descriptions of a program are
 *
 * In: a typed program with its probes. Out: the least stability over the components that its
 * descriptions name: what a description leaves out it does not depend on, and a provider that is a
 * pattern may turn out to be any.
 */
#include "dtrace/sema/sema.h"

#include <string.h>

static const struct stability best = {STAB_STABLE, STAB_STABLE, CLASS_COMMON};
static const struct stability any_provider = {STAB_UNSTABLE, STAB_UNSTABLE, CLASS_COMMON};

static bool is_given(const char *part)
{
	return part && *part;
}

static bool is_pattern(const char *part)
{
	return !is_given(part) || strpbrk(part, "*?[") != NULL;
}

/* Least over the components that one description gives of one of its probes. */
static struct stability probe_attr(const struct probe_spec *spec, const struct probe *probe)
{
	struct stability a = best, of[5] = {best, best, best, best, best};
	probe_stability(probe, of);
	if (spec->id)
		return stability_min(stability_min(of[0], of[1]), stability_min(of[2], of[3]));
	a = stability_min(a, is_pattern(spec->provider) ? any_provider : of[0]);
	if (is_given(spec->module))
		a = stability_min(a, of[1]);
	if (is_given(spec->function))
		a = stability_min(a, of[2]);
	if (is_given(spec->name))
		a = stability_min(a, of[3]);
	return a;
}

static bool matches(const struct probe_spec *spec, const struct probe *p)
{
	if (spec->id)
		return spec->id == p->id;
	return (!is_given(spec->provider) || probe_glob(spec->provider, p->provider)) &&
	       (!is_given(spec->module) || probe_glob(spec->module, p->module)) &&
	       (!is_given(spec->function) || probe_glob(spec->function, p->function)) &&
	       (!is_given(spec->name) || probe_glob(spec->name, p->name));
}

struct stability sema_description_attr(const struct sema_program *prog)
{
	struct stability a = best;
	for (size_t i = 0; i < prog->clauses.n; i++) {
		const struct sema_clause *sc = prog->clauses.at[i];
		const struct provider *last = NULL;
		for (const struct probe_spec *spec = sc->ast->specs; spec;
		     spec = spec->next, last = NULL)
			for (uint32_t k = 0; k < sc->nprobes; k++) {
				const struct probe *p = sc->probes[k];
				if (p->impl == last || !matches(spec, p))
					continue; /* a provider says the same of all its probes */
				last = p->impl;
				a = stability_min(a, probe_attr(spec, p));
			}
	}
	return a;
}
