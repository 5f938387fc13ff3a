/*
 * usyms.c - symbols of processes: /proc/PID/maps, then .symtab and .dynsym of the mapped file
 *
 * In: (pid, address). Out: object and symbol. Files are opened through /proc/PID/root, so a process
 * in another mount namespace is read where it lives; each file is read once (device, inode,
 * modification time). Nothing is unwound here.
 */
#include "dtrace/sym/internal.h"

#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---- */

static int by_addr(const void *a, const void *b)
{
	const struct usym *x = a, *y = b;
	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool add_sym(struct ufile *f, size_t *cap, const GElf_Sym *s, const char *name)
{
	if (f->nsyms == *cap) {
		*cap = *cap ? *cap * 2 : 1024;
		struct usym *q = realloc(f->syms, *cap * sizeof(*q));
		if (!q)
			return false;
		f->syms = q;
	}
	unsigned bind = GELF_ST_BIND(s->st_info);
	f->syms[f->nsyms++] = (struct usym){.addr = s->st_value,
					    .size = s->st_size,
					    .name = name,
					    .rank = bind == STB_GLOBAL ? 0
						    : bind == STB_WEAK ? 1
								       : 2};
	return true;
}

static void read_table(struct ufile *f, size_t *cap, Elf *elf, Elf_Scn *scn, const GElf_Shdr *sh)
{
	Elf_Data *d = elf_getdata(scn, NULL);
	size_t n = d && sh->sh_entsize ? sh->sh_size / sh->sh_entsize : 0;
	for (size_t i = 0; i < n; i++) {
		GElf_Sym s;
		if (!gelf_getsym(d, (int)i, &s))
			break;
		unsigned type = GELF_ST_TYPE(s.st_info);
		if (s.st_shndx == SHN_UNDEF || s.st_value == 0 ||
		    (type != STT_FUNC && type != STT_NOTYPE && type != STT_OBJECT &&
		     type != STT_GNU_IFUNC))
			continue;
		const char *name = elf_strptr(elf, sh->sh_link, s.st_name);
		char *copy = name && *name ? strdup(name) : NULL;
		if (!copy)
			continue;
		if (!add_sym(f, cap, &s, copy)) {
			free(copy);
			return;
		}
	}
}

static void read_loads(struct ufile *f, Elf *elf)
{
	size_t n = 0;
	if (elf_getphdrnum(elf, &n) || n == 0)
		return;
	f->loads = calloc(n, sizeof(*f->loads));
	for (size_t i = 0; f->loads && i < n; i++) {
		GElf_Phdr p;
		if (gelf_getphdr(elf, (int)i, &p) && p.p_type == PT_LOAD)
			f->loads[f->nloads++] = (struct uload){p.p_offset, p.p_vaddr, p.p_filesz};
	}
}

static void drop_same_names(struct ufile *f)
{
	size_t n = 0;
	if (f->nsyms)
		qsort(f->syms, f->nsyms, sizeof(*f->syms), by_addr);
	for (size_t i = 0; i < f->nsyms; i++) {
		if (n && f->syms[n - 1].addr == f->syms[i].addr) {
			if (f->syms[n - 1].size == 0)
				f->syms[n - 1].size = f->syms[i].size;
			free((char *)f->syms[i].name);
			continue;
		}
		f->syms[n++] = f->syms[i];
	}
	f->nsyms = n;
}

static void read_elf(struct ufile *f, int fd)
{
	size_t cap = 0;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return;
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf)
		return;
	if (elf_kind(elf) == ELF_K_ELF) {
		read_loads(f, elf);
		for (Elf_Scn *s = NULL; (s = elf_nextscn(elf, s));) {
			GElf_Shdr sh;
			if (gelf_getshdr(s, &sh) &&
			    (sh.sh_type == SHT_SYMTAB || sh.sh_type == SHT_DYNSYM))
				read_table(f, &cap, elf, s, &sh);
		}
		drop_same_names(f);
	}
	elf_end(elf);
}

static struct ufile *file_of(struct symbols *s, uint64_t pid, const char *path)
{
	char full[4400];
	struct stat st;
	snprintf(full, sizeof(full), "%s/%" PRIu64 "/root%s", s->proc, pid, path);
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) /* the process has gone; its file is most likely ours */
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	struct ufile *f = s->files;
	while (f && (f->dev != st.st_dev || f->ino != st.st_ino || f->mtime != st.st_mtime))
		f = f->next;
	if (!f && (f = calloc(1, sizeof(*f)))) {
		f->dev = st.st_dev;
		f->ino = st.st_ino;
		f->mtime = st.st_mtime;
		f->next = s->files;
		s->files = f;
		read_elf(f, fd);
	}
	close(fd);
	return f;
}

/* ---- processes ---- */

static void free_maps(struct uproc *p)
{
	for (size_t i = 0; i < p->nmaps; i++) {
		free(p->maps[i].object);
		free(p->maps[i].path);
	}
	free(p->maps);
	p->maps = NULL;
	p->nmaps = 0;
}

