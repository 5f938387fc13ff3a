/*
 * fuzz_x86.c - feeds bytes to the decoder of instructions
 *
 * Input: code. An instruction never reaches behind what is there, and a probe is never put outside of
 * its function.
 */
#include "dtrace/sym/x86.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *code = malloc(size ? size : 1); /* its end is watched */
	struct x86_insn in;

	if (!code)
		return 0;
	memcpy(code, data, size);
	for (size_t at = 0; at < size && x86_decode(code + at, size - at, &in); at += in.bytes)
		if (!in.bytes || in.bytes > size - at || in.bytes > X86_INSN_MAX)
			abort();
	if (size && x86_entry_offset(code, size) >= (int64_t)size)
		abort();
	for (size_t at = 0; (at = x86_next_exit(code, size, at, &in)) < size; at += in.bytes)
		if (!in.bytes)
			abort();
	if (x86_is_code(code, size))
		(void)x86_may_use_red_zone(code, size);
	free(code);
	return 0;
}
