/*
 * put.h - JSON, written into a buffer
 *
 *	struct put j = {.out = &buf};
 *	put_open(&j, '{');
 *	put_key(&j, "start"), put_int(&j, 7);
 *	put_close(&j, '}');
 *
 * Commas come by themselves. Text is UTF-8; bytes that are not become U+FFFD.
 */
#ifndef HTTP_PUT_H
#define HTTP_PUT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct put {
	struct buf *out;
	bool more; /* a comma is due before the next value */
};

void put_open(struct put *j, char c);  /* '{' or '[' */
void put_close(struct put *j, char c); /* '}' or ']' */
void put_key(struct put *j, const char *name);
void put_str(struct put *j, const char *s); /* NULL: null */
void put_int(struct put *j, int64_t v);
void put_num(struct put *j, double v); /* null when it is not finite; else 10 digits at most */
void put_bool(struct put *j, bool v);
void put_null(struct put *j);

/* "name": value */
void put_kstr(struct put *j, const char *name, const char *s);
void put_kint(struct put *j, const char *name, int64_t v);
void put_knum(struct put *j, const char *name, double v);
void put_kbool(struct put *j, const char *name, bool v);
void put_ktime(struct put *j, const char *name, int64_t t); /* unix time; 0: null */

#endif
