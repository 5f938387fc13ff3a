/*
 * symbols.h - names of addresses: kernel (ksyms.c) and processes (usyms.c)
 *
 * Kernel names come from /proc/kallsyms, read once when first asked for. A process's come from
 * /proc/PID/maps and the symbol tables of the files mapped there; both are cached, per process and
 * per file (device, inode), and a process that has exited keeps what was learnt. What is kept is bounded: the
 * processes and the files that were not asked about for longest are forgotten, and read again when they are asked
 * about. Names of the kernel live as long as the struct symbols, those of processes until the next call.
 */
#ifndef SYM_SYMBOLS_H
#define SYM_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
	const char *object; /* "vmlinux", module; user: base name of the file */
	const char *name;   /* NULL: only the object is known */
	uint64_t start;	    /* address of the symbol; of the object when name is NULL */
	uint64_t size;	    /* 0 = not known */
};

struct symbols;
/* kallsyms: path, normally "/proc/kallsyms"; proc: normally "/proc" (tests hand in their own).
 * Either may be NULL for the normal one. */
struct symbols *symbols_new(const char *kallsyms, const char *proc);
void symbols_free(struct symbols *s);
/* How many bytes symbol tables of files may take together, or the last of them alone; at first SYMBOLS_ROOM. */
enum { SYMBOLS_ROOM = 256 << 20 };
void symbols_set_room(struct symbols *s, size_t bytes);

/* Kernel. True when at least the object is known. */
bool symbols_kernel(struct symbols *s, uint64_t addr, struct symbol *out);
/* By name; object NULL or "" = any ("vmlinux" = the kernel itself). False when there is none (or
 * addresses are hidden). */
bool symbols_kernel_find(struct symbols *s, const char *object, const char *name, uint64_t *addr);
/* Start of the object (module, kernel text) that holds addr; addr itself when unknown. */
uint64_t symbols_kernel_object(struct symbols *s, uint64_t addr);
/* Process. An address with bit 63 set is code of an interpreter: see symbols_set_codes(). */
bool symbols_user(struct symbols *s, uint64_t pid, uint64_t addr, struct symbol *out);
uint64_t symbols_user_object(struct symbols *s, uint64_t pid, uint64_t addr);
/* Is that no code for certain? Where a stack has such a return address, it was walked astray: code without frame
 * pointers and without tables to walk by, as some compilers make at run time, lies below. */
bool symbols_user_data(struct symbols *s, uint64_t pid, uint64_t addr);
/* Forget a process's mappings. */
void symbols_user_forget(struct symbols *s, uint64_t pid);

/*
 * Processes may be gone before anybody asks about them. Whoever watches them tells what they map;
 * news(arg) is called before a process is looked at, and again where an address is not known.
 */
void symbols_set_news(struct symbols *s, void (*news)(void *arg), void *arg);
/* Names of interpreters' code: find() writes the text to show, false: not known. */
typedef bool symbols_code_fn(void *arg, uint64_t pid, uint64_t code, char *text, size_t size);
void symbols_set_codes(struct symbols *s, symbols_code_fn *find, void *arg);
/* ... and which file it is, by its inode: one of that path elsewhere is looked for in the roots of other processes when
 * this one has gone. */
void symbols_user_file(struct symbols *s, uint64_t pid, uint64_t start, uint64_t ino);
void symbols_user_mapped(struct symbols *s, uint64_t pid, uint64_t start, uint64_t bytes,
			 uint64_t offset, const char *path);
void symbols_user_forked(struct symbols *s, uint64_t pid, uint64_t parent);
/* Reads what a process maps now; what every process there is maps to execute. */
void symbols_user_learn(struct symbols *s, uint64_t pid);
void symbols_user_learn_all(struct symbols *s);

/* "vmlinux`vfs_read+0x10", "vmlinux`vfs_read", "mod`0xaddr", "0xaddr"; returns length as snprintf
 * does. s may be NULL: the number. */
size_t symbols_kernel_text(struct symbols *s, uint64_t addr, char *out, size_t out_bytes);
size_t symbols_user_text(struct symbols *s, uint64_t pid, uint64_t addr, char *out,
			 size_t out_bytes);

#endif
