/*
 * run.c - glasshouse run: dtraced and analyticsd of this host, in the foreground, until ^C
 *
 *	this process (root)   makes the folders and dtraced's socket, starts both, passes on and keeps what they say, ends
 *	                      both when it is told to or when one ends; should it be killed, the kernel ends them
 *	dtraced (root)        on a socket of its own, which only analyticsd's user can connect to
 *	analyticsd            as user glasshouse where there is one, otherwise as a number that is nobody's
 *
 * Beside a dtraced or analyticsd of the system's it disturbs nothing: other socket, other port, and a data folder
 * is locked by whoever uses it. Zones are looked at only.
 */
#include "cmd/glasshouse/glasshouse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SETTINGS_FILE "/etc/glasshouse/alerts.conf"
#define HOSTS_FILE    "/etc/glasshouse/hosts.conf"

enum {
	PORT = 8411,
	NOBODYS_UID = 61199, /* of those that Debian gives to nobody for long */
	START_S = 30,
	END_S = 10,
	LOG_BYTES = 4 << 20, /* then it is begun anew, one old one stays */
	PASSED_FD = 3,
};

struct child {
	const char *name;
	pid_t pid;
	int out; /* what it says */
	struct buf line;
};

struct run {
	const char *data, *listen;
	char folder[64];    /* of this run: socket, policy, copies */
	char bin[PATH_MAX]; /* folder of the programs */
	char catalogue[PATH_MAX], program[PATH_MAX];
	char socket[128], policy[128], settings[128], hosts[128], port[32];
	uid_t uid;
	gid_t gid;
	int lock, socket_fd, signals, log;
	struct child child[2]; /* dtraced, analyticsd */
	bool ready;
};

/* ---- places ---- */

/* The data folder is its owner's, who may have put anything there: what is opened in it is opened as the owner. */
static void as_owner(const struct run *r)
{
	if (setegid(r->gid) < 0 || seteuid(r->uid) < 0)
		_exit(E_ERROR);
}

static void as_root(void)
{
	if (seteuid(0) < 0 || setegid(0) < 0)
		_exit(E_ERROR);
}

static int data_folder(struct run *r, struct err *e)
{
	struct stat st;
	char path[PATH_MAX];
	const struct passwd *pw = getpwnam("glasshouse");
	r->uid = pw ? pw->pw_uid : NOBODYS_UID;
	r->gid = pw ? pw->pw_gid : NOBODYS_UID;
	/* Then no other user gets anywhere: what is made by hand is often so, an installed system never. */
	bool closed = !pw && stat("/", &st) == 0 && !(st.st_mode & S_IXOTH);
	if (closed) {
		r->uid = r->gid = 0;
		fputs(
		    "glasshouse: only root may pass the root directory, so analyticsd runs as root "
		    "(chmod 755 / mends it)\n",
		    stderr);
	}
	if (mkdir(r->data, 0700) == 0) {
		if (chown(r->data, r->uid, r->gid) < 0)
			return err_sys(e, errno, "%s", r->data);
	} else if (errno != EEXIST) {
		return err_sys(e, errno, "cannot make the folder of the data, %s", r->data);
	}
	if (stat(r->data, &st) < 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ENOTDIR, "%s is no folder", r->data);
	if (closed) {
		; /* it is root's already, or root may use it */
	} else if (st.st_uid == 0 && rmdir(r->data) == 0) { /* empty: ours to give away */
		if (mkdir(r->data, 0700) < 0 || chown(r->data, r->uid, r->gid) < 0)
			return err_sys(e, errno, "%s", r->data);
	} else if (st.st_uid == 0) {
		return err_set(e, EPERM,
			       "%s belongs to root, as whom analyticsd does not run: chown -R it "
			       "to a user, or name "
			       "another folder with --data",
			       r->data);
	} else {
		r->uid = st.st_uid;
		r->gid = st.st_gid;
	}
	snprintf(path, sizeof(path), "%s/run.lock", r->data);
	as_owner(r);
	r->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int why = errno;
	as_root();
	if (r->lock < 0)
		return err_sys(e, why, "%s", path);
	if (flock(r->lock, LOCK_EX | LOCK_NB) < 0)
		return err_set(e, EBUSY,
			       "another glasshouse run uses %s: see %s/url, or name another folder "
			       "with --data",
			       r->data, r->data);
	return 0;
}

static bool others_reach(const char *path)
{
	char part[PATH_MAX];
	struct stat st;
	snprintf(part, sizeof(part), "%s", path);
	for (;;) {
		if (stat(part, &st) < 0 || !(st.st_mode & (S_ISDIR(st.st_mode) ? 0001 : 0004)))
			return false;
		char *slash = strrchr(part, '/');
		if (!slash || slash == part)
			return true;
		*slash = 0;
	}
}

