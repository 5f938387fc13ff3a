/*
 * jail.c - see jail.h
 *
 * Whatever is mounted below the zone's root is found component by component without following
 * links, since the zone wrote it. The host's mounts are made private before anything and are gone
 * before the zone's first instruction.
 */
#include "zone/jail.h"

#include "zone/reaper.h"
#include "zone/security.h"
#include "zone/sysid.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- mounts ---- */

/* A detached mount of a new file system; options "key=value,...". */
static int new_fs(const char *type, const char *const *options, unsigned attrs, struct err *e)
{
	int fs = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), mnt = -1;
	if (fs < 0)
		return err_sys(e, errno, "cannot make a file system %s", type);
	for (; options && *options; options += 2)
		if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, options[0], options[1], 0) < 0)
			break;
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attrs);
	if (mnt < 0)
		err_sys(e, errno, "cannot mount %s", type);
	close(fs);
	return mnt;
}

/* Something within the zone's root, not through links. */
static int inside(int tree, const char *path, struct err *e)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
			       .resolve =
				   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	int fd = (int)syscall(SYS_openat2, tree, path + strspn(path, "/"), &how, sizeof(how));
	return fd < 0 ? err_sys(e, errno, "cannot mount on %s in the zone", path) : fd;
}

static int attach(int mnt, int tree, const char *path, struct err *e)
{
	int at = inside(tree, path, e), status = -1;
	if (at >= 0) {
		status = (int)syscall(SYS_move_mount, mnt, "", at, "",
				      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
		if (status < 0)
			err_sys(e, errno, "cannot mount on %s in the zone", path);
		close(at);
	}
	return status;
}

/* What of the host's it needs, opened while it is root there: not everybody may be let pass its root
 * directory. */
static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
enum { NODES = sizeof(nodes) / sizeof(nodes[0]) };
struct host {
	int root; /* directory */
	int here; /* some other one, to mount on */
	int nodes[NODES];
	const char *zone; /* the name that /dev/.zonename tells in the zone */
};

static int open_host(struct host *h, struct err *e)
{
	char path[32];
	h->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	h->here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (h->root < 0 || h->here < 0)
		return err_sys(e, errno, "cannot open the host's root");
	for (int i = 0; i < NODES; i++) {
		snprintf(path, sizeof(path), "/dev/%s", nodes[i]);
		h->nodes[i] = (int)syscall(SYS_open_tree, AT_FDCWD, path,
					   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (h->nodes[i] < 0)
			return err_sys(e, errno, "cannot open %s of the host", path);
	}
	return 0;
}

/* In this namespace, so that things can be mounted on it: no path is looked up. */
static int hang(int mnt, int at, struct err *e)
{
	return syscall(SYS_move_mount, mnt, "", at, "",
		       MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0
		   ? err_sys(e, errno, "cannot mount in a namespace of its own")
		   : 0;
}

static int add_devices(int dev, const struct host *h, struct err *e)
{
	static const char *const links[][2] = {{"/proc/self/fd", "fd"},
					       {"/proc/self/fd/0", "stdin"},
					       {"/proc/self/fd/1", "stdout"},
					       {"/proc/self/fd/2", "stderr"},
					       {"pts/ptmx", "ptmx"}};
	for (int i = 0; i < NODES; i++) {
		int to = openat(dev, nodes[i], O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
		if (to < 0 || syscall(SYS_move_mount, h->nodes[i], "", dev, nodes[i],
				      MOVE_MOUNT_F_EMPTY_PATH) < 0)
			return err_sys(e, errno, "cannot make /dev/%s of the zone", nodes[i]);
		close(h->nodes[i]);
		close(to);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlinkat(links[i][0], dev, links[i][1]) < 0)
			return err_sys(e, errno, "cannot make /dev/%s of the zone", links[i][1]);
	if (mkdirat(dev, "pts", 0755) < 0 || mkdirat(dev, "shm", 0755) < 0 ||
	    mkdirat(dev, "zone", 0755) < 0 || mkdirat(dev, "zonetools", 0755) < 0 ||
	    symlinkat("../zonetools/init", dev, "zone/init") < 0 ||
	    symlinkat(h->zone, dev, ".zonename") < 0)
		return err_sys(e, errno, "cannot make /dev of the zone");
	return 0;
}

/* A file in /dev to mount a device on. */
static int make_point(int dev, const char *path, struct err *e)
{
	struct stat st;
	char part[128];
	if (strncmp(path, "/dev/", 5) != 0 || fstatat(dev, path + 5, &st, 0) == 0)
		return 0;
	for (const char *slash = path + 5; (slash = strchr(slash, '/')); slash++) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path - 5), path + 5);
		if (mkdirat(dev, part, 0755) < 0 && errno != EEXIST)
			return err_sys(e, errno, "cannot make %s of the zone", path);
	}
	int fd = openat(dev, path + 5, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_sys(e, errno, "cannot make %s of the zone", path);
	close(fd);
	return 0;
}

/* What any zone has mounted, made before its files are there. */
struct usual {
	int proc, sys, dev;
};

static int make_usual(struct usual *u, const struct host *h, struct err *e)
{
	static const char *const dev_options[] = {"mode", "0755", "size", "1m", NULL};
	static const char *const shm_options[] = {"mode", "1777", NULL};
	static const char *const pts_options[] = {"ptmxmode", "0666", "mode", "0620",
						  "gid",      "5",    NULL};
	unsigned strict = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	u->proc = new_fs("proc", NULL, strict, e);
	u->sys = u->proc < 0 ? -1 : new_fs("sysfs", NULL, strict | MOUNT_ATTR_RDONLY, e);
	u->dev = u->sys < 0 ? -1 : new_fs("tmpfs", dev_options, strict, e);
	int shm = u->dev < 0 ? -1 : new_fs("tmpfs", shm_options, strict, e);
	int pts =
	    shm < 0 ? -1 : new_fs("devpts", pts_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, e);
	if (pts < 0 || hang(u->dev, h->root, e) < 0 || add_devices(u->dev, h, e) < 0 ||
	    attach(pts, u->dev, "pts", e) < 0 || attach(shm, u->dev, "shm", e) < 0)
		return -1;
	close(pts);
	close(shm);
	return 0;
}

/* Everything that is mounted in the zone, on its tree, which is in this namespace by now. */
static int mount_all(struct zone_jail *j, const struct usual *u, struct err *e)
{
	int tree = j->mounts->root.tree;
	if (attach(u->proc, tree, "proc", e) < 0 || attach(u->sys, tree, "sys", e) < 0 ||
	    attach(u->dev, tree, "dev", e) < 0)
		return -1;
	for (unsigned i = 0; i < j->mounts->nbinds; i++)
		if (j->mounts->binds[i].tree >= 0 &&
		    (make_point(u->dev, j->mounts->binds[i].dir, e) < 0 ||
		     attach(j->mounts->binds[i].tree, tree, j->mounts->binds[i].dir, e) < 0))
			return -1;
	return 0;
}

/* What of /proc would tell of, or change, the whole machine. */
static int mask_proc(struct err *e)
{
	static const char *const readonly[] = {
	    "/proc/sys",	   "/proc/irq",		  "/proc/bus",	 "/proc/fs",
	    "/proc/sysrq-trigger", "/proc/dynamic_debug", "/proc/scsi",	 "/proc/acpi",
	    "/proc/mtrr",	   "/proc/pressure",	  "/proc/driver"};
	static const char *const hidden[] = {
	    "/proc/kcore",	"/proc/keys",	    "/proc/timer_list",	   "/proc/kallsyms",
	    "/proc/kpagecount", "/proc/kpageflags", "/proc/kpagecgroup",   "/proc/vmallocinfo",
	    "/proc/slabinfo",	"/proc/vmcore",	    "/proc/latency_stats", "/proc/lock_stat",
	    "/proc/profile"};
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	for (size_t i = 0; i < sizeof(readonly) / sizeof(readonly[0]); i++) {
		if (access(readonly[i], F_OK) < 0)
			continue;
		if (mount(readonly[i], readonly[i], NULL, MS_BIND, NULL) < 0 ||
		    syscall(SYS_mount_setattr, AT_FDCWD, readonly[i], 0, &attr, sizeof(attr)) < 0)
			return err_sys(e, errno, "cannot protect %s", readonly[i]);
	}
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (access(hidden[i], F_OK) == 0 &&
		    mount("/dev/null", hidden[i], NULL, MS_BIND, NULL) < 0)
			return err_sys(e, errno, "cannot hide %s", hidden[i]);
	return 0;
}

static int change_root(struct zone_jail *j, const struct host *h, const struct usual *u,
		       struct err *e)
{
	int tree = j->mounts->root.tree;
	char old[32];
	if (hang(tree, h->here, e) < 0 || mount_all(j, u, e) < 0)
		return -1;
	/* The old root lies over the new one now; it may be that nobody but the host's root may change to it. */
	snprintf(old, sizeof(old), "/proc/self/fd/%d", h->root);
	if (fchdir(tree) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(old, MNT_DETACH) < 0 || chdir("/") < 0)
		return err_sys(e, errno, "cannot change to the zone's root");
	return mask_proc(e);
}

/* ---- privileges ---- */

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
/* The call with CLONE_NEWUSER in its first argument; leaves the call's number loaded. */
#define REFUSE_USERNS(call)                                                                        \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 4), LOAD(args[0]),                          \
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0, 1),                             \
	    RETURN(SECCOMP_RET_ERRNO | EPERM), LOAD(nr)

/* Sockets of a family that has no namespaces. */
#define REFUSE_FAMILY(family)                                                                      \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4), LOAD(args[0]),                      \
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (family), 0, 1),                                   \
	    RETURN(SECCOMP_RET_ERRNO | EAFNOSUPPORT), LOAD(nr)

