/*
 * evaltime.c - how far a command of -c has come when its probes are looked for
 *
 * In: a process that stands still at its exec, under ptrace. Out: the same process, further on:
 *
 *	exec		nothing of it has run; of its files only the program and its interpreter (ld.so) are there. Where a description
 *			names no module (pid$target:::entry) libraries are looked at as well, at preinit (target.c)
 *	preinit		its libraries are mapped, nothing of them has run
 *	postinit	their initialization has run; nothing of the program has (the default)
 *	main		before main(), behind the program's own initialization
 *
 * It runs to breakpoints and is left as if there had been none. A program without an interpreter has
 * no libraries and stands at its first instruction for the first three; one without a
 * symbol main, where postinit is.
 */
#include "dtrace/api/session_int.h"
#include "dtrace/sym/elf_file.h"
#include "dtrace/sym/process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct breakpoint {
	uint64_t addr; /* 0: none */
	long was;      /* the word that stood there */
	unsigned hits, stop_at;
};

static uint64_t auxv(pid_t pid, uint64_t type)
{
	char path[64];
	Elf64_auxv_t a;
	uint64_t value = 0;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && read(fd, &a, sizeof(a)) == sizeof(a))
		if (a.a_type == type)
			value = a.a_un.a_val;
	if (fd >= 0)
		close(fd);
	return value;
}

static bool find_in(const struct process_object *o, int fd, const char *name,
		    struct kern_load_place *at)
{
	struct err ignored = {0};
	struct elf_funcs t = {0};
	struct elf_file *f = elf_file_open(fd, &ignored);
	uint64_t vaddr;

	at->addr = 0;
	if (f && elf_file_address(f, o->offset, &vaddr) &&
	    elf_file_functions(f, "", o->path, &t, &ignored) == 0)
		for (size_t k = 0; k < t.n && !at->addr; k++)
			if (!strcmp(t.at[k].name, name) &&
			    elf_file_offset(f, t.at[k].addr, &at->offset))
				at->addr = t.at[k].addr + o->start - vaddr;
	elf_funcs_free(&t);
	elf_file_close(f);
	return at->addr != 0;
}

/* In the object that holds, or was loaded at, `place`. False: it has none of that name. close(at->fd) else. */
static bool find_function(pid_t pid, uint64_t place, const char *name, struct kern_load_place *at)
{
	struct process_objects all;
	struct err ignored = {0};

	*at = (struct kern_load_place){.fd = -1};
	process_objects(pid, &all, &ignored);
	for (size_t i = 0; i < all.n && !at->addr; i++) {
		const struct process_object *o = &all.at[i];
		if ((place < o->start || place >= o->end) && place != o->start - o->offset)
			continue;
		at->fd = process_object_open(pid, o);
		if (at->fd >= 0 && !find_in(o, at->fd, name, at))
			close(at->fd);
	}
	process_objects_free(&all);
	return at->addr != 0;
}

static uint64_t address_of(pid_t pid, uint64_t place, const char *name)
{
	struct kern_load_place at;

	if (!find_function(pid, place, name, &at))
		return 0;
	close(at.fd);
	return at.addr;
}

/* The dynamic linker calls it when it begins to map libraries, and when they are all there. */
static const char tells_debuggers[] = "_dl_debug_state";

bool target_linker(pid_t pid, struct kern_load_place *at)
{
	uint64_t linker = auxv(pid, AT_BASE);

	return linker && find_function(pid, linker, tells_debuggers, at);
}

/* Whoever has put his own there (a uprobe) takes what comes of it. */
static bool is_probed(pid_t pid, const struct breakpoint *b)
{
	return b->addr && (ptrace(PTRACE_PEEKTEXT, pid, b->addr, 0) & 0xff) == 0xcc;
}

static bool put(pid_t pid, struct breakpoint *b)
{
	if (!b->addr)
		return true;
	errno = 0;
	b->was = ptrace(PTRACE_PEEKTEXT, pid, b->addr, 0);
	return !errno && ptrace(PTRACE_POKETEXT, pid, b->addr, (b->was & ~0xffL) | 0xcc) == 0;
}

