/*
 * vtime.c - vtimestamp: time on CPU of the current thread
 *
 * The scheduler's own account is on a clock of its own and is brought up to date only now and then, so a program that uses vtimestamp gets a
 * companion on sched_switch that keeps one: per CPU the time of the last switch (GLOB), per thread the sum of its finished stretches (a slot of
 * the thread's storage). vtimestamp is that sum plus the current stretch. A thread's account begins with the scheduler's when it first
 * asks. Where a typed tracepoint or task storage is missing, the scheduler's account is used after all.
 */
#include "dtrace/lower/lower_int.h"

static void note_use(struct lower *L, struct node *n)
{
	if (n->kind == NODE_IDENT && n->ident && n->ident->kind == IDENT_BUILTIN &&
	    n->ident->bvar->id == BV_VTIMESTAMP)
		L->uses_vtime = true;
}

void vtime_layout(struct lower *L)
{
	if (!feature_has(L->o->features, FEAT_TP_BTF) || !self_in_task(L))
		return;
	lower_visit(L, note_use);
	if (!L->uses_vtime)
		return;
	L->vtime_since = glob_alloc(L, 8 * L->img->ncpu, 8);
	L->vtime_sum = L->self_bytes;
	L->self_bytes += 8;
}

/* Address of this CPU's time of the last switch. */
static int since_slot(struct ir_func *f, const struct lower *L, int cpu, int bail)
{
	ir_br(f, IR_UGE, cpu, IRV_IMM(L->img->ncpu),
	      bail); /* cannot be; tells the verifier the range */
	int base = ir_mapval(f, IMAGE_MAP_GLOB, L->vtime_since);
	return ir_alu(f, IR_ADD, base, IRV_REG(ir_alu(f, IR_SHL, cpu, IRV_IMM(3))));
}

/* A thread that asks for the first time has run for as long as the scheduler says, the present
 * stretch not counted twice. */
static void begin_account(struct lw *c, int slot, int stretch)
{
	struct ir_func *f = c->f;
	uint32_t sum;
	if (!kernel_offset(c->L, "task_struct", "se.sum_exec_runtime", &sum))
		return;
	int known = ir_label(f), enough = ir_label(f);
	ir_br(f, IR_NE, ir_load(f, slot, 0, 8), IRV_IMM(0), known);
	int ran = ir_copy(f, ir_load(f, lw_task(c), (int32_t)sum, 8));
	ir_br(f, IR_UGT, ran, IRV_REG(stretch), enough);
	ir_mov(f, ran, IRV_REG(ir_alu(f, IR_ADD, stretch, IRV_IMM(1))));
	ir_place(f, enough);
	ir_store(f, slot, 0, 8, IRV_REG(ir_alu(f, IR_SUB, ran, IRV_REG(stretch))));
	ir_place(f, known);
}

struct val lw_vtimestamp(struct lw *c, struct type *t)
{
	struct ir_func *f = c->f;
	const struct lower *L = c->L;
	lw_task(c);
	int self = lw_self(c, true), done = ir_label(f), known = ir_label(f);
	int r = ir_imm(f, 0);
	int slot = since_slot(f, L, lw_cpu(c), c->bail);
	int now = lw_timestamp(c);
	ir_br(f, IR_EQ, self, IRV_IMM(0), done);
	int since = ir_copy(f, ir_load(f, slot, 0, 8));
	ir_br(f, IR_NE, since, IRV_IMM(0), known);
	ir_mov(f, since, IRV_REG(now));
	ir_store(f, slot, 0, 8, IRV_REG(now));
	ir_place(f, known);
	int stretch = ir_alu(f, IR_SUB, now, IRV_REG(since));
	int sum = ir_alu(f, IR_ADD, self, IRV_IMM(L->vtime_sum));
	begin_account(c, sum, stretch);
	ir_mov(f, r, IRV_REG(ir_alu(f, IR_ADD, stretch, IRV_REG(ir_load(f, sum, 0, 8)))));
	ir_place(f, done);
	return val_of(t, r);
}

/* The companion: closes the stretch of the thread that leaves the CPU. */
void vtime_unit(struct lower *L, struct ir_unit *u)
{
	enum { ARG_PREV = 8 };
	struct ir_func *f = ir_func_new(u, "vtime", 1);
	int bail = ir_label(f);
	int prev = ir_load(f, f->params[0], ARG_PREV, 8);
	int now = ir_call(f, H_KTIME_GET_NS, 0, NULL);
	int slot = since_slot(f, L, ir_call(f, H_SMP_PROCESSOR_ID, 0, NULL), bail);
	int since = ir_load(f, slot, 0, 8);
	ir_store(f, slot, 0, 8, IRV_REG(now));
	ir_br(f, IR_EQ, since, IRV_IMM(0), bail);
	int m = ir_map(f, IMAGE_MAP_SELF);
	int p = ir_call(f, H_TASK_STORAGE_GET,
			IR_CALL_ARGS(IRV_REG(m), IRV_REG(prev), IRV_IMM(0), IRV_IMM(0)));
	ir_br(f, IR_EQ, p, IRV_IMM(0), bail);
	int sum = ir_load(f, p, (int32_t)L->vtime_sum, 8);
	ir_br(f, IR_EQ, sum, IRV_IMM(0), bail); /* it has not asked yet */
	int stretch = ir_alu(f, IR_SUB, now, IRV_REG(since));
	ir_store(f, p, (int32_t)L->vtime_sum, 8, IRV_REG(ir_alu(f, IR_ADD, sum, IRV_REG(stretch))));
	ir_place(f, bail);
	ir_ret(f, IRV_IMM(0));
}
