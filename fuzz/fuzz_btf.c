/*
 * fuzz_btf.c - feeds malformed BTF to the reader and to the import of types
 *
 * Input: a blob, read as it is, and once more as a split blob on top of itself, so that
 * both kinds of reference are met. Nothing is checked but that it ends, and that memory stays whole.
 */
#include "dtrace/types/btf.h"
#include "dtrace/types/type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_IDS = 2000 };

static void walk_type(struct types *ts, struct type *t)
{
	BUF_AUTO name = {0};
	uint32_t n, off;
	type_name(t, &name);
	type_size(t);
	type_is_stringish(t);
	type_member(t, "a", &off);
	const struct type_member *m = type_members(t, &n);
	for (uint32_t i = 0; i < n && i < 64; i++) {
		if (m[i].name)
			type_member(t, m[i].name, &off);
		type_same(m[i].type, t);
		type_compat(t, m[i].type);
	}
	type_enumerators(t, &n);
	type_usual(ts, t, types_int(ts, 4, true));
}

static void walk_blob(struct btf *b)
{
	struct arena *a = arena_new();
	struct types *ts = types_new(a, b, 64);
	uint32_t ids = btf_ntypes(b), n, off, size, bits;
	int64_t value;
	struct btf_iter it = btf_iter(b);
	const struct btf_type *t;
	while ((t = btf_next(&it)) && it.id < MAX_IDS) {
		const char *name = btf_str(b, t->name_off);
		btf_find(b, name, btf_kind_of(t));
		btf_size(b, it.id);
		btf_member(b, name, "a.b.c", &off, &size, &bits);
		btf_proto_params(b, it.id, &n);
		if (it.id % 16 == 0) {
			types_find(ts, name);
			btf_find_enumerator(b, name, &value);
			btf_find_func(b, name);
			btf_find_trace(b, name);
		}
	}
	for (uint32_t id = 0; id <= ids && id < MAX_IDS; id++)
		walk_type(ts, types_from_btf(ts, b, id));
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	void *copy = malloc(size ? size : 1); /* aligned, and its end is watched */
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	struct btf *b = btf_from_memory(copy, size, &e);
	if (b) {
		struct btf *split = btf_from_memory_split(copy, size, b, &e);
		walk_blob(b);
		if (split)
			walk_blob(split);
		btf_close(split);
		btf_close(b);
	}
	free(copy);
	return 0;
}
