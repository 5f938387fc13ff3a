/* @trigger: perl -e 'syscall(110) for 1..100' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	@[ipl] = count();
}
