/*
 * api_alert.c - thresholds and alerts: their table of fields, as JSON and back
 *
 * A threshold's members have the names of threshold_fields and its texts ("limit": "100ms"); numbers and
 * truths are taken, too. Actions are objects: {"kind": "mail", "to": "..", "on": "post,clear"}.
 */
#include "analytics/http/api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_alerts(struct call *c)
{
	return call_error(c, 503, "no-alerts", NULL, "this server runs without thresholds");
}

/* ---- out ---- */

static void put_action(struct put *j, const struct threshold_action *x)
{
	BUF_AUTO on = {0};
	put_open(j, '{');
	put_kstr(j, "kind", x->kind->name);
	event_names(x->on, &on);
	put_kstr(j, "on", buf_str(&on));
	for (int i = 0; i < ACTION_PARAMS && x->kind->params[i]; i++)
		if (x->param[i][0])
			put_kstr(j, x->kind->params[i], x->param[i]);
	put_close(j, '}');
}

static void put_status(struct put *j, const struct threshold_status *s)
{
	put_key(j, "status"), put_open(j, '{');
	put_kstr(j, "phase", threshold_phase_name(s->phase));
	put_key(j, "value");
	s->known ? put_num(j, s->value) : put_null(j);
	put_kstr(j, "key", s->key);
	put_kint(j, "second", s->second);
	put_kint(j, "active", s->active);
	put_kstr(j, "error", s->error[0] ? s->error : NULL);
	put_close(j, '}');
}

static void put_threshold(struct call *c, const struct threshold *t)
{
	struct put *j = &c->json;
	struct threshold_status status;
	put_open(j, '{');
	put_kint(j, "id", t->id);
	for (const struct threshold_field *f = threshold_fields; f->name; f++) {
		BUF_AUTO text = {0};
		if (f->type == FIELD_ACTIONS)
			continue;
		threshold_get(t, f->name, &text);
		put_kstr(j, f->name, buf_str(&text));
	}
	put_key(j, "actions"), put_open(j, '[');
	for (unsigned i = 0; i < t->nactions; i++)
		put_action(j, &t->action[i]);
	put_close(j, ']');
	if (alerts_status(c->h->alerts, t->id, &status) == 0)
		put_status(j, &status);
	put_close(j, '}');
}

/* The tables that a form is made from. */
static void put_tables(struct call *c)
{
	static const char *const types[] = {"text",    "choice", "number",
					    "seconds", "bool",	 "actions"};
	struct put *j = &c->json;
	put_key(j, "fields"), put_open(j, '[');
	for (const struct threshold_field *f = threshold_fields; f->name; f++) {
		if (f->type == FIELD_ACTIONS)
			continue;
		put_open(j, '{');
		put_kstr(j, "name", f->name);
		put_kstr(j, "type", types[f->type]);
		put_kstr(j, "default", f->fallback);
		put_kstr(j, "help", f->help);
		if (f->choices) {
			char *list = arena_strdup(c->arena, f->choices), *save = NULL;
			put_key(j, "choices"), put_open(j, '[');
			for (char *w = strtok_r(list, "|", &save); w;
			     w = strtok_r(NULL, "|", &save))
				put_str(j, w);
			put_close(j, ']');
		}
		put_close(j, '}');
	}
	put_close(j, ']');
	put_key(j, "actions"), put_open(j, '[');
	for (const struct action_kind *k = action_kinds; k->name; k++) {
		if (c->scope && !k->tenant)
			continue;
		put_open(j, '{');
		put_kstr(j, "name", k->name);
		put_kstr(j, "help", k->help);
		put_key(j, "params"), put_open(j, '[');
		for (int i = 0; i < ACTION_PARAMS && k->params[i]; i++)
			put_str(j, k->params[i]);
		put_close(j, ']');
		put_close(j, '}');
	}
	put_close(j, ']');
}

static int get_thresholds(struct call *c)
{
	struct err e = {0};
	size_t n;
	if (!c->h->alerts)
		return no_alerts(c);
	struct threshold *all = alerts_list(c->h->alerts, c->scope, &n, &e);
	if (!all)
		return call_fail(c, &e);
	put_open(&c->json, '{');
	put_key(&c->json, "thresholds"), put_open(&c->json, '[');
	for (size_t i = 0; i < n; i++)
		put_threshold(c, &all[i]);
	put_close(&c->json, ']');
	put_tables(c);
	put_close(&c->json, '}');
	free(all);
	return 0;
}

/* ---- in ---- */

/* A member as the text that threshold_set() takes. NULL after call_error(). */
static const char *member_text(struct call *c, const char *name, const json_t *v)
{
	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_integer(v))
		return arena_printf(c->arena, "%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return arena_printf(c->arena, "%.17g", json_real_value(v));
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	call_error(c, 400, "invalid", NULL, "\"%s\" is to be a text or a number", name);
	return NULL;
}

