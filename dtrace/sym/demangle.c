/*
 * demangle.c - C++ and Rust names as their languages spell them
 *
 * libiberty does it where it was there at build time; the compiler's own cannot read Rust's.
 */
#include "dtrace/sym/internal.h"

#include <string.h>

#ifdef HAVE_LIBIBERTY
#include <libiberty/demangle.h>

/* Parameters are left out: a frame of a stack wants one line, and one name whatever is passed. */
enum { OPTIONS = DMGL_AUTO, MANGLED_MAX = 4096 };

char *symbol_demangled(const char *name)
{
	if ((strncmp(name, "_Z", 2) != 0 && strncmp(name, "_R", 2) != 0) ||
	    strnlen(name, MANGLED_MAX) == MANGLED_MAX)
		return NULL;
	return cplus_demangle(name, OPTIONS);
}
#else
char *symbol_demangled(const char *name)
{
	(void)name;
	return NULL;
}
#endif
