/*
 * lower.c - the driver: clauses to sites, sites to programs
 *
 * Stages, in order: collect (clause x probe -> site, collect.c), layout (memory, layout.c), emit (one IR unit
 * a site), generate (bpf/codegen.h), finish (maps, GLOB contents).
 */
#include "dtrace/lower/lower_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lw_fail(struct lw *c, struct src at, const char *tag, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	diag_verror(c->L->s->diags, tag, at, fmt, ap);
	va_end(ap);
	c->L->failed = true;
}

/* ---- clauses ---- */

/* Enabled probe id: clauses and, within a clause, its probes are counted from 1. Where one piece of code serves several probes it has the id
 * of the first. */
uint32_t lw_epid(const struct lw *c)
{
	uint32_t base = c->L->clauses.at[c->clause_index].epid;
	if (c->is_error_func || c->group->nprobes != 1)
		return base;
	for (uint32_t i = 0; i < c->clause->nprobes; i++)
		if (c->clause->probes[i] == c->group->probes[0])
			return base + i;
	return base;
}

/* The provider keeps registers of its own in env.cache; they live and die with ours. */
static struct cache cache_now(struct lw *c)
{
	memcpy(c->cache.env, c->env.cache, sizeof(c->cache.env));
	return c->cache;
}

void lw_cache_set(struct lw *c, struct cache saved)
{
	c->cache = saved;
	memcpy(c->env.cache, saved.env, sizeof(saved.env));
}

struct cache lw_cond_enter(struct lw *c)
{
	struct cache now = cache_now(c);
	if (!c->cond_depth++)
		c->uncond = now;
	return now;
}

void lw_cond_leave(struct lw *c, struct cache saved)
{
	c->cond_depth--;
	lw_cache_set(c, saved);
}

int lw_out_of_clause(struct lw *c)
{
	if (!c->exit_saved) {
		c->at_exit = c->cond_depth ? c->uncond : cache_now(c);
		c->exit_saved = true;
	}
	return c->clause_end;
}

void lw_body(struct lw *c, struct node *body)
{
	for (struct node *n = body; n; n = n->next) {
		c->f->line = n->src.line;
		lw_frame_release(c);
		lw_statement(c, n);
	}
}

static void check_still_active(struct lw *c)
{
	int act = lw_glob_load(c, offsetof(struct image_state, exiting), 4);
	ir_br(c->f, IR_NE, act, IRV_IMM(0), c->bail);
}

static void lower_clause(struct lw *c, uint32_t index, bool check_activity)
{
	struct ir_func *f = c->f;
	struct sema_clause *sc = c->L->clauses.at[index].sc;
	c->clause = sc;
	c->clause_index = index;
	c->clause_end = ir_label(f);
	c->fault_label = ir_label(f);
	c->faults = c->exit_saved = false;
	c->cond_depth = 0;
	c->seg = -1;
	c->spec_id = -1;
	c->action_no = 0;
	c->action_at = f->insns.n;
	c->temp_off = c->L->this_bytes;
	c->self_zero = -1;
	c->cache.scratch_addr = -1;
	f->line = sc->ast->src.line;
	ir_comment(f, "clause %u", index + 1);
	if (check_activity)
		check_still_active(c);
	lw_frame_release(c);
	lw_settle_time(c, false);
	if (sc->predicate) {
		f->line = sc->predicate->src.line;
		lw_branch_false(c, sc->predicate, lw_out_of_clause(c));
	}
	lw_settle_time(c, true);
	if (sc->default_action)
		lw_default_action(c);
	else
		lw_body(c, sc->body);
	if (c->seg >= 0)
		lw_record_commit(c);
	lw_fault_blocks(c);
	ir_place(f, c->clause_end);
	if (c->exit_saved)
		lw_cache_set(c, c->at_exit);
}

/* ---- functions ---- */

static void cache_clear(struct cache *k)
{
	int *at = (int *)k;
	for (size_t i = 0; i < sizeof(*k) / sizeof(int); i++)
		at[i] = -1;
}

