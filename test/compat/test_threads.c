/* Handles in threads: several at once, and one that two threads use */
#include "client.h"

#include <pthread.h>
#include <stdbool.h>

enum { THREADS = 4 };

struct job {
	pthread_t thread;
	int number, total, records;
};

static int add_up(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	struct job *j = arg;
	if (rec && rec->dtrd_action == DTRACEACT_DIFEXPR) {
		j->total += *(int *)(void *)data->dtpda_data;
		j->records++;
	}
	return DTRACE_CONSUME_NEXT;
}

static void *run(void *arg)
{
	struct job *j = arg;
	char text[256];
	snprintf(text, sizeof(text),
		 "int n; tick-1ms /n < 10/ { n++; trace(%d); } tick-1ms /n == 10/ { exit(0); }",
		 j->number);
	dtrace_hdl_t *h = dtrace_open(DTRACE_VERSION, 0, NULL);
	dtrace_prog_t *p =
	    h ? dtrace_program_strcompile(h, text, DTRACE_PROBESPEC_NAME, 0, 0, NULL) : NULL;
	if (!p || dtrace_program_exec(h, p, NULL) || dtrace_go(h))
		return NULL;
	while (dtrace_work(h, NULL, NULL, add_up, j) == DTRACE_WORKSTATUS_OKAY)
		dtrace_sleep(h);
	dtrace_close(h);
	return NULL;
}

static void several_handles(void **state)
{
	struct job jobs[THREADS] = {0};
	(void)state;
	need_root();
	for (int i = 0; i < THREADS; i++) {
		jobs[i].number = i + 1;
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, run, &jobs[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(jobs[i].thread, NULL);
		assert_int_equal(jobs[i].records, 10);
		assert_int_equal(jobs[i].total, 10 * (i + 1));
	}
}

/* ---- all that a handle can be asked, at once in several threads ---- */

static int count_probe(dtrace_hdl_t *h, const dtrace_probedesc_t *desc, void *arg)
{
	(void)h;
	(void)desc;
	return ++*(int *)arg == 200;
}

static int count_entry(const dtrace_aggdata_t *agg, void *arg)
{
	(void)agg;
	++*(int *)arg;
	return DTRACE_AGGWALK_NEXT;
}

static bool ask(dtrace_hdl_t *h, int number)
{
	dtrace_probedesc_t syscalls = {.dtpd_provider = "syscall"};
	dtrace_typeinfo_t type;
	char name[32], text[128];
	int probes = 0;
	snprintf(name, sizeof(name), "unknown%d", number);
	snprintf(text, sizeof(text), "BEGIN { %s }", name);
	bool refused = !dtrace_program_strcompile(h, text, DTRACE_PROBESPEC_NAME, 0, 0, NULL) &&
		       strstr(dtrace_errmsg(h, dtrace_errno(h)), name);
	dtrace_probe_iter(h, &syscalls, count_probe, &probes);
	return refused && probes == 200 &&
	       dtrace_lookup_by_type(h, DTRACE_OBJ_EVERY, "struct task_struct", &type) == 0 &&
	       ctf_type_size(type.dtt_ctfp, type.dtt_type) > 1000 &&
	       dtrace_addr2str(h, 0, text, sizeof(text)) > 0 && dtrace_printf_create(h, "%d %s") &&
	       !dtrace_printf_create(h, "%y");
}

/* A command of its own, its system calls by name and by stack, until it has gone. */
static int trace_command(dtrace_hdl_t *h)
{
	char *argv[] = {"sh", "-c", "true; true", NULL};
	int entries = 0;
	struct ps_prochandle *p = dtrace_proc_create(h, argv[0], argv);
	dtrace_prog_t *prog = dtrace_program_strcompile(
	    h,
	    "syscall:::entry /pid == $target/ { @[probefunc, execname] = count(); @s[ustack(5)] = "
	    "count(); self->at = timestamp; } syscall:::return /self->at/ { @q = "
	    "quantize(timestamp - "
	    "self->at); } proc:::exit /pid == $target/ { printf(\"%s %Y\", execname, "
	    "walltimestamp); "
	    "exit(0); }",
	    DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	if (!p || !prog || dtrace_program_exec(h, prog, NULL) || dtrace_go(h))
		return 0;
	FILE *out = tmpfile();
	while (dtrace_work(h, out, NULL, add_up, &(struct job){0}) == DTRACE_WORKSTATUS_OKAY)
		dtrace_sleep(h);
	dtrace_aggregate_walk_keysorted(h, count_entry, &entries);
	dtrace_aggregate_print(h, out, NULL);
	fclose(out);
	return entries;
}

static void *do_all(void *arg)
{
	struct job *j = arg;
	dtrace_hdl_t *h = dtrace_open(DTRACE_VERSION, 0, NULL);
	if (h && ask(h, j->number))
		j->records = trace_command(h);
	dtrace_close(h);
	return NULL;
}

static void all_at_once(void **state)
{
	struct job jobs[THREADS] = {0};
	(void)state;
	need_root();
	for (int i = 0; i < THREADS; i++) {
		jobs[i].number = i + 1;
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, do_all, &jobs[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(jobs[i].thread, NULL);
	for (int i = 0; i < THREADS; i++)
		assert_true(jobs[i].records > 10);
}

struct shared {
	dtrace_hdl_t *h;
	int seen;
};

static int any(const dtrace_aggdata_t *agg, void *arg)
{
	(void)agg;
	((struct shared *)arg)->seen++;
	return DTRACE_AGGWALK_NEXT;
}

static void *look(void *arg)
{
	struct shared *s = arg;
	while (!s->seen) {
		dtrace_aggregate_snap(s->h);
		dtrace_aggregate_walk(s->h, any, s);
	}
	dtrace_stop(s->h);
	return NULL;
}

/* One sleeps and works, the other looks at the aggregations and stops it. */
static void one_handle_two_threads(void **state)
{
	pthread_t t;
	(void)state;
	need_root();
	struct shared s = {.h = open_quiet()};
	start(s.h, "tick-1ms { @ = count(); }");
	assert_int_equal(pthread_create(&t, NULL, look, &s), 0);
	assert_int_equal(work(s.h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	pthread_join(t, NULL);
	assert_int_equal(dtrace_status(s.h), DTRACE_STATUS_STOPPED);
	dtrace_close(s.h);
}

/* ---- a command created by one thread, let go by another ---- */

struct command {
	dtrace_hdl_t *h;
	struct ps_prochandle *p;
};

static void *create(void *arg)
{
	struct command *c = arg;
	char *argv[] = {"sh", "-c", "exit 5", NULL};
	c->p = dtrace_proc_create(c->h, argv[0], argv);
	return NULL;
}

static void command_of_another_thread(void **state)
{
	pthread_t t;
	struct job exits = {0};
	(void)state;
	need_root();
	struct command c = {.h = open_quiet()};
	assert_int_equal(pthread_create(&t, NULL, create, &c), 0);
	pthread_join(t, NULL);
	assert_non_null(c.p);
	start(c.h, "syscall::exit_group:entry /pid == $target/ { trace((int)arg0); exit(0); }");
	assert_int_equal(work(c.h, NULL, NULL, add_up, &exits), DTRACE_WORKSTATUS_DONE);
	assert_int_equal(exits.records, 1);
	assert_int_equal(exits.total, 5);
	dtrace_proc_release(c.h, c.p);
	dtrace_close(c.h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(several_handles),
	    cmocka_unit_test(all_at_once),
	    cmocka_unit_test(one_handle_two_threads),
	    cmocka_unit_test(command_of_another_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
