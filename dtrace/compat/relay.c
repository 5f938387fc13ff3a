/*
 * relay.c - records and entries of aggregations in the bytes that classic consumers read
 *
 * A record:	0 enabled probe id (u32), 4 time stamp (high, low u32), 12.. the values
 * An entry:	0 aggregation id (u32), 8 variable id (i64), 16.. the keys, then the value
 *
 * Values stand one after the other, each at its own size in D and its alignment: numbers at their size,
 * strings in full (strsize) at any byte, stacks as (pid and) all frames asked for. printf() has a value
 * for each argument, all of the same action; an action without values has eight bytes of zeros.
 */
#include "dtrace/compat/compat.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = sizeof(dtrace_rechdr_t), KEYS_AT = 16 };

/* ---- values ---- */

static uint32_t frames_of(const struct session_value *v)
{
	uint32_t asked = (uint32_t)v->arg;
	return asked ? asked : v->size / 8 - (v->kind == SESSION_USTACK);
}

static uint32_t bytes_of(const struct session_value *v)
{
	switch (v->kind) {
	case SESSION_STACK:
		return frames_of(v) * 8;
	case SESSION_USTACK:
		return (frames_of(v) + 1) * 8 + DTRACE_USTACK_STRSIZE(v->arg);
	case SESSION_ADDRESS:
		return 8;
	case SESSION_USER_ADDRESS:
		return 16;
	case SESSION_INT:
	case SESSION_STRING:
	case SESSION_BYTES:
		break;
	}
	return v->d_size;
}

static uint16_t alignment_of(const struct session_value *v, uint32_t bytes)
{
	if (v->kind == SESSION_STRING)
		return 1;
	if (v->kind == SESSION_INT && (bytes == 1 || bytes == 2 || bytes == 4))
		return (uint16_t)bytes;
	return 8;
}

static void put_int(uint8_t *at, const struct session_value *v, uint32_t bytes)
{
	int64_t n = 0;
	uint32_t size = v->size < 8 ? v->size : 8;
	memcpy(&n, v->data, size); /* little-endian, as everything here */
	if (size < 8) {
		unsigned shift = 64 - size * 8;
		n = v->is_signed ? (int64_t)((uint64_t)n << shift) >> shift : n;
	}
	memcpy(at, &n, bytes < 8 ? bytes : 8);
}

/* at has room for bytes, all zero. */
static void put_value(uint8_t *at, const struct session_value *v, uint32_t bytes)
{
	uint32_t n = v->size < bytes ? v->size : bytes;
	if (v->kind == SESSION_INT) {
		put_int(at, v, bytes);
		return;
	}
	if (v->kind == SESSION_STRING && n == bytes && n)
		n--;
	if (n)
		memcpy(at, v->data, n);
}

static uint32_t align(uint32_t n, uint32_t to)
{
	return (n + to - 1) / to * to;
}

static enum session_act act_of(dtrace_actkind_t kind)
{
	switch (kind) {
	case DTRACEACT_STACK:
		return SESSION_ACT_STACK;
	case DTRACEACT_USTACK:
		return SESSION_ACT_USTACK;
	case DTRACEACT_JSTACK:
		return SESSION_ACT_JSTACK;
	case DTRACEACT_SYM:
		return SESSION_ACT_SYM;
	case DTRACEACT_MOD:
		return SESSION_ACT_MOD;
	case DTRACEACT_USYM:
		return SESSION_ACT_USYM;
	case DTRACEACT_UMOD:
		return SESSION_ACT_UMOD;
	case DTRACEACT_UADDR:
		return SESSION_ACT_UADDR;
	default:
		return 0;
	}
}

