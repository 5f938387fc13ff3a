/*
 * worker.c - the loop of a connection: requests, seconds, feeds; see worker.h
 *
 * One thread. What waits for a slow client is bounded: from WAITING_MOST bytes on, seconds are counted and not
 * sent; a client that sends requests without reading answers is dropped at WAITING_END.
 */
#include "broker/worker.h"

#include "base/clock.h"
#include "broker/feed.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
	HELLO_MS = 10000,
	WAITING_MOST = 4 << 20,
	WAITING_END = 32 << 20,
	FEED_FDS = 32,
	MAX_FDS = 4096
};
#define NEVER UINT64_MAX

struct worker {
	struct conn conn;
	const struct peer *peer;
	const struct policy_row *row;
	served_command *command;
	struct feed_host host;
	struct feed *feeds[WIRE_MAX_SESSIONS];
	unsigned nfeeds;
	bool greeted;
	int timer, cost;   /* descriptors; cost: the kernel counts while it is open */
	uint64_t second;   /* the last that was closed */
	uint64_t greet_by; /* ms of the monotonic clock */
	bool stepped;	   /* the clock was set: this second is not a whole one */
	bool served;	   /* a command has run: that was all */
};

/* ---- the clock ---- */

/* Only while somebody counts: an idle connection wakes nobody. */
static void set_timer(struct worker *w)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (!w->second)
		w->second = (uint64_t)now.tv_sec;
	struct itimerspec next = {.it_value = {.tv_sec = now.tv_sec + 1}};
	timerfd_settime(w->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &next, NULL);
}

/* Is a second over? ECANCELED: the clock was set. */
static bool second_over(struct worker *w, uint64_t *second)
{
	uint64_t n;
	struct timespec now;
	ssize_t r = read(w->timer, &n, sizeof(n));
	if (r < 0 && errno == ECANCELED)
		w->stepped = true;
	if (r < 0 && errno != ECANCELED)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	*second = (uint64_t)now.tv_sec;
	bool over = w->nfeeds && *second != w->second;
	if (w->nfeeds)
		set_timer(w);
	else
		w->second = 0;
	return over;
}

/* ---- feeds ---- */

static struct feed *find(struct worker *w, uint32_t id, unsigned *at)
{
	for (*at = 0; *at < w->nfeeds; ++*at)
		if (feed_id(w->feeds[*at]) == id)
			return w->feeds[*at];
	return NULL;
}

static void drop(struct worker *w, unsigned at)
{
	feed_free(w->feeds[at]);
	w->feeds[at] = w->feeds[--w->nfeeds];
}

static int close_second(struct worker *w, uint64_t second, struct err *e)
{
	bool partial = w->stepped || second != w->second + 1;
	w->stepped = false;
	w->second = second;
	for (unsigned i = 0; i < w->nfeeds;) {
		bool skip = conn_waiting(&w->conn) > WAITING_MOST;
		if (feed_second(w->feeds[i], second, partial, skip, e) < 0)
			return -1;
		if (feed_ended(w->feeds[i]))
			drop(w, i);
		else
			i++;
	}
	return 0;
}

/* ---- requests ---- */

static int queue(struct worker *w, uint32_t session, struct message *m, struct err *e)
{
	m->session = session;
	return conn_queue(&w->conn, m, e);
}

static int refuse(struct worker *w, int code, const char *text, struct err *e)
{
	struct err ignored = {0};
	queue(w, 0,
	      &(struct message){.type = WIRE_REFUSED,
				.refused = {.code = (uint64_t)code, .text = text}},
	      &ignored);
	conn_flush(&w->conn, &ignored);
	return err_set(e, code, "%s", text);
}

static int fail(struct worker *w, uint32_t id, int code, const char *text, struct err *e)
{
	return queue(w, id,
		     &(struct message){.type = WIRE_FAILED,
				       .failed = {.code = (uint64_t)code, .text = text}},
		     e);
}

static int hello(struct worker *w, const struct message *m, struct err *e)
{
	if (m->type != WIRE_HELLO || m->hello.magic != WIRE_MAGIC || w->greeted)
		return refuse(w, EPROTO, "not a client of dtraced", e);
	if (m->hello.least > WIRE_VERSION || m->hello.greatest < WIRE_VERSION)
		return refuse(w, EPROTONOSUPPORT, "dtraced speaks version 1 of the protocol", e);
	w->greeted = true;
	return queue(w, 0,
		     &(struct message){.type = WIRE_WELCOME,
				       .welcome = {.version = WIRE_VERSION,
						   .server = "dtraced " GLASSHOUSE_VERSION,
						   .sessions = w->row->sessions,
						   .zone = w->peer->zone}},
		     e);
}

static void count_cost(struct worker *w)
{
	struct err e = {0};
	if (w->cost < 0)
		w->cost = session_count_cost(&e);
	w->host.cost = w->cost >= 0;
}

static int open_feed(struct worker *w, const struct message *m, struct err *e)
{
	unsigned at;
	if (m->session == 0 || find(w, m->session, &at))
		return refuse(w, EPROTO, "a session's number is in use, or 0", e);
	if (w->nfeeds >= w->row->sessions || w->nfeeds == WIRE_MAX_SESSIONS)
		return fail(w, m->session, EDQUOT, "quota exceeded: no more sessions", e);
	if ((m->open.flags & WIRE_OPEN_COST) || w->row->rate)
		count_cost(w);
	struct feed *f = feed_open(&w->host, m->session, &m->open, e);
	if (f)
		w->feeds[w->nfeeds++] = f;
	if (f && !w->second)
		set_timer(w);
	return f || !e->code ? 0 : -1;
}

