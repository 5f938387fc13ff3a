/*
 * fsinfo.c - provider fsinfo: operations on files and file systems
 *
 *	sys_enter(regs, number), sys_exit(regs, value)	a call that is an operation: its row in fsinfo_calls.c, on the descriptor or the name that it is given
 *	fentry, fexit of functions of the kernel	in place of the calls of the same operation, where the kernel permits it: they have
 *							what it does on its own account and what comes another way as well
 *
 * A probe fires when the operation has been done; close when it begins, for then there is a file still. What fails does not fire.
 *
 * args[0] fileinfo_t, translated in dlib/fsinfo.d; args[1] what the operation says of itself in a number: bytes, a command, a mode, a place; else 0. What
 * the translator needs is found here:
 *
 *	arg2	struct file, 0: none			arg3	name in the memory of the caller, 0: none
 *	arg4	struct file of the directory that the name is relative to, 0: the current one
 *	arg5	struct path, 0: none			arg6	first character of the name
 */
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/kern/features.h"
#include "dtrace/probe/classic.h"
#include "dtrace/provider/dispatch.h"
#include "dtrace/provider/fsinfo_calls.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/syscall_names.h"
#include "dtrace/types/btf.h"

#include "base/buf.h"

#include <linux/btf.h>
#include <string.h>

#define KERNEL "vmlinux"

enum { BLOCK = 64, NARGS = 2 };
enum { HELPER_READ_USER = 112, HELPER_TASK_BTF = 158, HELPER_TASK_PT_REGS = 175 };
/* Places in env->cache. */
enum { AT_FILE, AT_NAME, AT_DIR, AT_PATH, AT_FIRST, AT_NUMBER, AT_END };

/* ---- the probes ---- */

static const struct {
	const char *name;
	const char *why_not; /* no source on Linux */
	const char *number;  /* what args[1] is; NULL: 0 */
} probes[] = {
    [FS_OPEN] = {"open", NULL, NULL},
    [FS_CLOSE] = {"close", NULL, NULL},
    [FS_READ] = {"read", NULL, "bytes"},
    [FS_WRITE] = {"write", NULL, "bytes"},
    [FS_IOCTL] = {"ioctl", NULL, "command"},
    [FS_SETFL] = {"setfl", NULL, "flags"},
    [FS_GETATTR] = {"getattr", NULL, NULL},
    [FS_SETATTR] = {"setattr", NULL, NULL},
    [FS_ACCESS] = {"access", NULL, "mode"},
    [FS_CREATE] = {"create", NULL, NULL},
    [FS_REMOVE] = {"remove", NULL, NULL},
    [FS_LINK] = {"link", NULL, NULL},
    [FS_RENAME] = {"rename", NULL, NULL},
    [FS_MKDIR] = {"mkdir", NULL, NULL},
    [FS_RMDIR] = {"rmdir", NULL, NULL},
    [FS_READDIR] = {"readdir", NULL, "bytes"},
    [FS_SYMLINK] = {"symlink", NULL, NULL},
    [FS_READLINK] = {"readlink", NULL, "bytes"},
    [FS_FSYNC] = {"fsync", NULL, NULL},
    [FS_FID] = {"fid", NULL, NULL},
    [FS_SEEK] = {"seek", NULL, "offset"},
    [FS_FRLOCK] = {"frlock", NULL, "command"},
    [FS_SPACE] = {"space", NULL, "mode"},
    [FS_MAP] = {"map", NULL, "bytes"},
    [FS_SETSECATTR] = {"setsecattr", NULL, NULL},
    [FS_GETSECATTR] = {"getsecattr", NULL, "bytes"},
    {"lookup", "Linux resolves a name as a whole, mostly from memory: no file system is asked",
     NULL},
    {"poll", "one call polls many files: see syscall::poll:, ppoll:, epoll_wait:", NULL},
    {"getpage", "pages of files are asked for by the page cache: see vminfo:::pgin, io:::start",
     NULL},
    {"putpage", "pages of files are written by the page cache: see vminfo:::pgout, io:::start",
     NULL},
    {"pageio", "swap does not pass through file systems: see vminfo:::pgswapin, pgswapout", NULL},
    {"addmap", "Linux maps a file in one step: see map", NULL},
    {"delmap",
     "Linux has no event that tells which file is no longer mapped: see "
     "syscall::munmap:",
     NULL},
    {"inactive", "Linux keeps files that nobody uses in its cache, and tells nobody", NULL},
    {"dispose", "Linux has no event where pages of files are given up", NULL},
    {"pathconf", "pathconf(3) asks nobody on Linux: the C library answers it", NULL},
    {"rwlock", "locks of files are not taken by an operation on Linux: see lockstat:::rw-block",
     NULL},
    {"rwunlock", "locks of files are not given back by an operation on Linux", NULL},
    {"cmp", "Linux has no such operation: there is one inode for a file", NULL},
    {"realvp", "Linux has no such operation: see overlayfs with fbt::ovl_*:", NULL},
    {"dump", "Linux has no such operation: crash dumps are a second kernel's", NULL},
    {"shrlock", "Linux has no share reservations but those of its NFS server", NULL},
    {"vnevent", "Linux tells of changes by inotify and fanotify, without an event here", NULL},
    {"reqzcbuf", "Linux lends no buffers of file systems", NULL},
    {"retzcbuf", "Linux lends no buffers of file systems", NULL},
};
enum { NPROBES = sizeof(probes) / sizeof(probes[0]) };

