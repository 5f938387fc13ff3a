/*
 * records.c - what callbacks see of records, actions and text
 *
 * In: records and pieces of text from the output, in terms of the decode plan (bpf/image.h). Out: calls
 * of session_ops with the structures of glasshouse/dtrace.h. The arrays of values are made once for
 * each clause; a record only fills in where its bytes lie. One record is in view at a time.
 */
#include "dtrace/api/session_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum session_act act_of(enum plan_act act)
{
	static const enum session_act acts[PACT_ERROR + 1] = {
	    [PACT_TRACE] = SESSION_ACT_TRACE,
	    [PACT_PRINTF] = SESSION_ACT_PRINTF,
	    [PACT_PRINTA] = SESSION_ACT_PRINTA,
	    [PACT_TRACEMEM] = SESSION_ACT_TRACEMEM,
	    [PACT_PRINT] = SESSION_ACT_PRINT,
	    [PACT_STACK] = SESSION_ACT_STACK,
	    [PACT_USTACK] = SESSION_ACT_USTACK,
	    [PACT_JSTACK] = SESSION_ACT_JSTACK,
	    [PACT_SYM] = SESSION_ACT_SYM,
	    [PACT_MOD] = SESSION_ACT_MOD,
	    [PACT_FUNC] = SESSION_ACT_FUNC,
	    [PACT_USYM] = SESSION_ACT_USYM,
	    [PACT_UMOD] = SESSION_ACT_UMOD,
	    [PACT_UFUNC] = SESSION_ACT_UFUNC,
	    [PACT_UADDR] = SESSION_ACT_UADDR,
	    [PACT_EXIT] = SESSION_ACT_EXIT,
	    [PACT_SYSTEM] = SESSION_ACT_SYSTEM,
	    [PACT_FREOPEN] = SESSION_ACT_FREOPEN,
	    [PACT_FTRUNCATE] = SESSION_ACT_FTRUNCATE,
	    [PACT_CLEAR] = SESSION_ACT_CLEAR,
	    [PACT_TRUNC] = SESSION_ACT_TRUNC,
	    [PACT_NORMALIZE] = SESSION_ACT_NORMALIZE,
	    [PACT_DENORMALIZE] = SESSION_ACT_DENORMALIZE,
	    [PACT_SETOPT] = SESSION_ACT_SETOPT,
	};
	return act <= PACT_ERROR && acts[act] ? acts[act] : SESSION_ACT_OTHER;
}

static enum session_value_kind kind_of(enum plan_enc enc)
{
	static const enum session_value_kind kinds[] = {
	    [ENC_INT] = SESSION_INT,	   [ENC_STR] = SESSION_STRING,
	    [ENC_STRID] = SESSION_STRING,  [ENC_BYTES] = SESSION_BYTES,
	    [ENC_KSTACK] = SESSION_STACK,  [ENC_USTACK] = SESSION_USTACK,
	    [ENC_KADDR] = SESSION_ADDRESS, [ENC_UADDR] = SESSION_USER_ADDRESS,
	};
	return kinds[enc];
}

/* ---- values ---- */

static void value_init(struct session_value *v, const struct plan_rec *r)
{
	*v = (struct session_value){.kind = kind_of(r->enc),
				    .shown_as = r->action ? act_of(r->action) : 0,
				    .is_signed = r->is_signed,
				    .size = r->size,
				    .d_size = r->d_bytes ? r->d_bytes : r->size,
				    .arg = r->arg};
}

static void value_fill(const struct session *s, struct session_value *v, const struct plan_rec *r,
		       const uint8_t *base)
{
	size_t n;
	v->data = base + r->offset;
	if (v->kind == SESSION_STRING) {
		v->data = plan_text(&s->image.plan, r, base, &n);
		v->size = (uint32_t)n;
	}
}

/* ---- views ---- */

