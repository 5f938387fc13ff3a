/*
 * config.c - changes to a configuration, and what must hold of it
 */
#include "zone/config.h"

#include "zone/global.h"
#include "zone/priv.h"
#include "zone/rctl.h"
#include "zone/security.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void zone_config_init(struct zone_config *z, struct arena *a, const char *name)
{
	*z = (struct zone_config){.arena = a, .name = arena_strdup(a, name)};
}

static void copy_values(struct arena *a, zone_values *to, const zone_values *from)
{
	*to = (zone_values){0};
	for (size_t i = 0; i < from->n; i++)
		*vec_push(to, a) = from->at[i];
}

void zone_config_copy(struct zone_config *to, const struct zone_config *from)
{
	struct arena *a = from->arena;
	*to = *from;
	to->instances.at = NULL;
	to->instances.n = to->instances.cap = 0;
	for (size_t i = 0; i < from->instances.n; i++) {
		struct zone_instance *n = vec_push(&to->instances, a);
		n->type = from->instances.at[i].type;
		for (int k = 0; n->type->props[k].name; k++)
			copy_values(a, &n->values[k], &from->instances.at[i].values[k]);
	}
}

/* ---- properties ---- */

static int no_such(struct err *e, const struct zone_prop *props, const char *of, const char *name)
{
	BUF_AUTO all = {0};
	for (; props->name; props++)
		buf_printf(&all, " %s", props->name);
	return err_set(e, ENOENT, "%s has no property %s; it has:%s", of, name, buf_str(&all));
}

int zone_set(struct zone_config *z, const char *name, const char *text, struct err *e)
{
	if (strcmp(name, "zonename") == 0) {
		if (!text || zone_name_check(text, e) < 0)
			return text ? -1 : err_set(e, EINVAL, "zonename cannot be cleared");
		z->name = arena_strdup(z->arena, text);
		return 0;
	}
	int i = zone_prop_index(zone_globals, name);
	if (i < 0)
		return no_such(e, zone_globals, "a zone", name);
	if (!text || !*text) {
		z->globals[i] = NULL;
		return 0;
	}
	const char *v = zone_value(z->arena, &zone_globals[i], text, e);
	if (!v)
		return -1;
	z->globals[i] = v;
	return 0;
}

static int prop_of(const struct zone_instance *i, const char *name, struct err *e)
{
	int k = zone_prop_index(i->type->props, name);
	return k < 0 ? no_such(e, i->type->props, i->type->name, name) : k;
}

int zone_instance_set(struct zone_config *z, struct zone_instance *i, const char *name,
		      const char *text, struct err *e)
{
	int k = prop_of(i, name, e);
	const char *v = k < 0 ? NULL : zone_value(z->arena, &i->type->props[k], text, e);
	if (!v)
		return -1;
	i->values[k].n = 0;
	*vec_push(&i->values[k], z->arena) = v;
	return 0;
}

int zone_instance_add(struct zone_config *z, struct zone_instance *i, const char *name,
		      const char *text, struct err *e)
{
	int k = prop_of(i, name, e);
	const char *v = k < 0 ? NULL : zone_value(z->arena, &i->type->props[k], text, e);
	if (!v)
		return -1;
	if (!i->type->props[k].list && i->values[k].n)
		return err_set(e, EINVAL, "%s has one value: set it", name);
	for (size_t n = 0; n < i->values[k].n; n++)
		if (strcmp(i->values[k].at[n], v) == 0)
			return err_set(e, EEXIST, "%s has the value %s already", name, v);
	*vec_push(&i->values[k], z->arena) = v;
	return 0;
}

int zone_instance_remove(struct zone_config *z, struct zone_instance *i, const char *name,
			 const char *text, struct err *e)
{
	int k = prop_of(i, name, e);
	const char *v = k < 0 ? NULL : zone_value(z->arena, &i->type->props[k], text, e);
	if (!v)
		return -1;
	zone_values *vs = &i->values[k];
	for (size_t n = 0; n < vs->n; n++)
		if (strcmp(vs->at[n], v) == 0) {
			memmove(&vs->at[n], &vs->at[n + 1], (vs->n - n - 1) * sizeof(*vs->at));
			vs->n--;
			return 0;
		}
	return err_set(e, ENOENT, "%s has no value %s", name, v);
}

