/*
 * server.c - from connections to calls and back; see http.h
 *
 * libmicrohttpd's threads read requests; the whole target (path and query) is taken as it came and parsed by
 * url.c. A request is: limits of its address, its body gathered, who asks, its route, the handler, the answer.
 */
#include "analytics/http/call.h"
#include "analytics/http/dispatch.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { THREADS = 4, IDLE_S = 30, CONNECTION_BYTES = 64 * 1024, GZIP_LEAST = 1024 };
/* By when a request is to be there: its head, and what comes behind that. */
enum { HEAD_S = 20, BODY_S = 60 };

struct request {
	struct slow_connection slow;
	char *target;
	bool begun, too_big;
	struct buf body;
};

static const char csp[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
			  "data:; connect-src 'self';"
			  " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/* ---- answers ---- */

struct answer {
	struct http *h;
	size_t n;
	void *p;
};

static void answer_free(void *arg)
{
	struct answer *a = arg;
	atomic_fetch_sub(&a->h->answer_bytes, a->n);
	free(a->p);
	free(a);
}

/* An answer of n bytes at p (malloc'd), which go with it. NULL: no memory. */
static struct MHD_Response *answer_new(struct http *h, void *p, size_t n)
{
	struct answer *a = malloc(sizeof *a);
	if (!a) {
		free(p);
		return NULL;
	}
	*a = (struct answer){h, n, p};
	atomic_fetch_add(&h->answer_bytes, n);
	struct MHD_Response *r =
	    MHD_create_response_from_buffer_with_free_callback_cls(n, p ? p : "", answer_free, a);
	if (!r)
		answer_free(a);
	return r;
}

static bool accepts_gzip(struct MHD_Connection *connection)
{
	const char *v = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding");
	return v && strstr(v, "gzip");
}

static void common_headers(struct MHD_Response *r)
{
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(r, "X-Frame-Options", "DENY");
}

static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status,
			     struct MHD_Response *r)
{
	if (!r)
		return MHD_NO;
	common_headers(r);
	enum MHD_Result q = MHD_queue_response(connection, status, r);
	MHD_destroy_response(r);
	return q;
}

static enum MHD_Result answer_call(struct MHD_Connection *connection, struct call *c)
{
	char number[24];
	if (c->out.oom)
		call_error(c, 503, "no-memory", NULL, "out of memory");
	if (atomic_load(&c->h->answer_bytes) + c->out.n > ANSWERS_MAX)
		call_error(c, 503, "busy", "Ask again in a moment, or for less.",
			   "too many answers are on their way");
	void *p = c->out.p;
	size_t n = c->out.n, packed_n;
	void *packed =
	    n >= GZIP_LEAST && accepts_gzip(connection) ? gzip_bytes(p, n, 1, &packed_n) : NULL;
	if (packed) {
		free(p);
		p = packed;
		n = packed_n;
	}
	c->out = (struct buf){0};
	struct MHD_Response *r = answer_new(c->h, p, n);
	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type",
				c->content_type ? c->content_type : "application/json");
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "Vary", "Accept-Encoding");
	if (packed)
		MHD_add_response_header(r, "Content-Encoding", "gzip");
	if (c->set_cookie[0])
		MHD_add_response_header(r, "Set-Cookie", c->set_cookie);
	if (c->file_name) {
		char text[200];
		snprintf(text, sizeof text, "attachment; filename=\"%s\"", c->file_name);
		MHD_add_response_header(r, "Content-Disposition", text);
	}
	if (c->status == 401)
		MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
	if (c->close)
		MHD_add_response_header(r, "Connection", "close");
	if (c->retry_s) {
		snprintf(number, sizeof number, "%u", c->retry_s);
		MHD_add_response_header(r, "Retry-After", number);
	}
	return queue(connection, c->status, r);
}

