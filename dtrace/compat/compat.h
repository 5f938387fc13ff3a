/*
 * compat.h - shared by the files of compat/: the handle of the classic interface
 *
 * compat/ is a thin shell over our own interface (glasshouse/dtrace.h). A call locks its handle, puts
 * what the caller handed over into h->work, and calls the session; the session's callbacks translate
 * into the structures of dtrace.h and call the caller's functions.
 */
#ifndef COMPAT_COMPAT_H
#define COMPAT_COMPAT_H

#include "include/dtrace.h"
#include "include/glasshouse/dtrace.h"
#include "include/libproc.h"

#include <pthread.h>

/* Errors of the library, above those of errno. */
enum {
	EDT_BASE = 1000,
	EDT_VERSION = EDT_BASE,
	EDT_COMPILER,
	EDT_BUSY,
	EDT_NOPROBE,
	EDT_BADPGLOB,
	EDT_BADID,
	EDT_BADOPTNAME,
	EDT_BADOPTVAL,
	EDT_NOSYM,
	EDT_NOSYMADDR,
	EDT_NOMOD,
	EDT_NOTYPE,
	EDT_NOBUFFERED,
	EDT_BADRVAL,
	EDT_DIRABORT,
	EDT_ERRABORT,
	EDT_DROPABORT,
	EDT_BADSETOPT,
	EDT_BADAGGVAR,
	EDT_BADNORMAL,
	EDT_NOTSUP,
	EDT_UNSTABLE,
	EDT_MAX
};

/* How a record of a clause is laid out anew: relay.c. */
struct layout {
	dtrace_eprobedesc_t *desc;
	uint32_t *first; /* record of action i, first[nactions] = the end */
	uint32_t nactions;
};
struct agg_layout {
	dtrace_aggdesc_t *desc;
	uint64_t prefix; /* word before the buckets of lquantize and llquantize */
	bool has_prefix;
};

/* An entry in the classic form. */
struct relaid {
	struct relaid *next; /* of those that a walk handed out */
	dtrace_aggdata_t data;
	uint8_t *bytes;
	caddr_t *cpus;	/* NULL without option aggpercpu */
	uint32_t index; /* of the entry within its aggregation */
};

struct dtrace_prog {
	struct session_program *program;
	struct dtrace_prog *next;
	char *text; /* of dtrace_program_fcompile(), for -h and -G */
	size_t len;
	struct statement *statements; /* made by the first dtrace_stmt_iter() */
	size_t nstatements;
	dtrace_stmtdesc_t **added; /* by dtrace_stmt_add(): compiled when it is first enabled */
	size_t nadded;
};
/* A probe description of a clause. Consumers tell descriptions apart by their addresses. */
struct statement {
	dtrace_stmtdesc_t stmt;
	dtrace_ecbdesc_t ecb;
};
struct ps_prochandle { /* of a process created or grabbed */
	dtrace_hdl_t *handle;
	struct ps_prochandle *next;
	pid_t pid;
	unsigned users; /* creations and grabs without their release */
	bool ended, told;
	pstatus_t status; /* as last asked for */
	psinfo_t info;
};
struct ctf_file { /* spellings of types; a type's id is its index + 1 */
	char **names;
	size_t *sizes;
	size_t n;
};

struct format { /* of dtrace_printf_create() */
	struct format *next;
	char text[];
};

struct work { /* what the call at work was given */
	FILE *fp;
	dtrace_consume_probe_f *probe;
	dtrace_consume_rec_f *rec;
	void *arg;
	const struct session_record *record; /* being consumed */
	dtrace_probedata_t data;
	dtrace_probedesc_t pdesc;
	const dtrace_recdesc_t *recdesc;
	int home_fd; /* the file's own descriptor while freopen() has taken its place; -1 */
};

