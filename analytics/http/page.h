/*
 * page.h - the files of the browser's page: read once at the start, compressed once, served from memory
 *
 * Only files below the folder with a known ending are taken, 4 MiB at most in all. An answer carries an
 * ETag and the headers that keep everything foreign out (Content-Security-Policy).
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct page;
struct page_file {
	const char *path, *type; /* "js/app.js", "text/javascript" */
	char etag[24];
	const void *text, *gzip; /* gzip NULL where it would not be smaller */
	size_t n, gzip_n;
};

struct page *page_load(const char *dir, struct err *e);
void page_free(struct page *p);
/* "" is index.html. NULL: there is none. */
const struct page_file *page_find(const struct page *p, const char *path);
/* Compressed size of all. */
size_t page_gzip_bytes(const struct page *p);

/* gzip of n bytes, to be freed; NULL when there is no memory or it does not get smaller. level 1..9. */
void *gzip_bytes(const void *text, size_t n, int level, size_t *out_n);

#endif
