/* Only D's own memory can be written. */
#pragma D option quiet

int *p;

BEGIN
{
	p = (int *)curthread;
	*p = 1;
	printf("not reached\n");
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("%d\n", arg4);
}
