/* Pointers as keys. */
#pragma D option quiet

BEGIN
{
	this->p = (void *)0x1234;
	@a[this->p] = count();
	@a[(void *)0x1234] = count();
	@a[(void *)0] = count();
	exit(0);
}
