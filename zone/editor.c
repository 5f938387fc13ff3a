/*
 * editor.c - the command language of zonecfg
 *
 * A command is cut into words first (struct command), with name=value pairs apart, then carried out.
 */
#include "zone/editor.h"

#include "zone/global.h"
#include "zone/place.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { WORDS_MAX = 64 };

struct pair {
	const char *name;
	const char *values[WORDS_MAX]; /* a list has several */
	unsigned n;
};
struct command {
	const char *words[WORDS_MAX]; /* the verb first; options such as -F among them */
	unsigned n;
	struct pair pairs[WORDS_MAX];
	unsigned npairs;
};

/* ---- messages ---- */

static int complain(struct zone_editor *ed, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fflush(ed->out);
	if (ed->source)
		fprintf(ed->err, "%s, line %u: ", ed->source, ed->line);
	vfprintf(ed->err, fmt, ap);
	fputc('\n', ed->err);
	va_end(ap);
	return -1;
}

static int show(struct zone_editor *ed, const struct buf *b)
{
	fputs(buf_str(b), ed->out);
	return 0;
}

/* ---- words ---- */

struct reader {
	struct zone_editor *ed;
	const char *p;
	bool failed; /* what stands here cannot be read, and that has been told */
};

static const char *unreadable(struct reader *r, const char *what)
{
	if (!r->failed)
		complain(r->ed, "%s", what);
	r->failed = true;
	return NULL;
}

/* Blanks and joined lines. */
static void skip(struct reader *r)
{
	for (;; r->p++) {
		if (r->p[0] == '\\' && r->p[1] == '\n') {
			r->p++;
			r->ed->line++;
		} else if (*r->p != ' ' && *r->p != '\t' && *r->p != '\r') {
			return;
		}
	}
}

/* A quoted word, a parenthesised value as a whole, or a plain word. NULL: none here, or reported. */
static const char *word(struct reader *r)
{
	const char *start;
	skip(r);
	start = r->p;
	if (*r->p == '"') {
		const char *end = strchr(r->p + 1, '"');
		if (!end)
			return unreadable(r, "a quotation mark is missing");
		r->p = end + 1;
		return arena_strndup(r->ed->arena, start + 1, (size_t)(end - start - 1));
	}
	if (*r->p == '(') {
		const char *end = strchr(r->p, ')');
		if (!end)
			return unreadable(r, "a closing parenthesis is missing");
		r->p = end + 1;
		return arena_strndup(r->ed->arena, start, (size_t)(r->p - start));
	}
	while (*r->p && !strchr(" \t\r\n;=()[],\"", *r->p) && !(r->p[0] == '\\' && r->p[1] == '\n'))
		r->p++;
	return r->p > start ? arena_strndup(r->ed->arena, start, (size_t)(r->p - start)) : NULL;
}

/* "[a,b]" or one value. */
static int values(struct reader *r, struct pair *p)
{
	skip(r);
	bool list = *r->p == '[';
	r->p += list;
	do {
		const char *v = word(r);
		skip(r);
		if (!v && list && *r->p == ']' && p->n == 0)
			break;
		if (!v)
			v = ""; /* name= : no value */
		if (p->n == WORDS_MAX)
			unreadable(r, "too many values");
		if (r->failed)
			return -1;
		p->values[p->n++] = v;
		skip(r);
		if (!list || *r->p != ',')
			break;
		r->p++;
	} while (true);
	if (list && *r->p != ']')
		return unreadable(r, "a closing bracket is missing"), -1;
	r->p += list;
	return 0;
}

static bool at_end(const struct reader *r)
{
	return !*r->p || *r->p == ';' || *r->p == '\n';
}

