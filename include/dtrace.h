/*
 * dtrace.h - the classic DTrace library interface
 *
 * Functions, structures and constants that consumers of libdtrace use on illumos, with the same names,
 * layouts and behaviour; libdtrace(3) and doc/libdtrace.md describe them and say what differs. New
 * programs do better with glasshouse/dtrace.h, of the same library, over which this is a shell.
 *
 * A handle may be used by several threads, one call at a time: a second one waits. Different handles
 * do not know of each other.
 */
#ifndef _DTRACE_H
#define _DTRACE_H

#include <sys/dtrace.h>

#include <stdarg.h>
#include <stdio.h>

/* Symbols are told as libelf does, but the library does not need it. */
#if __has_include(<gelf.h>)
#include <gelf.h>
#else
#include <elf.h>
typedef Elf64_Sym GElf_Sym;
typedef Elf64_Addr GElf_Addr;
typedef Elf64_Xword GElf_Xword;
#endif

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define DTRACE_VERSION 3 /* what dtrace_open() is to be asked for */

struct ps_prochandle;
typedef struct dtrace_hdl dtrace_hdl_t;
typedef struct dtrace_prog dtrace_prog_t;
typedef struct dtrace_vector dtrace_vector_t;
typedef struct dtrace_aggdata dtrace_aggdata_t;
typedef struct ctf_file ctf_file_t; /* a container of types: opaque */
typedef long ctf_id_t;		    /* a type in it */

/* ---- handles ---- */

#define DTRACE_O_NODEV 0x01
#define DTRACE_O_NOSYS 0x02
#define DTRACE_O_LP64  0x04
#define DTRACE_O_ILP32 0x08 /* long and pointers of programs have 4 bytes */
#define DTRACE_O_MASK  0x0f

/* NULL and *errp, for dtrace_errmsg(NULL, *errp). */
dtrace_hdl_t *dtrace_open(int version, int flags, int *errp);
/* The functions of a vector that are there are asked instead of the system: dtv_lookup_by_addr,
 * dtv_status, dtv_sysconf. */
dtrace_hdl_t *dtrace_vopen(int version, int flags, int *errp, const dtrace_vector_t *vector,
			   void *arg);
void dtrace_close(dtrace_hdl_t *);

/* The last error of a handle and its text; 0 when there was none. */
int dtrace_errno(dtrace_hdl_t *);
const char *dtrace_errmsg(dtrace_hdl_t *, int error);
const char *dtrace_faultstr(dtrace_hdl_t *, int fault);	    /* "divide-by-zero" */
const char *dtrace_subrstr(dtrace_hdl_t *, int subroutine); /* "copyinstr", by the numbers of DIF */

/* value NULL sets a flag. -1 where the option or the value is none. */
int dtrace_setopt(dtrace_hdl_t *, const char *option, const char *value);
int dtrace_getopt(dtrace_hdl_t *, const char *option, dtrace_optval_t *value);
int dtrace_setopts(dtrace_hdl_t *); /* nothing is left to be done: 0 */
void dtrace_update(dtrace_hdl_t *); /* the same */
int dtrace_ctlfd(dtrace_hdl_t *);   /* there is no device: -1 */

int dtrace_go(dtrace_hdl_t *);
int dtrace_stop(dtrace_hdl_t *);
/* Until a round of dtrace_work() is due, exit() was called, a process that is watched ends, or a signal
 * comes. */
void dtrace_sleep(dtrace_hdl_t *);

/* ---- programs ---- */

typedef struct dtrace_proginfo {
	dtrace_attribute_t dpi_descattr; /* least attributes of its probe descriptions */
	dtrace_attribute_t dpi_stmtattr; /* .. of its statements */
	uint_t dpi_aggregates;
	uint_t dpi_recgens; /* clauses that record */
	uint_t dpi_matches; /* probes that it matched */
	uint_t dpi_speculations;
} dtrace_proginfo_t;

