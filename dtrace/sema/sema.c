/*
 * sema.c - the walk over a program: items in source order, clauses, probe matching
 *
 * In: a program or library as the parser made it. Out: struct sema_program; names, types and
 * translators in struct sema. A clause is typed once for all its probes. Two cases need a copy of
 * it: a probe that several of its descriptions name fires once for each (a clause for what is left
 * over is appended), and args[], whose types depend on the description (then every description gets
 * a clause of its own).
 */
#include "dtrace/sema/sema_internal.h"

#include <stdlib.h>
#include <string.h>

void sema_init(struct sema *s, struct arena *a, struct types *ts, struct registry *r,
	       struct options *o, struct diags *d)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
	s->types = ts;
	s->registry = r;
	s->opts = o;
	s->diags = d;
	s->names.arena = a;
	s->self_names.arena = a;
	s->agg_names.arena = a;
}

bool sema_is_typename(void *sema, const char *name)
{
	struct sema *s = sema;
	/* What D names is no type, and asking the kernel for every identifier would cost more than
	 * the parse. */
	if (map_get(&s->names, name) || builtin_var_find(name) || builtin_func_find(name) ||
	    strcmp(name, "NULL") == 0)
		return false;
	if (s->load_library_for && s->load_library_for(s->lib_ctx, name) &&
	    map_get(&s->names, name))
		return false;
	return types_is_typename(s->types, name);
}

/* ---- diagnostics and type texts ---- */

void sema_error_at(struct sema_ctx *c, const char *tag, struct src at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	diag_verror(c->diags, tag, at, fmt, ap);
	va_end(ap);
}

void sema_error(struct sema_ctx *c, const char *tag, const struct node *at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	diag_verror(c->diags, tag, at->src, fmt, ap);
	va_end(ap);
}

/* Errors that nobody is shown are not looked for. A library is read whole: it stays. */
static bool enough_errors(const struct sema_ctx *c)
{
	return !c->in_library && diag_count(c->diags) >= DIAGS_MAX;
}

const char *sema_type_text(struct sema_ctx *c, const struct type *t)
{
	if (!t)
		return "<error>";
	BUF_AUTO b = {0};
	return arena_strdup(c->arena, type_name(t, &b));
}

const char *sema_node_type_text(struct sema_ctx *c, const struct node *n)
{
	return sema_type_text(c, n->type);
}

struct type *sema_row_type(struct sema_ctx *c, const char *text)
{
	size_t n = strlen(text), stars = 0;
	while (n > 0 && (text[n - 1] == '*' || text[n - 1] == ' ')) {
		stars += text[n - 1] == '*';
		n--;
	}
	const char *base = arena_strndup(c->arena, text, n), *tag = strrchr(base, ' ');
	const char *name = tag ? tag + 1 : base;
	/* What a library defines goes before the kernel's type of that name. */
	bool ours = !tag && !types_canonical(base);
	if (ours && c->s->load_library_for)
		c->s->load_library_for(c->s->lib_ctx, name);
	struct type *t = types_find(c->types, text);
	if (!t && !ours && c->s->load_library_for && c->s->load_library_for(c->s->lib_ctx, name))
		t = types_find(c->types, text);
	if (t)
		return t;
	t = types_void(c->types);
	for (size_t i = 0; i < stars; i++)
		t = types_ptr(c->types, t);
	return t;
}

/* ---- probes ---- */

static const char *spec_text(struct sema_ctx *c, const struct probe_spec *s)
{
	if (s->id)
		return arena_printf(c->arena, "%u", s->id);
#define PART(p) ((p) ? (p) : "")
	return arena_printf(c->arena, "%s:%s:%s:%s", PART(s->provider), PART(s->module),
			    PART(s->function), PART(s->name));
#undef PART
}

static void report_unmatched(struct sema_ctx *c, const struct probe_spec *s)
{
	c->clause_lost = true;
	sema_error_at(c, "D_PDESC_ZERO", s->src, "probe description %s does not match any probes",
		      spec_text(c, s));
	if (!c->diags->last_kept) /* to look for what is near takes its time */
		return;
	const char *why =
	    registry_explain(c->s->registry, s->provider, s->module, s->function, s->name);
	if (why)
		diag_hint(c->diags, "%s", why);
}

