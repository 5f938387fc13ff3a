/*
 * dtrace/dlang: lexer, parser, printers, diagnostics.
 *
 * The golden files of test/golden/tokens and test/golden/ast are checked here by calling the
 * parser; UPDATE_GOLDEN=1 in the environment rewrites them from what the parser does now (then read
 * the difference).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <unistd.h>

#include "dtrace/dlang/parse.h"

static bool is_typename(void *ctx, const char *name)
{
	static const char *const names[] = {
	    "int8_t",	"int16_t", "int32_t", "int64_t",   "uint8_t", "uint16_t",    "uint32_t",
	    "uint64_t", "size_t",  "pid_t",   "uintptr_t", "outer_t", "vmlinux`u32",
	};
	(void)ctx;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static const struct macro_var macros[] = {{"pid", 41}, {"target", 1234}, {"uid", 0}};
static const char *const args[] = {"script.d", "12", "foo", "\"quoted\"", "-5", "1 + 2", ""};

struct run { /* one parse */
	struct arena *a;
	struct diags d;
	struct parse_opts opts;
	struct program_ast *program;
	const char *text;
	int result;
	uint64_t args_used;
};

static void run_init(struct run *r)
{
	*r = (struct run){.a = arena_new()};
	r->opts = (struct parse_opts){
	    .is_typename = is_typename,
	    .is_file = true,
	    .argc = sizeof(args) / sizeof(args[0]),
	    .argv = args,
	    .args_used = &r->args_used,
	    .macros = macros,
	    .nmacros = sizeof(macros) / sizeof(macros[0]),
	};
	diags_init(&r->d, r->a, "test.d");
}

static void run_parse(struct run *r, const char *text, size_t len)
{
	r->text = text;
	r->result = parse_program(r->a, text, len, "test.d", &r->opts, &r->d, &r->program);
}

static void run_fini(struct run *r)
{
	arena_free(r->a);
}

static void print_first(const struct run *r, struct buf *out)
{
	if (r->d.list.n > 0)
		diag_render_line(&r->d.list.at[0], true, out);
}

/* --- expressions, by printing them back --- */

static void check_expr(const char *text, const char *expected)
{
	struct run r;
	BUF_AUTO program = {0}, got = {0};
	run_init(&r);
	buf_printf(&program, "BEGIN { %s }", text);
	run_parse(&r, buf_str(&program), program.n);
	print_first(&r, &got);
	assert_string_equal(buf_str(&got), "");
	assert_int_equal(r.result, 0);
	const struct item *last = r.program->items;
	assert_non_null(last);
	for (const struct node *n = last->clause->body; n; n = n->next) {
		node_print_d(n, &got);
		buf_puts(&got, n->next ? " " : "");
	}
	assert_string_equal(buf_str(&got), expected);
	run_fini(&r);
}

