/*
 * set.h - what store.c (the newest, in memory) and archive.c (blocks, in the database) share
 */
#ifndef STORE_SET_H
#define STORE_SET_H

#include "analytics/store/block.h"
#include "analytics/store/db.h"
#include "analytics/store/journal.h"
#include "analytics/store/store.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

struct level {
	struct chunk tail;			 /* not in a block yet */
	struct rollup next;			 /* levels above 0: the period that is not over */
	int64_t sealed;				 /* end of the last period in a block; 0 = none */
	int64_t first;				 /* of the first in a block; 0 = none */
	uint64_t bytes, entries, cells, seconds; /* of the blocks */
};
struct store_set {
	struct store *store;
	struct store_set *link;
	uint32_t dataset;
	struct store_shape shape;
	struct codec codec;
	int64_t keep_s[STORE_LEVELS];
	struct level levels[STORE_LEVELS];
	int64_t last;	  /* newest second */
	uint32_t segment; /* of the journal, where the tail's first second is; 0 = tail empty */
	bool blocked;	  /* by a full disk */
	uint64_t given_up;
	uint64_t unnamed; /* times that a key was refused: the dictionary is full */
	struct arena *keys_arena;
	struct map by_text; /* id as a pointer */
	VEC(const char *) keys;
	uint32_t keys_saved;
};
struct store {
	sqlite3 *db;
	char *dir, *db_path;
	struct journal *journal; /* NULL: in memory alone */
	struct store_set *sets, *housekept;
	struct codec_state *codec;
	uint64_t memory_bytes;
	char error[512];
	unsigned since_sync;
	sqlite3_stmt *put_block, *get_blocks, *put_key, *drop_old, *sum_blocks;
};

int archive_open(struct store *s, const char *path, struct err *e);
void archive_close(struct store *s);
/* Begins and ends a transaction; `keep` false undoes it. */
int archive_begin(struct store *s, struct err *e);
int archive_end(struct store *s, bool keep, struct err *e);
/* The tail of a level as blocks, and the keys that are new; the tail is emptied by the caller once the transaction
 * holds. */
int archive_seal(struct store_set *set, unsigned level, struct err *e);
int archive_keys(struct store_set *set, struct err *e);
int archive_load_keys(struct store_set *set, struct err *e);
/* Fills the sums of struct level from the blocks that there are. */
int archive_survey(struct store_set *set, unsigned level, struct err *e);
int archive_read(struct store_set *set, unsigned level, int64_t t0, int64_t t1, store_read_fn *fn,
		 void *arg, struct err *e);
/* Removes blocks that end before a second. */
int archive_expire(struct store_set *set, unsigned level, int64_t before, struct err *e);
/* Removes everything from a second on; blocks that reach over it are cut. */
int archive_cut(struct store_set *set, unsigned level, int64_t second, struct err *e);
int archive_destroy(struct store_set *set, struct err *e);

#endif
