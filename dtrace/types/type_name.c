/*
 * type_name.c - spells a type as C does, the way DTrace prints it in messages
 *
 * In: a type. Out: "int", "struct foo *", "char [8]", "int (*)(int, char)", "char *[4]", "int
 * (*)[4]". The declarator grows outwards from the absent name, one derivation at a time; the base
 * type is put in front of it at the end.
 */
#include "dtrace/types/universe.h"

enum { MAX_DEPTH = 64 }; /* derivations; deeper types end in "..." */

static void name_to(const struct type *t, struct buf *b, int depth);

static void put_quals(uint8_t quals, struct buf *b)
{
	static const struct {
		uint8_t bit;
		const char *word;
	} words[] = {
	    {TYPE_CONST, "const"}, {TYPE_VOLATILE, "volatile"}, {TYPE_RESTRICT, "restrict"}};
	bool any = false;
	for (size_t i = 0; i < 3; i++) {
		if (!(quals & words[i].bit))
			continue;
		buf_printf(b, "%s%s", any ? " " : "", words[i].word);
		any = true;
	}
}

static void put_tagged(const char *word, const struct type *t, struct buf *b)
{
	buf_printf(b, "%s %s", word, t->name && *t->name ? t->name : "(anon)");
}

/* A type without derivations. */
static void put_base(const struct type *t, struct buf *b)
{
	enum type_kind k = t->kind == TYPE_FWD ? t->fwd_kind : t->kind;
	switch (k) {
	case TYPE_STRUCT:
		put_tagged("struct", t, b);
		break;
	case TYPE_UNION:
		put_tagged("union", t, b);
		break;
	case TYPE_ENUM:
		put_tagged("enum", t, b);
		break;
	default:
		buf_puts(b, t->name ? t->name : "void");
	}
}

static void put_params(const struct type *f, struct buf *b, int depth)
{
	buf_putc(b, '(');
	for (uint32_t i = 0; i < f->nparams; i++) {
		if (i)
			buf_puts(b, ", ");
		name_to(f->params[i], b, depth + 1);
	}
	if (f->variadic)
		buf_puts(b, f->nparams ? ", ..." : "...");
	buf_putc(b, ')');
}

/* Puts s, and if anything follows it, sep, in front of what is there. */
static void prepend(struct buf *d, const char *s, const char *sep)
{
	BUF_AUTO old = {0};
	buf_puts(&old, buf_str(d));
	buf_clear(d);
	buf_printf(d, "%s%s%s", s, old.n ? sep : "", buf_str(&old));
}

static bool is_derived(const struct type *t)
{
	return t->kind == TYPE_PTR || t->kind == TYPE_ARRAY || t->kind == TYPE_FUNC ||
	       t->is_bitfield || (t->kind == TYPE_TYPEDEF && !t->name);
}

static void put_pointer_quals(uint8_t quals, struct buf *d)
{
	BUF_AUTO q = {0};
	put_quals(quals, &q);
	prepend(d, buf_str(&q), " ");
}

static void name_to(const struct type *t, struct buf *b, int depth)
{
	BUF_AUTO d = {0}; /* the declarator so far, grown outwards from the absent name */
	bool user = false, behind_ptr = false;
	uint8_t quals = 0; /* of the type that comes next */
	if (depth > 8) {
		buf_puts(b, "...");
		return;
	}
	for (int n = 0; is_derived(t) && n < MAX_DEPTH; n++, t = t->ref) {
		if (t->kind == TYPE_TYPEDEF) {
			quals |= t->quals;
		} else if (t->kind == TYPE_PTR) {
			if (quals)
				put_pointer_quals(quals, &d);
			quals = 0;
			prepend(&d, "*", "");
			user |= t->is_user;
			behind_ptr = true;
		} else if (!t->is_bitfield) {
			if (behind_ptr) {
				prepend(&d, "(", "");
				buf_putc(&d, ')');
			}
			behind_ptr = false;
			if (t->kind == TYPE_ARRAY)
				buf_printf(&d, "[%llu]", (unsigned long long)t->nelems);
			else
				put_params(t, &d, depth);
		}
	}
	if (user)
		buf_puts(b, "userland ");
	if (quals) {
		put_quals(quals, b);
		buf_putc(b, ' ');
	}
	put_base(t, b);
	if (d.n)
		buf_printf(b, " %s", buf_str(&d));
}

const char *type_name(const struct type *t, struct buf *b)
{
	name_to(t, b, 0);
	return buf_str(b);
}