static void expressions(void **state)
{
	(void)state;
	check_expr("1 + 2 * 3", "1 + (2 * 3);");
	check_expr("a - b - c", "(a - b) - c;");
	check_expr("a << 1 + 2 < 3 == 4 & 5 ^ 6 | 7 && 8 ^^ 9 || x",
		   "((((((((a << (1 + 2)) < 3) == 4) & 5) ^ 6) | 7) && 8) ^^ 9) || x;");
	check_expr("a || b ^^ c && d", "a || (b ^^ (c && d));");
	check_expr("a = b += c", "a = (b += c);");
	check_expr("a ? b : c ? d : e", "a ? b : (c ? d : e);");
	check_expr("a ? b, c : d", "a ? (b, c) : d;");
	check_expr("f(a, (b, c))", "f(a, (b, c));");
	check_expr("-x--", "-x--;");
	check_expr("- -x", "-(-x);");
	check_expr("*p++ = &q", "*p++ = &q;");
	check_expr("sizeof x + sizeof (int *) + sizeof (x)",
		   "(sizeof (x) + sizeof (int *)) + sizeof (x);");
	check_expr("(int)x + 1", "((int)x) + 1;");
	check_expr("(int)-x", "(int)-x;");
	check_expr("(uint32_t *)p->q", "(uint32_t *)p->q;");
	check_expr("(x) - 1", "x - 1;");
	check_expr("(pid_t - 1) * (pid_t * 2) + (pid_t)1",
		   "((pid_t - 1) * (pid_t * 2)) + ((pid_t)1);");
	check_expr("pid_t = 3; (pid_t) - 1", "pid_t = 3; pid_t - 1;");
	check_expr("((struct foo *)arg0)->a.b[1][2]", "((struct foo *)arg0)->a.b[1][2];");
	check_expr("self->a[1, \"x\"] = this->b", "self->a[1, \"x\"] = this->b;");
	check_expr("self->string", "self->string;");
	check_expr("p->counter.probe->this", "p->counter.probe->this;");
	check_expr("@a[1, 2] = count(); @ = sum(x)", "@a[1, 2] = count(); @ = sum(x);");
	check_expr("stringof arg0", "stringof (arg0);");
	check_expr("stringof(arg0)", "stringof (arg0);");
	check_expr("(string)arg0", "(string)arg0;");
	check_expr("offsetof(struct foo, a.b)", "offsetof(struct foo, a.b);");
	check_expr("xlate <outer_t>(p).x; xlate < struct s * > (p)->y",
		   "xlate <outer_t> (p).x; xlate <struct s *> (p)->y;");
	check_expr("`sym + vmlinux`sym + (vmlinux`u32)1",
		   "(`sym + vmlinux`sym) + ((vmlinux`u32)1);");
	check_expr("a >> 3 >= 2 != 1", "((a >> 3) >= 2) != 1;");
	check_expr("x <<= 1, x >>= 2, x %= 3, x ^= 4, x |= 5, x &= 6, x /= 7, x *= 8, x -= 9",
		   "((((((((x <<= 1), (x >>= 2)), (x %= 3)), (x ^= 4)), (x |= 5)), (x &= 6)), "
		   "(x /= 7)), (x *= 8)), (x -= 9);");
	check_expr("!a ^^ ~b", "!a ^^ ~b;");
	check_expr("a /b/ c", "(a / b) / c;");
	check_expr("((void (*)(int, char *))p)", "(void (*)(int, char *))p;");
	check_expr("(int (*)[3])p; (char *[4])q; (int **const *)r",
		   "(int (*)[3])p; (char *[4])q; (int **const *)r;");
}

static void literals(void **state)
{
	(void)state;
	check_expr("0; 10u; 0x1FuL; 017; 5ll; 6LLU", "0; 10u; 31ul; 15; 5ll; 6ull;");
	check_expr("18446744073709551615", "18446744073709551615;");
	check_expr("'a'; 'ab'; '\\n'; '\\0'; '\\x41'; '\\377'; '\\''; '\"'",
		   "97; 24930; 10; 0; 65; 255; 39; 34;");
	check_expr("'abcdefgh'", "7017280452245743464;");
	check_expr("\"a\\tb\\\"c\\\\d\\x41\\101\"", "\"a\\tb\\\"c\\\\dAA\";");
	check_expr("\"cut\\0off\"", "\"cut\";");
	check_expr("\"\"", "\"\";");
	check_expr("\"/* no comment */\"", "\"/* no comment */\";");
}

static void statements(void **state)
{
	(void)state;
	check_expr("", "");
	check_expr(";;", "");
	check_expr("a; ; b", "a; b;");
	check_expr("if (a) b; else c;", "if (a) { b; } else { c; }");
	check_expr("if (a) { b; c } else if (d) { } else { e; }",
		   "if (a) { b; c; } else { if (d) { } else { e; } }");
	check_expr("if (a) if (b) c; else d;", "if (a) { if (b) { c; } else { d; } }");
	check_expr("if (a) ; x", "if (a) { } x;");
}

static void macro_arguments(void **state)
{
	(void)state;
	check_expr("$1 + $4", "12 + -5;");
	check_expr("$2; $$2; $3; $$3", "foo; \"foo\"; \"quoted\"; \"\\\"quoted\\\"\";");
	check_expr("2 * $5", "(2 * 1) + 2;");
	check_expr("$$0", "\"script.d\";");
	check_expr("$pid + $target", "41 + 1234;");
	check_expr("$$pid", "\"41\";");
	check_expr("f($6)", "f();");
}

static void macro_bitmap_and_defaults(void **state)
{
	(void)state;
	struct run r;
	BUF_AUTO got = {0};
	const char text[] = "BEGIN { x = $2; y = $$9; z = $8 } syscall::$1: { }";
	run_init(&r);
	r.opts.default_args = true;
	run_parse(&r, text, strlen(text));
	assert_int_equal(r.result, 0);
	assert_int_equal(r.args_used, 1 << 1 | 1 << 2 | 1 << 8 | 1 << 9);
	for (const struct node *n = r.program->items->clause->body; n; n = n->next)
		node_print_d(n, &got);
	assert_string_equal(buf_str(&got), "x = foo;y = \"\";z = 0;");
	run_fini(&r);
}

