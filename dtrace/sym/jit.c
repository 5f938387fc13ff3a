/*
 * jit.c - names of code that a process makes while it runs
 *
 * Virtual machines that can be asked to (node --perf-basic-prof, java with an agent, .NET, LuaJIT, PHP)
 * append a line to /tmp/perf-PID.map for each function they compile: "ADDRESS SIZE NAME", both in
 * hexadecimal; PID is that of their own namespace. Addresses may be used again: the later line counts.
 */
#include "dtrace/sym/internal.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAP_MAX = 256 << 20, FUNCS_MAX = 4 << 20 };

/* The process's id in the innermost namespace it is in; its own one when that cannot be told. */
static uint64_t inner_pid(const char *proc, uint64_t pid)
{
	char path[4200], *line = NULL;
	size_t room = 0;
	uint64_t inner = pid;
	snprintf(path, sizeof(path), "%s/%" PRIu64 "/status", proc, pid);
	FILE *f = fopen(path, "re");
	while (f && getline(&line, &room, f) > 0) {
		if (strncmp(line, "NSpid:", 6) != 0)
			continue;
		char *last = strrchr(line, '\t');
		inner = last ? strtoull(last, NULL, 10) : pid;
	}
	free(line);
	if (f)
		fclose(f);
	return inner ? inner : pid;
}

/* Descriptor of the map; -1. A process that has gone has most likely left it in our /tmp. The file
 * must be the process's own: /tmp is everybody's. */
static int open_map(const char *proc, uint64_t pid, struct stat *st)
{
	char path[4300];
	struct stat owner;
	snprintf(path, sizeof(path), "%s/%" PRIu64 "/root/tmp/perf-%" PRIu64 ".map", proc, pid,
		 inner_pid(proc, pid));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0) {
		snprintf(path, sizeof(path), "/tmp/perf-%" PRIu64 ".map", pid);
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	}
	if (fd < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/%" PRIu64, proc, pid);
	bool known = stat(path, &owner) == 0;
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode) && st->st_size <= MAP_MAX &&
	    (!known || st->st_uid == owner.st_uid || st->st_uid == 0))
		return fd;
	close(fd);
	return -1;
}

static char *read_all(int fd, size_t size, size_t *got)
{
	char *text = malloc(size + 1);
	ssize_t n = 0;
	*got = 0;
	while (text && *got < size && (n = read(fd, text + *got, size - *got)) > 0)
		*got += (size_t)n;
	if (text)
		text[*got] = '\0';
	return text;
}

static int by_addr(const void *a, const void *b)
{
	const struct elf_func *x = a, *y = b;
	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	/* names lie in the order of the file: the later one first */
	return x->name > y->name ? -1 : x->name < y->name;
}

/* Cuts the text into its lines; what is no line of a map is passed over. */
static void parse(char *text, struct elf_funcs *t)
{
	char *save = NULL;
	for (char *line = strtok_r(text, "\n", &save); line && t->n < FUNCS_MAX;
	     line = strtok_r(NULL, "\n", &save)) {
		char *end, *name;
		uint64_t addr = strtoull(line, &end, 16);
		uint64_t size = end != line && *end == ' ' ? strtoull(end, &name, 16) : 0;
		if (!size || *name != ' ' || !name[1])
			continue;
		if (t->n == t->cap) {
			size_t cap = t->cap ? t->cap * 2 : 1024;
			struct elf_func *grown = realloc(t->at, cap * sizeof(*grown));
			if (!grown)
				return;
			t->at = grown;
			t->cap = cap;
		}
		t->at[t->n++] = (struct elf_func){.name = name + 1, .addr = addr, .size = size};
	}
}

void ujit_read(struct ujit *j, const char *proc, uint64_t pid)
{
	struct stat st;
	size_t n;
	int fd = open_map(proc, pid, &st);
	if (fd < 0)
		return;
	int64_t stamp = st.st_mtime ^ (int64_t)st.st_size << 20;
	char *text = j->tried && j->mtime == stamp ? NULL : read_all(fd, (size_t)st.st_size, &n);
	close(fd);
	if (!text)
		return;
	elf_funcs_free(&j->syms);
	j->tried = true;
	j->mtime = stamp;
	j->syms.strings[j->syms.nstrings++] = text;
	parse(text, &j->syms);
	if (j->syms.n)
		qsort(j->syms.at, j->syms.n, sizeof(*j->syms.at), by_addr);
}
