/*
 * page.c - see page.h
 */
#include "analytics/http/page.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { PAGE_MAX_BYTES = 4 * 1024 * 1024, PAGE_DEPTH = 3 };

struct page {
	struct arena *arena;
	VEC(struct page_file) files;
	size_t bytes;
};

static const char *const types[][2] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	return NULL;
}

void *gzip_bytes(const void *text, size_t n, int level, size_t *out_n)
{
	z_stream z = {0};
	if (n > 1u << 30 ||
	    deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	char *out = malloc(n);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)n;
	bool done = out && deflate(&z, Z_FINISH) == Z_STREAM_END;
	*out_n = n - z.avail_out;
	deflateEnd(&z);
	if (done)
		return out;
	free(out);
	return NULL;
}

/* The whole of a file, in the arena. */
static int slurp(struct page *p, int dir, const char *name, struct page_file *f, struct err *e)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0) {
		if (fd >= 0)
			close(fd);
		return err_sys(e, errno, "%s", f->path);
	}
	p->bytes += (size_t)st.st_size;
	if (p->bytes > PAGE_MAX_BYTES) {
		close(fd);
		return err_set(e, EFBIG, "%s: the page has more than %d bytes", f->path,
			       PAGE_MAX_BYTES);
	}
	char *text = arena_alloc(p->arena, (size_t)st.st_size + 1);
	ssize_t got;
	while (f->n < (size_t)st.st_size &&
	       (got = read(fd, text + f->n, (size_t)st.st_size - f->n)) > 0)
		f->n += (size_t)got;
	close(fd);
	f->text = text;
	return 0;
}

static void finish(struct page *p, struct page_file *f)
{
	size_t n;
	void *packed = gzip_bytes(f->text, f->n, 9, &n);
	if (packed) {
		char *kept = arena_alloc(p->arena, n);
		memcpy(kept, packed, n);
		f->gzip = kept;
		f->gzip_n = n;
		free(packed);
	}
	unsigned long crc = crc32_z(0, f->text, f->n);
	snprintf(f->etag, sizeof f->etag, "\"%08lx%zx\"", crc, f->n);
}

static int load_dir(struct page *p, int fd, const char *prefix, unsigned depth, struct err *e)
{
	DIR *d = fdopendir(fd);
	int r = 0;
	if (!d) {
		close(fd);
		return err_sys(e, errno, "%s", prefix);
	}
	for (struct dirent *de; r == 0 && (de = readdir(d));) {
		const char *path = arena_printf(p->arena, "%s%s", prefix, de->d_name);
		struct stat st;
		if (de->d_name[0] == '.' || fstatat(dirfd(d), de->d_name, &st, 0) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < PAGE_DEPTH) {
			int sub = openat(dirfd(d), de->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (sub >= 0)
				r = load_dir(p, sub, arena_printf(p->arena, "%s/", path), depth + 1,
					     e);
		} else if (S_ISREG(st.st_mode) && type_of(path)) {
			struct page_file f = {.path = path, .type = type_of(path)};
			r = slurp(p, dirfd(d), de->d_name, &f, e);
			if (r == 0) {
				finish(p, &f);
				*vec_push(&p->files, p->arena) = f;
			}
		}
	}
	closedir(d);
	return r;
}

struct page *page_load(const char *dir, struct err *e)
{
	struct page *p = calloc(1, sizeof *p);
	if (!p || !(p->arena = arena_new())) {
		free(p);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err_sys(e, errno, "the folder of the page, %s", dir);
	else if (load_dir(p, fd, "", 0, e) == 0) {
		if (page_find(p, ""))
			return p;
		err_set(e, ENOENT, "%s has no index.html: it is not the folder of the page", dir);
	}
	page_free(p);
	return NULL;
}

void page_free(struct page *p)
{
	if (!p)
		return;
	arena_free(p->arena);
	free(p);
}

const struct page_file *page_find(const struct page *p, const char *path)
{
	for (size_t i = 0; i < p->files.n; i++)
		if (strcmp(p->files.at[i].path, *path ? path : "index.html") == 0)
			return &p->files.at[i];
	return NULL;
}

size_t page_gzip_bytes(const struct page *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->files.n; i++)
		n += p->files.at[i].gzip ? p->files.at[i].gzip_n : p->files.at[i].n;
	return n;
}