static int init_clause(struct session *s, struct view *v, const struct plan_seg *seg)
{
	size_t nvalues = 0, at = 0;
	for (size_t i = 0; i < seg->actions.n; i++)
		nvalues += seg->actions.at[i].recs.n;
	v->nactions = (uint32_t)seg->actions.n;
	v->actions = arena_array(s->arena, struct session_action, seg->actions.n + 1);
	v->values = arena_array(s->arena, struct session_value, nvalues + 1);
	for (size_t i = 0; i < seg->actions.n; i++) {
		const struct plan_action *a = &seg->actions.at[i];
		v->actions[i] = (struct session_action){.act = act_of(a->act),
							.format = a->format,
							.values = &v->values[at],
							.nvalues = (uint32_t)a->recs.n,
							.aggs = a->aggs.at,
							.naggs = (uint32_t)a->aggs.n};
		for (size_t k = 0; k < a->recs.n; k++)
			value_init(&v->values[at++], &a->recs.at[k]);
	}
	return 0;
}

static uint32_t buckets_of(const struct plan_agg *a)
{
	return a->func == AGG_QUANTIZE	   ? AGG_QUANTIZE_BUCKETS
	       : a->func == AGG_LQUANTIZE  ? agg_lquantize_levels(a) + 2
	       : a->func == AGG_LLQUANTIZE ? agg_llquantize_buckets(a)
					   : 0;
}

static void init_agg(struct session *s, struct agg_view *v, const struct plan_agg *a)
{
	static const enum session_agg_func funcs[] = {
	    [AGG_COUNT] = SESSION_COUNT,
	    [AGG_SUM] = SESSION_SUM,
	    [AGG_AVG] = SESSION_AVG,
	    [AGG_MIN] = SESSION_MIN,
	    [AGG_MAX] = SESSION_MAX,
	    [AGG_STDDEV] = SESSION_STDDEV,
	    [AGG_QUANTIZE] = SESSION_QUANTIZE,
	    [AGG_LQUANTIZE] = SESSION_LQUANTIZE,
	    [AGG_LLQUANTIZE] = SESSION_LLQUANTIZE,
	};
	v->agg = (struct session_agg){.id = a->id,
				      .name = a->name,
				      .func = funcs[a->func],
				      .is_signed = a->is_signed,
				      .base = a->base,
				      .limit = a->limit,
				      .step = a->step,
				      .factor = a->factor,
				      .low = a->low,
				      .high = a->high,
				      .steps = a->nsteps,
				      .nkeys = (uint32_t)a->keys.n,
				      .nbuckets = buckets_of(a)};
	v->keys = arena_array(s->arena, struct session_value, a->keys.n + 1);
	for (size_t i = 0; i < a->keys.n; i++)
		value_init(&v->keys[i], &a->keys.at[i]);
}

int views_init(struct session *s, struct err *e)
{
	const struct plan *p = &s->image.plan;
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	s->views.clauses = arena_array(s->arena, struct view, p->segs.n + 1);
	s->views.aggs = arena_array(s->arena, struct agg_view, p->aggs.n + 1);
	for (size_t i = 0; i < p->segs.n; i++)
		init_clause(s, &s->views.clauses[i], &p->segs.at[i]);
	for (size_t i = 0; i < p->aggs.n; i++)
		init_agg(s, &s->views.aggs[i], &p->aggs.at[i]);
	s->arena->guarded = 0;
	return 0;
}

static size_t clause_of(const struct session *s, const struct consume_rec *r)
{
	return (size_t)(r->seg - s->image.plan.segs.at);
}

static enum session_flow flow_of(enum output_flow flow)
{
	return flow == FLOW_ENTRY    ? SESSION_FLOW_ENTRY
	       : flow == FLOW_RETURN ? SESSION_FLOW_RETURN
				     : SESSION_FLOW_NONE;
}

static const struct session_record *view_record(struct session *s, const struct consume_rec *r,
						const struct output_origin *o)
{
	const struct plan_probe *p = r->probe;
	struct view *v = &s->views.clauses[clause_of(s, r)];
	struct session_value *value = v->values;
	for (size_t i = 0; i < r->seg->actions.n; i++) {
		const struct plan_action *a = &r->seg->actions.at[i];
		for (size_t k = 0; k < a->recs.n; k++)
			value_fill(s, value++, &a->recs.at[k], r->data);
	}
	s->views.of = r;
	s->views.record =
	    (struct session_record){.probe = {p->id, p->provider, p->module, p->function, p->name},
				    .clause = (uint32_t)clause_of(s, r),
				    .epid = r->seg->epid,
				    .cpu = (int)r->cpu,
				    .stamp = r->stamp,
				    .flow = flow_of(o->flow),
				    .prefix = o->prefix,
				    .indent = o->indent,
				    .actions = v->actions,
				    .nactions = v->nactions};
	return &s->views.record;
}

