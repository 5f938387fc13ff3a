/*
 * elf_file.c - reads ELF files, trusting nothing in them; see elf_file.h
 *
 * Headers are turned into the 64-bit form as they are read, so that the rest knows one layout.
 * Functions are in elf_funcs.c.
 */
#include "dtrace/sym/elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTION_MAX = 1 << 30, WINDOW_BYTES = 32 << 10 };

static bool read_fd(const struct elf_file *f, uint64_t offset, void *to, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got = pread(f->fd, (char *)to + at, n - at, (off_t)(offset + at));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

/* Has the window hold what begins at offset; false: it cannot. */
static bool move_window(struct elf_file *f, uint64_t offset)
{
	uint64_t rest = f->bytes - offset;
	size_t n = rest < WINDOW_BYTES ? (size_t)rest : WINDOW_BYTES;

	if (!f->window && !(f->window = malloc(WINDOW_BYTES)))
		return false;
	f->window_bytes = 0;
	if (!read_fd(f, offset, f->window, n))
		return false;
	f->window_at = offset;
	f->window_bytes = n;
	return true;
}

bool elf_file_read(const struct elf_file *f, uint64_t offset, void *to, size_t n)
{
	struct elf_file *cache =
	    (struct elf_file *)f; /* what it has read is no change to be seen */

	if (offset > f->bytes || n > f->bytes - offset)
		return false;
	if (f->memory) {
		memcpy(to, f->memory + offset, n);
		return true;
	}
	if (n > WINDOW_BYTES / 4)
		return read_fd(f, offset, to, n);
	bool there = f->window_bytes && offset >= f->window_at &&
		     offset + n <= f->window_at + f->window_bytes;
	if (!there && !move_window(cache, offset))
		return read_fd(f, offset, to, n);
	memcpy(to, f->window + (offset - f->window_at), n);
	return true;
}

/* ---- headers ---- */

static int bad(struct err *e, const char *what)
{
	return err_set(e, ENOEXEC, "malformed ELF file: %s", what);
}

static void add_segment(struct elf_file *f, const Elf64_Phdr *p)
{
	if (p->p_type == PT_INTERP)
		f->interp_bytes = p->p_filesz;
	if (p->p_type == PT_LOAD)
		f->segments[f->nsegments++] =
		    (struct elf_segment){.offset = p->p_offset,
					 .vaddr = p->p_vaddr,
					 .bytes = p->p_filesz,
					 .mem_bytes = p->p_memsz,
					 .exec = (p->p_flags & PF_X) != 0};
}

static int read_segments(struct elf_file *f, const Elf64_Ehdr *h, struct err *e)
{
	size_t want = f->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	if (!h->e_phnum)
		return 0;
	if (h->e_phentsize != want)
		return bad(e, "its program headers have a wrong size");
	uint8_t *raw = malloc(want * h->e_phnum);
	f->segments = calloc(h->e_phnum, sizeof(*f->segments));
	if (!raw || !f->segments) {
		free(raw);
		return err_set(e, ENOMEM, "out of memory");
	}
	if (!elf_file_read(f, h->e_phoff, raw, want * h->e_phnum)) {
		free(raw);
		return bad(e, "its program headers lie outside");
	}
	for (unsigned i = 0; i < h->e_phnum; i++) {
		Elf64_Phdr p;
		if (f->is64) {
			memcpy(&p, raw + i * want, want);
		} else {
			Elf32_Phdr q;
			memcpy(&q, raw + i * want, want);
			p = (Elf64_Phdr){.p_type = q.p_type,
					 .p_flags = q.p_flags,
					 .p_offset = q.p_offset,
					 .p_vaddr = q.p_vaddr,
					 .p_filesz = q.p_filesz};
		}
		add_segment(f, &p);
	}
	free(raw);
	return 0;
}

static void section_at(const struct elf_file *f, const uint8_t *raw, struct elf_section *s,
		       uint32_t *name)
{
	if (f->is64) {
		Elf64_Shdr h;
		memcpy(&h, raw, sizeof(h));
		*name = h.sh_name;
		*s = (struct elf_section){"",	     h.sh_type,	  h.sh_link, h.sh_flags,
					  h.sh_addr, h.sh_offset, h.sh_size, h.sh_entsize};
	} else {
		Elf32_Shdr h;
		memcpy(&h, raw, sizeof(h));
		*name = h.sh_name;
		*s = (struct elf_section){"",	     h.sh_type,	  h.sh_link, h.sh_flags,
					  h.sh_addr, h.sh_offset, h.sh_size, h.sh_entsize};
	}
}

static void name_sections(struct elf_file *f, uint32_t strings, const uint32_t *names)
{
	struct err ignored;
	if (strings >= f->nsections)
		return;
	const struct elf_section *s = &f->sections[strings];
	if (s->type != SHT_STRTAB || !(f->section_names = (char *)elf_file_section(f, s, &ignored)))
		return;
	for (uint32_t i = 0; i < f->nsections; i++)
		if (names[i] < s->bytes)
			f->sections[i].name = f->section_names + names[i];
}

static int read_sections(struct elf_file *f, const Elf64_Ehdr *h, struct err *e)
{
	size_t want = f->is64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

	if (!h->e_shnum || !h->e_shoff)
		return 0;
	if (h->e_shentsize != want)
		return bad(e, "its section headers have a wrong size");
	uint8_t *raw = malloc(want * h->e_shnum);
	uint32_t *names = calloc(h->e_shnum, sizeof(*names));
	f->sections = calloc(h->e_shnum, sizeof(*f->sections));
	int r = -1;
	if (!raw || !names || !f->sections) {
		err_set(e, ENOMEM, "out of memory");
	} else if (!elf_file_read(f, h->e_shoff, raw, want * h->e_shnum)) {
		bad(e, "its section headers lie outside");
	} else {
		f->nsections = h->e_shnum;
		for (uint32_t i = 0; i < f->nsections; i++)
			section_at(f, raw + i * want, &f->sections[i], &names[i]);
		name_sections(f, h->e_shstrndx, names);
		r = 0;
	}
	free(raw);
	free(names);
	return r;
}

static int read_header(struct elf_file *f, Elf64_Ehdr *h, struct err *e)
{
	unsigned char ident[EI_NIDENT];

	if (!elf_file_read(f, 0, ident, sizeof(ident)) || memcmp(ident, ELFMAG, SELFMAG))
		return err_set(e, ENOEXEC, "not an ELF file");
	if (ident[EI_DATA] != ELFDATA2LSB ||
	    (ident[EI_CLASS] != ELFCLASS64 && ident[EI_CLASS] != ELFCLASS32))
		return err_set(e, ENOEXEC, "an ELF file of another kind of machine");
	f->is64 = ident[EI_CLASS] == ELFCLASS64;
	if (f->is64)
		return elf_file_read(f, 0, h, sizeof(*h)) ? 0 : bad(e, "it ends in its header");
	Elf32_Ehdr q;
	if (!elf_file_read(f, 0, &q, sizeof(q)))
		return bad(e, "it ends in its header");
	*h = (Elf64_Ehdr){.e_type = q.e_type,
			  .e_machine = q.e_machine,
			  .e_entry = q.e_entry,
			  .e_phoff = q.e_phoff,
			  .e_shoff = q.e_shoff,
			  .e_phentsize = q.e_phentsize,
			  .e_phnum = q.e_phnum,
			  .e_shentsize = q.e_shentsize,
			  .e_shnum = q.e_shnum,
			  .e_shstrndx = q.e_shstrndx};
	return 0;
}

static struct elf_file *finish(struct elf_file *f, struct err *e)
{
	Elf64_Ehdr h;

	if (read_header(f, &h, e) == 0) {
		f->machine = h.e_machine;
		f->type = h.e_type;
		f->entry = h.e_entry;
		if (read_segments(f, &h, e) == 0 && read_sections(f, &h, e) == 0)
			return f;
	}
	elf_file_close(f);
	return NULL;
}

struct elf_file *elf_file_open(int fd, struct err *e)
{
	struct elf_file *f = calloc(1, sizeof(*f));
	struct stat st;

	if (!f) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	f->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (f->fd < 0 || fstat(f->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_set(e, EINVAL, "not a regular file");
		elf_file_close(f);
		return NULL;
	}
	f->bytes = (uint64_t)st.st_size;
	return finish(f, e);
}

struct elf_file *elf_file_memory(const void *p, size_t n, bool take, struct err *e)
{
	struct elf_file *f = calloc(1, sizeof(*f));

	if (!f) {
		err_set(e, ENOMEM, "out of memory");
		if (take)
			free((void *)(uintptr_t)p);
		return NULL;
	}
	f->fd = -1;
	f->memory = p;
	f->bytes = n;
	f->owned = take ? (uint8_t *)(uintptr_t)p : NULL;
	return finish(f, e);
}

void elf_file_close(struct elf_file *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	free(f->segments);
	free(f->sections);
	free(f->section_names);
	free(f->window);
	free(f->owned);
	free(f);
}

/* ---- parts ---- */

uint8_t *elf_file_section(const struct elf_file *f, const struct elf_section *s, struct err *e)
{
	if (s->type == SHT_NOBITS || s->offset > f->bytes || s->bytes > f->bytes - s->offset ||
	    s->bytes > SECTION_MAX) {
		bad(e, "a section lies outside");
		return NULL;
	}
	uint8_t *p = malloc(s->bytes + 1);
	if (!p) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	if (!elf_file_read(f, s->offset, p, s->bytes)) {
		bad(e, "a section cannot be read");
		free(p);
		return NULL;
	}
	p[s->bytes] = 0;
	return p;
}

const struct elf_section *elf_file_find(const struct elf_file *f, const char *name)
{
	for (uint32_t i = 0; i < f->nsections; i++)
		if (!strcmp(f->sections[i].name, name))
			return &f->sections[i];
	return NULL;
}

bool elf_file_offset(const struct elf_file *f, uint64_t vaddr, uint64_t *offset)
{
	for (uint32_t i = 0; i < f->nsegments; i++) {
		const struct elf_segment *s = &f->segments[i];
		if (vaddr >= s->vaddr && vaddr - s->vaddr < s->bytes) {
			*offset = vaddr - s->vaddr + s->offset;
			return *offset < f->bytes;
		}
	}
	return false;
}

bool elf_file_address(const struct elf_file *f, uint64_t offset, uint64_t *vaddr)
{
	for (uint32_t i = 0; i < f->nsegments; i++) {
		const struct elf_segment *s = &f->segments[i];
		if (offset >= s->offset && offset - s->offset < s->bytes) {
			*vaddr = offset - s->offset + s->vaddr;
			return true;
		}
	}
	return false;
}

bool elf_file_is_go(const struct elf_file *f)
{
	return elf_file_find(f, ".go.buildinfo") || elf_file_find(f, ".note.go.buildid");
}

/* ---- notes ---- */

static uint32_t word(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

static int each_note(const uint8_t *p, uint64_t n, elf_note_fn *fn, void *arg)
{
	while (n >= 12) {
		uint64_t name = word(p), desc = word(p + 4), at = 12 + ((name + 3) & ~3ull);
		if (at > n || desc > n - at)
			return 0;
		const char *owner = (const char *)p + 12;
		if (name && owner[name - 1] == '\0') {
			struct elf_note note = {owner, word(p + 8), p + at, (uint32_t)desc};
			int r = fn(arg, &note);
			if (r)
				return r;
		}
		at += (desc + 3) & ~3ull;
		if (at >= n)
			return 0;
		p += at;
		n -= at;
	}
	return 0;
}

int elf_file_notes(const struct elf_file *f, elf_note_fn *fn, void *arg)
{
	struct err ignored;
	int r = 0;

	for (uint32_t i = 0; i < f->nsections && !r; i++) {
		if (f->sections[i].type != SHT_NOTE)
			continue;
		uint8_t *p = elf_file_section(f, &f->sections[i], &ignored);
		if (p)
			r = each_note(p, f->sections[i].bytes, fn, arg);
		free(p);
	}
	return r;
}

struct build_id {
	char *out;
	size_t size;
};

static int keep_build_id(void *arg, const struct elf_note *n)
{
	struct build_id *b = arg;
	if (n->type != NT_GNU_BUILD_ID || strcmp(n->owner, "GNU") || !n->bytes ||
	    2 * (size_t)n->bytes >= b->size)
		return 0;
	for (uint32_t i = 0; i < n->bytes; i++) {
		static const char digits[] = "0123456789abcdef";
		b->out[2 * i] = digits[n->desc[i] >> 4];
		b->out[2 * i + 1] = digits[n->desc[i] & 15];
	}
	b->out[2 * n->bytes] = '\0';
	return 1;
}

void elf_file_build_id(const struct elf_file *f, char *out, size_t size)
{
	struct build_id b = {out, size};
	out[0] = '\0';
	elf_file_notes(f, keep_build_id, &b);
}
