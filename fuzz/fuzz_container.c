/* Names of containers and guests, from what whoever runs may write: paths of control groups, arguments of programs; and
 * from what other programs keep. They are printed. */
#include "base/container.h"
#include "base/container_name.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct container *c)
{
	size_t n = strnlen(c->name, sizeof(c->name));
	assert(n > 0 && n < sizeof(c->name) && memchr(c->brand, '\0', sizeof(c->brand)));
	for (size_t i = 0; i < n; i++)
		assert(c->name[i] > ' ' && c->name[i] < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct container c = {0};
	char *path = malloc(size + 1), *args = malloc(size ? size : 1);
	if (path && args) {
		memcpy(path, data, size);
		path[size] = '\0';
		if (container_of_cgroup(path, true, &c))
			check(&c);
		if (container_of_cgroup(path, false, &c))
			check(&c);
		if (container_of_groups(path, false, &(struct container_legacy){1, "pids"}, &c))
			check(&c);
		if (container_of_groups(path, true, NULL, &c))
			check(&c);
		char name[16];
		if (container_name_docker(path, size, name, sizeof(name)))
			assert(*name && memchr(name, '\0', sizeof(name)));
		if (container_name_podman(path, size, "aa", name, sizeof(name)))
			assert(*name && memchr(name, '\0', sizeof(name)));
		memcpy(args, data, size); /* exactly so many bytes */
		if (container_of_arguments(args, size, &c))
			check(&c);
	}
	free(path);
	free(args);
	return 0;
}