static enum fsinfo_op op_of(const struct probe *probe)
{
	return (enum fsinfo_op)probe->data;
}

static bool has_source(const struct provider *p)
{
	return p->btf != NULL;
}

/* The operation's name among those of file systems, as programs for illumos print it: a system call has no function of its own. */
static const char *function_of(const struct provider *p, uint32_t i)
{
	return arena_printf(p->arena, "fop_%s", probes[i].name);
}

static int fsinfo_provide(struct provider *p, struct registry *r, const char *mod, const char *func,
			  const char *name, struct err *e)
{
	(void)e;
	if (!probe_glob(mod, KERNEL) || !has_source(p))
		return 0;
	for (uint32_t i = 0; i < FS_WITH_SOURCE; i++)
		if (probe_glob(name, probes[i].name) && probe_glob(func, function_of(p, i)))
			registry_add(r, p, i, "fsinfo", KERNEL, function_of(p, i), probes[i].name,
				     i);
	return 0;
}

static const char *fsinfo_why_not(struct provider *p, const char *func, const char *name)
{
	(void)func;
	for (unsigned i = 0; name && i < NPROBES; i++)
		if (!strcmp(probes[i].name, name))
			return probes[i].why_not ? probes[i].why_not
			       : !has_source(p)	 ? "the kernel's types are not available: needs "
						   "CONFIG_DEBUG_INFO_BTF (/sys/kernel/btf/vmlinux)"
						 : NULL;
	return NULL;
}

/* ---- sites ---- */

/* The name by which this kernel has the function and lets a program hang at it; NULL: it does not. */
static const char *function_here(const struct provider *p, const struct fsinfo_function *fn)
{
	if (!feature_has(p->features, FEAT_FENTRY))
		return NULL;
	if (btf_find_func(p->btf, fn->name))
		return fn->name;
	return fn->otherwise && btf_find_func(p->btf, fn->otherwise) ? fn->otherwise : NULL;
}

/* Does some function of the kernel tell of the operation? */
static bool by_function(const struct provider *p, enum fsinfo_op op)
{
	for (unsigned i = 0; i < fsinfo_nfunctions; i++)
		if (fsinfo_functions[i].op == op && function_here(p, &fsinfo_functions[i]))
			return true;
	return false;
}

static bool row_counts(const struct provider *p, const struct fsinfo_call *row)
{
	return row->always || !by_function(p, row->op);
}

static bool has_rows(const struct provider *p, enum fsinfo_op op, enum fsinfo_site site)
{
	for (unsigned i = 0; i < fsinfo_ncalls; i++)
		if (fsinfo_calls[i].op == op && fsinfo_calls[i].site == site &&
		    row_counts(p, &fsinfo_calls[i]))
			return true;
	return false;
}

