/*
 * account.c - see account.h
 */
#include "analytics/http/account.h"

#include "analytics/store/db.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

struct accounts {
	pthread_mutex_t lock; /* of db */
	pthread_mutex_t
	    hash_lock; /* one password is hashed at a time: each takes a CPU and 16 MiB */
	sqlite3 *db;
	char dummy
	    [CRYPT_OUTPUT_SIZE]; /* what the password of a name that is not there is held against */
};

static const char *const migrations[] = {
    "CREATE TABLE account(name TEXT PRIMARY KEY, hash TEXT NOT NULL, zone TEXT NOT NULL,"
    " created INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE token(id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE,"
    " account TEXT NOT NULL, label TEXT NOT NULL, session INTEGER NOT NULL, created INTEGER NOT "
    "NULL,"
    " expires INTEGER NOT NULL, used INTEGER NOT NULL);"
    "CREATE INDEX token_account ON token(account);",
    "ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;",
    NULL,
};

/* The column `zone` of accounts is a scope. The operator's tokens of token_file() belong to an account that nobody can log in to. */
static const char local_name[] = "local";

static int hash_password(struct accounts *a, const char *password, const char *setting,
			 char out[CRYPT_OUTPUT_SIZE], struct err *e)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	char made[CRYPT_GENSALT_OUTPUT_SIZE];
	if (!data)
		return err_set(e, ENOMEM, "out of memory");
	if (!setting)
		setting = crypt_gensalt_rn("$y$", 0, NULL, 0, made, sizeof made);
	pthread_mutex_lock(&a->hash_lock);
	const char *got = setting ? crypt_r(password, setting, data) : NULL;
	pthread_mutex_unlock(&a->hash_lock);
	int r = got && *got != '*' ? 0 : err_set(e, EINVAL, "the password could not be hashed");
	if (r == 0)
		snprintf(out, CRYPT_OUTPUT_SIZE, "%s", got);
	explicit_bzero(data, sizeof *data);
	free(data);
	return r;
}

struct accounts *accounts_open(const char *path, struct err *e)
{
	struct accounts *a = calloc(1, sizeof *a);
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	pthread_mutex_init(&a->lock, NULL);
	pthread_mutex_init(&a->hash_lock, NULL);
	a->db = db_open(path, "http.account", migrations, e);
	if (!a->db || hash_password(a, "nobody's password", NULL, a->dummy, e) < 0) {
		accounts_close(a);
		return NULL;
	}
	return a;
}

void accounts_close(struct accounts *a)
{
	if (!a)
		return;
	sqlite3_close(a->db);
	pthread_mutex_destroy(&a->lock);
	pthread_mutex_destroy(&a->hash_lock);
	free(a);
}

/* ---- statements ---- */