static void lw_start_function(struct lw *c, struct lower *L, struct ir_unit *u, struct ir_func *f)
{
	c->L = L;
	c->u = u;
	c->f = f;
	c->rt = (struct rt){.unit = u, .strsize = L->strsize, .once = !L->o->target.may_goto};
	cache_clear(&c->cache);
	c->bail = ir_label(f);
	c->fault_kind = ir_reg(f);
	c->fault_addr = ir_reg(f);
	c->fault_act = ir_reg(f);
	c->env = (struct emit_env){.f = f,
				   .arena = L->a,
				   .btf = L->o->btf,
				   .features = L->o->features,
				   .ctx = f->nparams ? f->params[0] : -1,
				   .probe_id = -1,
				   .unnamed = -1,
				   .user_read = lw_env_user_read,
				   .fault = lw_env_fault,
				   .subject = -1,
				   .memory = -1,
				   .fail = c->bail};
	memcpy(c->env.cache, c->cache.env, sizeof(c->env.cache));
}

/* Clause-local scalars live in registers and are zero until assigned. */
static void init_this_vars(struct lw *c)
{
	size_t n = c->L->s->vars.n;
	if (c->L->strtok_area)
		c->strtok_off = ir_imm(c->f, -1);
	c->this_regs = arena_array(c->L->a, int, n ? n : 1);
	for (size_t i = 0; i < n; i++) {
		c->this_regs[i] = -1;
		if (c->L->vars[i].at == AT_THIS_REG)
			c->this_regs[i] = ir_imm(c->f, 0);
	}
}

static void note_mention(struct lower *L, struct node *n)
{
	if (n->kind == NODE_IDENT && n->ident && n->ident->kind == IDENT_VAR)
		L->mentioned[n->ident->var->id] = 1;
}

/* Clause-local variables in memory: scalars are zero, strings that several clauses of a probe use NULL until one assigns
 * to them: what another firing left there is not taken for this one's. */
static void forget_this_memory(struct lw *c, const struct site_use *use)
{
	struct lower *L = c->L;
	size_t n = L->s->vars.n;
	uint8_t *users = arena_array(L->a, uint8_t, n + 1);
	L->mentioned = arena_array(L->a, uint8_t, n + 1);
	memset(users, 0, n + 1);
	for (size_t i = 0; i < use->clauses.n; i++) {
		const struct sema_clause *sc = L->clauses.at[use->clauses.at[i]].sc;
		memset(L->mentioned, 0, n);
		lower_visit_node(L, sc->predicate, note_mention);
		lower_visit_node(L, sc->body, note_mention);
		for (size_t v = 0; v < n; v++)
			if (L->mentioned[v])
				users[v] = users[v] ? 2 : 1;
	}
	for (size_t v = 0; v < n; v++) {
		const struct type *t = L->s->vars.at[v]->type;
		if (!users[v] || L->vars[v].at != AT_THIS_MEM)
			continue;
		if (type_is_scalar(t) || (type_is_string(t) && users[v] > 1))
			ir_store(c->f, lw_scratch(c), (int32_t)L->vars[v].off, 8,
				 IRV_REG(ir_imm(c->f, type_is_scalar(t) ? 0 : STR_NULL_WORD)));
	}
}

static bool error_exits(const struct lower *L)
{
	for (size_t i = 0; i < L->error_clauses.n; i++)
		if (L->clauses.at[L->error_clauses.at[i]].has_exit)
			return true;
	return false;
}

