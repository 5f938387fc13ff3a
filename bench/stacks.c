/*
 * stacks.c - how long names for 100,000 distinct user stacks take
 *
 * In: nothing. Out: milliseconds of processor time for 100,000 stacks of 20 frames, no two alike, of return addresses that are taken at
 * random from 20,000 places in the code of this process: what was read of the files is part of it.
 */
#include "dtrace/sym/symbols.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STACKS = 100000, FRAMES = 20, PLACES = 20000, RANGES = 64 };

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 24;
}

/* Code that is mapped from files. */
static unsigned find_code(uint64_t start[RANGES], uint64_t bytes[RANGES])
{
	char line[4096], perms[8];
	uint64_t from, to;
	unsigned n = 0;
	FILE *f = fopen("/proc/self/maps", "re");
	while (f && n < RANGES && fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, perms) == 3 &&
		    perms[2] == 'x' && strchr(line, '/')) {
			start[n] = from;
			bytes[n++] = to - from;
		}
	if (f)
		fclose(f);
	return n;
}

int main(void)
{
	static uint64_t places[PLACES], start[RANGES], bytes[RANGES];
	uint64_t seed = 1;
	unsigned n = find_code(start, bytes);
	struct symbols *s = symbols_new("/proc/kallsyms", "/proc");
	char text[512];
	size_t written = 0;
	if (!n || !s)
		return 1;
	for (unsigned i = 0; i < PLACES; i++) {
		unsigned range = (unsigned)(next(&seed) % n);
		places[i] = start[range] + next(&seed) % bytes[range];
	}
	double begin = now_ms();
	for (unsigned i = 0; i < STACKS * FRAMES; i++)
		written += symbols_user_text(s, (uint64_t)getpid(), places[next(&seed) % PLACES],
					     text, sizeof(text));
	double took = now_ms() - begin;
	symbols_free(s);
	printf("%.0f\n", written ? took : -1);
	return 0;
}
