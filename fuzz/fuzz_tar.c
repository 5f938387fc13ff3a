/* Tar archives: whatever is read of one stays within its bounds. */
#include "zone/tar.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *p;
	size_t left;
};

static ssize_t read_input(void *of, void *to, size_t n)
{
	struct input *in = of;
	n = n < in->left ? n : in->left;
	memcpy(to, in->p, n);
	in->p += n;
	in->left -= n;
	return (ssize_t)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct tar *t = malloc(sizeof(*t));
	struct tar_entry *f = malloc(sizeof(*f));
	struct err e = {0};
	char contents[700];
	int got;
	if (!t || !f)
		abort();
	tar_init(t, read_input, &in);
	while ((got = tar_next(t, f, &e)) > 0) {
		assert(strlen(f->path) < TAR_PATH_MAX && strlen(f->link) < TAR_PATH_MAX &&
		       *f->path);
		for (unsigned i = 0; i < f->nattrs; i++)
			assert(strlen(f->attrs[i].name) < TAR_RECORDS_MAX &&
			       f->attrs[i].n < TAR_RECORDS_MAX);
		/* Every other one is passed over. */
		for (ssize_t n = t->nentries & 1; n > 0;)
			if ((n = tar_read(t, contents, sizeof(contents), &e)) < 0)
				assert(e.code);
	}
	assert(got == 0 || e.code);
	free(f);
	free(t);
	return 0;
}
