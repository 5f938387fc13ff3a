/*
 * block.c - chunks to bytes and back; what is read is trusted in nothing
 */
#include "analytics/store/block.h"

#include "analytics/store/column.h"
#include "base/crc32c.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { F_DISTRIBUTION = 1, F_RANGED = 2, F_DENSE = 4, F_KEYED = 8, F_RATE = 16, F_WHOLE = 32 };
enum { HEADER = 8, VERSION = 1, DENSE = 4 /* values that a dense block may have for each cell */ };

/* ---- writing ---- */

struct writer {
	const struct chunk *c;
	uint32_t from, n, ncells; /* entries, and their cells */
	unsigned flags;
	uint32_t *keys, nkeys; /* of a dense block: its columns */
	int64_t *column;       /* room for max(n, ncells, nkeys) */
	struct section_out section;
	struct codec_state *state;
	struct codec codec;
	struct buf *out;
};

static const struct chunk_entry *entry(const struct writer *w, uint32_t i)
{
	return &w->c->entries[w->from + i];
}
static uint32_t first_cell(const struct writer *w)
{
	return entry(w, 0)->first;
}
static void end_section(struct writer *w)
{
	section_store(&w->section, w->state, w->codec, w->out);
}

static int entry_columns(unsigned flags)
{
	return flags & F_WHOLE ? 7 : 5;
}

static void put_entries(struct writer *w)
{
	for (int what = 0; what < entry_columns(w->flags); what++) {
		for (uint32_t i = 0; i < w->n; i++) {
			const struct chunk_entry *e = entry(w, i);
			w->column[i] = what == 0   ? e->second
				       : what == 1 ? e->seconds
				       : what == 2 ? e->flags
				       : what == 3 ? (int64_t)e->lost
				       : what == 4 ? e->sum
				       : what == 5 ? e->least
						   : e->most;
		}
		section_column(&w->section, w->column, w->n);
	}
	end_section(w);
}

static int64_t range_part(const struct chunk_range *r, int what)
{
	return what == 0 ? r->min : what == 1 ? r->max : r->n;
}

static void put_sparse(struct writer *w)
{
	const struct frame_cell *cells = w->c->cells + first_cell(w);
	for (uint32_t i = 0; i < w->n; i++)
		w->column[i] = entry(w, i)->ncells;
	section_column(&w->section, w->column, w->n);
	if (w->flags & F_KEYED) {
		uint32_t k = 0;
		for (uint32_t i = 0; i < w->n; i++)
			for (uint32_t j = 0; j < entry(w, i)->ncells; j++, k++)
				w->column[k] = (int64_t)cells[k].key - (j ? cells[k - 1].key : 0);
		section_column(&w->section, w->column, w->ncells);
	}
	end_section(w);
	if (w->flags & F_DISTRIBUTION) {
		uint32_t k = 0;
		for (uint32_t i = 0; i < w->n; i++)
			for (uint32_t j = 0; j < entry(w, i)->ncells; j++, k++)
				w->column[k] =
				    (int64_t)cells[k].bucket -
				    (j && cells[k - 1].key == cells[k].key ? cells[k - 1].bucket
									   : 0);
		section_column(&w->section, w->column, w->ncells);
	}
	end_section(w);
	for (uint32_t k = 0; k < w->ncells; k++)
		w->column[k] = cells[k].value;
	section_column(&w->section, w->column, w->ncells);
	end_section(w);
	for (int what = 0; w->flags & F_RANGED && what < 3; what++) {
		for (uint32_t k = 0; k < w->ncells; k++)
			w->column[k] = range_part(&w->c->ranges[first_cell(w) + k], what);
		section_column(&w->section, w->column, w->ncells);
	}
	end_section(w);
}

/* Which column of a dense block a cell is in: its key, or its bucket. */
static uint32_t column_of(unsigned flags, const struct frame_cell *c)
{
	return flags & F_DISTRIBUTION ? (uint32_t)c->bucket : c->key;
}

