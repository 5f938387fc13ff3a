/*
 * format.c - parses printf formats into conversions
 *
 * In: the decoded text of a format. Out: struct format in the caller's arena. No types, no I/O.
 */
#include "dtrace/output/format.h"

#include "base/vec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct conv_row {
	char name[4];
	enum format_kind kind;
	enum format_class class;
};

/* Every conversion there is; sizes are part of the name, since not all combinations exist. */
static const struct conv_row rows[] = {
    {"a", FK_KADDR, FORMAT_KADDR},  {"A", FK_UADDR, FORMAT_UADDR},  {"c", FK_CHAR, FORMAT_INT},
    {"C", FK_ECHAR, FORMAT_INT},    {"d", FK_DINT, FORMAT_INT},	    {"e", FK_FLOAT, FORMAT_FLOAT},
    {"E", FK_FLOAT, FORMAT_FLOAT},  {"f", FK_FLOAT, FORMAT_FLOAT},  {"g", FK_FLOAT, FORMAT_FLOAT},
    {"G", FK_FLOAT, FORMAT_FLOAT},  {"hd", FK_SINT, FORMAT_INT},    {"hi", FK_SINT, FORMAT_INT},
    {"ho", FK_UINT, FORMAT_INT},    {"hu", FK_UINT, FORMAT_INT},    {"hx", FK_UINT, FORMAT_INT},
    {"hX", FK_UINT, FORMAT_INT},    {"hhd", FK_SINT, FORMAT_INT},   {"hhi", FK_SINT, FORMAT_INT},
    {"hho", FK_UINT, FORMAT_INT},   {"hhu", FK_UINT, FORMAT_INT},   {"hhx", FK_UINT, FORMAT_INT},
    {"hhX", FK_UINT, FORMAT_INT},   {"i", FK_DINT, FORMAT_INT},	    {"k", FK_STACK, FORMAT_STACK},
    {"lc", FK_WCHAR, FORMAT_INT},   {"ld", FK_SINT, FORMAT_INT},    {"li", FK_SINT, FORMAT_INT},
    {"lo", FK_UINT, FORMAT_INT},    {"lu", FK_UINT, FORMAT_INT},    {"ls", FK_WSTR, FORMAT_WSTR},
    {"lx", FK_UINT, FORMAT_INT},    {"lX", FK_UINT, FORMAT_INT},    {"lld", FK_SINT, FORMAT_INT},
    {"lli", FK_SINT, FORMAT_INT},   {"llo", FK_UINT, FORMAT_INT},   {"llu", FK_UINT, FORMAT_INT},
    {"llx", FK_UINT, FORMAT_INT},   {"llX", FK_UINT, FORMAT_INT},   {"Le", FK_FLOAT, FORMAT_FLOAT},
    {"LE", FK_FLOAT, FORMAT_FLOAT}, {"Lf", FK_FLOAT, FORMAT_FLOAT}, {"Lg", FK_FLOAT, FORMAT_FLOAT},
    {"LG", FK_FLOAT, FORMAT_FLOAT}, {"o", FK_UINT, FORMAT_INT},	    {"p", FK_UINT, FORMAT_ADDR},
    {"s", FK_STR, FORMAT_STR},	    {"S", FK_ESTR, FORMAT_STR},	    {"T", FK_TIME822, FORMAT_TIME},
    {"u", FK_UINT, FORMAT_INT},	    {"wc", FK_WCHAR, FORMAT_INT},   {"ws", FK_WSTR, FORMAT_WSTR},
    {"x", FK_UINT, FORMAT_INT},	    {"X", FK_UINT, FORMAT_INT},	    {"Y", FK_TIME, FORMAT_TIME},
    {"I", FK_INET, FORMAT_INET},    {"P", FK_PORT, FORMAT_INT},	    {"%", FK_PERCENT, FORMAT_NONE},
};

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

static void number(struct parse *ps, struct format_conv *c, bool dot)
{
	int n = 0;
	for (; isdigit((unsigned char)*ps->p); ps->p++)
		if (n < 100000)
			n = n * 10 + (*ps->p - '0');
	ps->p--;
	if (dot)
		c->prec = n;
	else
		c->width = n;
}

static bool is_flag(struct format_conv *c, char ch)
{
	switch (ch) {
	case '#':
		c->flags |= FORMAT_ALT;
		return true;
	case '+':
		c->flags |= FORMAT_PLUS;
		return true;
	case '-':
		c->flags = (uint16_t)((c->flags | FORMAT_LEFT) & ~FORMAT_ZERO);
		return true;
	case ' ':
		c->flags |= FORMAT_SPACE;
		return true;
	case '\'':
		c->flags |= FORMAT_GROUP;
		return true;
	case '@':
		c->flags |= FORMAT_AGG;
		return true;
	case '?':
		c->width = 16;
		return true;
	default:
		return false;
	}
}

static bool finish(struct parse *ps, struct format_conv *c, size_t n)
{
	char text[64];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strncmp(rows[i].name, c->name, sizeof(rows[i].name)) || n > 3)
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

/* One conversion; ps->p at its '%'. Flags, width, precision and sizes may come in any order, as
 * libdtrace has it. */
static bool conversion(struct parse *ps, struct format_conv *c)
{
	bool dot = false, digits = false;
	size_t n = 0;
	c->offset = (uint32_t)(ps->p - ps->text);
	for (;;) {
		char ch = *++ps->p;
		if (ch >= '0' && ch <= '9') {
			if (ch == '0' && !dot && !digits) {
				c->flags = (uint16_t)((c->flags | FORMAT_ZERO) & ~FORMAT_LEFT);
				continue;
			}
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
		} else if (is_flag(c, ch)) {
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
