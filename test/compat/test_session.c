/* glasshouse/dtrace.h as other programs use it: values, text with its origin, walks, targets */
#include <glasshouse/dtrace.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
	struct session *s;
	char text[4096];
};

static void say(struct seen *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct seen *s, const char *format, ...)
{
	size_t n = strlen(s->text);
	va_list ap;
	va_start(ap, format);
	vsnprintf(s->text + n, sizeof(s->text) - n, format, ap);
	va_end(ap);
}

static void need_root(void)
{
	if (geteuid() != 0) {
		print_message("needs root\n");
		skip();
	}
}

static struct session *session_with(const char *text, const struct session_ops *ops)
{
	struct err e = {0};
	struct session *s = session_new(&e);
	assert_non_null(s);
	assert_int_equal(session_setopt(s, "quiet", NULL, &e), 0);
	struct session_source src = {.text = text, .len = strlen(text)};
	struct session_program *p = session_compile(s, &src, &e);
	if (!p)
		fail_msg("%s", e.text);
	session_set_ops(s, ops);
	session_enable(s, p);
	return s;
}

/* To its end. */
static void run(struct session *s)
{
	struct err e = {0};
	enum session_status st;
	if (session_go(s, &e) < 0)
		fail_msg("%s", e.text);
	while ((st = session_work(s, &e)) == SESSION_OKAY)
		session_sleep(s);
	if (st != SESSION_DONE)
		fail_msg("%s", e.text);
}

/* ---- records ---- */

static enum session_then on_action(void *arg, const struct session_record *r,
				   const struct session_action *a)
{
	struct seen *s = arg;
	if (!a) {
		say(s, "end of %s\n", r->probe.name);
		return SESSION_SHOW;
	}
	say(s, "%d:", a->act);
	for (uint32_t i = 0; i < a->nvalues; i++) {
		char text[512];
		size_t n = session_value_text(s->s, &a->values[i], text, sizeof(text));
		assert_int_equal(n, strlen(text));
		say(s, " %s", text);
	}
	say(s, "\n");
	return SESSION_SKIP;
}

static void values_as_text(void **state)
{
	struct seen seen = {0};
	struct session_ops ops = {.action = on_action, .arg = &seen, .bare = true};
	(void)state;
	need_root();
	seen.s =
	    session_with("BEGIN { trace(-5); trace((unsigned char)200); printf(\"%s\", \"word\"); "
			 "sym((uintptr_t)&`vfs_read); mod((uintptr_t)&`vfs_read); exit(7); }",
			 &ops);
	run(seen.s);
	assert_int_equal(session_exit_status(seen.s), 7);
	session_free(seen.s);
	char want[256];
	snprintf(
	    want, sizeof(want),
	    "%d: -5\n%d: 200\n%d: word\n%d: vmlinux`vfs_read\n%d: vmlinux\n%d: 7\nend of BEGIN\n",
	    SESSION_ACT_TRACE, SESSION_ACT_TRACE, SESSION_ACT_PRINTF, SESSION_ACT_SYM,
	    SESSION_ACT_MOD, SESSION_ACT_EXIT);
	assert_string_equal(seen.text, want);
}

static int on_text(void *arg, const struct session_text *t)
{
	assert_int_equal(strlen(t->text), t->bytes);
	say(arg, "%d%c%s|", t->part, t->record && t->action ? 'r' : '-', t->text);
	return 0;
}

static void text_has_an_origin(void **state)
{
	struct seen seen = {0};
	struct session_ops ops = {.text = on_text, .arg = &seen};
	(void)state;
	need_root();
	seen.s = session_with("BEGIN { @a[\"k\"] = sum(3); @b = sum(4); printf(\"x\"); "
			      "printa(\"%s=%@d;\", @a); exit(0); }",
			      &ops);
	run(seen.s);
	say(&seen, "end:");
	assert_int_equal(session_print_aggs(seen.s), 0);
	session_free(seen.s);
	char want[128];
	snprintf(want, sizeof(want), "0rx|%drk|%dr=|%dr3|%dr;|end:%d- %16d|%d-\n|",
		 SESSION_PART_KEY, SESSION_PART_FORMAT, SESSION_PART_VALUE, SESSION_PART_FORMAT,
		 SESSION_PART_VALUE, 4, SESSION_PART_LAST);
	assert_string_equal(seen.text, want);
}

static enum session_then abort_it(void *arg, const struct session_record *r)
{
	(void)arg;
	(void)r;
	return SESSION_ABORT;
}

static void callers_abort(void **state)
{
	struct err e = {0};
	struct session_ops ops = {.record = abort_it};
	(void)state;
	need_root();
	struct session *s = session_with("BEGIN { trace(1); exit(0); }", &ops);
	assert_int_equal(session_go(s, &e), 0);
	assert_int_equal(session_work(s, &e), SESSION_ERROR);
	assert_non_null(strstr(e.text, "aborted"));
	session_free(s);
}

/* ---- aggregations ---- */

static enum session_walked on_entry(void *arg, const struct session_entry *e)
{
	struct seen *s = arg;
	say(s, "%s[", e->agg->name);
	for (uint32_t i = 0; i < e->agg->nkeys; i++) {
		char text[64];
		session_value_text(s->s, &e->keys[i], text, sizeof(text));
		say(s, "%s", text);
	}
	say(s, "]=%lld ", (long long)e->value);
	return SESSION_WALK_NEXT;
}

