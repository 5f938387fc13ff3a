/*
 * pid.c - provider pid: functions and instructions of processes
 *
 *	uprobe near the first instruction	-> pidNNN:MODULE:FUNCTION:entry	arg0..arg9
 *	uprobes where it returns, or jumps elsewhere	-> pidNNN:MODULE:FUNCTION:return
 *					arg0 = offset of that place (0 when it is too large), arg1 = value
 *					returned (what the function jumped to has yet to make it)
 *	uprobe at an instruction		-> pidNNN:MODULE:FUNCTION:OFFSET
 *					(hexadecimal), arg0..arg5 = the argument registers
 *
 * Probes come into being when a description names the process: nothing is read before. A module
 * that is written out ("a.out", "libc", "libc.so.6") is what probemod says; a pattern is compared with,
 * and probemod then is, the last part of the file's path. A function "-" stands for the module itself,
 * and OFFSET is then an address.
 *
 * The kernel is asked for one uprobe where a function begins, past instructions that make tracing dear
 * and change nothing that a probe sees (sym/x86.h). The kernel would catch returns, too, in the way of an address on the
 * stack that it replaces (uretprobe), but programs that throw exceptions, switch stacks, handle signals on one of their
 * own or call setjmp() do not survive that, nor do functions that are not called (_start). It does so for the functions
 * of libc that a processor chooses among, where symbols do not tell their ends.
 */
#include "base/index.h"
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/uprobe.h"
#include "dtrace/sym/x86.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETURNS = 1, GO = 2 }; /* site param */
enum way { AS_IT_IS, AT_RETURN, CAUGHT /* by the kernel, by the return address */ };
enum { NAME_MAX_BYTES = 1024 };

struct pid_provider { /* provider.data */
	struct uprobe_files files;
	VEC(struct probe *) probes;
	struct index known; /* those */
	const char *why;    /* the last description had no probes */
};

/* What is being looked for, and where. */
struct search {
	struct provider *p;
	struct pid_provider *d;
	struct registry *r;
	struct err *e;
	const char *mod, *func, *name; /* "*" when not given */
	pid_t pid;
	const char *pattern; /* of the provider, where there may be many processes */
	bool to_come;	     /* ... and some that do not run yet */
	bool is_program;     /* of the module at hand: it is the file that the process runs */
	bool any_process;    /* one of them: what it lacks is no error */
	const char *provider;
	/* the object at hand */
	const struct process_object *object;
	struct uprobe_file *file;
	bool cut;	      /* the function's end is not known */
	const char *module;   /* as the probe has it */
	uint32_t module_hash; /* of that */
	bool alias;	      /* it is not what the object is called */
	unsigned objects;     /* that the module pattern matched */
};

static int fail(struct search *s, const char *tag)
{
	registry_set_tag(s->r, tag);
	return -1;
}

/* ---- one probe ---- */

/* What a probe is known by, with the file: a process that becomes another program has a main() again. pid 0: to come. */
struct pid_key {
	const struct search *s;
	uint32_t pid;
	const char *provider, *func, *name;
};

static bool same(const char *a, const char *b)
{
	return a == b || !strcmp(a, b);
}

static bool is_of_key(const void *arg, uint32_t number)
{
	const struct pid_key *k = arg;
	const struct probe *p = k->s->d->probes.at[number - 1];

	return same(p->function, k->func) && same(p->name, k->name) &&
	       same(p->module, k->s->module) && same(p->provider, k->provider) &&
	       uprobe_of(p)->file == k->s->file;
}

static struct probe *new_probe(struct search *s, const struct pid_key *k, enum way way)
{
	struct uprobe *u = arena_new_of(s->p->arena, struct uprobe);
	*u = (struct uprobe){.file = s->file,
			     .pid = k->pid,
			     .at_return = way != AS_IT_IS,
			     .ret = way == CAUGHT,
			     .places = {&u->first, 0, 1}};
	struct probe *p = registry_add(s->r, s->p, 0, k->provider, s->module, k->func, k->name,
				       (uint64_t)(uintptr_t)u);
	p->alias = s->alias;
	p->to_come = !k->pid;
	return p;
}

