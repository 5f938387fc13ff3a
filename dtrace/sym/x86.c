/*
 * x86.c - an instruction length decoder for 64-bit code; see x86.h
 *
 * prefixes [REX] opcode [ModRM [SIB] [displacement]] [immediate], where the opcode is one byte, 0f
 * and one, or 0f 38 / 0f 3a and one; VEX and EVEX prefixes choose among the last three maps, XOP ones among
 * three of their own. Opcodes that 64-bit mode does not have are refused. The tables follow the opcode maps of the processor
 * manuals (Intel SDM volume 2, appendix A).
 */
#include "dtrace/sym/x86.h"

#include <string.h>

/* What follows an opcode. */
enum {
	M = 1,	     /* ModRM */
	I8 = 2,	     /* immediate of 1 byte */
	I16 = 4,     /* of 2 */
	IZ = 8,	     /* of 4, of 2 with prefix 66 */
	IV = 16,     /* of 8 with REX.W, else as IZ */
	OFF = 32,    /* address of 8, of 4 with prefix 67 */
	GROUP3 = 64, /* an immediate only in forms /0 and /1 */
	BAD = 128,
};

static uint8_t one_byte_form(uint8_t op)
{
	if (op < 0x40) {
		static const uint8_t forms[8] = {M, M, M, M, I8, IZ, BAD, BAD};
		return forms[op & 7];
	}
	switch (op) {
	case 0x60 ... 0x62:
	case 0x82:
	case 0x9a:
	case 0xce:
	case 0xd4 ... 0xd6:
	case 0xea:
		return BAD;
	case 0x63:
	case 0x84 ... 0x8f:
	case 0xd0 ... 0xd3:
	case 0xd8 ... 0xdf:
	case 0xfe ... 0xff:
		return M;
	case 0x68:
	case 0xa9:
	case 0xe8 ... 0xe9:
		return IZ;
	case 0x69:
	case 0x81:
	case 0xc7:
		return M | IZ;
	case 0x6b:
	case 0x80:
	case 0x83:
	case 0xc0 ... 0xc1:
	case 0xc6:
		return M | I8;
	case 0x6a:
	case 0x70 ... 0x7f:
	case 0xa8:
	case 0xb0 ... 0xb7:
	case 0xcd:
	case 0xe0 ... 0xe7:
	case 0xeb:
		return I8;
	case 0xa0 ... 0xa3:
		return OFF;
	case 0xb8 ... 0xbf:
		return IV;
	case 0xc2:
	case 0xca:
		return I16;
	case 0xc8:
		return I16 | I8;
	case 0xf6:
		return M | I8 | GROUP3;
	case 0xf7:
		return M | IZ | GROUP3;
	default:
		return 0;
	}
}

static uint8_t two_byte_form(uint8_t op)
{
	switch (op) {
	case 0x04:
	case 0x0a:
	case 0x0c:
	case 0x24 ... 0x27:
	case 0x36:
	case 0x39:
	case 0x3b ... 0x3f:
		return BAD;
	case 0x05 ... 0x09:
	case 0x0b:
	case 0x0e:
	case 0x30 ... 0x35:
	case 0x37:
	case 0x77:
	case 0xa0 ... 0xa2:
	case 0xa8 ... 0xaa:
	case 0xc8 ... 0xcf:
		return 0;
	case 0x80 ... 0x8f:
		return IZ;
	case 0x0f:
	case 0x70 ... 0x73:
	case 0xa4:
	case 0xac:
	case 0xba:
	case 0xc2:
	case 0xc4 ... 0xc6:
		return M | I8;
	default:
		return M;
	}
}

/* Map as VEX and EVEX number them: 1 = 0f, 2 = 0f 38, 3 = 0f 3a; EVEX has 5 and 6 too, XOP 8 to 10. */
static uint8_t vector_form(unsigned map, uint8_t op)
{
	if (map == 1)
		return op == 0x77 ? 0 : (two_byte_form(op) & I8) | M;
	if (map == 3 || map == 8)
		return M | I8;
	if (map == 10)
		return M | IZ;
	return map == 9 || map == 2 || map == 5 || map == 6 ? M : BAD;
}

struct decoder {
	const uint8_t *p;
	size_t n, at;
	bool p66, p67, rep, repne, other_prefix, bad_prefix;
	uint8_t rex;
	bool vector;
	unsigned map; /* 0: one byte */
	uint8_t op, form, modrm;
	bool has_modrm;
};

static bool take(struct decoder *d, size_t n)
{
	if (n > d->n - d->at)
		return false;
	d->at += n;
	return true;
}

static bool next(struct decoder *d, uint8_t *b)
{
	if (d->at >= d->n)
		return false;
	*b = d->p[d->at++];
	return true;
}

