/*
 * sysinfo.c - provider sysinfo: system-wide counters
 *
 * A probe fires when its counter rises, in the thread that makes it rise; arg0 is by how much.
 *
 *	sys_exit(regs, value)		readch, writech		bytes of a successful read or write call: arg0 = bytes
 *					procovf			no process is made, for there are as many as may be (EAGAIN)
 *	sys_enter(regs, number)		sysread, syswrite, sysexec; msg, sema: calls about System V's messages and semaphores
 *	task_newtask(task, flags)	sysfork, sysvfork, nthreads	a process was made by fork or clone, by vfork (also posix_spawn), a thread
 *	sched_switch			pswitch, inv_swtch	every switch; of them, those of a thread that could have gone on
 *	block_io_start			bread, bwrite, phread, phwrite	block requests by direction
 *	block_touch_buffer, _dirty_buffer	lread, lwrite	blocks of a device that are asked of the buffer cache, that are changed in it (those of a journal are not told)
 *	irq_handler_entry		intr
 *	page_fault_user			trap
 *	sched_migrate_task		cpumigrate
 *	hrtimer_expire_entry(timer)	cpu_ticks_user, _kernel, _idle, _wait (also wait_ticks_io)	the clock ticks: what the CPU does then. One that idles has its ticks stopped
 *									mostly; wait: it idles, and threads that were on it wait for a disk
 *	csd_queue_cpu			xcalls			a call of a function on another CPU, each CPU counted
 *	contention_begin(lock, flags)	mutex_adenters, rw_rdfails, rw_wrfails
 *	module_load, module_free	modload, modunload
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

enum {
	NR_READ = 0,
	NR_WRITE = 1,
	NR_PREAD64 = 17,
	NR_PWRITE64 = 18,
	NR_READV = 19,
	NR_WRITEV = 20,
	NR_CLONE = 56,
	NR_FORK = 57,
	NR_VFORK = 58,
	NR_EXECVE = 59,
	NR_SEMOP = 65,
	NR_MSGSND = 69,
	NR_MSGRCV = 70,
	NR_SEMTIMEDOP = 220,
	NR_PREADV = 295,
	NR_PWRITEV = 296,
	NR_EXECVEAT = 322,
	NR_PREADV2 = 327,
	NR_PWRITEV2 = 328,
	NR_CLONE3 = 435
};

static const int read_calls[] = {NR_READ, NR_PREAD64, NR_READV, NR_PREADV, NR_PREADV2};
static const int write_calls[] = {NR_WRITE, NR_PWRITE64, NR_WRITEV, NR_PWRITEV, NR_PWRITEV2};
static const int message_calls[] = {NR_MSGSND, NR_MSGRCV};
static const int semaphore_calls[] = {NR_SEMOP, NR_SEMTIMEDOP};
static const int exec_calls[] = {NR_EXECVE, NR_EXECVEAT};
static const int fork_calls[] = {NR_CLONE, NR_FORK, NR_VFORK, NR_CLONE3};

/* Goes on when nr is one of the calls. */
static void one_of(struct emit_env *env, int nr, const int *calls, unsigned n)
{
	int yes = ir_label(env->f);
	for (unsigned i = 0; i + 1 < n; i++)
		ir_br(env->f, IR_EQ, nr, IRV_IMM(calls[i]), yes);
	ir_br(env->f, IR_NE, nr, IRV_IMM(calls[n - 1]), env->fail);
	ir_place(env->f, yes);
}
#define ONE_OF(env, nr, list) one_of(env, nr, list, sizeof(list) / sizeof((list)[0]))

static int exit_number(struct emit_env *env)
{
	/* Bytes moved: only when there are some. */
	ir_br(env->f, IR_SLE, stable_param(env, 1), IRV_IMM(0), env->fail);
	return stable_field(env, stable_param(env, 0), "pt_regs", "orig_ax", true);
}

static void enter_readch(struct emit_env *env)
{
	ONE_OF(env, exit_number(env), read_calls);
}

static void enter_writech(struct emit_env *env)
{
	ONE_OF(env, exit_number(env), write_calls);
}

static void enter_procovf(struct emit_env *env)
{
	enum { TRY_AGAIN = -11 };
	ir_br(env->f, IR_NE, stable_param(env, 1), IRV_IMM(TRY_AGAIN), env->fail);
	int nr = stable_field(env, stable_param(env, 0), "pt_regs", "orig_ax", true);
	ONE_OF(env, nr, fork_calls);
}

static void enter_sysread(struct emit_env *env)
{
	ONE_OF(env, stable_param(env, 1), read_calls);
}

static void enter_syswrite(struct emit_env *env)
{
	ONE_OF(env, stable_param(env, 1), write_calls);
}

static void enter_sysexec(struct emit_env *env)
{
	ONE_OF(env, stable_param(env, 1), exec_calls);
}

static void enter_msg(struct emit_env *env)
{
	ONE_OF(env, stable_param(env, 1), message_calls);
}

