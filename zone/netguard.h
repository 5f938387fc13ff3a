/*
 * netguard.h - what may leave a zone's link: frames of its own addresses only
 *
 * A classic BPF program for the traffic control of a link (tc-bpf(8)), on the side of the link that the zone
 * cannot reach. It passes IPv4, ARP and IPv6 that carry the link's hardware address and one of the
 * zone's addresses as their sender, neighbour advertisements of the zone's own addresses only, and
 * nothing else: no VLAN tags, no other protocols, no IPv6 headers that would hide an advertisement, nothing
 * that only a router says.
 */
#ifndef ZONE_NETGUARD_H
#define ZONE_NETGUARD_H

#include "base/err.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

enum { ZONE_ADDRESSES_MAX = 32, ZONE_GUARD_MAX = 1024 };
struct zone_address {
	int family; /* AF_INET, AF_INET6 */
	unsigned char bytes[16];
	unsigned prefix; /* bits */
};
struct zone_guard {
	unsigned char mac[6];
	struct zone_address at[ZONE_ADDRESSES_MAX];
	unsigned n;
};
/* The program: how many instructions, at most ZONE_GUARD_MAX. */
unsigned zone_guard_program(const struct zone_guard *g, struct sock_filter code[ZONE_GUARD_MAX]);
/* Puts it on a link, by the netlink socket of where the link is. outward: on what the link sends,
 * for a link that is the zone's; else on what comes in by it, for the other end of the zone's. */
int zone_guard_attach(int fd, int link, const struct zone_guard *g, bool outward, struct err *e);
/* What comes in by the link `from`, and no guard there drops, leaves by the link `to` of the same network. */
int zone_guard_relay(int fd, int from, int to, struct err *e);

#endif
