/*
 * unwind.c - see unwind.h
 *
 * ROWS is filled from its start and never changed behind that, so a program reads rows while others
 * are added; a process's entry in PROCS is replaced as a whole.
 */
#include "dtrace/api/unwind.h"

#include "dtrace/kern/kern.h"
#include "dtrace/kern/view.h"
#include "dtrace/sym/process.h"
#include "dtrace/sym/python.h"
#include "dtrace/sym/unwind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

struct file { /* one that has been met */
	dev_t dev;
	ino_t ino;
	struct unwind_table table; /* until it is in ROWS */
	struct elf_segment text;   /* its first executable segment */
	uint32_t row, nrows;
	/* addresses in the file, of an interpreter whose frames are known; else 0 */
	uint64_t py_runtime, py_eval, py_eval_bytes;
	unsigned py_version;
};
enum { CHANGED_MAX = 256 };

struct unwind {
	struct view rows;
	int procs_fd; /* -1: not attached yet */
	int codes_fd;
	uint32_t read;	     /* rows, of all files */
	uint32_t used, room; /* rows */
	struct file *files;
	size_t nfiles, cap;
	struct file vdso;
	bool vdso_read;
	uint32_t *known; /* processes that have an entry */
	size_t nknown, known_cap;
	pid_t changed[CHANGED_MAX];
	unsigned nchanged;
	bool all_changed; /* more than fit */
	unsigned dropped;
};

struct unwind *unwind_new(void)
{
	struct unwind *u = calloc(1, sizeof(*u));
	if (u)
		u->procs_fd = -1;
	return u;
}

uint32_t unwind_rows(const struct unwind *u)
{
	return u->read;
}

void unwind_free(struct unwind *u)
{
	if (!u)
		return;
	view_close(&u->rows);
	for (size_t i = 0; i < u->nfiles; i++)
		unwind_table_free(&u->files[i].table);
	unwind_table_free(&u->vdso.table);
	free(u->files);
	free(u->known);
	free(u);
}

unsigned unwind_dropped(const struct unwind *u)
{
	return u->dropped;
}

/* ---- files ---- */

static void put_rows(struct unwind *u, struct file *f)
{
	struct unwind_table *t = &f->table;
	size_t at = (size_t)u->used * sizeof(*t->at), bytes = t->n * sizeof(*t->at);
	if (t->n == 0)
		return;
	if (t->n > u->room - u->used || view_show(&u->rows, at, bytes, false) < 0) {
		u->dropped++;
	} else {
		memcpy(u->rows.base + at, t->at, bytes);
		view_hide(&u->rows);
		f->row = u->used;
		f->nrows = (uint32_t)t->n;
		u->used += (uint32_t)t->n;
	}
	unwind_table_free(t);
}

int unwind_attach(struct unwind *u, const struct image *image, struct loaded *l, struct err *e)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = image->maps.at[IMAGE_MAP_ROWS].value_bytes;
	u->procs_fd = load_map_fd(l, IMAGE_MAP_PROCS);
	u->codes_fd = load_map_fd(l, IMAGE_MAP_CODES);
	u->room = (uint32_t)(bytes / sizeof(struct image_unwind_row));
	if (view_open(&u->rows, load_map_fd(l, IMAGE_MAP_ROWS), (bytes + page - 1) / page * page,
		      64 * page, e) < 0)
		return -1;
	for (size_t i = 0; i < u->nfiles; i++)
		put_rows(u, &u->files[i]);
	put_rows(u, &u->vdso);
	return 0;
}

static void read_file(struct unwind *u, struct file *f, struct elf_file *elf)
{
	struct err e = {0};
	for (uint32_t i = 0; i < elf->nsegments && !f->text.exec; i++)
		if (elf->segments[i].exec)
			f->text = elf->segments[i];
	/* A malformed section leaves what came before it. */
	unwind_table_read(elf, &f->table, &e);
	u->read += (uint32_t)f->table.n;
	if (u->procs_fd >= 0)
		put_rows(u, f);
}

/* CPython, the program itself or its library. */
static void find_python(struct file *f, const struct elf_file *elf, const char *name)
{
	struct elf_funcs t;
	struct err e = {0};
	f->py_version = python_version(name);
	if (!f->py_version)
		return;
	elf_file_symbols(elf, "", NULL, &t, &e);
	for (size_t i = 0; i < t.n; i++) {
		if (strcmp(t.at[i].name, "_PyRuntime") == 0)
			f->py_runtime = t.at[i].addr;
		if (strcmp(t.at[i].name, "_PyEval_EvalFrameDefault") == 0) {
			f->py_eval = t.at[i].addr;
			f->py_eval_bytes = t.at[i].size;
		}
	}
	elf_funcs_free(&t);
}

static const struct file *file_of(struct unwind *u, pid_t pid, const struct process_object *o)
{
	for (size_t i = 0; i < u->nfiles; i++)
		if (u->files[i].ino == o->ino && u->files[i].dev == o->dev)
			return &u->files[i];
	if (u->nfiles == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 64;
		struct file *grown = realloc(u->files, cap * sizeof(*grown));
		if (!grown)
			return NULL;
		u->files = grown;
		u->cap = cap;
	}
	struct err e = {0};
	struct file *f = &u->files[u->nfiles++];
	*f = (struct file){.dev = o->dev, .ino = o->ino};
	int fd = process_object_open(pid, o);
	struct elf_file *elf = fd >= 0 ? elf_file_open(fd, &e) : NULL;
	if (elf) {
		read_file(u, f, elf);
		find_python(f, elf, o->name);
	}
	elf_file_close(elf);
	if (fd >= 0)
		close(fd);
	return f;
}

