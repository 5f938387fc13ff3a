/*
 * tcp.c - provider tcp: segments and connections of TCP
 *
 *	net_dev_queue(skb)		send			a packet of TCP made on this host is handed to its device
 *					connect-request		one with SYN alone, of a connection that has just been asked for
 *					accept-refused		one with RST and ACK and sequence number 0: the answer to a SYN that nobody wants
 *	netif_receive_skb(skb)		receive			a packet of TCP for this host comes in
 *	inet_sock_set_state(sk, old, new)	state-change	in the middle of the change: the socket has the old state still
 *					connect-established	SYN_SENT -> ESTABLISHED
 *					accept-established	SYN_RECV -> ESTABLISHED
 *	tcp_receive_reset(sk)		connect-refused		in state SYN_SENT
 *
 * net.h tells where packets are seen. args[0] pktinfo_t, args[1] csinfo_t, args[2] ipinfo_t, args[3] tcpsinfo_t, args[4] tcpinfo_t, and of
 * state-change args[5] tcplsinfo_t, the state that was; all translated in dlib/tcp.d. Events that the kernel tells without their packet have
 * headers made from the socket. A connection goes to time-wait when its socket is closed; where its process is done with it, that is before the other side is. How it leaves that
 * state the kernel does not tell. arg6 is the state of the connection after the event, arg7 whether this packet repeats another, arg8
 * how many microseconds a tick has that the kernel counts times in.
 */
#include "dtrace/provider/net.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/sockets.h"
#include "dtrace/provider/stable.h"

#include <time.h>

enum { SOCK, OLD, NEW }; /* parameters of inet_sock_set_state */
enum { OF_FLAGS = 13, OF_SEQ = 4 };

/* ---- packets ---- */

static void begin_out(struct emit_env *env)
{
	net_enter_out(env);
	net_enter_made_here(env);
	net_enter_protocol(env, NET_TCP);
}

static void begin_in(struct emit_env *env)
{
	net_enter_in(env);
	net_enter_for_us(env);
	net_enter_protocol(env, NET_TCP);
}

static void flags_are(struct emit_env *env, int mask, int value)
{
	int flags = ir_alu(env->f, IR_AND, net_l4_byte(env, OF_FLAGS, 1), IRV_IMM(mask));
	ir_br(env->f, IR_NE, flags, IRV_IMM(value), env->fail);
}

static void enter_request(struct emit_env *env)
{
	flags_are(env, NET_SYN | NET_ACK, NET_SYN);
	ir_br(env->f, IR_NE, net_arg_tcp_state(env), IRV_IMM(NET_SYN_SENT), env->fail);
	/* The first SYN, not its repetitions. */
	int sock = net_arg_tcp_sock(env);
	int again = net_field(env, sock, "inet_connection_sock", "icsk_retransmits");
	ir_br(env->f, IR_NE, again, IRV_IMM(0), env->fail);
}

static void enter_accept_refused(struct emit_env *env)
{
	flags_are(env, NET_RST | NET_ACK, NET_RST | NET_ACK);
	ir_br(env->f, IR_NE, net_l4_byte(env, OF_SEQ, 4), IRV_IMM(0), env->fail);
}

/* ---- connections ---- */

static int state(struct emit_env *env, int which)
{
	return ir_unary(env->f, IR_ZEXT, stable_param(env, (unsigned)which), 4);
}

static int old_state(struct emit_env *env)
{
	return state(env, OLD);
}

static int new_state(struct emit_env *env)
{
	return state(env, NEW);
}

/* Other protocols have the same states. */
static void begin_change(struct emit_env *env)
{
	int protocol = stable_field(env, stable_param(env, SOCK), "sock", "sk_protocol", false);
	ir_br(env->f, IR_NE, protocol, IRV_IMM(NET_TCP), env->fail);
}

static void change_is(struct emit_env *env, int from, int to)
{
	ir_br(env->f, IR_NE, state(env, NEW), IRV_IMM(to), env->fail);
	ir_br(env->f, IR_NE, state(env, OLD), IRV_IMM(from), env->fail);
}

/* close() sets the state that there is once more. */
static void enter_change(struct emit_env *env)
{
	ir_br(env->f, IR_EQ, new_state(env), IRV_REG(old_state(env)), env->fail);
}

static void enter_connected(struct emit_env *env)
{
	change_is(env, NET_SYN_SENT, NET_ESTABLISHED);
}

