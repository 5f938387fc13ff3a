/* basename() as basename(1) */
/* @opts: -q */

BEGIN
{
	printf("[%s]\n", basename(""));
	printf("[%s]\n", basename("/"));
	printf("[%s]\n", basename("//"));
	printf("[%s]\n", basename("///"));
	printf("[%s]\n", basename("a"));
	printf("[%s]\n", basename("/a"));
	printf("[%s]\n", basename("a/"));
	printf("[%s]\n", basename("/a/"));
	printf("[%s]\n", basename("a/b"));
	printf("[%s]\n", basename("/a/b"));
	printf("[%s]\n", basename("/a/b/"));
	printf("[%s]\n", basename("/a/b//"));
	printf("[%s]\n", basename("//a"));
	printf("[%s]\n", basename("a//b"));
	printf("[%s]\n", basename("."));
	printf("[%s]\n", basename(".."));
	printf("[%s]\n", basename("/."));
	printf("[%s]\n", basename("/.."));
	printf("[%s]\n", basename("foo/."));
	printf("[%s]\n", basename("/foo/bar/baz/////"));
	printf("[%s]\n", basename("/foo/bar/baz/ "));
	exit(0);
}
