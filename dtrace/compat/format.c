/*
 * format.c - formats that consumers make, and what they show of records
 *
 * A format is its text, checked when it is made. A record's datum has a size and an action, not a type:
 * its conversion says how it is read.
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct format *make(dtrace_hdl_t *h, const char *text)
{
	LOCKED(h);
	struct err e = {0};
	uint32_t taken;
	if (!text) {
		compat_fail(h, EINVAL);
		return NULL;
	}
	char *shown = session_format(h->s, text, NULL, 0, NULL, &taken, &e);
	struct format *f = shown ? malloc(sizeof(*f) + strlen(text) + 1) : NULL;
	free(shown);
	if (!f) {
		if (e.code)
			compat_fail_with(h, &e, 0);
		else
			compat_fail(h, ENOMEM);
		return NULL;
	}
	memcpy(f->text, text, strlen(text) + 1);
	f->next = h->formats;
	return h->formats = f;
}

void *dtrace_printf_create(dtrace_hdl_t *h, const char *format)
{
	return make(h, format);
}

void *dtrace_printa_create(dtrace_hdl_t *h, const char *format)
{
	return make(h, format);
}

size_t dtrace_printf_format(dtrace_hdl_t *h, void *made, char *out, size_t bytes)
{
	(void)h;
	return (size_t)snprintf(out, bytes, "%s", ((struct format *)made)->text);
}

/* ---- records ---- */

static bool within(const dtrace_recdesc_t *recs, uint_t n, size_t len)
{
	for (uint_t i = 0; i < n; i++)
		if (recs[i].dtrd_offset > len || recs[i].dtrd_size > len - recs[i].dtrd_offset)
			return false;
	return true;
}

/* The text and, in *used, how many records went into it. */
static char *text_of(dtrace_hdl_t *h, const struct format *f, const dtrace_recdesc_t *recs,
		     uint_t nrecs, const void *buf, size_t len, uint32_t *used)
{
	struct err e = {0};
	if (!f || (nrecs && (!recs || !buf)) || !within(recs, nrecs, len)) {
		compat_fail(h, EINVAL);
		return NULL;
	}
	struct session_value *values = calloc(nrecs + 1, sizeof(*values));
	if (!values) {
		compat_fail(h, ENOMEM);
		return NULL;
	}
	for (uint_t i = 0; i < nrecs; i++)
		values[i] = relay_datum(&recs[i], buf);
	char *text = session_format(h->s, f->text, values, nrecs, NULL, used, &e);
	free(values);
	if (!text)
		compat_fail_with(h, &e, 0);
	return text;
}

/* Texts of these functions go where they say, not where the call at work has them go. */
static int put(dtrace_hdl_t *h, FILE *fp, const char *text)
{
	struct work before = h->work;
	h->work.fp = fp;
	int r = compat_put(h, text, NULL, 0);
	h->work = before;
	return r;
}

int dtrace_fprintf(dtrace_hdl_t *h, FILE *fp, void *made, const dtrace_probedata_t *data,
		   const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len)
{
	LOCKED(h);
	uint32_t used = 0;
	char *text = text_of(h, made, recs, nrecs, buf, len, &used);
	int r = text ? put(h, fp, text) : -1;
	(void)data;
	free(text);
	return r < 0 ? -1 : (int)used;
}

int dtrace_system(dtrace_hdl_t *h, FILE *fp, void *made, const dtrace_probedata_t *data,
		  const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len)
{
	LOCKED(h);
	uint32_t used = 0;
	(void)data;
	if (!session_option_on(h->s, "destructive"))
		return compat_fail(h, EACCES);
	char *text = text_of(h, made, recs, nrecs, buf, len, &used);
	if (fp)
		fflush(fp);
	int r = text ? system(text) : -1;
	if (text && r == -1)
		compat_fail(h, errno);
	free(text);
	return r == -1 ? -1 : (int)used;
}

int dtrace_freopen(dtrace_hdl_t *h, FILE *fp, void *made, const dtrace_probedata_t *data,
		   const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len)
{
	LOCKED(h);
	uint32_t used = 0;
	(void)data;
	if (!session_option_on(h->s, "destructive"))
		return compat_fail(h, EACCES);
	char *text = text_of(h, made, recs, nrecs, buf, len, &used);
	FILE *before = h->work.fp;
	h->work.fp = fp;
	int r = text ? compat_reopen(h, text) : -1;
	if (text && r < 0)
		compat_fail(h, errno);
	h->work.fp = before;
	free(text);
	return r < 0 ? -1 : (int)used;
}

/* ---- aggregations ---- */

struct printa {
	dtrace_hdl_t *h;
	const struct format *f;
	bool failed;
};

static enum session_walked print_entry(void *arg, const struct session_entry *entry)
{
	struct printa *p = arg;
	struct err e = {0};
	uint32_t used;
	if (!p->f) {
		session_print_entry(p->h->s, entry);
		return SESSION_WALK_NEXT;
	}
	char *text =
	    session_format(p->h->s, p->f->text, entry->keys, entry->agg->nkeys, entry, &used, &e);
	if (!text)
		compat_fail_with(p->h, &e, 0);
	p->failed = !text || compat_put(p->h, text, NULL, DTRACE_BUFDATA_AGGFORMAT) < 0;
	free(text);
	return p->failed ? SESSION_WALK_ERROR : SESSION_WALK_NEXT;
}

int dtrace_fprinta(dtrace_hdl_t *h, FILE *fp, void *made, const dtrace_probedata_t *data,
		   const dtrace_recdesc_t *recs, uint_t nrecs, const void *buf, size_t len)
{
	LOCKED(h);
	struct err e = {0};
	int64_t varid = 0;
	(void)data;
	if (nrecs < 1 || !recs || !buf || !within(recs, 1, len) || recs->dtrd_size != sizeof(varid))
		return compat_fail(h, EINVAL);
	memcpy(&varid, (const char *)buf + recs->dtrd_offset, sizeof(varid));
	if (varid < 1 || varid > session_naggs(h->s))
		return compat_fail(h, EDT_BADAGGVAR);
	struct work before = h->work;
	h->work.fp = fp;
	struct printa p = {.h = h, .f = made};
	struct session_order order = {.by = SESSION_BY_OPTIONS};
	int r = session_walk(h->s, (int)(varid - 1), &order, print_entry, &p, &e);
	h->work = before;
	if (r < 0 && !p.failed)
		compat_fail_with(h, &e, 0);
	return r < 0 ? -1 : 1;
}

/* ---- typed values ---- */

int dtrace_print(dtrace_hdl_t *h, FILE *fp, const char *type, caddr_t at, size_t len)
{
	LOCKED(h);
	struct err e = {0};
	if (!type || !at)
		return compat_fail(h, EINVAL);
	char *text = session_format_typed(h->s, type, at, len, &e);
	int r = text ? put(h, fp, text) : compat_fail_with(h, &e, EDT_NOTYPE);
	free(text);
	return r < 0 ? -1 : (int)len;
}
