/* analytics/store: what goes in comes out, through memory, blocks, rollups, the journal and a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "analytics/store/block.h"
#include "analytics/store/set.h"
#include "analytics/store/store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t seed = 1;
static uint32_t rnd(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

/* ---- blocks ---- */

/* A chunk of n entries; kind 0 scalar, 1 keyed, 2 distribution, 3 keyed distribution, 4 sparse keys. */
static void make_chunk(struct chunk *c, unsigned kind, uint32_t n, bool ranged, bool coarse)
{
	struct frame_cell cells[512];
	struct chunk_range ranges[512];
	*c = (struct chunk){.ranged = ranged};
	int64_t second = 1700000000;
	for (uint32_t i = 0; i < n; i++) {
		struct chunk_entry e = {.second = second,
					.seconds = coarse ? 10 : 1,
					.lost = rnd(20) ? 0 : rnd(1000),
					.least = INT64_MAX,
					.most = INT64_MIN};
		if (coarse && kind != 0 && rnd(10)) {
			e.least = (int64_t)rnd(1000) - 5;
			e.most = e.least + rnd(1u << 31);
		}
		for (uint32_t k = 0; k < (kind == 0 ? 1 : kind == 4 ? 5 : 30); k++) {
			uint32_t key = kind == 0 || kind == 2 ? 0
				       : kind == 4	      ? i * 7 + k * 2 + 2
							      : k + 1;
			for (uint32_t b = 0; b < (kind == 2 || kind == 3 ? 1 + rnd(5) : 1); b++) {
				int32_t bucket = kind == 2 || kind == 3
						     ? (int32_t)(b * 3 + (kind == 2 ? k * 20 : 0))
						     : -1;
				ranges[e.ncells] = (struct chunk_range){(int64_t)rnd(50) - 5,
									rnd(5000), 1 + rnd(10)};
				cells[e.ncells++] = (struct frame_cell){
				    key, bucket,
				    rnd(100) ? 1 + rnd(1000000)
					     : (int64_t)((uint64_t)rnd(1u << 31) << rnd(33))};
				if (cells[e.ncells - 1].value == 0)
					cells[e.ncells - 1].value = -7;
			}
		}
		assert_int_equal(chunk_append(c, &e, cells, ranges), 0);
		second += 1 + (rnd(50) == 0 ? rnd(100) : 0);
	}
}

static void assert_same(const struct chunk *a, const struct chunk *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->ncells, b->ncells);
	for (uint32_t i = 0; i < a->n; i++)
		assert_memory_equal(&a->entries[i], &b->entries[i], sizeof(a->entries[i]));
	for (uint32_t i = 0; i < a->ncells; i++) {
		assert_memory_equal(&a->cells[i], &b->cells[i], sizeof(a->cells[i]));
		if (a->ranged) {
			assert_int_equal(a->ranges[i].min, b->ranges[i].min);
			assert_int_equal(a->ranges[i].max, b->ranges[i].max);
			assert_int_equal(a->ranges[i].n, b->ranges[i].n);
		}
	}
}

static void blocks_come_back_as_they_were(void **state)
{
	static const char *const codecs[] = {"none", "lz4", "zstd1", "zstd19"};
	struct codec_state *cs = codec_state_new();
	struct err e = {0};
	(void)state;
	for (unsigned i = 0; i < 5 * 2 * 2 * 4; i++) {
		unsigned kind = i % 5;
		bool ranged = i / 5 % 2, rate = i / 10 % 2, distribution = kind == 2 || kind == 3;
		struct codec codec;
		struct chunk c, back;
		BUF_AUTO out = {0};
		assert_int_equal(codec_parse(codecs[i / 20], &codec, &e), 0);
		make_chunk(&c, kind, 1 + rnd(600), ranged && !distribution, ranged);
		assert_int_equal(block_encode(&c, 0, c.n, distribution, rate, cs, codec, &out), 0);
		if (block_decode(out.p, out.n, cs, &back, &e) < 0)
			fail_msg("kind %u: %s", kind, e.text);
		assert_same(&c, &back);
		chunk_fini(&back);
		/* Any byte that changes is noticed. */
		out.p[rnd((uint32_t)out.n)] ^= (char)(1 + rnd(255));
		if (block_decode(out.p, out.n, cs, &back, &e) == 0)
			fail_msg("damage was not noticed");
		chunk_fini(&c);
	}
	codec_state_free(cs);
}

