/*
 * net.c - see net.h; what is to be made stands in netplan.h
 */
#include "zone/net.h"

#include "zone/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct maker {
	struct zone_net *net;
	int host;    /* netlink socket */
	int zone;    /* the zone's network namespace */
	int between; /* that of the links which relay; -1 = none yet */
	unsigned id;
	struct zone_net_plan plan;
};

/* ---- links ---- */

/* Where a link is put: the zone's network, or one between. */
struct place {
	int network; /* namespace */
	int fd;	     /* netlink socket there */
};
static const struct ifinfomsg nothing = {.ifi_family = AF_UNSPEC};

/* A macvlan's hardware address is busy until that of the zone's last life has gone, which the kernel takes
 * down some time after the network that it was in. */
enum { BUSY_TRIES = 500, BUSY_NS = 10000000 };

static int set_up(int fd, int link, unsigned flags, struct err *e)
{
	const struct timespec pause = {.tv_nsec = BUSY_NS};
	struct netlink_request r;
	flags |= IFF_UP;
	struct ifinfomsg info = {.ifi_index = link, .ifi_flags = flags, .ifi_change = flags};
	for (unsigned i = 0;; i++) {
		netlink_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
		if (netlink_send(fd, &r, e) == 0)
			return 0;
		if (e->code != EADDRINUSE || i == BUSY_TRIES)
			return err_wrap(e, "net: cannot set a link up");
		*e = (struct err){0};
		nanosleep(&pause, NULL);
	}
}

static void begin_link(struct netlink_request *r)
{
	netlink_begin(r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &nothing, sizeof(nothing));
}

/* A name that no link outside has: of the zone's id, and of a letter where zones of another root have the
 * same ids. */
static void name_outside(const struct maker *m, char letter, char name[IFNAMSIZ])
{
	snprintf(name, IFNAMSIZ, "z%u%c%u", m->id % 1000000, letter, m->net->n - 1);
}

/* Name, place and hardware address of a link, and how long its frames may be. */
static void put_link(const struct zone_link_plan *p, const char *name, int network,
		     struct netlink_request *r)
{
	netlink_string(r, IFLA_IFNAME, name);
	netlink_u32(r, IFLA_NET_NS_FD, (uint32_t)network);
	if (p->has_mac)
		netlink_put(r, IFLA_ADDRESS, p->guard.mac, sizeof(p->guard.mac));
	if (p->mtu)
		netlink_u32(r, IFLA_MTU, p->mtu);
}

static int make_over_named(struct maker *m, const struct zone_link_plan *p, const struct place *at,
			   int link, const char *name, struct err *e)
{
	struct netlink_request r;
	begin_link(&r);
	put_link(p, name, at->network, &r);
	netlink_u32(&r, IFLA_LINK, (uint32_t)link);
	size_t info = netlink_nest(&r, IFLA_LINKINFO);
	netlink_string(&r, IFLA_INFO_KIND, p->vlan ? "vlan" : "macvlan");
	size_t data = netlink_nest(&r, IFLA_INFO_DATA);
	if (p->vlan) {
		uint16_t id = (uint16_t)p->vlan;
		netlink_put(&r, IFLA_VLAN_ID, &id, sizeof(id));
	} else {
		netlink_u32(&r, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
	}
	netlink_end(&r, data);
	netlink_end(&r, info);
	return netlink_send(m->host, &r, e);
}

/* On a link: a macvlan, or a VLAN. It gets its name where it is put: kernels before 6.15 look for a link of the
 * new one's name outside, where there may be one. */
static int make_over(struct maker *m, const struct zone_link_plan *p, const struct place *at,
		     int link, struct err *e)
{
	struct netlink_request r;
	struct netlink_link l;
	char name[IFNAMSIZ];
	int status = -1;
	for (char c = 'a'; c <= 'z'; c++) {
		name_outside(m, c, name);
		status = make_over_named(m, p, at, link, name, e);
		if (status == 0 || e->code != EEXIST)
			break;
	}
	if (status < 0)
		return err_wrap(e,
				e->code == EOPNOTSUPP ? "net: this kernel has no %s (%s)"
						      : "net: cannot make a %s on %s",
				p->vlan ? "VLAN" : "macvlan", p->over);
	if (netlink_find(at->fd, name, &l, e) < 0)
		return -1;
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = l.index};
	netlink_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
	netlink_string(&r, IFLA_IFNAME, p->physical);
	return netlink_send(at->fd, &r, e) < 0
		   ? err_wrap(e, "net: cannot name a link %s", p->physical)
		   : 0;
}

