/*
 * confine.h - what a worker may no longer do, whatever becomes of it
 *
 * A worker reads what its peer sends and compiles it. It starts no programs, opens no sockets and mounts nothing that others see:
 * all of that is refused by the kernel from here on, with or without systemd (lib/systemd/dtraced.service).
 */
#ifndef BROKER_CONFINE_H
#define BROKER_CONFINE_H

#include "base/err.h"

/* Gives up, for good, the capabilities that tracing does not take, new privileges, and system calls that it never makes; the latter
 * where the kernel can filter them. -1 and *e: privileges are still there. */
int confine_worker(struct err *e);

#endif
