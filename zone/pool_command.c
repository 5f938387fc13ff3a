/*
 * pool_command.c - the command language of poolcfg(8), see pool.h
 *
 *	info [pool|pset NAME]		create|modify|destroy pool|pset NAME [(TYPE PROPERTY = VALUE; ~ PROPERTY; ...)]
 *	discover			associate pool NAME (pset NAME)
 *	rename ENTITY OLD to NEW	transfer to pset NAME (cpu N; ...)
 *					transfer N from pset NAME to NAME, transfer N to pset NAME from NAME
 */
#include "zone/pool.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 2100 };
struct command {
	struct pool_conf *conf;
	const cpu_set_t *online;
	struct buf *out;
	const char *at[WORDS_MAX]; /* words; "(", ")", "=", ";", "~" stand alone */
	bool quoted[WORDS_MAX];
	unsigned n, next;
};

/* ---- words ---- */

/* One command's words; *text moves behind it. False at the end. */
static int read_words(struct command *c, const char **text, unsigned *line, struct err *e)
{
	const char *p = *text;
	unsigned depth = 0;
	c->n = c->next = 0;
	for (;; p++) {
		while (*p == ' ' || *p == '\t' || (*p == '\\' && p[1] == '\n' && ++*line) ||
		       (*p == '\n' && depth && ++*line))
			p += 1 + (*p == '\\');
		if (*p == '#')
			p += strcspn(p, "\n");
		if (!*p || ((*p == '\n' || *p == ';') && !depth))
			break;
		if (c->n == WORDS_MAX)
			return err_set(e, E2BIG, "the command is too long");
		c->quoted[c->n] = *p == '"';
		size_t n;
		const char *word = p;
		if (strchr("()=;~,", *p)) {
			depth += *p == '(';
			if (*p == ')' && depth-- == 0)
				return err_set(e, EINVAL, "a ) without its (");
			n = 1;
		} else if (*p == '"') {
			word++;
			n = strcspn(word, "\"\n");
			if (word[n] != '"')
				return err_set(e, EINVAL, "a \" without its end");
			p += 2;
		} else {
			n = strcspn(p, " \t\n()=;~,\"#\\");
			if (!n)
				return err_set(e, EINVAL, "%c is out of place", *p);
		}
		c->at[c->n++] = arena_strndup(c->conf->arena, word, n);
		p += n - 1;
	}
	if (depth)
		return err_set(e, EINVAL, "a ( without its )");
	*line += *p == '\n';
	*text = p + (*p != '\0');
	return 0;
}

static const char *take(struct command *c)
{
	return c->next < c->n ? c->at[c->next++] : NULL;
}

static bool take_if(struct command *c, const char *word)
{
	bool is = c->next < c->n && !c->quoted[c->next] && strcmp(c->at[c->next], word) == 0;
	c->next += is;
	return is;
}

static int expect_end(const struct command *c, struct err *e)
{
	return c->next == c->n ? 0 : err_set(e, EINVAL, "%s is out of place", c->at[c->next]);
}

/* ---- names ---- */

static int take_kind(struct command *c, enum pool_kind *kind, struct err *e)
{
	const char *word = take(c);
	if (word && strcmp(word, "pool") == 0)
		*kind = POOL_POOL;
	else if (word && strcmp(word, "pset") == 0)
		*kind = POOL_PSET;
	else if (word && strcmp(word, "system") == 0)
		*kind = POOL_SYSTEM;
	else
		return err_set(e, EINVAL, "%s is none of system, pool, pset",
			       word ? word : "nothing");
	return 0;
}

static const char *take_name(struct command *c, struct err *e)
{
	const char *name = take(c);
	size_t n = name ? strlen(name) : 0;
	if (n && n <= POOL_NAME_MAX && isalpha((unsigned char)*name) &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == n)
		return name;
	err_set(e, EINVAL, "%s is no name", name ? name : "nothing");
	return NULL;
}

