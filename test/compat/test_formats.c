/* Formats that a consumer makes and uses on records, as dtrace(1M) does itself; print() of values */
#include "client.h"

#include <errno.h>

static const char *text_of(FILE *fp)
{
	static char text[4096];
	fflush(fp);
	rewind(fp);
	size_t n = fread(text, 1, sizeof(text) - 1, fp);
	text[n] = '\0';
	rewind(fp);
	assert_int_equal(ftruncate(fileno(fp), 0), 0);
	return text;
}

static void made(void **state)
{
	char text[64];
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	void *f = dtrace_printf_create(h, "%-5s|%#x %d%%\n");
	assert_non_null(f);
	assert_int_equal(dtrace_printf_format(h, f, text, sizeof(text)), 14);
	assert_string_equal(text, "%-5s|%#x %d%%\n");
	assert_int_equal(dtrace_printf_format(h, f, text, 4), 14);
	assert_string_equal(text, "%-5");
	assert_non_null(dtrace_printa_create(h, "%@d\n"));
	assert_null(dtrace_printf_create(h, "%y"));
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "%y"));
	assert_null(dtrace_printf_create(h, NULL));
	dtrace_close(h);
}

/* Records that nobody traced: what the bytes are, the conversion says. */
static void by_hand(void **state)
{
	const struct {
		char name[8];
		int32_t small;
		uint64_t big;
	} buf = {"red", -3, 0xff};
	const dtrace_recdesc_t recs[] = {{.dtrd_size = 8},
					 {.dtrd_size = 4, .dtrd_offset = 8},
					 {.dtrd_size = 8, .dtrd_offset = 16}};
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	FILE *fp = tmpfile();
	void *f = dtrace_printf_create(h, "%-5s|%d %#x %d%%\n");
	assert_int_equal(dtrace_fprintf(h, fp, f, NULL, recs, 3, &buf, sizeof(buf)), 3);
	assert_string_equal(text_of(fp), "red  |-3 0xff %\n"); /* the last has no record left */
	f = dtrace_printf_create(h, "%*d.\n");
	assert_int_equal(dtrace_fprintf(h, fp, f, NULL, recs + 1, 2, &buf, sizeof(buf)), 2);
	assert_string_equal(text_of(fp), "255.\n");
	assert_int_equal(dtrace_fprintf(h, fp, f, NULL, recs, 3, &buf, 20), -1);
	assert_int_equal(dtrace_errno(h), EINVAL);
	/* nobody to take it */
	assert_int_equal(dtrace_fprintf(h, NULL, f, NULL, recs, 3, &buf, sizeof(buf)), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "without handler"));
	/* these want leave to do it */
	f = dtrace_printf_create(h, "echo %s >&2");
	assert_int_equal(dtrace_system(h, fp, f, NULL, recs, 1, &buf, sizeof(buf)), -1);
	assert_int_equal(dtrace_freopen(h, fp, f, NULL, recs, 1, &buf, sizeof(buf)), -1);
	check(h, dtrace_setopt(h, "destructive", NULL));
	char path[] = "/tmp/glasshouse-formats-XXXXXX", command[64];
	int fd = mkstemp(path);
	snprintf(command, sizeof(command), "echo %%s > %s", path);
	f = dtrace_printf_create(h, command);
	assert_int_equal(dtrace_system(h, fp, f, NULL, recs, 1, &buf, sizeof(buf)), 1);
	char got[16] = "";
	assert_int_equal(read(fd, got, sizeof(got)), 4);
	assert_string_equal(got, "red\n");
	/* another file in the place of that one, and back */
	f = dtrace_printf_create(h, path);
	assert_int_equal(dtrace_freopen(h, fp, f, NULL, recs, 1, &buf, sizeof(buf)), 0);
	fputs("elsewhere", fp);
	assert_int_equal(
	    dtrace_freopen(h, fp, dtrace_printf_create(h, ""), NULL, recs, 1, &buf, sizeof(buf)),
	    0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(read(fd, got, sizeof(got)), 9);
	assert_string_equal(text_of(fp), "");
	close(fd);
	unlink(path);
	fclose(fp);
	dtrace_close(h);
}

struct own {
	void *f;
	FILE *fp;
	int used;
};

/* As a consumer does that prints by itself: the record of the first datum and what follows. */
static int on_record(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	struct own *o = arg;
	const dtrace_eprobedesc_t *e = data->dtpda_edesc;
	if (rec && rec == e->dtepd_rec) /* dtpda_data is where this datum lies */
		o->used = dtrace_fprintf(data->dtpda_handle, o->fp, o->f, data, rec,
					 (uint_t)e->dtepd_nrecs,
					 data->dtpda_data - rec->dtrd_offset, e->dtepd_size);
	return DTRACE_CONSUME_NEXT;
}

static void traced(void **state)
{
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	struct own o = {.fp = tmpfile()};
	o.f = dtrace_printf_create(h, "%s made %d (%a)\n");
	start(h, "BEGIN { printf(\"%s %d %a\", \"it\", 42, (uint64_t)0); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, on_record, &o), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(o.used, 3);
	assert_string_equal(text_of(o.fp), "it made 42 (0x0)\n");
	fclose(o.fp);
	dtrace_close(h);
}

static void aggregations(void **state)
{
	const int64_t varids[] = {1, 2, 3};
	const dtrace_recdesc_t rec = {.dtrd_action = DTRACEACT_PRINTA, .dtrd_size = 8};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	FILE *fp = tmpfile();
	start(h,
	      "BEGIN { @a[\"x\", 7] = sum(5); @a[\"y\", 8] = sum(2); @b = quantize(4); exit(0); }");
	assert_int_equal(work(h, fp, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	text_of(fp);
	void *f = dtrace_printa_create(h, "<%s %d: %@d>\n");
	assert_int_equal(dtrace_fprinta(h, fp, f, NULL, &rec, 1, &varids[0], 8), 1);
	assert_string_equal(text_of(fp), "<y 8: 2>\n<x 7: 5>\n");
	assert_int_equal(dtrace_fprinta(h, fp, NULL, NULL, &rec, 1, &varids[1], 8), 1);
	assert_non_null(strstr(text_of(fp), "Distribution"));
	assert_int_equal(dtrace_fprinta(h, fp, f, NULL, &rec, 1, &varids[2], 8), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "aggregation"));
	fclose(fp);
	dtrace_close(h);
}

static void values(void **state)
{
	int n = 42;
	struct {
		int64_t tv_sec, tv_nsec;
	} t = {3, 4};
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	FILE *fp = tmpfile();
	assert_int_equal(dtrace_print(h, fp, "int", (caddr_t)&n, sizeof(n)), 4);
	assert_string_equal(text_of(fp), "int 0x2a\n");
	assert_int_equal(dtrace_print(h, fp, "struct timespec64", (caddr_t)&t, sizeof(t)), 16);
	assert_non_null(strstr(text_of(fp), "tv_nsec = 0x4"));
	assert_int_equal(dtrace_print(h, fp, "struct no_such", (caddr_t)&n, sizeof(n)), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No such type");
	assert_int_equal(dtrace_print(h, fp, "long", (caddr_t)&n, sizeof(n)), -1);
	fclose(fp);
	dtrace_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made),	    cmocka_unit_test(by_hand), cmocka_unit_test(traced),
	    cmocka_unit_test(aggregations), cmocka_unit_test(values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
