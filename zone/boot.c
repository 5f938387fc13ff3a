/*
 * boot.c - see boot.h
 */
#include "zone/boot.h"

#include "zone/cgroup.h"
#include "zone/console.h"
#include "zone/device.h"
#include "zone/event.h"
#include "zone/jail.h"
#include "zone/mounts.h"
#include "zone/net.h"
#include "zone/place.h"
#include "zone/pool_active.h"
#include "zone/priv.h"
#include "zone/rctl_log.h"
#include "zone/security.h"
#include "zone/step.h"
#include "zone/view.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Users of a zone are these of the system, counted from its first: none that anybody else is. */
enum { IDS_BASE = 1 << 20, IDS_ZONES = 60000 };

struct supervisor {
	const struct zone_boot *boot;
	struct zone_cgroups groups;
	struct zone_doors doors; /* of version 2 */
	struct zone_net net;
	struct zone_watch watch;
	struct zone_view view;
	struct zone_devices devices;
	struct zone_console console;
	struct zone_program program;
	unsigned console_mount; /* its place among the mounts */
	int live;		/* directory of /run/zones */
	struct zone_ids ids;	/* for mounts; without a namespace where none can be had */
	unsigned id;
	pid_t init;
	int go;			 /* to init; -1 when it runs */
	struct zone_event event; /* what is told of it */
};

/* ---- users ---- */

static unsigned first_id(unsigned id)
{
	return IDS_BASE + (id % IDS_ZONES) * (unsigned)ZONE_IDS;
}

static int map_ids(pid_t pid, unsigned id)
{
	static const char *const files[] = {"uid_map", "gid_map"};
	char path[64], text[64];
	int n = snprintf(text, sizeof(text), "0 %u %d\n", first_id(id), ZONE_IDS);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, files[i]);
		int fd = open(path, O_WRONLY | O_CLOEXEC);
		bool ok = fd >= 0 && write(fd, text, (size_t)n) == n;
		if (fd >= 0)
			close(fd);
		if (!ok)
			return -1;
	}
	return 0;
}

/* The user namespace of the first process, as the files are to be seen. From here on it goes on by itself. */
static int open_ids(struct supervisor *s, struct err *e)
{
	char path[64];
	if (map_ids(s->init, s->id) < 0)
		return err_sys(e, errno, "cannot give the zone its users");
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)s->init);
	s->ids.first = first_id(s->id);
	s->ids.userns = open(path, O_RDONLY | O_CLOEXEC);
	return s->ids.userns < 0 ? err_sys(e, errno, "cannot give the zone its users") : 0;
}

/* ---- its first process ---- */

/* Until `good` is reported; 0: until the other end is closed, which exec does. */
static int read_report(int fd, char good, struct err *e)
{
	char text[512];
	size_t n = 0;
	for (ssize_t got; n < sizeof(text) - 1 &&
			  (got = read(fd, text + n, good ? 1 : sizeof(text) - 1 - n)) > 0;) {
		n += (size_t)got;
		if (good && text[0] == good)
			return 0;
	}
	text[n] = '\0';
	if (!n && !good)
		return 0;
	return err_set(e, EIO, "%s", n ? text : "the zone's first process is gone");
}

static int set_state(struct supervisor *s, enum zone_state state, struct err *e)
{
	return zone_live_write(s->live, "state", zone_state_name(state), e);
}

/* ready -> running */
static int run_init(struct supervisor *s, int report, struct err *e)
{
	if (s->go < 0)
		return 0;
	zone_event_tell(&s->event, ZONE_EVENT_BOOT);
	bool sent = write(s->go, "!", 1) == 1;
	close(s->go);
	s->go = -1;
	if (!sent)
		return err_set(e, EIO, "the zone's first process is gone");
	if (read_report(report, 0, e) < 0 || set_state(s, ZONE_RUNNING, e) < 0)
		return -1;
	zone_event_tell(&s->event, ZONE_EVENT_RUNNING);
	return 0;
}

static void end_init(struct supervisor *s, int *status)
{
	if (s->init > 0) {
		kill(s->init, SIGKILL);
		while (waitpid(s->init, status, 0) < 0 && errno == EINTR)
			;
	}
}

/* The process, which waits; its ends of both channels in j. Ours: s->go, and what it reports is
 * returned. -1 and *e. */
