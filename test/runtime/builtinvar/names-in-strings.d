/* @trigger: perl -e 'syscall(110); syscall(39)' */
#pragma D option quiet

syscall::getppid:entry,
syscall::getpid:entry
/pid == $target && (probefunc == "getppid" || probefunc == "getpid")/
{
	printf("%s %d\n", strjoin(probefunc, ":"), strlen(probefunc));
	last = probefunc;
}

END
{
	printf("last %s\n", last);
}