static bool prefixes(struct decoder *d)
{
	uint8_t b;
	while (next(d, &b)) {
		switch (b) {
		case 0x66:
			d->p66 = true;
			break;
		case 0x67:
			d->p67 = true;
			break;
		case 0xf2:
			d->repne = true;
			break;
		case 0xf3:
			d->rep = true;
			break;
		case 0x26: /* segments that mean nothing any more, and lock: uprobes refuse them */
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0xf0:
			d->bad_prefix = true;
			d->other_prefix = true;
			break;
		case 0x64:
		case 0x65:
			d->other_prefix = true;
			break;
		case 0x40 ... 0x4f:
			d->rex = b;
			return next(d, &d->op);
		default:
			d->op = b;
			return true;
		}
	}
	return false;
}

static bool vector_prefix(struct decoder *d)
{
	uint8_t b[3];
	size_t n = d->op == 0x62 ? 3 : d->op == 0xc5 ? 1 : 2;
	for (size_t i = 0; i < n; i++)
		if (!next(d, &b[i]))
			return false;
	d->vector = true;
	d->map = n == 1 ? 1 : b[0] & (n == 3 ? 7 : 31);
	if (!next(d, &d->op))
		return false;
	d->form = vector_form(d->map, d->op);
	return d->form != BAD;
}

/* 8f is a pop, unless what follows names a map of XOP. */
static bool is_xop(const struct decoder *d)
{
	return d->op == 0x8f && d->at < d->n && (d->p[d->at] & 31) >= 8;
}

static bool opcode(struct decoder *d)
{
	if (d->op == 0xc4 || d->op == 0xc5 || d->op == 0x62 || is_xop(d))
		return vector_prefix(d);
	if (d->op != 0x0f) {
		d->form = one_byte_form(d->op);
		return d->form != BAD;
	}
	if (!next(d, &d->op))
		return false;
	d->map = 1;
	if (d->op == 0x38 || d->op == 0x3a) {
		d->map = d->op == 0x38 ? 2 : 3;
		d->form = d->map == 2 ? M : M | I8;
		return next(d, &d->op);
	}
	d->form = two_byte_form(d->op);
	return d->form != BAD;
}

static bool memory_operand(struct decoder *d)
{
	uint8_t sib, mod = d->modrm >> 6, rm = d->modrm & 7;
	if (mod == 3)
		return true;
	bool disp32 = mod == 2 || (mod == 0 && rm == 5);
	if (rm == 4) {
		if (!next(d, &sib))
			return false;
		disp32 |= mod == 0 && (sib & 7) == 5;
	}
	return take(d, disp32 ? 4 : mod == 1 ? 1 : 0);
}

static bool operands(struct decoder *d)
{
	uint8_t form = d->form;
	if (form & M) {
		d->has_modrm = true;
		if (!next(d, &d->modrm) || !memory_operand(d))
			return false;
		if ((form & GROUP3) && (d->modrm & 0x30))
			form &= (uint8_t) ~(I8 | IZ);
	}
	bool jump = (d->map == 0 && (d->op == 0xe8 || d->op == 0xe9)) ||
		    (d->map == 1 && !d->vector && d->op >= 0x80 && d->op <= 0x8f);
	size_t z = d->p66 && !jump ? 2 : 4;
	size_t n = (form & I8 ? 1 : 0) + (form & I16 ? 2 : 0) + (form & IZ ? z : 0) +
		   (form & IV ? (d->rex & 8 ? 8 : z) : 0) + (form & OFF ? (d->p67 ? 4 : 8) : 0);
	return take(d, n);
}

static bool plain(const struct decoder *d)
{
	return !d->p66 && !d->p67 && !d->rep && !d->repne && !d->other_prefix;
}

/* Instructions that the kernel's uprobes emulate (arch/x86/kernel/uprobes.c). */
static bool is_cheap(const struct decoder *d)
{
	if (d->vector || !plain(d))
		return false;
	if (d->map == 0 && d->op >= 0x50 && d->op <= 0x57)
		return !d->rex || d->rex == 0x41;
	if (d->rex)
		return false;
	if (d->map == 0)
		return d->op == 0x90 || d->op == 0xe8 || d->op == 0xe9 || d->op == 0xeb ||
		       (d->op >= 0x70 && d->op <= 0x7f);
	if (d->map == 1 && d->op == 0x1f) /* nop of five bytes */
		return d->at == 5;
	return d->map == 1 && d->op >= 0x80 && d->op <= 0x8f;
}

/* A byte as the kernel's uprobes judge opcodes of one byte: whether they run it at all (good_insns_64), and whether it does
 * more than to go on behind itself, so that it is done, or mended afterwards, in a way of its own. */
