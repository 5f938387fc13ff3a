/*
 * priocntl.c - the command priocntl(1): scheduling classes and priorities of processes
 *
 * TS and IA are the fair scheduler, FX its batch policy, RT round robin. FSS is the fair scheduler within the
 * control group of a zone, whose shares weigh against those of other zones: processes of zones are
 * always in it; those outside come into a group of the global zone, with one share unless prctl or
 * this machine's administrator gave it more.
 */
#include "zone/cgroup.h"
#include "zone/global.h"
#include "zone/live.h"
#include "zone/rctl.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };
enum class { TS, IA, FSS, FX, RT, CLASSES };
enum { UPRI_MAX = 60, RT_MAX = 59, PF_KTHREAD = 0x200000, QUANTUM_MS = 100 };

static const struct {
	const char *name, *title, *heading;
} classes[CLASSES] = {
    [TS] = {"TS", "TIME SHARING", "TSUPRILIM    TSUPRI"},
    [IA] = {"IA", "INTERACTIVE", "IAUPRILIM    IAUPRI"},
    [FSS] = {"FSS", "FAIR SHARE", "FSSUPRILIM    FSSUPRI"},
    [FX] = {"FX", "FIXED PRIORITY", "FXUPRILIM    FXUPRI"},
    [RT] = {"RT", "REAL TIME", "   RTPRI       TQNTM"},
};

struct process {
	pid_t pid, parent, group, session;
	uid_t uid;
	gid_t gid;
	unsigned long flags;
	enum class class;
	int priority; /* as the class counts it */
	enum { NO_GROUP, GLOBAL, ZONE } where;
};
struct asked {
	const char *root, *idtype;
	int class; /* -1 = as it is */
	bool has_priority;
	int priority;
	const struct zone_cgroup *global; /* its group of the controller cpu; NULL = none */
	char **ids;
	int n;
};

static int usage(void)
{
	fputs("usage: priocntl -l\n"
	      "       priocntl [-R root] -d [-i idtype] [id ...]\n"
	      "       priocntl [-R root] -s [-c class] [-m limit] [-p priority] [-i idtype] [id "
	      "...]\n"
	      "       priocntl [-R root] -e [-c class] [-m limit] [-p priority] command [argument "
	      "...]\n"
	      "idtypes: pid ppid pgid sid uid gid class zoneid all\n",
	      stderr);
	return E_USAGE;
}

static int fail(const char *of, const char *what)
{
	fprintf(stderr, "priocntl: %s%s%s\n", of ? of : "", of ? ": " : "", what);
	return E_ERROR;
}

/* ---- processes ---- */

/* In whose group a process is in the hierarchy that has the controller cpu. */
static int group_of(const struct asked *q, pid_t pid)
{
	char path[64], line[512];
	int where = NO_GROUP;
	const struct zone_cgroup *g = q->global;
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	FILE *f = g ? fopen(path, "re") : NULL;
	while (f && fgets(line, sizeof(line), f)) {
		char *names = strchr(line, ':'), *at = names ? strchr(names + 1, ':') : NULL;
		if (!at)
			continue;
		*at++ = '\0';
		at[strcspn(at, "\n")] = '\0';
		bool cpu = strcmp(names + 1, "cpu") == 0 || strncmp(names + 1, "cpu,", 4) == 0;
		if ((g->unified ? names[1] == '\0' : cpu) && strncmp(at, "/zones/", 7) == 0)
			where = strcmp(strstr(g->path, "/zones/"), at) == 0 ? GLOBAL : ZONE;
	}
	if (f)
		fclose(f);
	return where;
}

static bool read_process(const struct asked *q, pid_t pid, struct process *p)
{
	char path[64], text[1024];
	struct stat st;
	struct sched_param param;
	*p = (struct process){.pid = pid};
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "re");
	bool ok = f && fstat(fileno(f), &st) == 0 && fgets(text, sizeof(text), f);
	if (f)
		fclose(f);
	const char *rest = ok ? strrchr(text, ')') : NULL;
	if (!rest || sscanf(rest + 1, " %*c %d %d %d %*d %*d %lu", &p->parent, &p->group,
			    &p->session, &p->flags) != 4)
		return false;
	p->uid = st.st_uid;
	p->gid = st.st_gid;
	p->where = group_of(q, pid);
	int policy = sched_getscheduler(pid), nice = getpriority(PRIO_PROCESS, (id_t)pid);
	p->class = policy == SCHED_RR || policy == SCHED_FIFO ? RT
		   : policy == SCHED_BATCH		      ? FX
		   : p->where				      ? FSS
							      : TS;
	p->priority = -nice * 3;
	if (p->class == RT && sched_getparam(pid, &param) == 0)
		p->priority = param.sched_priority;
	return policy >= 0;
}

static int class_of(const char *name)
{
	for (int c = 0; c < CLASSES; c++)
		if (strcmp(classes[c].name, name) == 0)
			return c;
	return -1;
}