/* The call with one of these bits in its first argument, or (the question what it is now) all of them. */
#define REFUSE_BITS(call, bits)                                                                    \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 5), LOAD(args[0]),                          \
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xffffffff, 2, 0),                                 \
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, 1), RETURN(SECCOMP_RET_ERRNO | EPERM), \
	    LOAD(nr)

/* A stack that becomes one to be executed. */
#define REFUSE_STACK(call)                                                                         \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 5), LOAD(args[2]),                          \
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 2),                                 \
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_GROWSDOWN, 0, 1),                            \
	    RETURN(SECCOMP_RET_ERRNO | EPERM), LOAD(nr)

static int load_filter(struct sock_filter *code, size_t n, struct err *e)
{
	struct sock_fprog program = {.len = (unsigned short)n, .filter = code};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0
		   ? err_sys(e, errno, "cannot filter system calls")
		   : 0;
}

/* Security flags that cannot be taken off; a filter beside the other one. */
static int keep_flags(unsigned flags, struct err *e)
{
	const unsigned bits = (flags & ZONE_SECURITY_KEEP_ASLR ? ADDR_NO_RANDOMIZE : 0) |
			      (flags & ZONE_SECURITY_KEEP_STACK ? READ_IMPLIES_EXEC : 0);
	struct sock_filter personalities[] = {LOAD(nr), REFUSE_BITS(SYS_personality, bits),
					      RETURN(SECCOMP_RET_ALLOW)};
	struct sock_filter stacks[] = {LOAD(nr), REFUSE_STACK(SYS_mprotect),
				       REFUSE_STACK(SYS_pkey_mprotect), RETURN(SECCOMP_RET_ALLOW)};
	if (bits && load_filter(personalities, sizeof(personalities) / sizeof(*stacks), e) < 0)
		return -1;
	return flags & ZONE_SECURITY_KEEP_STACK
		   ? load_filter(stacks, sizeof(stacks) / sizeof(*stacks), e)
		   : 0;
}

