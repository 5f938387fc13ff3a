/*
 * object.c - provider definitions to an ELF object
 *
 * Sections, in this order: .probes, the types notes, .note.GNU-stack (the stack need not be
 * executable), and the tables of symbols and names.
 */
#include "dtrace/usdt/object.h"

#include "dtrace/usdt/header.h"
#include "dtrace/usdt/note.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { S_NULL, S_PROBES, S_NOTES, S_STACK, S_SYMTAB, S_STRTAB, S_SHSTRTAB, NSECTIONS };
enum { SEMAPHORE_SIZE = 2 };

static const struct {
	const char *name;
	uint32_t type;
	uint64_t flags, align, entsize;
} sections[NSECTIONS] = {
    [S_NULL] = {"", SHT_NULL, 0, 0, 0},
    [S_PROBES] = {".probes", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, SEMAPHORE_SIZE, 0},
    [S_NOTES] = {USDT_NOTE_SECTION, SHT_NOTE, 0, 4, 0},
    [S_STACK] = {".note.GNU-stack", SHT_PROGBITS, 0, 1, 0},
    [S_SYMTAB] = {".symtab", SHT_SYMTAB, 0, 8, sizeof(Elf64_Sym)},
    [S_STRTAB] = {".strtab", SHT_STRTAB, 0, 1, 0},
    [S_SHSTRTAB] = {".shstrtab", SHT_STRTAB, 0, 1, 0},
};

static int host_machine(void)
{
#if defined(__x86_64__)
	return EM_X86_64;
#elif defined(__aarch64__)
	return EM_AARCH64;
#else
	return EM_NONE;
#endif
}

static void pad(struct buf *b, size_t align)
{
	while (align > 1 && b->n % align)
		buf_putc(b, '\0');
}

static void put_note(const struct usdt_def *p, struct buf *out)
{
	BUF_AUTO text = {0};
	usdt_note_encode(p, &text);
	Elf64_Nhdr h = {.n_namesz = sizeof(USDT_NOTE_OWNER),
			.n_descsz = (uint32_t)text.n,
			.n_type = USDT_NOTE_TYPES};
	buf_add(out, &h, sizeof(h));
	buf_add(out, USDT_NOTE_OWNER, sizeof(USDT_NOTE_OWNER));
	pad(out, 4);
	buf_add(out, text.p, text.n);
	pad(out, 4);
}

static void put_symbol(const struct usdt_def *p, const struct usdt_def_probe *q, uint64_t value,
		       struct buf *syms, struct buf *names)
{
	Elf64_Sym s = {.st_name = (uint32_t)names->n,
		       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
		       .st_other = STV_HIDDEN,
		       .st_shndx = S_PROBES,
		       .st_value = value,
		       .st_size = SEMAPHORE_SIZE};
	usdt_semaphore_name(p, q, names);
	buf_putc(names, '\0');
	buf_add(syms, &s, sizeof(s));
}

static void fill(const usdt_defs *ps, struct buf *b)
{
	static const char zero[sizeof(Elf64_Sym)];
	buf_add(&b[S_SYMTAB], zero, sizeof(Elf64_Sym));
	buf_putc(&b[S_STRTAB], '\0');
	for (size_t i = 0; i < ps->n; i++) {
		const struct usdt_def *p = &ps->at[i];
		for (size_t k = 0; k < p->probes.n; k++) {
			put_symbol(p, &p->probes.at[k], b[S_PROBES].n, &b[S_SYMTAB], &b[S_STRTAB]);
			buf_add(&b[S_PROBES], zero, SEMAPHORE_SIZE);
		}
		put_note(p, &b[S_NOTES]);
	}
}

static void put_sections(struct buf *b, Elf64_Shdr *sh, struct buf *out)
{
	for (int i = 1; i < NSECTIONS; i++) {
		if (i == S_SHSTRTAB) /* complete by now, its own name included */
			for (int k = 0; k < NSECTIONS; k++) {
				sh[k].sh_name = (uint32_t)b[i].n;
				buf_add(&b[i], sections[k].name, strlen(sections[k].name) + 1);
			}
		pad(out, sections[i].align);
		sh[i].sh_type = sections[i].type;
		sh[i].sh_flags = sections[i].flags;
		sh[i].sh_addralign = sections[i].align;
		sh[i].sh_entsize = sections[i].entsize;
		sh[i].sh_offset = out->n;
		sh[i].sh_size = b[i].n;
		buf_add(out, b[i].p, b[i].n);
	}
	sh[S_SYMTAB].sh_link = S_STRTAB;
	sh[S_SYMTAB].sh_info = 1; /* the first that is not local */
}

void usdt_object(const usdt_defs *ps, int machine, struct buf *out)
{
	struct buf b[NSECTIONS] = {0};
	Elf64_Shdr sh[NSECTIONS] = {0};
	Elf64_Ehdr eh = {
	    .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
	    .e_type = ET_REL,
	    .e_machine = (Elf64_Half)(machine ? machine : host_machine()),
	    .e_version = EV_CURRENT,
	    .e_ehsize = sizeof(Elf64_Ehdr),
	    .e_shentsize = sizeof(Elf64_Shdr),
	    .e_shnum = NSECTIONS,
	    .e_shstrndx = S_SHSTRTAB};
	BUF_AUTO body = {0};
	fill(ps, b);
	buf_add(&body, &eh, sizeof(eh)); /* so that offsets are those of the file */
	put_sections(b, sh, &body);
	pad(&body, 8);
	eh.e_shoff = body.n;
	buf_add(&body, sh, sizeof(sh));
	if (!body.oom)
		memcpy(body.p, &eh, sizeof(eh));
	buf_add(out, body.p, body.n);
	out->oom |= body.oom;
	for (int i = 0; i < NSECTIONS; i++) {
		out->oom |= b[i].oom;
		buf_fini(&b[i]);
	}
}

int usdt_object_machine(const char *path, struct err *e)
{
	Elf64_Ehdr h;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "failed to open %s", path);
	ssize_t n = read(fd, &h, sizeof(h));
	close(fd);
	if (n != (ssize_t)sizeof(h) || memcmp(h.e_ident, ELFMAG, SELFMAG) != 0)
		return err_set(e, EINVAL, "%s is not an ELF object file", path);
	if (h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_ident[EI_DATA] != ELFDATA2LSB)
		return err_set(e, EINVAL, "%s is not a 64-bit little-endian ELF file", path);
	return h.e_machine;
}
