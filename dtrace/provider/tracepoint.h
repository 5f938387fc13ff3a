/*
 * tracepoint.h - what sdt and rawtp share: the kernel's tracepoints
 *
 * A tracepoint NAME is known by BTF typedef btf_trace_NAME, a pointer to a function
 * (void *, arguments...). The probe is
 *	PROVIDER:MODULE:GROUP:NAME	MODULE = vmlinux, or the kernel module that has it;
 *					GROUP = the event's folder in tracefs ("" when it is in none)
 * with its place in the block = its rank among the typedefs (those of modules in the last quarter),
 * and data = the BTF id of the typedef, in the module's blob.
 */
#ifndef PROVIDER_TRACEPOINT_H
#define PROVIDER_TRACEPOINT_H

#include "dtrace/probe/probe.h"

/* The list of tracepoints, made when first needed and shared by the providers: their data. */
struct tracepoints;
struct tracepoints *tracepoints_new(struct arena *a);

enum { TRACEPOINT_BLOCK = 4096 }; /* ids reserved; kernels of today have about 1,600 */

int tracepoint_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		       const char *name, struct err *e);
/* Attached as an untyped raw tracepoint: the cheapest way, and its arguments are plain numbers. */
int tracepoint_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		    struct err *e);
/* Types and names from BTF. */
int tracepoint_args(struct provider *p, const struct probe *probe, struct arena *a,
		    struct probe_arg *args, int max);
/* Argument n as its type makes a 64-bit number: signed ones are extended when typed is set. */
int tracepoint_emit_arg(struct provider *p, struct emit_env *env, const struct probe *probe,
			unsigned n, bool typed);

#endif
