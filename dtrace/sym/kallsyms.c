/*
 * kallsyms.c - takes /proc/kallsyms apart; see kallsyms.h
 *
 * In: lines "address type name", with a tab and "[module]" behind those of modules.
 */
#include "dtrace/sym/kallsyms.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *kallsyms_read(const char *path, size_t *n)
{
	int fd = open(path ? path : "/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	size_t cap = 4 << 20, got = 0;
	char *p = fd < 0 ? NULL : malloc(cap + 1);

	while (p) {
		if (got == cap) {
			char *q = realloc(p, cap * 2 + 1);
			if (!q)
				break;
			p = q;
			cap *= 2;
		}
		ssize_t r = read(fd, p + got, cap - got);
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	if (fd >= 0)
		close(fd);
	if (p)
		p[got] = '\0';
	*n = got;
	return p;
}

static bool parse_line(char *line, struct kallsym *s)
{
	char *end;

	s->addr = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || s->addr == 0)
		return false;
	s->type = end[1];
	if (!s->type || end[2] != ' ')
		return false;
	s->name = end + 3;
	s->object = "vmlinux";
	char *tab = strchr(s->name, '\t');
	if (!tab)
		return *s->name != '\0';
	*tab = '\0';
	char *m = strchr(tab + 1, '['), *close = m ? strchr(m, ']') : NULL;
	if (close) {
		*close = '\0';
		s->object = m + 1;
	}
	return *s->name != '\0';
}

bool kallsyms_next(char **at, struct kallsym *out)
{
	while (*at && **at) {
		char *line = *at, *nl = strchr(line, '\n');

		*at = nl ? nl + 1 : line + strlen(line);
		if (nl)
			*nl = '\0';
		if (parse_line(line, out))
			return true;
	}
	return false;
}
