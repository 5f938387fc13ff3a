/*
 * pool.c - see pool.h: the model, its CPUs, how it is shown
 */
#include "zone/pool.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = {"int", "uint", "boolean", "float", "string"};
static const char *const kind_names[] = {"system", "pool", "pset"};

/* ---- entities ---- */

struct pool_entity *pool_find(const struct pool_conf *c, enum pool_kind kind, const char *name)
{
	for (size_t i = 0; i < c->all.n; i++)
		if (c->all.at[i].kind == kind && strcmp(c->all.at[i].name, name) == 0)
			return &c->all.at[i];
	return NULL;
}

const char *pool_get(const struct pool_entity *p, const char *name)
{
	for (size_t i = 0; i < p->props.n; i++)
		if (strcmp(p->props.at[i].name, name) == 0)
			return p->props.at[i].value;
	return NULL;
}

long pool_get_number(const struct pool_entity *p, const char *name, long dflt)
{
	const char *v = pool_get(p, name);
	return v ? strtol(v, NULL, 10) : dflt;
}

static void preset(struct pool_conf *c, struct pool_entity *p, enum pool_type type,
		   const char *name, const char *value)
{
	*vec_push(&p->props, c->arena) = (struct pool_prop){type, name, value};
}

struct pool_entity *pool_add(struct pool_conf *c, enum pool_kind kind, const char *name)
{
	struct pool_entity *p = vec_push(&c->all, c->arena);
	p->kind = kind;
	p->name = arena_strdup(c->arena, name);
	CPU_ZERO(&p->cpus);
	if (kind == POOL_POOL) {
		p->pset = "pset_default";
		preset(c, p, POOL_BOOLEAN, "pool.active", "true");
		preset(c, p, POOL_BOOLEAN, "pool.default", "false");
		preset(c, p, POOL_INT, "pool.importance", "1");
		preset(c, p, POOL_STRING, "pool.comment", "");
	} else {
		preset(c, p, POOL_BOOLEAN, "pset.default", "false");
		preset(c, p, POOL_UINT, "pset.min", "0");
		preset(c, p, POOL_UINT, "pset.max", "0");
		preset(c, p, POOL_STRING, "pset.units", "population");
		preset(c, p, POOL_STRING, "pset.comment", "");
	}
	return p;
}

void pool_remove(struct pool_conf *c, struct pool_entity *p)
{
	const char *name = p->name;
	struct pool_entity *heir = pool_find(c, POOL_PSET, "pset_default");
	if (p->kind == POOL_PSET && heir) {
		CPU_OR(&heir->cpus, &heir->cpus, &p->cpus);
		for (size_t i = 0; i < c->all.n; i++)
			if (c->all.at[i].kind == POOL_POOL && strcmp(c->all.at[i].pset, name) == 0)
				c->all.at[i].pset = "pset_default";
	}
	size_t at = (size_t)(p - c->all.at);
	memmove(p, p + 1, (c->all.n - at - 1) * sizeof(*p));
	c->all.n--;
}

struct pool_entity *pool_pset(const struct pool_conf *c, const struct pool_entity *pool)
{
	struct pool_entity *p = pool_find(c, POOL_PSET, pool->pset);
	return p ? p : pool_find(c, POOL_PSET, "pset_default");
}

static void set_value(struct pool_entity *p, const char *name, const char *value)
{
	for (size_t i = 0; i < p->props.n; i++)
		if (strcmp(p->props.at[i].name, name) == 0)
			p->props.at[i].value = value;
}

void pool_conf_discover(struct pool_conf *c, struct arena *a, const char *name,
			const cpu_set_t *online)
{
	*c = (struct pool_conf){.arena = a};
	c->system.kind = POOL_SYSTEM;
	c->system.name = arena_strdup(a, name);
	preset(c, &c->system, POOL_STRING, "system.comment", "");
	preset(c, &c->system, POOL_INT, "system.version", "1");
	preset(c, &c->system, POOL_BOOLEAN, "system.bind-default", "true");
	set_value(pool_add(c, POOL_POOL, "pool_default"), "pool.default", "true");
	struct pool_entity *p = pool_add(c, POOL_PSET, "pset_default");
	set_value(p, "pset.default", "true");
	set_value(p, "pset.min", "1");
	set_value(p, "pset.max", "65536");
	p->cpus = *online;
}

