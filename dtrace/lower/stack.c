/*
 * stack.c - stacks of the kernel and of the process: stack(), ustack(), caller, stackdepth and kin
 *
 * bpf_get_stack() gives the frames. In programs of raw tracepoints the first ones are tracing's own:
 * the program and bpf_trace_runN() always, which it is told to skip; behind them __bpf_trace_NAME()
 * where the kernel calls bpf_trace_runN() from there instead of jumping (tracepoints of system
 * calls, since they may fault), and __traceiter_NAME() while more than one program is attached. Those
 * two come and go, so each stack is looked at.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/sym/kallsyms.h"
#include "dtrace/types/btf.h"

#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#define BPF_TRACE "__bpf_trace_"
#define TRACEITER "__traceiter_"

enum { USER_STACK = 256, RUN_FRAMES = 2, MORE_FRAMES = 2, DEPTH_MAX = 127 };

/* BEGIN and END are run by dtrace: the stack is its own, the program at its top. */
static bool is_called(const struct lw *c)
{
	return c->site->site.attach == ATTACH_CALLED;
}

static bool has_stack(const struct lw *c)
{
	return c->env.ctx >= 0 && (c->env.ctx_kind != CTX_NONE || is_called(c));
}

/* A thread that does not run: in the kernel, where it left off. */
static bool sleeps(const struct lw *c)
{
	return c->env.subject >= 0 && !c->owner;
}

static bool below_tracing(const struct lw *c, bool user)
{
	return !user && !sleeps(c) &&
	       (c->env.ctx_kind == CTX_RAW_TP || c->env.ctx_kind == CTX_TP_BTF);
}

/* Flags where no frames of tracing are to be looked for. */
static int plain_flags(const struct lw *c, bool user)
{
	if (user)
		return USER_STACK;
	if (is_called(c))
		return 1 + c->is_error_func;
	/* The function itself is above its caller, where it has not returned; in a program of its own there
	 * are the program and what called it, too. */
	if (c->env.ctx_kind == CTX_KPROBE)
		return c->site->site.param ? 0 : 1;
	return c->env.ctx_kind == CTX_FENTRY ? 3 + c->is_error_func : 0;
}

/* Frames to p; its length in bytes, or an error. Of a process only the running thread's can be had. */
static int call(struct lw *c, struct place p, uint32_t frames, int flags)
{
	struct ir_func *f = c->f;
	for (uint32_t i = 0; i < frames; i++)
		ir_store(f, p.reg, p.off + (int32_t)(8 * i), 8, IRV_IMM(0));
	int where = lw_addr_of(c, p), bytes = ir_imm(f, 0), done = ir_label(f);
	if (flags & USER_STACK)
		lw_unless_running(c, done);
	if (sleeps(c) && !(flags & USER_STACK))
		ir_mov(f, bytes,
		       IRV_REG(ir_call(f, H_GET_TASK_STACK,
				       IR_CALL_ARGS(IRV_REG(lw_task(c)), IRV_REG(where),
						    IRV_IMM(8 * frames), IRV_IMM(0)))));
	else
		ir_mov(f, bytes,
		       IRV_REG(ir_call(f, H_GET_STACK,
				       IR_CALL_ARGS(IRV_REG(c->env.ctx), IRV_REG(where),
						    IRV_IMM(8 * frames), IRV_IMM(flags)))));
	ir_place(f, done);
	return bytes;
}

static bool is_tracing_func(const char *name)
{
	return !strncmp(name, BPF_TRACE, sizeof(BPF_TRACE) - 1) ||
	       !strncmp(name, TRACEITER, sizeof(TRACEITER) - 1);
}

static void list_in_btf(struct lower *L, struct btf *btf)
{
	struct btf_iter it = btf_iter(btf);
	const struct btf_type *t;

	while ((t = btf_next(&it))) {
		if (btf_kind_of(t) != BTF_KIND_FUNC)
			continue;
		const char *s = btf_str(btf, t->name_off);
		if (is_tracing_func(s))
			*map_at(&L->tracing_funcs, s) = (void *)(uintptr_t)it.id;
	}
}

static void list_in_kallsyms(struct lower *L)
{
	size_t n;
	char *text = kallsyms_read(NULL, &n), *at = text;
	struct kallsym s;

	while (kallsyms_next(&at, &s))
		if (is_tracing_func(s.name))
			*map_at(&L->tracing_funcs, arena_strdup(L->a, s.name)) =
			    (void *)(uintptr_t)s.addr;
	free(text);
}

/* Register with the address of one of the functions that may stand between a tracepoint and a program;
 * -1: there is none. All are listed at once, by BTF id or, where programs cannot name functions by that, by
 * address: a program may be about every tracepoint there is. */
