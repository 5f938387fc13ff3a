#pragma D option quiet

BEGIN
{
	s = "abc"; t = "abd";
	printf("%d\n", s == "abc" && t == "abd");
	printf("%d\n", s == "x" || t != "x");
	printf("%d\n", s < t && !(t < s));
	printf("%d\n", s == "abc" ^^ t == "abd");
	printf("%d\n", (s == "abc") + (t == "abd"));
	exit(0);
}
