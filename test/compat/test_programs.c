/* Compilation, probes and the texts of descriptions: what needs no tracing */
#include "client.h"

#include <errno.h>

static void versions_and_flags(void **state)
{
	int err = 0;
	(void)state;
	assert_null(dtrace_open(DTRACE_VERSION + 1, 0, &err));
	assert_non_null(strstr(dtrace_errmsg(NULL, err), "version newer"));
	assert_null(dtrace_open(DTRACE_VERSION, 0x100, &err));
	assert_int_equal(err, EINVAL);
	assert_string_equal(dtrace_errmsg(NULL, EINVAL), "Invalid argument");
	assert_non_null(strstr(_dtrace_version, "D 1."));
	assert_string_equal(dtrace_faultstr(NULL, DTRACEFLT_DIVZERO), "divide-by-zero");
	assert_string_equal(dtrace_subrstr(NULL, 9), "copyinstr");
	assert_int_equal(dtrace_provider_modules(NULL, NULL, 0), 0);
}

static void options(void **state)
{
	dtrace_optval_t v;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_getopt(h, "bufsize", &v));
	assert_int_equal(v, 1 << 20);
	check(h, dtrace_getopt(h, "quiet", &v));
	assert_int_equal(v, 1);
	check(h, dtrace_getopt(h, "flowindent", &v));
	assert_int_equal(v, DTRACEOPT_UNSET);
	check(h, dtrace_setopt(h, "bufpolicy", "ring"));
	check(h, dtrace_getopt(h, "bufpolicy", &v));
	assert_int_equal(v, DTRACEOPT_BUFPOLICY_RING);
	check(h, dtrace_setopt(h, "switchrate", "10hz"));
	check(h, dtrace_getopt(h, "switchrate", &v));
	assert_int_equal(v, 100000000);
	assert_int_equal(dtrace_setopt(h, "nosuchoption", "1"), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "Invalid option name");
	assert_int_equal(dtrace_setopt(h, "bufsize", "much"), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)),
			    "Invalid value for specified option");
	assert_int_equal(dtrace_getopt(h, "nosuchoption", &v), -1);
	dtrace_close(h);
}

static dtrace_prog_t *compile(dtrace_hdl_t *h, const char *text, dtrace_probespec_t spec,
			      uint_t flags)
{
	char *argv[] = {"name", "17", NULL};
	return dtrace_program_strcompile(h, text, spec, flags, strchr(text, '$') ? 2 : 0, argv);
}

static void programs(void **state)
{
	dtrace_proginfo_t info;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	assert_null(compile(h, "BEGIN { nothing }", DTRACE_PROBESPEC_NAME, 0));
	assert_true(dtrace_errno(h) != 0);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "failed to resolve nothing"));
	assert_null(compile(h, "no:such:probe:here", DTRACE_PROBESPEC_NAME, 0));
	assert_non_null(compile(h, "no:such:probe:here", DTRACE_PROBESPEC_NAME, DTRACE_C_ZDEFS));
	/* the flags were for that program alone */
	assert_null(compile(h, "no:such:probe:here", DTRACE_PROBESPEC_NAME, 0));
	assert_null(compile(h, "", DTRACE_PROBESPEC_NONE, 0));
	assert_non_null(compile(h, "", DTRACE_PROBESPEC_NONE, DTRACE_C_EMPTY));
	assert_non_null(compile(h, "BEGIN { trace($1); }", DTRACE_PROBESPEC_NAME, 0));
	assert_null(compile(h, "BEGIN /$1 == 17/ { trace($2); }", DTRACE_PROBESPEC_NAME, 0));
	assert_non_null(
	    compile(h, "BEGIN /$1 == 17/ { trace($2); }", DTRACE_PROBESPEC_NAME, DTRACE_C_DEFARG));
	assert_null(compile(h, "BEGIN { }", DTRACE_PROBESPEC_NAME, 0x8000));
	assert_int_equal(dtrace_errno(h), EINVAL);
	dtrace_prog_t *p =
	    compile(h, "syscall { @a = count(); @b = sum(1); }", DTRACE_PROBESPEC_PROVIDER, 0);
	assert_non_null(p);
	dtrace_program_info(h, p, &info);
	assert_int_equal(info.dpi_aggregates, 2);
	assert_true(info.dpi_matches > 500);
	assert_int_equal(info.dpi_recgens, 0);
	p = compile(h, "BEGIN { trace(execname); } END { speculate(1); trace(1); }",
		    DTRACE_PROBESPEC_NAME, 0);
	dtrace_program_info(h, p, &info);
	assert_int_equal(info.dpi_recgens, 2);
	assert_int_equal(info.dpi_speculations, 1);
	check(h, dtrace_program_exec(h, p, &info));
	assert_int_equal(info.dpi_matches, 2);
	dtrace_close(h);
}

