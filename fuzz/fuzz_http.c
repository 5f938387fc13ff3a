/*
 * What a request brings: its target, and as a control group's line. What url.c takes has nothing in it that
 * it promises to refuse, and every text that is written as JSON is JSON again.
 */
#include "analytics/http/put.h"
#include "analytics/http/url.h"
#include "analytics/http/zones.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_as_json(const char *text)
{
	BUF_AUTO out = {0};
	struct put j = {.out = &out};
	put_open(&j, '[');
	put_str(&j, text);
	put_close(&j, ']');
	json_t *back = json_loadb(out.p, out.n, 0, NULL);
	assert(back && json_array_size(back) == 1);
	json_decref(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct url u;
	struct err e = {0};
	int64_t n;
	double d;
	const char *brand;
	char *text = arena_strndup(a, (const char *)data, size);
	if (url_parse(text, a, &u, &e) == 0) {
		assert(u.nsegments <= URL_MAX_SEGMENTS && u.nargs <= URL_MAX_ARGS);
		for (unsigned i = 0; i < u.nsegments; i++) {
			assert(strcmp(u.segment[i], "..") != 0);
			same_as_json(u.segment[i]);
		}
		for (unsigned i = 0; i < u.nargs; i++) {
			same_as_json(u.arg[i].value);
			if (url_int(&u, u.arg[i].name, -5, 5, 0, &n, &e) == 0)
				assert(n >= -5 && n <= 5);
			url_double(&u, u.arg[i].name, 0, &d, &e);
		}
	}
	const char *zone = zones_of_cgroup(text, a, &brand);
	assert(!zone || !strchr(zone, '/'));
	arena_free(a);
	return 0;
}
