/*
 * rctl_log.h - refusals of resource controls in the system's log
 *
 *	/etc/rctladm.conf	"zone.NAME=syslog" or "zone.NAME=syslog=LEVEL", a line for each control
 *				whose refusals are logged, '#' comments
 *
 * The supervisor of a zone is woken by the kernel when a limit of threads or memory is met, of control
 * groups of version 2; those of version 1 tell nothing, so it looks once a second as long as anything is to
 * be logged. It is woken by SIGIO, too, when the file has been changed.
 */
#ifndef ZONE_RCTL_LOG_H
#define ZONE_RCTL_LOG_H

#include "zone/rctl.h"

#include <time.h>

enum { ZONE_RCTLS_MAX = 24, ZONE_LOG_OFF = -1 };
/* The level of syslog(3) for each control, ZONE_LOG_OFF for none; text: of the file. -1 and *e, which names
 * the line. */
int zone_rctl_log_parse(const char *text, int levels[ZONE_RCTLS_MAX], struct err *e);
/* The file below root; a missing one logs nothing. */
int zone_rctl_log_read(const char *root, int levels[ZONE_RCTLS_MAX], struct err *e);
int zone_rctl_log_write(const char *root, const int levels[ZONE_RCTLS_MAX], struct err *e);
/* "notice" and so on; -1 and NULL where there is none. */
int zone_rctl_log_level(const char *name);
const char *zone_rctl_log_level_name(int level);

struct zone_watch {
	int inotify; /* 0 = none */
	time_t last; /* when something was logged: once a second is enough */
	long long seen[ZONE_RCTLS_MAX];
};
/* From now on the calling process gets SIGIO when there may be something to look at. */
void zone_watch_begin(struct zone_watch *w, const struct zone_limited *l);
/* Logs what was refused since the last look; last: also within the same second. True when it is worth
 * looking again in a second. */
bool zone_watch_look(struct zone_watch *w, const struct zone_limited *l, const char *root,
		     const char *zone, bool last);
void zone_watch_end(struct zone_watch *w);

#endif
