/*
 * kfuncs.c - lists the functions of the kernel that can be traced; see kfuncs.h
 *
 * In: tracefs' available_filter_functions, lines of "name [module]"; where that cannot be read all code of
 * /proc/kallsyms, some of which will be refused when it is probed. Addresses are those of the symbols: the
 * places that ftrace patches, which newer kernels tell, may lie behind an endbr instruction, and programs are
 * told the symbol's.
 */
#include "dtrace/provider/kfuncs.h"

#include "base/buf.h"
#include "base/map.h"
#include "dtrace/kern/kern.h"
#include "dtrace/sym/kallsyms.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KERNEL "vmlinux"

struct kfuncs {
	struct arena *arena;
	VEC(struct kfunc) all;
	struct map by_name; /* "name\1module" -> place + 1 */
	struct buf text;    /* in which the names lie */
	char *symbols;	    /* kallsyms, the same */
	bool listed, located;
	size_t known;	  /* functions before these were there when it was made */
	uint64_t stamp;	  /* of all modules there are, see look_at_modules() */
	struct map loads; /* module -> inode of its folder when it was listed last */
	struct map anew;  /* modules that had another then */
};

struct kfuncs *kfuncs_new(struct arena *a)
{
	struct kfuncs *k = arena_new_of(a, struct kfuncs);

	k->arena = k->by_name.arena = k->loads.arena = a;
	return k;
}

enum { KEY_MAX = 256 };

/* "name\1module"; its length, 0 when it is too long. */
static size_t key_of(char key[KEY_MAX], const char *name, const char *module)
{
	size_t n = strlen(name), m = strlen(module);

	if (n + 1 + m > KEY_MAX)
		return 0;
	memcpy(key, name, n);
	key[n] = '\1';
	memcpy(key + n + 1, module, m);
	return n + 1 + m;
}

static void add(struct kfuncs *k, const char *name, const char *module, uint64_t addr)
{
	char key[KEY_MAX];
	size_t n = key_of(key, name, module);
	void **at = n ? map_atn(&k->by_name, key, n) : NULL;
	struct kfunc *f;

	if (!at)
		return;
	if (*at) {
		f = &k->all.at[(uintptr_t)*at - 1];
		f->several |= (uintptr_t)*at > k->known;
		f->anew = k->anew.n && map_get(&k->anew, module);
	} else {
		f = vec_push(&k->all, k->arena);
		*f = (struct kfunc){
		    .name = name, .module = module, .dotted = strchr(name, '.') != NULL};
		*at = (void *)(uintptr_t)k->all.n;
	}
	if (addr)
		*vec_push(&f->addrs, k->arena) = addr;
}

/* Ends the word at p and returns what follows it; NULL: it was the last of its line. */
static char *next_word(char *p)
{
	p += strcspn(p, " \t");
	if (!*p)
		return NULL;
	*p++ = '\0';
	return p + strspn(p, " \t");
}

/* What cannot be named in a description, or has no name at all ("__ftrace_invalid_address___12"). */
static bool is_name(const char *s)
{
	return (isalpha((unsigned char)*s) || *s == '_') &&
	       strncmp(s, "__ftrace_invalid_address", 24);
}

static void add_line(struct kfuncs *k, char *line)
{
	char *module = next_word(line);

	if (module && *module == '[') {
		module++;
		module[strcspn(module, "]")] = '\0';
	} else {
		module = KERNEL;
	}
	if (is_name(line))
		add(k, line, module, 0);
}

/* text: read into, and kept as long as the names are. */
static bool list_tracefs(struct kfuncs *k, struct buf *text)
{
	struct err ignored;
	int fd = kern_tracefs_open(&ignored);

	if (fd < 0)
		return false;
	kern_tracefs_read(fd, "available_filter_functions", text);
	close(fd);
	for (char *p = (char *)(uintptr_t)buf_str(text); *p;) {
		char *nl = p + strcspn(p, "\n"), *next = nl + (*nl != '\0');
		*nl = '\0';
		add_line(k, p);
		p = next;
	}
	return k->all.n != 0;
}

static bool is_code(const struct kallsym *s)
{
	return s->type == 't' || s->type == 'T' || s->type == 'w' || s->type == 'W';
}

