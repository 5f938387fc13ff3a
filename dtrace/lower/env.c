/*
 * env.c - what a running program needs from its surroundings, fetched once and kept in registers
 *
 * Each function emits code on first use and afterwards returns the same register (see "Caches" in
 * lower_int.h).
 */
#include "dtrace/lower/lower_int.h"

#include <string.h>

int lw_cpu(struct lw *c)
{
	if (c->cache.cpu < 0)
		c->cache.cpu = ir_call(c->f, H_SMP_PROCESSOR_ID, 0, NULL);
	return c->cache.cpu;
}

/* A frame slot that holds this CPU's number, as the key of the per-CPU arrays. */
static int cpu_key(struct lw *c)
{
	if (c->cache.cpu_key < 0) {
		/* One slot a function, stored to anew where the cache was lost: the stack is small. */
		if (!c->has_cpu_slot)
			c->cpu_slot = ir_frame(c->f, 4, 4);
		c->has_cpu_slot = true;
		ir_store(c->f, ir_frame_addr(c->f, c->cpu_slot, 0), 0, 4, IRV_REG(lw_cpu(c)));
		c->cache.cpu_key = c->cpu_slot;
	}
	return ir_frame_addr(c->f, c->cache.cpu_key, 0);
}

/* This CPU's element of an array map. */
static int map_elem(struct lw *c, unsigned map)
{
	int m = ir_map(c->f, map);
	int key = cpu_key(c);
	int p = ir_call(c->f, H_MAP_LOOKUP, IR_CALL_ARGS(IRV_REG(m), IRV_REG(key)));
	ir_br(c->f, IR_EQ, p, IRV_IMM(0), c->bail);
	return p;
}

/* The scratch region in a per-CPU array: its only element. */
static int percpu_scratch(struct lw *c)
{
	struct ir_func *f = c->f;
	if (!c->has_zero_slot)
		c->zero_slot = ir_frame(f, 4, 4);
	c->has_zero_slot = true;
	ir_store(f, ir_frame_addr(f, c->zero_slot, 0), 0, 4, IRV_IMM(0));
	int m = ir_map(f, IMAGE_MAP_SCRATCH);
	int key = ir_frame_addr(f, c->zero_slot, 0);
	int p = ir_call(f, H_MAP_LOOKUP, IR_CALL_ARGS(IRV_REG(m), IRV_REG(key)));
	ir_br(f, IR_EQ, p, IRV_IMM(0), c->bail);
	return p;
}

int lw_scratch(struct lw *c)
{
	if (c->cache.scratch < 0) {
		int p = lw_takes_scratch(c) ? lw_take_scratch(c)
			: c->L->big_scratch ? map_elem(c, IMAGE_MAP_SCRATCH)
					    : percpu_scratch(c);
		if (c->region_off)
			p = ir_alu(c->f, IR_ADD, p, IRV_IMM(c->region_off));
		c->cache.scratch = p;
	}
	return c->cache.scratch;
}

int lw_as_integer(struct lw *c, int ptr)
{
	/* The verifier forgets that a pointer is one when it goes through map memory. */
	uint32_t slot = lw_temp(c, 8);
	int s = lw_scratch(c);
	ir_store(c->f, s, (int32_t)slot, 8, IRV_REG(ptr));
	return ir_load(c->f, s, (int32_t)slot, 8);
}

int lw_scratch_addr(struct lw *c)
{
	if (c->cache.scratch_addr < 0)
		c->cache.scratch_addr = lw_as_integer(c, lw_scratch(c));
	return c->cache.scratch_addr;
}

