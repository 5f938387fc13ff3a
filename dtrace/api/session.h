/*
 * session.h - our own API: from D text to output, in one handle
 *
 * The interface is include/glasshouse/dtrace.h, which is installed. What stands here besides is for
 * the tests and the tools of this source tree, which look inside.
 */
#ifndef API_SESSION_H
#define API_SESSION_H

#include "base/buf.h"
#include "base/err.h"
#include "include/glasshouse/dtrace.h"

void session_disassemble(struct session *s, struct buf *out);

#endif