static enum MHD_Result answer_file(struct MHD_Connection *connection, const struct page_file *f)
{
	static const char *const codings[] = {
	    [PAGE_PLAIN] = NULL, [PAGE_GZIP] = "gzip", [PAGE_BROTLI] = "br"};
	const char *seen =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
	bool same = seen && strcmp(seen, f->etag) == 0;
	enum page_coding how = page_choose(
	    f, MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding"));
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    same ? 0 : f->as[how].n, (void *)(uintptr_t)(same ? "" : f->as[how].p),
	    MHD_RESPMEM_PERSISTENT);
	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "ETag", f->etag);
	MHD_add_response_header(r, "Cache-Control", "no-cache");
	MHD_add_response_header(r, "Content-Security-Policy", csp);
	MHD_add_response_header(r, "Vary", "Accept-Encoding");
	MHD_add_response_header(r, "Content-Type", f->type);
	if (codings[how] && !same)
		MHD_add_response_header(r, "Content-Encoding", codings[how]);
	return queue(connection, same ? 304 : 200, r);
}

static enum MHD_Result answer_live(struct MHD_Connection *connection, struct call *c)
{
	uint32_t ids[LIVE_MAX_DATASETS];
	unsigned n;
	struct err e = {0};
	if (live_wanted(c, ids, &n) < 0)
		return answer_call(connection, c);
	struct MHD_Response *r = live_response(c->h->live, connection, &c->who, ids, n, &e);
	if (!r) {
		call_fail(c, &e);
		return answer_call(connection, c);
	}
	MHD_add_response_header(r, "Content-Type", "text/event-stream");
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "X-Accel-Buffering", "no");
	return queue(connection, 200, r);
}

/* ---- requests ---- */

static const char *bearer(struct MHD_Connection *connection)
{
	const char *v = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
	return v && strncasecmp(v, "Bearer ", 7) == 0 ? v + 7 : NULL;
}

/* Does a page of somebody else's ask, in a browser that has our cookie? Another port of this host is the same site to a
 * cookie, and may be a tenant's. */
static bool is_foreign(struct MHD_Connection *connection)
{
	const char *from =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Sec-Fetch-Site");
	return from && strcmp(from, "same-origin") != 0 && strcmp(from, "none") != 0;
}

static void identify(struct MHD_Connection *connection, struct call *c)
{
	struct err ignored = {0};
	const char *token = bearer(connection);
	if (!token && !is_foreign(connection))
		token = MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, c->h->cookie);
	if (token && token_check(c->h->accounts, token, &c->who, &ignored) == 0)
		c->scope = c->who.scope[0] ? c->who.scope : NULL;
}

static int parse_body(struct MHD_Connection *connection, struct call *c, const struct request *r)
{
	json_error_t why;
	if (r->too_big)
		return call_error(c, 413, "too-large", NULL, "a request has at most %d bytes",
				  CALL_BODY_MAX);
	if (strcmp(c->method, "GET") == 0 || strcmp(c->method, "DELETE") == 0)
		return 0;
	const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
	if (!type || strncasecmp(type, "application/json", 16) != 0)
		return call_error(c, 415, "not-json", "Send Content-Type: application/json.",
				  "the body of a request is JSON");
	c->body = json_loadb(r->body.p ? r->body.p : "", r->body.n, JSON_REJECT_DUPLICATES, &why);
	if (!c->body)
		return call_error(c, 400, "not-json", NULL, "the body is no JSON: line %d: %s",
				  why.line, why.text);
	if (!json_is_object(c->body))
		return call_error(c, 400, "not-json", NULL, "the body is to be a JSON object");
	return 0;
}

static enum MHD_Result serve(struct MHD_Connection *connection, struct call *c,
			     const struct request *r)
{
	struct err e = {0};
	if (arena_guard(c->arena)) {
		call_error(c, 503, "no-memory", NULL, "out of memory");
		return answer_call(connection, c);
	}
	if (url_parse(r->target, c->arena, &c->url, &e) < 0) {
		call_error(c, 400, "bad-url", NULL, "%s", e.text);
		return answer_call(connection, c);
	}
	bool api = c->url.nsegments &&
		   (strcmp(c->url.segment[0], "api") == 0 ||
		    (c->url.nsegments == 1 && strcmp(c->url.segment[0], "metrics") == 0));
	if (!api && strcmp(c->method, "GET") == 0 && c->h->page) {
		const struct page_file *f = page_find(c->h->page, dispatch_path(c));
		if (f)
			return answer_file(connection, f);
	}
	identify(connection, c);
	if (dispatch_is_live(c)) {
		if (c->who.name[0])
			return answer_live(connection, c);
		call_error(c, 401, "login", "Log in, or send a token.",
			   "this is for those who are logged in");
	} else if (parse_body(connection, c, r) == 0) {
		dispatch(c);
	}
	return answer_call(connection, c);
}

