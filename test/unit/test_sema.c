/*
 * test_sema.c - typing of expressions, declarations, translators
 *
 * A table of expressions with the type, constant or tag they must get, and programs that must compile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "sema_fixture.h"

static struct node *last_expr(const struct run *r)
{
	struct node *n = r->prog.clauses.at[r->prog.clauses.n - 1]->body;
	while (n->next)
		n = n->next;
	return n->kids[0];
}

static void describe(const struct run *r, struct buf *out)
{
	if (r->rc < 0) {
		buf_puts(out, first_tag(r));
		return;
	}
	const struct node *n = last_expr(r);
	type_name(n->type, out);
	if (n->kind != NODE_INT)
		return;
	if (type_is_signed(n->type))
		buf_printf(out, " %lld", (long long)n->ival);
	else
		buf_printf(out, " %llu", (unsigned long long)n->ival);
}

/* ---- the table ---- */

static const char prelude[] =
    "struct in { int a; unsigned b:3; int c:5; char s[8]; struct in *next; };\n"
    "struct out { int x; string n; };\n"
    "union un { int i; char c[4]; };\n"
    "enum color { RED, GREEN = 5, BLUE };\n"
    "typedef int (*fn_t)(int);\n"
    "struct later;\n"
    "inline int TEN = 10;\n"
    "inline int sq[int v] = v * v;\n"
    "translator struct out < struct in *p > { x = p->a + 1; n = \"n\"; };\n"
    "struct in *ip; struct in is; struct in is2; union un uu; struct later *lp; void *vp;\n"
    "char *cp; int *np; fn_t fp; char ca[16]; int ia[4]; int m[2][3]; int assoc[int, string];\n"
    "char c; signed char sc; unsigned char uc; short sh; unsigned short us; int i; unsigned int "
    "ui;\n"
    "long l; unsigned long ul; long long ll; unsigned long long ull; string str; enum color col;\n"
    "float fl; self int si; this int ti; struct out os; userland char *up; struct out *op;\n";