/* The next command; false at the end of the text. *bad: it could not be read, and was reported. */
static bool next(struct reader *r, struct command *c, bool *bad)
{
	*c = (struct command){0};
	for (;; r->p++) {
		skip(r);
		if (*r->p == '#')
			r->p += strcspn(r->p, "\n");
		if (*r->p == '\n')
			r->ed->line++;
		else if (*r->p != ';')
			break;
	}
	if (!*r->p)
		return false;
	for (skip(r); !at_end(r); skip(r)) {
		if (*r->p == '#') {
			r->p += strcspn(r->p, "\n");
			break;
		}
		const char *w = word(r);
		*bad |= !w || c->n == WORDS_MAX || c->npairs == WORDS_MAX;
		if (*bad)
			unreadable(r, arena_printf(r->ed->arena, "unexpected '%c'", *r->p));
		if (*bad)
			return true;
		skip(r);
		if (*r->p != '=') {
			c->words[c->n++] = w;
			continue;
		}
		r->p++;
		c->pairs[c->npairs] = (struct pair){.name = w};
		if (values(r, &c->pairs[c->npairs++]) < 0)
			return *bad = true;
	}
	return true;
}

static bool has_option(const struct command *c, const char *option)
{
	for (unsigned i = 1; i < c->n; i++)
		if (strcmp(c->words[i], option) == 0)
			return true;
	return false;
}

/* The n-th word behind the verb that is no option; NULL. */
static const char *operand(const struct command *c, unsigned n)
{
	for (unsigned i = 1; i < c->n; i++)
		if (c->words[i][0] != '-' && n-- == 0)
			return c->words[i];
	return NULL;
}

/* ---- questions ---- */

/* What would lose something is asked of a person, and wants -F of a script. */
static bool sure(struct zone_editor *ed, const struct command *c, const char *what)
{
	char answer[16];
	if (has_option(c, "-F"))
		return true;
	if (!ed->interactive) {
		complain(ed, "%s: -F is needed where nobody can be asked", what);
		return false;
	}
	fprintf(ed->out, "Are you sure you want to %s (y/[n])? ", what);
	fflush(ed->out);
	return fgets(answer, sizeof(answer), stdin) && tolower((unsigned char)answer[0]) == 'y';
}

/* ---- the zone's scope ---- */

static int need_zone(struct zone_editor *ed)
{
	if (ed->exists)
		return 0;
	return complain(
	    ed, "%s: No such zone configured\nUse 'create' to begin configuring a new zone.",
	    ed->zone);
}

/* What zoneadm detach left at a zonepath. */
static int read_detached(struct zone_editor *ed, const char *path)
{
	enum { CONFIG_MAX = 1 << 20 };
	struct err e = {0};
	const char *store = ed->store->dir; /* ROOT/etc/zones */
	char *root = arena_strndup(ed->arena, store, strlen(store) - strlen("/etc/zones"));
	char *text = arena_alloc(ed->arena, CONFIG_MAX);
	int dir = zone_place_open(root, path, false, &e);
	ssize_t n = dir < 0 ? -1 : zone_place_read(dir, "detached.cfg", text, CONFIG_MAX);
	if (dir >= 0 && n < 0)
		err_sys(&e, errno, "%s/detached.cfg", path);
	if (dir >= 0)
		close(dir);
	if (n < 0 || zone_read_commands(&ed->now, text, "detached.cfg", &e) < 0 ||
	    zone_set(&ed->now, "zonepath", path, &e) < 0)
		return complain(ed, "%s", e.text);
	return 0;
}

