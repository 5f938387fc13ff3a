/*
 * internal.h - what ksyms.c and usyms.c share
 */
#ifndef SYM_INTERNAL_H
#define SYM_INTERNAL_H

#include "dtrace/sym/symbols.h"

#include <sys/types.h>

struct ksym {
	uint64_t addr;
	const char *name, *object;
	uint32_t order; /* line of the file: the first name of an address wins */
	char type;
};
struct ksyms {
	bool loaded;
	char *text;
	struct ksym *syms; /* by address */
	size_t n;
};

struct usym {
	uint64_t addr, size; /* file's own address space */
	const char *name;
	uint8_t rank; /* global before weak before local, for several names of one address */
};
struct uload { /* a loadable segment */
	uint64_t offset, vaddr, bytes;
};
/* One file, whoever maps it. */
struct ufile {
	struct ufile *next;
	dev_t dev;
	ino_t ino;
	int64_t mtime;
	struct usym *syms; /* by address; names in text */
	size_t nsyms;
	char *text;
	struct uload *loads;
	size_t nloads;
};
struct umap {
	uint64_t start, end, offset;
	char *object; /* base name */
	char *path;
	struct ufile *file; /* NULL until asked for, or not readable */
	bool tried;
};
struct uproc {
	struct uproc *next;
	uint64_t pid;
	uint64_t parent; /* whose mappings it began with, as told; 0 = not told */
	struct umap
	    *maps; /* the later one counts where two overlap: programs that it was before stay */
	size_t nmaps, cap;
};

struct symbols {
	char *kallsyms, *proc;
	struct ksyms k;
	struct uproc *procs; /* most recently asked first */
	size_t nprocs;
	void (*news)(void *arg);
	void *news_arg;
	struct ufile *files;
};

void usyms_fini(struct symbols *s);
size_t symbol_text(bool known, const struct symbol *f, uint64_t addr, char *out, size_t n);

#endif
