/* io::: { @[probename, args[1]->dev_major] = count(); } */
#include "peer.h"

#define KERNEL __attribute__((preserve_access_index))

struct block_device {
	u32 bd_dev;
} KERNEL;
struct bio {
	struct block_device *bi_bdev;
} KERNEL;
struct gendisk {
	struct block_device *part0;
} KERNEL;
struct request_queue {
	struct gendisk *disk;
} KERNEL;
struct request {
	u32 cmd_flags, __data_len;
	u16 nr_phys_segments;
	struct bio *bio;
	struct request_queue *q;
} KERNEL;

enum { OP = 0xff, FLUSH = 2, DRIVER_IN = 34, DRIVER_OUT = 35, START = 0, DONE = 1 };

struct key {
	u32 probe, major;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key);
	__type(value, u64);
} counts SEC(".maps");

static __always_inline void count(u32 probe, struct request *rq)
{
	u32 op = rq->cmd_flags & OP;
	struct block_device *device;
	struct key k = {.probe = probe};
	u64 *n, one = 1;

	if (op == FLUSH || op == DRIVER_IN || op == DRIVER_OUT)
		return;
	device = rq->bio ? rq->bio->bi_bdev : rq->q->disk->part0;
	k.major = device->bd_dev >> 20;
	n = bpf_map_lookup_elem(&counts, &k);
	if (n)
		(*n)++;
	else
		bpf_map_update_elem(&counts, &k, &one, BPF_NOEXIST);
}

SEC("tp_btf/block_io_start")
int BPF_PROG(on_start, struct request *rq)
{
	count(START, rq);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_done, struct request *rq, int status, unsigned int bytes)
{
	if (bytes >= rq->__data_len && (rq->__data_len || !rq->nr_phys_segments))
		count(DONE, rq);
	return 0;
}
