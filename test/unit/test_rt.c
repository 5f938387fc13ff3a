/*
 * test_rt.c - the run-time routines, loaded and run by the kernel, against rt_ref.h
 *
 * For each routine a program of its own: a raw tracepoint program, run by BPF_PROG_TEST_RUN, that
 * takes the arguments from one map, calls the routine, and leaves its result there. Each string and
 * the destination are a map of exactly the bytes that rt.h promises, so that the verifier refuses a
 * routine which reads or writes further. Inputs are random over small alphabets, and a few by hand.
 * All with may_goto and without, and for several strsizes. Skipped where bpf(2) is refused.
 * RT_STATS=1 in the environment prints what the verifier had to do.
 */
#include "dtrace/bpf/codegen.h"
#include "dtrace/kern/kern.h"
#include "dtrace/lower/rt.h"
#include "test/unit/rt_ref.h"

#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

enum map_id { CTL, A, B, DST, NMAPS };

/* First words of CTL. */
struct ctl {
	int64_t result, v, w;
};

enum kind { TEXT, PATH, CHAR, FIND, TOKEN, SUB, NUMBER_TEXT, NUMBER, JSON, BYTES };

struct routine {
	enum rt_id id;
	const char *args; /* d: destination, a, b: strings, v, w: numbers, digit: that constant */
	enum kind kind;
	int64_t (*ref)(const struct in *in, uint32_t size, char *dst);
};

static const struct routine routines[] = {
    {RT_STRCMP, "ab", TEXT, ref_strcmp},	  {RT_STRLEN, "a", TEXT, ref_strlen},
    {RT_STRCPY, "da", TEXT, ref_strcpy},	  {RT_STRJOIN, "dab", TEXT, ref_strjoin},
    {RT_TOUPPER, "da", TEXT, ref_toupper},	  {RT_TOLOWER, "da", TEXT, ref_tolower},
    {RT_STRCHR, "av", CHAR, ref_strchr},	  {RT_STRRCHR, "av", CHAR, ref_strrchr},
    {RT_INDEX, "abv", FIND, ref_index},		  {RT_RINDEX, "abv", FIND, ref_rindex},
    {RT_STRTOK, "dabv", TOKEN, ref_strtok},	  {RT_SUBSTR, "davw", SUB, ref_substr},
    {RT_BASENAME, "da", PATH, ref_basename},	  {RT_DIRNAME, "da", PATH, ref_dirname},
    {RT_CLEANPATH, "da", PATH, ref_cleanpath},	  {RT_LLTOSTR, "dvw", NUMBER, ref_lltostr},
    {RT_STRTOLL, "aw", NUMBER_TEXT, ref_strtoll}, {RT_JSON, "dab", JSON, ref_json},
    {RT_INET_NTOA, "dv", BYTES, ref_inet_ntoa},	  {RT_INET_NTOA6, "da", BYTES, ref_inet_ntoa6},
    {RT_INET_NTOP6, "da", BYTES, ref_inet_ntop6}, {RT_LINK_NTOP, "dav", BYTES, ref_link_ntop},
    {RT_MEMEQ, "ab3", BYTES, ref_memeq},	  {RT_HASH, "a3", BYTES, NULL},
};

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* ---- maps and programs ---- */

struct bench {
	uint32_t size;
	int fd[NMAPS];
	void *mem[NMAPS];
	uint32_t bytes[NMAPS];
	bool may_goto;
	uint32_t most; /* length of the longest text tried */
};

