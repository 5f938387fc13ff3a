#pragma D option quiet

BEGIN
{
	s = "x";
	if (s == "x")
		printf("equal\n");
	if (s == "y" || s == "x")
		printf("one of\n");
	if (!(s == "y"))
		printf("not y\n");
	exit(0);
}
