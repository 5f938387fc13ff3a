/*
 * test_codegen.c - the code generator without a kernel: exact instructions for small programs
 *
 * The listings are what a careful person would write by hand; a change that makes one longer is a
 * loss.
 */
#include "dtrace/bpf/codegen.h"

#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct codegen_target newest = {.may_goto = true, .cpu_v4 = true, .atomics = true};
static const struct codegen_target oldest = {.atomics = true};

struct fixture {
	struct arena *a;
	struct ir_unit *u;
	struct ir_func *f;
	int ctx;
	struct image_prog prog;
};

static int setup(void **state)
{
	static struct fixture x;

	memset(&x, 0, sizeof(x));
	x.a = arena_new();
	x.u = ir_unit_new(x.a, "unit");
	x.f = ir_func_new(x.u, "main", 1);
	x.ctx = x.f->params[0];
	*state = &x;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

/* Generates, and compares the instructions alone, one a line. */
static void expect(struct fixture *x, const struct codegen_target *t, const char *text)
{
	BUF_AUTO b = {0};
	struct err e = {0};

	assert_null(ir_check(x->u, x->a));
	if (codegen_unit(x->u, t, &x->prog, &e) < 0)
		fail_msg("%s", e.text);
	for (uint32_t k = 0; k < x->prog.ninsns;) {
		k += disasm_insn(&x->prog.insns[k], &b);
		buf_putc(&b, '\n');
	}
	if (strcmp(buf_str(&b), text))
		fprintf(stderr, "%s", buf_str(&b));
	assert_string_equal(buf_str(&b), text);
}

static void test_count(void **state)
{
	struct fixture *x = *state;
	int cpu = ir_call(x->f, BPF_FUNC_get_smp_processor_id, 0, NULL);
	int at = ir_alu(x->f, IR_MUL, cpu, IRV_IMM(4096));
	int cell = ir_alu(x->f, IR_ADD, ir_mapval(x->f, 3, 64), IRV_REG(at));

	ir_atomic_add(x->f, cell, 0, 8, IRV_IMM(1));
	ir_ret(x->f, IRV_IMM(0));
	expect(x, &newest,
	       "call get_smp_processor_id#8\n"
	       "r0 <<= 12\n"
	       "r5 = map[0] value +64\n"
	       "r5 += r0\n"
	       "r4 = 1\n"
	       "lock *(u64 *)(r5 +0) += r4\n"
	       "r0 = 0\n"
	       "exit\n");
}

static void test_hash(void **state)
{
	struct fixture *x = *state;
	int key = ir_frame(x->f, 8, 8), none = ir_label(x->f), v;

	ir_store(x->f, ir_frame_addr(x->f, key, 0), 0, 8, IRV_REG(ir_load(x->f, x->ctx, 8, 8)));
	v = ir_call(x->f, BPF_FUNC_map_lookup_elem,
		    IR_CALL_ARGS(IRV_REG(ir_map(x->f, 5)), IRV_REG(ir_frame_addr(x->f, key, 0))));
	ir_br(x->f, IR_EQ, v, IRV_IMM(0), none);
	ir_atomic_add(x->f, v, 0, 8, IRV_REG(ir_load(x->f, x->ctx, 16, 8)));
	ir_place(x->f, none);
	ir_ret(x->f, IRV_IMM(0));
	expect(x, &newest,
	       "r6 = r1\n"
	       "r5 = *(u64 *)(r6 +8)\n"
	       "*(u64 *)(r10 -8) = r5\n"
	       "r1 = map[0]\n"
	       "r2 = r10\n"
	       "r2 += -8\n"
	       "call map_lookup_elem#1\n"
	       "if r0 == 0 goto +2\n"
	       "r5 = *(u64 *)(r6 +16)\n"
	       "lock *(u64 *)(r0 +0) += r5\n"
	       "r0 = 0\n"
	       "exit\n");
}

/* The shape of a record: reserve, store, commit. */
static void test_record(void **state)
{
	struct fixture *x = *state;
	int full = ir_label(x->f), out = ir_label(x->f);
	int cpu = ir_call(x->f, BPF_FUNC_get_smp_processor_id, 0, NULL);
	int buf = ir_alu(x->f, IR_ADD, ir_mapval(x->f, 2, 0),
			 IRV_REG(ir_alu(x->f, IR_MUL, cpu, IRV_IMM(65536))));
	int tail = ir_load(x->f, buf, 64, 8);
	int pos = ir_fetch_add(x->f, buf, 0, 8, IRV_IMM(40));
	int used = ir_alu(x->f, IR_SUB, pos, IRV_REG(tail)), rec, now;

	ir_br(x->f, IR_UGT, used, IRV_IMM(30000), full);
	rec = ir_alu(x->f, IR_ADD, buf, IRV_REG(ir_alu(x->f, IR_AND, pos, IRV_IMM(32767))));
	now = ir_call(x->f, BPF_FUNC_ktime_get_ns, 0, NULL);
	ir_store(x->f, rec, 128 + 8, 8, IRV_REG(now));
	ir_store(x->f, rec, 128 + 16, 4, IRV_IMM(7));
	ir_store(x->f, rec, 128 + 20, 4, IRV_REG(ir_load(x->f, x->ctx, 8, 4)));
	ir_store(x->f, rec, 128 + 24, 8, IRV_REG(ir_load(x->f, x->ctx, 0, 8)));
	ir_store(x->f, rec, 128, 8, IRV_REG(ir_alu(x->f, IR_ADD, pos, IRV_IMM(1))));
	ir_jmp(x->f, out);
	ir_place(x->f, full);
	ir_atomic_add(x->f, buf, 8, 8, IRV_IMM(1));
	ir_place(x->f, out);
	ir_ret(x->f, IRV_IMM(0));
	expect(x, &newest,
	       "r8 = r1\n"
	       "call get_smp_processor_id#8\n"
	       "r0 <<= 16\n"
	       "r6 = map[0] value +0\n"
	       "r6 += r0\n"
	       "r4 = *(u64 *)(r6 +64)\n"
	       "r7 = 40\n"
	       "r7 = atomic64_fetch_add((u64 *)(r6 +0), r7)\n"
	       "r5 = r7\n"
	       "r5 -= r4\n"
	       "if r5 > 30000 goto +15\n"
	       "r5 = r7\n"
	       "r5 &= 32767\n"
	       "r6 += r5\n"
	       "call ktime_get_ns#5\n"
	       "*(u64 *)(r6 +136) = r0\n"
	       "*(u32 *)(r6 +144) = 7\n"
	       "r5 = *(u32 *)(r8 +8)\n"
	       "*(u32 *)(r6 +148) = r5\n"
	       "r5 = *(u64 *)(r8 +0)\n"
	       "*(u64 *)(r6 +152) = r5\n"
	       "r5 = r7\n"
	       "r5 += 1\n"
	       "*(u64 *)(r6 +128) = r5\n"
	       "r0 = 0\n"
	       "exit\n"
	       "r5 = 1\n"
	       "lock *(u64 *)(r6 +8) += r5\n"
	       "r0 = 0\n"
	       "exit\n");
}

/* 1 where a comparison holds, and arithmetic with the constant on the left. */
static void test_values(void **state)
{
	struct fixture *x = *state;
	int a = ir_load_signed(x->f, x->ctx, 0, 4), b = ir_load_signed(x->f, x->ctx, 8, 4);
	int lt = ir_set(x->f, IR_SLT, a, IRV_REG(b));
	int d = ir_alu(x->f, IR_SUB, ir_imm(x->f, 100), IRV_REG(a));
	int neg = ir_set(x->f, IR_SLT, d, IRV_IMM(0));

	ir_ret(x->f, IRV_REG(ir_alu(x->f, IR_OR, lt, IRV_REG(neg))));
	expect(x, &newest,
	       "r4 = *(s32 *)(r1 +0)\n"
	       "r5 = *(s32 *)(r1 +8)\n"
	       "r0 = 1\n"
	       "if r4 s< r5 goto +1\n"
	       "r0 = 0\n"
	       "r5 = 100\n"
	       "r5 -= r4\n"
	       "r5 >>= 63\n"
	       "r0 |= r5\n"
	       "exit\n");
}

static void test_strlen(void **state)
{
	struct fixture *x = *state;
	int head = ir_label(x->f), out = ir_label(x->f), n = ir_imm(x->f, 0), p, c;

	ir_place(x->f, head);
	ir_may_goto(x->f, out, 256);
	ir_br(x->f, IR_UGE, n, IRV_IMM(256), out);
	p = ir_alu(x->f, IR_ADD, ir_mapval(x->f, 0, 512), IRV_REG(n));
	c = ir_load(x->f, p, 0, 1);
	ir_br(x->f, IR_EQ, c, IRV_IMM(0), out);
	ir_alu_to(x->f, n, IR_ADD, n, IRV_IMM(1));
	ir_jmp(x->f, head);
	ir_place(x->f, out);
	ir_ret(x->f, IRV_REG(n));
	expect(x, &newest,
	       "r0 = 0\n"
	       "may_goto +8\n"
	       "if r0 >= 256 goto +7\n"
	       "r5 = map[0] value +512\n"
	       "r5 += r0\n"
	       "r5 = *(u8 *)(r5 +0)\n"
	       "if r5 == 0 goto +2\n"
	       "r0 += 1\n"
	       "goto -9\n"
	       "exit\n");
}

/* Arguments that have to change places. */
static void test_argument_cycle(void **state)
{
	struct fixture *x = *state;
	struct ir_func *sub = ir_func_new(x->u, "sub", 3), *mid = ir_func_new(x->u, "mid", 3);
	const int *p = mid->params;

	ir_ret(sub, IRV_REG(ir_alu(sub, IR_SUB, sub->params[0], IRV_REG(sub->params[2]))));
	ir_ret(mid, IRV_REG(ir_callfn(mid, sub,
				      IR_CALL_ARGS(IRV_REG(p[1]), IRV_REG(p[2]), IRV_REG(p[0])))));
	ir_ret(x->f,
	       IRV_REG(ir_callfn(x->f, mid, IR_CALL_ARGS(IRV_IMM(1), IRV_IMM(2), IRV_IMM(3)))));
	expect(x, &newest,
	       "r1 = 1\n"
	       "r2 = 2\n"
	       "r3 = 3\n"
	       "call pc+1\n"
	       "exit\n"
	       "r5 = r3\n"
	       "r3 = r1\n"
	       "r1 = r2\n"
	       "r2 = r5\n"
	       "call pc+1\n"
	       "exit\n"
	       "r1 -= r3\n"
	       "r0 = r1\n"
	       "exit\n");
	assert_int_equal(x->prog.funcs.n, 3);
	assert_string_equal(x->prog.func_names.at[1], "mid");
}

/* More values alive across a call than r6-r9 hold. */
static void test_spill(void **state)
{
	struct fixture *x = *state;
	int v[6], sum;

	for (int k = 0; k < 6; k++)
		v[k] = ir_load(x->f, x->ctx, 8 * k, 8);
	sum = ir_call(x->f, BPF_FUNC_ktime_get_ns, 0, NULL);
	for (int k = 0; k < 6; k++)
		sum = ir_alu(x->f, IR_ADD, sum, IRV_REG(v[k]));
	ir_ret(x->f, IRV_REG(sum));
	expect(x, &newest,
	       "r6 = *(u64 *)(r1 +0)\n"
	       "r7 = *(u64 *)(r1 +8)\n"
	       "r8 = *(u64 *)(r1 +16)\n"
	       "r9 = *(u64 *)(r1 +24)\n"
	       "r5 = *(u64 *)(r1 +32)\n"
	       "*(u64 *)(r10 -8) = r5\n"
	       "r5 = *(u64 *)(r1 +40)\n"
	       "*(u64 *)(r10 -16) = r5\n"
	       "call ktime_get_ns#5\n"
	       "r0 += r6\n"
	       "r0 += r7\n"
	       "r0 += r8\n"
	       "r0 += r9\n"
	       "r5 = *(u64 *)(r10 -8)\n"
	       "r0 += r5\n"
	       "r5 = *(u64 *)(r10 -16)\n"
	       "r0 += r5\n"
	       "exit\n");
	assert_int_equal(x->prog.stack_bytes, 16);
}

/* What old kernels lack, in other words. */
static void test_old_target(void **state)
{
	struct fixture *x = *state;
	int head = ir_label(x->f), out = ir_label(x->f);
	int a = ir_load_signed(x->f, x->ctx, 0, 4);
	int q = ir_alu(x->f, IR_SDIV, a, IRV_IMM(-10));

	ir_place(x->f, head);
	ir_may_goto(x->f, out, 100);
	ir_alu_to(x->f, q, IR_ADD, q, IRV_REG(q));
	ir_jmp(x->f, head);
	ir_place(x->f, out);
	ir_ret(x->f, IRV_REG(q));
	expect(x, &oldest,
	       "r4 = *(u32 *)(r1 +0)\n"
	       "r4 <<= 32\n"
	       "r4 s>>= 32\n"
	       "r5 = r4\n"
	       "r5 s>>= 63\n"
	       "r4 ^= r5\n"
	       "r3 = r4\n"
	       "r3 -= r5\n"
	       "r4 = r5\n"
	       "r4 ^= -1\n"
	       "r5 = r3\n"
	       "r5 /= 10\n"
	       "r5 ^= r4\n"
	       "r5 -= r4\n"
	       "r0 = r5\n"
	       "r5 = 100\n"
	       "r5 += -1\n"
	       "if r5 == 0 goto +2\n"
	       "r0 += r0\n"
	       "goto -4\n"
	       "exit\n");
}

static void test_expected_value(void **state)
{
	struct fixture *x = *state;
	int slot = ir_mapval(x->f, 0, 32), l = ir_label(x->f);
	int old = ir_cmpxchg(x->f, slot, 0, 8, IRV_IMM(0), IRV_IMM(1));

	ir_br(x->f, IR_NE, old, IRV_IMM(0), l);
	ir_xchg(x->f, slot, 0, 8, IRV_REG(ir_load(x->f, x->ctx, 0, 8)));
	ir_place(x->f, l);
	ir_ret(x->f, IRV_REG(old));
	expect(x, &newest,
	       "r4 = map[0] value +32\n"
	       "r5 = 1\n"
	       "r0 = 0\n"
	       "r0 = atomic64_cmpxchg((u64 *)(r4 +0), r0, r5)\n"
	       "if r0 != 0 goto +2\n"
	       "r5 = *(u64 *)(r1 +0)\n"
	       "r5 = atomic64_xchg((u64 *)(r4 +0), r5)\n"
	       "exit\n");
}

static void test_frame_too_big(void **state)
{
	struct fixture *x = *state;
	struct err e = {0};
	int big = ir_frame(x->f, 520, 8);

	ir_frame(x->f, 4096, 8); /* nobody uses it: no place in the frame */
	ir_call(x->f, 4,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(x->f, big, 0)), IRV_IMM(520), IRV_IMM(0)));
	ir_ret(x->f, IRV_IMM(0));
	assert_int_equal(codegen_unit(x->u, &newest, &x->prog, &e), -1);
	assert_non_null(strstr(e.text, "520 bytes of stack"));
}

