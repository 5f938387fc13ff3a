/*
 * net.c - packets and sockets, for the network providers; see net.h
 */
#include "dtrace/provider/net.h"

#include "dtrace/kern/features.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

#include <linux/btf.h>
#include <string.h>

enum { HELPER_PROBE_READ_KERNEL = 113 };
enum { PACKET_HOST = 0, PACKET_OTHERHOST = 3 };
enum { IFF_SLAVE = 0x800 };			       /* net_device.flags: of a bond */
enum { V4_BYTES = 20, V6_BYTES = 40, TCP_BYTES = 20 }; /* bare headers */
enum { V6_HOP = 0, V6_ROUTING = 43, V6_FRAGMENT = 44, V6_DESTINATION = 60 };

/* What the enter functions leave for the others, in env->cache. */
enum {
	FOUND_SKB,    /* parameter 0 */
	FOUND_FAMILY, /* skb->protocol */
	FOUND_IP,     /* address of the IP header, a number */
	FOUND_L4,     /* address of the payload's header, a number */
	FOUND_SOCK,   /* of the packet that came in, a number */
	FOUND_NEXT,   /* its protocol; 0 where it begins in another fragment */
};

/* ---- pointers ---- */

static bool can_cast(const struct emit_env *env)
{
	return env->btf && feature_has(env->features, FEAT_RDONLY_CAST);
}

/* Frame objects, one of each kind a program. */
enum { FRAME_WORD, FRAME_IP, FRAME_TCP, FRAME_KEY };

static int frame(struct emit_env *env, int which, uint32_t bytes)
{
	if (!env->frame[which])
		env->frame[which] = ir_frame(env->f, bytes, 8) + 1;
	return ir_frame_addr(env->f, env->frame[which] - 1, 0);
}

int net_cast(struct emit_env *env, int reg, const char *strct)
{
	if (!can_cast(env)) {
		env->plain = true;
		return reg;
	}
	uint32_t type = btf_find(env->btf, strct, BTF_KIND_STRUCT);
	return ir_kfunc(env->f, "bpf_rdonly_cast",
			btf_find(env->btf, "bpf_rdonly_cast", BTF_KIND_FUNC),
			IR_CALL_ARGS(IRV_REG(reg), IRV_IMM(type)));
}

int net_load(struct emit_env *env, int ptr, int offset, unsigned size)
{
	struct ir_func *f = env->f;
	if (can_cast(env))
		return ir_load(f, ptr, offset, size);
	int to = frame(env, FRAME_WORD, 8);
	int from = ir_alu(f, IR_ADD, ptr, IRV_IMM(offset));
	ir_store(f, to, 0, 8, IRV_IMM(0));
	ir_call(f, HELPER_PROBE_READ_KERNEL,
		IR_CALL_ARGS(IRV_REG(to), IRV_IMM(size), IRV_REG(from)));
	return ir_load(f, to, 0, size);
}

int net_field(struct emit_env *env, int ptr, const char *strct, const char *path)
{
	struct stable_place at;
	if (!stable_place(env, strct, path, &at))
		return ir_imm(env->f, 0);
	return stable_extract(env, net_load(env, ptr, at.offset, at.bytes), &at);
}

/* Flags of net_device.priv_flags, found together: each look goes through all of the kernel's types. */
struct port_flags {
	int64_t bridge, team, macvlan;
};

static struct port_flags port_flags(struct emit_env *env)
{
	struct port_flags p = {0};
	uint32_t id = env->btf ? btf_find_enumerator(env->btf, "IFF_BRIDGE_PORT", &p.bridge) : 0;
	const struct btf_type *t = id ? btf_type(env->btf, id) : NULL;
	for (uint32_t i = 0; t && i < btf_vlen_of(t); i++) {
		uint32_t name;
		int64_t value = btf_enumerator(t, i, &name);
		const char *is = btf_str(env->btf, name);
		if (strcmp(is, "IFF_TEAM_PORT") == 0)
			p.team = value;
		else if (strcmp(is, "IFF_MACVLAN_PORT") == 0)
			p.macvlan = value;
	}
	return p;
}

/* ---- the packet ---- */

/* A typed packet's member: parameters of the tracepoint are typed on every kernel. */
static int skb_field(struct emit_env *env, const char *path)
{
	return stable_field(env, env->cache[FOUND_SKB], "sk_buff", path, false);
}

