/*
 * priv.h - the privileges of zones: limitpriv, as capabilities of Linux
 *
 * limitpriv is a list with commas: "default", names of privileges(7), and names behind "!" or "-" that are
 * taken from it. What Linux has a capability for comes and goes with that; other privileges are everybody's
 * or nobody's here, and naming them changes nothing. Capabilities are those of the zone's user namespace.
 */
#ifndef ZONE_PRIV_H
#define ZONE_PRIV_H

#include "zone/config.h"

/* The capabilities of capability(7), a bit each, that processes of the zone may have. */
uint64_t zone_priv_kept(const struct zone_config *z);
/* Does the zone need users of its own for what it is let do? */
bool zone_priv_needs_users(const struct zone_config *z);
/* May it mount, and so see its control groups? */
bool zone_priv_mounts(const struct zone_config *z);
/* 0; -1 and *e: a privilege that is unknown, that no zone may have, or that every zone must. */
int zone_priv_check(const struct zone_config *z, struct err *e);

#endif
