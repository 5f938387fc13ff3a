#pragma D option quiet

BEGIN
{
	printf("%s|\n", "tab\there");
	printf("%s|\n", "quote\"s and \\ back");
	printf("%s|\n", "oct\101 hex\x42");
	printf("%d %d\n", strlen("a\0b"), sizeof ("abc"));
	printf("%s|\n", "");
	exit(0);
}
