/*
 * catalogue.c - files of statistics, read and checked line by line
 *
 * What comes in is a text as catalogue.h describes it; what goes out are metric_stat. A file is right as a
 * whole or refused with the line that is wrong. Names of datasets are resolved against it in resolve.c.
 */
#include "analytics/metric/catalogue.h"

#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CATALOGUE_MAX_FILE = 64 << 10 };

struct reader {
	struct arena *arena;
	const char *file, *dir;
	char *at;      /* rest of the text, cut into lines as it is read */
	unsigned line; /* of the line read last */
	char *text;    /* that line, without blanks around it */
	bool indented;
	struct metric_stat *stat;
	struct metric_field *field; /* being read, or NULL */
	bool fields_only;	    /* a .fields file */
	bool has_value;
	struct err *e;
};

static int reader_error(const struct reader *r, const char *fmt, const char *word)
{
	char what[256];
	snprintf(what, sizeof(what), fmt, word);
	return err_set(r->e, EINVAL, "%s:%u: %s", r->file, r->line, what);
}

/* The next line that is neither empty nor a comment; false at the end. */
static bool reader_next(struct reader *r)
{
	while (*r->at) {
		char *from = r->at, *end = strchrnul(from, '\n');
		r->at = *end ? end + 1 : end;
		r->line++;
		*end = '\0';
		r->indented = *from == ' ' || *from == '\t';
		from += strspn(from, " \t");
		while (end > from && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
			*--end = '\0';
		r->text = from;
		if (*from && *from != '#')
			return true;
	}
	return false;
}

/* ---- what lines say ---- */

static int set_text(struct reader *r, const char **to, const char *value)
{
	if (**to)
		return reader_error(r, "%s is told twice", r->text);
	*to = value;
	return 0;
}

static int set_mode(struct reader *r, const char *v)
{
	if (strcmp(v, "rate") != 0 && strcmp(v, "level") != 0)
		return reader_error(r, "mode \"%s\" is neither rate nor level", v);
	r->stat->mode = strcmp(v, "level") == 0 ? METRIC_LEVEL : METRIC_RATE;
	return 0;
}

static int set_source(struct reader *r, const char *v)
{
	if (strcmp(v, "d") == 0) {
		r->stat->source = METRIC_D;
	} else if (strncmp(v, "proc ", 5) == 0 && v[5]) {
		r->stat->source = METRIC_PROC;
		r->stat->collector = v + 5;
	} else {
		return reader_error(r, "source \"%s\" is neither d nor proc NAME", v);
	}
	return 0;
}

static int set_value(struct reader *r, const char *v)
{
	size_t n = strlen(v);
	if (strcmp(v, "count()") != 0 && !(n > 5 && strncmp(v, "sum(", 4) == 0 && v[n - 1] == ')'))
		return reader_error(r, "value \"%s\" is neither count() nor sum(EXPRESSION)", v);
	r->stat->value = v;
	r->has_value = true;
	return 0;
}

static int set_scale(struct reader *r, double *to, const char *v)
{
	char *end;
	*to = strtod(v, &end);
	if (*end || !(*to > 0) || *to > 1e15)
		return reader_error(r, "scale \"%s\" is no number above 0", v);
	return 0;
}

static int read_fields(struct reader *r, const char *name);

static int header_line(struct reader *r, const char *key, const char *v)
{
	struct metric_stat *s = r->stat;
	const struct {
		const char *key;
		const char **to;
	} texts[] = {{"name", &s->name},
		     {"title", &s->title},
		     {"group", &s->group},
		     {"unit", &s->unit},
		     {"stability", &s->stability},
		     {"requires", &s->requires},
		     {"description", &s->description}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(key, texts[i].key) == 0)
			return set_text(r, texts[i].to, v);
	if (strcmp(key, "mode") == 0)
		return set_mode(r, v);
	if (strcmp(key, "source") == 0)
		return set_source(r, v);
	if (strcmp(key, "value") == 0)
		return set_value(r, v);
	if (strcmp(key, "scale") == 0)
		return set_scale(r, &r->stat->scale, v);
	if (strcmp(key, "fields") == 0)
		return read_fields(r, v);
	return reader_error(r, "there is no key \"%s\"", key);
}

static int field_line(struct reader *r, const char *key, const char *v)
{
	struct metric_field *f = r->field;
	struct err e = {0};
	if (strcmp(key, "title") == 0)
		return set_text(r, &f->title, v);
	if (strcmp(key, "unit") == 0)
		return set_text(r, &f->unit, v);
	if (strcmp(key, "expr") == 0)
		return set_text(r, &f->expr, v);
	if (strcmp(key, "early") == 0)
		return set_text(r, &f->early, v);
	if (strcmp(key, "type") == 0) {
		if (strcmp(v, "discrete") != 0 && strcmp(v, "numeric") != 0)
			return reader_error(r, "type \"%s\" is neither discrete nor numeric", v);
		f->numeric = *v == 'n';
		return 0;
	}
	if (strcmp(key, "text") == 0) {
		if (strcmp(v, "yes") != 0 && strcmp(v, "no") != 0)
			return reader_error(r, "text \"%s\" is neither yes nor no", v);
		f->text = *v == 'y';
		return 0;
	}
	if (strcmp(key, "scale") == 0)
		return set_scale(r, &f->scale, v);
	if (strcmp(key, "scheme") == 0)
		return scheme_parse(v, &f->scheme, &e) < 0 ? reader_error(r, "%s", e.text) : 0;
	return reader_error(r, "a field has no key \"%s\"", key);
}

static int field_end(struct reader *r)
{
	const struct metric_field *f = r->field;
	r->field = NULL;
	if (!f)
		return 0;
	if (!*f->title)
		return reader_error(r, "field %s: it has no title", f->name);
	if (r->stat->source == METRIC_D && !*f->expr && !r->fields_only)
		return reader_error(r, "field %s: it has no expr", f->name);
	if (f->numeric && f->scheme.type == SCHEME_NONE)
		return reader_error(r, "field %s: numbers need a scheme", f->name);
	return 0;
}

static bool is_word(const char *s)
{
	return *s >= 'a' && *s <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(s);
}

static int field_begin(struct reader *r, const char *name)
{
	if (!is_word(name))
		return reader_error(r, "\"%s\" is no name of a field: a-z, 0-9, _ and -", name);
	if (metric_field_find(r->stat, name))
		return reader_error(r, "field %s is told twice", name);
	r->field = vec_push(&r->stat->fields, r->arena);
	*r->field = (struct metric_field){
	    .name = name, .title = "", .unit = "", .expr = "", .early = "", .scale = 1};
	return 0;
}

/* One "key: value" line, or the continuation of a description. `done` when clauses begin. */
static int any_line(struct reader *r, bool *done)
{
	char *colon = strchr(r->text, ':');
	struct metric_stat *s = r->stat;
	if (r->indented && !r->field && *s->description) {
		s->description = arena_printf(r->arena, "%s %s", s->description, r->text);
		return 0;
	}
	if (!colon)
		return reader_error(r, "\"%.60s\": \"key: value\" was expected", r->text);
	*colon = '\0';
	char *value = colon + 1 + strspn(colon + 1, " \t");
	if (r->indented) {
		if (!r->field)
			return reader_error(r, "\"%.60s\" is indented, but no field was begun",
					    r->text);
		return field_line(r, r->text, value);
	}
	if (field_end(r) < 0)
		return -1;
	if (strcmp(r->text, "clauses") == 0 && !*value && !r->fields_only) {
		*done = true;
		return 0;
	}
	if (!*value)
		return reader_error(r, "%s has no value", r->text);
	if (strcmp(r->text, "field") == 0)
		return field_begin(r, value);
	if (r->fields_only)
		return reader_error(r, "a file of fields has no \"%s\"", r->text);
	return header_line(r, r->text, value);
}

static int read_lines(struct reader *r)
{
	bool done = false;
	while (!done && reader_next(r))
		if (any_line(r, &done) < 0)
			return -1;
	if (!done && field_end(r) < 0)
		return -1;
	if (done) {
		r->stat->clauses = r->at;
		r->stat->clauses_line = r->line + 1;
	}
	return 0;
}

/* ---- files ---- */

/* The text of a file in the arena; NULL and *e. */
static char *read_file(struct arena *a, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	if (!f) {
		err_sys(e, errno, "cannot open %s", path);
		return NULL;
	}
	char *text = arena_alloc(a, CATALOGUE_MAX_FILE + 1);
	size_t n = fread(text, 1, CATALOGUE_MAX_FILE + 1, f);
	int failed = ferror(f);
	fclose(f);
	if (failed || n > CATALOGUE_MAX_FILE || memchr(text, '\0', n)) {
		err_set(e, EINVAL, "%s: %s", path,
			failed			 ? "cannot be read"
			: n > CATALOGUE_MAX_FILE ? "more than 64 KiB"
						 : "is no text");
		return NULL;
	}
	text[n] = '\0';
	return text;
}

static int read_fields(struct reader *r, const char *name)
{
	if (!r->dir || !is_word(name))
		return reader_error(r, "there are no files of fields here (%s)", name);
	char *path = arena_printf(r->arena, "%s/%s.fields", r->dir, name);
	struct reader f = {
	    .arena = r->arena, .file = path, .stat = r->stat, .fields_only = true, .e = r->e};
	if (!(f.at = read_file(r->arena, path, r->e)))
		return err_wrap(r->e, "%s:%u", r->file, r->line);
	return read_lines(&f);
}

static int check_stat(struct reader *r)
{
	const struct metric_stat *s = r->stat;
	const char *const needed[][2] = {
	    {s->name, "name"}, {s->title, "title"},	    {s->group, "group"},
	    {s->unit, "unit"}, {s->stability, "stability"}, {s->description, "description"}};
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!*needed[i][0])
			return reader_error(r, "there is no \"%s:\" line", needed[i][1]);
	struct name n;
	struct err e = {0};
	if (name_parse(s->name, r->arena, &n, &e) < 0 || n.npredicates || n.nbreakdowns)
		return reader_error(
		    r, "\"%s\" is no name of a statistic: words of a-z 0-9 with dots", s->name);
	if (s->source == METRIC_PROC && *s->clauses)
		return reader_error(r, "%s: a statistic of source proc has no clauses", s->name);
	if (s->source == METRIC_D && !strstr(s->clauses, "$count"))
		return reader_error(r, "%s: no clause says $count", s->name);
	if (s->source == METRIC_D && !r->has_value)
		return reader_error(r, "%s: there is no \"value:\" line", s->name);
	return s->source == METRIC_D ? metric_check_clauses(s, r->arena, r->e) : 0;
}

