/*
 * pragma.c - #pragma D, #pragma ident, #error
 *
 * In: the text of a pragma, as words. Out: options set, stability of names and providers noted,
 * dependences checked, errors. "attributes" and "binding" name an identifier that the same text
 * defines further down; they wait in pragma_uses until sema_pragma_apply() is told of it. Other
 * pragmas than D's are left alone, as C has it.
 */
#include "dtrace/probe/classic.h"
#include "dtrace/sema/sema_internal.h"

#include <ctype.h>
#include <string.h>

enum { WORDS_MAX = 8 };

struct words {
	const char *at[WORDS_MAX];
	unsigned n;
};

/* Blank-separated; a quoted word may have blanks, its quotes are dropped. Further words than fit
 * count as one. */
static struct words split(struct arena *a, const char *text)
{
	struct words w = {.n = 0};
	while (isspace((unsigned char)*text))
		text++;
	while (*text && w.n < WORDS_MAX) {
		size_t n;
		if (*text == '"' && strchr(text + 1, '"')) {
			n = (size_t)(strchr(text + 1, '"') - text - 1);
			w.at[w.n++] = arena_strndup(a, text + 1, n);
			n += 2;
		} else {
			n = strcspn(text, " \t\r\n\v\f");
			w.at[w.n++] = arena_strndup(a, text, n);
		}
		text += n;
		while (isspace((unsigned char)*text))
			text++;
	}
	return w;
}

static bool malformed(struct sema_ctx *c, const struct pragma *p, const char *form)
{
	sema_error_at(c, "D_PRAGMA_MALFORM", p->src, "malformed #pragma %s", form);
	return false;
}

static bool is_name(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return *s == '\0';
}

/* ---- option ---- */

static void set_option(struct sema_ctx *c, const struct pragma *p, const char *name,
		       const char *value)
{
	struct err e = {0};
	int id = option_find(name), rc;
	if (id >= 0 && !option_in_program((enum option)id))
		rc = err_set(&e, 0, "Option cannot be used from within a D program");
	else
		rc = options_set(c->s->opts, c->arena, name, value, false, &e);
	if (rc == 0 && id == OPT_STRSIZE)
		types_string(c->types)->size = c->s->opts->value[OPT_STRSIZE];
	if (rc == 0)
		return;
	if (value)
		sema_error_at(c, "D_PRAGMA_OPTSET", p->src, "failed to set option '%s' to '%s': %s",
			      name, value, e.text);
	else
		sema_error_at(c, "D_PRAGMA_OPTSET", p->src, "failed to set option '%s': %s", name,
			      e.text);
}

static void pragma_option(struct sema_ctx *c, const struct pragma *p, const struct words *w)
{
	if (w->n != 3) {
		if (w->n < 3)
			malformed(c, p, "option <option>=<val>");
		else
			sema_error_at(c, "D_PRAGMA_MALFORM", p->src,
				      "superfluous arguments specified for #pragma option");
		return;
	}
	if (!c->s->opts)
		return;
	char *name = arena_strdup(c->arena, w->at[2]), *value = strchr(name, '=');
	if (value)
		*value++ = '\0';
	set_option(c, p, name, value);
}

/* ---- attributes, binding ---- */

static struct ident *known(struct sema_ctx *c, const char *name)
{
	struct ident *id = map_get(&c->s->names, name);
	return id ? id : map_get(&c->s->agg_names, name);
}

/* Was the name bound by the text that is being compiled? Only what it defined itself can be
 * changed. */
static bool is_ours(const struct sema_ctx *c, const char *name)
{
	for (size_t i = 0; i < c->undo.n; i++)
		if (strcmp(c->undo.at[i].key, name) == 0)
			return true;
	return false;
}

static void apply(struct pragma_use *use, struct ident *id)
{
	use->used = true;
	if (use->is_attributes)
		id->attr = use->attr;
	else
		id->version = use->version;
}