/* Events of the machine's devices come to every network whose users are the system's. */
static int keep_deaf(struct err *e)
{
	struct sock_filter code[] = {
	    LOAD(nr),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
	    LOAD(args[0]),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
	    LOAD(args[2]),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETLINK_KOBJECT_UEVENT, 0, 1),
	    RETURN(SECCOMP_RET_ERRNO | EPERM),
	    RETURN(SECCOMP_RET_ALLOW),
	};
	return load_filter(code, sizeof(code) / sizeof(code[0]), e);
}

/* Calls that act on the machine rather than on the zone, and those that would give it, in a
 * namespace below its own, the capabilities that it does not have. clone3() has its flags in memory,
 * where they cannot be looked at: programs use clone() where it is not there. */
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
	    REFUSE(SYS_kexec_load),
	    REFUSE(SYS_kexec_file_load),
	    REFUSE(SYS_init_module),
	    REFUSE(SYS_finit_module),
	    REFUSE(SYS_delete_module),
	    REFUSE(SYS_bpf),
	    REFUSE(SYS_perf_event_open),
	    REFUSE(SYS_userfaultfd),
	    REFUSE(SYS_open_by_handle_at),
	    REFUSE(SYS_add_key),
	    REFUSE(SYS_request_key),
	    REFUSE(SYS_keyctl),
	    REFUSE(SYS_io_uring_setup),
	    REFUSE(SYS_swapon),
	    REFUSE(SYS_swapoff),
	    REFUSE(SYS_acct),
	    REFUSE(SYS_quotactl),
	    REFUSE(SYS_settimeofday),
	    REFUSE(SYS_clock_settime),
	    REFUSE(SYS_adjtimex),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
	    RETURN(SECCOMP_RET_ERRNO | ENOSYS),
	    REFUSE_USERNS(SYS_unshare),
	    REFUSE_USERNS(SYS_clone),
	    REFUSE_FAMILY(AF_VSOCK), /* to the hypervisor */
	    RETURN(SECCOMP_RET_ALLOW),
	};
	return load_filter(code, sizeof(code) / sizeof(code[0]), e);
}
#else
static int keep_flags(unsigned flags, struct err *e)
{
	(void)flags;
	(void)e;
	return 0;
}

