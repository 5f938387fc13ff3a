/* arena.c - chunked bump allocator; see arena.h for the contract. */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As large as malloc() maps by itself: such memory comes zeroed and takes no page until it is used. */
enum { ALIGN = 16, CHUNK_BYTES = 256 * 1024 };

struct arena_chunk {
	struct arena_chunk *older;
	_Alignas(ALIGN) char data[];
};

static long fail_countdown;

long arena_fail_after(long n)
{
	long left = fail_countdown;
	fail_countdown = n;
	return left;
}

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct arena_chunk *c = a->chunks, *older; c; c = older) {
		older = c->older;
		free(c);
	}
	free(a);
}

static void out_of_memory(struct arena *a)
{
	if (a->guarded)
		longjmp(a->oom, 1);
	fputs("out of memory\n", stderr);
	abort();
}

static void add_chunk(struct arena *a, size_t size)
{
	size_t bytes = size > CHUNK_BYTES / 4 ? size : CHUNK_BYTES;
	struct arena_chunk *c = calloc(1, sizeof(*c) + bytes);
	if (!c)
		out_of_memory(a);
	a->total_bytes += bytes;
	c->older = a->chunks;
	a->chunks = c;
	a->next = c->data;
	a->end = c->data + bytes;
}

static size_t round_up(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > (size_t)1 << 40 || (fail_countdown > 0 && --fail_countdown == 0))
		out_of_memory(a);
	size = round_up(size);
	if (!a->next || (size_t)(a->end - a->next) < size)
		add_chunk(a, size);
	void *p = a->next;
	a->next += size;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);
	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list ap2;
	va_copy(ap2, ap);
	int n = vsnprintf(NULL, 0, fmt, ap2);
	va_end(ap2);
	char *p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	vsnprintf(p, (size_t)(n < 0 ? 0 : n) + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

void *arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size)
{
	size_t old = round_up(old_size), more = round_up(new_size) - old;
	if (p && (char *)p + old == a->next && new_size > old_size &&
	    more <= (size_t)(a->end - a->next)) {
		a->next += more;
		return p;
	}
	void *q = arena_alloc(a, new_size);
	if (old_size)
		memcpy(q, p, old_size < new_size ? old_size : new_size);
	return q;
}
