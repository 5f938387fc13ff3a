/*
 * btf.c - reads kernel type information where it lies
 *
 * In: a mapped blob (or memory). Out: records, strings, ids. Nothing is copied.
 *
 *	header | types: {name_off, info, size or type, tail by kind} ... | strings: "" NUL
 *	name NUL name NUL ...
 *
 * A record's place is known only by walking there, so marks[] keeps the offset of every 32nd id as
 * far as a walk has come; the next walk starts at the nearest mark. A name is found by one search
 * for NUL name NUL (the strings of a blob are unique) and one walk that compares numbers, which
 * passes by the 32 behind a mark whose filter of names says that it is none of theirs.
 *
 * That costs a few microseconds for most names and a quarter of a millisecond for one that is not
 * there. When the searches of a run have cost as much as an index of the names would, that index is
 * built: names of typedefs, structs, unions and enums, open addressing, 8 bytes a slot.
 *
 * Invariants: every record returned lies wholly inside the type section, tail included; every
 * string inside the string section, whose last byte is NUL. A record of unknown kind ends the blob
 * there.
 */
#include "dtrace/types/btf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARK_EVERY = 32, MAX_CHAIN = 64, MAX_NESTING = 16 };

struct name_slot {
	uint32_t hash, id; /* id 0 = free */
};

struct mark {
	uint64_t names; /* a bit for each name of the types up to the next mark: name_bit() */
	uint32_t off;
};

struct btf {
	const uint8_t *types;
	const char *strings;
	uint32_t types_size, strings_size;
	struct btf *base;      /* NULL = not split */
	uint32_t first_id;     /* id of the first type */
	uint32_t first_string; /* offset of the first string */
	/* How far a walk has come: [first_id, seen_id) are known, seen_id would stand at seen_off.
	 */
	struct mark *marks;
	uint32_t nmarks, marks_cap;
	uint32_t seen_id, seen_off;
	bool seen_all;
	struct name_slot *slots; /* NULL = no index yet */
	uint32_t slot_mask;
	struct name_found {
		char name[36];
		uint32_t kind, id;
	} found[8]; /* the last names looked for without the index; next_found goes round */
	uint32_t next_found;
	uint64_t searched_bytes; /* what searches without the index have read */
	void *map;		 /* ours to unmap */
	size_t map_size;
};

/* --- opening --- */

static int parse_header(struct btf *b, const uint8_t *data, size_t size, struct err *e)
{
	struct btf_header h;
	if (size < sizeof(h) || ((uintptr_t)data & 3))
		return err_set(e, EINVAL, "BTF: too short, or not aligned");
	memcpy(&h, data, sizeof(h));
	if (h.magic != BTF_MAGIC || h.version != BTF_VERSION)
		return err_set(e, EINVAL, "BTF: not BTF of version %d in this machine's byte order",
			       BTF_VERSION);
	uint64_t types = (uint64_t)h.hdr_len + h.type_off,
		 strings = (uint64_t)h.hdr_len + h.str_off;
	if (h.hdr_len < sizeof(h) || types + h.type_len > size || strings + h.str_len > size ||
	    (types & 3))
		return err_set(e, EINVAL, "BTF: a section lies outside the file");
	if (h.str_len == 0 || data[strings + h.str_len - 1] != '\0' ||
	    (!b->base && data[strings] != '\0'))
		return err_set(e, EINVAL, "BTF: malformed string section");
	b->types = data + types;
	b->types_size = h.type_len;
	b->strings = (const char *)data + strings;
	b->strings_size = h.str_len;
	return 0;
}

struct btf *btf_from_memory_split(const void *data, size_t size, struct btf *base, struct err *e)
{
	struct btf *b = calloc(1, sizeof(*b));
	if (!b) {
		err_set(e, ENOMEM, "BTF: out of memory");
		return NULL;
	}
	b->base = base;
	b->first_id = base ? btf_ntypes(base) + 1 : 1;
	b->first_string = base ? base->first_string + base->strings_size : 0;
	b->seen_id = b->first_id;
	if (parse_header(b, data, size, e) < 0) {
		free(b);
		return NULL;
	}
	return b;
}

