/*
 * sys/dtrace.h - constants and descriptions of the classic DTrace interface
 *
 * What a consumer needs to read records and aggregations: how a probe, an enabled probe, an
 * aggregation and their records are described, the numbers of actions, faults, options and
 * attributes. Names, values and layouts are those that illumos publishes for its 64-bit programs, so
 * that a consumer written against its headers compiles and reads the same bytes; the words are ours.
 * What only the kernel of illumos has (the instruction set of DIF, the tables of DOF) is not here.
 */
#ifndef _SYS_DTRACE_H
#define _SYS_DTRACE_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Types that consumers take for granted and that are not part of Linux. */
typedef int processorid_t;
typedef int zoneid_t;
typedef unsigned char uchar_t;
typedef unsigned short ushort_t;
typedef unsigned int uint_t;
typedef unsigned long ulong_t;
#pragma GCC diagnostic push /* C89 and C++98 know no such type, their compilers do */
#pragma GCC diagnostic ignored "-Wlong-long"
__extension__ typedef long long longlong_t;
__extension__ typedef unsigned long long u_longlong_t;
__extension__ typedef long long hrtime_t;
#pragma GCC diagnostic pop
#ifndef __daddr_t_defined /* as glibc says that it has defined caddr_t */
typedef char *caddr_t;
#endif
#ifndef GLASSHOUSE_NO_BOOLEAN_T /* for programs that have one of their own */
typedef enum { B_FALSE, B_TRUE } boolean_t;
#endif
#ifndef NBBY
#define NBBY 8
#endif
#ifndef NANOSEC
#define NANOSEC 1000000000
#endif

#define DTRACE_CPUALL	 (-1)
#define DTRACE_IDNONE	 0
#define DTRACE_EPIDNONE	 0
#define DTRACE_AGGIDNONE 0
#define DTRACE_ARGNONE	 (-1)

#define DTRACE_PROVNAMELEN 64
#define DTRACE_MODNAMELEN  64
#define DTRACE_FUNCNAMELEN 128
#define DTRACE_NAMELEN	   64
#define DTRACE_FULLNAMELEN                                                                         \
	(DTRACE_PROVNAMELEN + DTRACE_MODNAMELEN + DTRACE_FUNCNAMELEN + DTRACE_NAMELEN + 4)
#define DTRACE_ARGTYPELEN 128

typedef uint32_t dtrace_id_t;
typedef uint32_t dtrace_epid_t;
typedef uint32_t dtrace_aggid_t;
typedef int64_t dtrace_aggvarid_t;
typedef uint16_t dtrace_actkind_t;
typedef int64_t dtrace_optval_t;
#define DTRACE_AGGVARIDNONE 0

typedef enum dtrace_probespec {
	DTRACE_PROBESPEC_NONE = -1, /* a whole script: descriptions alone are not enough */
	DTRACE_PROBESPEC_PROVIDER,
	DTRACE_PROBESPEC_MOD,
	DTRACE_PROBESPEC_FUNC,
	DTRACE_PROBESPEC_NAME
} dtrace_probespec_t;

/* ---- actions: the upper byte is the class ---- */

#define DTRACEACT_NONE		   0
#define DTRACEACT_DIFEXPR	   1 /* trace(), print(): a value */
#define DTRACEACT_EXIT		   2
#define DTRACEACT_PRINTF	   3
#define DTRACEACT_PRINTA	   4
#define DTRACEACT_LIBACT	   5 /* clear(), trunc(), normalize(), setopt(): done by the library */
#define DTRACEACT_TRACEMEM	   6
#define DTRACEACT_TRACEMEM_DYNSIZE 7

#define DTRACEACT_PROC	 0x0100
#define DTRACEACT_USTACK (DTRACEACT_PROC + 1)
#define DTRACEACT_JSTACK (DTRACEACT_PROC + 2)
#define DTRACEACT_USYM	 (DTRACEACT_PROC + 3)
#define DTRACEACT_UMOD	 (DTRACEACT_PROC + 4)
#define DTRACEACT_UADDR	 (DTRACEACT_PROC + 5)

#define DTRACEACT_PROC_DESTRUCTIVE 0x0200
#define DTRACEACT_STOP		   (DTRACEACT_PROC_DESTRUCTIVE + 1)
#define DTRACEACT_RAISE		   (DTRACEACT_PROC_DESTRUCTIVE + 2)
#define DTRACEACT_SYSTEM	   (DTRACEACT_PROC_DESTRUCTIVE + 3)
#define DTRACEACT_FREOPEN	   (DTRACEACT_PROC_DESTRUCTIVE + 4)

