/*
 * api_admin.c - logging in, accounts, tokens; the state of the daemon; zones
 */
#include "analytics/http/api.h"
#include "analytics/http/tls.h"
#include "analytics/http/zones.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- logging in ---- */

/* zones: all of a tenant's; zone: when it is one. */
static void put_scope(struct call *c, const char *scope)
{
	unsigned n;
	struct put *j = &c->json;
	const char **zones = scope_zones(scope, c->arena, &n);
	put_kstr(j, "role", n ? "tenant" : "operator");
	put_kstr(j, "zone", n == 1 ? zones[0] : NULL);
	put_key(j, "zones"), put_open(j, '[');
	for (unsigned i = 0; i < n; i++)
		put_str(j, zones[i]);
	put_close(j, ']');
}

static void put_who(struct call *c, const struct who *who)
{
	struct put *j = &c->json;
	put_open(j, '{');
	put_kstr(j, "name", who->name);
	put_scope(c, who->scope);
	put_close(j, '}');
}

static void set_cookie(struct call *c, const char *token, int max_age)
{
	snprintf(c->set_cookie, sizeof c->set_cookie,
		 "%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", c->h->cookie, token,
		 max_age, c->h->tls ? "; Secure" : "");
}

static uint64_t key_of_name(const char *user)
{
	uint64_t key = 1469598103934665603ull;
	for (const char *p = user; *p; p++)
		key = (key ^ (unsigned char)*p) * 1099511628211ull;
	return key | 1ull << 63;
}

/* Attempts are counted for each address, and for each name wherever it is tried from; user: NULL for a token, which nobody
 * guesses and all of which one attacker would else lock out. */
static int login_allowed(struct call *c, const char *user)
{
	struct http *h = c->h;
	pthread_mutex_lock(&h->limit_lock);
	bool ok = limit_take(&h->logins, c->address, 1, clock_ns()) &&
		  (!user || limit_take(&h->logins, key_of_name(user), 1, clock_ns()));
	if (!ok)
		c->retry_s = limit_wait_s(&h->logins, c->address, 1);
	pthread_mutex_unlock(&h->limit_lock);
	return ok ? 0
		  : call_error(c, 429, "too-often", "Wait a little.",
			       "too many attempts to log in");
}

/* Only those that fail count in the end. */
static void login_succeeded(struct call *c, const char *user)
{
	struct http *h = c->h;
	pthread_mutex_lock(&h->limit_lock);
	limit_give(&h->logins, c->address, 1);
	if (user)
		limit_give(&h->logins, key_of_name(user), 1);
	pthread_mutex_unlock(&h->limit_lock);
}

static const char browser[] = "a browser";

/* {"user", "password"}, or {"token"}: a session of the account that the token is of. */
static int login(struct call *c)
{
	struct err e = {0};
	struct who who;
	const char *user, *password, *token;
	char text[TOKEN_TEXT];
	if (body_text(c, "user", "", &user) < 0 || body_text(c, "password", "", &password) < 0 ||
	    body_text(c, "token", NULL, &token) < 0 || login_allowed(c, token ? NULL : user) < 0)
		return -1;
	int r = token ? token_check(c->h->accounts, token, &who, &e)
		      : account_login(c->h->accounts, user, password, &who, &e);
	if (r < 0)
		return call_error(c, 401, "login", NULL, "%s", e.text);
	login_succeeded(c, token ? NULL : user);
	if (token_make(c->h->accounts, who.name, browser, true, SESSION_S, text, &e) < 0)
		return call_fail(c, &e);
	set_cookie(c, text, SESSION_S);
	put_who(c, &who);
	return 0;
}

static int logout(struct call *c)
{
	struct err e = {0};
	if (c->who.session) {
		token_delete(c->h->accounts, c->who.token, NULL, &e);
		live_end(c->h->live, NULL, c->who.token);
	}
	set_cookie(c, "", 0);
	c->status = 204;
	return 0;
}

/* ---- accounts and tokens ---- */

