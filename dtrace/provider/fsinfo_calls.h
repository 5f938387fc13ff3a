/*
 * fsinfo_calls.h - which system calls and functions of the kernel are operations of file systems
 *
 * One row for each call that makes an operation. Which of the call's arguments say on what it is done is written as A0 .. A5; RESULT is the descriptor
 * (or the number) that it returns. A call that makes two operations has two rows, at two sites: a program tells one operation of an event.
 */
#ifndef PROVIDER_FSINFO_CALLS_H
#define PROVIDER_FSINFO_CALLS_H

#include "dtrace/probe/probe.h"

enum fsinfo_op {
	FS_OPEN,
	FS_CLOSE,
	FS_READ,
	FS_WRITE,
	FS_IOCTL,
	FS_SETFL,
	FS_GETATTR,
	FS_SETATTR,
	FS_ACCESS,
	FS_CREATE,
	FS_REMOVE,
	FS_LINK,
	FS_RENAME,
	FS_MKDIR,
	FS_RMDIR,
	FS_READDIR,
	FS_SYMLINK,
	FS_READLINK,
	FS_FSYNC,
	FS_FID,
	FS_SEEK,
	FS_FRLOCK,
	FS_SPACE,
	FS_MAP,
	FS_SETSECATTR,
	FS_GETSECATTR,
	FS_WITH_SOURCE, /* those from here on have none */
};

enum fsinfo_site {
	FS_AT_ENTRY,	  /* sys_enter */
	FS_AT_RETURN,	  /* sys_exit, of calls that did it */
	FS_AT_RETURN_TOO, /* the same, by a second program */
	FS_NSITES,
	FS_AT_FUNCTION = FS_NSITES /* + number of the function */
};

enum fsinfo_where { NONE, A0, A1, A2, A3, A4, A5, RESULT };

/* Regs: the call's registers, value: what it returns. Goes on when it is the operation, else to `no`. */
typedef void fsinfo_when_fn(struct emit_env *env, int regs, int value, int no);

struct fsinfo_call {
	enum fsinfo_op op;
	int nr;
	enum fsinfo_where fd, path, dir; /* dir: what path is relative to; NONE: the current one */
	enum fsinfo_where arg;		 /* args[1] */
	enum fsinfo_site site;
	fsinfo_when_fn *when;
	bool always; /* where functions tell of the operation as well */
};
extern const struct fsinfo_call fsinfo_calls[];
extern const unsigned fsinfo_ncalls;

/* Functions of the kernel whose first parameter of type struct file * or struct path * is what they work on. */
struct fsinfo_function {
	enum fsinfo_op op;
	const char *name, *otherwise; /* the second where the kernel has not the first; or NULL */
	bool entry;		      /* tell of it when it is called, not when it has been done */
	bool counts;		      /* returns how many bytes */
	bool creates;		      /* only when the file is new */
	/* Not within the operation's calls that are told of always: compilers put it in line there. */
	bool not_called;
};
extern const struct fsinfo_function fsinfo_functions[];
extern const unsigned fsinfo_nfunctions;

/* Register with the file that the current process has open as fd, a plain address; leaves to `none`. */
int fsinfo_file(struct emit_env *env, int fd, int none);
/* Register with a word of memory of the kernel, leaves to `none` when it cannot be read. */
int fsinfo_word(struct emit_env *env, int base, unsigned offset, unsigned bytes, int none);
/* Goes on when the file, a plain address, was made by the opening of it. */
void fsinfo_is_new(struct emit_env *env, int file, int no);

#endif
