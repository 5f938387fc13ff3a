/*
 * image_json.h - the JSON of container images: what it says, as far as zones want to know
 *
 * Formats: OCI image-spec 1.0 (index.json, manifests, configurations, blobs by digest), the
 * manifest.json of `docker save`, and config.json of OCI runtime-spec bundles. They are not trusted:
 * a digest becomes a path only if it is one, and every other path is looked up within the image.
 */
#ifndef ZONE_IMAGE_JSON_H
#define ZONE_IMAGE_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>

struct image_file {
	const char *path;   /* within the image */
	const char *digest; /* its SHA-256 in hexadecimal digits; NULL: it has none */
};
struct image {
	struct arena *arena;
	struct image_file config;      /* path NULL: none */
	VEC(struct image_file) layers; /* the lowest first */
	VEC(const char *) args;	       /* the image's program and its arguments */
	VEC(const char *) env;	       /* NAME=VALUE */
	const char *cwd, *user, *stop; /* NULL: not told */
	const char *root;	       /* of a bundle */
};
/* index.json, or a manifest that is one again: the manifest of that name (NULL: the first) for the
 * machine, "amd64" for instance. */
int image_index(struct image *i, const char *text, size_t n, const char *tag, const char *machine,
		struct image_file *manifest, struct err *e);
/* A manifest: configuration and layers; index: it turned out to be an index. */
int image_manifest(struct image *i, const char *text, size_t n, bool *index, struct err *e);
/* manifest.json of docker's archives. */
int image_docker(struct image *i, const char *text, size_t n, const char *tag, struct err *e);
/* The configuration of an image: its program, and how it is to be run. */
int image_config(struct image *i, const char *text, size_t n, struct err *e);
/* config.json of a bundle: its root and its program. */
int image_bundle(struct image *i, const char *text, size_t n, struct err *e);

#endif
