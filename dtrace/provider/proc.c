/*
 * proc.c - provider proc: processes, threads and signals
 *
 *	sched_process_fork(parent, child)	create (another process), lwp-create (a thread of the same)
 *	sys_exit(regs, value) of clone & co,	start, lwp-start: in the new thread, before its first instruction
 *		value 0 in the child
 *	sys_enter(regs, number) execve, execveat	exec; args[0]: path
 *	sched_process_exec(task, pid, bprm)	exec-success
 *	sys_exit of execve, execveat, value < 0	exec-failure; args[0]: errno
 *	sched_process_exit(task[, group_dead])	lwp-exit; exit with the last thread: args[0]: CLD_EXITED 1, _KILLED 2, _DUMPED 3
 *	signal_generate(sig, info, task, group, result)	signal-send; signal-discard when the result is "ignored"; args: target, signal
 *	signal_generate of SIGSEGV and its like, by the kernel	fault; args: fault, siginfo
 *	signal_deliver(sig, info, ka)		signal-handle; args: signal, siginfo, handler
 *	sys_exit of rt_sigtimedwait, value > 0	signal-clear; args[0]: signal
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

enum {
	NR_CLONE = 56,
	NR_FORK = 57,
	NR_VFORK = 58,
	NR_EXECVE = 59,
	NR_SIGTIMEDWAIT = 128,
	NR_EXECVEAT = 322,
	NR_CLONE3 = 435
};
enum { HELPER_TASK_BTF = 158, SIGNAL_IGNORED = 1 };

/* ---- fork and first steps ---- */

static void enter_create(struct emit_env *env)
{
	stable_forked(env, false);
}

static void enter_lwp_create(struct emit_env *env)
{
	stable_forked(env, true);
}

static int syscall_number(struct emit_env *env)
{
	return stable_field(env, stable_param(env, 0), "pt_regs", "orig_ax", true);
}

/* Leaves unless this is the return of a clone in the child. */
static int clone_child(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int child = ir_label(f);
	ir_br(f, IR_NE, stable_param(env, 1), IRV_IMM(0), env->fail);
	int nr = syscall_number(env);
	ir_br(f, IR_EQ, nr, IRV_IMM(NR_CLONE), child);
	ir_br(f, IR_EQ, nr, IRV_IMM(NR_CLONE3), child);
	ir_br(f, IR_EQ, nr, IRV_IMM(NR_VFORK), child);
	ir_br(f, IR_NE, nr, IRV_IMM(NR_FORK), env->fail);
	ir_place(f, child);
	return ir_call(f, HELPER_TASK_BTF, 0, NULL);
}

static void leader(struct emit_env *env, int task, enum ir_cond leave)
{
	int pid = stable_field(env, task, "task_struct", "pid", false);
	int tgid = stable_field(env, task, "task_struct", "tgid", false);
	ir_br(env->f, leave, pid, IRV_REG(tgid), env->fail);
}

static void enter_start(struct emit_env *env)
{
	leader(env, clone_child(env), IR_NE);
}

/* Fires in the first thread of a process too. */
static void enter_lwp_start(struct emit_env *env)
{
	clone_child(env);
}

/* ---- exec ---- */

static void is_exec(struct emit_env *env, int nr)
{
	int yes = ir_label(env->f);
	ir_br(env->f, IR_EQ, nr, IRV_IMM(NR_EXECVE), yes);
	ir_br(env->f, IR_NE, nr, IRV_IMM(NR_EXECVEAT), env->fail);
	ir_place(env->f, yes);
}

static void enter_exec(struct emit_env *env)
{
	is_exec(env, stable_param(env, 1));
}

/* execve(path, ...) and execveat(dir, path, ...). */
static int exec_path(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int regs = stable_param(env, 0), at = ir_label(f), done = ir_label(f), path = ir_reg(f);
	ir_br(f, IR_EQ, stable_param(env, 1), IRV_IMM(NR_EXECVEAT), at);
	ir_mov(f, path, IRV_REG(stable_field(env, regs, "pt_regs", "di", false)));
	ir_jmp(f, done);
	ir_place(f, at);
	ir_mov(f, path, IRV_REG(stable_field(env, regs, "pt_regs", "si", false)));
	ir_place(f, done);
	return path;
}

static void enter_exec_failure(struct emit_env *env)
{
	ir_br(env->f, IR_SGE, stable_param(env, 1), IRV_IMM(0), env->fail);
	is_exec(env, syscall_number(env));
}

