/* output/: exact text of values, formats, line heads, flow indentation, stacks, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "dtrace/types/type.h"
#include "screen_fixture.h"

/* ---- trace() ---- */

static const char *trace_of(struct screen *s, enum plan_enc enc, uint32_t size, bool sig,
			    const void *value)
{
	struct fx *f = s->f;
	if (s->o) {
		output_free(s->o);
		consume_free(s->c);
		s->o = NULL;
	}
	struct plan_seg *seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_TRACE), enc, size, sig);
	uint64_t pos;
	uint8_t *p = fx_reserve(f, 0, seg->id, 12, &pos);
	memcpy(p + IMAGE_REC_DATA, value, size);
	fx_commit(p, pos, false);
	s->n = 0;
	s->text[0] = '\0';
	return run(s);
}

static void trace_of_integers(void **state)
{
	(void)state;
	struct screen *s = screen_of(fx_new(1));
	assert_string_equal(trace_of(s, ENC_INT, 4, true, &(int){-5}), "-5");
	assert_string_equal(trace_of(s, ENC_INT, 1, true, &(signed char){-1}), "255");
	assert_string_equal(trace_of(s, ENC_INT, 8, false, &(uint64_t){UINT64_MAX}), "-1");
	s->opts.quiet = false;
	static const char *const want[] = {
	    "CPU     ID                    FUNCTION:NAME\n"
	    "  0     12                       read:entry    7\n",
	    "CPU     ID                    FUNCTION:NAME\n"
	    "  0     12                       read:entry      7\n",
	    "CPU     ID                    FUNCTION:NAME\n"
	    "  0     12                       read:entry         7\n",
	    "CPU     ID                    FUNCTION:NAME\n"
	    "  0     12                       read:entry                 7\n"};
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(trace_of(s, ENC_INT, 1u << i, true, &(uint64_t){7}), want[i]);
	done(s);
}

static void trace_of_text(void **state)
{
	(void)state;
	struct screen *s = screen_of(fx_new(1));
	char v[24] = "hello";
	assert_string_equal(trace_of(s, ENC_STR, 24, false, v), "hello");
	char nul[8] = "";
	assert_string_equal(trace_of(s, ENC_STR, 8, false, nul), "");
	s->opts.quiet = false;
	assert_string_equal(strchr(trace_of(s, ENC_STR, 24, false, v), '\n') + 1,
			    "  0     12                       read:entry   "
			    "hello                            \n");
	done(s);
}

