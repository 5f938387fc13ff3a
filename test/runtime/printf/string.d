/* @opts: -q */
BEGIN
{
	printf("%s|%10s|%-10s|%.2s|%10.2s|%-10.2s|\n", "abc", "abc", "abc", "abc", "abc", "abc");
	printf("%s%s\n", "", "end");
	printf("%2s|\n", "longer than two");
	exit(0);
}
