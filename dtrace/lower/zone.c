/*
 * zone.c - which zone a thread is in: the one function that tells (zone identity)
 *
 * A zone, ours or another's container, is a pid namespace below that of the system: the outermost one
 * that the thread is in, which no thread can change for itself, whatever it unshares or joins later,
 * and which containers within containers share. Threads of the system's own namespace are in a zone
 * where their control group is one (of version 2, or else of version 1), a service or a container without a namespace,
 * or their process is, a virtual machine; else in the global one. The table of zones that are up (image.h:
 * zones_map) names a zone of ours before its first instruction, a container of others soon after. One
 * that is not in it yet is in a zone that has no name, <unknown>: never in the global one. The same
 * goes for a control group that was made a moment ago.
 */
#include "base/container.h"
#include "base/zone_event.h"
#include "dtrace/lower/lower_int.h"
#include "dtrace/lower/rt_int.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { WORD = 8, UPID_BYTES = 16, UPID_NS = 8, TICK_NS = 10000000 };

/* The table belongs to the provider that fills it as zones come and go. */
static int zones_map(struct lower *L)
{
	struct provider *p = NULL;
	for (size_t i = 0;
	     !L->img->zones_map && L->s->registry && (p = registry_provider(L->s->registry, i));
	     i++)
		if (p->ops->zones)
			lower_memory_map(L, p, p->ops->zones);
	return (int)L->img->zones_map;
}

int lw_fetch(struct lw *c, struct place at, int addr, uint32_t off, unsigned size, int label)
{
	struct ir_func *f = c->f;
	int src = ir_alu(f, IR_ADD, addr, I(off));
	int r =
	    ir_call(f, H_PROBE_READ_KERNEL, IR_CALL_ARGS(R(lw_addr_of(c, at)), I(size), R(src)));
	ir_br(f, IR_NE, r, I(0), label);
	return ir_load(f, at.reg, at.off, size);
}

struct offsets {
	uint32_t task_pid, level, numbers, id, inum, reaper, start, net, net_id, net_inum;
	uint32_t task_groups, group, node, node_id, tgid;
	uint32_t legacy, legacy_group; /* to a group of version 1 in place of `group` */
	bool has_legacy;
	bool has_id; /* numbers of namespaces that are never used again: Linux 6.18 */
};

/* A thread's groups of version 1 hang from its controllers' states. */
static void find_legacy(struct lower *L, struct offsets *o)
{
	const struct container_legacy legacy = container_legacy();
	char name[32];
	int64_t index;
	snprintf(name, sizeof(name), "%s_cgrp_id", legacy.controller);
	o->has_legacy = legacy.hierarchy && kernel_offset(L, "css_set", "subsys", &o->legacy) &&
			kernel_offset(L, "cgroup_subsys_state", "cgroup", &o->legacy_group) &&
			btf_find_enumerator(L->o->btf, name, &index) && index >= 0 && index < 64;
	if (o->has_legacy)
		o->legacy += (uint32_t)index * WORD;
}

static bool find_offsets(struct lower *L, struct offsets *o)
{
	o->has_id = kernel_offset(L, "pid_namespace", "ns.ns_id", &o->id) &&
		    kernel_offset(L, "net", "ns.ns_id", &o->net_id);
	find_legacy(L, o);
	return kernel_offset(L, "task_struct", "thread_pid", &o->task_pid) &&
	       kernel_offset(L, "pid", "level", &o->level) &&
	       kernel_offset(L, "pid", "numbers", &o->numbers) &&
	       kernel_offset(L, "pid_namespace", "ns.inum", &o->inum) &&
	       kernel_offset(L, "pid_namespace", "child_reaper", &o->reaper) &&
	       kernel_offset(L, "task_struct", "start_boottime", &o->start) &&
	       kernel_offset(L, "sock", "__sk_common.skc_net", &o->net) &&
	       kernel_offset(L, "net", "ns.inum", &o->net_inum) &&
	       kernel_offset(L, "task_struct", "cgroups", &o->task_groups) &&
	       kernel_offset(L, "css_set", "dfl_cgrp", &o->group) &&
	       kernel_offset(L, "cgroup", "kn", &o->node) &&
	       kernel_offset(L, "kernfs_node", "id", &o->node_id) &&
	       kernel_offset(L, "task_struct", "tgid", &o->tgid);
}

/* Whose zone: the thread that the probe is about, another one, or a socket. */
enum subject { THREAD, TASK, SOCK };
struct whose {
	enum subject kind;
	int addr; /* register; of a task, a socket */
};

static void put_key(struct lw *c, struct place key, int number, int started)
{
	struct ir_func *f = c->f;
	ir_store(f, key.reg, key.off + (int32_t)offsetof(struct zone_key, ns), WORD, R(number));
	ir_store(f, key.reg, key.off + (int32_t)offsetof(struct zone_key, started), WORD,
		 R(started));
}

