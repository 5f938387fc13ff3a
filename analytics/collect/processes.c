/*
 * processes.c - see processes.h
 *
 * /proc lists processes by number, so the table of the last reading is walked beside it.
 */
#include "analytics/collect/processes.h"

#include "base/container.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { YOUNG = 3, AGAIN = 16, TEXT = 4096 }; /* readings; bytes */

struct table {
	struct process *at;
	size_t n, room;
};
struct processes {
	struct table now, before;
	unsigned round;
	bool current;
	struct container_legacy legacy;
};

struct processes *processes_new(void)
{
	return calloc(1, sizeof(struct processes));
}

void processes_free(struct processes *p)
{
	if (!p)
		return;
	free(p->now.at);
	free(p->before.at);
	free(p);
}

void processes_outdate(struct processes *p)
{
	p->current = false;
}

static bool read_text(int proc, const char *pid, const char *file, char text[TEXT])
{
	char path[64];
	snprintf(path, sizeof(path), "%s/%s", pid, file);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, TEXT - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* "PID (NAME) STATE ...": field n of it counts from 3, the state. */
static bool read_stat(int proc, const char *pid, struct process *p)
{
	enum { STATE = 3, THREADS = 20, START = 22, RSS = 24 };
	char text[TEXT];
	if (!read_text(proc, pid, "stat", text))
		return false;
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	if (!open || !close || close[1] != ' ')
		return false;
	*close = '\0';
	snprintf(p->name, sizeof(p->name), "%s", open + 1);
	const char *at = close + 2;
	for (int field = STATE; at && field <= RSS; field++, at = strchr(at, ' ')) {
		at += *at == ' ';
		if (field == STATE)
			p->state = *at;
		else if (field == THREADS)
			p->threads = atoll(at);
		else if (field == START)
			p->start = strtoull(at, NULL, 10);
		else if (field == RSS)
			p->rss_pages = atoll(at);
	}
	return at != NULL;
}

/* NSpid has its number in each pid namespace that it is in, ours first. */
static bool is_inside(int proc, const char *pid)
{
	char text[TEXT];
	int ours, its;
	const char *at = read_text(proc, pid, "status", text) ? strstr(text, "\nNSpid:") : NULL;
	return at && sscanf(at, "\nNSpid: %d %d", &ours, &its) == 2;
}

/* A line of /proc/PID/cgroup, ".../zones/NAME" or below, names a zone of ours; else it may be a container or a service. */
static void read_zone(const struct container_legacy *legacy, int proc, const char *pid,
		      struct process *p)
{
	char text[TEXT];
	struct container c;
	const char *at = read_text(proc, pid, "cgroup", text) ? strstr(text, ":/zones/") : NULL;
	int n = at ? (int)strcspn(at + 8, "/\n") : 0;
	if (n) {
		snprintf(p->zone, sizeof(p->zone), "%.*s", n, at + 8);
		return;
	}
	bool inside = is_inside(proc, pid);
	snprintf(p->zone, sizeof(p->zone), "%s",
		 container_of_groups(text, inside, legacy, &c) ? c.name
		 : inside				       ? "<unknown>"
							       : "global");
}

static void read_owner(int proc, const char *pid, struct process *p)
{
	struct stat st;
	p->uid = fstatat(proc, pid, &st, 0) == 0 ? st.st_uid : 0;
}

static struct process *add(struct table *t)
{
	if (t->n == t->room) {
		size_t room = t->room ? 2 * t->room : 256;
		struct process *at = realloc(t->at, room * sizeof(*at));
		if (!at)
			return NULL;
		t->at = at;
		t->room = room;
	}
	return &t->at[t->n++];
}

/* One process; it was before->at[*at], if that has its number. */
static void read_one(struct processes *p, int proc, const char *name, size_t *at)
{
	uint32_t pid = (uint32_t)strtoul(name, NULL, 10);
	const struct table *t = &p->before;
	while (*at < t->n && t->at[*at].pid < pid)
		++*at;
	struct process now = {.pid = pid}, *to;
	const struct process *old = *at < t->n && t->at[*at].pid == pid ? &t->at[*at] : NULL;
	if (!read_stat(proc, name, &now))
		return;
	bool known = old && old->start == now.start;
	now.age = known ? old->age + (old->age < YOUNG) : 0;
	if (now.age < YOUNG || (pid + p->round) % AGAIN == 0) {
		read_zone(&p->legacy, proc, name, &now);
		read_owner(proc, name, &now);
	} else {
		memcpy(now.zone, old->zone, sizeof(now.zone));
		now.uid = old->uid;
	}
	if ((to = add(&p->now)))
		*to = now;
}

const struct process *processes_now(struct processes *p, size_t *n)
{
	struct table last = p->before;
	size_t at = 0;
	DIR *d = p->current ? NULL : opendir("/proc");
	if (d) {
		p->before = p->now;
		p->now = last;
		p->now.n = 0;
		p->round++;
		p->current = true;
		p->legacy = container_legacy();
	}
	for (struct dirent *f; d && (f = readdir(d));)
		if (f->d_name[0] >= '1' && f->d_name[0] <= '9')
			read_one(p, dirfd(d), f->d_name, &at);
	if (d)
		closedir(d);
	*n = p->now.n;
	return p->now.at;
}
