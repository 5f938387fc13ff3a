/*
 * zlogin.c - the command zlogin(1): runs a command, or a shell, in a zone that is up
 *
 * The zone is entered through a pidfd of its first process, so that a process id that is given
 * again meanwhile leads nowhere. In the zone nothing of the host is open but the three standard
 * descriptors, or a pseudo-terminal of the zone's own; the environment is new.
 */
#include "cmd/terminal.h"

#include "zone/cgroup.h"
#include "zone/console.h"
#include "zone/delegate.h"
#include "zone/jail.h"
#include "zone/live.h"
#include "zone/place.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mount.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { E_ENTER = 1, E_USAGE = 2 };

struct login {
	const char *zone, *user;
	char **argv;	/* of zlogin */
	char **command; /* NULL: a shell */
	uint64_t kept;	/* capabilities of the zone */
	unsigned security;
	struct rlimit locked;
	bool terminal, interactive, safe, quiet, console, ends;
	int escape;
	int master_socket[2]; /* the master side of the terminal comes out by it */
};

static int usage(void)
{
	fputs("usage: zlogin [-EQS] [-R root] [-e character] [-l user] zone\n"
	      "       zlogin [-inEQS] [-R root] [-e character] [-l user] zone command [argument "
	      "...]\n"
	      "       zlogin -C [-dEQ] [-R root] [-e character] zone\n",
	      stderr);
	return E_USAGE;
}

static int fail(const char *zone, const char *what)
{
	fprintf(stderr, "zlogin: zone '%s': %s\n", zone, what);
	return E_ENTER;
}

/* ---- within the zone ---- */

/* A user of the zone's passwd file, which the zone wrote: a regular file, read with its own libc's
 * format only. */
static bool find_user(const char *name, struct passwd *found, char line[1024])
{
	int fd = open("/etc/passwd", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	FILE *f = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? fdopen(fd, "r") : NULL;
	bool ok = false;
	while (f && !ok && fgets(line, 1024, f)) {
		char *field[7], *rest = line;
		int n = 0;
		line[strcspn(line, "\n")] = '\0';
		while (n < 7 && (field[n] = strsep(&rest, ":")))
			n++;
		if (n < 7 || strcmp(field[0], name) != 0)
			continue;
		*found = (struct passwd){.pw_name = field[0],
					 .pw_uid = (uid_t)strtoul(field[2], NULL, 10),
					 .pw_gid = (gid_t)strtoul(field[3], NULL, 10),
					 .pw_dir = field[5],
					 .pw_shell = field[6]};
		ok = true;
	}
	if (f)
		fclose(f);
	else if (fd >= 0)
		close(fd);
	return ok;
}

static char *assign(const char *name, const char *value)
{
	char *text = NULL;
	return asprintf(&text, "%s=%s", name, value) < 0 ? NULL : text;
}

_Noreturn static void run(const struct login *l, bool userns)
{
	char line[1024], *whole[4];
	struct passwd p = {.pw_name = "root", .pw_dir = "/root", .pw_shell = "/bin/sh"};
	const char *term = getenv("TERM");
	struct err e = {0};
	sigset_t none;
	/* Whatever the zone's files say, or do not. */
	bool known = l->safe || find_user(l->user, &p, line);
	if (!known && strcmp(l->user, "root") != 0)
		_exit(fail(l->zone, "no such user in the zone"));
	char *env[] = {
	    assign("HOME", p.pw_dir),
	    assign("LOGNAME", p.pw_name),
	    assign("USER", p.pw_name),
	    assign("SHELL", *p.pw_shell ? p.pw_shell : "/bin/sh"),
	    assign("PATH", p.pw_uid ? "/dev/zone:/usr/bin:/bin:/dev/zonetools"
				    : "/dev/zone:/usr/sbin:/usr/bin:/sbin:/bin:/dev/zonetools"),
	    assign("TERM", term && strlen(term) < 64 ? term : "dumb"),
	    NULL};
	/* While it may: the zone's privileges need not permit it. */
	if (setgroups(0, NULL) < 0 || setresgid(p.pw_gid, p.pw_gid, p.pw_gid) < 0)
		_exit(fail(l->zone, "cannot become the user"));
	if (zone_jail_filter(l->security, userns, &e) < 0 || zone_jail_drop(l->kept, &e) < 0)
		_exit(fail(l->zone, e.text));
	struct rlimit own;
	if (getrlimit(RLIMIT_MEMLOCK, &own) < 0 ||
	    (own.rlim_max > l->locked.rlim_max && setrlimit(RLIMIT_MEMLOCK, &l->locked) < 0))
		_exit(fail(l->zone, "cannot set the limit on locked memory"));
	if (p.pw_uid && setresuid(p.pw_uid, p.pw_uid, p.pw_uid) < 0)
		_exit(fail(l->zone, "cannot become the user"));
	if (chdir(p.pw_dir) < 0 && chdir("/") < 0)
		_exit(fail(l->zone, "cannot change to a directory of the zone"));
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	whole[0] = *p.pw_shell ? p.pw_shell : "/bin/sh";
	whole[1] = l->command ? "-c" : NULL;
	whole[2] = l->command ? l->command[0] : NULL;
	whole[3] = NULL;
	execve(whole[0], whole, env);
	perror("zlogin: cannot run the user's shell");
	_exit(E_ENTER);
}

/* A terminal of the zone's: made there, its master side handed out to the host. */
static int open_terminal(const struct login *l)
{
	struct msghdr m = {0};
	struct iovec io = {.iov_base = "t", .iov_len = 1};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	int master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), off = 0;
	if (master < 0 || ioctl(master, TIOCSPTLCK, &off) < 0)
		return -1;
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	m.msg_iov = &io;
	m.msg_iovlen = 1;
	m.msg_control = control.room;
	m.msg_controllen = sizeof(control.room);
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &master, sizeof(int));
	if (slave < 0 || sendmsg(l->master_socket[1], &m, 0) != 1)
		return -1;
	close(master);
	if (ioctl(slave, TIOCSCTTY, 0) < 0)
		return -1;
	for (int i = 0; i < 3; i++)
		if (dup2(slave, i) < 0)
			return -1;
	return 0;
}

