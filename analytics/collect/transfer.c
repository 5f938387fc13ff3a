/*
 * transfer.c - libcurl's sockets and timers as those of a loop; see transfer.h
 *
 * libcurl must not be called from its own callbacks. So what comes is only kept there, and looked through when the call
 * that brought it has returned: lines first, then ends.
 */
#include "analytics/collect/transfer.h"
#include "analytics/net/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { ANSWER_S = 20 };

struct transfer {
	struct transfers *of;
	struct transfer *next, **prev;
	const struct transfer_ops *ops;
	void *arg;
	CURL *curl;
	struct curl_slist *headers;
	struct buf in;
	bool stream, fresh;
	char why[CURL_ERROR_SIZE];
};
struct socket_watch {
	struct transfers *of;
	curl_socket_t fd;
	struct loop_watch *watch;
};
struct transfers {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;
	struct transfer *all;
};

/* ---- what has come ---- */

static long status_of(struct transfer *x)
{
	long status = 0;
	curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t write_in(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *x = arg;
	if (x->in.n + size * n > TRANSFER_BYTES)
		return 0;
	buf_add(&x->in, p, size * n);
	x->fresh = true;
	return x->in.oom ? 0 : size * n;
}

/* The next whole line, in a buffer of its own. False: there is none. */
static bool take_line(struct transfer *x, struct buf *line)
{
	char *end = x->in.n ? memchr(x->in.p, '\n', x->in.n) : NULL;
	if (!end)
		return false;
	size_t n = (size_t)(end - x->in.p), rest = x->in.n - n - 1;
	buf_clear(line);
	buf_add(line, x->in.p, n && end[-1] == '\r' ? n - 1 : n);
	buf_putc(line, '\0');
	memmove(x->in.p, end + 1, rest);
	x->in.n = rest;
	return !line->oom;
}

static struct transfer *find(struct transfers *t, const struct transfer *x)
{
	struct transfer *at = t->all;
	while (at && at != x)
		at = at->next;
	return at;
}

/* A callback may stop any transfer, this one too. */
static void tell_lines(struct transfers *t, struct transfer *x)
{
	BUF_AUTO line = {0};
	x->fresh = false;
	if (!x->stream || status_of(x) != 200)
		return;
	while (find(t, x) && take_line(x, &line))
		x->ops->line(x->arg, line.p);
}

static void unlink_one(struct transfer *x)
{
	curl_multi_remove_handle(x->of->multi, x->curl);
	*x->prev = x->next;
	if (x->next)
		x->next->prev = x->prev;
	x->prev = NULL;
}

static void free_one(struct transfer *x)
{
	curl_easy_cleanup(x->curl);
	curl_slist_free_all(x->headers);
	buf_fini(&x->in);
	free(x);
}

static void tell_end(struct transfer *x, CURLcode code)
{
	long status = status_of(x);
	const char *why = code == CURLE_OK		     ? ""
			  : code == CURLE_WRITE_ERROR	     ? "its answer is too long"
			  : code == CURLE_OPERATION_TIMEDOUT ? "it does not answer"
			  : *x->why			     ? x->why
							     : curl_easy_strerror(code);
	unlink_one(x);
	x->ops->end(x->arg, status, &x->in, why);
	free_one(x);
}

static void look_through(struct transfers *t)
{
	CURLMsg *m;
	int left;
	for (struct transfer *x = t->all; x;) {
		bool fresh = x->fresh;
		if (fresh)
			tell_lines(t, x);
		/* After a callback the list may be another. */
		x = fresh ? t->all : x->next;
	}
	while ((m = curl_multi_info_read(t->multi, &left))) {
		struct transfer *x = NULL;
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&x);
		tell_end(x, m->data.result);
	}
}

/* ---- sockets and time ---- */

