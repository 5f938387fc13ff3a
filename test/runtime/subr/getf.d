/* getf(): the open files of the process */
/* @opts: -q */

BEGIN
{
	printf("%d\n", getf(0) != NULL);
	printf("%d\n", getf(-1) == NULL);
	printf("%d\n", getf(1000000) == NULL);
	exit(0);
}
