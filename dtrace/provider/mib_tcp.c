/*
 * mib_tcp.c - see mib_tcp.h
 */
#include "dtrace/provider/mib_tcp.h"

#include "dtrace/provider/net.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

#include <string.h>

enum { SOCK, SKB }; /* parameters of tcp_probe */
enum { OF_SEQ = 4, OF_FLAGS = 13, OF_WINDOW = 14 };

static void leave_unless(struct emit_env *env, enum ir_cond leave, int reg, int64_t value)
{
	ir_br(env->f, leave, reg, IRV_IMM(value), env->fail);
}

/* ---- data ---- */

/* A member of what TCP keeps with a packet, its sequence numbers in the host's order. */
static int segment_field(struct emit_env *env, const char *field)
{
	struct stable_place at;
	uint32_t bit, size;
	if (!stable_place(env, "tcp_skb_cb", field, &at) ||
	    !btf_member(env->btf, "sk_buff", "cb", &bit, &size, NULL))
		return ir_imm(env->f, 0);
	return ir_load(env->f, stable_param(env, 1), (int)(bit / 8) + at.offset, at.bytes);
}

/* Where its data begins, or ends, from the next byte that is expected: less than 0 is what is there already. */
static int from_expected(struct emit_env *env, const char *field)
{
	struct ir_func *f = env->f;
	int sock = net_cast(env, stable_param(env, SOCK), "tcp_sock");
	int at = ir_alu(f, IR_SUB, segment_field(env, field),
			IRV_REG(net_field(env, sock, "tcp_sock", "rcv_nxt")));
	if (strcmp(field, "end_seq") == 0) { /* a FIN has a number, too */
		int fin = ir_alu(f, IR_AND, segment_field(env, "tcp_flags"), IRV_IMM(1));
		at = ir_alu(f, IR_SUB, at, IRV_REG(fin));
	}
	return ir_unary(f, IR_SEXT, at, 4);
}

int mib_data_bytes(struct emit_env *env)
{
	int begin = from_expected(env, "seq");
	return ir_alu(env->f, IR_SUB, from_expected(env, "end_seq"), IRV_REG(begin));
}

int mib_new_bytes(struct emit_env *env)
{
	return from_expected(env, "end_seq");
}

int mib_old_bytes(struct emit_env *env)
{
	return ir_alu(env->f, IR_SUB, ir_imm(env->f, 0), IRV_REG(from_expected(env, "seq")));
}

void mib_in_order(struct emit_env *env)
{
	leave_unless(env, IR_SLE, mib_data_bytes(env), 0);
	leave_unless(env, IR_SGT, from_expected(env, "seq"), 0);
	leave_unless(env, IR_SLE, from_expected(env, "end_seq"), 0);
}

void mib_out_of_order(struct emit_env *env)
{
	leave_unless(env, IR_SLE, mib_data_bytes(env), 0);
	leave_unless(env, IR_SLE, from_expected(env, "seq"), 0);
}

void mib_duplicate(struct emit_env *env)
{
	leave_unless(env, IR_SLE, mib_data_bytes(env), 0);
	leave_unless(env, IR_SGT, from_expected(env, "end_seq"), 0);
}

void mib_partly_duplicate(struct emit_env *env)
{
	mib_in_order(env);
	leave_unless(env, IR_SGE, from_expected(env, "seq"), 0);
}

/* ---- acknowledgements ---- */

static int connection(struct emit_env *env, const char *field)
{
	return net_field(env, net_cast(env, stable_param(env, SOCK), "tcp_sock"), "tcp_sock",
			 field);
}

/* What it acknowledges beyond a number of the connection's own. */
static int acked_beyond(struct emit_env *env, const char *field)
{
	struct ir_func *f = env->f;
	int ack = segment_field(env, "ack_seq");
	return ir_unary(f, IR_SEXT, ir_alu(f, IR_SUB, ack, IRV_REG(connection(env, field))), 4);
}

int mib_acked_bytes(struct emit_env *env)
{
	return acked_beyond(env, "snd_una");
}

void mib_acknowledges(struct emit_env *env)
{
	leave_unless(env, IR_SLE, mib_acked_bytes(env), 0);
	leave_unless(env, IR_SGT, acked_beyond(env, "snd_nxt"), 0);
}

/* An acknowledgement alone and of nothing new: by how much the window that it tells is larger. */
static int window_grows(struct emit_env *env)
{
	struct ir_func *f = env->f;
	leave_unless(env, IR_SGT, mib_acked_bytes(env), 0);
	leave_unless(env, IR_NE, mib_data_bytes(env), 0);
	leave_unless(env, IR_NE, from_expected(env, "seq"), 0);
	int header = stable_field(env, stable_param(env, SKB), "sk_buff", "data", false);
	int window = net_load(env, net_cast(env, header, "tcphdr"), OF_WINDOW, 2);
	int told = ir_alu(f, IR_SHL, ir_unary(f, IR_BSWAP, window, 2),
			  IRV_REG(connection(env, "rx_opt.snd_wscale")));
	return ir_alu(f, IR_SUB, told, IRV_REG(connection(env, "snd_wnd")));
}

void mib_duplicate_ack(struct emit_env *env)
{
	leave_unless(env, IR_NE, window_grows(env), 0);
}

void mib_window_update(struct emit_env *env)
{
	leave_unless(env, IR_SLE, window_grows(env), 0);
}

/* ---- probes of the other side ---- */

/* It repeats the number before the first that is not acknowledged, which is what makes the other side answer. One of a closed
 * window waits to send. */
void mib_probes(struct emit_env *env, bool window)
{
	struct ir_func *f = env->f;
	int flags = ir_alu(f, IR_AND, net_l4_byte(env, OF_FLAGS, 1),
			   IRV_IMM(NET_SYN | NET_FIN | NET_RST | NET_ACK));
	leave_unless(env, IR_NE, flags, NET_ACK);
	leave_unless(env, IR_NE, net_tcp_data_bytes(env), 0);
	int sock = net_arg_tcp_sock(env);
	leave_unless(env, IR_EQ, sock, 0);
	leave_unless(env, IR_NE, net_arg_tcp_state(env), NET_ESTABLISHED);
	int seq = ir_unary(f, IR_BSWAP, net_l4_byte(env, OF_SEQ, 4), 4);
	int behind = ir_alu(f, IR_SUB, net_field(env, sock, "tcp_sock", "snd_una"), IRV_REG(seq));
	leave_unless(env, IR_NE, ir_unary(f, IR_ZEXT, behind, 4), 1);
	int waits = ir_alu(f, IR_SUB, net_field(env, sock, "tcp_sock", "write_seq"),
			   IRV_REG(net_field(env, sock, "tcp_sock", "snd_nxt")));
	leave_unless(env, window ? IR_EQ : IR_NE, waits, 0);
}