static void find_skb(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int v4 = ir_label(f);
	env->cache[FOUND_SKB] = stable_param(env, 0);
	env->cache[FOUND_FAMILY] = skb_field(env, "protocol");
	ir_br(f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(NET_V4_LE), v4);
	ir_br(f, IR_NE, env->cache[FOUND_FAMILY], IRV_IMM(NET_V6_LE), env->fail);
	ir_place(f, v4);
}

static void find_network_header(struct emit_env *env)
{
	int head = skb_field(env, "head"), at = skb_field(env, "network_header");
	env->cache[FOUND_IP] = ir_alu(env->f, IR_ADD, head, IRV_REG(at));
}

/* Leaves when the device lies under another that has seen the packet already. */
static void skip_lower(struct emit_env *env, int dev, bool out)
{
	struct ir_func *f = env->f;
	struct port_flags port = port_flags(env);
	int64_t ports = port.bridge | (out ? port.team : 0);
	int flags = stable_bits(env, dev, "net_device", "priv_flags");
	ir_br(f, IR_SETBITS, flags, IRV_IMM(ports), env->fail);
	if (!out)
		return;
	int slave = stable_field(env, dev, "net_device", "flags", false);
	ir_br(f, IR_SETBITS, slave, IRV_IMM(IFF_SLAVE), env->fail);
	/* The tag of a VLAN is put on by its device. */
	ir_br(f, IR_NE, skb_field(env, "vlan_tci"), IRV_IMM(0), env->fail);
	/* Under a macvlan device: from a socket of another network. */
	int own = ir_label(f);
	int over = ir_alu(f, IR_AND, flags, IRV_IMM(port.macvlan));
	ir_br(f, IR_EQ, over, IRV_IMM(0), own);
	int sock = skb_field(env, "sk");
	ir_br(f, IR_EQ, sock, IRV_IMM(0), own);
	int of_sock = stable_field(env, sock, "sock", "__sk_common.skc_net.net", false);
	int of_dev = stable_field(env, dev, "net_device", "nd_net.net", false);
	ir_br(f, IR_NE, of_sock, IRV_REG(of_dev), env->fail);
	ir_place(f, own);
}

void net_enter_out(struct emit_env *env)
{
	find_skb(env);
	skip_lower(env, skb_field(env, "dev"), true);
	find_network_header(env);
}

void net_enter_in(struct emit_env *env)
{
	find_skb(env);
	skip_lower(env, skb_field(env, "dev"), false);
	int type = stable_bits(env, env->cache[FOUND_SKB], "sk_buff", "pkt_type");
	ir_br(env->f, IR_EQ, type, IRV_IMM(PACKET_OTHERHOST), env->fail);
	/* The link-layer header has been taken off; the packet's own note of where IP begins comes next. */
	env->cache[FOUND_IP] = skb_field(env, "data");
}

void net_enter_made_here(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int ours = ir_label(f);
	ir_br(f, IR_NE, skb_field(env, "skb_iif"), IRV_IMM(0), env->fail);
	/* What a packet socket sends has not passed IP. */
	int sock = skb_field(env, "sk");
	ir_br(f, IR_EQ, sock, IRV_IMM(0), ours);
	int family = stable_field(env, sock, "sock", "__sk_common.skc_family", false);
	ir_br(f, IR_EQ, family, IRV_IMM(NET_AF_INET), ours);
	ir_br(f, IR_NE, family, IRV_IMM(NET_AF_INET6), env->fail);
	ir_place(f, ours);
}

void net_enter_forwarded(struct emit_env *env)
{
	ir_br(env->f, IR_EQ, skb_field(env, "skb_iif"), IRV_IMM(0), env->fail);
}

void net_enter_for_us(struct emit_env *env)
{
	int type = stable_bits(env, env->cache[FOUND_SKB], "sk_buff", "pkt_type");
	ir_br(env->f, IR_NE, type, IRV_IMM(PACKET_HOST), env->fail);
}

void net_enter_ip(struct emit_env *env)
{
	find_skb(env);
	int at = skb_field(env, "network_header");
	ir_br(env->f, IR_EQ, at, IRV_IMM(0xffff), env->fail); /* not set */
	find_network_header(env);
}

/* ---- the payload ---- */

