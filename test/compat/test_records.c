/* Records as consumers read them: descriptions, data, what the callbacks return */
#include "client.h"

#include <inttypes.h>

/* The example that introductions to the library begin with. */
static int head(const dtrace_probedata_t *data, void *arg)
{
	const dtrace_probedesc_t *p = data->dtpda_pdesc;
	fprintf(arg, "%s:%s:%s:%s on %d ", p->dtpd_provider, p->dtpd_mod, p->dtpd_func,
		p->dtpd_name, data->dtpda_cpu >= 0);
	return DTRACE_CONSUME_THIS;
}

static int end_line(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)data;
	if (!rec)
		fputc('\n', arg);
	return rec && rec->dtrd_action == DTRACEACT_EXIT ? DTRACE_CONSUME_NEXT
							 : DTRACE_CONSUME_THIS;
}

static void introduction(void **state)
{
	char *text = NULL;
	size_t n;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	FILE *out = open_memstream(&text, &n);
	start(h, "BEGIN { printf(\"hello %d %s\", 42, \"world\"); } BEGIN { trace(7); exit(0); } "
		 "END { trace(\"bye\"); }");
	assert_int_equal(work(h, out, head, end_line, out), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_stop(h));
	dtrace_close(h);
	fclose(out);
	assert_string_equal(text, "dtrace:::BEGIN on 1 hello 42 world\n"
				  "dtrace:::BEGIN on 1 7\n"
				  "dtrace:::END on 1 bye\n");
	free(text);
}

/* ---- what a record consists of ---- */

struct seen {
	char text[4096];
	int n;
};

static void say(struct seen *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct seen *s, const char *format, ...)
{
	size_t n = strlen(s->text);
	va_list ap;
	va_start(ap, format);
	vsnprintf(s->text + n, sizeof(s->text) - n, format, ap);
	va_end(ap);
}

static int read_rec(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	struct seen *s = arg;
	const void *at = data->dtpda_data;
	if (!rec) {
		say(s, "end of %d\n", data->dtpda_edesc->dtepd_nrecs);
		return DTRACE_CONSUME_NEXT;
	}
	/* In this function dtpda_data is the datum; the record begins dtrd_offset before it. */
	const dtrace_rechdr_t *hdr =
	    (const dtrace_rechdr_t *)(const void *)((const char *)at - rec->dtrd_offset);
	assert_int_equal(hdr->dtrh_epid, data->dtpda_edesc->dtepd_epid);
	assert_int_equal((uintptr_t)at % rec->dtrd_alignment, 0);
	assert_in_range(rec->dtrd_offset, 12, data->dtpda_edesc->dtepd_size - rec->dtrd_size);
	say(s, "%x %u ", rec->dtrd_action, rec->dtrd_size);
	switch (rec->dtrd_size) {
	case 8:
		say(s, "%" PRId64 "\n", *(const int64_t *)at);
		break;
	case 4:
		say(s, "%" PRId32 "\n", *(const int32_t *)at);
		break;
	case 2:
		say(s, "%u\n", *(const uint16_t *)at);
		break;
	case 1:
		say(s, "%u\n", *(const uint8_t *)at);
		break;
	default:
		say(s, "%s\n", (const char *)at);
	}
	return DTRACE_CONSUME_NEXT;
}

