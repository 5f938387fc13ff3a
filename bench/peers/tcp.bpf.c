/* tcp::: { @[probename] = count(); } */
#include "peer.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define KERNEL __attribute__((preserve_access_index))

struct net_device {
	unsigned int flags;
	unsigned long priv_flags : 32;
} KERNEL;
struct sock_common {
	u16 skc_family;
	volatile unsigned char skc_state;
} KERNEL;
struct sock {
	struct sock_common __sk_common;
	u16 sk_protocol;
} KERNEL;
struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	int skb_iif;
	__be16 protocol;
	u16 network_header;
	unsigned char *head, *data;
	u8 __pkt_type_offset[0];
} KERNEL;
struct inet_connection_sock {
	u8 icsk_retransmits;
} KERNEL;

enum {
	V4 = 0x0008,
	V6 = 0xdd86,
	TCP = 6,
	BRIDGE_PORT = 1 << 9,
	ESTABLISHED = 1,
	SYN_SENT,
	SYN_RECV
};
enum {
	ACCEPTED,
	ACCEPT_REFUSED,
	CONNECTED,
	CONNECT_REFUSED,
	REQUEST,
	RECEIVE,
	SEND,
	CHANGE,
	PROBES
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PROBES);
	__type(key, u32);
	__type(value, u64);
} counts SEC(".maps");

static __always_inline void count(u32 probe)
{
	u64 *n = bpf_map_lookup_elem(&counts, &probe);

	if (n)
		(*n)++;
}

static __always_inline int is_port(struct net_device *dev)
{
	return (BPF_CORE_READ_BITFIELD(dev, priv_flags) & BRIDGE_PORT) != 0;
}

struct headers {
	u8 ip[40], tcp[20];
};

/* The TCP header of a packet; 0: it has none. */
static __always_inline int read_tcp(struct headers *h, __be16 protocol, const unsigned char *ip)
{
	unsigned bytes = 40;

	if (protocol == V4) {
		if (bpf_probe_read_kernel(h->ip, 20, ip) || h->ip[9] != TCP ||
		    *(u16 *)(h->ip + 6) & 0xff1f)
			return 0;
		bytes = (h->ip[0] & 15) * 4;
	} else if (protocol != V6 || bpf_probe_read_kernel(h->ip, 40, ip) || h->ip[6] != TCP) {
		return 0;
	}
	return !bpf_probe_read_kernel(h->tcp, 20, ip + bytes);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(on_queue, struct sk_buff *skb)
{
	struct headers h;
	struct sock *sk = skb->sk;
	u8 flags;

	if (is_port(skb->dev) || skb->skb_iif ||
	    !read_tcp(&h, skb->protocol, skb->head + skb->network_header))
		return 0;
	count(SEND);
	flags = h.tcp[13];
	if ((flags & 0x12) == 2 && sk && sk->__sk_common.skc_state == SYN_SENT &&
	    !BPF_CORE_READ((struct inet_connection_sock *)sk, icsk_retransmits))
		count(REQUEST);
	if ((flags & 0x14) == 0x14 && !*(u32 *)(h.tcp + 4))
		count(ACCEPT_REFUSED);
	return 0;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(on_receive, struct sk_buff *skb)
{
	struct headers h;
	u8 type = *(u8 *)skb->__pkt_type_offset & 7;

	if (is_port(skb->dev) || type || !read_tcp(&h, skb->protocol, skb->data))
		return 0;
	count(RECEIVE);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int old, int new)
{
	if (sk->sk_protocol != TCP)
		return 0;
	count(CHANGE);
	if (new == ESTABLISHED)
		count(old == SYN_SENT ? CONNECTED : ACCEPTED);
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(on_reset, struct sock *sk)
{
	if (sk->__sk_common.skc_state == SYN_SENT)
		count(CONNECT_REFUSED);
	return 0;
}
