/*
 * err.h - system errors: the last argument of whatever can fail
 *
 * A function that fails sets *e and returns -1 or NULL; a caller may add context with err_wrap() on
 * the way up; the text is printed once, at the top. D program errors are diagnostics (sema/diag.h).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "include/glasshouse/err.h"

/* Sets the error; always returns -1 so that `return err_set(...)` reads well. code 0 becomes EINVAL. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts "context: " in front of the text; returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* As err_set, with ": " and the text of errno value code at the end. */
int err_sys(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
