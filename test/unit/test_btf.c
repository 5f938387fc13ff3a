/*
 * types/: BTF: a blob built by hand, what of it is imported, damaged ones, and the running kernel's
 * where there is one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "dtrace/types/btf.h"
#include "types_fixture.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/* --- BTF by hand --- */

struct blob {
	struct btf_header h;
	uint32_t types[512];
	uint32_t ntypes; /* words */
	char strings[1024];
	uint32_t nstrings;
	uint32_t first_string;
	uint32_t data[1024];
	size_t size;
};

static uint32_t str(struct blob *b, const char *s)
{
	uint32_t off = b->nstrings;
	if (!*s)
		return 0;
	for (uint32_t i = 0; i < b->nstrings; i += (uint32_t)strlen(b->strings + i) + 1)
		if (i + b->first_string && strcmp(b->strings + i, s) == 0)
			return i + b->first_string;
	strcpy(b->strings + off, s);
	b->nstrings += (uint32_t)strlen(s) + 1;
	return off + b->first_string;
}

static void word(struct blob *b, uint32_t w)
{
	assert_true(b->ntypes < 512);
	b->types[b->ntypes++] = w;
}

static void record(struct blob *b, const char *name, uint32_t kind, uint32_t vlen, bool kflag,
		   uint32_t size_or_type)
{
	word(b, str(b, name));
	word(b, kind << 24 | vlen | (uint32_t)kflag << 31);
	word(b, size_or_type);
}

static void triple(struct blob *b, const char *name, uint32_t x, uint32_t y)
{
	word(b, str(b, name));
	word(b, x);
	word(b, y);
}

static void blob_close(struct blob *b)
{
	b->h = (struct btf_header){
	    .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(b->h)};
	b->h.type_len = b->ntypes * 4;
	b->h.str_off = b->h.type_len;
	b->h.str_len = b->nstrings;
	memcpy(b->data, &b->h, sizeof(b->h));
	memcpy((char *)b->data + sizeof(b->h), b->types, b->ntypes * 4);
	memcpy((char *)b->data + sizeof(b->h) + b->ntypes * 4, b->strings, b->nstrings);
	b->size = sizeof(b->h) + b->ntypes * 4 + b->nstrings;
}

enum {
	ID_INT = 1,
	ID_CHAR,
	ID_NODE,
	ID_PNODE,
	ID_ARRAY,
	ID_ANON,
	ID_ENUM,
	ID_ENUM64,
	ID_TYPEDEF,
	ID_PROTO,
	ID_FUNC,
	ID_PPROTO,
	ID_TRACE,
	ID_VOID_PTR,
	ID_CONST,
	ID_FWD,
	ID_PFWD,
	ID_TAG,
	ID_PUSER,
	ID_FLOAT,
	ID_VAR,
	ID_DATASEC,
	ID_DECL_TAG,
	ID_ULONG,
	ID_UNION,
	ID_CYCLE,
	ID_LAST
};

/*
 * struct node { struct node *next; int f1:3; unsigned f2:7; struct { char name[8]; }; const char c;
 * struct ghost *g; char __user *u; enum colour e; };
 */
