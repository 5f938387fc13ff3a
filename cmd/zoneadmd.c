/*
 * zoneadmd.c - the daemon zoneadmd(8): runs zoneadm and zlogin for users whom zones name as their administrators
 *
 * A process for each request. Who asks is what the kernel says of the other end of the socket when it connected,
 * and none of another user or pid namespace is anybody here: users of zones are not users of the host. What comes
 * of a request is a command line that is made here, of parts that have been looked at (zone/delegate.h), with an
 * environment of its own.
 */
#include "zone/delegate.h"
#include "zone/place.h"
#include "zone/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };
enum { ASKING_MAX = 128, ASKING_EACH = 16, PATIENCE_MS = 5000 };

struct asking { /* a request that is being answered */
	pid_t pid;
	uid_t user;
};
struct daemon {
	const char *root; /* NULL: the system's */
	int socket, signals;
	struct asking asking[ASKING_MAX];
	unsigned n;
};

static int fail(const char *what)
{
	fprintf(stderr, "zoneadmd: %s: %s\n", what, strerror(errno));
	return E_ERROR;
}

/* ---- a request ---- */

struct request {
	struct delegate_request r;
	char message[DELEGATE_BYTES];
	int fds[3];
};

/* The message with its descriptors, all of them or none. */
static int receive(int s, struct request *q, struct err *e)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(q->fds))];
	} control = {0};
	struct iovec io = {.iov_base = q->message, .iov_len = sizeof(q->message)};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = control.room,
			   .msg_controllen = sizeof(control.room)};
	struct pollfd p = {.fd = s, .events = POLLIN};
	ssize_t n = poll(&p, 1, PATIENCE_MS) == 1 ? recvmsg(s, &h, MSG_CMSG_CLOEXEC) : -1;
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&h) : NULL;
	if (n < 0 || h.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || !c || c->cmsg_type != SCM_RIGHTS ||
	    c->cmsg_len != CMSG_LEN(sizeof(q->fds)))
		return err_set(e, EPROTO, "this is no request");
	memcpy(q->fds, CMSG_DATA(c), sizeof(q->fds));
	return delegate_decode(q->message, (size_t)n, &q->r, e);
}

static bool same_namespace(pid_t pid, const char *kind)
{
	char path[64];
	struct stat own, theirs;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	bool ok = stat(path, &own) == 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	return ok && stat(path, &theirs) == 0 && own.st_ino == theirs.st_ino &&
	       own.st_dev == theirs.st_dev;
}

/* The name of the user who asks; NULL: nobody of this host. */
static const char *who_asks(int s)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);
	if (getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0 || peer.pid <= 0 ||
	    !same_namespace(peer.pid, "user") || !same_namespace(peer.pid, "pid"))
		return NULL;
	const struct passwd *p = getpwuid(peer.uid);
	return p ? p->pw_name : NULL;
}

static int load(struct zone_store *store, const char *name, struct zone_config *z, struct err *e)
{
	if (zone_name_check(name, e) < 0)
		return -1;
	return zone_store_find(store, name) ? zone_store_load(store, name, z, e)
					    : err_set(e, ENOENT, "No such zone configured");
}

static int permit(const struct daemon *d, const struct delegate_request *r, int s, struct err *e)
{
	struct zone_store store;
	struct zone_config zone, source;
	const char *user = who_asks(s), *from = delegate_source(r);
	struct arena *a = arena_new();
	if (!user)
		return err_set(e, EPERM, "you are no user of this host");
	if (!a || arena_guard(a))
		return err_set(e, ENOMEM, "out of memory");
	if (zone_store_open(&store, a, d->root, e) < 0 || load(&store, r->zone, &zone, e) < 0)
		return -1;
	if (from && load(&store, from, &source, e) < 0)
		return err_wrap(e, "%s", from);
	return delegate_permit(r, user, &zone, from ? &source : NULL, e);
}

/* The program beside this one, as root. */
_Noreturn static void run(const struct daemon *d, const struct request *q)
{
	static const char *const programs[] = {"zoneadm", "zlogin"};
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", plain[] = "TERM=dumb";
	const struct delegate_request *r = &q->r;
	const char *argv[DELEGATE_OPTIONS + DELEGATE_WORDS + 8];
	char self[4096], program[4200], term[80];
	unsigned n = 0;
	ssize_t got = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[got > 0 ? got : 0] = '\0';
	snprintf(program, sizeof(program), "%s/%s", dirname(self), programs[r->program]);
	snprintf(term, sizeof(term), "TERM=%.64s", r->term);
	char *const env[] = {path, term[5] ? term : plain, NULL};
	argv[n++] = programs[r->program];
	if (d->root) {
		argv[n++] = "-R";
		argv[n++] = d->root;
	}
	for (unsigned i = 0; i < r->noptions; i++)
		argv[n++] = r->options[i];
	if (r->program == DELEGATE_ZONEADM)
		argv[n++] = "-z";
	argv[n++] = r->zone;
	for (unsigned i = 0; i < r->nwords; i++)
		argv[n++] = r->words[i];
	argv[n] = NULL;
	/* Above the three, so that none is written over before it is used. */
	for (int i = 0, fd; i < 3; i++)
		if ((fd = fcntl(q->fds[i], F_DUPFD_CLOEXEC, 64 + i)) < 0 || dup2(fd, i) < 0)
			_exit(E_ERROR);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	umask(022);
	(void)chdir("/");
	syscall(SYS_close_range, 3, ~0u, 0);
	execve(program, (char **)argv, env);
	dprintf(2, "zoneadmd: cannot run %s: %s\n", program, strerror(errno));
	_exit(E_ERROR);
}

