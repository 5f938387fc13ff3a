/*
 * live.c - see live.h
 */
#include "zone/live.h"

#include "zone/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PATH_ROOM = 128 };

static int live_dir(const char *root, const char *name, bool make, struct err *e)
{
	char path[PATH_ROOM];
	snprintf(path, sizeof(path), "/run/zones%s%s", name ? "/" : "", name ? name : "");
	return zone_place_open(root, path, make, e);
}

/* A short file of the directory; "" where there is none. */
static void read_file(int dir, const char *file, char *text, size_t room)
{
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? 0 : read(fd, text, room - 1);
	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

static long read_number(int dir, const char *file)
{
	char text[32];
	read_file(dir, file, text, sizeof(text));
	return strtol(text, NULL, 10);
}

/* Who holds the lock; 0 = nobody. */
static pid_t holder(int dir, const char *file)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = openat(dir, file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return 0;
	bool known = fcntl(fd, F_GETLK, &l) == 0;
	close(fd);
	return known && l.l_type != F_UNLCK ? l.l_pid : 0;
}

static void set_state(struct zone_live *l, const char *state)
{
	for (enum zone_state s = ZONE_READY; s < ZONE_NSTATES; s++)
		if (strcmp(zone_state_name(s), state) == 0) {
			l->state = s;
			l->up = true;
		}
}

void zone_live_read(const char *root, const struct zone_entry *entry, struct zone_live *l)
{
	struct err ignored;
	char state[32];
	*l = (struct zone_live){.state = entry->state};
	int dir = live_dir(root, entry->name, false, &ignored);
	if (dir < 0)
		return;
	l->supervisor = holder(dir, "lock");
	if (l->supervisor > 0) {
		read_file(dir, "state", state, sizeof(state));
		l->id = (unsigned)read_number(dir, "id");
		l->init = (pid_t)read_number(dir, "pid");
		l->security = (unsigned)read_number(dir, "security");
		l->system_users = faccessat(dir, "users", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
		set_state(l, state);
	} else {
		l->left = faccessat(dir, "id", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	}
	close(dir);
}

int zone_live_open(const char *root)
{
	struct err ignored;
	return live_dir(root, NULL, false, &ignored);
}

void zone_live_look(int dir, const struct zone_entry *entry, struct zone_live *l)
{
	char file[ZONE_NAME_MAX + 16], state[32];
	*l = (struct zone_live){.state = entry->state};
	snprintf(file, sizeof(file), "%s/lock", entry->name);
	if (dir < 0 || !(l->supervisor = holder(dir, file)))
		return;
	snprintf(file, sizeof(file), "%s/state", entry->name);
	read_file(dir, file, state, sizeof(state));
	snprintf(file, sizeof(file), "%s/id", entry->name);
	l->id = (unsigned)read_number(dir, file);
	set_state(l, state);
}

int zone_live_lock(const char *root, const char *name, struct err *e)
{
	int dir = live_dir(root, name, true, e);
	if (dir < 0)
		return -1;
	int fd = openat(dir, "busy", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	close(dir);
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	err_sys(e, errno, "cannot lock the zone");
	if (fd >= 0)
		close(fd);
	return -1;
}

void zone_live_forget(int dir)
{
	const char *const files[] = {"state", "security", "users", "pid", "id"};
	for (int i = 0; i < 5; i++)
		unlinkat(dir, files[i], 0);
}

int zone_live_claim(const char *root, const char *name, struct err *e)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int dir = live_dir(root, name, true, e);
	if (dir < 0)
		return -1;
	/* Kept open: closing any descriptor of the file would give the lock away. */
	int fd = openat(dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && fcntl(fd, F_SETLK, &l) == 0) {
		zone_live_forget(dir);
		return dir;
	}
	if (errno == EAGAIN || errno == EACCES)
		err_set(e, EBUSY, "it is up already");
	else
		err_sys(e, errno, "cannot lock /run/zones/%s", name);
	if (fd >= 0)
		close(fd);
	close(dir);
	return -1;
}

int zone_live_write(int dir, const char *file, const char *text, struct err *e)
{
	/* Where there is none yet, half of one tells a reader no more than none; it is short work. */
	int fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return zone_place_write(dir, file, text, e);
	bool ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	int code = errno;
	close(fd);
	return ok ? 0 : err_sys(e, code, "cannot write %s", file);
}

/* Written in place: the lock is held, a number is never shorter than the one before it, and after a crash of the machine
 * the numbers begin anew. */
static int count_up(int dir, unsigned id, struct err *e)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", id);
	int fd = openat(dir, "last-id", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool ok = fd >= 0 && pwrite(fd, text, (size_t)n, 0) == n;
	int code = errno;
	if (fd >= 0)
		close(fd);
	return ok ? 0 : err_sys(e, code, "cannot write last-id");
}

unsigned zone_live_new_id(const char *root, struct err *e)
{
	int dir = live_dir(root, NULL, true, e);
	if (dir < 0)
		return 0;
	(void)flock(dir, LOCK_EX); /* until it is closed */
	unsigned id = (unsigned)read_number(dir, "last-id") + 1;
	int status = count_up(dir, id, e);
	close(dir);
	return status < 0 ? 0 : id;
}
