/*
 * archive.c - blocks and keys in the database
 */
#include "analytics/store/set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const migrations[] = {
    "CREATE TABLE block(dataset INTEGER NOT NULL, level INTEGER NOT NULL, last INTEGER NOT NULL,"
    " first INTEGER NOT NULL, entries INTEGER NOT NULL, seconds INTEGER NOT NULL, cells INTEGER "
    "NOT NULL,"
    " bytes INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE UNIQUE INDEX block_at ON block(dataset, level, last, first, entries, seconds, cells, "
    "bytes);"
    "CREATE TABLE key(dataset INTEGER NOT NULL, id INTEGER NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY(dataset, id)) WITHOUT ROWID;",
    "ALTER TABLE key ADD COLUMN since INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE key ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;"
    "UPDATE key SET seen = unixepoch();",
    NULL};

int archive_open(struct store *s, const char *path, struct err *e)
{
	s->db = db_open(path, "store", migrations, e);
	if (!s->db)
		return -1;
	s->put_block = db_prepare(s->db,
				  "INSERT OR REPLACE INTO block(dataset, level, last, first, "
				  "entries, seconds, cells, bytes, data)"
				  " VALUES(?,?,?,?,?,?,?,?,?)",
				  e);
	s->get_blocks = db_prepare(
	    s->db,
	    "SELECT data FROM block WHERE dataset = ? AND level = ? AND last > ? AND first <= ?"
	    " ORDER BY last",
	    e);
	s->put_key = db_prepare(s->db, "INSERT OR REPLACE INTO key VALUES(?,?,?,?,?)", e);
	s->drop_key = db_prepare(s->db, "DELETE FROM key WHERE dataset = ? AND id = ?", e);
	s->drop_old =
	    db_prepare(s->db, "DELETE FROM block WHERE dataset = ? AND level = ? AND last < ?", e);
	s->sum_blocks = db_prepare(
	    s->db,
	    "SELECT count(*), min(first), max(last), sum(bytes), sum(entries), sum(cells),"
	    " sum(seconds) FROM block WHERE dataset = ? AND level = ?",
	    e);
	return s->put_block && s->get_blocks && s->put_key && s->drop_key && s->drop_old &&
		       s->sum_blocks
		   ? 0
		   : -1;
}

void archive_close(struct store *s)
{
	sqlite3_finalize(s->put_block);
	sqlite3_finalize(s->get_blocks);
	sqlite3_finalize(s->put_key);
	sqlite3_finalize(s->drop_key);
	sqlite3_finalize(s->drop_old);
	sqlite3_finalize(s->sum_blocks);
	sqlite3_close(s->db);
}

int archive_begin(struct store *s, struct err *e)
{
	return db_exec(s->db, "BEGIN IMMEDIATE", e);
}

int archive_end(struct store *s, bool keep, struct err *e)
{
	if (keep && db_exec(s->db, "COMMIT", e) == 0)
		return 0;
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return keep ? -1 : 0;
}

/* Runs a statement that returns nothing, and makes it ready again. */
static int run(struct store *s, sqlite3_stmt *st, struct err *e)
{
	int got = sqlite3_step(st);
	sqlite3_reset(st);
	return got == SQLITE_DONE ? 0 : db_error(s->db, "the store", e);
}

static void bind_at(sqlite3_stmt *st, const struct store_set *set, unsigned level)
{
	sqlite3_bind_int64(st, 1, set->dataset);
	sqlite3_bind_int64(st, 2, level);
}

/* ---- blocks ---- */

static int put_run(struct store_set *set, unsigned level, const struct chunk *c, uint32_t from,
		   uint32_t to, struct err *e)
{
	struct store *s = set->store;
	BUF_AUTO out = {0};
	uint64_t seconds = 0, cells = 0;
	if (block_encode(c, from, to, set->shape.distribution, set->shape.rate, s->codec,
			 set->codec, &out) < 0)
		return err_set(e, ENOMEM, "out of memory for a block");
	for (uint32_t i = from; i < to; i++) {
		seconds += c->entries[i].seconds;
		cells += c->entries[i].ncells;
	}
	bind_at(s->put_block, set, level);
	sqlite3_bind_int64(s->put_block, 3, c->entries[to - 1].second);
	sqlite3_bind_int64(s->put_block, 4, c->entries[from].second);
	sqlite3_bind_int64(s->put_block, 5, to - from);
	sqlite3_bind_int64(s->put_block, 6, (int64_t)seconds);
	sqlite3_bind_int64(s->put_block, 7, (int64_t)cells);
	sqlite3_bind_int64(s->put_block, 8, (int64_t)out.n);
	sqlite3_bind_blob64(s->put_block, 9, out.p, out.n, SQLITE_STATIC);
	int status = run(s, s->put_block, e);
	sqlite3_bind_null(s->put_block, 9);
	return status;
}

/* A block has so many entries and cells at most, so a long tail becomes several. */
static int put_chunk(struct store_set *set, unsigned level, const struct chunk *c, struct err *e)
{
	for (uint32_t from = 0, to; from < c->n; from = to) {
		uint64_t cells = 0;
		for (to = from; to < c->n && to - from < BLOCK_MAX_ENTRIES; to++) {
			cells += c->entries[to].ncells;
			if (to > from && cells > BLOCK_MAX_CELLS)
				break;
		}
		if (put_run(set, level, c, from, to, e) < 0)
			return -1;
	}
	return 0;
}

int archive_seal(struct store_set *set, unsigned level, struct err *e)
{
	return put_chunk(set, level, &set->levels[level].tail, e);
}