/* Until the command has ended: its status as a shell has it. What the user's side sends is passed on. */
static int wait_for(pid_t child, int s)
{
	static const int passed[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH};
	char byte;
	int status, pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	struct pollfd p[2] = {{.fd = pidfd, .events = POLLIN}, {.fd = s, .events = POLLIN}};
	while (pidfd >= 0 && (poll(p, 2, -1) < 0 || !p[0].revents)) {
		if (!p[1].revents)
			continue;
		bool gone = recv(s, &byte, 1, MSG_DONTWAIT) <= 0;
		if (gone)
			p[1].fd = -1;
		for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
			if (gone ? passed[i] == SIGHUP : passed[i] == byte)
				kill(child, passed[i]);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

_Noreturn static void answer(const struct daemon *d, int s)
{
	static struct request q;
	struct err e = {0};
	char text[1024];
	signal(SIGCHLD, SIG_DFL);
	if (receive(s, &q, &e) < 0 || permit(d, &q.r, s, &e) < 0) {
		int n = snprintf(text, sizeof(text), "%c%s", E_ERROR, e.text);
		(void)send(s, text, (size_t)n, MSG_NOSIGNAL);
		_exit(E_OK);
	}
	pid_t child = fork();
	if (child == 0)
		run(d, &q);
	for (int i = 0; i < 3; i++)
		close(q.fds[i]);
	char status = (char)(child < 0 ? E_ERROR : wait_for(child, s));
	(void)send(s, &status, 1, MSG_NOSIGNAL);
	_exit(E_OK);
}

/* ---- the daemon ---- */

static void reap(struct daemon *d)
{
	for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
		for (unsigned i = 0; i < d->n; i++)
			if (d->asking[i].pid == pid) {
				d->asking[i] = d->asking[--d->n];
				break;
			}
}

/* One user does not keep others waiting. */
static bool has_room(const struct daemon *d, uid_t user)
{
	unsigned of_him = 0;
	for (unsigned i = 0; i < d->n; i++)
		of_him += d->asking[i].user == user;
	return d->n < ASKING_MAX && of_him < ASKING_EACH;
}

static void let_in(struct daemon *d)
{
	static const char busy[] = "\1too much is asked of zoneadmd at once";
	struct ucred peer;
	socklen_t n = sizeof(peer);
	int s = accept4(d->socket, NULL, NULL, SOCK_CLOEXEC);
	if (s < 0)
		return;
	pid_t pid = -1;
	if (getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && has_room(d, peer.uid)) {
		pid = fork();
		if (pid == 0)
			answer(d, s);
	}
	if (pid > 0)
		d->asking[d->n++] = (struct asking){.pid = pid, .user = peer.uid};
	else
		(void)send(s, busy, sizeof(busy) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(s);
}

/* The directory is root's: nobody else can have put something there. */
static int listen_at(const char *root)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct err e = {0};
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s%s", root ? root : "", DELEGATE_SOCKET);
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int dir = zone_place_open(root, "/run", true, &e);
	if (s < 0 || dir < 0 || n >= (int)sizeof(a.sun_path)) {
		fprintf(stderr, "zoneadmd: %s\n",
			e.code ? e.text : "the name of its socket is too long");
		return -1;
	}
	close(dir);
	if (connect(s, (const void *)&a, sizeof(a)) == 0) {
		fprintf(stderr, "zoneadmd: another one answers at %s\n", a.sun_path);
		return -1;
	}
	(void)unlink(a.sun_path);
	if (bind(s, (const void *)&a, sizeof(a)) < 0 || chmod(a.sun_path, 0666) < 0 ||
	    listen(s, 64) < 0) {
		fail(a.sun_path);
		return -1;
	}
	return s;
}

/* Until it is told to end; commands that run go on, as those of root's would. */
static int serve(struct daemon *d)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if ((d->signals = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
		return fail("signalfd");
	struct pollfd p[2] = {{.fd = d->signals, .events = POLLIN},
			      {.fd = d->socket, .events = POLLIN}};
	for (struct signalfd_siginfo info;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return fail("poll");
		if (p[0].revents && read(d->signals, &info, sizeof(info)) == sizeof(info)) {
			if (info.ssi_signo != SIGCHLD)
				return E_OK;
			reap(d);
		}
		if (p[1].revents)
			let_in(d);
	}
}

int main(int argc, char **argv)
{
	struct daemon d = {0};
	static char root[PATH_MAX];
	char path[256];
	for (int ch; (ch = getopt(argc, argv, "R:")) != -1;) {
		if (ch == '?') {
			fputs("usage: zoneadmd [-R root]\n", stderr);
			return E_USAGE;
		}
		/* The commands run elsewhere. */
		if (!(d.root = realpath(optarg, root)))
			return fail(optarg);
	}
	if (optind < argc) {
		fputs("usage: zoneadmd [-R root]\n", stderr);
		return E_USAGE;
	}
	if (geteuid() != 0) {
		fputs("zoneadmd: it is root's\n", stderr);
		return E_ERROR;
	}
	signal(SIGPIPE, SIG_IGN);
	if ((d.socket = listen_at(d.root)) < 0)
		return E_ERROR;
	int status = serve(&d);
	snprintf(path, sizeof(path), "%s%s", d.root ? d.root : "", DELEGATE_SOCKET);
	(void)unlink(path);
	return status;
}
