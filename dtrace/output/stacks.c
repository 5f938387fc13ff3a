/*
 * stacks.c - stack(), ustack(), sym() and its kin
 *
 * In: addresses. Out: a blank line, then one line a frame, as libdtrace prints them:
 * "object`name+0x10", "object`0xaddr", "0xaddr".
 */
#include "dtrace/output/internal.h"

#include "dtrace/sym/symbols.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool is_sym_act(unsigned act)
{
	return act >= PACT_SYM && act <= PACT_UADDR;
}

static size_t clip(int n, size_t room)
{
	return n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

static uint64_t addr_at(const struct plan_rec *r, const uint8_t *base, unsigned i)
{
	return r->size >= 8 * (i + 1) ? (uint64_t)plan_int(base + r->offset + 8 * i, 8, false)
	       : i == 0		      ? (uint64_t)plan_int(base + r->offset, r->size, false)
				      : 0;
}

static struct symbols *syms_of(const struct output *o)
{
	return o->opts->noresolve ? NULL : o->syms;
}

/* The symbol alone ("mod`name"), the object alone, or the number. */
static size_t bare_text(bool known, const struct symbol *s, bool object, uint64_t addr, char *out,
			size_t n)
{
	if (known && object)
		return clip(snprintf(out, n, "%s", s->object), n);
	if (known && s->name)
		return clip(snprintf(out, n, "%s`%s", s->object, s->name), n);
	if (known)
		return clip(snprintf(out, n, "%s`0x%" PRIx64, s->object, addr), n);
	return clip(snprintf(out, n, "0x%" PRIx64, addr), n);
}

size_t sym_text(struct output *o, enum plan_act act, const struct plan_rec *r, const uint8_t *base,
		char *out, size_t n)
{
	struct symbols *syms = syms_of(o);
	struct symbol s;
	bool user = r->enc == ENC_UADDR, known;
	uint64_t pid = user ? addr_at(r, base, 0) : 0, addr = addr_at(r, base, user);
	if (act == PACT_UADDR)
		return symbols_user_text(syms, pid, addr, out, n);
	known = syms && (user ? symbols_user(syms, pid, addr, &s) : symbols_kernel(syms, addr, &s));
	return bare_text(known, &s, act == PACT_MOD || act == PACT_UMOD, addr, out, n);
}

void stack_each(struct output *o, const struct plan_rec *r, const uint8_t *base,
		void (*fn)(void *arg, const char *text, size_t n), void *arg)
{
	struct symbols *syms = syms_of(o);
	bool user = r->enc == ENC_USTACK;
	unsigned words = r->size / 8, depth = (uint32_t)r->arg;
	uint64_t pid = user ? addr_at(r, base, 0) : 0;
	char s[512];
	for (unsigned i = user; i < words && (depth == 0 || i < depth + user); i++) {
		uint64_t pc = addr_at(r, base, i);
		if (pc == 0 || (user && syms && i > user && symbols_user_data(syms, pid, pc)))
			break;
		size_t n = user ? symbols_user_text(syms, pid, pc, s, sizeof(s))
				: symbols_kernel_text(syms, pc, s, sizeof(s));
		fn(arg, s, clip((int)n, sizeof(s)));
	}
}

struct frame_printer {
	struct buf *b;
	struct stack_style style;
};

static void print_frame(void *arg, const char *text, size_t n)
{
	struct frame_printer *f = arg;
	text_fill(f->b, ' ', (size_t)f->style.indent);
	text_pad(f->b, text, n, f->style.width, f->style.left);
	buf_putc(f->b, '\n');
}

void stack_print(struct output *o, const struct plan_rec *r, const uint8_t *base,
		 const struct stack_style *s)
{
	int want = o->opts->stackindent;
	struct frame_printer f = {.b = &o->text};
	if (s)
		f.style = *s;
	else
		f.style.indent = want == 0 ? 14 : want < 0 ? 0 : want;
	buf_putc(&o->text, '\n');
	stack_each(o, r, base, print_frame, &f);
}