static int keep_deaf(struct err *e)
{
	(void)e;
	return 0;
}

static int filter_calls(struct err *e)
{
	return err_set(e, ENOTSUP, "zones are not known on this architecture");
}
#endif

static int no_more_oom_protection(void)
{
	char text[16] = "";
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	bool ok = fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
		  (text[0] != '-' || pwrite(fd, "0", 1, 0) == 1);
	if (fd >= 0)
		close(fd);
	return ok ? 0 : -1;
}

int zone_jail_shed(struct err *e)
{
	const struct sched_param none = {0};
	int class = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
	if ((class == SCHED_FIFO || class == SCHED_RR) &&
	    sched_setscheduler(0, SCHED_OTHER, &none) < 0)
		return err_sys(e, errno, "cannot leave the caller's scheduling class");
	if (getpriority(PRIO_PROCESS, 0) < 0 && setpriority(PRIO_PROCESS, 0, 0) < 0)
		return err_sys(e, errno, "cannot leave the caller's precedence");
	if (no_more_oom_protection() < 0)
		return err_sys(e, errno, "cannot set /proc/self/oom_score_adj");
	/* Not by sigaction(3), which keeps the C library's own two signals from us. */
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		uint64_t mask;
	} plain = {0};
	for (int s = 1; s < NSIG; s++)
		syscall(SYS_rt_sigaction, s, &plain, NULL, sizeof(plain.mask));
	return 0;
}

int zone_jail_filter(unsigned security, bool userns, struct err *e)
{
	if (security & ZONE_SECURITY_NO_ASLR && personality(ADDR_NO_RANDOMIZE) < 0)
		return err_sys(e, errno, "cannot set the zone's security flags");
	return filter_calls(e) < 0 || keep_flags(security, e) < 0 || (!userns && keep_deaf(e) < 0)
		   ? -1
		   : 0;
}

int zone_jail_drop(uint64_t kept, struct err *e)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};
	for (unsigned c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0; c++)
		if (!(kept >> c & 1) && prctl(PR_CAPBSET_DROP, c, 0, 0, 0) < 0)
			return err_sys(e, errno, "cannot drop a capability");
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted = (uint32_t)(kept >> 32 * i);
	if (syscall(SYS_capset, &head, data) < 0)
		return err_sys(e, errno, "cannot drop capabilities");
	return 0;
}

/* ---- init ---- */

static void lo_up(void)
{
	struct ifreq r = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s >= 0) {
		(void)ioctl(s, SIOCSIFFLAGS, &r);
		close(s);
	}
}

_Noreturn static void tell(int report, const char *text)
{
	ssize_t ignored = write(report, text, strlen(text));
	(void)ignored;
	_exit(1);
}

