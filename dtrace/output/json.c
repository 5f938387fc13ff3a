/*
 * json.c - JSON lines: one object a line for each action, aggregation entry, drop, error and exit
 *
 * In: what the text printer gets. Out: objects as doc/output.schema.json describes them. Integers
 * beyond 2^53 are strings, since most readers would round them. Bytes that are not UTF-8 become
 * U+FFFD.
 */
#include "dtrace/output/internal.h"

#include <inttypes.h>
#include <string.h>

static const int64_t exact = 1LL << 53;

/* Length of a valid UTF-8 sequence at s, 0 when it is none. */
static size_t utf8_len(const unsigned char *s, size_t n)
{
	size_t len = s[0] < 0x80		   ? 1
		     : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		     : (s[0] & 0xf0) == 0xe0	   ? 3
		     : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						   : 0;
	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

static void string(struct buf *b, const char *p, size_t n)
{
	const unsigned char *s = (const unsigned char *)p;
	buf_putc(b, '"');
	for (size_t i = 0; i < n;) {
		size_t len = utf8_len(s + i, n - i);
		unsigned char c = s[i];
		if (len == 0) {
			buf_puts(b, "\\ufffd");
			i++;
			continue;
		}
		if (c == '"' || c == '\\') {
			buf_putc(b, '\\');
			buf_putc(b, (char)c);
		} else if (c == '\n') {
			buf_puts(b, "\\n");
		} else if (c == '\t') {
			buf_puts(b, "\\t");
		} else if (c < 0x20 || c == 0x7f) {
			buf_puts(b, "\\u00");
			buf_putc(b, "0123456789abcdef"[c >> 4]);
			buf_putc(b, "0123456789abcdef"[c & 15]);
		} else {
			buf_add(b, s + i, len);
		}
		i += len;
	}
	buf_putc(b, '"');
}

static void integer(struct buf *b, int64_t v, bool is_signed)
{
	bool quote = is_signed ? v > exact || v < -exact : (uint64_t)v > (uint64_t)exact;
	if (quote)
		buf_putc(b, '"');
	text_int(b, (uint64_t)v, is_signed && v < 0, is_signed ? 'd' : 'u', 0, 0, 0);
	if (quote)
		buf_putc(b, '"');
}

static void name(struct buf *b, const char *key)
{
	if (b->n && b->p[b->n - 1] != '{')
		buf_putc(b, ',');
	buf_putc(b, '"');
	buf_puts(b, key);
	buf_puts(b, "\":");
}

static void field_text(struct buf *b, const char *key, const char *s)
{
	name(b, key);
	string(b, s, strlen(s));
}

static void field_int(struct buf *b, const char *key, int64_t v)
{
	name(b, key);
	integer(b, v, true);
}

static void open_line(struct output *o, const char *type)
{
	buf_puts(&o->text, "{\"type\":\"");
	buf_puts(&o->text, type);
	buf_putc(&o->text, '"');
}

static void close_line(struct output *o)
{
	buf_puts(&o->text, "}\n");
}

static void probe_fields(struct output *o, const struct plan_probe *p)
{
	struct buf *b = &o->text;
	BUF_AUTO full = {0};
	buf_printf(&full, "%s:%s:%s:%s", p->provider, p->module, p->function, p->name);
	field_int(b, "id", p->id);
	field_text(b, "probe", buf_str(&full));
}

static void open_record(struct output *o, const char *type, const struct consume_rec *r)
{
	open_line(o, type);
	field_int(&o->text, "cpu", r->cpu);
	field_int(&o->text, "epid", r->seg->epid);
	probe_fields(o, r->probe);
}

static void one_frame(void *arg, const char *text, size_t n)
{
	struct buf *b = arg;
	if (b->p[b->n - 1] != '[')
		buf_putc(b, ',');
	string(b, text, n);
}

static void frames(struct output *o, const struct plan_rec *r, const uint8_t *base)
{
	buf_putc(&o->text, '[');
	stack_each(o, r, base, one_frame, &o->text);
	buf_putc(&o->text, ']');
}

static void bytes(struct buf *b, const uint8_t *p, size_t n)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < n; i++) {
		buf_putc(b, "0123456789abcdef"[p[i] >> 4]);
		buf_putc(b, "0123456789abcdef"[p[i] & 15]);
	}
	buf_putc(b, '"');
}

static void value(struct output *o, const struct plan_rec *r, const uint8_t *base, unsigned act)
{
	char s[512];
	size_t n;
	if (is_sym_act(act)) {
		n = sym_text(o, act, r, base, s, sizeof(s));
		string(&o->text, s, n);
	} else if (r->enc == ENC_INT && r->size <= 8) {
		integer(&o->text, plan_int(base + r->offset, r->size, r->is_signed), r->is_signed);
	} else if (r->enc == ENC_STR || r->enc == ENC_STRID) {
		const char *t = plan_text(o->plan, r, base, &n);
		string(&o->text, t, n);
	} else if (r->enc == ENC_KSTACK || r->enc == ENC_USTACK) {
		frames(o, r, base);
	} else {
		bytes(&o->text, base + r->offset, r->size);
	}
}

