/*
 * book_delivery.c - deliveries in the database: from queued to done or failed
 */
#include "analytics/alert/book_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int queue_one(struct book *b, const struct threshold *t, const struct alert *al,
		     enum alert_event event, unsigned slot, int64_t at, double value, int64_t now,
		     struct err *e)
{
	bool full = book_waiting(b) >= BOOK_WAITING_MAX;
	BUF_AUTO action = {0};
	threshold_action_write(&t->action[slot], &action);
	/* What is said again need not wait behind what has not been said yet. */
	if (event == EVENT_REPOST &&
	    book_number(b,
			book_sql(b,
				 "SELECT count(*) FROM alert_delivery WHERE alert = ? AND slot = ? "
				 "AND state < 2",
				 "ii", e, al->id, (int64_t)slot),
			0))
		return 0;
	return book_run(b,
			book_sql(b,
				 "INSERT INTO alert_delivery(alert, threshold, event, round, slot, "
				 "action, at, value, made, next,"
				 " state, ended, error) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
				 "iiiiitidiiiit", e, al->id, t->id, (int64_t)event,
				 (int64_t)(event == EVENT_REPOST ? al->reposts : 0), (int64_t)slot,
				 buf_str(&action), at, value, now, now,
				 (int64_t)(full ? DELIVERY_FAILED : DELIVERY_WAITING),
				 full ? now : 0, full ? "too many deliveries wait" : ""),
			e);
}

int book_queue(struct book *b, const struct threshold *t, const struct alert *al,
	       enum alert_event event, int64_t at, double value, int64_t now, struct err *e)
{
	for (unsigned i = 0; i < t->nactions; i++) {
		bool wanted = event == EVENT_TEST || t->action[i].on & event;
		if (wanted && queue_one(b, t, al, event, i, at, value, now, e) < 0)
			return -1;
	}
	return 0;
}