static bool is_refused(uint8_t op)
{
	switch (op) {
	case 0x40 ... 0x4f:
	case 0x60 ... 0x62:
	case 0x64 ... 0x67:
	case 0x6c ... 0x6f:
	case 0x82:
	case 0x9a:
	case 0xc4 ... 0xc5:
	case 0xcc ... 0xcf:
	case 0xd4 ... 0xd6:
	case 0xe4 ... 0xe7:
	case 0xea:
	case 0xec ... 0xf1:
	case 0xf4:
	case 0xfa ... 0xfb:
		return true;
	default: /* no instructions, prefixes */
		return op < 0x40 && ((op & 7) >= 6) && op != 0x0f;
	}
}

static bool is_special(uint8_t op)
{
	switch (op) {
	case 0x70 ... 0x7f:
	case 0x90:
	case 0x9d:
	case 0xc2 ... 0xc3:
	case 0xca ... 0xcb:
	case 0xe8 ... 0xe9:
	case 0xeb:
	case 0xff:
		return true;
	default:
		return false;
	}
}

/* Products that are added, with four operands, as AMD once had them: fma() of libm begins with one. */
static bool is_fma4(const struct decoder *d)
{
	return d->map == 3 &&
	       ((d->op >= 0x5c && d->op <= 0x5f) || (d->op >= 0x68 && d->op <= 0x6f) ||
		(d->op >= 0x78 && d->op <= 0x7f));
}

/* With a VEX or EVEX prefix the last byte of the opcode is judged as if it stood alone; xchg with r8 passes for nop. XOP and
 * FMA4 are not known there at all. */
static bool is_unfit(const struct decoder *d)
{
	if (d->vector)
		return d->map >= 8 || is_fma4(d) || is_refused(d->op) || is_special(d->op);
	return d->bad_prefix ||
	       (d->map == 0 && (is_refused(d->op) || (d->op == 0x90 && (d->rex & 1))));
}

static bool is_nop5(const struct decoder *d)
{
	if (d->at != 5 || d->vector)
		return false;
	if (d->map == 1)
		return d->op == 0x1f || d->op == 0x1e;
	return d->map == 0 && (d->op == 0x90 || d->op == 0x89 || d->op == 0x8d ||
			       (d->op == 0xe9 && !memcmp(d->p + 1, "\0\0\0", 4)));
}

/* Loads, copies and comparisons into vector or mask registers, with which functions on strings begin. */
static bool is_harmless_vector(const struct decoder *d)
{
	switch (d->map << 8 | d->op) {
	case 0x110: /* vmovups */
	case 0x128: /* vmovaps */
	case 0x16e: /* vmovd, vmovdqu, vmovdqa */
	case 0x16f:
	case 0x157: /* xor and or */
	case 0x1ef:
	case 0x1eb:
	case 0x174 ... 0x177: /* vpcmpeq, vzeroupper */
	case 0x190:	      /* kmov %k, %k */
	case 0x192:	      /* kmov %eax, %k */
	case 0x218 ... 0x21a: /* broadcasts */
	case 0x258 ... 0x259:
	case 0x278 ... 0x27c:
		return true;
	default:
		return false;
	}
}

/* rax rcx rdx rbx rsp rbp rsi rdi r8 r9: what carries arguments, and the stack pointer */
static bool carries_argument(unsigned reg)
{
	return reg == 1 || reg == 2 || reg == 4 || reg == 6 || reg == 7 || reg == 8 || reg == 9;
}

static bool is_harmless(const struct decoder *d)
{
	if (d->other_prefix || d->repne)
		return false;
	if (d->vector)
		return is_harmless_vector(d);
	if (d->rep) /* endbr64 */
		return d->map == 1 && d->op == 0x1e && d->modrm == 0xfa;
	if (d->map != 0)
		return d->map == 1 && d->op == 0x1f;
	unsigned reg = (d->modrm >> 3 & 7) | (d->rex & 4 ? 8 : 0);
	unsigned rm = (d->modrm & 7) | (d->rex & 1 ? 8 : 0);
	bool in_register = d->modrm >> 6 == 3;
	switch (d->op) {
	case 0x38 ... 0x3d: /* cmp */
	case 0x84 ... 0x85: /* test */
	case 0xa8 ... 0xa9:
	case 0x90:
		return !(d->rex & 1);
	case 0x80 ... 0x81: /* cmp */
	case 0x83:
		return (d->modrm >> 3 & 7) == 7;
	case 0xf6 ... 0xf7: /* test */
		return (d->modrm >> 3 & 7) < 2;
	case 0x31: /* xor, mov: to rm */
	case 0x89:
		return in_register && !carries_argument(rm);
	case 0x33: /* xor, mov, lea: to reg */
	case 0x8b:
	case 0x8d:
		return !carries_argument(reg);
	case 0xb8 ... 0xbf:
		return !carries_argument((d->op & 7) | (d->rex & 1 ? 8 : 0));
	default:
		return false;
	}
}

