#pragma D option quiet

BEGIN
{
	s = "banana";
	printf("%d%d%d%d%d%d\n", s == "banana", s != "banana", s < "cherry", s > "cherry",
	    s <= "banana", s >= "banana");
	printf("%d%d%d\n", s == "bananas", s < "bananas", s > "banan");
	printf("%d%d\n", "" == "", "" < "a");
	printf("%d%d\n", "A" < "a", "a" < "b");
	t = "banana";
	printf("%d%d\n", s == t, s != t);
	exit(0);
}
