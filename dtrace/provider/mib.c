/*
 * mib.c - provider mib: the counters that network management reads
 *
 * A probe fires when its counter rises; arg0 is by how much. Names are those of the classic provider. What the kernel counts under the same name
 * in /proc/net/snmp, snmp6 and netstat is counted alike; net.h tells where packets are seen and that one which a device will cut counts as the
 * kernel counts it: for OutSegs each of its parts, for InReceives as one.
 *
 *	net_dev_queue			...Out...	packets made here, by the header of what they carry
 *	netif_receive_skb		...In...	packets that come in, likewise
 *	kfree_skb, by its reason	errors and drops
 *	inet_sock_set_state		opens, failures and resets of connections
 *	tcp_retransmit_skb, _synack	retransmissions
 *	tcp_probe			data and acknowledgements that come in (of connections that are established): mib_tcp.h
 *	sock_send_length		sends that fail
 *	udp_fail_queue_rcv_skb		overflows of a socket's buffer
 */
#include "dtrace/provider/mib_tcp.h"
#include "dtrace/provider/net.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

#include <string.h>

enum { SOCK, OLD, NEW }; /* parameters of inet_sock_set_state */
enum { REASON = 2 };	 /* of kfree_skb */
enum { OF_FLAGS = 13 };
enum { NET_URG = 32 };

static int one(struct emit_env *env)
{
	return ir_imm(env->f, 1);
}

static void leave_unless(struct emit_env *env, enum ir_cond leave, int reg, int64_t value)
{
	ir_br(env->f, leave, reg, IRV_IMM(value), env->fail);
}

/* ---- packets of IP ---- */

static void begin_out(struct emit_env *env)
{
	net_enter_out(env);
	net_find_payload(env);
}

static void begin_in(struct emit_env *env)
{
	net_enter_in(env);
	net_find_payload(env);
}

static void family_is(struct emit_env *env, bool v6)
{
	leave_unless(env, v6 ? IR_EQ : IR_NE, net_is_v6(env), 0);
}

/* A datagram, once: with its first part. */
static void out_any(struct emit_env *env)
{
	net_enter_made_here(env);
	leave_unless(env, IR_UGT, net_part(env), NET_FIRST_PART);
}

static void out_ip(struct emit_env *env)
{
	family_is(env, false);
	out_any(env);
}

static void out_ipv6(struct emit_env *env)
{
	family_is(env, true);
	out_any(env);
}

static void in_ip(struct emit_env *env)
{
	leave_unless(env, IR_NE, net_is_v6(env), 0);
}

static void in_ipv6(struct emit_env *env)
{
	leave_unless(env, IR_EQ, net_is_v6(env), 0);
}

static void forwarded(struct emit_env *env, bool v6)
{
	net_enter_forwarded(env);
	family_is(env, v6);
}

static void forwarded_ip(struct emit_env *env)
{
	forwarded(env, false);
}

static void forwarded_ipv6(struct emit_env *env)
{
	forwarded(env, true);
}

/* ---- parts of datagrams, groups ---- */

static void some_part(struct emit_env *env)
{
	leave_unless(env, IR_EQ, net_part(env), NET_WHOLE);
}

static void last_part(struct emit_env *env)
{
	leave_unless(env, IR_NE, net_part(env), NET_LAST_PART);
}

static void mcast(struct emit_env *env)
{
	net_enter_multicast(env);
}

#define OF_FAMILIES(what)                                                                          \
	static void what##_ip(struct emit_env *env)                                                \
	{                                                                                          \
		family_is(env, false);                                                             \
		what(env);                                                                         \
	}                                                                                          \
	static void what##_ipv6(struct emit_env *env)                                              \
	{                                                                                          \
		family_is(env, true);                                                              \
		what(env);                                                                         \
	}
OF_FAMILIES(some_part)
OF_FAMILIES(last_part)

static void mcast_ipv6(struct emit_env *env)
{
	family_is(env, true);
	mcast(env);
}

static void forwarded_any(struct emit_env *env)
{
	net_enter_forwarded(env);
}

/* ---- segments and datagrams ---- */

static void out_protocol(struct emit_env *env, int protocol)
{
	net_enter_made_here(env);
	net_enter_protocol(env, protocol);
}

static void out_tcp(struct emit_env *env)
{
	out_protocol(env, NET_TCP);
}

