/*
 * late.c - probes of user programs that are found while tracing runs
 *
 * A library that is loaded later, a process that starts later: where a description may mean more than
 * there was at the start, the kernel's news of what processes map is followed, and the
 * processes it speaks of are looked at again. Clauses whose descriptions match what is new
 * are compiled once more, for the new probes alone, into an image that continues the first (lower.h) and shares
 * its variables, aggregations and buffers.
 *
 * Modules of the kernel that are loaded later, or unloaded and loaded again, are looked for once in a round of the
 * consumer, since nothing is told of them; what runs of them before is not seen.
 *
 * Between the mapping and the attaching lie some milliseconds; what is called in them is not seen.
 */
#include "dtrace/api/session_int.h"
#include "dtrace/kern/kern.h"
#include "dtrace/lower/lower.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Is it the name of a family's provider, and not of one that is always there? */
static bool of_family(const struct probe_spec *spec)
{
	if (spec->id || !spec->provider || !*spec->provider)
		return false;
	return probe_is_glob(spec->provider) ||
	       isdigit((unsigned char)spec->provider[strlen(spec->provider) - 1]);
}

/* May the description mean more than it matched? Not when it names one module, and that was there. */
static bool may_grow(const struct sema_clause *c, const struct probe_spec *spec)
{
	if (!of_family(spec))
		return false;
	if (probe_is_glob(spec->provider) || probe_is_glob(spec->module))
		return true;
	for (uint32_t i = 0; i < c->nprobes; i++)
		if (c->probes[i]->impl->ops->provide_family &&
		    !strcmp(c->probes[i]->module, spec->module))
			return false;
	return true;
}

/* Is the function that is named one of the kernel itself? */
static bool in_kernel(const struct sema_clause *c, const char *function)
{
	for (uint32_t i = 0; i < c->nprobes; i++)
		if (c->probes[i]->impl->ops->grew && !strcmp(c->probes[i]->module, "vmlinux") &&
		    !strcmp(c->probes[i]->function, function))
			return true;
	return false;
}

/* Modules of the kernel may be loaded later, or anew. One function by its name, of any module, is taken for the kernel's
 * own where that has it: then nothing is to be looked for. */
static bool of_modules(const struct session *s, const struct sema_clause *c,
		       const struct probe_spec *spec)
{
	return !spec->id &&
	       registry_may_grow(s->registry, spec->provider, spec->module, spec->function,
				 spec->name) &&
	       !(probe_is_glob(spec->module) && !probe_is_glob(spec->function) &&
		 in_kernel(c, spec->function));
}

bool late_modules_are_possible(const struct session *s)
{
	for (size_t i = 0; i < s->enabled.n; i++)
		for (size_t k = 0; k < s->enabled.at[i]->clauses.n; k++) {
			const struct sema_clause *c = s->enabled.at[i]->clauses.at[k];
			for (const struct probe_spec *p = c->ast->specs; p; p = p->next)
				if (of_modules(s, c, p))
					return true;
		}
	return false;
}

bool late_is_possible(const struct session *s)
{
	for (size_t i = 0; i < s->enabled.n; i++)
		for (size_t k = 0; k < s->enabled.at[i]->clauses.n; k++) {
			const struct sema_clause *c = s->enabled.at[i]->clauses.at[k];
			for (const struct probe_spec *p = c->ast->specs; p; p = p->next)
				if (may_grow(c, p))
					return true;
		}
	return false;
}

static bool ends_in(const char *provider, pid_t pid)
{
	char number[16];
	size_t n = strlen(provider), k = (size_t)snprintf(number, sizeof(number), "%d", (int)pid);

	return n > k && !strcmp(provider + n - k, number) &&
	       !isdigit((unsigned char)provider[n - k - 1]);
}

/* Whatever its module, a process may run another program that has it. */
bool late_after_exec(const struct session *s, pid_t pid)
{
	for (size_t i = 0; i < s->enabled.n; i++)
		for (size_t k = 0; k < s->enabled.at[i]->clauses.n; k++)
			for (const struct probe_spec *p =
				 s->enabled.at[i]->clauses.at[k]->ast->specs;
			     p; p = p->next)
				if (of_family(p) && !probe_is_glob(p->provider) &&
				    (!pid || ends_in(p->provider, pid)))
					return true;
	return false;
}

/* Does a description mean every module of a process? */
bool late_any_module(const struct session *s)
{
	for (size_t i = 0; i < s->enabled.n; i++)
		for (size_t k = 0; k < s->enabled.at[i]->clauses.n; k++)
			for (const struct probe_spec *p =
				 s->enabled.at[i]->clauses.at[k]->ast->specs;
			     p; p = p->next)
				if (of_family(p) &&
				    (!p->module || !*p->module || probe_is_glob(p->module)))
					return true;
	return false;
}

void late_note(struct session *s, pid_t pid)
{
	if (s->nchanged > MAX_CHANGED)
		return; /* every process is looked at */
	for (unsigned i = 0; i < s->nchanged; i++)
		if (s->changed[i] == pid)
			return;
	if (s->nchanged < MAX_CHANGED)
		s->changed[s->nchanged] = pid;
	s->nchanged++;
}