/* next == header: moves past an extension header of IPv6, whose length is told in units of 8 bytes. */
static void pass_extension(struct emit_env *env, int next, int l4)
{
	struct ir_func *f = env->f;
	int is = ir_label(f), done = ir_label(f);
	ir_br(f, IR_EQ, next, IRV_IMM(V6_HOP), is);
	ir_br(f, IR_EQ, next, IRV_IMM(V6_ROUTING), is);
	ir_br(f, IR_NE, next, IRV_IMM(V6_DESTINATION), done);
	ir_place(f, is);
	int ext = net_cast(env, l4, "ipv6_opt_hdr");
	ir_mov(f, next, IRV_REG(net_load(env, ext, 0, 1)));
	int units = net_load(env, ext, 1, 1);
	ir_alu_to(f, l4, IR_ADD, l4, IRV_REG(ir_alu(f, IR_SHL, units, IRV_IMM(3))));
	ir_alu_to(f, l4, IR_ADD, l4, IRV_IMM(8));
	ir_place(f, done);
}

/* In a later fragment there is no header of the payload: *next is 0. */
static void pass_fragment(struct emit_env *env, int next, int l4, int done)
{
	enum { OFFSET_BE = 0xf8ff }; /* of frag_off as it is loaded */
	struct ir_func *f = env->f;
	int first = ir_label(f);
	ir_br(f, IR_NE, next, IRV_IMM(V6_FRAGMENT), done);
	int frag = net_cast(env, l4, "frag_hdr");
	int later = ir_alu(f, IR_AND, net_load(env, frag, 2, 2), IRV_IMM(OFFSET_BE));
	ir_mov(f, next, IRV_IMM(0));
	ir_br(f, IR_EQ, later, IRV_IMM(0), first);
	ir_jmp(f, done);
	ir_place(f, first);
	ir_mov(f, next, IRV_REG(net_load(env, frag, 0, 1)));
	ir_alu_to(f, l4, IR_ADD, l4, IRV_IMM(8));
}

void net_find_payload(struct emit_env *env)
{
	enum { V4_OFFSET_BE = 0xff1f };
	struct ir_func *f = env->f;
	int v6 = ir_label(f), done = ir_label(f), next = ir_imm(f, 0), ip = env->cache[FOUND_IP];
	int l4 = ir_copy(f, ip);
	ir_br(f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(NET_V6_LE), v6);
	int h4 = net_cast(env, ip, "iphdr");
	ir_br(f, IR_SETBITS, net_load(env, h4, 6, 2), IRV_IMM(V4_OFFSET_BE), done);
	ir_mov(f, next, IRV_REG(net_load(env, h4, 9, 1)));
	int words = ir_alu(f, IR_AND, net_load(env, h4, 0, 1), IRV_IMM(15));
	ir_alu_to(f, l4, IR_ADD, l4, IRV_REG(ir_alu(f, IR_SHL, words, IRV_IMM(2))));
	ir_jmp(f, done);
	ir_place(f, v6);
	ir_mov(f, next, IRV_REG(net_load(env, net_cast(env, ip, "ipv6hdr"), 6, 1)));
	ir_alu_to(f, l4, IR_ADD, l4, IRV_IMM(V6_BYTES));
	ir_br(f, IR_EQ, next, IRV_IMM(NET_TCP), done);
	pass_extension(env, next, l4);
	pass_extension(env, next, l4);
	pass_fragment(env, next, l4, done);
	ir_place(f, done);
	env->cache[FOUND_L4] = l4;
	env->cache[FOUND_NEXT] = next;
}

void net_enter_protocol(struct emit_env *env, int protocol)
{
	if (env->cache[FOUND_NEXT] < 0)
		net_find_payload(env);
	ir_br(env->f, IR_NE, env->cache[FOUND_NEXT], IRV_IMM(protocol), env->fail);
}

int net_is_v6(struct emit_env *env)
{
	return ir_set(env->f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(NET_V6_LE));
}

int net_l4_byte(struct emit_env *env, int offset, unsigned size)
{
	return net_load(env, net_cast(env, env->cache[FOUND_L4], "tcphdr"), offset, size);
}

int net_payload_bytes(struct emit_env *env)
{
	int before = ir_alu(env->f, IR_SUB, env->cache[FOUND_L4], IRV_REG(skb_field(env, "data")));
	return ir_alu(env->f, IR_SUB, skb_field(env, "len"), IRV_REG(before));
}

