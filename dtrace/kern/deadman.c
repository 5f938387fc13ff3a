/*
 * deadman.c - a program that ends tracing when nobody looks at it any more
 *
 * A timer of the kernel's fires so many times for each time that a consumer should look at the session's state; the
 * consumer sets the count back. When it is full, the consumer is stopped, stuck, or finds no CPU, as on a machine
 * that what is traced has brought to a halt: then every program returns at once from here on. What is counted are
 * firings, each a while after the one before, not time: a machine that was suspended is not dead.
 */
#include "dtrace/kern/deadman.h"

#include "dtrace/kern/insn.h"
#include "dtrace/kern/load_int.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEAST_NS = 1000000 };
#define AT(member) ((int)offsetof(struct image_state, member))

struct deadman {
	struct image_prog image;
	struct loaded_prog prog;
	struct bpf_insn insns[16];
};

static uint32_t put_program(struct bpf_insn *at, int glob_fd)
{
	const struct bpf_insn code[] = {
	    I_LD64(6, BPF_PSEUDO_MAP_VALUE, glob_fd, 0),
	    I_LOAD(BPF_DW, 1, 6, AT(unwatched)),
	    I_ALU_IMM(BPF_ADD, 1, 1),
	    I_STORE(BPF_DW, 6, 1, AT(unwatched)),
	    I_JMP_IMM(BPF_JLT, 1, DEADMAN_FIRINGS, 3), /* to the end */
	    I_MOV_IMM(0, ACT_ACTIVE),
	    I_MOV_IMM(1, ACT_KILLED),
	    I_ATOMIC(BPF_W, BPF_CMPXCHG, 6, 1, AT(activity)),
	    I_MOV_IMM(0, 0),
	    I_EXIT(),
	};
	memcpy(at, code, sizeof(code));
	return sizeof(code) / sizeof(*code);
}

struct deadman *deadman_start(struct loaded *l, uint64_t timeout_ns)
{
	struct deadman *d = calloc(1, sizeof(*d));
	struct err ignored;
	uint64_t period_ns = timeout_ns / DEADMAN_FIRINGS;
	period_ns = period_ns < LEAST_NS ? LEAST_NS : period_ns;
	if (!d || feature_out(l->features, FEAT_TIMER)) {
		free(d);
		return NULL;
	}
	d->image = (struct image_prog){
	    .name = "deadman", .insns = d->insns, .attach = {ATTACH_TICK, "deadman", period_ns}};
	d->image.ninsns = put_program(d->insns, l->map_fds[IMAGE_MAP_GLOB]);
	d->prog = (struct loaded_prog){
	    .image = &d->image, .fd = -1, .timer_map = -1, .timer_fd = -1, .relative = true};
	/* By a timer of the kernel's or not at all. */
	if (load_tick_prog(l, &d->prog, &ignored) < 0 || !d->prog.by_timer ||
	    load_tick_start(l, &d->prog, &ignored) < 0 || !d->prog.by_timer) {
		deadman_free(d);
		return NULL;
	}
	return d;
}

void deadman_free(struct deadman *d)
{
	if (!d)
		return;
	load_tick_stop(&d->prog);
	if (d->prog.fd >= 0)
		close(d->prog.fd);
	free(d);
}