static void take_away(pid_t pid, const struct breakpoint *b)
{
	if (b->addr)
		ptrace(PTRACE_POKETEXT, pid, b->addr, b->was);
}

/* Steps back to the instruction that the breakpoint at hand replaced; NULL: it was none of ours. */
static struct breakpoint *hit(pid_t pid, struct breakpoint *b, unsigned n)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs) < 0)
		return NULL;
	for (unsigned i = 0; i < n; i++) {
		if (!b[i].addr || regs.rip != b[i].addr + 1)
			continue;
		regs.rip = b[i].addr;
		return ptrace(PTRACE_SETREGS, pid, 0, &regs) < 0 ? NULL : &b[i];
	}
	return NULL;
}

/* Until it stops. One that has ended is left for whoever started it: -1, ESRCH. */
static int wait_for(pid_t pid, int *status)
{
	siginfo_t how = {0};

	while (waitid(P_PID, (id_t)pid, &how, WEXITED | WSTOPPED | WNOWAIT | __WALL) < 0)
		if (errno != EINTR)
			return -1;
	errno = ESRCH;
	if (how.si_code != CLD_TRAPPED && how.si_code != CLD_STOPPED)
		return -1;
	return waitpid(pid, status, __WALL) < 0 ? -1 : 0;
}

/* Passes a breakpoint that is not the last one. */
static bool step_over(pid_t pid, struct breakpoint *b)
{
	int status;

	take_away(pid, b);
	return ptrace(PTRACE_SINGLESTEP, pid, 0, 0) == 0 && wait_for(pid, &status) == 0 &&
	       WIFSTOPPED(status) && put(pid, b);
}

static int no_control(pid_t pid, struct err *e)
{
	return errno == ESRCH ? err_set(e, ESRCH, "pid %d ended before its program began", (int)pid)
			      : err_sys(e, errno, "failed to control pid %d", (int)pid);
}

static int run_to(pid_t pid, struct breakpoint *b, unsigned n, struct err *e)
{
	int status, sig = 0;

	for (unsigned i = 0; i < n; i++)
		if (!put(pid, &b[i])) {
			int code = errno;
			while (i--)
				take_away(pid, &b[i]);
			errno = code;
			return no_control(pid, e);
		}
	for (;;) {
		if (ptrace(PTRACE_CONT, pid, 0, sig) < 0 || wait_for(pid, &status) < 0)
			return no_control(pid, e);
		sig =
		    status >> 16 ? 0 : WSTOPSIG(status); /* ptrace(2)'s own events are no signals */
		struct breakpoint *at = sig == SIGTRAP ? hit(pid, b, n) : NULL;
		if (!at)
			continue;
		sig = 0;
		if (++at->hits >= at->stop_at)
			break;
		if (!step_over(pid, at))
			return no_control(pid, e);
	}
	for (unsigned i = 0; i < n; i++)
		take_away(pid, &b[i]);
	return 0;
}

int target_advance(pid_t pid, enum evaltime to, struct err *e)
{
	struct breakpoint b[2] = {{.addr = auxv(pid, AT_ENTRY), .stop_at = 1}, {.stop_at = 2}};
	uint64_t linker = auxv(pid, AT_BASE);

	if (to == EVALTIME_EXEC || !b[0].addr || (to != EVALTIME_MAIN && !linker))
		return 0;
	if (to == EVALTIME_MAIN) {
		uint64_t at = address_of(pid, b[0].addr, "main");
		b[0].addr = at ? at : b[0].addr;
	}
	if (to == EVALTIME_PREINIT)
		b[1].addr = address_of(pid, linker, tells_debuggers);
	if (is_probed(pid, &b[1]))
		b[1].addr = 0;
	if (is_probed(pid, &b[0])) /* it would not come back from there */
		return 0;
	return run_to(pid, b, 2, e);
}
