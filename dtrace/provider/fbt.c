/*
 * fbt.c - provider fbt: entry and return of the kernel's functions; see fbt.h for how
 *
 *	FUNCTION is called	-> fbt:MODULE:FUNCTION:entry	args[] as it declares them, arg0..arg9
 *	FUNCTION returns	-> fbt:MODULE:FUNCTION:return	arg0 = 0 (where it returns from is not
 *						known), args[1] = the value
 *
 * Types come from the BTF of the kernel and of its modules; a function that it does not know has
 * arg0..arg9 alone. What the compiler made of a function (name.isra.0, name.part.1) is rawfbt's.
 *
 * A parameter takes a register, a structure of up to 16 bytes one or two; what is larger, and what
 * comes after six registers, lies on the stack.
 */
#include "dtrace/provider/fbt.h"

#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/kern/features.h"
#include "dtrace/provider/btf_spell.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/uprobe.h"
#include "dtrace/types/btf.h"
#include "dtrace/types/btf_modules.h"

#include <errno.h>
#include <linux/btf.h>
#include <string.h>

#define KERNEL "vmlinux"

enum { HELPER_PROBE_READ_KERNEL = 113, HELPER_ATTACH_COOKIE = 174, HELPER_SMP_PROCESSOR_ID = 8 };
/* Probes with programs of their own, where there is kprobe_multi and where there is not. */
enum { OWN_PROGRAMS = 8, OWN_PROGRAMS_ALONE = 128 };
enum { REGS = 6, ONE_BY_ONE_MAX = 1024 };

static struct fbt *fbt_of(const struct provider *p)
{
	return p->data;
}

static struct kfunc *function_of(const struct provider *p, const struct probe *probe)
{
	return kfuncs_at(fbt_of(p)->functions, (probe->id - p->first_id) / 2);
}

static bool is_return(const struct provider *p, const struct probe *probe)
{
	return (probe->id - p->first_id) & 1;
}

/* ---- which there are ---- */

static bool has_source(const struct provider *p)
{
	return feature_has(p->features, FEAT_KPROBE_MULTI) ||
	       feature_has(p->features, FEAT_KPROBE) || feature_has(p->features, FEAT_FENTRY);
}

/* What tracing itself calls at each firing. Where many functions are asked for, these would make work for
 * one another and tell nothing; by their full names they can be had. */
static bool is_of_tracing(const char *name)
{
	static const char *const begins[] = {"__bpf_",
					     "bpf_",
					     "__rcu_read_",
					     "rcu_read_",
					     "rcu_is_watching",
					     "migrate_",
					     "preempt_count_",
					     "ftrace_",
					     "__ftrace_",
					     "fprobe_",
					     "rethook_",
					     "arch_rethook_",
					     "kprobe_",
					     "__kretprobe",
					     "kretprobe_",
					     "bsearch",
					     "htab_",
					     "__htab_",
					     "array_map_",
					     "percpu_array_map_",
					     "copy_from_kernel_nofault",
					     "trace_call_bpf",
					     "is_endbr",
					     "__copy_map_value"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (!strncmp(name, begins[i], strlen(begins[i])))
			return true;
	return false;
}

/* What is there keeps its id; of a module that was loaded anew it is a new probe all the same. */
static void add_one(struct provider *p, struct registry *r, const struct kfunc *f, uint32_t offset,
		    const char *name)
{
	struct probe *probe = registry_add(r, p, offset, p->ops->name, f->module, f->name, name, 0);

	if (probe && f->anew)
		probe->round = registry_round(r);
}

static void add(struct provider *p, struct registry *r, const struct kfunc *f, size_t place,
		const char *name)
{
	uint32_t offset = (uint32_t)place * 2;

	if (probe_glob(name, "entry"))
		add_one(p, r, f, offset, "entry");
	if (probe_glob(name, "return"))
		add_one(p, r, f, offset + 1, "return");
}

int fbt_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		const char *name, struct err *e)
{
	struct fbt *d = fbt_of(p);

	(void)e;
	if ((!probe_glob(name, "entry") && !probe_glob(name, "return")) || !has_source(p))
		return 0;
	size_t n = kfuncs_count(d->functions);
	bool many = probe_is_glob(func);
	for (size_t i = 0; i < n; i++) {
		const struct kfunc *f = kfuncs_at(d->functions, i);
		if ((d->raw || !f->dotted) && probe_glob(func, f->name) &&
		    probe_glob(mod, f->module) && !(many && is_of_tracing(f->name)))
			add(p, r, f, i, name);
	}
	return 0;
}

