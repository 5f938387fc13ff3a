/*
 * test_sema_files.c - what sema makes of files
 *
 * Each of test/golden/err/err.TAG.name.d must fail with its tag first, each NAME.d of test/golden/types
 * have the typed tree NAME.out. With file names as arguments it prints what sema makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "sema_fixture.h"

/* ---- printing what sema makes of a file ---- */

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;
	*len = 0;
	while (f) {
		if (*len + 4096 > cap)
			text = realloc(text, cap = cap * 2 + 8192);
		size_t n = text ? fread(text + *len, 1, 4096, f) : 0;
		*len += n;
		if (n == 0)
			break;
	}
	if (f)
		fclose(f);
	return text;
}

static void append_type(const struct type *t, struct buf *out)
{
	type_name(t, out);
}

static void print_clause(const struct sema_clause *sc, struct buf *out)
{
	buf_printf(out, "clause %s: %u probes\n", sc->description, sc->nprobes);
	if (sc->predicate)
		node_print_typed(sc->predicate, 1, append_type, out);
	for (const struct node *n = sc->body; n; n = n->next)
		node_print_typed(n, 1, append_type, out);
}

static void print_run(struct run *r, struct buf *out)
{
	for (size_t k = 0; k < r->diags.list.n; k++)
		diag_render(&r->diags.list.at[k], true, NULL, out);
	for (size_t k = 0; r->rc == 0 && k < r->prog.clauses.n; k++)
		print_clause(r->prog.clauses.at[k], out);
}

static int print_files(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct run r;
		size_t len;
		char *text = read_file(argv[i], &len);
		BUF_AUTO out = {0};
		run_init(&r);
		run_source(&r, text ? text : "", len);
		print_run(&r, &out);
		printf("%s", buf_str(&out));
		run_fini(&r);
		free(text);
	}
	return 0;
}

/* ---- files ---- */

static char this_program[4096];

/* Folder of golden files: below the source root of the environment, else beside this source file,
 * whose name is relative to the build folder, which is two above this program. */
static void golden_dir(struct buf *out, const char *stage)
{
	const char *root = getenv("MESON_SOURCE_ROOT");
	char self[sizeof(this_program)], file[] = __FILE__;
	if (root) {
		buf_printf(out, "%s/test/golden/%s", root, stage);
		return;
	}
	snprintf(self, sizeof(self), "%s", this_program);
	const char *above = file[0] == '/' ? "" : dirname(self);
	buf_printf(out, "%s%s%s/../golden/%s", above, *above ? "/../../" : "", dirname(file),
		   stage);
}

/* The tag in "err.TAG.name.d"; NULL for other files. */
static char *tag_of_file(const char *name)
{
	size_t n = strlen(name);
	if (n < 6 || strncmp(name, "err.", 4) != 0 || strcmp(name + n - 2, ".d") != 0)
		return NULL;
	return strndup(name + 4, strcspn(name + 4, "."));
}

static int check_err_file(const char *dir, const char *name, const char *tag)
{
	struct run r;
	size_t len;
	BUF_AUTO path = {0};
	buf_printf(&path, "%s/%s", dir, name);
	char *text = read_file(buf_str(&path), &len);
	assert_non_null(text);
	run_init(&r);
	run_source(&r, text, len);
	int bad = r.rc == 0 || strcmp(first_tag(&r), tag) != 0;
	if (bad)
		print_error("%s: got %s\n", name, r.rc == 0 ? "no error" : first_tag(&r));
	run_fini(&r);
	free(text);
	return bad;
}

static void test_err_files(void **state)
{
	(void)state;
	BUF_AUTO dir = {0};
	int bad = 0, n = 0;
	golden_dir(&dir, "err");
	DIR *d = opendir(buf_str(&dir));
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		char *tag = tag_of_file(e->d_name);
		if (tag) {
			bad += check_err_file(buf_str(&dir), e->d_name, tag);
			n++;
		}
		free(tag);
	}
	closedir(d);
	assert_true(n > 100);
	assert_int_equal(bad, 0);
}

/* Every NAME.d of test/golden/types beside its typed tree NAME.out. */
static void test_golden_types(void **state)
{
	(void)state;
	BUF_AUTO dir = {0};
	int bad = 0, n = 0;
	golden_dir(&dir, "types");
	DIR *d = opendir(buf_str(&dir));
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		size_t nl = strlen(e->d_name), len, want_len;
		if (nl < 3 || strcmp(e->d_name + nl - 2, ".d") != 0)
			continue;
		BUF_AUTO path = {0}, want_path = {0}, got = {0};
		buf_printf(&path, "%s/%s", buf_str(&dir), e->d_name);
		buf_printf(&want_path, "%s/%.*s.out", buf_str(&dir), (int)nl - 2, e->d_name);
		char *text = read_file(buf_str(&path), &len);
		char *want = read_file(buf_str(&want_path), &want_len);
		struct run r;
		run_init(&r);
		run_source(&r, text, len);
		print_run(&r, &got);
		if (!want || want_len != got.n || memcmp(want, buf_str(&got), got.n) != 0) {
			print_error("%s: got\n%s", e->d_name, buf_str(&got));
			bad++;
		}
		run_fini(&r);
		free(text);
		free(want);
		n++;
	}
	closedir(d);
	assert_true(n > 0);
	assert_int_equal(bad, 0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return print_files(argc, argv);
	snprintf(this_program, sizeof(this_program), "%s", argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_err_files),
	    cmocka_unit_test(test_golden_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
