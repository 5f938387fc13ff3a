/*
 * owner.c - whose doing the end of something is: the thread that began it
 *
 * A disk is done when it is done, and interrupts whatever thread runs. Where a provider says that a probe is the end of something (ops->origin), and a
 * clause of it asks for pid, execname, self-> or anything else of a thread, the program gets a companion on the tracepoint where that thing begins. It
 * notes the thread there, in a hash keyed by the thing's address; the probe's own program takes it from there as the thread that the probe is about.
 *
 *	key: address of the object	value: struct task_struct __kptr *
 *
 * The kernel counts the reference, so the thread's structure stays although it may have ended meanwhile. Objects are used again and again (a device has
 * so many requests), so entries are not deleted but overwritten: in the long run an event that begins costs one look. What began before the program ran
 * has no owner that is known: the idle thread stands in for it (pid 0), never a thread that has nothing to do with it. What finds no
 * memory to be noted in counts as a dynamic variable drop. Where the kernel keeps
 * no such pointers (FEAT_TASK_KPTR) that is so of everything.
 *
 * What an interrupt begins (a timer that arms itself again) stays with whom it was of; the companion asks the CPU's count of what it is in.
 */
#include "dtrace/lower/lower_int.h"

#include <string.h>

enum { H_KPTR_XCHG = 194, OBJECTS_MAX = 1 << 18, OBJECTS_AT_ONCE = 1 << 14 };

/* ---- is it asked for? ---- */

static void note_use(struct lower *L, struct node *n)
{
	if (n->kind == NODE_CALL && n->ident && n->ident->kind == IDENT_FUNC)
		L->wants_owner |=
		    n->ident->func->id == BF_PROGENYOF || n->ident->func->id == BF_GETF;
	if (n->kind != NODE_IDENT || !n->ident)
		return;
	if (n->ident->kind == IDENT_VAR)
		L->wants_owner |= n->ident->var->scope == VAR_SELF;
	if (n->ident->kind != IDENT_BUILTIN)
		return;
	switch (n->ident->bvar->id) {
	case BV_CGROUPID:
	case BV_CURTHREAD:
	case BV_EXECARGS:
	case BV_EXECNAME:
	case BV_GID:
	case BV_PID:
	case BV_PPID:
	case BV_TID:
	case BV_UID:
	case BV_VTIMESTAMP:
	case BV_ZONEID:
	case BV_ZONENAME:
		L->wants_owner = true;
		break;
	default:
		break;
	}
}

/* At the tracepoint where it begins the current thread is the owner. */
static bool origin_of(const struct site *s, const struct probe *p, struct probe_origin *o)
{
	return s->prov->ops->origin && s->prov->ops->origin(s->prov, p, o) &&
	       !(s->site.target && strcmp(s->site.target, o->tracepoint) == 0);
}

static struct owner *find_owner(struct lower *L, const struct probe_origin *o)
{
	for (size_t i = 0; i < L->owners.n; i++) {
		struct owner *have = &L->owners.at[i];
		if (have->origin.param == o->param &&
		    strcmp(have->origin.tracepoint, o->tracepoint) == 0)
			return have;
	}
	return NULL;
}

static void note_probe(struct lower *L, const struct site *s, const struct site_use *use)
{
	struct probe_origin o;
	if (!origin_of(s, use->probe, &o) || find_owner(L, &o))
		return;
	L->wants_owner = false;
	for (size_t i = 0; i < use->clauses.n; i++) {
		const struct sema_clause *sc = L->clauses.at[use->clauses.at[i]].sc;
		lower_visit_node(L, sc->predicate, note_use);
		lower_visit_node(L, sc->body, note_use);
	}
	if (!L->wants_owner)
		return;
	if (!feature_has(L->o->features, FEAT_TASK_KPTR)) {
		*vec_push(&L->owners, L->a) = (struct owner){.origin = o, .unknown = true};
		return;
	}
	*vec_push(&L->owners, L->a) =
	    (struct owner){.origin = o,
			   .map = (uint32_t)L->img->maps.n,
			   .pointers = o.by_interrupts ? glob_alloc(L, 8 * L->img->ncpu, 8) : 0};
	*vec_push(&L->img->maps, L->a) =
	    (struct image_map){.kind = MAP_KIND_HASH,
			       .name = "owner",
			       .key_bytes = 8,
			       .value_bytes = 8,
			       .entries = o.by_interrupts ? OBJECTS_AT_ONCE : OBJECTS_MAX,
			       .prealloc = o.by_interrupts,
			       .value_task = true};
}

void owner_layout(struct lower *L)
{
	for (size_t i = 0; i < L->sites.n; i++)
		for (size_t u = 0; u < L->sites.at[i]->uses.n; u++)
			note_probe(L, L->sites.at[i], &L->sites.at[i]->uses.at[u]);
}

/* ---- the end: who began it ---- */