static void in_tcp(struct emit_env *env)
{
	net_enter_for_us(env);
	net_enter_protocol(env, NET_TCP);
}

static void out_udp(struct emit_env *env)
{
	out_protocol(env, NET_UDP);
}

static void in_udp(struct emit_env *env)
{
	net_enter_protocol(env, NET_UDP);
	net_enter_received(env);
}

/* Goes on when one of the flags is set. */
static void some_flag(struct emit_env *env, int mask)
{
	int set = ir_alu(env->f, IR_AND, net_l4_byte(env, OF_FLAGS, 1), IRV_IMM(mask));
	leave_unless(env, IR_EQ, set, 0);
}

/* Without what is sent again. */
static void out_segment(struct emit_env *env)
{
	out_tcp(env);
	leave_unless(env, IR_NE, net_arg_repeated(env), 0);
}

static void out_reset(struct emit_env *env)
{
	out_tcp(env);
	some_flag(env, NET_RST);
}

static void out_control(struct emit_env *env)
{
	out_tcp(env);
	some_flag(env, NET_SYN | NET_FIN | NET_RST);
}

static void out_urgent(struct emit_env *env)
{
	out_tcp(env);
	some_flag(env, NET_URG);
}

/* Data sent for the first time. */
static void out_data(struct emit_env *env)
{
	out_tcp(env);
	leave_unless(env, IR_SLE, net_tcp_data_bytes(env), 0);
	leave_unless(env, IR_NE, net_arg_repeated(env), 0);
}

/* An acknowledgement and nothing else. */
static void out_ack(struct emit_env *env)
{
	out_tcp(env);
	int flags = ir_alu(env->f, IR_AND, net_l4_byte(env, OF_FLAGS, 1),
			   IRV_IMM(NET_SYN | NET_FIN | NET_RST | NET_ACK));
	leave_unless(env, IR_NE, flags, NET_ACK);
	leave_unless(env, IR_SGT, net_tcp_data_bytes(env), 0);
}

static void out_window_probe(struct emit_env *env)
{
	out_tcp(env);
	mib_probes(env, true);
}

static void out_keepalive_probe(struct emit_env *env)
{
	out_tcp(env);
	mib_probes(env, false);
}

/* ---- ICMP ---- */

static void out_icmp(struct emit_env *env)
{
	out_protocol(env, NET_ICMP);
	family_is(env, false);
}

static void in_icmp(struct emit_env *env)
{
	net_enter_protocol(env, NET_ICMP);
	family_is(env, false);
}

/* Of this type and, unless that is -1, code. */
static void icmp_is(struct emit_env *env, int type, int code)
{
	leave_unless(env, IR_NE, net_l4_byte(env, 0, 1), type);
	if (code >= 0)
		leave_unless(env, IR_NE, net_l4_byte(env, 1, 1), code);
}

#define ICMP_KIND(name, type, code)                                                                \
	static void in_icmp_##name(struct emit_env *env)                                           \
	{                                                                                          \
		in_icmp(env);                                                                      \
		icmp_is(env, type, code);                                                          \
	}                                                                                          \
	static void out_icmp_##name(struct emit_env *env)                                          \
	{                                                                                          \
		out_icmp(env);                                                                     \
		icmp_is(env, type, code);                                                          \
	}
ICMP_KIND(echo_reply, 0, -1)
ICMP_KIND(unreachable, 3, -1)
ICMP_KIND(frag_needed, 3, 4)
ICMP_KIND(quench, 4, -1)
ICMP_KIND(redirect, 5, -1)
ICMP_KIND(echo, 8, -1)
ICMP_KIND(time_exceeded, 11, -1)
ICMP_KIND(parameter, 12, -1)
ICMP_KIND(timestamp, 13, -1)
ICMP_KIND(timestamp_reply, 14, -1)
ICMP_KIND(mask, 17, -1)
ICMP_KIND(mask_reply, 18, -1)

/* ---- connections ---- */

static void change(struct emit_env *env, int from, int to)
{
	int protocol = stable_field(env, stable_param(env, SOCK), "sock", "sk_protocol", false);
	leave_unless(env, IR_NE, ir_unary(env->f, IR_ZEXT, stable_param(env, NEW), 4), to);
	leave_unless(env, IR_NE, ir_unary(env->f, IR_ZEXT, stable_param(env, OLD), 4), from);
	leave_unless(env, IR_NE, protocol, NET_TCP);
}