static void use_on(struct sema_ctx *c, const struct pragma *p, const char *name,
		   const struct stability *attr, uint64_t version)
{
	const char *what = attr ? "attributes" : "binding";
	if (!is_name(name)) {
		malformed(c, p,
			  attr ? "attributes <attributes> <ident>" : "binding <version> <ident>");
		return;
	}
	struct ident *id = known(c, name);
	if (builtin_var_find(name) || builtin_func_find(name) || (id && !is_ours(c, name))) {
		sema_error_at(c, "D_PRAGMA_SCOPE", p->src,
			      "#pragma %s cannot modify entity defined outside program scope: %s",
			      what, name);
		return;
	}
	struct pragma_use *use = vec_push(&c->pragma_uses, c->arena);
	*use = (struct pragma_use){.name = name,
				   .pragma = what,
				   .src = p->src,
				   .is_attributes = attr != NULL,
				   .version = version};
	if (attr)
		use->attr = *attr;
	if (id)
		apply(use, id);
}

/* #pragma D attributes A/B/C provider NAME COMPONENT */
static void provider_attributes(struct sema_ctx *c, const struct pragma *p, const struct words *w)
{
	static const char *const components[] = {"provider", "module", "function", "name", "args"};
	if (w->n != 6) {
		malformed(c, p, "attributes <attributes> provider <name> <component>");
		return;
	}
	for (unsigned i = 0; i < 5; i++)
		if (strcmp(w->at[5], components[i]) == 0)
			return;
	sema_error_at(c, "D_PRAGMA_INVAL", p->src,
		      "invalid component \"%s\" in #pragma attributes for provider %s", w->at[5],
		      w->at[4]);
}

static void pragma_attributes(struct sema_ctx *c, const struct pragma *p, const struct words *w)
{
	struct stability attr;
	if (w->n < 4) {
		malformed(c, p, "attributes <attributes> <ident>");
		return;
	}
	if (!stability_parse(w->at[2], &attr)) {
		sema_error_at(c, "D_PRAGMA_INVAL", p->src,
			      "invalid attributes specified by #pragma attributes");
		return;
	}
	if (strcmp(w->at[3], "provider") == 0)
		provider_attributes(c, p, w);
	else if (w->n > 4)
		sema_error_at(c, "D_PRAGMA_MALFORM", p->src,
			      "superfluous arguments specified for #pragma attributes");
	else
		use_on(c, p, w->at[3], &attr, 0);
}

uint64_t sema_version(struct sema_ctx *c, const char *text)
{
	struct options scratch;
	struct err e;
	memset(&scratch, 0, sizeof(scratch));
	return options_set(&scratch, c->arena, "version", text, false, &e) < 0
		   ? 0
		   : scratch.value[OPT_VERSION];
}

static void pragma_binding(struct sema_ctx *c, const struct pragma *p, const struct words *w)
{
	if (w->n != 4) {
		malformed(c, p, "binding <version> <ident>");
		return;
	}
	uint64_t version = sema_version(c, w->at[2]);
	if (version == 0) {
		sema_error_at(c, "D_PRAGMA_INVAL", p->src,
			      "invalid version string specified by #pragma binding");
		return;
	}
	use_on(c, p, w->at[3], NULL, version);
}

void sema_pragma_apply(struct sema_ctx *c, struct ident *id)
{
	for (size_t i = 0; i < c->pragma_uses.n; i++)
		if (!c->pragma_uses.at[i].used && strcmp(c->pragma_uses.at[i].name, id->name) == 0)
			apply(&c->pragma_uses.at[i], id);
}

/* "translator" stands for the one that follows: it has no name. All of them are of the first version. */
void sema_pragma_translator(struct sema_ctx *c)
{
	for (size_t i = 0; i < c->pragma_uses.n; i++)
		if (strcmp(c->pragma_uses.at[i].name, "translator") == 0)
			c->pragma_uses.at[i].used = true;
}

/* What is defined without telling sema_pragma_apply() is found by its name here. */
void sema_pragma_finish(struct sema_ctx *c)
{
	for (size_t i = 0; i < c->pragma_uses.n; i++) {
		struct pragma_use *use = &c->pragma_uses.at[i];
		struct ident *id = use->used ? NULL : known(c, use->name);
		if (id)
			apply(use, id);
		if (!use->used)
			sema_error_at(c, "D_PRAGMA_UNUSED", use->src, "unused #pragma %s %s",
				      use->pragma, use->name);
	}
}