static int make_pair_named(struct maker *m, const struct zone_link_plan *p, int fd, int bridge,
			   const char *name, struct err *e)
{
	struct netlink_request r;
	begin_link(&r);
	netlink_string(&r, IFLA_IFNAME, name);
	if (bridge)
		netlink_u32(&r, IFLA_MASTER, (uint32_t)bridge);
	if (p->mtu)
		netlink_u32(&r, IFLA_MTU, p->mtu);
	size_t info = netlink_nest(&r, IFLA_LINKINFO);
	netlink_string(&r, IFLA_INFO_KIND, "veth");
	size_t data = netlink_nest(&r, IFLA_INFO_DATA), peer = netlink_nest(&r, VETH_INFO_PEER);
	if (sizeof(r.at) - r.n >= sizeof(nothing)) {
		memcpy(r.at + r.n, &nothing, sizeof(nothing));
		r.n += sizeof(nothing);
	}
	put_link(p, p->physical, m->zone, &r);
	netlink_end(&r, peer);
	netlink_end(&r, data);
	netlink_end(&r, info);
	return netlink_send(fd, &r, e);
}

/* A veth pair between the zone and where the socket fd is, there a port of a bridge (0 = none). The index of
 * the end that is there, or -1 and *e. */
static int make_pair(struct maker *m, const struct zone_link_plan *p, int fd, int bridge,
		     struct err *e)
{
	struct netlink_link l;
	char name[IFNAMSIZ];
	int status = -1;
	for (char c = 'a'; c <= 'z'; c++) {
		name_outside(m, c, name);
		status = make_pair_named(m, p, fd, bridge, name, e);
		if (status == 0 || e->code != EEXIST)
			break;
	}
	if (status < 0)
		return bridge ? err_wrap(e, "net: cannot make a port of %s", p->over)
			      : err_wrap(e, "net: cannot make the link %s", p->physical);
	return netlink_find(fd, name, &l, e) < 0 ? -1 : l.index;
}

static int make_port(struct maker *m, const struct zone_link_plan *p, int bridge, struct err *e)
{
	int port = make_pair(m, p, m->host, bridge, e);
	if (port < 0)
		return -1;
	m->net->at[m->net->n - 1].outside = port;
	return set_up(m->host, port, 0, e);
}

static int lend(struct maker *m, const struct zone_link_plan *p, const struct place *at,
		struct err *e)
{
	struct netlink_request r;
	struct netlink_link l;
	if (netlink_find(m->host, p->physical, &l, e) < 0)
		return err_wrap(e, "net: physical %s", p->physical);
	if (strcmp(l.kind, "bridge") == 0)
		return err_set(e, EINVAL, "net: %s is a bridge: let it be the global-nic",
			       p->physical);
	struct ifinfomsg info = {.ifi_index = l.index};
	netlink_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
	netlink_u32(&r, IFLA_NET_NS_FD, (uint32_t)at->network);
	if (netlink_send(m->host, &r, e) < 0)
		return err_wrap(e, "net: cannot lend %s to the zone", p->physical);
	if (netlink_find(at->fd, p->physical, &l, e) < 0)
		return -1;
	m->net->at[m->net->n - 1].lent = l.index;
	m->net->at[m->net->n - 1].holder = at->fd;
	return 0;
}

/* What the zone's link hangs on, if that is not a bridge; over: its index, of a link that is lent 0. */
static int make_lower(struct maker *m, const struct zone_link_plan *p, const struct place *at,
		      int over, struct err *e)
{
	return over ? make_over(m, p, at, over, e) : lend(m, p, at, e);
}

/*
 * A link that the zone may change and that must keep to its addresses all the same: what it hangs on is put
 * into a network of nobody's, and the zone gets one end of a pair, the other end of which is there.
 * What comes in by either leaves by the other, past the guard.
 *
 *	zone		| between			| outside
 *	physical -- veth -> guard -> relay -> physical ---- link
 *			 <--------- relay <-
 */
