/* Kernel memory is never written: a store through any pointer to it is a fault. */
/* @opts: -q */
BEGIN
{
	curthread->pid = 4;
}

BEGIN
{
	curthread->comm[0] = 'x';
}

BEGIN
{
	curthread->se.on_rq++;
}

BEGIN
{
	*(int *)curthread = 4;
}

BEGIN
{
	printf("alive\n");
	exit(0);
}

ERROR
{
	printf("clause %d: fault %d\n", arg1, arg4);
}
