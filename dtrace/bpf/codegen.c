/*
 * codegen.c - the stages of code generation, in order, and the frame
 *
 *	ir_optimize -> select (IR to lir) -> regalloc -> frame -> emit -> link
 *
 * Only functions that the entry reaches are generated: the verifier refuses others.
 */
#include "dtrace/bpf/emit.h"

#include <errno.h>
#include <string.h>

enum {
	STACK_MAX = 512,
	STACK_UNIT = 32,     /* the kernel rounds each frame of a call chain up to this */
	MAY_GOTO_STACK = 16, /* what it adds to the frame of a function with may_goto */
	MAX_CALL_DEPTH = 8,
};

static uint32_t round_up(uint32_t n, uint32_t unit)
{
	return (n + unit - 1) / unit * unit;
}

/* ---- frames ---- */

static bool names_object(const struct opnd *o, uint8_t *used)
{
	if (o->kind == O_FRAME)
		used[o->n] = 1;
	return o->kind == O_FRAME;
}

static void find_objects(const struct lfunc *f, uint8_t *used)
{
	for (size_t k = 0; k < f->ins.n; k++) {
		const struct lir *i = &f->ins.at[k];

		names_object(&i->a, used);
		names_object(&i->b, used);
		for (int j = 0; j < i->nargs; j++)
			names_object(&i->args[j], used);
	}
}

/* Spill slots first (nearest to r10), then the objects still in use, those of the widest alignment
 * first: no padding between. */
static int layout(struct lfunc *f)
{
	size_t n = f->ir->frame.n;
	uint8_t *used = arena_array(f->cg->arena, uint8_t, n + 1);
	uint32_t depth = 8 * (uint32_t)f->nplaces;

	f->frame_off = arena_array(f->cg->arena, int32_t, n + 1);
	find_objects(f, used);
	for (uint32_t align = 8; align; align /= 2) {
		for (size_t k = 0; k < n; k++) {
			const struct ir_frame_obj *o = &f->ir->frame.at[k];

			if (!used[k] || o->align != align)
				continue;
			depth = round_up(depth + o->size, align);
			f->frame_off[k] = -(int32_t)depth;
		}
	}
	f->stack_bytes = round_up(depth, 8) + (f->uses_may_goto ? MAY_GOTO_STACK : 0);
	if (f->stack_bytes > STACK_MAX)
		return err_set(f->cg->err, E2BIG, "%s: %u bytes of stack, the kernel allows %d",
			       f->ir->name, f->stack_bytes, STACK_MAX);
	return 0;
}

/* ---- the call graph ---- */

static int callee(const struct ir_insn *i)
{
	return i->op == IR_CALLFN || i->op == IR_FUNCADDR ? (int)i->imm : -1;
}

/* Numbers the functions reached from the one at place k on; new ones are appended. */
static void reach(struct cg *cg, const struct ir_func *ir, struct image_prog *prog)
{
	for (size_t k = 0; k < ir->insns.n; k++) {
		int id = callee(&ir->insns.at[k]);

		if (id < 0)
			continue;
		prog->has_callbacks |= ir->insns.at[k].op == IR_FUNCADDR;
		if (cg->func_index[id] >= 0)
			continue;
		cg->func_index[id] = (int)cg->order.n;
		*vec_push(&cg->order, cg->arena) = cg->unit->funcs.at[id];
	}
}

static void reach_all(struct cg *cg, struct image_prog *prog)
{
	size_t n = cg->unit->funcs.n;

	cg->func_index = arena_array(cg->arena, int, n + 1);
	for (size_t k = 0; k < n; k++)
		cg->func_index[k] = -1;
	cg->func_index[0] = 0;
	*vec_push(&cg->order, cg->arena) = cg->unit->funcs.at[0];
	for (size_t k = 0; k < cg->order.n; k++)
		reach(cg, cg->order.at[k], prog);
}

/* Deepest stack of a chain of calls from function k, as the kernel adds it up. -1 when it is too
 * deep. */
static int chain_bytes(struct cg *cg, int k, int depth)
{
	const struct ir_func *ir = cg->order.at[k];
	int below = 0, own = (int)round_up(cg->stack[k] ? cg->stack[k] : 1, STACK_UNIT);

	if (depth > MAX_CALL_DEPTH)
		return err_set(cg->err, E2BIG, "%s: calls nest too deep", ir->name);
	if (cg->chain[k])
		return cg->chain[k];
	for (size_t j = 0; j < ir->insns.n; j++) {
		int id = callee(&ir->insns.at[j]), n;

		if (id < 0)
			continue;
		n = chain_bytes(cg, cg->func_index[id], depth + 1);
		if (n < 0)
			return -1;
		below = n > below ? n : below;
	}
	cg->chain[k] = own + below;
	return own + below;
}

static int check_stack(struct cg *cg, struct image_prog *prog)
{
	int n;

	prog->stack_bytes = cg->stack[0];
	if (cg->order.n == 1)
		return 0;
	n = chain_bytes(cg, 0, 1);
	if (n < 0)
		return -1;
	prog->stack_bytes = (uint32_t)n;
	if (n > STACK_MAX)
		return err_set(
		    cg->err, E2BIG,
		    "%s: %d bytes of stack with the functions it calls, the kernel allows %d",
		    cg->unit->name, n, STACK_MAX);
	return 0;
}

/* ---- the program ---- */

static int one_func(struct cg *cg, const struct ir_func *ir, size_t k, struct emit_code *code)
{
	struct lfunc *f = select_func(cg, ir);
	struct image_prog *prog = cg->prog;

	if (!f || regalloc_func(f) < 0 || layout(f) < 0)
		return -1;
	cg->stack[k] = f->stack_bytes;
	*vec_push(&prog->funcs, cg->arena) = (uint32_t)code->insns.n;
	*vec_push(&prog->func_names, cg->arena) = ir->name;
	struct image_abi *abi = vec_push(&prog->abis, cg->arena);
	*abi = (struct image_abi){.is_global = ir->is_global, .nparams = ir->nparams};
	memcpy(abi->pointee, ir->pointee, sizeof(abi->pointee));
	prog->has_callbacks |= ir->is_global;
	return emit_func(f, code);
}

int codegen_unit(struct ir_unit *u, const struct codegen_target *t, struct image_prog *prog,
		 struct err *e)
{
	struct cg cg = {.arena = u->arena, .unit = u, .target = t, .prog = prog, .err = e};
	struct emit_code code = {0};

	if (!t->keep_ir)
		ir_optimize(u);
	reach_all(&cg, prog);
	cg.stack = arena_array(u->arena, uint32_t, cg.order.n);
	cg.chain = arena_array(u->arena, int, cg.order.n);
	for (size_t k = 0; k < cg.order.n; k++)
		if (one_func(&cg, cg.order.at[k], k, &code) < 0)
			return -1;
	emit_link(&cg, &code);
	prog->insns = code.insns.at;
	prog->ninsns = (uint32_t)code.insns.n;
	memcpy(&prog->relocs, &code.relocs, sizeof(prog->relocs));
	memcpy(&prog->lines, &code.lines, sizeof(prog->lines));
	return check_stack(&cg, prog);
}
