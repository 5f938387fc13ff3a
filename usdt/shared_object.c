/*
 * shared_object.c - a provider to the bytes of an ELF shared object
 *
 * Layout of the file, which is also that of memory up to the end of the data:
 *	page 0		headers, symbols, hash table, dynamic strings	read, execute
 *	text		places						(same segment)
 *	data		dynamic section, semaphores			read, write
 *	then		notes, section names, section headers		not loaded
 */
#include "usdt/shared_object.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };
enum {
	S_NULL,
	S_HASH,
	S_DYNSYM,
	S_DYNSTR,
	S_TEXT,
	S_DYNAMIC,
	S_PROBES,
	S_STAPSDT,
	S_TYPES,
	S_NAMES,
	NSECTIONS
};
enum { NSEGMENTS = 4, NDYNAMIC = 6 };

/* ---- bytes ---- */

struct bytes {
	unsigned char *at;
	size_t n, cap;
	int oom;
};

static void *put(struct bytes *b, const void *p, size_t n)
{
	if (b->n + n > b->cap) {
		size_t cap = (b->n + n) * 2 + PAGE;
		unsigned char *grown = realloc(b->at, cap);
		if (!grown) {
			b->oom = 1;
			return NULL;
		}
		b->at = grown;
		b->cap = cap;
	}
	if (p)
		memcpy(b->at + b->n, p, n);
	else
		memset(b->at + b->n, 0, n);
	b->n += n;
	return b->at + b->n - n;
}

static void puts0(struct bytes *b, const char *s)
{
	put(b, s, strlen(s) + 1);
}

static void text(struct bytes *b, const char *s)
{
	put(b, s, strlen(s));
}

static void pad(struct bytes *b, size_t align)
{
	if (b->n % align)
		put(b, NULL, align - b->n % align);
}

/* ---- arguments ---- */

int so_arg_size(const char *type)
{
	static const struct {
		const char *name;
		int size;
	} known[] = {
	    {"char", -1},	   {"signed char", -1}, {"unsigned char", 1}, {"int8_t", -1},
	    {"uint8_t", 1},	   {"bool", 1},		{"_Bool", 1},	      {"short", -2},
	    {"unsigned short", 2}, {"int16_t", -2},	{"uint16_t", 2},      {"int", -4},
	    {"unsigned", 4},	   {"unsigned int", 4}, {"int32_t", -4},      {"uint32_t", 4},
	    {"long", -8},	   {"long long", -8},	{"int64_t", -8},      {"ssize_t", -8},
	    {"intptr_t", -8},	   {"pid_t", -4},	{"uid_t", 4},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, type) == 0)
			return known[i].size;
	return 8;
}

/* Where argument i stands when the place of the probe is reached: as the ABI's calls pass it. */
static void put_operand(struct bytes *b, size_t i, int size)
{
	char s[32];
	int bytes = abs(size);
#if defined(__x86_64__)
	static const char *const regs[6][4] = {
	    {"%dil", "%di", "%edi", "%rdi"}, {"%sil", "%si", "%esi", "%rsi"},
	    {"%dl", "%dx", "%edx", "%rdx"},  {"%cl", "%cx", "%ecx", "%rcx"},
	    {"%r8b", "%r8w", "%r8d", "%r8"}, {"%r9b", "%r9w", "%r9d", "%r9"}};
	int log = bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
	if (i < 6)
		snprintf(s, sizeof(s), "%d@%s", size, regs[i][log]);
	else
		snprintf(s, sizeof(s), "%d@%zu(%%rsp)", size, 8 * (i - 5));
#else
	(void)bytes;
	if (i < 8)
		snprintf(s, sizeof(s), "%d@x%zu", size, i);
	else
		snprintf(s, sizeof(s), "%d@[sp, %zu]", size, 8 * (i - 8));
#endif
	text(b, s);
}

/* The place: one nop, and back. Of five bytes: what the kernel can trace at the least cost (a function of its own has
 * nothing below the stack pointer that this could harm). */
#if defined(__x86_64__)
static const unsigned char place[SO_PLACE_SIZE] = {0x0f, 0x1f, 0x44, 0x00, 0x00, 0xc3};
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
static const unsigned char place[SO_PLACE_SIZE] = {0x1f, 0x20, 0x03, 0xd5, 0xc0, 0x03, 0x5f, 0xd6};
enum { MACHINE = EM_AARCH64 };
#else
static const unsigned char place[SO_PLACE_SIZE];
enum { MACHINE = EM_NONE };
#endif

/* ---- notes ---- */

/* The header of a note whose description is filled in by the caller; returns where its size goes. */
static size_t begin_note(struct bytes *b, const char *owner, uint32_t type)
{
	Elf64_Nhdr h = {.n_namesz = (uint32_t)strlen(owner) + 1, .n_type = type};
	put(b, &h, sizeof(h));
	puts0(b, owner);
	pad(b, 4);
	return b->n;
}

