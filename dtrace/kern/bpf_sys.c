/*
 * bpf_sys.c - bpf(2): maps, programs, raw tracepoints, links
 *
 * In: specs of kern.h. Out: descriptors. The attribute layouts come from linux/bpf.h; those that
 * the header of Debian 12 (6.1) lacks are written out here. Errors are told in terms of what the
 * user can do about them. Not here: what a program means, retries, fallbacks (load.c and
 * features.c).
 */
#include "dtrace/kern/kern.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* BPF_RAW_TRACEPOINT_OPEN with the cookie of 6.10, which older kernels want to be zero. */
struct raw_tp_attr {
	uint64_t name;
	uint32_t prog_fd, pad;
	uint64_t cookie;
};

/* BPF_LINK_CREATE for uprobe-multi (6.6). */
struct uprobe_multi_attr {
	uint32_t prog_fd, target_fd, attach_type, link_flags;
	uint64_t path, offsets, ref_ctr_offsets, cookies;
	uint32_t count, flags, pid, pad;
};

static long sys_bpf(int cmd, void *attr, size_t size)
{
	return syscall(SYS_bpf, cmd, attr, size);
}

/* bpf(2) that opens something: every descriptor is close-on-exec already. */
static int bpf_fd(int cmd, void *attr, size_t size)
{
	long fd = sys_bpf(cmd, attr, size);

	return fd < 0 ? -1 : (int)fd;
}

static uint64_t ptr64(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static bool lockdown_is(const char *level)
{
	char text[128], want[64];

	snprintf(want, sizeof(want), "[%s]", level);
	return kern_read_small("/sys/kernel/security/lockdown", text, sizeof(text)) > 0 &&
	       strstr(text, want);
}

static bool has_capability(unsigned cap)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct set[2] = {0};

	return syscall(SYS_capget, &head, set) < 0 || set[cap / 32].effective >> cap % 32 & 1;
}

/* What is missing, and what would give it. */
static int not_permitted(struct err *e, int code)
{
	bool admin = has_capability(CAP_SYS_ADMIN);
	bool bpf = admin || has_capability(CAP_BPF), perfmon = admin || has_capability(CAP_PERFMON);

	if (!bpf || !perfmon)
		return err_set(e, code,
			       "DTrace requires additional privileges: this process lacks %s%s%s, "
			       "which root has",
			       bpf ? "" : "CAP_BPF", bpf || perfmon ? "" : " and ",
			       perfmon ? "" : "CAP_PERFMON");
	if (lockdown_is("confidentiality"))
		return err_set(e, code,
			       "kernel lockdown (confidentiality) forbids tracing; boot with "
			       "lockdown=integrity or lockdown=none");
	return err_set(e, code,
		       "DTrace requires additional privileges: bpf(2) is forbidden here, by a "
		       "seccomp filter or outside the initial user namespace; run it on the host, "
		       "or in a privileged container");
}

/* Puts errno of a failed bpf(2) into the user's words. */
static int bpf_error(struct err *e, int code, const char *what)
{
	switch (code) {
	case EPERM:
		return not_permitted(e, code);
	case ENOSYS:
		return err_set(e, code, "%s: this kernel was built without CONFIG_BPF_SYSCALL",
			       what);
	case ENOMEM:
		return err_set(e, code,
			       "%s: the kernel has no memory for it (locked memory limit, "
			       "cgroup limit, or the machine's memory)",
			       what);
	case EMFILE:
		return err_set(
		    e, code,
		    "%s: too many open files; raise the limit (ulimit -n), or trace fewer "
		    "probes",
		    what);
	default:
		return err_sys(e, code, "%s", what);
	}
}

static void copy_name(char *dst, const char *src)
{
	size_t n = 0;

	for (; src && *src && n < BPF_OBJ_NAME_LEN - 1; src++) {
		bool ok = (*src >= 'a' && *src <= 'z') || (*src >= 'A' && *src <= 'Z') ||
			  (*src >= '0' && *src <= '9') || *src == '_' || *src == '.';
		dst[n++] = ok ? *src : '_';
	}
	dst[n] = 0;
}

