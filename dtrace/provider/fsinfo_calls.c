/*
 * fsinfo_calls.c - which system calls and functions of the kernel are operations of file systems; see fsinfo_calls.h
 *
 * Numbers are those of the processor's own table. Calls that are newer than the headers of the C library have theirs here.
 */
#include "dtrace/provider/fsinfo_calls.h"

#include "dtrace/ir/ir.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

#include <asm/unistd.h>

#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif

enum { HELPER_READ_KERNEL = 113, HELPER_TASK_BTF = 158 };

/* ---- files ---- */

int fsinfo_word(struct emit_env *env, int base, unsigned offset, unsigned bytes, int none)
{
	struct ir_func *f = env->f;
	if (!env->frame[0])
		env->frame[0] = ir_frame(f, 8, 8) + 1;
	int obj = env->frame[0] - 1;
	ir_store(f, ir_frame_addr(f, obj, 0), 0, 8, IRV_IMM(0));
	int from = ir_alu(f, IR_ADD, base, IRV_IMM(offset));
	int r =
	    ir_call(f, HELPER_READ_KERNEL,
		    IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, obj, 0)), IRV_IMM(bytes), IRV_REG(from)));
	ir_br(f, IR_SLT, r, IRV_IMM(0), none);
	return ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
}

int fsinfo_file(struct emit_env *env, int fd, int none)
{
	struct ir_func *f = env->f;
	int task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	int files = stable_field(env, task, "task_struct", "files", false);
	ir_br(f, IR_EQ, files, IRV_IMM(0), none);
	int table = stable_field(env, files, "files_struct", "fdt", false);
	int limit = stable_field(env, table, "fdtable", "max_fds", false);
	ir_br(f, IR_UGE, fd, IRV_REG(limit), none); /* negative ones are larger */
	int at = stable_field(env, table, "fdtable", "fd", false);
	at = ir_alu(f, IR_ADD, at, IRV_REG(ir_alu(f, IR_SHL, fd, IRV_IMM(3))));
	int file = fsinfo_word(env, at, 0, 8, none);
	ir_br(f, IR_EQ, file, IRV_IMM(0), none);
	return file;
}

void fsinfo_is_new(struct emit_env *env, int file, int no)
{
	enum { FMODE_CREATED = 1 << 20 };
	uint32_t bits, size;
	if (!env->btf || !btf_member(env->btf, "file", "f_mode", &bits, &size, NULL)) {
		ir_jmp(env->f, no);
		return;
	}
	int mode = fsinfo_word(env, file, bits / 8, size, no);
	int made = ir_alu(env->f, IR_AND, mode, IRV_IMM(FMODE_CREATED));
	ir_br(env->f, IR_EQ, made, IRV_IMM(0), no);
}

/* ---- conditions ---- */

static int arg(struct emit_env *env, int regs, unsigned n)
{
	return regs_load(env, regs, regs_layout.syscall_args[n]);
}

/* An int of the call: what stands above it in the register is anybody's. */
static int int_arg(struct emit_env *env, int regs, unsigned n)
{
	return ir_unary(env->f, IR_ZEXT, arg(env, regs, n), 4);
}

static void is_open(struct emit_env *env, int regs, int value, int no)
{
	(void)value;
	fsinfo_file(env, int_arg(env, regs, 0), no);
}

static void is_created(struct emit_env *env, int regs, int value, int no)
{
	(void)regs;
	fsinfo_is_new(env, fsinfo_file(env, value, no), no);
}

static void of_a_directory(struct emit_env *env, int regs, bool wanted, int no)
{
	enum { AT_REMOVEDIR = 0x200 };
	int flag = ir_alu(env->f, IR_AND, arg(env, regs, 2), IRV_IMM(AT_REMOVEDIR));
	ir_br(env->f, wanted ? IR_EQ : IR_NE, flag, IRV_IMM(0), no);
}

static void removes_file(struct emit_env *env, int regs, int value, int no)
{
	(void)value;
	of_a_directory(env, regs, false, no);
}

static void removes_dir(struct emit_env *env, int regs, int value, int no)
{
	(void)value;
	of_a_directory(env, regs, true, no);
}

static void sets_flags(struct emit_env *env, int regs, int value, int no)
{
	enum { F_SETFL = 4 };
	(void)value;
	ir_br(env->f, IR_NE, int_arg(env, regs, 1), IRV_IMM(F_SETFL), no);
}

/* F_GETLK, F_SETLK, F_SETLKW, and the same for open files. */
static void locks(struct emit_env *env, int regs, int value, int no)
{
	enum { F_GETLK = 5, F_OFD_GETLK = 36, KINDS = 3 };
	struct ir_func *f = env->f;
	int yes = ir_label(f), cmd = int_arg(env, regs, 1);
	(void)value;
	ir_br(f, IR_ULT, ir_alu(f, IR_SUB, cmd, IRV_IMM(F_GETLK)), IRV_IMM(KINDS), yes);
	ir_br(f, IR_UGE, ir_alu(f, IR_SUB, cmd, IRV_IMM(F_OFD_GETLK)), IRV_IMM(KINDS), no);
	ir_place(f, yes);
}

