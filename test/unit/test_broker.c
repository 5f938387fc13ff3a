/* broker/: messages there and back, what is refused of them, the policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "broker/message.h"
#include "broker/policy.h"

static struct message again(const struct message *m, struct arena *a, struct buf *b)
{
	struct err e = {0};
	struct message out = {.type = m->type, .session = m->session};
	buf_clear(b);
	assert_int_equal(message_encode(m, b, &e), 0);
	assert_int_equal(message_decode(&out, b->p + WIRE_HEADER, b->n - WIRE_HEADER, a, &e), 0);
	return out;
}

static void messages_come_back(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	BUF_AUTO b = {0};
	struct msg_bucket buckets[] = {{3, 1}, {UINT32_MAX, UINT64_MAX}};
	struct msg_entry entries[] = {
	    {.key = 1, .value = INT64_MIN, .count = UINT64_MAX, .sum = INT64_MAX},
	    {.key = 2, .value = -1, .buckets = buckets, .nbuckets = 2}};
	struct message m = {
	    .type = WIRE_FRAME,
	    .session = 0xfedcba98,
	    .frame = {.second = 1795345220, .agg = 7, .entries = entries, .nentries = 2}};
	struct message out = again(&m, a, &b);
	assert_int_equal(out.frame.second, 1795345220);
	assert_int_equal(out.frame.nentries, 2);
	assert_int_equal(out.frame.entries[0].value, INT64_MIN);
	assert_int_equal(out.frame.entries[0].count, UINT64_MAX);
	assert_int_equal(out.frame.entries[0].sum, INT64_MAX);
	assert_int_equal(out.frame.entries[0].nbuckets, 0);
	assert_int_equal(out.frame.entries[1].buckets[1].step, UINT32_MAX);
	assert_int_equal(out.frame.entries[1].buckets[1].count, UINT64_MAX);
	/* The header, byte by byte as protocol.h has it. */
	assert_int_equal((uint8_t)b.p[0] | (uint8_t)b.p[1] << 8, b.n - WIRE_HEADER);
	assert_int_equal((uint8_t)b.p[4], WIRE_FRAME);
	assert_int_equal((uint8_t)b.p[8], 0x98);
	assert_int_equal((uint8_t)b.p[11], 0xfe);
	m = (struct message){.type = WIRE_TEXT,
			     .text = {.channel = 1, .bytes = "a\0b", .nbytes = 3}};
	out = again(&m, a, &b);
	assert_int_equal(out.text.nbytes, 3);
	assert_memory_equal(out.text.bytes, "a\0b", 3);
	m = (struct message){.type = WIRE_REFUSED, .refused = {.code = 1, .text = NULL}};
	assert_string_equal(again(&m, a, &b).refused.text, "");
	arena_free(a);
}

/* Every type is there, none beyond, and a body that is cut anywhere is refused. */
static void what_is_cut_is_refused(void **state)
{
	(void)state;
	struct err e = {0};
	unsigned known = 0;
	for (unsigned type = 0; type < 300; type++) {
		struct arena *a = arena_new();
		struct message m = {.type = type};
		bool there = strcmp(message_name(type), "?") != 0;
		assert_int_equal(there, (type >= WIRE_HELLO && type <= WIRE_DONE) ||
					    (type >= WIRE_WELCOME && type <= WIRE_EXIT));
		assert_int_equal(message_of_client(type), there && type <= WIRE_DONE);
		known += there;
		if (there) {
			BUF_AUTO b = {0};
			assert_int_equal(message_encode(&m, &b, &e), 0);
			for (size_t n = 0; n + 1 < b.n - WIRE_HEADER; n++)
				assert_int_equal(message_decode(&m, b.p + WIRE_HEADER, n, a, &e),
						 -1);
			buf_putc(&b, '\0');
			assert_int_equal(
			    message_decode(&m, b.p + WIRE_HEADER, b.n - WIRE_HEADER, a, &e), -1);
		} else {
			assert_int_equal(message_decode(&m, "", 0, a, &e), -1);
		}
		arena_free(a);
	}
	assert_int_equal(known, 9 + 18);
}

