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
	size_t n = 0;
	ssize_t got;
	while (n < (size_t)st.st_size && (got = read(fd, text + n, (size_t)st.st_size - n)) > 0)
		n += (size_t)got;
	close(fd);
	f->as[PAGE_PLAIN].p = text;
	f->as[PAGE_PLAIN].n = n;
	return 0;
}

static void name_version(struct page_file *f, unsigned long crc)
{
	snprintf(f->etag, sizeof f->etag, "\"%08lx%zx\"", crc, f->as[PAGE_PLAIN].n);
}

static void set_form(struct page_file *f, enum page_coding how, const void *p, size_t n)
{
	if (n && n < f->as[PAGE_PLAIN].n) {
		f->as[how].p = p;
		f->as[how].n = n;
	}
}

static void finish(struct page *p, struct page_file *f)
{
	size_t n, plain_n = f->as[PAGE_PLAIN].n;
	void *packed = gzip_bytes(f->as[PAGE_PLAIN].p, plain_n, 9, &n);
	if (packed) {
		char *kept = arena_alloc(p->arena, n);
		memcpy(kept, packed, n);
		set_form(f, PAGE_GZIP, kept, n);
		free(packed);
	}
	name_version(f, crc32_z(0, f->as[PAGE_PLAIN].p, plain_n));
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

static int load_folder(struct page *p, const char *dir, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "the folder of the page, %s", dir);
	if (load_dir(p, fd, "", 0, e) < 0)
		return -1;
	return page_find(p, "")
		   ? 0
		   : err_set(e, ENOENT, "%s has no index.html: it is not the folder of the page",
			     dir);
}

/* The plain text of a file of the program. */
static int unpack(struct page *p, const struct page_packed *from, struct page_file *f,
		  struct err *e)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)from->gzip, .avail_in = (uInt)from->gzip_n};
	char *text = arena_alloc(p->arena, from->n + 1);
	z.next_out = (Bytef *)text;
	z.avail_out = (uInt)from->n;
	bool done = inflateInit2(&z, 15 + 16) == Z_OK && inflate(&z, Z_FINISH) == Z_STREAM_END;
	inflateEnd(&z);
	if (!done)
		return err_set(e, EIO, "the page of this program is damaged: %s", from->path);
	f->as[PAGE_PLAIN].p = text;
	f->as[PAGE_PLAIN].n = from->n;
	return 0;
}

static int load_packed(struct page *p, struct err *e)
{
	for (const struct page_packed *from = page_packed; from->path; from++) {
		struct page_file f = {.path = from->path, .type = type_of(from->path)};
		if (!f.type)
			continue;
		if (unpack(p, from, &f, e) < 0)
			return -1;
		set_form(&f, PAGE_GZIP, from->gzip, from->gzip_n);
		set_form(&f, PAGE_BROTLI, from->brotli, from->brotli_n);
		name_version(&f, from->crc32);
		*vec_push(&p->files, p->arena) = f;
	}
	return 0;
}

struct page *page_load(const char *dir, struct err *e)
{
	struct page *p = calloc(1, sizeof *p);
	if (!p || !(p->arena = arena_new())) {
		free(p);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	if ((dir ? load_folder(p, dir, e) : load_packed(p, e)) == 0)
		return p;
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
	for (size_t i = 0; i < p->files.n; i++) {
		const struct page_file *f = &p->files.at[i];
		n += f->as[f->as[PAGE_GZIP].p ? PAGE_GZIP : PAGE_PLAIN].n;
	}
	return n;
}

/* Is the coding among those of the header, and not forbidden by ";q=0"? */
static bool accepts(const char *header, const char *coding)
{
	size_t n = strlen(coding);
	for (const char *at = header; (at = strcasestr(at, coding)); at += n) {
		bool begins = at == header || strchr(" ,\t", at[-1]);
		const char *rest = at + n + strspn(at + n, " \t");
		if (!begins || (*rest && !strchr(",;", *rest)))
			continue;
		if (*rest != ';')
			return true;
		rest += 1 + strspn(rest + 1, " \t");
		return strncasecmp(rest, "q=", 2) != 0 || strtod(rest + 2, NULL) > 0;
	}
	return false;
}

enum page_coding page_choose(const struct page_file *f, const char *accepted)
{
	if (!accepted)
		return PAGE_PLAIN;
	if (f->as[PAGE_BROTLI].p && accepts(accepted, "br"))
		return PAGE_BROTLI;
	return f->as[PAGE_GZIP].p && accepts(accepted, "gzip") ? PAGE_GZIP : PAGE_PLAIN;
}
