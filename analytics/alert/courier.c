/*
 * courier.c - the thread that takes actions
 *
 * A delivery is marked in the book before its first byte goes out and again when its end is known. Between the two it
 * is in one of FLIGHTS places here.
 */
#include "analytics/alert/amount.h"
#include "analytics/alert/courier.h"
#include "analytics/alert/send.h"
#include "analytics/net/request.h"
#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FLIGHTS = 24, PAUSE_S = 5, PAUSE_MAX_S = 3600, TURN_MS = 60000, LAST_MS = 1000 };

enum flight_state { FREE, TRANSFER, PROGRAM, WORKER };
struct flight {
	enum flight_state state;
	struct job job;
	struct transfer transfer;
	struct program program;
	struct sent_result result; /* of the worker */
};

/* Kinds of actions, how they are done, how many at once. The worker has one place for all of its kinds. */
static const struct {
	const char *names; /* between blanks */
	enum flight_state how;
	int at_once;
} lanes[] = {{" mail ", TRANSFER, 8},
	     {" webhook ", TRANSFER, 8},
	     {" run ", PROGRAM, 4},
	     {" trap syslog enable disable suspend resume ", WORKER, 1}};
enum { MAIL = 0, LANES = sizeof(lanes) / sizeof(lanes[0]) };

/* The second thread: one job at a time is handed over under the lock. */
struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct flight *todo, *finished;
	struct settings settings; /* as they were when the job was handed over */
	bool stop, started;
};

struct courier {
	struct courier_options o;
	char install[40];
	pthread_t thread;
	int wake; /* eventfd */
	atomic_bool stop;
	atomic_ullong done, failed;
	CURLM *multi;
	bool moved; /* a try has ended in this turn: another may begin */
	struct settings settings;
	struct flight flights[FLIGHTS];
	struct worker worker;
};

