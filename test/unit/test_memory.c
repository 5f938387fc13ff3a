/*
 * test_memory.c - the compiler with every allocation failing, one run for each
 *
 * malloc, calloc and realloc of the linked folders go through the wrappers below (the linker's
 * --wrap); arenas have a wrapper of their own. Run k of a program lets the k-th allocation fail, from
 * a new session to the instructions; the run must end in success (the failure was survivable) or in a
 * message, never in a crash. Runs go on until one meets no failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "dtrace/api/session.h"

static long countdown; /* allocations until the one that fails; 0 = none will */
static bool failed;

static bool fails(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	failed = true;
	return true;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

/* From text to instructions, for a kernel that has everything. NULL, or the message. */
static const char *compile(const char *text, char *message, size_t size)
{
	static const char *const argv[] = {"memory.d"};
	struct err e = {0};
	struct session_source src = {.text = text,
				     .len = strlen(text),
				     .filename = argv[0],
				     .level = SESSION_NAME,
				     .is_file = true,
				     .argc = 1,
				     .argv = argv};
	struct session *s = session_new(&e);
	struct session_program *p = NULL;
	int r = -1;
	if (s && session_setopt(s, "nofeature", "bpf", &e) == 0 &&
	    (p = session_compile(s, &src, &e))) {
		session_enable(s, p);
		r = session_lower(s, &e);
	}
	session_free(s);
	snprintf(message, size, "%s", e.text);
	return r == 0 ? NULL : message;
}

static void fail_mallocs(const char *text)
{
	char message[512];
	long k = 0;
	const char *wrong = compile(text, message, sizeof(message));
	if (wrong)
		fail_msg("without any failure: %s", wrong);
	do {
		failed = false;
		countdown = ++k;
		wrong = compile(text, message, sizeof(message));
		countdown = 0;
		if (wrong && !failed)
			fail_msg("run %ld, which met no failure: %s", k, wrong);
		if (wrong && !*wrong)
			fail_msg("run %ld: refused without a message", k);
	} while (failed);
	assert_true(k > 2);
}

/* The same with the allocations from arenas: every one at first, then a sample of the rest. */
static void fail_in_arenas(const char *text)
{
	char message[512];
	long left = 0, k;
	for (k = 1; left == 0; k += 1 + k / 50) {
		arena_fail_after(k);
		const char *wrong = compile(text, message, sizeof(message));
		left = arena_fail_after(0);
		if (wrong && left)
			fail_msg("run %ld, which met no failure: %s", k, wrong);
		if (wrong && !*wrong)
			fail_msg("run %ld: refused without a message", k);
	}
	assert_true(k > 200);
}

static void fail_each(const char *text)
{
	fail_mallocs(text);
	fail_in_arenas(text);
}

static void expressions(void **state)
{
	(void)state;
	fail_each("int i; BEGIN /i == 0/ { i = (i + 3) * pid; trace(i); exit(i > 2 ? 0 : 1); }");
}

static void strings_and_calls(void **state)
{
	(void)state;
	fail_each(
	    "string s; BEGIN { s = strjoin(\"a\", execname); printf(\"%s %d\", s, strlen(s)); "
	    "trace(strtok(s, \" \")); trace(substr(s, 1, 2)); }");
}

static void variables_and_aggregations(void **state)
{
	(void)state;
	fail_each(
	    "self struct { int a; char b[8]; } t; struct k { int x; union { int y; long z; } u; };"
	    "tick-1s { self->t.a = 4; m[pid, execname] = self->t.a; @[execname, ustack()] = "
	    "quantize(m[pid, execname]); @n = lquantize(arg0, 0, 100, 10); }"
	    "END { printa(\"%s %k %@d\\n\", @); trunc(@n, 5); }");
}

static void types_and_translators(void **state)
{
	(void)state;
	fail_each("typedef struct in { int a; } in_t; struct out { int v; string s; };"
		  "translator struct out < in_t *i > { v = i->a; s = \"x\"; };"
		  "inline int twice[int n] = n + n; enum e { A, B = 7 };"
		  "syscall::read:entry { trace(xlate <struct out> ((in_t *)arg1).v + twice[B]); "
		  "trace(curthread->pid); }");
}

static void many_clauses(void **state)
{
	(void)state;
	char text[8192];
	size_t n = 0;
	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n,
		    "syscall::read*:entry,BEGIN /arg0 != %d/ { x%d = arg0 + %d; }\n", i, i, i);
	fail_each(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(expressions),
	    cmocka_unit_test(strings_and_calls),
	    cmocka_unit_test(variables_and_aggregations),
	    cmocka_unit_test(types_and_translators),
	    cmocka_unit_test(many_clauses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
