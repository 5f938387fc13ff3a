/*
 * syscall.c - provider syscall: every system call, by one program each way
 *
 *	raw tracepoint sys_enter(regs, number)	-> syscall:vmlinux:NAME:entry	arg0..arg5
 *					as the caller passed them
 *	raw tracepoint sys_exit(regs, value)	-> syscall:vmlinux:NAME:return	arg0 = arg1
 *					= value, errno
 *
 * A failing call has the value -1 and its errno, as dtrace documents it (the kernel's -ENOENT is
 * taken apart); of one that a signal interrupts it is EINTR. exit and exit_group do not return; rt_sigreturn wipes its own number and so has no
 * return probe that fires. Calls of 32-bit programs have other numbers and do not fire, unless every
 * call is traced and nothing asks which it was; nor do numbers that no call has.
 *
 * Probe ids: block of 2048: number for entry, 1024 + number for return.
 */
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/kern/kern.h"
#include "dtrace/probe/classic.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/dispatch.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/syscall_names.h"
#include "dtrace/types/btf.h"

#include <string.h>
#include <unistd.h>

enum { RETURN = 1024, BLOCK = 2048 }; /* probe.data = number, + RETURN */
enum { FEW_GROUPS = 8 };
enum { CACHE_REGS = 0 }; /* emit_env.cache: pointer to the registers */
enum { MAX_ERRNO = 4095 };

#define MODULE "vmlinux"

static bool is_return(const struct probe *probe)
{
	return probe->data >= RETURN;
}

static void add_both(struct provider *p, struct registry *r, uint32_t nr, const char *name)
{
	const char *call = syscall_name(nr);

	if (probe_glob(name, "entry"))
		registry_add(r, p, nr, "syscall", MODULE, call, "entry", nr);
	if (probe_glob(name, "return"))
		registry_add(r, p, nr + RETURN, "syscall", MODULE, call, "return", nr + RETURN);
}

static int syscall_provide(struct provider *p, struct registry *r, const char *mod,
			   const char *func, const char *name, struct err *e)
{
	(void)e;
	if (!probe_glob(mod, MODULE))
		return 0;
	for (uint32_t nr = 0; nr < SYSCALL_LIMIT; nr++) {
		const char *call = syscall_name(nr);
		if (call && (probe_glob(func, call) || classic_call_is(func, call)))
			add_both(p, r, nr, name);
	}
	return 0;
}

static int syscall_site(struct provider *p, const struct probe *probe, struct probe_site *out,
			struct err *e)
{
	(void)e;
	out->name = is_return(probe) ? "sys_exit" : "sys_enter";
	out->target = out->name;
	out->param = 0;
	out->attach = ATTACH_RAW_TP;
	out->ctx = CTX_RAW_TP;
	if (is_return(probe)) /* reads registers at every firing, entry only those of the arguments
				 used */
		regs_site(p, out);
	return 0;
}

/* ---- argument types: the kernel tells them in the format file of the call's event ---- */

/* "\tfield:const char * filename;\toffset:24;..." -> type and name. */
static bool parse_field(struct arena *a, const char *line, size_t n, struct probe_arg *arg)
{
	static const char start[] = "\tfield:";
	const char *decl, *end, *name;

	if (n < sizeof(start) || strncmp(line, start, sizeof(start) - 1))
		return false;
	decl = line + sizeof(start) - 1;
	end = memchr(decl, ';', n - (sizeof(start) - 1));
	if (!end)
		return false;
	for (name = end; name > decl && name[-1] != ' ' && name[-1] != '*'; name--)
		;
	*arg = (struct probe_arg){.name = arena_strndup(a, name, (size_t)(end - name)),
				  .of_caller = true};
	while (name > decl && name[-1] == ' ')
		name--;
	arg->type = arena_strndup(a, decl, (size_t)(name - decl));
	return true;
}

static int parse_format(struct arena *a, const char *text, struct probe_arg *args, int max)
{
	int n = 0;
	bool past_number = false; /* the arguments follow field __syscall_nr */
	struct probe_arg arg;

	for (const char *eol; n < max && (eol = strchr(text, '\n')); text = eol + 1) {
		if (!parse_field(a, text, (size_t)(eol - text), &arg))
			continue;
		if (past_number) {
			arg.native = (uint32_t)n;
			args[n++] = arg;
		}
		past_number |= !strcmp(arg.name, "__syscall_nr");
	}
	return past_number ? n : -1;
}

/* The provider's data: descriptor of tracefs + 1, opened for the first format that is asked for; 0
 * = not yet, -1 = there is none. */
