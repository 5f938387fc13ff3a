/*
 * registry.c - all probes known so far, by provider, id and description
 *
 * Probes come into being when a description first asks for them: the registry asks each provider
 * whose name could match, once per distinct description, and keeps what it added. Each provider
 * owns a block of ids, given out in the order the providers were added; a probe's place in its
 * block is the provider's choice, so ids do not depend on what was asked first. Adding a probe
 * whose place is taken gives the one that is there. Probes of families, whose number nobody knows
 * beforehand, have the numbers behind all blocks, in the order in which they come into being.
 *
 * Everything lies in the arena of the registry. Not here: what a probe means, or how it fires.
 */
#include "dtrace/probe/probe.h"

#include "base/map.h"
#include "dtrace/probe/classic.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct reg_provider {
	struct provider p; /* first: a struct provider * of this registry is one of these */
	uint32_t reserve_ids;
	struct probe **by_offset; /* sparse, as long as its last probe needs */
	uint32_t noffsets;
	VEC(struct probe *) probes; /* as added */
};

struct registry {
	struct arena *arena;
	struct btf *btf;
	struct btf_modules *modules;
	const struct features *features;
	VEC(struct reg_provider *) providers;
	uint32_t next_id;	    /* behind all blocks */
	VEC(struct probe *) family; /* by id from there on */
	const char *tag;
	const int32_t *only; /* processes that families look at; NULL: all */
	size_t nonly;
	uint32_t look;		    /* how often they were to look again */
	uint32_t round;		    /* how often providers grew */
	struct map asked;	    /* "provider\1module\1function\1name" that were provided for */
	registry_filter_fn *filter; /* NULL: every probe is there */
	void *filter_arg;
};

struct registry *registry_new(struct arena *a, struct btf *btf, const struct features *features)
{
	struct registry *r = arena_new_of(a, struct registry);

	r->arena = a;
	r->btf = btf;
	r->features = features;
	r->next_id = 1;
	r->asked.arena = a;
	return r;
}

void registry_fini(struct registry *r)
{
	for (size_t i = 0; r && i < r->providers.n; i++)
		if (r->providers.at[i]->p.ops->fini)
			r->providers.at[i]->p.ops->fini(&r->providers.at[i]->p);
}

void registry_set_tag(struct registry *r, const char *tag)
{
	r->tag = tag;
}

const char *registry_tag(const struct registry *r)
{
	return r->tag ? r->tag : "D_PDESC_INVAL";
}

void registry_set_modules(struct registry *r, struct btf_modules *modules)
{
	r->modules = modules;
}

struct provider *registry_provider(struct registry *r, size_t i)
{
	return i < r->providers.n ? &r->providers.at[i]->p : NULL;
}

struct arena *registry_arena(struct registry *r)
{
	return r->arena;
}

struct provider *registry_add_provider(struct registry *r, const struct provider_ops *ops,
				       uint32_t reserve_ids, void *data)
{
	struct reg_provider *rp = arena_new_of(r->arena, struct reg_provider);

	rp->p = (struct provider){.ops = ops,
				  .data = data,
				  .first_id = r->next_id,
				  .btf = r->btf,
				  .modules = r->modules,
				  .features = r->features,
				  .arena = r->arena};
	rp->reserve_ids = reserve_ids;
	r->next_id += reserve_ids;
	*vec_push(&r->providers, r->arena) = rp;
	return &rp->p;
}

/* Blocks may be much larger than what is there. */
static void grow_offsets(struct registry *r, struct reg_provider *rp, uint32_t offset)
{
	uint32_t want = rp->noffsets ? rp->noffsets : 64;

	if (offset < rp->noffsets)
		return;
	while (want <= offset)
		want *= 2;
	rp->by_offset = arena_grow(r->arena, rp->by_offset, rp->noffsets * sizeof(*rp->by_offset),
				   want * sizeof(*rp->by_offset));
	rp->noffsets = want;
}

struct probe *registry_add(struct registry *r, struct provider *p, uint32_t offset_in_block,
			   const char *provider_name, const char *mod, const char *func,
			   const char *name, uint64_t data)
{
	struct reg_provider *rp = (struct reg_provider *)p;
	bool family = p->ops->provide_family != NULL;
	struct probe *pr;

	if (family) { /* one behind the other, after the blocks of all */
		p->first_id = r->next_id;
		offset_in_block = (uint32_t)r->family.n;
	} else if (offset_in_block >= rp->reserve_ids) {
		return NULL;
	} else {
		grow_offsets(r, rp, offset_in_block);
		if (rp->by_offset[offset_in_block])
			return rp->by_offset[offset_in_block];
	}
	pr = arena_new_of(r->arena, struct probe);
	*pr = (struct probe){.id = p->first_id + offset_in_block,
			     .provider = provider_name,
			     .module = mod ? mod : "",
			     .function = func ? func : "",
			     .name = name ? name : "",
			     .impl = p,
			     .round = r->round,
			     .data = data};
	if (family)
		*vec_push(&r->family, r->arena) = pr;
	else
		rp->by_offset[offset_in_block] = pr;
	*vec_push(&rp->probes, r->arena) = pr;
	return pr;
}

