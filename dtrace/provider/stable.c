/*
 * stable.c - table-driven providers over typed tracepoints; see stable.h
 */
#include "dtrace/provider/stable.h"

#include "base/buf.h"
#include "base/map.h"
#include "dtrace/bpf/image.h"
#include "dtrace/kern/features.h"
#include "dtrace/probe/classic.h"
#include "dtrace/provider/providers.h"
#include "dtrace/types/btf.h"
#include "dtrace/types/btf_modules.h"

#include <string.h>

#define KERNEL "vmlinux"

static const struct stable_provider *table_of(const struct provider *p)
{
	return p->data;
}

static const struct stable_probe *row_of(const struct provider *p, const struct probe *probe)
{
	return &table_of(p)->probes[probe->data];
}

int stable_param(struct emit_env *env, unsigned n)
{
	return ir_load(env->f, env->ctx, (int32_t)(8 * n), 8);
}

int stable_field(struct emit_env *env, int base, const char *strct, const char *field,
		 bool is_signed)
{
	uint32_t bits, size;
	if (!env->btf || !btf_member(env->btf, strct, field, &bits, &size, NULL) ||
	    (size != 1 && size != 2 && size != 4 && size != 8))
		return ir_imm(env->f, 0);
	return is_signed ? ir_load_signed(env->f, base, (int32_t)(bits / 8), size)
			 : ir_load(env->f, base, (int32_t)(bits / 8), size);
}

/* Of a bit-field only the bytes that it touches: the verifier minds what else is read. */
bool stable_place(struct emit_env *env, const char *strct, const char *field,
		  struct stable_place *at)
{
	uint32_t bit, size, bits = 0;
	if (!env->btf || !btf_member(env->btf, strct, field, &bit, &size, &bits))
		return false;
	unsigned touched = (bit % 8 + bits + 7) / 8;
	*at = (struct stable_place){.offset = (int)(bit / 8),
				    .bytes = !bits	    ? size
					     : touched == 3 ? 4
					     : touched > 4  ? 8
							    : touched,
				    .shift = bits ? bit % 8 : 0,
				    .bits = bits % 8 || bit % 8 ? bits : 0};
	return at->bytes == 1 || at->bytes == 2 || at->bytes == 4 || at->bytes == 8;
}

int stable_extract(struct emit_env *env, int loaded, const struct stable_place *at)
{
	if (at->shift)
		loaded = ir_alu(env->f, IR_SHR, loaded, IRV_IMM(at->shift));
	return at->bits ? ir_alu(env->f, IR_AND, loaded, IRV_IMM((1LL << at->bits) - 1)) : loaded;
}

int stable_bits(struct emit_env *env, int base, const char *strct, const char *field)
{
	struct stable_place at;
	if (!stable_place(env, strct, field, &at))
		return ir_imm(env->f, 0);
	return stable_extract(env, ir_load(env->f, base, at.offset, at.bytes), &at);
}

/* The bytes at an address, as a plain number. */
static int read_plain(struct emit_env *env, int from, uint32_t size, int out)
{
	enum { HELPER_READ_KERNEL = 113 };
	struct ir_func *f = env->f;
	if (!env->frame[0])
		env->frame[0] = ir_frame(f, 8, 8) + 1;
	int obj = env->frame[0] - 1;
	ir_store(f, ir_frame_addr(f, obj, 0), 0, 8, IRV_IMM(0));
	int r = ir_call(f, HELPER_READ_KERNEL,
			IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, obj, 0)),
				     IRV_IMM(size < 8 ? size : 8), IRV_REG(from)));
	ir_br(f, IR_SLT, r, IRV_IMM(0), out);
	return ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
}

int stable_word(struct emit_env *env, int at, int out)
{
	return read_plain(env, at, 8, out);
}

int stable_read(struct emit_env *env, int base, const char *strct, const char *name, int out)
{
	uint32_t bits, size;
	if (!env->btf || !btf_member(env->btf, strct, name, &bits, &size, NULL)) {
		ir_jmp(env->f, out);
		return ir_imm(env->f, 0);
	}
	return read_plain(env, ir_alu(env->f, IR_ADD, base, IRV_IMM(bits / 8)), size, out);
}

/* All per-CPU variables of a CPU lie in one area in the same order: one is found by way of the CPU's run queue, which the current thread leads to. */
int stable_percpu(struct emit_env *env, const char *name, int out)
{
	enum { HELPER_TASK_BTF = 158 };
	struct ir_func *f = env->f;
	uint32_t queue, at;
	if (!env->btf || !btf_percpu_offset(env->btf, "runqueues", &queue) ||
	    !btf_percpu_offset(env->btf, name, &at)) {
		ir_jmp(f, out);
		return ir_imm(f, 0);
	}
	int task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	int fair = stable_field(env, task, "task_struct", "se.cfs_rq", false);
	int rq = stable_read(env, fair, "cfs_rq", "rq", out);
	return ir_alu(f, IR_ADD, rq, IRV_IMM((int64_t)at - queue));
}

