/*
 * image.c - see image.h
 */
#include "zone/image.h"

#include "base/sha256.h"
#include "zone/copy.h"
#include "zone/image_json.h"
#include "zone/place.h"
#include "zone/program.h"
#include "zone/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { JSON_MAX = 4 << 20 };

/* ---- files of the image ---- */

static int check_digest(int fd, const struct image_file *f, struct err *e)
{
	struct sha256 s;
	char hex[65], block[65536];
	ssize_t n;
	sha256_init(&s);
	while ((n = read(fd, block, sizeof(block))) > 0)
		sha256_add(&s, block, (size_t)n);
	if (n < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(e, errno, "cannot read %s", f->path);
	sha256_end(&s, hex);
	return strcmp(hex, f->digest) == 0
		   ? 0
		   : err_set(e, EINVAL, "%s of the image is not what its digest says", f->path);
}

static int open_file(int image, const struct image_file *f, struct err *e)
{
	struct stat st;
	int fd = zone_open_within(image, f->path, O_RDONLY | O_NONBLOCK, e);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		err_set(e, EINVAL, "%s of the image is no file", f->path);
	else if (!f->digest || check_digest(fd, f, e) == 0)
		return fd;
	close(fd);
	return -1;
}

/* NULL and *e. */
static char *read_file(struct image *i, int image, const struct image_file *f, size_t *n,
		       struct err *e)
{
	int fd = open_file(image, f, e);
	char *text = fd < 0 ? NULL : arena_alloc(i->arena, JSON_MAX + 1);
	*n = 0;
	for (ssize_t got = 1; text && got > 0 && *n <= JSON_MAX; *n += (size_t)got)
		if ((got = read(fd, text + *n, JSON_MAX + 1 - *n)) < 0) {
			err_sys(e, errno, "cannot read %s", f->path);
			text = NULL;
			break;
		}
	if (fd >= 0)
		close(fd);
	if (text && *n > JSON_MAX) {
		err_set(e, EFBIG, "%s of the image is too long", f->path);
		return NULL;
	}
	return text;
}

static const char *machine(void)
{
	static const char *const names[][2] = {{"x86_64", "amd64"}, {"aarch64", "arm64"}};
	struct utsname u;
	if (uname(&u) == 0)
		for (int i = 0; i < 2; i++)
			if (strcmp(u.machine, names[i][0]) == 0)
				return names[i][1];
	return "this machine";
}

/* index.json, perhaps an index that it leads to, the manifest. */
static int read_layout(struct image *i, int image, const char *tag, struct err *e)
{
	struct image_file at = {.path = "index.json"};
	bool index = true;
	size_t n;
	for (int depth = 0; index; depth++) {
		char *text = depth < 4 ? read_file(i, image, &at, &n, e) : NULL;
		if (!text)
			return e->code ? -1 : err_set(e, ELOOP, "the image's indexes have no end");
		if (depth && image_manifest(i, text, n, &index, e) < 0)
			return -1;
		if (index && image_index(i, text, n, depth ? NULL : tag, machine(), &at, e) < 0)
			return -1;
	}
	return 0;
}

static bool has(int image, const char *name)
{
	struct stat st;
	return fstatat(image, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int read_image(struct image *i, int image, const char *tag, struct err *e)
{
	struct image_file f = {.path = "manifest.json"};
	size_t n;
	char *text;
	int status = -1;
	if (has(image, "index.json")) {
		status = read_layout(i, image, tag, e);
	} else if (has(image, "manifest.json")) {
		if ((text = read_file(i, image, &f, &n, e)))
			status = image_docker(i, text, n, tag, e);
	} else if (has(image, "config.json")) {
		f.path = "config.json";
		return (text = read_file(i, image, &f, &n, e)) ? image_bundle(i, text, n, e) : -1;
	} else {
		return err_set(
		    e, EINVAL,
		    "it is no image: it has no index.json, manifest.json or config.json");
	}
	if (status < 0)
		return -1;
	return (text = read_file(i, image, &i->config, &n, e)) ? image_config(i, text, n, e) : -1;
}

/* ---- unpacked ---- */

static int unpack_layers(struct image *i, int image, int to, struct err *e)
{
	for (size_t k = 0; k < i->layers.n; k++) {
		int fd = open_file(image, &i->layers.at[k], e);
		int status = fd < 0 ? -1 : zone_unpack(fd, to, true, e);
		if (fd >= 0)
			close(fd);
		if (status < 0)
			return err_wrap(e, "layer %zu", k + 1);
	}
	return 0;
}

static int copy_bundle(struct image *i, int image, int to, struct err *e)
{
	int from = zone_open_within(image, i->root, O_RDONLY | O_DIRECTORY, e);
	int status =
	    from < 0 ? -1 : zone_copy_tree(from, to, &(struct zone_copying){.mounts = false}, e);
	if (from >= 0)
		close(from);
	return status;
}

static int put_program(const struct image *i, struct buf *out, struct err *e)
{
	if (i->args.n > ZONE_PROGRAM_WORDS || i->env.n > ZONE_PROGRAM_WORDS)
		return err_set(e, E2BIG, "the image's program has more than %d words",
			       ZONE_PROGRAM_WORDS);
	for (size_t k = 0; k < i->args.n; k++)
		zone_program_put(out, "arg", i->args.at[k]);
	for (size_t k = 0; k < i->env.n; k++)
		zone_program_put(out, "env", i->env.at[k]);
	if (i->cwd && *i->cwd == '/')
		zone_program_put(out, "cwd", i->cwd);
	if (i->user)
		zone_program_put(out, "user", i->user);
	if (i->stop && zone_program_signal(i->stop))
		zone_program_put(out, "stop", i->stop);
	return out->n < ZONE_PROGRAM_TEXT
		   ? 0
		   : err_set(e, E2BIG, "what the image says of its program is too long");
}

static int unpack_image(struct image *i, int image, int to, const char *tag, struct buf *program,
			struct err *e)
{
	if (read_image(i, image, tag, e) < 0 ||
	    (i->root ? copy_bundle(i, image, to, e) : unpack_layers(i, image, to, e)) < 0)
		return -1;
	return i->args.n ? put_program(i, program, e) : 0;
}

/* An archive is unpacked beside the root first. */
static int open_image(int image, int dir, struct err *e)
{
	struct stat st;
	int within = -1;
	if (fstat(image, &st) == 0 && S_ISDIR(st.st_mode))
		return fcntl(image, F_DUPFD_CLOEXEC, 0);
	if (mkdirat(dir, "image", 0700) < 0)
		return err_sys(e, errno, "cannot make a directory for the archive");
	within = zone_place_child(dir, "image", e);
	if (within >= 0 && zone_unpack(image, within, false, e) < 0) {
		close(within);
		return -1;
	}
	return within;
}

int zone_image_unpack(const char *path, int dir, const char *tag, struct buf *program,
		      struct err *e)
{
	struct image i = {.arena = arena_new()};
	struct err ignored;
	int status = -1, fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!i.arena || arena_guard(i.arena))
		err_set(e, ENOMEM, "out of memory");
	else if (fd < 0)
		err_sys(e, errno, "cannot read the image");
	else {
		int image = open_image(fd, dir, e);
		int to = image < 0 ? -1 : zone_place_child(dir, "root", e);
		if (to >= 0)
			status = unpack_image(&i, image, to, tag, program, e);
		if (to >= 0)
			close(to);
		if (image >= 0)
			close(image);
		if (zone_place_remove_tree(dir, "image", status < 0 ? &ignored : e) < 0)
			status = -1;
	}
	if (fd >= 0)
		close(fd);
	if (i.arena)
		arena_free(i.arena);
	return status;
}