static int get_accounts(struct call *c)
{
	struct err e = {0};
	unsigned n;
	struct put *j = &c->json;
	struct account_row *rows = account_list(c->h->accounts, &n, &e);
	if (!rows)
		return call_fail(c, &e);
	put_open(j, '{');
	put_key(j, "accounts"), put_open(j, '[');
	for (unsigned i = 0; i < n; i++) {
		put_open(j, '{');
		put_kstr(j, "name", rows[i].name);
		put_scope(c, rows[i].scope);
		put_kbool(j, "disabled", rows[i].disabled);
		put_kint(j, "tokens", rows[i].tokens);
		put_kint(j, "created", rows[i].created);
		put_ktime(j, "used", rows[i].used);
		put_close(j, '}');
	}
	put_close(j, ']');
	put_close(j, '}');
	free(rows);
	return 0;
}

/* Nobody takes from himself what he would need to give it back. */
static int not_oneself(struct call *c, const char *what)
{
	if (strcmp(c->part[0], c->who.name) != 0)
		return 0;
	return call_error(c, 409, "oneself", "Ask another operator.", "%s is one's own account: %s",
			  c->who.name, what);
}

/* "zones": ["web", "db"], or one "zone". "" when there is neither. */
static int body_scope(struct call *c, char out[SCOPE_BYTES])
{
	struct err e = {0};
	const char *names[SCOPE_MAX_ZONES], *zone;
	const json_t *zones = json_object_get(c->body, "zones");
	size_t n = json_array_size(zones);
	out[0] = '\0';
	if (body_text(c, "zone", "", &zone) < 0)
		return -1;
	if (zones && (!json_is_array(zones) || *zone || n > SCOPE_MAX_ZONES))
		return call_error(
		    c, 400, "invalid", NULL,
		    "\"zones\" is to be a list of %d names at most, without a \"zone\" beside it",
		    SCOPE_MAX_ZONES);
	for (size_t i = 0; i < n; i++)
		if (!(names[i] = json_string_value(json_array_get(zones, i))))
			return call_error(c, 400, "invalid", NULL,
					  "\"zones\" is to be a list of names");
	if (*zone)
		names[n++] = zone;
	return n && scope_of(names, (unsigned)n, out, &e) < 0 ? call_fail(c, &e) : 0;
}

static int put_account(struct call *c)
{
	struct err e = {0};
	const char *password, *role;
	char scope[SCOPE_BYTES];
	int disabled;
	if (body_text(c, "password", NULL, &password) < 0 || body_scope(c, scope) < 0 ||
	    body_text(c, "role", NULL, &role) < 0 || body_bool(c, "disabled", &disabled) < 0)
		return -1;
	if (!role || (strcmp(role, "operator") != 0 && strcmp(role, "tenant") != 0) ||
	    (strcmp(role, "tenant") == 0) != (*scope != '\0'))
		return call_error(
		    c, 400, "invalid", NULL,
		    "\"role\" is to be \"operator\", or \"tenant\" with the names of \"zones\"");
	if ((*scope || disabled == 1) && not_oneself(c, "it stays an operator's, and enabled") < 0)
		return -1;
	if (account_put(c->h->accounts, c->part[0], password, scope, disabled, &e) < 0)
		return call_fail(c, &e);
	live_end(c->h->live, c->part[0], 0);
	c->status = 204;
	return 0;
}

static int delete_account(struct call *c)
{
	struct err e = {0};
	if (not_oneself(c, "it is not deleted") < 0)
		return -1;
	if (account_delete(c->h->accounts, c->part[0], &e) < 0)
		return call_fail(c, &e);
	live_end(c->h->live, c->part[0], 0);
	c->status = 204;
	return 0;
}

/* All sessions end; the one that asked goes on as a new one. */
static int post_password(struct call *c)
{
	struct err e = {0};
	struct who who;
	const char *old, *new;
	char text[TOKEN_TEXT];
	if (body_text(c, "old", "", &old) < 0 || body_text(c, "new", "", &new) < 0 ||
	    login_allowed(c, c->who.name) < 0)
		return -1;
	if (account_login(c->h->accounts, c->who.name, old, &who, &e) < 0)
		return call_error(c, 403, "forbidden", NULL, "the old password is wrong");
	login_succeeded(c, c->who.name);
	if (account_put(c->h->accounts, c->who.name, new, who.scope, -1, &e) < 0 ||
	    (c->who.session &&
	     token_make(c->h->accounts, who.name, browser, true, SESSION_S, text, &e) < 0))
		return call_fail(c, &e);
	if (c->who.session)
		set_cookie(c, text, SESSION_S);
	live_end(c->h->live, c->who.name, 0);
	c->status = 204;
	return 0;
}

