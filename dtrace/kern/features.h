/*
 * features.h - what this kernel offers, found by trying
 *
 * Each feature is tried on first use and remembered in the table; nothing compares kernel versions.
 * A test or a user switches one off with -xnofeature=NAME[,NAME] (or the environment variable
 * DTRACE_OPT_NOFEATURE), so every fallback can be run on any kernel. dtrace -xfeatures prints the
 * table: name, whether it is there, what it is used for, what is used instead.
 */
#ifndef KERN_FEATURES_H
#define KERN_FEATURES_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

struct btf;
enum feature {
	FEAT_BPF,	   /* bpf(2) at all, with the privileges we have */
	FEAT_BTF,	   /* /sys/kernel/btf/vmlinux */
	FEAT_TP_BTF,	   /* typed raw tracepoints */
	FEAT_RDONLY_CAST,  /* kfunc bpf_rdonly_cast */
	FEAT_TASK_STORAGE, /* task local storage in raw tracepoints */
	FEAT_MAY_GOTO,
	FEAT_CPU_V4,
	FEAT_ATOMICS, /* fetching atomics (cpu v3) */
	FEAT_MMAP_ARRAY,
	FEAT_TIMER, /* bpf_timer in SYSCALL programs */
	FEAT_RAW_TP_COOKIE,
	FEAT_PERF_CLOCK,
	FEAT_SEND_SIGNAL,
	FEAT_WRITE_USER, /* bpf_probe_write_user: not under lockdown */
	FEAT_UPROBE_MULTI,
	FEAT_SLEEPABLE, /* programs of user probes that wait for pages */
	FEAT_KPROBE_MULTI,
	FEAT_KPROBE, /* perf events of kernel functions */
	FEAT_FENTRY,
	FEAT_TRACEFS,
	FEAT_KALLSYMS, /* addresses readable */
	FEAT_STR_KFUNCS,
	FEAT_TASK_KPTR, /* maps that hold counted pointers to tasks */
	FEAT_FUNC_ADDR, /* a kernel function's address in a program, by its BTF id */
	FEAT_SLOT_BOUNDS, /* the verifier knows bounds of values on the stack from comparisons of copies */
	FEAT_NCOUNT
};

struct features {
	signed char
	    state[FEAT_NCOUNT]; /* 0 not tried, 1 there, 2 assumed, -1 not, -2 switched off */
	bool assume; /* take for granted, untried, what a load would show to be missing */
	struct btf *btf;
};

/* btf may be NULL. off: comma-separated names to switch off, or NULL; an unknown name is an error.
 */
int features_init(struct features *f, struct btf *btf, const char *off, struct err *e);
bool feature_has(const struct features *f,
		 enum feature which); /* tries it when not yet tried; NULL f = everything */
/* After a refused load: tries what was assumed, and assumes nothing from here on. True: something was
 * not there, so compiling anew may help. */
bool features_settle(struct features *f);
/* Known to be missing, or switched off; tries nothing. For users that find out by using it. */
bool feature_out(const struct features *f, enum feature which);
/* Does this kernel let a program of FEAT_FENTRY hang at entry (ret: at return) of the function? What it denies
 * differs: what programs call themselves, what does not return. True for NULL f. */
bool features_try_function(const struct features *f, const char *function, bool ret);
const char *feature_name(enum feature which);
void features_print(struct features *f, struct buf *out);
/* Why a feature is missing and what would give it, one line: lockdown, privilege, CONFIG_ option.
 */
const char *feature_remedy(enum feature which);

#endif