struct btf *btf_from_memory(const void *data, size_t size, struct err *e)
{
	return btf_from_memory_split(data, size, NULL, e);
}

/* Reads a file that cannot be mapped into an anonymous mapping. */
static void *read_whole(int fd, size_t size)
{
	uint8_t *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t done = 0;
	while (p != MAP_FAILED && done < size) {
		ssize_t n = read(fd, p + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			int code = n < 0 ? errno : EIO;
			munmap(p, size);
			errno = code;
			return MAP_FAILED;
		}
		done += (size_t)n;
	}
	return p;
}

struct btf *btf_open_split(const char *path, struct btf *base, struct err *e)
{
	struct stat st;
	void *p = MAP_FAILED;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED) /* sysfs of kernels before 6.16 */
			p = read_whole(fd, (size_t)st.st_size);
	}
	int code = errno;
	if (fd >= 0)
		close(fd);
	if (p == MAP_FAILED) {
		err_sys(e, fd >= 0 && code == 0 ? EINVAL : code, "cannot read BTF from %s", path);
		return NULL;
	}
	struct btf *b = btf_from_memory_split(p, (size_t)st.st_size, base, e);
	if (!b) {
		err_wrap(e, "%s", path);
		munmap(p, (size_t)st.st_size);
		return NULL;
	}
	b->map = p;
	b->map_size = (size_t)st.st_size;
	return b;
}

struct btf *btf_open(const char *path, struct err *e)
{
	return btf_open_split(path, NULL, e);
}

void btf_close(struct btf *b)
{
	if (!b)
		return;
	if (b->map)
		munmap(b->map, b->map_size);
	free(b->slots);
	free(b->marks);
	free(b);
}

/* --- records --- */

const char *btf_str(struct btf *b, uint32_t offset)
{
	while (b->base && offset < b->first_string)
		b = b->base;
	offset -= b->first_string;
	return offset < b->strings_size ? b->strings + offset : "";
}

/* Bytes of the record with its tail; 0 = of no known kind. */
static uint64_t record_size(const struct btf_type *t)
{
	static const uint8_t fixed[32] = {
	    [BTF_KIND_INT] = 4,
	    [BTF_KIND_ARRAY] = sizeof(struct btf_array),
	    [BTF_KIND_VAR] = sizeof(struct btf_var),
	    [BTF_KIND_DECL_TAG] = sizeof(struct btf_decl_tag),
	};
	static const uint8_t each[32] = {
	    [BTF_KIND_STRUCT] = sizeof(struct btf_member),
	    [BTF_KIND_UNION] = sizeof(struct btf_member),
	    [BTF_KIND_ENUM] = sizeof(struct btf_enum),
	    [BTF_KIND_FUNC_PROTO] = sizeof(struct btf_param),
	    [BTF_KIND_DATASEC] = sizeof(struct btf_var_secinfo),
	    [BTF_KIND_ENUM64] = sizeof(struct btf_enum64),
	};
	uint32_t kind = btf_kind_of(t);
	if (kind == BTF_KIND_UNKN || kind > BTF_KIND_ENUM64)
		return 0;
	return sizeof(*t) + fixed[kind] + (uint64_t)each[kind] * btf_vlen_of(t);
}

/* The record at byte off of this blob, NULL behind the last and for a malformed one; *next = where
 * the next begins. */
static const struct btf_type *record_at(const struct btf *b, uint32_t off, uint32_t *next)
{
	if (b->types_size < sizeof(struct btf_type) ||
	    off > b->types_size - sizeof(struct btf_type))
		return NULL;
	const struct btf_type *t = (const struct btf_type *)(b->types + off);
	uint64_t size = record_size(t);
	if (size == 0 || size > b->types_size - off)
		return NULL;
	*next = off + (uint32_t)size;
	return t;
}

