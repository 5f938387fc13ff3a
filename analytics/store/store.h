/*
 * store.h - what datasets measured, kept: the newest seconds in memory, older ones as blocks on disk
 *
 * A set holds the data of one dataset: at each level (1 s, 10 s, 1 min, 1 h) entries in time order, and the
 * dictionary of its keys. The newest entries of each level are in memory, where every second of a set with a
 * journal is in a file too before store_second() returns; when there are STORE_BLOCK_ENTRIES of them, or many
 * cells, they become a block (block.h) in the database. Coarser levels are made from finer ones,
 * exactly: sums of sums. They, too, have the greatest FRAME_MAX_KEYS keys of each period, and the sum of the others.
 *
 * After a crash the journal is read again: what is lost is the second that was being written. Should the disk be
 * full, memory holds what it may, then the oldest seconds are given up and counted; store_error() says so
 * until writing works again.
 *
 * Names of keys that were not seen for long are dropped (names.c): a dataset of names that come and go stays bounded.
 * What was told of them is in the sums, under no name.
 *
 * A set's seconds only ascend. When the clock is set back, seconds that are there already are not stored again
 * (STORE_OLD); after a step back of more than STORE_STEP_S what carries a time from the future is dropped
 * first, because it would hide the present for as long.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "analytics/store/chunk.h"
#include "analytics/store/codec.h"
#include "base/err.h"

enum {
	STORE_LEVELS = 4,
	STORE_BLOCK_ENTRIES = 600,  /* of seconds */
	STORE_COARSE_ENTRIES = 360, /* of the others */
	STORE_MAX_TAIL_CELLS = 1 << 16,
	STORE_MAX_KEYS = 1 << 16,  /* of a dictionary */
	STORE_KEEP_KEYS = 1 << 12, /* of these none is dropped because of its age */
	STORE_KEY_REST_S =
	    2 * 3600, /* when it is full, names that were not seen for so long make room */
	STORE_STEP_S = 3600,
	STORE_SYNC_S = 4, /* how often the journal goes to the disk itself */
};
extern const uint32_t store_level_s[STORE_LEVELS];
extern const int64_t store_retention_s[STORE_LEVELS]; /* unless said otherwise; 0 = for ever */
extern const int64_t
    store_least_retention_s[STORE_LEVELS]; /* coarser levels are made again from so much */

struct store;
struct store_set;

/* dir is made when it is not there; NULL: in memory alone, blocks too. memory_bytes: for what is not written yet. */
struct store *store_open(const char *dir, uint64_t memory_bytes, struct err *e);
/* Once, after the sets that there are were opened: what the journal has of them is in memory again. */
int store_recover(struct store *s, struct err *e);
/* Writes what is not written yet. */
void store_close(struct store *s);
/* The file of the database; "" without one. */
const char *store_db_path(const struct store *s);
/* What keeps it from writing, "" when nothing does. */
const char *store_error(const struct store *s);

struct store_shape {
	bool rate, distribution;
};
/* The set of a dataset, new or as it was; owned by the store. */
struct store_set *store_set_open(struct store *s, uint32_t dataset, struct store_shape shape,
				 struct err *e);
int store_set_destroy(struct store_set *s, struct err *e); /* its data, too */
void store_set_codec(struct store_set *s, struct codec codec);
void store_set_retention(struct store_set *s, const int64_t keep_s[STORE_LEVELS]);

/* The id of a key in the next second, new ones are added; FRAME_OTHER when the dictionary is full. Asked for every second
 * anew: ids of keys that are not may become those of others. */
uint32_t store_key(struct store_set *s, const char *text);
/* "" for FRAME_NO_KEY, NULL for FRAME_OTHER and ids that there are not. Valid until store_second(). */
const char *store_key_text(const struct store_set *s, uint32_t id);
/* The id of a key that is there; FRAME_OTHER when it is not. */
uint32_t store_key_find(const struct store_set *s, const char *text);
uint32_t store_key_ids(const struct store_set *s); /* all ids are below this one */
uint32_t store_keys(const struct store_set *s);	   /* names that there are */
/* How often, since the set was opened, a key found the dictionary full. */
uint64_t store_unnamed(const struct store_set *s);

enum store_result { STORE_KEPT, STORE_OLD, STORE_LOST };
/* Adds a second; cells sorted. STORE_LOST: no memory. */
enum store_result store_append(struct store_set *s, const struct frame *f);
/* After all appends of a second: the journal is written, full tails become blocks, what is too old goes. */
void store_second(struct store *s, int64_t second);

/* Calls fn with runs of entries whose ends are in t0 < end <= t1, in time order; entries from .. to - 1 of the chunk
 * count. The last may be of a period that is not over. Non-zero from fn ends it. -1 and *e. */
typedef int store_read_fn(void *arg, const struct chunk *c, uint32_t from, uint32_t to);
int store_read(struct store_set *s, unsigned level, int64_t t0, int64_t t1, store_read_fn *fn,
	       void *arg, struct err *e);
/* End of the first and last period that there is data of; 0 = none. */
void store_span(struct store_set *s, unsigned level, int64_t *first, int64_t *last);

struct store_size {
	uint64_t memory_bytes, disk_bytes, raw_bytes;
	uint64_t disk_seconds; /* how many seconds the blocks of level 0 hold */
	uint64_t disk_bytes_0; /* of these blocks */
	uint64_t given_up;     /* seconds lost to a full disk, since opened */
};
void store_set_size(const struct store_set *s, struct store_size *out);
uint64_t store_memory(const struct store *s);

#endif
