/*
 * perf_events.c - events that the machine counts, by name; see perf_events.h
 *
 * In: names. Out: descriptors of counters that run a program each time they overflow; closing one ends it. The numbers are those
 * of linux/perf_event.h. PAPI's names stand for the kernel's generic events where there is one that counts the same.
 */
#include "dtrace/kern/perf_events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A processor that overflows more often than every so many events does nothing else. */
enum { HARDWARE_MIN = 5000, CLOCK_MIN_NS = 200000 };

#define HARDWARE(name, config)                                                                     \
	{                                                                                          \
		name, PERF_TYPE_HARDWARE, PERF_COUNT_HW_##config, HARDWARE_MIN                     \
	}
#define SOFTWARE(name, config)                                                                     \
	{                                                                                          \
		name, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##config, 1                                \
	}
#define CLOCK(name, config)                                                                        \
	{                                                                                          \
		name, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##config, CLOCK_MIN_NS                     \
	}
#define CACHE(name, id, op, result)                                                                \
	{                                                                                          \
		name, PERF_TYPE_HW_CACHE,                                                          \
		    PERF_COUNT_HW_CACHE_##id | PERF_COUNT_HW_CACHE_OP_##op << 8 |                  \
			PERF_COUNT_HW_CACHE_RESULT_##result << 16,                                 \
		    HARDWARE_MIN                                                                   \
	}
/* The events of one cache, as perf calls them. */
#define CACHE_EVENTS(name, id)                                                                     \
	CACHE(name "-loads", id, READ, ACCESS), CACHE(name "-load-misses", id, READ, MISS),        \
	    CACHE(name "-stores", id, WRITE, ACCESS),                                              \
	    CACHE(name "-store-misses", id, WRITE, MISS),                                          \
	    CACHE(name "-prefetches", id, PREFETCH, ACCESS),                                       \
	    CACHE(name "-prefetch-misses", id, PREFETCH, MISS)

static const struct kern_event events[] = {
    HARDWARE("PAPI_tot_cyc", CPU_CYCLES),
    HARDWARE("PAPI_tot_ins", INSTRUCTIONS),
    HARDWARE("PAPI_ref_cyc", REF_CPU_CYCLES),
    HARDWARE("PAPI_br_ins", BRANCH_INSTRUCTIONS),
    HARDWARE("PAPI_br_msp", BRANCH_MISSES),
    HARDWARE("PAPI_l3_tca", CACHE_REFERENCES),
    HARDWARE("PAPI_l3_tcm", CACHE_MISSES),
    HARDWARE("PAPI_res_stl", STALLED_CYCLES_BACKEND),
    CACHE("PAPI_l1_dca", L1D, READ, ACCESS),
    CACHE("PAPI_l1_dcm", L1D, READ, MISS),
    CACHE("PAPI_l1_ica", L1I, READ, ACCESS),
    CACHE("PAPI_l1_icm", L1I, READ, MISS),
    CACHE("PAPI_tlb_dm", DTLB, READ, MISS),
    CACHE("PAPI_tlb_im", ITLB, READ, MISS),
    HARDWARE("cpu-cycles", CPU_CYCLES),
    HARDWARE("cycles", CPU_CYCLES),
    HARDWARE("instructions", INSTRUCTIONS),
    HARDWARE("cache-references", CACHE_REFERENCES),
    HARDWARE("cache-misses", CACHE_MISSES),
    HARDWARE("branch-instructions", BRANCH_INSTRUCTIONS),
    HARDWARE("branches", BRANCH_INSTRUCTIONS),
    HARDWARE("branch-misses", BRANCH_MISSES),
    HARDWARE("bus-cycles", BUS_CYCLES),
    HARDWARE("stalled-cycles-frontend", STALLED_CYCLES_FRONTEND),
    HARDWARE("stalled-cycles-backend", STALLED_CYCLES_BACKEND),
    HARDWARE("ref-cycles", REF_CPU_CYCLES),
    CACHE_EVENTS("L1-dcache", L1D),
    CACHE_EVENTS("L1-icache", L1I),
    CACHE_EVENTS("LLC", LL),
    CACHE_EVENTS("dTLB", DTLB),
    CACHE_EVENTS("iTLB", ITLB),
    CACHE_EVENTS("node", NODE),
    CACHE("branch-loads", BPU, READ, ACCESS),
    CACHE("branch-load-misses", BPU, READ, MISS),
    CLOCK("cpu-clock", CPU_CLOCK),
    CLOCK("task-clock", TASK_CLOCK),
    SOFTWARE("page-faults", PAGE_FAULTS),
    SOFTWARE("faults", PAGE_FAULTS),
    SOFTWARE("minor-faults", PAGE_FAULTS_MIN),
    SOFTWARE("major-faults", PAGE_FAULTS_MAJ),
    SOFTWARE("context-switches", CONTEXT_SWITCHES),
    SOFTWARE("cs", CONTEXT_SWITCHES),
    SOFTWARE("cpu-migrations", CPU_MIGRATIONS),
    SOFTWARE("migrations", CPU_MIGRATIONS),
    SOFTWARE("alignment-faults", ALIGNMENT_FAULTS),
    SOFTWARE("emulation-faults", EMULATION_FAULTS),
};

