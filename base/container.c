/*
 * container.c - see container.h
 */
#include "base/container.h"

#include "base/container_name.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What proc_fs numbers namespaces from: their numbers less this are short. */
#define FIRST_NS 0xF0000000u
/* Ids by what they count: namespaces, control groups of version 1 and 2, processes; each has room of its own. */
enum { BY_LEGACY = 3 << 27, BY_GROUP = 1 << 29, BY_PROCESS = 1 << 30 };
enum { TEXT_MAX = 8192, PATH_ROOM = 4096 };

static bool read_proc(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	for (ssize_t got; fd >= 0 && n < size - 1 && (got = read(fd, text + n, size - 1 - n)) > 0;)
		n += (size_t)got;
	if (fd >= 0)
		close(fd);
	text[n] = '\0';
	return n > 0;
}

/* ---- names ---- */

static int hex(char ch)
{
	return isdigit((unsigned char)ch)    ? ch - '0'
	       : isxdigit((unsigned char)ch) ? (ch | 32) - 'a' + 10
					     : -1;
}

/* systemd spells what must not stand in a unit's name \xNN. What cannot be printed is shown as a question mark. */
static bool take(struct container *c, const char *brand, const char *from, size_t n)
{
	size_t used = 0;
	for (size_t i = 0; i < n && used < sizeof(c->name) - 1; i++) {
		int ch = (unsigned char)from[i];
		if (ch == '\\' && i + 3 < n && from[i + 1] == 'x' && hex(from[i + 2]) >= 0 &&
		    hex(from[i + 3]) >= 0) {
			ch = hex(from[i + 2]) * 16 + hex(from[i + 3]);
			i += 3;
		}
		c->name[used++] = ch > ' ' && ch < 0x7f ? (char)ch : '?';
	}
	c->name[used] = '\0';
	snprintf(c->brand, sizeof(c->brand), "%s", brand);
	return used > 0;
}

/* A zone of ours may have the same name: it is that zone's alone. No name of ours has an @. */
static void keep_apart(struct container *c)
{
	char line[512], as[sizeof(c->name)];
	size_t n = strlen(c->name);
	bool same = false;
	FILE *f = fopen("/etc/zones/index", "re");
	while (f && !same && fgets(line, sizeof(line), f))
		same = strncmp(line, c->name, n) == 0 && line[n] == ':';
	if (f)
		fclose(f);
	if (!same && strcmp(c->name, "global") != 0)
		return;
	snprintf(as, sizeof(as), "%.40s@%s", c->name, c->brand);
	memcpy(c->name, as, sizeof(as));
}

/* An id: its name, where its maker tells that, else as their tools show it, its first twelve digits. */
static bool take_id(struct container *c, const char *brand, const char *from)
{
	char id[65], name[sizeof(c->name)];
	size_t n = 0;
	while (isxdigit((unsigned char)from[n]))
		n++;
	if (n < 32)
		return false;
	snprintf(id, sizeof(id), "%.*s", n < sizeof(id) ? (int)n : (int)sizeof(id) - 1, from);
	return container_name_of(brand, id, name, sizeof(name)) ? take(c, brand, name, strlen(name))
								: take(c, brand, from, 12);
}

/* The part behind a prefix, without an ending. */
static bool take_between(struct container *c, const char *brand, const char *part,
			 const char *prefix, const char *ending)
{
	size_t n = strlen(part), skip = strlen(prefix), cut = strlen(ending);
	if (strncmp(part, prefix, skip) != 0 || n <= skip + cut ||
	    strcmp(part + n - cut, ending) != 0)
		return false;
	return take(c, brand, part + skip, n - skip - cut);
}

static bool of_part(const char *part, const char *parent, bool in_pod, struct container *c)
{
	static const char *const ids[][2] = {{"docker-", "docker"},
					     {"libpod-", "podman"},
					     {"cri-containerd-", "containerd"},
					     {"crio-", "crio"}};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strncmp(part, ids[i][0], strlen(ids[i][0])) == 0 &&
		    take_id(c, in_pod ? "kubernetes" : ids[i][1], part + strlen(ids[i][0])))
			return true;
	const char *maker = in_pod				   ? "kubernetes"
			    : strcmp(parent, "docker") == 0	   ? "docker"
			    : strcmp(parent, "libpod_parent") == 0 ? "podman"
								   : "container";
	return take_id(c, maker, part) || take_between(c, "lxc", part, "lxc.payload.", "") ||
	       (strcmp(parent, "lxc") == 0 && take(c, "lxc", part, strlen(part))) ||
	       take_between(c, strncmp(part, "machine-qemu", 12) == 0 ? "kvm" : "nspawn", part,
			    "machine-", ".scope") ||
	       take_between(c, "nspawn", part, "systemd-nspawn@", ".service");
}

