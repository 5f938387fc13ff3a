/*
 * unwind.c - .eh_frame to a table of rows
 *
 * In: the section's bytes, which may be anybody's: every read is checked against its end, a
 * description that makes no sense is left out. Out: rows sorted by address. The interpreter knows
 * every instruction of DWARF's, but keeps only the rules of the CFA, rbp and the return address.
 */
#include "dtrace/sym/unwind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { REG_RBP = 6, REG_RSP = 7, REG_RA = 16 };
enum { STATES_MAX = 16 };

/* DW_EH_PE_*: how a pointer is written, and what it counts from */
enum {
	PE_ABSPTR = 0x00,
	PE_ULEB128 = 0x01,
	PE_UDATA2 = 0x02,
	PE_UDATA4 = 0x03,
	PE_UDATA8 = 0x04,
	PE_SLEB128 = 0x09,
	PE_SDATA2 = 0x0a,
	PE_SDATA4 = 0x0b,
	PE_SDATA8 = 0x0c,
	PE_FORM = 0x0f,
	PE_PCREL = 0x10,
	PE_BASE = 0x70,
	PE_INDIRECT = 0x80,
	PE_OMIT = 0xff,
};

/* ---- bytes ---- */

struct bytes {
	const uint8_t *p, *end;
	bool bad; /* something reached beyond the end; reads give 0 from there on */
};

static uint64_t fixed(struct bytes *b, unsigned n)
{
	uint64_t v = 0;
	if ((size_t)(b->end - b->p) < n) {
		b->bad = true;
		b->p = b->end;
		return 0;
	}
	memcpy(&v, b->p, n);
	b->p += n;
	return v;
}

static uint64_t uleb(struct bytes *b)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = (uint8_t)fixed(b, 1);
		v |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return v;
	}
	b->bad = true;
	return 0;
}

static int64_t sleb(struct bytes *b)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = (uint8_t)fixed(b, 1);
		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if ((byte & 0x40) && shift + 7 < 64)
			v |= ~0ull << (shift + 7);
		return (int64_t)v;
	}
	b->bad = true;
	return 0;
}

static struct bytes block(struct bytes *b)
{
	uint64_t n = uleb(b);
	if (n > (uint64_t)(b->end - b->p)) {
		b->bad = true;
		n = 0;
	}
	struct bytes in = {b->p, b->p + n, false};
	b->p += n;
	return in;
}

/* ---- rules ---- */

struct rules {
	enum image_unwind_cfa cfa;
	unsigned cfa_reg;
	int64_t cfa_offset;
	int64_t rbp;	 /* offset of the saved rbp, 0: not saved */
	bool rbp_at_rbp; /* it lies where rbp points: functions that align their stack */
	bool ended;	 /* there is no return address */
	bool lost;	 /* a rule that no row can tell */
};

struct cie {
	uint64_t code_align;
	int64_t data_align;
	uint8_t fde_encoding;
	bool augmented, signal;
	struct bytes program;
};

struct reader {
	struct unwind_table *out;
	const uint8_t *section;
	uint64_t addr; /* of the section */
	struct bytes all;
	/* the CIE read last: neighbours share theirs */
	const uint8_t *cie_at;
	struct cie cie;
	bool cie_ok;
	bool oom;
};

static void set_cfa(struct rules *r, uint64_t reg, int64_t offset)
{
	r->cfa_reg = (unsigned)reg;
	r->cfa_offset = offset;
	r->cfa = reg == REG_RSP ? UNWIND_RSP : reg == REG_RBP ? UNWIND_RBP : UNWIND_NONE;
}

/* The two expressions that compilers and linkers write for the CFA. */
static void set_cfa_expression(struct rules *r, struct bytes x)
{
	enum { DREF = 0x06, BREG_RBP = 0x76, BREG_RSP = 0x77 };
	static const uint8_t plt[] = {BREG_RSP, 8,    0x80, 0,	  0x3f, 0x1a,
				      0x3b,	0x2a, 0x33, 0x24, 0x22};
	r->cfa = UNWIND_NONE;
	if ((size_t)(x.end - x.p) == sizeof(plt) && memcmp(x.p, plt, sizeof(plt)) == 0) {
		r->cfa = UNWIND_PLT;
		return;
	}
	if (fixed(&x, 1) != BREG_RBP)
		return;
	r->cfa_offset = sleb(&x);
	if (fixed(&x, 1) == DREF && !x.bad && x.p == x.end)
		r->cfa = UNWIND_DEREF_RBP;
}

static void set_saved(struct rules *r, uint64_t reg, int64_t offset)
{
	if (reg == REG_RBP) {
		r->rbp = offset;
		r->rbp_at_rbp = false;
	} else if (reg == REG_RA && offset != -8) {
		r->lost = true;
	}
}