int kern_map_create(const struct kern_map_spec *spec, struct err *e)
{
	union bpf_attr attr;
	int btf_fd = -1, fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = spec->type;
	attr.key_size = spec->key_bytes;
	attr.value_size = spec->value_bytes;
	attr.max_entries = spec->entries;
	attr.map_flags = spec->flags;
	attr.inner_map_fd = (uint32_t)spec->inner;
	copy_name(attr.map_name, spec->name);
	if (spec->task_storage_btf || spec->timer_btf || spec->task_btf) {
		btf_fd = kern_btf_for_map(spec, e);
		if (btf_fd < 0)
			return -1;
		attr.btf_fd = (uint32_t)btf_fd;
		attr.btf_key_type_id = 1;
		attr.btf_value_type_id = 2;
	}
	fd = bpf_fd(BPF_MAP_CREATE, &attr, sizeof(attr));
	if (fd < 0) {
		char what[96];
		snprintf(what, sizeof(what), "cannot make map %s of %u x %u bytes",
			 spec->name ? spec->name : "", spec->entries, spec->value_bytes);
		bpf_error(e, errno, what);
	}
	if (btf_fd >= 0)
		close(btf_fd);
	return fd;
}

static int map_elem(int cmd, int fd, const void *key, const void *value, uint64_t flags)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)fd;
	attr.key = ptr64(key);
	attr.value = ptr64(value);
	attr.flags = flags;
	return (int)sys_bpf(cmd, &attr, sizeof(attr));
}

int kern_map_update(int fd, const void *key, const void *value, uint64_t flags, struct err *e)
{
	if (map_elem(BPF_MAP_UPDATE_ELEM, fd, key, value, flags) < 0)
		return bpf_error(e, errno, "cannot store in a map");
	return 0;
}

int kern_map_delete(int fd, const void *key)
{
	return map_elem(BPF_MAP_DELETE_ELEM, fd, key, NULL, 0) < 0 ? -1 : 0;
}

int kern_map_lookup(int fd, const void *key, void *value, struct err *e)
{
	if (map_elem(BPF_MAP_LOOKUP_ELEM, fd, key, value, 0) < 0)
		return bpf_error(e, errno, "cannot read a map");
	return 0;
}

void *kern_map_mmap(int fd, size_t bytes, struct err *e)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED) {
		err_sys(e, errno, "cannot map %zu bytes of a kernel array", bytes);
		return NULL;
	}
	return p;
}

static void prog_attr(const struct kern_prog_spec *spec, union bpf_attr *attr)
{
	memset(attr, 0, sizeof(*attr));
	attr->prog_type = spec->type;
	attr->insns = ptr64(spec->insns);
	attr->insn_cnt = spec->ninsns;
	attr->license = ptr64("Dual MIT/GPL");
	attr->prog_flags = spec->flags;
	attr->expected_attach_type = spec->expected_attach_type;
	attr->attach_btf_id = spec->attach_btf_id;
	copy_name(attr->prog_name, spec->name);
	if (spec->btf_fd > 0) {
		attr->prog_btf_fd = (uint32_t)spec->btf_fd;
		attr->func_info = ptr64(spec->func_info);
		attr->func_info_cnt = spec->nfunc_info;
		attr->func_info_rec_size = spec->func_info_rec_bytes;
	}
}

static void attach_log(union bpf_attr *attr, char *log, size_t bytes)
{
	attr->log_buf = ptr64(log);
	attr->log_size = (uint32_t)bytes;
	attr->log_level = 1;
}

int kern_prog_load(const struct kern_prog_spec *spec, char *log, size_t log_bytes, struct err *e)
{
	union bpf_attr attr;
	int fd, code;
	char what[96];

	prog_attr(spec, &attr);
	if (log && log_bytes && spec->report)
		attach_log(&attr, log, log_bytes);
	do { /* EAGAIN: a signal came in the middle of a long verification */
		fd = bpf_fd(BPF_PROG_LOAD, &attr, sizeof(attr));
	} while (fd < 0 && errno == EAGAIN);
	if (fd < 0 && errno == ENOSPC &&
	    attr.log_buf) { /* the program is fine, the log too small */
		attr.log_buf = attr.log_size = attr.log_level = 0;
		fd = bpf_fd(BPF_PROG_LOAD, &attr, sizeof(attr));
	}
	if (fd >= 0)
		return fd;
	code = errno;
	if (log && log_bytes) {
		log[0] = 0;
		if (code != EPERM && code != ENOSYS) {
			attach_log(&attr, log, log_bytes);
			fd = bpf_fd(BPF_PROG_LOAD, &attr, sizeof(attr));
			log[log_bytes - 1] = 0;
			if (fd >= 0)
				return fd; /* another chance was all it needed: memory pressure */
		}
	}
	snprintf(what, sizeof(what), "cannot load program %s", spec->name ? spec->name : "");
	return bpf_error(e, code, what);
}

