/*
 * consume.h - drains the principal buffers: from ring memory to records in order
 *
 * In: the image (its decode plan) and the three mapped arrays GLOB, BUF, AGG, laid out as
 * bpf/image.h says. They are plain memory here: no system call is made, so a test hands in memory
 * it filled by hand. Out: callbacks, one per record, in the order of the stamps over all CPUs (or
 * CPU by CPU with no_temporal), and one per drop.
 *
 * Invariants: a record is delivered once; a record whose stamp is not below the stamp counter as it
 * stood at the beginning of the round waits for the next round, because an older one may still be
 * on its way on another CPU; a reserved record that is not yet committed stops its CPU, and the
 * merge of what is newer, for CONSUME_PATIENCE rounds; a record of a speculation is held until the
 * commit (then delivered there) or the discard; nothing read from the maps is trusted. Not here:
 * pacing (switchrate, statusrate), decoding values, printing.
 */
#ifndef CONSUME_CONSUME_H
#define CONSUME_CONSUME_H

#include "base/err.h"
#include "dtrace/bpf/image.h"

#include <stdbool.h>
#include <stdint.h>

enum { CONSUME_PATIENCE = 4 }; /* rounds that an unfinished record may hold back the merge */

/* Where records are in the order of the time that the program reads, one is taken when it is this
 * old: a clause that reads the time long before it records still comes in order within it. */
enum { CONSUME_CLOCK_SLACK_NS = 2000000 };

/* For memory of which only what is asked for is accessible: offsets count from the start of the
 * whole map. */
struct consume_window {
	int (*show)(void *arg, uint32_t map, size_t off, size_t bytes); /* 0, or -1 */
	void (*hide)(void *arg, uint32_t map); /* what was shown is not needed any more */
	/* A grace period: begins one (0; -1: it cannot be had), and whether it is over, when no program
	 * is at work any more that was so when it began, those that may sleep aside. */
	int (*grace)(void *arg);
	bool (*grace_over)(void *arg);
	void *arg;
};
struct consume_input {
	const struct image *image;
	void *glob; /* struct image_state and what follows, image->glob_bytes */
	void *buf;  /* image->ncpu elements of consume_buf_stride(image) bytes */
	void *agg;  /* image->ncpu elements of consume_agg_stride(image) bytes; NULL when there are
		       no aggregations */
	const struct consume_window *window; /* of buf, its data; NULL: all is there */
};

/* Bytes from one CPU's element to the next in the mapped array: value_bytes rounded up to 8. */
uint64_t consume_buf_stride(const struct image *im);
uint64_t consume_agg_stride(const struct image *im);

struct consume_rec {
	const struct plan_seg *seg; /* seg->epid is the enabled probe id */
	const struct plan_probe
	    *probe; /* never NULL: an unknown id gives a probe of that id with empty names */
	uint32_t cpu;
	uint64_t stamp;
	const uint8_t *data; /* the record from its first byte: offsets of plan_rec count from here;
				8-aligned */
	const struct consume_rec *next; /* the following record of the same CPU if it is already
					   there (seg, probe valid); else NULL */
};

enum consume_drop_kind {
	DROP_PRINCIPAL,
	DROP_AGGREGATION,
	DROP_DYNAMIC,
	DROP_DYNRINSE,
	DROP_DYNDIRTY,
	DROP_SPEC,
	DROP_SPECBUSY,
	DROP_SPECUNAVAIL,
	DROP_STKSTROVERFLOW,
	DROP_DBLERROR,
	DROP_NKINDS,
};

struct consume_drop {
	enum consume_drop_kind kind;
	int cpu;	    /* principal, aggregation; else -1 */
	uint64_t count;	    /* since the last look */
	uint64_t total;	    /* since the start */
	const char *tag;    /* "principal", "spec_busy".. as option droptags shows it */
	const char *remedy; /* option that raises the limit: "bufsize", "aggsize", "dynvarsize",
			       "specsize", "nspec"; NULL = none */
	char text[128];	    /* "3 drops on CPU 0": the classic words, no "dtrace: ", no newline */
};

struct consume_ops {
	/* 0 to go on, anything else ends the round (the record counts as delivered) and is what
	 * consume_drain() returns. */
	int (*record)(void *arg, const struct consume_rec *r);
	void (*drop)(void *arg, const struct consume_drop *d); /* may be NULL */
	void *arg;
};

struct consume;

/* Checks the plan (record sizes, offsets). NULL and *e when it does not hold together. Keeps
 * in->image, copies the rest. */
struct consume *consume_new(const struct consume_input *in, const struct consume_ops *ops,
			    struct err *e);
/* The image's plan has grown: segments were added behind those there were. -1: no memory. */
int consume_extend(struct consume *c);
void consume_free(struct consume *c);
/* CPU by CPU instead of by stamp. Ignored while the plan has speculations (their records must meet
 * their commit in order). */
/* Before the first round, for the policies fill and ring with buffers of so many bytes a CPU: records
 * are kept, none is delivered until consume_release(). -1 and *e when END's do not fit. */
enum consume_policy { CONSUME_SWITCH, CONSUME_FILL, CONSUME_RING };
int consume_set_policy(struct consume *c, enum consume_policy policy, uint64_t bytes,
		       struct err *e);
bool consume_filled(const struct consume *c); /* fill: some CPU's buffer is full */
/* Delivers what was kept; from then on records are delivered at once. */
int consume_release(struct consume *c);
void consume_set_temporal(struct consume *c, bool temporal);

/* One round: delivers what may be delivered. final: tracing has stopped; everything that is
 * complete goes out now, and what is still held for speculations that were never committed is
 * thrown away. Returns 0, or what a record callback returned. */
int consume_drain(struct consume *c, bool final);
/* Reports the differences of all drop counters since the last call. */
void consume_drops(struct consume *c);
/* Records delivered since the start, and records thrown away because the buffer did not hold
 * together (0 unless memory is damaged). */
uint64_t consume_delivered(const struct consume *c);
uint64_t consume_damaged(const struct consume *c);

/* The plan's probe of an id (binary search), NULL when there is none. */
const struct plan_probe *plan_probe_by_id(const struct plan *p, uint32_t id);

/* The text of fault code (enum plan_fault): "invalid address", "divide-by-zero" .. */
const char *consume_fault_text(uint64_t fault);
/* PACT_ERROR: "error on enabled probe ID 2 (ID 1: dtrace:::BEGIN): invalid address (0x0) in action
 * #1 at DIF offset 0", without "dtrace: " and newline. Returns out. */
struct consume_error {
	uint64_t epid, action, offset, fault, address;
	const struct plan_probe *probe;
	int cpu;
};
void consume_error_read(const struct plan_action *a, const struct consume_rec *r,
			struct consume_error *out);
const char *consume_error_text(const struct consume_error *err, char *out, size_t out_bytes);
/* The same with other words of what happened: of the consumer's own, FLT_LIBRARY. */
const char *consume_error_say(const struct consume_error *err, const char *what, char *out,
			      size_t out_bytes);

/* An integer of size 1, 2, 4, 8 at p (any alignment); others give 0. */
int64_t plan_int(const void *p, uint32_t size, bool is_signed);
/* The text of a string rec (ENC_STR, ENC_STRID) whose container starts at base; *n = length. Never
 * NULL. */
const char *plan_text(const struct plan *p, const struct plan_rec *rec, const uint8_t *base,
		      size_t *n);

#endif