/* Column of one key: -1 presence, 0 value, 1 .. 3 parts of its range. at[i]: where entry i's next cell is. */
static void put_key(struct writer *w, uint32_t key, uint32_t *at, int what)
{
	for (uint32_t i = 0; i < w->n; i++) {
		const struct chunk_entry *e = entry(w, i);
		bool there =
		    at[i] < e->first + e->ncells && column_of(w->flags, &w->c->cells[at[i]]) == key;
		w->column[i] = !there	   ? 0
			       : what < 0  ? 1
			       : what == 0 ? w->c->cells[at[i]].value
					   : range_part(&w->c->ranges[at[i]], what - 1);
		at[i] += there;
	}
	section_column(&w->section, w->column, w->n);
}

/* The same column of every key. */
static void put_keys(struct writer *w, uint32_t *at, int what)
{
	for (uint32_t i = 0; i < w->n; i++)
		at[i] = entry(w, i)->first;
	for (uint32_t k = 0; k < w->nkeys; k++)
		put_key(w, w->keys[k], at, what);
}

static int put_dense(struct writer *w)
{
	uint32_t *at = malloc(w->n * sizeof(*at));
	int64_t count = w->nkeys;
	if (!at)
		return -1;
	section_column(&w->section, &count, 1);
	for (uint32_t k = 0; k < w->nkeys; k++)
		w->column[k] = (int64_t)w->keys[k] - (k ? w->keys[k - 1] : 0);
	section_column(&w->section, w->column, w->nkeys);
	if (!(w->flags & (F_RATE | F_DISTRIBUTION)))
		put_keys(w, at, -1);
	end_section(w);
	end_section(w); /* no buckets */
	put_keys(w, at, 0);
	end_section(w);
	for (int what = 1; w->flags & F_RANGED && what <= 3; what++)
		put_keys(w, at, what);
	end_section(w);
	free(at);
	return 0;
}

static int key_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* The keys in order, each once: by a bit for each id where ids are small, as those of dictionaries are. */
static int sort_keys(struct writer *w, uint32_t greatest)
{
	if (greatest >= BLOCK_MAX_KEYS * 2) {
		qsort(w->keys, w->ncells, sizeof(*w->keys), key_order);
		for (uint32_t i = 0; i < w->ncells; i++)
			if (!w->nkeys || w->keys[w->nkeys - 1] != w->keys[i])
				w->keys[w->nkeys++] = w->keys[i];
		return 0;
	}
	uint64_t *bits = calloc(greatest / 64 + 1, sizeof(*bits));
	if (!bits)
		return -1;
	for (uint32_t i = 0; i < w->ncells; i++)
		bits[w->keys[i] / 64] |= 1ull << (w->keys[i] % 64);
	for (uint32_t k = 0; k <= greatest; k++)
		if (bits[k / 64] >> (k % 64) & 1)
			w->keys[w->nkeys++] = k;
	free(bits);
	return 0;
}

/* Finds the keys, and whether dense is the better way to lie. */
static int survey(struct writer *w)
{
	const struct chunk_entry *last = entry(w, w->n - 1);
	w->ncells = last->first + last->ncells - first_cell(w);
	uint32_t most = w->n > w->ncells ? w->n : w->ncells;
	w->column = malloc((most + 1) * sizeof(*w->column));
	w->keys = malloc((w->ncells + 1) * sizeof(*w->keys));
	if (!w->column || !w->keys)
		return -1;
	uint32_t greatest = 0;
	const struct frame_cell *cells = w->c->cells + first_cell(w);
	for (uint32_t i = 0; i < w->ncells; i++)
		if (cells[i].key != FRAME_NO_KEY)
			w->flags |= F_KEYED;
	for (uint32_t i = 0; w->flags & (F_KEYED | F_DISTRIBUTION) && i < w->n; i++)
		if (entry(w, i)->seconds > 1)
			w->flags |= F_WHOLE;
	if (w->flags & F_DISTRIBUTION && w->flags & F_KEYED)
		return 0;
	for (uint32_t i = 0; i < w->ncells; i++) {
		w->keys[i] = column_of(w->flags, &cells[i]);
		greatest = w->keys[i] > greatest ? w->keys[i] : greatest;
	}
	if (w->ncells && sort_keys(w, greatest) < 0)
		return -1;
	if ((uint64_t)w->nkeys * w->n <= (uint64_t)w->ncells * DENSE)
		w->flags |= F_DENSE;
	return 0;
}