static const struct session_action *
view_action(const struct session *s, const struct consume_rec *r, const struct plan_action *a)
{
	return a ? &s->views.clauses[clause_of(s, r)].actions[a - r->seg->actions.at] : NULL;
}

void views_entry(struct session *s, const struct agg_entry *from, struct session_entry *out)
{
	struct agg_view *v = &s->views.aggs[from->agg->id];
	v->agg.printed = aggs_printed(s->aggs, from->agg->id);
	for (size_t i = 0; from->key && i < from->agg->keys.n; i++)
		value_fill(s, &v->keys[i], &from->agg->keys.at[i], from->key);
	*out = (struct session_entry){.agg = &v->agg,
				      .keys = from->key ? v->keys : NULL,
				      .words = from->cell,
				      .nwords = from->index == UINT32_MAX ? 0 : from->agg->ncells,
				      .value = agg_value(from, from->normal),
				      .normal = from->normal,
				      .index = from->index};
}

/* ---- callbacks of the output ---- */

static int then(struct session *s, enum session_then what)
{
	s->aborted |= what == SESSION_ABORT;
	return what == SESSION_SHOW   ? OUTPUT_THIS
	       : what == SESSION_SKIP ? OUTPUT_NEXT
				      : OUTPUT_ABORT;
}

static int on_record(void *arg, const struct consume_rec *r, const struct output_origin *o)
{
	struct session *s = arg;
	const struct session_record *v = view_record(s, r, o);
	return s->ops.record ? then(s, s->ops.record(s->ops.arg, v)) : OUTPUT_THIS;
}

/* exit() is one also when it is not shown. */
static void note_exit(struct session *s, const struct consume_rec *r, const struct plan_action *a)
{
	const struct plan_rec *v = a->recs.at;
	s->exited = true;
	if (a->recs.n)
		s->exit_status = (int)plan_int(r->data + v->offset, v->size, true);
}

static int on_action(void *arg, const struct consume_rec *r, const struct plan_action *a)
{
	struct session *s = arg;
	if (a && a->act == PACT_EXIT)
		note_exit(s, r, a);
	if (a && a->act == PACT_DEFAULT)
		return OUTPUT_THIS;
	return then(s, s->ops.action(s->ops.arg, &s->views.record, view_action(s, r, a)));
}

static enum session_part part_of(const struct output_origin *o)
{
	switch (o->part) {
	case ORIGIN_AGGKEY:
		return SESSION_PART_KEY;
	case ORIGIN_AGGVAL:
		return SESSION_PART_VALUE;
	case ORIGIN_AGGFORMAT:
		return SESSION_PART_FORMAT;
	case ORIGIN_AGGLAST:
		return SESSION_PART_LAST;
	case ORIGIN_OTHER:
		break;
	}
	return SESSION_PART_OTHER;
}

static int on_text(void *arg, const char *text, size_t bytes, const struct output_origin *o)
{
	struct session *s = arg;
	struct session_text t = {.text = text, .bytes = bytes};
	struct session_entry entry, keyed;
	if (o && o->rec && o->rec == s->views.of) {
		t.record = &s->views.record;
		t.action = view_action(s, o->rec, o->action);
	}
	if (o && o->entry) {
		views_entry(s, o->entry, &entry);
		if (!entry.keys && o->keyed) {
			views_entry(s, o->keyed, &keyed);
			entry.keys = keyed.keys;
		}
		t.entry = &entry;
	}
	if (o) {
		t.part = part_of(o);
		t.key = o->key;
		t.last = o->last || t.part == SESSION_PART_LAST;
	}
	int r = s->ops.text(s->ops.arg, &t);
	s->aborted |= r != 0;
	return r;
}

static int on_file(void *arg, const char *name)
{
	struct session *s = arg;
	return s->ops.file(s->ops.arg, name);
}

void records_hook(struct session *s, struct output_ops *oo)
{
	if (s->ops.record || s->ops.action || s->ops.text)
		oo->probe = on_record;
	if (s->ops.action)
		oo->action = on_action;
	if (s->ops.text) {
		oo->write = on_text;
		oo->buffered = true;
		oo->file = s->ops.file ? on_file : NULL;
	}
}
