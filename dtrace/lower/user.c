/*
 * user.c - user memory, also where its pages are not in memory; scratch memory of programs that wait
 *
 * A read of user memory fails where its page is not present: a string constant that the process has
 * not touched yet, a page that was never written. A program of user probes runs in the process itself and may
 * wait, so there a read that fails is tried again after the page was fetched; only then is it a fault.
 *
 * Programs that wait, or that the kernel may interrupt for another thread, run several times at once on
 * a CPU, so a region of scratch memory per CPU and program does not do: they take one of a few per CPU
 * out of a pool (array map, image.h), and give it back when they end. Where all are taken, the firing
 * is lost and counted.
 *
 *	element of the pool: 0 u32 taken, 64.. the region
 */
#include "dtrace/lower/lower_int.h"

#include <stddef.h>

enum { H_COPY_FROM_USER = 148, PAGE_BYTES = 4096 };
enum { POOL_PER_CPU = 8, POOL_REGION = 64 };

static bool of_user_probe(const struct lw *c)
{
	return c->site && c->site->site.attach == ATTACH_UPROBE_MULTI;
}

bool lw_can_wait(const struct lw *c)
{
	return of_user_probe(c) && feature_has(c->L->o->features, FEAT_SLEEPABLE);
}

static bool may_wait(struct lw *c)
{
	c->L->unit_waits |= lw_can_wait(c);
	return lw_can_wait(c);
}

/* Has the page that holds addr fetched, if there is one. */
static void fetch_page(struct lw *c, int addr)
{
	struct place tmp = lw_frame_place(c, 8);
	ir_call(c->f, H_COPY_FROM_USER,
		IR_CALL_ARGS(IRV_REG(lw_addr_of(c, tmp)), IRV_IMM(1), IRV_REG(addr)));
	lw_frame_free(c, tmp);
}

int lw_user_read(struct lw *c, int dst, struct ir_val bytes, int addr)
{
	struct ir_func *f = c->f;
	int r = ir_call(f, H_PROBE_READ_USER, IR_CALL_ARGS(IRV_REG(dst), bytes, IRV_REG(addr)));
	if (!may_wait(c))
		return r;
	int fine = ir_label(f), out = ir_copy(f, r);
	ir_br(f, IR_SGE, out, IRV_IMM(0), fine);
	ir_comment(f, "not present: wait for it");
	ir_mov(f, out,
	       IRV_REG(
		   ir_call(f, H_COPY_FROM_USER, IR_CALL_ARGS(IRV_REG(dst), bytes, IRV_REG(addr)))));
	ir_place(f, fine);
	return out;
}

/* A text may run on into the next page. */
int lw_user_read_text(struct lw *c, int dst, struct ir_val bytes, int addr)
{
	struct ir_func *f = c->f;
	struct ir_val args[3] = {IRV_REG(dst), bytes, IRV_REG(addr)};
	int r = ir_call(f, H_PROBE_READ_USER_STR, 3, args);
	if (!may_wait(c))
		return r;
	int fine = ir_label(f), out = ir_copy(f, r);
	ir_br(f, IR_SGE, out, IRV_IMM(0), fine);
	ir_comment(f, "not present: wait for it");
	fetch_page(c, addr);
	ir_mov(f, out, IRV_REG(ir_call(f, H_PROBE_READ_USER_STR, 3, args)));
	ir_br(f, IR_SGE, out, IRV_IMM(0), fine);
	int next = ir_alu(f, IR_OR, addr, IRV_IMM(PAGE_BYTES - 1));
	fetch_page(c, ir_alu(f, IR_ADD, next, IRV_IMM(1)));
	ir_mov(f, out, IRV_REG(ir_call(f, H_PROBE_READ_USER_STR, 3, args)));
	ir_place(f, fine);
	return out;
}

void lw_env_user_read(struct emit_env *env, int dst, unsigned bytes, int addr)
{
	struct lw *c = (struct lw *)(void *)((char *)env - offsetof(struct lw, env));
	int r = lw_user_read(c, dst, IRV_IMM(bytes), addr);
	lw_fault_if(c, IR_SLT, r, IRV_IMM(0), FLT_BADADDR, IRV_REG(addr));
}