static const char *walk(struct seen *s, struct session_order order)
{
	struct err e = {0};
	s->text[0] = '\0';
	assert_int_equal(session_walk(s->s, SESSION_ALL_AGGS, &order, on_entry, s, &e), 0);
	return s->text;
}

static int on_row(void *arg, const struct session_entry *row, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		say(arg, "%s%lld ", row[i].nwords ? "" : "-", (long long)row[i].value);
	return 0;
}

static void walks(void **state)
{
	struct seen s = {0};
	struct session_ops none = {0};
	struct err e = {0};
	const uint32_t both[] = {0, 1};
	int64_t least, greatest;
	(void)state;
	need_root();
	s.s = session_with("BEGIN { @a[\"x\"] = sum(30); @a[\"y\"] = sum(10); @b[\"y\"] = max(20); "
			   "@q = lquantize(7, 0, 10, 5); exit(0); }",
			   &none);
	assert_int_equal(session_naggs(s.s), 0);
	run(s.s);
	assert_int_equal(session_naggs(s.s), 3);
	assert_string_equal(walk(&s, (struct session_order){.by = SESSION_BY_VALUE}),
			    "a[y]=10 a[x]=30 b[y]=20 q[]=0 ");
	assert_string_equal(walk(&s, (struct session_order){.by = SESSION_BY_KEY, .reverse = true}),
			    "q[]=0 b[y]=20 a[y]=10 a[x]=30 ");
	assert_string_equal(
	    walk(&s, (struct session_order){.by = SESSION_BY_VALUE, .across = true}),
	    "a[y]=10 b[y]=20 a[x]=30 q[]=0 ");
	s.text[0] = '\0';
	assert_int_equal(session_walk_joined(s.s, both, 2, on_row, &s, &e), 0);
	assert_string_equal(s.text, "10 20 30 -0 ");
	session_normalize(s.s, 0, 10);
	assert_string_equal(walk(&s, (struct session_order){.by = SESSION_BY_KEY}),
			    "a[x]=3 a[y]=1 b[y]=20 q[]=0 ");
	session_clear(s.s, 0);
	session_normalize(s.s, 0, 1);
	assert_string_equal(walk(&s, (struct session_order){.by = SESSION_BY_KEY}),
			    "a[x]=0 a[y]=0 b[y]=20 q[]=0 ");
	const struct session_agg *q = session_agg(s.s, 2);
	assert_int_equal(q->func, SESSION_LQUANTIZE);
	assert_int_equal(q->nbuckets, 4);
	session_bucket(q, 2, &least, &greatest);
	assert_int_equal(least, 5);
	assert_int_equal(greatest, 9);
	session_bucket(q, 0, &least, &greatest);
	assert_true(least == INT64_MIN && greatest == -1);
	assert_null(session_agg(s.s, 3));
	session_free(s.s);
}

/* ---- targets, types, symbols ---- */

static void targets(void **state)
{
	struct err e = {0};
	pid_t gone = 0;
	(void)state;
	need_root();
	struct session *s = session_new(&e);
	assert_int_equal(session_create(s, "", &e), -1);
	assert_int_equal(session_create(s, "/no/such/program", &e), -1);
	pid_t pid = session_create(s, "sh -c 'exit 3'", &e);
	assert_true(pid > 0);
	assert_int_equal(session_grab(s, getpid(), &e), 0);
	assert_int_equal(session_targets(s, &gone), 2);
	session_release(s, getpid());
	session_release(s, 1); /* none of it */
	const char *text = "BEGIN { trace($target); }";
	struct session_source src = {.text = text, .len = strlen(text)};
	session_enable(s, session_compile(s, &src, &e));
	session_set_fd(s, STDERR_FILENO);
	assert_int_equal(session_go(s, &e), 0);
	while (session_targets(s, &gone))
		session_sleep(s);
	assert_int_equal(gone, pid);
	assert_int_equal(WEXITSTATUS(session_target_status(s, pid)), 3);
	session_free(s);
}

static void types_and_symbols(void **state)
{
	struct err e = {0};
	struct session_type t;
	struct session_symbol sym;
	char text[64];
	(void)state;
	struct session *s = session_new(&e);
	assert_int_equal(session_type_named(s, "unsigned short", &t, &e), 0);
	assert_int_equal(t.size, 2);
	assert_int_equal(session_type_named(s, "struct nothing_of_this", &t, &e), -1);
	assert_int_equal(session_type_named(s, "int), trace(1", &t, &e), -1);
	assert_int_equal(session_symbol_named(s, NULL, "no_such_symbol_", &sym, &e), -1);
	if (geteuid() == 0) {
		assert_int_equal(session_symbol_named(s, "vmlinux", "vfs_read", &sym, &e), 0);
		assert_string_equal(sym.name, "vfs_read");
		session_address_text(s, 0, sym.start + 1, text, sizeof(text));
		assert_string_equal(text, "vmlinux`vfs_read+0x1");
		assert_int_equal(session_address_text(s, 0, sym.start, text, 8), 16);
		assert_string_equal(text, "vmlinux");
	}
	session_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_as_text), cmocka_unit_test(text_has_an_origin),
	    cmocka_unit_test(callers_abort),  cmocka_unit_test(walks),
	    cmocka_unit_test(targets),	      cmocka_unit_test(types_and_symbols),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
