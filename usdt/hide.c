/*
 * hide.c - probes that are built into the program, kept from tracers
 *
 * A tracer says that it looks at a built-in probe by raising a counter in the data of the program, and
 * the kernel finds that counter by the file that is mapped there. Pages with such counters are
 * replaced by copies that belong to no file, with the counters at zero: nobody can raise them any
 * more, and the program passes by its probes as if nobody looked.
 *
 * In: .note.stapsdt of the files that this process has loaded. They are what this process runs, so a
 * malformed one is passed over rather than reported.
 */
#include "usdt/usdt.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
	const char *provider;
	int hidden; /* counters, -1: a page could not be replaced */
	long page;
};

struct file {
	const unsigned char *at; /* all of it, mapped */
	size_t size;
	uintptr_t base; /* where it is loaded */
};

static const void *part(const struct file *f, uint64_t offset, uint64_t size)
{
	return offset <= f->size && size <= f->size - offset ? f->at + offset : NULL;
}

/* A private page without a file, with what the page at `page` holds but counter at zero, in its
 * place. The exchange is one step for all threads. */
static int replace_page(struct search *s, uintptr_t page, uintptr_t counter)
{
	unsigned char *copy =
	    mmap(NULL, (size_t)s->page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return -1;
	memcpy(copy, (const void *)page, (size_t)s->page);
	memset(copy + (counter - page), 0, sizeof(uint16_t));
	if (mremap(copy, (size_t)s->page, (size_t)s->page, MREMAP_MAYMOVE | MREMAP_FIXED,
		   (void *)page) != MAP_FAILED)
		return 0;
	munmap(copy, (size_t)s->page);
	return -1;
}

static void hide_counter(struct search *s, uintptr_t counter)
{
	uintptr_t page = counter & ~(uintptr_t)(s->page - 1);
	if (counter - page > (uintptr_t)s->page - sizeof(uint16_t) ||
	    replace_page(s, page, counter) < 0)
		s->hidden = -1;
	else if (s->hidden >= 0)
		s->hidden++;
}

static void hide_note(struct search *s, const struct file *f, const unsigned char *desc, size_t n)
{
	uint64_t address[3]; /* of the place, of .stapsdt.base, of the counter */
	if (n < sizeof(address) + 1 || desc[n - 1] != '\0')
		return;
	memcpy(address, desc, sizeof(address));
	const char *provider = (const char *)desc + sizeof(address);
	if (address[2] && strcmp(provider, s->provider) == 0)
		hide_counter(s, f->base + (uintptr_t)address[2]);
}

static void read_notes(struct search *s, const struct file *f, const unsigned char *p, size_t n)
{
	while (n >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr h;
		memcpy(&h, p, sizeof(h));
		size_t name = ((size_t)h.n_namesz + 3) & ~(size_t)3;
		size_t desc = ((size_t)h.n_descsz + 3) & ~(size_t)3;
		if (name > n - sizeof(h) || desc > n - sizeof(h) - name)
			return;
		if (h.n_namesz == 8 && memcmp(p + sizeof(h), "stapsdt", 8) == 0)
			hide_note(s, f, p + sizeof(h) + name, h.n_descsz);
		p += sizeof(h) + name + desc;
		n -= sizeof(h) + name + desc;
	}
}

static void read_sections(struct search *s, const struct file *f)
{
	const Elf64_Ehdr *eh = part(f, 0, sizeof(*eh));
	if (!eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_shentsize != sizeof(Elf64_Shdr))
		return;
	const Elf64_Shdr *sh = part(f, eh->e_shoff, (uint64_t)eh->e_shnum * sizeof(*sh));
	for (unsigned i = 0; sh && i < eh->e_shnum; i++) {
		const unsigned char *p =
		    sh[i].sh_type == SHT_NOTE ? part(f, sh[i].sh_offset, sh[i].sh_size) : NULL;
		if (p)
			read_notes(s, f, p, sh[i].sh_size);
	}
}

static int each_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	const char *path = *info->dlpi_name ? info->dlpi_name : "/proc/self/exe";
	struct file f = {.base = info->dlpi_addr};
	struct stat st;
	(void)size;
	if (strncmp(path, "/proc/self/fd/", 14) == 0) /* made at run time: what takes their place */
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
		f.size = (size_t)st.st_size;
		f.at = mmap(NULL, f.size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (f.at != MAP_FAILED) {
			read_sections(arg, &f);
			munmap((void *)f.at, f.size);
		}
	}
	if (fd >= 0)
		close(fd);
	return 0;
}

int usdt_hide_built_in(const char *provider)
{
	struct search s = {.provider = provider, .page = sysconf(_SC_PAGESIZE)};
	dl_iterate_phdr(each_object, &s);
	return s.hidden;
}
