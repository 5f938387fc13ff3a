/*
 * courier.h - the thread that takes actions: deliveries out of the book, tries, pauses
 *
 * There are two, one for mail and one for everything else: libcurl says QUIT to a mail server and waits for the answer, even
 * within its multi interface. Webhooks run side by side, programs too, and so does mail up to its QUIT; traps, system logs
 * and datasets are done one after the other by a second thread, because their libraries wait. Each kind has its own
 * bound of how many run at once. So a server that hangs keeps nothing but its own kind waiting.
 */
#ifndef ALERT_COURIER_H
#define ALERT_COURIER_H

#include "analytics/alert/book.h"

#include <pthread.h>

struct courier;
struct courier_options {
	struct book *book;
	pthread_mutex_t *lock; /* of the book */
	const struct alerts_env *env;
	const char *settings; /* file, or NULL */
	bool mail;	      /* this one makes mail only; otherwise everything but mail */
	/* Called in the thread at each turn, without the lock; may be NULL. -> false: try again in a second. */
	bool (*turn)(void *arg);
	void *arg;
};

struct courier *courier_new(const struct courier_options *o, struct err *e);
/* There may be something to do. From any thread. */
void courier_wake(struct courier *c);
/* Ends both threads: what runs has a second to end; what does not stays in the book. */
void courier_free(struct courier *c);
void courier_counts(struct courier *c, uint64_t *done, uint64_t *failed);

#endif
