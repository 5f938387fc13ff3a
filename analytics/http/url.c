/*
 * url.c - see url.h
 */
#include "analytics/http/url.h"

#include "base/vec.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes n bytes; '+' is a blank in arguments. NULL and *e. */
static char *decode(const char *s, size_t n, bool plus, struct arena *a, struct err *e)
{
	char *out = arena_alloc(a, n + 1), *p = out;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '%') {
			int hi = i + 2 < n ? hex(s[i + 1]) : -1, lo = hi >= 0 ? hex(s[i + 2]) : -1;
			if (lo < 0) {
				err_set(
				    e, EINVAL,
				    "a %% in the URL is not followed by two hexadecimal digits");
				return NULL;
			}
			c = (unsigned char)(hi << 4 | lo);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == 0) {
			err_set(e, EINVAL, "the URL has a zero byte");
			return NULL;
		}
		*p++ = (char)c;
	}
	return out;
}

static int add_segment(const char *s, size_t n, struct arena *a, struct url *out, struct err *e)
{
	if (out->nsegments == URL_MAX_SEGMENTS)
		return err_set(e, EINVAL, "the URL's path has more than %d parts",
			       URL_MAX_SEGMENTS);
	const char *text = decode(s, n, false, a, e);
	if (!text)
		return -1;
	if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
		return err_set(e, EINVAL, "the URL's path has a part \"%s\"", text);
	out->segment[out->nsegments++] = text;
	return 0;
}

static int split_path(const char *s, const char *end, struct arena *a, struct url *out,
		      struct err *e)
{
	if (s == end || *s != '/')
		return err_set(e, EINVAL, "the URL's path does not begin with a slash");
	for (s++; s < end;) {
		const char *slash = memchr(s, '/', (size_t)(end - s));
		const char *stop = slash ? slash : end;
		if (add_segment(s, (size_t)(stop - s), a, out, e) < 0)
			return -1;
		s = slash ? slash + 1 : end;
	}
	return 0;
}

static int split_args(const char *s, struct arena *a, struct url *out, struct err *e)
{
	VEC(struct url_arg) args = {0};
	while (*s) {
		size_t n = strcspn(s, "&"), eq = 0;
		while (eq < n && s[eq] != '=')
			eq++;
		if (n && args.n == URL_MAX_ARGS)
			return err_set(e, EINVAL, "the URL has more than %d arguments",
				       URL_MAX_ARGS);
		if (n) {
			struct url_arg one = {decode(s, eq, true, a, e), ""};
			if (eq < n)
				one.value = decode(s + eq + 1, n - eq - 1, true, a, e);
			if (!one.name || !one.value)
				return -1;
			*vec_push(&args, a) = one;
		}
		s += n + (s[n] == '&');
	}
	out->arg = args.at;
	out->nargs = (unsigned)args.n;
	return 0;
}

int url_parse(const char *target, struct arena *a, struct url *out, struct err *e)
{
	*out = (struct url){0};
	if (strlen(target) > URL_MAX_BYTES)
		return err_set(e, EINVAL, "the URL has more than %d bytes", URL_MAX_BYTES);
	for (const char *p = target; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 127)
			return err_set(e, EINVAL, "the URL has a blank or a control character");
	const char *query = strchr(target, '?');
	if (split_path(target, query ? query : target + strlen(target), a, out, e) < 0)
		return -1;
	return query ? split_args(query + 1, a, out, e) : 0;
}

const char *url_arg(const struct url *u, const char *name)
{
	for (unsigned i = 0; i < u->nargs; i++)
		if (strcmp(u->arg[i].name, name) == 0)
			return u->arg[i].value;
	return NULL;
}

int url_int(const struct url *u, const char *name, int64_t lo, int64_t hi, int64_t dflt,
	    int64_t *out, struct err *e)
{
	const char *text = url_arg(u, name);
	char *end;
	*out = dflt;
	if (!text)
		return 0;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (end == text || *end || errno || v < lo || v > hi)
		return err_set(e, EINVAL, "%s is a whole number from %lld to %lld, not \"%.40s\"",
			       name, (long long)lo, (long long)hi, text);
	*out = v;
	return 0;
}

int url_double(const struct url *u, const char *name, double dflt, double *out, struct err *e)
{
	const char *text = url_arg(u, name);
	char *end;
	*out = dflt;
	if (!text)
		return 0;
	double v = strtod(text, &end);
	if (end == text || *end || !isfinite(v))
		return err_set(e, EINVAL, "%s is a number, not \"%.40s\"", name, text);
	*out = v;
	return 0;
}
