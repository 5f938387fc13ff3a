/*
 * printf.c - runs a parsed format over the values of a record, or over the keys and values of an
 * aggregation entry
 *
 * In: struct format (parsed once per action), plan records, bytes. Out: text. The size and sign of
 * a value come from the plan, not from the format: %d of an unsigned value is unsigned, %x of an
 * 8-bit value shows 8 bits. A precision of 0 counts as none, as in libdtrace.
 */
#include "dtrace/output/internal.h"

#include "dtrace/sym/symbols.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run {
	struct output *o;
	const struct printf_args *a;
	size_t next;	/* record to be consumed */
	size_t nextagg; /* %@ */
};

/* One conversion with its '*' resolved. */
struct spec {
	const struct format_conv *c;
	unsigned flags;
	int width, prec;
};

static const struct plan_rec *next_rec(struct run *r)
{
	return r->next < r->a->nrecs ? &r->a->recs[r->next++] : NULL;
}

static int next_int(struct run *r)
{
	const struct plan_rec *rec = next_rec(r);
	int64_t v = rec ? plan_int(r->a->base + rec->offset, rec->size, true) : 0;
	return v > 65536 ? 65536 : v < -65536 ? -65536 : (int)v;
}

static struct spec resolve(struct run *r, const struct format_conv *c)
{
	struct spec s = {.c = c, .flags = c->flags, .width = c->width, .prec = c->prec};
	if (c->flags & FORMAT_DYNWIDTH)
		s.width = next_int(r);
	if (c->flags & FORMAT_DYNPREC)
		s.prec = next_int(r);
	if (s.width < 0 && (c->flags & FORMAT_DYNWIDTH)) {
		s.width = -s.width;
		s.flags |= FORMAT_LEFT;
	}
	if (s.width < 0)
		s.width = 0;
	if (s.width > 65536)
		s.width = 65536;
	if (s.prec > 65536)
		s.prec = 65536;
	return s;
}

static void put(struct run *r, const struct spec *s, const char *text, size_t n)
{
	if (s->prec > 0 && n > (size_t)s->prec)
		n = (size_t)s->prec;
	text_pad(&r->o->text, text, n, s->width, (s->flags & FORMAT_LEFT) != 0);
}