/* The idle thread of this CPU, by way of the current thread's run queue. */
static int idle_thread(struct lw *c)
{
	struct ir_func *f = c->f;
	int current = ir_call(f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	uint32_t cfs, rq, idle;
	if (!kernel_offset(c->L, "task_struct", "se.cfs_rq", &cfs) ||
	    !kernel_offset(c->L, "cfs_rq", "rq", &rq) || !kernel_offset(c->L, "rq", "idle", &idle))
		return current;
	int queue = ir_load(f, ir_load(f, current, (int32_t)cfs, 8), (int32_t)rq, 8);
	return ir_load(f, queue, (int32_t)idle, 8);
}

static int lookup(struct ir_func *f, const struct owner *o, int key_obj)
{
	return ir_call(
	    f, H_MAP_LOOKUP,
	    IR_CALL_ARGS(IRV_REG(ir_map(f, o->map)), IRV_REG(ir_frame_addr(f, key_obj, 0))));
}

void owner_enter(struct lw *c, const struct probe *probe)
{
	struct ir_func *f = c->f;
	struct probe_origin origin;
	if (!origin_of(c->site, probe, &origin))
		return;
	const struct owner *o = find_owner(c->L, &origin);
	if (!o)
		return;
	ir_comment(f, "who began it");
	int task = ir_imm(f, 0), known = ir_label(f), unknown = ir_label(f);
	if (!o->unknown) {
		int key = ir_frame(f, 8, 8);
		int object = ir_load(f, c->env.ctx, (int32_t)(8 * origin.end_param), 8);
		ir_store(f, ir_frame_addr(f, key, 0), 0, 8, IRV_REG(object));
		int entry = lookup(f, o, key);
		ir_br(f, IR_EQ, entry, IRV_IMM(0), unknown);
		ir_mov(f, task, IRV_REG(ir_load(f, entry, 0, 8)));
		ir_br(f, IR_NE, task, IRV_IMM(0), known);
	}
	ir_place(f, unknown);
	ir_mov(f, task, IRV_REG(idle_thread(c)));
	ir_place(f, known);
	c->env.subject = task;
	c->owned = true;
}

/* ---- the begin: the companion ---- */

/* Goes to bail in an interrupt. All per-CPU variables of a CPU lie in one area in the same order: that of what it is in is found by way of its run
 * queue, which the thread leads to. */
static void unless_interrupted(struct lower *L, const struct owner *o, struct ir_func *f, int task,
			       int frame, int bail)
{
	enum { IN_INTERRUPT = 0xff0100 }; /* serving a softirq, an interrupt, an NMI */
	struct btf *btf = L->o->btf;
	uint32_t queue, count, off = 0, cfs, rq;
	if (!btf || !btf_percpu_offset(btf, "runqueues", &queue) ||
	    !kernel_offset(L, "task_struct", "se.cfs_rq", &cfs) ||
	    !kernel_offset(L, "cfs_rq", "rq", &rq))
		return;
	if (!btf_percpu_offset(btf, "__preempt_count", &count) &&
	    !(kernel_offset(L, "pcpu_hot", "preempt_count", &off) &&
	      btf_percpu_offset(btf, "pcpu_hot", &count)))
		return;
	int q = ir_load(f, ir_load(f, task, (int32_t)cfs, 8), (int32_t)rq, 8);
	int cpu = ir_call(f, H_SMP_PROCESSOR_ID, 0, NULL);
	ir_br(f, IR_UGE, cpu, IRV_IMM(L->img->ncpu), bail);
	int slot = ir_alu(f, IR_ADD, ir_mapval(f, IMAGE_MAP_GLOB, o->pointers),
			  IRV_REG(ir_alu(f, IR_SHL, cpu, IRV_IMM(3))));
	ir_store(f, slot, 0, 8, IRV_REG(q));
	int at = ir_alu(f, IR_ADD, ir_load(f, slot, 0, 8), IRV_IMM((int64_t)count + off - queue));
	ir_store(f, ir_frame_addr(f, frame, 0), 0, 8, IRV_IMM(0));
	ir_call(f, H_PROBE_READ_KERNEL,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, frame, 0)), IRV_IMM(4), IRV_REG(at)));
	int now = ir_load(f, ir_frame_addr(f, frame, 0), 0, 4);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, now, IRV_IMM(IN_INTERRUPT)), IRV_IMM(0), bail);
}

void owner_unit(struct lower *L, const struct owner *o, struct ir_unit *u)
{
	struct ir_func *f = ir_func_new(u, u->name, 1);
	int bail = ir_label(f), there = ir_label(f), entry = ir_reg(f);
	int key = ir_frame(f, 8, 8), zero = ir_frame(f, 8, 8);
	int task = ir_call(f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	if (o->origin.by_interrupts)
		unless_interrupted(L, o, f, task, zero, bail);
	int object = ir_load(f, f->params[0], (int32_t)(8 * o->origin.param), 8);
	ir_store(f, ir_frame_addr(f, key, 0), 0, 8, IRV_REG(object));
	ir_mov(f, entry, IRV_REG(lookup(f, o, key)));
	ir_br(f, IR_NE, entry, IRV_IMM(0), there);
	ir_store(f, ir_frame_addr(f, zero, 0), 0, 8, IRV_IMM(0));
	ir_call(f, H_MAP_UPDATE,
		IR_CALL_ARGS(IRV_REG(ir_map(f, o->map)), IRV_REG(ir_frame_addr(f, key, 0)),
			     IRV_REG(ir_frame_addr(f, zero, 0)), IRV_IMM(1)));
	ir_mov(f, entry, IRV_REG(lookup(f, o, key)));
	ir_br(f, IR_NE, entry, IRV_IMM(0), there);
	ir_atomic_add(f, ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, dyn_drops)), 0,
		      8, IRV_IMM(1));
	ir_jmp(f, bail);
	ir_place(f, there);
	ir_br(f, IR_EQ, ir_load(f, entry, 0, 8), IRV_REG(task), bail);
	int mine = ir_kfunc(f, "bpf_task_acquire", 0, IR_CALL_ARGS(IRV_REG(task)));
	ir_br(f, IR_EQ, mine, IRV_IMM(0), bail);
	int old = ir_call(f, H_KPTR_XCHG, IR_CALL_ARGS(IRV_REG(entry), IRV_REG(mine)));
	ir_br(f, IR_EQ, old, IRV_IMM(0), bail);
	ir_kfunc(f, "bpf_task_release", 0, IR_CALL_ARGS(IRV_REG(old)));
	ir_place(f, bail);
	ir_ret(f, IRV_IMM(0));
}
