/*
 * load_tick.c - tick probes: a bpf_timer, or a timerfd and test runs
 *
 * In: a tick program whose function 0 takes a context it does not use. With bpf_timer
 * these functions go in front of it:
 *
 *	arm(ctx)	value = &timer_map[0]; init timer; its callback = fire; start it
 *			at value->next_ns (absolute)
 *	fire(m, k, v)	program(0); v->next_ns += v->period_ns; start the timer again at v->next_ns
 *
 * and the timer map has one value:	0 struct bpf_timer (16)   16 next_ns   24 period_ns
 *
 * Times are absolute, so lateness never adds up, and a firing that is late by more than a period is
 * followed at once by the ones it kept waiting; with lp->relative next_ns is the time from one firing
 * to the next, and period_ns 0. Closing the timer map stops the timer (the kernel cancels it with the
 * last descriptor).
 */
#include "dtrace/kern/load_int.h"

#include "base/clock.h"
#include "dtrace/kern/insn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
	HELPER_TIMER_INIT = 169,
	HELPER_TIMER_SET_CALLBACK = 170,
	HELPER_TIMER_START = 171,
	TIMER_ABS = 1,
	TIMER_PINNED = 2
};
enum { ARM_INSNS = 22, FIRE_INSNS = 12, PREFIX = ARM_INSNS + FIRE_INSNS };
enum {
	MAX_CATCH_UP = 100000
}; /* firings per read of a timerfd: a stopped process does not make up for days */

struct timer_value {
	uint64_t timer[2];
	uint64_t next_ns, period_ns;
};
#define NEXT   16
#define PERIOD 24

/* flags: of bpf_timer_start() */
static void put_prefix(struct bpf_insn *at, int map, int flags)
{
	const struct bpf_insn code[PREFIX] = {
	    /* arm */
	    I_STORE_IMM(BPF_W, 10, -4, 0),
	    I_MOV_REG(2, 10),
	    I_ALU_IMM(BPF_ADD, 2, -4),
	    I_LD64(1, BPF_PSEUDO_MAP_FD, map, 0),
	    I_CALL(BPF_FUNC_map_lookup_elem),
	    I_JMP_IMM(BPF_JEQ, 0, 0, 14), /* to exit */
	    I_MOV_REG(6, 0),
	    I_MOV_REG(1, 6),
	    I_LD64(2, BPF_PSEUDO_MAP_FD, map, 0),
	    I_MOV_IMM(3, CLOCK_MONOTONIC),
	    I_CALL(HELPER_TIMER_INIT),
	    I_MOV_REG(1, 6),
	    I_LD64(2, BPF_PSEUDO_FUNC, ARM_INSNS - 14 - 1, 0),
	    I_CALL(HELPER_TIMER_SET_CALLBACK),
	    I_MOV_REG(1, 6),
	    I_LOAD(BPF_DW, 2, 6, NEXT),
	    I_MOV_IMM(3, flags),
	    I_CALL(HELPER_TIMER_START),
	    I_EXIT(),
	    /* fire */
	    I_MOV_REG(6, 3),
	    I_MOV_IMM(1, 0),
	    I_CALLFN(FIRE_INSNS - 3),
	    I_LOAD(BPF_DW, 2, 6, NEXT),
	    I_LOAD(BPF_DW, 3, 6, PERIOD),
	    I_ALU_REG(BPF_ADD, 2, 3),
	    I_STORE(BPF_DW, 6, 2, NEXT),
	    I_MOV_REG(1, 6),
	    I_MOV_IMM(3, flags),
	    I_CALL(HELPER_TIMER_START),
	    I_MOV_IMM(0, 0),
	    I_EXIT(),
	};

	memcpy(at, code, sizeof(code));
}

/* Type information for all functions: the two in front and the program's own. */
static int describe_funcs(const struct image_prog *p, uint32_t **info, uint32_t *n, struct err *e)
{
	uint32_t own = p->funcs.n ? (uint32_t)p->funcs.n : 1;
	struct kern_func *funcs = calloc(own + 2, sizeof(*funcs));
	int fd = -1;

	*n = own + 2;
	*info = calloc(*n, 2 * sizeof(**info));
	if (funcs && *info) {
		funcs[0] = (struct kern_func){"arm", 0, NULL};
		funcs[1] = (struct kern_func){"fire", ARM_INSNS, NULL};
		for (uint32_t i = 0; i < own; i++)
			funcs[i + 2] =
			    (struct kern_func){i < p->func_names.n ? p->func_names.at[i] : "tick",
					       PREFIX + (i < p->funcs.n ? p->funcs.at[i] : 0),
					       i < p->abis.n ? &p->abis.at[i] : NULL};
		fd = kern_btf_for_funcs(funcs, *n, *info, e);
	} else {
		err_set(e, ENOMEM, "out of memory");
	}
	free(funcs);
	return fd;
}

static int load_with_timer(struct loaded *l, struct loaded_prog *lp, struct bpf_insn *insns,
			   struct err *e)
{
	const struct image_prog *p = lp->image;
	uint32_t *info = NULL, ninfo;
	int btf = describe_funcs(p, &info, &ninfo, e), fd = -1;