static int do_create(struct zone_editor *ed, const struct command *c)
{
	struct err e = {0};
	const char *from = NULL, *detached = NULL;
	for (unsigned i = 1; i + 1 < c->n; i++) {
		if (strcmp(c->words[i], "-t") == 0)
			from = c->words[i + 1];
		if (strcmp(c->words[i], "-a") == 0)
			detached = c->words[i + 1];
	}
	if ((from || detached) && !ed->store)
		return complain(ed, "create: -t and -a ask for what is stored elsewhere");
	if (ed->exists && !sure(ed, c, "overwrite the configuration that is there"))
		return -1;
	if (ed->store && zone_is_global(ed->zone))
		return complain(ed, "the global zone is there");
	zone_config_init(&ed->now, ed->arena, ed->zone);
	if (detached && read_detached(ed, detached) < 0)
		return -1;
	if (from) {
		struct zone_config t;
		if (zone_store_load(ed->store, from, &t, &e) < 0)
			return complain(ed, "template %s: %s", from, e.text);
		zone_config_copy(&ed->now, &t);
		ed->now.name = arena_strdup(ed->arena, ed->zone);
		zone_set(&ed->now, "zonepath", NULL, &e);
	}
	ed->exists = ed->changed = true;
	return 0;
}

static int set_global(struct zone_editor *ed, const struct pair *p)
{
	struct err e = {0};
	if (p->n != 1)
		return complain(ed, "%s takes one value", p->name);
	if (zone_set(&ed->now, p->name, p->values[0], &e) < 0)
		return complain(ed, "%s", e.text);
	ed->changed = true;
	return 0;
}

static int set_in_resource(struct zone_editor *ed, const struct pair *p)
{
	struct err e = {0};
	int k = zone_prop_index(ed->edited.type->props, p->name);
	if (k >= 0 && ed->edited.type->props[k].list) {
		ed->edited.values[k].n = 0;
		for (unsigned i = 0; i < p->n; i++)
			if (zone_instance_add(&ed->now, &ed->edited, p->name, p->values[i], &e) < 0)
				return complain(ed, "%s", e.text);
		return 0;
	}
	if (p->n != 1)
		return complain(ed, "%s takes one value", p->name);
	return zone_instance_set(&ed->now, &ed->edited, p->name, p->values[0], &e) < 0
		   ? complain(ed, "%s", e.text)
		   : 0;
}

static int do_set(struct zone_editor *ed, const struct command *c)
{
	if (need_zone(ed) < 0)
		return -1;
	if (!c->npairs || c->n > 1)
		return complain(ed, "usage: set <property-name>=<value>");
	for (unsigned i = 0; i < c->npairs; i++)
		if ((ed->in_resource ? set_in_resource : set_global)(ed, &c->pairs[i]) < 0)
			return -1;
	return 0;
}

static int do_clear(struct zone_editor *ed, const struct command *c)
{
	struct err e = {0};
	const char *name = operand(c, 0);
	if (need_zone(ed) < 0)
		return -1;
	if (!name)
		return complain(ed, "usage: clear <property-name>");
	if (ed->in_resource) {
		int k = zone_prop_index(ed->edited.type->props, name);
		if (k < 0)
			return complain(ed, "%s has no property %s", ed->edited.type->name, name);
		ed->edited.values[k].n = 0;
		return 0;
	}
	if (zone_set(&ed->now, name, NULL, &e) < 0)
		return complain(ed, "%s", e.text);
	ed->changed = true;
	return 0;
}

/* ---- resources ---- */

/* Does an instance have all these values? */
static bool has_all(struct zone_editor *ed, const struct zone_instance *in, const struct command *c)
{
	for (unsigned i = 0; i < c->npairs; i++) {
		struct err e;
		int k = zone_prop_index(in->type->props, c->pairs[i].name);
		const char *v =
		    k < 0 ? NULL
			  : zone_value(ed->arena, &in->type->props[k], c->pairs[i].values[0], &e);
		bool found = false;
		for (size_t n = 0; v && n < in->values[k].n; n++)
			found |= strcmp(in->values[k].at[n], v) == 0;
		if (!found)
			return false;
	}
	return true;
}

/* The one resource that a command means: its index, or -1 after a message. */
static long find_one(struct zone_editor *ed, const struct zone_resource *t, const struct command *c)
{
	long found = -1;
	for (size_t i = 0; i < ed->now.instances.n; i++) {
		const struct zone_instance *in = &ed->now.instances.at[i];
		if (in->type != t || !has_all(ed, in, c))
			continue;
		if (found >= 0)
			return complain(ed,
					"there are several %s resources like this: say more of it",
					t->name);
		found = (long)i;
	}
	return found >= 0 ? found : complain(ed, "there is no such %s resource", t->name);
}