struct session_value relay_datum(const dtrace_recdesc_t *rec, const void *buf)
{
	struct session_value v = {.kind = SESSION_BYTES,
				  .shown_as = act_of(rec->dtrd_action),
				  .is_signed = true,
				  .size = rec->dtrd_size,
				  .d_size = rec->dtrd_size,
				  .arg = rec->dtrd_arg,
				  .data = (const char *)buf + rec->dtrd_offset};
	switch (rec->dtrd_action) {
	case DTRACEACT_STACK:
		v.kind = SESSION_STACK;
		break;
	case DTRACEACT_USTACK:
	case DTRACEACT_JSTACK: /* its strings come after the frames */
		v.kind = SESSION_USTACK;
		v.size = (DTRACE_USTACK_NFRAMES(rec->dtrd_arg) + 1) * 8;
		v.size = v.size < rec->dtrd_size ? v.size : rec->dtrd_size;
		break;
	case DTRACEACT_SYM:
	case DTRACEACT_MOD:
		v.kind = SESSION_ADDRESS;
		break;
	case DTRACEACT_USYM:
	case DTRACEACT_UMOD:
	case DTRACEACT_UADDR:
		v.kind = SESSION_USER_ADDRESS;
		break;
	default:
		break;
	}
	return v;
}

/* ---- records ---- */

static dtrace_actkind_t kind_of(enum session_act act, uint32_t value)
{
	static const dtrace_actkind_t kinds[] = {
	    [SESSION_ACT_TRACE] = DTRACEACT_DIFEXPR, [SESSION_ACT_PRINTF] = DTRACEACT_PRINTF,
	    [SESSION_ACT_PRINTA] = DTRACEACT_PRINTA, [SESSION_ACT_TRACEMEM] = DTRACEACT_TRACEMEM,
	    [SESSION_ACT_PRINT] = DTRACEACT_DIFEXPR, [SESSION_ACT_STACK] = DTRACEACT_STACK,
	    [SESSION_ACT_USTACK] = DTRACEACT_USTACK, [SESSION_ACT_JSTACK] = DTRACEACT_JSTACK,
	    [SESSION_ACT_SYM] = DTRACEACT_SYM,	     [SESSION_ACT_MOD] = DTRACEACT_MOD,
	    [SESSION_ACT_FUNC] = DTRACEACT_SYM,	     [SESSION_ACT_USYM] = DTRACEACT_USYM,
	    [SESSION_ACT_UMOD] = DTRACEACT_UMOD,     [SESSION_ACT_UFUNC] = DTRACEACT_USYM,
	    [SESSION_ACT_UADDR] = DTRACEACT_UADDR,   [SESSION_ACT_EXIT] = DTRACEACT_EXIT,
	    [SESSION_ACT_SYSTEM] = DTRACEACT_SYSTEM, [SESSION_ACT_FREOPEN] = DTRACEACT_FREOPEN,
	};
	if (act == SESSION_ACT_TRACEMEM && value > 0)
		return DTRACEACT_TRACEMEM_DYNSIZE;
	bool known = act < sizeof(kinds) / sizeof(kinds[0]) && kinds[act];
	return known ? kinds[act] : DTRACEACT_LIBACT;
}

static uint32_t recs_of(const struct session_action *a)
{
	return a->act == SESSION_ACT_OTHER ? 0 : a->nvalues ? a->nvalues : 1;
}

static void add_rec(dtrace_recdesc_t *rec, dtrace_actkind_t kind, const struct session_value *v,
		    uint32_t *offset)
{
	uint32_t bytes = v ? bytes_of(v) : 8;
	uint16_t alignment = v ? alignment_of(v, bytes) : 8;
	*offset = align(*offset, alignment);
	*rec = (dtrace_recdesc_t){.dtrd_action = kind,
				  .dtrd_size = bytes,
				  .dtrd_offset = *offset,
				  .dtrd_alignment = alignment,
				  .dtrd_arg = v ? v->arg : 0};
	*offset += bytes;
}

static int make_layout(struct layout *l, const struct session_record *r)
{
	uint32_t nrecs = 0, at = 0, offset = HEAD_BYTES;
	for (uint32_t i = 0; i < r->nactions; i++)
		nrecs += recs_of(&r->actions[i]);
	l->desc = calloc(1, sizeof(*l->desc) + nrecs * sizeof(dtrace_recdesc_t));
	l->first = calloc(r->nactions + 1u, sizeof(*l->first));
	if (!l->desc || !l->first)
		return -1;
	for (uint32_t i = 0; i < r->nactions; i++) {
		const struct session_action *a = &r->actions[i];
		l->first[i] = at;
		for (uint32_t k = 0; k < recs_of(a); k++, at++)
			add_rec(&l->desc->dtepd_rec[at], kind_of(a->act, k),
				a->nvalues ? &a->values[k] : NULL, &offset);
		if (a->format && recs_of(a))
			l->desc->dtepd_rec[l->first[i]].dtrd_format = (uint16_t)(i + 1);
	}
	l->first[r->nactions] = at;
	l->nactions = r->nactions;
	l->desc->dtepd_size = offset;
	l->desc->dtepd_nrecs = (int)nrecs;
	return 0;
}