static void blob_fill(struct blob *b)
{
	*b = (struct blob){.nstrings = 1};
	record(b, "int", BTF_KIND_INT, 0, false, 4);
	word(b, BTF_INT_SIGNED << 24 | 32);
	record(b, "char", BTF_KIND_INT, 0, false, 1);
	word(b, 8);
	record(b, "node", BTF_KIND_STRUCT, 8, true, 56);
	triple(b, "next", ID_PNODE, 0);
	triple(b, "f1", ID_INT, 3u << 24 | 64);
	triple(b, "f2", ID_INT, 7u << 24 | 67);
	triple(b, "", ID_ANON, 128);
	triple(b, "c", ID_CONST, 192);
	triple(b, "g", ID_PFWD, 256);
	triple(b, "u", ID_PUSER, 320);
	triple(b, "e", ID_ENUM, 384);
	record(b, "", BTF_KIND_PTR, 0, false, ID_NODE);
	record(b, "", BTF_KIND_ARRAY, 0, false, 0);
	triple(b, "", ID_INT, 8); /* replaced below: element, index, n */
	b->types[b->ntypes - 3] = ID_CHAR;
	record(b, "", BTF_KIND_STRUCT, 1, false, 8);
	triple(b, "name", ID_ARRAY, 0);
	record(b, "colour", BTF_KIND_ENUM, 2, true, 4);
	word(b, str(b, "RED"));
	word(b, 3);
	word(b, str(b, "BLUE"));
	word(b, (uint32_t)-1);
	record(b, "big", BTF_KIND_ENUM64, 1, false, 8);
	triple(b, "HUGE", 5, 1);
	record(b, "node_t", BTF_KIND_TYPEDEF, 0, false, ID_NODE);
	record(b, "", BTF_KIND_FUNC_PROTO, 3, false, ID_INT);
	word(b, str(b, "__data"));
	word(b, ID_VOID_PTR);
	word(b, str(b, "n"));
	word(b, ID_PNODE);
	word(b, 0);
	word(b, 0);
	record(b, "node_walk", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, false, ID_PROTO);
	record(b, "", BTF_KIND_PTR, 0, false, ID_PROTO);
	record(b, "btf_trace_node_walk", BTF_KIND_TYPEDEF, 0, false, ID_PPROTO);
	record(b, "", BTF_KIND_PTR, 0, false, 0);
	record(b, "", BTF_KIND_CONST, 0, false, ID_CHAR);
	record(b, "ghost", BTF_KIND_FWD, 0, false, 0);
	record(b, "", BTF_KIND_PTR, 0, false, ID_FWD);
	record(b, "user", BTF_KIND_TYPE_TAG, 0, false, ID_CHAR);
	record(b, "", BTF_KIND_PTR, 0, false, ID_TAG);
	record(b, "double", BTF_KIND_FLOAT, 0, false, 8);
	record(b, "nodes", BTF_KIND_VAR, 0, false, ID_ARRAY);
	word(b, BTF_VAR_GLOBAL_ALLOCATED);
	record(b, ".data", BTF_KIND_DATASEC, 1, false, 16);
	word(b, ID_VAR);
	word(b, 0);
	word(b, 8);
	record(b, "tag", BTF_KIND_DECL_TAG, 0, false, ID_NODE);
	word(b, (uint32_t)-1);
	record(b, "long unsigned int", BTF_KIND_INT, 0, false, 8);
	word(b, 64);
	record(b, "both", BTF_KIND_UNION, 2, false, 8);
	triple(b, "l", ID_ULONG, 0);
	triple(b, "i", ID_INT, 0);
	record(b, "cycle", BTF_KIND_TYPEDEF, 0, false, ID_CYCLE);
	blob_close(b);
}

