/* client.h - what the tests of test/compat share: a program, compiled and run by the classic calls */
#ifndef TEST_COMPAT_CLIENT_H
#define TEST_COMPAT_CLIENT_H

#include <dtrace.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static inline void need_root(void)
{
	if (geteuid() != 0) {
		print_message("needs root\n");
		skip();
	}
}

static inline dtrace_hdl_t *open_quiet(void)
{
	int err = -1;
	dtrace_hdl_t *h = dtrace_open(DTRACE_VERSION, 0, &err);
	assert_non_null(h);
	assert_int_equal(err, 0);
	assert_int_equal(dtrace_setopt(h, "bufsize", "1m"), 0);
	assert_int_equal(dtrace_setopt(h, "aggsize", "1m"), 0);
	assert_int_equal(dtrace_setopt(h, "quiet", NULL), 0);
	return h;
}

#define check(h, call)                                                                             \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s: %s", #call, dtrace_errmsg(h, dtrace_errno(h)));              \
	} while (0)

/* Compiled, enabled and going. */
static inline void start(dtrace_hdl_t *h, const char *text)
{
	dtrace_prog_t *p = dtrace_program_strcompile(h, text, DTRACE_PROBESPEC_NAME, 0, 0, NULL);
	dtrace_proginfo_t info;
	if (!p)
		fail_msg("%s: %s", text, dtrace_errmsg(h, dtrace_errno(h)));
	check(h, dtrace_program_exec(h, p, &info));
	check(h, dtrace_go(h));
}

/* Until exit(). Returns what the last dtrace_work() did. */
static inline dtrace_workstatus_t work(dtrace_hdl_t *h, FILE *fp, dtrace_consume_probe_f *probe,
				       dtrace_consume_rec_f *rec, void *arg)
{
	dtrace_workstatus_t st;
	do {
		dtrace_sleep(h);
		st = dtrace_work(h, fp, probe, rec, arg);
	} while (st == DTRACE_WORKSTATUS_OKAY);
	return st;
}

#endif
