/*
 * tracepoint.c - the kernel's tracepoints, found in its BTF; see tracepoint.h
 *
 * Names and types come from BTF alone. Tracefs adds the group: for one name it is asked directly,
 * for a pattern it is listed once.
 */
#include "dtrace/provider/tracepoint.h"

#include "base/map.h"
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/kern/kern.h"
#include "dtrace/provider/btf_spell.h"
#include "dtrace/types/btf.h"

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
	const char *name;
	uint32_t btf_id;
};

struct tracepoints {
	VEC(struct tracepoint) all; /* in BTF's order; empty until listed */
	bool listed;
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

static void list(struct provider *p, struct tracepoints *t)
{
	struct btf_iter it = btf_iter(p->btf);
	const struct btf_type *type;

	if (t->listed)
		return;
	t->listed = true;
	while ((type = btf_next(&it))) {
		const char *s;
		if (BTF_INFO_KIND(type->info) != BTF_KIND_TYPEDEF)
			continue;
		s = btf_str(p->btf, type->name_off);
		if (!strncmp(s, PREFIX, PREFIX_LEN))
			*vec_push(&t->all, p->arena) = (struct tracepoint){s + PREFIX_LEN, it.id};
	}
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

int tracepoint_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		       const char *name, struct err *e)
{
	struct tracepoints *t = p->data;
	bool pattern = probe_is_glob(name);

	(void)func, (void)e;
	if (!p->btf || !probe_glob(mod, MODULE))
		return 0;
	if (!pattern && (!could_be_name(name) ||
			 (!t->listed && !btf_find(p->btf, arena_printf(p->arena, PREFIX "%s", name),
						  BTF_KIND_TYPEDEF))))
		return 0;
	list(p, t);
	if (pattern)
		list_groups(t);
	else
		find_group(t, name);
	for (size_t i = 0; i < t->all.n; i++) {
		const struct tracepoint *tp = &t->all.at[i];
		const char *group;
		if (!probe_glob(name, tp->name))
			continue;
		group = map_get(&t->group_of, tp->name);
		registry_add(r, p, (uint32_t)i, p->ops->name, MODULE, group, tp->name, tp->btf_id);
	}
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

static void list_callers(struct provider *p, struct tracepoints *t)
{
	struct btf_iter it = btf_iter(p->btf);
	const struct btf_type *type;

	t->callers_listed = true;
	while ((type = btf_next(&it))) {
		const char *s;
		if (BTF_INFO_KIND(type->info) != BTF_KIND_FUNC)
			continue;
		s = btf_str(p->btf, type->name_off);
		if (!strncmp(s, CALLER, CALLER_LEN))
			*map_at(&t->caller_of, s + CALLER_LEN) = (void *)(uintptr_t)it.id;
	}
}

/* The same function type with parameter names: __traceiter_NAME calls the attached programs. */
static const struct btf_type *proto_with_names(struct provider *p, const struct probe *probe)
{
	struct tracepoints *tp = p->data;
	const struct btf_type *t;
	uint32_t id;

	if (!tp->callers_listed)
		list_callers(p, tp);
	id = (uint32_t)(uintptr_t)map_get(&tp->caller_of, probe->name);
	t = id ? btf_type(p->btf, id) : NULL;
	t = t ? btf_type(p->btf, t->type) : NULL;
	return t && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC_PROTO ? t : NULL;
}

/* Parameter n of a tracepoint's function; the first one, void *, is the kernel's own. */
static const struct btf_param *param(const struct btf_type *proto, unsigned n)
{
	const struct btf_param *all = (const struct btf_param *)(proto + 1);

	return n + 1 < BTF_INFO_VLEN(proto->info) ? &all[n + 1] : NULL;
}

int tracepoint_nargs(struct provider *p, const struct probe *probe)
{
	const struct btf_type *proto =
	    p->btf ? proto_of_typedef(p->btf, (uint32_t)probe->data) : NULL;

	return proto ? (int)BTF_INFO_VLEN(proto->info) - 1 : -1;
}

int tracepoint_args(struct provider *p, const struct probe *probe, struct arena *a,
		    struct probe_arg *args, int max)
{
	const struct btf_type *proto, *named;
	const struct btf_param *q;
	int n = 0;

	proto = p->btf ? proto_of_typedef(p->btf, (uint32_t)probe->data) : NULL;
	if (!proto)
		return -1;
	named = proto_with_names(p, probe);
	if (named && BTF_INFO_VLEN(named->info) != BTF_INFO_VLEN(proto->info))
		named = NULL;
	for (; n < max && (q = param(proto, (unsigned)n)); n++) {
		const char *name =
		    named ? btf_str(p->btf, param(named, (unsigned)n)->name_off) : "";
		args[n] = (struct probe_arg){.type = btf_spell(p->btf, q->type, a),
					     .name = *name ? name : NULL,
					     .native = (uint32_t)n};
	}
	return n;
}

int tracepoint_emit_arg(struct provider *p, struct emit_env *env, const struct probe *probe,
			unsigned n, bool typed)
{
	const struct btf_type *proto =
	    p->btf ? proto_of_typedef(p->btf, (uint32_t)probe->data) : NULL;
	const struct btf_param *q = proto ? param(proto, n) : NULL;
	struct btf_scalar s;
	int value;

	if (!q)
		return -1;
	value = ir_load(env->f, env->ctx, (int32_t)(8 * n), 8);
	if (typed && btf_scalar(p->btf, q->type, &s) && s.size_bytes < 8)
		value = ir_unary(env->f, s.is_signed ? IR_SEXT : IR_ZEXT, value, s.size_bytes);
	return value;
}