static struct probe *probe_for(struct search *s, uint32_t pid, const char *func, const char *name,
			       enum way way)
{
	struct pid_key k = {s, pid, pid ? s->provider : "pid", func, name};
	size_t bytes = strlen(func);

	if (bytes >= NAME_MAX_BYTES)
		return NULL; /* no such name can be written in a description */
	uint32_t hash = map_hash(func, bytes) ^ map_hash(name, strlen(name)) * 31 ^ s->module_hash ^
			pid * 0x9e3779b1u;
	uint32_t *at = index_at(&s->d->known, hash, is_of_key, &k);
	if (!*at) {
		*vec_push(&s->d->probes, s->p->arena) = new_probe(s, &k, way);
		*at = (uint32_t)s->d->probes.n;
	}
	return s->d->probes.at[*at - 1];
}

static void add_place(struct search *s, struct probe *p, uint64_t offset, int64_t own)
{
	if (!p)
		return;
	struct uprobe *u = uprobe_of(p);
	for (size_t i = 0; i < u->places.n; i++)
		if (u->places.at[i].offset == offset)
			return;
	*vec_push(&u->places, s->p->arena) = (struct uprobe_place){
	    .offset = offset, .own = own > 0 && own < 1 << UPROBE_OWN_BITS ? (uint32_t)own : 0};
}

static void add_probe(struct search *s, const char *func, const char *name, enum way way,
		      uint64_t offset, int64_t own)
{
	add_place(s, probe_for(s, (uint32_t)s->pid, func, name, way), offset, own);
	if (s->to_come)
		add_place(s, probe_for(s, 0, func, name, way), offset, own);
}

/* ---- one function ---- */

/* Code of a function; NULL: it cannot be read, or is too long to be looked at. free(*heap). */
static const uint8_t *code_of(const struct search *s, const struct elf_func *f, uint64_t offset,
			      uint8_t *head, uint8_t **heap)
{
	*heap = NULL;
	return f->size > UPROBE_CODE_MAX ? NULL : uprobe_code(s->file, offset, f->size, head, heap);
}

/* Parts of a function that are seldom needed lie elsewhere: a jump there does not leave it. */
static bool is_part(const struct search *s, uint64_t addr)
{
	const struct elf_func *f = elf_funcs_at(&s->file->funcs, addr);
	size_t n = f && f->addr == addr ? strlen(f->name) : 0;

	return n > 5 && !strcmp(f->name + n - 5, ".cold");
}

/* Probes at all places where a function returns, or jumps to one that returns in its stead; where its end is not known
 * the kernel has to tell. False: there are none. */
static bool add_returns(struct search *s, const struct elf_func *f, uint64_t offset)
{
	uint8_t head[UPROBE_HEAD_BYTES], *heap;
	const uint8_t *code = code_of(s, f, offset, head, &heap);
	struct x86_insn in;
	bool any = false;
	uint64_t entry;
	if (s->cut && uprobe_entry_place(s->file, f, offset, &entry)) {
		add_probe(s, f->name, "return", CAUGHT, entry, 0);
		any = true;
	}
	size_t at = !s->cut && code && x86_is_code(code, f->size) ? 0 : f->size;

	while ((at = x86_next_exit(code, f->size, at, &in)) < f->size) {
		bool leaves = !in.jumps || !is_part(s, f->addr + at + (uint64_t)in.target);
		if (leaves && !in.unfit)
			add_probe(s, f->name, "return", AT_RETURN, offset + at, (int64_t)at);
		any |= leaves && !in.unfit;
		at += in.bytes;
	}
	free(heap);
	return any;
}

static int no_return(struct search *s, const char *func)
{
	err_set(s->e, ENOTSUP,
		"failed to create return probe for '%s' in process %d: it has no instruction that "
		"returns (it never does, or ends with a computed jump)",
		func, (int)s->pid);
	return fail(s, "D_PROC_CREATEFAIL");
}

