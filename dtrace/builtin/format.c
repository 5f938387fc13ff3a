/*
 * format.c - parses printf formats into conversions
 *
 * In: the decoded text of a format. Out: struct format in the caller's arena. No types, no I/O.
 */
#include "dtrace/builtin/format.h"

#include "base/vec.h"

#include <stdio.h>
#include <string.h>

struct conv_row {
	const char *names; /* with their sizes, since not all combinations exist */
	enum format_kind kind;
	enum format_class class;
};

/* Every conversion there is. */
static const struct conv_row rows[] = {
    {"%", FK_PERCENT, FORMAT_NONE},
    {"d i", FK_DINT, FORMAT_INT},
    {"hd hi hhd hhi ld li lld lli", FK_SINT, FORMAT_INT},
    {"o u x X", FK_UINT, FORMAT_INT},
    {"ho hu hx hX hho hhu hhx hhX lo lu lx lX llo llu llx llX", FK_UINT, FORMAT_INT},
    {"p", FK_UINT, FORMAT_ADDR},
    {"c", FK_CHAR, FORMAT_CHAR},
    {"wc lc", FK_WCHAR, FORMAT_CHAR},
    {"C", FK_ECHAR, FORMAT_ECHAR},
    {"s", FK_STR, FORMAT_STR},
    {"S", FK_ESTR, FORMAT_STR},
    {"ws ls", FK_WSTR, FORMAT_WSTR},
    {"e E f g G Le LE Lf Lg LG", FK_FLOAT, FORMAT_FLOAT},
    {"a", FK_KADDR, FORMAT_KADDR},
    {"A", FK_UADDR, FORMAT_UADDR},
    {"k", FK_STACK, FORMAT_STACK},
    {"Y", FK_TIME, FORMAT_TIME},
    {"T", FK_TIME822, FORMAT_TIME},
    {"I", FK_INET, FORMAT_INET},
    {"P", FK_PORT, FORMAT_INT},
};

struct flag_row {
	char letter;
	uint16_t sets, clears;
};

static const struct flag_row flag_rows[] = {
    {'#', FORMAT_ALT, 0},
    {'+', FORMAT_PLUS, 0},
    {'-', FORMAT_LEFT, FORMAT_ZERO},
    {'0', FORMAT_ZERO, FORMAT_LEFT},
    {' ', FORMAT_SPACE, 0},
    {'\'', FORMAT_GROUP, 0},
    {'@', FORMAT_AGG, 0},
};

enum { POINTER_DIGITS = 16, NUMBER_MOST = 100000 };

struct parse {
	const char *text, *p;
	unsigned conv;
	struct format_error *err;
};

static bool fail(struct parse *ps, const char *text)
{
	ps->err->offset = (uint32_t)(ps->p - ps->text);
	ps->err->conv = ps->conv;
	snprintf(ps->err->text, sizeof(ps->err->text), "format conversion #%u %s", ps->conv, text);
	return false;
}

static bool star(struct parse *ps, struct format_conv *c, bool dot)
{
	uint16_t bit = dot ? FORMAT_DYNPREC : FORMAT_DYNWIDTH;
	if (c->flags & bit)
		return fail(ps, dot ? "has more than one '*' specified for the output precision"
				    : "has more than one '*' specified for the output width");
	c->flags |= bit;
	return true;
}

/* Beyond NUMBER_MOST a number stays what it was: the printer's limit is lower. */
static void number(struct parse *ps, struct format_conv *c, bool dot)
{
	int n = 0;
	for (; *ps->p >= '0' && *ps->p <= '9'; ps->p++)
		if (n < NUMBER_MOST)
			n = n * 10 + (*ps->p - '0');
	ps->p--;
	if (dot)
		c->prec = n;
	else
		c->width = n;
}

static bool take_flag(struct format_conv *c, char letter)
{
	for (size_t i = 0; i < sizeof(flag_rows) / sizeof(flag_rows[0]); i++) {
		const struct flag_row *f = &flag_rows[i];
		if (f->letter != letter)
			continue;
		c->flags = (uint16_t)((c->flags | f->sets) & ~f->clears);
		return true;
	}
	return false;
}

/* Is name one of the words of names? */
static bool is_among(const char *names, const char *name, size_t n)
{
	for (; *names; names += strspn(names, " ")) {
		size_t word = strcspn(names, " ");
		if (word == n && memcmp(names, name, n) == 0)
			return true;
		names += word;
	}
	return false;
}

/* The name is complete: what it means. */
static bool finish(struct parse *ps, struct format_conv *c, size_t n)
{
	char text[64];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!is_among(rows[i].names, c->name, n))
			continue;
		c->kind = rows[i].kind;
		c->class = rows[i].class;
		c->letter = c->name[n - 1] == 'p' ? 'x' : c->name[n - 1];
		ps->p++;
		return true;
	}
	snprintf(text, sizeof(text), "is undefined: %%%s", c->name);
	return fail(ps, text);
}

/* One conversion; ps->p at its '%'. */
static bool conversion(struct parse *ps, struct format_conv *c)
{
	bool dot = false, digits = false;
	size_t n = 0;
	c->offset = (uint32_t)(ps->p - ps->text);
	for (;;) {
		char ch = *++ps->p;
		if (ch >= '0' && ch <= '9' && (ch != '0' || dot || digits)) {
			number(ps, c, dot);
			digits = true;
		} else if (ch == '*') {
			if (!star(ps, c, dot))
				return false;
		} else if (ch == '.') {
			if (dot)
				return fail(ps, "has more than one '.' specified");
			dot = true;
			digits = false;
		} else if (ch == '?') {
			c->width = POINTER_DIGITS;
		} else if (take_flag(c, ch)) {
			continue;
		} else if (ch == '$') {
			return fail(ps, "uses unsupported positional format (%n$)");
		} else if (ch == '%' && ps->p[-1] != '%') {
			return fail(ps, "cannot be combined with other format flags: %%");
		} else if (ch == '\0') {
			return fail(ps, "name expected before end of format string");
		} else {
			if (n < sizeof(c->name) - 1)
				c->name[n++] = ch;
			if (!strchr("hlLw", ch))
				return finish(ps, c, n);
		}
	}
}

bool format_parse(struct arena *a, const char *text, struct format *out, struct format_error *err)
{
	VEC(struct format_conv) convs = {0};
	text = arena_strdup(a, text);
	struct parse ps = {.text = text, .p = text, .err = err};
	*out = (struct format){0};
	while (*ps.p) {
		struct format_conv *c = vec_push(&convs, a);
		c->width = c->prec = -1;
		c->text = ps.p;
		ps.p += strcspn(ps.p, "%");
		c->text_bytes = (uint32_t)(ps.p - c->text);
		if (*ps.p == '\0') {
			c->kind = FK_TEXT;
			c->offset = (uint32_t)(ps.p - text);
			break;
		}
		ps.conv++;
		if (!conversion(&ps, c))
			return false;
		bool takes = c->kind != FK_PERCENT && !(c->flags & FORMAT_AGG);
		out->nargs +=
		    takes + !!(c->flags & FORMAT_DYNWIDTH) + !!(c->flags & FORMAT_DYNPREC);
		out->has_agg |= (c->flags & FORMAT_AGG) != 0;
	}
	out->convs = convs.at;
	out->nconvs = (uint32_t)convs.n;
	return true;
}