static const struct zone_resource *resource_of(struct zone_editor *ed, const struct command *c)
{
	BUF_AUTO all = {0};
	const char *name = operand(c, 0);
	const struct zone_resource *t = name ? zone_resource_find(name) : NULL;
	if (!t) {
		for (const struct zone_resource *r = zone_resources; r->name; r++)
			buf_printf(&all, " %s", r->name);
		complain(ed, "%s is no resource; there are:%s", name ? name : "nothing",
			 buf_str(&all));
	}
	return t;
}

/* In a resource: add NAME VALUE, one more of a list. */
static int add_value(struct zone_editor *ed, const struct command *c, bool remove)
{
	struct err e = {0};
	const char *name = operand(c, 0), *value = operand(c, 1);
	if (!name || !value)
		return complain(ed, "usage: %s <property-name> <value>", c->words[0]);
	int r = remove ? zone_instance_remove(&ed->now, &ed->edited, name, value, &e)
		       : zone_instance_add(&ed->now, &ed->edited, name, value, &e);
	return r < 0 ? complain(ed, "%s", e.text) : 0;
}

static int do_add(struct zone_editor *ed, const struct command *c)
{
	if (need_zone(ed) < 0)
		return -1;
	if (ed->in_resource)
		return add_value(ed, c, false);
	const struct zone_resource *t = resource_of(ed, c);
	if (!t)
		return -1;
	ed->edited = (struct zone_instance){.type = t};
	ed->selected = -1;
	ed->in_resource = true;
	return 0;
}

static int do_select(struct zone_editor *ed, const struct command *c)
{
	if (need_zone(ed) < 0)
		return -1;
	if (ed->in_resource)
		return complain(ed, "end or cancel the resource first");
	const struct zone_resource *t = resource_of(ed, c);
	long i = t ? find_one(ed, t, c) : -1;
	if (i < 0)
		return -1;
	struct zone_config copy;
	zone_config_copy(&copy, &ed->now);
	ed->edited = copy.instances.at[i];
	ed->selected = i;
	ed->in_resource = true;
	return 0;
}

static int do_end(struct zone_editor *ed, const struct command *c)
{
	struct err e = {0};
	(void)c;
	if (!ed->in_resource)
		return complain(ed, "there is no resource to end");
	struct zone_instance *at = ed->selected >= 0 ? &ed->now.instances.at[ed->selected] : NULL;
	if (zone_instance_check(&ed->now, &ed->edited, at, &e) < 0)
		return complain(ed, "%s", e.text);
	if (!at)
		at = vec_push(&ed->now.instances, ed->arena);
	*at = ed->edited;
	ed->in_resource = false;
	ed->changed = true;
	return 0;
}

static int do_cancel(struct zone_editor *ed, const struct command *c)
{
	(void)c;
	if (!ed->in_resource)
		return complain(ed, "there is no resource to cancel");
	ed->in_resource = false;
	return 0;
}

static void remove_at(struct zone_editor *ed, size_t i)
{
	ed->now.instances.n--;
	memmove(&ed->now.instances.at[i], &ed->now.instances.at[i + 1],
		(ed->now.instances.n - i) * sizeof(ed->now.instances.at[0]));
	ed->changed = true;
}