static struct probe_site site_of_calls(enum fsinfo_site site)
{
	static const char *const names[] = {[FS_AT_ENTRY] = "fsinfo_enter",
					    [FS_AT_RETURN] = "fsinfo_exit",
					    [FS_AT_RETURN_TOO] = "fsinfo_too"};
	return (struct probe_site){.name = names[site],
				   .attach = ATTACH_TP_BTF,
				   .target = site == FS_AT_ENTRY ? "sys_enter" : "sys_exit",
				   .param = site == FS_AT_RETURN_TOO, /* a program of its own */
				   .ctx = CTX_TP_BTF,
				   .source = site};
}

static struct probe_site site_of_function(const struct provider *p, unsigned i)
{
	const struct fsinfo_function *fn = &fsinfo_functions[i];
	const char *name = function_here(p, fn);
	return (struct probe_site){.name = arena_printf(p->arena, "fs%u_%s", i, name),
				   .attach = fn->entry ? ATTACH_FENTRY : ATTACH_FEXIT,
				   .target = name,
				   .ctx = CTX_FENTRY,
				   .source = FS_AT_FUNCTION + i};
}

/* All sites of a probe: at most PROBE_SITES_MAX + 1. */
static int all_sites(const struct provider *p, enum fsinfo_op op, struct probe_site *out)
{
	int n = 0;
	for (unsigned i = 0; i < fsinfo_nfunctions; i++)
		if (fsinfo_functions[i].op == op && function_here(p, &fsinfo_functions[i]))
			out[n++] = site_of_function(p, i);
	for (enum fsinfo_site s = FS_AT_ENTRY; s < FS_NSITES; s++)
		if (has_rows(p, op, s))
			out[n++] = site_of_calls(s);
	return n;
}

static int fsinfo_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		       struct err *e)
{
	struct probe_site all[PROBE_SITES_MAX + 1];
	(void)e;
	all_sites(p, op_of(probe), all);
	*out = all[0];
	return 0;
}

static int fsinfo_more_sites(struct provider *p, const struct probe *probe, bool looks_inside,
			     struct probe_site *out)
{
	struct probe_site all[PROBE_SITES_MAX + 1];
	int n = all_sites(p, op_of(probe), all);
	(void)looks_inside;
	memcpy(out, all + 1, (size_t)(n - 1) * sizeof(*out));
	return n - 1;
}

static int fsinfo_args(struct provider *p, const struct probe *probe, struct arena *a,
		       struct probe_arg *args, int max)
{
	(void)p, (void)a;
	if (max < NARGS)
		return 0;
	args[0] = (struct probe_arg){.type = "fsop_t *", .xtype = "fileinfo_t *", .native = 0};
	args[1] =
	    (struct probe_arg){.type = "int", .name = probes[op_of(probe)].number, .native = 1};
	return NARGS;
}

/* ---- code: calls ---- */

/* What is known of the event, in registers that are the same for all rows; so the code of the clauses is there once. */
static void unknown(struct emit_env *env)
{
	for (int i = 0; i < AT_END; i++) {
		env->cache[i] = ir_reg(env->f);
		ir_mov(env->f, env->cache[i], IRV_IMM(0));
	}
}

static void know(struct emit_env *env, int what, int reg)
{
	ir_mov(env->f, env->cache[what], IRV_REG(reg));
}

static int value_of(struct emit_env *env, enum fsinfo_where where, int regs)
{
	if (where == RESULT)
		return ir_load(env->f, env->ctx, 8, 8);
	return regs_load(env, regs, regs_layout.syscall_args[where - A0]);
}

/* Descriptors are ints. */
static int descriptor(struct emit_env *env, enum fsinfo_where where, int regs)
{
	return ir_unary(env->f, IR_ZEXT, value_of(env, where, regs), 4);
}

