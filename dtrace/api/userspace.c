/*
 * userspace.c - names of user addresses, also of processes that do not live to be asked
 *
 * Programs that record user stacks or addresses have the mappings of all processes watched while
 * they run (watch.h); the news goes to the symbols before a look-up that needs it.
 */
#include "dtrace/api/session_int.h"
#include "dtrace/api/sockets.h"
#include "dtrace/kern/kern.h"

#include <string.h>

static bool is_user(const struct plan_rec *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].enc == ENC_USTACK || r[i].enc == ENC_UADDR)
			return true;
	return false;
}

static bool clause_wants_names(const struct plan_seg *s)
{
	for (size_t i = 0; i < s->actions.n; i++)
		if (is_user(s->actions.at[i].recs.at, s->actions.at[i].recs.n) ||
		    (s->actions.at[i].format && strchr(s->actions.at[i].format, 'A')))
			return true; /* there may be an %A in it */
	return false;
}

static bool wants_names(const struct session *s)
{
	const struct plan *p = &s->image.plan;
	uint64_t raw = s->opts.value[OPT_NORESOLVE];

	if (raw != OPTION_UNSET && raw)
		return false;
	for (size_t i = 0; i < p->segs.n; i++)
		if (clause_wants_names(&p->segs.at[i]))
			return true;
	for (size_t i = 0; i < p->aggs.n; i++)
		if (is_user(p->aggs.at[i].keys.at, p->aggs.at[i].keys.n))
			return true;
	return false;
}

/* Programs that are about their targets: a command may also be there for what it has others do. */
static bool of_targets(const struct session *s)
{
	return s->ntargets && s->target_named;
}

/* Of targets only they and what comes of them: rows of every compiler that happens to run beside
 * them would fill the tables. A process is known once it has been learnt. */
static bool is_asked_about(const struct session *s, uint32_t pid, uint32_t parent)
{
	return !of_targets(s) || unwind_knows(s->unwind, (pid_t)pid) ||
	       (parent && unwind_knows(s->unwind, (pid_t)parent));
}

static void learn(void *arg, const struct kern_mapping *m)
{
	struct session *s = arg;

	if (s->follows && !m->parent && *m->path == '/')
		late_note(s, (pid_t)m->pid);
	if (s->unwind && is_asked_about(s, m->pid, m->parent))
		unwind_changed(s->unwind, (pid_t)m->pid);
	if (!s->names_wanted)
		return;
	if (m->parent)
		symbols_user_forked(s->syms, m->pid, m->parent);
	else if (*m->path == '/' || *m->path == '[')
		symbols_user_mapped(s->syms, m->pid, m->start, m->bytes, m->offset, m->path);
	if (m->ino)
		symbols_user_file(s->syms, m->pid, m->start, m->ino);
}

/* Once: it is a matter of one option. */
static void tell_room(struct session *s)
{
	if (!unwind_dropped(s->unwind) || s->unwind_told || !s->ops.warning)
		return;
	s->unwind_told = true;
	s->ops.warning(s->ops.arg, "tables to walk user stacks by found no room: stacks of some "
				   "programs may be short (unwindsize)");
}

static void catch_up(void *arg)
{
	struct session *s = arg;

	/* A table of stacks whose files come from a slow disk may take longer than the deadman waits. */
	if (s->loaded)
		session_look(s);
	if (s->mappings)
		watch_catch_up(s->mappings);
	if (s->zones)
		zones_name(watch_zones(s->watch));
	if (s->unwind) {
		unwind_settle(s->unwind);
		tell_room(s);
	}
}

/* Of the processes that are there already, or those asked about. */
static void learn_frames(struct session *s)
{
	if (!of_targets(s))
		unwind_learn_all(s->unwind);
	for (unsigned i = 0; i < s->ntargets; i++)
		unwind_learn(s->unwind, s->targets[i].pid);
}

/* Room for twice what is there now, and for some large programs: they come and go, and what is to run may be begun by a shell.
 * One of a compiler takes 7 MiB. */
uint64_t userspace_survey(struct session *s)
{
	enum { ROOM_OF_TARGETS = 8 << 20, ROOM_OF_ALL = 32 << 20, ROOM_MAX = 128 << 20 };
	uint64_t bytes = of_targets(s) ? ROOM_OF_TARGETS : ROOM_OF_ALL;
	if (!s->image.maps.at[IMAGE_MAP_ROWS].value_bytes)
		return 0;
	if (!s->unwind && (s->unwind = unwind_new()))
		learn_frames(s);
	uint64_t wanted = s->unwind ? 2ull * unwind_rows(s->unwind) : 0;
	while (bytes < wanted * sizeof(struct image_unwind_row) && bytes < ROOM_MAX)
		bytes *= 2;
	return bytes;
}

void userspace_watch(struct session *s)
{
	struct err ignored = {0};

	if (!s->watch) {
		s->watch = watch_new();
		s->own_watch = true;
	}
	if (!s->watch)
		return;
	s->zones = zones_join(watch_zones(s->watch), &s->image, s->loaded);
	if (!wants_names(s) && !s->unwind && !s->follows)
		return;
	/* Without it, processes that live are named all the same. */
	if ((s->mappings = watch_listen(s->watch, s->follows, learn, s, &ignored)))
		symbols_set_news(s->syms, catch_up, s);
	/* The processes that are there already, or those asked about. */
	s->names_wanted = wants_names(s) || s->unwind;
	if (!s->names_wanted)
		return;
	if (!of_targets(s))
		symbols_user_learn_all(s->syms);
	for (unsigned i = 0; i < s->ntargets; i++)
		symbols_user_learn(s->syms, (uint64_t)s->targets[i].pid);
	if (s->unwind && unwind_attach(s->unwind, &s->image, s->loaded, &ignored) == 0) {
		learn_frames(s);
		symbols_set_codes(s->syms, unwind_code_text, s->unwind);
	}
}

void userspace_follow(struct session *s)
{
	struct err ignored = {0};

	s->follows = true;
	if (!s->mappings && s->watch)
		s->mappings = watch_listen(s->watch, true, learn, s, &ignored);
}

void userspace_attached(struct session *s)
{
	zones_fill(s->zones);
	sockets_fill(&s->image, s->loaded);
}

void userspace_catch_up(struct session *s)
{
	if (s->mappings || s->zones)
		catch_up(s);
}

void userspace_fini(struct session *s)
{
	if (s->syms) {
		symbols_set_news(s->syms, NULL, NULL);
		symbols_set_codes(s->syms, NULL, NULL);
	}
	watch_leave(s->mappings);
	s->mappings = NULL;
	unwind_free(s->unwind);
	s->unwind = NULL;
	zones_leave(s->zones);
	s->zones = NULL;
	if (s->own_watch) {
		watch_free(s->watch);
		s->watch = NULL;
		s->own_watch = false;
	}
}