#define DTRACE_C_DIFV	0x0001 /* print the code */
#define DTRACE_C_EMPTY	0x0002 /* programs without clauses */
#define DTRACE_C_ZDEFS	0x0004 /* descriptions that match nothing */
#define DTRACE_C_EATTR	0x0008 /* accepted; option amin decides */
#define DTRACE_C_CPP	0x0010 /* run the preprocessor */
#define DTRACE_C_KNODEF 0x0020 /* unknown kernel symbols */
#define DTRACE_C_UNODEF 0x0040
#define DTRACE_C_PSPEC	0x0080 /* text that may be either is a probe description */
#define DTRACE_C_ETAGS	0x0100 /* error tags in messages */
#define DTRACE_C_ARGREF 0x0200 /* macro arguments that nothing uses */
#define DTRACE_C_DEFARG 0x0800 /* macro arguments that are not there are 0 and "" */
#define DTRACE_C_NOLIBS 0x1000
#define DTRACE_C_CTL	0x2000
#define DTRACE_C_MASK	0x3bff

dtrace_prog_t *dtrace_program_strcompile(dtrace_hdl_t *, const char *text, dtrace_probespec_t,
					 uint_t cflags, int argc, char *const argv[]);
dtrace_prog_t *dtrace_program_fcompile(dtrace_hdl_t *, FILE *, uint_t cflags, int argc,
				       char *const argv[]);
/* To be traced from dtrace_go() on. info may be NULL. */
int dtrace_program_exec(dtrace_hdl_t *, dtrace_prog_t *, dtrace_proginfo_t *info);
/* One without statements, for dtrace_stmt_add(). A program lives as long as its handle, or until it is
 * destroyed: it can then not be enabled, but what was enabled goes on. */
dtrace_prog_t *dtrace_program_create(dtrace_hdl_t *);
void dtrace_program_destroy(dtrace_hdl_t *, dtrace_prog_t *);
void dtrace_program_info(dtrace_hdl_t *, dtrace_prog_t *, dtrace_proginfo_t *info);

#define DTRACE_D_STRIP	0x01
#define DTRACE_D_PROBES 0x02
#define DTRACE_D_MASK	0x03
/* The object (-G) of the provider definitions in a program compiled by dtrace_program_fcompile(). */
int dtrace_program_link(dtrace_hdl_t *, dtrace_prog_t *, uint_t dflags, const char *file, int objc,
			char *const objv[]);
int dtrace_program_header(dtrace_hdl_t *, FILE *, const char *file); /* -h */
/* Programs have no such form here: NULL. */
void *dtrace_dof_create(dtrace_hdl_t *, dtrace_prog_t *, uint_t dflags);
void dtrace_dof_destroy(dtrace_hdl_t *, void *dof);
void *dtrace_getopt_dof(dtrace_hdl_t *);
void *dtrace_geterr_dof(dtrace_hdl_t *);

/* What stands in dted_action is NULL in the statements of a program that was compiled. */
typedef struct dtrace_stmtdesc { /* a clause; the pointers that are void are NULL */
	dtrace_ecbdesc_t *dtsd_ecbdesc;
	dtrace_actdesc_t *dtsd_action;
	dtrace_actdesc_t *dtsd_action_last;
	void *dtsd_aggdata;
	void *dtsd_fmtdata;
	void *dtsd_strdata;
	void (*dtsd_callback)(void);
	void *dtsd_data;
	dtrace_attribute_t dtsd_descattr;
	dtrace_attribute_t dtsd_stmtattr;
} dtrace_stmtdesc_t;
typedef int dtrace_stmt_f(dtrace_hdl_t *, dtrace_prog_t *, dtrace_stmtdesc_t *, void *);
/* Every probe description of every clause. What the function returns, when that is not 0, ends it. */
int dtrace_stmt_iter(dtrace_hdl_t *, dtrace_prog_t *, dtrace_stmt_f *, void *);

/* Statements made by hand. An action is appended to those of the clause; the caller sets its dtad_kind and
 * dtad_arg: DTRACEACT_STACK, USTACK, JSTACK (frames, as DTRACE_USTACK_ARG()), EXIT (status), STOP, RAISE
 * (signal), BREAKPOINT, PANIC, CHILL (ns); a clause without any shows that its probe fired. There is no
 * DIF, so predicates and expressions cannot be had this way: dtrace_stmt_add() refuses them, and
 * statements of compiled programs. Statements of one description make one clause. Once added, a statement
 * belongs to the program; the description stays the caller's, and there, until the program has gone. */
dtrace_stmtdesc_t *dtrace_stmt_create(dtrace_hdl_t *, dtrace_ecbdesc_t *);
dtrace_actdesc_t *dtrace_stmt_action(dtrace_hdl_t *, dtrace_stmtdesc_t *);
int dtrace_stmt_add(dtrace_hdl_t *, dtrace_prog_t *, dtrace_stmtdesc_t *);
void dtrace_stmt_destroy(dtrace_hdl_t *, dtrace_stmtdesc_t *);

