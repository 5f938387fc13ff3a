/*
 * test_calls.c - calls, aggregations, clause rules, pragmas, libraries
 *
 * Tables of statements and programs with the type they must get or the tag they must fail with;
 * what a program is known by afterwards (destructive, parameters of aggregations); libraries from a
 * directory made for the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "dtrace/sema/library.h"
#include "sema_fixture.h"

struct row {
	const char *text, *want; /* want: a type, "" (compiles), or a tag */
};

static const char prelude[] = "struct s { int a; char c[8]; char *p; }; struct s sv; struct s *sp; "
			      "char *cp; int *np; void *vp; string str;\n"
			      "char ca[16]; char c; int i; unsigned int ui; long l; float fl; "
			      "in6_addr_t *a6; ipaddr_t *a4; int as[int];\n";

/* Value of the last statement's expression. */
static const struct row value_rows[] = {
    {"strlen(\"a\")", "size_t"},
    {"strlen(ca)", "size_t"},
    {"strlen(cp)", "size_t"},
    {"strlen(sv.c)", "size_t"},
    {"strlen(vp)", "size_t"},
    {"strlen(copyin(arg0, 4))", "size_t"},
    {"strlen(1)", "D_PROTO_ARG"},
    {"strlen(np)", "D_PROTO_ARG"},
    {"strlen()", "D_PROTO_LEN"},
    {"strlen(\"a\", 1)", "D_PROTO_LEN"},
    {"strjoin(execname, ca)", "string"},
    {"substr(\"abc\", 1)", "string"},
    {"substr(\"abc\", 1, 2)", "string"},
    {"substr(\"abc\")", "D_PROTO_LEN"},
    {"substr(\"abc\", 1, 2, 3)", "D_PROTO_LEN"},
    {"substr(\"abc\", \"b\")", "D_PROTO_ARG"},
    {"strtok((void *)0, \",\")", "string"},
    {"strtok(0, \",\")", "string"},
    {"strtok(5, \",\")", "D_PROTO_ARG"},
    {"index(\"abc\", \"b\", 1)", "int"},
    {"strchr(\"abc\", 'b')", "string"},
    {"strchr(\"abc\", \"b\")", "D_PROTO_ARG"},
    {"strtoll(\"12\")", "int64_t"},
    {"strtoll(\"12\", 8)", "int64_t"},
    {"lltostr(1)", "string"},
    {"lltostr(1, 16)", "string"},
    {"json(\"{}\", \"a\")", "string"},
    {"inet_ntoa(a4)", "string"},
    {"inet_ntoa(alloca(4))", "string"},
    {"inet_ntoa(1)", "D_PROTO_ARG"},
    {"inet_ntoa6(a6)", "string"},
    {"inet_ntop(2, alloca(4))", "string"},
    {"htons(1)", "uint16_t"},
    {"ntohll(1)", "uint64_t"},
    {"getmajor(1)", "major_t"},
    {"alloca(8)", "void *"},
    {"alloca(ui)", "void *"},
    {"alloca(\"8\")", "D_PROTO_ARG"},
    {"copyin(arg0, 8)", "void *"},
    {"copyin(cp, 8)", "D_PROTO_ARG"},
    {"copyinstr(arg0)", "string"},
    {"copyinstr((userland char *)arg0)", "string"},
    {"copyinstr(arg0, 8)", "string"},
    {"copyinto(arg0, 8, alloca(8))", "void"},
    {"bcopy(cp, alloca(8), 8)", "void"},
    {"bcopy(1, alloca(8), 8)", "D_PROTO_ARG"},
    {"rand()", "int"},
    {"rand(1)", "D_PROTO_LEN"},
    {"progenyof(1)", "int"},
    {"progenyof(\"init\")", "D_PROTO_ARG"},
    {"speculation()", "int"},
    {"mutex_owned(vp)", "int"},
    {"mutex_owned(1)", "D_PROTO_ARG"},
    {"toupper(str)", "string"},
    {"i = strlen(str) + 1", "int"},
    {"nosuch()", "D_FUNC_UNDEF"},
    {"nosuch(nosuch2)", "D_FUNC_UNDEF"},
    {"pid()", "D_FUNC_IDKIND"},
    {"i(1)", "D_FUNC_IDKIND"},
    {"strlen(nosuch)", "D_IDENT_UNDEF"},
    {"strlen(trace(1))", "D_PROTO_ARG"},
    {"i = 1 + exit(0)", "D_OP_INCOMPAT"},
    {"i = stack()", "D_OP_INCOMPAT"},
    {"i = count()", "D_OP_INCOMPAT"},
    {"strjoin(\"a\", as)", "D_IDENT_BADREF"},
    /* actions */
    {"exit(0)", "void"},
    {"exit()", "D_PROTO_LEN"},
    {"exit(\"a\")", "D_PROTO_ARG"},
    {"trace(1)", "void"},
    {"trace(sv)", "void"},
    {"trace(ca)", "void"},
    {"trace()", "D_PROTO_LEN"},
    {"trace(1, 2)", "D_PROTO_LEN"},
    {"trace(exit(0))", "D_TRACE_VOID"},
    {"trace((void)1)", "D_TRACE_VOID"},
    {"trace(@x)", "D_TRACE_DYN"},
    {"trace(stack())", "D_CG_EXPR"},
    {"print(sv)", "void"},
    {"print(*sp)", "void"},
    {"print(exit(0))", "D_PRINT_VOID"},
    {"print(@x)", "D_PRINT_DYN"},
    {"tracemem(vp, 8)", "void"},
    {"tracemem(arg0, 8)", "void"},
    {"tracemem(vp, 8, i)", "void"},
    {"tracemem(vp)", "D_PROTO_LEN"},
    {"tracemem(vp, 8, 8, 8)", "D_TRACEMEM_ARGS"},
    {"tracemem(sv, 8)", "D_TRACEMEM_ADDR"},
    {"tracemem(str, 8)", "D_TRACEMEM_ADDR"},
    {"tracemem(vp, i)", "D_TRACEMEM_SIZE"},
    {"tracemem(vp, 0)", "D_TRACEMEM_SIZE"},
    {"tracemem(vp, -1)", "D_TRACEMEM_SIZE"},
    {"tracemem(vp, 8, \"8\")", "D_TRACEMEM_DYNSIZE"},
    {"stack()", "stack"},
    {"stack(5)", "stack"},
    {"stack(i)", "D_STACK_SIZE"},
    {"stack(0)", "D_STACK_SIZE"},
    {"stack(-3)", "D_STACK_SIZE"},
    {"stack(1, 2)", "D_STACK_PROTO"},
    {"ustack()", "stack"},
    {"ustack(5, 0)", "stack"},
    {"jstack(5, 100)", "stack"},
    {"ustack(0)", "D_USTACK_FRAMES"},
    {"ustack(i)", "D_USTACK_FRAMES"},
    {"ustack(5, i)", "D_USTACK_STRSIZE"},
    {"ustack(5, -1)", "D_USTACK_STRSIZE"},
    {"ustack(1, 2, 3)", "D_USTACK_PROTO"},
    {"jstack(\"a\")", "D_USTACK_FRAMES"},
    {"sym(arg0)", "_symaddr"},
    {"usym(arg0)", "_usymaddr"},
    {"usym(cp)", "D_PROTO_ARG"},
    {"chill(100)", "void"},
    {"raise(9)", "void"},
    {"stop()", "void"},
    {"panic()", "void"},
    {"system(\"ls\")", "void"},
    {"system(\"kill %d\", pid)", "void"},
    {"system(\"\")", "D_PRINTF_FMT_EMPTY"},
    {"freopen(\"/tmp/x.%d\", i)", "void"},
    {"freopen(\"\")", "void"},
    {"freopen(\".\")", "D_FREOPEN_INVALID"},
    {"ftruncate()", "void"},
    {"setopt(\"quiet\")", "void"},
    {"setopt(\"strsize\", \"1k\")", "void"},
    {"setopt(1)", "D_PROTO_ARG"},
    {"speculate(i)", "void"},
    {"speculate(\"a\")", "D_PROTO_ARG"},
    /* printf */
    {"printf(\"hello\")", "void"},
    {"printf(\"%d %s %x%%\\n\", i, str, l)", "void"},
    {"printf(\"%-5d|%+05d|%'d|% d|%#x\", i, i, i, i, i)", "void"},
    {"printf(\"%*d %.*s %*.*d\", 5, i, 3, str, 1, 2, i)", "void"},
    {"printf(\"%hd %ld %lld %llu %hhx %lx\", i, l, l, ui, c, l)", "void"},
    {"printf(\"%c %C %S %p %a %A %Y %T\", c, str, str, vp, arg0, arg0, walltimestamp, "
     "walltimestamp)",
     "void"},
    {"printf(\"%wc %ws %lc %Lf %f\", i, np, i, fl, fl)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%e %f %g %Lg\", fl, fl, fl, fl)", "void"},
    {"printf(\"%?x %5.3s\", vp ? l : l, ca)", "void"},
    {"printf(\"%s\", sv.c)", "void"},
    {"printf()", "D_PROTO_LEN"},
    {"printf(\"\")", "D_PRINTF_FMT_EMPTY"},
    {"printf(i)", "D_PRINTF_ARG_FMT"},
    {"printf(str, i)", "D_PRINTF_ARG_FMT"},
    {"printf(\"%d\")", "D_PRINTF_ARG_PROTO"},
    {"printf(\"%d %d\", i)", "D_PRINTF_ARG_PROTO"},
    {"printf(\"%d\", i, i)", "D_PRINTF_ARG_EXTRA"},
    {"printf(\"%d\", str)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%d\", sv)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%s\", i)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%s\", cp)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%f\", i)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%Y\", i)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%d\", @x)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%d\", printf(\"a\"))", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%k\", stack())", "D_CG_EXPR"},
    {"printf(\"%@d\", i)", "D_PRINTF_AGG_CONV"},
    {"printf(\"%*d\", str, i)", "D_PRINTF_DYN_TYPE"},
    {"printf(\"%*d\")", "D_PRINTF_DYN_PROTO"},
    {"printf(\"%.*d\", 3)", "D_PRINTF_ARG_PROTO"},
    {"printf(\"%z\", i)", "D_SYNTAX"},
    {"printf(\"%\")", "D_SYNTAX"},
    {"printf(\"%ls\", np)", "D_PRINTF_ARG_TYPE"},
    {"printf(\"%ls %hs\", np, str)", "D_SYNTAX"}, /* a format is read before what it is given */
};