int lw_task(struct lw *c)
{
	if (c->cache.task < 0)
		c->cache.task = ir_call(c->f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	return c->cache.task;
}

int lw_timestamp(struct lw *c)
{
	if (c->cache.ts < 0)
		c->cache.ts = ir_call(c->f, H_KTIME_GET_NS, 0, NULL);
	return c->cache.ts;
}

static void note_time(struct lower *L, struct node *n)
{
	if (n->kind == NODE_IDENT && n->ident && n->ident->kind == IDENT_BUILTIN)
		L->reads_time +=
		    n->ident->bvar->id == BV_TIMESTAMP || n->ident->bvar->id == BV_WALLTIMESTAMP;
}

unsigned lower_time_reads(struct lower *L, struct node *n)
{
	L->reads_time = 0;
	lower_visit_node(L, n, note_time);
	return L->reads_time;
}

/* What is read in a branch alone is not known after it. */
void lw_settle_time(struct lw *c, bool before_body)
{
	unsigned first = lower_time_reads(c->L, c->clause->predicate);
	unsigned then = lower_time_reads(c->L, c->clause->body);
	if (first + then > 1 && before_body == !first)
		lw_timestamp(c);
}

int lw_bufp(struct lw *c)
{
	if (c->cache.bufp < 0)
		c->cache.bufp = map_elem(c, IMAGE_MAP_BUF);
	c->L->needs_buf = true;
	return c->cache.bufp;
}

int lw_aggp(struct lw *c)
{
	if (c->cache.aggp < 0)
		c->cache.aggp = map_elem(c, IMAGE_MAP_AGG);
	return c->cache.aggp;
}

int lw_pid_tgid(struct lw *c)
{
	struct ir_func *f = c->f;
	if (c->env.subject < 0)
		return ir_call(f, H_GET_PID_TGID, 0, NULL);
	int tgid = lw_task_field(c, "tgid", 4, false), pid = lw_task_field(c, "pid", 4, false);
	return ir_alu(f, IR_OR, ir_alu(f, IR_SHL, tgid, IRV_IMM(32)), IRV_REG(pid));
}

void lw_unless_running(struct lw *c, int label)
{
	if (c->env.subject < 0)
		return;
	int running = ir_call(c->f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	ir_br(c->f, IR_NE, running, IRV_REG(lw_task(c)), label);
}

int lw_thread_number(struct lw *c)
{
	struct ir_func *f = c->f;
	int cpu = lw_cpu(c), named = ir_label(f);
	int id = ir_copy(f, lw_pid_tgid(c));
	ir_br(f, IR_NE, id, IRV_IMM(0), named);
	ir_mov(f, id, IRV_REG(ir_alu(f, IR_ADD, cpu, IRV_IMM(1))));
	ir_place(f, named);
	return id;
}

static int self_get(struct lw *c, unsigned flags)
{
	struct ir_func *f = c->f;
	if (self_in_task(c->L)) {
		int task = lw_task(c);
		int m = ir_map(f, IMAGE_MAP_SELF);
		return ir_call(f, H_TASK_STORAGE_GET,
			       IR_CALL_ARGS(IRV_REG(m), IRV_REG(task), IRV_IMM(0), IRV_IMM(flags)));
	}
	/* A hash keyed by thread. What is fetched once and kept (scratch) is fetched before the first
	 * branch, so that it is there on every path. */
	int scratch = flags ? lw_scratch(c) : -1;
	if (flags && c->self_zero < 0)
		c->self_zero = (int)lw_temp_kept(c, c->L->self_bytes);
	struct place key = lw_frame_place(c, 8);
	ir_store(f, key.reg, key.off, 8, IRV_REG(lw_thread_number(c)));
	int m = ir_map(f, IMAGE_MAP_SELF), k = lw_addr_of(c, key);
	int p = ir_call(f, H_MAP_LOOKUP, IR_CALL_ARGS(IRV_REG(m), IRV_REG(k)));
	if (!flags)
		return p;
	int r = ir_copy(f, p), done = ir_label(f);
	struct place zero = {.kind = P_DIRECT, .reg = scratch, .off = c->self_zero};
	ir_br(f, IR_NE, r, IRV_IMM(0), done);
	for (uint32_t i = 0; i < c->L->self_bytes; i += 8)
		ir_store(f, zero.reg, zero.off + (int32_t)i, 8, IRV_IMM(0));
	ir_call(f, H_MAP_UPDATE,
		IR_CALL_ARGS(IRV_REG(ir_map(f, IMAGE_MAP_SELF)), IRV_REG(k),
			     IRV_REG(lw_addr_of(c, zero)), IRV_IMM(1)));
	int again =
	    ir_call(f, H_MAP_LOOKUP, IR_CALL_ARGS(IRV_REG(ir_map(f, IMAGE_MAP_SELF)), IRV_REG(k)));
	ir_mov(f, r, IRV_REG(again));
	ir_place(f, done);
	return r;
}

int lw_self(struct lw *c, bool create)
{
	struct ir_func *f = c->f;
	if (c->cache.selfp < 0) {
		if (!create && c->L->o->features == NULL)
			lw_task(c);
		int p = self_get(c, create ? 1 : 0);
		c->cache.selfp = ir_copy(f, p);
		return c->cache.selfp;
	}
	if (!create)
		return c->cache.selfp;
	int have = ir_label(f);
	ir_br(f, IR_NE, c->cache.selfp, IRV_IMM(0), have);
	struct cache saved = c->cache;
	int p = self_get(c, 1);
	lw_cache_set(c, saved);
	ir_mov(f, c->cache.selfp, IRV_REG(p));
	ir_place(f, have);
	return c->cache.selfp;
}

int lw_probe_id(struct lw *c)
{
	if (c->is_error_func)
		return ir_imm(c->f, 3);
	if (c->group->nprobes == 1)
		return ir_imm(c->f, c->group->probes[0]->id);
	return c->env.probe_id;
}

uint32_t lw_temp(struct lw *c, uint32_t bytes)
{
	uint32_t at = c->temp_off;
	c->temp_off += (bytes + 7u) & ~7u;
	if (c->temp_off > c->temp_max)
		c->temp_max = c->temp_off;
	return at;
}

uint32_t lw_temp_kept(struct lw *c, uint32_t bytes)
{
	c->keep_temps = true;
	return lw_temp(c, bytes);
}

struct place lw_temp_place(struct lw *c, uint32_t bytes)
{
	int s = lw_scratch(c);
	return (struct place){.kind = P_DIRECT, .reg = s, .off = (int32_t)lw_temp(c, bytes)};
}

enum { FRAME_POOL_MAX = 192 };

struct place lw_frame_place(struct lw *c, uint32_t bytes)
{
	uint32_t total = 0;
	bytes = (bytes + 7u) & ~7u;
	for (size_t i = 0; i < c->frame_pool.n; i++) {
		struct frame_slot *s = &c->frame_pool.at[i];
		total += s->bytes;
		if (!s->busy && s->bytes == bytes) {
			s->busy = true;
			s->reg = ir_frame_addr(c->f, s->obj, 0);
			return (struct place){.kind = P_DIRECT, .reg = s->reg};
		}
	}
	if (total + bytes > FRAME_POOL_MAX)
		return lw_temp_place(c, bytes);
	struct frame_slot *s = vec_push(&c->frame_pool, c->L->a);
	*s = (struct frame_slot){.obj = ir_frame(c->f, bytes, 8), .bytes = bytes, .busy = true};
	s->reg = ir_frame_addr(c->f, s->obj, 0);
	return (struct place){.kind = P_DIRECT, .reg = s->reg};
}

void lw_frame_free(struct lw *c, struct place p)
{
	for (size_t i = 0; i < c->frame_pool.n; i++)
		if (c->frame_pool.at[i].reg == p.reg)
			c->frame_pool.at[i].busy = false;
}

void lw_frame_release(struct lw *c)
{
	for (size_t i = 0; i < c->frame_pool.n; i++)
		c->frame_pool.at[i].busy = false;
}

int lw_addr_of(struct lw *c, struct place p)
{
	return p.off ? ir_alu(c->f, IR_ADD, p.reg, IRV_IMM(p.off)) : p.reg;
}

int lw_glob_load(struct lw *c, uint32_t off, unsigned size)
{
	return ir_load(c->f, ir_mapval(c->f, IMAGE_MAP_GLOB, off), 0, size);
}

void lw_count(struct lw *c, uint32_t state_off)
{
	ir_atomic_add(c->f, ir_mapval(c->f, IMAGE_MAP_GLOB, state_off), 0, 8, IRV_IMM(1));
}

/* Loads task->a.b.c where a component that ends in > is a pointer to follow: "real_parent>tgid"
 * with its struct from BTF. */
int lw_task_field(struct lw *c, const char *path, unsigned want_bytes, bool is_signed)
{
	int base = lw_task(c);
	const char *strct = "task_struct", *p = path;
	for (;;) {
		const char *arrow = strchr(p, '>');
		char field[64];
		size_t n = arrow ? (size_t)(arrow - p) : strlen(p);
		if (n >= sizeof(field))
			return ir_imm(c->f, 0);
		memcpy(field, p, n);
		field[n] = '\0';
		/* "cred:cred" names the struct that the pointer leads to,
		 * "real_parent:task_struct". */
		char *colon = strchr(field, ':');
		const char *next = strct;
		if (colon) {
			*colon = '\0';
			next = colon + 1;
		}
		uint32_t off;
		if (!kernel_offset(c->L, strct, field, &off))
			return ir_imm(c->f, 0);
		if (!arrow)
			return is_signed ? ir_load_signed(c->f, base, (int32_t)off, want_bytes)
					 : ir_load(c->f, base, (int32_t)off, want_bytes);
		base = ir_load(c->f, base, (int32_t)off, 8);
		strct = arena_strdup(c->L->a, next);
		p = arrow + 1;
	}
}