static void enter_accepted(struct emit_env *env)
{
	change_is(env, NET_SYN_RECV, NET_ESTABLISHED);
}

static void enter_connect_refused(struct emit_env *env)
{
	int now =
	    stable_field(env, stable_param(env, SOCK), "sock", "__sk_common.skc_state", false);
	ir_br(env->f, IR_NE, now, IRV_IMM(NET_SYN_SENT), env->fail);
}

static int tcp_sock(struct emit_env *env)
{
	return net_cast(env, stable_param(env, SOCK), "tcp_sock");
}

/* A connection that waits for its last segments to die out has given its socket up: the kernel closes that, and keeps the connection in a table.
 * FULL_TIME_WAIT is that state while the socket is still whole. */
enum { FULL_TIME_WAIT = 16 };
static int state_after(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int after = ir_copy(f, new_state(env)), old = old_state(env);
	int waits = ir_label(f), done = ir_label(f);
	ir_br(f, IR_NE, after, IRV_IMM(NET_CLOSE), done);
	ir_br(f, IR_EQ, old, IRV_IMM(NET_CLOSING), waits);
	ir_br(f, IR_NE, old, IRV_IMM(NET_FIN_WAIT2), done);
	ir_place(f, waits);
	int failed = stable_field(env, stable_param(env, SOCK), "sock", "sk_err", false);
	ir_br(f, IR_NE, failed, IRV_IMM(0), done);
	int linger = net_field(env, tcp_sock(env), "tcp_sock", "linger2");
	ir_br(f, IR_SLT, ir_unary(f, IR_SEXT, linger, 4), IRV_IMM(0), done);
	ir_mov(f, after, IRV_IMM(FULL_TIME_WAIT));
	ir_place(f, done);
	return after;
}

static int refused_state(struct emit_env *env)
{
	return ir_imm(env->f, NET_SYN_SENT);
}

static int null_skb(struct emit_env *env)
{
	return net_cast(env, ir_imm(env->f, 0), "sk_buff");
}

/* Microseconds of a tick of the kernel's clock: that of its coarse time. */
static int tick_us(struct emit_env *env)
{
	struct timespec tick = {.tv_nsec = 4000000};
	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return ir_imm(env->f, tick.tv_nsec / 1000);
}

static int none(struct emit_env *env)
{
	return ir_imm(env->f, 0);
}

static int came_ip(struct emit_env *env)
{
	return net_made_iphdr(env, stable_param(env, SOCK), true);
}

static int came_syn_ack(struct emit_env *env)
{
	return net_made_tcphdr(env, stable_param(env, SOCK), true, NET_SYN | NET_ACK);
}

static int came_ack(struct emit_env *env)
{
	return net_made_tcphdr(env, stable_param(env, SOCK), true, NET_ACK);
}

static int came_rst(struct emit_env *env)
{
	return net_made_tcphdr(env, stable_param(env, SOCK), true, NET_RST | NET_ACK);
}

/* ---- which connection a packet that came in belongs to ---- */

static void note_sender(struct emit_env *env)
{
	begin_out(env);
	net_note_sock(env, net_full_sock(env), true);
}

static void note_change(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int forget = ir_label(f);
	begin_change(env);
	ir_br(f, IR_EQ, new_state(env), IRV_IMM(NET_CLOSE), forget);
	ir_br(f, IR_NE, new_state(env), IRV_IMM(NET_ESTABLISHED), env->fail);
	net_note_sock(env, stable_param(env, SOCK), false);
	ir_jmp(f, env->fail);
	ir_place(f, forget);
	stable_forget(env, net_key_of_sock(env, stable_param(env, SOCK)));
}

enum { CONNECTIONS = 32768 }; /* that are noted at a time */
static const struct probe_companion noters[] = {
    {"tcp_note_sender", "net_dev_queue", note_sender},
    {"tcp_note_change", "inet_sock_set_state", note_change},
};
static const struct probe_memory connections = {
    .name = "tcp_sockets",
    .key_bytes = NET_CONNECTION_BYTES,
    .value_bytes = 8,
    .entries = CONNECTIONS,
    .companions = noters,
    .ncompanions = 2,
    .args = 1 << 1 | 1 << 3 | 1 << 6, /* the socket, as args[1], args[3], arg6 */
};

/* ---- arguments ---- */

#define PACKET                                                                                     \
	{                                                                                          \
		.type = "struct sk_buff *", .xtype = "pktinfo_t *", .param = 0                     \
	}
