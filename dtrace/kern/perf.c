/*
 * perf.c - perf_event_open(2) and the CPUs of the machine
 *
 * In: a program and a CPU. Out: the descriptor of a software clock event that runs the program;
 * closing it ends the firing. Also the few small files of /proc and /sys that this folder reads.
 */
#include "dtrace/kern/kern.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int kern_read_small(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	return n < 0 ? -1 : (int)n;
}

int kern_number_in(const char *path, const char *prefix)
{
	char text[64];
	size_t n = strlen(prefix);

	if (kern_read_small(path, text, sizeof(text)) <= 0 || strncmp(text, prefix, n))
		return -1;
	return atoi(text + n);
}

/* Reads "a" or "a-b" of a CPU list; NULL at its end. */
static const char *next_range(const char *p, int *from, int *to)
{
	char *end;

	while (*p == ',')
		p++;
	*from = (int)strtol(p, &end, 10);
	if (end == p)
		return NULL;
	*to = *from;
	p = end;
	if (*p == '-') {
		*to = (int)strtol(p + 1, &end, 10);
		p = end;
	}
	return p;
}

int kern_ncpus_possible(void)
{
	char text[256];
	const char *p = text;
	int from, to, max = 0;

	if (kern_read_small("/sys/devices/system/cpu/possible", text, sizeof(text)) > 0)
		while ((p = next_range(p, &from, &to)))
			max = to > max ? to : max;
	else
		max = (int)sysconf(_SC_NPROCESSORS_CONF) - 1;
	return max < 0 ? 1 : max + 1;
}

int kern_each_online_cpu(int (*fn)(void *arg, int cpu), void *arg)
{
	char text[1024];
	const char *p = text;
	int from, to, rc = 0;

	if (kern_read_small("/sys/devices/system/cpu/online", text, sizeof(text)) <= 0)
		strcpy(text, "0");
	while (!rc && (p = next_range(p, &from, &to)))
		for (int cpu = from; !rc && cpu <= to; cpu++)
			rc = fn(arg, cpu);
	return rc;
}

static int perf_error(struct err *e, int code, int cpu)
{
	switch (code) {
	case EPERM:
	case EACCES:
		return err_set(e, code,
			       "cannot sample CPU %d: needs root, or CAP_PERFMON, or "
			       "kernel.perf_event_paranoid below 1",
			       cpu);
	case ENOSYS:
	case ENOENT:
	case EOPNOTSUPP:
		return err_set(e, code,
			       "cannot sample CPU %d: this kernel was built without "
			       "CONFIG_PERF_EVENTS",
			       cpu);
	case ENODEV:
	case EINVAL:
		return err_set(e, code, "cannot sample CPU %d: it is not online", cpu);
	default:
		return err_sys(e, code, "cannot sample CPU %d", cpu);
	}
}

int kern_perf_clock_attach(int prog_fd, int cpu, uint64_t period_ns, bool freq, struct err *e)
{
	struct perf_event_attr attr = {
	    .type = PERF_TYPE_SOFTWARE,
	    .size = sizeof(attr),
	    .config = PERF_COUNT_SW_CPU_CLOCK,
	    .sample_period = period_ns,
	    .freq = freq,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return perf_error(e, errno, cpu);
	/* The event starts enabled; the program joins it afterwards, which loses nothing that
	 * counts. */
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog_fd) < 0) {
		int code = errno;
		close(fd);
		return err_sys(e, code, "cannot run a program on the clock of CPU %d", cpu);
	}
	return fd;
}
