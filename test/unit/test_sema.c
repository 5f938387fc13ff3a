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
#include <libgen.h>
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
	bool none = strncmp(name, "no", 2) == 0 || strcmp(module, "nomod") == 0;
	return none ? 0 : 0x1000;
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

static void print_clause(const struct sema_clause *sc, struct buf *out)
{
	buf_printf(out, "clause %s: %u probes\n", sc->description, sc->nprobes);
	if (sc->predicate)
		node_print_typed(sc->predicate, 1, append_type, out);
	for (const struct node *n = sc->body; n; n = n->next)
		node_print_typed(n, 1, append_type, out);
}

static void print_run(struct run *r, struct buf *out)
{
	for (size_t k = 0; k < r->diags.list.n; k++)
		diag_render(&r->diags.list.at[k], true, NULL, out);
	for (size_t k = 0; r->rc == 0 && k < r->prog.clauses.n; k++)
		print_clause(r->prog.clauses.at[k], out);
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
		print_run(&r, &out);
		printf("%s", buf_str(&out));
		run_fini(&r);
		free(text);
	}
	return 0;
}

/* ---- files ---- */

static char this_program[4096];

/* Folder of golden files: below the source root of the environment, else beside this source file,
 * whose name is relative to the build folder, which is two above this program. */
static void golden_dir(struct buf *out, const char *stage)
{
	const char *root = getenv("MESON_SOURCE_ROOT");
	char self[sizeof(this_program)], file[] = __FILE__;
	if (root) {
		buf_printf(out, "%s/test/golden/%s", root, stage);
		return;
	}
	snprintf(self, sizeof(self), "%s", this_program);
	const char *above = file[0] == '/' ? "" : dirname(self);
	buf_printf(out, "%s%s%s/../golden/%s", above, *above ? "/../../" : "", dirname(file),
		   stage);
}

/* The tag in "err.TAG.name.d"; NULL for other files. */
static char *tag_of_file(const char *name)
{
	size_t n = strlen(name);
	if (n < 6 || strncmp(name, "err.", 4) != 0 || strcmp(name + n - 2, ".d") != 0)
		return NULL;
	return strndup(name + 4, strcspn(name + 4, "."));
}

static int check_err_file(const char *dir, const char *name, const char *tag)
{
	struct run r;
	size_t len;
	BUF_AUTO path = {0};
	buf_printf(&path, "%s/%s", dir, name);
	char *text = read_file(buf_str(&path), &len);
	assert_non_null(text);
	run_init(&r);
	run_text(&r, text, len);
	int bad = r.rc == 0 || strcmp(first_tag(&r), tag) != 0;
	if (bad)
		print_error("%s: got %s\n", name, r.rc == 0 ? "no error" : first_tag(&r));
	run_fini(&r);
	free(text);
	return bad;
}

static void test_err_files(void **state)
{
	(void)state;
	BUF_AUTO dir = {0};
	int bad = 0, n = 0;
	golden_dir(&dir, "err");
	DIR *d = opendir(buf_str(&dir));
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		char *tag = tag_of_file(e->d_name);
		if (tag) {
			bad += check_err_file(buf_str(&dir), e->d_name, tag);
			n++;
		}
		free(tag);
	}
	closedir(d);
	assert_true(n > 100);
	assert_int_equal(bad, 0);
}

/* Every NAME.d of test/golden/types beside its typed tree NAME.out. */
static void test_golden_types(void **state)
{
	(void)state;
	BUF_AUTO dir = {0};
	int bad = 0, n = 0;
	golden_dir(&dir, "types");
	DIR *d = opendir(buf_str(&dir));
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		size_t nl = strlen(e->d_name), len, want_len;
		if (nl < 3 || strcmp(e->d_name + nl - 2, ".d") != 0)
			continue;
		BUF_AUTO path = {0}, want_path = {0}, got = {0};
		buf_printf(&path, "%s/%s", buf_str(&dir), e->d_name);
		buf_printf(&want_path, "%s/%.*s.out", buf_str(&dir), (int)nl - 2, e->d_name);
		char *text = read_file(buf_str(&path), &len);
		char *want = read_file(buf_str(&want_path), &want_len);
		struct run r;
		run_init(&r);
		run_text(&r, text, len);
		print_run(&r, &got);
		if (!want || want_len != got.n || memcmp(want, buf_str(&got), got.n) != 0) {
			print_error("%s: got\n%s", e->d_name, buf_str(&got));
			bad++;
		}
		run_fini(&r);
		free(text);
		free(want);
		n++;
	}
	closedir(d);
	assert_true(n > 0);
	assert_int_equal(bad, 0);
}

/* ---- programs ---- */

static struct run *compile(struct run *r, const char *text)
{
	run_init(r);
	run_text(r, text, strlen(text));
	return r;
}

static void again(struct run *r, const char *text)
{
	diags_init(&r->diags, r->arena, "test.d");
	run_text(r, text, strlen(text));
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
	run_text(&r, text, strlen(text));
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
	run_text(&r, text, strlen(text));
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

int main(int argc, char **argv)
{
	if (argc > 1)
		return print_files(argc, argv);
	snprintf(this_program, sizeof(this_program), "%s", argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),	 cmocka_unit_test(test_good_rows_are_plain),
	    cmocka_unit_test(test_programs),	 cmocka_unit_test(test_matching),
	    cmocka_unit_test(test_unmatched),	 cmocka_unit_test(test_args),
	    cmocka_unit_test(test_lines),	 cmocka_unit_test(test_several_programs),
	    cmocka_unit_test(test_library),	 cmocka_unit_test(test_err_files),
	    cmocka_unit_test(test_golden_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
