/*
 * dispatch.c - a binary tree of compares and jumps; see dispatch.h
 *
 * The verifier walks every path of a program. In a tree each leaf is one path of log2(n) compares
 * and jumps straight to its group, so the work grows as n log n; a chain that falls through and
 * tests the same register again grows quadratically.
 */
#include "dtrace/provider/dispatch.h"

void dispatch_from(struct dispatch *d, uint32_t first, int label)
{
	if (d->runs.n && vec_last(&d->runs)->label == label)
		return;
	*vec_push(&d->runs, d->arena) = (struct dispatch_run){first, label};
}

static void emit_range(const struct dispatch *d, struct ir_func *f, int key, size_t lo, size_t hi)
{
	size_t mid = lo + (hi - lo) / 2;
	int right;

	if (lo == hi) {
		ir_jmp(f, d->runs.at[lo].label);
		return;
	}
	/* A right half of one run needs no label of its own. */
	right = mid + 1 == hi ? d->runs.at[hi].label : ir_label(f);
	ir_br(f, IR_UGE, key, IRV_IMM(d->runs.at[mid + 1].first), right);
	emit_range(d, f, key, lo, mid);
	if (mid + 1 != hi) {
		ir_place(f, right);
		emit_range(d, f, key, mid + 1, hi);
	}
}

void dispatch_emit(const struct dispatch *d, struct ir_func *f, int key)
{
	if (d->runs.n)
		emit_range(d, f, key, 0, d->runs.n - 1);
}
