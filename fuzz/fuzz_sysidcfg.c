/* Answers for a first boot: what is taken from them has nothing that would be more than one word of a file. */
#include "zone/sysid.h"

#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text)
{
	assert(!strpbrk(text, " \t\n\r:\"'\\;#"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct zone_sysid s;
	struct err e = {0};
	if (zone_sysid_parse(arena_strndup(a, (const char *)data, size), &s, &e) == 0) {
		check(s.hostname);
		check(s.password);
		check(s.timezone);
		check(s.locale);
		check(s.domain);
		check(s.search);
		assert(*s.timezone != '/' && !strchr(s.hostname, '/') && !strstr(s.timezone, ".."));
		assert(s.nservers <= SYSID_SERVERS);
	} else {
		assert(*e.text);
	}
	arena_free(a);
	return 0;
}
