/* strstr(): the string from the other one on, or NULL */
/* @opts: -q */

BEGIN
{
	printf("%s\n", strstr("foobar", "oba"));
	printf("%s\n", strstr("foobar", "foobar"));
	printf("%s\n", strstr("foobar", ""));
	printf("%s\n", strstr("foofoobar", "foobar"));
	printf("%s\n", strstr("aaab", "aab"));
	printf("%d\n", strstr("foobar", "barn") == NULL);
	printf("%d\n", strstr("foobar", "x") != NULL);
	printf("%d\n", strstr("foobar", "bar") != NULL);
	printf("%d\n", strstr("", "a") == NULL);
	printf("%d\n", strstr("foo", "foobar") == NULL);
	printf("%s\n", strstr("foobar", "q") == NULL ? "none" : "some");
	printf("%s\n", strstr("foobar", "b") == NULL ? "none" : "some");
	exit(0);
}
