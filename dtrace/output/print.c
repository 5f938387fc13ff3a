/*
 * print.c - print(): a value with its C type, members one a line
 *
 *	struct foo {
 *	    int a = 0x1
 *	    char [4] b = [ "abc" ]
 *	    enum state c = ON
 *	    struct bar d = {
 *	        long [2] e = [ 0x1, 0x2 ]
 *	    }
 *	}
 *
 * In: the bytes of a value and its type. Out: that text. Members come through type_members(), which
 * may import from the kernel.
 */
#include "dtrace/output/internal.h"

#include "dtrace/sym/symbols.h"
#include "dtrace/types/type.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_DEPTH = 32 };

struct printer {
	struct output *o;
	struct buf *b;
	const uint8_t *p;
	uint64_t n; /* bytes there are */
};

static void put(struct printer *pr, struct type *t, uint64_t bit, uint32_t width, int depth);

/* "int ", "char *": a star stands next to what follows. */
static void put_type(struct buf *b, const struct type *t)
{
	BUF_AUTO name = {0};
	type_name(t, &name);
	buf_add(b, buf_str(&name), name.n);
	if (name.n && name.p[name.n - 1] != '*')
		buf_putc(b, ' ');
}

static uint64_t read_bits(const struct printer *pr, uint64_t bit, uint32_t width)
{
	uint64_t v = 0, byte = bit / 8;
	unsigned shift = bit % 8;
	unsigned __int128 w = 0;
	size_t have = byte < pr->n ? pr->n - byte : 0;
	memcpy(&w, pr->p + (have ? byte : 0), have < 16 ? have : 16);
	v = (uint64_t)(w >> shift);
	return width < 64 ? v & ((1ull << width) - 1) : v;
}

static void put_hex(struct printer *pr, uint64_t v)
{
	text_int(pr->b, v, false, 'x', FORMAT_ALT, 0, 0);
}

static void put_char(struct printer *pr, uint8_t c)
{
	if (c >= ' ' && c <= '~')
		buf_printf(pr->b, "'%c'", c);
	else if (c == 0)
		buf_puts(pr->b, "'\\0'");
	else
		buf_printf(pr->b, "'\\%03o'", c);
}

static void put_enum(struct printer *pr, struct type *t, uint64_t v)
{
	int64_t want = t->size == 4 ? (int32_t)v : (int64_t)v;
	uint32_t n = 0;
	const struct type_enumerator *e = type_enumerators(t, &n);
	for (uint32_t i = 0; e && i < n; i++)
		if (e[i].value == want || (uint64_t)e[i].value == v) {
			buf_puts(pr->b, e[i].name);
			return;
		}
	buf_printf(pr->b, "%" PRId64, want);
}

static void put_ptr(struct printer *pr, struct type *t, uint64_t v)
{
	struct type *to = t->ref ? type_resolve(t->ref) : NULL;
	char s[512];
	struct symbol sym;
	if (to && to->kind == TYPE_FUNC && pr->o->syms && symbols_kernel(pr->o->syms, v, &sym)) {
		symbols_kernel_text(pr->o->syms, v, s, sizeof(s));
		buf_puts(pr->b, s);
	} else {
		put_hex(pr, v);
	}
}

static void put_float(struct printer *pr, const struct type *t, uint64_t bit)
{
	uint64_t at = bit / 8;
	if (at + t->size > pr->n)
		return;
	if (t->size == 4) {
		float f;
		memcpy(&f, pr->p + at, 4);
		buf_printf(pr->b, "%+.7e", (double)f);
	} else if (t->size == 8) {
		double d;
		memcpy(&d, pr->p + at, 8);
		buf_printf(pr->b, "%+.15e", d);
	} else {
		long double d = 0;
		memcpy(&d, pr->p + at, sizeof(d));
		buf_printf(pr->b, "%+.18Le", d);
	}
}

/* A char array that reads as text up to its end or first NUL. */
static bool put_text(struct printer *pr, uint64_t bit, uint64_t n)
{
	const uint8_t *s = pr->p + bit / 8;
	if (bit / 8 + n > pr->n)
		return false;
	size_t len = strnlen((const char *)s, n);
	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= ' ' && s[i] <= '~') || (s[i] >= '\t' && s[i] <= '\r')))
			return false;
	buf_puts(pr->b, "[ \"");
	buf_add(pr->b, s, len);
	buf_puts(pr->b, "\" ]");
	return true;
}

static void indent(struct printer *pr, int depth)
{
	text_fill(pr->b, ' ', (size_t)depth * 4);
}

