/* builtin/: the tables are sorted and complete, prototypes parse, options read their values as
 * documented, formats come apart. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "dtrace/builtin/builtin.h"
#include "dtrace/builtin/format.h"
#include "dtrace/builtin/options.h"
#include "dtrace/builtin/proto.h"

static void every_row_is_found_by_its_name(void **state)
{
	(void)state;
	unsigned n;
	const struct builtin_var_row *v = builtin_vars(&n);
	assert_int_equal(n, BV_CHIP);
	bool seen[BV_CHIP + 1] = {false};
	for (unsigned i = 0; i < n; i++) {
		assert_ptr_equal(builtin_var_find(v[i].name), &v[i]);
		assert_false(seen[v[i].id]);
		seen[v[i].id] = true;
	}
	const struct builtin_func_row *f = builtin_funcs(&n);
	assert_int_equal(n, BF_LLQUANTIZE);
	bool fseen[BF_LLQUANTIZE + 1] = {false};
	for (unsigned i = 0; i < n; i++) {
		assert_ptr_equal(builtin_func_find(f[i].name), &f[i]);
		assert_false(fseen[f[i].id]);
		fseen[f[i].id] = true;
	}
	assert_null(builtin_var_find("argsx"));
	assert_null(builtin_func_find(""));
	assert_null(builtin_func_find("zzz"));
}

static void every_prototype_parses(void **state)
{
	(void)state;
	unsigned n;
	const struct builtin_func_row *f = builtin_funcs(&n);
	for (unsigned i = 0; i < n; i++) {
		struct proto p;
		assert_true(proto_parse(f[i].proto, &p));
		assert_true(p.nrequired <= p.nargs);
		assert_true(f[i].flags & (BUILTIN_ACTION | BUILTIN_VALUE | BUILTIN_AGGFUNC));
		if (!(f[i].flags & BUILTIN_VALUE))
			assert_string_equal(p.ret, "void");
	}
}

static void prototypes_come_apart(void **state)
{
	(void)state;
	struct proto p;
	assert_true(proto_parse("string substr(const char *, int, [int])", &p));
	assert_string_equal(p.ret, "string");
	assert_int_equal(p.nargs, 3);
	assert_int_equal(p.nrequired, 2);
	assert_string_equal(p.args[0], "const char *");
	assert_string_equal(p.args[2], "int");
	assert_false(p.varargs);
	assert_true(proto_parse("void *alloca(size_t)", &p));
	assert_string_equal(p.ret, "void *");
	assert_true(proto_parse("void printf(@, ...)", &p));
	assert_int_equal(p.nargs, 1);
	assert_true(p.varargs);
	assert_true(proto_parse("int rand()", &p));
	assert_int_equal(p.nargs, 0);
	assert_false(proto_parse("int rand", &p));
}

struct fixture {
	struct arena *a;
	struct options o;
	struct err e;
};

static int set(struct fixture *f, const char *name, const char *value)
{
	return options_set(&f->o, f->a, name, value, false, &f->e);
}

static int setup(void **state)
{
	static struct fixture f;
	f.a = arena_new();
	options_init(&f.o);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static void defaults_are_those_of_dtrace(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(f->o.value[OPT_STRSIZE], 256);
	assert_int_equal(f->o.value[OPT_SPECSIZE], 32768);
	assert_int_equal(f->o.value[OPT_NSPEC], 1);
	assert_int_equal(f->o.value[OPT_DYNVARSIZE], 1 << 20);
	assert_int_equal(f->o.value[OPT_SWITCHRATE], 1000000000);
	assert_int_equal(f->o.value[OPT_STACKFRAMES], 20);
	assert_int_equal(f->o.value[OPT_USTACKFRAMES], 100);
	assert_true(f->o.value[OPT_BUFSIZE] == OPTION_UNSET);
	assert_int_equal(f->o.value[OPT_QUIET], 0);
}

static void sizes_take_suffixes(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(set(f, "bufsize", "4m"), 0);
	assert_int_equal(f->o.value[OPT_BUFSIZE], 4 << 20);
	assert_int_equal(set(f, "bufsize", "0x10K"), 0);
	assert_int_equal(f->o.value[OPT_BUFSIZE], 16384);
	assert_int_equal(set(f, "strsize", "1t"), -1);
	assert_string_equal(f->e.text, "Invalid value for specified option");
	assert_int_equal(set(f, "bufsize", "1tt"), -1);
	assert_int_equal(set(f, "bufsize", "m"), -1);
	assert_int_equal(set(f, "bufsize", "-1"), -1);
	assert_int_equal(set(f, "bufsize", NULL), -1);
	assert_int_equal(set(f, "bufsize", "99999999t"), -1);
}

static void rates_take_units(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"10", 100000000},
		    {"10hz", 100000000},
		    {"2sec", 2000000000},
		    {"100ms", 100000000},
		    {"5us", 5000},
		    {"7ns", 7},
		    {"1m", 60000000000},
		    {"1h", 3600000000000},
		    {"1day", 86400000000000},
		    {"0", 0}};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(set(f, "switchrate", good[i].text), 0);
		assert_int_equal(f->o.value[OPT_SWITCHRATE], good[i].ns);
	}
	assert_int_equal(set(f, "switchrate", "1fortnight"), -1);
	assert_int_equal(set(f, "switchrate", ""), -1);
	assert_int_equal(set(f, "switchrate", "9999999999999day"), -1);
}

static void flags_take_words(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(set(f, "quiet", NULL), 0);
	assert_int_equal(f->o.value[OPT_QUIET], 1);
	assert_int_equal(set(f, "quiet", "Off"), 0);
	assert_int_equal(f->o.value[OPT_QUIET], 0);
	assert_int_equal(set(f, "quiet", "enabled"), 0);
	assert_int_equal(f->o.value[OPT_QUIET], 1);
	assert_int_equal(set(f, "quiet", "perhaps"), -1);
	assert_int_equal(set(f, "zdefs", "1"), -1);
	assert_int_equal(set(f, "zdefs", NULL), 0);
	assert_int_equal(set(f, "quite", NULL), -1);
	assert_string_equal(f->e.text, "Invalid option name");
}

static void words_lists_versions(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(set(f, "bufpolicy", "ring"), 0);
	assert_int_equal(f->o.value[OPT_BUFPOLICY], BUFPOLICY_RING);
	assert_int_equal(set(f, "bufpolicy", "rings"), -1);
	assert_int_equal(set(f, "bufresize", "manual"), 0);
	assert_int_equal(set(f, "libdir", "/a"), 0);
	assert_int_equal(set(f, "libdir", "/b"), 0);
	assert_string_equal(f->o.text[OPT_LIBDIR], "/a\n/b");
	assert_int_equal(set(f, "version", "1.5"), 0);
	assert_int_equal(f->o.value[OPT_VERSION], 1 << 24 | 5 << 12);
	assert_int_equal(set(f, "version", "1.2.1"), 0);
	assert_int_equal(set(f, "version", "9.9"), -1);
	assert_int_equal(set(f, "version", "1.5."), -1);
	assert_int_equal(set(f, "amin", "Evolving/Stable/Common"), 0);
	assert_int_equal(f->o.value[OPT_AMIN], 5 << 16 | 6 << 8 | 5);
	assert_int_equal(set(f, "amin", "Evolving/Nonsense/Common"), -1);
	assert_int_equal(set(f, "stdc", "s"), 0);
	assert_int_equal(set(f, "stdc", "x"), -1);
	assert_int_equal(set(f, "cpu", "3"), 0);
	assert_int_equal(f->o.value[OPT_CPU], 3);
}

static void only_dynamic_options_while_running(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(options_set(&f->o, f->a, "aggsortrev", NULL, true, &f->e), 0);
	assert_int_equal(options_set(&f->o, f->a, "switchrate", "5hz", true, &f->e), 0);
	assert_int_equal(options_set(&f->o, f->a, "bufsize", "1m", true, &f->e), -1);
	assert_string_equal(f->e.text, "Operation illegal when tracing is active");
}

static void environment_sets_options(void **state)
{
	struct fixture *f = *state;
	char *good[] = {"PATH=/bin", "DTRACE_OPT_STRSIZE=64", "DTRACE_OPT_QUIET=", NULL};
	assert_int_equal(options_from_env(&f->o, f->a, good, &f->e), 0);
	assert_int_equal(f->o.value[OPT_STRSIZE], 64);
	assert_int_equal(f->o.value[OPT_QUIET], 1);
	char *bad[] = {"DTRACE_OPT_BUFSIZE=much", NULL};
	assert_int_equal(options_from_env(&f->o, f->a, bad, &f->e), -1);
	assert_non_null(strstr(f->e.text, "bufsize"));
}

static void environment_of_commands(void **state)
{
	struct fixture *f = *state;
	static const char *const asked[][2] = {
	    {"setenv", "A=1=2"}, {"unsetenv", "B"}, {"setenv", "C"}, {"setenv", "D="}};
	static const char *const kept[] = {"A=1=2", "B", "C=", "D="};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(set(f, asked[i][0], asked[i][1]), 0);
	const struct option_env *change = f->o.env;
	for (size_t i = 4; i-- > 0; change = change->before)
		assert_string_equal(change->text, kept[i]);
	assert_null(change);
	assert_int_equal(set(f, "setenv", NULL), -1);
	assert_int_equal(set(f, "setenv", "=1"), -1);
	assert_int_equal(set(f, "unsetenv", "A=1"), -1);
	assert_int_equal(set(f, "unsetenv", ""), -1);
	assert_true(f->o.env && strcmp(f->o.env->text, "D=") == 0);
}

static void every_option_is_found(void **state)
{
	(void)state;
	for (int i = 0; i < OPT_NCOUNT; i++)
		assert_int_equal(option_find(option_name((enum option)i)), i);
}

/* ---- formats ---- */