static void know_file(struct emit_env *env, int file)
{
	uint32_t bits = 0, size;
	know(env, AT_FILE, file);
	if (btf_member(env->btf, "file", "f_path", &bits, &size, NULL))
		know(env, AT_PATH, ir_alu(env->f, IR_ADD, file, IRV_IMM(bits / 8)));
}

/* A name and what it is relative to. The empty name, or none, means the descriptor itself. */
static void know_name(struct emit_env *env, const struct fsinfo_call *row, int regs)
{
	struct ir_func *f = env->f;
	int itself = ir_label(f), done = ir_label(f);
	if (!env->frame[1])
		env->frame[1] = ir_frame(f, 8, 8) + 1;
	int obj = env->frame[1] - 1, name = value_of(env, row->path, regs);
	ir_br(f, IR_EQ, name, IRV_IMM(0), itself);
	ir_store(f, ir_frame_addr(f, obj, 0), 0, 8, IRV_IMM(0));
	ir_call(f, HELPER_READ_USER,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, obj, 0)), IRV_IMM(1), IRV_REG(name)));
	int first = ir_load(f, ir_frame_addr(f, obj, 0), 0, 8);
	ir_br(f, IR_EQ, first, IRV_IMM(0), itself);
	know(env, AT_FIRST, first);
	know(env, AT_NAME, name);
	if (row->dir != NONE)
		know(env, AT_DIR, fsinfo_file(env, descriptor(env, row->dir, regs), done));
	ir_jmp(f, done);
	ir_place(f, itself);
	if (row->dir != NONE)
		know_file(env, fsinfo_file(env, descriptor(env, row->dir, regs), done));
	ir_place(f, done);
}

/* One row: goes to `fires` when the call is the operation, to `no` when it is not. */
static void emit_row(struct emit_env *env, const struct fsinfo_call *row, int regs, int fires,
		     int no)
{
	struct ir_func *f = env->f;
	int known = ir_label(f);
	if (row->when)
		row->when(env, regs, ir_load(f, env->ctx, 8, 8), no);
	if (row->arg != NONE)
		know(env, AT_NUMBER, value_of(env, row->arg, regs));
	if (!env->anonymous && row->path != NONE)
		know_name(env, row, regs);
	if (!env->anonymous && row->fd != NONE)
		know_file(env, fsinfo_file(env, descriptor(env, row->fd, regs), known));
	ir_place(f, known);
	ir_jmp(f, fires);
}

/* The group of an operation, -1: it is not enabled here. */
static int group_of(const struct probe_group *groups, uint32_t ngroups, enum fsinfo_op op,
		    const struct probe **probe)
{
	for (uint32_t g = 0; g < ngroups; g++)
		for (uint32_t i = 0; i < groups[g].nprobes; i++)
			if (op_of(groups[g].probes[i]) == op) {
				*probe = groups[g].probes[i];
				return (int)g;
			}
	return -1;
}

/* All rows of a call at this site, one after the other. */
static void emit_call(struct provider *p, struct emit_env *env, const struct probe_group *groups,
		      uint32_t ngroups, uint32_t nr, int regs)
{
	struct ir_func *f = env->f;
	for (unsigned i = 0; i < fsinfo_ncalls; i++) {
		const struct fsinfo_call *row = &fsinfo_calls[i];
		const struct probe *probe;
		if (row->nr != (int)nr || row->site != env->source || !row_counts(p, row))
			continue;
		int g = group_of(groups, ngroups, row->op, &probe), no = ir_label(f),
		    fires = ir_label(f);
		if (g < 0)
			continue;
		emit_row(env, row, regs, fires, no);
		ir_place(f, fires);
		if (env->want_probe_id)
			ir_mov(f, env->probe_id, IRV_IMM(probe->id));
		ir_jmp(f, groups[g].label);
		ir_place(f, no);
	}
	ir_jmp(f, env->fail);
}

