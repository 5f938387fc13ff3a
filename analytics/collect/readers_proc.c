/*
 * readers_proc.c - collectors of processes and of zones
 *
 * A zone's processes are in its control group, zones/NAME; everything else is of zone "global". What may be
 * read needs no privilege.
 */
#include "analytics/collect/readers.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char process_one[] = "one", process_threads[] = "threads", process_rss[] = "rss";

/* The zone that a line of /proc/PID/cgroup names: ".../zones/NAME" or below; NULL when none does. */
static const char *zone_in(struct proc_rows *out, char *text)
{
	char *line;
	while ((line = reader_line(&text))) {
		char *at = strstr(line, ":/zones/");
		if (at)
			return arena_strndup(out->arena, at + 8, strcspn(at + 8, "/"));
	}
	return NULL;
}

static const char *state_name(char c)
{
	switch (c) {
	case 'R':
		return "running";
	case 'S':
	case 'I':
		return "sleeping";
	case 'D':
		return "waiting for I/O";
	case 'Z':
		return "zombie";
	default:
		return "stopped";
	}
}

static void process_row(struct proc_rows *out, const char *pid, const char *what)
{
	struct proc_rows quiet = {.arena = out->arena}; /* processes end while we read */
	struct stat st;
	char *words[24],
	    *line = reader_file(&quiet, arena_printf(out->arena, "/proc/%s/stat", pid));
	char *open = line ? strchr(line, '(') : NULL, *close = line ? strrchr(line, ')') : NULL;
	if (!open || !close || reader_words(close + 1, words, 24) < 22)
		return;
	*close = '\0';
	char *groups = reader_file(&quiet, arena_printf(out->arena, "/proc/%s/cgroup", pid));
	const char *zone = groups ? zone_in(out, groups) : NULL;
	bool owned = stat(arena_printf(out->arena, "/proc/%s", pid), &st) == 0;
	struct proc_row row = {.entity = (uint32_t)atoi(pid)};
	row.fields[0] = zone ? zone : "global";
	row.fields[1] = open + 1;
	row.fields[2] = arena_strdup(out->arena, pid);
	row.fields[3] = arena_printf(out->arena, "%u", owned ? st.st_uid : 0);
	row.fields[4] = state_name(words[0][0]);
	row.value = what == process_rss	      ? atoll(words[21]) * sysconf(_SC_PAGESIZE)
		    : what == process_threads ? atoll(words[17])
					      : 1;
	*vec_push(&out->rows, out->arena) = row;
}

void read_processes(struct proc_rows *out, void *arg)
{
	DIR *d = opendir("/proc");
	for (struct dirent *f; d && (f = readdir(d));)
		if (f->d_name[0] >= '1' && f->d_name[0] <= '9')
			process_row(out, f->d_name, arg);
	if (d)
		closedir(d);
}

/* ---- zones ---- */

const struct zone_files zone_memory[] = {{"memory", "memory.usage_in_bytes", "memory.current", 1}};
const struct zone_files zone_memory_limit[] = {
    {"memory", "memory.limit_in_bytes", "memory.max", 1}};
const struct zone_files zone_cpu[] = {{"cpuacct", "cpuacct.usage", "cpu.stat", 1000}};
const struct zone_files zone_pids[] = {{"pids", "pids.current", "pids.current", 1}};

/* The first number of a file, or behind its first word. */
static bool first_number(char *text, int64_t *value)
{
	if (strncmp(text, "max", 3) == 0)
		return false;
	text += strcspn(text, "0123456789");
	*value = strtoll(text, NULL, 10);
	return *text;
}

void read_zones(struct proc_rows *out, void *arg)
{
	const struct zone_files *z = arg;
	bool v2 = false;
	char *text, *dir = arena_printf(out->arena, "/sys/fs/cgroup/%s/zones", z->controller);
	struct proc_rows quiet = {.arena = out->arena}; /* zones halt while we read */
	DIR *d = opendir(dir);
	if (!d) {
		dir = "/sys/fs/cgroup/zones";
		v2 = true;
		d = opendir(dir);
	}
	for (struct dirent *f; d && (f = readdir(d));) {
		int64_t value;
		if (f->d_name[0] == '.' || f->d_type != DT_DIR)
			continue;
		text = reader_file(&quiet, arena_printf(out->arena, "%s/%s/%s", dir, f->d_name,
							v2 ? z->v2 : z->v1));
		if (text && first_number(text, &value) && value < (int64_t)1 << 60)
			reader_row(out, 0, value * (v2 ? z->v2_scale : 1), 0,
				   arena_strdup(out->arena, f->d_name), NULL, NULL);
	}
	if (d)
		closedir(d);
}
