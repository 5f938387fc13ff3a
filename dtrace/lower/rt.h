/*
 * rt.h - run-time routines: the string functions of D as bpf-to-bpf subprograms, written in IR
 *
 * A program gets only the routines that it calls (rt_get() makes one on first use in the unit). They are static
 * functions that the verifier checks at each call with the caller's own pointers, or, where it has no may_goto and
 * follows every round of a loop, global ones that it checks once, with any memory of the sizes below. So:
 *
 *  - a string argument points into GLOB or SCRATCH with at least RT_SLACK(strsize) readable bytes behind it, whatever the length of the
 *    text; its NUL comes within strsize bytes (a routine treats byte strsize - 1 as NUL in any case);
 *  - a destination points into SCRATCH with at least 2 * RT_SLACK(strsize) writable bytes; results are cut at strsize - 1
 *    bytes and always NUL-terminated;
 *  - arguments never overlap the destination.
 *
 * Loops use IR_MAY_GOTO (ir.h) where the kernel has it and are bounded by strsize in any case. A result is a number
 * that the verifier knows nothing of (but RT_STRLEN's is known to be below strsize), so that it does not track one state for each length: the caller compares it with
 * strsize before it is used as an offset. What lies behind the NUL of a destination is unspecified, but for RT_STRCPY, RT_STRJOIN, RT_TOUPPER
 * and RT_TOLOWER the rest of the 8-byte word with the NUL is zero.
 *
 * Where the kernel has no may_goto the verifier follows every round of a loop, and a strsize above 600 is more than it is
 * willing to follow in some routines: there RT_INDEX, RT_RINDEX search the first 8300 bytes, RT_CLEANPATH reads 3000, RT_JSON 680 bytes
 * (and RT_STRTOLL 512 digits).
 *
 * The semantics of each are those of the DTrace guide's subroutine of that name.
 */
#ifndef LOWER_RT_H
#define LOWER_RT_H

#include "dtrace/ir/ir.h"

#define RT_SLACK(strsize) ((((strsize) + 7u) & ~7u) + 16)

enum rt_id {
	RT_STRCMP,  /* (a, b) -> -1, 0, 1; bytes compared unsigned */
	RT_STRLEN,  /* (s) -> length */
	RT_STRCPY,  /* (dst, s) -> length */
	RT_STRCHR,  /* (s, char) -> offset, or -1 */
	RT_STRRCHR, /* (s, char) -> offset, or -1 */
	RT_INDEX,   /* (s, sub, start) -> offset, or -1; start as index() documents it */
	RT_RINDEX,  /* (s, sub, start) -> the same from the right; start INT64_MAX when not given */
	RT_STRTOK, /* (dst, s, delims, start) -> offset where the next search starts, or -1: no token left */
	RT_SUBSTR, /* (dst, s, index, length) -> length of result; length INT64_MAX when not given; negatives as documented */
	RT_STRJOIN,  /* (dst, a, b) -> length; strsize or more when the result was cut */
	RT_BASENAME, /* (dst, path) -> length, as all that write text do unless they say otherwise */
	RT_DIRNAME,  /* (dst, path) */
	RT_CLEANPATH, /* (dst, path) */
	RT_LLTOSTR, /* (dst, value, base) -> length, or -1: no such base. Base 0 and 10: signed decimal; others unsigned, 8 and 16 with
		       * 0, 0x in front */
	RT_STRTOLL, /* (s, base) -> value; base 0 is 10, other bases are the caller's to check */
	RT_TOUPPER, /* (dst, s) */
	RT_TOLOWER, /* (dst, s) */
	RT_JSON,    /* (dst, json, path) -> 1 found, 0 not (dst is empty) */
	RT_INET_NTOA, /* (dst, u32 in memory order) */
	RT_INET_NTOA6, /* (dst, src: 16 readable bytes) as inet_ntoa6() documents: IPv4-mapped ones as IPv4 alone */
	RT_INET_NTOP6, /* (dst, src: 16 readable bytes) as inet_ntop() documents: ::ffff:1.2.3.4 */
	RT_LINK_NTOP,  /* (dst, src: 20 readable bytes, length up to 20) aa:bb:.. */
	RT_HASH, /* (p, nwords) -> 64-bit hash of nwords 8-byte words; p 8-aligned, nwords constant at the call */
	RT_HASH_TEXT, /* (p, nwords, h) -> h with the rest of a text: see rt_hash_text() */
	RT_MEMEQ,     /* (a, b, nwords) -> 1 when equal */
	RT_TEXTEQ,    /* the same for the rest of texts */
	RT_WINDOW,    /* of RT_INDEX and RT_RINDEX: see rt_gen_window() */
	RT_UNSPLIT, /* (s, n) in place: NULs among the first n (1..strsize) bytes become blanks, the last of them stays NUL */
	RT_NCOUNT
};

struct rt {
	struct ir_unit *unit;
	uint32_t strsize;
	bool
	    once; /* where the verifier follows every round of a loop: it does so once for a routine, not at each call */
	const struct ir_func *made[RT_NCOUNT];
};

const struct ir_func *rt_get(struct rt *rt, enum rt_id id);
const char *rt_name(enum rt_id id);

/* Of texts as keys have them, 8-aligned, with room for nwords (more than 4) words: a text ends with the four words, counted from
 * its beginning, in which its NUL is, and they are zero behind that. Most are that short: no call is made for them. */
int rt_hash_text(struct rt *rt, struct ir_func *f, int p, unsigned nwords);
void rt_text_equal(struct rt *rt, struct ir_func *f, const int p[2], unsigned nwords, int differs);

#endif
