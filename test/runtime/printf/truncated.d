/* @opts: -q -xstrsize=16 */
BEGIN
{
	printf("%s|\n", "a string of more characters than the size says is cut");
	exit(0);
}