/* Binds the arguments by letters: s text, i int64, b blob of 32 bytes. NULL and *e. */
static sqlite3_stmt *bind(struct accounts *a, struct err *e, const char *sql, const char *types,
			  ...)
{
	sqlite3_stmt *s = db_prepare(a->db, sql, e);
	va_list ap;
	if (!s)
		return NULL;
	va_start(ap, types);
	for (int i = 0; types[i]; i++) {
		if (types[i] == 's')
			sqlite3_bind_text(s, i + 1, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
		else if (types[i] == 'i')
			sqlite3_bind_int64(s, i + 1, va_arg(ap, int64_t));
		else
			sqlite3_bind_blob(s, i + 1, va_arg(ap, const void *), 32, SQLITE_TRANSIENT);
	}
	va_end(ap);
	return s;
}

/* Runs it to its end; how many rows it changed, or -1. */
static int run(struct accounts *a, sqlite3_stmt *s, struct err *e)
{
	if (!s)
		return -1;
	int r = sqlite3_step(s), changed = sqlite3_changes(a->db);
	sqlite3_finalize(s);
	return r == SQLITE_DONE ? changed : db_error(a->db, "accounts", e);
}

static void column(sqlite3_stmt *s, int i, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(s, i);
	snprintf(out, size, "%s", text ? (const char *)text : "");
}

/* ---- accounts ---- */

static int name_check(const char *name, struct err *e)
{
	size_t n =
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-");
	if (n == 0 || name[n] || n > ACCOUNT_NAME_MAX || strcmp(name, local_name) == 0)
		return err_set(
		    e, EINVAL,
		    "an account's name has 1 to %d letters, digits and . _ @ -, and is not \"%s\"",
		    ACCOUNT_NAME_MAX, local_name);
	return 0;
}

static int password_check(const char *password, struct err *e)
{
	size_t n = strlen(password);
	if (n < PASSWORD_MIN || n > PASSWORD_MAX)
		return err_set(e, EINVAL, "a password has %d to %d bytes", PASSWORD_MIN,
			       PASSWORD_MAX);
	return 0;
}

/* Under the lock. How many accounts it changed, or -1. */
static int write_account(struct accounts *a, const char *name, const char *hash, const char *scope,
			 int disabled, struct err *e)
{
	int64_t now = time(NULL);
	if (hash)
		return run(a,
			   bind(a, e,
				"INSERT INTO account(name, hash, zone, created, disabled)"
				" VALUES(?1, ?2, ?3, ?4, max(?5, 0)) ON CONFLICT(name) DO UPDATE"
				" SET hash = ?2, zone = ?3, disabled = iif(?5 < 0, disabled, ?5)",
				"sssii", name, hash, scope, now, (int64_t)disabled),
			   e);
	return run(a,
		   bind(a, e,
			"UPDATE account SET zone = ?2, disabled = iif(?3 < 0, disabled, ?3)"
			" WHERE name = ?1",
			"ssi", name, scope, (int64_t)disabled),
		   e);
}

int account_put(struct accounts *a, const char *name, const char *password, const char *scope,
		int disabled, struct err *e)
{
	char hash[CRYPT_OUTPUT_SIZE] = "";
	if (name_check(name, e) < 0 || (password && password_check(password, e) < 0) ||
	    (password && hash_password(a, password, NULL, hash, e) < 0))
		return -1;
	if (strlen(scope) >= SCOPE_BYTES)
		return err_set(e, EINVAL, "the names of a tenant's zones are too long");
	pthread_mutex_lock(&a->lock);
	int r = write_account(a, name, password ? hash : NULL, scope, disabled, e);
	if (r == 0)
		r = err_set(e, ENOENT, "there is no account %s; a new one needs a password", name);
	if (r > 0)
		r = run(
		    a,
		    bind(a, e, "DELETE FROM token WHERE account = ?1 AND session = 1", "s", name),
		    e);
	pthread_mutex_unlock(&a->lock);
	return r < 0 ? -1 : 0;
}

int account_find(struct accounts *a, const char *name, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	sqlite3_stmt *s = bind(a, e, "SELECT 1 FROM account WHERE name = ?1", "s", name);
	bool found = s && sqlite3_step(s) == SQLITE_ROW;
	sqlite3_finalize(s);
	pthread_mutex_unlock(&a->lock);
	return found ? 0 : s ? err_set(e, ENOENT, "there is no account %s", name) : -1;
}

int account_delete(struct accounts *a, const char *name, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	int r = run(a, bind(a, e, "DELETE FROM account WHERE name = ?1", "s", name), e);
	if (r == 0)
		r = err_set(e, ENOENT, "there is no account %s", name);
	if (r > 0)
		r = run(a, bind(a, e, "DELETE FROM token WHERE account = ?1", "s", name), e);
	pthread_mutex_unlock(&a->lock);
	return r < 0 ? -1 : 0;
}

/* Grows a malloc'd array by one zeroed element; NULL: no memory, and the array is freed. */
static void *grow(void *array, unsigned n, size_t size, struct err *e)
{
	char *more = realloc(array, (n + 1) * size);
	if (!more) {
		free(array);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	memset(more + n * size, 0, size);
	return more;
}

struct account_row *account_list(struct accounts *a, unsigned *n, struct err *e)
{
	struct account_row *rows = grow(NULL, 0, sizeof *rows, e);
	*n = 0;
	pthread_mutex_lock(&a->lock);
	sqlite3_stmt *s = bind(a, e,
			       "SELECT c.name, c.zone, c.created, c.disabled,"
			       " coalesce(max(t.used), 0), count(t.id) - total(t.session)"
			       " FROM account c LEFT JOIN token t ON t.account = c.name"
			       " GROUP BY c.name ORDER BY c.name",
			       "");
	while (rows && s && sqlite3_step(s) == SQLITE_ROW) {
		struct account_row *r = &rows[*n];
		column(s, 0, r->name, sizeof r->name);
		column(s, 1, r->scope, sizeof r->scope);
		r->created = sqlite3_column_int64(s, 2);
		r->disabled = sqlite3_column_int64(s, 3) != 0;
		r->used = sqlite3_column_int64(s, 4);
		r->tokens = (unsigned)sqlite3_column_int64(s, 5);
		rows = grow(rows, ++*n, sizeof *rows, e);
	}
	sqlite3_finalize(s);
	pthread_mutex_unlock(&a->lock);
	return s ? rows : (free(rows), NULL);
}

/* Constant time: how much of the two is the same does not show. */
static bool same(const char *x, const char *y)
{
	size_t n = strlen(x), m = strlen(y);
	unsigned char differ = n != m;
	for (size_t i = 0; i < n && i < m; i++)
		differ |= (unsigned char)(x[i] ^ y[i]);
	return !differ;
}

int account_login(struct accounts *a, const char *name, const char *password, struct who *out,
		  struct err *e)
{
	char stored[CRYPT_OUTPUT_SIZE] = "", got[CRYPT_OUTPUT_SIZE];
	bool known = false;
	*out = (struct who){0};
	pthread_mutex_lock(&a->lock);
	sqlite3_stmt *s =
	    bind(a, e, "SELECT hash, zone, name FROM account WHERE name = ?1 AND NOT disabled", "s",
		 name);
	if (s && sqlite3_step(s) == SQLITE_ROW) {
		known = true;
		column(s, 0, stored, sizeof stored);
		column(s, 1, out->scope, sizeof out->scope);
		column(s, 2, out->name, sizeof out->name);
	}
	sqlite3_finalize(s);
	pthread_mutex_unlock(&a->lock);
	if (!known)
		snprintf(stored, sizeof stored, "%s", a->dummy);
	if (strlen(password) > PASSWORD_MAX || hash_password(a, password, stored, got, e) < 0 ||
	    !same(stored, got) || !known) {
		*out = (struct who){0};
		return err_set(e, EACCES, "the name or the password is wrong");
	}
	return 0;
}

/* ---- tokens ---- */

static int sha256(const char *text, unsigned char out[32], struct err *e)
{
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), out) < 0)
		return err_set(e, EIO, "a token could not be hashed");
	return 0;
}