const char *fbt_why_not(struct provider *p, const char *func, const char *name)
{
	(void)func;
	if ((*name && !probe_glob(name, "entry") && !probe_glob(name, "return")) || has_source(p))
		return NULL;
	return "this kernel has none of what makes its functions traceable: CONFIG_FPROBE "
	       "(kprobe_multi), "
	       "CONFIG_KPROBES with CONFIG_KPROBE_EVENTS (kprobe), "
	       "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS without lockdown (fentry)";
}

/* ---- types ---- */

static struct btf *btf_of(const struct provider *p, const struct kfunc *f)
{
	if (!strcmp(f->module, KERNEL))
		return p->btf;
	return p->modules ? btf_modules_find(p->modules, f->module) : NULL;
}

/* Id of the function's type; 0: not known, or not the only one of the name. */
static uint32_t proto_of(struct btf *b, const struct kfunc *f)
{
	return b && !f->several ? btf_find_func(b, f->name) : 0;
}

/* Where a parameter is: in words of registers, or (from REGS on) of the stack. */
struct slot {
	unsigned first, words;
};

static unsigned words_of(struct btf *b, uint32_t type)
{
	uint64_t bytes = btf_size(b, type);

	return bytes > 8 ? (unsigned)((bytes + 7) / 8) : 1;
}

/* The caller passes an address first that a result of more than two words goes to. */
static struct slot slot_of(struct btf *b, uint32_t proto, unsigned n)
{
	uint32_t nparams, result = btf_type(b, proto)->type;
	const struct btf_param *params = btf_proto_params(b, proto, &nparams);
	unsigned regs = result && words_of(b, result) > 2, stack = REGS;

	for (unsigned i = 0;; i++) {
		unsigned words = words_of(b, params[i].type);
		bool in_regs = words <= 2 && regs + words <= REGS;
		unsigned *at = in_regs ? &regs : &stack;
		if (i == n)
			return (struct slot){*at, words};
		*at += words;
	}
}

int fbt_args(struct provider *p, const struct probe *probe, struct arena *a, struct probe_arg *args,
	     int max)
{
	const struct kfunc *f = function_of(p, probe);
	struct btf *b = btf_of(p, f);
	uint32_t proto = proto_of(b, f), n;
	const struct btf_param *params = btf_proto_params(b, proto, &n);

	if (!proto)
		return -1;
	if (is_return(p, probe)) {
		uint32_t type = btf_type(b, proto)->type;
		args[0] = (struct probe_arg){.type = "int", .native = 0};
		if (type && max > 1)
			args[1] = (struct probe_arg){.type = btf_spell(b, type, a), .native = 1};
		return type && max > 1 ? 2 : 1;
	}
	int k = 0;
	for (; k < (int)n && k < max && params[k].type; k++) {
		const char *name = btf_str(b, params[k].name_off);
		args[k] = (struct probe_arg){.type = btf_spell(b, params[k].type, a),
					     .name = *name ? name : NULL,
					     .native = (uint32_t)k};
	}
	return k;
}

/* ---- how ---- */

void fbt_enabling(struct provider *p, uint32_t nprobes)
{
	fbt_of(p)->many =
	    nprobes >
	    (feature_has(p->features, FEAT_KPROBE_MULTI) ? OWN_PROGRAMS : OWN_PROGRAMS_ALONE);
}