static bool check_value(const struct row *row)
{
	struct run r;
	BUF_AUTO text = {0}, got = {0};
	run_init_unprobed(&r);
	buf_printf(&text, "%sBEGIN { %s; }\n", prelude, row->text);
	run_text(&r, buf_str(&text));
	if (r.rc < 0)
		buf_puts(&got, first_tag(&r));
	else
		type_name(r.prog.clauses.at[0]->body->kids[0]->type, &got);
	bool ok = strcmp(buf_str(&got), row->want) == 0;
	if (!ok)
		print_error("%s: expected %s, got %s: %s\n", row->text, row->want, buf_str(&got),
			    first_text(&r));
	run_fini(&r);
	return ok;
}

static const struct row program_rows[] = {
    /* aggregations */
    {"BEGIN { @ = count(); @a[pid, execname] = sum(arg0); @b[stack(), usym(arg0)] = avg(pid); }",
     ""},
    {"BEGIN { @a[1] = count(); @a[pid] = count(); @a[timestamp] = count(); }", ""},
    {"BEGIN { @a = quantize(arg0); @b = quantize(arg0, 5); @c = lquantize(arg0, -10, 100, 10, 3); "
     "}",
     ""},
    {"BEGIN { @a = llquantize(arg0, 10, 0, 6, 20); @a = llquantize(1, 10, 0, 6, 20, 7); }", ""},
    {"BEGIN { @a = lquantize(arg0, 0, 10); @a = lquantize(arg0, 0, 10, 1); }", ""},
    {"BEGIN { @a = lquantize(arg0, 0, 10, 3); @a = lquantize(arg0, 0, 11, 3); }", ""},
    {"BEGIN { @a = count(1); }", "D_PROTO_LEN"},
    {"BEGIN { @a = sum(); }", "D_PROTO_LEN"},
    {"BEGIN { @a = sum(1, 2); }", "D_PROTO_LEN"},
    {"BEGIN { @a = quantize(); }", "D_PROTO_LEN"},
    {"BEGIN { @a = quantize(1, 2, 3); }", "D_PROTO_LEN"},
    {"BEGIN { @a = quantize(1, execname); }", "D_PROTO_ARG"},
    {"BEGIN { @a = sum(execname); }", "D_AGG_SCALAR"},
    {"BEGIN { @a = 5; }", "D_AGG_FUNC"},
    {"BEGIN { @a = strlen(\"a\"); }", "D_AGG_FUNC"},
    {"BEGIN { @a = trace(1); }", "D_AGG_FUNC"},
    {"BEGIN { @a = nosuch(1); }", "D_FUNC_UNDEF"},
    {"BEGIN { @a; }", "D_AGG_NULL"},
    {"BEGIN { @a = count(); @a = sum(1); }", "D_AGG_REDEF"},
    {"BEGIN { @a[1] = count(); @a = count(); }", "D_PROTO_LEN"},
    {"BEGIN { @a[1] = count(); @a[\"a\"] = count(); }", "D_PROTO_ARG"},
    {"BEGIN { @a[exit(0)] = count(); }", "D_KEY_TYPE"},
    {"BEGIN { @a[(void)1] = count(); }", "D_KEY_TYPE"},
    {"BEGIN { @a[strlen(sym(arg0))] = count(); }", "D_PROTO_ARG"},
    {"BEGIN { count(); }", "D_CG_EXPR"},
    {"BEGIN { @a = lquantize(1, pid, 10); }", "D_LQUANT_BASETYPE"},
    {"BEGIN { @a = lquantize(1, 4294967296, 10); }", "D_LQUANT_BASEVAL"},
    {"BEGIN { @a = lquantize(1, 0, pid); }", "D_LQUANT_LIMTYPE"},
    {"BEGIN { @a = lquantize(1, 0, 4294967296); }", "D_LQUANT_LIMVAL"},
    {"BEGIN { @a = lquantize(1, 10, 0); }", "D_LQUANT_MISMATCH"},
    {"BEGIN { @a = lquantize(1, 0, 10, pid); }", "D_LQUANT_STEPTYPE"},
    {"BEGIN { @a = lquantize(1, 0, 10, -1); }", "D_LQUANT_STEPTYPE"},
    {"BEGIN { @a = lquantize(1, 0, 1000000, 65536); }", "D_LQUANT_STEPVAL"},
    {"BEGIN { @a = lquantize(1, 0, 10, 11); }", "D_LQUANT_STEPLARGE"},
    {"BEGIN { @a = lquantize(1, 0, 65536, 1); }", "D_LQUANT_STEPSMALL"},
    {"BEGIN { @a = lquantize(1, 0, 10); @a = lquantize(1, 1, 10); }", "D_LQUANT_MATCHBASE"},
    {"BEGIN { @a = lquantize(1, 0, 10); @a = lquantize(1, 0, 11); }", "D_LQUANT_MATCHLIM"},
    {"BEGIN { @a = lquantize(1, 0, 10, 1); @a = lquantize(1, 0, 10, 2); }", "D_LQUANT_MATCHSTEP"},
    {"BEGIN { @a = lquantize(1, 0, 10, 1, 1, 1); }", "D_PROTO_LEN"},
    {"BEGIN { @a = llquantize(1, pid, 0, 6, 20); }", "D_LLQUANT_FACTORTYPE"},
    {"BEGIN { @a = llquantize(1, 1, 0, 6, 20); }", "D_LLQUANT_FACTORVAL"},
    {"BEGIN { @a = llquantize(1, 10, pid, 6, 20); }", "D_LLQUANT_LMAGTYPE"},
    {"BEGIN { @a = llquantize(1, 10, -1, 6, 20); }", "D_LLQUANT_LMAGVAL"},
    {"BEGIN { @a = llquantize(1, 10, 0, pid, 20); }", "D_LLQUANT_HMAGTYPE"},
    {"BEGIN { @a = llquantize(1, 10, 0, 100000, 20); }", "D_LLQUANT_HMAGVAL"},
    {"BEGIN { @a = llquantize(1, 10, 0, 19, 20); }", "D_LLQUANT_HMAGVAL"},
    {"BEGIN { @a = llquantize(1, 10, 5, 4, 20); }", "D_LLQUANT_HMAGVAL"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, pid); }", "D_LLQUANT_STEPTYPE"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, 5); }", "D_LLQUANT_STEPVAL"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, 30); }", "D_LLQUANT_STEPVAL"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, 20); @a = llquantize(1, 2, 0, 6, 16); }",
     "D_LLQUANT_MATCHFACTOR"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, 20); @a = llquantize(1, 10, 1, 6, 20); }",
     "D_LLQUANT_MATCHLMAG"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, 20); @a = llquantize(1, 10, 0, 7, 20); }",
     "D_LLQUANT_MATCHHMAG"},
    {"BEGIN { @a = llquantize(1, 10, 0, 6, 20); @a = llquantize(1, 10, 0, 6, 10); }",
     "D_LLQUANT_MATCHSTEPS"},
    /* actions on aggregations, defined before or after */
    {"END { printa(@a); clear(@a); trunc(@a); trunc(@a, 5); normalize(@a, 10); denormalize(@a); }"
     "BEGIN { @a[pid] = count(); }",
     ""},
    {"BEGIN { @a[pid, execname] = count(); @b[tid, \"x\"] = sum(1); }"
     "END { printa(\"%d %s %@d %@d\\n\", @a, @b); printa(\"%@d\\n\", @a); printa(\"plain\", @a); }",
     ""},
    {"BEGIN { @a[stack(), usym(arg0)] = quantize(1); } END { printa(\"%k %A %@d\\n\", @a); }", ""},
    {"END { printa(@a); }", "D_PRINTA_AGGBAD"},
    {"END { printa(\"%@d\", @a); }", "D_PRINTA_AGGBAD"},
    {"END { printa(); }", "D_PROTO_LEN"},
    {"END { printa(\"x\"); }", "D_PRINTA_PROTO"},
    {"BEGIN { @a = count(); @b = sum(1); printa(@a, @b); }", ""},
    {"END { printa(1); }", "D_PRINTA_AGGARG"},
    {"END { printa(\"%d\", pid); }", "D_PRINTA_AGGARG"},
    {"BEGIN { @a[1] = count(); printa(@a[1]); }", "D_PRINTA_AGGKEY"},
    {"BEGIN { @a[1] = count(); @b[\"a\"] = count(); printa(\"%@d %@d\", @a, @b); }",
     "D_PRINTA_AGGPROTO"},
    {"BEGIN { @a[1] = count(); @b[1, 2] = count(); printa(\"%@d %@d\", @a, @b); }",
     "D_PRINTA_AGGKEY"},
    {"BEGIN { @a[1] = count(); printa(\"%d %d %@d\", @a); }", "D_PRINTF_ARG_PROTO"},
    {"BEGIN { @a[1] = count(); printa(\"%s %@d\", @a); }", "D_PRINTF_ARG_TYPE"},
    {"BEGIN { @a[1] = count(); printa(\"%@s\", @a); }", "D_PRINTF_ARG_TYPE"},
    {"BEGIN { @a[1] = count(); printa(\"\", @a); }", "D_PRINTF_FMT_EMPTY"},
    {"END { clear(); }", "D_CLEAR_PROTO"},
    {"END { clear(1); }", "D_CLEAR_AGGARG"},
    {"END { clear(@a); }", "D_CLEAR_AGGBAD"},
    {"END { denormalize(@a, 1); }", "D_NORMALIZE_PROTO"},
    {"END { trunc(); }", "D_TRUNC_PROTO"},
    {"END { trunc(@a, 1, 2); }", "D_TRUNC_PROTO"},
    {"END { trunc(1); }", "D_TRUNC_AGGARG"},
    {"END { trunc(@a); }", "D_TRUNC_AGGBAD"},
    {"BEGIN { @a = count(); trunc(@a, \"5\"); }", "D_TRUNC_SCALAR"},
    {"END { normalize(@a); }", "D_NORMALIZE_PROTO"},
    {"END { normalize(1, 1); }", "D_NORMALIZE_AGGARG"},
    {"END { normalize(@a, 1); }", "D_NORMALIZE_AGGBAD"},
    {"BEGIN { @a = count(); normalize(@a, \"5\"); }", "D_NORMALIZE_SCALAR"},
    /* rules */
    {"BEGIN { speculate(1); trace(1); printf(\"x\"); }", ""},
    {"BEGIN { i = speculation(); speculate(i); stack(); }", ""},
    {"BEGIN { commit(1); }", ""},
    {"BEGIN { discard(1); trace(1); }", ""},
    {"BEGIN { discard(1); discard(1); }", ""},
    {"BEGIN { speculate(1); trace(1); commit(1); }", ""},
    {"BEGIN { commit(1); i = 1; stop(); }", ""},
    {"BEGIN { commit(1); commit(1); }", ""},
    {"BEGIN { commit(1); commit(2); trace(1); }", "D_DREC_COMM"},
    {"BEGIN { commit(1); commit(2); speculate(3); }", "D_SPEC_COMM"},
    {"BEGIN { trace(1); commit(1); }", "D_COMM_DREC"},
    {"BEGIN { @a = count(); commit(1); }", "D_COMM_DREC"},
    {"BEGIN { commit(1); @a = count(); }", "D_AGG_COMM"},
    {"BEGIN { commit(1); trace(1); }", "D_DREC_COMM"},
    {"BEGIN { commit(1); exit(0); }", "D_DREC_COMM"},
    {"BEGIN { commit(1); stack(); }", "D_DREC_COMM"},
    {"BEGIN { commit(1); speculate(1); }", "D_SPEC_COMM"},
    {"BEGIN { speculate(1); speculate(1); }", "D_SPEC_SPEC"},
    {"BEGIN { trace(1); speculate(1); }", "D_SPEC_DREC"},
    {"BEGIN { @a = count(); speculate(1); }", "D_SPEC_DREC"},
    {"BEGIN { speculate(1); @a = count(); }", "D_AGG_SPEC"},
    {"BEGIN { speculate(1); exit(0); }", "D_EXIT_SPEC"},
    {"BEGIN { speculate(1); stop(); }", "D_ACT_SPEC"},
    {"BEGIN { speculate(1); system(\"ls\"); }", "D_ACT_SPEC"},
    {"BEGIN { if (pid) { speculate(1); } else { trace(1); } }", ""},
    {"BEGIN { if (pid) { trace(1); } commit(1); }", "D_COMM_DREC"},
    {"BEGIN { if (pid) { commit(1); } else { trace(1); } }", ""},
    {"BEGIN { if (pid) { commit(1); } trace(1); }", "D_DREC_COMM"},
    {"BEGIN { speculate(1); if (pid) { i = 1; } else { exit(0); } }", "D_EXIT_SPEC"},
    /* pragmas */
    {"#pragma D option quiet\n#pragma D option strsize=64\nBEGIN { exit(0); }", ""},
    {"#pragma D option\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D option quiet aggrate=5\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D option nosuch\nBEGIN {}", "D_PRAGMA_OPTSET"},
    {"#pragma D option strsize=many\nBEGIN {}", "D_PRAGMA_OPTSET"},
    {"#pragma D option incdir=/tmp\nBEGIN {}", "D_PRAGMA_OPTSET"},
    {"#pragma D nosuch\nBEGIN {}", "D_PRAGMA_INVAL"},
    {"#pragma D\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma nosuch thing\nBEGIN {}", ""},
    {"#pragma ident \"@(#)x\"\n#ident \"y\"\nBEGIN {}", ""},
    {"#error no good\nBEGIN {}", "D_PRAGERR"},
    {"#pragma error no good\nBEGIN {}", "D_PRAGERR"},
    {"#pragma line x\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D attributes Stable/Stable/Common f\ninline int f = 1;\nBEGIN { i = f; }", ""},
    {"#pragma D attributes Stable/Stable/Common pid\nBEGIN {}", "D_PRAGMA_SCOPE"},
    {"#pragma D attributes Stable/Stable/Common nosuch\nBEGIN {}", "D_PRAGMA_UNUSED"},
    {"#pragma D attributes Stable/Odd/Common f\ninline int f = 1;\nBEGIN {}", "D_PRAGMA_INVAL"},
    {"#pragma D attributes Stable/Stable/Common\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D attributes Stable/Stable/Common f g\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D attributes Stable/Stable/Common provider p probes\nBEGIN {}", "D_PRAGMA_INVAL"},
    {"#pragma D attributes Stable/Stable/Common provider p name\nBEGIN {}", ""},
    {"#pragma D attributes Stable/Stable/Common provider p\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D binding \"1.5\" f\ninline int f = 1;\nBEGIN { i = f; }", ""},
    {"#pragma D binding \"99.5\" f\ninline int f = 1;\nBEGIN {}", "D_PRAGMA_INVAL"},
    {"#pragma D binding \"1.5\"\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D binding \"1.5\" nosuch\nBEGIN {}", "D_PRAGMA_UNUSED"},
    {"#pragma D depends_on module unix\nBEGIN {}", ""},
    {"#pragma D depends_on module nosuchmodule\nBEGIN {}", "D_PRAGMA_DEPEND"},
    {"#pragma D depends_on planet mars\nBEGIN {}", "D_PRAGMA_INVAL"},
    {"#pragma D depends_on module\nBEGIN {}", "D_PRAGMA_MALFORM"},
    {"#pragma D option version=1.2\nBEGIN { printf(\"%s\", inet_ntoa(0)); }", "D_FUNC_UNDEF"},
    {"#pragma D option amin=Stable/Stable/Common\nBEGIN { i = htons(1); }", "D_ATTR_MIN"},
    {"#pragma D option amin=Evolving/Evolving/Common\nBEGIN { i = htons(1); }", ""},
};