/* Whose tokens are meant: one's own, or for an operator those of ?account= ("*": everybody's). */
static int tokens_of(struct call *c, const char **account)
{
	const char *asked = url_arg(&c->url, "account");
	*account = c->who.name;
	if (!asked || strcmp(asked, c->who.name) == 0)
		return 0;
	if (c->scope)
		return call_error(c, 403, "forbidden", NULL, "this is for operators");
	*account = strcmp(asked, "*") == 0 ? "" : asked;
	return 0;
}

static int get_tokens(struct call *c)
{
	struct err e = {0};
	unsigned n;
	const char *account;
	struct put *j = &c->json;
	if (tokens_of(c, &account) < 0)
		return -1;
	struct token_row *rows = token_list(c->h->accounts, account, &n, &e);
	if (!rows)
		return call_fail(c, &e);
	put_open(j, '{');
	put_key(j, "tokens"), put_open(j, '[');
	for (unsigned i = 0; i < n; i++) {
		put_open(j, '{');
		put_kint(j, "id", rows[i].id);
		put_kstr(j, "account", rows[i].account);
		put_kstr(j, "label", rows[i].label);
		put_kbool(j, "session", rows[i].session);
		put_kbool(j, "this", rows[i].id == c->who.token);
		put_kint(j, "created", rows[i].created);
		put_ktime(j, "expires", rows[i].expires);
		put_kint(j, "used", rows[i].used);
		put_close(j, '}');
	}
	put_close(j, ']');
	put_close(j, '}');
	free(rows);
	return 0;
}

static int post_token(struct call *c)
{
	struct err e = {0};
	const char *label, *account;
	char text[TOKEN_TEXT];
	const json_t *days = json_object_get(c->body, "days");
	if (body_text(c, "label", "", &label) < 0 ||
	    body_text(c, "account", c->who.name, &account) < 0)
		return -1;
	if (c->scope && strcmp(account, c->who.name) != 0)
		return call_error(c, 403, "forbidden", NULL, "tokens of others are for operators");
	if (days && (!json_is_integer(days) || json_integer_value(days) < 0 ||
		     json_integer_value(days) > 3650))
		return call_error(c, 400, "invalid", NULL,
				  "\"days\" is to be 0 (until revoked) to 3650");
	if (strcmp(account, c->who.name) != 0 && account_find(c->h->accounts, account, &e) < 0)
		return call_fail(c, &e);
	if (token_make(c->h->accounts, account, label, false,
		       days ? json_integer_value(days) * 86400 : 0, text, &e) < 0)
		return call_fail(c, &e);
	put_open(&c->json, '{');
	put_kstr(&c->json, "token", text);
	put_close(&c->json, '}');
	return 0;
}

static int delete_token(struct call *c)
{
	struct err e = {0};
	int64_t id = call_id(c);
	if (token_delete(c->h->accounts, id, c->scope ? c->who.name : NULL, &e) < 0)
		return call_fail(c, &e);
	live_end(c->h->live, NULL, id);
	c->status = 204;
	return 0;
}

/* ---- state ---- */

static int64_t resident_bytes(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f) {
		if (fscanf(f, "%*d %ld", &pages) != 1)
			pages = 0;
		fclose(f);
	}
	return pages * sysconf(_SC_PAGESIZE);
}