static uint64_t name_bit(uint32_t name_off)
{
	return 1ull << (name_off * 0x9e3779b1u >> 26);
}

static void add_mark(struct btf *b, uint32_t off)
{
	if (b->nmarks == b->marks_cap) {
		uint32_t cap = b->marks_cap ? b->marks_cap * 2 : 256;
		struct mark *m = realloc(b->marks, cap * sizeof(*m));
		if (!m)
			return; /* without marks everything works, slower */
		b->marks = m;
		b->marks_cap = cap;
	}
	b->marks[b->nmarks++] = (struct mark){0, off};
}

/* The walk has come to type id, which stands at off. */
static void note(struct btf *b, uint32_t id, uint32_t off, uint32_t name_off)
{
	uint32_t i = id - b->first_id;
	if (i % MARK_EVERY == 0 && i / MARK_EVERY == b->nmarks)
		add_mark(b, off);
	if (i / MARK_EVERY < b->nmarks)
		b->marks[i / MARK_EVERY].names |= name_bit(name_off);
}

struct btf_iter btf_iter(struct btf *b)
{
	return (struct btf_iter){b, b->first_id - 1, 0};
}

const struct btf_type *btf_next(struct btf_iter *it)
{
	struct btf *b = it->btf;
	uint32_t off = it->next;
	const struct btf_type *t = record_at(b, off, &it->next);
	if (!t) {
		b->seen_all |= it->id + 1 == b->seen_id;
		return NULL;
	}
	if (++it->id == b->seen_id) {
		note(b, it->id, off, t->name_off);
		b->seen_id++;
		b->seen_off = it->next;
	}
	return t;
}

/* An iterator whose next type is id or the nearest known one before it. */
static struct btf_iter iter_near(struct btf *b, uint32_t id)
{
	struct btf_iter it = btf_iter(b);
	if (id >= b->seen_id) {
		it.id = b->seen_id - 1;
		it.next = b->seen_off;
		return it;
	}
	uint32_t m = (id - b->first_id) / MARK_EVERY;
	if (m >= b->nmarks)
		m = b->nmarks ? b->nmarks - 1 : 0;
	if (b->nmarks) {
		it.id = b->first_id + m * MARK_EVERY - 1;
		it.next = b->marks[m].off;
	}
	return it;
}

struct btf *btf_home(struct btf *b, uint32_t id)
{
	while (b->base && id < b->first_id)
		b = b->base;
	return b;
}

const struct btf_type *btf_type(struct btf *b, uint32_t id)
{
	b = btf_home(b, id);
	if (id == 0 || (b->seen_all && id >= b->seen_id))
		return NULL;
	struct btf_iter it = iter_near(b, id);
	const struct btf_type *t;
	while ((t = btf_next(&it)))
		if (it.id == id)
			return t;
	return NULL;
}

uint32_t btf_ntypes(struct btf *b)
{
	struct btf_iter it = iter_near(b, b->seen_id);
	while (!b->seen_all && btf_next(&it))
		;
	return b->seen_id - 1;
}

/* --- names --- */

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint64_t words2 __attribute__((vector_size(16)));

/* Which of the sixteen places from s on may be a NUL in front of a name of n bytes: the NULs and the first letter fit. */
static inline words2 may_begin(const char *s, size_t n, bytes16 first)
{
	const bytes16 zero = {};
	bytes16 before, begin, behind;
	memcpy(&before, s, 16);
	memcpy(&begin, s + 1, 16);
	memcpy(&behind, s + n + 1, 16);
	return (words2)((before == zero) & (begin == first) & (behind == zero));
}

/* The NUL in front of NUL name NUL in s[0, size), NULL = not there. Sixty-four places at a time:
 * several times as fast as memmem() over the millions of bytes that it takes to find out that a name
 * is not there. */