#define DTRACEACT_PROC_CONTROL 0x0300

#define DTRACEACT_KERNEL 0x0400
#define DTRACEACT_STACK	 (DTRACEACT_KERNEL + 1)
#define DTRACEACT_SYM	 (DTRACEACT_KERNEL + 2)
#define DTRACEACT_MOD	 (DTRACEACT_KERNEL + 3)

#define DTRACEACT_KERNEL_DESTRUCTIVE 0x0500
#define DTRACEACT_BREAKPOINT	     (DTRACEACT_KERNEL_DESTRUCTIVE + 1)
#define DTRACEACT_PANIC		     (DTRACEACT_KERNEL_DESTRUCTIVE + 2)
#define DTRACEACT_CHILL		     (DTRACEACT_KERNEL_DESTRUCTIVE + 3)

#define DTRACEACT_SPECULATIVE 0x0600
#define DTRACEACT_SPECULATE   (DTRACEACT_SPECULATIVE + 1)
#define DTRACEACT_COMMIT      (DTRACEACT_SPECULATIVE + 2)
#define DTRACEACT_DISCARD     (DTRACEACT_SPECULATIVE + 3)

#define DTRACEACT_AGGREGATION 0x0700
#define DTRACEAGG_COUNT	      (DTRACEACT_AGGREGATION + 1)
#define DTRACEAGG_MIN	      (DTRACEACT_AGGREGATION + 2)
#define DTRACEAGG_MAX	      (DTRACEACT_AGGREGATION + 3)
#define DTRACEAGG_AVG	      (DTRACEACT_AGGREGATION + 4)
#define DTRACEAGG_SUM	      (DTRACEACT_AGGREGATION + 5)
#define DTRACEAGG_STDDEV      (DTRACEACT_AGGREGATION + 6)
#define DTRACEAGG_QUANTIZE    (DTRACEACT_AGGREGATION + 7)
#define DTRACEAGG_LQUANTIZE   (DTRACEACT_AGGREGATION + 8)
#define DTRACEAGG_LLQUANTIZE  (DTRACEACT_AGGREGATION + 9)

#define DTRACEACT_CLASS(act) ((act)&0xff00)
#define DTRACEACT_ISAGG(act) (DTRACEACT_CLASS(act) == DTRACEACT_AGGREGATION)
#define DTRACEACT_ISDESTRUCTIVE(act)                                                               \
	(DTRACEACT_CLASS(act) == DTRACEACT_PROC_DESTRUCTIVE ||                                     \
	 DTRACEACT_CLASS(act) == DTRACEACT_KERNEL_DESTRUCTIVE)
#define DTRACEACT_ISSPECULATIVE(act) (DTRACEACT_CLASS(act) == DTRACEACT_SPECULATIVE)
#define DTRACEACT_ISPRINTFLIKE(act)                                                                \
	((act) == DTRACEACT_PRINTF || (act) == DTRACEACT_PRINTA || (act) == DTRACEACT_SYSTEM ||    \
	 (act) == DTRACEACT_FREOPEN)

/* ---- distributions ---- */

/* quantize(): 63 negative powers of two, zero, 63 positive ones; the value of a bucket is its bound
 * nearest to zero. */
#define DTRACE_QUANTIZE_NBUCKETS   ((sizeof(uint64_t) * NBBY - 1) * 2 + 1)
#define DTRACE_QUANTIZE_ZEROBUCKET (sizeof(uint64_t) * NBBY - 1)
#define DTRACE_QUANTIZE_BUCKETVAL(b)                                                               \
	((int64_t)((b) < DTRACE_QUANTIZE_ZEROBUCKET                                                \
		       ? -((int64_t)1 << (DTRACE_QUANTIZE_ZEROBUCKET - 1 - (b)))                   \
		   : (b) == DTRACE_QUANTIZE_ZEROBUCKET                                             \
		       ? (int64_t)0                                                                \
		       : (int64_t)1 << ((b)-DTRACE_QUANTIZE_ZEROBUCKET - 1)))

/* lquantize(): the data begins with a word of step, levels and base; a bucket below, the levels, a
 * bucket above follow. */