static void trace_of_bytes(void **state)
{
	(void)state;
	struct screen *s = screen_of(fx_new(1));
	unsigned char v[20] = {0x41, 0, 1, 2, 0xff, 'z'};
	assert_string_equal(
	    trace_of(s, ENC_BYTES, 20, false, v),
	    "\n"
	    "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	    "         0: 41 00 01 02 ff 7a 00 00 00 00 00 00 00 00 00 00  A....z..........\n"
	    "        10: 00 00 00 00                                      ....\n");
	unsigned char text[12] = "abc";
	assert_string_equal(trace_of(s, ENC_BYTES, 12, false, text), "abc");
	s->opts.rawbytes = true;
	assert_string_equal(
	    trace_of(s, ENC_BYTES, 12, false, text),
	    "\n"
	    "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	    "         0: 61 62 63 00 00 00 00 00 00 00 00 00              abc.........\n");
	done(s);
}

static void tracemem_honours_its_length(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	struct plan_seg *seg = fx_seg(f);
	struct plan_action *a = fx_act(f, seg, PACT_TRACEMEM);
	fx_val(f, seg, a, ENC_BYTES, 8, false);
	fx_val(f, seg, a, ENC_INT, 8, true);
	fx_rec(f, 0, 0, 12, (uint64_t[]){0x6463626100000000, 6}, 2);
	assert_string_equal(
	    run(s),
	    "\n"
	    "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
	    "         0: 00 00 00 00 61 62                                ....ab\n");
	done(s);
}

/* ---- printf ---- */

struct arg {
	enum plan_enc enc;
	uint32_t size;
	bool sig;
	uint64_t v;
	const char *s;
};

/* Formats args by fmt through a whole record. */
static const char *formatted(struct screen *s, const char *fmt, const struct arg *args, size_t n)
{
	struct fx *f = s->f;
	if (s->o) {
		output_free(s->o);
		consume_free(s->c);
		s->o = NULL;
	}
	struct plan_seg *seg = fx_seg(f);
	struct plan_action *a = fx_act(f, seg, PACT_PRINTF);
	a->format = fmt;
	for (size_t i = 0; i < n; i++)
		fx_val(f, seg, a, args[i].enc, args[i].size, args[i].sig);
	uint64_t pos;
	uint8_t *p = fx_reserve(f, 0, seg->id, 12, &pos);
	for (size_t i = 0; i < n; i++) {
		uint8_t *at = p + a->recs.at[i].offset;
		memset(at, 0, args[i].size);
		memcpy(at, args[i].s ? (const void *)args[i].s : &args[i].v,
		       args[i].s	  ? strlen(args[i].s)
		       : args[i].size < 8 ? args[i].size
					  : 8);
	}
	fx_commit(p, pos, false);
	s->n = 0;
	s->text[0] = '\0';
	return run(s);
}

#define I32(x)                                                                                     \
	{                                                                                          \
		ENC_INT, 4, true, (uint64_t)(x), NULL                                              \
	}
#define U32(x)                                                                                     \
	{                                                                                          \
		ENC_INT, 4, false, (uint64_t)(x), NULL                                             \
	}
#define I8(x)                                                                                      \
	{                                                                                          \
		ENC_INT, 1, true, (uint64_t)(x), NULL                                              \
	}
#define I64(x)                                                                                     \
	{                                                                                          \
		ENC_INT, 8, true, (uint64_t)(x), NULL                                              \
	}
#define U64(x)                                                                                     \
	{                                                                                          \
		ENC_INT, 8, false, (uint64_t)(x), NULL                                             \
	}
#define STR(x)                                                                                     \
	{                                                                                          \
		ENC_STR, 32, false, 0, x                                                           \
	}

static void printf_conversions(void **state)
{
	(void)state;
	static const struct {
		const char *fmt;
		struct arg args[4];
		size_t n;
		const char *want;
	} cases[] = {
	    {"plain\n", {{0}}, 0, "plain\n"},
	    {"100%%", {{0}}, 0, "100%"},
	    {"%d|%i", {I32(-7), I64(INT64_MIN)}, 2, "-7|-9223372036854775808"},
	    {"%d", {U32(-1)}, 1, "4294967295"},
	    {"%d", {U64(-1)}, 1, "18446744073709551615"},
	    {"%lld", {U64(-1)}, 1, "-1"},
	    {"%ld %hd", {I8(-3), I32(70000)}, 2, "-3 70000"},
	    {"%u", {I32(-1)}, 1, "4294967295"},
	    {"%x %X", {I32(-1), I8(-1)}, 2, "ffffffff FF"},
	    {"%#x %#o %o", {I32(255), I32(8), I32(8)}, 3, "0xff 010 10"},
	    {"%#x", {I32(0)}, 1, "0"},
	    {"%p", {U64(0xffff888000001234)}, 1, "ffff888000001234"},
	    {"%?p|", {U64(0x1234)}, 1, "            1234|"},
	    {"%0?x", {U64(0x1234)}, 1, "0000000000001234"},
	    {"[%5d]", {I32(42)}, 1, "[   42]"},
	    {"[%-5d]", {I32(42)}, 1, "[42   ]"},
	    {"[%05d]", {I32(-42)}, 1, "[-0042]"},
	    {"[%+d]", {I32(42)}, 1, "[+42]"},
	    {"[% d]", {I32(42)}, 1, "[ 42]"},
	    {"[%.5d]", {I32(-42)}, 1, "[-00042]"},
	    {"[%8.5d]", {I32(42)}, 1, "[   00042]"},
	    {"[%08.5d]", {I32(42)}, 1, "[   00042]"},
	    {"[%'d]", {I32(1234567)}, 1, "[1234567]"},
	    {"[%*d]", {I32(6), I32(42)}, 2, "[    42]"},
	    {"[%*d]", {I32(-6), I32(42)}, 2, "[42    ]"},
	    {"[%*.*d]", {I32(6), I32(4), I32(42)}, 3, "[  0042]"},
	    {"[%#10x]", {I32(255)}, 1, "[      0xff]"},
	    {"[%#010x]", {I32(255)}, 1, "[0x000000ff]"},
	    {"%c%c", {I32('h'), I8('i')}, 2, "hi"},
	    {"[%3c]", {I32('h')}, 1, "[  h]"},
	    {"%C%C%C", {I32('a'), I32('\n'), I32(1)}, 3, "a\\n\\001"},
	    {"%wc", {I32(0xe9)}, 1, "\xc3\xa9"},
	    {"%s", {STR("text")}, 1, "text"},
	    {"[%10s]", {STR("text")}, 1, "[      text]"},
	    {"[%-10s]", {STR("text")}, 1, "[text      ]"},
	    {"[%.2s]", {STR("text")}, 1, "[te]"},
	    {"[%.0s]", {STR("text")}, 1, "[text]"},
	    {"%S", {STR("a\t\"b\"\\\x01\xff")}, 1, "a\\t\\\"b\\\"\\\\\\001\\377"},
	    {"%Y", {U64(123456789000000000)}, 1, "1973 Nov 29 21:33:09"},
	    {"%T", {U64(123456789000000000)}, 1, "Thu, 29 Nov 1973 21:33:09 UTC"},
	    {"%Y", {U64(1000000000ull * 123000000)}, 1, "1973 Nov 24 14:40:00"},
	    {"%Y", {U64(0)}, 1, "1970 Jan  1 00:00:00"},
	    {"%a", {U64(0x1234)}, 1, "0x1234"},
	    {"%A", {U64(0x1234)}, 1, "0x1234"},
	    {"%5.1f|%e",
	     {{ENC_INT, 8, true, 0x400921fb54442d18, NULL}, {ENC_INT, 4, true, 0x3f800000, NULL}},
	     2,
	     "  3.1|1.000000e+00"},
	    {"%d %s", {I32(1)}, 1, "1 "},
	};
	setenv("TZ", "UTC", 1);
	tzset();
	struct screen *s = screen_of(fx_new(1));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(formatted(s, cases[i].fmt, cases[i].args, cases[i].n),
				    cases[i].want);
	done(s);
}

/* ---- lines and flow ---- */

static void lines_have_heads_and_ends(void **state)
{
	(void)state;
	struct fx *f = fx_new(12);
	struct plan_seg *seg = fx_seg(f);
	fx_act(f, seg, PACT_DEFAULT);
	seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_TRACE), ENC_INT, 4, true);
	fx_val(f, seg, fx_act(f, seg, PACT_EXIT), ENC_INT, 4, true);
	struct screen *s = screen_of(f);
	s->opts.quiet = false;
	fx_rec(f, 11, 0, 1, NULL, 0);
	fx_rec(f, 0, 1, 12, (uint64_t[]){9, 3}, 2);
	assert_string_equal(run(s), "CPU     ID                    FUNCTION:NAME\n"
				    " 11      1                           :BEGIN \n"
				    "  0     12                       read:entry         9\n");
	assert_int_equal(s->status, 3);
	s->n = 0;
	output_finish(s->o, 3);
	assert_string_equal(s->text, "\n");
	done(s);
}

