/*
 * netplan.c - see netplan.h
 */
#include "zone/netplan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

int zone_address_read(const char *text, struct zone_address *a, struct err *e)
{
	char copy[64], *end = NULL;
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	*a = (struct zone_address){.family = strchr(text, ':') ? AF_INET6 : AF_INET};
	if (n < sizeof(copy)) {
		memcpy(copy, text, n);
		copy[n] = '\0';
	}
	if (n >= sizeof(copy) || inet_pton(a->family, copy, a->bytes) != 1)
		return err_set(e, EINVAL,
			       "net: %s is no address that can be set: say it in numbers", text);
	unsigned most = a->family == AF_INET ? 32 : 128;
	a->prefix = a->family == AF_INET6 ? 64
		    : a->bytes[0] < 128	  ? 8
		    : a->bytes[0] < 192	  ? 16
					  : 24;
	long bits = slash ? strtol(slash + 1, &end, 10) : (long)a->prefix;
	if ((slash && (end == slash + 1 || *end)) || bits < 0 || bits > (long)most)
		return err_set(e, EINVAL, "net: %s has no prefix of 0 to %u bits", text, most);
	a->prefix = (unsigned)bits;
	return 0;
}

int zone_mac_read(const char *text, unsigned char mac[6], struct err *e)
{
	const char *p = text;
	for (int i = 0; i < 6; i++) {
		char *end;
		unsigned long v = strtoul(p, &end, 16);
		if (end == p || end > p + 2 || *end != (i < 5 ? ':' : '\0'))
			return err_set(e, EINVAL, "net: mac-addr %s is none", text);
		mac[i] = (unsigned char)v;
		p = end + 1;
	}
	if (mac[0] & 1)
		return err_set(e, EINVAL, "net: mac-addr %s is one of a group", text);
	return 0;
}

static int add_values(struct zone_link_plan *p, const struct zone_instance *i, const char *prop,
		      struct err *e)
{
	const zone_values *v = &i->values[zone_prop_index(i->type->props, prop)];
	for (size_t k = 0; k < v->n; k++) {
		if (p->guard.n == ZONE_ADDRESSES_MAX)
			return err_set(e, E2BIG, "net: more than %d addresses", ZONE_ADDRESSES_MAX);
		if (zone_address_read(v->at[k], &p->guard.at[p->guard.n++], e) < 0)
			return -1;
	}
	return 0;
}

static struct zone_link_plan *plan_of(struct zone_net_plan *n, const char *physical, struct err *e)
{
	for (unsigned i = 0; i < n->n; i++)
		if (strcmp(n->at[i].physical, physical) == 0) {
			if (!n->shared)
				err_set(e, EEXIST, "net: %s is there twice", physical);
			return n->shared ? &n->at[i] : NULL;
		}
	if (n->n == ZONE_LINKS_MAX)
		err_set(e, E2BIG, "net: more than %d links", ZONE_LINKS_MAX);
	else if (!*physical || strlen(physical) >= IFNAMSIZ || strpbrk(physical, "/%: \t"))
		err_set(e, EINVAL, "net: %s is no name of a link", physical);
	else {
		n->at[n->n].physical = physical;
		return &n->at[n->n++];
	}
	return NULL;
}

static int plan_one(struct zone_net_plan *n, const struct zone_instance *i, struct err *e)
{
	const char *nic = zone_instance_get(i, "global-nic"),
		   *mac = zone_instance_get(i, "mac-addr");
	const char *vlan = zone_instance_get(i, "vlan-id");
	struct zone_link_plan *p = plan_of(n, zone_instance_get(i, "physical"), e);
	if (!p)
		return -1;
	p->over = nic ? nic : n->shared ? p->physical : NULL;
	p->mac =
	    mac && strchr(mac, ':') ? mac : NULL; /* else "auto", "random": the kernel's choice */
	p->vlan = vlan ? (unsigned)strtoul(vlan, NULL, 10) : 0;
	if (p->vlan > 4094)
		return err_set(e, EINVAL, "net: vlan-id %s is not in 1-4094", vlan);
	if (p->vlan && !p->over)
		return err_set(e, EINVAL, "net: vlan-id needs a global-nic");
	if (add_values(p, i, n->shared ? "address" : "allowed-address", e) < 0)
		return -1;
	p->guarded = p->guard.n > 0;
	const zone_values *r = &i->values[zone_prop_index(i->type->props, "defrouter")];
	for (size_t k = 0; k < r->n && p->nrouters < ZONE_ADDRESSES_MAX; k++)
		p->routers[p->nrouters++] = r->at[k];
	return 0;
}

int zone_net_plan(struct zone_net_plan *n, const struct zone_config *z, struct err *e)
{
	*n = (struct zone_net_plan){.shared = strcmp(zone_get(z, "ip-type"), "shared") == 0};
	for (size_t k = 0; k < z->instances.n; k++) {
		const struct zone_instance *i = &z->instances.at[k];
		if (strcmp(i->type->name, "net") == 0 && plan_one(n, i, e) < 0)
			return -1;
	}
	return 0;
}
