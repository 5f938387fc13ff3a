/*
 * sizes.c - buffer sizes against what there is to be had
 *
 * In: the options that are sizes. Out: the same, lowered to what this machine can give when bufresize
 * is auto, with the classic messages; with manual that is an error. Sizes that cannot hold a record
 * are refused in the classic words.
 */
#include "dtrace/api/session_int.h"

#include <errno.h>
#include <unistd.h>

/* The largest power of two of which every CPU can have one within a quarter of the memory. */
static uint64_t largest(uint32_t ncpu)
{
	uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t n = 1 << 20;
	while (n < 1 << 28 && n * 2 * ncpu <= memory / 4)
		n *= 2;
	return n;
}

static void say_lowered(struct session *s, const char *what, uint64_t bytes)
{
	static const char units[] = "kmg";
	char text[96];
	int unit = -1;
	while (unit < 2 && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, sizeof(text), unit < 0 ? "%s lowered to %llu bytes" : "%s lowered to %llu%c",
		 what, (unsigned long long)bytes, unit < 0 ? 0 : units[unit]);
	if (s->ops.warning)
		s->ops.warning(s->ops.arg, text);
}

int sizes_lower(struct session *s, uint32_t ncpu, struct err *e)
{
	static const struct {
		enum option id;
		const char *what;
	} sizes[] = {{OPT_BUFSIZE, "buffer size"},
		     {OPT_AGGSIZE, "aggregation size"},
		     {OPT_SPECSIZE, "speculation size"},
		     {OPT_DYNVARSIZE, "dynamic variable size"}};
	uint64_t most = largest(ncpu);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t *bytes = &s->opts.value[sizes[i].id];
		if (*bytes == OPTION_UNSET || *bytes <= most)
			continue;
		if (s->opts.value[OPT_BUFRESIZE] == BUFRESIZE_MANUAL)
			return err_set(e, ENOMEM, "Cannot allocate memory");
		*bytes = most;
		if (!s->opts.value[OPT_QUIETRESIZE])
			say_lowered(s, sizes[i].what, most);
	}
	return 0;
}

int sizes_check(const struct session *s, struct err *e)
{
	const struct plan *p = &s->image.plan;
	bool records = false;
	for (size_t i = 0; i < p->segs.n; i++)
		records |= !p->segs.at[i].is_error_record;
	if ((records && s->opts.value[OPT_BUFSIZE] < 8) ||
	    (p->aggs.n && s->opts.value[OPT_AGGSIZE] < 8))
		return err_set(e, ENOSPC, "Enabling exceeds size of buffer");
	return 0;
}