/* Where people unpack sources as root, others often cannot go: then analyticsd gets copies. */
static int copy_for_others(struct run *r, char *path, size_t size, const char *name, struct err *e)
{
	char to[256];
	int status;
	if (others_reach(path))
		return 0;
	snprintf(to, sizeof(to), "%s/%s", r->folder, name);
	pid_t pid = fork();
	if (pid == 0) {
		umask(022);
		execlp("cp", "cp", "-rL", "--no-preserve=mode", path, to, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		return err_set(e, EIO, "cannot copy %s to %s", path, to);
	snprintf(path, size, "%s", to);
	return 0;
}

static int beside(struct run *r, char *out, size_t size, const char *in_tree, const char *installed,
		  struct err *e)
{
	char path[PATH_MAX + 64];
	const char *const places[] = {in_tree, installed};
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", r->bin, places[i]);
		char *real = realpath(path, NULL);
		if (real) {
			snprintf(out, size, "%s", real);
			free(real);
			return 0;
		}
	}
	return err_set(e, ENOENT, "neither %s nor %s is beside %s", in_tree, installed, r->bin);
}

static int places(struct run *r, struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", r->bin, sizeof(r->bin) - 1);
	if (n <= 0)
		return err_sys(e, errno, "/proc/self/exe");
	r->bin[n] = 0;
	*strrchr(r->bin, '/') = 0;
	mkdir("/run/glasshouse", 0755);
	snprintf(r->folder, sizeof(r->folder), "/run/glasshouse/run-XXXXXX");
	if (!mkdtemp(r->folder) || chmod(r->folder, 0755) < 0)
		return err_sys(e, errno, "%s", r->folder);
	snprintf(r->program, sizeof(r->program), "%s/analyticsd", r->bin);
	if (beside(r, r->catalogue, sizeof(r->catalogue), "../../share/analytics",
		   "../share/glasshouse/analytics", e) < 0 ||
	    copy_for_others(r, r->catalogue, sizeof(r->catalogue), "catalogue", e) < 0)
		return -1;
	bool reached = others_reach(r->program);
	if (copy_for_others(r, r->program, sizeof(r->program), "analyticsd", e) < 0)
		return -1;
	if (!reached && chmod(r->program, 0755) < 0)
		return err_sys(e, errno, "%s", r->program);
	return 0;
}

/* ---- dtraced's socket and policy ---- */

static int make_policy(struct run *r, struct err *e)
{
	snprintf(r->policy, sizeof(r->policy), "%s/policy", r->folder);
	FILE *f = fopen(r->policy, "we");
	if (!f)
		return err_sys(e, errno, "%s", r->policy);
	fprintf(f,
		"# made by glasshouse run\nallow who=root,%u zone=global probes=* sessions=2000 "
		"connections=16\n",
		(unsigned)r->uid);
	return fclose(f) == 0 ? 0 : err_sys(e, errno, "%s", r->policy);
}

/* A file that has secrets and is root's: analyticsd gets a copy that nobody else can read. */
static int copy_secret(struct run *r, const char *path, const char *copy, struct err *e)
{
	char part[65536];
	int from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "%s", path);
	ssize_t n = read(from, part, sizeof(part));
	close(from);
	int to = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool whole =
	    n >= 0 && to >= 0 && write(to, part, (size_t)n) == n && fchown(to, r->uid, r->gid) == 0;
	int why = errno;
	if (to >= 0)
		close(to);
	return whole ? 0 : err_sys(e, why, "%s", copy);
}

static int copy_settings(struct run *r, struct err *e)
{
	snprintf(r->settings, sizeof(r->settings), "%s/alerts.conf", r->folder);
	snprintf(r->hosts, sizeof(r->hosts), "%s/hosts.conf", r->folder);
	return copy_secret(r, SETTINGS_FILE, r->settings, e) < 0 ||
		       copy_secret(r, HOSTS_FILE, r->hosts, e) < 0
		   ? -1
		   : 0;
}

static int make_socket(struct run *r, struct err *e)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	snprintf(r->socket, sizeof(r->socket), "%s/dtraced.sock", r->folder);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", r->socket);
	r->socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mode_t old = umask(0177);
	int status = r->socket_fd < 0 ? -1 : bind(r->socket_fd, (struct sockaddr *)&at, sizeof(at));
	umask(old);
	if (status < 0 || chown(r->socket, r->uid, r->gid) < 0 || listen(r->socket_fd, 64) < 0)
		return err_sys(e, errno, "%s", r->socket);
	return 0;
}

/* The usual port, or, when somebody has it, any. */
static void choose_port(struct run *r)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(PORT),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bool ours = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	if (fd >= 0)
		close(fd);
	snprintf(r->port, sizeof(r->port), "127.0.0.1:%d", ours ? PORT : 0);
	r->listen = r->port;
}

