/*
 * readers_proc.c - collectors of processes and of zones
 *
 * A zone's processes are in its control group, zones/NAME; what others made is told by its groups (processes.c). What
 * may be read needs no privilege.
 */
#include "analytics/collect/processes.h"
#include "analytics/collect/readers.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char process_one[] = "one", process_threads[] = "threads", process_rss[] = "rss";

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

static int64_t amount_of(const struct process *p, const char *what)
{
	return what == process_rss	 ? p->rss_pages * sysconf(_SC_PAGESIZE)
	       : what == process_threads ? p->threads
					 : 1;
}

void read_processes(struct proc_rows *out, void *arg)
{
	size_t n = 0;
	const struct process *p = processes_now(out->processes, &n);
	for (const struct process *end = p + n; p < end; p++) {
		struct proc_row *row = vec_push(&out->rows, out->arena);
		*row = (struct proc_row){.entity = p->pid, .value = amount_of(p, arg)};
		row->fields[0] = p->zone;
		row->fields[1] = p->name;
		row->fields[2] = arena_printf(out->arena, "%u", p->pid);
		row->fields[3] = arena_printf(out->arena, "%u", p->uid);
		row->fields[4] = state_name(p->state);
	}
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
