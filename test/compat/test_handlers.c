/* Handlers: buffered output, errors, drops, setopt(), processes */
#include "client.h"

#include <libproc.h>
#include <sys/wait.h>

struct seen {
	char text[8192];
	int n, parts, last;
};

static void add(struct seen *s, const char *text)
{
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof(s->text) - n, "%s", text);
}

static int chewrec(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)data;
	(void)arg;
	return !rec || rec->dtrd_action == DTRACEACT_EXIT ? DTRACE_CONSUME_NEXT
							  : DTRACE_CONSUME_THIS;
}

/* ---- buffered ---- */

static int buffered(const dtrace_bufdata_t *b, void *arg)
{
	struct seen *s = arg;
	assert_non_null(b->dtbda_buffered);
	assert_non_null(b->dtbda_probe);
	assert_int_equal(b->dtbda_probe->dtpda_pdesc->dtpd_id, 1);
	assert_non_null(b->dtbda_recdesc);
	s->n++;
	add(s, b->dtbda_buffered);
	add(s, "|");
	return DTRACE_HANDLE_OK;
}

static void text_in_pieces(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_buffered(h, buffered, &s));
	start(h, "BEGIN { trace(\"Hello World\"); printf(\"%d\\n\", 5); trace(6); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_string_equal(s.text, "Hello World|5\n|6|");
	/* Not quiet: in columns, as the command shows it; heads and ends of lines are the caller's. */
	memset(&s, 0, sizeof(s));
	h = open_quiet();
	check(h, dtrace_setopt(h, "quiet", "no"));
	check(h, dtrace_handle_buffered(h, buffered, &s));
	start(h, "BEGIN { trace(\"Hello World\"); trace(6); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_string_equal(s.text, "  Hello World                      |        6|");
}

static int parts(const dtrace_bufdata_t *b, void *arg)
{
	struct seen *s = arg;
	char flag[8];
	if (b->dtbda_flags & (DTRACE_BUFDATA_AGGKEY | DTRACE_BUFDATA_AGGVAL)) {
		assert_non_null(b->dtbda_aggdata);
		assert_string_equal(b->dtbda_aggdata->dtada_desc->dtagd_name, "a");
	}
	snprintf(flag, sizeof(flag), "%x:", b->dtbda_flags);
	add(s, flag);
	add(s, b->dtbda_buffered);
	add(s, "|");
	return DTRACE_HANDLE_OK;
}

static void printa_in_parts(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_buffered(h, parts, &s));
	start(h, "BEGIN { @a[\"k\"] = sum(5); printa(\"<%s> %@d\\n\", @a); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_string_equal(s.text, "4:<|1:k|4:> |2:5|c:\n|");
}

/* As the Java API reads an entry: from the pieces' own records, keys until the value, an end. */
static int pieces(const dtrace_bufdata_t *b, void *arg)
{
	const dtrace_aggdata_t *agg = b->dtbda_aggdata;
	const dtrace_recdesc_t *rec = b->dtbda_recdesc;
	uint32_t flags = b->dtbda_flags;
	char text[64];
	if (!agg) { /* the newline that printa() begins with */
		assert_null(rec);
		return DTRACE_HANDLE_OK;
	}
	if (flags & DTRACE_BUFDATA_AGGKEY) {
		assert_int_equal(rec->dtrd_action, DTRACEACT_DIFEXPR);
		const char *at = agg->dtada_data + rec->dtrd_offset;
		if (rec->dtrd_size == 4)
			snprintf(text, sizeof(text), "%d,", *(const int *)(const void *)at);
		else
			snprintf(text, sizeof(text), "%s,", at);
		add(arg, text);
	} else if (flags & DTRACE_BUFDATA_AGGVAL) {
		assert_true(DTRACEACT_ISAGG(rec->dtrd_action));
		snprintf(text, sizeof(text), "@%s=%lld ", agg->dtada_desc->dtagd_name,
			 *(const long long *)(const void *)(agg->dtada_data + rec->dtrd_offset));
		add(arg, text);
	} else {
		assert_null(rec);
	}
	if (flags & DTRACE_BUFDATA_AGGLAST)
		add(arg, ";");
	return DTRACE_HANDLE_OK;
}

static void records_of_pieces(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_buffered(h, pieces, &s));
	start(h, "BEGIN { @a[1, \"k\"] = sum(5); @b[1, \"k\"] = sum(6); @b[2, \"m\"] = sum(7); "
		 "@c[3, 4] = sum(9); @n = count(); "
		 "printa(@a); printa(@a, @b); printa(\"%@d %d\\n\", @c); printa(\"%d %s %@d %@d\", "
		 "@b, @a); "
		 "printa(\"%*d|%@d|\", @c); printa(@n); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	assert_string_equal(s.text, "1,k,@a=5 ;"
				    "2,m,@a=0 @b=7 ;1,k,@a=5 @b=6 ;"
				    "@c=9 3,;"
				    "1,k,@b=6 @a=5 ;2,m,@b=7 @a=0 ;"
				    "4,@c=9 ;"
				    "@n=1 ;");
	memset(&s, 0, sizeof(s));
	check(h, dtrace_aggregate_print(h, NULL, NULL));
	assert_string_equal(s.text, "");
	dtrace_close(h);
	h = open_quiet();
	check(h, dtrace_handle_buffered(h, pieces, &s));
	start(h, "BEGIN { @a[1, \"k\"] = sum(5); @n = count(); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_print(h, NULL, NULL));
	assert_string_equal(s.text, "1,k,@a=5 ;@n=1 ;");
	dtrace_close(h);
}

static int refuse(const dtrace_bufdata_t *b, void *arg)
{
	(void)b;
	(void)arg;
	return DTRACE_HANDLE_ABORT;
}

static void no_place_for_text(void **state)
{
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "BEGIN { trace(1); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)),
			    "Attempt to buffer output without handler");
	dtrace_close(h);
	h = open_quiet();
	check(h, dtrace_handle_buffered(h, refuse, NULL));
	start(h, "BEGIN { trace(1); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_ERROR);
	dtrace_close(h);
}

/* ---- errors and drops ---- */

static int on_err(const dtrace_errdata_t *e, void *arg)
{
	struct seen *s = arg;
	s->n++;
	s->last = e->dteda_fault;
	assert_string_equal(e->dteda_pdesc->dtpd_name, "BEGIN");
	assert_int_equal(e->dteda_edesc->dtepd_epid, 1);
	assert_int_equal(e->dteda_action, 1);
	assert_true(e->dteda_cpu >= 0);
	add(s, e->dteda_msg);
	return DTRACE_HANDLE_OK;
}

static void faults(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	const char *text = "int zero; BEGIN { trace(1 / zero); } BEGIN { exit(0); }";
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_err(h, on_err, &s));
	start(h, text);
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.last, DTRACEFLT_DIVZERO);
	static const char said[] = "error on enabled probe ID 1 (ID 1: dtrace:::BEGIN): "
				   "divide-by-zero in action #1 at DIF offset ";
	assert_memory_equal(s.text, said, strlen(said));
	assert_true(strtol(s.text + strlen(said), NULL, 10) > 0);
	/* Nobody there to take it: the round fails. */
	h = open_quiet();
	start(h, text);
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "Abort due to error");
	dtrace_close(h);
}