_Noreturn static void inside(const struct login *l, const struct zone_doors *doors, bool userns)
{
	struct err e = {0};
	/* Before anything of the zone's runs in it. */
	if (zone_jail_shed(&e) < 0 || zone_doors_enter(doors, &e) < 0)
		_exit(fail(l->zone, e.text));
	/* Until the zone's program runs this is a program of the host, which the zone is not to reach. */
	if (userns && (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
		_exit(fail(l->zone, "cannot become the zone's root"));
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		_exit(fail(l->zone, "cannot protect the login"));
	/* A session of its own: the zone is not to type on the caller's terminal, where that is one of
	 * the standard descriptors. */
	if (setsid() < 0)
		_exit(fail(l->zone, "cannot have a session"));
	if (l->terminal && open_terminal(l) < 0)
		_exit(fail(l->zone, "cannot have a terminal of the zone"));
	if (syscall(SYS_close_range, 3, ~0u, 0) < 0)
		_exit(fail(l->zone, "cannot close the host's descriptors"));
	umask(022);
	run(l, userns);
}

/* ---- outside ---- */

/* Where the zone's root is the host's, it may write what the host's root may, and what it runs as
 * its shell may be a link to /proc/self/exe: this program. So it goes on from a mount of its file that cannot be written. */
static int protect_program(char **argv)
{
	struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
	struct statvfs now;
	int self = (int)syscall(SYS_open_tree, AT_FDCWD, "/proc/self/exe",
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (statvfs("/proc/self/exe", &now) == 0 && now.f_flag & ST_RDONLY) {
		close(self);
		return 0;
	}
	if (self >= 0 &&
	    syscall(SYS_mount_setattr, self, "", AT_EMPTY_PATH, &readonly, sizeof(readonly)) == 0)
		syscall(SYS_execveat, self, "", argv, environ, AT_EMPTY_PATH);
	return -1;
}

static pid_t child;
static void pass_on(int signal)
{
	kill(child, signal);
}

static int receive(int socket)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec io = {.iov_base = &byte, .iov_len = 1};
	struct msghdr m = {
	    .msg_iov = &io, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room)};
	int fd = -1;
	if (recvmsg(socket, &m, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

/* Word of it goes where the terminal's text goes. */
static void note(const struct login *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (!l->quiet)
		vprintf(fmt, ap);
	va_end(ap);
	fflush(stdout);
}

static void converse(const struct login *l, int master)
{
	struct terminal t = {.zone = master, .also = -1, .escape = l->escape};
	note(l, "[Connected to zone '%s']\n", l->zone);
	if (terminal_join(&t) == TERMINAL_LEFT) {
		kill(child, SIGHUP);
		close(master);
	}
	note(l, "\n[Connection to zone '%s' closed]\n", l->zone);
}

/* The capabilities that the zone was made with: its configuration may have been changed since. */
static uint64_t bounds_of(pid_t init)
{
	char path[64], line[128];
	unsigned long long set = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)init);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CapBnd: %llx", &set) == 1)
			break;
	if (f)
		fclose(f);
	return set;
}

/* Forks into the zone: the child joins its groups before it runs anything, which must not be outside of them. */
static int enter(const struct login *l, const struct zone_live *live, struct zone_cgroups *groups)
{
	char path[64];
	struct stat mine, theirs;
	struct err e = {0};
	struct zone_doors doors;
	int status, pidfd = (int)syscall(SYS_pidfd_open, live->init, 0);
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)live->init);
	bool userns = stat("/proc/self/ns/user", &mine) == 0 && stat(path, &theirs) == 0 &&
		      mine.st_ino != theirs.st_ino;
	int flags = CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP |
		    CLONE_NEWNS | (userns ? CLONE_NEWUSER : 0);
	if (!userns && protect_program(l->argv) < 0)
		return fail(l->zone, "cannot protect the program zlogin from it");
	if (pidfd < 0 || zone_doors_open(&doors, groups, &e) < 0)
		return fail(l->zone, e.code ? e.text : "its first process is gone");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || setns(pidfd, flags) < 0)
		return fail(l->zone, "cannot enter its namespaces");
	close(pidfd);
	if ((child = zone_doors_clone(&doors, 0)) == 0)
		inside(l, &doors, userns);
	int code = errno;
	zone_doors_close(&doors);
	errno = code;
	if (child < 0)
		return fail(l->zone, "cannot fork in it");
	signal(SIGTERM, pass_on);
	signal(SIGHUP, pass_on);
	signal(SIGINT, pass_on);
	if (l->terminal) {
		close(l->master_socket[1]);
		int master = receive(l->master_socket[0]);
		if (master >= 0)
			converse(l, master);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- the console ---- */

/* The console of a zone that is up. -1: it is not, or (with *e) it cannot be had. */
static int attach(const char *root, const struct zone_entry *entry, int *held,
		  char text[ZONE_CONSOLE_KEPT + 1], struct err *e)
{
	char path[128];
	struct zone_live live;
	struct err ignored;
	zone_live_read(root, entry, &live);
	if (!live.up)
		return -1;
	snprintf(path, sizeof(path), "/run/zones/%s", entry->name);
	int dir = zone_place_open(root, path, false, &ignored);
	int master = dir < 0 ? -1 : zone_console_attach(dir, held, text, e);
	if (dir >= 0)
		close(dir);
	return master;
}

/* Did the caller ask to leave while the zone was down? He has no zone to type to. */
static bool asks_to_leave(const struct login *l)
{
	char text[64];
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	if (poll(&p, 1, 200) <= 0)
		return false;
	ssize_t n = read(STDIN_FILENO, text, sizeof(text));
	return n <= 0 || (n > 1 && text[0] == l->escape && text[1] == '.');
}

/* At the console until the caller leaves it, over reboots and from boot to boot; with -d until the zone halts. */
static int at_console(const struct login *l, const char *root, const struct zone_entry *entry)
{
	char text[ZONE_CONSOLE_KEPT + 1];
	bool was_up = false;
	note(l, "[Connected to zone '%s' console]\n", l->zone);
	for (;;) {
		struct err e = {0};
		int held = -1, master = attach(root, entry, &held, text, &e);
		if (master < 0 && e.code == EBUSY)
			return fail(l->zone, e.text);
		if (master < 0 && ((was_up && l->ends) || asks_to_leave(l)))
			break;
		if (master < 0)
			continue;
		struct terminal t = {.zone = master, .also = held, .escape = l->escape};
		if (write(STDOUT_FILENO, text, strlen(text)) < 0)
			break;
		enum terminal_end end = terminal_join(&t);
		close(master);
		close(held);
		if (end == TERMINAL_LEFT)
			break;
		was_up = true;
		note(l, "\r\n[NOTICE: Zone halted]\r\n");
	}
	note(l, "\n[Connection to zone '%s' console closed]\n", l->zone);
	return 0;
}

/* Not being root: zoneadmd(8) is asked to do it. */
static int ask(const struct login *l, const char *root, char **words, int nwords)
{
	const char *term = getenv("TERM");
	struct delegate_request r = {
	    .program = DELEGATE_ZLOGIN, .term = term ? term : "", .zone = l->zone};
	char user[80], escape[4] = {'-', 'e', (char)l->escape};
	struct err e = {0};
	const struct {
		bool given;
		const char *option;
	} options[] = {{l->console, "-C"},	 {l->ends, "-d"},
		       {l->safe, "-S"},		 {l->quiet, "-Q"},
		       {l->interactive, "-i"},	 {l->escape < 0, "-E"},
		       {l->escape >= 0, escape}, {true, user}};
	if (snprintf(user, sizeof(user), "-l%s", l->user) >= (int)sizeof(user) ||
	    nwords > DELEGATE_WORDS)
		return fail(l->zone, "too many arguments");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].given && (options[i].option != user || !l->console))
			r.options[r.noptions++] = options[i].option;
	for (int i = 0; i < nwords; i++)
		r.words[r.nwords++] = words[i];
	int status = delegate_ask(root, &r, &e);
	return status < 0 ? fail(l->zone, e.text) : status;
}