static struct pool_entity *take_entity(struct command *c, struct err *e)
{
	enum pool_kind kind;
	const char *name = take_kind(c, &kind, e) < 0 ? NULL : take_name(c, e);
	if (!name)
		return NULL;
	struct pool_entity *p =
	    kind == POOL_SYSTEM ? strcmp(name, c->conf->system.name) == 0 ? &c->conf->system : NULL
				: pool_find(c->conf, kind, name);
	if (!p)
		err_set(e, ENOENT, "there is no %s %s",
			(const char *[]){"system", "pool", "pset"}[kind], name);
	return p;
}

/* ---- properties ---- */

static int check_value(const struct command *c, enum pool_type type, const char *value,
		       struct err *e)
{
	char *end = NULL;
	errno = 0;
	(void)c;
	if (type == POOL_INT || type == POOL_UINT) {
		long long n = strtoll(value, &end, 10);
		if (end == value || *end || errno || (type == POOL_UINT && n < 0) || n > INT_MAX ||
		    n < INT_MIN)
			return err_set(e, EINVAL, "%s is no number of this type", value);
	} else if (type == POOL_FLOAT) {
		(void)strtod(value, &end);
		if (end == value || *end)
			return err_set(e, EINVAL, "%s is no number", value);
	} else if (type == POOL_BOOLEAN && strcmp(value, "true") != 0 &&
		   strcmp(value, "false") != 0) {
		return err_set(e, EINVAL, "%s is neither true nor false", value);
	}
	return 0;
}

static bool is_readonly(const char *name)
{
	static const char *const fixed[] = {"pset.size",     "pset.sys_id",  "pset.load",
					    "pset.default",  "pool.default", "pool.sys_id",
					    "system.version"};
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(fixed[i], name) == 0)
			return true;
	return false;
}

static int forget(struct command *c, struct pool_entity *p, struct err *e)
{
	const char *name = take(c);
	if (!name || is_readonly(name) || strcmp(name, "pset.min") == 0 ||
	    strcmp(name, "pset.max") == 0)
		return err_set(e, EINVAL, "%s cannot be taken away", name ? name : "nothing");
	for (size_t i = 0; i < p->props.n; i++)
		if (strcmp(p->props.at[i].name, name) == 0) {
			memmove(&p->props.at[i], &p->props.at[i + 1],
				(p->props.n - i - 1) * sizeof(p->props.at[0]));
			p->props.n--;
			return 0;
		}
	return err_set(e, ENOENT, "%s has no property %s", p->name, name);
}

static int set_one(struct command *c, struct pool_entity *p, struct err *e)
{
	static const char *const types[] = {"int", "uint", "boolean", "float", "string"};
	const char *type = take(c), *name = take(c);
	int t = 5;
	while (type && --t >= 0 && strcmp(types[t], type) != 0)
		;
	if (!type || t < 0)
		return err_set(e, EINVAL, "%s is none of int, uint, boolean, float, string",
			       type ? type : "nothing");
	if (!name || !take_if(c, "="))
		return err_set(e, EINVAL, "a property is TYPE NAME = VALUE");
	bool quoted = c->next < c->n && c->quoted[c->next];
	const char *value = take(c);
	if (!value || (!quoted && strchr("()=;~,", *value)))
		return err_set(e, EINVAL, "%s has no value", name);
	if (is_readonly(name))
		return err_set(e, EPERM, "%s cannot be set", name);
	if (check_value(c, (enum pool_type)t, value, e) < 0)
		return -1;
	for (size_t i = 0; i < p->props.n; i++)
		if (strcmp(p->props.at[i].name, name) == 0) {
			if (p->props.at[i].type != (enum pool_type)t)
				return err_set(e, EINVAL, "%s is of type %s", name,
					       types[p->props.at[i].type]);
			p->props.at[i].value = value;
			return 0;
		}
	*vec_push(&p->props, c->conf->arena) = (struct pool_prop){(enum pool_type)t, name, value};
	return 0;
}

static int set_props(struct command *c, struct pool_entity *p, struct err *e)
{
	if (!take_if(c, "("))
		return expect_end(c, e);
	while (!take_if(c, ")")) {
		if ((take_if(c, "~") ? forget : set_one)(c, p, e) < 0)
			return -1;
		if (!take_if(c, ";") && (c->next >= c->n || strcmp(c->at[c->next], ")") != 0))
			return err_set(e, EINVAL, "properties have a ; between them");
	}
	return expect_end(c, e);
}

