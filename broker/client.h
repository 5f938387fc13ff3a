/*
 * client.h - tracing through dtraced: what a program that is not root links
 *
 *	struct broker *b = broker_connect(NULL, &e);
 *	struct broker_open o = {.name = "io.ops", .text = "io:::start { @[execname] = count(); }"};
 *	int id = broker_open(b, &o, &e);
 *	for (;;) {
 *		poll broker_fd(b) for broker_events(b)
 *		struct broker_event ev;
 *		while ((r = broker_read(b, &ev, &e)) > 0)
 *			switch (ev.kind) ...		BROKER_OPENED, then each second BROKER_KEYS,
 *		if (r < 0) lost, e.text says why		BROKER_FRAME.., BROKER_SECOND
 *	}
 *	broker_free(b);
 *
 * Nothing here waits: requests are queued and answered by events. One connection has up to 256
 * sessions, all of one thread. A connection that ends (dtraced restarted, -1 of broker_read) takes its
 * sessions with it; the client connects and opens them again.
 * The messages are those of protocol.h; this header is all that a user needs.
 */
#ifndef BROKER_CLIENT_H
#define BROKER_CLIENT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct broker;

/* path NULL: the usual socket. NULL and *e when nobody listens there or the socket may not be used
 * (e->code is errno's: ENOENT, ECONNREFUSED, EACCES). That dtraced refuses shows in broker_read(). Free
 * with broker_free(). */
struct broker *broker_connect(const char *path, struct err *e);
/* The same over a connected socket that the caller has, which is b's from now on, also on failure. */
struct broker *broker_adopt(int fd, struct err *e);
void broker_free(struct broker *b); /* ends all its sessions; NULL is fine */
int broker_fd(const struct broker *b);
short broker_events(
    const struct broker *b); /* for poll(2): POLLIN, and POLLOUT while requests wait */

struct broker_option {
	const char *name, *value; /* value NULL or "" for flags */
};
struct broker_open {
	const char *name; /* for messages; NULL: "session" */
	const char *text; /* the D program */
	/* As -x. bufsize, aggsize, strsize and the like; NULL-named one ends the list. May be NULL. */
	const struct broker_option *options;
	const char *const *args; /* macro arguments from $1; NULL ends. May be NULL */
	unsigned keys;		 /* told a second and aggregation, the rest is "other"; 0: 256 */
	bool records;		 /* BROKER_RECORD is wanted */
	bool cost;		 /* run_cnt and run_ns are wanted */
};
/* -> the session's number, > 0, free for use at once. -1 and *e: too many sessions, too large, no
 * memory. Everything of o is copied. */
int broker_open(struct broker *b, const struct broker_open *o, struct err *e);
/* -1 and *e when there is no such session. */
int broker_suspend(struct broker *b, int session, struct err *e); /* answered by BROKER_STATE */
int broker_resume(struct broker *b, int session, struct err *e);
int broker_close(struct broker *b, int session, struct err *e); /* answered by BROKER_CLOSED */

/* ---- what comes back ---- */

enum broker_func { /* as enum session_agg_func */
		   BROKER_COUNT,
		   BROKER_SUM,
		   BROKER_AVG,
		   BROKER_MIN,
		   BROKER_MAX,
		   BROKER_STDDEV,
		   BROKER_QUANTIZE,
		   BROKER_LQUANTIZE,
		   BROKER_LLQUANTIZE
};
struct broker_agg {
	const char *name; /* without @; "_" for the one without a name */
	enum broker_func func;
	bool is_signed;
	uint32_t nkeys; /* parts of a key: 0 when it has none */
	/* Distributions: bucket k holds least[k] to least[k + 1] - 1, the last all from least on. */
	const int64_t *least;
	uint32_t nbuckets; /* 0: not a distribution */
};
enum { BROKER_KEY_NONE, BROKER_KEY_OTHER, BROKER_KEY_FIRST };
struct broker_key {
	uint32_t id;	  /* from BROKER_KEY_FIRST */
	const char *text; /* nparts texts, each ended by a NUL */
	uint32_t nparts;
};
struct broker_bucket {
	uint32_t bucket;
	uint64_t count;
};
struct
    broker_entry { /* of one key, in one second; what the function makes of it stands in protocol.h */
	uint32_t key;	/* BROKER_KEY_NONE, BROKER_KEY_OTHER, or of BROKER_KEYS */
	int64_t value;	/* count, sum, min, max, average; 0 for distributions */
	uint64_t count; /* values seen, exactly: of avg, min, max, stddev and distributions */
	int64_t
	    sum; /* their sum, exactly: of avg and stddev; of distributions with a companion NAME_sum */
	const struct broker_bucket *buckets; /* ascending, none of them 0 */
	uint32_t nbuckets;
};

enum broker_event_kind {
	BROKER_READY,  /* .ready: dtraced lets us in */
	BROKER_OPENED, /* .opened: compiled and enabled; counting from now on */
	BROKER_FAILED, /* .failed: it is not; the session's number is free again */
	BROKER_STATE,  /* .active */
	BROKER_KEYS,   /* .keys: names of ids, before they are used */
	BROKER_FORGET, /* .agg: all its ids are void; those in use come again */
	BROKER_FRAME,  /* .frame: one aggregation's second, not empty */
	BROKER_SECOND, /* .second: that was all of the session's second */
	BROKER_RECORD, /* .record */
	BROKER_NOTE,   /* .note: a fault, drops, a warning */
	BROKER_CLOSED, /* .closed: exit(), an error, a quota, or as asked; number free again */
};
enum { BROKER_PARTIAL = 1, BROKER_DROPS = 2, BROKER_COST_UNKNOWN = 4 };
struct broker_value {
	bool is_text, is_signed;
	int64_t number;
	const char *text;
};
struct broker_event {
	enum broker_event_kind kind;
	int session; /* 0: of the connection */
	union {
		struct {
			const char *server, *zone;
			unsigned sessions; /* allowed */
		} ready;
		struct {
			uint32_t probes;
			const struct broker_agg *aggs;
			uint32_t naggs;
		} opened;
		struct {
			int code;
			const char *text, *diagnostics;
		} failed;
		bool active;
		struct {
			uint32_t agg; /* index into opened.aggs */
			const struct broker_key *keys;
			uint32_t n;
		} keys;
		uint32_t agg;
		struct {
			int64_t second; /* unix time of the END of the interval */
			uint32_t agg;
			const struct broker_entry *entries;
			uint32_t n;
		} frame;
		struct {
			int64_t second;
			unsigned flags; /* BROKER_PARTIAL .. */
			uint64_t lost;	/* events, in this interval */
			uint64_t
			    skipped; /* whole seconds before this one that we read too slowly for */
			uint64_t run_cnt,
			    run_ns;	 /* of the session's BPF programs, in this interval */
			uint64_t others; /* entries that went into "other" */
		} second;
		struct {
			uint64_t stamp;
			uint32_t cpu, clause;
			const char *probe;
			const struct broker_value *values;
			uint32_t n;
		} record;
		struct {
			enum { BROKER_NOTE_ERROR, BROKER_NOTE_DROP, BROKER_NOTE_WARNING } kind;
			uint64_t count;
			const char *text;
		} note;
		struct {
			int code, status;
			const char *text;
		} closed;
	};
};
/* Sends what waits, and takes the next event: 1; 0 when there is none now; -1 and *e when the connection
 * is over (refused, dtraced gone, not our protocol). What the event points to is b's until the next call;
 * opened.aggs, until its session ends. */
int broker_read(struct broker *b, struct broker_event *ev, struct err *e);

#endif
