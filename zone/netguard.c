/*
 * netguard.c - see netguard.h
 *
 * Offsets are of an Ethernet frame: RFC 826 (ARP), RFC 791, RFC 8200, RFC 4861 (neighbour
 * discovery), RFC 3810 (multicast listeners). Every test ends in a return or falls through, so that jumps
 * are short whatever the number of addresses.
 */
#include "zone/netguard.h"

#include "zone/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	AT_SENDER = 6,
	AT_TYPE = 12,
	AT_ARP_HARDWARE = 22,
	AT_ARP_SENDER = 28,
	AT_IP_SENDER = 26,
	AT_NEXT = 20,
	AT_IP6_SENDER = 22,
	AT_ICMP6 = 54,
	AT_HOP_NEXT = 54,
	AT_HOP_LENGTH = 55,
	AT_TARGET = 62,
	AT_HOP_ICMP6 = 62,
};
enum { ROUTER_ADVERTISEMENT = 134, ADVERTISEMENT = 136, REDIRECT = 137 };
enum { LISTENER_REPORT = 131, LISTENER_DONE = 132, LISTENER_REPORT2 = 143 };

struct out {
	struct sock_filter *at;
	unsigned n;
};

static void put(struct out *o, unsigned code, uint32_t k, unsigned yes, unsigned no)
{
	if (o->n < ZONE_GUARD_MAX)
		o->at[o->n++] = (struct sock_filter){(uint16_t)code, (uint8_t)yes, (uint8_t)no, k};
}

static void load(struct out *o, unsigned size, uint32_t at)
{
	put(o, BPF_LD | size | BPF_ABS, at, 0, 0);
}

/* What passes goes on to the link's next program, if it has one. */
static void verdict(struct out *o, bool pass)
{
	put(o, BPF_RET | BPF_K, (uint32_t)(pass ? TC_ACT_UNSPEC : TC_ACT_SHOT), 0, 0);
}

/* Skips the next instruction unless what is loaded is k. */
static void when(struct out *o, uint32_t k)
{
	put(o, BPF_JMP | BPF_JEQ | BPF_K, k, 0, 1);
}

/* Goes on only if what is loaded is k. */
static void must(struct out *o, uint32_t k)
{
	put(o, BPF_JMP | BPF_JEQ | BPF_K, k, 1, 0);
	verdict(o, false);
}

