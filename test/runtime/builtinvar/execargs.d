/* @trigger: perl -e 'syscall(110)' alpha 'beta gamma' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%s\n", execargs);
}
