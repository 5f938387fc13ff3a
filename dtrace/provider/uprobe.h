/*
 * uprobe.h - what the providers of user probes (pid, usdt) share: files, places, programs
 *
 * A user probe is one or more places in a file, for one process or for whoever runs the file. The
 * kernel finds the file by its inode, so a place is reached whatever the file is called, and in
 * processes that start later. Each place hands its program a cookie:
 *
 *	bits	meaning
 *	0-23	which probe, from the first of the provider's
 *	24-45	the process to fire in; 0: any
 *	46-63	the provider's own: pid has the offset of a function's only return instruction, usdt
 *		which place it is
 *
 * ---- Processes to come ----
 * A description whose provider is a pattern (python*) means the processes that there are and those that
 * will be. For each file that has such probes there is one more, "to come", which fires in any process
 * and makes up its provider's name as it fires. It does the work of the probes of single processes
 * that run the same clauses: those are listed and counted, and hang nowhere.
 */
#ifndef PROVIDER_UPROBE_H
#define PROVIDER_UPROBE_H

#include "base/map.h"
#include "dtrace/probe/probe.h"
#include "dtrace/sym/elf_file.h"
#include "dtrace/sym/process.h"

enum { UPROBE_KEY_BITS = 24, UPROBE_PID_BITS = 22, UPROBE_OWN_BITS = 18 };
enum { UPROBE_CACHE_COOKIE = 0 }; /* of emit_env.cache */

/* A file that processes run, read once. */
struct uprobe_file {
	int fd;
	dev_t dev;
	ino_t ino;
	const char *name;	/* last part of its path */
	struct elf_file *elf;	/* NULL: it is none, for the reason in `why` */
	struct elf_funcs funcs; /* once asked for */
	bool funcs_read, is_go;
	struct err why;
	void *own; /* the provider's */
};
struct uprobe_files {
	struct arena *arena;
	struct map by_inode;
	VEC(struct uprobe_file *) all;
};

struct uprobe_place {
	uint64_t offset, semaphore;
	uint32_t own;
};
/* What probe.data of these providers points to. */
struct uprobe {
	struct uprobe_file *file;
	uint32_t pid;	/* 0: any */
	bool ret;	/* the kernel is to catch the return of the function at the place */
	bool at_return; /* a return is at the place */
	bool covered;	/* emit: the probe to come of its file does its work */
	VEC(struct uprobe_place) places;
	struct uprobe_place first; /* room for nearly always the only one */
};
static inline struct uprobe *uprobe_of(const struct probe *p)
{
	return (struct uprobe *)(uintptr_t)p->data;
}

/* The object of a process as a file; NULL and *e when it cannot be opened. One that is no ELF file has
 * no elf. */
struct uprobe_file *uprobe_file_of(struct uprobe_files *files, pid_t pid,
				   const struct process_object *o, struct err *e);
/* Its functions; they stay empty where the file is malformed, for the reason in file->why. */
const struct elf_funcs *uprobe_file_functions(struct uprobe_file *file, pid_t pid,
					      const char *path);
void uprobe_files_fini(struct uprobe_files *files);

/* Code at an offset of the file, n bytes: in head (UPROBE_HEAD_BYTES), or malloc'd; NULL: it cannot be read.
 * free(*heap) in any case. Functions longer than UPROBE_CODE_MAX are better left alone. */
enum { UPROBE_HEAD_BYTES = 64, UPROBE_CODE_MAX = 1 << 20 };
const uint8_t *uprobe_code(const struct uprobe_file *file, uint64_t offset, size_t n, uint8_t *head,
			   uint8_t **heap);
/* Where to probe the entry of a function that begins at an offset of the file: there, or near by where it costs less.
 * false: nowhere, since the instructions there are unfit (sym/x86.h). */
bool uprobe_entry_place(const struct uprobe_file *file, const struct elf_func *f, uint64_t offset,
			uint64_t *place);
/* May a probe lie on the instruction at an offset? */
bool uprobe_may_lie_at(const struct uprobe_file *file, uint64_t offset);

/* ---- for provider_ops ---- */
/* Program of a probe: one for each kind, as param tells them apart. */
void uprobe_site(const char *name, uint64_t param, struct probe_site *out);
int uprobe_attach(struct provider *p, struct arena *a, const struct probe *const *probes,
		  uint32_t n, struct attach_point *at, struct err *e);
/* Registers with the cookie; with the part of it that is the provider's own. */
int uprobe_emit_cookie(struct emit_env *env);
int uprobe_emit_own(struct emit_env *env);
void uprobe_emit_dispatch(struct provider *p, struct emit_env *env,
			  const struct probe_group *groups, uint32_t ngroups);
/* What a probe's module is called when the object is meant by `mod`, a pattern or a name ("a.out", "libc" for
 * libc.so.6); NULL: it is not. first: no other object was meant yet. */
const char *uprobe_module(struct arena *a, const char *mod, const struct process_object *o,
			  bool first);
/* To a label by a number, through a binary tree. */
struct uprobe_jump {
	uint32_t id;
	int label;
};
/* other: where all further numbers go; -1: there are none. ids are sorted. */
void uprobe_emit_jump(struct emit_env *env, int reg, struct uprobe_jump *ids, size_t n, int other);
/* Reads n bytes (1, 2, 4, 8) of user memory at an address: register. */
int uprobe_emit_read(struct emit_env *env, int addr, unsigned bytes);

#endif
