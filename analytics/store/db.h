/*
 * db.h - SQLite as everybody here uses it: one file, WAL, a connection for each thread, numbered migrations
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/err.h"

#include <sqlite3.h>

/* A connection of its own to the file (":memory:" for one that is not shared), used by one thread at a time. Makes the
 * tables of `owner`: migrations[i] (SQL, ends with NULL) is run once ever, in order, each in a transaction; table
 * `migration` says which were. NULL and *e: also when the file was written by a newer release. sqlite3_close() it. */
sqlite3 *db_open(const char *path, const char *owner, const char *const *migrations, struct err *e);
/* Runs SQL without results. */
int db_exec(sqlite3 *db, const char *sql, struct err *e);
/* Compiles a statement; NULL and *e. sqlite3_finalize() it. */
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql, struct err *e);
/* The last error of the connection as *e: ENOSPC, EIO or EINVAL. Returns -1. */
int db_error(sqlite3 *db, const char *what, struct err *e);

#endif
