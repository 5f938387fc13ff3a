/* What clients do wrong, or in callbacks: an error with a text each time, and nothing half-done */
#include "client.h"

#include <libproc.h>

#include <errno.h>

#define refused(h, call)                                                                           \
	do {                                                                                       \
		assert_int_equal((call), -1);                                                      \
		assert_true(dtrace_errno(h) != 0 && *dtrace_errmsg(h, dtrace_errno(h)));           \
	} while (0)
#define refused_pointer(h, call)                                                                   \
	do {                                                                                       \
		assert_null(call);                                                                 \
		assert_true(dtrace_errno(h) != 0 && *dtrace_errmsg(h, dtrace_errno(h)));           \
	} while (0)

static int entries(const dtrace_aggdata_t *agg, void *arg)
{
	(void)agg;
	++*(int *)arg;
	return DTRACE_AGGWALK_NEXT;
}

static void every_error_has_a_text(void **state)
{
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	for (int error = -10; error < 1100; error++) {
		assert_true(dtrace_errmsg(NULL, error) && *dtrace_errmsg(NULL, error));
		assert_true(dtrace_errmsg(h, error) && *dtrace_errmsg(h, error));
	}
	dtrace_close(h);
}

/* Texts stay readable when another error follows. */
static void texts_outlive_errors(void **state)
{
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	refused_pointer(h, dtrace_program_strcompile(h, "BEGIN { unknown_name }",
						     DTRACE_PROBESPEC_NAME, 0, 0, NULL));
	const char *text = dtrace_errmsg(h, dtrace_errno(h));
	refused(h, dtrace_setopt(h, "nosuch", NULL));
	assert_string_equal(text, "Invalid option name");
	dtrace_close(h);
}

static void nothing_where_something_is_wanted(void **state)
{
	dtrace_probedesc_t desc;
	dtrace_optval_t value;
	dtrace_typeinfo_t type;
	dtrace_aggvarid_t id = 1;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	refused_pointer(h, dtrace_program_strcompile(h, NULL, DTRACE_PROBESPEC_NAME, 0, 0, NULL));
	refused_pointer(h,
			dtrace_program_strcompile(h, "BEGIN", DTRACE_PROBESPEC_NAME, 0, 1, NULL));
	refused_pointer(h, dtrace_program_fcompile(h, NULL, 0, 0, NULL));
	refused_pointer(h, dtrace_proc_create(h, NULL, NULL));
	refused_pointer(h, dtrace_stmt_create(h, NULL));
	refused_pointer(h, dtrace_stmt_action(h, NULL));
	refused_pointer(h, dtrace_printf_create(h, NULL));
	refused(h, dtrace_program_exec(h, NULL, NULL));
	refused(h, dtrace_program_header(h, NULL, NULL));
	refused(h, dtrace_program_link(h, NULL, 0, NULL, 0, NULL));
	refused(h, dtrace_stmt_iter(h, NULL, NULL, NULL));
	refused(h, dtrace_stmt_add(h, NULL, NULL));
	refused(h, dtrace_setopt(h, NULL, "1"));
	refused(h, dtrace_getopt(h, NULL, &value));
	refused(h, dtrace_getopt(h, "bufsize", NULL));
	refused(h, dtrace_probe_iter(h, NULL, NULL, NULL));
	refused(h, dtrace_probe_info(h, NULL, NULL));
	refused(h, dtrace_object_iter(h, NULL, NULL));
	refused(h, dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, NULL, &desc));
	refused(h, dtrace_lookup_by_name(h, DTRACE_OBJ_EVERY, NULL, NULL, NULL));
	refused(h, dtrace_type_strcompile(h, NULL, &type));
	refused(h, dtrace_type_fcompile(h, NULL, &type));
	refused(h, dtrace_aggregate_walk(h, NULL, NULL));
	refused(h, dtrace_aggregate_walk_joined(h, &id, 1, NULL, NULL));
	refused(h, dtrace_aggregate_walk_joined(h, NULL, 1, NULL, NULL));
	refused(h, dtrace_fprintf(h, stdout, NULL, NULL, NULL, 1, NULL, 8));
	refused(h, dtrace_print(h, stdout, NULL, NULL, 0));
	dtrace_proc_release(h, NULL);
	dtrace_stmt_destroy(h, NULL);
	dtrace_program_destroy(h, NULL);
	dtrace_close(h);
	dtrace_close(NULL);
}