/* ---- the store ---- */

static char *new_dir(void)
{
	char *dir = strdup("/tmp/test-store-XXXXXX");
	assert_non_null(mkdtemp(dir));
	return dir;
}
static void remove_dir(char *dir)
{
	char command[128];
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
	free(dir);
}

/* What a second has, so that it can be told again: keys 2 .. 11, some of them not there. */
static uint32_t cells_of(int64_t second, struct frame_cell *cells)
{
	uint32_t n = 0;
	for (uint32_t k = 0; k < 10; k++)
		if ((second * 31 + k * 17) % 7)
			cells[n++] = (struct frame_cell){FRAME_FIRST_KEY + k, FRAME_SCALAR,
							 (second * (k + 3)) % 1000 + 1};
	return n;
}

static void put(struct store *s, struct store_set *set, int64_t from, int64_t to)
{
	for (int64_t t = from; t <= to; t++) {
		struct frame_cell cells[16];
		struct frame f = {.second = t, .lost = t % 100 == 0, .cells = cells};
		f.ncells = cells_of(t, cells);
		assert_int_equal(store_append(set, &f), STORE_KEPT);
		store_second(s, t);
	}
}

struct sums {
	int64_t sum[16], min[16], max[16], last, least, most; /* of the whole */
	uint64_t seconds, lost, entries;
};
static int add_up(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	struct sums *s = arg;
	for (uint32_t i = from; i < to; i++) {
		const struct chunk_entry *e = &c->entries[i];
		assert_true(e->second > s->last);
		s->last = e->second;
		s->seconds += e->seconds;
		s->lost += e->lost;
		s->entries++;
		int64_t least, most;
		assert_true(chunk_whole(e, c->cells + e->first,
					c->ranged ? c->ranges + e->first : NULL, true, &least,
					&most));
		s->least = least < s->least ? least : s->least;
		s->most = most > s->most ? most : s->most;
		for (uint32_t k = e->first; k < e->first + e->ncells; k++) {
			uint32_t key = c->cells[k].key;
			s->sum[key] += c->cells[k].value;
			if (c->ranged) {
				s->min[key] =
				    s->min[key] < c->ranges[k].min ? s->min[key] : c->ranges[k].min;
				s->max[key] =
				    s->max[key] > c->ranges[k].max ? s->max[key] : c->ranges[k].max;
			}
		}
	}
	return 0;
}

#define check(set, from, to) check_at(set, from, to, __LINE__)
static void check_at(struct store_set *set, int64_t from, int64_t to, int line)
{
	struct sums want = {.least = INT64_MAX, .most = INT64_MIN};
	struct err e = {0};
	for (int64_t t = from; t <= to; t++) {
		struct frame_cell cells[16];
		uint32_t n = cells_of(t, cells);
		int64_t whole = 0;
		for (uint32_t i = 0; i < n; i++) {
			want.sum[cells[i].key] += cells[i].value;
			whole += cells[i].value;
		}
		want.least = whole < want.least ? whole : want.least;
		want.most = whole > want.most ? whole : want.most;
		want.lost += t % 100 == 0;
	}
	for (unsigned level = 0; level < STORE_LEVELS; level++) {
		struct sums got = {.least = INT64_MAX, .most = INT64_MIN};
		assert_int_equal(store_read(set, level, 0, to + 7200, add_up, &got, &e), 0);
		if (memcmp(got.sum, want.sum, sizeof(want.sum)) ||
		    got.seconds != (uint64_t)(to - from + 1))
			fail_msg("line %d: level %u to %lld: %lu seconds, key 2: %lld, not %lld",
				 line, level, (long long)to, got.seconds, (long long)got.sum[2],
				 (long long)want.sum[2]);
		assert_int_equal(got.seconds, to - from + 1);
		assert_int_equal(got.lost, want.lost);
		assert_int_equal(got.least, want.least);
		assert_int_equal(got.most, want.most);
	}
}

static const struct store_shape keyed_rate = {.rate = true};