/* Would a probe spoil what the function keeps below the stack pointer? */
static bool is_overwriting(const struct x86_insn *in, const uint8_t *code, size_t n)
{
	return in->nop5 && x86_may_use_red_zone(code, n);
}

/* Probes at all instructions whose offset the name matches. Code that is not instructions from its
 * beginning to its end has none. */
static void add_offsets(struct search *s, const struct elf_func *f, const char *func,
			uint64_t offset)
{
	uint8_t head[UPROBE_HEAD_BYTES], *heap;
	const uint8_t *code = code_of(s, f, offset, head, &heap);
	struct x86_insn in;

	bool whole = code && x86_is_code(code, f->size);
	for (size_t at = 0; whole && at < f->size; at += in.bytes) {
		char name[20];
		if (!x86_decode(code + at, f->size - at, &in))
			break;
		snprintf(name, sizeof(name), "%zx", at);
		if (probe_glob(s->name, name) && !in.unfit && !is_overwriting(&in, code, f->size))
			add_probe(s, func, arena_strdup(s->p->arena, name), AS_IT_IS, offset + at,
				  0);
	}
	free(heap);
}

static int unfit(struct search *s, const char *func, const char *what)
{
	err_set(s->e, ENOTSUP,
		"failed to create %s probe for '%s' in process %d: the kernel cannot run the "
		"instruction "
		"there (a vector instruction, or one with a lock) apart from its place; probe that "
		"behind it",
		what, func, (int)s->pid);
	return fail(s, "D_PROC_CREATEFAIL");
}

/* NULL: an instruction begins at offset want, and nothing would be overwritten. */
static const char *why_not_at(const struct search *s, const struct elf_func *f, uint64_t offset,
			      uint64_t want)
{
	uint8_t head[UPROBE_HEAD_BYTES], *heap;
	const uint8_t *code = code_of(s, f, offset, head, &heap);
	const char *why = NULL;
	struct x86_insn in;
	size_t at = 0;

	while (code && at < want && x86_decode(code + at, f->size - at, &in))
		at += in.bytes;
	if (!code || at != want)
		why = "no instruction begins there";
	else if (x86_decode(code + at, f->size - at, &in) && is_overwriting(&in, code, f->size))
		why = "at a nop of five bytes the kernel overwrites what a function that calls no "
		      "other keeps below its stack pointer; probe that behind it";
	free(heap);
	return why;
}

/* The only offset that the name says. */
static int add_offset(struct search *s, const struct elf_func *f, const char *func, uint64_t offset)
{
	char *end;
	uint64_t want = strtoull(s->name, &end, 16);

	if (*end || !isxdigit((unsigned char)*s->name)) {
		err_set(s->e, EINVAL, "'%s' is an invalid probe name", s->name);
		return fail(s, "D_PROC_NAME");
	}
	if (want >= f->size) {
		err_set(s->e, EINVAL, "offset 0x%llx outside of function '%s'",
			(unsigned long long)want, func);
		return fail(s, "D_PROC_OFF");
	}
	const char *why = why_not_at(s, f, offset, want);
	if (why) {
		err_set(s->e, EINVAL, "failed to create probe at '%s+0x%llx': %s", func,
			(unsigned long long)want, why);
		return fail(s, "D_PROC_ALIGN");
	}
	if (!uprobe_may_lie_at(s->file, offset + want))
		return unfit(s, func, s->name);
	add_probe(s, func, arena_strdup(s->p->arena, s->name), AS_IT_IS, offset + want, 0);
	return 0;
}

/* strlen() of libc is whichever of several the dynamic linker found best for this processor: that one is
 * meant, not what chooses it. As it was, where nothing has been chosen yet. */
static struct elf_func really_called(struct search *s, const struct elf_func *f)
{
	enum { LOOK_BYTES = 32 };
	const struct process_object *o = s->object;
	uint64_t slot, vaddr, called, offset;

