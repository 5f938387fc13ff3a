/*
 * handle.c - open, close, errors, options, and what a handle is asked about itself
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("default"))) const char *const _dtrace_version =
    "Sun D 1.13 (Glasshouse " GLASSHOUSE_VERSION ")";
__attribute__((visibility("default"))) int _dtrace_debug;

static const char *const texts[EDT_MAX - EDT_BASE] = {
    [EDT_VERSION - EDT_BASE] = "Client requested version newer than libdtrace",
    [EDT_COMPILER - EDT_BASE] = "Error in D program compilation",
    [EDT_BUSY - EDT_BASE] = "Operation illegal when tracing is active",
    [EDT_NOPROBE - EDT_BASE] = "No probe matches description",
    [EDT_BADPGLOB - EDT_BASE] = "Probe description has globbing characters",
    [EDT_BADID - EDT_BASE] = "Invalid probe identifier",
    [EDT_BADOPTNAME - EDT_BASE] = "Invalid option name",
    [EDT_BADOPTVAL - EDT_BASE] = "Invalid value for specified option",
    [EDT_NOSYM - EDT_BASE] = "No such symbol",
    [EDT_NOSYMADDR - EDT_BASE] = "No symbol corresponds to address",
    [EDT_NOMOD - EDT_BASE] = "No such module or object",
    [EDT_NOTYPE - EDT_BASE] = "No such type",
    [EDT_NOBUFFERED - EDT_BASE] = "Attempt to buffer output without handler",
    [EDT_BADRVAL - EDT_BASE] = "Invalid return value from callback",
    [EDT_DIRABORT - EDT_BASE] = "Processing aborted by directive of consumer",
    [EDT_ERRABORT - EDT_BASE] = "Abort due to error",
    [EDT_DROPABORT - EDT_BASE] = "Abort due to drop",
    [EDT_BADSETOPT - EDT_BASE] = "setopt() library action failed",
    [EDT_BADAGGVAR - EDT_BASE] = "Invalid aggregation variable identifier",
    [EDT_BADNORMAL - EDT_BASE] = "Invalid normalization of an aggregation",
    [EDT_UNSTABLE - EDT_BASE] = "Abort due to systemic unresponsiveness",
    [EDT_NOTSUP - EDT_BASE] = "Not available with this library",
};

static const char *text_of(int error)
{
	if (error >= EDT_BASE && error < EDT_MAX)
		return texts[error - EDT_BASE];
	const char *text = error ? strerrordesc_np(error) : "Success";
	return text ? text : "Unknown error";
}

int compat_fail(dtrace_hdl_t *h, int error)
{
	h->errtext[0] = '\0';
	h->err = error;
	return -1;
}

int compat_fail_with(dtrace_hdl_t *h, const struct err *e, int error)
{
	compat_fail(h, error ? error : e->code ? e->code : EDT_COMPILER);
	snprintf(h->errtext, sizeof(h->errtext), "%s", e->text);
	return -1;
}

static dtrace_hdl_t *refuse(int *errp, int error)
{
	if (errp)
		*errp = error;
	return NULL;
}

dtrace_hdl_t *dtrace_open(int version, int flags, int *errp)
{
	pthread_mutexattr_t recursive;
	struct err e = {0};
	const int models = DTRACE_O_LP64 | DTRACE_O_ILP32;
	if (version <= 0 || (flags & ~DTRACE_O_MASK) || (flags & models) == models)
		return refuse(errp, EINVAL);
	if (version > DTRACE_VERSION)
		return refuse(errp, EDT_VERSION);
	dtrace_hdl_t *h = calloc(1, sizeof(*h));
	if (!h)
		return refuse(errp, ENOMEM);
	if (!(h->s = session_new(&e))) {
		free(h);
		return refuse(errp, e.code ? e.code : EINVAL);
	}
	if ((flags & DTRACE_O_ILP32) && session_setopt(h->s, "datamodel", "32", &e) < 0) {
		session_free(h->s);
		free(h);
		return refuse(errp, e.code);
	}
	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&h->lock, &recursive);
	pthread_mutexattr_destroy(&recursive);
	h->work.home_fd = -1;
	compat_hook(h);
	if (errp)
		*errp = 0;
	return h;
}

dtrace_hdl_t *dtrace_vopen(int version, int flags, int *errp, const dtrace_vector_t *vector,
			   void *arg)
{
	dtrace_hdl_t *h = dtrace_open(version, flags, errp);
	if (h) {
		h->vector = vector;
		h->vector_arg = arg;
	}
	return h;
}

static void free_formats(struct format *f)
{
	while (f) {
		struct format *next = f->next;
		free(f);
		f = next;
	}
}

static void free_processes(struct ps_prochandle *p)
{
	while (p) {
		struct ps_prochandle *next = p->next;
		free(p);
		p = next;
	}
}

static void destroy(dtrace_hdl_t *h)
{
	session_free(h->s);
	compat_free_programs(h);
	free_formats(h->formats);
	free_processes(h->processes);
	relay_fini(h);
	for (size_t i = 0; i < h->types.n; i++)
		free(h->types.names[i]);
	free(h->types.names);
	free(h->types.sizes);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

void compat_unlock(dtrace_hdl_t **at)
{
	dtrace_hdl_t *h = *at;
	bool ends = --h->depth == 0 && h->closing;
	pthread_mutex_unlock(&h->lock);
	if (ends)
		destroy(h);
}

/* At once, or when the call has ended whose callback this is. */
void dtrace_close(dtrace_hdl_t *h)
{
	if (!h)
		return;
	LOCKED(h);
	h->closing = true;
}

