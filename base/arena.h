/*
 * arena.h - memory that is freed all at once
 *
 * One arena holds everything a compilation makes (tokens, AST, types, IR, image). Memory is zeroed.
 * Nothing is freed alone. Out of memory does not return NULL: it jumps to the handler that the owner
 * of the arena armed with arena_guard(), so that no stage needs a check after each allocation; the
 * jump never crosses anything but arena memory (stages keep no heap memory or descriptors of their
 * own across an allocation). Without a guard it aborts with a message.
 *
 *	struct arena *a = arena_new();
 *	if (arena_guard(a)) { arena_free(a); return err_set(e, ENOMEM, "out of memory"); }
 *	... compile ...
 *	arena_free(a);
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

struct arena_chunk;
struct arena {
	struct arena_chunk *chunks; /* newest first */
	char *next, *end;	    /* free part of the newest chunk */
	size_t total_bytes;	    /* asked of malloc so far */
	int guarded;
	jmp_buf oom;
};

/* A new empty arena; NULL when there is no memory even for that. Free with arena_free(). */
struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Arms the out-of-memory handler: 0 when armed, 1 when an allocation failed and control came back. */
#define arena_guard(a) ((a)->guarded = 1, setjmp((a)->oom))

/* size zeroed bytes, aligned to 16. Never NULL (see above). */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);
/* A block of new_size bytes that starts with the old_size bytes at p: p itself when there is room
 * behind it. p stays valid until the arena goes. */
void *arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size);

#define arena_new_of(a, type)	((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

/* For tests: the n-th allocation from any arena from now on fails (0 = never). -> how many were
 * left before the one set last: 0 when that one failed, or none was set. */
long arena_fail_after(long n);

#endif
