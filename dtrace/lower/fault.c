/*
 * fault.c - run-time faults: abort the record, count, tell the consumer, run ERROR's clauses
 *
 * A faulting operation leaves its kind and address in two registers and jumps to the clause's fault
 * block, which calls the unit's error subprogram and goes on with the next clause. The error
 * subprogram writes the error record (the consumer prints the message) and contains the clauses of
 * dtrace:::ERROR.
 */
#include "dtrace/lower/lower_int.h"

/* A function has five parameters at most: the kind of fault, the action's number and the offset share one. */
enum { FAULT_ACT_SHIFT = 8, FAULT_OFFSET_SHIFT = 32, DIF_INSN_BYTES = 4 };

/* The offset is that of the faulting instruction in the code of its action, before it is optimized; as DIF
 * is measured, in bytes of an instruction's four. */
static uint64_t action_and_offset(const struct lw *c)
{
	uint64_t offset = (c->f->insns.n - c->action_at) * DIF_INSN_BYTES;
	return offset << FAULT_OFFSET_SHIFT | (uint64_t)c->action_no << FAULT_ACT_SHIFT;
}

void lw_fault(struct lw *c, enum plan_fault kind, struct ir_val addr)
{
	lw_out_of_clause(c);
	c->faults = true;
	ir_mov(c->f, c->fault_kind, IRV_IMM(kind));
	ir_mov(c->f, c->fault_addr, addr);
	ir_mov(c->f, c->fault_act, IRV_IMM(action_and_offset(c)));
	ir_jmp(c->f, c->fault_label);
}

/* On a condition that always holds: code follows. */
void lw_env_fault(struct emit_env *env)
{
	struct lw *c = (struct lw *)(void *)((char *)env - offsetof(struct lw, env));

	lw_fault_if(c, IR_EQ, ir_imm(c->f, 0), IRV_IMM(0), FLT_ILLOP, IRV_IMM(0));
}

void lw_fault_if(struct lw *c, enum ir_cond cond, int a, struct ir_val b, enum plan_fault kind,
		 struct ir_val addr)
{
	static const enum ir_cond inverse[] = {
	    [IR_EQ] = IR_NE,   [IR_NE] = IR_EQ,	  [IR_ULT] = IR_UGE, [IR_ULE] = IR_UGT,
	    [IR_UGT] = IR_ULE, [IR_UGE] = IR_ULT, [IR_SLT] = IR_SGE, [IR_SLE] = IR_SGT,
	    [IR_SGT] = IR_SLE, [IR_SGE] = IR_SLT};
	int fine = ir_label(c->f);
	ir_br(c->f, inverse[cond], a, b, fine);
	lw_fault(c, kind, addr);
	ir_place(c->f, fine);
}

void lw_fault_scope(struct lw *c)
{
	if (!c->faults)
		return;
	*vec_push(&c->fault_scopes, c->L->a) = (struct fault_scope){
	    .label = c->fault_label, .seg = c->seg, .rec = c->rec, .pos = c->pos};
	c->fault_label = ir_label(c->f);
	c->faults = false;
}

void lw_error_arguments(struct lw *ec, const struct ir_func *error)
{
	const int *p = error->params;
	ec->env.ctx = p[0];
	ec->env.ctx_kind = ec->site->site.ctx;
	ec->err_args[0] = p[1];
	ec->err_args[1] = ir_unary(ec->f, IR_ZEXT, p[2], 4);
	ir_alu_to(ec->f, ec->err_args[1], IR_SHR, ec->err_args[1], IRV_IMM(FAULT_ACT_SHIFT));
	ec->err_args[2] = ir_alu(ec->f, IR_SHR, p[2], IRV_IMM(FAULT_OFFSET_SHIFT));
	ec->err_args[3] = ir_unary(ec->f, IR_ZEXT, p[2], FAULT_ACT_SHIFT / 8);
	ec->err_args[4] = p[3];
	ec->err_args[5] = p[4];
}

static void fault_block(struct lw *c, const struct fault_scope *s)
{
	struct ir_func *f = c->f;
	ir_place(f, s->label);
	ir_comment(f, "fault in this clause");
	c->seg = s->seg;
	c->rec = s->rec;
	c->pos = s->pos;
	if (c->seg >= 0)
		lw_record_abort(c);
	c->seg = -1;
	lw_count(c, c->is_error_func ? offsetof(struct image_state, dbl_errors)
				     : offsetof(struct image_state, errors));
	/* A fault inside ERROR's own clauses fires nothing more. */
	if (!c->is_error_func) {
		if (!c->error_func)
			c->error_func = ir_func_new(c->u, "error", 5);
		int what = ir_alu(f, IR_OR, c->fault_act, IRV_REG(c->fault_kind));
		/* Keeping the context at hand costs a register. */
		struct ir_val ctx = c->L->error_clauses.n ? IRV_REG(c->env.ctx) : IRV_IMM(0);
		ir_callfn(f, c->error_func,
			  IR_CALL_ARGS(ctx, IRV_IMM(lw_epid(c)), IRV_REG(what),
				       IRV_REG(c->fault_addr), IRV_REG(lw_probe_id(c))));
	}
	ir_jmp(f, c->clause_end);
}

void lw_fault_blocks(struct lw *c)
{
	lw_fault_scope(c);
	if (!c->fault_scopes.n)
		return;
	struct cache saved = c->cache;
	ir_jmp(c->f, c->clause_end);
	for (size_t i = 0; i < c->fault_scopes.n; i++) {
		lw_cache_set(c, c->at_exit);
		fault_block(c, &c->fault_scopes.at[i]);
	}
	c->fault_scopes.n = 0;
	lw_cache_set(c, saved);
}
