/* cleanpath() without needless components */
/* @opts: -q */

BEGIN
{
	printf("[%s]\n", cleanpath("/foo/bar"));
	printf("[%s]\n", cleanpath("/foo/./bar"));
	printf("[%s]\n", cleanpath("/foo//bar"));
	printf("[%s]\n", cleanpath("/foo/../bar"));
	printf("[%s]\n", cleanpath("/foo/bar/.."));
	printf("[%s]\n", cleanpath("/foo/bar/../baz"));
	printf("[%s]\n", cleanpath("foo/bar"));
	printf("[%s]\n", cleanpath("foo"));
	printf("[%s]\n", cleanpath("/"));
	printf("[%s]\n", cleanpath("/foo/././bar"));
	printf("[%s]\n", cleanpath("/../foo"));
	printf("[%s]\n", cleanpath("/a/b/../../c"));
	printf("[%s]\n", cleanpath("/foo/bar/..."));
	printf("[%s]\n", cleanpath("/foo/..bar"));
	exit(0);
}
