/*
 * zone.c - provider zone: zones come and go
 *
 *	signal_generate of ZONE_EVENT_SIGNAL with ZONE_EVENT_CODE	what a zone's programs tell (base/zone_event.h): a
 *									probe for each
 *	sched_process_exit of a zone's supervisor that told no end	shutdown, down, halted: it was killed, and the zone
 *									with it
 *
 * The same events fill the table that zonename and zoneid look into, before a zone's first process runs and before
 * anything that ends is used again:
 *
 *	key: the zone's pid namespace, as it is	value: the last event	from BEGUN to DOWN
 *	     its network namespace					from BEGUN to DOWN
 *	     its supervisor's number | SUPERVISOR			from BEGUN to HALTED
 *	     a CPU's number | EVENT		the event that the CPU is at
 *	     a control group's id | GROUP, of	the zone that it is, <unknown> until the session knows: from cgroup_mkdir on
 *	     version 1 | LEGACY
 *
 * Zones that were up before and containers of others are put there by the session (api/zones.c), which is told of
 * processes that may be one: the first of a pid namespace, and what may run a virtual machine (image.h, begun).
 */
#include "base/container.h"
#include "base/zone_event.h"
#include "dtrace/bpf/image.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

#include <stddef.h>
#include <string.h>

enum {
	HELPER_SMP_PROCESSOR_ID = 8,
	HELPER_PROBE_READ_USER = 112,
	HELPER_PROBE_READ_KERNEL = 113,
	HELPER_TASK_BTF = 158
};
enum { HELPER_MAP_UPDATE = 2, CAP_SYS_ADMIN_BIT = 1 << 21 };
enum { EVENT_AT }; /* in env->cache: address of the event */

static int member(struct emit_env *env, int base, const char *strct, const char *name)
{
	return stable_field(env, base, strct, name, false);
}

/* ---- keys ---- */

/* A frame object with the key {word | tag, 0}. */
static int tagged_key(struct emit_env *env, int word, uint64_t tag)
{
	struct ir_func *f = env->f;
	int key = ir_frame(f, sizeof(struct zone_key), 8);
	int tagged = ir_alu(f, IR_OR, word, IRV_IMM((int64_t)tag));
	ir_store(f, ir_frame_addr(f, key, 0), offsetof(struct zone_key, ns), 8, IRV_REG(tagged));
	ir_store(f, ir_frame_addr(f, key, 0), offsetof(struct zone_key, started), 8, IRV_IMM(0));
	return key;
}

static int supervisor_key(struct emit_env *env, int task)
{
	return tagged_key(env, member(env, task, "task_struct", "tgid"), IMAGE_ZONE_SUPERVISOR);
}

/* Address of the CPU's own event, to be filled. */
static int own_event(struct emit_env *env, int key)
{
	struct ir_func *f = env->f;
	int at = ir_reg(f), there = ir_label(f);
	ir_mov(f, at, IRV_REG(stable_recall(env, key)));
	ir_br(f, IR_NE, at, IRV_IMM(0), there);
	int zeroes = ir_mapval(f, IMAGE_MAP_GLOB, env->zeroes);
	ir_call(f, HELPER_MAP_UPDATE,
		IR_CALL_ARGS(IRV_REG(ir_map(f, (unsigned)env->memory)),
			     IRV_REG(ir_frame_addr(f, key, 0)), IRV_REG(zeroes), IRV_IMM(0)));
	ir_mov(f, at, IRV_REG(stable_recall(env, key)));
	ir_br(f, IR_EQ, at, IRV_IMM(0), env->fail);
	ir_place(f, there);
	return at;
}

static int own_key(struct emit_env *env)
{
	return tagged_key(env, ir_call(env->f, HELPER_SMP_PROCESSOR_ID, 0, NULL), IMAGE_ZONE_EVENT);
}

/* ---- what is told ---- */

