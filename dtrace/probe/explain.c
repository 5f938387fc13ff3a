/*
 * explain.c - probes that are not there: what is said of them; see probe.h
 *
 * In: a description that matched nothing, or less than the manual has. Out: sentences, in the arena of the registry.
 */
#include "dtrace/probe/probe.h"

#include <string.h>

enum { NEAREST_MAX = 3 };

static void missing_of(struct provider *p, const char *func, const char *name,
		       registry_missing_fn *fn, void *arg)
{
	struct probe_doc doc;

	for (unsigned i = 0; provider_document(p, i, &doc); i++) {
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
		if (probe_glob(prov, p->ops->name))
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

/* Providers of other systems, and where Linux tells the like. */
static const char *elsewhere(const char *prov)
{
	static const struct {
		const char *name, *where;
	} all[] = {
	    {"fpuinfo", "Linux has no provider fpuinfo: its kernel emulates no floating point"},
	    {"nfsv3", "Linux has no provider nfsv3: the server's events are sdt::nfsd:"},
	    {"nfsv4", "Linux has no provider nfsv4: the server's events are sdt::nfsd:"},
	    {"iscsi", "Linux has no provider iscsi: the target's events are sdt::target:"},
	    {"srp", "Linux has no provider srp: the target's events are sdt::target:"},
	    {"fc", "Linux has no provider fc: the target's events are sdt::target:"},
	    {"smb", "Linux has no provider smb: the client's events are sdt::cifs:"},
	    {"sctp", "Linux has no provider sctp: its events are sdt::sctp:"},
	    {"fasttrap",
	     "fasttrap has no probes of its own: those of processes are pid and of their own "
	     "providers"},
	    {"xpv", "Linux has no provider xpv: virtual machines are kvm:::, Xen's are sdt::xen:"},
	};
	for (size_t i = 0; prov && i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(prov, all[i].name) == 0)
			return all[i].where;
	return NULL;
}

const char *registry_explain(struct registry *r, const char *prov, const char *mod,
			     const char *func, const char *name)
{
	const char *near[NEAREST_MAX];
	const char *why = elsewhere(prov);

	if (!why)
		why = registry_why_not(r, prov, func, name);
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

bool provider_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	if (p->ops->document)
		return p->ops->document(p, i, out);
	if (i < p->ops->ndocs)
		*out = p->ops->docs[i];
	return i < p->ops->ndocs;
}
