/*
 * features.c - finds out what this kernel offers by trying it
 *
 * One row a feature: how it is called, what it is used for, what is used instead, what would give
 * it, and the trial. A trial loads the smallest program (or makes the smallest map) that needs the
 * feature and throws it away; it attaches nothing that could fire. Nothing compares kernel
 * versions.
 */
#include "dtrace/kern/features.h"

#include "dtrace/kern/insn.h"
#include "dtrace/kern/kern.h"
#include "dtrace/types/btf.h"

#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	HELPER_WRITE_USER = 36,
	HELPER_SEND_SIGNAL = 109,
	HELPER_COPY_FROM_USER = 148,
	HELPER_TASK_STORAGE_GET = 156,
	HELPER_TASK_BTF = 158,
	HELPER_TIMER_INIT = 169,
	HELPER_ATTACH_COOKIE = 174
};
enum { ATTACH_UPROBE_MULTI_TYPE = 48, ATTACH_KPROBE_MULTI_TYPE = 42 };

enum { ASSUMED = 2 }; /* state */

#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof((a)[0])))

static int load_typed(uint32_t type, uint32_t attach_type, uint32_t btf_id,
		      const struct bpf_insn *insns, uint32_t n)
{
	struct kern_prog_spec spec = {.type = type,
				      .expected_attach_type = attach_type,
				      .attach_btf_id = btf_id,
				      .name = "trial",
				      .insns = insns,
				      .ninsns = n};
	struct err e;

	return kern_prog_load(&spec, NULL, 0, &e);
}