static bool check_program(const struct row *row)
{
	struct run r;
	run_init_unprobed(&r);
	run_text(&r, row->text);
	const char *got = r.rc < 0 ? first_tag(&r) : "";
	bool ok = strcmp(got, row->want) == 0;
	if (!ok)
		print_error("%s: expected '%s', got '%s': %s\n", row->text, row->want, got,
			    first_text(&r));
	run_fini(&r);
	return ok;
}

static void values_have_their_types_or_tags(void **state)
{
	(void)state;
	int bad = 0;
	for (size_t i = 0; i < sizeof(value_rows) / sizeof(value_rows[0]); i++)
		bad += !check_value(&value_rows[i]);
	assert_int_equal(bad, 0);
}

static void programs_compile_or_get_their_tags(void **state)
{
	(void)state;
	int bad = 0;
	for (size_t i = 0; i < sizeof(program_rows) / sizeof(program_rows[0]); i++)
		bad += !check_program(&program_rows[i]);
	assert_int_equal(bad, 0);
}

static void messages_are_the_classic_ones(void **state)
{
	static const struct row texts[] = {
	    {"BEGIN { exit(); }", "exit( ) prototype mismatch: 0 args passed, 1 expected"},
	    {"BEGIN { trace(rand(1)); }", "rand( ) prototype mismatch: 1 arg passed, 0 expected"},
	    {"BEGIN { trace(substr(\"a\")); }",
	     "substr( ) prototype mismatch: 1 arg passed, at least 2 expected"},
	    {"BEGIN { exit(execname); }", "exit( ) argument #1 is incompatible with "
					  "prototype:\n\tprototype: int\n\t argument: string"},
	    {"BEGIN { foo(); }", "undefined function name: foo"},
	    {"BEGIN { printf(\"%s\", pid); }",
	     "printf( ) argument #2 is incompatible with conversion #1 prototype:\n\tconversion: "
	     "%s\n"
	     "\t prototype: char [] or string (or use stringof)\n\t  argument: pid_t"},
	    {"BEGIN { @a = count(); }\nEND { @a = sum(1); }",
	     "aggregation redefined: @a\n\t current: @a = sum( )\n\tprevious: @a = count( ) : line "
	     "1"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct run r;
		run_init_unprobed(&r);
		run_text(&r, texts[i].text);
		assert_int_equal(r.rc, -1);
		assert_string_equal(first_text(&r), texts[i].want);
		run_fini(&r);
	}
}

static void aggregations_keep_their_parameters(void **state)
{
	struct run r;
	(void)state;
	run_init_unprobed(&r);
	run_text(&r, "BEGIN { @l[pid, stack(3)] = lquantize(arg0, -5, 25); @q = llquantize(cpu, "
		     "10, 1, 6, 20);"
		     " @m = max((unsigned long)1); }");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.aggs.n, 3);
	const struct agg *l = r.prog.aggs.at[0], *q = r.prog.aggs.at[1], *m = r.prog.aggs.at[2];
	assert_string_equal(l->name, "l");
	assert_int_equal(l->func, BF_LQUANTIZE);
	assert_int_equal(l->base, -5);
	assert_int_equal(l->limit, 25);
	assert_int_equal(l->step, 1);
	assert_int_equal(l->nkeys, 2);
	assert_int_equal(l->keys[1]->kind, TYPE_STACK);
	assert_int_equal(l->key_nodes[1]->ident->func->id, BF_STACK);
	assert_true(l->value_signed);
	assert_int_equal(q->factor, 10);
	assert_int_equal(q->low, 1);
	assert_int_equal(q->high, 6);
	assert_int_equal(q->nsteps, 20);
	assert_false(m->value_signed);
	run_fini(&r);
}

