/*
 * kfuncs.h - the functions of the kernel that can be traced: what fbt and rawfbt share
 *
 * The list is made when first needed, in the kernel's order, and shared by both providers. A name that
 * several functions of a module have is one entry with all their addresses.
 */
#ifndef PROVIDER_KFUNCS_H
#define PROVIDER_KFUNCS_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct kfunc {
	const char *name, *module; /* "vmlinux" for the kernel's own */
	bool dotted;  /* of the compiler's making: name.isra.0, name.part.1, name.constprop.0 */
	bool several; /* functions have the name */
	bool anew;    /* its module was unloaded and loaded again before kfuncs_grew() said so */
	VEC(uint64_t) addrs; /* after kfuncs_locate() */
};

struct kfuncs;
struct kfuncs *kfuncs_new(struct arena *a);
/* How many there are; 0 where the kernel does not tell. */
size_t kfuncs_count(struct kfuncs *k);
struct kfunc *kfuncs_at(struct kfuncs *k, size_t i);
/* Finds the addresses of all. */
void kfuncs_locate(struct kfuncs *k);
/* Was a module loaded since the list was made, or this was asked? Then the functions of new ones come behind
 * the others, which keep their places. Those of a module that is loaded anew keep theirs, too, and are marked. */
bool kfuncs_grew(struct kfuncs *k);
void kfuncs_fini(struct kfuncs *k); /* harmless when repeated */

#endif