/* Not what systemd keeps for users and their sessions, nor itself. */
static bool of_service(const char *part, struct container *c)
{
	return strncmp(part, "user@", 5) != 0 && take_between(c, "systemd", part, "", ".service");
}

bool container_of_cgroup(const char *path, bool services, struct container *c)
{
	char copy[PATH_ROOM], *save = NULL;
	const char *parent = "";
	bool found = false, in_pod = false;
	snprintf(copy, sizeof(copy), "%s", path);
	/* The innermost part that has a name: Kubernetes puts containers into pods; but of services the outermost. */
	for (char *p = strtok_r(copy, "/", &save); p; p = strtok_r(NULL, "/", &save)) {
		if (of_part(p, parent, in_pod, c))
			found = true;
		else if (services && !found)
			found = of_service(p, c);
		in_pod |= strncmp(p, "kubepods", 8) == 0;
		parent = p;
	}
	return found;
}

/* ---- processes ---- */

/* NSpid tells the process's number in each namespace that it is in, ours first: two, the second 1. */
bool container_is_first(pid_t pid, pid_t *parent)
{
	char text[TEXT_MAX];
	int in_ours, in_its, further;
	if (!read_proc(pid, "status", text, sizeof(text)))
		return false;
	const char *ids = strstr(text, "\nNSpid:"), *pp = strstr(text, "\nPPid:");
	*parent = pp ? atoi(pp + 6) : 0;
	return ids && sscanf(ids, "\nNSpid: %d %d %d", &in_ours, &in_its, &further) == 2 &&
	       in_its == 1;
}

static bool is_in(pid_t pid, const char *line)
{
	char text[TEXT_MAX];
	return read_proc(pid, "cgroup", text, sizeof(text)) && strstr(text, line);
}

/* Is it in a pid namespace below ours? */
static bool in_namespace(pid_t pid)
{
	char text[TEXT_MAX];
	int in_ours, in_its;
	const char *ids =
	    read_proc(pid, "status", text, sizeof(text)) ? strstr(text, "\nNSpid:") : NULL;
	return ids && sscanf(ids, "\nNSpid: %d %d", &in_ours, &in_its) == 2;
}

struct container_legacy container_legacy(void)
{
	/* systemd has its services in the first two, others theirs in all. */
	static const char *const known[] = {"pids",    "memory", "devices",
					    "freezer", "cpu",	 "cpuset"};
	enum { KNOWN = sizeof(known) / sizeof(known[0]) };
	struct container_legacy found = {0};
	char line[128], name[16];
	size_t rank = KNOWN;
	unsigned number;
	FILE *f = fopen("/proc/cgroups", "re");
	while (f && fgets(line, sizeof(line), f))
		for (size_t i = 0; sscanf(line, "%15s %u", name, &number) == 2 && i < rank; i++)
			if (number && strcmp(name, known[i]) == 0) {
				found.hierarchy = number;
				memcpy(found.controller, name, sizeof(name));
				rank = i;
			}
	if (f)
		fclose(f);
	return found;
}

/* A line of /proc/PID/cgroup: "4:memory,cpu:/path", "0::/path". The path; NULL: it is of another hierarchy than that of the
 * controller, "" = version 2, NULL = any. */
static const char *path_on(const char *line, const char *controller)
{
	const char *list = strchr(line, ':'), *end = list ? strchr(list + 1, ':') : NULL;
	size_t n = controller ? strlen(controller) : 0;
	if (!end || !controller)
		return end ? end + 1 : NULL;
	if (!n)
		return end == list + 1 ? end + 1 : NULL;
	for (const char *p = list + 1; p < end; p += strcspn(p, ",:") + 1)
		if (strncmp(p, controller, n) == 0 && (p[n] == ',' || p[n] == ':'))
			return end + 1;
	return NULL;
}

/* By the lines of one hierarchy, or (NULL) of any. A group that the system's first process is in, too, or we are, names no
 * container: all of this may run in one. */
static bool of_lines(const char *text, const char *controller, bool services, struct container *c)
{
	char line[PATH_ROOM];
	for (const char *l = text; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		if (snprintf(line, sizeof(line), "%.*s", (int)strcspn(l, "\n"), l) >=
		    (int)sizeof(line))
			continue;
		const char *path = path_on(line, controller);
		if (path && container_of_cgroup(path, services, c) && !is_in(1, line) &&
		    !is_in(getpid(), line))
			return true;
	}
	return false;
}

bool container_of_groups(const char *text, bool inside, const struct container_legacy *legacy,
			 struct container *c)
{
	bool found = inside
			 ? of_lines(text, NULL, false, c)
			 : of_lines(text, "", true, c) ||
			       (legacy->hierarchy && of_lines(text, legacy->controller, true, c));
	if (found)
		keep_apart(c);
	return found;
}

