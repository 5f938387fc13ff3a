/*
 * lock_places.c - see lock_places.h
 *
 * The functions are pthread_mutex_*, pthread_rwlock_* and pthread_cond_*wait.
 *
 * A thread that waits for a condition can be cancelled there: then its stack is unwound through the waiting function, which
 * fails where the kernel has replaced the address to return to (destructors would not run). So returns of those are probed where they
 * are, as pid's. Nothing unwinds through the others, which the kernel's own way serves at a tenth of the cost.
 */
#include "dtrace/provider/lock_places.h"

#include "dtrace/sym/x86.h"

#include <stdlib.h>
#include <string.h>

static const struct function {
	const char *name;
	enum lock_kind kind;
} functions[] = {
    {"pthread_mutex_lock", LOCK},	    {"pthread_mutex_trylock", LOCK},
    {"pthread_mutex_timedlock", LOCK},	    {"pthread_mutex_clocklock", LOCK},
    {"pthread_mutex_unlock", UNLOCK},	    {"pthread_cond_wait", WAIT},
    {"pthread_cond_timedwait", WAIT},	    {"pthread_cond_clockwait", WAIT},
    {"pthread_rwlock_rdlock", RDLOCK},	    {"pthread_rwlock_tryrdlock", RDLOCK},
    {"pthread_rwlock_timedrdlock", RDLOCK}, {"pthread_rwlock_clockrdlock", RDLOCK},
    {"pthread_rwlock_wrlock", WRLOCK},	    {"pthread_rwlock_trywrlock", WRLOCK},
    {"pthread_rwlock_timedwrlock", WRLOCK}, {"pthread_rwlock_clockwrlock", WRLOCK},
    {"pthread_rwlock_unlock", RWUNLOCK},
};

static const struct function *function_named(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (!strcmp(functions[i].name, name))
			return &functions[i];
	return NULL;
}

static bool is_glibc(const struct elf_funcs *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->at[i].name, "gnu_get_libc_version") ||
		    !strcmp(t->at[i].name, "__libc_setup_tls"))
			return true;
	return false;
}

static struct lock_object *new_object(struct arena *a, struct lock_process *lp,
				      struct uprobe_file *file, uint32_t id)
{
	struct lock_object *o = arena_new_of(a, struct lock_object);

	for (int i = 0; i < NSEEN; i++) {
		o->at[i] =
		    (struct uprobe){.file = file, .pid = (uint32_t)lp->pid, .ret = i == CAUGHT};
		o->probe[i] = (struct probe){
		    .id = id, .function = "", .data = (uint64_t)(uintptr_t)&o->at[i]};
	}
	*vec_push(&lp->objects, a) = o;
	return o;
}

static void add_place(struct arena *a, struct uprobe *u, uint64_t offset, uint32_t kind)
{
	*vec_push(&u->places, a) = (struct uprobe_place){.offset = offset, .own = kind};
}

/* Jumps the function to another one of them? That one returns in its stead, and is seen. */
static bool ends_in_another(const struct uprobe_file *file, uint64_t addr)
{
	const struct elf_func *f = elf_funcs_at(&file->funcs, addr);

	return f && f->addr == addr && function_named(f->name);
}

/* Adds the places where a function returns. False, and none: it is not clear where they are all. */
static bool add_returns(struct arena *a, struct lock_object *o, const struct elf_func *f,
			uint64_t offset, uint32_t kind)
{
	const struct uprobe_file *file = o->at[RETURNS].file;
	uint8_t head[UPROBE_HEAD_BYTES], *heap = NULL;
	const uint8_t *code =
	    f->size > UPROBE_CODE_MAX ? NULL : uprobe_code(file, offset, f->size, head, &heap);
	size_t before = o->at[RETURNS].places.n, at = 0;
	bool all = code && x86_is_code(code, f->size);
	struct x86_insn in;

	for (; all && (at = x86_next_exit(code, f->size, at, &in)) < f->size; at += in.bytes) {
		if (in.ret && !in.unfit)
			add_place(a, &o->at[RETURNS], offset + at, kind);
		else
			all = in.jumps && ends_in_another(file, f->addr + at + (uint64_t)in.target);
	}
	free(heap);
	if (!all)
		o->at[RETURNS].places.n = before;
	return all;
}

/* A function may go by several names, or versions. */
static void add_function(struct arena *a, struct lock_object *o, const struct elf_func *f,
			 uint64_t offset, uint32_t kind)
{
	struct uprobe *begins = &o->at[BEGINS];
	uint64_t entry;

	if (!uprobe_entry_place(begins->file, f, offset, &entry))
		return;
	for (size_t i = 0; i < begins->places.n; i++)
		if (begins->places.at[i].offset == entry)
			return;
	add_place(a, begins, entry, kind);
	if (!(kind & WAIT) || !add_returns(a, o, f, offset, kind))
		add_place(a, &o->at[CAUGHT], entry, kind);
}

static void add_object(struct arena *a, struct lock_process *lp, const struct process_object *at,
		       struct uprobe_files *files, uint32_t id)
{
	struct err why = {0};
	struct uprobe_file *file = uprobe_file_of(files, lp->pid, at, &why);
	struct lock_object *o = NULL;
	const struct elf_funcs *t;
	uint64_t offset;
	uint32_t glibc = 0;

	if (!file || !file->elf || file->elf->machine != EM_X86_64)
		return;
	t = uprobe_file_functions(file, lp->pid, at->path);
	for (size_t i = 0; i < t->n; i++) {
		const struct elf_func *f = &t->at[i];
		const struct function *known = *f->name == 'p' ? function_named(f->name) : NULL;
		if (!known || !f->size || !elf_file_offset(file->elf, f->addr, &offset))
			continue;
		if (!lp->objects.n)
			lp->module = file->name;
		if (!o) {
			o = new_object(a, lp, file, id);
			glibc = is_glibc(t) ? GLIBC : 0;
		}
		add_function(a, o, f, offset, known->kind | glibc);
	}
}

int lock_places_find(struct lock_process *lp, struct uprobe_files *files, uint32_t id,
		     struct arena *a, struct err *e)
{
	struct process_objects objects;
	int status = process_objects(lp->pid, &objects, e);

	for (size_t i = 0; status == 0 && i < objects.n; i++)
		add_object(a, lp, &objects.at[i], files, id);
	process_objects_free(&objects);
	return status;
}