static void flow_indents(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	for (int i = 0; i < 2; i++)
		fx_act(f, fx_seg(f), PACT_DEFAULT);
	*vec_push(&f->im.plan.probes, f->im.arena) =
	    (struct plan_probe){20, "fbt", "vmlinux", "vfs_read", "entry"};
	*vec_push(&f->im.plan.probes, f->im.arena) =
	    (struct plan_probe){21, "fbt", "vmlinux", "vfs_read", "return"};
	*vec_push(&f->im.plan.probes, f->im.arena) =
	    (struct plan_probe){22, "sdt", "", "carp", "gentry"};
	struct screen *s = screen_of(f);
	s->opts.quiet = false;
	s->opts.flowindent = true;
	static const uint32_t seq[][2] = {{12, 0}, {12, 1}, {20, 0}, {22, 0},
					  {21, 0}, {21, 1}, {13, 0}};
	for (size_t i = 0; i < sizeof(seq) / sizeof(seq[0]); i++)
		fx_rec(f, 0, seq[i][1], seq[i][0], NULL, 0);
	assert_string_equal(run(s), "CPU FUNCTION                                 \n"
				    "  0  => read                                  \n"
				    "  0    | read:entry                           \n"
				    "  0    -> vfs_read                            \n"
				    "  0      | carp:gentry                        \n"
				    "  0      | vfs_read:return                    \n"
				    "  0    <- vfs_read                            \n"
				    "  0  <= read                                  \n");
	done(s);
}