static int clone_init(struct supervisor *s, struct zone_jail *j, struct err *e)
{
	int go[2], report[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, go) < 0)
		return err_sys(e, errno, "cannot make a socket");
	if (pipe2(report, O_CLOEXEC) < 0) {
		close(go[0]);
		close(go[1]);
		return err_sys(e, errno, "cannot make a pipe");
	}
	j->go = go[0];
	j->report = report[1];
	s->init = zone_doors_clone(&s->doors, CLONE_NEWPID | (j->userns ? CLONE_NEWUSER : 0));
	if (s->init == 0) {
		close(go[1]);
		close(report[0]);
		j->doors = &s->doors;
		j->groups = &s->groups;
		zone_jail_enter(j);
	}
	int code = errno;
	close(go[0]);
	close(report[1]);
	s->go = go[1];
	if (s->init > 0)
		return report[0];
	close(go[1]);
	close(report[0]);
	s->go = -1;
	return err_sys(e, code, "cannot make the zone's namespaces");
}

/* It stays where the zone boots again, with other users. */
static void give_console(struct supervisor *s, uid_t root, struct zone_mounts *m)
{
	int *tree = &m->binds[s->console_mount].tree;
	if (*tree >= 0)
		close(*tree);
	if (!s->console.master)
		zone_console_open(&s->console);
	*tree = zone_console_mount(&s->console, root);
}

/* While it makes its namespaces. */
static int make_groups(struct supervisor *s, struct err *e)
{
	struct zone_cgroups legacy;
	zone_cgroups_only(&s->groups, false, &legacy);
	if (zone_cgroups_make(&legacy, e) < 0 ||
	    pool_bind_new_zone(s->boot->root, s->boot->config, &s->groups, s->live, e) < 0)
		return -1;
	zone_step("boot: groups made");
	return write(s->go, "g", 1) == 1 ? 0 : err_set(e, EIO, "the zone's first process is gone");
}

/* The first process and its files: with ids of its own, or with the system's where the kernel or
 * the file system cannot have others. What it reports comes by the descriptor; -1 and *e. */
static int clone_with_files(struct supervisor *s, struct zone_jail *j, struct zone_mounts *m,
			    struct err *e)
{
	const char *path = zone_get(s->boot->config, "zonepath");
	for (j->userns = true;; j->userns = false) {
		s->ids = (struct zone_ids){.userns = -1};
		int report = clone_init(s, j, e);
		bool ok = report >= 0 && (!j->userns || open_ids(s, e) == 0);
		bool cannot = !ok && (e->code == EINVAL || e->code == ENOSPC || e->code == EPERM);
		ok = ok && make_groups(s, e) == 0;
		if (ok)
			zone_view_start(&s->view, &s->groups);
		give_console(s, j->userns ? first_id(s->id) : 0, m);
		ok = ok && zone_mounts_open(m, s->boot->root, path, &s->ids, e) == 0;
		if (ok)
			zone_view_open(&s->view, m);
		if (s->ids.userns >= 0)
			close(s->ids.userns);
		if (ok)
			return report;
		cannot = cannot || e->code == EINVAL;
		if (report >= 0) {
			close(report);
			close(s->go);
			s->go = -1;
		}
		end_init(s, NULL);
		s->init = 0;
		zone_mounts_close(m);
		if (!j->userns || !cannot)
			return -1;
		*e = (struct err){0};
	}
}

static int limit(struct supervisor *s, struct err *e)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", (int)s->init);
	if (zone_rctl_apply(&(struct zone_limited){&s->groups, s->init}, s->boot->config, e) < 0 ||
	    zone_net_make(&s->net, s->boot->config, s->init, s->id, e) < 0)
		return -1;
	return zone_live_write(s->live, "pid", text, e);
}

/* While it mounts: what it is called for whoever traces, and what it may have. */
static int arrange(struct supervisor *s, bool userns, struct err *e)
{
	uid_t root = userns ? first_id(s->id) : 0;
	zone_key_of(s->init, &s->event.key);
	zone_key_of_net(s->init, &s->event.net);
	zone_event_keep(s->live, &s->event);
	zone_event_tell(&s->event, ZONE_EVENT_BEGUN);
	if (zone_devices_give(&s->devices, &s->groups, root, e) < 0 ||
	    (zone_priv_mounts(s->boot->config) && userns &&
	     zone_cgroups_delegate(&s->groups, root, e) < 0) ||
	    limit(s, e) < 0)
		return -1;
	zone_watch_begin(&s->watch, &(struct zone_limited){&s->groups, s->init});
	return 0;
}

