/*
 * fuzz_elf.c - feeds malformed ELF files to the reader of functions, notes and static probes
 *
 * Input: a file. Everything that a provider asks of it is asked; nothing is checked but that it ends,
 * and that memory stays whole.
 */
#include "dtrace/sym/elf_file.h"
#include "dtrace/sym/stapsdt.h"

#include <stdlib.h>
#include <string.h>

static bool find(void *arg, const char *name, uint64_t *addr)
{
	return elf_file_symbol(arg, name, addr);
}

static int take_note(void *arg, const struct elf_note *n)
{
	struct elf_file *f = arg;
	struct sdt_note note;
	struct sdt_arg args[SDT_ARGS_MAX];
	uint64_t offset;

	if (sdt_note_parse(f, n, &note)) {
		elf_file_offset(f, note.addr, &offset);
		sdt_args_parse(note.args, note.addr, find, f, args);
	}
	return 0;
}

static void walk(struct elf_file *f)
{
	struct elf_funcs t;
	struct err e = {0};
	char id[64];
	uint64_t at;

	elf_file_build_id(f, id, sizeof(id));
	elf_file_notes(f, take_note, f);
	elf_file_is_go(f);
	elf_file_address(f, f->entry, &at);
	if (elf_file_functions(f, "/nowhere", "/nowhere/program", &t, &e) == 0)
		for (size_t i = 0; i < t.n; i += 1 + t.n / 64)
			if (elf_file_offset(f, t.at[i].addr, &at))
				elf_funcs_at(&t, t.at[i].addr + strlen(t.at[i].name));
	elf_funcs_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	void *copy = malloc(size ? size : 1); /* its end is watched */

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	struct elf_file *f = elf_file_memory(copy, size, true, &e);
	if (f)
		walk(f);
	elf_file_close(f);
	return 0;
}
