/*
 * feed.h - a session for a program: every second of its aggregations, as messages
 *
 * In: an OPEN message and what the policy lets the peer do. Out: OPENED or FAILED; after that for each second,
 * when its owner says that it is over, KEYS, FRAME and SECOND; RECORD and NOTE in between. The owner (the
 * worker) has the loop, the clock and the socket; a feed never waits and knows no descriptor but those of its
 * session.
 *
 * Only what happened in the second is told: every snapshot takes the values away again.
 */
#ifndef BROKER_FEED_H
#define BROKER_FEED_H

#include "broker/conn.h"
#include "broker/policy.h"
#include "dtrace/api/serve.h"

struct feed;
struct feed_host { /* what all feeds of a connection share */
	struct conn *conn;
	const struct peer *peer;
	const struct policy_row *row;
	struct watch *watch;
	bool cost; /* the kernel counts what programs cost */
};

/* Compiles and enables; queues OPENED, or FAILED and gives NULL. NULL with *e set: no memory, the
 * connection cannot go on. Free with feed_free(). */
struct feed *feed_open(const struct feed_host *host, uint32_t id, const struct msg_open *open,
		       struct err *e);
void feed_free(struct feed *f); /* NULL is fine */

/* Its programs go; and come back. Queues STATE, or CLOSED: then the feed has ended. */
int feed_suspend(struct feed *f, struct err *e);
int feed_resume(struct feed *f, struct err *e);

int feed_fds(const struct feed *f, int *fds, int max);
/* What has come at its descriptors; ns until it wants to be asked again, UINT64_MAX: at the next second. */
uint64_t feed_tend(struct feed *f);
/* The second is over. skip: the client has not taken what it was sent before: this one is lost, and counted. */
int feed_second(struct feed *f, uint64_t second, bool partial, bool skip, struct err *e);
/* Has it ended (exit(), an error, a quota; CLOSED is queued)? To be freed then. */
bool feed_ended(const struct feed *f);
uint32_t feed_id(const struct feed *f);

#endif
