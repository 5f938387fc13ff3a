/* uprobe.c - files, places and programs of user probes; see uprobe.h */
#include "dtrace/provider/uprobe.h"

#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/provider/dispatch.h"
#include "dtrace/sym/x86.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HELPER_PID_TGID = 14, HELPER_ATTACH_COOKIE = 174 };

/* ---- files ---- */

static struct uprobe_file *open_file(struct uprobe_files *files, pid_t pid,
				     const struct process_object *o, struct err *e)
{
	struct uprobe_file *f = arena_new_of(files->arena, struct uprobe_file);
	const char *name = arena_strdup(files->arena, o->name);
	int fd = process_object_open(pid, o);

	if (fd < 0) {
		err_sys(e, errno, "cannot open %s of process %d", o->path, (int)pid);
		return NULL;
	}
	*f = (struct uprobe_file){.fd = fd, .dev = o->dev, .ino = o->ino, .name = name};
	f->elf = elf_file_open(fd, &f->why);
	f->is_go = f->elf && elf_file_is_go(f->elf);
	return f;
}

struct uprobe_file *uprobe_file_of(struct uprobe_files *files, pid_t pid,
				   const struct process_object *o, struct err *e)
{
	struct {
		dev_t dev;
		ino_t ino;
	} key = {o->dev, o->ino};
	struct uprobe_file *f = map_getn(&files->by_inode, &key, sizeof(key));

	if (f)
		return f;
	f = open_file(files, pid, o, e);
	if (!f)
		return NULL;
	*map_atn(&files->by_inode, &key, sizeof(key)) = f;
	*vec_push(&files->all, files->arena) = f;
	return f;
}

const struct elf_funcs *uprobe_file_functions(struct uprobe_file *f, pid_t pid, const char *path)
{
	char root[64];

	if (f->elf && !f->funcs_read) {
		f->funcs_read = true;
		snprintf(root, sizeof(root), "/proc/%d/root", (int)pid);
		if (elf_file_functions(f->elf, root, path, &f->funcs, &f->why) < 0)
			elf_funcs_free(&f->funcs);
	}
	return &f->funcs;
}

void uprobe_files_fini(struct uprobe_files *files)
{
	for (size_t i = 0; files && i < files->all.n; i++) {
		struct uprobe_file *f = files->all.at[i];
		elf_funcs_free(&f->funcs);
		elf_file_close(f->elf);
		close(f->fd);
	}
	if (files)
		files->all.n = 0;
}

const uint8_t *uprobe_code(const struct uprobe_file *file, uint64_t offset, size_t n, uint8_t *head,
			   uint8_t **heap)
{
	*heap = n > UPROBE_HEAD_BYTES ? malloc(n) : NULL;
	uint8_t *to = *heap ? *heap : head;
	if ((n > UPROBE_HEAD_BYTES && !*heap) || !elf_file_read(file->elf, offset, to, n))
		return NULL;
	return to;
}

bool uprobe_entry_place(const struct uprobe_file *file, const struct elf_func *f, uint64_t offset,
			uint64_t *place)
{
	uint8_t head[UPROBE_HEAD_BYTES], *heap = NULL;
	struct x86_insn in;
	size_t n = f->size < UPROBE_HEAD_BYTES ? f->size : UPROBE_HEAD_BYTES;
	const uint8_t *code = uprobe_code(file, offset, n, head, &heap);
	int64_t at = 0;

	*place = offset;
	if (!code || !x86_decode(code, n, &in) || in.cheap || (!in.harmless && !in.unfit))
		return true;
	if (f->size > UPROBE_CODE_MAX)
		return !in.unfit;
	code = uprobe_code(file, offset, f->size, head, &heap);
	if (code)
		at = x86_entry_offset(code, f->size);
	free(heap);
	*place = offset + (uint64_t)(at > 0 ? at : 0);
	return at >= 0;
}

bool uprobe_may_lie_at(const struct uprobe_file *file, uint64_t offset)
{
	uint8_t code[X86_INSN_MAX];
	struct x86_insn in;
	size_t n = sizeof(code);

	while (n && !elf_file_read(file->elf, offset, code, n)) /* near the end of the file */
		n--;
	return !x86_decode(code, n, &in) || !in.unfit;
}