/* ---- what is new ---- */

/* Of a pattern those of single processes are left out: the probe to come of their file is there. */
static bool is_new(const struct session *s, const struct probe_spec *spec, const struct probe *p)
{
	char base[256];
	size_t n = strlen(p->provider);

	if (p->impl->ops->grew)
		return s->modules_grew && p->round == registry_round(s->registry);
	if (!p->impl->ops->provide_family || p->id < s->late_from)
		return false;
	while (n && isdigit((unsigned char)p->provider[n - 1]))
		n--;
	snprintf(base, sizeof(base), "%.*s", (int)n, p->provider);
	return p->to_come || !probe_fits_any(spec->provider, base);
}

static int by_id(const void *a, const void *b)
{
	const struct probe *const *p = a, *const *q = b;

	return ((*p)->id > (*q)->id) - ((*p)->id < (*q)->id);
}

/* The clause for its new probes; NULL: it has none. */
static struct sema_clause *clause_for_new(struct session *s, const struct sema_clause *c)
{
	VEC(struct probe *) all = {0};
	struct err ignored = {0};
	struct probe **found;

	for (const struct probe_spec *p = c->ast->specs; p; p = p->next) {
		int n = of_family(p) || (s->modules_grew && of_modules(s, c, p))
			    ? registry_match(s->registry, p->provider, p->module, p->function,
					     p->name, &found, &ignored)
			    : 0;
		for (int i = 0; i < n; i++)
			if (is_new(s, p, found[i]))
				*vec_push(&all, s->arena) = found[i];
	}
	if (!all.n)
		return NULL;
	qsort(all.at, all.n, sizeof(all.at[0]), by_id);
	struct sema_clause *copy = arena_new_of(s->arena, struct sema_clause);
	*copy = *c;
	copy->probes = all.at;
	copy->nprobes = 0;
	for (size_t i = 0; i < all.n; i++)
		if (!i || all.at[i] != all.at[i - 1])
			copy->probes[copy->nprobes++] = all.at[i];
	return copy;
}

/* All programs as one, of the clauses that have new probes; the others stay, without a probe, because what
 * they do decides where variables lie. */
static struct sema_program *program_for_new(struct session *s, uint32_t *nprobes)
{
	struct sema_program *all = arena_new_of(s->arena, struct sema_program);

	*nprobes = 0;
	for (size_t i = 0; i < s->enabled.n; i++) {
		const struct sema_program *p = s->enabled.at[i];
		all->destructive |= p->destructive;
		for (size_t k = 0; k < p->clauses.n; k++) {
			struct sema_clause *c = clause_for_new(s, p->clauses.at[k]);
			if (!c) {
				c = arena_new_of(s->arena, struct sema_clause);
				*c = *p->clauses.at[k];
				c->nprobes = 0;
			}
			*nprobes += c->nprobes;
			*vec_push(&all->clauses, s->arena) = c;
		}
	}
	return all;
}

/* ---- into the kernel ---- */

static int enable(struct session *s, struct sema_program *p, struct err *e)
{
	struct image *more = arena_new_of(s->arena, struct image);

	features_settle(&s->features); /* nothing is compiled again here if the kernel refuses it */
	if (session_lower_more(s, p, more, e) < 0)
		return -1;
	s->image.plan = more->plan;
	s->image.next_epid = more->next_epid;
	s->image.slack_bytes =
	    more->slack_bytes < s->image.slack_bytes ? s->image.slack_bytes : more->slack_bytes;
	if ((s->consume && consume_extend(s->consume) < 0) || (s->aggs && aggs_extend(s->aggs) < 0))
		return err_set(e, ENOMEM, "out of memory");
	output_extend(s->output);
	if (load_more(s->loaded, more, e) < 0)
		return -1;
	traced_note(s, more);
	return 0;
}

static int look(struct session *s, struct err *e)
{
	uint32_t n;
	bool all = s->nchanged > MAX_CHANGED;

	s->late_from = registry_next_id(s->registry);
	if (s->nchanged)
		registry_look_again(s->registry, s->changed, all ? 0 : s->nchanged);
	struct sema_program *p = program_for_new(s, &n);
	if (s->nchanged)
		registry_look_again(s->registry, NULL, 0);
	return n ? enable(s, p, e) : 0;
}

void late_settle(struct session *s)
{
	struct err e = {0};
	char text[600];

	s->modules_grew =
	    s->open_modules && !s->stopped && s->look_modules && registry_grew(s->registry);
	s->look_modules = false;
	if (s->stopped || !((s->open && s->nchanged) || s->modules_grew))
		return;
	int r = arena_guard(s->arena) ? err_set(&e, ENOMEM, "out of memory") : look(s, &e);
	s->arena->guarded = 0;
	s->nchanged = 0;
	if (r == 0 || e.code == ESRCH || !s->ops.warning)
		return;
	snprintf(text, sizeof(text), "failed to enable probes found since: %s", e.text);
	s->ops.warning(s->ops.arg, text);
}
