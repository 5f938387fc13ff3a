/*
 * perf_events.h - events that the machine counts: cycles, cache misses, page faults, by name
 *
 * Hardware events need a processor, or a virtual machine, whose counters the kernel can use; software events are always there.
 */
#ifndef KERN_PERF_EVENTS_H
#define KERN_PERF_EVENTS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kern_event {
	const char *name;
	uint32_t type; /* as perf_event_open(2) takes them */
	uint64_t config;
	uint64_t min_period; /* the least number of events between two firings; of clocks: ns */
};
enum kern_event_mode { KERN_EVENT_ALL, KERN_EVENT_USER, KERN_EVENT_KERNEL };

/* Every event that has a name, whether or not this machine counts it. */
const struct kern_event *kern_events(unsigned *n);
/* The event called by len bytes of name, or the processor's own event number HEX by rHEX; false: there is none. */
bool kern_event_find(const char *name, size_t len, struct kern_event *out);
/* Does this machine count it, and can it interrupt? */
bool kern_event_here(const struct kern_event *ev);
/* Runs a perf event program on a CPU each time `period` events more have been counted there. what: EVENT-MODE, with user, kernel or all
 * for the mode. Descriptor, or -1. */
int kern_event_attach(int prog_fd, int cpu, const char *what, uint64_t period, struct err *e);

#endif
