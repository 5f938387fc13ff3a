/* classic.c - modules, functions and system calls as published programs name them; see classic.h */
#include "dtrace/probe/classic.h"

#include "dtrace/probe/probe.h"

#include <stddef.h>
#include <string.h>

bool classic_kernel_is(const char *module)
{
	static const char *const kernels[] = {"genunix", "unix", "kernel", "mach_kernel"};
	for (size_t i = 0; module && i < sizeof(kernels) / sizeof(kernels[0]); i++)
		if (strcmp(module, kernels[i]) == 0)
			return true;
	return false;
}

/* Provider, function, pattern of the probes in it. */
static const struct {
	const char *provider, *function, *probes;
} places[] = {
    {"io", "bdev_strategy", "start"},
    {"io", "default_physio", "start"},
    {"io", "aphysio", "start"},
    {"io", "biodone", "done"},
    {"io", "biowait", "wait-*"},
    {"proc", "cfork", "create"},
    {"proc", "fork1", "create"},
    {"proc", "newproc", "create"},
    {"proc", "lwp_create", "lwp-create"},
    {"proc", "lwp_rtt_initial", "start"},
    {"proc", "lwp_rtt_initial", "lwp-start"},
    {"proc", "exec_common", "exec*"},
    {"proc", "proc_exit", "exit"},
    {"proc", "proc_exit", "lwp-exit"},
    {"proc", "lwp_exit", "lwp-exit"},
    {"proc", "sigtoproc", "signal-send"},
    {"proc", "sigtoproc", "signal-discard"},
    {"proc", "psig", "signal-handle"},
    {"proc", "sigtimedwait", "signal-clear"},
    {"proc", "trap", "fault"},
    {"sched", "resume", "on-cpu"},
    {"sched", "resume", "off-cpu"},
    {"sched", "preempt", "preempt"},
    {"sched", "swtch", "remain-cpu"},
    {"sched", "cv_block", "sleep"},
    {"sched", "setbackdq", "enqueue"},
    {"sched", "setfrontdq", "enqueue"},
    {"sched", "disp", "dequeue"},
    {"sched", "dispdeq", "dequeue"},
    {"sched", "clock_tick", "tick"},
    {"sysinfo", "idle_enter", "idlethread"},
    {"sysinfo", "swtch", "pswitch"},
    {"sysinfo", "preempt", "inv_swtch"},
    {"vminfo", "as_fault", "as_fault"},
    {"vminfo", "anon_zero", "zfod"},
    {"mib", "icmp_inbound", "icmpIn*"},
    {"mib", "icmp_pkt", "icmpOut*"},
};

bool classic_function_fits(const char *provider, const char *pattern, const char *name)
{
	if (!pattern || !*pattern)
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(places[i].provider, provider) == 0 &&
		    probe_glob(places[i].probes, name) && probe_glob(pattern, places[i].function))
			return true;
	return false;
}

static const struct {
	const char *classic, *call;
} calls[] = {
    {"creat64", "creat"},
    {"exece", "execve"},
    {"forksys", "fork"},
    {"fstat64", "fstat"},
    {"fstatat", "newfstatat"},
    {"fstatat64", "newfstatat"},
    {"getdents", "getdents64"},
    {"gtime", "time"},
    {"llseek", "lseek"},
    {"lstat64", "lstat"},
    {"lwp_create", "clone"},
    {"lwp_create", "clone3"},
    {"lwp_exit", "exit"},
    {"mmap64", "mmap"},
    {"open64", "open"},
    {"openat64", "openat"},
    {"pollsys", "poll"},
    {"pollsys", "ppoll"},
    {"pread", "pread64"},
    {"pwrite", "pwrite64"},
    {"rexit", "exit_group"},
    {"sigaction", "rt_sigaction"},
    {"sigprocmask", "rt_sigprocmask"},
    {"sigsuspend", "rt_sigsuspend"},
    {"so_socket", "socket"},
    {"so_socketpair", "socketpair"},
    {"stat64", "stat"},
    {"waitsys", "waitid"},
    {"yield", "sched_yield"},
};

bool classic_call_is(const char *classic, const char *call)
{
	if (!classic)
		return false;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].classic, classic) == 0 && strcmp(calls[i].call, call) == 0)
			return true;
	return false;
}
