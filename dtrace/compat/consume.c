/*
 * consume.c - go, work, stop, and the session's callbacks in the terms of the classic interface
 *
 * One call of dtrace_work() is one round of the session. For each record the caller's function for
 * probes is called, then its function for records once for each datum and once with NULL; what they
 * return decides whether the library prints. Text goes to the file of the call or, where that is NULL,
 * to the buffered handler.
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* ---- text ---- */

int compat_put(dtrace_hdl_t *h, const char *text, const dtrace_aggdata_t *agg, uint32_t flags)
{
	if (h->work.fp)
		return fputs(text, h->work.fp) < 0 ? compat_fail(h, errno) : 0;
	if (!h->on_buffered)
		return compat_fail(h, EDT_NOBUFFERED);
	dtrace_bufdata_t data = {.dtbda_handle = h,
				 .dtbda_buffered = text,
				 .dtbda_probe = h->work.record ? &h->work.data : NULL,
				 .dtbda_recdesc = h->work.recdesc,
				 .dtbda_aggdata = agg,
				 .dtbda_flags = flags};
	if (h->on_buffered(&data, h->buffered_arg) == DTRACE_HANDLE_ABORT || h->closing)
		return compat_fail(h, EDT_DIRABORT);
	return 0;
}

static uint32_t flags_of(enum session_part part)
{
	switch (part) {
	case SESSION_PART_KEY:
		return DTRACE_BUFDATA_AGGKEY;
	case SESSION_PART_VALUE:
		return DTRACE_BUFDATA_AGGVAL;
	case SESSION_PART_FORMAT:
		return DTRACE_BUFDATA_AGGFORMAT;
	case SESSION_PART_LAST:
		return DTRACE_BUFDATA_AGGLAST;
	case SESSION_PART_OTHER:
		break;
	}
	return 0;
}

/* Of a piece of an entry: a key or the value; text between them has none. */
static const dtrace_recdesc_t *rec_of(const dtrace_aggdesc_t *d, const struct session_text *t)
{
	switch (t->part) {
	case SESSION_PART_KEY:
		return &d->dtagd_rec[1 + t->key];
	case SESSION_PART_VALUE:
		return &d->dtagd_rec[d->dtagd_nrecs - 1];
	default:
		return NULL;
	}
}

static int on_text(void *arg, const struct session_text *t)
{
	dtrace_hdl_t *h = arg;
	const dtrace_recdesc_t *before = h->work.recdesc;
	if (h->work.fp)
		return compat_put(h, t->text, NULL, 0);
	if (t->entry && relay_entry(h, t->entry, &h->entry) < 0)
		return compat_fail(h, ENOMEM);
	/* What printa() shows is of the aggregation's records, not of its own. */
	if (t->entry)
		h->work.recdesc = rec_of(h->entry.data.dtada_desc, t);
	else if (t->action && t->action->act == SESSION_ACT_PRINTA)
		h->work.recdesc = NULL;
	int r = compat_put(h, t->text, t->entry ? &h->entry.data : NULL,
			   flags_of(t->part) | (t->last ? DTRACE_BUFDATA_AGGLAST : 0));
	h->work.recdesc = before;
	return r;
}

int compat_reopen(dtrace_hdl_t *h, const char *name)
{
	struct work *w = &h->work;
	if (!w->fp)
		return 0;
	fflush(w->fp);
	if (!name)
		return ftruncate(fileno(w->fp), 0) || fseek(w->fp, 0, SEEK_SET) ? -1 : 0;
	if (*name && w->home_fd < 0)
		w->home_fd = fcntl(fileno(w->fp), F_DUPFD_CLOEXEC, 3);
	int fd = *name ? open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : w->home_fd;
	if (fd < 0)
		return *name ? -1 : 0;
	int r = dup2(fd, fileno(w->fp));
	close(fd);
	if (!*name)
		w->home_fd = -1;
	return r < 0 ? -1 : 0;
}

static int on_file(void *arg, const char *name)
{
	return compat_reopen(arg, name);
}

/* ---- records ---- */

