/*
 * collect.c - which clauses run where
 *
 * In: the clauses of all programs, each with the probes that it matched. Out: L->clauses, numbered in the
 * order of the text; L->sites, one for each place in the kernel that a program will hang on, with the
 * probes that fire there and the clauses of each; L->error_clauses, which run at no site of their own.
 */
#include "dtrace/lower/lower_int.h"

#include <string.h>

static struct site *site_at(struct lower *L, struct probe *p, struct probe_site ps)
{
	const char *target = ps.target ? ps.target : "";
	struct site *last = L->sites.n ? *vec_last(&L->sites) : NULL;
	/* Most often that of the probe before it, of which there may be thousands. */
	if (last && last->prov == p->impl && last->site.attach == ps.attach &&
	    last->site.param == ps.param && strcmp(last->site.name, ps.name) == 0 &&
	    strcmp(last->site.target ? last->site.target : "", target) == 0)
		return last;
	void **at = map_at(&L->site_map,
			   arena_printf(L->a, "%s %d %s %s %llu", p->impl->ops->name, ps.attach,
					ps.name, target, (unsigned long long)ps.param));
	if (!*at) {
		struct site *s = arena_new_of(L->a, struct site);
		s->site = ps;
		s->prov = p->impl;
		*vec_push(&L->sites, L->a) = s;
		*at = s;
	}
	return *at;
}

/* ---- probes with several sites, for what cannot be had at the first ---- */

static int more_sites(const struct probe *p, bool looks_inside, struct probe_site *out)
{
	return p->impl->ops->more_sites ? p->impl->ops->more_sites(p->impl, p, looks_inside, out)
					: 0;
}

static bool has_inside(const struct probe *p)
{
	struct probe_site out[PROBE_SITES_MAX];
	return more_sites(p, true, out) != more_sites(p, false, out);
}

static bool has_owner(const struct probe *p)
{
	struct probe_origin origin;
	return p->impl->ops->origin && p->impl->ops->origin(p->impl, p, &origin);
}

static void note_inside(struct lower *L, struct node *n)
{
	if (!n->ident)
		return;
	if (n->kind == NODE_CALL && n->ident->kind == IDENT_FUNC)
		switch (n->ident->func->id) {
		case BF_COPYIN:
		case BF_COPYINSTR:
		case BF_COPYINTO:
		case BF_COPYOUT:
		case BF_COPYOUTSTR:
		case BF_JSTACK:
		case BF_RAISE:
		case BF_STACK:
		case BF_STOP:
		case BF_USTACK:
			L->looks_inside = true;
			break;
		default:
			break;
		}
	if (n->ident->kind == IDENT_BUILTIN)
		switch (n->ident->bvar->id) {
		case BV_CALLER:
		case BV_STACKDEPTH:
		case BV_UCALLER:
		case BV_UREGS:
		case BV_USTACKDEPTH:
			L->looks_inside = true;
			break;
		case BV_EXECARGS:
			L->sees_args = true;
			break;
		case BV_TIMESTAMP:
			L->sees_time = true;
			break;
		case BV_CPU:
			L->sees_cpu = true;
			break;
		default:
			break;
		}
}

/* All clauses of such probes run at the same sites, in their order, so one that looks inside takes the others along. So does one that looks at the clock for a CPU: how long that took to go over to a
 * thread is seen there only. Arguments of a command are no reason to look where a thing begins: that of a disk is not whole there. */
static void find_inside(struct lower *L, const struct sema_program *program)
{
	for (size_t k = 0; k < program->clauses.n && !L->looks_inside; k++) {
		const struct sema_clause *sc = program->clauses.at[k];
		bool inside = false, owned = true;
		for (uint32_t i = 0; i < sc->nprobes; i++)
			if (has_inside(sc->probes[i])) {
				inside = true;
				owned &= has_owner(sc->probes[i]);
			}
		if (!inside)
			continue;
		L->sees_time = L->sees_cpu = L->sees_args = false;
		lower_visit_node(L, sc->predicate, note_inside);
		lower_visit_node(L, sc->body, note_inside);
		L->looks_inside |= (L->sees_time && L->sees_cpu) || (L->sees_args && !owned);
	}
}

