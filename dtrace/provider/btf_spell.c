/*
 * btf_spell.c - BTF types as C text, for argument listings; see btf_spell.h
 *
 * Malformed BTF may run in circles: every walk is bounded.
 */
#include "dtrace/provider/btf_spell.h"

#include "dtrace/types/btf.h"

#include <linux/btf.h>
#include <string.h>

enum { MAX_DEPTH = 32 };

static const char *spell(struct btf *b, uint32_t id, struct arena *a, int depth)
{
	const struct btf_type *t = id ? btf_type(b, id) : NULL;
	const char *name, *of;

	if (!t || depth > MAX_DEPTH)
		return "void";
	name = btf_str(b, t->name_off);
	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_PTR:
		of = spell(b, t->type, a, depth + 1);
		return arena_printf(a, of[strlen(of) - 1] == '*' ? "%s*" : "%s *", of);
	case BTF_KIND_CONST:
		of = spell(b, t->type, a, depth + 1);
		if (of[strlen(of) - 1] == '*')
			return arena_printf(a, "%sconst", of);
		return arena_printf(a, "const %s", of);
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return spell(b, t->type, a, depth + 1);
	case BTF_KIND_STRUCT:
		return *name ? arena_printf(a, "struct %s", name) : "struct {}";
	case BTF_KIND_UNION:
		return *name ? arena_printf(a, "union %s", name) : "union {}";
	case BTF_KIND_FWD:
		return arena_printf(a, "%s %s", BTF_INFO_KFLAG(t->info) ? "union" : "struct", name);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return *name ? arena_printf(a, "enum %s", name) : "int";
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPEDEF:
		return name;
	default: /* a function or an array, seen through a pointer */
		return "void";
	}
}

const char *btf_spell(struct btf *b, uint32_t id, struct arena *a)
{
	return spell(b, id, a, 0);
}

bool btf_scalar(struct btf *b, uint32_t id, struct btf_scalar *out)
{
	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		const struct btf_type *t = id ? btf_type(b, id) : NULL;
		if (!t)
			return false;
		switch (BTF_INFO_KIND(t->info)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_TYPE_TAG:
			id = t->type;
			continue;
		case BTF_KIND_INT: {
			uint32_t enc = *(const uint32_t *)(t + 1);
			*out = (struct btf_scalar){t->size,
						   (BTF_INT_ENCODING(enc) & BTF_INT_SIGNED) != 0};
			break;
		}
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			*out = (struct btf_scalar){t->size, BTF_INFO_KFLAG(t->info)};
			break;
		default:
			return false;
		}
		return out->size_bytes == 1 || out->size_bytes == 2 || out->size_bytes == 4 ||
		       out->size_bytes == 8;
	}
	return false;
}