	(void)l;
	if (btf >= 0) {
		struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_SYSCALL,
					      .flags = BPF_F_SLEEPABLE,
					      .name = p->name,
					      .insns = insns,
					      .ninsns = p->ninsns + PREFIX,
					      .btf_fd = btf,
					      .func_info = info,
					      .nfunc_info = ninfo,
					      .func_info_rec_bytes = 8};
		fd = kern_prog_load(&spec, NULL, 0, e);
		close(btf);
	}
	free(info);
	return fd;
}

/* The first way; -1 when it cannot be had for this program, whatever the reason. */
static int try_timer(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	struct kern_map_spec m = {.type = BPF_MAP_TYPE_ARRAY,
				  .key_bytes = 4,
				  .value_bytes = sizeof(struct timer_value),
				  .entries = 1,
				  .name = "tick",
				  .timer_btf = true};
	int map = kern_map_create(&m, e), fd = -1;
	struct bpf_insn *insns;

	if (map < 0)
		return -1;
	insns = load_relocated(l, lp->image, PREFIX, e);
	if (insns) {
		put_prefix(insns, map,
			   (lp->relative ? 0 : TIMER_ABS) | (l->opts.cpu >= 0 ? TIMER_PINNED : 0));
		fd = load_with_timer(l, lp, insns, e);
		free(insns);
	}
	if (fd < 0) {
		close(map);
		return -1;
	}
	lp->timer_map = map;
	lp->by_timer = true;
	return fd;
}

/* The second way: an ordinary program and a timerfd. */
static int load_plain(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	struct bpf_insn *insns = load_relocated(l, lp->image, 0, e);
	int fd = -1;

	if (insns) {
		struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
					      .name = lp->image->name,
					      .insns = insns,
					      .ninsns = lp->image->ninsns};
		fd = load_prog_checked(l, lp->image, &spec, 0, e);
		free(insns);
	}
	return fd;
}

int load_tick_prog(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	struct err ignored;

	lp->by_timer = false;
	lp->fd = feature_out(l->features, FEAT_TIMER) ? -1 : try_timer(l, lp, &ignored);
	if (lp->fd < 0)
		lp->fd = load_plain(l, lp, e);
	return lp->fd < 0 ? -1 : 0;
}

/* 0 when the timer runs; -1: this kernel cannot do it after all (no absolute times before 6.4, no CPU of one's own before
 * 6.7). */
static int start_timer(struct loaded *l, struct loaded_prog *lp, uint64_t period_ns)
{
	struct timer_value v = {.next_ns = clock_ns() + period_ns, .period_ns = period_ns};
	if (lp->relative)
		v = (struct timer_value){.next_ns = period_ns};
	uint32_t key = 0, refused = 0;
	struct err ignored;

	if (kern_map_update(lp->timer_map, &key, &v, 0, &ignored) < 0 ||
	    load_run_prog(l, lp->fd, &refused, &ignored) < 0)
		return -1;
	return refused ? -1 : 0;
}

static int start_timerfd(struct loaded_prog *lp, uint64_t period_ns, struct err *e)
{
	struct itimerspec t = {{(time_t)(period_ns / 1000000000u), (long)(period_ns % 1000000000u)},
			       {0, 0}};

	t.it_value = t.it_interval;
	lp->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (lp->timer_fd < 0 || timerfd_settime(lp->timer_fd, 0, &t, NULL) < 0)
		return err_sys(e, errno, "cannot make a timer for %s", lp->image->name);
	return 0;
}

int load_tick_start(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	uint64_t period_ns = lp->image->attach.param;

	if (lp->by_timer) {
		if (start_timer(l, lp, period_ns) == 0)
			return 0;
		load_tick_stop(lp);
		close(lp->fd);
		lp->by_timer = false;
		lp->fd = load_plain(l, lp, e);
		if (lp->fd < 0)
			return -1;
	}
	return start_timerfd(lp, period_ns, e);
}

void load_tick_stop(struct loaded_prog *lp)
{
	if (lp->timer_map >= 0)
		close(lp->timer_map);
	if (lp->timer_fd >= 0)
		close(lp->timer_fd);
	lp->timer_map = lp->timer_fd = -1;
}

int load_tick_fds(struct loaded *l, int *fds, int max)
{
	int n = 0;

	for (size_t i = 0; i < l->image->progs.n; i++) {
		if (l->progs[i].timer_fd < 0)
			continue;
		if (n < max)
			fds[n] = l->progs[i].timer_fd;
		n++;
	}
	return n;
}

int load_tick_run(struct loaded *l, int fd, struct err *e)
{
	struct loaded_prog *lp = NULL;
	uint64_t expired = 0, i;

	for (size_t k = 0; k < l->image->progs.n; k++)
		if (l->progs[k].timer_fd == fd)
			lp = &l->progs[k];
	if (fd < 0 || !lp)
		return err_set(e, EBADF, "no such tick");
	if (read(fd, &expired, sizeof(expired)) < 0)
		return errno == EAGAIN || errno == EINTR ? 0
							 : err_sys(e, errno, "cannot read a timer");
	for (i = 0; i < expired && i < MAX_CATCH_UP; i++)
		if (load_run_prog(l, lp->fd, NULL, e) < 0)
			return -1;
	return (int)i;
}