#define DTRACE_LQUANTIZE_STEPSHIFT  48
#define DTRACE_LQUANTIZE_STEPMASK   ((uint64_t)UINT16_MAX << 48)
#define DTRACE_LQUANTIZE_LEVELSHIFT 32
#define DTRACE_LQUANTIZE_LEVELMASK  ((uint64_t)UINT16_MAX << 32)
#define DTRACE_LQUANTIZE_BASESHIFT  0
#define DTRACE_LQUANTIZE_BASEMASK   UINT32_MAX
#define DTRACE_LQUANTIZE_STEP(x)    ((uint16_t)((uint64_t)(x) >> DTRACE_LQUANTIZE_STEPSHIFT))
#define DTRACE_LQUANTIZE_LEVELS(x)  ((uint16_t)((uint64_t)(x) >> DTRACE_LQUANTIZE_LEVELSHIFT))
#define DTRACE_LQUANTIZE_BASE(x)    ((int32_t)((uint64_t)(x)&DTRACE_LQUANTIZE_BASEMASK))

/* llquantize(): the same with factor, lowest and highest magnitude, and steps a magnitude. */
#define DTRACE_LLQUANTIZE_FACTORSHIFT 48
#define DTRACE_LLQUANTIZE_FACTORMASK  ((uint64_t)UINT16_MAX << 48)
#define DTRACE_LLQUANTIZE_LOWSHIFT    32
#define DTRACE_LLQUANTIZE_LOWMASK     ((uint64_t)UINT16_MAX << 32)
#define DTRACE_LLQUANTIZE_HIGHSHIFT   16
#define DTRACE_LLQUANTIZE_HIGHMASK    ((uint64_t)UINT16_MAX << 16)
#define DTRACE_LLQUANTIZE_NSTEPSHIFT  0
#define DTRACE_LLQUANTIZE_NSTEPMASK   UINT16_MAX
#define DTRACE_LLQUANTIZE_FACTOR(x)   ((uint16_t)((uint64_t)(x) >> DTRACE_LLQUANTIZE_FACTORSHIFT))
#define DTRACE_LLQUANTIZE_LOW(x)      ((uint16_t)((uint64_t)(x) >> DTRACE_LLQUANTIZE_LOWSHIFT))
#define DTRACE_LLQUANTIZE_HIGH(x)     ((uint16_t)((uint64_t)(x) >> DTRACE_LLQUANTIZE_HIGHSHIFT))
#define DTRACE_LLQUANTIZE_NSTEP(x)    ((uint16_t)((uint64_t)(x) >> DTRACE_LLQUANTIZE_NSTEPSHIFT))
/* the same three, as Solaris 11 and Oracle Linux spell them */
#define DTRACE_LLQUANTIZE_LMAG(x)  DTRACE_LLQUANTIZE_LOW(x)
#define DTRACE_LLQUANTIZE_HMAG(x)  DTRACE_LLQUANTIZE_HIGH(x)
#define DTRACE_LLQUANTIZE_STEPS(x) DTRACE_LLQUANTIZE_NSTEP(x)

/* dtrd_arg of ustack() and jstack() */
#define DTRACE_USTACK_NFRAMES(x)	 ((uint32_t)((uint64_t)(x)&UINT32_MAX))
#define DTRACE_USTACK_STRSIZE(x)	 ((uint32_t)((uint64_t)(x) >> 32))
#define DTRACE_USTACK_ARG(frames, bytes) (((uint64_t)(bytes) << 32) | ((frames)&UINT32_MAX))

/* ---- descriptions ---- */

typedef struct dtrace_probedesc {
	dtrace_id_t dtpd_id; /* of one probe; 0 in a pattern */
	char dtpd_provider[DTRACE_PROVNAMELEN];
	char dtpd_mod[DTRACE_MODNAMELEN];
	char dtpd_func[DTRACE_FUNCNAMELEN];
	char dtpd_name[DTRACE_NAMELEN];
} dtrace_probedesc_t;

typedef struct dtrace_recdesc { /* one datum of a record or of an aggregation's entry */
	dtrace_actkind_t dtrd_action;
	uint32_t dtrd_size;	 /* bytes */
	uint32_t dtrd_offset;	 /* from the start of the record */
	uint16_t dtrd_alignment; /* bytes */
	uint16_t dtrd_format;	 /* not 0: the action has a format */
	uint64_t dtrd_arg;
	uint64_t dtrd_uarg;
} dtrace_recdesc_t;

typedef struct dtrace_eprobedesc { /* an enabled probe: what its records consist of */
	dtrace_epid_t dtepd_epid;
	dtrace_id_t dtepd_probeid;
	uint64_t dtepd_uarg;
	uint32_t dtepd_size; /* of a record */
	int dtepd_nrecs;
	dtrace_recdesc_t dtepd_rec[1]; /* dtepd_nrecs of them */
} dtrace_eprobedesc_t;

