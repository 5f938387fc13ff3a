/* Answers of the routing netlink: nothing beyond them is read, names end. The first byte: the request's number. */
#include "zone/netlink.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netlink_link l;
	struct err e = {0};
	/* A block of its own, of just that size, so that a read beyond it is seen. */
	char *copy = malloc(size ? size : 1);
	if (!copy || !size)
		return free(copy), 0;
	memcpy(copy, data + 1, size - 1);
	int got = netlink_answer(copy, size - 1, data[0], &l, &e);
	assert(got >= -1 && got <= 1 && (got >= 0 || *e.text));
	if (got == 1)
		assert(strnlen(l.name, sizeof(l.name)) < sizeof(l.name) &&
		       strnlen(l.kind, sizeof(l.kind)) < sizeof(l.kind) &&
		       strnlen(l.alias, sizeof(l.alias)) < sizeof(l.alias));
	free(copy);
	return 0;
}