static void maps_file(struct emit_env *env, int regs, int value, int no)
{
	enum { MAP_ANONYMOUS = 0x20 };
	int flag = ir_alu(env->f, IR_AND, arg(env, regs, 3), IRV_IMM(MAP_ANONYMOUS));
	(void)value;
	ir_br(env->f, IR_NE, flag, IRV_IMM(0), no);
}

/* ---- calls ---- */

/* By descriptor, by name, by name relative to a directory. */
#define ON_FD(op, call, number)                                                                    \
	{                                                                                          \
		op, __NR_##call, A0, NONE, NONE, number, FS_AT_RETURN, NULL, false                 \
	}
/* Told of here even where functions tell of the operation as well. */
#define ON_FD_ALWAYS(op, call, number)                                                             \
	{                                                                                          \
		op, __NR_##call, A0, NONE, NONE, number, FS_AT_RETURN, NULL, true                  \
	}
#define ON_NAME(op, call, name, number)                                                            \
	{                                                                                          \
		op, __NR_##call, NONE, name, NONE, number, FS_AT_RETURN, NULL, false               \
	}
#define ON_NAME_AT(op, call, dir, name, number)                                                    \
	{                                                                                          \
		op, __NR_##call, NONE, name, dir, number, FS_AT_RETURN, NULL, false                \
	}
