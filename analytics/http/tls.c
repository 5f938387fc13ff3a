/*
 * tls.c - see tls.h
 */
#include "analytics/http/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400, LIFE_S = 730 * DAY_S, WARN_S = 14 * DAY_S, PEM_MAX = 256 * 1024 };

static int fail(struct err *e, int code, const char *what)
{
	return err_set(e, EIO, "%s: %s", what, gnutls_strerror(code));
}

/* A whole file as text, malloc'd; NULL and *e. */
static char *read_file(const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	char *text = f ? calloc(1, PEM_MAX) : NULL;
	if (!text)
		err_sys(e, errno, "%s", path);
	else if (fread(text, 1, PEM_MAX - 1, f) == 0) {
		err_set(e, EINVAL, "%s is empty", path);
		free(text);
		text = NULL;
	}
	if (f)
		fclose(f);
	return text;
}

static int write_file(const char *path, const char *text, size_t n, mode_t mode, struct err *e)
{
	char temporary[4096];
	snprintf(temporary, sizeof temporary, "%s.new", path);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return err_sys(e, errno, "%s", temporary);
	bool ok = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
	int code = errno;
	close(fd);
	if (!ok || rename(temporary, path) < 0)
		return err_sys(e, ok ? errno : code, "%s", path);
	return 0;
}

static int describe(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key)
{
	static const unsigned char loopback4[4] = {127, 0, 0, 1}, loopback6[16] = {[15] = 1};
	unsigned char serial[16];
	char host[256] = "localhost";
	time_t now = time(NULL);
	gethostname(host, sizeof host - 1);
	if (getrandom(serial, sizeof serial, 0) != sizeof serial)
		return GNUTLS_E_RANDOM_FAILED;
	serial[0] &= 0x7f;
	const struct {
		gnutls_x509_subject_alt_name_t type;
		const void *data;
		unsigned n;
	} names[] = {{GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host)},
		     {GNUTLS_SAN_DNSNAME, "localhost", 9},
		     {GNUTLS_SAN_IPADDRESS, loopback4, 4},
		     {GNUTLS_SAN_IPADDRESS, loopback6, 16}};
	int r = gnutls_x509_crt_set_version(crt, 3);
	r = r < 0 ? r : gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
	r = r < 0 ? r : gnutls_x509_crt_set_activation_time(crt, now - 3600);
	r = r < 0 ? r : gnutls_x509_crt_set_expiration_time(crt, now + LIFE_S);
	r = r < 0 ? r
		  : gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, host,
						  (unsigned)strlen(host));
	for (size_t i = 0; r >= 0 && i < sizeof names / sizeof *names; i++)
		r = gnutls_x509_crt_set_subject_alt_name(crt, names[i].type, names[i].data,
							 names[i].n, GNUTLS_FSAN_APPEND);
	r = r < 0 ? r : gnutls_x509_crt_set_key(crt, key);
	r = r < 0 ? r : gnutls_x509_crt_set_basic_constraints(crt, 0, -1);
	r = r < 0 ? r : gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	r = r < 0 ? r : gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
	return r < 0 ? r : gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

/* The key that is there, or a new one. */
static int obtain_key(const char *path, gnutls_x509_privkey_t key)
{
	struct err ignored = {0};
	char *pem = read_file(path, &ignored);
	gnutls_datum_t text = {(unsigned char *)pem, pem ? (unsigned)strlen(pem) : 0};
	int r = pem ? gnutls_x509_privkey_import(key, &text, GNUTLS_X509_FMT_PEM) : -1;
	free(pem);
	return r >= 0
		   ? r
		   : gnutls_x509_privkey_generate(
			 key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
}

static int make(const char *cert_path, const char *key_path, struct err *e)
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t pem = {0}, key_pem = {0};
	int r = gnutls_x509_privkey_init(&key);
	r = r < 0 ? r : gnutls_x509_crt_init(&crt);
	r = r < 0 ? r : obtain_key(key_path, key);
	r = r < 0 ? r : describe(crt, key);
	r = r < 0 ? r : gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
	r = r < 0 ? r : gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &key_pem);
	int done = r < 0 ? fail(e, r, "making a certificate")
			 : write_file(key_path, (char *)key_pem.data, key_pem.size, 0600, e);
	if (done == 0)
		done = write_file(cert_path, (char *)pem.data, pem.size, 0644, e);
	gnutls_free(pem.data);
	gnutls_free(key_pem.data);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return done;
}

