/* A value that cannot be read leaves no entry behind. */
#pragma D option quiet

BEGIN
{
	@a["fault"] = sum(*(int *)8);
}

BEGIN
{
	@a["fine"] = sum(1);
	@q["fault"] = quantize(1 / (long)(pid - pid));
}

BEGIN
{
	@q["fine"] = quantize(1);
	@w = quantize(1, *(int *)16);
}

BEGIN
{
	exit(0);
}

ERROR
{
	@errors = count();
}