const struct kern_event *kern_events(unsigned *n)
{
	*n = sizeof(events) / sizeof(events[0]);
	return events;
}

/* rHEX: the processor's own event of that number. */
static bool raw_event(const char *name, size_t len, struct kern_event *out)
{
	char digits[17] = "", *end;

	if (len < 2 || len > sizeof(digits) || name[0] != 'r')
		return false;
	memcpy(digits, name + 1, len - 1);
	if (strspn(digits, "0123456789abcdefABCDEF") != len - 1)
		return false;
	*out = (struct kern_event){"r", PERF_TYPE_RAW, strtoull(digits, &end, 16), HARDWARE_MIN};
	return true;
}

bool kern_event_find(const char *name, size_t len, struct kern_event *out)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strlen(events[i].name) == len && !memcmp(events[i].name, name, len)) {
			*out = events[i];
			return true;
		}
	return raw_event(name, len, out);
}

static struct perf_event_attr attr_of(const struct kern_event *ev, enum kern_event_mode mode)
{
	return (struct perf_event_attr){
	    .type = ev->type,
	    .size = sizeof(struct perf_event_attr),
	    .config = ev->config,
	    .exclude_kernel = mode == KERN_EVENT_USER,
	    .exclude_user = mode == KERN_EVENT_KERNEL,
	    .exclude_hv = mode == KERN_EVENT_USER,
	};
}

static int open_event(struct perf_event_attr *attr, int pid, int cpu)
{
	return (int)syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

bool kern_event_here(const struct kern_event *ev)
{
	struct perf_event_attr attr = attr_of(ev, KERN_EVENT_USER);
	int fd;

	attr.disabled = 1;
	attr.sample_period = ev->min_period; /* some can be counted, but do not interrupt */
	fd = open_event(&attr, 0, -1);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == EACCES || errno == EPERM;
}

static int event_error(struct err *e, int code, const char *what, int cpu)
{
	switch (code) {
	case EPERM:
	case EACCES:
		return err_set(e, code,
			       "cannot count %s on CPU %d: needs root, or CAP_PERFMON, or "
			       "kernel.perf_event_paranoid below 1",
			       what, cpu);
	case ENOENT:
	case EOPNOTSUPP:
		return err_set(e, code, "this processor does not count %s", what);
	case EINVAL:
		return err_set(e, code, "cannot count %s on CPU %d in this mode", what, cpu);
	case ENOSPC:
	case EBUSY:
		return err_set(e, code, "CPU %d has no counter left for %s", cpu, what);
	default:
		return err_sys(e, code, "cannot count %s on CPU %d", what, cpu);
	}
}

int kern_event_attach(int prog_fd, int cpu, const char *what, uint64_t period, struct err *e)
{
	static const char *const modes[] = {"all", "user", "kernel"};
	const char *dash = strrchr(what, '-');
	struct kern_event ev;
	struct perf_event_attr attr;
	int mode = 0, fd;

	while (dash && mode < 3 && strcmp(dash + 1, modes[mode]))
		mode++;
	if (!dash || mode == 3 || !kern_event_find(what, (size_t)(dash - what), &ev))
		return err_set(e, EINVAL, "there is no event %s", what);
	attr = attr_of(&ev, (enum kern_event_mode)mode);
	attr.sample_period = period;
	fd = open_event(&attr, -1, cpu);
	if (fd < 0)
		return event_error(e, errno, what, cpu);
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog_fd) < 0) {
		int code = errno;
		close(fd);
		return err_sys(e, code, "cannot run a program on %s of CPU %d", what, cpu);
	}
	return fd;
}