static void faults_go_to_the_error_callback(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_seg *seg = fx_seg(f);
	struct plan_action *a = fx_act(f, seg, PACT_ERROR);
	for (int i = 0; i < 5; i++)
		fx_val(f, seg, a, ENC_INT, 8, false);
	struct screen *s = screen_of(f);
	fx_rec(f, 0, 0, 12, (uint64_t[]){4, 2, (uint64_t)-1, FLT_DIVZERO, 0}, 5);
	assert_string_equal(run(s), "");
	assert_string_equal(s->errors, "error on enabled probe ID 4 (ID 12: syscall:vmlinux:read:"
				       "entry): divide-by-zero in action #2");
	done(s);
}

static void what_stores_nothing_leaves_no_line(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	f->im.plan.nspec = 1;
	static const enum plan_act act[] = {PACT_COMMIT, PACT_DISCARD, PACT_RAISE};
	for (int i = 0; i < 3; i++) {
		struct plan_seg *seg = fx_seg(f);
		fx_val(f, seg, fx_act(f, seg, act[i]), ENC_INT, 8, false);
	}
	struct plan_seg *seg = fx_seg(f);
	fx_act(f, seg, PACT_CHILL);
	fx_val(f, seg, fx_act(f, seg, PACT_TRACE), ENC_INT, 1, false);
	struct screen *s = screen_of(f);
	s->opts.quiet = false;
	for (uint32_t i = 0; i < 4; i++)
		fx_rec(f, 0, i, 13, (uint64_t[]){1}, 1);
	assert_string_equal(run(s), "CPU     ID                    FUNCTION:NAME\n"
				    "  0     13                      read:return    1\n");
	done(s);
}

static void setopt_takes_effect_in_the_same_record(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_seg *seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_SETOPT), ENC_STR, 8, false);
	fx_val(f, seg, fx_act(f, seg, PACT_TRACE), ENC_INT, 4, true);
	struct screen *s = screen_of(f);
	s->opts.quiet = false;
	uint64_t name = 0;
	memcpy(&name, "quiet", 5);
	fx_rec(f, 0, 0, 12, (uint64_t[]){name, 5}, 2);
	assert_string_equal(run(s), "CPU     ID                    FUNCTION:NAME\n"
				    "  0     12                       read:entry 5");
	assert_string_equal(s->setopt, "quiet=1");
	done(s);
}

static void freopen_and_ftruncate_switch_files(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	char path[] = "/tmp/test_output_XXXXXX", got[64] = "";
	close(mkstemp(path));
	struct plan_seg *seg = fx_seg(f);
	fx_act(f, seg, PACT_FREOPEN)->format = path;
	fx_act(f, seg, PACT_PRINTF)->format = "lost\n";
	fx_act(f, seg, PACT_FTRUNCATE);
	fx_act(f, seg, PACT_PRINTF)->format = "kept\n";
	fx_act(f, seg, PACT_FREOPEN)->format = "";
	struct output_opts opts = {.quiet = true, .destructive = true};
	struct output_ops ops = {0};
	struct err e = {0};
	struct output *o = output_new(&f->im, NULL, NULL, &opts, &ops, &e);
	int null = open("/dev/null", O_WRONLY);
	output_set_fd(o, null);
	struct consume_ops cops = {output_record, output_drop, o};
	struct consume *c = consume_new(&f->in, &cops, &e);
	fx_rec(f, 0, 0, 12, NULL, 0);
	assert_int_equal(consume_drain(c, true), 0);
	int fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, got, sizeof(got)), 5);
	assert_string_equal(got, "kept\n");
	close(fd);
	close(null);
	unlink(path);
	consume_free(c);
	output_free(o);
	fx_free(f);
}

