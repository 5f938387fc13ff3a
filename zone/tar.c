/*
 * tar.c - see tar.h
 */
#include "zone/tar.h"

#include <errno.h>
#include <string.h>

enum { BLOCK = 512 };

void tar_init(struct tar *t, tar_source *source, void *of)
{
	t->source = source;
	t->of = of;
	t->left = t->fill = t->nentries = 0;
	t->records[0] = t->global[0] = '\0';
}

static int damaged(const struct tar *t, const char *what, struct err *e)
{
	return err_set(e, EINVAL, "the archive is damaged at its entry %llu: %s",
		       (unsigned long long)t->nentries + 1, what);
}

/* All n bytes: 1; none, as the archive ends there: 0. */
static int read_all(struct tar *t, void *to, size_t n, struct err *e)
{
	size_t got = 0;
	for (ssize_t r; got < n; got += (size_t)r) {
		r = t->source(t->of, (char *)to + got, n - got);
		if (r < 0)
			return err_sys(e, errno, "cannot read the archive");
		if (r == 0)
			return got ? damaged(t, "it ends too early", e) : 0;
	}
	return 1;
}

ssize_t tar_read(struct tar *t, void *to, size_t n, struct err *e)
{
	if (n > t->left)
		n = (size_t)t->left;
	if (!n)
		return 0;
	int got = read_all(t, to, n, e);
	if (got <= 0)
		return got < 0 ? -1 : damaged(t, "it ends too early", e);
	t->left -= n;
	return (ssize_t)n;
}

static int skip(struct tar *t, struct err *e)
{
	char block[16 * BLOCK];
	t->left += t->fill;
	t->fill = 0;
	for (ssize_t n; t->left;)
		if ((n = tar_read(t, block, sizeof(block), e)) <= 0)
			return -1;
	return 0;
}

/* ---- fields ---- */

static bool read_octal(const char *p, size_t n, uint64_t *v)
{
	size_t i = 0;
	*v = 0;
	while (i < n && p[i] == ' ')
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
		if (*v >> 60)
			return false;
		*v = *v << 3 | (uint64_t)(p[i] - '0');
	}
	return i == n || p[i] == ' ' || p[i] == '\0';
}

static bool read_number(const char *p, size_t n, uint64_t *v)
{
	if (!(*p & 0x80))
		return read_octal(p, n, v);
	*v = (unsigned char)*p & 0x3f;
	for (size_t i = 1; i < n; i++) {
		if (*v >> 55) /* below zero, or beyond all sizes */
			return false;
		*v = *v << 8 | (unsigned char)p[i];
	}
	return !(*p & 0x40);
}

static bool sum_is_right(const unsigned char *h)
{
	uint64_t said;
	unsigned sum = 0;
	int of_signed = 0; /* as some old ones counted */
	for (int i = 0; i < BLOCK; i++) {
		unsigned char c = i >= 148 && i < 156 ? ' ' : h[i];
		sum += c;
		of_signed += (signed char)c;
	}
	return read_octal((const char *)h + 148, 8, &said) &&
	       (said == sum || (of_signed >= 0 && said == (unsigned)of_signed));
}

static void copy_text(char *to, size_t room, const char *from, size_t n)
{
	n = strnlen(from, n < room - 1 ? n : room - 1);
	memcpy(to, from, n);
	to[n] = '\0';
}

static int read_fields(struct tar *t, const char *h, struct tar_entry *f, struct err *e)
{
	uint64_t mode, mtime;
	char name[101], prefix[156];
	copy_text(name, sizeof(name), h, 100);
	copy_text(prefix, sizeof(prefix), memcmp(h + 257, "ustar", 6) == 0 ? h + 345 : "", 155);
	if (!*f->path) {
		size_t n = strlen(prefix);
		memcpy(f->path, prefix, n);
		if (n)
			f->path[n++] = '/';
		memcpy(f->path + n, name, strlen(name) + 1);
	}
	if (!*f->link)
		copy_text(f->link, sizeof(f->link), h + 157, 100);
	if (!read_number(h + 100, 8, &mode) || !read_number(h + 108, 8, &f->uid) ||
	    !read_number(h + 116, 8, &f->gid) || !read_number(h + 124, 12, &f->size_bytes))
		return damaged(t, "a number of its header", e);
	/* Times before 1970 are nobody's. */
	f->mtime = read_number(h + 136, 12, &mtime) ? (int64_t)mtime : 0;
	f->mode = (mode_t)(mode & 07777);
	f->type = h[156] == '\0' || h[156] == '7' ? '0' : h[156];
	return 0;
}

/* ---- pax records ---- */

static bool read_decimal(const char *p, uint64_t *v)
{
	*v = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (*v > UINT64_MAX / 10 - 1)
			return false;
		*v = *v * 10 + (uint64_t)(*p - '0');
	}
	return *p == '\0' || *p == '.';
}

static void read_time(const char *p, struct tar_entry *f)
{
	uint64_t v;
	if (!read_decimal(p, &v) || v > INT64_MAX)
		return;
	const char *dot = strchr(p, '.');
	f->mtime = (int64_t)v;
	f->mtime_ns = 0;
	for (uint32_t unit = 100000000; dot && unit && dot[1] >= '0' && dot[1] <= '9'; unit /= 10)
		f->mtime_ns += (uint32_t)(*++dot - '0') * unit;
}

