/*
 * dispatch.h - which handler a request is for, and whether who asks may ask it
 */
#ifndef HTTP_DISPATCH_H
#define HTTP_DISPATCH_H

#include "analytics/http/call.h"

/* Runs the handler of the route; the answer, or the error, is in the call. */
void dispatch(struct call *c);
/* GET /api/v1/live? */
bool dispatch_is_live(const struct call *c);
/* The datasets of a live request, checked against the scope. -1 after call_error(). */
int live_wanted(struct call *c, uint32_t ids[LIVE_MAX_DATASETS], unsigned *n);
/* The path with single slashes, for files of the page. In the arena. */
const char *dispatch_path(const struct call *c);
/* An alerts_event_fn: tells it to those who read the stream. ctx is the struct http. */
void dispatch_alert(void *ctx, const struct alert *al, enum alert_event event);

#endif
