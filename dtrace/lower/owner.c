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
 *
 * Where a clause asks for the command line (execargs, pr_psargs) the companion reads that as well, for it can be read of the thread that runs only:
 *
 *	key: address of the object	value: bytes of the text (8), the text
 */
#include "dtrace/lower/lower_int.h"

#include <string.h>

enum { H_KPTR_XCHG = 194, OBJECTS_MAX = 1 << 18, OBJECTS_AT_ONCE = 1 << 14 };
enum { ARGS_BYTES = 0, ARGS_TEXT = 8 }; /* of the value */

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
	case BV_EXECARGS:
		L->wants_args = true;
		L->wants_owner = true;
		break;
	case BV_CGROUPID:
	case BV_CURTHREAD:
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

static struct owner *add_owner(struct lower *L, const struct probe_origin *o)
{
	struct owner *at = vec_push(&L->owners, L->a);
	*at = (struct owner){.origin = *o};
	if (!feature_has(L->o->features, FEAT_TASK_KPTR)) {
		at->unknown = true;
		return at;
	}
	at->map = (uint32_t)L->img->maps.n;
	at->pointers = o->by_interrupts ? glob_alloc(L, 8 * L->img->ncpu, 8) : 0;
	*vec_push(&L->img->maps, L->a) =
	    (struct image_map){.kind = MAP_KIND_HASH,
			       .name = "owner",
			       .key_bytes = 8,
			       .value_bytes = 8,
			       .entries = o->by_interrupts ? OBJECTS_AT_ONCE : OBJECTS_MAX,
			       .prealloc = o->by_interrupts,
			       .value_task = true};
	return at;
}

static void keep_args(struct lower *L, struct owner *o)
{
	o->args = true;
	o->args_map = (uint32_t)L->img->maps.n;
	o->zeroes = glob_alloc(L, ARGS_TEXT + L->strsize, 8);
	*vec_push(&L->img->maps, L->a) = (struct image_map){.kind = MAP_KIND_HASH,
							    .name = "owner_args",
							    .key_bytes = 8,
							    .value_bytes = ARGS_TEXT + L->strsize,
							    .entries = OBJECTS_AT_ONCE,
							    .prealloc = o->origin.by_interrupts};
}

static void note_probe(struct lower *L, const struct site *s, const struct site_use *use)
{
	struct probe_origin origin;
	if (!origin_of(s, use->probe, &origin))
		return;
	L->wants_owner = L->wants_args = false;
	for (size_t i = 0; i < use->clauses.n; i++) {
		const struct sema_clause *sc = L->clauses.at[use->clauses.at[i]].sc;
		lower_visit_node(L, sc->predicate, note_use);
		lower_visit_node(L, sc->body, note_use);
	}
	if (!L->wants_owner)
		return;
	struct owner *o = find_owner(L, &origin);
	if (!o)
		o = add_owner(L, &origin);
	if (L->wants_args && !o->args && !o->unknown)
		keep_args(L, o);
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

static int lookup(struct ir_func *f, uint32_t map, int key_obj)
{
	return ir_call(
	    f, H_MAP_LOOKUP,
	    IR_CALL_ARGS(IRV_REG(ir_map(f, map)), IRV_REG(ir_frame_addr(f, key_obj, 0))));
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
		int entry = lookup(f, o->map, key);
		c->owner_key = key;
		ir_br(f, IR_EQ, entry, IRV_IMM(0), unknown);
		ir_mov(f, task, IRV_REG(ir_load(f, entry, 0, 8)));
		ir_br(f, IR_NE, task, IRV_IMM(0), known);
	}
	ir_place(f, unknown);
	ir_mov(f, task, IRV_REG(idle_thread(c)));
	ir_place(f, known);
	c->env.subject = task;
	c->owner = o;
}

/* At most so many bytes as there is room for. */
static void cut(struct ir_func *f, int n, uint32_t room)
{
	int fits = ir_label(f);
	ir_br(f, IR_ULE, n, IRV_IMM(room), fits);
	ir_mov(f, n, IRV_IMM(room));
	ir_place(f, fits);
}