static int bench_open(struct bench *b, uint32_t size, bool may_goto)
{
	*b = (struct bench){
	    .size = size,
	    .may_goto = may_goto,
	    .bytes = {sizeof(struct ctl), RT_SLACK(size), RT_SLACK(size), 2 * RT_SLACK(size)}};
	for (int m = 0; m < NMAPS; m++) {
		union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY,
				       .key_size = 4,
				       .value_size = b->bytes[m],
				       .max_entries = 1,
				       .map_flags = BPF_F_MMAPABLE};

		b->fd[m] = sys_bpf(BPF_MAP_CREATE, &attr);
		if (b->fd[m] < 0)
			return -1;
		b->mem[m] =
		    mmap(NULL, b->bytes[m], PROT_READ | PROT_WRITE, MAP_SHARED, b->fd[m], 0);
		assert_ptr_not_equal(b->mem[m], MAP_FAILED);
	}
	return 0;
}

static void bench_close(struct bench *b)
{
	for (int m = 0; m < NMAPS; m++) {
		munmap(b->mem[m], b->bytes[m]);
		close(b->fd[m]);
	}
}

static struct ir_val argument(struct ir_func *f, char what)
{
	switch (what) {
	case 'd':
		return IRV_REG(ir_mapval(f, DST, 0));
	case 'a':
		return IRV_REG(ir_mapval(f, A, 0));
	case 'b':
		return IRV_REG(ir_mapval(f, B, 0));
	case 'v':
		return IRV_REG(ir_load(f, ir_mapval(f, CTL, offsetof(struct ctl, v)), 0, 8));
	case 'w':
		return IRV_REG(ir_load(f, ir_mapval(f, CTL, offsetof(struct ctl, w)), 0, 8));
	default:
		return IRV_IMM(what - '0');
	}
}

static void add_call(struct ir_func *f, struct rt *rt, const struct routine *r)
{
	const struct ir_func *callee = rt_get(rt, r->id);
	struct ir_val args[5];
	unsigned n = 0;

	for (const char *p = r->args; *p; p++)
		args[n++] = argument(f, *p);
	ir_store(f, ir_mapval(f, CTL, 0), 0, 8, IRV_REG(ir_callfn(f, callee, n, args)));
}

static const char *verified(const char *log)
{
	const char *p = strstr(log, "processed ");

	return p ? p : log;
}

/* What the kernel wants to know of global functions, as attr takes it; the arrays are of the arena. */
static void describe_functions(struct image_prog *p, struct arena *a, union bpf_attr *attr)
{
	uint32_t n = (uint32_t)p->funcs.n;
	struct kern_func *funcs = arena_alloc(a, n * sizeof(*funcs));
	uint32_t *info = arena_alloc(a, 2 * n * sizeof(*info));
	struct err e = {0};

	for (uint32_t i = 0; i < n; i++)
		funcs[i] = (struct kern_func){p->func_names.at[i], p->funcs.at[i], &p->abis.at[i]};
	int btf = kern_btf_for_funcs(funcs, n, info, &e);
	if (btf < 0)
		fail_msg("%s", e.text);
	attr->prog_btf_fd = (uint32_t)btf;
	attr->func_info = (uintptr_t)info;
	attr->func_info_cnt = n;
	attr->func_info_rec_size = 8;
}

/* Loads it, prints the verifier's count when asked, and fails the test with the end of the log when
 * refused. */
static int load(struct bench *b, struct image_prog *p, struct arena *a, const char *name)
{
	static char log[1 << 22];
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
			       .insn_cnt = p->ninsns,
			       .insns = (uintptr_t)p->insns,
			       .license = (uintptr_t) "Dual MIT/GPL",
			       .log_buf = (uintptr_t)log,
			       .log_size = sizeof(log),
			       .log_level = 4};
	int fd;

	for (size_t k = 0; k < p->relocs.n; k++)
		p->insns[p->relocs.at[k].insn].imm = b->fd[p->relocs.at[k].index];
	log[0] = 0;
	if (p->has_callbacks)
		describe_functions(p, a, &attr);
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (getenv("RT_STATS"))
		printf("%-10s strsize %4u %-8s %4u insns, %s\n", name, b->size,
		       b->may_goto ? "may_goto" : "counted", p->ninsns,
		       fd < 0 ? "REFUSED" : strtok(strdupa(verified(log)), "("));
	if (fd < 0) {
		attr.log_level = 1;
		sys_bpf(BPF_PROG_LOAD, &attr);
	}
	if (attr.prog_btf_fd)
		close((int)attr.prog_btf_fd);
	if (fd >= 0)
		return fd;
	size_t n = strlen(log);
	fail_msg("%s, strsize %u, may_goto %d refused: ...%s", name, b->size, b->may_goto,
		 log + (n > 3000 ? n - 3000 : 0));
	return -1;
}

