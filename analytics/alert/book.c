/*
 * book.c - thresholds and alerts in the database (deliveries: book_delivery.c)
 */
#include "analytics/alert/book_private.h"
#include "analytics/alert/amount.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char *const migrations[] = {
    "CREATE TABLE alert_install(id TEXT NOT NULL);"
    "CREATE TABLE alert_threshold(id INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, name "
    "TEXT NOT NULL,"
    " spec TEXT NOT NULL, UNIQUE(scope, name));"
    "CREATE TABLE alert(id INTEGER PRIMARY KEY AUTOINCREMENT, threshold INTEGER NOT NULL, scope "
    "TEXT NOT NULL,"
    " name TEXT NOT NULL, dataset TEXT NOT NULL, key TEXT NOT NULL, note TEXT NOT NULL, unit TEXT "
    "NOT NULL,"
    " severity INTEGER NOT NULL, absent INTEGER NOT NULL, began INTEGER NOT NULL, posted INTEGER "
    "NOT NULL,"
    " cleared INTEGER NOT NULL DEFAULT 0, reposted INTEGER NOT NULL DEFAULT 0, reposts INTEGER NOT "
    "NULL DEFAULT 0,"
    " value REAL NOT NULL, worst REAL NOT NULL, threshold_limit REAL NOT NULL, quietly INTEGER NOT "
    "NULL DEFAULT 0,"
    " acknowledged INTEGER NOT NULL DEFAULT 0, acknowledged_by TEXT NOT NULL DEFAULT '',"
    " comment TEXT NOT NULL DEFAULT '', text TEXT NOT NULL);"
    "CREATE UNIQUE INDEX alert_lasts ON alert(threshold, key) WHERE cleared = 0;"
    "CREATE TABLE alert_delivery(id INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER NOT NULL,"
    " threshold INTEGER NOT NULL, event INTEGER NOT NULL, round INTEGER NOT NULL, slot INTEGER NOT "
    "NULL,"
    " action TEXT NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL, state INTEGER NOT NULL "
    "DEFAULT 0,"
    " attempts INTEGER NOT NULL DEFAULT 0, made INTEGER NOT NULL, next INTEGER NOT NULL,"
    " ended INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', output TEXT NOT NULL "
    "DEFAULT '');"
    "CREATE UNIQUE INDEX alert_delivery_once ON alert_delivery(alert, event, round, slot) WHERE "
    "alert <> 0;"
    "CREATE INDEX alert_delivery_open ON alert_delivery(next) WHERE state < 2;"
    "CREATE INDEX alert_delivery_order ON alert_delivery(alert, slot, id);",
    NULL};

/* ---- statements ---- */

