/*
 * frame.c - see frame.h
 *
 * An aggregation is walked twice: first what each entry weighs, to choose the largest; then each becomes an
 * entry of the frame or goes into "other", and is taken away. Both walks have the same order. A sum named
 * like a distribution with _sum behind gives that distribution its exact sums: it is read first, by the
 * bytes of its keys.
 *
 *	index of the session's entry -> id of its key, as long as the indexes hold
 *	text of the key		     -> id, as long as the frames live, or until there are MAX_IDS
 */
#include "broker/frame.h"

#include "base/map.h"
#include "base/vec.h"
#include "dtrace/api/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_IDS = 1 << 16, KEY_BYTES = 16 << 10, PART_BYTES = 4096, BODY_BYTES = WIRE_MAX_BODY / 4 };

struct agg_ids { /* of one aggregation */
	struct arena *arena;
	struct map ids; /* text -> id */
	uint32_t next;
	uint32_t *by_index; /* of the session's entries; 0: not known yet */
	size_t nindex;
	uint32_t epoch; /* of the indexes */
	int sum_of;	/* the distribution whose sums these are, or -1 */
	int sums;	/* the aggregation that has our sums, or -1 */
};

struct frames {
	struct conn *conn;
	uint32_t session;
	unsigned keys;
	struct session *s;
	struct agg_ids *aggs;
	uint32_t naggs;
	uint64_t *weights; /* of the entries of the first walk */
	size_t nweights, cap;
};

struct frames *frames_new(struct conn *conn, uint32_t session, unsigned keys)
{
	struct frames *fr = calloc(1, sizeof(*fr));
	if (fr)
		*fr = (struct frames){.conn = conn, .session = session, .keys = keys};
	return fr;
}

static void forget_indexes(struct agg_ids *ids)
{
	free(ids->by_index);
	ids->by_index = NULL;
	ids->nindex = 0;
}

static void forget_all_indexes(struct frames *fr)
{
	for (uint32_t i = 0; i < fr->naggs; i++)
		forget_indexes(&fr->aggs[i]);
}

void frames_free(struct frames *fr)
{
	if (!fr)
		return;
	forget_all_indexes(fr);
	for (uint32_t i = 0; i < fr->naggs; i++)
		arena_free(fr->aggs[i].arena);
	free(fr->aggs);
	free(fr->weights);
	free(fr);
}

/* ---- which aggregations there are ---- */

static bool is_distribution(const struct session_agg *a)
{
	return a->func >= SESSION_QUANTIZE;
}

static void find_sums(struct frames *fr, uint32_t dist)
{
	const struct session_agg *d = session_agg(fr->s, dist);
	size_t n = strlen(d->name);
	for (uint32_t i = 0; i < fr->naggs; i++) {
		const struct session_agg *a = session_agg(fr->s, i);
		if (a->func == SESSION_SUM && a->nkeys == d->nkeys &&
		    strncmp(a->name, d->name, n) == 0 && strcmp(a->name + n, "_sum") == 0) {
			fr->aggs[dist].sums = (int)i;
			fr->aggs[i].sum_of = (int)dist;
		}
	}
}

void frames_bind(struct frames *fr, struct session *s)
{
	forget_all_indexes(fr);
	fr->s = s;
	if (!s || fr->aggs)
		return;
	uint32_t n = session_naggs(s);
	if (!(fr->aggs = calloc(n + 1u, sizeof(*fr->aggs))))
		return; /* naggs stays 0: frames_tell_opened() reports it */
	fr->naggs = n;
	for (uint32_t i = 0; i < n; i++)
		fr->aggs[i] = (struct agg_ids){.next = WIRE_KEY_FIRST, .sums = -1, .sum_of = -1};
	for (uint32_t i = 0; i < n; i++)
		if (is_distribution(session_agg(s, i)))
			find_sums(fr, i);
}

static int queue(struct frames *fr, struct message *m, struct err *e)
{
	m->session = fr->session;
	return conn_queue(fr->conn, m, e);
}

