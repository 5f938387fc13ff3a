/*
 * amount.c - numbers with units, times, words and quotes
 */
#include "analytics/alert/amount.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	double times;
} units[] = {
    {"", 1},
    {"%", 1},
    {"B", 1},
    {"ns", 1},
    {"us", 1e3},
    {"ms", 1e6},
    {"s", 1e9},
    {"min", 60e9},
    {"h", 3600e9},
    {"k", 1e3},
    {"K", 1e3},
    {"M", 1e6},
    {"G", 1e9},
    {"T", 1e12},
    {"Ki", 1024.0},
    {"Mi", 1048576.0},
    {"Gi", 1073741824.0},
    {"Ti", 1099511627776.0},
};

int amount_parse(const char *text, double *out)
{
	char number[64];
	size_t n = strspn(text, "0123456789+-.eE");
	/* 5e is no number, and no unit begins with E. */
	if (!n || n >= sizeof(number))
		return -1;
	memcpy(number, text, n);
	number[n] = 0;
	char *end;
	double v = strtod(number, &end);
	if (*end || end == number)
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + n, units[i].name) != 0)
			continue;
		*out = v * units[i].times + 0.0; /* no -0 */
		return isfinite(*out) ? 0 : -1;
	}
	return -1;
}

void amount_write(double v, struct buf *out)
{
	char text[40];
	for (int digits = 6; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	/* 1e+07 is for nobody; whole numbers of up to 15 digits are written out. */
	if (v > -1e15 && v < 1e15 && v == (double)(int64_t)v)
		snprintf(text, sizeof(text), "%.0f", v);
	buf_puts(out, text);
}

/* Into the greatest unit that leaves at least 1. */
static void scaled(double v, const char *const *names, const double *factors, struct buf *out)
{
	int i = 0;
	while (names[i + 1] && (v >= factors[i] || v <= -factors[i]))
		v /= factors[i++];
	buf_printf(out, "%.4g %s", v, names[i]);
}

void amount_human(double v, const char *unit, struct buf *out)
{
	static const char *const times[] = {"ns", "us", "ms", "s", "min", "h", NULL};
	static const double times_factors[] = {1000, 1000, 1000, 60, 60};
	static const char *const sizes[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", NULL};
	static const double sizes_factors[] = {1024, 1024, 1024, 1024, 1024};
	if (strcmp(unit, "ns") == 0)
		scaled(v, times, times_factors, out);
	else if (strcmp(unit, "bytes") == 0 || strcmp(unit, "bytes/s") == 0)
		scaled(v, sizes, sizes_factors, out);
	else
		buf_printf(out, fabs(v) >= 1000 && fabs(v) < 1e15 ? "%.0f%s%s" : "%.4g%s%s", v,
			   *unit ? " " : "", strcmp(unit, "percent") == 0 ? "%" : unit);
	if (strcmp(unit, "bytes/s") == 0)
		buf_puts(out, "/s");
}

int amount_seconds(const char *text, int64_t *out)
{
	int64_t v = 0;
	size_t n = strspn(text, "0123456789");
	if (strcmp(text, "off") == 0) {
		*out = 0;
		return 0;
	}
	if (!n || n > 9)
		return -1;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (text[i] - '0');
	const char *unit = text + n;
	int64_t times = !*unit || !strcmp(unit, "s") ? 1
			: !strcmp(unit, "m")	     ? 60
			: !strcmp(unit, "h")	     ? 3600
			: !strcmp(unit, "d")	     ? 86400
						     : 0;
	*out = v * times;
	return times ? 0 : -1;
}

/* Length of the character at p, 0 when it is not one. */
static size_t utf8(const unsigned char *p)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = *p < 0x80		     ? 1
		   : *p >= 0xc2 && *p < 0xe0 ? 2
		   : *p >= 0xe0 && *p < 0xf0 ? 3
		   : *p >= 0xf0 && *p < 0xf5 ? 4
					     : 0;
	uint32_t c = n > 1 ? *p & (0xffu >> (n + 1)) : *p;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (n && (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)))
		return 0;
	/* C0, DEL, C1, and the separators of lines and paragraphs. */
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
		return 0;
	return n;
}

bool amount_one_line(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		size_t n = utf8(p);
		if (!n)
			return false;
		p += n;
	}
	return true;
}

void amount_clean(char *text, bool lines)
{
	for (unsigned char *p = (unsigned char *)text; *p;) {
		size_t n = utf8(p);
		if (!n && !(lines && *p == '\n'))
			*p = '?';
		p += n ? n : 1;
	}
}

int amount_word(const char **p, char *word, size_t size)
{
	const char *s = *p + strspn(*p, " \t");
	size_t n = 0;
	bool quoted = false;
	if (!*s)
		return 0;
	for (; *s && (quoted || (*s != ' ' && *s != '\t')); s++) {
		if (*s == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && *s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		if (n + 1 >= size)
			return -1;
		word[n++] = *s;
	}
	word[n] = 0;
	*p = s;
	return quoted ? -1 : 1;
}

void amount_quote(const char *text, struct buf *out)
{
	if (*text && !strpbrk(text, " \t\"\\")) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}
