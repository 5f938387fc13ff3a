/*
 * listing.c - how long the registry takes over 100,000 probes, as a kernel has functions
 *
 * In: nothing. Out: milliseconds of processor time to make them when they are first asked for, and to match all of them again by a pattern. What a provider
 * does to find its probes is not measured here, nor is printing: `dtrace -l` has both.
 */
#include "dtrace/probe/probe.h"

#include <stdio.h>
#include <time.h>

enum { PROBES = 100000 };

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Entry and return of each function, as fbt has them. */
static int provide(struct provider *p, struct registry *r, const char *mod, const char *func,
		   const char *name, struct err *e)
{
	(void)mod, (void)func, (void)name, (void)e;
	for (uint32_t i = 0; i < PROBES; i++)
		registry_add(r, p, i, "fbt", "vmlinux",
			     arena_printf(p->arena, "some_kernel_function_%u", i / 2),
			     i % 2 ? "return" : "entry", i);
	return 0;
}

int main(void)
{
	static const struct provider_ops ops = {.name = "fbt", .provide = provide};
	struct arena *a = arena_new();
	if (!a)
		return 1;
	struct registry *r = registry_new(a, NULL, NULL);
	registry_add_provider(r, &ops, PROBES, NULL);
	struct probe **found;
	struct err e = {0};
	double start = now_ms();
	int n = registry_match(r, NULL, NULL, NULL, NULL, &found, &e);
	double made = now_ms();
	int again = registry_match(r, "fbt", "vmlinux", "some_*", "entry", &found, &e);
	double end = now_ms();
	arena_free(a);
	if (n != PROBES || again != PROBES / 2)
		return 1;
	printf("%.1f %.1f\n", made - start, end - made);
	return 0;
}
