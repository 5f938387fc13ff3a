/*
 * cpc.c - provider cpc: events that the processor, or the kernel, counts
 *
 *	perf event of each CPU, every N events	-> cpc:::EVENT-MODE-N	arg0 = kernel pc (0: was in user mode), arg1 = user pc
 *
 * EVENT is a name of PAPI, of perf, or rHEX; MODE is user, kernel or all. As in profile, a probe comes into being when its exact name is
 * asked for; patterns and listings see one for each event that this machine counts, and whatever exists already.
 */
#include "dtrace/bpf/image.h"
#include "dtrace/kern/perf_events.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"

#include <ctype.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, PRESET_FACTOR = 20 /* of the least count: what listings show */ };

/* A name taken apart. */
struct spec {
	struct kern_event event;
	size_t event_len, what_len; /* of EVENT, of EVENT-MODE */
	uint64_t count;
};

static bool is_mode(const char *s, size_t len)
{
	static const char *const modes[] = {"user", "kernel", "all"};

	for (unsigned i = 0; i < 3; i++)
		if (strlen(modes[i]) == len && !memcmp(modes[i], s, len))
			return true;
	return false;
}

/* The last '-' among the first len characters; NULL: none. */
static const char *dash_before(const char *s, size_t len)
{
	return memrchr(s, '-', len);
}

/* Takes EVENT-MODE-N apart; false when it is no such name. The event may still be unknown (name NULL). */
static bool parse(const char *name, struct spec *s)
{
	const char *count = dash_before(name, strlen(name)), *mode;
	char *end;

	if (!count || !isdigit((unsigned char)count[1]) || strlen(count) > 19)
		return false;
	mode = dash_before(name, (size_t)(count - name));
	if (!mode || mode == name || !is_mode(mode + 1, (size_t)(count - mode - 1)))
		return false;
	*s = (struct spec){.event_len = (size_t)(mode - name), .what_len = (size_t)(count - name)};
	s->count = strtoull(count + 1, &end, 10);
	if (*end)
		return false;
	kern_event_find(name, s->event_len, &s->event);
	return true;
}

static bool can_have(const struct spec *s)
{
	return s->event.name && s->count >= s->event.min_period && kern_event_here(&s->event);
}

struct made { /* provider.data: probes made on demand, in the order of asking */
	VEC(const char *) names;
};

static void add(struct provider *p, struct registry *r, uint32_t offset, const char *name,
		uint64_t count)
{
	registry_add(r, p, offset, "cpc", "", "", name, count);
}

static const char *preset(struct provider *p, const struct kern_event *ev, uint64_t *count)
{
	*count = ev->min_period == 1 ? 1 : ev->min_period * PRESET_FACTOR;
	return arena_printf(p->arena, "%s-all-%llu", ev->name, (unsigned long long)*count);
}

static void add_presets(struct provider *p, struct registry *r, const char *pattern)
{
	unsigned n;
	const struct kern_event *all = kern_events(&n);

	for (unsigned i = 0; i < n; i++) {
		uint64_t count;
		const char *name = preset(p, &all[i], &count);
		if (probe_glob(pattern, name) && kern_event_here(&all[i]))
			add(p, r, i, name, count);
	}
}

static bool is_preset(struct provider *p, const char *name)
{
	unsigned n;
	const struct kern_event *all = kern_events(&n);

	for (unsigned i = 0; i < n; i++) {
		uint64_t count;
		if (!strcmp(preset(p, &all[i], &count), name))
			return true;
	}
	return false;
}

static void add_on_demand(struct provider *p, struct registry *r, const char *name)
{
	struct made *m = p->data;
	struct spec s;
	unsigned npresets;
	size_t i;

	if (!parse(name, &s) || !can_have(&s))
		return;
	if (is_preset(p, name)) {
		add_presets(p, r, name);
		return;
	}
	kern_events(&npresets);
	for (i = 0; i < m->names.n; i++)
		if (!strcmp(m->names.at[i], name))
			return;
	name = arena_strdup(p->arena, name);
	*vec_push(&m->names, p->arena) = name;
	add(p, r, npresets + (uint32_t)i, name, s.count);
}

static int cpc_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		       const char *name, struct err *e)
{
	(void)e;
	if (!probe_glob(mod, "") || !probe_glob(func, ""))
		return 0;
	if (probe_is_glob(name))
		add_presets(p, r, name);
	else
		add_on_demand(p, r, name);
	return 0;
}

