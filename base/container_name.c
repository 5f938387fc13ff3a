/*
 * container_name.c - see container_name.h
 *
 * What is wanted of the JSON is a string or two: it is walked, and each string that is a value is told with the key
 * that it stands behind and how deep that is. Names have no escapes, so a string that has one is passed as it is spelt.
 */
#include "base/container_name.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 32, FILE_MAX = 16 << 20 };

struct word {
	const char *at;
	size_t n;
};
struct walk {
	/* A value; or, with value NULL, the end of an object of this depth. false: enough. */
	bool (*tell)(struct walk *w, unsigned depth, struct word key, const struct word *value);
	const char *id;
	char *name;
	size_t size;
	bool is_it, found;
};

static bool is(struct word w, const char *text)
{
	return w.n == strlen(text) && memcmp(w.at, text, w.n) == 0;
}

/* The closing quote of the string that p is in; NULL: there is none. */
static const char *end_of_string(const char *p, const char *end)
{
	while (p < end && *p != '"')
		p += *p == '\\' ? 2 : 1;
	return p < end ? p : NULL;
}

static void walk(struct walk *w, const char *p, const char *end)
{
	struct word keys[DEPTH_MAX + 1] = {0};
	unsigned depth = 0;
	for (; p < end; p++) {
		if (*p == '{' || *p == '[') {
			if (depth == DEPTH_MAX)
				return;
			/* What stands in a list stands behind the key of the list. */
			keys[depth + 1] = *p == '[' ? keys[depth] : (struct word){0};
			depth++;
		} else if (*p == '}' || *p == ']') {
			if (!depth || (*p == '}' && !w->tell(w, depth, keys[depth], NULL)))
				return;
			depth--;
		} else if (*p == '"') {
			const char *from = p + 1, *quote = end_of_string(from, end);
			if (!quote)
				return;
			struct word s = {from, (size_t)(quote - from)};
			p = quote + 1 + strspn(quote + 1, " \t\r\n");
			if (p < end && *p == ':')
				keys[depth] = s;
			else if (!w->tell(w, depth, keys[depth], &s))
				return;
			else
				p--; /* it is to be looked at */
		}
	}
}

static bool keep(struct walk *w, const struct word *value)
{
	size_t skip = value->n && value->at[0] == '/';
	w->found = value->n > skip && value->n - skip < w->size;
	if (w->found)
		snprintf(w->name, w->size, "%.*s", (int)(value->n - skip), value->at + skip);
	return w->found;
}

static bool tell_docker(struct walk *w, unsigned depth, struct word key, const struct word *value)
{
	return !(value && depth == 1 && is(key, "Name") && keep(w, value));
}

/* A list of objects, in each of which "names" is a list. */
static bool tell_podman(struct walk *w, unsigned depth, struct word key, const struct word *value)
{
	if (value && depth == 2 && is(key, "id"))
		w->is_it = is(*value, w->id);
	else if (value && depth == 3 && is(key, "names") && !w->found)
		(void)keep(w, value);
	else if (!value && depth == 2) {
		if (w->is_it && w->found)
			return false;
		w->is_it = w->found = false;
	}
	return true;
}

bool container_name_docker(const char *text, size_t n, char *name, size_t size)
{
	struct walk w = {.tell = tell_docker, .name = name, .size = size};
	walk(&w, text, text + n);
	return w.found;
}

bool container_name_podman(const char *text, size_t n, const char *id, char *name, size_t size)
{
	struct walk w = {.tell = tell_podman, .id = id, .name = name, .size = size};
	walk(&w, text, text + n);
	return w.is_it && w.found;
}

/* All of a file with a zero behind it, for the caller to free; NULL. */
static char *read_all(const char *path, size_t *n)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool fits = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < FILE_MAX;
	char *text = fits ? malloc((size_t)st.st_size + 1) : NULL;
	ssize_t got = text ? read(fd, text, (size_t)st.st_size) : -1;
	if (fd >= 0)
		close(fd);
	if (got < 0) {
		free(text);
		return NULL;
	}
	*n = (size_t)got;
	text[*n] = '\0';
	return text;
}

bool container_name_of(const char *brand, const char *id, char *name, size_t size)
{
	static const char *const drivers[] = {"overlay", "vfs", "btrfs"};
	char path[256], *text;
	bool found = false;
	size_t n;
	if (strcmp(brand, "docker") == 0) {
		snprintf(path, sizeof(path), "/var/lib/docker/containers/%s/config.v2.json", id);
		if ((text = read_all(path, &n)))
			found = container_name_docker(text, n, name, size);
		free(text);
	} else if (strcmp(brand, "podman") == 0) {
		for (size_t i = 0; !found && i < sizeof(drivers) / sizeof(drivers[0]); i++) {
			snprintf(path, sizeof(path),
				 "/var/lib/containers/storage/%s-containers/containers.json",
				 drivers[i]);
			if ((text = read_all(path, &n)))
				found = container_name_podman(text, n, id, name, size);
			free(text);
		}
	}
	return found;
}