#define OPENS(call)                                                                                \
	{FS_OPEN, __NR_##call, RESULT, NONE, NONE, NONE, FS_AT_RETURN, NULL, false},               \
	{                                                                                          \
		FS_CREATE, __NR_##call, RESULT, NONE, NONE, NONE, FS_AT_RETURN_TOO, is_created,    \
		    false                                                                          \
	}
/* Data goes from one file to another without passing through the process. */
#define MOVES(call, from, to)                                                                      \
	{FS_READ, __NR_##call, from, NONE, NONE, RESULT, FS_AT_RETURN, NULL, true},                \
	{                                                                                          \
		FS_WRITE, __NR_##call, to, NONE, NONE, RESULT, FS_AT_RETURN_TOO, NULL, true        \
	}

const struct fsinfo_call fsinfo_calls[] = {
    OPENS(open),
    OPENS(openat),
    OPENS(openat2),
    OPENS(creat),
    {FS_OPEN, __NR_open_by_handle_at, RESULT, NONE, NONE, NONE, FS_AT_RETURN, NULL, false},
    {FS_CLOSE, __NR_close, A0, NONE, NONE, NONE, FS_AT_ENTRY, is_open, false},
    ON_FD(FS_READ, read, RESULT),
    ON_FD(FS_READ, pread64, RESULT),
    ON_FD(FS_READ, readv, RESULT),
    ON_FD(FS_READ, preadv, RESULT),
    ON_FD(FS_READ, preadv2, RESULT),
    ON_FD(FS_WRITE, write, RESULT),
    ON_FD(FS_WRITE, pwrite64, RESULT),
    ON_FD(FS_WRITE, writev, RESULT),
    ON_FD(FS_WRITE, pwritev, RESULT),
    ON_FD(FS_WRITE, pwritev2, RESULT),
    MOVES(sendfile, A1, A0),
    MOVES(splice, A0, A2),
    MOVES(copy_file_range, A0, A2),
    ON_FD(FS_IOCTL, ioctl, A1),
    {FS_SETFL, __NR_fcntl, A0, NONE, NONE, A2, FS_AT_RETURN, sets_flags, false},
    {FS_FRLOCK, __NR_fcntl, A0, NONE, NONE, A1, FS_AT_RETURN, locks, false},
    ON_FD(FS_FRLOCK, flock, A1),
    ON_FD(FS_GETATTR, fstat, NONE),
    ON_NAME(FS_GETATTR, stat, A0, NONE),
    ON_NAME(FS_GETATTR, lstat, A0, NONE),
    ON_NAME_AT(FS_GETATTR, newfstatat, A0, A1, NONE),
    ON_NAME_AT(FS_GETATTR, statx, A0, A1, NONE),
    ON_FD(FS_SETATTR, fchmod, NONE),
    ON_FD(FS_SETATTR, fchown, NONE),
    ON_FD(FS_SETATTR, ftruncate, NONE),
    ON_NAME(FS_SETATTR, chmod, A0, NONE),
    ON_NAME(FS_SETATTR, chown, A0, NONE),
    ON_NAME(FS_SETATTR, lchown, A0, NONE),
    ON_NAME(FS_SETATTR, truncate, A0, NONE),
    ON_NAME(FS_SETATTR, utime, A0, NONE),
    ON_NAME(FS_SETATTR, utimes, A0, NONE),
    ON_NAME_AT(FS_SETATTR, fchmodat, A0, A1, NONE),
    ON_NAME_AT(FS_SETATTR, fchmodat2, A0, A1, NONE),
    ON_NAME_AT(FS_SETATTR, fchownat, A0, A1, NONE),
    ON_NAME_AT(FS_SETATTR, futimesat, A0, A1, NONE),
    ON_NAME_AT(FS_SETATTR, utimensat, A0, A1, NONE),
    ON_NAME(FS_ACCESS, access, A0, A1),
    ON_NAME_AT(FS_ACCESS, faccessat, A0, A1, A2),
    ON_NAME_AT(FS_ACCESS, faccessat2, A0, A1, A2),
    {FS_CREATE, __NR_mknod, NONE, A0, NONE, NONE, FS_AT_RETURN, NULL, true},
    {FS_CREATE, __NR_mknodat, NONE, A1, A0, NONE, FS_AT_RETURN, NULL, true},
    ON_NAME(FS_REMOVE, unlink, A0, NONE),
    {FS_REMOVE, __NR_unlinkat, NONE, A1, A0, NONE, FS_AT_RETURN, removes_file, false},
    {FS_RMDIR, __NR_unlinkat, NONE, A1, A0, NONE, FS_AT_RETURN, removes_dir, false},
    ON_NAME(FS_RMDIR, rmdir, A0, NONE),
    ON_NAME(FS_LINK, link, A1, NONE),
    ON_NAME_AT(FS_LINK, linkat, A2, A3, NONE),
    ON_NAME(FS_RENAME, rename, A0, NONE),
    ON_NAME_AT(FS_RENAME, renameat, A0, A1, NONE),
    ON_NAME_AT(FS_RENAME, renameat2, A0, A1, NONE),
    ON_NAME(FS_MKDIR, mkdir, A0, NONE),
    ON_NAME_AT(FS_MKDIR, mkdirat, A0, A1, NONE),
    ON_FD(FS_READDIR, getdents, RESULT),
    ON_FD(FS_READDIR, getdents64, RESULT),
    ON_NAME(FS_SYMLINK, symlink, A1, NONE),
    ON_NAME_AT(FS_SYMLINK, symlinkat, A1, A2, NONE),
    ON_NAME(FS_READLINK, readlink, A0, RESULT),
    ON_NAME_AT(FS_READLINK, readlinkat, A0, A1, RESULT),
    ON_FD_ALWAYS(FS_FSYNC, fsync, NONE),
    ON_FD_ALWAYS(FS_FSYNC, fdatasync, NONE),
    ON_NAME_AT(FS_FID, name_to_handle_at, A0, A1, NONE),
    ON_FD(FS_SEEK, lseek, RESULT),
    ON_FD(FS_SPACE, fallocate, A1),
    {FS_MAP, __NR_mmap, A4, NONE, NONE, A1, FS_AT_RETURN, maps_file, false},
    ON_NAME(FS_SETSECATTR, setxattr, A0, NONE),
    ON_NAME(FS_SETSECATTR, lsetxattr, A0, NONE),
    ON_FD(FS_SETSECATTR, fsetxattr, NONE),
    ON_NAME(FS_SETSECATTR, removexattr, A0, NONE),
    ON_NAME(FS_SETSECATTR, lremovexattr, A0, NONE),
    ON_FD(FS_SETSECATTR, fremovexattr, NONE),
    ON_NAME(FS_GETSECATTR, getxattr, A0, RESULT),
    ON_NAME(FS_GETSECATTR, lgetxattr, A0, RESULT),
    ON_FD(FS_GETSECATTR, fgetxattr, RESULT),
    ON_NAME(FS_GETSECATTR, listxattr, A0, RESULT),
    ON_NAME(FS_GETSECATTR, llistxattr, A0, RESULT),
    ON_FD(FS_GETSECATTR, flistxattr, RESULT),
};
const unsigned fsinfo_ncalls = sizeof(fsinfo_calls) / sizeof(fsinfo_calls[0]);

/* What the kernel does on its own account passes through these too: it opens and reads what it executes, it closes what a process that ends has open. */
const struct fsinfo_function fsinfo_functions[] = {
    {.op = FS_OPEN, .name = "vfs_open"},
    {.op = FS_CREATE, .name = "vfs_open", .creates = true},
    {.op = FS_CLOSE, .name = "filp_flush", .otherwise = "filp_close", .entry = true},
    {.op = FS_READ, .name = "vfs_read", .counts = true},
    {.op = FS_READ, .name = "vfs_readv", .otherwise = "do_iter_read", .counts = true},
    {.op = FS_READ, .name = "__kernel_read", .counts = true},
    {.op = FS_WRITE, .name = "vfs_write", .counts = true},
    {.op = FS_WRITE, .name = "vfs_writev", .otherwise = "do_iter_write", .counts = true},
    {.op = FS_WRITE, .name = "__kernel_write_iter", .otherwise = "__kernel_write", .counts = true},
    {.op = FS_FSYNC, .name = "vfs_fsync_range", .not_called = true},
    {.op = FS_GETATTR, .name = "security_inode_getattr"},
};
const unsigned fsinfo_nfunctions = sizeof(fsinfo_functions) / sizeof(fsinfo_functions[0]);