static int make_relayed(struct maker *m, struct zone_link_plan *p, int over, struct err *e)
{
	struct netlink_link low;
	int near;
	if (m->between < 0 && (m->net->between = netlink_open_new(&m->between, e)) < 0)
		return -1;
	struct place at = {m->between, m->net->between};
	if (make_lower(m, p, &at, over, e) < 0 || netlink_find(at.fd, p->physical, &low, e) < 0)
		return -1;
	if (!low.has_mac)
		return err_set(e, ENOTSUP, "net: %s has no hardware address", p->physical);
	memcpy(p->guard.mac, low.mac, sizeof(low.mac));
	p->has_mac = true;
	p->mtu = low.mtu;
	if ((near = make_pair(m, p, at.fd, 0, e)) < 0 ||
	    zone_guard_attach(at.fd, near, &p->guard, false, e) < 0 ||
	    zone_guard_relay(at.fd, near, low.index, e) < 0 ||
	    zone_guard_relay(at.fd, low.index, near, e) < 0 || set_up(at.fd, near, 0, e) < 0)
		return -1;
	/* To whom frames to many go is for the zone to say. */
	return set_up(at.fd, low.index, IFF_ALLMULTI, e);
}

/* ---- addresses and routes ---- */

static size_t bytes_of(const struct zone_address *a)
{
	return a->family == AF_INET ? 4 : 16;
}