static bool wait_byte(int fd)
{
	char c;
	ssize_t n;
	while ((n = read(fd, &c, 1)) < 0 && errno == EINTR)
		;
	return n == 1;
}

/* A change of users makes the kernel forget it. */
static int end_with_supervisor(void)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/* As the image says; the user's groups were set while all privileges were there. */
_Noreturn static void run_program(struct zone_jail *j, const struct zone_user *u)
{
	static char container[] = "container=zone", path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	struct zone_program *p = j->program;
	struct err e = {0};
	bool has_path = false;
	char *env[ZONE_PROGRAM_WORDS + 3];
	unsigned n = 0;
	for (; n < p->nenv; n++) {
		env[n] = p->env[n];
		has_path |= strncmp(env[n], "PATH=", 5) == 0;
	}
	if (!has_path)
		env[n++] = path;
	env[n++] = container;
	env[n] = NULL;
	if (p->cwd)
		(void)mkdir(p->cwd, 0755);
	if (p->cwd && chdir(p->cwd) < 0)
		err_sys(&e, errno, "cannot change to the image's directory %s", p->cwd);
	else if (u->uid && (setresuid(u->uid, u->uid, u->uid) < 0 || end_with_supervisor() < 0))
		err_sys(&e, errno, "cannot become the image's user");
	if (!e.code) {
		environ = env;
		execvp(p->args[0], p->args);
		err_sys(&e, errno, "cannot run %s", p->args[0]);
	}
	tell(j->report, e.text);
}

/* Can it run here? systemd ends at once where it may not mount; what a sparse zone has is the system's. */
static bool can_run(const struct zone_jail *j, const char *init)
{
	char target[256];
	if (access(init, X_OK) < 0)
		return false;
	ssize_t n = readlink(init, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	const char *name = strrchr(target, '/');
	if (!name || strcmp(name, "/systemd") != 0 || j->kept >> CAP_SYS_ADMIN & 1)
		return true;
	dprintf(STDERR_FILENO,
		"%s is systemd, which needs the privilege sys_mount: "
		"a process that waits for others is run in its place\n",
		init);
	return false;
}

static void run_init(struct zone_jail *j, const struct zone_user *u)
{
	char *const env[] = {"PATH=/dev/zone:/usr/sbin:/usr/bin:/sbin:/bin:/dev/zonetools",
			     "HOME=/", "TERM=linux", "container=zone", NULL};
	enum { ARGS_MAX = 32 };
	char *argv[ARGS_MAX + 2], args[1024], *rest = args, *word;
	sigset_t none;
	unsigned n = 0;
	const char *init = j->init ? j->init : "/sbin/init";
	snprintf(args, sizeof(args), "%s", j->args ? j->args : "");
	argv[n++] = (char *)init;
	while (n <= ARGS_MAX && (word = strsep(&rest, " ")))
		if (*word)
			argv[n++] = word;
	argv[n] = NULL;
	sigemptyset(&none);
	if (!j->init && j->program->nargs) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		run_program(j, u);
	}
	if (j->init || can_run(j, init)) {
		sigprocmask(SIG_SETMASK, &none, NULL);
		execve(init, argv, env);
		struct err e;
		err_sys(&e, errno, "cannot run %s", init);
		tell(j->report, e.text);
	}
	close(j->report);
	zone_reaper_run();
}

/* Namespaces: those that take the kernel a while are made by the process itself, while the supervisor
 * mounts its files. */
static int separate(struct host *h, struct err *e)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET) < 0)
		return err_sys(e, errno, "cannot make the zone's namespaces");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(e, errno, "cannot have mounts of its own");
	return open_host(h, e);
}