const char *zone_get(const struct zone_config *z, const char *name)
{
	int i = zone_prop_index(zone_globals, name);
	const char *v = i < 0 ? NULL : z->globals[i] ? z->globals[i] : zone_globals[i].dflt;
	return v ? v : "";
}

const char *zone_instance_get(const struct zone_instance *i, const char *name)
{
	int k = zone_prop_index(i->type->props, name);
	return k >= 0 && i->values[k].n ? i->values[k].at[0] : NULL;
}

/* ---- what must hold ---- */

static const struct zone_instance *find(const struct zone_config *z, const char *type)
{
	for (size_t i = 0; i < z->instances.n; i++)
		if (strcmp(z->instances.at[i].type->name, type) == 0)
			return &z->instances.at[i];
	return NULL;
}

static bool same(const struct zone_instance *a, const struct zone_instance *b, int k)
{
	if (a->values[k].n != b->values[k].n)
		return false;
	for (size_t i = 0; i < a->values[k].n; i++)
		if (strcmp(a->values[k].at[i], b->values[k].at[i]) != 0)
			return false;
	return true;
}

static bool is_twin(const struct zone_instance *a, const struct zone_instance *b)
{
	const struct zone_resource *t = a->type;
	if (t != b->type)
		return false;
	if (t->single)
		return true;
	if (t->key)
		return same(a, b, zone_prop_index(t->props, t->key));
	for (int k = 0; t->props[k].name; k++)
		if (!same(a, b, k))
			return false;
	return true;
}

/* "192.0.2.1/24", "2001:db8::1/64", an address alone, or a host's name. */
static bool address_ok(const char *text)
{
	char copy[64];
	unsigned char bytes[16];
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	if (n == 0 || n >= sizeof(copy))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	bool v4 = inet_pton(AF_INET, copy, bytes) == 1, v6 = inet_pton(AF_INET6, copy, bytes) == 1;
	if (slash) {
		char *end;
		long bits = strtol(slash + 1, &end, 10);
		if (*end || end == slash + 1 || bits < 0 || bits > (v6 ? 128 : 32))
			return false;
	}
	return v4 || v6 || (!slash && strspn(copy, "0123456789.") != n);
}

static int check_net(const struct zone_config *z, const struct zone_instance *i, struct err *e)
{
	bool exclusive = strcmp(zone_get(z, "ip-type"), "exclusive") == 0;
	const char *address = zone_instance_get(i, "address"),
		   *router = zone_instance_get(i, "defrouter");
	if (exclusive && address)
		return err_set(e, EINVAL,
			       "net: address is for ip-type shared; use allowed-address");
	if (!exclusive && !address)
		return err_set(e, EINVAL, "net: address not specified");
	if (address && !address_ok(address))
		return err_set(e, EINVAL, "net: %s is no address", address);
	if (router && (!address_ok(router) || strchr(router, '/')))
		return err_set(e, EINVAL, "net: defrouter %s is no address", router);
	return 0;
}

static int check_memory(const struct zone_instance *i, struct err *e)
{
	for (int k = 0; i->type->props[k].name; k++)
		if (i->values[k].n)
			return 0;
	return err_set(e, EINVAL, "capped-memory: one of physical, swap or locked must be set");
}

static int check_admin(const struct zone_instance *i, struct err *e)
{
	static const char *const known[] = {"login", "manage", "clonefrom"};
	for (const char *p = zone_instance_get(i, "auths"); *p;
	     p += strcspn(p, ","), p += *p == ',') {
		bool found = false;
		size_t n = strcspn(p, ",");
		for (int k = 0; k < 3; k++)
			found |= strlen(known[k]) == n && strncmp(known[k], p, n) == 0;
		if (!found)
			return err_set(e, EINVAL,
				       "admin: %.*s is none of login, manage and clonefrom", (int)n,
				       p);
	}
	return 0;
}