static void destructive_programs_are_marked(void **state)
{
	struct run r;
	(void)state;
	run_init_unprobed(&r);
	run_text(&r, "BEGIN { trace(1); }");
	assert_false(r.prog.destructive);
	run_text(&r, "BEGIN { if (pid) { system(\"ls\"); } }");
	assert_int_equal(r.rc, 0);
	assert_true(r.prog.destructive);
	run_text(&r, "BEGIN { copyoutstr(alloca(8), arg0, 8); }");
	assert_true(r.prog.destructive);
	run_fini(&r);
}

static void failed_programs_leave_no_aggregations(void **state)
{
	struct run r;
	(void)state;
	run_init_unprobed(&r);
	run_text(&r, "BEGIN { @a[1] = count(); exit(); }");
	assert_int_equal(r.rc, -1);
	r.diags.list.n = 0;
	run_text(&r, "BEGIN { @a = sum(1); }");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.aggs.n, 1);
	run_fini(&r);
}

static void pragmas_set_options(void **state)
{
	struct run r;
	(void)state;
	run_init_unprobed(&r);
	run_text(&r, "#pragma D option strsize=64\n#pragma D option quiet\nBEGIN { i = sizeof "
		     "(execname); }");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.opts.value[OPT_QUIET], 1);
	assert_int_equal(r.opts.value[OPT_STRSIZE], 64);
	assert_int_equal(r.prog.clauses.at[0]->body->kids[0]->kids[1]->ival, 64);
	run_fini(&r);
}