static int failure(struct emit_env *env)
{
	return ir_unary(env->f, IR_NEG, stable_param(env, 1), 8);
}

/* ---- exit ---- */

/* Is it the last thread? Before Linux 6.16 the tracepoint does not say: none of the process is alive then. */
static void enter_exit(struct emit_env *env)
{
	struct ir_func *f = env->f;
	uint32_t n;
	btf_proto_params(env->btf, btf_find_trace(env->btf, "sched_process_exit"), &n);
	if (n > 2) {
		int last = ir_alu(f, IR_AND, stable_param(env, 1), IRV_IMM(1));
		ir_br(f, IR_EQ, last, IRV_IMM(0), env->fail);
		return;
	}
	int group = stable_field(env, stable_param(env, 0), "task_struct", "signal", false);
	int alive = stable_field(env, group, "signal_struct", "live.counter", false);
	ir_br(f, IR_NE, alive, IRV_IMM(0), env->fail);
}

/* The kernel's exit code: status << 8 | signal | 0x80 when a core was dumped. */
static int exit_reason(struct emit_env *env)
{
	enum { EXITED = 1, KILLED, DUMPED };
	struct ir_func *f = env->f;
	int code = stable_field(env, stable_param(env, 0), "task_struct", "exit_code", false);
	int reason = ir_imm(f, EXITED), done = ir_label(f);
	int sig = ir_alu(f, IR_AND, code, IRV_IMM(0x7f)),
	    core = ir_alu(f, IR_AND, code, IRV_IMM(0x80));
	ir_br(f, IR_EQ, sig, IRV_IMM(0), done);
	ir_mov(f, reason, IRV_IMM(KILLED));
	ir_br(f, IR_EQ, core, IRV_IMM(0), done);
	ir_mov(f, reason, IRV_IMM(DUMPED));
	ir_place(f, done);
	return reason;
}

/* ---- signals ---- */

static void enter_send(struct emit_env *env)
{
	int result = ir_unary(env->f, IR_ZEXT, stable_param(env, 4), 4);
	ir_br(env->f, IR_EQ, result, IRV_IMM(SIGNAL_IGNORED), env->fail);
}

static void enter_discard(struct emit_env *env)
{
	int result = ir_unary(env->f, IR_ZEXT, stable_param(env, 4), 4);
	ir_br(env->f, IR_NE, result, IRV_IMM(SIGNAL_IGNORED), env->fail);
}

static int signal_number(struct emit_env *env)
{
	return ir_unary(env->f, IR_SEXT, stable_param(env, 0), 4);
}

static int handler(struct emit_env *env)
{
	return stable_field(env, stable_param(env, 2), "k_sigaction", "sa.sa_handler", false);
}

/* Only what a handler of the program gets: the default action is no handling. */
static void enter_handle(struct emit_env *env)
{
	ir_br(env->f, IR_EQ, handler(env), IRV_IMM(0), env->fail);
}

static void enter_clear(struct emit_env *env)
{
	ir_br(env->f, IR_SLE, stable_param(env, 1), IRV_IMM(0), env->fail);
	ir_br(env->f, IR_NE, syscall_number(env), IRV_IMM(NR_SIGTIMEDWAIT), env->fail);
}

/* ---- faults ---- */

enum { SIG_ILL = 4, SIG_TRAP = 5, SIG_BUS = 7, SIG_FPE = 8, SIG_SEGV = 11 };
enum { ANY_CODE = 0, KERNEL_CODE_MAX = 0x7f };

/* What <sys/fault.h> calls what the processor met, by the signal and its code that the kernel makes of it; the first row that fits counts. */
static const struct {
	int signal, code, fault;
} faults[] = {
    {SIG_ILL, 5, 2},	     /* ILL_PRVOPC: FLTPRIV */
    {SIG_ILL, 6, 2},	     /* ILL_PRVREG: FLTPRIV */
    {SIG_ILL, ANY_CODE, 1},  /* FLTILL */
    {SIG_TRAP, 2, 4},	     /* TRAP_TRACE: FLTTRACE */
    {SIG_TRAP, ANY_CODE, 3}, /* FLTBPT */
    {SIG_BUS, 1, 5},	     /* BUS_ADRALN: FLTACCESS */
    {SIG_BUS, ANY_CODE, 11}, /* FLTPAGE */
    {SIG_FPE, 1, 8},	     /* FPE_INTDIV: FLTIZDIV */
    {SIG_FPE, 2, 7},	     /* FPE_INTOVF: FLTIOVF */
    {SIG_FPE, ANY_CODE, 9},  /* FLTFPE */
    {SIG_SEGV, 1, 6},	     /* SEGV_MAPERR: FLTBOUNDS */
    {SIG_SEGV, ANY_CODE, 5}, /* FLTACCESS */
};
enum { NFAULTS = sizeof(faults) / sizeof(faults[0]) };