void registry_look_again(struct registry *r, const int32_t *pids, size_t n)
{
	r->only = n ? pids : NULL;
	r->nonly = n;
	r->look++;
}

static const char *linux_module(const char *mod)
{
	return classic_kernel_is(mod) ? "vmlinux" : mod;
}

bool registry_grew(struct registry *r)
{
	bool any = false;

	for (size_t i = 0; i < r->providers.n; i++) {
		struct provider *p = &r->providers.at[i]->p;
		any |= p->ops->grew && p->ops->grew(p);
	}
	r->round += any;
	return any;
}

bool registry_may_grow(struct registry *r, const char *prov, const char *mod, const char *func,
		       const char *name)
{
	for (size_t i = 0; i < r->providers.n; i++) {
		struct provider *p = &r->providers.at[i]->p;
		if (p->ops->grew && probe_glob(prov, p->ops->name) &&
		    p->ops->may_grow(p, linux_module(mod), func, name))
			return true;
	}
	return false;
}

uint32_t registry_round(const struct registry *r)
{
	return r->round;
}

bool registry_looks_at(const struct registry *r, int32_t pid)
{
	for (size_t i = 0; r->only && i < r->nonly; i++)
		if (r->only[i] == pid)
			return true;
	return !r->only;
}

uint32_t registry_next_id(const struct registry *r)
{
	return r->next_id + (uint32_t)r->family.n;
}

/* Makes the provider add what could match, unless it was asked exactly that before. prov: the pattern
 * of its name, which only families look at. */
static int provide(struct registry *r, struct reg_provider *rp, const char *prov, const char *mod,
		   const char *func, const char *name, struct err *e)
{
	const struct provider_ops *ops = rp->p.ops;
	bool family = ops->provide_family != NULL;
	const char *key =
	    arena_printf(r->arena, "%p\1%s\1%s\1%s\1%s\1%u", (void *)rp, family && prov ? prov : "",
			 mod ? mod : "", func ? func : "", name ? name : "",
			 family	     ? r->look
			 : ops->grew ? r->round
				     : 0);
	void **asked = map_at(&r->asked, key);

	if (*asked)
		return 0;
	if (ops->provide_family ? ops->provide_family(&rp->p, r, prov, mod, func, name, e) < 0
				: ops->provide(&rp->p, r, mod, func, name, e) < 0)
		return -1;
	*map_at(&r->asked, key) = rp; /* looked up again: a provider may ask the registry too */
	return 0;
}

static int by_id(const void *a, const void *b)
{
	const struct probe *x = *(struct probe *const *)a, *y = *(struct probe *const *)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Most providers add their probes in this order. */
static void sort_by_id(struct probe **at, size_t n)
{
	size_t i = 1;
	while (i < n && at[i - 1]->id < at[i]->id)
		i++;
	if (i < n)
		qsort(at, n, sizeof(*at), by_id);
}

/* Is it the plain name of a provider that is always there? */
static bool is_fixed_name(struct registry *r, const char *prov)
{
	if (probe_is_glob(prov))
		return false;
	for (size_t i = 0; i < r->providers.n; i++) {
		const struct provider_ops *ops = r->providers.at[i]->p.ops;
		if (!ops->provide_family && !strcmp(ops->name, prov))
			return true;
	}
	return false;
}

static bool none_given(const char *mod, const char *func, const char *name)
{
	return (!mod || !*mod) && (!func || !*func) && (!name || !*name);
}

/* Could the provider have probes of a description whose provider part is prov? Looking at every
 * process takes time, so families are asked when their name is, for the list of everything, and where nobody else
 * has such a probe. */
static bool may_have(struct registry *r, const struct reg_provider *rp, const char *prov,
		     bool everything, size_t hits)
{
	if (!rp->p.ops->provide_family)
		return probe_glob(prov, rp->p.ops->name);
	if (!prov || !*prov)
		return everything || hits == 0;
	return !is_fixed_name(r, prov);
}

bool probe_fits_any(const char *pattern, const char *base)
{
	static const char *const some[] = {"1", "25", "379", "48620"};
	char name[256];

	if (!probe_is_glob(pattern))
		return false;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", base, some[i]);
		if (!probe_glob(pattern, name))
			return false;
	}
	return true;
}