/* ---- stability ---- */

static int one_probe(struct provider *p, struct registry *r, const char *mod, const char *func,
		     const char *name, struct err *e)
{
	(void)mod, (void)func, (void)name, (void)e;
	registry_add(r, p, 0, "prov", "mod", "func", "name", 0);
	return 0;
}

static void five(struct provider *p, struct stability *attrs)
{
	static const uint8_t levels[5] = {STAB_EVOLVING, STAB_PRIVATE, STAB_UNSTABLE, STAB_STABLE,
					  STAB_INTERNAL};
	(void)p;
	for (int i = 0; i < 5; i++)
		attrs[i] =
		    (struct stability){levels[i], STAB_STABLE, i == 2 ? CLASS_ISA : CLASS_COMMON};
}

static void descriptions_are_as_stable_as_what_they_name(void **state)
{
	static const struct provider_ops ops = {
	    .name = "prov", .provide = one_probe, .stability = five};
	static const struct {
		const char *spec;
		uint8_t name, dclass;
	} cases[] = {{"prov:::name", STAB_EVOLVING, CLASS_COMMON},
		     {"prov:mod::name", STAB_PRIVATE, CLASS_COMMON},
		     {"prov::func:name", STAB_UNSTABLE, CLASS_ISA},
		     {"pr*:::name", STAB_UNSTABLE, CLASS_COMMON}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run r;
		BUF_AUTO text = {0};
		run_init_unprobed(&r);
		r.sema.registry = registry_new(r.arena, NULL, NULL);
		registry_add_provider(r.sema.registry, &ops, 8, NULL);
		buf_printf(&text, "%s { i = htons(1); }", cases[i].spec);
		run_text(&r, buf_str(&text));
		assert_int_equal(r.rc, 0);
		struct stability a = sema_description_attr(&r.prog);
		assert_int_equal(a.name, cases[i].name);
		assert_int_equal(a.dclass, cases[i].dclass);
		assert_int_equal(r.prog.attr.name, STAB_EVOLVING);
		run_fini(&r);
	}
}