static int signal_code(struct emit_env *env)
{
	return stable_field(env, stable_param(env, 1), "kernel_siginfo", "si_code", true);
}

/* Only what the kernel sends with a reason: no signal of another process, none that is queued without information. */
static void enter_fault(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int sig = signal_number(env), yes = ir_label(f);
	for (int i = 0; i < NFAULTS; i++)
		if (faults[i].code == ANY_CODE)
			ir_br(f, IR_EQ, sig, IRV_IMM(faults[i].signal), yes);
	ir_jmp(f, env->fail);
	ir_place(f, yes);
	ir_br(f, IR_ULE, stable_param(env, 1), IRV_IMM(1), env->fail);
	int code = signal_code(env);
	ir_br(f, IR_SLE, code, IRV_IMM(0), env->fail);
	ir_br(f, IR_SGT, code, IRV_IMM(KERNEL_CODE_MAX + 1), env->fail);
}

static int fault_code(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), done = ir_label(f), sig = signal_number(env), code = signal_code(env);
	for (int i = 0; i < NFAULTS; i++) {
		int next = ir_label(f);
		ir_br(f, IR_NE, sig, IRV_IMM(faults[i].signal), next);
		if (faults[i].code != ANY_CODE)
			ir_br(f, IR_NE, code, IRV_IMM(faults[i].code), next);
		ir_mov(f, r, IRV_IMM(faults[i].fault));
		ir_jmp(f, done);
		ir_place(f, next);
	}
	ir_place(f, done);
	return r;
}

static int sys_value(struct emit_env *env)
{
	return stable_param(env, 1);
}

static const struct stable_arg create_args[] = {
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = 1}};
static const struct stable_arg lwp_create_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .param = 1},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = 1},
};
static const struct stable_arg exec_args[] = {
    {.type = "userland char *", .xtype = "string", .name = "path", .emit = exec_path}};
static const struct stable_arg failure_args[] = {{.type = "int", .name = "errno", .emit = failure}};
static const struct stable_arg exit_args[] = {
    {.type = "int", .name = "reason", .emit = exit_reason}};
static const struct stable_arg send_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .param = 2},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = 2},
    {.type = "int", .name = "signal", .emit = signal_number},
};
static const struct stable_arg handle_args[] = {
    {.type = "int", .name = "signal", .emit = signal_number},
    {.type = "struct kernel_siginfo *", .xtype = "siginfo_t *", .param = 1},
    {.type = "uintptr_t", .name = "handler", .emit = handler},
};
static const struct stable_arg fault_args[] = {
    {.type = "int", .name = "fault", .emit = fault_code},
    {.type = "struct kernel_siginfo *", .xtype = "siginfo_t *", .param = 1},
};
static const struct stable_arg clear_args[] = {
    {.type = "int", .name = "signal", .emit = sys_value}};

static const struct stable_probe probes[] = {
    {"create", "sched_process_fork", enter_create, create_args, 1},
    {"lwp-create", "sched_process_fork", enter_lwp_create, lwp_create_args, 2},
    {"start", "sys_exit", enter_start},
    {"lwp-start", "sys_exit", enter_lwp_start},
    {"exec", "sys_enter", enter_exec, exec_args, 1},
    {"exec-success", "sched_process_exec"},
    {"exec-failure", "sys_exit", enter_exec_failure, failure_args, 1},
    {"lwp-exit", "sched_process_exit"},
    {"exit", "sched_process_exit", enter_exit, exit_args, 1},
    {"signal-send", "signal_generate", enter_send, send_args, 3},
    {"signal-discard", "signal_generate", enter_discard, send_args, 3},
    {"signal-handle", "signal_deliver", enter_handle, handle_args, 3},
    {"signal-clear", "sys_exit", enter_clear, clear_args, 1},
    {"fault", "signal_generate", enter_fault, fault_args, 2},
};

void provider_proc_add(struct registry *r)
{
	static const struct stable_provider table = {"proc", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
