/*
 * server.c - see server.h
 */
#include "broker/server.h"

#include "broker/confine.h"
#include "broker/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORKERS = 512, BACKLOG = 128, PAUSE_MS = 100, END_MS = 5000, FIRST_PASSED_FD = 3 };
#define WORKER_MEMORY (2ul << 30) /* of its own, not of maps */

struct worker_of {
	pid_t pid;
	uid_t uid;
	int fd; /* its connection, to end it by */
};
struct server {
	const struct server_options *options;
	int socket, signals;
	bool passed; /* the socket is systemd's */
	struct arena *arena;
	struct policy policy;
	struct worker_of workers[MAX_WORKERS];
	unsigned nworkers;
	sigset_t outside; /* the signal mask that we came with */
};

static void say(const char *text)
{
	fprintf(stderr, "dtraced: %s\n", text);
}

/* ---- policy ---- */

static char *read_all(const char *path, struct err *e)
{
	struct buf text = {0};
	char chunk[4096];
	FILE *f = fopen(path, "re");
	if (!f) {
		err_sys(e, errno, "cannot read the policy, %s", path);
		return NULL;
	}
	for (size_t n; (n = fread(chunk, 1, sizeof(chunk), f)) > 0;)
		buf_add(&text, chunk, n);
	fclose(f);
	buf_add(&text, "", 0);
	if (text.oom)
		err_set(e, ENOMEM, "out of memory");
	return text.oom ? buf_fini(&text), NULL : text.p;
}

static const char *group_of(const struct server *s)
{
	return s->options->group ? s->options->group : "dtrace";
}

static char *default_policy(const struct server *s)
{
	char *text;
	return asprintf(&text, POLICY_DEFAULT, group_of(s)) < 0 ? NULL : text;
}

/* The old one stays when the new one is wrong. */
static int load_policy(struct server *s, struct err *e)
{
	const char *path = s->options->policy ? s->options->policy : POLICY_FILE;
	bool dflt = !s->options->policy && access(path, F_OK) != 0;
	char *text = dflt ? default_policy(s) : read_all(path, e);
	struct arena *a = arena_new();
	struct policy policy;
	int r = text && a ? 0 : e->code ? -1 : err_set(e, ENOMEM, "out of memory");
	if (r == 0)
		r = arena_guard(a)
			? err_set(e, ENOMEM, "out of memory")
			: policy_parse(&policy, a, dflt ? "default policy" : path, text, e);
	free(text);
	if (r < 0) {
		arena_free(a);
		return -1;
	}
	a->guarded = 0;
	arena_free(s->arena);
	s->arena = a;
	s->policy = policy;
	return 0;
}

/* ---- the socket ---- */

static bool in_use(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool used = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;
	if (fd >= 0)
		close(fd);
	return used;
}

static int make_folder(const char *path, struct err *e)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	snprintf(folder, sizeof(folder), "%s", path);
	char *slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return err_sys(e, errno, "cannot make the folder %s", folder);
	return 0;
}

/* One that a dead dtraced has left is taken away. Nobody can connect before its owner and mode are set. */
static int bind_at(struct server *s, const char *path, struct err *e)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const struct group *g = getgrnam(group_of(s));
	if (strlen(path) >= sizeof(at.sun_path))
		return err_set(e, ENAMETOOLONG, "the name of the socket is too long: %s", path);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (make_folder(path, e) < 0)
		return -1;
	if (in_use(&at))
		return err_set(e, EADDRINUSE, "another dtraced listens at %s", path);
	unlink(path);
	mode_t old = umask(0177);
	int r = bind(s->socket, (struct sockaddr *)&at, sizeof(at));
	umask(old);
	if (r < 0)
		return err_sys(e, errno, "cannot make the socket %s", path);
	if (!g)
		say("there is no group dtrace: only root can connect");
	if (g && (chown(path, 0, g->gr_gid) < 0 || chmod(path, 0660) < 0))
		return err_sys(e, errno, "cannot give the socket %s to its group", path);
	return 0;
}

/* Socket activation: LISTEN_FDS of LISTEN_PID. */
static bool is_passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
	return pid && n && atol(pid) == getpid() && atoi(n) == 1;
}

static int listen_at(struct server *s, struct err *e)
{
	const char *path = s->options->socket ? s->options->socket : WIRE_SOCKET;
	s->passed = is_passed();
	s->socket = s->passed ? FIRST_PASSED_FD : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->socket < 0)
		return err_sys(e, errno, "cannot make a socket");
	fcntl(s->socket, F_SETFD, FD_CLOEXEC);
	fcntl(s->socket, F_SETFL, fcntl(s->socket, F_GETFL) | O_NONBLOCK);
	if (!s->passed && bind_at(s, path, e) < 0)
		return -1;
	if (listen(s->socket, BACKLOG) < 0)
		return err_sys(e, errno, "cannot listen at %s", path);
	return 0;
}

/* ---- connections ---- */

/* A few bytes into a fresh socket: they never wait. */
static void refuse(int fd, int code, const char *text)
{
	struct conn c;
	struct err e = {0};
	conn_init(&c, fd);
	conn_queue(&c,
		   &(struct message){.type = WIRE_REFUSED,
				     .refused = {.code = (uint64_t)code, .text = text}},
		   &e);
	conn_flush(&c, &e);
	shutdown(fd, SHUT_WR);
	conn_fini(&c);
}

