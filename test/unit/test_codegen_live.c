/*
 * test_codegen_live.c - generated programs, loaded and run by the kernel
 *
 * Each program is a BPF_PROG_TYPE_SYSCALL program: its context is a block of words that it reads
 * and writes, so that results of 64 bits come back. The same IR is run by ir_interp.h; context and
 * map must be equal afterwards. Random programs cover what nobody thinks of: more values alive than
 * there are registers, calls between, branches, loops, aliased operands. Skipped where bpf(2) is
 * refused.
 */
#include "dtrace/bpf/codegen.h"
#include "test/unit/ir_interp.h"

#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

enum { CTX_WORDS = 48, MAP_BYTES = 512, FN_KTIME = 5 };

static char verifier_log[1 << 20];
static const struct codegen_target targets[] = {
    {.may_goto = true, .cpu_v4 = true, .atomics = true},
    {.may_goto = false, .cpu_v4 = false, .atomics = true},
    {.may_goto = true, .cpu_v4 = true, .atomics = true, .keep_ir = true},
    {.may_goto = false, .cpu_v4 = true, .atomics = true, .keep_ir = true},
};

static int sys_bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int new_map(void)
{
	union bpf_attr attr = {.map_type = BPF_MAP_TYPE_ARRAY,
			       .key_size = 4,
			       .value_size = MAP_BYTES,
			       .max_entries = 1};

	return sys_bpf(BPF_MAP_CREATE, &attr);
}

static int map_io(int map, int cmd, void *value)
{
	uint32_t key = 0;
	union bpf_attr attr = {
	    .map_fd = (uint32_t)map, .key = (uintptr_t)&key, .value = (uintptr_t)value};

	return sys_bpf(cmd, &attr);
}

static int load(struct image_prog *p, int map)
{
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SYSCALL,
			       .insn_cnt = p->ninsns,
			       .insns = (uintptr_t)p->insns,
			       .license = (uintptr_t) "Dual MIT/GPL",
			       .prog_flags = BPF_F_SLEEPABLE};
	int fd;

	for (size_t k = 0; k < p->relocs.n; k++)
		p->insns[p->relocs.at[k].insn].imm = map;
	fd = sys_bpf(BPF_PROG_LOAD, &attr);
	if (fd >= 0)
		return fd;
	verifier_log[0] = 0;
	attr.log_buf = (uintptr_t)verifier_log;
	attr.log_size = sizeof(verifier_log);
	attr.log_level = 1;
	return sys_bpf(BPF_PROG_LOAD, &attr);
}

static int run(int prog, void *ctx, uint32_t bytes, uint32_t *ret)
{
	union bpf_attr attr = {0};
	int rc;

	attr.test.prog_fd = (uint32_t)prog;
	attr.test.ctx_in = (uintptr_t)ctx;
	attr.test.ctx_size_in = bytes;
	rc = sys_bpf(BPF_PROG_TEST_RUN, &attr);
	*ret = attr.test.retval;
	return rc;
}

static void dump(const struct ir_unit *u, const struct image_prog *p)
{
	BUF_AUTO b = {0};

	ir_print(u, &b);
	disasm_prog(p, NULL, &b);
	fprintf(stderr, "%s\n", buf_str(&b));
}

/* Generates, loads and runs u for one target on ctx and the map, and compares with the interpreter.
 * True when the program was too complex for the verifier (random ones may be). */
