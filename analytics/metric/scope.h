/*
 * scope.h - who asks: the operator, or the tenant of some zones
 *
 * A scope is NULL for the operator, else the names of the tenant's zones, sorted, each once, with commas between them:
 * "db,web". One zone is a scope of one name, so a zone's name is a scope. What belongs to several zones has the same
 * text for them, and a tenant may see it when all of its zones are his: he covers it.
 *
 *	scope		SCOPE_BYTES with its NUL at most, SCOPE_MAX_ZONES names
 *	name		1 to SCOPE_ZONE_BYTES - 1 bytes, none of them a comma or a control character
 */
#ifndef METRIC_SCOPE_H
#define METRIC_SCOPE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { SCOPE_BYTES = 512, SCOPE_MAX_ZONES = 16, SCOPE_ZONE_BYTES = 64 };

/* The scope of these zones, in any order and with repetitions; n > 0. -1 and *e (EINVAL). */
int scope_of(const char *const *zones, unsigned n, char out[SCOPE_BYTES], struct err *e);
/* The next name from *at on, which moves behind it: its beginning, with its length in *n; NULL at the end. */
const char *scope_next(const char **at, size_t *n);
/* The names of a scope as texts in the arena; *n of them. */
const char **scope_zones(const char *scope, struct arena *a, unsigned *n);
bool scope_has(const char *scope, const char *zone);
/* Are all zones of `zones` (a text as scopes are; "" is what belongs to no tenant) in the scope? The operator covers everything. */
bool scope_covers(const char *scope, const char *zones);

#endif
