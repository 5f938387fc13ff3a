/*
 * dispatch.c - see dispatch.h
 */
#include "analytics/http/dispatch.h"

#include "analytics/http/api.h"

#include <string.h>

static const struct route *const tables[] = {data_routes, sheet_routes, alert_routes, admin_routes};

/* Does the path of the route match? Then the open parts are put into part. */
static bool matches(const struct call *c, const char *pattern, const char **part)
{
	unsigned i = 2, open = 0;
	while (*pattern && i < c->url.nsegments) {
		size_t n = strcspn(pattern, "/");
		if (n == 1 && *pattern == '*')
			part[open++] = c->url.segment[i];
		else if (strlen(c->url.segment[i]) != n ||
			 strncmp(c->url.segment[i], pattern, n) != 0)
			return false;
		pattern += n + (pattern[n] == '/');
		i++;
	}
	return !*pattern && i == c->url.nsegments;
}

static bool is_api(const struct call *c)
{
	return c->url.nsegments >= 2 && strcmp(c->url.segment[0], "api") == 0 &&
	       strcmp(c->url.segment[1], "v1") == 0;
}

static void run(struct call *c, const struct route *r, const char *const *part)
{
	if (r->who != ROUTE_OPEN && !c->who.name[0]) {
		call_error(c, 401, "login", "Log in, or send a token.",
			   "this is for those who are logged in");
	} else if (r->who == ROUTE_OPERATOR && c->scope) {
		call_error(c, 403, "forbidden", NULL, "this is for operators");
	} else {
		c->part = part;
		r->fn(c);
	}
}

void dispatch(struct call *c)
{
	static const struct route metrics_route = {"GET", "", metrics, ROUTE_ANYBODY};
	const char *part[URL_MAX_SEGMENTS] = {0};
	bool path = false;
	if (c->url.nsegments == 1 && strcmp(c->url.segment[0], "metrics") == 0 &&
	    strcmp(c->method, "GET") == 0) {
		run(c, &metrics_route, part);
		return;
	}
	for (size_t t = 0; is_api(c) && t < sizeof tables / sizeof *tables; t++) {
		for (const struct route *r = tables[t]; r->method; r++) {
			if (!matches(c, r->path, part))
				continue;
			path = true;
			if (strcmp(r->method, c->method) == 0) {
				run(c, r, part);
				return;
			}
		}
	}
	if (path)
		call_error(c, 405, "method", NULL, "this cannot be asked with %.10s", c->method);
	else
		call_error(c, 404, "not-found", "What there is, is described in doc/openapi.yaml.",
			   "there is nothing here");
}

bool dispatch_is_live(const struct call *c)
{
	const char *part[URL_MAX_SEGMENTS] = {0};
	return is_api(c) && strcmp(c->method, "GET") == 0 && matches(c, "live", part);
}

int live_wanted(struct call *c, uint32_t ids[LIVE_MAX_DATASETS], unsigned *n)
{
	*n = 0;
	for (unsigned i = 0; i < c->url.nargs; i++) {
		uint32_t id;
		if (strcmp(c->url.arg[i].name, "dataset") != 0)
			continue;
		if (*n == LIVE_MAX_DATASETS)
			return call_error(c, 400, "invalid", NULL,
					  "a stream has at most %d datasets", LIVE_MAX_DATASETS);
		if (dataset_id(c, c->url.arg[i].value, &id) < 0)
			return -1;
		hub_dataset_touch(c->h->hub, id);
		ids[(*n)++] = id;
	}
	return 0;
}

const char *dispatch_path(const struct call *c)
{
	const char *path = "";
	for (unsigned i = 0; i < c->url.nsegments; i++)
		path = arena_printf(c->arena, "%s%s%s", path, i ? "/" : "", c->url.segment[i]);
	return path;
}

void dispatch_alert(void *ctx, const struct alert *al, enum alert_event event)
{
	struct http *h = ctx;
	BUF_AUTO text = {0};
	struct put j = {.out = &text};
	(void)event;
	put_alert(&j, al);
	if (!text.oom)
		live_event(h->live, "alert", buf_str(&text), al->scope[0] ? al->scope : NULL);
}