static int login(struct arena *a, const char *root, struct login *l)
{
	struct zone_store s;
	struct zone_live live;
	struct zone_cgroups groups;
	struct err e = {0};
	if (zone_store_open(&s, a, root, &e) < 0)
		return fail(l->zone, e.text);
	const struct zone_entry *entry = zone_store_find(&s, l->zone);
	if (!entry)
		return fail(l->zone, "No such zone configured");
	if (l->console)
		return at_console(l, root, entry);
	zone_live_read(root, entry, &live);
	if (live.state != ZONE_RUNNING || live.init <= 0)
		return fail(l->zone, "must be running before zlogin.");
	if ((l->kept = bounds_of(live.init)) == 0)
		return fail(l->zone, "its first process is gone");
	l->security = live.security;
	if (prlimit(live.init, RLIMIT_MEMLOCK, NULL, &l->locked) < 0)
		return fail(l->zone, "its first process is gone");
	zone_cgroups_find(&groups, root, l->zone);
	if (l->terminal && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, l->master_socket) < 0)
		return fail(l->zone, "cannot make a socket");
	return enter(l, &live, &groups);
}

static int options(int argc, char **argv, struct login *l, const char **root)
{
	bool interactive = false;
	for (int ch; (ch = getopt(argc, argv, "+R:l:nCdEe:iQS")) != -1;) {
		if (ch == 'R')
			*root = optarg;
		else if (ch == 'l')
			l->user = optarg;
		else if (ch == 'n' && !freopen("/dev/null", "r", stdin))
			return fail("", "cannot open /dev/null");
		else if (ch == 'e' && optarg[0] && !optarg[1])
			l->escape = (unsigned char)optarg[0];
		else if (ch == '?' || ch == 'e')
			return usage();
		else if (ch == 'E')
			l->escape = -1;
		l->console |= ch == 'C';
		l->ends |= ch == 'd';
		l->safe |= ch == 'S';
		l->quiet |= ch == 'Q';
		interactive |= ch == 'i';
	}
	int words = argc - optind;
	if (words < 1 || (l->console ? words > 1 || interactive || l->safe : l->ends) ||
	    (l->safe && strcmp(l->user, "root") != 0))
		return usage();
	l->interactive = interactive;
	l->terminal = (words == 1 || interactive) && isatty(STDIN_FILENO);
	return 0;
}

int main(int argc, char **argv)
{
	struct login l = {.argv = argv, .user = "root", .escape = '~'};
	const char *root = NULL;
	int status = options(argc, argv, &l, &root);
	if (status)
		return status;
	l.zone = argv[optind++];
	if (geteuid() != 0)
		return ask(&l, root, argv + optind, argc - optind);
	struct arena *a = arena_new();
	if (!a || arena_guard(a))
		return fail(l.zone, "out of memory");
	char *all = arena_strdup(a, "");
	for (int i = optind; i < argc; i++)
		all = arena_printf(a, "%s%s%s", all, i > optind ? " " : "", argv[i]);
	l.command = optind < argc ? &all : NULL;
	status = login(a, root, &l);
	arena_free(a);
	return status;
}