int catalogue_parse(struct arena *a, const char *text, const char *file, const char *dir,
		    struct metric_stat *out, struct err *e)
{
	*out = (struct metric_stat){.name = "",
				    .title = "",
				    .group = "",
				    .unit = "",
				    .stability = "",
				    .description = "",
				    .requires = "",
				    .collector = "",
				    .value = "count()",
				    .scale = 1,
				    .clauses = "",
				    .file = arena_strdup(a, file)};
	struct reader r = {.arena = a,
			   .file = out->file,
			   .dir = dir,
			   .at = arena_strdup(a, text),
			   .stat = out,
			   .e = e};
	return read_lines(&r) < 0 ? -1 : check_stat(&r);
}

static int is_stat_file(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	return n > 5 && d->d_name[0] != '.' && strcmp(d->d_name + n - 5, ".stat") == 0;
}

static int load_file(struct catalogue *c, const char *dir, const char *name, struct err *e)
{
	struct metric_stat s;
	char *path = arena_printf(c->arena, "%s/%s", dir, name);
	char *text = read_file(c->arena, path, e);
	if (!text || catalogue_parse(c->arena, text, path, dir, &s, e) < 0)
		return -1;
	if (strncmp(s.name, name, strlen(name) - 5) != 0 || strlen(s.name) != strlen(name) - 5)
		return err_set(e, EINVAL, "%s: its name is \"%s\"; the file must be called %s.stat",
			       path, s.name, s.name);
	*vec_push(&c->stats, c->arena) = s;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct metric_stat *)a)->name, ((const struct metric_stat *)b)->name);
}