static void end_note(struct bytes *b, const char *owner, size_t desc)
{
	uint32_t size = (uint32_t)(b->n - desc);
	size_t name = (strlen(owner) + 1 + 3) / 4 * 4;
	if (!b->oom)
		memcpy(b->at + desc - name - sizeof(Elf64_Nhdr) + offsetof(Elf64_Nhdr, n_descsz),
		       &size, sizeof(size));
	pad(b, 4);
}

/* job-start is job__start in notes, as in C. */
static void put_note_name(struct bytes *b, const char *name)
{
	for (; *name; name++)
		text(b, *name == '-' ? "__" : (char[]){*name, '\0'});
	put(b, NULL, 1);
}

static void put_stapsdt(struct bytes *b, const char *provider, const usdt_probedef_t *d,
			uint64_t where, uint64_t semaphore)
{
	static const char owner[] = "stapsdt";
	size_t desc = begin_note(b, owner, 3);
	uint64_t addresses[3] = {where, 0, semaphore};
	put(b, addresses, sizeof(addresses));
	puts0(b, provider);
	put_note_name(b, d->name);
	for (size_t i = 0; i < d->argc; i++) {
		if (i)
			text(b, " ");
		put_operand(b, i, so_arg_size(d->types[i]));
	}
	put(b, NULL, 1);
	end_note(b, owner, desc);
}

/* The format is that of what dtrace -G writes: see note.h there. */
static void put_types(struct bytes *b, const char *provider, usdt_probedef_t *const *probes,
		      size_t n)
{
	static const char owner[] = "Glasshouse";
	size_t desc = begin_note(b, owner, 1);
	text(b, "provider ");
	text(b, provider);
	for (size_t i = 0; i < n; i++) {
		text(b, "\nprobe ");
		text(b, probes[i]->name);
		for (size_t k = 0; k < probes[i]->argc; k++) {
			char size[16];
			snprintf(size, sizeof(size), "\narg %d ", so_arg_size(probes[i]->types[k]));
			text(b, size);
			text(b, probes[i]->types[k]);
		}
	}
	text(b, "\n");
	end_note(b, owner, desc);
}

/* ---- the object ---- */

struct builder {
	struct bytes out;
	Elf64_Shdr sh[NSECTIONS];
	const char *provider;
	usdt_probedef_t *const *probes;
	size_t n;
};

static void begin(struct builder *b, int section, uint32_t type, uint64_t flags, uint64_t align,
		  uint64_t entsize)
{
	pad(&b->out, align);
	b->sh[section] = (Elf64_Shdr){.sh_type = type,
				      .sh_flags = flags,
				      .sh_addr = flags & SHF_ALLOC ? b->out.n : 0,
				      .sh_offset = b->out.n,
				      .sh_addralign = align,
				      .sh_entsize = entsize};
}

static void end(struct builder *b, int section)
{
	b->sh[section].sh_size = b->out.n - b->sh[section].sh_offset;
}

/* One bucket that chains all symbols: nobody looks them up by name but debuggers. */
static void put_hash(struct builder *b)
{
	uint32_t head[3] = {1, (uint32_t)b->n + 1, b->n ? 1 : 0};
	begin(b, S_HASH, SHT_HASH, SHF_ALLOC, 8, 4);
	b->sh[S_HASH].sh_link = S_DYNSYM;
	put(&b->out, head, sizeof(head));
	for (uint32_t i = 0; i <= b->n; i++) {
		uint32_t next = i && i < b->n ? i + 1 : 0;
		put(&b->out, &next, sizeof(next));
	}
	end(b, S_HASH);
}

/* The address of the text is known before it is written: nothing of variable size lies between. */
static void put_symbols(struct builder *b)
{
	size_t names = 1, strings = 1;
	for (size_t i = 0; i < b->n; i++)
		strings += strlen(b->probes[i]->function) + 1;
	begin(b, S_DYNSYM, SHT_DYNSYM, SHF_ALLOC, 8, sizeof(Elf64_Sym));
	size_t dynstr = b->out.n + (b->n + 1) * sizeof(Elf64_Sym);
	size_t code = (dynstr + strings + SO_PLACE_SIZE - 1) / SO_PLACE_SIZE * SO_PLACE_SIZE;
	put(&b->out, NULL, sizeof(Elf64_Sym));
	for (size_t i = 0; i < b->n; i++) {
		Elf64_Sym s = {.st_name = (uint32_t)names,
			       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			       .st_other = STV_PROTECTED,
			       .st_shndx = S_TEXT,
			       .st_value = code + i * SO_PLACE_SIZE,
			       .st_size = SO_PLACE_SIZE};
		put(&b->out, &s, sizeof(s));
		names += strlen(b->probes[i]->function) + 1;
	}
	end(b, S_DYNSYM);
	b->sh[S_DYNSYM].sh_link = S_DYNSTR;
	b->sh[S_DYNSYM].sh_info = 1;
	begin(b, S_DYNSTR, SHT_STRTAB, SHF_ALLOC, 1, 0);
	put(&b->out, NULL, 1);
	for (size_t i = 0; i < b->n; i++)
		puts0(&b->out, b->probes[i]->function);
	end(b, S_DYNSTR);
}

