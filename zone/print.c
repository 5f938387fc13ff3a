/*
 * print.c - a configuration as zonecfg's info and export show it
 */
#include "zone/config.h"
#include "zone/global.h"

#include <string.h>

/* As a word of a command: quoted where it has something that would end it. */
static void put_word(const char *v, bool compound, struct buf *out)
{
	bool plain = compound || !strpbrk(v, " \t;,=()[]\"#");
	buf_printf(out, plain && *v ? "%s" : "\"%s\"", v);
}

static void export_instance(const struct zone_instance *in, struct buf *out)
{
	buf_printf(out, "add %s\n", in->type->name);
	for (int k = 0; in->type->props[k].name; k++) {
		const struct zone_prop *p = &in->type->props[k];
		for (size_t n = 0; n < in->values[k].n; n++) {
			buf_printf(out, p->list ? "add %s " : "set %s=", p->name);
			put_word(in->values[k].at[n], p->kind == ZONE_COMPOUND, out);
			buf_putc(out, '\n');
		}
	}
	buf_puts(out, "end\n");
}

void zone_export(const struct zone_config *z, struct buf *out)
{
	bool global = zone_is_global(z->name);
	if (!global)
		buf_puts(out, "create -b\n");
	for (int i = 0; zone_globals[i].name; i++) {
		const char *v = z->globals[i] ? z->globals[i] : zone_globals[i].dflt;
		if (!v || (global && !zone_global_has(zone_globals[i].name)))
			continue;
		buf_printf(out, "set %s=", zone_globals[i].name);
		put_word(v, false, out);
		buf_putc(out, '\n');
	}
	for (const struct zone_resource *r = zone_resources; r->name; r++)
		for (size_t i = 0; i < z->instances.n; i++)
			if (z->instances.at[i].type == r)
				export_instance(&z->instances.at[i], out);
}

/* Those that stand for resource controls are shown in brackets, and only when they are set. */
static bool is_control(const char *name)
{
	return strcmp(name, "cpu-shares") == 0 || strncmp(name, "max-", 4) == 0 ||
	       strcmp(name, "zfs-io-priority") == 0;
}

void zone_info_global(const struct zone_config *z, unsigned prop, struct buf *out)
{
	const struct zone_prop *p = &zone_globals[prop];
	const char *v = zone_get(z, p->name);
	if (!is_control(p->name))
		buf_printf(out, "%s: %s\n", p->name, v);
	else if (*v)
		buf_printf(out, "[%s: %s]\n", p->name, v);
}

static void info_list(const struct zone_prop *p, const zone_values *v, struct buf *out)
{
	if (p->kind == ZONE_COMPOUND) {
		for (size_t n = 0; n < v->n; n++)
			buf_printf(out, "\t%s: %s\n", p->name, v->at[n]);
		return;
	}
	bool several = v->n > 1 || strcmp(p->name, "options") == 0;
	buf_printf(out, "\t%s: %s", p->name, several ? "[" : "");
	for (size_t n = 0; n < v->n; n++)
		buf_printf(out, "%s%s", n ? "," : "", v->at[n]);
	buf_puts(out, several ? "]\n" : "\n");
}

/* That it is not set. */
static bool is_worth_saying(const struct zone_prop *p)
{
	static const char *const quiet[] = {"global-nic", "mac-addr",	"vlan-id",
					    "property",	  "importance", "value"};
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
		if (strcmp(p->name, quiet[i]) == 0)
			return false;
	return true;
}

void zone_info_instance(const struct zone_instance *i, struct buf *out)
{
	const char *type = i->type->name;
	bool cpu = strcmp(type, "capped-cpu") == 0, memory = strcmp(type, "capped-memory") == 0;
	buf_printf(out, "%s:\n", type);
	for (int k = 0; i->type->props[k].name; k++) {
		const struct zone_prop *p = &i->type->props[k];
		const zone_values *v = &i->values[k];
		bool control = cpu || (memory && strcmp(p->name, "physical") != 0);
		if (v->n && control)
			buf_printf(out, "\t[%s: %s]\n", p->name, v->at[0]);
		else if (v->n)
			info_list(p, v, out);
		else if (p->list && strcmp(p->name, "options") == 0)
			buf_printf(out, "\t%s: []\n", p->name);
		else if (!memory && is_worth_saying(p))
			buf_printf(out, "\t%s not specified\n", p->name);
	}
}

void zone_info(const struct zone_config *z, struct buf *out)
{
	buf_printf(out, "zonename: %s\n", z->name);
	for (unsigned i = 0; zone_globals[i].name; i++)
		zone_info_global(z, i, out);
	for (const struct zone_resource *r = zone_resources; r->name; r++)
		for (size_t i = 0; i < z->instances.n; i++)
			if (z->instances.at[i].type == r)
				zone_info_instance(&z->instances.at[i], out);
}
