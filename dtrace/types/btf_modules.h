/*
 * btf_modules.h - the type information of kernel modules
 *
 * The kernel shows one blob for each module that has any, as a file of the module's name beside
 * its own. Here is the list of them, in the order of names; each is opened when first asked for.
 */
#ifndef TYPES_BTF_MODULES_H
#define TYPES_BTF_MODULES_H

#include "base/arena.h"

struct btf;
struct btf_modules;

/* dir: "/sys/kernel/btf"; it is not looked at before something is asked. base: the kernel's own
 * blob, which stays the caller's and open; NULL: there are no modules. Lives in the arena; what it
 * opened goes with btf_modules_close(). */
struct btf_modules *btf_modules_new(struct arena *a, const char *dir, struct btf *base);
void btf_modules_close(struct btf_modules *m); /* NULL is fine */

unsigned btf_modules_count(struct btf_modules *m);
const char *btf_modules_name(struct btf_modules *m, unsigned i);
/* NULL when it cannot be read. */
struct btf *btf_modules_at(struct btf_modules *m, unsigned i);
/* The same by name; NULL when there is no such module either. "vmlinux" is none. */
struct btf *btf_modules_find(struct btf_modules *m, const char *name);

#endif