int net_ip_bytes(struct emit_env *env)
{
	int before = ir_alu(env->f, IR_SUB, env->cache[FOUND_IP], IRV_REG(skb_field(env, "data")));
	return ir_alu(env->f, IR_SUB, skb_field(env, "len"), IRV_REG(before));
}

void net_enter_multicast(struct emit_env *env)
{
	enum { V4_TO = 16, V6_TO = 24, V4_GROUPS = 224, V4_GROUPS_END = 240, V6_GROUPS = 255 };
	struct ir_func *f = env->f;
	int v6 = ir_label(f), is = ir_label(f), ip = env->cache[FOUND_IP];
	ir_br(f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(NET_V6_LE), v6);
	int first = net_load(env, net_cast(env, ip, "iphdr"), V4_TO, 1);
	ir_br(f, IR_ULT, first, IRV_IMM(V4_GROUPS), env->fail);
	ir_br(f, IR_ULT, first, IRV_IMM(V4_GROUPS_END), is);
	ir_jmp(f, env->fail);
	ir_place(f, v6);
	first = net_load(env, net_cast(env, ip, "ipv6hdr"), V6_TO, 1);
	ir_br(f, IR_NE, first, IRV_IMM(V6_GROUPS), env->fail);
	ir_place(f, is);
}

int net_part(struct emit_env *env)
{
	enum { V4_FRAGMENT_AT = 6, V4_MORE_BE = 0x0020, V4_OFFSET_BE = 0xff1f };
	enum { V6_NEXT_AT = 6, V6_FRAGMENT_AT = 2, V6_MORE_BE = 0x0100, V6_OFFSET_BE = 0xf8ff };
	struct ir_func *f = env->f;
	int part = ir_imm(f, NET_WHOLE), word = ir_reg(f), more = ir_reg(f), offset = ir_reg(f);
	int v6 = ir_label(f), known = ir_label(f), first = ir_label(f), done = ir_label(f);
	int ip = env->cache[FOUND_IP];
	ir_br(f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(NET_V6_LE), v6);
	ir_mov(f, word, IRV_REG(net_load(env, net_cast(env, ip, "iphdr"), V4_FRAGMENT_AT, 2)));
	ir_mov(f, more, IRV_REG(ir_alu(f, IR_AND, word, IRV_IMM(V4_MORE_BE))));
	ir_mov(f, offset, IRV_REG(ir_alu(f, IR_AND, word, IRV_IMM(V4_OFFSET_BE))));
	ir_jmp(f, known);
	ir_place(f, v6);
	int next = net_load(env, net_cast(env, ip, "ipv6hdr"), V6_NEXT_AT, 1);
	ir_br(f, IR_NE, next, IRV_IMM(V6_FRAGMENT), done);
	int header = net_cast(env, ir_alu(f, IR_ADD, ip, IRV_IMM(V6_BYTES)), "frag_hdr");
	ir_mov(f, word, IRV_REG(net_load(env, header, V6_FRAGMENT_AT, 2)));
	ir_mov(f, more, IRV_REG(ir_alu(f, IR_AND, word, IRV_IMM(V6_MORE_BE))));
	ir_mov(f, offset, IRV_REG(ir_alu(f, IR_AND, word, IRV_IMM(V6_OFFSET_BE))));
	ir_place(f, known);
	ir_br(f, IR_EQ, offset, IRV_IMM(0), first);
	ir_mov(f, part, IRV_IMM(NET_LATER_PART));
	ir_br(f, IR_NE, more, IRV_IMM(0), done);
	ir_mov(f, part, IRV_IMM(NET_LAST_PART));
	ir_jmp(f, done);
	ir_place(f, first);
	ir_br(f, IR_EQ, more, IRV_IMM(0), done);
	ir_mov(f, part, IRV_IMM(NET_FIRST_PART));
	ir_place(f, done);
	return part;
}

int net_segments(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int some = ir_label(f);
	int head = skb_field(env, "head"), end = skb_field(env, "end");
	int info = net_cast(env, ir_alu(f, IR_ADD, head, IRV_REG(end)), "skb_shared_info");
	int n = ir_copy(f, net_field(env, info, "skb_shared_info", "gso_segs"));
	ir_br(f, IR_NE, n, IRV_IMM(0), some);
	ir_mov(f, n, IRV_IMM(1));
	ir_place(f, some);
	return n;
}

/* ---- arguments ---- */

int net_arg_iphdr(struct emit_env *env)
{
	return net_cast(env, env->cache[FOUND_IP], "iphdr");
}