static void defaultargs_by_pragma(void **state)
{
	(void)state;
	struct run r;
	const char text[] = "#pragma D option defaultargs\nBEGIN { x = $9; }";
	run_init(&r);
	run_parse(&r, text, strlen(text));
	assert_int_equal(r.result, 0);
	run_fini(&r);
}

/* --- probe descriptions --- */

static void print_specs(const struct run *r, struct buf *out)
{
	for (const struct item *it = r->program->items; it; it = it->next) {
		assert_int_equal(it->kind, ITEM_CLAUSE);
		for (const struct probe_spec *s = it->clause->specs; s; s = s->next) {
			if (s->id)
				buf_printf(out, "#%u ", s->id);
			else
				buf_printf(out, "%s|%s|%s|%s ", s->provider ? s->provider : "",
					   s->module ? s->module : "",
					   s->function ? s->function : "", s->name ? s->name : "");
		}
		buf_printf(out, "%s%s%s", it->clause->predicate ? "P" : "",
			   it->clause->has_body ? "B" : "", it->next ? "; " : "");
	}
}

static void check_specs(enum spec_level level, const char *text, const char *expected)
{
	struct run r;
	BUF_AUTO got = {0};
	run_init(&r);
	r.opts.is_file = false;
	r.opts.spec_level = level;
	run_parse(&r, text, strlen(text));
	print_first(&r, &got);
	assert_string_equal(buf_str(&got), "");
	print_specs(&r, &got);
	assert_string_equal(buf_str(&got), expected);
	run_fini(&r);
}

static void probe_descriptions(void **state)
{
	(void)state;
	check_specs(SPEC_NAME, "BEGIN", "|||BEGIN ");
	check_specs(SPEC_NAME, "a:b", "||a|b ");
	check_specs(SPEC_NAME, "syscall::read:entry{}", "syscall||read|entry B");
	check_specs(SPEC_NAME, "syscall:::", "syscall||| ");
	check_specs(SPEC_NAME, ":::", "||| ");
	check_specs(SPEC_NAME, "fbt:ext4:[!a-z]*x?\\*:return,BEGIN,7 {}",
		    "fbt|ext4|[!a-z]*x?\\*|return |||BEGIN #7 B");
	check_specs(SPEC_NAME, "pid$target:a.out:main:1f,profile-97hz,tick-$1s",
		    "pid1234|a.out|main|1f |||profile-97hz |||tick-12s ");
	check_specs(SPEC_NAME, "syscall::$2:entry, io:::$$2-done",
		    "syscall||foo|entry io|||foo-done ");
	check_specs(SPEC_NAME, "BEGIN/1/", "|||BEGIN P");
	check_specs(SPEC_NAME, "BEGIN /x == 1/ /* c */ {} END", "|||BEGIN PB; |||END ");
	check_specs(SPEC_NAME, "BEGIN END {}", "|||BEGIN ; |||END B");
	check_specs(SPEC_NAME, "a::b`c:d-e_f.g {} fault {}", "a||b`c|d-e_f.g B; |||fault B");
	check_specs(SPEC_NAME, "pid_t {} outer_t, x /1/ {}", "|||pid_t B; |||outer_t |||x PB");
	check_specs(SPEC_FUNCTION, "syscall::read /1/ {}", "syscall||read| PB");
	check_specs(SPEC_FUNCTION, "read", "||read| ");
	check_specs(SPEC_MODULE, "fbt:ext4, nfs {}", "fbt|ext4|| |nfs|| B");
	check_specs(SPEC_PROVIDER, "syscall { trace(1); }", "syscall||| B");
}

static void predicates(void **state)
{
	(void)state;
	check_specs(SPEC_NAME, "a /x/2 == 1/ { }", "|||a PB");
	check_specs(SPEC_NAME, "a /(x/2)/ { }", "|||a PB");
	check_specs(SPEC_NAME, "a /x[1/2] / y/\n\n{ }", "|||a PB");
	check_specs(SPEC_NAME, "a /self->x && \"/{\" != z/ { y = 4 / 2; }", "|||a PB");
	check_specs(SPEC_NAME, "a /x/ { } b /y/ { }", "|||a PB; |||b PB");
}