/* A program that calls n routines one after the other. */
static int build(struct bench *b, const struct routine *r, size_t n)
{
	struct codegen_target t = {.may_goto = b->may_goto, .cpu_v4 = b->may_goto, .atomics = true};
	struct arena *a = arena_new();
	struct ir_unit *u = ir_unit_new(a, "test");
	struct ir_func *f = ir_func_new(u, "prog", 1);
	struct rt rt = {.unit = u, .strsize = b->size, .once = !b->may_goto};
	struct image_prog *p = arena_new_of(a, struct image_prog);
	const char *wrong;
	struct err e = {0};
	int fd;

	for (size_t i = 0; i < n; i++)
		add_call(f, &rt, &r[i]);
	ir_ret(f, IRV_IMM(0));
	wrong = ir_check(u, a);
	if (wrong)
		fail_msg("%s: %s", rt_name(r->id), wrong);
	if (codegen_unit(u, &t, p, &e) < 0)
		fail_msg("%s: %s", rt_name(r->id), e.text);
	fd = load(b, p, a, n > 1 ? "all" : rt_name(r->id));
	arena_free(a);
	return fd;
}

static int64_t run(struct bench *b, int prog, const struct in *in)
{
	union bpf_attr attr = {.test = {.prog_fd = (uint32_t)prog}};
	struct ctl *ctl = b->mem[CTL];

	memcpy(b->mem[A], in->a, b->bytes[A]);
	memcpy(b->mem[B], in->b, b->bytes[B]);
	memset(b->mem[DST], 0x7e, b->bytes[DST]);
	*ctl = (struct ctl){.result = 0x5555, .v = in->v, .w = in->w};
	assert_int_equal(sys_bpf(BPF_PROG_TEST_RUN, &attr), 0);
	return ctl->result;
}

/* ---- inputs ---- */

static uint64_t seed = 88172645463325252ULL;

static uint32_t rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

static uint32_t rnd_len(uint32_t most)
{
	switch (rnd(8)) {
	case 0:
		return most - rnd(most < 3 ? most : 3);
	case 1:
		return rnd(most + 1);
	default:
		return rnd(most < 20 ? most + 1 : 20);
	}
}

/* Random text of at most n bytes over an alphabet. */
static void rnd_text(char *s, uint32_t most, const char *alphabet)
{
	uint32_t n = rnd_len(most), k = (uint32_t)strlen(alphabet);

	for (uint32_t i = 0; i < n; i++)
		s[i] = alphabet[rnd(k)];
	s[n] = 0;
}

/* s[at..] = text, as far as there is room. */
static uint32_t append(char *s, uint32_t at, uint32_t most, const char *text)
{
	while (*text && at < most)
		s[at++] = *text++;
	s[at] = 0;
	return at;
}