	s->cut = false;
	if (!f->chosen || !elf_file_chosen_slot(s->file->elf, f->addr, &slot) ||
	    !elf_file_address(s->file->elf, o->offset, &vaddr) ||
	    !process_word(s->pid, o->start - vaddr + slot, &called) || called < o->start ||
	    called >= o->end)
		return *f;
	struct elf_func g = {.name = f->name, .addr = called - (o->start - vaddr)};
	const struct elf_func *named = elf_funcs_at(&s->file->funcs, g.addr);
	if (!elf_file_offset(s->file->elf, g.addr, &offset))
		return *f;
	s->cut = !named || named->addr != g.addr;
	g.size = s->cut ? LOOK_BYTES : named->size;
	return g;
}

static int add_function(struct search *s, const struct elf_func *named)
{
	const struct elf_func called = really_called(s, named), *f = &called;
	uint64_t offset, at;
	bool glob = probe_is_glob(s->name), entry = probe_glob(s->name, "entry");
	bool ret = probe_glob(s->name, "return"),
	     only = !glob && !probe_is_glob(s->func) && !s->any_process;

	if (!elf_file_offset(s->file->elf, f->addr, &offset))
		return 0;
	if (entry && uprobe_entry_place(s->file, f, offset, &at))
		add_probe(s, f->name, "entry", AS_IT_IS, at, 0);
	else if (entry && only)
		return unfit(s, f->name, s->name);
	if (ret && !add_returns(s, f, offset) && only)
		return no_return(s, f->name);
	if (glob)
		add_offsets(s, f, f->name, offset);
	return glob || entry || ret ? 0 : add_offset(s, f, f->name, offset);
}

/* ---- one module ---- */

/* Function "-": the name is an address of the process, or of the file. */
static int add_address(struct search *s)
{
	char *end;
	uint64_t addr = strtoull(s->name, &end, 16), offset;
	const struct process_object *o = s->object;

	if (probe_is_glob(s->name)) {
		err_set(s->e, EINVAL,
			"only individual addresses may be specified with the '-' function");
		return fail(s, "D_PROC_NAME");
	}
	if (*end || !isxdigit((unsigned char)*s->name)) {
		err_set(s->e, EINVAL, "'%s' is an invalid probe name", s->name);
		return fail(s, "D_PROC_NAME");
	}
	if (addr >= o->start && addr < o->end)
		offset = addr - o->start + o->offset;
	else if (!elf_file_offset(s->file->elf, addr, &offset))
		return 0;
	if (!uprobe_may_lie_at(s->file, offset))
		return unfit(s, "-", s->name);
	add_probe(s, "-", arena_strdup(s->p->arena, s->name), AS_IT_IS, offset, 0);
	return 0;
}

/* _init and _fini often have sizes that are wrong; a function of no size is none. Of several names
 * for one place the first that matches stands. */
static int add_matching(struct search *s, const struct elf_funcs *t)
{
	bool glob = probe_is_glob(s->func), taken = false, any = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct elf_func *f = &t->at[i];
		bool same = i && f->addr == t->at[i - 1].addr;
		if (!same)
			taken = false;
		if (!f->size ||
		    (glob && (taken || !strcmp(f->name, "_init") || !strcmp(f->name, "_fini"))))
			continue;
		if (glob ? !probe_glob(s->func, f->name) : strcmp(s->func, f->name) != 0)
			continue;
		taken = any = true;
		if (add_function(s, f) < 0)
			return -1;
	}
	if (any || glob || s->any_process || probe_is_glob(s->mod))
		return 0;
	err_set(s->e, ENOENT, "failed to lookup '%s' in module '%s'%s%s", s->func, s->mod,
		t->n ? "" : ": ", t->n ? "" : s->d->why);
	return fail(s, "D_PROC_FUNC");
}

static int only_program(struct search *s)
{
	if (s->any_process)
		return 0;
	err_set(s->e, EINVAL, "only the a.out module is valid with the '-' function");
	return fail(s, "D_PROC_LIB");
}

