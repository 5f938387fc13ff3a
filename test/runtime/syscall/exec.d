/* @trigger: sh -c 'exec /usr/bin/perl -e "exit 3"' */
#pragma D option quiet

/* A successful exec returns in the new program; exit_group does not return. */
syscall::execve:entry
/pid == $target/
{
	printf("entry %s\n", execname);
}

syscall::execve:return
/pid == $target/
{
	printf("return %s %d\n", execname, errno);
}

syscall::exit_group:
/pid == $target/
{
	printf("%s %d\n", probename, arg0);
}