/* The change to closed from one of two states. */
static void closed(struct emit_env *env, int from, int or_from)
{
	int is = ir_label(env->f);
	int protocol = stable_field(env, stable_param(env, SOCK), "sock", "sk_protocol", false);
	int old = ir_unary(env->f, IR_ZEXT, stable_param(env, OLD), 4);
	leave_unless(env, IR_NE, ir_unary(env->f, IR_ZEXT, stable_param(env, NEW), 4), NET_CLOSE);
	leave_unless(env, IR_NE, protocol, NET_TCP);
	ir_br(env->f, IR_EQ, old, IRV_IMM(from), is);
	leave_unless(env, IR_NE, old, or_from);
	ir_place(env->f, is);
}

static void active_open(struct emit_env *env)
{
	change(env, NET_CLOSE, NET_SYN_SENT);
}

static void passive_open(struct emit_env *env)
{
	change(env, NET_LISTEN, NET_SYN_RECV);
}

/* By an error: whoever gives up by himself has not failed. */
static void attempt_fails(struct emit_env *env)
{
	closed(env, NET_SYN_SENT, NET_SYN_RECV);
	int err = stable_field(env, stable_param(env, SOCK), "sock", "sk_err", false);
	leave_unless(env, IR_EQ, err, 0);
}

static void established_reset(struct emit_env *env)
{
	closed(env, NET_ESTABLISHED, NET_CLOSE_WAIT);
}

/* ---- retransmissions: parameters sock, skb, and in newer kernels what became of it ---- */

/* What has not gone out, because it still waits to go out for the first time or there is no way, is told as well there. */
static void gone_again(struct emit_env *env)
{
	enum { ERROR = 2 };
	uint32_t n = 0;
	if (env->btf)
		btf_proto_params(env->btf, btf_find_trace(env->btf, "tcp_retransmit_skb"), &n);
	if (n > ERROR + 1)
		leave_unless(env, IR_SLT, ir_unary(env->f, IR_SEXT, stable_param(env, ERROR), 4),
			     0);
}

static int again_segments(struct emit_env *env)
{
	struct stable_place at, cb;
	if (!stable_place(env, "tcp_skb_cb", "tcp_gso_segs", &at) ||
	    !stable_place(env, "sk_buff", "len", &cb))
		return ir_imm(env->f, 1);
	uint32_t bit, size;
	if (!btf_member(env->btf, "sk_buff", "cb", &bit, &size, NULL))
		return ir_imm(env->f, 1);
	return ir_load(env->f, stable_param(env, 1), (int)(bit / 8) + at.offset, at.bytes);
}

static int again_bytes(struct emit_env *env)
{
	return stable_field(env, stable_param(env, 1), "sk_buff", "len", false);
}

static void fast_retransmit(struct emit_env *env)
{
	enum { RECOVERY = 3 };
	gone_again(env);
	int sock = net_cast(env, stable_param(env, SOCK), "inet_connection_sock");
	leave_unless(env, IR_NE, net_field(env, sock, "inet_connection_sock", "icsk_ca_state"),
		     RECOVERY);
}

static void loss_retransmit(struct emit_env *env)
{
	enum { LOSS = 4 };
	gone_again(env);
	int sock = net_cast(env, stable_param(env, SOCK), "inet_connection_sock");
	leave_unless(env, IR_NE, net_field(env, sock, "inet_connection_sock", "icsk_ca_state"),
		     LOSS);
}

/* ---- sends that fail: sock_send_length(sock, result, flags); and sockets of packets of IP ---- */

enum { RAW = 3 }; /* SOCK_RAW */

static void send_fails(struct emit_env *env)
{
	leave_unless(env, IR_SGE, ir_unary(env->f, IR_SEXT, stable_param(env, 1), 4), 0);
}

static void udp_send_fails(struct emit_env *env)
{
	int protocol = stable_field(env, stable_param(env, SOCK), "sock", "sk_protocol", false);
	send_fails(env);
	leave_unless(env, IR_NE, protocol, NET_UDP);
}

static void raw_send_fails(struct emit_env *env)
{
	int type = stable_field(env, stable_param(env, SOCK), "sock", "sk_type", false);
	int family =
	    stable_field(env, stable_param(env, SOCK), "sock", "__sk_common.skc_family", false);
	send_fails(env);
	leave_unless(env, IR_NE, type, RAW);
	leave_unless(env, IR_NE, family, NET_AF_INET);
}

