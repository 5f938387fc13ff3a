/*
 * account.h - who may ask: accounts with passwords, tokens, sessions
 *
 *	account		a name with a password (kept as yescrypt makes it) and a role: the operator, who sees
 *			everything, or the tenant of some zones (analytics/metric/scope.h); one that is disabled lets nobody in
 *	token		256 random bits as text, made for programs (with a label, until revoked) or by logging
 *			in (a session, SESSION_S long). Stored is its SHA-256 only.
 *
 * Tables account and token of the metadata database, on a connection of its own behind a mutex: every
 * function may be called from any thread. A wrong name takes as long as a wrong password.
 */
#ifndef HTTP_ACCOUNT_H
#define HTTP_ACCOUNT_H

#include "analytics/metric/scope.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	ACCOUNT_NAME_MAX = 63,
	TOKEN_TEXT = 48,
	SESSION_S = 7 * 24 * 3600,
	PASSWORD_MIN = 8,
	PASSWORD_MAX = 256
};

struct accounts;

struct who {
	char name[ACCOUNT_NAME_MAX + 1];
	char scope[SCOPE_BYTES]; /* the tenant's; "" = operator */
	int64_t token;		 /* id of the token that was shown; 0 = none */
	bool session;		 /* it came of logging in */
	int64_t expires;	 /* when that token is void, unix seconds; 0 = never */
};

/* path: of the database file. NULL and *e. */
struct accounts *accounts_open(const char *path, struct err *e);
void accounts_close(struct accounts *a);

/* Makes an account or changes it: password NULL and disabled -1 leave that as it is, scope "" is the operator.
 * Sessions of an account that is changed end. */
int account_put(struct accounts *a, const char *name, const char *password, const char *scope,
		int disabled, struct err *e);
/* -1 and *e (ENOENT) when there is no such account. */
int account_find(struct accounts *a, const char *name, struct err *e);
/* Its tokens go with it. */
int account_delete(struct accounts *a, const char *name, struct err *e);
struct account_row {
	char name[ACCOUNT_NAME_MAX + 1], scope[SCOPE_BYTES];
	bool disabled;
	int64_t created, used; /* used: when a token of it was shown last, to the hour; 0 = never */
	unsigned tokens;       /* without sessions */
};
/* A malloc'd array of *n. */
struct account_row *account_list(struct accounts *a, unsigned *n, struct err *e);

/* EACCES when name and password are not those of an account, or it is disabled. */
int account_login(struct accounts *a, const char *name, const char *password, struct who *out,
		  struct err *e);

/* Makes a token of an account; text is what is shown to its owner, once. lifetime_s 0: until revoked. */
int token_make(struct accounts *a, const char *account, const char *label, bool session,
	       int64_t lifetime_s, char text[TOKEN_TEXT], struct err *e);
/* Whose token is it? EACCES: nobody's, or its time is over. */
int token_check(struct accounts *a, const char *text, struct who *out, struct err *e);
/* account NULL: anybody's. */
int token_delete(struct accounts *a, int64_t id, const char *account, struct err *e);
struct token_row {
	int64_t id, created, expires, used;
	char account[ACCOUNT_NAME_MAX + 1], label[64];
	bool session;
};
/* Of an account, or of all (""); without those whose time is over; 1,000 at most. As account_list(). */
struct token_row *token_list(struct accounts *a, const char *account, unsigned *n, struct err *e);

/* The operator's token that lies in a file only its owner may read: makes both when they are not there. The
 * shell's commands and the first visit of a browser use it. */
int token_file(struct accounts *a, const char *path, char text[TOKEN_TEXT], struct err *e);

#endif