static int on_drop(const dtrace_dropdata_t *d, void *arg)
{
	struct seen *s = arg;
	s->n += (int)d->dtdda_drops;
	assert_int_equal(d->dtdda_kind, DTRACEDROP_SPECUNAVAIL);
	assert_true(d->dtdda_total >= d->dtdda_drops);
	assert_int_equal(d->dtdda_cpu, DTRACE_CPUALL);
	assert_int_equal(d->dtdda_msg[strlen(d->dtdda_msg) - 1], '\n');
	return DTRACE_HANDLE_OK;
}

static void drops(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	/* one speculation, asked for three times */
	const char *text =
	    "BEGIN { a = speculation(); b = speculation(); c = speculation(); exit(0); }";
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_drop(h, on_drop, &s));
	start(h, text);
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_int_equal(s.n, 2);
	h = open_quiet();
	start(h, text);
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "Abort due to drop");
	dtrace_close(h);
}

/* ---- calls at the wrong time ---- */

static void out_of_order(void **state)
{
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	assert_int_equal(dtrace_status(h), DTRACE_STATUS_NONE);
	dtrace_sleep(h);
	assert_int_equal(dtrace_work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "not active"));
	assert_int_equal(dtrace_program_exec(h, NULL, NULL), -1);
	check(h, dtrace_stop(h));
	check(h, dtrace_aggregate_snap(h));
	start(h, "tick-1s { @ = count(); }");
	assert_int_equal(dtrace_status(h), DTRACE_STATUS_OKAY);
	dtrace_prog_t *p = dtrace_program_strcompile(h, "END", DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	assert_non_null(p);
	assert_int_equal(dtrace_program_exec(h, p, NULL), -1);
	assert_int_equal(dtrace_go(h), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "tracing is active"));
	assert_int_equal(dtrace_setopt(h, "bufsize", "2m"), -1);
	check(h, dtrace_stop(h));
	check(h, dtrace_stop(h));
	assert_int_equal(dtrace_work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(dtrace_work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	dtrace_close(NULL);
}

/* ---- setopt() ---- */

static int on_setopt(const dtrace_setoptdata_t *o, void *arg)
{
	struct seen *s = arg;
	add(s, o->dtsda_option);
	assert_int_equal(o->dtsda_oldval, DTRACEOPT_UNSET);
	assert_int_equal(o->dtsda_newval, 1);
	assert_string_equal(o->dtsda_probe->dtpda_pdesc->dtpd_name, "BEGIN");
	return DTRACE_HANDLE_OK;
}

static int on_library_err(const dtrace_errdata_t *e, void *arg)
{
	struct seen *s = arg;
	s->last = e->dteda_fault;
	assert_int_equal(e->dteda_action, -1);
	add(s, e->dteda_msg);
	return DTRACE_HANDLE_OK;
}

static void options_set_by_the_program(void **state)
{
	struct seen s = {0};
	dtrace_optval_t v;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_setopt(h, on_setopt, &s));
	start(h, "BEGIN { setopt(\"rawbytes\"); exit(0); }");
	check(h, dtrace_getopt(h, "rawbytes", &v));
	assert_int_equal(v, DTRACEOPT_UNSET);
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_getopt(h, "rawbytes", &v));
	assert_int_equal(v, 1);
	dtrace_close(h);
	assert_string_equal(s.text, "rawbytes");
	/* One that cannot be set then is a fault of the library's, for whoever takes faults. */
	s = (struct seen){0};
	h = open_quiet();
	check(h, dtrace_handle_err(h, on_library_err, &s));
	start(h, "BEGIN { setopt(\"bufsize\", \"1k\"); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_int_equal(s.last, DTRACEFLT_LIBRARY);
	assert_non_null(strstr(s.text, "couldn't set option \"bufsize\" to \"1k\": "));
	h = open_quiet();
	start(h, "BEGIN { setopt(\"bufsize\", \"1k\"); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_ERROR);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "Abort due to error");
	dtrace_close(h);
}

/* ---- processes ---- */

static void on_proc(struct ps_prochandle *p, const char *msg, void *arg)
{
	struct seen *s = arg;
	char name[SIG2STR_MAX];
	assert_null(msg);
	assert_int_equal(Pstate(p), PS_UNDEAD);
	s->n = Pstatus(p)->pr_pid;
	s->last = Ppsinfo(p)->pr_wstat;
	assert_string_equal(proc_signame(SIGTERM, name, sizeof(name)), "SIGTERM");
}

static void processes(void **state)
{
	struct seen s = {0};
	char *argv[] = {"sh", "-c", "exit 5", NULL};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_proc(h, on_proc, &s));
	check(h, dtrace_handle_buffered(h, parts, &s));
	struct ps_prochandle *p = dtrace_proc_create(h, argv[0], argv);
	assert_non_null(p);
	pid_t pid = Pstatus(p)->pr_pid;
	start(h,
	      "syscall::exit_group:entry /pid == $target/ { printf(\"%d\", (int)arg0); exit(0); }");
	dtrace_proc_continue(h, p);
	assert_int_equal(work(h, NULL, NULL, chewrec, NULL), DTRACE_WORKSTATUS_DONE);
	while (!s.n)
		dtrace_sleep(h);
	assert_string_equal(s.text, "0:5|");
	assert_int_equal(s.n, pid);
	assert_int_equal(WEXITSTATUS(s.last), 5);
	dtrace_proc_release(h, p);
	assert_null(dtrace_proc_create(h, "/no/such/program", argv));
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "No such file"));
	assert_non_null(p = dtrace_proc_grab(h, getpid(), 0));
	assert_int_equal(Pstate(p), PS_RUN);
	dtrace_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_in_pieces),
	    cmocka_unit_test(printa_in_parts),
	    cmocka_unit_test(records_of_pieces),
	    cmocka_unit_test(no_place_for_text),
	    cmocka_unit_test(faults),
	    cmocka_unit_test(drops),
	    cmocka_unit_test(options_set_by_the_program),
	    cmocka_unit_test(processes),
	    cmocka_unit_test(out_of_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