static void formats_parse(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct format f;
	struct format_error e;
	assert_true(format_parse(a, "a%-*.*lldb%s%@d%%c", &f, &e));
	assert_int_equal(f.nconvs, 5);
	assert_int_equal(f.nargs, 4);
	assert_true(f.has_agg);
	assert_int_equal(f.convs[0].kind, FK_SINT);
	assert_string_equal(f.convs[0].name, "lld");
	assert_int_equal(f.convs[0].flags, FORMAT_LEFT | FORMAT_DYNWIDTH | FORMAT_DYNPREC);
	assert_int_equal(f.convs[0].offset, 1);
	assert_int_equal(f.convs[1].class, FORMAT_STR);
	assert_int_equal(f.convs[3].kind, FK_PERCENT);
	assert_int_equal(f.convs[4].kind, FK_TEXT);
	assert_true(format_parse(a, "", &f, &e));
	assert_int_equal(f.nconvs, 0);
	static const char *const bad[][2] = {
	    {"%q", "format conversion #1 is undefined: %q"},
	    {"%d%", "format conversion #2 name expected before end of format string"},
	    {"%5%", "format conversion #1 cannot be combined with other format flags: %%"},
	    {"%1$d", "format conversion #1 uses unsupported positional format (%n$)"},
	    {"%**d", "format conversion #1 has more than one '*' specified for the output width"},
	    {"%.*.*d", "format conversion #1 has more than one '.' specified"},
	    {"%.**d",
	     "format conversion #1 has more than one '*' specified for the output precision"},
	    {"%llls", "format conversion #1 is undefined: %llls"},
	    {"%-", "format conversion #1 name expected before end of format string"},
	    {"%%%d%l%", "format conversion #3 cannot be combined with other format flags: %%"},
	    {"%hhhhhhhhhd", "format conversion #1 is undefined: %hhhhhhh"},
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(format_parse(a, bad[i][0], &f, &e));
		assert_string_equal(e.text, bad[i][1]);
	}
	arena_free(a);
}