static const struct row {
	const char *expr, *want;
} rows[] = {
    /* literals */
    {"1", "int 1"},
    {"2147483647", "int 2147483647"},
    {"2147483648", "long 2147483648"},
    {"0x7fffffff", "int 2147483647"},
    {"0x80000000", "unsigned int 2147483648"},
    {"0xffffffff", "unsigned int 4294967295"},
    {"0x100000000", "long 4294967296"},
    {"0xffffffffffffffff", "unsigned long 18446744073709551615"},
    {"037777777777", "unsigned int 4294967295"},
    {"1u", "unsigned int 1"},
    {"1l", "long 1"},
    {"1ul", "unsigned long 1"},
    {"1ll", "long long 1"},
    {"1ull", "unsigned long long 1"},
    {"4294967296u", "unsigned long 4294967296"},
    {"'a'", "int 97"},
    {"\"x\"", "string"},
    /* promotion and usual conversions */
    {"c + c", "int"},
    {"us + us", "int"},
    {"-uc", "int"},
    {"~us", "int"},
    {"+sh", "int"},
    {"i + ui", "unsigned int"},
    {"ui + l", "long"},
    {"ul + l", "unsigned long"},
    {"l + ll", "long long"},
    {"ul + ll", "unsigned long long"},
    {"c << l", "int"},
    {"ul >> c", "unsigned long"},
    {"uc == l", "int"},
    {"col + 1", "int"},
    {"is.b + 1", "int"},
    {"i ? c : uc", "int"},
    {"i ? ui : l", "long"},
    /* constants */
    {"1 + 2 * 3", "int 7"},
    {"2147483647 + 1", "int -2147483648"},
    {"4294967295u + 1", "unsigned int 0"},
    {"-1 < 0u", "int 0"},
    {"-1 < 0", "int 1"},
    {"-7 / 2", "int -3"},
    {"-7 % 2", "int -1"},
    {"1 << 31", "int -2147483648"},
    {"1l << 40", "long 1099511627776"},
    {"-8 >> 1", "int -4"},
    {"0xfffffff8u >> 1", "unsigned int 2147483644"},
    {"~0", "int -1"},
    {"~0u", "unsigned int 4294967295"},
    {"!5", "int 0"},
    {"!0", "int 1"},
    {"1 ^^ 1", "int 0"},
    {"1 ^^ 0", "int 1"},
    {"1 && 0", "int 0"},
    {"0 || 3", "int 1"},
    {"5 & 3 | 8 ^ 1", "int 9"},
    {"1 ? 2 : 3", "int 2"},
    {"(char)300", "char 44"},
    {"(unsigned char)-1", "unsigned char 255"},
    {"(short)0x18000", "short -32768"},
    {"(uint64_t)-1", "uint64_t 18446744073709551615"},
    {"(int)0xffffffffffff", "int -1"},
    {"(void *)0", "void * 0"},
    {"TEN", "int 10"},
    {"TEN * TEN", "int 100"},
    {"sq[3]", "int 9"},
    {"sq[sq[2]]", "int 16"},
    {"RED", "enum color 0"},
    {"BLUE", "enum color 6"},
    {"GREEN + 1", "int 6"},
    {"-9223372036854775807 - 1", "long -9223372036854775808"},
    /* sizeof, offsetof */
    {"sizeof (int)", "size_t 4"},
    {"sizeof (struct in)", "size_t 24"},
    {"sizeof is.a", "size_t 4"},
    {"sizeof (ca)", "size_t 16"},
    {"sizeof (m)", "size_t 24"},
    {"sizeof (m[0])", "size_t 12"},
    {"sizeof (\"abc\")", "size_t 4"},
    {"sizeof (str)", "size_t 256"},
    {"sizeof (1 + 2l)", "size_t 8"},
    {"sizeof (char)", "size_t 1"},
    {"offsetof(struct in, s)", "size_t 5"},
    {"offsetof(struct in, next)", "size_t 16"},
    {"sizeof (void)", "D_SIZEOF_TYPE"},
    {"sizeof (assoc)", "D_SIZEOF_TYPE"},
    {"sizeof (is.b)", "D_SIZEOF_BITFIELD"},
    {"sizeof (nosuch)", "D_IDENT_UNDEF"},
    {"offsetof(struct in, b)", "D_OFFSETOF_BITFIELD"},
    {"offsetof(struct in, zz)", "D_UNKNOWN"},
    {"offsetof(int, zz)", "D_OFFSETOF_TYPE"},
    /* pointers and arrays */
    {"np + 1", "int *"},
    {"1 + np", "int *"},
    {"np - np", "ptrdiff_t"},
    {"np - 1", "int *"},
    {"ia + 1", "int *"},
    {"&ia[1]", "int *"},
    {"*np", "int"},
    {"*ia", "int"},
    {"**m", "int"},
    {"m[1]", "int [3]"},
    {"m[1][2]", "int"},
    {"np[3]", "int"},
    {"ip->next->a", "int"},
    {"is.a", "int"},
    {"(*ip).a", "int"},
    {"&ip->a", "int *"},
    {"&is.a", "int *"},
    {"ip->s", "char [8]"},
    {"ip->s[1]", "char"},
    {"np == NULLP", "D_IDENT_UNDEF"},
    {"np == NULL", "int"},
    {"fresh = NULL", "void *"},
    {"np = NULL", "int *"},
    {"sizeof (NULL)", "size_t 8"},
    {"np == 0", "int"},
    {"np == np + 1", "int"},
    {"vp == np", "int"},
    {"np == 5", "D_OP_INCOMPAT"},
    {"np == cp", "D_OP_INCOMPAT"},
    {"!np", "int"},
    {"np && vp", "int"},
    {"i ? np : 0", "int *"},
    {"i ? vp : np", "void *"},
    {"np + np", "D_OP_INCOMPAT"},
    {"vp + 1", "D_OP_VFPTR"},
    {"vp++", "D_OP_VFPTR"},
    {"*vp", "D_DEREF_VOID"},
    {"*i", "D_DEREF_NONPTR"},
    {"*fp", "D_DEREF_FUNC"},
    {"vp[0]", "D_DEREF_VOID"},
    {"&i", "D_ADDROF_VAR"},
    {"&5", "D_ADDROF_LVAL"},
    {"&is.b", "D_ADDROF_BITFIELD"},
    {"&pid", "D_ADDROF_VAR"},
    {"&assoc[1, \"a\"]", "D_ADDROF_VAR"},
    {"i->a", "D_OP_PTR"},
    {"np->a", "D_OP_SOU"},
    {"i.a", "D_OP_SOU"},
    {"ip.a", "D_OP_SOU"},
    {"lp->a", "D_OP_INCOMPLETE"},
    {"ip->zz", "D_TYPE_MEMBER"},
    {"ia[4]", "D_ARR_BOUNDS"},
    {"ia[-1]", "D_ARR_BOUNDS"},
    {"ia[1, 2]", "D_ARR_BADREF"},
    {"i[1]", "D_IDENT_BADREF"},
    {"assoc", "D_IDENT_BADREF"},
    {"np[\"a\"]", "D_OP_INCOMPAT"},
    /* strings */
    {"str == \"a\"", "int"},
    {"str < execname", "int"},
    {"cp == \"a\"", "int"},
    {"ca != \"a\"", "int"},
    {"i == \"a\"", "D_OP_INCOMPAT"},
    {"str + 1", "D_OP_INCOMPAT"},
    {"!str", "D_OP_SCALAR"},
    {"str && 1", "D_OP_SCALAR"},
    {"i ? str : \"b\"", "string"},
    {"i ? str : cp", "string"},
    {"i ? str : 1", "D_OP_INCOMPAT"},
    {"str ? 1 : 2", "D_PRED_SCALAR"},
    {"stringof(cp)", "string"},
    {"stringof(ca)", "string"},
    {"stringof(is)", "D_STRINGOF_TYPE"},
    {"(string)cp", "string"},
    {"(char *)str", "char *"},
    /* casts */
    {"(long)np", "long"},
    {"(int *)l", "int *"},
    {"(struct in *)arg0", "struct in *"},
    {"(struct in)i", "D_CAST_INVAL"},
    {"(int)is", "D_CAST_INVAL"},
    {"(int)str", "D_CAST_INVAL"},
    {"(void)i", "void"},
    /* operators on what they do not take */
    {"is + 1", "D_OP_INCOMPAT"},
    {"is * 2", "D_OP_ARITH"},
    {"np * 2", "D_OP_ARITH"},
    {"np % 2", "D_OP_INT"},
    {"np << 1", "D_OP_INT"},
    {"np & 1", "D_OP_INT"},
    {"-np", "D_OP_ARITH"},
    {"~np", "D_OP_INT"},
    {"fl * 2", "D_OP_ARITH"},
    {"is == is", "D_OP_INCOMPAT"},
    {"1 / 0", "D_DIV_ZERO"},
    {"1 % 0", "D_DIV_ZERO"},
    {"1, str", "string"},
    /* assignment */
    {"i = 1", "int"},
    {"c = 300", "char"},
    {"i += 2", "int"},
    {"np += 2", "int *"},
    {"np = 0", "int *"},
    {"np = vp", "int *"},
    {"str = \"a\"", "string"},
    {"str = cp", "string"},
    {"cp = str", "char *"},
    {"is = is2", "struct in"},
    {"is = *ip", "struct in"},
    {"*ip = is", "struct in"},
    {"is.b = 3", "unsigned int"},
    {"ia[1] = 3", "int"},
    {"*np = 3", "int"},
    {"col = RED", "enum color"},
    {"fresh = 1", "int"},
    {"fresh = 1ul", "unsigned long"},
    {"fresh = \"a\"", "string"},
    {"fresh = ca", "string"},
    {"fresh = is", "struct in"},
    {"fresh = np", "int *"},
    {"fresh = is.b", "int"},
    {"fresh++", "long"},
    {"++fresh", "long"},
    {"fresh += 1", "long"},
    {"self->f = timestamp", "uint64_t"},
    {"this->f = 1", "int"},
    {"this->f++", "long"},
    {"fr[1, \"a\"] = 2", "int"},
    {"fr[pid]++", "long"},
    {"self->fr[1] = \"a\"", "string"},
    {"assoc[1, \"a\"] = 2", "int"},
    {"assoc[c, execname]", "int"},
    {"i = np", "D_OP_INCOMPAT"},
    {"np = 5", "D_OP_INCOMPAT"},
    {"np = cp", "D_OP_INCOMPAT"},
    {"i = str", "D_OP_INCOMPAT"},
    {"str = 1", "D_OP_INCOMPAT"},
    {"is = uu", "D_OP_INCOMPAT"},
    {"is += 1", "D_OP_INCOMPAT"},
    {"str += 1", "D_OP_INCOMPAT"},
    {"np *= 2", "D_OP_ARITH"},
    {"np <<= 2", "D_OP_INT"},
    {"vp += 2", "D_OP_VFPTR"},
    {"ia = ia", "D_OP_ARRFUN"},
    {"fresh = ia", "D_OP_ARRFUN"},
    {"5 = 1", "D_OP_LVAL"},
    {"(i + 1) = 2", "D_OP_LVAL"},
    {"RED = 1", "D_OP_LVAL"},
    {"TEN = 1", "D_OP_LVAL"},
    {"5++", "D_OP_LVAL"},
    {"pid = 1", "D_OP_WRITE"},
    {"pid++", "D_OP_WRITE"},
    {"str++", "D_OP_SCALAR"},
    {"fresh = fresh + 1", "D_VAR_UNDEF"},
    {"this->fr[1] = 2", "D_ARR_LOCAL"},
    {"fr[is] = 2", "D_KEY_TYPE"},
    {"assoc[1] = 2", "D_PROTO_LEN"},
    {"assoc[1, 2] = 2", "D_PROTO_ARG"},
    {"i[1] = 2", "D_IDENT_BADREF"},
    {"assoc = 2", "D_IDENT_BADREF"},
    /* names */
    {"nosuch", "D_IDENT_UNDEF"},
    {"self->nosuch", "D_VAR_UNDEF"},
    {"this->nosuch", "D_VAR_UNDEF"},
    {"nosuch[1]", "D_VAR_UNDEF"},
    {"strlen", "D_IDENT_BADREF"},
    {"sq", "D_IDENT_BADREF"},
    {"sq[1, 2]", "D_PROTO_LEN"},
    {"sq[\"a\"]", "D_PROTO_ARG"},
    {"self->si", "int"},
    {"this->ti", "int"},
    {"pid", "pid_t"},
    {"execname", "string"},
    {"arg0", "int64_t"},
    {"timestamp", "uint64_t"},
    {"`jiffies", "unsigned long"},
    {"&`jiffies", "unsigned long *"},
    {"`nosuch", "D_IDENT_UNDEF"},
    {"`sometable", "D_SYM_NOTYPES"},
    {"&`sometable", "void *"},
    {"*(int *)&`sometable", "int"},
    {"&`nosuch", "D_IDENT_UNDEF"},
    {"str == NULL", "int"},
    {"str = NULL", "string"},
    {"str = 0", "string"},
    {"str = 1", "D_OP_INCOMPAT"},
    {"i ? str : NULL", "string"},
    {"&i = 5", "D_OP_LVAL"},
    {"`jiffies = 1", "D_OP_WRITE"},
    {"args[0]", "D_ARGS_IDX"},
    {"args[0, 1]", "D_PROTO_LEN"},
    {"args[i]", "D_PROTO_ARG"},
    {"args", "D_IDENT_BADREF"},
    {"uregs[i]", "D_PROTO_ARG"},
    {"uregs[9999]", "D_REGS_IDX"},
    /* translators */
    {"xlate <struct out> (ip).x", "int"},
    {"xlate <struct out *> (ip)->x", "int"},
    {"xlate <struct out *> (ip)->n", "string"},
    {"xlate <struct out> (ip)", "struct out"},
    {"os = xlate <struct out> (ip)", "struct out"},
    {"fresh = xlate <struct out> (ip)", "struct out"},
    {"fresh = xlate <struct out *> (ip)", "struct out *"},
    {"xlate <struct out *> (ip) == NULL", "int"},
    {"(uintptr_t)xlate <struct out *> (ip)", "uintptr_t"},
    {"op = i ? xlate <struct out *> (ip) : NULL", "struct out *"},
    {"xlate <struct out> (np).x", "D_XLATE_NONE"},
    {"xlate <int> (ip)", "D_XLATE_SOU"},
    {"xlate <struct out> (ip).zz", "D_TYPE_MEMBER"},
    /* actions */
    {"i ? exit(0) : exit(1)", "D_OP_ACT"},
    {"i = i ? exit(0) : 1", "D_OP_ACT"},
    {"exit(0), 1", "D_OP_ACT"},
    {"i = exit(0)", "D_OP_INCOMPAT"},
    {"new = exit(0)", "D_CG_EXPR"},
    {"@a", "D_AGG_NULL"},
};