/* ---- stacks and symbols ---- */

static struct symbols *some_symbols(void)
{
	char path[] = "/tmp/test_syms_XXXXXX";
	int fd = mkstemp(path);
	static const char text[] = "0000000000000000 A zero\n"
				   "ffffffff81000000 T _text\n"
				   "ffffffff81000100 T vfs_read\n"
				   "ffffffff81000100 t alias\n"
				   "ffffffff81000200 T vfs_write\n"
				   "ffffffffc0000000 t init_mod\t[ext4]\n"
				   "ffffffffc0000040 t ext4_read\t[ext4]\n";
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	close(fd);
	struct symbols *s = symbols_new(path, "/proc");
	struct symbol sym;
	assert_true(symbols_kernel(s, 0xffffffff81000100, &sym));
	unlink(path);
	return s;
}

static void kernel_symbols(void **state)
{
	(void)state;
	struct symbols *s = some_symbols();
	char t[128];
	uint64_t addr;
	symbols_kernel_text(s, 0xffffffff81000100, t, sizeof(t));
	assert_string_equal(t, "vmlinux`vfs_read");
	symbols_kernel_text(s, 0xffffffff81000110, t, sizeof(t));
	assert_string_equal(t, "vmlinux`vfs_read+0x10");
	symbols_kernel_text(s, 0xffffffffc0000041, t, sizeof(t));
	assert_string_equal(t, "ext4`ext4_read+0x1");
	symbols_kernel_text(s, 0x1234, t, sizeof(t));
	assert_string_equal(t, "0x1234");
	assert_true(symbols_kernel_find(s, NULL, "vfs_write", &addr));
	assert_int_equal(addr, 0xffffffff81000200);
	assert_true(symbols_kernel_find(s, "ext4", "ext4_read", &addr));
	assert_false(symbols_kernel_find(s, "ext4", "vfs_write", &addr));
	assert_int_equal(symbols_kernel_object(s, 0xffffffffc0000050), 0xffffffffc0000000);
	symbols_free(s);
}

int symbols_of_this_program(int x);
int symbols_of_this_program(int x)
{
	return x + 1;
}

static void user_symbols(void **state)
{
	(void)state;
	struct symbols *s = symbols_new(NULL, NULL);
	char t[256];
	uint64_t addr = (uint64_t)(uintptr_t)symbols_of_this_program;
	symbols_user_text(s, (uint64_t)getpid(), addr, t, sizeof(t));
	char *tick = strchr(t, '`');
	assert_non_null(tick);
	assert_string_equal(tick + 1, "symbols_of_this_program");
	symbols_user_text(s, (uint64_t)getpid(), addr + 1, t, sizeof(t));
	assert_non_null(strstr(t, "`symbols_of_this_program+0x1"));
	symbols_user_text(s, (uint64_t)getpid(), 0x10, t, sizeof(t));
	assert_string_equal(t, "0x10");
	symbols_user_text(s, 0x7ffffff0, addr, t, sizeof(t));
	assert_int_equal(t[0], '0');
	symbols_free(s);
}

static const uint64_t frames[] = {0xffffffff81000110, 0xffffffffc0000040, 0x10, 0};

