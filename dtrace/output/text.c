/*
 * text.c - numbers, padding and escapes into a buffer
 *
 * In: plain values. Out: bytes at the end of a struct buf. The hot path of all output: no stdio
 * here.
 */
#include "dtrace/output/internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

char *text_room(struct buf *b, size_t n)
{
	if (b->cap - b->n > n)
		return b->p + b->n;
	size_t cap = (b->cap ? b->cap * 2 : 4096) + n;
	char *p = realloc(b->p, cap);
	if (!p) {
		b->oom = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return b->p + b->n;
}

void text_fill(struct buf *b, char c, size_t n)
{
	char *p = text_room(b, n);
	if (!p)
		return;
	memset(p, c, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void text_pad(struct buf *b, const char *s, size_t n, int width, bool left)
{
	size_t w = width < 0 ? 0 : (size_t)width, pad = w > n ? w - n : 0;
	char *p = text_room(b, n + pad);
	if (!p)
		return;
	if (!left)
		memset(p, ' ', pad);
	if (n)
		memcpy(left ? p : p + pad, s, n);
	if (left)
		memset(p + n, ' ', pad);
	b->n += n + pad;
	b->p[b->n] = '\0';
}

/* Digits of v backwards from end; returns their start. */
static char *digits(char *end, uint64_t v, unsigned base, const char *set)
{
	if (base == 10) {
		do
			*--end = (char)('0' + v % 10);
		while (v /= 10);
	} else {
		unsigned shift = base == 16 ? 4 : 3;
		do
			*--end = set[v & (base - 1)];
		while (v >>= shift);
	}
	return end;
}

void text_dec(struct buf *b, int64_t v, int width)
{
	char d[24], *end = d + sizeof(d);
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	char *p = digits(end, u, 10, NULL);
	if (v < 0)
		*--p = '-';
	text_pad(b, p, (size_t)(end - p), width < 0 ? -width : width, width < 0);
}

static size_t sign_of(char *sign, uint64_t v, bool negative, char letter, unsigned flags)
{
	size_t n = 0;
	if (letter == 'd' || letter == 'i') {
		if (negative)
			sign[n++] = '-';
		else if (flags & FORMAT_PLUS)
			sign[n++] = '+';
		else if (flags & FORMAT_SPACE)
			sign[n++] = ' ';
	} else if ((flags & FORMAT_ALT) && v && (letter == 'x' || letter == 'X')) {
		sign[n++] = '0';
		sign[n++] = letter;
	}
	return n;
}

void text_int(struct buf *b, uint64_t v, bool negative, char letter, unsigned flags, int width,
	      int prec)
{
	char d[32], sign[2] = {0}, *end = d + sizeof(d);
	unsigned base = letter == 'x' || letter == 'X' ? 16 : letter == 'o' ? 8 : 10;
	char *p = digits(end, negative ? -v : v, base,
			 letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef");
	if (letter == 'o' && (flags & FORMAT_ALT) && *p != '0')
		*--p = '0';
	size_t n = (size_t)(end - p), ns = sign_of(sign, v, negative, letter, flags), zeros = 0;
	size_t w = width > 0 ? (size_t)width : 0;
	if (prec > 0 && (size_t)prec > n)
		zeros = (size_t)prec - n;
	else if (prec <= 0 && (flags & FORMAT_ZERO) && !(flags & FORMAT_LEFT) && w > n + ns)
		zeros = w - n - ns;
	size_t pad = w > n + ns + zeros ? w - n - ns - zeros : 0;
	char *out = text_room(b, pad + ns + zeros + n);
	if (!out)
		return;
	b->n += pad + ns + zeros + n;
	bool left = (flags & FORMAT_LEFT) != 0;
	if (pad && !left)
		out = (char *)memset(out, ' ', pad) + pad;
	for (size_t i = 0; i < ns; i++)
		*out++ = sign[i];
	for (; zeros; zeros--)
		*out++ = '0';
	while (p < end)
		*out++ = *p++;
	if (pad && left)
		memset(out, ' ', pad);
	b->p[b->n] = '\0';
}

void text_escaped(struct buf *b, const char *s, size_t n)
{
	static const char from[] = "\a\b\f\n\r\t\v\"\\", to[] = "abfnrtv\"\\";
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *q = c ? strchr(from, c) : NULL;
		if (c == '\0') {
			buf_puts(b, "\\0");
		} else if (q) {
			buf_putc(b, '\\');
			buf_putc(b, to[q - from]);
		} else if (c < ' ' || c > '~') {
			buf_putc(b, '\\');
			buf_putc(b, (char)('0' + (c >> 6)));
			buf_putc(b, (char)('0' + (c >> 3 & 7)));
			buf_putc(b, (char)('0' + (c & 7)));
		} else {
			buf_putc(b, (char)c);
		}
	}
}

void text_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_putc(b, (char)c);
	} else if (c < 0x800) {
		buf_putc(b, (char)(0xc0 | c >> 6));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_putc(b, (char)(0xe0 | c >> 12));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_putc(b, (char)(0xf0 | (c >> 18 & 7)));
		buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* "1973 Dec  3 17:20:00", or "Mon, 03 Dec 1973 17:20:00 UTC" */
void text_date(struct buf *b, uint64_t ns, bool rfc822)
{
	time_t sec = (time_t)(ns / 1000000000u);
	struct tm tm;
	char s[80];
	if (!localtime_r(&sec, &tm))
		return;
	size_t n = strftime(s, sizeof(s), rfc822 ? "%a, %d %b %G %T %Z" : "%Y %b %e %H:%M:%S", &tm);
	buf_add(b, s, n);
}
