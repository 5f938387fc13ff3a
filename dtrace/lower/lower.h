/*
 * lower.h - typed AST to program image
 *
 * Puts the clauses of one or more programs into one BPF program per probe site, lays out memory
 * (image.h), writes the decode plan, and runs the code generator. The programs share variables and
 * aggregations, as the programs of one dtrace do.
 */
#ifndef LOWER_LOWER_H
#define LOWER_LOWER_H

#include "base/buf.h"
#include "base/err.h"
#include "dtrace/bpf/codegen.h"
#include "dtrace/bpf/image.h"
#include "dtrace/sema/sema.h"

struct lower_opts {
	const struct features *features; /* NULL: everything is there (golden tests) */
	struct btf *btf;		 /* NULL: kernel structures read as zero */
	struct codegen_target target;
	uint32_t ncpu;	     /* possible CPUs */
	struct buf *dump_ir; /* -xdump=ir: gets the text; NULL = none */
	bool open; /* probes may be found while the image runs: there is room for what they make */
	/* The image that runs, made with `open` of the same programs: the new one is for probes found
	 * since. It continues the plan of the first and lies in the same memory, see image.shared_bytes. */
	const struct image *base;
};

/*
 * Fills *out, in the arena of s. Options (strsize, bufsize, aggsize, dynvarsize, nspec, specsize,
 * stackframes, ...) are read from s->opts. A clause that cannot be compiled for this kernel is a
 * diagnostic in s->diags; a code generation limit is *e. 0 or -1.
 */
int lower_programs(struct sema *s, struct sema_program *const *programs, unsigned n,
		   const struct lower_opts *opts, struct image *out, struct err *e);

#endif