static void stacks_print(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_seg *seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_STACK), ENC_KSTACK, 32, false)->arg = 4;
	seg = fx_seg(f);
	struct plan_action *a = fx_act(f, seg, PACT_PRINTF);
	a->format = "%k%-4k";
	fx_val(f, seg, a, ENC_KSTACK, 32, false)->arg = 1;
	fx_val(f, seg, a, ENC_KSTACK, 32, false)->arg = 4;
	seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_SYM), ENC_KADDR, 8, false)->action = PACT_SYM;
	fx_val(f, seg, fx_act(f, seg, PACT_MOD), ENC_KADDR, 8, false)->action = PACT_MOD;
	struct screen *s = screen_of(f);
	s->syms = some_symbols();
	s->opts.quiet = false;
	fx_rec(f, 0, 0, 12, frames, 4);
	assert_string_equal(strchr(run(s), '\n') + 1,
			    "  0     12                       read:entry \n"
			    "              vmlinux`vfs_read+0x10\n"
			    "              ext4`ext4_read\n"
			    "              0x10\n"
			    "\n");
	s->n = 0;
	s->opts.quiet = true;
	uint64_t two[8];
	memcpy(two, frames, 32);
	memcpy(two + 4, frames, 32);
	fx_rec(f, 0, 1, 12, two, 8);
	assert_string_equal(run(s), "\n"
				    "vmlinux`vfs_read+0x10\n"
				    "\n"
				    "    vmlinux`vfs_read+0x10\n"
				    "    ext4`ext4_read\n"
				    "    0x10\n");
	s->n = 0;
	fx_rec(f, 0, 2, 12, (uint64_t[]){0xffffffff81000110, 0xffffffffc0000041}, 2);
	assert_string_equal(run(s), "  vmlinux`vfs_read                                  "
				    "  ext4                                              ");
	done(s);
}

/* ---- print() ---- */

static void print_of_structs(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct types *ts = types_new(f->im.arena, NULL, 256);
	struct type *in = types_declare_tag(ts, TYPE_STRUCT, "inner");
	types_add_member(ts, in, "x", types_named_int(ts, "short"), 0);
	types_add_member(ts, in, "y", types_array(ts, types_named_int(ts, "int"), 2), 0);
	types_finish_sou(ts, in);
	struct type *en = types_declare_tag(ts, TYPE_ENUM, "state");
	types_add_enumerator(ts, en, "OFF", 0);
	types_add_enumerator(ts, en, "ON", 1);
	types_finish_sou(ts, en);
	struct type *t = types_declare_tag(ts, TYPE_STRUCT, "outer");
	types_add_member(ts, t, "a", types_named_int(ts, "int"), 0);
	types_add_member(ts, t, "name", types_array(ts, types_named_int(ts, "char"), 8), 0);
	types_add_member(ts, t, "st", en, 0);
	types_add_member(ts, t, "in", in, 0);
	types_add_member(ts, t, "p", types_ptr(ts, in), 0);
	types_add_member(ts, t, "c", types_named_int(ts, "char"), 0);
	types_finish_sou(ts, t);
	struct {
		int a;
		char name[8];
		int st;
		struct {
			short x;
			int y[2];
		} in;
		void *p;
		char c;
	} v = {16, "hey", 1, {-1, {3, 0}}, (void *)0x1000, 'q'};
	assert_int_equal(type_size(t), sizeof(v));
	struct plan_seg *seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_PRINT), ENC_BYTES, sizeof(v), false)->type = t;
	struct screen *s = screen_of(f);
	uint64_t words[8] = {0};
	memcpy(words, &v, sizeof(v));
	fx_rec(f, 0, 0, 12, words, (sizeof(v) + 7) / 8);
	assert_string_equal(run(s), "struct outer {\n"
				    "    int a = 0x10\n"
				    "    char [8] name = [ \"hey\" ]\n"
				    "    enum state st = ON\n"
				    "    struct inner in = {\n"
				    "        short x = 0xffff\n"
				    "        int [2] y = [ 0x3, 0 ]\n"
				    "    }\n"
				    "    struct inner *p = 0x1000\n"
				    "    char c = 'q'\n"
				    "}\n");
	done(s);
}

/* ---- JSON and folded ---- */