/* ---- depends_on ---- */

static bool have_provider(struct sema_ctx *c, const char *name)
{
	struct probe **probes;
	struct err e = {0};
	return !c->s->registry ||
	       registry_match(c->s->registry, name, NULL, NULL, NULL, &probes, &e) > 0;
}

/* A module is there when it has types; the names of other systems' kernels stand for this one. */
static bool have_module(struct sema_ctx *c, const char *name)
{
	if (classic_kernel_is(name) || strcmp(name, "vmlinux") == 0)
		return true;
	return types_find(c->types, arena_printf(c->arena, "%s`int", name)) != NULL;
}

/* Libraries are found by library.c before a text is compiled; here one only needs to exist. */
static bool have_library(struct sema_ctx *c, const char *name)
{
	return c->in_library || !c->s->have_library || c->s->have_library(c->s->lib_ctx, name);
}

static void pragma_depends_on(struct sema_ctx *c, const struct pragma *p, const struct words *w)
{
	bool have;
	if (w->n != 4) {
		malformed(c, p, "depends_on <class> <name>");
		return;
	}
	const char *class = w->at[2], *name = w->at[3];
	if (strcmp(class, "provider") == 0) {
		have = have_provider(c, name);
	} else if (strcmp(class, "module") == 0) {
		have = have_module(c, name);
	} else if (strcmp(class, "library") == 0) {
		have = have_library(c, name);
	} else {
		sema_error_at(c, "D_PRAGMA_INVAL", p->src,
			      "invalid class %s specified by #pragma depends_on", class);
		return;
	}
	if (!have)
		sema_error_at(c, "D_PRAGMA_DEPEND", p->src, "program requires %s %s", class, name);
}

/* ---- dispatch ---- */

static void pragma_error(struct sema_ctx *c, const struct pragma *p, const char *text)
{
	text += strcspn(text, " \t");
	text += strspn(text, " \t");
	sema_error_at(c, "D_PRAGERR", p->src, "#error: %s", text);
}

/* Positions have been changed by the lexer; here it is only checked. */
static void pragma_line(struct sema_ctx *c, const struct pragma *p, const struct words *w,
			unsigned first)
{
	if (w->n <= first || !isdigit((unsigned char)w->at[first][0]))
		malformed(c, p, "line");
}

static void pragma_d(struct sema_ctx *c, const struct pragma *p, const struct words *w)
{
	const char *name = w->n > 1 ? w->at[1] : "";
	if (strcmp(name, "option") == 0)
		pragma_option(c, p, w);
	else if (strcmp(name, "attributes") == 0)
		pragma_attributes(c, p, w);
	else if (strcmp(name, "binding") == 0)
		pragma_binding(c, p, w);
	else if (strcmp(name, "depends_on") == 0)
		pragma_depends_on(c, p, w);
	else if (strcmp(name, "line") == 0)
		pragma_line(c, p, w, 2);
	else if (strcmp(name, "error") == 0)
		pragma_error(c, p, p->text + 1 + strspn(p->text + 1, " \t"));
	else if (strcmp(name, "ident") != 0)
		sema_error_at(c, *name ? "D_PRAGMA_INVAL" : "D_PRAGMA_MALFORM", p->src,
			      *name ? "invalid D pragma: #pragma D %s" : "malformed D pragma%s",
			      name);
}

void sema_pragma(struct sema_ctx *c, struct pragma *p)
{
	struct words w = split(c->arena, p->text);
	const char *kind = w.n > 0 ? w.at[0] : "";
	if (strcmp(kind, "D") == 0)
		pragma_d(c, p, &w);
	else if (strcmp(kind, "error") == 0)
		pragma_error(c, p, p->text);
	else if (strcmp(kind, "line") == 0)
		pragma_line(c, p, &w, 1);
}
