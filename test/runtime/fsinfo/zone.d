/* @run: $DTRACE -qs zone.d -c "sh -c 'dd if=/dev/zero of=$TMP/here bs=100 count=7 status=none; unshare -pf dd if=/dev/zero of=$TMP/there bs=1000 count=3 status=none'" | sed "s|$TMP|TMP|g; /^$/d" | LC_ALL=C sort */
/* @timeout: 120 */
/* @needs: unshare */
/* By zone: a program in a pid namespace of its own is not of the global one. */
fsinfo:::open, fsinfo:::create, fsinfo:::read, fsinfo:::write
/execname == "dd" && progenyof($target) && (args[0]->fi_name == "here" || args[0]->fi_name == "there" || args[0]->fi_name == "zero")/
{
	@bytes[zonename == "global" ? "global" : "zone", probename, args[0]->fi_pathname] = sum(args[1]);
	@calls[zonename == "global" ? "global" : "zone", probename, args[0]->fi_pathname] = count();
}

END
{
	printa("%s %s %s %@d calls %@d bytes\n", @calls, @bytes);
}