/* Is it of the zone of this name or number? */
static bool zone_has(const struct asked *q, struct arena *a, const char *id,
		     const struct process *p)
{
	struct zone_store s;
	struct zone_live l;
	struct zone_cgroups g;
	struct err e;
	char *end, line[32], path[256];
	unsigned long number = strtoul(id, &end, 10);
	bool found = false;
	if (strcmp(id, "global") == 0 || strcmp(id, "0") == 0)
		return p->where != ZONE;
	if (p->where != ZONE || zone_store_open(&s, a, q->root, &e) < 0)
		return false;
	for (size_t i = 0; i < s.entries.n && !found; i++) {
		zone_live_read(q->root, &s.entries.at[i], &l);
		if (!l.up || (strcmp(s.entries.at[i].name, id) != 0 && (*end || l.id != number)))
			continue;
		zone_cgroups_find(&g, q->root, s.entries.at[i].name);
		const struct zone_cgroup *c = zone_cgroups_of(&g, "cpu");
		snprintf(path, sizeof(path), "%s/cgroup.procs", c ? c->path : "");
		FILE *f = fopen(path, "re");
		while (f && !found && fgets(line, sizeof(line), f))
			found = strtol(line, NULL, 10) == p->pid;
		if (f)
			fclose(f);
	}
	return found;
}

static bool wanted(const struct asked *q, struct arena *a, const struct process *p)
{
	if (strcmp(q->idtype, "all") == 0)
		return true;
	for (int i = 0; i < q->n; i++) {
		const char *id = q->ids[i], *t = q->idtype;
		long n = strtol(id, NULL, 10);
		if (strcmp(t, "class") == 0    ? class_of(id) == (int)p->class
		    : strcmp(t, "zoneid") == 0 ? zone_has(q, a, id, p)
					       : n == (strcmp(t, "pid") == 0	? (long)p->pid
						       : strcmp(t, "ppid") == 0 ? (long)p->parent
						       : strcmp(t, "pgid") == 0 ? (long)p->group
						       : strcmp(t, "sid") == 0	? (long)p->session
						       : strcmp(t, "uid") == 0	? (long)p->uid
										: (long)p->gid))
			return true;
	}
	return false;
}

/* ---- changes ---- */

/* With the shares that it is configured to have. */
static int make_global(const struct asked *q, struct err *e)
{
	struct zone_cgroups g = {.at = {*q->global}, .n = 1};
	const struct zone_rctl *shares = zone_rctl_find("cpu-shares");
	return zone_cgroup_make(q->global, e) < 0
		   ? -1
		   : shares->set(&(struct zone_limited){&g, 0}, zone_global_shares(q->root), e);
}

/* Into the group of the global zone, or out of it. */
static int set_group(const struct asked *q, const struct process *p, bool share, struct err *e)
{
	char pid[16], root[192];
	if (!q->global)
		return err_set(e, ENOTSUP, "no control groups of cpu are mounted");
	struct zone_cgroup to = *q->global;
	if (share && access(to.path, F_OK) < 0 && make_global(q, e) < 0)
		return -1;
	if (!share) {
		snprintf(root, sizeof(root), "%s", to.path);
		*strstr(root, "/zones/") = '\0';
		snprintf(to.path, sizeof(to.path), "%s", root);
	}
	snprintf(pid, sizeof(pid), "%d", (int)p->pid);
	if (zone_cgroup_write(&to, "cgroup.procs", pid, e) < 0)
		return -1;
	/* The last one to leave. */
	if (!share)
		(void)rmdir(q->global->path);
	return 0;
}

static int set_policy(const struct process *p, enum class class, int priority, struct err *e)
{
	struct sched_param param = {.sched_priority =
					class == RT ? (priority < 1 ? 1 : priority) : 0};
	int policy = class == RT ? SCHED_RR : class == FX ? SCHED_BATCH : SCHED_OTHER;
	if (sched_setscheduler(p->pid, policy, &param) < 0 ||
	    (class != RT && setpriority(PRIO_PROCESS, (id_t)p->pid, -priority / 3) < 0))
		return err_sys(e, errno, "%s", classes[class].name);
	return 0;
}

static int change(const struct asked *q, const struct process *p)
{
	struct err e = {0};
	char id[16];
	enum class class = q->class >= 0 ? (enum class)q->class : p->class;
	int priority = q->has_priority ? q->priority : class == p->class ? p->priority : 0;
	snprintf(id, sizeof(id), "%d", (int)p->pid);
	if (p->where == ZONE && (class == TS || class == IA))
		return fail(id, "processes of zones share fairly: their class is FSS");
	if (p->where != ZONE && (class == FSS) != (p->where == GLOBAL) &&
	    set_group(q, p, class == FSS, &e) < 0)
		return fail(id, e.text);
	return set_policy(p, class, priority, &e) < 0 ? fail(id, e.text) : E_OK;
}

/* ---- output ---- */