static const char *run(const char *text, dtrace_consume_rec_f *rec, struct seen *s)
{
	memset(s, 0, sizeof(*s));
	dtrace_hdl_t *h = open_quiet();
	start(h, text);
	assert_int_equal(work(h, NULL, NULL, rec, s), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	return s->text;
}

static void sizes_and_actions(void **state)
{
	struct seen s;
	(void)state;
	need_root();
	assert_string_equal(
	    run("BEGIN { trace((char)1); trace((short)-2); trace(-3); trace(4LL); trace(\"five\"); "
		"exit(6); }",
		read_rec, &s),
	    "1 1 1\n1 2 65534\n1 4 -3\n1 8 4\n1 256 five\n2 4 6\nend of 6\n");
	/* Each argument of printf() is a datum; one without arguments has a number all the same. */
	assert_string_equal(run("BEGIN { printf(\"%d %s %d\", 1, \"two\", 3LL); printf(\"x\"); "
				"exit(0); }",
				read_rec, &s),
			    "3 4 1\n3 256 two\n3 8 3\n3 8 0\n2 4 0\nend of 5\n");
	/* strsize is the size of strings */
	assert_string_equal(
	    run("#pragma D option strsize=16\nBEGIN { trace(\"abc\"); exit(0); }", read_rec, &s),
	    "1 16 abc\n2 4 0\nend of 2\n");
	/* A clause without actions records that it fired, and what the library does is not shown. */
	assert_string_equal(
	    run("BEGIN { } BEGIN { @a = count(); clear(@a); exit(0); }", read_rec, &s),
	    "end of 0\n2 4 0\nend of 2\n");
}

static int read_stack(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	struct seen *s = arg;
	const uint64_t *at = (const uint64_t *)(const void *)data->dtpda_data;
	if (!rec)
		return DTRACE_CONSUME_NEXT;
	if (rec->dtrd_action == DTRACEACT_STACK) {
		assert_int_equal(rec->dtrd_size, 3 * 8);
		assert_true(at[0] != 0);
		s->n |= 1;
	} else if (rec->dtrd_action == DTRACEACT_USTACK) {
		assert_int_equal(DTRACE_USTACK_NFRAMES(rec->dtrd_arg), 5);
		assert_int_equal(rec->dtrd_size, (5 + 1) * 8);
		assert_int_equal(at[0], getpid());
		s->n |= 2;
	} else if (rec->dtrd_action == DTRACEACT_SYM) {
		GElf_Sym sym;
		dtrace_syminfo_t info;
		char text[256];
		assert_int_equal(rec->dtrd_size, 8);
		check(data->dtpda_handle,
		      dtrace_lookup_by_addr(data->dtpda_handle, at[0], &sym, &info));
		assert_string_equal(info.dts_object, "vmlinux");
		assert_string_equal(info.dts_name, "vfs_read");
		assert_int_equal(sym.st_value, at[0]);
		assert_true(dtrace_addr2str(data->dtpda_handle, at[0] + 4, text, sizeof(text)) > 0);
		assert_string_equal(text, "vmlinux`vfs_read+0x4");
		s->n |= 4;
	}
	return DTRACE_CONSUME_NEXT;
}

static void stacks_and_symbols(void **state)
{
	struct seen s;
	(void)state;
	need_root();
	run("BEGIN { stack(3); ustack(5); sym((uintptr_t)&`vfs_read); exit(0); }", read_stack, &s);
	assert_int_equal(s.n, 7);
}

/* ---- what callbacks return ---- */

static int skip_ends(const dtrace_probedata_t *data, void *arg)
{
	struct seen *s = arg;
	s->n++;
	return strcmp(data->dtpda_pdesc->dtpd_name, "END") == 0 ? DTRACE_CONSUME_NEXT
								: DTRACE_CONSUME_THIS;
}

static int count_rec(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)data;
	if (rec)
		say(arg, "%x ", rec->dtrd_action);
	return DTRACE_CONSUME_NEXT;
}

static void probes_are_skipped(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "BEGIN { trace(1); exit(0); } END { trace(2); }");
	assert_int_equal(work(h, NULL, skip_ends, count_rec, &s), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_int_equal(s.n, 2);
	assert_string_equal(s.text, "1 2 ");
}

static int give_up(const dtrace_probedata_t *data, const dtrace_recdesc_t *rec, void *arg)
{
	(void)data;
	(void)rec;
	return *(int *)arg;
}

static void callbacks_end_the_round(void **state)
{
	int how = DTRACE_CONSUME_ABORT;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "BEGIN { trace(1); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, give_up, &how), DTRACE_WORKSTATUS_ERROR);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "aborted by directive"));
	dtrace_close(h);
	how = 77;
	h = open_quiet();
	start(h, "BEGIN { trace(1); exit(0); }");
	assert_int_equal(work(h, NULL, NULL, give_up, &how), DTRACE_WORKSTATUS_ERROR);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "Invalid return value"));
	dtrace_close(h);
}

static int flow(const dtrace_probedata_t *data, void *arg)
{
	static const char kinds[] = {
	    [DTRACEFLOW_ENTRY] = 'e', [DTRACEFLOW_RETURN] = 'r', [DTRACEFLOW_NONE] = 'n'};
	say(arg, "%c%d%s", kinds[data->dtpda_flow], data->dtpda_indent, data->dtpda_prefix);
	return DTRACE_CONSUME_THIS;
}

static void flow_is_told(void **state)
{
	struct seen s = {0};
	char text[256];
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_setopt(h, "flowindent", NULL));
	snprintf(text, sizeof(text),
		 "syscall::getpgid:entry /pid == %d/ { } syscall::getpgid:return /pid == %d/ { "
		 "exit(0); }",
		 getpid(), getpid());
	start(h, text);
	getpgid(0);
	assert_int_equal(work(h, NULL, flow, count_rec, &s), DTRACE_WORKSTATUS_DONE);
	dtrace_close(h);
	assert_string_equal(s.text, "e0 => r0 <= 2 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(introduction),
	    cmocka_unit_test(sizes_and_actions),
	    cmocka_unit_test(stacks_and_symbols),
	    cmocka_unit_test(probes_are_skipped),
	    cmocka_unit_test(callbacks_end_the_round),
	    cmocka_unit_test(flow_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