/* Sizes and names that belong together, all others being refused. */
static void formats_have_these_names(void **state)
{
	(void)state;
	static const struct {
		const char *sizes, *letters;
		enum format_class class;
	} known[] = {
	    {"", "dioxXuP", FORMAT_INT}, {"h", "diouxX", FORMAT_INT},  {"hh", "diouxX", FORMAT_INT},
	    {"l", "diouxX", FORMAT_INT}, {"ll", "diouxX", FORMAT_INT}, {"", "c", FORMAT_CHAR},
	    {"w", "c", FORMAT_CHAR},	 {"l", "c", FORMAT_CHAR},      {"", "C", FORMAT_ECHAR},
	    {"", "sS", FORMAT_STR},	 {"w", "s", FORMAT_WSTR},      {"l", "s", FORMAT_WSTR},
	    {"", "eEfgG", FORMAT_FLOAT}, {"L", "eEfgG", FORMAT_FLOAT}, {"", "p", FORMAT_ADDR},
	    {"", "a", FORMAT_KADDR},	 {"", "A", FORMAT_UADDR},      {"", "k", FORMAT_STACK},
	    {"", "YT", FORMAT_TIME},	 {"", "I", FORMAT_INET},
	};
	static const char *const sizes[] = {"",	 "h",  "hh", "l",  "ll", "L",
					    "w", "hl", "wl", "LL", "lll"};
	struct arena *a = arena_new();
	unsigned found = 0;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		for (char letter = 'A'; letter <= 'z'; letter++) {
			if (!isalpha((unsigned char)letter) || strchr("hlLw", letter))
				continue;
			char text[16];
			snprintf(text, sizeof(text), "%%%s%c", sizes[s], letter);
			int want = -1;
			for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
				if (strcmp(known[i].sizes, sizes[s]) == 0 &&
				    strchr(known[i].letters, letter))
					want = (int)known[i].class;
			struct format f;
			struct format_error e;
			assert_int_equal(format_parse(a, text, &f, &e), want >= 0);
			if (want < 0)
				continue;
			assert_int_equal(f.convs[0].class, want);
			assert_string_equal(f.convs[0].name, text + 1);
			found++;
		}
	}
	assert_int_equal(found, 56);
	arena_free(a);
}