/* ---- memory ---- */

enum { HELPER_MAP_LOOKUP = 1, HELPER_MAP_UPDATE = 2, HELPER_MAP_DELETE = 3 };

static struct ir_val memory(struct emit_env *env)
{
	return IRV_REG(ir_map(env->f, (unsigned)env->memory));
}

int stable_recall(struct emit_env *env, int key)
{
	struct ir_val m = memory(env), k = IRV_REG(ir_frame_addr(env->f, key, 0));
	return ir_call(env->f, HELPER_MAP_LOOKUP, IR_CALL_ARGS(m, k));
}

void stable_remember(struct emit_env *env, int key, int value)
{
	struct ir_func *f = env->f;
	struct ir_val m = memory(env), k = IRV_REG(ir_frame_addr(f, key, 0)),
		      v = IRV_REG(ir_frame_addr(f, value, 0));
	int rc = ir_call(f, HELPER_MAP_UPDATE, IR_CALL_ARGS(m, k, v, IRV_IMM(0)));
	int done = ir_label(f);
	ir_br(f, IR_EQ, rc, IRV_IMM(0), done);
	ir_atomic_add(f, ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, dyn_drops)), 0,
		      8, IRV_IMM(1));
	ir_place(f, done);
}

void stable_forget(struct emit_env *env, int key)
{
	struct ir_val m = memory(env), k = IRV_REG(ir_frame_addr(env->f, key, 0));
	ir_call(env->f, HELPER_MAP_DELETE, IR_CALL_ARGS(m, k));
}

/* ---- conditions ---- */

void stable_switch_runnable(struct emit_env *env)
{
	enum { PREEMPT = 0, PREV_STATE = 3 };
	int fires = ir_label(env->f);
	int preempt = ir_alu(env->f, IR_AND, stable_param(env, PREEMPT), IRV_IMM(1));
	ir_br(env->f, IR_NE, preempt, IRV_IMM(0), fires);
	int state = ir_unary(env->f, IR_ZEXT, stable_param(env, PREV_STATE), 4);
	ir_br(env->f, IR_NE, state, IRV_IMM(0), env->fail);
	ir_place(env->f, fires);
}

void stable_tick(struct emit_env *env)
{
	uint32_t bits = 0, size;
	int tick = stable_percpu(env, "tick_cpu_sched", env->fail);
	if (env->btf)
		btf_member(env->btf, "tick_sched", "sched_timer", &bits, &size, NULL);
	tick = ir_alu(env->f, IR_ADD, tick, IRV_IMM(bits / 8));
	ir_br(env->f, IR_NE, stable_param(env, 0), IRV_REG(tick), env->fail);
}

void stable_forked(struct emit_env *env, bool thread)
{
	int parent = stable_field(env, stable_param(env, 0), "task_struct", "tgid", false);
	int child = stable_field(env, stable_param(env, 1), "task_struct", "tgid", false);
	ir_br(env->f, thread ? IR_NE : IR_EQ, parent, IRV_REG(child), env->fail);
}

/* What a row's memory lacks to be filled, or NULL. */
static const char *missing_companion(const struct provider *p, const struct stable_probe *row)
{
	for (uint32_t i = 0; row->memory && i < row->memory->ncompanions; i++) {
		const struct probe_companion *c = &row->memory->companions[i];
		if (!c->optional && !btf_find_trace(p->btf, c->tracepoint) &&
		    !(c->function && feature_has(p->features, FEAT_FENTRY) &&
		      btf_find_func(p->btf, c->function)))
			return c->tracepoint;
	}
	return NULL;
}

static bool in_module(const struct provider *p, const char *tracepoint)
{
	struct btf *b = table_of(p)->module && p->modules
			    ? btf_modules_find(p->modules, table_of(p)->module)
			    : NULL;
	return b && btf_find_trace(b, tracepoint);
}

static bool has_trace(const struct provider *p, const char *tracepoint)
{
	return btf_find_trace(p->btf, tracepoint) || in_module(p, tracepoint);
}

/* The tracepoint that this kernel has for a row; NULL when it has none. */
static const char *source_of(const struct provider *p, const struct stable_probe *row)
{
	int64_t value;
	if (!row->tracepoint || !p->btf || missing_companion(p, row))
		return NULL;
	if (row->enumerator && !btf_find_enumerator(p->btf, row->enumerator, &value))
		return NULL;
	if (has_trace(p, row->tracepoint))
		return row->tracepoint;
	return row->fallback && btf_find_trace(p->btf, row->fallback) ? row->fallback : NULL;
}

