/* A member that the kernel has nothing for is refused with the reason. */
tcp:::send
{
	trace(args[3]->tcps_iss);
}
