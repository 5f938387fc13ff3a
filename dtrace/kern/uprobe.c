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

struct kern_uprobe_events kern_uprobe_events(void)
{
	return (struct kern_uprobe_events){
	    .type = kern_number_in(UPROBES "type", ""),
	    .ret_bit = kern_number_in(UPROBES "format/retprobe", "config:"),
	    .semaphore_bit = kern_number_in(UPROBES "format/ref_ctr_offset", "config:"),
	};
}

static int open_event(const struct kern_uprobe_events *k, const struct kern_uprobe *spec)
{
	if (k->type < 0 || (spec->ret && k->ret_bit < 0) ||
	    (spec->semaphore && k->semaphore_bit < 0)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	struct perf_event_attr attr = {
	    .type = (uint32_t)k->type,
	    .size = sizeof(attr),
	    .config = (spec->ret ? 1ull << k->ret_bit : 0) |
		      (spec->semaphore ? spec->semaphore << k->semaphore_bit : 0),
	    .uprobe_path = (uint64_t)(uintptr_t)spec->path,
	    .probe_offset = spec->offset,
	};
	/* The kernel writes its breakpoint into the memory of that process alone, and of those that are to fork from it.
	 * For any process, the CPU only says whose counter it would be. */
	int pid = spec->pid ? (int)spec->pid : -1;
	return (int)syscall(SYS_perf_event_open, &attr, pid, pid > 0 ? -1 : 0, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

int kern_uprobe_attach(int prog_fd, const struct kern_uprobe_events *events,
		       const struct kern_uprobe *spec, struct err *e)
{
	int event = open_event(events, spec);

	if (event < 0)
		return errno == EACCES || errno == EPERM
			   ? err_set(e, errno, "user probes need root, or CAP_PERFMON")
			   : err_sys(e, errno, "cannot make a user probe");
	int link = kern_perf_link(prog_fd, event, spec->cookie);

	close(event);
	return link < 0 ? err_sys(e, -link, "cannot attach to a user probe") : link;
}
