/* What administrators write of resource controls: values, and /etc/rctladm.conf. */
#include "zone/rctl_log.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct err e = {0};
	uint64_t v;
	int levels[ZONE_RCTLS_MAX];
	char shown[32], *text = arena_strndup(a, (const char *)data, size);
	for (int bytes = 0; bytes < 2; bytes++)
		if (zone_rctl_read_value(text, bytes, &v, &e) == 0) {
			zone_rctl_show_value(v, bytes, shown, sizeof(shown));
			assert(zone_rctl_read_value(shown, bytes, &v, &e) == 0);
		} else {
			assert(*e.text);
		}
	if (zone_rctl_log_parse(text, levels, &e) == 0)
		for (int i = 0; i < ZONE_RCTLS_MAX; i++)
			assert(levels[i] == ZONE_LOG_OFF || zone_rctl_log_level_name(levels[i]));
	arena_free(a);
	return 0;
}
