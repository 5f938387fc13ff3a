/* copyinto(): user memory into scratch memory that is there already */
/* @opts: -q */
/* @trigger: sh -c 'echo hello world >/dev/null' */

syscall::write:entry
/pid == $target/
{
	this->p = (char *)alloca(16);
	copyinto(arg1, 5, this->p);
	copyinto(arg1 + 6, 5, this->p + 5);
	printf("%s\n", stringof(this->p));
	this->q = (char *)alloca(arg2);
	copyinto(arg1, arg2 - 7, this->q);
	this->q[arg2 - 7] = '\0';
	printf("%s\n", stringof(this->q));
}