static void out_raw(struct emit_env *env)
{
	net_enter_made_here(env);
	family_is(env, false);
	int sock = net_arg_sock(env);
	leave_unless(env, IR_EQ, sock, 0);
	leave_unless(env, IR_NE, net_field(env, sock, "sock", "sk_type"), RAW);
}

/* ---- drops, by the kernel's reason ---- */

#define R_QUEUE "SKB_DROP_REASON_QDISC_DROP"

static void dropped(struct emit_env *env, const char *reason)
{
	int64_t is = -1;
	btf_find_enumerator(env->btf, reason, &is);
	leave_unless(env, IR_NE, ir_unary(env->f, IR_ZEXT, stable_param(env, REASON), 4), is);
}

/* A queue had no room for it; newer kernels tell that from what else a queue does not take. */
static void dropped_by_queue(struct emit_env *env)
{
	int64_t is = -1, or_is = -1;
	int full = ir_label(env->f);
	btf_find_enumerator(env->btf, R_QUEUE, &is);
	btf_find_enumerator(env->btf, "SKB_DROP_REASON_QDISC_OVERLIMIT", &or_is);
	int reason = ir_unary(env->f, IR_ZEXT, stable_param(env, REASON), 4);
	ir_br(env->f, IR_EQ, reason, IRV_IMM(is), full);
	leave_unless(env, IR_NE, reason, or_is);
	ir_place(env->f, full);
}

#define DROP_IP(name, reason)                                                                      \
	static void name(struct emit_env *env)                                                     \
	{                                                                                          \
		dropped(env, reason);                                                              \
		net_enter_ip(env);                                                                 \
		family_is(env, false);                                                             \
	}
#define DROP_IPV6(name, reason)                                                                    \
	static void name(struct emit_env *env)                                                     \
	{                                                                                          \
		dropped(env, reason);                                                              \
		net_enter_ip(env);                                                                 \
		family_is(env, true);                                                              \
	}
#define DROP_ANY(name, reason)                                                                     \
	static void name(struct emit_env *env)                                                     \
	{                                                                                          \
		dropped(env, reason);                                                              \
		net_enter_ip(env);                                                                 \
	}
#define DROP(name, reason, protocol)                                                               \
	static void name(struct emit_env *env)                                                     \
	{                                                                                          \
		dropped(env, reason);                                                              \
		net_enter_ip(env);                                                                 \
		net_enter_protocol(env, protocol);                                                 \
	}
#define R_CSUM	    "SKB_DROP_REASON_IP_CSUM"
#define R_HEADER    "SKB_DROP_REASON_IP_INHDR"
#define R_NOPROTO   "SKB_DROP_REASON_IP_NOPROTO"
#define R_NOROUTE   "SKB_DROP_REASON_IP_OUTNOROUTES"
#define R_INROUTE   "SKB_DROP_REASON_IP_INNOROUTES"
#define R_REASM	    "SKB_DROP_REASON_FRAG_REASM_TIMEOUT"
#define R_DUPFRAG   "SKB_DROP_REASON_DUP_FRAG"
#define R_TOOBIG    "SKB_DROP_REASON_PKT_TOO_BIG"
#define R_NOSOCKET  "SKB_DROP_REASON_NO_SOCKET"
#define R_UDPCSUM   "SKB_DROP_REASON_UDP_CSUM"
#define R_TCPCSUM   "SKB_DROP_REASON_TCP_CSUM"
#define R_WINDOW    "SKB_DROP_REASON_TCP_OVERWINDOW"
#define R_UNSENT    "SKB_DROP_REASON_TCP_ACK_UNSENT_DATA"
#define R_ICMPCSUM  "SKB_DROP_REASON_ICMP_CSUM"
#define R_INADDRESS "SKB_DROP_REASON_IP_INADDRERRORS"
#define R_BACKLOG   "SKB_DROP_REASON_TCP_LISTEN_OVERFLOW"
#define R_CLOSED    "SKB_DROP_REASON_TCP_CLOSE"
DROP_ANY(any_in_header, R_HEADER)
DROP_ANY(any_in_noroute, R_INROUTE)
DROP_ANY(any_in_address, R_INADDRESS)
DROP_ANY(any_in_big, R_TOOBIG)
DROP_ANY(any_in_proto, R_NOPROTO)
DROP_ANY(any_out_noroute, R_NOROUTE)
DROP_ANY(any_reasm_fail, R_REASM)
DROP(tcp_backlog, R_BACKLOG, NET_TCP)
DROP(tcp_in_closed, R_CLOSED, NET_TCP)
DROP_IP(ip_in_csum, R_CSUM)
DROP_IP(ip_in_header, R_HEADER)
DROP_IP(ip_in_proto, R_NOPROTO)
DROP_IP(ip_out_noroute, R_NOROUTE)
DROP_IP(ip_reasm_fail, R_REASM)
DROP_IP(ip_reasm_dup, R_DUPFRAG)
DROP_IPV6(ipv6_in_header, R_HEADER)
DROP_IPV6(ipv6_in_noroute, R_INROUTE)
DROP_IPV6(ipv6_in_big, R_TOOBIG)
DROP_IPV6(ipv6_in_proto, R_NOPROTO)
DROP_IPV6(ipv6_reasm_fail, R_REASM)
DROP_IPV6(ipv6_reasm_dup, R_DUPFRAG)
DROP(udp_noport, R_NOSOCKET, NET_UDP)
DROP(udp_csum, R_UDPCSUM, NET_UDP)
DROP(tcp_csum, R_TCPCSUM, NET_TCP)
DROP(tcp_past_window, R_WINDOW, NET_TCP)
DROP(tcp_unsent, R_UNSENT, NET_TCP)
DROP(icmp_csum, R_ICMPCSUM, NET_ICMP)