static int get_status(struct call *c)
{
	struct hub_status s;
	char warning[320];
	struct put *j = &c->json;
	hub_status(c->h->hub, &s);
	put_open(j, '{');
	put_kstr(j, "version", GLASSHOUSE_VERSION);
	put_kint(j, "now", time(NULL));
	put_kint(j, "started", s.started);
	put_key(j, "user"), put_who(c, &c->who);
	bool wrong = s.store_error && s.store_error[0];
	if (!wrong && !c->scope)
		wrong =
		    c->h->tls && renew_warning(&c->h->renew, time(NULL), warning, sizeof warning);
	put_kstr(j, "error",
		 !wrong				     ? NULL
		 : s.store_error && s.store_error[0] ? s.store_error
						     : warning);
	put_kbool(j, "broker", s.broker);
	put_kbool(j, "names", c->h->names && !c->scope);
	if (!c->scope) {
		put_ktime(j, "certificate_ends", c->h->tls ? renew_ends(&c->h->renew) : 0);
		put_kint(j, "datasets", s.datasets);
		put_kint(j, "active", s.active);
		put_key(j, "memory"), put_open(j, '{');
		put_kint(j, "resident", resident_bytes());
		put_kint(j, "data", (int64_t)s.memory_bytes);
		put_kint(j, "bound", (int64_t)s.memory_bound_bytes);
		put_close(j, '}');
		put_kint(j, "disk", (int64_t)s.disk_bytes);
		put_kint(j, "lost", (int64_t)s.lost);
		put_kint(j, "seconds", (int64_t)s.seconds);
		put_knum(j, "late_ms", (double)s.late_ns / 1e6);
		put_kint(j, "streams", live_clients(c->h->live));
		put_kint(j, "streams_dropped", (int64_t)live_dropped(c->h->live));
		put_kint(j, "requests", (int64_t)atomic_load(&c->h->nrequests));
		put_kint(j, "slow_cut", (int64_t)slow_cut_count(&c->h->slow));
		put_kint(j, "page_bytes", c->h->page ? (int64_t)page_gzip_bytes(c->h->page) : 0);
	}
	put_close(j, '}');
	return 0;
}

static int get_zones(struct call *c)
{
	struct zones z;
	struct err e = {0};
	struct put *j = &c->json;
	if (zones_read(&z, c->arena, NULL, NULL, &e) < 0)
		return call_fail(c, &e);
	put_open(j, '{');
	put_key(j, "zones"), put_open(j, '[');
	for (size_t i = 0; i < z.at.n; i++) {
		const struct zones_zone *one = &z.at.at[i];
		if (c->scope && !scope_has(c->scope, one->name))
			continue;
		put_open(j, '{');
		put_kint(j, "id", one->id);
		put_kstr(j, "name", one->name);
		put_kstr(j, "state", one->state);
		put_kstr(j, "brand", one->brand);
		put_key(j, "processes"), put_open(j, '[');
		for (size_t k = 0; k < one->processes.n; k++) {
			put_open(j, '{');
			put_kint(j, "pid", one->processes.at[k].pid);
			put_kint(j, "parent", one->processes.at[k].parent);
			put_kstr(j, "name", one->processes.at[k].name);
			put_close(j, '}');
		}
		put_close(j, ']');
		put_close(j, '}');
	}
	put_close(j, ']');
	put_close(j, '}');
	return 0;
}

/* What is known of each address by now: its name, or null where it has none; those that are not there are asked for. */
static int get_names(struct call *c)
{
	char name[NAMES_BYTES];
	unsigned n = 0;
	if (!c->h->names)
		return call_error(c, 404, "off", "Start analyticsd with --names, and whom to ask.",
				  "nobody is asked for names of addresses");
	put_open(&c->json, '{');
	put_key(&c->json, "names"), put_open(&c->json, '{');
	for (unsigned i = 0; i < c->url.nargs && n < NAMES_PENDING; i++) {
		if (strcmp(c->url.arg[i].name, "address") != 0)
			continue;
		n++;
		enum names_state s = names_get(c->h->names, c->url.arg[i].value, name);
		if (s != NAMES_UNKNOWN)
			put_kstr(&c->json, c->url.arg[i].value, s == NAMES_KNOWN ? name : NULL);
	}
	put_close(&c->json, '}');
	put_close(&c->json, '}');
	return 0;
}

const struct route admin_routes[] = {
    {"POST", "login", login, ROUTE_OPEN},
    {"POST", "logout", logout, ROUTE_OPEN},
    {"GET", "accounts", get_accounts, ROUTE_OPERATOR},
    {"PUT", "accounts/*", put_account, ROUTE_OPERATOR},
    {"DELETE", "accounts/*", delete_account, ROUTE_OPERATOR},
    {"POST", "password", post_password, ROUTE_ANYBODY},
    {"GET", "tokens", get_tokens, ROUTE_ANYBODY},
    {"POST", "tokens", post_token, ROUTE_ANYBODY},
    {"DELETE", "tokens/*", delete_token, ROUTE_ANYBODY},
    {"GET", "status", get_status, ROUTE_ANYBODY},
    {"GET", "zones", get_zones, ROUTE_ANYBODY},
    {"GET", "names", get_names, ROUTE_OPERATOR},
    {NULL, NULL, NULL, ROUTE_OPEN},
};
