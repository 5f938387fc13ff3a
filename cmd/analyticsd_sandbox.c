/*
 * analyticsd_sandbox.c - another user, fewer system calls
 *
 * The filter forbids what is named below rather than permitting the rest: the libraries for mail, traps and TLS
 * use what they like, and programs that alerts start are under it, too.
 */
#include "cmd/analyticsd_sandbox.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char default_user[] = "glasshouse";

static int own_folder(const char *dir, const struct passwd *p, struct err *e)
{
	struct stat st;
	if (mkdir(dir, 0700) == 0 && chown(dir, p->pw_uid, p->pw_gid) < 0)
		return err_sys(e, errno, "cannot give %s to %s", dir, p->pw_name);
	if (stat(dir, &st) < 0)
		return err_sys(e, errno, "the folder of the data, %s", dir);
	if (st.st_uid != p->pw_uid)
		return err_set(e, EPERM,
			       "%s belongs to user %u, not to %s, as whom analyticsd runs: chown "
			       "-R %s %s, or --user",
			       dir, st.st_uid, p->pw_name, p->pw_name, dir);
	return 0;
}

static int become(const struct passwd *p, struct err *e)
{
	const struct group *dtrace = getgrnam("dtrace");
	gid_t groups[64];
	int n = 63;
	if (getgrouplist(p->pw_name, p->pw_gid, groups, &n) < 0)
		return err_set(e, EINVAL, "user %s is in more than 63 groups", p->pw_name);
	if (dtrace)
		groups[n++] = dtrace->gr_gid;
	if (setgroups((size_t)n, groups) < 0 || setresgid(p->pw_gid, p->pw_gid, p->pw_gid) < 0 ||
	    setresuid(p->pw_uid, p->pw_uid, p->pw_uid) < 0)
		return err_sys(e, errno, "cannot become user %s", p->pw_name);
	return 0;
}

int sandbox_user(const char *user, const char *data_dir, const char **became, struct err *e)
{
	*became = NULL;
	if (geteuid() != 0)
		return 0;
	const struct passwd *p = getpwnam(user ? user : default_user);
	if (!p && user)
		return err_set(e, ENOENT, "there is no user %s", user);
	if (!p || p->pw_uid == 0)
		return 0;
	*became = p->pw_name;
	return own_folder(data_dir, p, e) < 0 ? -1 : become(p, e);
}

int sandbox_calls(struct err *e)
{
	static const char *const refused[] = {
	    /* other processes, the kernel's inside */
	    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "bpf",
	    "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module",
	    "kexec_load", "kexec_file_load", "syslog", "lookup_dcookie",
	    /* the machine */
	    "reboot", "swapon", "swapoff", "acct", "settimeofday", "clock_settime", "clock_adjtime",
	    "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm", "quotactl", "vhangup",
	    "personality",
	    /* other views of it */
	    "mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "open_tree",
	    "move_mount", "fsopen", "fsmount", "fsconfig", "mount_setattr", "open_by_handle_at",
	    "name_to_handle_at", "mknod", "mknodat",
	    /* keys, and ways around a filter */
	    "keyctl", "add_key", "request_key", "io_uring_setup", "io_uring_enter",
	    "io_uring_register"};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int status = filter ? 0 : -ENOMEM;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]) && status == 0; i++) {
		int call = seccomp_syscall_resolve_name(refused[i]);
		/* What this machine's headers do not know, the filter of a later one will. */
		if (call != __NR_SCMP_ERROR)
			status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
	}
	if (status == 0)
		status = seccomp_load(filter); /* sets no_new_privs, too */
	seccomp_release(filter);
	if (status < 0)
		return err_sys(e, -status, "cannot filter system calls");
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
		   ? err_sys(e, errno, "cannot give up privileges")
		   : 0;
}