/* Capabilities 0 to 31: before Linux 6.3 there were two words of them. */
static int low_capabilities(struct emit_env *env, int cred)
{
	uint32_t bits, size;
	if (!env->btf || (!btf_member(env->btf, "cred", "cap_effective.val", &bits, &size, NULL) &&
			  !btf_member(env->btf, "cred", "cap_effective.cap", &bits, &size, NULL)))
		return ir_imm(env->f, 0);
	return ir_load(env->f, cred, (int32_t)(bits / 8), 4);
}

/* Leaves unless the thread may speak for zones: it is of the system's own namespaces. */
static void is_trusted(struct emit_env *env, int task)
{
	struct ir_func *f = env->f;
	int cred = member(env, task, "task_struct", "cred");
	int users = member(env, cred, "cred", "user_ns");
	int pid = member(env, task, "task_struct", "thread_pid");
	int caps = low_capabilities(env, cred);
	ir_br(f, IR_NE, member(env, users, "user_namespace", "level"), IRV_IMM(0), env->fail);
	ir_br(f, IR_NE, member(env, pid, "pid", "level"), IRV_IMM(0), env->fail);
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, caps, IRV_IMM(CAP_SYS_ADMIN_BIT)), IRV_IMM(0), env->fail);
}

/* Where the texts of an event end at the latest. */
static const int32_t text_ends[] = {
    offsetof(struct zone_event, name) + ZONE_EVENT_NAME - 1,
    offsetof(struct zone_event, brand) + ZONE_EVENT_BRAND - 1,
    offsetof(struct zone_event, reason) + ZONE_EVENT_REASON - 1,
    offsetof(struct zone_event, path) + ZONE_EVENT_PATH - 1,
};

/* signal_generate(sig, info, task, ...): the event as a copy of the CPU's own, or leaves. */
static int told_event(struct emit_env *env)
{
	enum { SIG, INFO, TARGET };
	struct ir_func *f = env->f;
	int sig = ir_unary(f, IR_ZEXT, stable_param(env, SIG), 4), info = stable_param(env, INFO);
	ir_br(f, IR_NE, sig, IRV_IMM(ZONE_EVENT_SIGNAL), env->fail);
	ir_br(f, IR_ULE, info, IRV_IMM(1), env->fail); /* SEND_SIG_NOINFO, SEND_SIG_PRIV */
	int code = stable_field(env, info, "kernel_siginfo", "si_code", true);
	ir_br(f, IR_NE, code, IRV_IMM(ZONE_EVENT_CODE), env->fail);
	int task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	int target = member(env, stable_param(env, TARGET), "task_struct", "tgid");
	ir_br(f, IR_NE, target, IRV_REG(member(env, task, "task_struct", "tgid")), env->fail);
	is_trusted(env, task);
	/* Of a union older kernels let the first member be read only. */
	int from =
	    stable_read(env, info, "kernel_siginfo", "_sifields._rt._sigval.sival_ptr", env->fail);
	int at = own_event(env, own_key(env));
	int r =
	    ir_call(f, HELPER_PROBE_READ_USER,
		    IR_CALL_ARGS(IRV_REG(at), IRV_IMM(sizeof(struct zone_event)), IRV_REG(from)));
	ir_br(f, IR_NE, r, IRV_IMM(0), env->fail);
	int magic = ir_load(f, at, offsetof(struct zone_event, magic), 8);
	int expected = ir_imm(f, (int64_t)ZONE_EVENT_MAGIC);
	ir_br(f, IR_NE, magic, IRV_REG(expected), env->fail);
	for (size_t i = 0; i < sizeof(text_ends) / sizeof(text_ends[0]); i++)
		ir_store(f, at, text_ends[i], 1, IRV_IMM(0));
	return at;
}

/* ---- the table ---- */

/* A namespace of the event as a key of the table. */
static int zone_key_at(struct emit_env *env, int at, size_t off)
{
	struct ir_func *f = env->f;
	int key = ir_frame(f, sizeof(struct zone_key), 8);
	for (int32_t i = 0; i < (int32_t)sizeof(struct zone_key); i += 8)
		ir_store(f, ir_frame_addr(f, key, 0), i, 8,
			 IRV_REG(ir_load(f, at, (int32_t)off + i, 8)));
	return key;
}