static int64_t now_s(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

static void complain(const struct err *e)
{
	fprintf(stderr, "analyticsd: alerts: %s\n", e->text);
}

/* ---- the end of a try ---- */

static int64_t pause_s(const struct courier *c, const struct job *j)
{
	int64_t s = c->o.env->retry_s ? c->o.env->retry_s : PAUSE_S;
	for (unsigned i = 1; i < j->attempts && s < PAUSE_MAX_S; i++)
		s *= 2;
	s = s < PAUSE_MAX_S ? s : PAUSE_MAX_S;
	/* Those that failed together need not come back together. */
	return s + s * (int64_t)((uint64_t)j->id * 2654435761u % 20) / 100;
}

static void finish(struct courier *c, const struct job *j, struct sent_result *r)
{
	struct err e = {0};
	int64_t now = now_s();
	int status;
	c->moved = true;
	amount_clean(r->error, false);
	amount_clean(r->output, true);
	if (r->how == SENT_LATER && now - j->made > BOOK_GIVE_UP_S)
		r->how = SENT_NEVER;
	pthread_mutex_lock(c->o.lock);
	if (r->how == SENT_OK)
		status = book_done(c->o.book, j->id, now, r->output, &e);
	else if (r->how == SENT_LATER)
		status = book_later(c->o.book, j->id, now + pause_s(c, j), r->error, &e);
	else
		status = book_failed(c->o.book, j->id, now, r->error, r->output, &e);
	pthread_mutex_unlock(c->o.lock);
	if (r->how != SENT_LATER)
		atomic_fetch_add(r->how == SENT_OK ? &c->done : &c->failed, 1);
	if (status < 0)
		complain(&e);
}

/* ---- the worker ---- */

static struct sent_result dataset_do(const struct alerts_env *env, const struct job *j)
{
	struct err e = {0};
	struct sent_result r = sent(SENT_OK, "%s", "");
	const char *dataset = action_param(&j->action, "dataset"),
		   *sheet = action_param(&j->action, "worksheet");
	const char *scope = j->alert.scope[0] ? j->alert.scope : NULL;
	if (dataset && strcmp(dataset, ACTION_KEY) == 0)
		dataset = j->alert.key;
	int (*fn)(void *, const char *, const char *, const char *, struct err *) =
	    dataset ? env->dataset : env->worksheet;
	if (j->event == EVENT_TEST)
		snprintf(r.output, sizeof(r.output), "a test: nothing is done to datasets");
	else if (!fn)
		r = sent(SENT_NEVER, "there are no %s here", dataset ? "datasets" : "worksheets");
	else if (fn(env->ctx, j->action.kind->name, dataset ? dataset : sheet, scope, &e) < 0)
		r = sent(e.code == EINVAL || e.code == ENOENT || e.code == EACCES ? SENT_NEVER
										  : SENT_LATER,
			 "%s", e.text);
	return r;
}

static void *worker_run(void *arg)
{
	struct courier *c = arg;
	struct worker *w = &c->worker;
	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		struct flight *f = w->todo;
		if (!f) {
			pthread_cond_wait(&w->cond, &w->lock);
			continue;
		}
		w->todo = NULL;
		pthread_mutex_unlock(&w->lock);
		const char *kind = f->job.action.kind->name;
		f->result = strcmp(kind, "trap") == 0 ? trap_send(&f->job, &w->settings, c->install)
			    : strcmp(kind, "syslog") == 0 ? syslog_send(&f->job)
							  : dataset_do(c->o.env, &f->job);
		pthread_mutex_lock(&w->lock);
		w->finished = f;
		courier_wake(c);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void worker_give(struct courier *c, struct flight *f)
{
	struct worker *w = &c->worker;
	pthread_mutex_lock(&w->lock);
	w->settings = c->settings;
	w->todo = f;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
}

static void worker_collect(struct courier *c)
{
	struct worker *w = &c->worker;
	pthread_mutex_lock(&w->lock);
	struct flight *f = w->finished;
	w->finished = NULL;
	pthread_mutex_unlock(&w->lock);
	if (!f)
		return;
	finish(c, &f->job, &f->result);
	f->state = FREE;
}

/* ---- beginning ---- */

static int lane_of(const char *kind)
{
	char word[32];
	snprintf(word, sizeof(word), " %s ", kind);
	for (int i = 0; i < LANES; i++)
		if (strstr(lanes[i].names, word))
			return i;
	return LANES - 1;
}

/* The kinds that have no place left. */
static void full_lanes(const struct courier *c, char *out, size_t size)
{
	int n[LANES] = {0};
	out[0] = 0;
	for (int i = 0; i < LANES; i++)
		if ((i == MAIL) != c->o.mail)
			n[i] = lanes[i].at_once;
	for (int i = 0; i < FLIGHTS; i++)
		if (c->flights[i].state != FREE)
			n[lane_of(c->flights[i].job.action.kind->name)]++;
	for (int i = 0; i < LANES; i++)
		if (n[i] >= lanes[i].at_once)
			snprintf(out + strlen(out), size - strlen(out), "%s", lanes[i].names);
}

static void begin(struct courier *c, struct flight *f)
{
	const char *kind = f->job.action.kind->name;
	struct sent_result r;
	int status = 0;
	f->state = lanes[lane_of(kind)].how;
	if (f->state == TRANSFER) {
		status = strcmp(kind, "mail") == 0
			     ? mail_prepare(&f->transfer, &f->job, &c->settings, c->install, &r)
			     : hook_prepare(&f->transfer, &f->job, &c->settings, c->install, &r);
		if (status == 0) {
			curl_easy_setopt(f->transfer.curl, CURLOPT_PRIVATE, f);
			curl_multi_add_handle(c->multi, f->transfer.curl);
		}
	} else if (f->state == PROGRAM) {
		status = program_start(&f->program, &f->job, &c->settings, &r);
	} else {
		worker_give(c, f);
	}
	if (status < 0) {
		f->state = FREE;
		finish(c, &f->job, &r);
	}
}

static struct flight *free_flight(struct courier *c)
{
	for (int i = 0; i < FLIGHTS; i++)
		if (c->flights[i].state == FREE)
			return &c->flights[i];
	return NULL;
}

static void begin_all(struct courier *c)
{
	struct flight *f;
	while (!atomic_load(&c->stop) && (f = free_flight(c))) {
		char full[160];
		struct err e = {0};
		full_lanes(c, full, sizeof(full));
		pthread_mutex_lock(c->o.lock);
		int got = book_take(c->o.book, now_s(), full, &f->job, 1, &e);
		pthread_mutex_unlock(c->o.lock);
		if (got < 0)
			complain(&e);
		if (got <= 0)
			return;
		begin(c, f);
	}
}

/* ---- going on ---- */

static void transfers(struct courier *c)
{
	int running, left;
	CURLMsg *m;
	curl_multi_perform(c->multi, &running);
	while ((m = curl_multi_info_read(c->multi, &left))) {
		struct flight *f = NULL;
		CURLcode code = m->data.result;
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&f);
		curl_multi_remove_handle(c->multi, f->transfer.curl);
		struct sent_result r = f->transfer.mail ? mail_result(&f->transfer, code)
							: hook_result(&f->transfer, code);
		transfer_fini(&f->transfer);
		finish(c, &f->job, &r);
		f->state = FREE;
	}
}

static bool readable(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	return poll(&p, 1, 0) > 0;
}

static void programs(struct courier *c)
{
	for (int i = 0; i < FLIGHTS; i++) {
		struct flight *f = &c->flights[i];
		if (f->state != PROGRAM)
			continue;
		program_read(&f->program);
		if (!f->program.late && clock_ns() >= f->program.deadline_ns)
			program_kill(&f->program);
		if (!readable(f->program.pidfd))
			continue;
		struct sent_result r = program_end(&f->program);
		finish(c, &f->job, &r);
		f->state = FREE;
	}
}

/* now: taken before what was due was begun, so that nothing falls due between the two looks. */
static int until_next(struct courier *c, bool hurry, int64_t now)
{
	int64_t ms = hurry ? 1000 : TURN_MS;
	pthread_mutex_lock(c->o.lock);
	int64_t next = book_next(c->o.book, now);
	pthread_mutex_unlock(c->o.lock);
	/* What is due and was not taken has no place, or waits for another: the end of that wakes us. */
	if (next && (next - now) * 1000 < ms)
		ms = (next - now) * 1000;
	for (int i = 0; i < FLIGHTS; i++) {
		if (c->flights[i].state != PROGRAM || c->flights[i].program.late)
			continue;
		int64_t left = (c->flights[i].program.deadline_ns - clock_ns()) / 1000000 + 1;
		ms = left < ms ? left : ms;
	}
	return ms > 0 ? (int)ms : 0;
}

static void wait_for_something(struct courier *c, int timeout_ms)
{
	struct curl_waitfd fds[1 + 2 * FLIGHTS] = {{.fd = c->wake, .events = CURL_WAIT_POLLIN}};
	unsigned n = 1;
	uint64_t count;
	for (int i = 0; i < FLIGHTS; i++) {
		if (c->flights[i].state != PROGRAM)
			continue;
		fds[n++] = (struct curl_waitfd){.fd = c->flights[i].program.pidfd,
						.events = CURL_WAIT_POLLIN};
		if (c->flights[i].program.out >= 0)
			fds[n++] = (struct curl_waitfd){.fd = c->flights[i].program.out,
							.events = CURL_WAIT_POLLIN};
	}
	curl_multi_poll(c->multi, fds, n, timeout_ms, NULL);
	if (fds[0].revents && read(c->wake, &count, sizeof(count)) < 0)
		return;
}

static bool busy(const struct courier *c)
{
	for (int i = 0; i < FLIGHTS; i++)
		if (c->flights[i].state != FREE)
			return true;
	return false;
}

static void turn(struct courier *c, int64_t last_ns)
{
	struct err e = {0};
	if (settings_refresh(&c->settings, &e) < 0)
		complain(&e);
	bool whole = !c->o.turn || c->o.turn(c->o.arg);
	int64_t now = now_s();
	c->moved = false;
	begin_all(c);
	transfers(c);
	int ms = last_ns ? (int)((last_ns - clock_ns()) / 1000000) : until_next(c, !whole, now);
	wait_for_something(c, c->moved || ms < 0 ? 0 : ms);
	transfers(c);
	programs(c);
	worker_collect(c);
}

static void *run(void *arg)
{
	struct courier *c = arg;
	while (!atomic_load(&c->stop))
		turn(c, 0);
	int64_t last_ns = clock_ns() + LAST_MS * 1000000ll;
	if (c->o.turn)
		c->o.turn(c->o.arg);
	while (busy(c) && clock_ns() < last_ns)
		turn(c, last_ns);
	return NULL;
}

/* ---- life ---- */

struct courier *courier_new(const struct courier_options *o, struct err *e)
{
	struct courier *c = calloc(1, sizeof(*c));
	if (!c) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	c->o = *o;
	c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	snprintf(c->install, sizeof(c->install), "%s", book_install(o->book));
	c->multi = requests_new();
	pthread_mutex_init(&c->worker.lock, NULL);
	pthread_cond_init(&c->worker.cond, NULL);
	if (settings_load(&c->settings, o->settings, e) < 0 || !c->multi || c->wake < 0) {
		if (!e->code)
			err_sys(e, errno, "alerts");
		courier_free(c);
		return NULL;
	}
	if (pthread_create(&c->worker.thread, NULL, worker_run, c) == 0) {
		c->worker.started = true;
		if (pthread_create(&c->thread, NULL, run, c) == 0)
			return c;
	}
	err_set(e, EAGAIN, "no thread for the alerts");
	c->thread = 0;
	courier_free(c);
	return NULL;
}

void courier_wake(struct courier *c)
{
	uint64_t one = 1;
	if (write(c->wake, &one, sizeof(one)) < 0)
		return; /* it is awake */
}

static void drop(struct courier *c, struct flight *f)
{
	if (f->state == TRANSFER) {
		/* No waiting for the answer to its QUIT. */
		curl_socket_t s = CURL_SOCKET_BAD;
		curl_easy_setopt(f->transfer.curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1L);
		if (curl_easy_getinfo(f->transfer.curl, CURLINFO_ACTIVESOCKET, &s) == CURLE_OK &&
		    s != CURL_SOCKET_BAD)
			shutdown(s, SHUT_RDWR);
		curl_multi_remove_handle(c->multi, f->transfer.curl);
		transfer_fini(&f->transfer);
	} else if (f->state == PROGRAM) {
		program_kill(&f->program);
		struct sent_result r = program_end(&f->program);
		r = sent(SENT_NEVER, "the daemon ended while it ran");
		finish(c, &f->job, &r);
	} else if (f->state == WORKER && c->worker.finished == f) {
		finish(c, &f->job, &f->result);
	}
}

void courier_free(struct courier *c)
{
	if (!c)
		return;
	atomic_store(&c->stop, true);
	courier_wake(c);
	if (c->thread)
		pthread_join(c->thread, NULL);
	if (c->worker.started) {
		pthread_mutex_lock(&c->worker.lock);
		c->worker.stop = true;
		pthread_cond_signal(&c->worker.cond);
		pthread_mutex_unlock(&c->worker.lock);
		pthread_join(c->worker.thread, NULL);
	}
	for (int i = 0; i < FLIGHTS; i++)
		drop(c, &c->flights[i]);
	if (c->multi)
		curl_multi_cleanup(c->multi);
	if (c->wake >= 0)
		close(c->wake);
	pthread_mutex_destroy(&c->worker.lock);
	pthread_cond_destroy(&c->worker.cond);
	free(c);
}

void courier_counts(struct courier *c, uint64_t *done, uint64_t *failed)
{
	*done = atomic_load(&c->done);
	*failed = atomic_load(&c->failed);
}