static bool is_told(struct provider *p, const struct emit_env *env,
		    const struct probe_group *groups, uint32_t ngroups, uint32_t nr)
{
	const struct probe *probe;
	for (unsigned i = 0; i < fsinfo_ncalls; i++)
		if (fsinfo_calls[i].nr == (int)nr && fsinfo_calls[i].site == env->source &&
		    row_counts(p, &fsinfo_calls[i]) &&
		    group_of(groups, ngroups, fsinfo_calls[i].op, &probe) >= 0)
			return true;
	return false;
}

static void dispatch_calls(struct provider *p, struct emit_env *env,
			   const struct probe_group *groups, uint32_t ngroups)
{
	struct dispatch d = {.arena = env->arena};
	struct ir_func *f = env->f;
	int label[SYSCALL_LIMIT];
	bool entry = env->source == FS_AT_ENTRY;
	if (env->want_probe_id && env->probe_id < 0)
		env->probe_id = ir_reg(f);
	unknown(env);
	if (!entry) /* what failed did nothing */
		ir_br(f, IR_SLT, ir_load(f, env->ctx, 8, 8), IRV_IMM(0), env->fail);
	int regs = regs_pointer(env, 0);
	int nr = entry ? ir_load(f, env->ctx, 8, 8) : regs_load(env, regs, regs_layout.syscall_nr);
	for (uint32_t i = 0; i < SYSCALL_LIMIT; i++) {
		label[i] = is_told(p, env, groups, ngroups, i) ? ir_label(f) : env->fail;
		dispatch_from(&d, i, label[i]);
	}
	dispatch_from(&d, SYSCALL_LIMIT, env->fail);
	regs_skip_compat(env, regs);
	ir_comment(f, "which system call");
	dispatch_emit(&d, f, nr);
	for (uint32_t i = 0; i < SYSCALL_LIMIT; i++)
		if (label[i] != env->fail) {
			ir_place(f, label[i]);
			emit_call(p, env, groups, ngroups, i, regs);
		}
}

/* ---- code: functions ---- */

/* Name of the structure that a parameter points to; "" when it is another type. */
static const char *pointed_to(struct btf *b, uint32_t type)
{
	const struct btf_type *t = btf_type(b, btf_skip(b, type));
	if (!t || btf_kind_of(t) != BTF_KIND_PTR)
		return "";
	t = btf_type(b, btf_skip(b, t->type));
	return t && btf_kind_of(t) == BTF_KIND_STRUCT ? btf_str(b, t->name_off) : "";
}

/* What the function works on; a plain address. */
static void know_parameter(struct emit_env *env, const struct btf_param *params, uint32_t n,
			   bool path_first)
{
	for (uint32_t i = 0; i < n; i++) {
		const char *what = pointed_to(env->btf, params[i].type);
		bool is_file = !strcmp(what, "file");
		if (!is_file && !(path_first && !strcmp(what, "path")))
			continue;
		int at = ir_load(env->f, env->ctx, (int32_t)(8 * i), 8);
		if (is_file)
			know_file(env, at);
		else
			know(env, AT_PATH, at);
		return;
	}
}

/* Leaves when the thread is in a call of which a row tells in any case. */
static void leave_to_calls(struct emit_env *env, enum fsinfo_op op)
{
	struct ir_func *f = env->f;
	int task = ir_call(f, HELPER_TASK_BTF, 0, NULL);
	int regs = ir_call(f, HELPER_TASK_PT_REGS, IR_CALL_ARGS(IRV_REG(task)));
	int nr = ir_load(f, regs, regs_layout.syscall_nr, 8);
	for (unsigned i = 0; i < fsinfo_ncalls; i++)
		if (fsinfo_calls[i].op == op && fsinfo_calls[i].always)
			ir_br(f, IR_EQ, nr, IRV_IMM(fsinfo_calls[i].nr), env->fail);
}

