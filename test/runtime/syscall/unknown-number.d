/* @trigger: perl -e 'syscall(100000); syscall(-5); syscall(1023); syscall(110)' */
#pragma D option quiet

/* Numbers that no call has fire nothing. */
syscall:::entry
/pid == $target && arg0 == 77777/
{
	printf("%s\n", probefunc);
}

syscall::getppid:entry
/pid == $target/
{
	printf("alive\n");
}
