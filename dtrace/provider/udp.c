/*
 * udp.c - provider udp: datagrams
 *
 *	net_dev_queue(skb)	send	a datagram made on this host is handed to its device
 *	netif_receive_skb(skb)	receive	a datagram comes in that a socket waits for
 *
 * net.h tells where packets are seen. A datagram in fragments is one: the first has its header. args[0] pktinfo_t, args[1] csinfo_t, args[2] ipinfo_t,
 * args[3] udpsinfo_t, args[4] udpinfo_t, translated in dlib/udp.d.
 */
#include "dtrace/provider/net.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

static void enter_send(struct emit_env *env)
{
	net_enter_out(env);
	net_enter_made_here(env);
	net_enter_protocol(env, NET_UDP);
}

static void enter_receive(struct emit_env *env)
{
	net_enter_in(env);
	net_enter_protocol(env, NET_UDP);
	net_enter_received(env);
}

static const struct stable_arg send_args[] = {
    {.type = "struct sk_buff *", .xtype = "pktinfo_t *", .param = 0},
    {.type = "struct sock *", .xtype = "csinfo_t *", .emit = net_arg_sock},
    {.type = "struct iphdr *", .xtype = "ipinfo_t *", .emit = net_arg_iphdr},
    {.type = "struct udp_sock *", .xtype = "udpsinfo_t *", .emit = net_arg_udp_sock},
    {.type = "struct udphdr *", .xtype = "udpinfo_t *", .emit = net_arg_udphdr},
};
static const struct stable_arg receive_args[] = {
    {.type = "struct sk_buff *", .xtype = "pktinfo_t *", .param = 0},
    {.type = "struct sock *", .xtype = "csinfo_t *", .emit = net_found_sock},
    {.type = "struct iphdr *", .xtype = "ipinfo_t *", .emit = net_arg_iphdr},
    {.type = "struct udp_sock *", .xtype = "udpsinfo_t *", .emit = net_found_udp},
    {.type = "struct udphdr *", .xtype = "udpinfo_t *", .emit = net_arg_udphdr},
};

static const struct stable_probe probes[] = {
    {"receive", "netif_receive_skb", enter_receive, receive_args, 5, .context = CONTEXT_NONE},
    {"send", "net_dev_queue", enter_send, send_args, 5, .context = CONTEXT_NONE},
};

void provider_udp_add(struct registry *r)
{
	static const struct stable_provider table = {"udp", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
