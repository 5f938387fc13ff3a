/* Memory of a process is reached with copyin(). */
/* @trigger: sh -c 'echo hello there >/dev/null' */
#pragma D option quiet

syscall::write:entry
/pid == $target/
{
	this->p = (char *)copyin(arg1, arg2);
	printf("%c%c %d\n", this->p[0], *(this->p + 1), arg2);
}