/* ---- libraries ---- */

static void collect(void *ctx, enum library_find what, const char *name, size_t len)
{
	struct buf *out = ctx;
	buf_puts(out, what == LIBRARY_DEPENDS ? "<" : "");
	buf_add(out, name, len);
	buf_putc(out, ' ');
}

static void scanner_finds_what_is_defined(void **state)
{
	BUF_AUTO got = {0};
	(void)state;
	library_scan("/* inline int no = 1; */ // inline int no2 = 2;\n"
		     "#pragma D depends_on library other.d\n#pragma D depends_on provider io\n"
		     "inline int one = 1; inline string f[int a, string b] = a ? \"x;\" : b;\n"
		     "#pragma D binding \"1.0\" one\n"
		     "typedef struct s { int member; struct inner { int x; } i; } s_t, *sp_t;\n"
		     "translator s_t < struct task_struct *T > { member = T->pid; };\n"
		     "enum e { RED = 1, GREEN }; typedef int (*fn_t)(int); int g[3]; struct fwd;\n",
		     collect, &got);
	assert_string_equal(buf_str(&got), "<other.d one f s s_t sp_t s_t e RED GREEN fn_t g fwd ");
}

static void names_in_use_are_not_looked_into(void **state)
{
	static const char text[] = "typedef int mine_t; inline fd_t made = (cast_t)1;\n"
				   "inline int last[arg_t a] = other_t\n x; enum e { RED\n, GREEN "
				   "}; struct tag/* */{ int m; };\n"
				   "typedef int (fn_t)(int); typedef int (*pf_t)(used_t u);";
	static const char *const may[] = {"mine_t", "made", "last", "RED",
					  "GREEN",  "tag",  "fn_t", "pf_t"};
	static const char *const may_not[] = {"fd_t", "cast_t", "arg_t", "other_t", "used_t",
					      "mine", "ine_t",	"EEN",	 "absent",  ""};
	(void)state;
	for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++)
		assert_true(library_may_define(text, sizeof(text) - 1, may[i]));
	for (size_t i = 0; i < sizeof(may_not) / sizeof(may_not[0]); i++)
		assert_false(library_may_define(text, sizeof(text) - 1, may_not[i]));
}

