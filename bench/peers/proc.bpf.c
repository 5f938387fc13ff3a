/* proc::: { @[probename, execname] = count(); } */
#include "peer.h"

#define KERNEL __attribute__((preserve_access_index))

struct task_struct {
	int pid, tgid;
} KERNEL;
struct k_sigaction {
	struct {
		void *sa_handler;
	} sa;
} KERNEL;
struct pt_regs {
	unsigned long orig_ax;
} KERNEL;

enum {
	CREATE,
	LWP_CREATE,
	START,
	LWP_START,
	EXEC,
	EXEC_SUCCESS,
	EXEC_FAILURE,
	LWP_EXIT,
	EXIT,
	SEND,
	DISCARD,
	HANDLE,
	CLEAR
};
enum {
	NR_CLONE = 56,
	NR_FORK = 57,
	NR_VFORK = 58,
	NR_EXECVE = 59,
	NR_SIGTIMEDWAIT = 128,
	NR_EXECVEAT = 322,
	NR_CLONE3 = 435
};

struct key {
	u64 probe;
	char comm[COMM];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct key);
	__type(value, u64);
} counts SEC(".maps");

static __always_inline void count_key(struct key *k)
{
	u64 *n = bpf_map_lookup_elem(&counts, k), one = 1;

	if (n)
		(*n)++;
	else
		bpf_map_update_elem(&counts, k, &one, BPF_NOEXIST);
}

static __always_inline void count(u32 probe)
{
	struct key k = {.probe = probe};

	bpf_get_current_comm(k.comm, sizeof(k.comm));
	count_key(&k);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	count(parent->tgid == child->tgid ? LWP_CREATE : CREATE);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter, struct pt_regs *regs, long nr)
{
	if (nr == NR_EXECVE || nr == NR_EXECVEAT)
		count(EXEC);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_exit, struct pt_regs *regs, long value)
{
	long nr = (long)regs->orig_ax;
	struct task_struct *task;

	switch (nr) {
	case NR_CLONE:
	case NR_FORK:
	case NR_VFORK:
	case NR_CLONE3:
		if (value)
			break;
		task = bpf_get_current_task_btf();
		if (task->pid == task->tgid)
			count(START);
		count(LWP_START);
		break;
	case NR_EXECVE:
	case NR_EXECVEAT:
		if (value < 0)
			count(EXEC_FAILURE);
		break;
	case NR_SIGTIMEDWAIT:
		if (value > 0)
			count(CLEAR);
	}
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec)
{
	count(EXEC_SUCCESS);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_end, struct task_struct *task, _Bool last)
{
	count(LWP_EXIT);
	if (last)
		count(EXIT);
	return 0;
}

SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int sig, void *info, struct task_struct *task, int group, int result)
{
	count(result == 1 ? DISCARD : SEND);
	return 0;
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_deliver, int sig, void *info, struct k_sigaction *ka)
{
	if (ka->sa.sa_handler)
		count(HANDLE);
	return 0;
}
