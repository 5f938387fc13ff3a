/* Programs that a consumer puts together from statements, and what statements of compiled ones tell */
#include "client.h"

#include <errno.h>

static dtrace_ecbdesc_t description(const char *provider, const char *name)
{
	dtrace_ecbdesc_t e = {0};
	strcpy(e.dted_probe.dtpd_provider, provider);
	strcpy(e.dted_probe.dtpd_name, name);
	return e;
}

static dtrace_actdesc_t *act(dtrace_hdl_t *h, dtrace_stmtdesc_t *s, dtrace_actkind_t kind,
			     uint64_t arg)
{
	dtrace_actdesc_t *a = dtrace_stmt_action(h, s);
	assert_non_null(a);
	a->dtad_kind = kind;
	a->dtad_arg = arg;
	return a;
}

struct seen {
	int probes, stacks, frames, exits, status;
};

static int on_probe(const dtrace_probedata_t *data, void *arg)
{
	(void)data;
	((struct seen *)arg)->probes++;
	return DTRACE_CONSUME_THIS;
}

static int on_rec(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	struct seen *s = arg;
	if (rec && rec->dtrd_action == DTRACEACT_STACK) {
		s->stacks++;
		s->frames = (int)(rec->dtrd_size / 8);
	} else if (rec && rec->dtrd_action == DTRACEACT_EXIT) {
		s->exits++;
		s->status = *(int *)(void *)data->dtpda_data;
	}
	return DTRACE_CONSUME_NEXT;
}

static int count(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_stmtdesc_t *s, void *arg)
{
	(void)h;
	(void)p;
	assert_non_null(s->dtsd_ecbdesc);
	return ++*(int *)arg == 10;
}

/* BEGIN { stack(3); exit(4); } by hand */
static void by_hand(void **state)
{
	struct seen seen = {0};
	dtrace_proginfo_t info;
	dtrace_ecbdesc_t begin = description("dtrace", "BEGIN");
	int n = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	dtrace_prog_t *p = dtrace_program_create(h);
	dtrace_stmtdesc_t *first = dtrace_stmt_create(h, &begin);
	dtrace_actdesc_t *stack = act(h, first, DTRACEACT_STACK, 3);
	assert_ptr_equal(first->dtsd_action, stack);
	check(h, dtrace_stmt_add(h, p, first));
	dtrace_stmtdesc_t *second = dtrace_stmt_create(h, &begin);
	act(h, second, DTRACEACT_EXIT, 4);
	assert_ptr_equal(begin.dted_action, stack);
	assert_ptr_equal(stack->dtad_next, second->dtsd_action);
	assert_int_equal(begin.dted_refcnt, 2);
	check(h, dtrace_stmt_add(h, p, second));
	check(h, dtrace_stmt_iter(h, p, count, &n));
	assert_int_equal(n, 2);
	check(h, dtrace_program_exec(h, p, &info));
	assert_int_equal(info.dpi_matches, 1);
	assert_int_equal(dtrace_stmt_add(h, p, second), -1); /* it is what it is */
	check(h, dtrace_go(h));
	FILE *out = tmpfile();
	assert_int_equal(work(h, out, on_probe, on_rec, &seen), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(seen.probes, 1);
	assert_int_equal(seen.stacks, 1);
	assert_int_equal(seen.frames, 3);
	assert_int_equal(seen.exits, 1);
	assert_int_equal(seen.status, 4);
	fclose(out);
	dtrace_close(h);
	assert_null(begin.dted_action); /* they went with their program */
	assert_int_equal(begin.dted_refcnt, 0);
}

/* A probe without actions is traced all the same; a description by number; one that is taken out again. */
static void bare(void **state)
{
	struct seen seen = {0};
	dtrace_ecbdesc_t begin = {0}, tick = description("profile", "tick-1ms");
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, "1", &begin.dted_probe));
	assert_string_equal(begin.dted_probe.dtpd_name, "BEGIN");
	dtrace_prog_t *p = dtrace_program_create(h);
	check(h, dtrace_stmt_add(h, p, dtrace_stmt_create(h, &begin)));
	dtrace_stmtdesc_t *gone = dtrace_stmt_create(h, &tick);
	act(h, gone, DTRACEACT_PANIC, 0);
	dtrace_stmt_destroy(h, gone);
	assert_null(tick.dted_action);
	dtrace_stmtdesc_t *end = dtrace_stmt_create(h, &tick);
	act(h, end, DTRACEACT_EXIT, 0);
	check(h, dtrace_stmt_add(h, p, end));
	check(h, dtrace_program_exec(h, p, NULL));
	dtrace_program_destroy(h, p);
	check(h, dtrace_go(h));
	FILE *out = tmpfile();
	assert_int_equal(work(h, out, on_probe, on_rec, &seen), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(seen.probes, 2);
	fclose(out);
	dtrace_close(h);
}

static int keep(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_stmtdesc_t *s, void *arg)
{
	(void)h;
	(void)p;
	*(dtrace_stmtdesc_t **)arg = s;
	return 0;
}

/* Expressions cannot be had: no code, no statement of another program. */
static void refused(void **state)
{
	dtrace_stmtdesc_t *theirs = NULL;
	dtrace_ecbdesc_t begin = description("dtrace", "BEGIN");
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	dtrace_prog_t *p = dtrace_program_create(h);
	dtrace_prog_t *compiled =
	    dtrace_program_strcompile(h, "BEGIN { trace(1); }", DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	check(h, dtrace_stmt_iter(h, compiled, keep, &theirs));
	assert_int_equal(dtrace_stmt_add(h, p, theirs), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "Not available with this library");
	dtrace_stmtdesc_t *s = dtrace_stmt_create(h, &begin);
	act(h, s, DTRACEACT_PRINTF, 0);
	assert_int_equal(dtrace_stmt_add(h, p, s), -1);
	dtrace_stmt_destroy(h, s);
	assert_int_equal(begin.dted_refcnt, 0);
	assert_int_equal(dtrace_stmt_add(h, NULL, NULL), -1);
	assert_int_equal(dtrace_errno(h), EINVAL);
	/* a probe that there is not is found when it is to be enabled */
	strcpy(begin.dted_probe.dtpd_name, "NONE");
	check(h, dtrace_stmt_add(h, p, dtrace_stmt_create(h, &begin)));
	assert_int_equal(dtrace_program_exec(h, p, NULL), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "NONE"));
	dtrace_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(by_hand),
	    cmocka_unit_test(bare),
	    cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
