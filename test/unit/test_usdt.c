/* dtrace/usdt and usdt/: the types note read back, and refused when it is wrong; run-time providers. */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "dtrace/usdt/note.h"
#include "usdt/usdt.h"

static int decode(struct arena *a, const char *text, struct usdt_def *p, struct err *e)
{
	return usdt_note_decode(a, text, strlen(text), p, e);
}

static void note_round_trip(void **state)
{
	(void)state;
	static const char text[] = "provider http\n"
				   "attr provider Evolving/Evolving/ISA\n"
				   "probe request-done\n"
				   "arg 8 httpproto_t *\n"
				   "arg -4 int\n"
				   "xarg 0 conninfo_t *\n"
				   "xarg 1 int\n"
				   "probe hidden\n"
				   "arg 1 char\n"
				   "xnone\n"
				   "probe none\n";
	struct arena *a = arena_new();
	struct usdt_def p;
	struct err e = {0};
	BUF_AUTO again = {0};
	assert_int_equal(decode(a, text, &p, &e), 0);
	assert_int_equal(p.probes.n, 3);
	assert_string_equal(p.probes.at[0].xargs[1].type, "int");
	assert_int_equal(p.probes.at[0].xargs[1].native, 1);
	assert_true(p.probes.at[1].has_xargs);
	assert_false(p.probes.at[2].has_xargs);
	usdt_note_encode(&p, &again);
	assert_string_equal(buf_str(&again), text);
	arena_free(a);
}

static void note_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "",
	    "probe x\n",
	    "provider\n",
	    "provider a\nprovider b\n",
	    "provider a\narg 4 int\n",
	    "provider a\nprobe p\narg 3 int\n",
	    "provider a\nprobe p\narg 4\n",
	    "provider a\nprobe p\nxarg 0 int\n",
	    "provider a\nprobe p\narg 4 int\nxarg 1 int\n",
	    "provider a\nprobe p\narg 4 int\nxarg -1 int\n",
	    "provider a\nattr colour A/B/C\n",
	    "provider a\nsomething else\n",
	    "provider a\nprobe \n",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena *a = arena_new();
		struct usdt_def p;
		struct err e = {0};
		assert_int_equal(decode(a, bad[i], &p, &e), -1);
		assert_non_null(strstr(e.text, "types note"));
		arena_free(a);
	}
	/* More arguments than there may be. */
	struct arena *a = arena_new();
	struct usdt_def p;
	struct err e = {0};
	BUF_AUTO many = {0};
	buf_puts(&many, "provider a\nprobe p\n");
	for (int i = 0; i <= USDT_ARGS_MAX; i++)
		buf_puts(&many, "arg 4 int\n");
	assert_int_equal(decode(a, buf_str(&many), &p, &e), -1);
	arena_free(a);
}

static usdt_probedef_t *probe(const char *name, size_t argc)
{
	static const char *types[USDT_ARG_MAX] = {"char *", "int", "uint8_t", "long",
						  "short",  "int", "int",     "int",
						  "int",    "int", "int",     "int"};
	return usdt_create_probe("function", name, argc, types);
}

/* What is mapped from the object of module, as other programs see it. */
static int mapped(const char *module)
{
	char line[512], want[64];
	int n = 0;
	snprintf(want, sizeof(want), "/memfd:%s ", module);
	FILE *f = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof(line), f))
		n += strstr(line, want) != NULL;
	fclose(f);
	return n;
}

static void runtime_provider(void **state)
{
	(void)state;
	usdt_provider_t *p = usdt_create_provider("app", "jobs");
	usdt_probedef_t *a = probe("job-start", 2), *b = probe("job-end", 12);
	void *argv[12] = {"x", (void *)7};
	assert_null(probe("too-many", USDT_ARG_MAX + 1));
	assert_int_equal(usdt_provider_enable(p), -1);
	assert_non_null(strstr(usdt_errstr(p), "no probes"));
	assert_int_equal(usdt_provider_add_probe(p, a), 0);
	assert_int_equal(usdt_provider_add_probe(p, b), 0);
	assert_int_equal(usdt_provider_add_probe(p, a), -1);
	usdt_fire_probe(a->probe, 2, argv); /* nothing yet */
	assert_int_equal(mapped("jobs"), 0);
	assert_int_equal(usdt_provider_enable(p), 0);
	assert_int_equal(mapped("jobs"), 2);
	assert_int_equal(usdt_provider_enable(p), -1);
	assert_int_equal(usdt_provider_remove_probe(p, b), -1);
	assert_int_equal(usdt_is_enabled(a->probe), 0);
	usdt_fire_probe(a->probe, 2, argv);
	usdt_fire_probedef(b, 12, argv);
	usdt_fire_probedef(b, 0, NULL);
	/* A tracer raises the counter that usdt_is_enabled() reads. */
	*(volatile uint16_t *)a->probe->looking = 1;
	assert_int_equal(usdt_is_enabled(a->probe), 1);
	assert_int_equal(usdt_is_enabled(b->probe), 0);
	assert_int_equal(usdt_provider_disable(p), 0);
	assert_int_equal(mapped("jobs"), 0);
	assert_int_equal(usdt_is_enabled(a->probe), 0);
	assert_int_equal(usdt_provider_remove_probe(p, a), 0);
	assert_int_equal(usdt_provider_remove_probe(p, a), -1);
	assert_int_equal(usdt_provider_enable(p), 0);
	usdt_probe_release(a);
	usdt_probe_release(b);
	usdt_provider_free(p);
}

static void many_probes(void **state)
{
	(void)state;
	enum { N = 1000 };
	static usdt_probedef_t *d[N];
	usdt_provider_t *p = usdt_create_provider("many", "many");
	for (int i = 0; i < N; i++) {
		char name[32];
		snprintf(name, sizeof(name), "probe-%d", i);
		d[i] = probe(name, 3);
		assert_int_equal(usdt_provider_add_probe(p, d[i]), 0);
	}
	assert_int_equal(usdt_provider_enable(p), 0);
	for (int i = 0; i < N; i++)
		usdt_fire_probedef(d[i], 1, (void *[]){"x"});
	for (int i = 0; i < N; i++)
		usdt_probe_release(d[i]);
	usdt_provider_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(note_round_trip),
	    cmocka_unit_test(note_refused),
	    cmocka_unit_test(runtime_provider),
	    cmocka_unit_test(many_probes),
	};
	return cmocka_run_group_tests_name("usdt", tests, NULL, NULL);
}
