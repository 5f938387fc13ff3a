/* Clients that live long, open many handles, and fork: what the process holds does not grow */
#include "client.h"

#include <dirent.h>
#include <malloc.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct held {
	size_t heap; /* bytes */
	int fds, bpf;
	int maps;
};

static int lines_of(const char *path)
{
	int n = 0;
	FILE *fp = fopen(path, "re");
	for (int c; (c = getc(fp)) != EOF;)
		n += c == '\n';
	fclose(fp);
	return n;
}

static struct held held_now(void)
{
	struct held now = {0};
	DIR *dir = opendir("/proc/self/fd");
	for (const struct dirent *d; (d = readdir(dir));) {
		char target[64] = "";
		now.fds++;
		if (readlinkat(dirfd(dir), d->d_name, target, sizeof(target) - 1) > 0)
			now.bpf += strstr(target, "bpf") || strstr(target, "perf_event");
	}
	closedir(dir);
	now.maps = lines_of("/proc/self/maps");
	now.heap = mallinfo2().uordblks;
	return now;
}

enum { SLACK = 16384 }; /* bytes: less than the least leak of each of a hundred sessions comes to */

/* The allocator may have a few more maps; later: descriptors that a session makes when it first needs them. */
static void same(const struct held *before, int later)
{
	struct held now = held_now();
	assert_in_range(now.fds, before->fds, before->fds + later);
	assert_in_range(now.bpf, before->bpf, before->bpf + later);
	assert_in_range(now.maps, 0, before->maps + 8);
	if (now.heap > before->heap + SLACK)
		fail_msg("heap: %zu bytes, then %zu", before->heap, now.heap);
}

