/*
 * renew.h - the certificate that is served, and its successors while the daemon runs
 *
 * One of ours is made anew 30 days before it ends, with the same key, so that who has written down the key
 * need not learn another. One of the user's is read again when its files change. Connections that are
 * there go on with what they began with; what was served once is kept until the end, for they refer to it.
 * Where a successor cannot be had, the one before stays, and the status says why.
 */
#ifndef HTTP_RENEW_H
#define HTTP_RENEW_H

#include "base/err.h"

#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct renew_served;
struct renew {
	pthread_mutex_t lock;	     /* of all below but the paths */
	struct renew_served *served; /* newest first */
	char *dir, *cert_file, *key_file;
	bool own;
	struct stat cert_seen, key_seen; /* of the user's files, when they were read last */
	int64_t ends, next_try;		 /* unix seconds */
	char *cert, *key;		 /* PEM, of the newest */
	char error[256];		 /* why there is no successor; "" */
};

/* Reads or makes the first (see tls.h): of data folder dir, or, unless cert_file is NULL, of the user's files. -1
 * and *e. All is to be closed in any case. */
int renew_open(struct renew *r, const char *dir, const char *cert_file, const char *key_file,
	       struct err *e);
/* Once a second. */
void renew_second(struct renew *r, int64_t now);
/* Has a session whose handshake has not begun use the newest. */
void renew_apply(struct renew *r, gnutls_session_t session);
int64_t renew_ends(struct renew *r);
/* What is to be said of it; false: nothing. */
bool renew_warning(struct renew *r, int64_t now, char *out, size_t size);
/* When no session uses any. NULL or never opened (all 0) is fine. */
void renew_close(struct renew *r);

#endif