static const char *find_whole(const char *s, size_t size, const char *name, size_t n)
{
	size_t i = 0;
	const bytes16 first = (bytes16){} + (uint8_t)name[0];
	for (; i + n + 65 <= size; i += 64) {
		const char *p = s + i;
		words2 hit = may_begin(p, n, first) | may_begin(p + 16, n, first) |
			     may_begin(p + 32, n, first) | may_begin(p + 48, n, first);
		for (size_t k = i; (hit[0] | hit[1]) && k < i + 64; k++)
			if (s[k] == '\0' && memcmp(s + k + 1, name, n + 1) == 0)
				return s + k;
	}
	for (; i + n + 2 <= size; i++)
		if (s[i] == '\0' && memcmp(s + i + 1, name, n + 1) == 0)
			return s + i;
	return NULL;
}

/* Offset of a whole string in this blob's section; 0 = not there. */
static uint32_t string_find(struct btf *b, const char *name)
{
	size_t n = strlen(name);
	if (n == 0)
		return 0;
	/* The first string of a split blob has no NUL in front of it. */
	if (b->base && n < b->strings_size && memcmp(b->strings, name, n + 1) == 0)
		return b->first_string;
	const char *p = find_whole(b->strings, b->strings_size, name, n);
	b->searched_bytes += p ? (uint64_t)(p - b->strings) : b->strings_size;
	return p ? b->first_string + (uint32_t)(p + 1 - b->strings) : 0;
}

/* Where a name may be referred to from b: its own string and its base's. */
struct name_offsets {
	uint32_t at[2];
};

static bool name_offsets(struct btf *b, const char *name, struct name_offsets *o)
{
	o->at[0] = string_find(b, name);
	o->at[1] = b->base ? string_find(b->base, name) : o->at[0];
	if (!o->at[0])
		o->at[0] = o->at[1];
	if (!o->at[1])
		o->at[1] = o->at[0];
	return o->at[0] != 0;
}

/* From a mark on: past those whose types, all of them known, have none of the names of bits. */
static void skip_marks(struct btf_iter *it, uint64_t bits)
{
	const struct btf *b = it->btf;
	uint32_t m = (it->id + 1 - b->first_id) / MARK_EVERY, from = m;
	while (m + 1 < b->nmarks && !(b->marks[m].names & bits))
		m++;
	if (m == from)
		return;
	it->id = b->first_id + m * MARK_EVERY - 1;
	it->next = b->marks[m].off;
}

static uint32_t find_in(struct btf *b, const struct name_offsets *o, uint32_t kind)
{
	const uint64_t bits = name_bit(o->at[0]) | name_bit(o->at[1]);
	struct btf_iter it = btf_iter(b);
	const struct btf_type *t;
	do {
		if ((it.id + 1 - b->first_id) % MARK_EVERY == 0)
			skip_marks(&it, bits);
		uint32_t off = it.next;
		t = btf_next(&it);
		b->searched_bytes += it.next - off;
	} while (t &&
		 ((t->name_off != o->at[0] && t->name_off != o->at[1]) || btf_kind_of(t) != kind));
	return t ? it.id : 0;
}

/* Eight bytes a step: most of the time of building the index goes here. */
static uint32_t name_hash(const char *s)
{
	const uint64_t k = 0x9e3779b97f4a7c15u;
	size_t n = strlen(s);
	uint64_t h = n * k, w = 0;
	for (; n >= 8; n -= 8, s += 8) {
		memcpy(&w, s, 8);
		h = (h ^ w) * k;
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, s, n);
	h = (h ^ w) * k;
	return (uint32_t)(h ^ h >> 32);
}

static bool is_indexed(uint32_t kind)
{
	const uint32_t kinds = 1u << BTF_KIND_TYPEDEF | 1u << BTF_KIND_STRUCT |
			       1u << BTF_KIND_UNION | 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;
	return kind < 32 && (kinds >> kind & 1);
}

