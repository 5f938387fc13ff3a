/* api/: sessions one after the other, several at once in threads, and what a failed one leaves */
#include "dtrace/api/session.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROUNDS = 5, THREADS = 3 };

/* Compiles and runs text, its output to fd. The status of exit(), or -1 with *e set. */
static int run(const char *text, int fd, struct err *e)
{
	struct session *s = session_new(e);
	if (!s)
		return -1;
	session_set_fd(s, fd);
	session_setopt(s, "quiet", NULL, e);
	struct session_source src = {.text = text, .len = strlen(text), .level = SESSION_NAME};
	struct session_program *p = session_compile(s, &src, e);
	int status = -1;
	if (p) {
		session_enable(s, p);
		if (session_go(s, e) == 0) {
			enum session_status st;
			while ((st = session_work(s, e)) == SESSION_OKAY)
				session_sleep(s);
			session_finish(s);
			status = st == SESSION_DONE ? session_exit_status(s) : -1;
		}
	}
	session_free(s);
	return status;
}

/* Runs text and compares its output. */
static void expect(const char *text, int status, const char *output)
{
	struct err e = {0};
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	int got = run(text, fds[1], &e);
	close(fds[1]);
	char out[4096];
	ssize_t n = read(fds[0], out, sizeof(out) - 1);
	close(fds[0]);
	out[n > 0 ? n : 0] = '\0';
	if (got != status)
		fail_msg("status %d: %s", got, e.text);
	assert_string_equal(out, output);
}

static void need_root(void)
{
	if (geteuid() != 0) {
		print_message("needs root\n");
		skip();
	}
}

static void one_after_the_other(void **state)
{
	(void)state;
	need_root();
	for (int i = 0; i < ROUNDS; i++) {
		expect("BEGIN { printf(\"hello\\n\"); exit(3); }", 3, "hello\n\n");
		expect("BEGIN { @[\"k\"] = sum(5); exit(0); } END { printa(\"%s %@d\\n\", @); }", 0,
		       "k 5\n\n");
		expect("BEGIN { x[1] = 2; self->y = x[1]; } BEGIN { printf(\"%d\\n\", self->y); "
		       "exit(0); }",
		       0, "2\n\n");
	}
}

static void a_failed_program_leaves_nothing(void **state)
{
	(void)state;
	struct err e = {0};
	assert_int_equal(run("BEGIN { nothing; }", 1, &e), -1);
	assert_non_null(strstr(e.text, "failed to resolve nothing"));
	assert_int_equal(run("BEGIN { printf(\"%s\", 1); }", 1, &e), -1);
	assert_int_equal(run("no:such:probe:here { }", 1, &e), -1);
}

static void *thread(void *arg)
{
	char text[256], *out = arg;
	int fds[2];
	struct err e = {0};
	snprintf(
	    text, sizeof(text),
	    "int n; tick-1ms { n++; } tick-1ms /n == 5/ { printf(\"%s %%d\\n\", n); exit(0); }",
	    out);
	out[0] = '\0';
	if (pipe(fds))
		return NULL;
	run(text, fds[1], &e);
	close(fds[1]);
	ssize_t n = read(fds[0], out, 63);
	out[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	return NULL;
}

static void several_at_once(void **state)
{
	(void)state;
	need_root();
	pthread_t t[THREADS];
	char out[THREADS][64];
	for (int i = 0; i < THREADS; i++) {
		snprintf(out[i], sizeof(out[i]), "thread%d", i);
		assert_int_equal(pthread_create(&t[i], NULL, thread, out[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		char want[64];
		pthread_join(t[i], NULL);
		snprintf(want, sizeof(want), "thread%d 5\n\n", i);
		assert_string_equal(out[i], want);
	}
}

/* Two in one thread, both at work. */
static void interleaved(void **state)
{
	(void)state;
	need_root();
	struct session *s[2];
	struct err e = {0};
	int fds[2][2];
	for (int i = 0; i < 2; i++) {
		char text[128];
		snprintf(text, sizeof(text), "BEGIN { printf(\"%d\\n\"); } tick-5ms { exit(%d); }",
			 i, i + 1);
		assert_int_equal(pipe(fds[i]), 0);
		assert_non_null(s[i] = session_new(&e));
		session_set_fd(s[i], fds[i][1]);
		session_setopt(s[i], "quiet", NULL, &e);
		struct session_source src = {
		    .text = text, .len = strlen(text), .level = SESSION_NAME};
		struct session_program *p = session_compile(s[i], &src, &e);
		assert_non_null(p);
		session_enable(s[i], p);
		if (session_go(s[i], &e))
			fail_msg("%s", e.text);
	}
	for (int i = 0; i < 2; i++) {
		while (session_work(s[i], &e) == SESSION_OKAY)
			session_sleep(s[i]);
		assert_int_equal(session_exit_status(s[i]), i + 1);
		session_free(s[i]);
		close(fds[i][0]);
		close(fds[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_after_the_other),
	    cmocka_unit_test(a_failed_program_leaves_nothing),
	    cmocka_unit_test(several_at_once),
	    cmocka_unit_test(interleaved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
