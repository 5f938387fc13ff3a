/*
 * fuzz_stapsdt.c - feeds argument lists of static probes to their reader
 *
 * Input: a text, as it stands in a note. What comes out must be something that code can be made for.
 */
#include "dtrace/sym/stapsdt.h"

#include <stdlib.h>
#include <string.h>

static bool find(void *arg, const char *name, uint64_t *addr)
{
	(void)arg;
	*addr = strlen(name);
	return *addr != 3;
}

static bool is_register(int r, int last)
{
	return r == SDT_NO_REG || (r >= 0 && r <= last);
}

static void check(const struct sdt_arg *a)
{
	bool good = a->kind == SDT_UNKNOWN || a->kind == SDT_CONST ||
		    (a->kind == SDT_REG && a->base >= 0 && a->base < SDT_RIP) ||
		    (a->kind == SDT_MEM && is_register(a->base, SDT_RIP) &&
		     is_register(a->index, SDT_RIP - 1));
	if (!good || (a->bytes != 1 && a->bytes != 2 && a->bytes != 4 && a->bytes != 8))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sdt_arg args[SDT_ARGS_MAX];
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	unsigned n = sdt_args_parse(text, 0x1000, find, NULL, args);
	for (unsigned i = 0; i < n; i++)
		check(&args[i]);
	free(text);
	return 0;
}
