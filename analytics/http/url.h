/*
 * url.h - the target of a request, taken apart: "/api/v1/datasets/io.ops%5Bdisk%5D/values?start=1&key=a"
 *
 * The path is split at its slashes before anything is decoded, so a segment may hold a slash (%2F), as
 * names of datasets do. Refused are: anything but bytes that a URL may have, broken escapes, a zero byte,
 * segments that are "." or "..", too many of anything. All texts lie in the arena.
 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { URL_MAX_BYTES = 16384, URL_MAX_SEGMENTS = 8, URL_MAX_ARGS = 1200 };

struct url_arg {
	const char *name, *value; /* value "" where there is no "=" */
};
struct url {
	const char *segment[URL_MAX_SEGMENTS]; /* decoded */
	unsigned nsegments;
	struct url_arg *arg; /* in their order */
	unsigned nargs;
};

int url_parse(const char *target, struct arena *a, struct url *out, struct err *e);
/* The first argument of that name, NULL when there is none. */
const char *url_arg(const struct url *u, const char *name);
/* A whole number within lo .. hi, or `dflt` when the argument is missing. -1 and *e. */
int url_int(const struct url *u, const char *name, int64_t lo, int64_t hi, int64_t dflt,
	    int64_t *out, struct err *e);
int url_double(const struct url *u, const char *name, double dflt, double *out, struct err *e);

#endif
