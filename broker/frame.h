/*
 * frame.h - aggregations as frames: key ids, the largest keys and "other", distributions as sparse buckets
 *
 * In: a session after a round. Out: KEYS and FRAME messages of protocol.h, one frame for each aggregation that
 * has counted; the session's values are taken away as they are told. Ids live as long as the frames, over
 * several sessions of the same program.
 */
#ifndef BROKER_FRAME_H
#define BROKER_FRAME_H

#include "broker/conn.h"

#include "include/glasshouse/dtrace.h"

struct frames;
/* keys: at most so many a second and aggregation. NULL: no memory. Free with frames_free(). */
struct frames *frames_new(struct conn *conn, uint32_t session, unsigned keys);
void frames_free(struct frames *fr); /* NULL is fine */
/* From now on of this session, which has gone to work; NULL: of none. */
void frames_bind(struct frames *fr, struct session *s);
/* Queues OPENED. */
int frames_tell_opened(struct frames *fr, uint64_t probes, struct err *e);
/* Queues what was counted since the last call, as the second's, and takes it away. silent: only takes it away.
 * *others grows by the entries that went into "other". -1 and *e: no memory. */
int frames_tell(struct frames *fr, uint64_t second, bool silent, uint64_t *others, struct err *e);

#endif
