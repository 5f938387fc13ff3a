/* Handles in threads: several at once, and one that two threads use */
#include "client.h"

#include <pthread.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(several_handles),
	    cmocka_unit_test(one_handle_two_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
