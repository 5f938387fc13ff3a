/*
 * ip.c - provider ip: packets of IPv4 and IPv6
 *
 *	net_dev_queue(skb)			send		a packet is handed to its device, made here or forwarded
 *	netif_receive_skb(skb)			receive		a packet comes in, for this host or to be forwarded
 *	kfree_skb(skb, location, reason, ...)	drop-in		a packet that came in is thrown away
 *						drop-out	one that was made here is
 *
 * net.h tells where packets are seen. args[0] pktinfo_t, args[1] csinfo_t, args[2] ipinfo_t, args[3] ifinfo_t, args[4] ipv4info_t (NULL for IPv6),
 * args[5] ipv6info_t (NULL for IPv4), translated in dlib/ip.d; of drops also args[6], the kernel's reason, and args[7], the place in the kernel.
 */
#include "dtrace/provider/net.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

enum { LOCATION = 1, REASON = 2 }; /* parameters of kfree_skb */

static void enter_drop_in(struct emit_env *env)
{
	net_enter_ip(env);
	int from = stable_field(env, stable_param(env, 0), "sk_buff", "skb_iif", false);
	ir_br(env->f, IR_EQ, from, IRV_IMM(0), env->fail);
}

static void enter_drop_out(struct emit_env *env)
{
	net_enter_ip(env);
	int from = stable_field(env, stable_param(env, 0), "sk_buff", "skb_iif", false);
	ir_br(env->f, IR_NE, from, IRV_IMM(0), env->fail);
}

static int reason(struct emit_env *env)
{
	return ir_unary(env->f, IR_ZEXT, stable_param(env, REASON), 4);
}

#define PACKET_ARGS                                                                                \
	{.type = "struct sk_buff *", .xtype = "pktinfo_t *", .param = 0},                          \
	    {.type = "struct sock *", .xtype = "csinfo_t *", .emit = net_arg_sock},                \
	    {.type = "struct iphdr *", .xtype = "ipinfo_t *", .emit = net_arg_iphdr},              \
	    {.type = "struct net_device *", .xtype = "ifinfo_t *", .emit = net_arg_device},        \
	    {.type = "struct iphdr *", .xtype = "ipv4info_t *", .emit = net_arg_ipv4},             \
	{                                                                                          \
		.type = "struct ipv6hdr *", .xtype = "ipv6info_t *", .emit = net_arg_ipv6          \
	}
static const struct stable_arg packet_args[] = {PACKET_ARGS};
static const struct stable_arg drop_args[] = {
    PACKET_ARGS,
    {.type = "enum skb_drop_reason", .name = "reason", .emit = reason},
    {.type = "void *", .name = "location", .param = LOCATION},
};

static const struct stable_probe probes[] = {
    {"drop-in", "kfree_skb", enter_drop_in, drop_args, 8, .context = CONTEXT_NONE},
    {"drop-out", "kfree_skb", enter_drop_out, drop_args, 8, .context = CONTEXT_NONE},
    {"receive", "netif_receive_skb", net_enter_in, packet_args, 6, .context = CONTEXT_NONE},
    {"send", "net_dev_queue", net_enter_out, packet_args, 6, .context = CONTEXT_NONE},
};

void provider_ip_add(struct registry *r)
{
	static const struct stable_provider table = {"ip", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
