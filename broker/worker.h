/*
 * worker.h - the process behind one connection
 *
 * In: a connected socket, who is there, and the row of the policy that fits. Out: what the client asked for,
 * until it goes; then everything of it has gone from the kernel, because nothing is pinned. Whatever happens to
 * this process happens to this client alone.
 */
#ifndef BROKER_WORKER_H
#define BROKER_WORKER_H

#include "broker/policy.h"
#include "broker/served.h"

/* Owns the socket. command runs a COMMAND. Returns the process's exit code. */
int worker_run(int socket, const struct peer *peer, const struct policy_row *row,
	       served_command *command);

#endif