/* The parts of struct zone_key of a namespace; `word` is room to read into. */
static void make_key(struct lw *c, const struct offsets *o, struct place word, int ns,
		     struct place key, int fail)
{
	struct ir_func *f = c->f;
	int number, started = ir_imm(f, 0);
	if (o->has_id) {
		number = lw_fetch(c, word, ns, o->id, WORD, fail);
	} else {
		number = lw_fetch(c, word, ns, o->inum, 4, fail);
		int reaper = lw_fetch(c, word, ns, o->reaper, WORD, fail);
		int start = lw_fetch(c, word, reaper, o->start, WORD, fail);
		ir_mov(f, started, R(ir_alu(f, IR_UDIV, start, I(TICK_NS))));
	}
	put_key(c, key, number, started);
}

static int look_up(struct lw *c, struct place key)
{
	return ir_call(
	    c->f, H_MAP_LOOKUP,
	    IR_CALL_ARGS(R(ir_map(c->f, (unsigned)zones_map(c->L))), R(lw_addr_of(c, key))));
}

/* The entry of a group, whose members' processes are told apart where it says so: goes to `done` with it. */
static void find_group(struct lw *c, int group, int tgid, uint64_t tag, struct place key, int found,
		       int done)
{
	struct ir_func *f = c->f;
	int none = ir_label(f);
	put_key(c, key, ir_alu(f, IR_OR, group, I((int64_t)tag)), ir_imm(f, 0));
	ir_mov(f, found, R(look_up(c, key)));
	ir_br(f, IR_EQ, found, I(0), none);
	int what = ir_load(f, found, offsetof(struct zone_event, what), 4);
	ir_br(f, IR_NE, what, I(ZONE_EVENT_MIXED), done);
	put_key(c, key, ir_alu(f, IR_OR, tgid, I((int64_t)IMAGE_ZONE_PROCESS)), ir_imm(f, 0));
	ir_mov(f, found, R(look_up(c, key)));
	ir_br(f, IR_NE, found, I(0), done);
	ir_place(f, none);
}

/* The number of a thread's group of version 1. */
static int legacy_group(struct lw *c, const struct offsets *o, struct place word,
			const struct whose *w, int set, int global)
{
	const uint32_t way[] = {o->legacy, o->legacy_group, o->node, o->node_id};
	int at = set;
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		at = w->kind == THREAD ? ir_load(c->f, at, (int32_t)way[i], WORD)
				       : lw_fetch(c, word, at, way[i], WORD, global);
	return at;
}

/* Of a thread in the system's pid namespace: by its control group, and by its process where processes of that
 * are told apart. `found` gets the entry, or it is global. */
static void find_outside(struct lw *c, const struct offsets *o, struct place word,
			 const struct whose *w, struct place key, int found, int global)
{
	struct ir_func *f = c->f;
	int id, tgid, set, done = ir_label(f);
	if (w->kind == THREAD) {
		set = lw_task_field(c, "cgroups", WORD, false);
		id = lw_task_field(c, "cgroups:css_set>dfl_cgrp:cgroup>kn:kernfs_node>id", WORD,
				   false);
		tgid = lw_task_field(c, "tgid", 4, false);
	} else {
		set = ir_copy(f, lw_fetch(c, word, w->addr, o->task_groups, WORD, global));
		int group = lw_fetch(c, word, set, o->group, WORD, global);
		int node = lw_fetch(c, word, group, o->node, WORD, global);
		id = ir_copy(f, lw_fetch(c, word, node, o->node_id, WORD, global));
		tgid = ir_copy(f, lw_fetch(c, word, w->addr, o->tgid, 4, global));
	}
	find_group(c, id, tgid, IMAGE_ZONE_GROUP, key, found, done);
	if (o->has_legacy)
		find_group(c, legacy_group(c, o, word, w, set, global), tgid, IMAGE_ZONE_LEGACY,
			   key, found, done);
	ir_jmp(f, global);
	ir_place(f, done);
}

/* Of a thread: its outermost pid namespace but the system's. */
static void find_thread(struct lw *c, const struct offsets *o, struct place word,
			const struct whose *w, struct place key, int found, int global, int fail)
{
	struct ir_func *f = c->f;
	int outside = ir_label(f), done = ir_label(f);
	int pid = w->kind == THREAD ? lw_task_field(c, "thread_pid", WORD, false)
				    : lw_fetch(c, word, w->addr, o->task_pid, WORD, fail);
	ir_br(f, IR_EQ, pid, I(0), fail); /* it is ending */
	int level = w->kind == THREAD ? lw_task_field(c, "thread_pid:pid>level", 4, false)
				      : lw_fetch(c, word, pid, o->level, 4, fail);
	ir_br(f, IR_EQ, level, I(0), outside);
	int ns = lw_fetch(c, word, pid, o->numbers + UPID_BYTES + UPID_NS, WORD, fail);
	make_key(c, o, word, ns, key, fail);
	ir_mov(f, found, R(look_up(c, key)));
	ir_jmp(f, done);
	ir_place(f, outside);
	find_outside(c, o, word, w, key, found, global);
	ir_place(f, done);
}

