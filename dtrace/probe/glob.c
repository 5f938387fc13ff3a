/*
 * glob.c - the shell patterns of probe descriptions
 *
 *	*	any text		?	any one character
 *	[abc] [a-z] [!a-z]	one character of (not of) a set
 *	\c	c itself
 *
 * An empty or missing pattern matches everything. Linear in the text for patterns with one star,
 * and never worse than text times pattern: a star only ever falls back to the last one seen.
 */
#include "dtrace/probe/probe.h"

#include <string.h>

/* Matches c against the set at p (after '['); *end = behind its ']'. An unclosed '[' is an ordinary
 * character. */
static bool match_set(const char *p, char c, const char **end)
{
	bool negate = *p == '!', hit = false;
	const char *start;

	p += negate;
	start = p;
	for (; *p && (*p != ']' || p == start); p++) {
		char lo = *p, hi;
		if (lo == '\\' && p[1])
			lo = *++p;
		hi = lo;
		if (p[1] == '-' && p[2] && p[2] != ']') {
			p += 2;
			if (*p == '\\' && p[1])
				p++;
			hi = *p;
		}
		hit |=
		    (unsigned char)c >= (unsigned char)lo && (unsigned char)c <= (unsigned char)hi;
	}
	*end = *p ? p + 1 : NULL;
	return hit != negate;
}

/* Matches one pattern element that is no star against c; the next element, or NULL when it does not
 * match. */
static const char *match_one(const char *p, char c)
{
	const char *end;
	bool hit;

	if (!c)
		return NULL;
	switch (*p) {
	case '?':
		return p + 1;
	case '[':
		hit = match_set(p + 1, c, &end);
		if (end)
			return hit ? end : NULL;
		break;
	case '\\':
		if (p[1])
			p++;
		break;
	}
	return *p == c ? p + 1 : NULL;
}

bool probe_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL, *next;

	if (!pattern || !*pattern || (*pattern == '*' && !pattern[1]))
		return true;
	while (*text || *pattern) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if ((next = match_one(pattern, *text))) {
			pattern = next;
			text++;
		} else if (star && *resume) {
			pattern = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	return true;
}

bool probe_is_glob(const char *pattern)
{
	return !pattern || !*pattern || strpbrk(pattern, "*?[\\") != NULL;
}
