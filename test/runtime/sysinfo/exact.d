/* @run: $DTRACE -qs exact.d -c "/usr/bin/python3 -I exact.py $TMP/own" 2>&1 | sort | sed /^$/d > $TMP/seen; sort $TMP/own | diff - $TMP/seen && echo agree */
/* Calls and bytes of a program that counts them itself, calls that fail included. */
self int on;

syscall::getpgid:entry
/pid == $target/
{
	self->on = !self->on;
}

sysinfo:::readch, sysinfo:::writech, sysinfo:::sysread, sysinfo:::syswrite, sysinfo:::sysexec,
sysinfo:::msg, sysinfo:::sema
/self->on/
{
	@[probename] = sum(arg0);
}

END
{
	printa("%s %@d\n", @);
}
