/*
 * dpath.c - d_path() and its like: the full name of a directory entry
 *
 * The kernel's own function is not offered to tracing programs, so a subprogram of ours walks the directory entries up to the root, crossing mounts,
 * and writes the name from its end backwards. It stops after MAX_DEPTH components, or when the text is full: what is nearest to the file is kept then.
 * What hangs in no directory (a pipe, a socket) is "<unknown>".
 *
 * A directory entry alone does not say through which mount it was reached: dentry_path() takes the first whole one of its file system.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/lower/rt_int.h"

#include <stddef.h>
#include <string.h>

enum { MAX_DEPTH = 96, NAME_BYTES = 256, POINTER_BYTES = 8, MAX_MOUNTS = 8 };
/* Two strings and a name. */
#define DST_BYTES(c) (2 * RT_SLACK((c)->L->strsize) + NAME_BYTES + 16)

struct walk {
	struct rt_gen g;
	struct lower *L;
	int out; /* label: a read failed */
	int obj; /* frame object: where pointers are read to */
};

static int32_t offset_of(struct walk *w, const char *strct, const char *field)
{
	uint32_t off = 0;
	kernel_offset(w->L, strct, field, &off);
	return (int32_t)off;
}

/* *(size bytes *)(addr + off), or out. */
static int fetch(struct walk *w, int addr, int32_t off, unsigned size)
{
	struct ir_func *f = w->g.f;
	int src = ir_alu(f, IR_ADD, addr, I(off));
	int r = ir_call(f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(R(ir_frame_addr(f, w->obj, 0)), I(size), R(src)));
	ir_br(f, IR_SLT, r, I(0), w->out);
	return ir_load(f, ir_frame_addr(f, w->obj, 0), 0, size);
}

/* Puts "/name" of a directory entry in front of the text that begins at *pos; leaves when it does not fit. */
static void prepend(struct walk *w, int area, int dentry, int pos, int full)
{
	struct ir_func *f = w->g.f;
	int len = fetch(w, dentry, offset_of(w, "dentry", "d_name.len"), 4);
	int name = fetch(w, dentry, offset_of(w, "dentry", "d_name.name"), POINTER_BYTES);
	ir_br(f, IR_UGE, len, I(NAME_BYTES), full);
	ir_br(f, IR_ULE, pos, R(len), full);
	int at = ir_alu(f, IR_SUB, ir_alu(f, IR_SUB, pos, R(len)), I(1));
	ir_br(f, IR_UGE, at, I(w->g.size), full);
	int dst = ir_alu(f, IR_ADD, area, R(at));
	ir_store(f, dst, 0, 1, I('/'));
	int r = ir_call(f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(R(ir_alu(f, IR_ADD, dst, I(1))), R(len), R(name)));
	ir_br(f, IR_SLT, r, I(0), full);
	ir_mov(f, pos, R(at));
}

static void put_text(struct ir_func *f, int dst, const char *text)
{
	for (size_t i = 0; i <= strlen(text); i++)
		ir_store(f, dst, (int32_t)i, 1, I(text[i]));
}

/* (dst, struct vfsmount *, struct dentry *): dst has two strings and a name of room, and gets the result at its start. Without a mount it
 * is the name within the file system. 0, or -1 when memory cannot be read. */
static const struct ir_func *d_path_function(struct lw *c)
{
	if (c->d_path_func)
		return c->d_path_func;
	struct ir_func *f = ir_func_new(c->u, "d_path", 3);
	c->d_path_func = f;
	struct walk w = {.g = {.f = f, .size = c->L->strsize, .x = -1},
			 .L = c->L,
			 .out = ir_label(f),
			 .obj = ir_frame(f, 8, 8)};
	int dst = f->params[0];
	/* So many rounds are too much to follow at each call, where each is followed. */
	const uint32_t pointee[] = {DST_BYTES(c), 0, 0};
	int none = c->L->o->target.may_goto ? -1 : rt_open_global(f, pointee);
	rt_unknowns(&w.g, dst);
	int32_t mnt_in_mount = offset_of(&w, "mount", "mnt");
	int area = ir_alu(f, IR_ADD, dst, I(RT_SLACK(w.g.size)));
	ir_store(f, area, (int32_t)w.g.size - 1, 1, I(0));
	int pos = rt_unknown(&w.g, I(w.g.size - 1)), rooted = rt_unknown(&w.g, I(0));
	int vfsmnt = rt_unknown(&w.g, R(f->params[1])), dentry = rt_unknown(&w.g, R(f->params[2]));
	struct rt_loop l;
	int inside = ir_label(f), done = ir_label(f), copy = ir_label(f), nowhere = ir_label(f);
	rt_loop_open(&w.g, &l, MAX_DEPTH);
	ir_br(f, IR_EQ, vfsmnt, I(0), inside);
	int top = fetch(&w, vfsmnt, offset_of(&w, "vfsmount", "mnt_root"), POINTER_BYTES);
	ir_br(f, IR_NE, top, R(dentry), inside);
	/* At the root of a mount: go on where it is mounted, unless it is the outermost. */
	int mount = ir_alu(f, IR_SUB, vfsmnt, I(mnt_in_mount));
	ir_mov(f, rooted, I(1));
	int parent = fetch(&w, mount, offset_of(&w, "mount", "mnt_parent"), POINTER_BYTES);
	ir_br(f, IR_EQ, parent, R(mount), done);
	ir_mov(f, dentry,
	       R(fetch(&w, mount, offset_of(&w, "mount", "mnt_mountpoint"), POINTER_BYTES)));
	ir_mov(f, vfsmnt, R(ir_alu(f, IR_ADD, parent, I(mnt_in_mount))));
	ir_jmp(f, l.top);
	ir_place(f, inside);
	int up = fetch(&w, dentry, offset_of(&w, "dentry", "d_parent"), POINTER_BYTES);
	ir_br(f, IR_EQ, up, R(dentry), done);
	prepend(&w, area, dentry, pos, done);
	ir_mov(f, dentry, R(up));
	rt_loop_close(&w.g, &l);
	ir_place(f, done);
	ir_br(f, IR_ULT, pos, I(w.g.size - 1), copy);
	ir_br(f, IR_EQ, rooted, I(0), nowhere);
	put_text(f, dst, "/");
	ir_ret(f, I(0));
	ir_place(f, copy);
	ir_call(f, H_PROBE_READ_KERNEL_STR,
		IR_CALL_ARGS(R(dst), I(w.g.size), R(ir_alu(f, IR_ADD, area, R(pos)))));
	ir_ret(f, I(0));
	ir_place(f, nowhere);
	put_text(f, dst, "<unknown>");
	ir_ret(f, I(0));
	ir_place(f, w.out);
	if (none >= 0)
		ir_place(f, none);
	ir_ret(f, I(-1));
	return f;
}

