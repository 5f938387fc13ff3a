/* index() and rindex(): with and without a start */
/* @opts: -q */

BEGIN
{
	printf("%d\n", index("foobarbaz", "ba"));
	printf("%d\n", index("foobarbaz", "x"));
	printf("%d\n", index("foobarbaz", "ba", 4));
	printf("%d\n", index("foobarbaz", "ba", 7));
	printf("%d\n", index("foobarbaz", "", 2));
	printf("%d\n", index("foobarbaz", "foobarbazz"));
	printf("%d\n", index("", ""));
	printf("%d\n", index("", "a"));
	printf("%d\n", index("foobarbaz", "f", 0));
	printf("%d\n", index("foobarbaz", "z", 8));
	printf("%d\n", index("foobarbaz", "z", 9));
	printf("%d\n", index("foobarbaz", "f", -3));
	printf("%d\n", rindex("foobarbaz", "ba"));
	printf("%d\n", rindex("foobarbaz", "x"));
	printf("%d\n", rindex("foobarbaz", "ba", 5));
	printf("%d\n", rindex("foobarbaz", "ba", 2));
	printf("%d\n", rindex("foobarbaz", "f"));
	printf("%d\n", rindex("foobarbaz", "f", 0));
	printf("%d\n", rindex("foobarbaz", "z", 100));
	printf("%d\n", rindex("foobarbaz", "f", -1));
	printf("%d\n", rindex("", "a"));
	exit(0);
}
