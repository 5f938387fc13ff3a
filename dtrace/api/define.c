/*
 * define.c - a session that defines probes instead of tracing them (dtrace -h and -G)
 *
 * It parses, but neither looks at the kernel nor needs a privilege: it runs in builds.
 */
#include "dtrace/api/session_int.h"
#include "dtrace/usdt/header.h"
#include "dtrace/usdt/object.h"

#include <errno.h>

static bool is_typename(void *types, const char *name)
{
	return types_is_typename(types, name);
}

static int define(struct session *s, const struct session_source *src, const char *text, size_t len,
		  struct err *e)
{
	struct types *ts = types_new(s->arena, NULL, 256);
	struct macro_var macros[16];
	struct parse_opts po = {.is_typename = is_typename,
				.typename_ctx = ts,
				.is_file = true,
				.definitions = true,
				.argc = src->argc,
				.argv = src->argv,
				.macros = macros};
	struct program_ast *ast;
	session_macros(s, macros, &po.nmacros);
	diags_init(&s->diags, s->arena, src->filename);
	if (parse_program(s->arena, text, len, src->filename, &po, &s->diags, &ast) < 0 ||
	    usdt_define(s->arena, ts, ast, &s->diags, &s->defined) < 0)
		return session_report(s, text, e);
	return 0;
}

int session_define(struct session *s, const struct session_source *src, struct err *e)
{
	int r = -1;
	buf_clear(&s->errors);
	if (arena_guard(s->arena)) {
		s->arena->guarded = 0;
		return err_set(e, ENOMEM, "out of memory");
	}
	size_t len = src->len;
	const char *text =
	    src->cpp ? session_cpp(s, src, &len, e) : arena_strndup(s->arena, src->text, len);
	if (text)
		r = define(s, src, text, len, e);
	s->arena->guarded = 0;
	return r;
}

/* Into memory of the session. */
static const char *keep(struct session *s, const struct buf *b, size_t *bytes, struct err *e)
{
	if (b->oom || arena_guard(s->arena)) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	const char *p = arena_strndup(s->arena, buf_str(b), b->n);
	s->arena->guarded = 0;
	*bytes = b->n;
	return p;
}

const char *session_define_header(struct session *s, const char *source, size_t *bytes,
				  struct err *e)
{
	BUF_AUTO b = {0};
	usdt_header(&s->defined, source, &b);
	return keep(s, &b, bytes, e);
}

int session_define_check(struct session *s, struct err *e)
{
	if (s->opts.value[OPT_LINKTYPE] == 0)
		return 0;
	return err_set(
	    e, EINVAL,
	    "option linktype=dof: objects here have their probes in notes (.note.stapsdt), "
	    "not in DOF; leave the option out");
}

const char *session_define_object(struct session *s, const char *like, size_t *bytes, struct err *e)
{
	BUF_AUTO b = {0};
	int machine = session_define_check(s, e);
	if (machine == 0 && like)
		machine = usdt_object_machine(like, e);
	if (machine < 0)
		return NULL;
	usdt_object(&s->defined, machine, &b);
	return keep(s, &b, bytes, e);
}
