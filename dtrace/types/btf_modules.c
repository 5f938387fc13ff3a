/*
 * btf_modules.c - the type information of kernel modules; see btf_modules.h
 *
 * In: a directory of BTF blobs. Out: those of modules, opened as they are asked for.
 */
#include "dtrace/types/btf_modules.h"

#include "base/vec.h"
#include "dtrace/types/btf.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct module {
	const char *name;
	struct btf *btf;
	bool tried;
};

struct btf_modules {
	struct arena *arena;
	const char *dir;
	struct btf *base;
	VEC(struct module) all;
	bool listed;
};

struct btf_modules *btf_modules_new(struct arena *a, const char *dir, struct btf *base)
{
	struct btf_modules *m = arena_new_of(a, struct btf_modules);
	m->arena = a;
	m->dir = arena_strdup(a, dir);
	m->base = base;
	return m;
}

void btf_modules_close(struct btf_modules *m)
{
	for (size_t i = 0; m && i < m->all.n; i++)
		btf_close(m->all.at[i].btf);
	if (m)
		m->all.n = 0;
}

static int by_name(const void *a, const void *b)
{
	const struct module *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static void list(struct btf_modules *m)
{
	if (m->listed)
		return;
	m->listed = true;
	DIR *dir = m->base ? opendir(m->dir) : NULL;
	struct dirent *d;
	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.' || strcmp(d->d_name, "vmlinux") == 0)
			continue;
		*vec_push(&m->all, m->arena) =
		    (struct module){.name = arena_strdup(m->arena, d->d_name)};
	}
	if (dir)
		closedir(dir);
	if (m->all.n > 1)
		qsort(m->all.at, m->all.n, sizeof(m->all.at[0]), by_name);
}

unsigned btf_modules_count(struct btf_modules *m)
{
	list(m);
	return (unsigned)m->all.n;
}

const char *btf_modules_name(struct btf_modules *m, unsigned i)
{
	return m->all.at[i].name;
}

struct btf *btf_modules_at(struct btf_modules *m, unsigned i)
{
	struct module *x = &m->all.at[i];
	struct err ignored = {0};
	if (!x->tried)
		x->btf = btf_open_split(arena_printf(m->arena, "%s/%s", m->dir, x->name), m->base,
					&ignored);
	x->tried = true;
	return x->btf;
}

struct btf *btf_modules_find(struct btf_modules *m, const char *name)
{
	list(m);
	for (unsigned i = 0; i < m->all.n; i++)
		if (strcmp(m->all.at[i].name, name) == 0)
			return btf_modules_at(m, i);
	return NULL;
}
