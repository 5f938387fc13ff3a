/*
 * put.c - see put.h
 */
#include "analytics/http/put.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void comma(struct put *j)
{
	if (j->more)
		buf_putc(j->out, ',');
	j->more = true;
}

void put_open(struct put *j, char c)
{
	comma(j);
	buf_putc(j->out, c);
	j->more = false;
}

void put_close(struct put *j, char c)
{
	buf_putc(j->out, c);
	j->more = true;
}

/* Bytes of the UTF-8 sequence at s, 0 when it is none: overlong forms and surrogates are none. */
static unsigned utf8(const unsigned char *s)
{
	unsigned n = s[0] < 0x80		   ? 1
		     : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		     : (s[0] & 0xf0) == 0xe0	   ? 3
		     : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						   : 0;
	for (unsigned i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0)))
		return 0;
	if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)))
		return 0;
	return n;
}

static void quoted(struct buf *out, const char *s)
{
	static const char escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	buf_putc(out, '"');
	while (*s) {
		const unsigned char *u = (const unsigned char *)s;
		const char *esc = NULL;
		for (const char *p = escapes; *p && !esc; p += 2)
			esc = *p == *s ? p + 1 : NULL;
		unsigned n = utf8(u);
		if (esc) {
			buf_putc(out, '\\');
			buf_putc(out, *esc);
		} else if (*u < ' ' || *u == 127) {
			buf_printf(out, "\\u%04x", *u);
		} else if (n) {
			buf_add(out, s, n);
		} else {
			buf_puts(out, "\xef\xbf\xbd");
		}
		s += n ? n : 1;
	}
	buf_putc(out, '"');
}

void put_key(struct put *j, const char *name)
{
	comma(j);
	quoted(j->out, name);
	buf_putc(j->out, ':');
	j->more = false;
}

void put_str(struct put *j, const char *s)
{
	if (!s) {
		put_null(j);
		return;
	}
	comma(j);
	quoted(j->out, s);
}

static void integer(struct buf *out, int64_t v)
{
	char text[24], *p = text + sizeof text;
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(out, p, (size_t)(text + sizeof text - p));
}

void put_int(struct put *j, int64_t v)
{
	comma(j);
	integer(j->out, v);
}

void put_num(struct put *j, double v)
{
	if (!isfinite(v)) {
		put_null(j);
		return;
	}
	comma(j);
	if (fabs(v) < 9e15 && v == (double)(int64_t)v)
		integer(j->out, (int64_t)v);
	else
		buf_printf(j->out, "%.10g", v);
}

void put_bool(struct put *j, bool v)
{
	comma(j);
	buf_puts(j->out, v ? "true" : "false");
}

void put_null(struct put *j)
{
	comma(j);
	buf_puts(j->out, "null");
}

void put_kstr(struct put *j, const char *name, const char *s)
{
	put_key(j, name);
	put_str(j, s);
}

void put_kint(struct put *j, const char *name, int64_t v)
{
	put_key(j, name);
	put_int(j, v);
}

void put_knum(struct put *j, const char *name, double v)
{
	put_key(j, name);
	put_num(j, v);
}

void put_kbool(struct put *j, const char *name, bool v)
{
	put_key(j, name);
	put_bool(j, v);
}

void put_ktime(struct put *j, const char *name, int64_t t)
{
	put_key(j, name);
	t ? put_int(j, t) : put_null(j);
}
