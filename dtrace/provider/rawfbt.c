/*
 * rawfbt.c - provider rawfbt: entry and return of every function of the kernel, arguments as raw words
 *
 *	FUNCTION is called	-> rawfbt:MODULE:FUNCTION:entry	arg0..arg9 as they are passed
 *	FUNCTION returns	-> rawfbt:MODULE:FUNCTION:return	arg0 = 0, arg1 = the value
 *
 * Needs no BTF, and has what the compiler made of functions too: name.isra.0, name.part.1,
 * name.constprop.2, whose parameters are not those of the source.
 */
#include "dtrace/provider/fbt.h"
#include "dtrace/provider/providers.h"

static int rawfbt_args(struct provider *p, const struct probe *probe, struct arena *a,
		       struct probe_arg *args, int max)
{
	(void)p, (void)probe, (void)a, (void)args, (void)max;
	return -1;
}

static void rawfbt_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	for (int i = 1; i <= 4; i++)
		attrs[i] = (struct stability){STAB_PRIVATE, STAB_PRIVATE,
					      i < 3 ? CLASS_UNKNOWN : CLASS_ISA};
}

static const struct probe_doc docs[] = {
    {.function = "FUNCTION",
     .name = "entry",
     .source = "fentry, kprobe-multi or kprobe",
     .context = "the thread that calls it",
     .note = "`arg0` to `arg9` as they are passed",
     .here = true},
    {.function = "FUNCTION",
     .name = "return",
     .source = "fexit, kprobe-multi or kprobe",
     .context = "the thread that called it",
     .note = "`arg0` 0, `arg1` the value",
     .here = true},
};

static bool rawfbt_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	if (i >= sizeof(docs) / sizeof(docs[0]))
		return false;
	*out = docs[i];
	out->here = !fbt_why_not(p, "", out->name);
	return true;
}

static const struct provider_ops rawfbt_ops = {
    .name = "rawfbt",
    .provide = fbt_provide,
    .grew = fbt_grew,
    .may_grow = fbt_may_grow,
    .enabling = fbt_enabling,
    .site = fbt_site,
    .attach = fbt_attach,
    .args = rawfbt_args,
    .emit_arg = fbt_emit_arg,
    .emit_dispatch = fbt_emit_dispatch,
    .stability = rawfbt_stability,
    .why_not = fbt_why_not,
    .document = rawfbt_document,
    .fini = fbt_fini,
};

void provider_rawfbt_add(struct registry *r, struct kfuncs *k)
{
	struct fbt *d = arena_new_of(registry_arena(r), struct fbt);

	*d = (struct fbt){.functions = k, .raw = true};
	registry_add_provider(r, &rawfbt_ops, FBT_BLOCK, d);
}
