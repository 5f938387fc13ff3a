/*
 * variables.c - the table of built-in variables; see builtin.h
 *
 * Rows are sorted by name (in byte order), for a binary search without any work at start-up. The
 * names that are inlines or translations of the D libraries (curpsinfo, curcpu, NULL, ...) are not
 * here.
 */
#include "dtrace/builtin/builtin.h"

#include <string.h>

#define STABLE "Stable/Stable/Common"
#define KERNEL "Stable/Private/Common"
#define OURS   "Evolving/Evolving/Common"

static const struct builtin_var_row rows[] = {
    {BV_ARG0, "arg0", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "first argument of the probe, as 64-bit integer"},
    {BV_ARG1, "arg1", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "second argument of the probe"},
    {BV_ARG2, "arg2", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "third argument of the probe"},
    {BV_ARG3, "arg3", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "fourth argument of the probe"},
    {BV_ARG4, "arg4", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "fifth argument of the probe"},
    {BV_ARG5, "arg5", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "sixth argument of the probe"},
    {BV_ARG6, "arg6", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "seventh argument of the probe"},
    {BV_ARG7, "arg7", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "eighth argument of the probe"},
    {BV_ARG8, "arg8", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "ninth argument of the probe"},
    {BV_ARG9, "arg9", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "tenth argument of the probe"},
    {BV_ARGS, "args", "void", BUILTIN_ARRAY | BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "typed arguments of the probe"},
    {BV_CALLER, "caller", "uintptr_t", 0, STABLE, "1.0",
     "program counter just before the probe's function was called"},
    {BV_CGROUPID, "cgroupid", "uint64_t", BUILTIN_TENANT_SAFE, OURS, "1.13",
     "id of the current thread's control group"},
    {BV_CHIP, "chip", "int", 0, OURS, "1.13", "physical package of the current CPU"},
    {BV_CPU, "cpu", "processorid_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "number of the current CPU"},
    {BV_CURTHREAD, "curthread", "struct task_struct *", 0, KERNEL, "1.0",
     "the kernel's structure of the current thread"},
    {BV_EPID, "epid", "uint_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "enabled probe id: names this clause's enabling"},
    {BV_ERRNO, "errno", "int", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "error of the last system call of the thread"},
    {BV_EXECARGS, "execargs", "string", BUILTIN_TENANT_SAFE, STABLE, "1.13",
     "arguments of the current process"},
    {BV_EXECNAME, "execname", "string", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "name of the current process"},
    {BV_GID, "gid", "gid_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "real group id"},
    {BV_ID, "id", "uint_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "number of the probe, as -l lists it"},
    {BV_IPL, "ipl", "uint_t", 0, STABLE, "1.0", "interrupt priority level of the current CPU"},
    {BV_LGRP, "lgrp", "int", 0, OURS, "1.13", "NUMA node of the current CPU"},
    {BV_PID, "pid", "pid_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "process id"},
    {BV_PPID, "ppid", "pid_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "process id of the parent"},
    {BV_PROBEFUNC, "probefunc", "string", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "function part of the probe's description"},
    {BV_PROBEMOD, "probemod", "string", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "module part of the probe's description"},
    {BV_PROBENAME, "probename", "string", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "name part of the probe's description"},
    {BV_PROBEPROV, "probeprov", "string", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "provider part of the probe's description"},
    {BV_PSET, "pset", "int", 0, OURS, "1.13", "processor set of the current CPU"},
    {BV_STACKDEPTH, "stackdepth", "uint32_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "depth of the kernel stack"},
    {BV_TID, "tid", "id_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "thread id"},
    {BV_TIMESTAMP, "timestamp", "uint64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "nanoseconds since some point in the past"},
    {BV_UCALLER, "ucaller", "uint64_t", BUILTIN_TENANT_SAFE, STABLE, "1.2",
     "caller of the current user function"},
    {BV_UID, "uid", "uid_t", BUILTIN_TENANT_SAFE, STABLE, "1.0", "real user id"},
    {BV_UREGS, "uregs", "uint64_t", BUILTIN_ARRAY | BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "user registers of the thread"},
    {BV_USTACKDEPTH, "ustackdepth", "uint32_t", BUILTIN_TENANT_SAFE, STABLE, "1.2",
     "depth of the user stack"},
    {BV_VMREGS, "vmregs", "uint64_t", BUILTIN_ARRAY, STABLE, "1.7",
     "registers of a virtual machine"},
    {BV_VTIMESTAMP, "vtimestamp", "uint64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "nanoseconds the thread has run on a CPU"},
    {BV_WALLTIMESTAMP, "walltimestamp", "int64_t", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "nanoseconds since 1970-01-01 00:00 UTC"},
    {BV_ZONEID, "zoneid", "zoneid_t", BUILTIN_TENANT_SAFE, OURS, "1.13",
     "number of the zone of the process"},
    {BV_ZONENAME, "zonename", "string", BUILTIN_TENANT_SAFE, STABLE, "1.0",
     "name of the zone of the process"},
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

const struct builtin_var_row *builtin_var_find(const char *name)
{
	unsigned lo = 0, hi = NROWS;
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;
		int order = strcmp(name, rows[mid].name);
		if (order == 0)
			return &rows[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

const struct builtin_var_row *builtin_vars(unsigned *n)
{
	*n = NROWS;
	return rows;
}