static struct http *http_of(void *cls)
{
	return cls;
}

/* How a request says where its body ends. */
struct framing {
	unsigned lengths, codings;
	bool odd;
};
static enum MHD_Result look_at_framing(void *arg, enum MHD_ValueKind kind, const char *name,
				       const char *value)
{
	struct framing *f = arg;
	(void)kind;
	if (strcasecmp(name, "Content-Length") == 0) {
		f->lengths++;
		f->odd |= !value || !*value || value[strspn(value, "0123456789")];
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		f->codings++;
		f->odd |= !value || strcasecmp(value, "chunked") != 0;
	}
	return MHD_YES;
}

/* Does another reader, such as a proxy, perhaps see the end of the request elsewhere? Then what follows might be somebody
 * else's request for one of the two (RFC 9112, 11.2), so the connection ends with the answer. */
static bool is_ambiguous(struct MHD_Connection *connection)
{
	struct framing f = {0};
	MHD_get_connection_values(connection, MHD_HEADER_KIND, look_at_framing, &f);
	return f.odd || f.lengths + f.codings > 1;
}

/* Answers at once when the address has asked too much lately, or says that a great body will follow. */
static int refuse_early(struct MHD_Connection *connection, struct call *c)
{
	const char *length =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
	struct http *h = c->h;
	pthread_mutex_lock(&h->limit_lock);
	bool granted = limit_take(&h->requests, c->address, 1, clock_ns());
	unsigned wait = granted ? 0 : limit_wait_s(&h->requests, c->address, 1);
	pthread_mutex_unlock(&h->limit_lock);
	if (!granted) {
		atomic_fetch_add(&h->nrefused, 1);
		c->retry_s = wait;
		return call_error(c, 429, "too-often", "Wait a little.",
				  "too many requests from this address");
	}
	if (is_ambiguous(connection)) {
		c->close = true;
		return call_error(c, 400, "ambiguous", NULL,
				  "the request does not say in one way where it ends");
	}
	if (length && strtoull(length, NULL, 10) > CALL_BODY_MAX)
		return call_error(c, 413, "too-large", NULL, "a request has at most %d bytes",
				  CALL_BODY_MAX);
	return 0;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	struct http *h = http_of(cls);
	struct request *r = *state;
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct call c = {.h = h,
			 .status = 200,
			 .method = strcmp(method, "HEAD") == 0 ? "GET" : method,
			 .address = limit_key(info ? info->client_addr : NULL)};
	(void)url, (void)version;
	c.json.out = &c.out;
	if (!r || !r->target)
		return MHD_NO;
	if (!r->begun) {
		r->begun = true;
		slow_await(&h->slow, &r->slow, clock_ns() + BODY_S * 1000000000ll);
		return refuse_early(connection, &c) < 0 ? answer_call(connection, &c) : MHD_YES;
	}
	if (*upload_size) {
		r->too_big |= r->body.n + *upload_size > CALL_BODY_MAX;
		if (!r->too_big)
			buf_add(&r->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	slow_await(&h->slow, &r->slow, 0);
	atomic_fetch_add(&h->nrequests, 1);
	c.arena = arena_new();
	if (!c.arena)
		return MHD_NO;
	enum MHD_Result q = serve(connection, &c, r);
	json_decref(c.body);
	buf_fini(&c.out);
	arena_free(c.arena);
	return q;
}

/* The library knows one certificate, that of its start. */
static void choose_certificate(struct http *h, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info && info->tls_session)
		renew_apply(&h->renew, info->tls_session);
}

/*
 * A connection has one request at a time, which lives as long as the connection: of a request that
 * libmicrohttpd refuses by itself, the end is not told.
 */
static void connection_changes(void *cls, struct MHD_Connection *connection, void **context,
			       enum MHD_ConnectionNotificationCode what)
{
	struct request *r = *context;
	struct http *h = http_of(cls);
	const union MHD_ConnectionInfo *fd =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = r = calloc(1, sizeof *r);
		if (!r)
			return;
		if (h->tls)
			choose_certificate(h, connection);
		slow_enter(&h->slow, &r->slow, fd ? fd->connect_fd : -1);
		slow_await(&h->slow, &r->slow, clock_ns() + HEAD_S * 1000000000ll);
	} else if (r) {
		slow_leave(&h->slow, &r->slow);
		free(r->target);
		buf_fini(&r->body);
		free(r);
		*context = NULL;
	}
}

