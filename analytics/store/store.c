/*
 * store.c - sets: the newest entries of each level, the way from memory to blocks, and back after a crash
 */
#include "analytics/store/set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SEALS_A_SECOND = 8, GIVE_UP_CELLS = STORE_MAX_TAIL_CELLS * 8 };

const uint32_t store_level_s[STORE_LEVELS] = {1, 10, 60, 3600};
const int64_t store_retention_s[STORE_LEVELS] = {7 * 86400, 30 * 86400, 365 * 86400, 0};
const int64_t store_least_retention_s[STORE_LEVELS] = {2 * 3600, 12 * 3600, 30 * 86400, 86400};

/* ---- opening and closing ---- */

struct store *store_open(const char *dir, uint64_t memory_bytes, struct err *e)
{
	struct store *s = calloc(1, sizeof(*s));
	if (!s || !(s->codec = codec_state_new()) ||
	    asprintf(&s->db_path, "%s%s", dir ? dir : "", dir ? "/analytics.db" : "") < 0) {
		err_set(e, ENOMEM, "out of memory");
		goto fail;
	}
	s->memory_bytes = memory_bytes;
	if (dir && mkdir(dir, 0700) < 0 && errno != EEXIST) {
		err_sys(e, errno, "cannot make the folder %s", dir);
		goto fail;
	}
	if (archive_open(s, dir ? s->db_path : ":memory:", e) < 0)
		goto fail;
	if (dir && !(s->journal = journal_open(dir, e)))
		goto fail;
	return s;
fail:
	store_close(s);
	return NULL;
}

static void set_free(struct store_set *set)
{
	for (unsigned i = 0; i < STORE_LEVELS; i++) {
		chunk_fini(&set->levels[i].tail);
		rollup_fini(&set->levels[i].next);
	}
	names_fini(&set->names);
	free(set);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	journal_close(s->journal);
	while (s->sets) {
		struct store_set *set = s->sets;
		s->sets = set->link;
		set_free(set);
	}
	archive_close(s);
	codec_state_free(s->codec);
	free(s->db_path);
	free(s);
}

const char *store_db_path(const struct store *s)
{
	return s->db_path;
}

const char *store_error(const struct store *s)
{
	return s->error;
}

static int add_entry(struct store_set *set, unsigned level, const struct chunk_entry *entry,
		     const struct frame_cell *cells, const struct chunk_range *ranges);

struct coarser {
	struct store_set *set;
	unsigned level;
};
static int make_coarser(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	const struct coarser *to_level = arg;
	for (uint32_t i = from; i < to; i++) {
		const struct chunk_entry *e = &c->entries[i];
		if (add_entry(to_level->set, to_level->level, e, c->cells + e->first,
			      c->ranged ? c->ranges + e->first : NULL) < 0)
			return -1;
	}
	return 0;
}

/* End of the last period of a level that is over. */
static int64_t level_last(const struct level *l)
{
	return l->tail.n ? l->tail.entries[l->tail.n - 1].second : l->sealed;
}

/* Coarser periods that are not there, from the entries of the finer level; the coarsest first, so that what
 * a finer one adds comes after it. */
static int set_rebuild(struct store_set *set, struct err *e)
{
	for (unsigned level = STORE_LEVELS - 1; level > 0; level--) {
		struct level *finer = &set->levels[level - 1];
		int64_t after = level_last(&set->levels[level]);
		struct coarser to = {set, level};
		if (finer->sealed > after &&
		    archive_read(set, level - 1, after, finer->sealed, make_coarser, &to, e) < 0)
			return -1;
		if (make_coarser(&to, &finer->tail, chunk_find(&finer->tail, after + 1),
				 finer->tail.n) < 0)
			return err_set(e, ENOMEM, "out of memory");
	}
	return 0;
}