/* After exit() no further clause begins; those of END, which follow it, all run. */
static void lower_group(struct lw *c, const struct probe_group *g, const struct site_use *use)
{
	ir_place(c->f, g->label);
	c->group = c->env.group = g;
	init_this_vars(c);
	forget_this_memory(c, use);
	bool exits = false, is_end = c->site->site.attach == ATTACH_CALLED &&
				     strcmp(g->probes[0]->name, "END") == 0;
	for (size_t i = 0; i < use->clauses.n && !c->L->failed; i++) {
		lower_clause(c, use->clauses.at[i], exits && !is_end);
		exits |= c->L->clauses.at[use->clauses.at[i]].has_exit ||
			 (c->error_func && error_exits(c->L));
	}
	if (!c->site->prov->ops->emit_enter)
		ir_jmp(c->f, c->bail);
}

/* Providers with emit_enter(): every probe of the site in turn, in the order of their ids. */
static void lower_in_turn(struct lw *c, struct probe_group *groups, const struct site_use **uses,
			  unsigned n, struct cache start)
{
	const struct provider_ops *ops = c->site->prov->ops;
	for (unsigned i = 1; i < n; i++)
		for (unsigned k = i; k && uses[k]->probe->id < uses[k - 1]->probe->id; k--) {
			const struct site_use *u = uses[k];
			struct probe_group g = groups[k];
			uses[k] = uses[k - 1];
			groups[k] = groups[k - 1];
			uses[k - 1] = u;
			groups[k - 1] = g;
		}
	for (unsigned i = 0; i < n && !c->L->failed; i++) {
		lw_cache_set(c, start);
		c->env.fail = ir_label(c->f);
		c->env.subject = -1;
		c->env.charged = NULL;
		c->env.source = uses[i]->source;
		c->env.looks_inside = c->L->looks_inside;
		c->owner = NULL;
		ops->emit_enter(c->site->prov, &c->env, uses[i]->probe);
		owner_enter(c, uses[i]->probe);
		c->cache.task = c->env.subject;
		lower_group(c, &groups[i], uses[i]);
		ir_place(c->f, c->env.fail);
	}
}

static unsigned make_groups(struct lower *L, struct site *s, struct probe_group *groups,
			    const struct site_use **uses, struct ir_func *f)
{
	struct map seen = {.arena = L->a};
	unsigned n = 0;
	for (size_t i = 0; i < s->uses.n; i++) {
		struct site_use *u = &s->uses.at[i];
		bool alone = s->prov->ops->emit_enter != NULL;
		void *one = NULL, **at = alone ? &one
					       : map_atn(&seen, u->clauses.at,
							 u->clauses.n * sizeof(u->clauses.at[0]));
		if (!*at) {
			groups[n] = (struct probe_group){
			    .probes = arena_array(L->a, const struct probe *, s->uses.n),
			    .label = ir_label(f)};
			uses[n++] = u;
			*at = (void *)(uintptr_t)n;
		}
		struct probe_group *g = &groups[(uintptr_t)*at - 1];
		g->probes[g->nprobes++] = u->probe;
	}
	return n;
}

/* Makes c->error_func, for when some clause of the unit can fault. */
static void make_error_function(struct lw *c)
{
	struct lower *L = c->L;
	struct lw *ec = arena_new_of(L->a, struct lw);
	lw_start_function(ec, L, c->u, c->error_func);
	ec->rt = c->rt;
	ec->site = c->site;
	ec->unit_index = c->unit_index;
	ec->is_error_func = true;
	ec->take_func = c->take_func;
	if (lw_takes_scratch(c))
		ec->taken = ir_imm(ec->f, 0);
	ec->region_off = lw_takes_scratch(c) ? c->region_off : c->region_off + c->temp_max;
	lw_error_arguments(ec, c->error_func);
	ec->clause_end = ir_label(ec->f);
	ec->fault_label = ir_label(ec->f);
	ec->seg = -1;
	init_this_vars(ec);
	/* The record that the consumer turns into a message. */
	lw_error_record(ec);
	for (int i = 0; i < 6; i++)
		ir_store(ec->f, ec->rec, IMAGE_REC_DATA + 8 * i, 8, IRV_REG(ec->err_args[i]));
	lw_record_commit(ec);
	ir_place(ec->f, ec->clause_end);
	if (ec->exit_saved)
		lw_cache_set(ec, ec->at_exit);
	for (size_t i = 0; i < L->error_clauses.n && !L->failed; i++)
		lower_clause(ec, L->error_clauses.at[i], i > 0);
	ir_place(ec->f, ec->bail);
	lw_give_scratch(ec);
	ir_ret(ec->f, IRV_IMM(0));
	c->rt = ec->rt;
	if (!lw_takes_scratch(c))
		c->temp_max += ec->temp_max;
	else if (c->temp_max < ec->temp_max)
		c->temp_max = ec->temp_max;
}