static void compile_and_close(bool symbols)
{
	char name[64];
	dtrace_hdl_t *h = open_quiet();
	dtrace_proginfo_t info;
	dtrace_prog_t *p = dtrace_program_strcompile(
	    h, "BEGIN { @a[execname] = count(); trace(args[0]); } END { exit(self->x); }",
	    DTRACE_PROBESPEC_NAME, DTRACE_C_EMPTY, 0, NULL);
	assert_null(p); /* BEGIN has no arguments */
	assert_true(strlen(dtrace_errmsg(h, dtrace_errno(h))) > 10);
	p = dtrace_program_strcompile(h, "BEGIN { @a[execname] = count(); } END { exit(0); }",
				      DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	check(h, dtrace_program_exec(h, p, &info));
	if (symbols) /* of the whole kernel */
		dtrace_addr2str(h, 12345, name, sizeof(name));
	dtrace_close(h);
}

static void many_handles(void **state)
{
	(void)state;
	need_root();
	for (int i = 0; i < 20; i++)
		compile_and_close(i % 10 == 0);
	struct held before = held_now();
	for (int i = 0; i < 1000; i++)
		compile_and_close(i % 100 == 0);
	same(&before, 0);
}

static int keep_none(const dtrace_aggdata_t *agg, void *arg)
{
	++*(int *)arg;
	(void)agg;
	return DTRACE_AGGWALK_REMOVE;
}

static int skip_all(const dtrace_probedata_t *data, void *arg)
{
	(void)data;
	++*(int *)arg;
	return DTRACE_CONSUME_NEXT;
}

static void trace_and_close(void)
{
	int n = 0, records = 0;
	dtrace_hdl_t *h = open_quiet();
	start(h, "BEGIN { @a[execname, stack(3)] = count(); trace(1); } "
		 "syscall::getppid:entry /pid == $pid/ { @a[\"b\", stack(3)] = count(); }");
	syscall(SYS_getppid);
	check(h, dtrace_stop(h));
	assert_int_equal(dtrace_work(h, NULL, skip_all, NULL, &records), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_walk(h, keep_none, &n));
	dtrace_close(h);
	assert_int_equal(records, 1);
	assert_int_equal(n, 2);
}

static void many_sessions(void **state)
{
	(void)state;
	need_root();
	for (int i = 0; i < 10; i++)
		trace_and_close();
	struct held before = held_now();
	for (int i = 0; i < 100; i++)
		trace_and_close();
	same(&before, 0);
}

/* Every round has new keys, which a walk removes. */
static void rounds(dtrace_hdl_t *h, int n, int *entries, int *records)
{
	for (int i = 0; i < n; i++) {
		syscall(SYS_getppid);
		if (dtrace_work(h, NULL, skip_all, NULL, records) != DTRACE_WORKSTATUS_OKAY)
			fail_msg("%s", dtrace_errmsg(h, dtrace_errno(h)));
		if (i % 10)
			continue;
		check(h, dtrace_aggregate_snap(h));
		check(h, dtrace_aggregate_walk_valsorted(h, keep_none, entries));
	}
}

/* Tables of aggregations that fill up turn, at some time, and await a grace period by two maps. */
enum { GRACE_MAPS = 2 };

static void many_rounds(void **state)
{
	int entries = 0, records = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_setopt(h, "switchrate", "20us"));
	check(h, dtrace_setopt(h, "aggrate", "20us"));
	check(h, dtrace_setopt(h, "statusrate", "20us"));
	start(h, "int n; syscall::getppid:entry /pid == $pid/ { @a[n++ % 100] = count(); "
		 "@q = quantize(n); self->x[n] = 1; self->x[n] = 0; trace(n); }");
	rounds(h, 1000, &entries, &records);
	struct held before = held_now();
	rounds(h, 9000, &entries, &records);
	same(&before, GRACE_MAPS);
	check(h, dtrace_stop(h));
	assert_int_equal(dtrace_work(h, NULL, skip_all, NULL, &records), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_int_equal(records, 10000);
	assert_true(entries > 1000);
}

/* As lockstat does: the child closes the handle, and becomes the command. The parent goes on. */
static void in_child(dtrace_hdl_t *h)
{
	int status = -1;
	pid_t child = fork();
	if (child == 0) {
		dtrace_close(h);
		for (int i = 0; i < 5; i++)
			syscall(SYS_getppid);
		_exit(0);
	}
	while (waitpid(child, &status, 0) != child)
		assert_int_not_equal(dtrace_status(h), -1);
	assert_int_equal(status, 0);
}

static int fives(const dtrace_probedata_t *data, void *arg)
{
	const dtrace_eprobedesc_t *e = data->dtpda_edesc;
	uint64_t v;
	assert_int_equal(e->dtepd_nrecs, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(e->dtepd_rec[i].dtrd_size, sizeof(uint64_t));
	memcpy(&v, data->dtpda_data + e->dtepd_rec[0].dtrd_offset, sizeof(v));
	assert_int_equal(v, 5);
	++*(int *)arg;
	return DTRACE_CONSUME_NEXT;
}

static int count_of(const dtrace_aggdata_t *agg, void *arg)
{
	const dtrace_recdesc_t *rec = &agg->dtada_desc->dtagd_rec[4];
	assert_int_equal(agg->dtada_desc->dtagd_nrecs, 5);
	assert_int_equal(rec->dtrd_size, 2 * sizeof(uint64_t));
	*(int *)arg += *(const int *)(const void *)(agg->dtada_data + rec->dtrd_offset);
	return DTRACE_AGGWALK_NEXT;
}

static void child_closes(void **state)
{
	int n = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "syscall::getppid:entry /ppid == $pid/ { trace(5ULL); trace((uintptr_t)pid); "
		 "trace(caller); }");
	in_child(h);
	check(h, dtrace_stop(h));
	check(h, dtrace_consume(h, stdout, fives, NULL, &n));
	assert_int_equal(n, 5);
	dtrace_close(h);

	h = open_quiet();
	start(h, "syscall::getppid:entry /ppid == $pid/ { @avg[5ULL, (uintptr_t)pid, caller] = "
		 "avg(7); }");
	in_child(h);
	check(h, dtrace_stop(h));
	check(h, dtrace_aggregate_snap(h));
	n = 0;
	check(h, dtrace_aggregate_walk_keyvarsorted(h, count_of, &n));
	assert_int_equal(n, 5);
	dtrace_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(many_handles),
	    cmocka_unit_test(many_sessions),
	    cmocka_unit_test(many_rounds),
	    cmocka_unit_test(child_closes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
