/*
 * elf_funcs.c - the functions that an ELF file and its debug files name; see elf_file.h
 *
 * Tables are read whole and their strings kept; names point into them. A table may be malformed: an
 * entry whose name or place is impossible is passed over. Where no table tells the size of a
 * function it ends where the next one begins, as assembly source often has it.
 */
#include "dtrace/sym/elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SYMBOLS_MAX = 16 << 20, DEBUGDATA_MAX = 256 << 20 };

/* ---- one table ---- */

static bool add(struct elf_funcs *t, const struct elf_func *f)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 4096;
		struct elf_func *q = realloc(t->at, cap * sizeof(*q));
		if (!q)
			return false;
		t->at = q;
		t->cap = cap;
	}
	t->at[t->n++] = *f;
	return true;
}

static Elf64_Sym symbol_at(const struct elf_file *f, const uint8_t *raw, size_t i)
{
	Elf64_Sym s;
	if (f->is64) {
		memcpy(&s, raw + i * sizeof(s), sizeof(s));
		return s;
	}
	Elf32_Sym q;
	memcpy(&q, raw + i * sizeof(q), sizeof(q));
	return (Elf64_Sym){.st_name = q.st_name,
			   .st_info = q.st_info,
			   .st_other = q.st_other,
			   .st_shndx = q.st_shndx,
			   .st_value = q.st_value,
			   .st_size = q.st_size};
}

static bool in_code(const struct elf_file *f, const Elf64_Sym *s)
{
	return s->st_shndx < f->nsections && (f->sections[s->st_shndx].flags & SHF_EXECINSTR);
}

/* Functions; and labels in code without a type, as assembly source leaves them. */
static bool is_function(const struct elf_file *f, const Elf64_Sym *s)
{
	unsigned type = ELF64_ST_TYPE(s->st_info);
	if (s->st_shndx == SHN_UNDEF || s->st_value == 0)
		return false;
	return type == STT_FUNC || type == STT_GNU_IFUNC ||
	       (type == STT_NOTYPE && s->st_size && in_code(f, s));
}

/* Variables, and labels without a type in any section that is loaded. */
static bool is_data(const struct elf_file *f, const Elf64_Sym *s)
{
	unsigned type = ELF64_ST_TYPE(s->st_info);
	return s->st_value && (type == STT_OBJECT || type == STT_NOTYPE) &&
	       s->st_shndx < f->nsections && (f->sections[s->st_shndx].flags & SHF_ALLOC);
}

static bool add_symbols(const struct elf_file *f, const uint8_t *raw, size_t n, const char *strings,
			uint64_t nstrings, struct elf_funcs *out)
{
	for (size_t i = 0; i < n; i++) {
		Elf64_Sym s = symbol_at(f, raw, i);
		if (s.st_name >= nstrings || !strings[s.st_name])
			continue;
		if (!is_function(f, &s) && !(out->data && is_data(f, &s)))
			continue;
		unsigned bind = ELF64_ST_BIND(s.st_info);
		struct elf_func fn = {.name = strings + s.st_name,
				      .addr = s.st_value,
				      .size = s.st_size,
				      .chosen = ELF64_ST_TYPE(s.st_info) == STT_GNU_IFUNC,
				      .rank = bind == STB_GLOBAL ? 0
					      : bind == STB_WEAK ? 1
								 : 2};
		if (!add(out, &fn))
			return false;
	}
	return true;
}

static int read_table(const struct elf_file *f, const struct elf_section *s, struct elf_funcs *out,
		      struct err *e)
{
	size_t each = f->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym), n = s->bytes / each;
	if (s->entry_bytes != each || s->link >= f->nsections || n > SYMBOLS_MAX)
		return err_set(e, ENOEXEC, "malformed ELF file: its symbol table makes no sense");
	if (out->nstrings == sizeof(out->strings) / sizeof(out->strings[0]))
		return 0;
	const struct elf_section *names = &f->sections[s->link];
	char *strings = (char *)elf_file_section(f, names, e);
	if (!strings)
		return -1;
	out->strings[out->nstrings++] = strings;
	out->text_bytes += names->bytes;
	uint8_t *raw = elf_file_section(f, s, e);
	if (!raw)
		return -1;
	bool ok = add_symbols(f, raw, n, strings, names->bytes, out);
	free(raw);
	return ok ? 0 : err_set(e, ENOMEM, "out of memory");
}