static void dispatch_function(struct provider *p, struct emit_env *env,
			      const struct probe_group *groups)
{
	const struct fsinfo_function *fn = &fsinfo_functions[env->source - FS_AT_FUNCTION];
	struct ir_func *f = env->f;
	uint32_t n, proto = btf_find_func(env->btf, function_here(p, fn));
	const struct btf_param *params = btf_proto_params(env->btf, proto, &n);
	unknown(env);
	if (fn->not_called)
		leave_to_calls(env, fn->op);
	if (!fn->entry) {
		int value = ir_load(f, env->ctx, (int32_t)(8 * n), 8);
		if (btf_size(env->btf, btf_type(env->btf, proto)->type) == 4)
			value = ir_unary(f, IR_SEXT, value, 4);
		ir_br(f, IR_SLT, value, IRV_IMM(0), env->fail);
		if (fn->counts)
			know(env, AT_NUMBER, value);
	}
	know_parameter(env, params, n, fn->op == FS_GETATTR);
	if (fn->creates)
		fsinfo_is_new(env, ir_copy(f, env->cache[AT_FILE]), env->fail);
	if (env->want_probe_id) {
		if (env->probe_id < 0)
			env->probe_id = ir_reg(f);
		ir_mov(f, env->probe_id, IRV_IMM(groups[0].probes[0]->id));
	}
	ir_jmp(f, groups[0].label);
}

static void fsinfo_emit_dispatch(struct provider *p, struct emit_env *env,
				 const struct probe_group *groups, uint32_t ngroups)
{
	if (env->source >= FS_AT_FUNCTION)
		dispatch_function(p, env, groups);
	else
		dispatch_calls(p, env, groups, ngroups);
}

static int fsinfo_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			   unsigned n)
{
	static const int at[] = {AT_FILE, AT_NUMBER, AT_FILE, AT_NAME, AT_DIR, AT_PATH, AT_FIRST};
	(void)p, (void)first;
	return n < sizeof(at) / sizeof(at[0]) ? ir_copy(env->f, env->cache[at[n]]) : -1;
}

/* ---- the manual ---- */

static void name_once(struct buf *b, const char *what, const char *name, unsigned *n)
{
	buf_printf(b, "%s%s", *n ? ", " : what, name);
	++*n;
}

static const char *sources_of(const struct provider *p, enum fsinfo_op op)
{
	BUF_AUTO b = {0};
	unsigned calls = 0, functions = 0;
	for (unsigned i = 0; i < fsinfo_ncalls; i++)
		if (fsinfo_calls[i].op == op)
			name_once(&b,
				  fsinfo_calls[i].site == FS_AT_ENTRY ? "sys_enter of "
								      : "sys_exit of ",
				  syscall_name((unsigned)fsinfo_calls[i].nr), &calls);
	for (unsigned i = 0; i < fsinfo_nfunctions; i++)
		if (fsinfo_functions[i].op == op)
			name_once(&b, "; with fentry: ", fsinfo_functions[i].name, &functions);
	return arena_strdup(p->arena, buf_str(&b));
}

static bool fsinfo_document(struct provider *p, unsigned i, struct probe_doc *out)
{
	if (i >= NPROBES)
		return false;
	*out = (struct probe_doc){.function = function_of(p, i),
				  .name = probes[i].name,
				  .why_not = probes[i].why_not,
				  .context = "the thread that makes it happen",
				  .here = i < FS_WITH_SOURCE && has_source(p)};
	if (i < FS_WITH_SOURCE) {
		struct probe probe = {.impl = p, .data = i};
		out->source = sources_of(p, (enum fsinfo_op)i);
		out->nargs = fsinfo_args(p, &probe, p->arena, out->args, PROBE_DOC_ARGS);
	}
	return true;
}

static void fsinfo_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[1] = attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = attrs[4] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
}

static const struct provider_ops fsinfo_ops = {
    .name = "fsinfo",
    .provide = fsinfo_provide,
    .site = fsinfo_site,
    .more_sites = fsinfo_more_sites,
    .args = fsinfo_args,
    .emit_arg = fsinfo_emit_arg,
    .emit_dispatch = fsinfo_emit_dispatch,
    .stability = fsinfo_stability,
    .why_not = fsinfo_why_not,
    .document = fsinfo_document,
};

void provider_fsinfo_add(struct registry *r)
{
	registry_add_provider(r, &fsinfo_ops, BLOCK, NULL);
}
