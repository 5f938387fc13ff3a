/*
 * probe.c - listing probes, and the texts of descriptions and attributes
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct iteration {
	dtrace_hdl_t *h;
	dtrace_probe_f *fn;
	void *arg;
	int r;
};

static int on_probe(void *arg, const struct session_probe *p)
{
	struct iteration *it = arg;
	dtrace_probedesc_t desc;
	relay_probe(&desc, p);
	it->r = it->fn(it->h, &desc, it->arg);
	return it->r ? it->r : it->h->closing;
}

static struct session_probe pattern_of(const dtrace_probedesc_t *d)
{
	return (struct session_probe){d->dtpd_id, d->dtpd_provider, d->dtpd_mod, d->dtpd_func,
				      d->dtpd_name};
}

int dtrace_probe_iter(dtrace_hdl_t *h, const dtrace_probedesc_t *desc, dtrace_probe_f *fn,
		      void *arg)
{
	LOCKED(h);
	struct err e = {0};
	struct iteration it = {.h = h, .fn = fn, .arg = arg};
	struct session_probe pattern;
	if (!fn)
		return compat_fail(h, EINVAL);
	if (desc)
		pattern = pattern_of(desc);
	int n = session_list(h->s, desc ? &pattern : NULL, on_probe, &it, &e);
	if (n < 0)
		return compat_fail_with(h, &e, 0);
	return n == 0 ? compat_fail(h, EDT_NOPROBE) : it.r;
}

static int keep_id(void *arg, const struct session_probe *p)
{
	*(uint32_t *)arg = p->id;
	return 1;
}

static int type_args(dtrace_hdl_t *h, const struct session_probe_info *info)
{
	for (int i = 0; i < info->nargs; i++) {
		const struct session_probe_arg *a = &info->args[i];
		ctf_id_t id = compat_type(h, a->translated ? a->translated : a->type, 0);
		if (id < 0)
			return compat_fail(h, ENOMEM);
		h->args[i] = (dtrace_typeinfo_t){
		    .dtt_object = "vmlinux", .dtt_ctfp = &h->types, .dtt_type = id};
	}
	return 0;
}

/* A description with globs says nothing of one probe; one that fits several is about the first. */
int dtrace_probe_info(dtrace_hdl_t *h, const dtrace_probedesc_t *desc, dtrace_probeinfo_t *out)
{
	LOCKED(h);
	struct err e = {0};
	struct session_probe_info info;
	if (!desc || !out)
		return compat_fail(h, EINVAL);
	struct session_probe pattern = pattern_of(desc);
	uint32_t id = desc->dtpd_id;
	if (!id && session_list(h->s, &pattern, keep_id, &id, &e) < 0)
		return compat_fail_with(h, &e, 0);
	if (!id || session_probe_info(h->s, id, &info, &e) < 0)
		return compat_fail(h, EDT_NOPROBE);
	if (type_args(h, &info) < 0)
		return -1;
	*out = (dtrace_probeinfo_t){.dtp_attr = compat_attribute(info.description),
				    .dtp_arga = compat_attribute(info.arguments),
				    .dtp_argv = h->args,
				    .dtp_argc = info.nargs < 0 ? 0 : info.nargs};
	return 0;
}

/* Consumers have them loaded at boot, for -A: providers here are part of programs. */
int dtrace_provider_modules(dtrace_hdl_t *h, const char **names, int max)
{
	(void)h;
	(void)names;
	(void)max;
	return 0;
}

/* ---- descriptions ---- */

static int put_field(dtrace_hdl_t *h, char *room, size_t bytes, const char *text)
{
	if ((size_t)snprintf(room, bytes, "%s", text) >= bytes)
		return compat_fail(h, ENAMETOOLONG);
	return 0;
}

