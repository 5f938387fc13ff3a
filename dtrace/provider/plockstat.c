/*
 * plockstat.c - provider plockstat: locks of POSIX threads
 *
 *	uprobe at the functions that lock and unlock	remember which lock, and how
 *	raw tracepoint sys_enter, futex, in one of them	-> mutex-block, rw-block; mutex-release where the thread
 *							begins to wait for a condition
 *	uretprobe, or uprobes where it returns		-> all the others
 *
 * The functions are those of lock_places.h. A thread that waits in the kernel does so by
 * the system call futex; when its address lies in the lock it waits for the lock.
 *
 *	memory: by thread	0 lock	8 enum lock_kind | GLIBC	16 HAS_*	24 TOLD_*	32 how
 *
 * Each function begins anew what is remembered of its thread, so that a function that calls another one of them (a
 * library that stands before the C library's) is not counted: the inner one is. M_HAS is set by the
 * companion, M_TOLD by the probes' own program, whichever of them runs first.
 *
 * "how" is 1 where a recursive mutex is let go but still held, or where a writer lets go; what a lock is like is read
 * from glibc's structures (their layout is its ABI) and, for writers, musl's.
 */
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/lock_places.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/stable.h"
#include "dtrace/provider/uprobe.h"
#include "dtrace/types/btf.h"

#include <ctype.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define FAMILY "plockstat"

enum { HELPER_PID_TGID = 14 };

enum { BLOCKED = 1, PARKED = 2 }; /* waits for the lock, for the condition */
enum { M_LOCK = 0, M_KIND = 8, M_HAS = 16, M_TOLD = 24, M_HOW = 32, MEMORY_BYTES = 40 };
enum { THREADS_MAX = 16384 };
enum {
	AT_LOCK = 1,
	AT_KIND,
	AT_STATE,
	AT_HOW,
	AT_RESULT
}; /* emit_env.cache; AT_STATE: what is new, or HAS_* */
enum { SRC_RETURN, SRC_FUTEX };

/* Byte offsets within glibc's pthread_mutex_t and pthread_rwlock_t, and what they hold. */
enum { MUTEX_COUNT = 4, MUTEX_KIND = 16, KIND_MASK = 3, KIND_RECURSIVE = 1, RW_WRITER = 24 };
enum { LOCK_BYTES_MAX = 56, MUSL_WRITER = 0x7fffffff };

/* ---- processes ---- */

struct lock_probe { /* what probe.data points to */
	const struct row *row;
	struct lock_process *process;
};
struct plockstat { /* provider.data */
	struct uprobe_files files;
	struct map by_pid; /* -> struct lock_process */
	const char *why;
};

/* ---- code that several probes share ---- */

static int thread_key(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int key = ir_frame(f, 8, 8);

	ir_store(f, ir_frame_addr(f, key, 0), 0, 8, IRV_REG(ir_call(f, HELPER_PID_TGID, 0, NULL)));
	return key;
}

static int bits(struct emit_env *env, int reg, int mask)
{
	return ir_alu(env->f, IR_AND, reg, IRV_IMM(mask));
}

static int flag(struct emit_env *env, int reg)
{
	return ir_set(env->f, IR_NE, reg, IRV_IMM(0));
}

static void need(struct emit_env *env, int reg, int mask)
{
	ir_br(env->f, IR_EQ, bits(env, reg, mask), IRV_IMM(0), env->fail);
}

/* Register: a recursive mutex is held more than once. */
static int held_again(struct emit_env *env, int lock, int kind)
{
	struct ir_func *f = env->f;
	int again = ir_imm(f, 0), known = ir_label(f);

	ir_br(f, IR_EQ, bits(env, kind, GLIBC), IRV_IMM(0), known);
	int type = uprobe_emit_read(env, ir_alu(f, IR_ADD, lock, IRV_IMM(MUTEX_KIND)), 4);
	ir_br(f, IR_NE, bits(env, type, KIND_MASK), IRV_IMM(KIND_RECURSIVE), known);
	int count = uprobe_emit_read(env, ir_alu(f, IR_ADD, lock, IRV_IMM(MUTEX_COUNT)), 4);
	ir_mov(f, again, IRV_REG(ir_set(f, IR_UGT, count, IRV_IMM(1))));
	ir_place(f, known);
	return again;
}