/* Floating point is rare: the C library does it. */
static void put_float(struct run *r, const struct spec *s, const uint8_t *p, uint32_t size)
{
	char f[48], flags[8];
	size_t n = 0;
	n += (s->flags & FORMAT_LEFT) ? (flags[n] = '-', 1u) : 0;
	n += (s->flags & FORMAT_PLUS) ? (flags[n] = '+', 1u) : 0;
	n += (s->flags & FORMAT_SPACE) ? (flags[n] = ' ', 1u) : 0;
	n += (s->flags & FORMAT_ALT) ? (flags[n] = '#', 1u) : 0;
	n += (s->flags & FORMAT_ZERO) ? (flags[n] = '0', 1u) : 0;
	flags[n] = '\0';
	char width[16] = "", prec[16] = "";
	if (s->width > 0)
		snprintf(width, sizeof(width), "%d", s->width);
	if (s->prec > 0)
		snprintf(prec, sizeof(prec), ".%d", s->prec);
	snprintf(f, sizeof(f), "%%%s%s%s%s%c", flags, width, prec, size == 16 ? "L" : "",
		 s->c->letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (size == 16) {
		long double v;
		memcpy(&v, p, 16);
		buf_printf(&r->o->text, f, v);
	} else if (size == 8) {
		double v;
		memcpy(&v, p, 8);
		buf_printf(&r->o->text, f, v);
	} else if (size == 4) {
		float v;
		memcpy(&v, p, 4);
		buf_printf(&r->o->text, f, (double)v);
	}
#pragma GCC diagnostic pop
}

static void put_number(struct run *r, const struct spec *s, int64_t v, bool is_signed)
{
	text_int(&r->o->text, (uint64_t)v, is_signed && v < 0, is_signed ? 'd' : s->c->letter,
		 s->flags, s->width, s->prec);
}

static void put_int(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	const uint8_t *p = r->a->base + rec->offset;
	uint32_t size = rec->size;
	if (rec->enc == ENC_UADDR && size >= 16) {
		p += 8;
		size = 8;
	}
	bool sig = s->c->kind == FK_SINT || (s->c->kind == FK_DINT && rec->is_signed);
	int64_t v = plan_int(p, size, sig);
	if (sig || s->c->kind == FK_UINT) {
		put_number(r, s, v, sig);
	} else { /* %d of an unsigned value */
		text_int(&r->o->text, (uint64_t)v, false, 'u', s->flags, s->width, s->prec);
	}
}

static void put_char(struct run *r, const struct spec *s, int64_t v)
{
	BUF_AUTO b = {0};
	if (s->c->kind == FK_WCHAR)
		text_utf8(&b, (uint32_t)v);
	else if (s->c->kind == FK_ECHAR)
		text_escaped(&b, &(char){(char)v}, 1);
	else
		buf_putc(&b, (char)v);
	put(r, s, buf_str(&b), b.n);
}

static void put_string(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	size_t n;
	const char *text = plan_text(r->o->plan, rec, r->a->base, &n);
	if (s->c->kind == FK_STR) {
		put(r, s, text, n);
		return;
	}
	BUF_AUTO b = {0};
	text_escaped(&b, text, n);
	put(r, s, buf_str(&b), b.n);
}

static void put_wide(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	BUF_AUTO b = {0};
	for (uint32_t i = 0; i + 4 <= rec->size; i += 4) {
		uint32_t c = (uint32_t)plan_int(r->a->base + rec->offset + i, 4, false);
		if (c == 0)
			break;
		text_utf8(&b, c);
	}
	put(r, s, buf_str(&b), b.n);
}

static void put_addr(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	char text[512];
	size_t n;
	struct symbols *syms = r->o->opts->noresolve ? NULL : r->o->syms;
	const uint8_t *p = r->a->base + rec->offset;
	if (is_sym_act(rec->action) && rec->action != PACT_UADDR)
		n = sym_text(r->o, rec->action, rec, r->a->base, text, sizeof(text));
	else if (rec->enc == ENC_UADDR && rec->size >= 16)
		n = symbols_user_text(syms, (uint64_t)plan_int(p, 8, false),
				      (uint64_t)plan_int(p + 8, 8, false), text, sizeof(text));
	else if (s->c->kind == FK_UADDR)
		n = symbols_user_text(r->o->opts->target ? syms : NULL, r->o->opts->target,
				      (uint64_t)plan_int(p, rec->size, false), text, sizeof(text));
	else
		n = symbols_kernel_text(syms, (uint64_t)plan_int(p, rec->size, false), text,
					sizeof(text));
	put(r, s, text, n < sizeof(text) ? n : sizeof(text) - 1);
}

static void put_stack(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	bool left = (s->flags & FORMAT_LEFT) != 0;
	/* left-aligned: the width is an indentation */
	struct stack_style st = {.indent = left ? s->width : 0, .width = left ? 0 : s->width};
	stack_print(r->o, rec, r->a->base, &st);
}

static void put_date(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	BUF_AUTO b = {0};
	uint64_t ns = (uint64_t)plan_int(r->a->base + rec->offset, rec->size, false);
	text_date(&b, ns, s->c->kind == FK_TIME822);
	put(r, s, buf_str(&b), b.n);
}

enum { HOST_NAME_BYTES = 256 };

/* From hosts(5), read here: a program that is linked statically cannot ask the C library. */
static bool host_name(const char *address, size_t n, char name[HOST_NAME_BYTES])
{
	FILE *f = fopen("/etc/hosts", "re");
	char line[1024], of[INET6_ADDRSTRLEN];
	bool found = false;
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%45[^# \t\n] %255[^# \t\n]", of, name) == 2 &&
			strlen(of) == n && memcmp(of, address, n) == 0;
	if (f)
		fclose(f);
	return found;
}

/* The text of an address: the host that it belongs to, where that is known here. */
static void put_host(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	char name[HOST_NAME_BYTES];
	size_t n;
	const char *address = plan_text(r->o->plan, rec, r->a->base, &n);
	if (!(s->flags & FORMAT_ALT) && host_name(address, n, name))
		put(r, s, name, strlen(name));
	else
		put(r, s, address, n);
}

static void put_inet(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	char text[INET6_ADDRSTRLEN] = "";
	if (rec->enc != ENC_INT && rec->enc != ENC_BYTES) {
		put_host(r, s, rec);
		return;
	}
	inet_ntop(rec->size == sizeof(struct in6_addr) ? AF_INET6 : AF_INET,
		  r->a->base + rec->offset, text, sizeof(text));
	put(r, s, text, strlen(text));
}

enum { SERVICE_NAME_BYTES = 64 };

/* From services(5), read here: a program that is linked statically cannot ask the C library. */
static bool service_name(uint16_t port, char name[SERVICE_NAME_BYTES])
{
	FILE *f = fopen("/etc/services", "re");
	char line[512];
	bool found = false;
	while (f && !found && fgets(line, sizeof(line), f)) {
		unsigned n;
		found = sscanf(line, "%63[^# \t\n] %u/", name, &n) == 2 && n == port;
	}
	if (f)
		fclose(f);
	return found;
}

static void put_port(struct run *r, const struct spec *s, uint16_t port)
{
	char text[SERVICE_NAME_BYTES];
	if ((s->flags & FORMAT_ALT) || !service_name(port, text))
		snprintf(text, sizeof(text), "%u", port);
	put(r, s, text, strlen(text));
}

static void put_rec(struct run *r, const struct spec *s, const struct plan_rec *rec)
{
	const uint8_t *p = r->a->base + rec->offset;
	if (rec->action == PACT_MOD || rec->action == PACT_UMOD) {
		put_addr(r, s, rec); /* whatever the conversion */
		return;
	}
	switch (s->c->kind) {
	case FK_SINT:
	case FK_DINT:
	case FK_UINT:
		put_int(r, s, rec);
		break;
	case FK_ECHAR:
		if (rec->enc != ENC_INT) {
			put_string(r, s, rec);
			break;
		}
		/* fallthrough */
	case FK_CHAR:
	case FK_WCHAR:
		put_char(r, s, plan_int(p, rec->size, true));
		break;
	case FK_FLOAT:
		put_float(r, s, p, rec->size);
		break;
	case FK_STR:
	case FK_ESTR:
		put_string(r, s, rec);
		break;
	case FK_WSTR:
		put_wide(r, s, rec);
		break;
	case FK_KADDR:
	case FK_UADDR:
		put_addr(r, s, rec);
		break;
	case FK_STACK:
		put_stack(r, s, rec);
		break;
	case FK_TIME:
	case FK_TIME822:
		put_date(r, s, rec);
		break;
	case FK_INET:
		put_inet(r, s, rec);
		break;
	case FK_PORT:
		put_port(r, s, (uint16_t)plan_int(p, rec->size, false));
		break;
	case FK_TEXT:
	case FK_PERCENT:
		break;
	}
}

/* %@: the value of the next aggregation; beyond the last, the last again. */
static void put_agg(struct run *r, const struct spec *s)
{
	if (r->a->naggs == 0)
		return;
	const struct agg_entry *e = &r->a->aggs[r->nextagg];
	if (r->nextagg + 1 < r->a->naggs)
		r->nextagg++;
	if (e->agg->func >= AGG_QUANTIZE) {
		quantize_print(r->o, e);
		return;
	}
	int64_t v = agg_value(e, e->normal);
	uint64_t plain = (uint64_t)v;
	bool sig = s->c->kind == FK_SINT || (s->c->kind == FK_DINT && e->agg->func != AGG_COUNT &&
					     e->agg->func != AGG_STDDEV);
	struct plan_rec as_rec = {.enc = ENC_INT, .is_signed = sig, .size = 8};
	if (s->c->kind <= FK_UINT) {
		if (sig || s->c->kind == FK_UINT)
			put_number(r, s, v, sig);
		else
			text_int(&r->o->text, plain, false, 'u', s->flags, s->width, s->prec);
		return;
	}
	struct printf_args sub = {.base = (const uint8_t *)&plain};
	struct run sub_run = {.o = r->o, .a = &sub};
	put_rec(&sub_run, s, &as_rec);
}

/* What has been made of a conversion, or the text before it, as a piece of its own. */
static void flush_piece(const struct run *r, int part, size_t agg, bool last)
{
	const struct agg_entry *row = r->a->aggs, *keyed = row;
	for (size_t i = 0; i < r->a->naggs && !keyed->key; i++)
		keyed = &row[i];
	const struct agg_entry *entry = part == ORIGIN_AGGVAL ? &row[agg] : keyed;
	uint32_t key = part == ORIGIN_AGGKEY && r->next ? (uint32_t)r->next - 1 : 0;
	out_piece_of(r->o, &(struct piece){part, entry, keyed, key, last});
}

void printf_run(struct output *o, const struct format *f, const struct printf_args *a)
{
	struct run r = {.o = o, .a = a};
	const bool pieces = o->ops.buffered && a->naggs;
	for (uint32_t i = 0; i < f->nconvs; i++) {
		const struct format_conv *c = &f->convs[i];
		const bool last = i + 1 == f->nconvs;
		const size_t agg = r.nextagg;
		if (c->text_bytes) {
			buf_add(&o->text, c->text, c->text_bytes);
			if (pieces)
				flush_piece(&r, ORIGIN_AGGFORMAT, 0, last && c->kind == FK_TEXT);
		}
		if (c->kind == FK_TEXT)
			continue;
		if (c->kind == FK_PERCENT) {
			buf_putc(&o->text, '%');
			continue;
		}
		struct spec s = resolve(&r, c);
		if (c->flags & FORMAT_AGG) {
			put_agg(&r, &s);
		} else {
			const struct plan_rec *rec = next_rec(&r);
			if (rec)
				put_rec(&r, &s, rec);
		}
		if (pieces)
			flush_piece(&r, c->flags & FORMAT_AGG ? ORIGIN_AGGVAL : ORIGIN_AGGKEY, agg,
				    last);
	}
}

const struct buf *output_printf(struct output *o, const char *format, const struct plan_rec *recs,
				size_t nrecs, const uint8_t *base, const struct agg_entry *agg,
				uint32_t *taken, struct err *e)
{
	struct format f;
	struct format_error wrong;
	if (arena_guard(o->arena)) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	bool good = format_parse(o->arena, format, &f, &wrong);
	o->arena->guarded = 0;
	if (!good) {
		err_set(e, EINVAL, "%s", wrong.text);
		return NULL;
	}
	*taken = f.nargs < nrecs ? f.nargs : (uint32_t)nrecs;
	buf_clear(&o->text);
	printf_run(
	    o, &f,
	    &(struct printf_args){
		.recs = recs, .nrecs = nrecs, .base = base, .aggs = agg, .naggs = agg != NULL});
	return &o->text;
}
