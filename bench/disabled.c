/*
 * disabled.c - what a static probe costs that nobody looks at
 *
 * Built twice by bench/run, with -DPROBE and without. Out: nanoseconds of a round of a short computation, the least of 15 times, a
 * probe with an argument in each round.
 */
#include <stdio.h>
#include <time.h>

#ifdef PROBE
#include "bench.h"
#else
#define BENCH_ROUND(n) ((void)(n))
#endif

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(void)
{
	enum { TIMES = 15, ROUNDS = 20000000 };
	static volatile unsigned sink;
	double best = 1e9;
	for (unsigned i = 0; i < TIMES; i++) {
		double begin = now_ns();
		unsigned x = i;
		for (unsigned k = 0; k < ROUNDS; k++) {
			x = x * 1664525 + 1013904223;
			BENCH_ROUND(x);
		}
		sink = x;
		double took = (now_ns() - begin) / ROUNDS;
		best = took < best ? took : best;
	}
	(void)sink;
	printf("%.3f\n", best);
	return 0;
}
