/* @opts: -q */
BEGIN
{
	trace("");
	printf("|\n");
	exit(0);
}
