/* @opts: -q */
/* @trigger: dd if=/dev/zero of=/dev/null bs=1000 count=50 status=none */
/* Bytes and calls of dd, counted twice. */
sysinfo:::writech
/pid == $target/
{
	written += arg0;
}

sysinfo:::syswrite
/pid == $target/
{
	calls += arg0;
}

syscall::write:return
/pid == $target/
{
	seen += arg0;
}

vminfo:::as_fault
/pid == $target/
{
	faults += arg0;
}

END
{
	printf("%d bytes in %d calls, %d\n", written, calls, seen);
	printf("%s\n", faults > 0 ? "faults" : "no faults");
}
