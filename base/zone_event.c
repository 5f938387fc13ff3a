/*
 * zone_event.c - see zone_event.h
 */
#include "base/zone_event.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of <linux/nsfs.h> from Linux 6.18 on. */
#define NS_GET_ID_OF_618 _IOR(0xb7, 13, uint64_t)

/* Field 22 of /proc/PID/stat: when it was started. */
static uint64_t started(pid_t pid)
{
	char path[64], text[2048];
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	const char *p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

static int key_of(pid_t pid, const char *kind, struct zone_key *key)
{
	char path[64];
	struct stat st;
	*key = (struct zone_key){0};
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	bool lasting = ioctl(fd, NS_GET_ID_OF_618, &key->ns) == 0;
	if (!lasting)
		key->ns = fstat(fd, &st) == 0 ? st.st_ino : 0;
	close(fd);
	return !key->ns ? -1 : lasting ? 0 : 1;
}

int zone_key_of(pid_t pid, struct zone_key *key)
{
	int status = key_of(pid, "pid", key);
	if (status == 1)
		key->started = started(pid);
	return status < 0 ? -1 : 0;
}

int zone_key_of_net(pid_t pid, struct zone_key *key)
{
	return key_of(pid, "net", key) < 0 ? -1 : 0;
}

/* Those whose events count: of our own users, with the right to make zones. */
static bool is_trusted(pid_t pid)
{
	char path[64], line[256];
	struct stat own, its;
	unsigned long long rights = 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	if (stat(path, &its) < 0 || stat("/proc/self/ns/user", &own) < 0 ||
	    its.st_ino != own.st_ino)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f) && sscanf(line, "CapEff: %llx", &rights) != 1)
		;
	if (f)
		fclose(f);
	return rights & 1ull << CAP_SYS_ADMIN;
}

static void end_texts(struct zone_event *ev)
{
	ev->name[sizeof(ev->name) - 1] = ev->brand[sizeof(ev->brand) - 1] = '\0';
	ev->reason[sizeof(ev->reason) - 1] = ev->path[sizeof(ev->path) - 1] = '\0';
}

int zone_event_read(pid_t supervisor, struct zone_event *ev)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof(path), "/proc/%d/cwd/event", (int)supervisor);
	int fd = supervisor > 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
	if (fd < 0)
		return -1;
	bool known = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == 0 &&
		     !(st.st_mode & 022) && read(fd, ev, sizeof(*ev)) == sizeof(*ev) &&
		     ev->magic == ZONE_EVENT_MAGIC && is_trusted(supervisor);
	close(fd);
	end_texts(ev);
	return known ? 0 : -1;
}
