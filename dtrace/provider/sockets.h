/*
 * sockets.h - whose sockets are: the table that sock_pid() looks into
 */
#ifndef PROVIDER_SOCKETS_H
#define PROVIDER_SOCKETS_H

#include "dtrace/probe/probe.h"

/* image.h: sockets_map, and the programs that fill it. */
extern const struct probe_memory sockets_owners;

#endif
