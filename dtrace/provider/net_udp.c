/*
 * net_udp.c - which socket a datagram that came in is for
 *
 * The kernel looks for it after the event, in the table of its network namespace by local address and port (net->ipv4.udp_table.hash2;
 * before Linux 6.2 one table, udp_table, is for all of them): first among the sockets
 * that are bound to the datagram's address, then among those bound to none. The same is done here; of several that match, one that is connected to the sender is taken, else the
 * first. The hash is the kernel's jhash over the address, begun with a number of the namespace's own, and the port.
 */
#include "dtrace/provider/net.h"
#include "dtrace/provider/stable.h"
#include "dtrace/sym/kallsyms.h"
#include "dtrace/types/btf.h"

#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

enum {
	SOCKETS_MAX = 64
}; /* of a slot that are looked at, where the kernel bounds no loops itself */
#define JHASH_INITVAL 0xdeadbeef

/* ---- jhash: registers of 32 bits ---- */

static void cut(struct ir_func *f, int r)
{
	ir_mov(f, r, IRV_REG(ir_unary(f, IR_ZEXT, r, 4)));
}

static int rotated(struct ir_func *f, int r, int by)
{
	int left = ir_unary(f, IR_ZEXT, ir_alu(f, IR_SHL, r, IRV_IMM(by)), 4);
	return ir_alu(f, IR_OR, left, IRV_REG(ir_alu(f, IR_SHR, r, IRV_IMM(32 - by))));
}

/* x ^= y; x -= rot(y, by) */
static void final_step(struct ir_func *f, int x, int y, int by)
{
	ir_alu_to(f, x, IR_XOR, x, IRV_REG(y));
	ir_alu_to(f, x, IR_SUB, x, IRV_REG(rotated(f, y, by)));
	cut(f, x);
}

static int jhash_final(struct ir_func *f, int a, int b, int c)
{
	final_step(f, c, b, 14);
	final_step(f, a, c, 11);
	final_step(f, b, a, 25);
	final_step(f, c, b, 16);
	final_step(f, a, c, 4);
	final_step(f, b, a, 14);
	final_step(f, c, b, 24);
	return c;
}

/* x -= z; x ^= rot(z, by); z += y */
static void mix_step(struct ir_func *f, int x, int y, int z, int by)
{
	ir_alu_to(f, x, IR_SUB, x, IRV_REG(z));
	cut(f, x);
	ir_alu_to(f, x, IR_XOR, x, IRV_REG(rotated(f, z, by)));
	ir_alu_to(f, z, IR_ADD, z, IRV_REG(y));
	cut(f, z);
}

static int begun(struct ir_func *f, int mix, int words, int add)
{
	int r = ir_alu(f, IR_ADD, mix, IRV_IMM(JHASH_INITVAL + 4LL * words));
	if (add >= 0)
		ir_alu_to(f, r, IR_ADD, r, IRV_REG(add));
	cut(f, r);
	return r;
}

static int jhash_1word(struct ir_func *f, int word, int mix)
{
	int a = begun(f, mix, 1, word), b = begun(f, mix, 1, -1), c = begun(f, mix, 1, -1);
	return jhash_final(f, a, b, c);
}

static int jhash_4words(struct ir_func *f, const int w[4], int mix)
{
	int a = begun(f, mix, 4, w[0]), b = begun(f, mix, 4, w[1]), c = begun(f, mix, 4, w[2]);
	mix_step(f, a, b, c, 4);
	mix_step(f, b, c, a, 6);
	mix_step(f, c, a, b, 8);
	mix_step(f, a, b, c, 16);
	mix_step(f, b, c, a, 19);
	mix_step(f, c, a, b, 4);
	ir_alu_to(f, a, IR_ADD, a, IRV_REG(w[3]));
	cut(f, a);
	return jhash_final(f, a, b, c);
}

/* ---- the table ---- */

struct datagram {		 /* registers */
	int net, table;		 /* struct net *, struct udp_table *: numbers */
	int mix;		 /* where hashes of the namespace begin */
	int local[4], remote[4]; /* words of the addresses; IPv4 has one */
	int port;		 /* the local one in host order */
	int there;		 /* the remote one as it is in the packet */
	int device;		 /* index of the device it came from */
	int words;		 /* of an address, no register */
};