static int close_feed(struct worker *w, unsigned at, struct err *e)
{
	uint32_t id = feed_id(w->feeds[at]);
	drop(w, at);
	return queue(w, id, &(struct message){.type = WIRE_CLOSED, .closed = {.text = "closed"}},
		     e);
}

static int of_feed(struct worker *w, const struct message *m, struct err *e)
{
	unsigned at;
	struct feed *f = find(w, m->session, &at);
	if (!f)
		return 0; /* it has ended, and the client does not know yet */
	if (m->type == WIRE_CLOSE)
		return close_feed(w, at, e);
	int r = m->type == WIRE_SUSPEND ? feed_suspend(f, e) : feed_resume(f, e);
	if (feed_ended(f))
		drop(w, at);
	return r;
}

static int serve(struct worker *w, const struct message *m, struct err *e)
{
	struct conn kept;
	if (w->nfeeds)
		return refuse(w, EBUSY, "a command wants a connection of its own", e);
	if (conn_keep(&w->conn, &kept, e) < 0)
		return -1;
	w->served = true;
	int r = served_run(&w->conn, m->session, w->peer, w->row, &m->command, w->command, e);
	conn_fini(&kept);
	return r;
}

static int request(struct worker *w, const struct message *m, struct err *e)
{
	if (!w->greeted)
		return hello(w, m, e);
	switch (m->type) {
	case WIRE_OPEN:
		return open_feed(w, m, e);
	case WIRE_SUSPEND:
	case WIRE_RESUME:
	case WIRE_CLOSE:
		return of_feed(w, m, e);
	case WIRE_PING:
		return queue(
		    w, 0,
		    &(struct message){.type = WIRE_PONG, .number = {.value = m->number.value}}, e);
	case WIRE_COMMAND:
		return serve(w, m, e);
	default:
		return refuse(w, EPROTO, "a message that clients do not send", e);
	}
}

/* Whatever is there. -1: the connection is over. */
static int requests(struct worker *w, struct err *e)
{
	int filled = conn_fill(&w->conn, e), r = 0;
	struct message m;
	struct err why = {0};
	while (!w->served && (r = conn_next(&w->conn, &m, &why)) > 0)
		if (request(w, &m, &why) < 0)
			return *e = why, -1;
	if (r < 0)
		return refuse(w, why.code, why.text, e);
	if (conn_waiting(&w->conn) > WAITING_END)
		return err_set(e, EMSGSIZE, "the client does not read what it asked for");
	return filled;
}

/* ---- the loop ---- */

static int gather(struct worker *w, struct pollfd *fds)
{
	int n = 0, own[FEED_FDS];
	fds[n++] = (struct pollfd){.fd = w->conn.fd, .events = conn_events(&w->conn)};
	fds[n++] = (struct pollfd){.fd = w->timer, .events = POLLIN};
	for (unsigned i = 0; i < w->nfeeds && n + FEED_FDS < MAX_FDS; i++) {
		int k = feed_fds(w->feeds[i], own, FEED_FDS);
		for (int j = 0; j < k; j++)
			fds[n++] = (struct pollfd){.fd = own[j], .events = POLLIN};
	}
	return n;
}

static uint64_t tend(struct worker *w)
{
	uint64_t wait = NEVER;
	for (unsigned i = 0; i < w->nfeeds; i++) {
		uint64_t look = feed_tend(w->feeds[i]);
		wait = look < wait ? look : wait;
	}
	return wait;
}

static int round_of(struct worker *w, struct pollfd *fds, uint64_t *wait, struct err *e)
{
	uint64_t second;
	int ms = *wait == NEVER ? -1 : (int)(*wait / 1000000 < 1000 ? *wait / 1000000 + 1 : 1000);
	if (!w->greeted)
		ms = HELLO_MS / 10;
	poll(fds, (nfds_t)gather(w, fds), ms);
	if (!w->greeted && (uint64_t)clock_ms() > w->greet_by)
		return refuse(w, ETIMEDOUT, "no greeting came", e);
	if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) && requests(w, e) < 0)
		return -1;
	if (w->served)
		return 0;
	if ((fds[1].revents & POLLIN) && second_over(w, &second) && close_second(w, second, e) < 0)
		return -1;
	*wait = tend(w);
	return conn_flush(&w->conn, e);
}

static bool is_polite(const struct err *e)
{
	return e->code == 0 || e->code == EPIPE || e->code == ECONNRESET;
}

int worker_run(int socket, const struct peer *peer, const struct policy_row *row,
	       served_command *command)
{
	struct worker w = {.peer = peer,
			   .row = row,
			   .command = command,
			   .cost = -1,
			   .timer = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)};
	struct pollfd *fds = calloc(MAX_FDS, sizeof(*fds));
	struct err e = {0};
	uint64_t wait = NEVER;
	conn_init(&w.conn, socket);
	w.host =
	    (struct feed_host){.conn = &w.conn, .peer = peer, .row = row, .watch = watch_new()};
	if (!fds || w.timer < 0 || !w.host.watch)
		return 1;
	w.greet_by = clock_ms() + HELLO_MS;
	while (!w.served && round_of(&w, fds, &wait, &e) == 0)
		;
	for (unsigned i = w.nfeeds; i-- > 0;)
		feed_free(w.feeds[i]);
	watch_free(w.host.watch);
	conn_fini(&w.conn);
	free(fds);
	return is_polite(&e) ? 0 : 1;
}
