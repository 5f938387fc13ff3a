/* A record of 64 bytes for each getppid: what bench/run traces with five values, the command name
 * included. */
#include "peer.h"

struct record {
	u64 values[6];
	char comm[COMM];
};
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} records SEC(".maps");
u64 drops;

SEC("raw_tp/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args *ctx)
{
	struct record *r;

	if (ctx->args[1] != NR_GETPPID)
		return 0;
	r = bpf_ringbuf_reserve(&records, sizeof(*r), 0);
	if (!r) {
		__sync_fetch_and_add(&drops, 1);
		return 0;
	}
	r->values[0] = bpf_get_current_pid_tgid() >> 32;
	r->values[1] = ctx->args[1];
	r->values[2] = 3;
	r->values[3] = 4;
	r->values[4] = 5;
	r->values[5] = 6;
	bpf_get_current_comm(r->comm, sizeof(r->comm));
	bpf_ringbuf_submit(r, BPF_RB_NO_WAKEUP);
	return 0;
}
