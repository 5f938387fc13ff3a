/*
 * feed.c - a program's session behind its messages: open, suspend, seconds, notes, records; see feed.h
 *
 * frame.c makes the frames of one aggregation.
 */
#include "broker/feed.h"

#include "broker/frame.h"
#include "broker/limit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	NOTES_A_SECOND = 20,
	RECORDS_WAITING = 4 << 20, /* bytes; more records are lost, and counted */
	OVER_RATE_SECONDS = 3,
	TABLE_SLOTS = 4096, /* keys of an aggregation that are new within a second */
	MAX_OPTIONS = 128,
};

struct feed {
	const struct feed_host *host;
	uint32_t id;
	struct arena *arena; /* of what was asked for */
	struct msg_open asked;
	struct limit limit;
	struct session *s; /* NULL: suspended, or ended */
	bool ended;
	struct frames *frames; /* keys and their ids: they outlive the session */
	uint64_t lost, skipped, run_cnt, run_ns;
	unsigned notes; /* this second */
	unsigned over_rate;
	bool partial;
};

bool feed_ended(const struct feed *f)
{
	return f->ended;
}

uint32_t feed_id(const struct feed *f)
{
	return f->id;
}

static int queue(struct feed *f, struct message *m, struct err *e)
{
	m->session = f->id;
	return conn_queue(f->host->conn, m, e);
}

/* ---- what a session tells ---- */

static void note(struct feed *f, unsigned kind, uint64_t count, const char *text)
{
	struct err e = {0};
	if (f->notes++ >= NOTES_A_SECOND)
		return;
	queue(f,
	      &(struct message){.type = WIRE_NOTE,
				.note = {.kind = kind, .count = count, .text = text}},
	      &e);
}

static int on_error(void *arg, const struct session_error *error)
{
	note(arg, WIRE_NOTE_ERROR, 1, error->text);
	return 0;
}

static int on_drop(void *arg, const struct session_drop *drop)
{
	struct feed *f = arg;
	f->lost += drop->count;
	note(f, WIRE_NOTE_DROP, drop->count, drop->text);
	return 0;
}

static int on_warning(void *arg, const char *text)
{
	note(arg, WIRE_NOTE_WARNING, 1, text);
	return 0;
}

static int no_text(void *arg, const char *text, size_t bytes)
{
	(void)arg;
	(void)text;
	(void)bytes;
	return 0;
}

static int no_file(void *arg, enum session_file what, const char *name)
{
	(void)arg;
	(void)what;
	(void)name;
	errno = EACCES;
	return -1;
}

static int no_system(void *arg, const char *command)
{
	note(arg, WIRE_NOTE_WARNING, 1, "system() is for dtrace(8): not run");
	(void)command;
	return 0;
}

/* ---- records ---- */

enum { RECORD_VALUES = 64, RECORD_TEXT = 4096 };

static int64_t integer(const struct session_value *v)
{
	uint64_t u = 0;
	unsigned shift = 64 - 8 * v->size;
	if (v->size == 0 || v->size > 8)
		return 0;
	memcpy(&u, v->data, v->size);
	return v->is_signed ? (int64_t)(u << shift) >> shift : (int64_t)u;
}

/* A value as it goes out; its text, where it is one, into room. */
static void take_value(struct feed *f, const struct session_value *v, struct msg_value *out,
		       char *room, size_t size)
{
	*out = (struct msg_value){.kind = WIRE_VALUE_TEXT};
	if (v->kind == SESSION_INT) {
		out->kind = v->is_signed ? WIRE_VALUE_INT : WIRE_VALUE_UINT;
		out->number = integer(v);
		return;
	}
	session_value_text(f->s, v, room, size);
	out->text = room;
}

static enum session_then on_record(void *arg, const struct session_record *r)
{
	struct feed *f = arg;
	static const size_t room = RECORD_TEXT;
	struct msg_value values[RECORD_VALUES];
	char(*texts)[RECORD_TEXT] = NULL;
	char probe[512];
	size_t n = 0;
	struct err e = {0};
	if (!(f->asked.flags & WIRE_OPEN_RECORDS))
		return SESSION_SKIP;
	if (conn_waiting(f->host->conn) > RECORDS_WAITING ||
	    !(texts = malloc(RECORD_VALUES * room))) {
		f->lost++;
		return SESSION_SKIP;
	}
	for (uint32_t a = 0; a < r->nactions; a++)
		for (uint32_t i = 0; i < r->actions[a].nvalues && n < RECORD_VALUES; i++, n++)
			take_value(f, &r->actions[a].values[i], &values[n], texts[n], room);
	snprintf(probe, sizeof(probe), "%s:%s:%s:%s", r->probe.provider, r->probe.module,
		 r->probe.function, r->probe.name);
	struct message m = {.type = WIRE_RECORD,
			    .record = {.stamp = r->stamp,
				       .cpu = (uint64_t)r->cpu,
				       .clause = r->clause,
				       .probe = probe,
				       .values = values,
				       .nvalues = n}};
	f->lost += queue(f, &m, &e) < 0;
	free(texts);
	return SESSION_SHOW; /* to nowhere; but exit() and clear() are done */
}

