/*
 * rctl_log.c - see rctl_log.h
 */
#include "zone/rctl_log.h"

#include "zone/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <syslog.h>
#include <unistd.h>

static const char conf[] = "rctladm.conf";

/* ---- what is logged ---- */

static const char *const levels_names[] = {"emerg",   "alert",	"crit", "err",
					   "warning", "notice", "info", "debug"};

int zone_rctl_log_level(const char *name)
{
	for (int i = 0; i < 8; i++)
		if (strcmp(levels_names[i], name) == 0)
			return i;
	return -1;
}

const char *zone_rctl_log_level_name(int level)
{
	return level >= 0 && level < 8 ? levels_names[level] : NULL;
}

static int parse_line(char *line, int levels[ZONE_RCTLS_MAX], struct err *e)
{
	char *value = strchr(line, '='), *level;
	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t");
	if (!*line)
		return 0;
	if (!(value = strchr(line, '=')))
		return err_set(e, EINVAL, "no NAME=ACTION");
	*value++ = '\0';
	value[strcspn(value, " \t")] = '\0';
	const struct zone_rctl *r = zone_rctl_find(line);
	if (!r || strncmp(line, "zone.", 5) != 0)
		return err_set(e, EINVAL, "there is no resource control %s", line);
	if ((level = strchr(value, '=')))
		*level++ = '\0';
	int n = level ? zone_rctl_log_level(level) : LOG_NOTICE;
	if (strcmp(value, "syslog") != 0 || n < 0)
		return err_set(e, EINVAL, "%s is no action", level ? level : value);
	levels[r - zone_rctls] = n;
	return 0;
}

int zone_rctl_log_parse(const char *text, int levels[ZONE_RCTLS_MAX], struct err *e)
{
	char line[256];
	for (int i = 0; i < ZONE_RCTLS_MAX; i++)
		levels[i] = ZONE_LOG_OFF;
	for (unsigned number = 1; *text; number++) {
		size_t n = strcspn(text, "\n");
		if (n >= sizeof(line))
			return err_set(e, EINVAL, "line %u: too long", number);
		memcpy(line, text, n);
		line[n] = '\0';
		if (parse_line(line, levels, e) < 0)
			return err_wrap(e, "line %u", number);
		text += n + (text[n] != '\0');
	}
	return 0;
}

int zone_rctl_log_read(const char *root, int levels[ZONE_RCTLS_MAX], struct err *e)
{
	char text[4096];
	struct err missing;
	int dir = zone_place_open(root, "/etc", false, &missing);
	int fd = dir < 0 ? -1 : openat(dir, conf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	text[n > 0 ? n : 0] = '\0';
	return zone_rctl_log_parse(text, levels, e) < 0 ? err_wrap(e, "/etc/%s", conf) : 0;
}

int zone_rctl_log_write(const char *root, const int levels[ZONE_RCTLS_MAX], struct err *e)
{
	BUF_AUTO out = {0};
	int dir = zone_place_open(root, "/etc", true, e);
	if (dir < 0)
		return -1;
	buf_puts(&out, "# written by rctladm\n");
	for (unsigned i = 0; zone_rctls[i].name; i++)
		if (levels[i] != ZONE_LOG_OFF)
			buf_printf(&out, "zone.%s=syslog=%s\n", zone_rctls[i].name,
				   levels_names[levels[i]]);
	int fd = openat(dir, "rctladm.conf.new",
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool ok = fd >= 0 && write(fd, out.p, out.n) == (ssize_t)out.n && fsync(fd) == 0 &&
		  renameat(dir, "rctladm.conf.new", dir, conf) == 0;
	if (!ok)
		err_sys(e, errno, "cannot write /etc/%s", conf);
	if (fd >= 0)
		close(fd);
	close(dir);
	return ok ? 0 : -1;
}

/* ---- what was refused ---- */

void zone_watch_begin(struct zone_watch *w, const struct zone_limited *l)
{
	static const char *const files[][2] = {{"pids", "pids.events"},
					       {"memory", "memory.events"}};
	char path[256];
	w->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->inotify < 0) {
		w->inotify = 0;
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		const struct zone_cgroup *c = zone_cgroups_of(l->groups, files[i][0]);
		if (!c)
			continue;
		snprintf(path, sizeof(path), "%s/%s", c->path, files[i][1]);
		(void)inotify_add_watch(w->inotify, path, IN_MODIFY);
	}
	fcntl(w->inotify, F_SETOWN, getpid());
	fcntl(w->inotify, F_SETFL, O_NONBLOCK | O_ASYNC);
	for (unsigned i = 0; zone_rctls[i].name; i++)
		w->seen[i] = zone_rctl_refusals(l, &zone_rctls[i]);
}

static void tell(const struct zone_limited *l, const struct zone_rctl *r, int level,
		 const char *zone, long long times)
{
	char value[32] = "none";
	uint64_t v;
	if (r->get(l, &v) > 0)
		snprintf(value, sizeof(value), "%llu", (unsigned long long)v);
	openlog("zoneadm", LOG_PID, LOG_DAEMON);
	syslog(level, "privileged rctl zone.%s (value %s) exceeded by zone %s, times: %lld",
	       r->name, value, zone, times);
	closelog();
}

bool zone_watch_look(struct zone_watch *w, const struct zone_limited *l, const char *root,
		     const char *zone, bool last)
{
	char events[1024];
	int levels[ZONE_RCTLS_MAX];
	struct err ignored;
	bool any = false;
	if (!w->inotify)
		return false;
	while (read(w->inotify, events, sizeof(events)) > 0)
		;
	time_t now_s = time(NULL);
	if (zone_rctl_log_read(root, levels, &ignored) < 0)
		return false;
	for (unsigned i = 0; zone_rctls[i].name; i++)
		any |= levels[i] != ZONE_LOG_OFF;
	if (!last && w->last == now_s)
		return any;
	for (unsigned i = 0; zone_rctls[i].name; i++) {
		long long now =
		    zone_rctls[i].flags & RCTL_EVENTS ? zone_rctl_refusals(l, &zone_rctls[i]) : -1;
		if (now > w->seen[i] && levels[i] != ZONE_LOG_OFF) {
			tell(l, &zone_rctls[i], levels[i], zone, now - w->seen[i]);
			w->last = now_s;
		}
		if (now > w->seen[i])
			w->seen[i] = now;
	}
	return any;
}

void zone_watch_end(struct zone_watch *w)
{
	if (w->inotify)
		close(w->inotify);
	*w = (struct zone_watch){0};
}
