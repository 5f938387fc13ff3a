/* A counter that the kernel has no event for: the probe is not there, and why is told. */
mib:::tcpRttUpdate
{
	@ = count();
}