int zone_instance_check(const struct zone_config *z, const struct zone_instance *i,
			const struct zone_instance *other, struct err *e)
{
	for (int k = 0; i->type->props[k].name; k++)
		if (i->type->props[k].required && !i->values[k].n)
			return err_set(e, EINVAL, "%s: %s not specified", i->type->name,
				       i->type->props[k].name);
	for (size_t n = 0; n < z->instances.n; n++)
		if (&z->instances.at[n] != other && is_twin(i, &z->instances.at[n]))
			return err_set(e, EEXIST, "there is a %s resource like this already",
				       i->type->name);
	if (strcmp(i->type->name, "net") == 0)
		return check_net(z, i, e);
	if (strcmp(i->type->name, "capped-memory") == 0)
		return check_memory(i, e);
	if (strcmp(i->type->name, "security-flags") == 0)
		return zone_security_check(i, e);
	if (strcmp(i->type->name, "admin") == 0)
		return check_admin(i, e);
	return 0;
}

static void conflict(const struct zone_config *z, const char *prop, const char *resource,
		     struct buf *out, unsigned *n)
{
	if (*zone_get(z, prop) && find(z, resource)) {
		buf_printf(out, "%s: cannot be set together with %s\n", prop, resource);
		++*n;
	}
}

unsigned zone_verify(const struct zone_config *z, struct buf *out)
{
	unsigned n = 0;
	if (zone_is_global(z->name))
		return zone_global_verify(z, out);
	for (int i = 0; zone_globals[i].name; i++)
		if (zone_globals[i].required && !z->globals[i]) {
			buf_printf(out, "%s cannot be empty.\n", zone_globals[i].name);
			n++;
		}
	for (size_t i = 0; i < z->instances.n; i++) {
		struct err e = {0};
		if (zone_instance_check(z, &z->instances.at[i], &z->instances.at[i], &e) < 0) {
			buf_printf(out, "%s\n", e.text);
			n++;
		}
	}
	struct err e = {0};
	if (zone_priv_check(z, &e) < 0) {
		buf_printf(out, "%s\n", e.text);
		n++;
	}
	conflict(z, "pool", "dedicated-cpu", out, &n);
	conflict(z, "cpu-shares", "dedicated-cpu", out, &n);
	if (find(z, "capped-cpu") && find(z, "dedicated-cpu")) {
		buf_puts(out, "capped-cpu: cannot be set together with dedicated-cpu\n");
		n++;
	}
	return n;
}

static void note(const char *of, const struct zone_prop *p, struct buf *out)
{
	if (p->status == ZONE_FULL)
		return;
	buf_printf(out, "note: %s%s%s is %s on Linux: %s\n", of, *of ? " " : "", p->name,
		   p->status == ZONE_PARTIAL ? "approximate" : "without effect", p->how);
}

/* Controls that are kept and that nothing comes of. */
static void note_control(const struct zone_instance *in, struct buf *out)
{
	const char *name = zone_instance_get(in, "name");
	if (strcmp(in->type->name, "rctl") == 0 && name &&
	    (strncmp(name, "zone.", 5) != 0 || !zone_rctl_find(name)))
		buf_printf(
		    out, "note: rctl %s is without effect on Linux: kept with the configuration\n",
		    name);
}

void zone_verify_notes(const struct zone_config *z, struct buf *out)
{
	if (zone_is_global(z->name)) {
		zone_global_notes(z, out);
		return;
	}
	for (int i = 0; zone_globals[i].name; i++)
		if (z->globals[i])
			note("", &zone_globals[i], out);
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *in = &z->instances.at[i];
		note_control(in, out);
		for (int k = 0; in->type->props[k].name; k++)
			if (in->values[k].n)
				note(in->type->name, &in->type->props[k], out);
	}
}
