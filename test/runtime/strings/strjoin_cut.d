/* strjoin() keeps what fits into strsize */
/* @opts: -q -xstrsize=16 */

BEGIN
{
	printf("%s\n", strjoin("0123456789", "abcdefghij"));
	printf("%d\n", strlen(strjoin("0123456789", "abcdefghij")));
	exit(0);
}