static int add_address(int fd, int link, const struct zone_address *a, struct err *e)
{
	struct netlink_request r;
	struct ifaddrmsg info = {.ifa_family = (unsigned char)a->family,
				 .ifa_prefixlen = (unsigned char)a->prefix,
				 .ifa_index = (unsigned)link};
	if (a->family == AF_INET6)
		info.ifa_flags = IFA_F_NODAD;
	netlink_begin(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	netlink_put(&r, IFA_LOCAL, a->bytes, bytes_of(a));
	netlink_put(&r, IFA_ADDRESS, a->bytes, bytes_of(a));
	if (a->family == AF_INET && a->prefix < 31) {
		unsigned char all[4];
		for (unsigned i = 0; i < 4; i++) {
			unsigned bits = a->prefix > 8 * i ? a->prefix - 8 * i : 0;
			all[i] = (unsigned char)(a->bytes[i] | (bits >= 8 ? 0 : 0xff >> bits));
		}
		netlink_put(&r, IFA_BROADCAST, all, sizeof(all));
	}
	return netlink_send(fd, &r, e) < 0 ? err_wrap(e, "net: cannot set an address") : 0;
}

static bool reaches(const struct zone_address *a, const struct zone_address *router)
{
	for (unsigned b = 0; b < a->prefix; b++)
		if ((a->bytes[b / 8] ^ router->bytes[b / 8]) & 0x80 >> b % 8)
			return false;
	return a->family == router->family;
}

static int add_router(int fd, int link, const struct zone_link_plan *p, const char *text,
		      struct err *e)
{
	struct netlink_request r;
	struct zone_address a;
	struct rtmsg info = {.rtm_table = RT_TABLE_MAIN,
			     .rtm_protocol = RTPROT_BOOT,
			     .rtm_scope = RT_SCOPE_UNIVERSE,
			     .rtm_type = RTN_UNICAST};
	bool near = false;
	if (zone_address_read(text, &a, e) < 0)
		return -1;
	for (unsigned i = 0; i < p->guard.n; i++)
		near |= reaches(&p->guard.at[i], &a);
	info.rtm_family = (unsigned char)a.family;
	info.rtm_flags = near ? 0 : RTNH_F_ONLINK;
	netlink_begin(&r, RTM_NEWROUTE, NLM_F_CREATE, &info, sizeof(info));
	netlink_put(&r, RTA_GATEWAY, a.bytes, bytes_of(&a));
	netlink_u32(&r, RTA_OIF, (uint32_t)link);
	return netlink_send(fd, &r, e) < 0 ? err_wrap(e, "net: cannot set defrouter %s", text) : 0;
}

/* ---- all of it ---- */

/* Holds the zone to its addresses from where the zone cannot reach: a shared zone cannot reach even its own
 * links. */
static int guard(struct maker *m, struct zone_link_plan *p, const struct netlink_link *in,
		 struct err *e)
{
	int outside = m->net->at[m->net->n - 1].outside;
	if (!in->has_mac)
		return err_set(e, ENOTSUP, "net: %s has no hardware address", p->physical);
	memcpy(p->guard.mac, in->mac, sizeof(in->mac));
	return outside ? zone_guard_attach(m->host, outside, &p->guard, false, e)
		       : zone_guard_attach(m->net->inside, in->index, &p->guard, true, e);
}

/* The link itself, held to its addresses. */
static int make_kind(struct maker *m, struct zone_link_plan *p, struct err *e)
{
	struct netlink_link out = {0}, in;
	struct place zone = {m->zone, m->net->inside};
	if (p->over && netlink_find(m->host, p->over, &out, e) < 0)
		return err_wrap(e, "net: %s", p->over);
	bool bridge = strcmp(out.kind, "bridge") == 0;
	if (bridge && p->vlan)
		return err_set(e, ENOTSUP, "net: vlan-id is for a link, and %s is a bridge",
			       p->over);
	if (p->guarded && !bridge && !m->plan.shared)
		return make_relayed(m, p, out.index, e);
	if ((bridge ? make_port(m, p, out.index, e) : make_lower(m, p, &zone, out.index, e)) < 0)
		return -1;
	if (!p->guarded)
		return 0;
	return netlink_find(m->net->inside, p->physical, &in, e) < 0 ? -1 : guard(m, p, &in, e);
}

static int make_link(struct maker *m, struct zone_link_plan *p, struct err *e)
{
	struct netlink_link in;
	snprintf(m->net->at[m->net->n].name, IFNAMSIZ, "%s", p->physical);
	m->net->n++;
	if (p->mac && zone_mac_read(p->mac, p->guard.mac, e) < 0)
		return -1;
	p->has_mac = p->mac;
	if (make_kind(m, p, e) < 0 || netlink_find(m->net->inside, p->physical, &in, e) < 0 ||
	    set_up(m->net->inside, in.index, 0, e) < 0)
		return -1;
	for (unsigned i = 0; i < p->guard.n; i++)
		if (add_address(m->net->inside, in.index, &p->guard.at[i], e) < 0)
			return -1;
	for (unsigned i = 0; i < p->nrouters; i++)
		if (add_router(m->net->inside, in.index, p, p->routers[i], e) < 0)
			return -1;
	return 0;
}

/* Echo requests take no privilege; nobody outside gives a shared zone addresses or routes. */
static int set_up_stack(const struct maker *m, pid_t init, struct err *e)
{
	if (netlink_setting(init, "ipv4/ping_group_range", "0 2147483647", e) < 0)
		return -1;
	return m->plan.shared ? netlink_setting(init, "ipv6/conf/default/accept_ra", "0", e) : 0;
}

static int make_all(struct maker *m, pid_t init, struct err *e)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)init);
	if ((m->zone = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_sys(e, errno, "cannot reach the zone's network");
	if ((m->host = netlink_open(0, e)) < 0 || (m->net->inside = netlink_open(init, e)) < 0 ||
	    set_up_stack(m, init, e) < 0)
		return -1;
	for (unsigned i = 0; i < m->plan.n; i++)
		if (make_link(m, &m->plan.at[i], e) < 0)
			return -1;
	return 0;
}

int zone_net_make(struct zone_net *n, const struct zone_config *z, pid_t init, unsigned id,
		  struct err *e)
{
	struct maker m = {.net = n, .id = id, .host = -1, .zone = -1, .between = -1};
	*n = (struct zone_net){0};
	if (zone_net_plan(&m.plan, z, e) < 0)
		return -1;
	int status = m.plan.n ? make_all(&m, init, e) : 0;
	for (const int *fd = (const int[]){m.host, m.zone, m.between, -2}; *fd != -2; fd++)
		if (*fd >= 0)
			close(*fd);
	return status;
}

/* Gives a link back to where this process is, as it was lent. */
static void give_back(int holder, int link, const char *name, int own)
{
	struct netlink_request r;
	struct err ignored;
	struct ifinfomsg info = {.ifi_index = link, .ifi_change = IFF_ALLMULTI};
	netlink_begin(&r, RTM_NEWLINK, 0, &info, sizeof(info));
	netlink_u32(&r, IFLA_NET_NS_FD, (uint32_t)own);
	netlink_string(&r, IFLA_IFNAME, name);
	(void)netlink_send(holder, &r, &ignored);
}

void zone_net_remove(struct zone_net *n)
{
	struct netlink_request r;
	struct err ignored;
	int own = n->n ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
	int host = n->n ? netlink_open(0, &ignored) : -1;
	for (unsigned i = 0; i < n->n; i++) {
		struct ifinfomsg info = {.ifi_index = n->at[i].outside};
		if (n->at[i].outside) {
			netlink_begin(&r, RTM_DELLINK, 0, &info, sizeof(info));
			(void)netlink_send(host, &r, &ignored);
		}
		if (n->at[i].lent)
			give_back(n->at[i].holder, n->at[i].lent, n->at[i].name, own);
	}
	for (const int *fd = (const int[]){own, host, -2}; *fd != -2; fd++)
		if (*fd >= 0)
			close(*fd);
	if (n->inside > 0)
		close(n->inside);
	if (n->between > 0)
		close(n->between);
	*n = (struct zone_net){0};
}