int catalogue_load(struct catalogue *c, struct arena *a, const char *dir, struct err *e)
{
	struct dirent **list;
	int status = 0, n = scandir(dir, &list, is_stat_file, alphasort);
	*c = (struct catalogue){.arena = a};
	if (n < 0)
		return err_sys(e, errno, "cannot read the catalogue %s", dir);
	for (int i = 0; i < n; i++) {
		if (status == 0)
			status = load_file(c, dir, list[i]->d_name, e);
		free(list[i]);
	}
	free(list);
	if (status == 0 && c->stats.n == 0)
		return err_set(e, ENOENT, "%s has no statistics: no file ends in .stat", dir);
	if (c->stats.n)
		qsort(c->stats.at, c->stats.n, sizeof(c->stats.at[0]), by_name);
	return status;
}

void catalogue_add_hostname(struct catalogue *c)
{
	for (size_t i = 0; i < c->stats.n; i++)
		*vec_push(&c->stats.at[i].fields, c->arena) =
		    (struct metric_field){.name = METRIC_HOSTNAME,
					  .title = "host",
					  .unit = "",
					  .text = true,
					  .expr = "",
					  .early = "",
					  .scale = 1};
}

const struct metric_stat *catalogue_find(const struct catalogue *c, const char *name)
{
	for (size_t i = 0; i < c->stats.n; i++)
		if (strcmp(c->stats.at[i].name, name) == 0)
			return &c->stats.at[i];
	return NULL;
}

const struct metric_field *metric_field_find(const struct metric_stat *s, const char *name)
{
	for (size_t i = 0; i < s->fields.n; i++)
		if (strcmp(s->fields.at[i].name, name) == 0)
			return &s->fields.at[i];
	return NULL;
}

const char *metric_kind_text(enum metric_kind k)
{
	static const char *const texts[] = {"scalar", "keyed", "dist", "keyed-dist"};
	return texts[k];
}

const char *metric_mode_text(enum metric_mode m)
{
	return m == METRIC_LEVEL ? "level" : "rate";
}