/* ---- where programs hang ---- */

void uprobe_site(const char *name, uint64_t param, struct probe_site *out)
{
	*out = (struct probe_site){.name = name,
				   .attach = ATTACH_UPROBE_MULTI,
				   .target = name,
				   .param = param,
				   .ctx = CTX_PT_REGS};
}

struct link_places {
	struct uprobe_file *file;
	uint32_t pid;
	bool ret;
	VEC(struct image_uprobe) at;
};

/* more: as many probes are to come, this one among them. */
static void add_places(struct link_places *l, struct arena *a, const struct provider *impl,
		       const struct probe *p, uint32_t more)
{
	const struct uprobe *u = uprobe_of(p);

	for (size_t i = 0; i < u->places.n; i++) {
		const struct uprobe_place *at = &u->places.at[i];
		*vec_push_of(&l->at, a, more) = (struct image_uprobe){
		    .offset = at->offset,
		    .semaphore = at->semaphore,
		    .cookie = (p->id - impl->first_id) | (uint64_t)u->pid << UPROBE_KEY_BITS |
			      (uint64_t)at->own << (UPROBE_KEY_BITS + UPROBE_PID_BITS),
		    .name = p->function};
	}
}

static struct link_places *link_of(struct map *by_link, struct arena *a, const struct uprobe *u)
{
	struct {
		const struct uprobe_file *file;
		uint64_t pid_ret;
	} key = {u->file, (uint64_t)u->pid << 1 | u->ret};
	void **at = map_atn(by_link, &key, sizeof(key));

	if (!*at) {
		struct link_places *l = arena_new_of(a, struct link_places);
		*l = (struct link_places){.file = u->file, .pid = u->pid, .ret = u->ret};
		*at = l;
	}
	return *at;
}

int uprobe_attach(struct provider *p, struct arena *a, const struct probe *const *probes,
		  uint32_t n, struct attach_point *at, struct err *e)
{
	struct map by_link = {.arena = a};
	struct image_uprobes *files;

	(void)e;
	struct link_places *last = NULL; /* most often the next one's, too */
	for (uint32_t i = 0; i < n; i++) {
		const struct uprobe *u = uprobe_of(probes[i]);
		if (u->covered)
			continue;
		if (!last || last->file != u->file || last->pid != u->pid || last->ret != u->ret)
			last = link_of(&by_link, a, u);
		add_places(last, a, p, probes[i], n - i);
	}
	files = arena_array(a, struct image_uprobes, by_link.n + 1);
	for (size_t i = 0; i < by_link.n; i++) {
		const struct link_places *l = by_link.entries[i].value;
		files[i] = (struct image_uprobes){.fd = l->file->fd,
						  .file = l->file->name,
						  .pid = l->pid,
						  .ret = l->ret,
						  .at = l->at.at,
						  .n = (uint32_t)l->at.n};
	}
	at->files = files;
	at->nfiles = (uint32_t)by_link.n;
	return 0;
}

/* ---- code ---- */

int uprobe_emit_cookie(struct emit_env *env)
{
	int *cookie = &env->cache[UPROBE_CACHE_COOKIE];

	if (*cookie < 0)
		*cookie = ir_call(env->f, HELPER_ATTACH_COOKIE, IR_CALL_ARGS(IRV_REG(env->ctx)));
	return *cookie;
}

int uprobe_emit_own(struct emit_env *env)
{
	return ir_alu(env->f, IR_SHR, uprobe_emit_cookie(env),
		      IRV_IMM(UPROBE_KEY_BITS + UPROBE_PID_BITS));
}

/* ---- names ---- */

/* "libc" and "libc.so" name libc.so.6, and libc-2.36.so. */
static bool is_short_for(const char *mod, const char *name)
{
	size_t n = strlen(mod);

	return !strncmp(mod, name, n) &&
	       (name[n] == '.' || (name[n] == '-' && isdigit((unsigned char)name[n + 1])));
}