bool container_of_namespace(pid_t pid, struct container *c)
{
	char text[TEXT_MAX], path[64];
	struct stat st = {0};
	*c = (struct container){.pid = pid};
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &st) == 0)
		c->id = CONTAINER_IDS + (int32_t)((uint32_t)st.st_ino - FIRST_NS);
	if (read_proc(pid, "cgroup", text, sizeof(text)) &&
	    container_of_groups(text, true, NULL, c))
		return true;
	snprintf(c->name, sizeof(c->name), "pidns-%llu", (unsigned long long)st.st_ino);
	snprintf(c->brand, sizeof(c->brand), "pidns");
	return false;
}

/* The path of its group on the hierarchy of a controller, "" = version 2. */
static bool group_path(pid_t pid, const char *controller, char *path, size_t size)
{
	char text[TEXT_MAX];
	if (!read_proc(pid, "cgroup", text, sizeof(text)))
		return false;
	for (const char *l = text; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		const char *at = path_on(l, controller);
		if (at)
			return snprintf(path, size, "%.*s", (int)strcspn(at, "\n"), at) < (int)size;
	}
	return false;
}

/* Where that hierarchy is mounted. */
static bool hierarchy(const char *controller, char *path, size_t size)
{
	bool found = false;
	FILE *f = setmntent("/proc/self/mounts", "re");
	for (struct mntent *m; f && !found && (m = getmntent(f));)
		found =
		    (*controller ? strcmp(m->mnt_type, "cgroup") == 0 && hasmntopt(m, controller)
				 : strcmp(m->mnt_type, "cgroup2") == 0) &&
		    snprintf(path, size, "%s", m->mnt_dir) < (int)size;
	if (f)
		endmntent(f);
	return found;
}

static bool has_kvm(pid_t pid)
{
	char path[320], to[64];
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *d = opendir(path);
	bool found = false;
	for (struct dirent *e; d && !found && (e = readdir(d));) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%s", (int)pid, e->d_name);
		ssize_t n = readlink(path, to, sizeof(to) - 1);
		to[n > 0 ? n : 0] = '\0';
		found = strcmp(to, "anon_inode:kvm-vm") == 0;
	}
	if (d)
		closedir(d);
	return found;
}

bool container_of_arguments(const char *args, size_t n, struct container *c)
{
	for (size_t i = 0, next; i < n; i = next) {
		size_t word = strnlen(args + i, n - i);
		next = i + word + 1;
		bool named = (word == 5 && memcmp(args + i, "-name", 5) == 0) ||
			     (word == 6 && memcmp(args + i, "--name", 6) == 0);
		if (!named || next >= n)
			continue;
		const char *name = args + next;
		size_t bytes = strnlen(name, n - next), skip = 0;
		if (bytes >= 6 && memcmp(name, "guest=", 6) == 0)
			skip = 6;
		const char *comma = memchr(name + skip, ',', bytes - skip);
		return take(c, "kvm", name + skip,
			    comma ? (size_t)(comma - name) - skip : bytes - skip);
	}
	return false;
}