static void test_rows(void **state)
{
	(void)state;
	int bad = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r;
		BUF_AUTO text = {0}, got = {0};
		run_init(&r);
		buf_printf(&text, "%sBEGIN { %s; }\n", prelude, rows[i].expr);
		run_text(&r, buf_str(&text));
		describe(&r, &got);
		if (strcmp(buf_str(&got), rows[i].want) != 0) {
			bad++;
			print_error("%s: expected %s, got %s%s%s\n", rows[i].expr, rows[i].want,
				    buf_str(&got), r.rc < 0 ? ": " : "",
				    r.rc < 0 ? r.diags.list.at[0].text : "");
		}
		run_fini(&r);
	}
	assert_int_equal(bad, 0);
}

/* ---- programs ---- */

static struct run *compile(struct run *r, const char *text)
{
	run_init(r);
	run_text(r, text);
	return r;
}

static void again(struct run *r, const char *text)
{
	diags_init(&r->diags, r->arena, "test.d");
	run_text(r, text);
}

static void test_matching(void **state)
{
	(void)state;
	struct run r;
	compile(&r, "syscall:::entry {}");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.clauses.n, 1);
	assert_int_equal(r.prog.clauses.at[0]->nprobes, 2);
	assert_true(r.prog.clauses.at[0]->default_action);
	assert_int_equal(r.prog.nmatched, 2);
	run_fini(&r);

	compile(&r, "syscall::read:entry, syscall:::return { trace(1); }");
	assert_int_equal(r.prog.clauses.n, 1);
	assert_int_equal(r.prog.clauses.at[0]->nprobes, 3);
	run_fini(&r);

	/* twice named: fires twice */
	compile(&r, "BEGIN, BEGIN, END { x++; }");
	assert_int_equal(r.prog.clauses.n, 2);
	assert_int_equal(r.prog.clauses.at[0]->nprobes, 2);
	assert_int_equal(r.prog.clauses.at[1]->nprobes, 1);
	assert_ptr_not_equal(r.prog.clauses.at[0]->body, r.prog.clauses.at[1]->body);
	assert_non_null(r.prog.clauses.at[1]->body->kids[0]->type);
	assert_int_equal(r.prog.nmatched, 3);
	run_fini(&r);

	compile(&r, "2 { }");
	assert_int_equal(r.rc, 0);
	assert_string_equal(r.prog.clauses.at[0]->probes[0]->name, "END");
	run_fini(&r);
}

