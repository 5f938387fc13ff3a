/*
 * traced.c - processes whose probes hang on them alone: they may end, or become another program
 *
 * Both are told in one line; what was gathered stays. That -c's and -p's processes end is told elsewhere. Looked at once a
 * round, and as soon as one has called exec().
 *
 * A process that becomes another program is looked at again for what descriptions mean in that one. Probes of files
 * that it has now as before (libc) have never been gone: the kernel puts them in as the file is mapped. The rest is there before
 * the first instruction of a command of -c, which is stopped at its exec and comes as far as option evaltime says. Nobody
 * else's process is stopped, nor a command that has become another user's: what it calls in its first milliseconds is not seen.
 */
#include "dtrace/api/session_int.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

static bool program_of(pid_t pid, dev_t *dev, ino_t *ino)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	if (stat(path, &st) < 0)
		return false;
	*dev = st.st_dev;
	*ino = st.st_ino;
	return true;
}

static bool is_command(const struct session *s, pid_t pid)
{
	for (unsigned i = 0; i < s->ntargets; i++)
		if (s->targets[i].pid == pid)
			return s->targets[i].created;
	return false;
}

/* Where the kernel does not permit it, another program is known by its file. */
static void follow(struct session *s, pid_t pid)
{
	struct err ignored = {0};
	bool stop = is_command(s, pid);

	if (!s->traced.n && feature_has(&s->features, FEAT_SEND_SIGNAL))
		s->execs = kern_execs_open(s->btf, &ignored);
	if (s->execs)
		kern_execs_follow(s->execs, (uint32_t)pid, stop, &ignored);
}

static void note(struct session *s, pid_t pid)
{
	for (size_t i = 0; i < s->traced.n; i++)
		if (s->traced.at[i].pid == pid)
			return;
	struct traced t = {.pid = pid};
	if (!program_of(pid, &t.dev, &t.ino))
		return;
	follow(s, pid);
	*vec_push(&s->traced, s->arena) = t;
}

void traced_note(struct session *s, const struct image *image)
{
	for (size_t i = 0; i < image->progs.n; i++) {
		const struct attach_point *at = &image->progs.at[i].attach;
		for (uint32_t k = 0; k < at->nfiles; k++)
			if (at->files[k].pid)
				note(s, (pid_t)at->files[k].pid);
	}
}

void traced_note_targets(struct session *s)
{
	for (unsigned i = 0; i < s->ntargets; i++)
		if (late_after_exec(s, s->targets[i].pid))
			note(s, s->targets[i].pid);
}

static bool is_target(const struct session *s, pid_t pid)
{
	for (unsigned i = 0; i < s->ntargets; i++)
		if (s->targets[i].pid == pid)
			return true;
	return false;
}

static void tell(struct session *s, const char *format, pid_t pid)
{
	char text[128];

	snprintf(text, sizeof(text), format, (int)pid);
	if (s->ops.warning)
		s->ops.warning(s->ops.arg, text);
}

/* Once for each exec, or each change of its file. */
static bool is_another_program(const struct session *s, struct traced *t)
{
	int64_t execs = s->execs ? kern_execs_of(s->execs, (uint32_t)t->pid) : -1;
	dev_t dev;
	ino_t ino;

	if (execs >= 0 ? execs == t->execs
		       : !program_of(t->pid, &dev, &ino) || (dev == t->dev && ino == t->ino))
		return false;
	t->execs = execs;
	program_of(t->pid, &t->dev, &t->ino);
	return true;
}

static void look_again(struct session *s, pid_t pid)
{
	bool stopped = s->execs && kern_execs_stopped(s->execs, (uint32_t)pid);

	loading_forget(s, pid); /* its place is in the way */
	bool stands = stopped && targets_stand(s, pid);
	if (!stands)
		userspace_follow(s); /* its libraries are still to come */
	late_note(s, pid);
	late_settle(s);
	if (is_target(s, pid))
		loading_watch(s, pid);
	if (stands)
		targets_walk_on(s, pid);
}

static void look_at(struct session *s, struct traced *t)
{
	if (kill(t->pid, 0) < 0 && errno == ESRCH) {
		t->gone = true;
		if (!is_target(s, t->pid))
			tell(s, "process %d has exited: its probes are gone", t->pid);
	} else if (is_another_program(s, t)) {
		tell(s, "process %d runs another program now: its probes are those of that one",
		     t->pid);
		look_again(s, t->pid);
	}
}

bool traced_has_news(const struct session *s)
{
	return !s->stopped && kern_execs_total(s->execs) != s->execs_seen;
}

void traced_check(struct session *s)
{
	s->execs_seen = kern_execs_total(s->execs);
	for (size_t i = 0; i < s->traced.n && !s->stopped; i++)
		if (!s->traced.at[i].gone)
			look_at(s, &s->traced.at[i]);
}

/* A command that has been stopped since the last look goes on. */
void traced_end(struct session *s)
{
	for (size_t i = 0; s->execs && i < s->traced.n; i++) {
		struct traced *t = &s->traced.at[i];
		struct err ignored = {0};
		kern_execs_follow(s->execs, (uint32_t)t->pid, false, &ignored);
		if (!t->gone && is_command(s, t->pid))
			kill(t->pid, SIGCONT);
	}
	kern_execs_close(s->execs);
	s->execs = NULL;
}
