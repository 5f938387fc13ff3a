/*
 * self.c - thread-local variables where there is no task storage: they go with their thread
 *
 * Task storage ends with the task. The hash that takes its place keeps what a thread has left
 * behind, until it is full; so a companion on sched_process_free takes out the entry of a thread
 * that is gone. Not on sched_process_exit, after which a thread is still switched away from and may
 * store once more.
 */
#include "dtrace/lower/lower_int.h"

bool self_is_hash(const struct lower *L)
{
	return L->self_bytes > 0 && !self_in_task(L);
}

/* A 32-bit field of the task that the tracepoint is about. */
static int field(struct lower *L, struct ir_func *f, int task, const char *name, int bail)
{
	uint32_t off;
	if (!kernel_offset(L, "task_struct", name, &off))
		return ir_imm(f, 0);
	int obj = ir_frame(f, 8, 8), at = ir_frame_addr(f, obj, 0);
	ir_store(f, at, 0, 8, IRV_IMM(0));
	int r = ir_call(
	    f, H_PROBE_READ_KERNEL,
	    IR_CALL_ARGS(IRV_REG(at), IRV_IMM(4), IRV_REG(ir_alu(f, IR_ADD, task, IRV_IMM(off)))));
	ir_br(f, IR_SLT, r, IRV_IMM(0), bail);
	return ir_load(f, at, 0, 4);
}

void self_unit(struct lower *L, struct ir_unit *u)
{
	struct ir_func *f = ir_func_new(u, "self", 1);
	int bail = ir_label(f);
	int task = ir_load(f, f->params[0], 0, 8);
	int tgid = field(L, f, task, "tgid", bail), pid = field(L, f, task, "pid", bail);
	int key = ir_alu(f, IR_OR, ir_alu(f, IR_SHL, tgid, IRV_IMM(32)), IRV_REG(pid));
	int at = ir_frame_addr(f, ir_frame(f, 8, 8), 0);
	ir_store(f, at, 0, 8, IRV_REG(key));
	ir_call(f, H_MAP_DELETE, IR_CALL_ARGS(IRV_REG(ir_map(f, IMAGE_MAP_SELF)), IRV_REG(at)));
	ir_place(f, bail);
	ir_ret(f, IRV_IMM(0));
}