static void put(struct emit_env *env, int key, int at)
{
	struct ir_func *f = env->f;
	ir_call(f, HELPER_MAP_UPDATE,
		IR_CALL_ARGS(IRV_REG(ir_map(f, (unsigned)env->memory)),
			     IRV_REG(ir_frame_addr(f, key, 0)), IRV_REG(at), IRV_IMM(0)));
}

/* The session looks again at those that it names. */
static void names_change(struct emit_env *env)
{
	int at = ir_mapval(env->f, IMAGE_MAP_GLOB, offsetof(struct image_state, groups_made));
	ir_atomic_add(env->f, at, 0, 8, IRV_IMM(1));
}

static void emit_register(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int at = told_event(env), ends = ir_label(f), halted = ir_label(f);
	int what = ir_load(f, at, offsetof(struct zone_event, what), 4);
	int supervisor = supervisor_key(env, ir_call(f, HELPER_TASK_BTF, 0, NULL));
	ir_br(f, IR_EQ, what, IRV_IMM(ZONE_EVENT_HALTED), halted);
	ir_br(f, IR_EQ, ir_load(f, at, offsetof(struct zone_event, key.ns), 8), IRV_IMM(0),
	      env->fail);
	int key = zone_key_at(env, at, offsetof(struct zone_event, key));
	int net = zone_key_at(env, at, offsetof(struct zone_event, net));
	ir_br(f, IR_EQ, what, IRV_IMM(ZONE_EVENT_DOWN), ends);
	put(env, key, at);
	put(env, net, at);
	put(env, supervisor, at);
	/* Whoever is called like it is to be called otherwise. */
	ir_br(f, IR_NE, what, IRV_IMM(ZONE_EVENT_BEGUN), env->fail);
	names_change(env);
	ir_jmp(f, env->fail);
	ir_place(f, ends);
	stable_forget(env, key);
	stable_forget(env, net);
	ir_jmp(f, env->fail);
	ir_place(f, halted);
	stable_forget(env, supervisor);
}

/* ---- control groups: of version 2, and of the one hierarchy of version 1 that tells ---- */

/* cgroup_mkdir(group, path), cgroup_rmdir(group, path). */
static int group_key(struct emit_env *env, int group)
{
	struct ir_func *f = env->f;
	const struct container_legacy legacy = container_legacy();
	int root = member(env, group, "cgroup", "root"), known = ir_label(f);
	int hierarchy = member(env, root, "cgroup_root", "hierarchy_id");
	int tag = ir_copy(f, ir_imm(f, (int64_t)IMAGE_ZONE_GROUP));
	ir_br(f, IR_EQ, hierarchy, IRV_IMM(0), known);
	if (legacy.hierarchy) {
		ir_br(f, IR_NE, hierarchy, IRV_IMM(legacy.hierarchy), env->fail);
		ir_mov(f, tag, IRV_IMM((int64_t)IMAGE_ZONE_LEGACY));
	} else {
		ir_jmp(f, env->fail);
	}
	ir_place(f, known);
	int node = member(env, group, "cgroup", "kn");
	int id = ir_alu(f, IR_OR, member(env, node, "kernfs_node", "id"), IRV_REG(tag));
	return tagged_key(env, id, 0);
}

/* A group below one of a zone is that zone's; of another it is not known yet whose it is. */
static void emit_group_made(struct emit_env *env)
{
	static const char unknown[] = "<unknown>";
	struct ir_func *f = env->f;
	int group = stable_param(env, 0), key = group_key(env, group), others = ir_label(f);
	int above = member(env, group, "cgroup", "self.parent");
	above = member(env, above, "cgroup_subsys_state", "cgroup");
	int at = stable_recall(env, group_key(env, above));
	ir_br(f, IR_EQ, at, IRV_IMM(0), others);
	int what = ir_load(f, at, offsetof(struct zone_event, what), 4);
	ir_br(f, IR_EQ, what, IRV_IMM(ZONE_EVENT_MIXED), others);
	put(env, key, at);
	ir_jmp(f, env->fail);
	ir_place(f, others);
	at = own_event(env, own_key(env));
	ir_store(f, at, offsetof(struct zone_event, what), 4, IRV_IMM(ZONE_EVENT_BEGUN));
	ir_store(f, at, offsetof(struct zone_event, id), 4, IRV_IMM(-1));
	for (size_t i = 0; i < sizeof(unknown); i++)
		ir_store(f, at, (int32_t)(offsetof(struct zone_event, name) + i), 1,
			 IRV_IMM(unknown[i]));
	put(env, key, at);
	names_change(env);
}