/* ---- CPUs ---- */

bool pool_is_default(const struct pool_entity *p)
{
	return p->kind != POOL_SYSTEM &&
	       strcmp(p->name, p->kind == POOL_POOL ? "pool_default" : "pset_default") == 0;
}

static void move_cpu(struct pool_entity *from, struct pool_entity *to, int cpu)
{
	CPU_CLR(cpu, &from->cpus);
	CPU_SET(cpu, &to->cpus);
}

static int last_cpu(const cpu_set_t *cpus)
{
	int cpu = CPU_SETSIZE;
	while (--cpu >= 0 && !CPU_ISSET(cpu, cpus))
		;
	return cpu;
}

/* Every CPU that is online is in one set, and no other is in any. */
static void settle(struct pool_conf *c, struct pool_entity *rest, const cpu_set_t *online)
{
	cpu_set_t taken;
	CPU_ZERO(&taken);
	for (size_t i = 0; i < c->all.n; i++) {
		struct pool_entity *p = &c->all.at[i];
		if (p->kind != POOL_PSET || p == rest)
			continue;
		CPU_AND(&p->cpus, &p->cpus, online);
		for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
			if (CPU_ISSET(cpu, &p->cpus) && CPU_ISSET(cpu, &taken))
				CPU_CLR(cpu, &p->cpus);
		CPU_OR(&taken, &taken, &p->cpus);
	}
	CPU_XOR(&rest->cpus, online, &taken);
}

static long least(const struct pool_entity *p)
{
	long n = pool_get_number(p, "pset.min", 0);
	return pool_is_default(p) && n < 1 ? 1 : n;
}

int pool_allocate(struct pool_conf *c, const cpu_set_t *online, struct err *e)
{
	struct pool_entity *rest = pool_find(c, POOL_PSET, "pset_default");
	long wanted = 0;
	for (size_t i = 0; i < c->all.n; i++)
		if (c->all.at[i].kind == POOL_PSET) {
			struct pool_entity *p = &c->all.at[i];
			long max = pool_get_number(p, "pset.max", 0);
			if (least(p) < 0 || max < 0 || (!pool_is_default(p) && max < least(p)))
				return err_set(e, EINVAL, "%s: pset.max is less than pset.min",
					       p->name);
			wanted += least(p);
		}
	if (wanted > CPU_COUNT(online))
		return err_set(e, ENOSPC, "%ld CPUs are wanted at least, and there are %d", wanted,
			       CPU_COUNT(online));
	settle(c, rest, online);
	/* What is too much goes to the default set; then what must be, then what may be, comes from it. */
	for (size_t i = 0; i < c->all.n; i++) {
		struct pool_entity *p = &c->all.at[i];
		while (p->kind == POOL_PSET && p != rest &&
		       CPU_COUNT(&p->cpus) > pool_get_number(p, "pset.max", 0))
			move_cpu(p, rest, last_cpu(&p->cpus));
	}
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < c->all.n; i++) {
			struct pool_entity *p = &c->all.at[i];
			long most = pass ? pool_get_number(p, "pset.max", 0) : least(p);
			while (p->kind == POOL_PSET && p != rest && CPU_COUNT(&p->cpus) < most &&
			       CPU_COUNT(&rest->cpus) > (pass ? least(rest) : 0))
				move_cpu(rest, p, last_cpu(&rest->cpus));
		}
	/* Others had more than they must have. */
	for (size_t i = 0; i < c->all.n; i++) {
		struct pool_entity *p = &c->all.at[i];
		while (p->kind == POOL_PSET && p != rest && CPU_COUNT(&p->cpus) > least(p) &&
		       CPU_COUNT(&rest->cpus) < least(rest))
			move_cpu(p, rest, last_cpu(&p->cpus));
	}
	return 0;
}

void pool_cpus_print(const cpu_set_t *cpus, struct buf *out)
{
	const char *comma = "";
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		int last = cpu;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, cpus))
			last++;
		buf_printf(out, last > cpu ? "%s%d-%d" : "%s%d", comma, cpu, last);
		comma = ",";
		cpu = last;
	}
}