int book_test(struct book *b, const struct threshold *t, int64_t now, struct err *e)
{
	struct alert none = {0};
	if (db_exec(b->db, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	int status = book_queue(b, t, &none, EVENT_TEST, now, 0, now, e);
	if (status == 0)
		status = db_exec(b->db, "COMMIT", e);
	if (status < 0)
		sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

struct delivery *book_deliveries(struct book *b, const char *scope, int64_t alert, unsigned limit,
				 size_t *n, struct err *e)
{
	limit = limit && limit < 10000 ? limit : 1000;
	struct delivery *all = calloc(limit, sizeof(*all));
	sqlite3_stmt *s = book_sql(
	    b,
	    "SELECT d.id, d.alert, d.event, d.action, d.state, d.attempts, d.made, "
	    "d.next, d.ended, d.error,"
	    " d.output, d.threshold FROM alert_delivery d LEFT JOIN alert a ON a.id = d.alert"
	    " LEFT JOIN alert_threshold t ON t.id = d.threshold"
	    " WHERE (?1 OR scope_covers(?2, coalesce(a.scope, t.scope))) AND (?3 = 0 OR d.alert = "
	    "?3)"
	    " ORDER BY d.id DESC LIMIT ?4",
	    "itii", e, (int64_t)!scope, scope ? scope : "", alert, (int64_t)limit);
	int got = SQLITE_ERROR;
	for (*n = 0; s && all && (got = sqlite3_step(s)) == SQLITE_ROW; ++*n) {
		struct delivery *d = &all[*n];
		d->id = sqlite3_column_int64(s, 0);
		d->alert = sqlite3_column_int64(s, 1);
		d->event = (enum alert_event)sqlite3_column_int(s, 2);
		book_text(s, 3, d->action, sizeof(d->action));
		d->state = (enum delivery_state)sqlite3_column_int(s, 4);
		d->attempts = (unsigned)sqlite3_column_int(s, 5);
		d->made = sqlite3_column_int64(s, 6);
		d->next = d->state == DELIVERY_WAITING ? sqlite3_column_int64(s, 7) : 0;
		d->ended = sqlite3_column_int64(s, 8);
		book_text(s, 9, d->error, sizeof(d->error));
		book_text(s, 10, d->output, sizeof(d->output));
		d->threshold = sqlite3_column_int64(s, 11);
	}
	if (!all)
		err_set(e, ENOMEM, "out of memory");
	else if (s && got != SQLITE_DONE)
		db_error(b->db, "the alerts' database", e);
	sqlite3_finalize(s);
	if (got == SQLITE_DONE)
		return all;
	free(all);
	return NULL;
}

/* ---- making them ---- */

/* A test has no alert: one is made up of the threshold. */
static int fill_alert(struct book *b, struct job *j, int64_t alert, int64_t threshold,
		      struct err *e)
{
	if (alert)
		return book_alert(b, alert, &j->alert, e);
	struct threshold *t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	int status = book_get(b, threshold, t, e);
	if (status == 0) {
		struct alert *al = &j->alert;
		al->threshold = t->id;
		al->severity = t->severity;
		al->limit = t->limit;
		al->began = al->posted = j->at;
		snprintf(al->scope, sizeof(al->scope), "%s", t->scope);
		snprintf(al->name, sizeof(al->name), "%s", t->name);
		snprintf(al->dataset, sizeof(al->dataset), "%s", t->dataset);
		snprintf(al->key, sizeof(al->key), "%s", t->key);
		snprintf(al->note, sizeof(al->note), "%s", t->note);
		snprintf(al->text, sizeof(al->text),
			 "this is a test of the threshold's actions, nothing is wrong");
	}
	free(t);
	return status;
}

static int fill_action(struct job *j, const char *line, struct err *e)
{
	struct threshold *t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	int status = threshold_set(t, "action", line, e);
	if (status == 0)
		j->action = t->action[0];
	free(t);
	return status;
}

/* Row id, alert, threshold, event, action, at, value, attempts, made. */
static int fill(struct book *b, sqlite3_stmt *s, struct job *j, struct err *e)
{
	char line[ACTION_PARAMS * (ACTION_TEXT * 2 + 32)];
	memset(j, 0, sizeof(*j));
	j->id = sqlite3_column_int64(s, 0);
	j->event = (enum alert_event)sqlite3_column_int(s, 3);
	j->at = sqlite3_column_int64(s, 5);
	j->value = sqlite3_column_double(s, 6);
	j->attempts = (unsigned)sqlite3_column_int(s, 7) + 1;
	j->made = sqlite3_column_int64(s, 8);
	book_text(s, 4, line, sizeof(line));
	if (fill_action(j, line, e) < 0)
		return -1;
	return fill_alert(b, j, sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2), e);
}

int book_take(struct book *b, int64_t now, const char *but, struct job *jobs, int max,
	      struct err *e)
{
	int n = 0, got = SQLITE_DONE;
	sqlite3_stmt *s =
	    book_sql(b,
		     "SELECT id, alert, threshold, event, action, at, value, "
		     "attempts, made FROM alert_delivery d"
		     " WHERE state = 0 AND (next <= ?1 OR next > ?1 + 7200) AND instr(?2, ' ' || "
		     "substr(action || ' ', 1, instr(action || ' ', ' '))) = 0"
		     " AND NOT EXISTS(SELECT 1 FROM alert_delivery p WHERE d.alert "
		     "<> 0 AND p.alert = d.alert AND p.slot = d.slot"
		     " AND p.id < d.id AND p.state < 2) ORDER BY next, id LIMIT ?3",
		     "iti", e, now, but, (int64_t)max);
	struct {
		int64_t id;
		char error[256];
	} bad = {0};
	while (s && n < max && !bad.id && (got = sqlite3_step(s)) == SQLITE_ROW) {
		struct err why = {0};
		if (fill(b, s, &jobs[n], &why) == 0) {
			n++;
		} else {
			bad.id = sqlite3_column_int64(s, 0);
			snprintf(bad.error, sizeof(bad.error), "%s", why.text);
		}
	}
	sqlite3_finalize(s);
	if (!s || (got != SQLITE_DONE && got != SQLITE_ROW))
		return s ? db_error(b->db, "the alerts' database", e) : -1;
	if (bad.id && book_failed(b, bad.id, now, bad.error, "", e) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		if (book_run(b,
			     book_sql(b,
				      "UPDATE alert_delivery SET state = 1, attempts = attempts + "
				      "1 WHERE id = ?",
				      "i", e, jobs[i].id),
			     e) < 0)
			return -1;
	return n;
}

int64_t book_next(struct book *b, int64_t now)
{
	struct err e = {0};
	return book_number(
	    b,
	    book_sql(b, "SELECT min(next) FROM alert_delivery WHERE state = 0 AND next > ?", "i",
		     &e, now),
	    0);
}

static int end(struct book *b, int64_t id, enum delivery_state state, int64_t now,
	       const char *error, const char *output, struct err *e)
{
	return book_run(b,
			book_sql(b,
				 "UPDATE alert_delivery SET state = ?, ended = ?, error = ?, "
				 "output = ? WHERE id = ?",
				 "iitti", e, (int64_t)state, now, error, output, id),
			e);
}

int book_done(struct book *b, int64_t id, int64_t now, const char *output, struct err *e)
{
	return end(b, id, DELIVERY_DONE, now, "", output, e);
}

int book_failed(struct book *b, int64_t id, int64_t now, const char *error, const char *output,
		struct err *e)
{
	return end(b, id, DELIVERY_FAILED, now, error, output, e);
}

int book_later(struct book *b, int64_t id, int64_t next, const char *error, struct err *e)
{
	return book_run(
	    b,
	    book_sql(b, "UPDATE alert_delivery SET state = 0, next = ?, error = ? WHERE id = ?",
		     "iti", e, next, error, id),
	    e);
}

int64_t book_waiting(struct book *b)
{
	struct err e = {0};
	return book_number(
	    b, book_sql(b, "SELECT count(*) FROM alert_delivery WHERE state < 2", "", &e), 0);
}
