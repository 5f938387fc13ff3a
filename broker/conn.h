/*
 * conn.h - messages over a socket that never waits: what server and client share
 *
 * In: a connected stream socket. Out: messages, one at a time; what is sent waits in memory until the
 * peer takes it. How much may wait is the owner's business: conn_waiting() tells.
 */
#ifndef BROKER_CONN_H
#define BROKER_CONN_H

#include "broker/message.h"

struct conn {
	int fd;
	struct buf in, out;
	size_t in_at, out_at; /* of in: taken; of out: sent */
	struct arena *arena;  /* of the message that conn_next() gave last */
};

void conn_init(struct conn *c, int fd); /* makes fd non-blocking and owns it */
void conn_fini(struct conn *c);

/* Queues a message; sends nothing. -1 and *e: too large, or no memory. */
int conn_queue(struct conn *c, const struct message *m, struct err *e);
size_t conn_waiting(const struct conn *c); /* bytes not sent yet */
short conn_events(const struct conn *c);   /* for poll(2) */
/* Sends what the peer takes now. -1 and *e: the connection is over. */
int conn_flush(struct conn *c, struct err *e);
/* Reads what is there now, up to one message of the largest size ahead. -1 and *e: it is over (code EPIPE: the
 * peer has closed it). */
int conn_fill(struct conn *c, struct err *e);
/* The next whole message: 1; 0 when more must come first; -1 and *e: not our protocol. Valid until the next call. */
int conn_next(struct conn *c, struct message *m, struct err *e);

/* The message that came last stays valid until *kept is finished (conn_fini); c goes on without it. -1 and *e:
 * no memory. */
int conn_keep(struct conn *c, struct conn *kept, struct err *e);

#endif