/* --- errors --- */

static void check_error(const char *text, const char *expected)
{
	struct run r;
	BUF_AUTO got = {0};
	run_init(&r);
	run_parse(&r, text, strlen(text));
	for (size_t i = 0; i < r.d.list.n; i++) {
		diag_render_line(&r.d.list.at[i], true, &got);
		buf_puts(&got, i + 1 < r.d.list.n ? "; " : "");
	}
	assert_string_equal(buf_str(&got), expected);
	assert_int_equal(r.result, expected[0] ? -1 : 0);
	run_fini(&r);
}

static void syntax_errors(void **state)
{
	(void)state;
	check_error("BEGIN { x + ; }", "[D_SYNTAX] line 1: syntax error near \";\"");
	check_error("BEGIN\n{\n\tx y;\n}", "[D_SYNTAX] line 3: syntax error near \"y\"");
	check_error("BEGIN { x", "[D_SYNTAX] line 1: syntax error near end of input");
	check_error("BEGIN { for (;;) ; }", "[D_SYNTAX] line 1: syntax error near \"for\"");
	check_error("BEGIN { a + b = c; }", "[D_SYNTAX] line 1: syntax error near \"=\"");
	check_error("BEGIN { @a[] = count(); }", "[D_SYNTAX] line 1: syntax error near \"]\"");
	check_error("BEGIN { x = 1.5; }",
		    "[D_SYNTAX] line 1: floating-point constants are not permitted");
	check_error("BEGIN { // c\n }", "[D_SYNTAX] line 1: syntax error near \"/\"");
	check_error("BEGIN { /* /* */ }", "[D_SYNTAX] line 1: /* encountered inside a comment");
	check_error("BEGIN { /* x",
		    "[D_SYNTAX] line 1: end-of-file encountered before matching */");
	check_error("BEGIN { trace(int); }", "[D_SYNTAX] line 1: syntax error near \"int\"");
	check_error("BEGIN { int x; }", "[D_SYNTAX] line 1: syntax error near \"int\"");
	check_error("BEGIN", "[D_SYNTAX] line 1: expected predicate and/or actions following probe "
			     "description");
	check_error("int x = 1;", "[D_SYNTAX] line 1: syntax error near \"=\"");
	check_error(
	    "nosuch_t x;\nBEGIN { }",
	    "[D_SYNTAX] line 1: expected predicate and/or actions following probe description");
	check_error("struct s { };", "[D_SYNTAX] line 1: syntax error near \"}\"");
	check_error("BEGIN { \xc3\xa4 }", "[D_SYNTAX] line 1: syntax error near \"\xc3\xa4\"");
	check_error("BEGIN // { }", "[D_SYNTAX] line 1: syntax error near \"/\"");
	check_error("BEGIN, { }", "[D_SYNTAX] line 1: syntax error near \"{\"");
	check_error("BEGIN { x = \"abc",
		    "[D_SYNTAX] line 1: end-of-file encountered in string literal");
}

static void lexical_errors(void **state)
{
	(void)state;
	check_error("BEGIN { x = 089; }",
		    "[D_INT_DIGIT] line 1: integer constant 089 contains invalid digit 8");
	check_error("BEGIN { x = 18446744073709551616; }",
		    "[D_INT_OFLOW] line 1: integer constant 18446744073709551616 cannot be "
		    "represented in any built-in integral type");
	check_error("BEGIN { x = ''; }", "[D_CHR_NULL] line 1: empty character constant");
	check_error("BEGIN { x = '123456789'; }",
		    "[D_CHR_OFLOW] line 1: character constant is too long");
	check_error("BEGIN { x = 'a\n'; }",
		    "[D_CHR_NL] line 1: newline encountered in character constant");
	check_error("BEGIN { x = \"a\n\"; }",
		    "[D_STR_NL] line 1: newline encountered in string literal");
	check_error("BEGIN { $9; $$8; $nosuch; }",
		    "[D_MACRO_UNDEF] line 1: macro argument $9 is not defined; [D_MACRO_UNDEF] "
		    "line 1: macro argument $$8 is not defined; [D_MACRO_UNDEF] line 1: macro "
		    "variable $nosuch is not defined");
	check_error("BEGIN { $99999999999; }",
		    "[D_MACRO_OFLOW] line 1: macro argument $99999999999 exceeds the limit");
	check_error("a:b:c:d:e { }", "[D_PDESC_INVAL] line 1: invalid probe description "
				     "\"a:b:c:d:e\": Invalid argument");
	check_error("pid$x:::entry { }",
		    "[D_PDESC_INVAL] line 1: invalid probe description \"pid$x:::entry\": "
		    "Undefined macro variable in probe description");
	check_error("4294967296 { }", "[D_PDESC_INVAL] line 1: invalid probe description "
				      "\"4294967296\": Invalid probe identifier");
	check_error("#define X\nBEGIN { }",
		    "[D_PRAGCTL_INVAL] line 1: invalid control directive: #define");
}