/* Made here, and its device's queue is full. What TCP sends is sent again: the kernel does not count that. */
static void any_out_discard(struct emit_env *env)
{
	int other = ir_label(env->f);
	dropped_by_queue(env);
	net_enter_ip(env);
	out_any(env);
	int sock = net_arg_sock(env);
	ir_br(env->f, IR_EQ, sock, IRV_IMM(0), other);
	leave_unless(env, IR_EQ, net_field(env, sock, "sock", "sk_protocol"), NET_TCP);
	ir_place(env->f, other);
}

static void ip_out_discard(struct emit_env *env)
{
	any_out_discard(env);
	family_is(env, false);
}

static void ipv6_out_discard(struct emit_env *env)
{
	any_out_discard(env);
	family_is(env, true);
}

/* udp_fail_queue_rcv_skb(error, ...): no room in the socket's buffer. */
static void udp_overflow(struct emit_env *env)
{
	enum { NO_MEMORY = -12 };
	leave_unless(env, IR_NE, ir_unary(env->f, IR_SEXT, stable_param(env, 0), 4), NO_MEMORY);
}

/* ---- the table ---- */

static const struct stable_arg by_one[] = {{.type = "int64_t", .emit = one}};
static const struct stable_arg by_segments[] = {{.type = "int64_t", .emit = net_segments}};
static const struct stable_arg by_data[] = {{.type = "int64_t", .emit = net_tcp_data_bytes}};
static const struct stable_arg by_octets[] = {{.type = "int64_t", .emit = net_ip_bytes}};
static const struct stable_arg by_again[] = {{.type = "int64_t", .emit = again_segments}};
static const struct stable_arg by_data_in[] = {{.type = "int64_t", .emit = mib_data_bytes}};
static const struct stable_arg by_new_data[] = {{.type = "int64_t", .emit = mib_new_bytes}};
static const struct stable_arg by_old_data[] = {{.type = "int64_t", .emit = mib_old_bytes}};
static const struct stable_arg by_acked[] = {{.type = "int64_t", .emit = mib_acked_bytes}};
static const struct stable_arg by_again_bytes[] = {{.type = "int64_t", .emit = again_bytes}};

#define NO_EVENT "the kernel counts it without an event"
#define ROW(name, tracepoint, enter, args)                                                         \
	{                                                                                          \
		name, tracepoint, enter, args, 1, .context = CONTEXT_NONE                          \
	}
#define OUT_BY(name, enter, args)                                                                  \
	{                                                                                          \
		name, "net_dev_queue", enter, args, 1, .begin = begin_out, .context = CONTEXT_NONE \
	}