static void emit_group_gone(struct emit_env *env)
{
	stable_forget(env, group_key(env, stable_param(env, 0)));
}

/* ---- processes that may be zones ---- */

static void note_begun(struct emit_env *env, int task)
{
	struct ir_func *f = env->f;
	int at = ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, nbegun));
	int n = ir_fetch_add(f, at, 0, 8, IRV_IMM(1));
	int slot = ir_alu(f, IR_AND, n, IRV_IMM(IMAGE_BEGUN - 1));
	int to = ir_alu(f, IR_ADD, at, IRV_REG(ir_alu(f, IR_SHL, slot, IRV_IMM(3))));
	int stamp = ir_alu(f, IR_SHL, ir_alu(f, IR_ADD, n, IRV_IMM(1)), IRV_IMM(32));
	int tgid = member(env, task, "task_struct", "tgid");
	ir_store(f, to, 8, 8, IRV_REG(ir_alu(f, IR_OR, stamp, IRV_REG(tgid))));
}

/* sched_process_fork(parent, child): the first of a pid namespace right below the system's. */
static void emit_first(struct emit_env *env)
{
	enum { UPID_BYTES = 16 };
	struct ir_func *f = env->f;
	uint32_t bits, size;
	int child = stable_param(env, 1), pid = member(env, child, "task_struct", "thread_pid");
	ir_br(f, IR_NE, member(env, pid, "pid", "level"), IRV_IMM(1), env->fail);
	if (!env->btf || !btf_member(env->btf, "pid", "numbers", &bits, &size, NULL))
		return;
	int room = ir_frame(f, 8, 8);
	int from = ir_alu(f, IR_ADD, pid, IRV_IMM(bits / 8 + UPID_BYTES));
	int r =
	    ir_call(f, HELPER_PROBE_READ_KERNEL,
		    IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, room, 0)), IRV_IMM(4), IRV_REG(from)));
	ir_br(f, IR_NE, r, IRV_IMM(0), env->fail);
	int number = ir_load(f, ir_frame_addr(f, room, 0), 0, 4);
	ir_br(f, IR_NE, number, IRV_IMM(1), env->fail);
	note_begun(env, child);
}

/* sched_process_exec(task, ...): by the first letters of what base/container.c knows. */
static void emit_program(struct emit_env *env)
{
	static const char known[][5] = {"qemu", "fire", "clou", "cros", "lkvm"};
	struct ir_func *f = env->f;
	uint32_t bits, size;
	int task = stable_param(env, 0), found = ir_label(f);
	if (!env->btf || !btf_member(env->btf, "task_struct", "comm", &bits, &size, NULL))
		return;
	int name = ir_load(f, task, (int32_t)(bits / 8), 4);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		uint32_t word;
		memcpy(&word, known[i], sizeof(word));
		ir_br(f, IR_EQ, name, IRV_IMM(word), found);
	}
	int three = ir_alu(f, IR_AND, name, IRV_IMM(0xffffff));
	ir_br(f, IR_NE, three, IRV_IMM('k' | 'v' << 8 | 'm' << 16), env->fail);
	ir_place(f, found);
	note_begun(env, task);
}

/* ---- probes ---- */

static void begin_told(struct emit_env *env)
{
	env->cache[EVENT_AT] = told_event(env);
}

