/* insn.h - macros for the few eBPF instructions that this folder writes by hand: feature trials,
 * ticks, tests. */
#ifndef KERN_INSN_H
#define KERN_INSN_H

#include <linux/bpf.h>

#define INSN(c, d, s, o, i)                                                                        \
	((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})

#define I_MOV_IMM(d, i)		  INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define I_MOV_REG(d, s)		  INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define I_ALU_IMM(op, d, i)	  INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define I_ALU_REG(op, d, s)	  INSN(BPF_ALU64 | (op) | BPF_X, d, s, 0, 0)
#define I_LOAD(sz, d, s, o)	  INSN(BPF_LDX | BPF_MEM | (sz), d, s, o, 0)
#define I_STORE(sz, d, s, o)	  INSN(BPF_STX | BPF_MEM | (sz), d, s, o, 0)
#define I_STORE_IMM(sz, d, o, i)  INSN(BPF_ST | BPF_MEM | (sz), d, 0, o, i)
#define I_ATOMIC(sz, op, d, s, o) INSN(BPF_STX | BPF_ATOMIC | (sz), d, s, o, op)
#define I_CALL(helper)		  INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define I_KFUNC(btf_id)		  INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, btf_id)
#define I_CALLFN(rel)		  INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, rel)
#define I_JMP_IMM(op, d, i, o)	  INSN(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define I_EXIT()		  INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/* Two slots. */
#define I_LD64(d, src, lo, hi) INSN(BPF_LD | BPF_DW | BPF_IMM, d, src, 0, lo), INSN(0, 0, 0, 0, hi)

#endif