static void declaration_errors(void **state)
{
	(void)state;
	check_error("static extern int x;",
		    "[D_DECL_CLASS] line 1: only one storage class allowed in given declaration");
	check_error("auto int x;",
		    "[D_DECL_BADCLASS] line 1: specified storage class not appropriate in D");
	check_error("int char x;",
		    "[D_DECL_COMBO] line 1: invalid type combination in declaration");
	check_error("long char x;", "[D_DECL_CHARATTR] line 1: invalid type declaration: short and "
				    "long may not be used with char type");
	check_error("unsigned void x;", "[D_DECL_VOIDATTR] line 1: invalid type declaration: "
					"attributes may not be used with void type");
	check_error("signed struct foo x;",
		    "[D_DECL_SIGNINT] line 1: invalid type declaration: signed and unsigned may "
		    "only be used with integer type");
	check_error("long struct foo x;",
		    "[D_DECL_LONGINT] line 1: invalid type declaration: long and long long may "
		    "only be used with integer or floating-point type");
	check_error("typedef int t;\nint t;", "[D_DECL_IDRED] line 2: identifier redeclared: t");
	check_error("int a[static int];",
		    "[D_DECL_PARMCLASS] line 1: inappropriate storage class for function or "
		    "associative array parameter");
	check_error("BEGIN { (f)(); self->f(); }",
		    "[D_FUNC_IDENT] line 1: function designator is not of function type");
}

static void recovery(void **state)
{
	(void)state;
	check_error("BEGIN { trace(\"abc); }\nEND { ) }",
		    "[D_STR_NL] line 1: newline encountered in string literal; [D_SYNTAX] line 2: "
		    "syntax error near \")\"");
	check_error("BEGIN { x + ; { } y }\nEND { z }\nBEGIN { ) }\nint $;\nEND { }",
		    "[D_SYNTAX] line 1: syntax error near \";\"; [D_SYNTAX] line 3: syntax error "
		    "near \")\"; [D_SYNTAX] line 4: syntax error near \"$\"");
	check_error("} BEGIN { ( }; END { [ }",
		    "[D_SYNTAX] line 1: syntax error near \"}\"; [D_SYNTAX] line 1: syntax error "
		    "near \"}\"; [D_SYNTAX] line 1: syntax error near \"[\"");
}

/* Nesting of every kind ends in an error, not in a crash. */
static void check_deep(const char *before, const char *unit, const char *after)
{
	struct run r;
	BUF_AUTO text = {0};
	run_init(&r);
	buf_puts(&text, before);
	for (int i = 0; i < 20000; i++)
		buf_puts(&text, unit);
	buf_puts(&text, after);
	run_parse(&r, buf_str(&text), text.n);
	assert_int_equal(r.result, -1);
	assert_string_equal(r.d.list.at[0].tag, "D_SYNTAX");
	assert_non_null(strstr(r.d.list.at[0].text, "too deeply"));
	run_fini(&r);
}

static void depth_is_bounded(void **state)
{
	(void)state;
	check_deep("BEGIN { ", "(", "}");
	check_deep("BEGIN { x", "+1", "}");
	check_deep("BEGIN { x", ".a", "}");
	check_deep("BEGIN { x", "[1]", "}");
	check_deep("BEGIN { ", "- ", "1 }");
	check_deep("BEGIN { ", "(int)", "1 }");
	check_deep("BEGIN { ", "x = ", "1 }");
	check_deep("BEGIN { ", "1 ? 2 : ", "1 }");
	check_deep("BEGIN { 1", ", 1", "}");
	check_deep("BEGIN { ", "if (1) ", "1; }");
	check_deep("BEGIN { ", "f(", "}");
	check_deep("int ", "*", "x;");
	check_deep("int ", "(", "x;");
	check_deep("int x", "[1]", ";");
	check_deep("", "struct { ", "int x;");
}