/* What a function of the caller returned; bad is what is wrong with anything unknown. */
static enum session_then then(dtrace_hdl_t *h, int returned)
{
	switch (h->closing ? DTRACE_CONSUME_ABORT : returned) {
	case DTRACE_CONSUME_THIS:
		return SESSION_SHOW;
	case DTRACE_CONSUME_NEXT:
		return SESSION_SKIP;
	case DTRACE_CONSUME_ABORT:
		compat_fail(h, EDT_DIRABORT);
		return SESSION_ABORT;
	case DTRACE_CONSUME_ERROR:
	default:
		compat_fail(h, EDT_BADRVAL);
		return SESSION_ABORT;
	}
}

static enum session_then on_record(void *arg, const struct session_record *r)
{
	static const dtrace_flowkind_t flows[] = {[SESSION_FLOW_NONE] = DTRACEFLOW_NONE,
						  [SESSION_FLOW_ENTRY] = DTRACEFLOW_ENTRY,
						  [SESSION_FLOW_RETURN] = DTRACEFLOW_RETURN};
	dtrace_hdl_t *h = arg;
	const struct layout *l = relay_layout(h, r);
	if (!l) {
		compat_fail(h, ENOMEM);
		return SESSION_ABORT;
	}
	relay_record(h, l, r);
	relay_probe(&h->work.pdesc, &r->probe);
	h->work.record = r;
	h->work.recdesc = NULL;
	h->work.data = (dtrace_probedata_t){.dtpda_handle = h,
					    .dtpda_edesc = l->desc,
					    .dtpda_pdesc = &h->work.pdesc,
					    .dtpda_cpu = r->cpu,
					    .dtpda_data = (caddr_t)h->record,
					    .dtpda_flow = flows[r->flow],
					    .dtpda_prefix = r->prefix,
					    .dtpda_indent = r->indent,
					    .dtpda_timestamp = r->stamp};
	return h->work.probe ? then(h, h->work.probe(&h->work.data, h->work.arg)) : SESSION_SHOW;
}

static enum session_then call_rec(dtrace_hdl_t *h, const dtrace_recdesc_t *rec)
{
	h->work.data.dtpda_data = (caddr_t)h->record + (rec ? rec->dtrd_offset : 0);
	return h->work.rec ? then(h, h->work.rec(&h->work.data, rec, h->work.arg)) : SESSION_SKIP;
}

/* The library prints what exit() was given, when it is asked to. */
static int print_exit(dtrace_hdl_t *h, const struct session_action *a)
{
	char text[32];
	int status = 0;
	memcpy(&status, a->values->data, a->values->size < 4 ? a->values->size : 4);
	snprintf(text, sizeof(text), session_option_on(h->s, "quiet") ? "%d" : " %8d", status);
	return compat_put(h, text, NULL, 0);
}

/* A datum that is left out does not take those after it along: each is asked about. */
static enum session_then on_action(void *arg, const struct session_record *r,
				   const struct session_action *a)
{
	dtrace_hdl_t *h = arg;
	const struct layout *l = &h->layouts[r->clause];
	if (!a) {
		h->work.recdesc = NULL;
		enum session_then t = call_rec(h, NULL);
		h->work.record = NULL;
		return t;
	}
	if (a->act >= SESSION_ACT_FTRUNCATE)
		return SESSION_SHOW;
	size_t i = (size_t)(a - r->actions);
	for (uint32_t k = l->first[i]; k < l->first[i + 1]; k++) {
		h->work.recdesc = &l->desc->dtepd_rec[k];
		enum session_then t = call_rec(h, h->work.recdesc);
		if (t == SESSION_SHOW && a->act == SESSION_ACT_EXIT && a->nvalues)
			return print_exit(h, a) < 0 ? SESSION_ABORT : SESSION_SKIP;
		if (t == SESSION_SHOW && a->act == SESSION_ACT_SYSTEM && h->work.fp)
			fflush(h->work.fp); /* the command prints after what came before it */
		if (t != SESSION_SKIP)
			return t;
	}
	return SESSION_SKIP;
}

/* ---- errors, drops, options ---- */

static void with_newline(char *out, size_t bytes, const char *text)
{
	snprintf(out, bytes, "%s\n", text);
}

