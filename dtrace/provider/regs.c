/*
 * regs.c - emits reads of struct pt_regs; see regs.h
 *
 * The only file that knows registers of a processor.
 */
#include "dtrace/provider/regs.h"

#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/kern/features.h"
#include "dtrace/types/btf.h"

#include <asm/ptrace.h>
#include <linux/btf.h>

#define REG(name) (int16_t) offsetof(struct pt_regs, name)

enum { HELPER_PROBE_READ_KERNEL = 113, HELPER_TASK_BTF = 158, TS_COMPAT = 2 };

const struct regs_layout regs_layout = {
    .syscall_args = {REG(rdi), REG(rsi), REG(rdx), REG(r10), REG(r8), REG(r9)},
    .syscall_nr = REG(orig_rax),
    .syscall_pc = REG(rcx),
    .pc = REG(rip),
    .sp = REG(rsp),
    .args = {REG(rdi), REG(rsi), REG(rdx), REG(rcx), REG(r8), REG(r9)},
    .go_args = {REG(rax), REG(rbx), REG(rcx), REG(rdi), REG(rsi), REG(r8), REG(r9), REG(r10),
		REG(r11)},
    .result = REG(rax),
    .result_high = REG(rdx),
    .by_number = {REG(rax), REG(rcx), REG(rdx), REG(rbx), REG(rsp), REG(rbp), REG(rsi), REG(rdi),
		  REG(r8), REG(r9), REG(r10), REG(r11), REG(r12), REG(r13), REG(r14), REG(r15)},
};

static bool can_cast(struct btf *btf, const struct features *features)
{
	return btf && feature_has(features, FEAT_RDONLY_CAST);
}

static bool can_type(struct btf *btf, const struct features *features)
{
	return btf && feature_has(features, FEAT_TP_BTF);
}

void regs_site(const struct provider *p, struct probe_site *site)
{
	bool typed = can_type(p->btf, p->features);

	site->attach = typed ? ATTACH_TP_BTF : ATTACH_RAW_TP;
	site->ctx = typed ? CTX_TP_BTF : CTX_RAW_TP;
}

int regs_pointer(struct emit_env *env, unsigned n)
{
	int raw = ir_load(env->f, env->ctx, (int32_t)(8 * n), 8);
	uint32_t type;

	env->typed |= env->ctx_kind == CTX_RAW_TP && can_type(env->btf, env->features);
	if (env->typed || env->ctx_kind != CTX_RAW_TP || !can_cast(env->btf, env->features))
		return raw;
	type = btf_find(env->btf, "pt_regs", BTF_KIND_STRUCT);
	return ir_kfunc(env->f, "bpf_rdonly_cast",
			btf_find(env->btf, "bpf_rdonly_cast", BTF_KIND_FUNC),
			IR_CALL_ARGS(IRV_REG(raw), IRV_IMM(type)));
}

static bool loads_plainly(const struct emit_env *env)
{
	return env->typed || env->ctx_kind == CTX_TP_BTF || can_cast(env->btf, env->features);
}

int regs_load(struct emit_env *env, int pointer, int16_t offset)
{
	struct ir_func *f = env->f;
	int obj, from;

	if (loads_plainly(env))
		return ir_load(f, pointer, offset, 8);
	obj = ir_frame(f, 8, 8);
	from = ir_alu(f, IR_ADD, pointer, IRV_IMM(offset));
	ir_call(f, HELPER_PROBE_READ_KERNEL,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, obj, 0)), IRV_IMM(8), IRV_REG(from)));
	return ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
}

void regs_skip_compat(struct emit_env *env, int regs)
{
	struct ir_func *f = env->f;
	uint32_t status_bits, size, bitfield;
	int native = ir_label(f), task;

	if (!env->btf || !btf_member(env->btf, "task_struct", "thread_info.status", &status_bits,
				     &size, &bitfield))
		return;
	ir_comment(f, "by the instruction syscall?");
	if (loads_plainly(env))
		ir_br(f, IR_EQ, ir_load(f, regs, regs_layout.pc, 8),
		      IRV_REG(ir_load(f, regs, regs_layout.syscall_pc, 8)), native);
	ir_comment(f, "thread_info.status & TS_COMPAT");
	task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	ir_br(f, IR_SETBITS, ir_load(f, task, (int32_t)(status_bits / 8), size), IRV_IMM(TS_COMPAT),
	      env->fail);
	ir_place(f, native);
}

int regs_perf_pc(struct emit_env *env, bool kernel)
{
	struct ir_func *f = env->f;
	int pc = ir_copy(f, ir_load(f, env->ctx, REG(rip), 8));
	int level = ir_alu(f, IR_AND, ir_load(f, env->ctx, REG(cs), 8), IRV_IMM(3));
	int keep = ir_label(f);

	ir_br(f, kernel ? IR_EQ : IR_NE, level, IRV_IMM(0), keep);
	ir_mov(f, pc, IRV_IMM(0));
	ir_place(f, keep);
	return pc;
}