/* Functions of programs and trampolines come and go, and are nobody's to trace. */
static bool is_lasting(const struct kallsym *s)
{
	return strcmp(s->object, "bpf") != 0 && strncmp(s->object, "__builtin__", 11) != 0;
}

static void list_symbols(struct kfuncs *k)
{
	size_t n;
	char *at = k->symbols = kallsyms_read(NULL, &n);
	struct kallsym s;

	while (kallsyms_next(&at, &s))
		if (is_code(&s) && is_lasting(&s) && is_name(s.name))
			add(k, s.name, s.object, s.addr);
	k->located = true;
}

static uint64_t hashed(uint64_t hash, const void *at, size_t n)
{
	const unsigned char *p = at;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * 0x100000001b3; /* FNV-1a */
	return hash;
}

/* Calls back for each module that there is (those that are built in have folders, too); a folder comes when its module's
 * functions can be traced, and no two have the same inode in the kernel's life. Result: tells one set of loads from
 * another. */
static uint64_t look_at_modules(struct kfuncs *k,
				void (*each)(struct kfuncs *k, const char *, ino_t))
{
	uint64_t hash = 0xcbf29ce484222325;
	DIR *dir = opendir("/sys/module");
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		hash = hashed(hash, &d->d_ino, sizeof(d->d_ino));
		if (each && d->d_name[0] != '.')
			each(k, d->d_name, d->d_ino);
	}
	if (dir)
		closedir(dir);
	return hash;
}

static void note_load(struct kfuncs *k, const char *module, ino_t inode)
{
	void **at = map_at(&k->loads, module);
	void *load = (void *)(uintptr_t)inode;

	if (*at && *at != load)
		*map_at(&k->anew, module) = load;
	*map_at(&k->loads, module) = load;
}

static void list(struct kfuncs *k)
{
	if (k->listed)
		return;
	k->listed = true;
	k->stamp = look_at_modules(k, note_load); /* first: what comes meanwhile is found again */
	if (!list_tracefs(k, &k->text))
		list_symbols(k);
}

/* The names of the new ones go to the arena; the others' lie where they lay. Result: any new, or anew? */
static bool list_new(struct kfuncs *k)
{
	struct buf text = {0};
	bool any = false;

	k->known = k->all.n;
	for (size_t i = 0; i < k->known; i++)
		k->all.at[i].anew = false;
	list_tracefs(k, &text);
	for (size_t i = 0; i < k->known; i++)
		any |= k->all.at[i].anew;
	for (size_t i = k->known; i < k->all.n; i++) {
		struct kfunc *f = &k->all.at[i];
		f->name = arena_strdup(k->arena, f->name);
		f->module = arena_strdup(k->arena, f->module);
	}
	buf_fini(&text);
	return any || k->all.n > k->known;
}

bool kfuncs_grew(struct kfuncs *k)
{
	if (!k->listed || !*buf_str(&k->text) || look_at_modules(k, NULL) == k->stamp)
		return false;
	k->anew = (struct map){.arena = k->arena};
	k->stamp = look_at_modules(k, note_load);
	if (!list_new(k))
		return false;
	for (size_t i = 0; i < k->all.n; i++)
		k->all.at[i].addrs.n = 0;
	free(k->symbols);
	k->symbols = NULL;
	k->located = false;
	return true;
}

size_t kfuncs_count(struct kfuncs *k)
{
	list(k);
	return k->all.n;
}

struct kfunc *kfuncs_at(struct kfuncs *k, size_t i)
{
	return &k->all.at[i];
}

void kfuncs_locate(struct kfuncs *k)
{
	size_t n;
	char *at, key[KEY_MAX];
	struct kallsym s;

	list(k);
	if (k->located)
		return;
	k->located = true;
	at = k->symbols = kallsyms_read(NULL, &n);
	while (kallsyms_next(&at, &s)) {
		uintptr_t i = 0;
		if (is_code(&s))
			i = (uintptr_t)map_getn(&k->by_name, key, key_of(key, s.name, s.object));
		if (i)
			*vec_push(&k->all.at[i - 1].addrs, k->arena) = s.addr;
	}
}

void kfuncs_fini(struct kfuncs *k)
{
	buf_fini(&k->text);
	free(k->symbols);
	k->symbols = NULL;
	k->all.n = 0;
}