/* The probes of one description; false when an error was reported. */
static bool match_spec(struct sema_ctx *c, const struct probe_spec *s, struct probe ***out,
		       uint32_t *n)
{
	struct err e = {0};
	*n = 0;
	if (s->id) {
		struct probe *p = registry_by_id(c->s->registry, s->id, &e);
		if (!p) {
			sema_error_at(c, "D_PDESC_INVAL", s->src, "invalid probe identifier %u: %s",
				      s->id, e.code ? e.text : "No probe matches description");
			return false;
		}
		*out = arena_array(c->arena, struct probe *, 1);
		**out = p;
		*n = 1;
		return true;
	}
	bool may_lack = c->s->opts && c->s->opts->value[OPT_ZDEFS] != OPTION_UNSET &&
			c->s->opts->value[OPT_ZDEFS] != 0;
	int found =
	    registry_match(c->s->registry, s->provider, s->module, s->function, s->name, out, &e);
	if (found < 0 && may_lack && !strcmp(registry_tag(c->s->registry), "D_PROC_FUNC"))
		found = 0;
	if (found < 0) {
		sema_error_at(c, registry_tag(c->s->registry), s->src, "%s", e.text);
		return false;
	}
	*n = (uint32_t)found;
	if (found == 0 && may_lack)
		return true;
	if (found == 0)
		report_unmatched(c, s);
	return found > 0;
}

static int by_id(const void *a, const void *b)
{
	const struct probe *const *p = a, *const *q = b;
	return ((*p)->id > (*q)->id) - ((*p)->id < (*q)->id);
}

/* ---- clauses ---- */

static bool names_args(const struct node *n)
{
	for (; n; n = n->next) {
		if (n->kind == NODE_IDENT && !n->scope && strcmp(n->name, "args") == 0)
			return true;
		for (uint32_t i = 0; i < n->nkids; i++)
			if (n->kids[i] && names_args(n->kids[i]))
				return true;
		if (n->kind == NODE_IF && (names_args(n->then_body) || names_args(n->else_body)))
			return true;
	}
	return false;
}

static struct node *clone_list(struct arena *a, const struct node *n)
{
	struct node *first = NULL, **end = &first;
	for (; n; n = n->next) {
		*end = node_clone(a, n);
		(*end)->next = NULL;
		end = &(*end)->next;
	}
	return first;
}

static void sema_statements(struct sema_ctx *c, struct node *n);

static struct node *scalar_condition(struct sema_ctx *c, struct node *n, const char *what)
{
	n = sema_expr(c, n);
	if (n->type && !type_is_scalar(n->type)) {
		sema_error(c, "D_PRED_SCALAR", n, "%s must be of scalar type", what);
		n->type = NULL;
	}
	return n;
}

static struct node *expr_statement(struct sema_ctx *c, struct node *e)
{
	struct node *n = node_new(c->arena, NODE_EXPR_STMT, e->src);
	n->kids = arena_array(c->arena, struct node *, 1);
	n->kids[0] = e;
	n->nkids = 1;
	return n;
}

static bool is_agg_assign(const struct node *e)
{
	return e->kind == NODE_BINARY && e->op == OP_ASSIGN && e->kids[0]->kind == NODE_AGG;
}

static bool is_effect(const struct node *e)
{
	return sema_is_tracing_call(e) || is_agg_assign(e);
}

static bool holds_effect(const struct node *e)
{
	return is_effect(e) ||
	       (e->kind == NODE_COND && (holds_effect(e->kids[1]) || holds_effect(e->kids[2])));
}

/* OPT_v ? printf(...) : 1; is what programs older than `if` say for it: a statement, not a value. Types the
 * condition. A constant, as an inline that a script was given, leaves in n the statement that it chooses; the other is as if
 * it were not there: its aggregations may have other keys. Of two actions only a constant may choose one. */