static int tracefs(struct provider *p)
{
	struct err e;
	int fd;

	if (!p->data) {
		fd = kern_tracefs_open(&e);
		p->data = (void *)(intptr_t)(fd < 0 ? -1 : fd + 1);
	}
	return (intptr_t)p->data < 0 ? -1 : (int)((intptr_t)p->data - 1);
}

static void syscall_fini(struct provider *p)
{
	if ((intptr_t)p->data > 0)
		close((int)((intptr_t)p->data - 1));
	p->data = NULL;
}

static int syscall_args(struct provider *p, const struct probe *probe, struct arena *a,
			struct probe_arg *args, int max)
{
	BUF_AUTO text = {0};
	const char *path;
	int fd;

	if (is_return(probe)) {
		args[0] = (struct probe_arg){.type = "long", .name = NULL, .native = 0};
		return 1;
	}
	fd = tracefs(p);
	path =
	    arena_printf(a, "events/syscalls/sys_enter_%s/format", syscall_event(probe->function));
	if (fd < 0 || kern_tracefs_read(fd, path, &text) < 0)
		return -1;
	return parse_format(a, buf_str(&text), args, max);
}

/* ---- code ---- */

/* Register with the number of the call that fires. Each use loads it anew: what the verifier learns
 * about one copy from the compares of the dispatch does not stick to the other, so that all groups
 * are verified once and not once per number. */
static int emit_number(struct emit_env *env, bool ret)
{
	if (ret)
		return regs_load(env, env->cache[CACHE_REGS], regs_layout.syscall_nr);
	return ir_load(env->f, env->ctx, 8, 8);
}

/* Does the only group have every system call, and does nobody ask for more than that one was made?
 * Then a call of a 32-bit program is one as well, whatever its number means. */
static bool any_call_will_do(const struct emit_env *env, const struct probe_group *groups,
			     uint32_t ngroups)
{
	uint32_t known = 0;

	for (uint32_t nr = 0; nr < SYSCALL_LIMIT; nr++)
		known += syscall_name(nr) != NULL;
	return env->anonymous && ngroups == 1 && groups[0].nprobes == known;
}

/* What every firing of a group passes through. */
static void emit_enter(struct provider *p, struct emit_env *env, bool ret, bool any_call)
{
	if (!any_call)
		regs_skip_compat(env, ret ? env->cache[CACHE_REGS] : regs_pointer(env, 0));
	if (!env->want_probe_id)
		return;
	if (env->probe_id < 0)
		env->probe_id = ir_reg(env->f);
	ir_comment(env->f, "probe id = system call number + first of the block");
	ir_alu_to(env->f, env->probe_id, IR_ADD, emit_number(env, ret),
		  IRV_IMM(p->first_id + (ret ? RETURN : 0)));
}

/* The number is looked at first: calls that are not traced cost least. With many groups the rest
 * comes before it all the same, so that it is there only once. */
static void syscall_emit_dispatch(struct provider *p, struct emit_env *env,
				  const struct probe_group *groups, uint32_t ngroups)
{
	struct dispatch d = {.arena = env->arena};
	int label[SYSCALL_LIMIT], enter[FEW_GROUPS];
	bool ret = is_return(groups[0].probes[0]), few = ngroups <= FEW_GROUPS;
	bool any_call = any_call_will_do(env, groups, ngroups);

	for (uint32_t nr = 0; nr < SYSCALL_LIMIT; nr++)
		label[nr] = env->fail;
	for (uint32_t g = 0; g < ngroups; g++) {
		if (few)
			enter[g] = ir_label(env->f);
		for (uint32_t i = 0; i < groups[g].nprobes; i++)
			label[groups[g].probes[i]->data % RETURN] =
			    few ? enter[g] : groups[g].label;
	}
	for (uint32_t nr = 0; nr < SYSCALL_LIMIT; nr++)
		dispatch_from(&d, nr, label[nr]);
	dispatch_from(&d, SYSCALL_LIMIT, env->fail);

	if (ret)
		env->cache[CACHE_REGS] = regs_pointer(env, 0);
	if (!few)
		emit_enter(p, env, ret, any_call);
	ir_comment(env->f, "which system call");
	dispatch_emit(&d, env->f, emit_number(env, ret));
	for (uint32_t g = 0; few && g < ngroups; g++) {
		ir_place(env->f, enter[g]);
		emit_enter(p, env, ret, any_call);
		ir_jmp(env->f, groups[g].label);
	}
}

/* -value. What the kernel says to itself of calls that a signal interrupts, and that it may begin again (ERESTARTSYS and the like), has no name outside of it: EINTR,
 * as programs have it where the call is not begun again. */
