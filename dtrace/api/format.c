/*
 * format.c - text of values that a caller has: printf() and print() without a record
 *
 * The values are laid side by side as those of a record are, each described as the decode plan does, and an
 * output of its own, which writes nothing, makes the text.
 */
#include "dtrace/api/session_int.h"

#include "base/buf.h"
#include "dtrace/types/type.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum plan_act act_of(enum session_act act)
{
	static const enum plan_act acts[] = {
	    [SESSION_ACT_STACK] = PACT_STACK,	[SESSION_ACT_USTACK] = PACT_USTACK,
	    [SESSION_ACT_JSTACK] = PACT_JSTACK, [SESSION_ACT_SYM] = PACT_SYM,
	    [SESSION_ACT_MOD] = PACT_MOD,	[SESSION_ACT_FUNC] = PACT_FUNC,
	    [SESSION_ACT_USYM] = PACT_USYM,	[SESSION_ACT_UMOD] = PACT_UMOD,
	    [SESSION_ACT_UFUNC] = PACT_UFUNC,	[SESSION_ACT_UADDR] = PACT_UADDR,
	};
	return act < sizeof(acts) / sizeof(acts[0]) ? acts[act] : PACT_NONE;
}

static struct plan_rec rec_of(const struct session_value *v, size_t offset)
{
	static const enum plan_enc encs[] = {
	    [SESSION_INT] = ENC_INT,
	    [SESSION_STRING] = ENC_STR,
	    [SESSION_BYTES] = ENC_BYTES,
	    [SESSION_STACK] = ENC_KSTACK,
	    [SESSION_USTACK] = ENC_USTACK,
	    [SESSION_ADDRESS] = ENC_KADDR,
	    [SESSION_USER_ADDRESS] = ENC_UADDR,
	};
	return (struct plan_rec){.enc = encs[v->kind],
				 .is_signed = v->is_signed,
				 .action = (uint8_t)act_of(v->shown_as),
				 .offset = (uint32_t)offset,
				 .size = v->size,
				 .d_bytes = v->d_size,
				 .arg = v->arg};
}

/* The bytes of values behind each other, eight zeros after each: stacks and texts end there. */
static uint8_t *lay_out(const struct session_value *values, uint32_t n, struct plan_rec *recs)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < n; i++) {
		recs[i] = rec_of(&values[i], bytes);
		bytes += (values[i].size + 15u) / 8 * 8;
	}
	uint8_t *p = calloc(bytes + 1, 1);
	for (uint32_t i = 0; p && i < n; i++)
		if (values[i].size)
			memcpy(p + recs[i].offset, values[i].data, values[i].size);
	return p;
}

static struct output *scratch(struct session *s, struct err *e)
{
	static const struct output_ops ops;
	if (!s->syms)
		s->syms = symbols_new(NULL, NULL);
	return output_new(&s->image, s->aggs, s->syms, &s->out_opts, &ops, e);
}

static char *keep(const struct buf *b, struct err *e)
{
	char *text = b && !b->oom ? strdup(buf_str(b)) : NULL;
	if (b && !text)
		err_set(e, ENOMEM, "out of memory");
	return text;
}

char *session_format(struct session *s, const char *format, const struct session_value *values,
		     uint32_t nvalues, const struct session_entry *entry, uint32_t *taken,
		     struct err *e)
{
	struct agg_entry agg;
	bool has_agg = entry && s->aggs && aggs_entry(s->aggs, entry->agg->id, entry->index, &agg);
	struct plan_rec *recs = calloc(nvalues + 1u, sizeof(*recs));
	uint8_t *base = recs ? lay_out(values, nvalues, recs) : NULL;
	struct output *o = base ? scratch(s, e) : NULL;
	char *text = NULL;
	*taken = 0;
	if (!base)
		err_set(e, ENOMEM, "out of memory");
	if (o)
		text = keep(
		    output_printf(o, format, recs, nvalues, base, has_agg ? &agg : NULL, taken, e),
		    e);
	output_free(o);
	free(base);
	free(recs);
	return text;
}

static struct type *type_named(struct session *s, const char *name, size_t bytes, struct err *e)
{
	struct type *t = NULL;
	if (arena_guard(s->arena)) {
		err_set(e, ENOMEM, "out of memory");
	} else if (session_prepare(s, e) == 0) {
		t = types_find(s->types, name);
		if (!t || !type_is_complete(t))
			err_set(e, ENOENT, "No such type");
		else if (bytes < type_size(t))
			err_set(e, EINVAL, "%s has %llu bytes, not %zu", name,
				(unsigned long long)type_size(t), bytes);
		if (t && (!type_is_complete(t) || bytes < type_size(t)))
			t = NULL;
	}
	s->arena->guarded = 0;
	return t;
}

char *session_format_typed(struct session *s, const char *type, const void *data, size_t bytes,
			   struct err *e)
{
	struct type *t = type_named(s, type, bytes, e);
	struct output *o = t ? scratch(s, e) : NULL;
	if (!o)
		return NULL;
	struct plan_rec rec = {.enc = type_is_string(t) ? ENC_STR : ENC_BYTES,
			       .size = (uint32_t)bytes,
			       .d_bytes = (uint32_t)bytes,
			       .type = t};
	char *text = keep(output_print(o, &rec, data), e);
	output_free(o);
	return text;
}

int session_symbol_type(struct session *s, const char *object, const char *name,
			struct session_type *out, struct err *e)
{
	struct type *t = NULL;
	BUF_AUTO text = {0};
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	int r = session_prepare(s, e);
	if (r == 0 && (!object || strcmp(object, "vmlinux") == 0))
		t = sema_symbol_type(s->types, name);
	if (t)
		*out = (struct session_type){arena_strdup(s->arena, type_name(t, &text)),
					     type_is_complete(t) ? type_size(t) : 0};
	s->arena->guarded = 0;
	return r < 0 || t ? r : err_set(e, ENOENT, "No such type");
}