static bool check_unit(struct ir_unit *u, const struct codegen_target *t, const int64_t *input,
		       const uint8_t *map_in, int map)
{
	struct image_prog prog = {0};
	struct err e = {0};
	int64_t want[CTX_WORDS], got[CTX_WORDS], arg = (int64_t)(uintptr_t)want;
	uint8_t want_map[MAP_BYTES], got_map[MAP_BYTES];
	struct interp in = {.maps = {want_map}, .steps = 10000000};
	const char *wrong = ir_check(u, u->arena);
	uint32_t ret = 0, want_ret;
	int fd;

	if (wrong)
		dump(u, &prog);
	assert_null(wrong);
	memcpy(want, input, sizeof(want));
	memcpy(got, input, sizeof(got));
	memcpy(want_map, map_in, MAP_BYTES);
	memcpy(got_map, map_in, MAP_BYTES);
	want_ret = (uint32_t)interp_func(&in, u->funcs.at[0], &arg);
	if (codegen_unit(u, t, &prog, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		fail();
	}
	fd = load(&prog, map);
	if (fd < 0) {
		if (errno == E2BIG || strstr(verifier_log, "too complex") ||
		    strstr(verifier_log, "too large"))
			return true;
		dump(u, &prog);
		fprintf(stderr, "%s\n%s\n", strerror(errno), verifier_log);
		fail();
	}
	assert_int_equal(map_io(map, BPF_MAP_UPDATE_ELEM, got_map), 0);
	assert_int_equal(run(fd, got, sizeof(got), &ret), 0);
	close(fd);
	assert_int_equal(map_io(map, BPF_MAP_LOOKUP_ELEM, got_map), 0);
	if (memcmp(want, got, sizeof(want)) || memcmp(want_map, got_map, MAP_BYTES) ||
	    ret != want_ret) {
		dump(u, &prog);
		for (int k = 0; k < CTX_WORDS; k++)
			if (want[k] != got[k])
				fprintf(stderr, "ctx[%d]: want %#lx got %#lx\n", k, want[k],
					got[k]);
		fprintf(stderr, "ret: want %#x got %#x\n", want_ret, ret);
		fail();
	}
	return false;
}

/* ---- random programs ---- */

struct gen {
	struct ir_func *f;
	uint64_t seed;
	int vars[40], nvars;
	int ctx, frame, budget;
	int nfuncs, branches;
};

static uint32_t rnd(struct gen *g, uint32_t n)
{
	g->seed = g->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)((g->seed >> 33) % n);
}

static int64_t interesting(struct gen *g)
{
	static const int64_t v[] = {
	    0,	       1,	   -1,		 2,	    7,	       8,
	    63,	       64,	   -8,		 127,	    255,       INT32_MAX,
	    INT32_MIN, UINT32_MAX, 0x80000000ll, INT64_MIN, INT64_MAX, 0x123456789abcdefll};

	return rnd(g, 4) ? v[rnd(g, sizeof(v) / sizeof(*v))] : (int64_t)rnd(g, 100000);
}

static int var(struct gen *g)
{
	return g->vars[rnd(g, (uint32_t)g->nvars)];
}

static struct ir_val any(struct gen *g)
{
	return rnd(g, 3) ? IRV_REG(var(g)) : IRV_IMM(interesting(g));
}

static void call_something(struct gen *g)
{
	struct ir_val args[5];
	struct ir_unit *u = g->f->unit;

	if (g->nfuncs && rnd(g, 2)) {
		const struct ir_func *callee = u->funcs.at[1 + rnd(g, (uint32_t)g->nfuncs)];

		for (int k = 0; k < callee->nparams; k++)
			args[k] = any(g);
		ir_mov(g->f, var(g), IRV_REG(ir_callfn(g->f, callee, callee->nparams, args)));
	} else {
		ir_call(g->f, FN_KTIME, 0, NULL);
	}
}

