/* Every form of operand, sizes and signs. */
/* @trigger: $PROGRAMS/sites */
#pragma D option quiet

sites$target:::registers
{
	printf("%d %d %d %d %d %d %x %x %x %x\n", (int)arg0, (int)arg1, (int)arg2, (int)arg3, arg4, (int)arg5, arg6,
	    arg7, arg8, arg9);
}

sites$target:::constants
{
	printf("%d %d %x %d %d\n", args[0], args[1], args[2], args[3], args[4]);
}

sites$target:::memory
{
	printf("%d %d %d %d %d %d %d\n", args[0], args[1], args[2], args[3], args[4], args[5], args[6]);
}

sites$target:::twice
{
	printf("%s:%s:%s %d\n", probemod, probefunc, probename, args[0]);
}
