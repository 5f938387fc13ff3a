/*
 * tracepoint.c - the kernel's tracepoints, found in its BTF; see tracepoint.h
 *
 * Names and types come from BTF alone, the kernel's and that of its modules. Tracefs adds the group:
 * for one name it is asked directly, for a pattern it is listed once.
 */
#include "dtrace/provider/tracepoint.h"

#include "base/map.h"
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/kern/kern.h"
#include "dtrace/provider/btf_spell.h"
#include "dtrace/types/btf.h"
#include "dtrace/types/btf_modules.h"

#include <ctype.h>
#include <linux/btf.h>
#include <string.h>
#include <unistd.h>

#define PREFIX	   "btf_trace_"
#define MODULE	   "vmlinux"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
#define CALLER	   "__traceiter_"
#define CALLER_LEN (sizeof(CALLER) - 1)

struct tracepoint {
	const char *name, *module;
	struct btf *btf; /* that has its types: the kernel's, or a module's */
	uint32_t btf_id;
};

/* Places of modules' tracepoints in the block: apart, so that those of the kernel are found without
 * looking for them. */
enum { MODULES_FIRST = TRACEPOINT_BLOCK * 3 / 4 };

struct tracepoints {
	VEC(struct tracepoint) kernel;	   /* in BTF's order; empty until listed */
	VEC(struct tracepoint) in_modules; /* the same, module by module */
	bool listed, modules_listed;
	struct map group_of; /* event -> group */
	bool groups_listed;
	struct map caller_of; /* name -> BTF id of function __traceiter_NAME, whose parameters have
				 names */
	bool callers_listed;
};

struct tracepoints *tracepoints_new(struct arena *a)
{
	struct tracepoints *t = arena_new_of(a, struct tracepoints);

	t->group_of.arena = a;
	t->caller_of.arena = a;
	return t;
}

/* Calls add for every tracepoint of a blob. */
static void list_in(struct provider *p, struct btf *b, const char *module,
		    void (*add)(struct provider *p, struct tracepoint tp))
{
	struct btf_iter it = btf_iter(b);
	const struct btf_type *type;

	while ((type = btf_next(&it))) {
		const char *s;
		if (BTF_INFO_KIND(type->info) != BTF_KIND_TYPEDEF)
			continue;
		s = btf_str(b, type->name_off);
		if (!strncmp(s, PREFIX, PREFIX_LEN))
			add(p, (struct tracepoint){s + PREFIX_LEN, module, b, it.id});
	}
}

static void add_to_kernel(struct provider *p, struct tracepoint tp)
{
	struct tracepoints *t = p->data;

	if (t->kernel.n < MODULES_FIRST)
		*vec_push(&t->kernel, p->arena) = tp;
}

static void add_to_modules(struct provider *p, struct tracepoint tp)
{
	struct tracepoints *t = p->data;

	if (t->in_modules.n < TRACEPOINT_BLOCK - MODULES_FIRST)
		*vec_push(&t->in_modules, p->arena) = tp;
}

static void list(struct provider *p, struct tracepoints *t)
{
	if (t->listed)
		return;
	t->listed = true;
	list_in(p, p->btf, MODULE, add_to_kernel);
}

static void list_modules(struct provider *p, struct tracepoints *t)
{
	if (t->modules_listed || !p->modules)
		return;
	t->modules_listed = true;
	for (unsigned i = 0; i < btf_modules_count(p->modules); i++) {
		struct btf *b = btf_modules_at(p->modules, i);
		if (b)
			list_in(p, b, btf_modules_name(p->modules, i), add_to_modules);
	}
}

static const struct tracepoint *tracepoint_of(struct provider *p, const struct probe *probe)
{
	struct tracepoints *t = p->data;
	uint32_t place = probe->id - p->first_id;

	return place < MODULES_FIRST ? &t->kernel.at[place]
				     : &t->in_modules.at[place - MODULES_FIRST];
}

static void add_group(void *arg, const char *group, const char *event)
{
	struct map *m = arg;
	void **at = map_at(m, event);

	if (!*at)
		*at = arena_strdup(m->arena, group);
}

static void list_groups(struct tracepoints *t)
{
	struct err ignored;
	int fd;

	if (t->groups_listed)
		return;
	t->groups_listed = true;
	fd = kern_tracefs_open(&ignored);
	if (fd >= 0) {
		kern_tracefs_each_event(fd, add_group, &t->group_of);
		close(fd);
	}
}

/* Group of one event, without listing all. */
static void find_group(struct tracepoints *t, const char *event)
{
	struct err ignored;
	char group[128];
	int fd;

	if (t->groups_listed || map_get(&t->group_of, event))
		return;
	fd = kern_tracefs_open(&ignored);
	if (fd < 0)
		return;
	if (kern_tracefs_group(fd, event, group, sizeof(group)))
		add_group(&t->group_of, group, event);
	close(fd);
}

/* Tells names that cannot be a tracepoint's without looking: descriptions that leave the provider
 * open (BEGIN, tick-1s, read:entry) must not pay for a search of the BTF. Tracepoint names are C
 * identifiers with a small letter in them; entry and return belong to functions. */
static bool could_be_name(const char *name)
{
	bool small = false;

	if (!strcmp(name, "entry") || !strcmp(name, "return"))
		return false;
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
		small |= islower((unsigned char)*name) != 0;
	}
	return small;
}

