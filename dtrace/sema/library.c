/*
 * library.c - finding, ordering and loading D libraries; see library.h
 *
 * In: directories, and names that a program does not know. Out: definitions in struct sema. The
 * first unknown name has the files of all directories read; one in whose text a name stands where
 * it may be defined is scanned for what it defines (library_scan.c), and only one that defines what
 * is asked for is compiled. A library that is being loaded is not loaded again: a name of its own that is asked for
 * meanwhile is simply not there yet.
 */
#include "dtrace/sema/library.h"

#include "dtrace/dlang/parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 4 << 20, SEARCHES_MAX = 4 };
enum lib_state { LIB_UNLOADED, LIB_LOADING, LIB_LOADED, LIB_FAILED };

struct lib {
	const char *path, *file; /* file: the last component */
	char *text;
	size_t len;
	bool lazy, scanned;
	enum lib_state state;
	VEC(const char *) depends; /* file names */
	/* what it put into the lists of struct sema, its dependences' included */
	VEC(struct xlator *) xlators;
	VEC(struct var *) vars;
};

struct lib_ref { /* the libraries that define a name */
	struct lib *lib;
	struct lib_ref *next;
};

struct lib_dir {
	const char *path;
	bool lazy, listed;
};

struct libraries {
	struct sema *s;
	struct arena *arena;
	VEC(struct lib_dir) dirs;
	VEC(struct lib *) libs;
	struct map names; /* -> struct lib_ref */
	struct lib *scanning;
	struct map searched; /* names that were searched for in all of libs -> l */
	unsigned searches;   /* for names in texts not scanned yet */
};

/* ---- reading ---- */

/* The text with a NUL behind it, in the arena; NULL when it cannot be read. */
static char *read_text(struct arena *a, const char *path, size_t *len)
{
	struct stat st;
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return NULL;
	size_t size = (size_t)st.st_size;
	char *text = arena_alloc(a, size + 1); /* before the file is open: it may not return */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	ssize_t n;
	while (*len < size && (n = read(fd, text + *len, size - *len)) > 0)
		*len += (size_t)n;
	close(fd);
	return text;
}

static void found(void *ctx, enum library_find what, const char *name, size_t len)
{
	struct libraries *l = ctx;
	struct lib *lib = l->scanning;
	if (what == LIBRARY_DEPENDS) {
		*vec_push(&lib->depends, l->arena) = arena_strndup(l->arena, name, len);
		return;
	}
	void **at = map_atn(&l->names, name, len);
	struct lib_ref *first = *at;
	if (first && first->lib == lib)
		return;
	struct lib_ref *ref = arena_new_of(l->arena, struct lib_ref);
	ref->lib = lib;
	ref->next = first;
	*at = ref;
}

static void add_lib(struct libraries *l, const struct lib_dir *dir, const char *file)
{
	struct lib *lib = arena_new_of(l->arena, struct lib);
	lib->path = arena_printf(l->arena, "%s/%s", dir->path, file);
	lib->file = arena_strdup(l->arena, file);
	lib->lazy = dir->lazy;
	lib->text = read_text(l->arena, lib->path, &lib->len);
	if (!lib->text)
		return;
	*vec_push(&l->libs, l->arena) = lib;
}

static void scan(struct libraries *l, struct lib *lib)
{
	if (lib->scanned)
		return;
	lib->scanned = true;
	l->scanning = lib;
	library_scan(lib->text, found, l);
}

void libraries_add_text(struct libraries *l, const char *path, const char *text)
{
	struct lib *lib = arena_new_of(l->arena, struct lib);
	const char *slash = strrchr(path, '/');
	lib->path = arena_strdup(l->arena, path);
	lib->file = slash ? lib->path + (slash - path) + 1 : lib->path;
	lib->len = strlen(text);
	lib->text = arena_strdup(l->arena, text);
	*vec_push(&l->libs, l->arena) = lib;
	l->searched = (struct map){.arena = l->arena};
}