static int read_tables(const struct elf_file *f, uint32_t type, struct elf_funcs *out,
		       struct err *e)
{
	for (uint32_t i = 0; i < f->nsections; i++)
		if (f->sections[i].type == type && read_table(f, &f->sections[i], out, e) < 0)
			return -1;
	return 0;
}

static bool has_table(const struct elf_file *f, uint32_t type)
{
	for (uint32_t i = 0; i < f->nsections; i++)
		if (f->sections[i].type == type)
			return true;
	return false;
}

/* ---- debug files ---- */

/* The ELF file within .gnu_debugdata; NULL when there is none that can be read. */
static struct elf_file *open_debugdata(const struct elf_file *f)
{
	struct err ignored;
	const struct elf_section *s = elf_file_find(f, ".gnu_debugdata");
	uint8_t *packed = s ? elf_file_section(f, s, &ignored) : NULL, *out = NULL;
	size_t in_at, out_at = 0, room = s ? s->bytes * 4 + 65536 : 0;
	lzma_ret r = LZMA_BUF_ERROR;

	while (packed && r == LZMA_BUF_ERROR && room <= DEBUGDATA_MAX) {
		uint64_t memory_limit = DEBUGDATA_MAX;
		free(out);
		in_at = out_at = 0;
		if (!(out = malloc(room)))
			break;
		r = lzma_stream_buffer_decode(&memory_limit, 0, NULL, packed, &in_at, s->bytes, out,
					      &out_at, room);
		room *= 4;
	}
	free(packed);
	if (r == LZMA_OK && out)
		return elf_file_memory(out, out_at, true, &ignored);
	free(out);
	return NULL;
}

static struct elf_file *open_path(const char *path)
{
	struct err ignored;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct elf_file *f = fd < 0 ? NULL : elf_file_open(fd, &ignored);
	if (fd >= 0)
		close(fd);
	return f;
}

static struct elf_file *open_by_build_id(const struct elf_file *f, const char *root)
{
	char id[128], path[4600];
	elf_file_build_id(f, id, sizeof(id));
	if (strlen(id) < 4)
		return NULL;
	snprintf(path, sizeof(path), "%s/usr/lib/debug/.build-id/%.2s/%s.debug", root, id, id + 2);
	return open_path(path);
}

/* Is d the debug file of f? It must name the same build, where both name one. */
static struct elf_file *if_same_build(const struct elf_file *f, struct elf_file *d)
{
	char ours[128], its[128];
	if (!d)
		return NULL;
	elf_file_build_id(f, ours, sizeof(ours));
	elf_file_build_id(d, its, sizeof(its));
	if (!*ours || !*its || !strcmp(ours, its))
		return d;
	elf_file_close(d);
	return NULL;
}

/* .gnu_debuglink: a file name, then a checksum, for which the build id stands in. */
static struct elf_file *open_debuglink(const struct elf_file *f, const char *root, const char *path)
{
	struct err ignored;
	const struct elf_section *s = elf_file_find(f, ".gnu_debuglink");
	char *name = s && path ? (char *)elf_file_section(f, s, &ignored) : NULL, full[8800];
	const char *slash = path ? strrchr(path, '/') : NULL;
	struct elf_file *d = NULL;

	if (name && slash && *name && !strchr(name, '/')) {
		static const char *const forms[] = {"%s%.*s/%s", "%s%.*s/.debug/%s",
						    "%s/usr/lib/debug%.*s/%s"};
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !d; i++) {
			snprintf(full, sizeof(full), forms[i], root, (int)(slash - path), path,
				 name);
			d = if_same_build(f, open_path(full));
		}
	}
	free(name);
	return d;
}