static void add_matching(struct provider *p, struct registry *r, const struct tracepoint *tp,
			 uint32_t place, const char *mod, const char *name)
{
	struct tracepoints *t = p->data;

	if (probe_glob(name, tp->name) && probe_glob(mod, tp->module))
		registry_add(r, p, place, p->ops->name, tp->module, map_get(&t->group_of, tp->name),
			     tp->name, tp->btf_id);
}

int tracepoint_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		       const char *name, struct err *e)
{
	struct tracepoints *t = p->data;
	bool pattern = probe_is_glob(name), kernel = probe_glob(mod, MODULE);

	(void)func, (void)e;
	if (!p->btf || (!pattern && !could_be_name(name)))
		return 0;
	if (!pattern && kernel && !t->listed)
		kernel = btf_find(p->btf, arena_printf(p->arena, PREFIX "%s", name),
				  BTF_KIND_TYPEDEF) != 0;
	if (kernel)
		list(p, t);
	if (pattern || !kernel)
		list_modules(p, t);
	if (pattern)
		list_groups(t);
	else if (kernel || t->in_modules.n)
		find_group(t, name);
	for (size_t i = 0; kernel && i < t->kernel.n; i++)
		add_matching(p, r, &t->kernel.at[i], (uint32_t)i, mod, name);
	for (size_t i = 0; i < t->in_modules.n; i++)
		add_matching(p, r, &t->in_modules.at[i], MODULES_FIRST + (uint32_t)i, mod, name);
	return 0;
}

int tracepoint_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		    struct err *e)
{
	(void)e;
	*out =
	    (struct probe_site){.name = arena_printf(p->arena, "%s_%s", p->ops->name, probe->name),
				.attach = ATTACH_RAW_TP,
				.target = probe->name,
				.ctx = CTX_RAW_TP};
	return 0;
}

/* The function type behind a typedef of a pointer to it, or NULL. */
static const struct btf_type *proto_of_typedef(struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);

	if (t && BTF_INFO_KIND(t->info) == BTF_KIND_TYPEDEF)
		t = btf_type(b, t->type);
	if (t && BTF_INFO_KIND(t->info) == BTF_KIND_PTR)
		t = btf_type(b, t->type);
	return t && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC_PROTO ? t : NULL;
}

static void list_callers(struct tracepoints *t, struct btf *b)
{
	struct btf_iter it = btf_iter(b);
	const struct btf_type *type;

	while ((type = btf_next(&it))) {
		const char *s;
		if (BTF_INFO_KIND(type->info) != BTF_KIND_FUNC)
			continue;
		s = btf_str(b, type->name_off);
		if (!strncmp(s, CALLER, CALLER_LEN))
			*map_at(&t->caller_of, s + CALLER_LEN) = (void *)(uintptr_t)it.id;
	}
}

/* The same function type with parameter names: __traceiter_NAME calls the attached programs. */
static const struct btf_type *proto_with_names(struct provider *p, const struct tracepoint *tp)
{
	struct tracepoints *t = p->data;
	const struct btf_type *type;
	uint32_t id;

	if (!t->callers_listed)
		list_callers(t, p->btf);
	t->callers_listed = true;
	if (tp->btf != p->btf)
		list_callers(t, tp->btf);
	id = (uint32_t)(uintptr_t)map_get(&t->caller_of, tp->name);
	type = id ? btf_type(tp->btf, id) : NULL;
	type = type ? btf_type(tp->btf, type->type) : NULL;
	return type && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC_PROTO ? type : NULL;
}

/* Parameter n of a tracepoint's function; the first one, void *, is the kernel's own. */
static const struct btf_param *param(const struct btf_type *proto, unsigned n)
{
	const struct btf_param *all = (const struct btf_param *)(proto + 1);

	return n + 1 < BTF_INFO_VLEN(proto->info) ? &all[n + 1] : NULL;
}

static const struct btf_type *proto_of(struct provider *p, const struct probe *probe)
{
	return p->btf ? proto_of_typedef(tracepoint_of(p, probe)->btf, (uint32_t)probe->data)
		      : NULL;
}

int tracepoint_args(struct provider *p, const struct probe *probe, struct arena *a,
		    struct probe_arg *args, int max)
{
	const struct btf_type *proto = proto_of(p, probe), *named;
	const struct btf_param *q;
	struct btf *b;
	int n = 0;

	if (!proto)
		return -1;
	b = tracepoint_of(p, probe)->btf;
	named = proto_with_names(p, tracepoint_of(p, probe));
	if (named && BTF_INFO_VLEN(named->info) != BTF_INFO_VLEN(proto->info))
		named = NULL;
	for (; n < max && (q = param(proto, (unsigned)n)); n++) {
		const char *name = named ? btf_str(b, param(named, (unsigned)n)->name_off) : "";
		args[n] = (struct probe_arg){.type = btf_spell(b, q->type, a),
					     .name = *name ? name : NULL,
					     .native = (uint32_t)n};
	}
	return n;
}

int tracepoint_emit_arg(struct provider *p, struct emit_env *env, const struct probe *probe,
			unsigned n, bool typed)
{
	const struct btf_type *proto = proto_of(p, probe);
	const struct btf_param *q = proto ? param(proto, n) : NULL;
	struct btf_scalar s;
	int value;

	if (!q)
		return -1;
	value = ir_load(env->f, env->ctx, (int32_t)(8 * n), 8);
	if (typed && btf_scalar(tracepoint_of(p, probe)->btf, q->type, &s) && s.size_bytes < 8)
		value = ir_unary(env->f, s.is_signed ? IR_SEXT : IR_ZEXT, value, s.size_bytes);
	return value;
}
