/*
 * usyms.c - symbols of processes: what they map, then the names in the mapped file
 *
 * Mappings come from /proc/PID/maps while the process is there, and from whoever watches processes
 * come and go (symbols_user_mapped()).
 * In: (pid, address). Out: object and symbol. Files are opened through /proc/PID/root, so a process
 * in another mount namespace is read where it lives; each file is read once (device, inode,
 * modification time). Nothing is unwound here.
 */
#include "base/buf.h"
#include "dtrace/sym/internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static unsigned bucket(uint64_t a, uint64_t b, unsigned n)
{
	return (unsigned)(((a ^ b << 17 ^ b >> 13) * 0x9e3779b97f4a7c15) >> 40) % n;
}

/* ---- files ---- */

/* A C++ or Rust name is shown as it is written there. The text lives as long as the table. */
static void demangle(struct elf_funcs *t)
{
	struct buf all = {0};
	for (size_t i = 0; i < t->n; i++) {
		char *d = symbol_demangled(t->at[i].name);
		if (d) /* an offset for now: the text moves while it grows */
			t->at[i].name = (const char *)(uintptr_t)(all.n + 1), t->at[i].rank = 255;
		if (d)
			buf_add(&all, d, strlen(d) + 1);
		free(d);
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i].rank == 255)
			t->at[i].name = all.oom ? "" : all.p + (uintptr_t)t->at[i].name - 1;
	if (all.n && t->nstrings < sizeof(t->strings) / sizeof(t->strings[0]))
		t->strings[t->nstrings++] = all.p, t->text_bytes += all.cap;
}

static void read_elf(struct ufile *f, int fd, const char *root, const char *path)
{
	struct err e = {0};
	struct elf_file *elf = elf_file_open(fd, &e);
	if (!elf)
		return;
	f->loads = calloc(elf->nsegments + 1, sizeof(*f->loads));
	if (f->loads)
		memcpy(f->loads, elf->segments, elf->nsegments * sizeof(*f->loads));
	f->nloads = f->loads ? elf->nsegments : 0;
	elf_file_symbols(elf, root, path, &f->syms, &e);
	demangle(&f->syms);
	elf_file_close(elf);
}

/* Not "[vdso]", nor "//anon", as the kernel calls memory without a file. */
static bool is_file(const char *path)
{
	return path[0] == '/' && path[1] != '/';
}

