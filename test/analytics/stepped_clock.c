/*
 * stepped_clock.c - a wall clock that a test sets, for programs that are started with this before their libraries (LD_PRELOAD)
 *
 * The file STEPPED_CLOCK has one int64: nanoseconds by which the clock is ahead of the machine's. What a program sees is what it
 * would see if somebody set the clock of the machine: CLOCK_REALTIME and time() jump, and timers that are to be
 * cancelled by that (TFD_TIMER_CANCEL_ON_SET) are, when they expire next. Monotonic clocks go on.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { TIMERS = 1024, NS = 1000000000 };

static const _Atomic(int64_t) *ahead;
static _Atomic(int64_t)
    armed[TIMERS]; /* of a timer that a step cancels: the clock it was armed by, + 1; 0 = another */

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("STEPPED_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*ahead), PROT_READ, MAP_SHARED, fd, 0);
	ahead = p == MAP_FAILED ? NULL : p;
	if (fd >= 0)
		close(fd);
}

static int64_t ahead_ns(void)
{
	return ahead ? atomic_load(ahead) : 0;
}

static struct timespec shifted(struct timespec t, int64_t by)
{
	int64_t ns = t.tv_sec * (int64_t)NS + t.tv_nsec + by;
	return (struct timespec){ns / NS, ns % NS};
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);
	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int status = real(id, t);
	if (status == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		*t = shifted(*t, ahead_ns());
	return status;
}

__attribute__((visibility("default"))) time_t time(time_t *out)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	if (out)
		*out = t.tv_sec;
	return t.tv_sec;
}

__attribute__((visibility("default"))) int
timerfd_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *old)
{
	static int (*real)(int, int, const struct itimerspec *, struct itimerspec *);
	if (!real)
		real = (int (*)(int, int, const struct itimerspec *, struct itimerspec *))dlsym(
		    RTLD_NEXT, "timerfd_settime");
	bool cancelled = flags & TFD_TIMER_CANCEL_ON_SET;
	struct itimerspec own = *when;
	int64_t now = ahead_ns();
	if (cancelled)
		own.it_value = shifted(own.it_value, -now);
	if (fd >= 0 && fd < TIMERS)
		atomic_store(&armed[fd], cancelled ? now + 1 : 0);
	return real(fd, flags, &own, old);
}

__attribute__((visibility("default"))) ssize_t read(int fd, void *p, size_t n)
{
	static ssize_t (*real)(int, void *, size_t);
	if (!real)
		real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	ssize_t got = real(fd, p, n);
	int64_t of = fd >= 0 && fd < TIMERS && got == (ssize_t)sizeof(uint64_t)
			 ? atomic_load(&armed[fd])
			 : 0;
	if (of && of != ahead_ns() + 1) {
		errno = ECANCELED;
		return -1;
	}
	return got;
}

__attribute__((visibility("default"))) int close(int fd)
{
	static int (*real)(int);
	if (!real)
		real = (int (*)(int))dlsym(RTLD_NEXT, "close");
	if (fd >= 0 && fd < TIMERS)
		atomic_store(&armed[fd], 0);
	return real(fd);
}
