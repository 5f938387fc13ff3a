/*
 * profile.c - provider profile: time
 *
 *	cpu-clock event of each CPU	-> profile:::profile-N[unit]	arg0 = kernel pc (0: was
 *					in user mode), arg1 = user pc
 *	one timer for the host		-> profile:::tick-N[unit]
 *
 * N without a unit is a rate in hertz. A probe comes into being when its exact name is asked for;
 * patterns and listings see the customary rates and whatever exists already. Intervals under 200
 * microseconds are no probes.
 */
#include "base/interval.h"
#include "dtrace/bpf/image.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"

#include <ctype.h>
#include <string.h>

enum { BLOCK = 4096, MIN_INTERVAL_NS = 200000 };

static const char *const presets[] = {
    "profile-97",   "profile-199",  "profile-499", "profile-997", "profile-1999",
    "profile-4001", "profile-4999", "tick-1",	   "tick-10",	  "tick-100",
    "tick-500",	    "tick-1000",    "tick-5000",
};
enum { NPRESETS = sizeof(presets) / sizeof(presets[0]) };

/* Interval of "997", "10ms", "1sec"; 0 when it makes no sense. */
static uint64_t interval_ns(const char *s)
{
	uint64_t n = 0, ns = 0;
	const char *digits = s;

	for (; isdigit((unsigned char)*s); s++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
			return 0;
	if (s == digits || !n)
		return 0;
	return interval_of(n, s, &ns) && ns >= MIN_INTERVAL_NS && ns <= INT64_MAX ? ns : 0;
}

static bool is_tick(const char *name)
{
	return !strncmp(name, "tick-", 5);
}

/* Interval of a whole probe name; 0: no such probe. */
static uint64_t name_interval_ns(const char *name)
{
	if (is_tick(name))
		return interval_ns(name + 5);
	return strncmp(name, "profile-", 8) ? 0 : interval_ns(name + 8);
}

struct made { /* provider.data: probes made on demand, in the order of asking */
	VEC(const char *) names;
};

static void add(struct provider *p, struct registry *r, uint32_t offset, const char *name)
{
	registry_add(r, p, offset, "profile", "", "", name, name_interval_ns(name));
}

static int add_on_demand(struct provider *p, struct registry *r, const char *name, struct err *e)
{
	struct made *m = p->data;
	size_t i;

	for (i = 0; i < NPRESETS; i++)
		if (!strcmp(presets[i], name))
			return 0;
	for (i = 0; i < m->names.n; i++)
		if (!strcmp(m->names.at[i], name))
			return 0;
	if (!name_interval_ns(name))
		return 0;
	if (NPRESETS + i >= BLOCK)
		return err_set(
		    e, 0,
		    "profile:::%s is one rate too many: no more than %d of profile and tick at "
		    "a time",
		    name, BLOCK);
	name = arena_strdup(p->arena, name);
	*vec_push(&m->names, p->arena) = name;
	add(p, r, NPRESETS + (uint32_t)i, name);
	return 0;
}

static int profile_provide(struct provider *p, struct registry *r, const char *mod,
			   const char *func, const char *name, struct err *e)
{
	if (!probe_glob(mod, "") || !probe_glob(func, ""))
		return 0;
	for (uint32_t i = 0; i < NPRESETS; i++)
		if (probe_glob(name, presets[i]))
			add(p, r, i, presets[i]);
	return probe_is_glob(name) ? 0 : add_on_demand(p, r, name, e);
}

static int profile_site(struct provider *p, const struct probe *probe, struct probe_site *out,
			struct err *e)
{
	bool tick = is_tick(probe->name);

	(void)p, (void)e;
	*out = (struct probe_site){.name = probe->name,
				   .attach = tick ? ATTACH_TICK : ATTACH_PERF_CLOCK,
				   .target = probe->name,
				   .param = probe->data,
				   .ctx = tick ? CTX_NONE : CTX_PERF_EVENT};
	return 0;
}

static int profile_args(struct provider *p, const struct probe *probe, struct arena *a,
			struct probe_arg *args, int max)
{
	(void)p, (void)probe, (void)a, (void)args, (void)max;
	return 0;
}

static int profile_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			    unsigned n)
{
	(void)p, (void)first;
	if (n > 1 || env->ctx_kind != CTX_PERF_EVENT)
		return -1;
	return regs_perf_pc(env, n == 0);
}

static void profile_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
	attrs[1] = (struct stability){STAB_UNSTABLE, STAB_UNSTABLE, CLASS_COMMON};
	attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
	attrs[4] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
}

static const char *profile_why_not(struct provider *p, const char *func, const char *name)
{
	(void)p, (void)func;
	if (name && (is_tick(name) || !strncmp(name, "profile-", 8)) && !name_interval_ns(name))
		return "the name is a number of at least 200us and a unit (ns us ms s m h d), or "
		       "at most 5000 hz";
	return NULL;
}

static const struct probe_doc docs[] = {
    {.function = "",
     .name = "profile-N",
     .source = "a clock of each CPU",
     .context = "the thread that runs on the CPU",
     .note = "`arg0` kernel program counter, `arg1` user program counter; one is 0",
     .here = true},
    {.function = "",
     .name = "tick-N",
     .source = "one timer",
     .context = "whatever thread runs",
     .note = "none",
     .here = true},
};

static const struct provider_ops profile_ops = {
    .name = "profile",
    .provide = profile_provide,
    .site = profile_site,
    .args = profile_args,
    .emit_arg = profile_emit_arg,
    .stability = profile_stability,
    .why_not = profile_why_not,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
};

void provider_profile_add(struct registry *r)
{
	struct provider *p = registry_add_provider(r, &profile_ops, BLOCK, NULL);

	p->data = arena_new_of(p->arena, struct made);
}