static int settle(struct supervisor *s, const struct zone_mounts *m, bool userns, int report,
		  struct err *e)
{
	struct err why = {0};
	if (read_report(report, '.', &why) < 0) {
		*e = why;
		return -1;
	}
	if (zone_mounts_send(m, s->go) < 0)
		return err_set(e, EIO, "the zone's first process is gone");
	int arranged = arrange(s, userns, e);
	zone_step("boot: limited");
	if (read_report(report, '+', &why) < 0) {
		*e = why;
		return -1;
	}
	if (arranged < 0)
		return -1;
	zone_step("boot: mounted");
	/* One that goes on at once is said to run when it does. */
	if (!s->boot->run && set_state(s, ZONE_READY, e) < 0)
		return -1;
	zone_event_tell(&s->event, ZONE_EVENT_READY);
	return 0;
}

/* What the zone has by now. */
static void let_go(struct supervisor *s, struct zone_mounts *m)
{
	if (m->binds[s->console_mount].tree >= 0)
		close(m->binds[s->console_mount].tree);
	zone_view_close(&s->view);
	zone_devices_close(&s->devices);
	zone_mounts_close(m);
	zone_view_release(&s->view);
}

static int load_program(struct supervisor *s, struct err *e)
{
	int dir = zone_place_open(s->boot->root, zone_get(s->boot->config, "zonepath"), false, e);
	if (dir < 0)
		return -1;
	zone_program_free(&s->program);
	int status = zone_program_load(&s->program, dir, e);
	close(dir);
	return status;
}

/* For those who enter it: the configuration may be another by then. */
static int tell_security(struct supervisor *s, unsigned security, struct err *e)
{
	char text[16];
	snprintf(text, sizeof(text), "%u", security);
	return security ? zone_live_write(s->live, "security", text, e) : 0;
}

/* Whose users it has, each time that it boots: whoever looks is to know that its root is the system's. */
static int tell_users(struct supervisor *s, bool userns, struct err *e)
{
	if (!userns)
		return zone_live_write(s->live, "users", "system", e);
	(void)unlinkat(s->live, "users", 0);
	return 0;
}

/* Makes the zone ready. A descriptor of what init reports, or -1 and *e. */
static int start(struct supervisor *s, struct zone_mounts *m, struct err *e)
{
	struct zone_jail j = {.hostname = s->boot->config->name,
			      .hostid = zone_get(s->boot->config, "hostid"),
			      .init = s->boot->init,
			      .args = s->boot->args,
			      .kept = zone_priv_kept(s->boot->config),
			      .security = zone_security_of(s->boot->config),
			      .program = &s->program,
			      .mounts = m};
	char text[16];
	if (load_program(s, e) < 0)
		return -1;
	if (!(s->id = zone_live_new_id(s->boot->root, e)))
		return -1;
	snprintf(text, sizeof(text), "%u", s->id);
	s->event.id = (int32_t)s->id;
	if (zone_live_write(s->live, "id", text, e) < 0 || tell_security(s, j.security, e) < 0 ||
	    zone_mounts_plan(m, s->boot->root, s->boot->config, e) < 0)
		return -1;
	s->console_mount = m->nbinds;
	if (zone_mounts_add_open(m, -1, "/dev/console", e) < 0)
		return -1;
	zone_view_plan(&s->view, s->boot->config, m);
	if (zone_devices_open(&s->devices, s->boot->config, m, e) < 0)
		return -1;
	struct zone_cgroups unified;
	zone_cgroups_only(&s->groups, true, &unified);
	if (zone_cgroups_make(&unified, e) < 0 || zone_doors_open(&s->doors, &unified, e) < 0)
		return -1;
	int report = clone_with_files(s, &j, m, e);
	zone_doors_close(&s->doors);
	if (report < 0)
		return -1;
	zone_step("boot: cloned");
	if (!j.userns && zone_priv_needs_users(s->boot->config))
		err_set(
		    e, ENOTSUP,
		    "ip-type exclusive and the privileges sys_mount and proc_trace need users of "
		    "the zone's own, which its file system cannot have");
	else if (tell_users(s, j.userns, e) == 0 && settle(s, m, j.userns, report, e) == 0)
		return report;
	close(report);
	return -1;
}

static bool log_refusals(struct supervisor *s, bool last)
{
	return zone_watch_look(&s->watch, &(struct zone_limited){&s->groups, s->init},
			       s->boot->root, s->boot->config->name, last);
}