sqlite3_stmt *book_sql(struct book *b, const char *sql, const char *types, struct err *e, ...)
{
	sqlite3_stmt *s = db_prepare(b->db, sql, e);
	va_list ap;
	va_start(ap, e);
	for (int i = 0; s && types[i]; i++) {
		if (types[i] == 'i')
			sqlite3_bind_int64(s, i + 1, va_arg(ap, int64_t));
		else if (types[i] == 'd')
			sqlite3_bind_double(s, i + 1, va_arg(ap, double));
		else
			sqlite3_bind_text(s, i + 1, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
	}
	va_end(ap);
	return s;
}

int book_run(struct book *b, sqlite3_stmt *s, struct err *e)
{
	if (!s)
		return -1;
	int got = sqlite3_step(s);
	if (got != SQLITE_DONE && got != SQLITE_ROW)
		db_error(b->db, "the alerts' database", e);
	sqlite3_finalize(s);
	return got == SQLITE_DONE || got == SQLITE_ROW ? 0 : -1;
}

int64_t book_number(struct book *b, sqlite3_stmt *s, int64_t otherwise)
{
	if (s && sqlite3_step(s) == SQLITE_ROW)
		otherwise = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	(void)b;
	return otherwise;
}

void book_text(sqlite3_stmt *s, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(s, column);
	snprintf(out, size, "%s", text ? (const char *)text : "");
	amount_clean(out, true); /* it may have been cut inside a character */
}

/* ---- opening ---- */

static int install_id(struct book *b, struct err *e)
{
	sqlite3_stmt *s = book_sql(b, "SELECT id FROM alert_install", "", e);
	if (s && sqlite3_step(s) == SQLITE_ROW)
		book_text(s, 0, b->install, sizeof(b->install));
	sqlite3_finalize(s);
	if (b->install[0])
		return 0;
	uint8_t random[16];
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return err_sys(e, errno, "no random numbers");
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(b->install + 2 * i, 3, "%02x", random[i]);
	return book_run(b, book_sql(b, "INSERT INTO alert_install VALUES(?)", "t", e, b->install),
			e);
}

/* What a killed process was doing: told again under the same id, but a program is not run twice. */
static int recover(struct book *b, int64_t now, struct err *e)
{
	if (book_run(b,
		     book_sql(b,
			      "UPDATE alert_delivery SET state = 3, ended = ?, error = 'the daemon "
			      "ended while it ran: it is "
			      "not known how far it came' WHERE state = 1 AND (action = 'run' OR "
			      "action LIKE 'run %')",
			      "i", e, now),
		     e) < 0)
		return -1;
	return book_run(
	    b, book_sql(b, "UPDATE alert_delivery SET state = 0 WHERE state = 1", "", e), e);
}

static int prune(struct book *b, struct err *e)
{
	if (book_run(b,
		     book_sql(b,
			      "DELETE FROM alert WHERE cleared <> 0 AND id <= (SELECT max(id) FROM "
			      "alert) - ?",
			      "i", e, (int64_t)BOOK_ALERTS_MAX),
		     e) < 0)
		return -1;
	return book_run(b,
			book_sql(b,
				 "DELETE FROM alert_delivery WHERE state >= 2 AND id <= (SELECT "
				 "max(id) FROM alert_delivery) - ?",
				 "i", e, (int64_t)BOOK_DELIVERIES_MAX),
			e);
}

struct book *book_open(const char *database, int64_t now, struct err *e)
{
	struct book *b = calloc(1, sizeof(*b));
	if (!b) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	b->db = db_open(database, "alert", migrations, e);
	/* An alert that was told of must be known after a power cut, too. */
	if (!b->db || db_exec(b->db, "PRAGMA synchronous=FULL", e) < 0 || install_id(b, e) < 0 ||
	    recover(b, now, e) < 0 || prune(b, e) < 0) {
		book_close(b);
		return NULL;
	}
	return b;
}

void book_close(struct book *b)
{
	if (!b)
		return;
	sqlite3_close(b->db);
	free(b);
}

const char *book_install(const struct book *b)
{
	return b->install;
}

/* ---- thresholds ---- */

int book_put(struct book *b, struct threshold *t, struct err *e)
{
	BUF_AUTO spec = {0};
	threshold_write(t, &spec);
	sqlite3_stmt *s =
	    book_sql(b, "SELECT id FROM alert_threshold WHERE scope = ? AND name = ? AND id <> ?",
		     "tti", e, t->scope, t->name, t->id);
	int64_t other = book_number(b, s, 0);
	if (other)
		return err_set(e, EEXIST, "name: threshold %lld has the name '%s' already",
			       (long long)other, t->name);
	if (t->id)
		return book_run(
		    b,
		    book_sql(b, "UPDATE alert_threshold SET name = ?, spec = ? WHERE id = ?", "tti",
			     e, t->name, buf_str(&spec), t->id),
		    e);
	if (book_run(b,
		     book_sql(b, "INSERT INTO alert_threshold(scope, name, spec) VALUES(?, ?, ?)",
			      "ttt", e, t->scope, t->name, buf_str(&spec)),
		     e) < 0)
		return -1;
	t->id = sqlite3_last_insert_rowid(b->db);
	return 0;
}

int book_delete(struct book *b, int64_t id, struct err *e)
{
	return book_run(b, book_sql(b, "DELETE FROM alert_threshold WHERE id = ?", "i", e, id), e);
}

/* Row id, scope, spec. */
static int read_threshold(sqlite3_stmt *s, struct threshold *t, struct err *e)
{
	const char *spec = (const char *)sqlite3_column_text(s, 2);
	if (threshold_read(t, spec ? spec : "", e) < 0)
		return -1;
	t->id = sqlite3_column_int64(s, 0);
	book_text(s, 1, t->scope, sizeof(t->scope));
	return 0;
}

int book_thresholds(struct book *b, book_threshold_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *s =
	    book_sql(b, "SELECT id, scope, spec FROM alert_threshold ORDER BY id", "", e);
	struct threshold *t = malloc(sizeof(*t));
	int got = SQLITE_DONE, stop = 0;
	while (s && t && !stop && (got = sqlite3_step(s)) == SQLITE_ROW) {
		struct err bad = {0};
		if (read_threshold(s, t, &bad) < 0)
			fprintf(stderr, "analyticsd: threshold %lld is passed by: %s\n",
				(long long)sqlite3_column_int64(s, 0), bad.text);
		else
			stop = fn(arg, t);
	}
	free(t);
	if (s && got != SQLITE_DONE && got != SQLITE_ROW)
		db_error(b->db, "the alerts' database", e);
	sqlite3_finalize(s);
	return s && t && (got == SQLITE_DONE || got == SQLITE_ROW) ? 0 : -1;
}

int book_get(struct book *b, int64_t id, struct threshold *t, struct err *e)
{
	sqlite3_stmt *s =
	    book_sql(b, "SELECT id, scope, spec FROM alert_threshold WHERE id = ?", "i", e, id);
	int status = -1;
	if (s && sqlite3_step(s) == SQLITE_ROW)
		status = read_threshold(s, t, e);
	else if (s)
		err_set(e, ENOENT, "there is no threshold %lld", (long long)id);
	sqlite3_finalize(s);
	return status;
}

/* ---- alerts ---- */

#define ALERT_COLUMNS                                                                              \
	"id, threshold, scope, name, dataset, key, note, unit, severity, absent, began, posted, "  \
	"cleared, reposted, "                                                                      \
	"reposts, value, worst, threshold_limit, quietly, acknowledged, acknowledged_by, "         \
	"comment, text"

static void read_alert(sqlite3_stmt *s, struct alert *al)
{
	memset(al, 0, sizeof(*al));
	al->id = sqlite3_column_int64(s, 0);
	al->threshold = sqlite3_column_int64(s, 1);
	book_text(s, 2, al->scope, sizeof(al->scope));
	book_text(s, 3, al->name, sizeof(al->name));
	book_text(s, 4, al->dataset, sizeof(al->dataset));
	book_text(s, 5, al->key, sizeof(al->key));
	book_text(s, 6, al->note, sizeof(al->note));
	book_text(s, 7, al->unit, sizeof(al->unit));
	al->severity = (enum threshold_severity)sqlite3_column_int(s, 8);
	al->absent = sqlite3_column_int(s, 9);
	al->began = sqlite3_column_int64(s, 10);
	al->posted = sqlite3_column_int64(s, 11);
	al->cleared = sqlite3_column_int64(s, 12);
	al->reposted = sqlite3_column_int64(s, 13);
	al->reposts = (unsigned)sqlite3_column_int(s, 14);
	al->value = sqlite3_column_double(s, 15);
	al->worst = sqlite3_column_double(s, 16);
	al->limit = sqlite3_column_double(s, 17);
	al->quietly = sqlite3_column_int(s, 18);
	al->acknowledged = sqlite3_column_int64(s, 19);
	book_text(s, 20, al->acknowledged_by, sizeof(al->acknowledged_by));
	book_text(s, 21, al->comment, sizeof(al->comment));
	book_text(s, 22, al->text, sizeof(al->text));
}

int book_alert(struct book *b, int64_t id, struct alert *al, struct err *e)
{
	sqlite3_stmt *s =
	    book_sql(b, "SELECT " ALERT_COLUMNS " FROM alert WHERE id = ?", "i", e, id);
	int status = -1;
	if (s && sqlite3_step(s) == SQLITE_ROW) {
		read_alert(s, al);
		status = 0;
	} else if (s) {
		err_set(e, ENOENT, "there is no alert %lld", (long long)id);
	}
	sqlite3_finalize(s);
	return status;
}

struct alert *book_alerts(struct book *b, const char *scope, const struct alerts_filter *f,
			  size_t *n, struct err *e)
{
	size_t max = f->limit ? f->limit : 1000, cap = 0;
	struct alert *all = NULL;
	sqlite3_stmt *s = book_sql(
	    b,
	    "SELECT " ALERT_COLUMNS
	    " FROM alert WHERE (?1 OR scope_covers(?2, scope)) AND (?3 = 0 OR threshold = ?3) AND"
	    " (?4 = 0 OR id < ?4) AND (NOT ?5 OR cleared = 0) AND (?6 = 0 OR posted >= ?6 "
	    "OR cleared >= ?6)"
	    " ORDER BY id DESC LIMIT ?7",
	    "itiiiii", e, (int64_t)!scope, scope ? scope : "", f->threshold, f->before,
	    (int64_t)f->lasting, f->since, (int64_t)max);
	int got = SQLITE_ERROR;
	*n = 0;
	while (s && (got = sqlite3_step(s)) == SQLITE_ROW) {
		if (*n == cap) {
			cap = cap ? cap * 2 : 16;
			struct alert *more = realloc(all, cap * sizeof(*all));
			if (!more)
				break;
			all = more;
		}
		read_alert(s, &all[(*n)++]);
	}
	if (s && got == SQLITE_ROW)
		err_set(e, ENOMEM, "out of memory");
	else if (s && got != SQLITE_DONE)
		db_error(b->db, "the alerts' database", e);
	sqlite3_finalize(s);
	if (got != SQLITE_DONE) {
		free(all);
		return NULL;
	}
	return all ? all : calloc(1, sizeof(*all));
}

int book_acknowledge(struct book *b, const char *scope, int64_t id, const char *who,
		     const char *comment, int64_t now, struct alert *al, struct err *e)
{
	if (book_alert(b, id, al, e) < 0)
		return -1;
	if (!scope_covers(scope, al->scope))
		return err_set(e, ENOENT, "there is no alert %lld", (long long)id);
	if (al->acknowledged)
		return 1;
	if (!amount_one_line(who) || !amount_one_line(comment))
		return err_set(e, EINVAL, "comment: one line of UTF-8 text is wanted");
	if (book_run(b,
		     book_sql(b,
			      "UPDATE alert SET acknowledged = ?, acknowledged_by = ?, comment = ? "
			      "WHERE id = ?",
			      "itti", e, now, who, comment, id),
		     e) < 0)
		return -1;
	return book_alert(b, id, al, e);
}

/* ---- events ---- */

static int64_t lasting(struct book *b, const struct book_event *ev, struct err *e)
{
	return book_number(
	    b,
	    book_sql(b, "SELECT id FROM alert WHERE threshold = ? AND key = ? AND cleared = 0",
		     "it", e, ev->threshold, ev->key),
	    0);
}

static const char *unit_of(const struct threshold *t, const struct book_event *ev)
{
	if (t->measure == MEASURE_UNUSUAL)
		return "spreads";
	return t->measure == MEASURE_SHARE ? "percent" : ev->unit;
}

/* cpu.utilization: 97 %, usually 20 % to 35 % at this hour of the week: 8.1 spreads outside, above 5 spreads */
static void describe_unusual(const struct threshold *t, const struct book_event *ev,
			     struct buf *out)
{
	static const char *const when[] = {[USUAL_UNKNOWN] = "",
					   [USUAL_LATELY] = " in the day before",
					   [USUAL_DAY] = " at this hour of the day",
					   [USUAL_WEEK] = " at this hour of the week"};
	buf_puts(out, ": ");
	amount_human(ev->seen, ev->unit, out);
	if (ev->usual.mean_s > 1)
		buf_printf(out, " (mean of %u s)", ev->usual.mean_s);
	buf_puts(out, ", usually ");
	amount_human(ev->usual.low, ev->unit, out);
	buf_puts(out, " to ");
	amount_human(ev->usual.high, ev->unit, out);
	buf_printf(out, "%s: ", when[ev->usual.basis]);
	amount_human(ev->value, "spreads", out);
	buf_puts(out, " outside, above ");
	amount_human(t->limit, "spreads", out);
}

/* io.ops[latency], 99th percentile: 120 ms, above 100 ms */
static void describe(const struct threshold *t, const struct book_event *ev, struct buf *out)
{
	buf_puts(out, t->dataset);
	if (ev->key[0])
		buf_printf(out, " of %s", ev->key);
	if (ev->absent) {
		buf_printf(out, ": no data for %lld s", (long long)t->absent_s);
		return;
	}
	if (t->measure == MEASURE_UNUSUAL) {
		describe_unusual(t, ev, out);
		return;
	}
	if (t->measure == MEASURE_PERCENTILE)
		buf_printf(out, ", percentile %g", t->percentile);
	if (t->measure == MEASURE_SHARE) {
		buf_puts(out, ", share above ");
		amount_human(t->share_above, ev->unit, out);
	}
	const char *unit = unit_of(t, ev);
	buf_puts(out, ": ");
	amount_human(ev->value, unit, out);
	buf_puts(out, t->type == TYPE_EXCEEDS ? ", above " : ", below ");
	amount_human(t->limit, unit, out);
}

static int64_t post(struct book *b, const struct threshold *t, const struct book_event *ev,
		    struct err *e)
{
	BUF_AUTO text = {0};
	describe(t, ev, &text);
	sqlite3_stmt *s = book_sql(
	    b,
	    "INSERT INTO alert(threshold, scope, name, dataset, key, note, unit, severity, absent, "
	    "began,"
	    " posted, value, worst, threshold_limit, text) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    "itttttt"
	    "iiiidddt",
	    e, t->id, t->scope, t->name, t->dataset, ev->key, t->note, unit_of(t, ev),
	    (int64_t)t->severity, (int64_t)ev->absent, ev->began, ev->second, ev->value, ev->worst,
	    t->limit, buf_str(&text));
	return book_run(b, s, e) < 0 ? -1 : sqlite3_last_insert_rowid(b->db);
}

/* -> the alert, 0 when there is nothing to do, -1. */
static int64_t write_event(struct book *b, const struct threshold *t, const struct book_event *ev,
			   struct err *e)
{
	int64_t id = lasting(b, ev, e);
	sqlite3_stmt *s;
	if (ev->event == EVENT_POST)
		return id ? 0 : post(b, t, ev, e);
	if (!id)
		return 0;
	if (ev->event == EVENT_REPOST)
		s = book_sql(b,
			     "UPDATE alert SET reposted = ?, reposts = reposts + 1, worst = ? "
			     "WHERE id = ? AND acknowledged = 0",
			     "idi", e, ev->second, ev->worst, id);
	else
		s = book_sql(b, "UPDATE alert SET cleared = ?, worst = ?, quietly = ? WHERE id = ?",
			     "idii", e, ev->second, ev->worst, (int64_t)ev->quietly, id);
	if (book_run(b, s, e) < 0)
		return -1;
	return sqlite3_changes(b->db) ? id : 0;
}

static int event_in_transaction(struct book *b, const struct book_event *ev, struct threshold *t,
				int64_t now, struct alert *al, struct err *e)
{
	/* Of a threshold that is gone an alert can still be closed. */
	bool gone = book_get(b, ev->threshold, t, e) < 0;
	if (gone && (e->code != ENOENT || ev->event != EVENT_CLEAR))
		return e->code == ENOENT ? 1 : -1;
	*e = (struct err){0};
	int64_t id = write_event(b, t, ev, e);
	if (id <= 0)
		return id < 0 ? -1 : 1;
	if (book_alert(b, id, al, e) < 0)
		return -1;
	if (gone || ev->quietly || (ev->event == EVENT_CLEAR && !t->tell_clear))
		return 0;
	return book_queue(b, t, al, ev->event, ev->second, ev->value, now, e);
}

int book_event(struct book *b, const struct book_event *ev, int64_t now, struct alert *al,
	       struct err *e)
{
	struct threshold *t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	int status = db_exec(b->db, "BEGIN IMMEDIATE", e);
	if (status == 0) {
		status = event_in_transaction(b, ev, t, now, al, e);
		if (status >= 0 && db_exec(b->db, "COMMIT", e) < 0)
			status = -1;
		if (status < 0)
			sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
	}
	free(t);
	struct err none = {0};
	if (status == 0 && ++b->events % BOOK_PRUNE_EVERY == 0 && prune(b, &none) < 0)
		fprintf(stderr, "analyticsd: alerts: %s\n", none.text);
	return status;
}
