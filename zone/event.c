/*
 * event.c - see event.h
 */
#include "zone/event.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void put(char *to, size_t room, const char *text)
{
	snprintf(to, room, "%s", text);
}

void zone_event_init(struct zone_event *ev, const struct zone_config *z)
{
	*ev = (struct zone_event){.magic = ZONE_EVENT_MAGIC};
	put(ev->name, sizeof(ev->name), z->name);
	put(ev->brand, sizeof(ev->brand), zone_get(z, "brand"));
	put(ev->path, sizeof(ev->path), zone_get(z, "zonepath"));
}

void zone_event_reason(struct zone_event *ev, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(ev->reason, sizeof(ev->reason), fmt, ap);
	va_end(ap);
}

void zone_event_tell(struct zone_event *ev, enum zone_event_what what)
{
	siginfo_t info = {.si_signo = ZONE_EVENT_SIGNAL, .si_code = ZONE_EVENT_CODE};
	ev->what = what;
	info.si_value.sival_ptr = ev;
	syscall(SYS_rt_sigqueueinfo, getpid(), ZONE_EVENT_SIGNAL, &info);
}

void zone_event_keep(int dir, const struct zone_event *ev)
{
	int fd = openat(dir, ".event", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool ok = fd >= 0 && write(fd, ev, sizeof(*ev)) == (ssize_t)sizeof(*ev);
	if (fd >= 0)
		close(fd);
	(void)(ok && renameat(dir, ".event", dir, "event"));
}

void zone_event_send(const struct zone_config *z, enum zone_event_what what)
{
	struct zone_event ev;
	zone_event_init(&ev, z);
	zone_event_tell(&ev, what);
}
