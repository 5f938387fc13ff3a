/*
 * internal.h - what the files of output/ share: the printer's state and text primitives
 */
#ifndef OUTPUT_INTERNAL_H
#define OUTPUT_INTERNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "dtrace/builtin/format.h"
#include "dtrace/output/output.h"

struct output {
	const struct image *image;
	const struct plan *plan;
	struct aggs *aggs;
	struct symbols *syms; /* NULL: numbers */
	const struct output_opts *opts;
	struct output_ops ops;
	struct arena *arena; /* formats and per-probe texts */
	struct buf text;     /* not yet written */
	int fd, home_fd;     /* where to; where freopen("") goes back to */
	bool fd_owned;	     /* fd was opened by freopen() */
	bool header_done, failed;
	struct format **formats; /* by seg_first[segment] + action: parsed when first used */
	uint32_t *seg_first;
	size_t nsegs;
	const char **names; /* per plan probe: "%6d %32s " of the line head, made when first used */
	int *indent;	    /* per CPU: flow indentation */
	uint32_t last_epid, last_probe;
	uint32_t ncpu;
	uint32_t hist_header; /* agghist, aggpack: aggregation whose header was printed, + 1 */
	struct output_origin origin;
};

/* ---- text.c: primitives ---- */
char *text_room(struct buf *b,
		size_t n); /* n bytes at the end, not yet counted; NULL when out of memory */
void text_fill(struct buf *b, char c, size_t n);
void text_pad(struct buf *b, const char *s, size_t n, int width, bool left);
void text_dec(struct buf *b, int64_t v, int width); /* %*lld, width < 0 = left */
/* The integer conversions of C: letter d u x X o; prec 0 = none. flags FORMAT_*. */
void text_int(struct buf *b, uint64_t v, bool negative, char letter, unsigned flags, int width,
	      int prec);
void text_escaped(struct buf *b, const char *s, size_t n); /* as %S shows them */
void text_utf8(struct buf *b, uint32_t c);
void text_date(struct buf *b, uint64_t ns, bool rfc822);

/* ---- values.c ---- */
void value_trace(struct output *o, const struct plan_rec *r, const uint8_t *base);
void value_key(struct output *o, const struct plan_rec *r, const uint8_t *key, bool packed);
/* The classic "printable text or hex dump"; width as libdtrace passes it. */
void value_bytes(struct output *o, const uint8_t *p, size_t n, int width, bool quiet, bool raw);
void value_dump(struct buf *b, const uint8_t *p, size_t n,
		size_t shown);		 /* bytes from n to shown are zeros */
int key_width(const struct plan_rec *r); /* of the packed displays */

/* ---- pcap.c ---- */
struct packet {
	const uint8_t *data;
	uint64_t bytes, most, length; /* recorded; recorded at most; of the whole packet */
	uint64_t wall_ns, link_type;
};
struct packet packet_read(const struct plan_action *a, const uint8_t *base);
void pcap_show(struct output *o, const struct consume_rec *r, const struct plan_action *a);

/* ---- stacks.c ---- */
struct stack_style {
	int indent, width;
	bool left;
};
void stack_print(struct output *o, const struct plan_rec *r, const uint8_t *base,
		 const struct stack_style *s);
/* Frames as text, innermost first: calls fn for each. */
void stack_each(struct output *o, const struct plan_rec *r, const uint8_t *base,
		void (*fn)(void *arg, const char *text, size_t n), void *arg);
/* Text of a sym(), mod(), usym().. value by the action that made it; returns length. */
size_t sym_text(struct output *o, enum plan_act act, const struct plan_rec *r, const uint8_t *base,
		char *out, size_t n);
bool is_sym_act(unsigned act);

/* ---- printf.c ---- */
struct printf_args {
	const struct plan_rec *recs;
	size_t nrecs;
	const uint8_t *base;
	const struct agg_entry *aggs; /* printa: the row */
	size_t naggs;
};
void printf_run(struct output *o, const struct format *f, const struct printf_args *a);

/* ---- quantize.c ---- */
struct agg_scale { /* over all entries of an aggregation: agghist's total, aggpack's range */
	long double total;
	bool positives, negatives;
	unsigned min, max; /* buckets */
	bool hist, pack;
};
void quantize_print(struct output *o, const struct agg_entry *e);
void quantize_scale(const struct output *o, const struct agg_entry *e, size_t n,
		    struct agg_scale *s);
void quantize_header(struct output *o, const struct agg_entry *e, const struct agg_scale *s);
void quantize_hist(struct output *o, const struct agg_entry *e, const struct agg_scale *s);
void quantize_packed(struct output *o, const struct agg_entry *e, const struct agg_scale *s);
/* Bounds of bucket i of any distribution, inclusive; number of buckets. */
unsigned quantize_buckets(const struct plan_agg *a);
void quantize_bounds(const struct plan_agg *a, unsigned i, int64_t *min, int64_t *max);

/* ---- aggs.c ---- */
int aggs_print(struct output *o, const struct plan_action *a, const struct format *f);
void aggs_print_one(struct output *o, uint32_t id);

/* ---- print.c ---- */
void print_value(struct output *o, const struct plan_rec *r, const uint8_t *base);

/* ---- json.c, folded.c ---- */
void json_action(struct output *o, const struct consume_rec *r, const struct plan_action *a);
void json_record(struct output *o, const struct consume_rec *r);
void json_aggs(struct output *o, const struct agg_entry *e, size_t n);
void json_drop(struct output *o, const struct consume_drop *d);
void json_error(struct output *o, const struct consume_error *err, const char *text);
void json_exit(struct output *o, int status);
void json_text(struct output *o, const struct consume_rec *r, const char *type, const char *s,
	       size_t n);
void folded_stack(struct output *o, const struct consume_rec *r, const struct plan_rec *rec);
void folded_aggs(struct output *o, const struct agg_entry *e, size_t n);

/* ---- output.c ---- */
/* Buffered mode: hands out what has been gathered, with its origin. */
int out_piece(struct output *o, int part, const struct agg_entry *e);
/* The same of an entry of a row; keyed: one of the row that has keys. */
struct piece {
	int part;
	const struct agg_entry *entry, *keyed;
	uint32_t key;
	bool last;
};
int out_piece_of(struct output *o, const struct piece *p);

#endif