/* Names from elsewhere for a file without .symtab; that there are none is no error. */
static void read_debug_files(const struct elf_file *f, const char *root, const char *path,
			     struct elf_funcs *out)
{
	struct err ignored;
	struct elf_file *d = open_by_build_id(f, root);
	if (!d)
		d = open_debuglink(f, root, path);
	if (!d)
		d = open_debugdata(f);
	if (!d)
		return;
	read_tables(d, SHT_SYMTAB, out, &ignored);
	elf_file_close(d);
}

/* ---- order ---- */

static unsigned underscores(const char *s)
{
	return (unsigned)strspn(s, "_");
}

static int by_addr(const void *a, const void *b)
{
	const struct elf_func *x = a, *y = b;
	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	unsigned u = underscores(x->name), v = underscores(y->name);
	return u != v ? (u < v ? -1 : 1) : strcmp(x->name, y->name);
}

/* By address, digit by digit from the last: tables have up to hundreds of thousands. */
static void sort_digits(struct elf_funcs *t, struct elf_func *spare)
{
	enum { BITS = 11, DIGITS = 1 << BITS };
	struct elf_func *from = t->at, *to = spare;
	uint64_t all = 0;
	for (size_t i = 0; i < t->n; i++)
		all |= t->at[i].addr;
	for (unsigned shift = 0; shift < 64 && all >> shift; shift += BITS) {
		size_t place[DIGITS] = {0}, sum = 0;
		for (size_t i = 0; i < t->n; i++)
			place[from[i].addr >> shift & (DIGITS - 1)]++;
		for (size_t d = 0; d < DIGITS; d++) {
			size_t n = place[d];
			place[d] = sum;
			sum += n;
		}
		for (size_t i = 0; i < t->n; i++)
			to[place[from[i].addr >> shift & (DIGITS - 1)]++] = from[i];
		struct elf_func *swap = from;
		from = to;
		to = swap;
	}
	if (from != t->at)
		memcpy(t->at, from, t->n * sizeof(*from));
}

static void sort_names(struct elf_funcs *t)
{
	struct elf_func *spare = malloc(t->n * sizeof(*spare));
	if (!spare) {
		qsort(t->at, t->n, sizeof(*t->at), by_addr);
		return;
	}
	sort_digits(t, spare);
	free(spare);
	for (size_t i = 0, n; i < t->n; i += n) {
		for (n = 1; i + n < t->n && t->at[i + n].addr == t->at[i].addr;)
			n++;
		if (n > 1)
			qsort(&t->at[i], n, sizeof(*t->at), by_addr);
	}
}

static void drop_same(struct elf_funcs *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct elf_func *last = n ? &t->at[n - 1] : NULL;
		if (last && last->addr == t->at[i].addr && !strcmp(last->name, t->at[i].name)) {
			last->size = last->size ? last->size : t->at[i].size;
			continue;
		}
		t->at[n++] = t->at[i];
	}
	t->n = n;
}

static void guess_sizes(const struct elf_file *f, struct elf_funcs *t)
{
	uint64_t next = 0, offset;
	for (size_t i = t->n; i-- > 0;) {
		struct elf_func *fn = &t->at[i];
		if (i + 1 < t->n && t->at[i + 1].addr != fn->addr)
			next = t->at[i + 1].addr;
		if (fn->size)
			continue;
		for (uint32_t s = 0; s < f->nsections; s++) {
			const struct elf_section *sec = &f->sections[s];
			if ((sec->flags & SHF_EXECINSTR) && fn->addr >= sec->addr &&
			    fn->addr - sec->addr < sec->bytes) {
				uint64_t end = sec->addr + sec->bytes;
				fn->size = (next > fn->addr && next < end ? next : end) - fn->addr;
			}
		}
		if (!elf_file_offset(f, fn->addr, &offset))
			fn->size = 0;
	}
}