static const char *type_of(const struct plan_action *a)
{
	switch (a->act) {
	case PACT_STACK:
	case PACT_USTACK:
	case PACT_JSTACK:
		return "stack";
	case PACT_TRACEMEM:
		return "tracemem";
	case PACT_PCAP:
		return "pcap";
	case PACT_PRINT:
		return "print";
	default:
		return is_sym_act(a->act) ? "symbol" : "trace";
	}
}

void json_action(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	const struct plan_rec *rec = &a->recs.at[0];
	bool stack = rec->enc == ENC_KSTACK || rec->enc == ENC_USTACK;
	open_record(o, type_of(a), r);
	if (a->act == PACT_PRINT) {
		BUF_AUTO text = {0};
		struct buf keep = o->text;
		o->text = text;
		print_value(o, rec, r->data);
		text = o->text;
		o->text = keep;
		name(&o->text, "text");
		string(&o->text, buf_str(&text), text.n);
	} else if (a->act == PACT_PCAP) {
		struct packet p = packet_read(a, r->data);
		name(&o->text, "value");
		bytes(&o->text, p.data, p.bytes);
		field_int(&o->text, "length", (int64_t)p.length);
	} else {
		name(&o->text, stack ? "frames" : "value");
		value(o, rec, r->data, a->act);
	}
	close_line(o);
}

void json_record(struct output *o, const struct consume_rec *r)
{
	open_record(o, "record", r);
	close_line(o);
}

void json_text(struct output *o, const struct consume_rec *r, const char *type, const char *s,
	       size_t n)
{
	open_record(o, type, r);
	name(&o->text, "text");
	string(&o->text, s, n);
	close_line(o);
}

static const char *func_name(enum agg_func f)
{
	static const char *const names[] = {"count",  "sum",	  "avg",       "min",	    "max",
					    "stddev", "quantize", "lquantize", "llquantize"};
	return names[f];
}

static void buckets(struct output *o, const struct agg_entry *e)
{
	struct buf *b = &o->text;
	unsigned n = quantize_buckets(e->agg);
	bool first = true;
	int64_t normal = (int64_t)e->normal;
	name(b, "buckets");
	buf_putc(b, '[');
	for (unsigned i = 0; i < n; i++) {
		int64_t min, max;
		if (e->cell[i] == 0)
			continue;
		quantize_bounds(e->agg, i, &min, &max);
		buf_puts(b, first ? "{" : ",{");
		first = false;
		if (min != INT64_MIN)
			field_int(b, "min", min);
		if (max != INT64_MAX)
			field_int(b, "max", max);
		field_int(b, "count",
			  normal == 1 || normal == -1 ? (int64_t)e->cell[i]
						      : (int64_t)e->cell[i] / normal);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static void json_agg(struct output *o, const struct agg_entry *e, const struct agg_entry *key)
{
	struct buf *b = &o->text;
	open_line(o, "agg");
	field_text(b, "name", e->agg->name);
	field_text(b, "func", func_name(e->agg->func));
	name(b, "keys");
	buf_putc(b, '[');
	for (size_t i = 0; key->key && i < key->agg->keys.n; i++) {
		if (i)
			buf_putc(b, ',');
		value(o, &key->agg->keys.at[i], key->key, key->agg->keys.at[i].action);
	}
	buf_putc(b, ']');
	if (e->normal != 1)
		field_int(b, "normal", (int64_t)e->normal);
	if (e->agg->func >= AGG_QUANTIZE)
		buckets(o, e);
	else
		field_int(b, "value", agg_value(e, e->normal));
	close_line(o);
}

void json_aggs(struct output *o, const struct agg_entry *e, size_t n)
{
	const struct agg_entry *key = e;
	for (size_t i = 0; i < n && !key->key; i++)
		key = &e[i];
	for (size_t i = 0; i < n; i++)
		json_agg(o, &e[i], key);
}

void json_drop(struct output *o, const struct consume_drop *d)
{
	struct buf *b = &o->text;
	open_line(o, "drop");
	field_text(b, "kind", d->tag);
	if (d->cpu >= 0)
		field_int(b, "cpu", d->cpu);
	field_int(b, "count", (int64_t)d->count);
	field_int(b, "total", (int64_t)d->total);
	field_text(b, "text", d->text);
	if (d->remedy)
		field_text(b, "option", d->remedy);
	close_line(o);
}

void json_error(struct output *o, const struct consume_error *err, const char *text)
{
	struct buf *b = &o->text;
	open_line(o, "error");
	field_int(b, "epid", (int64_t)err->epid);
	probe_fields(o, err->probe);
	field_int(b, "action", (int64_t)err->action);
	field_int(b, "offset", (int32_t)err->offset);
	field_text(b, "fault", consume_fault_text(err->fault));
	name(b, "address");
	integer(b, (int64_t)err->address, false);
	field_text(b, "text", text);
	close_line(o);
}

void json_exit(struct output *o, int status)
{
	open_line(o, "exit");
	field_int(&o->text, "status", status);
	close_line(o);
}
