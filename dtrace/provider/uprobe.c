/* uprobe.c - files, places and programs of user probes; see uprobe.h */
#include "dtrace/provider/uprobe.h"

#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/provider/dispatch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HELPER_PID_TGID = 14, HELPER_PROBE_READ_USER = 112, HELPER_ATTACH_COOKIE = 174 };

/* ---- files ---- */

static struct uprobe_file *open_file(struct uprobe_files *files, pid_t pid,
				     const struct process_object *o, struct err *e)
{
	int fd = process_object_open(pid, o);

	if (fd < 0) {
		err_sys(e, errno, "cannot open %s of process %d", o->path, (int)pid);
		return NULL;
	}
	struct uprobe_file *f = arena_new_of(files->arena, struct uprobe_file);
	*f = (struct uprobe_file){
	    .fd = fd, .dev = o->dev, .ino = o->ino, .name = arena_strdup(files->arena, o->name)};
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
	for (size_t i = 0; i < files->all.n; i++) {
		struct uprobe_file *f = files->all.at[i];
		elf_funcs_free(&f->funcs);
		elf_file_close(f->elf);
		close(f->fd);
	}
	files->all.n = 0;
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

static void add_places(struct link_places *l, struct arena *a, const struct probe *p)
{
	const struct uprobe *u = uprobe_of(p);

	for (size_t i = 0; i < u->places.n; i++) {
		const struct uprobe_place *at = &u->places.at[i];
		*vec_push(&l->at, a) = (struct image_uprobe){
		    .offset = at->offset,
		    .semaphore = at->semaphore,
		    .cookie = at->key | (uint64_t)u->pid << UPROBE_KEY_BITS |
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

	(void)p, (void)e;
	for (uint32_t i = 0; i < n; i++)
		add_places(link_of(&by_link, a, uprobe_of(probes[i])), a, probes[i]);
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

/* The only process that the probes are for; 0: any, -1: several. */
static int64_t common_pid(const struct probe_group *groups, uint32_t ngroups)
{
	int64_t pid = uprobe_of(groups[0].probes[0])->pid;

	for (uint32_t g = 0; g < ngroups; g++)
		for (uint32_t i = 0; i < groups[g].nprobes; i++)
			if (uprobe_of(groups[g].probes[i])->pid != pid)
				return -1;
	return pid;
}

void uprobe_emit_process(struct emit_env *env, const struct probe_group *groups, uint32_t ngroups)
{
	struct ir_func *f = env->f;
	int64_t pid = common_pid(groups, ngroups);
	int mine, want, any;

	if (pid == 0)
		return;
	ir_comment(f, "only in the process asked for");
	if (pid > 0) {
		mine = ir_alu(f, IR_SHR, ir_call(f, HELPER_PID_TGID, 0, NULL), IRV_IMM(32));
		ir_br(f, IR_NE, mine, IRV_IMM(pid), env->fail);
		return;
	}
	any = ir_label(f);
	want = ir_alu(f, IR_SHR, uprobe_emit_cookie(env), IRV_IMM(UPROBE_KEY_BITS));
	want = ir_alu(f, IR_AND, want, IRV_IMM((1 << UPROBE_PID_BITS) - 1));
	ir_br(f, IR_EQ, want, IRV_IMM(0), any);
	mine = ir_alu(f, IR_SHR, ir_call(f, HELPER_PID_TGID, 0, NULL), IRV_IMM(32));
	ir_br(f, IR_NE, mine, IRV_REG(want), env->fail);
	ir_place(f, any);
}

struct id_label {
	uint32_t id;
	int label;
};

static int by_id(const void *a, const void *b)
{
	const struct id_label *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

void uprobe_emit_groups(struct emit_env *env, int id, const struct probe_group *groups,
			uint32_t ngroups)
{
	struct dispatch d = {.arena = env->arena};
	uint32_t n = 0, k = 0;

	if (ngroups == 1)
		return;
	for (uint32_t g = 0; g < ngroups; g++)
		n += groups[g].nprobes;
	struct id_label *all = arena_array(env->arena, struct id_label, n);
	for (uint32_t g = 0; g < ngroups; g++)
		for (uint32_t i = 0; i < groups[g].nprobes; i++)
			all[k++] = (struct id_label){groups[g].probes[i]->id, groups[g].label};
	qsort(all, n, sizeof(*all), by_id);
	dispatch_from(&d, 0, all[0].label);
	for (k = 0; k < n; k++)
		dispatch_from(&d, all[k].id, all[k].label);
	ir_comment(env->f, "which probe");
	dispatch_emit(&d, env->f, id);
}

int uprobe_emit_read(struct emit_env *env, int addr, unsigned bytes)
{
	struct ir_func *f = env->f;
	int obj = ir_frame(f, 8, 8);

	ir_store(f, ir_frame_addr(f, obj, 0), 0, 8, IRV_IMM(0));
	ir_call(f, HELPER_PROBE_READ_USER,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, obj, 0)), IRV_IMM(bytes), IRV_REG(addr)));
	return ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
}
