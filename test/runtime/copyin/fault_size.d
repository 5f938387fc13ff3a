/* More scratch memory than there is */
/* @opts: -q */

BEGIN
{
	this->n = 100000000;
	this->p = alloca(this->n);
	printf("not reached\n");
}
ERROR
{
	printf("%d\n", arg4);
	exit(0);
}
