/*
 * sockets.c - whose sockets are; see sockets.h
 *
 * The kernel notes it nowhere. A socket of IPv4 or IPv6 is of the process that made it, or that accepted it, whoever uses it afterwards:
 *
 *	sys_exit of socket, accept, accept4	the socket behind the descriptor returned is the caller's
 *	inet_sock_set_state(sk, old, new)	LISTEN -> SYN_RECV: a connection that nobody has accepted yet. It is of whom its listener is of
 *						-> LISTEN: for that, the listener is noted by where it listens
 *						any other: what is known by the inode only is noted by the address, for the socket outlives its
 *						descriptors. -> SYN_SENT of one that is not known (io_uring made it): the caller's
 *
 * Entries by address are never taken away but overwritten, as memory is used again; the inode tells whether an entry is still of this socket. What was
 * there before the programs is found by its inode, which the session has from /proc (api/sockets.c).
 */
#include "dtrace/provider/sockets.h"

#include "dtrace/bpf/image.h"
#include "dtrace/provider/net.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { HELPER_TASK_BTF = 158 };
enum { REGS, RESULT };	 /* parameters of sys_exit */
enum { SOCK, OLD, NEW }; /* of inet_sock_set_state */

/* What a program works on: registers, and frame objects to be made once. */
struct work {
	int sock, socket; /* struct sock *, struct socket *: numbers */
	int inode;	  /* its number */
	int key, value;	  /* struct image_socket_key, struct image_socket */
};

static struct work begin(struct emit_env *env)
{
	return (struct work){
	    .key = ir_frame(env->f, sizeof(struct image_socket_key), 8),
	    .value = ir_frame(env->f, sizeof(struct image_socket), 8),
	};
}

static int caller(struct emit_env *env)
{
	int task = ir_call(env->f, HELPER_TASK_BTF, 0, NULL);
	return stable_field(env, task, "task_struct", "tgid", false);
}

static int field(struct emit_env *env, int at, const char *strct, const char *path)
{
	return net_field(env, net_cast(env, at, strct), strct, path);
}

/* ---- keys and values ---- */

static void set_key(struct emit_env *env, const struct work *w, enum image_socket_kind kind,
		    int number)
{
	struct ir_func *f = env->f;
	int key = ir_frame_addr(f, w->key, 0);
	for (int32_t at = 0; at < (int32_t)sizeof(struct image_socket_key); at += 8)
		ir_store(f, key, at, 8, IRV_IMM(0));
	ir_store(f, key, offsetof(struct image_socket_key, kind), 4, IRV_IMM(kind));
	ir_store(f, key, offsetof(struct image_socket_key, number), 8, IRV_REG(number));
}

/* Where a socket listens: its network, family, port and address. */
static void set_listener_key(struct emit_env *env, const struct work *w)
{
	struct ir_func *f = env->f;
	struct stable_place v6;
	uint32_t bit, size;
	int done = ir_label(f), v4 = ir_label(f);
	int port = field(env, w->sock, "sock", "__sk_common.skc_num");
	int family = field(env, w->sock, "sock", "__sk_common.skc_family");
	int net = field(env, w->sock, "sock", "__sk_common.skc_net.net");
	int number = ir_alu(f, IR_OR, port, IRV_REG(ir_alu(f, IR_SHL, family, IRV_IMM(16))));
	set_key(env, w, SOCKET_LISTENER, number);
	int key = ir_frame_addr(f, w->key, 0), local = offsetof(struct image_socket_key, local);
	ir_store(f, key, offsetof(struct image_socket_key, net), 4,
		 IRV_REG(field(env, net, "net", "ns.inum")));
	ir_br(f, IR_NE, family, IRV_IMM(NET_AF_INET6), v4);
	if (btf_member(env->btf, "sock", "__sk_common.skc_v6_rcv_saddr", &bit, &size, NULL))
		for (int i = 0; i < 4; i++) {
			int sock = net_cast(env, w->sock, "sock");
			int word = net_load(env, sock, (int)(bit / 8) + 4 * i, 4);
			ir_store(f, key, local + 4 * i, 4, IRV_REG(word));
		}
	ir_jmp(f, done);
	ir_place(f, v4);
	if (stable_place(env, "sock", "__sk_common.skc_rcv_saddr", &v6))
		ir_store(f, key, local, 4,
			 IRV_REG(field(env, w->sock, "sock", "__sk_common.skc_rcv_saddr")));
	ir_place(f, done);
}

