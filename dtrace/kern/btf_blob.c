/*
 * btf_blob.c - small BTF made by hand
 *
 * The kernel wants type information of its own kind for three things: values of task storage maps,
 * values with a timer in them, and programs with callbacks. This writes just that: a header, a few
 * types, a few strings.
 *
 *	blob: struct btf_header | types (struct btf_type + extra words) | strings ("" first)
 */
#include "dtrace/bpf/image.h"
#include "dtrace/kern/kern.h"

#include <errno.h>
#include <linux/btf.h>
#include <string.h>

struct blob {
	struct buf types, strs;
	uint32_t ntypes;
};

static void blob_init(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	buf_putc(&b->strs, 0);
}

static void blob_fini(struct blob *b)
{
	buf_fini(&b->types);
	buf_fini(&b->strs);
}

static uint32_t blob_str(struct blob *b, const char *s)
{
	uint32_t at = (uint32_t)b->strs.n;

	buf_add(&b->strs, s, strlen(s) + 1);
	return at;
}

static void blob_words(struct blob *b, const uint32_t *w, unsigned n)
{
	buf_add(&b->types, w, n * sizeof(*w));
}

/* A type's fixed part; its id. vlen is the number of members that follow. */
static uint32_t blob_type(struct blob *b, const char *name, uint32_t kind, uint32_t vlen,
			  uint32_t size_or_type)
{
	struct btf_type t = {
	    .name_off = name ? blob_str(b, name) : 0,
	    .info = kind << 24 | vlen,
	    .size = size_or_type,
	};

	buf_add(&b->types, &t, sizeof(t));
	return ++b->ntypes;
}

static uint32_t blob_int(struct blob *b, uint32_t bytes)
{
	uint32_t id = blob_type(b, "int", BTF_KIND_INT, 0, bytes);
	uint32_t enc = BTF_INT_SIGNED << 24 | 8 * bytes;

	blob_words(b, &enc, 1);
	return id;
}

static int blob_load(struct blob *b, struct err *e)
{
	struct btf_header h = {
	    .magic = BTF_MAGIC,
	    .version = BTF_VERSION,
	    .hdr_len = sizeof(h),
	    .type_len = (uint32_t)b->types.n,
	    .str_off = (uint32_t)b->types.n,
	    .str_len = (uint32_t)b->strs.n,
	};
	BUF_AUTO all = {0};

	buf_add(&all, &h, sizeof(h));
	buf_add(&all, b->types.p, b->types.n);
	buf_add(&all, b->strs.p, b->strs.n);
	if (b->types.oom || b->strs.oom || all.oom)
		return err_set(e, ENOMEM, "out of memory");
	return kern_btf_load(all.p, all.n, e);
}

int kern_btf_for_map(const struct kern_map_spec *spec, struct err *e)
{
	bool has_member = spec->timer_btf || spec->task_btf;
	struct blob b;
	int fd;

	blob_init(&b);
	blob_int(&b, spec->key_bytes); /* type 1: the key */
	blob_type(&b, "value", BTF_KIND_STRUCT, has_member ? 1 : 0, spec->value_bytes); /* type 2 */
	if (has_member) {
		uint32_t member[3] = {blob_str(&b, "m"), 3, 0}; /* name, type, bit offset */
		blob_words(&b, member, 3);
	}
	if (spec->timer_btf)
		blob_type(&b, "bpf_timer", BTF_KIND_STRUCT, 0, 16);
	if (spec->task_btf) { /* struct task_struct __attribute__((btf_type_tag("kptr"))) * */
		blob_type(&b, NULL, BTF_KIND_PTR, 0, 4);
		blob_type(&b, "kptr", BTF_KIND_TYPE_TAG, 0, 5);
		blob_type(&b, "task_struct", BTF_KIND_STRUCT, 0, 0);
	}
	fd = blob_load(&b, e);
	blob_fini(&b);
	return fd;
}

/* The kernel takes C identifiers only. */
static void identifier(const char *name, char *out, size_t size)
{
	size_t n = 0;

	out[n++] = 'f';
	out[n++] = '_';
	for (; *name && n < size - 1; name++) {
		char c = *name;
		bool ok =
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		out[n++] = ok ? c : '_';
	}
	out[n] = 0;
}

/* long (struct of so many bytes *, long ..): the prototype of a global function. Parameters must have names. */
static uint32_t blob_global(struct blob *b, const struct image_abi *abi, uint32_t number)
{
	uint32_t params[2 * 5];
	for (uint32_t i = 0; i < abi->nparams; i++) {
		uint32_t type = number;
		if (abi->pointee[i]) {
			type = blob_type(b, "memory", BTF_KIND_STRUCT, 0, abi->pointee[i]);
			type = blob_type(b, NULL, BTF_KIND_PTR, 0, type);
		}
		params[2 * i] = blob_str(b, "p");
		params[2 * i + 1] = type;
	}
	uint32_t proto = blob_type(b, NULL, BTF_KIND_FUNC_PROTO, abi->nparams, number);
	blob_words(b, params, 2u * abi->nparams);
	return proto;
}

int kern_btf_for_funcs(const struct kern_func *funcs, uint32_t n, uint32_t *info, struct err *e)
{
	struct blob b;
	char name[64];
	uint32_t i, proto, number;
	int fd;

	blob_init(&b);
	proto = (blob_int(&b, 4), blob_type(&b, NULL, BTF_KIND_FUNC_PROTO, 0, 1));
	number = blob_int(&b, 8);
	for (i = 0; i < n; i++) {
		identifier(funcs[i].name, name, sizeof(name));
		info[2 * i] = funcs[i].first_insn;
		bool global = funcs[i].abi && funcs[i].abi->is_global;
		uint32_t own = global ? blob_global(&b, funcs[i].abi, number) : proto;
		info[2 * i + 1] = blob_type(&b, name, BTF_KIND_FUNC,
					    global ? BTF_FUNC_GLOBAL : BTF_FUNC_STATIC, own);
	}
	fd = blob_load(&b, e);
	blob_fini(&b);
	return fd;
}