/* The indexed names in the order of ids, *n of them; NULL when memory runs out. */
static struct name_slot *index_collect(struct btf *b, uint32_t *n)
{
	struct btf_iter it = btf_iter(b);
	const struct btf_type *t;
	uint32_t cap = 16384;
	struct name_slot *all = malloc(cap * sizeof(*all));
	for (*n = 0; all && (t = btf_next(&it));) {
		if (!is_indexed(btf_kind_of(t)) || !t->name_off)
			continue;
		if (*n == cap) {
			struct name_slot *more = realloc(all, 2ul * cap * sizeof(*all));
			if (!more) {
				free(all);
				return NULL;
			}
			all = more;
			cap *= 2;
		}
		all[(*n)++] = (struct name_slot){name_hash(btf_str(b, t->name_off)), it.id};
	}
	return all;
}

/* Without memory for it, searching goes on as before. */
static void index_build(struct btf *b)
{
	uint32_t n, slots = 64;
	struct name_slot *all = index_collect(b, &n);
	while (all && slots < 2ul * n)
		slots *= 2;
	b->slots = all ? calloc(slots, sizeof(*b->slots)) : NULL;
	b->slot_mask = slots - 1;
	for (uint32_t i = 0; b->slots && i < n; i++) {
		uint32_t at = all[i].hash & b->slot_mask;
		while (b->slots[at].id) /* first come, first found */
			at = (at + 1) & b->slot_mask;
		b->slots[at] = all[i];
	}
	free(all);
}

static uint32_t index_find(struct btf *b, const char *name, uint32_t kind)
{
	uint32_t h = name_hash(name);
	for (uint32_t i = h & b->slot_mask; b->slots[i].id; i = (i + 1) & b->slot_mask) {
		if (b->slots[i].hash != h)
			continue;
		const struct btf_type *t = btf_type(b, b->slots[i].id);
		if (btf_kind_of(t) == kind && strcmp(btf_str(b, t->name_off), name) == 0)
			return b->slots[i].id;
	}
	return 0;
}

static uint32_t find_own(struct btf *b, const char *name, uint32_t kind)
{
	struct name_offsets o;
	if (is_indexed(kind) && !b->slots &&
	    b->searched_bytes / 2 > (uint64_t)b->types_size + b->strings_size)
		index_build(b);
	if (is_indexed(kind) && b->slots)
		return index_find(b, name, kind);
	if (strlen(name) >= sizeof(b->found[0].name))
		return name_offsets(b, name, &o) ? find_in(b, &o, kind) : 0;
	for (unsigned i = 0; i < 8; i++)
		if (b->found[i].kind == kind && strcmp(b->found[i].name, name) == 0)
			return b->found[i].id;
	struct name_found *f = &b->found[b->next_found++ % 8];
	strcpy(f->name, name);
	f->kind = kind;
	f->id = name_offsets(b, name, &o) ? find_in(b, &o, kind) : 0;
	return f->id;
}

uint32_t btf_find(struct btf *b, const char *name, uint32_t kind)
{
	uint32_t id = *name ? find_own(b, name, kind) : 0;
	return id || !b->base ? id : btf_find(b->base, name, kind);
}

/* The value of enumerator i. */
static int64_t enumerator_value(const struct btf_type *t, uint32_t i)
{
	if (btf_kind_of(t) == BTF_KIND_ENUM64) {
		const struct btf_enum64 *v = (const struct btf_enum64 *)btf_extra(t) + i;
		return (int64_t)((uint64_t)v->val_hi32 << 32 | v->val_lo32);
	}
	const struct btf_enum *v = (const struct btf_enum *)btf_extra(t) + i;
	return btf_kflag_of(t) ? v->val : (int64_t)(uint32_t)v->val;
}

/* Index of the enumerator with one of these names, -1 = none. Both kinds of record begin with the
 * name. */
static int64_t enumerator_index(const struct btf_type *t, const struct name_offsets *o)
{
	size_t step =
	    btf_kind_of(t) == BTF_KIND_ENUM64 ? sizeof(struct btf_enum64) : sizeof(struct btf_enum);
	const uint8_t *p = btf_extra(t);
	for (uint32_t i = 0; i < btf_vlen_of(t); i++, p += step) {
		uint32_t name_off = *(const uint32_t *)p;
		if (name_off == o->at[0] || name_off == o->at[1])
			return i;
	}
	return -1;
}