static void every_level_has_the_same_sums(void **state)
{
	char *dir = new_dir();
	struct err e = {0};
	struct store *s = store_open(dir, 64 << 20, &e);
	(void)state;
	assert_non_null(s);
	struct store_set *set = store_set_open(s, 1, keyed_rate, &e);
	assert_int_equal(store_recover(s, &e), 0);
	for (int i = 0; i < 10; i++) {
		char key[8];
		snprintf(key, sizeof(key), "key%d", i);
		assert_int_equal(store_key(set, key), FRAME_FIRST_KEY + i);
	}
	put(s, set, 1000003, 1009000);
	check(set, 1000003, 1009000);
	/* The same after it was closed and opened: blocks and journal. */
	store_close(s);
	s = store_open(dir, 64 << 20, &e);
	set = store_set_open(s, 1, keyed_rate, &e);
	assert_int_equal(store_recover(s, &e), 0);
	check(set, 1000003, 1009000);
	assert_string_equal(store_key_text(set, FRAME_FIRST_KEY + 3), "key3");
	put(s, set, 1009001, 1009700);
	check(set, 1000003, 1009700);
	/* Seconds that are there already are not counted twice. */
	struct frame again = {.second = 1009650};
	assert_int_equal(store_append(set, &again), STORE_OLD);
	/* The clock is set back by far: what was ahead of it goes. */
	struct frame_cell cells[16];
	struct frame back = {.second = 1004321, .cells = cells};
	back.ncells = cells_of(1004321, cells);
	assert_int_equal(store_append(set, &back), STORE_KEPT);
	check(set, 1000003, 1004321);
	store_second(s, 1004321);
	store_close(s);
	s = store_open(dir, 64 << 20, &e);
	set = store_set_open(s, 1, keyed_rate, &e);
	assert_int_equal(store_recover(s, &e), 0);
	check(set, 1000003, 1004321);
	assert_int_equal(store_set_destroy(set, &e), 0);
	store_close(s);
	remove_dir(dir);
}

/* A child that writes seconds and tells each one when it is safe; it is killed at some moment. */
static void write_until_killed(const char *dir, int64_t from, int told)
{
	struct err e = {0};
	struct store *s = store_open(dir, 64 << 20, &e);
	struct store_set *set = s ? store_set_open(s, 1, keyed_rate, &e) : NULL;
	if (!set || store_recover(s, &e) < 0)
		_exit(1);
	for (int i = 0; i < 10; i++) {
		char key[8];
		snprintf(key, sizeof(key), "key%d", i);
		store_key(set, key);
	}
	for (int64_t t = from;; t++) {
		put(s, set, t, t);
		if (write(told, &t, sizeof(t)) != sizeof(t))
			_exit(1);
	}
}

static void killed_at_any_moment_nothing_told_is_lost(void **state)
{
	char *dir = new_dir();
	int64_t last = 2000000;
	(void)state;
	for (int round = 0; round < 8; round++) {
		int p[2], status;
		assert_int_equal(pipe(p), 0);
		pid_t child = fork();
		if (child == 0) {
			close(p[0]);
			write_until_killed(dir, last + 1, p[1]);
		}
		close(p[1]);
		int64_t told;
		uint32_t more = 200 + rnd(1500);
		for (uint32_t i = 0; i < more && read(p[0], &told, sizeof(told)) == sizeof(told);
		     i++)
			last = told;
		usleep(rnd(3000));
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(p[0], &told, sizeof(told)) == sizeof(told))
			last = told;
		close(p[0]);
		struct err e = {0};
		struct store *s = store_open(dir, 64 << 20, &e);
		assert_non_null(s);
		struct store_set *set = store_set_open(s, 1, keyed_rate, &e);
		assert_int_equal(store_recover(s, &e), 0);
		int64_t first, have;
		store_span(set, 0, &first, &have);
		assert_int_equal(first, 2000001);
		/* The second under way may be there or not. */
		assert_true(have == last || have == last + 1);
		check(set, 2000001, have);
		last = have;
		store_close(s);
	}
	remove_dir(dir);
}

