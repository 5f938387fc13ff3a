/*
 * served.h - a run of dtrace(8) for a client: its output, files, commands and signals over the connection
 *
 * The command itself is cmd/command.c, the same code that root runs; its owner hands it over as a
 * function. What it writes goes out as TEXT, and waits when the client does not take it: then the kernel's
 * buffers fill, and what is lost is counted and told as ever. system(), freopen() and the like are done
 * by the client, as itself.
 */
#ifndef BROKER_SERVED_H
#define BROKER_SERVED_H

#include "broker/conn.h"
#include "broker/limit.h"

#include "dtrace/api/serve.h"

struct served;
/* Runs the command to its end; returns its exit status. */
typedef int served_command(struct served *sv, const struct msg_command *command);

/* Runs fn, with stdout and stderr of this process going to the client, and tells the exit status. -1 and *e: the
 * client has gone. The process is of no other use after that. */
int served_run(struct conn *c, uint32_t id, const struct peer *peer, const struct policy_row *row,
	       const struct msg_command *command, served_command *fn, struct err *e);

/* ---- for the command ---- */
/* Asker, limits, options and libraries of the client; text and files go to it. -1 after a message. */
int served_prepare(struct served *sv, struct session *s);
/* The process that the client means by a number; 0: none that it may name. */
pid_t served_target(const struct served *sv, uint64_t number);
/* Signals that the client has had so far; many when it has gone. */
unsigned served_interrupts(struct served *sv);
/* Tracing has begun: commands of -c may run. */
void served_started(struct served *sv);

#endif
