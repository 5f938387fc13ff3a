/*
 * peer.h - what the hand-written programs have in common
 *
 * Written as a competent author would with libbpf: per-CPU maps, no needless helper calls, direct
 * loads where the program type permits them. They do the same work as the D programs beside them in
 * bench/run.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

enum { COMM = 16, NR_GETPPID = 110 };

char LICENSE[] SEC("license") = "GPL";

#endif