static void put_array(struct printer *pr, struct type *t, uint64_t bit, int depth)
{
	struct type *of = type_resolve(t->ref);
	uint64_t each = type_size(of), n = t->nelems;
	bool nested = type_is_sou(of) || of->kind == TYPE_ARRAY;
	if (of->kind == TYPE_INT && of->is_char && put_text(pr, bit, n))
		return;
	if (each && n > (pr->n - (bit / 8 < pr->n ? bit / 8 : pr->n)) / each)
		n = (pr->n - (bit / 8 < pr->n ? bit / 8 : pr->n)) / each;
	buf_puts(pr->b, nested ? "[\n" : "[ ");
	for (uint64_t i = 0; i < n; i++) {
		if (nested) {
			indent(pr, depth + 1);
			put_type(pr->b, t->ref);
			put(pr, t->ref, bit + i * each * 8, 0, depth + 1);
			buf_puts(pr->b, i + 1 < n ? ",\n" : "\n");
		} else {
			put(pr, t->ref, bit + i * each * 8, 0, depth);
			buf_puts(pr->b, i + 1 < n ? ", " : " ");
		}
	}
	if (nested)
		indent(pr, depth);
	buf_putc(pr->b, ']');
}

/* Of a value longer than printsize the end is missing: "..." stands for it. */
static bool cut(struct printer *pr, const struct type_member *m, uint64_t bit, int depth)
{
	uint64_t bits = m->bitfield_bits ? m->bitfield_bits : type_size(m->type) * 8;
	if (bit + m->offset_bits + bits <= pr->n * 8)
		return false;
	indent(pr, depth);
	buf_puts(pr->b, "...\n");
	return true;
}

static void put_sou(struct printer *pr, struct type *t, uint64_t bit, int depth)
{
	uint32_t n = 0;
	const struct type_member *m = depth < MAX_DEPTH ? type_members(t, &n) : NULL;
	buf_puts(pr->b, "{\n");
	for (uint32_t i = 0; m && i < n; i++) {
		if (t->kind == TYPE_STRUCT && cut(pr, &m[i], bit, depth + 1))
			break;
		indent(pr, depth + 1);
		put_type(pr->b, m[i].type);
		buf_printf(pr->b, "%s%s", m[i].name && *m[i].name ? m[i].name : "",
			   m[i].name && *m[i].name ? " = " : "= ");
		put(pr, m[i].type, bit + m[i].offset_bits, m[i].bitfield_bits, depth + 1);
		buf_putc(pr->b, '\n');
	}
	indent(pr, depth);
	buf_putc(pr->b, '}');
}

static void put(struct printer *pr, struct type *declared, uint64_t bit, uint32_t width, int depth)
{
	struct type *t = type_resolve(declared);
	uint32_t bits = width ? width : (uint32_t)(type_size(t) > 8 ? 64 : type_size(t) * 8);
	uint64_t v = bits ? read_bits(pr, bit, bits) : 0;
	switch (t->kind) {
	case TYPE_INT:
		if (t->is_char && !width)
			put_char(pr, (uint8_t)v);
		else
			put_hex(pr, v);
		break;
	case TYPE_ENUM:
		put_enum(pr, t, v);
		break;
	case TYPE_PTR:
		put_ptr(pr, t, v);
		break;
	case TYPE_FLOAT:
		put_float(pr, t, bit);
		break;
	case TYPE_ARRAY:
		put_array(pr, t, bit, depth);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		put_sou(pr, t, bit, depth);
		break;
	case TYPE_STRING:
		if (!put_text(pr, bit, pr->n - (bit / 8 < pr->n ? bit / 8 : pr->n)))
			buf_puts(pr->b, "<unprintable>");
		break;
	default:
		buf_puts(pr->b, "<unknown type>");
		break;
	}
}

void print_value(struct output *o, const struct plan_rec *r, const uint8_t *base)
{
	struct printer pr = {.o = o, .b = &o->text, .p = base + r->offset, .n = r->size};
	struct type *t = (struct type *)(uintptr_t)r->type; /* members are imported on demand */
	if (!t) {
		value_trace(o, r, base);
		return;
	}
	if (r->enc == ENC_STR || r->enc == ENC_STRID) {
		size_t n;
		const char *s = plan_text(o->plan, r, base, &n);
		put_type(&o->text, t);
		buf_printf(&o->text, "\"%.*s\"\n", (int)n, s);
		return;
	}
	put_type(&o->text, t);
	put(&pr, t, 0, 0, 0);
	buf_putc(&o->text, '\n');
}

const struct buf *output_print(struct output *o, const struct plan_rec *rec, const uint8_t *base)
{
	buf_clear(&o->text);
	print_value(o, rec, base);
	return &o->text;
}