/* Register: a writer has it. */
static int held_by_writer(struct emit_env *env, int lock, int kind)
{
	struct ir_func *f = env->f;
	int writer = ir_imm(f, 0), glibc = ir_label(f), known = ir_label(f);

	ir_br(f, IR_NE, bits(env, kind, GLIBC), IRV_IMM(0), glibc);
	int count = bits(env, uprobe_emit_read(env, lock, 4), MUSL_WRITER);
	ir_mov(f, writer, IRV_REG(ir_set(f, IR_EQ, count, IRV_IMM(MUSL_WRITER))));
	ir_jmp(f, known);
	ir_place(f, glibc);
	int tid = uprobe_emit_read(env, ir_alu(f, IR_ADD, lock, IRV_IMM(RW_WRITER)), 4);
	ir_mov(f, writer, IRV_REG(flag(env, tid)));
	ir_place(f, known);
	return writer;
}

/* ---- what is remembered ---- */

static void emit_entry(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int kind = uprobe_emit_own(env), how = ir_imm(f, 0);
	int lock = ir_copy(f, ir_load(f, env->ctx, regs_layout.args[0], 8));
	int known = ir_label(f), first = ir_label(f), rw = ir_label(f);
	int value = ir_frame(f, MEMORY_BYTES, 8), at = ir_frame_addr(f, value, 0);

	ir_br(f, IR_EQ, bits(env, kind, WAIT), IRV_IMM(0), first);
	ir_mov(f, lock, IRV_REG(ir_load(f, env->ctx, regs_layout.args[1], 8)));
	ir_place(f, first);
	ir_br(f, IR_EQ, bits(env, kind, UNLOCK), IRV_IMM(0), rw);
	ir_mov(f, how, IRV_REG(held_again(env, lock, kind)));
	ir_place(f, rw);
	ir_br(f, IR_EQ, bits(env, kind, RWUNLOCK), IRV_IMM(0), known);
	ir_mov(f, how, IRV_REG(held_by_writer(env, lock, kind)));
	ir_place(f, known);
	ir_store(f, at, M_LOCK, 8, IRV_REG(lock));
	ir_store(f, at, M_KIND, 8, IRV_REG(kind));
	ir_store(f, at, M_HAS, 8, IRV_IMM(0));
	ir_store(f, at, M_TOLD, 8, IRV_IMM(0));
	ir_store(f, at, M_HOW, 8, IRV_REG(how));
	stable_remember(env, thread_key(env), value);
}

/* The thread waits in the kernel, in one of the functions: sets *wait, a register with BLOCKED or PARKED, and returns
 * one with the address of what is remembered. Leaves otherwise. */
static int begin_wait(struct emit_env *env, int *wait)
{
	static const int waits[] = {FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_LOCK_PI,
				    FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2};
	struct ir_func *f = env->f;
	int waiting = ir_label(f), done = ir_label(f);

	ir_br(f, IR_NE, stable_param(env, 1), IRV_IMM(SYS_futex), env->fail);
	int what = stable_recall(env, thread_key(env));
	ir_br(f, IR_EQ, what, IRV_IMM(0), env->fail);
	int regs = regs_pointer(env, 0);
	int op =
	    bits(env, regs_load(env, regs, regs_layout.syscall_args[1]), FUTEX_CMD_MASK & 0xff);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		ir_br(f, IR_EQ, op, IRV_IMM(waits[i]), waiting);
	ir_jmp(f, env->fail);
	ir_place(f, waiting);
	int into = ir_alu(f, IR_SUB, regs_load(env, regs, regs_layout.syscall_args[0]),
			  IRV_REG(ir_load(f, what, M_LOCK, 8)));
	*wait = ir_imm(f, BLOCKED);
	ir_br(f, IR_ULT, into, IRV_IMM(LOCK_BYTES_MAX), done);
	need(env, ir_load(f, what, M_KIND, 8), WAIT);
	ir_mov(f, *wait, IRV_IMM(PARKED));
	ir_place(f, done);
	return what;
}

