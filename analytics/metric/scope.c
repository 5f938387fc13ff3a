/*
 * scope.c - see scope.h
 */
#include "analytics/metric/scope.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *scope_next(const char **at, size_t *n)
{
	const char *from = *at;
	if (!*from)
		return NULL;
	*n = strcspn(from, ",");
	*at = from + *n + (from[*n] == ',');
	return from;
}

const char **scope_zones(const char *scope, struct arena *a, unsigned *n)
{
	size_t len, commas = 0;
	const char *zone;
	for (const char *p = scope; *p; p++)
		commas += *p == ',';
	const char **out = arena_array(a, const char *, commas + 2);
	for (*n = 0; (zone = scope_next(&scope, &len)); ++*n)
		out[*n] = arena_strndup(a, zone, len);
	return out;
}

static bool has_bytes(const char *scope, const char *zone, size_t n)
{
	const char *one;
	size_t len;
	while ((one = scope_next(&scope, &len)))
		if (len == n && memcmp(one, zone, n) == 0)
			return true;
	return false;
}

bool scope_has(const char *scope, const char *zone)
{
	return has_bytes(scope, zone, strlen(zone));
}

bool scope_covers(const char *scope, const char *zones)
{
	const char *zone;
	size_t n;
	if (!scope)
		return true;
	if (!zones || !*zones)
		return false;
	while ((zone = scope_next(&zones, &n)))
		if (!has_bytes(scope, zone, n))
			return false;
	return true;
}

static int check_zone(const char *zone, struct err *e)
{
	size_t n = strlen(zone);
	for (const char *p = zone; *p; p++)
		if (*p == ',' || (unsigned char)*p < ' ' || *p == 127)
			return err_set(e, EINVAL,
				       "\"%.80s\" is no zone's name: it has a comma or "
				       "a control character",
				       zone);
	if (n == 0 || n >= SCOPE_ZONE_BYTES)
		return err_set(e, EINVAL, "a zone's name has 1 to %d bytes", SCOPE_ZONE_BYTES - 1);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int scope_of(const char *const *zones, unsigned n, char out[SCOPE_BYTES], struct err *e)
{
	const char *sorted[SCOPE_MAX_ZONES];
	size_t used = 0;
	if (n == 0 || n > SCOPE_MAX_ZONES)
		return err_set(e, EINVAL, "a tenant has 1 to %d zones", SCOPE_MAX_ZONES);
	for (unsigned i = 0; i < n; i++) {
		if (check_zone(zones[i], e) < 0)
			return -1;
		sorted[i] = zones[i];
	}
	qsort(sorted, n, sizeof(sorted[0]), by_name);
	for (unsigned i = 0; i < n; i++) {
		size_t len = strlen(sorted[i]);
		if (i && strcmp(sorted[i - 1], sorted[i]) == 0)
			continue;
		if (used + len + 2 > SCOPE_BYTES)
			return err_set(e, EINVAL,
				       "the names of a tenant's zones have %d bytes at "
				       "most, with a comma between them",
				       SCOPE_BYTES - 1);
		if (used)
			out[used++] = ',';
		memcpy(out + used, sorted[i], len);
		used += len;
	}
	out[used] = '\0';
	return 0;
}
