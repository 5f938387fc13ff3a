/*
 * explain.c - probes that are not there: what is said of them; see probe.h
 *
 * In: a description that matched nothing, or less than the manual has. Out: sentences, in the arena of the registry.
 */
#include "dtrace/probe/probe.h"

enum { NEAREST_MAX = 3 };

static void missing_of(struct provider *p, const char *func, const char *name,
		       registry_missing_fn *fn, void *arg)
{
	struct probe_doc doc;

	for (unsigned i = 0; p->ops->document(p, i, &doc); i++) {
		if (doc.here || !probe_glob(name, doc.name) || !probe_glob(func, doc.function))
			continue;
		const char *why = doc.why_not;
		if (!why && p->ops->why_not)
			why = p->ops->why_not(p, doc.function, doc.name);
		if (why)
			fn(arg, p->ops->name, &doc, why);
	}
}

void registry_each_missing(struct registry *r, const char *prov, const char *mod, const char *func,
			   const char *name, registry_missing_fn *fn, void *arg)
{
	struct provider *p;

	if (!probe_glob(mod, "vmlinux"))
		return;
	for (size_t i = 0; (p = registry_provider(r, i)); i++)
		if (p->ops->document && probe_glob(prov, p->ops->name))
			missing_of(p, func, name, fn, arg);
}

struct first {
	struct arena *arena;
	const char *text;
};

static void keep_first(void *arg, const char *prov, const struct probe_doc *doc, const char *why)
{
	struct first *f = arg;

	if (!f->text)
		f->text = arena_printf(f->arena, "%s:::%s: %s", prov, doc->name, why);
}

/* Of patterns that could only mean probes that are not there. */
static const char *why_pattern(struct registry *r, const char *prov, const char *mod,
			       const char *func, const char *name)
{
	struct first f = {registry_arena(r), NULL};

	if (prov && *prov && name && *name)
		registry_each_missing(r, prov, mod, func, name, keep_first, &f);
	return f.text;
}

const char *registry_explain(struct registry *r, const char *prov, const char *mod,
			     const char *func, const char *name)
{
	const char *near[NEAREST_MAX];
	const char *why = registry_why_not(r, prov, func, name);

	if (!why)
		why = why_pattern(r, prov, mod, func, name);
	if (why)
		return why;
	int n = registry_nearest(r, prov, mod, func, name, near, NEAREST_MAX);
	if (n > 0)
		return arena_printf(registry_arena(r), "did you mean %s%s%s%s%s?", near[0],
				    n > 1 ? ", " : "", n > 1 ? near[1] : "", n > 2 ? ", " : "",
				    n > 2 ? near[2] : "");
	return registry_no_provider(r, prov);
}

bool probe_doc_of(const struct probe_doc *table, unsigned n, unsigned i, struct probe_doc *out)
{
	if (i < n)
		*out = table[i];
	return i < n;
}
