/* .eh_frame of files that may be anybody's: the rows must be in order, whatever the section says. */
#include "dtrace/sym/unwind.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_section s = {
	    .name = ".eh_frame", .type = SHT_PROGBITS, .addr = 0x1000, .bytes = size};
	struct elf_file f = {.fd = -1,
			     .memory = data,
			     .bytes = size,
			     .is64 = true,
			     .machine = EM_X86_64,
			     .sections = &s,
			     .nsections = 1};
	struct unwind_table t;
	struct err e = {0};
	unwind_table_read(&f, &t, &e);
	for (size_t i = 1; i < t.n; i++)
		assert(t.at[i - 1].pc < t.at[i].pc);
	unwind_table_free(&t);
	return 0;
}