static void positions(void **state)
{
	(void)state;
	struct run r;
	BUF_AUTO got = {0};
	const char text[] = "# 1 \"test.d\"\nBEGIN { }\n# 40 \"inc.h\" 1\nBEGIN\n{ x y; }\n"
			    "#line 7 \"test.d\"\n\tEND { $1 $1; }\n";
	run_init(&r);
	run_parse(&r, text, strlen(text));
	assert_int_equal(r.d.list.n, 2);
	diag_render_line(&r.d.list.at[0], false, &got);
	assert_string_equal(buf_str(&got), "\"inc.h\", line 41: syntax error near \"y\"");
	buf_clear(&got);
	diag_render_line(&r.d.list.at[1], false, &got);
	assert_string_equal(buf_str(&got), "line 7: syntax error near \"12\"");
	assert_int_equal(r.d.list.at[1].at.col, 11);
	run_fini(&r);
}

static void rendering(void **state)
{
	(void)state;
	struct run r;
	BUF_AUTO got = {0};
	const char text[] = "BEGIN\n{\n\tx = 1 abc;\n}\n";
	run_init(&r);
	run_parse(&r, text, strlen(text));
	diag_hint(&r.d, "a %s", "hint");
	diag_render(&r.d.list.at[0], true, text, &got);
	assert_string_equal(buf_str(&got), "[D_SYNTAX] line 3: syntax error near \"abc\"\n"
					   "    at line 3, column 8\n"
					   "    | \tx = 1 abc;\n"
					   "    | \t      ^~~\n"
					   "    hint: a hint\n");
	run_fini(&r);
}

static void many_errors_are_counted(void **state)
{
	(void)state;
	struct run r;
	BUF_AUTO text = {0};
	run_init(&r);
	for (int i = 0; i < 200; i++)
		buf_puts(&text, "BEGIN { ) }\n");
	run_parse(&r, buf_str(&text), text.n);
	assert_int_equal(diag_count(&r.d), 200);
	assert_int_equal(r.d.list.n, DIAGS_MAX);
	diag_hint(&r.d, "dropped with its error");
	assert_null(r.d.list.at[DIAGS_MAX - 1].hint);
	run_fini(&r);
}

static void clone_is_deep(void **state)
{
	(void)state;
	struct run r;
	BUF_AUTO one = {0}, two = {0};
	const char text[] = "BEGIN { if (a[1]) { b = f(c); d } else { (int)@e[2] } }";
	run_init(&r);
	run_parse(&r, text, strlen(text));
	const struct node *n = r.program->items->clause->body;
	struct node *copy = node_clone(r.a, n);
	node_print(n, 0, &one);
	node_print(copy, 0, &two);
	assert_string_equal(buf_str(&one), buf_str(&two));
	copy->kids[0]->kids[0]->name = "changed";
	copy->then_body->next->kids[0]->name = "changed";
	buf_clear(&two);
	node_print(n, 0, &two);
	assert_string_equal(buf_str(&one), buf_str(&two));
	run_fini(&r);
}

/* --- golden files --- */

/* Where the sources are: the working directory, or from the compiler's idea of this file's name. */
static bool find_golden(char *dir, size_t size)
{
	char exe[PATH_MAX], self[] = __FILE__;
	const char *from = getenv("GLASSHOUSE_SOURCE");
	snprintf(dir, size, "%s/test/golden", from ? from : ".");
	if (access(dir, R_OK) == 0)
		return true;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n < 0)
		return false;
	exe[n] = '\0';
	if (self[0] == '/')
		snprintf(dir, size, "%s/../golden", dirname(self));
	else
		snprintf(dir, size, "%s/../../%s/../golden", dirname(exe), dirname(self));
	return access(dir, R_OK) == 0;
}

static void read_file(const char *path, struct buf *out)
{
	char block[4096];
	FILE *f = fopen(path, "r");
	if (!f)
		return;
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		buf_add(out, block, n);
	fclose(f);
}

static void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fwrite(buf_str(text), 1, text->n, f);
	fclose(f);
}

