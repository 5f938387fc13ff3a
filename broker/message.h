/*
 * message.h - the messages of protocol.h as structures, and the codec between the two
 *
 * In: a body as it came over the socket, from whomever. Out: a structure whose texts point into the
 * body and whose arrays lie in an arena; or a refusal that says where the body is wrong. And back. One
 * table of fields a message (message.c) serves both ways, so that they cannot differ.
 */
#ifndef BROKER_MESSAGE_H
#define BROKER_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "broker/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The fields stand in the order of protocol.h. Counts are named n and the array. */
struct msg_option {
	const char *name, *value;
};
struct msg_text {
	const char *text;
};
struct msg_unit { /* -n, -s ..: content is that of a script */
	uint64_t how;
	const char *text, *content;
};
struct msg_pid {
	uint64_t pid;
};
struct msg_file {
	const char *name, *content;
};
struct msg_agg {
	const char *name;
	uint64_t func, is_signed, nkeys;
	struct msg_int {
		int64_t value;
	} * least;
	size_t nleast;
};
struct msg_key {
	uint64_t id;
	struct msg_text *parts;
	size_t nparts;
};
struct msg_bucket {
	uint64_t step, count;
};
struct msg_entry {
	uint64_t key;
	int64_t value;
	uint64_t count;
	int64_t sum;
	struct msg_bucket *buckets;
	size_t nbuckets;
};
struct msg_value {
	uint64_t kind;
	int64_t number;
	const char *text;
};

struct message {
	enum wire_type type;
	uint32_t session;
	union {
		struct {
			uint64_t magic, least, greatest;
			const char *name;
		} hello;
		struct msg_open {
			const char *name, *text;
			uint64_t flags, keys;
			struct msg_option *options;
			size_t noptions;
			struct msg_text *args;
			size_t nargs;
		} open;
		struct msg_command {
			uint64_t flags;
			struct msg_option *options;
			size_t noptions;
			struct msg_unit *units;
			size_t nunits;
			struct msg_text *args;
			size_t nargs;
			struct msg_pid *creates, *grabs;
			size_t ncreates, ngrabs;
			struct msg_file *libraries;
			size_t nlibraries;
			uint64_t pid, ppid, pgid, sid;
			const char *term;
		} command;
		struct {
			int64_t status;
		} done; /* EXIT too */
		struct {
			uint64_t value;
		} number; /* PING, PONG, STATE, FORGET */
		struct {
			uint64_t version;
			const char *server;
			uint64_t sessions;
			const char *zone;
		} welcome;
		struct {
			uint64_t code;
			const char *text;
		} refused;
		struct {
			uint64_t probes;
			struct msg_agg *aggs;
			size_t naggs;
		} opened;
		struct {
			uint64_t code;
			const char *text, *diagnostics;
		} failed;
		struct {
			uint64_t agg;
			struct msg_key *keys;
			size_t nkeys;
		} keys;
		struct {
			uint64_t second, agg;
			struct msg_entry *entries;
			size_t nentries;
		} frame;
		struct {
			uint64_t second, flags, lost, skipped, run_cnt, run_ns, others;
		} second;
		struct {
			uint64_t stamp, cpu, clause;
			const char *probe;
			struct msg_value *values;
			size_t nvalues;
		} record;
		struct {
			uint64_t kind, count;
			const char *text;
		} note;
		struct {
			uint64_t code;
			int64_t status;
			const char *text;
		} closed;
		struct {
			uint64_t channel;
			const void *bytes;
			size_t nbytes;
		} text;
		struct {
			const char *command;
		} system;
		struct {
			uint64_t how;
			const char *name;
		} file;
	};
};

/* Appends header and body. -1 and *e when it is larger than the protocol has it, or there is no memory: to is as
 * it was. NULL texts are "". */
int message_encode(const struct message *m, struct buf *to, struct err *e);
/* A body of n bytes  at p; m->type and m->session say which message it is. Arrays come from a, whose guard the
 * caller has armed. -1 and *e: unknown type, or not such a body. */
int message_decode(struct message *m, const void *p, size_t n, struct arena *a, struct err *e);
/* "OPEN"; "?" for none of ours. */
const char *message_name(unsigned type);
/* Is it one that clients send? */
bool message_of_client(unsigned type);

#endif