static void test_chain_too_big(void **state)
{
	struct fixture *x = *state;
	struct ir_func *sub = ir_func_new(x->u, "sub", 0);
	struct err e = {0};

	ir_store(sub, ir_frame_addr(sub, ir_frame(sub, 256, 8), 0), 0, 8, IRV_IMM(0));
	ir_ret(sub, IRV_IMM(0));
	ir_store(x->f, ir_frame_addr(x->f, ir_frame(x->f, 264, 8), 0), 0, 8, IRV_IMM(0));
	ir_callfn(x->f, sub, 0, NULL);
	ir_ret(x->f, IRV_IMM(0));
	assert_int_equal(codegen_unit(x->u, &newest, &x->prog, &e), -1);
	assert_non_null(strstr(e.text, "with the functions it calls"));
}

static void test_unused_function(void **state)
{
	struct fixture *x = *state;

	ir_ret(ir_func_new(x->u, "unused", 0), IRV_IMM(1));
	ir_ret(x->f, IRV_IMM(0));
	expect(x, &newest, "r0 = 0\nexit\n");
	assert_int_equal(x->prog.funcs.n, 1);
}

static void test_callback(void **state)
{
	struct fixture *x = *state;
	struct ir_func *cb = ir_func_new(x->u, "cb", 2);

	ir_ret(cb, IRV_REG(ir_alu(cb, IR_AND, cb->params[1], IRV_IMM(1))));
	ir_call(x->f, 181, /* loop */
		IR_CALL_ARGS(IRV_IMM(8), IRV_REG(ir_funcaddr(x->f, cb)), IRV_IMM(0), IRV_IMM(0)));
	ir_ret(x->f, IRV_IMM(0));
	expect(x, &newest,
	       "r1 = 8\n"
	       "r2 = function pc+6\n"
	       "r3 = 0\n"
	       "r4 = 0\n"
	       "call loop#181\n"
	       "r0 = 0\n"
	       "exit\n"
	       "r2 &= 1\n"
	       "r0 = r2\n"
	       "exit\n");
	assert_true(x->prog.has_callbacks);
}

