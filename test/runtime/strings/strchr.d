/* strchr() and strrchr(): the string from the character on */
/* @opts: -q */

BEGIN
{
	printf("%s\n", strchr("foobar", 'o'));
	printf("%s\n", strrchr("foobar", 'o'));
	printf("%s\n", strchr("foobar", 'r'));
	printf("%s\n", strrchr("foobar", 'f'));
	printf("%d\n", strchr("foobar", 'x') == NULL);
	printf("%d\n", strrchr("foobar", 'x') == NULL);
	printf("%d\n", strchr("foobar", 'o') == NULL);
	printf("%d\n", strchr("foobar", 'o') != NULL);
	printf("%d\n", strlen(strchr("foobar", '\0')));
	printf("%d\n", strchr("", 'a') == NULL);
	printf("%s\n", strchr(strchr("a/b/c", '/'), 'b'));
	printf("%s\n", strchr("a/b/c", '/') == "/b/c" ? "same" : "other");
	printf("%s\n", strrchr("/usr/bin/ls", '/'));
	exit(0);
}