bool btf_percpu_offset(struct btf *b, const char *var, uint32_t *off_bytes)
{
	uint32_t id = btf_find(b, ".data..percpu", BTF_KIND_DATASEC);
	uint32_t want = btf_find(b, var, BTF_KIND_VAR);
	const struct btf_type *area = id && want ? btf_type(b, id) : NULL;
	const struct btf_var_secinfo *v = area ? btf_extra(area) : NULL;
	for (uint32_t i = 0; v && i < btf_vlen_of(area); i++) {
		if (v[i].type != want)
			continue;
		*off_bytes = v[i].offset;
		return true;
	}
	return false;
}

uint32_t btf_find_enumerator(struct btf *b, const char *name, int64_t *value)
{
	struct name_offsets o;
	struct btf_iter it = btf_iter(b);
	const struct btf_type *t;
	if (!name_offsets(b, name, &o))
		return 0;
	while ((t = btf_next(&it))) {
		uint32_t kind = btf_kind_of(t);
		int64_t i =
		    kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64 ? enumerator_index(t, &o) : -1;
		if (i < 0)
			continue;
		if (value)
			*value = enumerator_value(t, (uint32_t)i);
		return it.id;
	}
	return b->base ? btf_find_enumerator(b->base, name, value) : 0;
}

int64_t btf_enumerator(const struct btf_type *t, uint32_t i, uint32_t *name_off)
{
	size_t step =
	    btf_kind_of(t) == BTF_KIND_ENUM64 ? sizeof(struct btf_enum64) : sizeof(struct btf_enum);
	*name_off = *(const uint32_t *)((const uint8_t *)btf_extra(t) + i * step);
	return enumerator_value(t, i);
}

/* --- following references --- */

static bool is_alias(uint32_t kind)
{
	return kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_CONST || kind == BTF_KIND_VOLATILE ||
	       kind == BTF_KIND_RESTRICT || kind == BTF_KIND_TYPE_TAG;
}

uint32_t btf_skip(struct btf *b, uint32_t id)
{
	for (int i = 0; i < MAX_CHAIN; i++) {
		const struct btf_type *t = btf_type(b, id);
		if (!t || !is_alias(btf_kind_of(t)))
			return t ? id : 0;
		id = t->type;
	}
	return 0;
}

uint64_t btf_size(struct btf *b, uint32_t id)
{
	uint64_t n = 1, size;
	for (int i = 0; i < MAX_CHAIN; i++) {
		const struct btf_type *t = btf_type(b, btf_skip(b, id));
		uint32_t kind = t ? btf_kind_of(t) : BTF_KIND_UNKN;
		if (kind == BTF_KIND_ARRAY) {
			const struct btf_array *a = btf_extra(t);
			if (__builtin_mul_overflow(n, (uint64_t)a->nelems, &n))
				return 0;
			id = a->type;
			continue;
		}
		if (kind == BTF_KIND_VAR) {
			id = t->type;
			continue;
		}
		if (kind == BTF_KIND_PTR)
			size = 8;
		else if (kind == BTF_KIND_INT || kind == BTF_KIND_STRUCT ||
			 kind == BTF_KIND_UNION || kind == BTF_KIND_ENUM ||
			 kind == BTF_KIND_ENUM64 || kind == BTF_KIND_FLOAT ||
			 kind == BTF_KIND_DATASEC)
			size = t->size;
		else
			return 0;
		return __builtin_mul_overflow(n, size, &size) ? 0 : size;
	}
	return 0;
}

static uint32_t proto_of(struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);
	return t && btf_kind_of(t) == BTF_KIND_FUNC_PROTO ? id : 0;
}

uint32_t btf_find_func(struct btf *b, const char *name)
{
	const struct btf_type *t = btf_type(b, btf_find(b, name, BTF_KIND_FUNC));
	return t ? proto_of(b, t->type) : 0;
}

