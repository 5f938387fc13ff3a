/*
 * send_run.c - runs a program of the folder for actions
 *
 * Which programs there are is for root to decide: only regular files of the settings' folder, which neither they nor the folder
 * may be writable by others. A program runs as run.user when the daemon is root, else as the daemon's own user, without
 * new privileges, in a session of its own, with nothing of the daemon's but variables that tell the alert. What it
 * writes is kept (the beginning of it); when it is over time, it and its process group are killed.
 */
#include "analytics/alert/amount.h"
#include "analytics/alert/send.h"
#include "analytics/alert/template.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	ARGUMENTS = 16,
	VARIABLES = 16,
	TIMEOUT_S = 30,
	MEMORY_BYTES = 1 << 30,
	FILES = 64,
	OUTPUT_BYTES = 1000,
	READS = 64,
};

/* All that the child needs, made before the fork: after it only system calls are safe. */
struct child {
	char path[1024];
	char *argv[ARGUMENTS + 2], *envp[VARIABLES + 1];
	bool change;
	uid_t uid;
	gid_t gid;
	int out;
};

static bool others_may_write(const struct stat *st)
{
	return st->st_mode & 022 || (st->st_uid != 0 && st->st_uid != geteuid());
}

static int find(struct child *c, const char *name, const struct settings *s, struct sent_result *r)
{
	struct stat folder, file;
	const char *dir = s->value[RUN_FOLDER];
	snprintf(c->path, sizeof(c->path), "%s/%s", dir, name);
	if (stat(dir, &folder) < 0 || lstat(c->path, &file) < 0) {
		*r = sent(SENT_NEVER, "%s: %s", c->path, strerror(errno));
		return -1;
	}
	if (others_may_write(&folder) || others_may_write(&file) || !S_ISREG(file.st_mode) ||
	    !(file.st_mode & 0111)) {
		*r = sent(SENT_NEVER,
			  "%s: must be a program that, like its folder, only root can change",
			  c->path);
		return -1;
	}
	return 0;
}

static int become(struct child *c, const struct settings *s, struct sent_result *r)
{
	struct passwd pw, *found = NULL;
	char room[4096];
	c->change = geteuid() == 0;
	if (!c->change)
		return 0;
	if (getpwnam_r(s->value[RUN_USER], &pw, room, sizeof(room), &found) != 0 || !found ||
	    !found->pw_uid) {
		*r = sent(SENT_NEVER, "run.user: there is no user '%s', or it is root",
			  s->value[RUN_USER]);
		return -1;
	}
	c->uid = found->pw_uid;
	c->gid = found->pw_gid;
	return 0;
}

static int arguments(struct child *c, const struct job *j, struct sent_result *r)
{
	const char *p = action_param(&j->action, "arguments");
	char word[ACTION_TEXT];
	int n = 1, got = 0;
	c->argv[0] = strdup(action_param(&j->action, "program"));
	while (p && n <= ARGUMENTS && (got = amount_word(&p, word, sizeof(word))) > 0) {
		BUF_AUTO full = {0};
		template_expand(word, j, &full);
		c->argv[n++] = strdup(buf_str(&full));
	}
	if (got < 0) {
		*r = sent(SENT_NEVER, "arguments: quotes are not closed");
		return -1;
	}
	return 0;
}

static void environment(struct child *c, const struct job *j)
{
	static const char *const words[] = {"name",  "severity", "dataset", "key",
					    "value", "limit",	 "unit",    "text",
					    "note",  "alert",	 "began"};
	int n = 0;
	c->envp[n++] = strdup("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	c->envp[n++] = strdup("LC_ALL=C.UTF-8");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		BUF_AUTO line = {0};
		buf_puts(&line, "GLASSHOUSE_");
		for (const char *p = words[i]; *p; p++)
			buf_putc(&line, (char)(*p - 'a' + 'A'));
		buf_putc(&line, '=');
		template_word(words[i], j, &line);
		c->envp[n++] = strdup(buf_str(&line));
	}
	BUF_AUTO line = {0};
	buf_puts(&line, "GLASSHOUSE_EVENT=");
	if (j->event == EVENT_TEST)
		buf_puts(&line, "test");
	else
		event_names(j->event, &line);
	c->envp[n++] = strdup(buf_str(&line));
}