const struct layout *relay_layout(dtrace_hdl_t *h, const struct session_record *r)
{
	if (r->clause >= h->nlayouts) {
		uint32_t n = r->clause + 16;
		struct layout *more = realloc(h->layouts, n * sizeof(*more));
		if (!more)
			return NULL;
		memset(more + h->nlayouts, 0, (n - h->nlayouts) * sizeof(*more));
		h->layouts = more;
		h->nlayouts = n;
	}
	struct layout *l = &h->layouts[r->clause];
	if (!l->first && make_layout(l, r) < 0)
		return NULL;
	uint8_t *room = realloc(h->record, l->desc->dtepd_size);
	if (!room)
		return NULL;
	h->record = room;
	l->desc->dtepd_epid = r->epid;
	l->desc->dtepd_probeid = r->probe.id;
	return l;
}

void relay_record(dtrace_hdl_t *h, const struct layout *l, const struct session_record *r)
{
	dtrace_rechdr_t head = {.dtrh_epid = r->epid,
				.dtrh_timestamp_hi = (uint32_t)(r->stamp >> 32),
				.dtrh_timestamp_lo = (uint32_t)r->stamp};
	memset(h->record, 0, l->desc->dtepd_size);
	memcpy(h->record, &head, sizeof(head));
	for (uint32_t i = 0; i < r->nactions; i++) {
		const struct session_action *a = &r->actions[i];
		const dtrace_recdesc_t *rec = &l->desc->dtepd_rec[l->first[i]];
		for (uint32_t k = 0; k < a->nvalues && a->act != SESSION_ACT_OTHER; k++)
			put_value(h->record + rec[k].dtrd_offset, &a->values[k], rec[k].dtrd_size);
		if (a->act == SESSION_ACT_PRINTA && a->naggs && !a->nvalues) {
			int64_t varid = a->aggs[0] + 1;
			memcpy(h->record + rec->dtrd_offset, &varid, 8);
		}
	}
}

static void copy_name(char *to, size_t bytes, const char *from)
{
	size_t n = strlen(from);
	n = n < bytes ? n : bytes - 1;
	memcpy(to, from, n);
	to[n] = '\0';
}

void relay_probe(dtrace_probedesc_t *out, const struct session_probe *p)
{
	out->dtpd_id = p->id;
	copy_name(out->dtpd_provider, sizeof(out->dtpd_provider), p->provider);
	copy_name(out->dtpd_mod, sizeof(out->dtpd_mod), p->module);
	copy_name(out->dtpd_func, sizeof(out->dtpd_func), p->function);
	copy_name(out->dtpd_name, sizeof(out->dtpd_name), p->name);
}

/* ---- aggregations ---- */

static dtrace_actkind_t kind_of_agg(enum session_agg_func func)
{
	static const dtrace_actkind_t kinds[] = {
	    [SESSION_COUNT] = DTRACEAGG_COUNT,
	    [SESSION_SUM] = DTRACEAGG_SUM,
	    [SESSION_AVG] = DTRACEAGG_AVG,
	    [SESSION_MIN] = DTRACEAGG_MIN,
	    [SESSION_MAX] = DTRACEAGG_MAX,
	    [SESSION_STDDEV] = DTRACEAGG_STDDEV,
	    [SESSION_QUANTIZE] = DTRACEAGG_QUANTIZE,
	    [SESSION_LQUANTIZE] = DTRACEAGG_LQUANTIZE,
	    [SESSION_LLQUANTIZE] = DTRACEAGG_LLQUANTIZE,
	};
	return kinds[func];
}