/* ---- children ---- */

__attribute__((noreturn)) static void become(const struct run *r, bool root, char **argv)
{
	char pid[32];
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0); /* ^C is for us; we end them in order */
	if (root) {
		snprintf(pid, sizeof(pid), "%d", (int)getpid());
		setenv("LISTEN_PID", pid, 1);
		setenv("LISTEN_FDS", "1", 1);
		if (dup2(r->socket_fd, PASSED_FD) < 0)
			_exit(126);
	} else {
		if (setgroups(0, NULL) < 0 || setresgid(r->gid, r->gid, r->gid) < 0 ||
		    setresuid(r->uid, r->uid, r->uid) < 0)
			_exit(126);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	}
	execv(argv[0], argv);
	fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int start(struct run *r, struct child *c, const char *name, bool root, char **argv,
		 struct err *e)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return err_sys(e, errno, "pipe");
	c->name = name;
	c->pid = fork();
	if (c->pid == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		dup2(pipes[1], STDERR_FILENO);
		become(r, root, argv);
	}
	close(pipes[1]);
	c->out = pipes[0];
	fcntl(c->out, F_SETFL, O_NONBLOCK);
	return c->pid < 0 ? err_sys(e, errno, "fork") : 0;
}

static int start_both(struct run *r, struct err *e)
{
	char dtraced[PATH_MAX + 32];
	snprintf(dtraced, sizeof(dtraced), "%s/dtraced", r->bin);
	char *broker[] = {dtraced,    "--foreground", "--socket", r->socket,
			  "--policy", r->policy,      NULL};
	char *analytics[] = {r->program,   "--data",	 (char *)r->data,   "--socket",
			     r->socket,	   "--listen",	 (char *)r->listen, "--catalogue",
			     r->catalogue, "--settings", r->settings,	    "--hosts",
			     r->hosts,	   NULL};
	if (start(r, &r->child[0], "dtraced", true, broker, e) < 0)
		return -1;
	close(r->socket_fd);
	r->socket_fd = -1;
	return start(r, &r->child[1], "analyticsd", false, analytics, e);
}

/* ---- what they say ---- */

static void open_log(struct run *r)
{
	char folder[PATH_MAX], path[PATH_MAX + 16], old[PATH_MAX + 16];
	struct stat st;
	as_owner(r);
	snprintf(folder, sizeof(folder), "%s/log", r->data);
	mkdir(folder, 0700);
	snprintf(path, sizeof(path), "%s/run.log", folder);
	snprintf(old, sizeof(old), "%s/run.log.1", folder);
	if (r->log >= 0)
		close(r->log);
	if (lstat(path, &st) == 0 && st.st_size > LOG_BYTES)
		rename(path, old);
	r->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	as_root();
}

static void log_line(struct run *r, const char *name, const char *text)
{
	char when[40];
	struct tm tm;
	struct stat st;
	time_t now = time(NULL);
	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (r->log >= 0)
		dprintf(r->log, "%s %s: %s\n", when, name, text);
	if (r->log >= 0 && fstat(r->log, &st) == 0 && st.st_size > LOG_BYTES)
		open_log(r);
}

/* The address with the token behind it, for this terminal only; without it for programs, in a file. */
static void announce(struct run *r, const char *url)
{
	char path[PATH_MAX], token[256] = "";
	as_owner(r);
	snprintf(path, sizeof(path), "%s/url", r->data);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd >= 0) {
		dprintf(fd, "%s\n", url);
		close(fd);
	}
	snprintf(path, sizeof(path), "%s/token", r->data);
	FILE *f = fopen(path, "re");
	if (f && fgets(token, sizeof(token), f))
		token[strcspn(token, "\r\n")] = 0;
	if (f)
		fclose(f);
	as_root();
	printf("Glasshouse shows this host at\n\n\t%s%s%s\n\n^C ends it. Data are kept in %s.\n",
	       url, *token ? "#token=" : "", token, r->data);
	fflush(stdout);
	r->ready = true;
}

static void one_line(struct run *r, struct child *c)
{
	static const char listening[] = "analyticsd: listening on ", scheme[] = "http";
	const char *text = buf_str(&c->line);
	log_line(r, c->name, text);
	if (strncmp(text, listening, strlen(listening)) == 0 &&
	    strncmp(text + strlen(listening), scheme, strlen(scheme)) == 0)
		announce(r, text + strlen(listening));
	else
		fprintf(stderr, "%s\n", text);
	buf_clear(&c->line);
}

