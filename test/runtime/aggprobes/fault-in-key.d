/* A key that cannot be read is not counted. */
#pragma D option quiet

BEGIN
{
	@a["before"] = count();
	@a[stringof((char *)1)] = count();
}

BEGIN
{
	@i[*(int *)8] = count();
}

BEGIN
{
	@a["after"] = count();
	exit(0);
}

ERROR
{
	@errors = count();
}