/* Ends what runs; how its first process ended, as waitpid() tells. */
static int stop(struct supervisor *s)
{
	int status = 0;
	struct err ignored;
	(void)set_state(s, ZONE_SHUTTING_DOWN, &ignored);
	if (s->go >= 0)
		close(s->go);
	s->go = -1;
	end_init(s, &status);
	(void)log_refusals(s, true);
	zone_watch_end(&s->watch);
	zone_view_stop(&s->view);
	zone_devices_close(&s->devices);
	s->init = 0;
	zone_step("halt: processes ended");
	zone_net_remove(&s->net);
	zone_cgroups_remove(&s->groups);
	zone_step("halt: groups removed");
	pool_unbind_zone(s->boot->root, s->boot->config);
	zone_event_tell(&s->event, ZONE_EVENT_DOWN);
	s->event.key = s->event.net = (struct zone_key){0};
	return status;
}

/* ---- the supervisor ---- */

/* The signal that this init takes for a wish to end: its image's, systemd's, busybox's, everybody's. One that
 * waits for none of them could not hear it: the first process of a namespace ignores the rest. */
static int end_signal(pid_t init, int stop)
{
	const int wishes[] = {stop ? stop : SIGRTMIN + 4, SIGRTMIN + 4, SIGUSR2, SIGTERM};
	char path[64], line[128];
	unsigned long long mask, heard = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)init);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "SigCgt: %llx", &mask) == 1 ||
		    sscanf(line, "SigBlk: %llx", &mask) == 1)
			heard |= mask;
	if (f)
		fclose(f);
	for (int i = 0; i < 4; i++)
		if (heard >> (wishes[i] - 1) & 1)
			return wishes[i];
	return SIGKILL;
}

/* Why it ended by itself: reboot_pid_ns() of the kernel ends the first process of a namespace by SIGHUP
 * for a reboot, by SIGINT for power off and halt. */
static void reason_of_end(struct supervisor *s, const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		zone_event_reason(&s->event, "init exited with status %d", info->si_status);
	else if (info->si_status == SIGHUP)
		zone_event_reason(&s->event, "the zone rebooted itself");
	else if (info->si_status == SIGINT)
		zone_event_reason(&s->event, "the zone powered itself off");
	else
		zone_event_reason(&s->event, "init was killed by signal %d", info->si_status);
}

