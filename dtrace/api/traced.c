/*
 * traced.c - processes whose probes hang on them alone: they may end, or become another program
 *
 * Both take the probes away, and are told in one line; what was gathered stays. That -c's and -p's
 * processes end is told elsewhere. Looked at once a round.
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

static void note(struct session *s, pid_t pid)
{
	for (size_t i = 0; i < s->traced.n; i++)
		if (s->traced.at[i].pid == pid)
			return;
	struct traced t = {.pid = pid};
	if (program_of(pid, &t.dev, &t.ino))
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

static void look_at(struct session *s, struct traced *t)
{
	dev_t dev;
	ino_t ino;

	if (kill(t->pid, 0) < 0 && errno == ESRCH) {
		t->gone = true;
		if (!is_target(s, t->pid))
			tell(s, "process %d has exited: its probes are gone", t->pid);
	} else if (program_of(t->pid, &dev, &ino) && (dev != t->dev || ino != t->ino)) {
		t->dev = dev;
		t->ino = ino;
		load_drop_process(s->loaded, (uint32_t)t->pid);
		tell(s, "process %d runs another program now: the probes of the old one are gone",
		     t->pid);
	}
}

void traced_check(struct session *s)
{
	for (size_t i = 0; i < s->traced.n && !s->stopped; i++)
		if (!s->traced.at[i].gone)
			look_at(s, &s->traced.at[i]);
}