static void files(void **state)
{
	dtrace_proginfo_t info;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	FILE *fp = tmpfile();
	fputs("#!/usr/sbin/dtrace -s\nBEGIN\n{\n\ttrace($$1);\n}\n", fp);
	rewind(fp);
	char *argv[] = {"name", "word", NULL};
	dtrace_prog_t *p = dtrace_program_fcompile(h, fp, 0, 2, argv);
	if (!p)
		fail_msg("%s", dtrace_errmsg(h, dtrace_errno(h)));
	dtrace_program_info(h, p, &info);
	assert_int_equal(info.dpi_matches, 1);
	rewind(fp);
	fputs("#!/usr/sbin/dtrace -s\nBEGIN\n{\n\ttrace(what);\n}\n", fp);
	rewind(fp);
	assert_null(dtrace_program_fcompile(h, fp, 0, 0, NULL));
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "line 4"));
	fclose(fp);
	dtrace_close(h);
}

static int clause(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_stmtdesc_t *stmt, void *arg)
{
	static dtrace_ecbdesc_t *last;
	char text[DTRACE_DESC2STR_MAX];
	(void)h;
	(void)p;
	assert_ptr_not_equal(stmt->dtsd_ecbdesc, last);
	last = stmt->dtsd_ecbdesc;
	strcat(arg, dtrace_desc2str(&stmt->dtsd_ecbdesc->dted_probe, text, sizeof(text)));
	strcat(arg, " ");
	return 0;
}

static void clauses(void **state)
{
	char text[512] = "";
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	dtrace_prog_t *p =
	    compile(h, "BEGIN, syscall::re*d:entry { } END { }", DTRACE_PROBESPEC_NAME, 0);
	check(h, dtrace_stmt_iter(h, p, clause, text));
	assert_string_equal(text, ":::BEGIN syscall::re*d:entry :::END ");
	dtrace_close(h);
}

static int count(dtrace_hdl_t *h, const dtrace_probedesc_t *p, void *arg)
{
	(void)h;
	assert_string_equal(p->dtpd_provider, "syscall");
	assert_true(p->dtpd_id > 0);
	return ++*(int *)arg == 3 ? 42 : 0;
}

static int keep(dtrace_hdl_t *h, const dtrace_probedesc_t *p, void *arg)
{
	(void)h;
	*(dtrace_probedesc_t *)arg = *p;
	return 0;
}

