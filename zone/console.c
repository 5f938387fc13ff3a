/*
 * console.c - see console.h
 */
#include "zone/console.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum { TTY_GROUP = 5 }; /* of Debian, and of any that has devpts with gid=5 */

/* SIGIO when there is something. */
static void watch(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);
	if (on)
		fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETFL, on ? flags | O_ASYNC | O_NONBLOCK : (flags & ~O_ASYNC) | O_NONBLOCK);
}

static int listen_here(void)
{
	const struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "console"};
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	(void)unlink(a.sun_path);
	if (s >= 0 && bind(s, (const void *)&a, sizeof(a)) == 0 && chmod(a.sun_path, 0600) == 0 &&
	    listen(s, 4) == 0)
		return s;
	if (s >= 0)
		close(s);
	return -1;
}

void zone_console_open(struct zone_console *c)
{
	int off = 0;
	*c = (struct zone_console){0};
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	int slave = master < 0 || ioctl(master, TIOCSPTLCK, &off) < 0
			? -1
			: ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int listener = slave < 0 ? -1 : listen_here();
	if (listener >= 0) {
		c->master = master;
		c->slave = slave;
		c->listener = listener;
		watch(master, true);
		watch(listener, true);
		return;
	}
	if (slave >= 0)
		close(slave);
	if (master >= 0)
		close(master);
}

int zone_console_mount(const struct zone_console *c, uid_t root)
{
	if (c->slave <= 0 || fchown(c->slave, root, root + TTY_GROUP) < 0 ||
	    fchmod(c->slave, 0620) < 0)
		return -1;
	return (int)syscall(SYS_open_tree, c->slave, "",
			    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
}

static void keep(struct zone_console *c, const char *text, size_t n)
{
	if (n > sizeof(c->kept)) {
		text += n - sizeof(c->kept);
		n = sizeof(c->kept);
	}
	size_t stays = sizeof(c->kept) - n < c->n ? sizeof(c->kept) - n : c->n;
	memmove(c->kept, c->kept + c->n - stays, stays);
	memcpy(c->kept + stays, text, n);
	c->n = stays + n;
}

/* At most so much at a time: the zone may write for ever. */
static void drain(struct zone_console *c)
{
	char text[4096];
	ssize_t n;
	for (int i = 0; i < 64 && (n = read(c->master, text, sizeof(text))) > 0; i++)
		keep(c, text, (size_t)n);
}

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

static bool hand_over(struct zone_console *c, int to)
{
	union control control = {0};
	struct iovec io = {.iov_base = c->n ? c->kept : "", .iov_len = c->n ? c->n : 1};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = control.room,
			   .msg_controllen = sizeof(control.room)};
	struct cmsghdr *p = CMSG_FIRSTHDR(&h);
	p->cmsg_level = SOL_SOCKET;
	p->cmsg_type = SCM_RIGHTS;
	p->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(p), &c->master, sizeof(int));
	return sendmsg(to, &h, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}

static void let_in(struct zone_console *c)
{
	int fd;
	while ((fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		/* One at a time: the next is told by being hung up on. */
		if (c->client || !hand_over(c, fd)) {
			close(fd);
			continue;
		}
		c->client = fd;
		c->n = 0;
		watch(fd, true);
		watch(c->master, false);
	}
}

void zone_console_look(struct zone_console *c)
{
	char byte;
	if (!c->master)
		return;
	if (c->client) {
		ssize_t n = recv(c->client, &byte, 1, MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			close(c->client);
			c->client = 0;
			watch(c->master, true);
		}
	}
	if (!c->client)
		drain(c);
	let_in(c);
}

void zone_console_close(struct zone_console *c)
{
	/* First that nobody comes any more. */
	int *const all[] = {&c->listener, &c->client, &c->slave, &c->master};
	for (int i = 0; i < 4; i++)
		if (*all[i] > 0) {
			close(*all[i]);
			*all[i] = 0;
		}
	(void)unlink("console");
}

int zone_console_attach(int dir, int *held, char text[ZONE_CONSOLE_KEPT + 1], struct err *e)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	union control control = {0};
	struct iovec io = {.iov_base = text, .iov_len = ZONE_CONSOLE_KEPT};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = control.room,
			   .msg_controllen = sizeof(control.room)};
	int fd = -1, s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/console", dir);
	if (s < 0 || connect(s, (const void *)&a, sizeof(a)) < 0) {
		err_sys(e, errno, "it has no console");
	} else {
		ssize_t n = recvmsg(s, &h, MSG_CMSG_CLOEXEC);
		struct cmsghdr *p = n > 0 ? CMSG_FIRSTHDR(&h) : NULL;
		text[n > 0 ? n : 0] = '\0';
		if (p && p->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(p), sizeof(fd));
		else
			err_set(e, EBUSY, "somebody else is at its console");
	}
	if (fd < 0 && s >= 0)
		close(s);
	*held = fd < 0 ? -1 : s;
	return fd;
}