static void test_unmatched(void **state)
{
	(void)state;
	struct run r;
	compile(&r, "dtrace:::BEGINN {}");
	assert_string_equal(first_tag(&r), "D_PDESC_ZERO");
	assert_string_equal(r.diags.list.at[0].text,
			    "probe description dtrace:::BEGINN does not match any probes");
	assert_non_null(r.diags.list.at[0].hint);
	assert_non_null(strstr(r.diags.list.at[0].hint, "BEGIN"));
	struct err e;
	assert_int_equal(options_set(&r.opts, r.arena, "zdefs", NULL, false, &e), 0);
	again(&r, "nosuch:::a { trace(1); }");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.clauses.at[0]->nprobes, 0);
	run_fini(&r);
}

static void check_line(bool command_line, const char *text, const char *want)
{
	struct run r;
	BUF_AUTO got = {0};
	run_init(&r);
	r.diags.command_line = command_line;
	run_text(&r, text);
	assert_int_equal(r.rc, -1);
	diag_render_line(&r.diags.list.at[0], false, &got);
	assert_string_equal(buf_str(&got), want);
	run_fini(&r);
}

static void test_lines(void **state)
{
	(void)state;
	static const char action[] = "BEGIN\n{ trace(x); }", predicate[] = "BEGIN /execname/ { }";
	check_line(false, action, "line 2: failed to resolve x: Unknown variable name");
	check_line(true, action, "in action list: failed to resolve x: Unknown variable name");
	check_line(true, predicate, "in predicate: predicate result must be of scalar type");
	check_line(true, "nosuch:::a { }",
		   "probe description nosuch:::a does not match any probes");
}