/* Part of a description, and what came of the last text: that of the next probe is most often the same. */
struct part {
	const char *pattern, *text;
	bool fits;
};

static bool part_fits(struct part *part, const char *text)
{
	if (part->text != text) {
		part->text = text;
		part->fits = probe_glob(part->pattern, text);
	}
	return part->fits;
}

static bool provider_fits(struct part *prov, const struct probe *p)
{
	return p->to_come ? probe_fits_any(prov->pattern, p->provider)
			  : part_fits(prov, p->provider);
}

static bool function_fits(const char *func, const struct reg_provider *rp, const struct probe *p)
{
	const char *provider = rp->p.ops->name;
	return probe_glob(func, p->function) || classic_function_fits(provider, func, p->name) ||
	       (strcmp(provider, "syscall") == 0 && classic_call_is(func, p->function));
}

void registry_set_filter(struct registry *r, registry_filter_fn *fn, void *arg)
{
	r->filter = fn;
	r->filter_arg = arg;
}

static bool permitted(const struct registry *r, const struct probe *p)
{
	return !r->filter || r->filter(r->filter_arg, p);
}

int registry_match(struct registry *r, const char *prov, const char *mod, const char *func,
		   const char *name, struct probe ***out, struct err *e)
{
	VEC(struct probe *) hits = {0};
	mod = linux_module(mod);
	r->tag = NULL;
	bool everything = none_given(mod, func, name), any_module = probe_is_glob(mod);
	struct part provider = {.pattern = prov}, module = {.pattern = mod},
		    kind = {.pattern = name};

	for (size_t i = 0; i < r->providers.n; i++) {
		struct reg_provider *rp = r->providers.at[i];
		size_t first = hits.n;

		if (!may_have(r, rp, prov, everything, hits.n))
			continue;
		if (provide(r, rp, prov, mod, func, name, e) < 0)
			return -1;
		for (size_t k = 0; k < rp->probes.n; k++) {
			struct probe *pr = rp->probes.at[k];
			if (part_fits(&kind, pr->name) && function_fits(func, rp, pr) &&
			    part_fits(&module, pr->module) && provider_fits(&provider, pr) &&
			    !(pr->alias && any_module) && permitted(r, pr))
				*vec_push_of(&hits, r->arena, rp->probes.n - k) = pr;
		}
		if (hits.n > first) /* blocks are in order: sorting each sorts all */
			sort_by_id(hits.at + first, hits.n - first);
	}
	*out = hits.at;
	return (int)hits.n;
}

/* A probe of a family: there when it was asked for, or is one of those that are listed. */
static struct probe *family_by_id(struct registry *r, uint32_t id, struct err *e)
{
	uint32_t offset = id - r->next_id;

	for (size_t i = 0; offset >= r->family.n && i < r->providers.n; i++)
		if (r->providers.at[i]->p.ops->provide_family &&
		    provide(r, r->providers.at[i], NULL, NULL, NULL, NULL, e) < 0)
			return NULL;
	return offset < r->family.n ? r->family.at[offset] : NULL;
}

static struct probe *probe_by_id(struct registry *r, uint32_t id, struct err *e)
{
	if (id >= r->next_id)
		return family_by_id(r, id, e);
	for (size_t i = 0; i < r->providers.n; i++) {
		struct reg_provider *rp = r->providers.at[i];
		uint32_t offset = id - rp->p.first_id;

		if (offset >= rp->reserve_ids)
			continue;
		if (offset < rp->noffsets && rp->by_offset[offset])
			return rp->by_offset[offset];
		if (provide(r, rp, NULL, NULL, NULL, NULL, e) < 0)
			return NULL;
		return offset < rp->noffsets ? rp->by_offset[offset] : NULL;
	}
	return NULL;
}

struct probe *registry_by_id(struct registry *r, uint32_t id, struct err *e)
{
	struct probe *p = probe_by_id(r, id, e);

	return p && permitted(r, p) ? p : NULL;
}

/* ---- did you mean ---- */

enum { MAX_WORD = 63, FAR = 1000, PREFIX_MIN = 3 };

/* Edit distance of two words, whatever their case (insert, delete, replace, swap of neighbours count 1 each), at most
 * FAR. */
