/*
 * layout.c - where everything lies: D variables, literals, string ids, aggregation cells, maps
 *
 * Runs before any code is emitted (variables and key representations) and after all of it (GLOB
 * contents, map specifications), because literals and string ids are collected while emitting.
 */
#include "dtrace/lower/lower_int.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(offsetof(struct image_state, seq) == 128 &&
		   offsetof(struct image_state, spec) == 384,
	       "GLOB starts as image.h says");

static uint32_t round_up(uint32_t v, uint32_t to)
{
	return (v + to - 1) / to * to;
}

uint32_t glob_alloc(struct lower *L, uint32_t bytes, uint32_t align)
{
	uint32_t at = round_up((uint32_t)L->glob.n, align);
	if (L->glob.cap < at + bytes) {
		size_t cap = 2ul * (at + bytes);
		L->glob.at = arena_grow(L->a, L->glob.at, L->glob.n, cap);
		L->glob.cap = cap;
	}
	L->glob.n = at + bytes; /* zeroes: memory of an arena */
	return at;
}

/* Padded with zeroes to a multiple of 8, so that word-wise comparison and copying may read past the
 * NUL. */
uint32_t glob_literal(struct lower *L, const char *text, uint32_t len)
{
	void **at = map_atn(&L->literals, text, len);
	if (!*at) {
		uint32_t off = glob_alloc(L, round_up(len + 1, 8), 8);
		memcpy(&L->glob.at[off], text, len);
		*at = (void *)(uintptr_t)(off + 1);
	}
	return (uint32_t)(uintptr_t)*at - 1;
}

uint32_t string_id(struct lower *L, const char *text)
{
	void **at = map_at(&L->string_ids, text);
	if (!*at) {
		*vec_push(&L->plan->strings, L->a) = arena_strdup(L->a, text);
		*at = (void *)(uintptr_t)L->plan->strings.n;
	}
	return (uint32_t)(uintptr_t)*at - 1;
}

bool kernel_offset(struct lower *L, const char *strct, const char *path, uint32_t *off)
{
	uint32_t bits, size;
	if (!L->o->btf)
		return false;
	void **at = map_at(&L->btf_cache, arena_printf(L->a, "%s.%s", strct, path));
	if (!*at) {
		bool found = btf_member(L->o->btf, strct, path, &bits, &size, NULL);
		*at = (void *)(uintptr_t)(found ? bits / 8 + 2 : 1);
	}
	if ((uintptr_t)*at == 1)
		return false;
	*off = (uint32_t)((uintptr_t)*at - 2);
	return true;
}

/* Greatest length with NUL that a string expression can have, as far as its form tells. */
uint32_t str_cap(struct lower *L, const struct node *n)
{
	if (n->kind == NODE_STRING)
		return n->slen + 1 < L->strsize ? n->slen + 1 : L->strsize;
	if (n->kind == NODE_IDENT && n->ident && n->ident->kind == IDENT_BUILTIN &&
	    n->ident->bvar->id == BV_EXECNAME)
		return 16;
	if (n->kind == NODE_COND && n->nkids == 3) {
		uint32_t a = str_cap(L, n->kids[1]), b = str_cap(L, n->kids[2]);
		return a > b ? a : b;
	}
	return L->strsize;
}

/* ---- walk over all typed expressions ---- */

typedef void visit_fn(struct lower *L, struct node *n);

void lower_visit_node(struct lower *L, struct node *n, visit_fn *fn)
{
	for (; n; n = n->next) {
		fn(L, n);
		for (uint32_t i = 0; i < n->nkids; i++)
			lower_visit_node(L, n->kids[i], fn);
		if (n->then_body)
			lower_visit_node(L, n->then_body, fn);
		if (n->else_body)
			lower_visit_node(L, n->else_body, fn);
	}
}

void lower_visit(struct lower *L, visit_fn *fn)
{
	for (size_t i = 0; i < L->clauses.n; i++) {
		lower_visit_node(L, L->clauses.at[i].sc->predicate, fn);
		lower_visit_node(L, L->clauses.at[i].sc->body, fn);
	}
}

