/*
 * output.h - from records and aggregations to text
 *
 * A `struct output` is the other side of the consumer's callbacks: it decodes records by the plan,
 * formats them as dtrace does (or as JSON lines, or folded stacks), and carries out the actions that
 * belong to the consumer: printa, clear, trunc, normalize, setopt, system, freopen, ftruncate.
 *
 *	struct output *o = output_new(image, aggs, syms, &opts, &ops, e);
 *	struct consume_ops cops = {.record = output_record, .drop = output_drop, .arg = o};
 *	... each round: aggs_snapshot(); consume_drain(); consume_drops(); output_flush(o) ...
 *	at the end: output_finish(o)
 *
 * Text is gathered in a buffer and handed to ops->write in large pieces: at output_flush(), when it
 * is full, and before anything that another program may see (system, freopen). In buffered mode (the
 * libdtrace ABI) it goes out after every action instead. Options are read where they are used, so
 * the owner may change them between records (setopt()).
 */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include "base/err.h"
#include "dtrace/bpf/image.h"
#include "dtrace/consume/aggregate.h"
#include "dtrace/consume/consume.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct symbols;
struct output;

enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_FOLDED };
enum output_encoding { ENCODING_AUTO, ENCODING_ASCII, ENCODING_UTF8 };

struct output_opts {
	enum output_format format;
	bool quiet, flowindent, rawbytes;
	bool agghist, aggpack, aggzoom, aggpercpu;
	enum output_encoding encoding;
	uint64_t target; /* process whose addresses %A shows; 0 = none */
	bool noresolve;	 /* addresses as numbers */
	bool droptags;	 /* "[principal] 1 drop on CPU 0" */
	int stackindent; /* 0 = the classic 14; -1 = none */
	struct agg_sort sort;
	bool destructive; /* system() and freopen() are carried out */
	bool bare; /* neither heading nor head and end of a record's line: the caller's business */
};

enum output_flow { FLOW_NONE, FLOW_ENTRY, FLOW_RETURN };

/* Where a piece of text comes from. Valid during the call of write. */
struct output_origin {
	const struct consume_rec *rec;	  /* NULL for aggregations printed at the end */
	const struct plan_action *action; /* NULL for the header line and the line end */
	const struct agg_entry *entry;	  /* printa: the entry being printed */
	const struct agg_entry
	    *keyed; /* of several aggregations by their keys: one that has them */
	enum { ORIGIN_OTHER, ORIGIN_AGGKEY, ORIGIN_AGGVAL, ORIGIN_AGGFORMAT, ORIGIN_AGGLAST } part;
	uint32_t key; /* ORIGIN_AGGKEY: which */
	bool last;    /* the end of the entry, whatever the part */
	enum output_flow flow;
	int indent;
	const char *prefix; /* " -> ": flowindent */
};

struct output_ops {
	/* Takes all of the text; -1 when it cannot. NULL: write(2) to the descriptor of
	 * output_set_fd(). origin is NULL unless buffered. */
	int (*write)(void *arg, const char *text, size_t bytes, const struct output_origin *origin);
	/* A fault: text without "dtrace: " and newline. Not NULL in text mode. Non-zero stops. */
	int (*error)(void *arg, const struct consume_error *err, const char *text);
	/* Drops: text as above. */
	int (*drop)(void *arg, const struct consume_drop *d, const char *text);
	void (*exit)(void *arg, int status); /* exit() */
	/* setopt(name, value): 0, -1 and *e when it is refused, 1 to stop. value is "1" when not given. */
	int (*setopt)(void *arg, const char *name, const char *value, struct err *e);
	/* freopen(name) and, with name NULL, ftruncate(): NULL where it is the descriptor's. -1 when it
	 * cannot, errno set. */
	int (*file)(void *arg, const char *name);
	/* Runs a command; NULL: system(3). Returns its status, -1 when it could not be run. */
	int (*system)(void *arg, const char *command);
	/* Filters of the ABI: before the header line of a record, and before each action (NULL =
	 * end of record). */
	int (*probe)(void *arg, const struct consume_rec *r, const struct output_origin *o);
	int (*action)(void *arg, const struct consume_rec *r, const struct plan_action *a);
	bool buffered; /* write after every action, with its origin */
	void *arg;
};
enum {
	OUTPUT_THIS = 0,
	OUTPUT_NEXT = 1 /* skip the record, or the action */,
	OUTPUT_ABORT = 2
}; /* of probe and action */

/* opts is kept and read live. ops is copied. aggs and syms may be NULL. fd starts as 1. */
struct output *output_new(const struct image *im, struct aggs *aggs, struct symbols *syms,
			  const struct output_opts *opts, const struct output_ops *ops,
			  struct err *e);
/* The image's plan has grown: segments were added behind those there were, and probes. */
void output_extend(struct output *o);
void output_free(struct output *o);
void output_set_fd(struct output *o, int fd); /* -o; freopen("") comes back to it */

int output_record(void *o, const struct consume_rec *r); /* for consume_ops.record */
void output_drop(void *o, const struct consume_drop *d); /* for consume_ops.drop */
int output_flush(struct output *o);			 /* -1 when writing failed */
/* Prints "CPU     ID                    FUNCTION:NAME" if that has not been done (not when quiet).
 * output_record() does it by itself. */
void output_header(struct output *o);
/* Aggregations that no printa() showed, as dtrace prints them when it ends. Does not print the
 * blank line that dtrace puts before. */
int output_aggs(struct output *o);
/* The end of a run: the newline that dtrace prints, output_aggs(), output_flush(). In JSON an
 * {"type":"exit"} line. */
int output_finish(struct output *o, int status);
/* Own text into the stream (in text mode), in order with the rest. */
void output_puts(struct output *o, const char *text);
/* One aggregation entry, or one joined row, in the default layout; for aggregate walks of the ABI.
 */
int output_entry(struct output *o, const struct agg_entry *row, size_t n);
/* What printf(format) and print() show of values, as text of o that is not written: buf_str() of what they return is
 * valid until the next call with o, which is made for this and not buffered. base is where offsets count from.
 * *taken is the number of values used. NULL and *e when the format is malformed. */
const struct buf *output_printf(struct output *o, const char *format, const struct plan_rec *recs,
				size_t nrecs, const uint8_t *base, const struct agg_entry *agg,
				uint32_t *taken, struct err *e);
const struct buf *output_print(struct output *o, const struct plan_rec *rec, const uint8_t *base);
/* Least and greatest value of a bucket of a distribution, inclusive. */
void output_bucket(const struct plan_agg *a, unsigned bucket, int64_t *least, int64_t *greatest);

#endif
