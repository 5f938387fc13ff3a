/* Texts of thresholds and of the templates in their actions, and files of time zones: what is read is written and read again
 * as the same; a template that was found right leaves no brace behind. */
#include "analytics/alert/amount.h"
#include "analytics/alert/template.h"
#include "analytics/alert/watch.h"
#include "analytics/alert/zoneinfo.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void thresholds(const char *text)
{
	struct threshold t, again;
	struct err e = {0};
	if (threshold_read(&t, text, &e) < 0) {
		assert(e.code && e.text[0]);
		return;
	}
	BUF_AUTO once = {0}, twice = {0};
	threshold_write(&t, &once);
	if (threshold_read(&again, buf_str(&once), &e) < 0)
		abort();
	threshold_write(&again, &twice);
	assert(strcmp(buf_str(&once), buf_str(&twice)) == 0);
	assert(memcmp(&t, &again, sizeof(t)) == 0);
	struct reading r = {READ_VALUE, false, t.limit};
	struct watch w;
	watch_init(&w);
	for (int i = 1; i < 100; i++) {
		r.value = i % 3 ? t.limit + i : t.limit - i;
		r.partial = i % 7 == 0;
		watch_second(&w, &t, i % 11 != 0, i, watch_look(&t, &r));
		assert(w.dwell_s >= 0 && w.gap_s >= 0);
	}
}

static void templates(const char *text)
{
	static const struct job job = {.event = EVENT_POST, .at = 1000, .value = 1.5};
	struct err e = {0};
	BUF_AUTO out = {0};
	int right = template_check(text, &e);
	template_expand(text, &job, &out);
	if (right == 0 && !strstr(text, "{{"))
		assert(!strchr(buf_str(&out), '{'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	char *text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = 0;
	thresholds(text);
	templates(text);
	amount_clean(text, false);
	assert(amount_one_line(text));
	struct zoneinfo *z = zoneinfo_parse(data, size, &e);
	if (z)
		for (int64_t at = -3000000000; at < 6000000000; at += 100000007)
			zoneinfo_offset(z, at);
	zoneinfo_free(z);
	free(text);
	return 0;
}
