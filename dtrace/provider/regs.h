/*
 * regs.h - reads the struct pt_regs that a tracepoint hands to its program
 *
 * Three ways, best first; which one is fixed by the context of the program and the features of
 * the kernel:
 *	cast	untyped raw tracepoint; bpf_rdonly_cast makes the word a typed pointer: a plain
 *		load each (and the cheapest attach)
 *	typed	typed raw tracepoint: a plain load each
 *	read	untyped raw tracepoint; bpf_probe_read_kernel each
 */
#ifndef PROVIDER_REGS_H
#define PROVIDER_REGS_H

#include "dtrace/probe/probe.h"

#include <stddef.h>

/* Byte offsets within struct pt_regs; the layout is the processor's ABI, the same in the kernel and
 * in asm/ptrace.h. */
struct regs_layout {
	int16_t syscall_args[6];
	int16_t syscall_nr; /* as it was at entry; still there at exit */
	int16_t
	    syscall_pc; /* where the instruction for system calls leaves the address behind it */
	int16_t pc, sp;
	int16_t args[6];	     /* of a function; syscall_args differ in one */
	int16_t go_args[9];	     /* of a function of Go (ABIInternal) */
	int16_t result, result_high; /* of a function; the second word of a structure */
	int16_t
	    by_number[16]; /* as instructions number them: rax rcx rdx rbx rsp rbp rsi rdi r8.. */
};
extern const struct regs_layout regs_layout;

/* How a tracepoint program that reads pt_regs is best attached: enum attach_kind, and its context.
 */
void regs_site(const struct provider *p, struct probe_site *site);
/* In the prologue: register with the pointer, from argument n of the tracepoint. It is typed where
 * it can be (env->typed): the type of a tracepoint is found sooner than the function that casts. */
int regs_pointer(struct emit_env *env, unsigned n);
/* Register with the word at offset. */
int regs_load(struct emit_env *env, int pointer, int16_t offset);
/* Leaves when the call came through the 32-bit entry: its number means something else. That entry
 * can be used by 64-bit programs too (int 0x80), so the segment registers do not tell; the kernel's
 * own mark does. It need not be asked when the address to return to is where the instruction
 * `syscall` leaves it, which otherwise only a program does that wants to be mistaken. `regs`: the
 * pointer to the registers. */
void regs_skip_compat(struct emit_env *env, int regs);
/* Perf events: registers with the program counter, 0 when it was (kernel: not) in the kernel. */
int regs_perf_pc(struct emit_env *env, bool kernel);

#endif
