/* syscall:::entry { self->t = timestamp; }
 * syscall:::return /self->t/ { @[execname] = quantize(timestamp - self->t); self->t = 0; } */
#include "peer.h"

struct key {
	char comm[COMM];
};
struct hist {
	u64 buckets[64];
};
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} starts SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key);
	__type(value, struct hist);
} hists SEC(".maps");
static struct hist zero_hist;

static __always_inline u64 log2_u32(u32 v)
{
	u32 r, shift;

	r = (v > 0xFFFF) << 4;
	v >>= r;
	shift = (v > 0xFF) << 3;
	v >>= shift;
	r |= shift;
	shift = (v > 0xF) << 2;
	v >>= shift;
	r |= shift;
	shift = (v > 0x3) << 1;
	v >>= shift;
	r |= shift;
	return r | (v >> 1);
}

static __always_inline u64 log2_u64(u64 v)
{
	u32 hi = v >> 32;

	return hi ? log2_u32(hi) + 32 : log2_u32((u32)v);
}

SEC("raw_tp/sys_enter")
int on_enter(void *ctx)
{
	u64 *t = bpf_task_storage_get(&starts, bpf_get_current_task_btf(), 0,
				      BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (t)
		*t = bpf_ktime_get_ns();
	return 0;
}

SEC("raw_tp/sys_exit")
int on_exit(void *ctx)
{
	u64 *t = bpf_task_storage_get(&starts, bpf_get_current_task_btf(), 0, 0);
	struct key k = {};
	struct hist *h;
	u64 slot;

	if (!t || !*t)
		return 0;
	slot = log2_u64(bpf_ktime_get_ns() - *t);
	*t = 0;
	bpf_get_current_comm(k.comm, sizeof(k.comm));
	h = bpf_map_lookup_elem(&hists, &k);
	if (!h) {
		bpf_map_update_elem(&hists, &k, &zero_hist, BPF_NOEXIST);
		h = bpf_map_lookup_elem(&hists, &k);
		if (!h)
			return 0;
	}
	if (slot < 64)
		h->buckets[slot]++;
	return 0;
}