static void test_missing_atomics(void **state)
{
	struct fixture *x = *state;
	struct codegen_target none = {0};
	struct err e = {0};

	ir_ret(x->f, IRV_REG(ir_xchg(x->f, ir_mapval(x->f, 0, 0), 0, 8, IRV_IMM(1))));
	assert_int_equal(codegen_unit(x->u, &none, &x->prog, &e), -1);
	assert_non_null(strstr(e.text, "lacks the atomic operation xchg"));
}

/* A jump over more than 32767 instructions. */
static void far_jump(struct fixture *x)
{
	int far = ir_label(x->f);

	ir_br(x->f, IR_EQ, ir_load(x->f, x->ctx, 0, 8), IRV_IMM(0), far);
	for (int k = 0; k < 33000; k++)
		ir_store(x->f, x->ctx, 8, 8, IRV_IMM(k));
	ir_place(x->f, far);
	ir_ret(x->f, IRV_IMM(0));
}

static void test_far_jump(void **state)
{
	struct fixture *x = *state;
	struct err e = {0};
	BUF_AUTO b = {0};

	far_jump(x);
	assert_int_equal(codegen_unit(x->u, &newest, &x->prog, &e), 0);
	for (uint32_t k = 0; k < 5; k++) {
		disasm_insn(&x->prog.insns[k], &b);
		buf_putc(&b, '\n');
	}
	assert_string_equal(buf_str(&b), "r5 = *(u64 *)(r1 +0)\n"
					 "if r5 == 0 goto +1\n"
					 "goto +1\n"
					 "gotol +33000\n"
					 "*(u64 *)(r1 +8) = 0\n");
}