static uint32_t big(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void must_be_mac(struct out *o, const unsigned char mac[6], uint32_t at)
{
	load(o, BPF_W, at);
	must(o, big(mac));
	load(o, BPF_H, at + 4);
	must(o, (uint32_t)mac[4] << 8 | mac[5]);
}

/* Begins what is for one value of what is loaded; end_case() says where it ends. */
static unsigned begin_case(struct out *o, uint32_t k)
{
	put(o, BPF_JMP | BPF_JEQ | BPF_K, k, 1, 0);
	put(o, BPF_JMP | BPF_JA, 0, 0, 0);
	return o->n - 1;
}

static void end_case(struct out *o, unsigned from)
{
	o->at[from].k = o->n - from - 1;
}

static void pass_senders4(struct out *o, const struct zone_guard *g, uint32_t at)
{
	load(o, BPF_W, at);
	for (unsigned i = 0; i < g->n; i++)
		if (g->at[i].family == AF_INET) {
			when(o, big(g->at[i].bytes));
			verdict(o, true);
		}
	verdict(o, false);
}

/* Goes over the next instruction unless the 16 bytes at `at` are these. */
static void when16(struct out *o, const unsigned char bytes[16], uint32_t at)
{
	for (unsigned i = 0; i < 4; i++) {
		load(o, BPF_W, at + 4 * i);
		put(o, BPF_JMP | BPF_JEQ | BPF_K, big(bytes + 4 * i), 0, 2 * (3 - i) + 1);
	}
}

/* The address that a link gives itself: RFC 4291, appendix A. */
static void link_local(const unsigned char mac[6], unsigned char bytes[16])
{
	const unsigned char own[16] = {
	    0xfe,   0x80,  [8] = (unsigned char)(mac[0] ^ 2), mac[1], mac[2], 0xff, 0xfe, mac[3],
	    mac[4], mac[5]};
	memcpy(bytes, own, sizeof(own));
}

/* The address at `at` must be the zone's. */
static void must_be_own6(struct out *o, const struct zone_guard *g, uint32_t at)
{
	unsigned leave[ZONE_ADDRESSES_MAX + 1], n = 0;
	unsigned char local[16];
	link_local(g->mac, local);
	for (unsigned i = 0; i <= g->n; i++) {
		if (i < g->n && g->at[i].family != AF_INET6)
			continue;
		when16(o, i < g->n ? g->at[i].bytes : local, at);
		leave[n++] = o->n;
		put(o, BPF_JMP | BPF_JA, 0, 0, 0);
	}
	verdict(o, false);
	while (n)
		end_case(o, leave[--n]);
}

static void judge_ip6(struct out *o, const struct zone_guard *g)
{
	static const unsigned plain[] = {IPPROTO_TCP,	   IPPROTO_UDP, IPPROTO_SCTP,
					 IPPROTO_FRAGMENT, IPPROTO_ESP, IPPROTO_NONE};
	must_be_own6(o, g, AT_IP6_SENDER);
	load(o, BPF_B, AT_NEXT);
	for (unsigned i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		when(o, plain[i]);
		verdict(o, true);
	}
	unsigned icmp = begin_case(o, IPPROTO_ICMPV6);
	load(o, BPF_B, AT_ICMP6);
	when(o, ROUTER_ADVERTISEMENT);
	verdict(o, false);
	when(o, REDIRECT);
	verdict(o, false);
	unsigned advertisement = begin_case(o, ADVERTISEMENT);
	must_be_own6(o, g, AT_TARGET);
	end_case(o, advertisement);
	verdict(o, true);
	end_case(o, icmp);
	/* Listeners' reports have a header of options before them, of 8 bytes. */
	must(o, IPPROTO_HOPOPTS);
	load(o, BPF_B, AT_HOP_NEXT);
	must(o, IPPROTO_ICMPV6);
	load(o, BPF_B, AT_HOP_LENGTH);
	must(o, 0);
	load(o, BPF_B, AT_HOP_ICMP6);
	for (const unsigned *r =
		 (const unsigned[]){LISTENER_REPORT, LISTENER_DONE, LISTENER_REPORT2, 0};
	     *r; r++) {
		when(o, *r);
		verdict(o, true);
	}
	verdict(o, false);
}

unsigned zone_guard_program(const struct zone_guard *g, struct sock_filter code[ZONE_GUARD_MAX])
{
	struct out o = {.at = code};
	/* A tag is taken off a frame before it is looked at here. */
	load(&o, BPF_H, (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT));
	must(&o, 0);
	must_be_mac(&o, g->mac, AT_SENDER);
	load(&o, BPF_H, AT_TYPE);
	unsigned ip = begin_case(&o, ETH_P_IP);
	pass_senders4(&o, g, AT_IP_SENDER);
	end_case(&o, ip);
	unsigned arp = begin_case(&o, ETH_P_ARP);
	must_be_mac(&o, g->mac, AT_ARP_HARDWARE);
	pass_senders4(&o, g, AT_ARP_SENDER);
	end_case(&o, arp);
	must(&o, ETH_P_IPV6);
	judge_ip6(&o, g);
	return o.n;
}

/* ---- on links ---- */

/* The place of a link for programs; that it is there already is no error. */
static int make_place(int fd, int link, struct err *e)
{
	struct netlink_request r;
	struct tcmsg t = {.tcm_family = AF_UNSPEC,
			  .tcm_ifindex = link,
			  .tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
			  .tcm_parent = TC_H_CLSACT};
	netlink_begin(&r, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &t, sizeof(t));
	netlink_string(&r, TCA_KIND, "clsact");
	if (netlink_send(fd, &r, e) < 0 && e->code != EEXIST)
		return err_wrap(e, "this kernel cannot hold a zone to its addresses (no clsact)");
	return 0;
}

/* Begins to put a program there; the lower its priority, the earlier it runs. For send_filter(). */
static size_t begin_filter(struct netlink_request *r, int link, unsigned priority, bool outward)
{
	struct tcmsg t = {.tcm_family = AF_UNSPEC,
			  .tcm_ifindex = link,
			  .tcm_parent =
			      TC_H_MAKE(TC_H_CLSACT, outward ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS),
			  .tcm_info = TC_H_MAKE(priority << 16, htons(ETH_P_ALL))};
	netlink_begin(r, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, &t, sizeof(t));
	netlink_string(r, TCA_KIND, "bpf");
	return netlink_nest(r, TCA_OPTIONS);
}

static int send_filter(int fd, struct netlink_request *r, size_t options, struct err *e)
{
	netlink_u32(r, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT);
	netlink_end(r, options);
	if (netlink_send(fd, r, e) < 0)
		return err_wrap(e, "this kernel cannot hold a zone to its addresses (no bpf)");
	return 0;
}

int zone_guard_attach(int fd, int link, const struct zone_guard *g, bool outward, struct err *e)
{
	struct sock_filter code[ZONE_GUARD_MAX];
	struct netlink_request r;
	uint16_t n = (uint16_t)zone_guard_program(g, code);
	if (make_place(fd, link, e) < 0)
		return -1;
	size_t options = begin_filter(&r, link, 1, outward);
	netlink_put(&r, TCA_BPF_OPS_LEN, &n, sizeof(n));
	netlink_put(&r, TCA_BPF_OPS, code, n * sizeof(code[0]));
	return send_filter(fd, &r, options, e);
}

/* bpf_redirect(to, 0) */
static int load_relay(int to, struct err *e)
{
	struct bpf_insn code[] = {
	    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = to},
	    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2},
	    {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect},
	    {.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SCHED_CLS,
			       .insns = (uintptr_t)code,
			       .insn_cnt = sizeof(code) / sizeof(code[0]),
			       .license = (uintptr_t) "Dual MIT/GPL"};
	int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	return program < 0 ? err_sys(e, errno, "this kernel cannot pass frames between links")
			   : program;
}

int zone_guard_relay(int fd, int from, int to, struct err *e)
{
	struct netlink_request r;
	int program = load_relay(to, e);
	if (program < 0)
		return -1;
	int status = make_place(fd, from, e);
	if (status == 0) {
		size_t options = begin_filter(&r, from, 2, false);
		netlink_u32(&r, TCA_BPF_FD, (uint32_t)program);
		status = send_filter(fd, &r, options, e);
	}
	close(program);
	return status;
}
