/* Strings of the traced process as keys. */
/* @trigger: sh -c 'cd /; cd /tmp; cd /' */
#pragma D option quiet

syscall::chdir:entry
/pid == $target/
{
	@[copyinstr(arg0), execname] = count();
}