static int do_remove(struct zone_editor *ed, const struct command *c)
{
	if (need_zone(ed) < 0)
		return -1;
	if (ed->in_resource)
		return add_value(ed, c, true);
	const struct zone_resource *t = resource_of(ed, c);
	if (!t)
		return -1;
	unsigned n = 0;
	for (size_t i = 0; i < ed->now.instances.n; i++)
		n += ed->now.instances.at[i].type == t && has_all(ed, &ed->now.instances.at[i], c);
	if (!n)
		return complain(ed, "there is no such %s resource", t->name);
	if (n > 1 && c->npairs)
		return complain(ed, "there are several %s resources like this: say more of it",
				t->name);
	if (n > 1 && !sure(ed, c, arena_printf(ed->arena, "remove ALL '%s' resources", t->name)))
		return -1;
	for (size_t i = ed->now.instances.n; i-- > 0;)
		if (ed->now.instances.at[i].type == t && has_all(ed, &ed->now.instances.at[i], c))
			remove_at(ed, i);
	return 0;
}

/* ---- looking ---- */

static int do_info(struct zone_editor *ed, const struct command *c)
{
	BUF_AUTO b = {0};
	const char *name = operand(c, 0);
	unsigned shown = 0;
	if (need_zone(ed) < 0)
		return -1;
	if (ed->in_resource)
		zone_info_instance(&ed->edited, &b);
	else if (!name)
		zone_info(&ed->now, &b);
	if (ed->in_resource || !name)
		return show(ed, &b);
	int k = zone_prop_index(zone_globals, name);
	const struct zone_resource *t = zone_resource_find(name);
	if (strcmp(name, "zonename") == 0)
		buf_printf(&b, "zonename: %s\n", ed->now.name);
	else if (k >= 0)
		zone_info_global(&ed->now, (unsigned)k, &b);
	else if (!t)
		return complain(ed, "%s is neither a property nor a resource", name);
	for (size_t i = 0; t && i < ed->now.instances.n; i++)
		if (ed->now.instances.at[i].type == t && has_all(ed, &ed->now.instances.at[i], c)) {
			zone_info_instance(&ed->now.instances.at[i], &b);
			shown++;
		}
	if (t && !shown)
		return complain(ed, "No such %s resource.", t->name);
	return show(ed, &b);
}

static int do_export(struct zone_editor *ed, const struct command *c)
{
	BUF_AUTO b = {0};
	if (need_zone(ed) < 0)
		return -1;
	const char *file = has_option(c, "-f") ? operand(c, 0) : NULL;
	if (has_option(c, "-f") && !file)
		return complain(ed, "usage: export [-f output-file]");
	zone_export(&ed->now, &b);
	if (!file)
		return show(ed, &b);
	FILE *f = fopen(file, "we");
	bool ok = f && fwrite(b.p, 1, b.n, f) == b.n;
	if (f && fclose(f) != 0)
		ok = false;
	return ok ? 0 : complain(ed, "cannot write %s: %s", file, strerror(errno));
}

static int do_verify(struct zone_editor *ed, const struct command *c)
{
	BUF_AUTO b = {0};
	(void)c;
	if (need_zone(ed) < 0)
		return -1;
	if (ed->in_resource) {
		struct err e = {0};
		const struct zone_instance *at =
		    ed->selected >= 0 ? &ed->now.instances.at[ed->selected] : NULL;
		return zone_instance_check(&ed->now, &ed->edited, at, &e) < 0
			   ? complain(ed, "%s", e.text)
			   : 0;
	}
	unsigned n = zone_verify(&ed->now, &b);
	if (!n)
		zone_verify_notes(&ed->now, &b);
	fputs(buf_str(&b), n ? ed->err : ed->out);
	return n ? -1 : 0;
}

/* ---- writing ---- */

int zone_editor_commit(struct zone_editor *ed)
{
	BUF_AUTO b = {0};
	struct err e = {0};
	if (ed->in_resource)
		return complain(ed, "a %s resource is not complete: end or cancel it",
				ed->edited.type->name);
	if (!ed->changed)
		return 0;
	if (zone_verify(&ed->now, &b)) {
		fputs(buf_str(&b), ed->err);
		return complain(ed, "%s: the configuration is not saved", ed->now.name);
	}
	int r = zone_store_lock(ed->store, &e);
	if (r == 0)
		r = zone_store_save(ed->store, &ed->now, ed->stored ? ed->saved.name : NULL, &e);
	zone_store_unlock(ed->store);
	if (r < 0)
		return complain(ed, "%s", e.text);
	zone_config_copy(&ed->saved, &ed->now);
	ed->zone = ed->now.name;
	ed->stored = true;
	ed->changed = false;
	return 0;
}

