/* @trigger: perl -e 'syscall(3, -7); syscall(8, -1, -2, 0)' */
#pragma D option quiet

/* arg0 is what the register holds; args[0] has the type of the call's parameter. */
syscall::close:entry
/pid == $target && (int)arg0 == -7/
{
	printf("%d %d %u\n", (int)arg0, (int)args[0], args[0]);
}

syscall::lseek:entry
/pid == $target && (int)arg0 == -1/
{
	printf("%d\n", args[1]);
}
