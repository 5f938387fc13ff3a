/*
 * page.h - the files of the browser's page, compressed beforehand, served from memory
 *
 * They are part of the program: tools/page_pack.c makes page_packed[] of web/ when it is built. For work on the
 * page they are read from a folder instead, once at the start: files with a known ending, 4 MiB at most
 * in all. An answer carries an ETag and the headers that keep everything foreign out (Content-Security-Policy).
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* One file as it is in the program. A row without a path ends the array. */
struct page_packed {
	const char *path;    /* "js/app.js" */
	size_t n;	     /* bytes, unpacked */
	unsigned long crc32; /* of the unpacked text */
	const unsigned char *gzip;
	size_t gzip_n;
	const unsigned char *brotli;
	size_t brotli_n; /* 0: the library was not there */
};
extern const struct page_packed page_packed[];

enum page_coding { PAGE_PLAIN, PAGE_GZIP, PAGE_BROTLI, PAGE_CODINGS };

struct page;
struct page_file {
	const char *path, *type; /* "js/app.js", "text/javascript" */
	char etag[24];
	struct {
		const void *p;
		size_t n;
	} as[PAGE_CODINGS]; /* p NULL where that would not be smaller, or is not there */
};

/* dir NULL: the page that is part of the program. */
struct page *page_load(const char *dir, struct err *e);
void page_free(struct page *p);
/* "" is index.html. NULL: there is none. */
const struct page_file *page_find(const struct page *p, const char *path);
/* Compressed size of all, as gzip. */
size_t page_gzip_bytes(const struct page *p);
/* The smallest form that an Accept-Encoding (or NULL) takes. */
enum page_coding page_choose(const struct page_file *f, const char *accepted);

/* gzip of n bytes, to be freed; NULL when there is no memory or it does not get smaller. level 1..9. */
void *gzip_bytes(const void *text, size_t n, int level, size_t *out_n);

#endif