static void child_fini(struct child *c)
{
	for (int i = 0; c->argv[i]; i++)
		free(c->argv[i]);
	for (int i = 0; c->envp[i]; i++)
		free(c->envp[i]);
}

/* glibc's setuid() speaks to all threads of the process; here there is one, and the system calls do. */
__attribute__((noreturn)) static void child_run(const struct child *c)
{
	struct rlimit none = {0, 0}, files = {FILES, FILES}, memory = {MEMORY_BYTES, MEMORY_BYTES};
	sigset_t all;
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(c->out, 1);
	dup2(c->out, 2);
	syscall(SYS_close_range, 3, ~0u, 0);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_AS, &memory);
	umask(077);
	if (c->change && (syscall(SYS_setgroups, 0, NULL) < 0 ||
			  syscall(SYS_setresgid, c->gid, c->gid, c->gid) < 0 ||
			  syscall(SYS_setresuid, c->uid, c->uid, c->uid) < 0))
		_exit(126);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || chdir("/") < 0)
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a change of user takes it away */
	execve(c->path, c->argv, c->envp);
	_exit(127);
}

static int launch(struct program *p, struct child *c, struct sent_result *r)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0) {
		*r = sent(SENT_LATER, "pipe: %s", strerror(errno));
		return -1;
	}
	fcntl(pipes[1], F_SETFL, 0);
	c->out = pipes[1];
	p->pid = fork();
	if (p->pid == 0)
		child_run(c);
	int why = errno;
	close(pipes[1]);
	p->out = pipes[0];
	p->pidfd = p->pid > 0 ? (int)syscall(SYS_pidfd_open, p->pid, 0) : -1;
	if (p->pidfd >= 0)
		return 0;
	if (p->pid > 0) {
		why = errno;
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	close(p->out);
	*r = sent(SENT_LATER, "fork: %s", strerror(why));
	return -1;
}

int program_start(struct program *p, const struct job *j, const struct settings *s,
		  struct sent_result *r)
{
	struct child c = {0};
	const char *timeout = action_param(&j->action, "timeout");
	int64_t seconds = TIMEOUT_S;
	memset(p, 0, sizeof(*p));
	if (timeout)
		amount_seconds(timeout, &seconds);
	if (find(&c, action_param(&j->action, "program"), s, r) < 0 || become(&c, s, r) < 0)
		return -1;
	int status = arguments(&c, j, r);
	environment(&c, j);
	if (status == 0)
		status = launch(p, &c, r);
	child_fini(&c);
	p->deadline_ns = clock_ns() + seconds * 1000000000ll;
	return status;
}

void program_read(struct program *p)
{
	char part[1024];
	ssize_t n;
	/* One that never ends to write does not keep others waiting. */
	for (int i = 0; i < READS && p->out >= 0 && (n = read(p->out, part, sizeof(part))) >= 0;
	     i++) {
		if (n == 0) { /* nobody holds it any more: it would be readable for ever */
			close(p->out);
			p->out = -1;
			break;
		}
		size_t room = p->output.n < OUTPUT_BYTES ? OUTPUT_BYTES - p->output.n : 0;
		buf_add(&p->output, part, (size_t)n < room ? (size_t)n : room);
	}
}

void program_kill(struct program *p)
{
	p->late = true;
	/* Its session: setsid() may not have been reached yet. */
	kill(-p->pid, SIGKILL);
	kill(p->pid, SIGKILL);
}

struct sent_result program_end(struct program *p)
{
	int status = 0;
	kill(-p->pid, SIGKILL); /* what it left behind */
	waitpid(p->pid, &status, 0);
	program_read(p);
	struct sent_result r = sent(SENT_OK, "%s", "");
	if (p->late)
		r = sent(SENT_NEVER, "it was over time and killed");
	else if (WIFSIGNALED(status))
		r = sent(SENT_NEVER, "it was killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) == 127 && !p->output.n)
		r = sent(SENT_NEVER, "it could not be run (status 127)");
	else if (WEXITSTATUS(status))
		r = sent(SENT_NEVER, "it ended with status %d", WEXITSTATUS(status));
	snprintf(r.output, sizeof(r.output), "%s", buf_str(&p->output));
	close(p->pidfd);
	if (p->out >= 0)
		close(p->out);
	buf_fini(&p->output);
	return r;
}