static void test_args(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"syscall::read:entry { args[1]; }", "userland char *"},
	    {"syscall:::return { args[0]; }", "long"},
	    {"syscall::read:entry, syscall::write:entry { args[0]; }", "unsigned int"},
	    {"syscall:::entry { args[0]; }", "D_ARGS_MULTI"},
	    {"syscall::write:entry { args[1]; }", "D_ARGS_IDX"},
	    {"syscall:::bad { args[0]; }", "D_ARGS_TYPE"},
	    {"struct nat { int a; }; struct out { int x; };\n"
	     "translator struct out < struct nat *p > { x = p->a; };\n"
	     "syscall:::xl { args[0]->x; }",
	     "int"},
	    {"struct nat { int a; }; struct none { int x; };\nsyscall:::xl { args[1]->x; }",
	     "D_ARGS_XLATOR"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct run r;
		BUF_AUTO got = {0};
		compile(&r, cases[i].text);
		describe(&r, &got);
		if (strcmp(buf_str(&got), cases[i].want) != 0)
			print_error("%s\n", cases[i].text);
		assert_string_equal(buf_str(&got), cases[i].want);
		run_fini(&r);
	}
}

static void test_several_programs(void **state)
{
	(void)state;
	struct run r;
	compile(&r, "int kept; BEGIN { x = 1; self->y = \"a\"; this->z = 1; }");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.vars.n, 4);
	again(&r, "END { x = 2; kept = 3; self->y = \"b\"; }");
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.vars.n, 4);
	/* clause-local variables belong to their program */
	again(&r, "END { trace(this->z); }");
	assert_string_equal(first_tag(&r), "D_VAR_UNDEF");
	/* nothing of a failed program stays */
	again(&r, "int gone; inline int also = 1; BEGIN { made = 1; nosuch; }");
	assert_int_equal(r.rc, -1);
	again(&r, "string gone; string also; BEGIN { made = \"a\"; }");
	assert_int_equal(r.rc, 0);
	run_fini(&r);
}

