/* process.c - reads /proc/PID/maps; see process.h */
#include "dtrace/sym/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

struct mapping {
	uint64_t start, end, offset;
	char perms[8];
	unsigned major, minor;
	uint64_t ino;
	char *path; /* within the line; the kernel's mark of deleted files cut off */
};

static bool parse(char *line, struct mapping *m)
{
	static const char deleted[] = " (deleted)";
	int at = 0;
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %x:%x %" SCNu64 " %n", &m->start,
		   &m->end, m->perms, &m->offset, &m->major, &m->minor, &m->ino, &at) < 7 ||
	    !at || line[at] != '/')
		return false;
	m->path = line + at;
	m->path[strcspn(m->path, "\n")] = '\0';
	size_t n = strlen(m->path), mark = sizeof(deleted) - 1;
	if (n > mark && !strcmp(m->path + n - mark, deleted))
		m->path[n - mark] = '\0';
	return true;
}

static bool is_known(const struct process_objects *o, const struct mapping *m, dev_t dev)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->at[i].ino == m->ino && o->at[i].dev == dev)
			return true;
	return false;
}

static int add(struct process_objects *o, const struct mapping *m, dev_t dev, struct err *e)
{
	if (o->n == o->cap) {
		size_t cap = o->cap ? o->cap * 2 : 16;
		struct process_object *q = realloc(o->at, cap * sizeof(*q));
		if (!q)
			return err_set(e, ENOMEM, "out of memory");
		o->at = q;
		o->cap = cap;
	}
	char *path = strdup(m->path);
	if (!path)
		return err_set(e, ENOMEM, "out of memory");
	/* What was made in memory has the name that its maker gave it. */
	const char *name = strncmp(path, "/memfd:", 7) ? strrchr(path, '/') + 1 : path + 7;
	o->at[o->n++] = (struct process_object){.path = path,
						.name = name,
						.start = m->start,
						.end = m->end,
						.offset = m->offset,
						.dev = dev,
						.ino = m->ino};
	return 0;
}

/* /proc/PID/exe is asked for the program: its device number need not be that of the mapping (file
 * systems that make up numbers for each subvolume), its inode is. */
static void find_exe(pid_t pid, struct process_objects *o)
{
	char link[64];
	struct stat st;
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	if (stat(link, &st) < 0)
		return;
	for (size_t i = 0; i < o->n; i++) {
		if (o->at[i].ino != st.st_ino)
			continue;
		struct process_object exe = o->at[i];
		memmove(&o->at[1], &o->at[0], i * sizeof(exe));
		exe.is_exe = true;
		o->at[0] = exe;
		return;
	}
}

/* Has it a program at all? Threads of the kernel, and the dead, have none. */
static bool has_program(pid_t pid)
{
	char link[64];
	struct stat st;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	return stat(link, &st) == 0;
}

static int read_objects(pid_t pid, struct process_objects *out, struct err *e)
{
	char path[64], *line = NULL;
	size_t room = 0;
	struct mapping m;
	int r = 0;

	*out = (struct process_objects){0};
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	FILE *f = fopen(path, "re");
	if (!f && (errno == ENOENT || errno == ESRCH))
		return err_set(e, ESRCH, "process %d not found: No such process", (int)pid);
	if (!f)
		return err_sys(e, errno, "cannot look at process %d", (int)pid);
	while (r == 0 && (errno = 0, getline(&line, &room, f) > 0)) {
		if (!parse(line, &m) || !strchr(m.perms, 'x'))
			continue;
		dev_t dev = makedev(m.major, m.minor);
		if (!is_known(out, &m, dev))
			r = add(out, &m, dev, e);
	}
	if (r == 0 && errno)
		r = err_sys(e, errno, "cannot look at process %d", (int)pid);
	free(line);
	fclose(f);
	find_exe(pid, out);
	return r;
}

int process_objects(pid_t pid, struct process_objects *out, struct err *e)
{
	enum { TRIES = 100 };
	const struct timespec while_it_begins = {.tv_nsec = 1000000};
	int r = read_objects(pid, out, e);

	for (int i = 0; r == 0 && !out->n && i < TRIES && has_program(pid); i++) {
		nanosleep(&while_it_begins, NULL);
		process_objects_free(out);
		r = read_objects(pid, out, e);
	}
	return r;
}

bool process_vdso(pid_t pid, uint64_t *start, uint64_t *end)
{
	char path[64], *line = NULL;
	size_t room = 0;
	bool found = false;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && !found && getline(&line, &room, f) > 0)
		found =
		    strstr(line, "[vdso]") && sscanf(line, "%" SCNx64 "-%" SCNx64, start, end) == 2;
	free(line);
	if (f)
		fclose(f);
	return found;
}

void process_objects_free(struct process_objects *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(o->at[i].path);
	free(o->at);
	*o = (struct process_objects){0};
}

/* A path may lead to another file by now. */
static int open_if_same(const char *path, const struct process_object *o)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_ino == o->ino)
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

int process_object_open(pid_t pid, const struct process_object *o)
{
	char path[4400];
	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)pid, o->path);
	int fd = open_if_same(path, o);
	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid, o->start,
		 o->end);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

bool process_read(pid_t pid, uint64_t addr, void *to, size_t n)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && pread(fd, to, n, (off_t)addr) == (ssize_t)n;
	if (fd >= 0)
		close(fd);
	return ok;
}

bool process_word(pid_t pid, uint64_t addr, uint64_t *word)
{
	return process_read(pid, addr, word, sizeof(*word));
}

int process_each(int (*fn)(void *arg, pid_t pid), void *arg)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int r = 0;
	while (d && !r && (e = readdir(d))) {
		char *end;
		long pid = strtol(e->d_name, &end, 10);
		if (pid > 0 && !*end)
			r = fn(arg, (pid_t)pid);
	}
	if (d)
		closedir(d);
	return r;
}

bool process_exists(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}