int archive_survey(struct store_set *set, unsigned level, struct err *e)
{
	sqlite3_stmt *st = set->store->sum_blocks;
	struct level *l = &set->levels[level];
	bind_at(st, set, level);
	int got = sqlite3_step(st);
	if (got == SQLITE_ROW) {
		l->first = sqlite3_column_int64(st, 1);
		l->sealed = sqlite3_column_int64(st, 2);
		l->bytes = (uint64_t)sqlite3_column_int64(st, 3);
		l->entries = (uint64_t)sqlite3_column_int64(st, 4);
		l->cells = (uint64_t)sqlite3_column_int64(st, 5);
		l->seconds = (uint64_t)sqlite3_column_int64(st, 6);
	}
	sqlite3_reset(st);
	return got == SQLITE_ROW ? 0 : db_error(set->store->db, "the store", e);
}

int archive_read(struct store_set *set, unsigned level, int64_t t0, int64_t t1, store_read_fn *fn,
		 void *arg, struct err *e)
{
	struct store *s = set->store;
	int got, status = 0;
	bind_at(s->get_blocks, set, level);
	sqlite3_bind_int64(s->get_blocks, 3, t0);
	sqlite3_bind_int64(s->get_blocks, 4, t1);
	while ((got = sqlite3_step(s->get_blocks)) == SQLITE_ROW && status == 0) {
		struct chunk c;
		if (block_decode(sqlite3_column_blob(s->get_blocks, 0),
				 (size_t)sqlite3_column_bytes(s->get_blocks, 0), s->codec, &c,
				 e) < 0) {
			status = -1;
			break;
		}
		uint32_t from = chunk_find(&c, t0 + 1), to = chunk_find(&c, t1 + 1);
		if (from < to)
			status = fn(arg, &c, from, to);
		chunk_fini(&c);
	}
	sqlite3_reset(s->get_blocks);
	if (status == 0 && got != SQLITE_DONE && got != SQLITE_ROW)
		return db_error(s->db, "the store", e);
	return status;
}

int archive_expire(struct store_set *set, unsigned level, int64_t before, struct err *e)
{
	bind_at(set->store->drop_old, set, level);
	sqlite3_bind_int64(set->store->drop_old, 3, before);
	if (run(set->store, set->store->drop_old, e) < 0)
		return -1;
	return sqlite3_changes(set->store->db) ? archive_survey(set, level, e) : 0;
}

static int keep_part(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	struct chunk *kept = arg;
	kept->ranged = c->ranged;
	for (uint32_t i = from; i < to; i++)
		if (chunk_append(kept, &c->entries[i], c->cells + c->entries[i].first,
				 c->ranged ? c->ranges + c->entries[i].first : NULL) < 0)
			return -1;
	return 0;
}

int archive_cut(struct store_set *set, unsigned level, int64_t second, struct err *e)
{
	struct chunk kept = {0};
	struct store *s = set->store;
	sqlite3_stmt *drop =
	    db_prepare(s->db, "DELETE FROM block WHERE dataset = ? AND level = ? AND last >= ?", e);
	sqlite3_stmt *from = db_prepare(s->db,
					"SELECT coalesce(min(first), 0) FROM block WHERE dataset = "
					"? AND level = ? AND last >= ?",
					e);
	int status = drop && from ? 0 : -1;
	if (status == 0) {
		bind_at(from, set, level);
		sqlite3_bind_int64(from, 3, second);
		int64_t first =
		    sqlite3_step(from) == SQLITE_ROW ? sqlite3_column_int64(from, 0) : 0;
		/* Of the block that reaches over the second, what is before it. */
		if (first && first < second)
			status =
			    archive_read(set, level, first - 1, second - 1, keep_part, &kept, e);
	}
	if (status == 0) {
		bind_at(drop, set, level);
		sqlite3_bind_int64(drop, 3, second);
		status = run(s, drop, e);
	}
	if (status == 0 && kept.n)
		status = put_chunk(set, level, &kept, e);
	chunk_fini(&kept);
	sqlite3_finalize(drop);
	sqlite3_finalize(from);
	return status < 0 ? -1 : archive_survey(set, level, e);
}

/* ---- keys ---- */

int archive_put_key(struct store_set *set, uint32_t id, const struct name_entry *x, struct err *e)
{
	sqlite3_stmt *st = x->text ? set->store->put_key : set->store->drop_key;
	sqlite3_bind_int64(st, 1, set->dataset);
	sqlite3_bind_int64(st, 2, id);
	if (x->text) {
		sqlite3_bind_text(st, 3, x->text, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 4, x->since);
		sqlite3_bind_int64(st, 5, x->seen);
	}
	return run(set->store, st, e);
}

int archive_load_keys(struct store_set *set, struct err *e)
{
	sqlite3_stmt *st =
	    db_prepare(set->store->db,
		       "SELECT id, text, since, seen FROM key WHERE dataset = ? ORDER BY id", e);
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, set->dataset);
	while (sqlite3_step(st) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(st, 0);
		const char *text = (const char *)sqlite3_column_text(st, 1);
		if (text && id >= FRAME_FIRST_KEY && id - FRAME_FIRST_KEY < STORE_MAX_KEYS)
			names_loaded(&set->names, (uint32_t)id, text, sqlite3_column_int64(st, 2),
				     sqlite3_column_int64(st, 3));
	}
	sqlite3_finalize(st);
	return 0;
}

int archive_destroy(struct store_set *set, struct err *e)
{
	static const char *const sql[] = {"DELETE FROM block WHERE dataset = ?",
					  "DELETE FROM key WHERE dataset = ?"};
	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *st = db_prepare(set->store->db, sql[i], e);
		if (!st)
			return -1;
		sqlite3_bind_int64(st, 1, set->dataset);
		int got = sqlite3_step(st);
		sqlite3_finalize(st);
		if (got != SQLITE_DONE)
			return db_error(set->store->db, "the store", e);
	}
	return 0;
}