static int read_action(struct call *c, struct threshold *t, json_t *object)
{
	struct err e = {0};
	const char *kind = json_string_value(json_object_get(object, "kind")), *name;
	json_t *v;
	if (!kind)
		return call_error(c, 400, "invalid", NULL, "an action has no \"kind\"");
	int at = threshold_add_action(t, kind, &e);
	if (at < 0)
		return call_fail(c, &e);
	json_object_foreach(object, name, v)
	{
		const char *text;
		if (strcmp(name, "kind") == 0 || (json_is_string(v) && !json_string_length(v)))
			continue;
		if (!(text = member_text(c, name, v)))
			return -1;
		if (threshold_set_param(t, at, name, text, &e) < 0)
			return call_fail(c, &e);
	}
	return 0;
}

static int read_threshold(struct call *c, struct threshold *t)
{
	struct err e = {0};
	const char *name;
	json_t *v, *action;
	size_t i;
	threshold_init(t);
	json_object_foreach(c->body, name, v)
	{
		const char *text;
		if (strcmp(name, "id") == 0 || strcmp(name, "status") == 0 ||
		    strcmp(name, "actions") == 0)
			continue;
		if (!(text = member_text(c, name, v)))
			return -1;
		if (strcmp(name, "action") == 0 || threshold_set(t, name, text, &e) < 0)
			return e.code ? call_fail(c, &e)
				      : call_error(c, 400, "invalid", NULL,
						   "the member is called \"actions\"");
	}
	json_array_foreach(json_object_get(c->body, "actions"), i, action)
	{
		if (read_action(c, t, action) < 0)
			return -1;
	}
	return threshold_check(t, &e) < 0 ? call_fail(c, &e) : 0;
}

static int write_threshold(struct call *c, int64_t id)
{
	struct err e = {0};
	/* Some 20 KB. */
	struct threshold *t = arena_new_of(c->arena, struct threshold);
	if (!c->h->alerts)
		return no_alerts(c);
	if (read_threshold(c, t) < 0)
		return -1;
	t->id = id;
	if (alerts_put(c->h->alerts, c->scope, t, &e) < 0)
		return call_fail(c, &e);
	put_threshold(c, t);
	return 0;
}

static int post_threshold(struct call *c)
{
	return write_threshold(c, 0);
}

static int threshold_id(struct call *c, int64_t *id)
{
	*id = call_id(c);
	return *id > 0 ? 0
		       : call_error(c, 404, "not-found", NULL, "there is no threshold %.40s",
				    c->part[0]);
}

static int put_one_threshold(struct call *c)
{
	int64_t id;
	return threshold_id(c, &id) < 0 ? -1 : write_threshold(c, id);
}

static int get_threshold(struct call *c)
{
	struct err e = {0};
	struct threshold *t = arena_new_of(c->arena, struct threshold);
	int64_t id;
	if (!c->h->alerts)
		return no_alerts(c);
	if (threshold_id(c, &id) < 0)
		return -1;
	if (alerts_get(c->h->alerts, c->scope, id, t, &e) < 0)
		return call_fail(c, &e);
	put_threshold(c, t);
	return 0;
}

/* What is done to a threshold and has no answer but that it is done. */
static int act_on_threshold(struct call *c, int (*act)(struct alerts *a, const char *scope,
						       int64_t id, struct err *e))
{
	struct err e = {0};
	int64_t id;
	if (!c->h->alerts)
		return no_alerts(c);
	if (threshold_id(c, &id) < 0)
		return -1;
	if (act(c->h->alerts, c->scope, id, &e) < 0)
		return call_fail(c, &e);
	c->status = 204;
	return 0;
}

static int delete_threshold(struct call *c)
{
	return act_on_threshold(c, alerts_delete);
}

static int test_threshold(struct call *c)
{
	return act_on_threshold(c, alerts_try);
}

/* ---- alerts ---- */

void put_alert(struct put *j, const struct alert *al)
{
	static const char *const severities[] = {"minor", "major", "critical"};
	put_open(j, '{');
	put_kint(j, "id", al->id);
	put_kint(j, "threshold", al->threshold);
	put_kstr(j, "name", al->name);
	put_kstr(j, "dataset", al->dataset);
	put_kstr(j, "key", al->key);
	put_kstr(j, "severity", severities[al->severity]);
	put_kstr(j, "state", al->cleared ? "cleared" : "lasting");
	put_kbool(j, "absent", al->absent);
	put_ktime(j, "began", al->began);
	put_ktime(j, "posted", al->posted);
	put_ktime(j, "cleared", al->cleared);
	put_ktime(j, "reposted", al->reposted);
	put_knum(j, "value", al->value);
	put_knum(j, "worst", al->worst);
	put_knum(j, "limit", al->limit);
	put_kstr(j, "unit", al->unit);
	put_kstr(j, "note", al->note);
	put_ktime(j, "acknowledged", al->acknowledged);
	put_kstr(j, "acknowledged_by", al->acknowledged_by);
	put_kstr(j, "comment", al->comment);
	put_kstr(j, "text", al->text);
	put_close(j, '}');
}

