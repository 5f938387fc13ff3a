/*
 * fbt.h - what fbt and rawfbt share: how programs hang at functions of the kernel
 *
 * Three ways, which differ in what they cost:
 *	fentry		a program for each function, called from it: the cheapest event
 *	kprobe_multi	one program and one link for all: the cheapest to begin and to end
 *	kprobe		one program, a perf event for each function: some 0.1 s each to end
 * Few functions take the first way and many the second. Where that is missing, the first one does for
 * more of them; and where neither will do, the third.
 */
#ifndef PROVIDER_FBT_H
#define PROVIDER_FBT_H

#include "dtrace/probe/probe.h"
#include "dtrace/provider/kfuncs.h"

struct fbt { /* provider.data */
	struct kfuncs *functions;
	bool raw;  /* functions of the compiler's making too; arguments have no types */
	bool many; /* so many probes are enabled that programs of their own would not do */
};

enum { FBT_BLOCK = 1 << 19 }; /* ids: twice a function's place in the list, + 1 for its return */

int fbt_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		const char *name, struct err *e);
void fbt_enabling(struct provider *p, uint32_t nprobes);
int fbt_site(struct provider *p, const struct probe *probe, struct probe_site *out, struct err *e);
int fbt_attach(struct provider *p, struct arena *a, const struct probe *const *probes, uint32_t n,
	       struct attach_point *at, struct err *e);
int fbt_args(struct provider *p, const struct probe *probe, struct arena *a, struct probe_arg *args,
	     int max);
int fbt_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first, unsigned n);
bool fbt_emit_struct(struct provider *p, struct emit_env *env, const struct probe *first,
		     unsigned n, int words[2]);
void fbt_emit_dispatch(struct provider *p, struct emit_env *env, const struct probe_group *groups,
		       uint32_t ngroups);
const char *fbt_why_not(struct provider *p, const char *func, const char *name);
bool fbt_may_grow(struct provider *p, const char *mod, const char *func, const char *name);
bool fbt_grew(struct provider *p);
void fbt_fini(struct provider *p);

#endif
