/* io:::done { @[execname] = count(); }, the name being that of who asked: as such tools do it, it is noted
 * when a request begins. */
#include "peer.h"

#define KERNEL __attribute__((preserve_access_index))

struct request {
	u32 __data_len;
	u16 nr_phys_segments;
} KERNEL;

struct name {
	char comm[COMM];
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct request *);
	__type(value, struct name);
} names SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct name);
	__type(value, u64);
} counts SEC(".maps");

SEC("tp_btf/block_io_start")
int BPF_PROG(on_start, struct request *rq)
{
	struct name who;

	bpf_get_current_comm(who.comm, sizeof(who.comm));
	bpf_map_update_elem(&names, &rq, &who, 0);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_done, struct request *rq, int status, unsigned int bytes)
{
	struct name *who;
	u64 *n, one = 1;

	if (bytes < rq->__data_len)
		return 0;
	who = bpf_map_lookup_elem(&names, &rq);
	if (!who)
		return 0;
	n = bpf_map_lookup_elem(&counts, who);
	if (n)
		(*n)++;
	else
		bpf_map_update_elem(&counts, who, &one, BPF_NOEXIST);
	bpf_map_delete_elem(&names, &rq);
	return 0;
}