/* Most names that a program makes up stand in no library: to search is quicker than to scan, for the first few. */
static void scan_those_with(struct libraries *l, const char *name)
{
	void **searched = map_at(&l->searched, name);
	if (*searched)
		return;
	*searched = l;
	bool all = l->searches >= SEARCHES_MAX;
	l->searches += !all;
	for (size_t i = 0; i < l->libs.n; i++) {
		struct lib *lib = l->libs.at[i];
		if (!lib->scanned && (all || library_may_define(lib->text, lib->len, name)))
			scan(l, lib);
	}
}

static bool is_library(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	return n > 2 && d->d_name[0] != '.' && strcmp(d->d_name + n - 2, ".d") == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of a directory's libraries, newline-separated, on the heap. */
static void list_files(const char *path, struct buf *out)
{
	DIR *d = opendir(path);
	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));)
		if (is_library(e))
			buf_printf(out, "%s\n", e->d_name);
	closedir(d);
}

/* The same in the arena, sorted; returns how many. */
static size_t sorted_files(struct arena *a, const char *path, const char ***out)
{
	struct buf all = {0};
	list_files(path, &all);
	char *text = arena_strdup(a, buf_str(&all)); /* a failure here leaks one buffer, once */
	buf_fini(&all);
	VEC(const char *) names = {0};
	for (char *save, *f = strtok_r(text, "\n", &save); f; f = strtok_r(NULL, "\n", &save))
		*vec_push(&names, a) = f;
	if (names.n > 1)
		qsort(names.at, names.n, sizeof(names.at[0]), by_name);
	*out = names.at;
	return names.n;
}

static void list_dirs(struct libraries *l, bool lazy_too)
{
	for (size_t i = 0; i < l->dirs.n; i++) {
		struct lib_dir *dir = &l->dirs.at[i];
		const char **files = NULL;
		if (dir->listed || (dir->lazy && !lazy_too))
			continue;
		dir->listed = true;
		l->searched = (struct map){.arena = l->arena}; /* the new ones were not */
		size_t n = sorted_files(l->arena, dir->path, &files);
		for (size_t k = 0; k < n; k++)
			add_lib(l, dir, files[k]);
	}
}

/* ---- loading ---- */

static struct lib *find_file(struct libraries *l, const char *file)
{
	for (size_t i = 0; i < l->libs.n; i++)
		if (strcmp(l->libs.at[i]->file, file) == 0)
			return l->libs.at[i];
	return NULL;
}

/* Whether the only thing wrong is that the machine lacks what the library is about. */
static bool is_inapplicable(const struct diags *d)
{
	return d->list.n > 0 && strcmp(d->list.at[0].tag, "D_PRAGMA_DEPEND") == 0;
}

static void pass_on(struct sema *s, const struct diags *d)
{
	for (size_t i = 0; i < d->list.n; i++) {
		const struct diag *diag = &d->list.at[i];
		diag_error(s->diags, diag->tag, diag->at, "%s", diag->text);
		if (s->diags->last_kept)
			vec_last(&s->diags->list)->other_file = true;
		if (diag->hint)
			diag_hint(s->diags, "%s", diag->hint);
	}
}

static int compile(struct libraries *l, struct lib *lib, struct diags *d)
{
	struct sema *s = l->s;
	struct parse_opts opts = {
	    .is_typename = sema_is_typename, .typename_ctx = s, .is_file = true};
	struct program_ast *ast;
	struct diags *outer = s->diags;
	diags_init(d, l->arena, NULL);
	s->diags = d;
	int rc = parse_program(l->arena, lib->text, lib->len, lib->path, &opts, d, &ast);
	size_t nxlators = s->xlators.n, nvars = s->vars.n;
	if (rc == 0)
		rc = sema_library(s, ast);
	s->diags = outer;
	for (size_t i = nxlators; rc == 0 && i < s->xlators.n; i++)
		*vec_push(&lib->xlators, l->arena) = s->xlators.at[i];
	for (size_t i = nvars; rc == 0 && i < s->vars.n; i++)
		*vec_push(&lib->vars, l->arena) = s->vars.at[i];
	return rc;
}

static void restore_xlator(struct sema *s, struct xlator *x)
{
	for (size_t i = 0; i < s->xlators.n; i++)
		if (s->xlators.at[i] == x)
			return;
	*vec_push(&s->xlators, s->arena) = x;
}