bool container_is_monitor(const char *program)
{
	static const char *const known[] = {"qemu",   "kvm", "firecracker", "cloud-hyperviso",
					    "crosvm", "lkvm"};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strncmp(program, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

bool container_of_kvm(pid_t pid, struct container *c)
{
	char path[PATH_ROOM], args[TEXT_MAX], comm[32];
	const struct container_legacy legacy = container_legacy();
	*c = (struct container){.pid = pid, .id = BY_PROCESS + pid};
	if (!read_proc(pid, "comm", comm, sizeof(comm)) || !container_is_monitor(comm) ||
	    in_namespace(pid) || !has_kvm(pid))
		return false;
	if ((group_path(pid, "", path, sizeof(path)) && container_of_cgroup(path, true, c)) ||
	    (legacy.hierarchy && read_proc(pid, "cgroup", args, sizeof(args)) &&
	     of_lines(args, legacy.controller, true, c)))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, args, sizeof(args) - 1);
	if (fd >= 0)
		close(fd);
	if (n > 0 && container_of_arguments(args, (size_t)n, c)) {
		keep_apart(c);
		return true;
	}
	comm[strcspn(comm, "\n")] = '\0';
	snprintf(c->name, sizeof(c->name), "%s-%d", comm, (int)pid);
	snprintf(c->brand, sizeof(c->brand), "kvm");
	return true;
}

/* ---- all of them ---- */

struct walk {
	char mount[PATH_ROOM];
	bool legacy;
	char first[PATH_ROOM]; /* the group of the system's first process */
	container_group_fn *fn;
	void *arg;
};

/* A process of the group; 0: it has none of its own. */
static pid_t first_of(const char *dir)
{
	char path[PATH_ROOM], line[32];
	snprintf(path, sizeof(path), "%.4000s/cgroup.procs", dir);
	FILE *f = fopen(path, "re");
	pid_t pid = f && fgets(line, sizeof(line), f) ? atoi(line) : 0;
	if (f)
		fclose(f);
	return pid;
}

/* The container that a group is, and is not that of the whole system. */
static bool is_container(const struct walk *w, const char *path, ino_t number, struct container *c)
{
	size_t n = strlen(path);
	if (!n || !container_of_cgroup(path, true, c) ||
	    (w->legacy && strncmp(w->first, path, n) == 0 && (!w->first[n] || w->first[n] == '/')))
		return false;
	keep_apart(c);
	c->id = w->legacy ? BY_LEGACY + (int32_t)(number & (BY_GROUP - BY_LEGACY - 1))
			  : BY_GROUP + (int32_t)(number & (BY_GROUP - 1));
	return true;
}

/* Groups from `path` on; in: the container that they are in, or NULL. */
static void walk_groups(struct walk *w, const char *path, struct container *in)
{
	char full[PATH_ROOM], inner[PATH_ROOM];
	struct container c = {0};
	struct stat st;
	if (snprintf(full, sizeof(full), "%s%s", w->mount, path) >= (int)sizeof(full) ||
	    stat(full, &st) < 0)
		return;
	if (!in && is_container(w, path, st.st_ino, &c))
		in = &c;
	if (in && !in->pid) /* maybe further down */
		in->pid = first_of(full);
	w->fn(w->arg, (struct container_group){st.st_ino, w->legacy}, in);
	DIR *d = opendir(full);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_type == DT_DIR && e->d_name[0] != '.' &&
		    snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) < (int)sizeof(inner))
			walk_groups(w, inner, in);
	if (d)
		closedir(d);
}

void container_groups_each(container_group_fn *fn, void *arg)
{
	const struct container_legacy legacy = container_legacy();
	struct walk w = {.fn = fn, .arg = arg};
	if (hierarchy("", w.mount, sizeof(w.mount)))
		walk_groups(&w, "", NULL);
	w.legacy = true;
	if (legacy.hierarchy && hierarchy(legacy.controller, w.mount, sizeof(w.mount)) &&
	    group_path(1, legacy.controller, w.first, sizeof(w.first)))
		walk_groups(&w, "", NULL);
}

struct container_group container_group_of(pid_t pid)
{
	const struct container_legacy legacy = container_legacy();
	char mount[PATH_ROOM], path[PATH_ROOM], full[2 * PATH_ROOM];
	struct container_group g = {.legacy = !hierarchy("", mount, sizeof(mount))};
	struct stat st;
	if (g.legacy && (!legacy.hierarchy || !hierarchy(legacy.controller, mount, sizeof(mount))))
		return g;
	if (!group_path(pid, g.legacy ? legacy.controller : "", path, sizeof(path)))
		return g;
	snprintf(full, sizeof(full), "%s%s", mount, path);
	if (stat(full, &st) == 0)
		g.id = st.st_ino;
	return g;
}

struct telling {
	container_fn *fn;
	void *arg;
	int32_t last;
	int status;
};

/* Once each, its outermost group; one whose process has a pid namespace of its own has been told as that, and one whose
 * group of version 2 is a container as that. */
static void tell_group(void *arg, struct container_group group, const struct container *c)
{
	struct telling *t = arg;
	char path[PATH_ROOM];
	struct container other;
	if (!c || t->status || c->id == t->last || !c->pid || in_namespace(c->pid))
		return;
	t->last = c->id;
	if (group.legacy && group_path(c->pid, "", path, sizeof(path)) &&
	    container_of_cgroup(path, true, &other))
		return;
	t->status = t->fn(t->arg, c);
}

static int each_process(container_fn *fn, void *arg)
{
	DIR *d = opendir("/proc");
	struct container c;
	int status = 0;
	for (struct dirent *e; d && !status && (e = readdir(d));) {
		pid_t pid = atoi(e->d_name), parent;
		if (pid <= 0)
			continue;
		if (container_is_first(pid, &parent)) {
			struct zone_event ours;
			if (zone_event_read(parent, &ours) < 0) {
				container_of_namespace(pid, &c);
				status = fn(arg, &c);
			}
		} else if (container_of_kvm(pid, &c)) {
			status = fn(arg, &c);
		}
	}
	if (d)
		closedir(d);
	return status;
}

int containers_each(container_fn *fn, void *arg)
{
	struct telling t = {.fn = fn, .arg = arg};
	t.status = each_process(fn, arg);
	if (t.status == 0)
		container_groups_each(tell_group, &t);
	return t.status;
}
