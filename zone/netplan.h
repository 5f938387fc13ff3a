/*
 * netplan.h - the links of a zone as they are to be
 *
 * Of the `net` resources of its configuration, which need not have been verified: names of links that the kernel
 * would take, addresses and hardware addresses in the kernel's form, no more of each than there is room for. Nothing is
 * asked of the kernel; whether a link is there is found when it is made (net.h).
 */
#ifndef ZONE_NETPLAN_H
#define ZONE_NETPLAN_H

#include "zone/config.h"
#include "zone/netguard.h"

enum { ZONE_LINKS_MAX = 16 };
/* One link as it is to be: of one `net` resource, or of several of a shared zone with the same
 * `physical`. */
struct zone_link_plan {
	const char *physical; /* its name in the zone */
	const char *over;     /* the link outside that it hangs on; NULL: lend `physical` */
	const char *mac;
	unsigned vlan; /* 0 = none */
	bool guarded;
	bool has_mac;		 /* guard.mac is to be that of the link in the zone */
	uint32_t mtu;		 /* bytes; 0: as the kernel makes it */
	struct zone_guard guard; /* addresses, its own or allowed */
	const char *routers[ZONE_ADDRESSES_MAX];
	unsigned nrouters;
};
struct zone_net_plan {
	bool shared; /* ip-type */
	struct zone_link_plan at[ZONE_LINKS_MAX];
	unsigned n;
};
/* -1 and *e, which names what is wrong. Texts are the configuration's. */
int zone_net_plan(struct zone_net_plan *n, const struct zone_config *z, struct err *e);

/* "192.0.2.1/24", "2001:db8::1"; without a prefix that of its class, of IPv6 64. */
int zone_address_read(const char *text, struct zone_address *a, struct err *e);
/* Six numbers of up to two hexadecimal digits with colons. */
int zone_mac_read(const char *text, unsigned char mac[6], struct err *e);

#endif
