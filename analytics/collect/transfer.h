/*
 * transfer.h - requests over HTTP in a loop's thread: one answer, or a stream of lines
 *
 * Callbacks come from the loop, never from within a call of these functions, so they may start and stop
 * whatever they like. What the other side can make it hold is bounded: TRANSFER_BYTES for an answer and for
 * a line. A stream that says nothing for TRANSFER_SILENT_S is taken for dead.
 */
#ifndef COLLECT_TRANSFER_H
#define COLLECT_TRANSFER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/loop.h"

enum { TRANSFER_BYTES = 16 << 20, TRANSFER_SILENT_S = 10 };

struct transfers;
struct transfer;

struct transfers *transfers_new(struct loop *l, struct err *e);
void transfers_free(struct transfers *t); /* stops all; NULL is fine */

struct transfer_ops {
	/* A line of a stream that was granted (status 200), without its end. It may be changed. */
	void (*line)(void *arg, char *line);
	/* It is over, and gone after this. status 0: there was no answer. body: of an answer that is none, or of one that is no
	 * stream. why: "" or what went wrong on the way. */
	void (*end)(void *arg, long status, const struct buf *body, const char *why);
};
struct transfer_request {
	const char *url, *token;
	const char *ca, *pin; /* or NULL */
	const char *body;     /* to be POSTed, JSON; NULL: GET */
	bool stream;
};
/* NULL and *e. Texts are copied. */
struct transfer *transfer_start(struct transfers *t, const struct transfer_request *r,
				const struct transfer_ops *ops, void *arg, struct err *e);
/* No callback comes afterwards. NULL is fine. */
void transfer_stop(struct transfer *x);

#endif
