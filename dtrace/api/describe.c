/*
 * describe.c - what there is to be told of options, programs and probes
 */
#include "dtrace/api/session_int.h"

#include "dtrace/builtin/builtin.h"
#include "dtrace/dlang/lex.h"

#include <errno.h>
#include <string.h>

/* ---- options ---- */

int session_getopt(const struct session *s, const char *name, int64_t *value, struct err *e)
{
	int id = option_find(name);
	if (id < 0)
		return err_set(e, EINVAL, "Invalid option name");
	uint64_t v = s->opts.value[id];
	*value = v == OPTION_UNSET ? SESSION_UNSET : (int64_t)v;
	return 0;
}

bool session_option_on(const struct session *s, const char *name)
{
	struct err ignored = {0};
	int64_t v = 0;
	return session_getopt(s, name, &v, &ignored) == 0 && v != SESSION_UNSET && v != 0;
}

const char *session_option_text(const struct session *s, const char *name)
{
	int id = option_find(name);
	return id < 0 ? NULL : s->opts.text[id];
}

const char *session_option_kind(const char *name)
{
	int id = option_find(name);
	return id < 0 ? NULL : option_kind((enum option)id);
}

/* ---- stability ---- */

const char *session_stability_name(unsigned level)
{
	return level <= STAB_STANDARD ? stability_name(level) : NULL;
}

const char *session_class_name(unsigned dclass)
{
	return dclass <= CLASS_COMMON ? stability_class_name(dclass) : NULL;
}

static struct session_attributes attributes(struct stability a)
{
	return (struct session_attributes){a.name, a.data, a.dclass};
}

bool session_attributes_parse(const char *text, struct session_attributes *out)
{
	struct stability a;
	if (!stability_parse(text, &a))
		return false;
	*out = attributes(a);
	return true;
}

/* ---- programs ---- */

/* Is there a call of a function with these flags, or of this one? */
static bool calls(const struct node *n, uint32_t flags, enum builtin_func func)
{
	for (; n; n = n->next) {
		if (n->kind == NODE_CALL && n->ident && n->ident->kind == IDENT_FUNC &&
		    ((n->ident->func->flags & flags) || n->ident->func->id == func))
			return true;
		for (uint32_t i = 0; i < n->nkids; i++)
			if (n->kids[i] && calls(n->kids[i], flags, func))
				return true;
		if ((n->then_body && calls(n->then_body, flags, func)) ||
		    (n->else_body && calls(n->else_body, flags, func)))
			return true;
	}
	return false;
}

void session_program_info(const struct session_program *p, struct session_program_info *out)
{
	const struct sema_program *t = &p->typed;
	*out = (struct session_program_info){.descriptions = attributes(sema_description_attr(t)),
					     .statements = attributes(t->attr),
					     .matches = t->nmatched,
					     .aggregations = (unsigned)t->aggs.n};
	for (size_t i = 0; i < t->clauses.n; i++) {
		const struct sema_clause *c = t->clauses.at[i];
		out->recording += c->default_action || calls(c->body, BUILTIN_RECORDS, BF_NONE);
		out->speculations += calls(c->body, 0, BF_SPECULATE);
	}
}

static struct session_probe describe(const struct probe *p)
{
	return (struct session_probe){p->id, p->provider, p->module, p->function, p->name};
}

