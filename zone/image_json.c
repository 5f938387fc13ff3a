/*
 * image_json.c - see image_json.h
 */
#include "zone/image_json.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

static void put(json_t **j)
{
	json_decref(*j);
}
#define JSON_AUTO __attribute__((cleanup(put))) json_t

static json_t *read_json(const char *text, size_t n, const char *what, struct err *e)
{
	json_error_t why;
	json_t *j = json_loadb(text, n, 0, &why);
	if (!j)
		err_set(e, EINVAL, "the image's %s, line %d: %s", what, why.line, why.text);
	return j;
}

static int damaged(struct err *e, const char *what)
{
	return err_set(e, EINVAL, "the image's %s is not as it must be", what);
}

static const char *text_of(json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

static const char *annotation(json_t *j, const char *key)
{
	return text_of(json_object_get(j, "annotations"), key);
}

/* "sha256:..." to a blob. */
static int blob(struct image *i, json_t *descriptor, struct image_file *f, struct err *e)
{
	const char *digest = text_of(descriptor, "digest");
	if (!digest || strncmp(digest, "sha256:", 7) != 0 || strlen(digest) != 7 + 64 ||
	    strspn(digest + 7, "0123456789abcdef") != 64)
		return err_set(e, ENOTSUP, "the image has a digest that is no sha256");
	f->digest = arena_strdup(i->arena, digest + 7);
	f->path = arena_printf(i->arena, "blobs/sha256/%s", f->digest);
	return 0;
}

static bool is_for(json_t *descriptor, const char *machine)
{
	json_t *platform = json_object_get(descriptor, "platform");
	const char *os = text_of(platform, "os"), *arch = text_of(platform, "architecture");
	return !platform ||
	       ((!os || strcmp(os, "linux") == 0) && (!arch || strcmp(arch, machine) == 0));
}

int image_index(struct image *i, const char *text, size_t n, const char *tag, const char *machine,
		struct image_file *manifest, struct err *e)
{
	JSON_AUTO *j = read_json(text, n, "index", e);
	json_t *all = json_object_get(j, "manifests"), *one;
	size_t k;
	if (!j)
		return -1;
	if (!json_is_array(all))
		return damaged(e, "index");
	json_array_foreach(all, k, one)
	{
		const char *name = annotation(one, "org.opencontainers.image.ref.name");
		if (is_for(one, machine) && (!tag || (name && strcmp(name, tag) == 0)))
			return blob(i, one, manifest, e);
	}
	return err_set(e, ENOENT, "the image has nothing %s%s for linux on %s",
		       tag ? "called " : "", tag ? tag : "", machine);
}

int image_manifest(struct image *i, const char *text, size_t n, bool *index, struct err *e)
{
	JSON_AUTO *j = read_json(text, n, "manifest", e);
	json_t *layers = json_object_get(j, "layers"), *one;
	size_t k;
	if (!j)
		return -1;
	if ((*index = json_is_array(json_object_get(j, "manifests"))))
		return 0;
	if (!json_is_array(layers) || !json_array_size(layers))
		return damaged(e, "manifest");
	if (blob(i, json_object_get(j, "config"), &i->config, e) < 0)
		return -1;
	json_array_foreach(layers, k, one)
	{
		if (blob(i, one, vec_push(&i->layers, i->arena), e) < 0)
			return -1;
	}
	return 0;
}

static bool has_tag(json_t *image, const char *tag)
{
	json_t *tags = json_object_get(image, "RepoTags"), *one;
	size_t k;
	json_array_foreach(tags, k, one)
	{
		const char *name = json_string_value(one);
		const char *colon = name ? strrchr(name, ':') : NULL;
		if (name && (strcmp(name, tag) == 0 || (colon && strcmp(colon + 1, tag) == 0)))
			return true;
	}
	return !tag;
}

int image_docker(struct image *i, const char *text, size_t n, const char *tag, struct err *e)
{
	JSON_AUTO *j = read_json(text, n, "manifest.json", e);
	json_t *image = NULL, *one;
	size_t k;
	if (!j)
		return -1;
	json_array_foreach(j, k, one)
	{
		if (!image && (!tag || has_tag(one, tag)))
			image = one;
	}
	if (!image)
		return err_set(e, ENOENT, "the archive has no image called %s",
			       tag ? tag : "anything");
	if (!text_of(image, "Config") || !json_array_size(json_object_get(image, "Layers")))
		return damaged(e, "manifest.json");
	i->config.path = arena_strdup(i->arena, text_of(image, "Config"));
	json_array_foreach(json_object_get(image, "Layers"), k, one)
	{
		if (!json_is_string(one))
			return damaged(e, "manifest.json");
		vec_push(&i->layers, i->arena)->path =
		    arena_strdup(i->arena, json_string_value(one));
	}
	return 0;
}

static void add_args(struct image *i, json_t *words)
{
	json_t *one;
	size_t k;
	json_array_foreach(words, k, one)
	{
		if (json_is_string(one))
			*vec_push(&i->args, i->arena) =
			    arena_strdup(i->arena, json_string_value(one));
	}
}

static void add_env(struct image *i, json_t *words)
{
	json_t *one;
	size_t k;
	json_array_foreach(words, k, one)
	{
		if (json_is_string(one) && strchr(json_string_value(one), '='))
			*vec_push(&i->env, i->arena) =
			    arena_strdup(i->arena, json_string_value(one));
	}
}

/* A string that is there and not empty. */
static const char *told(struct image *i, json_t *of, const char *key)
{
	const char *text = text_of(of, key);
	return text && *text ? arena_strdup(i->arena, text) : NULL;
}

int image_config(struct image *i, const char *text, size_t n, struct err *e)
{
	JSON_AUTO *j = read_json(text, n, "configuration", e);
	json_t *config = json_object_get(j, "config");
	if (!j)
		return -1;
	add_args(i, json_object_get(config, "Entrypoint"));
	add_args(i, json_object_get(config, "Cmd"));
	add_env(i, json_object_get(config, "Env"));
	i->cwd = told(i, config, "WorkingDir");
	i->user = told(i, config, "User");
	i->stop = told(i, config, "StopSignal");
	return 0;
}

int image_bundle(struct image *i, const char *text, size_t n, struct err *e)
{
	JSON_AUTO *j = read_json(text, n, "config.json", e);
	const char *path = text_of(json_object_get(j, "root"), "path");
	if (!j)
		return -1;
	if (!path)
		return damaged(e, "config.json");
	i->root = arena_strdup(i->arena, path);
	json_t *process = json_object_get(j, "process"), *user = json_object_get(process, "user");
	add_args(i, json_object_get(process, "args"));
	add_env(i, json_object_get(process, "env"));
	i->cwd = told(i, process, "cwd");
	if (json_is_integer(json_object_get(user, "uid")))
		i->user = arena_printf(i->arena, "%lld:%lld",
				       (long long)json_integer_value(json_object_get(user, "uid")),
				       (long long)json_integer_value(json_object_get(user, "gid")));
	return 0;
}