/* sched_process_exit(task): a supervisor that has not said that its zone is halted. */
static void begin_killed(struct emit_env *env)
{
	static const char reason[] = "supervisor killed";
	struct ir_func *f = env->f;
	int task = stable_param(env, 0), tgid = member(env, task, "task_struct", "tgid");
	ir_br(f, IR_NE, member(env, task, "task_struct", "pid"), IRV_REG(tgid), env->fail);
	int key = supervisor_key(env, task), own = own_key(env), at = stable_recall(env, key);
	ir_br(f, IR_EQ, at, IRV_IMM(0), env->fail);
	put(env, own, at);
	stable_forget(env, key);
	at = own_event(env, own);
	for (size_t i = 0; i < sizeof(reason); i++)
		ir_store(f, at, (int32_t)(offsetof(struct zone_event, reason) + i), 1,
			 IRV_IMM(reason[i]));
	env->cache[EVENT_AT] = at;
}

static void begin(struct emit_env *env)
{
	if (env->source)
		begin_killed(env);
	else
		begin_told(env);
}

static void enter(struct emit_env *env, enum zone_event_what what)
{
	struct ir_func *f = env->f;
	if (env->source) /* everything that is its end */
		return;
	int told = ir_load(f, env->cache[EVENT_AT], offsetof(struct zone_event, what), 4);
	ir_br(f, IR_NE, told, IRV_IMM(what), env->fail);
}

#define ENTER(name, what)                                                                          \
	static void enter_##name(struct emit_env *env)                                             \
	{                                                                                          \
		enter(env, ZONE_EVENT_##what);                                                     \
	}
ENTER(configured, CONFIGURED)
ENTER(unconfigured, UNCONFIGURED)
ENTER(incomplete, INCOMPLETE)
ENTER(installed, INSTALLED)
ENTER(uninstalled, UNINSTALLED)
ENTER(ready, READY)
ENTER(boot, BOOT)
ENTER(running, RUNNING)
ENTER(reboot, REBOOT)
ENTER(shutdown, SHUTDOWN)
ENTER(down, DOWN)
ENTER(halted, HALTED)

static int event(struct emit_env *env)
{
	env->plain = true;
	return ir_copy(env->f, env->cache[EVENT_AT]);
}

static const struct stable_arg args[] = {
    {.type = "struct zone_event *", .xtype = "zoneinfo_t *", .name = "zone", .emit = event}};

static const struct probe_companion fillers[] = {
    {"zone_register", "signal_generate", emit_register},
    {"zone_group_made", "cgroup_mkdir", emit_group_made},
    {"zone_group_gone", "cgroup_rmdir", emit_group_gone},
    {"zone_first", "sched_process_fork", emit_first},
    {"zone_program", "sched_process_exec", emit_program},
};
static const struct probe_memory zones = {
    .name = "zones",
    .key_bytes = sizeof(struct zone_key),
    .value_bytes = sizeof(struct zone_event),
    .entries = IMAGE_ZONES,
    .companions = fillers,
    .ncompanions = sizeof(fillers) / sizeof(fillers[0]),
    .grows = true,
};

#define TOLD(name, enter)                                                                          \
	{                                                                                          \
		name, "signal_generate", enter, args, 1, .memory = &zones, .begin = begin          \
	}
#define ENDED(name, enter)                                                                         \
	{                                                                                          \
		name, "signal_generate", enter, args, 1, .memory = &zones, .begin = begin,         \
							 .more = {                                 \
								 "sched_process_exit"              \
							 }                                         \
	}
static const struct stable_probe probes[] = {
    TOLD("configured", enter_configured),
    TOLD("unconfigured", enter_unconfigured),
    TOLD("incomplete", enter_incomplete),
    TOLD("installed", enter_installed),
    TOLD("uninstalled", enter_uninstalled),
    TOLD("ready", enter_ready),
    TOLD("boot", enter_boot),
    TOLD("running", enter_running),
    TOLD("reboot", enter_reboot),
    ENDED("shutdown", enter_shutdown),
    ENDED("down", enter_down),
    ENDED("halted", enter_halted),
};

void provider_zone_add(struct registry *r)
{
	static const struct stable_provider table = {
	    "zone", probes, sizeof(probes) / sizeof(probes[0]), .zones = &zones};
	provider_stable_add(r, &table);
}
