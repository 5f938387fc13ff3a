/* @trigger: perl -e 'syscall(110) for 1..5000' */
#pragma D option quiet

/* No call is missed, and each returns. */
syscall::getppid:entry,
syscall::getppid:return
/pid == $target/
{
	@[probename] = count();
}

END
{
	printa("%s %@d\n", @);
}