static int distance(const char *a, const char *b)
{
	int d[3][MAX_WORD + 1];
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > MAX_WORD || m > MAX_WORD)
		return FAR;
	for (j = 0; j <= m; j++)
		d[0][j] = (int)j;
	for (i = 1; i <= n; i++) {
		int *row = d[i % 3], *up = d[(i + 2) % 3], *up2 = d[(i + 1) % 3];
		row[0] = (int)i;
		for (j = 1; j <= m; j++) {
			int best = up[j - 1] + (tolower(a[i - 1]) != tolower(b[j - 1]));
			best = up[j] + 1 < best ? up[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[n % 3][m];
}

/* Distance of a pattern to a word: 0 when it matches, else that of the plain text; FAR when too
 * much differs to be a slip. */
static int part_distance(const char *pattern, const char *word)
{
	int d, limit;

	if (probe_glob(pattern, word))
		return 0;
	if (strlen(pattern) >= PREFIX_MIN && !strncasecmp(pattern, word, strlen(pattern)))
		return 2; /* the beginning of a name */
	d = distance(pattern, word);
	limit = 1 + ((int)strlen(pattern) - 1) / 3;
	return d > limit ? FAR : d ? d : 1;
}

struct near {
	int distance;
	const struct probe *probe;
};

static int by_distance(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->probe->id < y->probe->id ? -1 : x->probe->id > y->probe->id;
}

int registry_nearest(struct registry *r, const char *prov, const char *mod, const char *func,
		     const char *name, const char **out, int n)
{
	VEC(struct near) all = {0};
	struct err ignored;
	int found = 0;

	for (size_t i = 0; i < r->providers.n; i++) {
		struct reg_provider *rp = r->providers.at[i];
		int dp = part_distance(prov, rp->p.ops->name);

		if (rp->p.ops->provide_family)
			continue; /* their why_not() tells more */
		if (dp >= FAR || provide(r, rp, NULL, NULL, NULL, NULL, &ignored) < 0)
			continue;
		for (size_t k = 0; k < rp->probes.n; k++) {
			const struct probe *pr = rp->probes.at[k];
			int d = dp + part_distance(name, pr->name) +
				part_distance(func, pr->function) + part_distance(mod, pr->module);
			if (d > 0 && d < FAR)
				*vec_push(&all, r->arena) = (struct near){d, pr};
		}
	}
	if (all.n)
		qsort(all.at, all.n, sizeof(*all.at), by_distance);
	for (; found < n && (size_t)found < all.n; found++) {
		const struct probe *pr = all.at[found].probe;
		out[found] = arena_printf(r->arena, "%s:%s:%s:%s", pr->provider, pr->module,
					  pr->function, pr->name);
	}
	return found;
}

const char *registry_provider_names(struct registry *r)
{
	const char *names = "";
	const char *last = "";
	for (size_t i = 0; i < r->providers.n; i++) {
		const char *name = r->providers.at[i]->p.ops->name;
		if (strcmp(name, last) == 0)
			continue; /* two tables of one provider */
		names = arena_printf(r->arena, "%s%s%s", names, i ? ", " : "", name);
		last = name;
	}
	return names;
}

const char *registry_no_provider(struct registry *r, const char *prov)
{
	if (!prov || !*prov)
		return NULL;
	for (size_t i = 0; i < r->providers.n; i++) {
		const struct provider_ops *ops = r->providers.at[i]->p.ops;
		if (probe_glob(prov, ops->name) ||
		    (ops->provide_family && !strncmp(prov, ops->name, strlen(ops->name))))
			return NULL;
	}
	return arena_printf(r->arena, "there is no provider %s; there are %s", prov,
			    registry_provider_names(r));
}

const char *registry_why_not(struct registry *r, const char *prov, const char *func,
			     const char *name)
{
	for (size_t i = 0; i < r->providers.n; i++) {
		struct provider *p = &r->providers.at[i]->p;
		const char *why = NULL;

		if (p->ops->why_not && probe_glob(prov, p->ops->name))
			why = p->ops->why_not(p, func ? func : "", name ? name : "");
		if (p->ops->why_no_family && prov && *prov && !is_fixed_name(r, prov) &&
		    (!probe_is_glob(prov) || registry_no_provider(r, prov)))
			why = p->ops->why_no_family(p, prov, func ? func : "", name ? name : "");
		if (why)
			return why;
	}
	return NULL;
}

bool probe_stability(const struct probe *p, struct stability *attrs)
{
	const struct provider_ops *ops = p->impl->ops;
	if (ops->probe_stability)
		ops->probe_stability(p->impl, p, attrs);
	else if (ops->stability)
		ops->stability(p->impl, attrs);
	return ops->probe_stability || ops->stability;
}