int block_encode(const struct chunk *c, uint32_t from, uint32_t to, bool distribution, bool rate,
		 struct codec_state *state, struct codec codec, struct buf *out)
{
	struct writer w = {
	    .c = c, .from = from, .n = to - from, .state = state, .codec = codec, .out = out};
	size_t start = out->n;
	int status = -1;
	w.flags =
	    (distribution ? F_DISTRIBUTION : 0) | (c->ranged ? F_RANGED : 0) | (rate ? F_RATE : 0);
	if (survey(&w) == 0) {
		char header[HEADER] = {'G', 'B', VERSION, (char)w.flags};
		buf_add(out, header, sizeof(header));
		buf_put_u(out, w.n);
		buf_put_u(out, w.ncells);
		put_entries(&w);
		status = 0;
		if (w.flags & F_DENSE)
			status = put_dense(&w);
		else
			put_sparse(&w);
	}
	free(w.column);
	free(w.keys);
	section_out_fini(&w.section);
	if (status < 0 || out->oom)
		return -1;
	uint32_t crc = crc32c(0, out->p + start + HEADER, out->n - start - HEADER);
	for (int i = 0; i < 4; i++)
		out->p[start + 4 + (size_t)i] = (char)(crc >> (8 * i));
	return 0;
}

/* ---- reading ---- */

struct reader {
	struct bytes in;
	struct codec_state *state;
	unsigned flags;
	uint32_t n, ncells;
	int64_t *column; /* room for max(n, ncells) */
	struct section_in section;
	struct chunk *out;
};

/* A value takes a symbol and 10 bytes of escape at most, a column 11 of head. */
static int begin_section(struct reader *r, uint64_t values, uint64_t columns)
{
	section_in_fini(&r->section);
	return section_load(&r->section, r->state, &r->in, values * 11 + columns * 11 + 16);
}

static int get_entries(struct reader *r)
{
	struct chunk *c = r->out;
	int columns = entry_columns(r->flags);
	if (begin_section(r, (uint64_t)r->n * (unsigned)columns, (unsigned)columns) < 0)
		return -1;
	for (uint32_t i = 0; i < r->n; i++) {
		c->entries[i].least = INT64_MAX;
		c->entries[i].most = INT64_MIN;
	}
	for (int what = 0; what < columns; what++) {
		if (section_read(&r->section, r->column, r->n) < 0)
			return -1;
		for (uint32_t i = 0; i < r->n; i++) {
			struct chunk_entry *e = &c->entries[i];
			int64_t v = r->column[i];
			if (what == 0)
				e->second = v;
			else if (what == 1)
				e->seconds = (uint32_t)v;
			else if (what == 2)
				e->flags = (uint32_t)v;
			else if (what == 3)
				e->lost = (uint64_t)v;
			else if (what == 4)
				e->sum = v;
			else if (what == 5)
				e->least = v;
			else
				e->most = v;
			if (what == 0 && i && v <= c->entries[i - 1].second)
				return -1;
		}
	}
	return 0;
}

static int get_counts(struct reader *r)
{
	uint64_t first = 0;
	if (section_read(&r->section, r->column, r->n) < 0)
		return -1;
	for (uint32_t i = 0; i < r->n; i++) {
		uint64_t k = (uint64_t)r->column[i];
		if (k > r->ncells - first)
			return -1;
		r->out->entries[i].first = (uint32_t)first;
		r->out->entries[i].ncells = (uint32_t)k;
		first += k;
	}
	return first == r->ncells ? 0 : -1;
}

static int get_sparse_keys(struct reader *r)
{
	struct frame_cell *cell = r->out->cells;
	if (section_read(&r->section, r->column, r->ncells) < 0)
		return -1;
	const int64_t *v = r->column;
	for (uint32_t i = 0; i < r->n; i++) {
		int64_t key = 0;
		for (uint32_t j = 0; j < r->out->entries[i].ncells; j++, v++, cell++) {
			if (*v < 0 || *v > UINT32_MAX || (key += *v) > UINT32_MAX)
				return -1;
			cell->key = (uint32_t)key;
		}
	}
	return 0;
}