/* ---- records ---- */

typedef enum { DTRACEFLOW_ENTRY, DTRACEFLOW_RETURN, DTRACEFLOW_NONE } dtrace_flowkind_t;

/* What the functions of dtrace_consume() return. */
#define DTRACE_CONSUME_ERROR (-1)
#define DTRACE_CONSUME_THIS  0 /* go on with it: print it */
#define DTRACE_CONSUME_NEXT  1 /* leave it out */
#define DTRACE_CONSUME_ABORT 2

typedef struct dtrace_probedata {
	dtrace_hdl_t *dtpda_handle;
	dtrace_eprobedesc_t *dtpda_edesc;
	dtrace_probedesc_t *dtpda_pdesc;
	processorid_t dtpda_cpu;
	caddr_t dtpda_data; /* the record; in the function for records, the datum */
	dtrace_flowkind_t dtpda_flow;
	const char *dtpda_prefix; /* with option flowindent: " -> " */
	int dtpda_indent;
	uint64_t dtpda_timestamp; /* order of records over all CPUs */
} dtrace_probedata_t;

typedef int dtrace_consume_probe_f(const dtrace_probedata_t *, void *);
/* Called for each datum, then once with NULL. */
typedef int dtrace_consume_rec_f(const dtrace_probedata_t *, const dtrace_recdesc_t *, void *);

/* Text goes to the file, or to the function of dtrace_handle_buffered() where that is NULL. */
int dtrace_consume(dtrace_hdl_t *, FILE *, dtrace_consume_probe_f *, dtrace_consume_rec_f *,
		   void *);

/* Formats, made once and used for any record: what the actions of these names show or do with len bytes at
 * buf, which the nrecs descriptions from recs on tell apart, as in dtpda_data and dtepd_rec. A record is
 * read as its conversion wants it. To the file, or to the buffered handler where that is NULL; data may be
 * NULL. They return how many records they have used, -1 and the handle's error. What is created lives as
 * long as the handle. dtrace_printf_format() gives the text back, as snprintf() does. */
void *dtrace_printf_create(dtrace_hdl_t *, const char *format);
void *dtrace_printa_create(dtrace_hdl_t *, const char *format);
size_t dtrace_printf_format(dtrace_hdl_t *, void *made, char *, size_t);
int dtrace_fprintf(dtrace_hdl_t *, FILE *, void *made, const dtrace_probedata_t *data,
		   const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len);
/* The record has the number of the aggregation's variable; made NULL is printa() without a format. */
int dtrace_fprinta(dtrace_hdl_t *, FILE *, void *made, const dtrace_probedata_t *data,
		   const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len);
/* These two need option destructive. */
int dtrace_system(dtrace_hdl_t *, FILE *, void *made, const dtrace_probedata_t *data,
		  const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len);
int dtrace_freopen(dtrace_hdl_t *, FILE *, void *made, const dtrace_probedata_t *data,
		   const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len);
/* print() of a value of a type. Returns its size in bytes, -1. */
int dtrace_print(dtrace_hdl_t *, FILE *, const char *type, caddr_t, size_t len);

#define DTRACE_STATUS_NONE    0 /* it is not yet time */
#define DTRACE_STATUS_OKAY    1
#define DTRACE_STATUS_EXITED  2 /* exit() was called */
#define DTRACE_STATUS_FILLED  3 /* a buffer of policy fill is full */
#define DTRACE_STATUS_STOPPED 4
int dtrace_status(dtrace_hdl_t *);

typedef enum {
	DTRACE_WORKSTATUS_ERROR = -1,
	DTRACE_WORKSTATUS_OKAY,
	DTRACE_WORKSTATUS_DONE
} dtrace_workstatus_t;
/* Status, snapshot and consume in one, where they are due. */
dtrace_workstatus_t dtrace_work(dtrace_hdl_t *, FILE *, dtrace_consume_probe_f *,
				dtrace_consume_rec_f *, void *);

/* ---- handlers ---- */

#define DTRACE_HANDLE_ABORT (-1)
#define DTRACE_HANDLE_OK    0