const char *uprobe_module(struct arena *a, const char *mod, const struct process_object *o,
			  bool first)
{
	if (probe_is_glob(mod))
		return probe_glob(mod, o->name) ? arena_strdup(a, o->name) : NULL;
	if (!strcmp(mod, o->name) || (o->is_exe && !strcmp(mod, "a.out")) ||
	    (first && is_short_for(mod, o->name)))
		return mod;
	return NULL;
}

/* ---- dispatch ---- */

struct groups {
	const struct probe_group *at;
	uint32_t n;
};

/* Places of the probes to come, by file, offset and kind. */
static bool place_known(struct map *m, const struct uprobe *u, size_t i, bool add)
{
	struct {
		const struct uprobe_file *file;
		uint64_t offset, ret;
	} key = {u->file, u->places.at[i].offset, u->ret};

	if (add)
		*map_atn(m, &key, sizeof(key)) = m;
	return map_getn(m, &key, sizeof(key)) != NULL;
}

static void find_covered(struct emit_env *env, const struct probe_group *g)
{
	struct map to_come = {.arena = env->arena};

	for (uint32_t i = 0; i < g->nprobes; i++) {
		struct uprobe *u = uprobe_of(g->probes[i]);
		u->covered = false;
		for (size_t k = 0; !u->pid && k < u->places.n; k++)
			place_known(&to_come, u, k, true);
	}
	for (uint32_t i = 0; to_come.n && i < g->nprobes; i++) {
		struct uprobe *u = uprobe_of(g->probes[i]);
		u->covered = u->pid && u->places.n;
		for (size_t k = 0; u->covered && k < u->places.n; k++)
			u->covered = place_known(&to_come, u, k, false);
	}
}

/* What a site is like. */
struct site_view {
	int64_t pid; /* the only process that its probes are for; 0: any, -1: it depends */
	bool any;    /* some are for any */
	VEC(const struct probe *) hanging; /* those that are not covered */
	VEC(int) labels;		   /* of their groups */
};

static void look_at(struct site_view *v, struct emit_env *env, struct groups all)
{
	bool first = true;

	for (uint32_t g = 0; g < all.n; g++) {
		find_covered(env, &all.at[g]);
		for (uint32_t i = 0; i < all.at[g].nprobes; i++) {
			const struct probe *p = all.at[g].probes[i];
			const struct uprobe *u = uprobe_of(p);
			if (u->covered)
				continue;
			uint32_t more = all.at[g].nprobes - i;
			*vec_push_of(&v->hanging, env->arena, more) = p;
			*vec_push_of(&v->labels, env->arena, more) = all.at[g].label;
			v->any |= !u->pid;
			v->pid = first || v->pid == u->pid ? (int64_t)u->pid : -1;
			first = false;
		}
	}
}

static int emit_pid(struct emit_env *env)
{
	return ir_alu(env->f, IR_SHR, ir_call(env->f, HELPER_PID_TGID, 0, NULL), IRV_IMM(32));
}

