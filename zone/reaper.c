/*
 * reaper.c - see reaper.h
 *
 * In comes what the kernel tells by SIGCHLD, SIGTERM of the zone's supervisor, and requests of init(8) and others
 * (base/initctl.h): run level 0 halts the zone, 6 boots it again, and what else they ask is ignored. The pipe is made anew in the zone's /run and only its root may write to it, who could send signals as well. Without
 * it (the zone may have put something in its place) the rest works.
 */
#include "zone/reaper.h"

#include "base/initctl.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Open in both directions: so it never ends, and whoever writes finds a reader. -1: there is none. */
static int make_pipe(void)
{
	struct stat st;
	(void)unlink(INITCTL_PATH);
	if (mkfifo(INITCTL_PATH, 0600) < 0)
		return -1;
	int fd = open(INITCTL_PATH, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode)))
		return fd;
	close(fd);
	return -1;
}

/* By reboot(2), so that the supervisor knows the reason; not every zone may call it. */
_Noreturn static void end(int how)
{
	reboot(how);
	_exit(0);
}

static void take_request(int fd)
{
	struct initctl_request r;
	/* What is shorter was none, and is gone. */
	if (read(fd, &r, sizeof(r)) != sizeof(r) || r.magic != INITCTL_MAGIC ||
	    r.command != INITCTL_LEVEL)
		return;
	if (r.level == '0')
		end(RB_POWER_OFF);
	if (r.level == '6')
		end(RB_AUTOBOOT);
}

static void take_signal(int fd)
{
	struct signalfd_siginfo info;
	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGTERM)
		_exit(0);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

void zone_reaper_run(void)
{
	sigset_t set;
	prctl(PR_SET_NAME, "init", 0, 0, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, NULL);
	struct pollfd p[2] = {
	    {.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN},
	    {.fd = make_pipe(), .events = POLLIN}};
	while (p[0].fd >= 0) {
		(void)poll(p, 2, -1);
		if (p[0].revents)
			take_signal(p[0].fd);
		if (p[1].revents)
			take_request(p[1].fd);
	}
	_exit(1);
}
