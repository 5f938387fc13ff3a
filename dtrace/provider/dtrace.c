/*
 * dtrace.c - provider dtrace: the probes of tracing itself
 *
 *	start of tracing	-> dtrace:::BEGIN	run once by the consumer (test run)
 *	end of tracing		-> dtrace:::END		the same
 *	fault in a clause	-> dtrace:::ERROR	jumped to by the faulting clause: no
 *							site of its own
 *
 * ERROR's arguments (arg1 epid, arg2 action, arg3 offset, arg4 fault, arg5 address) are in the
 * hands of the fault, so lower provides them; nothing is emitted here.
 */
#include "dtrace/bpf/image.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"

static const char *const names[] = {"BEGIN", "END", "ERROR"};

static int dtrace_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			  const char *name, struct err *e)
{
	(void)mod, (void)func, (void)name, (void)e;
	for (uint32_t i = 0; i < 3; i++)
		registry_add(r, p, i, "dtrace", "", "", names[i], i);
	return 0;
}

static int dtrace_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		       struct err *e)
{
	(void)p, (void)e;
	*out =
	    (struct probe_site){.name = probe->name,
				.attach = probe->id == PROBE_ID_ERROR ? ATTACH_NONE : ATTACH_CALLED,
				.target = probe->name,
				.ctx = CTX_NONE};
	return 0;
}

/* What the guide shows for ERROR: arg1 to arg5 are there, but no types are published. */
static int dtrace_args(struct provider *p, const struct probe *probe, struct arena *a,
		       struct probe_arg *args, int max)
{
	(void)p, (void)probe, (void)a, (void)args, (void)max;
	return 0;
}

static int dtrace_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			   unsigned n)
{
	(void)p, (void)env, (void)first, (void)n;
	return -1;
}

static void dtrace_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	attrs[1] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	attrs[4] = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
}

static const struct probe_doc docs[] = {
    {.function = "",
     .name = "BEGIN",
     .source = "dtrace itself, before all others",
     .context = "dtrace itself",
     .here = true},
    {.function = "",
     .name = "END",
     .source = "dtrace itself, after all others",
     .context = "dtrace itself",
     .here = true},
    {.function = "",
     .name = "ERROR",
     .source = "a fault in a clause",
     .context = "the thread whose probe it was",
     .note =
	 "`arg1` enabled probe id, `arg2` action, `arg3` offset in it, `arg4` fault, `arg5` value",
     .here = true},
};

static const struct provider_ops dtrace_ops = {
    .name = "dtrace",
    .provide = dtrace_provide,
    .site = dtrace_site,
    .args = dtrace_args,
    .emit_arg = dtrace_emit_arg,
    .stability = dtrace_stability,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
};

void provider_dtrace_add(struct registry *r)
{
	registry_add_provider(r, &dtrace_ops, 3, NULL);
}
