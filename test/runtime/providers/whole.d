/* Every probe of the providers that are the same everywhere can be enabled; kvm is there with its module only. */
/* @run: for p in syscall proc sched io tcp udp ip mib lockstat vminfo sysinfo kvm; do [ $p = kvm ] && ! $DTRACE -lP kvm >/dev/null 2>&1 && echo kvm && continue; $DTRACE -qn "$p::: { @[execname, probefunc, probename] = count(); } tick-1ms { trunc(@); exit(0); }" >/dev/null && echo $p; done */
BEGIN
{
}