static void probes(void **state)
{
	dtrace_probedesc_t d, found, again;
	dtrace_probeinfo_t info;
	char type[64];
	int n = 0;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_str2desc(h, DTRACE_PROBESPEC_PROVIDER, "syscall", &d));
	assert_int_equal(dtrace_probe_iter(h, &d, count, &n), 42);
	assert_int_equal(n, 3);
	check(h, dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, "syscall::write:entry", &d));
	assert_string_equal(d.dtpd_func, "write");
	check(h, dtrace_probe_iter(h, &d, keep, &found));
	check(h, dtrace_id2desc(h, found.dtpd_id, &again));
	assert_string_equal(again.dtpd_func, "write");
	snprintf(type, sizeof(type), "%u", found.dtpd_id);
	check(h, dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, type, &again));
	assert_int_equal(again.dtpd_id, found.dtpd_id);
	check(h, dtrace_probe_info(h, &found, &info));
	assert_int_equal(info.dtp_argc, 3);
	assert_string_equal(
	    ctf_type_name(info.dtp_argv[0].dtt_ctfp, info.dtp_argv[0].dtt_type, type, sizeof(type)),
	    "unsigned int");
	assert_null(ctf_type_name(info.dtp_argv[0].dtt_ctfp, 99, type, sizeof(type)));
	check(h, dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, "no:such:probe:here", &d));
	assert_int_equal(dtrace_probe_iter(h, &d, keep, &found), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No probe matches description");
	assert_int_equal(dtrace_str2desc(h, DTRACE_PROBESPEC_NAME, "a:b:c:d:e", &d), -1);
	assert_int_equal(dtrace_id2desc(h, 0x7fffffff, &d), -1);
	char *argv[] = {"x", "read"};
	check(h, dtrace_xstr2desc(h, DTRACE_PROBESPEC_NAME, "syscall::$1:return", 2, argv, &d));
	assert_string_equal(d.dtpd_func, "read");
	char *more[] = {"x", "sys", "call", "7"}, want[32];
	check(h, dtrace_xstr2desc(h, DTRACE_PROBESPEC_NAME, "$1$$2::f$3x:*", 4, more, &d));
	assert_string_equal(dtrace_desc2str(&d, type, sizeof(type)), "syscall::f7x:*");
	check(h, dtrace_xstr2desc(h, DTRACE_PROBESPEC_PROVIDER, "pid$pid", 0, NULL, &d));
	snprintf(want, sizeof(want), "pid%d", (int)getpid());
	assert_string_equal(d.dtpd_provider, want);
	assert_int_equal(
	    dtrace_xstr2desc(h, DTRACE_PROBESPEC_NAME, "pid$target:::x$4", 4, more, &d), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)),
			    "macro $target in a probe description is not defined");
	dtrace_close(h);
}

static void attributes(void **state)
{
	dtrace_attribute_t a;
	char text[DTRACE_ATTR2STR_MAX];
	(void)state;
	assert_int_equal(dtrace_str2attr("Evolving/Private/ISA", &a), 0);
	assert_int_equal(a.dtat_name, DTRACE_STABILITY_EVOLVING);
	assert_int_equal(a.dtat_class, DTRACE_CLASS_ISA);
	assert_string_equal(dtrace_attr2str(a, text, sizeof(text)), "Evolving/Private/ISA");
	assert_int_equal(dtrace_str2attr("Evolving/Privy/ISA", &a), -1);
	assert_string_equal(dtrace_stability_name(DTRACE_STABILITY_STANDARD), "Standard");
	assert_null(dtrace_stability_name(99));
	assert_string_equal(dtrace_class_name(DTRACE_CLASS_COMMON), "Common");
}

static int find_kernel(dtrace_hdl_t *h, const dtrace_objinfo_t *o, void *arg)
{
	(void)h;
	*(int *)arg += (o->dto_flags & DTRACE_OBJ_F_PRIMARY) && strcmp(o->dto_name, "vmlinux") == 0;
	return 0;
}