int owner_args(struct lw *c, int dst, int none)
{
	struct ir_func *f = c->f;
	int entry = lookup(f, c->owner->args_map, c->owner_key);
	ir_br(f, IR_EQ, entry, IRV_IMM(0), none);
	int n = ir_copy(f, ir_load(f, entry, ARGS_BYTES, 8));
	cut(f, n, c->L->strsize);
	ir_br(f, IR_EQ, n, IRV_IMM(0), none);
	int text = ir_alu(f, IR_ADD, entry, IRV_IMM(ARGS_TEXT));
	int r =
	    ir_call(f, H_PROBE_READ_KERNEL, IR_CALL_ARGS(IRV_REG(dst), IRV_REG(n), IRV_REG(text)));
	ir_br(f, IR_SLT, r, IRV_IMM(0), none);
	return n;
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

/* Entry of the object, made of zeroes when there is none yet; goes to bail, and counts it, where there is no room. */
static int entry_of(struct ir_func *f, uint32_t map, int key, int zeroes, int bail)
{
	int there = ir_label(f), entry = ir_reg(f);
	ir_mov(f, entry, IRV_REG(lookup(f, map, key)));
	ir_br(f, IR_NE, entry, IRV_IMM(0), there);
	ir_call(f, H_MAP_UPDATE,
		IR_CALL_ARGS(IRV_REG(ir_map(f, map)), IRV_REG(ir_frame_addr(f, key, 0)),
			     IRV_REG(zeroes), IRV_IMM(1)));
	ir_mov(f, entry, IRV_REG(lookup(f, map, key)));
	ir_br(f, IR_NE, entry, IRV_IMM(0), there);
	ir_atomic_add(f, ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, dyn_drops)), 0,
		      8, IRV_IMM(1));
	ir_jmp(f, bail);
	ir_place(f, there);
	return entry;
}

static void note_args(struct lower *L, const struct owner *o, struct ir_func *f, int task, int key,
		      int bail)
{
	uint32_t mm, start, end;
	if (!kernel_offset(L, "task_struct", "mm", &mm) ||
	    !kernel_offset(L, "mm_struct", "arg_start", &start) ||
	    !kernel_offset(L, "mm_struct", "arg_end", &end))
		return;
	int memory = ir_load(f, task, (int32_t)mm, 8);
	int from = ir_load(f, memory, (int32_t)start, 8);
	int n = ir_copy(f, ir_alu(f, IR_SUB, ir_load(f, memory, (int32_t)end, 8), IRV_REG(from)));
	int zeroes = ir_mapval(f, IMAGE_MAP_GLOB, o->zeroes);
	int entry = entry_of(f, o->args_map, key, zeroes, bail);
	ir_store(f, entry, ARGS_BYTES, 8, IRV_IMM(0));
	cut(f, n, L->strsize);
	ir_br(f, IR_EQ, n, IRV_IMM(0), bail);
	int text = ir_alu(f, IR_ADD, entry, IRV_IMM(ARGS_TEXT));
	int r =
	    ir_call(f, H_PROBE_READ_USER, IR_CALL_ARGS(IRV_REG(text), IRV_REG(n), IRV_REG(from)));
	ir_br(f, IR_SLT, r, IRV_IMM(0), bail);
	ir_store(f, entry, ARGS_BYTES, 8, IRV_REG(n));
}

static void note_thread(const struct owner *o, struct ir_func *f, int task, int key, int zero,
			int bail)
{
	int noted = ir_label(f);
	ir_store(f, ir_frame_addr(f, zero, 0), 0, 8, IRV_IMM(0));
	int entry = entry_of(f, o->map, key, ir_frame_addr(f, zero, 0), bail);
	ir_br(f, IR_EQ, ir_load(f, entry, 0, 8), IRV_REG(task), noted);
	int mine = ir_kfunc(f, "bpf_task_acquire", 0, IR_CALL_ARGS(IRV_REG(task)));
	ir_br(f, IR_EQ, mine, IRV_IMM(0), bail);
	int old = ir_call(f, H_KPTR_XCHG, IR_CALL_ARGS(IRV_REG(entry), IRV_REG(mine)));
	ir_br(f, IR_EQ, old, IRV_IMM(0), noted);
	ir_kfunc(f, "bpf_task_release", 0, IR_CALL_ARGS(IRV_REG(old)));
	ir_place(f, noted);
}

void owner_unit(struct lower *L, const struct owner *o, struct ir_unit *u)
{
	struct ir_func *f = ir_func_new(u, u->name, 1);
	int bail = ir_label(f), key = ir_frame(f, 8, 8), zero = ir_frame(f, 8, 8);
	int task = ir_call(f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	if (o->origin.by_interrupts)
		unless_interrupted(L, o, f, task, zero, bail);
	int object = ir_load(f, f->params[0], (int32_t)(8 * o->origin.param), 8);
	ir_store(f, ir_frame_addr(f, key, 0), 0, 8, IRV_REG(object));
	note_thread(o, f, task, key, zero, bail);
	if (o->args)
		note_args(L, o, f, task, key, bail);
	ir_place(f, bail);
	ir_ret(f, IRV_IMM(0));
}
