/*
 * tracer.h - the thread by which a session's commands are held
 *
 * To ptrace(2) a tracer is a thread: only the one that started a command can let it go on. A session is used by any
 * thread, so the pieces of that work are done by a thread of its own, one after the other, each while its caller waits.
 */
#ifndef API_TRACER_H
#define API_TRACER_H

#include "base/err.h"

struct tracer;

/* NULL: no thread can be had. */
struct tracer *tracer_new(struct err *e);
/* What fn(arg) returns, done by the thread. -1 in a process that was forked from the one that made it: there it is not. */
int tracer_call(struct tracer *t, int (*fn)(void *arg), void *arg, struct err *e);
/* NULL does nothing. What it still holds then goes on. */
void tracer_free(struct tracer *t);

#endif