static int apply(struct tar *t, const char *key, const char *value, size_t n, struct tar_entry *f,
		 struct err *e)
{
	bool ok = true;
	if (strcmp(key, "path") == 0 || strcmp(key, "linkpath") == 0) {
		char *to = *key == 'p' ? f->path : f->link;
		if (n >= TAR_PATH_MAX || memchr(value, '\0', n))
			return damaged(t, "a path that is too long", e);
		memcpy(to, value, n + 1);
	} else if (strcmp(key, "size") == 0) {
		ok = read_decimal(value, &f->size_bytes);
	} else if (strcmp(key, "uid") == 0) {
		ok = read_decimal(value, &f->uid);
	} else if (strcmp(key, "gid") == 0) {
		ok = read_decimal(value, &f->gid);
	} else if (strcmp(key, "mtime") == 0) {
		read_time(value, f);
	} else if (strncmp(key, "GNU.sparse.", 11) == 0) {
		return err_set(e, ENOTSUP,
			       "%s: sparse files of an archive are not known: make it "
			       "without --sparse",
			       f->path);
	} else if (strncmp(key, "SCHILY.xattr.", 13) == 0 && f->nattrs < TAR_ATTRS_MAX) {
		f->attrs[f->nattrs].name = key + 13;
		f->attrs[f->nattrs].value = value;
		f->attrs[f->nattrs++].n = n;
	}
	return ok ? 0 : damaged(t, "a number of its records", e);
}

/* "LENGTH KEY=VALUE\n" again and again; the text is cut up where it lies. */
static int apply_records(struct tar *t, char *p, size_t n, struct tar_entry *f, struct err *e)
{
	for (char *end = p + n; p < end;) {
		size_t length = 0, digits = 0;
		while (digits < 7 && p + digits < end && p[digits] >= '0' && p[digits] <= '9')
			length = length * 10 + (size_t)(p[digits++] - '0');
		if (!digits || p + digits >= end || p[digits] != ' ' ||
		    length > (size_t)(end - p) || length < digits + 4 || p[length - 1] != '\n')
			return damaged(t, "its records", e);
		char *key = p + digits + 1, *equals = memchr(key, '=', length - digits - 2);
		if (!equals)
			return damaged(t, "its records", e);
		*equals = p[length - 1] = '\0';
		if (memchr(key, '\0', (size_t)(equals - key)) == NULL &&
		    apply(t, key, equals + 1, (size_t)(p + length - 1 - equals - 1), f, e) < 0)
			return -1;
		p += length;
	}
	return 0;
}

/* ---- entries ---- */

/* The contents of a header's entry as text. */
static int read_text(struct tar *t, uint64_t size, char *to, size_t room, struct err *e)
{
	if (size >= room)
		return damaged(t, "names or records that are too long", e);
	t->left = size;
	t->fill = -size % BLOCK;
	ssize_t n = size ? tar_read(t, to, (size_t)size, e) : 0;
	if (n < 0)
		return -1;
	to[n] = '\0';
	return skip(t, e);
}

/* A block of the header: 1; 0 at the end of the archive. */
static int read_header(struct tar *t, unsigned char h[BLOCK], struct err *e)
{
	static const unsigned char zeros[BLOCK];
	int got = read_all(t, h, BLOCK, e);
	if (got <= 0)
		return got < 0 ? -1 : 0;
	if (memcmp(h, zeros, BLOCK) == 0)
		return 0;
	if (!sum_is_right(h))
		return t->nentries ? damaged(t, "its header", e)
				   : err_set(e, EINVAL, "it is no tar archive");
	return 1;
}

/* Headers that say more of the one that follows: 1 for such, 0 for that of a file. */
static int read_extension(struct tar *t, const unsigned char *h, struct tar_entry *f, size_t *n,
			  struct err *e)
{
	uint64_t size;
	char type = (char)h[156];
	if (type != 'x' && type != 'g' && type != 'L' && type != 'K')
		return 0;
	if (!read_number((const char *)h + 124, 12, &size))
		return damaged(t, "a number of its header", e);
	if (type == 'L' || type == 'K')
		return read_text(t, size, type == 'L' ? f->path : f->link, TAR_PATH_MAX, e) < 0 ? -1
												: 1;
	if (type == 'x') {
		*n = (size_t)size;
		return read_text(t, size, t->records, sizeof(t->records), e) < 0 ? -1 : 1;
	}
	/* Comments, mostly: nothing of them is a file's own. */
	return read_text(t, size, t->global, sizeof(t->global), e) < 0 ? -1 : 1;
}

int tar_next(struct tar *t, struct tar_entry *f, struct err *e)
{
	unsigned char h[BLOCK];
	size_t n = 0;
	int more = 1, got;
	f->path[0] = f->link[0] = '\0';
	f->nattrs = 0;
	f->mtime_ns = 0;
	if (skip(t, e) < 0)
		return -1;
	for (int extensions = 0; more > 0; extensions++) {
		if ((got = read_header(t, h, e)) <= 0)
			return got;
		if (extensions > 8)
			return damaged(t, "too many headers", e);
		more = read_extension(t, h, f, &n, e);
	}
	if (more < 0 || read_fields(t, (const char *)h, f, e) < 0 ||
	    apply_records(t, t->records, n, f, e) < 0)
		return -1;
	if (f->type < '0' || f->type > '6')
		return err_set(e, ENOTSUP, "%s: an entry of type '%c' is not known", f->path,
			       f->type >= ' ' && f->type <= '~' ? f->type : '?');
	if (f->type != '0' || f->size_bytes > INT64_MAX)
		f->size_bytes = f->type == '0' ? UINT64_MAX : 0;
	if (f->size_bytes == UINT64_MAX)
		return damaged(t, "its size", e);
	if (!*f->path || memchr(f->path, '\0', 1))
		return damaged(t, "it has no name", e);
	t->left = f->size_bytes;
	t->fill = -f->size_bytes % BLOCK;
	t->nentries++;
	return 1;
}