static void add_map(struct uproc *p, size_t *cap, const char *line)
{
	struct umap m = {0};
	char perms[8];
	int at = 0;
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &m.start, &m.end,
		   perms, &m.offset, &at) < 4 ||
	    at == 0 || line[at] == '\0')
		return;
	char path[4097];
	snprintf(path, sizeof(path), "%s", line + at);
	path[strcspn(path, "\n")] = '\0';
	if (!*path)
		return;
	char *deleted = strstr(path, " (deleted)");
	if (deleted)
		*deleted = '\0';
	const char *slash = strrchr(path, '/');
	if (p->nmaps == *cap) {
		*cap = *cap ? *cap * 2 : 32;
		struct umap *q = realloc(p->maps, *cap * sizeof(*q));
		if (!q)
			return;
		p->maps = q;
	}
	m.object = strdup(slash ? slash + 1 : path);
	m.path = strdup(path);
	if (m.object && m.path)
		p->maps[p->nmaps++] = m;
}

static void read_maps(struct symbols *s, struct uproc *p)
{
	char path[4200], *line = NULL;
	size_t room = 0, cap = 0;
	snprintf(path, sizeof(path), "%s/%" PRIu64 "/maps", s->proc, p->pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	while (getline(&line, &room, f) > 0)
		add_map(p, &cap, line);
	free(line);
	fclose(f);
}

static struct uproc *proc_of(struct symbols *s, uint64_t pid)
{
	for (struct uproc **at = &s->procs; *at; at = &(*at)->next) {
		struct uproc *p = *at;
		if (p->pid != pid)
			continue;
		*at = p->next;
		p->next = s->procs;
		s->procs = p;
		return p;
	}
	struct uproc *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->pid = pid;
	p->next = s->procs;
	s->procs = p;
	read_maps(s, p);
	return p;
}

static struct umap *map_in(struct uproc *p, uint64_t addr)
{
	for (size_t i = 0; i < p->nmaps; i++)
		if (addr >= p->maps[i].start && addr < p->maps[i].end)
			return &p->maps[i];
	return NULL;
}

/* A miss may mean a library loaded since: the maps are read again if the process is still there. */
static struct umap *map_of(struct symbols *s, uint64_t pid, uint64_t addr)
{
	struct uproc *p = proc_of(s, pid);
	struct umap *m = p ? map_in(p, addr) : NULL;
	if (m || !p || addr < 4096)
		return m;
	struct uproc fresh = {.pid = pid};
	read_maps(s, &fresh);
	m = map_in(&fresh, addr);
	if (!m) {
		free_maps(&fresh);
		return NULL;
	}
	free_maps(p);
	p->maps = fresh.maps;
	p->nmaps = fresh.nmaps;
	return m;
}

void symbols_user_forget(struct symbols *s, uint64_t pid)
{
	for (struct uproc **at = &s->procs; *at; at = &(*at)->next) {
		struct uproc *p = *at;
		if (p->pid != pid)
			continue;
		*at = p->next;
		free_maps(p);
		free(p);
		return;
	}
}

/* ---- look-up ---- */

static uint64_t file_address(const struct ufile *f, const struct umap *m, uint64_t addr)
{
	uint64_t offset = addr - m->start + m->offset;
	for (size_t i = 0; i < f->nloads; i++)
		if (offset >= f->loads[i].offset && offset - f->loads[i].offset < f->loads[i].bytes)
			return offset - f->loads[i].offset + f->loads[i].vaddr;
	return offset;
}

static const struct usym *sym_at(const struct ufile *f, uint64_t v)
{
	size_t lo = 0, hi = f->nsyms;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (f->syms[mid].addr <= v)
			lo = mid + 1;
		else
			hi = mid;
	}
	/* a small symbol may stand inside a larger one that began before */
	for (size_t i = lo, n = 0; i-- > 0 && n < 16; n++) {
		const struct usym *u = &f->syms[i];
		if (v - u->addr < u->size || (u->size == 0 && n == 0))
			return u;
	}
	return NULL;
}

bool symbols_user(struct symbols *s, uint64_t pid, uint64_t addr, struct symbol *out)
{
	struct umap *m = map_of(s, pid, addr);
	if (!m)
		return false;
	*out = (struct symbol){.object = m->object, .start = m->start, .size = m->end - m->start};
	if (!m->tried && *m->path == '/') {
		m->tried = true;
		m->file = file_of(s, pid, m->path);
	}
	if (!m->file)
		return true;
	uint64_t v = file_address(m->file, m, addr);
	const struct usym *u = sym_at(m->file, v);
	if (u) {
		out->name = u->name;
		out->start = addr - (v - u->addr);
		out->size = u->size;
	}
	return true;
}

uint64_t symbols_user_object(struct symbols *s, uint64_t pid, uint64_t addr)
{
	struct umap *m = map_of(s, pid, addr);
	if (!m)
		return addr;
	struct uproc *p = proc_of(s, pid);
	for (size_t i = 0; p && i < p->nmaps; i++)
		if (!strcmp(p->maps[i].path, m->path))
			return p->maps[i].start;
	return m->start;
}

size_t symbols_user_text(struct symbols *s, uint64_t pid, uint64_t addr, char *out,
			 size_t out_bytes)
{
	struct symbol f;
	bool known = s && symbols_user(s, pid, addr, &f);
	return symbol_text(known, &f, addr, out, out_bytes);
}

void usyms_fini(struct symbols *s)
{
	while (s->procs)
		symbols_user_forget(s, s->procs->pid);
	while (s->files) {
		struct ufile *f = s->files;
		s->files = f->next;
		for (size_t i = 0; i < f->nsyms; i++)
			free((char *)f->syms[i].name);
		free(f->syms);
		free(f->loads);
		free(f);
	}
}