/* A program around what never returns is never done with, though older kernels permit it. */
static bool is_endless(const char *name)
{
	static const char *const names[] = {"do_exit",
					    "do_group_exit",
					    "kthread_exit",
					    "make_task_dead",
					    "rewind_stack_and_make_dead",
					    "kthread_complete_and_exit",
					    "__module_put_and_kthread_exit",
					    "__x64_sys_exit",
					    "__x64_sys_exit_group",
					    "__ia32_sys_exit",
					    "__ia32_sys_exit_group",
					    "__do_sys_exit_group",
					    "cpu_startup_entry",
					    "panic"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* Can it have a program of its own? All its arguments must be in registers, a word each. */
static bool takes_program(const struct provider *p, const struct kfunc *f, bool ret)
{
	uint32_t proto, n;
	const struct btf_param *params;

	if (!p->btf || strcmp(f->module, KERNEL) || (ret && is_endless(f->name)) ||
	    !feature_has(p->features, FEAT_FENTRY))
		return false;
	proto = proto_of(p->btf, f);
	params = btf_proto_params(p->btf, proto, &n);
	if (!proto || n > REGS)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!params[i].type || btf_size(p->btf, params[i].type) > 8)
			return false;
	return btf_size(p->btf, btf_type(p->btf, proto)->type) <= 8 &&
	       features_try_function(p->features, f->name, ret);
}

int fbt_site(struct provider *p, const struct probe *probe, struct probe_site *out, struct err *e)
{
	const struct kfunc *f = function_of(p, probe);
	bool ret = is_return(p, probe);

	if (!fbt_of(p)->many && takes_program(p, f, ret)) {
		*out = (struct probe_site){.name = f->name,
					   .attach = ret ? ATTACH_FEXIT : ATTACH_FENTRY,
					   .target = f->name,
					   .ctx = CTX_FENTRY};
		return 0;
	}
	if (!feature_has(p->features, FEAT_KPROBE_MULTI) && !feature_has(p->features, FEAT_KPROBE))
		return err_set(e, ENOTSUP,
			       "%s:%s:%s:%s cannot be traced here: fentry does not reach it, %s",
			       p->ops->name, f->module, f->name, probe->name,
			       feature_remedy(FEAT_KPROBE_MULTI));
	*out = (struct probe_site){
	    .name = arena_printf(p->arena, "%s_%s", p->ops->name, ret ? "return" : "entry"),
	    .attach = ATTACH_KPROBE,
	    .target = p->ops->name,
	    .param = ret,
	    .ctx = CTX_KPROBE};
	return 0;
}

int fbt_attach(struct provider *p, struct arena *a, const struct probe *const *probes, uint32_t n,
	       struct attach_point *at, struct err *e)
{
	VEC(struct image_kprobe) places = {0};

	if (at->kind != ATTACH_KPROBE)
		return 0;
	if (n > ONE_BY_ONE_MAX && !feature_has(p->features, FEAT_KPROBE_MULTI))
		return err_set(e, ENOTSUP,
			       "%u functions at once: without kprobe_multi (%s) they are attached "
			       "one by one, at "
			       "most %d of them",
			       n, feature_remedy(FEAT_KPROBE_MULTI), ONE_BY_ONE_MAX);
	kfuncs_locate(fbt_of(p)->functions);
	for (uint32_t i = 0; i < n; i++) {
		const struct kfunc *f = function_of(p, probes[i]);
		if (!f->addrs.n)
			return err_set(e, ENOENT, "the address of %s is hidden: %s", f->name,
				       feature_remedy(FEAT_KALLSYMS));
		for (size_t k = 0; k < f->addrs.n; k++)
			*vec_push(&places, a) = (struct image_kprobe){
			    .addr = f->addrs.at[k], .cookie = probes[i]->id, .name = f->name};
	}
	at->kprobes = places.at;
	at->nkprobes = (uint32_t)places.n;
	return 0;
}

/* ---- code ---- */

void fbt_emit_dispatch(struct provider *p, struct emit_env *env, const struct probe_group *groups,
		       uint32_t ngroups)
{
	VEC(struct uprobe_jump) ids = {0};

	(void)p;
	if (env->ctx_kind != CTX_KPROBE || (!env->want_probe_id && ngroups < 2))
		return;
	env->probe_id = ir_call(env->f, HELPER_ATTACH_COOKIE, IR_CALL_ARGS(IRV_REG(env->ctx)));
	if (ngroups < 2)
		return;
	for (uint32_t g = 0; g < ngroups; g++)
		for (uint32_t i = 0; i < groups[g].nprobes; i++)
			*vec_push(&ids, env->arena) =
			    (struct uprobe_jump){groups[g].probes[i]->id, groups[g].label};
	ir_comment(env->f, "which function");
	uprobe_emit_jump(env, env->probe_id, ids.at, ids.n, -1);
}

/* Address of word n of the stack behind the return address, of a function that has just been called. */
static int stack_address(struct emit_env *env, unsigned n)
{
	int sp = ir_load(env->f, env->ctx, regs_layout.sp, 8);

	return ir_alu(env->f, IR_ADD, sp, IRV_IMM(8 * (n + 1)));
}

static int stack_word(struct emit_env *env, unsigned n)
{
	struct ir_func *f = env->f;
	int obj = ir_frame(f, 8, 8), from = stack_address(env, n);

	ir_store(f, ir_frame_addr(f, obj, 0), 0, 8, IRV_IMM(0));
	ir_call(f, HELPER_PROBE_READ_KERNEL,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, obj, 0)), IRV_IMM(8), IRV_REG(from)));
	return ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
}

/* Of the registers and the stack, as they are numbered in struct slot. */
static int word_at(struct emit_env *env, unsigned n)
{
	return n < REGS ? ir_load(env->f, env->ctx, regs_layout.args[n], 8)
			: stack_word(env, n - REGS);
}

static int narrowed(struct provider *p, struct emit_env *env, struct btf *b, uint32_t type,
		    int value)
{
	struct btf_scalar s;

	if (fbt_of(p)->raw || !type || !btf_scalar(b, type, &s) || s.size_bytes >= 8)
		return value;
	return ir_unary(env->f, s.is_signed ? IR_SEXT : IR_ZEXT, value, s.size_bytes);
}

