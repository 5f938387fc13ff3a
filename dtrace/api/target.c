/*
 * target.c - the processes of -c and -p
 *
 * A command is started under ptrace and stands still where option evaltime says (evaltime.c) until
 * session_go(), so that nothing it does from there is missed; and again where it becomes another program (traced.c). It
 * does not outlive us, however we end: the kernel kills it with the thread of tracer.h that began it, which also does what
 * takes ptrace(), so none is left stopped or with a breakpoint of ours in its code. Grabbed processes are only watched.
 */
#include "dtrace/api/session_int.h"
#include "dtrace/api/tracer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct target *new_target(struct session *s, struct err *e)
{
	if (s->ntargets == MAX_TARGETS) {
		err_set(e, E2BIG, "more than %d target processes", MAX_TARGETS);
		return NULL;
	}
	struct target *t = &s->targets[s->ntargets];
	*t = (struct target){.pidfd = -1};
	return t;
}

static int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Words of a command line, quotes and backslashes respected; no shell is involved. */
static char **split_words(struct arena *a, const char *cmd)
{
	VEC(char *) words = {0};
	BUF_AUTO word = {0};
	for (const char *p = cmd; *p;) {
		while (*p == ' ' || *p == '\t')
			p++;
		if (!*p)
			break;
		char quote = 0;
		buf_clear(&word);
		for (; *p && (quote || (*p != ' ' && *p != '\t')); p++) {
			if (quote ? *p == quote : *p == '\'' || *p == '"')
				quote = quote ? 0 : *p;
			else if (*p == '\\' && p[1] &&
				 (!quote || (quote == '"' && strchr("\"\\$`", p[1]))))
				buf_putc(&word, *++p);
			else
				buf_putc(&word, *p);
		}
		*vec_push(&words, a) = arena_strdup(a, buf_str(&word));
	}
	*vec_push(&words, a) = NULL;
	return words.at;
}

/* Writes over the entry of the change's name, or behind the last; one that sets nothing takes it out. Returns how many there are then. */
static size_t change_environment(char **env, size_t n, const char *change)
{
	size_t len = strcspn(change, "="), at = 0;
	while (at < n && (strncmp(env[at], change, len) != 0 || env[at][len] != '='))
		at++;
	if (change[len]) {
		env[at] = (char *)change;
		return at < n ? n : n + 1;
	}
	if (at < n)
		env[at] = env[--n];
	return n;
}

static size_t apply(char **env, size_t n, const struct option_env *change)
{
	return change ? change_environment(env, apply(env, n, change->before), change->text) : n;
}

/* Ours, with what options setenv and unsetenv change. Made before there is a process: that may not take memory. */
static char **environment_of(struct session *s)
{
	size_t n = 0, more = 1;
	while (environ && environ[n])
		n++;
	for (const struct option_env *c = s->opts.env; c; c = c->before)
		more++;
	char **env = arena_array(s->arena, char *, n + more);
	if (n)
		memcpy(env, environ, n * sizeof(*env));
	env[apply(env, n, s->opts.env)] = NULL;
	return env;
}

/* parent: its parent. One that has ended before the kernel was asked to tell of it will not be told of. */
static void child(pid_t parent, const char *file, char *const *argv, char *const *env)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(126);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	execvpe(file, argv, env);
	_exit(errno == ENOENT ? 127 : 126);
}

/* ---- by the tracer ---- */

struct job {
	const char *file;
	char *const *argv, *const *env;
	enum evaltime to;
	pid_t pid;
	struct err *e;
};

static int spawn(void *arg)
{
	struct job *j = arg;
	int status;
	pid_t parent = getpid(), pid = fork();
	if (pid < 0)
		return err_sys(j->e, errno, "failed to create process for %s", j->file);
	if (pid == 0)
		child(parent, j->file, j->argv, j->env);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFSTOPPED(status))
		return err_set(j->e, ENOENT, "failed to execute %s: %s", j->file,
			       WIFEXITED(status) && WEXITSTATUS(status) == 127
				   ? "No such file or directory"
				   : "Permission denied");
	if (target_advance(pid, j->to, j->e) < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return -1;
	}
	return pid;
}

static int advance(void *arg)
{
	struct job *j = arg;
	return target_advance(j->pid, j->to, j->e);
}

/* Taken over while it stops, or stands stopped, by the signal of an exec, which is then forgotten. */
static int take_over(pid_t pid, struct err *e)
{
	siginfo_t how = {0};
	int status;

	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
		return err_sys(e, errno, "failed to grab pid %d", (int)pid);
	while (waitid(P_PID, (id_t)pid, &how, WEXITED | WSTOPPED | WNOWAIT | __WALL) < 0)
		if (errno != EINTR)
			return err_sys(e, errno, "failed to grab pid %d", (int)pid);
	if (how.si_code != CLD_TRAPPED && how.si_code != CLD_STOPPED)
		return err_set(e, ESRCH, "pid %d has ended", (int)pid);
	waitpid(pid, &status, __WALL);
	return kill(pid, SIGCONT);
}

static int stand(void *arg)
{
	struct job *j = arg;
	if (take_over(j->pid, j->e) < 0) {
		kill(j->pid, SIGCONT);
		return -1;
	}
	/* Where it cannot be let come further it stands at its exec. */
	target_advance(j->pid, j->to, j->e);
	return 0;
}

static int let_go(void *arg)
{
	struct job *j = arg;
	if (ptrace(PTRACE_DETACH, j->pid, 0, 0) < 0)
		return err_sys(j->e, errno, "failed to start pid %d", (int)j->pid);
	return 0;
}

