/* hidden.h - kernel variables whose addresses kallsyms does not tell */
#ifndef API_HIDDEN_H
#define API_HIDDEN_H

#include "dtrace/sym/symbols.h"
#include "dtrace/types/btf.h"

/* The address of the kernel's variable of this name, found by other ways; 0: none is known. */
uint64_t hidden_symbol(struct symbols *syms, struct btf *btf, const char *name);

#endif