void session_program_probes(const struct session_program *p, session_probe_fn *fn, void *arg)
{
	for (size_t i = 0; i < p->typed.clauses.n; i++) {
		const struct sema_clause *c = p->typed.clauses.at[i];
		for (uint32_t k = 0; k < c->nprobes; k++) {
			struct session_probe probe = describe(c->probes[k]);
			if (!c->probes[k]->to_come && fn(arg, &probe))
				return;
		}
	}
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static struct session_probe pattern_of(const struct probe_spec *spec)
{
	return (struct session_probe){spec->id, or_empty(spec->provider), or_empty(spec->module),
				      or_empty(spec->function), or_empty(spec->name)};
}

void session_program_descriptions(const struct session_program *p, session_description_fn *fn,
				  void *arg)
{
	for (size_t i = 0; i < p->typed.clauses.n; i++) {
		const struct sema_clause *c = p->typed.clauses.at[i];
		if (i > 0 && p->typed.clauses.at[i - 1]->ast == c->ast)
			continue; /* another copy of it, for others of its probes */
		struct session_attributes a = attributes(c->attr);
		for (const struct probe_spec *spec = c->ast->specs; spec; spec = spec->next) {
			struct session_probe pattern = pattern_of(spec);
			if (fn(arg, &pattern, &a))
				return;
		}
	}
}

/* ---- probes ---- */

static int list(struct session *s, const struct session_probe *pattern, session_probe_fn *fn,
		void *arg, struct err *e)
{
	static const struct session_probe any;
	struct session_probe probe;
	struct probe **probes;
	if (session_prepare(s, e) < 0)
		return -1;
	if (!pattern)
		pattern = &any;
	if (pattern->id) {
		struct probe *p = registry_by_id(s->registry, pattern->id, e);
		if (!p)
			return 0;
		probe = describe(p);
		fn(arg, &probe);
		return 1;
	}
	int n = registry_match(s->registry, pattern->provider, pattern->module, pattern->function,
			       pattern->name, &probes, e);
	int shown = 0;
	for (int i = 0; i < n; i++) {
		if (probes[i]->to_come)
			continue;
		probe = describe(probes[i]);
		shown++;
		if (fn(arg, &probe))
			break;
	}
	return n < 0 ? n : shown;
}

int session_list(struct session *s, const struct session_probe *pattern, session_probe_fn *fn,
		 void *arg, struct err *e)
{
	int n = arena_guard(s->arena) ? err_set(e, ENOMEM, "out of memory")
				      : list(s, pattern, fn, arg, e);
	s->arena->guarded = 0;
	return n;
}

struct missing {
	session_missing_fn *fn;
	void *arg;
};

static void on_missing(void *arg, const char *provider, const struct probe_doc *doc,
		       const char *why)
{
	const struct missing *m = arg;
	struct session_probe p = {
	    .provider = provider, .module = "", .function = doc->function, .name = doc->name};
	m->fn(m->arg, &p, why);
}

int session_list_missing(struct session *s, const struct session_probe *pattern,
			 session_missing_fn *fn, void *arg, struct err *e)
{
	struct missing m = {fn, arg};
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	int rc = session_prepare(s, e);
	if (rc == 0)
		registry_each_missing(s->registry, pattern->provider, pattern->module,
				      pattern->function, pattern->name, on_missing, &m);
	s->arena->guarded = 0;
	return rc;
}

const char *session_explain(struct session *s, const struct session_probe *pattern)
{
	struct err ignored;
	const char *why = NULL;
	if (arena_guard(s->arena))
		return NULL;
	if (session_prepare(s, &ignored) == 0)
		why = registry_explain(s->registry, pattern->provider, pattern->module,
				       pattern->function, pattern->name);
	s->arena->guarded = 0;
	return why;
}

int session_probe_parse(struct session *s, const char *text, enum session_level level,
			struct session_probe *out, struct err *e)
{
	struct probe_spec spec = {0};
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	bool good = parse_spec_fields(s->arena, text, (enum spec_level)level, &spec);
	s->arena->guarded = 0;
	*out = pattern_of(&spec);
	return good ? 0 : err_set(e, EINVAL, "too many fields");
}

const char *session_probe_expand(struct session *s, const char *text, int argc,
				 const char *const *argv, struct err *e)
{
	struct macro_var macros[16];
	struct parse_opts po = {.argc = argc, .argv = argv, .macros = macros};
	struct lexer lx;
	const char *bad = NULL;
	if (arena_guard(s->arena)) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	session_macros(s, macros, &po.nmacros);
	lex_init(&lx, s->arena, text, strlen(text), NULL, &po, NULL);
	const char *expanded = lex_expand_spec(&lx, text, strlen(text), &bad);
	s->arena->guarded = 0;
	if (!expanded)
		err_set(e, EINVAL, "macro %s in a probe description is not defined", bad);
	return expanded;
}

/* The least of the parts that the probe has. */
static struct stability least_of(const struct probe *p, const struct stability *of)
{
	struct stability a = of[0];
	const char *parts[] = {p->module, p->function, p->name};
	for (int i = 0; i < 3; i++)
		if (*parts[i])
			a = stability_min(a, of[i + 1]);
	return a;
}

static int probe_info(struct session *s, const struct probe *p, struct session_probe_info *out)
{
	struct probe_arg args[SESSION_MAX_ARGS];
	struct stability attrs[5] = {0};
	const struct provider_ops *ops = p->impl->ops;
	*out = (struct session_probe_info){.nargs = -1};
	if (probe_stability(p, attrs)) {
		out->has_attributes = true;
		out->description = attributes(least_of(p, attrs));
		out->arguments = attributes(attrs[4]);
	}
	if (ops->args)
		out->nargs = ops->args(p->impl, p, s->arena, args, SESSION_MAX_ARGS);
	for (int i = 0; i < out->nargs; i++)
		out->args[i] =
		    (struct session_probe_arg){args[i].type, args[i].xtype, args[i].name};
	return 0;
}

int session_probe_info(struct session *s, uint32_t id, struct session_probe_info *out,
		       struct err *e)
{
	int r = -1;
	if (arena_guard(s->arena))
		return err_set(e, ENOMEM, "out of memory");
	if (session_prepare(s, e) == 0) {
		struct probe *p = registry_by_id(s->registry, id, e);
		r = p ? probe_info(s, p, out) : err_set(e, ENOENT, "No probe matches description");
	}
	s->arena->guarded = 0;
	return r;
}

/* ---- types ---- */

/* The compiler is asked for sizeof: what it knows as a type is one. */
int session_type_named(struct session *s, const char *name, struct session_type *out, struct err *e)
{
	BUF_AUTO text = {0};
	buf_printf(&text, "BEGIN { trace(sizeof (%s)); }", name);
	struct session_source src = {.text = buf_str(&text), .len = text.n};
	struct session_program *p = session_compile(s, &src, e);
	if (!p || arena_guard(s->arena))
		return -1;
	const struct node *stmt = p->typed.clauses.n == 1 ? p->typed.clauses.at[0]->body : NULL;
	const struct node *call = stmt && stmt->nkids ? stmt->kids[0] : NULL;
	bool is_size = call && call->nkids == 1 && call->kids[0]->is_const && !stmt->next;
	if (is_size)
		*out = (struct session_type){arena_strdup(s->arena, name), call->kids[0]->ival};
	s->arena->guarded = 0;
	return is_size ? 0 : err_set(e, ENOENT, "No such type");
}

/* ---- code ---- */

int session_print_code(struct session *s, FILE *to, struct err *e)
{
	BUF_AUTO b = {0};
	if (session_lower(s, e) < 0)
		return -1;
	session_disassemble(s, &b);
	fputs(buf_str(&b), to);
	return 0;
}

void session_print_features(struct session *s, FILE *to)
{
	struct err ignored = {0};
	BUF_AUTO b = {0};
	if (session_prepare(s, &ignored) < 0)
		return;
	features_print(&s->features, &b);
	fputs(buf_str(&b), to);
}