static void restore(struct rules *r, const struct rules *initial, uint64_t reg)
{
	if (reg == REG_RBP) {
		r->rbp = initial->rbp;
		r->rbp_at_rbp = false;
	} else if (reg == REG_RA) {
		r->ended = initial->ended;
	}
}

/* What a row can say. */
static enum image_unwind_cfa row_kind(const struct rules *r, bool signal)
{
	if (signal)
		return UNWIND_SIGNAL;
	if (r->ended)
		return UNWIND_END;
	if (r->lost || r->rbp_at_rbp != (r->cfa == UNWIND_DEREF_RBP))
		return UNWIND_NONE;
	if (r->cfa_offset != (int32_t)r->cfa_offset || r->rbp != (int32_t)r->rbp)
		return UNWIND_NONE;
	return r->cfa;
}

static bool emit(struct reader *rd, uint64_t pc, const struct rules *r, bool signal)
{
	struct unwind_table *t = rd->out;
	struct image_unwind_row row = {.pc = (uint32_t)pc,
				       .cfa_offset = (int32_t)r->cfa_offset,
				       .rbp_offset = (int32_t)r->rbp,
				       .cfa = row_kind(r, signal)};
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 1024;
		struct image_unwind_row *grown =
		    t->n < UNWIND_ROWS_MAX ? realloc(t->at, cap * sizeof(*grown)) : NULL;
		if (!grown) {
			rd->oom = true;
			return false;
		}
		t->at = grown;
		t->cap = cap;
	}
	t->at[t->n++] = row;
	return true;
}

/* ---- call frame instructions ---- */

struct machine {
	struct reader *rd;
	const struct cie *cie;
	struct rules now, initial, stack[STATES_MAX];
	unsigned depth;
	uint64_t pc;
	bool emits; /* an FDE's instructions; a CIE's make the initial rules only */
};

static bool advance(struct machine *m, uint64_t delta)
{
	if (m->emits && delta && !emit(m->rd, m->pc, &m->now, m->cie->signal))
		return false;
	m->pc += delta * m->cie->code_align;
	return true;
}

/* Those with an operand of six bits in the opcode. */
static bool step_primary(struct machine *m, struct bytes *b, uint8_t op)
{
	uint8_t low = op & 0x3f;
	switch (op >> 6) {
	case 1: /* advance_loc */
		return advance(m, low);
	case 2: /* offset */
		set_saved(&m->now, low, (int64_t)uleb(b) * m->cie->data_align);
		return true;
	default: /* restore */
		restore(&m->now, &m->initial, low);
		return true;
	}
}

static bool step_stack(struct machine *m, bool remember)
{
	if (remember ? m->depth == STATES_MAX : m->depth == 0)
		return false;
	if (remember)
		m->stack[m->depth++] = m->now;
	else
		m->now = m->stack[--m->depth];
	return true;
}

/* A rule for a register that is not "saved at an offset". */
static void step_other_rule(struct machine *m, uint64_t reg)
{
	if (reg == REG_RBP || reg == REG_RA)
		m->now.lost = true;
}

/* One is understood: rbp lies where rbp points. */
static void set_expression(struct rules *r, uint64_t reg, struct bytes x, bool saved)
{
	enum { BREG_RBP = 0x76 };
	if (reg == REG_RBP && saved && x.end - x.p == 2 && x.p[0] == BREG_RBP && x.p[1] == 0)
		r->rbp_at_rbp = true;
	else if (reg == REG_RBP || reg == REG_RA)
		r->lost = true;
}