/* The header as a pointer to a struct when the packet is of that family, else NULL. */
static int header_if(struct emit_env *env, int family, const char *strct)
{
	struct ir_func *f = env->f;
	int p = ir_copy(f, env->cache[FOUND_IP]), is = ir_label(f);
	ir_br(f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(family), is);
	ir_mov(f, p, IRV_IMM(0));
	ir_place(f, is);
	return net_cast(env, p, strct);
}

int net_arg_ipv4(struct emit_env *env)
{
	return header_if(env, NET_V4_LE, "iphdr");
}

int net_arg_ipv6(struct emit_env *env)
{
	return header_if(env, NET_V6_LE, "ipv6hdr");
}

int net_arg_tcphdr(struct emit_env *env)
{
	return net_cast(env, env->cache[FOUND_L4], "tcphdr");
}

int net_arg_udphdr(struct emit_env *env)
{
	return net_cast(env, env->cache[FOUND_L4], "udphdr");
}

/* The packet's socket as a number: 0 for none, and for the kernel's own raw one that answers for no connection. */
static int connection(struct emit_env *env)
{
	enum { STREAM = 1 };
	struct ir_func *f = env->f;
	int sock = skb_field(env, "sk"), done = ir_label(f);
	int r = ir_imm(f, 0), is = ir_label(f);
	ir_br(f, IR_EQ, sock, IRV_IMM(0), done);
	int state = stable_field(env, sock, "sock", "__sk_common.skc_state", false);
	ir_br(f, IR_EQ, state, IRV_IMM(NET_TIME_WAIT), is);
	ir_br(f, IR_EQ, state, IRV_IMM(NET_NEW_SYN_RECV), is);
	ir_br(f, IR_NE, stable_field(env, sock, "sock", "sk_type", false), IRV_IMM(STREAM), done);
	ir_place(f, is);
	ir_mov(f, r, IRV_REG(sock));
	ir_place(f, done);
	return r;
}

/* The packet's socket: on the way without one it is 0, so that the verifier lets addresses be made from it. */
static int any_sock(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), sock = skb_field(env, "sk"), done = ir_label(f);
	ir_br(f, IR_EQ, sock, IRV_IMM(0), done);
	ir_mov(f, r, IRV_REG(sock));
	ir_place(f, done);
	return r;
}

int net_arg_sock(struct emit_env *env)
{
	return net_cast(env, any_sock(env), "sock");
}

int net_arg_tcp_sock(struct emit_env *env)
{
	return net_cast(env, connection(env), "tcp_sock");
}

int net_arg_tcp_state(struct emit_env *env)
{
	int sock = net_cast(env, connection(env), "sock");
	return net_field(env, sock, "sock", "__sk_common.skc_state");
}

int net_tcp_data_bytes(struct emit_env *env)
{
	int words = ir_alu(env->f, IR_SHR, net_l4_byte(env, 12, 1), IRV_IMM(4));
	int header = ir_alu(env->f, IR_SHL, words, IRV_IMM(2));
	return ir_alu(env->f, IR_SUB, net_payload_bytes(env), IRV_REG(header));
}

/* As the kernel tells for OutSegs: it has something to be acknowledged (data, SYN, FIN), all of which the connection has counted as sent already. What is
 * sent for the first time is counted after the event. */
int net_arg_repeated(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int flags = net_l4_byte(env, 13, 1), sock = net_arg_tcp_sock(env);
	int takes = ir_alu(f, IR_AND, flags, IRV_IMM(NET_FIN));
	int syn = ir_alu(f, IR_SHR, ir_alu(f, IR_AND, flags, IRV_IMM(NET_SYN)), IRV_IMM(1));
	ir_alu_to(f, takes, IR_ADD, takes, IRV_REG(syn));
	ir_alu_to(f, takes, IR_ADD, takes, IRV_REG(net_tcp_data_bytes(env)));
	int end =
	    ir_alu(f, IR_ADD, ir_unary(f, IR_BSWAP, net_l4_byte(env, 4, 4), 4), IRV_REG(takes));
	int next = net_field(env, sock, "tcp_sock", "snd_nxt");
	int ahead = ir_unary(f, IR_SEXT, ir_alu(f, IR_SUB, end, IRV_REG(next)), 4);
	int r = ir_alu(f, IR_AND, ir_set(f, IR_SLE, ahead, IRV_IMM(0)),
		       IRV_REG(ir_set(f, IR_SGT, takes, IRV_IMM(0))));
	/* Of a full connection, for the others have no such number. */
	int known = net_arg_tcp_state(env);
	ir_alu_to(f, r, IR_AND, r, IRV_REG(ir_set(f, IR_NE, known, IRV_IMM(0))));
	ir_alu_to(f, r, IR_AND, r, IRV_REG(ir_set(f, IR_NE, known, IRV_IMM(NET_TIME_WAIT))));
	ir_alu_to(f, r, IR_AND, r, IRV_REG(ir_set(f, IR_NE, known, IRV_IMM(NET_NEW_SYN_RECV))));
	return r;
}

