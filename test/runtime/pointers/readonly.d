/* Members of kernel structs cannot be assigned to. */
#pragma D option quiet

BEGIN
{
	this->t = curthread;
	this->t->pid = 5;
	printf("not reached\n");
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("fault %d %d\n", arg4, arg5 != 0);
}