static void note_arg(struct lower *L, struct node *n)
{
	const struct node *args = n->kind == NODE_INDEX ? n->kids[0] : n;
	if (args->kind != NODE_IDENT || !args->ident || args->ident->kind != IDENT_BUILTIN)
		return;
	enum builtin_var v = args->ident->bvar->id;
	if (v >= BV_ARG0 && v <= BV_ARG9)
		L->args_read |= 1u << (v - BV_ARG0);
	else if (v == BV_ARGS && n->kind == NODE_INDEX)
		L->args_read |= 1u << (n->id & 31);
}

uint32_t layout_args_read(struct lower *L, const struct site_use *u)
{
	L->args_read = 0;
	for (size_t i = 0; i < u->clauses.n; i++) {
		struct sema_clause *sc = L->clauses.at[u->clauses.at[i]].sc;
		lower_visit_node(L, sc->predicate, note_arg);
		lower_visit_node(L, sc->body, note_arg);
	}
	return L->args_read;
}

static struct var *node_var(struct node *n)
{
	return n->kind == NODE_IDENT && n->ident && n->ident->kind == IDENT_VAR ? n->ident->var
										: NULL;
}

static void note_addresses(struct lower *L, struct node *n)
{
	/* A string that is written by the character is written in more than one way. */
	if (n->kind == NODE_INDEX && type_is_string(n->kids[0]->type) && node_var(n->kids[0]))
		L->vars[node_var(n->kids[0])->id].address_taken = true;
	if (n->kind != NODE_UNARY || n->op != OP_ADDR)
		return;
	struct node *k = n->kids[0];
	while (k->kind == NODE_MEMBER || k->kind == NODE_INDEX)
		k = k->kids[0];
	struct var *v = node_var(k);
	if (v)
		L->vars[v->id].address_taken = true;
}

static void note_assignments(struct lower *L, struct node *n)
{
	if (n->kind != NODE_BINARY || n->op < OP_ASSIGN || n->op > OP_XOR_ASSIGN)
		return;
	struct var *v = node_var(n->kids[0]);
	if (v)
		L->vars[v->id].assignments++;
}

/* Does which probe fired, on which CPU, decide the value? */
static bool probe_decides(const struct node *n)
{
	if (n->kind == NODE_STRING || n->kind == NODE_INT)
		return true;
	if (n->kind != NODE_IDENT || !n->ident || n->ident->kind != IDENT_BUILTIN)
		return false;
	enum builtin_var v = n->ident->bvar->id;
	return v == BV_PROBEFUNC || v == BV_PROBEMOD || v == BV_PROBENAME || v == BV_PROBEPROV ||
	       v == BV_ID || v == BV_EPID || v == BV_CPU;
}

static void note_keys(struct lower *L, struct node *n)
{
	if (n->kind == NODE_INDEX) {
		struct var *v = node_var(n->kids[0]);
		if (!v || !v->is_assoc)
			return;
		struct var_place *p = &L->vars[v->id];
		if (!p->keys) {
			p->nkeys = n->nkids - 1;
			p->keys = arena_array(L->a, struct rep, p->nkeys);
		}
		for (uint32_t i = 0; i + 1 < n->nkids && i < p->nkeys; i++)
			rep_merge(&p->keys[i], rep_of(L, n->kids[i + 1]));
	} else if (n->kind == NODE_AGG && n->ident && n->has_keys) {
		struct agg_place *p = &L->aggs[n->ident->agg->id];
		if (!p->keys)
			p->keys = arena_array(L->a, struct rep, n->nkids);
		p->uses++;
		for (uint32_t i = 0; i < n->nkids; i++) {
			rep_merge(&p->keys[i], rep_of(L, n->kids[i]));
			p->open |= !probe_decides(n->kids[i]);
		}
	}
}

/* ---- variables ---- */

static uint32_t value_bytes(struct lower *L, const struct type *t)
{
	if (type_is_string(t))
		return RT_SLACK(L->strsize);
	uint64_t n = type_size(t);
	return n == 0 ? 8 : n < 8 ? 8 : round_up((uint32_t)n, 8);
}

