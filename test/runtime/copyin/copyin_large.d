/* copyin() of sizes that only the run tells. */
/* @opts: -q */
/* @trigger: dd if=/dev/zero of=/dev/null bs=120000 count=2 status=none */

syscall::write:entry
/pid == $target && arg2 > 1000/
{
	this->p = (char *)copyin(arg1, arg2);
	this->q = (char *)alloca(arg2);
	this->p[arg2 - 1] = 'x';
	bcopy(this->p + arg2 - 8, this->q, 8);
	printf("%d %d %c\n", arg2, this->p[0], this->q[7]);
	@ = sum(arg2);
}