static void btf_by_hand(void **state)
{
	(void)state;
	static struct blob blob;
	struct err e = {0};
	blob_fill(&blob);
	struct btf *b = btf_from_memory(blob.data, blob.size, &e);
	assert_non_null(b);
	assert_int_equal(btf_find(b, "node", BTF_KIND_STRUCT), ID_NODE);
	assert_int_equal(btf_find(b, "node", BTF_KIND_TYPEDEF), 0);
	assert_int_equal(btf_find(b, "ode", BTF_KIND_STRUCT), 0);
	assert_int_equal(btf_find(b, "", BTF_KIND_STRUCT), 0);
	assert_int_equal(btf_find(b, "cycle", BTF_KIND_TYPEDEF), ID_CYCLE);
	assert_int_equal(btf_ntypes(b), ID_LAST - 1);
	assert_null(btf_type(b, 0));
	assert_null(btf_type(b, ID_LAST));
	assert_string_equal(btf_str(b, btf_type(b, ID_UNION)->name_off), "both");
	assert_string_equal(btf_str(b, 1u << 30), "");
	assert_int_equal(btf_find_func(b, "node_walk"), ID_PROTO);
	assert_int_equal(btf_find_trace(b, "node_walk"), ID_PROTO);
	assert_int_equal(btf_find_trace(b, "nope"), 0);
	uint32_t n, off, size, bits;
	const struct btf_param *p = btf_proto_params(b, ID_PROTO, &n);
	assert_int_equal(n, 3);
	assert_string_equal(btf_str(b, p[1].name_off), "n");
	assert_null(btf_proto_params(b, ID_INT, &n));
	assert_true(btf_member(b, "node", "name", &off, &size, &bits));
	assert_int_equal(off, 128);
	assert_int_equal(size, 8);
	assert_int_equal(bits, 0);
	assert_true(btf_member(b, "node", "f2", &off, &size, &bits));
	assert_int_equal(off, 67);
	assert_int_equal(size, 4);
	assert_int_equal(bits, 7);
	assert_false(btf_member(b, "node", "next.next", &off, &size, NULL));
	assert_false(btf_member(b, "node", "nam", &off, &size, NULL));
	assert_false(btf_member(b, "node", "", &off, &size, NULL));
	assert_int_equal(btf_size(b, ID_VAR), 8);
	assert_int_equal(btf_size(b, ID_CYCLE), 0);
	assert_int_equal(btf_size(b, ID_TAG), 1);
	assert_int_equal(btf_size(b, ID_PUSER), 8);
	assert_int_equal(btf_skip(b, ID_TAG), ID_CHAR);
	int64_t v;
	assert_int_equal(btf_find_enumerator(b, "BLUE", &v), ID_ENUM);
	assert_int_equal(v, -1);
	assert_int_equal(btf_find_enumerator(b, "HUGE", &v), ID_ENUM64);
	assert_int_equal(v, (1ll << 32) + 5);
	/* The index of names, which repeated searches bring about, finds the same. */
	for (int i = 0; i < 20; i++) {
		assert_int_equal(btf_find(b, "not there", BTF_KIND_STRUCT), 0);
		assert_int_equal(btf_find(b, "node", BTF_KIND_STRUCT), ID_NODE);
		assert_int_equal(btf_find(b, "node", BTF_KIND_UNION), 0);
		assert_int_equal(btf_find(b, "both", BTF_KIND_UNION), ID_UNION);
		assert_int_equal(btf_find(b, "node_walk", BTF_KIND_FUNC), ID_FUNC);
		assert_int_equal(btf_find(b, "big", BTF_KIND_ENUM64), ID_ENUM64);
	}
	uint32_t count = 0;
	for (struct btf_iter it = btf_iter(b); btf_next(&it); count++)
		assert_int_equal(it.id, count + 1);
	assert_int_equal(count, ID_LAST - 1);
	btf_close(b);
}

/* More types than stand between marks, each looked for by a reader that has walked over all of them
 * before. */
static void btf_names_behind_marks(void **state)
{
	(void)state;
	static struct blob blob;
	struct err e = {0};
	char name[16] = "int";
	str(&blob, "");
	blob.nstrings = 1;
	record(&blob, name, BTF_KIND_INT, 0, false, 4);
	word(&blob, BTF_INT_SIGNED << 24 | 32);
	for (uint32_t id = 2; id < 160; id++) {
		snprintf(name, sizeof(name), "t%u",
			 id / 2); /* a typedef and a struct of each name */
		record(&blob, name, id % 2 ? BTF_KIND_STRUCT : BTF_KIND_TYPEDEF, 0, false,
		       id % 2 ? 0 : 1);
	}
	str(&blob, "unused");
	blob_close(&blob);
	for (uint32_t id = 2; id < 160; id++) {
		struct btf *b = btf_from_memory(blob.data, blob.size, &e);
		assert_non_null(b);
		assert_int_equal(btf_ntypes(b), 159);
		snprintf(name, sizeof(name), "t%u", id / 2);
		assert_int_equal(btf_find(b, name, id % 2 ? BTF_KIND_STRUCT : BTF_KIND_TYPEDEF),
				 id);
		assert_int_equal(btf_find(b, name, BTF_KIND_UNION), 0);
		assert_int_equal(btf_find(b, "unused", BTF_KIND_STRUCT), 0);
		btf_close(b);
	}
}