static uint32_t value_words(const struct session_agg *a)
{
	switch (a->func) {
	case SESSION_AVG:
		return 2;
	case SESSION_STDDEV:
		return 4;
	case SESSION_QUANTIZE:
		return a->nbuckets;
	case SESSION_LQUANTIZE:
	case SESSION_LLQUANTIZE:
		return a->nbuckets + 1;
	default:
		return 1;
	}
}

static uint64_t prefix_of(const struct session_agg *a)
{
	if (a->func == SESSION_LQUANTIZE)
		return (uint64_t)a->step << DTRACE_LQUANTIZE_STEPSHIFT |
		       (uint64_t)(uint16_t)(a->nbuckets - 2) << DTRACE_LQUANTIZE_LEVELSHIFT |
		       (uint32_t)a->base;
	return (uint64_t)a->factor << DTRACE_LLQUANTIZE_FACTORSHIFT |
	       (uint64_t)a->low << DTRACE_LLQUANTIZE_LOWSHIFT |
	       (uint64_t)a->high << DTRACE_LLQUANTIZE_HIGHSHIFT | a->steps;
}

static int make_agg_layout(struct agg_layout *l, const struct session_entry *e)
{
	const struct session_agg *a = e->agg;
	uint32_t nrecs = a->nkeys + 2, offset = KEYS_AT, bytes = value_words(a) * 8;
	dtrace_aggdesc_t *d = calloc(1, sizeof(*d) + nrecs * sizeof(dtrace_recdesc_t));
	if (!d)
		return -1;
	d->dtagd_rec[0] = (dtrace_recdesc_t){.dtrd_action = DTRACEACT_DIFEXPR,
					     .dtrd_size = 8,
					     .dtrd_offset = 8,
					     .dtrd_alignment = 8};
	for (uint32_t i = 0; i < a->nkeys; i++) {
		const struct session_value *key = &e->keys[i];
		add_rec(&d->dtagd_rec[i + 1],
			key->shown_as ? kind_of(key->shown_as, 0) : DTRACEACT_DIFEXPR, key,
			&offset);
	}
	offset = align(offset, 8);
	l->has_prefix = a->func == SESSION_LQUANTIZE || a->func == SESSION_LLQUANTIZE;
	l->prefix = l->has_prefix ? prefix_of(a) : 0;
	d->dtagd_rec[nrecs - 1] = (dtrace_recdesc_t){.dtrd_action = kind_of_agg(a->func),
						     .dtrd_size = bytes,
						     .dtrd_offset = offset,
						     .dtrd_alignment = 8,
						     .dtrd_arg = l->prefix};
	d->dtagd_name = (char *)a->name;
	d->dtagd_varid = (int64_t)a->id + 1;
	d->dtagd_id = a->id + 1;
	d->dtagd_size = offset + bytes;
	d->dtagd_nrecs = (int)nrecs;
	l->desc = d;
	return 0;
}

static const struct agg_layout *agg_layout(dtrace_hdl_t *h, const struct session_entry *e)
{
	uint32_t id = e->agg->id;
	if (id >= h->nagg_layouts) {
		struct agg_layout *more = realloc(h->agg_layouts, (id + 16u) * sizeof(*more));
		if (!more)
			return NULL;
		memset(more + h->nagg_layouts, 0, (id + 16u - h->nagg_layouts) * sizeof(*more));
		h->agg_layouts = more;
		h->nagg_layouts = id + 16;
	}
	struct agg_layout *l = &h->agg_layouts[id];
	/* The keys of an entry that is not there are not known. */
	if (!l->desc && ((e->agg->nkeys && !e->keys) || make_agg_layout(l, e) < 0))
		return NULL;
	l->desc->dtagd_flags = e->agg->printed ? DTRACE_AGD_PRINTED : 0;
	return l;
}

static const dtrace_recdesc_t *value_rec(const struct agg_layout *l)
{
	return &l->desc->dtagd_rec[l->desc->dtagd_nrecs - 1];
}

