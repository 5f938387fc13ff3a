/*
 * uprobe.c - one user probe as a perf event, for kernels without uprobe-multi links
 *
 * In: a program and a place in a file. Out: the descriptor of the link, which keeps the event; closing
 * it ends the firing. The kernel says in /sys what number and what bits its uprobe events have.
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

#define UPROBES "/sys/bus/event_source/devices/uprobe/"

static int open_event(const struct kern_uprobe *spec)
{
	int type = kern_number_in(UPROBES "type", "");
	int ret_bit = kern_number_in(UPROBES "format/retprobe", "config:");
	int semaphore_bit = kern_number_in(UPROBES "format/ref_ctr_offset", "config:");

	if (type < 0 || (spec->ret && ret_bit < 0) || (spec->semaphore && semaphore_bit < 0)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	struct perf_event_attr attr = {
	    .type = (uint32_t)type,
	    .size = sizeof(attr),
	    .config = (spec->ret ? 1ull << ret_bit : 0) |
		      (spec->semaphore ? spec->semaphore << semaphore_bit : 0),
	    .uprobe_path = (uint64_t)(uintptr_t)spec->path,
	    .probe_offset = spec->offset,
	};
	/* Any process; the CPU only says whose counter it would be. */
	return (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

int kern_uprobe_attach(int prog_fd, const struct kern_uprobe *spec, struct err *e)
{
	int event = open_event(spec);

	if (event < 0)
		return errno == EACCES || errno == EPERM
			   ? err_set(e, errno, "user probes need root, or CAP_PERFMON")
			   : err_sys(e, errno, "cannot make a user probe");
	int link = kern_perf_link(prog_fd, event, spec->cookie);

	close(event);
	return link < 0 ? err_sys(e, -link, "cannot attach to a user probe") : link;
}