/* Until the zone is down or to be made anew: true for the latter. */
static bool supervise(struct supervisor *s, int *report, const sigset_t *signals)
{
	const struct timespec patience = {.tv_sec = 30}, soon = {.tv_sec = 1};
	bool ending = false, again = false, watch = log_refusals(s, false);
	struct err e;
	for (;;) {
		int got = ending  ? sigtimedwait(signals, NULL, &patience)
			  : watch ? sigtimedwait(signals, NULL, &soon)
				  : sigwaitinfo(signals, NULL);
		if (got == SIGUSR1 && run_init(s, *report, &e) < 0)
			break;
		if (got == SIGUSR2 && s->go < 0) {
			zone_event_reason(&s->event, "zoneadm shutdown");
			zone_event_tell(&s->event, ZONE_EVENT_SHUTDOWN);
			(void)set_state(s, ZONE_SHUTTING_DOWN, &e);
			kill(s->init, end_signal(s->init, s->program.stop));
			ending = true;
		}
		if (got == SIGIO)
			zone_console_look(&s->console);
		if (got == SIGIO || (got < 0 && watch))
			watch = log_refusals(s, false);
		siginfo_t info = {0};
		if (got == SIGCHLD &&
		    waitid(P_PID, (id_t)s->init, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid) {
			/* A namespace's reboot() ends its first process so: reboot_pid_ns(). */
			again = info.si_code == CLD_KILLED && info.si_status == SIGHUP && !ending;
			if (!ending)
				reason_of_end(s, &info);
			break;
		}
		again = got == SIGHUP;
		if (got == SIGTERM || got == SIGHUP) {
			zone_event_reason(&s->event,
					  got == SIGTERM ? "zoneadm halt" : "zoneadm reboot");
			break;
		}
		if (ending && got < 0 && errno == EAGAIN)
			break;
	}
	close(*report);
	if (again || !ending)
		zone_event_tell(&s->event, again ? ZONE_EVENT_REBOOT : ZONE_EVENT_SHUTDOWN);
	stop(s);
	return again;
}

static void close_others(int keep)
{
	int null = open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	dup2(keep, 3);
	fcntl(3, F_SETFD, FD_CLOEXEC);
	syscall(SYS_close_range, 4, ~0u, 0);
}

_Noreturn static void supervisor(const struct zone_boot *b, int parent)
{
	struct supervisor s = {.boot = b, .ids = {.userns = -1}, .go = -1};
	struct err e = {0};
	sigset_t signals;
	close_others(parent);
	parent = 3;
	sigemptyset(&signals);
	for (const int *p =
		 (const int[]){SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM, SIGHUP, SIGPIPE, SIGIO, 0};
	     *p; p++)
		sigaddset(&signals, *p);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	zone_event_init(&s.event, b->config);
	s.live = zone_live_claim(b->root, b->config->name, &e);
	if (s.live >= 0)
		(void)fchdir(s.live); /* where whoever traces finds what it is */
	zone_cgroups_find(&s.groups, b->root, b->config->name);
	bool run = b->run;
	for (bool again = s.live >= 0; again;) {
		struct zone_mounts mounts = {.root = {.tree = -1}};
		int report = start(&s, &mounts, &e);
		if (report < 0 || (run && run_init(&s, report, &e) < 0)) {
			zone_mounts_close(&mounts);
			zone_event_reason(&s.event, "%s", e.text);
			zone_event_tell(&s.event, ZONE_EVENT_SHUTDOWN);
			stop(&s);
			break;
		}
		if (parent >= 0 && write(parent, "+", 1) == 1)
			close(parent);
		parent = -1;
		/* The kernel takes its time for these: nobody waits for it. */
		let_go(&s, &mounts);
		again = supervise(&s, &report, &signals);
		run = true;
	}
	if (s.live >= 0) {
		zone_console_close(&s.console);
		zone_live_forget(s.live);
		zone_event_tell(&s.event, ZONE_EVENT_HALTED);
	}
	if (parent >= 0 && write(parent, e.text, strlen(e.text)) < 0)
		_exit(1);
	_exit(0);
}

/* The groups of version 1, while the supervisor gets ready: it makes those itself that are not there when it comes to
 * them, and says what is wrong. Those that it has not come to any more are removed. */
static int make_ahead(const struct zone_boot *b, int report, struct err *e)
{
	struct zone_cgroups all, legacy;
	struct err ignored;
	zone_cgroups_find(&all, b->root, b->config->name);
	zone_cgroups_only(&all, false, &legacy);
	(void)zone_cgroups_make(&legacy, &ignored);
	int status = read_report(report, '+', e);
	for (unsigned i = 0; i < legacy.n && status < 0; i++)
		(void)rmdir(legacy.at[i].path);
	return status;
}

int zone_boot(const struct zone_boot *b, struct err *e)
{
	int report[2];
	if (pipe2(report, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot make a pipe");
	fflush(stdout);
	pid_t first = fork();
	if (first)
		zone_step("boot: supervised");
	if (first == 0) {
		setsid();
		zone_step("boot: supervisor");
		supervisor(b, report[1]);
	}
	close(report[1]);
	int status = first < 0 ? err_sys(e, errno, "cannot fork") : make_ahead(b, report[0], e);
	close(report[0]);
	return status;
}

bool zone_boot_repair(const char *root, const char *name)
{
	char path[64 + ZONE_NAME_MAX];
	struct zone_cgroups groups;
	struct err ignored;
	zone_cgroups_find(&groups, root, name);
	bool any = zone_cgroups_end(&groups);
	zone_cgroups_remove(&groups);
	snprintf(path, sizeof(path), "/run/zones/%s", name);
	int dir = zone_place_open(root, path, false, &ignored);
	if (dir >= 0) {
		zone_live_forget(dir);
		close(dir);
	}
	return any;
}

int zone_signal(const char *root, const struct zone_entry *entry, const struct zone_live *l,
		int signal, bool gone, struct err *e)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	struct zone_live now;
	int fd = (int)syscall(SYS_pidfd_open, l->supervisor, 0);
	zone_live_read(root, entry, &now);
	if (fd >= 0 && now.supervisor == l->supervisor &&
	    syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) < 0) {
		int code = errno;
		close(fd);
		return err_sys(e, code, "cannot tell the zone's supervisor");
	}
	struct pollfd p = {.fd = fd, .events = POLLIN};
	bool same = true;
	while (fd >= 0 && poll(&p, 1, gone ? -1 : 0) <= 0 && same) {
		nanosleep(&pause, NULL);
		zone_live_read(root, entry, &now);
		same = gone || now.state != ZONE_RUNNING ||
		       (l->state == ZONE_RUNNING && now.id == l->id);
	}
	if (fd >= 0)
		close(fd);
	if (!gone && same)
		return err_set(e, EIO, "the zone did not come up again");
	return 0;
}
