/*
 * rawtp.c - provider rawtp: every tracepoint of the kernel, arguments as raw words
 *
 *	tracepoint NAME of group GROUP	-> rawtp:vmlinux:GROUP:NAME	arg0..arg9 as
 *					they are passed
 */
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/tracepoint.h"

static int rawtp_args(struct provider *p, const struct probe *probe, struct arena *a,
		      struct probe_arg *args, int max)
{
	(void)p, (void)probe, (void)a, (void)args, (void)max;
	return -1;
}

static int rawtp_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			  unsigned n)
{
	return tracepoint_emit_arg(p, env, first, n, false);
}

static void rawtp_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	for (int i = 1; i <= 4; i++)
		attrs[i] = (struct stability){STAB_PRIVATE, STAB_PRIVATE,
					      i < 3 ? CLASS_UNKNOWN : CLASS_ISA};
}

static const char *rawtp_why_not(struct provider *p, const char *func, const char *name)
{
	(void)func, (void)name;
	return p->btf
		   ? NULL
		   : "the kernel's tracepoints are known from its BTF: needs CONFIG_DEBUG_INFO_BTF "
		     "(/sys/kernel/btf/vmlinux)";
}

static const struct probe_doc docs[] = {
    {.function = "GROUP",
     .name = "TRACEPOINT",
     .source = "the tracepoint",
     .context = "the thread that runs",
     .note = "`arg0` to `arg9` as the kernel passes them",
     .here = true},
};

static const struct provider_ops rawtp_ops = {
    .name = "rawtp",
    .provide = tracepoint_provide,
    .site = tracepoint_site,
    .args = rawtp_args,
    .emit_arg = rawtp_emit_arg,
    .stability = rawtp_stability,
    .why_not = rawtp_why_not,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
};

void provider_rawtp_add(struct registry *r, struct tracepoints *t)
{
	registry_add_provider(r, &rawtp_ops, TRACEPOINT_BLOCK, t);
}
