/* @trigger: sh -c 'kill -0 $$' */
#pragma D option quiet

syscall::kill:entry
/pid == $target/
{
	printf("%s(%d, 0x%x)", probefunc, arg0 == $target, arg1);
}

syscall::kill:return
/pid == $target/
{
	printf("\t= %d %d %d\n", arg0, arg1, errno);
}