int token_make(struct accounts *a, const char *account, const char *label, bool session,
	       int64_t lifetime_s, char text[TOKEN_TEXT], struct err *e)
{
	static const char digits[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	unsigned char raw[43], hash[32];
	char short_label[64];
	if (getrandom(raw, sizeof raw, 0) != sizeof raw)
		return err_sys(e, errno, "random bytes for a token");
	for (unsigned i = 0; i < sizeof raw; i++)
		text[i] = digits[raw[i] & 63];
	text[sizeof raw] = '\0';
	snprintf(short_label, sizeof short_label, "%s", label);
	if (sha256(text, hash, e) < 0)
		return -1;
	int64_t now = time(NULL);
	pthread_mutex_lock(&a->lock);
	int r =
	    run(a, bind(a, e, "DELETE FROM token WHERE expires > 0 AND expires < ?1", "i", now), e);
	if (r >= 0)
		r = run(
		    a,
		    bind(a, e,
			 "INSERT INTO token(hash, account, label, session, created, expires, used)"
			 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?5)",
			 "bssiii", hash, account, short_label, (int64_t)session, now,
			 lifetime_s ? now + lifetime_s : (int64_t)0),
		    e);
	pthread_mutex_unlock(&a->lock);
	return r < 0 ? -1 : 0;
}

/* The time of last use is written once an hour at most. */
static void touch(struct accounts *a, int64_t id, int64_t used, int64_t now)
{
	struct err e = {0};
	if (now - used > 3600)
		run(a, bind(a, &e, "UPDATE token SET used = ?2 WHERE id = ?1", "ii", id, now), &e);
}

