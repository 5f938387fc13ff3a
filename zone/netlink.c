/*
 * netlink.c - see netlink.h
 */
#include "zone/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_ROOM = 32768 };

/* ---- the socket ---- */

static int open_here(struct err *e)
{
	int on = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return err_sys(e, errno, "cannot reach the kernel's routing");
	/* Reasons in words, where the kernel has them. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return fd;
}

/* Calls what() in the network namespace of a process; what it returns, or -1 and *e. */
static int within(pid_t pid, int (*what)(const void *arg, struct err *e), const void *arg,
		  struct err *e)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), got = -1;
	int other = open(path, O_RDONLY | O_CLOEXEC);
	if (own < 0 || other < 0 || setns(other, CLONE_NEWNET) < 0) {
		err_sys(e, errno, "cannot enter the zone's network");
	} else {
		got = what(arg, e);
		if (setns(own, CLONE_NEWNET) < 0) {
			err_sys(e, errno, "cannot leave the zone's network");
			if (got > 0)
				close(got);
			got = -1;
		}
	}
	if (own >= 0)
		close(own);
	if (other >= 0)
		close(other);
	return got;
}

static int open_socket(const void *arg, struct err *e)
{
	(void)arg;
	return open_here(e);
}

int netlink_open(pid_t pid, struct err *e)
{
	return pid > 0 ? within(pid, open_socket, NULL, e) : open_here(e);
}

static int write_setting(const void *arg, struct err *e)
{
	const char *const *setting = arg;
	char path[128];
	snprintf(path, sizeof(path), "/proc/sys/net/%s", setting[0]);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "cannot set %s of the zone", path);
	size_t n = strlen(setting[1]);
	bool ok = write(fd, setting[1], n) == (ssize_t)n;
	int code = errno;
	close(fd);
	return ok ? 0 : err_sys(e, code, "cannot set %s of the zone", path);
}

int netlink_open_new(int *network, struct err *e)
{
	static const char *const silent[] = {"ipv6/conf/default/disable_ipv6", "1"};
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd = -1;
	*network = -1;
	if (own < 0 || unshare(CLONE_NEWNET) < 0) {
		err_sys(e, errno, "cannot make a network");
	} else {
		*network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		fd = *network < 0		    ? err_sys(e, errno, "cannot keep a network")
		     : write_setting(silent, e) < 0 ? -1
						    : open_here(e);
		if (setns(own, CLONE_NEWNET) < 0) {
			err_sys(e, errno, "cannot leave a network");
			if (fd >= 0)
				close(fd);
			fd = -1;
		}
	}
	if (fd < 0 && *network >= 0) {
		close(*network);
		*network = -1;
	}
	if (own >= 0)
		close(own);
	return fd;
}

int netlink_setting(pid_t pid, const char *name, const char *value, struct err *e)
{
	const char *const setting[] = {name, value};
	return within(pid, write_setting, setting, e);
}

/* ---- requests ---- */

static struct nlmsghdr *head_of(struct netlink_request *r)
{
	return (struct nlmsghdr *)r->at;
}

/* Room for n bytes at the end, zeroed, and what pads it; NULL when there is none. */
static char *extend(struct netlink_request *r, size_t n)
{
	size_t whole = NLMSG_ALIGN(n);
	if (r->full || whole > sizeof(r->at) - r->n) {
		r->full = true;
		return NULL;
	}
	char *p = r->at + r->n;
	memset(p, 0, whole);
	r->n += whole;
	return p;
}

void netlink_begin(struct netlink_request *r, uint16_t type, uint16_t flags, const void *head,
		   size_t size)
{
	r->n = 0;
	r->full = false;
	struct nlmsghdr *h = (struct nlmsghdr *)extend(r, NLMSG_HDRLEN);
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	char *p = extend(r, size);
	if (p)
		memcpy(p, head, size);
}

void netlink_put(struct netlink_request *r, uint16_t type, const void *value, size_t size)
{
	char *p = size > NETLINK_ROOM ? NULL : extend(r, RTA_LENGTH(size));
	if (!p) {
		r->full = true;
		return;
	}
	struct rtattr a = {.rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type};
	memcpy(p, &a, sizeof(a));
	if (size)
		memcpy(p + RTA_LENGTH(0), value, size);
}

void netlink_string(struct netlink_request *r, uint16_t type, const char *text)
{
	netlink_put(r, type, text, strlen(text) + 1);
}

void netlink_u32(struct netlink_request *r, uint16_t type, uint32_t value)
{
	netlink_put(r, type, &value, sizeof(value));
}

size_t netlink_nest(struct netlink_request *r, uint16_t type)
{
	size_t at = r->n;
	netlink_put(r, type, NULL, 0);
	return at;
}

void netlink_end(struct netlink_request *r, size_t nest)
{
	uint16_t n = (uint16_t)(r->n - nest);
	if (!r->full)
		memcpy(r->at + nest, &n, sizeof(n));
}