static int out_of_memory(struct err *e)
{
	return err_set(e, ENOMEM, "out of memory");
}

static void describe(const struct session_agg *a, struct arena *arena, struct msg_agg *out)
{
	*out = (struct msg_agg){
	    .name = a->name, .func = a->func, .is_signed = a->is_signed, .nkeys = a->nkeys};
	if (!is_distribution(a))
		return;
	out->nleast = a->nbuckets;
	out->least = arena_array(arena, struct msg_int, a->nbuckets + 1);
	for (uint32_t i = 0; i < a->nbuckets; i++) {
		int64_t greatest;
		session_bucket(a, i, &out->least[i].value, &greatest);
	}
}

int frames_tell_opened(struct frames *fr, uint64_t probes, struct err *e)
{
	struct arena *arena = arena_new();
	if (!arena || fr->naggs != session_naggs(fr->s) || arena_guard(arena)) {
		arena_free(arena);
		return out_of_memory(e);
	}
	struct message m = {.type = WIRE_OPENED, .opened = {.probes = probes, .naggs = fr->naggs}};
	m.opened.aggs = arena_array(arena, struct msg_agg, fr->naggs + 1);
	for (uint32_t i = 0; i < fr->naggs; i++)
		describe(session_agg(fr->s, i), arena, &m.opened.aggs[i]);
	int r = queue(fr, &m, e);
	arena_free(arena);
	return r;
}

/* ---- what an entry is worth ---- */

static uint64_t total(const struct session_entry *en)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < en->nwords && i < en->agg->nbuckets; i++)
		n += en->words[i];
	return n;
}

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static uint64_t weight(const struct session_entry *en)
{
	switch (en->agg->func) {
	case SESSION_COUNT:
		return en->words[0];
	case SESSION_SUM:
		return magnitude((int64_t)en->words[0]);
	case SESSION_AVG:
	case SESSION_STDDEV:
		return en->words[0];
	case SESSION_MIN:
	case SESSION_MAX:
		return en->words[0] ? magnitude((int64_t)en->words[1]) + 1 : 0;
	default:
		return total(en);
	}
}

/* What "other" gathers, and what an entry of the frame is made of. */
struct sums {
	bool any;
	int64_t value;
	uint64_t count;
	int64_t sum;
	uint64_t *buckets; /* of "other"; NULL: not a distribution */
};

static bool replaces(const struct session_agg *a, int64_t now, int64_t than)
{
	bool less = a->is_signed ? now < than : (uint64_t)now < (uint64_t)than;
	return a->func == SESSION_MIN ? less : now != than && !less;
}

static void add_entry(struct sums *to, const struct session_entry *en)
{
	const struct session_agg *a = en->agg;
	switch (a->func) {
	case SESSION_COUNT:
	case SESSION_SUM:
		to->value = (int64_t)((uint64_t)to->value + en->words[0]);
		break;
	case SESSION_AVG:
	case SESSION_STDDEV:
		to->count += en->words[0];
		to->sum = (int64_t)((uint64_t)to->sum + en->words[1]);
		to->value = to->count && to->sum != INT64_MIN ? to->sum / (int64_t)to->count : 0;
		break;
	case SESSION_MIN:
	case SESSION_MAX:
		if (!to->any || replaces(a, (int64_t)en->words[1], to->value))
			to->value = (int64_t)en->words[1];
		to->count += en->words[0];
		break;
	default:
		to->count += total(en);
		for (uint32_t i = 0; to->buckets && i < a->nbuckets && i < en->nwords; i++)
			to->buckets[i] += en->words[i];
	}
	to->any = true;
}

/* ---- one aggregation's second ---- */