static int get_alerts(struct call *c)
{
	struct err e = {0};
	struct alerts_filter f = {0};
	int64_t limit;
	size_t n;
	if (!c->h->alerts)
		return no_alerts(c);
	if (url_int(&c->url, "since", 0, INT32_MAX * 2ll, 0, &f.since, &e) < 0 ||
	    url_int(&c->url, "threshold", 0, INT64_MAX, 0, &f.threshold, &e) < 0 ||
	    url_int(&c->url, "before", 0, INT64_MAX, 0, &f.before, &e) < 0 ||
	    url_int(&c->url, "limit", 1, 1000, 200, &limit, &e) < 0)
		return call_fail(c, &e);
	f.limit = (unsigned)limit;
	const char *lasting = url_arg(&c->url, "lasting");
	f.lasting = lasting && strcmp(lasting, "true") == 0;
	struct alert *all = alerts_log(c->h->alerts, c->scope, &f, &n, &e);
	if (!all)
		return call_fail(c, &e);
	put_open(&c->json, '{');
	put_key(&c->json, "alerts"), put_open(&c->json, '[');
	for (size_t i = 0; i < n; i++)
		put_alert(&c->json, &all[i]);
	put_close(&c->json, ']');
	put_close(&c->json, '}');
	free(all);
	return 0;
}

static int acknowledge(struct call *c)
{
	struct err e = {0};
	const char *comment;
	if (!c->h->alerts)
		return no_alerts(c);
	if (body_text(c, "comment", "", &comment) < 0)
		return -1;
	if (alerts_acknowledge(c->h->alerts, c->scope, call_id(c), c->who.name, comment, &e) < 0)
		return call_fail(c, &e);
	c->status = 204;
	return 0;
}

static void put_delivery(struct put *j, const struct delivery *d)
{
	BUF_AUTO event = {0};
	event_names(d->event, &event);
	put_open(j, '{');
	put_kint(j, "id", d->id);
	put_key(j, "alert");
	d->alert ? put_int(j, d->alert) : put_null(j); /* a test is of none */
	put_kint(j, "threshold", d->threshold);
	put_kstr(j, "event", d->event == EVENT_TEST ? "test" : buf_str(&event));
	put_kstr(j, "action", d->action);
	put_kstr(j, "state", delivery_state_name(d->state));
	put_kint(j, "attempts", d->attempts);
	put_ktime(j, "made", d->made);
	put_ktime(j, "next", d->next);
	put_ktime(j, "ended", d->ended);
	put_kstr(j, "error", d->error);
	put_kstr(j, "output", d->output);
	put_close(j, '}');
}

/* alert 0: of all. */
static int write_deliveries(struct call *c, int64_t alert)
{
	struct err e = {0};
	int64_t limit;
	size_t n;
	if (!c->h->alerts)
		return no_alerts(c);
	if (url_int(&c->url, "limit", 1, 1000, 200, &limit, &e) < 0)
		return call_fail(c, &e);
	struct delivery *all =
	    alerts_deliveries(c->h->alerts, c->scope, alert, (unsigned)limit, &n, &e);
	if (!all)
		return call_fail(c, &e);
	put_open(&c->json, '{');
	put_key(&c->json, "deliveries"), put_open(&c->json, '[');
	for (size_t i = 0; i < n; i++)
		put_delivery(&c->json, &all[i]);
	put_close(&c->json, ']');
	put_close(&c->json, '}');
	free(all);
	return 0;
}

static int get_deliveries(struct call *c)
{
	return write_deliveries(c, 0);
}

static int get_deliveries_of_alert(struct call *c)
{
	int64_t alert = call_id(c);
	return alert > 0
		   ? write_deliveries(c, alert)
		   : call_error(c, 404, "not-found", NULL, "there is no alert %.40s", c->part[0]);
}

const struct route alert_routes[] = {
    {"GET", "thresholds", get_thresholds, ROUTE_ANYBODY},
    {"POST", "thresholds", post_threshold, ROUTE_ANYBODY},
    {"GET", "thresholds/*", get_threshold, ROUTE_ANYBODY},
    {"PUT", "thresholds/*", put_one_threshold, ROUTE_ANYBODY},
    {"DELETE", "thresholds/*", delete_threshold, ROUTE_ANYBODY},
    {"POST", "thresholds/*/test", test_threshold, ROUTE_ANYBODY},
    {"GET", "alerts", get_alerts, ROUTE_ANYBODY},
    {"POST", "alerts/*/acknowledge", acknowledge, ROUTE_ANYBODY},
    {"GET", "alerts/*/deliveries", get_deliveries_of_alert, ROUTE_ANYBODY},
    {"GET", "deliveries", get_deliveries, ROUTE_ANYBODY},
    {NULL, NULL, NULL, ROUTE_OPEN},
};
