/*
 * test_sym.c - names of addresses of processes that nobody can ask any more
 *
 * The processes here do not exist: what they mapped is told, in the orders in which the rings of
 * several CPUs may tell it.
 */
#include "dtrace/sym/internal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { NOBODY = 0x70000000, ITS_CHILD, ITS_GRANDCHILD, START = 0x10000000, PAGE = 4096 };

static const char *text_of(struct symbols *s, uint64_t pid, uint64_t addr)
{
	static char t[256];
	symbols_user_text(s, pid, addr, t, sizeof(t));
	return t;
}

static void told_mapping(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	assert_string_equal(text_of(s, NOBODY, START + 2 * PAGE), "0x10002000");
	symbols_user_mapped(s, NOBODY, START + PAGE, 4 * PAGE, PAGE, "/nonexistent/prog");
	assert_string_equal(text_of(s, NOBODY, START + 2 * PAGE), "prog`0x10002000");
	assert_string_equal(text_of(s, NOBODY, START + 9 * PAGE), "0x10009000");
	/* the object begins where its file does, also for umod() of that address */
	uint64_t object = symbols_user_object(s, NOBODY, START + 2 * PAGE);
	assert_int_equal(object, START);
	assert_string_equal(text_of(s, NOBODY, object), "prog`0x10000000");
	symbols_free(s);
}

static void later_mapping_counts(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	symbols_user_mapped(s, NOBODY, START, 4 * PAGE, 0, "/nonexistent/before");
	symbols_user_mapped(s, NOBODY, START + PAGE, PAGE, 0, "/nonexistent/after");
	assert_string_equal(text_of(s, NOBODY, START), "before`0x10000000");
	assert_string_equal(text_of(s, NOBODY, START + PAGE), "after`0x10001000");
	symbols_free(s);
}

static void children_run_in_their_parents(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	symbols_user_mapped(s, NOBODY, START, PAGE, 0, "/nonexistent/prog");
	symbols_user_forked(s, ITS_CHILD, NOBODY);
	symbols_user_forked(s, ITS_GRANDCHILD, ITS_CHILD);
	assert_string_equal(text_of(s, ITS_CHILD, START), "prog`0x10000000");
	assert_string_equal(text_of(s, ITS_GRANDCHILD, START), "prog`0x10000000");
	/* an exec told before the fork stays */
	symbols_user_mapped(s, ITS_CHILD, START + PAGE, PAGE, 0, "/nonexistent/other");
	symbols_user_forked(s, ITS_CHILD, NOBODY);
	assert_string_equal(text_of(s, ITS_CHILD, START + PAGE), "other`0x10001000");
	symbols_free(s);
}

static void forked_in_a_ring(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	symbols_user_forked(s, ITS_CHILD, NOBODY);
	symbols_user_forked(s, NOBODY, ITS_CHILD);
	assert_string_equal(text_of(s, NOBODY, START), "0x10000000");
	symbols_free(s);
}

static void many_processes(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	for (uint64_t i = 0; i < 20000; i++)
		symbols_user_mapped(s, NOBODY + i, START, PAGE, 0, "/nonexistent/prog");
	assert_string_equal(text_of(s, NOBODY + 19999, START), "prog`0x10000000");
	assert_string_equal(text_of(s, NOBODY, START), "0x10000000");
	symbols_free(s);
}

static void copy_to(const char *from, const char *to)
{
	static char bytes[1 << 16];
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	assert_true(in && out);
	for (size_t n; (n = fread(bytes, 1, sizeof(bytes), in)) > 0;)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* A host that makes ever new programs: a build, or images of containers. */
static void many_files(void **state)
{
	enum { FILES = 12, ROOM = 3 };
	extern const char __executable_start[];
	char dir[] = "/var/tmp/test_sym-XXXXXX", path[64], want[64];
	uint64_t at =
	    START + (uint64_t)((const char *)(uintptr_t)told_mapping - __executable_start);
	struct symbols *s = symbols_new(NULL, NULL);
	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < FILES; i++) {
			snprintf(path, sizeof(path), "%s/copy%d", dir, i);
			snprintf(want, sizeof(want), "copy%d`told_mapping", i);
			if (round == 0) {
				copy_to("/proc/self/exe", path);
				symbols_user_mapped(s, NOBODY + (unsigned)i, START, 1 << 24, 0,
						    path);
			}
			assert_string_equal(text_of(s, NOBODY + (unsigned)i, at), want);
			if (round == 0 && i == 0)
				symbols_set_room(s, ROOM * s->file_bytes);
			assert_in_range(s->nfiles, 1, ROOM);
			assert_in_range(s->file_bytes, 1, s->room);
		}
	symbols_free(s);
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "%s/copy%d", dir, i);
		unlink(path);
	}
	rmdir(dir);
}

/* Children stopped until their mappings are known, then gone. */
static void all_that_there_are(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	uint64_t here = (uint64_t)(uintptr_t)all_that_there_are;
	pid_t child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	symbols_user_learn_all(s);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_non_null(strstr(text_of(s, (uint64_t)child, here), "`all_that_there_are"));
	symbols_free(s);
}

struct teller {
	struct symbols *s;
	int asked;
};

static void tell(void *arg)
{
	struct teller *t = arg;
	if (t->asked++ == 0)
		symbols_user_mapped(t->s, NOBODY, START, PAGE, 0, "/nonexistent/prog");
}

/* The news is heard when an address is not known, and not before. */
static void news_on_demand(void **state)
{
	(void)state;
	struct teller t = {symbols_new(NULL, NULL), 0};
	symbols_set_news(t.s, tell, &t);
	assert_string_equal(text_of(t.s, NOBODY, START), "prog`0x10000000");
	assert_int_equal(t.asked, 1);
	assert_string_equal(text_of(t.s, NOBODY, START + 1), "prog`0x10000001");
	assert_int_equal(t.asked, 1);
	symbols_free(t.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(told_mapping),
	    cmocka_unit_test(later_mapping_counts),
	    cmocka_unit_test(children_run_in_their_parents),
	    cmocka_unit_test(forked_in_a_ring),
	    cmocka_unit_test(many_processes),
	    cmocka_unit_test(many_files),
	    cmocka_unit_test(all_that_there_are),
	    cmocka_unit_test(news_on_demand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