struct second {
	struct frames *fr;
	struct agg_ids *ids;
	const struct session_agg *agg;
	struct arena *arena;
	uint32_t id; /* of the aggregation */
	uint64_t second;
	bool silent;
	uint64_t
	    least; /* weight of those that are told; of the ones that weigh just as much, `equal` many */
	size_t equal, at;
	struct sums other;
	uint64_t others;
	struct map *sums; /* bytes of keys -> int64_t * */
	VEC(struct msg_entry) entries;
	VEC(struct msg_key) keys;
	size_t bytes; /* that the entries will take, about */
	struct err *e;
};

static enum session_walked weigh(void *arg, const struct session_entry *en)
{
	struct frames *fr = arg;
	if (fr->nweights == fr->cap) {
		size_t cap = fr->cap ? fr->cap * 2 : 1024;
		uint64_t *w = realloc(fr->weights, cap * sizeof(*w));
		if (!w)
			return SESSION_WALK_ERROR;
		fr->weights = w;
		fr->cap = cap;
	}
	fr->weights[fr->nweights++] = weight(en);
	return SESSION_WALK_NEXT;
}

static int descending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x < *y) - (*x > *y);
}

/* The weight from which on entries are told. Those that were not counted in this second weigh nothing. */
static void choose(struct second *sec)
{
	struct frames *fr = sec->fr;
	size_t n = fr->nweights, k = fr->keys;
	sec->least = 1;
	sec->equal = SIZE_MAX;
	if (n <= k)
		return;
	qsort(fr->weights, n, sizeof(*fr->weights), descending);
	if (fr->weights[k] == 0)
		return;
	sec->least = fr->weights[k - 1];
	sec->equal = 0;
	for (size_t i = 0; i < k; i++)
		sec->equal += fr->weights[i] == sec->least;
}

static void key_bytes(const struct session_entry *en, struct buf *out)
{
	for (uint32_t i = 0; i < en->agg->nkeys; i++) {
		buf_add(out, &en->keys[i].size, sizeof(en->keys[i].size));
		buf_add(out, en->keys[i].data, en->keys[i].size);
	}
}

static int64_t sum_for(struct second *sec, const struct session_entry *en)
{
	BUF_AUTO key = {0};
	if (!sec->sums)
		return 0;
	key_bytes(en, &key);
	const int64_t *v = map_getn(sec->sums, buf_str(&key), key.n);
	return v ? *v : 0;
}

/* ---- ids ---- */

/* All ids are void; those of this second, too, come again. */
static int forget(struct second *sec)
{
	struct agg_ids *ids = sec->ids;
	struct message m = {.type = WIRE_FORGET, .number = {.value = sec->id}};
	arena_free(ids->arena);
	free(ids->by_index);
	ids->arena = NULL;
	ids->ids = (struct map){0};
	ids->by_index = NULL;
	ids->nindex = 0;
	ids->next = WIRE_KEY_FIRST;
	return queue(sec->fr, &m, sec->e);
}

static int flush_keys(struct second *sec)
{
	struct message m = {.type = WIRE_KEYS,
			    .keys = {.agg = sec->id, .keys = sec->keys.at, .nkeys = sec->keys.n}};
	if (!sec->keys.n)
		return 0;
	sec->keys.n = 0;
	return queue(sec->fr, &m, sec->e);
}

/* A key as text: its parts, each with a NUL. What is longer than a part may be is cut. */
static size_t key_text(struct session *s, const struct session_entry *en, char *out, size_t size)
{
	size_t n = 0;
	for (uint32_t i = 0; i < en->agg->nkeys && n + PART_BYTES <= size; i++) {
		size_t got = session_value_text(s, &en->keys[i], out + n, PART_BYTES);
		n += (got < PART_BYTES ? strnlen(out + n, got) : PART_BYTES - 1) + 1;
	}
	return n;
}

static void add_key(struct second *sec, uint32_t id, const char *text, size_t bytes)
{
	struct msg_key *k = vec_push(&sec->keys, sec->arena);
	const char *end = text + bytes;
	k->id = id;
	k->parts = arena_array(sec->arena, struct msg_text, sec->agg->nkeys + 1);
	for (k->nparts = 0; k->nparts < sec->agg->nkeys && text < end; text += strlen(text) + 1)
		k->parts[k->nparts++].text = text;
	sec->bytes += bytes + 8;
}

