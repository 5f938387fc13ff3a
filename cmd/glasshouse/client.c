/*
 * client.c - requests to analyticsd over HTTP
 */
#include "analytics/net/request.h"
#include "cmd/glasshouse/glasshouse.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES = 64 << 20, CALL_S = 30 };

/* The first line of a file; NULL when there is none. */
static char *first_line(const char *folder, const char *name)
{
	char path[4096], line[1024];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "re");
	char *text =
	    f && fgets(line, sizeof(line), f) ? strndup(line, strcspn(line, "\r\n")) : NULL;
	if (f)
		fclose(f);
	return text;
}

static char *find_url(const struct options *o)
{
	char *url = o->url ? strdup(o->url) : first_line(o->data, "url");
	if (!url)
		url = strdup("http://127.0.0.1:8411");
	/* What is shown to people may have a token behind the '#' or '?': that is not part of the address. */
	if (url)
		url[strcspn(url, "?#")] = 0;
	for (size_t n; url && (n = strlen(url)) && url[n - 1] == '/';)
		url[n - 1] = 0;
	return url;
}

int client_open(struct client *c, const struct options *o, struct err *e)
{
	char path[4096];
	memset(c, 0, sizeof(*c));
	c->curl = request_new("http,https", NULL);
	c->url = find_url(o);
	char *token = o->token ? strdup(o->token) : first_line(o->data, "token");
	c->headers = request_headers(token);
	free(token);
	if (!c->curl || !c->url || !c->headers) {
		client_close(c);
		return err_set(e, ENOMEM, "out of memory");
	}
	snprintf(path, sizeof(path), "%s/tls.cert", o->data);
	if (access(path, R_OK) == 0)
		curl_easy_setopt(c->curl, CURLOPT_CAINFO, path);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_setopt(c->curl, CURLOPT_ACCEPT_ENCODING, "");
	return 0;
}

void client_close(struct client *c)
{
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->headers);
	free(c->url);
	memset(c, 0, sizeof(*c));
}

char *client_quote(const char *word)
{
	char *curls = curl_easy_escape(NULL, word, 0), *own = curls ? strdup(curls) : NULL;
	curl_free(curls);
	return own;
}

static size_t gather(char *p, size_t size, size_t n, void *arg)
{
	struct buf *b = arg;
	if (b->n + size * n > ANSWER_BYTES)
		return 0;
	buf_add(b, p, size * n);
	return b->oom ? 0 : size * n;
}

/* The server's own words, where it has any. */
static int refused(long status, const struct buf *answer, struct err *e)
{
	json_t *j = json_loads(buf_str(answer), 0, NULL), *error = json_object_get(j, "error");
	const char *hint = member(error, "hint");
	int code = status == 404 ? ENOENT : status == 401 || status == 403 ? EACCES : EINVAL;
	if (error)
		err_set(e, code, "%s%s%s", member(error, "message"), *hint ? "; " : "", hint);
	else
		err_set(e, code, "the server answered %ld", status);
	json_decref(j);
	if (status == 401)
		err_set(e, code,
			"the server wants a token: --token, GLASSHOUSE_TOKEN, or as root the file "
			"token of --data");
	return -1;
}

static int perform(struct client *c, const char *method, const char *path, const char *body,
		   struct buf *out, struct err *e)
{
	char why[CURL_ERROR_SIZE] = "";
	long status = 0;
	BUF_AUTO url = {0};
	buf_printf(&url, "%s/%s%s", c->url, path[0] == '/' ? "" : "api/v1/",
		   path[0] == '/' ? path + 1 : path);
	curl_easy_setopt(c->curl, CURLOPT_URL, buf_str(&url));
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, body ? (long)strlen(body) : -1L);
	if (!body)
		curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, gather);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, out);
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)CALL_S);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, why);
	CURLcode code = curl_easy_perform(c->curl);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, NULL);
	if (code == CURLE_COULDNT_CONNECT)
		return err_set(
		    e, ECONNREFUSED,
		    "nobody answers at %s: start it with `glasshouse run`, or name it with --url",
		    c->url);
	if (code != CURLE_OK)
		return err_set(e, EIO, "%s: %s", c->url, *why ? why : curl_easy_strerror(code));
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status < 300 ? 0 : refused(status, out, e);
}