/* Order is free; what contradicts itself is decided by what comes last. */
static void formats_take_modifiers_in_any_order(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned flags;
		int width, prec;
	} cases[] = {
	    {"%-+ #'@5.3lld",
	     FORMAT_LEFT | FORMAT_PLUS | FORMAT_SPACE | FORMAT_ALT | FORMAT_GROUP | FORMAT_AGG, 5,
	     3},
	    {"%l5ld", 0, 5, -1},
	    {"%5-d", FORMAT_LEFT, 5, -1},
	    {"%-05d", FORMAT_ZERO, 5, -1},
	    {"%0-5d", FORMAT_LEFT, 5, -1},
	    {"%?d", 0, 16, -1},
	    {"%?8d", 0, 8, -1},
	    {"%010d", FORMAT_ZERO, 10, -1},
	    {"%.0d", 0, -1, 0},
	    {"%.d", 0, -1, -1},
	    {"%*.*d", FORMAT_DYNWIDTH | FORMAT_DYNPREC, -1, -1},
	    {"%99999999999999999999d", 0, 999999, -1},
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct format f;
		struct format_error e;
		assert_true(format_parse(a, cases[i].text, &f, &e));
		assert_int_equal(f.nconvs, 1);
		assert_int_equal(f.convs[0].flags, cases[i].flags);
		assert_int_equal(f.convs[0].width, cases[i].width);
		assert_int_equal(f.convs[0].prec, cases[i].prec);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_found_by_its_name),
	    cmocka_unit_test(every_prototype_parses),
	    cmocka_unit_test(prototypes_come_apart),
	    cmocka_unit_test(every_option_is_found),
	    cmocka_unit_test(formats_parse),
	    cmocka_unit_test(formats_have_these_names),
	    cmocka_unit_test(formats_take_modifiers_in_any_order),
	    cmocka_unit_test_setup_teardown(defaults_are_those_of_dtrace, setup, teardown),
	    cmocka_unit_test_setup_teardown(sizes_take_suffixes, setup, teardown),
	    cmocka_unit_test_setup_teardown(rates_take_units, setup, teardown),
	    cmocka_unit_test_setup_teardown(flags_take_words, setup, teardown),
	    cmocka_unit_test_setup_teardown(words_lists_versions, setup, teardown),
	    cmocka_unit_test_setup_teardown(only_dynamic_options_while_running, setup, teardown),
	    cmocka_unit_test_setup_teardown(environment_of_commands, setup, teardown),
	    cmocka_unit_test_setup_teardown(environment_sets_options, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
