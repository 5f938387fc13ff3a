/*
 * http.h - the HTTP server of Analytics: the API of doc/openapi.yaml, the live stream, the page
 *
 * It stands on the hub (analytics/query) and the alerts (analytics/alert), and adds who may ask: every request
 * carries a token or a session, and is answered in its account's scope. Threads of its own answer; the main
 * thread gives it closed seconds. Everything that a client can make it hold is bounded: connections, the size
 * of requests, answers that are on their way, the newest seconds of the stream.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct http;
struct hub;
struct alerts;

struct http_options {
	const char *listen;   /* "127.0.0.1:8080", "[::]:8080", ":8080"; port 0: any that is free */
	const char *web_dir;  /* the page; NULL: the one that is part of the program */
	bool no_page;	      /* the API only */
	const char *data_dir; /* the file token and, for TLS, certificate and key */
	const char *cert_file,
	    *key_file;	      /* PEM; NULL: made at the first start, of nobody's authority */
	const char *names;    /* whom to ask for names of addresses (names.h); NULL: nobody */
	bool plain;	      /* no TLS though it listens on more than the loopback */
	unsigned max_clients; /* connections; 0: 2000 */
};
/* Starts answering. alerts may be NULL. Subscribes to the hub: main thread. NULL and *e. */
struct http *http_new(const struct http_options *o, struct hub *hub, struct alerts *alerts,
		      struct err *e);
/* Ends all streams and connections; after it nobody is answered, and alerts may be closed. Main thread. NULL is fine. */
void http_stop(struct http *h);
/* After alerts_close(), which may still tell of an alert. NULL is fine. */
void http_free(struct http *h);

/* "http://127.0.0.1:8080/": what it listens on. */
const char *http_url(const struct http *h);
/* The same with a token that lets the first visitor in: not to be written to logs. */
const char *http_login_url(const struct http *h);

/* Calls fn with the name of each dataset of a worksheet, named or by number, in the scope (NULL: operator), and
 * stops at the first that is not 0. For struct alerts_env. ENOENT: there is no such worksheet. */
typedef int http_dataset_fn(void *arg, const char *dataset, struct err *e);
int http_worksheet(const char *database, const char *worksheet, const char *scope,
		   http_dataset_fn *fn, void *arg, struct err *e);

#endif
