/* The types note of USDT providers, which comes from files that may be anybody's. What is understood must come back the
 * same when it is written again. */
#include "dtrace/usdt/note.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct usdt_def p, q;
	struct err e = {0};
	if (usdt_note_decode(a, (const char *)data, size, &p, &e) == 0) {
		BUF_AUTO once = {0}, twice = {0};
		usdt_note_encode(&p, &once);
		assert(usdt_note_decode(a, buf_str(&once), once.n, &q, &e) == 0);
		usdt_note_encode(&q, &twice);
		assert(strcmp(buf_str(&once), buf_str(&twice)) == 0);
	}
	arena_free(a);
	return 0;
}
