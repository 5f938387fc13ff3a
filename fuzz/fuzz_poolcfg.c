/* Commands of poolcfg: what they make is shown, written, read again, and is the same; its CPUs stay in one set each. */
#include "zone/pool.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct pool_conf c, again;
	struct err e = {0};
	cpu_set_t online, all;
	BUF_AUTO once = {0}, twice = {0}, out = {0};
	char *text = arena_strndup(a, (const char *)data, size);
	assert(pool_cpus_parse("0-3", &online) == 0);
	pool_conf_discover(&c, a, "default", &online);
	if (pool_conf_run(&c, text, &online, &out, &e) == 0) {
		pool_conf_export(&c, &once);
		pool_conf_discover(&again, a, "default", &online);
		assert(pool_conf_run(&again, buf_str(&once), &online, &out, &e) == 0);
		pool_conf_export(&again, &twice);
		assert(strcmp(buf_str(&once), buf_str(&twice)) == 0);
		if (pool_allocate(&again, &online, &e) == 0) {
			int n = 0;
			CPU_ZERO(&all);
			for (size_t i = 0; i < again.all.n; i++)
				if (again.all.at[i].kind == POOL_PSET) {
					n += CPU_COUNT(&again.all.at[i].cpus);
					CPU_OR(&all, &all, &again.all.at[i].cpus);
				}
			assert(n == 4 && CPU_EQUAL(&all, &online));
		}
	} else {
		assert(*e.text);
	}
	arena_free(a);
	return 0;
}
