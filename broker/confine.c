/*
 * confine.c - see confine.h
 */
#include "broker/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As the unit has them. */
static const uint8_t kept[] = {
    CAP_BPF,	CAP_PERFMON, CAP_SYS_ADMIN, CAP_SYS_PTRACE,   CAP_DAC_READ_SEARCH,
    CAP_SYSLOG, CAP_KILL,    CAP_SYS_NICE,  CAP_SYS_RESOURCE, CAP_IPC_LOCK};

static int drop_capabilities(struct err *e)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	uint32_t mask[2] = {0};
	if (syscall(SYS_capget, &head, data) < 0)
		return err_sys(e, errno, "cannot tell what capabilities there are");
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		mask[kept[i] / 32] |= 1u << kept[i] % 32;
	for (int i = 0; i < 2; i++) {
		data[i].effective &= mask[i];
		data[i].permitted &= mask[i];
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data) < 0)
		return err_sys(e, errno, "cannot give up capabilities");
	return 0;
}

#if defined(__x86_64__)
#define OWN_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef OWN_ARCH
#define LOAD(field)                                                                                \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define REFUSE(nr)                                                                                 \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (nr), 0, 1), RETURN(SECCOMP_RET_ERRNO | EPERM)

static int filter_calls(struct err *e)
{
	struct sock_filter code[] = {
	    LOAD(arch),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCH, 1, 0),
	    RETURN(SECCOMP_RET_ERRNO | EPERM),
	    LOAD(nr),
	    /* x32: other numbers for the same calls. */
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
	    RETURN(SECCOMP_RET_ERRNO | ENOSYS),
	    /* programs, and other processes' inside */
	    REFUSE(SYS_execve),
	    REFUSE(SYS_execveat),
	    REFUSE(SYS_ptrace),
	    REFUSE(SYS_process_vm_writev),
	    /* somebody to talk to */
	    REFUSE(SYS_socket),
	    REFUSE(SYS_bind),
	    REFUSE(SYS_connect),
	    REFUSE(SYS_listen),
	    /* files that others see */
	    REFUSE(SYS_mount),
	    REFUSE(SYS_umount2),
	    REFUSE(SYS_move_mount),
	    REFUSE(SYS_pivot_root),
	    REFUSE(SYS_chroot),
	    REFUSE(SYS_mknodat),
	    REFUSE(SYS_open_by_handle_at),
	    REFUSE(SYS_quotactl),
	    REFUSE(SYS_acct),
	    /* the machine */
	    REFUSE(SYS_init_module),
	    REFUSE(SYS_finit_module),
	    REFUSE(SYS_delete_module),
	    REFUSE(SYS_kexec_load),
	    REFUSE(SYS_kexec_file_load),
	    REFUSE(SYS_reboot),
	    REFUSE(SYS_swapon),
	    REFUSE(SYS_swapoff),
	    REFUSE(SYS_settimeofday),
	    REFUSE(SYS_clock_settime),
	    REFUSE(SYS_adjtimex),
	    REFUSE(SYS_clock_adjtime),
	    REFUSE(SYS_sethostname),
	    REFUSE(SYS_setdomainname),
	    /* ways around a filter */
	    REFUSE(SYS_add_key),
	    REFUSE(SYS_request_key),
	    REFUSE(SYS_keyctl),
	    REFUSE(SYS_userfaultfd),
	    REFUSE(SYS_io_uring_setup),
	    RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
	/* EINVAL, ENOSYS: a kernel without filters. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 && errno != EINVAL &&
	    errno != ENOSYS)
		return err_sys(e, errno, "cannot filter system calls");
	return 0;
}
#else
static int filter_calls(struct err *e)
{
	(void)e;
	return 0;
}
#endif

int confine_worker(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "cannot give up new privileges");
	return filter_calls(e) < 0 || drop_capabilities(e) < 0 ? -1 : 0;
}