int net_arg_udp_sock(struct emit_env *env)
{
	return net_cast(env, any_sock(env), "udp_sock");
}

int net_arg_device(struct emit_env *env)
{
	return skb_field(env, "dev");
}

/* ---- headers from a socket ---- */

static int sock_field(struct emit_env *env, int sock, const char *path)
{
	return stable_field(env, sock, "sock", path, false);
}

/* Four bytes of an address of the socket. */
static int address_word(struct emit_env *env, int sock, const char *path, int word)
{
	uint32_t at, size;
	if (!env->btf || !btf_member(env->btf, "sock", path, &at, &size, NULL))
		return ir_imm(env->f, 0);
	return ir_load(env->f, sock, (int32_t)(at / 8) + 4 * word, 4);
}

/* An IPv6 socket's connection is IPv4 when its peer's address is a mapped one. */
static void branch_v4(struct emit_env *env, int sock, int v4)
{
	enum { MAPPED_BE = (int)0xffff0000 };
	struct ir_func *f = env->f;
	int v6 = ir_label(f);
	int family = sock_field(env, sock, "__sk_common.skc_family");
	ir_br(f, IR_NE, family, IRV_IMM(NET_AF_INET6), v4);
	for (int i = 0; i < 2; i++)
		ir_br(f, IR_NE, address_word(env, sock, "__sk_common.skc_v6_daddr", i), IRV_IMM(0),
		      v6);
	int mark = ir_unary(f, IR_SEXT, address_word(env, sock, "__sk_common.skc_v6_daddr", 2), 4);
	ir_br(f, IR_EQ, mark, IRV_IMM(MAPPED_BE), v4);
	ir_place(f, v6);
}

static void make_v4(struct emit_env *env, int sock, bool incoming, int ip)
{
	struct ir_func *f = env->f;
	int here = sock_field(env, sock, "__sk_common.skc_rcv_saddr");
	int there = sock_field(env, sock, "__sk_common.skc_daddr");
	ir_store(f, ip, 0, 1, IRV_IMM(0x45));
	ir_store(f, ip, 3, 1, IRV_IMM(V4_BYTES + TCP_BYTES)); /* tot_len, network order */
	ir_store(f, ip, 9, 1, IRV_IMM(NET_TCP));
	ir_store(f, ip, 12, 4, IRV_REG(incoming ? there : here));
	ir_store(f, ip, 16, 4, IRV_REG(incoming ? here : there));
}

static void make_v6(struct emit_env *env, int sock, bool incoming, int ip)
{
	static const char here[] = "__sk_common.skc_v6_rcv_saddr",
			  there[] = "__sk_common.skc_v6_daddr";
	struct ir_func *f = env->f;
	ir_store(f, ip, 0, 1, IRV_IMM(0x60));
	ir_store(f, ip, 5, 1, IRV_IMM(TCP_BYTES)); /* payload_len */
	ir_store(f, ip, 6, 1, IRV_IMM(NET_TCP));
	for (int i = 0; i < 4; i++) {
		int from = address_word(env, sock, incoming ? there : here, i);
		int to = address_word(env, sock, incoming ? here : there, i);
		ir_store(f, ip, 8 + 4 * i, 4, IRV_REG(from));
		ir_store(f, ip, 24 + 4 * i, 4, IRV_REG(to));
	}
}

int net_made_iphdr(struct emit_env *env, int sock, bool incoming)
{
	struct ir_func *f = env->f;
	int ip = frame(env, FRAME_IP, V6_BYTES);
	int v4 = ir_label(f), done = ir_label(f);
	for (int at = 0; at < V6_BYTES; at += 8)
		ir_store(f, ip, at, 8, IRV_IMM(0));
	branch_v4(env, sock, v4);
	make_v6(env, sock, incoming, ip);
	ir_jmp(f, done);
	ir_place(f, v4);
	make_v4(env, sock, incoming, ip);
	ir_place(f, done);
	return ip;
}

