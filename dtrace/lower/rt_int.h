/*
 * rt_int.h - what the run-time routines share: loops, bytes at an index, words of text
 *
 * Private to the rt*.c files. Their code is shaped by how the verifier walks a loop:
 *
 *  - A value carried around a loop must be unknown to it from the start (rt_unknown), or it follows
 *    every length there can be, one by one. Offsets are bounded again by a comparison with a
 *    constant right before they are used.
 *  - rt_loop_open() makes a loop whose first edge, never taken, leads back to its own top. The
 *    verifier follows that edge first, sees that the top changes nothing, and then looks at
 *    the body once; where it has no may_goto and counts the rounds, what waits to be looked at is
 * one branch for each round instead of every branch of the body.
 *  - Small loops end in a conditional branch backwards and leave in a straight line, to the same
 * end.
 *
 * Text is handled in 8-byte words wherever it can be: RT_SLACK bytes are readable behind each
 * string.
 */
#ifndef LOWER_RT_INT_H
#define LOWER_RT_INT_H

#include "dtrace/lower/rt.h"

#define R(reg) IRV_REG(reg)
#define I(imm) IRV_IMM(imm)

struct rt_gen {
	struct rt *rt; /* for routines that call others */
	struct ir_func *f;
	uint32_t size;	/* strsize */
	int x, nx;	/* a value that the verifier knows nothing of, and its complement */
	int ones, high; /* 0x01 and 0x80 in every byte; see rt_word_consts() */
};

struct rt_loop {
	int top, out;
};

/* strsize rounded up to words; a destination has 2 * RT_ROUND + 32 bytes. */
#define RT_ROUND(g) ((int32_t)(((g)->size + 7u) & ~7u))

/* Makes f a function that the verifier looks at once, by itself, so that following every round of its loops is not
 * too much. It then takes no pointer for granted: pointee says how many bytes each parameter points to, 0 for a
 * number. Returns the label of where it goes with none. */
int rt_open_global(struct ir_func *f, const uint32_t *pointee);
/* Reads 8 bytes at base to make unknown values from; before the first rt_unknown() or
 * rt_loop_open(). */
void rt_unknowns(struct rt_gen *g, int base);
/* v, in a fresh register, in a way that the verifier cannot follow. */
int rt_unknown(struct rt_gen *g, struct ir_val v);
void rt_loop_open(struct rt_gen *g, struct rt_loop *l, uint32_t max);
/* The most rounds to ask for where the verifier counts them one by one and spends `cost`
 * instructions on each: what is wanted, or what it can be made to follow in a program. Takes effect
 * only on kernels without may_goto and with a great strsize. */
uint32_t rt_rounds(uint32_t wanted, uint32_t cost);
void rt_loop_close(struct rt_gen *g, struct rt_loop *l); /* goes round; places l->out */
/* The same for a body that narrows many values on many paths: makes the n registers unknown again
 * before it goes round. Jumps back in the body go to `next`. */
void rt_loop_close_blurred(struct rt_gen *g, struct rt_loop *l, int next, const int *regs, int n);
/* Returns v unless a COND b. */
void rt_ret_unless(struct rt_gen *g, enum ir_cond c, int a, struct ir_val b, struct ir_val v);
int rt_byte(struct rt_gen *g, int base, int index);
int rt_word(struct rt_gen *g, int base, int index);
/* *(size *)(base + index + off) = v */
void rt_put(struct rt_gen *g, int base, int index, int32_t off, unsigned size, struct ir_val v);
/* dst = min(dst, limit), unsigned. Some verifiers know no more of dst than that it is below the next power
 * of two. */
void rt_cap(struct rt_gen *g, int dst, struct ir_val limit);

void rt_word_consts(struct rt_gen *g);
/* Marks zero bytes with 0x80; the lowest mark is exact, marks above it may be false. */
int rt_zero_marks(struct rt_gen *g, int word);
/* Marks zero bytes with 0x80, all exact. */
int rt_zero_marks_exact(struct rt_gen *g, int word);
/* Offset of the lowest marked byte; marks must not be 0. */
int rt_first_mark(struct rt_gen *g, int marks);
/* A word of eight times the byte c (0..255). */
int rt_spread(struct rt_gen *g, int c);

/* Length of s, at most strsize - 1. */
int rt_emit_len(struct rt_gen *g, int s);
/* Appends src at dst + doff (a register, or -1 = 0), cut at strsize - 1 bytes in all. Returns the
 * offset where the text would end uncut, or some value >= strsize. xform: changes a word of text,
 * or NULL. */
int rt_emit_copy(struct rt_gen *g, int dst, int doff, int src,
		 int (*xform)(struct rt_gen *g, int word));
/* dst = the n bytes at src + soff and a NUL; n is capped at strsize - 1 in place. */
void rt_emit_copy_n(struct rt_gen *g, int dst, int src, int soff, int n);

void rt_gen_unsplit(struct rt_gen *g);
void rt_gen_strcmp(struct rt_gen *g);
void rt_gen_strlen(struct rt_gen *g);
void rt_gen_strcpy(struct rt_gen *g);
void rt_gen_strchr(struct rt_gen *g);
void rt_gen_strrchr(struct rt_gen *g);
void rt_gen_index(struct rt_gen *g);
void rt_gen_rindex(struct rt_gen *g);
void rt_gen_window(struct rt_gen *g);
void rt_gen_strtok(struct rt_gen *g);
void rt_gen_substr(struct rt_gen *g);
void rt_gen_strjoin(struct rt_gen *g);
void rt_gen_basename(struct rt_gen *g);
void rt_gen_dirname(struct rt_gen *g);
void rt_gen_cleanpath(struct rt_gen *g);
void rt_gen_lltostr(struct rt_gen *g);
void rt_gen_strtoll(struct rt_gen *g);
void rt_gen_toupper(struct rt_gen *g);
void rt_gen_tolower(struct rt_gen *g);
void rt_gen_json(struct rt_gen *g);
void rt_gen_inet_ntoa(struct rt_gen *g);
void rt_gen_inet_ntoa6(struct rt_gen *g);
void rt_gen_inet_ntop6(struct rt_gen *g);
void rt_gen_link_ntop(struct rt_gen *g);
void rt_gen_hash(struct rt_gen *g);
void rt_gen_hash_text(struct rt_gen *g);
void rt_gen_memeq(struct rt_gen *g);
void rt_gen_texteq(struct rt_gen *g);

#endif