/* *(base + field of strct), 8 bytes at an address that may be bad. */
static int load_pointer(struct lw *c, int base, const char *strct, const char *field)
{
	uint32_t off = 0;
	kernel_offset(c->L, strct, field, &off);
	struct place p = {.kind = P_KERN, .reg = base, .off = (int32_t)off};
	return val_reg(c, lw_load(c, p, types_int(c->L->ts, 8, false)));
}

/* The vfsmount of the first mount of the whole file system that the entry belongs to; 0 when there is none. Newer kernels chain the mounts
 * by pointers, older ones by a list. */
static int first_mount(struct lw *c, int dentry)
{
	struct ir_func *f = c->f;
	uint32_t mounts, link, mnt, any;
	bool list = !kernel_offset(c->L, "mount", "mnt_next_for_sb", &any);
	const char *next = list ? "mnt_instance" : "mnt_next_for_sb";
	if (!kernel_offset(c->L, "super_block", "s_mounts", &mounts) ||
	    !kernel_offset(c->L, "mount", next, &link) ||
	    !kernel_offset(c->L, "mount", "mnt", &mnt))
		return ir_imm(f, 0);
	int sb = load_pointer(c, dentry, "dentry", "d_sb");
	int root = load_pointer(c, sb, "super_block", "s_root");
	int end = list ? ir_alu(f, IR_ADD, sb, I(mounts)) : ir_imm(f, 0);
	int at = ir_copy(f, load_pointer(c, sb, "super_block", "s_mounts"));
	int result = ir_imm(f, 0), done = ir_label(f);
	for (int i = 0; i < MAX_MOUNTS; i++) {
		int other = ir_label(f);
		ir_br(f, IR_EQ, at, R(end), done);
		int mount = list ? ir_alu(f, IR_SUB, at, I(link)) : at;
		int vfsmnt = ir_alu(f, IR_ADD, mount, I(mnt));
		ir_br(f, IR_NE, load_pointer(c, vfsmnt, "vfsmount", "mnt_root"), R(root), other);
		ir_mov(f, result, R(vfsmnt));
		ir_jmp(f, done);
		ir_place(f, other);
		ir_mov(f, at, R(load_pointer(c, mount, "mount", next)));
	}
	ir_place(f, done);
	return result;
}

struct val lw_d_path(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	struct val arg = lw_expr(c, n->kids[0]);
	uint32_t off;
	if (!kernel_offset(c->L, "mount", "mnt_mountpoint", &off) ||
	    !kernel_offset(c->L, "dentry", "d_name.len", &off)) {
		lw_fail(c, n->src, "D_FUNC_UNDEF",
			"%s( ) cannot be enabled: the kernel's types are not available (%s)",
			n->name, feature_remedy(FEAT_BTF));
		return val_lit(c, "", 0);
	}
	int addr = val_reg(c, arg), mnt = addr, dentry = addr;
	struct place dst = lw_temp_place(c, DST_BYTES(c));
	switch (n->ident->func->id) {
	case BF_DENTRY_PATH:
		mnt = first_mount(c, addr);
		break;
	case BF_MOUNT_PATH:
		dentry = load_pointer(c, addr, "vfsmount", "mnt_root");
		break;
	default:
		mnt = load_pointer(c, addr, "path", "mnt");
		dentry = load_pointer(c, addr, "path", "dentry");
		break;
	}
	ir_store(f, dst.reg, dst.off, 8, I(0));
	int r = ir_callfn(f, d_path_function(c),
			  IR_CALL_ARGS(R(lw_addr_of(c, dst)), R(mnt), R(dentry)));
	lw_fault_if(c, IR_SLT, r, I(0), FLT_BADADDR, R(addr));
	return val_str_mem(c, dst, c->L->strsize);
}