/* The same with a memory: many rows have the same one, and BTF is large. */
static bool has_source(const struct provider *p, const struct stable_probe *row, struct map *known)
{
	enum { IS = 1, IS_NOT = 2 };
	const char *key = row->enumerator ? row->enumerator : row->tracepoint;
	if (!key)
		return false;
	void **at = map_at(known, key);
	if (!*at)
		*at = (void *)(uintptr_t)(source_of(p, row) ? IS : IS_NOT);
	return (uintptr_t)*at == IS;
}

static const char *function_of(const struct stable_provider *t, const struct stable_probe *row)
{
	return t->named_by_source && row->tracepoint ? row->tracepoint : "";
}

static const char *module_of(const struct provider *p, const struct stable_probe *row)
{
	const struct stable_provider *t = table_of(p);
	return t->module && row->tracepoint && p->btf && !btf_find_trace(p->btf, row->tracepoint)
		   ? t->module
		   : KERNEL;
}

static int stable_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			  const char *name, struct err *e)
{
	(void)e;
	const struct stable_provider *t = table_of(p);
	struct map known = {.arena = p->arena};
	if (!probe_glob(mod, KERNEL) && !(t->module && probe_glob(mod, t->module)))
		return 0;
	for (unsigned i = 0; i < t->nprobes; i++) {
		const struct stable_probe *row = &t->probes[i];
		if (!probe_glob(name, row->name) ||
		    (!probe_glob(func, function_of(t, row)) &&
		     !classic_function_fits(t->name, func, row->name)))
			continue;
		const char *module = module_of(p, row); /* BTF is large: only now */
		if (probe_glob(mod, module) && has_source(p, row, &known))
			registry_add(r, p, i, t->name, module, function_of(t, row), row->name, i);
	}
	return 0;
}

static void site_at(struct provider *p, const char *tracepoint, struct probe_site *out)
{
	/* Names of programs are short: the provider's, then the tracepoint's. */
	out->name = arena_printf(p->arena, "%s_%s", table_of(p)->name, tracepoint);
	out->attach = table_of(p)->module ? ATTACH_RAW_TP : ATTACH_TP_BTF;
	out->ctx = table_of(p)->module ? CTX_RAW_TP : CTX_TP_BTF;
	out->target = tracepoint;
	out->param = 0;
}

static int stable_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		       struct err *e)
{
	(void)e;
	site_at(p, source_of(p, row_of(p, probe)), out);
	return 0;
}

static int stable_more_sites(struct provider *p, const struct probe *probe, bool looks_inside,
			     struct probe_site *out)
{
	const struct stable_probe *row = row_of(p, probe);
	int n = 0;
	bool owners = feature_has(p->features, FEAT_TASK_KPTR);
	for (int i = 0; i < PROBE_SITES_MAX && row->more[i]; i++) {
		if ((row->inside && !looks_inside) || (row->outside && (looks_inside || !owners)))
			break;
		if (!btf_find_trace(p->btf, row->more[i]) ||
		    strcmp(row->more[i], source_of(p, row)) == 0)
			continue;
		site_at(p, row->more[i], &out[n]);
		out[n++].source = (unsigned)i + 1;
	}
	return n;
}

static int stable_args(struct provider *p, const struct probe *probe, struct arena *a,
		       struct probe_arg *args, int max)
{
	(void)a;
	const struct stable_probe *row = row_of(p, probe);
	int n = 0;
	for (; n < (int)row->nargs && n < max; n++)
		args[n] = (struct probe_arg){.type = row->args[n].type,
					     .xtype = row->args[n].xtype,
					     .name = row->args[n].name,
					     .native = (uint32_t)n};
	return n;
}

static int stable_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			   unsigned n)
{
	const struct stable_probe *row = row_of(p, first);
	if (n >= row->nargs && n >= row->nraw)
		return -1;
	return row->args[n].emit ? row->args[n].emit(env) : stable_param(env, row->args[n].param);
}

static void stable_emit_enter(struct provider *p, struct emit_env *env, const struct probe *probe)
{
	const struct stable_probe *row = row_of(p, probe);
	if (row->enter)
		row->enter(env);
}

static bool stable_origin(struct provider *p, const struct probe *probe, struct probe_origin *out)
{
	const struct stable_probe *row = row_of(p, probe);
	for (int i = 0; i < 2 && row->begins[i]; i++)
		if (btf_find_trace(p->btf, row->begins[i])) {
			*out = (struct probe_origin){.tracepoint = row->begins[i]};
			return true;
		}
	return false;
}