static void json_lines(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	s->opts.format = OUTPUT_JSON;
	struct plan_agg *a = fx_agg(f, "a", AGG_QUANTIZE, 127, 64);
	fx_key(f, a, ENC_STR, 8, false);
	fx_table(a, 4);
	uint64_t *c = fx_cell(f, 0, 0, 0, "x\"\n\xff\0\0\0\0");
	c[AGG_QUANTIZE_ZERO + 2] = 5;
	struct plan_seg *seg = fx_seg(f);
	fx_val(f, seg, fx_act(f, seg, PACT_TRACE), ENC_INT, 8, false);
	struct plan_action *p = fx_act(f, seg, PACT_PRINTF);
	p->format = "v=%d\n";
	fx_val(f, seg, p, ENC_INT, 4, true);
	fx_act(f, fx_seg(f), PACT_DEFAULT);
	fx_rec(f, 0, 0, 12, (uint64_t[]){UINT64_MAX, 7}, 2);
	fx_rec(f, 0, 1, 1, NULL, 0);
	*(uint64_t *)(fx_cpu(f, 0) + IMAGE_BUF_DROPS) = 2;
	run(s);
	output_finish(s->o, 4);
	assert_string_equal(
	    s->text,
	    "{\"type\":\"trace\",\"cpu\":0,\"epid\":1,\"id\":12,\"probe\":\"syscall:vmlinux:read:"
	    "entry\","
	    "\"value\":\"18446744073709551615\"}\n"
	    "{\"type\":\"printf\",\"cpu\":0,\"epid\":1,\"id\":12,\"probe\":\"syscall:vmlinux:read:"
	    "entry\","
	    "\"text\":\"v=7\\n\"}\n"
	    "{\"type\":\"record\",\"cpu\":0,\"epid\":2,\"id\":1,\"probe\":\"dtrace:::BEGIN\"}\n"
	    "{\"type\":\"drop\",\"kind\":\"principal\",\"cpu\":0,\"count\":2,\"total\":2,"
	    "\"text\":\"2 drops on CPU 0\",\"option\":\"bufsize\"}\n"
	    "{\"type\":\"agg\",\"name\":\"a\",\"func\":\"quantize\",\"keys\":[\"x\\\"\\n\\ufffd\"],"
	    "\"buckets\":[{\"min\":2,\"max\":3,\"count\":5}]}\n"
	    "{\"type\":\"exit\",\"status\":4}\n");
	done(s);
}

static void folded_stacks(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	s->syms = some_symbols();
	s->opts.format = OUTPUT_FOLDED;
	struct plan_agg *a = fx_agg(f, "a", AGG_COUNT, 1, 64);
	fx_key(f, a, ENC_STR, 8, false);
	fx_key(f, a, ENC_KSTACK, 32, false)->arg = 4;
	fx_table(a, 4);
	uint64_t key[5] = {0};
	memcpy(key, "ba;sh", 5);
	memcpy(key + 1, frames, 32);
	*fx_cell(f, 0, 0, 0, key) = 12;
	run(s);
	output_finish(s->o, 0);
	assert_string_equal(s->text, "ba_sh;0x10;ext4`ext4_read;vmlinux`vfs_read 12\n");
	done(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(trace_of_integers),
	    cmocka_unit_test(trace_of_text),
	    cmocka_unit_test(trace_of_bytes),
	    cmocka_unit_test(tracemem_honours_its_length),
	    cmocka_unit_test(printf_conversions),
	    cmocka_unit_test(lines_have_heads_and_ends),
	    cmocka_unit_test(flow_indents),
	    cmocka_unit_test(faults_go_to_the_error_callback),
	    cmocka_unit_test(what_stores_nothing_leaves_no_line),
	    cmocka_unit_test(setopt_takes_effect_in_the_same_record),
	    cmocka_unit_test(freopen_and_ftruncate_switch_files),
	    cmocka_unit_test(kernel_symbols),
	    cmocka_unit_test(user_symbols),
	    cmocka_unit_test(stacks_print),
	    cmocka_unit_test(print_of_structs),
	    cmocka_unit_test(json_lines),
	    cmocka_unit_test(folded_stacks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
