/*
 * api_sheet.c - worksheets: kept as the JSON they came as, of an owner, perhaps shared
 *
 * A tenant sees worksheets of his zones' accounts only; of those his own, and shared ones. Saving a worksheet
 * saves its datasets, too.
 */
#include "analytics/http/api.h"
#include "analytics/store/db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHEETS_MAX = 1000, SHEET_CHARTS_MAX = 50 };

static const char *const migrations[] = {
    "CREATE TABLE worksheet(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, owner TEXT "
    "NOT NULL,"
    " zone TEXT NOT NULL, shared INTEGER NOT NULL, changed INTEGER NOT NULL, body TEXT NOT NULL);",
    NULL,
};

/* Who may see it: ?1 account, ?2 scope ("" the operator, whose worksheets are no tenant's and the other way round). */
#define VISIBLE "iif(?2 = '', zone = '', scope_covers(?2, zone)) AND (shared = 1 OR owner = ?1)"

sqlite3 *sheets_open(const char *database, struct err *e)
{
	return db_open(database, "http.worksheet", migrations, e);
}

static sqlite3_stmt *prepare(struct call *c, const char *sql, struct err *e)
{
	sqlite3_stmt *s = db_prepare(c->h->sheets, sql, e);
	if (s) {
		sqlite3_bind_text(s, 1, c->who.name, -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(s, 2, c->who.scope, -1, SQLITE_TRANSIENT);
	}
	return s;
}

static int get_sheets(struct call *c)
{
	struct err e = {0};
	struct put *j = &c->json;
	pthread_mutex_lock(&c->h->sheets_lock);
	sqlite3_stmt *s =
	    prepare(c,
		    "SELECT id, name, owner, shared, changed FROM worksheet WHERE " VISIBLE
		    " ORDER BY name",
		    &e);
	put_open(j, '{');
	put_key(j, "worksheets"), put_open(j, '[');
	while (s && sqlite3_step(s) == SQLITE_ROW) {
		put_open(j, '{');
		put_kint(j, "id", sqlite3_column_int64(s, 0));
		put_kstr(j, "name", (const char *)sqlite3_column_text(s, 1));
		put_kstr(j, "owner", (const char *)sqlite3_column_text(s, 2));
		put_kbool(j, "shared", sqlite3_column_int(s, 3));
		put_kint(j, "changed", sqlite3_column_int64(s, 4));
		put_close(j, '}');
	}
	put_close(j, ']');
	put_close(j, '}');
	sqlite3_finalize(s);
	pthread_mutex_unlock(&c->h->sheets_lock);
	return s ? 0 : call_fail(c, &e);
}

static int no_sheet(struct call *c)
{
	return call_error(c, 404, "not-found", NULL, "there is no worksheet %.20s", c->part[0]);
}

/* The stored body with id, owner and sharing put in front. */
static int get_sheet(struct call *c)
{
	struct err e = {0};
	bool found = false;
	pthread_mutex_lock(&c->h->sheets_lock);
	sqlite3_stmt *s = prepare(
	    c,
	    "SELECT id, owner, shared, changed, body FROM worksheet WHERE " VISIBLE " AND id = ?3",
	    &e);
	if (s)
		sqlite3_bind_int64(s, 3, call_id(c));
	if (s && sqlite3_step(s) == SQLITE_ROW) {
		struct put *j = &c->json;
		const char *body = (const char *)sqlite3_column_text(s, 4);
		found = true;
		put_open(j, '{');
		put_kint(j, "id", sqlite3_column_int64(s, 0));
		put_kstr(j, "owner", (const char *)sqlite3_column_text(s, 1));
		put_kbool(j, "shared", sqlite3_column_int(s, 2));
		put_kint(j, "changed", sqlite3_column_int64(s, 3));
		if (body && body[0] == '{' && body[1] != '}')
			buf_printf(&c->out, ",%s", body + 1);
		else
			put_close(j, '}');
	}
	sqlite3_finalize(s);
	pthread_mutex_unlock(&c->h->sheets_lock);
	return found ? 0 : !s ? call_fail(c, &e) : no_sheet(c);
}

/* The members of the server's own are taken out; the rest is kept as text. -1 after call_error(). */
static char *check_sheet(struct call *c, const char **name, bool *shared)
{
	static const char *const own[] = {"id", "owner", "shared", "changed"};
	const json_t *charts = json_object_get(c->body, "charts");
	int said;
	if (body_text(c, "name", NULL, name) < 0 || body_bool(c, "shared", &said) < 0)
		return NULL;
	if (!*name || !**name || strlen(*name) > 100) {
		call_error(c, 400, "invalid", NULL, "\"name\" is to have 1 to 100 bytes");
		return NULL;
	}
	if (!json_is_array(charts) || json_array_size(charts) > SHEET_CHARTS_MAX) {
		call_error(c, 400, "invalid", NULL, "\"charts\" is to be a list of at most %d",
			   SHEET_CHARTS_MAX);
		return NULL;
	}
	for (size_t i = 0; i < json_array_size(charts); i++) {
		if (!json_is_string(json_object_get(json_array_get(charts, i), "dataset"))) {
			call_error(c, 400, "invalid", NULL, "a chart has no \"dataset\"");
			return NULL;
		}
	}
	*shared = said != 0;
	*name = arena_strdup(c->arena, *name);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		json_object_del(c->body, own[i]);
	char *text = json_dumps(c->body, JSON_COMPACT);
	if (!text)
		call_error(c, 503, "no-memory", NULL, "out of memory");
	return text;
}

/* Its datasets are kept from now on. One that cannot be made is told by its chart, not here. */
static void save_datasets(struct call *c)
{
	const json_t *charts = json_object_get(c->body, "charts");
	for (size_t i = 0; i < json_array_size(charts); i++) {
		struct err ignored = {0};
		hub_dataset_create(
		    c->h->hub,
		    json_string_value(json_object_get(json_array_get(charts, i), "dataset")),
		    c->scope, c->who.name, true, &ignored);
	}
}

static int write_sheet(struct call *c, const char *sql, int64_t id)
{
	struct err e = {0};
	const char *name;
	bool shared;
	char *text = check_sheet(c, &name, &shared);
	if (!text)
		return -1;
	pthread_mutex_lock(&c->h->sheets_lock);
	sqlite3_stmt *s = prepare(c, sql, &e);
	if (s) {
		sqlite3_bind_text(s, 3, name, -1, SQLITE_TRANSIENT);
		sqlite3_bind_int(s, 4, shared);
		sqlite3_bind_int64(s, 5, time(NULL));
		sqlite3_bind_text(s, 6, text, -1, SQLITE_TRANSIENT);
		sqlite3_bind_int64(s, 7, id);
	}
	int r = s ? sqlite3_step(s) : SQLITE_ERROR, changed = sqlite3_changes(c->h->sheets);
	if (r != SQLITE_DONE && s)
		db_error(c->h->sheets, "worksheets", &e);
	if (!id)
		id = sqlite3_last_insert_rowid(c->h->sheets);
	sqlite3_finalize(s);
	pthread_mutex_unlock(&c->h->sheets_lock);
	free(text);
	if (r != SQLITE_DONE)
		return call_fail(c, &e);
	if (!changed)
		return c->part[0] && id ? no_sheet(c)
					: call_error(c, 507, "no-room", NULL,
						     "there are %d worksheets already", SHEETS_MAX);
	save_datasets(c);
	put_open(&c->json, '{');
	put_kint(&c->json, "id", id);
	put_kstr(&c->json, "name", name);
	put_close(&c->json, '}');
	return 0;
}

static int post_sheet(struct call *c)
{
	return write_sheet(c,
			   "INSERT INTO worksheet(name, owner, zone, shared, changed, body) SELECT "
			   "?3, ?1, ?2, ?4, ?5, ?6"
			   " WHERE (SELECT count(*) FROM worksheet) < 1000 AND ?7 = 0",
			   0);
}

static int put_sheet(struct call *c)
{
	int64_t id = call_id(c);
	return id <= 0 ? no_sheet(c)
		       : write_sheet(c,
				     "UPDATE worksheet SET name = ?3, shared = ?4, changed = ?5, "
				     "body = ?6 WHERE id = ?7 AND " VISIBLE,
				     id);
}

static int delete_sheet(struct call *c)
{
	struct err e = {0};
	pthread_mutex_lock(&c->h->sheets_lock);
	sqlite3_stmt *s = prepare(
	    c, "DELETE FROM worksheet WHERE id = ?3 AND " VISIBLE " AND (owner = ?1 OR ?2 = '')",
	    &e);
	if (s)
		sqlite3_bind_int64(s, 3, call_id(c));
	int r = s ? sqlite3_step(s) : SQLITE_ERROR, changed = sqlite3_changes(c->h->sheets);
	sqlite3_finalize(s);
	pthread_mutex_unlock(&c->h->sheets_lock);
	if (r != SQLITE_DONE)
		return call_fail(c, &e);
	if (!changed)
		return no_sheet(c);
	c->status = 204;
	return 0;
}

int http_worksheet(const char *database, const char *worksheet, const char *scope,
		   http_dataset_fn *fn, void *arg, struct err *e)
{
	sqlite3 *db = sheets_open(database, e);
	sqlite3_stmt *s = db ? db_prepare(db,
					  "SELECT body FROM worksheet WHERE (name = ?1 OR id = ?1) "
					  "AND iif(?2 = '', zone = '', scope_covers(?2, zone)) "
					  "ORDER BY zone = ?2 DESC LIMIT 1",
					  e)
			     : NULL;
	json_t *body = NULL;
	json_error_t why;
	int r = -1;
	if (s) {
		sqlite3_bind_text(s, 1, worksheet, -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(s, 2, scope ? scope : "", -1, SQLITE_TRANSIENT);
		if (sqlite3_step(s) == SQLITE_ROW)
			body = json_loads((const char *)sqlite3_column_text(s, 0), 0, &why);
		r = body ? 0 : err_set(e, ENOENT, "there is no worksheet %s", worksheet);
	}
	sqlite3_finalize(s);
	sqlite3_close(db);
	const json_t *charts = json_object_get(body, "charts");
	for (size_t i = 0; r == 0 && i < json_array_size(charts); i++) {
		const char *name =
		    json_string_value(json_object_get(json_array_get(charts, i), "dataset"));
		r = name ? fn(arg, name, e) : 0;
	}
	json_decref(body);
	return r;
}

const struct route sheet_routes[] = {
    {"GET", "worksheets", get_sheets, ROUTE_ANYBODY},
    {"POST", "worksheets", post_sheet, ROUTE_ANYBODY},
    {"GET", "worksheets/*", get_sheet, ROUTE_ANYBODY},
    {"PUT", "worksheets/*", put_sheet, ROUTE_ANYBODY},
    {"DELETE", "worksheets/*", delete_sheet, ROUTE_ANYBODY},
    {NULL, NULL, NULL, ROUTE_OPEN},
};