/* words: those of the entry, or of one CPU; NULL are zeros. */
static void put_words(uint8_t *at, const struct agg_layout *l, const struct session_entry *e,
		      const uint64_t *words)
{
	uint32_t room = value_rec(l)->dtrd_size / 8 - l->has_prefix;
	uint32_t n = e->nwords < room ? e->nwords : room;
	bool extreme = e->agg->func == SESSION_MIN || e->agg->func == SESSION_MAX;
	if (l->has_prefix) {
		memcpy(at, &l->prefix, 8);
		at += 8;
	}
	/* min and max have their count first */
	if (n && words)
		memcpy(at, words + (extreme && e->nwords > 1), n * 8ul);
}

/* With option aggpercpu: the value as each CPU has it, behind an array of pointers to them. -1: no memory. */
static int put_cpus(dtrace_hdl_t *h, const struct agg_layout *l, const struct session_entry *e,
		    struct relaid *out)
{
	uint32_t ncpus = session_agg_cpus(h->s), bytes = value_rec(l)->dtrd_size;
	if (!ncpus)
		return 0;
	caddr_t *cpus = realloc(out->cpus, ncpus * (sizeof(*cpus) + bytes));
	if (!cpus)
		return -1;
	uint8_t *at = (uint8_t *)(cpus + ncpus);
	memset(at, 0, (size_t)ncpus * bytes);
	for (uint32_t cpu = 0; cpu < ncpus; cpu++, at += bytes) {
		put_words(at, l, e, e->nwords ? session_entry_cpu(h->s, e, cpu) : NULL);
		cpus[cpu] = (caddr_t)at;
	}
	out->cpus = cpus;
	return 0;
}

int relay_entry(dtrace_hdl_t *h, const struct session_entry *e, struct relaid *out)
{
	const struct agg_layout *l = agg_layout(h, e);
	uint32_t bytes = l ? l->desc->dtagd_size : 0;
	uint8_t *room = l ? realloc(out->bytes, bytes) : NULL;
	if (!room)
		return -1;
	out->bytes = room;
	if (put_cpus(h, l, e, out) < 0)
		return -1;
	uint32_t id = (uint32_t)l->desc->dtagd_id;
	memset(room, 0, bytes);
	memcpy(room, &id, 4);
	memcpy(room + 8, &l->desc->dtagd_varid, 8);
	for (uint32_t i = 0; e->keys && i < e->agg->nkeys; i++) {
		const dtrace_recdesc_t *rec = &l->desc->dtagd_rec[i + 1];
		put_value(room + rec->dtrd_offset, &e->keys[i], rec->dtrd_size);
	}
	put_words(room + value_rec(l)->dtrd_offset, l, e, e->words);
	out->index = e->index;
	out->data = (dtrace_aggdata_t){.dtada_handle = h,
				       .dtada_desc = l->desc,
				       .dtada_edesc = &h->no_eprobe,
				       .dtada_pdesc = &h->no_probe,
				       .dtada_data = (caddr_t)room,
				       .dtada_normal = e->normal,
				       .dtada_size = bytes,
				       .dtada_percpu = out->cpus,
				       .dtada_flags = out->cpus ? DTRACE_A_PERCPU : 0};
	return 0;
}

struct relaid *relay_kept(dtrace_hdl_t *h, const struct session_entry *e)
{
	struct relaid *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->next = h->kept;
	h->kept = r;
	return relay_entry(h, e, r) < 0 ? NULL : r;
}

void relay_forget(dtrace_hdl_t *h)
{
	while (h->kept && !h->walks) {
		struct relaid *r = h->kept;
		h->kept = r->next;
		free(r->bytes);
		free(r->cpus);
		free(r);
	}
}

void relay_fini(dtrace_hdl_t *h)
{
	for (uint32_t i = 0; i < h->nlayouts; i++) {
		free(h->layouts[i].desc);
		free(h->layouts[i].first);
	}
	for (uint32_t i = 0; i < h->nagg_layouts; i++)
		free(h->agg_layouts[i].desc);
	free(h->layouts);
	free(h->agg_layouts);
	free(h->record);
	free(h->entry.bytes);
	free(h->entry.cpus);
	h->walks = 0;
	relay_forget(h);
}
