/* Entry and return of the same calls meet under one key. */
/* @trigger: sh -c 'cd /; cd /; cd /' */
#pragma D option quiet

syscall::chdir:entry,
syscall::chdir:return
/pid == $target/
{
	@both[probefunc] = count();
	@each[probefunc, probename] = count();
	@prov[probeprov] = count();
}
