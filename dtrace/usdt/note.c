/*
 * note.c - the types note: to text and back
 */
#include "dtrace/usdt/note.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_LEN = 512, PROBES_MAX = 4096 };

void usdt_note_encode(const struct usdt_def *p, struct buf *out)
{
	buf_printf(out, "provider %s\n", p->name);
	for (int k = 0; k < USDT_ATTRS; k++)
		if (p->attrs[k])
			buf_printf(out, "attr %s %s\n", usdt_attr_words[k], p->attrs[k]);
	for (size_t i = 0; i < p->probes.n; i++) {
		const struct usdt_def_probe *q = &p->probes.at[i];
		buf_printf(out, "probe %s\n", q->name);
		for (uint32_t n = 0; n < q->nargs; n++)
			buf_printf(out, "arg %d %s\n", q->args[n].size, q->args[n].type);
		for (uint32_t n = 0; n < q->nxargs; n++)
			buf_printf(out, "xarg %u %s\n", q->xargs[n].native, q->xargs[n].type);
		if (q->has_xargs && !q->nxargs)
			buf_puts(out, "xnone\n");
	}
}

struct decoder {
	struct arena *a;
	struct usdt_def *p;
	struct usdt_def_probe *probe; /* the last, NULL before the first */
};

static bool take_attr(struct decoder *d, const char *rest)
{
	for (int k = 0; k < USDT_ATTRS; k++) {
		size_t n = strlen(usdt_attr_words[k]);
		if (strncmp(rest, usdt_attr_words[k], n) != 0 || rest[n] != ' ')
			continue;
		d->p->attrs[k] = arena_strdup(d->a, rest + n + 1);
		return true;
	}
	return false;
}

static bool take_probe(struct decoder *d, const char *name)
{
	if (!*name || d->p->probes.n >= PROBES_MAX)
		return false;
	d->probe = vec_push(&d->p->probes, d->a);
	*d->probe = (struct usdt_def_probe){
	    .name = arena_strdup(d->a, name),
	    .args = arena_array(d->a, struct usdt_def_arg, USDT_ARGS_MAX),
	    .xargs = arena_array(d->a, struct usdt_def_arg, USDT_ARGS_MAX),
	};
	d->probe->id = d->probe->name;
	return true;
}

/* "NUMBER TYPE" */
static bool take_arg(struct decoder *d, const char *rest, bool translated)
{
	char *end;
	long v = strtol(rest, &end, 10);
	struct usdt_def_probe *q = d->probe;
	uint32_t *n = !q ? NULL : translated ? &q->nxargs : &q->nargs;
	if (!n || end == rest || *end != ' ' || !end[1] || *n >= USDT_ARGS_MAX)
		return false;
	struct usdt_def_arg a = {.type = arena_strdup(d->a, end + 1)};
	if (translated) {
		if (v < 0 || v >= USDT_ARGS_MAX)
			return false;
		a.native = (uint32_t)v;
		q->has_xargs = true;
		q->xargs[(*n)++] = a;
		return true;
	}
	if (v != 1 && v != 2 && v != 4 && v != 8 && v != -1 && v != -2 && v != -4 && v != -8)
		return false;
	a.size = (int)v;
	a.native = *n;
	q->args[(*n)++] = a;
	return true;
}

static bool take_line(struct decoder *d, const char *line)
{
	if (strncmp(line, "provider ", 9) == 0 && line[9] && !d->p->name) {
		d->p->name = arena_strdup(d->a, line + 9);
		return true;
	}
	if (!d->p->name)
		return false;
	if (strncmp(line, "attr ", 5) == 0)
		return take_attr(d, line + 5);
	if (strncmp(line, "probe ", 6) == 0)
		return take_probe(d, line + 6);
	if (strncmp(line, "arg ", 4) == 0)
		return take_arg(d, line + 4, false);
	if (strncmp(line, "xarg ", 5) == 0)
		return take_arg(d, line + 5, true);
	if (strcmp(line, "xnone") == 0 && d->probe)
		return d->probe->has_xargs = true;
	return false;
}

/* Whatever an argument is translated from must be there. */
static bool consistent(const struct usdt_def *p)
{
	for (size_t i = 0; i < p->probes.n; i++)
		for (uint32_t n = 0; n < p->probes.at[i].nxargs; n++)
			if (p->probes.at[i].xargs[n].native >= p->probes.at[i].nargs)
				return false;
	return true;
}

int usdt_note_decode(struct arena *a, const char *text, size_t len, struct usdt_def *out,
		     struct err *e)
{
	struct decoder d = {.a = a, .p = out};
	*out = (struct usdt_def){0};
	unsigned number = 0;
	for (const char *p = text, *end = text + len; p < end && *p; number++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);
		char line[LINE_MAX_LEN];
		if (n >= sizeof(line))
			return err_set(e, EINVAL, "types note, line %u: too long", number + 1);
		memcpy(line, p, n);
		line[n] = '\0';
		if (!take_line(&d, line))
			return err_set(e, EINVAL, "types note, line %u: malformed", number + 1);
		p += n + (nl != NULL);
	}
	if (!out->name || !consistent(out))
		return err_set(e, EINVAL, "types note: incomplete");
	return 0;
}