static int swapped(struct emit_env *env, int reg, unsigned size)
{
	return ir_unary(env->f, IR_BSWAP, reg, size);
}

int net_made_tcphdr(struct emit_env *env, int sock, bool incoming, int flags)
{
	struct ir_func *f = env->f;
	int tcp = frame(env, FRAME_TCP, 24);
	int ts = net_cast(env, sock, "tcp_sock");
	int here = swapped(env, sock_field(env, sock, "__sk_common.skc_num"), 2);
	int there = sock_field(env, sock, "__sk_common.skc_dport");
	int next_in = net_field(env, ts, "tcp_sock", "rcv_nxt");
	int acked = net_field(env, ts, "tcp_sock", "snd_una");
	int next_out = net_field(env, ts, "tcp_sock", "snd_nxt");
	int window = net_field(env, ts, "tcp_sock", incoming ? "snd_wnd" : "rcv_wnd");
	for (int at = 0; at < 24; at += 8)
		ir_store(f, tcp, at, 8, IRV_IMM(0));
	ir_store(f, tcp, 0, 2, IRV_REG(incoming ? there : here));
	ir_store(f, tcp, 2, 2, IRV_REG(incoming ? here : there));
	ir_store(f, tcp, 4, 4, IRV_REG(swapped(env, incoming ? next_in : next_out, 4)));
	ir_store(f, tcp, 8, 4, IRV_REG(swapped(env, incoming ? acked : next_in, 4)));
	ir_store(f, tcp, 12, 1, IRV_IMM(TCP_BYTES / 4 << 4));
	ir_store(f, tcp, 13, 1, IRV_IMM(flags));
	ir_store(f, tcp, 14, 2, IRV_REG(swapped(env, window, 2)));
	return tcp;
}

/* ---- connections by their addresses ---- */

enum { KEY_NET = 0, KEY_HERE = 4, KEY_THERE = 6, KEY_LOCAL = 8, KEY_REMOTE = 24 };

static int empty_key(struct emit_env *env)
{
	int key = frame(env, FRAME_KEY, NET_CONNECTION_BYTES);
	for (int at = 0; at < NET_CONNECTION_BYTES; at += 8)
		ir_store(env->f, key, at, 8, IRV_IMM(0));
	return key;
}

int net_key_of_sock(struct emit_env *env, int sock)
{
	static const char local[] = "__sk_common.skc_v6_rcv_saddr",
			  remote[] = "__sk_common.skc_v6_daddr";
	struct ir_func *f = env->f;
	int key = empty_key(env), v4 = ir_label(f), done = ir_label(f);
	int net = sock_field(env, sock, "__sk_common.skc_net.net");
	int inet = net_cast(env, sock, "inet_sock");
	ir_store(f, key, KEY_NET, 4, IRV_REG(stable_field(env, net, "net", "ns.inum", false)));
	ir_store(f, key, KEY_HERE, 2, IRV_REG(net_field(env, inet, "inet_sock", "inet_sport")));
	ir_store(f, key, KEY_THERE, 2, IRV_REG(sock_field(env, sock, "__sk_common.skc_dport")));
	branch_v4(env, sock, v4);
	for (int i = 0; i < 4; i++) {
		ir_store(f, key, KEY_LOCAL + 4 * i, 4, IRV_REG(address_word(env, sock, local, i)));
		ir_store(f, key, KEY_REMOTE + 4 * i, 4,
			 IRV_REG(address_word(env, sock, remote, i)));
	}
	ir_jmp(f, done);
	ir_place(f, v4);
	ir_store(f, key, KEY_LOCAL, 4, IRV_REG(sock_field(env, sock, "__sk_common.skc_rcv_saddr")));
	ir_store(f, key, KEY_REMOTE, 4, IRV_REG(sock_field(env, sock, "__sk_common.skc_daddr")));
	ir_place(f, done);
	return env->frame[FRAME_KEY] - 1;
}

