/*
 * socket.c - sock_pid(): whose a socket is
 *
 * In: the address of a struct sock, which may be any number. Out: a look into sockets_map (image.h), which the programs of provider/sockets.c and the
 * session fill: by the address, or else by the inode; -1 for what is not in it, and for the kernel's own. A request for a
 * connection is of whom its listener is of; a connection that waits for its last segments to die out has no socket any more.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/lower/rt_int.h"

#include <stddef.h>

enum { WORD = 8, NOBODY = -1 };
enum { TIME_WAIT = 6, NEW_SYN_RECV = 12 }; /* states whose structures are no whole struct sock */

struct offsets {
	uint32_t state, listener, socket;
	uint32_t inode; /* from the struct socket to the number of its inode */
};

static bool find_offsets(struct lower *L, struct offsets *o)
{
	uint32_t part;
	if (!kernel_offset(L, "sock", "__sk_common.skc_state", &o->state) ||
	    !kernel_offset(L, "sock", "sk_socket", &o->socket) ||
	    !kernel_offset(L, "socket_alloc", "socket", &part) ||
	    !kernel_offset(L, "socket_alloc", "vfs_inode.i_ino", &o->inode))
		return false;
	o->inode -= part;
	/* Which of two members of a union it is called by has changed. */
	return kernel_offset(L, "request_sock", "rsk_listener", &o->listener) ||
	       kernel_offset(L, "request_sock", "__req_common.skc_listener", &o->listener);
}

static void note_use(struct lower *L, struct node *n)
{
	if (n->kind == NODE_CALL && n->ident && n->ident->kind == IDENT_FUNC)
		L->uses_sockets |= n->ident->func->id == BF_SOCK_PID;
}

/* The table belongs to the provider that fills it. Its programs are attached first, and so run before those of the probes of the same tracepoint: an
 * entry may still be that of a socket which has ended. */
void socket_layout(struct lower *L)
{
	struct provider *p = NULL;
	lower_visit(L, note_use);
	for (size_t i = 0; L->uses_sockets && L->s->registry && !L->img->sockets_map &&
			   (p = registry_provider(L->s->registry, i));
	     i++)
		if (p->ops->sockets)
			lower_memory_map(L, p, p->ops->sockets);
}

static int look_up(struct lw *c, struct place key, enum image_socket_kind kind, int number)
{
	struct ir_func *f = c->f;
	for (int32_t at = 0; at < (int32_t)sizeof(struct image_socket_key); at += WORD)
		ir_store(f, key.reg, key.off + at, WORD, I(0));
	ir_store(f, key.reg, key.off + (int32_t)offsetof(struct image_socket_key, kind), 4,
		 I(kind));
	ir_store(f, key.reg, key.off + (int32_t)offsetof(struct image_socket_key, number), WORD,
		 R(number));
	return ir_call(f, H_MAP_LOOKUP,
		       IR_CALL_ARGS(R(ir_map(f, c->L->img->sockets_map)), R(lw_addr_of(c, key))));
}

/* Sets pid to that of an entry unless it is 0. */
static void take_pid(struct lw *c, int pid, int entry, int done)
{
	struct ir_func *f = c->f;
	int found = ir_load(f, entry, offsetof(struct image_socket, pid), 4);
	ir_br(f, IR_EQ, found, I(0), done);
	ir_mov(f, pid, R(found));
	ir_jmp(f, done);
}

static void find_pid(struct lw *c, const struct offsets *o, int sock, int pid, int done)
{
	struct ir_func *f = c->f;
	struct place word = lw_temp_place(c, WORD);
	struct place key = lw_temp_place(c, sizeof(struct image_socket_key));
	int whole = ir_label(f), noted = ir_label(f), none = ir_label(f), found = ir_label(f);
	ir_br(f, IR_EQ, sock, I(0), done);
	int state = lw_fetch(c, word, sock, o->state, 1, done);
	ir_br(f, IR_EQ, state, I(TIME_WAIT), done);
	ir_br(f, IR_NE, state, I(NEW_SYN_RECV), whole);
	ir_mov(f, sock, R(lw_fetch(c, word, sock, o->listener, WORD, done)));
	ir_br(f, IR_EQ, sock, I(0), done);
	ir_place(f, whole);
	int inode = ir_imm(f, 0);
	int socket = ir_copy(f, lw_fetch(c, word, sock, o->socket, WORD, done));
	ir_br(f, IR_EQ, socket, I(0), noted);
	ir_mov(f, inode, R(lw_fetch(c, word, socket, o->inode, WORD, done)));
	ir_place(f, noted);
	int entry = look_up(c, key, SOCKET_BY_ADDRESS, sock);
	ir_br(f, IR_EQ, entry, I(0), none);
	/* Without an inode there is nothing to tell that it is of another socket, which lay there before: then programs have
	 * overwritten it (provider/sockets.c). */
	ir_br(f, IR_EQ, socket, I(0), found);
	int of = ir_load(f, entry, offsetof(struct image_socket, inode), WORD);
	ir_br(f, IR_EQ, of, I(0), found);
	ir_br(f, IR_NE, of, R(inode), none);
	ir_place(f, found);
	take_pid(c, pid, entry, done);
	ir_place(f, none);
	ir_br(f, IR_EQ, inode, I(0), done);
	int before = look_up(c, key, SOCKET_BY_INODE, inode);
	ir_br(f, IR_EQ, before, I(0), done);
	take_pid(c, pid, before, done);
}

struct val lw_socket_pid(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	struct offsets o;
	if (!find_offsets(c->L, &o) || !c->L->img->sockets_map)
		return val_const(n->type, NOBODY);
	int sock = ir_copy(f, lw_int(c, n->kids[0])), pid = ir_reg(f), done = ir_label(f);
	lw_scratch(c);
	struct cache saved = lw_cond_enter(c);
	ir_mov(f, pid, I(NOBODY));
	find_pid(c, &o, sock, pid, done);
	ir_place(f, done);
	lw_cond_leave(c, saved);
	return val_of(n->type, pid);
}