static void library(struct run *r, const char *text)
{
	struct parse_opts po = {.is_typename = sema_is_typename, .typename_ctx = &r->sema};
	struct program_ast *ast;
	assert_int_equal(parse_program(r->arena, text, strlen(text), "lib.d", &po, &r->diags, &ast),
			 0);
	r->rc = sema_library(&r->sema, ast);
}

static void test_library(void **state)
{
	(void)state;
	struct run r;
	run_init(&r);
	library(&r, "struct o { int a; }; struct i { int b; };\n"
		    "translator struct o < struct i *p > { a = p->b; };\n"
		    "inline int two = 2; inline int curcpu = cpu;\n"
		    "inline struct o *cur = xlate <struct o *> ((struct i *)arg0);\n");
	assert_int_equal(r.rc, 0);
	static const char text[] = "BEGIN { x = cur->a + two; }";
	run_text(&r, text);
	assert_int_equal(r.rc, 0);
	assert_int_equal(last_expr(&r)->kids[1]->kind, NODE_BINARY);
	library(&r, "BEGIN { }");
	assert_int_equal(r.rc, -1);
	assert_string_equal(first_tag(&r), "D_PRAGMA_SCOPE");
	run_fini(&r);
}

/* What lower is told not to expect. */
static void check_plain(const struct node *n)
{
	for (; n; n = n->next) {
		assert_true(n->kind != NODE_XLATE && n->kind != NODE_SIZEOF &&
			    n->kind != NODE_OFFSETOF && n->kind != NODE_STRINGOF &&
			    n->kind != NODE_TYPE && n->kind != NODE_COMMA_LIST);
		if (n->kind < NODE_EXPR_STMT || n->kind == NODE_SYM)
			assert_non_null(n->type);
		if (n->kind == NODE_IDENT) {
			assert_non_null(n->ident);
			assert_true(n->ident->kind == IDENT_VAR || n->ident->kind == IDENT_BUILTIN);
		}
		for (uint32_t i = 0; i < n->nkids; i++)
			check_plain(n->kids[i]);
		if (n->kind == NODE_IF) {
			check_plain(n->then_body);
			check_plain(n->else_body);
		}
	}
}

