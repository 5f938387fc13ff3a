/*
 * book_private.h - what the parts of the book share
 */
#ifndef ALERT_BOOK_PRIVATE_H
#define ALERT_BOOK_PRIVATE_H

#include "analytics/alert/book.h"
#include "analytics/store/db.h"

struct book {
	sqlite3 *db;
	char install[33];
	uint64_t events; /* written */
};

/* A statement with its arguments: a letter for each, i int64_t, d double, t text. NULL and *e. */
sqlite3_stmt *book_sql(struct book *b, const char *sql, const char *types, struct err *e, ...);
/* Steps once and finalizes; NULL is fine. 0 or -1 and *e. */
int book_run(struct book *b, sqlite3_stmt *s, struct err *e);
/* The first column of the first row; finalizes. */
int64_t book_number(struct book *b, sqlite3_stmt *s, int64_t otherwise);
void book_text(sqlite3_stmt *s, int column, char *out, size_t size);
int book_alert(struct book *b, int64_t id, struct alert *al, struct err *e);
/* The deliveries of an event, in the transaction of the caller. */
int book_queue(struct book *b, const struct threshold *t, const struct alert *al,
	       enum alert_event event, int64_t at, double value, int64_t now, struct err *e);

#endif
