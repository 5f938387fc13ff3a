/* syscall:::entry { @[execname] = count(); } */
#include "peer.h"

struct key {
	char comm[COMM];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct key);
	__type(value, u64);
} counts SEC(".maps");

SEC("raw_tp/sys_enter")
int on_enter(void *ctx)
{
	struct key k = {};
	u64 *n, one = 1;

	bpf_get_current_comm(k.comm, sizeof(k.comm));
	n = bpf_map_lookup_elem(&counts, &k);
	if (n)
		(*n)++;
	else
		bpf_map_update_elem(&counts, &k, &one, BPF_NOEXIST);
	return 0;
}
