/*
 * net.h - packets and sockets, for the network providers
 *
 * Emits the code that finds the headers of a packet, tells on which side of IP it is, and makes headers from a socket where the
 * kernel's event comes without a packet. Which events these are stands in ip.c, tcp.c and udp.c.
 *
 * ---- Where a packet is seen, and that it is seen once ----
 *
 *	out	net_dev_queue(skb)	a packet is handed to a device. Devices that lie on others (bridge, team, bond, VLAN, macvlan) hand it
 *					on, which fires again: what is handed to a device's lower one is passed by
 *	in	netif_receive_skb(skb)	a device hands a packet to the network layer. A bridge hands on what is for this host: what comes from
 *					its ports is passed by, as are frames for other hosts that a device in promiscuous mode picks up
 *
 * Both see what the kernel handles as one packet: one that the device will cut (GSO), or that was put together from several on the way in (GRO),
 * is one; net_segments() tells how many segments it stands for.
 *
 * Pointers to headers are typed where the kernel can cast (bpf_rdonly_cast), so that each read is one load; else they are plain addresses,
 * env->plain is set, and reads are calls.
 */
#ifndef PROVIDER_NET_H
#define PROVIDER_NET_H

#include "dtrace/ir/ir.h"
#include "dtrace/probe/probe.h"

enum { NET_ICMP = 1, NET_TCP = 6, NET_UDP = 17, NET_ICMPV6 = 58 };
enum { NET_V4_LE = 0x0008, NET_V6_LE = 0xdd86 }; /* skb->protocol as it is loaded */
enum {						 /* states of TCP connections */
       NET_ESTABLISHED = 1,
       NET_SYN_SENT,
       NET_SYN_RECV,
       NET_FIN_WAIT1,
       NET_FIN_WAIT2,
       NET_TIME_WAIT,
       NET_CLOSE,
       NET_CLOSE_WAIT,
       NET_LAST_ACK,
       NET_LISTEN,
       NET_CLOSING,
       NET_NEW_SYN_RECV
};
enum {
	NET_FIN = 1,
	NET_SYN = 2,
	NET_RST = 4,
	NET_PUSH = 8,
	NET_ACK = 16
}; /* flags of a TCP header */
enum { NET_AF_INET = 2, NET_AF_INET6 = 10 };

/* Conditions on the packet in parameter 0; each leaves to env->fail when it does not hold, and remembers what it found for the functions below. */
void net_enter_out(struct emit_env *env); /* IP hands it to a device: made here, or forwarded */
void net_enter_in(struct emit_env *env);  /* it came for IP of this host */
void net_enter_made_here(struct emit_env *env); /* after net_enter_out(): not forwarded */
void net_enter_forwarded(struct emit_env *env); /* after net_enter_out(): not made here */
void net_enter_for_us(
    struct emit_env *env); /* after net_enter_in(): addressed to this host's device */
/* The packet is IP, its header is where the packet says: for events in the middle of the stack. */
void net_enter_ip(struct emit_env *env);
/* Finds the payload, for net_enter_protocol() of several probes. */
void net_find_payload(struct emit_env *env);
/* Then: it is of this protocol and begins in this packet (the first fragment). */
void net_enter_protocol(struct emit_env *env, int protocol);

/* What they found. */
int net_is_v6(struct emit_env *env); /* 0 or 1 */
int net_l4_byte(struct emit_env *env, int offset,
		unsigned size); /* of the payload's header; network order */
int net_segments(struct emit_env *env);
int net_tcp_data_bytes(struct emit_env *env); /* of a packet of TCP made here */
int net_payload_bytes(
    struct emit_env *env); /* of a packet made here, from the payload's header on */

/* Which part of a datagram the packet is: NET_WHOLE, or a fragment. Where other extension headers of IPv6 come first, NET_WHOLE. */
enum { NET_WHOLE, NET_FIRST_PART, NET_LATER_PART, NET_LAST_PART };
int net_part(struct emit_env *env);
int net_ip_bytes(struct emit_env *env);		/* from the IP header on */
void net_enter_multicast(struct emit_env *env); /* it is addressed to a group */

/*
 * Which connection a packet that came in belongs to: the kernel finds that out after the event. So its sockets are noted by their addresses and ports where they send and
 * where they are established, and forgotten where they end: tcp.c has the programs that do it.
 */
enum {
	NET_CONNECTION_BYTES = 40
}; /* u32 network namespace; u16 local, remote port, u8[16] local, remote address: network order */
int net_key_of_sock(struct emit_env *env,
		    int sock); /* frame object; of a typed struct sock * that is a full one */
void net_note_sock(struct emit_env *env, int sock,
		   bool if_new); /* if_new: leaves to env->fail when it is noted already */
int net_full_sock(
    struct emit_env *
	env); /* typed struct sock * of a packet made here; leaves to env->fail when it has no full one of TCP */
int net_remembered_sock(
    struct emit_env *env); /* struct sock * of a packet of TCP that came in, NULL: not known */
int net_remembered_tcp(struct emit_env *env);	/* the same as struct tcp_sock * */
int net_remembered_state(struct emit_env *env); /* its state, 0 for none */

/* net_udp.c: leaves to env->fail when no socket waits for the datagram that came in; where the kernel cannot be asked, goes on without one. */
void net_enter_received(struct emit_env *env);
int net_ip_address(struct emit_env *env);	      /* of the IP header, a number */
void net_keep_socket(struct emit_env *env, int sock); /* a number, or -1: none is known */
int net_found_sock(struct emit_env *env);	      /* it, as struct sock *, struct udp_sock * */
int net_found_udp(struct emit_env *env);

/* Values of arguments. */
int net_arg_iphdr(struct emit_env *env);  /* struct iphdr *, whatever the version */
int net_arg_ipv4(struct emit_env *env);	  /* struct iphdr *, NULL for IPv6 */
int net_arg_ipv6(struct emit_env *env);	  /* struct ipv6hdr *, NULL for IPv4 */
int net_arg_tcphdr(struct emit_env *env); /* struct tcphdr * */
int net_arg_udphdr(struct emit_env *env); /* struct udphdr * */
int net_arg_sock(struct emit_env *env);	  /* struct sock * of the packet, NULL for none */
/* The same when it is of a TCP connection. Of one that ends (state NET_TIME_WAIT) or begins (NET_NEW_SYN_RECV) it has the members of struct sock_common, no more. */
int net_arg_tcp_sock(struct emit_env *env);
int net_arg_tcp_state(struct emit_env *env); /* its state, 0 for none */
int net_arg_repeated(struct emit_env *env);  /* 1: this packet of TCP has been sent before */
int net_arg_udp_sock(struct emit_env *env);  /* struct udp_sock * of a UDP packet */
int net_arg_device(struct emit_env *env);    /* struct net_device * of the packet */

/* The kernel pointer in reg, which may be any number, as one to a struct. */
int net_cast(struct emit_env *env, int reg, const char *strct);
/* size bytes at offset of what a pointer of net_cast() points to. */
int net_load(struct emit_env *env, int ptr, int offset, unsigned size);
/* A member of it; 0 when the kernel has none of that name. */
int net_field(struct emit_env *env, int ptr, const char *strct, const char *path);

/*
 * Headers made from a socket (typed struct sock *): what the packet behind an event must have looked like, where the kernel tells of the event and not of the packet.
 * Addresses, ports, TCP sequence numbers and flags are true; lengths are those of bare headers, other fields 0.
 */
int net_made_iphdr(struct emit_env *env, int sock, bool incoming);
int net_made_tcphdr(struct emit_env *env, int sock, bool incoming, int flags);

#endif