/* The id of a text, told if it is new. 0: no memory. */
static uint32_t id_of_text(struct second *sec, const char *text, size_t bytes)
{
	struct agg_ids *ids = sec->ids;
	if (!ids->arena && !(ids->arena = arena_new()))
		return 0;
	if (arena_guard(ids->arena))
		return 0;
	ids->ids.arena = ids->arena;
	void **at = map_atn(&ids->ids, text, bytes);
	ids->arena->guarded = 0;
	if (*at)
		return (uint32_t)(uintptr_t)*at;
	*at = (void *)(uintptr_t)ids->next;
	char *copy = arena_alloc(sec->arena, bytes + 1);
	memcpy(copy, text, bytes);
	add_key(sec, ids->next, copy, bytes);
	return ids->next++;
}

static bool index_room(struct agg_ids *ids, uint32_t index)
{
	size_t n = ids->nindex ? ids->nindex : 64;
	while (n <= index)
		n *= 2;
	if (n == ids->nindex)
		return true;
	uint32_t *by = realloc(ids->by_index, n * sizeof(*by));
	if (!by)
		return false;
	memset(by + ids->nindex, 0, (n - ids->nindex) * sizeof(*by));
	ids->by_index = by;
	ids->nindex = n;
	return true;
}

static uint32_t id_of(struct second *sec, const struct session_entry *en)
{
	struct agg_ids *ids = sec->ids;
	if (!en->agg->nkeys)
		return WIRE_KEY_NONE;
	if (!index_room(ids, en->index))
		return UINT32_MAX;
	if (!ids->by_index[en->index]) {
		char *text = arena_alloc(sec->arena, KEY_BYTES);
		size_t n = key_text(sec->fr->s, en, text, KEY_BYTES);
		ids->by_index[en->index] = id_of_text(sec, text, n);
	}
	return ids->by_index[en->index] ? ids->by_index[en->index] : UINT32_MAX;
}

/* ---- entries ---- */

static void take_buckets(struct second *sec, struct msg_entry *to, const uint64_t *words, size_t n)
{
	size_t used = 0, last = 0;
	for (size_t i = 0; i < n; i++)
		used += words[i] != 0;
	to->buckets = arena_array(sec->arena, struct msg_bucket, used + 1);
	for (size_t i = 0; i < n; i++)
		if (words[i]) {
			to->buckets[to->nbuckets++] = (struct msg_bucket){i - last, words[i]};
			last = i;
		}
	sec->bytes += used * 6;
}

static int flush_entries(struct second *sec)
{
	struct message m = {.type = WIRE_FRAME,
			    .frame = {.second = sec->second,
				      .agg = sec->id,
				      .entries = sec->entries.at,
				      .nentries = sec->entries.n}};
	if (flush_keys(sec) < 0)
		return -1;
	if (!sec->entries.n)
		return 0;
	sec->entries.n = 0;
	sec->bytes = 0;
	return queue(sec->fr, &m, sec->e);
}

static int add(struct second *sec, uint32_t key, const struct sums *v, const uint64_t *words)
{
	struct msg_entry *to = vec_push(&sec->entries, sec->arena);
	*to = (struct msg_entry){.key = key, .value = v->value, .count = v->count, .sum = v->sum};
	if (words)
		take_buckets(sec, to, words, sec->agg->nbuckets);
	sec->bytes += 24;
	return sec->bytes > BODY_BYTES ? flush_entries(sec) : 0;
}

/* Is it among those that are told? */
static bool is_told(struct second *sec, uint64_t weight)
{
	if (weight == sec->least && sec->equal != SIZE_MAX)
		return sec->equal ? sec->equal--, true : false;
	return weight >= sec->least;
}

