/* @trigger: perl -e 'syscall(110)' */
/* @filter: s/`[a-z_0-9A-Z.]+\+0x[0-9a-f]+/`FUNCTION+0x0/ */
#pragma D option quiet

/* A line that is left, then one for each frame, indented by fourteen. */
syscall::getppid:entry
/pid == $target/
{
	printf("before");
	stack(1);
	printf("after\n");
}