static uint32_t rnd_json(char *s, uint32_t at, uint32_t most, int depth)
{
	static const char *const scalars[] = {
	    "true",	  "false",  "null",	   "12", "-3.5",   "1e+10", "\"x\"", "\"\"",
	    "\"a\\\"b\"", "\"{[\"", "\"\\u00e9\"", "0",	 "1.5E-3", "tru",   "0x1",   "1-2"};
	static const char *const keys[] = {"\"a\"", "\"b\"", "\"ab\"", "\"\"", "\"2\"", "\"a\\n\""};
	static const char *const spaces[] = {"", "", "", " ", "\n\t"};
	uint32_t n = rnd(5), kind = depth ? rnd(depth > 3 ? 1 : 3) : 1 + rnd(2);

	if (!kind)
		return append(s, at, most, scalars[rnd(rnd(4) ? 13 : 16)]);
	at = append(s, at, most, kind == 1 ? "{" : "[");
	for (uint32_t i = 0; i < n; i++) {
		at = append(s, at, most, i ? "," : "");
		at = append(s, at, most, spaces[rnd(5)]);
		if (kind == 1) {
			at = append(s, at, most, keys[rnd(6)]);
			at = append(s, at, most, spaces[rnd(5)]);
			at = append(s, at, most, ":");
			at = append(s, at, most, spaces[rnd(5)]);
		}
		at = rnd_json(s, at, most, depth + 1);
		at = append(s, at, most, spaces[rnd(5)]);
	}
	return append(s, at, most, kind == 1 ? "}" : "]");
}

static void rnd_json_path(char *s, uint32_t most)
{
	static const char *const parts[] = {"a", "b", "ab", "a\\n", "2", ""};
	static const char *const indices[] = {"[0]", "[1]", "[2]", "[3]", "[-1]", "[x]"};
	uint32_t at = 0, n = 1 + rnd(3);

	s[0] = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (rnd(2)) {
			at = append(s, at, most, indices[rnd(rnd(4) ? 4 : 6)]);
		} else {
			at = append(s, at, most, i ? "." : "");
			at = append(s, at, most, parts[rnd(6)]);
		}
	}
}

static void rnd_address(struct in *in)
{
	for (int i = 0; i < 24; i++)
		in->a[i] = (char)(rnd(2) ? 0 : rnd(4) ? rnd(256) : 1);
	for (int i = 0; i < 16; i += 2)
		if (rnd(2))
			in->a[i] = in->a[i + 1] = 0;
	if (!rnd(3))
		memset(in->a, 0, 10);
	if (!rnd(3))
		memset(in->a + 10, rnd(2) ? 0 : 0xff, 2);
	memcpy(in->b, in->a, 24);
	if (rnd(2))
		in->b[rnd(24)] ^= (char)(1 << rnd(8));
	in->v = rnd(3) ? rnd(2) : rnd(22);
}

static int64_t rnd_position(uint32_t size)
{
	static const int64_t odd[] = {0, INT64_MAX, INT64_MIN, -1, 1, INT32_MAX, INT32_MIN};

	switch (rnd(4)) {
	case 0:
		return odd[rnd(7)];
	case 1:
		return (int64_t)rnd(2 * size + 20) - size - 10;
	default:
		return (int64_t)rnd(24) - 8;
	}
}

static void rnd_number(struct in *in)
{
	static const int64_t bases[] = {0, 10, 16, 8, 2, 36};

	in->v = rnd(3) ? rnd_position(256) : (int64_t)(seed * 0x9e3779b97f4a7c15ULL) >> rnd(64);
	in->w = rnd(2) ? bases[rnd(6)] : (int64_t)rnd(39) - 1;
}

static void rnd_number_text(struct in *in, uint32_t most)
{
	static const char *const heads[] = {"", " ", "\t -", "+", "-", "0x", "-0X", " 0", "0xg"};
	uint32_t at = append(in->a, 0, most, heads[rnd(9)]);

	rnd_text(in->a + at, most - at, rnd(2) ? "0123456789" : "019afzAFZx-@[`{/:");
	in->w = rnd(3) ? (int64_t)(rnd(2) ? 16 : 10) : 2 + rnd(35);
	if (!rnd(5))
		in->w = 0;
}

