/*
 * returned.c - where functions return to whose return is probed
 *
 * To see a function return, the kernel writes the address of code of its own in place of the one that the
 * function would return to, and keeps the real one: task_struct.utask->return_instances is a list of what the
 * thread has yet to return from, innermost first, each with the place on the stack that was written to
 * (`stack`) and what was there (`orig_ret_vaddr`). A function that several probes wait for has one for each; only
 * the last of them, not `chained`, knows the way. A walk that comes by such a place asks here.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/lower/rt_int.h"

enum { WORD = 8, INSTANCES_MAX = 128 };
/* The kernel's code lies at the end of user space, less a page: the end of 47 bits, or of 56 where the processor
 * has tables of five levels. */
enum { TRAMPOLINE_SHIFT = 16, TRAMPOLINE_AT = 0x7fffffff };
static const int64_t trampoline_of_five = 0xffffffffff;

struct returned {
	struct rt_gen g;
	int slot; /* frame object to read words into */
	int none; /* label: nothing known */
};

struct offsets {
	uint32_t utask, instances, stack, address, chained, next;
};

static bool find_offsets(struct lower *L, struct offsets *o)
{
	return kernel_offset(L, "task_struct", "utask", &o->utask) &&
	       kernel_offset(L, "uprobe_task", "return_instances", &o->instances) &&
	       kernel_offset(L, "return_instance", "stack", &o->stack) &&
	       kernel_offset(L, "return_instance", "orig_ret_vaddr", &o->address) &&
	       kernel_offset(L, "return_instance", "chained", &o->chained) &&
	       kernel_offset(L, "return_instance", "next", &o->next);
}

static int fetch(struct returned *w, int addr, uint32_t off, unsigned size)
{
	struct ir_func *f = w->g.f;
	int src = ir_alu(f, IR_ADD, addr, I(off));
	int at = ir_frame_addr(f, w->slot, 0);
	int r = ir_call(f, H_PROBE_READ_KERNEL, IR_CALL_ARGS(R(at), I(size), R(src)));
	ir_br(f, IR_NE, r, I(0), w->none);
	return ir_load(f, ir_frame_addr(f, w->slot, 0), 0, size);
}

/* (work, place): the address that was at this place of the stack, 0 when the kernel has not replaced it. */
static const struct ir_func *returned_function(struct lw *c)
{
	if (c->returned_func)
		return c->returned_func;
	struct offsets o;
	if (!find_offsets(c->L, &o))
		return NULL;
	struct ir_func *f = ir_func_new(c->u, "returned", 2);
	struct returned w = {.g = {.f = f, .size = c->L->strsize, .x = -1},
			     .slot = ir_frame(f, WORD, WORD),
			     .none = ir_label(f)};
	struct rt_loop l;
	int place = f->params[1];
	c->returned_func = f;
	/* A loop within a loop: too much for a verifier that follows each round. */
	static const uint32_t pointee[] = {WALK_BYTES, 0};
	int no_work = c->L->o->target.may_goto ? -1 : rt_open_global(f, pointee);
	rt_unknowns(&w.g, f->params[0]);
	int task = ir_call(f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	int utask = fetch(&w, task, o.utask, WORD);
	ir_br(f, IR_EQ, utask, I(0), w.none);
	int at = rt_unknown(&w.g, R(fetch(&w, utask, o.instances, WORD)));
	rt_loop_open(&w.g, &l, INSTANCES_MAX);
	ir_br(f, IR_EQ, at, I(0), w.none);
	int stack = fetch(&w, at, o.stack, WORD), further = ir_label(f);
	ir_br(f, IR_UGT, stack, R(place), w.none); /* the others lie further out */
	ir_br(f, IR_NE, stack, R(place), further);
	ir_br(f, IR_NE, fetch(&w, at, o.chained, 1), I(0), further);
	ir_ret(f, R(fetch(&w, at, o.address, WORD)));
	ir_place(f, further);
	ir_mov(f, at, R(fetch(&w, at, o.next, WORD)));
	rt_loop_close(&w.g, &l);
	ir_place(f, w.none);
	if (no_work >= 0)
		ir_place(f, no_work);
	ir_ret(f, I(0));
	return f;
}

void lw_walk_returned(struct lw *c, struct ir_func *f, int ip, int sp, int work)
{
	const struct ir_func *returned = returned_function(c);
	if (!returned)
		return;
	int ordinary = ir_label(f), replaced = ir_label(f);
	int at = ir_alu(f, IR_SHR, ip, I(TRAMPOLINE_SHIFT));
	ir_br(f, IR_EQ, at, I(TRAMPOLINE_AT), replaced);
	ir_br(f, IR_NE, at, R(ir_imm(f, trampoline_of_five)), ordinary);
	ir_place(f, replaced);
	int real = ir_callfn(f, returned, IR_CALL_ARGS(R(work), R(ir_alu(f, IR_SUB, sp, I(WORD)))));
	ir_br(f, IR_EQ, real, I(0), ordinary);
	ir_mov(f, ip, R(real));
	ir_place(f, ordinary);
}
