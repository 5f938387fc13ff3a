/*
 * stability.c - the words for stability levels and dependency classes, and their order
 *
 * Levels and classes are ordered from the weakest up, so the attributes of an expression are the
 * minimum of its parts'.
 */
#include "dtrace/probe/stability.h"

#include <string.h>
#include <strings.h>

static const char *const levels[] = {"Internal", "Private",  "Obsolete", "External",
				     "Unstable", "Evolving", "Stable",	 "Standard"};
static const char *const classes[] = {"Unknown", "CPU", "Platform", "Group", "ISA", "Common"};

enum {
	NLEVELS = sizeof(levels) / sizeof(levels[0]),
	NCLASSES = sizeof(classes) / sizeof(classes[0])
};

const char *stability_name(unsigned level)
{
	return level < NLEVELS ? levels[level] : "Unknown";
}

const char *stability_class_name(unsigned dclass)
{
	return dclass < NCLASSES ? classes[dclass] : "Unknown";
}

/* Index of the n bytes at s in names, any case; -1 when absent. */
static int find(const char *const *names, int count, const char *s, size_t n)
{
	for (int i = 0; i < count; i++)
		if (strlen(names[i]) == n && !strncasecmp(names[i], s, n))
			return i;
	return -1;
}

bool stability_parse(const char *s, struct stability *out)
{
	size_t n = strcspn(s, "/"), d;
	int name, data, dclass;

	if (!s[n])
		return false;
	d = strcspn(s + n + 1, "/");
	if (!s[n + 1 + d])
		return false;
	name = find(levels, NLEVELS, s, n);
	data = find(levels, NLEVELS, s + n + 1, d);
	s += n + d + 2;
	dclass = find(classes, NCLASSES, s, strlen(s));
	if (name < 0 || data < 0 || dclass < 0)
		return false;
	*out = (struct stability){(uint8_t)name, (uint8_t)data, (uint8_t)dclass};
	return true;
}

struct stability stability_min(struct stability a, struct stability b)
{
	struct stability m = a;

	m.name = b.name < m.name ? b.name : m.name;
	m.data = b.data < m.data ? b.data : m.data;
	m.dclass = b.dclass < m.dclass ? b.dclass : m.dclass;
	return m;
}
