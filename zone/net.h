/*
 * net.h - the links of a zone
 *
 * A zone has a network of its own, whatever its ip-type. With "shared" its links, addresses and
 * routes are set from outside, it may not change them, and what it sends is held to its addresses;
 * with "exclusive" it may do with its network what it likes, but for its allowed-addresses.
 *
 *	shared, physical=BRIDGE		a veth pair, one end a port of the bridge
 *	shared, physical=LINK		a macvlan on the link
 *	exclusive, global-nic=...	the same two; with vlan-id a VLAN on the link
 *	exclusive, physical=LINK	the link itself, until the zone is down
 *
 * An exclusive zone with allowed-addresses that is on no bridge has instead a veth pair, to a network
 * of nobody's where the macvlan, the VLAN or the link itself is: see make_relayed().
 *
 * In the zone the link has the name `physical`. Links that were made go with the zone's network,
 * so also when its supervisor is killed; one that was lent comes back. The kernel has the last word when the
 * supervisor is killed: it gives a device back to the first namespace, and ends a link that is virtual.
 */
#ifndef ZONE_NET_H
#define ZONE_NET_H

#include "zone/netplan.h"

#include <sys/types.h>

struct zone_net {
	int inside;  /* netlink socket in the zone: it keeps the zone's network; 0 = none */
	int between; /* the same in the network of what relays to exclusive zones; 0 = none */
	struct {
		int outside; /* index of the end that we keep; 0 = none */
		int lent;    /* index of a link of the host's where it is lent to; 0 = none */
		int holder;  /* whose socket that is: inside or between */
		char name[16];
	} at[ZONE_LINKS_MAX];
	unsigned n;
};
/* Makes the links of the zone whose first process is `init`, with its addresses and routes; id: of the
 * zone, for names. What was made before a failure is for zone_net_remove(). */
int zone_net_make(struct zone_net *n, const struct zone_config *z, pid_t init, unsigned id,
		  struct err *e);
/* When no process of the zone is left. */
void zone_net_remove(struct zone_net *n);

#endif