static void memory_something(struct gen *g)
{
	static const uint8_t sizes[] = {1, 2, 4, 8};
	unsigned size = sizes[rnd(g, 4)], wide = rnd(g, 2) ? 8 : 4;
	int32_t off = (int32_t)(8 * rnd(g, 8));
	int base = rnd(g, 2) ? ir_mapval(g->f, 0, (uint32_t)(64 * rnd(g, 4)))
			     : ir_frame_addr(g->f, g->frame, 0);
	int p = rnd(g, 4) ? base : ir_copy(g->f, base);
	uint32_t what = rnd(g, 9);

	/* Of a fetching atomic on the stack the verifier of some kernels forgets that a constant it
	 * decided a branch by came from there, and then removes code that is reached. */
	if (what >= 5 && what <= 7)
		p = ir_mapval(g->f, 0, (uint32_t)(64 * rnd(g, 4)));
	switch (what) {
	case 0:
		ir_mov(g->f, var(g), IRV_REG(ir_load(g->f, p, off, size)));
		break;
	case 1:
		ir_mov(g->f, var(g), IRV_REG(ir_load_signed(g->f, p, off, size)));
		break;
	case 2:
	case 3:
		ir_store(g->f, p, off, size, any(g));
		break;
	case 4:
		ir_atomic_add(g->f, p, off, wide, any(g));
		break;
	case 5:
		ir_mov(g->f, var(g), IRV_REG(ir_fetch_add(g->f, p, off, wide, any(g))));
		break;
	case 6:
		ir_mov(g->f, var(g), IRV_REG(ir_xchg(g->f, p, off, wide, any(g))));
		break;
	case 7:
		ir_mov(g->f, var(g), IRV_REG(ir_cmpxchg(g->f, p, off, wide, any(g), any(g))));
		break;
	default:
		ir_atomic(g->f, rnd(g, 2) ? IR_ATOMIC_OR : IR_ATOMIC_AND, p, off, wide, any(g));
	}
}

static void statements(struct gen *g, int n, int depth);

static void branch_something(struct gen *g, int depth)
{
	int other = ir_label(g->f), end = ir_label(g->f);
	enum ir_cond c = (enum ir_cond)rnd(g, IR_SETBITS + 1);

	if (!g->branches)
		return;
	g->branches--;
	if (rnd(g, 4) == 0)
		ir_br32(g->f, c, var(g), any(g), other);
	else if (rnd(g, 3) == 0)
		ir_br(g->f, rnd(g, 2) ? IR_NE : IR_EQ, ir_set(g->f, c, var(g), any(g)), IRV_IMM(0),
		      other);
	else
		ir_br(g->f, c, var(g), any(g), other);
	statements(g, 1 + (int)rnd(g, 5), depth + 1);
	ir_jmp(g->f, end);
	ir_place(g->f, other);
	if (rnd(g, 2))
		statements(g, 1 + (int)rnd(g, 5), depth + 1);
	ir_place(g->f, end);
}

static void loop_something(struct gen *g, int depth)
{
	int head = ir_label(g->f), out = ir_label(g->f), n = ir_imm(g->f, 1 + (int)rnd(g, 6));
	bool at_end = rnd(g, 2);

	ir_place(g->f, head);
	if (!at_end)
		ir_may_goto(g->f, out, 10);
	ir_br(g->f, IR_EQ, n, IRV_IMM(0), out);
	ir_alu_to(g->f, n, IR_SUB, n, IRV_IMM(1));
	statements(g, 1 + (int)rnd(g, 3), depth + 2);
	if (at_end)
		ir_may_goto(g->f, out, 10);
	ir_jmp(g->f, head);
	ir_place(g->f, out);
}

static void statement(struct gen *g, int depth)
{
	static const enum ir_op unary[] = {IR_NEG, IR_NOT, IR_SEXT, IR_ZEXT, IR_BSWAP};
	static const uint8_t small[] = {1, 2, 4}, swaps[] = {2, 4, 8};
	int a = var(g);
	enum ir_op op;

	switch (rnd(g, 14)) {
	case 0:
		if (depth < 2)
			branch_something(g, depth);
		return;
	case 1:
		if (depth < 2 && rnd(g, 3) == 0)
			loop_something(g, depth);
		return;
	case 2:
		call_something(g);
		return;
	case 3:
	case 4:
	case 5:
		memory_something(g);
		return;
	case 6:
		ir_mov(g->f, var(g), any(g));
		return;
	case 7:
		op = unary[rnd(g, 5)];
		ir_mov(g->f, var(g),
		       IRV_REG(ir_unary(g->f, op, a,
					op == IR_BSWAP ? swaps[rnd(g, 3)] : small[rnd(g, 3)])));
		return;
	case 8:
		ir_mov(g->f, var(g),
		       IRV_REG(ir_set(g->f, (enum ir_cond)rnd(g, IR_SETBITS + 1), a, any(g))));
		return;
	case 9: { /* a constant on the left */
		op = (enum ir_op)(IR_ADD + rnd(g, IR_SAR - IR_ADD + 1));
		ir_alu_to(g->f, var(g), op, ir_imm(g->f, interesting(g)), IRV_REG(a));
		return;
	}
	default:
		op = (enum ir_op)(IR_ADD + rnd(g, IR_SAR - IR_ADD + 1));
		ir_alu_to(g->f, var(g), op, a, any(g));
	}
}

