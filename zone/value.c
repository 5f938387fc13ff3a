/*
 * value.c - how values are spelt
 */
#include "zone/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int zone_name_check(const char *name, struct err *e)
{
	size_t n = strlen(name);
	if (n == 0 || n > ZONE_NAME_MAX)
		return err_set(e, EINVAL, "%s: a zone name has 1 to %d characters", name,
			       ZONE_NAME_MAX);
	if (!isalnum((unsigned char)name[0]))
		return err_set(e, EINVAL, "%s: a zone name begins with a letter or a digit", name);
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("_.-", name[i]))
			return err_set(e, EINVAL, "%s: a zone name has letters, digits, and -_.",
				       name);
	if (strncmp(name, "SUNW", 4) == 0)
		return err_set(e, EINVAL, "%s: names that begin with SUNW are reserved", name);
	return 0;
}

static const char *bad(struct err *e, const struct zone_prop *p, const char *text, const char *want)
{
	err_set(e, EINVAL, "%s: '%s' is not %s", p->name, text, want);
	return NULL;
}

static bool in_list(const char *list, const char *word, size_t n)
{
	for (const char *p = list; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && strncmp(p, word, n) == 0)
			return true;
	return false;
}

static const char *number(struct arena *a, const struct zone_prop *p, const char *text,
			  struct err *e)
{
	char *end;
	errno = 0;
	unsigned long long v = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno)
		return bad(e, p, text, "a number");
	return arena_printf(a, "%llu", v);
}

/* 512m, 512M, 1.5g; kept as written with the unit in capitals, as zonecfg shows it. */
static const char *size(struct arena *a, const struct zone_prop *p, const char *text, struct err *e)
{
	char *end;
	double v = strtod(text, &end);
	if (end == text || v <= 0 || !isdigit((unsigned char)*text) ||
	    (*end && (!strchr("kmgtKMGT", *end) || end[1])))
		return bad(e, p, text, "a size: a number, with k, m, g or t behind");
	return arena_printf(a, "%.*s%c", (int)(end - text), text,
			    *end ? toupper((unsigned char)*end) : '\0');
}

static const char *cpus(struct arena *a, const struct zone_prop *p, const char *text, struct err *e)
{
	char *end;
	double v = strtod(text, &end);
	if (end == text || *end || v < 0.01 || v > 1e6)
		return bad(e, p, text, "a number of CPUs, 0.01 or more");
	return arena_printf(a, "%.2f", v);
}

static const char *range(struct arena *a, const struct zone_prop *p, const char *text,
			 struct err *e)
{
	unsigned lo, hi;
	int n = 0;
	if (sscanf(text, "%u%n", &lo, &n) == 1 && !text[n] && lo > 0)
		return arena_printf(a, "%u", lo);
	if (sscanf(text, "%u-%u%n", &lo, &hi, &n) == 2 && !text[n] && lo > 0 && hi >= lo)
		return arena_printf(a, "%u-%u", lo, hi);
	return bad(e, p, text, "a number of CPUs, or a range of them (1-4)");
}

static const char *path(struct arena *a, const struct zone_prop *p, const char *text, struct err *e)
{
	if (text[0] != '/' || strstr(text, "/../") || strcmp(text, "/") == 0)
		return bad(e, p, text, "an absolute path below /");
	if (strpbrk(text, ":\n")) /* fields of the index end there */
		return bad(e, p, text, "a path without colons");
	size_t n = strlen(text);
	while (n > 1 && text[n - 1] == '/')
		n--;
	return arena_strndup(a, text, n);
}

static const char *hex(struct arena *a, const struct zone_prop *p, const char *text, struct err *e)
{
	const char *digits = strncasecmp(text, "0x", 2) == 0 ? text + 2 : text;
	char *end;
	unsigned long v = strtoul(digits, &end, 16);
	if (!isxdigit((unsigned char)*digits) || *end || strlen(digits) > 8 || v == 0xffffffff)
		return bad(e, p, text, "a number of up to 8 hexadecimal digits below ffffffff");
	return arena_printf(a, "%lx", v);
}

/* "(priv=privileged,limit=2,action=none)", its parts in any order; all of them must be there. */
static const char *compound(struct arena *a, const struct zone_prop *p, const char *text,
			    struct err *e)
{
	size_t n = strlen(text);
	char *out = arena_strdup(a, "(");
	if (n < 2 || text[0] != '(' || text[n - 1] != ')')
		return bad(e, p, text, "a list of name=value in parentheses");
	for (const char *c = p->choices; *c; c += strcspn(c, " "), c += *c == ' ') {
		size_t len = strcspn(c, " ");
		const char *found = NULL;
		for (const char *q = text + 1; *q && !found;
		     q = strchr(q, ',') ? strchr(q, ',') + 1 : text + n) {
			q += strspn(q, " ");
			if (strncmp(q, c, len) == 0 && q[len] == '=')
				found = q + len + 1;
		}
		if (!found)
			return bad(e, p, text,
				   arena_printf(a, "complete: it wants %s", p->choices));
		out = arena_printf(a, "%s%s%.*s=%.*s", out, out[1] ? "," : "", (int)len, c,
				   (int)strcspn(found, ",)"), found);
	}
	for (const char *q = text + 1; *q && *q != ')';) {
		q += strspn(q, " ");
		if (!in_list(p->choices, q, strcspn(q, "=")))
			return bad(e, p, text, arena_printf(a, "made of %s", p->choices));
		q += strcspn(q, ",)");
		q += *q == ',';
	}
	return arena_printf(a, "%s)", out);
}

const char *zone_value(struct arena *a, const struct zone_prop *p, const char *text, struct err *e)
{
	switch (p->kind) {
	case ZONE_BOOL:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0
			   ? arena_strdup(a, text)
			   : bad(e, p, text, "true or false");
	case ZONE_UINT:
		return number(a, p, text, e);
	case ZONE_SIZE:
		return size(a, p, text, e);
	case ZONE_CPUS:
		return cpus(a, p, text, e);
	case ZONE_RANGE:
		return range(a, p, text, e);
	case ZONE_PATH:
		return path(a, p, text, e);
	case ZONE_HEX:
		return hex(a, p, text, e);
	case ZONE_COMPOUND:
		return compound(a, p, text, e);
	case ZONE_CHOICE:
		return in_list(p->choices, text, strlen(text))
			   ? arena_strdup(a, text)
			   : bad(e, p, text, arena_printf(a, "one of: %s", p->choices));
	default:
		return arena_strdup(a, text);
	}
}
