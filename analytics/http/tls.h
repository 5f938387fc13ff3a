/*
 * tls.h - a certificate of nobody's authority, made at the first start
 *
 * ECDSA P-256, two years, for the names of this host and the loopback. One of ours that ends within 30
 * days is made anew, with the key that is there; a certificate of somebody's is never touched.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TLS_RENEW_S = 30 * 86400 }; /* so long before its end one of ours is made anew */

/* Reads certificate and key (PEM, malloc'd); makes both in dir when there are none, or ours is about to end. */
int tls_own(const char *dir, char **cert, char **key, struct err *e);
/* Reads those of the user's. *e says when the certificate has expired, or is not of that key. */
int tls_given(const char *cert_file, const char *key_file, char **cert, char **key, struct err *e);
/* When the first certificate of a PEM text ends, unix seconds; 0: there is none. */
int64_t tls_ends(const char *pem);
/* What is to be said of a certificate that ends soon, or has ended while the daemon ran; false: nothing. own: made by tls_own(). */
bool tls_warning(int64_t ends, int64_t now, bool own, char *out, size_t size);

#endif