/* most: length of the longest text */
static void make_input(struct in *in, enum kind kind, uint32_t size, uint32_t most)
{
	memset(in, 0x7f, sizeof(*in)); /* what is behind a text is not zero */
	in->v = in->w = 0;
	rnd_text(in->a, most, kind == PATH ? "/./.a" : rnd(2) ? "ab" : "aZz@[{`Ab\xe1\x80");
	rnd_text(in->b, most, "ab");
	switch (kind) {
	case TEXT:
		if (rnd(2))
			strcpy(in->b, in->a);
		if (rnd(3) && *in->b)
			in->b[rnd((uint32_t)strlen(in->b))] ^= 1;
		break;
	case CHAR:
		in->v = rnd(6) ? (rnd(2) ? 'a' : 0xe1 + 256 * rnd(2)) : 0;
		break;
	case FIND:
		if (rnd(3)) { /* a piece of the text, or something near it */
			uint32_t n = (uint32_t)strlen(in->a), from = rnd(n + 1);

			snprintf(in->b, sizeof(in->b), "%.*s", (int)rnd(n - from + 1),
				 in->a + from);
			if (!rnd(3) && *in->b)
				in->b[strlen(in->b) - 1] = 'b';
		} else {
			rnd_text(in->b, most < 3 ? most : 3, "ab");
		}
		in->v = rnd_position(size);
		break;
	case TOKEN:
		rnd_text(in->a, most, rnd(2) ? "ab,; " : ",;ab\xff");
		rnd_text(in->b, rnd(3) ? 4 < most ? 4 : most : most, ",; \xff");
		in->v = rnd(3) ? rnd((uint32_t)strlen(in->a) + 1) : 0;
		break;
	case SUB:
		in->v = rnd_position(size);
		in->w = rnd_position(size);
		break;
	case NUMBER:
		rnd_number(in);
		break;
	case NUMBER_TEXT:
		rnd_number_text(in, most);
		break;
	case JSON: {
		uint32_t n = rnd_json(in->a, 0, most, 0);

		if (!rnd(6))
			in->a[rnd(n)] = ",:]}{[\"\\ x"[rnd(10)];
		rnd_json_path(in->b, most);
		break;
	}
	case BYTES:
		rnd_address(in);
		memcpy(&in->v, rnd(2) ? in->a : (char *)&in->v, sizeof(in->v));
		if (in->v < 0 || in->v > 22)
			in->v = (int64_t)((uint64_t)in->v & 0xffffffff);
		break;
	case PATH:
		break;
	}
}

/* ---- comparison ---- */

static void check(struct bench *b, const struct routine *r, int prog, const struct in *in)
{
	static char dst[9000];
	int64_t want, got;

	memset(dst, 0x7e, sizeof(dst));
	want = r->ref(in, b->size, dst);
	got = run(b, prog, in);
	if (r->id == RT_STRJOIN && got > b->size)
		got = b->size;
	if (got != want)
		fail_msg("%s(\"%s\", \"%s\", %ld, %ld) strsize %u: %ld instead of %ld",
			 rt_name(r->id), in->a, in->b, in->v, in->w, b->size, got, want);
	if (r->args[0] != 'd' || want < 0 || (r->id == RT_JSON && !want))
		return;
	if (strncmp(dst, b->mem[DST], b->size))
		fail_msg("%s(\"%s\", \"%s\", %ld, %ld) strsize %u: \"%.*s\" instead of \"%s\"",
			 rt_name(r->id), in->a, in->b, in->v, in->w, b->size, (int)b->size,
			 (char *)b->mem[DST], dst);
}

/* The hash has no other definition: equal for equal words, different for all others tried. */
static void check_hash(struct bench *b, int prog)
{
	struct in in = {0};
	uint64_t seen[193];

	for (int bit = 0; bit <= 192; bit++) {
		memset(in.a, 0, 24);
		if (bit < 192)
			in.a[bit / 8] = (char)(1 << bit % 8);
		seen[bit] = (uint64_t)run(b, prog, &in);
		in.a[24] ^= 1; /* not part of it */
		assert_int_equal(seen[bit], run(b, prog, &in));
		for (int k = 0; k < bit; k++)
			assert_int_not_equal(seen[k] >> 40, seen[bit] >> 40);
	}
}

