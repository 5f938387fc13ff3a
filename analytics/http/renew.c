/*
 * renew.c - see renew.h
 */
#include "analytics/http/renew.h"

#include "analytics/http/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRY_S = 600 }; /* between tries to make one */

struct renew_served {
	struct renew_served *next;
	gnutls_certificate_credentials_t credentials;
};

/* Takes both texts. */
static int serve(struct renew *r, char *cert, char *key, struct err *e)
{
	struct renew_served *s = calloc(1, sizeof *s);
	gnutls_datum_t c = {(unsigned char *)cert, (unsigned)strlen(cert)},
		       k = {(unsigned char *)key, (unsigned)strlen(key)};
	int code =
	    s ? gnutls_certificate_allocate_credentials(&s->credentials) : GNUTLS_E_MEMORY_ERROR;
	if (code >= 0) {
		code = gnutls_certificate_set_x509_key_mem(s->credentials, &c, &k,
							   GNUTLS_X509_FMT_PEM);
		if (code < 0)
			gnutls_certificate_free_credentials(s->credentials);
	}
	if (code < 0) {
		free(s), free(cert), free(key);
		return err_set(e, EINVAL, "the certificate cannot be used: %s",
			       gnutls_strerror(code));
	}
	pthread_mutex_lock(&r->lock);
	s->next = r->served;
	r->served = s;
	free(r->cert), free(r->key);
	r->cert = cert, r->key = key;
	r->ends = tls_ends(cert);
	r->error[0] = '\0';
	pthread_mutex_unlock(&r->lock);
	return 0;
}

static int read_both(struct renew *r, struct err *e)
{
	char *cert = NULL, *key = NULL;
	if (r->own) {
		if (tls_own(r->dir, &cert, &key, e) < 0)
			return -1;
	} else {
		/* Before reading: what changes meanwhile is read once more. */
		stat(r->cert_file, &r->cert_seen);
		stat(r->key_file, &r->key_seen);
		if (tls_given(r->cert_file, r->key_file, &cert, &key, e) < 0)
			return -1;
	}
	return serve(r, cert, key, e);
}

static char *copy(const char *s)
{
	return strdup(s ? s : "");
}

int renew_open(struct renew *r, const char *dir, const char *cert_file, const char *key_file,
	       struct err *e)
{
	pthread_mutex_init(&r->lock, NULL);
	r->own = !cert_file;
	r->dir = copy(dir);
	r->cert_file = copy(cert_file);
	r->key_file = copy(key_file ? key_file : cert_file);
	if (!r->dir || !r->cert_file || !r->key_file)
		return err_set(e, ENOMEM, "out of memory");
	return read_both(r, e);
}

static bool changed(const char *path, const struct stat *seen)
{
	struct stat now;
	return stat(path, &now) == 0 &&
	       (now.st_ino != seen->st_ino || now.st_size != seen->st_size ||
		now.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
		now.st_mtim.tv_nsec != seen->st_mtim.tv_nsec);
}

void renew_second(struct renew *r, int64_t now)
{
	struct err e = {0};
	/* A clock that is set back must not put it off. */
	if (r->own &&
	    (r->ends - now > TLS_RENEW_S || (now < r->next_try && r->next_try - now <= TRY_S)))
		return;
	if (!r->own && !changed(r->cert_file, &r->cert_seen) && !changed(r->key_file, &r->key_seen))
		return;
	r->next_try = now + TRY_S;
	if (read_both(r, &e) == 0)
		return;
	pthread_mutex_lock(&r->lock);
	snprintf(r->error, sizeof r->error, "%s", e.text);
	pthread_mutex_unlock(&r->lock);
}

void renew_apply(struct renew *r, gnutls_session_t session)
{
	pthread_mutex_lock(&r->lock);
	if (r->served)
		gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, r->served->credentials);
	pthread_mutex_unlock(&r->lock);
}

int64_t renew_ends(struct renew *r)
{
	pthread_mutex_lock(&r->lock);
	int64_t ends = r->ends;
	pthread_mutex_unlock(&r->lock);
	return ends;
}

bool renew_warning(struct renew *r, int64_t now, char *out, size_t size)
{
	pthread_mutex_lock(&r->lock);
	bool said = tls_warning(r->ends, now, r->own, out, size);
	if (r->error[0]) {
		snprintf(out, size, "the certificate of TLS could not be renewed: %s", r->error);
		said = true;
	}
	pthread_mutex_unlock(&r->lock);
	return said;
}

void renew_close(struct renew *r)
{
	if (!r || !r->dir)
		return;
	while (r->served) {
		struct renew_served *s = r->served;
		r->served = s->next;
		gnutls_certificate_free_credentials(s->credentials);
		free(s);
	}
	free(r->cert), free(r->key);
	free(r->dir), free(r->cert_file), free(r->key_file);
	pthread_mutex_destroy(&r->lock);
	*r = (struct renew){0};
}