typedef struct dtrace_aggdesc {	       /* an aggregation: variable id, keys, value */
	char *dtagd_name;	       /* without @; "_" for the one without a name */
	dtrace_aggvarid_t dtagd_varid; /* from 1, in the order of the program */
	int dtagd_flags;	       /* DTRACE_AGD_PRINTED */
	dtrace_aggid_t dtagd_id;
	dtrace_epid_t dtagd_epid;
	uint32_t dtagd_size; /* of an entry */
	int dtagd_nrecs;
	uint32_t dtagd_pad;
	dtrace_recdesc_t dtagd_rec[1]; /* [0] the variable id, the keys, the value last */
} dtrace_aggdesc_t;

#define DTRACE_SIZEOF_EPROBEDESC(d)                                                                \
	(sizeof(dtrace_eprobedesc_t) +                                                             \
	 ((d)->dtepd_nrecs ? ((d)->dtepd_nrecs - 1) * sizeof(dtrace_recdesc_t) : 0))
#define DTRACE_SIZEOF_AGGDESC(d)                                                                   \
	(sizeof(dtrace_aggdesc_t) +                                                                \
	 ((d)->dtagd_nrecs ? ((d)->dtagd_nrecs - 1) * sizeof(dtrace_recdesc_t) : 0))

/* Every record begins with this. */
typedef struct dtrace_rechdr {
	dtrace_epid_t dtrh_epid;
	uint32_t dtrh_timestamp_hi;
	uint32_t dtrh_timestamp_lo;
} dtrace_rechdr_t;
#define DTRACE_RECORD_LOAD_TIMESTAMP(h)                                                            \
	((h)->dtrh_timestamp_lo + ((uint64_t)(h)->dtrh_timestamp_hi << 32))

/* Clauses as dtrace_stmt_iter() tells them: the description of the probes, no code. */
typedef struct dtrace_difo dtrace_difo_t;
struct dtrace_predicate;
typedef struct dtrace_preddesc {
	dtrace_difo_t *dtpdd_difo;
	struct dtrace_predicate *dtpdd_predicate;
} dtrace_preddesc_t;
typedef struct dtrace_actdesc {
	dtrace_difo_t *dtad_difo;
	struct dtrace_actdesc *dtad_next;
	dtrace_actkind_t dtad_kind;
	uint32_t dtad_ntuple;
	uint64_t dtad_arg;
	uint64_t dtad_uarg;
	int dtad_refcnt;
} dtrace_actdesc_t;
typedef struct dtrace_ecbdesc {
	dtrace_actdesc_t *dted_action;
	dtrace_preddesc_t dted_pred;
	dtrace_probedesc_t dted_probe; /* as written: a pattern */
	uint64_t dted_uarg;
	int dted_refcnt;
} dtrace_ecbdesc_t;

/* ---- what the driver of illumos is asked and answers ---- */

/* Consumers declare these, and hand them to ioctl() there; here the library fills in none of them. */
typedef struct dtrace_conf {
	uint_t dtc_difversion;
	uint_t dtc_difintregs;
	uint_t dtc_diftupregs;
	uint_t dtc_ctfmodel;
	uint_t dtc_pad[8];
} dtrace_conf_t;
typedef struct dtrace_bufdesc { /* a snapshot of a CPU's buffer */
	uint64_t dtbd_size;
	uint32_t dtbd_cpu;
	uint32_t dtbd_errors;
	uint64_t dtbd_drops;
	char *dtbd_data;
	uint64_t dtbd_oldest;
	uint64_t dtbd_timestamp; /* ns */
} dtrace_bufdesc_t;
typedef struct dtrace_status {
	uint64_t dtst_dyndrops;
	uint64_t dtst_dyndrops_rinsing;
	uint64_t dtst_dyndrops_dirty;
	uint64_t dtst_specdrops;
	uint64_t dtst_specdrops_busy;
	uint64_t dtst_specdrops_unavail;
	uint64_t dtst_errors;
	uint64_t dtst_filled;
	uint64_t dtst_stkstroverflows;
	uint64_t dtst_dblerrors;
	char dtst_killed;
	char dtst_exiting;
	char dtst_pad[6];
} dtrace_status_t;
typedef struct dtrace_argdesc {
	dtrace_id_t dtargd_id;
	int dtargd_ndx;
	int dtargd_mapping;
	char dtargd_native[DTRACE_ARGTYPELEN];
	char dtargd_xlate[DTRACE_ARGTYPELEN];
} dtrace_argdesc_t;
typedef struct dtrace_fmtdesc {
	char *dtfd_string;
	int dtfd_length;
	uint16_t dtfd_format;
} dtrace_fmtdesc_t;

