/* clock.h - the monotonic clock, by which everything here measures what passes: no administrator and no time server
 * makes it step. It is the clock of the `timestamp` of D, too (bpf_ktime_get_ns()). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds since some moment before the machine started: always positive, never less than a call before said. */
static inline int64_t clock_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline int64_t clock_ms(void)
{
	return clock_ns() / 1000000;
}

#endif