/* Where there is no gotol, relays lead to the end: each is gone around by what falls into it, and is reached. */
static void test_far_jump_relays(void **state)
{
	struct fixture *x = *state;
	struct err e = {0};
	unsigned hops = 0, relays = 0;

	far_jump(x);
	assert_int_equal(codegen_unit(x->u, &oldest, &x->prog, &e), 0);
	const struct bpf_insn *insns = x->prog.insns;
	uint32_t end = x->prog.ninsns, at = 1;
	for (; at == 1 || insns[at].code == (BPF_JMP | BPF_JA); hops++) {
		assert_in_range(insns[at].off, 1, INT16_MAX / 2);
		at += insns[at].off + 1u;
	}
	assert_int_equal(at, end - 2); /* r0 = 0; exit */
	for (uint32_t k = 2; k < end; k++)
		relays += insns[k].code == (BPF_JMP | BPF_JA) && insns[k].off > 1;
	assert_int_equal(relays, hops - 1);
}

static void test_listing(void **state)
{
	struct fixture *x = *state;
	struct ir_func *sub = ir_func_new(x->u, "tick", 1);
	struct image image = {.arena = x->a};
	struct err e = {0};
	BUF_AUTO b = {0};

	for (int k = 0; k < 4; k++)
		vec_push(&image.maps, x->a)->name = "glob";
	vec_last(&image.maps)->name = "agg";
	sub->line = 9;
	ir_kfunc(sub, "bpf_strlen", 77, IR_CALL_ARGS(IRV_REG(sub->params[0])));
	ir_ret(sub, IRV_IMM(0));
	x->f->line = 3;
	ir_comment(x->f, "@ = count()");
	ir_atomic_add(x->f, ir_mapval(x->f, 3, 64), 0, 8, IRV_IMM(1));
	x->f->line = 4;
	ir_callfn(x->f, sub, IR_CALL_ARGS(IRV_REG(ir_map(x->f, 0))));
	ir_ret(x->f, IRV_IMM(0));
	assert_int_equal(codegen_unit(x->u, &newest, &x->prog, &e), 0);
	assert_int_equal(x->prog.relocs.n, 3);
	disasm_prog(&x->prog, &image, &b);
	assert_string_equal(
	    buf_str(&b),
	    "main:\n"
	    "    0: (18) r4 = map[agg] value +64                      ; line 3: @ = count()\n"
	    "    2: (b7) r5 = 1\n"
	    "    3: (db) lock *(u64 *)(r4 +0) += r5\n"
	    "    4: (18) r1 = map[glob]                               ; line 4\n"
	    "    6: (85) call tick\n"
	    "    7: (b7) r0 = 0\n"
	    "    8: (95) exit\n"
	    "tick:\n"
	    "    9: (85) call bpf_strlen                              ; line 9\n"
	    "   10: (b7) r0 = 0\n"
	    "   11: (95) exit\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_count),	    T(test_hash),
	    T(test_record),	    T(test_values),
	    T(test_strlen),	    T(test_argument_cycle),
	    T(test_spill),	    T(test_old_target),
	    T(test_expected_value), T(test_frame_too_big),
	    T(test_chain_too_big),  T(test_unused_function),
	    T(test_callback),	    T(test_missing_atomics),
	    T(test_far_jump),	    T(test_far_jump_relays),
	    T(test_listing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