static void restore_var(struct sema *s, struct var *v)
{
	if (v->id < s->vars.n && s->vars.at[v->id] == v)
		return;
	v->id = (uint32_t)s->vars.n; /* nothing that was compiled knows the old one */
	*vec_push(&s->vars, s->arena) = v;
}

/* A program that fails takes its definitions with it, and those of the libraries that it had loaded
 * meanwhile. */
static void restore(struct sema *s, const struct lib *lib)
{
	for (size_t i = 0; i < lib->xlators.n; i++)
		restore_xlator(s, lib->xlators.at[i]);
	for (size_t i = 0; i < lib->vars.n; i++)
		restore_var(s, lib->vars.at[i]);
}

static bool load(struct libraries *l, struct lib *lib);

static bool load_dependences(struct libraries *l, struct lib *lib)
{
	for (size_t i = 0; i < lib->depends.n; i++) {
		struct lib *dep = find_file(l, lib->depends.at[i]);
		if (!dep) {
			list_dirs(l, true);
			dep = find_file(l, lib->depends.at[i]);
		}
		struct src at = {.file = lib->path, .line = 1};
		if (!dep) {
			diag_error(l->s->diags, "D_PRAGMA_DEPEND", at,
				   "program requires library %s", lib->depends.at[i]);
			return false;
		}
		if (dep->state == LIB_LOADING) {
			diag_error(l->s->diags, "D_PRAGMA_DEPEND", at,
				   "library %s depends on itself through %s", lib->file, dep->file);
			return false;
		}
		if (!load(l, dep))
			return false;
	}
	return true;
}

/* False: it is not there now. Errors go to the program's diagnostics. */
static bool load(struct libraries *l, struct lib *lib)
{
	struct diags d;
	if (lib->state != LIB_UNLOADED)
		return lib->state == LIB_LOADED;
	lib->state = LIB_LOADING;
	scan(l, lib);
	if (!load_dependences(l, lib)) {
		lib->state = LIB_FAILED;
		return false;
	}
	if (compile(l, lib, &d) < 0) {
		lib->state = LIB_FAILED;
		if (!is_inapplicable(&d))
			pass_on(l->s, &d);
		return false;
	}
	lib->state = LIB_LOADED;
	return true;
}

/* struct sema's load_library_for: everything that has to do with a name. */
static bool load_for(void *ctx, const char *name)
{
	struct libraries *l = ctx;
	bool any = false;
	if (l->s->opts && l->s->opts->value[OPT_NOLIBS] == 1)
		return false;
	list_dirs(l, true);
	scan_those_with(l, name);
	for (struct lib_ref *ref = map_get(&l->names, name); ref; ref = ref->next)
		if (ref->lib->state == LIB_UNLOADED)
			any = load(l, ref->lib) || any;
	return any;
}

static bool have_library(void *ctx, const char *file)
{
	struct libraries *l = ctx;
	list_dirs(l, true);
	return find_file(l, file) != NULL;
}

struct libraries *libraries_new(struct sema *s)
{
	struct libraries *l = arena_new_of(s->arena, struct libraries);
	l->s = s;
	l->arena = s->arena;
	l->names.arena = l->searched.arena = s->arena;
	s->load_library_for = load_for;
	s->have_library = have_library;
	s->lib_ctx = l;
	return l;
}

void libraries_add_dir(struct libraries *l, const char *dir, bool lazy)
{
	struct lib_dir *d = vec_push(&l->dirs, l->arena);
	d->path = arena_strdup(l->arena, dir);
	d->lazy = lazy;
	d->listed = false;
}

int libraries_load(struct libraries *l)
{
	size_t before = diag_count(l->s->diags);
	if (l->s->opts && l->s->opts->value[OPT_NOLIBS] == 1)
		return 0;
	for (size_t i = 0; i < l->libs.n; i++)
		restore(l->s, l->libs.at[i]);
	list_dirs(l, false);
	for (size_t i = 0; i < l->libs.n; i++)
		if (!l->libs.at[i]->lazy)
			load(l, l->libs.at[i]);
	return diag_count(l->s->diags) > before ? -1 : 0;
}