static void socket_ready(void *arg, uint32_t ready)
{
	struct socket_watch *w = arg;
	struct transfers *t = w->of;
	int running, how = (ready & EPOLLIN ? CURL_CSELECT_IN : 0) |
			   (ready & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
			   (ready & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
	curl_multi_socket_action(t->multi, w->fd, how, &running);
	look_through(t);
}

static int socket_wanted(CURL *curl, curl_socket_t fd, int what, void *arg, void *mine)
{
	struct transfers *t = arg;
	struct socket_watch *w = mine;
	struct err e = {0};
	uint32_t events =
	    (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			loop_unwatch(w->watch);
		free(w);
		curl_multi_assign(t->multi, fd, NULL);
		return 0;
	}
	if (w)
		return loop_watch_events(w->watch, events, &e);
	w = calloc(1, sizeof(*w));
	if (!w)
		return -1;
	*w = (struct socket_watch){t, fd, NULL};
	w->watch = loop_watch(t->loop, fd, events, socket_ready, w, &e);
	if (!w->watch) {
		free(w);
		return -1;
	}
	curl_multi_assign(t->multi, fd, w);
	return 0;
}

static void time_is_over(void *arg)
{
	struct transfers *t = arg;
	int running;
	t->timer = NULL;
	curl_multi_socket_action(t->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look_through(t);
}

static int time_wanted(CURLM *multi, long ms, void *arg)
{
	struct transfers *t = arg;
	struct err e = {0};
	(void)multi;
	loop_timer_free(t->timer);
	t->timer = NULL;
	if (ms < 0)
		return 0;
	t->timer = loop_timer(t->loop, (uint64_t)ms * 1000000, 0, time_is_over, t, &e);
	return t->timer ? 0 : -1;
}

/* ---- from outside ---- */

struct transfers *transfers_new(struct loop *l, struct err *e)
{
	struct transfers *t = calloc(1, sizeof(*t));
	if (!t || !(t->multi = requests_new())) {
		free(t);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	t->loop = l;
	curl_multi_setopt(t->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(t->multi, CURLMOPT_SOCKETDATA, t);
	curl_multi_setopt(t->multi, CURLMOPT_TIMERFUNCTION, time_wanted);
	curl_multi_setopt(t->multi, CURLMOPT_TIMERDATA, t);
	return t;
}

void transfers_free(struct transfers *t)
{
	if (!t)
		return;
	while (t->all)
		transfer_stop(t->all);
	curl_multi_cleanup(t->multi);
	loop_timer_free(t->timer);
	free(t);
}

static void set_options(struct transfer *x, const struct transfer_request *r)
{
	CURL *c = x->curl;
	curl_easy_setopt(c, CURLOPT_URL, r->url);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, x->headers);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, write_in);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_PRIVATE, x);
	if (r->stream) {
		curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)TRANSFER_SILENT_S);
	} else {
		curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ANSWER_S);
	}
	if (r->body)
		curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, r->body);
	if (r->ca)
		curl_easy_setopt(c, CURLOPT_CAINFO, r->ca);
	if (r->pin) {
		/* The key says who it is; without ca= nobody has to vouch for it. */
		curl_easy_setopt(c, CURLOPT_PINNEDPUBLICKEY, r->pin);
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, r->ca ? 1L : 0L);
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, r->ca ? 2L : 0L);
	}
}

struct transfer *transfer_start(struct transfers *t, const struct transfer_request *r,
				const struct transfer_ops *ops, void *arg, struct err *e)
{
	struct transfer *x = calloc(1, sizeof(*x));
	if (x)
		*x = (struct transfer){.of = t, .ops = ops, .arg = arg, .stream = r->stream};
	if (!x || !(x->curl = request_new("http,https", x->why)) ||
	    !(x->headers = request_headers(r->token))) {
		if (x)
			free_one(x);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	set_options(x, r);
	x->next = t->all;
	if (x->next)
		x->next->prev = &x->next;
	x->prev = &t->all;
	t->all = x;
	curl_multi_add_handle(t->multi, x->curl);
	return x;
}

void transfer_stop(struct transfer *x)
{
	if (!x)
		return;
	/* Without a place in the list its end is being told, and it is freed after that. */
	if (!x->prev)
		return;
	unlink_one(x);
	free_one(x);
}