typedef struct dtrace_errdata {
	dtrace_hdl_t *dteda_handle;
	dtrace_eprobedesc_t *dteda_edesc;
	dtrace_probedesc_t *dteda_pdesc;
	processorid_t dteda_cpu;
	int dteda_action; /* its number in the clause */
	int dteda_offset;
	int dteda_fault;
	uint64_t dteda_addr;
	const char *dteda_msg; /* ends in a newline */
} dtrace_errdata_t;
typedef int dtrace_handle_err_f(const dtrace_errdata_t *, void *);
/* Without it a fault ends dtrace_work() with an error, and so does a drop without its handler. */
int dtrace_handle_err(dtrace_hdl_t *, dtrace_handle_err_f *, void *);

typedef enum {
	DTRACEDROP_PRINCIPAL,
	DTRACEDROP_AGGREGATION,
	DTRACEDROP_DYNAMIC,
	DTRACEDROP_DYNRINSE,
	DTRACEDROP_DYNDIRTY,
	DTRACEDROP_SPEC,
	DTRACEDROP_SPECBUSY,
	DTRACEDROP_SPECUNAVAIL,
	DTRACEDROP_STKSTROVERFLOW,
	DTRACEDROP_DBLERROR
} dtrace_dropkind_t;
typedef struct dtrace_dropdata {
	dtrace_hdl_t *dtdda_handle;
	processorid_t dtdda_cpu; /* DTRACE_CPUALL when it is not one CPU's */
	dtrace_dropkind_t dtdda_kind;
	uint64_t dtdda_drops;
	uint64_t dtdda_total;
	const char *dtdda_msg; /* ends in a newline */
} dtrace_dropdata_t;
typedef int dtrace_handle_drop_f(const dtrace_dropdata_t *, void *);
int dtrace_handle_drop(dtrace_hdl_t *, dtrace_handle_drop_f *, void *);

/* A process of dtrace_proc_create() or _grab() has ended (msg NULL), or there is something to say. */
typedef void dtrace_handle_proc_f(struct ps_prochandle *, const char *msg, void *);
int dtrace_handle_proc(dtrace_hdl_t *, dtrace_handle_proc_f *, void *);

#define DTRACE_BUFDATA_AGGKEY	 0x0001
#define DTRACE_BUFDATA_AGGVAL	 0x0002
#define DTRACE_BUFDATA_AGGFORMAT 0x0004
#define DTRACE_BUFDATA_AGGLAST	 0x0008
typedef struct dtrace_bufdata {
	dtrace_hdl_t *dtbda_handle;
	const char *dtbda_buffered;
	dtrace_probedata_t *dtbda_probe; /* NULL outside of a record */
	const dtrace_recdesc_t
	    *dtbda_recdesc; /* of an entry's piece: the key's or the value's; or NULL */
	const dtrace_aggdata_t *dtbda_aggdata; /* what printa() is showing */
	uint32_t dtbda_flags;
} dtrace_bufdata_t;
typedef int dtrace_handle_buffered_f(const dtrace_bufdata_t *, void *);
int dtrace_handle_buffered(dtrace_hdl_t *, dtrace_handle_buffered_f *, void *);

typedef struct dtrace_setoptdata {
	dtrace_hdl_t *dtsda_handle;
	const dtrace_probedata_t *dtsda_probe;
	const char *dtsda_option;
	dtrace_optval_t dtsda_oldval;
	dtrace_optval_t dtsda_newval;
} dtrace_setoptdata_t;
typedef int dtrace_handle_setopt_f(const dtrace_setoptdata_t *, void *);
int dtrace_handle_setopt(dtrace_hdl_t *, dtrace_handle_setopt_f *, void *);

/* ---- aggregations ---- */

#define DTRACE_A_PERCPU	      0x0001
#define DTRACE_A_KEEPDELTA    0x0002
#define DTRACE_A_ANONYMOUS    0x0004
#define DTRACE_A_TOTAL	      0x0008
#define DTRACE_A_MINMAXBIN    0x0010
#define DTRACE_A_HASNEGATIVES 0x0020
#define DTRACE_A_HASPOSITIVES 0x0040

/* What the function of a walk returns. */
#define DTRACE_AGGWALK_ERROR	   (-1)
#define DTRACE_AGGWALK_NEXT	   0
#define DTRACE_AGGWALK_ABORT	   1
#define DTRACE_AGGWALK_CLEAR	   2 /* its value is 0 from here on */
#define DTRACE_AGGWALK_NORMALIZE   3 /* dtada_normal, as set, holds for the whole aggregation */
#define DTRACE_AGGWALK_DENORMALIZE 4
#define DTRACE_AGGWALK_REMOVE	   5 /* it is not there until it is counted again */

