/* With evaltime=exec and no module, as scripts that profile a command have it, functions of its libraries are seen from its first instruction on, too. */
/* @needs: uprobe_multi */
/* @run: $DTRACE -q -x evaltime=exec -s $TEST -c $PROGRAMS/calls | sed -E 's/(libc.so.6) [1-9].+/\1 some/' */
pid$target:::entry
/probemod == "libc.so.6" || probefunc == "main"/
{
	@[probemod == "libc.so.6" ? probemod : probefunc] = count();
}

END
{
	printa("%s %@d\n", @);
}
