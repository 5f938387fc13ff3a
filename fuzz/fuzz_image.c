/* The JSON of images: what is made of it can be used as names and arguments. */
#include "zone/image_json.h"
#include "zone/program.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_blob(const struct image_file *f)
{
	assert(strlen(f->digest) == 64 && strncmp(f->path, "blobs/sha256/", 13) == 0);
	assert(strcmp(f->path + 13, f->digest) == 0 && !strchr(f->digest, '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct image_file f = {0};
	struct err e = {0};
	bool index;
	struct image i = {.arena = arena_new()}, docker = i, other = i;
	if (image_index(&i, text, size, NULL, "amd64", &f, &e) == 0)
		check_blob(&f);
	if (image_manifest(&i, text, size, &index, &e) == 0 && !index) {
		check_blob(&i.config);
		for (size_t k = 0; k < i.layers.n; k++)
			check_blob(&i.layers.at[k]);
	}
	if (image_docker(&docker, text, size, "v1", &e) == 0)
		for (size_t k = 0; k < docker.layers.n; k++)
			assert(docker.layers.at[k].path && docker.config.path);
	(void)image_config(&other, text, size, &e);
	if (image_bundle(&other, text, size, &e) == 0)
		assert(other.root);
	for (size_t k = 0; k < other.args.n; k++)
		assert(other.args.at[k]);
	/* What is written down of it, and read again. */
	struct zone_program p;
	char *written = calloc(1, size + 1);
	if (written) {
		memcpy(written, data, size);
		if (zone_program_parse(&p, written, &e) == 0) {
			assert(p.nargs <= ZONE_PROGRAM_WORDS && !p.args[p.nargs] && !p.env[p.nenv]);
			zone_program_free(&p);
		}
	}
	arena_free(i.arena);
	return 0;
}