static void btf_import(void **state)
{
	static struct blob blob;
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	blob_fill(&blob);
	struct btf *b = btf_from_memory(blob.data, blob.size, &e);
	struct types *ts = types_new(a, b, 256);
	struct type *node = types_find(ts, "struct node");
	uint32_t off, n;
	assert_named(node, "struct node");
	assert_ptr_equal(types_find(ts, "vmlinux`struct node"), node);
	assert_ptr_equal(type_resolve(types_find(ts, "node_t")), node);
	assert_null(types_find(ts, "D`struct node"));
	struct type *later = types_tag_later(ts, TYPE_STRUCT, "node");
	assert_named(later, "struct node");
	assert_int_equal(later->kind, TYPE_FWD);
	assert_ptr_equal(type_resolve(later), node);
	assert_true(type_same(types_ptr(ts, later), types_ptr(ts, node)));
	later = types_tag_later(ts, TYPE_STRUCT, "of D");
	assert_int_equal(type_resolve(later)->kind, TYPE_FWD);
	struct type *of_d = types_declare_tag(ts, TYPE_STRUCT, "of D");
	types_finish_sou(ts, of_d);
	assert_ptr_equal(type_resolve(later), of_d);
	assert_ptr_equal(types_tag_later(ts, TYPE_STRUCT, "of D"), of_d);
	assert_null(types_tag_later(ts, TYPE_UNION, "of D"));
	assert_int_equal(type_size(node), 56);
	assert_named(type_member(node, "next", &off)->type, "struct node *");
	assert_named(type_member(node, "name", &off)->type, "char [8]");
	assert_int_equal(off, 128);
	assert_int_equal(type_member(node, "f1", &off)->bitfield_bits, 3);
	assert_named(type_member(node, "c", &off)->type, "const char");
	assert_true(type_is_signed(type_member(node, "c", &off)->type));
	assert_named(type_member(node, "g", &off)->type, "struct ghost *");
	assert_named(type_member(node, "u", &off)->type, "userland char *");
	const struct type_member *m = type_members(node, &n);
	assert_int_equal(n, 8);
	assert_null(m[3].name);
	assert_int_equal(m[2].offset_bits, 67);
	assert_non_null(type_member(node, "name", &off)); /* again, now from the full list */
	assert_int_equal(off, 128);
	struct type *next = type_resolve(type_resolve(m[0].type)->ref);
	assert_ptr_equal(next, node);

	assert_named(types_find(ts, "union both"), "union both");
	assert_ptr_equal(type_member(types_find(ts, "union both"), "l", &off)->type,
			 types_find(ts, "unsigned long"));
	assert_string_equal(type_enumerator_name(types_find(ts, "enum colour"), -1), "BLUE");
	int64_t v;
	struct type *en;
	assert_true(types_enumerator(ts, "HUGE", &v, &en));
	assert_named(en, "enum big");
	assert_int_equal(type_size(en), 8);
	assert_named(types_from_btf(ts, b, ID_FUNC), "int (void *, struct node *, ...)");
	assert_string_equal(types_from_btf(ts, b, ID_FUNC)->param_names[1], "n");
	assert_true(type_is_void(types_from_btf(ts, b, ID_CYCLE)));
	assert_true(type_is_void(types_from_btf(ts, b, 0)));
	assert_true(type_is_void(types_from_btf(ts, b, 12345)));

	/* Kernel types inside D's are aligned by their members: char name[8] by 1, the others by 8.
	 */
	struct type *outer = types_declare_tag(ts, TYPE_STRUCT, "outer");
	assert_true(types_add_member(ts, outer, "c", types_find(ts, "char"), 0));
	assert_true(types_add_member(ts, outer, "anon", types_from_btf(ts, b, ID_ANON), 0));
	assert_true(types_add_member(ts, outer, "node", node, 0));
	types_finish_sou(ts, outer);
	assert_non_null(type_member(outer, "anon", &off));
	assert_int_equal(off, 8);
	assert_non_null(type_member(outer, "node", &off));
	assert_int_equal(off, 128);
	assert_int_equal(type_size(outer), 72);

	/* D shadows the kernel, and a forward declared in D finds the kernel's definition. */
	struct type *fwd = types_declare_tag(ts, TYPE_UNION, "both");
	assert_ptr_equal(type_resolve(fwd)->btf, b);
	struct type *mine = types_declare_tag(ts, TYPE_STRUCT, "node");
	types_add_member(ts, mine, "x", types_find(ts, "int"), 0);
	types_finish_sou(ts, mine);
	assert_ptr_equal(types_find(ts, "struct node"), mine);
	assert_ptr_equal(types_find(ts, "vmlinux`struct node"), node);
	assert_false(type_same(mine, node));
	btf_close(b);
}