static const char *const paths[] = {"",
				    "/",
				    "//",
				    "///",
				    "/foo/",
				    "foo",
				    "/foo//bar",
				    ".",
				    "..",
				    "/a/./b/../c",
				    "/..",
				    "/../",
				    "/../..",
				    "a/..",
				    "/a/b/..",
				    "/a/b/../",
				    "/.",
				    "/./",
				    "a/.",
				    "/a/.b",
				    "/a/..b",
				    "/a/...",
				    "/a/b//",
				    "//a",
				    "foo/",
				    "foo//",
				    "a/b",
				    "/a",
				    "/a/b/../../../c",
				    "./a",
				    "../a",
				    "/usr/lib/../bin/x"};

static const struct {
	const char *text, *path;
} jsons[] = {
    {"{\"a\":{\"b\":[1,2,{\"c\":\"x\\ty\"}]}}", "a.b[2].c"},
    {"{\"a\":{\"b\":[1,2,{\"c\":\"x\\ty\"}]}}", "a.b[2]"},
    {"{\"a\":{\"b\":[1,2,{\"c\":\"x\\ty\"}]}}", "a"},
    {"{\"a\":{\"b\":[1,2,{\"c\":\"x\\ty\"}]}}", "a.c"},
    {"[[1,2],[3,4]]", "[1][0]"},
    {"[10, 20 , 30]", "2"},
    {"[10, 20 , 30]", "[3]"},
    {"{\"a\": true, \"b\": null, \"c\": -1.5e3}", "c"},
    {"{\"a\": true, \"b\": null, \"c\": -1.5e3}", "b"},
    {"{\"a\": \"}\", \"b\": [\"]\"], \"c\": 1}", "c"},
};

static void by_hand(struct bench *b, const struct routine *r, int prog)
{
	static struct in in;

	memset(&in, 0, sizeof(in));
	for (size_t i = 0; r->kind == PATH && i < sizeof(paths) / sizeof(*paths); i++) {
		snprintf(in.a, b->size, "%s", paths[i]);
		check(b, r, prog, &in);
	}
	for (size_t i = 0; r->kind == JSON && i < sizeof(jsons) / sizeof(*jsons); i++) {
		snprintf(in.a, b->size, "%s", jsons[i].text);
		snprintf(in.b, b->size, "%s", jsons[i].path);
		check(b, r, prog, &in);
	}
	if (r->kind == FIND) { /* every place looks like a beginning */
		memset(in.a, 'a', b->most);
		memset(in.b, 'a', b->most / 2);
		in.b[b->most / 2] = 'b';
		check(b, r, prog, &in);
	}
}

static void test_size(uint32_t size, bool may_goto, uint32_t most, int rounds)
{
	static struct in in;
	struct bench b;

	if (bench_open(&b, size, may_goto) < 0) {
		printf("skipped: bpf(2) refused: %s\n", strerror(errno));
		skip();
	}
	b.most = most;
	for (size_t i = 0; i < sizeof(routines) / sizeof(*routines); i++) {
		const struct routine *r = &routines[i];
		int prog = build(&b, r, 1);

		if (!r->ref)
			check_hash(&b, prog);
		else
			by_hand(&b, r, prog);
		for (int k = 0; r->ref && k < rounds; k++) {
			make_input(&in, r->kind, size, most);
			check(&b, r, prog, &in);
		}
		close(prog);
	}
	bench_close(&b);
}

static void test_default(void **state)
{
	(void)state;
	test_size(256, true, 255, 3000);
}

static void test_default_counted(void **state)
{
	(void)state;
	test_size(256, false, 255, 3000);
}

static void test_small(void **state)
{
	static const uint32_t sizes[] = {24, 33, 8, 64, 7, 50};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		test_size(sizes[i], i % 2 == 0, sizes[i] - 1, 1000);
}

