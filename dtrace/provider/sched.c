/*
 * sched.c - provider sched: what the scheduler does with threads
 *
 *	sched_switch(preempt, prev, next, prev_state)	preempt		prev is taken off although it could run
 *							sleep		prev waits
 *							off-cpu		prev leaves; args: next
 *							on-cpu		next arrives; the probe is about next (see below)
 *							enqueue		prev, which could run, is put back into its queue
 *							dequeue		next is taken out of its queue to run
 *	sched_wakeup, sched_wakeup_new(task)		enqueue		args: task, the CPU whose queue it is put in
 *	sched_migrate_task(task, cpu)	of a queued one	dequeue, enqueue	from a CPU's queue to another's
 *	sched_exit_tp(is_switch)	not switched	remain-cpu
 *	sched_waking(task)				wakeup		args: task, which still sleeps; the waker, wherever task will run
 *	sched_pi_setprio(task, pi_task)			change-pri	priority lent by a mutex; args: task, new priority
 *	local_timer_entry				tick		in the thread that the CPU's timer finds; args: that
 *	sched_set_need_resched_tp(task, cpu, flag)	surrender	a CPU is told to choose anew; args: the thread that runs there
 *
 * on-cpu is about next, which does not run yet at sched_switch, so its stack and memory cannot be seen there. Programs that look at these get it at the
 * end of __schedule(), sched_exit_tp, in next itself. A new thread does not come by there the first time: that alone stays with sched_switch then.
 *
 * Idle threads are in no queue and are not preempted. Threads in args[] are lwpsinfo_t and psinfo_t (dlib/procfs.d), CPUs cpuinfo_t (dlib/sched.d),
 * from their number. In on-cpu, pid, execname, self-> and the rest are the arriving thread's; elsewhere those of the thread that runs, for wakeup and
 * enqueue the waker, or what an interrupt found.
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
	if (env->source) {
		int is_switch = ir_alu(f, IR_AND, stable_param(env, 0), IRV_IMM(1));
		ir_br(f, IR_EQ, is_switch, IRV_IMM(0), env->fail);
		return;
	}
	env->subject = stable_param(env, SWITCH_NEXT);
	if (!env->looks_inside)
		return;
	int waited = stable_field(env, env->subject, "task_struct", "nvcsw", false);
	int pushed = stable_field(env, env->subject, "task_struct", "nivcsw", false);
	ir_br(f, IR_NE, ir_alu(f, IR_ADD, waited, IRV_REG(pushed)), IRV_IMM(0), env->fail);
}

/* Leaves when the thread is a CPU's idle one. */
static void not_idle(struct emit_env *env, int task)
{
	int pid = stable_field(env, task, "task_struct", "pid", false);
	ir_br(env->f, IR_EQ, pid, IRV_IMM(0), env->fail);
}

static void enter_preempt(struct emit_env *env)
{
	stable_switch_runnable(env);
	not_idle(env, stable_param(env, SWITCH_PREV));
}

/* ---- run queues: several events each ---- */

enum { WAKEUP, WAKEUP_NEW, PUT_BACK, MOVED_TO }; /* sources of enqueue */
enum { CHOSEN, MOVED_FROM };			 /* of dequeue */

static void is_queued(struct emit_env *env, int task)
{
	int queued = stable_field(env, task, "task_struct", "on_rq", false);
	ir_br(env->f, IR_EQ, queued, IRV_IMM(0), env->fail);
}

/* What is woken before it has gone to sleep has never left its CPU. */
static void not_on_cpu(struct emit_env *env, int task)
{
	int on = stable_field(env, task, "task_struct", "on_cpu", false);
	ir_br(env->f, IR_NE, on, IRV_IMM(0), env->fail);
}

static int enqueued(struct emit_env *env)
{
	return stable_param(env, env->source == PUT_BACK ? SWITCH_PREV : 0);
}

static void enter_enqueue(struct emit_env *env)
{
	if (env->source == PUT_BACK)
		enter_preempt(env);
	if (env->source == MOVED_TO)
		is_queued(env, enqueued(env));
	if (env->source == WAKEUP)
		not_on_cpu(env, enqueued(env));
}

static int dequeued(struct emit_env *env)
{
	return stable_param(env, env->source == CHOSEN ? SWITCH_NEXT : 0);
}

static void enter_dequeue(struct emit_env *env)
{
	if (env->source == CHOSEN)
		not_idle(env, dequeued(env));
	else
		is_queued(env, dequeued(env));
}

/* Only what is scheduled in real time has a queue with a front. A thread that is pushed aside by one of another priority stays there (a fair one may
 * have its turn, too); by one of its own, because it yields or its slice is over, it is sent to the end. */