struct store_set *store_set_open(struct store *s, uint32_t dataset, struct store_shape shape,
				 struct err *e)
{
	struct store_set *set = calloc(1, sizeof(*set));
	if (!set || names_init(&set->names) < 0) {
		free(set);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	set->store = s;
	set->dataset = dataset;
	set->shape = shape;
	set->codec = (struct codec){CODEC_ZSTD, 3};
	memcpy(set->keep_s, store_retention_s, sizeof(set->keep_s));
	int status = archive_load_keys(set, e);
	for (unsigned i = 0; i < STORE_LEVELS && status == 0; i++) {
		set->levels[i].tail.ranged = i > 0 && !shape.distribution;
		set->levels[i].next = (struct rollup){.period_s = store_level_s[i],
						      .rate = shape.rate,
						      .distribution = shape.distribution};
		status = archive_survey(set, i, e);
	}
	set->last = set->levels[0].sealed;
	set->names.fresh = !set->last && !set->names.at.n;
	if (status < 0 || set_rebuild(set, e) < 0) {
		err_wrap(e, "dataset %u", dataset);
		set_free(set);
		return NULL;
	}
	set->link = s->sets;
	s->sets = set;
	return set;
}

static void set_unlink(struct store_set *set)
{
	struct store_set **at = &set->store->sets;
	while (*at != set)
		at = &(*at)->link;
	*at = set->link;
	if (set->store->housekept == set)
		set->store->housekept = NULL;
}

int store_set_destroy(struct store_set *set, struct err *e)
{
	int status = archive_destroy(set, e);
	set_unlink(set);
	set_free(set);
	return status;
}

void store_set_codec(struct store_set *set, struct codec codec)
{
	set->codec = codec;
}

void store_set_retention(struct store_set *set, const int64_t keep_s[STORE_LEVELS])
{
	memcpy(set->keep_s, keep_s, sizeof(set->keep_s));
}

/* ---- seconds ---- */

/* The period that is over becomes an entry, and part of the next coarser level. */
static int end_period(struct store_set *set, unsigned level)
{
	struct level *l = &set->levels[level];
	rollup_cut(&l->next, FRAME_MAX_KEYS);
	if (rollup_append(&l->next, &l->tail) < 0)
		return -1;
	rollup_reset(&l->next);
	const struct chunk_entry *e = &l->tail.entries[l->tail.n - 1];
	if (level + 1 == STORE_LEVELS)
		return 0;
	return add_entry(set, level + 1, e, l->tail.cells + e->first,
			 l->tail.ranged ? l->tail.ranges + e->first : NULL);
}

/* An entry of the finer level into this one. Periods that are over are left alone. */
static int add_entry(struct store_set *set, unsigned level, const struct chunk_entry *entry,
		     const struct frame_cell *cells, const struct chunk_range *ranges)
{
	struct level *l = &set->levels[level];
	if (entry->second <= level_last(l))
		return 0;
	if (rollup_ends(&l->next, entry->second) && end_period(set, level) < 0)
		return -1;
	return rollup_add(&l->next, entry, cells, ranges);
}

static int set_cut(struct store_set *set, int64_t second, struct err *e)
{
	if (archive_begin(set->store, e) < 0)
		return -1;
	int status = 0;
	for (unsigned i = 0; i < STORE_LEVELS; i++) {
		struct level *l = &set->levels[i];
		uint32_t keep = chunk_find(&l->tail, second);
		if (keep < l->tail.n) {
			l->tail.ncells = l->tail.entries[keep].first;
			l->tail.n = keep;
		}
		rollup_reset(&l->next);
		if (status == 0)
			status = archive_cut(set, i, second, e);
	}
	set->last = level_last(&set->levels[0]);
	names_cut(&set->names, second);
	if (archive_end(set->store, status == 0, e) < 0 || status < 0)
		return -1;
	return set_rebuild(set, e);
}

static enum store_result append(struct store_set *set, const struct frame *f)
{
	struct chunk_entry e = {.second = f->second,
				.seconds = 1,
				.flags = f->flags,
				.lost = f->lost,
				.sum = f->sum,
				.ncells = f->ncells};
	if (f->second <= set->last)
		return STORE_OLD;
	if (set->levels[0].tail.ncells > GIVE_UP_CELLS ||
	    chunk_append(&set->levels[0].tail, &e, f->cells, NULL) < 0) {
		set->given_up++;
		return STORE_LOST;
	}
	set->last = f->second;
	names_seen(&set->names, f);
	return add_entry(set, 1, &e, f->cells, NULL) < 0 ? STORE_LOST : STORE_KEPT;
}

enum store_result store_append(struct store_set *set, const struct frame *f)
{
	struct journal *j = set->store->journal;
	struct err e = {0};
	if (f->second < set->last - STORE_STEP_S) {
		if (j)
			journal_cut(j, set->dataset, f->second);
		if (set_cut(set, f->second, &e) < 0)
			snprintf(set->store->error, sizeof(set->store->error), "%s", e.text);
	}
	enum store_result r = append(set, f);
	if (r != STORE_KEPT)
		return r;
	if (j) {
		if (!set->segment)
			set->segment = journal_segment(j);
		journal_frame(j, set->dataset, f);
	}
	return r;
}

/* ---- to the disk ---- */

static bool level_is_full(const struct level *l, unsigned level)
{
	return l->tail.n >= (uint32_t)(level ? STORE_COARSE_ENTRIES : STORE_BLOCK_ENTRIES) ||
	       l->tail.ncells >= STORE_MAX_TAIL_CELLS;
}

static size_t level_bytes(const struct level *l)
{
	return chunk_bytes(&l->tail) +
	       l->next.cap * 2 *
		   (sizeof(*l->next.cells) + (l->next.ranges ? sizeof(*l->next.ranges) : 0));
}

/* What was written is of the blocks now, not of memory. */
static void level_sealed(struct level *l)
{
	const struct chunk *t = &l->tail;
	if (!l->first)
		l->first = t->entries[0].second;
	l->sealed = t->entries[t->n - 1].second;
	if (t->cells_cap > STORE_MAX_TAIL_CELLS / 4)
		chunk_fini(&l->tail);
	else
		chunk_clear(&l->tail);
}

static int set_seal(struct store_set *set, unsigned levels, struct err *e)
{
	if (archive_begin(set->store, e) < 0)
		return -1;
	int status = archive_keys(set, e);
	for (unsigned i = 0; i < STORE_LEVELS && status == 0; i++)
		if (levels & 1u << i)
			status = archive_seal(set, i, e);
	if (archive_end(set->store, status == 0, e) < 0 || status < 0)
		return -1;
	names_saved(&set->names);
	for (unsigned i = 0; i < STORE_LEVELS; i++)
		if (levels & 1u << i) {
			level_sealed(&set->levels[i]);
			archive_survey(set, i, e);
		}
	if (levels & 1)
		set->segment = 0;
	return 0;
}

/* Levels of a set that ought to be written; `all`: whatever there is. */
static unsigned set_due(const struct store_set *set, int64_t second, bool all)
{
	unsigned due = 0;
	for (unsigned i = 0; i < STORE_LEVELS; i++) {
		const struct level *l = &set->levels[i];
		/* As long as what it would be made again from is there, also where seconds are few. */
		int64_t most = i ? store_least_retention_s[i - 1] / 2 : STORE_BLOCK_ENTRIES;
		bool old = l->tail.n && second - l->tail.entries[0].second >= most;
		if (l->tail.n && (all || old || level_is_full(l, i)))
			due |= 1u << i;
	}
	return due;
}

static struct store_set *fattest(struct store *s)
{
	struct store_set *best = NULL;
	size_t most = 0;
	for (struct store_set *set = s->sets; set; set = set->link) {
		size_t bytes = 0;
		for (unsigned i = 0; i < STORE_LEVELS; i++)
			bytes += set->levels[i].tail.n ? chunk_bytes(&set->levels[i].tail) : 0;
		if (bytes > most) {
			most = bytes;
			best = set;
		}
	}
	return best;
}

static void seal_due(struct store *s, int64_t second, struct err *e)
{
	unsigned sealed = 0;
	for (struct store_set *set = s->sets; set && sealed < SEALS_A_SECOND; set = set->link) {
		unsigned due = set_due(set, second, false);
		if (due && (sealed++, set_seal(set, due, e) < 0))
			return;
	}
	struct store_set *set;
	for (;
	     store_memory(s) > s->memory_bytes && sealed < 4 * SEALS_A_SECOND && (set = fattest(s));
	     sealed++)
		if (set_seal(set, set_due(set, second, true), e) < 0)
			return;
}

static void drop_segments(struct store *s)
{
	uint32_t oldest = journal_segment(s->journal);
	for (const struct store_set *set = s->sets; set; set = set->link)
		if (set->segment && set->segment < oldest)
			oldest = set->segment;
	journal_drop(s->journal, oldest);
}

/* One set each second has its oldest blocks and names looked at. */
static void expire(struct store *s, int64_t second, struct err *e)
{
	struct store_set *set = s->housekept =
	    s->housekept && s->housekept->link ? s->housekept->link : s->sets;
	for (unsigned i = 0; set && i < STORE_LEVELS; i++)
		if (set->keep_s[i] && set->levels[i].first &&
		    set->levels[i].first < second - set->keep_s[i])
			archive_expire(set, i, second - set->keep_s[i], e);
	if (set && set->keep_s[0])
		names_expire(&set->names, second - set->keep_s[0]);
}

void store_second(struct store *s, int64_t second)
{
	struct err e = {0}, journal = {0};
	if (s->journal && journal_write(s->journal, &journal) == 0 &&
	    ++s->since_sync >= STORE_SYNC_S) {
		journal_sync(s->journal);
		s->since_sync = 0;
	}
	seal_due(s, second, &e);
	expire(s, second, &e);
	if (s->journal)
		drop_segments(s);
	snprintf(s->error, sizeof(s->error), "%s", e.code ? e.text : journal.text);
}

/* ---- after a crash ---- */

static struct store_set *find_set(struct store *s, uint32_t dataset)
{
	struct store_set *set = s->sets;
	while (set && set->dataset != dataset)
		set = set->link;
	return set;
}

static void replay_frame(void *arg, uint32_t dataset, struct frame *f)
{
	struct store *s = arg;
	struct store_set *set = find_set(s, dataset);
	/* It stands in an old segment until it is in a block. */
	if (set && append(set, f) == STORE_KEPT && !set->segment)
		set->segment = 1;
}

static void replay_key(void *arg, uint32_t dataset, uint32_t id, int64_t since, const char *text)
{
	struct store_set *set = find_set(arg, dataset);
	if (!set || id < FRAME_FIRST_KEY || id - FRAME_FIRST_KEY >= STORE_MAX_KEYS)
		return;
	names_put(&set->names, id, text, since, set->last);
	*vec_push(&set->names.changed, set->names.arena) = id;
}

static void replay_cut(void *arg, uint32_t dataset, int64_t second)
{
	struct err e = {0};
	struct store_set *set = find_set(arg, dataset);
	if (set)
		set_cut(set, second, &e);
}

int store_recover(struct store *s, struct err *e)
{
	static const struct journal_ops ops = {replay_frame, replay_key, replay_cut};
	return s->journal ? journal_replay(s->journal, &ops, s, e) : 0;
}

/* ---- reading ---- */

/* The periods that are not over, of this level and the finer ones, as one entry (or two, when a period has
 * ended that its level does not know of yet). */
static int read_unfinished(struct store_set *set, unsigned level, int64_t t0, int64_t t1,
			   store_read_fn *fn, void *arg, struct err *e)
{
	struct chunk now = {.ranged = set->levels[level].tail.ranged};
	struct rollup r = {.period_s = store_level_s[level],
			   .rate = set->shape.rate,
			   .distribution = set->shape.distribution};
	int status = 0;
	for (unsigned i = level; i > 0 && status == 0; i--) {
		const struct rollup *n = &set->levels[i].next;
		if (!n->entry.seconds)
			continue;
		if (rollup_ends(&r, n->entry.second)) {
			status = rollup_append(&r, &now);
			rollup_reset(&r);
		}
		if (status == 0)
			status = rollup_add(&r, &n->entry, n->cells, n->ranges);
	}
	if (status == 0)
		status = rollup_append(&r, &now);
	if (status < 0)
		err_set(e, ENOMEM, "out of memory");
	uint32_t from = chunk_find(&now, t0 + 1), to = chunk_find(&now, t1 + 1);
	if (status == 0 && from < to)
		status = fn(arg, &now, from, to);
	chunk_fini(&now);
	rollup_fini(&r);
	return status;
}

int store_read(struct store_set *set, unsigned level, int64_t t0, int64_t t1, store_read_fn *fn,
	       void *arg, struct err *e)
{
	struct level *l = &set->levels[level];
	struct names_reader named = {&set->names, fn, arg};
	int status = 0;
	if (l->sealed > t0 &&
	    (status = archive_read(set, level, t0, t1, names_read, &named, e)) != 0)
		return status;
	uint32_t from = chunk_find(&l->tail, t0 + 1), to = chunk_find(&l->tail, t1 + 1);
	if (from < to && (status = names_read(&named, &l->tail, from, to)) != 0)
		return status;
	return level ? read_unfinished(set, level, t0, t1, names_read, &named, e) : 0;
}

void store_span(struct store_set *set, unsigned level, int64_t *first, int64_t *last)
{
	const struct level *l = &set->levels[level];
	*first = l->first ? l->first : l->tail.n ? l->tail.entries[0].second : l->next.entry.second;
	*last = l->next.entry.seconds ? l->next.entry.second
		: l->tail.n	      ? l->tail.entries[l->tail.n - 1].second
				      : l->sealed;
}

void store_set_size(const struct store_set *set, struct store_size *out)
{
	*out = (struct store_size){.given_up = set->given_up,
				   .disk_seconds = set->levels[0].seconds,
				   .disk_bytes_0 = set->levels[0].bytes};
	for (unsigned i = 0; i < STORE_LEVELS; i++) {
		out->memory_bytes += level_bytes(&set->levels[i]);
		out->disk_bytes += set->levels[i].bytes;
		/* As a table of times and values would have it. */
		out->raw_bytes += set->levels[i].cells * 16;
	}
	out->memory_bytes += set->names.arena->total_bytes;
}

uint64_t store_memory(const struct store *s)
{
	uint64_t bytes = 0;
	for (const struct store_set *set = s->sets; set; set = set->link) {
		struct store_size size;
		store_set_size(set, &size);
		bytes += size.memory_bytes;
	}
	return bytes;
}