static int64_t ends_of(const char *pem, const char *path, struct err *e)
{
	gnutls_x509_crt_t crt;
	gnutls_datum_t text = {(unsigned char *)(uintptr_t)pem, (unsigned)strlen(pem)};
	int r = gnutls_x509_crt_init(&crt);
	if (r < 0)
		return fail(e, r, path);
	r = gnutls_x509_crt_import(crt, &text, GNUTLS_X509_FMT_PEM);
	int64_t ends = r < 0 ? fail(e, r, path) : (int64_t)gnutls_x509_crt_get_expiration_time(crt);
	gnutls_x509_crt_deinit(crt);
	return ends;
}

int64_t tls_ends(const char *pem)
{
	struct err ignored = {0};
	int64_t ends = pem ? ends_of(pem, "", &ignored) : 0;
	return ends < 0 ? 0 : ends;
}

bool tls_warning(int64_t ends, int64_t now, bool own, char *out, size_t size)
{
	int64_t days = (ends - now) / DAY_S;
	if (!ends || ends - now > WARN_S)
		return false;
	size_t n = (size_t)snprintf(out, size, "the certificate of TLS %s%lld day%s%s: ",
				    ends > now ? "ends in " : "has ended ",
				    (long long)(days < 0 ? -days : days),
				    days == 1 || days == -1 ? "" : "s", ends > now ? "" : " ago");
	if (n < size)
		snprintf(out + n, size - n,
			 own ? "analyticsd makes a new one by itself"
			     : "put a new one in its place, which is read at once");
	return true;
}

/* Seconds until the first certificate of a PEM text ends; -1 and *e when there is none. */
static int64_t seconds_left(const char *pem, const char *path, struct err *e)
{
	int64_t ends = ends_of(pem, path, e);
	if (ends < 0)
		return -1;
	int64_t left = ends - time(NULL);
	if (left > 0)
		return left;
	return err_set(e, EINVAL,
		       "%s has expired %lld days ago: give a new one, or leave it out to "
		       "have one made",
		       path, (long long)(-left / DAY_S));
}

static int load(const char *cert_path, const char *key_path, char **cert, char **key, struct err *e)
{
	*cert = read_file(cert_path, e);
	*key = *cert ? read_file(key_path, e) : NULL;
	if (*key)
		return 0;
	free(*cert);
	*cert = NULL;
	return -1;
}

int tls_own(const char *dir, char **cert, char **key, struct err *e)
{
	char cert_path[4096], key_path[4096];
	struct err ignored = {0};
	snprintf(cert_path, sizeof cert_path, "%s/tls.cert", dir);
	snprintf(key_path, sizeof key_path, "%s/tls.key", dir);
	bool have = load(cert_path, key_path, cert, key, &ignored) == 0;
	if (have && seconds_left(*cert, cert_path, &ignored) > TLS_RENEW_S)
		return 0;
	if (have) {
		free(*cert);
		free(*key);
	}
	if (make(cert_path, key_path, e) < 0)
		return -1;
	return load(cert_path, key_path, cert, key, e);
}

int tls_given(const char *cert_file, const char *key_file, char **cert, char **key, struct err *e)
{
	gnutls_certificate_credentials_t both;
	if (load(cert_file, key_file, cert, key, e) < 0)
		return -1;
	int64_t left = seconds_left(*cert, cert_file, e);
	int r = gnutls_certificate_allocate_credentials(&both);
	if (r >= 0 && left >= 0) {
		gnutls_datum_t c = {(unsigned char *)*cert, (unsigned)strlen(*cert)},
			       k = {(unsigned char *)*key, (unsigned)strlen(*key)};
		r = gnutls_certificate_set_x509_key_mem(both, &c, &k, GNUTLS_X509_FMT_PEM);
		gnutls_certificate_free_credentials(both);
		if (r < 0)
			left = err_set(e, EINVAL, "%s and %s do not belong together: %s", cert_file,
				       key_file, gnutls_strerror(r));
	}
	if (left >= 0)
		return 0;
	free(*cert);
	free(*key);
	*cert = *key = NULL;
	return -1;
}
