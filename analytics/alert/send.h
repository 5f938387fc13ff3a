/*
 * send.h - one try to take an action: mail, webhook, trap, syslog, run
 *
 * How a try ended: it went out; it may go out later; it never will.
 * Nothing here knows the database; all but the two of curl and the program block, for a few seconds at most.
 */
#ifndef ALERT_SEND_H
#define ALERT_SEND_H

#include "analytics/alert/book.h"
#include "analytics/alert/settings.h"

#include <curl/curl.h>
#include <sys/types.h>

enum sent { SENT_OK, SENT_LATER, SENT_NEVER };
struct sent_result {
	enum sent how;
	char error[256];
	char output[1024];
};
struct sent_result sent(enum sent how, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- curl: mail and webhook ---- */

enum { SEND_CONNECT_S = 10 }; /* nobody waits for it, and servers of mail take their time */
/* What a transfer needs while it runs. */
struct transfer {
	CURL *curl;
	struct curl_slist *list;
	struct buf text;   /* what is sent */
	size_t at;	   /* of it */
	struct buf answer; /* the beginning of it */
	char error[CURL_ERROR_SIZE];
	bool mail;
};
/* A transfer ready for curl_multi_add_handle(); 0, or -1 and *r. install: of the book. */
int mail_prepare(struct transfer *x, const struct job *j, const struct settings *s,
		 const char *install, struct sent_result *r);
int hook_prepare(struct transfer *x, const struct job *j, const struct settings *s,
		 const char *install, struct sent_result *r);
/* After CURLMSG_DONE and after removal from the multi handle. */
struct sent_result mail_result(struct transfer *x, CURLcode code);
struct sent_result hook_result(struct transfer *x, CURLcode code);
void transfer_fini(struct transfer *x);
/* The whole mail, headers first, lines ending in CR LF. */
void mail_text(const struct job *j, const struct settings *s, const char *install, struct buf *out);
/* The JSON object of a webhook. */
void hook_text(const struct job *j, const char *install, struct buf *out);

/* ---- blocking ---- */

struct sent_result trap_send(const struct job *j, const struct settings *s, const char *install);
struct sent_result syslog_send(const struct job *j);

/* ---- a program ---- */

struct program {
	pid_t pid;	     /* of it and of its process group */
	int pidfd, out;	     /* readable: it ended; its output */
	int64_t deadline_ns; /* CLOCK_MONOTONIC */
	bool late;
	struct buf output;
};
int program_start(struct program *p, const struct job *j, const struct settings *s,
		  struct sent_result *r);
/* Takes what output there is. */
void program_read(struct program *p);
/* It is over time: kills it and all of its group; pidfd becomes readable. */
void program_kill(struct program *p);
/* When pidfd is readable. Closes everything. */
struct sent_result program_end(struct program *p);

#endif
