/*
 * python.h - where the interpreter of Python keeps the frames of its functions
 *
 * From 3.13 on an interpreter tells the layout of its structures itself, in a table that its runtime begins with; that of
 * earlier versions is fixed for each.
 */
#ifndef SYM_PYTHON_H
#define SYM_PYTHON_H

#include "dtrace/bpf/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The minor version in the name of a file (python3.11, libpython3.13.so.1.0): 0 when it is no interpreter that is known here. */
unsigned python_version(const char *file);
/* Layout of the structures of an interpreter of that version, whose runtime lies at an address of the process. False: it
 * is not known (memory that cannot be read, a build without the global lock). */
bool python_layout(pid_t pid, unsigned minor, uint64_t runtime, struct image_python_layout *out);

/* A text that was copied from a str object, in UTF-8: at most size bytes with the NUL. raw: n bytes. */
void python_text(const char *raw, size_t n, struct image_text is, char *out, size_t size);

#endif
