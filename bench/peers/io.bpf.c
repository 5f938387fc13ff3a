/* io::: { @[probename, execname] = count(); } */
#include "peer.h"

#include <bpf/bpf_core_read.h>

#define KERNEL __attribute__((preserve_access_index))

struct request {
	u32 cmd_flags, __data_len;
	u16 nr_phys_segments;
} KERNEL;
struct task_struct {
	unsigned int in_iowait : 1;
	char comm[COMM];
} KERNEL;

enum { OP = 0xff, FLUSH = 2, DRIVER_IN = 34, DRIVER_OUT = 35 };
enum { START, DONE, WAIT_START, WAIT_DONE };

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

static __always_inline int counts_for(struct request *rq)
{
	u32 op = rq->cmd_flags & OP;

	return op != FLUSH && op != DRIVER_IN && op != DRIVER_OUT;
}

/* Who asked for a request is noted when it begins. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct request *);
	__type(value, struct key);
} names SEC(".maps");

SEC("tp_btf/block_io_start")
int BPF_PROG(on_start, struct request *rq)
{
	struct key who = {.probe = START};

	if (!counts_for(rq))
		return 0;
	bpf_get_current_comm(who.comm, sizeof(who.comm));
	count_key(&who);
	who.probe = DONE;
	bpf_map_update_elem(&names, &rq, &who, 0);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_done, struct request *rq, int status, unsigned int bytes)
{
	struct key *who;

	if (!counts_for(rq) || bytes < rq->__data_len || (!rq->__data_len && rq->nr_phys_segments))
		return 0;
	who = bpf_map_lookup_elem(&names, &rq);
	if (who) {
		count_key(who);
		bpf_map_delete_elem(&names, &rq);
	}
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, _Bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int state)
{
	if (state && BPF_CORE_READ_BITFIELD(prev, in_iowait))
		count(WAIT_START);
	if (BPF_CORE_READ_BITFIELD(next, in_iowait)) {
		struct key k = {.probe = WAIT_DONE};

		__builtin_memcpy(k.comm, next->comm, COMM);
		count_key(&k);
	}
	return 0;
}