static void objects_and_types(void **state)
{
	dtrace_typeinfo_t t;
	dtrace_objinfo_t o;
	GElf_Sym sym;
	dtrace_syminfo_t info;
	char name[64];
	int n = 0;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_object_iter(h, find_kernel, &n));
	assert_int_equal(n, 1);
	check(h, dtrace_object_info(h, "vmlinux", &o));
	assert_non_null(o.dto_file); /* consumers print it */
	assert_int_equal(dtrace_object_info(h, "no_such_module", &o), -1);
	check(h, dtrace_lookup_by_type(h, DTRACE_OBJ_EVERY, "struct task_struct", &t));
	assert_true(ctf_type_size(t.dtt_ctfp, t.dtt_type) > 1000);
	info = (dtrace_syminfo_t){.dts_object = "vmlinux", .dts_name = "vfs_read"};
	check(h, dtrace_symbol_type(h, &sym, &info, &t));
	assert_non_null(strstr(ctf_type_name(t.dtt_ctfp, t.dtt_type, name, sizeof(name)),
			       "(struct file *, char *"));
	info.dts_name = "jiffies_64";
	check(h, dtrace_symbol_type(h, &sym, &info, &t));
	assert_int_equal(ctf_type_size(t.dtt_ctfp, t.dtt_type), 8);
	info.dts_name = "no_such_symbol";
	assert_int_equal(dtrace_symbol_type(h, &sym, &info, &t), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No such type");
	check(h, dtrace_type_strcompile(h, "unsigned short", &t));
	assert_string_equal(ctf_type_name(t.dtt_ctfp, t.dtt_type, name, sizeof(name)),
			    "unsigned short");
	assert_int_equal(ctf_type_size(t.dtt_ctfp, t.dtt_type), 2);
	assert_int_equal(dtrace_lookup_by_type(h, DTRACE_OBJ_EVERY, "struct no_such", &t), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No such type");
	assert_int_equal(dtrace_lookup_by_type(h, "no_such_module", "int", &t), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No such module or object");
	assert_int_equal(dtrace_lookup_by_name(h, DTRACE_OBJ_EVERY, "no_such_symbol_", &sym, &info),
			 -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No such symbol");
	assert_int_equal(dtrace_lookup_by_name(h, "no_such_module", "vfs_read", &sym, &info), -1);
	assert_string_equal(dtrace_errmsg(h, dtrace_errno(h)), "No such module or object");
	if (geteuid() == 0) {
		check(h, dtrace_lookup_by_name(h, DTRACE_OBJ_KMODS, "vfs_write", &sym, &info));
		assert_string_equal(info.dts_object, "vmlinux");
		assert_true(sym.st_value > o.dto_text_va);
	}
	dtrace_close(h);
}

static void own_probes(void **state)
{
	char *text = NULL;
	size_t n;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	FILE *fp = tmpfile(), *out = open_memstream(&text, &n);
	fputs("provider shop { probe order__placed(int, char *); };\n", fp);
	rewind(fp);
	if (!dtrace_program_fcompile(h, fp, DTRACE_C_ZDEFS, 0, NULL))
		fail_msg("%s", dtrace_errmsg(h, dtrace_errno(h)));
	check(h, dtrace_program_header(h, out, "shop.d"));
	fclose(out);
	if (!strstr(text, "SHOP_ORDER_PLACED"))
		fail_msg("%s", text);
	free(text);
	char path[] = "/tmp/glasshouse-XXXXXX", magic[4];
	int fd = mkstemp(path);
	check(h, dtrace_program_link(h, NULL, DTRACE_D_PROBES, path, 0, NULL));
	assert_int_equal(read(fd, magic, 4), 4);
	assert_memory_equal(magic, "\177ELF", 4);
	close(fd);
	fclose(fp);
	/* What is not made here says so, and what does its work. */
	check(h, dtrace_setopt(h, "linktype", "dof"));
	assert_int_equal(dtrace_program_link(h, NULL, DTRACE_D_PROBES, path, 0, NULL), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "leave the option out"));
	unlink(path);
	assert_null(dtrace_dof_create(h, NULL, 0));
	assert_null(dtrace_getopt_dof(h));
	assert_null(dtrace_geterr_dof(h));
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "There is no DOF"));
	dtrace_dof_destroy(h, NULL);
	assert_int_equal(dtrace_ctlfd(h), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "There is no device"));
	dtrace_close(h);
}

/* -C -G and -h: the preprocessor, with options of the handle */
static void own_probes_preprocessed(void **state)
{
	char *text = NULL;
	size_t n;
	(void)state;
	dtrace_hdl_t *h = open_quiet();
	FILE *fp = tmpfile(), *out = open_memstream(&text, &n);
	check(h, dtrace_setopt(h, "define", "NUMBER=unsigned short"));
	fputs("#define TEXT char *\nprovider shop {\n#ifdef NUMBER\nprobe order__placed(NUMBER, "
	      "TEXT);\n"
	      "#endif\n};\n",
	      fp);
	rewind(fp);
	if (!dtrace_program_fcompile(h, fp, DTRACE_C_ZDEFS | DTRACE_C_CPP, 0, NULL))
		fail_msg("%s", dtrace_errmsg(h, dtrace_errno(h)));
	check(h, dtrace_program_header(h, out, "shop.d"));
	fclose(out);
	if (!strstr(text, "order-placed(unsigned short, char *)"))
		fail_msg("%s", text);
	free(text);
	fclose(fp);
	dtrace_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(versions_and_flags),
	    cmocka_unit_test(options),
	    cmocka_unit_test(programs),
	    cmocka_unit_test(files),
	    cmocka_unit_test(clauses),
	    cmocka_unit_test(probes),
	    cmocka_unit_test(attributes),
	    cmocka_unit_test(objects_and_types),
	    cmocka_unit_test(own_probes),
	    cmocka_unit_test(own_probes_preprocessed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