/* ---- the pool ---- */

bool lw_takes_scratch(const struct lw *c)
{
	return of_user_probe(c);
}

uint32_t lw_pool_region(void)
{
	return POOL_REGION;
}

void pool_layout(struct lower *L)
{
	for (size_t i = 0; i < L->sites.n && !L->pool_map; i++) {
		if (L->sites.at[i]->site.attach != ATTACH_UPROBE_MULTI)
			continue;
		L->pool_map = (uint32_t)L->img->maps.n;
		vec_push(&L->img->maps, L->a);
	}
}

void pool_finish(struct lower *L)
{
	if (!L->pool_map || !L->pool_bytes)
		return;
	L->img->maps.at[L->pool_map] =
	    (struct image_map){.kind = MAP_KIND_ARRAY,
			       .name = "pool",
			       .key_bytes = 4,
			       .value_bytes = L->pool_bytes + 4 * RT_SLACK(L->strsize),
			       .entries = L->img->ncpu * POOL_PER_CPU};
}

static int element(struct lower *L, struct ir_func *f, int key, int index)
{
	ir_store(f, ir_frame_addr(f, key, 0), 0, 4, IRV_REG(index));
	return ir_call(
	    f, H_MAP_LOOKUP,
	    IR_CALL_ARGS(IRV_REG(ir_map(f, L->pool_map)), IRV_REG(ir_frame_addr(f, key, 0))));
}

/* take(cpu): number of an element that is now ours, or -1. */
static struct ir_func *take_function(struct lw *c)
{
	if (c->take_func)
		return c->take_func;
	struct ir_func *f = ir_func_new(c->u, "take_scratch", 1);
	int key = ir_frame(f, 4, 4), none = ir_label(f);
	int index = ir_copy(f, ir_alu(f, IR_MUL, f->params[0], IRV_IMM(POOL_PER_CPU)));
	for (int i = 0; i < POOL_PER_CPU; i++) {
		int taken = ir_label(f), p = element(c->L, f, key, index);
		ir_br(f, IR_EQ, p, IRV_IMM(0), none);
		int was = ir_cmpxchg(f, p, 0, 4, IRV_IMM(0), IRV_IMM(1));
		ir_br(f, IR_NE, was, IRV_IMM(0), taken);
		ir_ret(f, IRV_REG(index));
		ir_place(f, taken);
		ir_alu_to(f, index, IR_ADD, index, IRV_IMM(1));
	}
	ir_place(f, none);
	ir_ret(f, IRV_IMM(-1));
	return c->take_func = f;
}

int lw_take_scratch(struct lw *c)
{
	struct ir_func *f = c->f;
	int key = ir_frame(f, 4, 4), have = ir_label(f), ours = ir_label(f);
	ir_br(f, IR_NE, c->taken, IRV_IMM(0), ours);	   /* on another way here */
	int cpu = ir_call(f, H_SMP_PROCESSOR_ID, 0, NULL); /* not lw_cpu(): only on this way */
	int index = ir_callfn(f, take_function(c), IR_CALL_ARGS(IRV_REG(cpu)));
	ir_br(f, IR_SGE, index, IRV_IMM(0), have);
	lw_count(c, offsetof(struct image_state, missed));
	ir_jmp(f, c->bail);
	ir_place(f, have);
	int p = element(c->L, f, key, index);
	ir_br(f, IR_EQ, p, IRV_IMM(0), c->bail);
	ir_mov(f, c->taken, IRV_REG(p));
	ir_place(f, ours);
	return c->taken;
}

void lw_give_scratch(struct lw *c)
{
	struct ir_func *f = c->f;
	int none = ir_label(f);
	if (!of_user_probe(c))
		return;
	ir_br(f, IR_EQ, c->taken, IRV_IMM(0), none);
	ir_xchg(f, c->taken, 0, 4, IRV_IMM(0));
	ir_place(f, none);
}
