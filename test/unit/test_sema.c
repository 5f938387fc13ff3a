/*
 * test_sema.c - typing of expressions, declarations, translators; every error tag
 *
 * Three parts: a table of expressions with the type, constant or tag they must get; programs that
 * must compile; and the files test/golden/err/err.TAG.name.d, each of which must fail with its tag
 * first. With file names as arguments it prints what sema makes of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dtrace/dlang/parse.h"
#include "dtrace/sema/sema.h"

/* ---- a registry of a few probes ---- */

static const struct {
	const char *module, *function, *name;
	struct probe_arg args[3];
	int nargs;
} fake_probes[] = {
    {"vmlinux",
     "read",
     "entry",
     {{"unsigned int", "fd", NULL, 0}, {"userland char *", "buf", NULL, 1}},
     2},
    {"vmlinux", "write", "entry", {{"unsigned int", "fd", NULL, 0}}, 1},
    {"vmlinux", "read", "return", {{"long", NULL, NULL, 0}}, 1},
    {"vmlinux", "write", "return", {{"long", NULL, NULL, 0}}, 1},
    {"",
     "",
     "xl",
     {{"struct nat *", NULL, "struct out *", 2}, {"struct nat *", NULL, "struct none *", 1}},
     2},
    {"", "", "bad", {{"no_such_type_t", NULL, NULL, 0}}, 1},
};

static int fake_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			const char *name, struct err *e)
{
	(void)mod;
	(void)func;
	(void)name;
	(void)e;
	for (unsigned i = 0; i < sizeof(fake_probes) / sizeof(fake_probes[0]); i++)
		registry_add(r, p, i, "syscall", fake_probes[i].module, fake_probes[i].function,
			     fake_probes[i].name, i);
	return 0;
}

static int fake_args(struct provider *p, const struct probe *probe, struct arena *a,
		     struct probe_arg *args, int max)
{
	(void)p;
	(void)a;
	for (int i = 0; i < fake_probes[probe->data].nargs && i < max; i++)
		args[i] = fake_probes[probe->data].args[i];
	return fake_probes[probe->data].nargs;
}

static int basic_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			 const char *name, struct err *e)
{
	static const char *const names[] = {"BEGIN", "END", "ERROR"};
	(void)mod;
	(void)func;
	(void)name;
	(void)e;
	for (unsigned i = 0; i < 3; i++)
		registry_add(r, p, i, "dtrace", "", "", names[i], i);
	return 0;
}

static const struct provider_ops fake_ops = {
    .name = "syscall", .provide = fake_provide, .args = fake_args};
static const struct provider_ops basic_ops = {.name = "dtrace", .provide = basic_provide};

/* ---- compiling ---- */

struct run {
	struct arena *arena;
	struct types *types;
	struct diags diags;
	struct options opts;
	struct sema sema;
	struct program_ast *ast;
	struct sema_program prog;
	int rc;
};

static uint64_t fake_ksym(void *ctx, const char *module, const char *name)
{
	(void)ctx;
	return strcmp(name, "nosuch") == 0 || strcmp(module, "nomod") == 0 ? 0 : 0x1000;
}

static void run_init(struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->arena = arena_new();
	r->types = types_new(r->arena, NULL, 256);
	diags_init(&r->diags, r->arena, "test.d");
	options_init(&r->opts);
	struct registry *reg = registry_new(r->arena, NULL, NULL);
	registry_add_provider(reg, &basic_ops, 8, NULL);
	registry_add_provider(reg, &fake_ops, 64, NULL);
	sema_init(&r->sema, r->arena, r->types, reg, &r->opts, &r->diags);
	r->sema.ksym = fake_ksym;
}

static void run_text(struct run *r, const char *text, size_t len)
{
	struct parse_opts po = {.is_typename = sema_is_typename, .typename_ctx = &r->sema};
	po.is_file = true;
	r->rc = parse_program(r->arena, text, len, "test.d", &po, &r->diags, &r->ast);
	if (r->rc == 0)
		r->rc = sema_program(&r->sema, r->ast, &r->prog);
}

static const char *first_tag(const struct run *r)
{
	return r->diags.list.n ? r->diags.list.at[0].tag : "";
}

static void run_fini(struct run *r)
{
	arena_free(r->arena);
}

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
    {"xlate <struct out> (np).x", "D_XLATE_NONE"},
    {"xlate <int> (ip)", "D_XLATE_SOU"},
    {"xlate <struct out> (ip).zz", "D_TYPE_MEMBER"},
    /* actions */
    {"i ? exit(0) : 1", "D_OP_ACT"},
    {"exit(0), 1", "D_OP_ACT"},
    {"i = exit(0)", "D_CG_EXPR"},
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
		run_text(&r, buf_str(&text), text.n);
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

/* ---- printing what sema makes of a file ---- */

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;
	*len = 0;
	while (f) {
		if (*len + 4096 > cap)
			text = realloc(text, cap = cap * 2 + 8192);
		size_t n = text ? fread(text + *len, 1, 4096, f) : 0;
		*len += n;
		if (n == 0)
			break;
	}
	if (f)
		fclose(f);
	return text;
}

static void append_type(const struct type *t, struct buf *out)
{
	type_name(t, out);
}

static int print_files(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct run r;
		size_t len;
		char *text = read_file(argv[i], &len);
		BUF_AUTO out = {0};
		run_init(&r);
		run_text(&r, text ? text : "", len);
		for (size_t k = 0; k < r.diags.list.n; k++)
			diag_render(&r.diags.list.at[k], true, NULL, &out);
		for (size_t k = 0; r.rc == 0 && k < r.prog.clauses.n; k++) {
			const struct sema_clause *sc = r.prog.clauses.at[k];
			buf_printf(&out, "clause %s: %u probes\n", sc->description, sc->nprobes);
			if (sc->predicate)
				node_print_typed(sc->predicate, 1, append_type, &out);
			for (const struct node *n = sc->body; n; n = n->next)
				node_print_typed(n, 1, append_type, &out);
		}
		printf("%s", buf_str(&out));
		run_fini(&r);
		free(text);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return print_files(argc, argv);
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
