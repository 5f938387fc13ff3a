/*
 * name.c - the grammar of name.h: a cursor over the text, and back
 */
#include "analytics/metric/name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
	const char *text, *at;
	struct arena *arena;
	struct err *e;
};

static int name_error(const struct cursor *c, const char *what)
{
	return err_set(c->e, EINVAL, "\"%.200s\": column %zu: %s", c->text,
		       (size_t)(c->at - c->text) + 1, what);
}

static bool name_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* A word, with dots in between where they may be; NULL and an error. */
static const char *name_word(struct cursor *c, bool dots, const char *what)
{
	const char *from = c->at;
	if (*c->at < 'a' || *c->at > 'z') {
		name_error(c, what);
		return NULL;
	}
	while (name_is_word(*c->at) ||
	       (dots && *c->at == '.' && c->at[1] >= 'a' && c->at[1] <= 'z'))
		c->at++;
	return arena_strndup(c->arena, from, (size_t)(c->at - from));
}

static bool name_is_bare(char c)
{
	return (unsigned char)c > ' ' && c != 127 && !strchr("][=<>!\"\\", c);
}

static const char *name_quoted(struct cursor *c)
{
	size_t n = 0;
	char *out = arena_alloc(c->arena, strlen(c->at) + 1);
	for (c->at++; *c->at != '"'; c->at++) {
		if (*c->at == '\\' && (c->at[1] == '"' || c->at[1] == '\\'))
			c->at++;
		if ((unsigned char)*c->at < ' ' || *c->at == 127) {
			name_error(c, *c->at ? "control character in a value" : "no closing \"");
			return NULL;
		}
		out[n++] = *c->at;
	}
	c->at++;
	return out;
}

/* to_range: a bare value ends before "..". */
static const char *name_value(struct cursor *c, bool to_range)
{
	const char *from = c->at;
	if (*c->at == '"')
		return name_quoted(c);
	while (name_is_bare(*c->at) &&
	       !(to_range && c->at > from && c->at[0] == '.' && c->at[1] == '.'))
		c->at++;
	if (c->at == from) {
		name_error(c, "a value was expected; \"\" is the empty one");
		return NULL;
	}
	return arena_strndup(c->arena, from, (size_t)(c->at - from));
}

static int name_operator(struct cursor *c, enum name_op *op)
{
	static const struct {
		const char *text;
		enum name_op op;
	} ops[] = {{"!=", NAME_NE}, {"<=", NAME_LE}, {">=", NAME_GE},
		   {"=", NAME_EQ},  {"<", NAME_LT},  {">", NAME_GT}};
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strncmp(c->at, ops[i].text, strlen(ops[i].text)) == 0) {
			c->at += strlen(ops[i].text);
			*op = ops[i].op;
			return 0;
		}
	return name_error(c, "one of = != < <= > >= or ] was expected");
}

/* A number as ranges have them: digits, an optional sign and fraction. */
static bool name_is_number(const char *s)
{
	char *end;
	strtod(s, &end);
	return end > s && !*end && strspn(s, "0123456789.-+eE") == strlen(s);
}

static int name_value_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct name_predicate name_one_of(const char *field, const char **values, unsigned n)
{
	unsigned kept = 0;
	qsort(values, n, sizeof(*values), name_value_order);
	for (unsigned i = 0; i < n; i++)
		if (!kept || strcmp(values[kept - 1], values[i]) != 0)
			values[kept++] = values[i];
	struct name_predicate p = {.field = field, .op = NAME_EQ, .value = values[0]};
	if (kept > 1) {
		p.op = NAME_IN;
		p.values = values;
		p.nvalues = kept;
	}
	return p;
}

bool name_allows(const struct name_predicate *p, const char *value)
{
	if (p->op == NAME_EQ)
		return strcmp(p->value, value) == 0;
	for (unsigned i = 0; i < p->nvalues; i++)
		if (strcmp(p->values[i], value) == 0)
			return true;
	return false;
}

/* "=value" again and again behind a first one. */
static int name_more_values(struct cursor *c, struct name_predicate *p)
{
	unsigned n = 1;
	const char **values = arena_array(c->arena, const char *, NAME_MAX_VALUES);
	if (p->op != NAME_EQ)
		return name_error(c, "several values stand behind = only");
	values[0] = p->value;
	while (*c->at == '=') {
		c->at++;
		if (n == NAME_MAX_VALUES)
			return name_error(c, "more than 32 values");
		if (!(values[n++] = name_value(c, false)))
			return -1;
	}
	*p = name_one_of(p->field, values, n);
	return 0;
}