struct dtrace_aggdata {
	dtrace_hdl_t *dtada_handle;
	dtrace_aggdesc_t *dtada_desc;
	dtrace_eprobedesc_t *dtada_edesc;
	dtrace_probedesc_t *dtada_pdesc;
	/* The aggregation's id, at 8 its variable's, at 16 the first key, then the others at their own
	 * alignment, then the value: count, sum, min, max 8 bytes; avg n, sum; stddev n, sum, sum of
	 * squares low, high; quantize 127 words; lquantize and llquantize a word of parameters and the
	 * buckets. Not divided by dtada_normal. */
	caddr_t dtada_data;
	uint64_t dtada_normal;
	size_t dtada_size;
	caddr_t dtada_delta; /* NULL */
	caddr_t
	    *dtada_percpu; /* option aggpercpu: [CPU] the value as that CPU has it; NULL without */
	caddr_t *dtada_percpu_delta; /* NULL */
	int64_t dtada_total;
	uint16_t dtada_minbin;
	uint16_t dtada_maxbin;
	uint32_t dtada_flags;
};
typedef int dtrace_aggregate_f(const dtrace_aggdata_t *, void *);
typedef int dtrace_aggregate_walk_f(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
typedef int dtrace_aggregate_walk_joined_f(const dtrace_aggdata_t **, const int, void *);

#define DTRACE_AGD_PRINTED 0x1 /* by a printa() */

/* What a walk hands to its function is there until the next walk or snapshot begins. */
int dtrace_aggregate_snap(dtrace_hdl_t *);
void dtrace_aggregate_clear(dtrace_hdl_t *);
/* What dtrace prints when it ends; walk, when not NULL, gives the order. */
int dtrace_aggregate_print(dtrace_hdl_t *, FILE *, dtrace_aggregate_walk_f *walk);
int dtrace_aggregate_walk(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_sorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
/* By variable, then key or value. */
int dtrace_aggregate_walk_keysorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_valsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_keyrevsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_valrevsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
/* By key or value, then variable. */
int dtrace_aggregate_walk_keyvarsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_valvarsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_keyvarrevsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
int dtrace_aggregate_walk_valvarrevsorted(dtrace_hdl_t *, dtrace_aggregate_f *, void *);
/* Several at once by their keys: the function gets 1 + n of them, [0] has the keys; a value that is not
 * there is zero. */
int dtrace_aggregate_walk_joined(dtrace_hdl_t *, dtrace_aggvarid_t *varids, int n,
				 dtrace_aggregate_walk_joined_f *, void *);

/* ---- processes ---- */

/* Each create and grab wants its release; a process that is grabbed twice is one. Consumers written for FreeBSD
 * give create a function for the child and its argument, NULL: they are not looked at. */
struct ps_prochandle *dtrace_proc_create(dtrace_hdl_t *, const char *file, char *const *argv, ...);
struct ps_prochandle *dtrace_proc_grab(dtrace_hdl_t *, pid_t, int flags);
void dtrace_proc_release(dtrace_hdl_t *, struct ps_prochandle *);
void dtrace_proc_continue(dtrace_hdl_t *, struct ps_prochandle *);

/* ---- objects, symbols, types ---- */

#define DTRACE_OBJ_EXEC	 ((const char *)0L)
#define DTRACE_OBJ_RTLD	 ((const char *)1L)
#define DTRACE_OBJ_CDEFS ((const char *)2L)
#define DTRACE_OBJ_DDEFS ((const char *)3L)
#define DTRACE_OBJ_EVERY ((const char *)-1L)
#define DTRACE_OBJ_KMODS ((const char *)-2L)
#define DTRACE_OBJ_UMODS ((const char *)-3L)

typedef struct dtrace_objinfo {
	const char *dto_name;
	const char *dto_file;
	int dto_id;
	uint_t dto_flags;
	GElf_Addr dto_text_va;
	GElf_Xword dto_text_size;
	GElf_Addr dto_data_va;
	GElf_Xword dto_data_size;
	GElf_Addr dto_bss_va;
	GElf_Xword dto_bss_size;
} dtrace_objinfo_t;
#define DTRACE_OBJ_F_KERNEL  0x1
#define DTRACE_OBJ_F_PRIMARY 0x2
typedef int dtrace_obj_f(dtrace_hdl_t *, const dtrace_objinfo_t *, void *);
/* The kernel and its modules. */
int dtrace_object_iter(dtrace_hdl_t *, dtrace_obj_f *, void *);
int dtrace_object_info(dtrace_hdl_t *, const char *object, dtrace_objinfo_t *);

typedef struct dtrace_syminfo {
	const char *dts_object;
	const char *dts_name;
	ulong_t dts_id;
} dtrace_syminfo_t;
int dtrace_lookup_by_name(dtrace_hdl_t *, const char *object, const char *name, GElf_Sym *,
			  dtrace_syminfo_t *);
int dtrace_lookup_by_addr(dtrace_hdl_t *, GElf_Addr addr, GElf_Sym *, dtrace_syminfo_t *);

typedef struct dtrace_typeinfo {
	const char *dtt_object;
	ctf_file_t *dtt_ctfp;
	ctf_id_t dtt_type;
	uint_t dtt_flags;
} dtrace_typeinfo_t;
#define DTT_FL_USER 0x1
int dtrace_lookup_by_type(dtrace_hdl_t *, const char *object, const char *name,
			  dtrace_typeinfo_t *);
int dtrace_symbol_type(dtrace_hdl_t *, const GElf_Sym *, const dtrace_syminfo_t *,
		       dtrace_typeinfo_t *); /* of a symbol of the kernel */
int dtrace_type_strcompile(dtrace_hdl_t *, const char *declaration, dtrace_typeinfo_t *);
int dtrace_type_fcompile(dtrace_hdl_t *, FILE *, dtrace_typeinfo_t *);
/* The spelling of a type; NULL when there is none such. */
char *ctf_type_name(ctf_file_t *, ctf_id_t, char *, size_t);
ssize_t ctf_type_size(ctf_file_t *, ctf_id_t); /* 0: not known */

/* ---- probes ---- */

typedef struct dtrace_probeinfo {
	dtrace_attribute_t dtp_attr; /* of the description */
	dtrace_attribute_t dtp_arga; /* of the arguments */
	const dtrace_typeinfo_t *dtp_argv;
	int dtp_argc;
} dtrace_probeinfo_t;
typedef int dtrace_probe_f(dtrace_hdl_t *, const dtrace_probedesc_t *, void *);
/* Every probe that matches the pattern (NULL: every one). -1 when none does. What the function
 * returns, when that is not 0, ends it. */
int dtrace_probe_iter(dtrace_hdl_t *, const dtrace_probedesc_t *pattern, dtrace_probe_f *, void *);
int dtrace_probe_info(dtrace_hdl_t *, const dtrace_probedesc_t *, dtrace_probeinfo_t *);

struct dtrace_vector {
	int (*dtv_ioctl)(void *, int, void *); /* never called */
	int (*dtv_lookup_by_addr)(void *, GElf_Addr, GElf_Sym *, dtrace_syminfo_t *);
	int (*dtv_status)(void *, processorid_t);
	long (*dtv_sysconf)(void *, int);
};

/* ---- texts ---- */

int dtrace_addr2str(dtrace_hdl_t *, uint64_t addr, char *, int bytes);
int dtrace_uaddr2str(dtrace_hdl_t *, pid_t, uint64_t addr, char *, int bytes);
int dtrace_xstr2desc(dtrace_hdl_t *, dtrace_probespec_t, const char *, int argc, char *const argv[],
		     dtrace_probedesc_t *);
int dtrace_str2desc(dtrace_hdl_t *, dtrace_probespec_t, const char *, dtrace_probedesc_t *);
int dtrace_id2desc(dtrace_hdl_t *, dtrace_id_t, dtrace_probedesc_t *);
#define DTRACE_DESC2STR_MAX 1024
char *dtrace_desc2str(const dtrace_probedesc_t *, char *, size_t);
#define DTRACE_ATTR2STR_MAX 64
char *dtrace_attr2str(dtrace_attribute_t, char *, size_t);
int dtrace_str2attr(const char *, dtrace_attribute_t *);
const char *dtrace_stability_name(dtrace_stability_t);
const char *dtrace_class_name(dtrace_class_t);

/* Modules of the kernel that providers want loaded, at most max names; returns how many there are: none. */
int dtrace_provider_modules(dtrace_hdl_t *, const char **names, int max);

extern const char *const _dtrace_version;
extern int _dtrace_debug; /* nothing looks at it */

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