static void error_number(struct emit_env *env, int value, int out)
{
	enum { RESTART_FIRST = 512, RESTART_LAST = 516, INTERRUPTED = 4 };
	struct ir_func *f = env->f;
	int known = ir_label(f);
	ir_mov(f, out, IRV_REG(ir_unary(f, IR_NEG, value, 8)));
	ir_br(f, IR_ULT, out, IRV_IMM(RESTART_FIRST), known);
	ir_br(f, IR_UGT, out, IRV_IMM(RESTART_LAST), known);
	ir_mov(f, out, IRV_IMM(INTERRUPTED));
	ir_place(f, known);
}

/* value = failed ? if_failed(value) : if_not */
static int emit_value(struct emit_env *env, bool want_errno)
{
	struct ir_func *f = env->f;
	int value = ir_load(f, env->ctx, 8, 8);
	int out = want_errno ? ir_imm(f, 0) : ir_copy(f, value);
	int good = ir_label(f);

	ir_br(f, IR_ULT, value, IRV_IMM(-MAX_ERRNO), good);
	if (want_errno)
		error_number(env, value, out);
	else
		ir_mov(f, out, IRV_IMM(-1));
	ir_place(f, good);
	return out;
}

static int syscall_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			    unsigned n)
{
	(void)p;
	if (is_return(first))
		return n < 2 ? emit_value(env, false) : -1;
	return n < 6 ? regs_load(env, regs_pointer(env, 0), regs_layout.syscall_args[n]) : -1;
}

static int syscall_emit_errno(struct provider *p, struct emit_env *env, const struct probe *first)
{
	(void)p;
	return is_return(first) ? emit_value(env, true) : -1;
}

static void syscall_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	attrs[0] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
	attrs[1] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	attrs[2] = (struct stability){STAB_UNSTABLE, STAB_UNSTABLE, CLASS_ISA};
	attrs[3] = (struct stability){STAB_EVOLVING, STAB_EVOLVING, CLASS_COMMON};
	attrs[4] = (struct stability){STAB_UNSTABLE, STAB_UNSTABLE, CLASS_ISA};
}

/* What scripts from Solaris ask for, and who does that work here. */
static const char *syscall_why_not(struct provider *p, const char *func, const char *name)
{
	static const struct {
		const char *func, *why;
	} elsewhere[] = {
	    {"open64", "on Linux this is openat (and open)"},
	    {"openat64", "on Linux this is openat"},
	    {"creat64", "on Linux this is openat (and creat)"},
	    {"stat64", "on Linux this is newfstatat (and stat)"},
	    {"lstat64", "on Linux this is newfstatat (and lstat)"},
	    {"fstat64", "on Linux this is newfstatat (and fstat)"},
	    {"fstatat", "on Linux this is newfstatat"},
	    {"fstatat64", "on Linux this is newfstatat"},
	    {"mmap64", "on Linux this is mmap"},
	    {"rexit", "on Linux this is exit_group"},
	    {"fork1", "on Linux this is clone (and fork)"},
	    {"forkall", "on Linux this is clone (and fork)"},
	    {"forksys", "on Linux this is clone (and fork)"},
	    {"lwp_create", "on Linux this is clone3 (and clone)"},
	    {"exece", "on Linux this is execve"},
	    {"pollsys", "on Linux this is ppoll (and poll)"},
	    {"gtime", "on Linux this is time"},
	    {"so_socket", "on Linux this is socket"},
	    {"lwp_sigmask", "on Linux this is rt_sigprocmask"},
	    {"sigaction", "on Linux this is rt_sigaction"},
	    {"nanosleep64", "on Linux this is clock_nanosleep"},
	};

	(void)p, (void)name;
	for (size_t i = 0; func && i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (!strcmp(elsewhere[i].func, func))
			return elsewhere[i].why;
	return NULL;
}

static const struct probe_doc docs[] = {
    {.function = "NAME",
     .name = "entry",
     .source = "sys_enter",
     .context = "the thread that makes it happen",
     .note = "those of the call, with their types",
     .here = true},
    {.function = "NAME",
     .name = "return",
     .source = "sys_exit",
     .context = "the thread that makes it happen",
     .note = "`arg0` and `arg1` the value; `errno`",
     .here = true},
};

static const struct provider_ops syscall_ops = {
    .name = "syscall",
    .provide = syscall_provide,
    .site = syscall_site,
    .args = syscall_args,
    .emit_arg = syscall_emit_arg,
    .emit_dispatch = syscall_emit_dispatch,
    .emit_errno = syscall_emit_errno,
    .stability = syscall_stability,
    .why_not = syscall_why_not,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
    .fini = syscall_fini,
};

void provider_syscall_add(struct registry *r)
{
	registry_add_provider(r, &syscall_ops, BLOCK, NULL);
}