static void enter_sema(struct emit_env *env)
{
	ONE_OF(env, stable_param(env, 1), semaphore_calls);
}

/* A new thread or process that is not the kernel's own: leaves unless its clone flags, those of mask, are as wanted. */
static void cloned(struct emit_env *env, uint64_t mask, uint64_t wanted)
{
	enum { PF_KTHREAD = 0x00200000 };
	struct ir_func *f = env->f;
	int flags = stable_field(env, stable_param(env, 0), "task_struct", "flags", false);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, flags, IRV_IMM(PF_KTHREAD)), IRV_IMM(0), env->fail);
	int how = ir_alu(f, IR_AND, stable_param(env, 1), IRV_IMM(mask));
	ir_br(f, IR_NE, how, IRV_IMM(wanted), env->fail);
}

enum { CLONE_BY_VFORK = 0x4000, CLONE_A_THREAD = 0x10000 };

static void enter_sysfork(struct emit_env *env)
{
	cloned(env, CLONE_A_THREAD | CLONE_BY_VFORK, 0);
}

static void enter_sysvfork(struct emit_env *env)
{
	cloned(env, CLONE_A_THREAD | CLONE_BY_VFORK, CLONE_BY_VFORK);
}

static void enter_nthreads(struct emit_env *env)
{
	cloned(env, CLONE_A_THREAD, CLONE_A_THREAD);
}

/* Idle threads are not pushed aside. */
static void enter_inv_swtch(struct emit_env *env)
{
	stable_switch_runnable(env);
	int pid = stable_field(env, stable_param(env, 1), "task_struct", "pid", false);
	ir_br(env->f, IR_EQ, pid, IRV_IMM(0), env->fail);
}

static void enter_op(struct emit_env *env, bool write)
{
	int flags = stable_field(env, stable_param(env, 0), "request", "cmd_flags", false);
	enum { OPERATION = 0xff, READ = 0, FIRST_OF_DRIVERS = 34 };
	int op = ir_alu(env->f, IR_AND, flags, IRV_IMM(OPERATION));
	ir_br(env->f, write ? IR_EQ : IR_NE, op, IRV_IMM(READ), env->fail);
	if (!write)
		return;
	/* Operations that write have odd numbers. */
	ir_br(env->f, IR_EQ, ir_alu(env->f, IR_AND, op, IRV_IMM(1)), IRV_IMM(0), env->fail);
	ir_br(env->f, IR_UGE, op, IRV_IMM(FIRST_OF_DRIVERS), env->fail);
}

static void enter_bread(struct emit_env *env)
{
	enter_op(env, false);
}

static void enter_bwrite(struct emit_env *env)
{
	enter_op(env, true);
}

/* Flags of contention_begin(): LCB_F_SPIN 1, READ 2, WRITE 4, RT 8, PERCPU 16, MUTEX 32. */
static void contention(struct emit_env *env, int bit)
{
	int set = ir_alu(env->f, IR_AND, stable_param(env, 1), IRV_IMM(bit));
	ir_br(env->f, IR_EQ, set, IRV_IMM(0), env->fail);
}

static void enter_mutex(struct emit_env *env)
{
	contention(env, 32);
}

static void enter_rdfails(struct emit_env *env)
{
	contention(env, 2);
}

static void enter_wrfails(struct emit_env *env)
{
	contention(env, 4);
}

/* ---- clock ticks ---- */

enum { HELPER_TASK_BTF = 158, USER_MODE = 3 };

static int idles(struct emit_env *env)
{
	int task = ir_call(env->f, HELPER_TASK_BTF, 0, NULL);
	return ir_unary(env->f, IR_ZEXT, stable_field(env, task, "task_struct", "pid", false), 4);
}

/* What the interrupt came into: the registers that it saved tell. */
static int interrupted_mode(struct emit_env *env)
{
	int at = stable_percpu(env, "__irq_regs", env->fail);
	int regs = stable_word(env, at, env->fail);
	return ir_alu(env->f, IR_AND, stable_read(env, regs, "pt_regs", "cs", env->fail),
		      IRV_IMM(USER_MODE));
}

static void enter_ticks_user(struct emit_env *env)
{
	stable_tick(env);
	ir_br(env->f, IR_EQ, interrupted_mode(env), IRV_IMM(0), env->fail);
}

static void enter_ticks_kernel(struct emit_env *env)
{
	stable_tick(env);
	ir_br(env->f, IR_EQ, idles(env), IRV_IMM(0), env->fail);
	ir_br(env->f, IR_NE, interrupted_mode(env), IRV_IMM(0), env->fail);
}

static void ticks_idle(struct emit_env *env, bool waits)
{
	stable_tick(env);
	ir_br(env->f, IR_NE, idles(env), IRV_IMM(0), env->fail);
	int rq = stable_percpu(env, "runqueues", env->fail);
	int waiting = stable_read(env, rq, "rq", "nr_iowait.counter", env->fail);
	ir_br(env->f, waits ? IR_EQ : IR_NE, ir_unary(env->f, IR_ZEXT, waiting, 4), IRV_IMM(0),
	      env->fail);
}