int token_check(struct accounts *a, const char *text, struct who *out, struct err *e)
{
	unsigned char hash[32];
	int64_t now = time(NULL);
	bool found = false;
	*out = (struct who){0};
	if (strlen(text) >= TOKEN_TEXT || sha256(text, hash, e) < 0)
		return err_set(e, EACCES, "the token is not valid");
	pthread_mutex_lock(&a->lock);
	sqlite3_stmt *s = bind(a, e,
			       "SELECT t.id, t.account, t.session, t.expires, t.used, "
			       "coalesce(c.zone, '') FROM token t"
			       " LEFT JOIN account c ON c.name = t.account WHERE t.hash = ?1"
			       " AND (c.disabled = 0 OR t.account = ?2)",
			       "bs", hash, local_name);
	if (s && sqlite3_step(s) == SQLITE_ROW) {
		int64_t expires = sqlite3_column_int64(s, 3), used = sqlite3_column_int64(s, 4);
		found = !expires || expires > now;
		out->token = sqlite3_column_int64(s, 0);
		out->expires = expires;
		column(s, 1, out->name, sizeof out->name);
		out->session = sqlite3_column_int64(s, 2) != 0;
		column(s, 5, out->scope, sizeof out->scope);
		sqlite3_finalize(s);
		s = NULL;
		if (found)
			touch(a, out->token, used, now);
	}
	sqlite3_finalize(s);
	pthread_mutex_unlock(&a->lock);
	if (found)
		return 0;
	*out = (struct who){0};
	return err_set(e, EACCES, "the token is not valid, or its time is over");
}

int token_delete(struct accounts *a, int64_t id, const char *account, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	int r = run(a,
		    account ? bind(a, e, "DELETE FROM token WHERE id = ?1 AND account = ?2", "is",
				   id, account)
			    : bind(a, e, "DELETE FROM token WHERE id = ?1", "i", id),
		    e);
	pthread_mutex_unlock(&a->lock);
	return r < 0 ? -1 : r > 0 ? 0 : err_set(e, ENOENT, "there is no token %lld", (long long)id);
}

struct token_row *token_list(struct accounts *a, const char *account, unsigned *n, struct err *e)
{
	struct token_row *rows = grow(NULL, 0, sizeof *rows, e);
	*n = 0;
	pthread_mutex_lock(&a->lock);
	sqlite3_stmt *s =
	    bind(a, e,
		 "SELECT id, account, label, session, created, expires, used FROM token"
		 " WHERE (account = ?1 OR ?1 = '') AND (expires = 0 OR expires > ?2)"
		 " ORDER BY session, id DESC LIMIT 1000",
		 "si", account, (int64_t)time(NULL));
	while (rows && s && sqlite3_step(s) == SQLITE_ROW) {
		struct token_row *r = &rows[*n];
		r->id = sqlite3_column_int64(s, 0);
		column(s, 1, r->account, sizeof r->account);
		column(s, 2, r->label, sizeof r->label);
		r->session = sqlite3_column_int64(s, 3) != 0;
		r->created = sqlite3_column_int64(s, 4);
		r->expires = sqlite3_column_int64(s, 5);
		r->used = sqlite3_column_int64(s, 6);
		rows = grow(rows, ++*n, sizeof *rows, e);
	}
	sqlite3_finalize(s);
	pthread_mutex_unlock(&a->lock);
	return s ? rows : (free(rows), NULL);
}

static int write_token(const char *path, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	size_t n = strlen(text);
	bool ok = write(fd, text, n) == (ssize_t)n && write(fd, "\n", 1) == 1;
	int code = errno;
	close(fd);
	return ok ? 0 : err_sys(e, code, "%s", path);
}

int token_file(struct accounts *a, const char *path, char text[TOKEN_TEXT], struct err *e)
{
	struct who who;
	FILE *f = fopen(path, "re");
	if (f) {
		bool read = fgets(text, TOKEN_TEXT, f) != NULL;
		fclose(f);
		text[strcspn(text, "\n")] = '\0';
		if (read && token_check(a, text, &who, e) == 0)
			return 0;
	}
	if (token_make(a, local_name, "the file token", false, 0, text, e) < 0)
		return -1;
	return write_token(path, text, e);
}