static bool step(struct machine *m, struct bytes *b)
{
	uint8_t op = (uint8_t)fixed(b, 1);
	uint64_t reg;
	if (op >> 6)
		return step_primary(m, b, op);
	switch (op) {
	case 0x00: /* nop */
		return true;
	case 0x02: /* advance_loc1, 2, 4 */
		return advance(m, fixed(b, 1));
	case 0x03:
		return advance(m, fixed(b, 2));
	case 0x04:
		return advance(m, fixed(b, 4));
	case 0x05: /* offset_extended */
		reg = uleb(b);
		set_saved(&m->now, reg, (int64_t)uleb(b) * m->cie->data_align);
		return true;
	case 0x06: /* restore_extended */
		restore(&m->now, &m->initial, uleb(b));
		return true;
	case 0x07: /* undefined: of the return address, the outermost frame */
		reg = uleb(b);
		m->now.ended |= reg == REG_RA;
		m->now.rbp = reg == REG_RBP ? 0 : m->now.rbp;
		return true;
	case 0x08: /* same_value */
		m->now.rbp = uleb(b) == REG_RBP ? 0 : m->now.rbp;
		return true;
	case 0x09: /* register */
		step_other_rule(m, uleb(b));
		uleb(b);
		return true;
	case 0x0a: /* remember_state, restore_state */
	case 0x0b:
		return step_stack(m, op == 0x0a);
	case 0x0c: /* def_cfa */
		reg = uleb(b);
		set_cfa(&m->now, reg, (int64_t)uleb(b));
		return true;
	case 0x0d: /* def_cfa_register */
		set_cfa(&m->now, uleb(b), m->now.cfa_offset);
		return true;
	case 0x0e: /* def_cfa_offset */
		m->now.cfa_offset = (int64_t)uleb(b);
		return true;
	case 0x0f: /* def_cfa_expression */
		set_cfa_expression(&m->now, block(b));
		return true;
	case 0x10: /* expression, val_expression */
	case 0x16:
		reg = uleb(b);
		set_expression(&m->now, reg, block(b), op == 0x10);
		return true;
	case 0x11: /* offset_extended_sf */
		reg = uleb(b);
		set_saved(&m->now, reg, sleb(b) * m->cie->data_align);
		return true;
	case 0x12: /* def_cfa_sf */
		reg = uleb(b);
		set_cfa(&m->now, reg, sleb(b) * m->cie->data_align);
		return true;
	case 0x13: /* def_cfa_offset_sf */
		m->now.cfa_offset = sleb(b) * m->cie->data_align;
		return true;
	case 0x14: /* val_offset, val_offset_sf */
	case 0x15:
		step_other_rule(m, uleb(b));
		uleb(b);
		return true;
	case 0x2e: /* GNU_args_size */
		uleb(b);
		return true;
	default: /* set_loc, and what we have never seen */
		return false;
	}
}

static bool run(struct machine *m, struct bytes b)
{
	while (b.p < b.end)
		if (!step(m, &b) || b.bad)
			return false;
	return true;
}

/* ---- entries ---- */

/* A pointer as the encoding says; pcrel counts from where it stands. */
static uint64_t pointer(const struct reader *rd, struct bytes *b, uint8_t enc)
{
	uint64_t at = rd->addr + (uint64_t)(b->p - rd->section), v;
	switch (enc & PE_FORM) {
	case PE_ABSPTR:
	case PE_UDATA8:
	case PE_SDATA8:
		v = fixed(b, 8);
		break;
	case PE_ULEB128:
		v = uleb(b);
		break;
	case PE_SLEB128:
		v = (uint64_t)sleb(b);
		break;
	case PE_UDATA2:
		v = fixed(b, 2);
		break;
	case PE_SDATA2:
		v = (uint64_t)(int16_t)fixed(b, 2);
		break;
	case PE_UDATA4:
		v = fixed(b, 4);
		break;
	case PE_SDATA4:
		v = (uint64_t)(int32_t)fixed(b, 4);
		break;
	default:
		b->bad = true;
		return 0;
	}
	if ((enc & PE_BASE) == PE_PCREL)
		v += at;
	else if (enc & PE_BASE)
		b->bad = true; /* counted from something else: not in .eh_frame */
	return v;
}

/* Augmentation "zR.." : what follows is told letter by letter. */
static bool augmentation(const struct reader *rd, struct cie *c, const char *letters,
			 struct bytes *b)
{
	if (*letters != 'z')
		return *letters == '\0';
	struct bytes data = block(b);
	c->augmented = true;
	for (const char *p = letters + 1; *p; p++) {
		if (*p == 'R')
			c->fde_encoding = (uint8_t)fixed(&data, 1);
		else if (*p == 'P')
			pointer(rd, &data, (uint8_t)fixed(&data, 1) & ~(PE_BASE | PE_INDIRECT));
		else if (*p == 'L')
			fixed(&data, 1);
		else if (*p == 'S')
			c->signal = true;
		else if (*p != 'B')
			return false;
	}
	return !data.bad && !b->bad;
}

/* The entry that begins with its length at p; *id gets where its CIE pointer stands. */
static bool entry(const struct reader *rd, const uint8_t *p, struct bytes *out)
{
	struct bytes b = {p, rd->all.end, false};
	uint64_t n = fixed(&b, 4);
	if (n == 0xffffffff)
		n = fixed(&b, 8);
	if (b.bad || n == 0 || n > (uint64_t)(b.end - b.p))
		return false;
	*out = (struct bytes){b.p, b.p + n, false};
	return true;
}