/* ---- commands ---- */

static int do_info(struct command *c, struct err *e)
{
	BUF_AUTO all = {0};
	if (c->next == c->n) {
		pool_conf_info(c->conf, c->out);
		return 0;
	}
	const struct pool_entity *p = take_entity(c, e);
	if (!p || expect_end(c, e) < 0)
		return -1;
	struct pool_conf one = {.arena = c->conf->arena, .system = c->conf->system};
	if (p->kind != POOL_SYSTEM)
		*vec_push(&one.all, one.arena) = *p;
	pool_conf_info(&one, &all);
	const char *text = buf_str(&all),
		   *from = p->kind == POOL_SYSTEM ? text : strstr(text, "\n\n");
	buf_puts(c->out, from ? from + (p->kind == POOL_SYSTEM ? 0 : 2) : "");
	return 0;
}

static int do_create(struct command *c, struct err *e)
{
	enum pool_kind kind;
	const char *name = take_kind(c, &kind, e) < 0 ? NULL : take_name(c, e);
	if (!name)
		return -1;
	if (kind == POOL_SYSTEM || pool_find(c->conf, kind, name))
		return err_set(e, EEXIST, "%s is there already", name);
	return set_props(c, pool_add(c->conf, kind, name), e);
}

static int do_destroy(struct command *c, struct err *e)
{
	struct pool_entity *p = take_entity(c, e);
	if (!p || expect_end(c, e) < 0)
		return -1;
	if (p->kind == POOL_SYSTEM || pool_is_default(p))
		return err_set(e, EPERM, "%s cannot be destroyed", p->name);
	pool_remove(c->conf, p);
	return 0;
}

static int do_modify(struct command *c, struct err *e)
{
	struct pool_entity *p = take_entity(c, e);
	return p ? set_props(c, p, e) : -1;
}

static int do_associate(struct command *c, struct err *e)
{
	struct pool_entity *pool = take_entity(c, e);
	if (!pool)
		return -1;
	if (pool->kind != POOL_POOL || !take_if(c, "("))
		return err_set(e, EINVAL, "associate is: associate pool NAME (pset NAME)");
	const struct pool_entity *set = take_entity(c, e);
	if (!set)
		return -1;
	if (set->kind != POOL_PSET || !take_if(c, ")"))
		return err_set(e, EINVAL, "a pool is associated with a pset");
	pool->pset = set->name;
	return expect_end(c, e);
}

static struct pool_entity *pset_with(struct pool_conf *c, int cpu)
{
	for (size_t i = 0; i < c->all.n; i++)
		if (c->all.at[i].kind == POOL_PSET && CPU_ISSET(cpu, &c->all.at[i].cpus))
			return &c->all.at[i];
	return NULL;
}

static int transfer_named(struct command *c, struct pool_entity *to, struct err *e)
{
	if (!take_if(c, "("))
		return err_set(e, EINVAL, "transfer to is: transfer to pset NAME (cpu N; ...)");
	while (!take_if(c, ")")) {
		char *end = NULL;
		const char *word = take_if(c, "cpu") ? take(c) : NULL;
		long cpu = word ? strtol(word, &end, 10) : -1;
		if (!word || *end || cpu < 0 || cpu >= CPU_SETSIZE)
			return err_set(e, EINVAL, "%s is no cpu", word ? word : "nothing");
		struct pool_entity *from = pset_with(c->conf, (int)cpu);
		if (!from)
			return err_set(e, ENOENT, "there is no cpu %ld", cpu);
		CPU_CLR((int)cpu, &from->cpus);
		CPU_SET((int)cpu, &to->cpus);
		if (!take_if(c, ";") && (c->next >= c->n || strcmp(c->at[c->next], ")") != 0))
			return err_set(e, EINVAL, "cpus have a ; between them");
	}
	return expect_end(c, e);
}

