/* Consumers that wait by themselves and never call dtrace_sleep(): those of node and plockstat do so */
#include "client.h"

#include <libproc.h>
#include <sys/wait.h>
#include <time.h>

enum { PATIENCE = 6000 }; /* rounds of 10 ms */

static void pause_10ms(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static int add(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	if (rec && rec->dtrd_action == DTRACEACT_DIFEXPR)
		*(int *)arg += *(int *)(void *)data->dtpda_data;
	return DTRACE_CONSUME_NEXT;
}

static void work_alone(void **state)
{
	int sum = 0;
	dtrace_workstatus_t st = DTRACE_WORKSTATUS_OKAY;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_setopt(h, "switchrate", "10ms"));
	start(h, "int n; tick-1ms /n < 10/ { trace(++n); } tick-1ms /n == 10/ { exit(0); }");
	for (int i = 0; i < PATIENCE && st == DTRACE_WORKSTATUS_OKAY; i++) {
		pause_10ms();
		st = dtrace_work(h, NULL, NULL, add, &sum);
	}
	assert_int_equal(st, DTRACE_WORKSTATUS_DONE);
	assert_int_equal(sum, 55);
	dtrace_close(h);
}

static int keep(const dtrace_aggdata_t *agg, void *arg)
{
	const dtrace_aggdesc_t *d = agg->dtada_desc;
	*(int64_t *)arg =
	    *(int64_t *)(void *)(agg->dtada_data + d->dtagd_rec[d->dtagd_nrecs - 1].dtrd_offset);
	return DTRACE_AGGWALK_NEXT;
}

static void snapshots_alone(void **state)
{
	int64_t n = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "tick-1ms { @ = count(); }");
	for (int i = 0; i < PATIENCE && n < 5; i++) {
		pause_10ms();
		check(h, dtrace_aggregate_snap(h));
		check(h, dtrace_aggregate_walk(h, keep, &n));
	}
	assert_true(n >= 5);
	dtrace_close(h);
}

static void status_alone(void **state)
{
	int st = DTRACE_STATUS_OKAY;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "tick-1ms { exit(0); }");
	for (int i = 0; i < PATIENCE && st == DTRACE_STATUS_OKAY; i++) {
		pause_10ms();
		st = dtrace_status(h);
	}
	assert_int_equal(st, DTRACE_STATUS_EXITED);
	dtrace_close(h);
}

/* The kernel ends what nobody looks at for as long as option deadman says. */
static void nobody_looks(void **state)
{
	dtrace_workstatus_t st = DTRACE_WORKSTATUS_OKAY;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_setopt(h, "deadman", "300ms"));
	start(h, "int n; tick-1ms { n++; }");
	for (int i = 0; i < 150 && st == DTRACE_WORKSTATUS_OKAY; i++) {
		pause_10ms();
		st = dtrace_work(h, NULL, NULL, NULL, NULL);
	}
	assert_int_equal(st, DTRACE_WORKSTATUS_OKAY);
	nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
	assert_int_equal(dtrace_status(h), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)),
			    "Abort due to systemic unresponsiveness");
	assert_int_equal(dtrace_work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_ERROR);
	dtrace_close(h);
}

/* The state of a process is told when it is asked for, and its handler still called. */
static void told(struct ps_prochandle *p, const char *msg, void *arg)
{
	(void)p;
	(void)msg;
	++*(int *)arg;
}

static void processes(void **state)
{
	char *argv[] = {"sh", "-c", "exit 3", NULL};
	int calls = 0, st = PS_RUN;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_handle_proc(h, told, &calls));
	struct ps_prochandle *p = dtrace_proc_create(h, argv[0], argv);
	assert_non_null(p);
	pid_t pid = Pstatus(p)->pr_pid;
	/* the same again, and given back: it is still there */
	assert_ptr_equal(dtrace_proc_grab(h, pid, PGRAB_RDONLY), p);
	dtrace_proc_release(h, p);
	assert_int_equal(Pstate(p), PS_RUN);
	start(h, "tick-10ms { @ = count(); }");
	dtrace_proc_continue(h, p);
	for (int i = 0; i < PATIENCE && st == PS_RUN; i++) {
		pause_10ms();
		st = Pstate(p);
	}
	assert_int_equal(st, PS_UNDEAD);
	assert_int_equal(WEXITSTATUS(Ppsinfo(p)->pr_wstat), 3);
	assert_int_equal(proc_state(p), PS_UNDEAD);
	assert_int_equal(WEXITSTATUS(proc_getwstat(p)), 3);
	assert_int_equal(proc_getpid(p), pid);
	assert_int_equal(calls, 0);
	dtrace_sleep(h);
	assert_int_equal(calls, 1);
	dtrace_sleep(h);
	assert_int_equal(calls, 1);
	/* it has gone and is known all the same */
	assert_ptr_equal(dtrace_proc_grab(h, pid, 0), p);
	dtrace_proc_release(h, p);
	dtrace_close(h);
}

static void symbols(void **state)
{
	char name[64];
	GElf_Sym sym;
	prsyminfo_t info;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	struct ps_prochandle *p = dtrace_proc_grab(h, getpid(), PGRAB_RDONLY);
	unsigned long at = (uintptr_t)getpid + 1;
	assert_int_equal(Pxlookup_by_addr(p, at, name, sizeof(name), &sym, &info), 0);
	assert_non_null(strstr(info.prs_object, "libc"));
	assert_non_null(strstr(name, "getpid"));
	assert_int_equal(sym.st_value, (uintptr_t)getpid);
	assert_int_equal(Plookup_by_addr(p, at, name, 4, NULL), 0);
	assert_int_equal(strlen(name), 3);
	assert_int_equal(Plookup_by_addr(p, 16, name, sizeof(name), &sym), -1);
	dtrace_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(work_alone),   cmocka_unit_test(snapshots_alone),
	    cmocka_unit_test(status_alone), cmocka_unit_test(nobody_looks),
	    cmocka_unit_test(processes),    cmocka_unit_test(symbols),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
