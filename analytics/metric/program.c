/*
 * program.c - from a resolved name to the D program that measures it; users' own programs
 *
 * The clauses of a statistic are a template: lines between %if and %end stand or fall with the fields that the
 * name uses, $when, $early and $count become the name's predicates and breakdown.
 */
#include "analytics/metric/catalogue.h"

#include "base/buf.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* ---- predicates and aggregation as D ---- */

static void put_string(const char *s, struct buf *out)
{
	buf_putc(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static void put_comparison(const char *expr, const char *op, const char *value, bool text,
			   struct buf *out)
{
	buf_printf(out, "(%s) %s ", expr, op);
	if (text)
		put_string(value, out);
	else
		buf_puts(out, value);
}

static void put_predicate(const struct name_predicate *p, const char *expr, bool text,
			  struct buf *out)
{
	if (p->op == NAME_RANGE) {
		buf_printf(out, "(%s) >= %s && (%s) <= %s", expr, p->value, expr, p->to);
		return;
	}
	if (p->op != NAME_IN) {
		put_comparison(expr, p->op == NAME_EQ ? "==" : name_op_text(p->op), p->value, text,
			       out);
		return;
	}
	for (unsigned i = 0; i < p->nvalues; i++) {
		buf_puts(out, i ? " || " : "(");
		put_comparison(expr, "==", p->values[i], text, out);
	}
	buf_putc(out, ')');
}

/* All predicates, or those that have an early expression, with && between; "1" for none. */
static void put_predicates(const struct metric *m, bool early, struct buf *out)
{
	unsigned n = 0;
	for (unsigned i = 0; m && i < m->name.npredicates; i++) {
		const struct name_predicate *p = &m->name.predicates[i];
		const struct metric_field *f = metric_field_find(m->stat, p->field);
		if (early && !*f->early)
			continue;
		buf_puts(out, n++ ? " && " : "");
		put_predicate(p, early ? f->early : f->expr, f->text, out);
	}
	if (n == 0)
		buf_putc(out, '1');
}

/* "EXPR" of value: sum(EXPR); NULL of count(). */
static const char *summed(const struct metric_stat *s, struct arena *a)
{
	if (strncmp(s->value, "sum(", 4) != 0)
		return NULL;
	return arena_strndup(a, s->value + 4, strlen(s->value) - 5);
}

static void put_key(const struct metric *m, struct buf *out)
{
	if (m->key)
		buf_printf(out, "[%s]", m->key->expr);
}

static void put_count(const struct metric *m, struct arena *a, struct buf *out)
{
	char scheme[64];
	const char *weight = summed(m->stat, a);
	buf_puts(out, "@value");
	put_key(m, out);
	if (!m->numeric) {
		buf_printf(out, " = %s", m->stat->value);
		return;
	}
	/* "llquantize(10,3,11,20)": the value goes first, the weight last. */
	scheme_text(&m->scheme, scheme, sizeof(scheme));
	char *open = strchr(scheme, '(');
	open[strlen(open) - 1] = '\0';
	buf_printf(out, " = %.*s(%s%s%s", (int)(open - scheme), scheme, m->numeric->expr,
		   open[1] ? "," : "", open + 1);
	if (weight)
		buf_printf(out, ", %s", weight);
	buf_puts(out, "); @value_sum");
	put_key(m, out);
	if (weight)
		buf_printf(out, " = sum((%s) * (%s))", m->numeric->expr, weight);
	else
		buf_printf(out, " = sum(%s)", m->numeric->expr);
}

/* ---- the template ---- */

struct template
{
	const struct metric_stat *stat;
	const struct metric *metric; /* NULL: only checked */
	struct arena *arena;
	unsigned line;
	bool in_if, in_else, on;
	struct buf *out;
	struct err *e;
};

static int template_error(const struct template *t, const char *what)
{
	return err_set(t->e, EINVAL, "%s:%u: %s", t->stat->file, t->line, what);
}

static bool uses(const struct metric *m, const char *field)
{
	for (unsigned i = 0; m && i < m->name.npredicates; i++)
		if (strcmp(m->name.predicates[i].field, field) == 0)
			return true;
	for (unsigned i = 0; m && i < m->name.nbreakdowns; i++)
		if (strcmp(m->name.breakdowns[i], field) == 0)
			return true;
	return false;
}

static int template_if(struct template *t, const char *fields)
{
	char *save, *list = arena_strdup(t->arena, fields);
	unsigned n = 0;
	if (t->in_if)
		return template_error(t, "%if within %if");
	t->in_if = true;
	t->in_else = t->on = false;
	for (char *f = strtok_r(list, ", \t\r", &save); f;
	     f = strtok_r(NULL, ", \t\r", &save), n++) {
		if (!metric_field_find(t->stat, f))
			return template_error(
			    t, arena_printf(t->arena, "%%if: there is no field \"%.60s\"", f));
		t->on = t->on || uses(t->metric, f);
	}
	return n ? 0 : template_error(t, "%if names no field");
}

static int template_directive(struct template *t, const char *line)
{
	if (strncmp(line, "%if ", 4) == 0)
		return template_if(t, line + 4);
	size_t n = strcspn(line, " \t\r");
	if (n == 5 && strncmp(line, "%else", 5) == 0) {
		if (!t->in_if || t->in_else)
			return template_error(t, "%else without %if");
		t->in_else = true;
		t->on = !t->on;
		return 0;
	}
	if (n == 4 && strncmp(line, "%end", 4) == 0) {
		if (!t->in_if)
			return template_error(t, "%end without %if");
		t->in_if = false;
		return 0;
	}
	return template_error(t, "a line that begins with % is %if FIELD.., %else or %end");
}

static void template_line(struct template *t, const char *line)
{
	static const char *const words[] = {"$count", "$when", "$early"};
	while (*line) {
		unsigned w = 0;
		while (w < 3 && strncmp(line, words[w], strlen(words[w])) != 0)
			w++;
		if (w == 3) {
			buf_putc(t->out, *line++);
			continue;
		}
		line += strlen(words[w]);
		if (t->metric && w == 0)
			put_count(t->metric, t->arena, t->out);
		else
			put_predicates(t->metric, w == 2, t->out);
	}
	buf_putc(t->out, '\n');
}

static int template_expand(struct template *t)
{
	for (const char *at = t->stat->clauses; *at; t->line++) {
		size_t n = strcspn(at, "\n");
		const char *line = arena_strndup(t->arena, at, n);
		at += n + (at[n] == '\n');
		if (*line == '%') {
			if (template_directive(t, line) < 0)
				return -1;
		} else if (!t->in_if || t->on) {
			template_line(t, line);
		}
	}
	return t->in_if ? template_error(t, "%if without %end") : 0;
}

int metric_check_clauses(const struct metric_stat *s, struct arena *a, struct err *e)
{
	BUF_AUTO out = {0};
	struct template t = {.stat = s, .arena = a, .line = s->clauses_line, .out = &out, .e = e};
	return template_expand(&t);
}

const char *metric_program(const struct metric *m, struct arena *a, struct err *e)
{
	BUF_AUTO out = {0};
	struct template t = {.stat = m->stat,
			     .metric = m,
			     .arena = a,
			     .line = m->stat->clauses_line,
			     .out = &out,
			     .e = e};
	if (m->stat->source != METRIC_D) {
		err_set(e, EINVAL, "%s is not measured by a D program", m->stat->name);
		return NULL;
	}
	if (m->stat->user)
		return m->stat->clauses;
	if (template_expand(&t) < 0)
		return NULL;
	return arena_strdup(a, buf_str(&out));
}

/* ---- users' programs ---- */

/* Past blanks and comments. */
static const char *skip(const char *p)
{
	for (;;) {
		p += strspn(p, " \t\r\n\f\v");
		if (p[0] == '/' && p[1] == '*') {
			const char *end = strstr(p + 2, "*/");
			p = end ? end + 2 : p + strlen(p);
		} else if (p[0] == '/' && p[1] == '/') {
			p += strcspn(p, "\n");
		} else {
			return p;
		}
	}
}

/* Past a string, a character, or one byte. */
static const char *skip_token(const char *p)
{
	char quote = *p;
	if (quote != '"' && quote != '\'')
		return p + 1;
	for (p++; *p && *p != quote; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* From an opening bracket to behind the one that closes it. *last: where its last argument begins (behind the
 * last comma outside of inner brackets), *first where its second does. */
static const char *skip_brackets(const char *p, const char **second)
{
	unsigned depth = 0;
	if (second)
		*second = NULL;
	do {
		if (strchr("([{", *p))
			depth++;
		else if (strchr(")]}", *p))
			depth--;
		else if (*p == ',' && depth == 1 && second && !*second)
			*second = p + 1;
		p = skip(skip_token(p));
	} while (*p && depth);
	return p;
}

struct user_agg {
	const char *name, *function; /* function "" when it is only named */
	bool keyed;
	const char *parameters; /* behind the first comma, or NULL */
};

/* Reads what follows an @. */
static const char *read_agg(const char *p, struct arena *a, struct user_agg *out)
{
	size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	*out = (struct user_agg){.name = arena_strndup(a, p, n), .function = ""};
	p = skip(p + n);
	if (*p == '[') {
		out->keyed = true;
		p = skip_brackets(p, NULL);
	}
	if (*p != '=' || p[1] == '=')
		return p;
	p = skip(p + 1);
	n = strspn(p, "abcdefghijklmnopqrstuvwxyz");
	const char *open = skip(p + n);
	if (*open != '(')
		return p;
	out->function = arena_strndup(a, p, n);
	return skip_brackets(open, &out->parameters);
}

static int user_shape(struct metric_stat *s, const struct user_agg *g, struct arena *a,
		      struct err *e)
{
	static const char *const scalars[] = {"count", "sum", "avg", "min", "max"};
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		if (strcmp(g->function, scalars[i]) == 0) {
			s->user_kind = g->keyed ? METRIC_KEYED : METRIC_SCALAR;
			/* These do not add up over time. */
			s->mode = i >= 2 ? METRIC_LEVEL : METRIC_RATE;
			return 0;
		}
	const char *p = g->parameters ? g->parameters : "";
	char *text = arena_printf(a, "%s(%.*s)", g->function, (int)strcspn(p, ")"), p);
	/* Without the weight, which stands behind the parameters. */
	unsigned commas = strcmp(g->function, "quantize") == 0	  ? 0
			  : strcmp(g->function, "lquantize") == 0 ? 3
								  : 4;
	for (char *c = strchr(text, '('); *c; c++)
		if ((*c == ',' && --commas == 0) || (commas == 0 && c[-1] == '(' && *c != ')')) {
			strcpy(c, ")");
			break;
		}
	s->user_kind = g->keyed ? METRIC_KEYED_DIST : METRIC_DIST;
	if (scheme_parse(text, &s->user_scheme, e) < 0)
		return err_wrap(e, "@%s = %s(..)", g->name, g->function);
	return 0;
}

int metric_user(const char *name, const char *program, const char *title, const char *unit,
		struct arena *a, struct metric_stat *out, struct err *e)
{
	struct user_agg found = {0}, g;
	*out = (struct metric_stat){.name = arena_strdup(a, name),
				    .title = arena_strdup(a, title ? title : name),
				    .group = "User",
				    .unit = arena_strdup(a, unit ? unit : "count"),
				    .stability = "Private",
				    .description = "A program of a user's own.",
				    .requires = "",
				    .collector = "",
				    .value = "count()",
				    .scale = 1,
				    .clauses = arena_strdup(a, program),
				    .file = "user",
				    .user = true};
	for (const char *p = skip(program); *p;) {
		if (*p != '@') {
			p = skip(skip_token(p));
			continue;
		}
		p = read_agg(p + 1, a, &g);
		if (!*g.function)
			continue;
		if (found.name && strcmp(found.name, g.name) != 0)
			return err_set(e, EINVAL,
				       "%s: two aggregations, @%s and @%s: a statistic has one",
				       name, found.name, g.name);
		found = g;
	}
	if (!found.name)
		return err_set(e, EINVAL,
			       "%s: the program has no aggregation: write @ = count(), or another",
			       name);
	return user_shape(out, &found, a, e);
}