struct dir {
	char path[64];
};

static void put(const struct dir *d, const char *file, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", d->path, file);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_dir(void **state)
{
	static struct dir d;
	snprintf(d.path, sizeof(d.path), "/tmp/test_calls.XXXXXX");
	*state = &d;
	return mkdtemp(d.path) ? 0 : -1;
}

static int remove_dir(void **state)
{
	static const char *const files[] = {"a.d", "b.d", "c.d", "bad.d"};
	const struct dir *d = *state;
	char path[128];
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", d->path, files[i]);
		unlink(path);
	}
	return rmdir(d->path);
}

static void libraries_are_loaded_when_used(void **state)
{
	struct run r;
	put(*state, "a.d", "#pragma D depends_on library b.d\ninline int lib_a = lib_b + 1;\n");
	put(*state, "b.d",
	    "inline int lib_b = 41;\ntypedef struct libtype { int x; } libtype_t;\n");
	put(*state, "bad.d", "inline int lib_bad = nosuch_at_all;\n");
	run_init_unprobed(&r);
	libraries_add_dir(libraries_new(&r.sema), ((struct dir *)*state)->path, true);
	run_text(&r, "BEGIN { exit(0); }");
	assert_int_equal(r.rc, 0);
	assert_null(map_get(&r.sema.names, "lib_b"));
	run_text(&r, "libtype_t *p; BEGIN { i = lib_a; }");
	assert_string_equal(first_text(&r), "");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.clauses.at[0]->body->kids[0]->kids[1]->ival, 42);
	run_text(&r, "BEGIN { i = lib_bad; }");
	assert_int_equal(r.rc, -1);
	assert_string_equal(first_tag(&r), "D_IDENT_UNDEF");
	assert_non_null(strstr(r.diags.list.at[0].at.file, "bad.d"));
	run_fini(&r);
}

