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

#include <errno.h>
#include <linux/btf.h>
#include <string.h>
#include <unistd.h>

#define PREFIX	   "btf_trace_"
#define MODULE	   "vmlinux"
#define PREFIX_LEN (sizeof(PREFIX) - 1)

/* Groups of events, made when first needed: in provider.data. */
struct groups {
	struct map by_event; /* event -> group name */
	bool listed;
};

static void add_group(void *arg, const char *group, const char *event)
{
	struct groups *g = arg;
	void **at = map_at(&g->by_event, event);

	if (!*at)
		*at = arena_strdup(g->by_event.arena, group);
}

static struct groups *groups_get(struct provider *p)
{
	struct groups *g = p->data;
	struct err ignored;
	int fd;

	if (!g) {
		g = arena_new_of(p->arena, struct groups);
		g->by_event.arena = p->arena;
		p->data = g;
	}
	if (!g->listed) {
		g->listed = true;
		fd = kern_tracefs_open(&ignored);
		if (fd >= 0) {
			kern_tracefs_each_event(fd, add_group, g);
			close(fd);
		}
	}
	return g;
}

static const char *group_of(struct provider *p, const char *event)
{
	const char *g = map_get(&groups_get(p)->by_event, event);

	return g ? g : "";
}

int tracepoint_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		       const char *name, struct err *e)
{
	struct btf_iter it;
	const struct btf_type *t;
	uint32_t rank = 0;

	(void)func, (void)e;
	if (!p->btf || !probe_glob(mod, MODULE))
		return 0;
	it = btf_iter(p->btf);
	while ((t = btf_next(&it))) {
		const char *s;
		if (BTF_INFO_KIND(t->info) != BTF_KIND_TYPEDEF)
			continue;
		s = btf_str(p->btf, t->name_off);
		if (strncmp(s, PREFIX, PREFIX_LEN))
			continue;
		if (probe_glob(name, s + PREFIX_LEN))
			registry_add(r, p, rank, p->ops->name, MODULE, group_of(p, s + PREFIX_LEN),
				     s + PREFIX_LEN, it.id);
		rank++;
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

/* The same function type with parameter names: __traceiter_NAME calls the attached programs. */
static const struct btf_type *proto_with_names(struct btf *b, const struct probe *probe,
					       struct arena *a)
{
	uint32_t id = btf_find(b, arena_printf(a, "__traceiter_%s", probe->name), BTF_KIND_FUNC);
	const struct btf_type *t = id ? btf_type(b, id) : NULL;

	t = t ? btf_type(b, t->type) : NULL;
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
	named = proto_with_names(p->btf, probe, a);
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