/* The head of an object of the kind that illumos loads; here nothing makes or reads one. */
#define DOF_ID_SIZE 16
typedef struct dof_hdr {
	uint8_t dofh_ident[DOF_ID_SIZE];
	uint32_t dofh_flags;
	uint32_t dofh_hdrsize;
	uint32_t dofh_secsize;
	uint32_t dofh_secnum;
	uint64_t dofh_secoff;
	uint64_t dofh_loadsz;
	uint64_t dofh_filesz;
	uint64_t dofh_pad;
} dof_hdr_t;

/* ---- options ---- */

/* Their numbers; the library takes names. */
#define DTRACEOPT_BUFSIZE	0
#define DTRACEOPT_BUFPOLICY	1
#define DTRACEOPT_DYNVARSIZE	2
#define DTRACEOPT_AGGSIZE	3
#define DTRACEOPT_SPECSIZE	4
#define DTRACEOPT_NSPEC		5
#define DTRACEOPT_STRSIZE	6
#define DTRACEOPT_CLEANRATE	7
#define DTRACEOPT_CPU		8
#define DTRACEOPT_BUFRESIZE	9
#define DTRACEOPT_GRABANON	10
#define DTRACEOPT_FLOWINDENT	11
#define DTRACEOPT_QUIET		12
#define DTRACEOPT_STACKFRAMES	13
#define DTRACEOPT_USTACKFRAMES	14
#define DTRACEOPT_AGGRATE	15
#define DTRACEOPT_SWITCHRATE	16
#define DTRACEOPT_STATUSRATE	17
#define DTRACEOPT_DESTRUCTIVE	18
#define DTRACEOPT_STACKINDENT	19
#define DTRACEOPT_RAWBYTES	20
#define DTRACEOPT_JSTACKFRAMES	21
#define DTRACEOPT_JSTACKSTRSIZE 22
#define DTRACEOPT_AGGSORTKEY	23
#define DTRACEOPT_AGGSORTREV	24
#define DTRACEOPT_AGGSORTPOS	25
#define DTRACEOPT_AGGSORTKEYPOS 26
#define DTRACEOPT_TEMPORAL	27
#define DTRACEOPT_AGGHIST	28
#define DTRACEOPT_AGGPACK	29
#define DTRACEOPT_AGGZOOM	30
#define DTRACEOPT_ZONE		31
#define DTRACEOPT_MAX		32

#define DTRACEOPT_UNSET		   ((dtrace_optval_t)-2)
#define DTRACEOPT_BUFPOLICY_RING   0
#define DTRACEOPT_BUFPOLICY_FILL   1
#define DTRACEOPT_BUFPOLICY_SWITCH 2
#define DTRACEOPT_BUFRESIZE_AUTO   0
#define DTRACEOPT_BUFRESIZE_MANUAL 1

/* ---- faults: arg4 of ERROR, dteda_fault ---- */

#define DTRACEFLT_UNKNOWN   0
#define DTRACEFLT_BADADDR   1
#define DTRACEFLT_BADALIGN  2
#define DTRACEFLT_ILLOP	    3
#define DTRACEFLT_DIVZERO   4
#define DTRACEFLT_NOSCRATCH 5
#define DTRACEFLT_KPRIV	    6
#define DTRACEFLT_UPRIV	    7
#define DTRACEFLT_TUPOFLOW  8
#define DTRACEFLT_BADSTACK  9
#define DTRACEFLT_LIBRARY   1000

/* ---- attributes ---- */

typedef uint8_t dtrace_stability_t;
typedef uint8_t dtrace_class_t;

#define DTRACE_STABILITY_INTERNAL 0
#define DTRACE_STABILITY_PRIVATE  1
#define DTRACE_STABILITY_OBSOLETE 2
#define DTRACE_STABILITY_EXTERNAL 3
#define DTRACE_STABILITY_UNSTABLE 4
#define DTRACE_STABILITY_EVOLVING 5
#define DTRACE_STABILITY_STABLE	  6
#define DTRACE_STABILITY_STANDARD 7
#define DTRACE_STABILITY_MAX	  7

#define DTRACE_CLASS_UNKNOWN  0
#define DTRACE_CLASS_CPU      1
#define DTRACE_CLASS_PLATFORM 2
#define DTRACE_CLASS_GROUP    3
#define DTRACE_CLASS_ISA      4
#define DTRACE_CLASS_COMMON   5
#define DTRACE_CLASS_MAX      5

typedef struct dtrace_attribute {
	dtrace_stability_t dtat_name;
	dtrace_stability_t dtat_data;
	dtrace_class_t dtat_class;
} dtrace_attribute_t;

#ifdef __cplusplus
}
#endif

#endif