static void statements(struct gen *g, int n, int depth)
{
	for (int k = 0; k < n; k++)
		statement(g, depth);
}

static void subprogram(struct ir_unit *u, uint64_t seed, unsigned nparams)
{
	struct gen g = {.f = ir_func_new(u, "sub", nparams), .seed = seed, .branches = 1};

	g.frame = ir_frame(g.f, 64, 8);
	for (int k = 0; k < 8; k++)
		ir_store(g.f, ir_frame_addr(g.f, g.frame, 0), 8 * k, 8, IRV_IMM(k));
	for (unsigned k = 0; k < nparams; k++)
		g.vars[g.nvars++] = g.f->params[k];
	for (int k = 0; k < 5; k++)
		g.vars[g.nvars++] = ir_imm(g.f, interesting(&g));
	statements(&g, 8, 1);
	for (int k = 1; k < g.nvars; k++)
		ir_alu_to(g.f, g.vars[0], IR_XOR, g.vars[0], IRV_REG(g.vars[k]));
	ir_ret(g.f, IRV_REG(g.vars[0]));
}

static struct ir_unit *random_unit(struct arena *a, uint64_t seed)
{
	struct ir_unit *u = ir_unit_new(a, "random");
	struct gen g = {.f = ir_func_new(u, "random", 1), .seed = seed};

	g.branches = 6;
	g.nfuncs = (int)rnd(&g, 3);
	for (int k = 0; k < g.nfuncs; k++)
		subprogram(u, seed + 77u * (unsigned)k, 1 + rnd(&g, 5));
	g.ctx = g.f->params[0];
	g.frame = ir_frame(g.f, 64, 8);
	for (int k = 0; k < 8; k++)
		ir_store(g.f, ir_frame_addr(g.f, g.frame, 8 * k), 0, 8, IRV_IMM(3 * k - 7));
	g.nvars = 3 + (int)rnd(&g, 30);
	for (int k = 0; k < g.nvars; k++)
		g.vars[k] =
		    rnd(&g, 4) ? ir_load(g.f, g.ctx, 8 * k, 8) : ir_imm(g.f, interesting(&g));
	statements(&g, 10 + (int)rnd(&g, 40), 0);
	for (int k = 0; k < g.nvars; k++)
		ir_store(g.f, g.ctx, 8 * k, 8, IRV_REG(g.vars[k]));
	ir_ret(g.f, any(&g));
	return u;
}

static void test_random(void **state)
{
	int map = *(int *)*state, too_complex = 0, n = 3000;
	const char *env = getenv("CODEGEN_RANDOM"), *one = getenv("CODEGEN_SEED");

	if (env)
		n = atoi(env);
	for (int k = one ? atoi(one) : 0; k < (one ? atoi(one) + 1 : n); k++) {
		for (size_t t = 0; t < sizeof(targets) / sizeof(*targets); t++) {
			struct arena *a = arena_new();
			struct ir_unit *u = random_unit(a, (uint64_t)k * 1000003u + 17u);
			int64_t ctx[CTX_WORDS];
			uint8_t value[MAP_BYTES];
			struct gen g = {.seed = (uint64_t)k};

			for (int j = 0; j < CTX_WORDS; j++)
				ctx[j] = interesting(&g);
			for (int j = 0; j < MAP_BYTES; j++)
				value[j] = (uint8_t)rnd(&g, 256);
			if (getenv("CODEGEN_VERBOSE"))
				fprintf(stderr, "seed %d target %zu\n", k, t);
			too_complex += check_unit(u, &targets[t], ctx, value, map);
			arena_free(a);
		}
	}
	print_message("%d programs, %d too complex for the verifier\n", n * 4, too_complex);
	assert_true(too_complex * 2 < n * 4);
}