static bool conditional_action(struct sema_ctx *c, struct node *n)
{
	struct node *e = n->kids[0];
	if (n->kind != NODE_EXPR_STMT || !holds_effect(e) || is_effect(e))
		return false;
	e->kids[0] = scalar_condition(c, e->kids[0], "condition");
	if (e->kids[0]->kind == NODE_INT) {
		n->kids[0] = e->kids[0]->ival ? e->kids[1] : e->kids[2];
		return conditional_action(c, n);
	}
	if (is_effect(e->kids[1]) && is_effect(e->kids[2]))
		return false;
	n->kind = NODE_IF;
	n->kids[0] = e->kids[0];
	n->then_body = expr_statement(c, e->kids[1]);
	n->else_body = expr_statement(c, e->kids[2]);
	return true;
}

static void sema_if(struct sema_ctx *c, struct node *n)
{
	sema_statements(c, n->then_body);
	sema_statements(c, n->else_body);
}

static void sema_statement(struct sema_ctx *c, struct node *n)
{
	if (n->kind == NODE_IF) {
		n->kids[0] = scalar_condition(c, n->kids[0], "condition");
		sema_if(c, n);
		return;
	}
	if (conditional_action(c, n)) {
		sema_if(c, n);
		return;
	}
	if (n->kind != NODE_EXPR_STMT)
		return;
	struct node *e = n->kids[0];
	if (is_agg_assign(e))
		sema_agg_assign(c, e);
	else if (e->kind == NODE_CALL)
		n->kids[0] = sema_call(c, e, true);
	else if (e->kind == NODE_AGG)
		sema_error(c, "D_AGG_NULL", e, "expression has null effect: @%s", e->name);
	else
		n->kids[0] = e = sema_expr(c, e);
}

static void sema_statements(struct sema_ctx *c, struct node *n)
{
	for (; n && !enough_errors(c); n = n->next)
		sema_statement(c, n);
}

/* All descriptions of a clause, as one names them. */
static const char *specs_text(struct sema_ctx *c, const struct probe_spec *specs)
{
	size_t n = 0, bytes = 1;
	for (const struct probe_spec *s = specs; s; s = s->next)
		n++;
	const char **parts = arena_array(c->arena, const char *, n + 1);
	n = 0;
	for (const struct probe_spec *s = specs; s; s = s->next)
		bytes += strlen(parts[n++] = spec_text(c, s)) + 1;
	char *text = arena_alloc(c->arena, bytes), *end = text;
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			*end++ = ',';
		end = stpcpy(end, parts[i]);
	}
	return text;
}

static bool assigns(const struct node *n)
{
	bool yes = (n->kind == NODE_BINARY && n->op >= OP_ASSIGN && n->op <= OP_XOR_ASSIGN) ||
		   (n->kind == NODE_UNARY && n->op >= OP_PREINC && n->op <= OP_POSTDEC);
	for (uint32_t i = 0; i < n->nkids && !yes; i++)
		yes = assigns(n->kids[i]);
	return yes;
}

static void type_predicate(struct sema_ctx *c, struct sema_clause *sc)
{
	if (!sc->predicate)
		return;
	c->in_predicate = true;
	c->diags->region = "predicate";
	sc->predicate = scalar_condition(c, sc->predicate, "predicate result");
	c->in_predicate = false;
}

/* The actions come first: what they assign to, the predicate knows, as in /self->last == 0/ { self->last =
 * timestamp; }. Unless it is the predicate that assigns. */
static void type_clause(struct sema_ctx *c, struct sema_clause *sc)
{
	bool predicate_first = sc->predicate && assigns(sc->predicate);
	if (predicate_first)
		type_predicate(c, sc);
	c->diags->region = "action list";
	sema_statements(c, sc->body);
	if (!predicate_first)
		type_predicate(c, sc);
}

