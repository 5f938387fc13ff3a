/*
 * session.c - compilation: options, parse, sema, lower
 */
#include "dtrace/api/session_int.h"

#include "dtrace/api/hidden.h"

#include "dtrace/bpf/codegen.h"
#include "dtrace/kern/kern.h"
#include "dtrace/lower/lower.h"
#include "dtrace/provider/providers.h"
#include "dtrace/sema/library.h"
#include "dtrace/types/btf.h"
#include "dtrace/types/btf_modules.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The file that this code is part of: the program, or the shared library. */
static bool own_path(char *path, size_t bytes)
{
	Dl_info self;
	bool library = dladdr((void *)(uintptr_t)own_path, &self) && self.dli_fname &&
		       strstr(self.dli_fname, ".so");
	if (library)
		return realpath(self.dli_fname, path) != NULL;
	ssize_t n = readlink("/proc/self/exe", path, bytes - 1);
	path[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The first of the folders, given relative to that of the program or library, that is there; or
 * NULL. Those of a build folder come first, then those of an installation: from PREFIX/sbin, from
 * PREFIX/lib, and from PREFIX/lib/x86_64-linux-gnu. */
static const char *beside_us(struct arena *a, const char *const *folders)
{
	char path[PATH_MAX];
	char *slash = own_path(path, sizeof(path)) ? strrchr(path, '/') : NULL;
	if (!slash)
		return NULL;
	*slash = '\0';
	for (; *folders; folders++) {
		char *dir = arena_printf(a, "%s/%s", path, *folders);
		if (access(dir, R_OK) == 0)
			return dir;
	}
	return NULL;
}

static const char *default_libdir(struct arena *a)
{
	static const char *const folders[] = {"../../dlib", "../../../dlib", "../lib/dtrace",
					      "../../lib/dtrace", NULL};
	const char *dir = beside_us(a, folders);
	return dir ? dir : "/usr/lib/dtrace";
}

const char *session_scripts_dir(struct session *s)
{
	static const char *const folders[] = {"../../share/scripts", "../../../share/scripts",
					      "../share/dtrace/scripts",
					      "../../share/dtrace/scripts", NULL};
	const char *dir = beside_us(s->arena, folders);
	return dir ? dir : "/usr/share/dtrace/scripts";
}

static int out_of_memory(struct err *e)
{
	return err_set(e, ENOMEM, "out of memory");
}

static int init(struct session *s, struct err *e)
{
	if (arena_guard(s->arena))
		return out_of_memory(e);
	options_init(&s->opts);
	if (options_from_env(&s->opts, s->arena, environ, e) < 0)
		return -1;
	s->syslibdir = default_libdir(s->arena);
	s->arena->guarded = 0;
	s->out_fd = STDOUT_FILENO;
	return 0;
}

struct session *session_new(struct err *e)
{
	struct session *s = calloc(1, sizeof(*s));
	if (!s || !(s->arena = arena_new())) {
		free(s);
		out_of_memory(e);
		return NULL;
	}
	if (init(s, e) < 0) {
		arena_free(s->arena);
		free(s);
		return NULL;
	}
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	session_run_fini(s);
	targets_release(s);
	symbols_free(s->syms);
	if (s->registry)
		registry_fini(s->registry);
	btf_modules_close(s->modules);
	if (s->btf)
		btf_close(s->btf);
	buf_fini(&s->errors);
	buf_fini(&s->stacks);
	if (s->flame)
		fclose(s->flame);
	buf_fini(&s->bpflog);
	buf_fini(&s->dump);
	arena_free(s->arena);
	free(s);
}

const char *session_errors(const struct session *s)
{
	return buf_str(&s->errors);
}

const char *session_bpflog(const struct session *s)
{
	return buf_str(&s->bpflog);
}

int session_setopt(struct session *s, const char *name, const char *value, struct err *e)
{
	int r = arena_guard(s->arena)
		    ? out_of_memory(e)
		    : options_set(&s->opts, s->arena, name, value, s->loaded != NULL, e);
	s->arena->guarded = 0;
	if (r == 0 && s->loaded)
		session_read_options(s);
	return r;
}

static uint64_t find_symbol(void *ctx, const char *module, const char *name)
{
	struct session *s = ctx;
	uint64_t addr = 0;
	if (!s->syms)
		s->syms = symbols_new(NULL, NULL);
	if (!symbols_kernel_find(s->syms, module, name, &addr) && !*module)
		addr = hidden_symbol(s->syms, s->btf, name);
	return addr;
}

/* What is built in has its types in the kernel's own blob. */
static struct btf *find_module(void *ctx, const char *name)
{
	struct session *s = ctx;
	bool kernel = strcmp(name, "vmlinux") == 0 || strcmp(name, "kernel") == 0;
	return kernel ? s->btf : btf_modules_find(s->modules, name);
}

int session_prepare(struct session *s, struct err *e)
{
	if (s->sema_ready)
		return 0;
	struct err none = {0};
	s->btf = btf_open("/sys/kernel/btf/vmlinux", &none);
	if (features_init(&s->features, s->btf, s->opts.text[OPT_NOFEATURE], e) < 0)
		return -1;
	s->features.assume = true; /* each trial takes 0.1 ms of the start-up; see load() */
	uint64_t strsize = s->opts.value[OPT_STRSIZE];
	s->types = types_new(s->arena, s->btf, strsize == OPTION_UNSET ? 256 : (uint32_t)strsize);
	if (s->opts.value[OPT_DATAMODEL] == DATAMODEL_ILP32)
		types_set_ilp32(s->types);
	s->modules = btf_modules_new(s->arena, "/sys/kernel/btf", s->btf);
	types_set_module_hook(s->types, find_module, s);
	s->registry = registry_new(s->arena, s->btf, &s->features);
	registry_set_modules(s->registry, s->modules);
	providers_add_all(s->registry);
	diags_init(&s->diags, s->arena, NULL);
	sema_init(&s->sema, s->arena, s->types, s->registry, &s->opts, &s->diags);
	s->sema.only_zone = s->opts.text[OPT_ZONE];
	s->sema.ksym = find_symbol;
	s->sema.ksym_ctx = s;
	s->libraries = libraries_new(&s->sema);
	libraries_add_dir(s->libraries,
			  s->opts.text[OPT_SYSLIBDIR] ? s->opts.text[OPT_SYSLIBDIR] : s->syslibdir,
			  true);
	for (const char *d = s->opts.text[OPT_LIBDIR]; d && *d;) {
		size_t n = strcspn(d, "\n");
		libraries_add_dir(s->libraries, arena_strndup(s->arena, d, n), false);
		d += n + (d[n] == '\n');
	}
	serve_prepare(s);
	s->sema_ready = true;
	return 0;
}

/* ---- compile ---- */

static bool wants_dump(const struct session *s, const char *stage)
{
	const char *list = s->opts.text[OPT_DUMP];
	size_t n = strlen(stage);
	for (const char *p = list; p && *p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, stage, n) == 0 && (p[n] == ',' || p[n] == '\0' || p[n] == '\n'))
			return true;
	return false;
}

static void flush_dump(struct session *s)
{
	fputs(buf_str(&s->dump), stdout);
	fflush(stdout);
	buf_clear(&s->dump);
}

int session_report(struct session *s, const char *text, struct err *e)
{
	bool tags = s->opts.value[OPT_ERRTAGS] != OPTION_UNSET && s->opts.value[OPT_ERRTAGS];
	buf_clear(&s->errors);
	BUF_AUTO first = {0};
	for (size_t i = 0; i < s->diags.list.n; i++) {
		const struct diag *d = &s->diags.list.at[i];
		if (i == 0)
			diag_render_line(d, tags, &first);
		diag_render(d, tags, text, &s->errors);
	}
	s->diags.list.n = 0;
	s->diags.total = 0;
	return err_set(e, EINVAL, "%s", buf_str(&first));
}

static void type_text(const struct type *t, struct buf *b)
{
	type_name(t, b);
}

void session_macros(struct session *s, struct macro_var *m, size_t *n)
{
	pid_t target = s->ntargets ? s->targets[0].pid : -1;
	const struct session_asker own = {.pid = getpid(),
					  .ppid = getppid(),
					  .pgid = getpgid(0),
					  .sid = getsid(0),
					  .uid = getuid(),
					  .euid = geteuid(),
					  .gid = getgid(),
					  .egid = getegid()};
	const struct session_asker *a = s->asked ? &s->asker : &own;
	const struct macro_var all[] = {
	    {"pid", a->pid}, {"ppid", a->ppid}, {"uid", a->uid},   {"euid", a->euid},
	    {"gid", a->gid}, {"egid", a->egid}, {"pgid", a->pgid}, {"sid", a->sid},
	    {"projid", 0},   {"taskid", 0},	{"zoneid", 0},	   {"target", target},
	};
	*n = sizeof(all) / sizeof(all[0]) - (s->ntargets ? 0 : 1);
	memcpy(m, all, *n * sizeof(*m));
}

static int check_arguments(struct session *s, const struct session_source *src, uint64_t used,
			   struct err *e)
{
	uint64_t argref = s->opts.value[OPT_ARGREF];
	if (src->argc <= 1 || (argref != OPTION_UNSET && argref))
		return 0;
	for (int i = 1; i < src->argc && i < 64; i++)
		if (!(used >> i & 1)) {
			diag_error(&s->diags, "D_MACRO_UNUSED", (struct src){0},
				   "extraneous argument '%s' ($%d is not referenced)", src->argv[i],
				   i);
			return session_report(s, NULL, e);
		}
	return 0;
}

/* A program without a clause would trace nothing until it is interrupted; but it may define probes. */
static int check_empty(struct session *s, const struct program_ast *ast, const char *text,
		       struct err *e)
{
	for (const struct item *i = ast->items; i; i = i->next)
		if (i->kind == ITEM_CLAUSE || i->kind == ITEM_PROVIDER)
			return 0;
	if (s->opts.value[OPT_EMPTY])
		return 0;
	diag_error(&s->diags, "D_EMPTY", (struct src){0}, "empty D program translation unit");
	return session_report(s, text, e);
}

/* quoted: the text that messages quote lines of, which went through the preprocessor when that is not `text`. */
static struct session_program *compile(struct session *s, const struct session_source *src,
				       const char *text, size_t len, const char *quoted,
				       struct err *e)
{
	struct macro_var macros[16];
	uint64_t used = 0, macros_used = 0;
	struct parse_opts po = {.is_typename = sema_is_typename,
				.typename_ctx = &s->sema,
				.spec_level = (enum spec_level)src->level,
				.is_file = src->is_file,
				.argc = src->argc,
				.argv = src->argv,
				.default_args = s->opts.value[OPT_DEFAULTARGS] != OPTION_UNSET &&
						s->opts.value[OPT_DEFAULTARGS] != 0,
				.args_used = &used,
				.macros = macros,
				.macros_used = &macros_used,
				.token_dump = wants_dump(s, "tokens") ? &s->dump : NULL};
	session_macros(s, macros, &po.nmacros);
	diags_init(&s->diags, s->arena, src->filename);
	s->diags.command_line = !src->filename;
	struct program_ast *ast;
	if (libraries_load(s->libraries) < 0) {
		session_report(s, NULL, e);
		return NULL;
	}
	if (parse_program(s->arena, text, len, src->filename, &po, &s->diags, &ast) < 0) {
		flush_dump(s);
		session_report(s, quoted, e);
		return NULL;
	}
	if (wants_dump(s, "ast") || s->opts.value[OPT_TREE])
		ast_print(ast, &s->dump);
	struct session_program *p = arena_new_of(s->arena, struct session_program);
	int r = sema_program(&s->sema, ast, &p->typed);
	if (r == 0 && wants_dump(s, "types"))
		ast_print_typed(ast, type_text, &s->dump);
	flush_dump(s);
	if (r < 0) {
		session_report(s, quoted, e);
		return NULL;
	}
	if (check_empty(s, ast, quoted, e) < 0 || check_arguments(s, src, used, e) < 0)
		return NULL;
	for (size_t i = 0; i < po.nmacros; i++)
		if (macros_used >> i & 1 && strcmp(macros[i].name, "target") == 0)
			s->target_named = true;
	return p;
}

/* Options as they are for one compilation: `before` gets what they were. */
static int set_flags(struct session *s, const char *const *flags, struct options *before,
		     struct err *e)
{
	*before = s->opts;
	for (; flags && *flags; flags++)
		if (options_set(&s->opts, s->arena, *flags, NULL, false, e) < 0)
			return -1;
	return 0;
}

/* What the program itself said of options stays. */
static void restore_flags(struct session *s, const char *const *flags, const struct options *before)
{
	for (; flags && *flags; flags++) {
		int id = option_find(*flags);
		if (id >= 0)
			s->opts.value[id] = before->value[id];
	}
}

struct session_program *session_compile(struct session *s, const struct session_source *src,
					struct err *e)
{
	struct options before;
	buf_clear(&s->errors);
	if (arena_guard(s->arena)) {
		out_of_memory(e);
		return NULL;
	}
	struct session_program *p = NULL;
	const char *text = src->text;
	size_t len = src->len;
	if (set_flags(s, src->flags, &before, e) == 0 && session_prepare(s, e) == 0) {
		/* Messages quote the line, and so want an end of the text. */
		const char *quoted = arena_strndup(s->arena, text, len);
		text = src->cpp ? session_cpp(s, src, &len, e) : quoted;
		if (text)
			p = compile(s, src, text, len, quoted, e);
	}
	restore_flags(s, src->flags, &before);
	s->arena->guarded = 0;
	return p;
}

void session_enable(struct session *s, struct session_program *p)
{
	if (arena_guard(s->arena))
		s->oom = true;
	else
		*vec_push(&s->enabled, s->arena) = &p->typed;
	s->arena->guarded = 0;
	s->lowered = false;
}

/* ---- lower ---- */

static struct codegen_target target_of(const struct features *f)
{
	return (struct codegen_target){.may_goto = feature_has(f, FEAT_MAY_GOTO),
				       .cpu_v4 = feature_has(f, FEAT_CPU_V4),
				       .atomics = feature_has(f, FEAT_ATOMICS),
				       .forgets_slots = !feature_has(f, FEAT_SLOT_BOUNDS)};
}

static struct lower_opts lower_opts(struct session *s)
{
	/* Without bpf(2) (no privilege, or -xnofeature=bpf) nothing can be tried and nothing will be
	 * loaded: the code to look at is that for a kernel which has everything. */
	const struct features *f = feature_has(&s->features, FEAT_BPF) ? &s->features : NULL;
	return (struct lower_opts){.features = f,
				   .btf = s->btf,
				   .target = target_of(f),
				   .ncpu = (uint32_t)kern_ncpus_possible(),
				   .open = s->open || s->open_modules,
				   .dump_ir = wants_dump(s, "ir") ? &s->dump : NULL};
}

static int lower(struct session *s, struct err *e)
{
	s->follows = late_is_possible(s);
	s->open = s->follows || late_after_exec(s, 0);
	s->open_modules = late_modules_are_possible(s);
	struct lower_opts lo = lower_opts(s);
	int r = lower_programs(&s->sema, s->enabled.at, (unsigned)s->enabled.n, &lo, &s->image, e);
	if (r == 0 && wants_dump(s, "bpf"))
		session_disassemble(s, &s->dump);
	flush_dump(s);
	if (r < 0 && s->diags.list.n)
		return session_report(s, NULL, e);
	s->lowered = r == 0;
	return r;
}

int session_lower_more(struct session *s, struct sema_program *p, struct image *out, struct err *e)
{
	struct lower_opts lo = lower_opts(s);
	lo.base = &s->image;
	lo.dump_ir = NULL;
	int r = lower_programs(&s->sema, &p, 1, &lo, out, e);
	return r < 0 && s->diags.list.n ? session_report(s, NULL, e) : r;
}

int session_lower(struct session *s, struct err *e)
{
	if (s->lowered)
		return 0;
	if (s->oom || arena_guard(s->arena))
		return out_of_memory(e);
	if (session_prepare(s, e) < 0)
		return -1;
	int r = lower(s, e);
	s->arena->guarded = 0;
	return r;
}

void session_disassemble(struct session *s, struct buf *out)
{
	for (size_t i = 0; i < s->image.progs.n; i++)
		disasm_prog(&s->image.progs.at[i], &s->image, out);
}