static int get_buckets(struct reader *r)
{
	struct frame_cell *cell = r->out->cells;
	if (section_read(&r->section, r->column, r->ncells) < 0)
		return -1;
	const int64_t *v = r->column;
	for (uint32_t i = 0; i < r->n; i++) {
		int64_t bucket = 0;
		for (uint32_t j = 0; j < r->out->entries[i].ncells; j++, v++, cell++) {
			if (j == 0 || cell[-1].key != cell->key)
				bucket = 0;
			else if (*v <= 0)
				return -1;
			if (*v < 0 || *v > INT32_MAX || (bucket += *v) > INT32_MAX)
				return -1;
			cell->bucket = (int32_t)bucket;
		}
	}
	return 0;
}

static void set_range_part(struct chunk_range *g, int what, int64_t v)
{
	if (what == 0)
		g->min = v;
	else if (what == 1)
		g->max = v;
	else
		g->n = (uint32_t)v;
}

static int get_sparse(struct reader *r)
{
	struct chunk *c = r->out;
	if (begin_section(r, (uint64_t)r->ncells + r->n, 2) < 0 || get_counts(r) < 0)
		return -1;
	for (uint32_t k = 0; k < r->ncells; k++)
		c->cells[k] = (struct frame_cell){FRAME_NO_KEY, FRAME_SCALAR, 0};
	if ((r->flags & F_KEYED && get_sparse_keys(r) < 0) || begin_section(r, r->ncells, 1) < 0 ||
	    (r->flags & F_DISTRIBUTION && get_buckets(r) < 0) ||
	    begin_section(r, r->ncells, 1) < 0 ||
	    section_read(&r->section, r->column, r->ncells) < 0)
		return -1;
	for (uint32_t k = 0; k < r->ncells; k++)
		c->cells[k].value = r->column[k];
	if (begin_section(r, (uint64_t)r->ncells * 3, 3) < 0)
		return -1;
	for (int what = 0; r->flags & F_RANGED && what < 3; what++) {
		if (section_read(&r->section, r->column, r->ncells) < 0)
			return -1;
		for (uint32_t k = 0; k < r->ncells; k++)
			set_range_part(&c->ranges[k], what, r->column[k]);
	}
	c->ncells = r->ncells;
	return 0;
}

/* Dense columns, whole, before they become cells: k * n values each. */
struct dense {
	uint32_t nkeys;
	int64_t *keys, *there, *values, *ranges[3];
};

static int get_columns(struct reader *r, uint32_t nkeys, int64_t **to)
{
	if (!(*to = malloc(((size_t)nkeys * r->n + 1) * sizeof(**to))))
		return -1;
	for (uint32_t k = 0; k < nkeys; k++)
		if (section_read(&r->section, *to + (size_t)k * r->n, r->n) < 0)
			return -1;
	return 0;
}

static int get_dense_columns(struct reader *r, struct dense *d)
{
	int64_t nkeys;
	uint64_t most = (uint64_t)r->ncells * DENSE + DENSE;
	if (begin_section(r, most * 2 + 1, most * 2 + 2) < 0 ||
	    section_read(&r->section, &nkeys, 1) < 0 || nkeys < 0 ||
	    (uint64_t)nkeys * r->n > most ||
	    !(d->keys = malloc(((size_t)nkeys + 1) * sizeof(*d->keys))))
		return -1;
	d->nkeys = (uint32_t)nkeys;
	if (section_read(&r->section, d->keys, d->nkeys) < 0)
		return -1;
	for (uint32_t k = 0; k < d->nkeys; k++) {
		if (d->keys[k] < (k > 0) || d->keys[k] > UINT32_MAX)
			return -1;
		d->keys[k] += k ? d->keys[k - 1] : 0;
		if (d->keys[k] > (r->flags & F_DISTRIBUTION ? INT32_MAX : UINT32_MAX))
			return -1;
	}
	if (!(r->flags & (F_RATE | F_DISTRIBUTION)) && get_columns(r, d->nkeys, &d->there) < 0)
		return -1;
	if (begin_section(r, 0, 0) < 0 || begin_section(r, most, most) < 0 ||
	    get_columns(r, d->nkeys, &d->values) < 0 || begin_section(r, most * 3, most * 3) < 0)
		return -1;
	for (int what = 0; r->flags & F_RANGED && what < 3; what++)
		if (get_columns(r, d->nkeys, &d->ranges[what]) < 0)
			return -1;
	return 0;
}

/* Columns become cells, entry by entry: first how many each entry has, then each in its place. Goes through the
 * columns one after the other, which is how they lie in memory. */
