/* copyin(): bytes of user memory, as text, numbers and through pointers */
/* @opts: -q */
/* @trigger: sh -c 'echo hello world >/dev/null' */

syscall::write:entry
/pid == $target/
{
	this->p = copyin(arg1, arg2);
	this->c = (char *)this->p;
	printf("%s", stringof(this->p));
	printf("%s", (string)this->p);
	printf("%s", stringof(copyin(arg1, 12)));
	printf("%d %c%c%c\n", arg2, this->c[0], this->c[4], *(this->c + 6));
	printf("%x %x\n", *(int *)this->p, *(uint16_t *)copyin(arg1 + 2, 2));
	printf("%d\n", strlen(copyinstr(arg1, 5)));
	tracemem(copyin(arg1, 5), 5);
}