/* ---- a session ---- */

static int set_options(struct feed *f, struct err *e)
{
	if (session_setopt(f->s, "quiet", NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < f->asked.noptions; i++) {
		const struct msg_option *o = &f->asked.options[i];
		if (session_setopt(f->s, o->name, *o->value ? o->value : NULL, e) < 0)
			return err_wrap(e, "option %s", o->name);
	}
	return 0;
}

static struct session_program *compile(struct feed *f, struct err *e)
{
	const char **args = calloc(f->asked.nargs + 2, sizeof(*args));
	if (!args) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	args[0] = f->asked.name;
	for (size_t i = 0; i < f->asked.nargs; i++)
		args[i + 1] = f->asked.args[i].text;
	struct session_source src = {.text = f->asked.text,
				     .len = strlen(f->asked.text),
				     .argc = (int)f->asked.nargs + 1,
				     .argv = args};
	struct session_program *p = session_compile(f->s, &src, e);
	free(args);
	return p;
}

/* Compiled, enabled, counting. -1 and *e; f->s may be there for its diagnostics. */
static int begin(struct feed *f, uint64_t *probes, struct err *e)
{
	const struct session_ops ops = {.error = on_error,
					.drop = on_drop,
					.warning = on_warning,
					.record = on_record,
					.arg = f,
					.bare = true};
	const struct session_sink sink = {
	    .write = no_text, .file = no_file, .system = no_system, .arg = f};
	struct session_program_info info;
	if (!(f->s = session_new(e)))
		return -1;
	limit_apply(&f->limit, f->s, NULL, TABLE_SLOTS);
	session_set_watch(f->s, f->host->watch);
	session_set_ops(f->s, &ops);
	session_set_sink(f->s, &sink);
	struct session_program *p = set_options(f, e) < 0 ? NULL : compile(f, e);
	if (!p)
		return -1;
	session_program_info(p, &info);
	session_enable(f->s, p);
	*probes = info.matches;
	if (session_go(f->s, e) < 0)
		return -1;
	f->partial = true;
	f->run_cnt = f->run_ns = 0;
	frames_bind(f->frames, f->s);
	return 0;
}

static void end(struct feed *f)
{
	frames_bind(f->frames, NULL);
	session_free(f->s);
	f->s = NULL;
}

static int tell_failed(struct feed *f, const struct err *why, struct err *e)
{
	struct message m = {.type = WIRE_FAILED,
			    .failed = {.code = (uint64_t)why->code,
				       .text = why->text,
				       .diagnostics = f->s ? session_errors(f->s) : ""}};
	return queue(f, &m, e);
}

static int tell_closed(struct feed *f, int code, int status, const char *text, struct err *e)
{
	f->ended = true;
	return queue(
	    f,
	    &(struct message){.type = WIRE_CLOSED,
			      .closed = {.code = (uint64_t)code, .status = status, .text = text}},
	    e);
}

/* What was asked for, kept: it is compiled again after a suspension. */
static int copy_asked(struct feed *f, const struct msg_open *o)
{
	struct arena *a = f->arena;
	if (arena_guard(a))
		return -1;
	f->asked = *o;
	f->asked.name = arena_strdup(a, *o->name ? o->name : "session");
	f->asked.text = arena_strdup(a, o->text);
	f->asked.options = arena_array(a, struct msg_option, o->noptions + 1);
	f->asked.args = arena_array(a, struct msg_text, o->nargs + 1);
	for (size_t i = 0; i < o->noptions; i++)
		f->asked.options[i] = (struct msg_option){arena_strdup(a, o->options[i].name),
							  arena_strdup(a, o->options[i].value)};
	for (size_t i = 0; i < o->nargs; i++)
		f->asked.args[i].text = arena_strdup(a, o->args[i].text);
	a->guarded = 0;
	return 0;
}

static struct feed *make(const struct feed_host *host, uint32_t id, const struct msg_open *open)
{
	struct feed *f = calloc(1, sizeof(*f));
	if (!f)
		return NULL;
	f->host = host;
	f->id = id;
	f->limit = (struct limit){.peer = host->peer, .row = host->row};
	unsigned keys = open->keys && open->keys < WIRE_MAX_KEYS ? (unsigned)open->keys
								 : (unsigned)WIRE_MAX_KEYS;
	if (!(f->arena = arena_new()) || copy_asked(f, open) < 0 ||
	    !(f->frames = frames_new(host->conn, id, keys))) {
		feed_free(f);
		return NULL;
	}
	return f;
}

struct feed *feed_open(const struct feed_host *host, uint32_t id, const struct msg_open *open,
		       struct err *e)
{
	struct err why = {0};
	uint64_t probes = 0;
	struct feed *f = make(host, id, open);
	if (!f) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	int r = open->nargs > 1000 || open->noptions > MAX_OPTIONS
		    ? err_set(&why, E2BIG, "too many arguments or options")
		    : begin(f, &probes, &why);
	r = r < 0 ? tell_failed(f, &why, e) : frames_tell_opened(f->frames, probes, e);
	if (r < 0 || why.code) {
		feed_free(f);
		return NULL;
	}
	return f;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	if (f->frames)
		end(f);
	frames_free(f->frames);
	arena_free(f->arena);
	free(f);
}

static int tell_state(struct feed *f, bool active, struct err *e)
{
	return queue(f, &(struct message){.type = WIRE_STATE, .number = {.value = active}}, e);
}

int feed_suspend(struct feed *f, struct err *e)
{
	end(f);
	return tell_state(f, false, e);
}

int feed_resume(struct feed *f, struct err *e)
{
	struct err why = {0};
	uint64_t probes;
	if (!f->s && begin(f, &probes, &why) < 0) {
		end(f);
		return tell_closed(f, why.code, 0, why.text, e);
	}
	return tell_state(f, true, e);
}

/* ---- at work ---- */

int feed_fds(const struct feed *f, int *fds, int max)
{
	return f->s ? session_fds(f->s, fds, max) : 0;
}

uint64_t feed_tend(struct feed *f)
{
	uint64_t look_ns;
	struct err e = {0};
	if (!f->s)
		return UINT64_MAX;
	if (session_tend(f->s, &look_ns) == SESSION_WAIT_DUE &&
	    (f->asked.flags & WIRE_OPEN_RECORDS))
		session_work(f->s, &e); /* if it fails, so it will at the end of the second */
	return f->asked.flags & WIRE_OPEN_RECORDS ? look_ns : UINT64_MAX;
}

/* Runs and time of this interval. */
static void take_cost(struct feed *f, uint64_t *runs, uint64_t *ns)
{
	uint64_t run_cnt, run_ns;
	session_cost(f->s, &run_cnt, &run_ns);
	*runs = run_cnt - f->run_cnt;
	*ns = run_ns - f->run_ns;
	f->run_cnt = run_cnt;
	f->run_ns = run_ns;
}

/* Firings are the runs of programs, as far as they are counted. */
static bool over_rate(struct feed *f, uint64_t runs)
{
	uint64_t most = f->host->row->rate;
	f->over_rate = most && runs > most ? f->over_rate + 1 : 0;
	return f->over_rate >= OVER_RATE_SECONDS;
}

static int tell_second(struct feed *f, uint64_t second, uint64_t others, struct err *e)
{
	uint64_t runs = 0, ns = 0;
	struct message m = {.type = WIRE_SECOND, .second = {.second = second, .others = others}};
	if (f->host->cost)
		take_cost(f, &runs, &ns);
	m.second.lost = f->lost;
	m.second.skipped = f->skipped;
	m.second.run_cnt = runs;
	m.second.run_ns = ns;
	m.second.flags = (f->partial ? WIRE_SECOND_PARTIAL : 0u) |
			 (f->lost ? WIRE_SECOND_DROPS : 0u) |
			 (f->host->cost ? 0u : WIRE_SECOND_COST_UNKNOWN);
	f->lost = f->skipped = 0;
	f->partial = false;
	if (queue(f, &m, e) < 0)
		return -1;
	return over_rate(f, runs)
		   ? tell_closed(f, EDQUOT, 0,
				 "quota exceeded: more firings a second than dtraced permits", e)
		   : 0;
}

int feed_second(struct feed *f, uint64_t second, bool partial, bool skip, struct err *e)
{
	struct err why = {0};
	uint64_t others = 0;
	if (!f->s || f->ended)
		return 0;
	f->notes = 0;
	f->partial |= partial;
	enum session_status st = session_round(f->s, &why);
	if (st == SESSION_ERROR)
		return tell_closed(f, why.code, 0, why.text, e);
	if (frames_tell(f->frames, second, skip, &others, e) < 0)
		return -1;
	if (skip)
		f->skipped++;
	else if (tell_second(f, second, others, e) < 0)
		return -1;
	if (st == SESSION_DONE)
		return tell_closed(f, 0, session_exit_status(f->s), "exit", e);
	return 0;
}