static int on_error(void *arg, const struct session_error *error)
{
	dtrace_hdl_t *h = arg;
	dtrace_eprobedesc_t edesc = {.dtepd_epid = (dtrace_epid_t)error->epid,
				     .dtepd_probeid = error->probe.id};
	dtrace_probedesc_t pdesc;
	char text[600];
	if (!h->on_err)
		return compat_fail(h, EDT_ERRABORT);
	with_newline(text, sizeof(text), error->text);
	relay_probe(&pdesc, &error->probe);
	dtrace_errdata_t data = {.dteda_handle = h,
				 .dteda_edesc = &edesc,
				 .dteda_pdesc = &pdesc,
				 .dteda_cpu = error->cpu,
				 .dteda_action = (int)error->action,
				 .dteda_offset = (int)error->offset,
				 .dteda_fault = (int)error->fault,
				 .dteda_addr = error->address,
				 .dteda_msg = text};
	int r = h->on_err(&data, h->err_arg);
	return r == DTRACE_HANDLE_ABORT || h->closing ? compat_fail(h, EDT_ERRABORT) : 0;
}

static int on_drop(void *arg, const struct session_drop *d)
{
	static const dtrace_dropkind_t kinds[] = {
	    [SESSION_DROP_PRINCIPAL] = DTRACEDROP_PRINCIPAL,
	    [SESSION_DROP_AGGREGATION] = DTRACEDROP_AGGREGATION,
	    [SESSION_DROP_DYNAMIC] = DTRACEDROP_DYNAMIC,
	    [SESSION_DROP_DYNRINSE] = DTRACEDROP_DYNRINSE,
	    [SESSION_DROP_DYNDIRTY] = DTRACEDROP_DYNDIRTY,
	    [SESSION_DROP_SPEC] = DTRACEDROP_SPEC,
	    [SESSION_DROP_SPECBUSY] = DTRACEDROP_SPECBUSY,
	    [SESSION_DROP_SPECUNAVAIL] = DTRACEDROP_SPECUNAVAIL,
	    [SESSION_DROP_STKSTROVERFLOW] = DTRACEDROP_STKSTROVERFLOW,
	    [SESSION_DROP_OTHER] = DTRACEDROP_PRINCIPAL,
	    [SESSION_DROP_DBLERROR] = DTRACEDROP_DBLERROR,
	};
	dtrace_hdl_t *h = arg;
	char text[256];
	if (!h->on_drop)
		return compat_fail(h, EDT_DROPABORT);
	with_newline(text, sizeof(text), d->text);
	dtrace_dropdata_t data = {.dtdda_handle = h,
				  .dtdda_cpu = d->cpu,
				  .dtdda_kind = kinds[d->kind],
				  .dtdda_drops = d->count,
				  .dtdda_total = d->total,
				  .dtdda_msg = text};
	int r = h->on_drop(&data, h->drop_arg);
	return r == DTRACE_HANDLE_ABORT || h->closing ? compat_fail(h, EDT_DROPABORT) : 0;
}

static int on_option(void *arg, const char *name, int64_t before, int64_t now)
{
	dtrace_hdl_t *h = arg;
	if (!h->on_setopt)
		return 0;
	dtrace_setoptdata_t data = {.dtsda_handle = h,
				    .dtsda_probe = h->work.record ? &h->work.data : NULL,
				    .dtsda_option = name,
				    .dtsda_oldval = compat_optval(name, before),
				    .dtsda_newval = compat_optval(name, now)};
	int r = h->on_setopt(&data, h->setopt_arg);
	return r == DTRACE_HANDLE_ABORT || h->closing ? compat_fail(h, EDT_DIRABORT) : 0;
}

/* While records are consumed the only warning is that setopt() failed; the sizes that dtrace_go() lowers
 * can be read back with dtrace_getopt(). */
static int on_warning(void *arg, const char *text)
{
	dtrace_hdl_t *h = arg;
	struct err e = {.code = EDT_BADSETOPT};
	if (!h->work.record)
		return 0;
	snprintf(e.text, sizeof(e.text), "%s", text);
	return compat_fail_with(h, &e, 0);
}

void compat_hook(dtrace_hdl_t *h)
{
	struct session_ops ops = {.error = on_error,
				  .drop = on_drop,
				  .warning = on_warning,
				  .text = on_text,
				  .record = on_record,
				  .action = on_action,
				  .option = on_option,
				  .file = on_file,
				  .arg = h,
				  .bare = true};
	session_set_ops(h->s, &ops);
}

int dtrace_handle_err(dtrace_hdl_t *h, dtrace_handle_err_f *fn, void *arg)
{
	LOCKED(h);
	h->on_err = fn;
	h->err_arg = arg;
	return 0;
}