static int emit_result(struct provider *p, struct emit_env *env, const struct kfunc *f, unsigned n)
{
	struct btf *b = btf_of(p, f);
	uint32_t proto = proto_of(b, f), nparams;

	if (n == 0)
		return ir_imm(env->f, 0);
	if (n > 1)
		return -1;
	btf_proto_params(b, proto, &nparams);
	int value = env->ctx_kind == CTX_FENTRY
			? ir_load(env->f, env->ctx, (int32_t)(8 * nparams), 8)
			: ir_load(env->f, env->ctx, regs_layout.result, 8);
	return narrowed(p, env, b, proto ? btf_type(b, proto)->type : 0, value);
}

int fbt_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first, unsigned n)
{
	const struct kfunc *f = function_of(p, first);
	struct btf *b = btf_of(p, f);
	uint32_t proto = proto_of(b, f), nparams;
	const struct btf_param *params = btf_proto_params(b, proto, &nparams);
	struct slot s = {n, 1};

	if (is_return(p, first))
		return emit_result(p, env, f, n);
	if (env->ctx_kind == CTX_FENTRY) {
		if (n >= nparams)
			return -1;
		return narrowed(p, env, b, params[n].type,
				ir_load(env->f, env->ctx, (int32_t)(8 * n), 8));
	}
	if (!fbt_of(p)->raw && n < nparams && params[n].type)
		s = slot_of(b, proto, n);
	if (s.words > 2)
		return stack_address(env, s.first - REGS);
	return narrowed(p, env, b, n < nparams ? params[n].type : 0, word_at(env, s.first));
}

bool fbt_emit_struct(struct provider *p, struct emit_env *env, const struct probe *first,
		     unsigned n, int words[2])
{
	const struct kfunc *f = function_of(p, first);
	struct btf *b = btf_of(p, f);
	uint32_t proto = proto_of(b, f), nparams;
	const struct btf_param *params = btf_proto_params(b, proto, &nparams);
	bool ret = is_return(p, first);

	if (!proto || (ret ? n != 1 : n >= nparams))
		return false;
	unsigned nwords = words_of(b, ret ? btf_type(b, proto)->type : params[n].type);
	if (nwords > 2)
		return false;
	words[0] = fbt_emit_arg(p, env, first, n);
	if (nwords == 2) /* never of a program of its own: takes_program() */
		words[1] = ret ? ir_load(env->f, env->ctx, regs_layout.result_high, 8)
			       : word_at(env, slot_of(b, proto, n).first + 1);
	return true;
}

/* Functions of modules that are loaded later. */
bool fbt_may_grow(struct provider *p, const char *mod, const char *func, const char *name)
{
	(void)func;
	return (probe_is_glob(mod) || strcmp(mod, KERNEL) != 0) &&
	       (probe_glob(name, "entry") || probe_glob(name, "return")) && has_source(p);
}

bool fbt_grew(struct provider *p)
{
	return kfuncs_grew(fbt_of(p)->functions);
}

void fbt_fini(struct provider *p)
{
	kfuncs_fini(fbt_of(p)->functions);
}

static void fbt_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[1] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[4] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_ISA};
}

static const struct probe_doc docs[] = {
    {.function = "FUNCTION",
     .name = "entry",
     .source = "fentry, kprobe-multi or kprobe",
     .context = "the thread that calls it",
     .note = "those of the function, with their types",
     .here = true},
    {.function = "FUNCTION",
     .name = "return",
     .source = "fexit, kprobe-multi or kprobe",
     .context = "the thread that called it",
     .note = "`arg0` 0, `args[1]` the value",
     .here = true},
};

static bool fbt_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	if (i >= sizeof(docs) / sizeof(docs[0]))
		return false;
	*out = docs[i];
	out->here = !fbt_why_not(p, "", out->name);
	return true;
}

static const struct provider_ops fbt_ops = {
    .name = "fbt",
    .provide = fbt_provide,
    .grew = fbt_grew,
    .may_grow = fbt_may_grow,
    .enabling = fbt_enabling,
    .site = fbt_site,
    .attach = fbt_attach,
    .args = fbt_args,
    .emit_arg = fbt_emit_arg,
    .emit_struct = fbt_emit_struct,
    .emit_dispatch = fbt_emit_dispatch,
    .stability = fbt_stability,
    .why_not = fbt_why_not,
    .document = fbt_document,
    .fini = fbt_fini,
};

void provider_fbt_add(struct registry *r, struct kfuncs *k)
{
	struct fbt *d = arena_new_of(registry_arena(r), struct fbt);

	d->functions = k;
	registry_add_provider(r, &fbt_ops, FBT_BLOCK, d);
}