#define OUT(name, enter) OUT_BY(name, enter, by_one)
#define IN_BY(name, enter, args)                                                                   \
	{                                                                                          \
		name, "netif_receive_skb", enter, args, 1, .begin = begin_in,                      \
							   .context = CONTEXT_NONE                 \
	}
#define IN(name, enter)		IN_BY(name, enter, by_one)
#define SEEN(name, enter, args) ROW(name, "tcp_probe", enter, args)
#define STATE(name, enter)	ROW(name, "inet_sock_set_state", enter, by_one)
#define LOST(name, enter, why)                                                                     \
	{                                                                                          \
		name, "kfree_skb", enter, by_one, 1, .context = CONTEXT_NONE, .enumerator = why    \
	}
#define NONE(name)                                                                                 \
	{                                                                                          \
		name, NULL, .why_not = NO_EVENT                                                    \
	}

static const struct stable_probe probes[] = {
    IN("icmpInAddrMaskReps", in_icmp_mask_reply),
    IN("icmpInAddrMasks", in_icmp_mask),
    NONE("icmpInBadRedirects"),
    LOST("icmpInCksumErrs", icmp_csum, R_ICMPCSUM),
    IN("icmpInDestUnreachs", in_icmp_unreachable),
    IN("icmpInEchoReps", in_icmp_echo_reply),
    IN("icmpInEchos", in_icmp_echo),
    NONE("icmpInErrors"),
    IN("icmpInFragNeeded", in_icmp_frag_needed),
    IN("icmpInMsgs", in_icmp),
    NONE("icmpInOverflows"),
    IN("icmpInParmProbs", in_icmp_parameter),
    IN("icmpInRedirects", in_icmp_redirect),
    IN("icmpInSrcQuenchs", in_icmp_quench),
    IN("icmpInTimeExcds", in_icmp_time_exceeded),
    IN("icmpInTimestampReps", in_icmp_timestamp_reply),
    IN("icmpInTimestamps", in_icmp_timestamp),
    NONE("icmpInUnknowns"),
    OUT("icmpOutAddrMaskReps", out_icmp_mask_reply),
    OUT("icmpOutAddrMasks", out_icmp_mask),
    OUT("icmpOutDestUnreachs", out_icmp_unreachable),
    NONE("icmpOutDrops"),
    OUT("icmpOutEchoReps", out_icmp_echo_reply),
    OUT("icmpOutEchos", out_icmp_echo),
    NONE("icmpOutErrors"),
    OUT("icmpOutFragNeeded", out_icmp_frag_needed),
    OUT("icmpOutMsgs", out_icmp),
    OUT("icmpOutParmProbs", out_icmp_parameter),
    OUT("icmpOutRedirects", out_icmp_redirect),
    OUT("icmpOutSrcQuenchs", out_icmp_quench),
    OUT("icmpOutTimeExcds", out_icmp_time_exceeded),
    OUT("icmpOutTimestampReps", out_icmp_timestamp_reply),
    OUT("icmpOutTimestamps", out_icmp_timestamp),
    OUT("ipForwDatagrams", forwarded_ip),
    NONE("ipForwProhibits"),
    OUT("ipFragCreates", some_part_ip),
    NONE("ipFragFails"),
    OUT("ipFragOKs", last_part_ip),
    NONE("ipIfStatsForwProhibits"),
    OUT("ipIfStatsHCInForwDatagrams", forwarded_any),
    NONE("ipIfStatsHCInBcastPkts"),
    NONE("ipIfStatsHCInDelivers"),
    IN_BY("ipIfStatsHCInMcastOctets", mcast, by_octets),
    IN("ipIfStatsHCInMcastPkts", mcast),
    IN_BY("ipIfStatsHCInOctets", NULL, by_octets),
    IN("ipIfStatsHCInReceives", NULL),
    NONE("ipIfStatsHCOutBcastPkts"),
    OUT("ipIfStatsHCOutForwDatagrams", forwarded_any),
    OUT_BY("ipIfStatsHCOutMcastOctets", mcast, by_octets),
    OUT("ipIfStatsHCOutMcastPkts", mcast),
    OUT_BY("ipIfStatsHCOutOctets", NULL, by_octets),
    OUT("ipIfStatsHCOutRequests", out_any),
    OUT("ipIfStatsHCOutTransmits", NULL),
    LOST("ipIfStatsInAddrErrors", any_in_address, R_INADDRESS),
    NONE("ipIfStatsInDiscards"),
    LOST("ipIfStatsInHdrErrors", any_in_header, R_HEADER),
    LOST("ipIfStatsInNoRoutes", any_in_noroute, R_INROUTE),
    LOST("ipIfStatsInTooBigErrors", any_in_big, R_TOOBIG),
    NONE("ipIfStatsInTruncatedPkts"),
    LOST("ipIfStatsInUnknownProtos", any_in_proto, R_NOPROTO),
    NONE("ipIfStatsInWrongIPVersion"),
    LOST("ipIfStatsOutDiscards", any_out_discard, R_QUEUE),
    OUT("ipIfStatsOutFragCreates", some_part),
    NONE("ipIfStatsOutFragFails"),
    OUT("ipIfStatsOutFragOKs", last_part),
    NONE("ipIfStatsOutFragReqds"),
    LOST("ipIfStatsOutNoRoutes", any_out_noroute, R_NOROUTE),
    NONE("ipIfStatsOutWrongIPVersion"),
    LOST("ipIfStatsReasmFails", any_reasm_fail, R_REASM),
    NONE("ipIfStatsReasmOKs"),
    IN("ipIfStatsReasmReqds", some_part),
    LOST("ipInCksumErrs", ip_in_csum, R_CSUM),
    NONE("ipInDelivers"),
    NONE("ipInDiscards"),
    LOST("ipInHdrErrors", ip_in_header, R_HEADER),
    NONE("ipInIPv6"),
    IN("ipInReceives", in_ip),
    LOST("ipInUnknownProtos", ip_in_proto, R_NOPROTO),
    LOST("ipOutDiscards", ip_out_discard, R_QUEUE),
    NONE("ipOutIPv6"),
    LOST("ipOutNoRoutes", ip_out_noroute, R_NOROUTE),
    OUT("ipOutRequests", out_ip),
    NONE("ipOutSwitchIPv6"),
    LOST("ipReasmDuplicates", ip_reasm_dup, R_DUPFRAG),
    LOST("ipReasmFails", ip_reasm_fail, R_REASM),
    NONE("ipReasmOKs"),
    NONE("ipReasmPartDups"),
    IN("ipReasmReqds", some_part_ip),
    NONE("ipsecInFailed"),
    NONE("ipsecInSucceeded"),
    NONE("ipv6ForwProhibits"),
    NONE("ipv6InDelivers"),
    LOST("ipv6InHdrErrors", ipv6_in_header, R_HEADER),
    NONE("ipv6InIPv4"),
    IN("ipv6InMcastPkts", mcast_ipv6),
    LOST("ipv6InNoRoutes", ipv6_in_noroute, R_INROUTE),
    IN("ipv6InReceives", in_ipv6),
    LOST("ipv6InTooBigErrors", ipv6_in_big, R_TOOBIG),
    NONE("ipv6InTruncatedPkts"),
    LOST("ipv6InUnknownProtos", ipv6_in_proto, R_NOPROTO),
    LOST("ipv6OutDiscards", ipv6_out_discard, R_QUEUE),
    OUT("ipv6OutForwDatagrams", forwarded_ipv6),
    OUT("ipv6OutFragCreates", some_part_ipv6),
    NONE("ipv6OutFragFails"),
    OUT("ipv6OutFragOKs", last_part_ipv6),
    NONE("ipv6OutIPv4"),
    OUT("ipv6OutMcastPkts", mcast_ipv6),
    NONE("ipv6OutNoRoutes"),
    OUT("ipv6OutRequests", out_ipv6),
    NONE("ipv6OutSwitchIPv4"),
    LOST("ipv6ReasmDuplicates", ipv6_reasm_dup, R_DUPFRAG),
    LOST("ipv6ReasmFails", ipv6_reasm_fail, R_REASM),
    NONE("ipv6ReasmOKs"),
    NONE("ipv6ReasmPartDups"),
    IN("ipv6ReasmReqds", some_part_ipv6),
    NONE("rawipInCksumErrs"),
    NONE("rawipInDatagrams"),
    NONE("rawipInErrors"),
    NONE("rawipInOverflows"),
    OUT("rawipOutDatagrams", out_raw),
    ROW("rawipOutErrors", "sock_send_length", raw_send_fails, by_one),
    STATE("tcpActiveOpens", active_open),
    STATE("tcpAttemptFails", attempt_fails),
    STATE("tcpEstabResets", established_reset),
    NONE("tcpHalfOpenDrop"),
    SEEN("tcpInAckBytes", mib_acknowledges, by_acked),
    SEEN("tcpInAckSegs", mib_acknowledges, by_one),
    LOST("tcpInAckUnsent", tcp_unsent, R_UNSENT),
    LOST("tcpInClosed", tcp_in_closed, R_CLOSED),
    SEEN("tcpInDataDupBytes", mib_duplicate, by_data_in),
    SEEN("tcpInDataDupSegs", mib_duplicate, by_one),
    SEEN("tcpInDataInorderBytes", mib_in_order, by_new_data),
    SEEN("tcpInDataInorderSegs", mib_in_order, by_one),
    SEEN("tcpInDataPartDupBytes", mib_partly_duplicate, by_old_data),
    SEEN("tcpInDataPartDupSegs", mib_partly_duplicate, by_one),
    NONE("tcpInDataPastWinBytes"),
    LOST("tcpInDataPastWinSegs", tcp_past_window, R_WINDOW),
    SEEN("tcpInDataUnorderBytes", mib_out_of_order, by_data_in),
    SEEN("tcpInDataUnorderSegs", mib_out_of_order, by_one),
    SEEN("tcpInDupAck", mib_duplicate_ack, by_one),
    LOST("tcpInErrs", tcp_csum, R_TCPCSUM),
    IN("tcpInSegs", in_tcp),
    IN("tcpHCInSegs", in_tcp),
    NONE("tcpInWinProbe"),
    SEEN("tcpInWinUpdate", mib_window_update, by_one),
    LOST("tcpListenDrop", tcp_backlog, R_BACKLOG),
    NONE("tcpListenDropQ0"),
    OUT("tcpOutAck", out_ack),
    NONE("tcpOutAckDelayed"),
    OUT("tcpOutControl", out_control),
    OUT_BY("tcpOutDataBytes", out_data, by_data),
    OUT_BY("tcpOutDataSegs", out_data, by_segments),
    ROW("tcpOutFastRetrans", "tcp_retransmit_skb", fast_retransmit, by_again),
    OUT("tcpOutRsts", out_reset),
    NONE("tcpOutSackRetransSegs"),
    OUT_BY("tcpOutSegs", out_segment, by_segments),
    OUT_BY("tcpHCOutSegs", out_segment, by_segments),
    OUT("tcpOutUrg", out_urgent),
    OUT("tcpOutWinProbe", out_window_probe),
    NONE("tcpOutWinUpdate"),
    STATE("tcpPassiveOpens", passive_open),
    ROW("tcpRetransBytes", "tcp_retransmit_skb", gone_again, by_again_bytes),
    ROW("tcpRetransSegs", "tcp_retransmit_skb", gone_again, by_again),
    ROW("tcpRetransSegs", "tcp_retransmit_synack", NULL, by_one),
    NONE("tcpRttNoUpdate"),
    NONE("tcpRttUpdate"),
    NONE("tcpTimKeepalive"),
    NONE("tcpTimKeepaliveDrop"),
    OUT("tcpTimKeepaliveProbe", out_keepalive_probe),
    ROW("tcpTimRetrans", "tcp_retransmit_skb", loss_retransmit, by_one),
    NONE("tcpTimRetransDrop"),
    LOST("udpInCksumErrs", udp_csum, R_UDPCSUM),
    IN("udpInDatagrams", in_udp),
    IN("udpHCInDatagrams", in_udp),
    ROW("udpInErrors", "udp_fail_queue_rcv_skb", NULL, by_one),
    LOST("udpInErrors", udp_csum, R_UDPCSUM),
    ROW("udpInOverflows", "udp_fail_queue_rcv_skb", udp_overflow, by_one),
    LOST("udpNoPorts", udp_noport, R_NOSOCKET),
    OUT("udpOutDatagrams", out_udp),
    OUT("udpHCOutDatagrams", out_udp),
    ROW("udpOutErrors", "sock_send_length", udp_send_fails, by_one),
};

void provider_mib_add(struct registry *r)
{
	static const struct stable_provider table = {
	    "mib", probes, sizeof(probes) / sizeof(probes[0]), .named_by_source = true};
	provider_stable_add(r, &table);
}
