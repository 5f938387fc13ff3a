/*
 * x86.h - lengths and kinds of x86-64 instructions, as far as placing probes needs them
 *
 * The kernel runs the instruction that a probe replaced in one of two ways: a few kinds are done by
 * the kernel itself (0.6 to 0.9 us a firing), all others are single-stepped, which costs ten times
 * that and more. So what is asked here is where instructions begin, which ones are cheap, and which
 * may be passed over on the way to a cheap one without changing what a probe sees.
 *
 * Some instructions are not fit for that. The kernel refuses a few (with a lock prefix, input and output), and it looks at
 * the last byte of the opcode alone where there is a VEX or EVEX prefix: vmovd (VEX 6e) is refused as outs, and
 * vpbroadcastb %esi,%ymm16 (EVEX 7a), with which strchr() of libc begins where the processor has AVX-512, is taken for a
 * conditional jump (7a) that is not taken, so that strchr() finds nothing.
 *
 * A nop of five bytes is fit for a probe where nothing is kept below the stack pointer: from 6.18 on the kernel puts a call
 * of code of its own there. Functions that call no others may keep variables there.
 */
#ifndef SYM_X86_H
#define SYM_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { X86_INSN_MAX = 15 };

struct x86_insn {
	uint8_t bytes;
	bool cheap; /* the kernel does it itself: push, nop, call, jmp, jcc */
	bool unfit; /* the kernel refuses a probe there, or would do something else in its place */
	bool nop5;  /* a nop of five bytes, however it is spelt */
	bool
	    harmless; /* changes no argument register, no stack pointer, no memory; does not jump */
	bool ret;     /* leaves the function */
	bool branch;  /* jumps or calls to `target` */
	bool call;    /* ... and comes back */
	bool jumps;   /* ... always, and does not */
	bool jumps_through; /* to what a word in memory names, and no table of such */
	bool calls;	    /* that, or it calls what a register or memory names */
	int64_t target;	    /* from the first byte of this instruction */
};

/* The instruction at p, of which n bytes are there: false when it is none, or is cut short. */
bool x86_decode(const uint8_t *p, size_t n, struct x86_insn *out);

/*
 * Where to put the probe at the entry of a function whose code is at p: its offset. That is 0, or the
 * nearest instruction behind harmless ones that is cheap and that nothing jumps to; without one, and where the first is
 * unfit, the nearest that is fit. -1: there is none.
 */
int64_t x86_entry_offset(const uint8_t *p, size_t n);

/* May the function keep variables below the stack pointer? Those that call others do not. */
bool x86_may_use_red_zone(const uint8_t *p, size_t n);

/* The next instruction at or behind `from`, where one begins, by which the function is left: a return, or a jump
 * elsewhere. n: there is none, or the code cannot be told from data. */
size_t x86_next_exit(const uint8_t *p, size_t n, size_t from, struct x86_insn *in);

/* Is it instructions from its beginning to its end? */
bool x86_is_code(const uint8_t *p, size_t n);

#endif
