/* Names of datasets and files of statistics: what is read must come back the same when it is written and read again. */
#include "analytics/metric/catalogue.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one_name(const char *text, struct arena *a)
{
	struct name n, again;
	struct err e = {0};
	BUF_AUTO once = {0}, twice = {0};
	if (name_parse(text, a, &n, &e) < 0)
		return;
	name_text(&n, &once);
	if (once.n > NAME_MAX_BYTES)
		return; /* quotes may have made it longer */
	assert(name_parse(buf_str(&once), a, &again, &e) == 0);
	name_text(&again, &twice);
	assert(strcmp(buf_str(&once), buf_str(&twice)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct metric_stat s;
	struct metric m;
	struct err e = {0};
	char *text = arena_strndup(a, (const char *)data, size);
	one_name(text, a);
	if (catalogue_parse(a, text, "input", NULL, &s, &e) == 0) {
		struct catalogue c = {a, {&s, 1, 1}};
		const char *name =
		    s.fields.n ? arena_printf(a, "%s[%s]", s.name, s.fields.at[0].name) : s.name;
		if (catalogue_resolve(&c, name, a, &m, &e) == 0 && s.source == METRIC_D)
			assert(metric_program(&m, a, &e));
	}
	(void)metric_user("user.x", text, NULL, NULL, a, &s, &e);
	arena_free(a);
	return 0;
}
