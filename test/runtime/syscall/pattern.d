/* @trigger: perl -e 'syscall(39); syscall(110); syscall(102); syscall(104)' */
#pragma D option quiet
#pragma D option aggsortkey

syscall::get*id:entry
/pid == $target/
{
	@[probefunc] = count();
}

END
{
	printa("%s\n", @);
}
