#pragma D option quiet

BEGIN
/"a" == "a" && "a" != "b" && "a" < "b" && !("b" < "a")/
{
	printf("%d %d\n", "" == "", "x" == "");
	printf("%d\n", strjoin("a", "b") == "ab");
	printf("%d\n", "ab" == strjoin("a", "b"));
	printf("%d\n", probename == "BEGIN" && "BEGIN" == probename && probename != probeprov);
	printf("%d\n", probefunc == "");
	exit(0);
}
