/*
 * proc.c - processes that a consumer creates or grabs
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct ps_prochandle *new_process(dtrace_hdl_t *h, pid_t pid)
{
	struct ps_prochandle *p = calloc(1, sizeof(*p));
	if (!p) {
		session_release(h->s, pid);
		compat_fail(h, ENOMEM);
		return NULL;
	}
	*p = (struct ps_prochandle){.handle = h, .pid = pid, .users = 1, .next = h->processes};
	return h->processes = p;
}

struct ps_prochandle *dtrace_proc_create(dtrace_hdl_t *h, const char *file, char *const *argv, ...)
{
	LOCKED(h);
	struct err e = {0};
	if (!file || !argv || !argv[0]) {
		compat_fail(h, EINVAL);
		return NULL;
	}
	pid_t pid = session_spawn(h->s, file, argv, &e);
	if (pid > 0)
		return new_process(h, pid);
	compat_fail_with(h, &e, 0);
	return NULL;
}

struct ps_prochandle *dtrace_proc_grab(dtrace_hdl_t *h, pid_t pid, int flags)
{
	LOCKED(h);
	struct err e = {0};
	(void)flags; /* a process is watched, not stopped */
	for (struct ps_prochandle *p = h->processes; p; p = p->next)
		if (p->pid == pid) {
			p->users++;
			return p;
		}
	if (session_grab(h->s, pid, &e) == 0)
		return new_process(h, pid);
	compat_fail_with(h, &e, 0);
	return NULL;
}

void dtrace_proc_release(dtrace_hdl_t *h, struct ps_prochandle *p)
{
	LOCKED(h);
	struct ps_prochandle **at = &h->processes;
	while (*at && *at != p)
		at = &(*at)->next;
	if (!*at || --p->users > 0)
		return;
	*at = p->next;
	session_release(h->s, p->pid);
	free(p);
}

/* Those created stand still until dtrace_go(), which lets them all go on. */
void dtrace_proc_continue(dtrace_hdl_t *h, struct ps_prochandle *p)
{
	(void)h;
	(void)p;
}

/* Who has ended since anybody looked. */
static void look(dtrace_hdl_t *h)
{
	pid_t gone;
	while (h->processes && (session_targets(h->s, &gone), gone))
		for (struct ps_prochandle *p = h->processes; p; p = p->next)
			p->ended |= p->pid == gone;
}

void compat_processes(dtrace_hdl_t *h)
{
	struct ps_prochandle *p = h->processes;
	look(h);
	while (p) {
		if (!p->ended || p->told) {
			p = p->next;
			continue;
		}
		p->told = true;
		if (h->on_proc)
			h->on_proc(p, NULL, h->proc_arg);
		p = h->closing ? NULL : h->processes; /* the handler may have released some */
	}
}

/* ---- what a handler asks ---- */

int Pstate(struct ps_prochandle *p)
{
	LOCKED(p->handle);
	look(p->handle);
	return p->ended ? PS_UNDEAD : PS_RUN;
}

const pstatus_t *Pstatus(struct ps_prochandle *p)
{
	p->status = (pstatus_t){.pr_pid = p->pid};
	return &p->status;
}

const psinfo_t *Ppsinfo(struct ps_prochandle *p)
{
	LOCKED(p->handle);
	p->info =
	    (psinfo_t){.pr_pid = p->pid, .pr_wstat = session_target_status(p->handle->s, p->pid)};
	return &p->info;
}

pid_t proc_getpid(struct ps_prochandle *p)
{
	return p->pid;
}

int proc_state(struct ps_prochandle *p)
{
	return Pstate(p);
}

int proc_getwstat(struct ps_prochandle *p)
{
	return Ppsinfo(p)->pr_wstat;
}

int Pxlookup_by_addr(struct ps_prochandle *p, unsigned long address, char *name, size_t bytes,
		     GElf_Sym *sym, prsyminfo_t *info)
{
	LOCKED(p->handle);
	struct err e = {0};
	struct session_symbol found;
	if (session_user_symbol_at(p->handle->s, p->pid, address, &found, &e) < 0 || !found.name)
		return -1;
	if (bytes)
		snprintf(name, bytes, "%s", found.name);
	if (sym)
		*sym = (GElf_Sym){.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
				  .st_value = found.start,
				  .st_size = found.size};
	if (info)
		*info = (prsyminfo_t){.prs_object = found.object, .prs_name = found.name};
	return 0;
}

int Plookup_by_addr(struct ps_prochandle *p, unsigned long address, char *name, size_t bytes,
		    GElf_Sym *sym)
{
	return Pxlookup_by_addr(p, address, name, bytes, sym, NULL);
}

char *proc_signame(int signal, char *out, size_t bytes)
{
	const char *name = sigabbrev_np(signal);
	if (name)
		snprintf(out, bytes, "SIG%s", name);
	else
		snprintf(out, bytes, "SIG#%d", signal);
	return out;
}
