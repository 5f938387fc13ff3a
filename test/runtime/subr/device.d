/* getmajor() and getminor() */
/* @opts: -q */

BEGIN
{
	printf("%d %d\n", getmajor((dev_t)0x800001), getminor((dev_t)0x800001));
	printf("%d %d\n", getmajor((dev_t)0), getminor((dev_t)0xfffff));
	exit(0);
}