/* Types one copy of a clause for a set of probes and adds it to the program. spec: the first of its descriptions. */
static void add_clause(struct sema_ctx *c, struct clause *ast, struct probe_spec *spec,
		       const char *description, bool copy, struct probe **probes, uint32_t nprobes)
{
	struct sema_clause *sc = arena_new_of(c->arena, struct sema_clause);
	size_t before = diag_count(c->diags);
	sema_misplaced_calls(c, before == 0); /* of declarations */
	sc->ast = ast;
	sc->probes = probes;
	sc->nprobes = nprobes;
	sc->description = description;
	sc->predicate =
	    copy && ast->predicate ? node_clone(c->arena, ast->predicate) : ast->predicate;
	if (c->s->zone || c->s->only_zone)
		sc->predicate =
		    sema_zone_predicate(c, sc, c->s->zone ? c->s->zone : c->s->only_zone);
	sc->body = copy ? clone_list(c->arena, ast->body) : ast->body;
	sc->default_action = !ast->body;
	c->clause = sc;
	c->spec = spec;
	c->attr_set = false;
	type_clause(c, sc);
	if (!copy)
		ast->predicate = sc->predicate; /* for the dump */
	if (c->s->zone && diag_count(c->diags) == before)
		sema_tenant_check(c, sc);
	sema_misplaced_calls(c, diag_count(c->diags) == before);
	if (diag_count(c->diags) == before)
		sema_clause_rules(c, sc);
	c->diags->region = NULL;
	sc->attr =
	    c->attr_set ? c->attr : (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	c->prog->attr = c->prog->clauses.n ? stability_min(c->prog->attr, sc->attr) : sc->attr;
	for (uint32_t i = 0; i < nprobes; i++)
		c->prog->nmatched += !probes[i]->to_come;
	c->clause = NULL;
	c->spec = NULL;
	*vec_push(&c->prog->clauses, c->arena) = sc;
}

struct matched {
	struct probe **probes;
	uint32_t n;
};

/* One clause for each description. */
static void clause_by_spec(struct sema_ctx *c, struct clause *ast, struct matched *m)
{
	for (struct probe_spec *s = ast->specs; s; s = s->next, m++)
		add_clause(c, ast, s, spec_text(c, s), s->next != NULL, m->probes, m->n);
}

/* One clause for all; probes named more than once go into further ones. */
static void clause_merged(struct sema_ctx *c, struct clause *ast, struct matched *m, uint32_t total)
{
	struct probe **all = arena_array(c->arena, struct probe *, total + 1);
	const char *description = specs_text(c, ast->specs);
	uint32_t n = 0;
	for (struct probe_spec *s = ast->specs; s; s = s->next, m++)
		for (uint32_t i = 0; i < m->n; i++)
			all[n++] = m->probes[i];
	bool sorted = true;
	for (uint32_t i = 1; i < n && sorted; i++)
		sorted = all[i - 1]->id <= all[i]->id;
	if (!sorted)
		qsort(all, n, sizeof(all[0]), by_id);
	do {
		struct probe **set = arena_array(c->arena, struct probe *, n + 1);
		uint32_t nset = 0, nrest = 0;
		for (uint32_t i = 0; i < n; i++) {
			if (nset > 0 && set[nset - 1]->id == all[i]->id)
				all[nrest++] = all[i];
			else
				set[nset++] = all[i];
		}
		n = nrest;
		add_clause(c, ast, ast->specs, description, n > 0, set, nset);
	} while (n > 0);
}

/* A system call by its other name. */
static bool is_other_name(const struct probe_spec *s, const struct probe *p)
{
	return s->function && strcmp(p->provider, "syscall") == 0 &&
	       !probe_glob(s->function, p->function);
}

static bool holds(const struct matched *m, const struct probe *p)
{
	for (uint32_t i = 0; i < m->n; i++)
		if (m->probes[i] == p)
			return true;
	return false;
}

/* Does another description of the clause stand for the probe already? */
static bool stands_elsewhere(const struct probe_spec *specs, const struct matched *m, uint32_t k,
			     const struct probe *p)
{
	uint32_t j = 0;
	for (const struct probe_spec *s = specs; s; s = s->next, j++)
		if (j != k && holds(&m[j], p) && (j < k || !is_other_name(s, p)))
			return true;
	return false;
}

/* syscall::open:entry, syscall::open64:entry { } are two calls elsewhere and one here, which happens once. Returns the matches that are left. */
static uint32_t drop_other_names(const struct probe_spec *specs, struct matched *m)
{
	uint32_t total = 0, k = 0;
	for (const struct probe_spec *s = specs; s; s = s->next, k++) {
		uint32_t left = 0;
		for (uint32_t i = 0; i < m[k].n; i++) {
			struct probe *p = m[k].probes[i];
			if (!is_other_name(s, p) || !stands_elsewhere(specs, m, k, p))
				m[k].probes[left++] = p;
		}
		m[k].n = left;
		total += left;
	}
	return total;
}

static void sema_clause_item(struct sema_ctx *c, struct clause *ast)
{
	uint32_t nspecs = 0, total;
	for (struct probe_spec *s = ast->specs; s; s = s->next)
		nspecs++;
	struct matched *m = arena_array(c->arena, struct matched, nspecs + 1);
	bool ok = true;
	uint32_t k = 0;
	for (struct probe_spec *s = ast->specs; s && c->s->registry && !enough_errors(c);
	     s = s->next, k++)
		ok = match_spec(c, s, &m[k].probes, &m[k].n) && ok;
	if (!ok)
		return;
	total = c->s->registry ? drop_other_names(ast->specs, m) : 0;
	if (nspecs > 1 && (names_args(ast->predicate) || names_args(ast->body)))
		clause_by_spec(c, ast, m);
	else
		clause_merged(c, ast, m, total);
}

/* ---- items ---- */

static void sema_item(struct sema_ctx *c, struct item *it)
{
	switch (it->kind) {
	case ITEM_CLAUSE:
		if (c->in_library)
			sema_error_at(c, "D_PRAGMA_SCOPE", it->clause->src,
				      "libraries may not contain probe clauses");
		else
			sema_clause_item(c, it->clause);
		break;
	case ITEM_DECL:
		sema_decl(c, it->decl);
		break;
	case ITEM_INLINE:
		sema_inline(c, it->inl);
		break;
	case ITEM_TRANSLATOR:
		sema_translator(c, it->xlator);
		break;
	case ITEM_PROVIDER:
		sema_provider(c, it->provider);
		break;
	case ITEM_PRAGMA:
		sema_pragma(c, it->pragma);
		break;
	}
}

static void ctx_init(struct sema_ctx *c, struct sema *s)
{
	memset(c, 0, sizeof(*c));
	c->s = s;
	c->arena = s->arena;
	c->types = s->types;
	c->diags = s->diags;
	c->this_names.arena = s->arena;
	c->bodies.arena = s->arena;
	c->births.arena = s->arena;
}

/* Takes back what a failed program bound. Libraries that were loaded meanwhile stay, so variables
 * go only from the end: their ids are places. */
static void undo(struct sema_ctx *c, size_t naggs)
{
	for (size_t i = c->undo.n; i-- > 0;)
		*map_at(c->undo.at[i].map, c->undo.at[i].key) = c->undo.at[i].was;
	for (size_t i = c->made_vars.n; i-- > 0 && c->s->vars.n > 0;) {
		if (c->s->vars.at[c->s->vars.n - 1] != c->made_vars.at[i])
			break;
		c->s->vars.n--;
	}
	c->s->aggs.n = naggs;
	sema_undo_translators(c);
}

static int run(struct sema_ctx *c, const struct program_ast *ast)
{
	struct sema *s = c->s;
	size_t before = diag_count(c->diags);
	size_t naggs = s->aggs.n;
	for (struct item *it = ast->items; it && !enough_errors(c); it = it->next)
		sema_item(c, it);
	sema_calls_finish(c);
	if (diag_count(c->diags) == before)
		return 0;
	undo(c, naggs);
	return -1;
}

int sema_library(struct sema *s, const struct program_ast *ast)
{
	struct sema_ctx c;
	ctx_init(&c, s);
	c.in_library = true;
	return run(&c, ast);
}

static void check_var_types(struct sema_ctx *c)
{
	for (size_t i = 0; i < c->s->vars.n; i++)
		if (!c->s->vars.at[i]->type)
			c->s->vars.at[i]->type = types_int(c->types, 8, true);
}

int sema_program(struct sema *s, const struct program_ast *ast, struct sema_program *out)
{
	struct sema_ctx c;
	ctx_init(&c, s);
	memset(out, 0, sizeof(*out));
	out->attr = (struct stability){STAB_STABLE, STAB_STABLE, CLASS_COMMON};
	c.prog = out;
	sema_note_births(&c, ast);
	if (run(&c, ast) < 0)
		return -1;
	check_var_types(&c);
	for (size_t i = 0; i < s->vars.n; i++)
		*vec_push(&out->vars, s->arena) = s->vars.at[i];
	for (size_t i = 0; i < s->aggs.n; i++)
		*vec_push(&out->aggs, s->arena) = s->aggs.at[i];
	return 0;
}