static bool closed(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

#define LOADS(type, insns)  closed(load_typed(type, 0, 0, insns, COUNT(insns)))
#define LOADS_RAW_TP(insns) LOADS(BPF_PROG_TYPE_RAW_TRACEPOINT, insns)

static uint32_t btf_id_of(const struct features *f, const char *name, uint32_t kind)
{
	return f->btf ? btf_find(f->btf, name, kind) : 0;
}

static bool try_bpf(const struct features *f)
{
	struct kern_map_spec m = {
	    .type = BPF_MAP_TYPE_ARRAY, .key_bytes = 4, .value_bytes = 8, .entries = 1};
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	struct err e;

	(void)f;
	return closed(kern_map_create(&m, &e)) && LOADS_RAW_TP(insns);
}

static bool try_btf(const struct features *f)
{
	return f->btf != NULL;
}

static bool try_tp_btf(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	uint32_t id = btf_id_of(f, "btf_trace_sys_enter", BTF_KIND_TYPEDEF);

	return id &&
	       closed(load_typed(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, id, insns, COUNT(insns)));
}

static bool try_rdonly_cast(const struct features *f)
{
	uint32_t fn = btf_id_of(f, "bpf_rdonly_cast", BTF_KIND_FUNC);
	uint32_t regs = btf_id_of(f, "pt_regs", BTF_KIND_STRUCT);
	struct bpf_insn insns[] = {I_LOAD(BPF_DW, 1, 1, 0), I_MOV_IMM(2, (int32_t)regs),
				   I_KFUNC((int32_t)fn), I_LOAD(BPF_DW, 0, 0, 0), I_EXIT()};

	return fn && regs && LOADS_RAW_TP(insns);
}

static bool try_task_storage(const struct features *f)
{
	struct kern_map_spec m = {.type = BPF_MAP_TYPE_TASK_STORAGE,
				  .key_bytes = 4,
				  .value_bytes = 8,
				  .flags = BPF_F_NO_PREALLOC,
				  .name = "trial",
				  .task_storage_btf = true};
	struct err e;
	int fd = kern_map_create(&m, &e);
	bool ok;

	(void)f;
	if (fd < 0)
		return false;
	struct bpf_insn insns[] = {
	    I_CALL(HELPER_TASK_BTF), I_MOV_REG(2, 0), I_LD64(1, BPF_PSEUDO_MAP_FD, fd, 0),
	    I_MOV_IMM(3, 0),	     I_MOV_IMM(4, 1), I_CALL(HELPER_TASK_STORAGE_GET),
	    I_MOV_IMM(0, 0),	     I_EXIT()};
	ok = LOADS_RAW_TP(insns);
	close(fd);
	return ok;
}

static bool try_may_goto(const struct features *f)
{
	struct bpf_insn insns[] = {INSN(BPF_JMP | 0xe0, 0, 0, 1, 0),
				   INSN(BPF_JMP | BPF_JA, 0, 0, -2, 0), I_MOV_IMM(0, 0), I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

static bool try_cpu_v4(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_IMM(0, -7),
				   I_MOV_IMM(1, 2),
				   INSN(BPF_ALU64 | BPF_DIV | BPF_X, 0, 1, 1, 0), /* sdiv */
				   INSN(BPF_ALU64 | BPF_END, 0, 0, 0, 64),	  /* bswap64 */
				   INSN(BPF_ALU64 | BPF_MOV | BPF_X, 0, 0, 8, 0), /* movsx8 */
				   INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, 0),	  /* gotol */
				   I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

static bool try_atomics(const struct features *f)
{
	struct bpf_insn insns[] = {I_STORE_IMM(BPF_DW, 10, -8, 0),
				   I_MOV_IMM(0, 0),
				   I_MOV_IMM(1, 1),
				   I_ATOMIC(BPF_DW, BPF_ADD | BPF_FETCH, 10, 1, -8),
				   I_ATOMIC(BPF_DW, BPF_CMPXCHG, 10, 1, -8),
				   I_MOV_IMM(0, 0),
				   I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

static bool try_mmap_array(const struct features *f)
{
	struct kern_map_spec m = {.type = BPF_MAP_TYPE_ARRAY,
				  .key_bytes = 4,
				  .value_bytes = 8,
				  .entries = 1,
				  .flags = BPF_F_MMAPABLE};
	struct err e;
	int fd = kern_map_create(&m, &e);
	void *p = fd < 0 ? NULL : kern_map_mmap(fd, (size_t)sysconf(_SC_PAGESIZE), &e);

	(void)f;
	if (p)
		munmap(p, (size_t)sysconf(_SC_PAGESIZE));
	closed(fd);
	return p != NULL;
}

static bool try_timer(const struct features *f)
{
	struct kern_map_spec m = {.type = BPF_MAP_TYPE_ARRAY,
				  .key_bytes = 4,
				  .value_bytes = 16,
				  .entries = 1,
				  .timer_btf = true,
				  .name = "trial"};
	struct err e;
	int fd = kern_map_create(&m, &e);
	bool ok;

	(void)f;
	if (fd < 0)
		return false;
	struct bpf_insn insns[] = {I_STORE_IMM(BPF_W, 10, -4, 0),
				   I_MOV_REG(2, 10),
				   I_ALU_IMM(BPF_ADD, 2, -4),
				   I_LD64(1, BPF_PSEUDO_MAP_FD, fd, 0),
				   I_CALL(BPF_FUNC_map_lookup_elem),
				   I_JMP_IMM(BPF_JEQ, 0, 0, 5),
				   I_MOV_REG(1, 0),
				   I_LD64(2, BPF_PSEUDO_MAP_FD, fd, 0),
				   I_MOV_IMM(3, 1), /* CLOCK_MONOTONIC */
				   I_CALL(HELPER_TIMER_INIT),
				   I_MOV_IMM(0, 0),
				   I_EXIT()};
	int prog = -1;
	struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_SYSCALL,
				      .flags = BPF_F_SLEEPABLE,
				      .name = "trial",
				      .insns = insns,
				      .ninsns = COUNT(insns)};

	prog = kern_prog_load(&spec, NULL, 0, &e);
	ok = closed(prog);
	close(fd);
	return ok;
}

static bool try_raw_tp_cookie(const struct features *f)
{
	struct bpf_insn insns[] = {I_CALL(HELPER_ATTACH_COOKIE), I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

static bool try_perf_clock(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	struct err e;
	int prog = load_typed(BPF_PROG_TYPE_PERF_EVENT, 0, 0, insns, COUNT(insns));
	bool ok;

	(void)f;
	if (prog < 0)
		return false;
	ok = closed(kern_perf_clock_attach(prog, 0, 1000000000, false, &e));
	close(prog);
	return ok;
}

static bool try_send_signal(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_IMM(1, 0), I_CALL(HELPER_SEND_SIGNAL), I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

static bool try_write_user(const struct features *f)
{
	struct bpf_insn insns[] = {I_STORE_IMM(BPF_DW, 10, -8, 0),
				   I_MOV_IMM(1, 0),
				   I_MOV_REG(2, 10),
				   I_ALU_IMM(BPF_ADD, 2, -8),
				   I_MOV_IMM(3, 8),
				   I_CALL(HELPER_WRITE_USER),
				   I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

/* A directory instead of a file: where the link kind exists the kernel gets as far as refusing that
 * with EBADF. */
static bool try_uprobe_multi(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	uint64_t offset = 0;
	struct kern_uprobe_multi m = {
	    .path = "/", .offsets = &offset, .count = 1, .attach_type = ATTACH_UPROBE_MULTI_TYPE};
	struct err e = {0};
	int prog =
		load_typed(BPF_PROG_TYPE_KPROBE, ATTACH_UPROBE_MULTI_TYPE, 0, insns, COUNT(insns)),
	    link;

	(void)f;
	if (prog < 0)
		return false;
	link = kern_uprobe_multi_attach(prog, &m, &e);
	close(prog);
	return closed(link) || e.code == EBADF;
}

static bool try_sleepable(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_REG(1, 10), I_ALU_IMM(BPF_ADD, 1, -8),	    I_MOV_IMM(2, 1),
				   I_MOV_IMM(3, 0),  I_CALL(HELPER_COPY_FROM_USER), I_MOV_IMM(0, 0),
				   I_EXIT()};
	struct kern_prog_spec spec = {.type = BPF_PROG_TYPE_KPROBE,
				      .flags = BPF_F_SLEEPABLE,
				      .name = "trial",
				      .insns = insns,
				      .ninsns = COUNT(insns)};
	struct err e;

	(void)f;
	return closed(kern_prog_load(&spec, NULL, 0, &e));
}

/* A name of no function: where the link kind exists that is ESRCH or ENOENT, else EOPNOTSUPP. */
static bool try_kprobe_multi(const struct features *f)
{
	struct {
		uint32_t prog_fd, target_fd, attach_type, link_flags, flags, cnt;
		uint64_t syms, addrs, cookies;
	} attr = {.attach_type = ATTACH_KPROBE_MULTI_TYPE, .cnt = 1};
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	const char *sym = "no_such_function";
	int link, prog = load_typed(BPF_PROG_TYPE_KPROBE, ATTACH_KPROBE_MULTI_TYPE, 0, insns,
				    COUNT(insns));

	(void)f;
	if (prog < 0)
		return false;
	attr.prog_fd = (uint32_t)prog;
	attr.syms = (uint64_t)(uintptr_t)&sym;
	link = kern_link_create(&attr, sizeof(attr));
	close(prog);
	return closed(link) || link == -ESRCH || link == -ENOENT;
}

static bool try_kprobe(const struct features *f)
{
	(void)f;
	return kern_kprobe_here();
}

static bool try_fentry(const struct features *f)
{
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	uint32_t id = btf_id_of(f, "bpf_fentry_test1",
				BTF_KIND_FUNC); /* runs in the kernel's self-test alone */
	struct err e;
	int prog =
	    id ? load_typed(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, id, insns, COUNT(insns)) : -1;
	bool ok = prog >= 0 && closed(kern_raw_tp_attach(prog, NULL, 0, &e));

	closed(prog);
	return ok;
}

static bool try_tracefs(const struct features *f)
{
	struct err e;

	(void)f;
	return closed(kern_tracefs_open(&e));
}

/* Hidden addresses read as zeros; the first of the per-CPU ones is truly zero on some kernels, so
 * look at many. */
static bool try_kallsyms(const struct features *f)
{
	char text[4096], *line = text;

	(void)f;
	if (kern_read_small("/proc/kallsyms", text, sizeof(text)) <= 0)
		return false;
	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strtoull(line, NULL, 16) != 0)
			return true;
	}
	return false;
}

static bool try_str_kfuncs(const struct features *f)
{
	uint32_t fn = btf_id_of(f, "bpf_strlen", BTF_KIND_FUNC);
	struct bpf_insn insns[] = {
	    I_STORE_IMM(BPF_DW, 10, -8, 0), I_MOV_REG(1, 10), I_ALU_IMM(BPF_ADD, 1, -8),
	    I_KFUNC((int32_t)fn),	    I_MOV_IMM(0, 0),  I_EXIT()};

	return fn && LOADS_RAW_TP(insns);
}

static bool try_task_kptr(const struct features *f)
{
	struct kern_map_spec m = {.type = BPF_MAP_TYPE_HASH,
				  .key_bytes = 8,
				  .value_bytes = 8,
				  .entries = 1,
				  .flags = BPF_F_NO_PREALLOC,
				  .name = "trial",
				  .task_btf = true};
	struct err e;
	int fd = btf_id_of(f, "bpf_task_acquire", BTF_KIND_FUNC) ? kern_map_create(&m, &e) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool try_func_addr(const struct features *f)
{
	uint32_t fn = btf_id_of(f, "bpf_fentry_test1", BTF_KIND_FUNC);
	struct bpf_insn insns[] = {I_LD64(1, BPF_PSEUDO_BTF_ID, fn, 0), I_MOV_IMM(0, 0), I_EXIT()};

	return fn && LOADS_RAW_TP(insns);
}

/* A word of unknown value goes to the stack, a copy of it is compared, another one used as an offset. */
static bool try_slot_bounds(const struct features *f)
{
	struct bpf_insn insns[] = {I_LOAD(BPF_DW, 2, 1, 0),
				   I_STORE(BPF_DW, 10, 2, -8),
				   I_MOV_IMM(0, 0),
				   I_STORE_IMM(BPF_DW, 10, -16, 0),
				   I_LOAD(BPF_DW, 3, 10, -8),
				   I_JMP_IMM(BPF_JGT, 3, 7, 4),
				   I_LOAD(BPF_DW, 3, 10, -8),
				   I_MOV_REG(4, 10),
				   INSN(BPF_ALU64 | BPF_ADD | BPF_X, 4, 3, 0, 0),
				   I_STORE_IMM(BPF_B, 4, -16, 0),
				   I_EXIT()};

	(void)f;
	return LOADS_RAW_TP(insns);
}

static const struct row {
	const char *name, *used_for, *instead, *remedy;
	bool (*try)(const struct features *f);
	bool
	    shows; /* a program or map that needs it is refused where it is missing: may be assumed */
} rows[FEAT_NCOUNT] = {
    [FEAT_BPF] = {"bpf", "everything", "nothing", "needs root, or CAP_BPF and CAP_PERFMON", try_bpf,
		  true},
    [FEAT_BTF] = {"btf", "kernel types, direct reads", "built-in types, probe reads",
		  "needs a kernel with CONFIG_DEBUG_INFO_BTF (/sys/kernel/btf/vmlinux)", try_btf},
    [FEAT_TP_BTF] = {"tp_btf", "typed raw tracepoints", "untyped raw tracepoints",
		     "needs CONFIG_DEBUG_INFO_BTF and CONFIG_BPF_EVENTS", try_tp_btf, true},
    [FEAT_RDONLY_CAST] = {"rdonly_cast", "direct reads through any pointer",
			  "typed tracepoints, probe reads", "needs Linux 6.2 or later with BTF",
			  try_rdonly_cast, true},
    [FEAT_TASK_STORAGE] = {"task_storage", "thread-local variables", "a hash keyed by thread",
			   "needs Linux 5.18 or later with CONFIG_BPF_SYSCALL", try_task_storage,
			   true},
    [FEAT_MAY_GOTO] = {"may_goto", "loops", "counted loops", "needs Linux 6.9 or later",
		       try_may_goto, true},
    [FEAT_CPU_V4] = {"cpu_v4", "signed division, sign extension", "longer code",
		     "needs Linux 6.6 or later", try_cpu_v4, true},
    [FEAT_ATOMICS] = {"atomics", "buffers and tables shared between CPUs", "nothing",
		      "needs Linux 5.12 or later with the BPF JIT", try_atomics, true},
    [FEAT_MMAP_ARRAY] = {"mmap_array", "reading buffers without system calls", "nothing",
			 "needs Linux 5.5 or later", try_mmap_array, true},
    [FEAT_TIMER] = {"timer", "tick probes in the kernel", "timerfd and test runs",
		    "needs Linux 5.15 or later", try_timer},
    [FEAT_RAW_TP_COOKIE] = {"raw_tp_cookie", "one program on several tracepoints",
			    "one program each", "needs Linux 6.10 or later", try_raw_tp_cookie,
			    true},
    [FEAT_PERF_CLOCK] = {"perf_clock", "profile probes", "nothing",
			 "needs CONFIG_PERF_EVENTS and root or CAP_PERFMON", try_perf_clock},
    [FEAT_SEND_SIGNAL] = {"send_signal", "raise(), stop()", "nothing", "needs Linux 5.3 or later",
			  try_send_signal},
    [FEAT_WRITE_USER] = {"write_user", "copyout(), copyoutstr()", "nothing",
			 "kernel lockdown forbids it: boot with lockdown=none (Secure Boot off)",
			 try_write_user},
    [FEAT_UPROBE_MULTI] = {"uprobe_multi", "user probes", "one perf event each",
			   "needs Linux 6.6 or later", try_uprobe_multi},
    [FEAT_SLEEPABLE] = {"sleepable", "user memory that is not present, in user probes",
			"faults (ERROR fires)", "needs Linux 6.0 or later", try_sleepable, true},
    [FEAT_KPROBE_MULTI] = {"kprobe_multi", "any number of kernel functions", "fentry, kprobe",
			   "needs CONFIG_FPROBE", try_kprobe_multi},
    [FEAT_KPROBE] = {"kprobe", "kernel functions that fentry does not reach",
		     "kprobe_multi, or nothing", "needs CONFIG_KPROBES and CONFIG_KPROBE_EVENTS",
		     try_kprobe},
    [FEAT_FENTRY] = {"fentry", "a few kernel functions", "kprobe_multi, kprobe",
		     "needs CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS and no lockdown", try_fentry},
    [FEAT_TRACEFS] = {"tracefs", "argument names in listings", "no names",
		      "needs root and CONFIG_TRACING", try_tracefs},
    [FEAT_KALLSYMS] = {"kallsyms", "kernel symbol names", "addresses",
		       "needs CAP_SYSLOG, or kernel.kptr_restrict=0", try_kallsyms},
    [FEAT_STR_KFUNCS] = {"str_kfuncs", "string functions", "loops",
			 "needs Linux 6.17 or later with BTF", try_str_kfuncs, true},
    [FEAT_TASK_KPTR] = {"task_kptr", "whose I/O is done", "nobody's: pid 0",
			"needs Linux 6.4 or later with BTF", try_task_kptr, true},
    [FEAT_FUNC_ADDR] = {"func_addr", "stack() passes over tracing's own frames",
			"addresses from kallsyms", "needs Linux 6.4 or later with BTF",
			try_func_addr, true},
    [FEAT_SLOT_BOUNDS] = {"slot_bounds", "values in use at once", "longer code",
			  "needs Linux 6.8 or later", try_slot_bounds, true},
};

static int switch_off(struct features *f, const char *name, size_t n, struct err *e)
{
	for (int i = 0; i < FEAT_NCOUNT; i++) {
		if (strlen(rows[i].name) == n && !memcmp(rows[i].name, name, n)) {
			f->state[i] = -2;
			return 0;
		}
	}
	return err_set(e, EINVAL, "no such feature: %.*s (-xfeatures lists them)", (int)n, name);
}

int features_init(struct features *f, struct btf *btf, const char *off, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->btf = btf;
	while (off && *off) {
		size_t n = strcspn(off, ",\n"); /* options given twice come in lines */
		if (n && switch_off(f, off, n, e) < 0)
			return -1;
		off += n + (off[n] != '\0');
	}
	return 0;
}

bool feature_has(const struct features *f, enum feature which)
{
	struct features *cache =
	    (struct features *)f; /* what was found out is no change that a caller could see */

	if (!f)
		return true;
	if (f->state[which] == 0 && f->assume && rows[which].shows &&
	    (which != FEAT_BPF || geteuid() == 0))
		cache->state[which] = ASSUMED;
	if (f->state[which] == 0)
		cache->state[which] = rows[which].try(f) ? 1 : -1;
	return f->state[which] > 0;
}

bool features_settle(struct features *f)
{
	bool wrong = false;

	f->assume = false;
	if (f->state[FEAT_BPF] == ASSUMED)
		f->state[FEAT_BPF] = 0;
	if (!feature_has(f, FEAT_BPF))
		return false;
	for (int i = 0; i < FEAT_NCOUNT; i++) {
		if (f->state[i] != ASSUMED)
			continue;
		f->state[i] = rows[i].try(f) ? 1 : -1;
		wrong |= f->state[i] < 0;
	}
	return wrong;
}

bool feature_out(const struct features *f, enum feature which)
{
	return f && f->state[which] < 0;
}

bool features_try_function(const struct features *f, const char *function, bool ret)
{
	struct bpf_insn insns[] = {I_MOV_IMM(0, 0), I_EXIT()};
	uint32_t id = f ? btf_id_of(f, function, BTF_KIND_FUNC) : 0;

	return !f || (id && closed(load_typed(BPF_PROG_TYPE_TRACING,
					      ret ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY, id, insns,
					      COUNT(insns))));
}

const char *feature_name(enum feature which)
{
	return rows[which].name;
}

/* Without bpf(2) nothing that needs it can be there, whatever the kernel's age. */
static bool needs_bpf(enum feature which)
{
	return which != FEAT_BPF && which != FEAT_BTF && which != FEAT_TRACEFS &&
	       which != FEAT_KALLSYMS;
}

const char *feature_remedy(enum feature which)
{
	if (needs_bpf(which) && !try_bpf(NULL))
		which = FEAT_BPF;
	return rows[which].remedy;
}

void features_print(struct features *f, struct buf *out)
{
	features_settle(f);
	buf_printf(out, "%-14s %-4s %-40s %s\n", "FEATURE", "HERE", "USED FOR", "OTHERWISE");
	for (int i = 0; i < FEAT_NCOUNT; i++) {
		const struct row *r = &rows[i];
		bool has = feature_has(f, (enum feature)i);

		buf_printf(out, "%-14s %-4s %-40s %s", r->name,
			   has		       ? "yes"
			   : f->state[i] == -2 ? "off"
					       : "no",
			   r->used_for, r->instead);
		if (f->state[i] == -1)
			buf_printf(out, " (%s)", feature_remedy((enum feature)i));
		buf_putc(out, '\n');
	}
}