static int by_id(const void *a, const void *b)
{
	const struct uprobe_jump *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

void uprobe_emit_jump(struct emit_env *env, int reg, struct uprobe_jump *ids, size_t n, int other)
{
	struct dispatch d = {.arena = env->arena};

	qsort(ids, n, sizeof(*ids), by_id);
	dispatch_from(&d, 0, other >= 0 ? other : ids[0].label);
	for (size_t k = 0; k < n; k++) {
		dispatch_from(&d, ids[k].id, ids[k].label);
		if (other >= 0 && (k + 1 == n || ids[k + 1].id != ids[k].id + 1))
			dispatch_from(&d, ids[k].id + 1, other);
	}
	dispatch_emit(&d, env->f, reg);
}

/* A probe to come leaves out the processes that the same file has probes of their own for: those
 * run other clauses. */
static void skip_own(struct emit_env *env, const struct site_view *v,
		     const struct uprobe_file *file, int pass)
{
	VEC(struct uprobe_jump) own = {0};

	for (size_t i = 0; i < v->hanging.n; i++) {
		const struct uprobe *u = uprobe_of(v->hanging.at[i]);
		if (u->file == file && u->pid)
			*vec_push(&own, env->arena) = (struct uprobe_jump){u->pid, env->fail};
	}
	if (own.n)
		uprobe_emit_jump(env, emit_pid(env), own.at, own.n, pass);
	else
		ir_jmp(env->f, pass);
}

static void emit_of_any(struct emit_env *env, const struct site_view *v, int pass)
{
	VEC(struct uprobe_jump) to_come = {0};
	struct map files = {.arena = env->arena};

	for (size_t i = 0; i < v->hanging.n; i++) {
		const struct uprobe *u = uprobe_of(v->hanging.at[i]);
		if (u->pid)
			continue;
		void **at = map_atn(&files, &u->file, sizeof(u->file));
		if (!*at)
			*at = (void *)(uintptr_t)(ir_label(env->f) + 1);
		*vec_push(&to_come, env->arena) =
		    (struct uprobe_jump){v->hanging.at[i]->id, (int)((uintptr_t)*at - 1)};
	}
	uprobe_emit_jump(env, env->probe_id, to_come.at, to_come.n, -1);
	for (size_t i = 0; i < files.n; i++) {
		const struct uprobe_file *file;
		memcpy(&file, files.entries[i].key, sizeof(file));
		ir_place(env->f, (int)((uintptr_t)files.entries[i].value - 1));
		skip_own(env, v, file, pass);
	}
}

/* Leaves where the process is not one to fire in. */
static void emit_process(struct emit_env *env, const struct site_view *v)
{
	struct ir_func *f = env->f;
	int pass, any;

	if (v->pid == 0)
		return;
	ir_comment(f, "only in the processes asked for");
	if (v->pid > 0) {
		ir_br(f, IR_NE, emit_pid(env), IRV_IMM(v->pid), env->fail);
		return;
	}
	int want = ir_alu(f, IR_SHR, uprobe_emit_cookie(env), IRV_IMM(UPROBE_KEY_BITS));
	want = ir_alu(f, IR_AND, want, IRV_IMM((1 << UPROBE_PID_BITS) - 1));
	any = ir_label(f);
	pass = ir_label(f);
	if (v->any) {
		env->unnamed = ir_set(f, IR_EQ, want, IRV_IMM(0));
		ir_br(f, IR_EQ, want, IRV_IMM(0), any);
	}
	ir_br(f, IR_NE, emit_pid(env), IRV_REG(want), env->fail);
	if (v->any) {
		ir_jmp(f, pass);
		ir_place(f, any);
		emit_of_any(env, v, pass);
		ir_place(f, pass);
	}
}

void uprobe_emit_dispatch(struct provider *p, struct emit_env *env,
			  const struct probe_group *groups, uint32_t ngroups)
{
	struct site_view v = {0};
	VEC(struct uprobe_jump) ids = {0};

	look_at(&v, env, (struct groups){groups, ngroups});
	if (v.any && v.pid == 0)
		env->unnamed = ir_imm(env->f, 1);
	if (env->want_probe_id || ngroups > 1 || (v.any && v.pid)) {
		int key = ir_alu(env->f, IR_AND, uprobe_emit_cookie(env),
				 IRV_IMM((1 << UPROBE_KEY_BITS) - 1));
		env->probe_id = ir_alu(env->f, IR_ADD, key, IRV_IMM(p->first_id));
	}
	emit_process(env, &v);
	for (size_t i = 0; i < v.hanging.n && ngroups > 1; i++)
		*vec_push(&ids, env->arena) =
		    (struct uprobe_jump){v.hanging.at[i]->id, v.labels.at[i]};
	if (ids.n) {
		ir_comment(env->f, "which probe");
		uprobe_emit_jump(env, env->probe_id, ids.at, ids.n, -1);
	}
}

int uprobe_emit_read(struct emit_env *env, int addr, unsigned bytes)
{
	struct ir_func *f = env->f;
	int obj = ir_frame(f, 8, 8);

	ir_store(f, ir_frame_addr(f, obj, 0), 0, 8, IRV_IMM(0));
	env->user_read(env, ir_frame_addr(f, obj, 0), bytes, addr);
	return ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
}