static void test_good_rows_are_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run r;
		BUF_AUTO text = {0};
		buf_printf(&text, "%sBEGIN { %s; }\n", prelude, rows[i].expr);
		compile(&r, buf_str(&text));
		if (r.rc == 0)
			check_plain(r.prog.clauses.at[0]->body);
		run_fini(&r);
	}
}

static void test_programs(void **state)
{
	(void)state;
	static const char *const good[] = {
	    "BEGIN { x = 1; if (x == 1) { y = \"a\"; } else { y = \"b\"; } trace(y); }",
	    "BEGIN /pid == 1 && execname == \"init\"/ { @[execname, pid] = count(); }",
	    "syscall::read:entry { self->ts[arg0] = timestamp; }\n"
	    "syscall::read:return /self->ts[arg0]/ { @t = quantize(timestamp - self->ts[arg0]);\n"
	    "self->ts[arg0] = 0; }",
	    "struct s { int a; struct { int b; union { int c; char d[4]; }; } in; } v, w;\n"
	    "BEGIN { v.in.c = 1; w = v; v.in.d[2] = 'x'; trace(w.in.b); }",
	    "typedef struct node { struct node *next; int v; } node_t; node_t *head;\n"
	    "BEGIN { head = NULL; x = head ? head->next->v : 0; }",
	    "enum e { A, B = 10, C }; enum e g; BEGIN { g = C; trace(g == B ? \"b\" : \"c\"); }",
	    "inline int largest[int a, int b] = a > b ? a : b; BEGIN { trace(largest[1, pid]); }",
	    "inline string who = execname; BEGIN { trace(who); }",
	    "int f(int); extern int g; self int arr[int, string]; this string s;\n"
	    "BEGIN { self->arr[1, \"a\"] = 2; this->s = \"x\"; g = 1; }",
	    "int a[3][4]; BEGIN { a[1][2] = 3; *a[0] = 1; p = &a[1][1]; *p = 4; }",
	    "struct s { int x; }; struct s arr[10]; BEGIN { arr[2].x = 1; p = &arr[2]; p->x++; }",
	};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct run r;
		compile(&r, good[i]);
		if (r.rc < 0)
			print_error("%s\n%s: %s\n", good[i], first_tag(&r),
				    r.diags.list.at[0].text);
		assert_int_equal(r.rc, 0);
		for (size_t k = 0; k < r.prog.clauses.n; k++)
			check_plain(r.prog.clauses.at[k]->body);
		run_fini(&r);
	}
}

