/*
 * names.c - symbols of addresses for callers, and values as text
 */
#include "dtrace/api/session_int.h"

#include <errno.h>
#include <string.h>

static struct symbols *syms(struct session *s)
{
	if (!s->syms)
		s->syms = symbols_new(NULL, NULL);
	return s->syms;
}

static void fill(struct session_symbol *out, const struct symbol *in)
{
	*out = (struct session_symbol){in->object, in->name, in->start, in->size};
}

int session_symbol_at(struct session *s, uint64_t address, struct session_symbol *out,
		      struct err *e)
{
	struct symbol found;
	if (!syms(s) || !symbols_kernel(s->syms, address, &found))
		return err_set(e, ENOENT, "No symbol corresponds to address");
	fill(out, &found);
	return 0;
}

int session_symbol_named(struct session *s, const char *object, const char *name,
			 struct session_symbol *out, struct err *e)
{
	uint64_t address;
	if (!syms(s) || !symbols_kernel_find(s->syms, object, name, &address))
		return err_set(e, ENOENT, "No such symbol");
	return session_symbol_at(s, address, out, e);
}

int session_user_symbol_at(struct session *s, pid_t pid, uint64_t address,
			   struct session_symbol *out, struct err *e)
{
	struct symbol found;
	if (!syms(s) || !symbols_user(s->syms, (uint64_t)pid, address, &found))
		return err_set(e, ENOENT, "No symbol corresponds to address");
	fill(out, &found);
	return 0;
}

size_t session_address_text(struct session *s, pid_t pid, uint64_t address, char *out, size_t n)
{
	return pid ? symbols_user_text(syms(s), (uint64_t)pid, address, out, n)
		   : symbols_kernel_text(syms(s), address, out, n);
}

/* ---- values ---- */

static uint64_t word(const struct session_value *v, uint32_t i)
{
	uint64_t w = 0;
	if (v->size >= (i + 1) * 8)
		memcpy(&w, (const char *)v->data + i * 8, 8);
	return w;
}

/* An object alone, for mod() and umod(). */
static void object_text(struct session *s, bool user, uint64_t pid, uint64_t at, struct buf *b)
{
	struct symbol found;
	bool known =
	    user ? symbols_user(syms(s), pid, at, &found) : symbols_kernel(syms(s), at, &found);
	if (known)
		buf_puts(b, found.object);
	else
		buf_printf(b, "0x%llx", (unsigned long long)at);
}

static void address_text(struct session *s, bool user, uint64_t pid, uint64_t at, struct buf *b)
{
	char text[512];
	if (user)
		symbols_user_text(syms(s), pid, at, text, sizeof(text));
	else
		symbols_kernel_text(syms(s), at, text, sizeof(text));
	buf_puts(b, text);
}

/* A frame a line, innermost first. */
static void stack_text(struct session *s, const struct session_value *v, struct buf *b)
{
	bool user = v->kind == SESSION_USTACK;
	uint64_t pid = user ? word(v, 0) : 0;
	for (uint32_t i = user; i < v->size / 8 && word(v, i); i++) {
		if (user && i > 1 && syms(s) && symbols_user_data(syms(s), pid, word(v, i)))
			break;
		if (b->n)
			buf_putc(b, '\n');
		address_text(s, user, pid, word(v, i), b);
	}
}

static void value_text(struct session *s, const struct session_value *v, struct buf *b)
{
	bool user = v->kind == SESSION_USER_ADDRESS;
	bool object = v->shown_as == SESSION_ACT_MOD || v->shown_as == SESSION_ACT_UMOD;
	switch (v->kind) {
	case SESSION_INT:
		if (v->is_signed)
			buf_printf(b, "%lld", (long long)plan_int(v->data, v->size, true));
		else
			buf_printf(b, "%llu",
				   (unsigned long long)plan_int(v->data, v->size, false));
		break;
	case SESSION_STRING:
		buf_add(b, v->data, v->size);
		break;
	case SESSION_BYTES:
		for (uint32_t i = 0; i < v->size; i++)
			buf_printf(b, "%02x", ((const uint8_t *)v->data)[i]);
		break;
	case SESSION_STACK:
	case SESSION_USTACK:
		stack_text(s, v, b);
		break;
	case SESSION_ADDRESS:
	case SESSION_USER_ADDRESS:
		(object ? object_text : address_text)(s, user, user ? word(v, 0) : 0, word(v, user),
						      b);
		break;
	}
}

size_t session_value_text(struct session *s, const struct session_value *v, char *out, size_t n)
{
	BUF_AUTO b = {0};
	value_text(s, v, &b);
	size_t copied = b.n < n ? b.n : n ? n - 1 : 0;
	if (copied)
		memcpy(out, b.p, copied);
	if (n)
		out[copied] = '\0';
	return b.n;
}
