/* @trigger: /bin/echo -n */
#pragma D option quiet

syscall::write:entry
{
	n++;
}

syscall::exit_group:entry
/pid == $target/
{
	printf("%d %d\n", arg0, pid == $target);
	exit(0);
}