/* ---- large programs ---- */

/* So many lines, each with its number between the two texts. */
static void lines(struct buf *b, unsigned n, const char *before, const char *after)
{
	for (unsigned i = 1; i <= n; i++)
		buf_printf(b, "%s%u%s", before, i, after);
}

/* Memory grows with the text, not with its square or cube. */
static void test_many_descriptions(void **state)
{
	(void)state;
	enum { TIMES = 1000 };
	BUF_AUTO b = {0};
	for (unsigned i = 1; i < TIMES; i++)
		buf_puts(&b, "BEGIN,\n");
	buf_puts(&b, "BEGIN { trace(1); }");
	struct run r;
	run_init(&r);
	run_text(&r, buf_str(&b));
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.prog.clauses.n, TIMES);
	assert_true(r.arena->total_bytes < 8 << 20);
	arena_free(r.arena);
}

/* There is room for many inlines of inlines, but not for any number of copies. */
static void test_many_inlines(void **state)
{
	(void)state;
	BUF_AUTO b = {0};
	buf_puts(&b, "inline int i0 = 1;");
	for (unsigned i = 1; i < 50; i++)
		buf_printf(&b, "inline int i%u = i%u + 1;\n", i, i - 1);
	lines(&b, 1000, "inline int j", " = i49 + 1;\n");
	buf_puts(&b, "BEGIN { trace(j1 + j1000); }");
	struct run r;
	run_init(&r);
	run_text(&r, buf_str(&b));
	assert_int_equal(r.rc, 0);
	arena_free(r.arena);
	/* Each twice as large as the one before. */
	buf_clear(&b);
	buf_puts(&b, "inline int i0 = pid;");
	for (unsigned i = 1; i < 40; i++)
		buf_printf(&b, "inline int i%u = i%u + i%u;\n", i, i - 1, i - 1);
	run_init(&r);
	run_text(&r, buf_str(&b));
	assert_int_equal(r.rc, -1);
	assert_string_equal(first_tag(&r), "D_CG_EXPR");
	assert_non_null(strstr(first_text(&r), "are expanded more than"));
	arena_free(r.arena);
}

/* As many errors as are shown are looked for. A name that an enum has twice is one. */
static void test_many_errors(void **state)
{
	(void)state;
	BUF_AUTO b = {0};
	lines(&b, 5000, "BEGIN { x = nosuch", " + 1; }\n");
	struct run r;
	run_init(&r);
	run_text(&r, buf_str(&b));
	assert_int_equal(r.rc, -1);
	assert_int_equal(r.diags.list.n, DIAGS_MAX);
	assert_int_equal(diag_count(&r.diags), DIAGS_MAX);
	arena_free(r.arena);
	static const char *const twice[][2] = {
	    {"enum e { A, B, A };", "failed to define enumerator 'A': Duplicate enumerator name"},
	    {"enum e { A, B }; enum f { C, A };", "identifier redeclared: A"},
	    {"enum e { pid };", "identifier redeclared: pid"},
	};
	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		run_init(&r);
		run_text(&r, twice[i][0]);
		assert_string_equal(first_text(&r), twice[i][1]);
		arena_free(r.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),	 cmocka_unit_test(test_matching),
	    cmocka_unit_test(test_unmatched),	 cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_args),	 cmocka_unit_test(test_several_programs),
	    cmocka_unit_test(test_library),	 cmocka_unit_test(test_good_rows_are_plain),
	    cmocka_unit_test(test_programs),	 cmocka_unit_test(test_many_descriptions),
	    cmocka_unit_test(test_many_inlines), cmocka_unit_test(test_many_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