static int key_of_packet(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int key = empty_key(env), v6 = ir_label(f), done = ir_label(f);
	int net = stable_field(env, skb_field(env, "dev"), "net_device", "nd_net.net", false);
	int h4, h6;
	ir_store(f, key, KEY_NET, 4, IRV_REG(stable_field(env, net, "net", "ns.inum", false)));
	ir_store(f, key, KEY_HERE, 2, IRV_REG(net_l4_byte(env, 2, 2)));
	ir_store(f, key, KEY_THERE, 2, IRV_REG(net_l4_byte(env, 0, 2)));
	ir_br(f, IR_EQ, env->cache[FOUND_FAMILY], IRV_IMM(NET_V6_LE), v6);
	h4 = net_cast(env, env->cache[FOUND_IP], "iphdr");
	ir_store(f, key, KEY_REMOTE, 4, IRV_REG(net_load(env, h4, 12, 4)));
	ir_store(f, key, KEY_LOCAL, 4, IRV_REG(net_load(env, h4, 16, 4)));
	ir_jmp(f, done);
	ir_place(f, v6);
	h6 = net_cast(env, env->cache[FOUND_IP], "ipv6hdr");
	for (int i = 0; i < 4; i++) {
		ir_store(f, key, KEY_REMOTE + 4 * i, 4, IRV_REG(net_load(env, h6, 8 + 4 * i, 4)));
		ir_store(f, key, KEY_LOCAL + 4 * i, 4, IRV_REG(net_load(env, h6, 24 + 4 * i, 4)));
	}
	ir_place(f, done);
	return env->frame[FRAME_KEY] - 1;
}

int net_full_sock(struct emit_env *env)
{
	enum { STREAM = 1 };
	struct ir_func *f = env->f;
	int sock = skb_field(env, "sk");
	ir_br(f, IR_EQ, sock, IRV_IMM(0), env->fail);
	int state = stable_field(env, sock, "sock", "__sk_common.skc_state", false);
	ir_br(f, IR_EQ, state, IRV_IMM(NET_TIME_WAIT), env->fail);
	ir_br(f, IR_EQ, state, IRV_IMM(NET_NEW_SYN_RECV), env->fail);
	int type = stable_field(env, sock, "sock", "sk_type", false);
	ir_br(f, IR_NE, type, IRV_IMM(STREAM), env->fail);
	return sock;
}

int net_ip_address(struct emit_env *env)
{
	return env->cache[FOUND_IP];
}

void net_keep_socket(struct emit_env *env, int sock)
{
	env->cache[FOUND_SOCK] = sock >= 0 ? sock : ir_imm(env->f, 0);
}

int net_found_sock(struct emit_env *env)
{
	return net_cast(env, env->cache[FOUND_SOCK], "sock");
}

int net_found_udp(struct emit_env *env)
{
	return net_cast(env, env->cache[FOUND_SOCK], "udp_sock");
}

/* The number of the remembered socket. */
static int remembered(struct emit_env *env)
{
	struct ir_func *f = env->f;
	if (env->cache[FOUND_SOCK] >= 0)
		return env->cache[FOUND_SOCK];
	int sock = ir_imm(f, 0), done = ir_label(f);
	if (env->memory >= 0) {
		int value = stable_recall(env, key_of_packet(env));
		ir_br(f, IR_EQ, value, IRV_IMM(0), done);
		ir_mov(f, sock, IRV_REG(ir_load(f, value, 0, 8)));
	}
	ir_place(f, done);
	env->cache[FOUND_SOCK] = sock;
	return sock;
}

int net_remembered_sock(struct emit_env *env)
{
	return net_cast(env, remembered(env), "sock");
}

int net_remembered_tcp(struct emit_env *env)
{
	return net_cast(env, remembered(env), "tcp_sock");
}

int net_remembered_state(struct emit_env *env)
{
	return net_field(env, net_remembered_sock(env), "sock", "__sk_common.skc_state");
}

void net_note_sock(struct emit_env *env, int sock, bool if_new)
{
	struct ir_func *f = env->f;
	int key = net_key_of_sock(env, sock), note = ir_label(f);
	int to = frame(env, FRAME_WORD, 8), word = env->frame[FRAME_WORD] - 1;
	ir_store(f, to, 0, 8, IRV_REG(sock));
	if (if_new) {
		int have = stable_recall(env, key);
		ir_br(f, IR_EQ, have, IRV_IMM(0), note);
		ir_br(f, IR_EQ, ir_load(f, have, 0, 8), IRV_REG(ir_load(f, to, 0, 8)), env->fail);
		ir_place(f, note);
	}
	stable_remember(env, key, word);
}