static int name_predicate(struct cursor *c, const char *field, struct name *out)
{
	struct name_predicate p = {.field = field};
	if (out->nbreakdowns)
		return name_error(c, "predicates stand before the fields to break down by");
	if (out->npredicates == NAME_MAX_PREDICATES)
		return name_error(c, "more than 16 predicates");
	if (name_operator(c, &p.op) < 0)
		return -1;
	const char *from = c->at;
	bool quoted = *c->at == '"';
	if (!(p.value = name_value(c, true)))
		return -1;
	if (p.op == NAME_EQ && !quoted && name_is_number(p.value) && c->at[0] == '.' &&
	    c->at[1] == '.') {
		c->at += 2;
		p.op = NAME_RANGE;
		if (!(p.to = name_value(c, false)))
			return -1;
		if (!name_is_number(p.to))
			return name_error(c, "a range ends with a number");
	} else if (!quoted) { /* dots are part of it */
		c->at = from;
		if (!(p.value = name_value(c, false)))
			return -1;
	}
	if (*c->at == '=' && name_more_values(c, &p) < 0)
		return -1;
	out->predicates[out->npredicates++] = p;
	return 0;
}

static int name_bracket(struct cursor *c, struct name *out)
{
	const char *field = name_word(c, false, "the name of a field was expected");
	if (!field)
		return -1;
	if (*c->at != ']') {
		if (name_predicate(c, field, out) < 0)
			return -1;
	} else if (out->nbreakdowns == NAME_MAX_BREAKDOWNS) {
		return name_error(c, "more than two fields to break down by");
	} else if (out->nbreakdowns && strcmp(out->breakdowns[0], field) == 0) {
		return name_error(c, "this field is there already");
	} else {
		out->breakdowns[out->nbreakdowns++] = field;
	}
	if (*c->at != ']')
		return name_error(c,
				  "] was expected; values with special characters are \"quoted\"");
	c->at++;
	return 0;
}

static int name_order(const void *a, const void *b)
{
	const struct name_predicate *x = a, *y = b;
	int d = strcmp(x->field, y->field);
	if (d == 0)
		d = (int)x->op - (int)y->op;
	if (d == 0)
		d = strcmp(x->value, y->value);
	if (d == 0)
		d = strcmp(x->to ? x->to : "", y->to ? y->to : "");
	for (unsigned i = 1; d == 0 && i < x->nvalues && i < y->nvalues; i++)
		d = strcmp(x->values[i], y->values[i]);
	return d ? d : (int)x->nvalues - (int)y->nvalues;
}

static void name_sort(struct name *n)
{
	unsigned kept = 0;
	qsort(n->predicates, n->npredicates, sizeof(n->predicates[0]), name_order);
	for (unsigned i = 0; i < n->npredicates; i++)
		if (kept == 0 || name_order(&n->predicates[kept - 1], &n->predicates[i]) != 0)
			n->predicates[kept++] = n->predicates[i];
	n->npredicates = kept;
}

int name_parse(const char *text, struct arena *a, struct name *out, struct err *e)
{
	struct cursor c = {text, text, a, e};
	*out = (struct name){0};
	if (strlen(text) > NAME_MAX_BYTES)
		return err_set(e, EINVAL, "the name of a dataset has more than %d bytes",
			       NAME_MAX_BYTES);
	if (!(out->stat = name_word(&c, true, "the name of a statistic was expected, as io.ops")))
		return -1;
	while (*c.at == '[') {
		c.at++;
		if (name_bracket(&c, out) < 0)
			return -1;
	}
	if (*c.at)
		return name_error(&c, "[ or the end was expected");
	name_sort(out);
	return 0;
}

const char *name_op_text(enum name_op op)
{
	static const char *const texts[] = {"=", "!=", "<", "<=", ">", ">=", "=", "="};
	return texts[op];
}

static void name_put_value(const char *v, bool plain, struct buf *out)
{
	bool bare = *v != '\0';
	for (const char *p = v; *p; p++)
		bare = bare && name_is_bare(*p);
	/* What would be read as a range is quoted unless it is a part of one. */
	if (bare && (plain || !strstr(v, ".."))) {
		buf_puts(out, v);
		return;
	}
	buf_putc(out, '"');
	for (const char *p = v; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *p);
	}
	buf_putc(out, '"');
}

void name_text(const struct name *n, struct buf *out)
{
	buf_puts(out, n->stat);
	for (unsigned i = 0; i < n->npredicates; i++) {
		const struct name_predicate *p = &n->predicates[i];
		buf_printf(out, "[%s%s", p->field, name_op_text(p->op));
		name_put_value(p->value, p->op == NAME_RANGE, out);
		if (p->op == NAME_RANGE) {
			buf_puts(out, "..");
			name_put_value(p->to, true, out);
		}
		for (unsigned k = 1; k < p->nvalues; k++) {
			buf_putc(out, '=');
			name_put_value(p->values[k], false, out);
		}
		buf_putc(out, ']');
	}
	for (unsigned i = 0; i < n->nbreakdowns; i++)
		buf_printf(out, "[%s]", n->breakdowns[i]);
}