/* The kernel's own code in every process, read from ours. */
static const struct file *vdso_file(struct unwind *u)
{
	struct err e = {0};
	const void *at = (const void *)getauxval(AT_SYSINFO_EHDR);
	uint64_t start, end;
	if (u->vdso_read)
		return &u->vdso;
	u->vdso_read = true;
	if (!at || !process_vdso(getpid(), &start, &end))
		return &u->vdso;
	struct elf_file *elf = elf_file_memory(at, end - start, false, &e);
	if (elf)
		read_file(u, &u->vdso, elf);
	elf_file_close(elf);
	return &u->vdso;
}

/* ---- processes ---- */

/* The interpreter that the file is, at its place in the process. */
static void set_python(struct image_proc *p, pid_t pid, const struct file *f, uint64_t bias)
{
	struct image_python py = {.runtime = f->py_runtime + bias,
				  .eval = f->py_eval + bias,
				  .eval_bytes = f->py_eval_bytes};

	if (python_layout(pid, f->py_version, py.runtime, &py.at))
		p->python = py;
}

static void add_map(struct image_proc *p, pid_t pid, const struct file *f, uint64_t start,
		    uint64_t end, uint64_t offset)
{
	if (!f || !f->nrows || p->nmaps == IMAGE_UNWIND_MAPS)
		return;
	uint64_t bias = start - (offset - f->text.offset + f->text.vaddr);
	if (f->py_runtime && f->py_eval)
		set_python(p, pid, f, bias);
	uint32_t i = p->nmaps++;
	for (; i > 0 && p->maps[i - 1].start > start; i--)
		p->maps[i] = p->maps[i - 1];
	p->maps[i] = (struct image_unwind_map){
	    .start = start, .end = end, .bias = bias, .row = f->row, .nrows = f->nrows};
}

/* Entries of processes that are gone make room. */
static void forget_dead(struct unwind *u)
{
	size_t n = 0;
	for (size_t i = 0; i < u->nknown; i++) {
		uint64_t key = u->known[i];
		if (process_exists((pid_t)key))
			u->known[n++] = u->known[i];
		else
			kern_map_delete(u->procs_fd, &key);
	}
	u->nknown = n;
}

static bool is_known(const struct unwind *u, pid_t pid)
{
	for (size_t i = 0; i < u->nknown; i++)
		if (u->known[i] == (uint32_t)pid)
			return true;
	return false;
}

static void note_known(struct unwind *u, pid_t pid)
{
	if (is_known(u, pid))
		return;
	if (u->nknown == u->known_cap) {
		size_t cap = u->known_cap ? u->known_cap * 2 : 256;
		uint32_t *grown = realloc(u->known, cap * sizeof(*grown));
		if (!grown)
			return;
		u->known = grown;
		u->known_cap = cap;
	}
	u->known[u->nknown++] = (uint32_t)pid;
}

static void store(struct unwind *u, pid_t pid, const struct image_proc *p)
{
	struct err e = {0};
	uint64_t key = (uint64_t)pid;
	if (kern_map_update(u->procs_fd, &key, p, 0, &e) < 0) {
		forget_dead(u);
		if (kern_map_update(u->procs_fd, &key, p, 0, &e) < 0)
			return;
	}
	note_known(u, pid);
}

void unwind_learn(struct unwind *u, pid_t pid)
{
	struct process_objects o;
	struct err e = {0};
	uint64_t start, end;
	struct image_proc *p = calloc(1, sizeof(*p));
	if (p && process_objects(pid, &o, &e) == 0 && o.n) {
		for (size_t i = 0; i < o.n; i++)
			add_map(p, pid, file_of(u, pid, &o.at[i]), o.at[i].start, o.at[i].end,
				o.at[i].offset);
		if (process_vdso(pid, &start, &end))
			add_map(p, pid, vdso_file(u), start, end, 0);
		if (p->nmaps && u->procs_fd >= 0)
			store(u, pid, p);
	}
	if (p)
		process_objects_free(&o);
	free(p);
}

static int learn_one(void *arg, pid_t pid)
{
	unwind_learn(arg, pid);
	return 0;
}

void unwind_learn_all(struct unwind *u)
{
	process_each(learn_one, u);
}

void unwind_changed(struct unwind *u, pid_t pid)
{
	for (unsigned i = 0; i < u->nchanged; i++)
		if (u->changed[i] == pid)
			return;
	if (u->nchanged == CHANGED_MAX)
		u->all_changed = true;
	else
		u->changed[u->nchanged++] = pid;
}

bool unwind_code_text(void *arg, uint64_t pid, uint64_t code, char *text, size_t size)
{
	const struct unwind *u = arg;
	struct image_code_key key = {pid, code & ~IMAGE_FRAME_CODE};
	struct image_code c;
	struct err e = {0};
	if (u->procs_fd < 0 || kern_map_lookup(u->codes_fd, &key, &c, &e) < 0)
		return false;
	char name[4 * sizeof(c.name)], file[4 * sizeof(c.file)];
	python_text(c.name, sizeof(c.name), c.name_is, name, sizeof(name));
	python_text(c.file, sizeof(c.file), c.file_is, file, sizeof(file));
	snprintf(text, size, "%s (%s:%u)", name, file, c.line);
	return true;
}

bool unwind_knows(const struct unwind *u, pid_t pid)
{
	for (unsigned i = 0; i < u->nchanged; i++)
		if (u->changed[i] == pid)
			return true;
	return is_known(u, pid);
}

void unwind_settle(struct unwind *u)
{
	if (u->all_changed)
		unwind_learn_all(u);
	for (unsigned i = 0; i < u->nchanged && !u->all_changed; i++)
		unwind_learn(u, u->changed[i]);
	u->nchanged = 0;
	u->all_changed = false;
}