#define LOCAL_V4  "__sk_common.skc_rcv_saddr"
#define REMOTE_V4 "__sk_common.skc_daddr"
#define LOCAL_V6  "__sk_common.skc_v6_rcv_saddr"
#define REMOTE_V6 "__sk_common.skc_v6_daddr"

static int sock_word(struct emit_env *env, int sock, const char *path, int word)
{
	struct stable_place at;
	uint32_t bit, size;
	if (stable_place(env, "sock", path, &at))
		return net_load(env, sock, at.offset, 4);
	if (!env->btf || !btf_member(env->btf, "sock", path, &bit, &size, NULL))
		return ir_imm(env->f, 0);
	return net_load(env, sock, (int)(bit / 8) + 4 * word, 4);
}

/* Goes on when the socket may have datagrams of this family, for this port, from this device. */
static void match_socket(struct emit_env *env, const struct datagram *d, int sock, int next)
{
	struct ir_func *f = env->f;
	int free = ir_label(f), own = ir_label(f);
	ir_br(f, IR_NE, net_field(env, sock, "sock", "__sk_common.skc_num"), IRV_REG(d->port),
	      next);
	int net = net_field(env, sock, "sock", "__sk_common.skc_net.net");
	ir_br(f, IR_NE, net, IRV_REG(d->net), next);
	int bound = net_field(env, sock, "sock", "__sk_common.skc_bound_dev_if");
	ir_br(f, IR_EQ, bound, IRV_IMM(0), free);
	ir_br(f, IR_NE, bound, IRV_REG(d->device), next);
	ir_place(f, free);
	int family = net_field(env, sock, "sock", "__sk_common.skc_family");
	ir_br(f, IR_EQ, family, IRV_IMM(d->words == 4 ? NET_AF_INET6 : NET_AF_INET), own);
	if (d->words == 4) {
		ir_jmp(f, next);
	} else {
		int only = net_field(env, sock, "sock", "__sk_common.skc_ipv6only");
		ir_br(f, IR_NE, only, IRV_IMM(0), next);
	}
	ir_place(f, own);
}

/* Jumps to next unless the sender is who it is connected to, to free when it is to nobody. */
static void match_remote(struct emit_env *env, const struct datagram *d, int sock, int free,
			 int next)
{
	struct ir_func *f = env->f;
	const char *path = d->words == 4 ? REMOTE_V6 : REMOTE_V4;
	int words[4], any = ir_imm(f, 0);
	for (int i = 0; i < d->words; i++) {
		words[i] = sock_word(env, sock, path, i);
		any = ir_alu(f, IR_OR, any, IRV_REG(words[i]));
	}
	ir_br(f, IR_EQ, any, IRV_IMM(0), free);
	for (int i = 0; i < d->words; i++)
		ir_br(f, IR_NE, words[i], IRV_REG(d->remote[i]), next);
	int port = net_field(env, sock, "sock", "__sk_common.skc_dport");
	ir_br(f, IR_NE, port, IRV_REG(d->there), next);
}

static unsigned slot_bytes(const struct emit_env *env)
{
	uint32_t id = btf_find(env->btf, "udp_hslot_main", BTF_KIND_STRUCT);
	if (!id)
		id = btf_find(env->btf, "udp_hslot", BTF_KIND_STRUCT);
	return id ? (unsigned)btf_size(env->btf, id) : 16;
}

/* The sockets of a slot that are bound to `local` (NULL: to no address); the best so far in found, at once to done with one that is connected. */
static void scan(struct emit_env *env, const struct datagram *d, int hash, const int *local,
		 int found, int done)
{
	struct ir_func *f = env->f;
	int top = ir_label(f), out = ir_label(f), next = ir_label(f), free = ir_label(f);
	struct stable_place node_at;
	if (!stable_place(env, "sock", "__sk_common.skc_portaddr_node.next", &node_at))
		return;
	int table = net_cast(env, d->table, "udp_table");
	int slot = ir_alu(f, IR_AND, hash, IRV_REG(net_field(env, table, "udp_table", "mask")));
	slot = ir_alu(f, IR_MUL, slot, IRV_IMM(slot_bytes(env)));
	slot = ir_alu(f, IR_ADD, slot, IRV_REG(net_field(env, table, "udp_table", "hash2")));
	int node = ir_copy(f, net_load(env, net_cast(env, slot, "hlist_head"), 0, 8));
	ir_place(f, top);
	ir_may_goto(f, out, SOCKETS_MAX);
	ir_br(f, IR_EQ, node, IRV_IMM(0), out);
	int at = ir_alu(f, IR_SUB, node, IRV_IMM(node_at.offset));
	int sock = net_cast(env, at, "sock");
	match_socket(env, d, sock, next);
	for (int i = 0; i < d->words; i++) {
		int word = sock_word(env, sock, d->words == 4 ? LOCAL_V6 : LOCAL_V4, i);
		ir_br(f, IR_NE, word, local ? IRV_REG(local[i]) : IRV_IMM(0), next);
	}
	match_remote(env, d, sock, free, next);
	ir_mov(f, found, IRV_REG(at));
	ir_jmp(f, done);
	ir_place(f, free);
	ir_br(f, IR_NE, found, IRV_IMM(0), next);
	ir_mov(f, found, IRV_REG(at));
	ir_place(f, next);
	ir_mov(f, node, IRV_REG(net_load(env, net_cast(env, node, "hlist_node"), 0, 8)));
	ir_jmp(f, top);
	ir_place(f, out);
}

