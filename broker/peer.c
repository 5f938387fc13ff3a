/*
 * peer.c - who is on the other side of a unix socket, by the kernel's word
 *
 * User and groups are those of connect(2), whatever the peer has become since. The zone is that of the
 * process that connected; the process is held by a descriptor while it is looked at, so that its number
 * cannot have become another's. A zone that root has not made might have any name. What cannot be told is nobody
 * and nowhere.
 */
#include "broker/policy.h"

#include "dtrace/api/zones.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

/* The process that connected; before 6.5 the one that has its number now. */
static int process_of(int socket, pid_t pid)
{
	int fd;
	socklen_t n = sizeof(fd);
	if (getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &fd, &n) == 0)
		return fd;
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static bool lives(int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};
	return poll(&p, 1, 0) == 0;
}

int peer_of(int socket, struct peer *out, struct err *e)
{
	struct ucred cred;
	socklen_t n = sizeof(cred), bytes = sizeof(out->groups);
	*out = (struct peer){0};
	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &cred, &n) < 0)
		return err_sys(e, errno, "cannot tell who has connected");
	out->pid = cred.pid;
	out->uid = cred.uid;
	out->gid = cred.gid;
	if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, out->groups, &bytes) == 0)
		out->ngroups = (unsigned)(bytes / sizeof(gid_t));
	int process = cred.pid > 0 ? process_of(socket, cred.pid) : -1;
	if (process < 0)
		return 0;
	if (!zones_name_of(cred.pid, out->zone, sizeof(out->zone)) ||
	    !zones_made_by_root(cred.pid) || !lives(process))
		out->zone[0] = '\0';
	close(process);
	return 0;
}
