/* dispatch.h - jumps by a number: which group of probes does a firing belong to */
#ifndef PROVIDER_DISPATCH_H
#define PROVIDER_DISPATCH_H

#include "base/vec.h"
#include "dtrace/ir/ir.h"

/* From number `first` up to the next run's, jump to label. Runs are in order; the first one starts
 * at 0, the last has no end. */
struct dispatch_run {
	uint32_t first;
	int label;
};
struct dispatch {
	struct arena *arena;
	VEC(struct dispatch_run) runs;
};

/* Numbers from `first` up go to label; equal neighbours become one run. */
void dispatch_from(struct dispatch *d, uint32_t first, int label);
/* Emits the jumps: a binary tree of unsigned compares on register key; every path ends in a jump.
 */
void dispatch_emit(const struct dispatch *d, struct ir_func *f, int key);

#endif
