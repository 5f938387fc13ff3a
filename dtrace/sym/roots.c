/*
 * roots.c - files of processes that have gone, by way of others that see the same ones
 *
 * A program in a zone may be over before anybody asks for its names; its path leads nowhere here, or to another file. Some
 * process of the zone is most likely there still, so each mount namespace is tried by one process of it. Which there are
 * is found out again after a second at the earliest.
 */
#include "dtrace/sym/internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROOTS_MAX = 1024 };

struct roots {
	time_t found_s;
	size_t n;
	struct {
		uint64_t ns;
		int pid;
	} at[ROOTS_MAX];
};

void roots_free(struct roots *r)
{
	free(r);
}

static bool is_new(const struct roots *r, uint64_t ns)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->at[i].ns == ns)
			return false;
	return true;
}

static void find_roots(struct symbols *s, struct roots *r)
{
	char path[320];
	struct stat st;
	DIR *d = opendir(s->proc);
	r->n = 0;
	for (struct dirent *e; d && r->n < ROOTS_MAX && (e = readdir(d));) {
		int pid = atoi(e->d_name);
		snprintf(path, sizeof(path), "%s/%s/ns/mnt", s->proc, e->d_name);
		if (pid <= 0 || stat(path, &st) < 0 || !is_new(r, st.st_ino))
			continue;
		r->at[r->n].ns = st.st_ino;
		r->at[r->n++].pid = pid;
	}
	if (d)
		closedir(d);
}

int roots_open(struct symbols *s, const char *path, uint64_t ino, char *root, size_t size)
{
	char full[4400];
	struct timespec now;
	struct stat st;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!s->roots && !(s->roots = calloc(1, sizeof(*s->roots))))
		return -1;
	if (!s->roots->n || now.tv_sec > s->roots->found_s + 1) {
		find_roots(s, s->roots);
		s->roots->found_s = now.tv_sec;
	}
	for (size_t i = 0; i < s->roots->n; i++) {
		snprintf(root, size, "%s/%d/root", s->proc, s->roots->at[i].pid);
		snprintf(full, sizeof(full), "%s%s", root, path);
		int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0 && fstat(fd, &st) == 0 && st.st_ino == ino)
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}