static int transfer_many(struct command *c, long n, struct err *e)
{
	bool to_first = take_if(c, "to");
	if (!to_first && !take_if(c, "from"))
		return err_set(e, EINVAL, "transfer N is: transfer N from pset NAME to NAME");
	struct pool_entity *first = take_entity(c, e);
	const char *name = first && take_if(c, to_first ? "from" : "to") ? take_name(c, e) : NULL;
	struct pool_entity *second = name ? pool_find(c->conf, POOL_PSET, name) : NULL;
	if (!first)
		return -1;
	if (!second || first->kind != POOL_PSET || first == second)
		return err_set(e, EINVAL, "transfer is from one pset to another");
	struct pool_entity *from = to_first ? second : first, *to = to_first ? first : second;
	if (n < 1 || n > CPU_COUNT(&from->cpus))
		return err_set(e, EINVAL, "%s has %d CPUs", from->name, CPU_COUNT(&from->cpus));
	for (int cpu = CPU_SETSIZE - 1; cpu >= 0 && n; cpu--)
		if (CPU_ISSET(cpu, &from->cpus)) {
			CPU_CLR(cpu, &from->cpus);
			CPU_SET(cpu, &to->cpus);
			n--;
		}
	return expect_end(c, e);
}

static int do_transfer(struct command *c, struct err *e)
{
	char *end;
	if (!take_if(c, "to")) {
		const char *word = take(c);
		long n = word ? strtol(word, &end, 10) : 0;
		return word && !*end ? transfer_many(c, n, e)
				     : err_set(e, EINVAL, "transfer what?");
	}
	struct pool_entity *to = take_entity(c, e);
	if (!to)
		return -1;
	return to->kind == POOL_PSET ? transfer_named(c, to, e)
				     : err_set(e, EINVAL, "CPUs are transferred to a pset");
}

static int do_discover(struct command *c, struct err *e)
{
	if (expect_end(c, e) < 0)
		return -1;
	pool_conf_discover(c->conf, c->conf->arena, c->conf->system.name, c->online);
	return 0;
}

static int do_rename(struct command *c, struct err *e)
{
	struct pool_entity *p = take_entity(c, e);
	const char *name = p && take_if(c, "to") ? take_name(c, e) : NULL;
	if (!p)
		return -1;
	if (!name)
		return err_set(e, EINVAL, "rename is: rename ENTITY OLD to NEW");
	if (p->kind != POOL_SYSTEM &&
	    (strcmp(p->name, "pool_default") == 0 || strcmp(p->name, "pset_default") == 0))
		return err_set(e, EPERM, "%s cannot be renamed", p->name);
	if (p->kind != POOL_SYSTEM && pool_find(c->conf, p->kind, name))
		return err_set(e, EEXIST, "%s is there already", name);
	for (size_t i = 0; i < c->conf->all.n && p->kind == POOL_PSET; i++)
		if (c->conf->all.at[i].kind == POOL_POOL &&
		    strcmp(c->conf->all.at[i].pset, p->name) == 0)
			c->conf->all.at[i].pset = name;
	p->name = name;
	return expect_end(c, e);
}

static int run_one(struct command *c, struct err *e)
{
	static const struct {
		const char *name;
		int (*run)(struct command *c, struct err *e);
	} verbs[] = {{"info", do_info},		  {"create", do_create},
		     {"destroy", do_destroy},	  {"modify", do_modify},
		     {"associate", do_associate}, {"transfer", do_transfer},
		     {"discover", do_discover},	  {"rename", do_rename}};
	const char *verb = take(c);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, verb) == 0)
			return verbs[i].run(c, e) < 0 ? err_wrap(e, "%s", verb) : 0;
	return err_set(e, EINVAL, "%s is no command", verb);
}

int pool_conf_run(struct pool_conf *conf, const char *text, const cpu_set_t *online,
		  struct buf *out, struct err *e)
{
	struct command *c = arena_new_of(conf->arena, struct command);
	unsigned line = 1;
	bool several = strchr(text, '\n') != NULL;
	*c = (struct command){.conf = conf, .online = online, .out = out};
	while (*text) {
		unsigned at = line;
		if (read_words(c, &text, &line, e) < 0 || (c->n && run_one(c, e) < 0))
			return several ? err_wrap(e, "line %u", at) : -1;
	}
	return 0;
}
