/* substr(): positive and negative index and length, as documented */
/* @opts: -q */

BEGIN
{
	printf("[%s]\n", substr("foobar", 0));
	printf("[%s]\n", substr("foobar", 3));
	printf("[%s]\n", substr("foobar", 5));
	printf("[%s]\n", substr("foobar", 6));
	printf("[%s]\n", substr("foobar", 7));
	printf("[%s]\n", substr("foobar", 1, 2));
	printf("[%s]\n", substr("foobar", 0, 0));
	printf("[%s]\n", substr("foobar", 0, 100));
	printf("[%s]\n", substr("foobar", 3, 100));
	printf("[%s]\n", substr("foobar", -1));
	printf("[%s]\n", substr("foobar", -3));
	printf("[%s]\n", substr("foobar", -6));
	printf("[%s]\n", substr("foobar", -3, 2));
	printf("[%s]\n", substr("foobar", -100, 2));
	printf("[%s]\n", substr("foobar", -7, 3));
	printf("[%s]\n", substr("foobar", 1, -1));
	printf("[%s]\n", substr("foobar", -4, -1));
	printf("[%s]\n", substr("foobar", 2, -4));
	printf("[%s]\n", substr("foobar", 2, -5));
	printf("[%s]\n", substr("", 0));
	printf("[%s]\n", substr("", -1, 1));
	exit(0);
}
