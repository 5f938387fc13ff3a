/*
 * btf.h - reads kernel type information where it lies
 *
 * The blob (/sys/kernel/btf/vmlinux, or a module's) is mapped, never parsed whole: names are found with one memmem()
 * over the string section and one walk over the types that compares offsets, and a sparse index remembers where
 * ids stand. Nothing is built before it is asked for, because start-up time is counted in hundreds of microseconds.
 * Malformed input gives "not found", never a crash (fuzzed).
 */
#ifndef TYPES_BTF_H
#define TYPES_BTF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;

/* Maps a file; NULL and *e when it is missing or malformed. Free with btf_close(). */
struct btf *btf_open(const char *path, struct err *e);
/* The same over memory that the caller keeps. */
struct btf *btf_from_memory(const void *data, size_t size, struct err *e);
void btf_close(struct btf *b);

/* Kinds are those of linux/btf.h (BTF_KIND_*). Id 0 = not found. */
uint32_t btf_find(struct btf *b, const char *name, uint32_t kind);
const struct btf_type *btf_type(struct btf *b, uint32_t id); /* NULL when out of range */
const char *btf_str(struct btf *b, uint32_t offset);	     /* "" when out of range */
uint32_t btf_ntypes(struct btf *b);			     /* walks the blob once */
/* Offset in bits and type of a (possibly nested: "se.sum_exec_runtime", through anonymous members) member of struct
 * `name`; false when there is none. bitfield_bits may be NULL. */
bool btf_member(struct btf *b, const char *struct_name, const char *path, uint32_t *offset_bits,
		uint32_t *size_bytes, uint32_t *bitfield_bits);

#endif