/* ---- by whoever asks ---- */

pid_t session_spawn(struct session *s, const char *file, char *const *argv, struct err *e)
{
	struct target *t = new_target(s, e);
	if (!t || (!s->tracer && !(s->tracer = tracer_new(e))))
		return -1;
	struct job j = {.file = file,
			.argv = argv,
			.env = environment_of(s),
			.to = (enum evaltime)s->opts.value[OPT_EVALTIME],
			.e = e};
	pid_t pid = tracer_call(s->tracer, spawn, &j, e);
	if (pid < 0)
		return -1;
	*t = (struct target){.pid = pid, .created = true, .alive = true, .pidfd = pidfd_of(pid)};
	s->ntargets++;
	return pid;
}

pid_t session_create(struct session *s, const char *command, struct err *e)
{
	char **argv = split_words(s->arena, command);
	if (!argv[0])
		return err_set(e, EINVAL, "failed to execute %s: no command", command);
	return session_spawn(s, argv[0], argv, e);
}

int session_grab(struct session *s, pid_t pid, struct err *e)
{
	struct target *t = new_target(s, e);
	if (!t)
		return -1;
	if (pid <= 0 || kill(pid, 0) < 0) /* what is not a process means groups of them */
		return err_sys(e, pid > 0 ? errno : ESRCH, "failed to grab pid %d", (int)pid);
	*t = (struct target){.pid = pid, .running = true, .alive = true, .pidfd = pidfd_of(pid)};
	s->ntargets++;
	return 0;
}

/* Where a description means every module, commands that stand at their exec come as far as their libraries, before probes are in
 * the way of that: what is there only then is found by targets_look(). */
int targets_map(struct session *s, struct err *e)
{
	s->mapped = s->open && s->opts.value[OPT_EVALTIME] == EVALTIME_EXEC && late_any_module(s);
	if (!s->mapped)
		return 0;
	for (unsigned i = 0; i < s->ntargets; i++) {
		struct target *t = &s->targets[i];
		struct job j = {.pid = t->pid, .to = EVALTIME_PREINIT, .e = e};
		if (t->created && !t->running && tracer_call(s->tracer, advance, &j, e) < 0)
			return -1;
	}
	return 0;
}

void targets_look(struct session *s)
{
	if (!s->mapped)
		return;
	for (unsigned i = 0; i < s->ntargets; i++)
		if (s->targets[i].created && !s->targets[i].running)
			late_note(s, s->targets[i].pid);
	late_settle(s);
}

int targets_continue(struct session *s, struct err *e)
{
	for (unsigned i = 0; i < s->ntargets; i++) {
		struct target *t = &s->targets[i];
		if (!t->created || t->running)
			continue;
		if (tracer_call(s->tracer, let_go, &(struct job){.pid = t->pid, .e = e}, e) < 0)
			return -1;
		t->running = true;
	}
	return 0;
}

static struct target *find(const struct session *s, pid_t pid)
{
	for (unsigned i = 0; i < s->ntargets; i++)
		if (s->targets[i].pid == pid)
			return (struct target *)&s->targets[i];
	return NULL;
}

bool targets_stand(struct session *s, pid_t pid)
{
	struct target *t = find(s, pid);
	struct err ignored = {0};
	enum evaltime to = (enum evaltime)s->opts.value[OPT_EVALTIME];
	struct job j = {.pid = pid, .e = &ignored};

	if (!t || !t->created || !t->running)
		return false;
	j.to = to == EVALTIME_EXEC && late_any_module(s) ? EVALTIME_PREINIT : to;
	t->stands = tracer_call(s->tracer, stand, &j, &ignored) == 0;
	return t->stands;
}

void targets_walk_on(struct session *s, pid_t pid)
{
	struct target *t = find(s, pid);
	struct err ignored = {0};

	if (t && t->stands)
		tracer_call(s->tracer, let_go, &(struct job){.pid = pid, .e = &ignored}, &ignored);
	if (t)
		t->stands = false;
}

static bool has_ended(struct target *t)
{
	if (t->created)
		return waitpid(t->pid, &t->status, WNOHANG) == t->pid;
	return kill(t->pid, 0) < 0 && errno == ESRCH;
}

unsigned session_targets(struct session *s, pid_t *gone)
{
	unsigned alive = 0;
	*gone = 0;
	for (unsigned i = 0; i < s->ntargets; i++) {
		struct target *t = &s->targets[i];
		if (t->alive && !*gone && has_ended(t)) {
			t->alive = false;
			*gone = t->pid;
		}
		alive += t->alive;
	}
	return alive;
}

int session_target_status(const struct session *s, pid_t pid)
{
	const struct target *t = find(s, pid);
	return t ? t->status : 0;
}

void session_release(struct session *s, pid_t pid)
{
	struct target *t = find(s, pid);
	if (!t)
		return;
	struct err e = {0};
	if (t->created && !t->running)
		tracer_call(s->tracer, let_go, &(struct job){.pid = t->pid, .e = &e}, &e);
	if (t->pidfd >= 0)
		close(t->pidfd);
	*t = s->targets[--s->ntargets];
}

/* A command does not outlive its tracing. */
void targets_release(struct session *s)
{
	for (unsigned i = 0; i < s->ntargets; i++) {
		struct target *t = &s->targets[i];
		if (t->created && t->alive) {
			kill(t->pid, SIGKILL);
			waitpid(t->pid, NULL, 0);
		}
		if (t->pidfd >= 0)
			close(t->pidfd);
	}
	s->ntargets = 0;
	tracer_free(s->tracer);
	s->tracer = NULL;
}