static void set_bits(struct emit_env *env, int what, int offset, int reg)
{
	int now = ir_alu(env->f, IR_OR, ir_load(env->f, what, offset, 8), IRV_REG(reg));

	ir_store(env->f, what, offset, 8, IRV_REG(now));
}

static void emit_futex(struct emit_env *env)
{
	int wait, what = begin_wait(env, &wait);

	set_bits(env, what, M_HAS, wait);
}

static int attach_entries(struct provider *p, struct arena *a, struct attach_point *at,
			  struct err *e);

static const struct probe_companion companions[] = {
    {.name = "plock_entry", .emit = emit_entry, .attach = attach_entries},
    {.name = "plock_futex", .tracepoint = "sys_enter", .emit = emit_futex}};
static const struct probe_memory memory = {"plocks", 8, MEMORY_BYTES, THREADS_MAX, companions, 2};

/* ---- the probes' programs ---- */

/* A wait is told once, however often the thread goes back to sleep. */
static void begin_futex(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int wait, what = begin_wait(env, &wait);
	int told = ir_alu(f, IR_AND, ir_load(f, what, M_TOLD, 8), IRV_REG(wait));

	ir_br(f, IR_NE, told, IRV_IMM(0), env->fail);
	set_bits(env, what, M_TOLD, wait);
	env->cache[AT_LOCK] = ir_load(f, what, M_LOCK, 8);
	env->cache[AT_KIND] = ir_load(f, what, M_KIND, 8);
	env->cache[AT_STATE] = wait;
}

static void begin_return(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int key = thread_key(env), what = stable_recall(env, key);

	ir_br(f, IR_EQ, what, IRV_IMM(0), env->fail);
	env->cache[AT_LOCK] = ir_load(f, what, M_LOCK, 8);
	env->cache[AT_KIND] = ir_load(f, what, M_KIND, 8);
	env->cache[AT_STATE] = ir_load(f, what, M_HAS, 8);
	env->cache[AT_HOW] = ir_load(f, what, M_HOW, 8);
	stable_forget(env, key);
	env->cache[AT_RESULT] =
	    ir_unary(f, IR_ZEXT, ir_load(f, env->ctx, regs_layout.result, 8), 4);
}

static void plockstat_begin(struct provider *p, struct emit_env *env, const struct probe *first)
{
	(void)p, (void)first;
	if (env->ctx_kind == CTX_PT_REGS)
		begin_return(env);
	else
		begin_futex(env);
}

/* The owner of a robust mutex may have died: it is held all the same. A thread that has waited for a condition in vain
 * has its mutex back. */
static int succeeded(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int result = env->cache[AT_RESULT], yes = ir_label(f), no = ir_label(f);
	int out = ir_imm(f, 1);

	ir_br(f, IR_EQ, result, IRV_IMM(0), yes);
	ir_br(f, IR_EQ, result, IRV_IMM(EOWNERDEAD), yes);
	ir_br(f, IR_NE, result, IRV_IMM(ETIMEDOUT), no);
	ir_br(f, IR_NE, bits(env, env->cache[AT_KIND], WAIT), IRV_IMM(0), yes);
	ir_place(f, no);
	ir_mov(f, out, IRV_IMM(0));
	ir_place(f, yes);
	return out;
}

static void enter_wait(struct emit_env *env, int kinds)
{
	need(env, env->cache[AT_KIND], kinds);
	need(env, env->cache[AT_STATE], BLOCKED);
}

static void enter_acquire(struct emit_env *env, int kinds)
{
	struct ir_func *f = env->f;
	int at_once = ir_label(f);

	need(env, env->cache[AT_KIND], kinds & ~(UNLOCK | RWUNLOCK));
	ir_br(f, IR_EQ, succeeded(env), IRV_IMM(0), env->fail);
	ir_br(f, IR_EQ, bits(env, env->cache[AT_KIND], WAIT), IRV_IMM(0), at_once);
	need(env, env->cache[AT_STATE], PARKED);
	ir_place(f, at_once);
}

static void enter_release(struct emit_env *env, int kinds)
{
	if (env->source == SRC_FUTEX) {
		need(env, env->cache[AT_STATE], PARKED);
		return;
	}
	need(env, env->cache[AT_KIND], kinds & (UNLOCK | RWUNLOCK));
	ir_br(env->f, IR_NE, env->cache[AT_RESULT], IRV_IMM(0), env->fail);
}

