/* ... and of user addresses; one that belongs to nothing is shown as it is. */
/* @opts: -q */
BEGIN
{
	usym(0x10);
	printf("|\n");
	ufunc(0x10);
	printf("|\n");
	umod(0x10);
	printf("|\n");
	uaddr(0x10);
	printf("|\n");
	exit(0);
}
