/* Stored configurations of zones: what is read must come back the same when it is written and read again. */
#include "zone/editor.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct zone_config z, again;
	struct err e = {0};
	char *text = arena_strndup(a, (const char *)data, size);
	zone_config_init(&z, a, "zone");
	zone_config_init(&again, a, "zone");
	if (zone_read_commands(&z, text, "input", &e) == 0) {
		BUF_AUTO once = {0}, twice = {0};
		zone_export(&z, &once);
		assert(zone_read_commands(&again, buf_str(&once), "again", &e) == 0);
		zone_export(&again, &twice);
		assert(strcmp(buf_str(&once), buf_str(&twice)) == 0);
	}
	arena_free(a);
	return 0;
}
