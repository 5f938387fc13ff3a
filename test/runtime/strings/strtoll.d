/* strtoll(): bases, signs, what ends a number */
/* @opts: -q */

BEGIN
{
	printf("%d\n", strtoll("0"));
	printf("%d\n", strtoll("1234567890123"));
	printf("%d\n", strtoll("-42"));
	printf("%d\n", strtoll("+7"));
	printf("%d\n", strtoll("  12"));
	printf("%d\n", strtoll("12abc"));
	printf("%d\n", strtoll("abc"));
	printf("%d\n", strtoll(""));
	printf("%d\n", strtoll("ff", 16));
	printf("%d\n", strtoll("FF", 16));
	printf("%d\n", strtoll("0xff", 16));
	printf("%d\n", strtoll("777", 8));
	printf("%d\n", strtoll("101", 2));
	printf("%d\n", strtoll("zz", 36));
	printf("%d\n", strtoll("-9223372036854775808"));
	printf("%d\n", strtoll(strjoin("4", "2")));
	printf("%d\n", strtoll("128", 8));
	exit(0);
}
