/* Variables of the kernel by name, where kallsyms tells their addresses, and where it does not. */
/* @run: $DTRACE -qs $TEST | sed "s/$(uname -n)/NODE/; s/$(uname -r)/RELEASE/" */
BEGIN
{
	printf("%d %s\n", `init_task.pid, `init_task.comm);
	printf("%s\n", stringof(`init_uts_ns.name.nodename));
	printf("%d\n", `init_net.loopback_dev->nd_net.net == &`init_net);
	q = &`max_pfn;
	printf("%d %d\n", *q == `max_pfn, `max_pfn > 1000 && `max_pfn < 1LL << 40);
	printf("%s\n", strtok(strchr(`linux_banner, ' '), " "));
	printf("%s\n", strtok(NULL, " "));
	exit(0);
}
