/*
 * test_ir.c - builders, checker, printer and passes of the IR, without a kernel
 */
#include "dtrace/ir/ir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena *a;
	struct ir_unit *u;
	struct ir_func *f;
	int p; /* first parameter */
};

static int setup(void **state)
{
	static struct fixture x;

	x.a = arena_new();
	x.u = ir_unit_new(x.a, "unit");
	x.f = ir_func_new(x.u, "main", 2);
	x.p = x.f->params[0];
	*state = &x;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct fixture *)*state)->a);
	return 0;
}

static void expect(struct fixture *x, const char *text)
{
	BUF_AUTO b = {0};

	ir_print(x->u, &b);
	assert_string_equal(buf_str(&b), text);
}

static void expect_optimized(struct fixture *x, const char *text)
{
	assert_null(ir_check(x->u, x->a));
	ir_optimize(x->u);
	assert_null(ir_check(x->u, x->a));
	expect(x, text);
}

static void expect_wrong(struct fixture *x, const char *part)
{
	const char *wrong = ir_check(x->u, x->a);

	assert_non_null(wrong);
	if (!strstr(wrong, part))
		fail_msg("\"%s\" does not say \"%s\"", wrong, part);
}

static void test_print(void **state)
{
	struct fixture *x = *state;
	int out = ir_label(x->f), obj = ir_frame(x->f, 16, 8), r;

	x->f->line = 3;
	ir_comment(x->f, "probe %d", 7);
	r = ir_load(x->f, x->p, 8, 4);
	ir_br(x->f, IR_ULT, r, IRV_IMM(10), out);
	x->f->line = 4;
	ir_store(x->f, ir_frame_addr(x->f, obj, 8), 0, 2, IRV_REG(r));
	r = ir_cmpxchg(x->f, ir_mapval(x->f, 1, 64), 0, 8, IRV_IMM(0), IRV_REG(r));
	ir_call(x->f, 5, IR_CALL_ARGS(IRV_IMM(1), IRV_REG(r)));
	ir_kfunc(x->f, "bpf_strlen", 0, IR_CALL_ARGS(IRV_REG(r)));
	ir_unary(x->f, IR_SEXT, r, 2);
	ir_place(x->f, out);
	ir_may_goto(x->f, out, 100);
	ir_ret(x->f, IRV_IMM(0));
	expect(x, "main(v0, v1)\n"
		  "\t; frame 0: 16 bytes, align 8\n"
		  "\t; line 3\n"
		  "\t; probe 7\n"
		  "\tv2 = ld u32 [v0+8]\n"
		  "\tbr v2 u< 10, L0\n"
		  "\t; line 4\n"
		  "\tv3 = frame 0+8\n"
		  "\tst u16 [v3+0], v2\n"
		  "\tv4 = mapval 1+64\n"
		  "\tv5 = cmpxchg u64 [v4+0], v2 if 0\n"
		  "\tv6 = call #5(1, v5)\n"
		  "\tv7 = kfunc bpf_strlen(v5)\n"
		  "\tv8 = sext16 v5\n"
		  "L0:\n"
		  "\tmay_goto L0, 100\n"
		  "\tret 0\n");
	assert_null(ir_check(x->u, x->a));
}

static void test_wide_immediates(void **state)
{
	struct fixture *x = *state;

	ir_alu(x->f, IR_ADD, x->p, IRV_IMM(1ll << 40));
	ir_store(x->f, x->p, 0, 4, IRV_IMM(0xffffffff)); /* 4 bytes: -1 is the same */
	ir_store(x->f, x->p, 0, 8, IRV_IMM(0xffffffff));
	ir_ret(x->f, IRV_IMM(1ll << 40));
	expect(x, "main(v0, v1)\n"
		  "\tv3 = const 1099511627776\n"
		  "\tv2 = add v0, v3\n"
		  "\tst u32 [v0+0], -1\n"
		  "\tv4 = const 4294967295\n"
		  "\tst u64 [v0+0], v4\n"
		  "\tret 1099511627776\n");
	assert_null(ir_check(x->u, x->a));
}

/* ---- the checker ---- */

