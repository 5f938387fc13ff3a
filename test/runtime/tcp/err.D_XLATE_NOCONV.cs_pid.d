/* A member that the kernel has nothing for is refused with the reason. */
tcp:::send
{
	trace(args[1]->cs_pid);
}
