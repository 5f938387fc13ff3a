/*
 * buf.h - a growable byte string on the heap, always NUL-terminated
 *
 * Never fails: when memory runs out it keeps what it has and sets `oom`, which the owner checks once.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *p;       /* NULL until the first byte; use buf_str() for text */
	size_t n, cap; /* bytes used, bytes allocated */
	bool oom;
};

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/* The text so far; "" when empty. Valid until the next change. */
const char *buf_str(const struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_fini(struct buf *b);

#define BUF_AUTO __attribute__((cleanup(buf_fini))) struct buf

#endif
