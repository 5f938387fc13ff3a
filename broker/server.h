/*
 * server.h - dtraced itself: listens, asks the policy, and gives every connection a process of its own
 *
 * The parent keeps little: the socket, the policy, and which process serves which user. It reads nothing that a
 * client sends.
 */
#ifndef BROKER_SERVER_H
#define BROKER_SERVER_H

#include "broker/served.h"

struct server_options {
	const char *socket; /* NULL: WIRE_SOCKET */
	const char *policy; /* NULL: POLICY_FILE, and the default where that is not */
	const char
	    *group; /* of the socket; NULL: dtrace. Without such a group root alone gets in */
	served_command *command;
	bool background; /* once it listens */
};
/* Serves until SIGTERM or SIGINT; SIGHUP reads the policy again. -1 and *e. In a child, never returns. */
int server_run(const struct server_options *o, struct err *e);

#endif
