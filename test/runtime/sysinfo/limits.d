/* @run: $DTRACE -qs limits.d -c '/usr/bin/python3 -I limits.py' */
/* A user who may have no further process asks for seven. */
sysinfo:::procovf
/progenyof($target)/
{
	@["refused"] = sum(arg0);
}

sysinfo:::sysfork
/uid == 65534 && progenyof($target)/
{
	@["made"] = sum(arg0);
}

END
{
	printa("%s %@d\n", @);
}