/* ---- every operation, by itself ---- */

static const int64_t values[] = {0,   1,	 -1,	    2,		-8,	   63,	     64,
				 255, INT32_MAX, INT32_MIN, UINT32_MAX, INT64_MIN, INT64_MAX};
enum { NVALUES = sizeof(values) / sizeof(*values) };

typedef void (*op_maker)(struct ir_func *f, int what, int a, struct ir_val b, int ctx);

static void make_alu(struct ir_func *f, int what, int a, struct ir_val b, int ctx)
{
	ir_store(f, ctx, 16, 8, IRV_REG(ir_alu(f, (enum ir_op)what, a, b)));
}

static void make_set(struct ir_func *f, int what, int a, struct ir_val b, int ctx)
{
	ir_store(f, ctx, 16, 8, IRV_REG(ir_set(f, (enum ir_cond)what, a, b)));
}

static void make_branch(struct ir_func *f, int what, int a, struct ir_val b, int ctx)
{
	int l = ir_label(f), l32 = ir_label(f), r = ir_imm(f, 1);

	ir_br(f, (enum ir_cond)what, a, b, l);
	ir_mov(f, r, IRV_IMM(2));
	ir_place(f, l);
	ir_br32(f, (enum ir_cond)what, a, b, l32);
	ir_alu_to(f, r, IR_ADD, r, IRV_IMM(10));
	ir_place(f, l32);
	ir_store(f, ctx, 16, 8, IRV_REG(r));
}

static void make_unary(struct ir_func *f, int what, int a, struct ir_val b, int ctx)
{
	static const uint8_t sizes[] = {1, 2, 4, 8};

	(void)b;
	for (unsigned k = 0; k < 4; k++)
		if (what == IR_BSWAP ? k > 0 : what > IR_NOT ? k < 3 : k == 0)
			ir_store(f, ctx, 16 + 8 * (int)k, 8,
				 IRV_REG(ir_unary(f, (enum ir_op)what, a, sizes[k])));
}

/* One program: the operation on two inputs, or on an input and constant c. */
static void check_op(op_maker make, int what, bool imm, int64_t c, int map)
{
	static const uint8_t zeros[MAP_BYTES];

	for (size_t t = 0; t < sizeof(targets) / sizeof(*targets); t++) {
		for (int va = 0; va < NVALUES; va++) {
			struct arena *a = arena_new();
			struct ir_unit *u = ir_unit_new(a, "op");
			struct ir_func *f = ir_func_new(u, "op", 1);
			int64_t ctx[CTX_WORDS] = {values[va], c};
			int x = ir_load(f, f->params[0], 0, 8), y = ir_load(f, f->params[0], 8, 8);

			make(f, what, x, imm ? IRV_IMM(c) : IRV_REG(y), f->params[0]);
			ir_ret(f, IRV_IMM(0));
			check_unit(u, &targets[t], ctx, zeros, map);
			arena_free(a);
		}
	}
}

static void check_ops(void **state, op_maker make, int first, int last)
{
	for (int what = first; what <= last; what++)
		for (int v = 0; v < NVALUES; v++)
			for (int imm = 0; imm < 2; imm++)
				check_op(make, what, imm, values[v], *(int *)*state);
}

static void test_alu(void **state)
{
	check_ops(state, make_alu, IR_ADD, IR_SAR);
}

static void test_set(void **state)
{
	check_ops(state, make_set, IR_EQ, IR_SETBITS);
}

static void test_branch(void **state)
{
	check_ops(state, make_branch, IR_EQ, IR_SETBITS);
}

static void test_unary(void **state)
{
	for (int what = IR_NEG; what <= IR_BSWAP; what++)
		check_op(make_unary, what, true, 0, *(int *)*state);
}

