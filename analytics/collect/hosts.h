/*
 * hosts.h - other hosts whose analyticsd this one asks: a file that only the daemon and root can read
 *
 * A line for each host; '#' begins a comment line:
 *
 *	NAME  ADDRESS  token=TOKEN  [ca=FILE]  [pin=sha256//BASE64]
 *
 *	web1  https://10.1.1.5:8411  token=gh_..  ca=/etc/glasshouse/web1.cert
 *	web2  https://web2:8411      token=gh_..  pin=sha256//x9f..=
 *
 * NAME (letters, digits, . _ -) is what datasets call it. ca: certificates to trust instead of the system's, such as that
 * host's own tls.cert. pin: the key that it must have, whatever its certificate says, so that a renewed one needs nothing
 * here. An address without TLS must be this host's own, for the token would be read by others.
 */
#ifndef COLLECT_HOSTS_H
#define COLLECT_HOSTS_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <sys/stat.h>

enum { HOSTS_MAX = 64, HOSTS_NAME_BYTES = 64 };

struct host {
	const char *name, *url, *token; /* url without a slash at its end */
	const char *ca, *pin;		/* or NULL */
};
struct hosts {
	struct arena *arena;
	const char *path; /* "" where there is none */
	unsigned n;
	struct host at[HOSTS_MAX];
};

/* Reads the file; path NULL or nothing there: no hosts. -1 and *e that names file, line and what is wrong; also when
 * others can read it. hosts_free() in any case. */
int hosts_read(struct hosts *h, const char *path, struct err *e);
/* The same of a text, for messages of that name. */
int hosts_parse(struct hosts *h, const char *text, const char *path, struct err *e);
void hosts_free(struct hosts *h);

#endif