int dtrace_handle_drop(dtrace_hdl_t *h, dtrace_handle_drop_f *fn, void *arg)
{
	LOCKED(h);
	h->on_drop = fn;
	h->drop_arg = arg;
	return 0;
}

int dtrace_handle_proc(dtrace_hdl_t *h, dtrace_handle_proc_f *fn, void *arg)
{
	LOCKED(h);
	h->on_proc = fn;
	h->proc_arg = arg;
	return 0;
}

int dtrace_handle_buffered(dtrace_hdl_t *h, dtrace_handle_buffered_f *fn, void *arg)
{
	LOCKED(h);
	h->on_buffered = fn;
	h->buffered_arg = arg;
	return 0;
}

int dtrace_handle_setopt(dtrace_hdl_t *h, dtrace_handle_setopt_f *fn, void *arg)
{
	LOCKED(h);
	h->on_setopt = fn;
	h->setopt_arg = arg;
	return 0;
}

/* ---- running ---- */

int dtrace_go(dtrace_hdl_t *h)
{
	LOCKED(h);
	struct err e = {0};
	return session_go(h->s, &e) < 0 ? compat_fail_with(h, &e, 0) : 0;
}

/* The aggregations are then as they were when tracing stopped, whether or not a round follows. */
int dtrace_stop(dtrace_hdl_t *h)
{
	LOCKED(h);
	struct err e = {0};
	if (session_stop(h->s, &e) < 0 || session_snapshot(h->s, &e) < 0)
		return compat_fail_with(h, &e, 0);
	return 0;
}

/* Not locked while it waits: another thread may look at the handle. */
void dtrace_sleep(dtrace_hdl_t *h)
{
	enum session_wait wait = SESSION_WAIT_MORE;
	while (wait == SESSION_WAIT_MORE) {
		LOCKED(h);
		wait = session_sleep(h->s);
		compat_processes(h);
		if (h->closing)
			break;
	}
}

void compat_tend(dtrace_hdl_t *h)
{
	uint64_t look_ns;
	session_tend(h->s, &look_ns);
}

int dtrace_status(dtrace_hdl_t *h)
{
	LOCKED(h);
	compat_tend(h);
	switch (session_state(h->s)) {
	case SESSION_IDLE:
		return DTRACE_STATUS_NONE;
	case SESSION_EXITED:
		return DTRACE_STATUS_EXITED;
	case SESSION_FILLED:
		return DTRACE_STATUS_FILLED;
	case SESSION_STOPPED:
		return DTRACE_STATUS_STOPPED;
	case SESSION_KILLED:
		return compat_fail(h, EDT_UNSTABLE);
	case SESSION_TRACING:
		break;
	}
	return DTRACE_STATUS_OKAY;
}

dtrace_workstatus_t dtrace_work(dtrace_hdl_t *h, FILE *fp, dtrace_consume_probe_f *probe,
				dtrace_consume_rec_f *rec, void *arg)
{
	LOCKED(h);
	struct err e = {0};
	if (h->working) {
		compat_fail(h, EDT_BUSY);
		return DTRACE_WORKSTATUS_ERROR;
	}
	h->work = (struct work){
	    .fp = fp, .probe = probe, .rec = rec, .arg = arg, .home_fd = h->work.home_fd};
	compat_tend(h);
	h->working = true;
	enum session_status st = session_work(h->s, &e);
	h->working = false;
	h->work.record = NULL;
	if (st == SESSION_OKAY)
		return DTRACE_WORKSTATUS_OKAY;
	if (st == SESSION_DONE)
		return DTRACE_WORKSTATUS_DONE;
	if (session_state(h->s) == SESSION_KILLED)
		compat_fail(h, EDT_UNSTABLE);
	else if (e.code != ECANCELED) /* else a callback has said what it is */
		compat_fail_with(h, &e, 0);
	return DTRACE_WORKSTATUS_ERROR;
}

int dtrace_consume(dtrace_hdl_t *h, FILE *fp, dtrace_consume_probe_f *probe,
		   dtrace_consume_rec_f *rec, void *arg)
{
	return dtrace_work(h, fp, probe, rec, arg) == DTRACE_WORKSTATUS_ERROR ? -1 : 0;
}
