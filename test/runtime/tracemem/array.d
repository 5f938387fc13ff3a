/* An array stands for its address, of D's own and of the kernel's. */
/* @opts: -q */
int a[4];

BEGIN
{
	a[0] = 0x41424344;
	tracemem(a, 16);
	tracemem(a, 16, 6);
	tracemem(curthread->comm, 6);
	exit(0);
}
