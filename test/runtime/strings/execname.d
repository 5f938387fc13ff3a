/* execname, the thread's name in the kernel and comparisons with both */
/* @opts: -q */

BEGIN
{
	printf("%d", execname == stringof(curthread->comm));
	printf("%d", stringof(curthread->comm) == "dtrace");
	printf("%d", execname == "dtrace");
	printf("%d", execname != "dtrace");
	printf("%d", execname == "dtracetoolongtobeaname");
	printf("%d", execname == "");
	printf("%d", ((struct task_struct *)curthread)->comm == execname);
	this->e = execname;
	self->e = this->e;
	x[execname] = 1;
	printf(" %s %s %d %d %s %s\n", this->e, self->e, x["dtrace"], strlen(execname), toupper(execname), strjoin(execname, "!"));
	printf("%s %s\n", substr(execname, 1, 3), strstr(execname, "race"));
	@["dtrace"] = count();
	@[execname] = count();
	@[stringof(curthread->comm)] = count();
	exit(0);
}
END
{
	printa("%s %@d\n", @);
}