static void enter_ticks_idle(struct emit_env *env)
{
	ticks_idle(env, false);
}

static void enter_ticks_wait(struct emit_env *env)
{
	ticks_idle(env, true);
}

static int one(struct emit_env *env)
{
	return ir_imm(env->f, 1);
}

static const struct stable_arg count_args[] = {{.type = "int64_t", .emit = one}};
static const struct stable_arg bytes_args[] = {{.type = "int64_t", .param = 1}};

#define NO_EVENT "Linux has no event for it"

/* cpu_idle(state, cpu): goes to sleep; leaves it with state -1. */
static void enter_idle(struct emit_env *env)
{
	int state = ir_unary(env->f, IR_SEXT, stable_param(env, 0), 4);
	ir_br(env->f, IR_EQ, state, IRV_IMM(-1), env->fail);
}

static const struct stable_probe probes[] = {
    {"readch", "sys_exit", enter_readch, bytes_args, 1},
    {"writech", "sys_exit", enter_writech, bytes_args, 1},
    {"sysread", "sys_enter", enter_sysread, count_args, 1},
    {"syswrite", "sys_enter", enter_syswrite, count_args, 1},
    {"sysexec", "sys_enter", enter_sysexec, count_args, 1},
    {"sysvfork", "task_newtask", enter_sysvfork, count_args, 1},
    {"sysfork", "task_newtask", enter_sysfork, count_args, 1},
    {"nthreads", "task_newtask", enter_nthreads, count_args, 1},
    {"pswitch", "sched_switch", NULL, count_args, 1},
    {"inv_swtch", "sched_switch", enter_inv_swtch, count_args, 1},
    {"bread", "block_io_start", enter_bread, count_args, 1, .fallback = "block_rq_issue"},
    {"bwrite", "block_io_start", enter_bwrite, count_args, 1, .fallback = "block_rq_issue"},
    {"lread", "block_touch_buffer", NULL, count_args, 1},
    {"lwrite", "block_dirty_buffer", NULL, count_args, 1},
    {"phread", "block_io_start", enter_bread, count_args, 1, .fallback = "block_rq_issue"},
    {"phwrite", "block_io_start", enter_bwrite, count_args, 1, .fallback = "block_rq_issue"},
    {"intr", "irq_handler_entry", NULL, count_args, 1, .context = CONTEXT_NONE},
    {"trap", "page_fault_user", NULL, count_args, 1},
    {"cpumigrate", "sched_migrate_task", NULL, count_args, 1},
    {"xcalls", "csd_queue_cpu", NULL, count_args, 1, .fallback = "ipi_send_cpu"},
    {"mutex_adenters", "contention_begin", enter_mutex, count_args, 1},
    {"rw_rdfails", "contention_begin", enter_rdfails, count_args, 1},
    {"rw_wrfails", "contention_begin", enter_wrfails, count_args, 1},
    {"canch", NULL, .why_not = NO_EVENT},
    {"intrthread", NULL, .why_not = NO_EVENT},
    {"intrblk", NULL, .why_not = NO_EVENT},
    {"idlethread", "cpu_idle", enter_idle, count_args, 1},
    {"modload", "module_load", NULL, count_args, 1},
    {"modunload", "module_free", NULL, count_args, 1},
    {"msg", "sys_enter", enter_msg, count_args, 1},
    {"sema", "sys_enter", enter_sema, count_args, 1},
    {"cpu_ticks_user", "hrtimer_expire_entry", enter_ticks_user, count_args, 1},
    {"cpu_ticks_kernel", "hrtimer_expire_entry", enter_ticks_kernel, count_args, 1},
    {"cpu_ticks_idle", "hrtimer_expire_entry", enter_ticks_idle, count_args, 1,
     .context = CONTEXT_NONE},
    {"cpu_ticks_wait", "hrtimer_expire_entry", enter_ticks_wait, count_args, 1,
     .context = CONTEXT_NONE},
    {"bawrite", NULL, .why_not = NO_EVENT},
    {"namei", NULL, .why_not = NO_EVENT},
    {"outch", NULL, .why_not = NO_EVENT},
    {"procovf", "sys_exit", enter_procovf, count_args, 1},
    {"rawch", NULL, .why_not = NO_EVENT},
    {"rcvint", NULL, .why_not = NO_EVENT},
    {"xmtint", NULL, .why_not = NO_EVENT},
    {"ufsdirblk", NULL, .why_not = NO_EVENT},
    {"ufsiget", NULL, .why_not = NO_EVENT},
    {"ufsinopage", NULL, .why_not = NO_EVENT},
    {"ufsipage", NULL, .why_not = NO_EVENT},
    {"wait_ticks_io", "hrtimer_expire_entry", enter_ticks_wait, count_args, 1,
     .context = CONTEXT_NONE},
};

void provider_sysinfo_add(struct registry *r)
{
	static const struct stable_provider table = {"sysinfo", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
