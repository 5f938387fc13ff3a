#pragma D option quiet

BEGIN
{
	printf("%d %d %d\n", 'a', 'Z', '0');
	printf("%d %d %d %d %d %d %d\n", '\a', '\b', '\n', '\r', '\t', '\v', '\f');
	printf("%d %d %d %d\n", '\\', '\'', '\"', '\?');
	printf("%d %d %d %d\n", '\0', '\101', '\x41', '\377');
	printf("%c%c%c\n", 'x', 'y' + 1, 65);
	printf("%d\n", sizeof ('a'));
	exit(0);
}