static int tell_entry(struct second *sec, const struct session_entry *en)
{
	bool dist = is_distribution(en->agg);
	uint64_t w = weight(en);
	struct sums v = {0};
	if (w == 0)
		return 0;
	if (!is_told(sec, w)) {
		sec->others++;
		add_entry(&sec->other, en);
		if (dist)
			sec->other.sum += sum_for(sec, en);
		return 0;
	}
	uint32_t id = id_of(sec, en);
	if (id == UINT32_MAX)
		return out_of_memory(sec->e);
	add_entry(&v, en);
	if (dist)
		v.sum = sum_for(sec, en);
	return add(sec, id, &v, dist ? en->words : NULL);
}

static enum session_walked tell(void *arg, const struct session_entry *en)
{
	struct second *sec = arg;
	if (!sec->silent && tell_entry(sec, en) < 0)
		return SESSION_WALK_ERROR;
	return SESSION_WALK_REMOVE;
}

static enum session_walked take_sum(void *arg, const struct session_entry *en)
{
	struct second *sec = arg;
	BUF_AUTO key = {0};
	key_bytes(en, &key);
	int64_t *v = arena_new_of(sec->arena, int64_t);
	*v = (int64_t)en->words[0];
	*map_atn(sec->sums, buf_str(&key), key.n) = v;
	return SESSION_WALK_REMOVE;
}

/* A failure of a callback comes back as "aborted": what is in *e already says more. */
static int walk(struct second *sec, uint32_t agg, session_entry_fn *fn, void *arg)
{
	struct err why = {0};
	if (session_walk(sec->fr->s, (int)agg, NULL, fn, arg, &why) == 0)
		return 0;
	return sec->e->code ? -1 : out_of_memory(sec->e);
}

static int tell_agg(struct second *sec)
{
	struct map sums = {.arena = sec->arena};
	struct frames *fr = sec->fr;
	if (sec->ids->sums >= 0) {
		sec->sums = &sums;
		if (walk(sec, (uint32_t)sec->ids->sums, take_sum, sec) < 0)
			return -1;
	}
	if (!sec->silent && sec->ids->next > MAX_IDS && forget(sec) < 0)
		return -1;
	fr->nweights = 0;
	if (!sec->silent && walk(sec, sec->id, weigh, fr) < 0)
		return -1;
	choose(sec);
	if (is_distribution(sec->agg))
		sec->other.buckets = arena_array(sec->arena, uint64_t, sec->agg->nbuckets + 1);
	if (walk(sec, sec->id, tell, sec) < 0)
		return -1;
	if (sec->other.any && add(sec, WIRE_KEY_OTHER, &sec->other, sec->other.buckets) < 0)
		return -1;
	return flush_entries(sec);
}

/* Entries may have been numbered anew. */
static void check_epoch(struct frames *fr, uint32_t id)
{
	uint32_t epoch = session_agg_epoch(fr->s, id);
	if (epoch != fr->aggs[id].epoch)
		forget_indexes(&fr->aggs[id]);
	fr->aggs[id].epoch = epoch;
}

static int tell_one(struct frames *fr, uint32_t id, uint64_t second, bool silent, uint64_t *others,
		    struct err *e)
{
	struct second sec = {.fr = fr,
			     .ids = &fr->aggs[id],
			     .agg = session_agg(fr->s, id),
			     .arena = arena_new(),
			     .id = id,
			     .second = second,
			     .silent = silent,
			     .e = e};
	check_epoch(fr, id);
	int r = !sec.arena || arena_guard(sec.arena) ? out_of_memory(e) : tell_agg(&sec);
	*others += sec.others;
	arena_free(sec.arena);
	return r;
}

int frames_tell(struct frames *fr, uint64_t second, bool silent, uint64_t *others, struct err *e)
{
	for (uint32_t i = 0; fr->s && i < fr->naggs; i++)
		if (fr->aggs[i].sum_of < 0 && tell_one(fr, i, second, silent, others, e) < 0)
			return -1;
	return 0;
}