static const struct probe_memory *stable_memory(struct provider *p, const struct probe *probe)
{
	return row_of(p, probe)->memory;
}

static void stable_emit_begin(struct provider *p, struct emit_env *env, const struct probe *first)
{
	const struct stable_probe *row = row_of(p, first);
	if (row->begin)
		row->begin(env);
}

static void stable_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[1] = attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = attrs[4] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
}

static const char *stable_why_not(struct provider *p, const char *func, const char *name)
{
	(void)func;
	const struct stable_provider *t = table_of(p);
	for (unsigned i = 0; name && i < t->nprobes; i++) {
		const struct stable_probe *row = &t->probes[i];
		if (strcmp(row->name, name) != 0)
			continue;
		if (row->why_not)
			return row->why_not;
		if (!p->btf)
			return "the kernel's types are not available: needs CONFIG_DEBUG_INFO_BTF "
			       "(/sys/kernel/btf/vmlinux)";
		const char *missing = btf_find_trace(p->btf, row->tracepoint)
					  ? missing_companion(p, row)
					  : row->tracepoint;
		if (row->enumerator && !missing)
			return arena_printf(p->arena, "this kernel does not tell %s",
					    row->enumerator);
		if (!missing)
			return NULL;
		return arena_printf(p->arena, "this kernel has no tracepoint %s%s%s", missing,
				    t->module ? ", nor a module " : "", t->module ? t->module : "");
	}
	return NULL;
}

/* ---- the manual ---- */

static void name_source(struct buf *b, const char *before, const char *tracepoint)
{
	if (tracepoint)
		buf_printf(b, "%s%s", before, tracepoint);
}

static void name_companion(struct buf *b, const struct probe_companion *c)
{
	name_source(b, ", after ", c->tracepoint);
	name_source(b, ", else fentry of ", c->function);
}

/* "block_io_start, else block_rq_issue" */
static const char *sources_of(const struct provider *p, const struct stable_probe *row)
{
	BUF_AUTO b = {0};
	if (!row->tracepoint)
		return NULL;
	name_source(&b, "", row->tracepoint);
	name_source(&b, row->outside ? ", " : ", else ", row->fallback);
	for (unsigned i = 0; i < PROBE_SITES_MAX && row->more[i]; i++)
		if (!row->fallback || strcmp(row->more[i], row->fallback) != 0)
			name_source(&b, ", ", row->more[i]);
	for (uint32_t i = 0; row->memory && i < row->memory->ncompanions; i++)
		if (strcmp(row->memory->companions[i].tracepoint, row->tracepoint) != 0)
			name_companion(&b, &row->memory->companions[i]);
	name_source(&b, ", after ", row->begins[0]);
	name_source(&b, ", else ", row->begins[1]);
	return arena_strdup(p->arena, buf_str(&b));
}

static bool stable_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	static const char *const contexts[] = {
	    [CONTEXT_CURRENT] = "the thread that makes it happen",
	    [CONTEXT_SUBJECT] = "the thread that it is about",
	    [CONTEXT_OWNER] = "the thread that asked for it",
	    [CONTEXT_NONE] = "whatever thread runs",
	};
	const struct stable_provider *t = table_of(p);
	if (i >= t->nprobes)
		return false;
	const struct stable_probe *row = &t->probes[i];
	*out = (struct probe_doc){.function = function_of(t, row),
				  .name = row->name,
				  .source = sources_of(p, row),
				  .context = contexts[row->context],
				  .why_not = row->why_not,
				  .here = source_of(p, row) != NULL};
	struct probe probe = {.impl = p, .data = i};
	out->nargs = stable_args(p, &probe, p->arena, out->args, PROBE_DOC_ARGS);
	return true;
}

static const struct provider_ops stable_ops = {
    .name = "",
    .provide = stable_provide,
    .site = stable_site,
    .more_sites = stable_more_sites,
    .args = stable_args,
    .emit_arg = stable_emit_arg,
    .emit_enter = stable_emit_enter,
    .emit_begin = stable_emit_begin,
    .memory = stable_memory,
    .origin = stable_origin,
    .stability = stable_stability,
    .why_not = stable_why_not,
    .document = stable_document,
};

void provider_stable_add(struct registry *r, const struct stable_provider *table)
{
	struct provider_ops *ops = arena_new_of(registry_arena(r), struct provider_ops);
	*ops = stable_ops;
	ops->name = table->name;
	ops->zones = table->zones;
	ops->sockets = table->sockets;
	registry_add_provider(r, ops, (table->nprobes / STABLE_BLOCK + 1) * STABLE_BLOCK,
			      (void *)(uintptr_t)table);
}
