#pragma D option quiet

/* ERROR has names, a number and arguments of its own. */
BEGIN
{
	*(char *)16;
}

ERROR
{
	printf("%s:%s:%s:%s %d\n", probeprov, probemod, probefunc, probename, id);
	printf("arg1 %d arg2 %d arg4 %d arg5 %d\n", arg1, arg2, arg4, arg5);
	exit(0);
}
