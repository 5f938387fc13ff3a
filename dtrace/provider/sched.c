/*
 * sched.c - provider sched: what the scheduler does with threads
 *
 *	sched_switch(preempt, prev, next, prev_state)	preempt		prev is taken off although it could run
 *							sleep		prev waits
 *							off-cpu		prev leaves; args: next
 *							on-cpu		next arrives; the probe is about next (see below)
 *	sched_exit_tp(is_switch)	not switched	remain-cpu
 *	sched_wakeup, sched_wakeup_new(task)		wakeup		args: task
 *	sched_waking(task)				enqueue		args: task (see below)
 *	sched_pi_setprio(task, pi_task)			change-pri	priority lent by a mutex; args: task, new priority
 *	sched_stat_runtime(task, ns)			tick		the account of the running thread is brought up to date
 *
 * on-cpu is about next, which does not run yet at sched_switch, so its stack and memory cannot be seen there. Programs that look at these get it at the
 * end of __schedule(), sched_exit_tp, in next itself. A new thread does not come by there the first time: that alone stays with sched_switch then.
 *
 * Threads in args[] are lwpsinfo_t and psinfo_t (dlib/procfs.d). In on-cpu, pid, execname, self-> and the rest are the arriving thread's.
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

enum { SWITCH_PREEMPT, SWITCH_PREV, SWITCH_NEXT, SWITCH_STATE };

static void enter_sleep(struct emit_env *env)
{
	int preempt = ir_alu(env->f, IR_AND, stable_param(env, SWITCH_PREEMPT), IRV_IMM(1));
	ir_br(env->f, IR_NE, preempt, IRV_IMM(0), env->fail);
	int state = ir_unary(env->f, IR_ZEXT, stable_param(env, SWITCH_STATE), 4);
	ir_br(env->f, IR_EQ, state, IRV_IMM(0), env->fail);
}

static void enter_on_cpu(struct emit_env *env)
{
	struct ir_func *f = env->f;
	if (env->place == PLACE_INSIDE) {
		int is_switch = ir_alu(f, IR_AND, stable_param(env, 0), IRV_IMM(1));
		ir_br(f, IR_EQ, is_switch, IRV_IMM(0), env->fail);
		return;
	}
	env->subject = stable_param(env, SWITCH_NEXT);
	if (env->place == PLACE_ONLY)
		return;
	int waited = stable_field(env, env->subject, "task_struct", "nvcsw", false);
	int pushed = stable_field(env, env->subject, "task_struct", "nivcsw", false);
	ir_br(f, IR_NE, ir_alu(f, IR_ADD, waited, IRV_REG(pushed)), IRV_IMM(0), env->fail);
}

static void enter_remain(struct emit_env *env)
{
	int is_switch = ir_alu(env->f, IR_AND, stable_param(env, 0), IRV_IMM(1));
	ir_br(env->f, IR_NE, is_switch, IRV_IMM(0), env->fail);
}

static const struct stable_arg next_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .param = SWITCH_NEXT},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = SWITCH_NEXT},
};
static const struct stable_arg task_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .param = 0},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = 0},
};

static int new_priority(struct emit_env *env)
{
	int donor = stable_param(env, 1);
	return stable_field(env, donor, "task_struct", "prio", true);
}

static const struct stable_arg change_pri_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .param = 0},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = 0},
    {.type = "int", .emit = new_priority},
};

#define CPUCAPS	 "Linux throttles control groups without a tracepoint"
#define SCHEDCTL "Linux has no schedctl"

static const struct stable_probe probes[] = {
    {"preempt", "sched_switch", stable_switch_runnable},
    {"sleep", "sched_switch", enter_sleep},
    {"off-cpu", "sched_switch", NULL, next_args, 2},
    {"on-cpu", "sched_switch", enter_on_cpu, .context = CONTEXT_SUBJECT, .inside = "sched_exit_tp"},
    {"remain-cpu", "sched_exit_tp", enter_remain},
    {"wakeup", "sched_wakeup", NULL, task_args, 2},
    {"change-pri", "sched_pi_setprio", NULL, change_pri_args, 3},
    {"tick", "sched_stat_runtime", NULL, task_args, 2},
    {"enqueue", "sched_waking", NULL, task_args, 2},
    {"dequeue", NULL, .why_not = "Linux has no event for leaving a run queue other than off-cpu"},
    {"surrender", NULL, .why_not = "use syscall::sched_yield:entry"},
    {"cpucaps-sleep", NULL, .why_not = CPUCAPS},
    {"cpucaps-wakeup", NULL, .why_not = CPUCAPS},
    {"schedctl-nopreempt", NULL, .why_not = SCHEDCTL},
    {"schedctl-preempt", NULL, .why_not = SCHEDCTL},
    {"schedctl-yield", NULL, .why_not = SCHEDCTL},
};

void provider_sched_add(struct registry *r)
{
	static const struct stable_provider table = {"sched", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