/* ---- errors ---- */

int dtrace_errno(dtrace_hdl_t *h)
{
	LOCKED(h);
	return h->err;
}

const char *dtrace_errmsg(dtrace_hdl_t *h, int error)
{
	if (!h)
		return text_of(error);
	LOCKED(h);
	return error == h->err && *h->errtext ? h->errtext : text_of(error);
}

const char *dtrace_faultstr(dtrace_hdl_t *h, int fault)
{
	static const char *const faults[] = {
	    [DTRACEFLT_BADADDR] = "invalid address",
	    [DTRACEFLT_BADALIGN] = "invalid alignment",
	    [DTRACEFLT_ILLOP] = "illegal operation",
	    [DTRACEFLT_DIVZERO] = "divide-by-zero",
	    [DTRACEFLT_NOSCRATCH] = "out of scratch space",
	    [DTRACEFLT_KPRIV] = "invalid kernel access",
	    [DTRACEFLT_UPRIV] = "invalid user access",
	    [DTRACEFLT_TUPOFLOW] = "tuple stack overflow",
	    [DTRACEFLT_BADSTACK] = "bad stack",
	};
	(void)h;
	bool known = fault > 0 && (size_t)fault < sizeof(faults) / sizeof(faults[0]);
	return known			    ? faults[fault]
	       : fault == DTRACEFLT_LIBRARY ? "library-level fault"
					    : "unknown fault";
}

/* The numbers are those of DIF, which every DTrace counts alike. */
const char *dtrace_subrstr(dtrace_hdl_t *h, int subr)
{
	static const char *const names[] = {"rand",
					    "mutex_owned",
					    "mutex_owner",
					    "mutex_type_adaptive",
					    "mutex_type_spin",
					    "rw_read_held",
					    "rw_write_held",
					    "rw_iswriter",
					    "copyin",
					    "copyinstr",
					    "speculation",
					    "progenyof",
					    "strlen",
					    "copyout",
					    "copyoutstr",
					    "alloca",
					    "bcopy",
					    "copyinto",
					    "msgdsize",
					    "msgsize",
					    "getmajor",
					    "getminor",
					    "ddi_pathname",
					    "strjoin",
					    "lltostr",
					    "basename",
					    "dirname",
					    "cleanpath",
					    "strchr",
					    "strrchr",
					    "strstr",
					    "strtok",
					    "substr",
					    "index",
					    "rindex",
					    "htons",
					    "htonl",
					    "htonll",
					    "ntohs",
					    "ntohl",
					    "ntohll",
					    "inet_ntop",
					    "inet_ntoa",
					    "inet_ntoa6",
					    "toupper",
					    "tolower",
					    "getf",
					    "json",
					    "strtoll"};
	(void)h;
	bool known = subr >= 0 && (size_t)subr < sizeof(names) / sizeof(names[0]);
	return known ? names[subr] : "unknown";
}

/* ---- options ---- */

int dtrace_setopt(dtrace_hdl_t *h, const char *option, const char *value)
{
	LOCKED(h);
	struct err e = {0};
	if (!option)
		return compat_fail(h, EDT_BADOPTNAME);
	if (session_setopt(h->s, option, value, &e) == 0)
		return 0;
	return compat_fail_with(h, &e,
				!session_option_kind(option) ? EDT_BADOPTNAME
				: e.code == EINVAL	     ? EDT_BADOPTVAL
							     : e.code);
}

/* A flag that is off counts as not set; the policies have numbers of their own. */
dtrace_optval_t compat_optval(const char *name, int64_t value)
{
	static const dtrace_optval_t policies[] = {
	    DTRACEOPT_BUFPOLICY_SWITCH, DTRACEOPT_BUFPOLICY_FILL, DTRACEOPT_BUFPOLICY_RING};
	const char *kind = session_option_kind(name);
	if (value == SESSION_UNSET)
		return DTRACEOPT_UNSET;
	if (strcmp(name, "bufpolicy") == 0)
		return value >= 0 && value < 3 ? policies[value] : DTRACEOPT_UNSET;
	if (kind && value == 0 && (strcmp(kind, "flag") == 0 || strcmp(kind, "switch") == 0))
		return DTRACEOPT_UNSET;
	return value;
}

int dtrace_getopt(dtrace_hdl_t *h, const char *option, dtrace_optval_t *value)
{
	LOCKED(h);
	struct err e = {0};
	int64_t v;
	if (!option || session_getopt(h->s, option, &v, &e) < 0)
		return compat_fail(h, EDT_BADOPTNAME);
	if (!value)
		return compat_fail(h, EINVAL);
	*value = compat_optval(option, v);
	return 0;
}

int dtrace_setopts(dtrace_hdl_t *h)
{
	(void)h;
	return 0;
}

void dtrace_update(dtrace_hdl_t *h)
{
	(void)h;
}

int dtrace_ctlfd(dtrace_hdl_t *h)
{
	static const struct err e = {
	    .code = EDT_NOTSUP,
	    .text = "There is no device: programs are loaded by bpf(2), and read by dtrace_work()"};
	LOCKED(h);
	return compat_fail_with(h, &e, 0);
}