static void *request_begins(void *cls, const char *uri, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct request *r = info ? info->socket_context : NULL;
	struct http *h = http_of(cls);
	if (!r)
		return NULL;
	free(r->target);
	buf_fini(&r->body);
	r->target = strdup(uri);
	r->begun = r->too_big = false;
	r->body = (struct buf){0};
	slow_await(&h->slow, &r->slow, clock_ns() + HEAD_S * 1000000000ll);
	return r;
}

/* What a request brought is not kept while its connection waits for the next. */
static void request_ends(void *cls, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	struct request *r = *state;
	struct http *h = http_of(cls);
	(void)connection, (void)why;
	if (!r)
		return;
	/* The library ends it sooner when nothing at all comes. */
	slow_await(&h->slow, &r->slow, clock_ns() + (IDLE_S + HEAD_S) * 1000000000ll);
	buf_fini(&r->body);
	r->body = (struct buf){0};
	*state = NULL;
}

/* Escapes are url.c's to decode. */
static size_t leave_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
	(void)cls, (void)connection;
	return strlen(s);
}

static void no_log(void *cls, const char *fmt, va_list ap)
{
	(void)cls, (void)fmt, (void)ap;
}

/* ---- start and end ---- */

/* "HOST:PORT", "[V6]:PORT", ":PORT" -> an address. */
static int parse_listen(const char *text, struct sockaddr_storage *out, struct err *e)
{
	char host[256];
	const char *colon = strrchr(text, ':');
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM},
			*found = NULL;
	if (!colon || !colon[1] || (size_t)(colon - text) >= sizeof host)
		return err_set(e, EINVAL,
			       "\"%s\" is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080",
			       text);
	snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
	char *name = host;
	size_t n = strlen(host);
	if (n > 1 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		name++;
	}
	int r = getaddrinfo(*name ? name : NULL, colon + 1, &hints, &found);
	if (r != 0)
		return err_set(e, EINVAL, "%s: %s", text, gai_strerror(r));
	memcpy(out, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

static bool is_loopback(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 == 127;
}

/* What to type into a browser. */
static void make_url(struct http *h, const struct sockaddr_storage *a)
{
	char host[200];
	const union MHD_DaemonInfo *info =
	    MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	unsigned port = info ? info->port : 0;
	socklen_t n =
	    a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	if (getnameinfo((const struct sockaddr *)a, n, host, sizeof host, NULL, 0,
			NI_NUMERICHOST) != 0 ||
	    strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0)
		gethostname(host, sizeof host);
	bool v6 = strchr(host, ':') != NULL;
	snprintf(h->url, sizeof h->url, "%s://%s%.120s%s:%u/", h->tls ? "https" : "http",
		 v6 ? "[" : "", host, v6 ? "]" : "", port);
	snprintf(h->cookie, sizeof h->cookie, "glasshouse_%u", port);
}

static int start_daemon(struct http *h, const struct http_options *o,
			const struct sockaddr_storage *a, struct err *e)
{
	unsigned flags =
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	if (a->ss_family == AF_INET6)
		flags |= MHD_USE_DUAL_STACK;
	if (h->tls)
		flags |= MHD_USE_TLS;
	struct MHD_OptionItem more[] = {
	    {h->tls ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, h->renew.cert},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, h->renew.key},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0,
	     (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
	    {MHD_OPTION_END, 0, NULL}};
	/* One address alone cannot take all connections from the others. */
	unsigned clients = o->max_clients ? o->max_clients : 2000u;
	h->daemon = MHD_start_daemon(
	    flags, 0, NULL, NULL, handle, h, MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
	    MHD_OPTION_SOCK_ADDR, a, MHD_OPTION_THREAD_POOL_SIZE, THREADS,
	    MHD_OPTION_CONNECTION_LIMIT, clients, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    clients - clients / 4, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_NOTIFY_CONNECTION,
	    connection_changes, h, MHD_OPTION_URI_LOG_CALLBACK, request_begins, h,
	    MHD_OPTION_NOTIFY_COMPLETED, request_ends, h, MHD_OPTION_UNESCAPE_CALLBACK,
	    leave_escapes, NULL, MHD_OPTION_ARRAY, more, MHD_OPTION_END);
	if (!h->daemon)
		return err_sys(e, errno ? errno : EADDRINUSE, "listening on %s", o->listen);
	make_url(h, a);
	return 0;
}

/* A hub_second_fn. */
static void each_second(void *arg, int64_t second, const struct hub_second *at, uint32_t n)
{
	struct http *h = http_of(arg);
	(void)second, (void)at, (void)n;
	slow_cut(&h->slow, clock_ns());
	if (h->tls)
		renew_second(&h->renew, time(NULL));
}

static int open_all(struct http *h, const struct http_options *o, const struct sockaddr_storage *a,
		    struct err *e)
{
	char token[TOKEN_TEXT] = "", path[4096];
	uint64_t salt = 0;
	if (getrandom(&salt, sizeof salt, 0) != sizeof salt)
		return err_sys(e, errno, "random bytes");
	limit_init(&h->requests, 200, 3000, salt);
	limit_init(&h->logins, 0.2, 10, salt);
	h->tls = !o->plain && !is_loopback(a);
	if (o->cert_file)
		h->tls = true;
	if (h->tls && renew_open(&h->renew, o->data_dir, o->cert_file, o->key_file, e) < 0)
		return -1;
	if (o->names && !(h->names = names_new(o->names, e)))
		return -1;
	if (!(h->accounts = accounts_open(hub_db_path(h->hub), e)) ||
	    !(h->sheets = sheets_open(hub_db_path(h->hub), e)) || !(h->live = live_new(e)) ||
	    (!o->no_page && !(h->page = page_load(o->web_dir, e))))
		return -1;
	snprintf(path, sizeof path, "%s/token", o->data_dir ? o->data_dir : "");
	if (o->data_dir && token_file(h->accounts, path, token, e) < 0)
		return -1;
	if (start_daemon(h, o, a, e) < 0)
		return -1;
	snprintf(h->login_url, sizeof h->login_url, "%s%s%s", h->url, token[0] ? "#token=" : "",
		 token);
	return hub_subscribe(h->hub, live_second, h->live, e) < 0 ||
		       hub_subscribe(h->hub, each_second, h, e) < 0
		   ? -1
		   : 0;
}

struct http *http_new(const struct http_options *o, struct hub *hub, struct alerts *alerts,
		      struct err *e)
{
	struct sockaddr_storage address = {0};
	struct http *h = calloc(1, sizeof *h);
	if (!h) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	h->hub = hub;
	h->alerts = alerts;
	h->started = time(NULL);
	pthread_mutex_init(&h->limit_lock, NULL);
	pthread_mutex_init(&h->sheets_lock, NULL);
	slow_init(&h->slow);
	if (parse_listen(o->listen, &address, e) == 0 && open_all(h, o, &address, e) == 0) {
		if (alerts)
			alerts_subscribe(alerts, dispatch_alert, h);
		return h;
	}
	http_free(h);
	return NULL;
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	if (h->live) {
		hub_unsubscribe(h->hub, live_second, h->live);
		hub_unsubscribe(h->hub, each_second, h);
		live_stop(h->live);
	}
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	h->daemon = NULL;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	http_stop(h);
	live_free(h->live);
	page_free(h->page);
	sqlite3_close(h->sheets);
	accounts_close(h->accounts);
	renew_close(&h->renew);
	names_free(h->names);
	pthread_mutex_destroy(&h->limit_lock);
	pthread_mutex_destroy(&h->sheets_lock);
	slow_fini(&h->slow);
	free(h);
}

const char *http_url(const struct http *h)
{
	return h->url;
}

const char *http_login_url(const struct http *h)
{
	return h->login_url;
}