uint32_t btf_find_trace(struct btf *b, const char *name)
{
	char full[256] = "btf_trace_";
	size_t n = strlen(full);
	if (strlen(name) + n >= sizeof(full))
		return 0;
	strcpy(full + n, name);
	const struct btf_type *t = btf_type(b, btf_find(b, full, BTF_KIND_TYPEDEF));
	t = t ? btf_type(b, t->type) : NULL;
	return t && btf_kind_of(t) == BTF_KIND_PTR ? proto_of(b, btf_skip(b, t->type)) : 0;
}

const struct btf_param *btf_proto_params(struct btf *b, uint32_t id, uint32_t *n)
{
	const struct btf_type *t = btf_type(b, proto_of(b, id));
	*n = t ? btf_vlen_of(t) : 0;
	return t ? btf_extra(t) : NULL;
}

/* --- members --- */

bool btf_is_sou(const struct btf_type *t)
{
	return t && (btf_kind_of(t) == BTF_KIND_STRUCT || btf_kind_of(t) == BTF_KIND_UNION);
}

/* Depth-first through the anonymous members; budget bounds what hostile input can make us visit. */
static bool member_at(struct btf *b, uint32_t sou, const char *name, size_t n, struct btf_place *at,
		      int depth, uint32_t *budget)
{
	const struct btf_type *t = btf_type(b, sou);
	if (!btf_is_sou(t) || depth > MAX_NESTING)
		return false;
	const struct btf_member *m = btf_extra(t);
	for (uint32_t i = 0; i < btf_vlen_of(t); i++, m++) {
		const char *s = btf_str(b, m->name_off);
		uint32_t offset = at->offset_bits + btf_member_offset_bits(t, m);
		if ((*budget)-- == 0) {
			*budget = 0;
			return false;
		}
		if (!*s) {
			struct btf_place inner = {.offset_bits = offset};
			if (!member_at(b, btf_skip(b, m->type), name, n, &inner, depth + 1, budget))
				continue;
			*at = inner;
			return true;
		}
		if (strncmp(s, name, n) == 0 && s[n] == '\0') {
			*at = (struct btf_place){
			    m->name_off, m->type, offset,
			    btf_kflag_of(t) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0};
			btf_old_bitfield(b, at);
			return true;
		}
	}
	return false;
}

void btf_old_bitfield(struct btf *b, struct btf_place *at)
{
	const struct btf_type *t = btf_type(b, btf_skip(b, at->type));
	if (at->bitfield_bits || !t || btf_kind_of(t) != BTF_KIND_INT)
		return;
	uint32_t info = *(const uint32_t *)btf_extra(t);
	if (BTF_INT_BITS(info) && BTF_INT_BITS(info) < t->size * 8) {
		at->bitfield_bits = BTF_INT_BITS(info);
		at->offset_bits += BTF_INT_OFFSET(info);
	}
}

bool btf_member_in(struct btf *b, uint32_t sou, const char *path, struct btf_place *at)
{
	*at = (struct btf_place){.type = sou};
	for (;;) {
		const char *dot = strchrnul(path, '.');
		uint32_t budget = 1u << 16;
		if (dot == path || !member_at(b, btf_skip(b, at->type), path, (size_t)(dot - path),
					      at, 0, &budget))
			return false;
		if (!*dot)
			return true;
		path = dot + 1;
	}
}

bool btf_member(struct btf *b, const char *struct_name, const char *path, uint32_t *offset_bits,
		uint32_t *size_bytes, uint32_t *bitfield_bits)
{
	struct btf_place at;
	uint32_t id = btf_find(b, struct_name, BTF_KIND_STRUCT);
	if (!id)
		id = btf_find(b, struct_name, BTF_KIND_UNION);
	if (!id || !btf_member_in(b, id, path, &at))
		return false;
	if (offset_bits)
		*offset_bits = at.offset_bits;
	if (size_bytes)
		*size_bytes = (uint32_t)btf_size(b, at.type);
	if (bitfield_bits)
		*bitfield_bits = at.bitfield_bits;
	return true;
}