int dtrace_xstr2desc(dtrace_hdl_t *h, dtrace_probespec_t spec, const char *text, int argc,
		     char *const argv[], dtrace_probedesc_t *out)
{
	static const enum session_level levels[] = {[DTRACE_PROBESPEC_PROVIDER] = SESSION_PROVIDER,
						    [DTRACE_PROBESPEC_MOD] = SESSION_MODULE,
						    [DTRACE_PROBESPEC_FUNC] = SESSION_FUNCTION,
						    [DTRACE_PROBESPEC_NAME] = SESSION_NAME};
	LOCKED(h);
	struct err e = {0};
	struct session_probe p = {0};
	if (!text || !out || argc < 0 || (argc > 0 && !argv) || spec < DTRACE_PROBESPEC_PROVIDER ||
	    spec > DTRACE_PROBESPEC_NAME)
		return compat_fail(h, EINVAL);
	text = session_probe_expand(h->s, text, argc, (const char *const *)argv, &e);
	if (!text)
		return compat_fail_with(h, &e, 0);
	if (spec == DTRACE_PROBESPEC_NAME && *text && !text[strspn(text, "0123456789")])
		return dtrace_id2desc(h, (dtrace_id_t)strtoul(text, NULL, 10), out);
	if (session_probe_parse(h->s, text, levels[spec], &p, &e) < 0)
		return compat_fail_with(h, &e, EINVAL);
	out->dtpd_id = p.id;
	const struct {
		char *room;
		size_t bytes;
		const char *text;
	} fields[] = {{out->dtpd_provider, sizeof(out->dtpd_provider), p.provider},
		      {out->dtpd_mod, sizeof(out->dtpd_mod), p.module},
		      {out->dtpd_func, sizeof(out->dtpd_func), p.function},
		      {out->dtpd_name, sizeof(out->dtpd_name), p.name}};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (put_field(h, fields[i].room, fields[i].bytes, fields[i].text) < 0)
			return -1;
	return 0;
}

int dtrace_str2desc(dtrace_hdl_t *h, dtrace_probespec_t spec, const char *text,
		    dtrace_probedesc_t *out)
{
	return dtrace_xstr2desc(h, spec, text, 0, NULL, out);
}

static int keep_desc(void *arg, const struct session_probe *p)
{
	relay_probe(arg, p);
	return 1;
}

int dtrace_id2desc(dtrace_hdl_t *h, dtrace_id_t id, dtrace_probedesc_t *out)
{
	LOCKED(h);
	struct err e = {0};
	struct session_probe pattern = {.id = id};
	if (!out || id == DTRACE_IDNONE || session_list(h->s, &pattern, keep_desc, out, &e) <= 0)
		return compat_fail(h, EDT_BADID);
	return 0;
}

char *dtrace_desc2str(const dtrace_probedesc_t *d, char *out, size_t bytes)
{
	if (d->dtpd_id)
		snprintf(out, bytes, "%u", d->dtpd_id);
	else
		snprintf(out, bytes, "%s:%s:%s:%s", d->dtpd_provider, d->dtpd_mod, d->dtpd_func,
			 d->dtpd_name);
	return out;
}

/* ---- attributes ---- */

const char *dtrace_stability_name(dtrace_stability_t level)
{
	return session_stability_name(level);
}

const char *dtrace_class_name(dtrace_class_t dclass)
{
	return session_class_name(dclass);
}

static const char *or_unknown(const char *name)
{
	return name ? name : "<unknown>";
}

char *dtrace_attr2str(dtrace_attribute_t a, char *out, size_t bytes)
{
	snprintf(out, bytes, "%s/%s/%s", or_unknown(session_stability_name(a.dtat_name)),
		 or_unknown(session_stability_name(a.dtat_data)),
		 or_unknown(session_class_name(a.dtat_class)));
	return out;
}

int dtrace_str2attr(const char *text, dtrace_attribute_t *out)
{
	struct session_attributes a;
	if (!text || !out || !session_attributes_parse(text, &a))
		return -1;
	*out = compat_attribute(a);
	return 0;
}
