/*
 * memory.c - memories of providers: hashes that their programs fill and look into
 *
 * In: what a provider says of a memory (probe/probe.h). Out: its map in the image, made when it is first asked for, and
 * the way of a program into it, one at a time on each CPU where it has to be.
 */
#include "dtrace/lower/lower_int.h"

int lower_memory_map(struct lower *L, struct provider *prov, const struct probe_memory *m)
{
	for (size_t i = 0; i < L->memories.n; i++)
		if (L->memories.at[i].memory == m)
			return (int)L->memories.at[i].map;
	if (!m)
		return -1;
	unsigned map = (unsigned)L->img->maps.n;
	*vec_push(&L->memories, L->a) =
	    (struct lmemory){prov, m, map, m->guarded ? glob_alloc(L, 8 * L->img->ncpu, 8) : 0,
			     m->grows ? glob_alloc(L, m->value_bytes, 8) : 0};
	*vec_push(&L->img->maps, L->a) = (struct image_map){.kind = MAP_KIND_HASH,
							    .name = m->name,
							    .key_bytes = m->key_bytes,
							    .value_bytes = m->value_bytes,
							    .entries = m->entries,
							    .prealloc = !m->grows};
	if (prov->ops->zones == m)
		L->img->zones_map = map;
	if (prov->ops->sockets == m)
		L->img->sockets_map = map;
	return (int)map;
}

void lw_enter_memory(struct lw *c, int map)
{
	c->env.memory = map;
	for (size_t i = 0; i < c->L->memories.n; i++)
		if ((int)c->L->memories.at[i].map == map)
			c->env.zeroes = c->L->memories.at[i].zeroes;
}

/* Address of the CPU's word of a guard; leaves when there is none. */
static int guard_slot(struct lw *c, uint32_t guard)
{
	int cpu = ir_call(c->f, H_SMP_PROCESSOR_ID, 0, NULL);
	ir_br(c->f, IR_UGE, cpu, IRV_IMM(c->L->img->ncpu), c->bail);
	int base = ir_mapval(c->f, IMAGE_MAP_GLOB, guard);
	return ir_alu(c->f, IR_ADD, base, IRV_REG(ir_alu(c->f, IR_SHL, cpu, IRV_IMM(3))));
}

/* Kernels before 6.2 run a program inside itself: taking locks of the hash in two orders, two CPUs would wait for each other for ever. */
void lw_emit_guarded(struct lw *c, void (*emit)(struct lw *c, const void *arg), const void *arg)
{
	const struct lmemory *m = NULL;
	for (size_t i = 0; i < c->L->memories.n; i++)
		if ((int)c->L->memories.at[i].map == c->env.memory)
			m = &c->L->memories.at[i];
	if (!m || !m->memory->guarded) {
		emit(c, arg);
		return;
	}
	struct ir_func *f = c->f;
	int leave = ir_label(f), done = ir_label(f), slot = guard_slot(c, m->guard);
	ir_br(f, IR_NE, ir_xchg(f, slot, 0, 8, IRV_IMM(1)), IRV_IMM(0), c->bail);
	c->env.fail = leave;
	emit(c, arg);
	c->env.fail = c->bail;
	ir_store(f, slot, 0, 8, IRV_IMM(0));
	ir_jmp(f, done);
	ir_place(f, leave);
	ir_store(f, slot, 0, 8, IRV_IMM(0));
	ir_jmp(f, c->bail);
	ir_place(f, done);
}

int lower_site_memory(struct lower *L, const struct site *s)
{
	const struct probe_memory *m = NULL;
	for (size_t i = 0; s->prov->ops->memory && !m && i < s->uses.n; i++) {
		const struct site_use *u = &s->uses.at[i];
		m = s->prov->ops->memory(s->prov, u->probe);
		if (m && m->args && !(m->args & layout_args_read(L, u)))
			m = NULL;
	}
	return lower_memory_map(L, s->prov, m);
}
