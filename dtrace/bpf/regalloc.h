/*
 * regalloc.h - between the two files of the register allocator (private to bpf/)
 */
#ifndef BPF_REGALLOC_H
#define BPF_REGALLOC_H

#include "dtrace/bpf/lir.h"

/* Takes every vreg marked in_home out of the instructions (and unmarks it). All of them have a
 * home. */
void rewrite_func(struct lfunc *f);
/* For targets that forget slots: once registers are given out, every slot is written again behind a
 * comparison of its copy, with what the verifier then knows of it. */
void rewrite_restate_bounds(struct lfunc *f);

#endif