/* To find a lock taken when one tries is no error. */
static void enter_error(struct emit_env *env, int kinds)
{
	need(env, env->cache[AT_KIND], kinds);
	ir_br(env->f, IR_NE, succeeded(env), IRV_IMM(0), env->fail);
	ir_br(env->f, IR_EQ, env->cache[AT_RESULT], IRV_IMM(EBUSY), env->fail);
}

static int of_lock(struct emit_env *env)
{
	return ir_copy(env->f, env->cache[AT_LOCK]);
}

static int of_result(struct emit_env *env)
{
	return ir_copy(env->f, env->cache[AT_RESULT]);
}

static int of_writing(struct emit_env *env)
{
	return flag(env, bits(env, env->cache[AT_KIND], WRLOCK));
}

static int of_again(struct emit_env *env)
{
	return held_again(env, env->cache[AT_LOCK], env->cache[AT_KIND]);
}

static int of_how(struct emit_env *env)
{
	return env->source == SRC_FUTEX ? ir_imm(env->f, 0) : ir_copy(env->f, env->cache[AT_HOW]);
}

static int of_nothing(struct emit_env *env)
{
	return ir_imm(env->f, 0);
}

/* ---- the table ---- */

/* In the order in which those of one event fire. */
static const struct row {
	const char *name;
	int kinds;
	int source;
	void (*enter)(struct emit_env *env, int kinds);
	int nargs;
	struct {
		const char *type, *name;
		int (*emit)(struct emit_env *env);
	} args[3];
	const char *why_not;
} rows[] = {
#define ARG_LOCK                                                                                   \
	{                                                                                          \
		"void *", "lock", of_lock                                                          \
	}
#define SPINS                                                                                      \
	"a C library of Linux spins without a word: its adaptive mutexes tell neither that they "  \
	"do, nor how often"
    {"mutex-block", MUTEXES, SRC_FUTEX, enter_wait, 1, {ARG_LOCK}},
    {"mutex-blocked",
     MUTEXES,
     SRC_RETURN,
     enter_wait,
     2,
     {ARG_LOCK, {"int", "acquired", succeeded}}},
    {"mutex-acquire",
     MUTEXES,
     SRC_RETURN,
     enter_acquire,
     3,
     {ARG_LOCK, {"int", "recursive", of_again}, {"int", "spins", of_nothing}}},
    {"mutex-release",
     MUTEXES,
     SRC_RETURN,
     enter_release,
     2,
     {ARG_LOCK, {"int", "recursive", of_how}}},
    {"mutex-error", MUTEXES, SRC_RETURN, enter_error, 2, {ARG_LOCK, {"int", "error", of_result}}},
    {"rw-block", RWLOCKS, SRC_FUTEX, enter_wait, 2, {ARG_LOCK, {"int", "writer", of_writing}}},
    {"rw-blocked",
     RWLOCKS,
     SRC_RETURN,
     enter_wait,
     3,
     {ARG_LOCK, {"int", "writer", of_writing}, {"int", "acquired", succeeded}}},
    {"rw-acquire",
     RWLOCKS,
     SRC_RETURN,
     enter_acquire,
     2,
     {ARG_LOCK, {"int", "writer", of_writing}}},
    {"rw-release", RWLOCKS, SRC_RETURN, enter_release, 2, {ARG_LOCK, {"int", "writer", of_how}}},
    {"rw-error", RWLOCKS, SRC_RETURN, enter_error, 2, {ARG_LOCK, {"int", "error", of_result}}},
    {.name = "mutex-spin", .why_not = SPINS},
    {.name = "mutex-spun", .why_not = SPINS},
};
enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

static struct lock_probe *lock_probe(const struct probe *p)
{
	return (struct lock_probe *)(uintptr_t)p->data;
}

/* ---- finding ---- */