static void set_value(struct emit_env *env, const struct work *w, int inode, int pid)
{
	struct ir_func *f = env->f;
	int value = ir_frame_addr(f, w->value, 0);
	ir_store(f, value, offsetof(struct image_socket, inode), 8, IRV_REG(inode));
	ir_store(f, value, offsetof(struct image_socket, pid), 4, IRV_REG(pid));
	ir_store(f, value, offsetof(struct image_socket, pad), 4, IRV_IMM(0));
}

static void note(struct emit_env *env, const struct work *w, int inode, int pid)
{
	set_key(env, w, SOCKET_BY_ADDRESS, w->sock);
	set_value(env, w, inode, pid);
	stable_remember(env, w->key, w->value);
}

/* ---- sockets that a process gets ---- */

/* Leaves unless the call gives a socket to its caller. */
static void gives_socket(struct emit_env *env)
{
	static const int calls[] = {SYS_socket, SYS_accept, SYS_accept4};
	struct ir_func *f = env->f;
	int gives = ir_label(f), regs = regs_pointer(env, REGS);
	int nr = regs_load(env, regs, regs_layout.syscall_nr);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		ir_br(f, IR_EQ, nr, IRV_IMM(calls[i]), gives);
	ir_jmp(f, env->fail);
	ir_place(f, gives);
	regs_skip_compat(env, regs);
}

/* The struct file behind the descriptor that is returned. */
static int returned_file(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int fd = stable_param(env, RESULT);
	int task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	int files = stable_field(env, task, "task_struct", "files", false);
	ir_br(f, IR_EQ, files, IRV_IMM(0), env->fail);
	int table = field(env, files, "files_struct", "fdt");
	ir_br(f, IR_UGE, fd, IRV_REG(field(env, table, "fdtable", "max_fds")), env->fail);
	int slots = field(env, table, "fdtable", "fd");
	int slot = ir_alu(f, IR_ADD, slots, IRV_REG(ir_alu(f, IR_SHL, fd, IRV_IMM(3))));
	int file = stable_word(env, slot, env->fail);
	ir_br(f, IR_EQ, file, IRV_IMM(0), env->fail);
	return file;
}

static void note_given(struct emit_env *env)
{
	struct ir_func *f = env->f;
	struct work w = begin(env);
	int inet = ir_label(f);
	gives_socket(env);
	ir_br(f, IR_SLT, stable_param(env, RESULT), IRV_IMM(0), env->fail);
	int file = returned_file(env), inode = field(env, file, "file", "f_inode");
	int mode = ir_alu(f, IR_AND, field(env, inode, "inode", "i_mode"), IRV_IMM(S_IFMT));
	ir_br(f, IR_NE, mode, IRV_IMM(S_IFSOCK), env->fail);
	w.socket = field(env, file, "file", "private_data");
	w.sock = field(env, w.socket, "socket", "sk");
	ir_br(f, IR_EQ, w.sock, IRV_IMM(0), env->fail);
	int family = field(env, w.sock, "sock", "__sk_common.skc_family");
	ir_br(f, IR_EQ, family, IRV_IMM(NET_AF_INET), inet);
	ir_br(f, IR_NE, family, IRV_IMM(NET_AF_INET6), env->fail);
	ir_place(f, inet);
	note(env, &w, field(env, inode, "inode", "i_ino"), caller(env));
}

/* ---- sockets that change ---- */

/* Number of the inode that the socket is part of. */
static int inode_of(struct emit_env *env, int socket)
{
	uint32_t inode = 0, part = 0, size;
	if (!env->btf ||
	    !btf_member(env->btf, "socket_alloc", "vfs_inode.i_ino", &inode, &size, NULL) ||
	    !btf_member(env->btf, "socket_alloc", "socket", &part, &size, NULL)) {
		ir_jmp(env->f, env->fail);
		return ir_imm(env->f, 0);
	}
	int at = ir_alu(env->f, IR_ADD, socket, IRV_IMM((int64_t)inode / 8 - part / 8));
	return stable_word(env, at, env->fail);
}

static int found_pid(struct emit_env *env, int entry)
{
	return ir_load(env->f, entry, offsetof(struct image_socket, pid), 4);
}

/* A connection that its listener has not handed out: it still has the listener's port and address. */
static void note_child(struct emit_env *env, const struct work *w)
{
	struct ir_func *f = env->f;
	int unknown = ir_label(f);
	set_listener_key(env, w);
	int entry = stable_recall(env, w->key);
	ir_br(f, IR_EQ, entry, IRV_IMM(0), unknown);
	note(env, w, ir_imm(f, 0), found_pid(env, entry));
	ir_jmp(f, env->fail);
	ir_place(f, unknown);
	set_key(env, w, SOCKET_BY_ADDRESS, w->sock);
	stable_forget(env, w->key);
	ir_jmp(f, env->fail);
}