/* By the socket: its network namespace. */
static void key_of_socket(struct lw *c, const struct offsets *o, struct place word, int sock,
			  struct place key, int fail)
{
	int net = lw_fetch(c, word, sock, o->net, WORD, fail);
	int number = o->has_id ? lw_fetch(c, word, net, o->net_id, WORD, fail)
			       : lw_fetch(c, word, net, o->net_inum, 4, fail);
	put_key(c, key, number, ir_imm(c->f, 0));
}

/* What is found of a zone: jumps to `global`, or sets a register to its entry, 0 when it has
 * none, and goes on. */
static int find_zone(struct lw *c, const struct offsets *o, const struct whose *w, int global)
{
	struct ir_func *f = c->f;
	struct place word = lw_temp_place(c, WORD);
	struct place key = lw_temp_place(c, sizeof(struct zone_key));
	int found = ir_reg(f), done = ir_label(f);
	ir_mov(f, found, I(0));
	if (w->kind == SOCK) {
		key_of_socket(c, o, word, w->addr, key, done);
		ir_mov(f, found, R(look_up(c, key)));
	} else {
		find_thread(c, o, word, w, key, found, global, done);
	}
	ir_place(f, done);
	return found;
}

static struct val zone_id(struct lw *c, struct type *t, const struct whose *w)
{
	struct ir_func *f = c->f;
	struct offsets o;
	if (!find_offsets(c->L, &o))
		return val_const(t, 0);
	int id = ir_reg(f), done = ir_label(f);
	if (w->kind == THREAD)
		lw_task(c);
	lw_scratch(c);
	struct cache saved = lw_cond_enter(c);
	ir_mov(f, id, I(0));
	int zone = find_zone(c, &o, w, done);
	ir_mov(f, id, I(-1));
	ir_br(f, IR_EQ, zone, I(0), done);
	ir_mov(f, id, R(ir_load_signed(f, zone, offsetof(struct zone_event, id), 4)));
	ir_place(f, done);
	lw_cond_leave(c, saved);
	return val_of(t, id);
}

static void put_text(struct lw *c, struct place dst, const char *text)
{
	struct place literal = {.kind = P_DIRECT,
				.reg = ir_mapval(c->f, IMAGE_MAP_GLOB,
						 glob_literal(c->L, text, (uint32_t)strlen(text)))};
	lw_copy(c, dst, literal, (uint32_t)(strlen(text) + 8) / 8 * 8);
}

static struct val zone_name(struct lw *c, const struct whose *w)
{
	struct ir_func *f = c->f;
	struct offsets o;
	if (!find_offsets(c->L, &o))
		return val_lit(c, "global", 6);
	struct place dst = lw_temp_place(c, RT_SLACK(c->L->strsize) + ZONE_EVENT_NAME);
	int global = ir_label(f), unknown = ir_label(f), done = ir_label(f);
	if (w->kind == THREAD)
		lw_task(c);
	lw_scratch(c);
	struct cache saved = lw_cond_enter(c);
	for (uint32_t i = 0; i < ZONE_EVENT_NAME; i += WORD)
		ir_store(f, dst.reg, dst.off + (int32_t)i, WORD, I(0));
	int zone = find_zone(c, &o, w, global);
	ir_br(f, IR_EQ, zone, I(0), unknown);
	lw_copy(
	    c, dst,
	    (struct place){.kind = P_DIRECT, .reg = zone, .off = offsetof(struct zone_event, name)},
	    ZONE_EVENT_NAME);
	ir_jmp(f, done);
	ir_place(f, unknown);
	put_text(c, dst, "<unknown>");
	ir_jmp(f, done);
	ir_place(f, global);
	put_text(c, dst, "global");
	ir_place(f, done);
	lw_cond_leave(c, saved);
	return val_str_mem(c, dst, ZONE_EVENT_NAME);
}

struct val lw_zone_id(struct lw *c, struct type *t)
{
	return zone_id(c, t, &(struct whose){.kind = THREAD});
}

struct val lw_zone_name(struct lw *c)
{
	return zone_name(c, &(struct whose){.kind = THREAD});
}

struct val lw_zone_call(struct lw *c, struct node *n)
{
	enum builtin_func id = n->ident->func->id;
	bool task = id == BF_TASK_ZONEID || id == BF_TASK_ZONENAME;
	struct whose w = {.kind = task ? TASK : SOCK, .addr = lw_int(c, n->kids[0])};
	return id == BF_TASK_ZONEID || id == BF_SOCK_ZONEID ? zone_id(c, n->type, &w)
							    : zone_name(c, &w);
}