static struct btf *hook(void *ctx, const char *name)
{
	return strcmp(name, "mod") == 0 ? ctx : NULL;
}

static void btf_split(void **state)
{
	static struct blob base, mod;
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	blob_fill(&base);
	mod = (struct blob){.first_string = base.nstrings};
	record(&mod, "extra", BTF_KIND_STRUCT, 1, false, 8);
	triple(&mod, "owner", ID_PNODE, 0);
	record(&mod, "extra_t", BTF_KIND_TYPEDEF, 0, false, ID_LAST);
	blob_close(&mod);
	struct btf *b = btf_from_memory(base.data, base.size, &e);
	struct btf *m = btf_from_memory_split(mod.data, mod.size, b, &e);
	assert_non_null(m);
	assert_int_equal(btf_ntypes(m), ID_LAST + 1);
	assert_int_equal(btf_find(m, "extra", BTF_KIND_STRUCT), ID_LAST);
	assert_int_equal(btf_find(m, "node", BTF_KIND_STRUCT), ID_NODE);
	assert_int_equal(btf_find(b, "extra", BTF_KIND_STRUCT), 0);
	assert_string_equal(btf_str(m, btf_type(m, ID_LAST + 1)->name_off), "extra_t");
	assert_string_equal(btf_str(m, btf_type(m, ID_UNION)->name_off), "both");

	struct types *ts = types_new(a, b, 256);
	uint32_t off;
	types_set_module_hook(ts, hook, m);
	assert_null(types_find(ts, "struct extra"));
	assert_null(types_find(ts, "other`struct extra"));
	struct type *extra = types_find(ts, "mod`struct extra");
	assert_named(extra, "struct extra");
	struct type *owner = type_member(extra, "owner", &off)->type;
	assert_named(owner, "struct node *");
	assert_ptr_equal(type_resolve(owner)->ref, types_find(ts, "struct node"));
	assert_named(types_find(ts, "mod`extra_t *"), "extra_t *");
	btf_close(m);
	btf_close(b);
}

/* struct node { struct node; union { struct node; }; struct node, by name alone and by a variable;
 * int x; } */
static void btf_nests_without_end(void **state)
{
	static struct blob blob;
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	enum { OUTER = 1, INNER, SELF, VAR };
	blob = (struct blob){.nstrings = 1};
	record(&blob, "node", BTF_KIND_STRUCT, 5, false, 8);
	triple(&blob, "", OUTER, 0);
	triple(&blob, "", INNER, 0);
	triple(&blob, "", SELF, 0);
	triple(&blob, "", VAR, 0);
	triple(&blob, "x", 0, 0);
	record(&blob, "", BTF_KIND_UNION, 2, false, 8);
	triple(&blob, "", OUTER, 0);
	triple(&blob, "", SELF, 0);
	record(&blob, "node", BTF_KIND_FWD, 0, false, 0);
	record(&blob, "v", BTF_KIND_VAR, 0, false, OUTER);
	word(&blob, 0);
	blob_close(&blob);
	struct btf *b = btf_from_memory(blob.data, blob.size, &e);
	struct types *ts = types_new(a, b, 256);
	struct type *node = types_find(ts, "struct node");
	uint32_t n, off;
	assert_null(type_member(node, "y", &off));
	assert_non_null(type_members(node, &n));
	assert_int_equal(n, 1);
	assert_non_null(type_member(node, "x", &off));
	assert_null(type_member(node, "y", &off));
	assert_false(btf_member(b, "node", "y", &off, NULL, NULL));
	btf_close(b);
}

/* Every truncation, and every single word of the blob overwritten, must leave the reader standing.
 */