static void emit_begin(struct lw *c, const void *arg)
{
	(void)arg;
	c->site->prov->ops->emit_begin(c->site->prov, &c->env, c->site->uses.at[0].probe);
}

static void emit_companion(struct lw *c, const void *arg)
{
	const struct probe_companion *p = arg;
	p->emit(&c->env);
}

static void check_activity(struct lw *c)
{
	/* BEGIN and END are run by hand, at the right time. */
	if (c->site->site.attach == ATTACH_CALLED)
		return;
	ir_comment(c->f, "tracing active?");
	int act = lw_glob_load(c, offsetof(struct image_state, activity), 4);
	ir_br(c->f, IR_NE, act, IRV_IMM(ACT_ACTIVE), c->bail);
}

/* Option cpu: the clauses of other CPUs do not run. BEGIN, END and ticks are made to run on that one by whoever runs them. */
static void check_cpu(struct lw *c)
{
	uint64_t only = c->L->s->opts->value[OPT_CPU];
	if (only == OPTION_UNSET || c->site->site.attach == ATTACH_CALLED ||
	    c->site->site.attach == ATTACH_TICK)
		return;
	ir_comment(c->f, "the CPU that is traced?");
	ir_br(c->f, IR_NE, lw_cpu(c), IRV_IMM(only), c->bail);
}

/* Where the site hangs, for those that hang at many places. */
static int attach_places(struct lower *L, struct site *s, struct image_prog *p)
{
	const struct probe **probes = arena_array(L->a, const struct probe *, s->uses.n + 1);
	for (size_t i = 0; i < s->uses.n; i++)
		probes[i] = s->uses.at[i].probe;
	return s->prov->ops->attach(s->prov, L->a, probes, (uint32_t)s->uses.n, &p->attach, L->e);
}

/* IR to the image's next program. */
static int generate(struct lower *L, struct ir_unit *u, const struct probe_site *site)
{
	const char *wrong = ir_check(u, L->a);
	if (wrong)
		return err_set(L->e, 0, "internal error in the program for %s: %s", site->name,
			       wrong);
	struct image_prog *p = vec_push(&L->img->progs, L->a);
	p->name = site->name;
	p->sleepable = L->unit_waits;
	p->attach = (struct attach_point){
	    .kind = (enum attach_kind)site->attach, .target = site->target, .param = site->param};
	if (L->o->dump_ir)
		ir_print(u, L->o->dump_ir);
	return codegen_unit(u, &L->o->target, p, L->e);
}

/* Programs have their scratch memory side by side; those that take it from the pool all the same. */
static void note_scratch(struct lw *c)
{
	struct lower *L = c->L;
	uint32_t bytes = (c->temp_max + 63u) & ~63u;
	if (!lw_takes_scratch(c))
		L->scratch_bytes += bytes;
	else if (L->pool_bytes < c->region_off + bytes)
		L->pool_bytes = c->region_off + bytes;
}

/* One kernel event that is several probes happens at one time: it is read once for all of them where more than one asks for it, and one of these
 * whatever else holds. */