static unsigned workers_of(const struct server *s, uid_t uid)
{
	unsigned n = 0;
	for (unsigned i = 0; i < s->nworkers; i++)
		n += s->workers[i].uid == uid;
	return n;
}

/* If memory runs out it is this process that goes, not the machine's others. */
static void write_oom_score(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t n = write(fd, "300", 3);
	(void)n;
	close(fd);
}

static _Noreturn void work(struct server *s, int fd, const struct peer *peer,
			   const struct policy_row *row, pid_t parent)
{
	struct rlimit memory = {.rlim_cur = WORKER_MEMORY, .rlim_max = WORKER_MEMORY};
	struct err e = {0};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigprocmask(SIG_SETMASK, &s->outside, NULL);
	signal(SIGPIPE, SIG_IGN);
	close(s->socket);
	close(s->signals);
	for (unsigned i = 0; i < s->nworkers; i++)
		close(s->workers[i].fd);
	/* What ends is told so by its connection: a process that dies by a signal leaves breakpoints behind, since the
	 * kernel takes them out of others' memory for none that is to die. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	setrlimit(RLIMIT_DATA, &memory);
	write_oom_score();
	if (confine_worker(&e) < 0) {
		say(e.text);
		_exit(1);
	}
	_exit(worker_run(fd, peer, row, s->options->command));
}

static void serve(struct server *s, int fd)
{
	static struct peer peer; /* 4 KiB: not for the stack of each; one at a time */
	struct err e = {0};
	pid_t parent = getpid();
	if (peer_of(fd, &peer, &e) < 0) {
		close(fd);
		return;
	}
	const struct policy_row *row = policy_find(&s->policy, &peer);
	if (!row || !row->allow) {
		refuse(fd, EPERM, "DTrace requires additional privileges");
		return;
	}
	if (s->nworkers == MAX_WORKERS || workers_of(s, peer.uid) >= row->connections) {
		refuse(fd, EDQUOT, "quota exceeded: too many connections to dtraced");
		return;
	}
	pid_t pid = fork();
	if (pid == 0)
		work(s, fd, &peer, row, parent);
	if (pid < 0)
		refuse(fd, EAGAIN, "dtraced cannot make a process");
	else
		s->workers[s->nworkers++] = (struct worker_of){pid, peer.uid, fd};
}

/* Without descriptors there is nothing to do but to wait until one is free. */
static void accept_all(struct server *s)
{
	for (;;) {
		int fd = accept4(s->socket, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			poll(NULL, 0, PAUSE_MS);
		if (fd < 0)
			return;
		serve(s, fd);
	}
}

static void reap(struct server *s)
{
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		for (unsigned i = 0; i < s->nworkers; i++)
			if (s->workers[i].pid == pid) {
				close(s->workers[i].fd);
				s->workers[i] = s->workers[--s->nworkers];
				break;
			}
}

/* -> false: it is time to go. */
static bool on_signals(struct server *s)
{
	struct signalfd_siginfo si;
	struct err e = {0};
	while (read(s->signals, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			reap(s);
		else if (si.ssi_signo != SIGHUP)
			return false;
		else if (load_policy(s, &e) < 0)
			say(e.text);
	}
	return true;
}

static void end_all(struct server *s)
{
	for (unsigned i = 0; i < s->nworkers; i++)
		shutdown(s->workers[i].fd, SHUT_RDWR);
	for (int idle = 0; s->nworkers && idle < END_MS; reap(s)) {
		struct pollfd p = {.fd = s->signals, .events = POLLIN};
		struct signalfd_siginfo si;
		if (poll(&p, 1, PAUSE_MS) <= 0 || read(s->signals, &si, sizeof(si)) < 0)
			idle += PAUSE_MS;
	}
	for (unsigned i = 0; i < s->nworkers; i++)
		kill(s->workers[i].pid, SIGKILL);
	while (wait(NULL) > 0)
		;
	if (!s->passed)
		unlink(s->options->socket ? s->options->socket : WIRE_SOCKET);
}

static int prepare(struct server *s, struct err *e)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &s->outside);
	s->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->signals < 0)
		return err_sys(e, errno, "cannot wait for signals");
	if (load_policy(s, e) < 0 || listen_at(s, e) < 0)
		return -1;
	if (s->options->background && daemon(0, 0) < 0)
		return err_sys(e, errno, "cannot go to the background");
	return 0;
}

int server_run(const struct server_options *o, struct err *e)
{
	struct server *s = calloc(1, sizeof(*s));
	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	s->options = o;
	int r = prepare(s, e);
	for (bool go = r == 0; go;) {
		struct pollfd fds[] = {{.fd = s->socket, .events = POLLIN},
				       {.fd = s->signals, .events = POLLIN}};
		poll(fds, 2, -1);
		if (fds[1].revents)
			go = on_signals(s);
		if (go && fds[0].revents)
			accept_all(s);
	}
	if (r == 0)
		end_all(s);
	arena_free(s->arena);
	free(s);
	return r;
}
