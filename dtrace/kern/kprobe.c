/*
 * kprobe.c - programs at functions of the kernel: one link for many, or one perf event for each
 *
 * In: a program and addresses. Out: descriptors of links; closing them ends the firing. The kernel says
 * in /sys what number its kprobe events have.
 */
#include "dtrace/kern/kern.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KPROBES "/sys/bus/event_source/devices/kprobe/"

/* BPF_LINK_CREATE for kprobe-multi (5.18). */
struct kprobe_multi_attr {
	uint32_t prog_fd, target_fd, attach_type, link_flags;
	uint32_t flags, count;
	uint64_t symbols, addrs, cookies;
};

bool kern_kprobe_here(void)
{
	return kern_number_in(KPROBES "type", "") >= 0;
}

static int kprobe_error(struct err *e, int code)
{
	switch (code) {
	case EACCES:
	case EPERM:
		return err_set(e, code,
			       geteuid() ? "functions of the kernel can be traced by root alone"
					 : "not permitted: kernel lockdown (confidentiality), or a "
					   "container without CAP_PERFMON");
	default:
		return err_sys(e, code, "cannot attach to a function of the kernel");
	}
}

int kern_kprobe_multi_attach(int prog_fd, const struct kern_kprobe_multi *spec, struct err *e)
{
	struct kprobe_multi_attr attr = {
	    .prog_fd = (uint32_t)prog_fd,
	    .attach_type = spec->attach_type,
	    .flags = spec->ret ? 1 /* BPF_F_KPROBE_MULTI_RETURN */ : 0,
	    .count = spec->count,
	    .addrs = (uint64_t)(uintptr_t)spec->addrs,
	    .cookies = (uint64_t)(uintptr_t)spec->cookies,
	};
	int link = kern_link_create(&attr, sizeof(attr));

	return link < 0 ? kprobe_error(e, -link) : link;
}

int kern_kprobe_attach(int prog_fd, uint64_t addr, bool ret, uint64_t cookie, struct err *e)
{
	int type = kern_number_in(KPROBES "type", ""),
	    ret_bit = kern_number_in(KPROBES "format/retprobe", "config:");
	struct perf_event_attr attr = {.type = (uint32_t)type,
				       .size = sizeof(attr),
				       .config = ret ? 1ull << ret_bit : 0,
				       .kprobe_addr = addr};

	if (type < 0 || ret_bit < 0)
		return kprobe_error(e, EOPNOTSUPP);
	/* Any thread; the CPU only says whose counter it would be. */
	int event = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (event < 0)
		return kprobe_error(e, errno);
	int link = kern_perf_link(prog_fd, event, cookie);
	close(event);
	return link < 0 ? kprobe_error(e, -link) : link;
}
