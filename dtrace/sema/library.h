/*
 * library.h - D libraries: the .d files of some directories
 *
 * Those of the system's directory are loaded when a program uses a name that one of them defines,
 * so that a one-liner pays for none; those of directories the user names (-L) are loaded before his
 * program, so that he hears about their errors. Libraries come after those they depend on (#pragma
 * D depends_on library x.d). A library that depends on a provider or module that is missing is left
 * out in silence.
 */
#ifndef SEMA_LIBRARY_H
#define SEMA_LIBRARY_H

#include "dtrace/sema/sema.h"

struct libraries;

/* Lives in the arena of s, and hooks itself into s. Obeys -xnolibs. */
struct libraries *libraries_new(struct sema *s);
/* Nothing is read yet; a directory that is not there has no libraries. */
void libraries_add_dir(struct libraries *l, const char *dir, bool lazy);
/* One more library that is not lazy, of somebody who has the file: its text is copied. */
void libraries_add_text(struct libraries *l, const char *path, const char *text);
/* Loads what is not lazy; before every program (the second time there is nothing to do). 0, or -1
 * with diagnostics. */
int libraries_load(struct libraries *l);

/*
 * The names that a library's text defines at its top level: inlines, types, tags, enumerators, what
 * it translates to, declarations; and the libraries it depends on. found() is called for each,
 * maybe more than once. Names may include some that it merely mentions (names of function
 * parameters).
 */
enum library_find { LIBRARY_DEFINES, LIBRARY_DEPENDS };
typedef void library_found_fn(void *ctx, enum library_find what, const char *name, size_t len);
void library_scan(const char *text, library_found_fn *found, void *ctx);
/* Whether a scan may find that the text (len bytes and a NUL) defines the name: it stands there, and not only
 * as the type of something or of a cast. Many times as fast as a scan. */
bool library_may_define(const char *text, size_t len, const char *name);

#endif
