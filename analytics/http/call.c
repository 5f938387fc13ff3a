/*
 * call.c - errors of requests, members of bodies; see call.h
 */
#include "analytics/http/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int call_error(struct call *c, unsigned status, const char *code, const char *hint, const char *fmt,
	       ...)
{
	BUF_AUTO text = {0};
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	buf_clear(&c->out);
	c->json = (struct put){.out = &c->out};
	c->status = status;
	c->content_type = NULL;
	c->file_name = NULL;
	put_open(&c->json, '{');
	put_key(&c->json, "error"), put_open(&c->json, '{');
	put_kstr(&c->json, "code", code);
	put_kstr(&c->json, "message", buf_str(&text));
	if (hint)
		put_kstr(&c->json, "hint", hint);
	put_close(&c->json, '}');
	put_close(&c->json, '}');
	return -1;
}

int call_fail(struct call *c, const struct err *e)
{
	static const struct {
		int code;
		unsigned status;
		const char *name;
	} known[] = {
	    {EINVAL, 400, "invalid"},	{ENOENT, 404, "not-found"}, {EACCES, 403, "forbidden"},
	    {EPERM, 403, "forbidden"},	{EBUSY, 409, "in-use"},	    {EEXIST, 409, "exists"},
	    {ENOSPC, 507, "no-room"},	{EAGAIN, 503, "later"},	    {ENOTCONN, 503, "no-broker"},
	    {ENOMEM, 503, "no-memory"}, {E2BIG, 400, "invalid"}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == e->code)
			return call_error(c, known[i].status, known[i].name, NULL, "%s", e->text);
	return call_error(c, 500, "failed", NULL, "%s", e->text);
}

int64_t call_id(const struct call *c)
{
	const char *text = c->part[0];
	size_t n = strspn(text, "0123456789");
	return n && n <= 18 && !text[n] ? strtoll(text, NULL, 10) : 0;
}

int body_text(struct call *c, const char *name, const char *dflt, const char **out)
{
	const json_t *v = json_object_get(c->body, name);
	*out = dflt;
	if (!v || json_is_null(v))
		return 0;
	if (!json_is_string(v))
		return call_error(c, 400, "invalid", NULL, "\"%s\" is to be a text", name);
	*out = json_string_value(v);
	return 0;
}

int body_bool(struct call *c, const char *name, int *out)
{
	const json_t *v = json_object_get(c->body, name);
	*out = -1;
	if (!v || json_is_null(v))
		return 0;
	if (!json_is_boolean(v))
		return call_error(c, 400, "invalid", NULL, "\"%s\" is to be true or false", name);
	*out = json_is_true(v);
	return 0;
}
