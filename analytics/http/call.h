/*
 * call.h - one request while it is answered, and what its handlers share
 *
 * A handler reads c->url, c->body and c->who, writes its JSON to c->json, and returns 0; or it
 * sets an error by call_error() or call_fail(), which return -1. What it leaves in c->arena goes
 * with the request.
 */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include "analytics/alert/alert.h"
#include "analytics/http/account.h"
#include "analytics/http/http.h"
#include "analytics/http/put.h"
#include "analytics/http/limit.h"
#include "analytics/http/live.h"
#include "analytics/http/names.h"
#include "analytics/http/page.h"
#include "analytics/http/renew.h"
#include "analytics/http/slow.h"
#include "analytics/http/url.h"
#include "analytics/query/hub.h"
#include "base/arena.h"
#include "base/buf.h"

#include <jansson.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

struct MHD_Daemon;

enum {
	CALL_BODY_MAX = 256 * 1024,
	ANSWERS_MAX = 128 * 1024 * 1024, /* bytes of all answers that are on their way */
};

struct http {
	struct hub *hub;
	struct alerts *alerts; /* or NULL */
	struct accounts *accounts;
	sqlite3 *sheets; /* worksheets, under sheets_lock */
	pthread_mutex_t sheets_lock;
	struct live *live;
	struct page *page; /* or NULL */
	struct MHD_Daemon *daemon;
	bool tls;
	char
	    cookie[32]; /* the session's name: with the port, for cookies do not tell ports apart */
	char url[160], login_url[256];
	struct names *names; /* or NULL */
	struct renew renew;  /* with tls */
	pthread_mutex_t limit_lock;
	struct limit requests, logins;
	struct slow slow;
	_Atomic(size_t) answer_bytes;
	_Atomic(uint64_t) nrequests, nrefused;
	int64_t started;
};

struct call {
	struct http *h;
	struct arena *arena;
	struct url url;
	const char *const *part; /* segments behind /api/v1/ that the route leaves open */
	const char *method;
	json_t *body; /* an object, NULL where the method has none */
	struct who who;
	const char *scope; /* of the hub's and the alerts' functions: NULL = operator */
	uint64_t address;  /* limit_key() */
	struct buf out;
	struct put json;
	unsigned status;	  /* 200 unless told */
	const char *content_type; /* application/json unless told */
	const char *file_name;	  /* Content-Disposition, or NULL */
	char set_cookie[256];	  /* or "" */
	unsigned retry_s;	  /* Retry-After, or 0 */
	bool close;		  /* the connection ends with the answer */
};

/* Sets status and body of an error; hint (or NULL) says what to do. Returns -1. */
int call_error(struct call *c, unsigned status, const char *code, const char *hint, const char *fmt,
	       ...) __attribute__((format(printf, 5, 6)));
/* The same of an *e of the hub, the alerts or the store. */
int call_fail(struct call *c, const struct err *e);

/* The number that stands in the path; 0: what stands there is none. */
int64_t call_id(const struct call *c);

/* A member of the body. dflt when it is missing; of another type: -1 after call_error(). */
int body_text(struct call *c, const char *name, const char *dflt, const char **out);
int body_bool(struct call *c, const char *name, int *out); /* -1 in *out: missing */

typedef int call_fn(struct call *c);
struct route {
	const char *method, *path; /* behind /api/v1/; a part "*" is any text */
	call_fn *fn;
	enum {
		ROUTE_OPEN,
		ROUTE_ANYBODY,
		ROUTE_OPERATOR
	} who; /* who may: not even logged in; any account; operators */
};
/* Tables end with a row without a method. */
extern const struct route data_routes[], sheet_routes[], alert_routes[], admin_routes[];

/* /metrics: datasets that are marked, and the daemon's own figures, as Prometheus reads them. */
int metrics(struct call *c);
/* Makes the table of worksheets. NULL and *e. */
sqlite3 *sheets_open(const char *database, struct err *e);

#endif
