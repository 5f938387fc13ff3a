/* What a speculation would print, an aggregation still counts. */
#pragma D option quiet

BEGIN
{
	self->s = speculation();
}

BEGIN
{
	speculate(self->s);
	printf("discarded\n");
}

BEGIN
{
	@a["counted"] = count();
}

BEGIN
{
	@a["discarding"] = count();
	discard(self->s);
}

BEGIN
{
	exit(0);
}
