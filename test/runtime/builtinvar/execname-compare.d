/* @trigger: perl -e 'syscall(110) for 1..3' */
#pragma D option quiet

syscall::getppid:entry
/execname == "perl" && pid == $target/
{
	@[execname, strlen(execname)] = count();
}

syscall::getppid:entry
/execname != "perl" && pid == $target/
{
	@["other", 0] = count();
}