/* In the root of the process, in that of another one, or where it has no inode to be known by, in ours. */
static int open_file(struct symbols *s, uint64_t pid, const struct umap *m, char *root, size_t size)
{
	char full[4400];
	struct stat st;
	snprintf(root, size, "%s/%" PRIu64 "/root", s->proc, pid);
	snprintf(full, sizeof(full), "%s%s", root, m->path);
	int fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return fd;
	/* The process has gone; its file, and what has its symbols, is most likely ours. */
	*root = '\0';
	fd = open(m->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (!m->ino || (fd >= 0 && fstat(fd, &st) == 0 && st.st_ino == m->ino))
		return fd;
	int other = roots_open(s, m->path, m->ino, root, size);
	if (other < 0)
		*root = '\0';
	else if (fd >= 0)
		close(fd);
	return other >= 0 ? other : fd;
}

static void free_file(struct ufile *f)
{
	elf_funcs_free(&f->syms);
	free(f->loads);
	free(f);
}

static int by_use(const void *a, const void *b)
{
	const struct ufile *const *x = a, *const *y = b;
	return ((*x)->used > (*y)->used) - ((*x)->used < (*y)->used);
}

/* Marks those not asked for longest until the others take three quarters of the room; the last one stays. */
static void choose_files(struct symbols *s)
{
	struct ufile **all = calloc(s->nfiles, sizeof(struct ufile *));
	size_t n = 0, stay = s->file_bytes;
	for (unsigned i = 0; all && i < UBUCKETS; i++)
		for (struct ufile *f = s->files[i]; f; f = f->next)
			all[n++] = f;
	if (n)
		qsort(all, n, sizeof(struct ufile *), by_use);
	for (size_t i = 0; i + 1 < n && stay > s->room / 4 * 3; i++) {
		stay -= all[i]->bytes;
		all[i]->used = 0;
	}
	free(all);
}

/* Where its addresses lie is asked anew when they are asked for. */
static void drop_files(struct symbols *s)
{
	choose_files(s);
	for (struct uproc *p = s->procs; p; p = p->next)
		for (size_t i = 0; i < p->nmaps; i++)
			if (p->maps[i].file && !p->maps[i].file->used) {
				p->maps[i].file = NULL;
				p->maps[i].tried = false;
			}
	for (unsigned i = 0; i < UBUCKETS; i++)
		for (struct ufile **at = &s->files[i], *f; (f = *at);) {
			if (f->used) {
				at = &f->next;
				continue;
			}
			*at = f->next;
			s->nfiles--;
			s->file_bytes -= f->bytes;
			free_file(f);
		}
	s->generation++;
}

void symbols_set_room(struct symbols *s, size_t bytes)
{
	s->room = bytes;
}

static struct ufile *file_of(struct symbols *s, uint64_t pid, const struct umap *m)
{
	char root[64];
	struct stat st;
	int fd = open_file(s, pid, m, root, sizeof(root));
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	struct ufile **head = &s->files[bucket(st.st_ino, st.st_dev, UBUCKETS)], *f = *head;
	while (f && (f->dev != st.st_dev || f->ino != st.st_ino || f->mtime != st.st_mtime))
		f = f->next;
	if (!f && (f = calloc(1, sizeof(*f)))) {
		f->dev = st.st_dev;
		f->ino = st.st_ino;
		f->mtime = st.st_mtime;
		f->next = *head;
		f->used = ++s->uses;
		*head = f;
		read_elf(f, fd, root, m->path);
		f->bytes = sizeof(*f) + f->nloads * sizeof(*f->loads) + elf_funcs_bytes(&f->syms);
		s->nfiles++;
		s->file_bytes += f->bytes;
		if (s->file_bytes > s->room)
			drop_files(s);
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
	p->nmaps = p->cap = 0;
}

static void free_proc(struct uproc *p)
{
	free_maps(p);
	elf_funcs_free(&p->jit.syms);
	free(p);
}

static void add_map(struct uproc *p, uint64_t start, uint64_t end, uint64_t offset,
		    const char *path)
{
	if (p->nmaps == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 8;
		struct umap *q = realloc(p->maps, cap * sizeof(*q));
		if (!q)
			return;
		p->maps = q;
		p->cap = cap;
	}
	const char *slash = strrchr(path, '/');
	struct umap m = {.start = start, .end = end, .offset = offset};
	m.object = strdup(slash ? slash + 1 : path);
	m.path = strdup(path);
	if (m.object && m.path)
		p->maps[p->nmaps++] = m;
}

/* A line of /proc/PID/maps that names a file, or goes on where the data of one ended: what is not in the file. */
struct maps_line {
	uint64_t start, end, offset;
	char perms[8], path[4097];
};

/* l: the line before. */
static bool parse_maps_line(const char *line, struct maps_line *l)
{
	struct maps_line last = {.end = l->end, .offset = l->offset + (l->end - l->start)};
	char *at = NULL;
	if (!(l->start = strtoull(line, &at, 16)) || *at++ != '-')
		return false;
	l->end = strtoull(at, &at, 16);
	snprintf(l->perms, sizeof(l->perms), "%.5s", at + strspn(at, " "));
	at += strspn(at, " ");
	at += strcspn(at, " ");
	l->offset = strtoull(at, &at, 16);
	for (int i = 0; i < 2; i++) { /* device, inode */
		at += strspn(at, " ");
		at += strcspn(at, " \n");
	}
	at += strspn(at, " \n");
	if (*at == '\0') { /* no name */
		if (!is_file(l->path) || l->start != last.end || l->perms[1] != 'w')
			*l->path = '\0';
		l->offset = last.offset;
		return *l->path != '\0';
	}
	snprintf(l->path, sizeof(l->path), "%s", at);
	l->path[strcspn(l->path, "\n")] = '\0';
	char *deleted = strstr(l->path, " (deleted)");
	if (deleted)
		*deleted = '\0';
	return *l->path != '\0';
}

static void each_map(struct symbols *s, uint64_t pid,
		     void (*fn)(void *arg, const struct maps_line *l), void *arg)
{
	struct maps_line l = {0};
	char path[4200], *line = NULL;
	size_t room = 0;
	snprintf(path, sizeof(path), "%s/%" PRIu64 "/maps", s->proc, pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	while (getline(&line, &room, f) > 0)
		if (parse_maps_line(line, &l))
			fn(arg, &l);
	free(line);
	fclose(f);
}

static void keep_map(void *arg, const struct maps_line *l)
{
	struct uproc *p = arg;
	size_t n = p->nmaps;
	add_map(p, l->start, l->end, l->offset, l->path);
	if (p->nmaps > n)
		p->maps[n].data = !strchr(l->perms, 'x');
}

static struct uproc **place_of(struct symbols *s, uint64_t pid)
{
	struct uproc **at = &s->by_pid[bucket(pid, 0, UBUCKETS)];
	while (*at && (*at)->pid != pid)
		at = &(*at)->next_hashed;
	return at;
}

static void forget_place(struct symbols *s, struct uproc *p)
{
	*place_of(s, p->pid) = p->next_hashed;
	s->nprocs--;
	s->generation++;
}

enum { PROCS_MAX = 4096 }; /* remembered; those not asked about for longest go first */

static void drop_oldest(struct symbols *s)
{
	struct uproc **at = &s->procs;
	for (size_t n = 0; *at && n < PROCS_MAX * 3 / 4; n++)
		at = &(*at)->next;
	while (*at) {
		struct uproc *p = *at;
		*at = p->next;
		forget_place(s, p);
		free_proc(p);
	}
}

/* The process, first in the list from now on; NULL when it is not known. */
static struct uproc *known(struct symbols *s, uint64_t pid)
{
	struct uproc *p = *place_of(s, pid);
	if (!p || p == s->procs)
		return p;
	p->before->next = p->next;
	if (p->next)
		p->next->before = p->before;
	p->next = s->procs;
	s->procs->before = p;
	return s->procs = p;
}

/* ... or a new one of which nothing is known. */
static struct uproc *named(struct symbols *s, uint64_t pid)
{
	struct uproc *p = known(s, pid);
	if (p || !(p = calloc(1, sizeof(*p))))
		return p;
	if (s->nprocs >= PROCS_MAX)
		drop_oldest(s);
	p->pid = pid;
	p->next = s->procs;
	if (p->next)
		p->next->before = p;
	s->procs = p;
	*place_of(s, pid) = p;
	s->nprocs++;
	return p;
}

static struct umap *map_in(struct uproc *p, uint64_t addr)
{
	for (size_t i = p ? p->nmaps : 0; i-- > 0;)
		if (addr >= p->maps[i].start && addr < p->maps[i].end)
			return &p->maps[i];
	return NULL;
}

static void hear_news(struct symbols *s)
{
	if (s->news)
		s->news(s->news_arg);
}

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Code made at run time misses again and again, while those who tell of mappings have told of every new one. */
static bool learned_lately(const struct symbols *s, const struct uproc *p)
{
	enum { LATELY_MS = 100 };
	return s->news && p && p->learned_ms && now_ms() - p->learned_ms < LATELY_MS;
}

void symbols_user_learn(struct symbols *s, uint64_t pid)
{
	struct uproc *p = named(s, pid), fresh = {.pid = pid};
	if (p)
		p->learned_ms = now_ms();
	each_map(s, pid, keep_map, &fresh);
	if (!p || fresh.nmaps == 0) {
		free_maps(&fresh);
		return;
	}
	free_maps(p);
	s->generation++;
	p->maps = fresh.maps;
	p->nmaps = fresh.nmaps;
	p->cap = fresh.cap;
}

/* A process without an image of its own since its fork runs in its parent's. */
static struct umap *map_of_parents(struct symbols *s, struct uproc *p, uint64_t addr)
{
	enum { GENERATIONS = 8 };
	struct umap *m = NULL;
	for (int i = 0; i < GENERATIONS && p && p->parent && !m; i++) {
		uint64_t parent = p->parent;
		p = known(s, parent);
		if (!p) {
			symbols_user_learn(s, parent);
			p = known(s, parent);
		}
		m = map_in(p, addr);
	}
	return m;
}

/* A miss may mean a library loaded since: what is known now is asked, the process itself if it is
 * still there, and at last those it comes from. */
static struct umap *map_of(struct symbols *s, uint64_t pid, uint64_t addr)
{
	enum { FIRST_PAGE = 4096 };
	struct umap *m = map_in(known(s, pid), addr);
	if (m || addr < FIRST_PAGE)
		return m;
	hear_news(s);
	if ((m = map_in(known(s, pid), addr)))
		return m;
	struct uproc *p = known(s, pid);
	if (!learned_lately(s, p))
		symbols_user_learn(s, pid);
	p = known(s, pid);
	m = map_in(p, addr);
	return m ? m : map_of_parents(s, p, addr);
}

void symbols_user_forget(struct symbols *s, uint64_t pid)
{
	struct uproc *p = known(s, pid);
	if (!p)
		return;
	s->procs = p->next;
	forget_place(s, p);
	free_proc(p);
}

void symbols_set_news(struct symbols *s, void (*news)(void *arg), void *arg)
{
	s->news = news;
	s->news_arg = arg;
}

void symbols_user_mapped(struct symbols *s, uint64_t pid, uint64_t start, uint64_t bytes,
			 uint64_t offset, const char *path)
{
	struct uproc *p = named(s, pid);
	for (size_t i = 0; p && i < p->nmaps; i++) {
		const struct umap *m = &p->maps[i];
		if (m->start == start && m->end == start + bytes && m->offset == offset &&
		    !strcmp(m->path, path))
			return;
	}
	if (!p)
		return;
	s->generation++;
	if (is_file(path) && offset &&
	    offset <= start) /* the file begins there, if it is an ELF file */
		add_map(p, start - offset, start, 0, path);
	add_map(p, start, start + bytes, offset, path);
}

void symbols_user_file(struct symbols *s, uint64_t pid, uint64_t start, uint64_t ino)
{
	struct uproc *p = named(s, pid);
	for (size_t i = 0; p && i < p->nmaps; i++)
		if (p->maps[i].start == start)
			p->maps[i].ino = ino;
}

struct learning {
	struct symbols *s;
	uint64_t pid;
};

static void keep_executed(void *arg, const struct maps_line *l)
{
	struct learning *to = arg;
	if (strchr(l->perms, 'x'))
		symbols_user_mapped(to->s, to->pid, l->start, l->end - l->start, l->offset,
				    l->path);
}

void symbols_user_learn_all(struct symbols *s)
{
	DIR *d = opendir(s->proc);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		struct learning to = {s, strtoull(e->d_name, NULL, 10)};
		if (to.pid)
			each_map(s, to.pid, keep_executed, &to);
	}
	if (d)
		closedir(d);
}

void symbols_user_forked(struct symbols *s, uint64_t pid, uint64_t parent)
{
	/* What is known of the number stays: the news of its exec may have come before that of its
	 * fork, from another CPU. */
	struct uproc *p = named(s, pid);
	if (p)
		p->parent = parent;
}

/* ---- look-up ---- */

/* What follows a segment in its last page, and behind it, is data that the file does not have. False: there is none of
 * the file. */
static bool file_address(const struct ufile *f, const struct umap *m, uint64_t addr, uint64_t *out)
{
	enum { PAGE = 4096 };
	uint64_t offset = addr - m->start + m->offset;
	const struct elf_segment *last = NULL;
	for (uint32_t i = 0; i < f->nloads; i++) {
		const struct elf_segment *l = &f->loads[i];
		*out = offset - l->offset + l->vaddr;
		if (offset >= l->offset && offset - l->offset < l->bytes)
			return true;
		if ((l->offset & ~(uint64_t)(PAGE - 1)) <= m->offset && offset >= l->offset)
			last = l;
	}
	*out = last ? offset - last->offset + last->vaddr : offset;
	return !last ||
	       offset - last->offset < ((last->mem_bytes + PAGE - 1) & ~(uint64_t)(PAGE - 1));
}

const struct elf_func *symbol_at(const struct elf_funcs *t, uint64_t addr)
{
	/* A small symbol may stand inside a larger one that began before. */
	for (size_t i = elf_funcs_before(t, addr), n = 0; i-- > 0 && n < 16; n++) {
		const struct elf_func *u = &t->at[i];
		if (addr - u->addr < u->size || (u->size == 0 && n == 0))
			return u;
	}
	return NULL;
}

/* In no file: code made at run time, if its maker tells its names. */
static bool find_jit(struct symbols *s, uint64_t pid, uint64_t addr, struct symbol *out)
{
	struct uproc *p = known(s, pid);
	if (!p)
		return false;
	const struct elf_func *u = symbol_at(&p->jit.syms, addr);
	if (!u) {
		ujit_read(&p->jit, s->proc, pid);
		u = symbol_at(&p->jit.syms, addr);
	}
	if (u)
		*out = (struct symbol){
		    .object = "jit", .name = u->name, .start = u->addr, .size = u->size};
	return u != NULL;
}

void symbols_set_codes(struct symbols *s, symbols_code_fn *find, void *arg)
{
	s->code = find;
	s->code_arg = arg;
}

static void forget_codes(struct symbols *s)
{
	for (unsigned i = 0; i < UBUCKETS; i++)
		while (s->codes[i]) {
			struct ucode *u = s->codes[i];
			s->codes[i] = u->next;
			free(u);
		}
	s->ncodes = 0;
}

/* The text is kept: what told it may forget. */
static bool find_code(struct symbols *s, uint64_t pid, uint64_t addr, struct symbol *out)
{
	char text[512];
	struct ucode **head = &s->codes[bucket(addr, pid, UBUCKETS)], *u = *head;
	while (u && (u->pid != pid || u->code != addr))
		u = u->next;
	if (!u && s->code && s->code(s->code_arg, pid, addr, text, sizeof(text)) &&
	    (u = malloc(sizeof(*u) + strlen(text) + 1))) {
		if (s->ncodes++ == CODES_MAX)
			forget_codes(s);
		*u = (struct ucode){.next = *head, .pid = pid, .code = addr};
		strcpy(u->text, text);
		*head = u;
	}
	if (u)
		*out =
		    (struct symbol){.object = "python", .name = u->text, .start = addr, .size = 1};
	return u != NULL;
}

/* In a file that is mapped; NULL: the address is in none, or only there is no name. */
static const struct elf_func *find_in_file(struct symbols *s, struct umap *m, uint64_t pid,
					   uint64_t addr, uint64_t *v)
{
	if (!m->tried && is_file(m->path)) {
		m->file = file_of(s, pid, m);
		m->tried = true;
	}
	if (m->file)
		m->file->used = ++s->uses;
	return m->file && file_address(m->file, m, addr, v) ? symbol_at(&m->file->syms, *v) : NULL;
}

static struct ufound *found_place(struct symbols *s, uint64_t pid, uint64_t addr)
{
	if (!s->found)
		s->found = calloc(UFOUND_MAX, sizeof(*s->found));
	return s->found ? &s->found[bucket(addr, pid, UFOUND_MAX)] : NULL;
}

bool symbols_user(struct symbols *s, uint64_t pid, uint64_t addr, struct symbol *out)
{
	if (addr >> 63)
		return find_code(s, pid, addr, out);
	struct ufound *found = found_place(s, pid, addr);
	if (found && found->generation == s->generation + 1 && found->pid == pid &&
	    found->addr == addr) {
		*out = found->symbol;
		return true;
	}
	struct umap *m = map_of(s, pid, addr);
	if (!m || !is_file(m->path))
		if (find_jit(s, pid, addr, out))
			return true;
	if (!m)
		return false;
	uint64_t v;
	const struct elf_func *u = find_in_file(s, m, pid, addr, &v);
	*out = (struct symbol){.object = m->object, .start = m->start, .size = m->end - m->start};
	if (u) {
		out->name = u->name;
		out->start = addr - (v - u->addr);
		out->size = u->size;
	}
	if (found && is_file(m->path))
		*found = (struct ufound){pid, addr, s->generation + 1, *out};
	return true;
}

bool symbols_user_data(struct symbols *s, uint64_t pid, uint64_t addr)
{
	enum { LOWEST_CODE = 4096 }; /* nothing is mapped below */
	struct umap *m = addr >> 63 ? NULL : map_of(s, pid, addr);
	return addr < LOWEST_CODE || (m && m->data);
}

uint64_t symbols_user_object(struct symbols *s, uint64_t pid, uint64_t addr)
{
	struct umap *m = map_of(s, pid, addr);
	if (!m)
		return addr;
	return m->offset <= m->start ? m->start - m->offset : m->start;
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
	roots_free(s->roots);
	while (s->procs)
		symbols_user_forget(s, s->procs->pid);
	forget_codes(s);
	for (unsigned i = 0; i < UBUCKETS; i++)
		while (s->files[i]) {
			struct ufile *f = s->files[i];
			s->files[i] = f->next;
			free_file(f);
		}
	free(s->found);
	s->found = NULL;
}