/* Of several listeners at one place, the kernel tells none which connection is to be its own. */
static void note_listener(struct emit_env *env, const struct work *w, int pid)
{
	struct ir_func *f = env->f;
	int alone = ir_label(f), owner = ir_copy(f, pid);
	int shared = field(env, w->sock, "sock", "__sk_common.skc_reuseport");
	set_listener_key(env, w);
	ir_br(f, IR_EQ, shared, IRV_IMM(0), alone);
	int other = stable_recall(env, w->key);
	ir_br(f, IR_EQ, other, IRV_IMM(0), alone);
	ir_br(f, IR_EQ, found_pid(env, other), IRV_REG(owner), alone);
	ir_mov(f, owner, IRV_IMM(0));
	ir_place(f, alone);
	set_value(env, w, ir_imm(f, 0), owner);
	stable_remember(env, w->key, w->value);
}

/* Whose the socket is: a register; notes it by its address where it was not. 0 when nobody knows. */
static int owner_of(struct emit_env *env, const struct work *w)
{
	struct ir_func *f = env->f;
	int pid = ir_imm(f, 0), known = ir_label(f), other = ir_label(f), tell = ir_label(f);
	set_key(env, w, SOCKET_BY_ADDRESS, w->sock);
	int entry = stable_recall(env, w->key);
	ir_br(f, IR_EQ, entry, IRV_IMM(0), other);
	int inode = ir_load(f, entry, offsetof(struct image_socket, inode), 8);
	ir_br(f, IR_NE, inode, IRV_REG(w->inode), other);
	ir_mov(f, pid, IRV_REG(found_pid(env, entry)));
	ir_jmp(f, known);
	ir_place(f, other);
	set_key(env, w, SOCKET_BY_INODE, w->inode);
	int before = stable_recall(env, w->key);
	int here = ir_label(f);
	ir_br(f, IR_EQ, before, IRV_IMM(0), here);
	ir_mov(f, pid, IRV_REG(found_pid(env, before)));
	ir_jmp(f, tell);
	ir_place(f, here);
	/* It is the caller who has it connect or listen. */
	int new_state = ir_unary(f, IR_ZEXT, stable_param(env, NEW), 4);
	int asks = ir_label(f);
	ir_br(f, IR_EQ, new_state, IRV_IMM(NET_SYN_SENT), asks);
	ir_br(f, IR_NE, new_state, IRV_IMM(NET_LISTEN), known);
	ir_place(f, asks);
	ir_mov(f, pid, IRV_REG(caller(env)));
	ir_place(f, tell);
	note(env, w, w->inode, pid);
	ir_place(f, known);
	return pid;
}

static void note_change(struct emit_env *env)
{
	struct ir_func *f = env->f;
	struct work w = begin(env);
	int handed = ir_label(f), owned = ir_label(f);
	int pid = ir_imm(f, 0);
	w.sock = ir_copy(f, stable_param(env, SOCK));
	int old_state = ir_unary(f, IR_ZEXT, stable_param(env, OLD), 4);
	int new_state = ir_unary(f, IR_ZEXT, stable_param(env, NEW), 4);
	ir_br(f, IR_NE, old_state, IRV_IMM(NET_LISTEN), handed);
	ir_br(f, IR_NE, new_state, IRV_IMM(NET_SYN_RECV), handed);
	note_child(env, &w);
	ir_place(f, handed);
	w.socket = field(env, w.sock, "sock", "sk_socket");
	ir_br(f, IR_EQ, w.socket, IRV_IMM(0), env->fail);
	/* The kernel's own have no file. */
	int file = field(env, w.socket, "socket", "file");
	w.inode = inode_of(env, w.socket);
	int user = ir_label(f);
	ir_br(f, IR_NE, file, IRV_IMM(0), user);
	note(env, &w, w.inode, pid);
	ir_jmp(f, owned);
	ir_place(f, user);
	ir_mov(f, pid, IRV_REG(owner_of(env, &w)));
	ir_place(f, owned);
	ir_br(f, IR_NE, new_state, IRV_IMM(NET_LISTEN), env->fail);
	note_listener(env, &w, pid);
}

static const struct probe_companion programs[] = {
    {"socket_given", "sys_exit", note_given},
    {"socket_changes", "inet_sock_set_state", note_change},
};
const struct probe_memory sockets_owners = {
    .name = "sockets",
    .key_bytes = sizeof(struct image_socket_key),
    .value_bytes = sizeof(struct image_socket),
    .entries = IMAGE_SOCKETS,
    .companions = programs,
    .ncompanions = sizeof(programs) / sizeof(programs[0]),
};
