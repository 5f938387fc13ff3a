/* Strings are cut at strsize. */
/* @opts: -xstrsize=8 */
#pragma D option quiet

BEGIN
{
	s = "12345678901234";
	printf("%s\n", s);
	printf("%d\n", strlen(s));
	t = strjoin("abcde", "fghij");
	printf("%s %d\n", t, strlen(t));
	a["12345678"] = 1;
	printf("%d\n", a["1234567"]);
	exit(0);
}