static int tracing_func(struct lw *c, const char *name)
{
	struct lower *L = c->L;
	bool by_id = feature_has(L->o->features, FEAT_FUNC_ADDR);

	if (!L->tracing_funcs_listed && by_id && c->env.btf)
		list_in_btf(L, c->env.btf);
	else if (!L->tracing_funcs_listed && !by_id)
		list_in_kallsyms(L);
	L->tracing_funcs_listed = true;
	uint64_t what = (uintptr_t)map_get(&L->tracing_funcs, name);
	if (!what)
		return -1;
	return by_id ? lw_as_integer(c, ir_ksym(c->f, name, (uint32_t)what))
		     : ir_imm(c->f, (int64_t)what);
}

/* at += 8 when the frame it leads to is in the function prefix_target, which returns before `bytes`. */
static void pass_frame(struct lw *c, int at, const char *prefix, uint32_t bytes)
{
	struct ir_func *f = c->f;
	int func = tracing_func(c, arena_printf(c->L->a, "%s%s", prefix, c->site->site.target));
	if (func < 0)
		return;
	int other = ir_label(f);
	int off = ir_alu(f, IR_SUB, ir_load(f, at, 0, 8), IRV_REG(func));
	ir_br(f, IR_UGE, off, IRV_IMM(bytes), other);
	ir_alu_to(f, at, IR_ADD, at, IRV_IMM(8));
	ir_place(f, other);
}

/* The kernel's stack below tracing: *bytes = its length or an error; returns the address of its
 * first frame, behind which all that were asked for can be read. */
static int below(struct lw *c, uint32_t frames, int *bytes)
{
	enum { RUN_BYTES = 48, ITER_BYTES = 128 };
	struct ir_func *f = c->f;
	struct place p = lw_temp_place(c, 8 * (frames + MORE_FRAMES));
	/* ERROR's clauses are in a function that the program calls. */
	int n = call(c, p, frames + MORE_FRAMES, RUN_FRAMES + c->is_error_func);
	int first = lw_addr_of(c, p), at = ir_copy(f, first);
	pass_frame(c, at, BPF_TRACE, RUN_BYTES);
	pass_frame(c, at, TRACEITER, ITER_BYTES);
	*bytes = ir_alu(f, IR_SUB, n, IRV_REG(ir_alu(f, IR_SUB, at, IRV_REG(first))));
	return at;
}

/* A user stack by the tables, by the helper where the process has none; returns the number of bytes,
 * or what the helper returned. */
static int walk(struct lw *c, struct place dst, uint32_t frames)
{
	struct ir_func *f = c->f;
	int known = ir_label(f);
	for (uint32_t i = 0; i < frames; i++)
		ir_store(f, dst.reg, dst.off + (int32_t)(8 * i), 8, IRV_IMM(0));
	int bytes = ir_alu(f, IR_SHL, lw_unwind(c, dst, frames), IRV_IMM(3));
	ir_br(f, IR_NE, bytes, IRV_IMM(0), known);
	ir_mov(f, bytes,
	       IRV_REG(ir_call(f, H_GET_STACK,
			       IR_CALL_ARGS(IRV_REG(c->env.ctx), IRV_REG(lw_addr_of(c, dst)),
					    IRV_IMM(8 * frames), IRV_IMM(USER_STACK)))));
	ir_place(f, known);
	return bytes;
}

void lw_stack_store(struct lw *c, struct place dst, uint32_t frames, bool user)
{
	struct ir_func *f = c->f;
	if (!has_stack(c)) {
		for (uint32_t i = 0; i < frames; i++)
			ir_store(f, dst.reg, dst.off + (int32_t)(8 * i), 8, IRV_IMM(0));
		return;
	}
	if (user && lw_unwinds(c)) {
		walk(c, dst, frames);
		return;
	}
	if (!below_tracing(c, user)) {
		call(c, dst, frames, plain_flags(c, user));
		return;
	}
	int bytes, at = below(c, frames, &bytes);
	lw_copy(c, dst, (struct place){.kind = P_DIRECT, .reg = at}, 8 * frames);
}

struct val lw_stack_frame(struct lw *c, struct type *t, bool user, uint32_t which)
{
	if (!has_stack(c))
		return val_const(t, 0);
	struct place p = lw_temp_place(c, 8 * (which + 1));
	lw_stack_store(c, p, which + 1, user);
	return val_of(t, ir_load(c->f, p.reg, p.off + (int32_t)(8 * which), 8));
}

struct val lw_stack_depth(struct lw *c, struct type *t, bool user)
{
	struct ir_func *f = c->f;
	int n;
	if (!has_stack(c))
		return val_const(t, 0);
	if (user && lw_unwinds(c))
		n = walk(c, lw_temp_place(c, 8 * DEPTH_MAX), DEPTH_MAX);
	else if (below_tracing(c, user))
		below(c, DEPTH_MAX - MORE_FRAMES, &n);
	else
		n = call(c, lw_temp_place(c, 8 * DEPTH_MAX), DEPTH_MAX, plain_flags(c, user));
	int r = ir_imm(f, 0), done = ir_label(f);
	ir_br(f, IR_SLT, n, IRV_IMM(0), done);
	ir_mov(f, r, IRV_REG(ir_alu(f, IR_SHR, n, IRV_IMM(3))));
	ir_place(f, done);
	return val_of(t, r);
}