/* false when nobody writes any more. */
static bool hear(struct run *r, struct child *c)
{
	char part[4096];
	ssize_t n;
	while ((n = read(c->out, part, sizeof(part))) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (part[i] == '\n')
				one_line(r, c);
			else if (c->line.n < 8192)
				buf_putc(&c->line, part[i]);
		}
	}
	if (n == 0 && c->line.n)
		one_line(r, c);
	return n < 0;
}

/* ---- until the end ---- */

static int ended(struct run *r, struct child *c, struct err *e)
{
	int status;
	if (c->pid <= 0 || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return 0;
	c->pid = 0;
	hear(r, c);
	if (WIFSIGNALED(status))
		return err_set(e, ECHILD, "%s was killed by signal %d", c->name, WTERMSIG(status));
	return err_set(e, ECHILD, "%s ended with status %d%s", c->name, WEXITSTATUS(status),
		       r->ready ? "" : "; what it said stands above");
}

static int watch(struct run *r, struct err *e)
{
	time_t deadline = time(NULL) + START_S;
	for (;;) {
		struct pollfd fds[] = {{r->signals, POLLIN, 0},
				       {r->child[0].out, POLLIN, 0},
				       {r->child[1].out, POLLIN, 0}};
		if (poll(fds, 3, 1000) < 0 && errno != EINTR)
			return err_sys(e, errno, "poll");
		for (int i = 0; i < 2; i++)
			if (fds[i + 1].revents && r->child[i].out >= 0 && !hear(r, &r->child[i])) {
				close(r->child[i].out);
				r->child[i].out = -1;
			}
		for (int i = 0; i < 2; i++)
			if (ended(r, &r->child[i], e) < 0)
				return -1;
		struct signalfd_siginfo info;
		while (read(r->signals, &info, sizeof(info)) == sizeof(info))
			if (info.ssi_signo != SIGCHLD)
				return 0;
		if (!r->ready && time(NULL) > deadline)
			return err_set(e, ETIMEDOUT,
				       "analyticsd did not begin to listen within %d s", START_S);
	}
}

/* analyticsd first: it says good-bye to dtraced. */
static void end_child(struct run *r, struct child *c)
{
	struct timespec pause = {0, 20000000};
	for (int i = 0; c->pid > 0 && waitpid(c->pid, NULL, WNOHANG) == 0; i++) {
		if (i == 0)
			kill(c->pid, SIGTERM);
		if (i == END_S * 50)
			kill(c->pid, SIGKILL);
		if (c->out >= 0)
			hear(r, c);
		nanosleep(&pause, NULL);
	}
	if (c->out >= 0) {
		hear(r, c);
		close(c->out);
	}
	buf_fini(&c->line);
	c->pid = 0;
}

static void remove_folder(const struct run *r)
{
	pid_t pid = r->folder[0] && !strstr(r->folder, "XXXXXX") ? fork() : -1;
	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", r->folder, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void end_all(struct run *r)
{
	char path[PATH_MAX];
	end_child(r, &r->child[1]);
	end_child(r, &r->child[0]);
	if (r->ready) {
		snprintf(path, sizeof(path), "%s/url", r->data);
		as_owner(r);
		unlink(path);
		as_root();
	}
	if (r->socket_fd >= 0)
		close(r->socket_fd);
	remove_folder(r);
	if (r->log >= 0)
		close(r->log);
	if (r->lock >= 0)
		close(r->lock);
}

static int watch_signals(struct run *r, struct err *e)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? err_sys(e, errno, "signals") : 0;
}

int cmd_run(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
	    {"listen", required_argument, NULL, 'l'}, {"data", required_argument, NULL, 'd'}, {0}};
	struct run r = {.data = o->data,
			.lock = -1,
			.socket_fd = -1,
			.signals = -1,
			.log = -1,
			.child = {{.out = -1}, {.out = -1}}};
	struct err e = {0};
	optind = 0;
	for (int ch; (ch = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
		if (ch == 'l')
			r.listen = optarg;
		else if (ch == 'd')
			r.data = optarg;
		else
			return misused("run: [--listen ADDRESS:PORT] [--data FOLDER]");
	}
	if (optind != argc)
		return misused("run: there are no further arguments");
	if (geteuid() != 0)
		return misused("run: tracing is root's: sudo glasshouse run");
	if (watch_signals(&r, &e) < 0 || data_folder(&r, &e) < 0 || places(&r, &e) < 0 ||
	    make_policy(&r, &e) < 0 || copy_settings(&r, &e) < 0 || make_socket(&r, &e) < 0) {
		end_all(&r);
		return complain(&e);
	}
	if (!r.listen)
		choose_port(&r);
	open_log(&r);
	int status = start_both(&r, &e) < 0 ? -1 : watch(&r, &e);
	end_all(&r);
	return status < 0 ? complain(&e) : E_OK;
}
