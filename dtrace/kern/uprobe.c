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

/* A switch between threads looks at each group of events that a thread has, and no further where the first of
 * them counts nothing. Each event that joins one is compared with all that are in it. */
enum { GROUP_MAX = 256 };

struct kern_uprobe_events kern_uprobe_events_open(void)
{
	return (struct kern_uprobe_events){
	    .type = kern_number_in(UPROBES "type", ""),
	    .ret_bit = kern_number_in(UPROBES "format/retprobe", "config:"),
	    .semaphore_bit = kern_number_in(UPROBES "format/ref_ctr_offset", "config:"),
	    .leader = -1,
	};
}

void kern_uprobe_events_close(struct kern_uprobe_events *k)
{
	if (k->leader >= 0)
		close(k->leader);
	k->leader = -1;
	k->members = 0;
}

static int open_event(const struct kern_uprobe_events *k, const struct kern_uprobe *spec)
{
	if (k->type < 0 || (spec->ret && k->ret_bit < 0) ||
	    (spec->semaphore && k->semaphore_bit < 0)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	/* Programs run whether their event counts or not; one that counts is put on the CPU and taken off it with
	 * every switch of the thread. */
	struct perf_event_attr attr = {
	    .type = (uint32_t)k->type,
	    .size = sizeof(attr),
	    .disabled = 1,
	    .config = (spec->ret ? 1ull << k->ret_bit : 0) |
		      (spec->semaphore ? spec->semaphore << k->semaphore_bit : 0),
	    .uprobe_path = (uint64_t)(uintptr_t)spec->path,
	    .probe_offset = spec->offset,
	};
	/* The kernel writes its breakpoint into the memory of that process alone, and of those that are to fork from it.
	 * For any process, the CPU only says whose counter it would be. */
	int pid = spec->pid ? (int)spec->pid : -1;
	return (int)syscall(SYS_perf_event_open, &attr, pid, pid > 0 ? -1 : 0, k->leader,
			    PERF_FLAG_FD_CLOEXEC);
}

int kern_uprobe_attach(int prog_fd, struct kern_uprobe_events *k, const struct kern_uprobe *spec,
		       struct err *e)
{
	if (k->members == GROUP_MAX)
		kern_uprobe_events_close(k);
	int event = open_event(k, spec);

	if (event < 0)
		return errno == EACCES || errno == EPERM
			   ? err_set(e, errno, "user probes need root, or CAP_PERFMON")
			   : err_sys(e, errno, "cannot make a user probe");
	int link = kern_perf_link(prog_fd, event, spec->cookie);
	if (link >= 0 && k->leader < 0)
		k->leader = event;
	else
		close(event);
	k->members += link >= 0;
	return link < 0 ? err_sys(e, -link, "cannot attach to a user probe") : link;
}