static void branch_target(const struct decoder *d, struct x86_insn *out)
{
	bool near32 = (d->map == 0 && (d->op == 0xe8 || d->op == 0xe9)) ||
		      (d->map == 1 && d->op >= 0x80 && d->op <= 0x8f);
	bool near8 = d->map == 0 && ((d->op >= 0x70 && d->op <= 0x7f) ||
				     (d->op >= 0xe0 && d->op <= 0xe3) || d->op == 0xeb);
	if (d->vector || (!near32 && !near8))
		return;
	int32_t rel;
	if (near32)
		memcpy(&rel, d->p + d->at - 4, sizeof(rel));
	else
		rel = (int8_t)d->p[d->at - 1];
	out->branch = true;
	out->call = d->map == 0 && d->op == 0xe8;
	out->jumps = d->map == 0 && (d->op == 0xe9 || d->op == 0xeb);
	out->target = (int64_t)d->at + rel;
}

bool x86_decode(const uint8_t *p, size_t n, struct x86_insn *out)
{
	struct decoder d = {.p = p, .n = n < X86_INSN_MAX ? n : X86_INSN_MAX};

	*out = (struct x86_insn){0};
	if (!prefixes(&d) || !opcode(&d) || !operands(&d))
		return false;
	out->bytes = (uint8_t)d.at;
	out->cheap = is_cheap(&d);
	out->unfit = is_unfit(&d);
	out->nop5 = is_nop5(&d);
	out->harmless = is_harmless(&d);
	out->ret = !d.vector && d.map == 0 &&
		   (d.op == 0xc2 || d.op == 0xc3 || d.op == 0xca || d.op == 0xcb);
	branch_target(&d, out);
	bool indirect = !d.vector && d.map == 0 && d.op == 0xff;
	unsigned form = d.modrm >> 3 & 7;
	out->calls = out->call || (indirect && (form == 2 || form == 3));
	out->jumps_through = indirect && form == 4 && d.modrm >> 6 != 3 && (d.modrm & 7) != 4;
	return true;
}

/* ---- functions ---- */

enum { LOOK_AT = 4, SCAN_MAX = 16384 };

/* Does anything within the function jump to (0, at]? Code that cannot be decoded might. */
static bool jumped_to(const uint8_t *p, size_t n, size_t at)
{
	struct x86_insn in;
	if (n > SCAN_MAX)
		return true;
	for (size_t i = 0; i < n; i += in.bytes) {
		if (!x86_decode(p + i, n - i, &in))
			return n - i >= X86_INSN_MAX; /* else the last one is cut */
		int64_t to = (int64_t)i + in.target;
		if (in.branch && to > 0 && to <= (int64_t)at)
			return true;
	}
	return false;
}

int64_t x86_entry_offset(const uint8_t *p, size_t n)
{
	struct x86_insn in;
	int64_t usable = -1;
	size_t at = 0;
	for (int k = 0; k < LOOK_AT && x86_decode(p + at, n - at, &in); k++) {
		if (usable < 0 && !in.unfit)
			usable = (int64_t)at;
		if (in.cheap) {
			if (!at || !jumped_to(p, n, at))
				return (int64_t)at;
			break;
		}
		if (!in.harmless)
			break;
		at += in.bytes;
	}
	if (!at && usable < 0 && !x86_decode(p, n, &in))
		return 0; /* unknown: as the kernel takes it */
	return usable > 0 && jumped_to(p, n, (size_t)usable) ? -1 : usable;
}

bool x86_may_use_red_zone(const uint8_t *p, size_t n)
{
	struct x86_insn in;

	for (size_t i = 0; i < n && x86_decode(p + i, n - i, &in); i += in.bytes)
		if (in.calls)
			return false;
	return true;
}

size_t x86_next_exit(const uint8_t *p, size_t n, size_t from, struct x86_insn *in)
{
	for (size_t i = from; i < n && x86_decode(p + i, n - i, in); i += in->bytes) {
		int64_t to = (int64_t)i + in->target;
		if (in->ret || in->jumps_through || (in->jumps && (to < 0 || to >= (int64_t)n)))
			return i;
	}
	return n;
}

bool x86_is_code(const uint8_t *p, size_t n)
{
	struct x86_insn in;
	size_t i = 0;

	while (i < n && x86_decode(p + i, n - i, &in))
		i += in.bytes;
	return i >= n;
}
