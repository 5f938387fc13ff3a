/*
 * regalloc.h - between the two files of the register allocator (private to bpf/)
 */
#ifndef BPF_REGALLOC_H
#define BPF_REGALLOC_H

#include "dtrace/bpf/lir.h"

/* Takes every vreg marked in_home out of the instructions (and unmarks it). All of them have a
 * home. */
void rewrite_func(struct lfunc *f);

#endif