static int cpc_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		    struct err *e)
{
	const char *count = strrchr(probe->name, '-');

	(void)e;
	*out = (struct probe_site){
	    .name = probe->name,
	    .attach = ATTACH_PERF_EVENT,
	    .target = arena_strndup(p->arena, probe->name, (size_t)(count - probe->name)),
	    .param = probe->data,
	    .ctx = CTX_PERF_EVENT};
	return 0;
}

static int cpc_args(struct provider *p, const struct probe *probe, struct arena *a,
		    struct probe_arg *args, int max)
{
	(void)p, (void)probe, (void)a, (void)args, (void)max;
	return 0;
}

static int cpc_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			unsigned n)
{
	(void)p, (void)first;
	return n > 1 ? -1 : regs_perf_pc(env, n == 0);
}

static void cpc_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
	attrs[1] = attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_CPU};
	attrs[4] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
}

static const char *why_no_event(struct provider *p, const char *name, const struct spec *s)
{
	struct kern_event cycles;

	kern_event_find("cycles", 6, &cycles);
	if (s->event.type != PERF_TYPE_SOFTWARE && !kern_event_here(&cycles))
		return "the kernel of this machine has no hardware counters to use: the processor "
		       "lacks them, or the virtual machine hides them";
	return arena_printf(p->arena, "this processor does not count %.*s", (int)s->event_len,
			    name);
}

/* Of a name that is no EVENT-MODE-N: what it would be called, when it begins with an event's. */
static const char *why_malformed(struct provider *p, const char *name)
{
	unsigned n;
	const struct kern_event *all = kern_events(&n);

	for (unsigned i = 0; i < n; i++) {
		size_t len = strlen(all[i].name);
		if (!strncmp(name, all[i].name, len) && (!name[len] || name[len] == '-'))
			return arena_printf(
			    p->arena,
			    "probes of this event are called %s-MODE-COUNT; MODE is "
			    "user, kernel or all",
			    all[i].name);
	}
	return NULL;
}

/* EVENT-MODE-COUNT, as the manual has it. */
static bool is_pattern(const char *name, struct spec *s)
{
	static const char end[] = "-MODE-COUNT";
	size_t len = strlen(name);

	if (len <= sizeof(end) || strcmp(name + len - sizeof(end) + 1, end) != 0)
		return false;
	*s = (struct spec){.event_len = len - sizeof(end) + 1};
	return kern_event_find(name, s->event_len, &s->event);
}

static const char *cpc_why_not(struct provider *p, const char *func, const char *name)
{
	struct spec s;

	(void)func;
	if (is_pattern(name, &s))
		return why_no_event(p, name, &s);
	if (!parse(name, &s))
		return why_malformed(p, name);
	if (!s.event.name)
		return arena_printf(p->arena,
				    "there is no event %.*s: names are those of PAPI and perf "
				    "(dtrace -lvP cpc tells which), or rHEX",
				    (int)s.event_len, name);
	if (!kern_event_here(&s.event))
		return why_no_event(p, name, &s);
	return arena_printf(p->arena, "the count of %.*s is at least %llu", (int)s.event_len, name,
			    (unsigned long long)s.event.min_period);
}

static bool cpc_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	unsigned n;
	const struct kern_event *all = kern_events(&n);

	if (i >= n)
		return false;
	*out = (struct probe_doc){
	    .function = "",
	    .name = arena_printf(p->arena, "%s-MODE-COUNT", all[i].name),
	    .source = all[i].type == PERF_TYPE_SOFTWARE ? "a counter of the kernel"
							: "a counter of the processor",
	    .context = "the thread that runs on the CPU",
	    .note = "`arg0` kernel program counter, `arg1` user program counter; one is 0",
	    .here = kern_event_here(&all[i])};
	return true;
}

static const struct provider_ops cpc_ops = {
    .name = "cpc",
    .provide = cpc_provide,
    .site = cpc_site,
    .args = cpc_args,
    .emit_arg = cpc_emit_arg,
    .stability = cpc_stability,
    .why_not = cpc_why_not,
    .document = cpc_document,
};

void provider_cpc_add(struct registry *r)
{
	struct provider *p = registry_add_provider(r, &cpc_ops, BLOCK, NULL);

	p->data = arena_new_of(p->arena, struct made);
}