static void btf_damaged(void **state)
{
	static struct blob blob;
	(void)state;
	for (size_t cut = 0; cut < 400; cut++) {
		struct err e = {0};
		blob_fill(&blob);
		struct btf *b = btf_from_memory(blob.data, cut, &e);
		assert_null(b);
		assert_int_not_equal(e.code, 0);
	}
	size_t words = blob.size / 4;
	for (size_t i = 0; i < words * 3; i++) {
		static const uint32_t bad[] = {0xffffffff, 0x04ffffff, 0};
		struct err e = {0};
		uint32_t off;
		blob_fill(&blob);
		blob.data[i / 3] = bad[i % 3];
		struct btf *b = btf_from_memory(blob.data, blob.size, &e);
		if (!b)
			continue;
		struct arena *a = arena_new();
		struct types *ts = types_new(a, b, 256);
		struct type *t = types_find(ts, "struct node");
		if (t) {
			type_member(t, "nothing", &off);
			type_members(t, &off);
		}
		for (uint32_t id = 0; id <= btf_ntypes(b); id++) {
			BUF_AUTO text = {0};
			type_name(types_from_btf(ts, b, id), &text);
		}
		arena_free(a);
		btf_close(b);
	}
}

/* --- the running kernel --- */

static void kernel_btf(void **state)
{
	struct err e = {0};
	struct arena *a = ((struct fixture *)*state)->a;
	if (access(KERNEL_BTF, R_OK) != 0)
		skip();
	struct btf *b = btf_open(KERNEL_BTF, &e);
	assert_non_null(b);
	struct types *ts = types_new(a, b, 256);
	struct type *list = types_find(ts, "struct list_head"),
		    *task = types_find(ts, "vmlinux`struct task_struct");
	uint32_t off, size, bits, n;
	assert_int_equal(type_size(list), 16);
	assert_non_null(type_member(list, "prev", &off));
	assert_int_equal(off, 64);
	assert_non_null(task);
	assert_named(type_member(task, "comm", &off)->type, "char [16]");
	assert_non_null(type_member(task, "pid", &off));
	assert_true(btf_member(b, "task_struct", "pid", &n, &size, &bits));
	assert_int_equal(off, n);
	assert_int_equal(size, 4);
	assert_named(type_member(task, "parent", &off)->type, "struct task_struct *");
	/* A nested path is the sum of its steps. */
	uint32_t se, sum;
	const struct type_member *m = type_member(task, "se", &se);
	assert_non_null(type_member(m->type, "sum_exec_runtime", &sum));
	assert_true(btf_member(b, "task_struct", "se.sum_exec_runtime", &off, &size, &bits));
	assert_int_equal(off, se + sum);
	assert_int_equal(size, 8);
	/* Members in order, inside the struct, those of a struct apart from each other. */
	const struct type_member *all = type_members(task, &n);
	assert_true(n > 100);
	for (uint32_t i = 1; i < n; i++) {
		uint64_t last = all[i - 1].bitfield_bits ? all[i - 1].bitfield_bits
							 : 8 * type_size(all[i - 1].type);
		assert_true(all[i].offset_bits >= all[i - 1].offset_bits + last);
		assert_true(all[i].offset_bits <= 8 * type_size(task));
	}
	assert_named(types_find(ts, "u8"), "u8");
	assert_named(type_resolve(types_find(ts, "u8")), "unsigned char");
	int64_t v;
	struct type *en;
	assert_true(types_enumerator(ts, "PIDTYPE_PID", &v, &en));
	assert_int_equal(v, 0);
	uint32_t proto = btf_find_trace(b, "sched_process_fork");
	const struct btf_param *p = btf_proto_params(b, proto, &n);
	assert_non_null(p);
	assert_int_equal(n, 3);
	assert_named(types_from_btf(ts, b, p[1].type), "struct task_struct *");
	assert_int_equal(btf_find(b, "no_such_struct_anywhere", BTF_KIND_STRUCT), 0);
	btf_close(b);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(btf_by_hand), TEST(btf_names_behind_marks), TEST(btf_import),
	    TEST(btf_split),   TEST(btf_nests_without_end),  TEST(btf_damaged),
	    TEST(kernel_btf),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