static bool shares_time(struct lower *L, const struct site *s)
{
	unsigned readers = 0;
	bool always = false;
	for (size_t i = 0; i < s->uses.n; i++)
		for (size_t k = 0; k < s->uses.at[i].clauses.n; k++) {
			const struct sema_clause *sc =
			    L->clauses.at[s->uses.at[i].clauses.at[k]].sc;
			bool reads =
			    lower_time_reads(L, sc->predicate) + lower_time_reads(L, sc->body) > 0;
			readers += reads;
			always |= reads && !sc->predicate;
		}
	return always && readers > 1;
}

static int lower_site(struct lower *L, struct site *s, int unit_index)
{
	struct ir_unit *u = ir_unit_new(L->a, s->site.name);
	struct ir_func *f = ir_func_new(u, s->site.name, 1);
	struct lw *c = arena_new_of(L->a, struct lw);
	lw_start_function(c, L, u, f);
	c->site = s;
	c->unit_index = unit_index;
	c->region_off = lw_takes_scratch(c) ? lw_pool_region() : L->scratch_bytes;
	c->temp_max = L->this_bytes;
	L->unit_waits = false;
	if (lw_takes_scratch(c))
		c->taken = ir_imm(f, 0);
	c->env.ctx_kind = s->site.ctx;
	struct probe_group *groups = arena_array(L->a, struct probe_group, s->uses.n);
	const struct site_use **uses = arena_array(L->a, const struct site_use *, s->uses.n);
	unsigned n = make_groups(L, s, groups, uses, f);
	c->env.anonymous = layout_anonymous(L, uses, n);
	for (unsigned i = 0; i < n; i++)
		c->env.want_probe_id |= groups[i].nprobes > 1;
	check_activity(c);
	lw_enter_memory(c, lower_site_memory(L, s));
	c->env.source = s->uses.at[0].source;
	if (s->prov->ops->emit_begin)
		lw_emit_guarded(c, emit_begin, NULL);
	check_cpu(c);
	if (s->prov->ops->emit_dispatch)
		s->prov->ops->emit_dispatch(s->prov, &c->env, groups, n);
	if (!s->prov->ops->emit_enter)
		owner_enter(c, s->uses.at[0].probe);
	c->cache.task = c->env.subject;
	if (s->prov->ops->emit_enter && s->uses.n > 1 && shares_time(L, s))
		lw_timestamp(c);
	struct cache start = cache_now(c);
	if (s->prov->ops->emit_enter)
		lower_in_turn(c, groups, uses, n, start);
	for (unsigned i = 0; !s->prov->ops->emit_enter && i < n && !L->failed; i++) {
		lw_cache_set(c, start);
		lower_group(c, &groups[i], uses[i]);
	}
	ir_place(f, c->bail);
	lw_give_scratch(c);
	ir_ret(f, IRV_IMM(0));
	if (c->error_func && !L->failed)
		make_error_function(c);
	if (L->failed)
		return -1;
	note_scratch(c);
	if (c->env.typed)
		s->site.attach = ATTACH_TP_BTF;
	if (generate(L, u, &s->site) < 0)
		return -1;
	return s->prov->ops->attach ? attach_places(L, s, vec_last(&L->img->progs)) : 0;
}

static int lower_vtime(struct lower *L)
{
	struct ir_unit *u = ir_unit_new(L->a, "vtime");
	L->unit_waits = false;
	vtime_unit(L, u);
	return generate(L, u,
			&(struct probe_site){
			    .name = "vtime", .attach = ATTACH_TP_BTF, .target = "sched_switch"});
}

static struct probe_site companion_site(const struct lower *L, const struct probe_companion *p)
{
	struct btf *btf = L->o->btf;
	if (p->attach)
		return (struct probe_site){.name = p->name,
					   .attach = ATTACH_UPROBE_MULTI,
					   .target = p->name,
					   .ctx = CTX_PT_REGS};
	if (p->function && btf && !btf_find_trace(btf, p->tracepoint))
		return (struct probe_site){.name = p->name,
					   .attach = ATTACH_FENTRY,
					   .target = p->function,
					   .ctx = CTX_FENTRY};
	return (struct probe_site){
	    .name = p->name, .attach = ATTACH_TP_BTF, .target = p->tracepoint, .ctx = CTX_TP_BTF};
}

