/* Answers of a server of names: a name that is taken is one, and nothing beyond the message is read. The first byte
 * chooses the question, whose id and text are put where they belong, so that the rest is looked at. */
#include "analytics/http/names.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char question[NAMES_MESSAGE];
	char name[NAMES_BYTES];
	uint32_t ttl_s;
	if (size < 2)
		return 0;
	size_t nq = names_question(data[0] & 1 ? "10.1.2.3" : "fe80::1", 0x1234, question);
	unsigned char *message = malloc(size);
	memcpy(message, data, size);
	if (data[0] & 2 && size >= nq) {
		memcpy(message, question, nq);
		message[2] |= 0x80;
	}
	if (names_answer(question, nq, message, size, name, &ttl_s) == 1)
		assert(
		    *name &&
		    strspn(name,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
			strlen(name));
	assert(ttl_s >= 60 && ttl_s <= 3600);
	free(message);
	return 0;
}
