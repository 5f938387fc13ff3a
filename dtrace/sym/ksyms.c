/*
 * ksyms.c - kernel symbols from /proc/kallsyms
 *
 * In: kallsyms.h. Out: look-up by address and by name. The file is read once, at the first question,
 * into one block of text; the index is sorted by address. Addresses that are hidden (all zero) give
 * nothing: look-ups fail.
 */
#include "dtrace/sym/internal.h"
#include "dtrace/sym/kallsyms.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Modules end somewhere: an address further than this past the last symbol known is nobody's. */
enum { LAST_SYMBOL_BYTES = 64 << 10 };

static int by_addr(const void *a, const void *b)
{
	const struct ksym *x = a, *y = b;
	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void parse(struct ksyms *k)
{
	size_t cap = 0;
	struct kallsym line;
	for (char *p = k->text; kallsyms_next(&p, &line);) {
		if (k->n == cap) {
			cap = cap ? cap * 2 : 1 << 16;
			struct ksym *q = realloc(k->syms, cap * sizeof(*q));
			if (!q)
				return;
			k->syms = q;
		}
		k->syms[k->n] = (struct ksym){.addr = line.addr,
					      .name = line.name,
					      .object = line.object,
					      .order = (uint32_t)k->n,
					      .type = line.type};
		k->n++;
	}
}

static struct ksyms *load(struct symbols *s)
{
	struct ksyms *k = &s->k;
	size_t n;
	if (k->loaded)
		return k;
	k->loaded = true;
	k->text = kallsyms_read(s->kallsyms, &n);
	parse(k);
	if (k->n)
		qsort(k->syms, k->n, sizeof(*k->syms), by_addr);
	return k;
}

/* Absolute per-CPU and the like are no addresses. */
static bool is_address(const struct ksym *s)
{
	return s->type != 'a' && s->type != 'A' && s->addr >= 1 << 20;
}

static const struct ksym *at_or_before(const struct ksyms *k, uint64_t addr)
{
	size_t lo = 0, hi = k->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (k->syms[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return NULL;
	size_t i = lo - 1;
	while (i > 0 && k->syms[i - 1].addr == k->syms[i].addr)
		i--; /* the first of several names for one address */
	return &k->syms[i];
}

bool symbols_kernel(struct symbols *s, uint64_t addr, struct symbol *out)
{
	const struct ksyms *k = load(s);
	const struct ksym *f = at_or_before(k, addr);
	if (!f || !is_address(f))
		return false;
	const struct ksym *next = f;
	while (next < k->syms + k->n && next->addr == f->addr)
		next++;
	uint64_t size = next < k->syms + k->n ? next->addr - f->addr : LAST_SYMBOL_BYTES;
	if (addr - f->addr >= LAST_SYMBOL_BYTES * 64ull ||
	    (next == k->syms + k->n && addr - f->addr >= LAST_SYMBOL_BYTES))
		return false;
	*out =
	    (struct symbol){.object = f->object, .name = f->name, .start = f->addr, .size = size};
	return true;
}

bool symbols_kernel_find(struct symbols *s, const char *object, const char *name, uint64_t *addr)
{
	const struct ksyms *k = load(s);
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->syms[i].name, name) &&
		    (!object || !*object || !strcmp(object, k->syms[i].object))) {
			*addr = k->syms[i].addr;
			return true;
		}
	return false;
}

uint64_t symbols_kernel_object(struct symbols *s, uint64_t addr)
{
	struct symbol f;
	if (!symbols_kernel(s, addr, &f))
		return addr;
	for (size_t i = 0; i < s->k.n; i++)
		if (is_address(&s->k.syms[i]) && !strcmp(s->k.syms[i].object, f.object))
			return s->k.syms[i].addr;
	return addr;
}

size_t symbol_text(bool known, const struct symbol *f, uint64_t addr, char *out, size_t n)
{
	int len;
	if (known && f->name && addr > f->start)
		len = snprintf(out, n, "%s`%s+0x%" PRIx64, f->object, f->name, addr - f->start);
	else if (known && f->name)
		len = snprintf(out, n, "%s`%s", f->object, f->name);
	else if (known)
		len = snprintf(out, n, "%s`0x%" PRIx64, f->object, addr);
	else
		len = snprintf(out, n, "0x%" PRIx64, addr);
	return len < 0 ? 0 : (size_t)len;
}

size_t symbols_kernel_text(struct symbols *s, uint64_t addr, char *out, size_t out_bytes)
{
	struct symbol f;
	bool known = s && symbols_kernel(s, addr, &f);
	return symbol_text(known, &f, addr, out, out_bytes);
}

struct symbols *symbols_new(const char *kallsyms, const char *proc)
{
	struct symbols *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->kallsyms = strdup(kallsyms ? kallsyms : "/proc/kallsyms");
	s->proc = strdup(proc ? proc : "/proc");
	symbols_set_room(s, SYMBOLS_ROOM);
	if (s->kallsyms && s->proc)
		return s;
	symbols_free(s);
	return NULL;
}

void symbols_free(struct symbols *s)
{
	if (!s)
		return;
	usyms_fini(s);
	free(s->k.syms);
	free(s->k.text);
	free(s->kallsyms);
	free(s->proc);
	free(s);
}