static int lower_companion(struct lower *L, const struct lmemory *lm,
			   const struct probe_companion *p)
{
	struct ir_unit *u = ir_unit_new(L->a, p->name);
	struct lw *c = arena_new_of(L->a, struct lw);
	L->unit_waits = false;
	lw_start_function(c, L, u, ir_func_new(u, p->name, 1));
	struct probe_site site = companion_site(L, p);
	c->env.ctx_kind = site.ctx;
	lw_enter_memory(c, (int)lm->map);
	lw_emit_guarded(c, emit_companion, p);
	ir_place(c->f, c->bail);
	ir_ret(c->f, IRV_IMM(0));
	if (generate(L, u, &site) < 0)
		return -1;
	return p->attach ? p->attach(lm->prov, L->a, &vec_last(&L->img->progs)->attach, L->e) : 0;
}

/* The programs that fill a memory. */
static int lower_memory(struct lower *L, const struct lmemory *lm)
{
	for (uint32_t i = 0; i < lm->memory->ncompanions; i++) {
		const struct probe_companion *p = &lm->memory->companions[i];
		if (p->optional && !(L->o->btf && btf_find_trace(L->o->btf, p->tracepoint)))
			continue;
		if (lower_companion(L, lm, p) < 0)
			return -1;
	}
	return 0;
}

static int lower_memories(struct lower *L, size_t from)
{
	for (size_t i = from; i < L->memories.n; i++)
		if (lower_memory(L, &L->memories.at[i]) < 0)
			return -1;
	return 0;
}

static int lower_self(struct lower *L)
{
	struct ir_unit *u = ir_unit_new(L->a, "self");
	L->unit_waits = false;
	self_unit(L, u);
	return generate(L, u,
			&(struct probe_site){.name = "self",
					     .attach = ATTACH_RAW_TP,
					     .target = "sched_process_free"});
}

static int lower_owner(struct lower *L, const struct owner *o)
{
	struct ir_unit *u = ir_unit_new(L->a, "owner");
	owner_unit(L, o, u);
	return generate(L, u,
			&(struct probe_site){.name = "owner",
					     .attach = ATTACH_TP_BTF,
					     .target = o->origin.tracepoint});
}

/* The power of two of rows that so many bytes have room for. The rules in them are x86-64's. */
static uint32_t unwind_rows(uint64_t bytes)
{
#ifndef __x86_64__
	return 0;
#endif
	uint64_t n = 1;
	while (n * 2 * sizeof(struct image_unwind_row) <= bytes && n < 1u << 27)
		n *= 2;
	return bytes < 4096 ? 0 : (uint32_t)n;
}

static uint64_t option_or(const struct options *o, enum option id, uint64_t dflt)
{
	return o->value[id] == OPTION_UNSET ? dflt : o->value[id];
}

enum { PERCPU_MAX = 32 << 10 /* what a per-CPU element may have */ };

/* Numbers of segments and strings go on where the first image ends. */
static void continue_plan(struct lower *L, const struct image *base)
{
	for (size_t i = 0; i < base->plan.segs.n; i++)
		*vec_push(&L->plan->segs, L->a) = base->plan.segs.at[i];
	for (size_t i = 0; i < base->plan.strings.n; i++) {
		*vec_push(&L->plan->strings, L->a) = base->plan.strings.at[i];
		*map_at(&L->string_ids, base->plan.strings.at[i]) = (void *)(uintptr_t)(i + 1);
	}
	L->next_epid = base->next_epid;
}