/* ---- shapes ---- */

/* Length of a string in the map, byte by byte, in a function of five parameters. */
static void test_strlen(void **state)
{
	uint8_t value[MAP_BYTES];

	for (int len = 0; len < 100; len += 33) {
		for (size_t t = 0; t < sizeof(targets) / sizeof(*targets); t++) {
			struct arena *a = arena_new();
			struct ir_unit *u = ir_unit_new(a, "strlen");
			struct ir_func *f = ir_func_new(u, "main", 1);
			struct ir_func *s = ir_func_new(u, "strlen", 5);
			int64_t ctx[CTX_WORDS] = {0};
			int head = ir_label(s), out = ir_label(s), n = ir_imm(s, 0), c, r;

			ir_place(s, head);
			ir_may_goto(s, out, 128);
			ir_br(s, IR_UGE, n, IRV_IMM(128), out);
			c = ir_load(s, ir_alu(s, IR_ADD, ir_mapval(s, 0, 0), IRV_REG(n)), 0, 1);
			ir_br(s, IR_EQ, c, IRV_IMM(0), out);
			ir_mov(s, n, IRV_REG(ir_alu(s, IR_ADD, n, IRV_IMM(1))));
			ir_jmp(s, head);
			ir_place(s, out);
			for (int k = 0; k < 5; k++) {
				n = ir_alu(s, IR_MUL, n, IRV_IMM(7));
				n = ir_alu(s, IR_ADD, n, IRV_REG(s->params[4 - k]));
			}
			ir_ret(s, IRV_REG(n));
			r = ir_callfn(f, s,
				      IR_CALL_ARGS(IRV_IMM(1), IRV_IMM(2), IRV_IMM(3), IRV_IMM(4),
						   IRV_IMM(5)));
			r = ir_callfn(f, s,
				      IR_CALL_ARGS(IRV_REG(r), IRV_IMM(1), IRV_REG(r), IRV_IMM(2),
						   IRV_REG(r)));
			ir_store(f, f->params[0], 0, 8, IRV_REG(r));
			ir_ret(f, IRV_IMM(len));
			memset(value, 'x', sizeof(value));
			value[len] = 0;
			check_unit(u, &targets[t], ctx, value, *(int *)*state);
			arena_free(a);
		}
	}
}

/* A jump over more than 32767 instructions. */
static void test_far(void **state)
{
	static const uint8_t zeros[MAP_BYTES];

	for (int64_t taken = 0; taken < 2; taken++) {
		struct arena *a = arena_new();
		struct ir_unit *u = ir_unit_new(a, "far");
		struct ir_func *f = ir_func_new(u, "main", 1);
		int64_t ctx[CTX_WORDS] = {taken};
		int far = ir_label(f), end = ir_label(f);

		ir_br(f, IR_EQ, ir_load(f, f->params[0], 0, 8), IRV_IMM(1), far);
		for (int k = 0; k < 33000; k++)
			ir_store(f, f->params[0], 8, 8, IRV_IMM(k));
		ir_jmp(f, end);
		ir_place(f, far);
		for (int k = 0; k < 33000; k++)
			ir_store(f, f->params[0], 16, 8, IRV_IMM(k));
		ir_place(f, end);
		ir_ret(f, IRV_IMM(5));
		assert_false(check_unit(u, &targets[0], ctx, zeros, *(int *)*state));
		arena_free(a);
	}
}

static int setup(void **state)
{
	static int map;

	map = new_map();
	*state = &map;
	return 0;
}

static int teardown(void **state)
{
	close(*(int *)*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alu),	   cmocka_unit_test(test_set),
	    cmocka_unit_test(test_branch), cmocka_unit_test(test_unary),
	    cmocka_unit_test(test_strlen), cmocka_unit_test(test_far),
	    cmocka_unit_test(test_random),
	};
	int map = new_map();

	if (map < 0) {
		printf("SKIP: bpf(2): %s\n", strerror(errno));
		return 77;
	}
	close(map);
	return cmocka_run_group_tests(tests, setup, teardown);
}