/* Clause-local scalars that live in registers, from where they overflow into the stack of a program: it has
 * 512 bytes, and expressions need some. Further ones have memory. */
enum { THIS_REGS_MAX = 24 };

static void place_var(struct lower *L, struct var *v)
{
	struct var_place *p = &L->vars[v->id];
	p->bytes = value_bytes(L, v->type);
	if (v->is_assoc) {
		assoc_layout(L, v, p);
		return;
	}
	bool scalar = type_is_scalar(v->type);
	switch (v->scope) {
	case VAR_GLOBAL:
		p->at = AT_GLOB;
		p->off = glob_alloc(L, p->bytes, 8);
		break;
	case VAR_SELF:
		p->at = AT_SELF;
		p->off = L->self_bytes;
		L->self_bytes += p->bytes;
		break;
	case VAR_THIS:
		if (scalar && !p->address_taken && L->this_regs < THIS_REGS_MAX) {
			p->at = AT_THIS_REG;
			L->this_regs++;
		} else {
			p->at = AT_THIS_MEM;
			p->off = L->this_bytes;
			L->this_bytes += p->bytes;
		}
		break;
	}
}

static void layout_error_record(struct lower *L)
{
	L->error_seg = (uint32_t)L->plan->segs.n;
	struct plan_seg *s = vec_push(&L->plan->segs, L->a);
	*s = (struct plan_seg){
	    .id = L->error_seg, .bytes = IMAGE_REC_DATA + 48, .is_error_record = true};
	struct plan_action *act = vec_push(&s->actions, L->a);
	act->act = PACT_ERROR;
	for (uint32_t i = 0; i < 6; i++)
		*vec_push(&act->recs, L->a) = (struct plan_rec){
		    .enc = ENC_INT, .offset = IMAGE_REC_DATA + 8 * i, .size = 8, .d_bytes = 8};
	L->max_rec = s->bytes;
}

