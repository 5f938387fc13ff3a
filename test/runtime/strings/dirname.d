/* dirname() as dirname(1) */
/* @opts: -q */

BEGIN
{
	printf("[%s]\n", dirname(""));
	printf("[%s]\n", dirname("/"));
	printf("[%s]\n", dirname("//"));
	printf("[%s]\n", dirname("///"));
	printf("[%s]\n", dirname("a"));
	printf("[%s]\n", dirname("/a"));
	printf("[%s]\n", dirname("a/"));
	printf("[%s]\n", dirname("/a/"));
	printf("[%s]\n", dirname("a/b"));
	printf("[%s]\n", dirname("/a/b"));
	printf("[%s]\n", dirname("/a/b/"));
	printf("[%s]\n", dirname("/a/b//"));
	printf("[%s]\n", dirname("//a"));
	printf("[%s]\n", dirname("a//b"));
	printf("[%s]\n", dirname("."));
	printf("[%s]\n", dirname(".."));
	printf("[%s]\n", dirname("/."));
	printf("[%s]\n", dirname("/.."));
	printf("[%s]\n", dirname("foo/."));
	printf("[%s]\n", dirname("/foo/bar/baz/////"));
	printf("[%s]\n", dirname("/foo/bar/baz/ "));
	exit(0);
}