static void libraries_survive_a_failed_program(void **state)
{
	static const char text[] =
	    "struct lt { int x; };\ntranslator struct lt < int *p > { x = 7; };\nint lib_var;\n";
	struct run r;
	put(*state, "a.d", text);
	run_init_unprobed(&r);
	struct libraries *l = libraries_new(&r.sema);
	libraries_add_dir(l, ((struct dir *)*state)->path, true);
	run_text(&r,
		 "BEGIN { mine = 1; lib_var = 1; x = xlate <struct lt> ((int *)0).x; exit(); }");
	assert_int_equal(r.rc, -1);
	assert_string_equal(first_tag(&r), "D_PROTO_LEN");
	r.diags.list.n = 0;
	assert_int_equal(libraries_load(l), 0);
	run_text(&r, "BEGIN { lib_var = 1; x = xlate <struct lt> ((int *)0).x; }");
	assert_string_equal(first_text(&r), "");
	for (size_t i = 0; i < r.prog.vars.n; i++)
		assert_int_equal(r.prog.vars.at[i]->id, i);
	run_fini(&r);
}

static void named_directories_are_loaded_at_once(void **state)
{
	struct run r;
	put(*state, "a.d", "#pragma D depends_on library c.d\ninline int lib_a = 1;\n");
	put(*state, "b.d", "#pragma D depends_on module nosuchmodule\ninline int lib_b = 1;\n");
	put(*state, "c.d", "inline int lib_c = 2;\n");
	run_init_unprobed(&r);
	struct libraries *l = libraries_new(&r.sema);
	libraries_add_dir(l, ((struct dir *)*state)->path, false);
	libraries_add_dir(l, "/nonexistent", false);
	assert_int_equal(libraries_load(l), 0);
	assert_non_null(map_get(&r.sema.names, "lib_a"));
	assert_non_null(map_get(&r.sema.names, "lib_c"));
	assert_null(map_get(&r.sema.names, "lib_b"));
	run_fini(&r);
}

static void cycles_and_missing_libraries_are_errors(void **state)
{
	struct run r;
	put(*state, "a.d", "#pragma D depends_on library b.d\ninline int lib_a = 1;\n");
	put(*state, "b.d", "#pragma D depends_on library a.d\ninline int lib_b = 1;\n");
	put(*state, "c.d", "#pragma D depends_on library nosuch.d\ninline int lib_c = 1;\n");
	run_init_unprobed(&r);
	struct libraries *l = libraries_new(&r.sema);
	libraries_add_dir(l, ((struct dir *)*state)->path, false);
	assert_int_equal(libraries_load(l), -1);
	assert_int_equal(r.diags.list.n, 2);
	assert_string_equal(r.diags.list.at[0].text, "library b.d depends on itself through a.d");
	assert_string_equal(r.diags.list.at[1].text, "program requires library nosuch.d");
	run_text(&r, "#pragma D depends_on library a.d\n#pragma D depends_on library zz.d\nBEGIN { "
		     "exit(0); }");
	assert_string_equal(vec_last(&r.diags.list)->text, "program requires library zz.d");
	run_fini(&r);
}

static void nolibs_means_none(void **state)
{
	struct run r;
	struct err e;
	put(*state, "a.d", "inline int lib_a = 1;\n");
	run_init_unprobed(&r);
	options_set(&r.opts, r.arena, "nolibs", NULL, false, &e);
	struct libraries *l = libraries_new(&r.sema);
	libraries_add_dir(l, ((struct dir *)*state)->path, true);
	assert_int_equal(libraries_load(l), 0);
	run_text(&r, "BEGIN { i = lib_a; }");
	assert_string_equal(first_tag(&r), "D_IDENT_UNDEF");
	run_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_have_their_types_or_tags),
	    cmocka_unit_test(programs_compile_or_get_their_tags),
	    cmocka_unit_test(messages_are_the_classic_ones),
	    cmocka_unit_test(aggregations_keep_their_parameters),
	    cmocka_unit_test(destructive_programs_are_marked),
	    cmocka_unit_test(failed_programs_leave_no_aggregations),
	    cmocka_unit_test(pragmas_set_options),
	    cmocka_unit_test(descriptions_are_as_stable_as_what_they_name),
	    cmocka_unit_test(scanner_finds_what_is_defined),
	    cmocka_unit_test(names_in_use_are_not_looked_into),
	    cmocka_unit_test_setup_teardown(libraries_are_loaded_when_used, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(libraries_survive_a_failed_program, make_dir,
					    remove_dir),
	    cmocka_unit_test_setup_teardown(named_directories_are_loaded_at_once, make_dir,
					    remove_dir),
	    cmocka_unit_test_setup_teardown(cycles_and_missing_libraries_are_errors, make_dir,
					    remove_dir),
	    cmocka_unit_test_setup_teardown(nolibs_means_none, make_dir, remove_dir),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
