/*
 * libproc.h - what the handler of dtrace_handle_proc() may ask of the process it is told of
 *
 * The few functions of the classic library of this name that consumers of DTrace use there.
 */
#ifndef _LIBPROC_H
#define _LIBPROC_H

#include <stddef.h>
#include <sys/types.h>

#include <dtrace.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct ps_prochandle;

/* Pstate() */
#define PS_RUN	  1
#define PS_STOP	  2
#define PS_LOST	  3
#define PS_UNDEAD 4 /* it has ended */
#define PS_DEAD	  5
#define PS_IDLE	  6

typedef struct pstatus {
	pid_t pr_pid;
} pstatus_t;
typedef struct psinfo {
	pid_t pr_pid;
	int pr_wstat; /* how it ended, as wait(2) has it; 0 when that is not known */
} psinfo_t;

int Pstate(struct ps_prochandle *);
/* Both are valid until the next call for the same process. */
const pstatus_t *Pstatus(struct ps_prochandle *);
const psinfo_t *Ppsinfo(struct ps_prochandle *);

/* The same under the names that FreeBSD has. */
pid_t proc_getpid(struct ps_prochandle *);
int proc_state(struct ps_prochandle *);
int proc_getwstat(struct ps_prochandle *);

/* Flags of dtrace_proc_grab(): a process is watched, not stopped, whatever they say. */
#define PGRAB_RETAIN 0x01
#define PGRAB_FORCE  0x02
#define PGRAB_RDONLY 0x04
#define PGRAB_NOSTOP 0x08

typedef struct prsyminfo {
	const char *prs_object; /* "libc.so.6" */
	const char *prs_name;
	unsigned long prs_lmid; /* 0: there is one name space of loaded objects */
	unsigned prs_id;
	unsigned prs_table;
} prsyminfo_t;
/* The symbol of an address of the process, which may have ended: 0, or -1. Names are cut to bytes. */
int Plookup_by_addr(struct ps_prochandle *, unsigned long address, char *name, size_t bytes,
		    GElf_Sym *);
int Pxlookup_by_addr(struct ps_prochandle *, unsigned long address, char *name, size_t bytes,
		     GElf_Sym *, prsyminfo_t *);

#define SIG2STR_MAX 32
char *proc_signame(int signal, char *out, size_t bytes); /* "SIGTERM" */

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
