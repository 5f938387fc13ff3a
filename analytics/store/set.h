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
/* names.c: what an id stands for */
struct name_entry {
	const char *text;  /* NULL: nothing now */
	int64_t since;	   /* entries of earlier seconds are not of this name */
	int64_t seen;	   /* newest second that had it */
	int64_t saved_day; /* of `seen`, as the row in the database has it */
};
struct names {
	struct arena *arena;
	struct map by_text; /* id as a pointer */
	VEC(struct name_entry) at;
	VEC(uint32_t) free;	/* ids that may stand for nothing */
	VEC(uint32_t) changed;	/* whose rows are not as they are */
	uint32_t live, garbage; /* names; dropped ones that the arena has still */
	bool reused;		/* some ids stood for something else, or for what has no name now */
	bool fresh;		/* the set was empty when it was opened */
	uint64_t unnamed;	/* times that a key was refused: the dictionary is full */
	int64_t tried;		/* second at which room was looked for */
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
	struct names names;
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
	sqlite3_stmt *put_block, *get_blocks, *put_key, *drop_key, *drop_old, *sum_blocks;
};

int archive_open(struct store *s, const char *path, struct err *e);
void archive_close(struct store *s);
/* Begins and ends a transaction; `keep` false undoes it. */
int archive_begin(struct store *s, struct err *e);
int archive_end(struct store *s, bool keep, struct err *e);
/* The tail of a level as blocks, and the keys that are new; the tail is emptied by the caller once the transaction
 * holds. */
int archive_seal(struct store_set *set, unsigned level, struct err *e);
int archive_keys(struct store_set *set, struct err *e); /* names.c */
int archive_put_key(struct store_set *set, uint32_t id, const struct name_entry *x, struct err *e);
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

int names_init(struct names *n);
void names_fini(struct names *n);
/* The id stands for this text since a second; another that did does not any more. */
void names_put(struct names *n, uint32_t id, const char *text, int64_t since, int64_t seen);
void names_loaded(struct names *n, uint32_t id, const char *text, int64_t since, int64_t seen);
void names_saved(struct names *n);			 /* what archive_keys() wrote is there */
void names_seen(struct names *n, const struct frame *f); /* a second that was added */
/* Drops names not seen since a second, when there are many. Texts that store_key_text() gave are void. */
void names_expire(struct names *n, int64_t before);
/* The clock was set back: there are no seconds from this one on. */
void names_cut(struct names *n, int64_t second);
/* A store_read_fn before another one, which sees FRAME_OTHER where an id has another name now. */
struct names_reader {
	const struct names *names;
	store_read_fn *fn;
	void *arg;
};
int names_read(void *arg, const struct chunk *c, uint32_t from, uint32_t to);

#endif