static uint32_t *use_of(struct lower *L, struct site *site, const struct probe *p)
{
	uint32_t i = p->id - site->prov->first_id, want = site->nuse_of ? site->nuse_of : 64;
	if (i >= site->nuse_of) {
		while (want <= i)
			want *= 2;
		site->use_of = arena_grow(L->a, site->use_of, site->nuse_of * sizeof(*site->use_of),
					  want * sizeof(*site->use_of));
		site->nuse_of = want;
	}
	return &site->use_of[i];
}

/* more: as many probes of the clause are to come, this one among them. */
static void add_use(struct lower *L, struct probe *p, const struct probe_site *at_site,
		    uint32_t clause, uint32_t more)
{
	struct site *site = site_at(L, p, *at_site);
	uint32_t *at = use_of(L, site, p);
	if (!*at) {
		*vec_push_of(&site->uses, L->a, more) =
		    (struct site_use){.probe = p, .source = at_site->source};
		*at = (uint32_t)site->uses.n;
	}
	struct site_use *u = &site->uses.at[*at - 1];
	if (!u->clauses.n)
		vec_reserve(&u->clauses, L->a, 1); /* most often the only one */
	*vec_push(&u->clauses, L->a) = clause;
}

/* Tells providers how much is coming, where they want to know. */
static void tell_numbers(struct lower *L, struct sema_program *const *programs, unsigned n)
{
	struct map probes = {.arena = L->a}; /* by provider */
	for (unsigned i = 0; i < n; i++)
		for (size_t k = 0; k < programs[i]->clauses.n; k++) {
			const struct sema_clause *sc = programs[i]->clauses.at[k];
			for (uint32_t j = 0; j < sc->nprobes; j++) {
				struct provider *p = sc->probes[j]->impl;
				if (p->ops->enabling)
					++*(uintptr_t *)map_atn(&probes, &p, sizeof(p));
			}
		}
	for (size_t i = 0; i < probes.n; i++) {
		struct provider *p;
		memcpy(&p, probes.entries[i].key, sizeof(p));
		p->ops->enabling(p, (uint32_t)(uintptr_t)probes.entries[i].value);
	}
}

static void note_exit(struct lower *L, struct node *n)
{
	if (n->kind == NODE_CALL && n->ident && n->ident->kind == IDENT_FUNC &&
	    n->ident->func->id == BF_EXIT)
		L->sees_exit = true;
}

static void collect_clause(struct lower *L, struct sema_clause *sc)
{
	uint32_t index = (uint32_t)L->clauses.n;
	L->sees_exit = false;
	lower_visit_node(L, sc->body, note_exit);
	*vec_push(&L->clauses, L->a) =
	    (struct lclause){.sc = sc, .epid = L->next_epid, .has_exit = L->sees_exit};
	L->next_epid += sc->nprobes;
	for (uint32_t i = 0; i < sc->nprobes; i++) {
		struct probe *p = sc->probes[i];
		struct probe_site first = {0}, more[PROBE_SITES_MAX] = {0};
		if (p->impl->ops->site(p->impl, p, &first, L->e) < 0) {
			L->failed = true;
			return;
		}
		if (first.attach == ATTACH_NONE) { /* ERROR */
			*vec_push(&L->error_clauses, L->a) = index;
			continue;
		}
		add_use(L, p, &first, index, sc->nprobes - i);
		int n = more_sites(p, L->looks_inside, more);
		for (int k = 0; k < n; k++)
			add_use(L, p, &more[k], index, sc->nprobes - i);
	}
}

int lower_collect(struct lower *L, struct sema_program *const *programs, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		find_inside(L, programs[i]);
	tell_numbers(L, programs, n);
	for (unsigned i = 0; i < n; i++)
		for (size_t k = 0; k < programs[i]->clauses.n; k++)
			collect_clause(L, programs[i]->clauses.at[k]);
	return L->failed ? -1 : 0;
}
