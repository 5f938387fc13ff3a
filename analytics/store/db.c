/*
 * db.c - connections to SQLite, and tables that grow with releases
 */
#include "analytics/store/db.h"

#include "analytics/metric/scope.h"

#include <errno.h>
#include <stdio.h>

int db_error(sqlite3 *db, const char *what, struct err *e)
{
	int code = sqlite3_errcode(db);
	int errno_of = code == SQLITE_FULL ? ENOSPC : code == SQLITE_IOERR ? EIO : EINVAL;
	return err_set(e, errno_of, "%s: %s%s", what, sqlite3_errmsg(db),
		       code == SQLITE_FULL ? "; make room on the disk, what was stored is whole"
					   : "");
}

int db_exec(sqlite3 *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(db, "the database of Analytics", e);
	return 0;
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql, struct err *e)
{
	sqlite3_stmt *s = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK)
		return s;
	db_error(db, "the database of Analytics", e);
	return NULL;
}

/* How many migrations of the owner were run. */
static int db_version(sqlite3 *db, const char *owner, struct err *e)
{
	int version = -1;
	sqlite3_stmt *s =
	    db_prepare(db, "SELECT coalesce(max(number), 0) FROM migration WHERE owner = ?", e);
	if (!s)
		return -1;
	sqlite3_bind_text(s, 1, owner, -1, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW)
		version = sqlite3_column_int(s, 0);
	else
		db_error(db, "the database of Analytics", e);
	sqlite3_finalize(s);
	return version;
}

static int db_migrate(sqlite3 *db, const char *owner, const char *const *migrations, struct err *e)
{
	char sql[160];
	int version, known = 0;
	if (db_exec(db,
		    "CREATE TABLE IF NOT EXISTS migration(owner TEXT, number INTEGER, "
		    "PRIMARY KEY(owner, number)) WITHOUT ROWID",
		    e) < 0 ||
	    (version = db_version(db, owner, e)) < 0)
		return -1;
	while (migrations[known])
		known++;
	if (version > known)
		return err_set(e, EINVAL,
			       "the tables of \"%s\" were made by a newer release (%d, this one "
			       "knows %d): use "
			       "that release, or another --data folder",
			       owner, version, known);
	for (int i = version; i < known; i++) {
		snprintf(sql, sizeof(sql), "INSERT INTO migration VALUES('%s', %d); COMMIT", owner,
			 i + 1);
		if (db_exec(db, "BEGIN IMMEDIATE", e) < 0 || db_exec(db, migrations[i], e) < 0 ||
		    db_exec(db, sql, e) < 0) {
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return -1;
		}
	}
	return 0;
}

/* scope_covers(scope, zones), as scope.h has it; scope NULL is the operator. */
static void db_scope_covers(sqlite3_context *c, int n, sqlite3_value **v)
{
	const char *scope = (const char *)sqlite3_value_text(v[0]),
		   *zones = (const char *)sqlite3_value_text(v[1]);
	(void)n;
	sqlite3_result_int(c, scope_covers(scope, zones));
}

sqlite3 *db_open(const char *path, const char *owner, const char *const *migrations, struct err *e)
{
	sqlite3 *db = NULL;
	if (sqlite3_open_v2(path, &db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		err_set(e, EIO, "cannot open %s: %s", path,
			db ? sqlite3_errmsg(db) : "out of memory");
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, 10000);
	sqlite3_create_function(db, "scope_covers", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
				db_scope_covers, NULL, NULL);
	if (db_exec(db,
		    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
		    e) < 0 ||
	    (migrations && db_migrate(db, owner, migrations, e) < 0)) {
		err_wrap(e, "%s", path);
		sqlite3_close(db);
		return NULL;
	}
	return db;
}