/* 1: the scratch regions turned out too large for a per-CPU array. */
static int lower_with(struct sema *s, struct sema_program *const *programs, unsigned n,
		      const struct lower_opts *opts, bool big_scratch, struct image *out,
		      struct err *e)
{
	struct lower *L = arena_new_of(s->arena, struct lower);
	*out = (struct image){.arena = s->arena, .ncpu = opts->ncpu};
	*L = (struct lower){.s = s,
			    .a = s->arena,
			    .o = opts,
			    .img = out,
			    .plan = &out->plan,
			    .ts = s->types,
			    .e = e};
	L->next_epid = 1;
	L->big_scratch = big_scratch;
	L->site_map.arena = L->literals.arena = L->string_ids.arena = L->btf_cache.arena = L->a;
	L->tracing_funcs.arena = L->a;
	L->strsize = (uint32_t)option_or(s->opts, OPT_STRSIZE, 256);
	L->nspec = (uint32_t)option_or(s->opts, OPT_NSPEC, 1);
	L->specsize = (uint32_t)option_or(s->opts, OPT_SPECSIZE, 32 * 1024);
	L->nframes = (uint32_t)option_or(s->opts, OPT_STACKFRAMES, 20);
	L->nuframes = (uint32_t)option_or(s->opts, OPT_USTACKFRAMES, 100);
	/* A later image lies in the memory of the first, which may have got more room since. */
	L->unwind_rows = opts->base ? (uint32_t)(opts->base->maps.at[IMAGE_MAP_ROWS].value_bytes /
						 sizeof(struct image_unwind_row))
				    : unwind_rows(option_or(s->opts, OPT_UNWINDSIZE, 1 << 20));
	L->maxframes = (uint32_t)option_or(s->opts, OPT_MAXFRAMES, UINT32_MAX);
	L->print_bytes = option_or(s->opts, OPT_PRINTSIZE, UINT32_MAX);
	L->pcap_bytes = (uint32_t)option_or(s->opts, OPT_PCAPSIZE, 0);
	if (L->nspec > IMAGE_MAX_SPECULATIONS)
		L->nspec = IMAGE_MAX_SPECULATIONS;
	if (opts->base)
		continue_plan(L, opts->base);
	for (unsigned i = 0; i < n; i++)
		out->destructive |= programs[i]->destructive;
	if (lower_collect(L, programs, n) < 0)
		return -1;
	layout_programs(L);
	L->scratch_dyn = (uint32_t)option_or(s->opts, OPT_SCRATCHSIZE, call_block_room(L));
	/* First, as programs of one tracepoint run in the order of their attachment: those of
	 * sched_switch find the account of the thread that leaves closed, and none open. */
	if (L->uses_vtime && lower_vtime(L) < 0)
		return -1;
	socket_layout(L);
	if (lower_memories(L, 0) < 0)
		return -1;
	size_t early = L->memories.n;
	for (size_t i = 0; i < L->sites.n; i++)
		if (L->failed || lower_site(L, L->sites.at[i], (int)i) < 0)
			return -1;
	if (lower_memories(L, early) < 0)
		return -1;
	if (self_is_hash(L) && lower_self(L) < 0)
		return -1;
	for (size_t i = 0; i < L->owners.n; i++)
		if (!L->owners.at[i].unknown && lower_owner(L, &L->owners.at[i]) < 0)
			return -1;
	if (!big_scratch && layout_scratch_bytes(L) > PERCPU_MAX)
		return 1;
	L->needs_buf |= opts->open;
	layout_finish(L);
	out->next_epid = L->next_epid;
	return L->failed ? -1 : 0;
}

/* User text is read faster into per-CPU memory than into an array (the kernel checks where an array
 * lies at every copy), but that is limited, and how much is needed shows only when all is emitted.
 */
int lower_programs(struct sema *s, struct sema_program *const *programs, unsigned n,
		   const struct lower_opts *opts, struct image *out, struct err *e)
{
	size_t dumped = opts->dump_ir ? opts->dump_ir->n : 0;
	int r = lower_with(s, programs, n, opts, false, out, e);
	if (r <= 0)
		return r;
	if (opts->dump_ir)
		opts->dump_ir->n = dumped;
	return lower_with(s, programs, n, opts, true, out, e);
}