static int add_module(struct search *s, const struct process_object *o)
{
	struct err why = {0};
	bool many = s->any_process || probe_is_glob(s->mod);

	s->object = o;
	s->module_hash = map_hash(s->module, strlen(s->module)) * 37;
	s->alias = strcmp(s->module, o->name) != 0;
	s->file = uprobe_file_of(&s->d->files, s->pid, o, &why);
	if (!s->file || !s->file->elf) {
		if (many)
			return 0;
		*s->e = s->file ? s->file->why : why;
		err_wrap(s->e, "cannot read module %s of process %d", o->name, (int)s->pid);
		return fail(s, "D_PROC_LIB");
	}
	if (s->file->elf->machine != EM_X86_64) {
		s->d->why = "probes of 32-bit programs are not supported";
		return 0;
	}
	if (!strcmp(s->func, "-"))
		return s->is_program ? add_address(s) : many ? 0 : only_program(s);
	const struct elf_funcs *t = uprobe_file_functions(s->file, s->pid, o->path);
	if (!t->n)
		s->d->why = arena_printf(
		    s->p->arena, "no symbols in %s%s%s: it is stripped, and there is no debug file",
		    o->name, s->file->why.code ? ": " : "",
		    s->file->why.code ? s->file->why.text : "");
	return add_matching(s, t);
}

/* ---- one process ---- */

static int add_process(struct search *s, pid_t pid)
{
	struct process_objects objects;
	int r;

	if (!registry_looks_at(s->r, pid))
		return 0;
	s->pid = pid;
	s->provider = arena_printf(s->p->arena, "pid%d", (int)pid);
	s->objects = 0;
	r = process_objects(pid, &objects, s->e);
	if (r < 0) {
		process_objects_free(&objects);
		return s->any_process ? 0 : fail(s, "D_PROC_GRAB");
	}
	for (size_t i = 0; i < objects.n && r == 0; i++) {
		s->is_program = i == 0;
		s->module = uprobe_module(s->p->arena, s->mod, &objects.at[i], !s->objects);
		if (!s->module)
			continue;
		r = add_module(s, &objects.at[i]);
		s->objects++;
	}
	if (r == 0 && !s->objects && objects.n && !strcmp(s->func, "-"))
		r = only_program(s);
	if (r == 0 && !s->objects && objects.n)
		s->d->why =
		    arena_printf(s->p->arena,
				 "process %d has no module %s now; with -Z tracing begins, and it "
				 "may load that",
				 (int)pid, s->mod);
	if (r == 0 && !objects.n)
		s->d->why = arena_printf(s->p->arena,
					 "process %d runs no program: it has ended, or is a thread "
					 "of the kernel",
					 (int)pid);
	process_objects_free(&objects);
	return r;
}

static int add_if_matches(void *arg, pid_t pid)
{
	struct search *s = arg;
	char name[32];

	snprintf(name, sizeof(name), "pid%d", (int)pid);
	return probe_glob(s->pattern, name) ? add_process(s, pid) : 0;
}

static const char *or_any(const char *part)
{
	return part && *part ? part : "*";
}

static int no_such_number(struct search *s, const char *prov)
{
	err_set(s->e, EINVAL, "'%s' does not contain a valid pid", prov);
	return fail(s, "D_PROC_BADPID");
}

/* Function "-" is of the program's own file, which stands first. */
static int check_dash(struct search *s, const char *mod)
{
	if (strcmp(s->func, "-") || !mod || !*mod || !probe_is_glob(mod))
		return 0;
	return only_program(s);
}

static int pid_provide(struct provider *p, struct registry *r, const char *prov, const char *mod,
		       const char *func, const char *name, struct err *e)
{
	struct pid_provider *d = p->data;
	struct search s = {.p = p,
			   .d = d,
			   .r = r,
			   .e = e,
			   .mod = or_any(mod),
			   .func = or_any(func),
			   .name = or_any(name)};
	char *end;

	d->why = NULL;
	if (!prov || strncmp(prov, "pid", 3))
		return 0;
	if (isdigit((unsigned char)prov[3]) && check_dash(&s, mod) < 0)
		return -1;
	long pid = strtol(prov + 3, &end, 10);
	if (!*end && end != prov + 3 && isdigit((unsigned char)prov[3]))
		return pid > 0 && pid <= INT32_MAX ? add_process(&s, (pid_t)pid)
						   : no_such_number(&s, prov);
	if (!probe_is_glob(prov))
		return 0;
	s.any_process = true;
	s.to_come = probe_fits_any(prov, "pid");
	s.pattern = prov;
	return process_each(add_if_matches, &s);
}

