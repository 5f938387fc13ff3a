#pragma D option quiet

BEGIN
{
	printf("%s %d\n", zonename, zoneid);
	exit(0);
}

END
/zonename == "global"/
{
	printf("global\n");
}
