/*
 * loading.c - targets wait until the libraries that they have loaded have been looked at
 *
 * In: the commands of -c and processes of -p of a session whose descriptions may mean more than is there (late.c). Out: probes in
 * what dlopen() brings before anything of it runs. Each waits by itself, for a bounded time (kern/loads.h), and only
 * while dlopen() or dlclose() is at work. Others' processes do not wait: what they call in the first milliseconds is not seen;
 * nor do those of who asks dtraced, and where the kernel does not offer this.
 */
#include "dtrace/api/session_int.h"

#include <unistd.h>

/* Somebody who asks dtraced may name processes that he may have no probes in. */
static bool is_possible(const struct session *s)
{
	return s->open && !s->limited && feature_has(&s->features, FEAT_SLEEPABLE);
}

static bool can_wait(struct session *s)
{
	struct err ignored = {0};

	if (!s->loads && is_possible(s))
		s->loads = kern_loads_open(feature_has(&s->features, FEAT_UPROBE_MULTI), &ignored);
	return s->loads != NULL;
}

void loading_watch(struct session *s, pid_t pid)
{
	struct err ignored = {0};
	struct kern_load_place at;

	if (!can_wait(s) || !target_linker(pid, &at))
		return;
	kern_loads_watch(s->loads, (uint32_t)pid, &at, &ignored);
	close(at.fd);
}

void loading_watch_targets(struct session *s)
{
	for (unsigned i = 0; i < s->ntargets; i++)
		loading_watch(s, s->targets[i].pid);
}

void loading_forget(struct session *s, pid_t pid)
{
	kern_loads_forget(s->loads, (uint32_t)pid);
}

static void note(void *arg, uint32_t pid)
{
	late_note(arg, (pid_t)pid);
}

void loading_settle(struct session *s)
{
	if (!kern_loads_waiting(s->loads))
		return;
	kern_loads_read(s->loads, note, s);
	late_settle(s);
	kern_loads_go_on(s->loads);
}

void loading_end(struct session *s)
{
	kern_loads_close(s->loads);
	s->loads = NULL;
}
