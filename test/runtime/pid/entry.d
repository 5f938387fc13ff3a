/* Entries: arguments in registers and on the stack, the names of the probe. */
/* @trigger: $PROGRAMS/calls 2 */
#pragma D option quiet

pid$target:a.out:add:entry
{
	printf("%s %s:%s:%s %d %d\n", probeprov == strjoin("pid", lltostr($target)) ? "ours" : probeprov, probemod,
	    probefunc, probename, (int)arg0, (int)arg1);
}

pid$target:a.out:many:entry
{
	printf("%d %d %d %d %d %d %d %d %d %d\n", arg0, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9);
}

pid$target:a.out:local_one:entry
{
	printf("%s %d\n", probefunc, (int)arg0);
	exit(0);
}