static int by_id(const void *a, const void *b)
{
	const struct probe *x = *(const struct probe *const *)a,
			   *y = *(const struct probe *const *)b;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* By id, each once. */
static int by_plan_id(const void *a, const void *b)
{
	const struct plan_probe *x = a, *y = b;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void join_probes(struct lower *L, const struct plan *base)
{
	for (size_t i = 0; i < base->probes.n; i++)
		*vec_push(&L->plan->probes, L->a) = base->probes.at[i];
	qsort(L->plan->probes.at, L->plan->probes.n, sizeof(L->plan->probes.at[0]), by_plan_id);
}

static void list_probes(struct lower *L)
{
	size_t n = 0;
	for (size_t i = 0; i < L->clauses.n; i++)
		n += L->clauses.at[i].sc->nprobes;
	struct probe **all = arena_array(L->a, struct probe *, n + 1), *last = NULL;
	bool sorted = true;
	n = 0;
	for (size_t i = 0; i < L->clauses.n; i++)
		for (uint32_t k = 0; k < L->clauses.at[i].sc->nprobes; k++) {
			struct probe *p = L->clauses.at[i].sc->probes[k];
			L->names_made_up |= p->to_come;
			sorted &= !last || last->id < p->id;
			all[n++] = last = p;
		}
	if (!sorted)
		qsort(all, n, sizeof(all[0]), by_id);
	vec_reserve(&L->plan->probes, L->a, n);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || all[i]->id != all[i - 1]->id)
			*vec_push(&L->plan->probes, L->a) =
			    (struct plan_probe){.id = all[i]->id,
						.provider = all[i]->provider,
						.module = all[i]->module,
						.function = all[i]->function,
						.name = all[i]->name};
	if (L->o->base)
		join_probes(L, &L->o->base->plan);
}

static void place_tables(struct lower *L)
{
	/* At run time: probe id -> string ids of its four names; string id -> offset of its text.
	 * Reserved here, filled in layout_finish(). */
	size_t n = L->plan->probes.n;
	L->probetab_off = glob_alloc(L, (uint32_t)n * 16, 8);
	const char *last[4] = {0}; /* probes that follow each other share most of their names */
	uint32_t ids[4];
	for (size_t i = 0; i < n; i++) {
		const struct plan_probe *p = &L->plan->probes.at[i];
		const char *part[4] = {p->provider, p->module, p->function, p->name};
		for (int k = 0; k < 4; k++) {
			uint32_t id = part[k] == last[k] ? ids[k] : string_id(L, part[k]);
			last[k] = part[k];
			ids[k] = id;
			memcpy(&L->glob.at[L->probetab_off + i * 16 + (size_t)k * 4], &id, 4);
		}
	}
	size_t nstr = L->plan->strings.n;
	L->strtab_off = glob_alloc(L, (uint32_t)nstr * 4, 8);
	for (size_t i = 0; i < nstr; i++) {
		uint32_t off = glob_literal(L, L->plan->strings.at[i],
					    (uint32_t)strlen(L->plan->strings.at[i]));
		memcpy(&L->glob.at[L->strtab_off + i * 4], &off, 4);
	}
}

/* What tells one probe from another, or reads what it brought along. */
static void note_identity(struct lower *L, struct node *n)
{
	if (n->kind == NODE_CALL && n->ident && (n->ident->func->flags & BUILTIN_ACTION))
		L->anonymous = false; /* a record says which probe it comes from */
	if (n->kind != NODE_IDENT || !n->ident || n->ident->kind != IDENT_BUILTIN)
		return;
	enum builtin_var v = n->ident->bvar->id;
	L->anonymous &= v == BV_TIMESTAMP || v == BV_WALLTIMESTAMP || v == BV_VTIMESTAMP ||
			v == BV_EXECNAME || v == BV_PID || v == BV_TID || v == BV_CPU ||
			v == BV_UID || v == BV_GID || v == BV_PPID;
}

bool layout_anonymous(struct lower *L, const struct site_use *const *uses, unsigned n)
{
	L->anonymous = true;
	for (unsigned i = 0; i < n; i++)
		for (size_t k = 0; k < uses[i]->clauses.n; k++) {
			const struct sema_clause *sc = L->clauses.at[uses[i]->clauses.at[k]].sc;
			L->anonymous &= !sc->default_action;
			lower_visit_node(L, sc->predicate, note_identity);
			lower_visit_node(L, sc->body, note_identity);
		}
	return L->anonymous;
}

static bool names_probe_parts(struct lower *L);

enum { RING_OFTEN = 4 << 20, RING_TICKS = 512 << 10, RING_ONCE = 64 << 10, RING_FAULTS = 16 << 10 };

static void note_records(struct lower *L, struct node *n)
{
	if (n->kind != NODE_CALL || !n->ident || !(n->ident->func->flags & BUILTIN_ACTION))
		return;
	enum builtin_func id = n->ident->func->id;
	/* exit() records once, whatever the site. */
	L->records |= id != BF_EXIT;
	L->big_records |= id == BF_TRACEMEM;
	/* The header of a record, the frames of a stack, the values. */
	L->record_bytes += 64 + 8ul * (L->nframes + L->nuframes);
	if (id == BF_PCAP)
		L->record_bytes += L->pcap_bytes;
	if (id == BF_PRINT || (n->nkids && (id == BF_STACK || id == BF_USTACK || id == BF_JSTACK)))
		L->record_bytes += RING_ONCE; /* who knows */
	for (uint32_t i = 0; i < n->nkids; i++)
		L->record_bytes += n->kids[i]->type ? value_bytes(L, n->kids[i]->type) : 8;
}

static void note_site_records(struct lower *L, const struct site *s)
{
	for (size_t u = 0; u < s->uses.n; u++)
		for (size_t k = 0; k < s->uses.at[u].clauses.n; k++) {
			struct sema_clause *sc = L->clauses.at[s->uses.at[u].clauses.at[k]].sc;
			L->records |= sc->default_action;
			L->record_bytes += sc->default_action ? 64 : 0;
			lower_visit_node(L, sc->body, note_records);
		}
}

/* How often do the probes of a site fire? */
enum { OFTEN, TICKS, ONCE, NPACES };

static int pace_of(const struct site *s)
{
	return s->site.attach == ATTACH_CALLED ? ONCE
	       : s->site.attach == ATTACH_TICK ? TICKS
					       : OFTEN;
}

/* What the principal buffer is by default: making it takes 0.2 ms a MiB and CPU, which is most of the
 * start-up of a short program. Small where only BEGIN and END record, and what they do fits twice;
 * smaller when nothing but faults and exit() can be recorded. */
static uint64_t default_ring(struct lower *L)
{
	bool records[NPACES];
	for (int pace = 0; pace < NPACES; pace++) {
		L->records = false;
		L->record_bytes = 0;
		for (size_t i = 0; i < L->sites.n; i++)
			if (pace_of(L->sites.at[i]) == pace)
				note_site_records(L, L->sites.at[i]);
		records[pace] = L->records;
	}
	bool seldom =
	    !records[OFTEN] && !L->big_records && L->clauses.n <= 64 && L->strsize <= 1024;
	L->records = records[OFTEN] || records[TICKS] || records[ONCE] || L->error_clauses.n;
	if (!L->records)
		return RING_FAULTS;
	if (!seldom || L->error_clauses.n)
		return RING_OFTEN;
	return records[TICKS] || L->record_bytes > RING_ONCE / 2 ? RING_TICKS : RING_ONCE;
}

/* A small buffer holds as many records as DTrace's, whose records may be a quarter of ours in size. */
enum { RING_EXACT = 64 << 10, RING_PER_RECORD = 4 };

/* The reserve of ring_slack is what writers that interrupt each other between the check for room and
 * the reservation may overdraw. */
static void size_ring(struct lower *L)
{
	uint64_t dflt = default_ring(L), want = L->s->opts->value[OPT_BUFSIZE], n = RING_FAULTS;
	L->record_max = want == OPTION_UNSET ? UINT64_MAX : want & ~7ull;
	L->ring_exact = L->s->opts->value[OPT_BUFPOLICY] == BUFPOLICY_SWITCH && want < RING_EXACT;
	if (L->ring_exact)
		want *= RING_PER_RECORD;
	if (want == OPTION_UNSET || (!L->records && want > RING_FAULTS))
		want = dflt;
	/* With fill and ring this only carries records to the consumer, who keeps them. */
	if (L->s->opts->value[OPT_BUFPOLICY] != BUFPOLICY_SWITCH && want < 8 << 20)
		want = 8 << 20;
	if (L->o->open && want < 1 << 20)
		want = 1 << 20;
	while (n < want && n < (uint64_t)1 << 28)
		n *= 2;
	if (L->o->base)
		n = L->o->base->buf_bytes;
	L->ring_bytes = n;
	L->ring_slack = (uint32_t)(n / 8 < 16384 ? n / 8 : 16384);
}

/* Where the program reads the time, records are put in order by it, as dtrace does: what it shows
 * never goes back. Else, and with speculations, whose commit must come last, by a counter. */
static void note_clock(struct lower *L, struct node *n)
{
	if (n->kind == NODE_IDENT && n->ident && n->ident->kind == IDENT_BUILTIN &&
	    (n->ident->bvar->id == BV_TIMESTAMP || n->ident->bvar->id == BV_WALLTIMESTAMP))
		L->img->stamp_clock = true;
	if (n->kind == NODE_CALL && n->ident && n->ident->func->id == BF_SPECULATE)
		L->speculates = true;
}

/* ---- who may interrupt whom ----
 *
 * The kernel never runs a program on a CPU while it is running there already, so what a single
 * program writes on a CPU needs no atomic operation. Programs that are run by hand (BEGIN, END) do
 * not count: no other is at work then. Programs of user probes have no such guard.
 */

static bool runs_alone(const struct site *s)
{
	return s->site.attach != ATTACH_UPROBE_MULTI;
}

static void note_aggs(struct lower *L, struct node *n)
{
	if (n->kind != NODE_AGG || !n->ident)
		return;
	struct agg_place *p = &L->aggs[n->ident->agg->id];
	p->shared |=
	    (p->site >= 0 && p->site != L->visit_site) || !runs_alone(L->sites.at[L->visit_site]);
	p->site = L->visit_site;
}

static void find_sharing(struct lower *L)
{
	unsigned running = 0;
	for (size_t i = 0; i < L->sites.n; i++) {
		struct site *s = L->sites.at[i];
		if (s->site.attach == ATTACH_CALLED)
			continue;
		running++;
		L->ring_shared |= !runs_alone(s);
		L->visit_site = (int)i;
		for (size_t u = 0; u < s->uses.n; u++)
			for (size_t k = 0; k < s->uses.at[u].clauses.n; k++)
				lower_visit_node(
				    L, L->clauses.at[s->uses.at[u].clauses.at[k]].sc->body,
				    note_aggs);
		/* A fault anywhere fires them. */
		for (size_t k = 0; k < L->error_clauses.n; k++)
			lower_visit_node(L, L->clauses.at[L->error_clauses.at[k]].sc->body,
					 note_aggs);
	}
	L->ring_shared |= running > 1;
}

static void place_strtok(struct lower *L, struct node *n)
{
	if (L->strtok_area || n->kind != NODE_CALL || !n->ident || n->ident->kind != IDENT_FUNC ||
	    n->ident->func->id != BF_STRTOK)
		return;
	L->strtok_area = round_up(L->this_bytes, 8) + 8;
	L->this_bytes = L->strtok_area + RT_SLACK(L->strsize);
}

void layout_programs(struct lower *L)
{
	L->plan->strsize = L->strsize;
	L->plan->nspec = L->nspec;
	L->plan->specsize = L->specsize;
	L->vars = arena_array(L->a, struct var_place, L->s->vars.n + 1);
	L->aggs = arena_array(L->a, struct agg_place, L->s->aggs.n + 1);
	for (unsigned i = 0; i < IMAGE_MAP_FIRST; i++)
		vec_push(&L->img->maps, L->a);
	glob_alloc(L, (uint32_t)sizeof(struct image_state) + L->nspec * 8, 8);
	string_id(L, "");
	list_probes(L);
	layout_error_record(L);
	size_ring(L);
	lower_visit(L, note_clock);
	L->img->stamp_clock &= !L->speculates;
	for (size_t i = 0; i < L->s->aggs.n; i++)
		L->aggs[i] = (struct agg_place){.plan = UINT32_MAX, .site = -1};
	find_sharing(L);
	lower_visit(L, note_addresses);
	lower_visit(L, note_keys);
	lower_visit(L, note_assignments);
	L->vars_start = (uint32_t)L->glob.n;
	for (size_t i = 0; i < L->s->vars.n; i++)
		place_var(L, L->s->vars.at[i]);
	L->vars_end = (uint32_t)L->glob.n;
	vtime_layout(L);
	L->img->shared_bytes = (uint32_t)L->glob.n;
	pool_layout(L);
	owner_layout(L);
	lower_visit(L, place_strtok);
	/* Temporaries start behind the clause-local variables. */
	L->this_bytes = round_up(L->this_bytes, 8);
	L->agg_bytes = IMAGE_AGG_CELLS;
	/* In the order of the program: it is the order in which they are printed. */
	for (size_t k = 0; k < L->s->aggs.n; k++)
		if (L->s->aggs.at[k]->func != BF_NONE)
			agg_plan(L, L->s->aggs.at[k]);
	if (names_probe_parts(L))
		place_tables(L);
}

static void note_probe_part(struct lower *L, struct node *n)
{
	if (n->kind != NODE_IDENT || !n->ident || n->ident->kind != IDENT_BUILTIN)
		return;
	enum builtin_var v = n->ident->bvar->id;
	if (v == BV_PROBEFUNC || v == BV_PROBEMOD || v == BV_PROBENAME || v == BV_PROBEPROV)
		L->probetab_used = true;
}

static bool names_probe_parts(struct lower *L)
{
	lower_visit(L, note_probe_part);
	return L->probetab_used;
}

/* ---- finish ---- */

/* Thread-local variables where there is no task storage: so many threads have some at a time. */
enum { OPEN_SLACK = 64 << 10 };
enum { SELF_HASH_ENTRIES = 65536 };

static void array_map(struct lower *L, unsigned index, const char *name, uint32_t bytes,
		      uint32_t entries, bool mmapable)
{
	L->img->maps.at[index] = (struct image_map){.kind = MAP_KIND_ARRAY,
						    .name = name,
						    .key_bytes = 4,
						    .value_bytes = bytes,
						    .entries = entries,
						    .mmapable = mmapable};
}

uint32_t layout_scratch_bytes(const struct lower *L)
{
	return L->scratch_bytes + 4 * RT_SLACK(L->strsize);
}

bool self_in_task(const struct lower *L)
{
	/* What the kernel lets a task carry, less what it adds to it. */
	return feature_has(L->o->features, FEAT_TASK_STORAGE) && L->self_bytes <= 60000;
}

static void unwind_maps(struct lower *L)
{
	array_map(L, IMAGE_MAP_ROWS, "rows",
		  L->unwind_rows * (uint32_t)sizeof(struct image_unwind_row), 1, true);
	L->img->maps.at[IMAGE_MAP_PROCS] =
	    (struct image_map){.kind = MAP_KIND_HASH,
			       .name = "procs",
			       .key_bytes = 8,
			       .value_bytes = sizeof(struct image_proc),
			       .entries = IMAGE_UNWIND_PROCS};
	L->img->maps.at[IMAGE_MAP_CODES] = (struct image_map){
	    .kind = MAP_KIND_HASH,
	    .name = "codes",
	    .key_bytes = sizeof(struct image_code_key),
	    .value_bytes = sizeof(struct image_code),
	    .entries = IMAGE_CODES,
	    /* A stack met first has many new names at once: an interrupt is given
				* room for few. */
	    .prealloc = true};
}

void layout_finish(struct lower *L)
{
	struct image *img = L->img;
	/* Routines may read this far behind any string. */
	glob_alloc(L, 2 * RT_SLACK(L->strsize), 8);
	img->glob_bytes = (uint32_t)L->glob.n;
	img->glob_init = L->glob.at;
	array_map(L, IMAGE_MAP_GLOB, "glob", img->glob_bytes, 1, true);
	if (L->scratch_bytes)
		array_map(L, IMAGE_MAP_SCRATCH, "scratch", layout_scratch_bytes(L),
			  L->big_scratch ? img->ncpu : 1, false);
	if (L->scratch_bytes && !L->big_scratch)
		img->maps.at[IMAGE_MAP_SCRATCH].kind = MAP_KIND_PERCPU_ARRAY;
	pool_finish(L);
	img->buf_bytes = L->ring_bytes;
	/* Clauses that have no probe yet are not known by their records. */
	img->slack_bytes =
	    round_up(L->o->open && L->max_rec < OPEN_SLACK ? OPEN_SLACK : L->max_rec, 64);
	if (L->needs_buf)
		array_map(L, IMAGE_MAP_BUF, "buf",
			  (uint32_t)(IMAGE_BUF_DATA + img->buf_bytes + img->slack_bytes), img->ncpu,
			  true);
	if (L->plan->aggs.n)
		array_map(L, IMAGE_MAP_AGG, "agg", round_up(L->agg_bytes, 64), img->ncpu, true);
	if (L->self_bytes) {
		bool storage = self_in_task(L);
		img->maps.at[IMAGE_MAP_SELF] = (struct image_map){
		    .kind = storage ? MAP_KIND_TASK_STORAGE : MAP_KIND_HASH,
		    .name = "self",
		    .key_bytes = storage ? 4 : 8,
		    .value_bytes = round_up(L->self_bytes, 8),
		    .entries = storage ? 0 : SELF_HASH_ENTRIES,
		    .prealloc = (uint64_t)L->self_bytes * SELF_HASH_ENTRIES <= PREALLOC_MAX_BYTES};
	}
	if (L->unwinds)
		unwind_maps(L);
}