static void add_probes(struct provider *p, struct registry *r, struct lock_process *lp)
{
	const char *name = arena_printf(p->arena, FAMILY "%d", (int)lp->pid);

	for (size_t i = 0; i < NROWS; i++) {
		if (rows[i].why_not)
			continue;
		struct lock_probe *data = arena_new_of(p->arena, struct lock_probe);
		*data = (struct lock_probe){&rows[i], lp};
		registry_add(r, p, 0, name, lp->module, "", rows[i].name,
			     (uint64_t)(uintptr_t)data);
	}
}

static int add_process(struct provider *p, struct registry *r, pid_t pid, struct err *e)
{
	struct plockstat *d = p->data;
	void **at = map_atn(&d->by_pid, &pid, sizeof(pid));
	struct lock_process *lp;

	if (*at)
		return 0;
	lp = arena_new_of(p->arena, struct lock_process);
	*lp = (struct lock_process){.pid = pid};
	if (lock_places_find(lp, &d->files, p->first_id, p->arena, e) < 0)
		return -1;
	if (!lp->objects.n) {
		d->why = arena_printf(p->arena, "process %d has no function pthread_mutex_lock",
				      (int)pid);
		return 0;
	}
	*at = lp;
	add_probes(p, r, lp);
	return 0;
}

struct search {
	struct provider *p;
	struct registry *r;
	const char *pattern;
};

static int add_if_matches(void *arg, pid_t pid)
{
	struct search *s = arg;
	struct err why = {0};
	char name[32];

	snprintf(name, sizeof(name), FAMILY "%d", (int)pid);
	if (probe_glob(s->pattern, name))
		add_process(s->p, s->r, pid, &why);
	return 0;
}

static int plockstat_provide(struct provider *p, struct registry *r, const char *prov,
			     const char *mod, const char *func, const char *name, struct err *e)
{
	struct plockstat *d = p->data;
	const size_t n = sizeof(FAMILY) - 1;
	char *end;

	(void)mod, (void)func, (void)name;
	d->why = NULL;
	if (!prov || strncmp(prov, FAMILY, n) != 0)
		return 0;
	if (!p->btf || !btf_find_trace(p->btf, "sys_enter")) {
		d->why = "the kernel's types are not available: needs CONFIG_DEBUG_INFO_BTF "
			 "(/sys/kernel/btf/vmlinux)";
		return 0;
	}
	long pid = strtol(prov + n, &end, 10);
	if (!*end && isdigit((unsigned char)prov[n])) {
		if (add_process(p, r, (pid_t)pid, e) == 0)
			return 0;
		registry_set_tag(r, "D_PROC_GRAB");
		return -1;
	}
	if (probe_is_glob(prov))
		process_each(add_if_matches, &(struct search){p, r, prov});
	return 0;
}

/* ---- for the registry ---- */

static void futex_site(struct provider *p, struct probe_site *out)
{
	*out =
	    (struct probe_site){.name = "plock_block", .target = "sys_enter", .source = SRC_FUTEX};
	regs_site(p, out);
}

static int plockstat_site(struct provider *p, const struct probe *probe, struct probe_site *out,
			  struct err *e)
{
	(void)e;
	if (lock_probe(probe)->row->source == SRC_FUTEX)
		futex_site(p, out);
	else
		uprobe_site("plock_return", 0, out);
	return 0;
}

static int plockstat_more_sites(struct provider *p, const struct probe *probe, bool looks_inside,
				struct probe_site *out)
{
	const struct row *row = lock_probe(probe)->row;

	(void)looks_inside;
	if (row->enter != enter_release || !(row->kinds & WAIT))
		return 0;
	futex_site(p, out);
	return 1;
}

static int attach_all(struct provider *p, struct arena *a, enum lock_seen first,
		      enum lock_seen last, struct attach_point *at, struct err *e)
{
	struct plockstat *d = p->data;
	VEC(const struct probe *) all = {0};

	for (size_t i = 0; i < d->by_pid.n; i++) {
		const struct lock_process *lp = d->by_pid.entries[i].value;
		for (size_t k = 0; lp && lp->used && k < lp->objects.n; k++)
			for (int s = (int)first; s <= (int)last; s++)
				if (lp->objects.at[k]->at[s].places.n)
					*vec_push(&all, a) = &lp->objects.at[k]->probe[s];
	}
	return uprobe_attach(p, a, all.at, (uint32_t)all.n, at, e);
}

