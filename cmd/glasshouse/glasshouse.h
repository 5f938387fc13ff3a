/*
 * glasshouse.h - what the parts of the command glasshouse(8) share
 */
#ifndef CMD_GLASSHOUSE_H
#define CMD_GLASSHOUSE_H

#include "base/buf.h"
#include "base/err.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { E_OK, E_ERROR, E_USAGE };

#define DATA_FOLDER "/var/lib/glasshouse"

struct options {
	const char *data;  /* folder of analyticsd: url, token, tls.cert */
	const char *url;   /* NULL: DATA/url, or http://127.0.0.1:8411 */
	const char *token; /* NULL: DATA/token */
	bool json, plain;
};

/* "glasshouse: TEXT" on stderr; E_ERROR. */
int complain(const struct err *e);
/* "glasshouse: TEXT", and where to read more; E_USAGE. */
int misused(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- client.c: requests ---- */

struct client {
	CURL *curl;
	char *url; /* without the last slash */
	struct curl_slist *headers;
};
int client_open(struct client *c, const struct options *o, struct err *e);
void client_close(struct client *c);
/* path: after /api/v1/. body: taken; NULL for none. -> the answer, json_null() where it is empty; NULL and *e, which has the
 * server's own words. */
json_t *client_call(struct client *c, const char *method, const char *path, json_t *body,
		    struct err *e);
/* The same by a connection of its own. */
json_t *client_ask(struct options *o, const char *method, const char *path, json_t *body,
		   struct err *e);
/* A command that is one request; the answer is printed when JSON is wanted and `print`. An exit status. */
int client_once(struct options *o, const char *method, const char *path, json_t *body, bool print);
int client_print(json_t *j); /* takes it; E_OK */
/* KIND/NAME MORE, the name quoted. */
void client_path(char *out, size_t size, const char *kind, const char *name, const char *more);
/* The body of a GET as it is. */
int client_get(struct client *c, const char *path, struct buf *out, struct err *e);
/* Server-sent events until fn returns false; data is the text of one event. -1 and *e when the stream ends. */
typedef bool client_event_fn(void *arg, const char *event, const char *data);
int client_stream(struct client *c, const char *path, client_event_fn *fn, void *arg,
		  struct err *e);
/* A word as part of a path or query: to free(). */
char *client_quote(const char *word);

const char *member(const json_t *object, const char *name); /* a text, "" when it is none */
double number(const json_t *object, const char *name);	    /* NAN when it is none */
void print_time(double t); /* local, in 19 columns and a blank; NAN: - */

/* ---- the commands: argv[0] is the command itself ---- */

int cmd_stat(int argc, char **argv, struct options *o);
int cmd_dataset(int argc, char **argv, struct options *o);
int cmd_threshold(int argc, char **argv, struct options *o);
int cmd_account(int argc, char **argv, struct options *o);
int cmd_token(int argc, char **argv, struct options *o);
int cmd_alert(int argc, char **argv, struct options *o);
int cmd_run(int argc, char **argv, struct options *o);
int cmd_bundle(int argc, char **argv, struct options *o);

/* ---- chart.c: pictures of text ---- */

/* How dark things are shown: colours of the terminal, blocks, or letters. */
enum shades { SHADES_COLOUR, SHADES_BLOCKS, SHADES_PLAIN };
enum shades chart_shades(const struct options *o);
enum { SHADE_MAX = 9 };
/* Appends a cell of darkness 0 (nothing) .. SHADE_MAX. */
void chart_cell(enum shades s, int shade, struct buf *out);
/* 0 for nothing, 1 .. SHADE_MAX for counts up to max: the logarithm, so that a few show beside many. */
int chart_shade(double count, double max);
/* A bar of at most width columns. */
void chart_bar(enum shades s, double v, double max, int width, struct buf *out);
/* A line of small columns, one for each value; NAN: a blank. */
void chart_line(enum shades s, const double *v, size_t n, double max, struct buf *out);
int chart_columns(void); /* of the terminal; 80 when it is none */

#endif