static int do_commit(struct zone_editor *ed, const struct command *c)
{
	(void)c;
	return need_zone(ed) < 0 ? -1 : zone_editor_commit(ed);
}

static int do_revert(struct zone_editor *ed, const struct command *c)
{
	if (need_zone(ed) < 0 || (ed->changed && !sure(ed, c, "revert")))
		return -1;
	ed->in_resource = ed->changed = false;
	ed->exists = ed->stored;
	if (ed->stored)
		zone_config_copy(&ed->now, &ed->saved);
	return 0;
}

static int do_delete(struct zone_editor *ed, const struct command *c)
{
	struct err e = {0};
	if (need_zone(ed) < 0)
		return -1;
	if (zone_is_global(ed->zone))
		return complain(ed, "the global zone cannot be deleted");
	const struct zone_entry *entry = zone_store_find(ed->store, ed->zone);
	if (entry && entry->state != ZONE_CONFIGURED)
		return complain(ed, "%s is %s: uninstall it first", ed->zone,
				zone_state_name(entry->state));
	/* With a one-line command there is nobody to ask, and nothing else it could mean. */
	if (ed->interactive && !sure(ed, c, arena_printf(ed->arena, "delete zone %s", ed->zone)))
		return -1;
	if (ed->stored) {
		int r = zone_store_lock(ed->store, &e);
		if (r == 0)
			r = zone_store_delete(ed->store, ed->saved.name, &e);
		zone_store_unlock(ed->store);
		if (r < 0)
			return complain(ed, "%s", e.text);
	}
	ed->exists = ed->stored = ed->changed = ed->in_resource = false;
	return 0;
}

static int do_exit(struct zone_editor *ed, const struct command *c)
{
	if (ed->in_resource && !has_option(c, "-F"))
		return complain(ed, "a %s resource is not complete: end or cancel it",
				ed->edited.type->name);
	ed->done = true;
	if (has_option(c, "-F"))
		ed->changed = false;
	return 0;
}

/* ---- help, and the table of commands ---- */

static int do_help(struct zone_editor *ed, const struct command *c);

static const struct {
	const char *name;
	int (*run)(struct zone_editor *ed, const struct command *c);
	const char *usage, *what;
	bool stored; /* stands in stored configurations: does nothing but change `now` */
} commands[] = {
    {"add", do_add, "add <resource-type> | <property-name> <value>",
     "opens a new resource; within one, adds a value to a list", true},
    {"cancel", do_cancel, "cancel", "leaves a resource as it was"},
    {"clear", do_clear, "clear <property-name>", "takes a property's value away"},
    {"commit", do_commit, "commit", "writes the configuration"},
    {"create", do_create, "create [-F] [-b | -t <zone> | -a <path>]",
     "begins a configuration; -t: as that of another zone; -a: of one that was detached", true},
    {"delete", do_delete, "delete [-F]", "deletes the configuration"},
    {"end", do_end, "end", "completes a resource", true},
    {"exit", do_exit, "exit [-F]", "ends zonecfg and commits; -F: does not"},
    {"export", do_export, "export [-f <file>]", "prints the commands that make the configuration"},
    {"help", do_help, "help [<command>]", "tells of commands"},
    {"info", do_info, "info [<resource-type> [<property-name>=<value>]*]",
     "shows the configuration"},
    {"remove", do_remove, "remove [-F] <resource-type> [<property-name>=<value>]*",
     "takes a resource away; within one, a value from a list"},
    {"revert", do_revert, "revert [-F]", "goes back to what is stored"},
    {"select", do_select, "select <resource-type> <property-name>=<value>",
     "opens a resource that is there"},
    {"set", do_set, "set <property-name>=<value>", "sets a property", true},
    {"verify", do_verify, "verify", "says what is wrong, and what Linux does in part"},
};

