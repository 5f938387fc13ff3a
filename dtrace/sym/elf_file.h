/*
 * elf_file.h - what tracing wants to know of an ELF file: segments, functions, notes, its debug file
 *
 * A reader of its own rather than libelf: files of other people's processes are hostile input, and
 * here every access is checked against the size of the file, every table has a limit, and nothing is
 * mapped that someone else could cut short. Reads 32- and 64-bit little-endian files.
 *
 *	struct elf_file *f = elf_file_open(fd, &e);
 *	struct elf_funcs t;
 *	elf_file_functions(f, "", "/usr/bin/bc", &t, &e);
 *	...
 *	elf_funcs_free(&t);
 *	elf_file_close(f);
 *
 * A malformed file is an error (*e says what is wrong), never a crash. Limits: 65,535 program headers
 * and sections, 1 GiB a section, 16 million symbols, 256 MiB of uncompressed .gnu_debugdata.
 */
#ifndef SYM_ELF_FILE_H
#define SYM_ELF_FILE_H

#include "base/err.h"

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct elf_segment {		       /* PT_LOAD */
	uint64_t offset, vaddr, bytes; /* of the file */
	uint64_t mem_bytes;
	bool exec;
};
struct elf_section {
	const char *name; /* "" when it has none */
	uint32_t type, link;
	uint64_t flags, addr, offset, bytes, entry_bytes;
};

struct elf_file {
	int fd;		       /* -1: in memory */
	const uint8_t *memory; /* all of it, or NULL */
	uint8_t *owned;	       /* to be freed: memory that the file brought */
	uint64_t bytes;
	bool is64;
	uint16_t machine, type;
	uint64_t entry;
	struct elf_segment *segments;
	uint32_t nsegments;
	struct elf_section *sections;
	uint32_t nsections;
	char *section_names;
	uint64_t interp_bytes; /* of PT_INTERP; 0: none */
	uint8_t *
	    window; /* part of the file that was read last: small reads come one behind the other */
	uint64_t window_at;
	size_t window_bytes;
};

/* Opens what fd refers to; fd is duplicated. NULL and *e when it is no ELF file that can be read. */
struct elf_file *elf_file_open(int fd, struct err *e);
/* A file in memory, which must stay; take: it is malloc'd and now owned by the result. */
struct elf_file *elf_file_memory(const void *p, size_t n, bool take, struct err *e);
void elf_file_close(struct elf_file *f); /* NULL is fine */

/* Bytes [offset, offset + n) of the file; false when they are not all there. */
bool elf_file_read(const struct elf_file *f, uint64_t offset, void *to, size_t n);
/* Contents of a section, malloc'd, with a NUL behind them; NULL and *e. SHT_NOBITS has none. */
uint8_t *elf_file_section(const struct elf_file *f, const struct elf_section *s, struct err *e);
const struct elf_section *elf_file_find(const struct elf_file *f, const char *name);
/* Place in the file of an address in its own address space; false: in no segment's file part. */
bool elf_file_offset(const struct elf_file *f, uint64_t vaddr, uint64_t *offset);
bool elf_file_address(const struct elf_file *f, uint64_t offset, uint64_t *vaddr);
/* Made by the Go compiler: its stacks move, and its functions take arguments their own way. */
bool elf_file_is_go(const struct elf_file *f);

/* Notes of SHT_NOTE sections. fn returns non-zero
 * to stop; that is returned. Malformed notes end their section. */
struct elf_note {
	const char *owner; /* "GNU", "stapsdt" */
	uint32_t type;
	const uint8_t *desc;
	uint32_t bytes;
};
typedef int elf_note_fn(void *arg, const struct elf_note *n);
int elf_file_notes(const struct elf_file *f, elf_note_fn *fn, void *arg);
/* The build id in hexadecimal, "" without one. */
void elf_file_build_id(const struct elf_file *f, char *out, size_t size);

/* ---- functions ---- */
struct elf_func {
	const char *name;
	uint64_t addr; /* in the file's own address space */
	uint64_t size; /* 0: the table does not tell, nor does what follows */
	uint8_t rank;  /* global before weak before local */
	bool chosen;   /* an ifunc: what stands at addr only chooses the function that is called */
};
struct elf_funcs {
	struct elf_func *at; /* by address; among equals the name to prefer first */
	size_t n, cap;
	char *strings[4]; /* the names lie here */
	unsigned nstrings;
	size_t text_bytes; /* of them all */
	bool data;	   /* variables are among them */
};
/*
 * All functions that the file and what belongs to it name: .symtab and .dynsym; where there is no
 * .symtab those of .gnu_debugdata, and of the separate debug file (by build id below
 * ROOT/usr/lib/debug, or by .gnu_debuglink beside the file and below ROOT/usr/lib/debug). root: of
 * the mount namespace that the file lives in, "" = ours; path: of the file within it, or NULL.
 * Free with elf_funcs_free(), also after an error.
 */
int elf_file_functions(const struct elf_file *f, const char *root, const char *path,
		       struct elf_funcs *out, struct err *e);
/* The same, and variables. */
int elf_file_symbols(const struct elf_file *f, const char *root, const char *path,
		     struct elf_funcs *out, struct err *e);
void elf_funcs_free(struct elf_funcs *t);
/* Memory that it takes. */
size_t elf_funcs_bytes(const struct elf_funcs *t);
/* How many begin at or before an address; of several names of one place only the first, which is the one to show. */
size_t elf_funcs_before(const struct elf_funcs *t, uint64_t addr);
/* The function that holds an address; NULL: none. */
const struct elf_func *elf_funcs_at(const struct elf_funcs *t, uint64_t addr);
/* Where the dynamic linker puts the function that the chooser at addr has chosen: the address of a word in the
 * file's own address space. False: the file does not call it itself. */
bool elf_file_chosen_slot(const struct elf_file *f, uint64_t addr, uint64_t *slot);
/* Address of any symbol of .symtab or .dynsym by its name. */
bool elf_file_symbol(const struct elf_file *f, const char *name, uint64_t *addr);

#endif