static void numbers_that_are_no_process(void **state)
{
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	refused_pointer(h, dtrace_proc_grab(h, 0, 0));
	refused_pointer(h, dtrace_proc_grab(h, -1, 0));
	assert_int_equal(dtrace_errno(h), ESRCH);
	dtrace_close(h);
}

static void descriptions(void **state)
{
	char text[400], *arg = "syscall";
	dtrace_probedesc_t d;
	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	dtrace_hdl_t *h = open_quiet();
	refused(h, dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, text, &d));
	assert_int_equal(dtrace_errno(h), ENAMETOOLONG);
	refused(h, dtrace_xstr2desc(h, DTRACE_PROBESPEC_PROVIDER, "$1", 1, &arg, &d));
	check(h, dtrace_xstr2desc(h, DTRACE_PROBESPEC_PROVIDER, "$0", 1, &arg, &d));
	assert_string_equal(d.dtpd_provider, "syscall");
	dtrace_close(h);
}

/* Programs of another handle, and those that have been destroyed. */
static void programs_of_nobody(void **state)
{
	dtrace_proginfo_t info;
	(void)state;
	dtrace_hdl_t *h = open_quiet(), *other = open_quiet();
	dtrace_prog_t *p = dtrace_program_strcompile(other, "BEGIN { exit(0); }",
						     DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	assert_non_null(p);
	refused(h, dtrace_program_exec(h, p, &info));
	dtrace_program_destroy(h, p);
	dtrace_program_destroy(other, p);
	refused(other, dtrace_program_exec(other, p, &info));
	dtrace_close(other);
	dtrace_close(h);
}

static void out_of_turn(void **state)
{
	int n = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	refused(h, dtrace_work(h, stdout, NULL, NULL, NULL));
	refused(h, dtrace_consume(h, stdout, NULL, NULL, NULL));
	dtrace_sleep(h);
	check(h, dtrace_stop(h));
	check(h, dtrace_aggregate_walk(h, entries, &n));
	start(h, "BEGIN { @ = count(); }");
	refused(h, dtrace_go(h));
	check(h, dtrace_stop(h));
	check(h, dtrace_stop(h));
	refused(h, dtrace_go(h));
	assert_int_equal(dtrace_work(h, stdout, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(dtrace_work(h, stdout, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_walk(h, entries, &n));
	assert_int_equal(n, 1);
	dtrace_close(h);
}

/* ---- in callbacks ---- */

struct closing {
	dtrace_hdl_t *h;
	int calls; /* of callbacks: the first one closes the handle */
};

static int close_it(void *arg)
{
	struct closing *c = arg;
	if (c->calls++ == 0)
		dtrace_close(c->h);
	return 0;
}
static int close_probe(const dtrace_probedata_t *data, void *arg)
{
	(void)data;
	return close_it(arg);
}
static int close_rec(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)data;
	(void)rec;
	return close_it(arg);
}
static int close_entry(const dtrace_aggdata_t *agg, void *arg)
{
	(void)agg;
	return close_it(arg);
}
static int close_listed(dtrace_hdl_t *h, const dtrace_probedesc_t *desc, void *arg)
{
	(void)h;
	(void)desc;
	return close_it(arg);
}
static int close_text(const dtrace_bufdata_t *data, void *arg)
{
	(void)data;
	return close_it(arg);
}
static int close_error(const dtrace_errdata_t *data, void *arg)
{
	(void)data;
	return close_it(arg);
}
static void close_ended(struct ps_prochandle *p, const char *msg, void *arg)
{
	(void)p;
	(void)msg;
	close_it(arg);
}

static const char two_records[] = "BEGIN { trace(1); trace(2); } BEGIN { trace(3); }";

/* The handle goes when the call has ended; nothing else is called in between. */
static void closed_by_its_records(void **state)
{
	(void)state;
	need_root();
	for (int probe = 0; probe < 2; probe++) {
		struct closing c = {.h = open_quiet()};
		start(c.h, two_records);
		assert_int_equal(dtrace_work(c.h, stdout, probe ? close_probe : NULL,
					     probe ? NULL : close_rec, &c),
				 DTRACE_WORKSTATUS_ERROR);
		assert_int_equal(c.calls, 1);
	}
}

static void closed_by_its_walks(void **state)
{
	(void)state;
	need_root();
	struct closing c = {.h = open_quiet()};
	start(c.h, "BEGIN { @[1] = count(); @[2] = count(); }");
	check(c.h, dtrace_stop(c.h));
	assert_int_equal(dtrace_aggregate_walk(c.h, close_entry, &c), -1);
	assert_int_equal(c.calls, 1);
	c = (struct closing){.h = open_quiet()};
	dtrace_probe_iter(c.h, NULL, close_listed, &c);
	assert_int_equal(c.calls, 1);
}

static int show(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)data;
	(void)rec;
	(void)arg;
	return DTRACE_CONSUME_THIS;
}

static void closed_by_its_handlers(void **state)
{
	(void)state;
	need_root();
	struct closing c = {.h = open_quiet()};
	dtrace_handle_buffered(c.h, close_text, &c);
	start(c.h, two_records);
	assert_int_equal(dtrace_work(c.h, NULL, NULL, show, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_int_equal(c.calls, 1);
	c = (struct closing){.h = open_quiet()};
	dtrace_handle_err(c.h, close_error, &c);
	start(c.h, "BEGIN { trace(*(int *)0); } BEGIN { trace(*(int *)8); }");
	assert_int_equal(dtrace_work(c.h, stdout, NULL, show, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_int_equal(c.calls, 1);
	c = (struct closing){.h = open_quiet()};
	char *argv[] = {"true", NULL};
	dtrace_handle_proc(c.h, close_ended, &c);
	assert_non_null(dtrace_proc_create(c.h, argv[0], argv, NULL, NULL)); /* as FreeBSD has it */
	start(c.h, "BEGIN");
	for (int i = 0; i < 60 && !c.calls; i++) { /* seconds */
		dtrace_sleep(c.h);
		if (!c.calls)
			dtrace_work(c.h, stdout, NULL, NULL, NULL);
	}
	assert_int_equal(c.calls, 1);
}

struct within {
	dtrace_hdl_t *h;
	int calls, walked, stopped;
};

static int everything(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	struct within *w = arg;
	dtrace_hdl_t *h = w->h;
	(void)data;
	if (!rec || w->calls++ > 0)
		return DTRACE_CONSUME_NEXT;
	refused(h, dtrace_go(h));
	refused(h, dtrace_work(h, stdout, NULL, everything, w));
	refused(h, dtrace_consume(h, stdout, NULL, everything, w));
	dtrace_prog_t *p = dtrace_program_strcompile(h, "BEGIN", DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	assert_non_null(p);
	refused(h, dtrace_program_exec(h, p, NULL));
	check(h, dtrace_aggregate_snap(h));
	check(h, dtrace_aggregate_walk(h, entries, &w->walked));
	FILE *out = fopen("/dev/null", "w");
	check(h, dtrace_aggregate_print(h, out, NULL));
	fclose(out);
	check(h, dtrace_setopt(h, "switchrate", "5hz"));
	check(h, dtrace_stop(h));
	w->stopped = dtrace_status(h);
	return DTRACE_CONSUME_NEXT;
}

static void a_round_within_a_round(void **state)
{
	(void)state;
	need_root();
	struct within w = {.h = open_quiet()};
	start(w.h, "BEGIN { @[1] = count(); @[2] = count(); trace(1); trace(2); }");
	assert_int_equal(work(w.h, stdout, NULL, everything, &w), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(w.calls, 2);
	assert_int_equal(w.walked, 2);
	assert_int_equal(w.stopped, DTRACE_STATUS_STOPPED);
	dtrace_close(w.h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_error_has_a_text),
	    cmocka_unit_test(texts_outlive_errors),
	    cmocka_unit_test(nothing_where_something_is_wanted),
	    cmocka_unit_test(numbers_that_are_no_process),
	    cmocka_unit_test(descriptions),
	    cmocka_unit_test(programs_of_nobody),
	    cmocka_unit_test(out_of_turn),
	    cmocka_unit_test(closed_by_its_records),
	    cmocka_unit_test(closed_by_its_walks),
	    cmocka_unit_test(closed_by_its_handlers),
	    cmocka_unit_test(a_round_within_a_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