static int enqueued_in_front(struct emit_env *env)
{
	enum { FIFO = 1, RR = 2 };
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), ranked = ir_label(f), behind = ir_label(f);
	if (env->source != PUT_BACK)
		return r;
	int policy = stable_field(env, enqueued(env), "task_struct", "policy", false);
	ir_br(f, IR_EQ, policy, IRV_IMM(FIFO), ranked);
	ir_br(f, IR_NE, policy, IRV_IMM(RR), behind);
	ir_place(f, ranked);
	int own = stable_field(env, enqueued(env), "task_struct", "prio", true);
	int other = stable_field(env, stable_param(env, SWITCH_NEXT), "task_struct", "prio", true);
	ir_br(f, IR_EQ, other, IRV_REG(own), behind);
	ir_mov(f, r, IRV_IMM(1));
	ir_place(f, behind);
	return r;
}

static int cpu_of(struct emit_env *env, int task)
{
	return stable_field(env, task, "task_struct", "thread_info.cpu", false);
}

static int enqueue_cpu(struct emit_env *env)
{
	if (env->source == MOVED_TO)
		return ir_unary(env->f, IR_ZEXT, stable_param(env, 1), 4);
	return cpu_of(env, enqueued(env));
}

static int dequeue_cpu(struct emit_env *env)
{
	return cpu_of(env, dequeued(env));
}

static const struct stable_arg enqueue_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .emit = enqueued},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .emit = enqueued},
    {.type = "processorid_t *", .xtype = "cpuinfo_t *", .emit = enqueue_cpu},
    {.type = "int", .name = "front", .emit = enqueued_in_front},
};
static const struct stable_arg dequeue_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .emit = dequeued},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .emit = dequeued},
    {.type = "processorid_t *", .xtype = "cpuinfo_t *", .emit = dequeue_cpu},
};

/* ---- ticks ---- */

static int running(struct emit_env *env)
{
	enum { HELPER_TASK_BTF = 158 };
	return ir_call(env->f, HELPER_TASK_BTF, 0, NULL);
}

static void enter_tick(struct emit_env *env)
{
	not_idle(env, running(env));
	stable_tick(env);
}

static const struct stable_arg running_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .emit = running},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .emit = running},
};

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
	/* No donor any more: back to its own. */
	struct ir_func *f = env->f;
	int lent = ir_label(f), r = ir_reg(f), donor = stable_param(env, 1);
	ir_mov(
	    f, r,
	    IRV_REG(stable_field(env, stable_param(env, 0), "task_struct", "normal_prio", true)));
	ir_br(f, IR_EQ, donor, IRV_IMM(0), lent);
	ir_mov(f, r, IRV_REG(stable_field(env, donor, "task_struct", "prio", true)));
	ir_place(f, lent);
	return r;
}

/* Told by another CPU; what the thread's own CPU finds out by itself is no matter of this probe. */
static void enter_surrender(struct emit_env *env)
{
	enum { HELPER_CPU = 8 };
	int target = ir_unary(env->f, IR_ZEXT, stable_param(env, 1), 4);
	int here = ir_call(env->f, HELPER_CPU, 0, NULL);
	ir_br(env->f, IR_EQ, target, IRV_REG(here), env->fail);
}

static const struct stable_arg change_pri_args[] = {
    {.type = "struct task_struct *", .xtype = "lwpsinfo_t *", .param = 0},
    {.type = "struct task_struct *", .xtype = "psinfo_t *", .param = 0},
    {.type = "int", .emit = new_priority},
};

#define CPUCAPS	 "Linux throttles control groups without a tracepoint"
#define SCHEDCTL "Linux has no schedctl"

static const struct stable_probe probes[] = {
    {"preempt", "sched_switch", enter_preempt},
    {"sleep", "sched_switch", enter_sleep},
    {"off-cpu", "sched_switch", NULL, next_args, 2},
    {"on-cpu", "sched_switch", enter_on_cpu, .context = CONTEXT_SUBJECT, .more = {"sched_exit_tp"},
     .inside = true},
    {"remain-cpu", "sched_exit_tp", enter_remain},
    {"wakeup", "sched_waking", NULL, task_args, 2},
    {"change-pri", "sched_pi_setprio", NULL, change_pri_args, 3},
    {"tick", "hrtimer_expire_entry", enter_tick, running_args, 2},
    /* A thread that moves leaves one queue before it comes to the other. */
    {"dequeue", "sched_switch", enter_dequeue, dequeue_args, 3, .more = {"sched_migrate_task"}},
    {"enqueue", "sched_wakeup", enter_enqueue, enqueue_args, 4,
     .more = {"sched_wakeup_new", "sched_switch", "sched_migrate_task"}},
    {"surrender", "sched_set_need_resched_tp", enter_surrender, task_args, 2},
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