/* ---- code ---- */

static int pid_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		    struct err *e)
{
	const struct uprobe *u = uprobe_of(probe);

	(void)p, (void)e;
	uprobe_site(u->at_return ? "pid_return" : "pid_entry",
		    (u->at_return ? RETURNS : 0) | (u->file->is_go ? GO : 0), out);
	return 0;
}

static int pid_args(struct provider *p, const struct probe *probe, struct arena *a,
		    struct probe_arg *args, int max)
{
	(void)p, (void)probe, (void)a, (void)args, (void)max;
	return 0;
}

/* Behind the return address, where the probe fires at the entry. */
static int stack_arg(struct emit_env *env, unsigned n, unsigned in_registers)
{
	int sp = ir_load(env->f, env->ctx, regs_layout.sp, 8);
	int at = ir_alu(env->f, IR_ADD, sp, IRV_IMM(8 + 8 * (n - in_registers)));

	return uprobe_emit_read(env, at, 8);
}

static int pid_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			unsigned n)
{
	const struct uprobe *u = uprobe_of(first);

	(void)p;
	if (u->at_return)
		return n == 0	? uprobe_emit_own(env)
		       : n == 1 ? ir_load(env->f, env->ctx, regs_layout.result, 8)
				: -1;
	if (u->file->is_go)
		return n < 9 ? ir_load(env->f, env->ctx, regs_layout.go_args[n], 8) : -1;
	return n < 6 ? ir_load(env->f, env->ctx, regs_layout.args[n], 8) : stack_arg(env, n, 6);
}

static void pid_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[1] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[3] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_ISA};
	attrs[4] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
}

static const char *pid_why_no_family(struct provider *p, const char *prov, const char *func,
				     const char *name)
{
	const struct pid_provider *d = p->data;

	(void)func, (void)name;
	return strncmp(prov, "pid", 3) ? NULL : d->why;
}

static void pid_fini(struct provider *p)
{
	struct pid_provider *d = p->data;

	uprobe_files_fini(&d->files);
}

static const struct probe_doc docs[] = {
    {.function = "FUNCTION",
     .name = "entry",
     .source = "uprobe",
     .context = "the thread that makes it happen",
     .note = "`arg0` to `arg9` those of the function",
     .here = true},
    {.function = "FUNCTION",
     .name = "return",
     .source = "uprobe",
     .context = "the thread that makes it happen",
     .note = "`arg0` offset of the return, `arg1` value; also where it jumps to a function that "
	     "returns in its stead",
     .here = true},
    {.function = "FUNCTION",
     .name = "OFFSET",
     .source = "uprobe",
     .context = "the thread that makes it happen",
     .note =
	 "`arg0` to `arg5` the argument registers; none at instructions that the kernel refuses or "
	 "takes for others, nor at nops of five bytes in functions that call nothing",
     .here = true},
};

static const struct provider_ops pid_ops = {
    .name = "pid",
    .provide_family = pid_provide,
    .site = pid_site,
    .attach = uprobe_attach,
    .args = pid_args,
    .emit_arg = pid_emit_arg,
    .emit_dispatch = uprobe_emit_dispatch,
    .stability = pid_stability,
    .why_no_family = pid_why_no_family,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
    .fini = pid_fini,
};

void provider_pid_add(struct registry *r)
{
	struct arena *a = registry_arena(r);
	struct pid_provider *d = arena_new_of(a, struct pid_provider);

	d->files.arena = d->files.by_inode.arena = d->known.arena = a;
	registry_add_provider(r, &pid_ops, 0, d);
}
