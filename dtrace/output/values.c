/*
 * values.c - trace(), keys of aggregations, and bytes: text where it is text, else a hex dump
 *
 * In: a plan_rec and the bytes it describes. Out: text as libdtrace prints it: integers in columns
 * of 3, 5, 8 and 16 by size (8 and 16 bits as unsigned, 32 and 64 as signed), text in 33 columns
 * (50 as a key), anything else as a dump.
 */
#include "dtrace/output/internal.h"

#include <ctype.h>
#include <string.h>

static bool printable(unsigned char c)
{
	return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r') || c == '\b' || c == '\a';
}

static void hex(struct buf *b, unsigned v, int width)
{
	char d[8], *p = d + sizeof(d);
	do
		*--p = "0123456789abcdef"[v & 15];
	while (v >>= 4);
	text_pad(b, p, (size_t)(d + sizeof(d) - p), width, false);
}

static void dump_line(struct buf *b, const uint8_t *c, size_t n)
{
	for (size_t j = 0; j < n; j++) {
		buf_putc(b, ' ');
		buf_putc(b, "0123456789abcdef"[c[j] >> 4]);
		buf_putc(b, "0123456789abcdef"[c[j] & 15]);
	}
	text_fill(b, ' ', (16 - n) * 3 + 2);
	for (size_t j = 0; j < n; j++)
		buf_putc(b, c[j] < ' ' || c[j] > '~' ? '.' : (char)c[j]);
	buf_putc(b, '\n');
}

void value_dump(struct buf *b, const uint8_t *p, size_t n, size_t shown)
{
	buf_putc(b, '\n');
	text_fill(b, ' ', 11);
	for (int i = 0; i < 16; i++) {
		buf_puts(b, "  ");
		buf_putc(b, "0123456789abcdef"[i]);
	}
	buf_puts(b, "  0123456789abcdef\n");
	for (size_t i = 0; i < shown; i += 16) {
		uint8_t line[16] = {0};
		size_t have = i < n ? n - i : 0, len = shown - i < 16 ? shown - i : 16;
		memcpy(line, p + (have ? i : 0), have < len ? have : len);
		text_fill(b, ' ', 5);
		hex(b, (unsigned)i, 5);
		buf_putc(b, ':');
		dump_line(b, line, len);
	}
}

/* " %16s", "  %-33s": text in a column; a negative width is left-aligned with one more blank
 * before. */
static void column(struct buf *b, const char *s, size_t n, int width)
{
	buf_puts(b, width < 0 ? "  " : " ");
	text_pad(b, s, n, width < 0 ? -width : width, width < 0);
}

void value_bytes(struct output *o, const uint8_t *p, size_t n, int width, bool quiet, bool raw)
{
	struct buf *b = &o->text;
	size_t i = 0, k;
	if (n == 0)
		return;
	raw = raw || o->opts->rawbytes;
	while (!raw && i < n && printable(p[i]))
		i++;
	if (!raw && i == n) { /* text to the last byte */
		buf_puts(b, "  ");
		text_pad(b, (const char *)p, n, width < 0 ? -width : width, true);
		return;
	}
	for (k = i; k < n && p[k] == '\0'; k++)
		;
	if (raw || i == 0 || k < n) {
		value_dump(b, p, n, n);
		return;
	}
	if (quiet)
		buf_add(b, p, i);
	else
		column(b, (const char *)p, i, width);
}

/* Strings are known to be text: an empty one prints as such; one with other bytes is dumped in its
 * full D size. */
static void value_string(struct output *o, const struct plan_rec *r, const uint8_t *base, int width,
			 bool quiet)
{
	size_t n, i = 0;
	const char *s = plan_text(o->plan, r, base, &n);
	while (i < n && printable((unsigned char)s[i]))
		i++;
	if (i < n || o->opts->rawbytes) {
		size_t full = r->d_bytes > n ? r->d_bytes : n;
		value_dump(&o->text, (const uint8_t *)s, n, full);
	} else if (quiet) {
		buf_add(&o->text, s, n);
	} else {
		column(&o->text, s, n, width);
	}
}

/* libdtrace reads 8 and 16 bits as unsigned whatever the type, 32 and 64 as signed. */
static int64_t shown_int(const uint8_t *p, uint32_t size)
{
	return plan_int(p, size, size >= 4);
}

static int int_width(uint32_t size)
{
	return size == 1 ? 3 : size == 2 ? 5 : size == 4 ? 8 : 16;
}

static bool plain_int(const struct plan_rec *r)
{
	bool sized = r->size == 1 || r->size == 2 || r->size == 4 || r->size == 8;
	return sized && (r->enc == ENC_INT || r->enc == ENC_KADDR || r->enc == ENC_BYTES);
}

void value_trace(struct output *o, const struct plan_rec *r, const uint8_t *base)
{
	bool quiet = o->opts->quiet;
	if (r->enc == ENC_STR || r->enc == ENC_STRID) {
		value_string(o, r, base, -33, quiet);
	} else if (r->enc == ENC_KSTACK || r->enc == ENC_USTACK) {
		stack_print(o, r, base, NULL);
	} else if (plain_int(r)) {
		if (!quiet)
			buf_putc(&o->text, ' ');
		text_dec(&o->text, shown_int(base + r->offset, r->size),
			 quiet ? 0 : int_width(r->size));
	} else {
		value_bytes(o, base + r->offset, r->size, -33, quiet, false);
	}
}

int key_width(const struct plan_rec *r)
{
	return plain_int(r) && !is_sym_act(r->action) ? int_width(r->size) : 16;
}

void value_key(struct output *o, const struct plan_rec *r, const uint8_t *key, bool packed)
{
	char s[512];
	if (is_sym_act(r->action)) {
		size_t n = sym_text(o, r->action, r, key, s, sizeof(s));
		column(&o->text, s, n, -50);
	} else if (r->enc == ENC_KSTACK || r->enc == ENC_USTACK) {
		stack_print(o, r, key, NULL);
	} else if (r->enc == ENC_STR || r->enc == ENC_STRID) {
		value_string(o, r, key, packed ? 16 : -50, false);
	} else if (plain_int(r)) {
		buf_putc(&o->text, ' ');
		text_dec(&o->text, shown_int(key + r->offset, r->size), int_width(r->size));
	} else {
		value_bytes(o, key + r->offset, r->size, packed ? 16 : -50, false, false);
	}
}
