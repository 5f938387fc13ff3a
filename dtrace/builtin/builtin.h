/*
 * builtin.h - the tables of the language: variables, functions (subroutines, actions, aggregating functions), options
 *
 * One row each: name, D prototype as text, stability, version it came with, flags. Sema checks against the rows, lower switches on
 * the ids, the manual and the completions are generated from them. Nothing else in the compiler spells a built-in name.
 */
#ifndef BUILTIN_BUILTIN_H
#define BUILTIN_BUILTIN_H

#include <stdbool.h>
#include <stdint.h>

enum builtin_var {
	BV_NONE,
	BV_ARG0,
	BV_ARG1,
	BV_ARG2,
	BV_ARG3,
	BV_ARG4,
	BV_ARG5,
	BV_ARG6,
	BV_ARG7,
	BV_ARG8,
	BV_ARG9,
	BV_ARGS,
	BV_CALLER,
	BV_CPU,
	BV_CURTHREAD,
	BV_EPID,
	BV_ERRNO,
	BV_EXECNAME,
	BV_EXECARGS,
	BV_GID,
	BV_ID,
	BV_IPL,
	BV_PID,
	BV_PPID,
	BV_PROBEFUNC,
	BV_PROBEMOD,
	BV_PROBENAME,
	BV_PROBEPROV,
	BV_STACKDEPTH,
	BV_TID,
	BV_TIMESTAMP,
	BV_UCALLER,
	BV_UID,
	BV_UREGS,
	BV_USTACKDEPTH,
	BV_VTIMESTAMP,
	BV_WALLTIMESTAMP,
	BV_ZONENAME,
	BV_ZONEID,
	BV_VMREGS,
	BV_CGROUPID,
	BV_PSET,
	BV_LGRP,
	BV_CHIP
};

enum builtin_func {
	BF_NONE,
	/* subroutines: have a value */
	BF_ALLOCA,
	BF_BASENAME,
	BF_BCOPY,
	BF_CLEANPATH,
	BF_COPYIN,
	BF_COPYINSTR,
	BF_COPYINTO,
	BF_COPYOUT,
	BF_COPYOUTSTR,
	BF_DIRNAME,
	BF_GETMAJOR,
	BF_GETMINOR,
	BF_HTONL,
	BF_HTONLL,
	BF_HTONS,
	BF_NTOHL,
	BF_NTOHLL,
	BF_NTOHS,
	BF_INDEX,
	BF_RINDEX,
	BF_INET_NTOA,
	BF_INET_NTOA6,
	BF_INET_NTOP,
	BF_JSON,
	BF_LLTOSTR,
	BF_LINK_NTOP,
	BF_MUTEX_OWNED,
	BF_MUTEX_OWNER,
	BF_MUTEX_TYPE_ADAPTIVE,
	BF_MUTEX_TYPE_SPIN,
	BF_PROGENYOF,
	BF_RAND,
	BF_RW_ISWRITER,
	BF_RW_READ_HELD,
	BF_RW_WRITE_HELD,
	BF_SPECULATION,
	BF_STRCHR,
	BF_STRJOIN,
	BF_STRLEN,
	BF_STRRCHR,
	BF_STRSTR,
	BF_STRTOK,
	BF_STRTOLL,
	BF_SUBSTR,
	BF_TOLOWER,
	BF_TOUPPER,
	BF_GETF,
	BF_D_PATH,
	BF_SOCK_PID,
	BF_SOCK_ZONEID,
	BF_SOCK_ZONENAME,
	BF_TASK_ZONEID,
	BF_TASK_ZONENAME,
	BF_DENTRY_PATH,
	BF_MOUNT_PATH,
	/* values that are also actions */
	BF_STACK,
	BF_USTACK,
	BF_JSTACK,
	BF_SYM,
	BF_MOD,
	BF_FUNC,
	BF_USYM,
	BF_UMOD,
	BF_UFUNC,
	BF_UADDR,
	/* actions */
	BF_TRACE,
	BF_PRINTF,
	BF_PRINTA,
	BF_PRINT,
	BF_TRACEMEM,
	BF_PCAP,
	BF_EXIT,
	BF_SYSTEM,
	BF_FREOPEN,
	BF_FTRUNCATE,
	BF_RAISE,
	BF_STOP,
	BF_CHILL,
	BF_BREAKPOINT,
	BF_PANIC,
	BF_SPECULATE,
	BF_COMMIT,
	BF_DISCARD,
	BF_CLEAR,
	BF_TRUNC,
	BF_NORMALIZE,
	BF_DENORMALIZE,
	BF_SETOPT,
	/* aggregating functions: only right of @x = */
	BF_COUNT,
	BF_SUM,
	BF_AVG,
	BF_MIN,
	BF_MAX,
	BF_STDDEV,
	BF_QUANTIZE,
	BF_LQUANTIZE,
	BF_LLQUANTIZE
};

enum {				/* flags */
       BUILTIN_DESTRUCTIVE = 1, /* needs -w */
       BUILTIN_ACTION = 2,	/* a statement */
       BUILTIN_VALUE = 4,	/* an expression */
       BUILTIN_AGGFUNC = 8,
       BUILTIN_RECORDS = 16,	 /* puts data into the principal buffer */
       BUILTIN_TENANT_SAFE = 32, /* a zone's own tenant may use it */
       BUILTIN_SLEEPABLE = 64,
       BUILTIN_ARRAY = 128, /* variable that is indexed: args, uregs */
};

struct builtin_var_row {
	enum builtin_var id;
	const char *name, *type; /* D type as text, e.g. "int", "struct task_struct *", "string" */
	uint32_t flags;
	const char *stability; /* "Stable/Stable/Common" */
	const char *version;   /* "1.0" */
	const char *doc;       /* one line */
};
struct builtin_func_row {
	enum builtin_func id;
	const char *name;
	const char *
	    proto; /* e.g. "string substr(const char *, int, [int])"; "@" = aggregation; "..." = checked by hand */
	uint32_t flags;
	const char *stability, *version, *doc;
};
const struct builtin_var_row *builtin_var_find(const char *name);
const struct builtin_func_row *builtin_func_find(const char *name);
const struct builtin_var_row *builtin_vars(unsigned *n);
const struct builtin_func_row *builtin_funcs(unsigned *n);

#endif