static int become_root(const struct zone_jail *j, struct err *e)
{
	if (j->userns && (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
		return err_sys(e, errno, "cannot become the zone's root");
	/* It still runs a program of the host, which the zone is not to reach. A change of users
	 * undoes both. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || end_with_supervisor() < 0)
		return err_sys(e, errno, "cannot protect the zone's first process");
	if (setgroups(0, NULL) < 0 || setsid() < 0)
		return err_sys(e, errno, "cannot leave the host's groups");
	return 0;
}

/* Nothing of the host stays open but the two channels, at 3 and 4, and /dev/null. */
static int close_host(struct zone_jail *j, struct err *e)
{
	int go = fcntl(j->go, F_DUPFD_CLOEXEC, 64), report = fcntl(j->report, F_DUPFD_CLOEXEC, 64);
	if (go < 0 || report < 0 || dup3(go, 3, O_CLOEXEC) < 0 || dup3(report, 4, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot close the host's descriptors");
	j->go = 3;
	j->report = 4;
	return syscall(SYS_close_range, 5, ~0u, 0) < 0
		   ? err_sys(e, errno, "cannot close the host's descriptors")
		   : 0;
}

/* The files of the zone are read and written only when no descriptor is left that a link of
 * theirs could go through: /etc may be one to /proc/self/fd/5. */
static int prepare(struct zone_jail *j, const struct host *h, const struct usual *u, struct err *e)
{
	umask(022);
	char hostname[SYSID_NAME];
	snprintf(hostname, sizeof(hostname), "%s", j->hostname);
	if (change_root(j, h, u, e) < 0 || close_host(j, e) < 0 ||
	    zone_sysid_apply(hostname, e) < 0 || zone_sysid_hostid(j->hostid, e) < 0)
		return -1;
	if (sethostname(hostname, strlen(hostname)) < 0)
		return err_sys(e, errno, "cannot set the host name");
	return 0;
}

/* When its devices have been given to it. */
static int open_console(struct err *e)
{
	int io = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (io < 0)
		io = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (io < 0 || dup2(io, 0) < 0 || dup2(io, 1) < 0 || dup2(io, 2) < 0)
		return err_sys(e, errno, "cannot open /dev/null of the zone");
	close(io);
	return 0;
}

static int finish(struct zone_jail *j, struct zone_user *u, struct err *e)
{
	if (!j->init && j->program->user &&
	    (zone_program_user(j->program->user, u, e) < 0 ||
	     (setresgid(u->gid, u->gid, u->gid) < 0 &&
	      err_sys(e, errno, "cannot become the image's user") < 0)))
		return -1;
	if (unshare(CLONE_NEWCGROUP) < 0 || end_with_supervisor() < 0)
		return err_sys(e, errno, "cannot leave the host's groups");
	return zone_jail_drop(j->kept, e);
}

/* The groups of version 1, which are made while it makes its namespaces. */
static int join(const struct zone_jail *j, struct err *e)
{
	struct zone_cgroups legacy;
	struct zone_doors doors;
	zone_cgroups_only(j->groups, false, &legacy);
	if (zone_doors_open(&doors, &legacy, e) < 0)
		return -1;
	int status = zone_doors_enter(&doors, e);
	zone_doors_close(&doors);
	return status;
}

void zone_jail_enter(struct zone_jail *j)
{
	struct err e = {0};
	/* Not to outlive the supervisor in the meantime. */
	(void)end_with_supervisor();
	struct host host = {.root = -1, .here = -1, .zone = j->hostname};
	struct usual usual = {0};
	struct zone_user user = {0};
	if (zone_jail_shed(&e) < 0 || zone_doors_enter(j->doors, &e) < 0 || separate(&host, &e) < 0)
		tell(j->report, e.text);
	if (!wait_byte(j->go))
		_exit(1);
	if (join(j, &e) < 0)
		tell(j->report, e.text);
	if (write(j->report, ".", 1) != 1)
		_exit(1);
	umask(0);
	lo_up();
	/* Before the mounts are there: it takes the kernel a while to translate the filter. */
	if (become_root(j, &e) < 0 || make_usual(&usual, &host, &e) < 0 ||
	    zone_jail_filter(j->security, j->userns, &e) < 0)
		tell(j->report, e.text);
	if (!zone_mounts_receive(j->mounts, j->go))
		_exit(1);
	if (prepare(j, &host, &usual, &e) < 0)
		tell(j->report, e.text);
	if (write(j->report, "+", 1) != 1 || !wait_byte(j->go))
		_exit(1);
	close(j->go);
	if (open_console(&e) < 0 || finish(j, &user, &e) < 0)
		tell(j->report, e.text);
	run_init(j, &user);
	_exit(1);
}