static int attach_entries(struct provider *p, struct arena *a, struct attach_point *at,
			  struct err *e)
{
	return attach_all(p, a, BEGINS, BEGINS, at, e);
}

static int plockstat_attach(struct provider *p, struct arena *a, const struct probe *const *probes,
			    uint32_t n, struct attach_point *at, struct err *e)
{
	for (uint32_t i = 0; i < n; i++)
		lock_probe(probes[i])->process->used = true;
	return at->kind == ATTACH_UPROBE_MULTI ? attach_all(p, a, CAUGHT, RETURNS, at, e) : 0;
}

static int plockstat_args(struct provider *p, const struct probe *probe, struct arena *a,
			  struct probe_arg *args, int max)
{
	const struct row *row = lock_probe(probe)->row;
	int n = 0;

	(void)p, (void)a;
	for (; n < row->nargs && n < max; n++)
		args[n] = (struct probe_arg){
		    .type = row->args[n].type, .name = row->args[n].name, .native = (uint32_t)n};
	return n;
}

static int plockstat_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			      unsigned n)
{
	const struct row *row = lock_probe(first)->row;

	(void)p;
	return n < (unsigned)row->nargs ? row->args[n].emit(env) : -1;
}

static void plockstat_enter(struct provider *p, struct emit_env *env, const struct probe *probe)
{
	const struct lock_probe *l = lock_probe(probe);
	struct ir_func *f = env->f;
	int pid = ir_alu(f, IR_SHR, ir_call(f, HELPER_PID_TGID, 0, NULL), IRV_IMM(32));

	(void)p;
	ir_br(f, IR_NE, pid, IRV_IMM(l->process->pid), env->fail);
	l->row->enter(env, l->row->kinds);
}

static const struct probe_memory *plockstat_memory(struct provider *p, const struct probe *probe)
{
	(void)p, (void)probe;
	return &memory;
}

static void plockstat_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[1] = attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = attrs[4] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
}

static const char *plockstat_why_no_family(struct provider *p, const char *prov, const char *func,
					   const char *name)
{
	const struct plockstat *d = p->data;

	(void)func;
	if (strncmp(prov, FAMILY, sizeof(FAMILY) - 1) != 0)
		return NULL;
	for (size_t i = 0; name && i < NROWS; i++)
		if (!strcmp(rows[i].name, name))
			return rows[i].why_not ? rows[i].why_not : d->why;
	return d->why;
}

static bool plockstat_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	(void)p;
	if (i >= NROWS)
		return false;
	*out = (struct probe_doc){.name = rows[i].name,
				  .function = "",
				  .source = rows[i].why_not ? NULL
					    : rows[i].source == SRC_FUTEX
						? "uprobe, then sys_enter (futex)"
						: "uprobes, uretprobe",
				  .context = "the thread that makes it happen",
				  .why_not = rows[i].why_not,
				  .here = !rows[i].why_not};
	for (; out->nargs < rows[i].nargs; out->nargs++)
		out->args[out->nargs] = (struct probe_arg){.type = rows[i].args[out->nargs].type,
							   .name = rows[i].args[out->nargs].name,
							   .native = (uint32_t)out->nargs};
	return true;
}

static void plockstat_fini(struct provider *p)
{
	struct plockstat *d = p->data;

	uprobe_files_fini(&d->files);
}

static const struct provider_ops plockstat_ops = {
    .name = FAMILY,
    .provide_family = plockstat_provide,
    .site = plockstat_site,
    .more_sites = plockstat_more_sites,
    .attach = plockstat_attach,
    .args = plockstat_args,
    .emit_arg = plockstat_emit_arg,
    .emit_begin = plockstat_begin,
    .emit_enter = plockstat_enter,
    .memory = plockstat_memory,
    .stability = plockstat_stability,
    .why_no_family = plockstat_why_no_family,
    .document = plockstat_document,
    .fini = plockstat_fini,
};

void provider_plockstat_add(struct registry *r)
{
	struct arena *a = registry_arena(r);
	struct plockstat *d = arena_new_of(a, struct plockstat);

	d->files.arena = d->files.by_inode.arena = d->by_pid.arena = a;
	registry_add_provider(r, &plockstat_ops, 0, d);
}
