/* sched:::off-cpu { self->t = timestamp; }
 * sched:::on-cpu /self->t/ { @[execname] = sum(timestamp - self->t); self->t = 0; } */
#include "peer.h"

#define KERNEL __attribute__((preserve_access_index))

struct task_struct {
	char comm[COMM];
} KERNEL;
struct key {
	char comm[COMM];
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} starts SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct key);
	__type(value, u64);
} sums SEC(".maps");

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, _Bool preempt, struct task_struct *prev, struct task_struct *next)
{
	u64 now = bpf_ktime_get_ns(), *t, *sum, waited;
	struct key k;

	t = bpf_task_storage_get(&starts, prev, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (t)
		*t = now;
	t = bpf_task_storage_get(&starts, next, 0, 0);
	if (!t || !*t)
		return 0;
	waited = now - *t;
	*t = 0;
	__builtin_memcpy(k.comm, next->comm, COMM);
	sum = bpf_map_lookup_elem(&sums, &k);
	if (sum)
		*sum += waited;
	else
		bpf_map_update_elem(&sums, &k, &waited, BPF_NOEXIST);
	return 0;
}
