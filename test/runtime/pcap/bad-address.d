/* A packet that is none. */
/* @opts: -q */
BEGIN
{
	pcap(0, 101);
}

ERROR
{
	printf("fault %d", arg4);
	exit(0);
}
