/*
 * delegate.h - zones administered by users that are not root, as the zones' resources admin permit
 *
 * zoneadm and zlogin of such a user ask the daemon zoneadmd(8), which knows from the kernel who asks, looks the zone's
 * configuration up, and runs the command as root with the user's standard descriptors. Nothing is set-user-id. A
 * request is one message of a socket of sequenced packets, at most DELEGATE_BYTES, with three descriptors:
 *
 *	offset	size
 *	0	4	DELEGATE_MAGIC, of this host's order
 *	4	1	enum delegate_program
 *	5	1	number of options
 *	6	2	number of words
 *	8		strings, each with its NUL: TERM, the zone, the options, the words
 *
 * Options are those of zlogin before the zone; words the subcommand and its arguments, or the command. Then, from
 * the user's side, a byte for each signal that the command is to get; from the daemon's, one message: a byte, the
 * command's exit status, and behind it, where the request was refused, why. A user's side that closes hangs up.
 */
#ifndef ZONE_DELEGATE_H
#define ZONE_DELEGATE_H

#include "base/err.h"
#include "zone/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DELEGATE_MAGIC = 0x3164617a,
	DELEGATE_BYTES = 32768,
	DELEGATE_WORDS = 256,
	DELEGATE_OPTIONS = 8
};
#define DELEGATE_SOCKET "/run/zoneadmd.socket"

enum delegate_program { DELEGATE_ZONEADM, DELEGATE_ZLOGIN, DELEGATE_NPROGRAMS };
struct delegate_request {
	enum delegate_program program;
	const char *term, *zone;
	const char *options[DELEGATE_OPTIONS];
	unsigned noptions;
	const char *words[DELEGATE_WORDS];
	unsigned nwords;
};

/* Writes a message: its length. -1 and *e where it is too long. */
int delegate_encode(const struct delegate_request *r, char message[DELEGATE_BYTES], struct err *e);
/* Reads one, whoever wrote it; strings stay in the message. -1 and *e: it is none. */
int delegate_decode(const char *message, size_t n, struct delegate_request *r, struct err *e);

/* Is the resource admin of this user in the configuration, with this authorization? */
bool delegate_has(const struct zone_config *z, const char *user, const char *auth);
/* The zone that the request takes files of: the source of a clone; NULL = none. */
const char *delegate_source(const struct delegate_request *r);
/* May the user have this done? source: the configuration of delegate_source(), NULL where there is none. -1 and *e:
 * not, and why. What reads or writes files that the user names is root's whatever the zones say. */
int delegate_permit(const struct delegate_request *r, const char *user,
		    const struct zone_config *zone, const struct zone_config *source,
		    struct err *e);

/* Asks the daemon below root (NULL: the system's) and waits for the end: the exit status, with signals passed on.
 * -1 and *e: there is no daemon, or it refuses. */
int delegate_ask(const char *root, const struct delegate_request *r, struct err *e);

#endif
