/*
 * pick.c - see pick.h
 *
 * Kernels before 6.15 clone only what is mounted in the caller's namespace: there a child of ours mounts the
 * file system in a namespace of its own, and hands over what it has cloned.
 */
#include "zone/pick.h"

#include <errno.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static bool pick(int mnt, unsigned n, int trees[])
{
	char name[16];
	for (unsigned i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%u", i);
		trees[i] =
		    (int)syscall(SYS_open_tree, mnt, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (trees[i] >= 0)
			continue;
		int code = errno;
		while (i)
			close(trees[--i]);
		errno = code;
		return false;
	}
	return true;
}

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int) * ZONE_PICK_MAX)];
};

static bool pick_elsewhere(int mnt, unsigned n, int trees[], int socket)
{
	union control c = {0};
	struct iovec io = {.iov_base = "t", .iov_len = 1};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = c.room,
			   .msg_controllen = CMSG_SPACE(sizeof(int) * n)};
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    syscall(SYS_move_mount, mnt, "", AT_FDCWD, "/tmp", MOVE_MOUNT_F_EMPTY_PATH) < 0 ||
	    !pick(mnt, n, trees))
		return false;
	struct cmsghdr *p = CMSG_FIRSTHDR(&h);
	p->cmsg_level = SOL_SOCKET;
	p->cmsg_type = SCM_RIGHTS;
	p->cmsg_len = CMSG_LEN(sizeof(int) * n);
	memcpy(CMSG_DATA(p), trees, sizeof(int) * n);
	return sendmsg(socket, &h, MSG_NOSIGNAL) == 1;
}

static bool receive(unsigned n, int trees[], int socket)
{
	union control c = {0};
	char byte;
	ssize_t got;
	struct iovec io = {.iov_base = &byte, .iov_len = 1};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = c.room,
			   .msg_controllen = sizeof(c.room)};
	while ((got = recvmsg(socket, &h, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
		;
	struct cmsghdr *p = got == 1 ? CMSG_FIRSTHDR(&h) : NULL;
	if (!p || p->cmsg_type != SCM_RIGHTS || p->cmsg_len != CMSG_LEN(sizeof(int) * n))
		return false;
	memcpy(trees, CMSG_DATA(p), sizeof(int) * n);
	return true;
}

int zone_pick(int mnt, unsigned n, int trees[], struct err *e)
{
	int ends[2];
	if (n > ZONE_PICK_MAX)
		return err_set(e, E2BIG, "more than %d files", ZONE_PICK_MAX);
	if (!n || pick(mnt, n, trees))
		return 0;
	if (errno != EINVAL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(e, errno, "cannot mount files of the zone");
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		_exit(pick_elsewhere(mnt, n, trees, ends[1]) ? 0 : 1);
	}
	close(ends[1]);
	bool ok = child > 0 && receive(n, trees, ends[0]);
	close(ends[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return ok ? 0 : err_set(e, EINVAL, "cannot mount files of the zone on this kernel");
}
