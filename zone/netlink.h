/*
 * netlink.h - requests to the kernel's routing netlink, and its answers
 *
 * One request is one datagram: a header, the message's own struct, attributes (length, type, value,
 * each padded to four bytes), some of which hold attributes. It is built in place; an attribute that
 * does not fit makes the request fail as a whole when it is sent. See rtnetlink(7).
 *
 *	struct netlink_request r;
 *	netlink_begin(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
 *	netlink_string(&r, IFLA_IFNAME, "br0");
 *	netlink_send(fd, &r, e);
 */
#ifndef ZONE_NETLINK_H
#define ZONE_NETLINK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { NETLINK_ROOM = 4096, NETLINK_NAME = 16, NETLINK_KIND = 16, NETLINK_ALIAS = 64 };
struct netlink_request {
	_Alignas(4) char at[NETLINK_ROOM];
	size_t n;
	bool full;
};
/* What the kernel says of a link. */
struct netlink_link {
	int index;
	char name[NETLINK_NAME];
	char kind[NETLINK_KIND]; /* "bridge", "veth"; "" of a device */
	char alias[NETLINK_ALIAS];
	unsigned char mac[6];
	bool has_mac;
	uint32_t mtu; /* bytes */
};

/* A socket to the routing of the caller's network namespace; pid > 0: of that process's. -1 and *e. */
int netlink_open(pid_t pid, struct err *e);

/* A socket to the routing of a new network namespace, whose links say nothing of their own, and in *network
 * what names it to IFLA_NET_NS_FD: it lasts until both are closed. -1 and *e. */
int netlink_open_new(int *network, struct err *e);

/* Writes a setting below /proc/sys/net of that namespace; what this kernel does not have is passed over. */
int netlink_setting(pid_t pid, const char *name, const char *value, struct err *e);

void netlink_begin(struct netlink_request *r, uint16_t type, uint16_t flags, const void *head,
		   size_t size);
void netlink_put(struct netlink_request *r, uint16_t type, const void *value, size_t size);
void netlink_string(struct netlink_request *r, uint16_t type, const char *text);
void netlink_u32(struct netlink_request *r, uint16_t type, uint32_t value);
/* Attributes within one: where it begins, for netlink_end(). */
size_t netlink_nest(struct netlink_request *r, uint16_t type);
void netlink_end(struct netlink_request *r, size_t nest);
/* Sends it and waits for the kernel's answer. -1, *e and its code when it is refused. */
int netlink_send(int fd, struct netlink_request *r, struct err *e);
/* The link of a name. -1 and *e: code ENODEV when there is none. */
int netlink_find(int fd, const char *name, struct netlink_link *l, struct err *e);

/* One answer of n bytes to the request of number seq: 1 = it tells of a link, now in *l; 0 = done;
 * -1 and *e. What is cut short or of another request is an error, never read beyond. */
int netlink_answer(const char *p, size_t n, uint32_t seq, struct netlink_link *l, struct err *e);

#endif