static bool read_cie(const struct reader *rd, const uint8_t *at, struct cie *c)
{
	struct bytes b;
	*c = (struct cie){.fde_encoding = PE_ABSPTR};
	if (!entry(rd, at, &b) || fixed(&b, 4) != 0)
		return false;
	uint8_t version = (uint8_t)fixed(&b, 1);
	const uint8_t *nul = memchr(b.p, 0, (size_t)(b.end - b.p));
	if ((version != 1 && version != 3) || !nul)
		return false;
	const char *letters = (const char *)b.p;
	b.p = nul + 1;
	c->code_align = uleb(&b);
	c->data_align = sleb(&b);
	uint64_t ra = version == 1 ? fixed(&b, 1) : uleb(&b);
	if (b.bad || ra != REG_RA || !augmentation(rd, c, letters, &b))
		return false;
	c->program = b;
	return true;
}

static const struct cie *cie_at(struct reader *rd, const uint8_t *at)
{
	if (at != rd->cie_at) {
		rd->cie_at = at;
		rd->cie_ok = read_cie(rd, at, &rd->cie);
	}
	return rd->cie_ok ? &rd->cie : NULL;
}

/* A function's rows, and one behind its end where nothing is known. false: no memory. */
static bool read_fde(struct reader *rd, const uint8_t *id_at, struct bytes b)
{
	uint32_t back = (uint32_t)fixed(&b, 4);
	if (back > (uint64_t)(id_at - rd->section))
		return true;
	const struct cie *c = cie_at(rd, id_at - back);
	if (!c)
		return true;
	uint64_t start = pointer(rd, &b, c->fde_encoding);
	uint64_t bytes = pointer(rd, &b, c->fde_encoding & PE_FORM);
	if (c->augmented)
		block(&b);
	if (b.bad || !bytes || start + bytes > UINT32_MAX || start + bytes < start)
		return true;
	struct machine m = {.rd = rd, .cie = c, .pc = start};
	size_t first = rd->out->n;
	if (!run(&m, c->program))
		return true;
	m.initial = m.now;
	m.emits = true;
	bool ok = run(&m, b) && m.pc < start + bytes;
	if (rd->oom)
		return false;
	if (!ok) /* half a description misleads */
		rd->out->n = first;
	struct rules unknown = {.cfa = UNWIND_NONE};
	if (!emit(rd, ok ? m.pc : start, ok ? &m.now : &unknown, ok && c->signal))
		return false;
	return emit(rd, start + bytes, &unknown, false);
}

static int by_pc(const void *a, const void *b)
{
	const struct image_unwind_row *x = a, *y = b;
	if (x->pc != y->pc)
		return x->pc < y->pc ? -1 : 1;
	/* The end of one function is the start of the next, which counts. */
	return (x->cfa == UNWIND_NONE) < (y->cfa == UNWIND_NONE)   ? -1
	       : (x->cfa == UNWIND_NONE) > (y->cfa == UNWIND_NONE) ? 1
								   : 0;
}

/* Sorts; keeps the first row of each address, and drops rows that say what the one before said. */
static void finish(struct unwind_table *t)
{
	size_t n = 0;
	if (t->n)
		qsort(t->at, t->n, sizeof(*t->at), by_pc);
	for (size_t i = 0; i < t->n; i++) {
		const struct image_unwind_row *last = n ? &t->at[n - 1] : NULL, *r = &t->at[i];
		bool again = i && r->pc == r[-1].pc;
		bool same = last && last->cfa == r->cfa && last->cfa_offset == r->cfa_offset &&
			    last->rbp_offset == r->rbp_offset;
		if (again || same)
			continue;
		t->at[n++] = *r;
	}
	t->n = n;
}

static int read_entries(struct reader *rd, struct err *e)
{
	const uint8_t *p = rd->all.p;
	while (rd->all.end - p >= 4) {
		struct bytes b;
		uint32_t length;
		memcpy(&length, p, 4);
		if (length == 0) /* the end of what one object brought */
			p += 4;
		else if (!entry(rd, p, &b))
			return err_set(e, EINVAL, ".eh_frame: an entry reaches beyond its end");
		else {
			struct bytes id = b;
			if (fixed(&id, 4) != 0 && !read_fde(rd, b.p, b))
				return err_set(e, ENOMEM, ".eh_frame: too many rows");
			p = b.end;
		}
	}
	return 0;
}

int unwind_table_read(const struct elf_file *f, struct unwind_table *out, struct err *e)
{
	*out = (struct unwind_table){0};
	const struct elf_section *s = elf_file_find(f, ".eh_frame");
	if (!s || s->type == SHT_NOBITS || f->machine != EM_X86_64 || !f->is64)
		return 0;
	uint8_t *bytes = elf_file_section(f, s, e);
	if (!bytes)
		return -1;
	struct reader rd = {
	    .out = out, .section = bytes, .addr = s->addr, .all = {bytes, bytes + s->bytes, false}};
	int r = read_entries(&rd, e);
	free(bytes);
	finish(out);
	return r;
}

void unwind_table_free(struct unwind_table *t)
{
	free(t->at);
	*t = (struct unwind_table){0};
}