static int do_help(struct zone_editor *ed, const struct command *c)
{
	const char *name = operand(c, 0);
	bool found = false;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (name && strcmp(name, commands[i].name) != 0)
			continue;
		found = true;
		fprintf(ed->out, "%s\n\t%s\n", commands[i].usage, commands[i].what);
	}
	if (found)
		return 0;
	const struct zone_resource *t = zone_resource_find(name);
	if (!t)
		return complain(ed, "there is no help on %s", name);
	for (const struct zone_prop *p = t->props; p->name; p++)
		fprintf(ed->out, "%s %s%s%s\n", t->name, p->name, p->required ? " (required)" : "",
			p->list ? " (list)" : "");
	return 0;
}

static int run_command(struct zone_editor *ed, const struct command *c)
{
	const char *verb = c->n ? c->words[0] : "";
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, verb) == 0)
			return ed->store || commands[i].stored
				   ? commands[i].run(ed, c)
				   : complain(ed, "%s: not a command of a stored configuration",
					      verb);
	if (strcmp(verb, "quit") == 0 && ed->store)
		return do_exit(ed, c);
	return complain(ed, "%s: no such command; 'help' lists them",
			c->n ? verb : c->pairs[0].name);
}

unsigned zone_editor_run(struct zone_editor *ed, const char *text)
{
	struct reader r = {.ed = ed, .p = text};
	struct command c;
	unsigned failed = 0;
	bool bad = false;
	while (!ed->done && next(&r, &c, &bad)) {
		if (!bad && run_command(ed, &c) == 0)
			continue;
		failed++;
		if (!ed->interactive)
			return failed;
		bad = r.failed = false;
		r.p += strcspn(r.p, ";\n");
	}
	return failed;
}

int zone_editor_init(struct zone_editor *ed, struct arena *a, struct zone_store *s,
		     const char *zone, struct err *e)
{
	*ed = (struct zone_editor){.arena = a,
				   .store = s,
				   .zone = arena_strdup(a, zone),
				   .selected = -1,
				   .line = 1,
				   .out = stdout,
				   .err = stderr};
	bool global = zone_is_global(zone);
	if (!global && !zone_store_find(s, zone))
		return 0;
	if (global ? zone_global_load(s, &ed->saved, e) < 0
		   : zone_store_load(s, zone, &ed->saved, e) < 0)
		return -1;
	zone_config_copy(&ed->now, &ed->saved);
	ed->exists = ed->stored = true;
	return 0;
}

void zone_editor_prompt(const struct zone_editor *ed, struct buf *out)
{
	buf_printf(out, "zonecfg:%s%s%s> ", ed->exists ? ed->now.name : ed->zone,
		   ed->in_resource ? ":" : "", ed->in_resource ? ed->edited.type->name : "");
}

int zone_read_commands(struct zone_config *z, const char *text, const char *source, struct err *e)
{
	char *said = NULL;
	size_t n = 0;
	FILE *err = open_memstream(&said, &n);
	if (!err)
		return err_set(e, ENOMEM, "out of memory");
	struct zone_editor ed = {.arena = z->arena,
				 .zone = z->name,
				 .selected = -1,
				 .line = 1,
				 .source = source,
				 .out = err,
				 .err = err};
	unsigned failed = zone_editor_run(&ed, text);
	fclose(err);
	if (failed || !ed.exists || ed.in_resource)
		err_set(e, EINVAL, "%.*s", (int)strcspn(said, "\n"),
			failed ? said : "the configuration is not complete");
	free(said);
	if (failed || !ed.exists || ed.in_resource)
		return -1;
	*z = ed.now;
	return 0;
}