/* ---- answers ---- */

static void copy_text(char *to, size_t room, const char *from, size_t n)
{
	size_t have = strnlen(from, n);
	if (have >= room)
		have = room - 1;
	memcpy(to, from, have);
	to[have] = '\0';
}

/* Calls take(type, value, size) for each attribute. */
static void walk(const char *p, size_t n, struct netlink_link *l,
		 void (*take)(struct netlink_link *l, unsigned type, const char *value,
			      size_t size))
{
	struct rtattr a;
	while (n >= sizeof(a)) {
		memcpy(&a, p, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > n)
			return;
		take(l, a.rta_type & NLA_TYPE_MASK, p + sizeof(a), a.rta_len - sizeof(a));
		size_t step = RTA_ALIGN(a.rta_len);
		if (step >= n)
			return;
		p += step;
		n -= step;
	}
}

static void take_info(struct netlink_link *l, unsigned type, const char *value, size_t size)
{
	if (type == IFLA_INFO_KIND)
		copy_text(l->kind, sizeof(l->kind), value, size);
}

static void take_link(struct netlink_link *l, unsigned type, const char *value, size_t size)
{
	if (type == IFLA_IFNAME)
		copy_text(l->name, sizeof(l->name), value, size);
	else if (type == IFLA_IFALIAS)
		copy_text(l->alias, sizeof(l->alias), value, size);
	else if (type == IFLA_MTU && size == sizeof(l->mtu))
		memcpy(&l->mtu, value, sizeof(l->mtu));
	else if (type == IFLA_LINKINFO)
		walk(value, size, l, take_info);
	else if (type == IFLA_ADDRESS && size == sizeof(l->mac)) {
		memcpy(l->mac, value, sizeof(l->mac));
		l->has_mac = true;
	}
}

int netlink_answer(const char *p, size_t n, uint32_t seq, struct netlink_link *l, struct err *e)
{
	struct nlmsghdr h;
	if (n < sizeof(h))
		return err_set(e, EPROTO, "the kernel's answer is cut short");
	memcpy(&h, p, sizeof(h));
	if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > n || h.nlmsg_seq != seq)
		return err_set(e, EPROTO, "the kernel's answer is not to this request");
	p += NLMSG_HDRLEN;
	n = h.nlmsg_len - NLMSG_HDRLEN;
	if (h.nlmsg_type == NLMSG_ERROR) {
		int code = 0;
		if (n < sizeof(code))
			return err_set(e, EPROTO, "the kernel's answer is cut short");
		memcpy(&code, p, sizeof(code));
		return code ? err_set(e, code < 0 && code > -4096 ? -code : EPROTO, "%s",
				      strerror(code < 0 && code > -4096 ? -code : EPROTO))
			    : 0;
	}
	if (h.nlmsg_type != RTM_NEWLINK)
		return 0;
	struct ifinfomsg info;
	if (n < sizeof(info))
		return err_set(e, EPROTO, "the kernel's answer is cut short");
	memcpy(&info, p, sizeof(info));
	*l = (struct netlink_link){.index = info.ifi_index};
	walk(p + NLMSG_ALIGN(sizeof(info)), n - NLMSG_ALIGN(sizeof(info)), l, take_link);
	return 1;
}

/* Sends, then reads one datagram; its answer as netlink_answer() has it. */
static int converse(int fd, struct netlink_request *r, struct netlink_link *l, struct err *e)
{
	char answer[ANSWER_ROOM];
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	ssize_t n;
	if (r->full)
		return err_set(e, E2BIG, "the request to the kernel is too long");
	head_of(r)->nlmsg_len = (uint32_t)r->n;
	head_of(r)->nlmsg_seq = 1;
	if (sendto(fd, r->at, r->n, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return err_sys(e, errno, "cannot ask the kernel's routing");
	while ((n = recv(fd, answer, sizeof(answer), 0)) < 0 && errno == EINTR)
		;
	if (n < 0)
		return err_sys(e, errno, "the kernel's routing does not answer");
	return netlink_answer(answer, (size_t)n, 1, l, e);
}

int netlink_send(int fd, struct netlink_request *r, struct err *e)
{
	struct netlink_link ignored;
	head_of(r)->nlmsg_flags |= NLM_F_ACK;
	return converse(fd, r, &ignored, e) < 0 ? -1 : 0;
}

int netlink_find(int fd, const char *name, struct netlink_link *l, struct err *e)
{
	struct netlink_request r;
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	if (strlen(name) >= NETLINK_NAME)
		return err_set(e, ENODEV, "%s is no name of a link", name);
	netlink_begin(&r, RTM_GETLINK, 0, &info, sizeof(info));
	netlink_string(&r, IFLA_IFNAME, name);
	int got = converse(fd, &r, l, e);
	if (got > 0)
		return 0;
	return got < 0 ? -1 : err_set(e, EPROTO, "the kernel says nothing of %s", name);
}
