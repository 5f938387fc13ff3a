/*
 * btf.h - reads kernel type information where it lies
 *
 * The blob (/sys/kernel/btf/vmlinux, or a module's) is mapped, never parsed whole: names are found
 * with one search of the string section and one walk over the types that compares offsets, and
 * a sparse index remembers where ids stand. Nothing is built before it is asked for, because
 * start-up time is counted in hundreds of microseconds. Malformed input gives "not found", never a
 * crash (fuzzed).
 */
#ifndef TYPES_BTF_H
#define TYPES_BTF_H

#include "base/err.h"

#include <linux/btf.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;

/* Maps a file; NULL and *e when it is missing or malformed. Free with btf_close(). */
struct btf *btf_open(const char *path, struct err *e);
/* A module's blob: its ids and strings continue those of base, which must stay open. */
struct btf *btf_open_split(const char *path, struct btf *base, struct err *e);
/* The same over memory that the caller keeps, 4-byte aligned. base may be NULL. */
struct btf *btf_from_memory(const void *data, size_t size, struct err *e);
struct btf *btf_from_memory_split(const void *data, size_t size, struct btf *base, struct err *e);
void btf_close(struct btf *b);

/* Kinds are those of linux/btf.h (BTF_KIND_*). Id 0 = not found. A split blob is searched before
 * its base. */
uint32_t btf_find(struct btf *b, const char *name, uint32_t kind);
const struct btf_type *btf_type(struct btf *b,
				uint32_t id); /* NULL when out of range, and for id 0 (void) */
const char *btf_str(struct btf *b, uint32_t offset); /* "" when out of range */
struct btf *btf_home(struct btf *b,
		     uint32_t id);  /* the blob that holds the id: b or a base of it */
uint32_t btf_ntypes(struct btf *b); /* walks the blob once; the base's types included */

/* Parts of a record. */
static inline uint32_t btf_kind_of(const struct btf_type *t)
{
	return (t->info >> 24) & 0x1f;
}
static inline uint32_t btf_vlen_of(const struct btf_type *t)
{
	return t->info & 0xffff;
}
static inline bool btf_kflag_of(const struct btf_type *t)
{
	return t->info >> 31;
}
/* What follows the record: struct btf_member[], btf_enum[], btf_enum64[], btf_param[], one
 * btf_array, ... by its kind. */
static inline const void *btf_extra(const struct btf_type *t)
{
	return t + 1;
}
static inline uint32_t btf_member_offset_bits(const struct btf_type *sou,
					      const struct btf_member *m)
{
	return btf_kflag_of(sou) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
}
/* The id behind typedefs, qualifiers and tags; 0 = void, or a chain without end. */
uint32_t btf_skip(struct btf *b, uint32_t id);
/* Bytes of a type, arrays and typedefs included; 0 = void, function, forward, malformed. */
uint64_t btf_size(struct btf *b, uint32_t id);

/* FUNC_PROTO id of a kernel function, or of the tracepoint NAME (typedef btf_trace_NAME -> PTR ->
 * FUNC_PROTO; its first parameter is the void *__data of the probe). 0 = not found. */
uint32_t btf_find_func(struct btf *b, const char *name);
uint32_t btf_find_trace(struct btf *b, const char *name);
/* Parameters of a FUNC_PROTO; NULL and 0 when id is none. A last one of type 0 and no name means
 * "...". */
const struct btf_param *btf_proto_params(struct btf *b, uint32_t id, uint32_t *n);
/* Place of a per-CPU variable of the kernel in the area that each CPU has. */
bool btf_percpu_offset(struct btf *b, const char *var, uint32_t *off_bytes);
/* The first ENUM or ENUM64 that has an enumerator of this name; 0 = none. */
uint32_t btf_find_enumerator(struct btf *b, const char *name, int64_t *value);

/*
 * All types of this blob in order (a split one's own only), without building anything:
 *
 *	struct btf_iter it = btf_iter(b);
 *	const struct btf_type *t;
 *	while ((t = btf_next(&it))) ... it.id, btf_str(b, t->name_off)
 */
struct btf_iter {
	struct btf *btf;
	uint32_t id;   /* of the type that btf_next() returned last */
	uint32_t next; /* bytes into the type section */
};
struct btf_iter btf_iter(struct btf *b);
const struct btf_type *btf_next(struct btf_iter *it);

/* Enumerator i of an ENUM or ENUM64 record: its value and name. */
int64_t btf_enumerator(const struct btf_type *t, uint32_t i, uint32_t *name_off);
bool btf_is_sou(const struct btf_type *t); /* NULL allowed */

/* A member: where it lies from the start of the struct asked about. */
struct btf_place {
	uint32_t name_off, type, offset_bits;
	uint32_t bitfield_bits; /* 0 = no bit-field */
};
/* The member at a path ("se.sum_exec_runtime") of struct or union sou, through anonymous members.
 */
bool btf_member_in(struct btf *b, uint32_t sou, const char *path, struct btf_place *at);
/* Bit-fields of blobs without the kind flag say so in their INT; completes *at accordingly. */
void btf_old_bitfield(struct btf *b, struct btf_place *at);

/* Offset in bits and type of a (possibly nested: "se.sum_exec_runtime", through anonymous members)
 * member of struct `name`; false when there is none. bitfield_bits may be NULL. */
bool btf_member(struct btf *b, const char *struct_name, const char *path, uint32_t *offset_bits,
		uint32_t *size_bytes, uint32_t *bitfield_bits);

#endif
