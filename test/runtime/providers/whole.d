/* Every probe of the providers that are the same everywhere can be enabled. */
/* @run: for p in syscall proc sched io tcp udp ip mib lockstat vminfo sysinfo kvm; do $DTRACE -qn "$p::: { @[execname, probefunc, probename] = count(); } tick-1ms { trunc(@); exit(0); }" >/dev/null && echo $p; done */
BEGIN
{
}
