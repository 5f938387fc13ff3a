/* sum() of positive, negative and zero values. */
#pragma D option quiet

BEGIN
{
	@pos = sum(1);
	@pos = sum(41);
	@neg = sum(-3);
	@neg = sum(-4);
	@mixed = sum(10);
	@mixed = sum(-30);
	@zero = sum(0);
	@cancel = sum(7);
	@cancel = sum(-7);
	@key["zero"] = sum(0);
	@key["minus"] = sum(-1);
	@key["plus"] = sum(1);
	exit(0);
}