/* Keys are numbers, which their values are, too: what goes by a name must be its own. */
struct telling {
	const struct store_set *set;
	int64_t named, others;
};
static int names_are_right(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	struct telling *t = arg;
	for (uint32_t i = from; i < to; i++)
		for (uint32_t k = 0; k < c->entries[i].ncells; k++) {
			const struct frame_cell *cell = &c->cells[c->entries[i].first + k];
			const char *text = store_key_text(t->set, cell->key);
			if (text && atoll(text) != cell->value) {
				print_message("%lld: %s is %lld\n", (long long)c->entries[i].second,
					      text, (long long)cell->value);
				return 1;
			}
			*(text ? &t->named : &t->others) += cell->value;
		}
	return 0;
}

static const int64_t born = 50000000;

/* 250 keys that were never there before, in one second. Returns their sum. */
static int64_t put_new_keys(struct store_set *set, uint32_t round, int64_t second)
{
	struct frame_cell cells[250];
	struct frame f = {.second = second, .cells = cells};
	int64_t total = 0;
	for (uint32_t k = 0; k < 250; k++) {
		char key[16];
		snprintf(key, sizeof(key), "%u", round * 250 + k + 1);
		cells[f.ncells++] =
		    (struct frame_cell){store_key(set, key), FRAME_SCALAR, round * 250 + k + 1};
		total += round * 250 + k + 1;
	}
	frame_sort(&f);
	assert_int_equal(store_append(set, &f), STORE_KEPT);
	store_second(set->store, second);
	return total;
}

/* A million keys that live for a second each, over eighty days: the dictionary stays small, no sum changes, the newest have names, and
 * no name is told of another's. The same after it was closed, and after a crash. */
static void names_come_and_go(void **state)
{
	enum { ROUNDS = 4000, STEP_S = 1800 };
	char *dir = new_dir();
	struct err e = {0};
	struct store *s = store_open(dir, 64 << 20, &e);
	struct store_set *set = store_set_open(s, 1, keyed_rate, &e);
	int64_t total = 0, now = born, newest = 0, kept[STORE_LEVELS] = {STORE_STEP_S * 24};
	(void)state;
	memcpy(kept + 1, store_retention_s + 1, sizeof(kept) - sizeof(kept[0]));
	kept[1] = kept[2] = kept[3] = 0;
	store_set_retention(set, kept);
	assert_int_equal(store_recover(s, &e), 0);
	uint64_t most = 0;
	for (uint32_t round = 0; round < ROUNDS; round++, now += STEP_S) {
		if (round == ROUNDS / 2 || round == ROUNDS - 2) {
			store_close(s);
			s = store_open(dir, 64 << 20, &e);
			set = store_set_open(s, 1, keyed_rate, &e);
			assert_int_equal(store_recover(s, &e), 0);
			store_set_retention(set, kept);
		}
		newest = put_new_keys(set, round, now);
		total += newest;
		most = store_keys(set) > most ? store_keys(set) : most;
	}
	/* A day has 48 rounds of 250, and a saved day is over when the next begins. */
	assert_in_range(most, STORE_KEEP_KEYS, 3 * 48 * 250 + STORE_KEEP_KEYS);
	assert_true(store_key_ids(set) <= most + FRAME_FIRST_KEY + 250);
	assert_int_equal(store_unnamed(set), 0);
	assert_true(set->names.arena->total_bytes < 16 << 20);
	for (unsigned level = 1; level < STORE_LEVELS; level++) {
		struct telling t = {.set = set};
		assert_int_equal(store_read(set, level, 0, now + 3600, names_are_right, &t, &e), 0);
		assert_int_equal(t.named + t.others, total);
		assert_true(t.named >= newest && t.others > t.named);
	}
	struct telling t = {.set = set};
	assert_int_equal(store_read(set, 0, now - STEP_S - 1, now, names_are_right, &t, &e), 0);
	assert_int_equal(t.named, newest);
	store_close(s);
	remove_dir(dir);
}