static void test_check_read_before(void **state)
{
	struct fixture *x = *state;
	int r = ir_reg(x->f), skip = ir_label(x->f);

	ir_br(x->f, IR_EQ, x->p, IRV_IMM(0), skip);
	ir_mov(x->f, r, IRV_IMM(1));
	ir_place(x->f, skip);
	ir_ret(x->f, IRV_REG(r));
	expect_wrong(x, "v2 is read before it is assigned");
}

static void test_check_assigned_on_both(void **state)
{
	struct fixture *x = *state;
	int r = ir_reg(x->f), other = ir_label(x->f), end = ir_label(x->f);

	ir_br(x->f, IR_EQ, x->p, IRV_IMM(0), other);
	ir_mov(x->f, r, IRV_IMM(1));
	ir_jmp(x->f, end);
	ir_place(x->f, other);
	ir_mov(x->f, r, IRV_IMM(2));
	ir_place(x->f, end);
	ir_ret(x->f, IRV_REG(r));
	assert_null(ir_check(x->u, x->a));
}

static void test_check_labels(void **state)
{
	struct fixture *x = *state;
	int l = ir_label(x->f);

	ir_jmp(x->f, l);
	expect_wrong(x, "label was never placed");
	ir_place(x->f, l);
	ir_place(x->f, l);
	expect_wrong(x, "label is placed twice");
}

static void test_check_end(void **state)
{
	struct fixture *x = *state;

	ir_imm(x->f, 1);
	expect_wrong(x, "runs off the end");
}

static void test_check_sizes(void **state)
{
	struct fixture *x = *state;

	ir_load(x->f, x->p, 0, 3);
	expect_wrong(x, "size out of range");
}

static void test_check_callee(void **state)
{
	struct fixture *x = *state;
	struct ir_func *sub = ir_func_new(x->u, "sub", 2);

	ir_ret(sub, IRV_IMM(0));
	ir_callfn(x->f, sub, IR_CALL_ARGS(IRV_IMM(1)));
	expect_wrong(x, "wrong number of arguments");
}

/* ---- the passes ---- */

static void test_opt_constants(void **state)
{
	struct fixture *x = *state;
	int a = ir_imm(x->f, 6), b = ir_imm(x->f, 7);
	int c = ir_alu(x->f, IR_MUL, a, IRV_REG(b));
	int d = ir_alu(x->f, IR_ADD, x->p, IRV_REG(c));
	int e = ir_alu(x->f, IR_ADD, d, IRV_IMM(-42));

	ir_ret(x->f, IRV_REG(ir_alu(x->f, IR_MUL, e, IRV_IMM(8))));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tv7 = shl v0, 3\n"
			    "\tret v7\n");
}

static void test_opt_divisions(void **state)
{
	struct fixture *x = *state;
	int q = ir_alu(x->f, IR_UDIV, x->p, IRV_IMM(1024));
	int m = ir_alu(x->f, IR_UMOD, q, IRV_IMM(64));

	ir_ret(x->f, IRV_REG(ir_alu(x->f, IR_SDIV, m, IRV_IMM(4))));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tv2 = shr v0, 10\n"
			    "\tv3 = and v2, 63\n"
			    "\tv4 = sdiv v3, 4\n"
			    "\tret v4\n");
}

static void test_opt_branch(void **state)
{
	struct fixture *x = *state;
	int dead = ir_label(x->f), live = ir_label(x->f);
	int c = ir_set(x->f, IR_SLT, x->p, IRV_IMM(3));

	ir_br(x->f, IR_EQ, ir_set(x->f, IR_EQ, c, IRV_IMM(0)), IRV_IMM(0), live);
	ir_br(x->f, IR_NE, ir_imm(x->f, 0), IRV_IMM(0), dead);
	ir_ret(x->f, IRV_IMM(1));
	ir_place(x->f, dead);
	ir_ret(x->f, IRV_IMM(2));
	ir_place(x->f, live);
	ir_ret(x->f, IRV_IMM(3));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tbr v0 s< 3, L1\n"
			    "\tret 1\n"
			    "L1:\n"
			    "\tret 3\n");
}

static void test_opt_branch_changed_operand(void **state)
{
	struct fixture *x = *state;
	int l = ir_label(x->f), c = ir_set(x->f, IR_SLT, x->p, IRV_IMM(3));

	ir_mov(x->f, x->p, IRV_IMM(9)); /* the comparison may not move past this */
	ir_br(x->f, IR_NE, c, IRV_IMM(0), l);
	ir_ret(x->f, IRV_IMM(1));
	ir_place(x->f, l);
	ir_ret(x->f, IRV_REG(x->p));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tv2 = set v0 s< 3\n"
			    "\tv0 = const 9\n"
			    "\tbr v2 != 0, L0\n"
			    "\tret 1\n"
			    "L0:\n"
			    "\tret v0\n");
}

