/* btf_spell.h - BTF types as C text */
#ifndef PROVIDER_BTF_SPELL_H
#define PROVIDER_BTF_SPELL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct btf;

/* C spelling of a type: "const struct task_struct *", "unsigned int". Functions and arrays behind
 * pointers become "void *". */
const char *btf_spell(struct btf *b, uint32_t id, struct arena *a);

struct btf_scalar {
	unsigned size_bytes;
	bool is_signed;
};
/* True when the type is an integer, enumeration or bool, through typedefs and qualifiers. */
bool btf_scalar(struct btf *b, uint32_t id, struct btf_scalar *out);

#endif