/* When it is full, names that were not seen for two hours make room; those that are seen all the time keep theirs. */
static void a_full_dictionary_makes_room(void **state)
{
	struct err e = {0};
	struct store *s = store_open(NULL, 64 << 20, &e);
	struct store_set *set = store_set_open(s, 1, keyed_rate, &e);
	int64_t now = born, total = 0;
	uint32_t round = 0, id = store_key(set, "0");
	(void)state;
	for (; round < 330; round++, now += 60) {
		assert_int_equal(store_key(set, "0"), id);
		total += put_new_keys(set, round, now);
		assert_true(store_keys(set) <= STORE_MAX_KEYS);
	}
	assert_int_equal(store_unnamed(set), 0);
	for (unsigned level = 0; level < STORE_LEVELS; level++) {
		struct telling t = {.set = set};
		assert_int_equal(store_read(set, level, 0, now + 3600, names_are_right, &t, &e), 0);
		assert_int_equal(t.named + t.others, total);
		assert_true(t.others > 0 && t.named > 0);
	}
	struct telling last = {.set = set};
	assert_int_equal(store_read(set, 0, now - 61, now, names_are_right, &last, &e), 0);
	assert_true(last.named > 0 && last.others == 0);
	/* The clock is set back by two hours: what is there is named as it was. */
	struct frame_cell cell = {id, FRAME_SCALAR, 0};
	struct frame back = {.second = now - 7200, .ncells = 1, .cells = &cell};
	assert_int_equal(store_append(set, &back), STORE_KEPT);
	struct telling t = {.set = set};
	assert_int_equal(store_read(set, 0, 0, now, names_are_right, &t, &e), 0);
	assert_true(t.named > 0);
	store_close(s);
}

static int add_all(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		for (uint32_t k = 0; k < c->entries[i].ncells; k++)
			*(int64_t *)arg += c->cells[c->entries[i].first + k].value;
	return 0;
}

static void a_million_keys_are_bounded(void **state)
{
	struct err e = {0};
	struct store *s = store_open(NULL, 8 << 20, &e);
	struct store_set *set = store_set_open(s, 1, (struct store_shape){.rate = true}, &e);
	struct frame_cell cells[512];
	int64_t total = 0;
	(void)state;
	for (uint32_t t = 0; t < 4000; t++) {
		struct frame f = {.second = 5000000 + t, .cells = cells};
		for (uint32_t k = 0; k < 250; k++) {
			char key[16];
			snprintf(key, sizeof(key), "%u", t * 250 + k);
			cells[f.ncells++] =
			    (struct frame_cell){store_key(set, key), FRAME_SCALAR, k + 1};
			total += k + 1;
		}
		frame_sort(&f);
		assert_int_equal(store_append(set, &f), STORE_KEPT);
		store_second(s, f.second);
		assert_true(store_memory(s) <
			    24 << 20); /* the bound for what is not written, and the dictionary */
	}
	assert_int_equal(store_keys(set), STORE_MAX_KEYS);
	assert_int_equal(store_unnamed(set), 4000 * 250 - STORE_MAX_KEYS);
	int64_t sum = 0;
	for (unsigned level = 0; level < STORE_LEVELS; level++, sum = 0) {
		assert_int_equal(store_read(set, level, 0, 6000000, add_all, &sum, &e), 0);
		assert_int_equal(sum, total);
	}
	store_close(s);
}

static void retention_keeps_what_it_should(void **state)
{
	struct err e = {0};
	struct store *s = store_open(NULL, 64 << 20, &e);
	struct store_set *set = store_set_open(s, 1, keyed_rate, &e);
	int64_t keep[STORE_LEVELS] = {7200, 43200, 0, 0}, first, last;
	(void)state;
	store_set_retention(set, keep);
	put(s, set, 3000001, 3060000);
	store_span(set, 0, &first, &last);
	assert_true(first > 3060000 - 7200 - STORE_BLOCK_ENTRIES && first <= 3060000 - 7200 + 1);
	store_span(set, 1, &first, &last);
	assert_true(first > 3060000 - 43200 - 3600 - 10 && first <= 3060000 - 43200 + 10);
	store_span(set, 2, &first, &last);
	assert_int_equal(first, 3000060);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blocks_come_back_as_they_were),
	    cmocka_unit_test(every_level_has_the_same_sums),
	    cmocka_unit_test(killed_at_any_moment_nothing_told_is_lost),
	    cmocka_unit_test(a_million_keys_are_bounded),
	    cmocka_unit_test(names_come_and_go),
	    cmocka_unit_test(a_full_dictionary_makes_room),
	    cmocka_unit_test(retention_keeps_what_it_should),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