static void test_opt_memory(void **state)
{
	struct fixture *x = *state;
	int p = ir_alu(x->f, IR_ADD, ir_alu(x->f, IR_ADD, x->p, IRV_IMM(8)), IRV_IMM(16));
	int v = ir_load(x->f, p, 4, 4);

	v = ir_unary(x->f, IR_SEXT, v, 4);
	ir_load(x->f, x->p, 0, 8); /* nobody reads it */
	ir_ret(x->f, IRV_REG(v));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tv5 = lds u32 [v0+28]\n"
			    "\tret v5\n");
}

static void test_opt_extensions(void **state)
{
	struct fixture *x = *state;
	int v = ir_load(x->f, x->p, 0, 1);

	v = ir_unary(x->f, IR_ZEXT, v, 4);
	v = ir_unary(x->f, IR_SEXT, v, 2);
	v = ir_alu(x->f, IR_AND, v, IRV_IMM(255));
	ir_ret(x->f, IRV_REG(v));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tv5 = ld u8 [v0+0]\n"
			    "\tret v5\n");
}

static void test_opt_threading(void **state)
{
	struct fixture *x = *state;
	int a = ir_label(x->f), b = ir_label(x->f), c = ir_label(x->f), r = ir_reg(x->f);

	ir_br(x->f, IR_EQ, x->p, IRV_IMM(1), a);
	ir_jmp(x->f, b);
	ir_place(x->f, a);
	ir_mov(x->f, r, IRV_IMM(5));
	ir_jmp(x->f, c);
	ir_place(x->f, b);
	ir_mov(x->f, r, IRV_IMM(6));
	ir_place(x->f, c);
	ir_ret(x->f, IRV_REG(r));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tbr v0 != 1, L1\n"
			    "\tret 5\n"
			    "L1:\n"
			    "\tret 6\n");
}

static void test_opt_retarget(void **state)
{
	struct fixture *x = *state;
	int n = ir_copy(x->f, x->p), head = ir_label(x->f), out = ir_label(x->f);

	ir_place(x->f, head);
	ir_may_goto(x->f, out, 10);
	ir_br(x->f, IR_EQ, n, IRV_IMM(0), out);
	ir_mov(x->f, n, IRV_REG(ir_alu(x->f, IR_SUB, n, IRV_IMM(1))));
	ir_jmp(x->f, head);
	ir_place(x->f, out);
	ir_ret(x->f, IRV_REG(n));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tv2 = mov v0\n"
			    "L0:\n"
			    "\tmay_goto L1, 10\n"
			    "\tbr v2 == 0, L1\n"
			    "\tv2 = add v2, -1\n"
			    "\tjmp L0\n"
			    "L1:\n"
			    "\tret v2\n");
}

static void test_opt_keeps_effects(void **state)
{
	struct fixture *x = *state;

	ir_call(x->f, 5, 0, NULL);
	ir_fetch_add(x->f, x->p, 0, 8, IRV_IMM(1));
	ir_xchg(x->f, x->p, 0, 8, IRV_IMM(1));
	ir_ret(x->f, IRV_IMM(0));
	expect_optimized(x, "main(v0, v1)\n"
			    "\tcall #5()\n"
			    "\tv3 = const 1\n"
			    "\tatomic_add u64 [v0+0], v3\n"
			    "\tv5 = const 1\n"
			    "\tv6 = xchg u64 [v0+0], v5\n"
			    "\tret 0\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_print),
	    T(test_wide_immediates),
	    T(test_check_read_before),
	    T(test_check_assigned_on_both),
	    T(test_check_labels),
	    T(test_check_end),
	    T(test_check_sizes),
	    T(test_check_callee),
	    T(test_opt_constants),
	    T(test_opt_divisions),
	    T(test_opt_branch),
	    T(test_opt_branch_changed_operand),
	    T(test_opt_memory),
	    T(test_opt_extensions),
	    T(test_opt_threading),
	    T(test_opt_retarget),
	    T(test_opt_keeps_effects),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