static void scan_both(struct emit_env *env, const struct datagram *d, int found, int done)
{
	struct ir_func *f = env->f;
	int own =
	    d->words == 4 ? jhash_4words(f, d->local, d->mix) : jhash_1word(f, d->local[0], d->mix);
	scan(env, d, ir_alu(f, IR_XOR, own, IRV_REG(d->port)), d->local, found, done);
	ir_br(f, IR_NE, found, IRV_IMM(0), done);
	int any = jhash_1word(f, ir_imm(f, 0), d->mix);
	scan(env, d, ir_alu(f, IR_XOR, any, IRV_REG(d->port)), NULL, found, done);
}

/* Address of the table for all namespaces; 0: there is none, or it is not told. */
static uint64_t common_table(void)
{
	size_t n;
	char *text = kallsyms_read(NULL, &n), *at = text;
	struct kallsym s;
	uint64_t found = 0;

	while (!found && kallsyms_next(&at, &s))
		if (!strcmp(s.name, "udp_table"))
			found = s.addr;
	free(text);
	return found;
}

/* A number: 0 for no socket, -1 as a register where the kernel cannot be asked. */
static int find(struct emit_env *env)
{
	struct ir_func *f = env->f;
	struct stable_place table, mix;
	bool own = stable_place(env, "net", "ipv4.udp_table", &table);
	uint64_t common = own ? 0 : common_table();
	if ((!own && !common) || !stable_place(env, "net", "hash_mix", &mix))
		return -1;
	struct datagram d = {.words = 1};
	int dev = stable_field(env, stable_param(env, 0), "sk_buff", "dev", false);
	int v6 = ir_label(f), done = ir_label(f), ip = net_ip_address(env);
	d.net = stable_field(env, dev, "net_device", "nd_net.net", false);
	d.table = own ? net_field(env, d.net, "net", "ipv4.udp_table") : ir_imm(f, (int64_t)common);
	d.mix = net_field(env, d.net, "net", "hash_mix");
	d.device = stable_field(env, dev, "net_device", "ifindex", false);
	d.port = ir_unary(f, IR_BSWAP, net_l4_byte(env, 2, 2), 2);
	d.there = net_l4_byte(env, 0, 2);
	int found = ir_alu(f, IR_AND, d.mix, IRV_REG(ir_unary(f, IR_NOT, d.mix, 8)));
	ir_br(f, IR_NE, net_is_v6(env), IRV_IMM(0), v6);
	int h4 = net_cast(env, ip, "iphdr");
	d.remote[0] = net_load(env, h4, 12, 4);
	d.local[0] = net_load(env, h4, 16, 4);
	scan_both(env, &d, found, done);
	ir_jmp(f, done);
	ir_place(f, v6);
	int h6 = net_cast(env, ip, "ipv6hdr");
	d.words = 4;
	for (int i = 0; i < 4; i++) {
		d.remote[i] = net_load(env, h6, 8 + 4 * i, 4);
		d.local[i] = net_load(env, h6, 24 + 4 * i, 4);
	}
	scan_both(env, &d, found, done);
	ir_place(f, done);
	return found;
}

void net_enter_received(struct emit_env *env)
{
	int found = find(env);
	net_keep_socket(env, found);
	if (found >= 0)
		ir_br(env->f, IR_EQ, found, IRV_IMM(0), env->fail);
}