static void check_golden(const char *path, bool tokens)
{
	struct run r;
	BUF_AUTO text = {0}, got = {0}, expected = {0};
	char out[PATH_MAX];
	read_file(path, &text);
	snprintf(out, sizeof(out), "%.*s.out", (int)(strlen(path) - 2), path);
	run_init(&r);
	r.opts.token_dump = tokens ? &got : NULL;
	run_parse(&r, buf_str(&text), text.n);
	print_first(&r, &got);
	if (!tokens)
		ast_print(r.program, &got);
	if (getenv("UPDATE_GOLDEN"))
		write_file(out, &got);
	read_file(out, &expected);
	if (strcmp(buf_str(&got), buf_str(&expected)) != 0)
		print_error("%s:\n", path);
	assert_string_equal(buf_str(&got), buf_str(&expected));
	run_fini(&r);
}

static void check_golden_folder(const char *stage)
{
	char dir[PATH_MAX], pattern[PATH_MAX + 32];
	glob_t files;
	if (!find_golden(dir, sizeof(dir))) {
		print_message("golden files not found: run in the source tree\n");
		skip();
	}
	snprintf(pattern, sizeof(pattern), "%s/%s/*.d", dir, stage);
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_golden(files.gl_pathv[i], strcmp(stage, "tokens") == 0);
	globfree(&files);
}

static void golden_tokens(void **state)
{
	(void)state;
	check_golden_folder("tokens");
}

static void golden_ast(void **state)
{
	(void)state;
	check_golden_folder("ast");
}

/* Every prefix of a program parses or fails, and ends. */
static void prefixes(void **state)
{
	(void)state;
	static const char text[] =
	    "#pragma D option quiet\ntypedef struct s { int a:3, *b[2]; } s_t;\nself s_t *x[int];\n"
	    "inline int f[int a] = a ? 'x' : 017;\ntranslator s_t < struct q *p > { a = p->b; };\n"
	    "provider v { probe n(int a) : (char *); };\n"
	    "a::b*:$1, 7 /x / 2 == (3/4)/ { @a[1, \"s\\n\"] = sum((int)$2); if (x) y; else { z } }";
	for (size_t n = 0; n < sizeof(text); n++) {
		struct run r;
		char *copy =
		    malloc(n ? n : 1); /* exactly n bytes, so that the sanitizer sees over-reads */
		memcpy(copy, text, n);
		run_init(&r);
		run_parse(&r, copy, n);
		assert_true(r.result == 0 || diag_count(&r.d) > 0);
		run_fini(&r);
		free(copy);
	}
}

/* Every allocation of a parse fails once; the last round finds none left to fail. */
static void out_of_memory(void **state)
{
	(void)state;
	static const char text[] =
	    "inline int two = 2; struct s { int a : 3; char b[4]; };\n"
	    "syscall:::entry, BEGIN /x > 1/ { x = y[1, 2] + two; @[pid] = count(); }";
	struct parse_opts opts = {0};
	volatile bool failed = true;
	volatile long n;
	for (n = 1; failed; n++) {
		struct arena *a = arena_new();
		assert_non_null(a);
		failed = true;
		if (!arena_guard(a)) {
			struct diags d;
			struct program_ast *program;
			arena_fail_after(n);
			diags_init(&d, a, NULL);
			assert_int_equal(
			    parse_program(a, text, strlen(text), NULL, &opts, &d, &program), 0);
			failed = false;
		}
		arena_fail_after(0);
		arena_free(a);
	}
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(expressions),
	    cmocka_unit_test(literals),
	    cmocka_unit_test(statements),
	    cmocka_unit_test(macro_arguments),
	    cmocka_unit_test(macro_bitmap_and_defaults),
	    cmocka_unit_test(defaultargs_by_pragma),
	    cmocka_unit_test(probe_descriptions),
	    cmocka_unit_test(predicates),
	    cmocka_unit_test(syntax_errors),
	    cmocka_unit_test(lexical_errors),
	    cmocka_unit_test(declaration_errors),
	    cmocka_unit_test(recovery),
	    cmocka_unit_test(depth_is_bounded),
	    cmocka_unit_test(positions),
	    cmocka_unit_test(rendering),
	    cmocka_unit_test(many_errors_are_counted),
	    cmocka_unit_test(clone_is_deep),
	    cmocka_unit_test(golden_tokens),
	    cmocka_unit_test(golden_ast),
	    cmocka_unit_test(prefixes),
	    cmocka_unit_test(out_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
