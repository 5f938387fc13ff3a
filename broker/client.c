/*
 * client.c - see client.h
 *
 * One message is one event, save those that answer for the connection. What an event points to lies in the
 * message (texts) or in an arena that the next call frees; descriptions of aggregations live with their
 * session.
 */
#include "broker/client.h"

#include "base/vec.h"
#include "broker/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct client_session {
	bool used;
	struct arena *arena; /* of aggs */
	struct broker_agg *aggs;
	uint32_t naggs;
};

struct broker {
	struct conn conn;
	struct client_session sessions[WIRE_MAX_SESSIONS + 1]; /* by number; 0 is the connection */
	struct arena *arena;				       /* of the last event */
	struct err lost; /* the connection is over, but there may be messages that came before */
};

/* ---- connecting ---- */

static int connect_to(const char *path, struct err *e)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(at.sun_path))
		return err_set(e, ENAMETOOLONG, "the name of the socket is too long: %s", path);
	memcpy(at.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(e, errno, "cannot make a socket");
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	err_sys(e, errno, "cannot connect to dtraced at %s", path);
	close(fd);
	return -1;
}

struct broker *broker_adopt(int fd, struct err *e)
{
	const struct message hello = {.type = WIRE_HELLO,
				      .hello = {.magic = WIRE_MAGIC,
						.least = WIRE_VERSION,
						.greatest = WIRE_VERSION,
						.name = program_invocation_short_name}};
	struct broker *b = calloc(1, sizeof(*b));
	if (!b) {
		close(fd);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	conn_init(&b->conn, fd);
	if (conn_queue(&b->conn, &hello, e) == 0)
		return b;
	broker_free(b);
	return NULL;
}

struct broker *broker_connect(const char *path, struct err *e)
{
	int fd = connect_to(path ? path : WIRE_SOCKET, e);
	return fd < 0 ? NULL : broker_adopt(fd, e);
}

static void forget(struct client_session *s)
{
	arena_free(s->arena);
	*s = (struct client_session){0};
}

void broker_free(struct broker *b)
{
	if (!b)
		return;
	for (unsigned i = 0; i <= WIRE_MAX_SESSIONS; i++)
		forget(&b->sessions[i]);
	conn_fini(&b->conn);
	arena_free(b->arena);
	free(b);
}

int broker_fd(const struct broker *b)
{
	return b->conn.fd;
}

short broker_events(const struct broker *b)
{
	return conn_events(&b->conn);
}

/* ---- requests ---- */

static size_t count_options(const struct broker_open *o)
{
	size_t n = 0;
	while (o->options && o->options[n].name)
		n++;
	return n;
}

static size_t count_args(const struct broker_open *o)
{
	size_t n = 0;
	while (o->args && o->args[n])
		n++;
	return n;
}

static int queue_open(struct broker *b, uint32_t id, const struct broker_open *o, struct err *e)
{
	size_t noptions = count_options(o), nargs = count_args(o);
	struct msg_option *options = calloc(noptions + 1, sizeof(*options));
	struct msg_text *args = calloc(nargs + 1, sizeof(*args));
	int r = !options || !args ? err_set(e, ENOMEM, "out of memory") : 0;
	for (size_t i = 0; r == 0 && i < noptions; i++)
		options[i] = (struct msg_option){o->options[i].name, o->options[i].value};
	for (size_t i = 0; r == 0 && i < nargs; i++)
		args[i].text = o->args[i];
	struct message m = {.type = WIRE_OPEN,
			    .session = id,
			    .open = {.name = o->name,
				     .text = o->text,
				     .flags = (o->records ? WIRE_OPEN_RECORDS : 0u) |
					      (o->cost ? WIRE_OPEN_COST : 0u),
				     .keys = o->keys,
				     .options = options,
				     .noptions = noptions,
				     .args = args,
				     .nargs = nargs}};
	if (r == 0)
		r = conn_queue(&b->conn, &m, e);
	free(options);
	free(args);
	return r;
}

int broker_open(struct broker *b, const struct broker_open *o, struct err *e)
{
	uint32_t id = 1;
	while (id <= WIRE_MAX_SESSIONS && b->sessions[id].used)
		id++;
	if (id > WIRE_MAX_SESSIONS)
		return err_set(e, EMFILE, "a connection has at most %d sessions",
			       (int)WIRE_MAX_SESSIONS);
	if (queue_open(b, id, o, e) < 0)
		return -1;
	b->sessions[id].used = true;
	return (int)id;
}

static int queue(struct broker *b, enum wire_type type, int session, struct err *e)
{
	if (session < 1 || session > WIRE_MAX_SESSIONS || !b->sessions[session].used)
		return err_set(e, ENOENT, "there is no session %d", session);
	return conn_queue(&b->conn, &(struct message){.type = type, .session = (uint32_t)session},
			  e);
}

int broker_suspend(struct broker *b, int session, struct err *e)
{
	return queue(b, WIRE_SUSPEND, session, e);
}

int broker_resume(struct broker *b, int session, struct err *e)
{
	return queue(b, WIRE_RESUME, session, e);
}

int broker_close(struct broker *b, int session, struct err *e)
{
	return queue(b, WIRE_CLOSE, session, e);
}

/* ---- events ---- */

static int bad(struct err *e, const char *what)
{
	return err_set(e, EPROTO, "dtraced says what it should not: %s", what);
}

/* The arena of events is armed by broker_read(); that of a session here. */
static int copy_aggs(struct client_session *s, const struct message *m, struct err *e)
{
	if (s->arena || !(s->arena = arena_new()))
		return s->arena ? bad(e, "OPENED twice") : err_set(e, ENOMEM, "out of memory");
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	s->naggs = (uint32_t)m->opened.naggs;
	s->aggs = arena_array(s->arena, struct broker_agg, s->naggs + 1);
	for (uint32_t i = 0; i < s->naggs; i++) {
		const struct msg_agg *from = &m->opened.aggs[i];
		int64_t *least = arena_array(s->arena, int64_t, from->nleast + 1);
		for (size_t k = 0; k < from->nleast; k++)
			least[k] = from->least[k].value;
		s->aggs[i] = (struct broker_agg){.name = arena_strdup(s->arena, from->name),
						 .func = (enum broker_func)from->func,
						 .is_signed = from->is_signed,
						 .nkeys = (uint32_t)from->nkeys,
						 .least = from->nleast ? least : NULL,
						 .nbuckets = (uint32_t)from->nleast};
	}
	s->arena->guarded = 0;
	return 0;
}

static int on_opened(struct broker *b, struct client_session *s, const struct message *m,
		     struct broker_event *ev, struct err *e)
{
	(void)b;
	if (copy_aggs(s, m, e) < 0)
		return -1;
	ev->kind = BROKER_OPENED;
	ev->opened.probes = (uint32_t)m->opened.probes;
	ev->opened.aggs = s->aggs;
	ev->opened.naggs = s->naggs;
	return 1;
}

static void copy_key(struct arena *a, const struct msg_key *from, struct broker_key *to)
{
	size_t n = 1, at = 0;
	for (size_t i = 0; i < from->nparts; i++)
		n += strlen(from->parts[i].text) + 1;
	char *text = arena_alloc(a, n);
	for (size_t i = 0; i < from->nparts; i++) {
		size_t len = strlen(from->parts[i].text) + 1;
		memcpy(text + at, from->parts[i].text, len);
		at += len;
	}
	*to = (struct broker_key){(uint32_t)from->id, text, (uint32_t)from->nparts};
}

static int on_keys(struct broker *b, struct client_session *s, const struct message *m,
		   struct broker_event *ev, struct err *e)
{
	struct broker_key *keys = arena_array(b->arena, struct broker_key, m->keys.nkeys + 1);
	if (m->keys.agg >= s->naggs)
		return bad(e, "keys of no aggregation");
	for (size_t i = 0; i < m->keys.nkeys; i++) {
		if (m->keys.keys[i].id < WIRE_KEY_FIRST || m->keys.keys[i].id > UINT32_MAX)
			return bad(e, "a key's number");
		copy_key(b->arena, &m->keys.keys[i], &keys[i]);
	}
	ev->kind = BROKER_KEYS;
	ev->keys.agg = (uint32_t)m->keys.agg;
	ev->keys.keys = keys;
	ev->keys.n = (uint32_t)m->keys.nkeys;
	return 1;
}

static int copy_entry(struct arena *a, const struct broker_agg *agg, const struct msg_entry *from,
		      struct broker_entry *to, struct err *e)
{
	struct broker_bucket *buckets = arena_array(a, struct broker_bucket, from->nbuckets + 1);
	uint64_t at = 0;
	for (size_t i = 0; i < from->nbuckets; i++) {
		uint64_t step = from->buckets[i].step;
		at = step > agg->nbuckets ? UINT64_MAX / 2 : at + step;
		if (at >= agg->nbuckets || (i && !step))
			return bad(e, "a bucket that there is not");
		buckets[i] = (struct broker_bucket){(uint32_t)at, from->buckets[i].count};
	}
	if (from->key > UINT32_MAX)
		return bad(e, "a key's number");
	*to = (struct broker_entry){.key = (uint32_t)from->key,
				    .value = from->value,
				    .count = from->count,
				    .sum = from->sum,
				    .buckets = from->nbuckets ? buckets : NULL,
				    .nbuckets = (uint32_t)from->nbuckets};
	return 0;
}

static int on_frame(struct broker *b, struct client_session *s, const struct message *m,
		    struct broker_event *ev, struct err *e)
{
	struct broker_entry *entries =
	    arena_array(b->arena, struct broker_entry, m->frame.nentries + 1);
	if (m->frame.agg >= s->naggs)
		return bad(e, "a frame of no aggregation");
	for (size_t i = 0; i < m->frame.nentries; i++)
		if (copy_entry(b->arena, &s->aggs[m->frame.agg], &m->frame.entries[i], &entries[i],
			       e) < 0)
			return -1;
	ev->kind = BROKER_FRAME;
	ev->frame.second = (int64_t)m->frame.second;
	ev->frame.agg = (uint32_t)m->frame.agg;
	ev->frame.entries = entries;
	ev->frame.n = (uint32_t)m->frame.nentries;
	return 1;
}

static int on_second(struct broker *b, struct client_session *s, const struct message *m,
		     struct broker_event *ev, struct err *e)
{
	(void)b, (void)s, (void)e;
	ev->kind = BROKER_SECOND;
	ev->second.second = (int64_t)m->second.second;
	ev->second.flags = (unsigned)m->second.flags;
	ev->second.lost = m->second.lost;
	ev->second.skipped = m->second.skipped;
	ev->second.run_cnt = m->second.run_cnt;
	ev->second.run_ns = m->second.run_ns;
	ev->second.others = m->second.others;
	return 1;
}

static int on_record(struct broker *b, struct client_session *s, const struct message *m,
		     struct broker_event *ev, struct err *e)
{
	struct broker_value *values =
	    arena_array(b->arena, struct broker_value, m->record.nvalues + 1);
	(void)s, (void)e;
	for (size_t i = 0; i < m->record.nvalues; i++) {
		const struct msg_value *v = &m->record.values[i];
		values[i] = (struct broker_value){.is_text = v->kind == WIRE_VALUE_TEXT,
						  .is_signed = v->kind == WIRE_VALUE_INT,
						  .number = v->number,
						  .text = v->text};
	}
	ev->kind = BROKER_RECORD;
	ev->record.stamp = m->record.stamp;
	ev->record.cpu = (uint32_t)m->record.cpu;
	ev->record.clause = (uint32_t)m->record.clause;
	ev->record.probe = m->record.probe;
	ev->record.values = values;
	ev->record.n = (uint32_t)m->record.nvalues;
	return 1;
}

/* Messages of which a field or two are all. */
static int on_small(struct client_session *s, const struct message *m, struct broker_event *ev,
		    struct err *e)
{
	switch (m->type) {
	case WIRE_FAILED:
		ev->kind = BROKER_FAILED;
		ev->failed.code = (int)m->failed.code;
		ev->failed.text = m->failed.text;
		ev->failed.diagnostics = m->failed.diagnostics;
		forget(s);
		return 1;
	case WIRE_STATE:
		ev->kind = BROKER_STATE;
		ev->active = m->number.value;
		return 1;
	case WIRE_FORGET:
		if (m->number.value >= s->naggs)
			return bad(e, "keys of no aggregation");
		ev->kind = BROKER_FORGET;
		ev->agg = (uint32_t)m->number.value;
		return 1;
	case WIRE_NOTE:
		ev->kind = BROKER_NOTE;
		ev->note.kind = m->note.kind == WIRE_NOTE_ERROR	 ? BROKER_NOTE_ERROR
				: m->note.kind == WIRE_NOTE_DROP ? BROKER_NOTE_DROP
								 : BROKER_NOTE_WARNING;
		ev->note.count = m->note.count;
		ev->note.text = m->note.text;
		return 1;
	case WIRE_CLOSED:
		ev->kind = BROKER_CLOSED;
		ev->closed.code = (int)m->closed.code;
		ev->closed.status = (int)m->closed.status;
		ev->closed.text = m->closed.text;
		forget(s);
		return 1;
	default:
		return bad(e, message_name(m->type));
	}
}

static int of_session(struct broker *b, const struct message *m, struct broker_event *ev,
		      struct err *e)
{
	struct client_session *s =
	    m->session <= WIRE_MAX_SESSIONS ? &b->sessions[m->session] : NULL;
	if (!s || !s->used)
		return bad(e, "a session that there is not");
	ev->session = (int)m->session;
	switch (m->type) {
	case WIRE_OPENED:
		return on_opened(b, s, m, ev, e);
	case WIRE_KEYS:
		return on_keys(b, s, m, ev, e);
	case WIRE_FRAME:
		return on_frame(b, s, m, ev, e);
	case WIRE_SECOND:
		return on_second(b, s, m, ev, e);
	case WIRE_RECORD:
		return on_record(b, s, m, ev, e);
	default:
		return on_small(s, m, ev, e);
	}
}

static int event_of(struct broker *b, const struct message *m, struct broker_event *ev,
		    struct err *e)
{
	if (m->session)
		return of_session(b, m, ev, e);
	switch (m->type) {
	case WIRE_WELCOME:
		ev->kind = BROKER_READY;
		ev->ready.server = m->welcome.server;
		ev->ready.zone = m->welcome.zone;
		ev->ready.sessions = (unsigned)m->welcome.sessions;
		return 1;
	case WIRE_REFUSED:
		return err_set(e, (int)m->refused.code, "%s", m->refused.text);
	case WIRE_PONG:
		return 0;
	default:
		return bad(e, message_name(m->type));
	}
}

static int take(struct broker *b, const struct message *m, struct broker_event *ev, struct err *e)
{
	arena_free(b->arena);
	if (!(b->arena = arena_new()) || arena_guard(b->arena))
		return err_set(e, ENOMEM, "out of memory");
	*ev = (struct broker_event){0};
	int r = event_of(b, m, ev, e);
	b->arena->guarded = 0;
	return r;
}

/* The next message that is an event; 0: there is none. */
static int next(struct broker *b, struct broker_event *ev, struct err *e)
{
	struct message m;
	int r;
	while ((r = conn_next(&b->conn, &m, e)) > 0)
		if ((r = take(b, &m, ev, e)) != 0)
			return r;
	return r;
}

int broker_read(struct broker *b, struct broker_event *ev, struct err *e)
{
	int r = next(b, ev, e);
	if (r)
		return r;
	if (b->lost.code) {
		*e = b->lost;
		return -1;
	}
	/* Both are tried: what dtraced said last comes before that it has gone. */
	struct err sent = {0}, got = {0};
	bool over = conn_flush(&b->conn, &sent) < 0;
	if (conn_fill(&b->conn, &got) < 0)
		b->lost = got;
	else if (over)
		b->lost = sent;
	r = next(b, ev, e);
	if (r == 0 && b->lost.code) {
		*e = b->lost;
		return -1;
	}
	return r;
}