static void hostile_bodies_are_refused(void **state)
{
	(void)state;
	static const struct {
		unsigned type;
		const char *body;
		size_t n;
	} bad[] = {
	    {WIRE_PING, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 11}, /* no end */
	    {WIRE_PING, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},     /* 65 bits */
	    {WIRE_SYSTEM,
	     "\x05"
	     "ab\0cd",
	     7}, /* a NUL within */
	    {WIRE_SYSTEM,
	     "\x02"
	     "abc",
	     4}, /* and none at the end */
	    {WIRE_SYSTEM,
	     "\xff\xff\xff\x7f"
	     "abc",
	     7},				    /* longer than it is */
	    {WIRE_KEYS, "\x00\xff\xff\x03\x00", 5}, /* more than there are */
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena *a = arena_new();
		struct message m = {.type = bad[i].type};
		struct err e = {0};
		assert_int_equal(message_decode(&m, bad[i].body, bad[i].n, a, &e), -1);
		assert_non_null(strstr(e.text, "bad message"));
		arena_free(a);
	}
}

static void too_large_is_not_sent(void **state)
{
	(void)state;
	BUF_AUTO b = {0};
	struct err e = {0};
	char *text = malloc(WIRE_MAX_TEXT + 2);
	memset(text, 'x', WIRE_MAX_TEXT + 1);
	text[WIRE_MAX_TEXT + 1] = '\0';
	struct message m = {.type = WIRE_SYSTEM, .system = {.command = text}};
	buf_puts(&b, "before");
	assert_int_equal(message_encode(&m, &b, &e), -1);
	assert_int_equal(b.n, 6);
	free(text);
}

static void the_first_row_that_fits_decides(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct policy p;
	struct err e = {0};
	const char *text =
	    "# comment\n\n"
	    "deny who=1001\n"
	    "allow who=1001,1002 probes=*,!fbt,!syscall::write:entry,syscall::writev:entry\n"
	    "allow who=* zone=web* probes=syscall:::entry sessions=3 memory=2m rate=5k "
	    "round=10ms\n"
	    "allow who=root actions=destructive\n";
	assert_int_equal(policy_parse(&p, a, "test", text, &e), 0);
	assert_int_equal(p.rows.n, 4);
	struct peer peer = {.uid = 1001, .zone = "global"};
	assert_false(policy_find(&p, &peer)->allow);
	peer.uid = 1002;
	const struct policy_row *row = policy_find(&p, &peer);
	assert_true(row->allow && !row->destructive);
	assert_true(policy_permits(row, "syscall", "vmlinux", "read", "entry"));
	assert_false(policy_permits(row, "syscall", "vmlinux", "write", "entry"));
	assert_true(policy_permits(row, "syscall", "vmlinux", "writev", "entry"));
	assert_false(policy_permits(row, "fbt", "vmlinux", "vfs_read", "entry"));
	peer.uid = 0;
	assert_true(policy_find(&p, &peer)->destructive);
	strcpy(peer.zone, "web1");
	row = policy_find(&p, &peer);
	assert_int_equal(row->sessions, 3);
	assert_int_equal(row->memory, 2 << 20);
	assert_int_equal(row->rate, 5000);
	assert_int_equal(row->round_ns, 10000000);
	assert_true(policy_permits(row, "syscall", "", "read", "entry"));
	assert_false(policy_permits(row, "syscall", "", "read", "return"));
	strcpy(peer.zone, "db");
	assert_null(policy_find(&p, &peer));
	peer.zone[0] = '\0'; /* unknown is never global, and in no zone that a pattern means */
	assert_null(policy_find(&p, &peer));
	arena_free(a);
}

static void a_wrong_policy_tells_its_line(void **state)
{
	(void)state;
	static const char *const wrong[][2] = {
	    {"allow zone=x", "t:1: a row must tell: who"},
	    {"\nmaybe who=*", "t:2: a row begins"},
	    {"allow who=* x=1", "t:1: there is no such field: x"},
	    {"allow who=* memory=1q", "memory"},
	    {"allow who=* round=5", "round"},
	    {"allow who=* actions=all", "actions"},
	    {"allow who=* probes=a:b:c:d:e", "probes"},
	    {"allow who", "field=value"}};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct arena *a = arena_new();
		struct policy p;
		struct err e = {0};
		assert_int_equal(policy_parse(&p, a, "t", wrong[i][0], &e), -1);
		assert_non_null(strstr(e.text, wrong[i][1]));
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_come_back),
	    cmocka_unit_test(what_is_cut_is_refused),
	    cmocka_unit_test(hostile_bodies_are_refused),
	    cmocka_unit_test(too_large_is_not_sent),
	    cmocka_unit_test(the_first_row_that_fits_decides),
	    cmocka_unit_test(a_wrong_policy_tells_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
