/*
 * sdt.c - provider sdt: every tracepoint of the kernel, with typed arguments
 *
 *	tracepoint NAME of group GROUP	-> sdt:vmlinux:GROUP:NAME	args[] as the
 *					kernel declares them
 *
 * What a timer does when it expires is the doing of the thread that set it: timer_expire_entry and hrtimer_expire_entry show that one. All others
 * show the thread that runs.
 *
 * "sched:sched_switch" is function and name of one of them, so the kernel's own spelling of an
 * event is a description.
 */
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/tracepoint.h"

#include <string.h>

static int sdt_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			unsigned n)
{
	return tracepoint_emit_arg(p, env, first, n, true);
}

/* Timers, and where they are set. */
static bool sdt_origin(struct provider *p, const struct probe *probe, struct probe_origin *out)
{
	static const struct {
		const char *expires, *set;
	} timers[] = {{"timer_expire_entry", "timer_start"},
		      {"hrtimer_expire_entry", "hrtimer_start"}};
	(void)p;
	for (unsigned i = 0; i < sizeof(timers) / sizeof(timers[0]); i++)
		if (strcmp(probe->name, timers[i].expires) == 0) {
			*out = (struct probe_origin){.tracepoint = timers[i].set,
						     .by_interrupts = true};
			return true;
		}
	return false;
}

static void sdt_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[1] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_ISA};
	attrs[4] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_ISA};
}

static const char *sdt_why_not(struct provider *p, const char *func, const char *name)
{
	(void)func, (void)name;
	return p->btf
		   ? NULL
		   : "the kernel's tracepoints are known from its BTF: needs CONFIG_DEBUG_INFO_BTF "
		     "(/sys/kernel/btf/vmlinux)";
}

static const struct probe_doc docs[] = {
    {.function = "timer",
     .name = "timer_expire_entry, hrtimer_expire_entry",
     .source = "the tracepoint, after timer_start, hrtimer_start",
     .context = "the thread that set the timer",
     .note = "those of the tracepoint, with their types",
     .here = true},
    {.function = "GROUP",
     .name = "TRACEPOINT",
     .source = "the tracepoint",
     .context = "the thread that runs",
     .note = "those of the tracepoint, with their types",
     .here = true},
};

static const struct provider_ops sdt_ops = {
    .name = "sdt",
    .provide = tracepoint_provide,
    .site = tracepoint_site,
    .args = tracepoint_args,
    .emit_arg = sdt_emit_arg,
    .origin = sdt_origin,
    .stability = sdt_stability,
    .why_not = sdt_why_not,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
};

void provider_sdt_add(struct registry *r, struct tracepoints *t)
{
	registry_add_provider(r, &sdt_ops, TRACEPOINT_BLOCK, t);
}