json_t *client_call(struct client *c, const char *method, const char *path, json_t *body,
		    struct err *e)
{
	BUF_AUTO answer = {0};
	json_error_t at;
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	json_decref(body);
	int status = perform(c, method, path,
			     text			   ? text
			     : strcmp(method, "POST") == 0 ? "{}"
							   : NULL,
			     &answer, e);
	free(text);
	if (status < 0)
		return NULL;
	if (!answer.n)
		return json_null();
	json_t *j = json_loads(buf_str(&answer), JSON_DECODE_ANY, &at);
	if (!j)
		err_set(e, EPROTO, "%s/api/v1/%s: no JSON: %s", c->url, path, at.text);
	return j;
}

int client_get(struct client *c, const char *path, struct buf *out, struct err *e)
{
	return perform(c, "GET", path, NULL, out, e);
}

/* ---- the stream ---- */

struct stream {
	struct buf line, event, data;
	client_event_fn *fn;
	void *arg;
	bool ended; /* by fn */
};

static void stream_line(struct stream *s)
{
	const char *text = buf_str(&s->line);
	if (!*text) {
		if (s->data.n &&
		    !s->fn(s->arg, s->event.n ? buf_str(&s->event) : "message", buf_str(&s->data)))
			s->ended = true;
		buf_clear(&s->event);
		buf_clear(&s->data);
	} else if (strncmp(text, "event: ", 7) == 0) {
		buf_clear(&s->event);
		buf_puts(&s->event, text + 7);
	} else if (strncmp(text, "data: ", 6) == 0) {
		buf_puts(&s->data, text + 6);
	}
	buf_clear(&s->line);
}

static size_t stream_take(char *p, size_t size, size_t n, void *arg)
{
	struct stream *s = arg;
	for (size_t i = 0; i < size * n && !s->ended; i++) {
		if (p[i] == '\n')
			stream_line(s);
		else if (s->line.n < ANSWER_BYTES)
			buf_putc(&s->line, p[i]);
	}
	return s->ended ? 0 : size * n;
}

int client_stream(struct client *c, const char *path, client_event_fn *fn, void *arg, struct err *e)
{
	struct stream s = {.fn = fn, .arg = arg};
	BUF_AUTO url = {0};
	long status = 0;
	buf_printf(&url, "%s/api/v1/%s", c->url, path);
	curl_easy_setopt(c->curl, CURLOPT_URL, buf_str(&url));
	curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, NULL);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, stream_take);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &s);
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, 0L);
	CURLcode code = curl_easy_perform(c->curl);
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	bool ended = s.ended;
	buf_fini(&s.line);
	buf_fini(&s.event);
	buf_fini(&s.data);
	if (ended)
		return 0;
	if (status != 200)
		return err_set(e, EIO, "the live stream of %s was refused (%ld)", c->url, status);
	return err_set(e, EIO, "the live stream of %s ended: %s", c->url, curl_easy_strerror(code));
}

const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

double number(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);
	return json_is_number(v) ? json_number_value(v) : NAN;
}

int client_print(json_t *j)
{
	json_dumpf(j, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY);
	putchar('\n');
	json_decref(j);
	return E_OK;
}

json_t *client_ask(struct options *o, const char *method, const char *path, json_t *body,
		   struct err *e)
{
	struct client c;
	json_t *j = NULL;
	if (client_open(&c, o, e) < 0) {
		json_decref(body);
		return NULL;
	}
	j = client_call(&c, method, path, body, e);
	client_close(&c);
	return j;
}

int client_once(struct options *o, const char *method, const char *path, json_t *body, bool print)
{
	struct err e = {0};
	json_t *j = client_ask(o, method, path, body, &e);
	if (!j)
		return complain(&e);
	if (print && o->json)
		return client_print(j);
	json_decref(j);
	return E_OK;
}

void client_path(char *out, size_t size, const char *kind, const char *name, const char *more)
{
	char *quoted = client_quote(name);
	snprintf(out, size, "%s/%s%s", kind, quoted ? quoted : "", more);
	free(quoted);
}

void print_time(double t)
{
	char text[32] = "-";
	struct tm tm;
	time_t at = (time_t)t;
	if (!isnan(t) && localtime_r(&at, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	printf("%-19s ", text);
}