#define NO_PACKET                                                                                  \
	{                                                                                          \
		.type = "struct sk_buff *", .xtype = "pktinfo_t *", .emit = null_skb               \
	}
#define OWNER(from)                                                                                \
	{                                                                                          \
		.type = "struct sock *", .xtype = "csinfo_t *", .emit = from                       \
	}
#define HEADER(from)                                                                               \
	{                                                                                          \
		.type = "struct iphdr *", .xtype = "ipinfo_t *", .emit = from                      \
	}
#define CONNECTION(from)                                                                           \
	{                                                                                          \
		.type = "struct tcp_sock *", .xtype = "tcpsinfo_t *", .emit = from                 \
	}
#define SEGMENT(from)                                                                              \
	{                                                                                          \
		.type = "struct tcphdr *", .xtype = "tcpinfo_t *", .emit = from                    \
	}
#define NOTHING                                                                                    \
	{                                                                                          \
		.type = "void *", .emit = none                                                     \
	}
#define RAW(from)                                                                                  \
	{                                                                                          \
		.type = "int", .emit = from                                                        \
	}
static const struct stable_arg send_args[] = {
    PACKET,
    OWNER(net_arg_sock),
    HEADER(net_arg_iphdr),
    CONNECTION(net_arg_tcp_sock),
    SEGMENT(net_arg_tcphdr),
    RAW(none),
    RAW(net_arg_tcp_state),
    RAW(net_arg_repeated),
    RAW(tick_us),
};
static const struct stable_arg receive_args[] = {
    PACKET,
    OWNER(net_remembered_sock),
    HEADER(net_arg_iphdr),
    CONNECTION(net_remembered_tcp),
    SEGMENT(net_arg_tcphdr),
    RAW(none),
    RAW(net_remembered_state),
    RAW(none),
    RAW(tick_us),
};
#define FROM_SOCKET(header, state_after)                                                           \
	{                                                                                          \
		NO_PACKET, {.type = "struct sock *", .xtype = "csinfo_t *", .param = SOCK},        \
		    HEADER(came_ip), CONNECTION(tcp_sock), SEGMENT(header), RAW(none),             \
		    RAW(state_after), RAW(none), RAW(tick_us)                                      \
	}
static const struct stable_arg connected_args[] = FROM_SOCKET(came_syn_ack, new_state);
static const struct stable_arg accepted_args[] = FROM_SOCKET(came_ack, new_state);
static const struct stable_arg connect_refused_args[] = FROM_SOCKET(came_rst, refused_state);
static const struct stable_arg change_args[] = {
    NOTHING,	      {.type = "struct sock *", .xtype = "csinfo_t *", .param = SOCK},
    NOTHING,	      CONNECTION(tcp_sock),
    NOTHING,	      {.type = "int", .xtype = "tcplsinfo_t *", .emit = old_state},
    RAW(state_after), RAW(none),
    RAW(tick_us),
};

#define ROW(args)  (args), 5, .nraw = 9
#define ROW6(args) (args), 6, .nraw = 9
#define OUT	   .begin = begin_out, .context = CONTEXT_NONE
#define CHANGE	   .begin = begin_change, .context = CONTEXT_NONE
static const struct stable_probe probes[] = {
    {"accept-established", "inet_sock_set_state", enter_accepted, ROW(accepted_args), CHANGE},
    {"accept-refused", "net_dev_queue", enter_accept_refused, ROW(send_args), OUT},
    {"connect-established", "inet_sock_set_state", enter_connected, ROW(connected_args), CHANGE},
    {"connect-refused", "tcp_receive_reset", enter_connect_refused, ROW(connect_refused_args),
     .context = CONTEXT_NONE},
    {"connect-request", "net_dev_queue", enter_request, ROW(send_args), .begin = begin_out},
    {"receive", "netif_receive_skb", NULL, ROW(receive_args), .begin = begin_in,
     .memory = &connections, .context = CONTEXT_NONE},
    {"send", "net_dev_queue", NULL, ROW(send_args), OUT},
    {"state-change", "inet_sock_set_state", enter_change, ROW6(change_args), CHANGE},
};

void provider_tcp_add(struct registry *r)
{
	static const struct stable_provider table = {
	    "tcp", probes, sizeof(probes) / sizeof(probes[0]), .sockets = &sockets_owners};
	provider_stable_add(r, &table);
}