int kern_prog_test_run(int prog_fd, void *ctx, uint32_t ctx_bytes, uint32_t *retval, struct err *e)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (uint32_t)prog_fd;
	attr.test.ctx_in = ptr64(ctx);
	attr.test.ctx_size_in = ctx_bytes;
	if (sys_bpf(BPF_PROG_TEST_RUN, &attr, sizeof(attr)) < 0)
		return bpf_error(e, errno, "cannot run a program");
	if (retval)
		*retval = attr.test.retval;
	return 0;
}

int kern_raw_tp_attach(int prog_fd, const char *name, uint64_t cookie, struct err *e)
{
	struct raw_tp_attr attr = {
	    .name = ptr64(name), .prog_fd = (uint32_t)prog_fd, .cookie = cookie};
	int fd = bpf_fd(BPF_RAW_TRACEPOINT_OPEN, &attr, cookie ? sizeof(attr) : sizeof(attr) - 8);
	char what[160];

	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return err_set(e, ENOENT, "this kernel has no tracepoint %s",
			       name ? name : "of that type");
	snprintf(what, sizeof(what), "cannot attach to tracepoint %s", name ? name : "");
	return bpf_error(e, errno, what);
}

int kern_uprobe_multi_attach(int prog_fd, const struct kern_uprobe_multi *spec, struct err *e)
{
	struct uprobe_multi_attr attr = {
	    .prog_fd = (uint32_t)prog_fd,
	    .attach_type = spec->attach_type,
	    .path = ptr64(spec->path),
	    .offsets = ptr64(spec->offsets),
	    .ref_ctr_offsets = ptr64(spec->ref_ctr_offsets),
	    .cookies = ptr64(spec->cookies),
	    .count = spec->count,
	    .flags = spec->flags,
	    .pid = spec->pid,
	};
	int fd = bpf_fd(BPF_LINK_CREATE, &attr, sizeof(attr));
	char what[512];

	if (fd >= 0)
		return fd;
	snprintf(what, sizeof(what), "cannot attach %u user probes to %s", spec->count, spec->path);
	return bpf_error(e, errno, what);
}

int kern_link_create(const void *attr, size_t size)
{
	int fd = bpf_fd(BPF_LINK_CREATE, (void *)(uintptr_t)attr, size);

	return fd < 0 ? -errno : fd;
}

int kern_perf_link(int prog_fd, int event_fd, uint64_t cookie)
{
	struct {
		uint32_t prog_fd, target_fd, attach_type, flags;
		uint64_t cookie;
	} attr = {(uint32_t)prog_fd, (uint32_t)event_fd, 41 /* BPF_PERF_EVENT */, 0, cookie};
	return kern_link_create(&attr, sizeof(attr));
}

int kern_btf_load(const void *data, size_t size, struct err *e)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.btf = ptr64(data);
	attr.btf_size = (uint32_t)size;
	fd = bpf_fd(BPF_BTF_LOAD, &attr, sizeof(attr));
	return fd < 0 ? bpf_error(e, errno, "cannot load type information") : fd;
}

static bool prog_info(int prog_fd, struct bpf_prog_info *info)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(info, 0, sizeof(*info));
	attr.info.bpf_fd = (uint32_t)prog_fd;
	attr.info.info_len = sizeof(*info);
	attr.info.info = ptr64(info);
	return sys_bpf(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) >= 0;
}

uint64_t kern_prog_misses(int prog_fd)
{
	struct bpf_prog_info info;

	return prog_info(prog_fd, &info) ? info.recursion_misses : 0;
}

void kern_prog_cost(int prog_fd, uint64_t *runs, uint64_t *ns)
{
	struct bpf_prog_info info;
	bool known = prog_info(prog_fd, &info);

	*runs = known ? info.run_cnt : 0;
	*ns = known ? info.run_time_ns : 0;
}

int kern_cost_enable(struct err *e)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.enable_stats.type = BPF_STATS_RUN_TIME;
	int fd = (int)sys_bpf(BPF_ENABLE_STATS, &attr, sizeof(attr));
	return fd < 0 ? err_sys(e, errno, "the kernel does not count what programs cost") : fd;
}