struct dtrace_hdl {
	struct session *s;
	pthread_mutex_t lock; /* recursive: callbacks may call back */
	unsigned depth;	      /* calls that are in it, one from within the other */
	bool closing;	      /* by a callback: freed when the last call leaves */
	bool working;	      /* in a round: callbacks cannot begin another one */
	int err;
	char errtext[sizeof(((struct err *)NULL)->text)]; /* of err; empty: the table's */
	struct work work;
	dtrace_handle_err_f *on_err;
	dtrace_handle_drop_f *on_drop;
	dtrace_handle_proc_f *on_proc;
	dtrace_handle_buffered_f *on_buffered;
	dtrace_handle_setopt_f *on_setopt;
	void *err_arg, *drop_arg, *proc_arg, *buffered_arg, *setopt_arg;
	const dtrace_vector_t *vector;
	void *vector_arg;
	dtrace_prog_t *programs;
	struct ps_prochandle *processes;
	struct layout *layouts; /* by clause */
	uint32_t nlayouts;
	struct agg_layout *agg_layouts; /* by aggregation */
	uint32_t nagg_layouts;
	uint8_t *record; /* the record at work, laid out anew */
	struct format *formats;
	struct ctf_file types;
	dtrace_typeinfo_t args[SESSION_MAX_ARGS]; /* of the last dtrace_probe_info() */
	struct relaid entry;			  /* of the text being shown */
	struct relaid
	    *kept;	/* entries that walks handed out: there until the next walk or snapshot */
	unsigned walks; /* that are going on, one from within the other */
	dtrace_eprobedesc_t no_eprobe; /* aggregations have no one probe that they belong to */
	dtrace_probedesc_t no_probe;
};

/* Locks the handle until the end of the scope. */
static inline dtrace_hdl_t *compat_lock(dtrace_hdl_t *h)
{
	pthread_mutex_lock(&h->lock);
	h->depth++;
	return h;
}
void compat_unlock(dtrace_hdl_t **h);
#define LOCKED(h)                                                                                  \
	dtrace_hdl_t *locked_ __attribute__((cleanup(compat_unlock), unused)) = compat_lock(h)

/* handle.c */
int compat_fail(dtrace_hdl_t *h, int error);			       /* returns -1 */
int compat_fail_with(dtrace_hdl_t *h, const struct err *e, int error); /* error 0: e's own */
dtrace_optval_t compat_optval(const char *name, int64_t value);

/* consume.c: the callbacks of the session */
void compat_hook(dtrace_hdl_t *h);
/* freopen(): another file takes the place of that of the call, "" gives it back. */
int compat_reopen(dtrace_hdl_t *h, const char *name);
/* Ticks that are due and the like, for callers that do not sleep in dtrace_sleep(). */
void compat_tend(dtrace_hdl_t *h);
/* Text into the file of the call, or the buffered handler. */
int compat_put(dtrace_hdl_t *h, const char *text, const dtrace_aggdata_t *agg, uint32_t flags);

/* relay.c */
/* The clause's layout, made when it is first met; NULL when there is no memory. */
const struct layout *relay_layout(dtrace_hdl_t *h, const struct session_record *r);
/* The record into h->record. */
void relay_record(dtrace_hdl_t *h, const struct layout *l, const struct session_record *r);
void relay_probe(dtrace_probedesc_t *out, const struct session_probe *p);
/* -1 when there is no memory. What out held is overwritten or freed. */
int relay_entry(dtrace_hdl_t *h, const struct session_entry *e, struct relaid *out);
/* The entry, to be kept for a caller that holds on to it. NULL when there is no memory. */
struct relaid *relay_kept(dtrace_hdl_t *h, const struct session_entry *e);
void relay_forget(dtrace_hdl_t *h); /* all that were kept, unless a walk is going on */
void relay_fini(dtrace_hdl_t *h);

/* A record's datum as a value, read as its conversion wants it. */
struct session_value relay_datum(const dtrace_recdesc_t *rec, const void *buf);

/* statement.c */
/* The program that statements were added to, compiled. */
int compat_compile_added(dtrace_hdl_t *h, dtrace_prog_t *p);
void compat_free_statements(dtrace_prog_t *p);
/* program.c */
void compat_free_programs(dtrace_hdl_t *h);
dtrace_attribute_t compat_attribute(struct session_attributes a);
/* Programs are of one handle, until they are destroyed. */
bool compat_owns(const dtrace_hdl_t *h, const dtrace_prog_t *p);

/* symbol.c */
ctf_id_t compat_type(dtrace_hdl_t *h, const char *name, size_t size); /* -1: no memory */
/* proc.c: tells the handler of processes that have ended */
void compat_processes(dtrace_hdl_t *h);

#endif
