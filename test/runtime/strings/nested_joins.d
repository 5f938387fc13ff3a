/* thirty strjoin() within each other */
/* @opts: -q */

BEGIN
{
	printf("%s\n", strjoin("a", strjoin("b", strjoin("c", strjoin("d", strjoin("e", strjoin("f", strjoin("g", strjoin("h", strjoin("i", strjoin("j", strjoin("k", strjoin("l", strjoin("m", strjoin("n", strjoin("o", strjoin("p", strjoin("q", strjoin("r", strjoin("s", strjoin("t", strjoin("u", strjoin("v", strjoin("w", strjoin("x", strjoin("y", strjoin("z", strjoin("a", strjoin("b", strjoin("c", strjoin("d", ".")))))))))))))))))))))))))))))));
	exit(0);
}
