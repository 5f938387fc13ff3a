/*
 * internal.h - what ksyms.c and usyms.c share
 */
#ifndef SYM_INTERNAL_H
#define SYM_INTERNAL_H

#include "dtrace/sym/elf_file.h"
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

/* One file, whoever maps it. */
struct ufile {
	struct ufile *next; /* of its bucket */
	dev_t dev;
	ino_t ino;
	int64_t mtime;
	struct elf_funcs syms;
	struct elf_segment *loads;
	uint32_t nloads;
	size_t bytes;
	uint64_t used; /* symbols.uses when it was asked for last; 0: it is to go */
};
struct umap {
	uint64_t start, end, offset;
	char *object; /* base name */
	char *path;
	uint64_t ino;	    /* 0: unknown */
	struct ufile *file; /* NULL until asked for, or not readable */
	bool tried;
	bool data; /* not executable when the process was looked at */
};
/* Code made at run time, by the names that its maker wrote to perf-PID.map. */
struct ujit {
	struct elf_funcs syms; /* addresses of the process */
	int64_t mtime;
	bool tried;
};
struct uproc {
	struct uproc *next,
	    *before; /* most recently asked first; the first has no `before` that counts */
	struct uproc *next_hashed; /* of its bucket */
	uint64_t pid;
	int64_t learned_ms; /* when its maps were read, by a clock that only goes on; 0: never */
	uint64_t parent;    /* whose mappings it began with, as told; 0 = not told */
	struct umap
	    *maps; /* the later one counts where two overlap: programs that it was before stay */
	size_t nmaps, cap;
	struct ujit jit;
};

struct ucode {		    /* of an interpreter, once shown */
	struct ucode *next; /* of its bucket */
	uint64_t pid, code;
	char text[];
};

/* Answers, as long as nothing has changed: stacks have most of their frames in common. */
struct ufound {
	uint64_t pid, addr;
	uint64_t generation; /* of `symbols` when it was found; 0: none */
	struct symbol symbol;
};
enum { UBUCKETS = 4096, UFOUND_MAX = 1 << 14, CODES_MAX = 1 << 16 };

struct symbols {
	char *kallsyms, *proc;
	struct ksyms k;
	struct uproc *procs; /* most recently asked first */
	struct uproc *by_pid[UBUCKETS];
	size_t nprocs;
	void (*news)(void *arg);
	void *news_arg;
	symbols_code_fn *code;
	void *code_arg;
	struct ucode *codes[UBUCKETS];
	size_t ncodes;
	struct ufile *files[UBUCKETS];
	size_t nfiles, file_bytes, room; /* room: what file_bytes may be */
	uint64_t uses;			 /* counts whenever a file is asked for */
	struct ufound *found;		 /* UFOUND_MAX of them, once asked; NULL: no room */
	uint64_t generation;		 /* changes with any mapping */
	struct roots *roots; /* of other mount namespaces; NULL until one is looked for */
};

void usyms_fini(struct symbols *s);
/* roots.c: the file of the path with this inode in the root of any process; writes that root, "/proc/PID/root". -1: none
 * has it. */
int roots_open(struct symbols *s, const char *path, uint64_t ino, char *root, size_t size);
void roots_free(struct roots *r);
/* The symbol that addr lies in; NULL when there is none. */
const struct elf_func *symbol_at(const struct elf_funcs *t, uint64_t addr);
/* jit.c: reads the process's map of code made at run time, when it is new or has grown. */
void ujit_read(struct ujit *j, const char *proc, uint64_t pid);
/* demangle.c: the name as its language spells it, malloc'd; NULL when it is not mangled. */
char *symbol_demangled(const char *name);
size_t symbol_text(bool known, const struct symbol *f, uint64_t addr, char *out, size_t n);

#endif