static void show(const struct process *all, size_t n)
{
	for (int c = 0; c < CLASSES; c++) {
		bool any = false;
		for (size_t i = 0; i < n; i++) {
			if ((int)all[i].class != c)
				continue;
			if (!any)
				printf("%s PROCESSES:\n    PID    %s\n", classes[c].title,
				       classes[c].heading);
			any = true;
			printf("%7d    %8d    %9d\n", (int)all[i].pid,
			       c == RT ? all[i].priority : UPRI_MAX,
			       c == RT ? QUANTUM_MS : all[i].priority);
		}
	}
}

static int list_classes(void)
{
	puts("CONFIGURED CLASSES\n==================\n\nSYS (System Class)\n\nTS (Time Sharing)\n"
	     "\tConfigured TS User Priority Range: -60 through 60\n\nFX (Fixed priority)\n"
	     "\tConfigured FX User Priority Range: -60 through 60\n\nIA (Interactive)\n"
	     "\tConfigured IA User Priority Range: -60 through 60\n\nFSS (Fair Share)\n"
	     "\tConfigured FSS User Priority Range: -60 through 60\n\nRT (Real Time)\n"
	     "\tMaximum Configured RT Priority: 59");
	return E_OK;
}

static int on_processes(const struct asked *q, struct arena *a, bool set)
{
	VEC(struct process) all = {0};
	struct dirent *d;
	int status = E_OK;
	DIR *dir = opendir("/proc");
	while (dir && (d = readdir(dir))) {
		struct process p;
		if (!isdigit((unsigned char)*d->d_name) ||
		    !read_process(q, (pid_t)strtol(d->d_name, NULL, 10), &p) ||
		    (p.flags & PF_KTHREAD) || !wanted(q, a, &p))
			continue;
		*vec_push(&all, a) = p;
	}
	if (dir)
		closedir(dir);
	if (!all.n)
		return fail(NULL, "Process(es) not found.");
	for (size_t i = 0; set && i < all.n; i++)
		if (change(q, &all.at[i]) != E_OK)
			status = E_ERROR;
	if (!set)
		show(all.at, all.n);
	return status;
}

/* ---- the command line ---- */

static int check(struct asked *q)
{
	static const char *const types[] = {"pid", "ppid",  "pgid",   "sid", "uid",
					    "gid", "class", "zoneid", "all"};
	bool known = false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		known |= strcmp(q->idtype, types[i]) == 0;
	if (!known)
		return fail(q->idtype, "there are no such ids on Linux");
	for (int i = 0; i < q->n; i++) {
		char *end;
		(void)strtol(q->ids[i], &end, 10);
		if (strcmp(q->idtype, "class") == 0 ? class_of(q->ids[i]) < 0
						    : strcmp(q->idtype, "zoneid") != 0 && *end)
			return fail(q->ids[i], "no such id");
	}
	if (q->has_priority && q->class == RT && (q->priority < 0 || q->priority > RT_MAX))
		return fail(NULL, "a real-time priority is 0 to 59");
	if (q->has_priority && q->class != RT &&
	    (q->priority < -UPRI_MAX || q->priority > UPRI_MAX))
		return fail(NULL, "a user priority is -60 to 60");
	return E_OK;
}

static int execute(const struct asked *q, char **argv)
{
	struct process p;
	if (!read_process(q, getpid(), &p) || change(q, &p) != E_OK)
		return E_ERROR;
	execvp(argv[0], argv);
	return fail(argv[0], strerror(errno));
}

int main(int argc, char **argv)
{
	struct asked q = {.class = -1, .idtype = "pid"};
	int ch, what = 0;
	while ((ch = getopt(argc, argv, "+R:ldsec:m:p:t:i:")) != -1) {
		if (ch == 'R')
			q.root = optarg;
		else if (strchr("ldse", ch) && !what)
			what = ch;
		else if (ch == 'i')
			q.idtype = optarg;
		else if (ch == 'c' && (q.class = class_of(optarg)) < 0)
			return fail(optarg, "invalid or unconfigured class");
		else if (ch == 'p') {
			q.has_priority = true;
			q.priority = atoi(optarg);
		} else if (ch != 'c' && ch != 'm' && ch != 't')
			return usage();
	}
	q.ids = argv + optind;
	q.n = argc - optind;
	if (what == 'l')
		return list_classes();
	if (!what || (what == 'e' && !q.n) || (what == 's' && q.class < 0 && !q.has_priority))
		return usage();
	struct zone_cgroups g;
	zone_cgroups_find(&g, q.root, "global");
	q.global = zone_cgroups_of(&g, "cpu");
	if (what == 'e') {
		q.n = 0;
		return check(&q) != E_OK ? E_ERROR : execute(&q, argv + optind);
	}
	char self[16], *own = self;
	snprintf(self, sizeof(self), "%d", (int)getppid());
	if (!q.n && strcmp(q.idtype, "pid") == 0) {
		q.ids = &own;
		q.n = 1;
	}
	struct arena *a = arena_new();
	if (!a || arena_guard(a))
		return fail(NULL, "out of memory");
	int status = check(&q) != E_OK ? E_ERROR : on_processes(&q, a, what == 's');
	arena_free(a);
	return status;
}