static void test_large(void **state)
{
	(void)state;
	test_size(4096, true, 4095, 500);
}

static void test_large_counted(void **state)
{
	(void)state;
	/* not every routine follows longer texts there, see rt.h */
	test_size(4096, false, 500, 500);
}

/* Results as they are documented. */
static const struct known {
	enum rt_id id;
	const char *args, *a, *b;
	int64_t v, w, result;
	const char *text; /* NULL: the result alone counts */
} known[] = {
    {RT_INDEX, "abv", "foobarbaz", "ba", 0, 0, 3, NULL},
    {RT_INDEX, "abv", "foobarbaz", "ba", 4, 0, 6, NULL},
    {RT_INDEX, "abv", "foobarbaz", "ba", -5, 0, 3, NULL},
    {RT_INDEX, "abv", "foo", "", 2, 0, 2, NULL},
    {RT_INDEX, "abv", "foo", "", 10, 0, 3, NULL},
    {RT_INDEX, "abv", "", "", 7, 0, 0, NULL},
    {RT_INDEX, "abv", "foo", "foot", 0, 0, -1, NULL},
    {RT_RINDEX, "abv", "foobarbaz", "ba", INT64_MAX, 0, 6, NULL},
    {RT_RINDEX, "abv", "foobarbaz", "ba", 5, 0, 3, NULL},
    {RT_RINDEX, "abv", "foobarbaz", "foo", 0, 0, 0, NULL},
    {RT_RINDEX, "abv", "foo", "", INT64_MAX, 0, 3, NULL},
    {RT_RINDEX, "abv", "foo", "", -3, 0, 0, NULL},
    {RT_RINDEX, "abv", "foo", "f", -1, 0, -1, NULL},
    {RT_SUBSTR, "davw", "foobar", "", 3, INT64_MAX, 3, "bar"},
    {RT_SUBSTR, "davw", "foobar", "", -2, INT64_MAX, 2, "ar"},
    {RT_SUBSTR, "davw", "foobar", "", 1, -2, 3, "oob"},
    {RT_SUBSTR, "davw", "foobar", "", -8, 4, 2, "fo"},
    {RT_SUBSTR, "davw", "foobar", "", 6, 1, 0, ""},
    {RT_STRTOK, "dabv", "This is; a test", " ;", 0, 0, 4, "This"},
    {RT_STRTOK, "dabv", "This is; a test", " ;", 7, 0, 10, "a"},
    {RT_STRTOK, "dabv", "  ", " ", 0, 0, -1, NULL},
    {RT_BASENAME, "da", "/foo/", "", 0, 0, 3, "foo"},
    {RT_BASENAME, "da", "//", "", 0, 0, 1, "/"},
    {RT_BASENAME, "da", "", "", 0, 0, 1, "."},
    {RT_DIRNAME, "da", "/foo//bar/", "", 0, 0, 4, "/foo"},
    {RT_DIRNAME, "da", "/foo", "", 0, 0, 1, "/"},
    {RT_DIRNAME, "da", "foo/", "", 0, 0, 1, "."},
    {RT_CLEANPATH, "da", "/a/./b/../c", "", 0, 0, 4, "/a/c"},
    {RT_CLEANPATH, "da", "/foo//bar/", "", 0, 0, 9, "/foo/bar/"},
    {RT_CLEANPATH, "da", "/a/b/..", "", 0, 0, 3, "/a/"},
    {RT_CLEANPATH, "da", "/../..", "", 0, 0, 1, "/"},
    {RT_LLTOSTR, "dvw", "", "", 1234, 16, 5, "0x4d2"},
    {RT_LLTOSTR, "dvw", "", "", -1, 16, 18, "0xffffffffffffffff"},
    {RT_LLTOSTR, "dvw", "", "", 8, 8, 3, "010"},
    {RT_LLTOSTR, "dvw", "", "", 0, 16, 3, "0x0"},
    {RT_LLTOSTR, "dvw", "", "", INT64_MIN, 10, 20, "-9223372036854775808"},
    {RT_STRTOLL, "aw", " -0x1fg", "", 0, 16, -31, NULL},
    {RT_STRTOLL, "aw", "0x1f", "", 0, 10, 0, NULL},
    {RT_STRTOLL, "aw", "zz", "", 0, 36, 1295, NULL},
    {RT_JSON, "dab", "{\"a\":{\"b\":[1,{\"c\":\"x\\ty\"}]}}", "a.b[1].c", 0, 0, 1, "x\\ty"},
    {RT_JSON, "dab", "{\"a\":{\"b\":[1, 2]}}", "a", 0, 0, 1, "{\"b\":[1, 2]}"},
    {RT_JSON, "dab", "{\"a\": -1.5e3, \"b\": null}", "a", 0, 0, 1, "-1.5e3"},
    {RT_JSON, "dab", "{\"a\": -1.5e3, \"b\": null}", "b", 0, 0, 1, "null"},
    {RT_JSON, "dab", "{\"a\": -1.5e3, \"b\": null}", "c", 0, 0, 0, ""},
    {RT_JSON, "dab", "[[1,2],[3,true]]", "[1][1]", 0, 0, 1, "true"},
    {RT_INET_NTOA, "dv", "", "", 0x0100007f, 0, 9, "127.0.0.1"},
    {RT_INET_NTOP6, "da", "\xfe\x80\0\0\0\0\0\0\x02\x14\x4f\xff\xfe\x0b\x76\xc8", "", 0, 0, 24,
     "fe80::214:4fff:fe0b:76c8"},
    {RT_INET_NTOP6, "da", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", "", 0, 0, 3, "::1"},
    {RT_INET_NTOP6, "da", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "", 0, 0, 2, "::"},
    {RT_INET_NTOP6, "da", "\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04", "", 0, 0, 14,
     "::ffff:1.2.3.4"},
    {RT_INET_NTOP6, "da", "\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02\x03\x04", "", 0, 0, 9, "::1.2.3.4"},
    {RT_INET_NTOA6, "da", "\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04", "", 0, 0, 7, "1.2.3.4"},
    {RT_LINK_NTOP, "dav", "\x00\x16\x3e\x0a\xff\x01\0\0\0\0\0\0\0\0\0\0", "", 6, 0, 17,
     "00:16:3e:0a:ff:01"},
};

static void test_known(void **state)
{
	static struct in in;
	struct bench b;

	(void)state;
	if (bench_open(&b, 256, true) < 0)
		skip();
	for (const struct known *k = known; k < known + sizeof(known) / sizeof(*known); k++) {
		bool raw = k->id >= RT_INET_NTOA6;
		struct routine r = {.id = k->id, .args = k->args};
		int prog = build(&b, &r, 1);
		int64_t got;

		memset(&in, 0, sizeof(in));
		memcpy(in.a, k->a, raw ? 16 : strlen(k->a));
		strcpy(in.b, k->b);
		in.v = k->v;
		in.w = k->w;
		got = run(&b, prog, &in);
		if (got != k->result)
			fail_msg("%s(\"%s\"): %ld instead of %ld", rt_name(k->id), k->a, got,
				 k->result);
		if (k->text)
			assert_string_equal(b.mem[DST], k->text);
		close(prog);
	}
	bench_close(&b);
}

/* All of them in one program. */
static void test_together(void **state)
{
	struct bench b;

	(void)state;
	if (bench_open(&b, 256, true) < 0)
		skip();
	close(build(&b, routines, sizeof(routines) / sizeof(*routines)));
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known),	    cmocka_unit_test(test_default),
	    cmocka_unit_test(test_default_counted), cmocka_unit_test(test_small),
	    cmocka_unit_test(test_large),	    cmocka_unit_test(test_large_counted),
	    cmocka_unit_test(test_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