static int read_names(const struct elf_file *f, const char *root, const char *path,
		      struct elf_funcs *out, struct err *e)
{
	if (read_tables(f, SHT_SYMTAB, out, e) < 0 || read_tables(f, SHT_DYNSYM, out, e) < 0)
		return -1;
	if (!has_table(f, SHT_SYMTAB))
		read_debug_files(f, root, path, out);
	if (out->n)
		sort_names(out);
	drop_same(out);
	guess_sizes(f, out);
	return 0;
}

int elf_file_functions(const struct elf_file *f, const char *root, const char *path,
		       struct elf_funcs *out, struct err *e)
{
	*out = (struct elf_funcs){0};
	return read_names(f, root, path, out, e);
}

int elf_file_symbols(const struct elf_file *f, const char *root, const char *path,
		     struct elf_funcs *out, struct err *e)
{
	*out = (struct elf_funcs){.data = true};
	return read_names(f, root, path, out, e);
}

void elf_funcs_free(struct elf_funcs *t)
{
	for (unsigned i = 0; i < t->nstrings; i++)
		free(t->strings[i]);
	free(t->at);
	*t = (struct elf_funcs){0};
}

size_t elf_funcs_bytes(const struct elf_funcs *t)
{
	return t->cap * sizeof(*t->at) + t->text_bytes;
}

size_t elf_funcs_before(const struct elf_funcs *t, uint64_t addr)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (t->at[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo > 1 && t->at[lo - 2].addr == t->at[lo - 1].addr)
		lo--;
	return lo;
}

const struct elf_func *elf_funcs_at(const struct elf_funcs *t, uint64_t addr)
{
	size_t n = elf_funcs_before(t, addr);
	const struct elf_func *f = n ? &t->at[n - 1] : NULL;
	return f && addr - f->addr < f->size ? f : NULL;
}

static bool symbol_in(const struct elf_file *f, const struct elf_section *s, const char *name,
		      uint64_t *addr)
{
	struct err ignored;
	size_t each = f->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym), n = s->bytes / each;
	bool found = false;
	if (s->entry_bytes != each || s->link >= f->nsections || n > SYMBOLS_MAX)
		return false;
	const struct elf_section *names = &f->sections[s->link];
	uint8_t *strings = elf_file_section(f, names, &ignored);
	uint8_t *raw = strings ? elf_file_section(f, s, &ignored) : NULL;
	for (size_t i = 0; raw && i < n && !found; i++) {
		Elf64_Sym sym = symbol_at(f, raw, i);
		found = sym.st_shndx != SHN_UNDEF && sym.st_name < names->bytes &&
			!strcmp((const char *)strings + sym.st_name, name);
		if (found)
			*addr = sym.st_value;
	}
	free(raw);
	free(strings);
	return found;
}

bool elf_file_symbol(const struct elf_file *f, const char *name, uint64_t *addr)
{
	for (uint32_t i = 0; i < f->nsections; i++)
		if ((f->sections[i].type == SHT_SYMTAB || f->sections[i].type == SHT_DYNSYM) &&
		    symbol_in(f, &f->sections[i], name, addr))
			return true;
	return false;
}

bool elf_file_chosen_slot(const struct elf_file *f, uint64_t addr, uint64_t *slot)
{
	struct err ignored;
	bool found = false;

	for (uint32_t i = 0; f->is64 && i < f->nsections && !found; i++) {
		const struct elf_section *s = &f->sections[i];
		uint8_t *raw = s->type == SHT_RELA && s->entry_bytes == sizeof(Elf64_Rela)
				   ? elf_file_section(f, s, &ignored)
				   : NULL;
		for (size_t k = 0; raw && k < s->bytes / sizeof(Elf64_Rela) && !found; k++) {
			Elf64_Rela r;
			memcpy(&r, raw + k * sizeof(r), sizeof(r));
			found = ELF64_R_TYPE(r.r_info) == R_X86_64_IRELATIVE &&
				(uint64_t)r.r_addend == addr;
			if (found)
				*slot = r.r_offset;
		}
		free(raw);
	}
	return found;
}