static int place_cells(struct reader *r, const struct dense *d)
{
	struct chunk *c = r->out;
	bool distribution = r->flags & F_DISTRIBUTION;
	const int64_t *there = d->there ? d->there : d->values;
	uint32_t *next = calloc(
	    r->n, sizeof(*next)); /* of each entry: how many cells, then where its next one goes */
	if (!next)
		return -1;
	for (uint32_t k = 0; k < d->nkeys; k++)
		for (uint32_t i = 0; i < r->n; i++)
			next[i] += there[(size_t)k * r->n + i] != 0;
	uint64_t first = 0;
	for (uint32_t i = 0; i < r->n; i++) {
		c->entries[i].first = (uint32_t)first;
		c->entries[i].ncells = next[i];
		first += next[i];
		next[i] = c->entries[i].first;
	}
	for (uint32_t k = 0; k < d->nkeys && first <= r->ncells; k++)
		for (uint32_t i = 0; i < r->n; i++) {
			size_t at = (size_t)k * r->n + i;
			if (!there[at])
				continue;
			uint32_t to = next[i]++;
			c->cells[to] = (struct frame_cell){
			    distribution ? FRAME_NO_KEY : (uint32_t)d->keys[k],
			    distribution ? (int32_t)d->keys[k] : FRAME_SCALAR, d->values[at]};
			for (int what = 0; r->flags & F_RANGED && what < 3; what++)
				set_range_part(&c->ranges[to], what, d->ranges[what][at]);
		}
	free(next);
	if (first > r->ncells)
		return -1;
	c->ncells = (uint32_t)first;
	return 0;
}

static int get_dense(struct reader *r)
{
	struct dense d = {0};
	int status = get_dense_columns(r, &d);
	if (status == 0)
		status = place_cells(r, &d);
	free(d.keys);
	free(d.there);
	free(d.values);
	for (int what = 0; what < 3; what++)
		free(d.ranges[what]);
	return status;
}

static int allocate(struct reader *r)
{
	struct chunk *c = r->out;
	uint32_t most = r->n > r->ncells ? r->n : r->ncells;
	c->ranged = r->flags & F_RANGED;
	c->entries = calloc(r->n, sizeof(*c->entries));
	c->cells = malloc((r->ncells + 1) * sizeof(*c->cells));
	c->ranges = c->ranged ? malloc((r->ncells + 1) * sizeof(*c->ranges)) : NULL;
	r->column = malloc((most + 1) * sizeof(*r->column));
	if (!c->entries || !c->cells || (c->ranged && !c->ranges) || !r->column)
		return -1;
	c->n = c->cap = r->n;
	c->cells_cap = r->ncells + 1;
	return 0;
}

int block_decode(const void *p, size_t n, struct codec_state *state, struct chunk *out,
		 struct err *e)
{
	const uint8_t *b = p;
	struct reader r = {.state = state, .out = out};
	*out = (struct chunk){0};
	if (n < HEADER || b[0] != 'G' || b[1] != 'B')
		return err_set(e, EBADMSG, "a block of the store is none");
	if (b[2] != VERSION)
		return err_set(e, EBADMSG,
			       "a block of the store is of version %u: written by a newer release",
			       b[2]);
	uint32_t crc =
	    (uint32_t)b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24;
	if (crc != crc32c(0, b + HEADER, n - HEADER))
		return err_set(e, EBADMSG,
			       "a block of the store is damaged: its checksum is wrong");
	r.in = (struct bytes){b + HEADER, b + n, false};
	r.flags = b[3];
	uint64_t entries = bytes_u(&r.in), cells = bytes_u(&r.in);
	int status = -1;
	if (!r.in.bad && entries && entries <= BLOCK_MAX_ENTRIES && cells <= BLOCK_MAX_CELLS) {
		r.n = (uint32_t)entries;
		r.ncells = (uint32_t)cells;
		if (allocate(&r) == 0 && get_entries(&r) == 0)
			status = r.flags & F_DENSE ? get_dense(&r) : get_sparse(&r);
	}
	section_in_fini(&r.section);
	free(r.column);
	if (status == 0)
		return 0;
	chunk_fini(out);
	return err_set(e, EBADMSG,
		       "a block of the store is damaged: what it says does not fit together");
}
