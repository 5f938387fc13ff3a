/*
 * live.h - the live stream: each closed second encoded once, read by everybody who wants it
 *
 * Messages (server-sent events) lie in one ring in the order of publishing, each with the dataset it is of and the
 * zones whose tenant may read it. A client has a place in the ring and a list of datasets; it copies what
 * is for it straight from the ring to its connection. Who falls behind the oldest message of the ring is
 * cut off (a browser connects anew by itself): a slow reader costs nobody anything. A connection
 * without news is suspended, and resumed by the next second.
 */
#ifndef HTTP_LIVE_H
#define HTTP_LIVE_H

#include "analytics/http/account.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LIVE_MAX_DATASETS = 200,	    /* of one client */
	LIVE_RING_BYTES = 16 * 1024 * 1024, /* of all messages that are kept */
	LIVE_RING_MESSAGES = 16384,
	LIVE_TENANT_MAX = 200, /* streams of one tenant's account */
};

struct live;
struct live_client;
struct hub_second;
struct MHD_Connection;
struct MHD_Response;

struct live *live_new(struct err *e);
/* No second and no client comes any more: resumes and ends all that there are. */
void live_stop(struct live *l);
void live_free(struct live *l);

/* A client as the content of an answer; it goes with that. EAGAIN: a tenant has LIVE_TENANT_MAX already. */
struct MHD_Response *live_response(struct live *l, struct MHD_Connection *connection,
				   const struct who *who, const uint32_t *datasets, unsigned n,
				   struct err *e);
/* Ends the streams that an account has opened, or (account NULL) those of a token: who may still read, connects anew. */
void live_end(struct live *l, const char *account, int64_t token);
unsigned live_clients(struct live *l);
/* Clients cut off because they were slow. */
uint64_t live_dropped(struct live *l);

/* A hub_second_fn; arg is the struct live. */
void live_second(void *arg, int64_t second, const struct hub_second *at, uint32_t n);
/* An event of another kind for all clients of a scope (NULL: operators only); data is one line of JSON. */
void live_event(struct live *l, const char *event, const char *data, const char *zone);

#endif
