/* A format is not cut at strsize, its arguments are */
/* @opts: -q -xstrsize=8 */

BEGIN
{
	printf("a long format text %s and more of it\n", "0123456789");
	exit(0);
}