int pool_cpus_parse(const char *text, cpu_set_t *cpus)
{
	CPU_ZERO(cpus);
	while (*text && *text != '\n') {
		char *end;
		long first = strtol(text, &end, 10), last = first;
		if (end == text)
			return -1;
		if (*end == '-') {
			text = end + 1;
			last = strtol(text, &end, 10);
			if (end == text)
				return -1;
		}
		if (first < 0 || last < first || last >= CPU_SETSIZE)
			return -1;
		for (long cpu = first; cpu <= last; cpu++)
			CPU_SET((int)cpu, cpus);
		text = end + (*end == ',');
		if (*end && *end != ',' && *end != '\n')
			return -1;
	}
	return 0;
}

/* ---- output ---- */

static void info_props(const struct pool_entity *p, const char *indent, struct buf *out)
{
	for (size_t i = 0; i < p->props.n; i++)
		buf_printf(out, "%s%-7s %s %s\n", indent, type_names[p->props.at[i].type],
			   p->props.at[i].name, p->props.at[i].value);
}

static void info_entity(const struct pool_entity *p, struct buf *out)
{
	buf_printf(out, "\n\t%s %s\n", kind_names[p->kind], p->name);
	info_props(p, "\t\t", out);
	if (p->kind == POOL_POOL) {
		buf_printf(out, "\t\t%-7s %s\n", "pset", p->pset);
		return;
	}
	buf_printf(out, "\t\t%-7s pset.size %d\n", "uint", CPU_COUNT(&p->cpus));
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &p->cpus))
			buf_printf(out,
				   "\n\t\tcpu\n\t\t\tint     cpu.sys_id %d\n"
				   "\t\t\tstring  cpu.comment \n\t\t\tstring  cpu.status on-line\n",
				   cpu);
}

void pool_conf_info(const struct pool_conf *c, struct buf *out)
{
	buf_printf(out, "system %s\n", c->system.name);
	info_props(&c->system, "\t", out);
	for (enum pool_kind kind = POOL_POOL; kind <= POOL_PSET; kind++)
		for (size_t i = 0; i < c->all.n; i++)
			if (c->all.at[i].kind == kind)
				info_entity(&c->all.at[i], out);
}

static void export_entity(const struct pool_entity *p, bool known, struct buf *out)
{
	buf_printf(out, "%s %s %s (", known ? "modify" : "create", kind_names[p->kind], p->name);
	bool first = true;
	for (size_t i = 0; i < p->props.n; i++) {
		const struct pool_prop *v = &p->props.at[i];
		if (strstr(v->name, ".default") || strcmp(v->name, "system.version") == 0)
			continue;
		buf_printf(out, "%s%s %s=", first ? "" : "; ", type_names[v->type], v->name);
		buf_printf(out, v->type == POOL_STRING ? "\"%s\"" : "%s", v->value);
		first = false;
	}
	buf_puts(out, ")\n");
}

void pool_conf_export(const struct pool_conf *c, struct buf *out)
{
	buf_printf(out, "rename system default to %s\n", c->system.name);
	export_entity(&c->system, true, out);
	for (size_t i = 0; i < c->all.n; i++) {
		const struct pool_entity *p = &c->all.at[i];
		bool known = pool_is_default(p);
		export_entity(p, known, out);
		if (p->kind != POOL_PSET || pool_is_default(p) || !CPU_COUNT(&p->cpus))
			continue;
		buf_printf(out, "transfer to pset %s (", p->name);
		const char *sep = "";
		for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
			if (CPU_ISSET(cpu, &p->cpus)) {
				buf_printf(out, "%scpu %d", sep, cpu);
				sep = "; ";
			}
		buf_puts(out, ")\n");
	}
	for (size_t i = 0; i < c->all.n; i++)
		if (c->all.at[i].kind == POOL_POOL &&
		    strcmp(c->all.at[i].pset, "pset_default") != 0)
			buf_printf(out, "associate pool %s (pset %s)\n", c->all.at[i].name,
				   c->all.at[i].pset);
}