static void put_text(struct builder *b)
{
	begin(b, S_TEXT, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, SO_PLACE_SIZE, 0);
	for (size_t i = 0; i < b->n; i++)
		put(&b->out, place, sizeof(place));
	end(b, S_TEXT);
}

static void put_data(struct builder *b)
{
	pad(&b->out, PAGE);
	Elf64_Dyn dyn[NDYNAMIC] = {
	    {DT_HASH, {b->sh[S_HASH].sh_addr}},	    {DT_SYMTAB, {b->sh[S_DYNSYM].sh_addr}},
	    {DT_STRTAB, {b->sh[S_DYNSTR].sh_addr}}, {DT_STRSZ, {b->sh[S_DYNSTR].sh_size}},
	    {DT_SYMENT, {sizeof(Elf64_Sym)}},	    {DT_NULL, {0}},
	};
	begin(b, S_DYNAMIC, SHT_DYNAMIC, SHF_ALLOC | SHF_WRITE, 8, sizeof(Elf64_Dyn));
	put(&b->out, dyn, sizeof(dyn));
	end(b, S_DYNAMIC);
	b->sh[S_DYNAMIC].sh_link = S_DYNSTR;
	begin(b, S_PROBES, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 0);
	put(&b->out, NULL, b->n * SO_SEMAPHORE_SIZE);
	end(b, S_PROBES);
}

static void put_notes(struct builder *b)
{
	begin(b, S_STAPSDT, SHT_NOTE, 0, 4, 0);
	for (size_t i = 0; i < b->n; i++)
		put_stapsdt(&b->out, b->provider, b->probes[i],
			    b->sh[S_TEXT].sh_addr + i * SO_PLACE_SIZE,
			    b->sh[S_PROBES].sh_addr + i * SO_SEMAPHORE_SIZE);
	end(b, S_STAPSDT);
	begin(b, S_TYPES, SHT_NOTE, 0, 4, 0);
	put_types(&b->out, b->provider, b->probes, b->n);
	end(b, S_TYPES);
}

static void put_section_headers(struct builder *b)
{
	static const char *const names[NSECTIONS] = {
	    "",		".hash",	 ".dynsym",
	    ".dynstr",	".text",	 ".dynamic",
	    ".probes",	".note.stapsdt", ".note.glasshouse.usdt",
	    ".shstrtab"};
	begin(b, S_NAMES, SHT_STRTAB, 0, 1, 0);
	for (int i = 0; i < NSECTIONS; i++) {
		b->sh[i].sh_name = (uint32_t)(b->out.n - b->sh[S_NAMES].sh_offset);
		puts0(&b->out, names[i]);
	}
	end(b, S_NAMES);
	pad(&b->out, 8);
}

static void fill_headers(struct builder *b, uint64_t shoff)
{
	uint64_t text_end = b->sh[S_TEXT].sh_offset + b->sh[S_TEXT].sh_size;
	uint64_t data = b->sh[S_DYNAMIC].sh_offset;
	uint64_t data_size = b->sh[S_PROBES].sh_offset + b->sh[S_PROBES].sh_size - data;
	Elf64_Ehdr eh = {
	    .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
	    .e_type = ET_DYN,
	    .e_machine = MACHINE,
	    .e_version = EV_CURRENT,
	    .e_phoff = sizeof(Elf64_Ehdr),
	    .e_shoff = shoff,
	    .e_ehsize = sizeof(Elf64_Ehdr),
	    .e_phentsize = sizeof(Elf64_Phdr),
	    .e_phnum = NSEGMENTS,
	    .e_shentsize = sizeof(Elf64_Shdr),
	    .e_shnum = NSECTIONS,
	    .e_shstrndx = S_NAMES};
	Elf64_Phdr ph[NSEGMENTS] = {
	    {PT_LOAD, PF_R | PF_X, 0, 0, 0, text_end, text_end, PAGE},
	    {PT_LOAD, PF_R | PF_W, data, data, data, data_size, data_size, PAGE},
	    {PT_DYNAMIC, PF_R | PF_W, data, data, data, b->sh[S_DYNAMIC].sh_size,
	     b->sh[S_DYNAMIC].sh_size, 8},
	    {PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16},
	};
	memcpy(b->out.at, &eh, sizeof(eh));
	memcpy(b->out.at + sizeof(eh), ph, sizeof(ph));
}

int so_build(const char *provider, usdt_probedef_t *const *probes, size_t n, struct so_image *out)
{
	struct builder b = {.provider = provider, .probes = probes, .n = n};
	if (MACHINE == EM_NONE)
		return -1;
	put(&b.out, NULL, sizeof(Elf64_Ehdr) + NSEGMENTS * sizeof(Elf64_Phdr));
	put_hash(&b);
	put_symbols(&b);
	put_text(&b);
	put_data(&b);
	put_notes(&b);
	put_section_headers(&b);
	uint64_t shoff = b.out.n;
	put(&b.out, b.sh, sizeof(b.sh));
	if (b.out.oom) {
		free(b.out.at);
		return -1;
	}
	fill_headers(&b, shoff);
	*out = (struct so_image){b.out.at, b.out.n, b.sh[S_TEXT].sh_addr, b.sh[S_PROBES].sh_addr};
	return 0;
}
